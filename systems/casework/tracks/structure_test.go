package tracks

import (
	"testing"
	"time"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

// world is a standing structure of which nothing is wrong and nothing is contested.
func world(tr *Track, but ...string) map[string]bool {
	return good(tr, append(but, "execution_suspended", "informant", "collect_by_over")...)
}

const orderedToDemolish = `
	officer visit
	officer propose
	officer tell
	legal pass_review
	over statement
	head order
	officer serve_order
	state served
`

const demandedToDemolish = orderedToDemolish + `
	officer publish_order
	head demand
	officer serve_demand
	state demanded
`

const decidedToDemolish = demandedToDemolish + `
	legal pass_execution_review
	over demand
	over reconsideration
	over litigation
	head report_to_government
	head government_decides
	officer serve_decision
	officer announce
	state announced
`

func TestStructureStories(t *testing.T) {
	proceduretest.Tell(t, Structure.Procedure, world(Structure, "remedy_pending", "remedy_exhausted"), []proceduretest.Story{
		{Name: "demolished by the party in time", Lines: orderedToDemolish + `
			officer demolished_by_party
			officer clear_notice
			officer cleared
			leader close
			legal archive
			state archived`},
		{Name: "the whole way, nobody contests", Lines: decidedToDemolish + `
			officer demolish ! need.announce_time need.belongings
			officer call_for_belongings
			over announced
			officer demolish
			officer belongings_left
			officer cleared
			leader close ! need.belongings_settled
			- collected
			officer belongings_settled ! need.collect_by
			+ collect_by_over
			officer belongings_settled
			leader close
			legal archive`},
		{Name: "litigation in between", Lines: demandedToDemolish + `
			legal pass_execution_review
			over demand
			over reconsideration
			head report_to_government ! need.remedies_over
			+ remedy_pending
			over litigation
			head report_to_government ! need.remedy_pending
			- remedy_pending
			+ remedy_exhausted
			head report_to_government
			+ remedy_pending
			head government_decides ! need.remedy_pending`},
		{Name: "sued after the government decided, and the court stops it", Lines: decidedToDemolish + `
			officer call_for_belongings
			over announced
			+ execution_suspended
			officer demolish ! need.execution_suspended
			+ remedy_pending
			officer demolish ! need.remedy_pending need.execution_suspended`},
		{Name: "the remedies are exhausted before the six months", Lines: demandedToDemolish + `
			legal pass_execution_review
			over demand
			+ remedy_exhausted
			head report_to_government`},
		{Name: "the party is heard, and legal review looks again", Lines: `
			officer visit
			officer propose
			officer tell
			head order ! need.statement_time need.review_passed
			legal pass_review
			officer hear
			over statement
			head order ! need.defence_reviewed need.review_passed
			legal pass_review ! need.defence_reviewed
			officer answer
			legal pass_review
			head order
			state ordered`},
		{Name: "what is said after the demand", Lines: demandedToDemolish + `
			officer hear
			over demand
			over reconsideration
			over litigation
			legal pass_execution_review
			head report_to_government ! need.defence_reviewed
			officer answer
			legal pass_execution_review
			head report_to_government`},
		{Name: "nobody knows who built it", Lines: `
			- party_identified
			officer visit
			officer propose
			officer tell ! need.party_or_sought
			officer seek_party
			officer tell
			legal pass_review
			head order
			officer serve_order ! need.party
			officer notice
			officer notice_over ! need.notice_over
			over notice
			officer notice_over
			state served`},
		{Name: "a notice for somebody who was never sought", Lines: `
			officer visit
			officer propose
			officer tell
			legal pass_review
			over statement
			head order
			officer notice ! need.party_sought`},
		{Name: "demanded too early and unpublished", Lines: orderedToDemolish + `
			- order_term_over
			head demand ! need.order_term need.order_published`},
		{Name: "at ten in the evening, in the dark, with the power off", Lines: decidedToDemolish + `
			officer call_for_belongings
			over announced
			- time_to_execute
			- utilities_kept
			- filmed
			- two_certified_officers
			officer demolish ! need.two_officers need.time_to_execute need.utilities_kept need.filmed
			officer plan ! not_yours
			head plan
			+ time_to_execute
			+ utilities_kept
			+ filmed
			+ two_certified_officers
			officer demolish`},
		{Name: "the informant waits", Lines: orderedToDemolish + `
			+ informant
			officer demolished_by_party
			officer cleared
			leader close ! need.informant_told
			officer tell_informant
			leader close`},
		{Name: "thirty hours, and nobody says why", Lines: `
			- on_site_in_time
			officer visit ! need.on_site`},
		{Name: "it is still being built", Lines: `
			officer visit
			officer turn
			state turned`},
		{Name: "it belongs to the planning authority", Lines: `
			head not_ours
			state not_ours`},
		{Name: "the court revokes the order", Lines: demandedToDemolish + `
			head drop
			state dropped`},
		{Name: "legal review fails, by one who may review", Lines: `
			officer visit
			officer propose
			officer tell
			- reviewer_independent
			legal pass_review ! need.reviewer_independent
			legal fail_review ! need.reviewer_independent
			+ reviewer_independent
			legal fail_review
			state visited`},
		{Name: "the office clears before the notice is over", Lines: orderedToDemolish + `
			officer demolished_by_party
			- cleared_in_order
			officer cleared ! need.clear_by`},
		{Name: "who may not", Lines: `
			officer visit
			officer propose
			officer tell
			legal order ! not_yours
			officer order ! not_yours
			leader pass_review ! not_yours`},
	})
}

func TestStructureMutations(t *testing.T) {
	mutate(t, Structure,
		defect{"on_site_in_time_or_explained", "no reason", needless("visit", "on_site_in_time")},
		defect{"no_demolition_order_unreviewed", "unreviewed", needless("order", "review_passed")},
		defect{"no_demolition_order_unreviewed", "the review outlives what is said", keeps("hear")},
		defect{"no_demolition_order_unheard", "at once", needless("order", "need.statement_time")},
		defect{"no_demolition_order_unheard", "the clock starts with the proposal", starts("tell", "propose", StructureStatement.Code)},
		defect{"no_order_with_an_unanswered_statement", "unanswered", both(needless("order", "spoken"), needless("pass_review", "spoken"))},
		defect{"no_structure_order_by_fewer_than_two", "one officer demolishes", needless("demolish", "two_certified_officers")},
		defect{"a_notice_only_for_who_cannot_be_found", "never sought", needless("notice", "party_sought")},
		defect{"a_notice_of_ten_days_at_least", "nine", needless("notice", "ten_days_at_least")},
		defect{"the_notice_hangs_ten_days", "a week", needless("notice_over", "notice_over")},
		defect{"the_notice_hangs_ten_days", "dated back", needless("notice_over", "counted_from_notice")},
		defect{"no_demand_before_the_order_is_served_and_over", "not served", from("demand", StructureOrdered)},
		defect{"no_demand_before_the_order_is_served_and_over", "still time", needless("demand", "order_term_over")},
		defect{"the_order_is_published", "unpublished", needless("demand", "published")},
		defect{"no_forced_demolition_without_demand", "no demand", both(from("report_to_government", StructureServed), from("pass_execution_review", StructureServed), needless("report_to_government", "demand_over"))},
		defect{"no_forced_demolition_without_demand", "no time", needless("report_to_government", "demand_over")},
		defect{"what_is_said_after_the_demand_is_answered", "unanswered", needless("report_to_government", "spoken")},
		defect{"no_force_while_remedies_are_open", "still open", needless("report_to_government", "need.remedies_over")},
		defect{"no_force_while_remedies_are_open", "they count from the order", func(p *procedure.Procedure) {
			for _, c := range []string{StructureReconsider.Code, StructureLitigate.Code} {
				starts("serve_order", "order", c)(p)
			}
		}},
		defect{"no_force_during_a_remedy", "the government decides anyway", needless("government_decides", "remedy_pending")},
		defect{"no_force_during_a_remedy", "demolished anyway", needless("demolish", "remedy_pending")},
		defect{"the_government_decides", "without it", from("announce", StructureReported)},
		defect{"the_government_decides", "not served", from("announce", StructureDecided)},
		defect{"no_demolition_unannounced", "no time", needless("demolish", "announce_over")},
		defect{"no_demolition_unannounced", "unannounced", both(from("demolish", StructureNotified), needless("demolish", "announce_over"), needless("demolish", "belongings_called"))},
		defect{"belongings_come_first", "not called", needless("demolish", "belongings_called")},
		defect{"never_at_night_or_on_a_holiday", "at night", needless("demolish", "time_to_execute")},
		defect{"utilities_are_never_cut", "the power is cut", needless("demolish", "utilities_kept")},
		defect{"no_force_while_suspended", "suspended", needless("demolish", "execution_suspended")},
		defect{"demolition_is_recorded", "no camera", needless("demolish", "filmed")},
		defect{"the_informant_is_told", "not told", needless("close", "informant")},
		defect{"the_informant_is_told", "dropped in silence", needless("drop", "informant")},
		defect{"recordings_before_closing", "nobody asks", needless("close", "films_accounted")},
		defect{"belongings_are_settled", "forgotten", needless("close", "belongings_kept")},
		defect{"belongings_wait_for_their_owner", "sold at once", needless("belongings_settled", "need.collect_by")},
		defect{"the_office_clears_only_after_the_notice", "at once", needless("cleared", "cleared_in_order")},
		defect{"only_the_head_orders_demolition", "a leader orders", alsoBy("order", Leader)},
		defect{"no_structure_review_by_investigator", "the investigator", needless("pass_review", "reviewer_independent")},
	)
}

func TestBuildingStories(t *testing.T) {
	proceduretest.Tell(t, Building.Procedure, world(Building), []proceduretest.Story{
		{Name: "within two hours, stopped, removed", Lines: `
			officer visit
			officer stop
			officer serve_stop
			officer demolished_by_party
			officer cleared
			leader close
			legal archive`},
		{Name: "defied: demolished at once", Lines: `
			officer visit
			officer stop
			officer serve_stop
			head approve_demolition ! not_now
			officer find_defied
			officer demolish ! not_now
			officer approve_demolition ! not_yours
			head approve_demolition
			officer demolish ! need.belongings
			officer call_for_belongings
			officer demolish
			state demolished
			officer cleared
			- films_accounted
			leader close ! need.films
			+ films_accounted
			leader close`},
		{Name: "still time to remove it, and nobody builds on", Lines: `
			officer visit
			officer stop
			officer serve_stop
			- defiance_shown
			officer find_defied ! need.defiance`},
		{Name: "three hours", Lines: `
			- on_site_in_time
			officer visit ! need.on_site_building`},
		{Name: "only in writing", Lines: `
			officer visit
			- stopped_on_the_spot
			- evidence_present
			officer stop ! need.evidence need.stopped_on_the_spot`},
		{Name: "the roof is on", Lines: `
			officer visit
			officer turn
			state turned`},
		{Name: "suspended by the court, and the informant waits", Lines: `
			+ informant
			officer visit
			officer stop
			officer serve_stop
			officer find_defied
			head approve_demolition
			officer call_for_belongings
			+ execution_suspended
			officer demolish ! need.execution_suspended
			head drop ! need.informant_told
			officer tell_informant
			head drop`},
	})
}

func TestBuildingMutations(t *testing.T) {
	mutate(t, Building,
		defect{"within_two_hours_or_explained", "no reason", needless("visit", "on_site_in_time")},
		defect{"stopped_on_the_spot_first", "in writing alone", needless("stop", "stopped_on_the_spot")},
		defect{"immediate_demolition_only_if_defied", "at once", from("approve_demolition", BuildingStopped)},
		defect{"defiance_is_shown", "presumed", needless("find_defied", "defiance_shown")},
		defect{"only_the_head_orders_immediate_demolition", "the officer alone", both(from("call_for_belongings", BuildingDefied), from("demolish", BuildingDefied))},
		defect{"belongings_before_immediate_demolition", "not called", needless("demolish", "belongings_called")},
		defect{"immediate_demolition_by_day_and_on_record", "at night", needless("demolish", "time_to_execute")},
		defect{"immediate_demolition_by_day_and_on_record", "while stopped", needless("demolish", "execution_suspended")},
		defect{"recordings_before_closing_a_building", "nobody asks", needless("close", "films_accounted")},
		defect{"the_informant_is_told_of_a_building", "not told", needless("close", "informant")},
	)
}

// TestTimeToExecute pins night, holidays and urgency.
func TestTimeToExecute(t *testing.T) {
	at := func(s string) time.Time {
		m, err := law.ParseMoment(s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, c := range []struct {
		from, to string
		urgent   bool
		want     bool
	}{
		{"2026-11-23T09:00", "2026-11-23T16:00", false, true},
		{"2026-11-23T05:59", "2026-11-23T09:00", false, false},
		{"2026-11-23T06:00", "2026-11-23T22:00", false, true},
		{"2026-11-23T20:00", "2026-11-23T22:01", false, false},
		{"2026-11-23T20:00", "2026-11-24T09:00", false, false},
		{"2026-10-01T09:00", "2026-10-01T16:00", false, false}, // National Day
		{"2026-10-10T09:00", "2026-10-10T16:00", false, true},  // a Saturday that is worked
		{"2026-10-01T09:00", "2026-10-01T16:00", true, true},
		{"2026-11-23T16:00", "2026-11-23T09:00", false, false},
	} {
		l := bare()
		l.Calendar = law.Shipped()
		l.Values = procedure.Values{"started": at(c.from), "ended": at(c.to)}
		if c.urgent {
			l.Track = []Taken{{Step: "plan", Fields: map[string]any{"urgency": "危墙随时可能倒塌"}}}
		}
		if got := Structure.see["time_to_execute"](l); got != c.want {
			t.Errorf("%s to %s (urgent %v): %v", c.from, c.to, c.urgent, got)
		}
	}
}

// TestOnSite pins the twenty-four and the two hours.
func TestOnSite(t *testing.T) {
	found := time.Date(2026, 11, 21, 22, 0, 0, 0, law.Shanghai) // a Saturday night
	for _, c := range []struct {
		tr     *Track
		after  time.Duration
		reason string
		want   bool
	}{
		{Structure, 24 * time.Hour, "", true}, {Structure, 24*time.Hour + time.Minute, "", false}, {Structure, 30 * time.Hour, "台风红色预警", true},
		{Building, 2 * time.Hour, "", true}, {Building, 121 * time.Minute, "", false},
	} {
		l := bare()
		l.FoundAt = found
		l.Values = procedure.Values{"arrived_at": found.Add(c.after), "late_reason": c.reason}
		if got := c.tr.see["on_site_in_time"](l); got != c.want {
			t.Errorf("%s after %v: %v", c.tr.Code, c.after, got)
		}
	}
}

// TestDisputed pins how remedies stand in the way of force, and of the court.
func TestDisputed(t *testing.T) {
	suit := func(code, state, what string, ended bool) Running {
		return Running{Procedure: code, State: state, Ended: ended, Steps: []Taken{{Step: "receive", Fields: map[string]any{"contested": what}}}}
	}
	for _, c := range []struct {
		name          string
		beside        []Running
		pending, kept bool
	}{
		{"nobody contests", nil, false, false},
		{"under reconsideration", []Running{suit(CodeReconsider, RemedyReceived, ContestStructure, false)}, true, false},
		{"upheld, and may still sue", []Running{suit(CodeReconsider, RemedyKept, ContestStructure, false)}, true, false},
		{"upheld for good", []Running{suit(CodeReconsider, RemedyEnded, ContestStructure, true)}, false, true},
		{"went to court", []Running{suit(CodeReconsider, RemedyOnward, ContestStructure, true), suit(CodeLitigate, RemedyReceived, ContestStructure, false)}, true, false},
		{"went to court, the suit not yet here", []Running{suit(CodeReconsider, RemedyOnward, ContestStructure, true)}, true, false},
		{"lost in court", []Running{suit(CodeReconsider, RemedyOnward, ContestStructure, true), suit(CodeLitigate, RemedyEnded, ContestStructure, true)}, false, true},
		{"we lost", []Running{suit(CodeLitigate, RemedyLost, ContestStructure, true)}, false, false},
		{"about the fine alone", []Running{suit(CodeLitigate, RemedyReceived, ContestPenalty, false)}, false, false},
		{"withdrawn", []Running{suit(CodeLitigate, RemedyLeft, ContestStructure, true)}, false, false},
	} {
		l := bare()
		l.Beside = c.beside
		if d := l.disputed(ContestStructure); d.pending != c.pending || d.kept != c.kept {
			t.Errorf("%s: %+v", c.name, d)
		}
	}
}
