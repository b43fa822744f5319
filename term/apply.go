package term

import (
	"context"
	"fmt"
	"time"

	"jiexu/ledger"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/words"
)

// Apply carries out what a step does to the clocks of a matter. values are the step's fields: a clock
// may start on the day that one of them names. A clock is suspended and resumed by
// the step's own articles; basis says in the case's words what the time that does not count is for, the step's title
// where it is empty. The rows belong into the entry of the transaction.
func (k *Keeper) Apply(ctx context.Context, tx *store.Tx, m Matter, actions []procedure.ClockAction, values procedure.Values, now time.Time, basis string) ([]ledger.Row, error) {
	var rows []ledger.Row
	for _, a := range actions {
		var done []ledger.Row
		var err error
		why := Reason{Text: basis, Cites: a.Cites}
		if len(why.Cites) == 0 {
			why.Rule = a.Clock.Period.Rule // the office's own time rests by the office's own rule
		}
		if why.Text == "" {
			why.Text = a.Why.In(words.Chinese) // it stands in the file
		}
		switch a.Verb {
		case procedure.StartClock:
			if !a.Ends.IsZero() {
				done, err = k.StartUntil(ctx, tx, m, a.Clock.Code, a.Clock.Period, a.Start(values, now), a.Ends)
				break
			}
			done, err = k.Start(ctx, tx, m, a.Clock.Code, a.Clock.Period, a.Start(values, now))
		case procedure.MeetClock:
			done, err = k.Meet(ctx, tx, m, a.Clock.Code, now)
		case procedure.SuspendClock:
			done, err = k.Suspend(ctx, tx, m, a.Clock.Code, now, why)
		case procedure.ResumeClock:
			done, err = k.Resume(ctx, tx, m, a.Clock.Code, now, why)
		default:
			err = fmt.Errorf("unknown clock verb %q", a.Verb)
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, done...)
	}
	return rows, nil
}

// Clocks describes the clocks of a procedure, for View.
func Clocks(p *procedure.Procedure, lang string) Describe {
	return func(code string) Description {
		c, ok := p.Clock(code)
		if !ok {
			return Description{Title: code}
		}
		return Description{Title: c.Title.In(lang), Rule: c.Period.Rule, Waits: c.Waits}
	}
}
