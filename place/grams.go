package place

import (
	"math"
	"slices"
)

// gramKey stands for a few signs that names have in common: two texts of one key are as good as never
// met among some hundred thousand.
type gramKey uint64

// keyOf is FNV-1a: the same in every run, so that sums come out the same.
func keyOf(kind byte, signs []rune) gramKey {
	const offset, prime = 14695981039346656037, 1099511628211
	h := (uint64(offset) ^ uint64(kind)) * prime
	for _, r := range signs {
		for shift := 0; shift < 24; shift += 8 {
			h = (h ^ uint64(r>>shift&0xff)) * prime
		}
	}
	return gramKey(h)
}

// Kinds of grams.
const (
	signsGram byte = iota // two to four signs of a name that follow each other
	wholeGram             // a whole name
	roadGram              // a road that is named beside
)

// gram is the places that have it, and what it says of where: rare and close together is heavy.
type gram struct {
	entries []int32
	weight  float64
}

// grams are the runs of two to four signs in a place's names; each once.
func (p placeReading) grams() []gramKey {
	var out []gramKey
	for _, a := range []Address{p.address, p.name} {
		for _, name := range a.Names {
			runes := []rune(name)
			for n := 2; n <= 4; n++ {
				for i := 0; i+n <= len(runes); i++ {
					out = append(out, keyOf(signsGram, runes[i:i+n]))
				}
			}
			if len(runes) > 4 {
				out = append(out, keyOf(wholeGram, runes))
			}
		}
		for i, road := range a.Roads {
			if road.Number == 0 && (i > 0 || len(a.Roads) == 1) {
				out = append(out, keyOf(roadGram, []rune(road.Name)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

const (
	commonest = 500 // a gram that more places have says nothing of where
	gramScale = 350 // metres: places that lie farther apart say little of where
)

// weigh gives each gram its weight.
func (r *Register) weigh(keys map[gramKey][]int32) {
	r.grams = make(map[gramKey]gram, len(keys))
	for g, ids := range keys {
		if len(ids) <= commonest {
			r.grams[g] = gram{slices.Clone(ids), r.gramWeight(ids)}
		}
	}
}

func (r *Register) gramWeight(ids []int32) float64 {
	n := float64(len(ids))
	// As if two more places had it, 750 metres off: what one place has says less than what ten have.
	spread := (r.spread(ids)*(n-1) + 1500) / (n + 1) / gramScale
	return math.Log(1+float64(len(r.entries))/n) / (1 + spread*spread)
}

// gram is what the register knows of a gram, with what it learned.
func (r *Register) gram(g gramKey) gram {
	known := r.grams[g]
	more := r.learned[g]
	if len(more) == 0 {
		return known
	}
	known.entries = append(slices.Clip(known.entries), more...)
	known.weight = r.gramWeight(known.entries)
	return known
}

// spread is the median distance from the median of the entries.
func (r *Register) spread(ids []int32) float64 {
	if len(ids) < 2 {
		return 0
	}
	xs, ys := make([]float64, len(ids)), make([]float64, len(ids))
	for i, id := range ids {
		xs[i], ys[i] = r.entries[id].at.x, r.entries[id].at.y
	}
	slices.Sort(xs)
	slices.Sort(ys)
	mid := spotXY{xs[len(xs)/2], ys[len(ys)/2]}
	for i, id := range ids {
		xs[i] = mid.to(r.entries[id].at)
	}
	slices.Sort(xs)
	return xs[len(xs)/2]
}
