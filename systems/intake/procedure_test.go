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

// usual is the world as it mostly is.
func usual() map[string]bool {
	return map[string]bool{"has_photo": true, "may_be_structure": true, "two_assigned": true, "parts_in": true, "second_person": true, "call_made": true, "content": true}
}

func TestHandlingStories(t *testing.T) {
	proceduretest.Tell(t, Handling, usual(), []proceduretest.Story{
		{Name: "a stall on the pavement, gone the same day", Lines: untilAssigned + `
			officer first_contact
			officer handle
			officer reply
			desk close
			state closed`},
		{Name: "a second caller about the same stall", Lines: `
			desk route
			leader return
			desk merge
			state merged
			leader accept ! not_now
			desk merge ! not_now
			desk main_answered ! need.main_answered
			leader unmerge
			state returned
			desk merge
			+ main_is_answered
			desk main_answered
			state replied
			desk redo ! need.accepted need.redo_apart
			desk redo_apart ! need.accepted
			desk reroute
			state registered`},
		{Name: "accepted, merged, answered with the main one and done again by itself", Lines: untilAssigned + `
			officer handle
			leader merge
			officer reply ! not_now
			+ main_is_accepted
			+ main_is_informed
			desk main_accepted
			desk main_informed
			+ main_is_answered
			desk main_answered
			desk redo ! need.redo_apart
			desk redo_apart
			state routed
			leader return ! need.moved
			leader accept`},
		{Name: "the main one is transferred", Lines: `
			desk merge
			desk main_transferred ! need.main_transferred
			+ main_is_transferred
			desk main_transferred
			state transferred`},
		{Name: "what a squad accepted is not transferred with another", Lines: `
			desk route
			leader accept
			desk merge
			+ main_is_transferred
			desk main_transferred ! need.accepted_stays
			desk unmerge
			state accepted`},
		{Name: "while a case runs it is no second one", Lines: untilAssigned + `
			officer handle
			officer file_case
			desk merge ! need.main_has_case
			desk case_ended
			desk merge`},
		{Name: "closed, and the citizen says that it is not done", Lines: untilAssigned + `
			officer handle
			officer reply
			informant rate
			informant rate ! need.rated_once
			desk rate ! not_yours
			desk close
			informant rate ! need.rated_once
			informant reopen ! need.reopen_in_time
			+ reopen_in_time
			officer reopen ! not_yours
			informant reopen
			state reopened
			informant reopen ! not_now
			desk close ! not_now
			desk reroute ! need.redo_there
			desk redo
			state assigned
			officer reply ! not_now
			officer handle
			officer reply
			informant rate
			desk close
			desk reopen`},
		{Name: "not ours", Lines: `
			desk transfer
			state transferred
			desk route ! not_now`},
		{Name: "the wrong squad", Lines: `
			desk route
			leader return
			state returned
			leader accept ! not_now
			desk uphold_return
			state registered
			desk route
			leader return
			desk reject_return
			leader return ! need.call_bureau
			leader accept`},
		{Name: "the bureau rules, once", Lines: `
			desk route
			leader dispute ! need.return_rejected
			leader return
			desk reject_return
			leader dispute
			desk decide ! not_yours
			head decide
			state routed
			leader return ! need.decided
			leader dispute ! need.return_rejected need.decided
			leader accept`},
		{Name: "ruled out, so transferred", Lines: `
			desk route
			leader return
			desk reject_return
			leader dispute
			head rule_out
			desk route ! need.ruled_out
			desk inspect ! need.ruled_out
			desk mediate ! need.ruled_out
			desk transfer
			state transferred`},
		{Name: "the planning department looks first and finds it a squad's", Lines: `
			desk inspect
			leader accept ! not_now
			desk lapse ! need.outside_over
			department report
			state registered
			desk route
			leader accept`},
		{Name: "the department says nothing in its time", Lines: `
			desk inspect
			over inspection
			desk lapse
			state registered`},
		{Name: "neighbours are reconciled in the community", Lines: `
			desk mediate
			officer settle ! not_yours
			community settle
			state settled
			desk answer
			desk redo ! need.accepted
			desk reroute
			state registered`},
		{Name: "settled, but the desk wants it seen", Lines: `
			desk mediate
			community settle
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
			officer inform
			officer file_case ! need.case_once
			desk suspend ! need.case_rests
			officer reply
			desk case_ended
			desk case_ended ! need.case_ended_once
			desk close`},
		{Name: "more time, once and before it is over", Lines: untilAssigned + `
			desk extend ! need.extension_asked
			officer ask_extension
			officer ask_extension ! need.extend_once
			officer extend ! not_yours
			head extend
			desk refuse_extension ! need.extend_once`},
		{Name: "asked too late", Lines: untilAssigned + `
			over reply
			officer ask_extension ! need.extend_late`},
		{Name: "the time rests", Lines: untilAssigned + `
			desk resume ! need.not_resting
			desk suspend
			desk suspend ! need.resting
			officer handle
			officer reply ! need.resume_first
			officer file_case ! need.resume_first
			desk resume
			officer reply`},
		{Name: "two squads together", Lines: untilAssigned + `
			desk join
			- parts_in
			officer handle
			officer reply ! need.parts
			leader contribute ! not_yours
			co_unit contribute
			+ parts_in
			officer reply`},
		{Name: "the other squad says nothing", Lines: untilAssigned + `
			desk join
			- parts_in
			officer handle
			over joint
			officer reply`},
		{Name: "a second person reads the answer", Lines: untilAssigned + `
			officer handle
			officer submit_reply ! need.no_check
			+ check_needed
			officer reply ! need.check_needed
			officer submit_reply
			- second_person
			leader pass_reply ! need.second_person
			+ second_person
			leader send_back
			officer submit_reply
			desk pass_reply
			state replied`},
		{Name: "being built", Lines: `
			desk mark_building
			desk mark_structure ! need.structure_once
			desk route
			leader accept
			leader assign
			officer arrive
			officer arrive ! need.arrived_once
			leader assign
			officer arrive
			officer handle`},
		{Name: "a stall is no structure", Lines: `
			- may_be_structure
			desk mark_building ! need.may_be_structure
			desk mark_structure ! need.may_be_structure
			+ may_be_structure
			desk mark_structure
			desk mark_building ! need.structure_once`},
		{Name: "the citizen is not satisfied", Lines: untilAssigned + `
			officer handle
			leader reply
			- content
			desk close ! need.redo_first
			desk redo
			state assigned
			officer reply ! not_now
			officer handle
			officer reply
			desk close`},
		{Name: "the call back is due", Lines: untilAssigned + `
			officer handle
			leader reply
			- call_made
			desk close ! need.call`},
		{Name: "seen again the next morning", Lines: untilAssigned + `
			officer handle
			officer handle
			state handled`},
		{Name: "who may not", Lines: `
			leader route ! not_yours
			auxiliary transfer ! not_yours
			department route ! not_yours
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
	seen := procedure.Seen{}
	for _, f := range Handling.Facts {
		if f.Kind != procedure.Recorded {
			seen.Say(f, usual()[f.Code])
		}
	}
	m := procedure.Matter{State: Handled, Facts: []string{"visited"}}
	_, actions, err := Handling.Take(m, StepReply, seen, []string{"officer"})
	if err != nil {
		t.Fatal(err)
	}
	if got := clocks(actions, procedure.MeetClock); !slices.Equal(got, []string{"first_contact", "reply", "tell_informant", "redo", "outcome", "source"}) {
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
	by := func(code string, roles ...string) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) { s := step(p, code); s.By = slices.Concat(s.By, roles) }
	}
	less := proceduretest.Needless
	both := func(all ...func(*procedure.Procedure)) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) {
			for _, f := range all {
				f(p)
			}
		}
	}
	drop := func(code string) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) {
			p.Steps = slices.DeleteFunc(p.Steps, func(s procedure.Step) bool { return s.Code == code })
		}
	}
	proceduretest.Mutate(t, Handling, HandlingProperties, []proceduretest.Mutation{
		{Name: "answered from the desk", Break: both(from(StepReply, Assigned), less(StepReply, "visited")), Breaks: "no_reply_without_visit"},
		{Name: "answered while it is with the department", Break: from(StepAnswer, Inspecting), Breaks: "no_reply_without_visit"},
		{Name: "the old visit counts after a redo", Break: both(from(StepReply, Assigned), func(p *procedure.Procedure) { step(p, StepRedo).Clears = nil }), Breaks: "no_reply_without_visit"},
		{Name: "told before anyone looked", Break: both(from(StepInform, Assigned), less(StepInform, "visited")), Breaks: "told_what_was_seen"},
		{Name: "no photo needed", Break: needing(StepHandle), Breaks: "no_visit_without_photo"},
		{Name: "one officer alone", Break: needing(StepAssign), Breaks: "no_visit_unassigned"},
		{Name: "handled before anyone is sent", Break: from(StepHandle, Accepted), Breaks: "no_visit_unassigned"},
		{Name: "sent before accepting", Break: from(StepAssign, Routed), Breaks: "only_the_accepting_squad_acts"},
		{Name: "redone by a squad that never had it", Break: less(StepRedo, "accepted"), Breaks: "only_the_accepting_squad_acts"},
		{Name: "the case is forgotten", Break: less(StepReply, "case_filed"), Breaks: "case_outcome_is_filed"},
		{Name: "two cases of one complaint", Break: less(StepFileCase, "need.case_once"), Breaks: "one_case_per_complaint"},
		{Name: "a case from the desk", Break: both(from(StepFileCase, Assigned), less(StepFileCase, "visited")), Breaks: "no_case_without_visit"},
		{Name: "closed without an answer", Break: from(StepClose, Handled), Breaks: "closed_only_after_reply"},
		{Name: "an officer closes", Break: by(StepClose, "officer"), Breaks: "only_the_desk_closes"},
		{Name: "a leader sends it to a department", Break: by(StepInspect, "leader"), Breaks: "only_the_desk_closes"},
		{Name: "a moved complaint goes back to the desk and away", Break: less(StepReturn, "need.moved"), Breaks: "accepted_is_ours"},
		{Name: "moved after the ruling", Break: less(StepMove, "need.decided"), Breaks: "moved_by_the_desk"},
		{Name: "a leader moves it", Break: by(StepMove, "leader"), Breaks: "moved_by_the_desk"},
		{Name: "the visit of the squad before counts", Break: both(from(StepMove, Handled), from(StepReply, Assigned), func(p *procedure.Procedure) { step(p, StepMove).Clears = nil }), Breaks: "no_reply_without_visit"},
		{Name: "transferred after accepting", Break: from(StepTransfer, Accepted), Breaks: "accepted_is_ours"},
		{Name: "sent back after accepting", Break: from(StepReturnSource, Accepted), Breaks: "accepted_is_ours"},
		{Name: "a letter is sent back to the hotline", Break: needing(StepReturnSource), Breaks: "sent_back_only_by_its_source"},
		{Name: "a letter has a platform's deadline", Break: needing(StepSourceTerm), Breaks: "only_its_source_sets_a_term"},
		{Name: "a deadline after the answer", Break: from(StepSourceTerm, Replied), Breaks: "only_its_source_sets_a_term"},
		{Name: "taken back the next minute", Break: needing(StepLapse), Breaks: "outside_has_its_time"},
		{Name: "a squad speaks for the workroom", Break: by(StepSettle, "leader"), Breaks: "only_outside_reports"},
		{Name: "returned again and again", Break: less(StepReturn, "need.call_bureau"), Breaks: "one_second_look"},
		{Name: "called without a second look", Break: less(StepDispute, "return_rejected"), Breaks: "dispute_after_second_look"},
		{Name: "an old rejection still counts", Break: func(p *procedure.Procedure) {
			s := step(p, StepRoute)
			s.Clears = []string{"visited", "accepted"}
			step(p, StepReturn).Needs = procedure.All()
		}, Breaks: "dispute_after_second_look"},
		{Name: "ruled twice", Break: both(less(StepReturn, "need.decided"), less(StepDispute, "need.decided")), Breaks: "one_ruling"},
		{Name: "the desk rules", Break: by(StepDecide, "desk"), Breaks: "one_ruling"},
		{Name: "returned after the ruling", Break: less(StepReturn, "need.decided"), Breaks: "ruling_is_final"},
		{Name: "ruled out and routed", Break: needing(StepRoute), Breaks: "ruled_out_is_transferred"},
		{Name: "asked twice", Break: less(StepAskTime, "need.extend_once"), Breaks: "more_time_once"},
		{Name: "given unasked", Break: less(StepGiveTime, "extension_asked"), Breaks: "more_time_once"},
		{Name: "refused and then given", Break: less(StepGiveTime, "need.extend_once"), Breaks: "more_time_once"},
		{Name: "given late", Break: less(StepGiveTime, "need.extend_late"), Breaks: "more_time_before_it_is_over"},
		{Name: "answered while it rests", Break: less(StepReply, "need.resume_first"), Breaks: "no_reply_while_resting"},
		{Name: "stopped twice", Break: less(StepSuspend, "need.case_rests"), Breaks: "case_and_rest_apart"},
		{Name: "a case ends twice", Break: less(StepCaseEnded, "need.case_ended_once"), Breaks: "case_ends_once"},
		{Name: "co-units unheard", Break: less(StepReply, "need.parts"), Breaks: "co_units_are_heard"},
		{Name: "unchecked", Break: less(StepReply, "need.check_needed"), Breaks: "second_person_checks"},
		{Name: "checked by the writer", Break: less(StepPass, "second_person"), Breaks: "second_person_checks"},
		{Name: "nobody called", Break: less(StepClose, "call_made"), Breaks: "call_back_made"},
		{Name: "closed on a dissatisfied citizen", Break: less(StepClose, "need.redo_first"), Breaks: "dissatisfied_is_redone"},
		{Name: "handled while it is merged", Break: from(StepAssign, Merged), Breaks: "merged_goes_with_its_main"},
		{Name: "undone without a merging", Break: from(StepMainInformed, Handled), Breaks: "only_merged_follows_a_main"},
		{Name: "answered before the main one", Break: needing(StepMainAnswered), Breaks: "answered_by_the_main_answer"},
		{Name: "a case's complaint is merged away", Break: less(StepMerge, "need.main_has_case"), Breaks: "no_case_is_merged_away"},
		{Name: "answered with another, and done again by officers who were never sent", Break: less(StepRedo, "need.redo_apart"), Breaks: "no_visit_unassigned"},
		{Name: "accepted, merged, and transferred with the main one", Break: less(StepMainTransferred, "need.accepted_stays"), Breaks: "accepted_is_ours"},
		{Name: "opened again after a year", Break: needing(StepReopen), Breaks: "reopened_in_time"},
		{Name: "closed as soon as it is opened", Break: from(StepClose, Reopened), Breaks: "reopened_is_redone"},
		{Name: "rated again and again", Break: less(StepRate, "need.rated_once"), Breaks: "rated_once"},
		{Name: "the desk rates itself", Break: by(StepRate, "desk"), Breaks: "rated_once"},
		{Name: "two structures", Break: less(StepMarkBuilding, "need.structure_once"), Breaks: "structure_once"},
		{Name: "nothing is ever closed", Break: drop(StepClose), Breaks: "end_in_reach"},
	})
}
