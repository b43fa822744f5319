package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// Where the words say that a structure is being built, and by what it is about it may well be one, the two hours run at once, from the report. Where
// only the words say so, confirming it is the way on, beside routing.
func TestBeingBuiltIsTheWayOn(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	sure := o.complain(func(in *intake.Registration) { in.Content = "一楼天井正在违法搭建阳光房。" })
	if d := o.detail("desk", sure.ID); !d.Urgent || d.State != intake.Registered || d.Timeline[0].ActorName != "派遣规则" || !strings.Contains(fmt.Sprint(d.Timeline[0].Lines), "正在违法搭建") {
		t.Errorf("urgent %v, %+v", d.Urgent, d.Timeline[0])
	}
	if d := o.detail("desk", sure.ID); d.Rev != sure.Rev { // who registered it goes on with what he was told
		t.Errorf("it stands at %d, and %d was told", d.Rev, sure.Rev)
	}
	if c := o.clock(sure.ID, intake.OnSiteBuilding.Code); c.Due.Sub(o.now).Hours() > 2 {
		t.Errorf("on site by %v, reported at %v", c.Due, o.now)
	}
	if _, err := o.take("desk", sure.ID, intake.StepMarkBuilding, nil); !fault.Is(err, "procedure.blocked") {
		t.Errorf("confirmed twice: %v", err)
	}
	aside := func(id string) bool {
		t.Helper()
		for _, c := range o.detail("desk", id).Choices {
			if c.Step == intake.StepMarkBuilding {
				return c.Aside
			}
		}
		t.Fatal("nobody may confirm it")
		return false
	}
	built := o.complain(func(in *intake.Registration) {
		in.Content = "楼上邻居正在浇花，水滴到我家阳台的被子上。"
	})
	if d := o.detail("desk", built.ID); !d.Urgent || aside(built.ID) {
		t.Errorf("urgent %v, aside %v", d.Urgent, aside(built.ID))
	}
	if stall := o.complain(); !aside(stall.ID) {
		t.Error("a stall is no structure, and it is asked first whether it is one")
	}
	at := o.now
	o.does("desk", built.ID, intake.StepMarkBuilding, nil)
	if c := o.clock(built.ID, intake.OnSiteBuilding.Code); c.Due.Sub(at).Hours() > 2 {
		t.Errorf("on site by %v, reported at %v", c.Due, at)
	}
}

// What is about a stall is not confirmed as a structure, unless the desk says that it is about one; who was sent says once that he is there.
func TestAStallIsNoStructure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		choice := func(login, id, step string) api.Choice {
			t.Helper()
			for _, c := range o.detail(login, id).Choices {
				if c.Step == step {
					return c
				}
			}
			t.Fatalf("%s may not even hear of %s", login, step)
			return api.Choice{}
		}
		r := o.complain(func(in *intake.Registration) {
			in.Title, in.Content = "占道设摊", "平型关路口有流动摊贩占道设摊卖水果，占用人行道，行人只能走车道。"
		})
		for _, step := range []string{intake.StepMarkBuilding, intake.StepMarkStructure} {
			if c := choice("desk", r.ID, step); c.Allowed || !c.Seldom || c.Reasons[0].Code != "need.may_be_structure" {
				t.Errorf("%s of a stall: %+v", step, c)
			}
			if _, err := o.take("desk", r.ID, step, nil); !fault.Is(err, "procedure.blocked") {
				t.Errorf("%s of a stall: %v", step, err)
			}
		}
		o.does("desk", r.ID, intake.StepClassify, map[string]any{"class": "城乡建设", "matter": "GH-01"})
		if c := choice("desk", r.ID, intake.StepMarkStructure); !c.Allowed {
			t.Errorf("the desk says that it is one: %+v", c.Reasons)
		}
		o.does("desk", r.ID, intake.StepClassify, map[string]any{"class": "城乡建设", "matter": "SR-01"})
		o.underway(r.ID, intake.StepAssign)
		if c := choice("officer1", r.ID, intake.StepArrive); !c.Allowed || c.Aside || slices.Contains(c.Cites, "SB 7") {
			t.Errorf("an officer who was sent to a stall: %+v", c)
		}
		if first := o.detail("officer1", r.ID).Choices[firstOn(o.detail("officer1", r.ID).Choices)]; first.Step != intake.StepArrive {
			t.Errorf("an officer goes on with %s", first.Step)
		}
		o.does("officer1", r.ID, intake.StepArrive, nil)
		if c := choice("officer1", r.ID, intake.StepArrive); c.Allowed {
			t.Error("he arrives twice")
		}
		if _, err := o.take("officer1", r.ID, intake.StepArrive, nil); !fault.Is(err, "procedure.blocked") {
			t.Errorf("he arrives twice: %v", err)
		}
	})
}

// firstOn is where the first choice stands that leads on and may be taken.
func firstOn(list []api.Choice) int {
	return slices.IndexFunc(list, func(c api.Choice) bool { return c.Allowed && c.Mine && !c.Aside })
}

// What is seldom taken stands apart, and what a rule wants done first is a way on.
func TestTheUsualStepsComeFirst(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	on := func(login, id string) (ways, usual []string) {
		t.Helper()
		for _, c := range o.detail(login, id).Choices {
			switch {
			case !c.Allowed || !c.Mine:
			case !c.Aside:
				ways = append(ways, c.Step)
			case !c.Seldom:
				usual = append(usual, c.Step)
			}
		}
		return ways, usual
	}
	want := func(who string, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", who, got, want)
		}
	}
	r := o.complain()
	ways, usual := on("desk", r.ID)
	want("the desk goes on by", ways, []string{intake.StepRoute})
	want("the desk may also", usual, []string{intake.StepInspect, intake.StepMediate, intake.StepClassify, intake.StepPlace})
	o.does("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.squad})
	ways, usual = on("leader", r.ID)
	want("the leader goes on by", ways, []string{intake.StepAccept, intake.StepFirstContact})
	want("the leader may also", usual, []string{intake.StepClassify, intake.StepPlace})
	r = o.complain()
	o.underway(r.ID, intake.StepAssign)
	ways, usual = on("officer1", r.ID)
	want("an officer goes on by", ways, []string{intake.StepArrive, intake.StepHandle, intake.StepFirstContact})
	want("an officer may also", usual, []string{intake.StepPlace})
	o.does("officer1", r.ID, intake.StepFirstContact, map[string]any{"result": "已联系"})
	ways, _ = on("officer1", r.ID)
	want("after he has called", ways, []string{intake.StepArrive, intake.StepHandle})
}
