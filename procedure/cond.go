package procedure

import "jiexu/law"

// Condition is a Fact or a Cond.
type Condition interface{ cond() Cond }

// Cond is an expression over facts (in needs), and over what is being done and has been done (in
// properties). The zero Cond is always true.
type Cond struct {
	kind    condKind
	fact    Fact
	names   []string
	since   []string
	parts   []Cond
	because string
	cites   []law.Cite
}

type condKind uint8

const (
	always condKind = iota
	factHolds
	allOf
	anyOf
	notOf
	// Of properties only.
	taking
	entering
	took
	passed
	actor
)

func (c Cond) cond() Cond { return c }
func (f Fact) cond() Cond {
	return Cond{kind: factHolds, fact: f, because: f.Missing, cites: f.Cites}
}

// All holds where every part does. Each part that does not gives its own reason.
func All(parts ...Condition) Cond { return Cond{kind: allOf, parts: conds(parts)} }

// Any holds where one part does. As a need it must say why with Because.
func Any(parts ...Condition) Cond { return Cond{kind: anyOf, parts: conds(parts)} }

// Not holds where the part does not. As a need it must say why with Because.
func Not(part Condition) Cond { return Cond{kind: notOf, parts: conds([]Condition{part})} }

// When asks for the fact only where the condition holds: HearingHeld.When(HearingAsked).
func (f Fact) When(only Condition) Cond {
	c := Any(Not(only), f)
	c.because, c.cites = f.Missing, f.Cites
	return c
}

// Because gives the reason that is shown where the condition fails: a message code, and the articles.
func (c Cond) Because(code string, cites ...law.Cite) Cond {
	c.because, c.cites = code, cites
	return c
}

// Without is the condition less the parts of an All that speak of a fact or give a reason. Tests of
// properties take needs away with it; it is the condition itself where no part does.
func (c Cond) Without(code string) Cond {
	if c.kind != allOf {
		return c
	}
	parts := make([]Cond, 0, len(c.parts))
	for _, p := range c.parts {
		speaks := false
		p.each(func(in Cond) { speaks = speaks || in.because == code || in.kind == factHolds && in.fact.Code == code })
		switch {
		case !speaks:
			parts = append(parts, p)
		case p.kind == allOf && p.because == "":
			parts = append(parts, p.Without(code))
		}
	}
	c.parts = parts
	return c
}

// Taking holds while one of the steps is being taken. Of properties only, like all that follow.
func Taking(steps ...string) Cond { return Cond{kind: taking, names: steps} }

// Entering holds while a step is being taken that leads into one of the states from another.
func Entering(states ...string) Cond { return Cond{kind: entering, names: states} }

// Took holds where one of the steps has been taken before.
func Took(steps ...string) Cond { return Cond{kind: took, names: steps} }

// Passed holds where the period of one of the clocks has run out before.
func Passed(clocks ...string) Cond { return Cond{kind: passed, names: clocks} }

// Since narrows Took and Passed to the time after the last of the given steps: Took("serve_notice").Since("notify")
// holds where the newest notice has been served.
func (c Cond) Since(steps ...string) Cond {
	c.since = steps
	return c
}

// Actor holds while the one who takes the step does so in one of the roles.
func Actor(roles ...string) Cond { return Cond{kind: actor, names: roles} }

func conds(parts []Condition) []Cond {
	out := make([]Cond, len(parts))
	for i, p := range parts {
		out[i] = p.cond()
	}
	return out
}

// each visits the condition and all its parts.
func (c Cond) each(visit func(Cond)) {
	visit(c)
	for _, p := range c.parts {
		p.each(visit)
	}
}

// moment is what a condition is evaluated against.
type moment struct {
	facts  uint64 // bit i: fact i of the procedure holds
	ghosts uint64 // bit i: memory i of the property holds
	step   int
	role   string
	from   uint8
	to     uint8
}

// test is a condition with its names resolved to bits.
type test struct {
	kind    condKind
	bits    uint64 // of facts, steps or states
	parts   []test
	roles   []string
	because string
	cites   []law.Cite
	fact    string
}

func (t *test) holds(m *moment) bool {
	switch t.kind {
	case factHolds:
		return m.facts&t.bits != 0
	case allOf:
		for i := range t.parts {
			if !t.parts[i].holds(m) {
				return false
			}
		}
		return true
	case anyOf:
		for i := range t.parts {
			if t.parts[i].holds(m) {
				return true
			}
		}
		return false
	case notOf:
		return !t.parts[0].holds(m)
	case taking:
		return t.bits&(1<<m.step) != 0
	case entering:
		return m.from != m.to && t.bits&(1<<m.to) != 0
	case took, passed:
		return m.ghosts&t.bits != 0
	case actor:
		for _, r := range t.roles {
			if r == m.role {
				return true
			}
		}
		return false
	default:
		return true
	}
}

// reasons adds why the condition fails; it is called only where it does. A part of All speaks for
// itself; everything else gives the reason that was written beside it.
func (p *Procedure) reasons(t *test, m *moment, out []Reason) []Reason {
	if t.kind == allOf && t.because == "" {
		for i := range t.parts {
			if !t.parts[i].holds(m) {
				out = p.reasons(&t.parts[i], m, out)
			}
		}
		return out
	}
	r := Reason{Code: t.because, Fact: t.fact, Cites: t.cites}
	p.mend(t, m, &r)
	return append(out, r)
}
