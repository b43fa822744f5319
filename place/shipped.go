package place

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"jiexu/data"
)

// placesFile is the table of known places in the data folder.
const placesFile = "jingan/places.csv"

// Shipped is the register of the places that ship with the program, with the stations and lines of its
// map. It is made at the first call and then shared: it takes a fraction of a second and some memory.
var Shipped = sync.OnceValues(func() (*Register, error) {
	rows, lines, err := loadKnown(data.FS)
	if err != nil {
		return nil, err
	}
	return NewRegister(rows, lines), nil
})

// loadKnown reads the table of places, and stations and courses from the map.
func loadKnown(fsys fs.FS) ([]Known, []Line, error) {
	var rows []Known
	err := eachRow(fsys, placesFile, func(row map[string]string) error {
		at, err := parsePoint(row["lon"], row["lat"])
		rows = append(rows, Known{Name: row["name"], Address: row["address"], District: row["district"], At: at})
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("places: %w", err)
	}
	stations, lines, err := loadMap(fsys)
	if err != nil {
		return nil, nil, fmt.Errorf("map: %w", err)
	}
	return append(rows, stations...), lines, nil
}

// loadMap reads the metro stations of the base map, and the lines on it that bear a name by which
// addresses call them: roads, and lines of the metro.
func loadMap(fsys fs.FS) (stations []Known, lines []Line, err error) {
	raw, err := fs.ReadFile(fsys, baseFile)
	if err != nil {
		return nil, nil, err
	}
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
		return nil, nil, err
	}
	for _, f := range base.Features {
		name := strings.TrimPrefix(f.Properties.Name, "上海地铁")
		switch kind := f.Properties.Kind; {
		case kind == "station":
			var at [2]float64
			if err := json.Unmarshal(f.Geometry.Coordinates, &at); err != nil {
				return nil, nil, err
			}
			if name == "上海" { // the railway's name of it
				name = "上海火车站"
			}
			stations = append(stations, Known{Name: name + "(地铁站)", At: Point{at[0], at[1]}})
		case kind == "metro" && strings.HasSuffix(name, "号线"), kind == "elevated" && strings.HasSuffix(name, "路"):
			parts, err := lineStrings(f.Geometry.Type, f.Geometry.Coordinates)
			if err != nil {
				return nil, nil, err
			}
			first, _, _ := strings.Cut(name, "/") // 3/4号线: one track
			if first != name {
				name = first + "号线"
			}
			for _, points := range parts {
				lines = append(lines, Line{name, points})
			}
		}
	}
	return stations, lines, nil
}

func lineStrings(kind string, raw json.RawMessage) (out [][]Point, err error) {
	var many [][][2]float64
	if kind == "LineString" {
		many = make([][][2]float64, 1)
		err = json.Unmarshal(raw, &many[0])
	} else {
		err = json.Unmarshal(raw, &many)
	}
	for _, line := range many {
		points := make([]Point, len(line))
		for i, p := range line {
			points[i] = Point{p[0], p[1]}
		}
		out = append(out, points)
	}
	return out, err
}
