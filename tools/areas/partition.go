package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// site is a place known to lie in a street.
type site struct {
	street string
	at     orb.Point
}

// grid is the precision of drawn vertices, in degrees: ten centimetres.
const grid = 1e-6

// partition divides the outline among the streets: each spot belongs to the street of its nearest
// site. Cells are cut exactly and their corners are rounded once, in common, so that neighbours
// share every border vertex and neither overlap nor leave a gap.
func partition(outline orb.Ring, sites []site) (map[string]orb.MultiPolygon, error) {
	aspect := math.Cos(outline.Bound().Center()[1] * math.Pi / 180)
	corners := &corners{}
	borders := map[string]map[[2]orb.Point]int{}
	for i, s := range sites {
		pieces := []orb.Ring{counterClockwise(outline)}
		for j, other := range sites {
			if i != j {
				pieces = clip(pieces, closerTo(s.at, other.at, aspect))
			}
		}
		for _, piece := range pieces {
			if borders[s.street] == nil {
				borders[s.street] = map[[2]orb.Point]int{}
			}
			addEdges(borders[s.street], corners.round(piece))
		}
	}
	out := map[string]orb.MultiPolygon{}
	for street, edges := range borders {
		rings, err := chain(edges)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", street, err)
		}
		out[street] = assemble(rings)
	}
	return out, nil
}

// halfPlane holds the points with a*x + b*y <= c.
type halfPlane struct{ a, b, c float64 }

func (h halfPlane) beyond(p orb.Point) float64 { return h.a*p[0] + h.b*p[1] - h.c }

// closerTo is the half plane of points closer to p than to q, where a degree of longitude is
// aspect times as long as one of latitude.
func closerTo(p, q orb.Point, aspect float64) halfPlane {
	k := aspect * aspect
	return halfPlane{
		a: 2 * k * (q[0] - p[0]),
		b: 2 * (q[1] - p[1]),
		c: k*(q[0]*q[0]-p[0]*p[0]) + q[1]*q[1] - p[1]*p[1],
	}
}

// clip cuts counter-clockwise rings by a half plane. A ring that is not convex may fall into several.
func clip(rings []orb.Ring, h halfPlane) []orb.Ring {
	var out []orb.Ring
	for _, ring := range rings {
		out = append(out, clipRing(ring, h)...)
	}
	return out
}

// clipRing walks the ring's inside runs and closes each along the cutting line to the run whose
// end lies next on it.
func clipRing(ring orb.Ring, h halfPlane) []orb.Ring {
	type crossing struct {
		at    orb.Point
		along float64 // position on the cutting line
		run   int     // the run that starts here, or ends here
		start bool
	}
	n := len(ring) - 1
	first := -1 // an outside vertex whose successor is inside
	inside := make([]bool, n)
	for i := range n {
		inside[i] = h.beyond(ring[i]) <= 0
	}
	for i := range n {
		if !inside[i] && inside[(i+1)%n] {
			first = i
			break
		}
	}
	if first < 0 {
		if inside[0] {
			return []orb.Ring{ring}
		}
		return nil
	}
	cut := func(p, q orb.Point) orb.Point {
		dp, dq := h.beyond(p), h.beyond(q)
		t := dp / (dp - dq)
		return orb.Point{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])}
	}
	var runs [][]orb.Point
	var crossings []crossing
	for k := range n {
		i, j := (first+k)%n, (first+k+1)%n
		p, q := ring[i], ring[j]
		switch {
		case !inside[i] && inside[j]:
			at := cut(p, q)
			crossings = append(crossings, crossing{at, h.b*at[0] - h.a*at[1], len(runs), true})
			runs = append(runs, []orb.Point{at, q})
		case inside[i] && inside[j]:
			runs[len(runs)-1] = append(runs[len(runs)-1], q)
		case inside[i] && !inside[j]:
			at := cut(p, q)
			crossings = append(crossings, crossing{at, h.b*at[0] - h.a*at[1], len(runs) - 1, false})
			runs[len(runs)-1] = append(runs[len(runs)-1], at)
		}
	}
	slices.SortFunc(crossings, func(x, y crossing) int { return cmp.Compare(x.along, y.along) })
	follows := make([]int, len(runs)) // the run that is joined to the end of this one
	for i := 0; i+1 < len(crossings); i += 2 {
		x, y := crossings[i], crossings[i+1]
		if x.start {
			x, y = y, x
		}
		follows[x.run] = y.run
	}
	var out []orb.Ring
	done := make([]bool, len(runs))
	for r := range runs {
		if done[r] {
			continue
		}
		var piece orb.Ring
		for k := r; !done[k]; k = follows[k] {
			done[k] = true
			piece = append(piece, runs[k]...)
		}
		out = append(out, append(piece, piece[0]))
	}
	return out
}

// corners rounds vertices to the grid, and vertices that differ by arithmetic dust to the same one.
type corners struct{ known []orb.Point }

func (c *corners) round(ring orb.Ring) orb.Ring {
	var out orb.Ring
	for _, p := range ring {
		q := c.corner(p)
		if len(out) == 0 || out[len(out)-1] != q {
			out = append(out, q)
		}
	}
	return out
}

func (c *corners) corner(p orb.Point) orb.Point {
	for _, k := range c.known {
		if math.Abs(k[0]-p[0]) < grid && math.Abs(k[1]-p[1]) < grid {
			return k
		}
	}
	q := orb.Point{math.Round(p[0]/grid) / (1 / grid), math.Round(p[1]/grid) / (1 / grid)}
	c.known = append(c.known, q)
	return q
}

// addEdges adds a cell's edges; an edge that the street's other cell has in the other direction is
// inside the street and vanishes.
func addEdges(edges map[[2]orb.Point]int, ring orb.Ring) {
	for i := 1; i < len(ring); i++ {
		there, back := [2]orb.Point{ring[i-1], ring[i]}, [2]orb.Point{ring[i], ring[i-1]}
		if edges[back] > 0 {
			delete(edges, back)
			continue
		}
		edges[there]++
	}
}

// chain joins directed edges to closed rings.
func chain(edges map[[2]orb.Point]int) ([]orb.Ring, error) {
	next := map[orb.Point][]orb.Point{}
	var starts []orb.Point
	for e := range edges {
		next[e[0]] = append(next[e[0]], e[1])
		starts = append(starts, e[0])
	}
	byPosition := func(p, q orb.Point) int { return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1])) }
	slices.SortFunc(starts, byPosition) // the file must not depend on the order of a map
	for _, ends := range next {
		slices.SortFunc(ends, byPosition)
	}
	var rings []orb.Ring
	for _, start := range starts {
		for len(next[start]) > 0 {
			ring := orb.Ring{start}
			for at := start; ; {
				ends := next[at]
				if len(ends) == 0 {
					return nil, fmt.Errorf("the border is open at %v", at)
				}
				next[at] = ends[1:]
				at = ends[0]
				ring = append(ring, at)
				if at == start {
					break
				}
			}
			rings = append(rings, ring)
		}
	}
	return rings, nil
}

// assemble sorts rings into polygons with their holes.
func assemble(rings []orb.Ring) orb.MultiPolygon {
	var out orb.MultiPolygon
	var holes []orb.Ring
	for _, r := range rings {
		if r.Orientation() == orb.CCW {
			out = append(out, orb.Polygon{r})
		} else {
			holes = append(holes, r)
		}
	}
	for _, hole := range holes {
		for i := range out {
			if ringContains(out[i][0], hole[0]) {
				out[i] = append(out[i], hole)
				break
			}
		}
	}
	return out
}

func ringContains(ring orb.Ring, p orb.Point) bool {
	inside := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])*(b[0]-a[0])/(b[1]-a[1]) {
			inside = !inside
		}
	}
	return inside
}

func counterClockwise(r orb.Ring) orb.Ring {
	r = slices.Clone(r)
	if r.Orientation() == orb.CW {
		slices.Reverse(r)
	}
	return r
}
