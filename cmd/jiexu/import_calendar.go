package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"jiexu/words"
)

// maxCalendarBytes is far more than a year of days takes.
const maxCalendarBytes = 1 << 20

// ImportCalendarCmd takes in the State Council's notice of a year.
type ImportCalendarCmd struct {
	importing
	File string `arg:"" help:"JSON in the form of data/holidays: year, papers, days."`
}

// Run keeps the year, and prints what it moved, a line for each period.
func (c *ImportCalendarCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	raw, err := readFile(c.File, maxCalendarBytes)
	if err != nil {
		return err
	}
	a, actor, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer a.Close()
	done, err := a.ImportCalendar(ctx, actor, raw)
	if err != nil {
		return err
	}
	if err := a.Settle(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	code := "term.import.done"
	if done.Known {
		code = "term.import.known"
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, code, map[string]any{"year": fmt.Sprint(done.Year), "off": done.Off, "makeUp": done.MakeUp,
		"moved": len(done.Moved), "firm": done.Firm}))
	for _, m := range done.Moved {
		fmt.Fprintln(env.Out, words.Text(env.Lang, "term.import.moved", map[string]any{"type": m.Matter.Type, "id": m.Matter.ID, "clock": m.Clock,
			"old": m.Old.String(), "new": m.New.String()}))
	}
	return nil
}
