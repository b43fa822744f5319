package place

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Centre is a point inside the area to write its name or count on: the centroid, or for a bent or
// scattered area the point of a coarse grid that lies deepest inside.
func (a Area) Centre() Point {
	s := newShape(a.Geometry)
	if len(s.edges) == 0 {
		return Point{}
	}
	c, _ := planar.CentroidArea(a.Geometry)
	if p := (Point{c[0], c[1]}); s.contains(p) {
		return p
	}
	const steps = 24
	best, depth := fromOrb(a.Geometry[0][0][0]), math.Inf(-1)
	for i := 1; i < steps; i++ {
		for j := 1; j < steps; j++ {
			p := Point{
				Lon: s.bound.Min[0] + (s.bound.Max[0]-s.bound.Min[0])*float64(i)/steps,
				Lat: s.bound.Min[1] + (s.bound.Max[1]-s.bound.Min[1])*float64(j)/steps,
			}
			if !s.contains(p) {
				continue
			}
			if d := s.distance(planeAt(p)); d > depth {
				best, depth = p, d
			}
		}
	}
	return best
}

func fromOrb(p orb.Point) Point { return Point{Lon: p[0], Lat: p[1]} }

// Outline is the outer border of each of its parts.
func (a Area) Outline() (rings [][]Point) {
	for _, polygon := range a.Geometry {
		if len(polygon) == 0 {
			continue
		}
		var ring []Point
		for _, p := range polygon[0] {
			ring = append(ring, fromOrb(p))
		}
		rings = append(rings, ring)
	}
	return rings
}
