package tracks

import (
	"jiexu/law"
)

// Deferral is what the head has granted who could not pay (AP 66(2)), and what became of it.
type Deferral struct {
	Asked    law.Date
	Granted  law.Date
	Hardship string    // why the party asked
	Opinion  string    // why the head granted it
	Until    law.Date  // the last day, as it was set
	Parts    []law.Sum // the days and sums of the instalments, in yuan, as they were set; none where all is due on the last day
	Broken   law.Date  // the day on which it was ended because a part was not paid; zero: it was not
	Why      string    // it was ended
}

// Deferred finds what a track of deferral and instalments has granted.
func Deferred(procedure string, steps []Taken) (d Deferral, ok bool) {
	if procedure != CodeInstal {
		return d, false
	}
	for _, t := range steps {
		switch t.Step {
		case inAsk:
			d.Asked, d.Hardship = t.Date("asked_on"), t.Text("hardship")
		case inGrant:
			d.Granted, d.Opinion, d.Until, ok = law.On(t.At), t.Text("opinion"), t.Date("until"), true
			d.Parts = nil
			for _, p := range planned(t.Fields["plan"]) {
				d.Parts = append(d.Parts, law.Sum{On: p.on, Money: p.yuan})
			}
		case inBreak:
			d.Broken, d.Why = law.On(t.At), t.Text("reason")
		}
	}
	return d, ok && !d.Until.IsZero()
}

// Days are the last days to pay that were set, in order.
func (d Deferral) Days() (out []law.Date) {
	for _, p := range d.Parts {
		out = append(out, p.On)
	}
	if len(out) == 0 {
		out = append(out, d.Until)
	}
	return out
}

// Over is the day on which the deferral ended, from which the court's three months count (AP 72(2)): its last day, or
// that on which it was broken off.
func (d Deferral) Over(c *law.Calendar) law.Date {
	if !d.Broken.IsZero() {
		return d.Broken
	}
	days := d.Days()
	return c.LastDay(later(d.Until, days[len(days)-1]))
}
