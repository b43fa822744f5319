package app_test

import (
	"context"
	"strings"
	"testing"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/term"
)

// Ninety days from Monday, 23 November 2026 end on Sunday, 21 February 2027; by this notice the Monday after is off too.
const notice2027 = `{"year": 2027, "papers": ["https://example.gov.cn/1"], "days": [{"name": "春节", "date": "2027-02-22", "isOffDay": true}]}`

// ninetyDays opens a case and starts its ninety days, as the approval of the filing does.
func (w *world) ninetyDays() (id string) {
	w.t.Helper()
	id = w.as("officer.jas1").do("POST", "/cases", opening).ok(200).text("id")
	m := term.Matter{Type: casework.Type, ID: id, Unit: w.unitOf("officer.jas1")}
	if err := w.app.DB.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := w.app.Terms.Start(ctx, tx, m, casework.NinetyDays.Code, law.Period{N: 90, Unit: law.Days, Cites: []law.Cite{law.AP(60)}}, monday)
		if err != nil {
			return err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "test.ninety", Subject: ledger.Ref{Type: m.Type, ID: id}, Actor: "p", Unit: m.Unit, At: monday, Rows: rows})
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// A year that is imported moves the due dates that lie in it, for those alone who may see the matters, and is the
// calendar that everyone reads.
func TestImportedCalendar(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	id := w.ninetyDays()
	_, err := w.app.ImportCalendar(t.Context(), w.actor("officer.jas1"), []byte(notice2027))
	isFault(t, err, "refused")
	done, err := w.app.ImportCalendar(t.Context(), w.actor("legal"), []byte(notice2027))
	if err != nil || len(done.Moved) == 0 {
		t.Fatalf("%+v %v", done, err)
	}
	mine := w.as("officer.jas1").do("GET", "/law/calendar/changes?limit=200", "").ok(200).body
	if !strings.Contains(mine, id) || !strings.Contains(mine, `"old":"2027-02-22"`) || !strings.Contains(mine, `"new":"2027-02-23"`) {
		t.Errorf("my squad reads %s", mine)
	}
	if theirs := w.as("officer.jnl1").do("GET", "/law/calendar/changes?limit=200", "").ok(200).body; strings.Contains(theirs, id) {
		t.Errorf("another squad reads %s", theirs)
	}
	if year := w.as("officer.jas1").do("GET", "/law/calendar?year=2027", "").ok(200).body; !strings.Contains(year, `"published":true`) || !strings.Contains(year, "2027-02-22") {
		t.Errorf("the calendar is %s", year)
	}
	if w.one(`SELECT kind FROM ledger_entries WHERE subject_id = $1 ORDER BY at DESC, id DESC LIMIT 1`, id) != term.RecountedKind {
		t.Error("those who work on the case are not told")
	}
	if _, err := w.app.ImportCalendar(t.Context(), org.Program("import"), []byte(notice2027)); err != nil {
		t.Errorf("the program itself: %v", err)
	}
}

// What one server imports, the other counts and shows by at once.
func TestCalendarCrossesServers(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	one.sequence()
	one.run()
	two.run()
	if _, err := one.app.ImportCalendar(t.Context(), org.Program("import"), []byte(notice2027)); err != nil {
		t.Fatal(err)
	}
	id := two.ninetyDays()
	if due := two.one(`SELECT CAST(due_date AS TEXT) FROM term_terms WHERE matter_id = $1`, id); due != "2027-02-23" {
		t.Errorf("the other server counts to %s", due)
	}
	until(t, "the other server reads the year", func() bool { return two.app.Terms.Calendar().Version() == one.app.Terms.Calendar().Version() })
}
