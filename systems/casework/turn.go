package casework

import (
	"context"
	"slices"
	"strings"

	"jiexu/api"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// Turn answers for whom a case waits now: of its main procedure and those beside it, the first that waits for anybody's
// step. Its officers stand for the role of officers. Returns case.not_found.
func (s *Service) Turn(ctx context.Context, tx *store.Tx, id string) (api.Turn, error) {
	return s.TurnOf(ctx, tx, id, "")
}

// TurnOf is Turn as one of the case's periods asks for it: whom the procedure that the period belongs to waits for. Where
// that waits for nobody's step, as where the time is the party's, it is the case's officers, who go on when it is over; and
// where there are none, whoever leads the squad. Returns case.not_found.
func (s *Service) TurnOf(ctx context.Context, tx *store.Tx, id, clock string) (api.Turn, error) {
	f, err := s.loadFile(ctx, tx, id)
	if err != nil {
		return api.Turn{}, err
	}
	t := api.Turn{Number: f.Number, Unit: f.Unit}
	main, err := f.mainWay()
	if err != nil {
		return t, err
	}
	ways := []way{main}
	for _, b := range f.beside {
		if tr, ok := tracks.Of(b.Procedure); ok && b.EndedAt == nil {
			ways = append(ways, way{tr.Procedure, tr, b})
		}
	}
	if clock != "" {
		slices.SortStableFunc(ways, func(a, b way) int { return a.far(clock) - b.far(clock) })
	}
	for i, w := range ways {
		if clock != "" && i > 0 {
			break
		}
		if end, _ := w.State(f.stands(w).State); end.End {
			continue
		}
		step, err := s.waitsFor(ctx, tx, org.Program("notice"), everyRole(w.Procedure), f, w, s.now())
		if err != nil {
			return t, err
		}
		if step == nil {
			continue
		}
		t.Step, t.StepEN = step.Title.ZH, step.Title.EN
		if w.beside != nil {
			t.Step, t.StepEN = w.Title.ZH+" · "+t.Step, w.Title.EN+" · "+t.StepEN
		}
		t.Roles, t.People = f.called(step)
		return t, nil
	}
	if clock == "" {
		return t, nil
	}
	for _, o := range f.officers {
		t.People = append(t.People, o.Person)
	}
	if len(t.People) == 0 {
		t.Roles = []string{org.Leader}
	}
	return t, nil
}

// far is 0 for the way that a period belongs to.
func (w way) far(clock string) int {
	for _, c := range w.Clocks {
		if name := w.clock(c.Code); name == clock || c.Set != (procedure.Text{}) && strings.HasPrefix(clock, name+".") {
			return 0
		}
	}
	return 1
}

// called are those whose step it is: roles in the unit, and the case's officers in place of the role of officers.
func (f *file) called(step *procedure.Step) (roles, people []string) {
	for _, role := range step.By {
		if role != roleOfficer {
			roles = append(roles, role)
			continue
		}
		for _, o := range f.officers {
			if !slices.Contains(people, o.Person) {
				people = append(people, o.Person)
			}
		}
	}
	if len(people) > 0 {
		roles = slices.DeleteFunc(roles, func(r string) bool { return r == org.Leader }) // the officers lead it through
	}
	return roles, people
}

// everyRole lists the roles that have a part in a procedure.
func everyRole(p *procedure.Procedure) (out []string) {
	for _, step := range p.Steps {
		out = append(out, step.By...)
	}
	return out
}
