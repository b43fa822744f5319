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
	terms    []term.Term
}

// loadFile reads a complaint with all that its procedure looks at, and what is wanted beside it.
func (s *Service) loadFile(ctx context.Context, tx *store.Tx, id string, beside ...store.Part) (*file, error) {
	f := &file{}
	parts := []store.Part{store.Keep(&f.Complaint, load, id), store.Keep(&f.officers, officersOf, id), store.Keep(&f.steps, stepsOf, id),
		store.Keep(&f.terms, term.OfMatter, term.Matter{Type: Type, ID: id})}
	return f, tx.Together(ctx, append(parts, beside...)...)
}

// visible loads a complaint for an actor who may see it; to others it does not exist (intake.not_found).
func (s *Service) visible(ctx context.Context, tx *store.Tx, actor org.Actor, id string, beside ...store.Part) (*file, error) {
	f, err := s.loadFile(ctx, tx, id, beside...)
	if err != nil {
		return nil, err
	}
	if !actor.Can(opRead, f.Unit) {
		return nil, fault.New(fault.NotFound, "intake.not_found")
	}
	return f, nil
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
	if len(f.officers) > 0 && !f.handledBy(actor.Person) {
		roles = slices.DeleteFunc(roles, func(r string) bool { return r == roleOfficer })
	}
	return roles
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

// observe looks at everything that the procedure asks about; photos are those that count for it.
func (s *Service) observe(ctx context.Context, tx *store.Tx, f *file) (seen procedure.Seen, photos int, err error) {
	if s.photos != nil {
		if photos, err = s.photos(ctx, tx, f.ID, f.sentAt()); err != nil {
			return nil, 0, fmt.Errorf("photos of complaint %s: %w", f.ID, err)
		}
	}
	seen = procedure.Seen{}
	seen.Say(OutcomeIsCase, f.Outcome == OutcomeCase)
	seen.Say(HasPhoto, photos > 0)
	return seen, photos, nil
}

// act is one taking of a step while it happens.
type act struct {
	*file
	actor  org.Actor
	step   *procedure.Step
	values procedure.Values
	now    time.Time
	entry  string // id of the ledger entry to be
	body   map[string]any
	rows   []ledger.Row
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
		from, unit := a.State, a.Unit
		actions, err := s.permit(ctx, tx, a, in)
		if err != nil {
			return nil, err
		}
		if step == StepFileCase {
			return s.fileCase(ctx, tx, a)
		}
		if err := s.effect(ctx, tx, a); err != nil {
			return nil, err
		}
		return s.finish(ctx, tx, a, actions, from, unit)
	})
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
	if err := actor.Must(step.Op, f.Unit); err != nil {
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
	seen, _, err := s.observe(ctx, tx, a.file)
	if err != nil {
		return nil, err
	}
	sent := len(a.officers) > 0
	after, actions, values, err := s.procedure.Attempt(procedure.Matter{State: a.State, Facts: a.Facts}, a.step.Code, seen, a.roles(a.actor, s.procedure), in, a.now,
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

// entered looks at what was filled in: who is to be sent.
func (s *Service) entered(ctx context.Context, tx *store.Tx, a *act, seen procedure.Seen) error {
	if a.step.Code != StepAssign {
		return nil
	}
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

// effect is what a step does besides moving the complaint on.
func (s *Service) effect(ctx context.Context, tx *store.Tx, a *act) (err error) {
	now := a.now
	switch a.step.Code {
	case StepRoute:
		a.Unit, err = s.target(ctx, tx, a, a.values.Text("unit"))
		a.body["unit"] = a.Unit
	case StepTransfer:
		unit, err := org.UnitByID(ctx, tx, a.values.Text("department"))
		if err != nil || !unit.Outside {
			return fault.New(fault.Invalid, "procedure.fields").With("department", "intake.department_unknown")
		}
		// The department answers for it from now on, and is the one outside unit that sees it.
		a.Unit, a.Outcome, a.ClosedAt, a.body["department"] = unit.ID, Transferred, &now, unit.ID
	case StepReturn:
		a.Unit = a.routedFrom()
	case StepAssign:
		rows, err := setOfficers(ctx, tx, a.ID, a.officers)
		if err != nil {
			return fmt.Errorf("assign: %w", err)
		}
		a.rows, a.body["officers"] = append(a.rows, rows...), len(a.officers)
	case StepHandle:
		a.Outcome = a.values.Text("outcome")
		a.body["outcome"] = a.Outcome
	case StepReply:
		a.ReplyText, a.RepliedAt = a.values.Text("text"), &now
	case StepClose:
		a.ClosedAt, a.body["satisfaction"] = &now, a.values.Text("satisfaction")
	}
	return err
}

// target is the unit that a complaint is routed to: one inside the bureau, in which the desk may route.
func (s *Service) target(ctx context.Context, tx *store.Tx, a *act, id string) (string, error) {
	unit, err := org.UnitByID(ctx, tx, id)
	if err != nil || unit.Outside || !a.actor.Can(opRoute, unit.ID) {
		return a.Unit, fault.New(fault.Invalid, "procedure.fields").With("unit", "intake.unit_unknown")
	}
	return unit.ID, nil
}

// routedFrom is the unit that routed the complaint to where it is now.
func (f *file) routedFrom() string {
	for _, t := range slices.Backward(f.steps) {
		if t.Step == StepRoute {
			return t.Unit
		}
	}
	return f.Unit
}

// finish writes the complaint, its clocks, the step and the ledger entry. from and unit are what the
// complaint's state and unit were before.
func (s *Service) finish(ctx context.Context, tx *store.Tx, a *act, actions []procedure.ClockAction, from, unit string) (*Receipt, error) {
	clocks, err := s.terms.Apply(ctx, tx, a.matter(), actions, a.values, a.now, "")
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
	return receipt(a.Complaint), nil
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
