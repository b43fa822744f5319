package casework

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/api"
	"jiexu/codes"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
	"jiexu/term"
	"jiexu/words"
)

// Detail is a case as its page shows it.
type Detail struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Title        string       `json:"title"`
	State        string       `json:"state"`
	StateTitle   string       `json:"stateTitle"`
	Rev          int64        `json:"rev"`
	Unit         api.Named    `json:"unit"`
	Source       string       `json:"source"`
	Complaint    string       `json:"complaint,omitempty"`
	Matter       MatterView   `json:"matter"`
	ActDate      string       `json:"actDate"`
	ActPlace     string       `json:"actPlace"`
	Lon          *float64     `json:"lon"`
	Lat          *float64     `json:"lat"`
	Findings     string       `json:"findings"`
	Base         *float64     `json:"base"`
	ProposedYuan *int64       `json:"proposedYuan"`
	DecidedYuan  *int64       `json:"decidedYuan"`
	PaidYuan     int64        `json:"paidYuan"`
	Money        Money        `json:"money"`
	OpenedAt     time.Time    `json:"openedAt"`
	FiledAt      *time.Time   `json:"filedAt"`
	Officers     []Officer    `json:"officers"`
	Parties      []Party      `json:"parties" doc:"codes, addresses and phones are masked for those who do not handle the case"`
	Evidence     []Evidence   `json:"evidence"`
	Documents    []Document   `json:"documents"`
	Bound        []Bound      `json:"bound" doc:"the file as it was bound, the oldest first"`
	Clocks       []term.Clock `json:"clocks"`
	Choices      []api.Choice `json:"choices"`
	Discretion   Discretion   `json:"discretion"`
	Procedure    api.Named    `json:"procedure" doc:"the main procedure"`
	Tracks       []TrackView  `json:"tracks" doc:"what runs beside the main procedure"`
	Openable     []TrackView  `json:"openable" doc:"what may be opened beside it"`
	Timeline     []api.Event  `json:"timeline" doc:"what was filled in is left out, as findings are, for those who may not read the case's documents"`
	Can          Can          `json:"can"`
}

// Can says what else the actor may do with the case now.
type Can struct {
	Edit     bool `json:"edit"`
	Party    bool `json:"party"`
	Evidence bool `json:"evidence"`
	Document bool `json:"document"`
	Bind     bool `json:"bind" doc:"the file may be bound now: there are papers, and no binding holds all of them"`
}

// MatterView is the penalty matter of a case with what the officer needs to know.
type MatterView struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Cites     []string `json:"cites"`
	Low       int64    `json:"low"`
	High      int64    `json:"high"`
	Known     bool     `json:"known" doc:"floor and ceiling are known"`
	Base      string   `json:"base,omitempty" doc:"what a fine by measure is reckoned from"`
	Confirmed bool     `json:"confirmed"`
	Lighter   bool     `json:"lighter" doc:"the newer text applies, because it is lighter (AP 37)"`
	Unsettled bool     `json:"unsettled" doc:"a newer text exists, and whether it is lighter cannot be told: the legal section is to say"`
}

// Detail gives a case to an actor who may see it; to others it does not exist (case.not_found).
func (s *Service) Detail(ctx context.Context, actor org.Actor, id, lang string) (*Detail, error) {
	var d *Detail
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		var payments []Paid
		var bound []Bound
		f, err := s.loadFile(ctx, tx, id, store.Keep(&payments, paymentsOf, id), store.Keep(&bound, boundOf, id))
		if err != nil {
			return err
		}
		if !actor.Can(opRead, f.Unit) {
			return fault.New(fault.NotFound, "case.not_found")
		}
		d, err = s.detail(ctx, tx, actor, f, lang)
		if err == nil {
			d.Money = f.money(s.terms.Calendar(), payments, law.On(s.now())).For(actor.Can(opDocument, f.Unit))
			d.PaidYuan = d.Money.PaidFine
			d.show(bound, f, actor)
		}
		return err
	})
	return d, err
}

func (s *Service) detail(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, lang string) (*Detail, error) {
	now := s.now()
	main, err := f.mainWay()
	if err != nil {
		return nil, err
	}
	state, _ := main.State(f.State)
	d := &Detail{Procedure: api.Named{ID: main.Code, Name: main.Title.In(lang)}, ID: f.ID, Number: f.Number, Title: f.Title, State: f.State, StateTitle: state.Title.In(lang), Rev: f.Rev, Source: f.Source,
		Complaint: f.Complaint, ActDate: f.ActDate.String(), ActPlace: f.ActPlace, Lon: f.Lon, Lat: f.Lat, Findings: f.Findings, Base: f.Base,
		ProposedYuan: f.ProposedYuan, DecidedYuan: f.DecidedYuan, OpenedAt: f.OpenedAt, FiledAt: f.FiledAt,
		Officers: f.officers, Evidence: f.evidence, Documents: f.documents, Parties: f.parties}
	if d.Documents == nil || !actor.Can(opDocument, f.Unit) {
		d.Documents = []Document{}
	}
	unit, err := org.UnitByID(ctx, tx, f.Unit)
	if err != nil {
		return nil, fmt.Errorf("unit of case %s: %w", f.ID, err)
	}
	d.Unit = api.Named{ID: unit.ID, Name: unit.Name}
	if d.Matter, err = s.matterView(ctx, tx, f, lang); err != nil {
		return nil, err
	}
	if !f.knowsParty(actor) {
		d.Parties = masked(f.parties)
	}
	if d.Choices, err = s.choicesOf(ctx, tx, actor, f, main, now, lang); err != nil {
		return nil, err
	}
	if d.Discretion, err = s.discretion(ctx, tx, f); err != nil {
		return nil, err
	}
	if d.Tracks, err = s.runningTracks(ctx, tx, actor, f, now, lang); err != nil {
		return nil, err
	}
	if d.Openable, err = s.openable(ctx, tx, actor, f, now, lang); err != nil {
		return nil, err
	}
	d.Clocks = s.terms.View(f.terms, describeClock(lang), now, lang)
	d.Timeline = s.timeline(f, lang)
	if !actor.Can(opDocument, f.Unit) { // what was written down names the party, as its papers do
		d.Findings = ""
		for i := range d.Timeline {
			d.Timeline[i].Lines = nil
		}
	}
	open := f.open() && len(f.rolesOf(actor)) > 0
	d.Can = Can{Edit: open && actor.Can(opEdit, f.Unit), Party: open && actor.Can(opParty, f.Unit), Evidence: open && actor.Can(opEvidence, f.Unit),
		Document: actor.Can(opDocument, f.Unit)}
	return d, nil
}

func (s *Service) matterView(ctx context.Context, tx *store.Tx, f *file, lang string) (MatterView, error) {
	v := MatterView{Code: f.Matter, Name: f.Matter, Cites: []string{}}
	m, err := s.matterOf(ctx, tx, f.Case)
	if err != nil || !m.ok {
		return v, err // a matter without a text in force on that day still has its code
	}
	v.Name, v.Confirmed, v.Base, v.Lighter, v.Unsettled = matterTitle(m.Matter, lang), m.confirmed, m.Matter.Base, m.chosen.Lighter, m.chosen.Unsettled
	v.Cites = api.CiteTexts(slices.DeleteFunc([]law.Cite{m.Forbids, m.Penalty}, func(c law.Cite) bool { return c.Article == 0 }))
	kind := Organisation
	if p, ok := f.party(); ok {
		kind = p.Kind
	}
	v.Low, v.High, v.Known = m.limits(f.Case, kind)
	return v, nil
}

// forms shows the choices; who may be named in a form is asked where there is such a form to open.
func (s *Service) forms(ctx context.Context, tx *store.Tx, f *file, choices []procedure.Choice, now time.Time, lang string) ([]api.Choice, error) {
	var anybody, headsOnly []*api.Field
	out := api.Choices(choices, lang, func(step *procedure.Step, field *api.Field) {
		s.propose(f, step, field, now)
		switch {
		case field.Name == "attendees":
			headsOnly = append(headsOnly, field)
		case field.Type == string(procedure.PersonField) || field.Type == string(procedure.People):
			anybody = append(anybody, field)
		}
	})
	offer := func(fields []*api.Field, read func(context.Context, *store.Tx) ([]api.Option, error)) store.Part {
		return func(ctx context.Context, tx *store.Tx) error {
			if len(fields) == 0 {
				return nil
			}
			list, err := read(ctx, tx)
			for _, field := range fields {
				field.Options = list
			}
			return err
		}
	}
	return out, tx.Together(ctx,
		offer(anybody, func(ctx context.Context, tx *store.Tx) ([]api.Option, error) { return s.people(ctx, tx, f) }),
		offer(headsOnly, func(ctx context.Context, tx *store.Tx) ([]api.Option, error) { return s.heads(ctx, tx, f, law.On(now)) }))
}

// people are those who may be named in a form: all who serve in the case's unit and in the bureau.
func (s *Service) people(ctx context.Context, tx *store.Tx, f *file) ([]api.Option, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (o api.Option, err error) {
		var unit string
		err = r.Scan(&o.Value, &o.Label, &unit)
		o.Label += "（" + unit + "）"
		return
	}, `SELECT p.id, p.name, u.name FROM org_v_people p JOIN org_v_units u ON u.id = p.unit
		WHERE p.unit IN (SELECT ancestor FROM org_v_unit_paths WHERE descendant = $1)
		   OR p.unit IN (SELECT s.id FROM org_v_units s JOIN org_v_units me ON me.id = $1 WHERE s.kind = 'section' AND s.parent = me.parent)
		ORDER BY p.name, p.id LIMIT 200`, f.Unit)
}

// heads are those who may deliberate on the case.
func (s *Service) heads(ctx context.Context, tx *store.Tx, f *file, today law.Date) ([]api.Option, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (o api.Option, err error) {
		err = r.Scan(&o.Value, &o.Label)
		return
	}, `SELECT DISTINCT p.id, p.name FROM org_v_grants g JOIN org_v_people p ON p.id = g.person JOIN org_v_unit_paths t ON t.ancestor = g.unit
		WHERE t.descendant = $1 AND g.role = $2 AND NOT p.disabled AND g.valid_from <= $3 AND (g.valid_to IS NULL OR g.valid_to >= $3)
		ORDER BY p.name, p.id LIMIT 50`, f.Unit, roleHead, store.Date{Date: today})
}

// propose fills in what only the case knows.
func (s *Service) propose(f *file, step *procedure.Step, field *api.Field, now time.Time) {
	if field.Type == string(procedure.DateField) && strings.HasSuffix(field.Name, "_on") {
		field.Value = law.On(now).String()
	}
	if field.Name != "amount" {
		return
	}
	switch {
	case step.Code == StepDecide && f.ProposedYuan != nil:
		field.Value = *f.ProposedYuan
	case step.Code == StepPay && f.DecidedYuan != nil:
		field.Value = *f.DecidedYuan
	}
}

// timeline tells what happened in all procedures of the case, newest first, with what was filled in.
func (s *Service) timeline(f *file, lang string) []api.Event {
	type told struct {
		at time.Time
		api.Event
	}
	var all []told
	tell := func(steps []Taken, p *procedure.Procedure, of string) {
		for _, t := range slices.Backward(steps) {
			e := api.Event{At: t.At.UTC().Format(time.RFC3339), Step: t.Step, Title: t.Step, ActorName: api.NameOf(lang, t.Actor, t.ActorName), Entry: t.ID, Cites: []string{}}
			if step, ok := p.Step(t.Step); ok {
				e.Title, e.Cites = of+step.Title.In(lang), api.CiteTexts(step.Cites)
				e.Lines = api.Lines(step, t.Fields, lang)
			}
			all = append(all, told{t.At, e})
		}
	}
	if w, err := f.mainWay(); err == nil {
		tell(f.steps, w.Procedure, "")
	}
	for _, b := range f.beside {
		if t, ok := tracks.Of(b.Procedure); ok {
			tell(b.steps, t.Procedure, t.Title.In(lang)+" · ")
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return b.at.Compare(a.at) })
	out := make([]api.Event, len(all), len(all)+1)
	for i := range all {
		out[i] = all[i].Event
	}
	return append(out, api.Event{At: f.OpenedAt.UTC().Format(time.RFC3339), Title: words.Text(lang, "case.opened", nil),
		ActorName: s.openerName(f), Cites: []string{}})
}

func (s *Service) openerName(f *file) string {
	for _, o := range f.officers {
		if o.Person == f.OpenedBy {
			return o.Name
		}
	}
	return ""
}

// knowsParty reports whether somebody needs to know who the party is and where it lives: those who handle the case, answer
// for it, review it or decide. An officer does not, of the cases of others in the squad.
func (f *file) knowsParty(actor org.Actor) bool {
	return actor.IsProgram() || len(f.rolesOf(actor)) > 0 && (actor.Can(opParty, f.Unit) || actor.Can(opDecide, f.Unit) || actor.Can(opReview, f.Unit))
}

func masked(parties []Party) []Party {
	out := slices.Clone(parties)
	for i := range out {
		p := &out[i]
		if p.Kind == Person {
			p.Name, p.IDCode = codes.MaskName(p.Name), codes.MaskID(p.IDCode)
		}
		p.Address, p.Phone, p.Representative = codes.MaskAddress(p.Address), codes.MaskPhone(p.Phone), codes.MaskName(p.Representative)
	}
	return out
}

func maskedName(name string) string { return codes.MaskName(name) }
