package term

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// A bell is the moment at which somebody must look at an open period: first when a third of it is left, then when it is
// over. It is written in the transaction that starts the period or moves its end, and it goes in the transaction
// that gives the alarm: none is lost and none given twice, whatever stops in between.

// amber is the moment at which a third of a period is left.
func amber(start, due time.Time) time.Time { return due.Add(-due.Sub(start) / 3) }

// Planned is an alarm of a period and the moment it is meant for. After any standstill each alarm is given, late but once.
type Planned struct {
	Threshold string
	At        time.Time
}

// Plan lists the alarms of an open period.
func Plan(t Term) []Planned {
	if !t.Open() {
		return nil
	}
	return []Planned{{Amber, amber(t.Start, t.Due)}, {Red, t.Due}}
}

// setBells puts the bells of periods to the moments at which a third of them is left. Each is marked with the revision that
// its period has from now on: whoever saw the bell before takes nothing away from this one.
func setBells(ctx context.Context, tx *store.Tx, terms []Term) error {
	const width = 3
	for batch := range slices.Chunk(terms, store.MostPlaceholders/width) {
		var marks strings.Builder
		args := make([]any, 0, len(batch)*width)
		for i, t := range batch {
			if i > 0 {
				marks.WriteByte(',')
			}
			fmt.Fprintf(&marks, "($%d,$%d,$%d)", len(args)+1, len(args)+2, len(args)+3)
			args = append(args, t.ID, store.At(amber(t.Start, t.Due)), t.Rev)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO term_bells (term, at, rev) VALUES `+marks.String()+` ON CONFLICT (term) DO UPDATE SET at = excluded.at, rev = excluded.rev`, args...); err != nil {
			return fmt.Errorf("set bells: %w", err)
		}
	}
	return nil
}

// Rung is an alarm that was given.
type Rung struct {
	Term      Term
	Threshold string
}

// bell is a bell as it was seen, with the revision of its period that it was set for.
type bell struct {
	term string
	rev  int64
}

// RingDue gives the alarms whose moment has come, some at a time; more tells that others wait. A period whose alarm cannot be
// given is named in the error and tried again at the next look; it holds up no other.
func (k *Keeper) RingDue(ctx context.Context, db *store.DB, now time.Time) (rung []Rung, more bool, err error) {
	const most = 50
	var due []bell
	if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		due, err = store.Collect(ctx, tx, func(r *sql.Rows) (b bell, err error) { return b, r.Scan(&b.term, &b.rev) },
			fmt.Sprintf(`SELECT term, rev FROM term_bells WHERE at <= $1 ORDER BY at, term LIMIT %d`, most), store.At(now))
		return err
	}); err != nil {
		return nil, false, fmt.Errorf("look for alarms: %w", err)
	}
	if len(due) == 0 {
		return nil, false, nil
	}
	if rung, err = k.ring(ctx, db, due, now); err == nil {
		return rung, len(due) == most, nil
	}
	// One of them fails: each by itself, so that the others are given.
	var failed []error
	for _, b := range due {
		some, err := k.ring(ctx, db, []bell{b}, now)
		if err != nil {
			failed = append(failed, fmt.Errorf("alarm of term %s: %w", b.term, err))
		}
		rung = append(rung, some...)
	}
	return rung, len(due) == most && len(failed) < len(due), errors.Join(failed...)
}

func termsOf(bells []bell) []string {
	ids := make([]string, len(bells))
	for i, b := range bells {
		ids[i] = b.term
	}
	return ids
}

// ring looks at the periods of some bells in one transaction. One that was counted without a year that has come since is
// counted anew first: it may have moved.
func (k *Keeper) ring(ctx context.Context, db *store.DB, due []bell, now time.Time) (rung []Rung, err error) {
	var stale []Term
	if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		stale, err = byIDs(ctx, tx, termsOf(due))
		return err
	}); err != nil {
		return nil, err
	}
	if err := k.Firm(ctx, db, stale, now); err != nil {
		return nil, err
	}
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rung = nil
		terms, err := byIDs(ctx, tx, termsOf(due))
		if err != nil {
			return err
		}
		next := map[string]time.Time{}
		for _, t := range terms {
			if next[t.ID], err = look(ctx, tx, t, now, &rung); err != nil {
				return err
			}
		}
		for _, b := range due {
			at := next[b.term]
			if at.IsZero() { // met, suspended, over, or of a matter that is not in this database
				_, err = tx.Exec(ctx, `DELETE FROM term_bells WHERE term = $1 AND rev = $2`, b.term, b.rev)
			} else {
				_, err = tx.Exec(ctx, `UPDATE term_bells SET at = $3 WHERE term = $1 AND rev = $2`, b.term, b.rev, store.At(at))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return rung, nil
}

// look gives the alarms of a period whose moment has come and that were not given before, and returns when to look again,
// zero for never.
func look(ctx context.Context, tx *store.Tx, t Term, now time.Time, rung *[]Rung) (next time.Time, err error) {
	if !t.Open() {
		return time.Time{}, nil
	}
	for _, p := range Plan(t) {
		if p.At.After(now) {
			return p.At, nil
		}
		given, err := give(ctx, tx, t, p.Threshold, now)
		if err != nil {
			return time.Time{}, err
		}
		if given {
			*rung = append(*rung, Rung{t, p.Threshold})
		}
	}
	return time.Time{}, nil
}

// give gives one alarm of a period, once for each end that it had.
func give(ctx context.Context, tx *store.Tx, t Term, threshold string, now time.Time) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO term_alarms (term, threshold, due_at, at) VALUES ($1,$2,$3,$4) ON CONFLICT (term, threshold, due_at) DO NOTHING`,
		t.ID, threshold, store.At(t.Due), store.At(now))
	if err != nil || n == 0 {
		return false, err
	}
	_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "term." + threshold, Subject: ledger.Ref{Type: t.Matter.Type, ID: t.Matter.ID},
		Actor: "system", Unit: t.Matter.Unit, At: now, Body: map[string]any{"clock": t.Clock, "due": law.On(t.Due.Add(-1)).String()}})
	return err == nil, err
}

func byIDs(ctx context.Context, tx *store.Tx, ids []string) ([]Term, error) {
	w := &store.Where{}
	w.In("id", ids)
	return store.Collect(ctx, tx, scan, `SELECT `+columns+` FROM term_terms WHERE `+w.SQL()+` ORDER BY start_at, id`, w.Args()...)
}

// SetBells sets the bells of all periods that run and have none, as where their rows were loaded in bulk. Those whose moment
// has passed ring at the next look.
func SetBells(ctx context.Context, db *store.DB) error {
	const page = 500
	for last := ""; ; {
		var terms []Term
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			terms, err = store.Collect(ctx, tx, scan, fmt.Sprintf(`SELECT `+columns+` FROM term_terms t WHERE id > $1 AND met_at IS NULL AND suspended_from IS NULL
				AND NOT EXISTS (SELECT 1 FROM term_bells b WHERE b.term = t.id) ORDER BY id LIMIT %d`, page), last)
			if err != nil {
				return err
			}
			return setBells(ctx, tx, terms)
		}); err != nil || len(terms) < page {
			return err
		}
		last = terms[len(terms)-1].ID
	}
}
