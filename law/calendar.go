// Package law knows what the statutes say about the work: citations and their text, the calendar by
// which periods are counted, the periods themselves, and the matters that may be punished.
//
// The package is pure: it reads the data that ships with the program, and never a clock.
package law

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"sort"
	"sync"
	"time"

	"jiexu/data"
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
	years   map[int]bool
	days    map[Date]Day
	version string
}

type yearFile struct {
	Year int `json:"year"`
	Days []struct {
		Name     string `json:"name"`
		Date     string `json:"date"`
		IsOffDay bool   `json:"isOffDay"`
	} `json:"days"`
}

// LoadCalendar reads one JSON file a year from the root of files. A file without days is a year
// whose notice is not out.
func LoadCalendar(files fs.FS) (*Calendar, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	c := &Calendar{years: map[int]bool{}, days: map[Date]Day{}}
	digest := sha256.New()
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
		digest.Write(raw)
		var f yearFile
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
		if len(f.Days) == 0 {
			continue
		}
		c.years[f.Year] = true
		for _, entry := range f.Days {
			d, err := ParseDate(entry.Date)
			if err != nil {
				return nil, fmt.Errorf("calendar %s: %w", name, err)
			}
			kind := Holiday
			if !entry.IsOffDay {
				kind = MakeUpDay
			}
			c.days[d] = Day{Kind: kind, Holiday: entry.Name}
		}
	}
	if len(c.years) == 0 {
		return nil, fmt.Errorf("calendar: no published year among %d files", len(names))
	}
	years := c.Years()
	c.version = fmt.Sprintf("%d-%d/%s", years[0], years[len(years)-1], hex.EncodeToString(digest.Sum(nil))[:8])
	return c, nil
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
