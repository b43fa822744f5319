package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/store"
	"jiexu/store/storetest"
)

func exec(t testing.TB, db *store.DB, query string, args ...any) {
	t.Helper()
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, dbURL := range []string{"", "jiexu.db", "mysql://x", "sqlite:", "postgres://%zz"} {
		if db, err := store.Open(t.Context(), dbURL); !fault.Is(err, "store.url") {
			t.Errorf("%q opened: %v, %v", dbURL, db, err)
		}
	}
	if _, err := store.Open(t.Context(), "postgres://nobody:secret@127.0.0.1:1/none?connect_timeout=2"); !fault.Is(err, "store.unreachable") {
		t.Errorf("a server that is not there: %v", err)
	}
	if _, err := store.OpenReadOnly(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "none.db")); !fault.Is(err, "store.no_file") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestMigrateTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := db.Migrate(t.Context()); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

// Several servers start at once on one new database.
func TestMigrateTogether(t *testing.T) {
	dbURL := storetest.PostgresURL(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			db, err := store.Open(t.Context(), dbURL)
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if err := db.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestTimesAndDates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		exec(t, db, `CREATE TABLE storetest_times (id INTEGER, at DATETIME, day DATE)`)
		shanghai := time.FixedZone("CST", 8*3600)
		moments := []time.Time{
			time.Date(2026, 11, 23, 12, 0, 0, 123456789, shanghai),
			time.Date(2024, 2, 29, 23, 59, 59, 999999000, time.UTC),
			time.Date(1970, 1, 1, 8, 0, 0, 0, shanghai),
			time.Date(2099, 12, 31, 23, 0, 0, 1000, time.UTC),
		}
		for i, at := range moments {
			exec(t, db, `INSERT INTO storetest_times (id, at, day) VALUES ($1, $2, $3)`, i, store.At(at), store.Date{Date: law.On(at)})
		}
		exec(t, db, `INSERT INTO storetest_times (id, at, day) VALUES ($1, $2, $3)`, 99, store.AtPtr(nil), nil)
		err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for i, want := range moments {
				var at store.Time
				var ptr *store.Time
				var day store.Date
				if err := tx.QueryRow(ctx, `SELECT at, at, day FROM storetest_times WHERE id = $1 AND at = $2`, i, store.At(want)).Scan(&at, &ptr, &day); err != nil {
					return fmt.Errorf("%s: %w", want, err)
				}
				if !at.Equal(want.Truncate(time.Microsecond)) || !ptr.Equal(at.Time) || at.Location() != time.UTC || day.Date != law.On(want) {
					t.Errorf("%s came back as %s, %s, %s", want, at, ptr, day)
				}
			}
			// Of an expression SQLite knows no type, and hands out text.
			var latest store.Time
			if err := tx.QueryRow(ctx, `SELECT max(at) FROM storetest_times`).Scan(&latest); err != nil || !latest.Equal(moments[3]) {
				t.Errorf("the latest is %s, %v", latest, err)
			}
			var none *store.Time
			if err := tx.QueryRow(ctx, `SELECT at FROM storetest_times WHERE id = 99`).Scan(&none); err != nil || none != nil {
				t.Errorf("no time is %v, %v", none, err)
			}
			var before int
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM storetest_times WHERE at < $1`, store.At(moments[0])).Scan(&before); err != nil || before != 2 {
				t.Errorf("%d before the first, %v", before, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTimeScansWhatIsATime(t *testing.T) {
	for _, in := range []any{"2026-11-23T04:00:00.000000Z", "2026-11-23 04:00:00+00:00", "2026-11-23T12:00:00+08:00", []byte("2026-11-23 04:00:00"), time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)} {
		var at store.Time
		if err := at.Scan(in); err != nil || at.Text() != "2026-11-23T04:00:00.000000Z" {
			t.Errorf("%v: %s, %v", in, at, err)
		}
	}
	for _, in := range []any{"", "yesterday", 17, nil, "2026-11-23"} {
		var at store.Time
		if at.Scan(in) == nil {
			t.Errorf("%v became %s", in, at)
		}
	}
	for _, in := range []any{"", "2026-02-30", 17} {
		var day store.Date
		if day.Scan(in) == nil {
			t.Errorf("%v became %s", in, day)
		}
	}
}

func TestWriteIsAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		exec(t, db, `CREATE TABLE storetest_things (id TEXT PRIMARY KEY, rev INTEGER NOT NULL)`)
		var committed []string
		put := func(id string, end func() error) error {
			return db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				tx.OnCommit(func() { committed = append(committed, id) })
				tx.BeforeCommit(func(ctx context.Context) error {
					_, err := tx.Exec(ctx, `UPDATE storetest_things SET rev = 2 WHERE id = $1`, id)
					return err
				})
				if _, err := tx.Exec(ctx, `INSERT INTO storetest_things (id, rev) VALUES ($1, 1)`, id); err != nil {
					return err
				}
				return end()
			})
		}
		if err := put("good", func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		no := errors.New("no")
		if err := put("bad", func() error { return no }); !errors.Is(err, no) {
			t.Errorf("error %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			put("worse", func() error { panic("worse") })
		}()
		if err := put("good", func() error { return nil }); !store.IsUnique(err) {
			t.Errorf("the same again: %v", err)
		}
		if n := count(t, db, "storetest_things"); n != 1 || fmt.Sprint(committed) != "[good]" {
			t.Errorf("%d rows, committed %v", n, committed)
		}
		for _, rev := range []int{2, 2} {
			err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return store.Changed(tx.Exec(ctx, `UPDATE storetest_things SET rev = rev + 1 WHERE id = 'good' AND rev = $1`, rev))
			})
			if rev == 2 && err != nil && !fault.Is(err, "changed_meanwhile") {
				t.Error(err)
			}
		}
		var rev int
		if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT rev FROM storetest_things`).Scan(&rev)
		}); err != nil || rev != 3 {
			t.Errorf("rev %d after two that saw 2, %v", rev, err)
		}
		if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE storetest_things SET rev = 9`)
			return err
		}); err == nil {
			t.Error("a reading transaction wrote")
		}
	})
}

// Only what is done again after a power cut does not wait for the disk, and the next to write does, whatever became of that.
func TestWhatIsDoneAgainWaitsForNoDisk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ask, durable, lazy := `PRAGMA synchronous`, "2", "1"
		if db.Engine() == store.Postgres {
			ask, durable, lazy = `SHOW synchronous_commit`, "on", "off"
		}
		waits := func(write func(context.Context, func(context.Context, *store.Tx) error) error, fails error) (how string, err error) {
			err = write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if err := tx.QueryRow(ctx, ask).Scan(&how); err != nil {
					return err
				}
				return fails
			})
			return how, err
		}
		cut := errors.New("broken off")
		for _, fails := range []error{nil, cut} {
			if how, err := waits(db.WriteAgainAfterCut, fails); how != lazy || !errors.Is(err, fails) {
				t.Errorf("what is done again: %s, %v", how, err)
			}
			if how, err := waits(db.Write, nil); how != durable || err != nil {
				t.Errorf("the next: %s, %v", how, err)
			}
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.WriteAgainAfterCut(t.Context(), func(context.Context, *store.Tx) error { panic("broken") })
		}()
		if how, err := waits(db.Write, nil); how != durable || err != nil {
			t.Errorf("after a panic: %s, %v", how, err)
		}
		stopped, stop := context.WithCancel(t.Context())
		_ = db.WriteAgainAfterCut(stopped, func(context.Context, *store.Tx) error { stop(); return nil })
		if how, err := waits(db.Write, nil); how != durable || err != nil {
			t.Errorf("after one that was told to stop: %s, %v", how, err)
		}
	})
}

func TestReadSeesOneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		exec(t, db, `CREATE TABLE storetest_things (id TEXT PRIMARY KEY)`)
		err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			var before, after int
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM storetest_things`).Scan(&before); err != nil {
				return err
			}
			exec(t, db, `INSERT INTO storetest_things (id) VALUES ('x')`)
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM storetest_things`).Scan(&after); err != nil {
				return err
			}
			if before != after {
				t.Errorf("%d rows, then %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A double click, a hundred times at once, acts once; all get the answer of the one that acted.
func TestDoActsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var runs atomic.Int64
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				ctx := store.WithKey(t.Context(), "wang", "k1", "request one")
				got, err := store.Do(ctx, db, func(ctx context.Context, tx *store.Tx) (map[string]string, error) {
					runs.Add(1)
					return map[string]string{"number": "静〔2026〕1"}, nil
				})
				if err != nil || got["number"] != "静〔2026〕1" {
					t.Errorf("%v, %v", got, err)
				}
			})
		}
		wg.Wait()
		if runs.Load() != 1 {
			t.Errorf("ran %d times", runs.Load())
		}
		again := func(actor, key, fingerprint string) error {
			_, err := store.Do(store.WithKey(t.Context(), actor, key, fingerprint), db, func(context.Context, *store.Tx) (int, error) { return 1, nil })
			return err
		}
		if err := again("wang", "k1", "request two"); !fault.Is(err, "idempotency.reused") {
			t.Errorf("the key with another request: %v", err)
		}
		if err := again("li", "k1", "request two"); err != nil {
			t.Errorf("another person's key: %v", err)
		}
	})
}

func TestDoForgetsWhatFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		no := errors.New("no")
		for i, want := range []error{no, nil} {
			_, err := store.Do(store.WithKey(t.Context(), "wang", "k1", "f"), db, func(context.Context, *store.Tx) (int, error) { return i, want })
			if !errors.Is(err, want) {
				t.Errorf("run %d: %v, want %v", i, err, want)
			}
		}
		// One request that does two things keeps the first one's result under its key.
		ctx := store.WithKey(t.Context(), "wang", "k2", "f")
		for i := range 2 {
			got, err := store.Do(ctx, db, func(context.Context, *store.Tx) (int, error) { return i, nil })
			if err != nil || got != i {
				t.Errorf("part %d: %d, %v", i, got, err)
			}
		}
		if n := count(t, db, "store_commands"); n != 2 {
			t.Errorf("%d keys kept, want 2", n)
		}
	})
}

func TestLease(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, c := range []struct {
			holder string
			after  time.Duration
			mine   bool
		}{
			{"a", 0, true}, {"b", time.Second, false}, {"a", 2 * time.Second, true}, {"b", 11 * time.Second, false},
			{"b", 13 * time.Second, true}, {"a", 14 * time.Second, false},
		} {
			mine, err := db.Lease(t.Context(), "work", c.holder, noon.Add(c.after), 10*time.Second)
			if err != nil || mine != c.mine {
				t.Errorf("%s after %s: %v, %v", c.holder, c.after, mine, err)
			}
		}
		if err := db.Release(t.Context(), "work", "a"); err != nil { // not a's to give up
			t.Fatal(err)
		}
		if mine, err := db.Lease(t.Context(), "work", "a", noon.Add(15*time.Second), time.Second); err != nil || mine {
			t.Errorf("a stole it: %v", err)
		}
		if err := db.Release(t.Context(), "work", "b"); err != nil {
			t.Fatal(err)
		}
		if mine, err := db.Lease(t.Context(), "work", "a", noon.Add(15*time.Second), time.Second); err != nil || !mine {
			t.Errorf("a may not have what b gave up: %v", err)
		}
		var holders atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				mine, err := db.Lease(t.Context(), "race", fmt.Sprint(i), noon, time.Second)
				if err != nil {
					t.Error(err)
				}
				if mine {
					holders.Add(1)
				}
			})
		}
		wg.Wait()
		if holders.Load() != 1 {
			t.Errorf("%d hold one lease", holders.Load())
		}
	})
}

func TestSignalWakes(t *testing.T) {
	db := storetest.SQLite(t)
	wake, stop := db.Listen("topic")
	other, stopOther := db.Listen("other")
	defer stopOther()
	no := errors.New("no")
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { tx.Signal("topic"); return no }); !errors.Is(err, no) {
		t.Fatal(err)
	}
	select {
	case <-wake:
		t.Error("woken by what did not happen")
	default:
	}
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { tx.Signal("topic"); tx.Signal("topic"); return nil }); err != nil {
		t.Fatal(err)
	}
	<-wake
	select {
	case <-wake:
		t.Error("two signals at once woke twice")
	case <-other:
		t.Error("another topic")
	default:
	}
	stop()
	db.Signal("topic")
	select {
	case <-wake:
		t.Error("woken after the end")
	default:
	}
}

// Keyset paging goes through equal times without losing or doubling a row.
func TestKeysetPaging(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		exec(t, db, `CREATE TABLE storetest_things (id TEXT PRIMARY KEY, at DATETIME NOT NULL)`)
		for i := range 25 {
			exec(t, db, `INSERT INTO storetest_things (id, at) VALUES ($1, $2)`, fmt.Sprintf("%02d", i), store.At(noon.Add(time.Duration(i/10)*time.Second)))
		}
		var got []string
		cursor := ""
		for range 10 {
			err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				var w store.Where
				if cursor != "" {
					c, err := store.ParseCursor(cursor)
					if err != nil {
						return err
					}
					w.Add(`(at, id) < (?, ?)`, c.At, c.ID)
				}
				rows, err := tx.Query(ctx, `SELECT id, at FROM storetest_things WHERE `+w.SQL()+` ORDER BY at DESC, id DESC LIMIT 4`, w.Args()...)
				if err != nil {
					return err
				}
				defer rows.Close()
				cursor = ""
				for rows.Next() {
					var c store.Cursor
					if err := rows.Scan(&c.ID, &c.At); err != nil {
						return err
					}
					got = append(got, c.ID)
					cursor = c.String()
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
			if cursor == "" {
				break
			}
		}
		if len(got) != 25 || got[0] != "24" || got[24] != "00" {
			t.Errorf("pages gave %v", got)
		}
		for _, bad := range []string{"!", "MjAyNg", "eCB5"} {
			if _, err := store.ParseCursor(bad); !fault.Is(err, "list.cursor") {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}
