package tracks

import (
	"testing"
	"time"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

const decidedOnTheSpot = `
	officer tell
	officer hear
	officer decide
	state decided
`

func TestSummaryStories(t *testing.T) {
	proceduretest.Tell(t, Summary.Procedure, good(Summary, "warning_alone"), []proceduretest.Story{
		{Name: "fifty yuan in cash", Lines: decidedOnTheSpot + `
			officer collect
			state performed
			leader close ! need.on_record need.handed_in need.banked
			officer bank ! need.handed_in
			officer hand_in
			leader bank
			officer record
			leader close
			legal archive
			state archived`},
		{Name: "two hundred, paid at the bank", Lines: decidedOnTheSpot + `
			- cash_allowed
			officer collect ! need.cash_allowed
			officer pay
			officer hand_in ! need.cash
			officer record
			head close
			legal archive`},
		{Name: "two hundred and one", Lines: `
			- within_ceiling
			officer tell ! need.summary_ceiling
			officer turn
			state turned`},
		{Name: "raised after the telling", Lines: `
			officer tell
			officer hear
			- within_ceiling
			- not_heavier
			officer decide ! need.summary_ceiling need.not_heavier_spot`},
		{Name: "the party is not asked what it has to say", Lines: `
			officer tell
			officer decide ! need.party_heard`},
		{Name: "one officer alone, no certificate shown, no photo", Lines: `
			- two_certified_officers
			- cards_shown
			- evidence_present
			officer tell ! need.two_officers need.evidence need.cards_shown`},
		{Name: "nobody knows the party", Lines: `
			- party_identified
			officer tell ! need.party`},
		{Name: "next morning at the office", Lines: `
			officer tell
			officer hear
			- on_the_spot
			officer decide ! need.on_the_spot
			officer turn`},
		{Name: "a refusal to sign that is not noted", Lines: `
			officer tell
			officer hear
			- handed_over
			officer decide ! need.handed_over
			+ handed_over
			officer decide`},
		{Name: "the stall was fined an hour ago", Lines: `
			officer tell
			officer hear
			- one_fine
			officer decide ! need.one_fine`},
		{Name: "correct first", Lines: `
			- order_defied_where_first
			officer tell ! need.correction_refused`},
		{Name: "found after two years, by an outdated and unconfirmed text", Lines: `
			- within_limitation
			- matter_in_force
			- matter_confirmed
			officer tell ! need.matter_in_force need.matter_confirmed need.limitation`},
		{Name: "a warning", Lines: `
			+ warning_alone
			` + decidedOnTheSpot + `
			officer collect ! need.fine
			officer pay ! need.fine
			officer warned
			officer record
			leader close`},
		{Name: "a fine is not carried out as a warning", Lines: decidedOnTheSpot + `
			officer warned ! need.warning_alone`},
		{Name: "cash without a receipt, the next day", Lines: decidedOnTheSpot + `
			- receipt_given
			- collected_on_the_spot
			officer collect ! need.collected_on_the_spot need.receipt_given`},
		{Name: "slight and corrected: the head lets go", Lines: `
			officer tell
			officer drop ! not_yours
			head drop
			state dropped`},
		{Name: "who may not", Lines: `
			auxiliary tell ! not_yours
			leader tell ! not_yours
			officer decide ! not_now`},
		{Name: "the company is gone", Lines: decidedOnTheSpot + `
			head end_execution
			officer record
			leader close`},
	})
}

func TestSummaryMutations(t *testing.T) {
	mutate(t, Summary,
		defect{"no_spot_fine_above_the_ceiling", "the ceiling is looked at when telling alone", needless("decide", "within_ceiling")},
		defect{"no_spot_decision_untold_or_unheard", "nobody listens", needless("decide", "heard")},
		defect{"no_spot_decision_untold_or_unheard", "heard and decided before telling", both(from("hear", SummaryFound), from("decide", SummaryFound))},
		defect{"no_spot_decision_by_fewer_than_two", "one officer", needless("decide", "two_certified_officers")},
		defect{"no_spot_decision_on_doubtful_facts", "in doubt", needless("tell", "facts_clear")},
		defect{"no_spot_decision_on_doubtful_facts", "no evidence", needless("tell", "evidence_present")},
		defect{"certificates_are_shown", "not shown", needless("tell", "cards_shown")},
		defect{"a_spot_decision_is_made_on_the_spot", "next day", needless("decide", "on_the_spot")},
		defect{"a_spot_decision_is_handed_over", "sent later", needless("decide", "handed_over")},
		defect{"no_spot_fine_beyond_the_range", "any sum", needless("decide", "amount_within_range")},
		defect{"no_spot_fine_on_unconfirmed_law", "unconfirmed", needless("decide", "matter_confirmed")},
		defect{"no_heavier_spot_fine_for_speaking", "heavier for talking back", needless("decide", "not_heavier")},
		defect{"one_act_one_spot_fine", "twice", needless("decide", "one_fine")},
		defect{"cash_only_where_the_decision_says_so", "the decision says bank", needless("collect", "cash_decided")},
		defect{"no_late_fine_without_its_surcharge", "late and nothing added", needless("pay", "surcharge_paid")},
		defect{"cash_only_where_the_law_allows", "always cash", needless("collect", "cash_allowed")},
		defect{"cash_only_where_the_law_allows", "cash a week later", needless("collect", "collected_on_the_spot")},
		defect{"no_cash_without_receipt", "no receipt", needless("collect", "receipt_given")},
		defect{"cash_reaches_the_bank", "kept in the drawer", needless("close", "banked")},
		defect{"cash_reaches_the_bank", "cash is not noted", func(p *procedure.Procedure) { proceduretest.Step(p, "collect").Sets = nil }},
		defect{"spot_decisions_are_filed", "not filed", needless("close", "on_record")},
		defect{"no_spot_penalty_under_fourteen", "a child", needless("tell", "party_of_age")},
		defect{"another_act_is_explained_on_the_spot", "under another matter", needless("tell", "another_act")},
		defect{"no_spot_penalty_past_the_limitation", "years later", needless("tell", "within_limitation")},
		defect{"correct_first_on_the_spot_too", "fined at once", needless("tell", "order_defied_where_first")},
		defect{"a_spot_fine_is_paid_not_waived", "waived", needless("warned", "warning_alone")},
	)
}

// TestSummarySums pins the sums of AP 51 and 68 as the facts see them.
func TestSummarySums(t *testing.T) {
	decide := time.Date(2026, 11, 23, 10, 0, 0, 0, law.Shanghai)
	yuan := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		name  string
		party string
		fact  string
		look  Look
		want  bool
	}{
		{"200 to a person", law.Person, "within_ceiling", Look{Values: procedure.Values{"amount": int64(200)}}, true},
		{"201 to a person", law.Person, "within_ceiling", Look{Values: procedure.Values{"amount": int64(201)}}, false},
		{"3000 to an organisation", law.Organisation, "within_ceiling", Look{Values: procedure.Values{"amount": int64(3000)}}, true},
		{"3001 to an organisation", law.Organisation, "within_ceiling", Look{Values: procedure.Values{"amount": int64(3001)}}, false},
		{"200 on the form", law.Person, "within_ceiling", Look{Values: procedure.Values{"penalty": "fine", "yuan": int64(200)}}, true},
		{"a warning on the form", law.Person, "not_heavier", Look{Values: procedure.Values{"penalty": "warning"}, Track: []Taken{{Step: "tell", At: decide, Fields: map[string]any{"amount": 0.0}}}}, true},
		{"a fine without a sum", law.Person, "within_ceiling", Look{Values: procedure.Values{"penalty": "fine"}}, false},
		{"nobody knows what kind of party", "", "within_ceiling", Look{Values: procedure.Values{"amount": int64(1)}}, false},
		{"100 in cash", law.Person, "cash_allowed", Look{Decided: yuan(100), Values: procedure.Values{"ground": "small"}}, true},
		{"101 in cash", law.Person, "cash_allowed", Look{Decided: yuan(101), Values: procedure.Values{"ground": "small"}}, false},
		{"150, hard to collect later", law.Person, "cash_allowed", Look{Decided: yuan(150), Values: procedure.Values{"ground": "hard_later", "ground_note": "外省流动摊贩，无固定住所"}}, true},
		{"150, hard, and nobody says why", law.Person, "cash_allowed", Look{Decided: yuan(150), Values: procedure.Values{"ground": "hard_later"}}, false},
		{"a warning where the article allows one", law.Person, "amount_within_range", Look{Values: procedure.Values{"amount": int64(0)}, Matter: Matter{FineOptional: true}}, true},
		{"nothing where the article fines", law.Person, "amount_within_range", Look{Values: procedure.Values{"amount": int64(0)}, RangeKnown: true, Low: 50, High: 500}, false},
		{"fifty of fifty to five hundred", law.Person, "amount_within_range", Look{Values: procedure.Values{"amount": int64(50)}, RangeKnown: true, Low: 50, High: 500}, true},
		{"told of 100, decided 100", law.Person, "not_heavier", Look{Values: procedure.Values{"amount": int64(100)}, Track: []Taken{{Step: "tell", At: decide, Fields: map[string]any{"amount": 100.0}}}}, true},
		{"told of 100, decided 101", law.Person, "not_heavier", Look{Values: procedure.Values{"amount": int64(101)}, Track: []Taken{{Step: "tell", At: decide, Fields: map[string]any{"amount": 100.0}}}}, false},
		{"fined this morning for the same", law.Person, "one_fine", Look{Values: procedure.Values{"amount": int64(50)}, ActDate: law.On(decide), SameDay: []Earlier{{ActDate: law.On(decide), Near: true, Yuan: 50}}}, false},
		{"fined last week for the like", law.Person, "one_fine", Look{Values: procedure.Values{"amount": int64(50)}, ActDate: law.On(decide), SameDay: []Earlier{{ActDate: law.On(decide).AddDays(-7), Near: true, Yuan: 50}}}, true},
		{"told before midnight, decided after", law.Person, "on_the_spot", Look{Now: decide.AddDate(0, 0, 1), Track: []Taken{{Step: "tell", At: decide}}}, false},
		{"signature refused and noted", law.Person, "handed_over", Look{Values: procedure.Values{"delivered": "refused", "refusal": "当事人拒绝签字"}}, true},
		{"signature refused", law.Person, "handed_over", Look{Values: procedure.Values{"delivered": "refused"}}, false},
		{"paid on the day after", law.Person, "collected_on_the_spot", Look{Values: procedure.Values{"paid_on": law.On(decide).AddDays(1)}, Track: []Taken{{Step: "decide", At: decide}}}, false},
	} {
		l := c.look
		l.Party.Kind = c.party
		if got := Summary.see[c.fact](&l); got != c.want {
			t.Errorf("%s: %s is %v", c.name, c.fact, got)
		}
	}
}
