package place

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Gazetteer knows the names of a district's streets, neighbourhoods, roads, crossings and stations,
// and reads them out of texts. It is made once by LoadGazetteer, never changed, and safe for use
// from many goroutines.
type Gazetteer struct {
	areas    *Areas
	district *District
	register *Register
	streets  []street
	roads    []road
	stations []station
	names    lexicon
	learned  lexicon // landmarks that Learn added
}

// street is one area as an answer.
type street struct {
	area   Area
	centre Point
}

// road is a road of the register with what is known of it beside its numbers.
type road struct {
	name   string
	id     int32           // in the register
	lanes  map[int][]int32 // number of a lane → streets whose neighbourhood committee is named for it
	parts  []part          // by street
	namely int32           // the street that bears the road's name, or outside
}

// part is what of a road lies in one street, or outside.
type part struct {
	street int32
	share  float64 // of the road's known spots
	middle Point   // the spot in the midst of them
	within float64 // metres to the farthest
}

type station struct {
	at     Point
	street int32
}

// outside stands for every place that is in none of the areas.
const outside int32 = -1

// besideDistrict is how far from the outline a station or crossing still is the district's matter.
const besideDistrict = 300 // metres

// LoadGazetteer reads Jing'an's names from the data folder and places them in areas, which may be
// the demonstration's or the office's own. Where numbers, crossings and landmarks lie it takes from
// the shipped register.
func LoadGazetteer(fsys fs.FS, areas []Area) (*Gazetteer, error) {
	register, err := Shipped()
	if err != nil {
		return nil, fmt.Errorf("known places: %w", err)
	}
	return newGazetteer(fsys, areas, register)
}

func newGazetteer(fsys fs.FS, areas []Area, register *Register) (*Gazetteer, error) {
	district, err := LoadDistrict(fsys)
	if err != nil {
		return nil, err
	}
	g := &Gazetteer{areas: NewAreas(areas), district: district, register: register}
	byCode := map[string]int32{}
	for i, a := range areas {
		g.streets = append(g.streets, street{a, a.Centre()})
		if a.Code != "" {
			byCode[a.Code] = int32(i)
		}
	}
	g.nameRoads()
	for _, name := range slices.Sorted(maps.Keys(register.stations)) {
		g.addStation(name, register.point(register.entries[register.stations[name][0]].at))
	}
	for i, l := range register.landmarks {
		g.names.add(l.name, word{kind: landmarkWord, id: int32(i)})
	}
	if err := g.loadNeighbourhoods(fsys, byCode); err != nil {
		return nil, fmt.Errorf("neighbourhoods: %w", err)
	}
	g.nameStreets()
	return g, g.loadElsewhere(fsys)
}

// streetAt is the street that contains p, or outside.
func (g *Gazetteer) streetAt(p Point) int32 {
	var hits [8]int32
	if found := g.areas.find(p, hits[:0]); len(found) > 0 {
		return found[0]
	}
	return outside
}

// properRoad is what a road's name looks like; addresses hold much that only looks like an address.
var properRoad = regexp.MustCompile(`^[\p{Han}]{1,6}(?:路|街|大道)$`)

// nameRoads adds the register's roads. One that a single place outside names may be a misread name.
func (g *Gazetteer) nameRoads() {
	ids := map[string]int32{}
	for _, name := range slices.Sorted(maps.Keys(g.register.roadIDs)) {
		known := &g.register.roads[g.register.roadIDs[name]]
		if !properRoad.MatchString(name) || strings.Contains(name, "街道") {
			continue
		}
		r := road{name: name, id: g.register.roadIDs[name], lanes: map[int][]int32{}, namely: outside, parts: g.parts(known.course)}
		inside := slices.ContainsFunc(r.parts, func(p part) bool { return p.street != outside })
		if !inside && len(known.houses)+len(known.spots) < 2 {
			continue
		}
		ids[name] = int32(len(g.roads))
		g.names.add(name, word{kind: roadWord, id: int32(len(g.roads))})
		g.roads = append(g.roads, r)
	}
	for i, s := range g.streets {
		if id, ok := ids[withoutSuffix(s.area.Name)]; ok {
			g.roads[id].namely = int32(i)
		}
	}
}

// roundabout is how far from the part of a road in the areas the rest of it still counts: a long
// road's far end is not what a citizen means who names it here.
const roundabout = 3000 // metres

// parts divides a road's course among the streets; a road of which nothing is known lies outside.
func (g *Gazetteer) parts(course []roadSpot) []part {
	by := map[int32][]Point{}
	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	var beyond []roadSpot
	for _, s := range course {
		p := g.register.point(s.spotXY)
		street := g.streetAt(p)
		if street == outside {
			beyond = append(beyond, s)
			continue
		}
		by[street] = append(by[street], p)
		west, east, south, north = min(west, s.x), max(east, s.x), min(south, s.y), max(north, s.y)
	}
	for _, s := range beyond {
		if len(by) == 0 || s.x > west-roundabout && s.x < east+roundabout && s.y > south-roundabout && s.y < north+roundabout {
			by[outside] = append(by[outside], g.register.point(s.spotXY))
		}
	}
	if len(by) == 0 {
		return []part{{street: outside, share: 1}}
	}
	all := 0
	for _, points := range by {
		all += len(points)
	}
	var parts []part
	for _, street := range slices.Sorted(maps.Keys(by)) {
		p := part{street: street, share: float64(len(by[street])) / float64(all)}
		p.middle, p.within = midst(by[street])
		parts = append(parts, p)
	}
	return parts
}

// midst is the one of the points that lies nearest to their mean, and how far the farthest lies
// from the mean; a bare mean could lie beside the road.
func midst(points []Point) (middle Point, within float64) {
	var mean Point
	for _, p := range points {
		mean.Lon += p.Lon / float64(len(points))
		mean.Lat += p.Lat / float64(len(points))
	}
	off := math.Inf(1)
	within = 200
	for _, p := range points {
		d := Distance(p, mean)
		within = max(within, d)
		if d < off {
			middle, off = p, d
		}
	}
	return middle, within
}

func (g *Gazetteer) addStation(name string, at Point) {
	s := station{at: at, street: g.streetAt(at)}
	if s.street == outside && g.district.Distance(at) <= besideDistrict {
		if near, ok := g.areas.Nearest(at); ok {
			s.street = g.streetOf(near.Area)
		}
	}
	w := word{kind: stationWord, id: int32(len(g.stations))}
	g.stations = append(g.stations, s)
	name = strings.TrimSuffix(name, "站")
	for _, suffix := range []string{"站", "地铁站", "轨交站", "轨道交通站", "火车站"} {
		g.names.add(name+suffix, w)
	}
	if n := len([]rune(name)); n >= 3 && !strings.HasSuffix(name, "路") && !strings.HasSuffix(name, "街") {
		g.names.add(name, w)
	}
}

// Endings of a neighbourhood's name that make even a short name one.
var committeeSuffixes = []string{"居民委员会", "居委会", "居委", "居民区", "社区居委会", "村委会", "村民委员会"}

// Last signs of names that are places even without a suffix.
const placeEndings = "里坊弄宅巷村苑园城厦桥沙浜湾"

func (g *Gazetteer) loadNeighbourhoods(fsys fs.FS, byCode map[string]int32) error {
	roads := map[string]int32{}
	for i, r := range g.roads {
		roads[r.name] = int32(i)
	}
	return eachRow(fsys, "jingan/villages_310106.csv", func(row map[string]string) error {
		street, ok := byCode[row["streetCode"]]
		if !ok {
			return nil // the office has no area for this street
		}
		base := strings.TrimSuffix(strings.TrimSuffix(row["name"], "居委会"), "村委会")
		if name, lane, ok := splitLane(base); ok {
			if id, known := roads[name]; known && g.roads[id].lanes != nil {
				g.roads[id].lanes[lane] = append(g.roads[id].lanes[lane], street)
			}
			return nil
		}
		bases := []string{base}
		if whole, ordinal, ok := strings.Cut(base, "第"); ok { // 共康四村第一, said 共康四村一 or 共康四村
			for _, suffix := range committeeSuffixes {
				g.names.add(whole+ordinal+suffix, word{kind: committeeWord, id: street})
			}
			bases = append(bases, whole)
		}
		for _, base := range bases {
			for _, suffix := range committeeSuffixes {
				g.names.add(base+suffix, word{kind: committeeWord, id: street})
			}
			runes := []rune(base)
			_, isRoad := roads[base]
			if isRoad || len(runes) < 3 || withoutSuffix(g.streets[street].area.Name) == base {
				continue
			}
			for _, suffix := range []string{"小区", "新村", "社区"} {
				g.names.add(base+suffix, word{kind: neighbourhoodWord, id: street})
			}
			if len(runes) >= 4 || strings.ContainsRune(placeEndings, runes[len(runes)-1]) {
				g.names.add(base, word{kind: neighbourhoodWord, id: street})
			}
		}
		return nil
	})
}

// splitLane reads 临汾路二九九弄 as lane 299 of 临汾路.
func splitLane(base string) (road string, lane int, ok bool) {
	at := strings.Index(base, "路")
	if at < 0 || !strings.HasSuffix(base, "弄") {
		return "", 0, false
	}
	at += len("路")
	n, end := numeral([]rune(strings.TrimSuffix(base[at:], "弄")), 0)
	return base[:at], n, end > 0
}

// nameStreets adds the streets' own names, with what offices and citizens hang on to them.
func (g *Gazetteer) nameStreets() {
	for i, s := range g.streets {
		w := word{kind: streetWord, id: int32(i)}
		base := withoutSuffix(s.area.Name)
		g.names.add(s.area.Name, w)
		for _, suffix := range []string{"街道", "街道办", "街道办事处", "社区", "中队", "派出所", "城管", "综合执法队"} {
			g.names.add(base+suffix, w)
		}
		if !strings.HasSuffix(base, "路") {
			g.names.add(base, word{kind: bareStreetWord, id: int32(i)})
		}
	}
	for _, name := range []string{"静安区", "静安", "闸北区", "闸北"} { // 闸北 joined Jing'an in 2015
		g.names.add(name, word{kind: hereWord})
	}
}

// withoutSuffix is a street's or town's name as people say it.
func withoutSuffix(name string) string {
	if base, ok := strings.CutSuffix(name, "街道"); ok {
		return base
	}
	return strings.TrimSuffix(name, "镇")
}

func parsePoint(lon, lat string) (p Point, err error) {
	if p.Lon, err = strconv.ParseFloat(lon, 64); err != nil {
		return p, err
	}
	p.Lat, err = strconv.ParseFloat(lat, 64)
	return p, err
}

// eachRow reads a CSV file with a header and calls f with each row by column name.
func eachRow(fsys fs.FS, name string, f func(map[string]string) error) error {
	file, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, record := range rows[min(1, len(rows)):] {
		row := make(map[string]string, len(record))
		for i, column := range rows[0] {
			row[column] = record[i]
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return nil
}
