package intake

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"jiexu/api"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/intake/routing"
	"jiexu/words"
)

// RuleView is what the routing rules said of a complaint, in words.
type RuleView struct {
	Title   string   `json:"title,omitempty" doc:"of the rule; empty: none fits, and the place is at a border"`
	Version int      `json:"version,omitempty"`
	To      string   `json:"to,omitempty"`
	Unit    *Named   `json:"unit,omitempty"`
	With    []Named  `json:"with" doc:"who joins in by the rule"`
	Days    int      `json:"days,omitempty"`
	Auto    bool     `json:"auto" doc:"sent by the rule itself"`
	Sure    int      `json:"sure" doc:"of the place, in per cent"`
	Border  []Named  `json:"border" doc:"units of the areas nearby; who found it first leads (SH 14)"`
	Why     string   `json:"borderWhy,omitempty" doc:"why the place counts as at a border"`
	Reasons []string `json:"reasons"`
}

func (p *Proposal) view(names map[string]string, lang string) *RuleView {
	if p == nil {
		return nil
	}
	v := &RuleView{Title: p.Title, Version: p.Version, To: p.To, Days: p.Days, Auto: p.Auto, Sure: int(p.Sure*100 + 0.5), With: []Named{}, Border: []Named{}, Reasons: []string{}}
	if lang == words.English && p.TitleEn != "" {
		v.Title = p.TitleEn
	}
	if p.Unit != "" {
		v.Unit = &Named{p.Unit, names[p.Unit]}
	}
	for _, id := range p.With {
		v.With = append(v.With, Named{id, names[id]})
	}
	for _, id := range p.Border {
		v.Border = append(v.Border, Named{id, names[id]})
	}
	if len(p.Border) > 0 {
		v.Why = p.Why.text(lang)
	}
	for _, r := range p.Reasons {
		v.Reasons = append(v.Reasons, reasonText(r, lang))
	}
	return v
}

func (b BorderWhy) text(lang string) string {
	if b.Circle > 0 {
		return words.Text(lang, "intake.border_circle", map[string]any{"m": b.Circle})
	}
	return words.Text(lang, "intake.border_near", map[string]any{"m": b.Metres})
}

// reasonText says why a rule fits; what it was that fits is said in words where it is a code.
func reasonText(r routing.Reason, lang string) string {
	params := r.Params
	if value, ok := params["value"].(string); ok {
		switch r.Code {
		case "intake.why.kind":
			params = map[string]any{"value": kindTitle(value, lang)}
		case "intake.why.channel":
			params = map[string]any{"value": channelTitle(value, lang)}
		}
	}
	return words.Text(lang, r.Code, params)
}

// dangers says what is dangerous: the kind and the words.
func dangers(hits []Danger, lang string) []string {
	out := []string{}
	for _, h := range hits {
		title := h.Title
		if lang == words.English {
			title = h.TitleEn
		}
		out = append(out, words.Text(lang, "intake.danger", map[string]any{"kind": title, "words": strings.Join(h.Words, "、")}))
	}
	return out
}

// mentioned are the units that a complaint's page names.
func (f *file) mentioned() []string {
	units := []string{f.Unit, f.ProposedUnit, f.WithUnit}
	if f.Proposal != nil {
		units = slices.Concat(units, []string{f.Proposal.Unit}, f.Proposal.With, f.Proposal.Border)
	}
	return units
}

// offer completes a field with whom may be chosen, and what is proposed.
func (s *Service) offer(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, step *procedure.Step, field *api.Field, lang string) (err error) {
	switch {
	case field.Name == "unit" && field.Type == string(procedure.UnitField):
		return s.offerUnits(ctx, tx, actor, f, step, field, lang)
	case step.Code == StepPlace && field.Name == "at":
		if f.Lon != nil && f.Lat != nil {
			field.Value = procedure.PointText(*f.Lon, *f.Lat)
		}
	case step.Code == StepPlace && field.Name == "address":
		field.Value = f.Address
		if last, ok := f.newest(StepPlace).Fields["address"]; ok {
			field.Value = last
		}
	case step.Code == StepRoute && field.Name == "with":
		if f.Proposal != nil && len(f.Proposal.With) > 0 {
			field.Value = true
		}
	case step.Code == StepInspect && field.Name == "department":
		field.Options, err = options(ctx, tx, `SELECT id, name FROM org_v_units WHERE outside AND kind = 'department' ORDER BY code, id LIMIT 500`)
		field.Value = f.proposed(field.Options, routing.ToDepartment)
	case step.Code == StepMediate && field.Name == "community":
		field.Options, err = options(ctx, tx, `SELECT id, name FROM org_v_units WHERE outside AND kind = 'community' ORDER BY CASE WHEN substr(code, 1, 9) = $1 THEN 0 ELSE 1 END, code, id LIMIT 500`, f.StreetCode)
		field.Value = f.proposed(field.Options, routing.ToCommunity)
	case (step.Code == StepInspect || step.Code == StepMediate) && field.Name == "days":
		if f.Proposal != nil && f.Proposal.Days > 0 && stepOf[f.Proposal.To].step == step.Code {
			field.Value = f.Proposal.Days
		}
	case step.Code == StepClassify && field.Name != "note", step.Code == StepFileCase && field.Name == "matter":
		if err := s.offerClass(ctx, tx, f, field, lang); err != nil || field.Name != "matter" || s.hint == nil {
			return err
		}
		if hint, err := s.hint(ctx, tx, f.ID); err != nil || hint != "" { // what its source says goes before what the model thinks
			field.Value = hint
			return err
		}
	case field.Name == "department":
		field.Options, err = options(ctx, tx, `SELECT id, name FROM org_v_units WHERE outside ORDER BY kind, code, id LIMIT 500`)
		if found := f.newest(StepReport); found.Fields["result"] == ReportTheirs {
			field.Value = found.Unit // which said that it is theirs
		}
	case field.Name == "officers":
		field.Options, err = officersFor(ctx, tx, f.Unit, lang)
		var now []string
		for _, o := range f.officers {
			now = append(now, o.ID)
		}
		if len(now) > 0 {
			field.Value = now
		}
	case field.Name == "text" && (step.Code == StepPass || step.Code == StepSubmit):
		if draft, ok := f.newest(StepSubmit).Fields["text"]; ok {
			field.Value = draft
		}
	case step.Code == StepAnswer && field.Name == "text":
		field.Value = f.newest(StepSettle).Fields["findings"]
	case step.Code == StepClose && field.Name == "satisfaction" && slices.Contains(f.Facts, rated.Code):
		field.Value, field.Help = f.newest(StepRate).Fields["satisfaction"], words.Text(lang, "intake.rated_already", nil)
	case step.Code == StepClose && field.Name == "satisfaction":
		due, err := s.callDue(ctx, tx, f.Complaint)
		if err != nil {
			return err
		}
		if !due {
			field.Value = "not_called"
			return nil
		}
		field.Options = slices.DeleteFunc(field.Options, func(o api.Option) bool { return o.Value == "not_called" })
		field.Help = words.Text(lang, "intake.call_due", nil)
	case step.Code == StepReply && field.Name == "text" && f.ReplyText != "":
		field.Value = f.ReplyText
	}
	return err
}

// proposed is the unit that the rules propose, if it is among those that may be chosen.
func (f *file) proposed(options []api.Option, to string) any {
	if f.Proposal != nil && f.Proposal.To == to && slices.ContainsFunc(options, func(o api.Option) bool { return o.Value == f.Proposal.Unit }) {
		return f.Proposal.Unit
	}
	return nil
}

// offerUnits offers the units of the bureau: at a border those on both sides first.
func (s *Service) offerUnits(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, step *procedure.Step, field *api.Field, lang string) (err error) {
	w := &store.Where{}
	if step.Code != StepReturn {
		cond, args := org.ScopeSQL(actor, step.Op, "u.id", w.Next())
		w.Raw(cond, args)
	}
	if step.Code == StepJoin || step.Code == StepMove {
		w.Add("u.id <> ?", f.Unit)
	}
	accepting := ""
	if step.Code != StepJoin && step.Code != StepReturn { // who joins in need not accept, who is only suggested neither
		accepting = ` AND ` + w.Part(acceptsSQL("u.id", "?"), store.Date{Date: law.On(s.now())}, store.Date{Date: law.On(s.now())})
	}
	field.Options, err = options(ctx, tx, `SELECT u.id, u.name FROM org_v_units u WHERE `+w.SQL()+` AND NOT u.outside AND u.kind IN ('squad', 'street', 'section')`+accepting+`
		ORDER BY CASE u.kind WHEN 'section' THEN 1 ELSE 0 END, u.code, u.id LIMIT 500`, w.Args()...)
	if err != nil || step.Code != StepRoute {
		return err
	}
	want := f.ProposedUnit
	if p := f.Proposal; p != nil {
		if p.Unit != "" && (p.To == routing.ToPlace || p.To == routing.ToUnit) {
			want = p.Unit
		}
		for _, unit := range slices.Backward(p.Border) {
			if i := slices.IndexFunc(field.Options, func(o api.Option) bool { return o.Value == unit }); i >= 0 {
				o := field.Options[i]
				o.Label = words.Text(lang, "intake.at_border", map[string]any{"unit": o.Label})
				field.Options = slices.Insert(slices.Delete(field.Options, i, i+1), 0, o)
			}
		}
	}
	if suggested, ok := f.newest(StepReturn).Fields["unit"].(string); ok { // by the squad that returned it
		want = suggested
	}
	if slices.ContainsFunc(field.Options, func(o api.Option) bool { return o.Value == want }) {
		field.Value = want
	}
	return nil
}

// officersFor are those who may be sent by a unit, officers with their certificates first.
func officersFor(ctx context.Context, tx *store.Tx, unit, lang string) ([]api.Option, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (o api.Option, err error) {
		var kind, certificate string
		err = r.Scan(&o.Value, &o.Label, &kind, &certificate)
		switch {
		case kind == org.Auxiliary:
			o.Label += " · " + words.Text(lang, "role."+org.Auxiliary, nil)
		case certificate != "":
			o.Label += " · " + certificate
		}
		return
	}, `SELECT p.id, p.name, p.kind, p.certificate FROM org_v_people p WHERE NOT p.disabled AND p.kind IN ('officer', 'auxiliary')
		AND p.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = $1) ORDER BY p.kind DESC, p.id LIMIT 200`, unit)
}

func options(ctx context.Context, tx *store.Tx, query string, args ...any) ([]api.Option, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (o api.Option, err error) {
		err = r.Scan(&o.Value, &o.Label)
		return
	}, query, args...)
}
