package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

func init() { ledger.Seal("evidence_marks", "id") }

// Kinds of entries about marks.
const (
	entryMarked   = "evidence.marked"
	entryUnmarked = "evidence.unmarked"
)

// maxMarks is how many marks one recording bears at a time.
const maxMarks = 300

// Mark is what somebody noted of a stretch of a recording. One that was wrong is ended and stays.
type Mark struct {
	ID     string     `json:"id"`
	FromMS int64      `json:"fromMs" doc:"milliseconds from the beginning"`
	ToMS   int64      `json:"toMs"`
	Note   string     `json:"note"`
	At     time.Time  `json:"at"`
	ByName string     `json:"byName"`
	Ended  *time.Time `json:"ended,omitempty"`
	Reason string     `json:"reason,omitempty"`
}

// MarkInput is what is noted of which stretch.
type MarkInput struct {
	FromMS int64  `json:"fromMs" minimum:"0"`
	ToMS   int64  `json:"toMs" minimum:"0" doc:"the same as fromMs: a moment"`
	Note   string `json:"note" maxLength:"500"`
}

// Mark notes something of a stretch of a film or of sound. Returns evidence.not_found, evidence.stretch for one that does not lie within it,
// evidence.too_many_marks, form.
func (s *Service) Mark(ctx context.Context, actor org.Actor, id string, in MarkInput) (*Mark, error) {
	note := strings.TrimSpace(api.Clean(in.Note))
	if note == "" || utf8.RuneCountInString(note) > maxNote {
		return nil, fault.New(fault.Invalid, "form").With("note", "form.required")
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Mark, error) {
		m, unit, err := s.mayWork(ctx, tx, actor, id, "evidence.mark")
		if err != nil {
			return nil, err
		}
		if err := s.mustRun(ctx, tx, m, in.FromMS, in.ToMS); err != nil {
			return nil, err
		}
		var count int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM evidence_marks WHERE media = $1 AND ended_at IS NULL`, id).Scan(&count); err != nil {
			return nil, err
		}
		if count >= maxMarks {
			return nil, fault.New(fault.Invalid, "evidence.too_many_marks", "n", maxMarks)
		}
		k := &Mark{ID: store.NewID(), FromMS: in.FromMS, ToMS: in.ToMS, Note: note, At: s.now(), ByName: actor.Name}
		if _, err := tx.Exec(ctx, `INSERT INTO evidence_marks (id, media, from_ms, to_ms, note, at, by_person, by_name) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
			k.ID, id, k.FromMS, k.ToMS, k.Note, store.At(k.At), actor.Person, actor.Name); err != nil {
			return nil, fmt.Errorf("mark a recording: %w", err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryMarked, Subject: mediaSubject(id), Actor: actor.Person, Unit: unit, At: k.At,
			Body: map[string]any{"mark": k.ID, "from_ms": k.FromMS, "to_ms": k.ToMS, "about": k.Note}, Rows: []ledger.Row{{Table: "evidence_marks", Key: k.ID}}})
		return k, err
	})
}

// mustRun fails with evidence.stretch unless a stretch lies within a film or sound.
func (s *Service) mustRun(ctx context.Context, tx *store.Tx, m *Media, from, to int64) error {
	if !m.runs() || from < 0 || to < from {
		return fault.New(fault.Invalid, "evidence.stretch")
	}
	long, err := longOf(ctx, tx, m.ID)
	if err == nil && (long > 0 && (from > long || to > long+1000) || to > maxLong.Milliseconds()) {
		err = fault.New(fault.Invalid, "evidence.stretch")
	}
	return err
}

// maxLong is longer than any recording.
const maxLong = 100 * time.Hour

// runs tells that a file has a beginning and an end in time.
func (m *Media) runs() bool {
	return strings.HasPrefix(m.Type, "video/") || strings.HasPrefix(m.Type, "audio/") || m.Type == "application/ogg"
}

// longOf is how long a recording is, in milliseconds; zero: nobody knows.
func longOf(ctx context.Context, tx *store.Tx, media string) (int64, error) {
	ms, err := store.Collect(ctx, tx, func(r *sql.Rows) (n int64, err error) { return n, r.Scan(&n) }, `SELECT long_ms FROM evidence_recordings WHERE media = $1`, media)
	if err != nil || len(ms) == 0 {
		return 0, err
	}
	return ms[0], nil
}

// Unmark ends a mark that was wrong, for a reason that stays with it. Returns evidence.not_found, form.
func (s *Service) Unmark(ctx context.Context, actor org.Actor, media, mark, reason string) error {
	reason = strings.TrimSpace(api.Clean(reason))
	if reason == "" || utf8.RuneCountInString(reason) > maxNote {
		return fault.New(fault.Invalid, "form").With("reason", "form.required")
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, unit, err := s.mayWork(ctx, tx, actor, media, "evidence.mark")
		if err != nil {
			return err
		}
		now := s.now()
		n, err := tx.Exec(ctx, `UPDATE evidence_marks SET ended_at = $3, ended_by = $4, reason = $5 WHERE id = $1 AND media = $2 AND ended_at IS NULL`, mark, media, store.At(now), actor.Name, reason)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "evidence.not_found")
		}
		if err != nil {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: entryUnmarked, Subject: mediaSubject(media), Actor: actor.Person, Unit: unit, At: now,
			Body: map[string]any{"mark": mark, "reason": reason}, Rows: []ledger.Row{{Table: "evidence_marks", Key: mark}}})
		return err
	})
}

// mayWork reads a file to which an actor may do something: he may open it, and has the right in its unit or in that of a matter that it is tied to; a
// recording's maker may with his own where he has the right at all. Returns evidence.not_found, evidence.destroyed, refused.unit.
func (s *Service) mayWork(ctx context.Context, tx *store.Tx, actor org.Actor, id, op string) (m *Media, unit string, err error) {
	if m, err = one(ctx, tx, `id = $1`, id); err != nil {
		return nil, "", err
	}
	if err = s.mayOpen(ctx, tx, actor, m); err != nil {
		return nil, "", err
	}
	if err = mustLive(ctx, tx, id); err != nil {
		return nil, "", err
	}
	if unit, err = unitOf(ctx, tx, id); err != nil {
		return nil, "", err
	}
	refused := actor.Must(op, unit)
	if refused == nil {
		return m, unit, nil
	}
	if m.Subject.Type == UnitSubject {
		if r, err := s.recording(ctx, tx, actor, id); err == nil && r.Officer == actor.Person && actor.CanAnywhere(op) {
			return m, unit, nil
		}
	}
	ties, err := tiesOf(ctx, tx, id)
	if err != nil {
		return nil, "", err
	}
	for _, t := range ties {
		if t.Ended != nil {
			continue
		}
		if of, err := s.access(ctx, tx, actor, t.Subject, false); err == nil && actor.Can(op, of) {
			return m, unit, nil
		}
	}
	return nil, "", refused
}

// marksOf are the marks of a recording that stand, in the order of time.
func marksOf(ctx context.Context, tx *store.Tx, media string) ([]Mark, error) {
	out, err := store.Collect(ctx, tx, func(r *sql.Rows) (k Mark, err error) {
		var at store.Time
		err = r.Scan(&k.ID, &k.FromMS, &k.ToMS, &k.Note, &at, &k.ByName)
		k.At = at.Time
		return k, err
	}, `SELECT id, from_ms, to_ms, note, at, by_name FROM evidence_marks WHERE media = $1 AND ended_at IS NULL ORDER BY from_ms, id`, media)
	if out == nil {
		out = []Mark{}
	}
	return out, err
}
