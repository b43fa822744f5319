package portal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/place"
	"jiexu/systems/intake"
)

// stamp says of a form that it was made here, and when; its once makes what is sent twice one report.
type stamp struct {
	Once string `json:"o"`
}

// photo is a picture that waits for the report.
type photo struct {
	ID   string `json:"id"`
	Name string `json:"n"`
}

// draft is a report that is not sent yet, as it is held between its pages.
type draft struct {
	Once         string              `json:"o"`
	Service      string              `json:"s"`
	Made         time.Time           `json:"m"` // when its first form was made
	Until        time.Time           `json:"u"` // when it goes
	Text         string              `json:"t"`
	Address      string              `json:"a"`
	Answers      map[string][]string `json:"q,omitempty"`
	Name         string              `json:"n,omitempty"`
	Phone        string              `json:"p,omitempty"`
	Email        string              `json:"e,omitempty"`
	Confidential bool                `json:"c,omitempty"`
	Photos       []photo             `json:"f,omitempty"`
	Wrong        []problem           `json:"w,omitempty"`
	Pin          *place.Point        `json:"pin,omitempty"` // set on the map
	Chosen       string              `json:"ch,omitempty"`  // of the places that the address may mean; none: none of them
	View         view                `json:"v"`
	Moved        bool                `json:"mv,omitempty"` // the address was changed as it was being sent
	Sent         *sent               `json:"sent,omitempty"`
	places       []place.Point       // that the address may mean
	fresh        bool                // nobody has looked at the map yet
}

// sent is what came of a draft.
type sent struct {
	Number, Code string
	Followed     bool
	Contact      bool
	Of           string // what was sent: another one with the same form is not taken for it
}

// of is what a draft says, so that it is known again; its address may have been put right on the way.
func (d *draft) of() string {
	sum := sha256.Sum256([]byte(d.Service + "\n" + d.Text))
	return hex.EncodeToString(sum[:8])
}

// noPlace is chosen by who says that none of the places is right.
const noPlace = "none"

func (d *draft) report() intake.PublicReport {
	in := intake.PublicReport{Way: intake.ByPortal, Service: d.Service, Address: d.Address, Text: d.Text, Answers: d.Answers, Confidential: d.Confidential, Once: d.Once,
		Contact: intake.Contact{Name: d.Name, Phone: d.Phone, Email: d.Email}}
	if d.Pin != nil {
		in.Lon, in.Lat = &d.Pin.Lon, &d.Pin.Lat
	}
	for _, p := range d.Photos {
		in.Photos = append(in.Photos, p.ID)
	}
	return in
}

// draftOf finds the draft of a page's address. Returns portal.expired.
func (g *Gateway) draftOf(c *call) (d draft, token string, err error) {
	token = c.PathValue("draft")
	ok, err := g.find(c.Context(), aDraft, token, &d)
	if err == nil && !ok {
		err = c.expired()
	}
	return d, token, err
}

// unsent shows a page of a draft, or leads to what came of it where it was sent.
func (g *Gateway) unsent(c *call, page func(*call, draft, intake.PublicService) (string, int, error)) (string, int, error) {
	d, _, err := g.draftOf(c)
	if err != nil {
		return "", 0, err
	}
	if d.Sent != nil {
		return c.goTo(g.draftPath(&d, "/sent"))
	}
	service, err := serviceOf(d.Service)
	if err != nil {
		return "", 0, err
	}
	return page(c, d, service)
}

// begin makes the draft of a form: the one that it made before, where it was sent once already, without what was filled in.
func (g *Gateway) begin(ctx context.Context, service, once string, made time.Time) (draft, error) {
	d := draft{Once: once, Service: service, Made: made, Until: g.Now().Add(draftFor)}
	var before draft
	ok, err := g.find(ctx, aDraft, g.tokenOf(once), &before)
	if ok && before.Sent != nil {
		return before, err
	}
	if ok {
		d.Until = before.Until
	}
	return d, err
}

func (g *Gateway) keepDraft(ctx context.Context, d *draft) error {
	return g.keep(ctx, aDraft, g.tokenOf(d.Once), d, d.Until)
}

// draftPath is the address of a page of a draft.
func (g *Gateway) draftPath(d *draft, page string) string {
	return "/report/draft/" + g.tokenOf(d.Once) + page
}

// Bounds of what is held of a field, in characters: what is longer is refused anyhow, and shown as far as it is kept.
const (
	keptText    = intake.MaxPublicText + 100
	keptAddress = 1_000
	keptAnswer  = 1_100
	keptAnswers = 25
	keptName    = 300
	keptPhone   = 100
	keptEmail   = 400
)

// fill reads what somebody filled in. It stays as it was typed, so that it can be shown again.
func (d *draft) fill(f *form) {
	d.Text, d.Address = clip(strings.TrimSpace(strings.ReplaceAll(f.text("text"), "\r\n", "\n")), keptText), clip(strings.TrimSpace(f.text("address")), keptAddress)
	d.Name, d.Phone, d.Email = clip(strings.TrimSpace(f.text("name")), keptName), clip(strings.TrimSpace(f.text("phone")), keptPhone), clip(strings.TrimSpace(f.text("email")), keptEmail)
	d.Confidential = f.text("confidential") != ""
	d.Answers = map[string][]string{}
	service, _ := intake.PublicServiceOf(d.Service)
	for _, a := range service.Attributes {
		for _, v := range f.values["a-"+a.Code] {
			if v = strings.TrimSpace(v); v != "" && len(d.Answers[a.Code]) < keptAnswers {
				d.Answers[a.Code] = append(d.Answers[a.Code], clip(v, keptAnswer))
			}
		}
	}
}

// stage takes in a picture for the draft, where there is room for one more; what is wrong with one is said, and the others stay.
func (g *Gateway) stage(ctx context.Context, d *draft, name string, content io.Reader, most int) error {
	if len(d.Photos) >= most {
		if !slices.ContainsFunc(d.Wrong, func(p problem) bool { return p.Code == "portal.photos_many" }) {
			d.Wrong = append(d.Wrong, problem{Field: "photo", Code: "portal.photos_many"})
		}
		return nil
	}
	p, err := g.Stage(ctx, name, content)
	if f, ok := said(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.TooLarge) {
		d.Wrong = append(d.Wrong, problem{"photo", f.Code, withName(f.Params, clip(name, 60))})
		return nil
	}
	if err == nil {
		d.Photos = append(d.Photos, photo{p.ID, p.Name})
	}
	return err
}

func withName(params map[string]any, name string) map[string]any {
	out := map[string]any{"name": name}
	for k, v := range params {
		out[k] = v
	}
	return out
}

// look asks intake what it would say to the draft, and takes over where it may be. What is wrong is kept with it.
func (g *Gateway) look(c *call, d *draft) (*intake.Considered, error) {
	found, err := g.Intake.Consider(c.Context(), d.report(), c.Lang)
	if f, ok := said(err); ok && f.Kind == fault.Invalid {
		d.blame(f)
		return nil, nil
	}
	if err == nil {
		d.locate(found)
	}
	return found, err
}

// locate takes over where it may be.
func (d *draft) locate(found *intake.Considered) {
	d.places = nil
	for _, p := range found.Places {
		d.places = append(d.places, p.Point)
	}
	if len(found.Places) > 0 && (d.View.Half == 0 || d.Pin != nil) {
		half := d.View.Half
		if half == 0 || half > wide {
			half, d.fresh = usual, d.Pin == nil
		}
		d.View = view{found.Places[0].Point, half}
		for i, p := range found.Places { // all of them are on the map
			for i > 0 && !d.View.shows(p.Point) && d.View.Half < wide {
				d.View.Half *= 2
			}
		}
	}
}

// contacts are how he can be reached, for the limits.
func (d *draft) contacts() []string {
	return slices.DeleteFunc([]string{strings.Map(digits, d.Phone), strings.ToLower(d.Email)}, func(s string) bool { return s == "" })
}
