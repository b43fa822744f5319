package intake

import (
	"context"
	"slices"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
)

// CaseOpening is a case that is to be opened from a complaint.
type CaseOpening struct {
	Complaint string
	Matter    string   // code of the penalty matter
	Officers  []string // ids of those who were sent
}

// Origin is a complaint as casework needs to know it.
type Origin struct {
	ID, Unit, Title, Address string
	Lon, Lat                 *float64
	ReceivedAt               time.Time
}

// Origin reads a complaint for an actor who is about to file a case from it. Returns intake.not_found,
// and what Take returns where the step may not be taken now.
func (s *Service) Origin(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (Origin, error) {
	a, err := s.prepare(ctx, tx, actor, id, StepFileCase)
	if err != nil {
		return Origin{}, err
	}
	if _, err := s.mayFileCase(ctx, tx, a); err != nil {
		return Origin{}, err
	}
	return Origin{ID: a.ID, Unit: a.Unit, Title: a.Title, Address: a.Address, Lon: a.Lon, Lat: a.Lat, ReceivedAt: a.ReceivedAt}, nil
}

// mayFileCase asks the procedure for StepFileCase and moves the complaint on if it agrees.
func (s *Service) mayFileCase(ctx context.Context, tx *store.Tx, a *act) ([]procedure.ClockAction, error) {
	seen, _, err := s.observe(ctx, tx, a.actor, a.file)
	if err != nil {
		return nil, err
	}
	after, actions, err := s.procedure.Take(procedure.Matter{State: a.State, Facts: a.Facts}, StepFileCase, seen, a.roles(a.actor, s.procedure))
	if err != nil {
		return nil, err
	}
	a.State, a.Facts = after.State, after.Facts
	return actions, nil
}

// CaseFiled tells a complaint, in the transaction that opens the case, which case it became: it takes
// StepFileCase, with the same rights and needs as if it had been taken here. It makes a ledger entry
// of its own.
func (s *Service) CaseFiled(ctx context.Context, tx *store.Tx, actor org.Actor, id, caseID, caseNumber, matter string, at time.Time) error {
	a, err := s.prepare(ctx, tx, actor, id, StepFileCase)
	if err != nil {
		return err
	}
	from, unit := a.State, a.Unit
	actions, err := s.mayFileCase(ctx, tx, a)
	if err != nil {
		return err
	}
	a.now = at
	a.values = procedure.Values{"case": caseNumber}
	if matter != "" {
		a.values["matter"] = matter
	}
	a.CaseID, a.CaseNumber = caseID, caseNumber
	a.body["case"], a.body["case_number"] = caseID, caseNumber
	_, err = s.finish(ctx, tx, a, actions, from, unit)
	return err
}

// fileCase opens the case, which comes back as CaseFiled and does the step there; here it is only
// seen to have been done.
// sent are the officers of the complaint who are not the actor; auxiliaries handle no case.
func (a *act) sent() []string {
	var out []string
	for _, o := range a.officers {
		if o.ID != a.actor.Person {
			out = append(out, o.ID)
		}
	}
	return out
}

func (s *Service) fileCase(ctx context.Context, tx *store.Tx, a *act) (*Receipt, error) {
	if s.openCase == nil {
		return nil, fault.New(fault.Unavailable, "intake.no_casework")
	}
	if err := s.openCase(ctx, tx, a.actor, CaseOpening{Complaint: a.ID, Matter: a.values.Text("matter"), Officers: a.sent()}); err != nil {
		return nil, err
	}
	c, err := load(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	return receipt(c), nil
}

// Access answers who may see a complaint, and who may add media to it: those who may see it and have
// the right to add evidence in its unit. It returns the complaint's unit. Returns intake.not_found,
// refused.unit, and intake.finished for adding to a complaint that has ended.
func (s *Service) Access(ctx context.Context, tx *store.Tx, actor org.Actor, id string, add bool) (unit string, err error) {
	c, err := load(ctx, tx, id)
	if err != nil {
		return "", err
	}
	parts, err := partsOf(ctx, tx, id)
	if err != nil {
		return "", err
	}
	if !c.shownTo(actor, parts) {
		return "", fault.New(fault.NotFound, "intake.not_found")
	}
	if !add {
		return c.Unit, nil
	}
	if !slices.ContainsFunc(c.units(parts), func(unit string) bool { return actor.Can("evidence.add", unit) }) {
		return "", fault.New(fault.Refused, "refused.unit", "op", "evidence.add", "unit", c.Unit)
	}
	if end, _ := s.procedure.State(c.State); end.End {
		return "", fault.New(fault.Conflict, "intake.finished", "number", c.Number)
	}
	return c.Unit, nil
}
