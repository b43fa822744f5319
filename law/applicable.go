package law

import "jiexu/fault"

// Applicable is the entry of a matter by which an act is judged (AP 37): the law of the day of the act, or the newer one
// if it is lighter or no longer sees a violation.
type Applicable struct {
	Matter    Matter  `json:"matter"`
	Newer     *Matter `json:"newer,omitempty"` // the entry of the day of the decision, where it is another
	Lighter   bool    `json:"lighter"`         // the newer one is the lighter, and is the one that applies
	Unsettled bool    `json:"unsettled"`       // whether the newer one is lighter cannot be told: ask the legal section
	Cite      Cite    `json:"cite"`
}

// MatterFor chooses by AP 37 between the entry of the day of the act and that of the day of the decision, for a kind of
// party. Where the newer text is not confirmed, or nothing is known of the later day, it keeps the entry of the act and
// says that this is unsettled. Returns law.matter and law.matter_date as MatterOn does for the day of the act, and
// law.decided_before for a decision before the act.
func MatterFor(code string, act, decision Date, party string) (Applicable, error) {
	byCode, err := catalogue()
	if err != nil {
		return Applicable{}, err
	}
	return applicable(byCode[code], code, act, decision, party)
}

func applicable(entries []Matter, code string, act, decision Date, party string) (Applicable, error) {
	if decision.Before(act) {
		return Applicable{}, fault.New(fault.Invalid, "law.decided_before", "act", act.String(), "decision", decision.String())
	}
	var old, newer *Matter
	for i := range entries {
		if entries[i].InForce(act) {
			old = &entries[i]
		}
		if entries[i].InForce(decision) {
			newer = &entries[i]
		}
	}
	switch {
	case old == nil && len(entries) == 0:
		return Applicable{}, fault.New(fault.NotFound, "law.matter", "code", clip(code))
	case old == nil:
		return Applicable{}, fault.New(fault.NotFound, "law.matter_date", "code", code, "date", act.String())
	}
	a := Applicable{Matter: *old, Cite: AP(37)}
	if old == newer {
		return a, nil
	}
	a.Newer = newer
	if newer == nil || !newer.Confirmed || !old.Confirmed {
		a.Unsettled = true
		return a, nil
	}
	lighter, known := newer.lighterThan(old, party)
	if a.Unsettled = !known; lighter {
		a.Matter, a.Lighter = *newer, true
	}
	return a, nil
}

// lighterThan compares two entries for a kind of party. A fine that is gone, a lower ceiling, then a lower floor, then an
// order to correct that comes first, then a fine that need not be, is lighter. known is false where the fines are
// found in different ways, or one has the higher ceiling and the lower floor, or circumstances have fines of their own
// that differ: then it is the case that decides, and a jurist.
func (m *Matter) lighterThan(old *Matter, party string) (lighter, known bool) {
	was, is := old.rangeOf(party), m.rangeOf(party)
	switch {
	case was == nil || is == nil:
		return was != nil, true
	case m.Formula != old.Formula || !sameGrades(m.Grades, old.Grades):
		return false, false
	case is.Max != was.Max && is.Min != was.Min && (is.Max < was.Max) != (is.Min < was.Min):
		return false, false
	case is.Max != was.Max:
		return is.Max < was.Max, true
	case is.Min != was.Min:
		return is.Min < was.Min, true
	case m.CorrectFirst != old.CorrectFirst:
		return m.CorrectFirst, true
	}
	return m.FineOptional && !old.FineOptional, true
}

func (m *Matter) rangeOf(party string) *Range {
	if party == Organisation {
		return m.Organisation
	}
	return m.Person
}

func sameGrades(a, b []Grade) bool {
	same := func(x, y *Range) bool { return x == nil && y == nil || x != nil && y != nil && *x == *y }
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Formula != b[i].Formula || !same(a[i].Person, b[i].Person) || !same(a[i].Organisation, b[i].Organisation) {
			return false
		}
	}
	return true
}
