// Package proceduretest is how the systems test their procedures: real-life stories, proofs,
// mutations that a proof must notice, the words of every reason, and the page in docs/procedures.
package proceduretest

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiexu/fault"
	"jiexu/procedure"
)

var update = flag.Bool("update", false, "write the generated pages of docs/procedures anew")

// Prove fails the test for every property that does not hold, and tells the way that breaks it.
func Prove(t *testing.T, p *procedure.Procedure, properties []procedure.Property) {
	t.Helper()
	proofs, err := procedure.Check(p, properties)
	if err != nil {
		t.Fatal(err)
	}
	for _, proof := range proofs {
		t.Logf("%-40s %8d situations %10d moments", proof.Property.Code, proof.States, proof.Moments)
		if !proof.Proved {
			t.Errorf("%s (%s) is broken:\n%s", proof.Property.Code, proof.Property.Title.ZH, strings.Join(proof.Story("zh-CN"), "\n"))
		}
	}
}

// Mutation is a defect that a writer of the procedure could make, and the property that must notice it.
type Mutation struct {
	Name   string
	Break  func(*procedure.Procedure)
	Breaks string // code of the property
}

// Mutate makes each defect in a copy and fails if its property still holds. It also fails for a
// property that no mutation breaks, for that one might prove nothing.
func Mutate(t *testing.T, p *procedure.Procedure, properties []procedure.Property, mutations []Mutation) {
	broken := map[string]bool{}
	for _, m := range mutations {
		t.Run(m.Name, func(t *testing.T) {
			broken[m.Breaks] = true
			c := *p
			c.Steps = slices.Clone(p.Steps)
			c.Clocks = slices.Clone(p.Clocks)
			m.Break(&c)
			// A need that was dropped can leave a fact that nothing uses; that is not what is tested.
			made := defineMutant(t, c)
			proof := proofOf(t, made, properties, m.Breaks)
			if proof.Proved {
				t.Fatalf("%s did not notice", m.Breaks)
			}
			story := proof.Story("zh-CN")
			if len(story) == 0 {
				t.Fatal("the failing proof tells no way")
			}
			t.Log("\n" + strings.Join(story, "\n"))
		})
	}
	for _, prop := range properties {
		if !broken[prop.Code] {
			t.Errorf("no mutation breaks %s", prop.Code)
		}
	}
}

// proofOf proves the property of that code and no other: one of those given, or one that is proved of every procedure.
func proofOf(t *testing.T, p *procedure.Procedure, properties []procedure.Property, code string) procedure.Proof {
	t.Helper()
	if i := slices.IndexFunc(properties, func(prop procedure.Property) bool { return prop.Code == code }); i >= 0 {
		proof, err := procedure.CheckOne(p, properties[i])
		if err != nil {
			t.Fatal(err)
		}
		return proof
	}
	proofs, err := procedure.Check(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(proofs, func(proof procedure.Proof) bool { return proof.Property.Code == code })
	if i < 0 {
		t.Fatalf("no property %s", code)
	}
	return proofs[i]
}

// defineMutant makes a mutant ready. A fact that lost its only need is used by a step that nobody can
// take, so that the definition is whole again.
func defineMutant(t *testing.T, c procedure.Procedure) *procedure.Procedure {
	t.Helper()
	made, err := procedure.New(c)
	if err == nil {
		return made
	}
	var facts []procedure.Condition
	for _, f := range c.Facts {
		facts = append(facts, f)
	}
	idle := procedure.Step{Code: "nothing_happens", Title: procedure.T("无", "Nothing"), From: []string{c.Start}, By: []string{"nobody"},
		Needs: procedure.All(procedure.All(facts...), procedure.Not(procedure.All(facts...))).Because("never")}
	c.Steps = append(c.Steps, idle)
	made, err = procedure.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Step finds a step of a procedure that is being broken.
func Step(p *procedure.Procedure, code string) *procedure.Step {
	for i := range p.Steps {
		if p.Steps[i].Code == code {
			return &p.Steps[i]
		}
	}
	panic("no step " + code)
}

// Needless drops from a step what it needs of a fact, or the need that gives a reason. It panics where
// the step needs no such thing.
func Needless(code, need string) func(*procedure.Procedure) {
	return func(p *procedure.Procedure) {
		s := Step(p, code)
		less := s.Needs.Without(need)
		if fmt.Sprint(less) == fmt.Sprint(s.Needs) {
			panic("step " + code + " does not need " + need)
		}
		s.Needs = less
	}
}

// Story is what happened to one matter, a line for each event:
//
//	head approve_filing              a step by a role, which must go through
//	officer report ! need.party      a step that is blocked, for exactly these reasons
//	desk decide ! not_yours          a step that the role may not take; ! not_now: not in this state
//	+ two_certified_officers         from now on an observed or entered fact holds; - and no longer
//	over defence                     a running clock runs out
//	state noticed                    where the matter stands
type Story struct {
	Name  string
	Lines string
}

// Tell plays stories. Observed and entered facts begin as given; clocks run as steps start them.
func Tell(t *testing.T, p *procedure.Procedure, given map[string]bool, stories []Story) {
	for _, s := range stories {
		t.Run(s.Name, func(t *testing.T) { tell(t, p, given, s) })
	}
}

func tell(t *testing.T, p *procedure.Procedure, given map[string]bool, s Story) {
	matter, actions := p.Open()
	running := map[string]bool{}
	seen := procedure.Seen{}
	for _, f := range p.Facts {
		if f.Kind != procedure.Recorded {
			seen.Say(f, given[f.Code])
		}
	}
	run := func(actions []procedure.ClockAction) {
		for _, a := range actions {
			running[a.Clock.Code] = a.Verb == procedure.StartClock || a.Verb == procedure.ResumeClock
			if a.Verb == procedure.StartClock && a.Clock.Lapsed.Code != "" {
				seen.Say(a.Clock.Lapsed, false)
			}
		}
	}
	run(actions)
	for line := range strings.Lines(s.Lines) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "+", "-":
			if _, known := seen[words[1]]; !known {
				t.Fatalf("%q: no such fact", line)
			}
			seen[words[1]] = words[0] == "+"
			continue
		case "over":
			clock, ok := p.Clock(words[1])
			if !ok || !running[words[1]] || clock.Lapsed.Code == "" {
				t.Fatalf("%q: the clock does not run, or nothing depends on it", line)
			}
			seen.Say(clock.Lapsed, true)
			continue
		case "state":
			if matter.State != words[1] {
				t.Fatalf("stands at %s, not at %s", matter.State, words[1])
			}
			continue
		}
		var want []string
		if len(words) > 2 {
			want = words[3:]
		}
		after, actions, err := p.Take(matter, words[1], seen, words[:1])
		if got := outcome(err); !slices.Equal(got, want) {
			t.Fatalf("%s: got %v, want %v (%v)", strings.TrimSpace(line), got, want, err)
		}
		if err == nil {
			matter = after
			run(actions)
		}
	}
}

// outcome shortens a refusal to the codes of its reasons.
func outcome(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) {
		if err != nil {
			return []string{err.Error()}
		}
		return nil
	}
	if f.Code != "procedure.blocked" {
		return []string{strings.TrimPrefix(f.Code, "procedure.")}
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Code)
	}
	return out
}

// Document fails when a page of docs/procedures is not what the procedure says now; -update writes it.
func Document(t *testing.T, p *procedure.Procedure, path string) {
	t.Helper()
	want := p.Markdown()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale; run the test with -update and read the difference", path)
	}
}

// Words fails where a reason has no sentence in one of the languages. dir holds the message files.
func Words(t *testing.T, p *procedure.Procedure, dir string) {
	t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := os.ReadFile(filepath.Join(dir, "procedure."+lang+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]string
		if err := json.Unmarshal(raw, &messages); err != nil {
			t.Fatal(err)
		}
		for _, code := range p.Reasons() {
			if messages[code] == "" {
				t.Errorf("%s: no sentence for %s", lang, code)
			}
		}
	}
}
