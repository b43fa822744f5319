package casework

import (
	"context"
	"slices"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// consequence is what a step of a track does to the case as a whole: the fine that it decides, the money that it
// enters, who withdraws, the procedure that the case goes on in, its end.
func (s *Service) consequence(ctx context.Context, tx *store.Tx, a *act) error {
	fields, err := plain(a.values)
	if err != nil {
		return err
	}
	step := tracks.Taken{Step: a.step.Code, Actor: a.actor.Person, At: a.now, Fields: fields}
	if yuan, ok := tracks.Decides(a.way.Code, step); ok {
		a.DecidedYuan, a.body["yuan"] = &yuan, yuan
		if a.DecidedAt == nil {
			a.DecidedAt = &a.now
		}
		if err := s.overtaken(ctx, tx, a, step); err != nil {
			return err
		}
	}
	if err := s.serveKinds(ctx, tx, a, a.way.track.Serves[a.step.Code]); err != nil {
		return err
	}
	if _, _, _, ok := tracks.Pays(a.way.Code, step); ok {
		if err := s.pay(ctx, tx, a); err != nil {
			return err
		}
	}
	if a.way.beside != nil {
		if officer, successor, ok := tracks.Withdraws(a.way.Code, append(taken(a.way.beside.steps), step)); ok {
			if err := s.withdraw(ctx, tx, a, officer, successor); err != nil {
				return err
			}
		}
	}
	if sets, clears := tracks.Notes(a.way.Code, step); a.Procedure == Ordinary.Code {
		a.Facts = slices.DeleteFunc(a.Facts, func(f string) bool { return slices.Contains(clears, f) || slices.Contains(sets, f) })
		a.Facts = append(a.Facts, sets...)
	}
	if code, ok := tracks.TurnsTo(a.way.Code, step); ok {
		return s.turn(ctx, tx, a, code)
	}
	if to, ok := tracks.Leads(a.way.Code, step); ok {
		switch a.Procedure {
		case Ordinary.Code:
			return s.lead(ctx, tx, a, mainStates[to])
		case tracks.CodeSummary:
			if to == tracks.MainPerformed {
				return s.lead(ctx, tx, a, tracks.SummaryPerformed)
			}
		}
	}
	if a.way.beside == nil {
		if end, _ := a.way.State(a.State); end.End && a.ClosedAt == nil {
			a.ClosedAt = &a.now
		}
	}
	return nil
}

// mainStates are the states of the ordinary procedure to which a track may lead a case.
var mainStates = map[tracks.MainEnd]string{tracks.MainTerminated: Terminated, tracks.MainPerformed: Performed}

// lead moves the ordinary procedure on by what a track beside it has brought about.
func (s *Service) lead(ctx context.Context, tx *store.Tx, a *act, to string) error {
	if a.State == to {
		return nil
	}
	w, err := a.mainWay()
	if err != nil {
		return err
	}
	clocks := []string{Payment.Code, CourtTime.Code}
	if to == Terminated {
		a.ClosedAt = &a.now
		clocks = []string{NinetyDays.Code, ServeDecision.Code}
	}
	a.body["main_from"], a.body["main_to"] = a.State, to
	a.State = to
	for _, clock := range clocks {
		rows, err := s.terms.Meet(ctx, tx, a.matter(), w.clock(clock), a.now)
		if err != nil {
			return err
		}
		a.rows = append(a.rows, rows...)
	}
	return nil
}

// turn goes on in another main procedure: what ran in the old one is met, what the new one opens with begins.
func (s *Service) turn(ctx context.Context, tx *store.Tx, a *act, code string) error {
	rows, err := s.terms.MeetAll(ctx, tx, a.matter(), a.now)
	if err != nil {
		return err
	}
	a.rows = append(a.rows, rows...)
	a.Procedure = code
	w, err := a.mainWay()
	if err != nil {
		return err
	}
	opened, actions := w.Open()
	a.State, a.Facts = opened.State, []string{}
	a.body["turned_to"] = code
	for i := range actions {
		actions[i].Clock.Code = w.clock(actions[i].Clock.Code)
	}
	rows, err = s.terms.Begin(ctx, tx, a.matter(), actions, a.now)
	a.rows = append(a.rows, rows...)
	return err
}

// overtaken voids the decisions that a revocation takes away or replaces. They keep their numbers, and the check page
// says what became of them (AP 48).
func (s *Service) overtaken(ctx context.Context, tx *store.Tx, a *act, step tracks.Taken) error {
	if a.way.Code != tracks.CodeRevoke {
		return nil
	}
	for _, d := range a.documents {
		if d.VoidAt != nil || d.Kind != DecisionDocument && d.Kind != tracks.KindSummary {
			continue
		}
		if _, err := tx.Exec(ctx, `UPDATE casework_documents SET void_at = $2, void_reason = $3 WHERE id = $1`, d.ID, store.At(a.now), step.Text("reason")); err != nil {
			return err
		}
		a.rows = append(a.rows, ledger.Row{Table: "casework_documents", Key: d.ID})
	}
	return nil
}

// withdraw takes an officer off the case, and puts another in his place. What he did stays done (AP 43).
func (s *Service) withdraw(ctx context.Context, tx *store.Tx, a *act, officer, successor string) error {
	n, err := tx.Exec(ctx, `UPDATE casework_officers SET withdrawn_at = $3 WHERE case_id = $1 AND person = $2 AND withdrawn_at IS NULL`, a.ID, officer, store.At(a.now))
	if err != nil {
		return err
	}
	if n > 0 {
		a.rows = append(a.rows, ledger.Row{Table: "casework_officers", Key: ledger.Key(a.ID, officer)})
	}
	if successor == "" {
		return nil
	}
	rows, err := s.setOfficers(ctx, tx, a.Case, []string{successor})
	a.rows = append(a.rows, rows...)
	return err
}
