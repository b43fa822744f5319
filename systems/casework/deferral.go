package casework

import (
	"context"
	"fmt"
	"strings"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// lastDay is the last day to pay the fine in one sum: that of the newest payment period of the main procedure.
func (f *file) lastDay() (due law.Date) {
	for _, t := range f.terms {
		if c, ok := ClockOf(t.Clock); ok && c.Code == Payment.Code {
			due = t.DueDate
		}
	}
	return due
}

// deferrals are what the head has granted, the oldest first.
func (f *file) deferrals() (out []tracks.Deferral) {
	for _, b := range f.beside {
		if d, ok := tracks.Deferred(b.Procedure, taken(b.steps)); ok {
			out = append(out, d)
		}
	}
	return out
}

// arrangements are the ways in which the fine was to be paid, one after another, in fen: at once, then by what was granted
// (AP 66). Where a plan was ended, all that follows the missed part is due with it, on its day. None before service.
func (f *file) arrangements(cal *law.Calendar, paid []law.Sum) ([]law.Arrangement, []tracks.Deferral) {
	due := f.lastDay()
	if due.IsZero() || f.DecidedYuan == nil || *f.DecidedYuan == 0 {
		return nil, nil
	}
	fine := *f.DecidedYuan * 100
	out := []law.Arrangement{{Sums: []law.Sum{{On: due, Money: fine}}}}
	deferrals := f.deferrals()
	for _, d := range deferrals {
		a := law.Arrangement{From: d.Granted}
		left := fine // a fine that was lowered since asks for no more than itself
		for _, p := range d.Parts {
			sum := law.Sum{On: cal.LastDay(p.On), Money: min(left, p.Money*100)}
			if left -= sum.Money; sum.Money > 0 {
				a.Sums = append(a.Sums, sum)
			}
		}
		if len(d.Parts) == 0 {
			before := int64(0)
			for _, p := range paid {
				if p.On.Before(d.Granted) {
					before += p.Money
				}
			}
			a.Sums = []law.Sum{{On: cal.LastDay(d.Until), Money: max(0, fine-before)}}
		}
		if missed := missedAt(fine, a, paid, d.Broken); missed >= 0 {
			for _, later := range a.Sums[missed+1:] {
				a.Sums[missed].Money += later.Money
			}
			a.Sums = a.Sums[:missed+1]
		}
		out = append(out, a)
	}
	return out, deferrals
}

// missedAt is which part had not been paid by its day when the plan was ended; -1 where none was, or nothing ended it.
func missedAt(fine int64, a law.Arrangement, paid []law.Sum, broken law.Date) int {
	if broken.IsZero() {
		return -1
	}
	for i, p := range law.Reckon(fine, []law.Arrangement{a}, paid, broken, nil).Parts[0] {
		if p.On.Before(broken) && (p.PaidUp.IsZero() || broken.Before(p.PaidUp)) {
			return i
		}
	}
	return -1
}

// planView shows a plan: its parts as they were granted, each with what was paid of it.
func planView(cal *law.Calendar, d tracks.Deferral, a law.Arrangement, parts []law.Part, on law.Date) Plan {
	v := Plan{Asked: d.Asked, Granted: d.Granted, Kind: "instalments", Hardship: d.Hardship, Opinion: d.Opinion, Broken: d.Broken, Parts: []Instalment{}}
	granted := d.Parts
	if len(granted) == 0 {
		v.Kind = "deferral"
		for _, s := range a.Sums {
			granted = append(granted, law.Sum{On: d.Until, Money: s.Money / 100})
		}
	}
	if len(parts) == 0 {
		return v
	}
	missed := parts[len(parts)-1]
	broken := !d.Broken.IsZero() && missed.On.Before(d.Broken) && (missed.PaidUp.IsZero() || d.Broken.Before(missed.PaidUp))
	if broken {
		v.Since = missed.On
	}
	for i, g := range granted {
		p := parts[min(i, len(parts)-1)]
		one := Instalment{N: i + 1, By: cal.LastDay(g.On), Yuan: g.Money, State: "open"}
		above := int64(0) // of a missed part, what was granted before this one
		for k := len(parts) - 1; k < i; k++ {
			above += granted[k].Money
		}
		one.PaidYuan = min(g.Money, max(0, p.Paid/100-above))
		if i < len(parts) {
			one.Surcharge = p.Surcharge
		}
		full := one.PaidYuan == g.Money
		if full {
			one.PaidOn = p.PaidUp
		}
		switch {
		case full && one.PaidOn.IsZero(), full && !one.By.Before(one.PaidOn):
			one.State = "paid"
		case full:
			one.State = "paid_late"
		case broken && i == len(parts)-1:
			one.State = "missed"
		case broken && i >= len(parts):
			one.State = "overtaken"
		case one.By.Before(on):
			one.State = "missed"
		}
		v.Parts = append(v.Parts, one)
	}
	return v
}

// partName is the name of the period of one of several days that were set.
func partName(clock string, n int) string { return fmt.Sprintf("%s.%d", clock, n) }

// set gives the clocks that a step starts the ends that somebody set, one period for each; one to which nobody set an end
// does not run.
func (a *act) set(actions []procedure.ClockAction) ([]procedure.ClockAction, error) {
	var out []procedure.ClockAction
	for _, action := range actions {
		if action.Clock.Set == (procedure.Text{}) {
			out = append(out, action)
			continue
		}
		if action.Verb != procedure.StartClock {
			for _, name := range a.runningNames(a.way.clock(action.Clock.Code)) {
				one := action
				one.Clock.Code = name
				out = append(out, one)
			}
			continue
		}
		fields, err := plain(a.values)
		if err != nil {
			return nil, err
		}
		before := a.steps
		if a.way.beside != nil {
			before = a.way.beside.steps
		}
		steps := append(taken(before), tracks.Taken{Step: a.step.Code, Actor: a.actor.Person, At: a.now, Fields: fields})
		ends := tracks.SetEnds(a.way.Code, action.Clock.Code, steps)
		for i, end := range ends {
			one := action
			one.Ends = end
			if one.Clock.Code = a.way.clock(action.Clock.Code); len(ends) > 1 {
				one.Clock.Code = partName(one.Clock.Code, i+1)
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// runningNames are the names under which periods of a clock run: its own, or those of its parts.
func (f *file) runningNames(clock string) (out []string) {
	for _, t := range f.terms {
		if t.MetAt == nil && (t.Clock == clock || strings.HasPrefix(t.Clock, clock+".")) {
			out = append(out, t.Clock)
		}
	}
	return out
}

// endNames are the names under which the periods of a clock of a way that ends have to be met; what the step itself
// started is not among those that were read.
func (a *act) endNames(clock procedure.Clock) []string {
	name := a.way.clock(clock.Code)
	if clock.Set == (procedure.Text{}) {
		return []string{name}
	}
	return a.runningNames(name)
}

// meetPaid ends the periods of the instalments that have now been paid, however the money came.
func (s *Service) meetPaid(ctx context.Context, tx *store.Tx, a *act) ([]ledger.Row, error) {
	var rows []ledger.Row
	var payments []Paid
	for _, b := range a.beside {
		t, ok := tracks.Of(b.Procedure)
		if !ok || b.Procedure != tracks.CodeInstal || b.EndedAt != nil {
			continue
		}
		name := way{t.Procedure, t, b}.clock(tracks.InstalDay.Code)
		running := a.runningNames(name)
		if len(running) == 0 {
			continue
		}
		if payments == nil {
			var err error
			if payments, err = paymentsOf(ctx, tx, a.ID); err != nil {
				return nil, err
			}
		}
		plans := a.money(s.terms.Calendar(), payments, law.On(a.now)).Plans
		if len(plans) == 0 {
			continue
		}
		parts := plans[len(plans)-1].Parts
		for _, p := range parts {
			clock := name
			if len(parts) > 1 {
				clock = partName(name, p.N)
			}
			if p.PaidYuan < p.Yuan {
				continue
			}
			met, err := s.terms.Meet(ctx, tx, a.matter(), clock, a.now)
			if err != nil {
				return nil, err
			}
			rows = append(rows, met...)
		}
	}
	return rows, nil
}
