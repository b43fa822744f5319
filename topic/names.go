package topic

import (
	"slices"
)

// What makes a phrase the name of a place or an affair: between fewestOfName notes and common/4 of all have it, and three
// quarters of the pairs among them are alike even so. "Noise at night" stands in as many notes, which are about many places.
const (
	fewestOfName = 4
	looked       = 30    // notes of a phrase whose pairs are compared
	vague        = 0.030 // at this likeness and below a phrase is no name
	plain        = 0.055 // from here on it is one without doubt
)

// bond is what a shared name adds to the likeness of two notes: about as much as it takes to be one topic.
const bond = 0.16

// names finds the names among the phrases, with how sure each is, 0 to 1.
func (x *Index) names() map[int32]float64 {
	out := map[int32]float64{}
	most := max(60, int(common*float64(len(x.notes))/4))
	for id, weight := range x.words.weight {
		if df := int(x.words.df[id]); weight == 1 || df < fewestOfName || df > most {
			continue
		}
		among := x.post[int32(id)]
		if len(among) > looked {
			step := len(among) / looked
			sample := make([]entry, looked)
			for i := range sample {
				sample[i] = among[i*step]
			}
			among = sample
		}
		var alike []float64
		for i := range among {
			for j := range i {
				alike = append(alike, cosine(x.vecs[among[i].note], x.vecs[among[j].note]))
			}
		}
		if len(alike) == 0 {
			continue // in so many notes that it says nothing
		}
		slices.Sort(alike)
		if sure := (alike[len(alike)/4] - vague) / (plain - vague); sure > 0 {
			out[int32(id)] = min(sure, 1)
		}
	}
	return out
}
