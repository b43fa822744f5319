// Package law knows what the statutes say about the work: citations and their text, the calendar by
// which periods are counted, the periods themselves, and the matters that may be punished.
//
// The package is pure: it reads the data that ships with the program, and never a clock.
package law

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"sync"
	"time"

	"jiexu/data"
	"jiexu/fault"
)

// DayKind says why a day is worked or not.
type DayKind string

const (
	WorkDay   DayKind = "workday" // Monday to Friday
	Weekend   DayKind = "weekend" // Saturday or Sunday
	Holiday   DayKind = "holiday" // a day off by the State Council's notice
	MakeUpDay DayKind = "make_up" // a weekend day that is worked by the notice
)

// Day is what the calendar knows of one day.
type Day struct {
	Kind        DayKind
	Holiday     string // the holiday's name, for Holiday and MakeUpDay
	Provisional bool   // the year's notice is not published: weekends only
}

// Works reports whether it is a working day.
func (d Day) Works() bool { return d.Kind == WorkDay || d.Kind == MakeUpDay }

// Calendar is the State Council's calendar of working days, for the years that are published.
type Calendar struct {
	notices []*Year // by year
	years   map[int]bool
	days    map[Date]Day
	version string
}

// Year is the notice of one year, as a file of data/holidays holds it. A notice may order days of the last week
// before the year and of the first after it.
type Year struct {
	Year   int
	Papers []string // where the notice was published
	Days   []YearDay
	raw    []byte
}

// YearDay is a day that a notice orders.
type YearDay struct {
	Name string
	Date Date
	Off  bool // false: a make-up working day
}

// Count counts the days off and the make-up working days.
func (y *Year) Count() (off, makeUp int) {
	for _, d := range y.Days {
		if d.Off {
			off++
		} else {
			makeUp++
		}
	}
	return off, makeUp
}

// First is the first day on which the notice may change the calendar: that of the year, or an earlier one that it orders.
func (y *Year) First() Date {
	first := Date{y.Year, time.January, 1}
	for _, d := range y.Days {
		if d.Date.Before(first) {
			first = d.Date
		}
	}
	return first
}

// Equal reports whether two notices order the same.
func (y *Year) Equal(other *Year) bool {
	return y.Year == other.Year && slices.Equal(y.Days, other.Days) && slices.Equal(y.Papers, other.Papers)
}

type yearFile struct {
	Year   int      `json:"year"`
	Papers []string `json:"papers"`
	Days   []struct {
		Name     string `json:"name"`
		Date     string `json:"date"`
		IsOffDay *bool  `json:"isOffDay"`
	} `json:"days"`
}

// ParseYear reads a year's notice in the form of data/holidays. Returns law.calendar_form for a file of another
// form, law.calendar_year for a year or a day that cannot be meant, law.calendar_twice for a day that stands twice, and
// the faults of ParseDate. A file without days is a
// year whose notice is not out.
func ParseYear(raw []byte) (*Year, error) {
	var f yearFile
	if err := json.Unmarshal(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), &f); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "law.calendar_form")
	}
	if f.Year == 0 {
		return nil, fault.New(fault.Invalid, "law.calendar_form")
	}
	if f.Year < minDate.Year || f.Year > maxDate.Year {
		return nil, fault.New(fault.Invalid, "law.calendar_year", "year", f.Year, "date", "")
	}
	y := &Year{Year: f.Year, Papers: f.Papers, raw: raw}
	seen := map[Date]bool{}
	for _, entry := range f.Days {
		if entry.Name == "" || entry.IsOffDay == nil {
			return nil, fault.New(fault.Invalid, "law.calendar_form")
		}
		d, err := ParseDate(entry.Date)
		if err != nil {
			return nil, err
		}
		near := d.AddDays(7).Year >= f.Year && d.AddDays(-7).Year <= f.Year
		switch {
		case !near:
			return nil, fault.New(fault.Invalid, "law.calendar_year", "year", f.Year, "date", d.String())
		case seen[d]:
			return nil, fault.New(fault.Invalid, "law.calendar_twice", "date", d.String())
		}
		seen[d] = true
		y.Days = append(y.Days, YearDay{entry.Name, d, *entry.IsOffDay})
	}
	return y, nil
}

// LoadCalendar reads one JSON file a year from the root of files. A file without days is a year
// whose notice is not out.
func LoadCalendar(files fs.FS) (*Calendar, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var notices []*Year
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
		y, err := ParseYear(raw)
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
		notices = append(notices, y)
	}
	c := newCalendar(notices)
	if len(c.years) == 0 {
		return nil, fmt.Errorf("calendar: no published year among %d files", len(names))
	}
	return c, nil
}

func newCalendar(notices []*Year) *Calendar {
	c := &Calendar{notices: notices, years: map[int]bool{}, days: map[Date]Day{}}
	digest := sha256.New()
	for _, y := range notices {
		digest.Write(y.raw)
		if len(y.Days) == 0 {
			continue
		}
		c.years[y.Year] = true
		for _, d := range y.Days {
			kind := Holiday
			if !d.Off {
				kind = MakeUpDay
			}
			c.days[d.Date] = Day{Kind: kind, Holiday: d.Name}
		}
	}
	if years := c.Years(); len(years) > 0 {
		c.version = fmt.Sprintf("%d-%d/%s", years[0], years[len(years)-1], hex.EncodeToString(digest.Sum(nil))[:8])
	}
	return c
}

// With is the calendar with the notices of some years in place of what it had for them.
func (c *Calendar) With(notices ...*Year) *Calendar {
	all := slices.Clone(c.notices)
	for _, y := range notices {
		if i := slices.IndexFunc(all, func(old *Year) bool { return old.Year == y.Year }); i >= 0 {
			all[i] = y
		} else {
			all = append(all, y)
		}
	}
	slices.SortStableFunc(all, func(a, b *Year) int { return a.Year - b.Year })
	return newCalendar(all)
}

// Notice is what the calendar has of a year; nil where its notice is not out.
func (c *Calendar) Notice(year int) *Year {
	for _, y := range c.notices {
		if y.Year == year && len(y.Days) > 0 {
			return y
		}
	}
	return nil
}

// Shipped is the calendar in the binary.
var Shipped = sync.OnceValue(func() *Calendar {
	sub, err := fs.Sub(data.FS, "holidays")
	if err != nil {
		panic(err)
	}
	c, err := LoadCalendar(sub)
	if err != nil {
		panic("the shipped calendar does not load: " + err.Error())
	}
	return c
})

// Version names the calendar's content: its years and a digest. A due date remembers the version it
// was counted by.
func (c *Calendar) Version() string { return c.version }

// Years lists the published years.
func (c *Calendar) Years() []int {
	out := make([]int, 0, len(c.years))
	for y := range c.years {
		out = append(out, y)
	}
	sort.Ints(out)
	return out
}

// Day tells what the calendar knows of a day.
func (c *Calendar) Day(d Date) Day {
	if known, ok := c.days[d]; ok {
		return known
	}
	day := Day{Kind: WorkDay, Provisional: !c.years[d.Year]}
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		day.Kind = Weekend
	}
	return day
}

// Works reports whether d is a working day, and whether that is provisional.
func (c *Calendar) Works(d Date) (work, provisional bool) {
	day := c.Day(d)
	return day.Works(), day.Provisional
}
