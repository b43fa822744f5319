package place

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"

	"jiexu/fault"
)

// Bounds of a file of areas; the whole of Shanghai at survey detail stays far below them.
const (
	MaxAreasBytes    = 32 << 20
	MaxAreas         = 5_000
	MaxAreasVertices = 1_000_000
)

// AreaFile is what a file of areas holds.
type AreaFile struct {
	Areas []Area
	// Notes are things that do not stop the reading: an outline that crosses itself
	// (place.areas_crosses, which an import refuses), two areas of one code (place.areas_same_code).
	Notes []*fault.Error
}

type geoFile struct {
	Type     string          `json:"type"`
	Features []geoFeature    `json:"features"`
	CRS      json.RawMessage `json:"crs"`
	Datum    string          `json:"datum"`
}

type geoFeature struct {
	Type       string          `json:"type"`
	Properties geoProperties   `json:"properties"`
	Geometry   *geoGeometry    `json:"geometry"`
	ID         json.RawMessage `json:"id"`
}

type geoGeometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

type geoProperties map[string]any

// text returns the first of the named properties that is a text or a whole number.
func (p geoProperties) text(names ...string) string {
	for _, name := range names {
		switch v := p[name].(type) {
		case string:
			if s := strings.TrimSpace(v); s != "" {
				return s
			}
		case float64:
			if v == math.Trunc(v) && math.Abs(v) < 1e15 {
				return fmt.Sprintf("%.0f", v)
			}
		}
	}
	return ""
}

// ParseAreas reads areas from GeoJSON: a FeatureCollection of Polygons and MultiPolygons whose
// properties hold code, name, kind, unit and approximate (名称, adcode and the like are understood).
// datum is what the coordinates are measured in; the file itself may say so by a top-level
// "datum", which then must not contradict a datum other than WGS84 given here.
//
// Faults: place.areas_too_large, place.areas_not_json, place.areas_not_geojson, place.areas_empty,
// place.areas_too_many, place.areas_crs, place.datum_unknown, place.areas_datum_contradicts, and,
// with the number and name of the feature, place.areas_geometry, place.areas_nameless,
// place.areas_ring_short, place.areas_ring_open, place.areas_degrees, place.coordinates_swapped.
func ParseAreas(data []byte, datum Datum) (*AreaFile, error) {
	if len(data) > MaxAreasBytes {
		return nil, fault.New(fault.TooLarge, "place.areas_too_large", "max", MaxAreasBytes>>20)
	}
	var file geoFile
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &file); err != nil {
		return nil, notJSON(err)
	}
	if file.Type != "FeatureCollection" {
		return nil, fault.New(fault.Invalid, "place.areas_not_geojson", "type", file.Type)
	}
	if len(file.Features) == 0 {
		return nil, fault.New(fault.Invalid, "place.areas_empty")
	}
	if len(file.Features) > MaxAreas {
		return nil, fault.New(fault.TooLarge, "place.areas_too_many", "count", len(file.Features), "max", MaxAreas)
	}
	datum, err := file.datum(datum)
	if err != nil {
		return nil, err
	}
	out, vertices, codes := &AreaFile{}, 0, map[string]int{}
	for i, feature := range file.Features {
		at := featureAt{n: i + 1, name: feature.Properties.text("name", "名称", "NAME", "Name")}
		area, err := at.area(feature, datum)
		if err != nil {
			return nil, err
		}
		for _, polygon := range area.Geometry {
			for _, ring := range polygon {
				vertices += len(ring)
			}
		}
		if vertices > MaxAreasVertices {
			return nil, fault.New(fault.TooLarge, "place.areas_too_many_vertices", "max", MaxAreasVertices)
		}
		if crossing, ok := selfCrossing(area.Geometry); ok {
			out.Notes = append(out.Notes, at.fault("place.areas_crosses", "lon", crossing[0], "lat", crossing[1]))
		}
		if first := codes[area.Code]; first > 0 && area.Code != "" {
			out.Notes = append(out.Notes, at.fault("place.areas_same_code", "code", area.Code, "first", first))
		} else {
			codes[area.Code] = i + 1
		}
		out.Areas = append(out.Areas, area)
	}
	return out, nil
}

func notJSON(err error) error {
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fault.Wrap(err, fault.Invalid, "place.areas_not_json", "byte", syntax.Offset)
	case errors.As(err, &wrongType):
		return fault.Wrap(err, fault.Invalid, "place.areas_not_geojson", "type", wrongType.Value)
	}
	return fault.Wrap(err, fault.Invalid, "place.areas_not_json", "byte", 0)
}

// datum settles what the file is measured in.
func (f *geoFile) datum(given Datum) (Datum, error) {
	if crs := string(f.CRS); crs != "" && crs != "null" {
		known := false
		for _, name := range []string{"CRS84", "4326", "4490"} {
			known = known || strings.Contains(crs, name)
		}
		if !known {
			return "", fault.New(fault.Invalid, "place.areas_crs", "crs", cut(crs, 120))
		}
	}
	if f.Datum == "" {
		return given, nil
	}
	own, err := ParseDatum(f.Datum)
	if err != nil {
		return "", err
	}
	if given != WGS84 && given != "" && given != own {
		return "", fault.New(fault.Invalid, "place.areas_datum_contradicts", "file", string(own), "given", string(given))
	}
	return own, nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// featureAt names the feature that a fault is about.
type featureAt struct {
	n    int
	name string
}

func (at featureAt) fault(code string, params ...any) *fault.Error {
	return fault.New(fault.Invalid, code, append([]any{"n", at.n, "name", cut(at.name, 60)}, params...)...)
}

func (at featureAt) area(f geoFeature, datum Datum) (Area, error) {
	p := f.Properties
	area := Area{
		Unit: p.text("unit"),
		Code: p.text("code", "adcode", "代码", "CODE"),
		Name: at.name,
		Kind: p.text("kind", "类型"),
	}
	area.Approximate, _ = p["approximate"].(bool)
	if area.Name == "" && area.Code == "" && area.Unit == "" {
		return Area{}, at.fault("place.areas_nameless")
	}
	if f.Geometry == nil {
		return Area{}, at.fault("place.areas_geometry", "type", "null")
	}
	var polygons [][][][]float64
	var err error
	switch f.Geometry.Type {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(f.Geometry.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(f.Geometry.Coordinates, &polygons)
	default:
		return Area{}, at.fault("place.areas_geometry", "type", cut(f.Geometry.Type, 40))
	}
	if err != nil {
		return Area{}, at.fault("place.areas_geometry", "type", f.Geometry.Type)
	}
	for _, rings := range polygons {
		var polygon orb.Polygon
		for _, positions := range rings {
			ring, err := at.ring(positions, datum)
			if err != nil {
				return Area{}, err
			}
			polygon = append(polygon, ring)
		}
		if len(polygon) > 0 {
			area.Geometry = append(area.Geometry, polygon)
		}
	}
	if len(area.Geometry) == 0 {
		return Area{}, at.fault("place.areas_geometry", "type", f.Geometry.Type)
	}
	return area, nil
}

func (at featureAt) ring(positions [][]float64, datum Datum) (orb.Ring, error) {
	if len(positions) < 4 {
		return nil, at.fault("place.areas_ring_short", "count", len(positions))
	}
	ring := make(orb.Ring, len(positions))
	for i, position := range positions {
		if len(position) < 2 {
			return nil, at.fault("place.areas_degrees", "position", i+1)
		}
		p := Point{Lon: position[0], Lat: position[1]}
		if err := p.Check(); fault.Is(err, "place.coordinates_swapped") {
			return nil, at.fault("place.areas_swapped", "position", i+1, "lon", p.Lon, "lat", p.Lat)
		} else if err != nil {
			return nil, at.fault("place.areas_degrees", "position", i+1, "lon", p.Lon, "lat", p.Lat)
		}
		p = datum.ToWGS84(p)
		ring[i] = p.orb()
	}
	if first, last := positions[0], positions[len(positions)-1]; first[0] != last[0] || first[1] != last[1] {
		return nil, at.fault("place.areas_ring_open")
	}
	return ring, nil
}

// selfCrossing finds a point where the border of g properly crosses itself.
func selfCrossing(g orb.MultiPolygon) (orb.Point, bool) {
	var tree rtree.RTreeG[edge]
	for _, polygon := range g {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				e := edge{ring[i-1], ring[i]}
				b := orb.MultiPoint{e.south, e.north}.Bound()
				var at orb.Point
				crossed := false
				tree.Search(b.Min, b.Max, func(_, _ [2]float64, other edge) bool {
					at, crossed = crossing(e, other)
					return !crossed
				})
				if crossed {
					return at, true
				}
				tree.Insert(b.Min, b.Max, e)
			}
		}
	}
	return orb.Point{}, false
}

// crossing is the point where two segments cross in their interiors; touching is not crossing.
func crossing(a, b edge) (orb.Point, bool) {
	side := func(p, q, r orb.Point) float64 {
		return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0])
	}
	b1, b2 := side(a.south, a.north, b.south), side(a.south, a.north, b.north)
	a1, a2 := side(b.south, b.north, a.south), side(b.south, b.north, a.north)
	if b1*b2 >= 0 || a1*a2 >= 0 {
		return orb.Point{}, false
	}
	t := a1 / (a1 - a2)
	return orb.Point{a.south[0] + t*(a.north[0]-a.south[0]), a.south[1] + t*(a.north[1]-a.south[1])}, true
}

// MarshalAreas writes areas as GeoJSON that ParseAreas reads back, one feature a line. extra are
// top-level members, such as the attribution of the source.
func MarshalAreas(areas []Area, extra map[string]any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection"`)
	if len(extra) > 0 {
		members, err := json.Marshal(extra)
		if err != nil {
			return nil, err
		}
		b.WriteByte(',')
		b.Write(members[1 : len(members)-1])
	}
	b.WriteString(",\"features\":[\n")
	for i, a := range areas {
		feature := struct {
			Type       string         `json:"type"`
			Properties map[string]any `json:"properties"`
			Geometry   struct {
				Type        string           `json:"type"`
				Coordinates orb.MultiPolygon `json:"coordinates"`
			} `json:"geometry"`
		}{Type: "Feature", Properties: a.properties()}
		feature.Geometry.Type = "MultiPolygon"
		feature.Geometry.Coordinates = a.Geometry
		line, err := json.Marshal(feature)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(",\n")
		}
		b.Write(line)
	}
	b.WriteString("\n]}\n")
	return b.Bytes(), nil
}

func (a Area) properties() map[string]any {
	p := map[string]any{"name": a.Name}
	for name, value := range map[string]string{"unit": a.Unit, "code": a.Code, "kind": a.Kind} {
		if value != "" {
			p[name] = value
		}
	}
	if a.Approximate {
		p["approximate"] = true
	}
	return p
}
