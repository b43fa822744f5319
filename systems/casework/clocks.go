package casework

import (
	"strconv"
	"strings"

	"jiexu/procedure"
	"jiexu/systems/casework/tracks"
	"jiexu/term"
)

// A case's periods are those of its main procedure and of all its tracks. Under the ordinary procedure a
// period goes by its clock's code alone; any other is named PROCEDURE#SEQ.CLOCK, where SEQ is the track's
// count within the case, and 0 the main procedure. So lists, alarms and My Work find all periods of a
// case in one place, and two seizures in one case do not end each other's time.

func clockName(procedure string, seq int, clock string) string {
	return procedure + "#" + strconv.Itoa(seq) + "." + clock
}

// ClockOf finds the clock that a period's name speaks of.
func ClockOf(name string) (procedure.Clock, bool) {
	code, rest, qualified := strings.Cut(name, "#")
	if !qualified {
		return Ordinary.Clock(name)
	}
	_, clock, _ := strings.Cut(rest, ".")
	t, ok := tracks.Of(code)
	if !ok {
		return procedure.Clock{}, false
	}
	clock, part, several := strings.Cut(clock, ".")
	c, ok := t.Clock(clock)
	if several {
		c.Title = procedure.T(c.Title.ZH+" · 第 "+part+" 期", c.Title.EN+" · no. "+part)
	}
	return c, ok
}

// describeClock tells what the clocks of cases are called.
func describeClock(lang string) term.Describe {
	return func(name string) term.Description {
		c, ok := ClockOf(name)
		if !ok {
			return term.Description{Title: name}
		}
		return term.Description{Title: c.Title.In(lang), Rule: c.Period.Rule, Waits: c.Waits}
	}
}
