package evidence

import (
	"slices"
	"strings"

	"jiexu/words"
)

// Rule is a reason to keep a file, and for how long.
type Rule struct {
	Code string
	// Months is for how long at least, counted from the later of recording and taking in, or from the end of the matter; 0: without end.
	Months int
	// Sources say where the rule is written: words under evidence.source.CODE. The police's rule is taken as a default: no rule of this field's own names periods.
	Sources []string
}

// Codes of the rules.
const (
	RuleFilm        = "film"
	RuleSound       = "sound"
	RulePicture     = "picture"
	RulePaper       = "paper"
	RuleEnded       = "ended"       // the matter it belongs to has ended, and was no filed case
	RuleRunning     = "running"     // the matter it belongs to is under way
	RuleCase        = "case"        // evidence of a case that was filed
	RuleCited       = "cited"       // the evidence or a step of a case names it, whatever became of the case
	RuleExported    = "exported"    // given outside as evidence
	RuleObstruction = "obstruction" // shows that somebody obstructed the enforcement
	RuleMajor       = "major"       // shows a major or a group incident
	RuleComplex     = "complex"     // of another major or complex matter
	RuleHold        = "hold"        // held by somebody
	RuleKin         = "kin"         // what was made of it, or what it was made of, is kept and not on the list; only ever when a list is carried out
)

// Codes of the places where rules are written.
const (
	sixMonths = "six_months"
	forGood   = "for_good"
	archived  = "archived"
	preserved = "preserved"
)

// Rules are all reasons to keep a file, the strongest first. An office may lengthen those that have months (setting
// evidence.keep_months), and shorten none.
var Rules = []Rule{
	{Code: RuleHold, Sources: []string{preserved}},
	{Code: RuleObstruction, Sources: []string{forGood}},
	{Code: RuleMajor, Sources: []string{forGood}},
	{Code: RuleComplex, Sources: []string{forGood}},
	{Code: RuleCase, Sources: []string{archived, forGood}},
	{Code: RuleCited, Sources: []string{archived, forGood}},
	{Code: RuleExported, Sources: []string{forGood}},
	{Code: RuleRunning, Sources: []string{archived}},
	{Code: RuleEnded, Months: 6, Sources: []string{sixMonths}},
	{Code: RuleFilm, Months: 6, Sources: []string{sixMonths}},
	{Code: RuleSound, Months: 6, Sources: []string{sixMonths}},
	{Code: RulePicture, Months: 6, Sources: []string{sixMonths}},
	{Code: RulePaper, Months: 6, Sources: []string{sixMonths}},
}

// source says where a rule is written.
func (r *Rule) source(lang string) string {
	said := make([]string, len(r.Sources))
	for i, code := range r.Sources {
		said[i] = words.Text(lang, "evidence.source."+code, nil)
	}
	return strings.Join(said, words.Text(lang, "evidence.source.and", nil))
}

// leastMonths is the shortest time for which anything is kept.
const leastMonths = 6

func rank(code string) int {
	return slices.IndexFunc(Rules, func(r Rule) bool { return r.Code == code })
}
