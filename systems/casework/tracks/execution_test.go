package tracks

import (
	"testing"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

func TestSubstituteStories(t *testing.T) {
	proceduretest.Tell(t, Substitute.Procedure, good(Substitute, "execution_suspended"), []proceduretest.Story{
		{Name: "rubble on the pavement, the whole way", Lines: `
			officer demand
			officer serve_demand
			head decide ! need.demand_time need.review_passed
			legal pass_review
			over demand
			head decide
			officer serve_decision
			officer perform ! not_now
			officer demand_again
			officer serve_last_demand
			officer perform ! need.three_days
			over three_days
			officer perform
			officer charge ! not_yours
			head charge
			state charged`},
		{Name: "the party clears it the night before", Lines: `
			officer demand
			officer serve_demand
			legal pass_review
			over demand
			head decide
			officer serve_decision
			officer demand_again
			officer serve_last_demand
			officer obeyed
			state obeyed`},
		{Name: "there is no duty yet", Lines: `
			- duty_unperformed
			officer demand ! need.duty_unperformed`},
		{Name: "what is said is answered, and reviewed", Lines: `
			officer demand
			officer serve_demand
			legal pass_review
			officer hear
			over demand
			head decide ! need.defence_reviewed need.review_passed
			officer answer
			legal pass_review
			head decide`},
		{Name: "the brother-in-law's firm, without an estimate", Lines: `
			officer demand
			officer serve_demand
			legal pass_review
			over demand
			- estimate_given
			- performer_disinterested
			head decide ! need.estimate need.performer_disinterested`},
		{Name: "no officer, no signature, by night, with threats", Lines: `
			officer demand
			officer serve_demand
			legal pass_review
			over demand
			head decide
			officer serve_decision
			officer demand_again
			officer serve_last_demand
			over three_days
			- supervised
			- signed
			- no_force
			- time_to_execute
			- utilities_kept
			+ execution_suspended
			officer perform ! need.supervised need.signed need.no_force need.time_to_execute need.utilities_kept need.execution_suspended`},
		{Name: "twice the estimate", Lines: `
			officer demand
			officer serve_demand
			legal pass_review
			over demand
			head decide
			officer serve_decision
			officer demand_again
			officer serve_last_demand
			over three_days
			officer perform
			- cost_reasonable
			head charge ! need.cost_reasonable`},
	})
}

func TestSubstituteMutations(t *testing.T) {
	mutate(t, Substitute,
		defect{"no_substitute_without_demand", "no time", needless("decide", "demand_over")},
		defect{"no_substitute_without_a_duty", "no duty", needless("demand", "duty_unperformed")},
		defect{"no_substitute_with_an_unanswered_statement", "unanswered", both(needless("decide", "spoken"), needless("pass_review", "spoken"))},
		defect{"no_substitute_unreviewed", "unreviewed", needless("decide", "review_passed")},
		defect{"no_substitute_unreviewed", "reviewed before it was said", keeps("hear")},
		defect{"the_decision_carries_its_estimate", "no estimate", needless("decide", "estimate_given")},
		defect{"three_working_days_before", "at once", needless("perform", "three_days_over")},
		defect{"three_working_days_before", "counted from the making", starts("serve_last_demand", "demand_again", SubstituteThreeDays.Code)},
		defect{"an_officer_is_there", "nobody", needless("perform", "supervised")},
		defect{"peacefully_and_by_day", "with threats", needless("perform", "no_force")},
		defect{"peacefully_and_by_day", "while suspended", needless("perform", "execution_suspended")},
		defect{"no_more_than_it_cost", "any price", needless("charge", "cost_reasonable")},
		defect{"only_the_head_decides_on_substitutes", "a leader", alsoBy("decide", Leader)},
	)
}

func TestImmediateStories(t *testing.T) {
	proceduretest.Tell(t, Immediate.Procedure, good(Immediate, "party_absent"), []proceduretest.Story{
		{Name: "a lorry has lost its gravel; the driver cannot clear it", Lines: `
			officer decide ! not_yours
			leader decide
			officer clear
			leader end
			state ended`},
		{Name: "nobody is there; told afterwards", Lines: `
			leader decide
			+ party_absent
			officer clear
			leader end ! need.absent_told
			officer tell_absent_party
			leader end`},
		{Name: "the driver could, and will not", Lines: `
			- party_cannot_clear
			leader decide ! need.party_cannot_clear`},
		{Name: "in a courtyard", Lines: `
			- public_place
			leader decide ! need.public_place`},
		{Name: "the driver clears it after all", Lines: `
			leader decide
			officer cancel
			state not_done`},
		{Name: "no officer there", Lines: `
			leader decide
			- supervised
			officer clear ! need.supervised`},
	})
}

func TestImmediateMutations(t *testing.T) {
	mutate(t, Immediate,
		defect{"at_once_only_on_roads_rivers_public_places", "anywhere", needless("decide", "public_place")},
		defect{"at_once_only_where_the_party_cannot", "always", needless("decide", "party_cannot_clear")},
		defect{"an_absent_party_is_told", "never told", needless("end", "party_absent")},
		defect{"cleared_under_supervision", "alone", needless("clear", "supervised")},
		defect{"cleared_under_supervision", "before anybody decided", from("clear", ImmediateFound)},
		defect{"decided_on_evidence_by_two", "no evidence", needless("decide", "evidence_present")},
	)
}

func TestCourtStories(t *testing.T) {
	proceduretest.Tell(t, Court.Procedure, good(Court, "deferred", "remedy_pending", "court_window_gone", "execution_suspended", "late_with_reason"), []proceduretest.Story{
		{Name: "demanded, applied, ruled, executed", Lines: `
			officer demand
			officer serve_demand
			head apply ! need.ten_days
			over ten_days
			officer apply ! not_yours
			head apply
			officer accepted
			officer executed ! not_now
			officer ruled
			officer executed
			state done`},
		{Name: "the party pays on the demand", Lines: `
			officer demand
			officer serve_demand
			officer paid ! need.still_unpaid
			- fine_unpaid
			over ten_days
			head apply ! need.fine_unpaid
			officer paid
			state paid`},
		{Name: "too early, too late, with a reason", Lines: `
			officer demand
			officer serve_demand
			over ten_days
			- court_window_begun
			head apply ! need.court_not_yet
			+ court_window_begun
			+ court_window_gone
			head apply ! need.court_too_late
			+ late_with_reason
			head apply`},
		{Name: "sued in between", Lines: `
			officer demand
			officer serve_demand
			over ten_days
			+ remedy_pending
			head apply ! need.remedy_pending_fine`},
		{Name: "instalments run", Lines: `
			+ deferred
			officer demand ! need.deferred
			- deferred
			officer demand
			officer serve_demand
			over ten_days
			+ deferred
			head apply ! need.deferred`},
		{Name: "not due, not served", Lines: `
			- decision_served
			- payment_over
			officer demand ! need.decision_served need.payment_over`},
		{Name: "a thin file, and something unanswered", Lines: `
			officer demand
			officer serve_demand
			officer hear
			over ten_days
			- file_complete
			head apply ! need.defence_reviewed need.court_file
			officer answer
			+ file_complete
			head apply`},
		{Name: "not accepted, and the court above says yes", Lines: `
			officer demand
			officer serve_demand
			over ten_days
			head apply
			officer not_accepted
			head ask_review
			officer review_accepts
			state accepted`},
		{Name: "not accepted, and nobody asks in time", Lines: `
			officer demand
			officer serve_demand
			over ten_days
			head apply
			officer not_accepted
			over ask_review
			head ask_review ! need.ask_review
			head give_up
			state lost`},
		{Name: "ruled not to execute, reversed above", Lines: `
			officer demand
			officer serve_demand
			over ten_days
			head apply
			officer accepted
			officer court_listens
			officer ruled_not
			head ask_ruling_review
			officer ruling_reversed
			officer executed`},
	})
}

func TestCourtMutations(t *testing.T) {
	mutate(t, Court,
		defect{"no_demand_before_the_fine_is_due", "not due", needless("demand", "payment_over")},
		defect{"no_demand_before_the_fine_is_due", "not served", needless("demand", "decision_served")},
		defect{"no_application_without_demand", "no time", needless("apply", "ten_days_over")},
		defect{"no_application_without_demand", "counted from the making", starts("serve_demand", "demand", CourtTenDays.Code)},
		defect{"no_application_while_remedies_are_open", "too early", needless("apply", "court_window_begun")},
		defect{"no_application_while_remedies_are_open", "while sued", needless("apply", "remedy_pending")},
		defect{"no_application_after_three_months", "years later", needless("apply", "court_window_gone")},
		defect{"no_court_while_instalments_run", "demanded", needless("demand", "deferred")},
		defect{"no_court_with_an_unanswered_statement", "unanswered", needless("apply", "spoken")},
		defect{"the_court_gets_a_whole_file", "thin", needless("apply", "file_complete")},
		defect{"the_court_gets_a_whole_file", "by a leader", alsoBy("apply", Leader)},
		defect{"the_court_above_is_asked_in_time", "late", needless("ask_review", "ask_review_over")},
		defect{"the_court_above_is_asked_in_time", "late of the ruling", needless("ask_ruling_review", "ask_ruling_over")},
		defect{"nothing_is_executed_unruled", "unruled", from("executed", CourtAccepted)},
	)
}

func date(t *testing.T, s string) law.Date {
	d, err := law.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCourtWindow pins the three months: after the remedies' periods, the remedies, or the deferral.
func TestCourtWindow(t *testing.T) {
	plain := func() *Look {
		l := bare()
		l.Calendar = law.Shipped()
		l.MainDue = func(clock string) law.Date { // served on 12 January 2026
			return map[string]law.Date{"reconsideration": date(t, "2026-03-13"), "litigation": date(t, "2026-07-13")}[clock]
		}
		return l
	}
	for _, c := range []struct {
		name         string
		beside       []Running
		opens, until string // empty: no window
	}{
		{"nobody contests", nil, "2026-07-14", "2026-10-13"},
		{"a suit runs", []Running{{Procedure: CodeLitigate, State: RemedyAnswered, Steps: []Taken{{Fields: map[string]any{"contested": "penalty"}}}}}, "", ""},
		{"upheld, delivered on 3 August, nobody sued", []Running{{Procedure: CodeReconsider, State: RemedyEnded, Ended: true,
			Steps: []Taken{{Fields: map[string]any{"contested": "penalty"}}, {Step: "uphold", Fields: map[string]any{"delivered_on": "2026-08-03"}}}}}, "2026-08-19", "2026-11-18"},
		{"last word on 2 September", []Running{{Procedure: CodeLitigate, State: RemedyEnded, Ended: true,
			Steps: []Taken{{Fields: map[string]any{"contested": "penalty"}}, {Step: "uphold", Fields: map[string]any{"delivered_on": "2026-08-20"}}, {Step: "last_word_kept", Fields: map[string]any{"delivered_on": "2026-09-02"}}}}}, "2026-09-03", "2026-12-02"},
		{"instalments until 30 November", []Running{{Procedure: CodeInstal, State: InstalBroken, Ended: true,
			Steps: []Taken{{Step: "grant", Fields: map[string]any{"until": "2026-11-30"}}}}}, "2026-12-01", "2027-03-01"}, // 28 February 2027 is a Sunday
		{"a suit about the seizure", []Running{{Procedure: CodeLitigate, State: RemedyAnswered, Steps: []Taken{{Fields: map[string]any{"contested": "measure"}}}}}, "2026-07-14", "2026-10-13"},
	} {
		l := plain()
		l.Beside = c.beside
		opens, until, ok := CourtWindow(l)
		if !ok {
			opens, until = law.Date{}, law.Date{}
		}
		if ok != (c.opens != "") || ok && (opens.String() != c.opens || until.String() != c.until) {
			t.Errorf("%s: %s to %s (%v)", c.name, opens, until, ok)
		}
	}
	if _, _, ok := CourtWindow(bare()); ok {
		t.Error("a window opens where nothing is served")
	}
}

func TestInstalStories(t *testing.T) {
	proceduretest.Tell(t, Instal.Procedure, good(Instal, "instalment_missed", "all_paid"), []proceduretest.Story{
		{Name: "three parts, all paid", Lines: `
			head grant ! need.instalment_asked
			officer ask
			officer grant ! not_yours
			head grant
			officer pay_part
			officer pay_part
			officer paid_up ! need.still_unpaid
			officer pay_part
			+ all_paid
			officer paid_up
			state paid`},
		{Name: "the second part does not come", Lines: `
			officer ask
			head grant
			officer break ! need.instalment_missed
			+ instalment_missed
			leader break
			state broken`},
		{Name: "a plan that lets a hundred off", Lines: `
			officer ask
			- plan_adds_up
			head grant ! need.instalment_plan`},
		{Name: "refused", Lines: `
			officer ask
			head deny
			state denied`},
		{Name: "more than is left", Lines: `
			officer ask
			head grant
			- part_within
			officer pay_part ! need.instalment_part`},
		{Name: "not served, or paid already", Lines: `
			- decision_served
			- fine_unpaid
			officer ask ! need.decision_served need.fine_unpaid`},
	})
}

func TestInstalMutations(t *testing.T) {
	mutate(t, Instal,
		defect{"no_instalments_unasked", "unasked", needless("grant", "asked")},
		defect{"only_the_head_grants_instalments", "a leader", alsoBy("grant", Leader)},
		defect{"the_plan_is_the_fine", "any plan", needless("grant", "plan_adds_up")},
		defect{"broken_only_when_due", "at will", needless("break", "instalment_missed")},
		defect{"paid_up_means_paid", "not paid", needless("paid_up", "all_paid")},
		defect{"nobody_pays_more_than_the_fine", "more", needless("pay_part", "part_within")},
		defect{"only_a_served_fine_is_deferred", "unserved", needless("ask", "decision_served")},
	)
}

// TestInstalmentPlan pins how a plan is read, filled in and kept.
func TestInstalmentPlan(t *testing.T) {
	fine := int64(3000)
	row := func(on string, yuan int64) map[string]any {
		return map[string]any{"by": date(t, on), "yuan": yuan}
	}
	kept := []any{map[string]any{"by": "2026-12-01", "yuan": 1000.0}, map[string]any{"by": "2027-01-01", "yuan": 2000.0}}
	for _, c := range []struct {
		name string
		v    procedure.Values
		want bool
	}{
		{"two parts", procedure.Values{"decided": "parts", "until": date(t, "2027-01-01"), "plan": []map[string]any{row("2026-12-01", 1000), row("2027-01-01", 2000)}}, true},
		{"a yuan short", procedure.Values{"decided": "parts", "until": date(t, "2027-01-01"), "plan": []map[string]any{row("2026-12-01", 1000), row("2027-01-01", 1999)}}, false},
		{"out of order", procedure.Values{"decided": "parts", "until": date(t, "2026-12-01"), "plan": []map[string]any{row("2027-01-01", 1000), row("2026-12-01", 2000)}}, false},
		{"the last part after the last day", procedure.Values{"decided": "parts", "until": date(t, "2026-12-31"), "plan": []map[string]any{row("2026-12-01", 1000), row("2027-01-01", 2000)}}, false},
		{"instalments without parts", procedure.Values{"decided": "parts", "until": date(t, "2027-01-01")}, false},
		{"a deferral", procedure.Values{"decided": "defer", "until": date(t, "2027-01-01")}, true},
		{"a deferral into the past", procedure.Values{"decided": "defer", "until": date(t, "2026-01-01")}, false},
	} {
		l := bare()
		l.Now, l.Decided, l.Values = date(t, "2026-11-23").Start(), &fine, c.v
		if got := Instal.see["plan_adds_up"](l); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	for _, c := range []struct {
		today string
		paid  int64
		want  bool
	}{
		{"2026-12-01", 0, false}, {"2026-12-02", 0, true}, {"2026-12-02", 1000, false}, {"2027-01-01", 1000, false}, {"2027-01-02", 1000, true}, {"2027-01-02", 3000, false},
	} {
		l := bare()
		l.Now, l.Calendar, l.Decided, l.Paid = date(t, c.today).Start(), law.Shipped(), &fine, c.paid
		l.Track = []Taken{{Step: "grant", Fields: map[string]any{"until": "2027-01-01", "plan": kept}}}
		if got := Instal.see["instalment_missed"](l); got != c.want {
			t.Errorf("on %s with %d paid: %v", c.today, c.paid, got)
		}
	}
}

func TestSuspendEndAgreementStories(t *testing.T) {
	proceduretest.Tell(t, Suspend.Procedure, good(Suspend), []proceduretest.Story{
		{Name: "suspended and resumed", Lines: `
			head grant ! need.asked
			officer ask
			officer grant ! not_yours
			head grant
			head give_up ! need.three_years
			head resume
			state resumed`},
		{Name: "three years later", Lines: `
			officer ask
			head grant
			over three_years
			- harmless_and_unable
			head give_up ! need.harmless_and_unable
			+ harmless_and_unable
			head give_up
			state given_up`},
	})
	proceduretest.Tell(t, End.Procedure, good(End), []proceduretest.Story{
		{Name: "the man has died", Lines: `
			officer ask
			- ground_proved
			head grant ! need.end_proof
			+ ground_proved
			head grant
			state ended`},
		{Name: "refused", Lines: `
			head deny ! need.asked
			officer ask
			head deny
			state denied`},
	})
	proceduretest.Tell(t, Agreement.Procedure, good(Agreement), []proceduretest.Story{
		{Name: "agreed and kept", Lines: `
			officer ask
			head agree
			officer performed
			state performed`},
		{Name: "broken", Lines: `
			officer ask
			head agree
			- breach_shown
			officer broken ! need.agreement_breach
			+ breach_shown
			leader broken
			state broken`},
		{Name: "half the fine, at the neighbours' cost", Lines: `
			officer ask
			- fine_not_reduced
			- nobody_harmed
			head agree ! need.agreement_fine need.agreement_harm`},
	})
}

func TestSuspendEndAgreementMutations(t *testing.T) {
	mutate(t, Suspend,
		defect{"only_the_head_suspends", "a leader", alsoBy("grant", Leader)},
		defect{"suspended_for_a_reason", "unasked", needless("grant", "asked")},
		defect{"given_up_only_after_three_years", "a year", needless("give_up", "three_years_over")},
		defect{"given_up_only_after_three_years", "who could pay", needless("give_up", "harmless_and_unable")},
	)
	mutate(t, End,
		defect{"ended_on_a_proved_ground", "unproved", needless("grant", "ground_proved")},
		defect{"only_the_head_ends_execution", "a leader", alsoBy("grant", Leader)},
	)
	mutate(t, Agreement,
		defect{"the_fine_is_never_let_off", "let off", needless("agree", "fine_not_reduced")},
		defect{"no_agreement_at_others_cost", "the neighbours", needless("agree", "nobody_harmed")},
		defect{"execution_goes_on_only_after_a_breach", "at will", needless("broken", "breach_shown")},
	)
}
