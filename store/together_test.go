package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jiexu/store"
	"jiexu/store/storetest"
)

// Parts of a transaction see what they would see one after another, on both engines: rows of every
// type, no rows, the changes of parts before them; and one that fails fails the whole.
func TestTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		at := time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			put := func(name string) func(context.Context, *store.Tx) error {
				return func(ctx context.Context, tx *store.Tx) error {
					n, err := tx.Exec(ctx, `INSERT INTO store_leases (name, holder, until) VALUES ($1,$2,$3)`, name, "me", store.At(at))
					if err == nil && n != 1 {
						err = fmt.Errorf("%d rows of %s", n, name)
					}
					return err
				}
			}
			found := ""
			return errors.Join(tx.Together(ctx, put("a"), put("b"), func(ctx context.Context, tx *store.Tx) error {
				return tx.QueryRow(ctx, `SELECT holder FROM store_leases WHERE name = $1`, "b").Scan(&found)
			}), missing(found, "me"))
		}); err != nil {
			t.Fatal(err)
		}
		var names []string
		var until store.Time
		var many int64
		var none error
		var half float64
		var yes bool
		read := func(ctx context.Context, tx *store.Tx) error {
			names = nil
			return tx.Together(ctx,
				func(ctx context.Context, tx *store.Tx) (err error) {
					names, err = store.Collect(ctx, tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT name FROM store_leases ORDER BY name`)
					return err
				},
				func(ctx context.Context, tx *store.Tx) error {
					// Two questions, the second of the first's answer.
					var name string
					if err := tx.QueryRow(ctx, `SELECT max(name) FROM store_leases`).Scan(&name); err != nil {
						return err
					}
					return tx.QueryRow(ctx, `SELECT until FROM store_leases WHERE name = $1`, name).Scan(&until)
				},
				func(ctx context.Context, tx *store.Tx) error {
					none = tx.QueryRow(ctx, `SELECT name FROM store_leases WHERE name = $1`, "c").Scan(new(string))
					return nil
				},
				func(ctx context.Context, tx *store.Tx) error {
					return tx.QueryRow(ctx, `SELECT count(*), 0.5, 1 = 1, NULL FROM store_leases`).Scan(&many, &half, &yes, new(sql.NullString))
				},
				func(context.Context, *store.Tx) error { return nil })
		}
		for range 3 { // the statements are prepared the first time
			if err := db.Read(ctx, read); err != nil {
				t.Fatal(err)
			}
			if strings.Join(names, " ") != "a b" || !until.Equal(at.Truncate(time.Microsecond)) || !errors.Is(none, sql.ErrNoRows) || many != 2 || half != 0.5 || !yes {
				t.Fatalf("read %v, %v, %v, %d, %v, %v", names, until, none, many, half, yes)
			}
		}

		broken := errors.New("broken")
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.Together(ctx, read,
				func(ctx context.Context, tx *store.Tx) error {
					if err := tx.QueryRow(ctx, `SELECT 1`).Scan(new(int)); err != nil {
						return err
					}
					return broken
				},
				func(ctx context.Context, tx *store.Tx) error {
					for {
						if err := tx.QueryRow(ctx, `SELECT 2`).Scan(new(int)); err != nil || tx.Engine() == store.SQLite {
							return err
						}
					}
				})
		})
		if !errors.Is(err, broken) {
			t.Errorf("a failing part: %v", err)
		}
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			ask := func(ctx context.Context, tx *store.Tx) error {
				return tx.QueryRow(ctx, `SELECT name FROM store_leases LIMIT 1`).Scan(new(string))
			}
			return tx.Together(ctx, ask, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO store_leases (name, holder, until) VALUES ('x', 'y', $1)`, store.At(at))
				return err
			}, ask)
		})
		if err == nil {
			t.Error("a reading transaction wrote")
		}
		for range 30 { // no connection is left in a transaction that failed
			if err := db.Read(ctx, read); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func missing(got, want string) error {
	if got != want {
		return fmt.Errorf("got %q, want %q", got, want)
	}
	return nil
}

// A reading transaction sees one moment, although it begins with its first statement and nobody waits
// for its end.
func TestReadBeginsLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		count := func(ctx context.Context, tx *store.Tx) (n int) {
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM store_leases`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for i := range 20 {
			if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				before := count(ctx, tx)
				if err := db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Exec(ctx, `INSERT INTO store_leases (name, holder, until) VALUES ($1,'me',$2)`, fmt.Sprint(i), store.Now())
					return err
				}); err != nil {
					return err
				}
				if after := count(ctx, tx); before != i || after != i {
					t.Errorf("round %d: %d, then %d", i, before, after)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := db.Read(ctx, func(context.Context, *store.Tx) error { return nil }); err != nil { // asks nothing
				t.Fatal(err)
			}
		}
	})
}
