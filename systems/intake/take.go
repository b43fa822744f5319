package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/term"
)

// file is a complaint with all that its procedure looks at, as one transaction sees it.
type file struct {
	*Complaint
	officers []Officer
	steps    []Taken
	parts    []Part
	terms    []term.Term
	into     *bond // of a merged one
}

// loadFile reads a complaint with all that its procedure looks at, and what is wanted beside it.
func (s *Service) loadFile(ctx context.Context, tx *store.Tx, id string, beside ...store.Part) (*file, error) {
	f := &file{}
	parts := []store.Part{store.Keep(&f.Complaint, load, id), store.Keep(&f.officers, officersOf, id), store.Keep(&f.steps, stepsOf, id), store.Keep(&f.parts, partsOf, id),
		store.Keep(&f.terms, term.OfMatter, term.Matter{Type: Type, ID: id})}
	err := tx.Together(ctx, append(parts, beside...)...)
	if err == nil && f.State == Merged {
		f.into, err = bondOf(ctx, tx, id)
	}
	return f, err
}

// visible loads a complaint for an actor who may see it; to others it does not exist (intake.not_found).
func (s *Service) visible(ctx context.Context, tx *store.Tx, actor org.Actor, id string, beside ...store.Part) (*file, error) {
	f, err := s.loadFile(ctx, tx, id, beside...)
	if err != nil {
		return nil, err
	}
	if !f.shownTo(actor, f.parts) {
		return nil, fault.New(fault.NotFound, "intake.not_found")
	}
	return f, nil
}

// units are those that have to do with a complaint: whose it is, whom it is with, who joins in.
func (c *Complaint) units(parts []Part) []string {
	units := []string{c.Unit}
	if c.WithUnit != "" {
		units = append(units, c.WithUnit)
	}
	for _, p := range parts {
		units = append(units, p.Unit)
	}
	return units
}

// shownTo reports whether an actor may see the complaint.
func (c *Complaint) shownTo(actor org.Actor, parts []Part) bool {
	return slices.ContainsFunc(c.units(parts), func(unit string) bool { return actor.Can(opRead, unit) })
}

// must is nil where the actor has the right that a step wants: in the unit whose the complaint is, for a report in the
// unit that it is with, for a contribution in one that joins in.
func (f *file) must(actor org.Actor, step *procedure.Step) error {
	units := []string{f.Unit}
	switch {
	case step.Code == StepContribute:
		units = f.units(f.parts)[1:]
	case step.Op == opReport && f.WithUnit != "":
		units = []string{f.WithUnit}
	}
	for _, unit := range units {
		if actor.Can(step.Op, unit) {
			return nil
		}
	}
	return fault.New(fault.Refused, "refused.unit", "op", step.Op, "unit", f.Unit)
}

func (f *file) handledBy(person string) bool {
	return slices.ContainsFunc(f.officers, func(o Officer) bool { return o.ID == person })
}

// roles are those that the actor has over this complaint: once officers are sent, an officer of the
// squad who is not one of them has no part in it. A program of the house acts in every role.
func (f *file) roles(actor org.Actor, p *procedure.Procedure) []string {
	if actor.IsProgram() {
		var all []string
		for _, step := range p.Steps {
			all = append(all, step.By...)
		}
		return all
	}
	roles := actor.RolesAt(f.Unit)
	if f.WithUnit != "" {
		for _, r := range actor.RolesAt(f.WithUnit) {
			if r == org.Department || r == org.Community {
				roles = append(roles, r)
			}
		}
	}
	if len(f.officers) > 0 && !f.handledBy(actor.Person) {
		roles = slices.DeleteFunc(roles, func(r string) bool { return r == roleOfficer })
	}
	if f.part(actor) != nil {
		roles = append(roles, CoUnit)
	}
	return roles
}

// part is the open part of the actor's own unit, nil where there is none.
func (f *file) part(actor org.Actor) *Part {
	for i := range f.parts {
		if p := &f.parts[i]; p.AnsweredAt == nil && actor.Can("intake.contribute", p.Unit) {
			return p
		}
	}
	return nil
}

// sentAt is when the complaint was last assigned or sent back: photos count from then on.
func (f *file) sentAt() time.Time {
	for _, t := range slices.Backward(f.steps) {
		if t.To == Assigned && t.From != Assigned {
			return t.At
		}
	}
	return f.RegisteredAt
}

// observe looks at everything that the procedure asks about, as it is for an actor now; photos are those that count for it.
func (s *Service) observe(ctx context.Context, tx *store.Tx, actor org.Actor, f *file) (seen procedure.Seen, photos int, err error) {
	if s.photos != nil {
		if photos, err = s.photos(ctx, tx, f.ID, f.sentAt()); err != nil {
			return nil, 0, fmt.Errorf("photos of complaint %s: %w", f.ID, err)
		}
	}
	check, err := s.checkNeeded(ctx, tx, f.Complaint)
	if err != nil {
		return nil, 0, err
	}
	built, err := f.mayBeStructure(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	seen = f.look(actor, s.now())
	seen.Say(HasPhoto, photos > 0)
	seen.Say(CheckNeeded, check)
	seen.Say(MayBeStructure, built)
	return seen, photos, nil
}

// mayBeStructure looks whether a complaint that nobody has confirmed yet may be about a structure: by the matter that the desk confirmed;
// where it confirmed none, by its words and by what is likely. What no model has read may be one.
func (f *file) mayBeStructure(ctx context.Context, tx *store.Tx) (bool, error) {
	if !slices.Contains(mayBeMarked, f.State) || slices.Contains(f.Facts, structure.Code) {
		return false, nil
	}
	g, err := guessOf(ctx, tx, f.ID)
	if err != nil || g == nil {
		return err == nil, err
	}
	on := law.On(f.ReceivedAt)
	isOne := func(matter string) bool {
		m, err := law.MatterOn(matter, on)
		return err == nil && m.Structure
	}
	if g.ChosenMatter != "" {
		return isOne(g.ChosenMatter), nil
	}
	return f.saysBuilding() || slices.ContainsFunc(likely(g.Matter, g.MatterSure, g.Others.Matter), func(r ranked) bool { return isOne(r.Code) }), nil
}

// look says what the file itself tells; photos and the office's rules are for others to say.
func (f *file) look(actor org.Actor, now time.Time) procedure.Seen {
	seen := procedure.Seen{}
	seen.Say(HasPhoto, false)
	seen.Say(CheckNeeded, false)
	seen.Say(MayBeStructure, f.saysBuilding())
	seen.Say(FromSource, f.fromSource())
	seen.Say(OutcomeIsCase, f.Outcome == OutcomeCase)
	seen.Say(PartsIn, !slices.ContainsFunc(f.parts, func(p Part) bool { return p.AnsweredAt == nil }))
	seen.Say(SecondPerson, f.newest(StepSubmit).Actor != actor.Person)
	seen.Say(ReopenInTime, f.reopenable(now))
	seen.Say(jointOver, term.Lapsed(f.terms, JointTerm.Code, now))
	seen.Say(outsideOver, f.State == Inspecting && term.Lapsed(f.terms, InspectionTerm.Code, now) || f.State == Mediating && term.Lapsed(f.terms, MediationTerm.Code, now))
	seen.Say(replyOver, !slices.ContainsFunc(f.terms, func(t term.Term) bool { return t.Clock == ReplyTerm.Code && t.MetAt == nil && !t.Lapsed(now) }))
	f.lookAtMain(func(fact string, holds bool) { seen[fact] = holds })
	return seen
}

// reopenable reports whether it was closed within the days in which it may be opened again.
func (c *Complaint) reopenable(now time.Time) bool {
	return c.ClosedAt != nil && law.On(now).Compare(c.reopenableUntil()) <= 0
}

// reopenableUntil is the last day on which what was closed may be opened again.
func (c *Complaint) reopenableUntil() law.Date { return law.On(*c.ClosedAt).AddDays(ReopenDays) }

// newest is the newest taking of a step; the zero Taken where it never was.
func (f *file) newest(step string) Taken {
	for _, t := range slices.Backward(f.steps) {
		if t.Step == step {
			return t
		}
	}
	return Taken{}
}

// act is one taking of a step while it happens.
type act struct {
	*file
	actor  org.Actor
	step   *procedure.Step
	values procedure.Values
	now    time.Time
	entry  string // id of the ledger entry to be
	from   string // unit for which the step is taken, where it is not the one that answers for the complaint
	body   map[string]any
	rows   []ledger.Row
	split  []SplitPart // what a split makes of it
}

// Take takes a step of a complaint: the one way in which its state changes. rev is the revision that
// the person saw. StepFileCase opens a case by way of Config.OpenCase, which calls CaseFiled back.
//
// Returns intake.not_found for a complaint that the actor may not see, changed_meanwhile when it has
// changed since, procedure.* with all the reasons when the step may not be taken now or was filled in
// wrongly; nothing is written then.
func (s *Service) Take(ctx context.Context, actor org.Actor, id, step string, rev int64, in map[string]any) (*Receipt, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Receipt, error) {
		a, err := s.prepare(ctx, tx, actor, id, step)
		if err != nil {
			return nil, err
		}
		if a.Rev != rev {
			return nil, fault.New(fault.Conflict, "changed_meanwhile")
		}
		return s.take(ctx, tx, a, in)
	})
}

// take takes a step that is prepared.
func (s *Service) take(ctx context.Context, tx *store.Tx, a *act, in map[string]any) (*Receipt, error) {
	from, unit := a.State, a.Unit
	actions, err := s.permit(ctx, tx, a, in)
	if err != nil {
		return nil, err
	}
	if a.step.Code == StepFileCase {
		return s.fileCase(ctx, tx, a)
	}
	if err := s.effect(ctx, tx, a); err != nil {
		return nil, err
	}
	if err := s.result(ctx, tx, a); err != nil {
		return nil, fmt.Errorf("result of %s: %w", a.Number, err)
	}
	return s.finish(ctx, tx, a, actions, from, unit)
}

// prepare loads the complaint and finds the step, before anything is decided.
func (s *Service) prepare(ctx context.Context, tx *store.Tx, actor org.Actor, id, code string) (*act, error) {
	f, err := s.visible(ctx, tx, actor, id)
	if err != nil {
		return nil, err
	}
	step, ok := s.procedure.Step(code)
	if !ok {
		return nil, fault.New(fault.NotFound, "procedure.no_step", "step", code)
	}
	if err := f.must(actor, step); err != nil {
		return nil, step.Cited(err)
	}
	now := s.now()
	if n := len(f.steps); n > 0 && now.Before(f.steps[n-1].At) {
		now = f.steps[n-1].At // a clock that was set back does not put the timeline out of order
	}
	return &act{file: f, actor: actor, step: step, now: now, entry: store.NewID(), body: map[string]any{}}, nil
}

// permit asks the procedure, and moves the complaint on if it agrees.
func (s *Service) permit(ctx context.Context, tx *store.Tx, a *act, in map[string]any) ([]procedure.ClockAction, error) {
	seen, _, err := s.observe(ctx, tx, a.actor, a.file)
	if err != nil {
		return nil, err
	}
	sent := len(a.officers) > 0
	after, actions, values, err := s.procedure.Attempt(procedure.Matter{State: a.State, Facts: a.Facts, Before: a.before()}, a.step.Code, seen, a.roles(a.actor, s.procedure), in, a.now,
		func(values procedure.Values, seen procedure.Seen) error {
			a.values = values
			return s.entered(ctx, tx, a, seen)
		})
	if err != nil {
		if fault.Is(err, "procedure.not_yours") && sent && slices.Contains(a.actor.RolesAt(a.Unit), roleOfficer) {
			return nil, fault.New(fault.Refused, "intake.not_handler")
		}
		return nil, err
	}
	a.State, a.Facts, a.values = after.State, after.Facts, values
	return actions, nil
}

// entered looks at what was filled in.
func (s *Service) entered(ctx context.Context, tx *store.Tx, a *act, seen procedure.Seen) error {
	switch a.step.Code {
	case StepAssign:
		return s.assigning(ctx, tx, a, seen)
	case StepClose:
		return s.closing(ctx, tx, a, seen)
	}
	return nil
}

// assigning looks at who is to be sent.
func (s *Service) assigning(ctx context.Context, tx *store.Tx, a *act, seen procedure.Seen) error {
	wrong := func(code string, params ...any) error {
		return fault.New(fault.Invalid, "procedure.fields").With("officers", code, params...)
	}
	certified := 0
	a.officers = nil
	for _, id := range a.values.List("officers") {
		p, err := org.PersonByID(ctx, tx, id)
		if fault.KindOf(err) == fault.NotFound || err == nil && p.Disabled {
			return wrong("intake.officer_unknown")
		}
		if err != nil {
			return err
		}
		if p.Kind != org.Officer && p.Kind != org.Auxiliary {
			return wrong("intake.officer_kind", "name", p.Name)
		}
		if ok, err := serves(ctx, tx, p.Unit, a.Unit); err != nil {
			return err
		} else if !ok {
			return wrong("intake.officer_elsewhere", "name", p.Name)
		}
		if p.Kind == org.Officer && p.CertifiedOn(law.On(a.now)) {
			certified++
		}
		a.officers = append(a.officers, Officer{ID: p.ID, Name: p.Name})
	}
	seen.Say(TwoAssigned, certified >= 2)
	return nil
}

// serves reports whether a person's unit is the complaint's, or below it, or above it.
func serves(ctx context.Context, tx *store.Tx, home, unit string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM org_v_unit_paths WHERE ancestor = $1 AND descendant = $2 OR ancestor = $2 AND descendant = $1`, home, unit).Scan(&n)
	return n > 0, err
}

// finish writes the complaint, its clocks, the step and the ledger entry. from and unit are what the
// complaint's state and unit were before.
func (s *Service) finish(ctx context.Context, tx *store.Tx, a *act, actions []procedure.ClockAction, from, unit string) (*Receipt, error) {
	clocks, err := s.apply(ctx, tx, a, actions)
	if err != nil {
		return nil, err
	}
	a.rows = append(a.rows, clocks...)
	if end, _ := s.procedure.State(a.State); end.End {
		met, err := s.terms.MeetAll(ctx, tx, a.matter(), a.now)
		if err != nil {
			return nil, err
		}
		a.rows = append(a.rows, met...)
	}
	if a.Unit != unit {
		moved, err := term.MoveTo(ctx, tx, a.matter())
		if err != nil {
			return nil, err
		}
		a.rows = append(a.rows, moved...)
	}
	a.UpdatedAt = a.now
	if err := update(ctx, tx, a.Complaint, a.Rev); err != nil {
		return nil, err
	}
	fields, err := plain(a.values)
	if err != nil {
		return nil, err
	}
	before := unit
	if a.from != "" {
		unit = a.from
	}
	taken := Taken{ID: a.entry, Step: a.step.Code, From: from, To: a.State, Actor: a.actor.Person, ActorName: a.actor.Name, Unit: unit, Fields: fields, At: a.now}
	if err := insertStep(ctx, tx, a.ID, taken); err != nil {
		return nil, fmt.Errorf("record step %s: %w", a.step.Code, err)
	}
	a.rows = append(a.rows, ledger.Row{Table: "intake_complaints", Key: a.ID}, ledger.Row{Table: "intake_steps", Key: taken.ID})
	a.body["number"], a.body["from"], a.body["to"] = a.Number, from, a.State
	if _, err := ledger.Append(ctx, tx, ledger.Entry{ID: a.entry, Kind: "intake." + a.step.Code, Subject: ref(a.ID), Actor: a.actor.Person, Unit: a.Unit,
		At: a.now, Body: a.body, Rows: a.rows}); err != nil {
		return nil, err
	}
	if err := s.tell(ctx, tx, a, before); err != nil {
		return nil, err
	}
	return receipt(a.Complaint), s.carry(ctx, tx, a)
}

// plain writes values as JSON would read them back.
func plain(v procedure.Values) (map[string]any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, json.Unmarshal(text, &out)
}
