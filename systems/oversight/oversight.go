// Package oversight watches every step that anyone took (网上督察). In this version it keeps the board:
// where each complaint and each case stands, by unit, told by the log alone. It reads no other
// system's tables, so what it shows can be rebuilt from the log and compared.
package oversight

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Board is the live count of matters by unit.
type Board struct {
	// ended tells whether a state of a subject type is an end; app wires it to the procedures.
	ended func(subjectType, state string) bool
}

// NewBoard makes the board.
func NewBoard(ended func(subjectType, state string) bool) *Board { return &Board{ended: ended} }

func init() {
	ledger.Exempt("oversight_board", "derived from the log by a follower; replaying it from zero gives the same rows")
	ledger.Exempt("oversight_counts", "derived from the log by the same follower: how many rows the board has, by unit and state")
}

// Follower reads the log into the board.
func (b *Board) Follower() ledger.Follower {
	return ledger.Follower{Name: "oversight.board", Reset: b.reset, Handle: b.handle}
}

func (b *Board) reset(ctx context.Context, tx *store.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM oversight_counts`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM oversight_board`)
	return err
}

// moved is what the entries of all systems say of a matter that moved.
type moved struct {
	State string `json:"state"` // where the matter itself stands afterwards
	To    string `json:"to"`    // after a step, where the entry says no more
}

func (b *Board) handle(ctx context.Context, tx *store.Tx, r ledger.Record) error {
	if r.Subject.Type != "complaint" && r.Subject.Type != "case" {
		return nil
	}
	var m moved
	if err := json.Unmarshal(r.Body, &m); err != nil {
		return fmt.Errorf("body of %s: %w", r.ID, err)
	}
	state := m.State
	if state == "" {
		state = m.To
	}
	at := store.At(r.At)
	if state == "" { // something was added to the matter; it stays where it is
		_, err := tx.Exec(ctx, `UPDATE oversight_board SET steps = steps + 1 WHERE subject_type = $1 AND subject_id = $2`, r.Subject.Type, r.Subject.ID)
		return err
	}
	now := place{r.Unit, state, !b.ended(r.Subject.Type, state)}
	// The cursor's guard lets one follower at a time come here: nobody moves the row between the reading and the writing.
	before, err := store.Collect(ctx, tx, func(r *sql.Rows) (p place, err error) { return p, r.Scan(&p.unit, &p.state, &p.living) },
		`SELECT unit, state, living FROM oversight_board WHERE subject_type = $1 AND subject_id = $2`, r.Subject.Type, r.Subject.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO oversight_board (subject_type, subject_id, unit, state, living, began_at, moved_at, steps) VALUES ($1,$2,$3,$4,$5,$6,$6,1)
		ON CONFLICT (subject_type, subject_id) DO UPDATE SET unit = excluded.unit, state = excluded.state, living = excluded.living,
			moved_at = excluded.moved_at, steps = oversight_board.steps + 1`,
		r.Subject.Type, r.Subject.ID, now.unit, now.state, now.living, at); err != nil {
		return err
	}
	for _, was := range before {
		if was == now {
			return nil
		}
		if err := add(ctx, tx, r.Subject.Type, was, -1); err != nil {
			return err
		}
	}
	return add(ctx, tx, r.Subject.Type, now, 1)
}

// place is where a matter stands.
type place struct {
	unit, state string
	living      bool
}

// add keeps the count of what stands in a place.
func add(ctx context.Context, tx *store.Tx, subjectType string, p place, n int) error {
	_, err := tx.Exec(ctx, `INSERT INTO oversight_counts (unit, subject_type, state, living, n) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (unit, subject_type, state, living) DO UPDATE SET n = oversight_counts.n + excluded.n`, p.unit, subjectType, p.state, p.living, n)
	return err
}

// Count is what one unit has before it.
type Count struct {
	Unit     string   `json:"unit"`
	Name     string   `json:"name"`
	Lon      *float64 `json:"lon"`
	Lat      *float64 `json:"lat"`
	Open     int      `json:"open" doc:"complaints that are not finished"`
	Overdue  int      `json:"overdue" doc:"of these, with a period that is over"`
	NewToday int      `json:"newToday" doc:"complaints that came in today"`
	Cases    int      `json:"cases" doc:"cases that are not finished"`
}

// Counts gives the squads that the actor may see with what they have before them.
func (b *Board) Counts(ctx context.Context, tx *store.Tx, actor org.Actor, now time.Time) ([]Count, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, "map.read", "u.id", w.Next()))
	late, today := w.Next(), w.Next()+1
	args := append(w.Args(), store.At(now), store.At(law.On(now).Start()))
	query := fmt.Sprintf(`WITH late AS (
			SELECT b.unit, count(*) AS n FROM (SELECT DISTINCT matter_id FROM term_v_open WHERE matter_type = 'complaint' AND due_at <= $%d) AS t
			JOIN oversight_board b ON b.subject_type = 'complaint' AND b.subject_id = t.matter_id WHERE b.living GROUP BY b.unit),
		today AS (SELECT unit, count(*) AS n FROM oversight_board WHERE subject_type = 'complaint' AND began_at >= $%d GROUP BY unit),
		stand AS (SELECT unit, CAST(sum(CASE WHEN subject_type = 'complaint' THEN n ELSE 0 END) AS BIGINT) AS open, CAST(sum(CASE WHEN subject_type = 'case' THEN n ELSE 0 END) AS BIGINT) AS cases
			FROM oversight_counts WHERE living GROUP BY unit)
		SELECT u.id, u.name, u.lon, u.lat, coalesce(s.open, 0), coalesce(l.n, 0), coalesce(d.n, 0), coalesce(s.cases, 0)
		FROM org_v_units u LEFT JOIN stand s ON s.unit = u.id LEFT JOIN late l ON l.unit = u.id LEFT JOIN today d ON d.unit = u.id
		WHERE u.kind = 'squad' AND %s ORDER BY u.id`, late, today, w.SQL())
	counts, err := store.Collect(ctx, tx, func(r *sql.Rows) (c Count, err error) {
		err = r.Scan(&c.Unit, &c.Name, &c.Lon, &c.Lat, &c.Open, &c.Overdue, &c.NewToday, &c.Cases)
		return
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("counts by unit: %w", err)
	}
	return counts, nil
}
