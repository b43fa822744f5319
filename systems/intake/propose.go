package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"jiexu/area"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
	"jiexu/systems/intake/routing"
)

// Danger is what in a complaint's text is dangerous, and by which words.
type Danger = routing.Hit

// Proposal is what the routing rules in force said of a complaint when it came in. The desk follows it or not.
type Proposal struct {
	Set     string           `json:"set"`
	Version int              `json:"version"`
	Title   string           `json:"title"` // of the rule
	TitleEn string           `json:"titleEn,omitempty"`
	To      string           `json:"to"`
	Unit    string           `json:"unit,omitempty"` // empty: the rule fits, and nobody could be found for it
	With    []string         `json:"with,omitempty"`
	Days    int              `json:"days,omitempty"`
	Sure    float64          `json:"sure"`             // of the place
	Border  []string         `json:"border,omitempty"` // units of the areas nearby, where there are several
	Why     BorderWhy        `json:"borderWhy"`
	Auto    bool             `json:"auto,omitempty"` // sent by the rule, without the desk
	Reasons []routing.Reason `json:"reasons"`
}

// BorderWhy says why a place counts as at a border: so many metres from a second unit's area, or the circle in which it probably
// is reaches into one.
type BorderWhy struct {
	Metres int `json:"metres,omitempty"`
	Circle int `json:"circle,omitempty"`
}

// rulesOn are the rules that hold in a unit, those of the nearest office above it; nil where none are on.
func (s *Service) rulesOn(ctx context.Context, tx *store.Tx, unit string) (*ruleSet, error) {
	type head struct {
		id      string
		version int
		rules   string
	}
	on, err := store.Collect(ctx, tx, func(r *sql.Rows) (h head, err error) { return h, r.Scan(&h.id, &h.version, &h.rules) },
		`SELECT s.id, s.version, s.rules FROM intake_rules s JOIN org_v_unit_paths p ON p.ancestor = s.unit WHERE p.descendant = $1 AND s.state = 'on'
		ORDER BY (SELECT count(*) FROM org_v_unit_paths up WHERE up.descendant = s.unit) DESC LIMIT 1`, unit)
	if err != nil || len(on) == 0 {
		return nil, err
	}
	if known, ok := s.known.Load(on[0].id); ok {
		return known.(*ruleSet), nil
	}
	set := &ruleSet{id: on[0].id, version: on[0].version}
	if err := json.Unmarshal([]byte(on[0].rules), &set.rules); err != nil {
		return nil, fmt.Errorf("routing rules %s: %w", set.id, err)
	}
	s.known.Store(set.id, set) // what is on is never changed
	return set, nil
}

// ruleSet is the rules of a version.
type ruleSet struct {
	id      string
	version int
	rules   []routing.Rule
}

// facts are what the rules ask of a complaint.
func (c *Complaint) facts(border bool) routing.Facts {
	return routing.Facts{Kind: c.Kind, Channel: c.Channel, Class: c.Category, Text: c.Title + "\n" + c.Text + "\n" + c.Address, Street: c.StreetCode,
		Urgent: c.Urgent, Confidential: c.Confidential, Border: border}
}

// bordering are the units of the areas at a complaint's place, the nearest or the likeliest first, where there are several: who
// found the matter first leads there (SH 14). metres is the office's own setting.
func bordering(ground *area.Ground, c *Complaint, metres float64) (units []string, why BorderWhy) {
	if c.Lon == nil || c.Lat == nil {
		return nil, why
	}
	at := place.Point{Lon: *c.Lon, Lat: *c.Lat}
	add := func(unit string) bool {
		fresh := unit != "" && !slices.Contains(units, unit)
		if fresh {
			units = append(units, unit)
		}
		return fresh
	}
	for _, near := range ground.Areas.FindNear(at, metres) {
		if add(near.Area.Unit) && len(units) == 2 {
			why.Metres = int(near.Metres + 0.5)
		}
	}
	if len(units) > 1 {
		return units, why
	}
	if units = nil; c.within > metres {
		for _, b := range ground.Gazetteer.Beside(at, c.within) {
			add(ground.UnitOf(b.Code))
		}
	}
	if len(units) < 2 {
		return nil, why
	}
	return units, BorderWhy{Circle: int(c.within + 0.5)}
}

// borderMetres is the office's setting of how near a second squad's area a place is at a border.
func borderMetres(ctx context.Context, tx *store.Tx, unit string) (metres float64, err error) {
	value, _, err := org.Setting(ctx, tx, unit, "intake.border")
	if err == nil {
		err = json.Unmarshal(value, &metres)
	}
	return metres, err
}

// streetName is what people call an area.
func streetName(ground *area.Ground, code string) string {
	for _, a := range ground.Areas.All() {
		if a.Code == code {
			return a.Name
		}
	}
	return code
}

// alert marks what is dangerous in a new complaint.
func (s *Service) alert(c *Complaint) {
	c.Danger = s.watch.Look(c.Title + "\n" + c.Text)
	c.Urgent = c.Urgent || len(c.Danger) > 0
}

// propose says by a set of rules whose a new complaint is; rules may be nil.
func (s *Service) propose(ctx context.Context, tx *store.Tx, set *ruleSet, ground *area.Ground, c *Complaint) error {
	metres, err := borderMetres(ctx, tx, c.Unit)
	if err != nil {
		return err
	}
	border, why := bordering(ground, c, metres)
	p := &Proposal{Sure: c.sure, Border: border, Why: why, Reasons: []routing.Reason{}}
	if set != nil {
		d, fits := routing.Decide(set.rules, c.facts(len(border) > 0))
		if fits {
			unit, err := goesTo(ctx, tx, d.Rule.Then, c, map[string]string{})
			if err != nil {
				return err
			}
			p.Set, p.Version, p.Title, p.TitleEn, p.To, p.Unit, p.Days, p.Reasons = set.id, set.version, d.Rule.Title, d.Rule.TitleEn, d.Rule.Then.To, unit, d.Rule.Then.Days, d.Reasons
			for i, r := range p.Reasons {
				if r.Code == "intake.why.street" {
					p.Reasons[i].Params = map[string]any{"value": streetName(ground, c.StreetCode)}
				}
			}
			p.With = slices.Clone(d.Rule.Then.With)
			if d.Rule.Then.Beside {
				p.With = append(p.With, border...)
			}
			slices.Sort(p.With)
			p.With = slices.DeleteFunc(slices.Compact(p.With), func(u string) bool { return u == unit })
			c.Urgent = c.Urgent || d.Rule.Then.Urgent
			p.Auto = d.Rule.Then.Auto && unit != "" && (len(border) == 0 || d.Rule.When.AtBorder()) && (d.Rule.Then.To != routing.ToPlace || c.sure >= d.Rule.Then.Confidence)
		}
	}
	if p.Set != "" || len(border) > 0 {
		c.Proposal = p
	}
	return nil
}

// goesTo is the unit that an action means for a complaint; empty where none can be found. workrooms keeps the community
// workroom of each street that was asked for.
func goesTo(ctx context.Context, tx *store.Tx, then routing.Action, c *Complaint, workrooms map[string]string) (string, error) {
	switch then.To {
	case routing.ToPlace:
		return c.ProposedUnit, nil
	case routing.ToCommunity:
		if then.Unit != "" || c.StreetCode == "" {
			return then.Unit, nil
		}
		if id, ok := workrooms[c.StreetCode]; ok {
			return id, nil
		}
		ids, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			`SELECT id FROM org_v_units WHERE outside AND kind = 'community' AND substr(code, 1, 9) = $1 LIMIT 2`, c.StreetCode)
		if err != nil {
			return "", err
		}
		if workrooms[c.StreetCode] = ""; len(ids) == 1 { // of several the desk chooses
			workrooms[c.StreetCode] = ids[0]
		}
		return workrooms[c.StreetCode], nil
	case routing.ToDesk:
		return "", nil
	}
	return then.Unit, nil
}

// stepOf is the step by which an action is taken.
var stepOf = map[string]struct{ step, field string }{
	routing.ToPlace: {StepRoute, "unit"}, routing.ToUnit: {StepRoute, "unit"}, routing.ToDepartment: {StepInspect, "department"}, routing.ToCommunity: {StepMediate, "community"},
}

// byRule sends a complaint where its rule says, if the rule may do so without the desk. A rule whose unit is gone, was
// moved outside, or has nobody who accepts, sends nothing: the desk finds the complaint as it is.
func (s *Service) byRule(ctx context.Context, tx *store.Tx, c *Complaint) (*Receipt, error) {
	how, ok := stepOf[c.Proposal.To]
	if !ok {
		return receipt(c), nil
	}
	unit, err := org.UnitByID(ctx, tx, c.Proposal.Unit)
	if fault.KindOf(err) == fault.NotFound || err == nil && unit.Outside != (how.step != StepRoute) {
		return receipt(c), nil
	}
	if err != nil {
		return nil, err
	}
	if how.step == StepRoute {
		if takes, err := takesOn(ctx, tx, unit.ID, law.On(s.now())); err != nil || !takes {
			return receipt(c), err
		}
	}
	a, err := s.prepare(ctx, tx, org.Program("routing"), c.ID, how.step)
	if err != nil {
		return nil, err
	}
	in := map[string]any{how.field: c.Proposal.Unit, "note": c.Proposal.Title}
	if how.step == StepRoute && len(c.Proposal.With) > 0 {
		in["with"] = true
	}
	if how.step != StepRoute && c.Proposal.Days > 0 {
		in["days"] = float64(c.Proposal.Days)
	}
	return s.take(ctx, tx, a, in)
}
