package place

import (
	"testing"

	"jiexu/data"
)

// The small map around a point shows the roads that are there, about where they are.
func TestAround(t *testing.T) {
	areas, err := DemoAreas(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	g, err := LoadGazetteer(data.FS, areas)
	if err != nil {
		t.Fatal(err)
	}
	at := Point{Lon: 121.4487, Lat: 31.2335} // 南京西路, 西康路
	roads := g.Around(at, 400)
	known := map[string]bool{}
	for _, r := range roads {
		known[r.Name] = true
		if len(r.Course) < 2 {
			t.Errorf("%s has no course", r.Name)
		}
		for _, p := range r.Course {
			if Distance(at, p) > 700 {
				t.Errorf("%s runs %v away", r.Name, Distance(at, p))
			}
		}
	}
	if len(roads) < 4 || !known["南京西路"] || !known["西康路"] {
		t.Errorf("%v", known)
	}
	if far := g.Around(Point{Lon: 116.4, Lat: 39.9}, 400); len(far) > 0 {
		t.Errorf("in Beijing: %v", far)
	}
}
