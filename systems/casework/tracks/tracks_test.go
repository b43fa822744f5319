package tracks

import (
	"testing"

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
