package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"jiexu/fault"
	"jiexu/store"
)

// ledgerRows compares, in a temporary file, the rows that the log names with those that there are;
// both may be more than fit into memory.
type ledgerRows struct {
	dir          string
	db           *sql.DB
	tx           *sql.Tx
	named, there *sql.Stmt
}

func newLedgerRows(ctx context.Context) (*ledgerRows, error) {
	dir, err := os.MkdirTemp("", "jiexu-check-")
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "ledger.no_temp", "detail", err.Error())
	}
	r := &ledgerRows{dir: dir}
	if err := r.open(ctx); err != nil {
		r.close()
		return nil, fault.Wrap(err, fault.Unavailable, "ledger.no_temp", "detail", err.Error())
	}
	return r, nil
}

func (r *ledgerRows) open(ctx context.Context) (err error) {
	r.db, err = sql.Open("sqlite", "file:"+filepath.Join(r.dir, "rows")+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-32000)")
	if err != nil {
		return err
	}
	r.db.SetMaxOpenConns(1)
	if r.tx, err = r.db.BeginTx(context.WithoutCancel(ctx), nil); err != nil {
		return err
	}
	if _, err = r.tx.ExecContext(ctx, `
		CREATE TABLE named (tbl TEXT, key TEXT, digest TEXT, entry TEXT, kind TEXT, at TEXT, subject_type TEXT, subject_id TEXT, leaf BIGINT, PRIMARY KEY (tbl, key)) WITHOUT ROWID;
		CREATE TABLE there (tbl TEXT, key TEXT, digest TEXT, PRIMARY KEY (tbl, key)) WITHOUT ROWID`); err != nil {
		return err
	}
	if r.named, err = r.tx.PrepareContext(ctx, `INSERT INTO named (tbl, key, digest, entry, kind, at, subject_type, subject_id, leaf)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tbl, key) DO UPDATE SET digest = excluded.digest, entry = excluded.entry, kind = excluded.kind,
		at = excluded.at, subject_type = excluded.subject_type, subject_id = excluded.subject_id, leaf = excluded.leaf`); err != nil {
		return err
	}
	r.there, err = r.tx.PrepareContext(ctx, `INSERT INTO there (tbl, key, digest) VALUES ($1, $2, $3) ON CONFLICT (tbl, key) DO UPDATE SET digest = 'twice'`)
	return err
}

func (r *ledgerRows) close() {
	if r.tx != nil {
		r.tx.Rollback()
	}
	if r.db != nil {
		r.db.Close()
	}
	os.RemoveAll(r.dir)
}

// logged takes the rows of an entry; later entries come later.
func (r *ledgerRows) logged(ctx context.Context, rec Record) error {
	for _, row := range rec.Rows {
		if _, err := r.named.ExecContext(ctx, row.Table, row.Key, row.SHA256, rec.ID, rec.Kind, store.At(rec.At).Text(), rec.Subject.Type, rec.Subject.ID, rec.Leaf); err != nil {
			return fmt.Errorf("compare rows: %w", err)
		}
	}
	return nil
}

// sealedRows reads all sealed tables and names the rows that are not as the log says.
func (c *check) sealedRows(ctx context.Context, tx *store.Tx) error {
	for _, name := range Sealed() {
		table, err := tx.Table(ctx, name)
		if fault.Is(err, "store.no_table") {
			continue // if the log names rows of it, that is found below
		}
		key, _ := sealedKey(name)
		if err == nil {
			err = tx.Rows(ctx, table, "", nil, func(row store.Row) error {
				c.report.Rows++
				_, err := c.rows.there.ExecContext(ctx, name, row.Key(key), row.Digest())
				return err
			})
		}
		if err != nil {
			c.damage(ctx, name, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return errors.Join(
		c.compareRows(ctx, FoundRow, `SELECT n.*, n.tbl, n.key FROM named n JOIN there t ON t.tbl = n.tbl AND t.key = n.key WHERE t.digest <> n.digest`),
		c.compareRows(ctx, FoundRowMissing, `SELECT n.*, n.tbl, n.key FROM named n LEFT JOIN there t ON t.tbl = n.tbl AND t.key = n.key WHERE t.key IS NULL AND n.digest <> 'deleted'`),
		c.compareRows(ctx, FoundRowUnrecorded, `SELECT n.*, t.tbl, t.key FROM there t LEFT JOIN named n ON t.tbl = n.tbl AND t.key = n.key WHERE n.key IS NULL`),
	)
}

func (c *check) compareRows(ctx context.Context, code, query string) error {
	sealed := Sealed()
	unknown := map[string]bool{}
	rows, err := c.rows.tx.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("compare rows: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var table, key string
		var tbl, k, digest, entry, kind, at, subjectType, subjectID sql.NullString
		var leaf sql.NullInt64
		if err := rows.Scan(&tbl, &k, &digest, &entry, &kind, &at, &subjectType, &subjectID, &leaf, &table, &key); err != nil {
			return fmt.Errorf("compare rows: %w", err)
		}
		f := Finding{Code: code, Table: table, Key: key, Entry: entry.String, Kind: kind.String, At: at.String}
		if subjectType.Valid {
			f.Subject = &Ref{subjectType.String, subjectID.String}
		}
		if leaf.Valid && leaf.Int64 != Unsequenced {
			f.Leaf = &leaf.Int64
		}
		if _, known := slices.BinarySearch(sealed, table); !known {
			if unknown[table] {
				continue
			}
			unknown[table] = true
			f.Code = FoundTable
		}
		c.find(f)
	}
	return rows.Err()
}
