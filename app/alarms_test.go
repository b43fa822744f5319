package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/ledger"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
	"jiexu/term"
)

// No clock of any procedure of a case is silent: before its end and at it, somebody is told who goes on with the case.
// Each clock is made to run where one of the procedure's own steps starts it.
func TestNoClockIsSilent(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		procedures := []*procedure.Procedure{casework.Ordinary}
		for _, tr := range tracks.All {
			procedures = append(procedures, tr.Procedure)
		}
		clocks := 0
		for _, p := range procedures {
			tr, beside := tracks.Of(p.Code)
			beside = beside && !tr.Main
			c := found(t, w, "", "WY-03", shop)
			for i, clock := range p.Clocks {
				clocks++
				state := startedIn(t, p, clock.Code)
				name := clock.Code
				if beside {
					w.write(`INSERT INTO casework_tracks (id, case_id, seq, procedure, state, facts, opened_at, opened_by) VALUES ($1,$2,$3,$4,$5,'[]',$6,$7)`,
						store.NewID(), c.id, i+1, p.Code, state, store.At(w.clock.now()), w.person("officer.jas1"))
					name = fmt.Sprintf("%s#%d.%s", p.Code, i+1, clock.Code)
				} else {
					w.write(`UPDATE casework_cases SET procedure = $2, state = $3 WHERE id = $1`, c.id, map[bool]any{true: p.Code, false: nil}[p != casework.Ordinary], state)
					if p != casework.Ordinary {
						name = fmt.Sprintf("%s#0.%s", p.Code, clock.Code)
					}
				}
				if clock.Code == tracks.InstalDay.Code {
					name += ".2"
				}
				rings(t, w, c, name, clock)
			}
		}
		if clocks < 45 {
			t.Errorf("only %d clocks were tried", clocks)
		}
	})
}

// startedIn is the state in which a clock runs once a step of its procedure has started it.
func startedIn(t *testing.T, p *procedure.Procedure, clock string) string {
	t.Helper()
	if slices.Contains(p.Opens, clock) {
		return p.Start
	}
	for _, s := range p.Steps {
		if slices.Contains(s.Starts, clock) {
			if s.To != "" {
				return s.To
			}
			return s.From[0]
		}
	}
	t.Fatalf("%s: nothing starts %s", p.Code, clock)
	return ""
}

// rings lets a period of a case run, and asks that its two alarms are planned, ring, and reach somebody who handles the case.
func rings(t *testing.T, w *world, c *tale, name string, clock procedure.Clock) {
	t.Helper()
	m := term.Matter{Type: casework.Type, ID: c.id, Unit: w.unitOf("officer.jas1")}
	now := w.clock.now()
	var id string
	if err := w.app.DB.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		start := func() ([]ledger.Row, error) {
			if clock.Set != (procedure.Text{}) {
				return w.app.Terms.StartUntil(ctx, tx, m, name, clock.Period, now, now.AddDate(0, 0, 10))
			}
			return w.app.Terms.Start(ctx, tx, m, name, clock.Period, now)
		}
		rows, err := start()
		if err != nil {
			return err
		}
		id = rows[len(rows)-1].Key
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "casework.test", Subject: ledger.Ref{Type: casework.Type, ID: c.id}, Actor: "system", Unit: m.Unit, At: now, Rows: rows, Body: map[string]any{}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	due := at(t, w, id)
	codes := []string{"notice.amber", "notice.red"}
	if clock.Waits {
		codes = []string{"notice.ending", "notice.over"}
	}
	known, _ := casework.ClockOf(name)
	for i, code := range codes {
		moment := []time.Time{due.Add(-due.Sub(now) / 4), due}[i] // a quarter is left; it is over
		if clock.Set != (procedure.Text{}) {
			moment = []time.Time{due.Add(-time.Minute), due}[i]
		}
		threshold := []string{term.Amber, term.Red}[i]
		if !rung(t, w, id, threshold, moment) {
			t.Fatalf("%s does not ring %s", name, threshold)
		}
		w.sequence()
		if err := w.app.Log.CatchUp(t.Context(), "notice.items"); err != nil {
			t.Fatal(err)
		}
		told := w.lines(`SELECT p.login FROM notice_items i JOIN org_people p ON p.id = i.person WHERE i.subject = $1 AND i.code = $2 AND i.params LIKE $3 ORDER BY p.login`,
			c.id, code, "%"+known.Title.ZH+"%")
		if len(told) == 0 {
			t.Errorf("%s: nobody hears %s", name, code)
		}
		for _, login := range told {
			if strings.Contains(login, "jnl") {
				t.Errorf("%s: %s of another squad hears of it", name, login)
			}
		}
	}
	w.write(`UPDATE term_terms SET met_at = $2 WHERE id = $1`, id, store.At(now))
}

func at(t *testing.T, w *world, id string) (due time.Time) {
	t.Helper()
	var at store.Time
	if err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT due_at FROM term_terms WHERE id = $1`, id).Scan(&at)
	}); err != nil {
		t.Fatal(err)
	}
	return at.Time
}

// rung gives what must ring by a moment, and reports whether a period was among it.
func rung(t *testing.T, w *world, id, threshold string, now time.Time) (found bool) {
	t.Helper()
	for more := true; more; {
		some, others, err := w.app.Terms.RingDue(t.Context(), w.app.DB, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range some {
			found = found || r.Term.ID == id && r.Threshold == threshold
		}
		more = others
	}
	return found
}
