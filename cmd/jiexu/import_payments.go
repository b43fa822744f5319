package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"jiexu/sheet"
)

// ImportPaymentsCmd takes in what a bank reports as paid.
type ImportPaymentsCmd struct {
	importing
	File string `arg:"" help:"CSV or .xlsx with the decision's number, the amount, the day of payment and the voucher."`
}

// Run enters the payments, and prints a line for each that was not taken and a last line with the counts.
func (c *ImportPaymentsCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	content, err := readFile(c.File, sheet.MaxBytes)
	if err != nil {
		return err
	}
	a, actor, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer a.Close()
	done, err := a.Casework.Reconcile(ctx, actor, filepath.Base(c.File), content, env.Lang)
	if err != nil {
		return err
	}
	if err := a.Settle(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	for _, l := range done.Unmatched {
		fmt.Fprintf(env.Out, "%d  %s  %s\n", l.Line, l.Number, l.Reason)
	}
	fmt.Fprintf(env.Out, "matched %d, unmatched %d\n", len(done.Matched), len(done.Unmatched))
	return nil
}
