package place

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// Found is where a place with a name and an address is. A person confirms it.
type Found struct {
	Estimate
	District string   // 静安区, or the neighbour that it lies in; empty if not known
	Inside   bool     // it lies in the district, or no farther from it than its border is exact
	Streets  []Beside // whose area it may lie in, the likeliest first; more than one at a border
}

// Beside is a street or town that a place may lie in, and the chance that it does.
type Beside struct {
	Code, Name string
	Share      float64
}

// borderExact is how exactly the outline is drawn, in metres.
const borderExact = 60

// Find proposes where a place with this name and address is; either may be empty. It is false if
// nothing says where, or if the address is in another city. A place in another district is found as
// well, and said to be there.
func (g *Gazetteer) Find(name, address string) (Found, bool) {
	tokens := g.names.scan(clean(address))
	where, other := Elsewhere(address)
	otherCity := slices.ContainsFunc(tokens, func(t token) bool { return t.kind() == elsewhereWord && t.words[0].id != inShanghai })
	here := strings.Contains(address, "上海") || slices.ContainsFunc(tokens, func(t token) bool { return t.kind() == hereWord })
	if otherCity && !here || g.register.cityBefore(address) {
		return Found{}, false
	}
	e, ok := g.register.Estimate(name, address)
	if !ok {
		return Found{}, false
	}
	f := Found{Estimate: e}
	if f.Inside = g.district.Contains(e.At) || g.district.Distance(e.At) <= borderExact; f.Inside {
		f.District = g.district.Name
		f.Streets = g.beside(e.At, e.Within)
	} else {
		f.District = g.register.districtAt(e.At)
	}
	if other && !strings.HasSuffix(where, f.District) || f.District == "" {
		f.Confidence = min(f.Confidence, misled) // the address says another district than the place that we know by its words
	}
	return f, true
}

// misled is the most that is believed of a place in another district than its address says.
const misled = 0.2

// cityBefore reports whether an address begins with another city's name before a road: 成都江宁路428号. The roads of Shanghai that are
// called after cities (南京西路, 成都北路) are none of these.
func (r *Register) cityBefore(address string) bool {
	text := clean(address)
	for _, city := range cities {
		rest, begins := strings.CutPrefix(string(text), city)
		if !begins {
			continue
		}
		a := parseAddress(text, r.resolve)
		known := slices.ContainsFunc(a.Roads, func(p RoadPart) bool { _, ok := r.roadIDs[p.Name]; return ok && strings.HasPrefix(p.Name, city) })
		b := parseAddress([]rune(rest), r.resolve)
		return !known && len(b.Roads) > 0 && strings.HasPrefix(rest, b.Roads[0].Name)
	}
	return false
}

// doubtful is the share of its uncertainty that a street must have for its squad to be offered the
// place.
const doubtful = 0.1

// Beside are the streets whose areas lie within a radius of a point, by the share that they have of it.
func (g *Gazetteer) Beside(at Point, within float64) []Beside { return g.beside(at, within) }

// beside are the streets whose areas lie within a radius, by the share that they have of it. The
// middle counts more: a place is likelier there.
func (g *Gazetteer) beside(at Point, within float64) []Beside {
	shares := map[int32]float64{}
	total := 0.0
	pl := planeAt(at)
	for _, d := range disc {
		x, y := d.off.x*within/near200, d.off.y*within/near200
		w := 1 / (1 + 4*d.far*d.far/(near200*near200))
		if street := g.streetAt(Point{at.Lon + x/pl.perLon, at.Lat + y/metresPerDegree}); street != outside {
			shares[street] += w
			total += w
		}
	}
	var out []Beside
	for street, w := range shares {
		if w >= doubtful*total {
			a := g.streets[street].area
			out = append(out, Beside{a.Code, a.Name, math.Round(100*w/total) / 100})
		}
	}
	if len(out) == 0 {
		if near, ok := g.areas.Nearest(at); ok && near.Metres <= borderExact {
			out = append(out, Beside{near.Area.Code, near.Area.Name, 1})
		}
	}
	slices.SortFunc(out, func(a, b Beside) int { return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Code, b.Code)) })
	return out
}

// Learn is the gazetteer and places that were confirmed or corrected since: later proposals for the
// same address, compound or crossing, and for numbers nearby, follow them. It leaves g as it is.
func (g *Gazetteer) Learn(confirmed ...Known) *Gazetteer {
	out := *g
	out.register = g.register.With(confirmed...)
	out.learned = lexicon{}
	for i := out.register.marked; i < len(out.register.landmarks); i++ {
		out.learned.add(out.register.landmarks[i].name, word{kind: landmarkWord, id: int32(i)})
	}
	out.roads = slices.Clip(g.roads)
	if len(out.register.roads) == len(g.register.roads) {
		return &out
	}
	for _, name := range slices.Sorted(maps.Keys(out.register.roadIDs)) {
		id := out.register.roadIDs[name]
		if int(id) < len(g.register.roads) || !properRoad.MatchString(name) {
			continue
		}
		out.learned.add(name, word{kind: roadWord, id: int32(len(out.roads))})
		out.roads = append(out.roads, road{name: name, id: id, lanes: map[int][]int32{}, namely: outside, parts: out.parts(out.register.roads[id].course)})
	}
	return &out
}

// districtAt is the district that most of the nearest known places lie in.
func (r *Register) districtAt(at Point) string {
	const most, far = 5, 1500 // places, metres
	type neighbour struct {
		d        float64
		district int
	}
	var near []neighbour
	s := r.xy(at)
	for i := range r.entries {
		e := &r.entries[i]
		if d := e.at.to(s); d < far && e.district > 0 {
			near = append(near, neighbour{d, e.district})
		}
	}
	slices.SortFunc(near, func(a, b neighbour) int { return cmp.Compare(a.d, b.d) })
	votes := make([]int, len(r.districts))
	best := 0
	for _, n := range near[:min(len(near), most)] {
		if votes[n.district]++; votes[n.district] > votes[best] {
			best = n.district
		}
	}
	return r.districts[best]
}
