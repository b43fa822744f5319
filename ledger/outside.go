package ledger

import (
	"context"
	"fmt"

	"jiexu/store"
)

// stepOutside handles up to limit entries of a follower that acts outside of the transaction: the
// acts come first, then the cursor moves, so that a crash in between repeats them and never leaves
// one out.
func (l *Log) stepOutside(ctx context.Context, r *runner, limit int) (more bool, good int, err error) {
	from, to, recs, err := l.ahead(ctx, r, limit)
	if err != nil || from >= to {
		return false, 0, err
	}
	more = len(recs) == limit
	if len(recs) > 0 {
		if err := r.Outside(ctx, recs); err != nil {
			return false, 0, fmt.Errorf("%s from leaf %d: %w", r.Name, recs[0].Leaf, err)
		}
	}
	err = l.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now := store.At(l.opts.Now())
		if _, err := tx.Exec(ctx, `INSERT INTO ledger_cursors (name, leaf, at) VALUES ($1, 0, $2) ON CONFLICT (name) DO NOTHING`, r.Name, now); err != nil {
			return err
		}
		moved, err := tx.Exec(ctx, `UPDATE ledger_cursors SET leaf = $1, at = $2, error = NULL, failed_at = NULL WHERE name = $3 AND leaf = $4`, to, now, r.Name, from)
		if err == nil && moved == 0 {
			return errOvertaken
		}
		return err
	})
	return more, len(recs), err
}
