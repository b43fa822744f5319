package procedure

import "time"

// Attempt takes a step with what a person has filled in. What stands in the way of the step itself is
// told before what is wrong in the form: first the needs, taking all entered facts to hold; then the
// fields; then enter, which looks at the values and says the entered facts; then the needs again.
//
// Returns what Take and Step.Read return, and what enter returns.
func (p *Procedure) Attempt(m Matter, step string, seen Seen, roles []string, in map[string]any, now time.Time, enter func(Values, Seen) error) (Matter, []ClockAction, Values, error) {
	for i := range p.Facts {
		if p.Facts[i].Kind == Entered {
			seen.Say(p.Facts[i], true)
		}
	}
	if _, _, err := p.Take(m, step, seen, roles); err != nil {
		return m, nil, nil, err
	}
	s, _ := p.Step(step)
	values, err := s.Read(in, now)
	if err != nil {
		return m, nil, nil, err
	}
	if err := enter(values, seen); err != nil {
		return m, nil, nil, err
	}
	after, actions, err := p.Take(m, step, seen, roles)
	if after.Facts == nil {
		after.Facts = []string{}
	}
	return after, actions, values, err
}
