package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"jiexu/bench"
	"jiexu/fault"
	"jiexu/words"
)

// BenchCityCmd measures how the program behaves when much has happened.
type BenchCityCmd struct {
	DB        string        `help:"The whole city, as jiexu simulate made it. What is registered while measuring stays in it." required:"" placeholder:"URL"`
	Data      string        `help:"Folder of its keys, if it does not lie beside the SQLite file." placeholder:"FOLDER"`
	Small     string        `help:"The same city with a hundredth of what happened, to compare with." placeholder:"URL"`
	SmallData string        `help:"Folder of the small city's keys." placeholder:"FOLDER"`
	Rounds    int           `help:"How often each reading is timed." default:"200" placeholder:"N"`
	Creates   int           `help:"How many complaints are registered beside bare inserts; 0: none." default:"1000" placeholder:"N"`
	Users     int           `help:"How many people work at once over HTTP; 0: none." default:"200" placeholder:"N"`
	For       time.Duration `help:"For how long they do." default:"5m" placeholder:"TIME"`
	JSON      string        `name:"json" help:"Write the report as JSON into a file too." placeholder:"FILE"`
}

// Run measures and prints the tables.
func (c *BenchCityCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report, err := bench.MeasureScale(ctx, bench.ScaleConfig{DB: c.DB, Data: c.Data, Small: c.Small, SmallData: c.SmallData, Rounds: max(1, c.Rounds), Creates: c.Creates, Users: c.Users, For: c.For,
		Version: Version, Now: env.Now, Log: slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelError})),
		Read: func(r bench.Reading) {
			fmt.Fprintf(env.Err, "  %-18s %4d × %9.2f ms, %9.2f ms\n", r.Name, r.N, r.Product.P50, r.Product.P99)
		},
		Doing: func(code string) { fmt.Fprintln(env.Err, words.Text(env.Lang, code, nil)) }})
	if err != nil {
		return err
	}
	if c.JSON != "" {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.JSON, append(text, '\n'), 0o644); err != nil {
			return fault.Wrap(err, fault.Invalid, "bench.json_file", "file", c.JSON, "detail", err.Error())
		}
	}
	return report.Print(env.Out, env.Lang)
}
