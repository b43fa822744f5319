package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"jiexu/place"
)

// heldOut are the rows of places that a gazetteer must not have seen, so that its test can measure
// it: one in five, by a hash of the row.
func heldOut(name, address string) bool {
	h := fnv.New32a()
	h.Write([]byte(name + "|" + address))
	return h.Sum32()%5 == 0
}

// numbered is a spot on a road; number 0 means that only the road is known.
type numbered struct {
	number int
	at     place.Point
}

var (
	numberedAddress = regexp.MustCompile(`^([\p{Han}]{1,6}?(?:路|街|大道))(\d{1,5})`)
	roadName        = regexp.MustCompile(`^[\p{Han}]{1,6}?(?:路|街|大道)$`)
	stopName        = regexp.MustCompile(`^([\p{Han}]{1,6}?路)([\p{Han}]{1,6}?路)\(公交站\)$`)
	metroName       = regexp.MustCompile(`^([\p{Han}·]+?)(?:站)?\(地铁站\)$`)
	crossingAddress = regexp.MustCompile(`^([\p{Han}]{1,6}?路)与([\p{Han}]{1,6}?路)交叉`)
	nearAddress     = regexp.MustCompile(`^([\p{Han}]{1,6}?路)\d+[^(]{0,6}\(?近([\p{Han}]{1,6}?路)(?:口)?\)?$`)
	division        = regexp.MustCompile(`^(?:上海[市巿])?(?:[\p{Han}]{2,3}区)?(?:[\p{Han}]{2,5}街道|[\p{Han}]{2,3}镇|彭浦新村|曹家渡)?`)
)

// near is how far outside the district a road's points are still kept: a road that leaves the
// district must be known to lead out of it.
const near = 3000 // metres

// roadTables reads where road numbers, crossings and metro stations lie out of a table of places.
func roadTables(folder, places string) (map[string][]byte, error) {
	district, err := place.LoadDistrict(os.DirFS(filepath.Dir(folder)))
	if err != nil {
		return nil, err
	}
	rows, err := table(places)
	if err != nil {
		return nil, err
	}
	spots, crosses := map[string][]numbered{}, map[[2]string][]numbered{}
	stations := map[string][]numbered{}
	cross := func(a, b string, at place.Point, rank int) {
		key := [2]string{min(a, b), max(a, b)}
		crosses[key] = append(crosses[key], numbered{rank, at})
	}
	for _, row := range rows {
		name, address := row["name"], row["address"]
		p, err := position(row["lon"], row["lat"])
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", places, name, err)
		}
		if heldOut(name, address) {
			continue
		}
		at := place.Point{Lon: p[0], Lat: p[1]}
		if m := metroName.FindStringSubmatch(name); m != nil {
			stations[m[1]] = append(stations[m[1]], numbered{0, at})
			continue
		}
		if m := stopName.FindStringSubmatch(name); m != nil {
			cross(m[1], m[2], at, 1)
			spots[m[1]] = append(spots[m[1]], numbered{0, at})
			spots[m[2]] = append(spots[m[2]], numbered{0, at})
			continue
		}
		address = bare(address)
		if m := numberedAddress.FindStringSubmatch(address); m != nil {
			n, _ := strconv.Atoi(m[2])
			spots[m[1]] = append(spots[m[1]], numbered{n, at})
		}
		if m := crossingAddress.FindStringSubmatch(address); m != nil {
			cross(m[1], m[2], at, 2)
		} else if m := nearAddress.FindStringSubmatch(address); m != nil {
			cross(m[1], m[2], at, 3)
		}
	}
	mergePrefixed(spots)
	return map[string][]byte{
		"roads.csv":     roadTable(spots, district),
		"crossings.csv": crossingTable(crosses, spots, district),
		"stations.csv":  stationTable(stations, district),
	}, nil
}

// bare takes the names of divisions off an address: 彭浦镇沪太路1339号 lies on 沪太路. A street's
// name that is a road's as well (江宁路街道) is a division only with its suffix.
func bare(address string) string {
	return address[len(division.FindString(address)):]
}

// mergePrefixed gives what was read as 恒通大厦恒通路 to 恒通路. A single sign of direction makes a
// road of its own: 东宝兴路 is not 宝兴路.
func mergePrefixed(spots map[string][]numbered) {
	for _, name := range slices.Sorted(maps.Keys(spots)) {
		runes := []rune(name)
		for cutAt := 1; cutAt < len(runes)-1; cutAt++ {
			if cutAt == 1 && strings.ContainsRune("东南西北中新老前后小大", runes[0]) {
				continue
			}
			suffix := string(runes[cutAt:])
			if len(spots[suffix]) >= 3 && len(spots[name]) <= 2 {
				spots[suffix] = append(spots[suffix], spots[name]...)
				delete(spots, name)
				break
			}
		}
	}
}

func roadTable(spots map[string][]numbered, district *place.District) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"road", "count", "points"})
	for _, name := range slices.Sorted(maps.Keys(spots)) {
		if !roadName.MatchString(name) || strings.Contains(name, "街道") {
			continue
		}
		kept := withoutStrays(spots[name])
		inside := slices.ContainsFunc(kept, func(s numbered) bool { return district.Distance(s.at) < 150 })
		if !inside && len(kept) < 2 {
			continue // one far address may be a misread name
		}
		var points []string
		if inside {
			for _, s := range merged(kept) {
				if district.Distance(s.at) <= near {
					points = append(points, fmt.Sprintf("%d %.5f %.5f", s.number, s.at.Lon, s.at.Lat))
				}
			}
		}
		w.Write([]string{name, strconv.Itoa(len(kept)), strings.Join(points, ";")})
	}
	w.Flush()
	return b.Bytes()
}

// withoutStrays drops spots that lie far from those of neighbouring numbers: misread addresses.
func withoutStrays(spots []numbered) []numbered {
	slices.SortStableFunc(spots, func(a, b numbered) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.at.Lon, b.at.Lon), cmp.Compare(a.at.Lat, b.at.Lat))
	})
	var counted []numbered
	for _, s := range spots {
		if s.number > 0 {
			counted = append(counted, s)
		}
	}
	if len(counted) < 4 {
		return spots
	}
	return slices.DeleteFunc(slices.Clone(spots), func(s numbered) bool {
		if s.number == 0 {
			return false
		}
		i := slices.Index(counted, s)
		around := slices.Clone(counted[max(0, i-3):min(len(counted), i+4)])
		return place.Distance(s.at, middle(around)) > 800
	})
}

// merged has one spot for each number and one for each 0-spot that is not near another.
func merged(spots []numbered) []numbered {
	var out []numbered
	for i := 0; i < len(spots); {
		j := i
		for j < len(spots) && spots[j].number == spots[i].number {
			j++
		}
		if n := spots[i].number; n > 0 {
			out = append(out, numbered{n, middle(spots[i:j])})
		} else {
			for _, s := range spots[i:j] {
				if !slices.ContainsFunc(out, func(o numbered) bool { return place.Distance(o.at, s.at) < 100 }) {
					out = append(out, s)
				}
			}
		}
		i = j
	}
	return out
}

// middle is the median of longitudes and latitudes.
func middle(spots []numbered) place.Point {
	lons, lats := make([]float64, len(spots)), make([]float64, len(spots))
	for i, s := range spots {
		lons[i], lats[i] = s.at.Lon, s.at.Lat
	}
	slices.Sort(lons)
	slices.Sort(lats)
	return place.Point{Lon: lons[len(lons)/2], Lat: lats[len(lats)/2]}
}

// crossingTable keeps, for each pair of roads, the best kind of witness: stops named for the
// crossing, addresses at it, addresses near it.
func crossingTable(crosses map[[2]string][]numbered, spots map[string][]numbered, district *place.District) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"a", "b", "lon", "lat"})
	byName := func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) }
	for _, pair := range slices.SortedFunc(maps.Keys(crosses), byName) {
		if pair[0] == pair[1] || spots[pair[0]] == nil && spots[pair[1]] == nil {
			continue
		}
		witnesses := crosses[pair]
		best := math.MaxInt
		for _, s := range witnesses {
			best = min(best, s.number)
		}
		witnesses = slices.DeleteFunc(slices.Clone(witnesses), func(s numbered) bool { return s.number != best })
		at := middle(witnesses)
		apart := slices.ContainsFunc(witnesses, func(s numbered) bool { return place.Distance(s.at, at) > 400 })
		if apart || district.Distance(at) > 500 {
			continue
		}
		w.Write([]string{pair[0], pair[1], fmt.Sprintf("%.5f", at.Lon), fmt.Sprintf("%.5f", at.Lat)})
	}
	w.Flush()
	return b.Bytes()
}

func stationTable(stations map[string][]numbered, district *place.District) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"station", "lon", "lat"})
	for _, name := range slices.Sorted(maps.Keys(stations)) {
		if at := middle(stations[name]); district.Distance(at) <= 1000 {
			w.Write([]string{name, fmt.Sprintf("%.5f", at.Lon), fmt.Sprintf("%.5f", at.Lat)})
		}
	}
	w.Flush()
	return b.Bytes()
}
