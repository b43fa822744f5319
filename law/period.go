package law

import (
	"regexp"
	"strconv"
	"strings"

	"jiexu/fault"
)

// Unit is the unit of a period.
type Unit string

const (
	WorkingDays Unit = "working_days"
	Days        Unit = "days"
	Months      Unit = "months"
	Years       Unit = "years"
	Hours       Unit = "hours"
)

// Period is a length of time that a statute or an office rule sets.
type Period struct {
	N     int
	Unit  Unit
	Cites []Cite // where it is set; empty for an office rule
	Rule  string // the office rule's name, where no statute sets it; to be confirmed by the legal section
}

// Bounds of N.
const (
	maxCount = 10_000
	maxHours = 100_000
)

var periodForm = regexp.MustCompile(`^\s*([0-9]{1,9}|-[0-9]{1,9}|[一二三四五六七八九十百千两]+)\s*([^\s0-9.,一二三四五六七八九十百千两].*?)\s*$`)

var unitNames = map[string]Unit{
	"working day": WorkingDays, "working days": WorkingDays, "workday": WorkingDays, "workdays": WorkingDays,
	"business day": WorkingDays, "business days": WorkingDays, "个工作日": WorkingDays, "工作日": WorkingDays,
	"day": Days, "days": Days, "日": Days, "天": Days, "个自然日": Days, "自然日": Days,
	"calendar day": Days, "calendar days": Days,
	"month": Months, "months": Months, "个月": Months, "月": Months,
	"year": Years, "years": Years, "年": Years,
	"hour": Hours, "hours": Hours, "小时": Hours, "个小时": Hours, "时": Hours,
}

// ParsePeriod reads `7 working days`, `15 days`, `6 months`, `2 years`, `24 hours` and the Chinese
// 7个工作日, 十五日, 6个月, 2年, 24小时. Returns law.period for another form, law.unit for an unknown
// unit, law.period_range for a count that is not between 1 and 10,000 (hours: 100,000).
func ParsePeriod(s string) (Period, error) {
	m := periodForm.FindStringSubmatch(halfWidth(s))
	if m == nil {
		return Period{}, fault.New(fault.Invalid, "law.period", "text", clip(s))
	}
	unit, ok := unitNames[strings.Join(strings.Fields(strings.ToLower(m[2])), " ")]
	if !ok {
		return Period{}, fault.New(fault.Invalid, "law.unit", "unit", clip(m[2]))
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		chinese, ok := ParseNumeral(m[1])
		if !ok {
			return Period{}, fault.New(fault.Invalid, "law.period", "text", clip(s))
		}
		n = int(chinese)
	}
	p := Period{N: n, Unit: unit}
	return p, p.check()
}

func (p Period) check() error {
	most := maxCount
	if p.Unit == Hours {
		most = maxHours
	}
	if p.N < 1 || p.N > most {
		return fault.New(fault.Invalid, "law.period_range", "n", p.N, "max", most)
	}
	return nil
}

// String writes the period in English, as ParsePeriod reads it.
func (p Period) String() string {
	name := strings.ReplaceAll(string(p.Unit), "_", " ")
	if p.N == 1 {
		name = strings.TrimSuffix(name, "s")
	}
	return strconv.Itoa(p.N) + " " + name
}

// Chinese writes the period in Chinese, as ParsePeriod reads it.
func (p Period) Chinese() string {
	return strconv.Itoa(p.N) + map[Unit]string{WorkingDays: "个工作日", Days: "日", Months: "个月", Years: "年", Hours: "小时"}[p.Unit]
}
