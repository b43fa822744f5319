package term

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// monday is a Monday with five working days after it.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, law.Shanghai)

var (
	matter = Matter{Type: "case", ID: "c1", Unit: "u1"}
	five   = law.Period{N: 5, Unit: law.WorkingDays, Cites: []law.Cite{law.AP(45)}}
	ninety = law.Period{N: 90, Unit: law.Days, Cites: []law.Cite{law.AP(60)}}

	appraisal = Reason{Text: "技术鉴定", Cites: []law.Cite{law.AC(25, 3)}}
)

// desk keeps the periods of a database and enters each change in the ledger, as the systems do.
type desk struct {
	*Keeper
	t  *testing.T
	db *store.DB
}

func (d desk) do(what string, f func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error)) (changed int) {
	d.t.Helper()
	if err := d.db.Write(d.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := f(ctx, tx)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if r.Table == "term_terms" {
				changed++
			}
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "test." + what, Subject: ledger.Ref{Type: "case", ID: "c1"}, Actor: "p", Unit: "u1", At: monday, Rows: rows})
		return err
	}); err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	return changed
}

func (d desk) start(clock string, p law.Period, at time.Time) {
	d.t.Helper()
	d.do("start", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
		return d.Start(ctx, tx, matter, clock, p, at)
	})
}

func (d desk) terms() (out []Term) {
	d.t.Helper()
	if err := d.db.Read(d.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		terms, err := Of(ctx, tx, matter.Type, []string{matter.ID})
		out = terms[matter.ID]
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d desk) termsOf(matterType, id string) (out []Term) {
	d.t.Helper()
	if err := d.db.Read(d.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		terms, err := Of(ctx, tx, matterType, []string{id})
		out = terms[id]
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d desk) count(query string) (n int) {
	d.t.Helper()
	if err := d.db.Read(d.t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.QueryRow(ctx, query).Scan(&n) }); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func each(t *testing.T, f func(t *testing.T, d desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := desk{NewKeeper(law.Shipped()), t, db}
		f(t, d)
		if report, err := ledger.Check(t.Context(), db, ledger.CheckOptions{}); err != nil || len(report.Findings) != 0 {
			t.Errorf("the ledger finds %v, %v", report.Findings, err)
		}
	})
}

// ringing gives the alarms whose moment has come at now: as "ninety_days amber".
func (d desk) ringing(now time.Time) (rung []string) {
	d.t.Helper()
	for more := true; more; {
		some, others, err := d.RingDue(d.t.Context(), d.db, now)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, r := range some {
			rung = append(rung, r.Term.Clock+" "+r.Threshold)
		}
		more = others
	}
	return rung
}

// Each threshold alarms once for each end, whatever restarts, repeats or lengthens.
func TestAlarms(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		rings := func(at time.Time, want ...string) {
			t.Helper()
			if got := d.ringing(at); !slices.Equal(got, want) {
				t.Errorf("at %s %v rings, want %v", at, got, want)
			}
			if got := d.ringing(at); len(got) != 0 { // another server, or the same after a restart
				t.Errorf("at %s %v rings again", at, got)
			}
		}
		d.start("ninety_days", ninety, monday)
		first := d.terms()[0]
		plan := Plan(first)
		if len(plan) != 2 || plan[0].Threshold != Amber || plan[1].Threshold != Red || !plan[1].At.Equal(first.Due) || !plan[0].At.Before(plan[1].At) || plan[0].At.Sub(first.Start) < first.Due.Sub(plan[0].At) {
			t.Fatalf("planned %+v", plan)
		}
		rings(plan[0].At.Add(-time.Microsecond))
		rings(plan[0].At, "ninety_days amber")
		if n, entries := d.count(`SELECT count(*) FROM term_alarms`), d.count(`SELECT count(*) FROM ledger_entries WHERE kind = 'term.amber'`); n != 1 || entries != 1 {
			t.Errorf("%d alarms and %d entries", n, entries)
		}
		// Lengthened: the old end alarms nobody any more, the new one does.
		d.do("suspend", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Suspend(ctx, tx, matter, "ninety_days", monday.AddDate(0, 0, 10), appraisal)
		})
		if len(Plan(d.terms()[0])) != 0 {
			t.Error("a suspended period plans alarms")
		}
		d.do("resume", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Resume(ctx, tx, matter, "ninety_days", monday.AddDate(0, 0, 20), appraisal)
		})
		longer := d.terms()[0]
		rings(first.Due, "ninety_days amber") // of the new end
		rings(longer.Due.Add(-time.Microsecond))
		rings(longer.Due.AddDate(0, 2, 0), "ninety_days red") // late, but once
		if n, bells := d.count(`SELECT count(*) FROM term_alarms`), d.count(`SELECT count(*) FROM term_bells`); n != 3 || bells != 0 {
			t.Errorf("%d alarms and %d bells: one alarm of the old end, two of the new one", n, bells)
		}
		// Met, or suspended, or never looked at for long: nothing rings, or both, each once.
		d.start("defence", five, monday)
		d.do("meet", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Meet(ctx, tx, matter, "defence", monday.Add(time.Hour))
		})
		d.start("payment", five, monday)
		d.do("suspend", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Suspend(ctx, tx, matter, "payment", monday.Add(time.Hour), appraisal)
		})
		d.start("report", five, monday)
		rings(monday.AddDate(1, 0, 0), "report amber", "report red")
		if n := d.count(`SELECT count(*) FROM term_bells`); n != 0 {
			t.Errorf("%d bells are left", n)
		}
		d.do("resume", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) { // its bell was taken away meanwhile, and is set again
			return d.Resume(ctx, tx, matter, "payment", monday.Add(time.Hour), appraisal)
		})
		rings(monday.AddDate(1, 0, 0), "payment amber", "payment red")
	})
}

// After a standstill there may be thousands; and one that cannot be given holds up no other.
func TestManyAlarmsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		var matters []Matter
		for i := range 130 {
			matters = append(matters, Matter{"complaint", fmt.Sprint("c", i), "u1"})
		}
		d.do("many", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.StartMany(ctx, tx, matters, "reply", five, monday)
		})
		var broken string
		if err := d.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT id FROM term_terms WHERE matter_id = 'c7'`).Scan(&broken)
		}); err != nil {
			t.Fatal(err)
		}
		cites := func(text string) {
			if err := d.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE term_terms SET cites = $1 WHERE id = $2`, text, broken)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		cites(`nothing that is read`)
		late := monday.AddDate(1, 0, 0)
		rung := 0
		for range 10 {
			some, more, err := d.RingDue(t.Context(), d.db, late)
			rung += len(some)
			if err != nil && !strings.Contains(err.Error(), broken) {
				t.Fatal(err)
			}
			if !more && err != nil && len(some) == 0 {
				break
			}
		}
		if rung != 258 || d.count(`SELECT count(*) FROM term_alarms`) != 258 {
			t.Errorf("%d alarms were given, want two of each but one", rung)
		}
		cites(`["AP 45"]`)
		if got := d.ringing(late); len(got) != 2 {
			t.Errorf("once it can be read: %v", got)
		}
	})
}

// Several servers look at once: each alarm is given once, and a bell that is set anew in between is not lost.
func TestServersRingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		var matters []Matter
		for i := range 60 {
			matters = append(matters, Matter{"complaint", fmt.Sprint("c", i), "u1"})
		}
		d.do("many", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.StartMany(ctx, tx, matters, "reply", five, monday)
		})
		due := d.termsOf("complaint", "c0")[0].Due
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				for more := true; more; {
					var err error
					if _, more, err = d.RingDue(t.Context(), d.db, due); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		group.Go(func() { // meanwhile some are lengthened
			for _, m := range matters[:20] {
				if err := d.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					rows, err := d.Extend(ctx, tx, m, "reply", five, monday, appraisal)
					if err == nil {
						_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "test.extend", Subject: ledger.Ref{Type: "complaint", ID: m.ID}, Actor: "p", Unit: "u1", At: monday, Rows: rows})
					}
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
		group.Wait()
		d.ringing(due)
		if n := d.count(`SELECT count(*) FROM (SELECT term, threshold, due_at FROM term_alarms GROUP BY term, threshold, due_at HAVING count(*) > 1) x`); n != 0 {
			t.Errorf("%d alarms were given twice", n)
		}
		if n, entries := d.count(`SELECT count(*) FROM term_alarms`), d.count(`SELECT count(*) FROM ledger_entries WHERE kind IN ('term.amber', 'term.red')`); n != entries {
			t.Errorf("%d alarms and %d entries", n, entries)
		}
		if n := d.count(`SELECT count(*) FROM term_bells`); n != 20 {
			t.Errorf("%d bells are set, want those of the periods that were lengthened", n)
		}
		d.ringing(due.AddDate(1, 0, 0))
		if n := d.count(`SELECT count(*) FROM term_terms t WHERE NOT EXISTS (SELECT 1 FROM term_alarms a WHERE a.term = t.id AND a.due_at = t.due_at AND a.threshold = 'red')`); n != 0 {
			t.Errorf("%d periods are over and did not ring", n)
		}
	})
}

// What lies between suspending and resuming does not count, and is written down with its basis.
func TestSuspendAndResume(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		d.start("ninety_days", ninety, monday)
		before := d.terms()[0]
		from, to := monday.AddDate(0, 0, 10), monday.AddDate(0, 0, 25)
		suspend := func() int {
			return d.do("suspend", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
				return d.Suspend(ctx, tx, matter, "ninety_days", from, appraisal)
			})
		}
		resume := func() int {
			return d.do("resume", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
				return d.Resume(ctx, tx, matter, "ninety_days", to, appraisal)
			})
		}
		if resume() != 0 || suspend() != 1 || suspend() != 0 {
			t.Error("suspending twice, or resuming what runs, changed something")
		}
		held := d.terms()[0]
		if held.Open() || held.Lapsed(before.Due.AddDate(1, 0, 0)) {
			t.Error("a suspended period lapses")
		}
		if n := d.count(`SELECT count(*) FROM term_v_open`); n != 0 {
			t.Errorf("%d periods are open", n)
		}
		if resume() != 1 {
			t.Fatal("it does not run on")
		}
		after := d.terms()[0]
		if days := before.DueDate.DaysUntil(after.DueDate); days < 14 || days > 19 || len(after.Excluded) != 1 || after.Excluded[0].Basis != "技术鉴定（AC 25(3)）" || !after.Excluded[0].From.Equal(from) || !after.Excluded[0].To.Equal(to) {
			t.Errorf("fifteen days moved the end by %d: %+v", days, after)
		}
		if after.Rev != before.Rev+2 {
			t.Errorf("revision %d after %d", after.Rev, before.Rev)
		}
	})
}

// A clock that is started anew counts from the new start alone; meeting and moving touch what is open.
func TestStartMeetMove(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		d.start("defence", five, monday)
		if due := d.terms()[0].DueDate.String(); due != "2026-11-30" {
			t.Errorf("five working days from Monday the 23rd end on %s", due)
		}
		d.start("defence", five, monday.AddDate(0, 0, 2))
		d.start("ninety_days", ninety, monday)
		terms := d.terms()
		open := slices.DeleteFunc(slices.Clone(terms), func(x Term) bool { return !x.Open() })
		if len(terms) != 3 || len(open) != 2 {
			t.Fatalf("%d periods, %d open", len(terms), len(open))
		}
		if Lapsed(terms, "defence", time.Date(2026, 12, 2, 23, 59, 59, 0, law.Shanghai)) || !Lapsed(terms, "defence", time.Date(2026, 12, 3, 0, 0, 0, 0, law.Shanghai)) || Lapsed(terms, "none", monday.AddDate(9, 0, 0)) {
			t.Error("the newest period of a clock decides, at midnight after its last day")
		}
		moved := d.do("move", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return MoveTo(ctx, tx, Matter{"case", "c1", "u2"})
		})
		again := d.do("move", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return MoveTo(ctx, tx, Matter{"case", "c1", "u2"})
		})
		if moved != 2 || again != 0 {
			t.Errorf("moved %d, then %d", moved, again)
		}
		if met := d.do("end", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.MeetAll(ctx, tx, matter, monday.AddDate(0, 0, 3))
		}); met != 2 {
			t.Errorf("%d were met", met)
		}
		if n := d.count(`SELECT count(*) FROM term_v_open`); n != 0 {
			t.Errorf("%d are open", n)
		}
	})
}

// Many at once are as many one by one.
func TestStartMany(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		var matters []Matter
		for i := range 230 {
			matters = append(matters, Matter{"complaint", string(rune('a'+i%26)) + time.Duration(i).String(), "u1"})
		}
		n := d.do("many", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.StartMany(ctx, tx, matters, "reply", five, monday)
		})
		if n != 230 || d.count(`SELECT count(*) FROM term_v_open WHERE matter_type = 'complaint'`) != 230 {
			t.Errorf("%d rows", n)
		}
		d.start("reply", five, monday)
		if d.count(`SELECT count(DISTINCT due_at) FROM term_terms`) != 1 || d.count(`SELECT count(DISTINCT cites) FROM term_terms`) != 1 {
			t.Error("those that were started together differ from the one that was started alone")
		}
	})
}

// What a person reads of a period, in both languages; that it is overdue is found when it is read.
func TestView(t *testing.T) {
	due, err := law.Shipped().Due(monday, five)
	if err != nil {
		t.Fatal(err)
	}
	running := Term{Clock: "reply", Period: five, Start: monday, Due: due.At, DueDate: due.Date}
	at := func(d time.Time) *time.Time { return &d }
	on := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, law.Shanghai) }
	met, late, held := running, running, running
	met.MetAt, late.MetAt, held.SuspendedFrom = at(on(24, 9)), at(on(30, 9).AddDate(0, 0, 3)), at(on(24, 9))
	describe := func(string) Description { return Description{Title: "答复", Rule: "办法"} }
	waits := func(string) Description { return Description{Title: "陈述申辩", Waits: true} }
	for _, c := range []struct {
		name           string
		term           Term
		describe       Describe
		now            time.Time
		level, zh, eng string
	}{
		{"begun", running, describe, on(23, 11), "ok", "剩 5 个工作日", "5 working days left"},
		{"a weekend is no time", running, describe, on(28, 12), "amber", "剩 1 个工作日", "1 working day left"},
		{"the last day", running, describe, on(30, 23), "amber", "今天到期", "Due today"},
		{"a second late", running, describe, time.Date(2026, 12, 1, 0, 0, 0, 0, law.Shanghai), "red", "超期 1 个工作日", "1 working day over"},
		{"three days late", running, describe, time.Date(2026, 12, 3, 9, 0, 0, 0, law.Shanghai), "red", "超期 3 个工作日", "3 working days over"},
		{"met", met, describe, on(30, 23).AddDate(0, 1, 0), "met", "按时办结", "Met in time"},
		{"met late", late, describe, on(30, 23).AddDate(0, 1, 0), "met_late", "逾期办结", "Met late"},
		{"suspended", held, describe, on(30, 23).AddDate(0, 1, 0), "suspended", "已中止计时", "Clock suspended"},
		{"waited for", running, waits, on(24, 9), "ok", "剩 4 个工作日", "4 working days left"},
		{"waited out", running, waits, on(30, 23).AddDate(0, 1, 0), "met", "期限已届满", "Time is over"},
	} {
		k := NewKeeper(law.Shipped())
		for lang, want := range map[string]string{"zh-CN": c.zh, "en": c.eng} {
			got := k.View([]Term{c.term}, c.describe, c.now, lang)[0]
			if got.Level != c.level || got.LeftText != want || got.DueDate != "2026-11-30" || len(got.Cites) != 1 || got.Cites[0] != "AP 45" || len(got.Counting) == 0 {
				t.Errorf("%s in %s: %s %q, want %s %q (%+v)", c.name, lang, got.Level, got.LeftText, c.level, want, got)
			}
		}
	}
	hours := law.Period{N: 2, Unit: law.Hours, Cites: five.Cites}
	short := Term{Clock: "on_site", Period: hours, Start: on(23, 10), Due: on(23, 12), DueDate: law.On(on(23, 12))}
	for _, c := range []struct {
		now    time.Duration // after its start
		zh, en string
	}{{20*time.Minute + time.Second, "剩 1 小时 39 分", "1 h 39 min left"}, {time.Hour + 30*time.Second, "剩 59 分", "59 min left"}, {2*time.Hour - time.Second, "剩 0 分", "0 min left"},
		{2*time.Hour + 5*time.Minute, "超期 5 分", "5 min over"}, {3*time.Hour + 20*time.Minute, "超期 1 小时 20 分", "1 h 20 min over"}, {7*time.Hour + 20*time.Minute, "超期 5 小时", "5 hours over"}} {
		for lang, want := range map[string]string{"zh-CN": c.zh, "en": c.en} {
			if got := NewKeeper(law.Shipped()).View([]Term{short}, describe, on(23, 10).Add(c.now), lang)[0].LeftText; got != want {
				t.Errorf("%s after the start: %q, want %q", c.now, got, want)
			}
		}
	}
	ordered := NewKeeper(law.Shipped()).View([]Term{met, held, {Clock: "later", Period: ninety, Start: monday, Due: monday.AddDate(0, 3, 0)}, running}, describe, on(24, 9), "en")
	var levels []string
	for _, c := range ordered {
		levels = append(levels, c.Level)
	}
	if !slices.Equal(levels, []string{"ok", "ok", "suspended", "met"}) || ordered[0].Code != "reply" {
		t.Errorf("in the order %v", levels)
	}
}
