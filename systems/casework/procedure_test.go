package casework

import (
	"slices"
	"testing"

	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

// fine is a case in which nothing is wrong: the facts that hold unless a story says otherwise.
var fine = map[string]bool{
	"films_accounted": true, "two_certified_officers": true, "party_identified": true, "evidence_present": true, "matter_in_force": true, "matter_confirmed": true,
	"review_required": true, "reviewer_independent": true, "amount_within_range": true, "not_heavier": true, "asked_in_time": true,
	"no_heavier_for_speaking": true, "departure_explained": true, "another_act": true, "party_of_age": true, "found_in_time": true, "called_in_time": true, "hearing_time_come": true, "within_limitation": true, "heads_deliberated": true, "announcement_over": true,
	"served_after_issue": true, "chair_independent": true, "paid_in_full": true, "surcharge_paid": true, "less_than_owed": true,
}

const untilNoticed = `
	head approve_filing
	officer report
	head approve_report
	officer notify
	officer serve_notice
	state noticed
`

const afterDecision = `
	officer serve_decision
	officer pay
	leader close
	legal archive
	state archived
`

func TestOrdinaryStories(t *testing.T) {
	proceduretest.Tell(t, Ordinary, fine, []proceduretest.Story{
		{Name: "a stall, nobody objects", Lines: untilNoticed + `
			head decide ! need.defence_time need.review_passed
			legal pass_review
			over defence
			head decide
			state decided
			` + afterDecision},
		{Name: "the party waives and pays on the same day", Lines: untilNoticed + `
			officer waive
			legal pass_review
			head decide
			` + afterDecision},
		{Name: "the seizure was not filmed", Lines: untilNoticed + `
			- films_accounted
			over defence
			legal pass_review ! need.films
			+ films_accounted
			legal pass_review
			- films_accounted
			head decide ! need.films
			+ films_accounted
			head decide`},
		{Name: "one certificate has expired", Lines: `
			- two_certified_officers
			head approve_filing
			officer report ! need.two_officers
			+ two_certified_officers
			officer report
			- two_certified_officers
			head approve_report
			officer notify ! need.two_officers`},
		{Name: "nobody knows who the party is, and there is no photo", Lines: `
			- party_identified
			- evidence_present
			head approve_filing
			officer report ! need.party need.evidence`},
		{Name: "the head does not file", Lines: `
			officer approve_filing ! not_yours
			head refuse_filing
			state not_filed
			head approve_filing ! not_now`},
		{Name: "filed by an outdated text", Lines: `
			- matter_in_force
			head approve_filing ! need.matter_in_force`},
		{Name: "the matter's text is not confirmed", Lines: `
			- matter_confirmed
			head approve_filing
			officer report ! need.matter_confirmed
			+ matter_confirmed
			officer report`},
		{Name: "correct first: ordered, rechecked, still there", Lines: `
			+ correction_first
			head approve_filing
			officer report ! need.correction_refused
			officer not_corrected ! need.correction_ordered
			officer order_correction
			officer report ! need.correction_refused
			officer not_corrected
			officer report`},
		{Name: "corrected in time: ended without a penalty", Lines: `
			+ correction_first
			head approve_filing
			officer order_correction
			head terminate
			legal archive
			state archived`},
		{Name: "the report is thin", Lines: `
			head approve_filing
			officer report
			head send_back
			state filed
			officer report
			head approve_report`},
		{Name: "a defence is heard, reviewed, and reviewed by law again", Lines: untilNoticed + `
			legal pass_review
			officer hear
			over defence
			head decide ! need.defence_reviewed
			legal pass_review ! need.defence_reviewed
			officer review_defence
			head decide ! need.review_passed
			legal pass_review
			head decide`},
		{Name: "waived, then spoke after all: the waiver is void", Lines: untilNoticed + `
			officer waive
			officer hear
			officer review_defence
			legal pass_review
			head decide ! need.defence_time
			over defence
			head decide`},
		{Name: "the head wants a heavier fine than the notice said", Lines: untilNoticed + `
			legal pass_review
			over defence
			- not_heavier
			head decide ! need.not_heavier
			head notify_anew
			officer notify
			officer serve_notice
			+ not_heavier
			head decide ! need.defence_time need.review_passed
			over defence
			legal pass_review
			head decide`},
		{Name: "told of 100, spoke, and is to be told of 500", Lines: untilNoticed + `
			officer hear
			officer review_defence
			head notify_anew
			- no_heavier_for_speaking
			officer notify ! need.no_heavier_for_speaking
			+ no_heavier_for_speaking
			officer notify`},
		{Name: "new facts are found after the defence", Lines: untilNoticed + `
			officer hear
			head send_back
			state filed
			officer report
			head new_facts ! need.new_evidence
			+ evidence_since_defence
			officer new_facts ! not_yours
			head new_facts
			head approve_report
			officer notify
			state notified`},
		{Name: "found after two years", Lines: `
			- found_in_time
			head approve_filing ! need.limitation
			+ found_in_time
			- within_limitation
			head approve_filing
			officer report ! need.limitation`},
		{Name: "severe where lenient was called for", Lines: `
			head approve_filing
			officer report
			head approve_report
			- departure_explained
			officer notify ! need.departure`},
		{Name: "fined last week by the squad next door", Lines: `
			head approve_filing
			officer report
			head approve_report
			+ fined_before
			officer notify ! need.fined_once`},
		{Name: "the police are asked", Lines: untilNoticed + `
			over defence
			legal pass_review
			+ crime_pending
			head decide ! need.crime_pending
			- crime_pending
			head decide`},
		{Name: "published yesterday, served today", Lines: `
			head approve_filing
			officer report
			head approve_report
			officer notify
			- announcement_over
			officer serve_notice ! need.announcement`},
		{Name: "a warning alone", Lines: untilNoticed + `
			over defence
			legal pass_review
			+ warning_alone
			head decide
			officer warned ! not_now
			officer serve_decision
			officer pay ! need.fine
			officer warned
			leader close`},
		{Name: "a fine is not carried out as a warning", Lines: untilNoticed + `
			over defence
			legal pass_review
			head decide
			officer serve_decision
			officer warned ! need.warning_alone`},
		{Name: "officers deliberate", Lines: untilNoticed + `
			legal pass_review
			- heads_deliberated
			head deliberate ! need.heads`},
		{Name: "a fine beyond the article", Lines: `
			- amount_within_range
			head approve_filing
			officer report
			head approve_report
			officer notify ! need.amount_range`},
		{Name: "no right to a hearing", Lines: untilNoticed + `
			officer ask_hearing ! need.hearing_entitled`},
		{Name: "asked for a hearing too late", Lines: untilNoticed + `
			+ hearing_entitled
			- asked_in_time
			officer ask_hearing ! need.asked_in_time`},
		{Name: "a hearing is asked for and held", Lines: untilNoticed + `
			+ hearing_entitled
			legal pass_review
			officer ask_hearing
			state hearing
			head decide ! not_now
			legal hold_hearing ! need.hearing_called need.hearing_notice
			- chair_independent
			legal call_hearing ! need.chair_independent
			+ chair_independent
			- called_in_time
			legal call_hearing ! need.called_in_time
			+ called_in_time
			legal call_hearing
			legal hold_hearing ! need.hearing_notice
			over hearing_notice
			- hearing_time_come
			legal hold_hearing ! need.hearing_time
			+ hearing_time_come
			legal hold_hearing
			state noticed
			over defence
			- review_required
			head decide ! need.review_passed
			legal pass_review
			head decide`},
		{Name: "an entitled party waives the defence alone", Lines: untilNoticed + `
			+ hearing_entitled
			legal pass_review
			officer waive
			head decide ! need.defence_time
			officer waive_hearing
			head decide`},
		{Name: "a hearing is withdrawn", Lines: untilNoticed + `
			+ hearing_entitled
			officer ask_hearing
			officer withdraw_hearing
			legal pass_review
			head decide ! need.defence_time
			over defence
			head decide`},
		{Name: "legal review by one who investigated", Lines: untilNoticed + `
			- reviewer_independent
			legal pass_review ! need.reviewer_independent
			legal fail_review ! need.reviewer_independent`},
		{Name: "legal review fails: investigated and noticed anew", Lines: untilNoticed + `
			officer waive
			legal fail_review
			state filed
			officer report
			head approve_report
			officer notify
			officer serve_notice
			head decide ! need.defence_time need.review_passed
			legal pass_review
			over defence
			head decide`},
		{Name: "a major case is deliberated", Lines: untilNoticed + `
			+ case_is_major
			head deliberate ! need.review_passed
			legal pass_review
			over defence
			head decide ! need.deliberated
			head deliberate
			head decide`},
		{Name: "day ninety-one", Lines: untilNoticed + `
			legal pass_review
			over defence
			over ninety_days
			head decide ! need.ninety_days
			head extend
			head decide`},
		{Name: "the extension runs out too", Lines: untilNoticed + `
			head extend
			legal pass_review
			over defence
			over ninety_days
			+ extension_over
			head decide ! need.extension
			- extension_over
			head decide`},
		{Name: "served yesterday, made today", Lines: `
			head approve_filing
			officer report
			head approve_report
			officer notify
			- served_after_issue
			officer serve_notice ! need.served_after_issue`},
		{Name: "half is paid", Lines: untilNoticed + `
			over defence
			legal pass_review
			head decide
			officer pay ! not_now
			officer serve_decision
			- paid_in_full
			officer pay ! need.paid_in_full
			head close ! not_now`},
		{Name: "late, in two parts, with the surcharge", Lines: untilNoticed + `
			over defence
			legal pass_review
			head decide
			officer serve_decision
			officer pay_part
			state served
			- surcharge_paid
			officer pay ! need.surcharge
			+ surcharge_paid
			officer pay
			state performed`},
		{Name: "the company no longer exists", Lines: untilNoticed + `
			over defence
			legal pass_review
			head decide
			officer serve_decision
			head end_execution
			head close
			legal archive`},
		{Name: "who may not", Lines: untilNoticed + `
			over defence
			legal pass_review
			officer decide ! not_yours
			legal decide ! not_yours
			leader decide ! not_yours
			auxiliary hear ! not_yours
			desk terminate ! not_yours
			officer pass_review ! not_yours
			legal nothing ! no_step`},
	})
}

func TestOrdinaryIsProved(t *testing.T) { proceduretest.Prove(t, Ordinary, OrdinaryProperties) }

func TestOrdinaryPage(t *testing.T) {
	proceduretest.Document(t, Ordinary, "../../docs/procedures/"+Ordinary.Code+".md")
}

func TestOrdinaryWords(t *testing.T) { proceduretest.Words(t, Ordinary, "../../words/messages") }

// TestOrdinaryClocks pins which period each step sets going, and from which day.
func TestOrdinaryClocks(t *testing.T) {
	seen := procedure.Seen{}
	for _, f := range Ordinary.Facts {
		if f.Kind != procedure.Recorded {
			seen.Say(f, fine[f.Code])
		}
	}
	m := procedure.Matter{State: Notified}
	_, actions, err := Ordinary.Take(m, StepServeNotice, seen, []string{"officer"})
	if err != nil {
		t.Fatal(err)
	}
	want := []procedure.ClockAction{{Verb: procedure.StartClock, Clock: DefenceTime, Dated: "served_on"}}
	if len(actions) != 1 || actions[0].Verb != want[0].Verb || actions[0].Clock.Code != "defence" || actions[0].Dated != "served_on" {
		t.Errorf("got %+v", actions)
	}
}

func TestOrdinaryMutations(t *testing.T) {
	step := proceduretest.Step
	needing := func(code string, needs ...procedure.Condition) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) { step(p, code).Needs = procedure.All(needs...) }
	}
	// The needs of decide, to leave one out.
	decide := map[string]procedure.Condition{
		"heard": heard, "defence": defenceReviewed.When(defenceHeard), "hearing": hearingHeld.When(hearingAsked), "review": reviewedWhereRequired,
		"deliberated": deliberated.When(CaseIsMajor), "time": withinTime, "law": inForce, "limitation": WithinLimitation, "punishable": punishable, "range": AmountWithinRange, "heavier": NotHeavierThanNoticed, "films": FilmsAccounted,
	}
	without := func(left string) func(*procedure.Procedure) {
		if decide[left] == nil {
			panic("no need " + left)
		}
		var rest []procedure.Condition
		for name, need := range decide {
			if name != left {
				rest = append(rest, need)
			}
		}
		return needing(StepDecide, rest...)
	}
	both := func(changes ...func(*procedure.Procedure)) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) {
			for _, c := range changes {
				c(p)
			}
		}
	}
	from := func(code string, states ...string) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) { s := step(p, code); s.From = slices.Concat(s.From, states) }
	}
	keep := func(code string, facts ...procedure.Fact) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) {
			s := step(p, code)
			s.Clears = slices.DeleteFunc(slices.Clone(s.Clears), func(c string) bool {
				return slices.ContainsFunc(facts, func(f procedure.Fact) bool { return f.Code == c })
			})
		}
	}
	by := func(code, role string) func(*procedure.Procedure) {
		return func(p *procedure.Procedure) { s := step(p, code); s.By = append(slices.Clone(s.By), role) }
	}
	proceduretest.Mutate(t, Ordinary, OrdinaryProperties, []proceduretest.Mutation{
		{Name: "decide before the notice is served", Break: from(StepDecide, Notified), Breaks: "no_decision_without_served_notice"},
		{Name: "a new notice counts as served", Break: from(StepDecide, Reviewed), Breaks: "no_decision_without_served_notice"},
		{Name: "decide without waiting", Break: without("heard"), Breaks: "no_decision_before_defence"},
		{Name: "a waiver outlives a new notice", Break: keep(StepNotify, defenceWaived), Breaks: "no_decision_before_defence"},
		{Name: "the clock starts with the notice, not its service", Break: func(p *procedure.Procedure) {
			step(p, StepServeNotice).Starts, step(p, StepServeNotice).Dated = nil, ""
			step(p, StepNotify).Starts = []string{DefenceTime.Code}
		}, Breaks: "no_decision_before_defence"},
		{Name: "the waiver of the defence waives the hearing", Break: func(p *procedure.Procedure) {
			decide["heard"] = procedure.Any(DefenceTimeOver, defenceWaived).Because("need.defence_time")
			without("time")(p)
			decide["heard"] = heard
		}, Breaks: "no_decision_while_hearing_may_be_asked"},
		{Name: "a defence goes unread", Break: without("defence"), Breaks: "no_decision_with_unheard_defence"},
		{Name: "a second defence counts as read", Break: keep(StepHear, defenceReviewed), Breaks: "no_decision_with_unheard_defence"},
		{Name: "nobody asks for the recording", Break: without("films"), Breaks: "no_decision_while_a_recording_is_missing"},
		{Name: "day ninety-one does not matter", Break: without("time"), Breaks: "no_decision_after_ninety_days"},
		{Name: "an extension is for ever", Break: func(p *procedure.Procedure) {
			decide["time"] = procedure.Any(procedure.Not(NinetyDaysOver), extended).Because("need.ninety_days")
			without("range")(p)
			decide["time"] = withinTime
		}, Breaks: "no_decision_after_extension"},
		{Name: "decide while the hearing is pending", Break: both(from(StepDecide, Hearing), without("hearing")), Breaks: "no_decision_with_hearing_outstanding"},
		{Name: "a hearing tomorrow", Break: needing(StepHoldHearing, hearingCalled, HearingTimeCome), Breaks: "no_hearing_unannounced"},
		{Name: "a hearing is called for tomorrow", Break: needing(StepCallHearing, ChairIndependent), Breaks: "hearing_called_in_time"},
		{Name: "a hearing before its time", Break: needing(StepHoldHearing, hearingCalled, HearingNoticeOver), Breaks: "no_hearing_before_its_time"},
		{Name: "an old announcement serves a new hearing", Break: both(keep(StepAskHearing, hearingCalled), keep(StepWithdrawHearing, hearingCalled)),
			Breaks: "no_hearing_unannounced"},
		{Name: "no legal review", Break: without("review"), Breaks: "no_decision_without_legal_review"},
		{Name: "a review from before the hearing", Break: keep(StepHoldHearing, reviewPassed), Breaks: "no_decision_without_legal_review"},
		{Name: "a failed review that stays passed", Break: both(keep(StepNotify, reviewPassed), keep(StepFailReview, reviewPassed)),
			Breaks: "no_decision_without_legal_review"},
		{Name: "the investigator reviews", Break: needing(StepPassReview, defenceReviewed.When(defenceHeard)), Breaks: "no_review_by_investigator"},
		{Name: "a major case decided alone", Break: without("deliberated"), Breaks: "no_major_decision_alone"},
		{Name: "a leader decides", Break: by(StepDecide, "leader"), Breaks: "only_the_head_decides"},
		{Name: "an officer files", Break: by(StepApproveFiling, "officer"), Breaks: "only_the_head_decides"},
		{Name: "one officer reports", Break: needing(StepReport, PartyIdentified, EvidencePresent, WithinLimitation, inForce, correctionRefused.When(CorrectionFirst)),
			Breaks: "no_report_by_fewer_than_two"},
		{Name: "no evidence", Break: needing(StepReport, TwoCertifiedOfficers, PartyIdentified, inForce, correctionRefused.When(CorrectionFirst)),
			Breaks: "no_report_on_unproved_facts"},
		{Name: "an unconfirmed matter", Break: without("law"), Breaks: "no_decision_on_unconfirmed_law"},
		{Name: "any sum will do", Break: without("range"), Breaks: "no_fine_beyond_the_range"},
		{Name: "punished for speaking", Break: without("heavier"), Breaks: "never_heavier_for_a_defence"},
		{Name: "a dearer notice for speaking", Break: needing(StepNotify, TwoCertifiedOfficers, WithinLimitation, punishable, inForce, AmountWithinRange, DepartureExplained, AnotherAct),
			Breaks: "no_heavier_notice_after_a_defence"},
		{Name: "a tier is left without a word", Break: needing(StepNotify, TwoCertifiedOfficers, WithinLimitation, punishable, inForce, AmountWithinRange, AnotherAct, NoHeavierForSpeaking),
			Breaks: "no_unexplained_departure"},
		{Name: "new facts out of nothing", Break: needing(StepNewFacts), Breaks: "new_facts_rest_on_new_evidence"},
		{Name: "an act of ten years ago is filed", Break: needing(StepApproveFiling, MatterInForce), Breaks: "no_penalty_after_the_limitation"},
		{Name: "an act of ten years ago is decided", Break: without("limitation"), Breaks: "no_penalty_after_the_limitation"},
		{Name: "fined twice", Break: func(p *procedure.Procedure) {
			decide["punishable"] = procedure.All(PartyOfAge, procedure.Not(CrimePending).Because("need.crime_pending"))
			without("range")(p)
			decide["punishable"] = punishable
		}, Breaks: "no_second_fine_for_one_act"},
		{Name: "a child is fined", Break: func(p *procedure.Procedure) {
			decide["punishable"] = procedure.All(procedure.Not(FinedBefore).Because("need.fined_once"), procedure.Not(CrimePending).Because("need.crime_pending"))
			without("range")(p)
			decide["punishable"] = punishable
		}, Breaks: "no_penalty_under_fourteen"},
		{Name: "fined again under another matter", Break: needing(StepNotify, TwoCertifiedOfficers, WithinLimitation, punishable, inForce, AmountWithinRange, DepartureExplained, NoHeavierForSpeaking),
			Breaks: "another_act_is_explained"},
		{Name: "a fine for a crime", Break: func(p *procedure.Procedure) {
			decide["punishable"] = procedure.All(PartyOfAge, procedure.Not(FinedBefore).Because("need.fined_once"))
			without("range")(p)
			decide["punishable"] = punishable
		}, Breaks: "no_penalty_instead_of_a_crime"},
		{Name: "anybody deliberates", Break: needing(StepDeliberate, reviewedWhereRequired), Breaks: "only_heads_deliberate"},
		{Name: "an announcement counts at once", Break: needing(StepServeDecision, ServedAfterIssue), Breaks: "no_announcement_cut_short"},
		{Name: "a fine turns into a warning", Break: needing(StepWarned), Breaks: "a_fine_is_paid_not_waived"},
		{Name: "no order to correct", Break: needing(StepReport, TwoCertifiedOfficers, PartyIdentified, EvidencePresent, inForce), Breaks: "correction_first"},
		{Name: "a refusal outlives a new order", Break: keep(StepOrderCorrection, correctionRefused), Breaks: "correction_first"},
		{Name: "service dated back", Break: needing(StepServeNotice), Breaks: "no_service_dated_back"},
		{Name: "late and for nothing", Break: needing(StepPay, PaidInFull), Breaks: "no_performance_with_a_surcharge_open"},
		{Name: "a part of twice the fine", Break: needing(StepPayPart), Breaks: "no_part_beyond_the_whole"},
		{Name: "pay before service", Break: from(StepPay, Decided), Breaks: "no_execution_without_service"},
		{Name: "archive what is not closed", Break: from(StepArchive, Performed), Breaks: "archive_only_after_the_end"},
		{Name: "a terminated case comes back", Break: func(p *procedure.Procedure) {
			s := step(p, StepSendBack)
			s.From = append(slices.Clone(s.From), Terminated)
		}, Breaks: "terminated_is_terminated"},
		{Name: "no way to end a case after filing", Break: func(p *procedure.Procedure) {
			p.Steps = slices.DeleteFunc(p.Steps, func(s procedure.Step) bool { return s.Code == StepArchive })
		}, Breaks: "end_in_reach"},
		{Name: "nobody serves the decision", Break: func(p *procedure.Procedure) {
			p.Steps = slices.DeleteFunc(p.Steps, func(s procedure.Step) bool { return s.Code == StepServeDecision })
			for _, c := range []string{ServeDecision.Code, Payment.Code, Reconsideration.Code, Litigation.Code, CourtTime.Code} {
				p.Opens = append(slices.Clone(p.Opens), c)
			}
		}, Breaks: "all_reached"},
	})
}

func BenchmarkNext(b *testing.B) {
	seen := procedure.Seen{}
	for _, f := range Ordinary.Facts {
		if f.Kind != procedure.Recorded {
			seen.Say(f, fine[f.Code])
		}
	}
	m := procedure.Matter{State: Noticed, Facts: []string{defenceHeard.Code}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Ordinary.Next(m, seen, []string{"head"}); err != nil {
			b.Fatal(err)
		}
	}
}
