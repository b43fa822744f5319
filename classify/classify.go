// Package classify learns from an office's own complaints which class a text belongs to, and proposes
// it for the next one: the first-level category of a complaint, or the penalty matter it is about.
//
// A text becomes counts of its one to three neighbouring characters, in the subject and in the body,
// weighted by how rare they are (tf-idf) and hashed into 2^18 buckets; Chinese needs no segmentation
// for this. A logistic regression a class, against all others, learns from the examples and from a
// lexicon: lines that say in the field's own words what a class is about, each an example of its
// class. With few examples, or none, the lexicon carries the classes; with many it fades.
//
// A confidence is a probability that held-out examples bear out: of what is proposed with 0.8 about
// eight in ten were right when the model was made. Below Model.Bound the program asks a person.
//
// Nothing of a text can be read back from a model: it holds numbers by hash. The package is pure. It
// may be imported by anything above it; it imports the law, for the names of matters.
package classify

import (
	"math"
	"slices"
	"sort"
)

// Text is what is classified.
type Text struct {
	Subject string
	Body    string
}

// Example is a text whose class a person has given or confirmed.
type Example struct {
	Text
	Class string // code
}

// Class is what a text may be.
type Class struct {
	Code   string `json:"code"` // what examples and guesses name: 环境保护, SR-01
	Name   string `json:"name"`
	NameEn string `json:"nameEn"`
}

// Ranked is a class with the probability that it is the right one.
type Ranked struct {
	Class
	Confidence float64 `json:"confidence"` // 0 … 1
}

// Guess is what a model proposes for a text. Where the text says nothing that the model knows, Code is
// empty and Confidence 0.
type Guess struct {
	Ranked
	Sure   bool     `json:"sure"`   // at or above the model's bound; otherwise a person is asked
	Others []Ranked `json:"others"` // the next ones, the likeliest first; at most four
}

// Model is what training makes. It is safe for use by several goroutines.
type Model struct {
	Task      string  `json:"task"` // of the lexicon: complaints, matters
	Classes   []Class `json:"classes"`
	Examples  int     `json:"examples"` // that it learned from; 0: the lexicon alone
	Made      string  `json:"made"`     // the day, as the caller said it
	Bound     float64 `json:"bound"`    // below it a person is asked; above 1: always
	Sharpness float64 `json:"sharpness"`
	Held      Held    `json:"held"` // what it did on examples held out when it was made

	background *Background
	buckets    []uint32 // sorted
	row        []int32  // bucket → place in buckets, or -1
	weights    []int8   // a row of len(Classes) for each of buckets
	scale      []float32
}

// Held are figures on held-out examples; zero where there was nothing to hold out.
type Held struct {
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macroF1"`
	Coverage float64 `json:"coverage"` // share at or above the bound
	Right    float64 `json:"right"`    // accuracy of those
}

// Predict proposes a class for a text.
func (m *Model) Predict(t Text) Guess { return m.PredictParts(PartsOf(t)) }

// PredictParts is Predict for a text whose parts were counted already, as for several models.
func (m *Model) PredictParts(parts Parts) Guess {
	scores, known := m.scores(parts)
	if !known {
		return Guess{}
	}
	p := softmax(scores, m.Sharpness)
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] > p[order[b]] })
	at := func(i int) Ranked { return Ranked{m.Classes[order[i]], p[order[i]]} }
	g := Guess{Ranked: at(0), Others: []Ranked{}}
	g.Sure = g.Confidence >= m.Bound
	for i := 1; i < min(5, len(order)); i++ {
		g.Others = append(g.Others, at(i))
	}
	return g
}

// scores are the classes' before they are made probabilities; false where no part of the text is known.
func (m *Model) scores(parts Parts) ([]float64, bool) {
	out := make([]float64, len(m.Classes))
	known := false
	for _, f := range m.background.vector(parts) {
		row := m.row[f.bucket]
		if row < 0 {
			continue
		}
		known = true
		weight := float64(f.weight)
		for c, w := range m.weights[int(row)*len(out) : (int(row)+1)*len(out)] {
			out[c] += float64(w) * weight
		}
	}
	for c := range out {
		out[c] *= float64(m.scale[c])
	}
	return out, known
}

// Because lists the parts of a text that spoke most for a class, the strongest first; at most n, none
// of them part of another.
func (m *Model) Because(t Text, code string, n int) []string {
	class := slices.IndexFunc(m.Classes, func(c Class) bool { return c.Code == code })
	if class < 0 {
		return nil
	}
	value := map[uint32]float64{}
	for _, f := range m.background.vector(PartsOf(t)) {
		row := m.row[f.bucket]
		if row < 0 {
			continue
		}
		var mean, own float64
		for c, w := range m.weights[int(row)*len(m.Classes) : (int(row)+1)*len(m.Classes)] {
			x := float64(w) * float64(m.scale[c])
			mean += x / float64(len(m.Classes))
			if c == class {
				own = x
			}
		}
		value[f.bucket] = (own - mean) * float64(f.weight)
	}
	type part struct {
		text  string
		value float64
	}
	best := map[string]float64{}
	for _, s := range []string{clip(t.Subject, maxSubject), clip(t.Body, maxBody)} {
		eachGram(normalise(s), func(gram []rune) {
			if v := value[bucket(gram)]; len(gram) > 1 && v > 0 {
				best[string(gram)] = v
			}
		})
	}
	var parts []part
	for s, v := range best {
		parts = append(parts, part{s, v})
	}
	slices.SortFunc(parts, func(a, b part) int {
		switch {
		case a.value != b.value && a.value > b.value:
			return -1
		case a.value != b.value:
			return 1
		case a.text < b.text:
			return -1
		}
		return 1
	})
	var out []string
	for _, p := range parts {
		if len(out) == n {
			break
		}
		if !slices.ContainsFunc(out, func(s string) bool { return overlaps(s, p.text) }) {
			out = append(out, p.text)
		}
	}
	return out
}

// overlaps reports whether two parts share two neighbouring characters, so that naming both would say one thing twice.
func overlaps(a, b string) bool {
	x, y := []rune(a), []rune(b)
	for i := 0; i+2 <= len(x); i++ {
		for j := 0; j+2 <= len(y); j++ {
			if x[i] == y[j] && x[i+1] == y[j+1] {
				return true
			}
		}
	}
	return false
}

func softmax(scores []float64, sharpness float64) []float64 {
	top := slices.Max(scores)
	out := make([]float64, len(scores))
	var sum float64
	for i, s := range scores {
		out[i] = math.Exp((s - top) * sharpness)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
