package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"jiexu/store"
	"jiexu/store/storetest"
)

// A query that runs within the rows of the same query, rows that are left half read, statements that
// fail, and more different ones than are kept: each run gives its own rows.
func TestKeptStatementsKeepApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for i := range 3 {
				if _, err := tx.Exec(ctx, `INSERT INTO store_leases (name, holder, until) VALUES ($1, $2, $3)`, fmt.Sprint(i), "h", store.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		count := func(ctx context.Context, tx *store.Tx, extra string) (n int, err error) {
			err = tx.QueryRow(ctx, `SELECT count(*) FROM store_leases `+extra).Scan(&n)
			return n, err
		}
		read := func(ctx context.Context, tx *store.Tx) error {
			for i := range 600 { // more than a connection keeps
				if n, err := count(ctx, tx, fmt.Sprintf("WHERE holder <> '%d'", i)); err != nil || n != 3 {
					t.Errorf("statement %d: %d rows, %v", i, n, err)
				}
			}
			return nil
		}
		if err := db.Read(t.Context(), read); err != nil {
			t.Fatal(err)
		}
		if db.Engine() == store.Postgres {
			return // one set of rows at a time there
		}
		err = db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			const query = `SELECT name FROM store_leases WHERE holder = $1 ORDER BY name`
			var seen []string
			outer, err := tx.Query(ctx, query, "h")
			if err != nil {
				return err
			}
			defer outer.Close()
			for outer.Next() {
				var a, b string
				if err := outer.Scan(&a); err != nil {
					return err
				}
				inner, err := tx.Query(ctx, query, "h")
				if err != nil {
					return err
				}
				inner.Next() // and not to the end
				if err := inner.Scan(&b); err != nil {
					return err
				}
				inner.Close()
				seen = append(seen, a+b)
			}
			if got := strings.Join(seen, " "); got != "00 10 20" {
				t.Errorf("rows within rows: %s", got)
			}
			return outer.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A kept statement follows the schema, and one that failed does its work the next time.
func TestKeptStatementsFollowTheSchema(t *testing.T) {
	db := storetest.SQLite(t)
	const insert = `INSERT INTO store_leases (name, holder, until) VALUES ($1, 'h', $2)`
	write := func(name string) error {
		return db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, insert, name, store.Now())
			return err
		})
	}
	if err := write("a"); err != nil {
		t.Fatal(err)
	}
	if err := write("a"); !store.IsUnique(err) {
		t.Fatalf("a second a: %v", err)
	}
	if err := write("b"); err != nil {
		t.Fatalf("after a failure: %v", err)
	}
	columns := func() (n int) {
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			rows, err := tx.Query(ctx, `SELECT * FROM store_leases`)
			if err != nil {
				return err
			}
			defer rows.Close()
			names, err := rows.Columns()
			n = len(names)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := columns()
	if _, err := db.SQL().ExecContext(t.Context(), `ALTER TABLE store_leases ADD COLUMN note TEXT`); err != nil {
		t.Fatal(err)
	}
	if after := columns(); after != before+1 {
		t.Errorf("%d columns after one was added to %d", after, before)
	}
}
