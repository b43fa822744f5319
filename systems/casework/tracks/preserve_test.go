package tracks

import (
	"testing"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

// bare is a case of which nothing is known.
func bare() *Look {
	return &Look{Lapsed: func(string) bool { return false }, Due: func(string) (d law.Date) { return }, MainLapsed: func(string) bool { return false },
		MainDue: func(string) (d law.Date) { return }, Setting: func(string) string { return "" }, Named: map[string]Person{}}
}

func TestPreserveStories(t *testing.T) {
	proceduretest.Tell(t, Preserve.Procedure, map[string]bool{"two_certified_officers": true}, []proceduretest.Story{
		{Name: "asked, granted, dealt with in time", Lines: `
			officer ask
			officer grant ! not_yours
			head grant
			officer preserve
			officer dispose
			state ended`},
		{Name: "the head does not wait for anybody to ask", Lines: `
			head grant ! need.preserve_asked`},
		{Name: "the eighth working day", Lines: `
			officer ask
			head grant
			officer preserve
			officer lapse ! need.preserve_over
			over preserve
			officer dispose ! need.preserve_time
			officer lapse`},
		{Name: "one officer alone", Lines: `
			- two_certified_officers
			officer ask ! need.two_officers`},
	})
}

func TestPreserveMutations(t *testing.T) {
	step := proceduretest.Step
	proceduretest.Mutate(t, Preserve.Procedure, Preserve.Properties, []proceduretest.Mutation{
		{Name: "no approval", Break: func(p *procedure.Procedure) { step(p, "preserve").From = []string{PreserveAsked} }, Breaks: "no_preserving_without_approval"},
		{Name: "the officer approves himself", Break: func(p *procedure.Procedure) { step(p, "grant").By = []string{Head, Officer} }, Breaks: "only_the_head_approves_preserving"},
		{Name: "kept for months", Break: func(p *procedure.Procedure) { step(p, "dispose").Needs = procedure.All(TwoCertified) }, Breaks: "no_disposal_after_seven_days"},
		{Name: "one officer", Break: func(p *procedure.Procedure) { step(p, "preserve").Needs = procedure.All(preserveAsked) }, Breaks: "no_preserving_by_fewer_than_two"},
	})
}
