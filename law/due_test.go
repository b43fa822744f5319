package law

import (
	"testing"
	"time"

	"jiexu/fault"

	"pgregory.net/rapid"
)

// The table of domain.md 1.1, and the cases that law.md's rules bring with them.
func TestDue(t *testing.T) {
	for _, c := range []struct {
		from, period, want string
		roll               bool // let it roll
	}{
		{"2025-01-24", "2 working days", "2025-01-27", true},
		{"2025-01-24", "5 working days", "2025-02-07", true},
		{"2025-01-24", "7 working days", "2025-02-10", true},
		{"2025-01-24", "10 working days", "2025-02-13", true},
		{"2025-01-24", "15 days", "2025-02-08", true}, // a make-up Saturday
		{"2025-01-24", "30 days", "2025-02-23", false},
		{"2025-01-24", "60 days", "2025-03-25", true},
		{"2025-01-24", "90 days", "2025-04-24", false},
		{"2025-04-25", "2 working days", "2025-04-28", true},
		{"2025-04-25", "5 working days", "2025-05-06", true},
		{"2025-04-25", "7 working days", "2025-05-08", true},
		{"2025-04-25", "10 working days", "2025-05-13", true},
		{"2025-04-25", "15 days", "2025-05-12", true},
		{"2025-04-25", "30 days", "2025-05-25", false},
		{"2025-04-25", "60 days", "2025-06-24", true},
		{"2025-04-25", "90 days", "2025-07-24", false},
		{"2025-09-26", "2 working days", "2025-09-29", true},
		{"2025-09-26", "5 working days", "2025-10-10", true},
		{"2025-09-26", "7 working days", "2025-10-13", true},
		{"2025-09-26", "10 working days", "2025-10-16", true},
		{"2025-09-26", "15 days", "2025-10-11", true}, // a make-up Saturday
		{"2025-09-26", "30 days", "2025-10-26", false},
		{"2025-09-26", "60 days", "2025-11-25", true},
		{"2025-09-26", "90 days", "2025-12-25", false},
		{"2026-02-10", "2 working days", "2026-02-12", true},
		{"2026-02-10", "5 working days", "2026-02-24", true},
		{"2026-02-10", "7 working days", "2026-02-26", true},
		{"2026-02-10", "10 working days", "2026-03-02", true},
		{"2026-02-10", "15 days", "2026-02-25", true},
		{"2026-02-10", "30 days", "2026-03-12", false},
		{"2026-02-10", "60 days", "2026-04-13", true},
		{"2026-02-10", "90 days", "2026-05-11", false},

		{"2024-02-08", "7 working days", "2024-02-23", true}, // over Spring Festival, with a make-up Sunday
		{"2024-02-10", "1 working day", "2024-02-18", true},  // starts on a day off
		{"2024-01-31", "1 month", "2024-02-29", true},        // no 31st
		{"2023-08-31", "6 months", "2024-02-29", true},
		{"2024-02-29", "1 year", "2025-02-28", true},
		{"2024-08-10", "6 months", "2025-02-10", true},
		{"2024-04-01", "6 months", "2024-10-08", true}, // ends on National Day
		{"2024-04-01", "6 months", "2024-10-01", false},
		{"2022-10-01", "2 years", "2024-10-08", true},
		{"2024-02-08", "24 hours", "2024-02-09", true}, // from midnight
		{"2024-02-08", "48 hours", "2024-02-10", true}, // hours run through days off
	} {
		var opts []Option
		if !c.roll {
			opts = append(opts, WithoutRolling())
		}
		due, err := Shipped().Due(day(t, c.from).Start(), period(t, c.period), opts...)
		if err != nil || due.Date != day(t, c.want) || due.Provisional {
			t.Errorf("%s + %s = %s (provisional %v, %v), want %s", c.from, c.period, due.Date, due.Provisional, err, c.want)
		}
	}
}

func TestTheHourOfTheStartDoesNotMatterForDays(t *testing.T) {
	start := day(t, "2025-04-25")
	want, _ := Shipped().Due(start.Start(), period(t, "7 working days"))
	for _, at := range []time.Time{start.Start().Add(time.Hour), start.End().Add(-time.Nanosecond)} {
		if got, err := Shipped().Due(at, period(t, "7 working days")); err != nil || got.Date != want.Date {
			t.Errorf("from %s: %s, want %s (%v)", at, got.Date, want.Date, err)
		}
	}
	if !want.At.Equal(day(t, "2025-05-09").Start()) {
		t.Errorf("the last day is 2025-05-08, so midnight after it is the first moment late, not %s", want.At)
	}
}

func TestHoursRunThroughNightsExactly(t *testing.T) {
	start := time.Date(2025, 1, 27, 22, 15, 30, 0, Shanghai)
	due, err := Shipped().Due(start, period(t, "24 hours"))
	if err != nil || !due.At.Equal(start.Add(24*time.Hour)) || due.Date != day(t, "2025-01-28") || due.Rolled || due.Provisional {
		t.Errorf("%+v %v", due, err)
	}
	far := time.Date(2030, 1, 1, 0, 0, 0, 0, Shanghai)
	if due, err := Shipped().Due(far, period(t, "2 hours")); err != nil || due.Provisional {
		t.Errorf("no calendar decides hours, yet %+v %v", due, err)
	}
}

func TestCounting(t *testing.T) {
	due, err := Shipped().Due(day(t, "2025-01-24").Start(), period(t, "5 working days"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Count{
		{Date: day(t, "2025-01-24"), Why: NotCountedStart, Kind: WorkDay},
		{Date: day(t, "2025-01-25"), Why: SkippedDayOff, Kind: Weekend},
		{Date: day(t, "2025-01-26"), N: 1, Why: Counted, Kind: MakeUpDay, Holiday: "春节"},
		{Date: day(t, "2025-01-27"), N: 2, Why: Counted, Kind: WorkDay},
	}
	for d := day(t, "2025-01-28"); d != day(t, "2025-02-05"); d = d.AddDays(1) {
		want = append(want, Count{Date: d, Why: SkippedDayOff, Kind: Holiday, Holiday: "春节"})
	}
	for i, s := range []string{"2025-02-05", "2025-02-06", "2025-02-07"} {
		want = append(want, Count{Date: day(t, s), N: 3 + i, Why: Counted, Kind: WorkDay})
	}
	compareCounting(t, due.Counting, want)

	due, err = Shipped().Due(day(t, "2025-04-25").Start(), period(t, "15 days"))
	if err != nil || !due.Rolled {
		t.Fatalf("%+v %v", due, err)
	}
	compareCounting(t, due.Counting, []Count{
		{Date: day(t, "2025-04-25"), Why: NotCountedStart, Kind: WorkDay},
		{Date: day(t, "2025-04-26"), N: 1, Why: Counted, Kind: Weekend},
		{Date: day(t, "2025-05-10"), N: 15, Why: RolledOver, Kind: Weekend},
		{Date: day(t, "2025-05-11"), Why: RolledOver, Kind: Weekend},
		{Date: day(t, "2025-05-12"), Why: LastDay, Kind: WorkDay},
	})
}

func compareCounting(t *testing.T, got, want []Count) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d lines %v, want %d", len(got), got, len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestProvisional(t *testing.T) {
	for _, c := range []struct {
		from, period string
		opts         []Option
		want         bool
	}{
		{"2026-12-28", "3 working days", nil, false},
		{"2026-12-28", "4 working days", nil, true}, // its last day is in 2027
		{"2026-12-20", "15 days", nil, true},
		{"2026-12-20", "15 days", []Option{WithoutRolling()}, false}, // no calendar decides it
		{"2029-03-01", "7 working days", nil, true},
		{"2026-12-30", "24 hours", nil, false},
		{"2017-12-20", "15 working days", nil, true}, // begins in a year that is not shipped
	} {
		due, err := Shipped().Due(day(t, c.from).Start(), period(t, c.period), c.opts...)
		if err != nil || due.Provisional != c.want {
			t.Errorf("%s + %s: provisional %v (%v), want %v", c.from, c.period, due.Provisional, err, c.want)
		}
	}
}

func TestExcluding(t *testing.T) {
	whole := func(from, to string) Interval {
		return Interval{From: day(t, from).Start(), To: day(t, to).Start(), Basis: "AC 25"}
	}
	noon := func(s string) time.Time { return day(t, s).Start().Add(12 * time.Hour) }
	for _, c := range []struct {
		name, from, period, want string
		excluded                 []Interval
	}{
		{"whole days", "2025-06-03", "10 days", "2025-06-16", []Interval{whole("2025-06-05", "2025-06-08")}}, // 3 days
		{"part days count", "2025-06-03", "10 days", "2025-06-16", []Interval{{From: noon("2025-06-04"), To: noon("2025-06-07")}}},
		{"two that touch at noon are one", "2025-06-03", "10 days", "2025-06-16",
			[]Interval{{From: noon("2025-06-04"), To: noon("2025-06-05")}, {From: noon("2025-06-05"), To: noon("2025-06-07")}}},
		{"overlap is left out once", "2025-06-03", "10 days", "2025-06-16", []Interval{whole("2025-06-05", "2025-06-07"), whole("2025-06-06", "2025-06-08")}},
		{"before the start does nothing", "2025-06-03", "10 days", "2025-06-13", []Interval{whole("2025-05-01", "2025-06-04")}},
		{"after the end does nothing", "2025-06-03", "10 days", "2025-06-13", []Interval{whole("2025-06-14", "2025-06-20")}},
		{"the last day itself", "2025-06-03", "10 days", "2025-06-16", []Interval{whole("2025-06-13", "2025-06-14")}}, // the 14th is a Saturday
		{"in the days that the first adds", "2025-06-03", "10 days", "2025-06-18", []Interval{whole("2025-06-05", "2025-06-08"), whole("2025-06-15", "2025-06-17")}},
		{"backwards is none", "2025-06-03", "10 days", "2025-06-13", []Interval{whole("2025-06-08", "2025-06-05")}},
		{"working days", "2025-06-03", "3 working days", "2025-06-10", []Interval{whole("2025-06-05", "2025-06-07")}},
		{"excluded days off add no working day", "2025-06-03", "5 working days", "2025-06-10", []Interval{whole("2025-06-07", "2025-06-09")}},
		{"months", "2025-06-03", "1 month", "2025-07-07", []Interval{whole("2025-06-05", "2025-06-09")}},
	} {
		due, err := Shipped().Due(noon(c.from), period(t, c.period), Excluding(c.excluded))
		if err != nil || due.Date != day(t, c.want) {
			t.Errorf("%s: %s (%v), want %s; %v", c.name, due.Date, err, c.want, due.Counting)
		}
	}
	start := noon("2025-06-03")
	due, err := Shipped().Due(start, period(t, "24 hours"), Excluding([]Interval{
		{From: start.Add(23 * time.Hour), To: start.Add(25*time.Hour + 30*time.Minute)},
		{From: start.Add(26 * time.Hour), To: start.Add(27 * time.Hour)}, // in the time that the first adds
		{From: start.Add(-time.Hour), To: start.Add(10 * time.Minute)},
	}))
	if err != nil || due.At.Sub(start) != 24*time.Hour+150*time.Minute+time.Hour+10*time.Minute {
		t.Errorf("24 hours became %v (%v)", due.At.Sub(start), err)
	}
}

func TestDueOutOfRange(t *testing.T) {
	last := maxDate.Start()
	for _, c := range []struct {
		start  time.Time
		period Period
		code   string
	}{
		{last, Period{N: 1, Unit: Days}, "law.date_range"},
		{last, Period{N: 1, Unit: WorkingDays}, "law.date_range"},
		{last, Period{N: 1, Unit: Months}, "law.date_range"},
		{last, Period{N: 10_000, Unit: Years}, "law.date_range"},
		{last, Period{N: 100_000, Unit: Hours}, "law.date_range"},
		{minDate.AddDays(-1).Start(), Period{N: 1, Unit: Days}, "law.date_range"},
		{last, Period{N: 0, Unit: Days}, "law.period_range"},
		{last, Period{N: -1, Unit: Hours}, "law.period_range"},
		{last, Period{N: 10_001, Unit: Days}, "law.period_range"},
		{last, Period{N: 100_001, Unit: Hours}, "law.period_range"},
		{day(t, "2024-01-01").Start(), Period{N: 1, Unit: "fortnights"}, "law.unit"},
	} {
		if due, err := Shipped().Due(c.start, c.period); !fault.Is(err, c.code) {
			t.Errorf("%s + %v = %v, %v; want %s", c.start, c.period, due.Date, err, c.code)
		}
	}
	// 2999-12-31 is a Tuesday; the last weekend before it rolls within range.
	if due, err := Shipped().Due(day(t, "2999-12-27").Start(), Period{N: 1, Unit: Days}); err != nil || !due.Rolled {
		t.Errorf("%+v %v", due, err)
	}
}

func TestLeft(t *testing.T) {
	c := Shipped()
	at := func(s string, hour int) time.Time { return day(t, s).Start().Add(time.Duration(hour) * time.Hour) }
	for _, k := range []struct {
		name, from, period string
		now                time.Time
		left               int
		unit               Unit
		level              Level
	}{
		{"the start's own day", "2024-02-08", "7 working days", at("2024-02-08", 10), 7, WorkingDays, Calm},
		{"a holiday does not run it down", "2024-02-08", "7 working days", at("2024-02-17", 23), 6, WorkingDays, Calm},
		{"a third left", "2024-02-08", "7 working days", at("2024-02-21", 9), 2, WorkingDays, Amber},
		{"the last day", "2024-02-08", "7 working days", at("2024-02-23", 23), 0, WorkingDays, Amber},
		{"over", "2024-02-08", "7 working days", at("2024-02-24", 0), -1, WorkingDays, Red}, // Saturday
		{"long over", "2024-02-08", "7 working days", at("2024-02-28", 9), -3, WorkingDays, Red},
		{"days", "2025-03-03", "15 days", at("2025-03-08", 9), 10, Days, Calm},
		{"days, a third", "2025-03-03", "15 days", at("2025-03-14", 9), 4, Days, Amber},
		{"days, last", "2025-03-03", "15 days", at("2025-03-18", 23), 0, Days, Amber},
		{"days, over", "2025-03-03", "15 days", at("2025-03-19", 0), -1, Days, Red},
		{"months in days", "2025-03-03", "6 months", at("2025-09-01", 8), 2, Days, Amber},
		{"no hour is promised that is not whole", "2025-03-03", "24 hours", at("2025-03-03", 1).Add(time.Minute), 22, Hours, Calm},
		{"less than an hour", "2025-03-03", "24 hours", at("2025-03-03", 23).Add(time.Minute), 0, Hours, Amber},
		{"hours, a third", "2025-03-03", "24 hours", at("2025-03-03", 16), 8, Hours, Amber},
		{"hours, the very end", "2025-03-03", "24 hours", at("2025-03-04", 0), -1, Hours, Red},
		{"hours over", "2025-03-03", "24 hours", at("2025-03-04", 5), -5, Hours, Red},
	} {
		start := day(t, k.from).Start()
		due, err := c.Due(start, period(t, k.period))
		if err != nil {
			t.Fatal(err)
		}
		left, unit, level := c.Left(k.now, start, due.At, period(t, k.period).Unit)
		if left != k.left || unit != k.unit || level != k.level {
			t.Errorf("%s: %d %s %s, want %d %s %s", k.name, left, unit, level, k.left, k.unit, k.level)
		}
	}
}

var anyDay = rapid.Custom(func(t *rapid.T) Date {
	return Date{2018, 1, 1}.AddDays(rapid.IntRange(0, 4000).Draw(t, "day"))
})

func TestWorkingDaysContainExactlyN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, n := anyDay.Draw(t, "from"), rapid.IntRange(1, 300).Draw(t, "n")
		due, err := Shipped().Due(from.Start(), Period{N: n, Unit: WorkingDays})
		if err != nil {
			t.Fatal(err)
		}
		counted := 0
		for d := from.AddDays(1); !due.Date.Before(d); d = d.AddDays(1) {
			if works, _ := Shipped().Works(d); works {
				counted++
			}
		}
		if works, _ := Shipped().Works(due.Date); counted != n || !works {
			t.Fatalf("%s + %d working days = %s: %d working days, ends on a working day: %v", from, n, due.Date, counted, works)
		}
		if left, _, _ := Shipped().Left(from.Start(), from.Start(), due.At, WorkingDays); left != n {
			t.Fatalf("at its start %d of %d working days are left", left, n)
		}
	})
}

func TestDueIsMonotone(t *testing.T) {
	units := []Unit{WorkingDays, Days, Months, Years, Hours}
	rapid.Check(t, func(t *rapid.T) {
		from, unit, n := anyDay.Draw(t, "from"), rapid.SampledFrom(units).Draw(t, "unit"), rapid.IntRange(1, 200).Draw(t, "n")
		due := func(from Date, n int, opts ...Option) Due {
			d, err := Shipped().Due(from.Start(), Period{N: n, Unit: unit}, opts...)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		base := due(from, n)
		if next := due(from, n+1); next.At.Before(base.At) {
			t.Fatalf("%s: %d %s end %s, one more ends %s", from, n, unit, base.At, next.At)
		}
		if next := due(from.AddDays(1), n); next.At.Before(base.At) {
			t.Fatalf("%d %s from %s end %s, from the day after %s", n, unit, from, base.At, next.At)
		}
		if works, _ := Shipped().Works(base.Date); unit != Hours && !works {
			t.Fatalf("%d %s from %s end on a day off, %s", n, unit, from, base.Date)
		}
		if raw := due(from, n, WithoutRolling()); base.At.Before(raw.At) || base.Rolled == base.At.Equal(raw.At) {
			t.Fatalf("%d %s from %s: %s unrolled, %s rolled (%v)", n, unit, from, raw.At, base.At, base.Rolled)
		}
	})
}

func TestExcludingNeverShortens(t *testing.T) {
	units := []Unit{WorkingDays, Days, Months, Hours}
	rapid.Check(t, func(t *rapid.T) {
		start := anyDay.Draw(t, "from").Start().Add(time.Duration(rapid.IntRange(0, 86399).Draw(t, "second")) * time.Second)
		p := Period{N: rapid.IntRange(1, 60).Draw(t, "n"), Unit: rapid.SampledFrom(units).Draw(t, "unit")}
		var in []Interval
		for range rapid.IntRange(0, 4).Draw(t, "intervals") {
			from := start.Add(time.Duration(rapid.IntRange(-100, 2000).Draw(t, "hours")) * time.Hour)
			in = append(in, Interval{From: from, To: from.Add(time.Duration(rapid.IntRange(-10, 300).Draw(t, "length")) * time.Hour)})
		}
		plain, err1 := Shipped().Due(start, p)
		longer, err2 := Shipped().Due(start, p, Excluding(in))
		if err1 != nil || err2 != nil || longer.At.Before(plain.At) {
			t.Fatalf("%s %v: %s, with %v left out %s (%v %v)", start, p, plain.At, in, longer.At, err1, err2)
		}
	})
}

func TestParsePeriod(t *testing.T) {
	for s, want := range map[string]Period{
		"7 working days": {N: 7, Unit: WorkingDays}, "1 working day": {N: 1, Unit: WorkingDays}, "7  Working   Days ": {N: 7, Unit: WorkingDays},
		"15 days": {N: 15, Unit: Days}, "1 day": {N: 1, Unit: Days}, "6 months": {N: 6, Unit: Months}, "2 years": {N: 2, Unit: Years},
		"24 hours": {N: 24, Unit: Hours}, "7个工作日": {N: 7, Unit: WorkingDays}, "15日": {N: 15, Unit: Days}, "15天": {N: 15, Unit: Days},
		"6个月": {N: 6, Unit: Months}, "六个月": {N: 6, Unit: Months}, "十五日": {N: 15, Unit: Days}, "两年": {N: 2, Unit: Years},
		"二十四小时": {N: 24, Unit: Hours}, "2 年": {N: 2, Unit: Years}, "10000 days": {N: 10_000, Unit: Days}, "100000 hours": {N: 100_000, Unit: Hours},
	} {
		got, err := ParsePeriod(s)
		if err != nil || got.N != want.N || got.Unit != want.Unit {
			t.Errorf("ParsePeriod(%q) = %v, %v", s, got, err)
		}
	}
	for s, code := range map[string]string{
		"7 fortnights": "law.unit", "7 lunar months": "law.unit", "7 weeks": "law.unit", "3 dayss": "law.unit",
		"0 days": "law.period_range", "-3 days": "law.period_range", "10001 days": "law.period_range", "100001 hours": "law.period_range",
		"": "law.period", "days": "law.period", "7": "law.period", "seven days": "law.period", "7.5 days": "law.period",
		"9999999999 days": "law.period", "十十日": "law.period",
	} {
		if p, err := ParsePeriod(s); !fault.Is(err, code) {
			t.Errorf("ParsePeriod(%q) = %v, %v; want %s", s, p, err, code)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"7 working days", "7个工作日", "十五日", "-1 days", "1e9 days", "999999999 年", "7\x00days"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%q: %v is no fault of the input", s, err)
			}
			return
		}
		for _, text := range []string{p.String(), p.Chinese()} {
			if again, err := ParsePeriod(text); err != nil || again.N != p.N || again.Unit != p.Unit {
				t.Errorf("%q was read as %v and written as %q, which is read as %v (%v)", s, p, text, again, err)
			}
		}
		if _, err := Shipped().Due((Date{2024, 2, 8}).Start(), p); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	})
}
