package law

import (
	"math/rand/v2"
	"testing"
)

// TestReckon pins what runs up on a fine of 3,000 that was to be paid by the 8th of December, under its arrangements.
func TestReckon(t *testing.T) {
	d := func(s string) Date { return day(t, s) }
	once := Arrangement{Sums: []Sum{{d("2026-12-08"), 300000}}}
	parts := Arrangement{From: d("2026-12-01"), Sums: []Sum{{d("2026-12-31"), 100000}, {d("2027-02-01"), 200000}}}
	late := parts
	late.From = d("2026-12-11") // approved when two days were late
	broken := Arrangement{From: d("2026-12-01"), Sums: []Sum{{d("2026-12-31"), 300000}}}
	brokenLater := Arrangement{From: d("2026-12-01"), Sums: []Sum{{d("2026-12-31"), 100000}, {d("2027-02-01"), 200000}}}
	pause := []Interval{{From: d("2027-01-03").Start(), To: d("2027-01-05").End(), Basis: "AP 73"}}
	for _, c := range []struct {
		name   string
		how    []Arrangement
		paid   []Sum
		on     string
		pauses []Interval
		want   int64
	}{
		{"on its last day", []Arrangement{once}, nil, "2026-12-08", nil, 0},
		{"a day late", []Arrangement{once}, nil, "2026-12-09", nil, 9000},
		{"paid late in part: the whole that was late goes on", []Arrangement{once}, []Sum{{d("2026-12-10"), 100000}}, "2026-12-18", nil, 90000},
		{"paid in time in part: the rest alone is late", []Arrangement{once}, []Sum{{d("2026-12-08"), 100000}}, "2026-12-09", nil, 6000},
		{"paid up late: it stops", []Arrangement{once}, []Sum{{d("2026-12-10"), 300000}}, "2027-03-01", nil, 18000},
		{"instalments in time", []Arrangement{once, parts}, []Sum{{d("2026-12-31"), 100000}}, "2027-02-01", nil, 0},
		{"the first instalment is missed: it alone is late", []Arrangement{once, parts}, nil, "2027-01-02", nil, 6000},
		{"broken: the rest is late since that day", []Arrangement{once, broken}, nil, "2027-01-02", nil, 18000},
		{"broken, paused", []Arrangement{once, broken}, nil, "2027-01-06", pause, 27000},
		{"broken, capped at the fine", []Arrangement{once, broken}, nil, "2027-09-01", nil, 300000},
		{"the second is missed: what was paid in time bears nothing, and the rest no more than itself", []Arrangement{once, brokenLater}, []Sum{{d("2026-12-30"), 100000}}, "2027-09-01", nil, 200000},
		{"approved when it was late: those two days stay", []Arrangement{once, late}, []Sum{{d("2026-12-31"), 100000}, {d("2027-02-01"), 200000}}, "2027-09-01", nil, 18000},
		{"approved on what was left: paid before is not asked again", []Arrangement{once, {From: d("2026-12-05"), Sums: []Sum{{d("2026-12-31"), 200000}}}}, []Sum{{d("2026-12-04"), 100000}}, "2027-01-01", nil, 6000},
	} {
		if got := Reckon(300000, c.how, c.paid, d(c.on), c.pauses); got.Surcharge != c.want {
			t.Errorf("%s: %d, want %d (%+v)", c.name, got.Surcharge, c.want, got.Parts)
		}
	}
}

// TestReckonBounds tries arrangements at random: no surcharge above the fine or below nothing, none that shrinks with time, and
// none at all where everything is paid in time.
func TestReckonBounds(t *testing.T) {
	start := day(t, "2026-03-02")
	for range 2000 {
		fine := int64(1+rand.IntN(50)) * 10000
		sums, left := []Sum{}, fine
		for on := start; left > 0; {
			on = on.AddDays(1 + rand.IntN(30))
			part := min(left, int64(1+rand.IntN(int(fine/100)))*100)
			sums, left = append(sums, Sum{on, part}), left-part
		}
		how := []Arrangement{{Sums: []Sum{{start.AddDays(15), fine}}}, {From: start.AddDays(1), Sums: sums}}
		var inTime []Sum
		for _, s := range sums {
			inTime = append(inTime, Sum{s.On.AddDays(-rand.IntN(3)), s.Money})
		}
		if got := Reckon(fine, how, inTime, start.AddDays(4000), nil); got.Surcharge != 0 {
			t.Fatalf("all was paid in time, and %d ran up: %v", got.Surcharge, sums)
		}
		some, before := inTime[:rand.IntN(len(inTime)+1)], int64(0)
		for n := 0; n < 400; n += 1 + rand.IntN(40) {
			got := Reckon(fine, how, some, start.AddDays(n), nil).Surcharge
			if got < before || got > fine {
				t.Fatalf("after %d days %d, before %d, of %d", n, got, before, fine)
			}
			before = got
		}
	}
}

// TestLastDay: a day that somebody set moves on to a working day (CP 85).
func TestLastDay(t *testing.T) {
	for set, want := range map[string]string{"2026-12-31": "2026-12-31", "2026-02-14": "2026-02-14", "2026-02-15": "2026-02-24", "2026-11-28": "2026-11-30"} {
		if got := Shipped().LastDay(day(t, set)); got.String() != want {
			t.Errorf("set to %s: %s, want %s", set, got, want)
		}
	}
}
