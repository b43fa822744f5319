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
	"jiexu/store"
)

// StartMany begins the same period of many new matters at one moment, as an import brings them. The
// due date is counted once. It returns one row for each matter, in their order; each belongs into the
// entry of its matter.
func (k *Keeper) StartMany(ctx context.Context, tx *store.Tx, matters []Matter, clock string, period law.Period, at time.Time) ([]ledger.Row, error) {
	due, err := k.cal.Due(at, period)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", clock, err)
	}
	cites := make([]string, len(period.Cites))
	for i, c := range period.Cites {
		cites[i] = c.String()
	}
	citesText, err := json.Marshal(cites)
	if err != nil {
		return nil, err
	}
	const width = 13
	out := make([]ledger.Row, 0, len(matters))
	for batch := range slices.Chunk(matters, store.MostPlaceholders/width) {
		var marks strings.Builder
		args := make([]any, 0, len(batch)*width)
		for i, m := range batch {
			if i > 0 {
				marks.WriteByte(',')
			}
			marks.WriteByte('(')
			for c := range width {
				fmt.Fprintf(&marks, "$%d,", i*width+c+1)
			}
			marks.WriteString("'[]',1)")
			id := store.NewID()
			out = append(out, ledger.Row{Table: "term_terms", Key: id})
			args = append(args, id, m.Type, m.ID, m.Unit, clock, period.N, string(period.Unit), string(citesText), store.At(at), store.At(due.At),
				store.Date{Date: due.Date}, due.Provisional, k.cal.Version())
		}
		if _, err := tx.Exec(ctx, `INSERT INTO term_terms (id, matter_type, matter_id, unit, clock, amount, period_unit, cites, start_at, due_at, due_date,
			provisional, calendar_version, excluded, rev) VALUES `+marks.String(), args...); err != nil {
			return nil, fmt.Errorf("start %s: %w", clock, err)
		}
	}
	return out, nil
}
