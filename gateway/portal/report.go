package portal

import (
	"crypto/rand"
	"errors"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/org"
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

// draft is a report that is not sent yet, as it goes from page to page.
type draft struct {
	Once         string              `json:"o"`
	Service      string              `json:"s"`
	Text         string              `json:"t"`
	Address      string              `json:"a"`
	Answers      map[string][]string `json:"q,omitempty"`
	Name         string              `json:"n,omitempty"`
	Phone        string              `json:"p,omitempty"`
	Email        string              `json:"e,omitempty"`
	Confidential bool                `json:"c,omitempty"`
	Photos       []photo             `json:"f,omitempty"`
	Pin          *place.Point        `json:"pin,omitempty"` // set by a click
	Places       []place.Point       `json:"pl,omitempty"`  // that the address may mean
	View         view                `json:"v"`
	Near         []string            `json:"near,omitempty"`
	fresh        bool                // nobody has looked at the map yet
}

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

// group is some services under one heading.
type group struct {
	Name     string
	Services []intake.PublicService
}

func (g *Gateway) services(c *call) (string, int, error) {
	c.title = c.T("portal.report")
	_, phone, err := g.Settings(c.Context())
	c.Phone = phone
	var groups []group
	for _, s := range intake.PublicServices() {
		i := slices.IndexFunc(groups, func(g group) bool { return g.Name == s.Under(c.Lang) })
		if i < 0 {
			i, groups = len(groups), append(groups, group{Name: s.Under(c.Lang)})
		}
		groups[i].Services = append(groups[i].Services, s)
	}
	c.Body = groups
	return "services", http.StatusOK, err
}

// sheet is the form of a report.
type sheet struct {
	Service intake.PublicService
	Stamp   string
	Draft   draft
	Kept    string // the pictures that wait, sealed
	Boxes   []int  // for pictures
	Days    int
}

// Has reports whether a value of a question was chosen.
func (s sheet) Has(code, value string) bool { return slices.Contains(s.Draft.Answers[code], value) }

// Said is the one answer to a question.
func (s sheet) Said(code string) string { return strings.Join(s.Draft.Answers[code], "") }

func (g *Gateway) blank(c *call) (string, int, error) {
	_, phone, err := g.Settings(c.Context())
	if err != nil {
		return "", 0, err
	}
	c.Phone = phone
	return g.sheet(c, draft{Service: c.PathValue("service")}, "", http.StatusOK)
}

// sheet shows the form, with what was filled in so far. token is a stamp that still holds; empty: it gets a new one.
func (g *Gateway) sheet(c *call, d draft, token string, status int) (string, int, error) {
	service, ok := intake.PublicServiceOf(d.Service)
	if !ok {
		return "", 0, fault.New(fault.NotFound, "intake.no_service", "service", clip(d.Service, 60))
	}
	c.title = service.Title(c.Lang)
	var err error
	if token == "" {
		if token, err = g.seal(forForm, stamp{rand.Text()}); err != nil {
			return "", 0, err
		}
	}
	out := sheet{Service: service, Stamp: token, Draft: d}
	if out.Days, err = g.Intake.KeepsContactFor(c.Context()); err != nil {
		return "", 0, err
	}
	if len(d.Photos) > 0 {
		if out.Kept, err = g.seal(forDraft, d.Photos); err != nil {
			return "", 0, err
		}
	}
	for i := len(d.Photos); i < maxPhotos; i++ {
		out.Boxes = append(out.Boxes, i+1)
	}
	c.Body = out
	return "sheet", status, nil
}

// filled takes the form of a report: what is wrong is said, else the page to check is shown.
func (g *Gateway) filled(c *call) (string, int, error) {
	l, err := g.ready(c)
	if err != nil {
		return "", 0, err
	}
	d := draft{Service: c.PathValue("service"), Answers: map[string][]string{}}
	var bad []wrong
	f, err := readForm(c.w, c.Request, func(f *form, _, name string, content io.Reader) error {
		var s stamp
		if _, ok := g.unseal(forForm, f.text("stamp"), formFor, &s); !ok || len(d.Photos)+len(kept(g, f)) >= maxPhotos {
			return nil // nobody fills our disk without a form of ours
		}
		p, err := g.Stage(c.Context(), name, content)
		var said *fault.Error
		if errors.As(err, &said) && (said.Kind == fault.Invalid || said.Kind == fault.TooLarge) {
			bad = append(bad, wrong{"photo", c.T("portal.photo_bad", "name", clip(name, 60), "why", c.T(said.Code, pairs(said.Params)...))})
			return nil
		}
		if err == nil {
			d.Photos = append(d.Photos, photo{p.ID, p.Name})
		}
		return err
	})
	if err != nil {
		return "", 0, err
	}
	d.fill(f)
	for _, p := range kept(g, f) {
		if f.text("drop-"+p.ID) == "" {
			d.Photos = append(d.Photos, p)
		}
	}
	var s stamp
	token := f.text("stamp")
	made, ok := g.unseal(forForm, token, formFor, &s)
	switch {
	case f.text("website") != "": // a box that nobody sees
		return "", 0, c.busy()
	case !ok:
		bad, token = append(bad, wrong{"send", c.T("portal.old_form")}), ""
	case g.Now().Sub(made) < time.Duration(l.Seconds)*time.Second:
		bad = append(bad, wrong{"send", c.T("portal.too_quick")})
	}
	d.Once = s.Once
	if len([]rune(d.Text)) < 2 {
		bad = append(bad, wrong{"text", c.T("portal.no_text")})
	}
	if f.cut["text"] {
		bad = append(bad, wrong{"text", c.T("form.too_long", "max", intake.MaxPublicText)})
	}
	considered, err := g.Intake.Consider(c.Context(), d.report(), c.Lang)
	var said *fault.Error
	if errors.As(err, &said) && said.Kind == fault.Invalid {
		service, _ := intake.PublicServiceOf(d.Service)
		for _, w := range c.faults(said, service) {
			if !slices.ContainsFunc(bad, func(b wrong) bool { return b.Field == w.Field }) {
				bad = append(bad, w)
			}
		}
	} else if err != nil {
		return "", 0, err
	}
	if len(bad) > 0 {
		c.Wrong = bad
		return g.sheet(c, d, token, http.StatusUnprocessableEntity)
	}
	d.locate(considered)
	return g.check(c, d, considered)
}

// kept are the pictures that came with an earlier form.
func kept(g *Gateway, f *form) (list []photo) {
	if t := f.text("kept"); t != "" {
		if _, ok := g.unseal(forDraft, t, formFor, &list); !ok {
			return nil
		}
	}
	return list
}

// fill reads what somebody filled in. It stays as it was typed, so that it can be shown again.
func (d *draft) fill(f *form) {
	d.Text, d.Address = strings.TrimSpace(strings.ReplaceAll(f.text("text"), "\r\n", "\n")), clip(strings.TrimSpace(f.text("address")), 1000)
	d.Name, d.Phone, d.Email = clip(strings.TrimSpace(f.text("name")), 300), clip(strings.TrimSpace(f.text("phone")), 100), clip(strings.TrimSpace(f.text("email")), 400)
	d.Confidential = f.text("confidential") != ""
	service, _ := intake.PublicServiceOf(d.Service)
	for _, a := range service.Attributes {
		for _, v := range f.values["a-"+a.Code] {
			if v = strings.TrimSpace(v); v != "" {
				d.Answers[a.Code] = append(d.Answers[a.Code], clip(v, 4000))
			}
		}
	}
}

// locate takes over where it may be.
func (d *draft) locate(found *intake.Considered) {
	d.Places, d.Near = nil, nil
	for _, p := range found.Places {
		d.Places = append(d.Places, p.Point)
	}
	for _, n := range found.Near {
		d.Near = append(d.Near, n.ID)
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

// checking is the page on which a report is looked at before it is sent.
type checking struct {
	Service intake.PublicService
	Draft   draft
	Token   string
	Found   *intake.Considered
	Map     template.URL // a picture, as an address of its content
	Side    int          // of the picture
}

// Pin is the number of a place on the map.
func (checking) Pin(i int) int { return i + 1 }

func (g *Gateway) check(c *call, d draft, found *intake.Considered) (string, int, error) {
	service, _ := intake.PublicServiceOf(d.Service)
	c.title = c.T("portal.check")
	ground, err := g.Ground(c.Context())
	if err != nil {
		return "", 0, err
	}
	if d.View.Half == 0 {
		d.View = whole(ground)
	}
	for d.fresh && d.View.Half < wide/2 && len(ground.Gazetteer.Around(d.View.Centre, d.View.Half)) < landmarks {
		d.View.Half *= 2 // with one road nobody knows where he is
	}
	token, err := g.seal(forDraft, d)
	if err != nil {
		return "", 0, err
	}
	c.Body = checking{Service: service, Draft: d, Token: token, Found: found, Map: template.URL(picture(ground, d)), Side: side}
	return "check", http.StatusOK, nil
}

// checked takes what somebody does on the page to check: moves the pin or the map, goes back, follows another, sends.
func (g *Gateway) checked(c *call) (string, int, error) {
	l, err := g.ready(c)
	if err != nil {
		return "", 0, err
	}
	f, err := readForm(c.w, c.Request, nil)
	if err != nil {
		return "", 0, err
	}
	var d draft
	if _, ok := g.unseal(forDraft, f.text("draft"), draftFor, &d); !ok || d.Once == "" {
		return "", 0, fault.New(fault.Invalid, "portal.expired")
	}
	if i := number(f.text("place")); d.Pin == nil && i > 0 && i <= len(d.Places) {
		d.Places = slices.Insert(slices.Delete(slices.Clone(d.Places), i-1, i), 0, d.Places[i-1]) // what was chosen stays chosen
	}
	if f.text("pin.x") != "" || f.text("pin.y") != "" {
		at := d.View.at(number(f.text("pin.x")), number(f.text("pin.y")))
		if d.View.Half > wide { // the first look is from far: the next one is nearer
			d.View.Half = max(usual, d.View.Half/4)
		}
		d.Pin, d.View.Centre = &at, at
		return g.again(c, d)
	}
	if i := number(f.text("follow")); i > 0 && i <= len(d.Near) {
		return g.follow(c, l, &d, d.Near[i-1])
	}
	switch f.text("do") {
	case "edit":
		return g.sheet(c, d, "", http.StatusOK)
	case "nearer":
		d.View.Half = max(closest, d.View.Half/2)
		return g.again(c, d)
	case "farther":
		d.View.Half = min(widest, d.View.Half*2)
		return g.again(c, d)
	case "no-pin":
		d.Pin, d.View = nil, view{}
		return g.again(c, d)
	}
	if f.text("place") != "none" && d.Pin == nil && len(d.Places) > 0 {
		d.Pin = &d.Places[0]
	}
	return g.send(c, l, &d)
}

// again shows the page to check anew.
func (g *Gateway) again(c *call, d draft) (string, int, error) {
	found, err := g.Intake.Consider(c.Context(), d.report(), c.Lang)
	var said *fault.Error
	if errors.As(err, &said) && said.Kind == fault.Invalid && d.Pin != nil {
		missed := c.faults(said, intake.PublicService{})
		d.Pin = nil // not ours: what was there before stands
		if found, err = g.Intake.Consider(c.Context(), d.report(), c.Lang); err == nil {
			c.Wrong = []wrong{{"map", missed[0].Text}}
		}
	}
	if err != nil {
		return "", 0, err
	}
	d.locate(found)
	return g.check(c, d, found)
}

// done is the page that says that a report was taken in, or is followed.
type done struct {
	Number, Code string
	Followed     bool
	Contact      bool
	Expected     *time.Time
	Pass         string
}

func (g *Gateway) send(c *call, l org.PortalLimits, d *draft) (string, int, error) {
	before, err := g.Intake.ReportedBefore(c.Context(), intake.ByPortal, d.Once, d.Service)
	if err != nil {
		return "", 0, err
	}
	out := before
	if before == nil {
		ok, err := g.Counts.Take(c.Context(), g.sending(c.Context(), l, d)...)
		if err == nil && !ok {
			err = c.busy()
		}
		if err != nil {
			return "", 0, err
		}
		out, err = g.Intake.Report(c.Context(), d.report())
		var said *fault.Error
		if errors.As(err, &said) && said.Kind == fault.Invalid {
			c.Wrong = c.faults(said, intake.PublicService{})
			return g.sheet(c, *d, "", http.StatusUnprocessableEntity)
		}
		if err != nil {
			return "", 0, err
		}
	}
	return g.tell(c, done{Number: out.Number, Code: out.Code, Contact: d.Phone != "" || d.Email != ""})
}

func (g *Gateway) follow(c *call, l org.PortalLimits, d *draft, complaint string) (string, int, error) {
	ok, err := g.Counts.Take(c.Context(), g.sending(c.Context(), l, d)...)
	if err == nil && !ok {
		err = c.busy()
	}
	if err != nil {
		return "", 0, err
	}
	followed, err := g.Intake.FollowByCode(c.Context(), complaint, d.Once+" "+complaint)
	if err != nil {
		return "", 0, err
	}
	return g.tell(c, done{Number: followed.Number, Code: followed.Code, Followed: true})
}

func (g *Gateway) tell(c *call, d done) (string, int, error) {
	c.title = c.T("portal.sent")
	if d.Followed {
		c.title = c.T("portal.followed")
	}
	seen, err := g.Intake.Track(c.Context(), d.Number, d.Code, c.Lang)
	if err != nil {
		return "", 0, err
	}
	d.Expected = seen.Expected
	if d.Pass, err = g.seal(forPass, pass{d.Number, d.Code}); err != nil {
		return "", 0, err
	}
	d.Code = intake.ReadableCode(d.Code)
	c.Body = d
	return "sent", http.StatusOK, nil
}

// number reads a small number that a button sent; 0 for anything else.
func number(s string) int {
	n := 0
	if len(s) > 5 {
		return 0
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func pairs(params map[string]any) (out []any) {
	for name, v := range params {
		out = append(out, name, v)
	}
	return out
}
