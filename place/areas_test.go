package place

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"

	"jiexu/data"
)

func square(name string, west, south, size float64) Area {
	return Area{Name: name, Code: name, Geometry: orb.MultiPolygon{{box(west, south, size)}}}
}

func box(west, south, size float64) orb.Ring {
	return orb.Ring{{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}}
}

func names(areas []Area) (out string) {
	for _, a := range areas {
		out += a.Name
	}
	return out
}

func TestFind(t *testing.T) {
	holed := square("h", 10, 10, 4)
	holed.Geometry[0] = append(holed.Geometry[0], box(11, 11, 1))
	areas := NewAreas([]Area{square("a", 0, 0, 2), square("b", 2, 0, 2), square("c", 1, 1, 2), holed, {Name: "empty"}})
	for _, c := range []struct {
		p    Point
		want string
	}{
		{Point{0.5, 0.5}, "a"},
		{Point{3.5, 0.5}, "b"},
		{Point{1.5, 1.5}, "ac"}, // overlapping areas both answer, in the order given
		{Point{2, 0.5}, "b"},    // on the shared border: exactly one
		{Point{10.5, 10.5}, "h"},
		{Point{11.5, 11.5}, ""}, // the hole
		{Point{-1, 0.5}, ""},
		{Point{math.NaN(), 0.5}, ""},
	} {
		if got := names(areas.Find(c.p)); got != c.want {
			t.Errorf("%v: %q, want %q", c.p, got, c.want)
		}
		at, ok := areas.At(c.p)
		if ok != (c.want != "") || ok && at.Name != c.want[:1] {
			t.Errorf("At %v: %q, %v", c.p, at.Name, ok)
		}
	}
}

func TestFindNearABorder(t *testing.T) {
	areas := NewAreas([]Area{square("a", 121.40, 31.20, 0.01), square("b", 121.41, 31.20, 0.01), square("far", 121.5, 31.2, 0.01)})
	p := Point{121.4101, 31.205} // in b, about ten metres from a
	near := areas.FindNear(p, 30)
	if len(near) != 2 || near[0].Area.Name != "b" || near[1].Area.Name != "a" {
		t.Fatalf("got %v", near)
	}
	if near[0].Metres != 0 || math.Abs(near[1].Metres-9.5) > 0.2 {
		t.Errorf("distances %v and %v", near[0].Metres, near[1].Metres)
	}
	if one := areas.FindNear(p, 5); len(one) != 1 {
		t.Errorf("within five metres: %v", one)
	}
	if n, ok := areas.Nearest(Point{121.49, 31.205}); !ok || n.Area.Name != "far" || math.Abs(n.Metres-951) > 2 {
		t.Errorf("nearest: %v %v", n.Area.Name, n.Metres)
	}
	if _, ok := NewAreas(nil).Nearest(p); ok {
		t.Error("nearest of no areas")
	}
}

// Contains is compared with an implementation that nobody here wrote, on rings of any shape.
func TestContainsAgreesWithOrb(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ring orb.Ring
		n := rapid.IntRange(3, 60).Draw(t, "n")
		for i := range n {
			r := rapid.Float64Range(0.1, 1).Draw(t, "r")
			a := 2 * math.Pi * float64(i) / float64(n)
			ring = append(ring, orb.Point{121 + r*math.Cos(a), 31 + r*math.Sin(a)})
		}
		ring = append(ring, ring[0])
		s := newShape(orb.MultiPolygon{{ring}})
		p := Point{rapid.Float64Range(120, 122).Draw(t, "lon"), rapid.Float64Range(30, 32).Draw(t, "lat")}
		if s.distance(planeAt(p)) < 0.01 {
			return // on the border the two may differ
		}
		if got, want := s.contains(p), planar.RingContains(ring, p.orb()); got != want {
			t.Errorf("contains %v: %v, orb says %v", p, got, want)
		}
	})
}

func demo(t testing.TB) ([]Area, *District) {
	t.Helper()
	areas, err := DemoAreas(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	district, err := LoadDistrict(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	return areas, district
}

// centres are the streets' centres as the office's public maps mark them.
var centres = map[string]Point{
	"静安寺街道": {121.443, 31.223}, "曹家渡街道": {121.434, 31.236}, "江宁路街道": {121.445, 31.241},
	"石门二路街道": {121.457, 31.236}, "南京西路街道": {121.457, 31.227}, "天目西路街道": {121.451, 31.249},
	"北站街道": {121.467, 31.246}, "宝山路街道": {121.475, 31.254}, "芷江西路街道": {121.459, 31.258},
	"共和新路街道": {121.449, 31.268}, "大宁路街道": {121.457, 31.281}, "彭浦镇": {121.441, 31.288},
	"彭浦新村街道": {121.444, 31.303}, "临汾路街道": {121.452, 31.310},
}

func TestDemoAreas(t *testing.T) {
	areas, district := demo(t)
	index := NewAreas(areas)
	if len(areas) != 14 {
		t.Fatalf("%d areas, want 14", len(areas))
	}
	total := 0.0
	for _, a := range areas {
		if !a.Approximate || len(a.Code) != 9 {
			t.Errorf("%s: approximate %v, code %q", a.Name, a.Approximate, a.Code)
		}
		if len(a.Geometry) != 1 {
			t.Errorf("%s lies in %d pieces", a.Name, len(a.Geometry))
		}
		// 大宁路街道's centre is rounded to a hundred metres and so lies nine metres across the border.
		if near, _ := index.Nearest(centres[a.Name]); near.Area.Name != a.Name || near.Metres > 15 {
			t.Errorf("the centre of %s lies %.0f m from %s", a.Name, near.Metres, near.Area.Name)
		}
		if got, _ := index.At(a.Centre()); got.Name != a.Name {
			t.Errorf("the label of %s would stand in %q", a.Name, got.Name)
		}
		for _, p := range a.Geometry[0][0] {
			if d := district.Distance(fromOrb(p)); d > 0.2 {
				t.Errorf("%s reaches %.1f m beyond the outline at %v", a.Name, d, p)
			}
		}
		total += planar.Area(a.Geometry)
	}
	if whole := planar.Area(district.Outline().Geometry); math.Abs(total-whole) > whole*1e-6 {
		t.Errorf("the areas cover %g of the district", total/whole)
	}
}

// TestDemoAreasNeitherOverlapNorGape throws points at the district: each is in exactly one area.
func TestDemoAreasNeitherOverlapNorGape(t *testing.T) {
	areas, district := demo(t)
	index := NewAreas(areas)
	b := district.Outline().Geometry.Bound()
	random := rand.New(rand.NewPCG(1, 2))
	inside := 0
	for range 200_000 {
		p := Point{b.Min[0] + random.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + random.Float64()*(b.Max[1]-b.Min[1])}
		found := index.Find(p)
		if len(found) == 1 && district.Contains(p) {
			inside++
			continue
		}
		if len(found) == 0 && !district.Contains(p) || district.outline.shapes[0].distance(planeAt(p)) < 0.2 {
			continue // the outline is rounded to ten centimetres
		}
		t.Fatalf("%v is in %q; in the district: %v", p, names(found), district.Contains(p))
	}
	if inside < 50_000 {
		t.Errorf("only %d points fell inside", inside)
	}
	// Corners and borders are where a partition breaks.
	for _, a := range areas {
		for _, p := range a.Geometry[0][0] {
			if found := index.Find(fromOrb(p)); len(found) > 1 {
				t.Errorf("the corner %v is in %q", p, names(found))
			}
		}
	}
}

func TestDistrictCheck(t *testing.T) {
	_, d := demo(t)
	for _, c := range []struct {
		p    Point
		code string
	}{
		{Point{121.457, 31.227}, ""},
		{Point{121.5, 31.24}, "place.outside"},
		{Point{0, 0}, "place.outside"},
		{Point{31.227, 121.457}, "place.coordinates_swapped"},
	} {
		wantFault(t, d.Check(c.p), c.code)
	}
	if d.Name != "静安区" || d.Code != "310106" {
		t.Errorf("%q %q", d.Name, d.Code)
	}
}

func BenchmarkFind(b *testing.B) {
	areas, _ := demo(b)
	index := NewAreas(areas)
	random := rand.New(rand.NewPCG(1, 2))
	points := make([]Point, 1024)
	for i := range points {
		points[i] = Point{121.42 + random.Float64()*0.06, 31.22 + random.Float64()*0.1}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		index.At(points[i&1023])
	}
}
