package law

import (
	"testing"

	"jiexu/fault"
)

func TestUnder(t *testing.T) {
	mustContain(t, AP(85), "“二日”“三日”“五日”“七日”的规定是指工作日")
	mustContain(t, AC(69), "十日以内期限的规定是指工作日")
	mustContain(t, AR(88, 2), "“三日”、“五日”、“七日”、“十日”的规定是指工作日")
	for _, c := range []struct {
		text string
		by   Cite
		want Unit
	}{
		{"五日", AP(64, 1, 1), WorkingDays}, {"七日", AP(61), WorkingDays}, {"二日", AP(71), WorkingDays}, {"三日", AP(48, 2), WorkingDays},
		{"十五日", AP(67, 3), Days}, {"九十日", AP(60), Days}, {"四日", AP(61), Days}, {"十日", AP(61), Days},
		{"十日", AC(54), WorkingDays}, {"三日", AC(51), WorkingDays}, {"一日", AC(19), WorkingDays}, {"十五日", AC(56, 2), Days}, {"三十日", AC(25), Days},
		{"七日", AR(48), WorkingDays}, {"十日", AR(48), WorkingDays}, {"六十日", AR(20), Days}, {"二日", AR(48), Days},
		{"二日", SH(22, 2), Days}, {"十日", SB(9), Days}, {"十五日", AL(45), Days},
		{"六个月", AL(46), Months}, {"三个月", AC(53), Months}, {"2小时", SB(7), Hours}, {"5个工作日", SH(26, 2), WorkingDays},
	} {
		p := period(t, c.text).Under(c.by)
		if p.Unit != c.want || p.Cites[0] != c.by {
			t.Errorf("%s of %s: %s by %v, want %s", c.text, c.by, p.Unit, p.Cites, c.want)
		}
	}
}

func TestParseInterval(t *testing.T) {
	for _, c := range []struct{ text, from, to string }{
		{"2025-01-06..2025-01-20", "2025-01-06T00:00", "2025-01-21T00:00"},
		{"2025-01-06", "2025-01-06T00:00", "2025-01-07T00:00"},
		{"2025年1月6日..2025年1月7日", "2025-01-06T00:00", "2025-01-08T00:00"},
		{"2025-01-06T10:00..2025-01-06T15:00", "2025-01-06T10:00", "2025-01-06T15:00"},
		{"2025-01-06T10:00..2025-01-06", "2025-01-06T10:00", "2025-01-07T00:00"},
	} {
		got, err := ParseInterval(c.text)
		if err != nil || got.From.In(Shanghai).Format("2006-01-02T15:04") != c.from || got.To.In(Shanghai).Format("2006-01-02T15:04") != c.to {
			t.Errorf("%s: %v %v", c.text, got, err)
		}
	}
	for text, code := range map[string]string{"2025-01-20..2025-01-06": "law.interval", "2025-01-06T10:00": "law.interval",
		"2025-02-30..2025-03-01": "law.date", "..": "law.date", "2025-01-06..": "law.date", "soon": "law.date"} {
		if _, err := ParseInterval(text); !fault.Is(err, code) {
			t.Errorf("%s: %v, want %s", text, err, code)
		}
	}
}

func FuzzParseInterval(f *testing.F) {
	f.Add("2025-01-06..2025-01-20")
	f.Add("2025-01-06T10:00..2025-01-06T15:00")
	f.Fuzz(func(t *testing.T, s string) {
		if in, err := ParseInterval(s); err == nil && !in.To.After(in.From) {
			t.Errorf("%q: %v", s, in)
		}
	})
}
