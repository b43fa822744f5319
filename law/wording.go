package law

import (
	"strings"

	"jiexu/fault"
)

// workingDayRules says which of a statute's days are working days, and by which of its provisions.
var workingDayRules = map[string]struct {
	means func(days int) bool
	by    Cite
}{
	"AP": {func(n int) bool { return n == 2 || n == 3 || n == 5 || n == 7 }, AP(85)},
	"AC": {func(n int) bool { return n <= 10 }, AC(69)},
	"AR": {func(n int) bool { return n == 3 || n == 5 || n == 7 || n == 10 }, AR(88, 2)},
}

// Under is a period as the article that sets it means it: the “五日” of AP 64 are five working days (AP 85), the
// “十日” of AC 54 ten (AC 69), the “七日” of AR 48 seven (AR 88(2)), and the “九十日” of AP 60 days of the calendar.
// The article, and the provision that says which days they are, become the period's basis.
func (p Period) Under(c Cite) Period {
	p.Cites = append(append([]Cite(nil), p.Cites...), c)
	if rule, ok := workingDayRules[c.Statute]; ok && p.Unit == Days && rule.means(p.N) {
		p.Unit = WorkingDays
		p.Cites = append(p.Cites, rule.by)
	}
	return p
}

// ParseInterval reads time that does not count: 2025-01-06..2025-01-20, both days in it; one day for itself; moments
// (2025-01-06T10:00..2025-01-06T15:00) from and to the minute. Returns the faults of ParseMoment, and law.interval for an
// end that is not after the beginning.
func ParseInterval(s string) (Interval, error) {
	first, last, several := strings.Cut(halfWidth(s), "..")
	if !several {
		last = first
	}
	from, err := ParseMoment(first)
	if err != nil {
		return Interval{}, err
	}
	to, err := ParseMoment(last)
	if err != nil {
		return Interval{}, err
	}
	if !strings.ContainsAny(last, "T:时") {
		to = On(to).End()
	}
	if !to.After(from) {
		return Interval{}, fault.New(fault.Invalid, "law.interval", "text", clip(s))
	}
	return Interval{From: from, To: to}, nil
}
