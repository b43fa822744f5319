package app_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jiexu/ledger"
	"jiexu/store"
)

// pair is two servers on one PostgreSQL database, with one clock between them.
func pair(t *testing.T) (one, two *world) {
	t.Helper()
	p := postgresPlace(t)
	c := newClock(monday)
	return newWorldAt(t, p, c), newWorldAt(t, p, c)
}

// until waits for something that the servers' background work brings about.
func until(t *testing.T, what string, ready func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * time.Minute) // a busy machine is no failure
	for !ready() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within two minutes", what)
		}
	}
}

const opening = `{"matter":"WY-01","title":"敲墙","actPlace":"愚园路1号"}`

// What is done at one server reaches those who are connected to the other.
func TestLiveUpdatesCrossServers(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	one.sequence()
	one.run()
	two.run()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	atOne, atTwo := one.stream(ctx, "officer.jas1"), two.stream(ctx, "officer.jas2")
	for _, w := range []*world{one, two} {
		id := w.as("officer.jas1").do("POST", "/cases", opening).ok(200).text("id")
		for _, updates := range []<-chan map[string]string{atOne, atTwo} {
			if u := next(t, updates); u["subject"] != "case:"+id {
				t.Errorf("heard of %v, want case:%s", u, id)
			}
		}
	}
}

// Two servers under load; one is stopped in the middle. The other carries on: each acknowledged command is
// there once, each entry is in the tree once, each alarm rang once, and the board is what the log says.
func TestOneServerStopsAndTheOtherCarriesOn(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	stopOne := one.run()
	two.run()
	before := one.count(`SELECT count(*) FROM casework_cases`)
	var mu sync.Mutex
	var acknowledged []string
	var group sync.WaitGroup
	var oneIsGone atomic.Bool
	halfway := make(chan struct{})
	var once sync.Once
	for worker := range 6 {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range 25 {
				w := one
				if (worker+i)%2 == 0 || oneIsGone.Load() {
					w = two
				}
				key := fmt.Sprintf("w%d-%d", worker, i)
				a, err := w.as("officer.jas1").try("POST", "/cases", opening, "Idempotency-Key", key)
				if err != nil || a.status != 200 { // the server went away: the console asks the other one again
					a, err = two.as("officer.jas1").try("POST", "/cases", opening, "Idempotency-Key", key)
				}
				if err != nil || a.status != 200 {
					t.Errorf("%s: %v %d %s", key, err, a.status, a.body)
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, a.text("id"))
				if len(acknowledged) == 60 {
					once.Do(func() { close(halfway) })
				}
				mu.Unlock()
			}
		}()
	}
	<-halfway
	oneIsGone.Store(true)
	one.server.CloseClientConnections()
	stopOne()
	group.Wait()
	if len(acknowledged) != 150 {
		t.Fatalf("%d commands were acknowledged", len(acknowledged))
	}
	slices.Sort(acknowledged)
	if n := len(slices.Compact(slices.Clone(acknowledged))); n != 150 {
		t.Errorf("only %d different cases were acknowledged", n)
	}
	if n := two.count(`SELECT count(*) FROM casework_cases`) - before; n != 150 {
		t.Errorf("%d cases are there, want 150", n)
	}
	until(t, "the tree takes in all entries", func() bool { return two.count(`SELECT count(*) FROM ledger_entries WHERE leaf IS NULL`) == 0 })
	if entries, leaves, size := two.count(`SELECT count(*) FROM ledger_entries`), two.count(`SELECT count(DISTINCT leaf) FROM ledger_entries`), two.count(`SELECT size FROM ledger_tree`); entries != leaves || size != entries {
		t.Errorf("%d entries, %d leaves, a tree of %d", entries, leaves, size)
	}
	until(t, "the board follows", func() bool {
		return two.count(`SELECT coalesce(max(leaf), 0) FROM ledger_cursors WHERE name = 'oversight.board'`) == two.count(`SELECT size FROM ledger_tree`)
	})
	if n := two.count(`SELECT count(*) FROM (SELECT term, threshold, due_at FROM term_alarms GROUP BY term, threshold, due_at HAVING count(*) > 1) d`); n != 0 {
		t.Errorf("%d alarms rang twice", n)
	}
	replayed(t, two)
	two.check()
}

// boardRows are all rows of the board as text.
func boardRows(t *testing.T, w *world) (out []string) {
	t.Helper()
	err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		table, err := tx.Table(ctx, "oversight_board")
		if err != nil {
			return err
		}
		return tx.Rows(ctx, table, `ORDER BY subject_type, subject_id`, nil, func(r store.Row) error {
			out = append(out, string(r.AppendJSON(nil)))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// replayed asks that the board, made again from the first entry, is the same.
func replayed(t *testing.T, w *world) {
	t.Helper()
	before := boardRows(t, w)
	if len(before) < 4 {
		t.Fatalf("the board has %d rows", len(before))
	}
	w.write(`UPDATE oversight_board SET steps = 0, state = 'lost'`) // what follows must come from the log alone
	if err := w.app.Log.Replay(t.Context(), "oversight.board"); err != nil {
		t.Fatal(err)
	}
	if after := boardRows(t, w); !slices.Equal(after, before) {
		t.Errorf("the board has %d rows after a replay, %d before, and they differ", len(after), len(before))
	}
}

// The board, made again from zero, is the same on either engine, and says what the matters' own rows say.
func TestTheBoardReplays(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		s.tell(t, slices.Concat(toCase, toNoticed))
		w.sequence()
		if err := w.app.Log.CatchUp(t.Context(), "oversight.board"); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM casework_cases c JOIN oversight_board b ON b.subject_type = 'case' AND b.subject_id = c.id AND b.state = c.state AND b.unit = c.unit`); n != w.count(`SELECT count(*) FROM casework_cases`) {
			t.Errorf("the board knows %d cases as they are", n)
		}
		if n := w.count(`SELECT count(*) FROM intake_complaints c JOIN oversight_board b ON b.subject_type = 'complaint' AND b.subject_id = c.id AND b.state = c.state AND b.unit = c.unit`); n != w.count(`SELECT count(*) FROM intake_complaints`) {
			t.Errorf("the board knows %d complaints as they are", n)
		}
		replayed(t, w)
	})
}

// The alarms of periods long over ring once, whichever server they ring at, and again for nobody when a
// server starts anew.
func TestAlarmsRingOnceAcrossServers(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	stopOne, stopTwo := one.run(), two.run()
	rung := func(w *world) int { return w.count(`SELECT count(*) FROM term_alarms`) }
	planned := func(w *world) bool { // nothing is due any more
		return w.count(`SELECT count(*) FROM term_bells WHERE at <= $1`, store.At(w.clock.now())) == 0
	}
	until(t, "alarms ring", func() bool { return rung(one) > 0 && planned(one) })
	n, entries := rung(one), one.count(`SELECT count(*) FROM ledger_entries WHERE kind IN ('term.amber', 'term.red')`)
	if n != entries {
		t.Errorf("%d alarms and %d entries of them", n, entries)
	}
	stopOne()
	stopTwo()
	three := newWorldAt(t, one.place, one.clock)
	three.write(`DELETE FROM term_bells`)
	if err := three.app.PlanOpenAlarms(t.Context()); err != nil { // looks at everything again
		t.Fatal(err)
	}
	three.run()
	id := three.as("officer.jas1").do("POST", "/cases", opening).ok(200).text("id")
	until(t, "the log is followed", func() bool { return planned(three) })
	if again := rung(three); again != n {
		t.Errorf("%d alarms rang, after a replay %d", n, again)
	}
	if three.count(`SELECT count(*) FROM ledger_entries WHERE subject_id = $1`, id) != 1 {
		t.Error("the third server is not the house")
	}
	var status ledger.Status
	until(t, "all followers are under way", func() bool {
		var err error
		if status, err = three.app.Log.Status(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(status.Followers) == 4
	})
	for _, f := range status.Followers {
		if f.Error != "" {
			t.Errorf("%s failed: %s", f.Name, f.Error)
		}
	}
}
