package city_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/app"
	"jiexu/bench/city"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

var until = time.Date(2026, 11, 27, 15, 59, 59, 0, time.UTC)

func config(db, dir string, seed uint64) city.Config {
	return city.Config{App: app.Config{DB: db, Data: filepath.Join(dir, "data"), PublicURL: "http://localhost", Demo: true, Log: slog.New(slog.DiscardHandler)},
		Size: city.Size{Complaints: 900, Cases: 600, Objects: 300, Seed: seed, Until: until}}
}

func each(t *testing.T, f func(t *testing.T, db, dir string)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		f(t, "sqlite:"+filepath.Join(dir, "jiexu.db"), dir)
	})
	t.Run("postgres", func(t *testing.T) { f(t, storetest.PostgresURL(t), t.TempDir()) })
}

func count(t *testing.T, a *app.App, query string, args ...any) (n int) {
	t.Helper()
	if err := a.DB.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.QueryRow(ctx, query, args...).Scan(&n) }); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// The city is what it should be: as much as was asked for, every row in the log, what is derived as the followers would have derived it.
func TestCityIsTrue(t *testing.T) {
	each(t, func(t *testing.T, db, dir string) {
		c := config(db, dir, 1)
		report, err := city.Fill(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		c.App.Now = func() time.Time { return until }
		a, err := app.Open(t.Context(), c.App)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		for table, n := range map[string]int{"intake_complaints": 900, "casework_cases": 600, "casework_objects": 300, "oversight_board": 1500, "store_search_texts": 1500} {
			if got := count(t, a, `SELECT count(*) FROM `+table); got != n || report.Rows[table] != n {
				t.Errorf("%s has %d rows, %d reported, want %d", table, got, report.Rows[table], n)
			}
		}
		// Nobody reads seven years again when the city is opened.
		if n := count(t, a, `SELECT count(*) FROM ledger_cursors WHERE leaf >= (SELECT max(leaf) FROM ledger_entries WHERE kind NOT LIKE 'term.%')`); n != len(a.Log.Followers()) || n == 0 {
			t.Errorf("%d of %v stand at the end of the log", n, a.Log.Followers())
		}
		for what, query := range map[string]string{
			"closed":        `SELECT count(*) FROM intake_complaints WHERE state = 'closed'`,
			"transferred":   `SELECT count(*) FROM intake_complaints WHERE state = 'transferred'`,
			"grown":         `SELECT count(*) FROM casework_cases x JOIN intake_complaints c ON c.case_id = x.id AND c.case_number = x.number AND x.complaint = c.id`,
			"archived":      `SELECT count(*) FROM casework_cases WHERE state = 'archived'`,
			"late answers":  `SELECT count(*) FROM intake_results WHERE NOT on_time`,
			"repeat":        `SELECT count(*) FROM (SELECT phone_hash FROM intake_contacts GROUP BY phone_hash HAVING count(*) > 1) AS again`,
			"paid":          `SELECT count(*) FROM casework_payments`,
			"open periods":  `SELECT count(*) FROM term_terms WHERE met_at IS NULL`,
			"alarms":        `SELECT count(*) FROM term_bells`,
			"about objects": `SELECT count(*) FROM casework_cases x JOIN casework_objects o ON o.id = x.object WHERE o.unit = x.unit`,
			"papers":        `SELECT count(*) FROM casework_documents`,
			"many squads":   `SELECT CASE WHEN count(DISTINCT unit) > 60 THEN 1 ELSE 0 END FROM casework_cases`,
			"seven years":   `SELECT CASE WHEN min(received_at) < '2019-12-31' AND max(received_at) > '2026-11-20' THEN 1 ELSE 0 END FROM intake_complaints`,
			"one per index": `SELECT count(*) FROM store_search_texts WHERE kind = 'complaint'`,
		} {
			if count(t, a, query) == 0 {
				t.Errorf("nothing is %s", what)
			}
		}
		if n := count(t, a, `SELECT count(*) FROM intake_complaints c WHERE (c.state IN ('closed', 'transferred')) AND EXISTS (SELECT 1 FROM term_terms t WHERE t.matter_type = 'complaint' AND t.matter_id = c.id AND t.met_at IS NULL)`); n > 0 {
			t.Errorf("%d ended complaints have periods that run", n)
		}
		checked, err := ledger.Check(t.Context(), a.DB, ledger.CheckOptions{})
		if err != nil || len(checked.Findings) > 0 {
			t.Errorf("the log: %v, %+v", err, checked)
		}
		boardIsAsReplayed(t, a)
		readable(t, a)
		if _, err := city.Fill(t.Context(), config(db, dir, 2)); err == nil {
			t.Error("a second city was written over the first")
		}
	})
}

// readable sees to it that what is written in the cases is such as the program reads: it makes all of it findable.
func readable(t *testing.T, a *app.App) {
	t.Helper()
	if err := a.DB.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM casework_refill`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = a.Casework.Refill(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, a, `SELECT count(*) FROM store_search_texts WHERE lower(part) LIKE 'paper/%'`); n == 0 {
		t.Error("no paper was made findable")
	}
}

// boardIsAsReplayed compares the board that was loaded with the one that the log tells.
func boardIsAsReplayed(t *testing.T, a *app.App) {
	t.Helper()
	read := func() string {
		var sums []string
		if err := a.DB.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for name, order := range map[string]string{"oversight_board": "subject_type, subject_id", "oversight_counts": "unit, subject_type, state, living"} {
				table, err := tx.Table(ctx, name)
				if err != nil {
					return err
				}
				var all bytes.Buffer
				if err := tx.Rows(ctx, table, "WHERE "+map[bool]string{true: "n <> 0", false: "steps > 0"}[table.Has("n")]+" ORDER BY "+order, nil, func(r store.Row) error { _, err := all.Write(r.AppendJSON(nil)); return err }); err != nil {
					return err
				}
				sums = append(sums, fmt.Sprintf("%s %x", name, sha256.Sum256(all.Bytes())))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(sums)
		return strings.Join(sums, "\n")
	}
	loaded := read()
	if err := a.Log.Replay(t.Context(), "oversight.board"); err != nil {
		t.Fatal(err)
	}
	if replayed := read(); replayed != loaded {
		t.Error("the board is another one after a replay")
	}
}

// The same seed on the same units plays the same city, another seed another.
func TestSameSeedSameCity(t *testing.T) {
	dir := t.TempDir()
	c := config("sqlite:"+filepath.Join(dir, "jiexu.db"), dir, 7)
	var sums []string
	for _, seed := range []uint64{7, 7, 8} {
		c.Size.Seed = seed
		sum, err := city.Digest(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, sum)
	}
	if sums[0] != sums[1] || sums[1] == sums[2] || !strings.HasPrefix(sums[0], "sha256:") {
		t.Errorf("the digests of the cities of seeds 7, 7 and 8: %v", sums)
	}
}

// What was broken off leaves nothing, and can be run again.
func TestAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, db, dir string) {
		c := config(db, dir, 1)
		ctx, stop := context.WithCancel(t.Context())
		c.Doing = func(code string, done, all int) {
			if code == "city.doing.indexes" || code == "city.doing.play" && done > 1000 {
				stop()
			}
		}
		if _, err := city.Fill(ctx, c); err == nil {
			t.Fatal("an interrupted city was called whole")
		}
		c.Doing = nil
		if _, err := city.Fill(t.Context(), c); err != nil {
			t.Errorf("after an interruption: %v", err)
		}
	})
}
