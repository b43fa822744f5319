package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

func init() { ledger.Seal("evidence_excuses", "id") }

// entryExcused is the kind of the entry that says why there is no recording of a step. It has the matter as its subject.
const entryExcused = "evidence.excused"

// Docking is how long after a step its recording may still be on its way: it is taken in within 24 hours of the task (the provincial police's rule, taken
// as a default).
const Docking = 24 * time.Hour

// Grounds for which there is no recording of a step.
var excuseGrounds = []string{"broken", "full", "sudden", "lost", "other"}

// Wanted tells the steps taken between two moments that are recorded in sound and picture by their procedure, of matters that the actor may see; the app
// asks the systems that own them. It is at most api.MaxWantedSteps of each system.
type Wanted func(ctx context.Context, tx *store.Tx, actor org.Actor, from, to time.Time, lang string) ([]api.WantedStep, error)

// Accounted hears, in the same transaction, that a step has its recording or the reason why it has none, for what was said of its missing to be settled.
type Accounted func(ctx context.Context, tx *store.Tx, subject Subject, step, how string) error

// StepOf finds a matter's taking of a step by its id, if its procedure wants it recorded; nil: there is none.
type StepOf func(ctx context.Context, tx *store.Tx, subject Subject, step string) (*api.WantedStep, error)

// Watches tells the service which steps want recordings, which step is one, and who hears that one has what it wants.
func (s *Service) Watches(wanted Wanted, stepOf StepOf, accounted Accounted) {
	s.wanted, s.stepOf, s.accounted = wanted, stepOf, accounted
}

// How a step stands that wants a recording.
const (
	ByTie    = "tied"     // a recording is tied to it, or to its matter and ran while it was taken
	ByFilm   = "filmed"   // who took it was filming at the time; nobody has tied it yet
	ByExcuse = "excused"  // it is written down why there is none
	ByNone   = "missing"  // neither
	ByWaits  = "awaiting" // neither, and the recorder may still be docked
)

// StepFilm is a step that wants a recording, and how it stands.
type StepFilm struct {
	api.WantedStep
	How    string `json:"how" enum:"tied,filmed,excused,missing,awaiting"`
	Ground string `json:"ground,omitempty"`
	Reason string `json:"reason,omitempty"`
	// MayExcuse tells whether the asker may write down why there is none.
	MayExcuse bool `json:"mayExcuse"`
}

// mayExcuse tells whether somebody may write down why there is no recording of a step: who took it answers for it himself, or whoever leads the unit.
func mayExcuse(actor org.Actor, step *api.WantedStep) bool {
	return step.Person == actor.Person || actor.Can("evidence.excuse_others", step.Unit)
}

// ExcuseInput is why there is no recording of a step.
type ExcuseInput struct {
	Subject string `json:"subject" maxLength:"80" doc:"complaint:ID or case:ID"`
	Step    string `json:"step" maxLength:"40" doc:"id of the taking of the step"`
	Ground  string `json:"ground" enum:"broken,full,sudden,lost,other" doc:"the equipment broke down; full or empty battery; too sudden; the recording was lost; another"`
	Reason  string `json:"reason" maxLength:"500"`
}

// Excuse writes down why there is no recording of a step, once: who took the step, or who leads the unit, and may add to the matter. Returns form,
// evidence.no_step, evidence.excuse_not_yours, evidence.excused, and what the matter's owner says.
func (s *Service) Excuse(ctx context.Context, actor org.Actor, in ExcuseInput) error {
	subject, err := SubjectQuery{Subject: in.Subject}.parse()
	if err != nil {
		return err
	}
	reason, err := reasonOf(in.Reason)
	if err != nil {
		return err
	}
	if !slices.Contains(excuseGrounds, in.Ground) {
		return fault.New(fault.Invalid, "form").With("ground", "form.required")
	}
	if in.Step == "" {
		return fault.New(fault.Invalid, "form").With("step", "form.required")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		unit, err := s.access(ctx, tx, actor, subject, true)
		if err != nil {
			return err
		}
		if s.stepOf != nil {
			step, err := s.stepOf(ctx, tx, subject, in.Step)
			switch {
			case err != nil:
				return err
			case step == nil:
				return fault.New(fault.Invalid, "evidence.no_step")
			case !mayExcuse(actor, step):
				return fault.New(fault.Refused, "evidence.excuse_not_yours")
			}
		}
		id, now := store.NewID(), s.now()
		n, err := tx.Exec(ctx, `INSERT INTO evidence_excuses (id, subject_type, subject_id, step, ground, reason, at, by_person, by_name) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
			ON CONFLICT (subject_type, subject_id, step) DO NOTHING`, id, subject.Type, subject.ID, in.Step, in.Ground, reason, store.At(now), actor.Person, actor.Name)
		if err != nil {
			return fmt.Errorf("write down why there is no recording: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "evidence.excused")
		}
		if _, err := ledger.Append(ctx, tx, ledger.Entry{Kind: entryExcused, Subject: ledger.Ref{Type: subject.Type, ID: subject.ID}, Actor: actor.Person, Unit: unit, At: now,
			Body: map[string]any{"step": in.Step, "ground": in.Ground, "reason": reason}, Rows: []ledger.Row{{Table: "evidence_excuses", Key: id}}}); err != nil {
			return err
		}
		return s.tellAccounted(ctx, tx, subject, in.Step, ByExcuse)
	})
}

func (s *Service) tellAccounted(ctx context.Context, tx *store.Tx, subject Subject, step, how string) error {
	if s.accounted == nil || step == "" {
		return nil
	}
	return s.accounted(ctx, tx, subject, step, how)
}

// TakenStep is a taking of a step, as its system knows it.
type TakenStep struct {
	Subject Subject
	ID      string
	At      time.Time
	Media   []string // files that were named when it was taken
}

// Unaccounted gives those of some steps that have neither a recording tied to them nor a reason why there is none; for another system's procedure,
// in its own transaction. A film or sound that was named when the step was taken counts too. A recording that is tied to the whole matter counts where it ran while the step was taken, or shortly before or after.
func Unaccounted(ctx context.Context, tx *store.Tx, steps []TakenStep) ([]string, error) {
	how, err := accountsOf(ctx, tx, steps)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, step := range steps {
		if how[step.ID] == "" {
			out = append(out, step.ID)
		}
	}
	return out, nil
}

// accountsOf tells of steps whether a recording is tied to them, or a reason is written down.
func accountsOf(ctx context.Context, tx *store.Tx, steps []TakenStep) (map[string]string, error) {
	out := map[string]string{}
	bySubject := map[string][]TakenStep{}
	for _, step := range steps {
		bySubject[step.Subject.ID] = append(bySubject[step.Subject.ID], step)
	}
	named := map[string][]string{} // by file, the steps that name it
	for _, step := range steps {
		for _, m := range step.Media {
			named[m] = append(named[m], step.ID)
		}
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(named)), atOnceKept) {
		w := &store.Where{}
		w.In("id", some)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id, mime string
			err = r.Scan(&id, &mime)
			if kindOf(mime) != Picture {
				for _, step := range named[id] {
					out[step] = ByTie
				}
			}
			return
		}, `SELECT id, type FROM evidence_media WHERE `+w.SQL(), w.Args()...); err != nil {
			return nil, fmt.Errorf("recordings that steps name: %w", err)
		}
	}
	ids := slices.Sorted(maps.Keys(bySubject))
	for some := range slices.Chunk(ids, atOnceKept) {
		w := &store.Where{}
		w.In("subject_id", some)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var kind, id, step string
			err = r.Scan(&kind, &id, &step)
			for _, one := range bySubject[id] {
				if one.Subject.Type == kind && one.ID == step && out[step] == "" {
					out[step] = ByExcuse
				}
			}
			return
		}, `SELECT subject_type, subject_id, step FROM evidence_excuses WHERE `+w.SQL(), w.Args()...); err != nil {
			return nil, fmt.Errorf("why there is no recording: %w", err)
		}
		w = &store.Where{}
		w.In("t.subject_id", some)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var kind, id, step, what string
			var began, ended *store.Time
			err = r.Scan(&kind, &id, &step, &what, &began, &ended)
			for _, one := range bySubject[id] {
				if one.Subject.Type == kind && (one.ID == step || step == "" && what == Film && began != nil && apart(began.Time, ended.Time, one.At) <= beside) {
					out[one.ID] = ByTie
				}
			}
			return
		}, `SELECT t.subject_type, t.subject_id, t.step, r.kind, r.began_at, r.ended_at FROM evidence_ties t JOIN evidence_recordings r ON r.media = t.media
			WHERE t.ended_at IS NULL AND r.kind IN ('film', 'sound') AND `+w.SQL(), w.Args()...); err != nil {
			return nil, fmt.Errorf("recordings of steps: %w", err)
		}
	}
	return out, nil
}

// StepFilms tells how the steps between two moments that want a recording stand, the newest first.
func (s *Service) StepFilms(ctx context.Context, tx *store.Tx, actor org.Actor, from, to time.Time, lang string) ([]StepFilm, error) {
	if s.wanted == nil {
		return nil, nil
	}
	steps, err := s.wanted(ctx, tx, actor, from, to, lang)
	if err != nil || len(steps) == 0 {
		return nil, err
	}
	taken := make([]TakenStep, len(steps))
	people := map[string]bool{}
	for i, step := range steps {
		taken[i], people[step.Person] = TakenStep{Subject{step.System, step.Matter}, step.ID, step.At, step.Media}, true
	}
	how, err := accountsOf(ctx, tx, taken)
	if err != nil {
		return nil, err
	}
	ran, err := filmedBy(ctx, tx, people, from, to)
	if err != nil {
		return nil, err
	}
	excuses, err := excusesOf(ctx, tx, taken, how)
	if err != nil {
		return nil, err
	}
	out := make([]StepFilm, len(steps))
	for i, step := range steps {
		f := StepFilm{WantedStep: step, How: how[step.ID], Ground: excuses[step.ID][0], Reason: excuses[step.ID][1]}
		switch {
		case f.How != "":
		case slices.ContainsFunc(ran[step.Person], func(r stretch) bool { return apart(r.from, r.to, step.At) <= beside }):
			f.How = ByFilm
		case s.now().Sub(step.At) < Docking:
			f.How = ByWaits
		default:
			f.How = ByNone
		}
		out[i] = f
	}
	slices.SortStableFunc(out, func(a, b StepFilm) int { return b.At.Compare(a.At) })
	return out, nil
}

type stretch struct{ from, to time.Time }

// filmedBy tells when people were filming.
func filmedBy(ctx context.Context, tx *store.Tx, people map[string]bool, from, to time.Time) (map[string][]stretch, error) {
	out := map[string][]stretch{}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var who string
		var began, ended store.Time
		err = r.Scan(&who, &began, &ended)
		if people[who] {
			out[who] = append(out[who], stretch{began.Time, ended.Time})
		}
		return
	}, `SELECT officer, began_at, ended_at FROM evidence_recordings WHERE kind = 'film' AND officer IS NOT NULL AND began_at >= $1 AND began_at < $2`, store.At(from.Add(-12*time.Hour)), store.At(to.Add(beside)))
	return out, err
}

func excusesOf(ctx context.Context, tx *store.Tx, steps []TakenStep, how map[string]string) (map[string][2]string, error) {
	out := map[string][2]string{}
	var ids []string
	for _, step := range steps {
		if how[step.ID] == ByExcuse {
			ids = append(ids, step.ID)
		}
	}
	for some := range slices.Chunk(ids, atOnceKept) {
		w := &store.Where{}
		w.In("step", some)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id string
			var why [2]string
			err = r.Scan(&id, &why[0], &why[1])
			out[id] = why
			return
		}, `SELECT step, ground, reason FROM evidence_excuses WHERE `+w.SQL(), w.Args()...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// stillMissing leaves out of the steps that seem to have no recording those that somebody else's is tied to, or of which it is written down why.
func (s *Service) stillMissing(ctx context.Context, tx *store.Tx, ids []string, steps []api.DayStep) ([]string, error) {
	var taken []TakenStep
	for _, step := range steps {
		if slices.Contains(ids, step.ID) {
			taken = append(taken, TakenStep{Subject: subjectOf(step), ID: step.ID, At: step.At})
		}
	}
	how, err := accountsOf(ctx, tx, taken)
	return slices.DeleteFunc(ids, func(id string) bool { return how[id] != "" }), err
}

// missingSince is for how many days back steps without a recording are listed.
const missingSince = 90

// Missing lists the steps that want a recording and to which none is tied, nor a reason written down: the actor's own, and those of the units in which he
// has the right; where a matter is named, all of it, whoever took them.
func (s *Service) Missing(ctx context.Context, actor org.Actor, of Subject, lang string) (out []StepFilm, err error) {
	now := s.now()
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all, err := s.StepFilms(ctx, tx, actor, now.AddDate(0, 0, -missingSince), now.Add(time.Minute), lang)
		for _, f := range all {
			mine := f.Person == actor.Person || actor.Can("evidence.records", f.Unit)
			if of != (Subject{}) {
				mine = subjectOf(f.DayStep) == of
			}
			f.MayExcuse = mayExcuse(actor, &f.WantedStep)
			if mine && f.How != ByTie && f.How != ByExcuse && len(out) < mostMissing {
				out = append(out, f)
			}
		}
		return err
	})
	return out, err
}
