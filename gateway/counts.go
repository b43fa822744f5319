package gateway

import (
	"context"
	"fmt"

	"jiexu/ledger"
	"jiexu/store"
)

func init() {
	ledger.Exempt("gateway_counts", "how often the public pages were used lately, by digests that nobody can read back; it goes after two days")
}

// Limit is how often somebody, or everybody, may do something in an hour or a day. Subject tells nobody who it is.
type Limit struct {
	Bucket, Subject string
	Most            int
}

// Counts counts how often the public pages are used, for all servers together. It is safe for concurrent use.
type Counts struct{ DB *store.DB }

// Take counts once more under each limit, and reports whether all of them bear it. What is refused counts as well: who goes
// on trying waits on.
func (c Counts) Take(ctx context.Context, limits ...Limit) (ok bool, err error) {
	err = c.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		ok = true
		for _, l := range limits {
			var n int
			if err := tx.QueryRow(ctx, `INSERT INTO gateway_counts (bucket, subject, n) VALUES ($1,$2,1)
				ON CONFLICT (bucket, subject) DO UPDATE SET n = gateway_counts.n + 1 RETURNING n`, l.Bucket, l.Subject).Scan(&n); err != nil {
				return fmt.Errorf("count the use of public pages: %w", err)
			}
			ok = ok && n <= l.Most
		}
		return nil
	})
	return ok, err
}

// Over reports whether a limit is reached, and counts nothing.
func (c Counts) Over(ctx context.Context, l Limit) (bool, error) {
	var n int
	err := c.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT coalesce(max(n), 0) FROM gateway_counts WHERE bucket = $1 AND subject = $2`, l.Bucket, l.Subject).Scan(&n)
	})
	return n >= l.Most, err
}

// Forget removes the counts of buckets before one.
func (c Counts) Forget(ctx context.Context, before string) error {
	return c.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM gateway_counts WHERE bucket < $1`, before)
		return err
	})
}
