package portal

import (
	"fmt"
	"html"
	"math"
	"strings"

	"jiexu/area"
	"jiexu/place"
)

// The small map on the page to check: a picture of the roads nearby as the house itself knows them, and the places in
// question, numbered. It is a button as well: browsers tell where a picture was clicked, without any script.

// frame is a size of the picture, in the browser's pixels. Each size is a button of its own, and the page's style shows the one
// that fits: a picture that is scaled would tell another place, and no page without scripts knows how wide the screen is.
type frame struct{ Wide, High int }

// frames are the sizes: for a screen of 320 pixels, of 390, of a tablet, and as wide as the page ever is.
var frames = []frame{{288, 288}, {360, 360}, {560, 400}, {760, 480}}

// String names the size, in addresses and classes.
func (f frame) String() string { return fmt.Sprintf("%dx%d", f.Wide, f.High) }

// Name is that of its button.
func (f frame) Name() string { return "pin-" + f.String() }

func frameOf(s string) (frame, bool) {
	for _, f := range frames {
		if f.String() == s {
			return f, true
		}
	}
	return frame{}, false
}

// short is its shorter side.
func (f frame) short() float64 { return float64(min(f.Wide, f.High)) }

// How much of the ground the map shows, in metres from its middle to its edge.
const (
	closest = 75.0
	usual   = 300.0
	wide    = 2_400.0
	widest  = 9_600.0

	landmarks = 5 // stretches of roads by which a place is known at first sight
)

const metresPerDegree = 111_195.0

// view is what the map shows: how far it is from its middle to the nearer edge.
type view struct {
	Centre place.Point `json:"c"`
	Half   float64     `json:"h"`
}

func (v view) perLon() float64 { return metresPerDegree * math.Cos(v.Centre.Lat*math.Pi/180) }

// xy is where a point lies in the picture.
func (v view) xy(in frame, p place.Point) (x, y float64) {
	k := in.short() / 2 / v.Half
	return float64(in.Wide)/2 + (p.Lon-v.Centre.Lon)*v.perLon()*k, float64(in.High)/2 - (p.Lat-v.Centre.Lat)*metresPerDegree*k
}

// at is the point under a pixel; what lies beyond the picture is at its edge.
func (v view) at(in frame, x, y int) place.Point {
	k := v.Half / (in.short() / 2)
	dx, dy := (float64(min(max(x, 0), in.Wide))-float64(in.Wide)/2)*k, (float64(in.High)/2-float64(min(max(y, 0), in.High)))*k
	return place.Point{Lon: round(v.Centre.Lon + dx/v.perLon()), Lat: round(v.Centre.Lat + dy/metresPerDegree)}
}

// beside is the point a step to a side of another; twelve steps cross the picture.
func (v view) beside(p place.Point, side string) place.Point {
	step := v.Half / 6
	switch side {
	case "north":
		p.Lat += step / metresPerDegree
	case "south":
		p.Lat -= step / metresPerDegree
	case "east":
		p.Lon += step / v.perLon()
	case "west":
		p.Lon -= step / v.perLon()
	}
	return place.Point{Lon: round(p.Lon), Lat: round(p.Lat)}
}

func round(d float64) float64 { return math.Round(d*1e6) / 1e6 }

// shows reports whether a point is in the picture, whatever its size, and not at its very edge.
func (v view) shows(p place.Point) bool {
	f := frames[0]
	x, y := v.xy(f, p)
	return x > 16 && x < float64(f.Wide)-16 && y > 16 && y < float64(f.High)-16
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

// chart draws the map, with the places in question.
func chart(ground *area.Ground, v view, in frame, pins []place.Point) string {
	var b strings.Builder
	w, h := float64(in.Wide), float64(in.High)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif">`, in.Wide, in.High, in.Wide, in.High)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#f3f1ec"/>`, in.Wide, in.High)
	line := func(points []place.Point, style string) {
		b.WriteString(`<polyline fill="none" stroke-linecap="round" stroke-linejoin="round" ` + style + ` points="`)
		for _, p := range points {
			x, y := v.xy(in, p)
			fmt.Fprintf(&b, "%.1f,%.1f ", x, y)
		}
		b.WriteString(`"/>`)
	}
	var taken []box
	write := func(x, y, size float64, colour, text string) {
		half := textWidth(text) * size / 2
		here := box{x - half - 2, y - size, x + half + 2, y + 3}
		if here.x0 < 0 || here.x1 > w || here.y0 < 0 || here.y1 > h {
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
		x, y := v.xy(in, p)
		taken = append(taken, box{x - 14, y - 36, x + 14, y + 4})
	}
	for _, a := range ground.Areas.All() {
		for _, ring := range a.Outline() {
			line(ring, `stroke="#b3a58c" stroke-width="1.5" stroke-dasharray="5 4"`)
		}
	}
	if v.Half <= wide {
		roads := ground.Gazetteer.Around(v.Centre, v.Half*1.3*w/in.short())
		if most := 60; len(roads) > most {
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
				x, y := v.xy(in, r.Course[at])
				if write(x, y+4, 12, "#33302a", r.Name); len(taken) > before {
					named[r.Name] = true
					break
				}
			}
		}
	} else {
		for _, a := range ground.Areas.All() {
			x, y := v.xy(in, a.Centre())
			write(x, y+4, 12, "#33302a", a.Name)
		}
	}
	for i, p := range pins {
		x, y := v.xy(in, p)
		fmt.Fprintf(&b, `<path d="M%.1f %.1fl-9 -14a12 12 0 1 1 18 0z" fill="#a61b1b" stroke="#fff" stroke-width="1.5"/>`, x, y)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="13" font-weight="bold" text-anchor="middle" fill="#fff">%d</text>`, x, y-17, i+1)
	}
	metres := scale(v.Half)
	long := metres * in.short() / 2 / v.Half
	fmt.Fprintf(&b, `<rect x="6" y="%d" width="%.0f" height="20" fill="#fff" fill-opacity=".85"/><path d="M10 %d h%.1f" stroke="#33302a" stroke-width="2"/><text x="10" y="%d" font-size="11" fill="#33302a">%.0f m</text>`,
		in.High-26, long+8, in.High-10, long, in.High-14, metres)
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
