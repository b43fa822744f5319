package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
	"jiexu/systems/intake/routing"
)

// Rules are drafted from what ships, changed, tested on last month and switched on; what holds is never changed.
func TestRulesFromDraftToOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx, desk := context.Background(), o.actor("desk")
		set, err := o.svc.DraftRules(ctx, desk, "")
		o.must(err)
		// Of the departments this office has only greening: the rules for the others are left out.
		if set.Version != 1 || set.State != intake.RulesDraft || slices.ContainsFunc(set.Rules, func(r routing.Rule) bool { return r.Then.To == routing.ToDepartment }) {
			t.Errorf("drafted as %+v", set)
		}
		if _, err := o.svc.SwitchRules(ctx, desk, set.ID, set.Rev, true); !fault.Is(err, "intake.rules_untested") {
			t.Errorf("switched on untested: %v", err)
		}
		rules := []routing.Rule{
			{Title: "绿化先转部门", When: routing.Conditions{Words: []string{"枯死"}}, Then: routing.Action{To: routing.ToDepartment, Unit: o.dept, Days: 1, Auto: true}},
			{Title: "摊位派属地", When: routing.Conditions{Words: []string{"早餐摊"}}, Then: routing.Action{To: routing.ToUnit, Unit: o.squad, With: []string{o.other}, Auto: true}},
			{Title: "噪声派彭浦", When: routing.Conditions{Words: []string{"噪声"}}, Then: routing.Action{To: routing.ToUnit, Unit: o.other}},
		}
		for name, wrong := range map[string]routing.Rule{
			"a department that is a squad": {Title: "x", Then: routing.Action{To: routing.ToDepartment, Unit: o.squad}},
			"a squad that is a department": {Title: "x", Then: routing.Action{To: routing.ToUnit, Unit: o.dept}},
			"nobody":                       {Title: "x", Then: routing.Action{To: routing.ToUnit, Unit: "none"}},
			"who joins in is outside":      {Title: "x", Then: routing.Action{To: routing.ToPlace, With: []string{o.dept}}},
		} {
			if _, err := o.svc.SaveRules(ctx, desk, set.ID, set.Rev, intake.RulesInput{Rules: []routing.Rule{wrong}}); !fault.Is(err, "form") {
				t.Errorf("%s: %v", name, err)
			}
		}
		set, err = o.svc.SaveRules(ctx, desk, set.ID, set.Rev, intake.RulesInput{Note: "试行", Rules: rules})
		o.must(err)
		if _, err := o.svc.SaveRules(ctx, desk, set.ID, set.Rev-1, intake.RulesInput{}); !fault.Is(err, "changed_meanwhile") {
			t.Errorf("saved over another's work: %v", err)
		}
		for _, login := range []string{"leader", "stranger", "dept"} {
			if _, err := o.svc.RuleSet(ctx, o.actor(login), set.ID); !fault.Is(err, "intake.rules_not_found") {
				t.Errorf("%s reads the rules: %v", login, err)
			}
		}

		// Last month: one went where it would, one elsewhere, one waits, one that no rule fits, one too old.
		complain := func(title string, ago int) string {
			return o.complain(func(in *intake.Registration) {
				in.Title = title
				at := o.now.AddDate(0, 0, -ago)
				in.ReceivedAt = &at
				in.Content = title + "。"
			}).ID
		}
		same, elsewhere := complain("早餐摊占道", 1), complain("夜间噪声", 2)
		complain("噪声扰民", 3)
		complain("路面不洁", 4)
		complain("早餐摊又来", 40)
		o.does("desk", same, intake.StepRoute, map[string]any{"unit": o.squad})
		o.does("desk", elsewhere, intake.StepRoute, map[string]any{"unit": o.squad})
		before := o.count(`SELECT count(*) FROM intake_steps`)
		set, err = o.svc.TestRules(ctx, desk, set.ID)
		o.must(err)
		test := set.Test
		if set.State != intake.RulesTested || test.Looked != 4 || test.Same != 1 || test.Elsewhere != 1 || test.Waiting != 1 || test.None != 1 || test.Cut {
			t.Errorf("the test found %+v", test)
		}
		if e := test.Rules[2].Examples; len(e) != 1 || e[0].ID != elsewhere || e[0].Went != "大宁路街道中队" || e[0].Would != "彭浦镇中队" {
			t.Errorf("elsewhere: %+v", e)
		}
		if u := test.Unfit; len(u) != 1 || u[0].Title != "路面不洁" || u[0].Went != "" {
			t.Errorf("no rule fits %+v", u)
		}
		if after := o.count(`SELECT count(*) FROM intake_steps`); after != before {
			t.Errorf("the test took %d steps", after-before)
		}
		set, err = o.svc.SwitchRules(ctx, desk, set.ID, set.Rev, true)
		o.must(err)
		if _, err := o.svc.SaveRules(ctx, desk, set.ID, set.Rev, intake.RulesInput{}); !fault.Is(err, "intake.rules_fixed") {
			t.Errorf("what holds is changed: %v", err)
		}

		// They hold from now on, and say so of what is being taken down.
		reads := func(content string) *intake.RuleView {
			r, err := o.svc.Read(ctx, desk, intake.Draft{Content: content, Channel: intake.Hotline, Kind: intake.Grievance}, "zh-CN")
			o.must(err)
			return r.Rule
		}
		if r := reads("小区门口的树枯死了。"); r == nil || r.Title != "绿化先转部门" || r.Unit == nil || r.Unit.ID != o.dept || !r.Auto {
			t.Errorf("of a draft the first rule says %+v", r)
		}
		if r := reads("施工噪声。"); r == nil || r.Unit == nil || r.Unit.Name != "彭浦镇中队" || r.Auto {
			t.Errorf("of a draft the third rule says %+v", r)
		}
		if r := reads("路面不洁。"); r != nil {
			t.Errorf("of a draft that no rule fits: %+v", r)
		}
		if _, err := o.svc.Read(ctx, o.actor("dept"), intake.Draft{Content: "施工噪声。"}, "zh-CN"); fault.KindOf(err) != fault.Refused {
			t.Errorf("a department reads a draft: %v", err)
		}
		auto := o.complain(func(in *intake.Registration) {
			in.Title, in.Content = "小区绿化枯死", "小区门口的树枯死了。"
		})
		if auto.State != intake.Inspecting || !o.sees("dept", auto.ID) || o.clock(auto.ID, "inspection").DueDate != "2026-03-05" {
			t.Errorf("by the first rule it is %s", auto.State)
		}
		joint := o.complain(func(in *intake.Registration) { in.Title, in.Content = "早餐摊再占道", "早餐摊再占道。" })
		d := o.detail("desk", joint.ID)
		if d.State != intake.Routed || d.Unit.ID != o.squad || len(d.Parts) != 1 || d.Parts[0].Unit != o.other || d.Rule == nil || !d.Rule.Auto || d.Rule.Reasons[0] != "内容提到“早餐摊”" {
			t.Errorf("by the second rule: %s, %+v, parts %+v, %+v", d.State, d.Unit, d.Parts, d.Rule)
		}
		if d.Timeline[0].ActorName != "派遣规则" {
			t.Errorf("routed by %s", d.Timeline[0].ActorName)
		}
		proposed := o.complain(func(in *intake.Registration) { in.Title, in.Content = "施工噪声", "施工噪声。" })
		d = o.detail("desk", proposed.ID)
		if d.State != intake.Registered || d.Rule == nil || d.Rule.Unit.ID != o.other || d.Choices[0].Fields[0].Value != o.other {
			t.Errorf("by the third rule: %s, %+v", d.State, d.Rule)
		}

		// A second version takes its place; the first has held.
		second, err := o.svc.DraftRules(ctx, desk, set.ID)
		o.must(err)
		second, err = o.svc.TestRules(ctx, desk, second.ID)
		o.must(err)
		if _, err := o.svc.SwitchRules(ctx, desk, second.ID, second.Rev, true); err != nil {
			t.Fatal(err)
		}
		all, err := o.svc.RuleSets(ctx, desk)
		o.must(err)
		if len(all) != 2 || all[0].State != intake.RulesOn || all[1].State != intake.RulesOff || all[0].MadeBy != "王desk" {
			t.Errorf("versions %+v %+v", all[0], all[1])
		}
		o.sealed()
	})
}

// Two switch on at the same moment: one version holds.
func TestSwitchedOnAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx, desk := context.Background(), o.actor("desk")
		var sets []*intake.RuleSet
		for range 3 {
			set, err := o.svc.DraftRules(ctx, desk, "")
			o.must(err)
			set, err = o.svc.TestRules(ctx, desk, set.ID)
			o.must(err)
			sets = append(sets, set)
		}
		var all sync.WaitGroup
		for _, set := range sets {
			all.Go(func() {
				_, err := o.svc.SwitchRules(ctx, desk, set.ID, set.Rev, true)
				var known *fault.Error
				if err != nil && !errors.As(err, &known) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := o.count(`SELECT count(*) FROM intake_rules WHERE state = 'on'`); n != 1 {
			t.Errorf("%d versions hold", n)
		}
		o.sealed()
	})
}

// At a border both squads are offered, the nearer first, and no rule sends the complaint by itself.
func TestBorder(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx, desk := context.Background(), o.actor("desk")
	set, err := o.svc.DraftRules(ctx, desk, "")
	o.must(err)
	set, err = o.svc.SaveRules(ctx, desk, set.ID, set.Rev, intake.RulesInput{Rules: []routing.Rule{{Title: "一律派属地", Then: routing.Action{To: routing.ToPlace, Auto: true, Confidence: 0.5}}}})
	o.must(err)
	set, err = o.svc.TestRules(ctx, desk, set.ID)
	o.must(err)
	_, err = o.svc.SwitchRules(ctx, desk, set.ID, set.Rev, true)
	o.must(err)
	at := func(lon, lat float64) *intake.Detail {
		r := o.complain(func(in *intake.Registration) { in.Lon, in.Lat, in.Content = &lon, &lat, fmt.Sprint("占道", lon, lat) })
		return o.detail("desk", r.ID)
	}
	lon, lat := o.border()
	d := at(lon, lat)
	if d.State != intake.Registered || d.Rule == nil || len(d.Rule.Border) < 2 || d.Rule.Auto {
		t.Fatalf("at the border: %s, %+v", d.State, d.Rule)
	}
	options := d.Choices[0].Fields[0].Options
	if options[0].Value != d.Rule.Border[0].ID || options[1].Value != d.Rule.Border[1].ID || options[0].Label != d.Rule.Border[0].Name+"（边界）" {
		t.Errorf("offered %+v for %+v", options[:2], d.Rule.Border)
	}
	if inland := at(121.4535, 31.2855); inland.State != intake.Routed {
		t.Errorf("away from borders it is %s: %+v", inland.State, inland.Rule)
	}
}

// What an import brings is proposed and marked, and sent by nobody but the desk.
func TestImportIsProposed(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx, desk := context.Background(), o.actor("desk")
	set, err := o.svc.DraftRules(ctx, desk, "")
	o.must(err)
	set, err = o.svc.SaveRules(ctx, desk, set.ID, set.Rev, intake.RulesInput{Rules: []routing.Rule{{Title: "派属地", Then: routing.Action{To: routing.ToUnit, Unit: o.squad, Auto: true}}}})
	o.must(err)
	set, err = o.svc.TestRules(ctx, desk, set.ID)
	o.must(err)
	_, err = o.svc.SwitchRules(ctx, desk, set.ID, set.Rev, true)
	o.must(err)
	columns, err := intake.ShippedMap("generic")
	o.must(err)
	done, err := o.svc.Import(ctx, desk, intake.ImportFile{Name: "a.csv", MapName: "generic", Map: columns, Content: []byte("编号,渠道,类型,内容,时间\nA1,12345,投诉,路口井盖缺失，老人差点摔倒,2026-03-03 08:00\n")}, nil)
	o.must(err)
	if done.Imported != 1 {
		t.Fatalf("%+v", done)
	}
	rows, _, err := o.svc.List(ctx, desk, intake.Filter{Urgent: true}, "zh-CN")
	o.must(err)
	if len(rows) != 1 {
		t.Fatalf("urgent: %+v", rows)
	}
	d := o.detail("desk", rows[0].ID)
	if d.State != intake.Registered || d.Rule == nil || d.Rule.Auto || d.Danger[0] != "危险：井盖缺失" {
		t.Errorf("%s, %+v, %v", d.State, d.Rule, d.Danger)
	}
}

// Pages that are put together of several ways tell every complaint once, in order.
func TestPagesOfSeveralWays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		var mine []string
		for i := range 9 {
			at := o.now.Add(-time.Duration(i) * time.Hour)
			id := o.complain(func(in *intake.Registration) { in.Content, in.ReceivedAt = fmt.Sprint("占道", i), &at }).ID
			o.does("desk", id, intake.StepRoute, map[string]any{"unit": []string{o.squad, o.other, o.other}[i%3]})
			if i%3 == 1 {
				o.does("desk", id, intake.StepJoin, map[string]any{"unit": o.squad, "task": "协助"})
			}
			if i%3 != 2 {
				mine = append(mine, id)
			}
		}
		var got []string
		f := intake.Filter{Limit: 2}
		for {
			rows, next, err := o.svc.List(ctx, o.actor("leader"), f, "zh-CN")
			o.must(err)
			for _, r := range rows {
				got = append(got, r.ID)
			}
			if f.Cursor = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, mine) {
			t.Errorf("%v, want %v", got, mine)
		}
	})
}
