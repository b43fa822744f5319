package intake

import (
	"context"
	"slices"
	"time"

	"jiexu/api"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/intake/routing"
	"jiexu/term"
	"jiexu/words"
)

// Named is a row of another table by its id, and what people call it.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// CaseLink is the case that a complaint became.
type CaseLink struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

// Detail is a complaint as its page shows it.
type Detail struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Title        string       `json:"title"`
	Content      string       `json:"content"`
	State        string       `json:"state"`
	StateTitle   string       `json:"stateTitle"`
	Rev          int64        `json:"rev"`
	Unit         Named        `json:"unit"`
	Proposed     *Named       `json:"proposedUnit,omitempty" doc:"whom the place speaks for"`
	Channel      string       `json:"channel"`
	ChannelTitle string       `json:"channelTitle"`
	SourceNumber string       `json:"sourceNumber,omitempty"`
	Kind         string       `json:"kind"`
	KindTitle    string       `json:"kindTitle"`
	Category     string       `json:"category,omitempty"`
	Address      string       `json:"address"`
	Lon          *float64     `json:"lon"`
	Lat          *float64     `json:"lat"`
	LocatedBy    string       `json:"locatedBy,omitempty" doc:"coordinates; text: names in it, not confirmed"`
	AreaName     string       `json:"areaName,omitempty"`
	Confidential bool         `json:"confidential"`
	Urgent       bool         `json:"urgent"`
	With         *Named       `json:"with,omitempty" doc:"the outside unit that looks or settles first"`
	Danger       []string     `json:"danger" doc:"why it is urgent: kinds of danger and the words"`
	Rule         *RuleView    `json:"rule,omitempty" doc:"what the routing rules said of it"`
	Parts        []Part       `json:"parts" doc:"of the units that join in"`
	Asking       string       `json:"asking,omitempty" doc:"what the squad waits for: extension"`
	ReceivedAt   time.Time    `json:"receivedAt"`
	RegisteredAt time.Time    `json:"registeredAt"`
	Contact      *Contact     `json:"contact" doc:"masked; POST …/contact with a reason tells it"`
	MayContact   bool         `json:"mayContact"`
	Erased       *time.Time   `json:"contactErased,omitempty" doc:"when who complained was erased, by schedule or because he asked for it"`
	Officers     []Officer    `json:"officers"`
	Followed     bool         `json:"followed" doc:"I am told of what happens"`
	Reply        string       `json:"reply,omitempty"`
	RepliedAt    *time.Time   `json:"repliedAt,omitempty"`
	Objection    *Objection   `json:"objection,omitempty" doc:"why the answer does not stand: what the citizen or the desk said when it was asked to be done again"`
	Outcome      string       `json:"outcome,omitempty"`
	ClosedAt     *time.Time   `json:"closedAt,omitempty"`
	Cases        []CaseLink   `json:"cases"`
	Clocks       []term.Clock `json:"clocks"`
	Choices      []api.Choice `json:"choices"`
	Timeline     []api.Event  `json:"timeline"`
	Photos       int          `json:"photos" doc:"added since the officers were sent"`
	Kin          []Kin        `json:"kin" doc:"complaints that it was split off from, or into"`
	Main         *Main        `json:"main,omitempty" doc:"the complaint that it goes with, or was answered with"`
	Merged       []MergedOne  `json:"merged" doc:"complaints that go with it or were answered with it"`
	Comments     []Comment    `json:"comments" doc:"notes to colleagues, for those who read them"`
	MayComment   bool         `json:"mayComment"`
	Reading      *Reading     `json:"reading,omitempty" doc:"its class and matter, by the models and by people"`
}

// Objection is what is said against an answer.
type Objection struct {
	At     time.Time `json:"at"`
	Title  string    `json:"title" doc:"the step by which it was said"`
	Reason string    `json:"reason"`
	Said   string    `json:"said,omitempty" doc:"how satisfied the citizen is"`
	By     string    `json:"byName"`
}

// objection is what was said against the answer since it was given, the citizen's own words before the desk's; nil where nobody did.
func (s *Service) objection(f *file, lang string) (out *Objection) {
	for _, t := range slices.Backward(f.steps) {
		switch t.Step {
		case StepReply, StepPass, StepAnswer, StepMainAnswered:
			return out
		case StepReopen, StepRedo, StepRedoApart, StepReroute:
			step, _ := s.procedure.Step(t.Step)
			reason, _ := t.Fields["reason"].(string)
			out = &Objection{At: t.At, Title: step.Title.In(lang), Reason: reason, By: api.NameOf(lang, t.Actor, t.ActorName)}
			for _, o := range said.Options {
				if o.Value == t.Fields[said.Name] {
					out.Said = o.Label.In(lang)
				}
			}
		}
	}
	return nil
}

// Detail gives a complaint to an actor who may see it; to others it does not exist (intake.not_found).
func (s *Service) Detail(ctx context.Context, actor org.Actor, id, lang string) (*Detail, error) {
	var d *Detail
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var contact Contact
		f, err := s.visible(ctx, tx, actor, id, store.Keep(&contact, contactOf, id), org.Know)
		if err != nil {
			return err
		}
		d, err = s.detail(ctx, tx, actor, f, contact, lang)
		return err
	})
	return d, err
}

func (s *Service) detail(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, contact Contact, lang string) (*Detail, error) {
	state, _ := s.procedure.State(f.State)
	d := &Detail{ID: f.ID, Number: f.Number, Title: f.Title, Content: f.Text, State: f.State, StateTitle: state.Title.In(lang), Rev: f.Rev,
		Channel: f.Channel, ChannelTitle: channelTitle(f.Channel, lang), SourceNumber: f.SourceNo, Kind: f.Kind, KindTitle: kindTitle(f.Kind, lang),
		Category: f.Category, Address: f.Address, Lon: f.Lon, Lat: f.Lat, LocatedBy: f.LocatedBy, Confidential: f.Confidential, Urgent: f.Urgent,
		ReceivedAt: f.ReceivedAt, RegisteredAt: f.RegisteredAt, MayContact: mayContact(actor, f.Complaint), Officers: f.officers, Reply: f.ReplyText,
		RepliedAt: f.RepliedAt, Outcome: f.Outcome, ClosedAt: f.ClosedAt, Cases: []CaseLink{}, Danger: dangers(f.Danger, lang), Parts: f.parts, Asking: f.Asking}
	if f.ReplyText != "" {
		d.Objection = s.objection(f, lang)
	}
	if d.Parts == nil {
		d.Parts = []Part{}
	}
	var err error
	if err := nameParts(ctx, tx, d.Parts); err != nil {
		return nil, err
	}
	if f.CaseID != "" {
		d.Cases = append(d.Cases, CaseLink{ID: f.CaseID, Number: f.CaseNumber, Title: f.Title})
	}
	if err := s.places(ctx, tx, f, d, lang); err != nil {
		return nil, err
	}
	if contact == (Contact{}) {
		if d.Erased, err = erasedAt(ctx, tx, f.ID); err != nil {
			return nil, err
		}
	} else {
		contact = contact.masked(f.Confidential && !d.MayContact)
		d.Contact = &contact
	}
	var seen procedure.Seen
	var people map[string]string
	var g *guess
	if err := tx.Together(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		seen, d.Photos, err = s.observe(ctx, tx, actor, f)
		return err
	}, store.Keep(&people, f.peopleNames, s.procedure), store.Keep(&g, guessOf, f.ID), func(ctx context.Context, tx *store.Tx) error {
		return s.beside(ctx, tx, actor, f, d, lang)
	}); err != nil {
		return nil, err
	}
	d.Reading = g.read(f.Category, law.On(f.ReceivedAt), lang)
	if d.Choices, err = s.choices(ctx, tx, actor, f, seen, lang); err != nil {
		return nil, err
	}
	d.Clocks = s.terms.View(f.terms, term.Clocks(s.procedure, lang), s.now(), lang)
	d.Timeline, err = s.timeline(ctx, tx, f, people, lang)
	return d, err
}

// places names the units and the street.
func (s *Service) places(ctx context.Context, tx *store.Tx, f *file, d *Detail, lang string) error {
	names, err := org.UnitNames(ctx, tx, f.mentioned()...)
	if err != nil {
		return err
	}
	if f.WithUnit != "" {
		d.With = &Named{f.WithUnit, names[f.WithUnit]}
	}
	d.Rule = f.Proposal.view(names, lang)
	d.Unit = Named{f.Unit, names[f.Unit]}
	if f.ProposedUnit != "" {
		d.Proposed = &Named{f.ProposedUnit, names[f.ProposedUnit]}
	}
	if f.StreetCode == "" {
		return nil
	}
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return err
	}
	if name := streetName(ground, f.StreetCode); name != f.StreetCode {
		d.AreaName = name
	}
	return nil
}

func (s *Service) choices(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, seen procedure.Seen, lang string) ([]api.Choice, error) {
	list, err := s.procedure.Next(procedure.Matter{State: f.State, Facts: f.Facts, Before: f.before()}, seen, f.roles(actor, s.procedure))
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(f.parts, func(p Part) bool { return p.AnsweredAt == nil }) {
		list = slices.DeleteFunc(list, func(c procedure.Choice) bool { return c.Step.Code == StepContribute })
	}
	// What the main one brings the house does.
	list = slices.DeleteFunc(list, func(c procedure.Choice) bool { return withMain(c.Step.Code) })
	state, _ := s.procedure.State(f.State)
	list = slices.DeleteFunc(list, func(c procedure.Choice) bool { // of what has ended, only what he may do is worth a word; the citizen's own is never on a page of the office
		return state.End && !c.Mine || len(c.Step.By) == 1 && c.Step.By[0] == RoleInformant
	})
	var offers []store.Part
	choices := api.Choices(list, lang, func(step *procedure.Step, field *api.Field) {
		offers = append(offers, func(ctx context.Context, tx *store.Tx) error { return s.offer(ctx, tx, actor, f, step, field, lang) })
	})
	for i, c := range list {
		choices[i].Aside = !f.leadsOn(c)
	}
	return choices, tx.Together(ctx, offers...)
}

// leadsOn reports whether a choice is a way on: what the complaint waits for, or what does that in another way because of what is known of it.
func (f *file) leadsOn(c procedure.Choice) bool {
	step := c.Step.Code
	if f.waitsFor(step) {
		return true
	}
	if !c.Allowed {
		return false
	}
	switch step {
	case StepSubmit: // where the answer is to be checked first
		return true
	case StepFileCase: // what the visit came to
		return f.Outcome == OutcomeCase && f.State == Handled
	case StepReroute, StepRedoApart:
		return f.State == Reopened
	case StepInspect: // the rule wants it there first
		return f.untried(routing.ToDepartment)
	case StepMediate:
		return f.untried(routing.ToCommunity)
	case StepTransfer: // nobody of ours is left to send it to
		return slices.Contains(f.Facts, ruledOut.Code) || f.newest(StepReport).Fields["result"] == ReportTheirs
	case StepResume:
		return true
	}
	return false
}

// untried reports whether the rules proposed an outside unit that the complaint has not been with.
func (f *file) untried(to string) bool {
	return f.Proposal != nil && f.Proposal.To == to && f.Proposal.Unit != "" && f.newest(StepInspect).Step == "" && f.newest(StepMediate).Step == ""
}

// waitsFor reports whether a step is what the complaint waits for: by its state, or because a unit was asked to join in, or
// the squad for more time, or because its words say that a structure is being built: the two hours are short. Who was sent says first that he
// is there, and the citizen waits to hear from somebody.
func (f *file) waitsFor(step string) bool {
	switch step {
	case StepContribute:
		return true
	case StepGiveTime:
		return f.Asking != ""
	case StepMarkBuilding:
		return f.saysBuilding()
	case StepArrive:
		return !slices.Contains(f.Facts, arrived.Code)
	case StepFirstContact:
		return f.State != Handled && slices.ContainsFunc(f.terms, func(t term.Term) bool { return t.Clock == FirstContact.Code && t.MetAt == nil })
	}
	return isTurn(f.State, step)
}

// saysBuilding tells that the words of a complaint speak of a structure being built, and nobody has said whether it is.
func (f *file) saysBuilding() bool {
	return slices.ContainsFunc(f.Danger, func(d Danger) bool { return d.Group == "building" }) && !slices.Contains(f.Facts, structure.Code)
}

// isTurn reports whether a step is what a state waits for.
func isTurn(state, step string) bool {
	for _, awaited := range turns[state] {
		if awaited == step {
			return true
		}
	}
	return false
}

// peopleNames names those who were filled in at the steps that have a field for people.
func (f *file) peopleNames(ctx context.Context, tx *store.Tx, p *procedure.Procedure) (map[string]string, error) {
	var people []string
	for _, t := range f.steps {
		if step, ok := p.Step(t.Step); ok {
			for _, field := range step.Fields {
				if field.Type == procedure.People {
					people = append(people, listed(t.Fields[field.Name])...)
				}
			}
		}
	}
	return org.PeopleNames(ctx, tx, people...)
}

// timeline tells what happened, newest first, with what was filled in.
func (s *Service) timeline(ctx context.Context, tx *store.Tx, f *file, people map[string]string, lang string) ([]api.Event, error) {
	var units []string
	for _, t := range f.steps {
		units = append(units, t.Unit)
		for _, name := range []string{"unit", "department", "community"} {
			if id, ok := t.Fields[name].(string); ok {
				units = append(units, id)
			}
		}
	}
	unitNames, err := org.UnitNames(ctx, tx, units...)
	if err != nil {
		return nil, err
	}
	out := []api.Event{}
	for _, t := range slices.Backward(f.steps) {
		e := api.Event{At: t.At.UTC().Format(time.RFC3339), Step: t.Step, ActorName: api.NameOf(lang, t.Actor, t.ActorName), UnitName: unitNames[t.Unit], Entry: t.ID, Cites: []string{}}
		step, ok := s.procedure.Step(t.Step)
		if !ok {
			e.Title = words.Text(lang, "intake.event."+t.Step, nil)
			if number, ok := t.Fields["number"].(string); ok && t.Step == entryTookIn {
				e.Lines = []api.Line{{Label: words.Text(lang, "intake.merged_number", nil), Value: number}}
			}
			out = append(out, e)
			continue
		}
		e.Title, e.Cites, e.Lines = step.Title.In(lang), api.CiteTexts(step.Cites), api.Lines(step, t.Fields, lang)
		for _, field := range step.Fields {
			switch id, _ := t.Fields[field.Name].(string); {
			case field.Type == procedure.UnitField && id != "":
				e.Lines = append(e.Lines, api.Line{Label: field.Label.In(lang), Value: unitNames[id]})
			case field.Type == procedure.People:
				e.Lines = append(e.Lines, api.Line{Label: field.Label.In(lang), Value: joined(listed(t.Fields[field.Name]), people)})
			}
		}
		if number, ok := t.Fields["case"].(string); ok {
			e.Lines = append(e.Lines, api.Line{Label: words.Text(lang, "intake.case", nil), Value: number})
		}
		out = append(out, e)
	}
	return out, nil
}

// listed reads a list of texts out of fields that were kept as JSON.
func listed(v any) (out []string) {
	list, _ := v.([]any)
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func joined(ids []string, names map[string]string) (out string) {
	for i, id := range ids {
		if i > 0 {
			out += "、"
		}
		out += names[id]
	}
	return out
}

// Codes are the codes that lists are narrowed by and rules ask for, with their words.
func (s *Service) Codes(ctx context.Context, lang string) (map[string][]api.Option, error) {
	out := map[string][]api.Option{"state": {}, "channel": {}, "kind": {}}
	for _, st := range s.procedure.States {
		out["state"] = append(out["state"], api.Option{Value: st.Code, Label: st.Title.In(lang)})
	}
	for _, c := range Channels {
		out["channel"] = append(out["channel"], api.Option{Value: c, Label: channelTitle(c, lang)})
	}
	for _, k := range Kinds {
		out["kind"] = append(out["kind"], api.Option{Value: k, Label: kindTitle(k, lang)})
	}
	for _, c := range classOptions() {
		out["class"] = append(out["class"], api.Option{Value: c.Value, Label: c.Label.In(lang)})
	}
	for _, name := range ShippedMaps() {
		out["map"] = append(out["map"], api.Option{Value: name, Label: name + "　" + mapNote(name, lang)})
	}
	return out, s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return err
		}
		for _, a := range ground.Areas.All() {
			out["area"] = append(out["area"], api.Option{Value: a.Code, Label: a.Name})
		}
		return nil
	})
}
