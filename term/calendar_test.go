package term

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/procedure"
	"jiexu/store"
)

// The notice of a year that is not out: 1 to 3 January off, 9 January worked.
const notice2027 = `{"year": 2027, "papers": ["https://example.gov.cn/1"], "days": [
	{"name": "元旦", "date": "2027-01-01", "isOffDay": true}, {"name": "元旦", "date": "2027-01-02", "isOffDay": true},
	{"name": "元旦", "date": "2027-01-03", "isOffDay": true}, {"name": "元旦", "date": "2027-01-09", "isOffDay": false},
	{"name": "春节", "date": "2027-02-05", "isOffDay": true}, {"name": "春节", "date": "2027-02-08", "isOffDay": true}]}`

func (d desk) importing(raw string) Imported {
	d.t.Helper()
	done, err := d.ImportCalendar(d.t.Context(), d.db, []byte(raw), "p", "u1", monday)
	if err != nil {
		d.t.Fatal(err)
	}
	return done
}

// A year's notice moves what is open and reaches into it, tells each matter, and leaves the rest alone.
func TestImportCalendar(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		eve := time.Date(2026, 12, 30, 9, 0, 0, 0, law.Shanghai)
		other := Matter{"case", "c2", "u2"}
		start := func(m Matter, clock string, p law.Period, at time.Time) {
			d.do("start", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
				return d.Start(ctx, tx, m, clock, p, at)
			})
		}
		start(matter, "defence", five, eve)                                                    // five working days over New Year
		start(matter, "early", five, monday)                                                   // ends in 2026
		start(matter, "met", five, eve)                                                        // met before
		start(matter, "held", five, eve)                                                       // suspended
		start(other, "ninety", law.Period{N: 74, Unit: law.Days, Cites: ninety.Cites}, monday) // ends on Friday, 5 February
		start(other, "far", law.Period{N: 6, Unit: law.Months, Cites: ninety.Cites}, monday)   // provisional, and its day is right
		d.do("meet", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Meet(ctx, tx, matter, "met", eve)
		})
		d.do("suspend", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Suspend(ctx, tx, matter, "held", eve, appraisal)
		})
		second := NewKeeper(law.Shipped()) // another server, which has heard of nothing

		done := d.importing(notice2027)
		moved := map[string]string{}
		for _, c := range done.Moved {
			moved[c.Clock] = c.Old.String() + " " + c.New.String()
		}
		if done.Off != 5 || done.MakeUp != 1 || done.Firm != 1 || len(moved) != 2 ||
			moved["defence"] != "2027-01-06 2027-01-07" || moved["ninety"] != "2027-02-05 2027-02-09" {
			t.Errorf("%+v moved %v", done, moved)
		}
		for _, term := range d.terms() {
			if term.Clock == "defence" && (term.DueDate.String() != "2027-01-07" || term.Provisional || term.Calendar != d.Calendar().Version()) {
				t.Errorf("%+v", term)
			}
			if term.Clock == "early" && term.Rev != 1 || term.Clock == "met" && term.DueDate.String() != "2027-01-06" {
				t.Errorf("%s was touched: %+v", term.Clock, term)
			}
		}
		if n := d.count(`SELECT count(*) FROM ledger_entries WHERE kind = 'term.recounted'`); n != 2 {
			t.Errorf("%d matters were told", n)
		}
		if n := d.count(`SELECT count(*) FROM ledger_entries WHERE kind = 'term.calendar'`); n != 1 {
			t.Errorf("%d entries of the year", n)
		}

		// What was kept can be read, page by page.
		var list, rest []Change
		if err := d.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			if list, err = Changes(ctx, tx, "", 1); err == nil && len(list) == 1 {
				rest, err = Changes(ctx, tx, list[0].ID, 10)
			}
			return err
		}); err != nil || len(list) != 1 || len(rest) != 1 || list[0].ID == rest[0].ID || rest[0].Year != "2027" || !rest[0].At.Equal(monday) || rest[0].Matter.Unit == "" {
			t.Errorf("%+v %+v %v", list, rest, err)
		}

		// A server that has heard of nothing still counts by it, and by all of it once it has loaded.
		x := desk{second, t, d.db}
		x.do("start", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return x.Start(ctx, tx, matter, "late", five, eve)
		})
		for _, term := range x.terms() {
			if term.Clock == "late" && (term.DueDate.String() != "2027-01-07" || term.Provisional) {
				t.Errorf("the other server counts %+v", term)
			}
		}
		if err := second.Load(t.Context(), d.db); err != nil || second.Calendar().Version() != d.Calendar().Version() || second.Calendar().Version() == law.Shipped().Version() {
			t.Errorf("loaded %s, %v", second.Calendar().Version(), err)
		}
		// The suspended one is counted by it when it goes on.
		d.do("resume", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Resume(ctx, tx, matter, "held", eve.AddDate(0, 0, 0).Add(time.Hour), appraisal)
		})
		for _, term := range d.terms() {
			if term.Clock == "held" && term.DueDate.String() != "2027-01-07" {
				t.Errorf("resumed: %+v", term)
			}
		}

		// The same again changes nothing; a corrected notice moves back.
		before := d.count(`SELECT count(*) FROM ledger_entries`)
		if again := d.importing(notice2027); !again.Known || len(again.Moved) != 0 || d.count(`SELECT count(*) FROM ledger_entries`) != before {
			t.Errorf("again: %+v", again)
		}
		corrected := d.importing(strings.Replace(notice2027, `"2027-02-08"`, `"2027-02-09"`, 1))
		if len(corrected.Moved) != 1 || corrected.Moved[0].Old.String() != "2027-02-09" || corrected.Moved[0].New.String() != "2027-02-08" {
			t.Errorf("corrected: %+v", corrected)
		}
	})
}

// A period that was counted without the year just as it was imported is made firm, and rings at its new end.
func TestFirm(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		d.start("defence", five, time.Date(2026, 12, 30, 9, 0, 0, 0, law.Shanghai))
		stale := d.terms()
		if err := d.Firm(t.Context(), d.db, stale, monday); err != nil || d.terms()[0].Rev != 1 {
			t.Errorf("nothing was new, and it wrote (%v)", err)
		}
		d.do("late", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) { // as if committed a moment before the row was seen
			_, err := tx.Exec(ctx, `INSERT INTO term_calendars (id, notice, imported_at, imported_by) VALUES ($1,$2,$3,$4)`, "2027", notice2027, store.At(monday), "p")
			return []ledger.Row{{Table: "term_calendars", Key: "2027"}}, err
		})
		if err := d.Load(t.Context(), d.db); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := d.Firm(t.Context(), d.db, stale, monday); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.terms()[0]; got.Provisional || got.DueDate.String() != "2027-01-07" || got.Rev != 2 {
			t.Errorf("%+v", got)
		}
		if got := d.ringing(d.terms()[0].Due); !slices.Equal(got, []string{"defence amber", "defence red"}) {
			t.Errorf("%v rings", got)
		}
	})
}

func TestBadCalendarsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		for name, c := range map[string]struct{ from, to, fault string }{
			"not JSON":        {`{"year"`, `{year`, "law.calendar_form"},
			"no year":         {`"year": 2027, `, ``, "law.calendar_form"},
			"no isOffDay":     {`, "isOffDay": true}`, `}`, "law.calendar_form"},
			"no name":         {`"name": "元旦", `, ``, "law.calendar_form"},
			"another year":    {`"year": 2027`, `"year": 2026`, "law.calendar_year"},
			"a year of Rome":  {`"year": 2027`, `"year": 753`, "law.calendar_year"},
			"no such day":     {`2027-02-05`, `2027-02-30`, "law.date"},
			"a day twice":     {`2027-01-02`, `2027-01-01`, "law.calendar_twice"},
			"a day of summer": {`2027-01-09`, `2028-07-09`, "law.calendar_year"},
		} {
			raw := strings.Replace(notice2027, c.from, c.to, 1)
			if _, err := d.ImportCalendar(t.Context(), d.db, []byte(raw), "p", "u1", monday); raw == notice2027 || !fault.Is(err, c.fault) {
				t.Errorf("%s: %v, want %s", name, err, c.fault)
			}
		}
		if _, err := d.ImportCalendar(t.Context(), d.db, []byte(`{"year": 2027, "papers": [], "days": []}`), "p", "u1", monday); !fault.Is(err, "term.calendar_empty") {
			t.Error(err)
		}
		if d.count(`SELECT count(*) FROM term_calendars`) != 0 || d.count(`SELECT count(*) FROM ledger_entries`) != 0 {
			t.Error("a refused file left something behind")
		}
		if done := d.importing("\xef\xbb\xbf" + notice2027); done.Year != 2027 { // as Windows writes it
			t.Errorf("%+v", done)
		}
	})
}

// No time stands still, grows or is left out without words and an article, and what is written down is kept.
func TestReasons(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		d.start("ninety_days", ninety, monday)
		first := d.terms()[0]
		for name, c := range map[string]struct {
			why   Reason
			fault string
		}{
			"no words":        {Reason{Text: " ", Cites: appraisal.Cites}, "term.reason_missing"},
			"no article":      {Reason{Text: "鉴定"}, "term.reason_uncited"},
			"no such article": {Reason{Text: "鉴定", Cites: []law.Cite{{Statute: "AC", Article: 400}}}, "law.article"},
		} {
			for verb, act := range map[string]func(context.Context, *store.Tx) ([]ledger.Row, error){
				"suspend": func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
					return d.Suspend(ctx, tx, matter, "ninety_days", monday, c.why)
				},
				"resume": func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
					return d.Resume(ctx, tx, matter, "ninety_days", monday, c.why)
				},
				"extend": func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
					return d.Extend(ctx, tx, matter, "ninety_days", law.Period{N: 30, Unit: law.Days}, monday, c.why)
				},
				"exclude": func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
					return d.Exclude(ctx, tx, matter, "ninety_days", monday, monday.AddDate(0, 0, 5), monday, c.why)
				},
			} {
				err := d.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { _, err := act(ctx, tx); return err })
				if !fault.Is(err, c.fault) {
					t.Errorf("%s with %s: %v, want %s", verb, name, err, c.fault)
				}
			}
		}
		if got := d.terms()[0]; got.Rev != first.Rev || d.count(`SELECT count(*) FROM term_reasons`) != 0 {
			t.Errorf("a refusal changed %+v", got)
		}

		refused := func(by law.Period, at time.Time, code string) {
			t.Helper()
			err := d.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := d.Extend(ctx, tx, matter, "ninety_days", by, at, appraisal)
				return err
			})
			if !fault.Is(err, code) {
				t.Errorf("%v at %s: %v, want %s", by, at, err, code)
			}
		}
		refused(law.Period{N: 1, Unit: law.Months}, monday, "term.extend_unit")
		refused(law.Period{N: 30, Unit: law.Days}, first.Due, "term.extend_late")
		if n := d.do("extend", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Extend(ctx, tx, matter, "ninety_days", law.Period{N: 30, Unit: law.Days}, monday, appraisal)
		}); n != 1 {
			t.Errorf("%d were extended", n)
		}
		want, err := law.Shipped().Due(monday, law.Period{N: 120, Unit: law.Days})
		longer := d.terms()[0]
		if err != nil || longer.DueDate != want.Date || longer.Period.N != 120 {
			t.Errorf("90 and 30 days end on %s, want %s (%v)", longer.DueDate, want.Date, err)
		}
		d.do("exclude", func(ctx context.Context, tx *store.Tx) ([]ledger.Row, error) {
			return d.Exclude(ctx, tx, matter, "ninety_days", monday.AddDate(0, 0, 1).Add(-10*time.Hour), monday.AddDate(0, 0, 11).Add(-10*time.Hour), monday, appraisal)
		})
		out := d.terms()[0]
		want, err = law.Shipped().Due(monday, law.Period{N: 130, Unit: law.Days})
		if err != nil || out.DueDate != want.Date || len(out.Excluded) != 1 || out.Excluded[0].Basis != appraisal.String() {
			t.Errorf("ten days left out: %s, want %s (%v)", out.DueDate, want.Date, err)
		}
		if err := d.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := d.Exclude(ctx, tx, matter, "ninety_days", monday, monday, monday, appraisal)
			return err
		}); !fault.Is(err, "term.interval") {
			t.Error(err)
		}
		if n := d.count(`SELECT count(*) FROM term_reasons WHERE reason = '技术鉴定' AND cites = '["AC 25(3)"]'`); n != 2 {
			t.Errorf("%d reasons are kept", n)
		}
	})
}

// A step that stops or resumes a clock does so by its own title and articles; the case's words go before the title.
func TestApplySuspends(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		d.start("ninety_days", ninety, monday)
		act := func(verb procedure.Verb, at time.Time, basis string, cites ...law.Cite) error {
			return d.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				a := procedure.ClockAction{Verb: verb, Clock: procedure.Clock{Code: "ninety_days"}, Why: procedure.T("送技术鉴定", "Appraisal"), Cites: cites}
				rows, err := d.Apply(ctx, tx, matter, []procedure.ClockAction{a}, nil, at, basis)
				if err != nil {
					return err
				}
				_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "test.apply", Subject: ledger.Ref{Type: "case", ID: "c1"}, Actor: "p", Unit: "u1", At: at, Rows: rows})
				return err
			})
		}
		if err := act(procedure.SuspendClock, monday, "送检"); !fault.Is(err, "term.reason_uncited") {
			t.Errorf("a step without an article: %v", err)
		}
		if err := act(procedure.SuspendClock, monday, "", law.AC(25, 3)); err != nil {
			t.Fatal(err)
		}
		if err := act(procedure.ResumeClock, monday.AddDate(0, 0, 9), "鉴定结论已收到", law.AC(25, 3)); err != nil {
			t.Fatal(err)
		}
		var notes []Note
		if err := d.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			notes, err = Notes(ctx, tx, matter)
			return err
		}); err != nil || len(notes) != 2 || notes[0].Verb != "suspend" || notes[0].String() != "送技术鉴定（AC 25(3)）" || notes[1].Verb != "resume" ||
			notes[1].Text != "鉴定结论已收到" || !notes[1].At.Equal(monday.AddDate(0, 0, 9)) || notes[1].Term != d.terms()[0].ID {
			t.Errorf("%+v %v", notes, err)
		}
	})
}
