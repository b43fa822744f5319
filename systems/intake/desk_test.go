package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// Views are their owner's; shared ones are seen where he serves and below, and the list opens with one of them.
func TestViews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		save := func(login, title string, shared bool) *intake.View {
			v, err := o.svc.SaveView(ctx, o.actor(login), "", 0, intake.ViewInput{Title: title, Shared: shared, Filter: intake.Narrow{State: []string{intake.Routed}, Order: intake.DueFirst}, Columns: []string{"unit"}})
			o.must(err)
			return v
		}
		titles := func(login string) string {
			all, err := o.svc.Views(ctx, o.actor(login))
			o.must(err)
			var out []string
			for _, v := range all {
				out = append(out, fmt.Sprintf("%s%t%t", v.Title, v.Mine, v.Default))
			}
			return strings.Join(out, " ")
		}
		save("desk", "甲", false)
		ours := save("desk", "乙", true)
		save("leader", "丙", true)
		for login, want := range map[string]string{"desk": "甲truefalse 乙truefalse", "leader": "丙truefalse 乙falsefalse", "officer1": "乙falsefalse 丙falsefalse", "stranger": "乙falsefalse", "dept": ""} {
			if got := titles(login); got != want {
				t.Errorf("%s sees %q, want %q", login, got, want)
			}
		}
		o.must(o.svc.OpenWith(ctx, o.actor("officer1"), ours.ID))
		if got := titles("officer1"); got != "乙falsetrue 丙falsefalse" {
			t.Errorf("with a default: %q", got)
		}
		if err := o.svc.OpenWith(ctx, o.actor("dept"), ours.ID); !fault.Is(err, "intake.no_view") {
			t.Errorf("a department opens with the bureau's view: %v", err)
		}
		if _, err := o.svc.SaveView(ctx, o.actor("leader"), ours.ID, ours.Rev, intake.ViewInput{Title: "丁"}); !fault.Is(err, "intake.no_view") {
			t.Errorf("another's view is changed: %v", err)
		}
		changed, err := o.svc.SaveView(ctx, o.actor("desk"), ours.ID, ours.Rev, intake.ViewInput{Title: "丁"})
		if err != nil || changed.Title != "丁" || changed.Shared || changed.Rev != 2 {
			t.Errorf("%+v %v", changed, err)
		}
		if _, err := o.svc.SaveView(ctx, o.actor("desk"), ours.ID, ours.Rev, intake.ViewInput{Title: "戊"}); !fault.Is(err, "changed_meanwhile") {
			t.Errorf("an old revision: %v", err)
		}
		for code, in := range map[string]intake.ViewInput{"form.required": {Title: " "}, "intake.view_phone": {Title: "电话", Filter: intake.Narrow{Q: "138 0000 0001"}}, "form.one_of": {Title: "序", Filter: intake.Narrow{Order: "random"}}} {
			if _, err := o.svc.SaveView(ctx, o.actor("desk"), "", 0, in); err == nil || err.(*fault.Error).Fields[0].Code != code {
				t.Errorf("%s: %v", code, err)
			}
		}
		if err := o.svc.DropView(ctx, o.actor("leader"), ours.ID); !fault.Is(err, "intake.no_view") {
			t.Errorf("another's view is removed: %v", err)
		}
		o.must(o.svc.DropView(ctx, o.actor("desk"), ours.ID))
		if n := o.count(`SELECT count(*) FROM intake_view_defaults`); n != 0 {
			t.Errorf("%d open with a view that is gone", n)
		}
		for n := 1; n < 50; n++ {
			save("desk", "多", false)
		}
		if _, err := o.svc.SaveView(ctx, o.actor("desk"), "", 0, intake.ViewInput{Title: "多"}); !fault.Is(err, "intake.views_many") {
			t.Errorf("the fifty-first: %v", err)
		}
	})
}

// Each order is read page by page: nothing twice, nothing left out; for one unit and for all.
func TestOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		var ids []string
		for i := range 7 {
			kind := []string{intake.Grievance, intake.Consultation}[i%2]
			at := o.now.Add(-time.Duration(i) * time.Hour)
			r := o.complain(func(in *intake.Registration) { in.Kind, in.ReceivedAt = kind, &at })
			o.does("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.squad})
			ids = append(ids, r.ID)
		}
		o.does("leader", ids[0], intake.StepReturn, map[string]any{"kind": "other_area", "reason": "不在辖区"})
		for _, login := range []string{"desk", "leader"} {
			for _, order := range intake.Orders {
				var got []intake.Row
				f := intake.Filter{Order: order, Limit: 2}
				for {
					rows, next, err := o.svc.List(ctx, o.actor(login), f, "zh-CN")
					o.must(err)
					got = append(got, rows...)
					if f.Cursor = next; next == "" {
						break
					}
				}
				seen := map[string]bool{}
				for _, r := range got {
					seen[r.ID] = true
				}
				if len(got) != 7 || len(seen) != 7 {
					t.Errorf("%s %s: %d rows, %d complaints", login, order, len(got), len(seen))
				}
				if !slices.IsSortedFunc(got, func(a, b intake.Row) int {
					switch order {
					case intake.Oldest:
						return a.ReceivedAt.Compare(b.ReceivedAt)
					case intake.DueFirst:
						return strings.Compare(a.Due.DueDate, b.Due.DueDate)
					}
					return b.ReceivedAt.Compare(a.ReceivedAt)
				}) {
					t.Errorf("%s %s is not in order", login, order)
				}
			}
		}
		if _, _, err := o.svc.List(ctx, o.actor("desk"), intake.Filter{Order: "random"}, "zh-CN"); !fault.Is(err, "form") {
			t.Errorf("an order that there is not: %v", err)
		}
	})
}

// What is looked for is shown where it stands.
func TestSnippets(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	o.complain(func(in *intake.Registration) {
		in.Content = "市民反映，平型关路近大宁路，每天早上五点半起有三四个早餐摊占着人行道，油烟很大，KTV 也在营业，请尽快处理并答复。另外地上很脏。"
	})
	for q, want := range map[string]string{"早餐": "…平型关路近大宁路，每天早上五点半起有三四个[早餐]摊占着人行道，油烟很大，KTV 也在营业，请尽快处理并答复。另外地上很脏。",
		"油烟 ktv": "…平型关路近大宁路，每天早上五点半起有三四个早餐摊占着人行道，[油烟]很大，[KTV] 也在营业，请尽快处理并答复。另外地上很脏。", "大宁路街道": ""} {
		rows, _, err := o.svc.List(context.Background(), o.actor("desk"), intake.Filter{Query: q}, "zh-CN")
		o.must(err)
		if len(rows) != 1 {
			t.Fatalf("%q finds %d", q, len(rows))
		}
		got := ""
		for _, p := range rows[0].Snippet {
			if p.Hit {
				p.Text = "[" + p.Text + "]"
			}
			got += p.Text
		}
		if got != want {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
	}
}

// Who follows a complaint is told of its steps, once each, and never of his own; who may no longer see it, of nothing.
func TestFollow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		r := o.complain()
		if err := o.svc.Follow(ctx, o.actor("stranger"), r.ID, true); !fault.Is(err, "intake.not_found") {
			t.Errorf("another squad follows: %v", err)
		}
		o.must(o.svc.Follow(ctx, o.actor("head"), r.ID, true))
		o.must(o.svc.Follow(ctx, o.actor("head"), r.ID, true))
		o.must(o.svc.Follow(ctx, o.actor("desk"), r.ID, true))
		followed := func() (out []string) {
			for _, n := range o.told {
				if n.Kind == intake.NoticeFollowed {
					for _, p := range n.People {
						if p != n.By {
							out = append(out, n.Step+map[string]string{o.people["head"]: " head", o.people["desk"]: " desk", o.people["leader"]: " leader"}[p])
						}
					}
				}
			}
			o.told = nil
			slices.Sort(out)
			return out
		}
		o.does("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.squad})
		if got := fmt.Sprint(followed()); got != "[route head]" {
			t.Errorf("told %s", got)
		}
		o.must(o.svc.Follow(ctx, o.actor("leader"), r.ID, true))
		o.does("leader", r.ID, intake.StepReturn, map[string]any{"kind": "other_area", "reason": "不在辖区"})
		if got := fmt.Sprint(followed()); got != "[return desk return head]" {
			t.Errorf("told %s", got)
		}
		o.does("desk", r.ID, intake.StepUphold, nil)
		if got := fmt.Sprint(followed()); got != "[uphold_return head]" { // it went from the squad
			t.Errorf("told %s", got)
		}
		rows, _, err := o.svc.List(ctx, o.actor("head"), intake.Filter{Followed: true}, "zh-CN")
		if err != nil || len(rows) != 1 {
			t.Errorf("%d are followed: %v", len(rows), err)
		}
		if d := o.detail("head", r.ID); !d.Followed {
			t.Error("the page does not say so")
		}
		o.must(o.svc.Follow(ctx, o.actor("head"), r.ID, false))
		if rows, _, _ := o.svc.List(ctx, o.actor("head"), intake.Filter{Followed: true}, "zh-CN"); len(rows) != 0 {
			t.Errorf("%d are still followed", len(rows))
		}
	})
}

// Many complaints at once: each is judged alone, what is refused says why, and the same command again does nothing twice.
func TestBulk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		var seen []intake.Seen
		for range 3 {
			r := o.complain()
			seen = append(seen, intake.Seen{ID: r.ID, Rev: r.Rev})
		}
		gone := o.complain()
		o.does("desk", gone.ID, intake.StepRoute, map[string]any{"unit": o.squad})
		choices, err := o.svc.BulkChoices(ctx, o.actor("desk"), []string{seen[0].ID, seen[1].ID, seen[2].ID, gone.ID, "none"}, "zh-CN")
		o.must(err)
		route := slices.IndexFunc(choices, func(c intake.BulkChoice) bool { return c.Step == intake.StepRoute })
		if route < 0 || choices[route].May != 3 || choices[route].Proposed != 3 || len(choices[route].Fields[0].Options) < 14 || choices[route].Fields[0].Value != nil {
			t.Fatalf("choices %+v", choices)
		}
		list := append(slices.Clone(seen), intake.Seen{ID: gone.ID, Rev: 2}, intake.Seen{ID: "none", Rev: 1}, seen[0])
		list[1].Rev = 7 // somebody else was first
		keyed := store.WithKey(ctx, o.people["desk"], "k1", "print")
		for range 2 {
			b, err := o.svc.TakeMany(keyed, o.actor("desk"), intake.StepRoute, list, nil, true, "zh-CN")
			o.must(err)
			if len(b.Done) != 2 || b.Done[0].State != intake.Routed || b.Done[0].Rev != 2 || len(b.Refused) != 3 {
				t.Fatalf("done %+v, refused %+v", b.Done, b.Refused)
			}
			for i, want := range []string{"changed_meanwhile", "procedure.not_now", "intake.not_found"} {
				if b.Refused[i].Code != want || b.Refused[i].Why == "" {
					t.Errorf("refused %+v, want %s", b.Refused[i], want)
				}
			}
		}
		if n := o.count(`SELECT count(*) FROM intake_steps WHERE step = 'route'`); n != 3 { // with that which is with the squad already
			t.Errorf("%d were routed", n)
		}
		// A squad's leader may not route, and accepts what is his.
		b, err := o.svc.TakeMany(ctx, o.actor("leader"), intake.StepAccept, []intake.Seen{{ID: seen[0].ID, Rev: 2}, {ID: seen[1].ID, Rev: 1}}, nil, false, "en")
		o.must(err)
		if len(b.Done) != 1 || len(b.Refused) != 1 || b.Refused[0].Number != "" {
			t.Errorf("done %+v, refused %+v", b.Done, b.Refused)
		}
		for _, bad := range []struct {
			step  string
			items []intake.Seen
		}{{intake.StepClose, seen}, {intake.StepRoute, nil}, {intake.StepRoute, make([]intake.Seen, 101)}} {
			if _, err := o.svc.TakeMany(ctx, o.actor("desk"), bad.step, bad.items, nil, false, "en"); !fault.Is(err, "form") {
				t.Errorf("%s of %d: %v", bad.step, len(bad.items), err)
			}
		}
		o.sealed()
	})
}

// The desk moves a complaint from one squad to another: the officers who were sent have it no longer, the time of the citizen
// runs on, and the next squad does not return what was once accepted.
func TestMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		r := o.complain()
		o.underway(r.ID, intake.StepAssign)
		reply := o.clock(r.ID, intake.ReplyTerm.Code).DueDate
		o.refused("leader", r.ID, intake.StepMove, map[string]any{"unit": o.other, "reason": "不在辖区"}, "refused.unit")
		o.refused("desk", r.ID, intake.StepMove, map[string]any{"unit": o.squad, "reason": "不在辖区"}, "procedure.fields")
		o.does("desk", r.ID, intake.StepMove, map[string]any{"unit": o.other, "reason": "实为彭浦镇辖区"})
		if o.sees("leader", r.ID) || !o.sees("stranger", r.ID) {
			t.Error("it is with the wrong squad")
		}
		d := o.detail("desk", r.ID)
		if d.State != intake.Routed || d.Unit.ID != o.other || len(d.Officers) != 0 || o.clock(r.ID, intake.ReplyTerm.Code).DueDate != reply {
			t.Errorf("moved as %+v", d)
		}
		o.refused("stranger", r.ID, intake.StepReturn, map[string]any{"kind": "other_area", "reason": "不在辖区"}, "procedure.blocked")
		o.does("stranger", r.ID, intake.StepAccept, nil)
		told := false
		for _, n := range o.told {
			told = told || n.Step == intake.StepMove && n.Unit == o.squad
		}
		if !told {
			t.Error("the squad that lost it was not told")
		}
		o.sealed()
	})
}

// One complaint is split: what is split off has its own number and text, the time of the first, and both know each other.
func TestSplit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		r := o.complain(func(in *intake.Registration) {
			in.Content = "早餐摊占道。另外，彭浦镇的汽车修理店喷漆气味很大。"
		})
		o.does("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.squad})
		o.now = o.now.Add(26 * time.Hour)
		parts := []intake.SplitPart{{Content: "汽车修理店喷漆气味很大。", Address: "彭浦镇共和新路"}, {Title: "询问", Content: "什么时候处理？", Kind: intake.Consultation}}
		split := func(login string, rev int64, parts []intake.SplitPart) error {
			_, err := o.svc.Split(ctx, o.actor(login), r.ID, rev, "两件事", parts)
			return err
		}
		for _, bad := range []struct {
			login string
			rev   int64
			parts []intake.SplitPart
			code  string
		}{{"desk", 2, nil, "form"}, {"desk", 2, []intake.SplitPart{{Content: " "}}, "form"}, {"desk", 1, parts, "changed_meanwhile"}, {"leader", 2, parts, "refused.unit"}, {"stranger", 2, parts, "intake.not_found"}} {
			if err := split(bad.login, bad.rev, bad.parts); !fault.Is(err, bad.code) {
				t.Errorf("%s %d: %v, want %s", bad.login, bad.rev, err, bad.code)
			}
		}
		o.refused("desk", r.ID, intake.StepSplit, map[string]any{"reason": "两件事"}, "procedure.fields")
		if n := o.count(`SELECT count(*) FROM intake_complaints`); n != 1 {
			t.Fatalf("%d complaints after refusals", n)
		}
		o.must(split("desk", 2, parts))
		first := o.detail("desk", r.ID)
		if first.State != intake.Routed || len(first.Kin) != 2 || first.Kin[0].How != "into" || !strings.Contains(first.Content, "早餐摊") {
			t.Fatalf("the first: %+v", first)
		}
		second := o.detail("desk", first.Kin[0].ID)
		if second.Content != parts[0].Content || second.Number == first.Number || second.State != intake.Registered || second.Unit.ID != o.bureau || second.Contact == nil || len(second.Kin) != 1 || second.Kin[0].ID != r.ID {
			t.Errorf("the second: %+v", second)
		}
		if got, want := o.clock(second.ID, intake.ReplyTerm.Code).DueDate, o.clock(r.ID, intake.ReplyTerm.Code).DueDate; got != want {
			t.Errorf("the second is due on %s, the first on %s", got, want)
		}
		if d := o.detail("leader", r.ID); d.Kin[0].Number == "" || d.Kin[0].ID != "" { // it lies at the desk
			t.Errorf("a squad sees %+v", d.Kin)
		}
		o.sealed()
	})
}

// Notes are the bureau's own: nobody changes them, their writer withdraws them, and whom they name is told.
func TestComments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		r := o.complain()
		o.does("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.squad})
		c, err := o.svc.Comment(ctx, o.actor("desk"), r.ID, "请一并看看隔壁。", []string{o.people["leader"]})
		o.must(err)
		if n := o.told[len(o.told)-1]; n.Kind != intake.NoticeMentioned || len(n.People) != 1 || n.People[0] != o.people["leader"] {
			t.Errorf("told %+v", n)
		}
		for _, login := range []string{"stranger", "auxiliary", "dept", "admin"} { // none of them reads it
			if _, err := o.svc.Comment(ctx, o.actor("desk"), r.ID, "请看", []string{o.people[login]}); !fault.Is(err, "form") {
				t.Errorf("%s is named: %v", login, err)
			}
		}
		if _, err := o.svc.Comment(ctx, o.actor("auxiliary"), r.ID, "我也说", nil); !fault.Is(err, "refused.unit") {
			t.Errorf("an auxiliary writes: %v", err)
		}
		if d := o.detail("leader", r.ID); len(d.Comments) != 1 || d.Comments[0].Text != "请一并看看隔壁。" || d.Comments[0].Mine || d.Comments[0].Named[0].Name != "王leader" || !d.MayComment {
			t.Errorf("the leader reads %+v", d.Comments)
		}
		if d := o.detail("auxiliary", r.ID); len(d.Comments) != 0 || d.MayComment {
			t.Errorf("an auxiliary reads %+v", d.Comments)
		}
		readers, err := o.svc.Readers(ctx, o.actor("desk"), r.ID, "")
		o.must(err)
		var names []string
		for _, n := range readers {
			names = append(names, n.Name)
		}
		if got := strings.Join(names, " "); !strings.HasPrefix(got, "王leader · 大宁路街道中队") || strings.Contains(got, "stranger") || strings.Contains(got, "auxiliary") || strings.Contains(got, "王desk") {
			t.Errorf("may be named: %s", got)
		}
		if some, _ := o.svc.Readers(ctx, o.actor("desk"), r.ID, "OFFICER2"); len(some) != 1 {
			t.Errorf("by name: %+v", some)
		}
		if err := o.svc.WithdrawComment(ctx, o.actor("leader"), r.ID, c.ID, "不妥"); !fault.Is(err, "intake.no_comment") {
			t.Errorf("another's note is withdrawn: %v", err)
		}
		o.must(o.svc.WithdrawComment(ctx, o.actor("desk"), r.ID, c.ID, "写错了"))
		if err := o.svc.WithdrawComment(ctx, o.actor("desk"), r.ID, c.ID, "写错了"); !fault.Is(err, "intake.no_comment") {
			t.Errorf("twice: %v", err)
		}
		if d := o.detail("leader", r.ID); d.Comments[0].Text != "" || d.Comments[0].WithdrawnAt == nil || d.Comments[0].Reason != "写错了" {
			t.Errorf("withdrawn: %+v", d.Comments)
		}
		o.sealed()
	})
}

// What goes out as Excel is masked by role: the desk reads masked names and numbers, who may not see who complained has no such
// columns, and a squad nothing of who asked for confidentiality.
func TestExportIsMasked(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	secret := o.complain(func(in *intake.Registration) { in.Confidential, in.Title = true, "保密件" })
	open := o.complain()
	for _, id := range []string{secret.ID, open.ID} {
		o.does("desk", id, intake.StepRoute, map[string]any{"unit": o.squad})
	}
	read := func(login string) [][]string {
		var b bytes.Buffer
		o.must(o.svc.Export(context.Background(), o.actor(login), intake.Filter{Order: intake.Oldest}, "zh-CN", &b))
		book, err := excelize.OpenReader(&b)
		o.must(err)
		rows, err := book.GetRows(book.GetSheetName(0))
		o.must(err)
		return rows
	}
	for login, want := range map[string]string{"desk": "周* 138****0001|周* 138****0001", "leader": "＊＊＊ ＊＊＊|周* 138****0001", "head": "|"} {
		rows := read(login)
		if len(rows) != 3 || strings.Contains(fmt.Sprint(rows), "周敏") || strings.Contains(fmt.Sprint(rows), "13800000001") {
			t.Fatalf("%s: %v", login, rows)
		}
		var got []string
		for _, r := range rows[1:] {
			got = append(got, strings.Join(r[min(10, len(r)):], " "))
		}
		if strings.Join(got, "|") != want || len(rows[0]) != map[bool]int{true: 12, false: 10}[login != "head"] {
			t.Errorf("%s reads %q under %v, want %q", login, got, rows[0], want)
		}
	}
}
