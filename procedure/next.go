package procedure

import (
	"errors"
	"fmt"
	"slices"

	"jiexu/fault"
	"jiexu/law"
)

// Choice is a step of the matter's present state.
type Choice struct {
	Step    *Step
	Allowed bool     // its needs hold; whether the asker may take it is Mine
	Mine    bool     // the asker has a role that may take it
	Reasons []Reason // why it is not allowed, in the order of the needs
}

// Reason is one need that does not hold.
type Reason struct {
	Code  string // message code: what is missing and what to do
	Fact  string // the fact that is missing, where it is one fact
	Cites []law.Cite
	Mends []*Step // the steps of the present state that would make it hold
	Clock string  // the clock whose end would
}

// Open gives a new matter in its start state, and the clocks that start with it.
func (p *Procedure) Open() (Matter, []ClockAction) {
	actions := make([]ClockAction, len(p.Opens))
	for i, c := range p.Opens {
		actions[i] = ClockAction{Verb: StartClock, Clock: p.Clocks[p.index.clocks[c]]}
	}
	return Matter{State: p.Start}, actions
}

// Next lists the steps of the matter's state, in the procedure's order, allowed or blocked with the
// reasons. seen must say every observed fact; entered facts that it does not say are taken to hold.
// roles are those that the asker has over this matter. Returns an internal error if the state or a
// recorded fact is not the procedure's, or an observed fact is not said: these are our defects.
func (p *Procedure) Next(m Matter, seen Seen, roles []string) ([]Choice, error) {
	now, err := p.moment(m, seen)
	if err != nil {
		return nil, err
	}
	steps := p.index.from[now.from]
	out := make([]Choice, len(steps))
	for i, s := range steps {
		out[i] = p.choice(s, now, roles)
	}
	return out, nil
}

func (p *Procedure) choice(s int, now *moment, roles []string) Choice {
	c := Choice{Step: &p.Steps[s], Allowed: true}
	for _, r := range c.Step.By {
		if slices.Contains(roles, r) {
			c.Mine = true
			break
		}
	}
	if need := &p.index.needs[s]; !need.holds(now) {
		c.Allowed = false
		c.Reasons = p.reasons(need, now, nil)
	}
	return c
}

// Take takes a step: it gives the matter as it is afterwards and what happens to its clocks. seen must
// say every observed fact, and every entered fact that the step needs (an internal error otherwise).
// What stands in the way of the step itself is refused before that, so a caller may ask with entered
// facts untold to hear of it.
//
// Returns procedure.no_step (not found) for an unknown step; procedure.not_now (conflict) if the step
// is not one of the matter's state; procedure.not_yours (refused) if no role of the asker may take it;
// procedure.blocked (refused) with a field per reason if a need does not hold: its name is the fact's
// code, its code the sentence, its parameter cites the articles.
func (p *Procedure) Take(m Matter, step string, seen Seen, roles []string) (Matter, []ClockAction, error) {
	i, ok := p.index.steps[step]
	if !ok {
		return m, nil, fault.New(fault.NotFound, "procedure.no_step", "step", step)
	}
	now, err := p.moment(m, seen)
	if err != nil {
		return m, nil, err
	}
	s := &p.Steps[i]
	if !slices.Contains(p.index.from[now.from], i) {
		return m, nil, fault.New(fault.Conflict, "procedure.not_now", "step", s.Title, "state", p.States[now.from].Title, "cites", citeTexts(s.Cites))
	}
	c := p.choice(i, now, roles)
	if !c.Mine {
		return m, nil, fault.New(fault.Refused, "procedure.not_yours", "step", s.Title, "cites", citeTexts(s.Cites))
	}
	if !c.Allowed {
		refused := fault.New(fault.Refused, "procedure.blocked", "step", s.Title)
		for _, r := range c.Reasons {
			refused.With(r.Fact, r.Code, "cites", citeTexts(r.Cites))
		}
		return m, nil, refused
	}
	for _, f := range p.index.entered[i] {
		if _, told := seen[f]; !told {
			return m, nil, fmt.Errorf("procedure %s: step %s needs to be told whether %s", p.Code, step, f)
		}
	}
	after := Matter{State: m.State, Before: m.Before}
	switch {
	case s.Back:
		if _, ok := p.index.states[m.Before]; !ok {
			return m, nil, fmt.Errorf("procedure %s: step %s leads back to %q", p.Code, step, m.Before)
		}
		after.State, after.Before = m.Before, ""
	case s.To != "":
		after.State, after.Before = s.To, ""
		if p.States[p.index.states[s.To]].Aside {
			after.Before = m.State
		}
	}
	held := now.facts&p.index.recorded&^p.index.clears[i] | p.index.sets[i]
	for b := range p.Facts {
		if held&(1<<b) != 0 {
			after.Facts = append(after.Facts, p.Facts[b].Code)
		}
	}
	return after, p.actions(s), nil
}

// Cited adds the step's articles to a refusal of it that was made elsewhere, as by the role table.
func (s *Step) Cited(err error) error {
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Params != nil {
		refused.Params["cites"] = citeTexts(s.Cites)
	}
	return err
}

func citeTexts(cites []law.Cite) []string {
	out := make([]string, len(cites))
	for i, c := range cites {
		out[i] = c.String()
	}
	return out
}

// actions lists what a step does to clocks: those that it ends before those that it starts, so that a
// clock in both begins anew.
func (p *Procedure) actions(s *Step) []ClockAction {
	var out []ClockAction
	for _, do := range []struct {
		verb  Verb
		codes []string
		dated string
	}{{MeetClock, s.Meets, ""}, {SuspendClock, s.Suspend, ""}, {ResumeClock, s.Resume, ""}, {StartClock, s.Starts, s.Dated}} {
		for _, code := range do.codes {
			a := ClockAction{Verb: do.verb, Clock: p.Clocks[p.index.clocks[code]], Dated: do.dated}
			if do.verb == SuspendClock || do.verb == ResumeClock {
				a.Why, a.Cites = s.Title, s.Cites
			}
			out = append(out, a)
		}
	}
	return out
}

// moment turns names into bits.
func (p *Procedure) moment(m Matter, seen Seen) (*moment, error) {
	state, ok := p.index.states[m.State]
	if !ok {
		return nil, fmt.Errorf("procedure %s: no state %q", p.Code, m.State)
	}
	now := &moment{from: uint8(state)}
	for _, code := range m.Facts {
		b, ok := p.index.facts[code]
		if !ok || p.Facts[b].Kind != Recorded {
			return nil, fmt.Errorf("procedure %s: %q is not one of its recorded facts", p.Code, code)
		}
		now.facts |= 1 << b
	}
	for b := range p.Facts {
		f := &p.Facts[b]
		if f.Kind == Recorded {
			continue
		}
		holds, told := seen[f.Code]
		if !told && f.Kind == Observed {
			return nil, fmt.Errorf("procedure %s: nobody has looked whether %s", p.Code, f.Code)
		}
		if holds || !told {
			now.facts |= 1 << b
		}
	}
	return now, nil
}

// Step returns a step by code.
func (p *Procedure) Step(code string) (*Step, bool) {
	i, ok := p.index.steps[code]
	if !ok {
		return nil, false
	}
	return &p.Steps[i], true
}

// State returns a state by code.
func (p *Procedure) State(code string) (State, bool) {
	i, ok := p.index.states[code]
	if !ok {
		return State{}, false
	}
	return p.States[i], true
}

// Clock returns a clock by code.
func (p *Procedure) Clock(code string) (Clock, bool) {
	i, ok := p.index.clocks[code]
	if !ok {
		return Clock{}, false
	}
	return p.Clocks[i], true
}

// Reasons lists the message codes that the procedure can answer with, each once, in order.
func (p *Procedure) Reasons() []string {
	var out []string
	for _, s := range p.Steps {
		s.Needs.each(func(c Cond) {
			if c.because != "" && !slices.Contains(out, c.because) {
				out = append(out, c.because)
			}
		})
	}
	return out
}
