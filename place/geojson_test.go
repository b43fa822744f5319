package place

import (
	"fmt"
	"strings"
	"testing"

	"jiexu/data"
	"jiexu/fault"
)

const (
	ringClosed  = `[[121.4,31.2],[121.5,31.2],[121.5,31.3],[121.4,31.2]]`
	ringOpen    = `[[121.4,31.2],[121.5,31.2],[121.5,31.3],[121.4,31.3]]`
	ringSwapped = `[[31.2,121.4],[31.2,121.5],[31.3,121.5],[31.2,121.4]]`
	ringMetres  = `[[352000,3460000],[353000,3460000],[353000,3461000],[352000,3460000]]`
	ringCrossed = `[[121.4,31.2],[121.5,31.3],[121.5,31.2],[121.4,31.3],[121.4,31.2]]`
)

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func polygon(rings string) string {
	return `{"type":"Feature","properties":{"name":"江宁路街道","code":310106006},"geometry":{"type":"Polygon","coordinates":[` + rings + `]}}`
}

func TestParseAreas(t *testing.T) {
	for _, c := range []struct{ name, in, code string }{
		{"good", collection(polygon(ringClosed)), ""},
		{"byte order mark", "\ufeff" + collection(polygon(ringClosed)), ""},
		{"not JSON", `{"type":`, "place.areas_not_json"},
		{"a spreadsheet", "PK\x03\x04", "place.areas_not_json"},
		{"a list", `[1,2]`, "place.areas_not_geojson"},
		{"one geometry", `{"type":"Polygon","coordinates":[]}`, "place.areas_not_geojson"},
		{"TopoJSON", `{"type":"Topology","objects":{}}`, "place.areas_not_geojson"},
		{"nothing in it", collection(), "place.areas_empty"},
		{"a point", collection(`{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Point","coordinates":[121,31]}}`), "place.areas_geometry"},
		{"no geometry", collection(`{"type":"Feature","properties":{"name":"x"},"geometry":null}`), "place.areas_geometry"},
		{"wrong depth", collection(`{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Polygon","coordinates":[[121,31]]}}`), "place.areas_geometry"},
		{"empty polygon", collection(`{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Polygon","coordinates":[]}}`), "place.areas_geometry"},
		{"no name", collection(`{"type":"Feature","properties":null,"geometry":{"type":"Polygon","coordinates":[` + ringClosed + `]}}`), "place.areas_nameless"},
		{"open ring", collection(polygon(ringOpen)), "place.areas_ring_open"},
		{"two vertices", collection(polygon(`[[121,31],[122,31]]`)), "place.areas_ring_short"},
		{"one number", collection(polygon(`[[121],[122],[121],[121]]`)), "place.areas_degrees"},
		{"swapped", collection(polygon(ringSwapped)), "place.areas_swapped"},
		{"metres", collection(polygon(ringMetres)), "place.areas_degrees"},
		{"a projected reference", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}},"features":[` + polygon(ringClosed) + `]}`, "place.areas_crs"},
		{"CGCS2000", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features":[` + polygon(ringClosed) + `]}`, ""},
		{"unknown datum", `{"type":"FeatureCollection","datum":"moon","features":[` + polygon(ringClosed) + `]}`, "place.datum_unknown"},
		{"too many", collection(strings.Repeat(polygon(ringClosed)+",", MaxAreas) + polygon(ringClosed)), "place.areas_too_many"},
		{"too large", strings.Repeat(" ", MaxAreasBytes+1), "place.areas_too_large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseAreas([]byte(c.in), WGS84)
			wantFault(t, err, c.code)
		})
	}
}

func TestParseAreasNamesTheFeature(t *testing.T) {
	_, err := ParseAreas([]byte(collection(polygon(ringClosed), polygon(ringOpen))), WGS84)
	f, ok := err.(*fault.Error)
	if !ok || f.Params["n"] != 2 || f.Params["name"] != "江宁路街道" {
		t.Errorf("got %#v", err)
	}
}

func TestParseAreasNotes(t *testing.T) {
	file, err := ParseAreas([]byte(collection(polygon(ringClosed), polygon(ringCrossed))), WGS84)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, n := range file.Notes {
		codes = append(codes, n.Code)
	}
	if got := fmt.Sprint(codes); got != "[place.areas_crosses place.areas_same_code]" {
		t.Errorf("notes %s", got)
	}
	if a := file.Areas[0]; a.Code != "310106006" || a.Name != "江宁路街道" {
		t.Errorf("%+v", a)
	}
}

func TestParseAreasDatum(t *testing.T) {
	in := []byte(collection(polygon(ringClosed)))
	file, err := ParseAreas(in, GCJ02)
	if err != nil {
		t.Fatal(err)
	}
	if d := Distance(fromOrb(file.Areas[0].Geometry[0][0][0]), Point{121.4, 31.2}); d < 300 || d > 700 {
		t.Errorf("moved by %.0f m", d)
	}
	own := []byte(strings.Replace(string(in), `"features"`, `"datum":"bd09","features"`, 1))
	_, err = ParseAreas(own, GCJ02)
	wantFault(t, err, "place.areas_datum_contradicts")
	_, err = ParseAreas(own, BD09)
	wantFault(t, err, "")
}

func TestMarshalAreasIsReadBack(t *testing.T) {
	areas, err := DemoAreas(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	areas[0].Unit = "u-1"
	b, err := MarshalAreas(areas, map[string]any{"note": "示意"})
	if err != nil {
		t.Fatal(err)
	}
	file, err := ParseAreas(b, WGS84)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(file.Areas), fmt.Sprint(areas); got != want {
		t.Errorf("read back differs:\n%.300s\n%.300s", got, want)
	}
}

func FuzzParseAreas(f *testing.F) {
	for _, in := range []string{collection(polygon(ringClosed)), collection(polygon(ringCrossed)), `{"type":"FeatureCollection","features":[{}]}`, `[]`} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		file, err := ParseAreas(in, GCJ02)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Errorf("not a fault: %v", err)
			}
			return
		}
		index := NewAreas(file.Areas)
		index.Find(Point{121.45, 31.25})
		index.Nearest(Point{121.45, 31.25})
		for _, a := range file.Areas {
			a.Centre()
		}
	})
}
