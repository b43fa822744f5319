// Package topic sees what repeats among complaints (重复件、热点): which earlier ones a new one is like, and which
// problems many people bring up about one place.
//
// It reads texts, places and times and knows no law and no database. How much a pair of characters says is counted on the
// very complaints that are compared and, the fewer they are the more, on texts from elsewhere (Background). Names such as
// those of housing estates are found by how often the same characters stand together. The same complaints give the same topics, whatever their order.
package topic

import (
	"cmp"
	"math"
	"slices"
	"time"

	"jiexu/place"
)

// Note is a complaint as it is compared. Whoever collects notes leaves out what the reader of the topics may not see.
type Note struct {
	ID      string
	Title   string
	Address string
	Text    string
	At      time.Time
	Who     string // the same for one person's notes, and nothing that names him; empty: unknown
	Point   *place.Point
	Support int // people who agreed without writing (点赞)
}

// Bounds of what is read of one note, in characters: what a text is about stands at its beginning.
const (
	maxTitle   = 80
	maxAddress = 80
	maxText    = 600
)

// Weight of a term by where it stands.
const (
	titleWeight   = 2.5
	addressWeight = 2.0
	textWeight    = 1.0
)

// common is the share of notes above which a term says nothing; of few notes, so many, or half of all.
const (
	common      = 0.08
	commonLeast = 30
)

// telling is how many terms of a note are kept: those that say most.
const telling = 256

// Index holds notes for comparing. It is not safe for concurrent writing; reading may be concurrent.
type Index struct {
	notes []Note
	vecs  []vector
	words *vocabulary
	post  map[int32][]entry // by term: the notes that have it, in their order
}

// vector is a text as weights of terms, sorted by term, of length one.
type vector []weight

type weight struct {
	term int32
	w    float32
}

type entry struct {
	note int32
	w    float32
}

// NewIndex counts the terms of all notes and makes them comparable, against what is common elsewhere. Notes of one id are the caller's mistake and are
// kept as two.
func NewIndex(notes []Note, background *Background) *Index {
	x := &Index{notes: slices.Clone(notes), words: newVocabulary(background), post: map[int32][]entry{}}
	slices.SortStableFunc(x.notes, func(a, b Note) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	texts := make([][3][]int32, len(x.notes))
	for i, n := range x.notes {
		texts[i] = x.words.texts(n)
	}
	x.words.learn(texts)
	counts := make([]map[int32]float64, len(x.notes))
	for i, text := range texts {
		counts[i] = x.words.counts(text, true)
		for id := range counts[i] {
			x.words.df[id]++
		}
	}
	x.vecs = make([]vector, len(x.notes))
	for i := range x.notes {
		x.vecs[i] = x.words.vector(counts[i], len(x.notes))
		for _, t := range x.vecs[i] {
			x.post[t.term] = append(x.post[t.term], entry{int32(i), t.w})
		}
	}
	return x
}

// Len is how many notes the index holds.
func (x *Index) Len() int { return len(x.notes) }

// counts weighs the terms of a note's title, address and text.
func (v *vocabulary) counts(note [3][]int32, grow bool) map[int32]float64 {
	out := map[int32]float64{}
	for i, weight := range []float64{titleWeight, addressWeight, textWeight} {
		v.count(out, note[i], weight, grow)
	}
	return out
}

// vector gives the length-one vector of counted terms; n is how many notes there are.
func (v *vocabulary) vector(counts map[int32]float64, n int) vector {
	out := make(vector, 0, len(counts))
	for term, c := range counts {
		if v.df[term] > 0 && !v.everywhere(term, n) {
			out = append(out, weight{term, float32((1 + math.Log(1+c)) * v.rarity(term, n) * v.weight[term])})
		}
	}
	if len(out) > telling {
		slices.SortFunc(out, func(a, b weight) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.term, b.term)) })
		out = slices.Clone(out[:telling])
	}
	slices.SortFunc(out, func(a, b weight) int { return cmp.Compare(a.term, b.term) })
	sum := 0.0
	for _, t := range out {
		sum += float64(t.w) * float64(t.w)
	}
	if sum > 0 {
		for i, norm := 0, float32(1/math.Sqrt(sum)); i < len(out); i++ {
			out[i].w *= norm
		}
	}
	return out
}

// cosine is how alike two texts are, 0 to 1.
func cosine(a, b vector) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].term < b[j].term:
			i++
		case a[i].term > b[j].term:
			j++
		default:
			sum += float64(a[i].w) * float64(b[j].w)
			i, j = i+1, j+1
		}
	}
	return sum
}

// alike adds up how alike every note is that shares a telling term with a text, and names these notes; skip is left out.
func (x *Index) alike(v vector, skip int, scores []float64, touched []int32) []int32 {
	for _, t := range v {
		for _, e := range x.post[t.term] {
			if int(e.note) == skip {
				continue
			}
			if scores[e.note] == 0 {
				touched = append(touched, e.note)
			}
			scores[e.note] += float64(t.w) * float64(e.w)
		}
	}
	return touched
}
