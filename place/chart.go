package place

import (
	"cmp"
	"math"
	"slices"
)

// Road is a stretch of a road near a point, as a small map draws it.
type Road struct {
	Name   string
	Course []Point // in order, two or more
	Known  float64 // how much is known to lie on it there: more is surer
}

// How the course of a road is read out of what lies on it.
const (
	chartStep  = 50.0 // metres between two points of a course
	chartGap   = 4    // steps without a witness: there it is another road, or nobody knows
	chartLeast = 1.5  // of what must be known of a stretch
)

// Around gives the roads within some metres of a point, the surest first. Their courses are read out of the houses and stops
// that lie on them, so they are about right and no more.
func (g *Gazetteer) Around(at Point, metres float64) []Road {
	origin := g.register.xy(at)
	var out []Road
	for _, road := range g.roads {
		var near []roadSpot
		for _, s := range g.register.roads[road.id].course {
			if math.Abs(s.x-origin.x) <= metres && math.Abs(s.y-origin.y) <= metres && s.weight > acrossRoad {
				near = append(near, s)
			}
		}
		for _, stretch := range courseOf(near) {
			r := Road{Name: road.name}
			for _, s := range stretch {
				r.Course, r.Known = append(r.Course, g.register.point(s.spotXY)), r.Known+s.weight
			}
			if r.Known >= chartLeast {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Road) int { return cmp.Compare(b.Known, a.Known) })
	return out
}

// courseOf orders spots along their longest direction and takes the middle of each step; where several steps hold none the
// road is cut.
func courseOf(spots []roadSpot) (stretches [][]roadSpot) {
	if len(spots) < 3 {
		return nil
	}
	var middle spotXY
	var sum float64
	for _, s := range spots {
		middle.x, middle.y, sum = middle.x+s.x*s.weight, middle.y+s.y*s.weight, sum+s.weight
	}
	middle.x, middle.y = middle.x/sum, middle.y/sum
	var xx, xy, yy float64
	for _, s := range spots {
		dx, dy := s.x-middle.x, s.y-middle.y
		xx, xy, yy = xx+dx*dx*s.weight, xy+dx*dy*s.weight, yy+dy*dy*s.weight
	}
	angle := math.Atan2(2*xy, xx-yy) / 2
	along, across := spotXY{math.Cos(angle), math.Sin(angle)}, spotXY{-math.Sin(angle), math.Cos(angle)}
	steps := map[int][]roadSpot{}
	first, last := math.MaxInt, math.MinInt
	for _, s := range spots {
		t := (s.x-middle.x)*along.x + (s.y-middle.y)*along.y
		n := int(math.Floor(t / chartStep))
		steps[n] = append(steps[n], roadSpot{spotXY{t, (s.x-middle.x)*across.x + (s.y-middle.y)*across.y}, s.weight})
		first, last = min(first, n), max(last, n)
	}
	var stretch []roadSpot
	end := func() {
		if len(stretch) > 1 {
			stretches = append(stretches, stretch)
		}
		stretch = nil
	}
	empty := 0
	for n := first; n <= last; n++ {
		if len(steps[n]) == 0 {
			if empty++; empty == chartGap {
				end()
			}
			continue
		}
		empty = 0
		var mean roadSpot
		for _, s := range steps[n] {
			mean.x, mean.y, mean.weight = mean.x+s.x*s.weight, mean.y+s.y*s.weight, mean.weight+s.weight
		}
		t, off := mean.x/mean.weight, mean.y/mean.weight
		stretch = append(stretch, roadSpot{spotXY{middle.x + t*along.x + off*across.x, middle.y + t*along.y + off*across.y}, mean.weight})
	}
	end()
	for i, s := range stretches {
		stretches[i] = calmed(s)
	}
	return stretches
}

// calmed takes the zigzag out of a course: houses stand on both sides of it.
func calmed(course []roadSpot) []roadSpot {
	out := slices.Clone(course)
	for i := 1; i+1 < len(course); i++ {
		a, b, c := course[i-1], course[i], course[i+1]
		sum := a.weight + 2*b.weight + c.weight
		out[i].spotXY = spotXY{(a.x*a.weight + 2*b.x*b.weight + c.x*c.weight) / sum, (a.y*a.weight + 2*b.y*b.weight + c.y*c.weight) / sum}
	}
	return out
}
