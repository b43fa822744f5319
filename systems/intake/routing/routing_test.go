package routing

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"jiexu/data"
	"jiexu/fault"
)

func yes(b bool) *bool { return &b }

func TestDecide(t *testing.T) {
	rules := []Rule{
		{Title: "being built", When: Conditions{Words: []string{"正在搭建", "连夜搭"}}, Then: Action{To: ToPlace, Urgent: true}},
		{Title: "neighbours", When: Conditions{Kinds: []string{"complaint"}, Words: []string{"邻居"}, Without: []string{"承重"}}, Then: Action{To: ToCommunity}},
		{Title: "housing", When: Conditions{Classes: []string{"房屋"}}, Then: Action{To: ToDepartment, Unit: "fg"}},
		{Title: "border", When: Conditions{Border: yes(true)}, Then: Action{To: ToDesk}},
		{Title: "one street by the hotline", When: Conditions{Streets: []string{"310106019"}, Channels: []string{"hotline"}, Confidential: yes(false)}, Then: Action{To: ToPlace, Auto: true}},
	}
	for _, c := range []struct {
		name, want string
		facts      Facts
		reasons    []string
	}{
		{"the first that fits", "being built", Facts{Kind: "complaint", Text: "邻居连夜搭棚，正在搭建"}, []string{"intake.why.words"}},
		{"every condition has its reason", "neighbours", Facts{Kind: "complaint", Text: "邻居养鸡"}, []string{"intake.why.kind", "intake.why.words"}},
		{"a word that rules it out", "", Facts{Kind: "complaint", Text: "邻居敲承重墙"}, nil},
		{"another kind", "", Facts{Kind: "help", Text: "邻居养鸡"}, nil},
		{"a class by its beginning", "housing", Facts{Class: "房屋管理/群租"}, []string{"intake.why.class"}},
		{"no class is no class", "", Facts{}, nil},
		{"at a border", "border", Facts{Border: true}, []string{"intake.why.border"}},
		{"several of one place", "one street by the hotline", Facts{Street: "310106019", Channel: "hotline"}, []string{"intake.why.channel", "intake.why.street", "intake.why.confidential.not"}},
		{"confidential, so not", "", Facts{Street: "310106019", Channel: "hotline", Confidential: true}, nil},
	} {
		d, ok := Decide(rules, c.facts)
		var reasons []string
		for _, r := range d.Reasons {
			reasons = append(reasons, r.Code)
		}
		if ok != (c.want != "") || d.Rule.Title != c.want || !slices.Equal(reasons, c.reasons) {
			t.Errorf("%s: %q for %v, want %q for %v", c.name, d.Rule.Title, reasons, c.want, c.reasons)
		}
	}
	if d, ok := Decide([]Rule{{Title: "all"}}, Facts{}); !ok || d.Reasons[0].Code != "intake.why.any" {
		t.Errorf("a rule that asks nothing: %+v", d)
	}
	d, _ := Decide(rules, Facts{Text: "连夜搭棚，正在搭建"})
	if d.Reasons[0].Params["value"] != "正在搭建、连夜搭" {
		t.Errorf("the words that were found: %v", d.Reasons[0].Params)
	}
}

// A rule may ask one thing alone, whichever it is: it is kept, fits what has it, says why, and fits nothing else.
func TestOneCondition(t *testing.T) {
	none := Facts{Kind: "help", Channel: "grid", Class: "市容", Text: "绿地里有垃圾", Street: "310106101", Urgent: true}
	for name, c := range map[string]struct {
		when   Conditions
		fits   Facts
		reason string
	}{
		"class":            {Conditions{Classes: []string{"房屋"}}, Facts{Class: "房屋/群租"}, "intake.why.class"},
		"kind":             {Conditions{Kinds: []string{"consultation"}}, Facts{Kind: "consultation"}, "intake.why.kind"},
		"channel":          {Conditions{Channels: []string{"patrol"}}, Facts{Channel: "patrol"}, "intake.why.channel"},
		"words":            {Conditions{Words: []string{"违建"}}, Facts{Text: "楼顶有违建"}, "intake.why.words"},
		"without":          {Conditions{Without: []string{"垃圾"}}, Facts{Text: "楼顶有违建"}, "intake.why.without"},
		"street":           {Conditions{Streets: []string{"310106019"}}, Facts{Street: "310106019"}, "intake.why.street"},
		"urgent":           {Conditions{Urgent: yes(false)}, Facts{}, "intake.why.urgent.not"},
		"confidential":     {Conditions{Confidential: yes(true)}, Facts{Confidential: true}, "intake.why.confidential"},
		"border":           {Conditions{Border: yes(true)}, Facts{Border: true}, "intake.why.border"},
		"not confidential": {Conditions{Confidential: yes(false), Without: []string{"垃圾"}}, Facts{}, "intake.why.confidential.not"},
	} {
		rules := []Rule{{Title: name, When: c.when, Then: Action{To: ToPlace}}}
		if err := Check(rules); err != nil {
			t.Errorf("%s is not kept: %v", name, err)
		}
		if d, ok := Decide(rules, c.fits); !ok || len(d.Reasons) != 1 || d.Reasons[0].Code != c.reason {
			t.Errorf("%s: %+v", name, d.Reasons)
		}
		if d, ok := Decide(rules, none); ok {
			t.Errorf("%s fits what has it not: %+v", name, d.Reasons)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		rule  Rule
		wrong string
	}{
		{Rule{Title: " 好 ", When: Conditions{Words: []string{" 摊位 ", "", "摊位"}}, Then: Action{To: ToPlace}}, ""},
		{Rule{Then: Action{To: ToPlace}}, "rules.0.title form.required"},
		{Rule{Title: strings.Repeat("长", 101), Then: Action{To: ToPlace}}, "rules.0.title form.too_long"},
		{Rule{Title: "x", When: Conditions{Words: []string{"摊"}}, Then: Action{To: ToPlace}}, "rules.0.words form.too_short"},
		{Rule{Title: "x", When: Conditions{Without: []string{strings.Repeat("长", 41)}}, Then: Action{To: ToPlace}}, "rules.0.without form.too_long"},
		{Rule{Title: "x", Then: Action{To: "moon"}}, "rules.0.to form.one_of"},
		{Rule{Title: "x", Then: Action{To: ToDepartment}}, "rules.0.unit intake.rule_unit"},
		{Rule{Title: "x", Then: Action{To: ToUnit, Unit: "a", With: []string{"b", "a"}}}, "rules.0.with intake.joins_itself"},
	} {
		got := ""
		rules := []Rule{c.rule}
		var f *fault.Error
		if errors.As(Check(rules), &f) {
			got = f.Fields[0].Name + " " + f.Fields[0].Code
		}
		if got != c.wrong {
			t.Errorf("%+v: %q, want %q", c.rule, got, c.wrong)
		}
		if c.wrong == "" && (rules[0].Title != "好" || !slices.Equal(rules[0].When.Words, []string{"摊位"})) {
			t.Errorf("not cleaned: %+v", rules[0])
		}
	}
	if Check(make([]Rule, MaxRules+1)) == nil {
		t.Error("a table without end")
	}
}

func TestShipped(t *testing.T) {
	shipped, note, err := LoadShipped(data.FS)
	if err != nil || len(shipped) < 5 || note == "" {
		t.Fatalf("%d rules, %q: %v", len(shipped), note, err)
	}
	var rules []Rule
	for _, s := range shipped {
		if (s.Then.To == ToDepartment) != (s.Department != "") || s.Source == "" || s.TitleEn == "" {
			t.Errorf("%s: %+v", s.Title, s)
		}
		if s.Department != "" {
			s.Then.Unit = "some"
		}
		rules = append(rules, s.Rule)
	}
	if err := Check(rules); err != nil {
		t.Errorf("%v %+v", err, err.(*fault.Error).Fields)
	}
	for text, want := range map[string]string{
		"一楼天井正在搭建阳光房，敲打声很响": ToPlace, "楼上邻居半夜搬家具太吵": ToCommunity, "出租房群租严重，住了二十几个人": ToDepartment, "河道边有人偷排污水": ToDepartment,
		"共和新路路口早餐摊占道": ToPlace,
	} {
		if d, _ := Decide(rules, Facts{Kind: "complaint", Text: text}); d.Rule.Then.To != want {
			t.Errorf("%s goes by %q to %s, want %s", text, d.Rule.Title, d.Rule.Then.To, want)
		}
	}
}

func TestWatch(t *testing.T) {
	w, err := LoadWatch(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"路口店招快掉下来了，会砸伤路人": "danger", "一楼正在搭建阳光房": "building", "几十个人聚集在售楼处拉横幅": "crowd", "早餐摊占道": "",
		"小区正在封闭管理": "", "昨天做了消防演练，没有冲突": "", "楼顶着火，楼下聚集了很多人": "danger crowd",
		// What real complaints say, and is no emergency.
		"弱势群体需要照顾": "", "看着火车站广场的水迹": "", "两个规划有所冲突": "", "天天打架子鼓扰民": "", "一旦着火，消防车进不来": "", "堆满杂物，如果发生火灾后果不堪设想": "",
		"万一漏电怎么办？昨天已经有人触电": "danger", "一旦起火就晚了，现在楼道已经着火": "danger", "工人正在违法搭建三楼": "building", "人口日益聚集的商圈": "",
	} {
		var got []string
		for _, h := range w.Look(text) {
			got = append(got, h.Group)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %q", text, got, want)
		}
	}
}
