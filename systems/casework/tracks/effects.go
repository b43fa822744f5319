package tracks

import "jiexu/law"

// What tracks do to the rest of the case. The steps that do it are named here once, for casework to ask.

// DeferredUntil is the last day to pay that a step has granted (AP 66).
func DeferredUntil(procedure string, t Taken) (law.Date, bool) { return law.Date{}, false }

// RemedyRan is from when to when reconsideration or litigation kept the surcharge from running (AP 73); to is
// zero while it still does.
func RemedyRan(procedure string, steps []Taken) (from, to law.Date, ok bool) { return }

// WaivesSurcharge reports whether an agreement on execution gave the surcharge up (AC 42).
func WaivesSurcharge(procedure string, steps []Taken) bool { return false }
