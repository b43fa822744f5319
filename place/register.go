package place

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Known is a place whose position is known: a row of the gazetteer, or a complaint whose place was
// confirmed.
type Known struct {
	Name    string
	Address string
	At      Point
	Weight  float64 // how much it counts beside a row of the gazetteer, whose weight is 1; 0 means 1
}

// Register is an index of known places by road and number, by crossing and by the signs of their
// names. It is made once by NewRegister, never changed, and safe for use from many goroutines.
type Register struct {
	plane    plane
	entries  []entry
	roadIDs  map[string]int32
	roads    []knownRoad
	crosses  map[[2]int32][]witness
	grams    map[string]gram
	lines    map[string][]int32
	stations map[string][]int32
}

// spotXY is a position in metres in the register's plane.
type spotXY struct{ x, y float64 }

func (a spotXY) to(b spotXY) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// entry is a known place, read.
type entry struct {
	at     spotXY
	weight float64
	block  int
	road   int32 // that its address begins with, or noRoad
}

const noRoad int32 = -1

type knownRoad struct {
	name   string
	points []roadSpot  // what lies on it
	houses []knownSpot // by number
}

// roadSpot is a spot on a road, and how sure it is that the road runs just there.
type roadSpot struct {
	spotXY
	weight float64
}

// knownSpot is a number of a road that a known place bears.
type knownSpot struct {
	number int
	to     int
	house  int
	lane   bool
	entry  int32
}

// witness is a known place at a crossing of two roads.
type witness struct {
	at    spotXY
	kind  witnessKind
	first int32 // the road that a stop stands on
	entry int32
}

type witnessKind uint8

const (
	stopWitness    witnessKind = iota // a stop named for the crossing
	cornerWitness                     // 江宁路与新闸路交叉口
	besideWitness                     // 江宁路400号(近新闸路)
	witnessesKinds                    // how many there are
)

// gram is a few signs that names of places have in common.
type gram struct {
	entries []int32
	weight  float64 // rare and close together is heavy
}

// Where the register's plane touches the earth: the middle of the district.
var registerOrigin = Point{Lon: 121.45, Lat: 31.26}

// NewRegister indexes known places.
func NewRegister(rows []Known) *Register {
	r := &Register{plane: planeAt(registerOrigin), roadIDs: map[string]int32{}, crosses: map[[2]int32][]witness{}, grams: map[string]gram{}, lines: map[string][]int32{}, stations: map[string][]int32{}}
	names := roadNames(rows)
	for _, row := range rows {
		r.enter(row, names)
	}
	for i := range r.roads {
		slices.SortStableFunc(r.roads[i].houses, func(a, b knownSpot) int { return cmp.Compare(a.number, b.number) })
		r.onRoad(&r.roads[i])
	}
	r.weigh()
	return r
}

func (r *Register) xy(p Point) spotXY {
	x, y := r.plane.xy(p.Lon, p.Lat)
	return spotXY{x, y}
}

func (r *Register) point(s spotXY) Point {
	return Point{Lon: r.plane.origin.Lon + s.x/r.plane.perLon, Lat: r.plane.origin.Lat + s.y/metresPerDegree}
}

// reading of a row or a question: both are read by the same rules.
type placeReading struct {
	address, name Address
	stop          bool
	lines         []string // of a stop or station: 107路, 1号线
	station       string   // 静安寺, of 静安寺(地铁站) or 近地铁2号线静安寺站
}

func readPlace(name, address string, resolve resolver) placeReading {
	title, said := clean(name), clean(address)
	p := placeReading{}
	station, metro := strings.CutSuffix(string(title), "(地铁站)")
	p.stop = strings.Contains(string(title), "(公交站)")
	if p.stop || metro || onlyLines(said) {
		p.lines = linesOf(said)
		said = nil
	}
	if metro {
		p.station = station
	} else {
		p.station = stationIn(string(said) + " " + string(title))
	}
	p.address, p.name = parseAddress(said, resolve), parseAddress(title, resolve)
	return p
}

// onlyLines reports whether an address is a stop's list of lines.
func onlyLines(address []rune) bool {
	s := string(address)
	return strings.HasSuffix(s, "路") && (strings.Contains(s, ";") || s[0] >= '0' && s[0] <= '9') || strings.HasSuffix(s, "号线")
}

// linesOf are the lines of buses or of the metro in a list.
func linesOf(list []rune) []string {
	var out []string
	for _, l := range strings.FieldsFunc(string(list), func(r rune) bool { return r == ';' || r == ',' }) {
		for _, note := range []string{"(停运)", "(在建)"} {
			l = strings.TrimPrefix(l, note)
		}
		if l != "" && len(out) < 60 {
			out = append(out, l)
		}
	}
	return out
}

// stationIn is the metro station that a text names: 2号线静安寺站, 南京西路地铁站.
func stationIn(s string) string {
	for _, end := range []string{"地铁站", "轨交站", "站"} {
		at := strings.Index(s, end)
		if at <= 0 {
			continue
		}
		name := s[:at]
		if i := strings.LastIndex(name, "线"); i >= 0 {
			name = name[i+len("线"):]
		} else if end == "站" {
			continue // 社区卫生服务站
		}
		if i := strings.LastIndexFunc(name, func(r rune) bool { return !unicode.Is(unicode.Han, r) }); i >= 0 {
			name = name[i+1:]
			if len(name) > 0 && name[0]&0xC0 == 0x80 {
				continue
			}
		}
		name = strings.TrimLeft(name, "近")
		if n := len([]rune(name)); n >= 2 && n <= 8 {
			return name
		}
	}
	return ""
}

func (r *Register) roadID(name string) int32 {
	id, ok := r.roadIDs[name]
	if !ok {
		id = int32(len(r.roads))
		r.roadIDs[name] = id
		r.roads = append(r.roads, knownRoad{name: name})
	}
	return id
}

func (r *Register) enter(row Known, names resolver) {
	read := readPlace(row.Name, row.Address, names)
	id := int32(len(r.entries))
	e := entry{at: r.xy(row.At), weight: cmp.Or(row.Weight, 1), block: cmp.Or(read.address.Block, read.name.Block), road: noRoad}
	if len(read.address.Roads) > 0 {
		e.road = r.roadID(read.address.Roads[0].Name)
	}
	r.entries = append(r.entries, e)
	for _, a := range []Address{read.address, read.name} {
		main := true
		for i, part := range a.Roads {
			road := r.roadID(part.Name)
			near := part.Near || !main && part.Number == 0
			switch {
			case part.Number > 0 && !part.Near:
				r.roads[road].houses = append(r.roads[road].houses, knownSpot{part.Number, part.To, part.House, part.Lane, id})
			case i == 0 && (read.stop || len(a.Roads) > 1 && a.Roads[1].Metres > 0):
				r.roads[road].points = append(r.roads[road].points, roadSpot{e.at, stopPW})
			}
			if i > 0 {
				first := r.roadID(a.Roads[0].Name)
				if first != road && near {
					if !read.stop && nearPW > 0 {
						r.roads[road].points = append(r.roads[road].points, roadSpot{e.at, nearPW})
					}
					kind, at := besideWitness, e.at
					switch {
					case read.stop:
						kind = stopWitness
						r.roads[road].points = append(r.roads[road].points, roadSpot{e.at, crossPW})
					case a.Roads[0].Number == 0:
						kind = cornerWitness
						at = at.off(part, -1)
					}
					key := [2]int32{min(first, road), max(first, road)}
					r.crosses[key] = append(r.crosses[key], witness{at, kind, first, id})
				}
			}
			main = false
		}
	}
	for _, l := range read.lines {
		r.lines[l] = append(r.lines[l], id)
	}
	if len(read.lines) == 0 || !read.stop {
		if station, ok := strings.CutSuffix(string(clean(row.Name)), "(地铁站)"); ok {
			r.stations[station] = append(r.stations[station], id)
			if strings.HasSuffix(station, "路") && statPW > 0 {
				road := r.roadID(station)
				r.roads[road].points = append(r.roads[road].points, roadSpot{e.at, statPW})
			}
		}
	}
	for _, g := range read.grams() {
		known := r.grams[g]
		known.entries = append(known.entries, id)
		r.grams[g] = known
	}
}

// onRoad adds to a road's points those of its numbers that lie where the numbers around run, and
// what lies between them.
func (r *Register) onRoad(road *knownRoad) {
	var last [2]spotXY
	var seen [2]int
	for i, h := range road.houses {
		at := r.entries[h.entry].at
		around := r.around(road.houses, h.number, i, i+1, i)
		if guess, off, ok := krige(around, float64(h.number), h.number%2 == 1); ok && len(around) > 3 && guess.to(at) > strayM+2*off {
			continue
		}
		if h.lane {
			road.points = append(road.points, roadSpot{at, lanePW})
			continue // often deep inside
		}
		road.points = append(road.points, roadSpot{at, 1})
		side := h.number & 1
		if d := last[side].to(at); seen[side] > 0 && h.number-seen[side] < 200 && d > 120 && d < chainMax {
			steps := math.Ceil(d / 80)
			for k := 1.0; k < steps; k++ {
				road.points = append(road.points, roadSpot{spotXY{last[side].x + (at.x-last[side].x)*k/steps, last[side].y + (at.y-last[side].y)*k/steps}, chainPW})
			}
		}
		last[side], seen[side] = at, h.number
	}
}

// even makes one spot of those that lie together, so that a road is no likelier where more is known of it.
func even(points []roadSpot) []roadSpot {
	if cellM == 0 {
		return points
	}
	type cell struct{ x, y int32 }
	type sums struct{ x, y, w float64 }
	cells := map[cell]sums{}
	var order []cell
	for _, p := range points {
		c := cell{int32(math.Floor(p.x / cellM)), int32(math.Floor(p.y / cellM))}
		s, ok := cells[c]
		if !ok {
			order = append(order, c)
		}
		cells[c] = sums{s.x + p.weight*p.x, s.y + p.weight*p.y, s.w + p.weight}
	}
	out := make([]roadSpot, 0, len(order))
	for _, c := range order {
		s := cells[c]
		out = append(out, roadSpot{spotXY{s.x / s.w, s.y / s.w}, min(s.w, cellMax)})
	}
	return out
}

// Course adds what a map knows of where roads run.
func (r *Register) Course(name string, line []Point) {
	id := r.roadID(name)
	for i := 1; i < len(line); i++ {
		a, b := r.xy(line[i-1]), r.xy(line[i])
		steps := math.Ceil(a.to(b) / 80)
		for k := 0.0; k < steps; k++ {
			r.roads[id].points = append(r.roads[id].points, roadSpot{spotXY{a.x + (b.x-a.x)*k/steps, a.y + (b.y-a.y)*k/steps}, 2})
		}
	}
}

// off is the spot that lies as far from s as the part says, or from which s does (sign -1).
func (s spotXY) off(p RoadPart, sign float64) spotXY {
	if p.Metres == 0 {
		return s
	}
	east, north := float64(p.Way.East), float64(p.Way.North)
	l := math.Hypot(east, north)
	if l == 0 {
		return s
	}
	d := sign * float64(p.Metres) / l
	return spotXY{s.x + d*east, s.y + d*north}
}

// grams are the runs of two to four signs in a place's names; each once.
func (p placeReading) grams() []string {
	var out []string
	seen := map[string]bool{}
	add := func(g string) {
		if !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	for _, a := range []Address{p.address, p.name} {
		for _, name := range a.Names {
			runes := []rune(name)
			for n := 2; n <= 4; n++ {
				for i := 0; i+n <= len(runes); i++ {
					add(string(runes[i : i+n]))
				}
			}
			if len(runes) > 4 {
				add("=" + name)
			}
		}
		for i, road := range a.Roads {
			if road.Number == 0 && (i > 0 || len(a.Roads) == 1) {
				add("/" + road.Name)
			}
		}
	}
	return out
}

const (
	commonest = 500 // a gram that more places have says nothing about where
)

// weigh gives each gram its weight: what few places have that lie close together says most.
func (r *Register) weigh() {
	total := float64(len(r.entries))
	for g, known := range r.grams {
		n := len(known.entries)
		if n > commonest {
			delete(r.grams, g)
			continue
		}
		spread := (r.spread(known.entries)*float64(n-1) + 1500) / float64(n+1)
		known.weight = math.Log(1+total/float64(n)) / (1 + spread/gramScale*spread/gramScale)
		r.grams[g] = known
	}
}

// spread is the median distance from the median of the entries.
func (r *Register) spread(ids []int32) float64 {
	if len(ids) < 2 {
		return 0
	}
	xs, ys := make([]float64, len(ids)), make([]float64, len(ids))
	for i, id := range ids {
		xs[i], ys[i] = r.entries[id].at.x, r.entries[id].at.y
	}
	slices.Sort(xs)
	slices.Sort(ys)
	mid := spotXY{xs[len(xs)/2], ys[len(ys)/2]}
	for i, id := range ids {
		xs[i] = mid.to(r.entries[id].at)
	}
	slices.Sort(xs)
	return xs[len(xs)/2]
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
	return resolveBy(counts)
}

// resolveBy reads the longest name of a road that is better known than the whole run.
func resolveBy(counts map[string]int) resolver {
	return func(run string) (string, string) {
		name := cutDivision(run)
		before := strings.TrimSuffix(run, name)
		own := counts[name]
		runes := []rune(name)
		for cut := 1; cut < len(runes)-1; cut++ {
			suffix := string(runes[cut:])
			if cut == 1 && strings.ContainsRune("东南西北中新老前后小大", runes[0]) {
				continue
			}
			if counts[suffix] >= 3 && own <= 2 || counts[suffix] > 0 && own == 0 {
				return before + string(runes[:cut]), suffix
			}
		}
		return before, name
	}
}
