package term

import (
	"context"
	"slices"
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
	Term  Term
}

// Plan lists the alarms of an open period.
func Plan(t Term) []Planned {
	if !t.Open() {
		return nil
	}
	return []Planned{
		{Alarm{t.ID, Amber, t.Due}, t.Due.Add(-t.Due.Sub(t.Start) / 3), t},
		{Alarm{t.ID, Red, t.Due}, t.Due, t},
	}
}

// Next is the alarm that follows one of a period that still runs: most periods are met before their first, and
// plan no other.
func (a Alarm) Next() (next Alarm, at time.Time, ok bool) {
	if a.Threshold != Amber {
		return Alarm{}, time.Time{}, false
	}
	return Alarm{a.Term, Red, a.Due}, a.Due, true
}

// PlanEntries lists the first alarms of the periods that entries of the ledger started or moved, each once.
func PlanEntries(ctx context.Context, tx *store.Tx, records []ledger.Record) ([]Planned, error) {
	seen := map[string]bool{}
	var ids []string
	for _, r := range records {
		for _, row := range r.Rows {
			if row.Table == "term_terms" && !seen[row.Key] {
				seen[row.Key] = true
				ids = append(ids, row.Key)
			}
		}
	}
	var out []Planned
	for some := range slices.Chunk(ids, 200) {
		terms, err := byIDs(ctx, tx, some)
		if err != nil {
			return nil, err
		}
		for _, t := range terms {
			if plan := Plan(t); len(plan) > 0 {
				out = append(out, plan[0])
			}
		}
	}
	return out, nil
}

func byIDs(ctx context.Context, tx *store.Tx, ids []string) ([]Term, error) {
	w := &store.Where{}
	w.In("id", ids)
	return store.Collect(ctx, tx, scan, `SELECT `+columns+` FROM term_terms WHERE `+w.SQL()+` ORDER BY start_at, id`, w.Args()...)
}

// Ring gives an alarm, unless the period was met, suspended or lengthened meanwhile, or the alarm has
// been given before. running says that the period still runs to the alarm's end, so that its next alarm is wanted.
func Ring(ctx context.Context, db *store.DB, a Alarm, now time.Time) (running bool, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		terms, err := byIDs(ctx, tx, []string{a.Term})
		if err != nil {
			return err
		}
		if len(terms) == 0 {
			return nil // its matter is not in this database
		}
		t := terms[0]
		if !t.Open() || !t.Due.Equal(a.Due) {
			return nil
		}
		running = true
		n, err := tx.Exec(ctx, `INSERT INTO term_alarms (term, threshold, due_at, at) VALUES ($1,$2,$3,$4) ON CONFLICT (term, threshold, due_at) DO NOTHING`,
			t.ID, a.Threshold, store.At(t.Due), store.At(now))
		if err != nil || n == 0 {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "term." + a.Threshold, Subject: ledger.Ref{Type: t.Matter.Type, ID: t.Matter.ID},
			Actor: "system", Unit: t.Matter.Unit, At: now, Body: map[string]any{"clock": t.Clock, "due": law.On(t.Due.Add(-1)).String()}})
		return err
	})
	return running, err
}

// OpenAfter lists some of the periods that run, by id, behind one of them; none: that is all.
func OpenAfter(ctx context.Context, tx *store.Tx, id string) ([]Term, error) {
	return store.Collect(ctx, tx, scan, `SELECT `+columns+` FROM term_terms WHERE id > $1 AND met_at IS NULL AND suspended_from IS NULL ORDER BY id LIMIT 500`, id)
}
