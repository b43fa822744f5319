package portal

import (
	"encoding/base64"
	"fmt"
	"html"
	"math"
	"strings"

	"jiexu/area"
	"jiexu/place"
)

// The small map on the page to check: a picture of the roads nearby as the house itself knows them, and the places in
// question, numbered. It is a button as well: browsers tell where a picture was clicked, without any script.

// side is how large the picture is, in the browser's pixels; it is never scaled, or a click would tell another place. A
// screen of 320 has room for it.
const side = 288

// How much of the ground the map shows, in metres from its middle to its edge.
const (
	closest = 75.0
	usual   = 300.0
	wide    = 2_400.0
	widest  = 9_600.0

	landmarks = 5 // stretches of roads by which a place is known at first sight
)

const metresPerDegree = 111_195.0

// view is what the map shows.
type view struct {
	Centre place.Point `json:"c"`
	Half   float64     `json:"h"`
}

func (v view) perLon() float64 { return metresPerDegree * math.Cos(v.Centre.Lat*math.Pi/180) }

// xy is where a point lies in the picture.
func (v view) xy(p place.Point) (x, y float64) {
	k := side / 2 / v.Half
	return side/2 + (p.Lon-v.Centre.Lon)*v.perLon()*k, side/2 - (p.Lat-v.Centre.Lat)*metresPerDegree*k
}

// at is the point under a pixel; what lies beyond the picture is at its edge.
func (v view) at(x, y int) place.Point {
	k := v.Half / (side / 2)
	dx, dy := float64(min(max(x, 0), side)-side/2)*k, float64(side/2-min(max(y, 0), side))*k
	return place.Point{Lon: round(v.Centre.Lon + dx/v.perLon()), Lat: round(v.Centre.Lat + dy/metresPerDegree)}
}

func round(d float64) float64 { return math.Round(d*1e6) / 1e6 }

// shows reports whether a point is in the picture, and not at its very edge.
func (v view) shows(p place.Point) bool {
	x, y := v.xy(p)
	return x > 16 && x < side-16 && y > 16 && y < side-16
}

// whole shows all of the district, where nothing says where to look.
func whole(ground *area.Ground) view {
	outline := ground.District.Outline()
	v := view{Centre: outline.Centre(), Half: usual}
	for _, ring := range outline.Outline() {
		for _, p := range ring {
			for !v.shows(p) && v.Half < widest {
				v.Half *= 1.1
			}
		}
	}
	return v
}

// picture draws the map, and gives it as the address of its own content.
func picture(ground *area.Ground, d draft) string {
	pins := d.Places
	if d.Pin != nil {
		pins = []place.Point{*d.Pin}
	}
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(chart(ground, d.View, pins)))
}

func chart(ground *area.Ground, v view, pins []place.Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif">`, side, side, side, side)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#f3f1ec"/>`, side, side)
	line := func(points []place.Point, style string) {
		b.WriteString(`<polyline fill="none" stroke-linecap="round" stroke-linejoin="round" ` + style + ` points="`)
		for _, p := range points {
			x, y := v.xy(p)
			fmt.Fprintf(&b, "%.1f,%.1f ", x, y)
		}
		b.WriteString(`"/>`)
	}
	var taken []box
	write := func(x, y, size float64, colour, text string) {
		w := textWidth(text) * size
		here := box{x - w/2 - 2, y - size, x + w/2 + 2, y + 3}
		if here.x0 < 0 || here.x1 > side || here.y0 < 0 || here.y1 > side {
			return
		}
		for _, t := range taken {
			if here.meets(t) {
				return
			}
		}
		taken = append(taken, here)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="%.0f" text-anchor="middle" fill="%s" stroke="#fff" stroke-width="3" paint-order="stroke">%s</text>`, x, y, size, colour, html.EscapeString(text))
	}
	for _, p := range pins {
		x, y := v.xy(p)
		taken = append(taken, box{x - 14, y - 36, x + 14, y + 4})
	}
	for _, a := range ground.Areas.All() {
		for _, ring := range a.Outline() {
			line(ring, `stroke="#b3a58c" stroke-width="1.5" stroke-dasharray="5 4"`)
		}
	}
	if v.Half <= wide {
		roads := ground.Gazetteer.Around(v.Centre, v.Half*1.3)
		if most := 40; len(roads) > most {
			roads = roads[:most]
		}
		for _, r := range roads {
			line(r.Course, `stroke="#c9c4ba" stroke-width="9"`)
		}
		for _, r := range roads {
			line(r.Course, `stroke="#ffffff" stroke-width="6"`)
		}
		named := map[string]bool{}
		for _, r := range roads {
			if named[r.Name] {
				continue
			}
			for _, at := range []int{len(r.Course) / 2, len(r.Course) / 4, len(r.Course) * 3 / 4} {
				before := len(taken)
				x, y := v.xy(r.Course[at])
				if write(x, y+4, 12, "#33302a", r.Name); len(taken) > before {
					named[r.Name] = true
					break
				}
			}
		}
	} else {
		for _, a := range ground.Areas.All() {
			x, y := v.xy(a.Centre())
			write(x, y+4, 12, "#33302a", a.Name)
		}
	}
	for i, p := range pins {
		x, y := v.xy(p)
		fmt.Fprintf(&b, `<path d="M%.1f %.1fl-9 -14a12 12 0 1 1 18 0z" fill="#a61b1b" stroke="#fff" stroke-width="1.5"/>`, x, y)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="13" font-weight="bold" text-anchor="middle" fill="#fff">%d</text>`, x, y-17, i+1)
	}
	metres := scale(v.Half)
	w := metres * side / 2 / v.Half
	fmt.Fprintf(&b, `<rect x="6" y="%d" width="%.0f" height="20" fill="#fff" fill-opacity=".85"/><path d="M10 %d h%.1f" stroke="#33302a" stroke-width="2"/><text x="10" y="%d" font-size="11" fill="#33302a">%.0f m</text>`,
		side-26, w+8, side-10, w, side-14, metres)
	b.WriteString(`</svg>`)
	return b.String()
}

// scale is a round length that is about a quarter of the picture.
func scale(half float64) float64 {
	for _, m := range []float64{2_000, 1_000, 500, 200, 100, 50, 20} {
		if m <= half/2 {
			return m
		}
	}
	return 20
}

type box struct{ x0, y0, x1, y1 float64 }

func (a box) meets(b box) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

// textWidth is about how wide a text is, in parts of its height.
func textWidth(s string) (w float64) {
	for _, r := range s {
		if r < 0x2e80 {
			w += 0.6
		} else {
			w++
		}
	}
	return w
}
