package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"jiexu/app"
	"jiexu/bench/city"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/words"
)

// SimulateCityCmd fills a database with a city.
type SimulateCityCmd struct {
	DB         string `help:"sqlite:PATH of a file that is not there yet, or postgres://… of an empty database." default:"sqlite:jiexu-city/jiexu.db" placeholder:"URL"`
	Data       string `help:"Folder of the keys; by default beside the SQLite file." placeholder:"FOLDER"`
	Complaints int    `help:"How many complaints." default:"1140000" placeholder:"N"`
	Cases      int    `help:"How many cases; some grow from complaints." default:"863700" placeholder:"N"`
	Objects    int    `help:"How many objects stand in the streets." default:"2030000" placeholder:"N"`
	Seed       uint64 `help:"The same seed gives the same city." default:"1" placeholder:"N"`
	Until      string `help:"The last day of the seven years; by default today." placeholder:"DATE"`
}

// Run makes the city and says what it holds.
func (c *SimulateCityCmd) Run(env *Env) error {
	until := env.Now()
	if c.Until != "" {
		day, err := law.ParseDate(c.Until)
		if err != nil {
			return err
		}
		until = day.End().Add(-time.Second)
	}
	for name, n := range map[string]int{"complaints": c.Complaints, "cases": c.Cases, "objects": c.Objects} {
		if n < 0 || n > 100_000_000 {
			return fault.New(fault.Invalid, "city.number", "name", name, "number", n)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	begin, said, last := time.Now(), time.Time{}, ""
	report, err := city.Fill(ctx, city.Config{
		App:  app.Config{DB: c.DB, Data: c.Data, PublicURL: "http://localhost", Demo: true, Version: Version, Log: slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelError}))},
		Size: city.Size{Complaints: c.Complaints, Cases: c.Cases, Objects: c.Objects, Seed: c.Seed, Until: until.UTC().Truncate(time.Second)},
		Doing: func(code string, done, all int) {
			if now := time.Now(); code != last || now.Sub(said) > 5*time.Second {
				fmt.Fprintf(env.Err, "%6.0f s  %s\n", now.Sub(begin).Seconds(), words.Text(env.Lang, code, map[string]any{"done": done, "all": all}))
				said, last = now, code
			}
		}})
	if ctx.Err() != nil {
		return interruption{"city.interrupted"}
	}
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(report.Rows)) {
		fmt.Fprintf(env.Out, "%-24s %10d\n", table, report.Rows[table])
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "city.done", map[string]any{"entries": report.Entries, "seconds": fmt.Sprintf("%.0f", report.Took.Seconds())}))
	return nil
}
