// Package bench measures the program against its own database: what taking in, finding, opening and
// registering complaints costs, and what the bare SQL of the very same rows costs on the same engine,
// in the same run. docs/performance.md says how to read it.
//
// The product is measured through its services, with the whole house running behind it, as a server
// runs it. Product and bare SQL take turns, so that whatever else the machine does hits both.
package bench

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"time"

	"jiexu/app"
	"jiexu/org"
)

// Config is what is measured and on what.
type Config struct {
	// DB chooses the engine: empty for a temporary SQLite file, or the URL of a PostgreSQL database,
	// beside which databases of the bench are made and dropped again. It is itself not touched.
	DB string
	// Rows is how many complaints are imported; the rest follows from it.
	Rows int
	// Binary is the built program, whose start and memory are measured; empty: they are not.
	Binary  string
	Version string
	Now     func() time.Time
	Log     *slog.Logger
	Doing   func(code string) // told what is being measured now; may be nil
}

// Report is what was measured.
type Report struct {
	Version string   `json:"version"`
	Engine  string   `json:"engine"`
	Machine Machine  `json:"machine"`
	At      string   `json:"at"`
	Rows    int      `json:"rows"` // complaints imported
	Figures []Figure `json:"figures"`
	Process *Process `json:"process,omitempty"`
}

// Machine is what it was measured on.
type Machine struct {
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	Go    string `json:"go"`
}

// Aims of the figures: the product takes at most maxTimes the time of the bare query at p99, and
// registers at least minShare of the rows that bare inserts do in the same time.
const (
	maxTimes = 2.0
	minShare = 0.5
)

// measured is the database that the services run on.
const measured = "house"

// run is one bench while it runs.
type run struct {
	*app.App
	config Config
	house  *house
	report *Report
	random *rand.Rand
	squads []string // ids of the units that complaints are imported into
	texts  writer
	conn   *sql.Conn // on which all bare readers read, where there are many; nil: each has its own
}

// Run measures everything. What it made is gone when it returns, whatever happened.
func Run(ctx context.Context, c Config) (report *Report, err error) {
	c.Rows = max(c.Rows, 10)
	if c.Doing == nil {
		c.Doing = func(string) {}
	}
	h, err := newHouse(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.remove()) }()
	r := &run{config: c, house: h, random: rand.New(rand.NewPCG(1, 2)), report: &Report{Version: c.Version, At: c.Now().UTC().Format(time.RFC3339), Rows: c.Rows,
		Machine: Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: processor(), Cores: runtime.NumCPU(), Go: runtime.Version()}}}
	r.texts.random = r.random
	c.Doing("bench.doing.load")
	if err := r.services(ctx); err != nil {
		return nil, err
	}
	if c.Binary != "" {
		c.Doing("bench.doing.process")
		if r.report.Process, err = r.process(ctx); err != nil {
			return nil, err
		}
	}
	return r.report, nil
}

// services measures what runs inside of this process.
func (r *run) services(ctx context.Context) (err error) {
	cfg, err := r.house.config(ctx, measured, r.config)
	if err != nil {
		return err
	}
	if err := app.SeedDemo(ctx, cfg, r.config.Now()); err != nil {
		return err
	}
	if r.App, err = app.Open(ctx, cfg); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.App.Close()) }()
	r.report.Engine = string(r.DB.Engine())
	// The house runs behind what is measured, as it does in a server.
	ctx, stop := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- r.App.Run(ctx) }()
	defer func() { stop(); err = errors.Join(err, <-ran) }()

	if r.squads, err = r.findSquads(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		code    string
		measure func(context.Context) error
	}{
		{"bench.doing.import", r.imports}, {"bench.doing.create", r.creates}, {"bench.doing.cases", r.openCases},
		{"bench.doing.list", r.lists}, {"bench.doing.detail", r.details}, {"bench.doing.http", r.http},
	} {
		r.config.Doing(part.code)
		if err := part.measure(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settle sees to it that the log has numbered all entries and its followers have handled them, so that
// this work of the product falls into nobody else's time.
func (r *run) settle(ctx context.Context) error {
	if _, err := r.App.Log.Sequence(ctx); err != nil {
		return err
	}
	for _, name := range r.App.Log.Followers() {
		if err := r.App.Log.CatchUp(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// actor is a person of the demonstration.
func (r *run) actor(ctx context.Context, login string) (actor org.Actor, err error) {
	_, sess, err := r.Org.SignIn(ctx, org.SignIn{Login: login, Password: org.DemoPassword, Agent: "bench", Address: "127.0.0.1"})
	return sess.Actor, err
}
