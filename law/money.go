package law

import "time"

// Periods of fines and of going to the court.
var (
	ToPay        = Period{N: 15, Unit: Days, Cites: []Cite{AP(67, 3)}}             // at the bank, from receiving the decision
	CashHandIn   = Period{N: 2, Unit: WorkingDays, Cites: []Cite{AP(71), AP(85)}}  // cash of the spot to the authority
	CashToBank   = Period{N: 2, Unit: WorkingDays, Cites: []Cite{AP(71), AP(85)}}  // and from there to the bank
	Reconsider   = Period{N: 60, Unit: Days, Cites: []Cite{AR(20, 1)}}             // from knowing of the decision
	Litigate     = Period{N: 6, Unit: Months, Cites: []Cite{AL(46, 1)}}            // from knowing of the decision
	DemandPasses = Period{N: 10, Unit: WorkingDays, Cites: []Cite{AC(54), AC(69)}} // from the service of the demand
	ToCourt      = Period{N: 3, Unit: Months, Cites: []Cite{AC(53)}}               // from the end of the remedies' periods
)

// Surcharge is what has been added to a fine on the day on, the last day of payment being due: three per cent of the fine
// for each day that is late, never more than the fine (AP 72(1.1), AC 45(2)). Days that a pause touches do not count:
// those of a reconsideration or litigation (AP 73(3)). fine and result are in the same unit, yuan or fen, rounded
// down.
func Surcharge(fine int64, due, on Date, pauses []Interval) int64 {
	if fine <= 0 || !due.Before(on) {
		return 0
	}
	merged := merge(pauses)
	late := int64(0)
	for d := due.AddDays(1); !on.Before(d) && late < 34; d = d.AddDays(1) { // 34 × 3 per cent is the whole fine
		if !touches(merged, d) {
			late++
		}
	}
	return min(fine, fine/100*3*late+fine%100*3*late/100)
}

// touches reports whether one of the merged intervals covers any part of day d.
func touches(merged []Interval, d Date) bool {
	for _, in := range merged {
		if in.From.Before(d.End()) && in.To.After(d.Start()) {
			return true
		}
	}
	return false
}

// RemediesOver is when both the period for reconsideration and that for litigation have run out, where the party used
// neither: the later of sixty days and six months from service (AR 20, AL 46).
func (c *Calendar) RemediesOver(served time.Time) (Due, error) {
	reconsider, err := c.Due(served, Reconsider)
	if err != nil {
		return Due{}, err
	}
	litigate, err := c.Due(served, Litigate)
	if err != nil || litigate.At.After(reconsider.At) {
		return litigate, err
	}
	return reconsider, nil
}

// CourtWindow is the time in which the court may be asked to enforce a decision.
type CourtWindow struct {
	Opens       Date // zero where no demand was served yet
	Closes      Date // last day
	Provisional bool
}

// Open reports whether the court may be asked on a day.
func (w CourtWindow) Open(on Date) bool {
	return !w.Opens.IsZero() && !on.Before(w.Opens) && !w.Closes.Before(on)
}

// CourtWindow finds when the court may be asked. remedies is the last day on which the party could have asked for
// reconsideration or litigated; demanded is when the demand was served, zero if it was not; instalments is the last day of
// a deferral or of instalments, zero if there were none, from which the three months count (AP 72(2)). It opens when the
// remedies' periods are over and ten working days have passed since the demand (AC 53, 54), and may open after it has
// closed: then it was missed.
func (c *Calendar) CourtWindow(remedies Date, demanded time.Time, instalments Date) (CourtWindow, error) {
	from := remedies
	if from.Before(instalments) {
		from = instalments
	}
	closes, err := c.Due(from.Start(), ToCourt)
	if err != nil {
		return CourtWindow{}, err
	}
	w := CourtWindow{Closes: closes.Date, Provisional: closes.Provisional}
	if demanded.IsZero() {
		return w, nil
	}
	passed, err := c.Due(demanded, DemandPasses)
	if err != nil {
		return CourtWindow{}, err
	}
	last := from
	if last.Before(passed.Date) {
		last = passed.Date
	}
	w.Opens, w.Provisional = last.AddDays(1), w.Provisional || passed.Provisional
	return w, nil
}

// MaySummary reports whether a fine may be imposed on the spot on a party of a kind (AP 51).
func MaySummary(party string, yuan int64) (bool, error) {
	t, err := SummaryCeiling(party)
	return err == nil && yuan <= t.Yuan, err
}

// MayCollect reports whether a fine may be collected on the spot: up to the ceiling, or where it could not be collected
// later (AP 68), or where payment at a bank is hard and the party asks for it (AP 69).
func MayCollect(party string, yuan int64, hardLater, farAndAsked bool) (bool, error) {
	t, err := CashCeiling(party)
	return err == nil && (yuan <= t.Yuan || hardLater || farAndAsked), err
}
