// Package portal is where citizens report, and see what becomes of it: pages made on the server that need no JavaScript and
// no cookies, readable on old telephones. It shows and asks, and decides nothing: what a report must hold, what of others may
// be told and which step may be taken now are intake's.
package portal

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"jiexu/area"
	"jiexu/fault"
	"jiexu/gateway"
	"jiexu/law"
	"jiexu/org"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
	"jiexu/words"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.New("").ParseFS(files, "pages/*.html"))

// contentPolicy lets a page show what we serve ourselves, and run nothing at all. The map is a picture inside of the page.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// bodyTime is how long a report with pictures may take over a poor line.
const bodyTime = 3 * time.Minute

// Config is what the portal needs.
type Config struct {
	Intake   *intake.Service
	Stage    func(ctx context.Context, name string, content io.Reader) (*evidence.Staged, error)
	Ground   func(ctx context.Context) (*area.Ground, error)
	Settings func(ctx context.Context) (l org.PortalLimits, phone string, err error) // of the office
	Counts   gateway.Counts
	Key      []byte                           // a secret of 32 bytes, the same on all servers
	Address  func(ctx context.Context) string // from where a request comes
	Now      func() time.Time
	Log      *slog.Logger
}

// Gateway serves the portal. It is safe for concurrent use.
type Gateway struct{ Config }

// New makes the portal.
func New(c Config) *Gateway { return &Gateway{c} }

// Handlers are the pages, by mux pattern.
func (g *Gateway) Handlers() map[string]http.Handler {
	style, err := files.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is part of the binary
	}
	return map[string]http.Handler{
		"GET /portal":            g.answer(g.home),
		"GET /portal/privacy":    g.answer(g.privacy),
		"GET /portal/style.css":  stylesheet(style),
		"GET /report":            g.answer(g.services),
		"GET /report/{service}":  g.answer(g.blank),
		"POST /report/{service}": g.answer(g.filled),
		"POST /report/check":     g.answer(g.checked),
		"GET /report/check":      http.RedirectHandler("/report", http.StatusSeeOther),
		"GET /track":             g.answer(g.ask),
		"POST /track":            g.answer(g.track),
		"POST /track/act":        g.answer(g.act),
		"GET /track/act":         http.RedirectHandler("/track", http.StatusSeeOther),
	}
}

func stylesheet(style []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Write(style)
	})
}

// call is one request, and what its page is made of.
type call struct {
	*http.Request
	w     http.ResponseWriter
	Lang  string
	Big   bool
	Phone string // whom to ring instead
	title string
	fixed bool // the language was chosen, and goes on
	Wrong []wrong
	Body  any
}

// wrong is something that was filled in wrongly: the field's id, and what is said of it.
type wrong struct{ Field, Text string }

// answer writes the page that f names, with the status that it gives.
func (g *Gateway) answer(f func(c *call) (page string, status int, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Cache-Control", "no-store")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		q := r.URL.Query()
		c := &call{Request: r, w: w, Lang: words.Choose(r.Header.Get("Accept-Language")), Big: q.Get("big") == "1"}
		switch asked := q.Get("lang"); asked {
		case words.English, words.Chinese:
			c.Lang, c.fixed = asked, true
		}
		page, status, err := f(c)
		if err != nil {
			page, status = g.fail(c, err)
		}
		var out bytes.Buffer
		if err := pages.ExecuteTemplate(&out, page+".html", c); err != nil {
			g.Log.Error("portal", "page", page, "error", err)
			http.Error(w, c.T("portal.failed"), http.StatusInternalServerError)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Language", c.Lang)
		w.WriteHeader(status)
		w.Write(out.Bytes())
	})
}

// message is a page that says one thing.
type message struct{ Title, Text, Link, LinkText string }

// fail makes a page of an error: what is ours is logged, without anything that was sent.
func (g *Gateway) fail(c *call, err error) (string, int) {
	say := func(code, title string, status int) (string, int) {
		c.title = c.T(title)
		c.Body = message{Title: c.T(title), Text: c.T(code, "phone", c.Phone), Link: "/portal", LinkText: c.T("portal.to_start")}
		return "message", status
	}
	if c.Phone == "" {
		if _, phone, settingErr := g.Settings(c.Context()); settingErr == nil {
			c.Phone = phone
		}
	}
	switch {
	case fault.Is(err, "portal.too_large"):
		return say("portal.too_large", "portal.not_taken", http.StatusRequestEntityTooLarge)
	case fault.Is(err, "portal.busy"):
		return say("portal.busy", "portal.not_taken", http.StatusTooManyRequests)
	case fault.Is(err, "portal.expired"):
		return say("portal.expired", "portal.not_taken", http.StatusBadRequest)
	case fault.KindOf(err) == fault.NotFound:
		return say("portal.nothing_here", "portal.nothing", http.StatusNotFound)
	case fault.Is(err, "portal.unreadable"):
		return say("portal.unreadable", "portal.not_taken", http.StatusBadRequest)
	}
	if c.Context().Err() == nil {
		g.Log.Error("portal", "method", c.Method, "error", err)
	}
	return say("portal.failed", "portal.not_taken", http.StatusInternalServerError)
}

// ready reads the office's settings and counts the look of whoever sends something.
func (g *Gateway) ready(c *call) (l org.PortalLimits, err error) {
	if l, c.Phone, err = g.Settings(c.Context()); err != nil {
		return l, err
	}
	ok, err := g.Counts.Take(c.Context(), g.looking(c.Context(), l))
	if err == nil && !ok {
		err = c.busy()
	}
	http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(bodyTime))
	return l, err
}

// busy refuses kindly: too much came, or a machine wrote it.
func (c *call) busy() error { return fault.New(fault.TooMany, "portal.busy", "phone", c.Phone) }

// T is a sentence in the reader's language; more are names and values.
func (c *call) T(code string, more ...any) string {
	params := map[string]any{}
	for i := 0; i+1 < len(more); i += 2 {
		params[more[i].(string)] = more[i+1]
	}
	return words.Text(c.Lang, code, params)
}

// URL is a path of ours with what the reader chose: language, large text.
func (c *call) URL(path string) string {
	q := url.Values{}
	if c.fixed {
		q.Set("lang", c.Lang)
	}
	if c.Big {
		q.Set("big", "1")
	}
	return with(path, q)
}

func with(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// here is the page to which a switch leads: the same one where it can be asked for again, else the start.
func (c *call) here() string {
	if c.Method == http.MethodGet {
		return c.Request.URL.Path
	}
	return ""
}

// OtherLang is the same page in the other language; empty where the page is the answer to something that was sent.
func (c *call) OtherLang() string {
	if c.here() == "" {
		return ""
	}
	q := url.Values{"lang": {map[string]string{words.Chinese: words.English, words.English: words.Chinese}[c.Lang]}}
	if c.Big {
		q.Set("big", "1")
	}
	return with(c.here(), q)
}

// OtherSize is the same page in larger or usual letters.
func (c *call) OtherSize() string {
	if c.here() == "" {
		return ""
	}
	q := url.Values{}
	if c.fixed {
		q.Set("lang", c.Lang)
	}
	if !c.Big {
		q.Set("big", "1")
	}
	return with(c.here(), q)
}

// Title is what the browser's tab says.
func (c *call) Title() string {
	if len(c.Wrong) > 0 {
		return c.T("portal.wrong_title") + c.title
	}
	return c.title
}

// Says is what is wrong with a field; empty where nothing is.
func (c *call) Says(field string) string {
	for _, w := range c.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// Moment is a time, to the minute.
func (c *call) Moment(t time.Time) string {
	if c.Lang == words.English {
		return t.In(law.Shanghai).Format("2 Jan 2006, 15:04")
	}
	return t.In(law.Shanghai).Format("2006年1月2日 15:04")
}

// Day is a day.
func (c *call) Day(d law.Date) string {
	if c.Lang == words.English {
		return d.Start().Format("2 Jan 2006")
	}
	return d.Start().In(law.Shanghai).Format("2006年1月2日")
}

// Until is the last day before a moment.
func (c *call) Until(t time.Time) string { return c.Day(law.On(t.Add(-time.Nanosecond))) }

func (g *Gateway) home(c *call) (string, int, error) {
	c.title = c.T("portal.name")
	_, phone, err := g.Settings(c.Context())
	c.Phone = phone
	return "home", http.StatusOK, err
}

func (g *Gateway) privacy(c *call) (string, int, error) {
	c.title = c.T("portal.privacy")
	_, phone, err := g.Settings(c.Context())
	if err != nil {
		return "", 0, err
	}
	c.Phone = phone
	days, err := g.Intake.KeepsContactFor(c.Context())
	c.Body = days
	return "privacy", http.StatusOK, err
}

// faults are the fields of a fault of a form, by the portal's own names.
func (c *call) faults(err *fault.Error, service intake.PublicService) (out []wrong) {
	own := map[string]string{"description": "text", "content": "text", "lon": "address", "lat": "address", "title": "text", "account": "name", "device": "name"}
	for _, f := range err.Fields {
		name := f.Name
		if other, ok := own[name]; ok {
			name = other
		}
		if code, ok := strings.CutPrefix(name, "attribute["); ok {
			name = "a-" + strings.TrimSuffix(code, "]")
		}
		text := words.Text(c.Lang, f.Code, f.Params)
		if f.Code == "intake.no_place" {
			text = c.T("portal.no_place")
		}
		for _, a := range service.Attributes {
			if name == "a-"+a.Code { // in the list above the form nobody sees which box is meant
				text = c.T("portal.asked", "question", a.Asks(c.Lang), "wrong", text)
			}
		}
		out = append(out, wrong{name, text})
	}
	return out
}
