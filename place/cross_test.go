package place

import (
	"encoding/json"
	"fmt"
	"jiexu/data"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

type placeRow struct {
	Known
	district, kind string
}

func readPlaces(t testing.TB) []placeRow {
	var rows []placeRow
	for _, row := range readTable(t, placesFile) {
		p, err := parsePoint(row["lon"], row["lat"])
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, placeRow{Known{Name: row["name"], Address: row["address"], At: p}, row["district"], row["type"]})
	}
	return rows
}

func kindOf(r placeRow) string {
	read := readPlace(r.Name, r.Address, func(run string) (string, string) { return "", cutDivision(run) })
	switch {
	case read.stop:
		if len(read.name.Roads) >= 2 {
			return "stop at a crossing"
		}
		return "stop by name"
	case strings.Contains(r.Name, "(地铁站)"):
		return "metro"
	case len(read.address.Roads) > 0 && read.address.Roads[0].Number > 0 && read.address.Roads[0].Lane:
		return "road and lane"
	case len(read.address.Roads) > 0 && read.address.Roads[0].Number > 0:
		return "road and number"
	case len(read.address.Roads) > 1:
		return "crossing"
	case len(read.address.Roads) > 0:
		return "road only"
	}
	return "name only"
}

func TestCross(t *testing.T) {
	rows := readPlaces(t)
	base := readBase(t)
	rng := rand.New(rand.NewPCG(1, 2))
	fold := make([]int, len(rows))
	for i := range rows {
		fold[i] = rng.IntN(10)
	}
	type tally struct {
		n int
		d []float64
	}
	byKind := map[string]*tally{}
	add := func(k string, d float64) {
		if byKind[k] == nil {
			byKind[k] = &tally{}
		}
		byKind[k].n++
		if d >= 0 {
			byKind[k].d = append(byKind[k].d, d)
		}
	}
	for f := range 10 {
		var train []Known
		for i, r := range rows {
			if fold[i] != f {
				train = append(train, r.Known)
			}
		}
		for _, st := range base.stations {
			train = append(train, st)
		}
		reg := NewRegister(train, base.lines)
		for i, r := range rows {
			if fold[i] != f {
				continue
			}
			e, ok := reg.Estimate(r.Name, r.Address)
			d := -1.0
			if ok {
				d = Distance(e.At, r.At)
			}
			if r.district == "静安区" {
				add(" all 静安区", d)
				add(kindOf(r), d)
				if os.Getenv("VERBOSE") != "" && (d > 200 || d < 0) {
					fmt.Printf("%s\t%.0f\t%s | %s | %v | s=%.2f %.2f %v\n", kindOf(r), d, r.Name, r.Address, r.At, e.Confidence, e.Within, e.At)
				}
			}
			add(" everything", d)
		}
	}
	var kinds []string
	for k := range byKind {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		c := byKind[k]
		slices.Sort(c.d)
		share := func(m float64) float64 {
			n := 0
			for _, d := range c.d {
				if d <= m {
					n++
				}
			}
			return 100 * float64(n) / float64(c.n)
		}
		med := 0.0
		if len(c.d) > 0 {
			med = c.d[len(c.d)/2]
		}
		fmt.Printf("%-22s %5d located %5.1f%%  100m %5.1f  200m %5.1f  500m %5.1f  median %.0f\n", k, c.n, 100*float64(len(c.d))/float64(c.n), share(100), share(200), share(500), med)
	}
}

type baseThings struct {
	stations []Known
	lines    []Line
}

func readBase(t testing.TB) (out baseThings) {
	raw, _ := data.FS.ReadFile(baseFile)
	var base struct {
		Features []struct {
			Properties struct{ Kind, Name string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &base); err != nil {
		t.Fatal(err)
	}
	for _, f := range base.Features {
		switch f.Properties.Kind {
		case "station":
			var at [2]float64
			json.Unmarshal(f.Geometry.Coordinates, &at)
			name := f.Properties.Name
			if name == "上海" {
				name = "上海火车站"
			}
			out.stations = append(out.stations, Known{Name: name + "(地铁站)", Address: "", At: Point{at[0], at[1]}})
		case "elevated", "metro":
			var lines [][][2]float64
			if f.Geometry.Type == "LineString" {
				var one [][2]float64
				json.Unmarshal(f.Geometry.Coordinates, &one)
				lines = append(lines, one)
			} else {
				json.Unmarshal(f.Geometry.Coordinates, &lines)
			}
			f.Properties.Name = strings.TrimPrefix(f.Properties.Name, "上海地铁")
			if f.Properties.Name == "3/4号线" {
				f.Properties.Name = "3号线"
			}
			if !strings.HasSuffix(f.Properties.Name, "路") && !strings.HasSuffix(f.Properties.Name, "号线") {
				continue
			}
			for _, l := range lines {
				b := Line{Name: f.Properties.Name}
				for _, p := range l {
					b.Points = append(b.Points, Point{p[0], p[1]})
				}
				out.lines = append(out.lines, b)
			}
		}
	}
	return out
}
