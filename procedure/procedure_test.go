package procedure

import (
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
)

var (
	paid   = Fact{Code: "paid", Kind: Recorded, Title: T("已付", "Paid"), Missing: "need.paid", Cites: Cites(law.AP(67))}
	open   = Fact{Code: "open", Kind: Observed, Title: T("开着", "Open"), Missing: "need.open"}
	enough = Fact{Code: "enough", Kind: Entered, Title: T("够数", "Enough"), Missing: "need.enough"}
	late   = Fact{Code: "late", Kind: Observed, Title: T("过期", "Late")}
)

// door is a small procedure: one may pass through a door that is open, having paid enough, and not late.
func door() Procedure {
	return Procedure{
		Code: "test.door", System: "test", Title: T("门", "Door"), Start: "outside", Opens: []string{"day"},
		States: []State{{Code: "outside", Title: T("外", "Outside")}, {Code: "inside", Title: T("内", "Inside"), End: true}},
		Facts:  []Fact{paid, open, enough, late},
		Clocks: []Clock{{Code: "day", Title: T("一天", "A day"), Period: law.Period{N: 1, Unit: law.Days, Rule: "the house"}, Lapsed: late}},
		Steps: []Step{
			{Code: "pay", Title: T("付", "Pay"), From: []string{"outside"}, By: []string{"guest"}, Needs: All(enough), Sets: []string{"paid"}},
			{Code: "wait", Title: T("等", "Wait"), From: []string{"outside"}, By: []string{"guest"}, Suspend: []string{"day"}},
			{Code: "go_on", Title: T("继续", "Go on"), From: []string{"outside"}, By: []string{"guest"}, Resume: []string{"day"}},
			{Code: "renew", Title: T("重来", "Renew"), From: []string{"outside"}, By: []string{"guest"}, Starts: []string{"day"}, Clears: []string{"paid"}},
			{Code: "enter", Title: T("进", "Enter"), From: []string{"outside"}, To: "inside", By: []string{"guest", "porter"},
				Needs: All(open, paid.When(open), Not(late).Because("need.not_late", law.AP(60))), Meets: []string{"day"}},
		},
	}
}

func TestNewRefusesDefects(t *testing.T) {
	for want, spoil := range map[string]func(*Procedure){
		`state outside is declared twice`:         func(p *Procedure) { p.States = append(p.States, p.States[0]) },
		`no start state "nowhere"`:                func(p *Procedure) { p.Start = "nowhere" },
		`step code "Pay"`:                         func(p *Procedure) { p.Steps[0].Code = "Pay" },
		`step pay: no state "cellar"`:             func(p *Procedure) { p.Steps[0].To = "cellar" },
		`step pay leads out of the end inside`:    func(p *Procedure) { p.Steps[0].From = []string{"inside"} },
		`"open" is not a recorded fact`:           func(p *Procedure) { p.Steps[0].Sets = []string{"open"} },
		`no fact "paid"`:                          func(p *Procedure) { p.Facts = p.Facts[1:] },
		`nothing needs fact idle`:                 func(p *Procedure) { p.Facts = append(p.Facts, Fact{Code: "idle", Title: T("闲", "Idle")}) },
		`no clock "night"`:                        func(p *Procedure) { p.Steps[0].Starts = []string{"night"} },
		`clock day is never started`:              func(p *Procedure) { p.Opens, p.Steps[3].Starts = nil, nil },
		`neither an article nor an office rule`:   func(p *Procedure) { p.Clocks[0].Period.Rule = "" },
		`clock day: paid is not an observed fact`: func(p *Procedure) { p.Clocks[0].Lapsed = paid },
		`a need gives no reason`:                  func(p *Procedure) { p.Steps[0].Needs = All(enough, Not(open)) },
		`a need looks at history`:                 func(p *Procedure) { p.Steps[0].Needs = All(enough, Took("enter").Because("need.open")) },
		`by nobody`:                               func(p *Procedure) { p.Steps[0].By = nil },
		`step pay lacks a title`:                  func(p *Procedure) { p.Steps[0].Title.EN = "" },
		`field name "1"`:                          func(p *Procedure) { p.Steps[0].Fields = []Field{{Name: "1", Label: T("一", "One"), Type: Bool}} },
		`field a has no type`:                     func(p *Procedure) { p.Steps[0].Fields = []Field{{Name: "a", Label: T("一", "One")}} },
		`its options do not agree`:                func(p *Procedure) { p.Steps[0].Fields = []Field{{Name: "a", Label: T("一", "One"), Type: Select}} },
		`"on" is not a required date field`:       func(p *Procedure) { p.Steps[0].Dated = "on" },
	} {
		p := door()
		spoil(&p)
		if _, err := New(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := New(door()); err != nil {
		t.Errorf("a good one is refused: %v", err)
	}
}

func TestNext(t *testing.T) {
	p := Define(door())
	m, _ := p.Open()
	choices, err := p.Next(m, Seen{"open": true, "late": true}, []string{"porter"})
	if err != nil {
		t.Fatal(err)
	}
	enter := choices[4]
	var codes []string
	for _, r := range enter.Reasons {
		codes = append(codes, r.Code)
	}
	if enter.Allowed || !enter.Mine || !slices.Equal(codes, []string{"need.paid", "need.not_late"}) {
		t.Errorf("enter: %+v", enter)
	}
	if got := enter.Reasons[1].Cites; len(got) != 1 || got[0] != law.AP(60) {
		t.Errorf("cites: %v", got)
	}
	if pay := choices[0]; !pay.Allowed || pay.Mine || pay.Step.Op != "test.pay" {
		t.Errorf("pay, with nothing entered yet: %+v", pay)
	}
	if choices, err := p.Next(Matter{State: "inside"}, Seen{"open": true, "late": false}, nil); err != nil || len(choices) != 0 {
		t.Errorf("the end has steps: %v %v", choices, err)
	}
	for name, ask := range map[string]func() error{
		"an observed fact was not looked at": func() error { _, err := p.Next(m, Seen{"open": true}, nil); return err },
		"a state of another procedure": func() error {
			_, err := p.Next(Matter{State: "moon"}, Seen{"open": true, "late": true}, nil)
			return err
		},
		"a fact that steps do not record": func() error {
			_, err := p.Next(Matter{State: "outside", Facts: []string{"open"}}, Seen{"open": true, "late": true}, nil)
			return err
		},
	} {
		if err := ask(); err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A reason names what does away with it: the steps of the present state, and the clock whose end is awaited.
func TestReasonsNameWhatMendsThem(t *testing.T) {
	p := door()
	p.Steps[4].Needs = All(open, paid, Any(late, Not(paid)).Because("need.not_late"))
	d := Define(p)
	of := func(m Matter) (out []string) {
		choices, err := d.Next(m, Seen{"open": true, "late": false}, []string{"guest"})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range choices[4].Reasons {
			line := r.Code + ":"
			for _, s := range r.Mends {
				line += " " + s.Code
			}
			out = append(out, line+" "+r.Clock)
		}
		return out
	}
	if got := of(Matter{State: "outside"}); !slices.Equal(got, []string{"need.paid: pay "}) {
		t.Errorf("unpaid: %q", got)
	}
	if got := of(Matter{State: "outside", Facts: []string{"paid"}}); !slices.Equal(got, []string{"need.not_late: renew day"}) { // it takes the payment back
		t.Errorf("paid: %q", got)
	}
}

func TestTake(t *testing.T) {
	p := Define(door())
	m, actions := p.Open()
	if len(actions) != 1 || actions[0].Verb != StartClock || actions[0].Clock.Code != "day" {
		t.Fatalf("opening: %+v", actions)
	}
	seen := Seen{"open": true, "late": false}
	take := func(m Matter, step string, roles ...string) (Matter, error) {
		after, _, err := p.Take(m, step, seen, roles)
		return after, err
	}
	if _, err := take(m, "pay", "guest"); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("an entered fact was not told: %v", err)
	}
	seen["enough"] = false
	if _, err := take(m, "pay", "guest"); !fault.Is(err, "procedure.blocked") {
		t.Errorf("paid too little: %v", err)
	}
	seen["enough"] = true
	if _, err := take(m, "pay", "porter"); !fault.Is(err, "procedure.not_yours") {
		t.Errorf("the porter pays: %v", err)
	}
	after, err := take(m, "pay", "guest")
	if err != nil || after.State != "outside" || !after.Has(paid) || m.Has(paid) {
		t.Fatalf("paid: %+v %v, before: %+v", after, err, m)
	}
	if cleared, err := take(after, "renew", "guest"); err != nil || cleared.Has(paid) {
		t.Errorf("renewed: %+v %v", cleared, err)
	}
	in, err := take(after, "enter", "porter")
	if err != nil || in.State != "inside" {
		t.Fatalf("entered: %+v %v", in, err)
	}
	if _, err := take(in, "enter", "porter"); !fault.Is(err, "procedure.not_now") {
		t.Errorf("entered twice: %v", err)
	}
	if _, err := take(in, "fly", "porter"); !fault.Is(err, "procedure.no_step") {
		t.Errorf("flew: %v", err)
	}
}

func TestCheck(t *testing.T) {
	p := Define(door())
	proofs, err := Check(p, []Property{
		{Code: "pays", Title: T("付", "Pays"), When: Entering("inside"), Must: Took("pay").Since("renew")},
		{Code: "in_time", Title: T("准时", "In time"), When: Entering("inside"), Must: Not(late)},
		// False: the clock ran out, was renewed, and one may enter.
		{Code: "never_late", Title: T("从未迟到", "Never late"), When: Entering("inside"), Must: Not(Passed("day"))},
		{Code: "not_late_since", Title: T("重来后未迟到", "Not late since"), When: All(Entering("inside"), Not(Took("wait"))), Must: Not(Passed("day").Since("renew"))},
		// False: while the clock is suspended its lapse does not count.
		{Code: "waiting", Title: T("等", "Waiting"), When: Entering("inside"), Must: Not(Passed("day").Since("renew"))},
		{Code: "porter", Title: T("门房", "Porter"), When: Entering("inside"), Must: Actor("guest")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"all_reached": 0, "end_in_reach": 0, "pays": 0, "in_time": 0, "never_late": 4, "not_late_since": 0, "waiting": 4, "porter": 2}
	for _, proof := range proofs {
		if n := want[proof.Property.Code]; n != len(proof.Way) || proof.Proved != (n == 0) {
			t.Errorf("%s: want a way of %d moves, got\n%s", proof.Property.Code, n, strings.Join(proof.Story("en"), "\n"))
		}
	}
	if story := proofs[7].Story("en"); !slices.Equal(story, []string{"1. Pay (pay, guest)", "2. Enter (enter, porter): Outside → Inside"}) {
		t.Errorf("the way is told as %q", story)
	}
}

func TestCheckFindsDeadEndsAndIdleSteps(t *testing.T) {
	c := door()
	c.States = append(c.States, State{Code: "pit", Title: T("坑", "Pit")}, State{Code: "attic", Title: T("阁楼", "Attic")})
	c.Steps = append(c.Steps, Step{Code: "fall", Title: T("跌", "Fall"), From: []string{"outside"}, To: "pit", By: []string{"guest"}})
	proofs, err := Check(Define(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if proofs[0].Proved || len(proofs[0].Never) != 1 || proofs[0].Never[0].EN != "Attic" {
		t.Errorf("idle: %+v", proofs[0])
	}
	if proofs[1].Proved || len(proofs[1].Way) != 1 || proofs[1].Way[0].Step.Code != "fall" {
		t.Errorf("dead end: %+v", proofs[1])
	}
}

func TestPropertiesDoNotTrustTheBooks(t *testing.T) {
	for name, prop := range map[string]Property{
		"a recorded fact": {When: Entering("inside"), Must: paid},
		"no such step":    {When: Taking("fly"), Must: open},
		"no such clock":   {When: Entering("inside"), Must: Passed("night")},
	} {
		if _, err := Check(Define(door()), []Property{prop}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestCheckRoles(t *testing.T) {
	denied := CheckRoles(Define(door()), func(role, op string) bool { return role == "guest" && op != "test.renew" })
	var got []string
	for _, d := range denied {
		got = append(got, d.Role+" "+d.Step.Code)
	}
	if !slices.Equal(got, []string{"guest renew", "porter enter"}) {
		t.Errorf("got %v", got)
	}
}

func TestMermaidQuotesNothingThatMermaidReads(t *testing.T) {
	for _, line := range strings.Split(Define(door()).Mermaid("en"), "\n") {
		if strings.Count(line, ":") > 1 || strings.ContainsAny(line, ";#") {
			t.Errorf("mermaid would misread %q", line)
		}
	}
}

var form = Step{Code: "form", Fields: []Field{
	{Name: "text", Label: T("文", "Text"), Type: TextField, Required: true, Min: 2, Max: 4},
	{Name: "pick", Label: T("选", "Pick"), Type: Select, Options: []Option{{Value: "a"}, {Value: "b"}}},
	{Name: "sum", Label: T("数", "Sum"), Type: Number, Max: 1000},
	{Name: "on", Label: T("日", "On"), Type: DateField, NotFuture: true},
	{Name: "until", Label: T("至", "Until"), Type: DateField, NotPast: true},
	{Name: "at", Label: T("时", "At"), Type: Moment},
	{Name: "people", Label: T("人", "People"), Type: People, Max: 2},
	{Name: "sure", Label: T("是", "Sure"), Type: Bool},
}}

func TestRead(t *testing.T) {
	now := time.Date(2024, 2, 8, 20, 0, 0, 0, time.UTC) // the 9th in Shanghai
	for _, c := range []struct {
		name, field string
		value       any
		fault       string
	}{
		{"trimmed", "text", " 好的 ", ""},
		{"blank is empty", "text", "  ", "procedure.field_required"},
		{"too short", "text", "好", "procedure.field_short"},
		{"characters, not bytes", "text", "好好好好", ""},
		{"too long", "text", "好好好好好", "procedure.field_long"},
		{"not a text", "text", 3.0, "procedure.field_type"},
		{"broken bytes", "text", "\xff\xfe", "procedure.field_type"},
		{"an option", "pick", "b", ""},
		{"no option", "pick", "c", "procedure.field_option"},
		{"whole", "sum", 1000.0, ""},
		{"not whole", "sum", 0.5, "procedure.field_type"},
		{"negative", "sum", -1.0, "procedure.field_low"},
		{"too much", "sum", 1001.0, "procedure.field_high"},
		{"huge", "sum", 1e300, "procedure.field_type"},
		{"today in Shanghai", "on", "2024-02-09", ""},
		{"tomorrow", "on", "2024-02-10", "procedure.field_future"},
		{"no such day", "on", "2024-02-30", "procedure.field_type"},
		{"today", "until", "2024-02-09", ""},
		{"yesterday", "until", "2024-02-08", "procedure.field_past"},
		{"a moment", "at", "2024-02-09T09:00:00+08:00", ""},
		{"no moment", "at", "9 o'clock", "procedure.field_type"},
		{"two people", "people", []any{"p1", "p2"}, ""},
		{"one twice", "people", []any{"p1", "p1"}, "procedure.field_type"},
		{"three people", "people", []any{"p1", "p2", "p3"}, "procedure.field_long"},
		{"a number among people", "people", []any{1.0}, "procedure.field_type"},
		{"yes", "sure", true, ""},
		{"yes in words", "sure", "true", "procedure.field_type"},
		{"unknown", "extra", "x", "procedure.field_unknown"},
	} {
		in := map[string]any{"text": "好的"}
		in[c.field] = c.value
		values, err := form.Read(in, now)
		if c.fault == "" {
			if err != nil || values[c.field] == nil {
				t.Errorf("%s: %v, %v", c.name, values, err)
			}
			continue
		}
		f, ok := err.(*fault.Error)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Name != c.field || f.Fields[0].Code != c.fault {
			t.Errorf("%s: want %s, got %v", c.name, c.fault, err)
		}
	}
	if values, err := form.Read(map[string]any{"text": "好的", "people": []any{}}, now); err != nil || len(values) != 1 {
		t.Errorf("what is left empty is absent: %v %v", values, err)
	}
}

func TestDatedClocksStartOnTheirDay(t *testing.T) {
	now := time.Date(2024, 2, 9, 1, 0, 0, 0, time.UTC)
	day, _ := law.ParseDate("2024-02-07")
	if got := (ClockAction{Dated: "on"}).Start(Values{"on": day}, now); !got.Equal(day.Start()) {
		t.Errorf("got %v", got)
	}
	if got := (ClockAction{}).Start(Values{"on": day}, now); !got.Equal(now) {
		t.Errorf("got %v", got)
	}
}
