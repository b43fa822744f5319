// Package place says where things are: points and the datums they arrive in, the areas of units,
// the district's outline, and what a citizen's sentence says about the place it means.
//
// Everything inside the house is WGS-84; China's CGCS2000 differs from it by centimetres and is
// taken as the same. Maps sold in China speak GCJ-02 or BD-09 and are converted at the edges
// (datum.go). Areas of duty are polygons in an index in memory (areas.go, geojson.go). A Gazetteer
// reads street, road, neighbourhood and station names out of a text and proposes where it is
// (gazetteer.go, locate.go), and finds a place by its name and address (find.go); it proposes, a
// person decides. Where numbers, crossings and names lie it asks of a Register of known places
// (register.go, course.go, kriging.go, grams.go): each part of an address (address.go, reading.go) is
// a panel of votes (estimate.go), and the pin is where they agree (answer.go).
//
// The package is pure: it reads what it is given and has no clock, store or network.
package place

import (
	"math"

	"github.com/paulmach/orb"

	"jiexu/fault"
)

// Point is a position in WGS-84, in degrees.
type Point struct {
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

func (p Point) orb() orb.Point { return orb.Point{p.Lon, p.Lat} }

// rounded is p to the sixth decimal, a tenth of a metre: more would pretend.
func (p Point) rounded() Point {
	return Point{math.Round(p.Lon*1e6) / 1e6, math.Round(p.Lat*1e6) / 1e6}
}

// China's extent, generously; it decides whether two numbers look like a swapped pair.
const (
	chinaWest, chinaEast   = 73.0, 136.0
	chinaSouth, chinaNorth = 3.0, 54.0
)

// Check tells whether p can be a position at all. Faults: place.coordinates_swapped if latitude
// and longitude of a place in China changed seats, place.coordinates_range if a number is no
// degree of longitude or latitude. Whether the place is in the district is District.Check.
func (p Point) Check() error {
	if p.Lat >= chinaWest && p.Lat <= chinaEast && p.Lon >= chinaSouth && p.Lon <= chinaNorth {
		return fault.New(fault.Invalid, "place.coordinates_swapped", "lon", p.Lon, "lat", p.Lat)
	}
	// A comparison with NaN is false, so the condition is written as what must hold.
	if !(p.Lon >= -180 && p.Lon <= 180 && p.Lat >= -90 && p.Lat <= 90) {
		return fault.New(fault.Invalid, "place.coordinates_range", "lon", number(p.Lon), "lat", number(p.Lat))
	}
	return nil
}

// number keeps what JSON cannot say out of a fault's parameters.
func number(f float64) any {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 0):
		return "∞"
	}
	return f
}

// earthRadius is the mean radius of the earth in metres (IUGG).
const earthRadius = 6371008.8

// Distance is the length of the great circle between two points, in metres.
func Distance(a, b Point) float64 {
	lat1, lat2 := radians(a.Lat), radians(b.Lat)
	sinLat := math.Sin((lat2 - lat1) / 2)
	sinLon := math.Sin(radians(b.Lon-a.Lon) / 2)
	h := sinLat*sinLat + math.Cos(lat1)*math.Cos(lat2)*sinLon*sinLon
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// plane projects points around an origin to metres; within a city it is true to a few parts in
// ten thousand, which is what distances to a border need.
type plane struct {
	origin Point
	perLon float64
}

const metresPerDegree = earthRadius * math.Pi / 180

func planeAt(origin Point) plane {
	return plane{origin, metresPerDegree * math.Cos(radians(origin.Lat))}
}

func (pl plane) xy(lon, lat float64) (x, y float64) {
	return (lon - pl.origin.Lon) * pl.perLon, (lat - pl.origin.Lat) * metresPerDegree
}

// toSegment is the distance in metres from the plane's origin to the segment a-b.
func (pl plane) toSegment(a, b orb.Point) float64 {
	ax, ay := pl.xy(a[0], a[1])
	bx, by := pl.xy(b[0], b[1])
	dx, dy := bx-ax, by-ay
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, -(ax*dx+ay*dy)/l))
	}
	return math.Hypot(ax+t*dx, ay+t*dy)
}
