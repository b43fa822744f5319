package term

import (
	"context"
	"fmt"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

// Thresholds at which an alarm is given.
const (
	Amber = "amber" // a third of the period is left
	Red   = "red"   // the period is over
)

// Alarm is the job that gives one alarm of one period at one threshold. Due is part of it: a period
// that was lengthened alarms again at its new end.
type Alarm struct {
	Term      string    `json:"term" river:"unique"`
	Threshold string    `json:"threshold" river:"unique"`
	Due       time.Time `json:"due" river:"unique"`
}

// Kind names the job.
func (Alarm) Kind() string { return "term.alarm" }

// Planned is an alarm and the time it is meant for. A time that has passed means at once: after any
// standstill each alarm is given, late but once.
type Planned struct {
	Alarm Alarm
	At    time.Time
}

// Plan lists the alarms of an open period.
func Plan(t Term) []Planned {
	if !t.Open() {
		return nil
	}
	return []Planned{
		{Alarm{t.ID, Amber, t.Due}, t.Due.Add(-t.Due.Sub(t.Start) / 3)},
		{Alarm{t.ID, Red, t.Due}, t.Due},
	}
}

// PlanRows lists the alarms of those among the rows of a ledger entry that are open periods.
func PlanRows(ctx context.Context, tx *store.Tx, rows []ledger.RowDigest) ([]Planned, error) {
	var out []Planned
	for _, row := range rows {
		if row.Table != "term_terms" {
			continue
		}
		t, err := byID(ctx, tx, row.Key)
		if err != nil {
			return nil, err
		}
		out = append(out, Plan(t)...)
	}
	return out, nil
}

func byID(ctx context.Context, tx *store.Tx, id string) (Term, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM term_terms WHERE id = $1`, id)
	if err != nil {
		return Term{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return Term{}, fmt.Errorf("no term %s", id)
	}
	return scan(rows)
}

// Ring gives an alarm, unless the period was met, suspended or lengthened meanwhile, or the alarm has
// been given before.
func Ring(ctx context.Context, db *store.DB, a Alarm, now time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := byID(ctx, tx, a.Term)
		if err != nil {
			return err
		}
		if !t.Open() || !t.Due.Equal(a.Due) {
			return nil
		}
		n, err := tx.Exec(ctx, `INSERT INTO term_alarms (term, threshold, due_at, at) VALUES ($1,$2,$3,$4) ON CONFLICT (term, threshold, due_at) DO NOTHING`,
			t.ID, a.Threshold, store.At(t.Due), store.At(now))
		if err != nil || n == 0 {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "term." + a.Threshold, Subject: ledger.Ref{Type: t.Matter.Type, ID: t.Matter.ID},
			Actor: "system", Unit: t.Matter.Unit, At: now, Body: map[string]any{"clock": t.Clock, "due": law.On(t.Due.Add(-1)).String()}})
		return err
	})
}
