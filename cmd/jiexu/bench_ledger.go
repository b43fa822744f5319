package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"

	"jiexu/bench"
	"jiexu/fault"
	"jiexu/words"
)

// BenchLedgerCmd measures the check of the log.
type BenchLedgerCmd struct {
	DB      string `help:"Engine: a temporary SQLite by default; with postgres://… the bench makes a database beside that one, and drops it." placeholder:"URL"`
	Entries int    `help:"Entries of the log." default:"1000000" placeholder:"N"`
	Rows    bool   `help:"Have each entry name a row of its own, which is compared too."`
	Rounds  int    `help:"How often the check is run." default:"3" placeholder:"N"`
	JSON    string `name:"json" help:"Write the report as JSON into a file too." placeholder:"FILE"`
	Profile string `help:"Write a profile of the processor's time into a file." placeholder:"FILE"`
}

// Run measures and prints the figures.
func (c *BenchLedgerCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	doing := func(code string) { fmt.Fprintln(env.Err, words.Text(env.Lang, code, nil)) }
	var profile *os.File
	if c.Profile != "" {
		var err error
		if profile, err = os.Create(c.Profile); err != nil {
			return fault.Wrap(err, fault.Invalid, "bench.json_file", "file", c.Profile, "detail", err.Error())
		}
		defer profile.Close()
	}
	report, err := bench.MeasureLedger(ctx, bench.LedgerConfig{DB: c.DB, Entries: max(1, c.Entries), Rows: c.Rows, Rounds: c.Rounds, Version: Version, Now: env.Now,
		Doing: func(code string) {
			doing(code)
			if profile != nil && code == "bench.doing.ledger_check" {
				pprof.StartCPUProfile(profile)
			}
		}})
	if profile != nil {
		pprof.StopCPUProfile()
	}
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
