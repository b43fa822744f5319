package tracks

import (
	"testing"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

func TestNoPenaltyStories(t *testing.T) {
	proceduretest.Tell(t, NoPenalty.Procedure, good(NoPenalty), []proceduretest.Story{
		{Name: "slight, corrected, taught", Lines: `
			officer propose
			head decide
			officer serve
			officer finish ! need.taught
			officer teach
			officer finish
			state done`},
		{Name: "the facts do not hold: nobody is taught", Lines: `
			- to_be_taught
			officer propose
			head decide
			officer serve
			officer finish`},
		{Name: "the second time is no first time", Lines: `
			- ground_fits
			officer propose ! need.no_penalty_ground`},
		{Name: "not investigated, or decided already", Lines: `
			- investigated
			- undecided
			officer propose ! need.investigated need.undecided`},
		{Name: "a crime is pending, and goods are held", Lines: `
			officer propose
			- no_crime_pending
			- nothing_held
			head decide ! need.crime_pending need.nothing_held`},
		{Name: "the head sees it otherwise", Lines: `
			officer propose
			officer decide ! not_yours
			head refuse
			state refused`},
	})
	proceduretest.Tell(t, WithdrawFiling.Procedure, good(WithdrawFiling, "party_knows"), []proceduretest.Story{
		{Name: "filed twice", Lines: `
			officer ask
			head grant
			state withdrawn`},
		{Name: "the party knows of the case", Lines: `
			+ party_knows
			officer ask
			head grant ! need.party_told
			officer tell_party
			head grant`},
		{Name: "no way out of a decision", Lines: `
			- undecided
			officer ask ! need.undecided`},
		{Name: "goods are held, the police have it", Lines: `
			officer ask
			- nothing_held
			- no_crime_pending
			head grant ! need.crime_pending need.nothing_held
			head deny
			state refused`},
	})
}

func TestNoPenaltyMutations(t *testing.T) {
	mutate(t, NoPenalty,
		defect{"no_penalty_only_on_its_grounds", "for a friend", needless("propose", "ground_fits")},
		defect{"no_penalty_as_it_was_examined", "another", needless("decide", "ground_as_proposed")},
		defect{"no_penalty_after_the_investigation", "at once", needless("propose", "investigated")},
		defect{"no_penalty_is_no_way_out_of_a_decision", "after the decision", needless("decide", "undecided")},
		defect{"no_penalty_instead_of_a_crime", "instead", needless("decide", "no_crime_pending")},
		defect{"things_go_back_without_a_penalty", "kept", needless("decide", "nothing_held")},
		defect{"only_the_head_decides_on_no_penalty", "an officer", alsoBy("decide", Officer)},
		defect{"who_is_not_punished_is_taught", "untaught", needless("finish", "to_be_taught")},
		defect{"no_penalty_is_served", "unserved", from("finish", NoPenaltyDecided)},
	)
	mutate(t, WithdrawFiling,
		defect{"no_withdrawal_after_a_decision", "after it", needless("grant", "undecided")},
		defect{"nothing_is_kept_of_a_withdrawn_case", "kept", needless("grant", "nothing_held")},
		defect{"who_knew_of_the_case_hears_of_its_end", "in silence", needless("grant", "party_knows")},
		defect{"only_the_head_withdraws_a_filing", "an officer", alsoBy("grant", Officer)},
	)
}

// TestNoPenaltyGrounds pins what each ground asks for.
func TestNoPenaltyGrounds(t *testing.T) {
	day := date(t, "2026-11-23")
	for _, c := range []struct {
		name string
		v    procedure.Values
		look Look
		want bool
	}{
		{"slight, corrected, harmless", procedure.Values{"ground": "slight", "corrected": true, "harm": "none"}, Look{}, true},
		{"slight, corrected, some harm", procedure.Values{"ground": "slight", "corrected": true, "harm": "slight"}, Look{}, false},
		{"slight, not corrected", procedure.Values{"ground": "slight", "harm": "none"}, Look{}, false},
		{"first, slight harm, corrected", procedure.Values{"ground": "first", "corrected": true, "harm": "slight"}, Look{}, true},
		{"the second time", procedure.Values{"ground": "first", "corrected": true, "harm": "slight"}, Look{Repeated: true}, false},
		{"a company of thirteen", procedure.Values{"ground": "minor"}, Look{Party: Party{Kind: law.Organisation}}, false},
		{"two years and a day", procedure.Values{"ground": "late"}, Look{ActDate: day.AddMonths(-24).AddDays(-1), FoundOn: day}, true},
		{"two years", procedure.Values{"ground": "late"}, Look{ActDate: day.AddMonths(-24), FoundOn: day}, false},
		{"no ground", procedure.Values{}, Look{}, false},
	} {
		c.look.Values = c.v
		if got := NoPenalty.see["ground_fits"](&c.look); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestRecuseStories(t *testing.T) {
	proceduretest.Tell(t, Recuse.Procedure, good(Recuse), []proceduretest.Story{
		{Name: "his own cousin's stall", Lines: `
			officer officer_asks
			officer grant ! not_yours
			head grant
			state withdrawn`},
		{Name: "the party asks, the head refuses", Lines: `
			officer party_asks
			head refuse
			state stays`},
		{Name: "only one would be left", Lines: `
			leader party_asks
			- two_left
			head grant ! need.recuse_two_left
			+ two_left
			head grant`},
		{Name: "it is about the head himself", Lines: `
			leader party_asks
			- decider_not_concerned
			head grant ! need.recuse_decider
			head refuse ! need.recuse_decider`},
		{Name: "for a colleague, or somebody else", Lines: `
			- own_withdrawal
			- takes_part
			officer officer_asks ! need.recuse_self need.recuse_concerned
			officer party_asks ! need.recuse_concerned`},
	})
}

func TestRecuseMutations(t *testing.T) {
	mutate(t, Recuse,
		defect{"only_the_head_decides_on_withdrawals", "the officer", alsoBy("refuse", Officer)},
		defect{"nobody_judges_himself", "himself", needless("refuse", "decider_not_concerned")},
		defect{"the_case_keeps_two_officers", "one left", needless("grant", "two_left")},
		defect{"only_who_takes_part_withdraws", "anybody", needless("party_asks", "takes_part")},
		defect{"one_asks_for_oneself", "for a colleague", needless("officer_asks", "own_withdrawal")},
	)
}

// TestRecuseLeavesTwo pins who counts once one has withdrawn.
func TestRecuseLeavesTwo(t *testing.T) {
	a, b, c := Person{ID: "a", Certified: true}, Person{ID: "b", Certified: true}, Person{ID: "c", Certified: true}
	for _, x := range []struct {
		name      string
		officers  []Person
		successor string
		want      bool
	}{
		{"three", []Person{a, b, c}, "", true}, {"two", []Person{a, b}, "", false}, {"two and a successor", []Person{a, b}, "c", true},
		{"the successor is on the case", []Person{a, b}, "b", false}, {"one withdrew before", []Person{a, b, {ID: "c", Certified: true, Withdrawn: true}}, "", false},
	} {
		l := bare()
		l.Officers, l.Named = x.officers, map[string]Person{"c": c, "b": b}
		l.Track = []Taken{{Step: "party_asks", Fields: map[string]any{"officer": "a", "part": "officer"}}}
		l.Values = procedure.Values{"successor": x.successor}
		if got := Recuse.see["two_left"](l); got != x.want {
			t.Errorf("%s: %v", x.name, got)
		}
	}
}
