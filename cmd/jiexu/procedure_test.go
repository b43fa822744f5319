package main

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"jiexu/fault"
	"jiexu/procedure"
)

func TestProcedureCheckProvesAll(t *testing.T) {
	// Proving takes most of the time, and what is proved is told in two languages.
	proofs := map[*procedure.Procedure][]procedure.Proof{}
	prove = func(p *procedure.Procedure, properties []procedure.Property) (out []procedure.Proof, err error) {
		if out, known := proofs[p]; known {
			return out, nil
		}
		out, err = procedure.Check(p, properties)
		proofs[p] = out
		return out, err
	}
	t.Cleanup(func() { prove = procedure.Check })
	for _, lang := range []string{"zh-CN", "en"} {
		var out bytes.Buffer
		if err := (&ProcedureCheckCmd{}).Run(&Env{Out: &out, Lang: lang}); err != nil {
			t.Errorf("%v\n%s", err, &out)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		want := 0
		for _, p := range procedures {
			want += len(p.Properties) + 3 // and what is proved of every procedure
		}
		if len(lines) != want {
			t.Errorf("%d lines for %d properties", len(lines), want)
		}
		for _, l := range lines {
			if !strings.HasPrefix(l, procedure.T("已证明", "proved").In(lang)) {
				t.Error(l)
			}
		}
	}
}

func TestProcedureCheckTellsWhatIsBroken(t *testing.T) {
	old, oldAllows := procedures, allows
	t.Cleanup(func() { procedures, allows = old, oldAllows })
	procedures = slices.Clone(old[:1])
	procedures[0].Properties = []procedure.Property{{Code: "never_closed", Title: procedure.T("从不办结", "Never closed"),
		When: procedure.Entering("closed"), Must: procedure.Took("transfer")}}
	allows = func(role, op string) bool { return op != "intake.redo" }
	var out bytes.Buffer
	if err := (&ProcedureCheckCmd{}).Run(&Env{Out: &out, Lang: "en"}); !errors.Is(err, findings) {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"BROKEN  intake.complaint  never_closed", "3. Close (close, desk): Replied → Closed", "desk: Redo (intake.redo)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
}

func TestProcedureShow(t *testing.T) {
	var out bytes.Buffer
	if err := (&ProcedureShowCmd{Code: "intake.complaint", Mermaid: true}).Run(&Env{Out: &out, Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "routed --> accepted: Accept") {
		t.Error(out.String())
	}
	if err := (&ProcedureShowCmd{Code: "moon"}).Run(&Env{Out: &out}); !fault.Is(err, "procedure.unknown") {
		t.Errorf("got %v", err)
	}
}
