package main

import (
	"context"
	"fmt"
	"strings"

	"jiexu/app"
	"jiexu/org"
)

// ProcedureExplainCmd tells the whole way of a case.
type ProcedureExplainCmd struct {
	House
	Case string `arg:"" help:"The case's number or id."`
}

// Run prints what was done, where the case stands and what lies ahead, a line each.
func (c *ProcedureExplainCmd) Run(env *Env) error {
	ctx := context.Background()
	a, err := app.Open(ctx, c.config(env))
	if err != nil {
		return err
	}
	defer a.Close()
	id, err := a.Casework.ByNumber(ctx, c.Case)
	if err != nil {
		return err
	}
	way, err := a.Casework.Explain(ctx, org.Program("explain"), id, env.Lang)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "%s  %s\n%s\n", way.Number, way.Title, way.Procedure)
	for _, e := range way.Past {
		at, _, _ := strings.Cut(e.At, "T")
		fmt.Fprintf(env.Out, "  ✓ %s  %s%s  %s\n", at, e.Title, cited(e.Cites), e.ActorName)
	}
	fmt.Fprintf(env.Out, "  ● %s\n", way.StateTitle)
	for _, line := range way.Money.Lines(env.Lang) {
		fmt.Fprintln(env.Out, "  ¥ "+line)
	}
	for _, s := range way.Ahead {
		due := "          "
		if !s.DueDate.IsZero() {
			due = s.DueDate.String()
		}
		fmt.Fprintf(env.Out, "  ○ %s  %s%s  %s → %s\n", due, s.Title, cited(s.Cites), strings.Join(s.ByTitle, " / "), s.To)
		for _, r := range s.Reasons {
			fmt.Fprintf(env.Out, "      ! %s%s\n", r.Text, cited(r.Cites))
		}
	}
	return nil
}

func cited(cites []string) string {
	if len(cites) == 0 {
		return ""
	}
	return " [" + strings.Join(cites, ", ") + "]"
}
