package document

import (
	"slices"
	"sync"
)

// collected holds the blanks by kind, and in the order of a file.
var collected = sync.OnceValues(func() ([]*Blank, map[Kind]*Blank) {
	var all []*Blank
	for _, part := range [][]*Blank{filing, records, gathering, shots, measures, deciding, hearings, endings, service, execution, substitutes, demolition, closings} {
		all = append(all, part...)
	}
	order := Stages()
	slices.SortStableFunc(all, func(a, b *Blank) int { return slices.Index(order, a.Stage) - slices.Index(order, b.Stage) })
	byKind := make(map[Kind]*Blank, len(all))
	for _, b := range all {
		byKind[b.Kind] = b
	}
	return all, byKind
})

// Blanks lists the forms of the office in the order in which they stand in a file. The notice of an intended
// penalty and the decision are structs of their own and not among them.
func Blanks() []*Blank {
	all, _ := collected()
	return slices.Clone(all)
}

// BlankOf finds a form by its kind.
func BlankOf(kind Kind) (*Blank, bool) {
	_, byKind := collected()
	b, ok := byKind[kind]
	return b, ok
}

// StageOf says where in a file a document of the kind stands.
func StageOf(kind Kind) Stage {
	switch kind {
	case KindPenaltyNotice, KindPenaltyDecision:
		return StageDecision
	}
	if b, ok := BlankOf(kind); ok {
		return b.Stage
	}
	return StageClosing
}
