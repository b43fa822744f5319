package gateway

import (
	"context"
	"database/sql"
	"time"

	"jiexu/ledger"
	"jiexu/store"
)

func init() {
	ledger.Exempt("gateway_held", "what a citizen has not sent yet, and which of his complaints he looks at; sealed, and gone within a day")
}

// Shelf keeps what lies between two public pages, for all servers together. It is safe for concurrent use.
type Shelf struct {
	DB  *store.DB
	Now func() time.Time
}

// Keep writes what is held under an id, in the place of what was there.
func (h Shelf) Keep(ctx context.Context, id, content string, until time.Time) error {
	return h.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO gateway_held (id, content, until) VALUES ($1,$2,$3) ON CONFLICT (id) DO UPDATE SET content = excluded.content, until = excluded.until`, id, content, store.At(until))
		return err
	})
}

// Find reads what is held; empty where nothing is any more.
func (h Shelf) Find(ctx context.Context, id string) (content string, err error) {
	err = h.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		err := tx.QueryRow(ctx, `SELECT content FROM gateway_held WHERE id = $1 AND until > $2`, id, store.At(h.Now())).Scan(&content)
		if err == sql.ErrNoRows {
			return nil
		}
		return err
	})
	return content, err
}

// Drop forgets what is held under an id.
func (h Shelf) Drop(ctx context.Context, id string) error {
	return h.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM gateway_held WHERE id = $1`, id)
		return err
	})
}

// Forget removes what is over.
func (h Shelf) Forget(ctx context.Context) error {
	return h.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM gateway_held WHERE until <= $1`, store.At(h.Now()))
		return err
	})
}
