// Package tracks holds the procedures that a case runs beside its ordinary one, or instead of it, each as
// data with its citations: the summary procedure, preserving, seizing, orders, illegal structures,
// execution, remedies, and what becomes of a decision afterwards.
//
// A Track is a procedure together with the eyes of its facts: how the house finds out, from what it has
// loaded of the case (Look), whether an observed or an entered fact holds. It is pure; casework loads,
// asks, writes.
package tracks

import (
	"fmt"
	"slices"

	"jiexu/document"
	"jiexu/procedure"
)

// Fact is a fact of a procedure and how to see it. Recorded facts have no See: steps set and clear them.
type Fact struct {
	procedure.Fact
	See func(*Look) bool
}

// Track is one procedure of a case. It is written down in this package, made ready by define, and never
// changed afterwards.
type Track struct {
	*procedure.Procedure
	Properties []procedure.Property
	// Main says that a case may run it as its own way, from the beginning; the others run beside a main
	// one, as often as they are opened. A track beside is opened by taking a step of its start state.
	Main bool
	// Serves names, by the code of a step that records a service, the kinds of document that it serves: the
	// newest valid one of them.
	Serves map[string][]string
	// HandsOver says, by the code of a step that issues a document, whether what was filled in shows that the document was
	// handed to the party then and there: that is its service, and no second step records it.
	HandsOver map[string]func(procedure.Values) bool
	// FromService are clocks that count from the service of a kind of document, whenever that is: where the step that starts
	// them did not hand it over, they wait for it.
	FromService map[string][]string
	see         map[string]func(*Look) bool
}

// define makes a track ready; a defect in one is a defect in the program. facts are added to the
// procedure's own, in order.
func define(t Track, p procedure.Procedure, facts ...Fact) *Track {
	t.see = map[string]func(*Look) bool{}
	for _, f := range facts {
		p.Facts = append(p.Facts, f.Fact)
		switch {
		case f.Kind == procedure.Recorded && f.See == nil:
		case f.Kind == procedure.Recorded || f.See == nil:
			panic(fmt.Sprintf("procedure %s: fact %s is recorded and seen, or neither", p.Code, f.Code))
		default:
			t.see[f.Code] = f.See
		}
	}
	for i := range p.Steps {
		p.Steps[i].Fields = withForm(p.Steps[i])
	}
	t.Procedure = procedure.Define(p)
	for _, s := range p.Steps {
		if (s.Op == OpServe) != (len(t.Serves[s.Code]) > 0) {
			panic(fmt.Sprintf("procedure %s: step %s serves, and nothing says what; or the other way round", p.Code, s.Code))
		}
	}
	return &t
}

// withForm adds to a step's own fields those of the document that it issues.
func withForm(s procedure.Step) []procedure.Field {
	fields := slices.Clone(s.Fields)
	blank, ok := document.BlankOf(document.Kind(s.Issues))
	if !ok {
		return fields
	}
	for _, f := range blank.Fields {
		if !slices.ContainsFunc(fields, func(own procedure.Field) bool { return own.Name == f.Name }) {
			fields = append(fields, f)
		}
	}
	return fields
}

// Seen tells every observed fact of the track and, where something is being filled in, every entered one.
func (t *Track) Seen(l *Look) procedure.Seen {
	seen := procedure.Seen{}
	for _, f := range t.Facts {
		if see := t.see[f.Code]; see != nil && (f.Kind == procedure.Observed || l.Values != nil) {
			seen.Say(f, see(l))
		}
	}
	return seen
}

// All are the tracks of this version, in the order in which a case may meet them.
var All = []*Track{Summary, Structure, Building, Recuse, Preserve, Correct, Seize, NoPenalty, WithdrawFiling, Crime, Jurisdiction,
	Instal, Court, Substitute, Immediate, Agreement, Suspend, End, Reconsider, Litigate, Correction, Revoke}

// Of finds a track by its procedure's code.
func Of(code string) (*Track, bool) {
	i := slices.IndexFunc(All, func(t *Track) bool { return t.Code == code })
	if i < 0 {
		return nil, false
	}
	return All[i], true
}
