package law

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"jiexu/fault"
)

func TestSurcharge(t *testing.T) {
	due := day(t, "2026-03-10")
	pause := func(from, to string) Interval {
		return Interval{From: day(t, from).Start(), To: day(t, to).Start(), Basis: "AP 73(3)"}
	}
	for _, c := range []struct {
		fine   int64
		days   int
		pauses []Interval
		want   int64
	}{
		{1000, 0, nil, 0}, {1000, -5, nil, 0}, {1000, 1, nil, 30}, {1000, 33, nil, 990}, {1000, 34, nil, 1000}, {1000, 100, nil, 1000}, // domain.md
		{5000, 1, nil, 150}, {5000, 3, nil, 450}, // 50 yuan in fen: 1.50 a day
		{0, 10, nil, 0}, {1, 33, nil, 0}, {1, 34, nil, 1},
		{1000, 10, []Interval{pause("2026-03-13", "2026-03-16")}, 210},                                                                              // three of ten days
		{1000, 10, []Interval{pause("2026-03-13", "2026-03-16"), pause("2026-03-14", "2026-03-17")}, 180},                                           // they overlap: four days
		{1000, 10, []Interval{{From: day(t, "2026-03-13").Start().Add(10 * time.Hour), To: day(t, "2026-03-13").Start().Add(11 * time.Hour)}}, 270}, // an hour of a day
		{1000, 10, []Interval{pause("2026-01-01", "2026-03-11")}, 300},                                                                              // over before it began
		{1000, 400, []Interval{pause("2026-03-11", "2027-03-11")}, 1000}, {1000, 365, []Interval{pause("2026-03-11", "2027-03-11")}, 0},
	} {
		if got := Surcharge(c.fine, due, due.AddDays(c.days), c.pauses); got != c.want {
			t.Errorf("%d, %d days late, %v: %d, want %d", c.fine, c.days, c.pauses, got, c.want)
		}
	}
	mustContain(t, AP(72, 1, 1), "百分之三")
	rapid.Check(t, func(t *rapid.T) {
		fine := rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "fine")
		days := rapid.IntRange(0, 200).Draw(t, "days")
		at := rapid.IntRange(0, 100).Draw(t, "at")
		length := rapid.IntRange(1, 50).Draw(t, "length")
		pauses := []Interval{{From: due.AddDays(at).Start(), To: due.AddDays(at + length).Start()}}
		plain, paused := Surcharge(fine, due, due.AddDays(days), nil), Surcharge(fine, due, due.AddDays(days), pauses)
		if plain > fine || paused > plain || Surcharge(fine, due, due.AddDays(days+1), pauses) < paused {
			t.Fatalf("%d after %d days: %d, paused %d", fine, days, plain, paused)
		}
	})
}

// AC 53 and 54: the court may be asked from the eleventh working day after the demand, once the remedies' periods are over,
// for three months.
func TestCourtWindow(t *testing.T) {
	cal := Shipped()
	for _, c := range []struct {
		served, demanded, instalments string
		remedies, opens, closes       string
	}{
		{"2025-03-10", "2025-09-15", "", "2025-09-10", "2025-09-29", "2025-12-10"},           // demanded after the remedies; 28 September is worked
		{"2025-03-10", "2025-08-01", "", "2025-09-10", "2025-09-11", "2025-12-10"},           // demanded before: the remedies decide
		{"2025-03-10", "", "", "2025-09-10", "", "2025-12-10"},                               // no demand, no court
		{"2025-03-10", "2025-12-01", "", "2025-09-10", "2025-12-16", "2025-12-10"},           // demanded too late: missed
		{"2025-03-10", "2025-12-01", "2025-11-30", "2025-09-10", "2025-12-16", "2026-02-28"}, // instalments until the end of November
		{"2025-08-31", "2026-03-02", "", "2026-02-28", "2026-03-17", "2026-05-28"},           // six months from the 31st end on the 28th, a make-up working Saturday
	} {
		over, err := cal.RemediesOver(day(t, c.served).Start())
		if err != nil || over.Date.String() != c.remedies {
			t.Errorf("served %s: the remedies end on %s (%v), want %s", c.served, over.Date, err, c.remedies)
		}
		var demanded time.Time
		if c.demanded != "" {
			demanded = day(t, c.demanded).Start()
		}
		var instalments Date
		if c.instalments != "" {
			instalments = day(t, c.instalments)
		}
		w, err := cal.CourtWindow(over.Date, demanded, instalments)
		opens := ""
		if !w.Opens.IsZero() {
			opens = w.Opens.String()
		}
		if err != nil || opens != c.opens || w.Closes.String() != c.closes || w.Provisional {
			t.Errorf("%+v: opens %s, closes %s (%v)", c, opens, w.Closes, err)
		}
		missed := c.opens == "" || c.opens > c.closes
		if w.Open(w.Closes) == missed || !missed && (w.Open(w.Opens.AddDays(-1)) || !w.Open(w.Opens) || w.Open(w.Closes.AddDays(1))) {
			t.Errorf("%+v: it is open on the wrong days", c)
		}
	}
}

func TestCeilings(t *testing.T) {
	for _, c := range []struct {
		party   string
		yuan    int64
		summary bool
		cash    bool
	}{
		{Person, 50, true, true}, {Person, 100, true, true}, {Person, 101, true, false}, {Person, 200, true, false}, {Person, 201, false, false},
		{SoleTrader, 200, true, false}, {Organisation, 100, true, true}, {Organisation, 3000, true, false}, {Organisation, 3001, false, false},
	} {
		summary, err := MaySummary(c.party, c.yuan)
		cash, err2 := MayCollect(c.party, c.yuan, false, false)
		if err != nil || err2 != nil || summary != c.summary || cash != c.cash {
			t.Errorf("%s %d: on the spot %v, in cash %v", c.party, c.yuan, summary, cash)
		}
	}
	for _, exception := range [][2]bool{{true, false}, {false, true}} {
		if ok, err := MayCollect(Person, 5000, exception[0], exception[1]); !ok || err != nil {
			t.Errorf("%v: %v %v", exception, ok, err)
		}
	}
	if _, err := MaySummary("robot", 1); !fault.Is(err, "law.party") {
		t.Error(err)
	}
}

// Every period of law.md's "Counting time", and those that casework counts on, with the article's words and a day.
func TestPeriodsOfTheLaw(t *testing.T) {
	for _, c := range []struct {
		what, words string
		cite        Cite
		period      Period
		start, due  string
	}{
		{"two days are working days", "“二日”“三日”“五日”“七日”的规定是指工作日", AP(85), CashHandIn, "2025-01-24", "2025-01-27"},
		{"cash to the authority over a holiday", "应当自收缴罚款之日起二日内，交至行政机关", AP(71), CashHandIn, "2026-02-13", "2026-02-24"}, // 14 is worked
		{"cash to the bank", "应当在二日内将罚款缴付指定的银行", AP(71), CashToBank, "2025-04-30", "2025-05-07"},
		{"withdraw a published decision", "应当在三日内撤回", AP(48, 2), period(t, "3 working days"), "2025-09-26", "2025-09-30"},
		{"ask for a hearing", "五日内提出", AP(64, 1, 1), period(t, "5 working days"), "2026-02-10", "2026-02-24"},
		{"handle preserved evidence", "应当在七日内及时作出处理决定", AP(56), period(t, "7 working days"), "2025-01-24", "2025-02-10"},
		{"serve the decision", "应当在七日内", AP(61, 1), period(t, "7 working days"), "2025-09-26", "2025-10-13"},
		{"pay", "自收到行政处罚决定书之日起十五日内", AP(67, 3), ToPay, "2025-01-24", "2025-02-08"},
		{"pay, rolled", "以法定休假日后的第一日为期间届满的日期", CP(85, 3), ToPay, "2026-02-10", "2026-02-25"},
		{"decide", "自行政处罚案件立案之日起九十日内", AP(60), period(t, "90 days"), "2025-04-25", "2025-07-24"},
		{"ten days of the coercion law", "十日以内期限的规定是指工作日", AC(69), DemandPasses, "2026-02-10", "2026-03-02"},
		{"the demand has passed", "催告书送达十日后", AC(54), DemandPasses, "2025-09-26", "2025-10-16"},
		{"demand before substitute performance", "代履行三日前", AC(51, 1, 2), period(t, "3 working days"), "2025-04-30", "2025-05-08"},
		{"hold what is seized", "不得超过三十日", AC(25, 1), period(t, "30 days"), "2025-04-25", "2025-05-26"},
		{"ask for reconsideration", "六十日内", AR(20, 1), Reconsider, "2026-02-10", "2026-04-13"},
		{"litigate", "六个月内", AL(46, 1), Litigate, "2025-08-31", "2026-02-28"},
		{"go to the court", "三个月内", AC(53), ToCourt, "2025-11-30", "2026-02-28"},
		{"served by announcement", "经过三十日", CP(95, 1), period(t, "30 days"), "2025-01-24", "2025-02-24"},
		{"served by announcement in Shanghai", "经过六十日", SH(25, 1), period(t, "60 days"), "2025-01-24", "2025-03-25"},
		{"unclaimed", "六十日内无人认领", SH(22, 3), period(t, "60 days"), "2025-04-25", "2025-06-24"},
		{"two years", "在二年内未被发现", AP(36, 1), period(t, "2 years"), "2024-02-29", "2026-02-28"},
		{"five years", "延长至五年", AP(36, 1), period(t, "5 years"), "2020-06-19", "2025-06-19"},
		{"urgent measures", "二十四小时内", AC(19), period(t, "24 hours"), "2026-02-15", "2026-02-16"},
		{"on site where it is being built", "应当在两小时内到现场", SB(7), period(t, "2 hours"), "2026-02-15", "2026-02-15"},
	} {
		mustContain(t, c.cite, c.words)
		for _, cite := range c.period.Cites {
			if _, err := Find(cite); err != nil {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		got, err := Shipped().Due(day(t, c.start).Start(), c.period)
		if err != nil || got.Date.String() != c.due || got.Provisional {
			t.Errorf("%s: %s from %s ends on %s (%v), want %s", c.what, c.period, c.start, got.Date, err, c.due)
		}
	}
}
