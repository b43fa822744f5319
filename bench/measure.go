package bench

import (
	"slices"
	"time"
)

// Figure is one measurement of the product beside the bare SQL of the same rows.
type Figure struct {
	Name    string  `json:"name"`
	N       int     `json:"n"`               // how often each side was timed
	Rows    int     `json:"rows,omitempty"`  // that were written, or that one query gives
	Product Spread  `json:"product"`         // of one operation
	Bare    *Spread `json:"bare,omitempty"`  // of the SQL alone
	Ratio   *Ratio  `json:"ratio,omitempty"` // product to bare
	Aim     *Aim    `json:"aim,omitempty"`   // where there is one
	Against string  `json:"against"`         // which bare SQL it is, a code
}

// Spread is how long operations took, in milliseconds, and how many of them, or of their rows, went
// through in a second.
type Spread struct {
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	PerSecond float64 `json:"per_second"`
}

// Ratio is the product to the bare SQL: of times, smaller is better; of rates, larger.
type Ratio struct {
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	Rate float64 `json:"rate"`
}

// Aim is what a figure should reach.
type Aim struct {
	Of   string  `json:"of"` // p99: at most; rate: at least
	Than float64 `json:"than"`
	Met  bool    `json:"met"`
}

// stopwatch collects the times of one side.
type stopwatch []time.Duration

func (s *stopwatch) time(f func() error) error {
	begin := time.Now()
	err := f()
	*s = append(*s, time.Since(begin))
	return err
}

// spread sums up; each operation stands for so many things that were done.
func (s stopwatch) spread(things int) Spread {
	sorted := slices.Sorted(slices.Values(s))
	var sum time.Duration
	for _, d := range sorted {
		sum += d
	}
	return Spread{P50: ms(percentile(sorted, 50)), P99: ms(percentile(sorted, 99)), PerSecond: float64(len(sorted)*things) / sum.Seconds()}
}

// percentile is the nearest-rank percentile of sorted times.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// figure puts the two sides beside each other. Reading one page is one thing done, importing is as
// many as there are rows.
func figure(name, against string, rows int, product, bare stopwatch) Figure {
	things := 1
	if against == againstAllRows {
		things = rows
	}
	f := Figure{Name: name, Against: against, N: len(product), Rows: rows, Product: product.spread(things)}
	if bare != nil {
		b := bare.spread(things)
		f.Bare = &b
		f.Ratio = &Ratio{P50: f.Product.P50 / b.P50, P99: f.Product.P99 / b.P99, Rate: f.Product.PerSecond / b.PerSecond}
	}
	return f
}

func (f Figure) atMost(times float64) Figure {
	f.Aim = &Aim{Of: "p99", Than: times, Met: f.Ratio.P99 <= times}
	return f
}

func (f Figure) atLeast(share float64) Figure {
	f.Aim = &Aim{Of: "rate", Than: share, Met: f.Ratio.Rate >= share}
	return f
}

// takeTurns times both sides n times. The side that goes first changes, because the second finds
// warm what the first has read. A first round of each is not counted.
func takeTurns(n int, product, bare func(i int) error) (p, b stopwatch, err error) {
	var warm stopwatch
	for i := -1; i < n; i++ {
		sides := [2]struct {
			watch *stopwatch
			do    func(int) error
		}{{&p, product}, {&b, bare}}
		if i%2 != 0 {
			sides[0], sides[1] = sides[1], sides[0]
		}
		for _, s := range sides {
			watch := s.watch
			if i < 0 {
				watch = &warm
			}
			if err := watch.time(func() error { return s.do(max(i, 0)) }); err != nil {
				return nil, nil, err
			}
		}
	}
	return p, b, nil
}
