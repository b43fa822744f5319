package term

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"jiexu/law"
	"jiexu/words"
)

// Clock is a period as a person sees it.
type Clock struct {
	Code        string      `json:"code"`
	Title       string      `json:"title"`
	Due         time.Time   `json:"due" doc:"first moment that is late"`
	DueDate     string      `json:"dueDate" doc:"last day in time"`
	Unit        law.Unit    `json:"unit"`
	Left        int         `json:"left" doc:"in the unit; negative when over"`
	LeftText    string      `json:"leftText"`
	Level       string      `json:"level" enum:"ok,amber,red,met,met_late,suspended"`
	Cites       []string    `json:"cites"`
	Rule        string      `json:"rule,omitempty" doc:"the office's own rule, where no statute sets the period"`
	Counting    []law.Count `json:"counting"`
	Provisional bool        `json:"provisional"`
}

// Description is what a procedure says of a clock.
type Description struct {
	Title string // in the reader's language
	Rule  string // the office's own rule, where no statute sets the period
	Waits bool   // time that belongs to the party or must pass: its end is nobody's lateness
}

// Describe describes a clock by its code.
type Describe func(clock string) Description

// View shows periods as they stand at now, those that run first, the earliest due first among them.
func (k *Keeper) View(terms []Term, describe Describe, now time.Time, lang string) []Clock {
	out := make([]Clock, 0, len(terms))
	for _, t := range terms {
		c := k.Line(t, describe, now, lang)
		if due, err := k.Calendar().Due(t.Start, t.Period, law.Excluding(t.Excluded)); err == nil {
			c.Counting = due.Counting
		}
		out = append(out, c)
	}
	sortClocks(out)
	return out
}

// First is the first clock of View alone, in a list that is empty where there is no period.
func (k *Keeper) First(terms []Term, describe Describe, now time.Time, lang string) []Clock {
	i, _ := k.first(terms, describe, now, lang)
	return k.View(terms[i:min(i+1, len(terms))], describe, now, lang)
}

// FirstLine is First as a line of a list shows it: without how it was counted. It is nil where there
// is no period.
func (k *Keeper) FirstLine(terms []Term, describe Describe, now time.Time, lang string) *Clock {
	_, c := k.first(terms, describe, now, lang)
	return c
}

func (k *Keeper) first(terms []Term, describe Describe, now time.Time, lang string) (at int, first *Clock) {
	for i, t := range terms {
		if c := k.Line(t, describe, now, lang); first == nil || compareClocks(c, *first) < 0 {
			at, first = i, &c
		}
	}
	return at, first
}

// Line shows one period as it stands at now, without how it was counted, as a line of a list does. A
// row of term_v_open makes such a period.
func (k *Keeper) Line(t Term, describe Describe, now time.Time, lang string) Clock {
	c := Clock{Code: t.Clock, Due: t.Due, DueDate: t.DueDate.String(), Unit: t.Period.Unit, Provisional: t.Provisional, Cites: []string{}}
	about := describe(t.Clock)
	c.Title, c.Rule = about.Title, about.Rule
	for _, cite := range t.Period.Cites {
		c.Cites = append(c.Cites, cite.String())
	}
	left, unit, level := k.Calendar().Left(now, t.Start, t.Due, t.Period.Unit)
	c.Left, c.Unit, c.Level = left, unit, string(level)
	switch {
	case about.Waits:
		c.Level, c.LeftText = waiting(t, left, unit, now, lang)
	case t.MetAt != nil && t.Lapsed(now):
		c.Level, c.LeftText = "met_late", words.Text(lang, "term.met_late", nil)
	case t.MetAt != nil:
		c.Level, c.LeftText = "met", words.Text(lang, "term.met", nil)
	case t.SuspendedFrom != nil:
		c.Level, c.LeftText = "suspended", words.Text(lang, "term.suspended", nil)
	default:
		c.LeftText = leftText(left, t.Due.Sub(now), unit, level, lang)
	}
	return c
}

// waiting shows a period that we wait out: it runs, or it is over, and neither is late.
func waiting(t Term, left int, unit law.Unit, now time.Time, lang string) (level, text string) {
	switch {
	case !now.Before(t.Due):
		return "met", words.Text(lang, "term.waited", nil)
	case t.MetAt != nil:
		return "met", words.Text(lang, "term.ended", nil)
	case t.SuspendedFrom != nil:
		return "suspended", words.Text(lang, "term.suspended", nil)
	}
	return string(law.Calm), leftText(left, t.Due.Sub(now), unit, law.Calm, lang)
}

// inMinutes is how near its end a period of hours is told to the minute; the console counts it on by itself (web/shared/clock.ts).
const inMinutes = 3 * time.Hour

// leftText says what is left in the law's own unit: 剩 3 个工作日, 今天到期, 超 2 日; of hours near their end also the minutes.
func leftText(left int, rest time.Duration, unit law.Unit, level law.Level, lang string) string {
	code := "left"
	switch {
	case unit == law.Hours && rest.Abs() < inMinutes:
		if level == law.Red {
			code, rest = "over", -rest
		}
		minutes := int(rest / time.Minute)
		if minutes < 60 {
			return words.Text(lang, "term."+code+".minutes", map[string]any{"m": minutes})
		}
		return words.Text(lang, "term."+code+".hours_minutes", map[string]any{"h": minutes / 60, "m": minutes % 60})
	case level == law.Red && left == 0:
		code, left = "over", 1
	case level == law.Red:
		code, left = "over", -left
	case left == 0:
		return words.Text(lang, "term.today", nil)
	}
	code = fmt.Sprintf("term.%s.%s", code, unit)
	if left == 1 {
		code += ".one"
	}
	return words.Text(lang, code, map[string]any{"n": left})
}

func sortClocks(clocks []Clock) { slices.SortStableFunc(clocks, compareClocks) }

var clockRanks = map[string]int{"suspended": 1, "met": 2, "met_late": 2}

func compareClocks(a, b Clock) int {
	return cmp.Or(cmp.Compare(clockRanks[a.Level], clockRanks[b.Level]), a.Due.Compare(b.Due))
}
