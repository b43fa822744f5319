package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"jiexu/bench"
	"jiexu/fault"
	"jiexu/words"
)

// BenchMediaCmd measures how recordings come in.
type BenchMediaCmd struct {
	MB    int64    `name:"mb" help:"Size of the file in megabytes (2^20 bytes)." default:"4096" placeholder:"N"`
	Turns int      `help:"How often each is timed; every turn needs room for two such files." default:"3" placeholder:"N"`
	Dir   string   `help:"Folder on whose disk everything happens. By default the temporary folder." placeholder:"DIR"`
	JSON  string   `name:"json" help:"Write the report as JSON into a file too." placeholder:"FILE"`
	Flags []string `arg:"" optional:"" name:"flag" help:"Further flags of the server, behind --, as --media-cipher=sm4."`
}

// Run measures and prints.
func (c *BenchMediaCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("this program's own file: %w", err)
	}
	report, err := bench.Media(ctx, bench.MediaConfig{Size: max(c.MB, 50) << 20, Turns: c.Turns, Dir: c.Dir, Flags: c.Flags, Binary: binary, Version: Version, Now: env.Now,
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
