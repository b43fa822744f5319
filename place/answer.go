package place

import (
	"cmp"
	"math"
	"slices"
)

// near200 is how near a pin must be to be right.
const near200 = 200 // metres

// chance is the confidence below which a likeness of names is none.
const chance = 0.15

// answer seeks the spot around which, within 200 metres, most of the belief lies. A pin amid a few
// likely places is better than one on the likeliest of them.
func (q *question) answer() (Estimate, bool) {
	const most, least, distinct = 12, 1e-4, 60
	type candidate struct {
		at     spotXY
		belief float64
	}
	var all []candidate
	// What is only on the road is asked last: where it has a number, too, that tells.
	for _, onRoads := range []bool{false, true} {
		for i := range q.panels {
			if p := &q.panels[i]; (p.why == WhyRoad) == onRoads {
				for _, v := range p.votes {
					all = append(all, candidate{v.at, q.belief(v.at)})
				}
			}
		}
		if precise := slices.ContainsFunc(q.panels, func(p panel) bool { return p.why == WhyNumber || p.why == WhyCrossing }); precise {
			break
		}
	}
	if len(all) == 0 {
		return Estimate{}, false
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.belief, a.belief) })
	var kept []spotXY
	for _, c := range all {
		if len(kept) == most || c.belief < all[0].belief*least {
			break
		}
		if !slices.ContainsFunc(kept, func(k spotXY) bool { return k.to(c.at) < distinct }) {
			kept = append(kept, c.at)
		}
	}
	f := field{q: q, origin: kept[0], known: map[cell]float64{}}
	var at cell
	best := -1.0
	for _, s := range kept {
		if m := f.mass(f.cell(s)); m > best {
			at, best = f.cell(s), m
		}
	}
	at, best = f.climb(at, best)
	pin := f.centre(at)
	rings, around := f.rings(at)
	total := around + q.elsewhere()
	counted := []spotXY{pin}
	for _, s := range kept {
		if !slices.ContainsFunc(counted, func(c spotXY) bool { return c.to(s) < 3*near200 }) {
			counted = append(counted, s)
			total += f.mass(f.cell(s))
		}
	}
	confidence := math.Round(100*min(calibrated(best/total), q.agreed(pin))) / 100
	e := Estimate{At: q.r.point(pin).rounded(), Within: within(rings, around, confidence), Confidence: confidence, Why: q.why(pin)}
	return e, e.Why != WhyName || confidence >= chance
}

// cell is a place in a lattice of equal triangles.
type cell struct{ i, j int32 }

const (
	latticeStep = 62.0 // metres
	rowHeight   = latticeStep * 0.8660254037844386
	cellArea    = latticeStep * rowHeight // square metres
)

// disc are the cells within 200 metres of one, and how far they lie from it.
var disc = func() (out []discCell) {
	for i := int32(-4); i <= 4; i++ {
		for j := int32(-4); j <= 4; j++ {
			x, y := latticeStep*(float64(i)+float64(j)/2), rowHeight*float64(j)
			if d := math.Hypot(x, y); d <= near200 {
				out = append(out, discCell{cell{i, j}, spotXY{x, y}, d})
			}
		}
	}
	return out
}()

type discCell struct {
	cell
	off spotXY
	far float64
}

var sixAround = []cell{{1, 0}, {0, 1}, {-1, 1}, {-1, 0}, {0, -1}, {1, -1}}

// field is the belief of a question on a lattice; each cell is computed once.
type field struct {
	q      *question
	origin spotXY
	known  map[cell]float64
}

func (f *field) cell(s spotXY) cell {
	j := math.Round((s.y - f.origin.y) / rowHeight)
	return cell{int32(math.Round((s.x-f.origin.x)/latticeStep - j/2)), int32(j)}
}

func (f *field) spot(c cell) spotXY {
	return spotXY{f.origin.x + latticeStep*(float64(c.i)+float64(c.j)/2), f.origin.y + rowHeight*float64(c.j)}
}

func (f *field) belief(c cell) float64 {
	b, ok := f.known[c]
	if !ok {
		b = f.q.belief(f.spot(c))
		f.known[c] = b
	}
	return b
}

// mass is the belief that lies within 200 metres of a cell.
func (f *field) mass(c cell) float64 {
	sum := 0.0
	for _, d := range disc {
		sum += f.belief(cell{c.i + d.i, c.j + d.j})
	}
	return sum
}

// climb moves to where the mass is greatest.
func (f *field) climb(at cell, best float64) (cell, float64) {
	const most = 12
	for range most {
		from := at
		for _, d := range sixAround {
			c := cell{from.i + d.i, from.j + d.j}
			if m := f.mass(c); m > best {
				at, best = c, m
			}
		}
		if at == from {
			break
		}
	}
	return at, best
}

// centre is where between the cells the middle of the belief around one lies.
func (f *field) centre(at cell) spotXY {
	var x, y, w float64
	for _, d := range disc {
		b := f.belief(cell{at.i + d.i, at.j + d.j})
		x, y, w = x+b*d.off.x, y+b*d.off.y, w+b
	}
	s := f.spot(at)
	return spotXY{s.x + x/w, s.y + y/w}
}

// belief is what all panels say of a spot together, against what would be said of any.
func (q *question) belief(at spotXY) float64 {
	product := 1.0
	for i := range q.panels {
		product *= q.panels[i].density(at) / anywhere
	}
	return product
}

// elsewhere is the belief, in the measure of mass, that no panel is right.
func (q *question) elsewhere() float64 {
	doubt := 1.0
	for i := range q.panels {
		doubt *= q.panels[i].doubt
	}
	return doubt / anywhere / cellArea
}

// ring is the belief at a distance.
type ring struct{ far, belief float64 }

// rings are the belief around a cell by distance: finely to 200 metres, thinly to 400.
func (f *field) rings(at cell) (rings []ring, total float64) {
	rings = make([]ring, 0, 2*len(disc))
	for _, wide := range []int32{1, 2} {
		for _, d := range disc {
			far := d.far * float64(wide)
			if wide == 1 || far > near200 {
				b := f.belief(cell{at.i + wide*d.i, at.j + wide*d.j}) * float64(wide*wide)
				rings = append(rings, ring{far, b})
				total += b
			}
		}
	}
	slices.SortStableFunc(rings, func(a, b ring) int { return cmp.Compare(a.far, b.far) })
	return rings, total
}

// within is the radius that probably holds the place: four fifths of the belief about the pin; the
// less sure the pin, the more.
func within(rings []ring, total, confidence float64) float64 {
	const share, least, unsure = 0.8, 60, 600
	radius, sum := 0.0, 0.0
	for _, r := range rings {
		if sum += r.belief; sum >= share*total {
			radius = r.far
			break
		}
	}
	return math.Round(max(radius, least) + (1-confidence)*unsure)
}

// why is the reason of the panel that speaks loudest for a spot.
func (q *question) why(at spotXY) string {
	best, why := 0.0, ""
	for i := range q.panels {
		p := &q.panels[i]
		weight := 1.0
		if p.why == WhyRoad || p.why == WhyName {
			weight = 0.5 // a number or a crossing is a better reason to give, if it holds
		}
		if d := p.density(at) * weight; d > best {
			best, why = d, p.why
		}
	}
	return why
}
