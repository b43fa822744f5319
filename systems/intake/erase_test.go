package intake_test

import (
	"context"
	"fmt"
	"testing"

	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// More contacts than one transaction erases go in one night, each with its entry; those of what is open, or ended lately, stay.
func TestManyContactsAreErased(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		closed := func() {
			id := o.complain(func(r *intake.Registration) {
				r.Content = fmt.Sprint("第", o.count(`SELECT count(*) FROM intake_complaints`), "个早餐摊")
			}).ID
			o.underway(id, "")
			o.does("desk", id, intake.StepClose, map[string]any{"satisfaction": "solved"})
		}
		const many = 27
		for range many {
			closed()
		}
		o.now = o.now.AddDate(0, 0, intake.ContactDays+1)
		closed()
		o.complain(func(r *intake.Registration) { r.Content = "还没有办" })
		o.now = o.now.AddDate(0, 0, 2)
		for _, want := range []int{many, 0} {
			if n, err := o.svc.EraseContacts(context.Background()); n != want || err != nil {
				t.Errorf("%d were erased, want %d: %v", n, want, err)
			}
		}
		if n := o.count(`SELECT count(*) FROM intake_contacts WHERE erased_at IS NULL AND phone <> ''`); n != 2 {
			t.Errorf("%d stay, want that of the open one and of the one that ended lately", n)
		}
		if n := o.count(`SELECT count(*) FROM ledger_entries WHERE kind = 'intake.contact_erased'`); n != many {
			t.Errorf("%d entries say so", n)
		}
		stopped, stop := context.WithCancel(context.Background())
		stop()
		if _, err := o.svc.EraseContacts(stopped); err == nil {
			t.Error("it goes on when it is told to stop")
		}
	})
}
