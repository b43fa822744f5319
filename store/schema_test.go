package store_test

import (
	"context"
	"testing"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
)

// A database of an older program is not read by who does not bring it up to date, and one of a newer program is left alone by all.
func TestSchemaOfAnotherProgram(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		exec := func(sql string, args ...any) {
			t.Helper()
			if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, sql, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		want := func(state store.State, current, migrate string) {
			t.Helper()
			got, err := db.State(ctx)
			if err != nil || got != state {
				t.Errorf("it is %s (%v), want %s", got, err, state)
			}
			for name, c := range map[string]struct {
				err  error
				code string
			}{"reading": {db.IsCurrent(ctx), current}, "migrating": {db.Migrate(ctx), migrate}} {
				if c.code == "" && c.err != nil || c.code != "" && !fault.Is(c.err, c.code) {
					t.Errorf("%s: %v, want %s", name, c.err, c.code)
				}
			}
		}
		want(store.Current, "", "")
		exec(`INSERT INTO store_migrations (version_id, is_applied) VALUES ($1, $2)`, 99_999, true)
		want(store.Newer, "store.newer", "store.newer")
		exec(`DELETE FROM store_migrations WHERE version_id = 99999`)
		want(store.Current, "", "")
		exec(`DELETE FROM store_migrations WHERE version_id = (SELECT max(version_id) FROM store_migrations)`)
		if got, err := db.State(ctx); err != nil || got != store.Older || !fault.Is(db.IsCurrent(ctx), "store.older") || db.NotNewer(ctx) != nil {
			t.Errorf("a migration short: %s, %v", got, err)
		}
		exec(`DELETE FROM store_migrations`)
		if got, err := db.State(ctx); err != nil || got != store.Empty || !fault.Is(db.IsCurrent(ctx), "store.empty") {
			t.Errorf("without any: %s, %v", got, err)
		}
	})
}
