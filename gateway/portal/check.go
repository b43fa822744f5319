package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"jiexu/place"
	"jiexu/systems/intake"
)

// checking is the page on which a report is looked at before it is sent.
type checking struct {
	Service intake.PublicService
	Draft   draft
	Path    string // of the draft
	Found   *intake.Considered
	Frames  []frame
}

// Pin is the number of a place on the map.
func (checking) Pin(i int) int { return i + 1 }

// Place names a place as its button sends it.
func (checking) Place(p intake.PublicPlace) string { return placeKey(p.Point) }

// Is reports whether a place is the one that was chosen: the first where none was.
func (b checking) Is(i int, key string) bool {
	if b.Draft.Chosen == "" || b.Draft.Chosen != noPlace && !slices.ContainsFunc(b.Draft.places, func(p place.Point) bool { return placeKey(p) == b.Draft.Chosen }) {
		return i == 0
	}
	return b.Draft.Chosen == key
}

// Near names an earlier complaint as its button sends it.
func (b checking) Near(n intake.PublicNear) string { return nearKey(&b.Draft, n) }

func placeKey(p place.Point) string { return fmt.Sprintf("%.6f,%.6f", p.Lon, p.Lat) }

func nearKey(d *draft, n intake.PublicNear) string {
	sum := sha256.Sum256([]byte(d.Once + " " + n.ID))
	return hex.EncodeToString(sum[:8])
}

// check shows what is about to be sent.
func (g *Gateway) check(c *call) (string, int, error) { return g.unsent(c, g.checkOf) }

func (g *Gateway) checkOf(c *call, d draft, service intake.PublicService) (string, int, error) {
	if slices.ContainsFunc(d.Wrong, func(p problem) bool { return p.Field != "map" }) {
		return c.goTo(g.draftPath(&d, ""))
	}
	c.Wrong = c.spell(d.Wrong, service)
	found, err := g.look(c, &d)
	if err != nil {
		return "", 0, err
	}
	if found == nil { // what was sound is so no more: a service or the district has changed
		return c.goTo(g.draftPath(&d, ""))
	}
	c.title = c.T("portal.check")
	c.Body = checking{Service: service, Draft: d, Path: g.draftPath(&d, ""), Found: found, Frames: frames}
	return "check", http.StatusOK, nil
}

// checked takes what somebody does on the page to check: moves the pin or the map, writes the place anew, goes back, follows
// another, sends. Each leads to a page that can be asked for again.
func (g *Gateway) checked(c *call) (string, int, error) {
	l, err := g.ready(c)
	if err != nil {
		return "", 0, err
	}
	d, _, err := g.draftOf(c)
	if err != nil {
		return "", 0, err
	}
	f, err := g.read(c, nil)
	if err != nil {
		return "", 0, err
	}
	if d.Sent != nil {
		return c.goTo(g.draftPath(&d, "/sent"))
	}
	d.Wrong, d.Moved = nil, false
	found, err := g.look(c, &d)
	if err != nil {
		return "", 0, err
	}
	if found == nil {
		return g.keptAt(c, &d, "")
	}
	if err := d.frame(g, c); err != nil {
		return "", 0, err
	}
	if p := f.text("place"); p == noPlace || slices.ContainsFunc(d.places, func(at place.Point) bool { return placeKey(at) == p }) {
		d.Chosen = p
	}
	if written, ok := f.values["address"]; ok && len(written) > 0 {
		if now := clip(strings.TrimSpace(written[0]), keptAddress); now != d.Address {
			d.Address, d.Pin, d.View, d.Chosen, d.Moved = now, nil, view{}, "", f.text("do") == "send"
			if found, err = g.look(c, &d); err != nil || found == nil {
				return g.keptAt(c, &d, "")
			}
			return g.keptAt(c, &d, "/check#where")
		}
	}
	if at, ok := d.clicked(f); ok {
		return g.pin(c, &d, at)
	}
	if key := f.text("follow"); key != "" {
		for _, n := range found.Near {
			if nearKey(&d, n) == key {
				return g.follow(c, l, &d, n.ID)
			}
		}
		return g.keptAt(c, &d, "/check#near") // it has moved on meanwhile: the page says what there is
	}
	switch do := f.text("do"); do {
	case "edit":
		return g.keptAt(c, &d, "")
	case "nearer":
		d.View.Half = max(closest, d.View.Half/2)
	case "farther":
		d.View.Half = min(widest, d.View.Half*2)
	case "north", "south", "west", "east":
		return g.pin(c, &d, d.View.beside(d.standing(), do))
	case "no-pin":
		d.Pin, d.View = nil, view{}
	case "send":
		if d.Pin == nil && d.Chosen != noPlace && len(d.places) > 0 {
			at := d.standing()
			d.Pin = &at
		}
		return g.send(c, l, &d)
	}
	return g.keptAt(c, &d, "/check#map")
}

// keptAt holds the draft and leads to a page of it.
func (g *Gateway) keptAt(c *call, d *draft, page string) (string, int, error) {
	if err := g.keepDraft(c.Context(), d); err != nil {
		return "", 0, err
	}
	return c.goTo(g.draftPath(d, page))
}

// standing is where the pin stands: where it was set, else at the place that was chosen, else in the middle of the map.
func (d *draft) standing() place.Point {
	if d.Pin != nil {
		return *d.Pin
	}
	for _, p := range d.places {
		if placeKey(p) == d.Chosen {
			return p
		}
	}
	if len(d.places) > 0 {
		return d.places[0]
	}
	return d.View.Centre
}

// clicked is where somebody clicked on one of the maps; false where he did not. Browsers that have it pressed by the keyboard say
// that it was at the upper left corner: then the middle is meant.
func (d *draft) clicked(f *form) (place.Point, bool) {
	for _, in := range frames {
		x, y := f.text(in.Name()+".x"), f.text(in.Name()+".y")
		if x == "" && y == "" {
			continue
		}
		if number(x) == 0 && number(y) == 0 {
			return d.standing(), true
		}
		return d.View.at(in, number(x), number(y)), true
	}
	return place.Point{}, false
}

// pin sets the pin, unless it is not ours there: then that is said, and what was there before stands.
func (g *Gateway) pin(c *call, d *draft, at place.Point) (string, int, error) {
	before := d.Pin
	d.Pin = &at
	if _, err := g.look(c, d); err != nil {
		return "", 0, err
	}
	if len(d.Wrong) > 0 {
		d.Pin = before
		for i := range d.Wrong {
			d.Wrong[i].Field = "map"
		}
		d.Wrong = d.Wrong[:1]
		return g.keptAt(c, d, "/check#map")
	}
	if d.View.Half > wide { // the first look is from far: the next one is nearer
		d.View.Half = max(usual, d.View.Half/4)
	}
	d.View.Centre = at
	return g.keptAt(c, d, "/check#map")
}

// frame makes sure that the map shows something: all of the district where nothing says where to look.
func (d *draft) frame(g *Gateway, c *call) error {
	ground, err := g.Ground(c.Context())
	if err != nil {
		return err
	}
	if d.View.Half == 0 {
		d.View = whole(ground)
	}
	for d.fresh && d.View.Half < wide/2 && len(ground.Gazetteer.Around(d.View.Centre, d.View.Half)) < landmarks {
		d.View.Half *= 2 // with one road nobody knows where he is
	}
	return nil
}

// drawn is the map of a draft as a picture, in one of its sizes.
func (g *Gateway) drawn(c *call) error {
	in, ok := frameOf(c.PathValue("frame"))
	if !ok {
		return c.expired()
	}
	d, _, err := g.draftOf(c)
	if err != nil {
		return err
	}
	if d.Sent != nil {
		return c.expired()
	}
	if _, err := g.look(c, &d); err != nil {
		return err
	}
	if err := d.frame(g, c); err != nil {
		return err
	}
	ground, err := g.Ground(c.Context())
	if err != nil {
		return err
	}
	pins := d.places
	if d.Pin != nil {
		pins = []place.Point{*d.Pin}
	}
	c.w.Header().Set("Content-Type", "image/svg+xml")
	c.w.Write([]byte(chart(ground, d.View, in, pins)))
	return nil
}

// shown is a picture of a draft, small, without what its file tells beside.
func (g *Gateway) shown(c *call) error {
	d, _, err := g.draftOf(c)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(d.Photos, func(p photo) bool { return p.ID == c.PathValue("photo") }) {
		return c.expired()
	}
	http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(bodyTime))
	small, err := g.Thumb(c.Context(), c.PathValue("photo"))
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "image/jpeg")
	c.w.Write(small)
	return nil
}
