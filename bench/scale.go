package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"time"

	"jiexu/app"
	"jiexu/store"
)

// ScaleConfig is which databases of jiexu simulate city are measured.
type ScaleConfig struct {
	DB, Data         string // the whole city, and the folder of its keys
	Small, SmallData string // the same city with a hundredth of what happened; empty: nothing is compared with it
	Rounds           int    // how often each reading is timed
	Creates          int    // how many complaints are registered
	Users            int    // how many people are signed in at once
	For              time.Duration
	Version          string
	Now              func() time.Time
	Log              *slog.Logger
	Doing            func(code string)
	Read             func(Reading) // hears of each reading when it was timed; may be nil
}

// Scale is what was measured on a city.
type Scale struct {
	Version    string    `json:"version"`
	Engine     string    `json:"engine"`
	Machine    Machine   `json:"machine"`
	At         string    `json:"at"`
	Complaints int       `json:"complaints"`
	Cases      int       `json:"cases"`
	Objects    int       `json:"objects"`
	Entries    int       `json:"entries"`
	Small      int       `json:"small_complaints,omitempty"`
	Load1      float64   `json:"load1"` // what else the machine had to do when it began: its load average
	Readings   []Reading `json:"readings"`
	Create     *Figure   `json:"create,omitempty"`
	Crowd      *Crowd    `json:"crowd,omitempty"`
}

// Reading is one reading of the whole city: the product's, by bare SQL, and the product's of the small city, which took turns.
type Reading struct {
	Name    string  `json:"name"`
	N       int     `json:"n"`
	Shown   int     `json:"shown"` // rows that it shows
	Product Spread  `json:"product"`
	Bare    Spread  `json:"bare"`
	Small   *Spread `json:"small,omitempty"`
	Times   float64 `json:"times"`            // p99 of the product to that of the bare SQL; the aim is at most maxTimes
	Growth  float64 `json:"growth,omitempty"` // p99 of the whole city to that of the small one; the aim is at most maxGrowth
}

// maxGrowth is how much longer a reading may take with a hundred times the data.
const maxGrowth = 1.5

// Met reports whether a reading is as quick as it should be.
func (r Reading) Met() (times, growth bool) { return r.Times <= maxTimes, r.Growth <= maxGrowth }

// MeasureScale measures a city. What it registers stays in the database of the whole city.
func MeasureScale(ctx context.Context, c ScaleConfig) (report *Scale, err error) {
	if c.Doing == nil {
		c.Doing = func(string) {}
	}
	h, err := newHouse(ctx, Config{DB: c.DB})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.remove()) }()
	report = &Scale{Version: c.Version, At: c.Now().UTC().Format(time.RFC3339), Load1: load1(),
		Machine: Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: processor(), Cores: runtime.NumCPU(), Go: runtime.Version()}}
	large, end, err := c.open(ctx, h, c.DB, c.Data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	report.Engine = string(large.DB.Engine())
	for _, n := range []struct {
		into  *int
		table string
	}{{&report.Complaints, "intake_complaints"}, {&report.Cases, "casework_cases"}, {&report.Objects, "casework_objects"}, {&report.Entries, "ledger_entries"}} {
		if *n.into, err = large.count(ctx, n.table); err != nil {
			return nil, err
		}
	}
	var small *run
	if c.Small != "" {
		var end func() error
		if small, end, err = c.open(ctx, h, c.Small, c.SmallData); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, end()) }()
		if report.Small, err = small.count(ctx, "intake_complaints"); err != nil {
			return nil, err
		}
	}
	c.Doing("bench.doing.read")
	if report.Readings, err = c.readings(ctx, large, small); err != nil {
		return nil, err
	}
	if c.Creates > 0 {
		c.Doing("bench.doing.create")
		large.config.Rows = c.Creates * 10
		if err := large.creates(ctx); err != nil {
			return nil, err
		}
		report.Create = &large.report.Figures[0]
	}
	if c.Users > 0 {
		c.Doing("bench.doing.crowd")
		if report.Crowd, err = large.crowd(ctx, c.Users, c.For); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// open opens a city, with the house running behind it as in a server.
func (c ScaleConfig) open(ctx context.Context, h *house, db, data string) (*run, func() error, error) {
	a, err := app.Open(ctx, app.Config{DB: db, Data: data, PublicURL: "http://localhost", Demo: true, Version: c.Version, Log: c.Log, Now: c.Now})
	if err != nil {
		return nil, nil, err
	}
	r := &run{App: a, house: h, config: Config{Now: c.Now, Doing: c.Doing}, random: rand.New(rand.NewPCG(1, 2)), report: &Report{}}
	r.texts.random, r.texts.n = r.random, int(c.Now().Unix())*10_000 // what was registered by a run before is not repeated
	behind, stop := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- a.Run(behind) }()
	end := func() error { stop(); return errors.Join(<-ran, a.Close()) }
	if r.squads, err = r.findSquads(ctx); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return r, end, nil
}

func (r *run) count(ctx context.Context, table string) (n int, err error) {
	err = r.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n)
	})
	return n, err
}

// A reading that takes long is timed less often: for so long, and so often at the least.
const (
	longest = 30 * time.Second
	fewest  = 20
)

// readings times every reading: the whole city, by bare SQL, and the small city take turns.
func (c ScaleConfig) readings(ctx context.Context, large, small *run) (out []Reading, err error) {
	looks, done, err := large.looks(ctx)
	defer func() { err = errors.Join(err, done()) }()
	if err != nil {
		return nil, err
	}
	var smallLooks []look
	if small != nil {
		var done func() error
		smallLooks, done, err = small.looks(ctx)
		defer func() { err = errors.Join(err, done()) }()
		if err != nil {
			return nil, err
		}
	}
	for n, l := range looks {
		var watches [3]stopwatch
		shown, read := 0, 0
		sides := []func(int) error{
			func(i int) (err error) { shown, err = l.product(i); return err },
			func(i int) (err error) { read, err = l.bare(i); return err },
		}
		if small != nil {
			sides = append(sides, func(i int) error { _, err := smallLooks[n].product(i); return err })
		}
		begin := time.Now()
		for i := -2; i < c.Rounds && (i < fewest || time.Since(begin) < longest); i++ {
			for k := range sides {
				side := (k + i + 2) % len(sides)
				watch := &watches[side]
				if i < 0 {
					watch = &stopwatch{}
				}
				if err := watch.time(func() error { return sides[side](max(i, 0)) }); err != nil {
					return nil, fmt.Errorf("%s: %w", l.name, err)
				}
			}
			if !l.loose && shown != read {
				return nil, fmt.Errorf("%s: the service shows %d rows and the SQL %d", l.name, shown, read)
			}
		}
		r := Reading{Name: l.name, N: len(watches[0]), Shown: shown, Product: watches[0].spread(1), Bare: watches[1].spread(1)}
		r.Times = r.Product.P99 / r.Bare.P99
		if small != nil {
			s := watches[2].spread(1)
			r.Small, r.Growth = &s, r.Product.P99/s.P99
		}
		out = append(out, r)
		if c.Read != nil {
			c.Read(r)
		}
	}
	return out, nil
}
