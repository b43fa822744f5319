package intake_test

import (
	"testing"

	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// Where the words say that a structure is being built, confirming it is the way on, beside routing: the two hours run from the report.
func TestBeingBuiltIsTheWayOn(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
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
	built := o.complain(func(in *intake.Registration) { in.Content = "一楼天井正在违法搭建阳光房。" })
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
