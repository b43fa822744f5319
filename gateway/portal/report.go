package portal

import (
	"crypto/rand"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/systems/intake"
)

// group is some services under one heading.
type group struct {
	Name     string
	Services []intake.PublicService
}

func (g *Gateway) services(c *call) (string, int, error) {
	c.title = c.T("portal.report")
	var groups []group
	for _, s := range intake.PublicServices() {
		i := slices.IndexFunc(groups, func(g group) bool { return g.Name == s.Under(c.Lang) })
		if i < 0 {
			i, groups = len(groups), append(groups, group{Name: s.Under(c.Lang)})
		}
		groups[i].Services = append(groups[i].Services, s)
	}
	c.Body = groups
	return "services", http.StatusOK, nil
}

// sheet is the form of a report.
type sheet struct {
	Service intake.PublicService
	Action  string
	Stamp   string // of a form that nobody has filled in yet
	Draft   draft
	Path    string // of the draft
	Boxes   []int  // for pictures
	Days    int
}

// Has reports whether a value of a question was chosen.
func (s sheet) Has(code, value string) bool { return slices.Contains(s.Draft.Answers[code], value) }

// Said is the one answer to a question.
func (s sheet) Said(code string) string { return strings.Join(s.Draft.Answers[code], "") }

// FirstBox is the number of the first box for a picture.
func (s sheet) FirstBox() int {
	if len(s.Boxes) == 0 {
		return 0
	}
	return s.Boxes[0]
}

// serviceOf finds a service by its code. Returns intake.no_service.
func serviceOf(code string) (intake.PublicService, error) {
	service, ok := intake.PublicServiceOf(code)
	if !ok {
		return service, fault.New(fault.NotFound, "intake.no_service", "service", clip(code, 60))
	}
	return service, nil
}

// blank shows the form of a service. Nothing is held for it; a browser may keep the page, so that Back finds what was typed.
func (g *Gateway) blank(c *call) (string, int, error) {
	service, err := serviceOf(c.PathValue("service"))
	if err != nil {
		return "", 0, err
	}
	token, err := g.seal(forForm, stamp{rand.Text()})
	if err != nil {
		return "", 0, err
	}
	c.w.Header().Set("Cache-Control", "private, no-cache")
	return g.sheet(c, sheet{Service: service, Stamp: token, Action: "/report/" + service.Code}, http.StatusOK)
}

// form shows the form with what was filled in so far, and what is wrong with it.
func (g *Gateway) form(c *call) (string, int, error) { return g.unsent(c, g.formOf) }

func (g *Gateway) formOf(c *call, d draft, service intake.PublicService) (string, int, error) {
	c.Wrong = c.spell(d.Wrong, service)
	status := http.StatusOK
	if len(c.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return g.sheet(c, sheet{Service: service, Draft: d, Path: g.draftPath(&d, ""), Action: g.draftPath(&d, "")}, status)
}

func (g *Gateway) sheet(c *call, s sheet, status int) (_ string, _ int, err error) {
	c.title = s.Service.Title(c.Lang)
	if s.Days, err = g.Intake.KeepsContactFor(c.Context()); err != nil {
		return "", 0, err
	}
	for i := len(s.Draft.Photos); i < maxPhotos; i++ {
		s.Boxes = append(s.Boxes, i+1)
	}
	c.Body = s
	return "sheet", status, nil
}

// filled takes the form of a report, for the first time or again: it becomes a draft, and the page to check or, where something is
// wrong, the form follows.
func (g *Gateway) filled(c *call) (string, int, error) {
	l, err := g.ready(c)
	if err != nil {
		return "", 0, err
	}
	var d draft
	var kept []photo
	if c.PathValue("draft") != "" {
		if d, _, err = g.draftOf(c); err != nil {
			return "", 0, err
		}
		kept, d.Photos, d.Wrong = d.Photos, nil, nil
	} else if _, err := serviceOf(c.PathValue("service")); err != nil {
		return "", 0, err
	}
	stale := false
	var another *problem          // this form was sent before, with other words
	open := func(f *form) error { // the draft of a form that is sent for the first time
		if d.Once != "" {
			return nil
		}
		var s stamp
		made, ok := g.unseal(forForm, f.text("stamp"), formFor, &s)
		if stale = !ok; stale {
			s, made = stamp{rand.Text()}, g.Now()
		}
		ok, err := g.Counts.Take(c.Context(), g.beginning(c.Context(), l))
		if err == nil && !ok {
			err = c.busy()
		}
		if err == nil {
			d, err = g.begin(c.Context(), c.PathValue("service"), s.Once, made)
		}
		return err
	}
	f, err := g.read(c, func(f *form, _, name string, content io.Reader) error {
		if err := open(f); err != nil || stale || d.Sent != nil {
			return err // nobody fills our disk without a form of ours
		}
		return g.stage(c.Context(), &d, name, content, maxPhotos-len(left(kept, f)))
	})
	if err == nil {
		err = open(f)
	}
	if err != nil {
		return "", 0, err
	}
	if f.text("website") != "" { // a box that nobody sees
		return "", 0, c.busy()
	}
	if d.Sent != nil {
		now := draft{Service: d.Service}
		if now.fill(f); d.Sent.Of == now.of() || now.Text == "" {
			return c.goTo(g.draftPath(&d, "/sent"))
		}
		number := d.Sent.Number
		if d, err = g.begin(c.Context(), d.Service, rand.Text(), g.Now()); err != nil {
			return "", 0, err
		}
		another = &problem{Field: "send", Code: "portal.sent_before", Params: map[string]any{"number": number}}
	}
	d.Photos = append(left(kept, f), d.Photos...)
	before := d.Address
	d.fill(f)
	if d.Address != before {
		d.Pin, d.Chosen, d.Moved = nil, "", false
	}
	if d.Pin == nil {
		d.View = view{}
	}
	switch {
	case another != nil:
		d.Wrong = append(d.Wrong, *another)
	case stale:
		d.Wrong = append(d.Wrong, problem{Field: "send", Code: "portal.old_form"})
	case g.Now().Sub(d.Made) < time.Duration(l.Seconds)*time.Second:
		d.Wrong = append(d.Wrong, problem{Field: "send", Code: "portal.too_quick"})
	}
	if len([]rune(d.Text)) < 2 {
		d.Wrong = append(d.Wrong, problem{Field: "text", Code: "portal.no_text"})
	}
	view := d.View
	if _, err := g.look(c, &d); err != nil {
		return "", 0, err
	}
	d.View = view
	if len(d.Wrong) > 0 {
		return g.keptAt(c, &d, "")
	}
	return g.keptAt(c, &d, "/check")
}

// left are the pictures that were not taken away again.
func left(kept []photo, f *form) []photo {
	return slices.DeleteFunc(slices.Clone(kept), func(p photo) bool { return f.text("drop-"+p.ID) != "" })
}

// finished is the page that says that a report was taken in, or is followed.
type finished struct {
	sent
	Expected *time.Time
	Until    time.Time // how long the page is there
	Pass     string
}

// send registers the draft, once.
func (g *Gateway) send(c *call, l org.PortalLimits, d *draft) (string, int, error) {
	out, err := g.Intake.ReportedBefore(c.Context(), intake.ByPortal, d.Once, d.Service)
	if err != nil {
		return "", 0, err
	}
	if out == nil {
		ok, err := g.Counts.Take(c.Context(), g.sending(c.Context(), l, d)...)
		if err == nil && !ok {
			err = c.busy()
		}
		if err != nil {
			return "", 0, err
		}
		out, err = g.Intake.Report(c.Context(), d.report())
		if f, ok := said(err); ok && f.Kind == fault.Invalid {
			d.blame(f)
			return g.keptAt(c, d, "")
		}
		if err != nil {
			return "", 0, err
		}
	}
	return g.over(c, d, sent{Number: out.Number, Code: out.Code, Contact: d.Phone != "" || d.Email != ""})
}

// follow has whoever was about to report the same follow what is there.
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
	return g.over(c, d, sent{Number: followed.Number, Code: followed.Code, Followed: true})
}

// over forgets what was filled in, and holds for a while what came of it.
func (g *Gateway) over(c *call, d *draft, s sent) (string, int, error) {
	s.Of = d.of()
	rest := draft{Once: d.Once, Service: d.Service, Made: d.Made, Until: g.Now().Add(sentFor), Sent: &s}
	if err := g.keepDraft(c.Context(), &rest); err != nil {
		return "", 0, err
	}
	return c.goTo(g.draftPath(&rest, "/sent"))
}

// sentPage shows number and code.
func (g *Gateway) sentPage(c *call) (string, int, error) {
	d, _, err := g.draftOf(c)
	if err != nil {
		return "", 0, err
	}
	if d.Sent == nil {
		return c.goTo(g.draftPath(&d, "/check"))
	}
	c.title = c.T("portal.sent")
	if d.Sent.Followed {
		c.title = c.T("portal.followed")
	}
	seen, err := g.Intake.Track(c.Context(), d.Sent.Number, d.Sent.Code, c.Lang)
	if err != nil {
		return "", 0, err
	}
	out := finished{sent: *d.Sent, Expected: seen.Expected, Until: d.Until}
	if out.Pass, err = g.seal(forPass, pass{d.Sent.Number, d.Sent.Code}); err != nil {
		return "", 0, err
	}
	out.Code = intake.ReadableCode(out.Code)
	c.Body = out
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
