package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Tie says that a recording belongs to a matter, and to which step of it. One that was wrong is ended and stays.
type Tie struct {
	ID      string     `json:"id"`
	Subject Subject    `json:"subject"`
	Number  string     `json:"number,omitempty" doc:"of the matter, for who may see it"`
	Step    string     `json:"step,omitempty" doc:"id of the step that was taken; empty: the whole matter"`
	Title   string     `json:"title,omitempty" doc:"of the step"`
	Note    string     `json:"note,omitempty"`
	At      time.Time  `json:"at"`
	ByName  string     `json:"byName"`
	Ended   *time.Time `json:"ended,omitempty"`
	Reason  string     `json:"reason,omitempty"`

	byPerson string
}

// Steps tells which steps of matters that the actor may see a person took between two moments; the app asks the systems that own them.
type Steps func(ctx context.Context, tx *store.Tx, actor org.Actor, person string, from, to time.Time, lang string) ([]api.DayStep, error)

// TieInput is what is tied to what.
type TieInput struct {
	Subject string `json:"subject" maxLength:"80" doc:"complaint:ID or case:ID"`
	Step    string `json:"step,omitempty" maxLength:"40"`
	Note    string `json:"note,omitempty" maxLength:"500"`
}

// mayHear tells that an actor may see a recording: its maker, and who has the right in its unit.
func (r *Recording) mayHear(actor org.Actor) bool {
	return actor.Can("evidence.records", r.Unit) || r.Officer != "" && r.Officer == actor.Person && actor.CanAnywhere("evidence.read")
}

// recording reads one that the actor may see. Returns evidence.not_found.
func (s *Service) recording(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (*Recording, error) {
	all, err := recordingsWhere(ctx, tx, `r.media = $1`, 1, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || !all[0].mayHear(actor) {
		return nil, fault.New(fault.NotFound, "evidence.not_found")
	}
	return &all[0], nil
}

// Tie ties a recording to a matter, or to one step of it. It may belong to several. Who ties must see the recording and may add to the matter.
// Returns evidence.not_found, evidence.step, evidence.tied for what is tied so already, evidence.destroyed, and what the matter's owner says.
func (s *Service) Tie(ctx context.Context, actor org.Actor, id string, in TieInput) (*Tie, error) {
	subject, err := SubjectQuery{Subject: in.Subject}.parse()
	if err != nil {
		return nil, err
	}
	note := strings.TrimSpace(api.Clean(in.Note))
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Tie, error) {
		if err := pass(ctx, tx); err != nil {
			return nil, err
		}
		r, err := s.recording(ctx, tx, actor, id)
		if err == nil {
			err = mustLive(ctx, tx, id)
		}
		if err != nil {
			return nil, err
		}
		unit, err := s.access(ctx, tx, actor, subject, true)
		if err == nil && in.Step != "" {
			err = s.mustBeStep(ctx, tx, actor, r, subject, in.Step)
		}
		if err != nil {
			return nil, err
		}
		return s.writeTie(ctx, tx, actor, &r.Media, Tie{Subject: subject, Step: in.Step, Note: note}, unit)
	})
}

// writeTie ties a file to a matter of a unit, in the log of both. Returns evidence.tied.
func (s *Service) writeTie(ctx context.Context, tx *store.Tx, actor org.Actor, m *Media, t Tie, unit string) (*Tie, error) {
	t.ID, t.At, t.ByName = store.NewID(), s.now(), actor.Name
	n, err := tx.Exec(ctx, `INSERT INTO evidence_ties (id, media, subject_type, subject_id, step, note, at, by_person, by_name) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
		ON CONFLICT (media, subject_type, subject_id, step) WHERE ended_at IS NULL DO NOTHING`,
		t.ID, m.ID, t.Subject.Type, t.Subject.ID, t.Step, t.Note, store.At(t.At), actor.Person, actor.Name)
	if err != nil {
		return nil, fmt.Errorf("tie a recording: %w", err)
	}
	if n == 0 {
		return nil, fault.New(fault.Conflict, "evidence.tied")
	}
	if _, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryTied, Subject: ledger.Ref{Type: t.Subject.Type, ID: t.Subject.ID}, Actor: actor.Person, Unit: unit, At: t.At,
		Body: map[string]any{"media": m.ID, "sha256": m.SHA256, "step": t.Step}, Rows: []ledger.Row{{Table: "evidence_ties", Key: t.ID}}}); err != nil {
		return nil, err
	}
	if _, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryTied, Subject: mediaSubject(m.ID), Actor: actor.Person, Unit: unit, At: t.At,
		Body: map[string]any{"subject": t.Subject.Type + ":" + t.Subject.ID, "tie": t.ID}}); err != nil {
		return nil, err
	}
	return &t, s.tellAccounted(ctx, tx, t.Subject, t.Step, ByTie)
}

// mustBeStep fails with evidence.step unless the maker of a recording took the step, of that matter, on the day of the recording, or on either of a film of the night.
func (s *Service) mustBeStep(ctx context.Context, tx *store.Tx, actor org.Actor, r *Recording, subject Subject, step string) error {
	if s.steps != nil && r.Began != nil && r.Officer != "" {
		steps, err := s.steps(ctx, tx, actor, r.Officer, law.On(*r.Began).Start(), law.On(*r.Ended).AddDays(1).Start(), "")
		if err != nil || slices.ContainsFunc(steps, func(d api.DayStep) bool { return d.ID == step && subjectOf(d) == subject }) {
			return err
		}
	}
	return fault.New(fault.Invalid, "evidence.step")
}

// subjectOf is the matter that a step is of.
func subjectOf(d api.DayStep) Subject { return Subject{Type: d.System, ID: d.Matter} }

// ownSlip is how long somebody may take back a tie to a case that he made himself.
const ownSlip = 24 * time.Hour

// Untie ends a tie that was wrong, for a reason that stays with it. Returns evidence.not_found, form, evidence.untie_leader.
func (s *Service) Untie(ctx context.Context, actor org.Actor, media, tie, reason string) error {
	reason = strings.TrimSpace(api.Clean(reason))
	if reason == "" || utf8.RuneCountInString(reason) > maxNote {
		return fault.New(fault.Invalid, "form").With("reason", "form.required")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, err := s.recording(ctx, tx, actor, media)
		if err != nil {
			return err
		}
		ties, err := tiesOf(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		for _, t := range ties {
			if t.ID != tie || t.Ended != nil {
				continue
			}
			unit, err := s.access(ctx, tx, actor, t.Subject, true)
			if err != nil {
				return err
			}
			now := s.now()
			// What was evidence of a case is kept for good: its maker alone does not take it out again, but for a slip of his own.
			if t.Subject.Type == "case" && !actor.Can("evidence.claim", r.Unit) && (t.byPerson != actor.Person || now.Sub(t.At) > ownSlip) {
				return fault.New(fault.Refused, "evidence.untie_leader")
			}
			if err := store.Changed(tx.Exec(ctx, `UPDATE evidence_ties SET ended_at = $2, ended_by = $3, reason = $4 WHERE id = $1 AND ended_at IS NULL`, tie, store.At(now), actor.Name, reason)); err != nil {
				return err
			}
			if _, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryUntied, Subject: ledger.Ref{Type: t.Subject.Type, ID: t.Subject.ID}, Actor: actor.Person, Unit: unit, At: now,
				Body: map[string]any{"media": r.ID, "tie": tie}, Rows: []ledger.Row{{Table: "evidence_ties", Key: tie}}}); err != nil {
				return err
			}
			_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryUntied, Subject: mediaSubject(r.ID), Actor: actor.Person, Unit: unit, At: now,
				Body: map[string]any{"subject": t.Subject.Type + ":" + t.Subject.ID, "tie": tie, "reason": reason}})
			return err
		}
		return fault.New(fault.NotFound, "evidence.not_found")
	})
}

func tiesOf(ctx context.Context, tx *store.Tx, media ...string) ([]Tie, error) {
	all, err := tiesByMedia(ctx, tx, media)
	var out []Tie
	for _, list := range all {
		out = append(out, list...)
	}
	return out, err
}

func tiesByMedia(ctx context.Context, tx *store.Tx, media []string) (map[string][]Tie, error) {
	out := map[string][]Tie{}
	if len(media) == 0 {
		return out, nil
	}
	w := &store.Where{}
	w.In("media", media)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var t Tie
		var of string
		var at store.Time
		var ended *store.Time
		var reason sql.NullString
		err = r.Scan(&t.ID, &of, &t.Subject.Type, &t.Subject.ID, &t.Step, &t.Note, &at, &t.ByName, &t.byPerson, &ended, &reason)
		t.At, t.Ended, t.Reason = at.Time, momentOf(ended), reason.String
		out[of] = append(out[of], t)
		return
	}, `SELECT id, media, subject_type, subject_id, step, note, at, by_name, by_person, ended_at, reason FROM evidence_ties WHERE `+w.SQL()+` ORDER BY at, id`, w.Args()...)
	return out, err
}
