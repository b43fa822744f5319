package intake

import (
	"context"

	"jiexu/api"
	"jiexu/org"
	"jiexu/store"
)

// Turn answers for whom a complaint waits now: the roles whose turn its state is, or the officers who were sent. Returns
// intake.not_found.
func (s *Service) Turn(ctx context.Context, tx *store.Tx, id string) (api.Turn, error) {
	c, err := load(ctx, tx, id)
	if err != nil {
		return api.Turn{}, err
	}
	t := api.Turn{Number: c.Number, Unit: c.Unit, Urgent: c.Urgent}
	if c.State == Merged { // it waits for those who have the main one; they are told of that one's steps, and of this one's periods
		b, err := bondOf(ctx, tx, id)
		if err != nil {
			return t, err
		}
		of, err := s.Turn(ctx, tx, b.main.ID)
		t.Unit, t.Roles, t.People = of.Unit, of.Roles, of.People
		return t, err
	}
	if c.State == Inspecting || c.State == Mediating {
		t.Unit = c.WithUnit
	}
	for _, step := range s.procedure.Steps {
		for _, role := range turnRoles {
			if turns[c.State][role] != step.Code {
				continue
			}
			t.Step, t.StepEN = step.Title.ZH, step.Title.EN
			if role != org.Officer {
				t.Roles = append(t.Roles, role)
				continue
			}
			officers, err := officersOf(ctx, tx, id)
			if err != nil {
				return t, err
			}
			for _, o := range officers {
				t.People = append(t.People, o.ID)
			}
		}
	}
	return t, nil
}
