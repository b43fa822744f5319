package tracks

import (
	"testing"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

func TestCorrectStories(t *testing.T) {
	proceduretest.Tell(t, Correct.Procedure, good(Correct, "correct_by_over", "refused_outright"), []proceduretest.Story{
		{Name: "ordered, corrected", Lines: `
			officer order
			officer found_corrected ! not_now
			officer serve
			officer found_corrected
			state corrected`},
		{Name: "rechecked too early, then not corrected", Lines: `
			officer order
			officer serve
			officer found_not_corrected ! need.correct_by_over
			+ correct_by_over
			officer found_not_corrected
			state not_corrected`},
		{Name: "refuses outright", Lines: `
			officer order
			officer serve
			+ refused_outright
			officer found_not_corrected`},
		{Name: "more time, but not less", Lines: `
			officer order
			officer serve
			- later_than_before
			leader extend ! need.correct_later
			+ later_than_before
			leader extend`},
		{Name: "one officer, no party, no photo", Lines: `
			- two_certified_officers
			- party_identified
			- evidence_present
			officer order ! need.two_officers need.party need.evidence`},
		{Name: "a wrong order", Lines: `
			officer order
			officer take_back ! not_yours
			head take_back
			state taken_back`},
		{Name: "served before it was made", Lines: `
			officer order
			- served_after_issue
			officer serve ! need.served_after_issue`},
	})
}

func TestCorrectMutations(t *testing.T) {
	mutate(t, Correct,
		defect{"no_order_by_fewer_than_two", "one officer rechecks", needless("found_not_corrected", "two_certified_officers")},
		defect{"no_order_on_unproved_facts", "no evidence", needless("order", "evidence_present")},
		defect{"no_defiance_of_an_unserved_order", "not served", from("found_not_corrected", CorrectMade)},
		defect{"no_defiance_before_the_time_is_over", "at once", needless("found_not_corrected", "need.correct_by_over")},
		defect{"more_time_is_more", "shortened", needless("extend", "later_than_before")},
		defect{"only_the_head_takes_an_order_back", "an officer takes it back", alsoBy("take_back", Officer)},
	)
}

const seized = `
	officer ask
	head grant
	officer seize
	state held
`

func TestSeizeStories(t *testing.T) {
	proceduretest.Tell(t, Seize.Procedure, good(Seize), []proceduretest.Story{
		{Name: "approved, seized, lifted, given back", Lines: seized + `
			officer lift ! not_yours
			head lift
			officer give_back
			state ended`},
		{Name: "no approval", Lines: `
			head grant ! need.seize_asked
			officer seize ! not_now
			officer ask
			head deny
			state forgone`},
		{Name: "in urgency: reported, approved", Lines: `
			officer seize_now
			head approve_after ! need.seize_reported
			officer report_urgent
			head approve_after
			state held`},
		{Name: "in urgency: the head lifts it at once", Lines: `
			officer seize_now
			head refuse_after
			state lifted
			officer give_back`},
		{Name: "in urgency, and handled before anyone approved", Lines: `
			officer seize_now
			head handle ! not_now`},
		{Name: "extended once, with a test in between", Lines: seized + `
			officer test
			officer test ! need.seize_not_testing
			head extend ! need.seize_not_testing
			officer test_over
			head extend
			head extend ! need.seize_once
			over longer
			head handle ! need.seize_expired
			head lift
			state lifted`},
		{Name: "day thirty-one", Lines: seized + `
			over hold
			head extend ! need.seize_extend_in_time
			head handle ! need.seize_expired
			officer test ! need.seize_expired
			head lift`},
		{Name: "a rice cooker, a wok and the family's bedding", Lines: `
			officer ask
			head grant
			- no_necessities
			officer seize ! need.seize_necessities`},
		{Name: "nobody is there to sign", Lines: `
			officer ask
			head grant
			- party_or_witness
			- handed_over
			- told_on_the_spot
			officer seize ! need.seize_told need.seize_witness need.seize_list`},
		{Name: "no law lets it be seized", Lines: `
			- may_seize
			officer ask ! need.may_seize
			officer seize_now ! need.may_seize`},
		{Name: "a crate of strawberries", Lines: seized + `
			head dispose_perishable ! need.seize_perishable need.seize_perishable_over
			officer call_perishable
			head dispose_perishable ! need.seize_perishable_over
			over perishable
			- evidence_kept
			head dispose_perishable ! need.seize_evidence_kept
			+ evidence_kept
			head dispose_perishable
			head lift`},
		{Name: "confiscated without a decision", Lines: seized + `
			- handled_by_law
			head handle ! need.seize_handled
			+ handled_by_law
			head handle
			state ended`},
		{Name: "nobody comes for the cart", Lines: seized + `
			head lift
			- unclaimed
			officer announce ! need.seize_unclaimed need.seize_called
			officer call_to_claim
			+ unclaimed
			officer announce
			head dispose_unclaimed ! need.seize_claim_over
			over claim
			head dispose_unclaimed
			state ended`},
		{Name: "the owner is unknown, and comes on the fiftieth day", Lines: seized + `
			head lift
			- party_identified
			officer call_to_claim ! need.party
			officer announce
			officer give_back
			state ended`},
	})
}

func TestSeizeMutations(t *testing.T) {
	mutate(t, Seize,
		defect{"no_seizure_without_approval", "before the head speaks", from("seize", SeizeAsked)},
		defect{"urgent_seizure_is_approved_or_lifted", "kept anyway", from("handle", SeizeUrgent)},
		defect{"urgent_seizure_is_reported", "not reported", needless("approve_after", "reported")},
		defect{"only_the_head_approves_seizing", "an officer approves", alsoBy("grant", Officer)},
		defect{"only_the_head_approves_seizing", "a leader extends", alsoBy("extend", Leader)},
		defect{"no_seizure_by_fewer_than_two", "one officer in urgency", needless("seize_now", "two_certified_officers")},
		defect{"no_seizure_without_a_law", "no law", needless("seize", "may_seize")},
		defect{"necessities_are_never_seized", "the bedding too", needless("seize", "no_necessities")},
		defect{"the_scene_is_kept_by_law", "no witness", needless("seize", "party_or_witness")},
		defect{"the_scene_is_kept_by_law", "no list in urgency", needless("seize_now", "handed_over")},
		defect{"after_expiry_only_release", "handled on day thirty-one", needless("handle", "hold_over")},
		defect{"after_expiry_only_release", "handled on day sixty-one", needless("handle", "longer_over")},
		defect{"after_expiry_only_release", "extended on day thirty-one", needless("extend", "hold_over")},
		defect{"after_expiry_only_release", "sold on day thirty-one", needless("dispose_perishable", "hold_over")},
		defect{"extended_once", "and again", needless("extend", "extended")},
		defect{"perishables_are_called_for_first", "sold at once", needless("dispose_perishable", "perishable_over")},
		defect{"perishables_are_called_for_first", "one call for all", keeps("dispose_perishable")},
		defect{"perishables_are_called_for_first", "no evidence", needless("dispose_perishable", "evidence_kept")},
		defect{"no_disposal_without_its_ground", "no ground", needless("handle", "handled_by_law")},
		defect{"unclaimed_only_after_sixty_days", "after a week", needless("dispose_unclaimed", "claim_over")},
		defect{"a_known_owner_is_called_before_the_announcement", "never called", needless("announce", "called")},
		defect{"one_test_at_a_time", "two tests", needless("test", "testing")},
	)
}

// TestSeizeClocks pins what the steps do to the thirty days.
func TestSeizeClocks(t *testing.T) {
	for _, c := range []struct {
		step string
		want []procedure.ClockAction
	}{
		{"seize", []procedure.ClockAction{{Verb: procedure.StartClock, Clock: SeizeTime}, {Verb: procedure.StartClock, Clock: SeizeReconsider}, {Verb: procedure.StartClock, Clock: SeizeLitigate}}},
		{"extend", []procedure.ClockAction{{Verb: procedure.MeetClock, Clock: SeizeTime}, {Verb: procedure.StartClock, Clock: SeizeLonger}}},
		{"test", []procedure.ClockAction{{Verb: procedure.SuspendClock, Clock: SeizeTime}, {Verb: procedure.SuspendClock, Clock: SeizeLonger}}},
	} {
		seen := procedure.Seen{}
		for code, holds := range good(Seize) {
			seen[code] = holds
		}
		s, _ := Seize.Step(c.step)
		_, actions, err := Seize.Take(procedure.Matter{State: s.From[0]}, c.step, seen, s.By)
		if err != nil {
			t.Fatal(err)
		}
		if len(actions) != len(c.want) {
			t.Fatalf("%s: %+v", c.step, actions)
		}
		for i, a := range actions {
			if a.Verb != c.want[i].Verb || a.Clock.Code != c.want[i].Clock.Code {
				t.Errorf("%s: %s %s", c.step, a.Verb, a.Clock.Code)
			}
		}
	}
	if SeizeLonger.After != SeizeTime.Code {
		t.Error("the extension does not begin where the thirty days end")
	}
}

// TestSeizeFacts pins how what is filled in at the scene is read.
func TestSeizeFacts(t *testing.T) {
	day := law.Date{Year: 2026, Month: 11, Day: 23}
	for _, c := range []struct {
		name, fact string
		look       Look
		want       bool
	}{
		{"the matter's article", "may_seize", Look{Matter: Matter{MaySeize: true}}, true},
		{"tools at a building site", "may_seize", Look{Main: CodeBuilding}, true},
		{"no article", "may_seize", Look{Main: CodeStructure}, false},
		{"absent with a witness", "party_or_witness", Look{Values: procedure.Values{"party": "absent", "witness": "居委会 王某"}}, true},
		{"absent", "party_or_witness", Look{Values: procedure.Values{"party": "absent"}}, false},
		{"confiscated by a decision", "handled_by_law", Look{Values: procedure.Values{"how": "confiscated"}, Documents: []Document{{Kind: KindDecision, IssuedOn: day}}}, true},
		{"confiscated by a void decision", "handled_by_law", Look{Values: procedure.Values{"how": "confiscated"}, Documents: []Document{{Kind: KindDecision, IssuedOn: day, Void: true}}}, false},
		{"with a crime, the party not told", "handled_by_law", Look{Values: procedure.Values{"how": "with_crime"}}, false},
		{"destroyed, by which law?", "handled_by_law", Look{Values: procedure.Values{"how": "destroyed"}}, false},
		{"the owner unknown", "unclaimed", Look{}, true},
		{"called to come by today", "unclaimed", Look{Now: day.Start(), Party: Party{Known: true}, Track: []Taken{{Step: "call_to_claim", Fields: map[string]any{"claim_by": "2026-11-23"}}}}, false},
		{"called to come by yesterday", "unclaimed", Look{Now: day.Start(), Party: Party{Known: true}, Track: []Taken{{Step: "call_to_claim", Fields: map[string]any{"claim_by": "2026-11-22"}}}}, true},
	} {
		if got := Seize.see[c.fact](&c.look); got != c.want {
			t.Errorf("%s: %s is %v", c.name, c.fact, got)
		}
	}
}
