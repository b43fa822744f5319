package casework

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// Beside is a track of a case: a procedure that runs beside its main one, with a state and facts of its
// own. It comes into being with the first of its steps; only its steps change it.
type Beside struct {
	ID        string
	Seq       int // the case's own count; names its periods
	Procedure string
	State     string
	Facts     []string
	OpenedAt  time.Time
	OpenedBy  string
	EndedAt   *time.Time

	steps []Taken
	fresh bool // not yet in the database
}

func tracksOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]*Beside, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id, o.id, o.seq, o.procedure, o.state, o.facts, o.opened_at, o.opened_by, o.ended_at
		FROM casework_tracks o WHERE ? ORDER BY o.case_id, o.seq`,
		func(r *sql.Rows, of *string) (*Beside, error) {
			b := &Beside{}
			var facts string
			var opened store.Time
			var ended *store.Time
			if err := r.Scan(of, &b.ID, &b.Seq, &b.Procedure, &b.State, &facts, &opened, &b.OpenedBy, &ended); err != nil {
				return nil, err
			}
			b.OpenedAt, b.EndedAt = opened.Time, moment(ended)
			if err := json.Unmarshal([]byte(facts), &b.Facts); err != nil {
				return nil, fmt.Errorf("facts of track %s: %w", b.ID, err)
			}
			return b, nil
		})
}

// keepTrack writes a track as it stands after a step. The case's revision guards it.
func keepTrack(ctx context.Context, tx *store.Tx, caseID string, b *Beside) error {
	facts, err := json.Marshal(b.Facts)
	if err != nil {
		return err
	}
	if b.fresh {
		_, err = tx.Exec(ctx, `INSERT INTO casework_tracks (id, case_id, seq, procedure, state, facts, opened_at, opened_by, ended_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
			b.ID, caseID, b.Seq, b.Procedure, b.State, string(facts), store.At(b.OpenedAt), b.OpenedBy, store.AtPtr(b.EndedAt))
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE casework_tracks SET state = $2, facts = $3, ended_at = $4 WHERE id = $1`, b.ID, b.State, string(facts), store.AtPtr(b.EndedAt))
	return err
}

// spread gives each step to the procedure in which it was taken.
func (f *file) spread(steps []Taken) {
	for _, t := range steps {
		if t.Track == "" {
			f.steps = append(f.steps, t)
			continue
		}
		if b, ok := f.track(t.Track); ok {
			b.steps = append(b.steps, t)
		}
	}
}

func (f *file) track(id string) (*Beside, bool) {
	i := slices.IndexFunc(f.beside, func(b *Beside) bool { return b.ID == id })
	if i < 0 {
		return nil, false
	}
	return f.beside[i], true
}

// way is what a step is taken in: the case's main procedure, or a track beside it.
type way struct {
	*procedure.Procedure
	track  *tracks.Track // its facts' eyes; nil for the ordinary procedure, which has eyes of its own
	beside *Beside       // nil for the main procedure
}

// mainWay is the case's main procedure.
func (c *Case) mainWay() (way, error) {
	if c.Procedure == Ordinary.Code {
		return way{Procedure: Ordinary}, nil
	}
	t, ok := tracks.Of(c.Procedure)
	if !ok {
		return way{}, fmt.Errorf("case %s: no procedure %q", c.ID, c.Procedure)
	}
	return way{Procedure: t.Procedure, track: t}, nil
}

// afterwards are the tracks that may be opened when the case has ended: who contests it, and what becomes of its decision.
var afterwards = []*tracks.Track{tracks.Reconsider, tracks.Litigate, tracks.Correction, tracks.Revoke}

// wayOf finds the track of an id, or opens one where the name is that of a procedure which can run
// beside the main one. Returns case.track_not_found, case.ended_track.
func (f *file) wayOf(name, opener string, now time.Time) (way, error) {
	if b, ok := f.track(name); ok {
		t, ok := tracks.Of(b.Procedure)
		if !ok {
			return way{}, fmt.Errorf("track %s: no procedure %q", b.ID, b.Procedure)
		}
		return way{t.Procedure, t, b}, nil
	}
	t, ok := tracks.Of(name)
	if !ok || t.Main {
		return way{}, fault.New(fault.NotFound, "case.track_not_found")
	}
	if w, err := f.mainWay(); err != nil {
		return way{}, err
	} else if end, _ := w.State(f.State); end.End && !slices.Contains(afterwards, t) {
		return way{}, fault.New(fault.Conflict, "case.ended_track")
	}
	b := &Beside{ID: store.NewID(), Seq: len(f.beside) + 1, Procedure: t.Code, State: t.Start, Facts: []string{}, OpenedAt: now, OpenedBy: opener, fresh: true}
	return way{t.Procedure, t, b}, nil
}

// matter is where the way stands in the file.
func (f *file) stands(w way) procedure.Matter {
	if w.beside != nil {
		return procedure.Matter{State: w.beside.State, Facts: w.beside.Facts}
	}
	return procedure.Matter{State: f.State, Facts: f.Facts}
}

// trackID is empty in the main procedure.
func (w way) trackID() string {
	if w.beside == nil {
		return ""
	}
	return w.beside.ID
}

// clock is the name of one of the way's periods.
func (w way) clock(code string) string {
	switch {
	case w.beside != nil:
		return clockName(w.Code, w.beside.Seq, code)
	case w.track != nil:
		return clockName(w.Code, 0, code)
	default:
		return code
	}
}
