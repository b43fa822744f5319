package city

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/store"
)

// paths are a procedure as the play walks it: what each step does, read from the procedure itself.
type paths struct {
	procedure *procedure.Procedure
	steps     map[string]*stepInfo
	facts     []string // recorded ones, in the order of their declaration
	ends      map[string]bool
}

type stepInfo struct {
	*procedure.Step
	sets, clears                     uint64
	starts, meets, suspends, resumes []procedure.Clock
}

func pathsOf(p *procedure.Procedure) *paths {
	w := &paths{procedure: p, steps: map[string]*stepInfo{}, ends: map[string]bool{}}
	for _, f := range p.Facts {
		if f.Kind == procedure.Recorded {
			w.facts = append(w.facts, f.Code)
		}
	}
	bits := func(codes []string) (b uint64) {
		for _, c := range codes {
			b |= 1 << max(0, slices.Index(w.facts, c))
		}
		return b
	}
	clocks := func(codes []string) (out []procedure.Clock) {
		for _, c := range codes {
			clock, _ := p.Clock(c)
			out = append(out, clock)
		}
		return out
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		w.steps[s.Code] = &stepInfo{s, bits(s.Sets), bits(s.Clears), clocks(s.Starts), clocks(s.Meets), clocks(s.Suspend), clocks(s.Resume)}
	}
	for _, s := range p.States {
		w.ends[s.Code] = s.End
	}
	return w
}

// period is a row of term_terms in the making.
type period struct {
	id      string
	clock   string
	period  law.Period
	start   time.Time
	due     due
	resting time.Time // suspended from; zero: it is not
	met     time.Time // zero: it is not
	rev     int
}

// due is when a period is over.
type due struct {
	at          time.Time
	day         law.Date
	provisional bool
}

// walker is one matter on its way through a procedure.
type walker struct {
	g       *game
	paths   *paths
	state   string
	facts   uint64
	periods []period
	rename  func(string) string // of clocks
}

// take moves on by a step at a time. It refuses what the procedure does not allow in that state.
func (w *walker) take(code string, at time.Time) (from string, err error) {
	s := w.paths.steps[code]
	if s == nil || !slices.Contains(s.From, w.state) {
		return "", fmt.Errorf("city: %s has no step %s in %s", w.paths.procedure.Code, code, w.state)
	}
	from = w.state
	if s.To != "" {
		w.state = s.To
	}
	w.facts = w.facts&^s.clears | s.sets
	for _, c := range s.meets {
		w.meet(c.Code, at)
	}
	for _, c := range s.suspends {
		for i := range w.periods {
			if p := &w.periods[i]; p.clock == c.Code && p.met.IsZero() && p.resting.IsZero() {
				p.resting, p.rev = at, p.rev+1
			}
		}
	}
	for _, c := range s.starts {
		w.meet(c.Code, at)
		w.start(c, c.Period, at)
	}
	for _, c := range s.resumes {
		if slices.ContainsFunc(w.periods, func(p period) bool { return p.clock == c.Code && p.met.IsZero() && !p.resting.IsZero() }) {
			return "", fmt.Errorf("city: %s of %s would resume %s, which the play does not reckon", code, w.paths.procedure.Code, c.Code)
		}
	}
	if w.paths.ends[w.state] {
		for i := range w.periods {
			if p := &w.periods[i]; p.met.IsZero() {
				p.met, p.resting, p.rev = at, time.Time{}, p.rev+1
			}
		}
	}
	return from, nil
}

func (w *walker) meet(clock string, at time.Time) {
	for i := range w.periods {
		if p := &w.periods[i]; p.clock == clock && p.met.IsZero() {
			p.met, p.resting, p.rev = at, time.Time{}, p.rev+1
		}
	}
}

func (w *walker) start(c procedure.Clock, p law.Period, at time.Time) {
	w.periods = append(w.periods, period{id: w.g.id(at), clock: c.Code, period: p, start: at, due: w.g.due(at, p), rev: 1})
}

// inTime reports whether the newest period of a clock was met, or is open, in time at a moment; ok is false without one.
func (w *walker) inTime(clock string, at time.Time) (in, ok bool) {
	for _, p := range slices.Backward(w.periods) {
		if p.clock == clock {
			until := at
			if !p.met.IsZero() {
				until = p.met
			}
			return until.Before(p.due.at), true
		}
	}
	return false, false
}

// factList is the recorded facts as rows keep them.
func (w *walker) factList() string {
	if w.facts == 0 {
		return "[]"
	}
	var held []string
	for i, f := range w.paths.facts {
		if w.facts&(1<<i) != 0 {
			held = append(held, f)
		}
	}
	return `["` + strings.Join(held, `","`) + `"]`
}

// dueKey is what the end of a period depends on, but for periods of hours.
type dueKey struct {
	day  law.Date
	n    int
	unit law.Unit
}

func (g *game) due(at time.Time, p law.Period) due {
	key := dueKey{law.On(at), p.N, p.Unit}
	if known, ok := g.dues[key]; ok && p.Unit != law.Hours {
		return known
	}
	counted, err := g.calendar.Due(at, p)
	if err != nil {
		g.fail(err)
	}
	d := due{counted.At, counted.Date, counted.Provisional}
	g.dues[key] = d
	return d
}

// terms writes the periods of a matter.
func (g *game) terms(b *bundle, matter, id, unit string, periods []period) {
	for _, p := range periods {
		var resting, met any
		if !p.resting.IsZero() {
			resting = store.At(p.resting)
		}
		if !p.met.IsZero() {
			met = store.At(p.met)
		}
		b.add(g.t.terms.Row(p.id, matter, id, unit, p.clock, p.period.N, string(p.period.Unit), g.citeList(p.period.Cites), store.At(p.start), store.At(p.due.at), store.Date{Date: p.due.day},
			p.due.provisional, g.calendar.Version(), resting, "[]", met, p.rev))
	}
}

func (g *game) citeList(cites []law.Cite) string {
	if len(cites) == 0 {
		return "[]"
	}
	texts := make([]string, len(cites))
	for i, c := range cites {
		texts[i] = c.String()
	}
	return `["` + strings.Join(texts, `","`) + `"]`
}
