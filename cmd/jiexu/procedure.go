package main

import (
	"fmt"
	"strings"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/systems/intake"
)

// procedures are all that the house runs.
var procedures = app.Procedures

// allows is the role table that the procedures' steps are held against. A unit that joins in does so by its leaders and
// officers alike.
var allows = func(role, op string) bool {
	if role == intake.CoUnit {
		return org.Allows(org.Leader, op) && org.Allows(org.Officer, op)
	}
	if role == intake.RoleInformant {
		return true // he has no place in the table: what he may do the portal, a program of the house, does for him
	}
	return org.Allows(role, op)
}

// prove checks the properties of a procedure.
var prove = procedure.Check

// ProcedureCmd is what can be asked about procedures.
type ProcedureCmd struct {
	Check   ProcedureCheckCmd   `cmd:"" help:"Walk every situation of every procedure and prove its properties."`
	Explain ProcedureExplainCmd `cmd:"" help:"Tell the whole way of a case so far and ahead, with dates."`
	Show    ProcedureShowCmd    `cmd:"" help:"Print a procedure: its diagram, steps, clocks and facts."`
}

// ProcedureCheckCmd proves the properties: a line for each. It ends with status 1 if one does not hold,
// after the shortest way that breaks it.
type ProcedureCheckCmd struct {
	Code string `arg:"" optional:"" help:"One procedure alone."`
}

// Run checks.
func (c *ProcedureCheckCmd) Run(env *Env) error {
	some, err := chosen(c.Code)
	if err != nil {
		return err
	}
	broken := false
	for _, p := range some {
		proofs, err := prove(p.Procedure, p.Properties)
		if err != nil {
			return err
		}
		for _, proof := range proofs {
			broken = tellProof(env, p.Code, proof) || broken
		}
		broken = tellRoles(env, p.Procedure) || broken
	}
	if broken {
		return findings
	}
	return nil
}

func tellProof(env *Env, code string, proof procedure.Proof) (broken bool) {
	mark := procedure.T("已证明", "proved").In(env.Lang)
	if !proof.Proved {
		mark = procedure.T("不成立", "BROKEN").In(env.Lang)
	}
	cites := make([]string, len(proof.Property.Cites))
	for i, c := range proof.Property.Cites {
		cites[i] = c.String()
	}
	line := fmt.Sprintf("%s  %s  %s  %s", mark, code, proof.Property.Code, proof.Property.Title.In(env.Lang))
	if len(cites) > 0 {
		line += "  [" + strings.Join(cites, ", ") + "]"
	}
	fmt.Fprintf(env.Out, "%s  %d %s\n", line, proof.States, procedure.T("种情形", "situations").In(env.Lang))
	for _, move := range proof.Story(env.Lang) {
		fmt.Fprintln(env.Out, "    "+move)
	}
	return !proof.Proved
}

// tellRoles holds the steps against the role table, by the same rule for every procedure.
func tellRoles(env *Env, p *procedure.Procedure) (broken bool) {
	denied := procedure.CheckRoles(p, allows)
	mark := procedure.T("已证明", "proved").In(env.Lang)
	if len(denied) > 0 {
		mark = procedure.T("不成立", "BROKEN").In(env.Lang)
	}
	pairs := 0
	for _, s := range p.Steps {
		pairs += len(s.By)
	}
	fmt.Fprintf(env.Out, "%s  %s  roles_allowed  %s  %d %s\n", mark, p.Code,
		procedure.T("没有对权限表所禁止的岗位开放的步骤", "No step is open to a role that the role table denies").In(env.Lang),
		pairs, procedure.T("项", "grants").In(env.Lang))
	for _, d := range denied {
		fmt.Fprintf(env.Out, "    %s: %s (%s)\n", d.Role, d.Step.Title.In(env.Lang), d.Step.Op)
	}
	return len(denied) > 0
}

// ProcedureShowCmd prints the page of a procedure.
type ProcedureShowCmd struct {
	Code    string `arg:"" help:"The procedure's code."`
	Mermaid bool   `help:"The diagram alone."`
}

// Run prints.
func (c *ProcedureShowCmd) Run(env *Env) error {
	some, err := chosen(c.Code)
	if err != nil {
		return err
	}
	if c.Mermaid {
		fmt.Fprint(env.Out, some[0].Mermaid(env.Lang))
		return nil
	}
	fmt.Fprint(env.Out, some[0].Markdown())
	return nil
}

// chosen finds a procedure by code, or gives all. Returns procedure.unknown.
func chosen(code string) ([]app.Proven, error) {
	if code == "" {
		return procedures, nil
	}
	var known []string
	for _, p := range procedures {
		if p.Code == code {
			return []app.Proven{p}, nil
		}
		known = append(known, p.Code)
	}
	return nil, fault.New(fault.NotFound, "procedure.unknown", "code", code, "known", strings.Join(known, ", "))
}
