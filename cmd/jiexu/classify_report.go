package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"jiexu/classify"
	"jiexu/words"
)

// ClassifyReportCmd cross-validates.
type ClassifyReportCmd struct {
	learning
	Folds       int  `help:"Parts that the examples are dealt to; each is classified by what was learned from the others." default:"10"`
	Repetitions int  `help:"How often they are dealt anew; 0: five times, once where there are more than 5,000." default:"0"`
	JSON        bool `help:"Print JSON."`
}

// Run prints the report.
func (c *ClassifyReportCmd) Run(env *Env) error {
	env.JSON = c.JSON
	examples, o, err := c.read(context.Background(), env)
	if err != nil {
		return err
	}
	repetitions := c.Repetitions
	if repetitions < 1 {
		if repetitions = 5; len(examples) > 5000 {
			repetitions = 1
		}
	}
	r, err := classify.Evaluate(examples, o, max(2, min(c.Folds, 50)), min(repetitions, 50))
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(env.Out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	printLearned(env, r)
	return nil
}

func printLearned(env *Env, r *classify.Report) {
	say := func(code string, params map[string]any) { fmt.Fprintln(env.Out, words.Text(env.Lang, code, params)) }
	table := func(head string, rows [][]string) {
		fmt.Fprintln(env.Out)
		w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, head)
		for _, row := range rows {
			fmt.Fprintln(w, strings.Join(row, "\t"))
		}
		w.Flush()
	}
	name := func(l classify.Line) string {
		if r.Task == classify.Matters {
			return l.Code
		}
		if env.Lang == "en" && l.NameEn != "" {
			return l.NameEn
		}
		return l.Name
	}
	say("classify.report", map[string]any{"n": r.Examples, "folds": r.Folds, "repetitions": r.Repetitions, "f1": figure(r.MacroF1.Mean), "f1_dev": figure(r.MacroF1.Deviation),
		"accuracy": figure(r.Accuracy.Mean), "accuracy_dev": figure(r.Accuracy.Deviation), "calibration": figure(r.Calibration)})
	var lines, confusion, trades [][]string
	head := ""
	for i, l := range r.Lines {
		lines = append(lines, []string{name(l), figure(l.Precision), figure(l.Recall), figure(l.F1), fmt.Sprint(l.Support)})
		head += "\t" + name(l)
		row := []string{name(l)}
		for _, n := range r.Confusion[i] {
			row = append(row, fmt.Sprintf("%.1f", n))
		}
		confusion = append(confusion, row)
	}
	for _, t := range r.Trades {
		trades = append(trades, []string{fmt.Sprintf("%.2f", t.Bound), percent(t.Coverage), percent(t.Accuracy)})
	}
	table(words.Text(env.Lang, "classify.columns_classes", nil), lines)
	table(words.Text(env.Lang, "classify.columns_confusion", nil)+head, confusion)
	table(words.Text(env.Lang, "classify.columns_trades", nil), trades)
	fmt.Fprintln(env.Out)
	printBound(env, env.Out, r.Proposed.Bound, r.Proposed.Coverage, r.Proposed.Accuracy)
}
