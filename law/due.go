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
	Counting    []Count   // every day of working days; of the others the first, the last and what moved it
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
// A day is left out if the intervals cover the whole of it; hours exactly. An interval that ends before it
// begins is no interval.
func Excluding(in []Interval) Option { return func(o *dueOptions) { o.excluded = merge(in) } }

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
		return hoursDue(start, p, o.excluded)
	}
	due := Due{Counting: []Count{c.count(from, 0, NotCountedStart)}}
	last, err := c.lastDay(from, p, o.excluded, &due)
	if err != nil {
		return Due{}, err
	}
	if p.Unit != WorkingDays {
		n := 0 // months and years number no days
		if p.Unit == Days {
			n = p.N
		}
		for day := c.Day(last); !o.noRoll && !day.Works(); day = c.Day(last) {
			due.Provisional = due.Provisional || day.Provisional
			due.Counting = append(due.Counting, c.count(last, n, RolledOver))
			last, due.Rolled, n = last.AddDays(1), true, 0
			if err := last.check(); err != nil {
				return Due{}, err
			}
		}
		due.Counting = append(due.Counting, c.count(last, n, LastDay))
		due.Provisional = due.Provisional || !o.noRoll && c.Day(last).Provisional
	}
	due.Date, due.At = last, last.End()
	return due, nil
}

func (c *Calendar) lastDay(from Date, p Period, excluded []Interval, due *Due) (Date, error) {
	switch p.Unit {
	case WorkingDays:
		return c.countWorkingDays(from, p.N, excluded, due)
	case Days:
		return c.lengthen(p, from, from.AddDays(p.N), excluded, due)
	case Months:
		return c.lengthen(p, from, from.AddMonths(p.N), excluded, due)
	case Years:
		return c.lengthen(p, from, from.AddMonths(12*p.N), excluded, due)
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
func (c *Calendar) lengthen(p Period, from, last Date, excluded []Interval, due *Due) (Date, error) {
	if err := last.check(); err != nil {
		return last, err
	}
	for d, first := from.AddDays(1), true; !last.Before(d); d = d.AddDays(1) {
		if covers(excluded, d) {
			due.Counting = append(due.Counting, c.count(d, 0, SkippedExcluded))
			if last = last.AddDays(1); last.check() != nil {
				return last, last.check()
			}
			continue
		}
		if first && d != last && p.Unit == Days {
			due.Counting = append(due.Counting, c.count(d, 1, Counted))
		}
		if first = false; len(excluded) == 0 {
			break
		}
	}
	return last, nil
}

func (c *Calendar) count(d Date, n int, why Why) Count {
	day := c.Day(d)
	return Count{Date: d, N: n, Why: why, Kind: day.Kind, Holiday: day.Holiday, Provisional: day.Provisional}
}

// covers reports whether one of the merged intervals covers the whole of day d.
func covers(excluded []Interval, d Date) bool {
	for _, in := range excluded {
		if !in.From.After(d.Start()) && !in.To.Before(d.End()) {
			return true
		}
	}
	return false
}

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

// merge sorts intervals and joins those that touch, so that no hour is left out twice.
func merge(in []Interval) []Interval {
	out := make([]Interval, 0, len(in))
	for _, next := range in {
		if next.To.After(next.From) {
			out = append(out, next)
		}
	}
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
// own unit (months and years in days): whole days after today, so that 0 is "today is the last day", and
// whole hours, never more than there are. Once over it is negative. Amber begins when a third of the period is left: of its working
// days where it is counted in them, of its time otherwise.
func (c *Calendar) Left(now, start, due time.Time, unit Unit) (left int, in Unit, level Level) {
	last := On(due.Add(-time.Nanosecond))
	amber := due.Sub(now) <= due.Sub(start)/3
	switch in = unit; unit {
	case Hours:
		left = int(due.Sub(now) / time.Hour)
	case WorkingDays:
		left = c.workingDays(On(now), last)
		amber = 3*left <= c.workingDays(On(start), last)
	default:
		left, in = On(now).DaysUntil(last), Days
	}
	switch {
	case !now.Before(due):
		return min(left, -1), in, Red
	case amber:
		return left, in, Amber
	}
	return left, in, Calm
}

// workingDays counts the working days after one day up to and including another; negative backwards.
func (c *Calendar) workingDays(after, upTo Date) int {
	if upTo.Before(after) {
		return -c.workingDays(upTo, after)
	}
	n := 0
	for d := after; d.Before(upTo); {
		if d = d.AddDays(1); c.Day(d).Works() {
			n++
		}
	}
	return n
}
