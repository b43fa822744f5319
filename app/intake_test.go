package app_test

import (
	"slices"
	"testing"
	"time"
)

// While the case that a complaint became runs, the office's time to reply stands still; when the case is closed the house
// lets it run on, by itself and once. The statute's time to tell the informant never stands still.
func TestACaseStopsTheTimeToReply(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		closing := slices.IndexFunc(toArchive, func(m move) bool { return m.path == "/complaints/{complaint}/steps/reply" })
		s.tell(t, slices.Concat(toCase, toNoticed))
		suspended := func(clock string) bool {
			return w.count(`SELECT count(*) FROM term_terms WHERE matter_id = $1 AND clock = $2 AND suspended_from IS NOT NULL`, s.kept["complaint"], clock) == 1
		}
		if !suspended("reply") || suspended("tell_informant") {
			t.Error("the time to reply runs while the case does, or the statute's does not")
		}
		s.tell(t, toArchive[:closing])
		w.run()
		until(t, "the time runs on", func() bool { return !suspended("reply") })
		ended := func() int {
			return w.count(`SELECT count(*) FROM intake_steps WHERE complaint = $1 AND step = 'case_ended'`, s.kept["complaint"])
		}
		if n := ended(); n != 1 {
			t.Errorf("the case ended %d times", n)
		}
		if err := w.app.Intake.CaseEnded(t.Context(), s.kept["case"]); err != nil || ended() != 1 {
			t.Errorf("told again: %v, %d times", err, ended())
		}
		w.sequence()
		w.check()
	})
}

// What lies with a department or a community comes back by itself, after any standstill of the servers.
func TestWhatLiesOutsideComesBackAfterAStandstill(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		outside := func(w *world) int {
			return w.count(`SELECT count(*) FROM intake_complaints WHERE state IN ('inspecting', 'mediating') OR with_unit IS NOT NULL`)
		}
		if outside(w) < 2 {
			t.Fatal("the demonstration has nothing outside")
		}
		w.clock.forward(7 * 24 * time.Hour)
		later := newWorldAt(t, w.place, w.clock)
		later.run()
		until(t, "everything is back", func() bool { return outside(later) == 0 })
		if a, b := later.count(`SELECT count(*) FROM intake_steps WHERE step = 'lapse'`), later.count(`SELECT count(DISTINCT complaint) FROM intake_steps WHERE step = 'lapse'`); a != b || a < 2 {
			t.Errorf("%d complaints were taken back in %d steps", b, a)
		}
		later.sequence()
		later.check()
	})
}
