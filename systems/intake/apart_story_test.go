package intake_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// A number that stands in what was complained is seen by nobody who may not see who complained: neither in the complaint nor by searching for
// it. Who may see it is told it with the contact, for a reason, until that is erased. What the platform sent is known again all the same.
func TestNumbersInWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		const number, id = "13700001111", "310106199001010014"
		in := intake.Registration{Channel: intake.Hotline, Kind: intake.Grievance, SourceNumber: "SH1", Title: "请打" + number, Content: "楼上装修，请联系电话" + number + "，身份证" + id + "。", Address: "大宁路200号"}
		r, err := o.svc.Register(ctx, o.actor("desk"), in)
		o.must(err)
		for _, login := range []string{"desk", "head"} {
			d := o.detail(login, r.ID)
			if whole := d.Title + d.Content; strings.Contains(whole, number) || strings.Contains(whole, id) || !strings.Contains(whole, "137****1111") || d.Contact.Said == "" || strings.Contains(d.Contact.Said, number) {
				t.Errorf("%s sees %q, %+v", login, whole, d.Contact)
			}
			if rows, _, err := o.svc.List(ctx, o.actor(login), intake.Filter{Query: number}, "zh-CN"); err != nil || len(rows) > 0 {
				t.Errorf("%s finds it by a number in its words: %+v %v", login, rows, err)
			}
		}
		if c, err := o.svc.Contact(ctx, o.actor("desk"), r.ID, "核实"); err != nil || c.Said != number+"、"+id {
			t.Errorf("for a reason: %+v %v", c, err)
		}
		if again, err := o.svc.Arrive(ctx, o.actor("desk"), in); err != nil || !again.Repeated {
			t.Errorf("sent again: %+v %v", again, err)
		}
		o.sealed()
		o.underway(r.ID, intake.StepReply)
		o.does("desk", r.ID, intake.StepClose, map[string]any{"satisfaction": "solved"})
		o.now = o.now.Add(200 * 24 * time.Hour)
		if n, err := o.svc.EraseContacts(ctx); err != nil || n != 1 || o.count(`SELECT count(*) FROM intake_contacts WHERE said IS NOT NULL`) != 0 {
			t.Errorf("%d erased, %v", n, err)
		}
		o.sealed()
	})
}
