package tracks

import (
	"slices"
	"testing"

	"jiexu/document"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/procedure/proceduretest"
)

// each runs a test for every track.
func each(t *testing.T, f func(t *testing.T, tr *Track)) {
	for _, tr := range All {
		t.Run(tr.Code, func(t *testing.T) { f(t, tr) })
	}
}

func TestProved(t *testing.T) {
	each(t, func(t *testing.T, tr *Track) { proceduretest.Prove(t, tr.Procedure, tr.Properties) })
}

func TestPages(t *testing.T) {
	each(t, func(t *testing.T, tr *Track) {
		proceduretest.Document(t, tr.Procedure, "../../../docs/procedures/"+tr.Code+".md")
	})
}

func TestWords(t *testing.T) {
	each(t, func(t *testing.T, tr *Track) { proceduretest.Words(t, tr.Procedure, "../../../words/messages") })
}

// Every step's right is in the role table, for every role that may take it.
func TestRoleTable(t *testing.T) {
	each(t, func(t *testing.T, tr *Track) {
		for _, s := range tr.Steps {
			for _, role := range s.By {
				if !org.Allows(role, s.Op) {
					t.Errorf("step %s: the role table denies %s to %s", s.Code, s.Op, role)
				}
			}
		}
	})
}

// A fact that looks at a bare case must not fall over.
func TestSeenOfABareCase(t *testing.T) {
	each(t, func(t *testing.T, tr *Track) {
		tr.Seen(bare())
		l := bare()
		l.Values = procedure.Values{}
		tr.Seen(l)
	})
}

// good is a case in which nothing is in the way: every observed and entered fact holds but those named.
func good(tr *Track, but ...string) map[string]bool {
	out := map[string]bool{}
	for _, f := range tr.Facts {
		if f.Kind != procedure.Recorded {
			out[f.Code] = !slices.Contains(but, f.Code)
		}
	}
	for _, code := range but {
		if _, ok := out[code]; !ok {
			panic("no fact " + code)
		}
	}
	for _, c := range tr.Clocks {
		if c.Lapsed.Code != "" {
			out[c.Lapsed.Code] = false
		}
	}
	return out
}

// Defects that a writer of a procedure could make.
type broken = func(*procedure.Procedure)

func alsoBy(step, role string) broken {
	return func(p *procedure.Procedure) {
		s := proceduretest.Step(p, step)
		s.By = append(slices.Clone(s.By), role)
	}
}

func from(step string, states ...string) broken {
	return func(p *procedure.Procedure) {
		s := proceduretest.Step(p, step)
		s.From = append(slices.Clone(s.From), states...)
	}
}

func to(step, state string) broken {
	return func(p *procedure.Procedure) { proceduretest.Step(p, step).To = state }
}

func sets(step string, facts ...string) broken {
	return func(p *procedure.Procedure) {
		s := proceduretest.Step(p, step)
		s.Sets = append(slices.Clone(s.Sets), facts...)
	}
}

func keeps(step string) broken {
	return func(p *procedure.Procedure) { proceduretest.Step(p, step).Clears = nil }
}

func starts(step, instead, clock string) broken {
	return func(p *procedure.Procedure) {
		s := proceduretest.Step(p, step)
		s.Starts = slices.DeleteFunc(slices.Clone(s.Starts), func(c string) bool { return c == clock })
		if len(s.Starts) == 0 {
			s.Dated = ""
		}
		other := proceduretest.Step(p, instead)
		other.Starts = append(slices.Clone(other.Starts), clock)
	}
}

func both(some ...broken) broken {
	return func(p *procedure.Procedure) {
		for _, b := range some {
			b(p)
		}
	}
}

var needless = proceduretest.Needless

// defect is a mutation as these tests write it: the property that must notice it, what it is, how it is made.
type defect struct {
	breaks, name string
	make         broken
}

func mutate(t *testing.T, tr *Track, defects ...defect) {
	var out []proceduretest.Mutation
	for _, d := range defects {
		out = append(out, proceduretest.Mutation{Name: d.breaks + ": " + d.name, Break: d.make, Breaks: d.breaks})
	}
	proceduretest.Mutate(t, tr.Procedure, tr.Properties, out)
}

// No two properties of the house share a code, and every track says what it rests on.
func TestPropertiesAreNamedOnce(t *testing.T) {
	seen := map[string]string{}
	each(t, func(t *testing.T, tr *Track) {
		if len(tr.Cites) == 0 || tr.Note.ZH == "" || tr.Note.EN == "" {
			t.Error("no citation or no note")
		}
		for _, p := range tr.Properties {
			if seen[p.Code] != "" {
				t.Errorf("%s is a property of %s too", p.Code, seen[p.Code])
			}
			if seen[p.Code] = tr.Code; len(p.Cites) == 0 {
				t.Errorf("%s cites nothing", p.Code)
			}
		}
		for _, s := range tr.Steps {
			if len(s.Cites) == 0 {
				t.Errorf("step %s cites nothing", s.Code)
			}
		}
		for _, f := range tr.Facts {
			if len(f.Cites) == 0 {
				t.Errorf("fact %s cites nothing", f.Code)
			}
		}
	})
}

// Every document that a step issues has a form, and what a step asks for beside the form does not contradict it:
// a field of the form's name has the form's type, and no answer that the form does not know.
func TestForms(t *testing.T) {
	each(t, func(t *testing.T, tr *Track) {
		for _, s := range tr.Steps {
			if s.Issues == "" {
				continue
			}
			blank, ok := document.BlankOf(document.Kind(s.Issues))
			if !ok {
				t.Errorf("step %s issues %s, for which there is no form", s.Code, s.Issues)
				continue
			}
			for _, f := range s.Fields {
				i := slices.IndexFunc(blank.Fields, func(b procedure.Field) bool { return b.Name == f.Name })
				if i < 0 {
					continue
				}
				b := blank.Fields[i]
				if b.Type != f.Type || b.Required && !f.Required {
					t.Errorf("step %s: %s is %s (required %v), and %s (%v) on the form", s.Code, f.Name, f.Type, f.Required, b.Type, b.Required)
				}
				for _, o := range f.Options {
					if !slices.ContainsFunc(b.Options, func(known procedure.Option) bool { return known.Value == o.Value }) {
						t.Errorf("step %s: the form of %s knows no %s", s.Code, f.Name, o.Value)
					}
				}
			}
		}
	})
}
