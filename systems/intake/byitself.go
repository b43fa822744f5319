package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
)

// maxLapsed bounds how many complaints are taken back in one go; the rest follow in the next.
const maxLapsed = 500

// Lapse takes back what lies outside when its time is over, as the desk would. It may be called at any time, by several
// servers: a complaint that is no longer outside, or is taken back already, is left as it is.
func (s *Service) Lapse(ctx context.Context) (taken int, err error) {
	var ids []string
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		ids, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT matter_id FROM term_v_open
			WHERE matter_type = 'complaint' AND clock IN ('inspection', 'mediation') AND due_at <= $1 ORDER BY due_at LIMIT `+fmt.Sprint(maxLapsed), store.At(s.now()))
		return err
	}); err != nil {
		return 0, fmt.Errorf("what lies outside too long: %w", err)
	}
	for _, id := range ids {
		switch done, err := s.byItself(ctx, id, StepLapse, func(c *Complaint) bool { return c.State == Inspecting || c.State == Mediating }); {
		case err != nil:
			return taken, fmt.Errorf("take back %s: %w", id, err)
		case done:
			taken++
		}
	}
	return taken, nil
}

// CaseEnded tells the complaint that a case grew from, if there is one, that the case has ended: its time runs on. It may
// be told again; a complaint that has ended itself, or knows already, is left as it is.
func (s *Service) CaseEnded(ctx context.Context, caseID string) error {
	var ids []string
	if err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		ids, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			`SELECT id FROM intake_complaints WHERE case_id = $1`, caseID)
		return err
	}); err != nil {
		return fmt.Errorf("complaint of case %s: %w", caseID, err)
	}
	step, _ := s.procedure.Step(StepCaseEnded)
	for _, id := range ids {
		if _, err := s.byItself(ctx, id, StepCaseEnded, func(c *Complaint) bool {
			return slices.Contains(step.From, c.State) && !slices.Contains(c.Facts, caseEnded.Code)
		}); err != nil {
			return err
		}
	}
	return nil
}

// byItself has the house take a step, if the complaint still wants it. Where somebody else was quicker it does nothing.
func (s *Service) byItself(ctx context.Context, id, step string, wanted func(*Complaint) bool) (done bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := s.prepare(ctx, tx, org.Program("intake"), id, step)
		if err != nil || !wanted(a.Complaint) {
			return err
		}
		_, err = s.take(ctx, tx, a, nil)
		done = err == nil
		return err
	})
	var refused *fault.Error
	if errors.As(err, &refused) && (refused.Kind == fault.Conflict || refused.Kind == fault.Refused) {
		return false, nil
	}
	return done, err
}
