package casework

import (
	"slices"
	"testing"

	"jiexu/procedure"
	"jiexu/systems/casework/tracks"
)

// onTime are the steps that meet a limit of ours and neither ask why they are late nor are refused then, each with why that is
// right: they end what the limit was for, and do not do it.
var onTime = map[string]string{
	"casework.penalty.ordinary terminate":       "the case ends without a decision",
	"casework.penalty.ordinary pay":             "the party pays: the court is not needed",
	"casework.penalty.ordinary warned":          "nothing is to be paid",
	"casework.penalty.ordinary end_execution":   "execution ends",
	"casework.penalty.summary pay":              "the party pays: the court is not needed",
	"casework.penalty.summary collect":          "the party pays: the court is not needed",
	"casework.penalty.summary warned":           "nothing is to be paid",
	"casework.penalty.summary end_execution":    "execution ends",
	"casework.structure not_ours":               "others go there",
	"casework.structure turn":                   "the other procedure's own time begins",
	"casework.structure drop":                   "it needs that the informant was told, where there is one",
	"casework.structure.building not_ours":      "others go there",
	"casework.structure.building turn":          "the other procedure's own time begins",
	"casework.structure.building drop":          "it needs that the informant was told, where there is one",
	"casework.preserve lapse":                   "it is what follows when the time is over",
	"casework.seize lift":                       "it is what follows when the time is over",
	"casework.transfer.jurisdiction dispute":    "the authority above decides",
	"casework.substitute.immediate end":         "it needs that an absent party was told",
	"casework.reconsideration not_accepted":     "there is nothing to answer",
	"casework.reconsideration withdraw":         "there is nothing to answer",
	"casework.reconsideration uphold":           "the authority has decided without an answer",
	"casework.reconsideration overturn":         "the authority has decided without an answer",
	"casework.litigation not_accepted":          "there is nothing to answer",
	"casework.litigation withdraw":              "there is nothing to answer",
	"casework.litigation uphold":                "the court has decided without an answer",
	"casework.litigation overturn":              "the court has decided without an answer",
	"casework.amend.revocation never_published": "nothing is to be taken down",
}

// Every step that keeps a limit of ours asks why it is late, or is refused then by the fact that the time is over; but for
// those that only end what the limit was for.
func TestLateStepsAreExplainedOrRefused(t *testing.T) {
	used := map[string]bool{}
	procedures := []*procedure.Procedure{Ordinary}
	for _, tr := range tracks.All {
		procedures = append(procedures, tr.Procedure)
	}
	for _, p := range procedures {
		for _, s := range p.Steps {
			limits := slices.DeleteFunc(keeps(p, &s), func(procedure.Clock) bool { return len(s.Meets) == 0 })
			if len(limits) == 0 {
				continue
			}
			asks := slices.ContainsFunc(s.Fields, func(f procedure.Field) bool { return f.Name == lateField })
			refused := slices.ContainsFunc(limits, func(c procedure.Clock) bool { return c.Lapsed.Code != "" && refusedBy(p, &s, c.Lapsed) })
			why := onTime[p.Code+" "+s.Code]
			used[p.Code+" "+s.Code] = true
			if !asks && !refused && why == "" {
				t.Errorf("%s: %s may come late, and nobody has to say why", p.Code, s.Code)
			}
			if why != "" && asks {
				t.Errorf("%s: %s asks why it is late, and is among those that need not", p.Code, s.Code)
			}
		}
	}
	for step, why := range onTime {
		if why != "" && !used[step] {
			t.Errorf("%s keeps no limit", step)
		}
	}
}

// refusedBy reports whether a step has more in its way once the fact holds, in some situation that the other facts make:
// all of them as one would wish for the step, but for those that hold together with the fact.
func refusedBy(p *procedure.Procedure, s *procedure.Step, lapsed procedure.Fact) bool {
	inTheWay := func(others, over bool) int {
		seen, m := procedure.Seen{}, procedure.Matter{State: s.From[0]}
		for _, f := range p.Facts {
			switch {
			case f.Kind != procedure.Recorded:
				seen[f.Code] = others
			case others:
				m.Facts = append(m.Facts, f.Code)
			}
		}
		seen[lapsed.Code] = over
		choices, err := p.Next(m, seen, s.By)
		if err != nil {
			return 0
		}
		for _, c := range choices {
			if c.Step.Code == s.Code {
				return len(c.Reasons)
			}
		}
		return 0
	}
	return inTheWay(true, true) > inTheWay(true, false) || inTheWay(false, true) > inTheWay(false, false)
}
