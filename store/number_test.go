package store_test

import (
	"fmt"
	"slices"
	"testing"

	"jiexu/store"
	"jiexu/store/storetest"
)

// A database of an older program, whose numbers were given in the order of writing and have gaps: a row with a place gets the number that follows from it, and those that wait stay
// behind them, in their order, and before those that come.
func TestNumbersOfAnOlderProgram(t *testing.T) {
	for engine, open := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + t.TempDir() + "/old.db" },
		"postgres": func() string { return storetest.PostgresURL(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			db, err := store.Open(t.Context(), open())
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.MigrateWithout(t.Context(), 104); err != nil {
				t.Fatal(err)
			}
			exec := func(query string, args ...any) {
				t.Helper()
				if _, err := db.SQL().ExecContext(t.Context(), query, args...); err != nil {
					t.Fatalf("%s: %v", query, err)
				}
			}
			overriding := ""
			if engine == "postgres" {
				overriding = "OVERRIDING SYSTEM VALUE"
			}
			put := func(number, leaf any, id string) {
				t.Helper()
				exec(fmt.Sprintf(`INSERT INTO ledger_entries (seq, leaf, id, at, kind, subject_type, subject_id, actor, unit, data) %s
					VALUES ($1, $2, $3, '2026-11-23T04:00:00.000000Z', 'k', 't', 's', 'a', 'u', '{}')`, overriding), number, leaf, id)
			}
			put(2, 1, "b") // came late, and its neighbour was placed before it
			put(3, 0, "a")
			put(5, 2, "c")
			put(6, 4, "e")
			put(9, 3, "d")
			put(4, nil, "f") // still waits, under a number that another will have
			put(11, nil, "g")
			put(1, -7, "x") // of which a hand made what no place is
			if engine == "postgres" {
				exec(`SELECT setval(pg_get_serial_sequence('ledger_entries', 'seq'), 11)`)
			}
			if err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			exec(`INSERT INTO ledger_entries (id, at, kind, subject_type, subject_id, actor, unit, data) VALUES ('h', '2026-11-23T04:00:00.000000Z', 'k', 't', 's', 'a', 'u', '{}')`)
			rows, err := db.SQL().QueryContext(t.Context(), `SELECT id, coalesce(leaf, -1), seq FROM ledger_entries ORDER BY seq`)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			var order []string
			for rows.Next() {
				var id string
				var leaf, number int64
				if err := rows.Scan(&id, &leaf, &number); err != nil {
					t.Fatal(err)
				}
				order = append(order, id)
				if leaf >= 0 && number != leaf+1 || leaf < 0 && number < 1000 {
					t.Errorf("%s at %d has the number %d", id, leaf, number)
				}
			}
			if want := []string{"a", "b", "c", "d", "e", "x", "f", "g", "h"}; !slices.Equal(order, want) || rows.Err() != nil {
				t.Errorf("%v, want %v; %v", order, want, rows.Err())
			}
		})
	}
}
