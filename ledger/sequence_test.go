package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// naiveRoot is RFC 6962 2.1 word for word: the tree is what this says, not what the tiles say.
func naiveRoot(leaves []tlog.Hash) tlog.Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	return tlog.NodeHash(naiveRoot(leaves[:k]), naiveRoot(leaves[k:]))
}

func (h house) leaves(t testing.TB) (leaves []tlog.Hash) {
	t.Helper()
	err := h.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT leaf, data FROM ledger_entries WHERE leaf IS NOT NULL ORDER BY leaf`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var leaf int64
			var data []byte
			if err := rows.Scan(&leaf, &data); err != nil {
				return err
			}
			if leaf != int64(len(leaves)) {
				return fmt.Errorf("leaf %d stands where %d should", leaf, len(leaves))
			}
			leaves = append(leaves, tlog.RecordHash(data))
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return leaves
}

// agree checks that the signed checkpoint is the root of the entries, by the naive tree.
func (h house) agree(t testing.TB, size int) {
	t.Helper()
	leaves := h.leaves(t)
	if len(leaves) != size {
		t.Fatalf("%d entries have a leaf, want %d", len(leaves), size)
	}
	checkpoint, err := h.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(h.key.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Open(checkpoint, note.VerifierList(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("jiexu.test/log\n%d\n%s\n", size, naiveRoot(leaves)); signed.Text != want {
		t.Errorf("checkpoint\n%swant\n%s", signed.Text, want)
	}
}

func TestSequenceGrowsTheTree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		if _, err := h.Checkpoint(t.Context()); !fault.Is(err, "ledger.empty") {
			t.Errorf("checkpoint of an empty log: %v", err)
		}
		total := 0
		for _, n := range []int{1, 1, 6, 20, 240} {
			h.write(t, func(ctx context.Context, tx *store.Tx) error {
				for range n {
					if _, err := makeThing(ctx, tx, store.NewID(), "x"); err != nil {
						return err
					}
				}
				return nil
			})
			total += n
			if got := h.sequence(t); got != n {
				t.Fatalf("sequenced %d, want %d", got, n)
			}
			h.agree(t, total)
		}
		if h.sequence(t) != 0 {
			t.Error("sequenced something twice")
		}
	})
}

func TestRunSequencesAndTells(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { h.Run(ctx) })
		defer wg.Wait()
		defer cancel()
		first := h.make(t, "a", "树")
		if _, err := h.WaitSequenced(ctx, first); err != nil {
			t.Fatal(err)
		}
		events, stop, err := h.Subscribe(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		second := h.make(t, "b", "灯")
		if leaf, err := h.WaitSequenced(ctx, second); err != nil || leaf != 1 {
			t.Fatalf("leaf %d, %v", leaf, err)
		}
		for {
			batch, open := <-events
			if !open {
				t.Fatal("the subscription ended")
			}
			e := batch[len(batch)-1]
			if e.Subject.ID == "b" {
				if e.Leaf != 1 || e.Kind != "test.made" || e.Unit != "jingansi" || e.Actor != "wang" {
					t.Errorf("event %+v", e)
				}
				break
			}
		}
		if _, err := h.WaitSequenced(ctx, "none"); !fault.Is(err, "ledger.no_entry") {
			t.Errorf("waited for nothing: %v", err)
		}
	})
}

// Who subscribes before Run has looked at the tree hears of all that comes after, and of nothing that came before.
func TestSubscribeBeforeRun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		h.make(t, "before", "x")
		if _, err := h.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		events, stop, err := h.Subscribe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		h.make(t, "after", "x")
		if _, err := h.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { h.Run(ctx) })
		defer wg.Wait()
		defer cancel()
		select {
		case batch := <-events:
			if len(batch) != 1 || batch[0].Subject.ID != "after" {
				t.Errorf("heard of %+v", batch)
			}
		case <-time.After(2 * time.Minute):
			t.Error("what came before Run looked is lost")
		}
	})
}

// Two servers on one PostgreSQL: whoever has the lease sequences, entries of both become leaves of
// one tree, each server hears of the other's, and when one dies the other carries on.
func TestTwoServersOneTree(t *testing.T) {
	dbURL := storetest.PostgresURL(t)
	ctx := t.Context()
	dbs := [2]*store.DB{}
	for i := range dbs {
		db, err := store.Open(ctx, dbURL)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		dbs[i] = db
	}
	a := open(t, dbs[0])
	b := house{reopen(t, dbs[1], a.key), dbs[1], a.key}
	aCtx, killA := context.WithCancel(ctx)
	bCtx, killB := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { a.Run(aCtx) })
	wg.Go(func() { b.Run(bCtx) })
	defer wg.Wait()
	defer killA()
	defer killB()
	events, stop, err := b.Subscribe(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var writers sync.WaitGroup
	for i, h := range []house{a, b, a, b} {
		writers.Go(func() {
			for j := range 25 {
				h.make(t, fmt.Sprintf("%d-%d", i, j), "x")
			}
		})
	}
	writers.Wait()
	last := a.make(t, "last-a", "x")
	if _, err := b.WaitSequenced(ctx, last); err != nil {
		t.Fatal(err)
	}
	for seen := int64(-1); seen < 50; { // b's subscriber hears of what a wrote
		batch, open := <-events
		if !open {
			t.Fatal("cut off")
		}
		seen = batch[len(batch)-1].Leaf
	}
	killA()
	alone := b.make(t, "alone", "x")
	if _, err := b.WaitSequenced(ctx, alone); err != nil {
		t.Fatalf("after the other server stopped: %v", err)
	}
	b.sequence(t)
	b.agree(t, 102)
}

// Two sequencers that both believe that they may: the guard in the transaction keeps one tree.
func TestSequencersCannotFork(t *testing.T) {
	dbURL := storetest.PostgresURL(t)
	db, err := store.Open(t.Context(), dbURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := open(t, db)
	var wg sync.WaitGroup
	const writers, each = 3, 40
	for i := range writers {
		wg.Go(func() {
			for j := range each {
				h.make(t, fmt.Sprintf("%d-%d", i, j), "x")
			}
		})
		wg.Go(func() {
			other := reopen(t, db, h.key)
			for total := 0; total < each; {
				n, err := other.Sequence(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				total += max(n, 1)
			}
		})
	}
	wg.Wait()
	h.sequence(t)
	h.agree(t, writers*each)
}

func TestKeyMustFit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		h.make(t, "a", "树")
		h.sequence(t)
		other := filepath.Join(t.TempDir(), "other.key")
		if _, err := ledger.EnsureKey(t.Context(), db, other, ""); !fault.Is(err, "ledger.key_missing") {
			t.Errorf("a new key for a signed log: %v", err)
		}
		fresh := storetest.SQLite(t)
		key, err := ledger.EnsureKey(t.Context(), fresh, other, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Open(t.Context(), db, key, ledger.Options{}); !fault.Is(err, "ledger.key_mismatch") {
			t.Errorf("a log opened with a foreign key: %v", err)
		}
		if _, err := ledger.EnsureKey(t.Context(), fresh, filepath.Join(t.TempDir(), "k"), "two words"); !fault.Is(err, "ledger.origin") {
			t.Errorf("an origin with a space: %v", err)
		}
	})
}

func TestFingerprint(t *testing.T) {
	db, seen := storetest.SQLite(t), map[string]bool{}
	for i := range 40 { // most keys hold a plus somewhere
		key, err := ledger.EnsureKey(t.Context(), db, filepath.Join(t.TempDir(), fmt.Sprint(i)), "")
		if err != nil {
			t.Fatal(err)
		}
		f := key.Fingerprint()
		if len(f) != 8*8+7 || seen[f] {
			t.Errorf("%s has the fingerprint %q", key.Verifier, f)
		}
		seen[f] = true
	}
	for _, none := range []string{"", "a", "a+b", "a+b+c", "a+b+?"} {
		if f := ledger.Fingerprint(none); f != "" {
			t.Errorf("%q has the fingerprint %q", none, f)
		}
	}
}

func TestWaitEnds(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	entry := h.make(t, "a", "树")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := h.WaitSequenced(ctx, entry); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waited without a sequencer: %v", err)
	}
}

// Whoever takes entries away, or gives one the number that another should get, does not stop the log: what comes gets its place, and the check names what was done.
func TestTheLogGoesOnBehindAHand(t *testing.T) {
	for name, c := range map[string]struct {
		sql           string
		gaps, columns int // entries that are missing, and that have another number than they should; -1 where it depends on the engine
	}{
		"the last entry taken away": {`DELETE FROM ledger_entries WHERE leaf = (SELECT max(leaf) FROM ledger_entries)`, 1, 0},
		"an entry before it":        {`DELETE FROM ledger_entries WHERE leaf = 2`, 1, 0},
		"a number that comes":       {`UPDATE ledger_entries SET seq = (SELECT max(leaf) + 3 FROM ledger_entries) WHERE leaf = 2`, 0, -1},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				h := open(t, db)
				h.many(t, 0, 4)
				h.write(t, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Exec(ctx, c.sql)
					return err
				})
				h.many(t, 10, 2)
				h.many(t, 20, 2)
				gaps, columns := 0, 0
				for _, f := range h.check(t, ledger.CheckOptions{Verifier: h.key.Verifier}).Findings {
					switch {
					case f.Code == ledger.FoundGap:
						gaps++
					case f.Code == ledger.FoundColumn:
						columns++
					}
				}
				if gaps != c.gaps || columns != c.columns && (c.columns >= 0 || columns == 0) {
					t.Errorf("%d gaps and %d other numbers, want %d and %d", gaps, columns, c.gaps, c.columns)
				}
				var placed, size int64
				if err := db.SQL().QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM ledger_entries WHERE leaf IS NOT NULL), (SELECT size FROM ledger_tree)`).Scan(&placed, &size); err != nil || placed+int64(c.gaps) != size || size != 11 {
					t.Errorf("%d entries have a place of %d: %v", placed, size, err)
				}
			})
		})
	}
}
