package ledger_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// The rooms' tables stand in for by two of this test: one with a key of one column, one of three.
func init() {
	ledger.Seal("ledgertest_things", "id")
	ledger.Seal("ledgertest_links", "thing", "day", "n")
}

var noon = time.Date(2026, 11, 23, 4, 0, 0, 123456789, time.UTC)

func fixed() time.Time { return noon }

const things = `CREATE TABLE ledgertest_things (id TEXT PRIMARY KEY, name TEXT NOT NULL, amount BIGINT, ok BOOLEAN, at DATETIME,
	day DATE, lon DOUBLE PRECISION, pdf BYTEA);
	CREATE TABLE ledgertest_links (thing TEXT NOT NULL, day DATE NOT NULL, n INTEGER NOT NULL, note TEXT, PRIMARY KEY (thing, day, n))`

// house is a database with a log.
type house struct {
	*ledger.Log
	db  *store.DB
	key *ledger.SigningKey
}

func open(t testing.TB, db *store.DB) house {
	t.Helper()
	ctx := t.Context()
	if _, err := db.SQL().ExecContext(ctx, things); err != nil {
		t.Fatal(err)
	}
	key, err := ledger.EnsureKey(ctx, db, filepath.Join(t.TempDir(), "test.key"), "jiexu.test/log")
	if err != nil {
		t.Fatal(err)
	}
	return house{reopen(t, db, key), db, key}
}

func reopen(t testing.TB, db *store.DB, key *ledger.SigningKey) *ledger.Log {
	t.Helper()
	l, err := ledger.Open(t.Context(), db, key, ledger.Options{
		Now: fixed, Tick: 20 * time.Millisecond, Batch: 7, Backoff: func(int) time.Duration { return time.Millisecond },
		Report: func(what string, err error) { t.Logf("%s: %v", what, err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (h house) write(t testing.TB, f func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := h.db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// make writes a thing and its entry.
func (h house) make(t testing.TB, id, name string) (entry string) {
	t.Helper()
	h.write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		entry, err = makeThing(ctx, tx, id, name)
		return err
	})
	return entry
}

func makeThing(ctx context.Context, tx *store.Tx, id, name string) (string, error) {
	entry, err := ledger.Append(ctx, tx, ledger.Entry{
		Kind: "test.made", Subject: ledger.Ref{Type: "thing", ID: id}, Actor: "wang", Unit: "jingansi", At: noon,
		Body: map[string]any{"name": name, "lon": 121.4452}, Rows: []ledger.Row{{Table: "ledgertest_things", Key: id}},
	})
	if err != nil {
		return "", err
	}
	day := store.Date{}
	if err := day.Scan("2026-11-23"); err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, `INSERT INTO ledgertest_things (id, name, amount, ok, at, day, lon, pdf) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, name, int64(len(name)), true, store.At(noon), day, 121.4452, []byte{0, 1, 2, 0xff})
	return entry, err
}

func (h house) sequence(t testing.TB) int {
	t.Helper()
	n, err := h.Sequence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAppendDigestsRowsAtTheEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		made := h.make(t, "a", "树")
		var changed string
		h.write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			if changed, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "test.changed", Subject: ledger.Ref{Type: "thing", ID: "a"}, At: noon,
				Rows: []ledger.Row{{"ledgertest_things", "a"}, {"ledgertest_things", "b"}, {"ledgertest_things", "a"}}}); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `UPDATE ledgertest_things SET name = 'after the call' WHERE id = 'a'`)
			return err
		})
		first, err := h.Entry(t.Context(), made)
		if err != nil {
			t.Fatal(err)
		}
		second, err := h.Entry(t.Context(), changed)
		if err != nil {
			t.Fatal(err)
		}
		if len(second.Rows) != 2 || second.Rows[0].Key != "a" || second.Rows[1].SHA256 != ledger.Deleted {
			t.Errorf("rows of the second entry: %+v; want a, and b as deleted", second.Rows)
		}
		if first.Rows[0].SHA256 == second.Rows[0].SHA256 {
			t.Error("the digest does not tell the row's two contents apart")
		}
		// The same content has the same digest on both engines: a change here breaks every log that is out.
		if want := "a81a15dd"; first.Rows[0].SHA256[:8] != want {
			t.Errorf("digest %s, want %s…", first.Rows[0].SHA256, want)
		}
	})
}

func TestAppendIsPartOfTheTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := makeThing(ctx, tx, "a", "树"); err != nil {
				return err
			}
			return fmt.Errorf("no")
		})
		if err == nil {
			t.Fatal("no error")
		}
		if n := h.sequence(t); n != 0 {
			t.Errorf("%d entries of a transaction that failed", n)
		}
	})
}

// A transaction names a row that another one is changing at that moment. Whichever comes first, the
// newest digest in the log is that of the row as it ends up.
func TestAppendWaitsForWhoChangesTheRow(t *testing.T) {
	h := open(t, storetest.Postgres(t))
	h.make(t, "a", "树")
	named := func(ctx context.Context, tx *store.Tx) error {
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "test.named", Subject: ledger.Ref{Type: "thing", ID: "a"}, At: noon, Rows: []ledger.Row{{"ledgertest_things", "a"}}})
		return err
	}
	done := make(chan error, 1)
	h.write(t, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE ledgertest_things SET name = 'changed' WHERE id = 'a'`); err != nil {
			return err
		}
		if err := named(ctx, tx); err != nil {
			return err
		}
		tx.BeforeCommit(func(ctx context.Context) error { // our entry has its number; now the other comes
			go func() { done <- h.db.Write(t.Context(), named) }()
			return h.awaitBlocked(ctx, done)
		})
		return nil
	})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	h.sequence(t)
	if r := h.check(t, ledger.CheckOptions{}); len(r.Findings) > 0 {
		t.Errorf("findings: %+v", r.Findings)
	}
}

// awaitBlocked returns when another connection waits for a lock, or when done has its result, which
// it puts back.
func (h house) awaitBlocked(ctx context.Context, done chan error) error {
	for {
		var blocked int
		if err := h.db.Pool().QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&blocked); err != nil {
			return err
		}
		select {
		case err := <-done:
			done <- err
			return nil
		default:
		}
		if blocked > 0 {
			return nil
		}
	}
}
