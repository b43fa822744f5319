package place

import (
	"math"
	"strings"

	"jiexu/fault"
)

// Datum is what a pair of coordinates is measured in.
type Datum string

const (
	WGS84 Datum = "wgs84" // GPS, GeoJSON, our own; CGCS2000 and 天地图 are the same for us
	GCJ02 Datum = "gcj02" // 高德, 腾讯 and most data bought in China: shifted by up to some 600 m
	BD09  Datum = "bd09"  // 百度: GCJ-02, shifted once more
)

// ParseDatum reads a datum's name in any of its usual spellings; "" is WGS-84. Fault: place.datum_unknown.
func ParseDatum(s string) (Datum, error) {
	switch strings.NewReplacer("-", "", "_", "", " ", "", ":", "").Replace(strings.ToLower(s)) {
	case "", "wgs84", "cgcs2000", "epsg4326", "epsg4490", "gps", "天地图":
		return WGS84, nil
	case "gcj02", "gcj", "高德", "腾讯":
		return GCJ02, nil
	case "bd09", "bd09ll", "baidu", "百度":
		return BD09, nil
	}
	return "", fault.New(fault.Invalid, "place.datum_unknown", "datum", s)
}

// ToWGS84 converts coordinates measured in d. The inverses of the published shifts are found by
// iteration to far below a millimetre. Points outside the rectangle in which the shift is applied
// come back unchanged.
func (d Datum) ToWGS84(p Point) Point {
	switch d {
	case GCJ02:
		return invert(gcj02, p)
	case BD09:
		return invert(gcj02, invert(bd09, p))
	}
	return p
}

// FromWGS84 converts a point of ours to coordinates measured in d.
func (d Datum) FromWGS84(p Point) Point {
	switch d {
	case GCJ02:
		return gcj02(p)
	case BD09:
		return bd09(gcj02(p))
	}
	return p
}

// The rectangle in which map providers apply the GCJ-02 shift. It covers more than China (Korea,
// northern India); they shift there too.
const (
	shiftWest, shiftEast   = 72.004, 137.8347
	shiftSouth, shiftNorth = 0.8293, 55.8271
)

func shifted(p Point) bool {
	return p.Lon > shiftWest && p.Lon < shiftEast && p.Lat > shiftSouth && p.Lat < shiftNorth
}

// Krasovsky 1940, the ellipsoid that the shift is computed on.
const (
	krasovskyAxis = 6378245.0
	krasovskyEcc2 = 0.00669342162296594323
)

// gcj02 is the shift from WGS-84 to GCJ-02, as reconstructed from the providers' devices: a
// polynomial and sine waves around 105 °E 35 °N.
func gcj02(p Point) Point {
	if !shifted(p) {
		return p
	}
	x, y := p.Lon-105, p.Lat-35
	waves := 20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) +
		(waves+20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi)+160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) +
		(waves+20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi)+150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3

	lat := radians(p.Lat)
	w2 := 1 - krasovskyEcc2*math.Sin(lat)*math.Sin(lat)
	w := math.Sqrt(w2)
	metresPerLat := krasovskyAxis * (1 - krasovskyEcc2) / (w2 * w) * math.Pi / 180
	metresPerLon := krasovskyAxis / w * math.Cos(lat) * math.Pi / 180
	return Point{Lon: p.Lon + east/metresPerLon, Lat: p.Lat + north/metresPerLat}
}

// bd09 is Baidu's second shift, from GCJ-02 to BD-09: a turn with a ripple.
func bd09(p Point) Point {
	if !shifted(p) {
		return p
	}
	const ripple = math.Pi * 3000 / 180
	r := math.Hypot(p.Lon, p.Lat) + 0.00002*math.Sin(p.Lat*ripple)
	angle := math.Atan2(p.Lat, p.Lon) + 0.000003*math.Cos(p.Lon*ripple)
	return Point{Lon: r*math.Cos(angle) + 0.0065, Lat: r*math.Sin(angle) + 0.006}
}

// invert finds the point that shift moves to target. The shift's slope is small (below 0.03), so
// each step leaves less than a thirtieth of the error; the bound only guards against the
// rectangle's edge, where no such point may exist.
func invert(shift func(Point) Point, target Point) Point {
	if !shifted(target) {
		return target
	}
	p := target
	for range 30 {
		q := shift(p)
		dLon, dLat := target.Lon-q.Lon, target.Lat-q.Lat
		if math.Abs(dLon) < 1e-12 && math.Abs(dLat) < 1e-12 {
			break
		}
		p.Lon += dLon
		p.Lat += dLat
	}
	return p
}
