package term

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/procedure"
	"jiexu/store"
)

// fresh is a period that is about to run.
type fresh struct {
	matter Matter
	clock  string
	period law.Period
	start  time.Time
	due    law.Due
	cal    string // version of the calendar that it was counted by
}

// Begin starts the clocks that run from the opening of a matter. Unlike Apply it does not look for
// periods that already run: a new matter has none.
func (k *Keeper) Begin(ctx context.Context, tx *store.Tx, m Matter, actions []procedure.ClockAction, at time.Time) ([]ledger.Row, error) {
	var list []fresh
	for _, a := range actions {
		due, cal, err := k.count(ctx, tx, at, a.Clock.Period)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", a.Clock.Code, err)
		}
		list = append(list, fresh{m, a.Clock.Code, a.Clock.Period, at, due, cal})
	}
	return k.insert(ctx, tx, list)
}

// StartMany begins the same period of many new matters at one moment, as an import brings them. The
// due date is counted once. It returns one row for each matter, in their order; each belongs into the
// entry of its matter.
func (k *Keeper) StartMany(ctx context.Context, tx *store.Tx, matters []Matter, clock string, period law.Period, at time.Time) ([]ledger.Row, error) {
	due, cal, err := k.count(ctx, tx, at, period)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", clock, err)
	}
	list := make([]fresh, len(matters))
	for i, m := range matters {
		list[i] = fresh{m, clock, period, at, due, cal}
	}
	return k.insert(ctx, tx, list)
}

// insert writes periods, many in one statement, and returns their rows in order.
func (k *Keeper) insert(ctx context.Context, tx *store.Tx, list []fresh) ([]ledger.Row, error) {
	const width = 13
	out := make([]ledger.Row, 0, len(list))
	for batch := range slices.Chunk(list, store.MostPlaceholders/width) {
		var marks strings.Builder
		args := make([]any, 0, len(batch)*width)
		begun := make([]Term, len(batch))
		for i, f := range batch {
			if i > 0 {
				marks.WriteByte(',')
			}
			marks.WriteByte('(')
			for c := range width {
				fmt.Fprintf(&marks, "$%d,", i*width+c+1)
			}
			marks.WriteString("'[]',1)")
			cites := make([]string, len(f.period.Cites))
			for i, c := range f.period.Cites {
				cites[i] = c.String()
			}
			citesText, err := json.Marshal(cites)
			if err != nil {
				return nil, err
			}
			id := store.NewID()
			begun[i] = Term{ID: id, Start: f.start, Due: f.due.At, Rev: 1}
			out = append(out, ledger.Row{Table: "term_terms", Key: id})
			args = append(args, id, f.matter.Type, f.matter.ID, f.matter.Unit, f.clock, f.period.N, string(f.period.Unit), string(citesText),
				store.At(f.start), store.At(f.due.At), store.Date{Date: f.due.Date}, f.due.Provisional, f.cal)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO term_terms (id, matter_type, matter_id, unit, clock, amount, period_unit, cites, start_at, due_at, due_date,
			provisional, calendar_version, excluded, rev) VALUES `+marks.String(), args...); err != nil {
			return nil, fmt.Errorf("start periods: %w", err)
		}
		if err := setBells(ctx, tx, begun); err != nil {
			return nil, err
		}
	}
	return out, nil
}
