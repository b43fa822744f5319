package topic

import (
	"cmp"
	"slices"
	"time"

	"jiexu/place"
)

// Reasons for which two notes are taken for one matter; codes of package words.
const (
	SameText   = "topic.same_text"   // word for word
	LikeText   = "topic.like_text"   // much the same words
	SameName   = "topic.same_name"   // the same estate, road or affair
	SamePlace  = "topic.same_place"  // close by
	SamePerson = "topic.same_person" // the same person wrote
)

// Likeness is an earlier note that may be the same matter as a new one.
type Likeness struct {
	ID       string
	Score    float64 // 0 to 1
	Reasons  []string
	Shared   []string      // the phrases that both have, the most telling first
	Metres   *float64      // between them, where both places are known
	Earlier  time.Duration // how much earlier it was
	Sameness bool          // near enough to be proposed for merging, and not only for looking
}

// What makes two notes one matter.
const (
	nearby    = 60.0  // metres: one place
	far       = 600.0 // metres: not one place
	worth     = 0.22  // from this score on a note is shown
	same      = 0.42  // from this score on it is proposed for merging
	forgotten = 90 * 24 * time.Hour
)

// Like gives the earlier notes that are most like n, at most most. n itself is left out where the index holds it.
func (x *Index) Like(n Note, most int) []Likeness {
	counts := x.words.counts(x.words.texts(n), false)
	v := x.words.vector(counts, len(x.notes))
	scores := make([]float64, len(x.notes))
	var out []Likeness
	for _, j := range x.alike(v, -1, scores, nil) {
		before := x.notes[j]
		if before.ID == n.ID || before.At.After(n.At) || n.At.Sub(before.At) > 2*forgotten {
			continue
		}
		if l := compare(n, before, scores[j]); l.Score >= worth {
			l.Shared = x.inBoth(v, x.vecs[j])
			if len(l.Shared) > 0 {
				l.Reasons = append(l.Reasons, SameName)
			}
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b Likeness) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.ID, a.ID)) })
	return out[:min(len(out), most)]
}

// compare weighs what two notes say, where, when and by whom; text is how alike their words are.
func compare(n, before Note, text float64) Likeness {
	l := Likeness{ID: before.ID, Earlier: n.At.Sub(before.At), Score: text}
	switch {
	case text > 0.97:
		l.Reasons = append(l.Reasons, SameText)
	case text > 0.3:
		l.Reasons = append(l.Reasons, LikeText)
	}
	if n.Point != nil && before.Point != nil {
		d := place.Distance(*n.Point, *before.Point)
		l.Metres = &d
		switch {
		case d <= nearby:
			l.Score += 0.18
			l.Reasons = append(l.Reasons, SamePlace)
		case d < far:
			l.Score += 0.18 * (far - d) / (far - nearby)
		default:
			l.Score -= 0.25 // the same trouble elsewhere
		}
	}
	if n.Who != "" && n.Who == before.Who {
		l.Score += 0.15
		l.Reasons = append(l.Reasons, SamePerson)
	}
	if l.Earlier > forgotten/3 {
		l.Score -= 0.1 * min(float64(l.Earlier-forgotten/3)/float64(forgotten), 1)
	}
	l.Score = max(0, min(l.Score, 1))
	l.Sameness = l.Score >= same
	return l
}

// inBoth names the phrases that both texts have, no two of which say the same.
func (x *Index) inBoth(a, b vector) []string {
	type phrase struct {
		text string
		w    float32
	}
	var all []phrase
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].term < b[j].term:
			i++
		case a[i].term > b[j].term:
			j++
		default:
			if x.words.weight[a[i].term] > 1 {
				all = append(all, phrase{x.words.spelt[a[i].term], a[i].w * b[j].w})
			}
			i, j = i+1, j+1
		}
	}
	slices.SortFunc(all, func(a, b phrase) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.text, b.text)) })
	var out []string
	for _, p := range all {
		if len(out) < 3 && !slices.ContainsFunc(out, func(o string) bool { return overlaps(o, p.text) }) {
			out = append(out, p.text)
		}
	}
	return out
}

// Add makes one more note comparable. How much terms say is as it was counted when the index was made; phrases that came
// up since are found when it is made anew.
func (x *Index) Add(n Note) {
	counts := x.words.counts(x.words.texts(n), true)
	for id := range counts {
		x.words.df[id]++
	}
	x.notes = append(x.notes, n)
	v := x.words.vector(counts, len(x.notes))
	x.vecs = append(x.vecs, v)
	for _, t := range v {
		x.post[t.term] = append(x.post[t.term], entry{int32(len(x.notes) - 1), t.w})
	}
}
