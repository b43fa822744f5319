package place

import (
	"io/fs"
	"math"

	"jiexu/fault"
)

// Files of the first office in the data folder.
const (
	outlineFile = "jingan/district_310106.wgs84.geojson"
	demoFile    = "jingan/areas.demo.geojson"
	baseFile    = "jingan/base.geojson"
)

// District is the ground of one office.
type District struct {
	Name, Code string
	outline    *Areas
}

// NewDistrict makes a district of its outline.
func NewDistrict(outline Area) *District {
	return &District{Name: outline.Name, Code: outline.Code, outline: NewAreas([]Area{outline})}
}

// LoadDistrict reads Jing'an's outline from the data folder.
func LoadDistrict(fsys fs.FS) (*District, error) {
	file, err := loadAreas(fsys, outlineFile)
	if err != nil {
		return nil, err
	}
	return NewDistrict(file[0]), nil
}

// DemoAreas reads the fourteen approximate areas of Jing'an's streets and town. They are drawn for
// the demonstration (Area.Approximate): a real office imports its own.
func DemoAreas(fsys fs.FS) ([]Area, error) { return loadAreas(fsys, demoFile) }

// BaseMap returns the GeoJSON that the map draws under everything: the outline, metro lines,
// elevated roads and stations, with the attribution that the licence asks for.
func BaseMap(fsys fs.FS) ([]byte, error) { return fs.ReadFile(fsys, baseFile) }

func loadAreas(fsys fs.FS, name string) ([]Area, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	file, err := ParseAreas(b, WGS84)
	if err != nil {
		return nil, err
	}
	return file.Areas, nil
}

// Outline returns the district's own area.
func (d *District) Outline() Area { return d.outline.list[0] }

// Contains reports whether p lies in the district.
func (d *District) Contains(p Point) bool { _, ok := d.outline.At(p); return ok }

// Distance is how far p lies from the district, in metres; 0 inside.
func (d *District) Distance(p Point) float64 {
	near, _ := d.outline.Nearest(p)
	return near.Metres
}

// Check tells whether p is a position in the district. Faults: those of Point.Check, and
// place.outside, which says how many kilometres away it is.
func (d *District) Check(p Point) error {
	if err := p.Check(); err != nil {
		return err
	}
	if d.Contains(p) {
		return nil
	}
	km := math.Ceil(d.Distance(p)/100) / 10
	return fault.New(fault.Invalid, "place.outside", "district", d.Name, "lon", p.Lon, "lat", p.Lat, "km", km)
}

// Shifted tells whether areas lie beyond the district's border as they are, and would fit it if their
// coordinates were of another datum: then place.areas_shifted says which, and how far off they lie.
func (d *District) Shifted(areas []Area) *fault.Error {
	const far, most = 100, 2000 // metres; points that are looked at
	var points []Point
	for _, a := range areas {
		for _, polygon := range a.Geometry {
			for _, ring := range polygon {
				for _, p := range ring {
					points = append(points, fromOrb(p))
				}
			}
		}
	}
	farthest := func(datum Datum) (metres float64) {
		for i := 0; i < len(points); i += 1 + len(points)/most {
			if p := datum.ToWGS84(points[i]); !d.Contains(p) {
				metres = max(metres, d.Distance(p))
			}
		}
		return metres
	}
	beyond := farthest(WGS84)
	if beyond < far {
		return nil
	}
	for _, datum := range []Datum{GCJ02, BD09} {
		if farthest(datum) < far/2 {
			return fault.New(fault.Invalid, "place.areas_shifted", "datum", string(datum), "metres", int(beyond))
		}
	}
	return nil
}
