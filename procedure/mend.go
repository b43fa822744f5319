package procedure

import "math/bits"

// mend adds to a reason what can make the failing condition hold from the present state: the steps that record a
// missing fact or take back one that stands in the way, in the procedure's order, and the clock whose end is awaited.
// Facts that somebody has to see to outside the procedure, as evidence on file, have neither: their sentence says it.
func (p *Procedure) mend(t *test, now *moment, r *Reason) {
	lacking, hindering := t.wants(now, false)
	for _, s := range p.index.from[now.from] {
		if p.index.sets[s]&lacking != 0 || p.index.clears[s]&hindering != 0 {
			r.Mends = append(r.Mends, &p.Steps[s])
		}
	}
	for lacking != 0 {
		fact := p.Facts[bits.TrailingZeros64(lacking)].Code
		lacking &= lacking - 1
		for _, c := range p.Clocks {
			if c.Lapsed.Code == fact {
				r.Clock = c.Code
			}
		}
	}
}

// wants are the facts that a failing condition would have held, and those that it would not have.
func (t *test) wants(now *moment, negated bool) (lacking, hindering uint64) {
	switch t.kind {
	case factHolds:
		switch holds := now.facts&t.bits != 0; {
		case !negated && !holds:
			return t.bits, 0
		case negated && holds:
			return 0, t.bits
		}
	case allOf, anyOf:
		for i := range t.parts {
			l, h := t.parts[i].wants(now, negated)
			lacking, hindering = lacking|l, hindering|h
		}
	case notOf:
		return t.parts[0].wants(now, !negated)
	}
	return lacking, hindering
}
