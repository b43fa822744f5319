package intake

import (
	"slices"
	"testing"

	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

const untilAssigned = `
	desk route
	leader accept
	leader assign
	state assigned
`

func TestHandlingStories(t *testing.T) {
	proceduretest.Tell(t, Handling, map[string]bool{"has_photo": true, "two_assigned": true}, []proceduretest.Story{
		{Name: "a stall on the pavement, gone the same day", Lines: untilAssigned + `
			officer first_contact
			officer handle
			officer reply
			desk close
			state closed`},
		{Name: "not ours", Lines: `
			desk transfer
			state transferred
			desk route ! not_now`},
		{Name: "the wrong squad", Lines: `
			desk route
			leader return
			state registered
			leader accept ! not_now
			desk route
			leader accept`},
		{Name: "one officer is not enough", Lines: `
			desk route
			leader accept
			- two_assigned
			leader assign ! need.two_assigned
			+ two_assigned
			leader assign
			leader assign`},
		{Name: "no photo", Lines: untilAssigned + `
			- has_photo
			officer handle ! need.photo
			officer reply ! not_now
			+ has_photo
			officer handle`},
		{Name: "it becomes a case", Lines: untilAssigned + `
			officer handle
			+ outcome_is_case
			officer reply ! need.case_filed
			officer file_case
			officer file_case ! need.case_once
			officer reply
			desk close`},
		{Name: "the citizen is not satisfied", Lines: untilAssigned + `
			officer handle
			leader reply
			desk redo
			state assigned
			officer reply ! not_now
			officer handle
			officer reply
			desk close`},
		{Name: "seen again the next morning", Lines: untilAssigned + `
			officer handle
			officer handle
			state handled`},
		{Name: "who may not", Lines: `
			leader route ! not_yours
			auxiliary transfer ! not_yours
			desk route
			officer accept ! not_yours
			desk return ! not_yours
			leader accept
			officer assign ! not_yours
			leader assign
			auxiliary handle ! not_yours
			auxiliary first_contact ! not_yours
			leader handle ! not_yours
			officer handle
			desk reply ! not_yours
			officer reply
			officer close ! not_yours
			leader redo ! not_yours`},
	})
}

func TestHandlingIsProved(t *testing.T) { proceduretest.Prove(t, Handling, HandlingProperties) }

func TestHandlingPage(t *testing.T) {
	proceduretest.Document(t, Handling, "../../docs/procedures/"+Handling.Code+".md")
}

func TestHandlingWords(t *testing.T) { proceduretest.Words(t, Handling, "../../words/messages") }

// TestHandlingClocks pins which clocks run when a complaint has just been opened, and what the reply ends.
func TestHandlingClocks(t *testing.T) {
	_, opened := Handling.Open()
	if got := clocks(opened, procedure.StartClock); !slices.Equal(got, []string{"reply", "tell_informant", "transfer"}) {
		t.Errorf("opening starts %v", got)
	}
	seen := procedure.Seen{"has_photo": true, "outcome_is_case": false, "two_assigned": true}
	m := procedure.Matter{State: Handled, Facts: []string{"visited"}}
	_, actions, err := Handling.Take(m, StepReply, seen, []string{"officer"})
	if err != nil {
		t.Fatal(err)
	}
	if got := clocks(actions, procedure.MeetClock); !slices.Equal(got, []string{"reply", "tell_informant", "redo"}) {
		t.Errorf("the reply meets %v", got)
	}
}

func clocks(actions []procedure.ClockAction, verb procedure.Verb) []string {
	var out []string
	for _, a := range actions {
		if a.Verb == verb {
			out = append(out, a.Clock.Code)
		}
	}
	return out
}

func TestHandlingMutations(t *testing.T) {
	step := proceduretest.Step
	needing := func(code string, needs ...procedure.Condition) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) { step(p, code).Needs = procedure.All(needs...) }
	}
	from := func(code string, states ...string) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) { s := step(p, code); s.From = slices.Concat(s.From, states) }
	}
	proceduretest.Mutate(t, Handling, HandlingProperties, []proceduretest.Mutation{
		{Name: "answered from the desk", Break: func(p *procedure.Procedure) {
			from(StepReply, Assigned)(p)
			needing(StepReply, caseFiled.When(OutcomeIsCase))(p)
		}, Breaks: "no_reply_without_visit"},
		{Name: "the old visit counts after a redo", Break: func(p *procedure.Procedure) {
			from(StepReply, Assigned)(p)
			step(p, StepRedo).Clears = nil
		}, Breaks: "no_reply_without_visit"},
		{Name: "no photo needed", Break: needing(StepHandle), Breaks: "no_visit_without_photo"},
		{Name: "one officer alone", Break: needing(StepAssign), Breaks: "no_visit_unassigned"},
		{Name: "handled before anyone is sent", Break: from(StepHandle, Accepted), Breaks: "no_visit_unassigned"},
		{Name: "sent before accepting", Break: from(StepAssign, Routed), Breaks: "only_the_accepting_squad_acts"},
		{Name: "the case is forgotten", Break: needing(StepReply, visited), Breaks: "case_outcome_is_filed"},
		{Name: "two cases of one complaint", Break: needing(StepFileCase, visited), Breaks: "one_case_per_complaint"},
		{Name: "a case from the desk", Break: func(p *procedure.Procedure) {
			from(StepFileCase, Assigned)(p)
			needing(StepFileCase, procedure.Not(caseFiled).Because("need.case_once"))(p)
		}, Breaks: "no_case_without_visit"},
		{Name: "closed without an answer", Break: from(StepClose, Handled), Breaks: "closed_only_after_reply"},
		{Name: "an officer closes", Break: func(p *procedure.Procedure) { step(p, StepClose).By = []string{"desk", "officer"} }, Breaks: "only_the_desk_closes"},
		{Name: "transferred after accepting", Break: from(StepTransfer, Accepted), Breaks: "accepted_is_ours"},
		{Name: "nothing is ever closed", Break: func(p *procedure.Procedure) {
			p.Steps = slices.DeleteFunc(p.Steps, func(s procedure.Step) bool { return s.Code == StepClose })
		}, Breaks: "end_in_reach"},
	})
}
