package tracks

import (
	"testing"

	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

func TestRemedyStories(t *testing.T) {
	proceduretest.Tell(t, Reconsider.Procedure, good(Reconsider), []proceduretest.Story{
		{Name: "answered, upheld, nobody goes to court", Lines: `
			officer receive ! not_yours
			legal receive
			legal answer
			legal uphold
			legal becomes_final_kept ! need.sue_over
			over sue
			legal becomes_final_kept
			state final_kept`},
		{Name: "upheld, and on to the court", Lines: `
			legal receive_simple
			legal answer
			legal uphold
			legal went_to_court
			state to_court`},
		{Name: "no evidence with the answer", Lines: `
			legal receive
			- evidence_handed_in
			legal answer ! need.remedy_evidence`},
		{Name: "revoked, to be done anew", Lines: `
			legal receive
			legal answer
			legal overturn
			legal becomes_final ! need.carried_out
			- not_the_same_again
			legal carry_out ! need.not_the_same_again
			+ not_the_same_again
			legal carry_out
			legal becomes_final
			state final_lost`},
		{Name: "execution is stopped, and goes on", Lines: `
			legal receive
			legal execution_goes_on ! need.not_stopped
			legal stop_execution
			legal stop_execution ! need.already_stopped
			legal execution_goes_on
			legal withdraw
			state withdrawn`},
		{Name: "not accepted", Lines: `
			legal receive
			legal not_accepted
			state not_taken_up`},
	})
	proceduretest.Tell(t, Litigate.Procedure, good(Litigate), []proceduretest.Story{
		{Name: "dismissed, not appealed", Lines: `
			legal receive
			legal answer
			legal uphold
			legal becomes_final_kept ! need.appeal_over
			over appeal
			legal becomes_final_kept
			state final_kept`},
		{Name: "appealed, dismissed again", Lines: `
			legal receive
			legal answer
			legal uphold
			legal appeal
			legal last_word_kept
			state final_kept`},
		{Name: "won below, lost above", Lines: `
			legal receive
			legal answer
			legal uphold
			legal appeal
			legal last_word
			legal carry_out
			legal becomes_final
			state final_lost`},
		{Name: "the court stops the demolition; the plaintiff withdraws", Lines: `
			legal receive
			legal stop_execution
			legal answer
			legal withdraw
			state withdrawn`},
		{Name: "no evidence in court", Lines: `
			legal receive
			- evidence_handed_in
			legal answer ! need.remedy_evidence`},
	})
}

func TestRemedyMutations(t *testing.T) {
	mutate(t, Reconsider,
		defect{"the_answer_brings_its_evidence", "none", needless("answer", "evidence_handed_in")},
		defect{"upheld_for_good_only_after_fifteen_days", "at once", needless("becomes_final_kept", "sue_over")},
		defect{"what_was_ordered_is_carried_out", "ignored", needless("becomes_final", "carried_out")},
		defect{"never_the_same_again", "the same", needless("carry_out", "not_the_same_again")},
		defect{"only_the_legal_section_speaks", "an officer answers", alsoBy("answer", Officer)},
		defect{"stopped_execution_goes_on_once", "what was not stopped", needless("execution_goes_on", "stopped")},
	)
	mutate(t, Litigate,
		defect{"the_defence_brings_its_evidence", "none", needless("answer", "evidence_handed_in")},
		defect{"no_judgement_is_final_while_it_may_be_appealed", "at once", needless("becomes_final_kept", "appeal_over")},
		defect{"the_judgement_is_carried_out", "ignored", needless("becomes_final", "carried_out")},
		defect{"never_the_same_after_a_judgement", "the same", needless("carry_out", "not_the_same_again")},
		defect{"stopped_by_the_court_goes_on_once", "what was not stopped", needless("execution_goes_on", "stopped")},
	)
}

// TestNotTheSameAgain pins AR 64(2): told to act anew, only a fault of procedure lets the same act stand.
func TestNotTheSameAgain(t *testing.T) {
	for _, c := range []struct {
		outcome, anew string
		want          bool
	}{{"redo", "", false}, {"redo", "same", false}, {"redo", "different", true}, {"redo", "procedure_only", true}, {"revoked", "", true}} {
		l := bare()
		l.Track = []Taken{{Step: "overturn", Fields: map[string]any{"outcome": c.outcome}}}
		l.Values = procedure.Values{"anew": c.anew}
		if got := Reconsider.see["not_the_same_again"](l); got != c.want {
			t.Errorf("%s, %s: %v", c.outcome, c.anew, got)
		}
	}
}

func TestTransferStories(t *testing.T) {
	proceduretest.Tell(t, Crime.Procedure, good(Crime), []proceduretest.Story{
		{Name: "handed over, filed by the police", Lines: `
			officer propose
			officer hand_over ! not_now
			head approve
			officer hand_over
			officer accepted
			state accepted`},
		{Name: "it comes back", Lines: `
			legal propose
			head approve
			officer hand_over
			legal declined
			state declined`},
		{Name: "the head does not transfer", Lines: `
			officer propose
			officer refuse ! not_yours
			head refuse
			state refused`},
		{Name: "the seized lorry stays behind", Lines: `
			officer propose
			head approve
			- things_go_along
			- file_goes_along
			officer hand_over ! need.transfer_file need.things_go_along`},
		{Name: "a suspicion without evidence", Lines: `
			- evidence_present
			officer propose ! need.evidence`},
	})
	proceduretest.Tell(t, Jurisdiction.Procedure, good(Jurisdiction, "informant"), []proceduretest.Story{
		{Name: "it happened across the border", Lines: `
			officer propose
			head approve
			leader hand_over
			leader accepted
			state accepted`},
		{Name: "the informant hears of it", Lines: `
			+ informant
			officer propose
			head approve
			officer hand_over
			officer accepted ! need.informant_told_transfer
			officer tell_informant
			officer accepted`},
		{Name: "they say it is ours, and the city bureau agrees", Lines: `
			officer propose
			head approve
			officer hand_over
			head dispute
			officer designated_ours
			state ours`},
		{Name: "designated to another", Lines: `
			officer propose
			head dispute
			legal designated
			state designated`},
		{Name: "the goods stay behind", Lines: `
			officer propose
			head approve
			- things_go_along
			officer hand_over ! need.things_go_along`},
	})
}

func TestTransferMutations(t *testing.T) {
	mutate(t, Crime,
		defect{"only_the_head_transfers_crimes", "a legal reviewer decides", alsoBy("approve", Legal)},
		defect{"no_crime_handed_over_undecided", "undecided", from("hand_over", TransferAsked)},
		defect{"evidence_and_things_go_along", "things stay", needless("hand_over", "things_go_along")},
		defect{"evidence_and_things_go_along", "no file", needless("hand_over", "file_goes_along")},
		defect{"no_suspicion_without_evidence", "no evidence", needless("propose", "evidence_present")},
	)
	mutate(t, Jurisdiction,
		defect{"only_the_head_transfers_cases", "a leader", alsoBy("approve", Leader)},
		defect{"no_case_handed_over_undecided", "undecided", from("hand_over", TransferAsked)},
		defect{"things_go_with_the_case", "things stay", needless("hand_over", "things_go_along")},
		defect{"the_informant_hears_of_the_transfer", "not told", needless("accepted", "informant")},
		defect{"only_the_superior_designates", "they say so", from("designated", TransferHanded)},
	)
}

func TestAmendStories(t *testing.T) {
	proceduretest.Tell(t, Correction.Procedure, good(Correction), []proceduretest.Story{
		{Name: "a date with two digits swapped", Lines: `
			legal propose
			head approve
			legal issue
			officer serve
			state corrected`},
		{Name: "the fine is no slip of the pen", Lines: `
			- slip_only
			legal propose ! need.slip_only
			head approve ! need.asked`},
		{Name: "by oneself", Lines: `
			legal propose
			- approver_did_not_propose
			head approve ! need.approver_other
			head refuse
			state refused`},
	})
	proceduretest.Tell(t, Revoke.Procedure, good(Revoke, "money_paid"), []proceduretest.Story{
		{Name: "revoked after publication", Lines: `
			legal propose
			head decide ! need.review_passed
			legal pass_review
			head decide
			officer serve
			legal finish ! need.publicity_settled
			- reason_published
			legal take_down ! need.publicity_reason
			+ reason_published
			legal take_down
			legal finish
			state done`},
		{Name: "the party had paid", Lines: `
			legal propose
			legal pass_review
			head decide
			officer serve
			legal never_published
			+ money_paid
			legal finish ! need.refunded
			officer refund
			legal finish`},
		{Name: "changed to a heavier fine", Lines: `
			legal propose
			legal pass_review
			- not_heavier
			head decide ! need.change_not_heavier`},
		{Name: "taken back before it was served", Lines: `
			- decision_served
			legal propose
			legal pass_review
			head decide
			legal never_served
			legal never_published
			legal finish`},
		{Name: "served, and taken back in silence", Lines: `
			legal propose
			legal pass_review
			head decide
			legal never_served ! need.decision_unserved`},
		{Name: "nothing to revoke, for no reason, by who investigated", Lines: `
			- decision_exists
			- ground_on_file
			legal propose ! need.decision_exists need.revoke_ground
			+ decision_exists
			+ ground_on_file
			legal propose
			- reviewer_independent
			legal pass_review ! need.reviewer_independent
			head refuse
			state refused`},
	})
}

func TestAmendMutations(t *testing.T) {
	mutate(t, Correction,
		defect{"a_slip_is_no_change", "the fine", needless("propose", "slip_only")},
		defect{"two_people_correct", "by oneself", needless("approve", "approver_did_not_propose")},
		defect{"two_people_correct", "by the legal section", alsoBy("approve", Legal)},
		defect{"a_correction_reaches_the_party", "in the file alone", to("issue", CorrectionServed)},
	)
	mutate(t, Revoke,
		defect{"only_the_head_revokes", "the legal section", alsoBy("decide", Legal)},
		defect{"no_revocation_without_a_ground", "no ground", needless("propose", "ground_on_file")},
		defect{"no_revocation_unreviewed", "unreviewed", needless("decide", "review_passed")},
		defect{"no_revocation_review_by_investigator", "the investigator", needless("pass_review", "reviewer_independent")},
		defect{"a_change_is_never_heavier", "heavier", needless("decide", "not_heavier")},
		defect{"who_has_the_decision_gets_its_revocation", "in silence", needless("never_served", "decision_served")},
		defect{"publicity_is_taken_back", "left standing", needless("finish", "publicity_settled")},
		defect{"taken_back_with_its_reason", "without a word", needless("take_down", "reason_published")},
		defect{"money_is_given_back", "kept", needless("finish", "money_paid")},
	)
}
