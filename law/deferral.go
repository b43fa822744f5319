package law

import "slices"

// Sum is money with a day: a part of a fine and the last day on which it is in time, or a payment and its day.
type Sum struct {
	On    Date
	Money int64
}

// Arrangement is how a fine is to be paid from a day on: in one sum within fifteen days (AP 67(3)), or, after the head
// has approved it, on a later day or in parts (AP 66(2)). It holds until the next one begins. Its sums make up what was
// left of the fine on that day; what they leave had been paid before.
type Arrangement struct {
	From Date // the first day on which it holds; zero: from the beginning
	Sums []Sum
}

// Part is how one sum of an arrangement stands.
type Part struct {
	Sum
	Paid      int64 // of it, whenever that was
	InTime    int64 // of it, by its day
	PaidUp    Date  // the day on which all of it was paid; zero: something is left
	Late      int64 // what was not paid by its day, and bears the surcharge
	Surcharge int64 // that has run up on it
}

// Reckoned is how a fine stands on a day.
type Reckoned struct {
	Parts     [][]Part // by arrangement
	Surcharge int64
}

// Reckon finds what has run up on a fine on the day on. Payments go towards the sums in the order of their days. Each sum
// that was not paid by its day bears three per cent a day of what was not, until the day on which all of it is paid or
// another arrangement begins; days that a pause touches do not count, and all of it is never more than the fine (AP 72(1.1),
// AP 73(3)). fine, payments and result are in one unit.
func Reckon(fine int64, arrangements []Arrangement, payments []Sum, on Date, pauses []Interval) Reckoned {
	payments = slices.Clone(payments)
	slices.SortStableFunc(payments, func(a, b Sum) int { return a.On.Compare(b.On) })
	var out Reckoned
	for i, a := range arrangements {
		end := on
		if i+1 < len(arrangements) && !end.Before(arrangements[i+1].From) {
			end = arrangements[i+1].From.AddDays(-1)
		}
		below := fine
		for _, s := range a.Sums {
			below -= s.Money
		}
		below = max(0, below)
		var parts []Part
		for _, s := range a.Sums {
			p := part(s, below, payments)
			until := end
			if !p.PaidUp.IsZero() && p.PaidUp.Before(until) {
				until = p.PaidUp
			}
			p.Late = s.Money - p.InTime
			p.Surcharge = Surcharge(p.Late, s.On, until, pauses)
			below += s.Money
			out.Surcharge += p.Surcharge
			parts = append(parts, p)
		}
		out.Parts = append(out.Parts, parts)
	}
	out.Surcharge = min(fine, out.Surcharge)
	return out
}

// part is how the sum stands that lies above below in the row of payments.
func part(s Sum, below int64, payments []Sum) Part {
	p := Part{Sum: s}
	within := func(total int64) int64 { return min(s.Money, max(0, total-below)) }
	total := int64(0)
	for _, paid := range payments {
		total += paid.Money
		if p.Paid = within(total); !s.On.Before(paid.On) {
			p.InTime = p.Paid
		}
		if p.Paid == s.Money && p.PaidUp.IsZero() {
			p.PaidUp = paid.On
		}
	}
	return p
}

// LastDay is the day on which a period that was set to end on a day ends: that day, or the next working day where it is
// a day off (CP 85).
func (c *Calendar) LastDay(set Date) Date {
	for d := set; ; d = d.AddDays(1) {
		if c.Day(d).Works() || d.check() != nil {
			return d
		}
	}
}
