package evidence

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
)

func init() {
	ledger.Exempt("evidence_turns", "which server makes a file at the moment; what it became is a sealed file, or can be made again")
}

// turnFor is how long a turn is kept for who does not give it back: longer than anything is tried.
const turnFor = 45 * time.Minute

// inTurn does what only one of all servers does at a time. The others hear evidence.under_way: they ask again later, for the one may die.
func (s *Service) inTurn(ctx context.Context, what string, do func() error) error {
	holder := store.NewID()
	if err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now := s.now()
		n, err := tx.Exec(ctx, `INSERT INTO evidence_turns (what, holder, until_at) VALUES ($1,$2,$3) ON CONFLICT (what) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at WHERE evidence_turns.until_at < $4`,
			what, holder, store.At(now.Add(turnFor)), store.At(now))
		if err != nil {
			return fmt.Errorf("take a turn: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Unavailable, "evidence.under_way")
		}
		return nil
	}); err != nil {
		return err
	}
	err := do()
	return errors.Join(err, s.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM evidence_turns WHERE what = $1 AND holder = $2`, what, holder)
		return err
	}))
}
