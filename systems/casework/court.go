package casework

import (
	"context"

	"jiexu/law"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
	"jiexu/term"
	"jiexu/words"
)

// moveCourt keeps the three months in which the court may be asked (AC 53) where the law has them: they rest while a remedy
// is pending, begin anew when it, or a deferral, ends later than the remedies' periods (AP 72(2), AJ 156), and end with the
// application.
func (s *Service) moveCourt(ctx context.Context, tx *store.Tx, a *act) error {
	if a.way.beside == nil || a.Procedure != Ordinary.Code && a.Procedure != tracks.CodeSummary {
		return nil
	}
	main, err := a.mainWay()
	if err != nil {
		return err
	}
	fields, err := plain(a.values)
	if err != nil {
		return err
	}
	step := tracks.Taken{Step: a.step.Code, Actor: a.actor.Person, At: a.now, Fields: fields}
	for _, clock := range tracks.MeetsMain(a.way.Code, step) {
		rows, err := s.terms.Meet(ctx, tx, a.matter(), main.clock(clock), a.now)
		if err != nil {
			return err
		}
		a.rows = append(a.rows, rows...)
	}
	if !tracks.MovesCourt(a.way.Code) {
		return nil
	}
	name := main.clock(tracks.CourtClock)
	running, ok := a.running(name)
	if !ok {
		return nil // it was met, or nothing has been served
	}
	l := &tracks.Look{Calendar: s.terms.Calendar(), Now: a.now, MainDue: func(code string) law.Date { return a.dueOf(main.clock(code)) }}
	seen := false
	for _, b := range a.beside {
		l.Beside = append(l.Beside, a.asRunning(b, step))
		seen = seen || b == a.way.beside
	}
	if !seen {
		l.Beside = append(l.Beside, a.asRunning(a.way.beside, step))
	}
	opens, _, ok := tracks.CourtWindow(l)
	if !ok {
		rows, err := s.terms.Suspend(ctx, tx, a.matter(), name, a.now, term.Reason{Text: a.step.Title.In(words.Chinese), Cites: []law.Cite{law.AC(53)}})
		a.rows = append(a.rows, rows...)
		return err
	}
	from := opens.AddDays(-1)
	if running.SuspendedFrom == nil && law.On(running.Start) == from {
		return nil
	}
	clock, _ := main.Clock(tracks.CourtClock)
	rows, err := s.terms.Start(ctx, tx, a.matter(), name, clock.Period, from.Start())
	a.rows = append(a.rows, rows...)
	return err
}

// running is the newest period of that name that has not been met.
func (f *file) running(name string) (t term.Term, ok bool) {
	for _, one := range f.terms {
		if one.Clock == name && one.MetAt == nil {
			t, ok = one, true
		}
	}
	return t, ok
}

// asRunning is a track as the facts see it, with the step that is being taken where it is taken there.
func (a *act) asRunning(b *Beside, step tracks.Taken) tracks.Running {
	r := tracks.Running{ID: b.ID, Procedure: b.Procedure, State: b.State, Facts: b.Facts, Ended: b.EndedAt != nil, OpenedAt: b.OpenedAt, Steps: taken(b.steps)}
	if b == a.way.beside {
		r.Steps = append(r.Steps, step)
	}
	return r
}
