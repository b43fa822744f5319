package procedure

import (
	"fmt"
	"math/bits"
	"slices"

	"jiexu/law"
)

// Property is a rule that no way through a procedure may break. It is written without the
// procedure's own needs and recorded facts: it looks only at which steps were taken, in which order,
// by whom, and at what was true in the world. So a need that is missing, too weak or wrongly spelled
// shows as a way that breaks the property.
type Property struct {
	Code  string
	Title Text
	Cites []law.Cite
	// When says which moments the property is about, Must what has to hold at each of them.
	When Condition
	Must Condition
}

// Proof is the outcome of checking one property.
type Proof struct {
	Property  Property
	Proved    bool
	States    int  // distinct situations walked: state, recorded facts, clocks, history
	Moments   int  // steps that the property is about, tried there with every combination of the facts that matter
	Way       []Go // the shortest way that breaks it, where it is not proved
	Situation []Given
	Never     []Text // states and steps that nothing leads to, where that is what is wrong
}

// Go is one stretch of a way: a step, or a clock's running out.
type Go struct {
	Step  *Step
	Role  string
	Clock *Clock
	From  State
	To    State
}

// Given is a fact of the last moment of a way.
type Given struct {
	Fact  Fact
	Holds bool
}

// situation is a node of the walk.
type situation struct {
	state     uint8
	before    uint8  // state from which it was set aside
	facts     uint64 // recorded
	running   uint64 // clocks, as far as a fact or the property depends on them
	suspended uint64
	lapsed    uint64
	ghosts    uint64
}

type visited struct {
	situation
	parent int32
	step   int16 // -1: a clock ran out
	clock  int16
}

// walk is a breadth-first walk of a procedure, with a property's memories.
type walk struct {
	p        *Procedure
	memories []memory
	at       map[situation]int32
	nodes    []visited
	moments  int
	tracked  uint64   // the clocks that a fact or the property depends on
	clockBit []uint64 // fact bit of each clock's lapsing, 0 if none
	needs    []uint64 // by step: the facts that its needs ask for
	forced   []forced // by step: the facts that must be so for it to be taken, whatever else is
	effects  [][]effect
	leads    []int  // by step: the state that it leads to, or one of back and stays
	matters  uint64 // the facts that the property asks for
	can      []map[uint64]bool
}

// effect is what a step does to a clock, with names as numbers: a walk asks millions of times.
type effect struct {
	verb  Verb
	clock int
}

// Where a step leads that names no state.
const (
	stays = -1
	back  = -2
)

func newWalk(p *Procedure, memories []memory, matters uint64) *walk {
	w := &walk{p: p, memories: memories, at: map[situation]int32{}, matters: matters}
	for i, c := range p.Clocks {
		var bit uint64
		if b, ok := p.index.facts[c.Lapsed.Code]; ok {
			bit = 1 << b
		}
		w.clockBit = append(w.clockBit, bit)
		if bit != 0 {
			w.tracked |= 1 << i
		}
	}
	for _, m := range memories {
		w.tracked |= m.clocks
	}
	for i := range p.Steps {
		step := &p.Steps[i]
		var does []effect
		for _, a := range p.actions(step) {
			does = append(does, effect{a.Verb, p.index.clocks[a.Clock.Code]})
		}
		w.effects = append(w.effects, does)
		to := stays
		if step.Back {
			to = back
		} else if step.To != "" {
			to = p.index.states[step.To]
		}
		w.leads = append(w.leads, to)
		w.needs = append(w.needs, factsOf(&p.index.needs[i]))
		var f forced
		f.read(&p.index.needs[i])
		w.forced = append(w.forced, f)
		w.can = append(w.can, map[uint64]bool{})
	}
	start := situation{state: uint8(p.index.states[p.Start])}
	for _, c := range p.Opens {
		start.start(w, p.index.clocks[c])
	}
	w.add(start, visited{parent: -1})
	return w
}

// forced are the facts that a need asks for outright, or asks not to hold: parts of a conjunction. No combination in
// which they are otherwise takes the step, so none has to be tried; this halves the walk for each of them.
type forced struct{ yes, no uint64 }

func (f *forced) read(t *test) {
	switch {
	case t.kind == allOf:
		for i := range t.parts {
			f.read(&t.parts[i])
		}
	case t.kind == factHolds:
		f.yes |= t.bits
	case t.kind == notOf && t.parts[0].kind == factHolds:
		f.no |= t.parts[0].bits
	}
}

func factsOf(t *test) uint64 {
	var out uint64
	if t.kind == factHolds {
		out = t.bits
	}
	for i := range t.parts {
		out |= factsOf(&t.parts[i])
	}
	return out
}

func (w *walk) add(s situation, how visited) int32 {
	if i, ok := w.at[s]; ok {
		return i
	}
	how.situation = s
	i := int32(len(w.nodes))
	w.at[s] = i
	w.nodes = append(w.nodes, how)
	return i
}

func (s *situation) start(w *walk, clock int) {
	if w.tracked&(1<<clock) != 0 {
		s.running |= 1 << clock
		s.suspended &^= 1 << clock
		s.lapsed &^= 1 << clock
	}
}

// known gives the facts that are not free: the recorded ones, and the lapsed clocks. While a clock is
// suspended its period is not over, whatever it was before (term.Lapsed says the same).
func (w *walk) known(s *situation) uint64 {
	facts := s.facts
	for over := s.lapsed &^ s.suspended; over != 0; over &= over - 1 {
		facts |= w.clockBit[bits.TrailingZeros64(over)]
	}
	return facts
}

// expand tries everything that can happen in node i: each clock's running out, and each step that some
// combination of the free facts allows. led hears of every move.
func (w *walk) expand(i int32, led func(from, to int32)) {
	here := w.nodes[i].situation
	for c := here.running &^ here.lapsed &^ here.suspended; c != 0; c &= c - 1 {
		clock := bits.TrailingZeros64(c)
		next := here
		next.lapsed |= 1 << clock
		for g, m := range w.memories {
			if m.clocks&(1<<clock) != 0 {
				next.ghosts |= 1 << g
			}
		}
		led(i, w.add(next, visited{parent: i, step: -1, clock: int16(clock)}))
	}
	known := w.known(&here)
	for _, s := range w.p.index.from[here.state] {
		key := known & w.needs[s]
		can, asked := w.can[s][key]
		if !asked {
			w.combine(known, w.needs[s], w.forced[s], func(facts uint64) bool {
				can = w.p.index.needs[s].holds(&moment{facts: facts})
				return !can
			})
			w.can[s][key] = can
		}
		if can {
			led(i, w.add(w.after(here, s, w.to(s, &here)), visited{parent: i, step: int16(s)}))
		}
	}
}

// look shows the property every moment of node i at which it could be broken: each step that it is
// about, by each role, under each combination of the free facts that matter to the step or to the
// property. It returns false as soon as the property is broken.
func (w *walk) look(i int32, when, must *test, broken func(m *moment)) bool {
	here := w.nodes[i].situation
	known := w.known(&here)
	m := new(moment)
	for _, s := range w.p.index.from[here.state] {
		*m = moment{step: s, from: here.state, to: w.to(s, &here), ghosts: here.ghosts}
		if !when.may(m) {
			continue
		}
		whole := w.combine(known, w.needs[s]|w.matters, w.forced[s], func(facts uint64) bool {
			m.facts = facts
			w.moments++
			if !w.p.index.needs[s].holds(m) {
				return true
			}
			for _, m.role = range w.p.Steps[s].By {
				if when.holds(m) && !must.holds(m) {
					return false
				}
			}
			return true
		})
		if !whole {
			broken(m)
			return false
		}
	}
	return true
}

// combine calls try with every combination of the free facts among those that matter and are not forced, beside what
// is known, until try returns false. It calls nothing where what is known contradicts what is forced.
func (w *walk) combine(known, matter uint64, f forced, try func(facts uint64) bool) bool {
	free := w.p.index.free
	if f.yes&^free&^known != 0 || f.no&known != 0 || f.yes&f.no != 0 {
		return true
	}
	among := matter & free &^ (f.yes | f.no)
	known |= f.yes & free
	for free := among; ; free = (free - 1) & among { // every subset of the bits of among
		if !try(known | free) {
			return false
		}
		if free == 0 {
			return true
		}
	}
}

func (w *walk) to(step int, from *situation) uint8 {
	switch to := w.leads[step]; to {
	case back:
		return from.before
	case stays:
		return from.state
	default:
		return uint8(to)
	}
}

// may reports whether the condition could hold at m, whatever the facts and the role: only what it says
// of the step, its states and the history is looked at.
func (t *test) may(m *moment) bool {
	switch t.kind {
	case allOf:
		return !slices.ContainsFunc(t.parts, func(p test) bool { return !p.may(m) })
	case anyOf:
		return slices.ContainsFunc(t.parts, func(p test) bool { return p.may(m) })
	case taking, entering, took, passed:
		return t.holds(m)
	default:
		return true
	}
}

// after is the situation that a step leads to.
func (w *walk) after(s situation, step int, to uint8) situation {
	ix := w.p.index
	if from := s.state; to != from {
		s.before, s.state = 0, to
		if w.p.States[to].Aside {
			s.before = from
		}
	}
	s.facts = s.facts&^ix.clears[step] | ix.sets[step]
	for _, a := range w.effects[step] {
		c := a.clock
		switch a.verb {
		case StartClock:
			s.start(w, c)
		case MeetClock: // keeps whether it was met late
			s.running &^= 1 << c
			s.suspended &^= 1 << c
		case SuspendClock:
			s.suspended |= s.running & (1 << c)
		case ResumeClock:
			s.suspended &^= 1 << c
		}
	}
	for g, m := range w.memories {
		if m.since&(1<<step) != 0 {
			s.ghosts &^= 1 << g
		}
		if m.steps&(1<<step) != 0 {
			s.ghosts |= 1 << g
		}
	}
	return s
}

// way tells how node i was reached.
func (w *walk) way(i int32) []Go {
	var out []Go
	for w.nodes[i].parent >= 0 {
		n := w.nodes[i]
		from := w.p.States[w.nodes[n.parent].state]
		g := Go{From: from, To: w.p.States[n.state]}
		if n.step < 0 {
			g.Clock = &w.p.Clocks[n.clock]
		} else {
			g.Step = &w.p.Steps[n.step]
			g.Role = g.Step.By[0]
		}
		out = append(out, g)
		i = n.parent
	}
	slices.Reverse(out)
	return out
}

// Check proves properties of a procedure, or finds for each the shortest way that breaks it, by
// walking every situation that can be reached: every state, recorded fact, clock and history, and at
// each step every combination of the facts that the world can change. Two properties of its own come
// first: every state and every step can be reached; from everywhere an end can be reached. Returns an
// error if a property speaks of a step, state or fact that does not exist, or of a recorded fact (a
// property must not trust the procedure's own books).
func Check(p *Procedure, properties []Property) ([]Proof, error) {
	proofs := checkReached(p)
	for _, prop := range properties {
		proof, err := CheckOne(p, prop)
		if err != nil {
			return nil, err
		}
		proofs = append(proofs, proof)
	}
	return proofs, nil
}

// CheckOne is Check of one property alone, without the two that are proved of every procedure.
func CheckOne(p *Procedure, prop Property) (Proof, error) {
	proof, err := check(p, prop)
	if err != nil {
		return proof, fmt.Errorf("property %s of %s: %w", prop.Code, p.Code, err)
	}
	return proof, nil
}

func check(p *Procedure, prop Property) (Proof, error) {
	proof := Proof{Property: prop, Proved: true}
	var memories []memory
	when, err := resolveProperty(p, prop.When, &memories)
	if err != nil {
		return proof, err
	}
	must, err := resolveProperty(p, prop.Must, &memories)
	if err != nil {
		return proof, err
	}
	matters := factsOf(&when) | factsOf(&must)
	w := newWalk(p, memories, matters)
	for i := int32(0); int(i) < len(w.nodes) && proof.Proved; i++ {
		proof.Proved = w.look(i, &when, &must, func(m *moment) {
			step := &p.Steps[m.step]
			proof.Way = append(w.way(i), Go{Step: step, Role: m.role, From: p.States[m.from], To: p.States[m.to]})
			for b := range p.Facts {
				if matters&(1<<b) != 0 {
					proof.Situation = append(proof.Situation, Given{p.Facts[b], m.facts&(1<<b) != 0})
				}
			}
		})
		w.expand(i, func(_, _ int32) {})
	}
	proof.States, proof.Moments = len(w.nodes), w.moments
	return proof, nil
}

func resolveProperty(p *Procedure, c Condition, memories *[]memory) (test, error) {
	var wrong error
	c.cond().each(func(c Cond) {
		if c.kind == factHolds && c.fact.Kind == Recorded {
			wrong = fmt.Errorf("it trusts the recorded fact %s", c.fact.Code)
		}
	})
	t, err := resolve(p, p.index, c.cond(), memories)
	if len(*memories) > most {
		err = fmt.Errorf("it remembers more than %d things", most)
	}
	if wrong != nil {
		err = wrong
	}
	return t, err
}

// checkReached proves that nothing in the procedure is idle, and that no matter can get stuck: from
// every situation a way leads to an end.
func checkReached(p *Procedure) []Proof {
	w := newWalk(p, nil, 0)
	var steps, states uint64
	var from [][]int32 // from where a node is reached
	led := func(node, to int32) {
		for len(from) <= int(to) {
			from = append(from, nil)
		}
		from[to] = append(from[to], node)
	}
	for i := int32(0); int(i) < len(w.nodes); i++ {
		states |= 1 << w.nodes[i].state
		w.expand(i, led)
	}
	for s, answers := range w.can {
		for _, can := range answers {
			if can {
				steps |= 1 << s
			}
		}
	}
	reached := Proof{Property: Property{Code: "all_reached", Title: T("每个状态都能到达，每个步骤都能走到", "Every state is reached and every step can be taken")},
		States: len(w.nodes)}
	for i, s := range p.States {
		if states&(1<<i) == 0 {
			reached.Never = append(reached.Never, s.Title)
		}
	}
	for i, s := range p.Steps {
		if steps&(1<<i) == 0 {
			reached.Never = append(reached.Never, s.Title)
		}
	}
	reached.Proved = len(reached.Never) == 0

	for len(from) < len(w.nodes) {
		from = append(from, nil)
	}
	ends := make([]bool, len(w.nodes))
	var queue []int32
	for i, n := range w.nodes {
		if p.States[n.state].End {
			ends[i] = true
			queue = append(queue, int32(i))
		}
	}
	for len(queue) > 0 {
		to := queue[0]
		queue = queue[1:]
		for _, node := range from[to] {
			if !ends[node] {
				ends[node] = true
				queue = append(queue, node)
			}
		}
	}
	ended := Proof{Property: Property{Code: "end_in_reach", Title: T("从任何情形出发都能走到终点", "From every situation an end can be reached")},
		Proved: true, States: len(w.nodes)}
	if stuck := slices.Index(ends, false); stuck >= 0 {
		ended.Proved, ended.Way = false, w.way(int32(stuck))
	}
	return []Proof{reached, ended}
}

// Denied is a step that a role may take by the procedure and not by the role table.
type Denied struct {
	Step *Step
	Role string
}

// CheckRoles lists the steps that are open to a role which the role table denies them; allows is that
// table, asked by role and permission code.
func CheckRoles(p *Procedure, allows func(role, op string) bool) []Denied {
	var out []Denied
	for i := range p.Steps {
		for _, role := range p.Steps[i].By {
			if !allows(role, p.Steps[i].Op) {
				out = append(out, Denied{&p.Steps[i], role})
			}
		}
	}
	return out
}

// Story tells in words how a property is broken, a line for each move; "" for a proof.
func (f Proof) Story(lang string) []string {
	if f.Proved {
		return nil
	}
	say := func(zh, en string) string { return T(zh, en).In(lang) }
	var out []string
	for _, n := range f.Never {
		out = append(out, say("永远到不了：", "never reached: ")+n.In(lang))
	}
	for i, g := range f.Way {
		line := fmt.Sprintf("%d. ", i+1)
		if g.Step == nil {
			line += say("时间经过：", "time passes: ") + g.Clock.Title.In(lang) + say("届满", " is over")
		} else {
			line += g.Step.Title.In(lang) + say("（", " (") + g.Step.Code + ", " + g.Role + say("）", ")")
			if g.From != g.To {
				line += say("：", ": ") + g.From.Title.In(lang) + " → " + g.To.Title.In(lang)
			}
		}
		out = append(out, line)
	}
	for _, g := range f.Situation {
		out = append(out, "   "+g.Fact.Title.In(lang)+say("：", ": ")+map[bool]string{true: say("是", "yes"), false: say("否", "no")}[g.Holds])
	}
	return out
}
