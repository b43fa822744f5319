package intake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
	"jiexu/term"
)

// merges has somebody merge one complaint into another.
func (o *office) merges(login, id, main string) {
	o.Helper()
	o.does(login, id, intake.StepMerge, map[string]any{"main": o.detail("desk", main).Number, "reason": "地址相同，内容相同"})
}

// bearing is what must be the same before a merging and after it was undone: all of a complaint but its revision, its history and
// the time that rested between the hands.
func (o *office) bearing(id string) string {
	o.Helper()
	d := *o.detail("desk", id)
	d.Rev, d.Timeline = 0, nil
	for i := range d.Clocks {
		d.Clocks[i].Left, d.Clocks[i].LeftText = 0, "" // the minutes that the test took
	}
	text, err := json.Marshal(d)
	o.must(err)
	return string(text)
}

func met(c term.Clock) bool { return strings.HasPrefix(c.Level, "met") }

// What is merged goes with its main one: nobody handles it by itself, its periods towards the citizen run on, it is in nobody's
// work; undone, it is where it was with all that it had.
func TestMerge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		main, second := o.complain(), o.complain(func(in *intake.Registration) { in.Name, in.Phone = "吴琳", "13900000002" })
		o.underway(main.ID, intake.StepAssign)
		o.underway(second.ID, intake.StepAssign)
		o.must(o.svc.Follow(ctx, o.actor("head"), second.ID, true))
		_, err := o.svc.Comment(ctx, o.actor("officer1"), second.ID, "已电话核实", nil)
		o.must(err)
		before, due := o.bearing(second.ID), o.clock(second.ID, intake.ReplyTerm.Code).Due
		o.merges("leader", second.ID, main.ID)

		d := o.detail("leader", second.ID)
		if d.State != intake.Merged || d.Main == nil || d.Main.ID != main.ID || d.Main.StateTitle != "已派员" || d.Main.Due == nil || len(d.Officers) != 2 {
			t.Fatalf("the merged one: %+v, with %+v", d, d.Main)
		}
		for _, c := range d.Choices {
			if c.Allowed && c.Mine && c.Step != intake.StepUnmerge && c.Step != intake.StepFirstContact {
				t.Errorf("may be done with a merged one: %s", c.Step)
			}
			if c.Step == intake.StepMainAnswered {
				t.Error("what the house does is offered")
			}
		}
		if got := o.clock(second.ID, intake.ReplyTerm.Code); !got.Due.Equal(due) || got.Level == "suspended" {
			t.Errorf("the time to reply: %+v, before %s", got, due)
		}
		of := o.detail("leader", main.ID)
		if len(of.Merged) != 1 || of.Merged[0].ID != second.ID || of.Merged[0].Contact.Name != "吴*" || strings.Contains(of.Merged[0].Contact.Phone, "0000") || of.Timeline[0].Title != "另一诉件并入本件" || of.Timeline[0].Lines[0].Value != d.Number {
			t.Errorf("the main one: %+v, %+v", of.Merged, of.Timeline[0])
		}
		rows, _, err := o.svc.List(ctx, o.actor("desk"), intake.Filter{}, "zh-CN")
		o.must(err)
		for _, r := range rows {
			if r.Merged != map[string]int{main.ID: 1}[r.ID] {
				t.Errorf("%s has %d in the list", r.Number, r.Merged)
			}
		}
		for _, login := range []string{"officer1", "leader", "desk"} {
			if slices.ContainsFunc(o.work(login), func(i apiWork) bool { return i.ID == second.ID }) {
				t.Errorf("it is in the work of %s", login)
			}
		}
		o.now = o.now.AddDate(0, 0, 20)
		if slices.ContainsFunc(o.work("head"), func(i apiWork) bool { return i.ID == second.ID }) {
			t.Error("late, it is in the head's work, and the main one is too")
		}
		o.now = o.now.AddDate(0, 0, -20)
		o.read(func(ctx context.Context, tx *store.Tx) error {
			turn, err := o.svc.Turn(ctx, tx, second.ID)
			if len(turn.People) != 2 || turn.Step != "" {
				t.Errorf("its periods concern %+v", turn)
			}
			return err
		})
		if n := slices.IndexFunc(o.told, func(n intake.Notice) bool { return n.Step == intake.StepMerge && n.Kind == intake.NoticeArrived }); n < 0 || o.told[n].Complaint != main.ID || len(o.told[n].People) != 2 {
			t.Errorf("those who have the main one are told: %+v", o.told)
		}
		o.refused("officer1", second.ID, intake.StepHandle, map[string]any{"findings": "看过了", "outcome": "solved"}, "procedure.not_now")
		o.does("desk", second.ID, intake.StepHear, map[string]any{"kind": intake.HearUrge, "text": "来电人催办"})
		o.refused("stranger", second.ID, intake.StepUnmerge, map[string]any{"reason": "不是一回事"}, "intake.not_found")

		o.does("leader", second.ID, intake.StepUnmerge, map[string]any{"reason": "是另一个摊位"})
		if after := o.bearing(second.ID); after != before {
			t.Errorf("before: %s\nafter:  %s", before, after)
		}
		if of := o.detail("desk", main.ID); len(of.Merged) != 0 {
			t.Errorf("the main one still has %+v", of.Merged)
		}
		o.does("officer1", second.ID, intake.StepHandle, map[string]any{"findings": "摊主已收摊", "outcome": "solved"})
		o.sealed()
	})
}

// A merging is undone into the very state that there was, from each; what rested between the hands runs on, longer by as much.
func TestUnmergeGoesBackToWhereItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		o.photos = 1
		main := o.complain()
		route := func(id string) { o.does("desk", id, intake.StepRoute, map[string]any{"unit": o.squad}) }
		back := func(id string) {
			o.does("leader", id, intake.StepReturn, map[string]any{"kind": "duplicate", "reason": "与前件重复"})
		}
		for state, get := range map[string]func(id string){
			intake.Registered: func(string) {},
			intake.Inspecting: func(id string) { o.does("desk", id, intake.StepInspect, map[string]any{"department": o.dept}) },
			intake.Mediating:  func(id string) { o.does("desk", id, intake.StepMediate, map[string]any{"community": o.room}) },
			intake.Settled: func(id string) {
				o.does("desk", id, intake.StepMediate, map[string]any{"community": o.room})
				o.does("room", id, intake.StepSettle, map[string]any{"findings": "双方已和解"})
			},
			intake.Routed:   route,
			intake.Returned: func(id string) { route(id); back(id) },
			intake.Disputed: func(id string) {
				route(id)
				back(id)
				o.does("desk", id, intake.StepReject, map[string]any{"reason": "是本中队的"})
				o.does("leader", id, intake.StepDispute, map[string]any{"reason": "不在辖区"})
			},
			intake.Accepted: func(id string) { o.underway(id, intake.StepAccept) },
			intake.Assigned: func(id string) { o.underway(id, intake.StepAssign) },
			intake.Handled:  func(id string) { o.underway(id, intake.StepHandle) },
		} {
			id := o.complain().ID
			get(id)
			before := o.detail("desk", id)
			if before.State != state {
				t.Fatalf("at %s, want %s", before.State, state)
			}
			o.merges("desk", id, main.ID)
			o.now = o.now.AddDate(0, 0, 7)
			if n, err := o.svc.Lapse(context.Background()); n > 0 || err != nil {
				t.Errorf("%s: %d are taken back while merged: %v", state, n, err)
			}
			o.does("desk", id, intake.StepUnmerge, map[string]any{"reason": "不是同一件事"})
			after := o.detail("desk", id)
			if after.State != state || after.Unit != before.Unit || (before.With == nil) != (after.With == nil) || after.With != nil && *after.With != *before.With || len(after.Officers) != len(before.Officers) {
				t.Errorf("from %s it is at %s of %+v", state, after.State, after.Unit)
			}
			for _, was := range before.Clocks {
				c := o.clock(id, was.Code)
				between := slices.Contains([]string{"inspection", "mediation", "second_look", "ruling"}, c.Code) && !met(was)
				if between && (!c.Due.After(was.Due) || c.Level != "ok" && c.Level != "amber") || !between && !c.Due.Equal(was.Due) {
					t.Errorf("%s: %s was due %s and is %s, %s", state, c.Code, was.Due, c.Due, c.Level)
				}
			}
			o.now = o.now.AddDate(0, 0, -7)
		}
		o.sealed()
	})
}

// The main one's answer is everybody's: each is answered in an entry of its own and counts by itself; what is done again is
// done for each alone.
func TestMergedAreAnsweredWithTheirMain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		main, second, third := o.complain().ID, o.complain(func(in *intake.Registration) { in.Urgent = true }).ID, o.complain(func(in *intake.Registration) { in.Channel = intake.Grid; in.SourceNumber = "WG-1" }).ID
		o.merges("desk", second, main)
		if !o.detail("desk", main).Urgent {
			t.Error("what presses in the second does not press in the main one")
		}
		o.underway(main, intake.StepHandle)
		o.does("officer1", main, intake.StepInform, map[string]any{"told": "已核查，属实"})
		o.underway(third, intake.StepAccept)
		o.merges("desk", third, main) // when much is done already
		for id, want := range map[string]string{second: "registered merge main_accepted main_informed", third: "registered route accept merge main_informed"} {
			var steps []string
			for _, e := range slices.Backward(o.detail("desk", id).Timeline) {
				steps = append(steps, e.Step)
			}
			if got := strings.Join(steps, " "); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
			if !met(o.clock(id, intake.TellInformant.Code)) || !met(o.clock(id, intake.TransferTerm.Code)) || met(o.clock(id, intake.ReplyTerm.Code)) {
				t.Errorf("%s: clocks %+v", id, o.detail("desk", id).Clocks)
			}
		}
		entries := o.count(`SELECT count(*) FROM ledger_entries`)
		o.does("officer1", main, intake.StepReply, map[string]any{"text": "已劝离，将加强巡查。"})
		if n := o.count(`SELECT count(*) FROM ledger_entries`) - entries; n != 3 {
			t.Errorf("%d entries, want one for each of three citizens", n)
		}
		for _, id := range []string{second, third} {
			d := o.detail("desk", id)
			if d.State != intake.Replied || d.Reply != "已劝离，将加强巡查。" || d.RepliedAt == nil || d.Outcome != intake.OutcomeSolved || d.Main == nil || d.Main.Ended != intake.StepMainAnswered {
				t.Errorf("%s: %s %q with %+v", id, d.State, d.Reply, d.Main)
			}
			for _, c := range d.Clocks {
				if !met(c) {
					t.Errorf("%s: %s still runs", id, c.Code)
				}
			}
		}
		if n := o.count(`SELECT count(*) FROM intake_results r JOIN intake_complaints c ON c.id = r.complaint WHERE r.unit = '` + o.squad + `' AND r.person = '` + o.people["officer1"] + `' AND r.on_time`); n != 3 {
			t.Errorf("%d answers count for who gave them, want 3", n)
		}
		day := law.On(o.now)
		rates, err := o.svc.Rates(context.Background(), o.actor("desk"), intake.RateFilter{From: day.AddDays(-3), To: day, By: "channel"}, "zh-CN")
		if err != nil || rates.Total.Answered != 3 || len(rates.Rows) != 2 {
			t.Errorf("rates: %+v, %v", rates, err)
		}
		if of := o.detail("desk", main); len(of.Merged) != 2 || of.Merged[0].Ended != intake.StepMainAnswered {
			t.Errorf("the main one: %+v", of.Merged)
		}
		o.refused("desk", o.complain().ID, intake.StepMerge, map[string]any{"main": o.detail("desk", main).Number, "reason": "重复"}, "procedure.fields")
		o.refused("desk", third, intake.StepRedo, map[string]any{"reason": "仍在摆"}, "procedure.blocked")
		o.does("desk", third, intake.StepRedoApart, map[string]any{"reason": "仍在摆", "satisfaction": "unsolved"})
		o.does("desk", second, intake.StepReroute, map[string]any{"reason": "仍在摆"})
		o.does("desk", main, intake.StepClose, map[string]any{"satisfaction": "solved"})
		if d := o.detail("desk", third); d.State != intake.Routed || d.Unit.ID != o.squad {
			t.Errorf("done again by itself: %s of %+v", d.State, d.Unit)
		}
		o.sealed()
	})
}

// Where the main one leaves the bureau, what goes with it is transferred as well, and what a squad accepted, or another platform sent, is not.
func TestMergedWhereTheMainLeaves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		main, second, taken := o.complain().ID, o.complain().ID, o.complain().ID
		o.underway(taken, intake.StepAccept)
		o.merges("desk", second, main)
		o.merges("desk", taken, main)
		if o.sees("dept", second) {
			t.Error("seen by the department before it is transferred")
		}
		o.does("desk", main, intake.StepTransfer, map[string]any{"department": o.dept, "explained": "属绿化市容局职责"})
		if d := o.detail("dept", second); d.State != intake.Transferred || d.Unit.ID != o.dept || d.ClosedAt == nil || d.Timeline[0].Lines[0].Value != "属绿化市容局职责" {
			t.Errorf("transferred with it: %s of %+v, %+v", d.State, d.Unit, d.Timeline[0])
		}
		if d := o.detail("desk", taken); d.State != intake.Accepted || d.Unit.ID != o.squad || d.Main != nil {
			t.Errorf("what a squad accepted is %s of %+v", d.State, d.Unit)
		}
		sent := o.complain(func(in *intake.Registration) { in.SourceNumber = "RX-77" }).ID
		letter := o.complain(func(in *intake.Registration) { in.Channel = intake.Letter }).ID
		o.merges("desk", letter, sent)
		o.does("desk", sent, intake.StepReturnSource, map[string]any{"kind": "unclear", "reason": "无法联系"})
		if d := o.detail("desk", letter); d.State != intake.Merged {
			t.Errorf("while the source is asked the letter is %s", d.State)
		}
		o.does("desk", sent, intake.StepSourceTook, nil)
		if d := o.detail("desk", letter); d.State != intake.Registered {
			t.Errorf("after the source took the order back the letter is %s", d.State)
		}
		o.sealed()
	})
}

// No chains, no circles, nothing into what has ended; a squad merges its own alone; who complained confidentially is told to nobody beyond his right.
func TestMergeIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		main, second, third := o.complain().ID, o.complain(func(in *intake.Registration) { in.Confidential = true }).ID, o.complain().ID
		into := func(id string) map[string]any {
			return map[string]any{"main": " " + o.detail("desk", id).Number + " ", "reason": "同一件事"}
		}
		why := func(login, id string, fields map[string]any) string {
			_, err := o.take(login, id, intake.StepMerge, fields)
			f, ok := err.(*fault.Error)
			if !ok || len(f.Fields) != 1 {
				return fmt.Sprint(err)
			}
			return f.Fields[0].Name + " " + f.Fields[0].Code
		}
		ask := func(login, id string, fields map[string]any, want string) {
			t.Helper()
			if got := why(login, id, fields); got != want {
				t.Errorf("%s: %s, want %s", login, got, want)
			}
		}
		ask("desk", main, into(main), "main intake.merge_itself")
		ask("desk", main, map[string]any{"main": "JX-0", "reason": "同一件事"}, "main intake.merge_unknown")
		o.does("desk", second, intake.StepMerge, into(main))
		ask("desk", third, into(second), "main intake.merge_chain")
		ask("desk", main, into(third), "main intake.merge_is_main")
		ask("desk", main, into(second), "main intake.merge_chain")
		o.refused("desk", second, intake.StepMerge, into(third), "procedure.not_now")
		o.refused("officer1", third, intake.StepMerge, into(main), "intake.not_found")

		// The squad has the main one; what the second says it reads there, who said it it does not.
		o.underway(main, intake.StepReply)
		o.does("desk", main, intake.StepClose, map[string]any{"satisfaction": "solved"})
		ask("desk", third, into(main), "main intake.merge_ended")

		o.does("desk", third, intake.StepRoute, map[string]any{"unit": o.squad})
		elsewhere := o.complain().ID
		ask("leader", third, into(elsewhere), "main intake.merge_unknown")
		o.does("desk", elsewhere, intake.StepRoute, map[string]any{"unit": o.other})
		ask("leader", third, into(elsewhere), "main intake.merge_unknown")
		fourth := o.complain(func(in *intake.Registration) { in.Confidential = true }).ID
		o.does("desk", fourth, intake.StepMerge, into(third))
		seen := o.detail("leader", third).Merged
		if len(seen) != 1 || seen[0].Contact != nil || seen[0].ID != "" || seen[0].Text == "" {
			t.Errorf("the squad sees %+v of one that is at the desk", seen)
		}
		if o.sees("leader", fourth) {
			t.Error("the squad opens one that is not its own")
		}
		if seen := o.detail("head", third).Merged; seen[0].Contact == nil || seen[0].Contact.Name != "＊＊＊" {
			t.Errorf("the head sees %+v of a confidential one", seen[0].Contact)
		}
		o.does("desk", third, intake.StepMove, map[string]any{"unit": o.other, "reason": "辖区"})
		if d := o.detail("desk", fourth); d.State != intake.Merged || d.Main.ID != third {
			t.Errorf("after the main one was moved: %+v", d.Main)
		}
		o.sealed()
	})
}

// Two desks merge each into the other at once: one wins, the other is told to look again. The same where one merges into what
// is being answered.
func TestMergeRaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		desk := o.actor("desk")
		for round := range 4 {
			a, b := o.complain(), o.complain()
			if round%2 == 1 {
				a, b = b, a
			}
			errs := make([]error, 2)
			var all sync.WaitGroup
			for i, pair := range [][2]*intake.Receipt{{a, b}, {b, a}} {
				all.Go(func() {
					_, errs[i] = o.svc.Take(ctx, desk, pair[0].ID, intake.StepMerge, 1, map[string]any{"main": pair[1].Number, "reason": "同一件事"})
				})
			}
			all.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("round %d: %v and %v", round, errs[0], errs[1])
			}
			lost := errs[0]
			if lost == nil {
				lost = errs[1]
			}
			if kind := fault.KindOf(lost); kind != fault.Conflict && kind != fault.Invalid {
				t.Errorf("round %d: %v", round, lost)
			}
			if n := o.count(`SELECT count(*) FROM intake_merges WHERE ended_at IS NULL AND complaint IN ('` + a.ID + `','` + b.ID + `')`); n != 1 {
				t.Errorf("round %d: %d mergings", round, n)
			}
		}
		main, second := o.complain(), o.complain()
		o.underway(main.ID, intake.StepHandle)
		rev := o.detail("desk", main.ID).Rev
		officer := o.actor("officer1")
		var merged, answered error
		var all sync.WaitGroup
		all.Go(func() {
			_, merged = o.svc.Take(ctx, desk, second.ID, intake.StepMerge, 1, map[string]any{"main": main.Number, "reason": "同一件事"})
		})
		all.Go(func() {
			_, answered = o.svc.Take(ctx, officer, main.ID, intake.StepReply, rev, map[string]any{"text": "已劝离，将加强巡查。"})
		})
		all.Wait()
		if (merged == nil) == (answered == nil) {
			t.Errorf("merged: %v; answered: %v", merged, answered)
		}
		if merged == nil {
			o.does("officer1", main.ID, intake.StepReply, map[string]any{"text": "已劝离，将加强巡查。"})
			if d := o.detail("desk", second.ID); d.State != intake.Replied {
				t.Errorf("merged just before the answer, and %s", d.State)
			}
		}
		o.sealed()
	})
}

// Many are merged into one at once; the one itself, chosen with them, is passed over.
func TestMergeOfMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		var list []intake.Seen
		var main *intake.Receipt
		for i := range 5 {
			r := o.complain()
			if i == 0 {
				main = r
			}
			list = append(list, intake.Seen{ID: r.ID, Rev: r.Rev})
		}
		o.now = o.now.Add(time.Hour)
		done, err := o.svc.TakeMany(ctx, o.actor("desk"), intake.StepMerge, list, map[string]any{"main": main.Number, "reason": "同一热点"}, false, "zh-CN")
		o.must(err)
		if len(done.Done) != 4 || len(done.Refused) != 0 {
			t.Fatalf("%+v", done)
		}
		if d := o.detail("desk", main.ID); len(d.Merged) != 4 || d.State != intake.Registered || d.Rev != 5 {
			t.Errorf("the main one: %s, %d merged, revision %d", d.State, len(d.Merged), d.Rev)
		}
		o.sealed()
	})
}
