package intake_test

import (
	"context"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// What was closed is opened again within thirty days, by calendar, once for each time that it is closed; a clock runs until
// the desk has it done again. What the citizen says by himself counts in the rates.
func TestReopenAndRate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		informant := func(id, step string, fields map[string]any) error {
			_, err := o.svc.TakeFor(ctx, org.Program("portal"), id, func(intake.Standing) string { return step }, fields)
			return err
		}
		blocked := func(err error, reason string) {
			t.Helper()
			if f, ok := err.(*fault.Error); !ok || len(f.Fields) != 1 || f.Fields[0].Code != reason {
				t.Errorf("%v, want %s", err, reason)
			}
		}
		rates := func() intake.RateRow {
			t.Helper()
			r, err := o.svc.Rates(ctx, o.actor("desk"), intake.RateFilter{From: law.Date{Year: 2026, Month: 3, Day: 1}, To: law.Date{Year: 2026, Month: 3, Day: 31}, By: "unit"}, "zh-CN")
			o.must(err)
			return r.Total
		}
		id := o.complain().ID
		o.underway(id, "")
		o.must(informant(id, intake.StepRate, map[string]any{"satisfaction": "unsolved", "note": "摊位第二天又来了"}))
		blocked(informant(id, intake.StepRate, map[string]any{"satisfaction": "solved"}), "need.rated_once")
		if r := rates(); r.Solved.Part != 0 || r.Solved.Of != 1 {
			t.Errorf("after the rating: %+v", r)
		}
		if n := o.told[len(o.told)-1]; n.Step != intake.StepRate || n.Roles[0] != org.Desk {
			t.Errorf("the desk was not told of a citizen who is not satisfied: %+v", n)
		}
		// The desk does not get round it by not calling him.
		o.refused("desk", id, intake.StepClose, map[string]any{"satisfaction": "not_called"}, "procedure.blocked")
		o.does("desk", id, intake.StepRedo, map[string]any{"reason": "诉求人评价未解决"})
		o.does("officer1", id, intake.StepHandle, map[string]any{"findings": "已设置隔离桩", "outcome": "solved"})
		o.does("officer1", id, intake.StepReply, map[string]any{"text": "已设置隔离桩，摊贩无法进入。"})
		o.must(informant(id, intake.StepRate, map[string]any{"satisfaction": "solved_basically"}))
		o.does("desk", id, intake.StepClose, map[string]any{"satisfaction": "not_called"}) // his own word makes the call needless, and stays
		if r := rates(); r.Solved.Part != 1 || r.Satisfied.Part != 0.6 {
			t.Errorf("after closing: %+v", r)
		}
		closed := o.now

		other := o.complain(func(r *intake.Registration) { r.Content = "又一件" }).ID
		o.underway(other, "")
		o.does("desk", other, intake.StepClose, map[string]any{"satisfaction": "solved"})
		o.now = closed.AddDate(0, 0, 31)
		blocked(informant(other, intake.StepReopen, map[string]any{"reason": "又来了"}), "need.reopen_in_time")

		o.now = law.On(closed).AddDays(intake.ReopenDays).End().Add(-time.Second)
		o.must(informant(id, intake.StepReopen, map[string]any{"reason": "隔离桩被人搬走，摊贩又来了", "satisfaction": "unsolved"}))
		if d := o.detail("desk", id); d.State != intake.Reopened || d.ClosedAt != nil || d.Objection == nil || d.Objection.Reason != "隔离桩被人搬走，摊贩又来了" || d.Objection.Said != "未解决" || d.Reply == "" {
			t.Errorf("%s %v, against the answer %+v", d.State, d.ClosedAt, d.Objection)
		}
		if c := o.clock(id, intake.ReopenTerm.Code); c.Level == "met" {
			t.Errorf("no clock runs: %+v", c)
		}
		if r := rates(); r.Solved.Part != 1 || r.Solved.Of != 2 { // the other one
			t.Errorf("after reopening: %+v", r)
		}
		if err := informant(id, intake.StepReopen, map[string]any{"reason": "再来一次"}); !fault.Is(err, "procedure.not_now") {
			t.Errorf("reopened twice: %v", err)
		}
		o.refused("officer1", id, intake.StepRedo, map[string]any{"reason": "x"}, "refused.unit")
		work := o.work("desk")
		if len(work) == 0 || work[0].Number != o.detail("desk", id).Number {
			t.Errorf("the desk's work: %+v", work)
		}
		o.does("desk", id, intake.StepRedo, map[string]any{"reason": "诉求人要求重办"})
		if c := o.clock(id, intake.RedoTerm.Code); c.Level == "met" {
			t.Errorf("no time to redo runs: %+v", c)
		}
		o.does("officer1", id, intake.StepHandle, map[string]any{"findings": "已固定隔离桩", "outcome": "solved"})
		o.does("officer1", id, intake.StepReply, map[string]any{"text": "已固定隔离桩。"})
		if d := o.detail("desk", id); d.Objection != nil {
			t.Errorf("against the new answer: %+v", d.Objection)
		}
		o.does("desk", id, intake.StepClose, map[string]any{"satisfaction": "solved"})
		o.does("desk", id, intake.StepReopen, map[string]any{"reason": "诉求人来电称又有摊贩"}) // a new closing, a new right
		o.sealed()
	})
}
