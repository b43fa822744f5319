package oversight

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/term"
)

var testNow = time.Date(2026, 11, 23, 10, 0, 0, 0, law.Shanghai)

// watch is a board over two squads of a bureau, and the log's records told to it by hand.
type watch struct {
	*Board
	t    *testing.T
	db   *store.DB
	told []ledger.Record
}

func newWatch(t *testing.T, db *store.DB) *watch {
	t.Helper()
	svc := org.New(db, func() time.Time { return testNow })
	for _, u := range []org.Unit{{ID: "bureau", Kind: "bureau", Name: "区局"}, {ID: "one", Parent: "bureau", Kind: "squad", Name: "一中队"}, {ID: "two", Parent: "bureau", Kind: "squad", Name: "二中队"}} {
		if _, err := svc.CreateUnit(t.Context(), org.Program("test"), u); err != nil {
			t.Fatal(err)
		}
	}
	return &watch{Board: NewBoard(func(kind, state string) bool { return state == "closed" || kind == "case" && state == "archived" }), t: t, db: db}
}

// tell gives the board a record; body is what the systems write.
func (w *watch) tell(kind, id, unit, body string, at time.Time) {
	w.t.Helper()
	r := ledger.Record{ID: store.NewID(), At: at, Kind: kind + ".step", Subject: ledger.Ref{Type: kind, ID: id}, Unit: unit, Body: []byte(body)}
	w.told = append(w.told, r)
	w.write(func(ctx context.Context, tx *store.Tx) error { return w.Follower().Handle(ctx, tx, r) })
}

func (w *watch) write(f func(context.Context, *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// counts are what an actor sees, by unit.
func (w *watch) counts(actor org.Actor) map[string]Count {
	w.t.Helper()
	out := map[string]Count{}
	if err := w.db.Read(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		list, err := w.Counts(ctx, tx, actor, testNow)
		for _, c := range list {
			c.Lon, c.Lat = nil, nil
			out[c.Unit] = c
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *watch) story() {
	yesterday := testNow.AddDate(0, 0, -1)
	w.tell("complaint", "a", "bureau", `{"state":"registered"}`, yesterday)
	w.tell("complaint", "a", "one", `{"from":"registered","to":"routed"}`, testNow)
	w.tell("complaint", "b", "one", `{"state":"registered"}`, testNow)
	w.tell("complaint", "c", "one", `{"state":"registered"}`, law.On(testNow).Start())
	w.tell("complaint", "c", "one", `{"to":"closed"}`, testNow)
	w.tell("complaint", "d", "two", `{"state":"registered"}`, law.On(testNow).Start().Add(-time.Microsecond))
	w.tell("case", "x", "one", `{"state":"drafted"}`, yesterday)
	w.tell("case", "x", "one", `{"media":"m"}`, testNow)
	w.tell("case", "y", "two", `{"state":"drafted"}`, testNow)
	w.tell("case", "y", "two", `{"to":"archived"}`, testNow)
	w.tell("unit", "one", "one", `{"state":"drafted"}`, testNow) // no matter
}

var wantCounts = map[string]Count{
	"one": {Unit: "one", Name: "一中队", Open: 2, NewToday: 2, Cases: 1},
	"two": {Unit: "two", Name: "二中队", Open: 1},
}

func (w *watch) sees(actor org.Actor, want map[string]Count) {
	w.t.Helper()
	got := w.counts(actor)
	if len(got) != len(want) {
		w.t.Errorf("it shows %v, want %v", got, want)
	}
	for unit, c := range want {
		if got[unit] != c {
			w.t.Errorf("%s shows %+v, want %+v", unit, got[unit], c)
		}
	}
}

func TestTheBoardCountsWhatTheLogTells(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWatch(t, db)
		w.sees(org.Program("test"), map[string]Count{"one": {Unit: "one", Name: "一中队"}, "two": {Unit: "two", Name: "二中队"}})
		w.story()
		w.sees(org.Program("test"), wantCounts)
		tree := org.NewTree(map[string]string{"bureau": "", "one": "bureau", "two": "bureau"})
		w.sees(org.NewActor("p", org.Officer, "one", tree, org.Grant{Role: org.Officer, Unit: "one"}), map[string]Count{"one": wantCounts["one"]})
		w.sees(org.NewActor("p", org.Staff, "bureau", tree), map[string]Count{})
		if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			var steps int
			err := tx.QueryRow(ctx, `SELECT steps FROM oversight_board WHERE subject_id = 'x'`).Scan(&steps)
			if steps != 2 {
				t.Errorf("the case has %d steps, want 2", steps)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// A matter is overdue once, however many of its periods are over, and no longer when it has ended.
func TestWhatIsOverdue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWatch(t, db)
		w.story()
		terms := term.NewKeeper(law.Shipped())
		for _, c := range []struct {
			clock, complaint string
			due              time.Time
		}{{"first", "a", testNow.Add(-time.Hour)}, {"second", "a", testNow.Add(-time.Minute)}, {"first", "b", testNow}, {"first", "d", testNow.Add(time.Second)}, {"first", "c", testNow.Add(-time.Hour)}} {
			w.write(func(ctx context.Context, tx *store.Tx) error {
				hour := procedure.Clock{Code: c.clock, Period: law.Period{N: 1, Unit: law.Hours}}
				_, err := terms.Apply(ctx, tx, term.Matter{Type: "complaint", ID: c.complaint, Unit: "one"}, []procedure.ClockAction{{Verb: procedure.StartClock, Clock: hour}}, nil, c.due.Add(-time.Hour), "")
				return err
			})
		}
		want := wantCounts["one"]
		want.Overdue = 2
		w.sees(org.Program("test"), map[string]Count{"one": want, "two": wantCounts["two"]})
	})
}

// Told again from zero, the board is the same.
func TestTheBoardIsRemade(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWatch(t, db)
		w.story()
		told := w.told
		w.write(w.Follower().Reset)
		w.sees(org.Program("test"), map[string]Count{"one": {Unit: "one", Name: "一中队"}, "two": {Unit: "two", Name: "二中队"}})
		w.write(func(ctx context.Context, tx *store.Tx) error {
			for _, r := range told {
				if err := w.Follower().Handle(ctx, tx, r); err != nil {
					return err
				}
			}
			return nil
		})
		w.sees(org.Program("test"), wantCounts)
	})
}

// However many write and follow at once, what is kept is what counting gives.
func TestCountsAreThoseOfCounting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWatch(t, db)
		key, err := ledger.EnsureKey(t.Context(), db, filepath.Join(t.TempDir(), "key"), "")
		if err != nil {
			t.Fatal(err)
		}
		var logs [2]*ledger.Log
		for i := range logs {
			if logs[i], err = ledger.Open(t.Context(), db, key, ledger.Options{Batch: 7}); err != nil {
				t.Fatal(err)
			}
			logs[i].Follow(w.Follower())
		}
		states, units := []string{"registered", "routed", "closed"}, []string{"one", "two"}
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				random := rand.New(rand.NewPCG(uint64(n), 1))
				for range 60 {
					e := ledger.Entry{Kind: "test.moved", Subject: ledger.Ref{Type: "complaint", ID: fmt.Sprint(random.IntN(20))}, Unit: units[random.IntN(2)], At: testNow,
						Body: map[string]string{"state": states[random.IntN(3)]}}
					if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { _, err := ledger.Append(ctx, tx, e); return err }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for _, log := range logs {
			all.Go(func() {
				for range 20 {
					if _, err := log.Sequence(t.Context()); err != nil {
						t.Error(err)
					}
					if err := log.CatchUp(t.Context(), "oversight.board"); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if _, err := logs[0].Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := logs[0].CatchUp(t.Context(), "oversight.board"); err != nil {
			t.Fatal(err)
		}
		kept := lines(t, db, `SELECT unit, state, living, n FROM oversight_counts WHERE n <> 0 ORDER BY unit, state`)
		counted := lines(t, db, `SELECT unit, state, living, count(*) FROM oversight_board GROUP BY unit, state, living ORDER BY unit, state`)
		if kept != counted || counted == "" {
			t.Errorf("kept\n%scounted\n%s", kept, counted)
		}
	})
}

func lines(t *testing.T, db *store.DB, query string) (out string) {
	t.Helper()
	if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		all, err := store.Collect(ctx, tx, func(r *sql.Rows) (string, error) {
			var unit, state string
			var living bool
			var n int
			err := r.Scan(&unit, &state, &living, &n)
			return fmt.Sprintln(unit, state, living, n), err
		}, query)
		out = strings.Join(all, "")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}
