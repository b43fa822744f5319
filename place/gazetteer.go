package place

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
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
	streets  []street
	roads    []road
	crosses  map[[2]int32]Point // by the roads' ids, the smaller first
	stations []station
	names    lexicon
}

// street is one area as an answer.
type street struct {
	area   Area
	centre Point
}

// road is a road with what is known of where its numbers lie.
type road struct {
	name   string
	spots  []spot          // by number; 0 where only the road is known; none for a road outside
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

type spot struct {
	number int
	at     Point
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
// the demonstration's or the office's own.
func LoadGazetteer(fsys fs.FS, areas []Area) (*Gazetteer, error) {
	district, err := LoadDistrict(fsys)
	if err != nil {
		return nil, err
	}
	g := &Gazetteer{areas: NewAreas(areas), district: district, crosses: map[[2]int32]Point{}}
	byCode := map[string]int32{}
	for i, a := range areas {
		g.streets = append(g.streets, street{a, a.Centre()})
		if a.Code != "" {
			byCode[a.Code] = int32(i)
		}
	}
	if err := g.loadRoads(fsys); err != nil {
		return nil, fmt.Errorf("roads: %w", err)
	}
	if err := g.loadStations(fsys); err != nil {
		return nil, fmt.Errorf("stations: %w", err)
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

func (g *Gazetteer) loadRoads(fsys fs.FS) error {
	ids := map[string]int32{}
	err := eachRow(fsys, "jingan/roads.csv", func(row map[string]string) error {
		r := road{name: row["road"], lanes: map[int][]int32{}, namely: outside}
		for _, field := range strings.FieldsFunc(row["points"], func(c rune) bool { return c == ';' }) {
			var s spot
			if _, err := fmt.Sscanf(field, "%d %f %f", &s.number, &s.at.Lon, &s.at.Lat); err != nil {
				return fmt.Errorf("%s: %q: %w", r.name, field, err)
			}
			r.spots = append(r.spots, s)
		}
		slices.SortStableFunc(r.spots, func(a, b spot) int { return a.number - b.number })
		r.parts = g.parts(r.spots)
		ids[r.name] = int32(len(g.roads))
		g.names.add(r.name, word{kind: roadWord, id: int32(len(g.roads))})
		g.roads = append(g.roads, r)
		return nil
	})
	if err != nil {
		return err
	}
	for i, s := range g.streets {
		if id, ok := ids[withoutSuffix(s.area.Name)]; ok {
			g.roads[id].namely = int32(i)
		}
	}
	return eachRow(fsys, "jingan/crossings.csv", func(row map[string]string) error {
		a, b := g.roadID(ids, row["a"]), g.roadID(ids, row["b"])
		at, err := parsePoint(row["lon"], row["lat"])
		g.crosses[[2]int32{min(a, b), max(a, b)}] = at
		return err
	})
}

// parts divides a road's spots among the streets; a road without spots lies outside.
func (g *Gazetteer) parts(spots []spot) []part {
	if len(spots) == 0 {
		return []part{{street: outside, share: 1}}
	}
	by := map[int32][]Point{}
	for _, s := range spots {
		street := g.streetAt(s.at)
		by[street] = append(by[street], s.at)
	}
	var parts []part
	for _, street := range slices.Sorted(maps.Keys(by)) {
		p := part{street: street, share: float64(len(by[street])) / float64(len(spots))}
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

// roadID is the id of a road, which a crossing may be the first to name.
func (g *Gazetteer) roadID(ids map[string]int32, name string) int32 {
	id, ok := ids[name]
	if !ok {
		id = int32(len(g.roads))
		ids[name] = id
		g.names.add(name, word{kind: roadWord, id: id})
		g.roads = append(g.roads, road{name: name, namely: outside, parts: g.parts(nil)})
	}
	return id
}

// loadStations reads the map's stations and those that addresses name; one of a name is enough.
func (g *Gazetteer) loadStations(fsys fs.FS) error {
	raw, err := fs.ReadFile(fsys, baseFile)
	if err != nil {
		return err
	}
	var base struct {
		Features []struct {
			Properties struct{ Kind, Name string }
			Geometry   struct{ Coordinates json.RawMessage }
		}
	}
	if err := json.Unmarshal(raw, &base); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, f := range base.Features {
		if f.Properties.Kind != "station" {
			continue
		}
		var at [2]float64
		if err := json.Unmarshal(f.Geometry.Coordinates, &at); err != nil {
			return err
		}
		seen[f.Properties.Name] = true
		g.addStation(f.Properties.Name, Point{at[0], at[1]})
	}
	return eachRow(fsys, "jingan/stations.csv", func(row map[string]string) error {
		at, err := parsePoint(row["lon"], row["lat"])
		if err == nil && !seen[row["station"]] {
			g.addStation(row["station"], at)
		}
		return err
	})
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
