package intake_test

import (
	"context"
	"strings"
	"testing"

	"jiexu/place"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
	"jiexu/systems/intake/routing"
	"jiexu/words"
)

// rules switches a table of rules on.
func (o *office) rules(rules ...routing.Rule) {
	o.Helper()
	ctx, desk := context.Background(), o.actor("desk")
	set, err := o.svc.DraftRules(ctx, desk, "")
	o.must(err)
	set, err = o.svc.SaveRules(ctx, desk, set.ID, set.Rev, intake.RulesInput{Rules: rules})
	o.must(err)
	set, err = o.svc.TestRules(ctx, desk, set.ID)
	o.must(err)
	_, err = o.svc.SwitchRules(ctx, desk, set.ID, set.Rev, true)
	o.must(err)
}

func (o *office) at(p place.Point) *intake.Detail {
	o.Helper()
	r := o.complain(func(in *intake.Registration) { in.Lon, in.Lat, in.Address = &p.Lon, &p.Lat, "" })
	return o.detail("desk", r.ID)
}

// How near a border is, the office sets; the reason is told with the metres.
func TestBorderIsTheOfficesToSet(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	lon, lat := o.border()
	on, off := place.Point{Lon: lon, Lat: lat}, place.Point{Lon: lon + 0.0011, Lat: lat} // some hundred metres away
	if d := o.at(on); d.Rule == nil || len(d.Rule.Border) != 2 || !strings.Contains(d.Rule.Why, " 米") || !strings.Contains(d.Rule.Why, "第二个单位") {
		t.Fatalf("on the border: %+v", d.Rule)
	}
	if d := o.at(off); d.Rule != nil && len(d.Rule.Border) > 0 {
		t.Errorf("a hundred metres off: %+v", d.Rule)
	}
	o.set("intake.border", 200)
	if d := o.at(off); d.Rule == nil || len(d.Rule.Border) < 2 {
		t.Errorf("a hundred metres off where 200 m count: %+v", d.Rule)
	}
}

// The circle in which an address probably is reaches over a border: both squads are offered, at registration as well.
func TestUncertainPlaceAtABorder(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx := context.Background()
	o.set("intake.border", 0)
	circles := 0
	for _, address := range []string{"康定路与胶州路交叉口", "武定路与常德路交叉口", "江宁路与新闸路交叉口", "西藏北路与芷江中路交叉口", "中华新路430号", "延长路149号", "平型关路1083号"} {
		found, border, err := o.svc.Locate(ctx, o.actor("desk"), address, nil, words.Chinese)
		o.must(err)
		d := o.detail("desk", o.complain(func(in *intake.Registration) { in.Address, in.Content = address, "占道堆物。"+address }).ID)
		told := d.Rule != nil && len(d.Rule.Border) > 1
		if told != (border != nil) {
			t.Errorf("%s: asked for, the border is %+v; registered, %+v", address, border, d.Rule)
		}
		if !told {
			continue
		}
		circles++
		if !strings.Contains(d.Rule.Why, "误差圈") || border.Why != d.Rule.Why || border.Units[0] != d.Rule.Border[0] || len(found) == 0 {
			t.Errorf("%s: %+v and %+v", address, border, d.Rule)
		}
		options := d.Choices[0].Fields[0].Options
		if options[0].Value != d.Rule.Border[0].ID || options[1].Value != d.Rule.Border[1].ID {
			t.Errorf("%s: routing offers %+v first", address, options[:2])
		}
	}
	if circles == 0 || circles == 7 {
		t.Errorf("%d of 7 addresses are at a border: the cases say nothing", circles)
	}
}

// A rule for borders may decide by itself, and have the other side join in, whichever leads.
func TestRuleForBorders(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	yes := true
	lon, lat := o.border()
	p := place.Point{Lon: lon, Lat: lat}
	rule := routing.Rule{Title: "边界：一侧牵头，另一侧协办", When: routing.Conditions{Border: &yes}, Then: routing.Action{To: routing.ToPlace, Beside: true}}
	o.rules(rule)
	d := o.at(p)
	if d.State != intake.Registered || len(d.Rule.With) != 1 || d.Rule.Unit == nil || d.Rule.With[0].ID == d.Rule.Unit.ID {
		t.Fatalf("the rule proposes %+v", d.Rule)
	}
	lead, other := *d.Rule.Unit, d.Rule.With[0]
	for _, c := range []struct{ unit, joins intake.Named }{{lead, other}, {other, lead}} {
		d := o.at(p)
		o.does("desk", d.ID, intake.StepRoute, map[string]any{"unit": c.unit.ID, "with": true})
		if d = o.detail("desk", d.ID); d.Unit.ID != c.unit.ID || len(d.Parts) != 1 || d.Parts[0].Unit != c.joins.ID {
			t.Errorf("led by %s: %+v joins in", c.unit.Name, d.Parts)
		}
	}
	rule.Then.Auto = true
	o.rules(rule)
	if d := o.at(p); d.State != intake.Routed || d.Unit.ID != lead.ID || len(d.Parts) != 1 {
		t.Errorf("by itself: %s, %+v with %+v", d.State, d.Unit, d.Parts)
	}
	o.sealed()
}

// Who takes over the place that we propose is no surer of it than we were: a rule does not send it by itself as if a person had looked.
func TestTakenOverIsNoSurer(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx := context.Background()
	o.rules(routing.Rule{Title: "一律派属地", Then: routing.Action{To: routing.ToPlace, Auto: true, Confidence: 0.9}})
	const address = "西藏北路与芷江中路交叉口"
	found, _, err := o.svc.Locate(ctx, o.actor("desk"), address, nil, words.Chinese)
	o.must(err)
	register := func(p place.Point) *intake.Detail {
		return o.detail("desk", o.complain(func(in *intake.Registration) {
			in.Address, in.Lon, in.Lat, in.Content = address, &p.Lon, &p.Lat, "占道堆物。"
		}).ID)
	}
	if d := register(found[0].Point); d.State != intake.Registered || d.LocatedBy != intake.ByText || d.Rule.Sure != int(100*found[0].Confidence+0.5) || len(d.Rule.Border) < 2 {
		t.Errorf("taken over: %s, located by %s, %+v", d.State, d.LocatedBy, d.Rule)
	}
	if d := register(place.Point{Lon: 121.4535, Lat: 31.2855}); d.State != intake.Routed || d.LocatedBy != intake.ByCoordinates || d.Rule.Sure != 100 {
		t.Errorf("put there by hand: %s, located by %s, %+v", d.State, d.LocatedBy, d.Rule)
	}
}
