package intake_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

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
	for q, want := range map[string]string{"早餐": "…每天早上五点半起有三四个[早餐]摊占着人行道，油烟很大，KTV 也在营业，请尽快处理并答复。另外地上很脏。",
		"油烟 ktv": "…三四个早餐摊占着人行道，[油烟]很大，[KTV] 也在营业，请尽快处理并答复。另外地上很脏。", "大宁路街道": ""} {
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
