package law

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"jiexu/fault"
)

// Shanghai is the zone in which the law counts days: UTC+8, without summer time since 1992.
var Shanghai = time.FixedZone("CST", 8*3600)

// The civil dates that the package works with.
var (
	minDate = Date{1900, time.January, 1}
	maxDate = Date{2999, time.December, 31}
)

// Date is a civil day in Shanghai. Two dates compare with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads 2006-01-02. Returns law.date for another form or a day that does not exist, and
// law.date_range outside 1900 to 2999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fault.New(fault.Invalid, "law.date", "text", clip(s))
	}
	d := Date{t.Year(), t.Month(), t.Day()}
	return d, d.check()
}

func (d Date) check() error {
	if d.Compare(minDate) < 0 || d.Compare(maxDate) > 0 {
		return fault.New(fault.Invalid, "law.date_range", "text", d.String())
	}
	return nil
}

// On is the civil day of a moment, in Shanghai.
func On(t time.Time) Date {
	y, m, d := t.In(Shanghai).Date()
	return Date{y, m, d}
}

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// MarshalText writes 2006-01-02, and nothing for no date.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads 2006-01-02; empty is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	var err error
	*d, err = ParseDate(string(b))
	return err
}

// Chinese writes the date as documents do: 2026年11月23日.
func (d Date) Chinese() string { return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day) }

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// Start is the first moment of the day.
func (d Date) Start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Shanghai) }

// End is the first moment after the day.
func (d Date) End() time.Time { return d.AddDays(1).Start() }

// AddDays is the day n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date {
	t := d.utc().AddDate(0, 0, n)
	return Date{t.Year(), t.Month(), t.Day()}
}

// AddMonths is the same day n months later, or that month's last day where it has no such day.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Compare is negative when d is before e, zero when they are the same day, positive after.
func (d Date) Compare(e Date) int { return d.utc().Compare(e.utc()) }

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// DaysUntil counts the days from d to e.
func (d Date) DaysUntil(e Date) int { return int(e.utc().Sub(d.utc()) / (24 * time.Hour)) }

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

var chineseDate = regexp.MustCompile(`^([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日\s*(.*)$`)

// halfWidth turns the full-width signs that a Chinese keyboard writes (２０２４－０２－０８) into ASCII, and trims.
func halfWidth(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s))
}

// ParseMoment reads a day (its first moment), a time in Shanghai as 2006-01-02T15:04 or with seconds, or RFC 3339 with
// its own zone; a day also as 2006年1月2日, and all of it in full-width signs. Returns the faults of ParseDate for a day,
// and law.moment for another form.
func ParseMoment(s string) (time.Time, error) {
	s = halfWidth(s)
	if m := chineseDate.FindStringSubmatch(s); m != nil {
		s = fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3])
		if m[4] != "" {
			s += "T" + m[4]
		}
	}
	if len(s) <= len("2006-01-02") {
		d, err := ParseDate(s)
		return d.Start(), err
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(form, s, Shanghai); err == nil {
			return t, On(t).check()
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "law.moment", "text", clip(s))
}
