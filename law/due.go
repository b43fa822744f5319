package law

import (
	"sort"
	"time"

	"jiexu/fault"
)

// Why a day of the counting is counted or not.
type Why string

const (
	NotCountedStart Why = "start"    // the day on which the period starts (CP 85)
	Counted         Why = "counted"  //
	SkippedDayOff   Why = "day_off"  // not a working day, in a period of working days
	SkippedExcluded Why = "excluded" // suspended, with a reason
	RolledOver      Why = "rolled"   // the last day was a day off; moved on (CP 85)
	LastDay         Why = "last"     // the last day in time
)

// Count is one line of the counting.
type Count struct {
	Date        Date    `json:"date"`
	N           int     `json:"n"` // which day of the period it is; 0 where it is not counted
	Why         Why     `json:"why"`
	Kind        DayKind `json:"kind"`
	Holiday     string  `json:"holiday,omitempty"`
	Provisional bool    `json:"provisional,omitempty"`
}

// Due is when a period ends.
type Due struct {
	At          time.Time // the first moment that is late
	Date        Date      // the last day in time
	Provisional bool      // counted, or ended, beyond the published calendars
	Rolled      bool      // moved to the next working day
	Counting    []Count   // for days, months, years only the days that matter
}

// Interval is time that does not count: From inclusive, To exclusive. Basis says why.
type Interval struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Basis string    `json:"basis"`
}

type dueOptions struct {
	noRoll   bool
	excluded []Interval
}

// Option changes how a period is counted.
type Option func(*dueOptions)

// WithoutRolling lets a period end on a day off, for internal limits that no article extends.
func WithoutRolling() Option { return func(o *dueOptions) { o.noRoll = true } }

// Excluding leaves intervals out of the counting, as where a hearing or an appraisal is not counted.
// Days are left out whole; hours exactly.
func Excluding(in []Interval) Option { return func(o *dueOptions) { o.excluded = in } }

// Due counts a period from start. The day of start is not counted; days, months and years end at the
// midnight that ends their last day, and a last day that is not a working day is replaced by the
// next working day (CP 85). Hours run through nights and days off, from the minute (stricter than
// CP 85, see docs/divergences.md). Returns law.date_range when the end lies beyond 2999.
func (c *Calendar) Due(start time.Time, p Period, opts ...Option) (Due, error) {
	var o dueOptions
	for _, set := range opts {
		set(&o)
	}
	if err := p.check(); err != nil {
		return Due{}, err
	}
	from := On(start)
	if err := from.check(); err != nil {
		return Due{}, err
	}
	if p.Unit == Hours {
		return hoursDue(start, p, merge(o.excluded))
	}
	due := Due{Counting: []Count{c.count(from, 0, NotCountedStart)}}
	last, err := c.lastDay(from, p, o.excluded, &due)
	if err != nil {
		return Due{}, err
	}
	if !o.noRoll && p.Unit != WorkingDays {
		for day := c.Day(last); !day.Works(); day = c.Day(last) {
			due.Provisional = due.Provisional || day.Provisional
			due.Counting = append(due.Counting, c.count(last, 0, RolledOver))
			last, due.Rolled = last.AddDays(1), true
			if err := last.check(); err != nil {
				return Due{}, err
			}
		}
	}
	if due.Rolled || p.Unit != WorkingDays {
		n := p.N
		if due.Rolled {
			n = 0
		}
		due.Counting = append(due.Counting, c.count(last, n, LastDay))
	}
	due.Provisional = due.Provisional || c.Day(last).Provisional
	due.Date, due.At = last, last.End()
	return due, nil
}

func (c *Calendar) lastDay(from Date, p Period, excluded []Interval, due *Due) (Date, error) {
	switch p.Unit {
	case WorkingDays:
		return c.countWorkingDays(from, p.N, excluded, due)
	case Days:
		last := from.AddDays(p.N)
		return c.lengthen(from, last, excluded, due)
	case Months:
		return c.lengthen(from, from.AddMonths(p.N), excluded, due)
	case Years:
		return c.lengthen(from, from.AddMonths(12*p.N), excluded, due)
	}
	return Date{}, fault.New(fault.Invalid, "law.unit", "unit", string(p.Unit))
}

func (c *Calendar) countWorkingDays(from Date, n int, excluded []Interval, due *Due) (Date, error) {
	d := from
	for counted := 0; counted < n; {
		d = d.AddDays(1)
		if err := d.check(); err != nil {
			return d, err
		}
		day := c.Day(d)
		due.Provisional = due.Provisional || day.Provisional
		switch {
		case covers(excluded, d):
			due.Counting = append(due.Counting, c.count(d, 0, SkippedExcluded))
		case !day.Works():
			due.Counting = append(due.Counting, c.count(d, 0, SkippedDayOff))
		default:
			counted++
			due.Counting = append(due.Counting, c.count(d, counted, Counted))
		}
	}
	return d, nil
}

// lengthen moves the last day on by every excluded day between from and the moving end.
func (c *Calendar) lengthen(from, last Date, excluded []Interval, due *Due) (Date, error) {
	for d := from.AddDays(1); d.Compare(last) <= 0 && len(excluded) > 0; d = d.AddDays(1) {
		if covers(excluded, d) {
			due.Counting = append(due.Counting, c.count(d, 0, SkippedExcluded))
			last = last.AddDays(1)
		}
		if err := last.check(); err != nil {
			return last, err
		}
	}
	return last, last.check()
}

func (c *Calendar) count(d Date, n int, why Why) Count {
	day := c.Day(d)
	return Count{Date: d, N: n, Why: why, Kind: day.Kind, Holiday: day.Holiday, Provisional: day.Provisional}
}

// covers reports whether the whole or the greater part of day d is excluded: a day counts only if
// its midnight end is outside of every interval or the interval began that very day.
func covers(excluded []Interval, d Date) bool {
	for _, in := range excluded {
		if !In(in.From, d) && in.From.Before(d.End()) && !in.To.Before(d.End()) {
			return true
		}
	}
	return false
}

// In reports whether moment t lies on day d.
func In(t time.Time, d Date) bool { return On(t) == d }

func hoursDue(start time.Time, p Period, excluded []Interval) (Due, error) {
	at := start.Add(time.Duration(p.N) * time.Hour)
	for _, in := range excluded {
		if in.To.After(start) && in.From.Before(at) {
			from := in.From
			if from.Before(start) {
				from = start
			}
			at = at.Add(in.To.Sub(from))
		}
	}
	return Due{At: at, Date: On(at)}, On(at).check()
}

// merge sorts intervals and joins those that overlap, so that no hour is left out twice.
func merge(in []Interval) []Interval {
	out := append([]Interval(nil), in...)
	sort.Slice(out, func(i, j int) bool { return out[i].From.Before(out[j].From) })
	n := 0
	for _, next := range out {
		if n > 0 && !next.From.After(out[n-1].To) {
			if next.To.After(out[n-1].To) {
				out[n-1].To = next.To
			}
			continue
		}
		out[n] = next
		n++
	}
	return out[:n]
}

// Level says how near the end of a period is.
type Level string

const (
	Calm  Level = "ok"
	Amber Level = "amber" // a third of the period or less is left
	Red   Level = "red"   // over
)

// Left tells what is left at now of a period that began at start and ends at due, in the period's
// own unit (months and years in days), rounded up; negative when it is over.
func (c *Calendar) Left(now, start time.Time, due time.Time, unit Unit) (left int, in Unit, level Level) {
	level = Calm
	if span := due.Sub(start); due.Sub(now) <= span/3 {
		level = Amber
	}
	if !now.Before(due) {
		level = Red
	}
	switch unit {
	case Hours:
		h := due.Sub(now)
		left = int(h / time.Hour)
		if h > 0 && h%time.Hour > 0 {
			left++
		}
		if h < 0 {
			left--
		}
		return left, Hours, level
	case WorkingDays:
		last, today := On(due.Add(-time.Nanosecond)), On(now)
		for d := today; d.Before(last); d = d.AddDays(1) {
			if works, _ := c.Works(d.AddDays(1)); works {
				left++
			}
		}
		for d := last; d.Before(today); d = d.AddDays(1) {
			if works, _ := c.Works(d.AddDays(1)); works {
				left--
			}
		}
		return left, WorkingDays, level
	default:
		return On(now).DaysUntil(On(due.Add(-time.Nanosecond))), Days, level
	}
}
