package intake_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
	"jiexu/term"
)

// does has somebody take a step that must go through.
func (o *office) does(login, id, step string, fields map[string]any) {
	o.Helper()
	if _, err := o.take(login, id, step, fields); err != nil {
		o.Fatalf("%s %s: %v", login, step, err)
	}
}

// refused has somebody take a step that must not go through.
func (o *office) refused(login, id, step string, fields map[string]any, code string) {
	o.Helper()
	if _, err := o.take(login, id, step, fields); !fault.Is(err, code) {
		o.Errorf("%s %s: %v, want %s", login, step, err, code)
	}
}

func (o *office) detail(login, id string) *intake.Detail {
	o.Helper()
	d, err := o.svc.Detail(context.Background(), o.actor(login), id, "zh-CN")
	o.must(err)
	return d
}

// sees reports whether a complaint is shown to somebody, by its page and by his list, which must agree.
func (o *office) sees(login, id string) bool {
	o.Helper()
	_, err := o.svc.Detail(context.Background(), o.actor(login), id, "zh-CN")
	rows, _, listErr := o.svc.List(context.Background(), o.actor(login), intake.Filter{}, "zh-CN")
	o.must(listErr)
	listed := slices.ContainsFunc(rows, func(r intake.Row) bool { return r.ID == id })
	if listed != (err == nil) || err != nil && fault.KindOf(err) != fault.NotFound {
		o.Errorf("%s: on the page %v, in the list %v", login, err, listed)
	}
	return listed
}

func (o *office) clock(id, code string) term.Clock {
	o.Helper()
	for _, c := range o.detail("desk", id).Clocks {
		if c.Code == code {
			return c
		}
	}
	o.Fatalf("no clock %s", code)
	return term.Clock{}
}

func (o *office) set(key string, value any) {
	o.Helper()
	text, err := json.Marshal(value)
	o.must(err)
	o.must(org.New(o.db, func() time.Time { return o.now }).SetSetting(context.Background(), org.Program("test"), o.bureau, key, text, 0))
}

// underway takes a complaint to where the squad has been on the spot.
func (o *office) underway(id, until string) {
	o.Helper()
	o.photos = 1
	for _, s := range []struct {
		login, step string
		fields      map[string]any
	}{
		{"desk", intake.StepRoute, map[string]any{"unit": o.squad}},
		{"leader", intake.StepAccept, nil},
		{"leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], o.people["officer2"]}}},
		{"officer1", intake.StepHandle, map[string]any{"findings": "摊主已收摊", "outcome": "solved"}},
		{"officer1", intake.StepReply, map[string]any{"text": "已劝离，将加强巡查。"}},
	} {
		o.does(s.login, id, s.step, s.fields)
		if s.step == until {
			return
		}
	}
}

// A department looks first: it sees the complaint while it has it and no longer; nobody else outside does; what it finds
// its own is transferred to it.
func TestDepartmentFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		id := o.complain().ID
		if o.sees("dept", id) || o.sees("room", id) {
			t.Error("what lies at the desk is seen outside")
		}
		o.refused("desk", id, intake.StepInspect, map[string]any{"department": o.squad}, "procedure.fields")
		o.refused("desk", id, intake.StepInspect, map[string]any{"department": o.room}, "procedure.fields")
		o.does("desk", id, intake.StepInspect, map[string]any{"department": o.dept})
		if !o.sees("dept", id) || o.sees("room", id) || !o.sees("desk", id) || o.sees("leader", id) {
			t.Error("who sees what is with the department")
		}
		if c := o.clock(id, "inspection"); c.DueDate != "2026-03-06" {
			t.Errorf("the department has until %s", c.DueDate)
		}
		if d := o.detail("desk", id); d.With == nil || d.With.ID != o.dept || d.Unit.ID != o.bureau {
			t.Errorf("with %+v, of %+v", d.With, d.Unit)
		}
		if !slices.ContainsFunc(o.told, func(n intake.Notice) bool {
			return n.Kind == intake.NoticeArrived && n.Unit == o.dept && n.Complaint == id
		}) {
			t.Errorf("the department was not told: %+v", o.told)
		}
		work := o.work("dept")
		if len(work) != 1 || work[0].ID != id || work[0].Step != intake.StepReport {
			t.Errorf("the department's work: %+v", work)
		}
		o.refused("room", id, intake.StepSettle, map[string]any{"findings": "已经解决了"}, "intake.not_found")
		o.refused("leader", id, intake.StepReport, nil, "intake.not_found")
		o.refused("desk", id, intake.StepReport, nil, "refused.unit")
		o.refused("desk", id, intake.StepLapse, nil, "procedure.blocked")
		o.does("dept", id, intake.StepReport, map[string]any{"result": "theirs", "findings": "属绿化养护问题"})
		if o.sees("dept", id) {
			t.Error("the department still sees what it gave back")
		}
		d := o.detail("desk", id)
		for _, c := range d.Choices {
			if c.Step == intake.StepTransfer && c.Fields[0].Value != o.dept {
				t.Errorf("the transfer proposes %v", c.Fields[0].Value)
			}
		}
		o.does("desk", id, intake.StepTransfer, map[string]any{"department": o.dept, "explained": "已告知由绿化部门办理"})
		if !o.sees("dept", id) {
			t.Error("the department does not see what was transferred to it")
		}
		o.sealed()
	})
}

// What lies outside too long comes back by itself: once, whoever asks and however often.
func TestLapse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		id, other := o.complain().ID, o.complain(func(in *intake.Registration) { in.Title = "楼道堆物" }).ID
		o.does("desk", id, intake.StepInspect, map[string]any{"department": o.dept, "days": float64(1)})
		o.does("desk", other, intake.StepMediate, map[string]any{"community": o.room, "days": float64(5)})
		if n, err := o.svc.Lapse(ctx); n != 0 || err != nil {
			t.Errorf("%d came back at once: %v", n, err)
		}
		o.now = time.Date(2026, 3, 6, 0, 0, 0, 0, law.Shanghai) // Thursday is over
		var all sync.WaitGroup
		took := make([]int, 4)
		for i := range took {
			all.Go(func() {
				var err error
				if took[i], err = o.svc.Lapse(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if sum := took[0] + took[1] + took[2] + took[3]; sum != 1 {
			t.Errorf("%v were taken back, want one in all", took)
		}
		d := o.detail("desk", id)
		if d.State != intake.Registered || d.With != nil || d.Timeline[0].Step != intake.StepLapse || d.Timeline[0].ActorName != "系统" {
			t.Errorf("%s with %+v, last %+v", d.State, d.With, d.Timeline[0])
		}
		if d := o.detail("desk", other); d.State != intake.Mediating {
			t.Errorf("the community's is %s", d.State)
		}
		o.refused("dept", id, intake.StepSettle, map[string]any{"findings": "已经解决了"}, "intake.not_found")
		o.sealed()
	})
}

// Neighbours are reconciled in the community; the desk tells it, by a template with the community's own report in it.
func TestCommunityFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		o.must(o.svc.ShippedTemplates(ctx, o.actor("desk")))
		id := o.complain(func(in *intake.Registration) {
			in.Title, in.Content = "楼上邻居太吵", "楼上邻居半夜搬家具。"
		}).ID
		o.does("desk", id, intake.StepMediate, map[string]any{"community": o.room})
		o.does("room", id, intake.StepSettle, map[string]any{"findings": "双方已达成约定，晚十点后不搬动家具。"})
		d := o.detail("desk", id)
		if got := d.Timeline[0]; got.UnitName != "大宁路街道某居委会" {
			t.Errorf("settled by %s of %s", got.ActorName, got.UnitName)
		}
		if d.State != intake.Settled || d.Outcome != intake.OutcomeSolved {
			t.Fatalf("%s, %s", d.State, d.Outcome)
		}
		if texts, err := o.svc.FilledTemplates(ctx, o.actor("desk"), id); err != nil || len(texts) != 0 {
			t.Errorf("templates that nobody switched on: %v %v", texts, err)
		}
		all, err := o.svc.Templates(ctx, o.actor("desk"))
		o.must(err)
		for _, one := range all {
			one.Active = true
			if _, err := o.svc.SaveTemplate(ctx, o.actor("desk"), one.ID, one.Rev, one); err != nil {
				t.Fatal(err)
			}
		}
		texts, err := o.svc.FilledTemplates(ctx, o.actor("desk"), id)
		o.must(err)
		if len(texts) != 2 || !strings.Contains(texts[1].Text, "晚十点后不搬动家具") || !strings.Contains(texts[1].Text, "2026年3月4日") || len(texts[1].Missing) != 0 {
			t.Errorf("filled in: %+v", texts)
		}
		o.does("desk", id, intake.StepAnswer, map[string]any{"text": texts[1].Text})
		o.refused("desk", id, intake.StepClose, map[string]any{"satisfaction": "unsolved"}, "procedure.blocked")
		o.refused("desk", id, intake.StepClose, map[string]any{"satisfaction": "not_called"}, "procedure.blocked")
		o.refused("desk", id, intake.StepRedo, map[string]any{"reason": "又吵了"}, "procedure.blocked")
		o.does("desk", id, intake.StepReroute, map[string]any{"reason": "又吵了", "satisfaction": "unsolved"})
		o.underway(id, "")
		o.does("desk", id, intake.StepClose, map[string]any{"satisfaction": "unsolved"}) // it was done again
		if err := o.svc.ShippedTemplates(ctx, o.actor("desk")); !fault.Is(err, "intake.templates_there") {
			t.Errorf("shipped twice: %v", err)
		}
		if _, err := o.svc.SaveTemplate(ctx, o.actor("desk"), "", 0, intake.Template{Title: "x", Text: "您好，{工号}"}); !fault.Is(err, "form") {
			t.Errorf("a name that nothing fills in: %v", err)
		}
		o.sealed()
	})
}

// A squad returns with a reason, the desk looks again, the squad calls the bureau, which rules once.
func TestReturnAndDispute(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		id := o.complain().ID
		o.does("desk", id, intake.StepRoute, map[string]any{"unit": o.other})
		o.refused("stranger", id, intake.StepReturn, map[string]any{"reason": "不是我们的"}, "procedure.fields")
		o.refused("stranger", id, intake.StepDispute, map[string]any{"reason": "不是我们的"}, "procedure.blocked")
		o.does("stranger", id, intake.StepReturn, map[string]any{"kind": "other_area", "reason": "不在我镇辖区", "unit": o.squad})
		if o.sees("leader", id) || !o.sees("stranger", id) {
			t.Error("who sees a return")
		}
		o.does("desk", id, intake.StepReject, map[string]any{"reason": "该处属你镇"})
		o.refused("stranger", id, intake.StepReturn, map[string]any{"kind": "other", "reason": "再退"}, "procedure.blocked")
		o.does("stranger", id, intake.StepDispute, map[string]any{"reason": "该路段已划归大宁路街道"})
		if work := o.work("head"); len(work) != 1 || work[0].Step != intake.StepDecide {
			t.Errorf("the head's work: %+v", work)
		}
		o.refused("desk", id, intake.StepDecide, map[string]any{"unit": o.squad, "reason": "x"}, "refused.unit")
		o.does("head", id, intake.StepDecide, map[string]any{"unit": o.squad, "reason": "依区划调整由大宁路中队承办"})
		if o.sees("stranger", id) || !o.sees("leader", id) {
			t.Error("who sees what was ruled")
		}
		o.refused("leader", id, intake.StepReturn, map[string]any{"kind": "other", "reason": "退"}, "procedure.blocked")
		o.does("leader", id, intake.StepAccept, nil)
		o.sealed()
	})
}

// Two squads together: who joins in sees the complaint and answers for its part; the lead replies after that.
func TestJoint(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		id := o.complain().ID
		o.underway(id, intake.StepHandle)
		if o.sees("stranger", id) {
			t.Error("another squad sees it before it was asked")
		}
		if slices.ContainsFunc(o.detail("leader", id).Choices, func(c api.Choice) bool { return c.Step == intake.StepContribute }) {
			t.Error("a contribution is awaited that nobody was asked for")
		}
		o.refused("desk", id, intake.StepJoin, map[string]any{"unit": o.squad, "task": "一起"}, "procedure.fields")
		o.refused("desk", id, intake.StepJoin, map[string]any{"unit": o.dept, "task": "一起"}, "procedure.fields")
		o.does("desk", id, intake.StepJoin, map[string]any{"unit": o.other, "task": "夜间同步清理路口北侧"})
		o.refused("desk", id, intake.StepJoin, map[string]any{"unit": o.other, "task": "再请一次"}, "procedure.fields")
		if !o.sees("stranger", id) || o.detail("stranger", id).Parts[0].UnitName != "彭浦镇中队" {
			t.Error("who joins in does not see it")
		}
		if work := o.work("stranger"); len(work) != 1 || work[0].Step != intake.StepContribute {
			t.Errorf("the other squad's work: %+v", work)
		}
		o.refused("officer1", id, intake.StepReply, map[string]any{"text": "已经处理完毕。"}, "procedure.blocked")
		o.refused("leader", id, intake.StepContribute, map[string]any{"done": "我们做了"}, "refused.unit")
		o.refused("stranger", id, intake.StepReply, map[string]any{"text": "已经处理完毕。"}, "refused.unit")
		o.does("stranger", id, intake.StepContribute, map[string]any{"done": "北侧摊位已一并清理。"})
		o.refused("stranger", id, intake.StepContribute, map[string]any{"done": "又做了一遍"}, "procedure.not_yours")
		if c := o.clock(id, "joint"); c.Level != "met" {
			t.Errorf("the time to join in is %s", c.Level)
		}
		o.does("officer1", id, intake.StepReply, map[string]any{"text": "已经处理完毕。"})
		o.sealed()
	})
}

// More time is asked for once, given once, and only of the office's own period; it rests by approval and while a case runs.
func TestTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		id := o.complain().ID
		o.underway(id, intake.StepAssign)
		o.refused("desk", id, intake.StepGiveTime, nil, "procedure.blocked")
		o.refused("officer1", id, intake.StepAskTime, map[string]any{"days": float64(11), "reason": "太复杂"}, "procedure.fields")
		o.does("officer1", id, intake.StepAskTime, map[string]any{"days": float64(10), "reason": "涉及多户，需逐户核查"})
		if work := o.work("desk"); len(work) != 1 || work[0].Step != intake.StepGiveTime {
			t.Errorf("the desk's work: %+v", work)
		}
		o.does("desk", id, intake.StepGiveTime, nil)
		if c := o.clock(id, "reply"); c.DueDate != "2026-03-25" { // fifteen working days from 4 March
			t.Errorf("replied until %s", c.DueDate)
		}
		if c := o.clock(id, "tell_informant"); c.DueDate != "2026-03-11" {
			t.Errorf("the statute's period moved to %s", c.DueDate)
		}
		o.refused("officer1", id, intake.StepAskTime, map[string]any{"days": float64(1), "reason": "再来"}, "procedure.blocked")
		o.does("desk", id, intake.StepSuspend, map[string]any{"reason": "当事人住院，待其出院核查"})
		if c := o.clock(id, "reply"); c.Level != "suspended" {
			t.Errorf("the time is %s", c.Level)
		}
		o.now = o.now.AddDate(0, 0, 5) // Monday
		o.does("head", id, intake.StepResume, nil)
		// Thursday and Friday are whole days of the rest; Wednesday and Monday are not.
		if c := o.clock(id, "reply"); c.DueDate != "2026-03-27" {
			t.Errorf("after the rest until %s", c.DueDate)
		}
		o.does("officer1", id, intake.StepHandle, map[string]any{"findings": "拒不改正", "outcome": "case"})
		o.does("officer1", id, intake.StepFileCase, map[string]any{"matter": "SR-01"})
		if c := o.clock(id, "reply"); c.Level != "suspended" {
			t.Errorf("while the case runs the time is %s", c.Level)
		}
		o.now = o.now.AddDate(0, 0, 7)
		for range 2 { // told twice
			o.must(o.svc.CaseEnded(context.Background(), "case-1"))
		}
		o.must(o.svc.CaseEnded(context.Background(), "another"))
		// Tuesday to Friday of the next week are whole days of the case.
		if c := o.clock(id, "reply"); c.Level == "suspended" || c.DueDate != "2026-04-02" {
			t.Errorf("after the case %s, until %s", c.Level, c.DueDate)
		}
		if n := len(slices.DeleteFunc(o.detail("desk", id).Timeline, func(e apiEvent) bool { return e.Step != intake.StepCaseEnded })); n != 1 {
			t.Errorf("the case ended %d times", n)
		}
		o.sealed()
	})
}

// The periods of a structure count from when the report came in.
func TestStructure(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	r := o.complain(func(in *intake.Registration) { in.Content = "一楼天井正在搭建阳光房。" })
	d := o.detail("desk", r.ID)
	if !d.Urgent || len(d.Danger) != 1 || d.Danger[0] != "正在搭建：正在搭建" || o.told[0].Kind != intake.NoticeUrgent {
		t.Errorf("urgent %v for %v, told %+v", d.Urgent, d.Danger, o.told)
	}
	o.now = o.now.Add(30 * time.Minute)
	c := o.clock(r.ID, "on_site_building") // begun by itself
	if got := c.Due.In(law.Shanghai).Format("15:04"); got != "11:00" || c.Cites[0] != "SB 7" {
		t.Errorf("on site by %s, %v", got, c.Cites)
	}
	if c := o.clock(r.ID, "outcome"); c.DueDate != "2026-04-07" && c.DueDate != "2026-04-04" {
		t.Errorf("the outcome is told by %s", c.DueDate)
	}
	o.underway(r.ID, intake.StepAssign)
	o.does("officer1", r.ID, intake.StepArrive, nil)
	if c := o.clock(r.ID, "on_site_building"); c.Level != "met" {
		t.Errorf("on site: %s", c.Level)
	}
}

// Where the office wants it, somebody else reads the answer.
func TestSecondPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		o.set("intake.check", map[string]any{"kinds": []string{}, "confidential": true, "urgent": false})
		plain := o.complain().ID
		o.underway(plain, "")
		id := o.complain(func(in *intake.Registration) { in.Title, in.Confidential = "举报违建", true }).ID
		o.underway(id, intake.StepHandle)
		o.refused("leader", id, intake.StepReply, map[string]any{"text": "已经处理完毕。"}, "procedure.blocked")
		o.does("leader", id, intake.StepSubmit, map[string]any{"text": "已到场核查处理完毕。"})
		o.refused("leader", id, intake.StepPass, map[string]any{"text": "已到场核查处理完毕。"}, "procedure.blocked")
		d := o.detail("desk", id)
		for _, c := range d.Choices {
			if c.Step == intake.StepPass && c.Fields[0].Value != "已到场核查处理完毕。" {
				t.Errorf("the draft is %v", c.Fields[0].Value)
			}
		}
		if d.Reply != "" {
			t.Error("a draft is shown as the answer")
		}
		o.does("desk", id, intake.StepPass, map[string]any{"text": "已到场核查，处理完毕。"})
		if d := o.detail("desk", id); d.Reply != "已到场核查，处理完毕。" || d.State != intake.Replied {
			t.Errorf("%s: %s", d.State, d.Reply)
		}
	})
}

// What is over and neither answered nor contacted is missed, on the day on which it was over; once it is answered it counts as late.
func TestRatesCountWhatIsLeftLying(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		day := law.On(o.now)
		rates := func(by string) *intake.Rates {
			t.Helper()
			r, err := o.svc.Rates(context.Background(), o.actor("desk"), intake.RateFilter{From: day, To: day.AddDays(30), By: by}, "zh-CN")
			o.must(err)
			return r
		}
		route := func() string {
			id := o.complain().ID
			o.does("desk", id, intake.StepRoute, map[string]any{"unit": o.squad})
			return id
		}
		told, left, redone := route(), route(), o.complain().ID
		o.does("leader", told, intake.StepFirstContact, map[string]any{"result": "已联系"})
		o.underway(redone, "")
		if r := rates("unit").Total; r.Contacted.Of != 1 || r.OnTime.Of != 1 || r.Late != 0 {
			t.Fatalf("before anything is over: %+v", r)
		}
		o.does("desk", redone, intake.StepRedo, map[string]any{"reason": "仍有摊位"})
		o.now = o.now.AddDate(0, 0, 14)
		for _, by := range []string{"unit", "kind", "channel", "person", "month"} {
			r := rates(by).Total
			if r.Answered != 1 || r.Late != 2 || r.Untold != 1 || r.Contacted.Part != 1 || r.Contacted.Of != 2 || r.OnTime.Part != 0 || r.OnTime.Of != 3 || r.OnTime.Out != 0 {
				t.Errorf("by %s, what is over counts as %+v", by, r)
			}
		}
		if r := rates("unit"); len(r.Rows) != 1 || r.Rows[0].Key != o.squad {
			t.Errorf("of %+v", r.Rows)
		}
		for _, row := range rates("person").Rows {
			if row.Late > 0 && row.Name != "尚未答复" {
				t.Errorf("late is %q", row.Name)
			}
		}
		for _, s := range []struct {
			login, step string
			fields      map[string]any
		}{{"leader", intake.StepAccept, nil}, {"leader", intake.StepAssign, map[string]any{"officers": []any{o.people["officer1"], o.people["officer2"]}}},
			{"officer1", intake.StepHandle, map[string]any{"findings": "摊主已收摊", "outcome": "solved"}}, {"officer1", intake.StepReply, map[string]any{"text": "已劝离，将加强巡查。"}}} {
			o.does(s.login, left, s.step, s.fields)
		}
		if r := rates("unit").Total; r.Answered != 2 || r.Late != 1 || r.Untold != 0 || r.OnTime.Part != 0 || r.OnTime.Of != 3 || r.Contacted.Of != 2 || r.Contacted.Part != 1 {
			t.Errorf("answered late: %+v", r)
		}
	})
}

// Rates count what counts, and say of nothing that there is nothing.
func TestRates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		day := law.On(o.now)
		rates := func(login, by string) *intake.Rates {
			t.Helper()
			r, err := o.svc.Rates(ctx, o.actor(login), intake.RateFilter{From: day, To: day.AddDays(30), By: by}, "zh-CN")
			o.must(err)
			return r
		}
		if r := rates("desk", "unit"); len(r.Rows) != 0 || r.Total.OnTime.Percent != nil {
			t.Errorf("of nothing: %+v", r)
		}
		for i, said := range []string{"solved", "solved_basically", "unreachable"} {
			id := o.complain(func(in *intake.Registration) { in.Title += said }).ID
			if i == 2 {
				o.now = o.now.AddDate(0, 0, 14)
			}
			o.underway(id, "")
			o.does("desk", id, intake.StepClose, map[string]any{"satisfaction": said})
		}
		whole := intake.RateFilter{From: law.Date{Year: 2026, Month: 2, Day: 27}, To: law.Date{Year: 2026, Month: 4, Day: 2}, By: "unit"} // March whole, with days around it
		kept, err := o.svc.Rates(ctx, o.actor("desk"), whole, "zh-CN")
		if o.must(err); len(kept.Rows) != 1 || kept.Rows[0].Answered != 3 || kept.Rows[0].OnTime.Part != 2 || kept.Rows[0].Satisfied.Part != 1.6 {
			t.Errorf("what is kept: %+v", kept.Rows)
		}
		r := rates("desk", "unit")
		if len(r.Rows) != 1 || r.Rows[0].Key != o.squad || r.Rows[0].Name != "大宁路街道中队" {
			t.Fatalf("%+v", r.Rows)
		}
		row := r.Rows[0]
		if row.Answered != 3 || row.OnTime.Part != 2 || row.OnTime.Of != 3 || row.Solved.Part != 2 || row.Solved.Of != 2 || row.Solved.Out != 1 || row.Satisfied.Part != 1.6 {
			t.Errorf("%+v", row)
		}
		if row.Contacted.Of != 3 || row.Contacted.Part != 3 || *row.OnTime.Percent < 66 || *row.OnTime.Percent > 67 {
			t.Errorf("%+v", row)
		}
		if r := rates("leader", "person"); len(r.Rows) != 1 || r.Rows[0].Name != "王officer1" {
			t.Errorf("by person: %+v", r.Rows)
		}
		if r := rates("desk", "month"); len(r.Rows) != 1 || r.Rows[0].Name != "2026-03" || r.Rows[0].Answered != 3 || r.Total.OnTime.Part != 2 {
			t.Errorf("by month: %+v", r.Rows)
		}
		if r := rates("stranger", "kind"); len(r.Rows) != 0 {
			t.Errorf("another squad counts %+v", r.Rows)
		}
		for _, f := range []intake.RateFilter{{From: day, To: day.AddDays(-1), By: "unit"}, {From: day, To: day, By: "moon"}, {From: day, To: day.AddDays(900), By: "unit"}} {
			if _, err := o.svc.Rates(ctx, o.actor("desk"), f, "en"); !fault.Is(err, "form") {
				t.Errorf("%+v: %v", f, err)
			}
		}
		tallies := func() (out string) {
			o.read(func(ctx context.Context, tx *store.Tx) error {
				rows, err := store.Collect(ctx, tx, func(r *sql.Rows) (string, error) {
					var key string
					var n [9]int
					err := r.Scan(&key, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8])
					return fmt.Sprint(key, n), err
				}, `SELECT month || unit || kind || channel || person, answered, timed, on_time, contactable, contacted, called, solved, satisfied, fairly FROM intake_tallies WHERE answered > 0 ORDER BY month, unit, kind, channel, person`)
				out = strings.Join(rows, "\n")
				return err
			})
			return out
		}
		redone := o.complain().ID // an answer that is moved within its tallies
		o.underway(redone, "")
		o.does("desk", redone, intake.StepRedo, map[string]any{"reason": "没有解决", "satisfaction": "unsolved"})
		counted := tallies()
		o.must(db.Write(ctx, intake.Recount))
		if again := tallies(); again != counted || strings.Count(counted, "\n") != 1 {
			t.Errorf("kept:\n%s\ncounted anew:\n%s", counted, again)
		}
		o.must(db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM intake_tallies`)
			return err
		}))
		o.must(db.Write(ctx, intake.Recount))
		if again := tallies(); again != counted {
			t.Errorf("counted from nothing:\n%s", again)
		}
		fill, err := os.ReadFile("../../store/migrations/0533_intake_tallies_fill." + map[store.Engine]string{store.SQLite: "sqlite", store.Postgres: "postgres"}[db.Engine()] + ".sql")
		o.must(err)
		o.must(db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `DELETE FROM intake_tallies`); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, string(fill))
			return err
		}))
		if again := tallies(); again != counted {
			t.Errorf("filled by the migration:\n%s\nwant\n%s", again, counted)
		}
		o.sealed()
	})
}

// What will be late is on the board before it is, and climbs the ladder.
func TestBoardAndLadder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		id := o.complain().ID
		o.underway(id, intake.StepAssign)
		board := func(login string) *intake.LateBoard {
			t.Helper()
			b, err := o.svc.LateBoard(ctx, o.actor(login), "zh-CN")
			o.must(err)
			return b
		}
		raised := func(login string) string {
			t.Helper()
			for _, w := range o.work(login) {
				if w.ID == id {
					return w.Raised
				}
			}
			return "none"
		}
		// First contact is due on Thursday; from Wednesday morning that is 40 hours.
		if b := board("desk"); len(b.Items) != 0 {
			t.Errorf("on the first day: %+v", b.Items)
		}
		o.now = time.Date(2026, 3, 5, 10, 0, 0, 0, law.Shanghai) // Thursday: more than half is over
		if b := board("desk"); len(b.Items) != 1 || b.Items[0].Clock.Code != "first_contact" || b.Items[0].Raised != "leader" || b.Units[0].Today != 1 || b.Units[0].Late != 0 {
			t.Errorf("on the day: %+v", b)
		}
		if got := raised("leader"); got != "leader" {
			t.Errorf("the leader is told %q", got)
		}
		if got := raised("head"); got != "none" {
			t.Errorf("the head is told %q", got)
		}
		o.now = time.Date(2026, 3, 6, 9, 0, 0, 0, law.Shanghai)
		if b := board("head"); len(b.Items) != 1 || b.Items[0].Raised != "head" || b.Units[0].Late != 1 {
			t.Errorf("when it is late: %+v", b)
		}
		if a, b := raised("head"), raised("desk"); a != "head" || b != "head" {
			t.Errorf("the head is told %q, the desk %q", a, b)
		}
		if b := board("stranger"); len(b.Items) != 0 {
			t.Errorf("another squad's board: %+v", b.Items)
		}
	})
}
