package classify

// Measure says how a model does on examples that it has never seen, its confidence as it stands. Classes are those
// that the lexicon has: what the model names beside them is wrong.
func (m *Model) Measure(examples []Example, l *Lexicon) (*Report, error) {
	place := map[string]int{}
	for i, c := range l.Classes {
		place[c.Code] = i
	}
	answers := make([]answered, 0, len(examples))
	sure, right := 0.0, 0.0
	for _, e := range examples {
		class, ok := place[e.Class]
		if !ok {
			return nil, errClasses
		}
		a := answered{class, -1, 0}
		g := m.Predict(e.Text)
		if i, ok := place[g.Code]; ok {
			a.guess, a.confidence = i, g.Confidence
		}
		if g.Sure {
			if sure++; g.Code == e.Class {
				right++
			}
		}
		answers = append(answers, a)
	}
	k := len(l.Classes)
	r := &Report{Task: l.Task, Examples: len(examples), Folds: 1, Repetitions: 1}
	r.Accuracy.Mean, r.MacroF1.Mean = figures(answers, k)
	r.tell(answers, l, 1)
	r.Proposed = Trade{Bound: m.Bound}
	if sure > 0 {
		r.Proposed.Coverage, r.Proposed.Accuracy = sure/float64(len(examples)), right/sure
	}
	return r, nil
}
