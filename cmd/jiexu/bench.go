package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"jiexu/bench"
	"jiexu/fault"
	"jiexu/words"
)

// BenchCmd measures.
type BenchCmd struct {
	Rows   BenchRowsCmd   `cmd:"" default:"withargs" help:"Measure the program beside the bare SQL of the same rows, in databases of its own."`
	City   BenchCityCmd   `cmd:"" help:"Measure a city that jiexu simulate made, beside bare SQL and a small city."`
	Media  BenchMediaCmd  `cmd:"" help:"Measure how recordings come in, beside cp and sha256sum of the same file on the same disk, and the server's memory meanwhile."`
	Ledger BenchLedgerCmd `cmd:"" help:"Measure the check of a log that is made for it, beside hashing the same bytes."`
}

// BenchRowsCmd measures the program beside the bare SQL of the same rows.
type BenchRowsCmd struct {
	DB    string `help:"Engine: a temporary SQLite by default; with postgres://… the bench makes its own databases beside that one, and drops them." placeholder:"URL"`
	Rows  int    `help:"Complaints to import; the rest follows from it." default:"5000" placeholder:"N"`
	JSON  string `name:"json" help:"Write the report as JSON into a file too; with - to the output, in place of the table." placeholder:"FILE"`
	Paper string `help:"Time only the printing of a penalty decision, print the figure as JSON, and write the same page as HTML with its fonts into a folder, for a browser to print." placeholder:"FOLDER"`
}

// Run measures, and prints the table or the JSON.
func (c *BenchRowsCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.Paper != "" {
		return c.paper(env)
	}
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("this program's own file: %w", err)
	}
	return c.measure(ctx, env, binary)
}

func (c *BenchRowsCmd) paper(env *Env) error {
	figure, err := bench.Paper(c.Paper)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "bench.json_file", "file", c.Paper, "detail", err.Error())
	}
	return json.NewEncoder(env.Out).Encode(figure)
}

func (c *BenchRowsCmd) measure(ctx context.Context, env *Env, binary string) error {
	report, err := bench.Run(ctx, bench.Config{DB: c.DB, Rows: c.Rows, Binary: binary, Version: Version, Now: env.Now,
		Log:   slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelError})),
		Doing: func(code string) { fmt.Fprintln(env.Err, words.Text(env.Lang, code, nil)) }})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if c.JSON == "-" {
		_, err = env.Out.Write(text)
		return err
	}
	if err := report.Print(env.Out, env.Lang); err != nil || c.JSON == "" {
		return err
	}
	if err := os.WriteFile(c.JSON, text, 0o644); err != nil {
		return fault.Wrap(err, fault.Invalid, "bench.json_file", "file", c.JSON, "detail", err.Error())
	}
	return nil
}
