package app_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/app"
	"jiexu/law"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
)

// The demonstration is made on any day: its cases wait for the periods of the law, whatever holidays lie in between.
func TestDemoOnAnyDay(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"2026-02-20 11:00", "2026-05-02 23:50", "2026-10-06 04:15", "2027-06-12 09:05"} { // Spring Festival, Labour Day, National Day; a year that nobody has published
		t.Run(day[:10], func(t *testing.T) {
			t.Parallel()
			now, err := time.ParseInLocation("2006-01-02 15:04", day, law.Shanghai)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := app.SeedDemo(t.Context(), config("sqlite:"+filepath.Join(dir, "jiexu.db"), filepath.Join(dir, "data"), func() time.Time { return now }), now); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Every procedure can be seen in the demonstration, but for the end of an execution; its numbers follow the days, and
// the file of an archived case can be bound.
func TestDemoShowsEveryProcedure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	shown := append(w.lines(`SELECT DISTINCT procedure FROM casework_tracks`), w.lines(`SELECT DISTINCT COALESCE(procedure, '`+casework.Ordinary.Code+`') FROM casework_cases`)...)
	for _, tr := range tracks.All {
		if !slices.Contains(shown, tr.Code) && tr != tracks.End {
			t.Errorf("no case shows %s", tr.Code)
		}
	}
	last := map[string]int{}
	for _, number := range w.lines(`SELECT number FROM casework_cases ORDER BY opened_at, id`) {
		series, _, _ := strings.Cut(number, "第")
		if n := numberOf(number); n != last[series]+1 {
			t.Errorf("%s comes after %d", number, last[series])
		} else {
			last[series] = n
		}
	}
	w.sequence()
	for i, id := range w.lines(`SELECT id FROM casework_cases WHERE state = 'archived'`) {
		if a := w.as("legal").do("GET", fmt.Sprintf("/cases/%s/volume.pdf", id), ""); a.status != 200 {
			t.Errorf("the file of archived case %d cannot be bound: %d %s", i, a.status, a.body)
		}
	}
}

// Not all goes well in the demonstration: answers and first calls come late, a citizen is not satisfied, one comes back, and pins are put right.
func TestDemoIsNoIdyll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	for what, sql := range map[string]string{
		"a late answer":           `SELECT complaint FROM intake_results WHERE NOT on_time`,
		"an answer in time":       `SELECT complaint FROM intake_results WHERE on_time`,
		"a late first call":       `SELECT complaint FROM intake_results WHERE NOT contacted`,
		"somebody not satisfied":  `SELECT complaint FROM intake_results WHERE called = 'solved_unsatisfied'`,
		"one that was reopened":   `SELECT complaint FROM intake_steps WHERE step = 'reopen'`,
		"a place that is learned": `SELECT 1 FROM area_places`,
	} {
		if len(w.lines(sql)) == 0 {
			t.Errorf("the demonstration does not show %s", what)
		}
	}
}
