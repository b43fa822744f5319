package place

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"

	"jiexu/fault"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Point
		code string
	}{
		{"in Jing'an", Point{121.45, 31.25}, ""},
		{"far away is still a position", Point{-0.1, 51.5}, ""},
		{"swapped", Point{31.25, 121.45}, "place.coordinates_swapped"},
		{"a latitude of 95 outside China", Point{-10, 95}, "place.coordinates_range"},
		{"metres of a plane", Point{352000, 3460000}, "place.coordinates_range"},
		{"not a number", Point{math.NaN(), 31}, "place.coordinates_range"},
		{"infinite", Point{121, math.Inf(1)}, "place.coordinates_range"},
	} {
		t.Run(c.name, func(t *testing.T) { wantFault(t, c.p.Check(), c.code) })
	}
}

// A fault travels as JSON, which knows no NaN.
func TestCheckFaultIsJSON(t *testing.T) {
	err := Point{math.NaN(), math.Inf(-1)}.Check().(*fault.Error)
	if _, err := json.Marshal(err.Params); err != nil {
		t.Error(err)
	}
}

func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Errorf("got %v, want none", err)
	case code != "" && !fault.Is(err, code):
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b   Point
		metres float64
	}{
		{Point{121.45, 31.25}, Point{121.45, 31.25}, 0},
		{Point{0, 0}, Point{0, 1}, 111195},
		{Point{0, 0}, Point{180, 0}, math.Pi * earthRadius},
		{Point{121.4737, 31.2304}, Point{116.4074, 39.9042}, 1067300}, // Shanghai to Beijing
	} {
		if got := Distance(c.a, c.b); math.Abs(got-c.metres) > 1+c.metres*0.001 {
			t.Errorf("%v to %v: %.0f m, want %.0f", c.a, c.b, got, c.metres)
		}
	}
}

// The vectors are those that the published conversions (eviltransform, coordtransform) test with.
func TestDatumVectors(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to Point
		convert  func(Point) Point
	}{
		{"Shanghai to GCJ-02", Point{121.5272106, 31.1774276}, Point{121.531541859215, 31.17530398364597}, GCJ02.FromWGS84},
		{"Shenzhen to GCJ-02", Point{113.912316, 22.543847}, Point{113.9171764808363, 22.540796131694766}, GCJ02.FromWGS84},
		{"Beijing to GCJ-02", Point{116.377817, 39.911954}, Point{116.38404722455657, 39.91334545536069}, GCJ02.FromWGS84},
		{"GCJ-02 to BD-09", Point{116.404, 39.915}, Point{116.41036949371029, 39.92133699351021}, bd09},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.convert(c.from); Distance(got, c.to) > 0.01 {
				t.Errorf("got %v, want %v", got, c.to)
			}
		})
	}
}

func TestDatumRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{rapid.Float64Range(73.6, 135).Draw(t, "lon"), rapid.Float64Range(3.5, 53.5).Draw(t, "lat")}
		for _, d := range []Datum{WGS84, GCJ02, BD09} {
			if off := Distance(d.ToWGS84(d.FromWGS84(p)), p); off > 0.001 {
				t.Errorf("%s: there and back is %g m off", d, off)
			}
		}
		if off := Distance(GCJ02.FromWGS84(p), p); off < 10 || off > 1000 {
			t.Errorf("GCJ-02 shifts by %.0f m", off)
		}
	})
}

func TestDatumLeavesTheWorldAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{rapid.Float64Range(-180, 72).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		for _, d := range []Datum{GCJ02, BD09} {
			if d.FromWGS84(p) != p || d.ToWGS84(p) != p {
				t.Errorf("%s moves %v", d, p)
			}
		}
	})
}

// The outline of Jing'an is known in both datums, from two sources.
func TestDatumAgreesWithASecondOutline(t *testing.T) {
	ring := func(name string, d Datum) []Point {
		b, err := os.ReadFile("../../shared/data/jingan/" + name)
		if err != nil {
			t.Skipf("not here: %v", err)
		}
		file, err := ParseAreas(b, d)
		if err != nil {
			t.Fatal(err)
		}
		var points []Point
		for _, p := range file.Areas[0].Geometry[0][0] {
			points = append(points, fromOrb(p))
		}
		return points
	}
	converted, known := ring("district_310106.gcj02.geojson", GCJ02), ring("district_310106.wgs84.geojson", WGS84)
	if len(converted) != len(known) {
		t.Fatalf("%d vertices, want %d", len(converted), len(known))
	}
	for i := range known {
		if off := Distance(converted[i], known[i]); off > 0.5 {
			t.Fatalf("vertex %d is %.2f m off", i, off)
		}
	}
}

func TestParseDatum(t *testing.T) {
	for in, want := range map[string]Datum{"": WGS84, "WGS-84": WGS84, "EPSG:4490": WGS84, "CGCS2000": WGS84, "gcj_02": GCJ02, "高德": GCJ02, "BD-09": BD09, "百度": BD09} {
		if got, err := ParseDatum(in); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
	_, err := ParseDatum("EPSG:3857")
	wantFault(t, err, "place.datum_unknown")
}
