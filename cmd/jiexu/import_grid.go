package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"jiexu/fault"
	"jiexu/gateway/grid/table"
	"jiexu/law"
	"jiexu/sheet"
)

// ImportGridCodesCmd takes in an edition of a grid platform's classes.
type ImportGridCodesCmd struct {
	importing
	File     string `arg:"" help:"CSV or .xlsx with the columns 类别 (事件 or 部件), 代码 (two or four digits), 名称."`
	Standard string `help:"The standard, or whose table it is." default:"GB/T 30428.2" placeholder:"NAME"`
	Edition  string `required:"" help:"Its edition." placeholder:"TEXT"`
	From     string `required:"" help:"The day from which it holds." placeholder:"YYYY-MM-DD"`
	Source   string `help:"Where it is from; by default the file's name." placeholder:"TEXT"`
}

// Run imports it, and says how many classes it has.
func (c *ImportGridCodesCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	from, err := law.ParseDate(c.From)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "form").With("from", "form.date")
	}
	content, err := readFile(c.File, sheet.MaxBytes)
	if err != nil {
		return err
	}
	a, actor, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer a.Close()
	source := c.Source
	if source == "" {
		source = filepath.Base(c.File)
	}
	done, err := a.Grid.Import(ctx, actor, c.File, content, table.Edition{Standard: c.Standard, Edition: c.Edition, From: from, Source: source})
	if err != nil {
		return err
	}
	if err := a.Settle(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "imported %d classes, %s %s, from %s\n", done.Codes, done.Standard, done.Edition, done.From)
	return nil
}
