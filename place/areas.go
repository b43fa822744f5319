package place

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Area is the ground that one unit answers for.
type Area struct {
	Unit        string           // the unit's id in org; empty until an office has bound the area to a unit
	Code        string           // the division's statistical code, nine digits for a street or town
	Name        string           // as people call it
	Kind        string           // "street", "town", or the office's own word
	Approximate bool             // drawn for show, not surveyed; the map says 示意
	Geometry    orb.MultiPolygon // WGS-84
}

// Near is an area and how far away its border is, in metres; 0 if the point lies inside.
type Near struct {
	Area   Area
	Metres float64
}

// Areas is an index that answers where a point lies. It is made once by NewAreas, never changed,
// and safe for use from many goroutines.
type Areas struct {
	list   []Area
	shapes []shape
	tree   rtree.RTreeG[int32]
}

// NewAreas indexes areas. The order of the list decides the order of answers.
func NewAreas(list []Area) *Areas {
	a := &Areas{list: slices.Clone(list), shapes: make([]shape, len(list))}
	for i, area := range a.list {
		a.shapes[i] = newShape(area.Geometry)
		if b := a.shapes[i].bound; !b.IsEmpty() {
			a.tree.Insert(b.Min, b.Max, int32(i))
		}
	}
	return a
}

// All returns the areas in the order they were given.
func (a *Areas) All() []Area { return slices.Clone(a.list) }

// Find returns the areas that contain p, in the order of the list; more than one if areas overlap,
// none if p is outside all. Where two areas share a border, a point on it is in exactly one.
func (a *Areas) Find(p Point) []Area {
	var hits [8]int32
	found := a.find(p, hits[:0])
	if len(found) == 0 {
		return nil
	}
	areas := make([]Area, len(found))
	for i, n := range found {
		areas[i] = a.list[n]
	}
	return areas
}

// At returns the first area that contains p. It allocates nothing.
func (a *Areas) At(p Point) (Area, bool) {
	var hits [8]int32
	if found := a.find(p, hits[:0]); len(found) > 0 {
		return a.list[found[0]], true
	}
	return Area{}, false
}

func (a *Areas) find(p Point, hits []int32) []int32 {
	at := [2]float64{p.Lon, p.Lat}
	a.tree.Search(at, at, func(_, _ [2]float64, i int32) bool {
		if a.shapes[i].contains(p) {
			hits = append(hits, i)
		}
		return true
	})
	slices.Sort(hits)
	return hits
}

// FindNear returns every area that is no farther than metres from p, the nearest first: near a
// border that is both sides, whose squads both may have to know.
func (a *Areas) FindNear(p Point, metres float64) []Near {
	pl := planeAt(p)
	dLon, dLat := metres/pl.perLon, metres/metresPerDegree
	var near []Near
	a.tree.Search([2]float64{p.Lon - dLon, p.Lat - dLat}, [2]float64{p.Lon + dLon, p.Lat + dLat},
		func(_, _ [2]float64, i int32) bool {
			if d := a.distance(i, p, pl); d <= metres {
				near = append(near, Near{a.list[i], d})
			}
			return true
		})
	slices.SortStableFunc(near, func(x, y Near) int {
		return cmp.Or(cmp.Compare(x.Metres, y.Metres), cmp.Compare(x.Area.Code, y.Area.Code))
	})
	return near
}

// Nearest returns the area whose border is nearest to p, or the one that contains it. It is false
// only if there are no areas.
func (a *Areas) Nearest(p Point) (Near, bool) {
	if area, ok := a.At(p); ok {
		return Near{Area: area}, true
	}
	pl, best, at := planeAt(p), math.Inf(1), int32(-1)
	for i := range a.list {
		if a.shapes[i].bound.IsEmpty() {
			continue
		}
		if d := a.distance(int32(i), p, pl); d < best {
			best, at = d, int32(i)
		}
	}
	if at < 0 {
		return Near{}, false
	}
	return Near{a.list[at], best}, true
}

func (a *Areas) distance(i int32, p Point, pl plane) float64 {
	if a.shapes[i].contains(p) {
		return 0
	}
	return a.shapes[i].distance(pl)
}

// shape is a geometry prepared for the question whether it contains a point: its edges in bands of
// latitude, so that a long outline is asked a few edges only.
type shape struct {
	bound  orb.Bound
	edges  []edge
	bands  [][]int32
	height float64 // of one band, in degrees
}

// edge runs from south to north, whichever way its ring ran, so that two areas that share a border
// compute the very same crossing and never both claim, nor both refuse, a point on it.
type edge struct{ south, north orb.Point }

func newShape(g orb.MultiPolygon) shape {
	s := shape{bound: orb.MultiPolygon(g).Bound()}
	for _, polygon := range g {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				e := edge{ring[i-1], ring[i]}
				if e.south[1] > e.north[1] || e.south[1] == e.north[1] && e.south[0] > e.north[0] {
					e.south, e.north = e.north, e.south
				}
				s.edges = append(s.edges, e)
			}
		}
	}
	if len(s.edges) == 0 {
		s.bound = orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
		return s
	}
	s.bands = make([][]int32, 1+len(s.edges)/4)
	s.height = math.Max((s.bound.Max[1]-s.bound.Min[1])/float64(len(s.bands)), math.SmallestNonzeroFloat32)
	for i, e := range s.edges {
		for b := s.band(e.south[1]); b <= s.band(e.north[1]); b++ {
			s.bands[b] = append(s.bands[b], int32(i))
		}
	}
	return s
}

func (s *shape) band(lat float64) int {
	return max(0, min(len(s.bands)-1, int((lat-s.bound.Min[1])/s.height)))
}

// contains counts the edges east of p; an odd number means inside. Holes are rings like any other.
func (s *shape) contains(p Point) bool {
	if !s.bound.Contains(p.orb()) {
		return false
	}
	inside := false
	for _, i := range s.bands[s.band(p.Lat)] {
		e := &s.edges[i]
		if e.south[1] <= p.Lat && p.Lat < e.north[1] &&
			p.Lon < e.south[0]+(p.Lat-e.south[1])*(e.north[0]-e.south[0])/(e.north[1]-e.south[1]) {
			inside = !inside
		}
	}
	return inside
}

// distance is the distance in metres from the plane's origin to the nearest border.
func (s *shape) distance(pl plane) float64 {
	best := math.Inf(1)
	for i := range s.edges {
		best = math.Min(best, pl.toSegment(s.edges[i].south, s.edges[i].north))
	}
	return best
}
