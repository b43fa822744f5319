package classify

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Spread is a mean over repetitions and the standard deviation between them.
type Spread struct {
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

// Line is one class in a report, over all repetitions.
type Line struct {
	Class
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"` // examples
}

// Trade is what a bound of confidence costs and brings.
type Trade struct {
	Bound    float64 `json:"bound"`
	Coverage float64 `json:"coverage"` // share of texts at or above it
	Accuracy float64 `json:"accuracy"` // of those
}

// Report says how well a task is learned from examples, measured on examples that were held out.
type Report struct {
	Task        string      `json:"task"`
	Examples    int         `json:"examples"`
	Folds       int         `json:"folds"`
	Repetitions int         `json:"repetitions"`
	Accuracy    Spread      `json:"accuracy"`
	MacroF1     Spread      `json:"macroF1"`
	Lines       []Line      `json:"lines"`
	Confusion   [][]float64 `json:"confusion"` // of Lines: examples of the row taken for the column, mean of the repetitions
	Trades      []Trade     `json:"trades"`
	Proposed    Trade       `json:"proposed"`         // the lowest bound that makes 95 % of what is not asked right; above 1: none does
	Calibration float64     `json:"calibrationError"` // mean distance between confidence and accuracy, in ten steps
}

// Evaluate cross-validates: in each repetition the examples are dealt anew to folds, classes alike, what is
// nearly the same text together; each fold is classified by a model that has seen neither its labels nor its
// texts. Sharpness is found for each fold on the others.
func Evaluate(examples []Example, o Options, folds, repetitions int) (*Report, error) {
	if o.Lexicon == nil || len(o.Lexicon.Classes) < 2 {
		return nil, errClasses
	}
	examples = examples[max(0, len(examples)-maxTrained):]
	k := len(o.Lexicon.Classes)
	r := &Report{Task: o.Lexicon.Task, Examples: len(examples), Folds: folds, Repetitions: repetitions}
	var accuracies, f1s []float64
	var all []answered
	for n := range repetitions {
		tried, err := holdOut(examples, o, folds, uint64(n+1))
		if err != nil {
			return nil, err
		}
		var answers []answered
		for f := range folds {
			var here, others []held
			for _, t := range tried {
				if t.fold == f {
					here = append(here, t)
				} else {
					others = append(others, t)
				}
			}
			answers = append(answers, answer(here, sharpen(others))...)
		}
		accuracy, f1 := figures(answers, k)
		accuracies, f1s = append(accuracies, accuracy), append(f1s, f1)
		all = append(all, answers...)
	}
	r.Accuracy, r.MacroF1 = spread(accuracies), spread(f1s)
	r.tell(all, o.Lexicon, repetitions)
	r.Proposed = trade(all, bound(all))
	for b := 30; b <= 95; b += 5 {
		r.Trades = append(r.Trades, trade(all, float64(b)/100))
	}
	r.Calibration = calibration(all)
	return r, nil
}

// tell fills in the table of classes and what was taken for what.
func (r *Report) tell(all []answered, lexicon *Lexicon, repetitions int) {
	k := len(lexicon.Classes)
	confusion := make([][]float64, k)
	for i := range confusion {
		confusion[i] = make([]float64, k)
	}
	for _, a := range all {
		if a.guess >= 0 {
			confusion[a.class][a.guess]++
		}
	}
	var shown []int // classes that have examples or were guessed
	lines := perClass(all, k)
	for c := range k {
		l := lines[c]
		l.Class = lexicon.Classes[c]
		l.Support /= max(1, repetitions)
		if l.Support > 0 || slices.ContainsFunc(confusion, func(row []float64) bool { return row[c] > 0 }) {
			shown = append(shown, c)
			r.Lines = append(r.Lines, l)
		}
	}
	for _, c := range shown {
		row := make([]float64, 0, len(shown))
		for _, g := range shown {
			row = append(row, confusion[c][g]/float64(max(1, repetitions)))
		}
		r.Confusion = append(r.Confusion, row)
	}
}

// held is an example that was held out, with the scores it got.
type held struct {
	class, fold int
	scores      []float64
	known       bool
}

// holdOut classifies each example by a model made of the folds that it is not in.
func holdOut(examples []Example, o Options, folds int, seed uint64) ([]held, error) {
	fold := deal(examples, folds, seed)
	place := map[string]int{}
	for i, c := range o.Lexicon.Classes {
		place[c.Code] = i
	}
	out := make([]held, len(examples))
	for f := range folds {
		var seen []Example
		for i, e := range examples {
			if fold[i] != f {
				seen = append(seen, e)
			}
		}
		m, err := train(seen, o)
		if err != nil {
			return nil, err
		}
		for i, e := range examples {
			if fold[i] == f {
				class, ok := place[e.Class]
				if !ok {
					return nil, errClasses
				}
				s, known := m.scores(PartsOf(e.Text))
				out[i] = held{class, f, s, known}
			}
		}
	}
	return out, nil
}

// answered is a held-out example with the class that was proposed for it, -1 for none.
type answered struct {
	class, guess int
	confidence   float64
}

func answer(tried []held, sharpness float64) []answered {
	out := make([]answered, len(tried))
	for i, t := range tried {
		out[i] = answered{t.class, -1, 0}
		if t.known {
			p := softmax(t.scores, sharpness)
			for c, x := range p {
				if x > out[i].confidence {
					out[i].guess, out[i].confidence = c, x
				}
			}
		}
	}
	return out
}

// sharpen finds how far scores must be spread to be probabilities: the likeliest sharpness, by golden section.
func sharpen(tried []held) float64 {
	if len(tried) < fewHeld {
		return defaultSharpness
	}
	surprise := func(log float64) float64 {
		var sum float64
		for _, t := range tried {
			if t.known {
				sum -= math.Log(max(1e-12, softmax(t.scores, math.Exp(log))[t.class]))
			}
		}
		return sum
	}
	low, high := math.Log(0.1), math.Log(100)
	golden := (math.Sqrt(5) - 1) / 2
	for high-low > 1e-3 {
		a, b := high-golden*(high-low), low+golden*(high-low)
		if surprise(a) < surprise(b) {
			high = b
		} else {
			low = a
		}
	}
	return math.Exp((low + high) / 2)
}

// bound is the lowest confidence, in hundredths, at and above which enough answers are right.
func bound(answers []answered) float64 {
	if len(answers) < fewHeld {
		return always
	}
	for b := 0; b <= 99; b++ {
		t := trade(answers, float64(b)/100)
		if t.Accuracy >= enough && t.Coverage*float64(len(answers)) >= fewHeld {
			return t.Bound
		}
	}
	return always
}

func trade(answers []answered, bound float64) Trade {
	var sure, right float64
	for _, a := range answers {
		if a.guess >= 0 && a.confidence >= bound {
			sure++
			if a.guess == a.class {
				right++
			}
		}
	}
	t := Trade{Bound: bound}
	if sure > 0 {
		t.Coverage, t.Accuracy = sure/float64(len(answers)), right/sure
	}
	return t
}

// perClass are precision, recall and F1 of each class.
func perClass(answers []answered, k int) []Line {
	right, taken, out := make([]float64, k), make([]float64, k), make([]Line, k)
	for _, a := range answers {
		out[a.class].Support++
		if a.guess >= 0 {
			taken[a.guess]++
		}
		if a.guess == a.class {
			right[a.class]++
		}
	}
	for c := range out {
		l := &out[c]
		if taken[c] > 0 {
			l.Precision = right[c] / taken[c]
		}
		if l.Support > 0 {
			l.Recall = right[c] / float64(l.Support)
		}
		if right[c] > 0 {
			l.F1 = 2 * l.Precision * l.Recall / (l.Precision + l.Recall)
		}
	}
	return out
}

// figures are accuracy and macro-F1: the mean F1 of the classes that have examples.
func figures(answers []answered, k int) (accuracy, f1 float64) {
	var with, right float64
	for _, l := range perClass(answers, k) {
		if l.Support > 0 {
			with++
			f1 += l.F1
			right += l.Recall * float64(l.Support)
		}
	}
	if with == 0 {
		return 0, 0
	}
	return right / float64(len(answers)), f1 / with
}

func calibration(answers []answered) float64 {
	var n, right, confidence [10]float64
	for _, a := range answers {
		i := min(9, int(a.confidence*10))
		n[i]++
		confidence[i] += a.confidence
		if a.guess == a.class {
			right[i]++
		}
	}
	var sum float64
	for i := range n {
		sum += math.Abs(right[i] - confidence[i])
	}
	return sum / float64(max(1, len(answers)))
}

func spread(x []float64) Spread {
	var s Spread
	for _, v := range x {
		s.Mean += v / float64(len(x))
	}
	for _, v := range x {
		s.Deviation += (v - s.Mean) * (v - s.Mean)
	}
	if len(x) > 1 {
		s.Deviation = math.Sqrt(s.Deviation / float64(len(x)-1))
	} else {
		s.Deviation = 0
	}
	return s
}

// deal gives each example a fold: classes alike, texts that are nearly the same together.
func deal(examples []Example, folds int, seed uint64) []int {
	same := alike(examples)
	var order []string
	members := map[string][]int{}
	for i, e := range examples {
		if same[i] == i {
			if members[e.Class] == nil {
				order = append(order, e.Class)
			}
			members[e.Class] = append(members[e.Class], i)
		}
	}
	slices.Sort(order)
	dice := rand.New(rand.NewPCG(seed, 0))
	fold := make([]int, len(examples))
	next := 0
	for _, class := range order {
		l := members[class]
		dice.Shuffle(len(l), func(a, b int) { l[a], l[b] = l[b], l[a] })
		for _, i := range l {
			fold[i] = next % folds
			next++
		}
	}
	for i := range examples {
		fold[i] = fold[same[i]]
	}
	return fold
}

// alike gives each example the first one that says nearly the same: they share four in ten of their rarest
// looking marks, the smallest hashes of four neighbouring characters.
func alike(examples []Example) []int {
	const marks, crowd = 24, 50
	of := make([][]uint32, len(examples))
	with := map[uint32][]int{}
	out := make([]int, len(examples))
	for i, e := range examples {
		out[i] = i
		text := normalise(clip(e.Subject, maxSubject) + " " + clip(e.Body, 20*maxBody))
		var all []uint32
		for j := 0; j+4 <= len(text); j++ {
			h := uint64(14695981039346656037)
			for _, r := range text[j : j+4] {
				h = (h ^ uint64(r)) * 1099511628211
			}
			all = append(all, uint32((h^h>>29)*0xbf58476d1ce4e5b9>>32))
		}
		slices.Sort(all)
		all = slices.Compact(all)
		of[i] = all[:min(marks, len(all))]
		shared := map[int]int{}
		for _, mark := range of[i] {
			for _, j := range with[mark] {
				shared[j]++
			}
			if len(with[mark]) < crowd {
				with[mark] = append(with[mark], i)
			}
		}
		for j, n := range shared {
			if 10*n >= 4*min(len(of[i]), len(of[j])) && out[j] < out[i] {
				out[i] = out[j]
			}
		}
	}
	return out
}
