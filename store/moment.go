package store

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Moment is what a reading transaction on PostgreSQL sees, for others to see as well, as long as it lasts: what is much is read over several connections at once.
type Moment struct {
	pool *pgxpool.Pool
	id   string
}

// Moment gives the transaction's. It returns an error on SQLite.
func (t *Tx) Moment(ctx context.Context) (*Moment, error) {
	if t.engine != Postgres || t.db.pool == nil {
		return nil, errors.New("store: moments are PostgreSQL's")
	}
	m := &Moment{pool: t.db.pool}
	return m, t.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&m.id)
}

// Rows calls f with the columns of each row as the engine sends them, in its binary form (of text, the text); they are good until f returns.
func (m *Moment) Rows(ctx context.Context, query string, args []any, f func(raw [][]byte) error) error {
	return pgx.BeginTxFunc(ctx, m.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET TRANSACTION SNAPSHOT '`+strings.ReplaceAll(m.id, `'`, `''`)+`'`); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, query, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := f(rows.RawValues()); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
