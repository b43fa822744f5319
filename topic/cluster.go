package topic

import (
	"cmp"
	"container/heap"
	"slices"

	"jiexu/place"
)

// together is how alike two groups must be on average, all pairs of their notes counted, to be one topic.
const together = 0.17

// neighbours bounds how many notes each note is compared with further on: the most alike.
const neighbours = 120

// tight is the same for the notes of a group that no name holds together.
const tight = 0.26

// groups puts notes together by average linkage: always the two groups that are most alike, as long as they are alike
// enough. A pair that shares nothing counts as nought. A group in which no phrase stands in half of the notes is many
// people's one kind of trouble and no one place's; it is taken apart again into what is nearly the same.
func (x *Index) groups() [][]int {
	n := len(x.notes)
	links := make([]map[int32]float64, n) // sums of the likeness of all pairs between two groups
	bare := make([]map[int32]float64, n)  // the same without what a shared name adds
	for i := range links {
		links[i], bare[i] = map[int32]float64{}, map[int32]float64{}
	}
	names := x.names()
	scores, bonds := make([]float64, n), make([]float64, n)
	var touched []int32
	for i := range x.notes {
		touched = x.alike(x.vecs[i], i, scores, touched[:0])
		x.bonds(x.vecs[i], names, bonds)
		slices.SortFunc(touched, func(a, b int32) int {
			return cmp.Or(cmp.Compare(scores[b]+bonds[b], scores[a]+bonds[a]), cmp.Compare(a, b))
		})
		for k, j := range touched {
			if s := scores[j] + bonds[j]; k < neighbours && s > together/3 {
				links[i][j], links[j][int32(i)] = s, s
				bare[i][j], bare[j][int32(i)] = scores[j], scores[j]
			}
			scores[j] = 0
		}
		for j := range bonds {
			bonds[j] = 0
		}
	}
	var out [][]int
	for _, group := range link(links, together) {
		if len(group) > 2 && x.held(group) < 0.5 {
			for _, part := range link(among(bare, group), tight) {
				for k := range part {
					part[k] = group[part[k]]
				}
				out = append(out, x.byPlace(part)...)
			}
			continue
		}
		out = append(out, x.byPlace(group)...)
	}
	return out
}

// byPlace takes a group apart whose notes' places are no one place: each part is what lies together in steps of at most
// half of far. A note without a place stays with the largest part.
func (x *Index) byPlace(group []int) [][]int {
	var parts [][]int
	var nowhere []int
	for _, i := range group {
		if x.notes[i].Point == nil {
			nowhere = append(nowhere, i)
			continue
		}
		here := []int{i}
		parts = slices.DeleteFunc(parts, func(part []int) bool {
			near := slices.ContainsFunc(part, func(j int) bool { return place.Distance(*x.notes[i].Point, *x.notes[j].Point) <= far/2 })
			if near {
				here = append(here, part...)
			}
			return near
		})
		parts = append(parts, here)
	}
	if len(parts) == 0 {
		return [][]int{nowhere}
	}
	slices.SortStableFunc(parts, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
	parts[0] = append(parts[0], nowhere...)
	for _, part := range parts {
		slices.Sort(part)
	}
	return parts
}

// bonds raises, for each note that shares a name with a text, what the surest such name adds.
func (x *Index) bonds(v vector, names map[int32]float64, into []float64) {
	for _, t := range v {
		if sure := names[t.term]; sure > 0 {
			for _, e := range x.post[t.term] {
				into[e.note] = max(into[e.note], bond*sure)
			}
		}
	}
}

// own is the share of all notes with a phrase that must be in a group for the phrase to be the group's own.
const own = 0.2

// held is the share of a group's notes in which its commonest phrase of its own stands.
func (x *Index) held(group []int) float64 {
	most, notes := 0, map[int32]int{}
	for _, i := range group {
		for _, t := range x.vecs[i] {
			if x.words.weight[t.term] > 1 {
				notes[t.term]++
			}
		}
	}
	for id, n := range notes {
		if float64(n) >= own*x.words.among(id, len(x.notes)) {
			most = max(most, n)
		}
	}
	return float64(most) / float64(len(group))
}

// among cuts the links of a group's notes out of all, numbered by their place in the group.
func among(links []map[int32]float64, group []int) []map[int32]float64 {
	at := map[int32]int32{}
	for k, i := range group {
		at[int32(i)] = int32(k)
	}
	out := make([]map[int32]float64, len(group))
	for k, i := range group {
		out[k] = map[int32]float64{}
		for j, s := range links[i] {
			if to, ok := at[j]; ok {
				out[k][to] = s
			}
		}
	}
	return out
}

// link is average linkage: it puts the two groups together that are most alike on average, as long as that reaches
// least. links are spent by it. The groups come in the order of their first notes, and so do the notes within.
func link(links []map[int32]float64, least float64) [][]int {
	n := len(links)
	members := make([][]int, n)
	alive := make([]bool, n)
	age := make([]int32, n) // raised at each merging, so that old offers are known
	var offers queue
	for i := range links {
		members[i], alive[i] = []int{i}, true
		for j, s := range links[i] {
			if int32(i) < j && s >= least {
				offers = append(offers, offer{s, int32(i), j, 0, 0})
			}
		}
	}
	heap.Init(&offers)
	for offers.Len() > 0 {
		o := heap.Pop(&offers).(offer)
		if !alive[o.a] || !alive[o.b] || age[o.a] != o.ageA || age[o.b] != o.ageB {
			continue
		}
		a, b := o.a, o.b
		if len(members[a]) < len(members[b]) {
			a, b = b, a
		}
		members[a] = append(members[a], members[b]...)
		alive[b] = false
		age[a]++
		delete(links[a], b)
		delete(links[b], a)
		for c, s := range links[b] {
			links[a][c] += s
			delete(links[c], b)
			links[c][a] = links[a][c]
		}
		links[b], members[b] = nil, nil
		for c, s := range links[a] {
			if mean := s / float64(len(members[a])*len(members[c])); mean >= least {
				first, second := min(a, c), max(a, c)
				heap.Push(&offers, offer{mean, first, second, age[first], age[second]})
			}
		}
	}
	var out [][]int
	for i, m := range members {
		if alive[i] {
			slices.Sort(m)
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// offer is two groups that could be put together.
type offer struct {
	mean       float64
	a, b       int32
	ageA, ageB int32
}

// queue gives the best offer first, equal ones in the order of their notes.
type queue []offer

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return cmp.Or(-cmp.Compare(q[i].mean, q[j].mean), cmp.Compare(q[i].a, q[j].a), cmp.Compare(q[i].b, q[j].b)) < 0
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(o any)   { *q = append(*q, o.(offer)) }
func (q *queue) Pop() any {
	old := *q
	o := old[len(old)-1]
	*q = old[:len(old)-1]
	return o
}
