package main

import (
	"context"
	"fmt"

	"jiexu/app"
	"jiexu/words"
)

// ClassifyLearnCmd has the office's model learn, as every night and the console's button do.
type ClassifyLearnCmd struct {
	classTask
	Reading
}

// Run makes a version and says what became of it.
func (c *ClassifyLearnCmd) Run(env *Env) error {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{DB: databaseURL(c.DB), Data: c.Data, Key: c.Key, Now: env.Now})
	if err != nil {
		return err
	}
	defer a.Close()
	v, err := a.Intake.Learn(ctx, operator, c.Task)
	if err != nil {
		return err
	}
	if v == nil {
		fmt.Fprintln(env.Out, words.Text(env.Lang, "classify.nothing_new", nil))
		return nil
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "classify.learned", map[string]any{"version": v.Version, "n": v.Examples, "held": v.Report.Examples,
		"f1": figure(v.Report.MacroF1.Mean), "accuracy": figure(v.Report.Accuracy.Mean), "beforeF1": figure(v.Before.MacroF1), "beforeAccuracy": figure(v.Before.Accuracy)}))
	fmt.Fprintln(env.Out, words.Text(env.Lang, "classify.state_"+v.State, nil))
	return a.Settle(ctx)
}
