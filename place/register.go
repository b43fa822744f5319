package place

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// Known is a place whose position is known: a row of the gazetteer, or a complaint whose place was
// confirmed.
type Known struct {
	Name     string
	Address  string
	District string // 静安区, where it is told
	At       Point
	Weight   float64 // how much it counts beside a row of the gazetteer, whose weight is 1; 0 means 1
}

// ConfirmedWeight is the weight of a place that a person has confirmed or corrected.
const ConfirmedWeight = 8

// Register is an index of known places by road and number, by crossing, by station and by the signs
// of their names. It is made once by NewRegister or With, never changed, and safe for use from many
// goroutines.
type Register struct {
	plane     plane
	entries   []entry
	districts []string
	roadIDs   map[string]int32
	roads     []knownRoad
	landmarks []landmark             // those that With added stand behind the others
	marked    int                    // how many of them the rows of NewRegister gave
	crosses   map[[2]int32][]witness // by the roads' ids, the smaller first
	lines     map[string][]int32     // stops of a bus line
	stations  map[string][]int32     // of the metro
	grams     map[gramKey]gram
	learned   map[gramKey][]int32   // entries that With added
	told      map[string][]roadSpot // what people said of crossings and compounds, by AddressKey.Key
}

// spotXY is a position in metres in the register's plane.
type spotXY struct{ x, y float64 }

func (a spotXY) to(b spotXY) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// entry is a known place, read.
type entry struct {
	at       spotXY
	weight   float64
	block    int
	district int // of the register's; the first is none
}

type knownRoad struct {
	spots  []roadSpot  // what is known to lie on it, apart from its numbers
	houses []knownSpot // by number
	course []roadSpot  // where it runs: made of both
}

// knownSpot is a number of a road that a known place bears.
type knownSpot struct {
	number int
	house  int // inside of the lane
	lane   bool
	entry  int32
}

// witness is a known place at a crossing of two roads.
type witness struct {
	at    spotXY
	kind  witnessKind
	first int32 // the road that a stop stands on
}

type witnessKind uint8

const (
	stopWitness   witnessKind = iota // a stop named for the crossing
	cornerWitness                    // 江宁路与新闸路交叉口
	besideWitness                    // 江宁路400号(近新闸路)
)

// registerOrigin is where the register's plane touches the earth: the middle of the district.
var registerOrigin = Point{Lon: 121.45, Lat: 31.26}

// Line is the course of a road or of a metro line on a map.
type Line struct {
	Name   string
	Points []Point
}

// NewRegister indexes known places; lines tell where some of the roads run.
func NewRegister(rows []Known, lines []Line) *Register {
	r := &Register{plane: planeAt(registerOrigin), roadIDs: map[string]int32{}, crosses: map[[2]int32][]witness{},
		lines: map[string][]int32{}, stations: map[string][]int32{}, districts: []string{""}}
	names := roadNames(rows)
	keys := map[gramKey][]int32{}
	named := map[string][]int32{}
	for _, row := range rows {
		id, read := r.enter(row, names)
		for _, name := range read.address.Names {
			named[name] = append(named[name], id)
		}
		for _, g := range read.grams() {
			keys[g] = append(keys[g], id)
		}
	}
	for _, l := range lines {
		id := r.roadID(l.Name)
		for i := 1; i < len(l.Points); i++ {
			r.roads[id].spots = between(r.roads[id].spots, r.xy(l.Points[i-1]), r.xy(l.Points[i]), 0, onMap)
		}
	}
	for i := range r.roads {
		r.chart(int32(i))
	}
	r.weigh(keys)
	r.landmarks = r.mark(named)
	r.marked = len(r.landmarks)
	return r
}

// With is the register and more rows: places that were confirmed since. Later rows outweigh
// earlier ones only by their weight.
func (r *Register) With(rows ...Known) *Register {
	if len(rows) == 0 {
		return r
	}
	out := *r
	out.entries, out.districts = slices.Clip(r.entries), slices.Clip(r.districts)
	out.roadIDs, out.crosses = maps.Clone(r.roadIDs), maps.Clone(r.crosses)
	out.lines, out.stations = maps.Clone(r.lines), maps.Clone(r.stations)
	out.learned = make(map[gramKey][]int32, len(r.learned))
	// Lists are shared with r: what is appended to is clipped before, so that it is copied then.
	maps.Copy(out.learned, r.learned)
	out.told = make(map[string][]roadSpot, len(r.told)+len(rows))
	maps.Copy(out.told, r.told)
	out.roads = slices.Clone(r.roads)
	out.landmarks = slices.Clip(r.landmarks)
	for _, row := range rows {
		id, read := out.enter(row, out.resolve)
		if key, ok := out.keyOf(row.Address); ok && row.Weight > 1 && key.Number == 0 {
			out.told[key.Key] = append(slices.Clip(out.told[key.Key]), roadSpot{out.entries[id].at, row.Weight})
		}
		for _, g := range read.grams() {
			out.learned[g] = append(slices.Clip(out.learned[g]), id)
		}
		for _, name := range read.address.Names {
			if isLandmark(name) {
				out.landmarks = append(out.landmarks, landmark{name, out.entries[id].at})
			}
		}
	}
	for i := range out.roads {
		if i >= len(r.roads) || len(out.roads[i].houses) > len(r.roads[i].houses) || len(out.roads[i].spots) > len(r.roads[i].spots) {
			out.chart(int32(i))
		}
	}
	return &out
}

func (r *Register) xy(p Point) spotXY {
	x, y := r.plane.xy(p.Lon, p.Lat)
	return spotXY{x, y}
}

func (r *Register) point(s spotXY) Point {
	return Point{Lon: r.plane.origin.Lon + s.x/r.plane.perLon, Lat: r.plane.origin.Lat + s.y/metresPerDegree}
}

func (r *Register) roadID(name string) int32 {
	id, ok := r.roadIDs[name]
	if !ok {
		id = int32(len(r.roads))
		r.roadIDs[name] = id
		r.roads = append(r.roads, knownRoad{})
	}
	return id
}

// enter adds a row to everything but the grams.
func (r *Register) enter(row Known, names resolver) (int32, placeReading) {
	read := readPlace(row.Name, row.Address, names)
	id := int32(len(r.entries))
	e := entry{at: r.xy(row.At), weight: cmp.Or(row.Weight, 1), block: read.block(), district: slices.Index(r.districts, row.District)}
	if e.district < 0 {
		e.district = len(r.districts)
		r.districts = append(r.districts, row.District)
	}
	r.entries = append(r.entries, e)
	for _, a := range []Address{read.address, read.name} {
		for i, part := range a.Roads {
			r.lies(id, e.at, read.stop, a.Roads, i)
			if i > 0 && (part.Near || part.Number == 0) {
				r.atCrossing(e.at, read.stop, a.Roads[0], part)
			}
		}
	}
	for _, l := range read.lines {
		r.lines[l] = append(slices.Clip(r.lines[l]), id)
	}
	if read.metro {
		r.stations[read.station] = append(slices.Clip(r.stations[read.station]), id)
		if strings.HasSuffix(read.station, "路") {
			r.on(read.station, e.at, nearRoad)
		}
	}
	return id, read
}

// on adds a spot to a road.
func (r *Register) on(name string, at spotXY, weight float64) {
	id := r.roadID(name)
	r.roads[id].spots = append(slices.Clip(r.roads[id].spots), roadSpot{at, weight})
}

// lies enters a place as one of the i-th road that it names.
func (r *Register) lies(id int32, at spotXY, stop bool, parts []RoadPart, i int) {
	part := parts[i]
	switch {
	case part.Number > 0 && !part.Near:
		road := r.roadID(part.Name)
		houses := r.roads[road].houses
		after, _ := slices.BinarySearchFunc(houses, part.Number+1, func(s knownSpot, n int) int { return cmp.Compare(s.number, n) })
		r.roads[road].houses = slices.Insert(slices.Clip(houses), after, knownSpot{part.Number, part.House, part.Lane, id})
	case i == 0 && (stop || len(parts) > 1 && parts[1].Metres > 0):
		r.on(part.Name, at, onRoad)
	case i > 0 && stop:
		r.on(part.Name, at, acrossRoad)
	case i > 0:
		r.on(part.Name, at, nearRoad)
	}
}

// atCrossing enters a place as one where two roads cross.
func (r *Register) atCrossing(at spotXY, stop bool, a, b RoadPart) {
	first, second := r.roadID(a.Name), r.roadID(b.Name)
	if first == second {
		return
	}
	kind := besideWitness
	switch {
	case stop:
		kind = stopWitness
	case a.Number == 0:
		kind, at = cornerWitness, at.off(b, -1)
	}
	key := [2]int32{min(first, second), max(first, second)}
	r.crosses[key] = append(slices.Clip(r.crosses[key]), witness{at, kind, first})
}

// off is the spot that lies as far from s as the part says, or (sign -1) the one from which s does.
func (s spotXY) off(p RoadPart, sign float64) spotXY {
	east, north := float64(p.Way.East), float64(p.Way.North)
	l := math.Hypot(east, north)
	if l == 0 {
		return s
	}
	d := sign * float64(p.Metres) / l
	return spotXY{s.x + d*east, s.y + d*north}
}

// roadNames learns the names of roads from addresses, so that 恒通大厦恒通路 is read as one on 恒通路.
func roadNames(rows []Known) resolver {
	counts := map[string]int{}
	count := func(run string) (string, string) {
		name := cutDivision(run)
		counts[name]++
		return "", name
	}
	for _, row := range rows {
		readPlace(row.Name, row.Address, count)
	}
	return func(run string) (string, string) {
		name := cutDivision(run)
		before := strings.TrimSuffix(run, name)
		own, runes := counts[name], []rune(name)
		for cut := 1; cut < len(runes)-1; cut++ {
			suffix := string(runes[cut:])
			if cut == 1 && distinguishes(runes[0]) {
				continue
			}
			if counts[suffix] >= 3 && own <= 2 || counts[suffix] > 0 && own == 0 {
				return before + string(runes[:cut]), suffix
			}
		}
		return before, name
	}
}

// resolve reads the longest name of a known road that a run ends with.
func (r *Register) resolve(run string) (string, string) {
	runes := []rune(run)
	for cut := 0; cut < len(runes)-1; cut++ {
		if _, ok := r.roadIDs[string(runes[cut:])]; ok {
			if cut == 1 && len(runes) <= 4 && distinguishes(runes[0]) {
				continue
			}
			return string(runes[:cut]), string(runes[cut:])
		}
	}
	name := cutDivision(run)
	return run[:len(run)-len(name)], name
}

// distinguishes: a sign of direction makes a road of its own; 东宝兴路 is not 宝兴路.
func distinguishes(r rune) bool { return strings.ContainsRune("东南西北中新老前后小大", r) }
