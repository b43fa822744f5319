package casework

import (
	"slices"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/procedure"
	"jiexu/term"
)

// lateField is where a form asks why the step comes late.
const lateField = "late_reason"

// lateUnexplained refuses a step that comes after the end of the period that it keeps where its form asks why, and
// nobody says so. It is taken all the same with the reason, and recorded as late. A service by announcement is as late as the
// law makes it (CP 95), and needs no reason.
func (a *act) lateUnexplained() error {
	i := slices.IndexFunc(a.step.Fields, func(f procedure.Field) bool { return f.Name == lateField })
	if i < 0 || a.values.Text(lateField) != "" || a.values.Text("method") == byAnnouncement {
		return nil
	}
	done := a.now
	for _, f := range a.step.Fields[:i] { // the day that the form names, where it is written down afterwards
		switch at := a.values[f.Name].(type) {
		case law.Date:
			done = at.Start()
		case time.Time:
			done = at
		}
	}
	clock, t, late := a.late(a.way, a.step, done)
	if !late {
		return nil
	}
	return fault.New(fault.Invalid, "procedure.fields").With(lateField, "case.late_reason", "clock", clock.Title, "due", t.DueDate.String(), "cites", api.CiteTexts(clock.Period.Cites))
}

// late finds a period that a step keeps and that was over, unmet, at a moment.
func (f *file) late(w way, step *procedure.Step, at time.Time) (procedure.Clock, term.Term, bool) {
	for _, clock := range keeps(w.Procedure, step) {
		if t, ok := f.running(w.clock(clock.Code)); ok && t.Lapsed(at) {
			return clock, t, true
		}
	}
	return procedure.Clock{}, term.Term{}, false
}

// keeps are the periods that bind us and that a step is to keep: those that it meets; of one that meets none, as a report
// that comes before the head's word, all of its procedure.
func keeps(p *procedure.Procedure, step *procedure.Step) (out []procedure.Clock) {
	for _, c := range p.Clocks {
		if !c.Waits && (len(step.Meets) == 0 || slices.Contains(step.Meets, c.Code)) {
			out = append(out, c)
		}
	}
	return out
}

// hideLate takes the question why it is late out of the form of a step that is not late.
func (f *file) hideLate(w way, step *procedure.Step, view *api.Choice, now time.Time) {
	if len(keeps(w.Procedure, step)) == 0 {
		return // a question of its own, as of an application to the court
	}
	if _, _, late := f.late(w, step, now); !late {
		view.Fields = slices.DeleteFunc(view.Fields, func(field api.Field) bool { return field.Name == lateField })
	}
}
