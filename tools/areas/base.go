package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"jiexu/place"
)

// Credit is what the Open Database License asks a map made of OpenStreetMap's data to say.
const credit = "© OpenStreetMap contributors"

// metre is about one metre, in degrees: what a base map's vertices are rounded to.
const metre = 1e-5

// feature is one drawn thing.
type feature struct {
	kind, name, shape string
	coordinates       any
}

// baseMap makes the map's ground: the district's outline, lines and stations.
func baseMap(folder, transport string) ([]byte, error) {
	district, err := place.LoadDistrict(os.DirFS(filepath.Dir(folder)))
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(transport)
	if err != nil {
		return nil, err
	}
	var source struct {
		Features []struct {
			Properties struct{ Kind, Name string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &source); err != nil {
		return nil, fmt.Errorf("%s: %w", transport, err)
	}
	features := []feature{{"outline", district.Name, "MultiPolygon", district.Outline().Geometry}}
	stations := map[string]orb.Point{}
	for _, f := range source.Features {
		kind, name := f.Properties.Kind, f.Properties.Name
		switch f.Geometry.Type {
		case "MultiLineString":
			var lines orb.MultiLineString
			if err := json.Unmarshal(f.Geometry.Coordinates, &lines); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", transport, name, err)
			}
			features = append(features, feature{kind, name, f.Geometry.Type, rounded(simplify.DouglasPeucker(2 * metre).MultiLineString(lines))})
		case "Point":
			var p orb.Point
			if err := json.Unmarshal(f.Geometry.Coordinates, &p); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", transport, name, err)
			}
			if near, seen := stations[name]; seen && place.Distance(at(near), at(p)) < 500 {
				continue // a station of two lines is one dot
			}
			stations[name] = p
			features = append(features, feature{kind, name, f.Geometry.Type, round(p)})
		default:
			return nil, fmt.Errorf("%s: %s: a %s is not expected", transport, name, f.Geometry.Type)
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\"type\":\"FeatureCollection\",\"attribution\":%q,\"licence\":\"ODbL-1.0\",\"features\":[\n", credit)
	for i, f := range features {
		line, err := json.Marshal(map[string]any{"type": "Feature",
			"properties": map[string]any{"kind": f.kind, "name": f.name},
			"geometry":   map[string]any{"type": f.shape, "coordinates": f.coordinates}})
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

func at(p orb.Point) place.Point { return place.Point{Lon: p[0], Lat: p[1]} }

func round(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]/metre) / (1 / metre), math.Round(p[1]/metre) / (1 / metre)}
}

// rounded rounds vertices and drops those that fall together.
func rounded(lines orb.MultiLineString) orb.MultiLineString {
	var kept orb.MultiLineString
	for _, line := range lines {
		var out orb.LineString
		for _, p := range line {
			if q := round(p); len(out) == 0 || out[len(out)-1] != q {
				out = append(out, q)
			}
		}
		if len(out) > 1 {
			kept = append(kept, out)
		}
	}
	return kept
}
