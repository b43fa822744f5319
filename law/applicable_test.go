package law

import (
	"strings"
	"testing"

	"jiexu/fault"
)

// Two texts of one statute stand side by side, and a citation opens that of its day.
func TestCitationsByDate(t *testing.T) {
	for _, c := range []struct {
		cite         Cite
		on           string
		says, silent string
	}{
		{SP(84), "2019-06-01", "城管执法或者规划行政管理部门", "规划资源"},
		{SP(84), "2020-12-29", "城管执法或者规划行政管理部门", "规划资源"},
		{SP(84), "2020-12-30", "城管执法或者规划资源行政管理部门", ""},
		{SP(17), "2019-06-01", "物权法", "民法典"},
		{SP(17), "2026-06-01", "民法典", "物权法"},
		{SP(46, 2), "2019-06-01", "提前三个月书面告知", "九十日"},
		{SP(46, 2), "2026-06-01", "合同期限届满前九十日", "三个月"},
	} {
		a, err := FindOn(c.cite, day(t, c.on))
		if err != nil {
			t.Errorf("%s on %s: %v", c.cite, c.on, err)
			continue
		}
		text, err := a.Part(c.cite)
		if err != nil || !strings.Contains(text, c.says) || c.silent != "" && strings.Contains(text, c.silent) {
			t.Errorf("%s on %s says %q (%v)", c.cite, c.on, text, err)
		}
	}
	before, err := MatterOn("WY-02", day(t, "2020-12-29"))
	after, err2 := MatterOn("WY-02", day(t, "2020-12-30"))
	if err != nil || err2 != nil || before.ValidFrom == after.ValidFrom || before.Department == "" || !strings.Contains(before.Source, "2018") || !strings.Contains(after.Source, "2020") ||
		after.Card != before.Card {
		t.Errorf("the entries of two texts: %+v and %+v (%v %v)", before, after, err, err2)
	}
}

// The law of the act, or the newer if it is lighter (AP 37).
func TestMatterFor(t *testing.T) {
	mustContain(t, AP(37), "新的规定处罚较轻或者不认为是违法的，适用新的规定")
	old := Matter{Code: "X", Formula: InYuan, Person: &Range{100, 1000}, Organisation: &Range{100, 1000}, ValidFrom: day(t, "2020-01-01"), ValidTo: day(t, "2021-12-31"), Confirmed: true}
	next := func(change func(*Matter)) Matter {
		m := old
		m.ValidFrom, m.ValidTo = day(t, "2022-01-01"), Date{}
		change(&m)
		return m
	}
	for name, c := range map[string]struct {
		change             func(*Matter)
		lighter, unsettled bool
	}{
		"the same":                    {func(*Matter) {}, false, false},
		"lower ceiling":               {func(m *Matter) { m.Person = &Range{100, 900} }, true, false},
		"higher ceiling":              {func(m *Matter) { m.Person = &Range{100, 1001} }, false, false},
		"lower floor":                 {func(m *Matter) { m.Person = &Range{50, 1000} }, true, false},
		"higher floor":                {func(m *Matter) { m.Person = &Range{101, 1000} }, false, false},
		"both lower":                  {func(m *Matter) { m.Person = &Range{50, 900} }, true, false},
		"wider":                       {func(m *Matter) { m.Person = &Range{50, 2000} }, false, true},
		"narrower":                    {func(m *Matter) { m.Person = &Range{200, 900} }, false, true},
		"persons are fined no more":   {func(m *Matter) { m.Person = nil }, true, false},
		"order to correct first":      {func(m *Matter) { m.CorrectFirst = true }, true, false},
		"fine that need not be":       {func(m *Matter) { m.FineOptional = true }, true, false},
		"another formula":             {func(m *Matter) { m.Formula, m.Base = PerM2, "m2" }, false, true},
		"a new grave circumstance":    {func(m *Matter) { m.Grades = []Grade{{Name: "情节严重", Person: &Range{1000, 5000}}} }, false, true},
		"the text is not confirmed":   {func(m *Matter) { m.Confirmed, m.Person = false, &Range{1, 2} }, false, true},
		"only organisations pay less": {func(m *Matter) { m.Organisation = &Range{1, 2} }, false, false},
	} {
		newer := next(c.change)
		got, err := applicable([]Matter{old, newer}, "X", day(t, "2021-06-01"), day(t, "2022-06-01"), Person)
		want := old.ValidFrom
		if c.lighter {
			want = newer.ValidFrom
		}
		if err != nil || got.Lighter != c.lighter || got.Unsettled != c.unsettled || got.Matter.ValidFrom != want || got.Newer == nil || got.Cite != AP(37) {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
	if got, err := applicable([]Matter{old}, "X", day(t, "2021-06-01"), day(t, "2022-06-01"), Person); err != nil || !got.Unsettled || got.Newer != nil {
		t.Errorf("nothing is known of the day of the decision: %+v %v", got, err)
	}
	if _, err := applicable([]Matter{old}, "X", day(t, "2021-06-01"), day(t, "2021-05-31"), Person); !fault.Is(err, "law.decided_before") {
		t.Error(err)
	}
	// In the catalogue that ships.
	for _, c := range []struct {
		code, act, decision, from string
		unsettled                 bool
		fault                     string
	}{
		{"WY-01", "2020-06-01", "2021-06-01", "2018-11-22", false, ""}, // both texts fine the same: that of the act
		{"WY-01", "2026-06-01", "2026-11-01", "2020-12-30", false, ""},
		{"SR-01", "2022-11-30", "2023-02-01", "2018-12-20", true, ""}, // the text of 2022 is not confirmed
		{"SR-01", "2022-06-01", "2022-11-30", "2018-12-20", false, ""},
		{"SR-01", "2018-12-19", "2022-11-30", "", false, "law.matter_date"}, {"XX-99", "2022-01-01", "2022-01-01", "", false, "law.matter"},
	} {
		got, err := MatterFor(c.code, day(t, c.act), day(t, c.decision), Person)
		if c.fault != "" {
			if !fault.Is(err, c.fault) {
				t.Errorf("%s: %v, want %s", c.code, err, c.fault)
			}
			continue
		}
		if err != nil || got.Matter.ValidFrom.String() != c.from || got.Unsettled != c.unsettled {
			t.Errorf("%s of %s decided %s: from %s, unsettled %v (%v)", c.code, c.act, c.decision, got.Matter.ValidFrom, got.Unsettled, err)
		}
	}
}
