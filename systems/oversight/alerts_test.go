package oversight

import (
	"context"
	"testing"
	"time"

	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
)

// A step that lacks its recording after the time to dock is told of once, settled when it has one, told of anew when that is taken back; who oversees another
// unit sees nothing of it.
func TestAlerts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		newWatch(t, db)
		now := testNow
		lacks := []Lack{{SubjectType: "case", SubjectID: "c1", Number: "立1号", Step: "s1", Name: "seize", Blocks: true, Unit: "one", Person: "p1", At: testNow.Add(-time.Hour)}}
		a := NewAlerts(db, func() time.Time { return now }, 24*time.Hour, func(_ context.Context, _ *store.Tx, from, to time.Time) (out []Lack, _ error) {
			for _, l := range lacks {
				if !l.At.Before(from) && l.At.Before(to) {
					out = append(out, l)
				}
			}
			return out, nil
		}, func(_, step, _ string) string { return step })
		ctx := t.Context()
		open := func(actor org.Actor, want int) []Alert {
			t.Helper()
			list, err := a.List(ctx, actor, true, "en")
			if err != nil || len(list) != want {
				t.Fatalf("%d alerts, want %d: %v", len(list), want, err)
			}
			return list
		}
		watch := func() {
			t.Helper()
			if err := a.Watch(ctx); err != nil {
				t.Fatal(err)
			}
		}
		all := org.Program("test")
		watch()
		open(all, 0)
		now = now.Add(24 * time.Hour)
		watch()
		watch()
		if one := open(all, 1)[0]; one.UnitName != "一中队" || !one.Blocks || one.Name != "seize" {
			t.Errorf("%+v", one)
		}
		tree := org.NewTree(map[string]string{"bureau": "", "one": "bureau", "two": "bureau"})
		open(org.NewActor("x", org.Officer, "two", tree, org.Grant{Role: org.Leader, Unit: "two"}), 0)
		open(org.NewActor("y", org.Officer, "one", tree, org.Grant{Role: org.Leader, Unit: "one"}), 1)
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return a.Settle(ctx, tx, "case", "c1", "s1", "tied") }); err != nil {
			t.Fatal(err)
		}
		open(all, 0)
		watch() // the tie was taken back
		open(all, 1)
		lacks = nil
		watch()
		open(all, 0)
		if list, err := a.List(ctx, all, false, "en"); err != nil || len(list) != 2 || list[0].How != foundOut || list[1].How != "tied" {
			t.Errorf("%+v %v", list, err)
		}
		if report, err := ledger.Check(ctx, db, ledger.CheckOptions{}); err != nil || len(report.Findings) > 0 {
			t.Errorf("%v %v", report.Findings, err)
		}
	})
}
