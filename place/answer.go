package place

import (
	"cmp"
	"math"
	"slices"
)

// near200 is how near a pin must be to be right.
const near200 = 200 // metres

// answer seeks the spot around which, within 200 metres, most of the belief lies. A pin amid a few
// likely places is better than one on the likeliest of them.
func (q *question) answer() (Estimate, bool) {
	const most, least, distinct = 12, 1e-4, 60
	type candidate struct {
		at     spotXY
		belief float64
	}
	var all []candidate
	for i := range q.panels {
		for _, v := range q.panels[i].votes {
			all = append(all, candidate{v.at, q.belief(v.at)})
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
	at, best := spotXY{}, -1.0
	for _, s := range kept {
		if m := q.mass(s); m > best {
			at, best = s, m
		}
	}
	at, best = q.climb(at, best)
	total := best + q.elsewhere()
	counted := []spotXY{at}
	for _, s := range kept {
		if !slices.ContainsFunc(counted, func(c spotXY) bool { return c.to(s) < 1.6*near200 }) {
			counted = append(counted, s)
			total += q.mass(s)
		}
	}
	confidence := calibrated(best / total)
	return Estimate{At: q.r.point(at).rounded(), Within: q.within(at, confidence), Confidence: confidence, Why: q.why(at)}, true
}

// climb moves a spot to where the mass around it is greatest.
func (q *question) climb(at spotXY, best float64) (spotXY, float64) {
	for step := 90.0; step > 20; step /= 1.6 {
		for range 4 {
			from := at
			for _, d := range hexagon {
				s := spotXY{from.x + d.x*step, from.y + d.y*step}
				if m := q.mass(s); m > best {
					at, best = s, m
				}
			}
			if at == from {
				break
			}
		}
	}
	return at, best
}

var hexagon = func() (out [6]spotXY) {
	for i := range out {
		out[i] = spotXY{math.Cos(float64(i) * math.Pi / 3), math.Sin(float64(i) * math.Pi / 3)}
	}
	return out
}()

// discStep is how far apart the spots lie by which a circle of 200 metres is summed.
const discStep = 62.0

// disc are spots that fill the circle evenly.
var disc = func() (out []spotXY) {
	for i := -4; i <= 4; i++ {
		for j := -4; j <= 4; j++ {
			s := spotXY{discStep * (float64(i) + float64(j)/2), discStep * float64(j) * math.Sqrt(3) / 2}
			if math.Hypot(s.x, s.y) <= near200 {
				out = append(out, s)
			}
		}
	}
	return out
}()

// mass is the belief that lies within 200 metres of a spot.
func (q *question) mass(at spotXY) float64 {
	sum := 0.0
	for _, d := range disc {
		sum += q.belief(spotXY{at.x + d.x, at.y + d.y})
	}
	return sum
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
	return doubt / anywhere / (discStep * discStep * math.Sqrt(3) / 2)
}

// within is the radius that probably holds the place: where it is believed in at all, four fifths of
// the belief about the pin; the less sure the pin, the more.
func (q *question) within(at spotXY, confidence float64) float64 {
	type ring struct{ d, w float64 }
	var rings []ring
	total := 0.0
	for _, wide := range []float64{1, 2} { // the circle of 200 metres finely, that of 400 coarsely
		for _, d := range disc {
			s := ring{d: math.Hypot(d.x, d.y) * wide}
			if wide == 1 || s.d > near200 {
				s.w = q.belief(spotXY{at.x + d.x*wide, at.y + d.y*wide}) * wide * wide
				rings = append(rings, s)
				total += s.w
			}
		}
	}
	slices.SortFunc(rings, func(a, b ring) int { return cmp.Compare(a.d, b.d) })
	radius, sum := 0.0, 0.0
	for _, s := range rings {
		if sum += s.w; sum >= 0.8*total {
			radius = s.d
			break
		}
	}
	const least, unsure = 60, 600
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
