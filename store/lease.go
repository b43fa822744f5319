package store

import (
	"context"
	"fmt"
	"time"
)

// Lease takes or renews the lease called name for holder until now+ttl, and reports whether holder
// has it. Of several servers on one database one at a time holds a lease; when it dies, another has
// it after ttl. Work done under a lease must check in its own transaction what it builds on.
func (db *DB) Lease(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (bool, error) {
	var mine bool
	err := db.WriteAgainAfterCut(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO store_leases (name, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE store_leases.holder = excluded.holder OR store_leases.until < $4`,
			name, holder, At(now.Add(ttl)), At(now))
		mine = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	return mine, nil
}

// Release gives up a lease, so that another server need not wait for it to run out.
func (db *DB) Release(ctx context.Context, name, holder string) error {
	return db.WriteAgainAfterCut(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM store_leases WHERE name = $1 AND holder = $2`, name, holder)
		return err
	})
}
