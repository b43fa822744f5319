package intake

import (
	"slices"
	"testing"
	"time"

	"jiexu/law"
	"jiexu/store"
)

func TestFilled(t *testing.T) {
	values := map[string]string{"number": "JX1", "place": "愚园路", "findings": ""}
	for _, c := range []struct {
		text, want string
		missing    []string
	}{
		{"编号{编号}，{place}。", "编号JX1，愚园路。", nil},
		{"{查明情况}{查明情况}{案件编号}", "【查明情况】【查明情况】【案件编号】", []string{"查明情况", "案件编号"}},
		{"{不是}{}{ 编号}{编\n号}", "{不是}{}{ 编号}{编\n号}", nil},
		{"{{编号}}", "{JX1}", nil},
	} {
		got, missing := filled(c.text, values)
		if got != c.want || !slices.Equal(missing, c.missing) {
			t.Errorf("%q: %q %v, want %q %v", c.text, got, missing, c.want, c.missing)
		}
	}
	if got := unknownVariables("{编号}{不是}{x}{不是}"); !slices.Equal(got, []string{"不是", "x"}) {
		t.Errorf("unknown: %v", got)
	}
}

func FuzzFilled(f *testing.F) {
	f.Add("您好，{标题}{", "值{编号}")
	f.Add("{编号}{编号", "")
	f.Fuzz(func(t *testing.T, text, value string) {
		_, missing := filled(text, map[string]string{"number": value})
		if value == "" {
			return
		}
		// What a citizen wrote is put in as it is and is not filled in itself.
		if again, _ := filled("{编号}", map[string]string{"number": value}); again != value {
			t.Errorf("%q became %q", value, again)
		}
		for _, m := range missing {
			if _, ok := variableOf(m); !ok {
				t.Errorf("%q is missing and is no variable", m)
			}
		}
	})
}

// The lot falls evenly, and the same way each time.
func TestDrawn(t *testing.T) {
	n := 0
	for range 4000 {
		id := store.NewID()
		if drawn(id, 20) {
			n++
		}
		if drawn(id, 20) != drawn(id, 20) || drawn(id, 0) || !drawn(id, 100) || drawn(id, 20) && !drawn(id, 50) {
			t.Fatalf("the lot of %s", id)
		}
	}
	if n < 650 || n > 950 {
		t.Errorf("%d of 4000 are drawn, want about 800", n)
	}
}

func TestRung(t *testing.T) {
	start := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	due := start.Add(100 * time.Hour)
	for hours, want := range map[int]string{0: "", 49: "", 50: "leader", 79: "leader", 80: "desk", 99: "desk", 100: "head", 500: "head"} {
		if got := rung([]int{50, 80, 100}, start, due, start.Add(time.Duration(hours)*time.Hour)); got != want {
			t.Errorf("after %d of 100 hours: %q, want %q", hours, got, want)
		}
	}
	if got := rung([]int{50, 80, 100}, due, due, due); got != "head" {
		t.Errorf("a period of no length: %q", got)
	}
}

func TestStretches(t *testing.T) {
	day := func(m time.Month, d int) law.Date { return law.Date{Year: 2026, Month: m, Day: d} }
	got := RateFilter{From: day(1, 31), To: day(4, 1), By: "month"}.stretches()
	want := []stretch{{day(1, 31), day(1, 31), "2026-01"}, {day(2, 1), day(2, 28), "2026-02"}, {day(3, 1), day(3, 31), "2026-03"}, {day(4, 1), day(4, 1), "2026-04"}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := (RateFilter{From: day(1, 1), To: day(12, 31), By: "unit"}).stretches(); len(got) != 1 {
		t.Errorf("of no months: %v", got)
	}
}

// The whole months of a stretch are counted by what is kept, the days around them one by one; nothing twice, nothing left out.
func TestWholeMonths(t *testing.T) {
	for _, c := range []struct{ from, to, whole, before, after string }{
		{"2026-01-01", "2026-12-31", "2026-01 2026-12", "", ""},
		{"2026-01-02", "2026-12-30", "2026-02 2026-11", "2026-01-02 2026-01-31", "2026-12-01 2026-12-30"},
		{"2026-01-01", "2026-02-01", "2026-01 2026-01", "", "2026-02-01 2026-02-01"},
		{"2024-01-31", "2024-02-29", "2024-02 2024-02", "2024-01-31 2024-01-31", ""},
		{"2026-03-01", "2026-03-31", "2026-03 2026-03", "", ""},
		{"2026-03-01", "2026-03-30", "", "", ""},
		{"2026-03-15", "2026-04-14", "", "", ""},
		{"2026-03-01", "2026-03-01", "", "", ""},
	} {
		from, err1 := law.ParseDate(c.from)
		to, err2 := law.ParseDate(c.to)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		first, last, before, after, ok := stretch{from, to, ""}.whole()
		got := ""
		if ok {
			got = first + " " + last
		}
		days := func(s *stretch) string {
			if s == nil {
				return ""
			}
			return s.from.String() + " " + s.to.String()
		}
		if got != c.whole || days(before) != c.before || days(after) != c.after {
			t.Errorf("%s to %s: %q, %q, %q", c.from, c.to, got, days(before), days(after))
		}
	}
}
