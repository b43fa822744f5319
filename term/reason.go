package term

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

func init() { ledger.Seal("term_reasons", "id") }

// Reason says why the time of a period stands still, goes on, grows or is left out, and which article lets it.
type Reason struct {
	Text  string
	Cites []law.Cite
	Rule  string // the office's own rule, where the period is the office's own and no article lets it
}

// String is the reason as an interval's basis keeps it: 技术鉴定（AC 25(3)）.
func (r Reason) String() string {
	cites := make([]string, len(r.Cites))
	for i, c := range r.Cites {
		cites[i] = c.String()
	}
	if len(cites) == 0 {
		cites = append(cites, r.Rule)
	}
	return r.Text + "（" + strings.Join(cites, "，") + "）"
}

// check refuses a reason without words (term.reason_missing), without an article (term.reason_uncited), or with one that
// does not exist (the faults of law.Find).
func (r Reason) check() error {
	switch {
	case strings.TrimSpace(r.Text) == "":
		return fault.New(fault.Invalid, "term.reason_missing")
	case len(r.Cites) == 0 && r.Rule == "":
		return fault.New(fault.Invalid, "term.reason_uncited")
	}
	for _, c := range r.Cites {
		if _, err := law.Find(c); err != nil {
			return err
		}
	}
	return nil
}

// Suspend stops the counting of a clock's open periods; the time until Resume does not count.
func (k *Keeper) Suspend(ctx context.Context, tx *store.Tx, m Matter, clock string, at time.Time, why Reason) ([]ledger.Row, error) {
	if err := why.check(); err != nil {
		return nil, err
	}
	rows, err := k.change(ctx, tx, m, clock, `UPDATE term_terms SET suspended_from = $4, rev = rev + 1
		WHERE matter_type = $1 AND matter_id = $2 AND clock = $3 AND met_at IS NULL AND suspended_from IS NULL RETURNING id`, store.At(at))
	if err != nil {
		return nil, err
	}
	return note(ctx, tx, rows, "suspend", at, why)
}

// Resume lets suspended periods run on and counts their end anew. why says what the time between was for.
func (k *Keeper) Resume(ctx context.Context, tx *store.Tx, m Matter, clock string, at time.Time, why Reason) ([]ledger.Row, error) {
	return k.recast(ctx, tx, m, clock, "resume", at, why, func(t *Term) (bool, error) {
		if t.SuspendedFrom == nil {
			return false, nil
		}
		t.Excluded = append(t.Excluded, law.Interval{From: *t.SuspendedFrom, To: at, Basis: why.String()})
		t.SuspendedFrom = nil
		return true, nil
	})
}

// Exclude leaves time out of a clock's running periods, such as that of an announcement or of an appraisal whose length
// is known; from inclusive, to exclusive. Returns term.interval for an interval that ends before it begins.
func (k *Keeper) Exclude(ctx context.Context, tx *store.Tx, m Matter, clock string, from, to, at time.Time, why Reason) ([]ledger.Row, error) {
	if !to.After(from) {
		return nil, fault.New(fault.Invalid, "term.interval")
	}
	return k.recast(ctx, tx, m, clock, "exclude", at, why, func(t *Term) (bool, error) {
		if t.SuspendedFrom != nil {
			return false, nil
		}
		t.Excluded = append(t.Excluded, law.Interval{From: from, To: to, Basis: why.String()})
		return true, nil
	})
}

// Extend lengthens a clock's running periods by more of their own unit, counted on from the first start: 30 days and 30
// more are 60 days. Returns term.extend_unit for another unit, and term.extend_late for a period that is over, which
// nothing lengthens any more.
func (k *Keeper) Extend(ctx context.Context, tx *store.Tx, m Matter, clock string, by law.Period, at time.Time, why Reason) ([]ledger.Row, error) {
	return k.recast(ctx, tx, m, clock, "extend", at, why, func(t *Term) (bool, error) {
		switch {
		case by.Unit != t.Period.Unit || by.N < 1:
			return false, fault.New(fault.Invalid, "term.extend_unit", "period", t.Period.Chinese(), "period_en", t.Period.String())
		case t.SuspendedFrom != nil:
			return false, nil
		case !at.Before(t.Due):
			return false, fault.New(fault.Refused, "term.extend_late", "date", t.DueDate.String())
		}
		t.Period.N += by.N
		return true, nil
	})
}

// recast changes the unmet periods of a clock and counts their end anew.
func (k *Keeper) recast(ctx context.Context, tx *store.Tx, m Matter, clock, verb string, at time.Time, why Reason, change func(*Term) (bool, error)) ([]ledger.Row, error) {
	if err := why.check(); err != nil {
		return nil, err
	}
	terms, err := Of(ctx, tx, m.Type, []string{m.ID})
	if err != nil {
		return nil, err
	}
	var rows []ledger.Row
	var moved []Term
	for _, t := range terms[m.ID] {
		if t.Clock != clock || t.MetAt != nil {
			continue
		}
		if changed, err := change(&t); err != nil || !changed {
			if err != nil {
				return nil, err
			}
			continue
		}
		due, version, err := k.count(ctx, tx, t.Start, t.Period, law.Excluding(t.Excluded))
		if err != nil {
			return nil, err
		}
		excluded, err := json.Marshal(t.Excluded)
		if err != nil {
			return nil, err
		}
		if err := store.Changed(tx.Exec(ctx, `UPDATE term_terms SET suspended_from = NULL, excluded = $3, due_at = $4, due_date = $5, provisional = $6,
			calendar_version = $7, amount = $8, rev = rev + 1 WHERE id = $1 AND rev = $2`, t.ID, t.Rev, string(excluded), store.At(due.At),
			store.Date{Date: due.Date}, due.Provisional, version, t.Period.N)); err != nil {
			return nil, err
		}
		rows = append(rows, ledger.Row{Table: "term_terms", Key: t.ID})
		t.Due, t.Rev = due.At, t.Rev+1
		moved = append(moved, t)
	}
	if err := setBells(ctx, tx, moved); err != nil {
		return nil, err
	}
	return note(ctx, tx, rows, verb, at, why)
}

// note keeps the reason for each of the periods that changed, and adds its rows to theirs.
func note(ctx context.Context, tx *store.Tx, rows []ledger.Row, verb string, at time.Time, why Reason) ([]ledger.Row, error) {
	if len(why.Cites) == 0 {
		why = Reason{Text: why.String(), Cites: []law.Cite{}}
	}
	cites, err := json.Marshal(why.Cites)
	if err != nil {
		return nil, err
	}
	out := rows
	for _, r := range rows {
		id := store.NewID()
		if _, err := tx.Exec(ctx, `INSERT INTO term_reasons (id, term, verb, reason, cites, noted_at) VALUES ($1,$2,$3,$4,$5,$6)`,
			id, r.Key, verb, why.Text, string(cites), store.At(at)); err != nil {
			return nil, fmt.Errorf("note why: %w", err)
		}
		out = append(out, ledger.Row{Table: "term_reasons", Key: id})
	}
	return out, nil
}

// Note is a reason as it was noted: which period it changed, how and when.
type Note struct {
	Term string
	Verb string // suspend, resume, extend, exclude
	Reason
	At time.Time
}

// Notes reads the reasons noted for a matter's periods, in their order.
func Notes(ctx context.Context, tx *store.Tx, m Matter) ([]Note, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (n Note, err error) {
		var cites string
		var at store.Time
		if err = r.Scan(&n.Term, &n.Verb, &n.Text, &cites, &at); err == nil {
			n.At = at.Time
			err = json.Unmarshal([]byte(cites), &n.Cites)
		}
		return n, err
	}, `SELECT n.term, n.verb, n.reason, n.cites, n.noted_at FROM term_reasons n JOIN term_terms t ON t.id = n.term
		WHERE t.matter_type = $1 AND t.matter_id = $2 ORDER BY n.noted_at, n.id`, m.Type, m.ID)
}
