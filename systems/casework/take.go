package casework

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

// Type names cases among the subjects of the ledger and of terms.
const Type = "case"

func ref(id string) ledger.Ref { return ledger.Ref{Type: Type, ID: id} }

// Result is what a command gives back.
type Result struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"`
	State    string   `json:"state"`
	Rev      int64    `json:"rev"`
	Document string   `json:"document,omitempty"` // id of the document that was issued
	Notes    []string `json:"notes,omitempty" doc:"what to look at again; it was saved all the same"`
}

// act is one taking of a step while it happens.
type act struct {
	*file
	way    way
	actor  org.Actor
	step   *procedure.Step
	values procedure.Values
	now    time.Time
	entry  string // id of the ledger entry to be
	body   map[string]any
	rows   []ledger.Row
	issued string
	texts  []store.Findable // what the case is findable by from now on
	// departs: the fine departs from the tier that the circumstances call for, or goes below the floor.
	departs bool
}

// Take takes a step of a case's main procedure; see TakeIn.
func (s *Service) Take(ctx context.Context, actor org.Actor, id, step string, rev int64, in map[string]any) (*Result, error) {
	return s.TakeIn(ctx, actor, id, "", step, rev, in)
}

// TakeIn takes a step of a case: the one way in which a case's state changes. track is empty for the case's
// main procedure, the id of a track beside it, or the code of a procedure that the step opens as a new
// one. rev is the revision of the case that the person saw.
//
// Returns case.not_found for a case that the actor may not see, changed_meanwhile when it has changed
// since, procedure.* when the step may not be taken now, with all the reasons, or was filled in
// wrongly; nothing is written then.
func (s *Service) TakeIn(ctx context.Context, actor org.Actor, id, track, step string, rev int64, in map[string]any) (*Result, error) {
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Result, error) {
		a, err := s.prepare(ctx, tx, actor, id, track, step)
		if err == nil && a.Rev != rev {
			err = fault.New(fault.Conflict, "changed_meanwhile")
		}
		if err != nil {
			return nil, err
		}
		out, err := s.takeNow(ctx, tx, a, in)
		if fault.KindOf(err) == fault.Conflict {
			if first := overtaken(ctx, tx, id, rev); first != nil {
				err = first
			}
		}
		return out, err
	})
}

// overtaken is changed_meanwhile where a case has another revision by now than it was read with. On PostgreSQL its parts are
// read one after another: a step that somebody else has just taken may be seen in one of them and not in the case itself, and
// is then the true reason why this one is refused.
func overtaken(ctx context.Context, tx *store.Tx, id string, rev int64) error {
	var now int64
	if err := tx.QueryRow(ctx, `SELECT rev FROM casework_cases WHERE id = $1`, id).Scan(&now); err != nil {
		return fmt.Errorf("revision of a case: %w", err)
	}
	if now != rev {
		return fault.New(fault.Conflict, "changed_meanwhile")
	}
	return nil
}

// takeNow takes the step of an act that is ready, in a transaction that is already running.
func (s *Service) takeNow(ctx context.Context, tx *store.Tx, a *act, in map[string]any) (*Result, error) {
	from := a.stands(a.way).State
	actions, err := s.permit(ctx, tx, a, in)
	if err != nil {
		return nil, err
	}
	if err := s.effect(ctx, tx, a); err != nil {
		return nil, err
	}
	if err := s.run(ctx, tx, a, actions); err != nil {
		return nil, err
	}
	if err := s.moveCourt(ctx, tx, a); err != nil {
		return nil, err
	}
	return s.record(ctx, tx, a, from)
}

// run does to the clocks what the step says, and ends those of a procedure that has ended.
func (s *Service) run(ctx context.Context, tx *store.Tx, a *act, actions []procedure.ClockAction) error {
	actions, err := a.set(actions)
	if err != nil {
		return err
	}
	actions = slices.DeleteFunc(actions, func(action procedure.ClockAction) bool {
		return action.Verb == procedure.StartClock && a.waitsForService(action.Clock.Code)
	})
	ends := map[string]law.Date{} // of what the step itself starts, by code
	for i := range actions {
		c := &actions[i].Clock
		if c.Set != (procedure.Text{}) {
			continue // it bears its name
		}
		if actions[i].Verb == procedure.StartClock {
			if c.After != "" {
				before := ends[c.After]
				if before.IsZero() {
					before = a.dueOf(a.way.clock(c.After))
				}
				if !before.IsZero() {
					a.values["after_"+c.After], actions[i].Dated = before, "after_"+c.After
					defer delete(a.values, "after_"+c.After)
				}
			}
			if due, err := s.terms.Calendar().Due(actions[i].Start(a.values, a.now), c.Period); err == nil {
				ends[c.Code] = due.Date
			}
		}
		c.Code = a.way.clock(c.Code)
	}
	rows, err := s.terms.Apply(ctx, tx, a.matter(), actions, a.values, a.now, a.values.Text("basis"))
	if err != nil {
		return err
	}
	a.rows = append(a.rows, rows...)
	if end, _ := a.way.State(a.stands(a.way).State); !end.End {
		return nil
	}
	if a.way.beside == nil {
		rows, err = s.terms.MeetAll(ctx, tx, a.matter(), a.now)
		a.rows = append(a.rows, rows...)
		return err
	}
	a.way.beside.EndedAt = &a.now
	for _, c := range a.way.Clocks {
		for _, name := range a.endNames(c) {
			rows, err := s.terms.Meet(ctx, tx, a.matter(), name, a.now)
			if err != nil {
				return err
			}
			a.rows = append(a.rows, rows...)
		}
	}
	return nil
}

func (f *file) matter() term.Matter { return term.Matter{Type: Type, ID: f.ID, Unit: f.Unit} }

// prepare loads the case and reads the form, before anything is decided.
func (s *Service) prepare(ctx context.Context, tx *store.Tx, actor org.Actor, id, track, code string) (*act, error) {
	f, err := s.loadFile(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if !actor.Can(opRead, f.Unit) {
		return nil, fault.New(fault.NotFound, "case.not_found")
	}
	now := s.now()
	w, err := f.mainWay()
	if track != "" {
		w, err = f.wayOf(track, actor.Person, now)
	}
	if err != nil {
		return nil, err
	}
	step, ok := w.Step(code)
	if !ok {
		return nil, fault.New(fault.NotFound, "procedure.no_step", "step", code)
	}
	if err := actor.Must(step.Op, f.Unit); err != nil {
		return nil, step.Cited(err)
	}
	a := &act{file: f, way: w, actor: actor, step: step, now: now, entry: store.NewID(), body: map[string]any{}}
	return a, a.isTheirs()
}

// isTheirs asks that an officer acts in his own cases only; leaders answer for all of their squad's.
func (a *act) isTheirs() error {
	if !a.actor.IsProgram() && len(a.rolesOf(a.actor)) == 0 {
		return fault.New(fault.Refused, "case.not_handler")
	}
	return nil
}

// rolesOf are the roles that somebody has over this case: who is an officer and nothing else has a part
// in his own cases only.
func (f *file) rolesOf(actor org.Actor) []string {
	roles := actor.RolesAt(f.Unit)
	if slices.Equal(roles, []string{roleOfficer}) && !f.handles(actor.Person) {
		return nil
	}
	return roles
}

// permit asks the procedure, and moves the case or the track on if it agrees.
func (s *Service) permit(ctx context.Context, tx *store.Tx, a *act, in map[string]any) ([]procedure.ClockAction, error) {
	seen, enter, err := s.eyes(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	after, actions, values, err := a.way.Attempt(a.stands(a.way), a.step.Code, seen, a.roles(), in, a.now,
		func(values procedure.Values, seen procedure.Seen) error {
			a.values = values
			return enter(seen)
		})
	if err != nil {
		return nil, err
	}
	a.values = values
	if err := a.serviceUnproved(); err != nil {
		return nil, err
	}
	if err := a.lateUnexplained(); err != nil {
		return nil, err
	}
	if b := a.way.beside; b != nil {
		b.State, b.Facts = after.State, after.Facts
	} else {
		a.State, a.Facts = after.State, after.Facts
	}
	return actions, nil
}

// eyes are how the way's facts are seen: the observed ones now, the entered ones when the form is read.
func (s *Service) eyes(ctx context.Context, tx *store.Tx, a *act) (seen procedure.Seen, enter func(procedure.Seen) error, err error) {
	if a.way.track == nil {
		seen, err = s.observe(ctx, tx, a.actor, a.file, a.now)
		return seen, func(seen procedure.Seen) error { return s.entered(ctx, tx, a, seen) }, err
	}
	look, err := s.look(ctx, tx, a.actor, a.file, a.way.beside, a.now)
	if err != nil {
		return nil, nil, err
	}
	return a.way.track.Seen(look), func(seen procedure.Seen) error {
		look.Values = a.values
		if look.Named, err = s.named(ctx, tx, a); err != nil {
			return err
		}
		for fact, holds := range a.way.track.Seen(look) {
			seen[fact] = holds
		}
		return nil
	}, nil
}

// roles are those that the actor has over this case. A program of the house acts in every role.
func (a *act) roles() []string {
	if a.actor.IsProgram() {
		return a.step.By
	}
	return a.rolesOf(a.actor)
}

// effect is what a step does besides moving the case on.
func (s *Service) effect(ctx context.Context, tx *store.Tx, a *act) error {
	now := a.now
	if a.way.track != nil {
		return s.effectOf(ctx, tx, a)
	}
	switch a.step.Code {
	case StepApproveFiling:
		a.FiledAt = &now
	case StepNotify:
		yuan, _ := a.values.Number("amount")
		a.body["departs"] = a.departs
		a.ProposedYuan, a.body["yuan"] = &yuan, yuan
		return s.issueNotice(ctx, tx, a)
	case StepDecide:
		yuan, _ := a.values.Number("amount")
		a.DecidedYuan, a.DecidedAt, a.body["yuan"] = &yuan, &now, yuan
		return s.issueDecision(ctx, tx, a)
	case StepServeNotice, StepServeDecision:
		return s.serveKinds(ctx, tx, a, []string{servedBy[a.step.Code]})
	case StepPay, StepPayPart:
		return s.pay(ctx, tx, a)
	case StepClose, StepTerminate:
		a.ClosedAt = &now
	case StepArchive:
		a.body["volume"] = a.values.Text("volume")
	}
	return nil
}

// serveKinds notes on the newest valid document of each kind when and how it was served.
func (s *Service) serveKinds(ctx context.Context, tx *store.Tx, a *act, kinds []string) error {
	on, ok := a.values.Date(a.step.Dated)
	if !ok {
		if on, ok = a.values.Date("served_on"); !ok {
			return nil
		}
	}
	for _, kind := range kinds {
		for _, d := range slices.Backward(a.documents) {
			if d.Kind != kind || d.VoidAt != nil || !d.ServedOn.IsZero() {
				continue
			}
			if err := markServed(ctx, tx, d.ID, on, a.values.Text("method")); err != nil {
				return err
			}
			a.rows = append(a.rows, ledger.Row{Table: "casework_documents", Key: d.ID})
			break
		}
	}
	return nil
}

// record writes the case, the step and the ledger entry.
func (s *Service) record(ctx context.Context, tx *store.Tx, a *act, from string) (*Result, error) {
	a.UpdatedAt = a.now
	if err := updateCase(ctx, tx, a.Case, a.Rev); err != nil {
		return nil, err
	}
	fields, err := plain(a.values)
	if err != nil {
		return nil, err
	}
	to := a.stands(a.way).State
	taken := Taken{ID: a.entry, Step: a.step.Code, From: from, To: to, Actor: a.actor.Person, ActorName: a.actor.Name, Unit: a.Unit, Fields: fields, At: a.now}
	kind := "casework." + a.step.Code
	if b := a.way.beside; b != nil {
		taken.Track = b.ID
		if err := keepTrack(ctx, tx, a.ID, b); err != nil {
			return nil, fmt.Errorf("keep track %s: %w", b.Procedure, err)
		}
		a.rows = append(a.rows, ledger.Row{Table: "casework_tracks", Key: b.ID})
	}
	if a.way.track != nil {
		kind = a.way.Code + "." + a.step.Code
	}
	if err := insertStep(ctx, tx, a.ID, taken); err != nil {
		return nil, fmt.Errorf("record step %s: %w", a.step.Code, err)
	}
	a.findable(stepOf(a.file, a.way.Procedure, taken))
	if err := a.index(ctx, tx); err != nil {
		return nil, err
	}
	a.rows = append(a.rows, ledger.Row{Table: "casework_cases", Key: a.ID}, ledger.Row{Table: "casework_steps", Key: taken.ID})
	a.body["number"], a.body["from"], a.body["to"], a.body["state"] = a.Number, from, to, a.State // from and to are the track's, where it is one
	if _, err := ledger.Append(ctx, tx, ledger.Entry{ID: a.entry, Kind: kind, Subject: ref(a.ID), Actor: a.actor.Person, Unit: a.Unit,
		At: a.now, Body: a.body, Rows: a.rows}); err != nil {
		return nil, err
	}
	return &Result{ID: a.ID, Number: a.Number, State: a.State, Rev: a.Rev, Document: a.issued}, nil
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
