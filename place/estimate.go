package place

import (
	"cmp"
	"math"
	"slices"
)

// vote is one reason to believe that a place is at a spot.
type vote struct {
	at     spotXY
	weight float64
	scale  float64 // metres: about how far off it usually is
	why    whyVote
}

type whyVote uint8

const (
	byNumber   whyVote = iota // the same number of the same road
	byBetween                 // between two known numbers
	byBeside                  // a number not far from it
	byTrend                   // where the numbers around run to
	byCrossing                // where two roads cross
	byName                    // a place with the like name
	byRoad                    // somewhere on the road
)

// panel is all that one part of an address says: one of its votes is right, or none is.
type panel struct {
	votes []vote
	doubt float64 // the chance that none is
	sum   float64
}

func (p *panel) vote(at spotXY, weight, scale float64, why whyVote) {
	if weight > 0 {
		p.votes = append(p.votes, vote{at, weight, scale, why})
		p.sum += weight
	}
}

// anywhere is the density of a place of which nothing is known, per square metre.
const anywhere = 5e-9

// density is how likely the panel holds the place to be at a spot, per square metre.
func (p *panel) density(at spotXY) float64 {
	sum := 0.0
	for i := range p.votes {
		v := &p.votes[i]
		dx, dy := v.at.x-at.x, v.at.y-at.y
		ss := v.scale * v.scale
		k := 1 / (1 + (dx*dx+dy*dy)/ss)
		sum += v.weight / ss * k * k
	}
	return p.doubt*anywhere + (1-p.doubt)*sum/p.sum/math.Pi
}

// Estimate is where the register believes a place to be.
type Estimate struct {
	At    Point
	Sure  float64
	why   whyVote
	kinds [7]float64
	exact bool
}

// Estimate finds where the place with this name and address is; ok is false if nothing says so.
func (r *Register) Estimate(name, address string) (Estimate, bool) {
	q := question{r: r, read: readPlace(name, address, r.resolve)}
	q.names()
	q.roads()
	q.station()
	q.lines()
	return q.answer()
}

func (r *Register) resolve(run string) (string, string) {
	runes := []rune(run)
	for cut := 0; cut < len(runes)-1; cut++ {
		if _, ok := r.roadIDs[string(runes[cut:])]; ok {
			if cut == 1 && len([]rune(run)) <= 4 && containsRune("东南西北中新老前后小大", runes[0]) {
				continue
			}
			return string(runes[:cut]), string(runes[cut:])
		}
	}
	name := cutDivision(run)
	return run[:len(run)-len(name)], name
}

func containsRune(s string, r rune) bool {
	for _, c := range s {
		if c == r {
			return true
		}
	}
	return false
}

// question is the work on one place.
type question struct {
	r      *Register
	read   placeReading
	panels []panel
	exact  bool
	alike  map[int32]float64 // how much of the name the entry shares
}

func (q *question) hold(p panel) {
	if len(p.votes) > 0 {
		q.panels = append(q.panels, p)
	}
}

// names finds the places whose names have most in common with the question's.
func (q *question) names() {
	q.alike = map[int32]float64{}
	for _, g := range q.read.grams() {
		known := q.r.grams[g]
		for _, id := range known.entries {
			q.alike[id] += known.weight
		}
	}
	type like struct {
		id    int32
		score float64
	}
	var best []like
	road := noRoad
	if len(q.read.address.Roads) > 0 {
		if id, ok := q.r.roadIDs[q.read.address.Roads[0].Name]; ok {
			road = id
		}
	}
	for id, score := range q.alike {
		if road != noRoad && q.r.entries[id].road == road {
			score *= nameSame
		}
		if score > 1 {
			best = append(best, like{id, score})
		}
	}
	slices.SortFunc(best, func(a, b like) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id)) })
	var p panel
	for _, b := range best[:min(len(best), 20)] {
		if b.score < best[0].score*0.3 {
			break
		}
		p.vote(q.r.entries[b.id].at, math.Pow(b.score, namePower), nameScale, byName)
	}
	if len(p.votes) > 0 {
		p.doubt = nameHalf / (nameHalf + best[0].score)
	}
	q.hold(p)
}

// roads votes by the roads of the address, or of the name where the address says none.
func (q *question) roads() {
	a := q.read.address
	if len(a.Roads) == 0 {
		a = q.read.name
	} else {
		for _, part := range q.read.name.Roads {
			if part.Number > 0 {
				q.number(part, 0.5)
			}
		}
	}
	for i, part := range a.Roads {
		if part.Number > 0 && !part.Near {
			q.number(part, 0)
		}
		if i > 0 {
			q.crossing(a.Roads[0], part)
		}
	}
	if len(a.Roads) > 0 {
		q.road(a.Roads[0])
	}
	if len(a.Roads) == 2 && a.Roads[0].Number == 0 && a.Roads[1].Number == 0 {
		q.road(a.Roads[1])
	}
}

// station says that the place is at a metro station, or where a line crosses the road of its name.
func (q *question) station() {
	if q.read.station == "" {
		return
	}
	p := panel{doubt: 0.1}
	metro := len(q.read.lines) > 0 && !q.read.stop
	if !metro {
		p.doubt = 0.3
	}
	for _, id := range q.r.stations[q.read.station] {
		p.vote(q.r.entries[id].at, 3, 150, byName)
	}
	if road, ok := q.r.roadIDs[q.read.station]; ok && metro {
		for _, l := range q.read.lines {
			if line, ok := q.r.roadIDs[l]; ok {
				if at, ok := q.r.meet(road, line); ok {
					p.vote(at, 1, 120, byCrossing)
				}
			}
		}
	}
	if metro && len(p.votes) == 0 {
		for i, l := range q.read.lines {
			for _, m := range q.read.lines[:i] {
				a, ok1 := q.r.roadIDs[l]
				b, ok2 := q.r.roadIDs[m]
				if ok1 && ok2 {
					if at, ok := q.r.meet(a, b); ok {
						p.vote(at, 1, 200, byCrossing)
					}
				}
			}
		}
	}
	q.hold(p)
}

// lines says that a stop is where stops of the same lines are.
func (q *question) lines() {
	if len(q.read.lines) == 0 || !q.read.stop {
		return
	}
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
	p := panel{doubt: lineDoubt}
	for id := range q.r.entries {
		if w := shared[int32(id)] / all; w > 0.3 {
			p.vote(q.r.entries[id].at, w*w*w, lineScale, byName)
		}
	}
	q.hold(p)
}

// road says that the place is on the road.
func (q *question) road(part RoadPart) {
	id, ok := q.r.roadIDs[part.Name]
	if !ok {
		return
	}
	points := thin(even(q.r.roads[id].points), 120)
	p := panel{doubt: roadDoubt}
	for _, at := range points {
		p.vote(at.spotXY, at.weight, roadScale, byRoad)
	}
	if n := len(points); n < 4 {
		p.doubt = 0.5
	}
	q.hold(p)
}

// number says what is known of the numbers of a road.
func (q *question) number(part RoadPart, doubt float64) {
	id, ok := q.r.roadIDs[part.Name]
	if !ok {
		return
	}
	houses := q.r.roads[id].houses
	n := part.Number
	from, _ := slices.BinarySearchFunc(houses, n, func(s knownSpot, n int) int { return cmp.Compare(s.number, n) })
	to := from
	for to < len(houses) && houses[to].number == n {
		to++
	}
	p := panel{doubt: max(doubt, numberDoubt)}
	q.exact = q.exact || from < to
	for _, h := range houses[from:to] {
		w := 3.0
		if h.lane != part.Lane {
			w = exactLaneW
		}
		if part.Lane && part.House > 0 && h.house > 0 {
			w *= 1 / (1 + math.Abs(float64(h.house-part.House))/30)
			if h.house == part.House {
				w *= 2
			}
		}
		e := q.r.entries[h.entry]
		if b := cmp.Or(q.read.address.Block, q.read.name.Block); b > 0 && b == e.block {
			w *= blockW
		}
		w *= 1 + min(3, q.alike[h.entry]/8)
		p.vote(e.at, w*e.weight, exactScale, byNumber)
	}
	if at, off, ok := krige(q.r.around(houses, n, from, to, -1), float64(n), n%2 == 1); ok {
		p.vote(at, gpWeight, gpBase+off, byBetween)
	}
	q.hold(p)
}

// around are the samples by which the position of n is guessed: on either side the nearest numbers of
// either parity, without the one at skip.
func (r *Register) around(houses []knownSpot, n, from, to, skip int) []sample {
	out := make([]sample, 0, maxSamples)
	take := func(i int) {
		h := houses[i]
		noise := houseNoise
		if h.lane {
			noise = laneNoise
		}
		out = append(out, sample{float64(h.number), h.number%2 == 1, r.entries[h.entry].at, noise})
	}
	const perSide = maxSamples / 4
	var left [2]int
	for i := from - 1; i >= 0 && (left[0] < perSide || left[1] < perSide) && from-i < 40; i-- {
		if side := (houses[i].number - n) & 1; i != skip && left[side] < perSide {
			left[side]++
			take(i)
		}
	}
	left = [2]int{}
	for i := from; i < len(houses) && (left[0] < perSide || left[1] < perSide) && i-to < 40; i++ {
		if side := (houses[i].number - n) & 1; i != skip && left[side] < perSide {
			left[side]++
			take(i)
		}
	}
	return out
}

// trend is where the number n falls on the line through known numbers, and how far off they lie from it.
func (r *Register) trend(around []knownSpot, n int) (at spotXY, off float64, ok bool) {
	if len(around) < 4 {
		return at, 0, false
	}
	w := make([]float64, len(around))
	reach := 0.0
	for _, h := range around {
		reach = max(reach, math.Abs(float64(h.number-n)))
	}
	for i, h := range around {
		d := math.Abs(float64(h.number-n)) / (reach + 1)
		w[i] = 1 - d*d*0.9
	}
	var fit lineFit
	for range 6 {
		fit = lineFit{}
		for i, h := range around {
			fit.add(float64(h.number-n), r.entries[h.entry].at, w[i])
		}
		for i, h := range around {
			d := math.Abs(float64(h.number-n)) / (reach + 1)
			off := fit.at(float64(h.number-n)).to(r.entries[h.entry].at) / 80
			w[i] = (1 - d*d*0.9) / (1 + off*off)
		}
	}
	sum := 0.0
	for i, h := range around {
		off += w[i] * fit.at(float64(h.number-n)).to(r.entries[h.entry].at)
		sum += w[i]
	}
	return fit.at(0), off / sum, true
}

// lineFit is a weighted least squares of position by number.
type lineFit struct{ w, n, nn, x, y, nx, ny float64 }

func (f *lineFit) add(n float64, p spotXY, w float64) {
	f.w += w
	f.n += w * n
	f.nn += w * n * n
	f.x += w * p.x
	f.y += w * p.y
	f.nx += w * n * p.x
	f.ny += w * n * p.y
}

func (f *lineFit) at(n float64) spotXY {
	det := f.w*f.nn - f.n*f.n
	if f.w == 0 {
		return spotXY{}
	}
	if det < 1e-9*f.w*f.nn || det == 0 {
		return spotXY{f.x / f.w, f.y / f.w}
	}
	bx, by := (f.w*f.nx-f.n*f.x)/det, (f.w*f.ny-f.n*f.y)/det
	return spotXY{(f.x-bx*f.n)/f.w + bx*n, (f.y-by*f.n)/f.w + by*n}
}

// crossing says that the place is where two roads cross.
func (q *question) crossing(first, second RoadPart) {
	a, ok1 := q.r.roadIDs[first.Name]
	b, ok2 := q.r.roadIDs[second.Name]
	if !ok1 || !ok2 || a == b {
		return
	}
	p := panel{doubt: crossDoubt}
	scale := crossScale
	if first.Number > 0 {
		p.doubt, scale = nearDoubt, nearScale
	}
	for _, w := range q.r.crosses[[2]int32{min(a, b), max(a, b)}] {
		v, at := 1.0, w.at
		switch w.kind {
		case stopWitness:
			if q.read.stop && w.first == a {
				v = stopW
			} else if line, ok := q.r.lineOf(a, b, w); ok {
				at = line
			}
		case besideWitness:
			v = 0.4
		}
		p.vote(at.off(second, 1), v, scale, byCrossing)
	}
	if at, ok := q.r.meet(a, b); ok {
		p.vote(at.off(second, 1), meetW, scale+20, byCrossing)
	}
	q.hold(p)
}

// lineOf moves a stop that stands on one of two roads to the other: there they cross.
func (r *Register) lineOf(a, b int32, w witness) (spotXY, bool) {
	other := a
	if w.first == a {
		other = b
	}
	if len(r.roads[other].points) == 0 {
		return w.at, false
	}
	along := lineNear(r.roads[w.first].points, w.at, nil)
	line := lineNear(r.roads[other].points, nearest(r.roads[other].points, w.at), &along)
	t := (w.at.x-line.at.x)*line.dx + (w.at.y-line.at.y)*line.dy
	foot := spotXY{line.at.x + t*line.dx, line.at.y + t*line.dy}
	return foot, foot.to(w.at) < 300
}

// meet finds where two roads cross by the places that lie on them.
func (r *Register) meet(a, b int32) (spotXY, bool) {
	pa, pb := thin(even(r.roads[a].points), 150), thin(even(r.roads[b].points), 150)
	if len(pa) == 0 || len(pb) == 0 {
		return spotXY{}, false
	}
	best, at := 0.0, spotXY{}
	try := func(s spotXY) {
		if d := closeness(pa, s) * closeness(pb, s); d > best {
			best, at = d, s
		}
	}
	for _, p := range pa {
		try(p.spotXY)
	}
	for _, p := range pb {
		try(p.spotXY)
	}
	if best < 0.01 {
		return spotXY{}, false
	}
	start := at
	for range 4 {
		la, lb := lineNear(pa, nearest(pa, at), nil), lineNear(pb, nearest(pb, at), nil)
		if la.length > lb.length {
			lb = lineNear(pb, nearest(pb, at), &la)
		} else {
			la = lineNear(pa, nearest(pa, at), &lb)
		}
		det := la.dx*lb.dy - la.dy*lb.dx
		if math.Abs(det) < 0.3 {
			break
		}
		t := ((lb.at.x-la.at.x)*lb.dy - (lb.at.y-la.at.y)*lb.dx) / det
		next := spotXY{la.at.x + t*la.dx, la.at.y + t*la.dy}
		if next.to(start) > meetMax {
			break
		}
		at = next
	}
	return at, true
}

// nearest is the spot of the road that lies nearest.
func nearest(points []roadSpot, at spotXY) spotXY {
	best, out := math.Inf(1), at
	for _, p := range points {
		if d := p.to(at) / (0.5 + min(p.weight, 1)); d < best {
			best, out = d, p.spotXY
		}
	}
	return out
}

// closeness tells how many of the points lie about a spot, the near ones for more.
func closeness(points []roadSpot, at spotXY) float64 {
	sum := 0.0
	for _, p := range points {
		dx, dy := p.x-at.x, p.y-at.y
		k := 1 / (1 + (dx*dx+dy*dy)/(150*150))
		sum += p.weight * k * k
	}
	return min(sum, 2)
}

func thin(points []roadSpot, most int) []roadSpot {
	if len(points) <= most {
		return points
	}
	out := make([]roadSpot, 0, most)
	for i := range most {
		out = append(out, points[i*len(points)/most])
	}
	return out
}

// localLine is the course of a road around a spot.
type localLine struct {
	at     spotXY
	dx, dy float64
	length float64 // how far along the known spots lie: what the direction rests on
}

// lineNear is the main axis of the points near c. Where they say little of the direction it is
// square to the other road: most crossings are.
func lineNear(points []roadSpot, c spotXY, other *localLine) localLine {
	var line localLine
	for round := range 3 {
		var w, x, y, xx, xy, yy float64
		weight := func(p roadSpot) float64 {
			d := p.to(c) / lineH
			k := p.weight * math.Exp(-d*d)
			if round > 0 {
				off := ((p.x-line.at.x)*line.dy - (p.y-line.at.y)*line.dx) / lineT
				k /= 1 + off*off
			}
			return k
		}
		for _, p := range points {
			k := weight(p)
			w += k
			x += k * p.x
			y += k * p.y
		}
		if w < 1e-9 {
			return localLine{at: c, dx: 1}
		}
		x, y = x/w, y/w
		for _, p := range points {
			k := weight(p)
			xx += k * (p.x - x) * (p.x - x)
			xy += k * (p.x - x) * (p.y - y)
			yy += k * (p.y - y) * (p.y - y)
		}
		length := math.Sqrt(math.Hypot(xx-yy, 2*xy) / w)
		if other != nil {
			m := squareM * squareM * w
			xx += m * other.dy * other.dy
			xy -= m * other.dx * other.dy
			yy += m * other.dx * other.dx
		}
		angle := math.Atan2(2*xy, xx-yy) / 2
		line = localLine{spotXY{x, y}, math.Cos(angle), math.Sin(angle), length}
	}
	return line
}

// answer seeks the spot within 200 metres of which the place most likely is.
func (q *question) answer() (Estimate, bool) {
	type candidate struct {
		at      spotXY
		support float64
	}
	var all []candidate
	for i := range q.panels {
		for _, v := range q.panels[i].votes {
			all = append(all, candidate{v.at, q.support(v.at)})
		}
	}
	if len(all) == 0 {
		return Estimate{}, false
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.support, a.support) })
	// Distinct ones, the best first; the rest of the plane is what the density of anywhere makes.
	var kept []candidate
	for _, c := range all {
		if len(kept) == 12 || c.support < all[0].support*1e-4 {
			break
		}
		if !slices.ContainsFunc(kept, func(k candidate) bool { return k.at.to(c.at) < 60 }) {
			kept = append(kept, c)
		}
	}
	best, at := -1.0, spotXY{}
	for _, c := range kept {
		if m := q.mass(c.at); m > best {
			best, at = m, c.at
		}
	}
	for step := 90.0; step > 20; step /= 1.6 {
		for moved := 0; moved < 4; moved++ {
			from := at
			for _, d := range hexagon {
				s := spotXY{from.x + d.x*step, from.y + d.y*step}
				if m := q.mass(s); m > best {
					best, at = m, s
				}
			}
			if at == from {
				break
			}
		}
	}
	doubt := 1.0
	for i := range q.panels {
		doubt *= q.panels[i].doubt
	}
	total := best + doubt/anywhere/discCell
	var counted = []spotXY{at}
	for _, c := range kept {
		if !slices.ContainsFunc(counted, func(k spotXY) bool { return k.to(c.at) < 320 }) {
			counted = append(counted, c.at)
			total += q.mass(c.at)
		}
	}
	e := Estimate{At: q.r.point(at), Sure: best / total}
	for i := range q.panels {
		for _, v := range q.panels[i].votes {
			d := v.at.to(at) / v.scale
			e.kinds[v.why] += v.weight / q.panels[i].sum / (1 + d*d)
		}
	}
	e.exact = q.exact
	return e, true
}

var hexagon = func() (out [6]spotXY) {
	for i := range out {
		out[i] = spotXY{math.Cos(float64(i) * math.Pi / 3), math.Sin(float64(i) * math.Pi / 3)}
	}
	return out
}()

const discCell = 62 * 62 * 0.866 // square metres

// disc are spots that fill a circle of 200 metres evenly.
var disc = func() (out []spotXY) {
	const step = 62.0
	for i := -4; i <= 4; i++ {
		for j := -4; j <= 4; j++ {
			s := spotXY{step * (float64(i) + float64(j)/2), step * float64(j) * math.Sqrt(3) / 2}
			if math.Hypot(s.x, s.y) <= 200 {
				out = append(out, s)
			}
		}
	}
	return out
}()

// mass is what lies within 200 metres of a spot.
func (q *question) mass(at spotXY) float64 {
	sum := 0.0
	for _, d := range disc {
		sum += q.support(spotXY{at.x + d.x, at.y + d.y})
	}
	return sum
}

// support is what all panels say of a spot together, against what would be said of any.
func (q *question) support(at spotXY) float64 {
	product := 1.0
	for i := range q.panels {
		product *= q.panels[i].density(at) / anywhere
	}
	return product
}
