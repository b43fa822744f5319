package law

import (
	"testing"
	"testing/fstest"
	"time"

	"jiexu/fault"

	"pgregory.net/rapid"
)

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return d
}

func period(t testing.TB, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return p
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		date    string
		kind    DayKind
		holiday string
	}{
		{"2024-02-04", MakeUpDay, "春节"}, // Sunday, worked
		{"2024-02-09", WorkDay, ""},     // New Year's Eve is a working day in 2024
		{"2024-02-10", Holiday, "春节"},
		{"2024-02-24", Weekend, ""},
		{"2025-02-08", MakeUpDay, "春节"},
		{"2018-12-29", MakeUpDay, "元旦"}, // by the notice of 2019
		{"2018-12-31", Holiday, "元旦"},
	} {
		got := Shipped().Day(day(t, c.date))
		if got.Kind != c.kind || got.Holiday != c.holiday || got.Provisional {
			t.Errorf("%s: %+v, want %s %s", c.date, got, c.kind, c.holiday)
		}
	}
}

// The days of 2026 as the notice lists them (domain.md 1.1).
func TestDaysOff2026(t *testing.T) {
	off := map[Date]bool{}
	for _, r := range [][2]string{{"2026-01-01", "2026-01-03"}, {"2026-02-15", "2026-02-23"}, {"2026-04-04", "2026-04-06"},
		{"2026-05-01", "2026-05-05"}, {"2026-06-19", "2026-06-21"}, {"2026-09-25", "2026-09-27"}, {"2026-10-01", "2026-10-07"}} {
		for d := day(t, r[0]); !day(t, r[1]).Before(d); d = d.AddDays(1) {
			off[d] = true
		}
	}
	makeUp := map[Date]bool{}
	for _, s := range []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"} {
		makeUp[day(t, s)] = true
	}
	for d := day(t, "2026-01-01"); d.Year == 2026; d = d.AddDays(1) {
		want := !off[d] && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday || makeUp[d]
		if got, provisional := Shipped().Works(d); got != want || provisional {
			t.Errorf("%s works = %v (provisional %v), want %v", d, got, provisional, want)
		}
	}
}

func TestUnpublishedYearsAreProvisional(t *testing.T) {
	for _, s := range []string{"2027-01-01", "2029-05-01", "2017-12-31", "1900-01-01", "2999-12-31"} {
		if !Shipped().Day(day(t, s)).Provisional {
			t.Errorf("%s: 2027's file has no days and 2017's is not shipped, yet the day is not provisional", s)
		}
	}
	if years := Shipped().Years(); len(years) != 9 || years[0] != 2018 || years[8] != 2026 {
		t.Errorf("published years %v, want 2018 to 2026", years)
	}
}

func TestLoadCalendarRefusesBrokenFiles(t *testing.T) {
	for name, content := range map[string]string{
		"no year published": `{"year":2027,"days":[]}`,
		"not JSON":          `{"year":`,
		"no such day":       `{"year":2024,"days":[{"name":"x","date":"2024-02-30","isOffDay":true}]}`,
	} {
		if _, err := LoadCalendar(fstest.MapFS{"y.json": {Data: []byte(content)}}); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestVersionFollowsContent(t *testing.T) {
	load := func(name string) string {
		c, err := LoadCalendar(fstest.MapFS{"2024.json": {Data: []byte(`{"year":2024,"days":[{"name":"` + name + `","date":"2024-01-01","isOffDay":true}]}`)}})
		if err != nil {
			t.Fatal(err)
		}
		return c.Version()
	}
	if load("元旦") == load("新年") {
		t.Error("two calendars of different content have one version")
	}
}

func TestParseDate(t *testing.T) {
	for s, code := range map[string]string{
		"2024-02-29": "", "1900-01-01": "", "2999-12-31": "",
		"2024-02-30": "law.date", "2023-02-29": "law.date", "2024-13-01": "law.date", "2024-2-8": "law.date", "": "law.date",
		"20240208": "law.date", "2024/02/08": "law.date", "tomorrow": "law.date", " 2024-02-08": "law.date",
		"1899-12-31": "law.date_range", "3000-01-01": "law.date_range", "0001-01-01": "law.date_range",
	} {
		_, err := ParseDate(s)
		if code == "" && err != nil || code != "" && !fault.Is(err, code) {
			t.Errorf("ParseDate(%q) = %v, want %q", s, err, code)
		}
	}
}

func TestParseMoment(t *testing.T) {
	noon := time.Date(2024, 2, 8, 12, 0, 0, 0, Shanghai)
	for s, want := range map[string]time.Time{
		"2024-02-08": noon.Add(-12 * time.Hour), "2024-02-08T12:00": noon, "2024-02-08 12:00": noon, "2024-02-08T12:00:30": noon.Add(30 * time.Second),
		"2024年2月8日": noon.Add(-12 * time.Hour), "２０２４年０２月０８日": noon.Add(-12 * time.Hour), " ２０２４－０２－０８　": noon.Add(-12 * time.Hour), "2024年2月8日 12:00": noon, "２０２４-０２-０８Ｔ１２：００": noon,
		"2024-02-08T04:00:00Z": noon, "2024-02-08T12:00:00+08:00": noon,
	} {
		if got, err := ParseMoment(s); err != nil || !got.Equal(want) {
			t.Errorf("ParseMoment(%q) = %s, %v; want %s", s, got, err, want)
		}
	}
	for s, code := range map[string]string{"2024-02-30": "law.date", "": "law.date", "2024年2月30日": "law.date", "2024年2月": "law.moment", "2024年13月1日": "law.date", "2024年2月8日晚": "law.moment", "2024-02-30T10:00": "law.moment", "2024-02-08T25:00": "law.moment",
		"2024-02-08T10": "law.moment", "next Friday at noon": "law.moment", "3000-01-01T00:00": "law.date_range", "0001-01-01T00:00:00Z": "law.date_range"} {
		if got, err := ParseMoment(s); !fault.Is(err, code) {
			t.Errorf("ParseMoment(%q) = %s, %v; want %s", s, got, err, code)
		}
	}
}

func TestDateArithmetic(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2024-01-31", 1, "2024-02-29"}, {"2023-01-31", 1, "2023-02-28"}, {"2024-02-29", 12, "2025-02-28"},
		{"2024-08-31", 6, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"2024-12-31", 2, "2025-02-28"}, {"2024-02-08", 6, "2024-08-08"},
	} {
		if got := day(t, c.from).AddMonths(c.months); got != day(t, c.want) {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.months, got, c.want)
		}
	}
	moment := time.Date(2024, 2, 8, 16, 0, 0, 0, time.UTC) // midnight in Shanghai
	if got := On(moment); got != day(t, "2024-02-09") || !got.Start().Equal(moment) || !day(t, "2024-02-08").End().Equal(moment) {
		t.Errorf("the day of %s is %s", moment, got)
	}
	if s := day(t, "2024-02-08").Chinese(); s != "2024年2月8日" {
		t.Error(s)
	}
}

func TestDateTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := minDate.AddDays(rapid.IntRange(0, minDate.DaysUntil(maxDate)).Draw(t, "day"))
		var back Date
		text, _ := d.MarshalText()
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Fatalf("%v -> %s -> %v (%v)", d, text, back, err)
		}
		if n := rapid.IntRange(-4000, 4000).Draw(t, "n"); d.DaysUntil(d.AddDays(n)) != n {
			t.Fatalf("%s: %d days on and back differ", d, n)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2024-02-08", "2024-02-30", "", "９９９９-01-01", "2024-02-08T10:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && d.String() != s {
			t.Errorf("%q was read as %s", s, d)
		}
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v is no fault of the input", s, err)
		}
	})
}
