package intake_test

import (
	"context"
	"testing"

	"jiexu/law"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// A complaint is given to a unit in which somebody may accept it, and to no other: not to the bureau, which nobody leads as a squad is led, nor to a squad
// whose leader's office has ended. No rule sends it there either.
func TestGivenToThoseWhoAccept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		offered := func(id string) map[any]bool {
			out := map[any]bool{}
			for _, option := range o.detail("desk", id).Choices[0].Fields[0].Options {
				out[option.Value] = true
			}
			return out
		}
		r := o.complain()
		o.refused("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.bureau}, "procedure.fields")
		if is := offered(r.ID); !is[o.squad] || !is[o.other] || is[o.bureau] {
			t.Errorf("offered: %v", is)
		}
		o.must(db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE org_grants SET valid_to = $1 WHERE person = $2`, store.Date{Date: law.On(o.now).AddDays(-1)}, o.people["stranger"])
			return err
		}))
		if is := offered(r.ID); !is[o.squad] || is[o.other] {
			t.Errorf("offered after the leader left: %v", is)
		}
		o.refused("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.other}, "procedure.fields")
		o.does("desk", r.ID, intake.StepRoute, map[string]any{"unit": o.squad})
		o.refused("desk", r.ID, intake.StepMove, map[string]any{"unit": o.other, "reason": "改派"}, "procedure.fields")
	})
}
