package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

const seenTable = `CREATE TABLE ledgertest_seen (leaf BIGINT PRIMARY KEY, subject TEXT NOT NULL)`

// scribe is a follower that writes down what it is given. A leaf given twice breaks the key.
func scribe(fail func(ledger.Record) error) ledger.Follower {
	return ledger.Follower{
		Name: "scribe", Kinds: []string{"test.made"},
		Reset: func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM ledgertest_seen`)
			return err
		},
		Handle: func(ctx context.Context, tx *store.Tx, r ledger.Record) error {
			if _, err := tx.Exec(ctx, `INSERT INTO ledgertest_seen (leaf, subject) VALUES ($1, $2)`, r.Leaf, r.Subject.ID); err != nil {
				return err
			}
			if fail != nil {
				return fail(r)
			}
			return nil
		},
	}
}

func (h house) seen(t testing.TB) (out []string) {
	t.Helper()
	err := h.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT leaf, subject FROM ledgertest_seen ORDER BY leaf`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var leaf int64
			var subject string
			if err := rows.Scan(&leaf, &subject); err != nil {
				return err
			}
			out = append(out, fmt.Sprintf("%d %s", leaf, subject))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (h house) many(t testing.TB, from, n int) {
	t.Helper()
	h.write(t, func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			if _, err := makeThing(ctx, tx, fmt.Sprintf("m%d", from+i), "x"); err != nil {
				return err
			}
		}
		_, err := ledger.Append(ctx, tx, ledger.Entry{Kind: "test.other", Subject: ledger.Ref{Type: "thing", ID: "none"}, At: noon})
		return err
	})
	h.sequence(t)
}

func TestFollowerReplaysToTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		h.write(t, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, seenTable); return err })
		h.Follow(scribe(nil))
		h.many(t, 0, 20)
		if err := h.CatchUp(t.Context(), "scribe"); err != nil {
			t.Fatal(err)
		}
		h.many(t, 20, 11)
		if err := h.CatchUp(t.Context(), "scribe"); err != nil {
			t.Fatal(err)
		}
		first := h.seen(t)
		if len(first) != 31 || first[30] != "31 m30" { // leaf 20 is of a kind that it does not want
			t.Fatalf("handled %v", first)
		}
		if err := h.Replay(t.Context(), "scribe"); err != nil {
			t.Fatal(err)
		}
		if again := h.seen(t); fmt.Sprint(again) != fmt.Sprint(first) {
			t.Errorf("replayed to %v, first was %v", again, first)
		}
		if err := h.Replay(t.Context(), "nobody"); !fault.Is(err, "ledger.no_follower") {
			t.Errorf("replay of nobody: %v", err)
		}
	})
}

func TestFollowerFailsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		h.write(t, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, seenTable); return err })
		broken := true
		h.Follow(scribe(func(r ledger.Record) error {
			if broken && r.Leaf == 9 {
				return errors.New("the printer is on fire")
			}
			return nil
		}))
		h.many(t, 0, 12)
		if err := h.CatchUp(t.Context(), "scribe"); err == nil {
			t.Fatal("no error")
		}
		if got := h.seen(t); len(got) != 9 {
			t.Errorf("before the failing entry %v were handled, want leaves 0 to 8", got)
		}
		status, err := h.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if f := status.Followers[0]; f.Leaf != 9 || f.Error == "" || f.FailedAt == nil {
			t.Errorf("status %+v: want leaf 9 and the error", f)
		}
		broken = false
		if err := h.CatchUp(t.Context(), "scribe"); err != nil {
			t.Fatal(err)
		}
		if status, err = h.Status(t.Context()); err != nil || status.Followers[0].Error != "" || len(h.seen(t)) != 12 {
			t.Errorf("after the repair: %+v, %v, %d handled", status, err, len(h.seen(t)))
		}
	})
}

// Stopped in the midst of a batch again and again, a follower loses nothing and doubles nothing.
func TestFollowerKilledInTheMidst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		h.write(t, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, seenTable); return err })
		var kill atomic.Pointer[context.CancelFunc]
		var calls, kills atomic.Int64
		h.Follow(scribe(func(ledger.Record) error {
			if calls.Add(1)%11 == 0 {
				kills.Add(1)
				(*kill.Load())()
			}
			return nil
		}))
		h.many(t, 0, 40)
		for range 200 {
			ctx, cancel := context.WithCancel(t.Context())
			kill.Store(&cancel)
			err := h.CatchUp(ctx, "scribe")
			cancel()
			if err == nil {
				break
			}
		}
		if got := h.seen(t); len(got) != 40 || kills.Load() < 3 {
			t.Errorf("%d of 40 handled after %d kills: %v", len(got), kills.Load(), got)
		}
	})
}

// Two servers that ignore the lease still handle each entry once.
func TestTwoFollowersOneCursor(t *testing.T) {
	dbURL := storetest.PostgresURL(t)
	var logs [3]house
	for i := range logs {
		db, err := store.Open(t.Context(), dbURL)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			logs[0] = open(t, db)
			logs[0].write(t, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, seenTable); return err })
		} else {
			logs[i] = house{reopen(t, db, logs[0].key), db, logs[0].key}
		}
		logs[i].Follow(scribe(nil))
	}
	logs[0].many(t, 0, 300)
	var wg sync.WaitGroup
	for _, h := range logs {
		wg.Go(func() {
			if err := h.CatchUp(t.Context(), "scribe"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := logs[0].seen(t); len(got) != 300 {
		t.Errorf("%d of 300 handled", len(got))
	}
}

func TestRunFollows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		h.write(t, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, seenTable); return err })
		done := make(chan string, 10)
		f := scribe(nil)
		handle := f.Handle
		f.Handle = func(ctx context.Context, tx *store.Tx, r ledger.Record) error {
			tx.OnCommit(func() { done <- r.Subject.ID })
			return handle(ctx, tx, r)
		}
		h.Follow(f)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { h.Run(ctx) })
		defer wg.Wait()
		defer cancel()
		for _, id := range []string{"a", "b"} {
			h.make(t, id, "x")
			if got := <-done; got != id {
				t.Errorf("handled %s, want %s", got, id)
			}
		}
	})
}
