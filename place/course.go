package place

import (
	"math"
	"slices"
)

// roadSpot is a spot on a road, and how sure it is that the road runs just there.
type roadSpot struct {
	spotXY
	weight float64
}

// How sure a spot is to lie on a road, beside a house's.
const (
	onRoad     = 5.0 // a stop on it
	onMap      = 2.0 // the map's line
	betweenTwo = 0.5 // between two houses
	inLane     = 0.4 // a house in a lane that opens on it
	acrossRoad = 0.2 // a stop on the road that it crosses
	nearRoad   = 0.1 // said to be near it
)

// chart makes a road's course of what is known of it: houses that lie where the numbers around run,
// what lies between them, and the other spots.
func (r *Register) chart(id int32) {
	const (
		stray    = 150 // metres off what the other numbers say, beyond twice its deviation
		together = 120 // metres between houses that leave no gap
		apart    = 500 // metres between houses that do not tell what is between them
		gap      = 200 // numbers, likewise
	)
	road := &r.roads[id]
	spots := slices.Clip(road.spots)
	var last [2]spotXY // of the even and of the odd side
	var seen [2]int
	for i, h := range road.houses {
		at := r.entries[h.entry].at
		around := r.around(road.houses, h.number, i, i+1, i)
		if guess, off, ok := krige(around, float64(h.number)); ok && len(around) > 3 && guess.to(at) > stray+2*off {
			continue
		}
		if h.lane {
			spots = append(spots, roadSpot{at, inLane})
			continue
		}
		spots = append(spots, roadSpot{at, 1})
		side := h.number & 1
		if d := last[side].to(at); seen[side] > 0 && h.number-seen[side] < gap && d > together && d < apart {
			spots = between(spots, last[side], at, 1, betweenTwo)
		}
		last[side], seen[side] = at, h.number
	}
	road.course = even(spots)
}

// between adds spots on the way from a to b, without b, and without a if first is 1.
func between(spots []roadSpot, a, b spotXY, first, weight float64) []roadSpot {
	const step = 80 // metres
	steps := math.Ceil(a.to(b) / step)
	for k := first; k < steps; k++ {
		t := k / steps
		spots = append(spots, roadSpot{spotXY{a.x + t*(b.x-a.x), a.y + t*(b.y-a.y)}, weight})
	}
	return spots
}

// even makes one spot of those that lie together, so that a place is no likelier where more of the
// road is known, and thins them to what a question can afford.
func even(spots []roadSpot) []roadSpot {
	const (
		size = 50.0 // metres
		most = 5.0  // weight of one spot
		keep = 150  // spots of one road
	)
	type square struct{ x, y int32 }
	squares := map[square]int{}
	var out []roadSpot
	for _, s := range spots {
		c := square{int32(math.Floor(s.x / size)), int32(math.Floor(s.y / size))}
		i, ok := squares[c]
		if !ok {
			i = len(out)
			squares[c] = i
			out = append(out, roadSpot{})
		}
		o := &out[i]
		o.x, o.y, o.weight = o.x+s.weight*s.x, o.y+s.weight*s.y, o.weight+s.weight
	}
	for i := range out {
		o := &out[i]
		o.x, o.y, o.weight = o.x/o.weight, o.y/o.weight, min(o.weight, most)
	}
	if len(out) > keep {
		for i := range keep {
			out[i] = out[i*len(out)/keep]
		}
		out = out[:keep]
	}
	return out
}

// meet finds where two roads cross, by their courses.
func (r *Register) meet(a, b int32) (spotXY, bool) {
	const (
		never = 0.01 // closeness of roads that do not come near each other
		most  = 1000 // metres that a road is thought on beyond what is known of it
		flat  = 0.3  // sine of the angle below which a crossing cannot be told
	)
	pa, pb := r.roads[a].course, r.roads[b].course
	best, at := 0.0, spotXY{}
	for _, spots := range [][]roadSpot{pa, pb} {
		for _, s := range spots {
			if d := closeness(pa, s.spotXY) * closeness(pb, s.spotXY); d > best {
				best, at = d, s.spotXY
			}
		}
	}
	if best < never {
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
		if math.Abs(det) < flat {
			break
		}
		t := ((lb.at.x-la.at.x)*lb.dy - (lb.at.y-la.at.y)*lb.dx) / det
		next := spotXY{la.at.x + t*la.dx, la.at.y + t*la.dy}
		if next.to(start) > most {
			break
		}
		at = next
	}
	return at, true
}

// closeness tells how much of a road lies about a spot.
func closeness(spots []roadSpot, at spotXY) float64 {
	const scale = 150.0 // metres
	sum := 0.0
	for i := range spots {
		s := &spots[i]
		dx, dy := s.x-at.x, s.y-at.y
		k := 1 / (1 + (dx*dx+dy*dy)/(scale*scale))
		sum += s.weight * k * k
	}
	return min(sum, 2)
}

// nearest is the road's spot that lies nearest, a sure one rather than an unsure one.
func nearest(spots []roadSpot, at spotXY) spotXY {
	best, out := math.Inf(1), at
	for _, s := range spots {
		if d := s.to(at) / (0.5 + min(s.weight, 1)); d < best {
			best, out = d, s.spotXY
		}
	}
	return out
}

// localLine is the course of a road around a spot.
type localLine struct {
	at     spotXY
	dx, dy float64
	length float64 // how far along the known spots lie: what the direction rests on
}

// lineNear is the main axis of the spots near c. Where they say little of the direction it is
// square to the other road: most crossings are.
func lineNear(spots []roadSpot, c spotXY, other *localLine) localLine {
	const (
		reach  = 400.0 // metres
		off    = 30.0  // metres beside the line from which a spot counts half
		square = 60.0  // metres of length that outweigh the guess of a right angle
	)
	line := localLine{at: c, dx: 1}
	weights := make([]float64, len(spots))
	for round := range 3 {
		var w, x, y, xx, xy, yy float64
		for i := range spots {
			s := &spots[i]
			d := s.to(c) / reach
			k := s.weight * math.Exp(-d*d)
			if round > 0 {
				beside := ((s.x-line.at.x)*line.dy - (s.y-line.at.y)*line.dx) / off
				k /= 1 + beside*beside
			}
			weights[i] = k
			w += k
			x += k * s.x
			y += k * s.y
		}
		if w < 1e-9 {
			return line
		}
		x, y = x/w, y/w
		for i := range spots {
			s, k := &spots[i], weights[i]
			xx += k * (s.x - x) * (s.x - x)
			xy += k * (s.x - x) * (s.y - y)
			yy += k * (s.y - y) * (s.y - y)
		}
		length := math.Sqrt(math.Hypot(xx-yy, 2*xy) / w)
		if other != nil {
			m := square * square * w
			xx += m * other.dy * other.dy
			xy -= m * other.dx * other.dy
			yy += m * other.dx * other.dx
		}
		angle := math.Atan2(2*xy, xx-yy) / 2
		line = localLine{spotXY{x, y}, math.Cos(angle), math.Sin(angle), length}
	}
	return line
}

// foot moves a stop that stands on one of two roads to the other: there they cross.
func (r *Register) foot(a, b int32, w witness) spotXY {
	const most = 300 // metres from a stop to the crossing that it is named for
	other := a
	if w.first == a {
		other = b
	}
	if len(r.roads[other].course) == 0 {
		return w.at
	}
	along := lineNear(r.roads[w.first].course, w.at, nil)
	line := lineNear(r.roads[other].course, nearest(r.roads[other].course, w.at), &along)
	t := (w.at.x-line.at.x)*line.dx + (w.at.y-line.at.y)*line.dy
	foot := spotXY{line.at.x + t*line.dx, line.at.y + t*line.dy}
	if foot.to(w.at) > most {
		return w.at
	}
	return foot
}
