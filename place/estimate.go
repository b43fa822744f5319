package place

import (
	"cmp"
	"math"
	"slices"
)

// Estimate is where a register believes a place to be.
type Estimate struct {
	At         Point
	Within     float64 // metres within which it probably is
	Confidence float64 // the chance that it is within 200 metres
	Why        string  // the strongest reason; a code of package words
}

// Estimate finds where the place with this name and address is; either may be empty. It is false if
// nothing says so.
func (r *Register) Estimate(name, address string) (Estimate, bool) {
	q := question{r: r, read: readPlace(name, address, r.resolve)}
	q.names()
	q.roads()
	q.station()
	q.lines()
	return q.answer()
}

// number finds a house or lane of a road; it is false if too little is known of the numbers around.
func (r *Register) number(part RoadPart) (Estimate, bool) {
	const most = 600 // metres
	q := question{r: r}
	q.number(part, 0.04)
	if len(q.panels) == 0 {
		return Estimate{}, false
	}
	q.road(part)
	e, ok := q.answer()
	return e, ok && e.Within <= most
}

// crossing finds where two roads cross; it is false if they are not known to come near each other.
func (r *Register) crossing(a, b string) (Estimate, bool) {
	q := question{r: r}
	q.crossing(RoadPart{Name: a}, RoadPart{Name: b})
	if len(q.panels) == 0 {
		return Estimate{}, false
	}
	const beside = 300 // metres
	e, ok := q.answer()
	for _, name := range []string{a, b} {
		at := r.xy(e.At)
		if ok = ok && nearest(r.roads[r.roadIDs[name]].course, at).to(at) <= beside; !ok {
			return e, false
		}
	}
	return e, true
}

// named finds a compound or landmark by its name alone.
func (r *Register) named(name string) (Estimate, bool) {
	q := question{r: r, read: placeReading{address: Address{Names: []string{name}}}}
	q.names()
	e, ok := q.answer()
	return e, ok && e.Confidence >= 0.5
}

// vote is one reason to believe that a place is at a spot.
type vote struct {
	at     spotXY
	weight float64
	scale  float64 // metres: about how far off it usually is
}

// panel is all that one part of an address says: one of its votes is right, or none is.
type panel struct {
	why   string
	votes []vote
	doubt float64 // the chance that none is
	sum   float64
}

func (p *panel) vote(at spotXY, weight, scale float64) {
	if weight > 0 {
		p.votes = append(p.votes, vote{at, weight, scale})
		p.sum += weight
	}
}

// anywhere is the density of a place of which nothing is known: one in the city's 200 km².
const anywhere = 5e-9

// density is how likely the panel holds the place to be at a spot, per square metre.
func (p *panel) density(at spotXY) float64 {
	sum := 0.0
	for i := range p.votes {
		v := &p.votes[i]
		dx, dy := v.at.x-at.x, v.at.y-at.y
		ss, dd := v.scale*v.scale, dx*dx+dy*dy
		if dd > 100*ss {
			continue // too little to count
		}
		k := ss / (ss + dd)
		sum += v.weight / ss * k * k
	}
	return p.doubt*anywhere + (1-p.doubt)*sum/p.sum/math.Pi
}

// question is the work on one place.
type question struct {
	r      *Register
	read   placeReading
	panels []panel
	alike  map[int32]float64 // how much of the name the entry has
	said   []roadSpot        // what people said of the very place
}

func (q *question) hold(p panel) {
	if len(p.votes) > 0 {
		q.panels = append(q.panels, p)
	}
}

// names finds the places whose names have most in common with the question's.
func (q *question) names() {
	const (
		most  = 20   // places that are heard
		least = 0.68 // of what the likest has in common
		half  = 10   // what must be in common that it is even odds
		power = 3.6  // of what is in common, in the weight
		scale = 132
	)
	if a := q.read.address; len(a.Roads) == 0 || a.Roads[0].Number == 0 {
		for _, name := range a.Names {
			q.told(WhyName, name+blockText(a.Block))
		}
	}
	q.alike = map[int32]float64{}
	for _, g := range q.read.grams() {
		known := q.r.gram(g)
		for _, id := range known.entries {
			q.alike[id] += known.weight
		}
	}
	type like struct {
		id    int32
		score float64
	}
	var best []like
	for id, score := range q.alike {
		if score > 1 {
			best = append(best, like{id, score})
		}
	}
	slices.SortFunc(best, func(a, b like) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id)) })
	p := panel{why: WhyName}
	best = best[:min(len(best), most)]
	for _, b := range best {
		if b.score < best[0].score*least {
			break
		}
		e := &q.r.entries[b.id]
		weight := math.Pow(b.score, power) * e.weight
		if e.weight > 1 { // confirmed: a later word of the same outweighs it
			for _, o := range best {
				if o.id > b.id && o.score >= b.score {
					weight /= 4
				}
			}
		}
		p.vote(e.at, weight, scale)
	}
	if len(best) > 0 {
		p.doubt = half / (half + best[0].score)
	}
	q.hold(p)
}

// roads hears what the roads of the address say.
func (q *question) roads() {
	parts := q.read.roads()
	if len(q.read.address.Roads) > 0 {
		for _, part := range q.read.name.Roads {
			if part.Number > 0 {
				q.number(part, 0.5)
			}
		}
	}
	for i, part := range parts {
		if part.Number > 0 && !part.Near {
			q.number(part, 0.03)
		}
		if i > 0 {
			q.crossing(parts[0], part)
		}
	}
	if len(parts) > 0 {
		q.road(parts[0])
	}
	if len(parts) == 2 && parts[0].Number == 0 && parts[1].Number == 0 {
		q.road(parts[1])
	}
}

// road says that the place is on the road.
func (q *question) road(part RoadPart) {
	id, ok := q.r.roadIDs[part.Name]
	if !ok {
		return
	}
	const scale, few = 120, 4
	p := panel{why: WhyRoad, doubt: 0.1}
	course := q.r.roads[id].course
	if len(course) < few {
		p.doubt = 0.5
	}
	for _, s := range course {
		p.vote(s.spotXY, s.weight, scale)
	}
	q.hold(p)
}

// number says what is known of the numbers of a road.
func (q *question) number(part RoadPart, doubt float64) {
	id, ok := q.r.roadIDs[part.Name]
	if !ok {
		return
	}
	const (
		exactly = 62  // metres: from one place of a number to another
		nearly  = 14  // beside the deviation of a guess
		guessed = 0.5 // of that deviation: it is stated on the safe side
		bears   = 6.4 // the weight of a place that bears the number beside the guess
	)
	houses := q.r.roads[id].houses
	n := part.Number
	from, _ := slices.BinarySearchFunc(houses, n, func(s knownSpot, n int) int { return cmp.Compare(s.number, n) })
	to := from
	for to < len(houses) && houses[to].number == n {
		to++
	}
	p := panel{why: WhyNumber, doubt: doubt}
	q.confirmed(part, houses[from:to])
	for _, h := range houses[from:to] {
		e := &q.r.entries[h.entry]
		w := bears * e.weight
		if e.weight <= 1 && q.r.corrected(houses[from:to], h) {
			continue
		}
		if h.lane != part.Lane {
			w /= 3
		}
		if part.Lane && part.House > 0 && h.house > 0 {
			w /= 1 + math.Abs(float64(h.house-part.House))/30
			if h.house == part.House {
				w *= 2
			}
		}
		if b := q.read.block(); b > 0 && b == e.block {
			w *= 4
		}
		p.vote(e.at, w*(1+min(3, q.alike[h.entry]/8)), exactly)
	}
	if at, off, ok := krige(q.r.around(houses, n, from, to, -1), float64(n)); ok {
		p.vote(at, 1.5, nearly+guessed*off)
	}
	q.hold(p)
}

// confirmed says that the place is where a person has said that this number is. What else is known of the
// road does not weigh against it; a later word does.
func (q *question) confirmed(part RoadPart, houses []knownSpot) {
	const doubt, exactly = 0.02, 40
	p := panel{why: WhyNumber, doubt: doubt}
	later := 1.0
	for _, h := range slices.Backward(houses) { // later entries stand behind earlier ones
		if e := &q.r.entries[h.entry]; e.weight > 1 && h.lane == part.Lane && (part.House == 0 || h.house == 0 || h.house == part.House) {
			p.vote(e.at, e.weight*later, exactly)
			q.said = append(q.said, roadSpot{e.at, e.weight})
			later /= 2
		}
	}
	q.hold(p)
}

// crossing says that the place is where two roads cross, or near there if it has a number.
func (q *question) crossing(first, second RoadPart) {
	a, ok1 := q.r.roadIDs[first.Name]
	b, ok2 := q.r.roadIDs[second.Name]
	if !ok1 || !ok2 || a == b {
		return
	}
	if first.Number == 0 && second.Number == 0 {
		q.told(WhyCrossing, crossingKey(first, second))
	}
	p, scale := panel{why: WhyCrossing, doubt: 0.1}, 28.0
	if first.Number > 0 {
		p.doubt, scale = 0.03, 115
	}
	for _, w := range q.r.crosses[[2]int32{min(a, b), max(a, b)}] {
		weight, at := 1.0, w.at
		switch {
		case w.kind == besideWitness:
			weight = 0.14
		case w.kind == stopWitness && q.read.stop && w.first == a:
			weight = 1.6 // the very stop
		case w.kind == stopWitness:
			at = q.r.foot(a, b, w)
		}
		p.vote(at.off(second, 1), weight, scale)
	}
	if at, ok := q.r.meet(a, b); ok {
		p.vote(at.off(second, 1), 1.2, scale+18)
	}
	q.hold(p)
}

// station says that the place is at a metro station, or where a line crosses the road of its name.
func (q *question) station() {
	if q.read.station == "" {
		return
	}
	p := panel{why: WhyStation, doubt: 0.3}
	for _, id := range q.r.stations[q.read.station] {
		p.vote(q.r.entries[id].at, 3, 200)
	}
	if q.read.metro {
		p.doubt = 0.1
		q.onLines(&p)
	}
	q.hold(p)
}

// onLines hears where the lines of a station cross the road that it is named for, or each other.
func (q *question) onLines(p *panel) {
	var lines []int32
	for _, l := range q.read.lines {
		if id, ok := q.r.roadIDs[l]; ok {
			lines = append(lines, id)
		}
	}
	road, named := q.r.roadIDs[q.read.station]
	for i, l := range lines {
		if named {
			if at, ok := q.r.meet(road, l); ok {
				p.vote(at, 1, 120)
			}
		}
		if len(p.votes) > 0 {
			continue
		}
		for _, other := range lines[:i] {
			if at, ok := q.r.meet(other, l); ok {
				p.vote(at, 1, 200)
			}
		}
	}
}

// lines says that a stop is where stops of the same lines are.
func (q *question) lines() {
	if len(q.read.lines) == 0 || !q.read.stop {
		return
	}
	const (
		least = 0.42 // of the lines, by weight
		power = 20   // who shares all lines counts, who shares some hardly does
		scale = 400
	)
	shared := map[int32]float64{}
	all := 0.0
	for _, l := range q.read.lines {
		ids := q.r.lines[l]
		w := math.Log(1 + 1000/float64(1+len(ids)))
		all += w
		for _, id := range ids {
			shared[id] += w
		}
	}
	var ids []int32
	for id, w := range shared {
		if w > least*all {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	p := panel{why: WhyStation, doubt: 0.3}
	for _, id := range ids {
		w := shared[id] / all
		p.vote(q.r.entries[id].at, math.Pow(w, power), scale)
	}
	q.hold(p)
}
