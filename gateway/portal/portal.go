// Package portal is where citizens report, and see what becomes of it: pages made on the server that need no JavaScript and
// no cookies, readable on old telephones. It shows and asks, and decides nothing: what a report must hold, what of others may
// be told and which step may be taken now are intake's.
package portal

import (
	"bytes"
	"context"
	"embed"
	"html"
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

// contentPolicy lets a page show what we serve ourselves, and run nothing at all.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// bodyTime is how long a report with pictures may take over a poor line.
const bodyTime = 3 * time.Minute

// Config is what the portal needs.
type Config struct {
	Intake   *intake.Service
	Stage    func(ctx context.Context, name string, content io.Reader) (*evidence.Staged, error)
	Thumb    func(ctx context.Context, staged string) ([]byte, error) // a small picture of one that was staged
	Ground   func(ctx context.Context) (*area.Ground, error)
	Settings func(ctx context.Context) (l org.PortalLimits, phone string, err error) // of the office
	Counts   gateway.Counts
	Shelf    gateway.Shelf
	Key      []byte                           // a secret of 32 bytes, the same on all servers
	Address  func(ctx context.Context) string // from where a request comes
	Now      func() time.Time
	Log      *slog.Logger
}

// Gateway serves the portal. It is safe for concurrent use.
type Gateway struct {
	Config
	door *crowd
}

// atOnce is how many pages are made at the same time.
const atOnce = 2

// New makes the portal.
func New(c Config) *Gateway { return &Gateway{c, newCrowd(atOnce, c.Now)} }

// Handlers are the pages, by mux pattern.
func (g *Gateway) Handlers() map[string]http.Handler {
	style, err := files.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is part of the binary
	}
	return map[string]http.Handler{
		"GET /portal":                             g.answer(g.home),
		"GET /portal/privacy":                     g.answer(g.privacy),
		"GET /portal/style.css":                   stylesheet(style),
		"GET /report":                             g.answer(g.services),
		"GET /report/{service}":                   g.answer(g.blank),
		"POST /report/{service}":                  g.answer(g.filled),
		"GET /report/draft/{draft}":               g.answer(g.form),
		"POST /report/draft/{draft}":              g.answer(g.filled),
		"GET /report/draft/{draft}/check":         g.answer(g.check),
		"POST /report/draft/{draft}/check":        g.answer(g.checked),
		"GET /report/draft/{draft}/map/{frame}":   g.picture(g.drawn),
		"GET /report/draft/{draft}/photo/{photo}": g.picture(g.shown),
		"GET /report/draft/{draft}/sent":          g.answer(g.sentPage),
		"GET /track":                              g.answer(g.ask),
		"POST /track":                             g.answer(g.track),
		"GET /track/gone":                         g.answer(g.unfollowed),
		"GET /track/visit/{visit}":                g.answer(g.visit),
		"POST /track/visit/{visit}":               g.answer(g.act),
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
	leave func()
	to    string // where the browser is sent on to
	Wrong []wrong
	Body  any
}

// goTo sends the browser on to a page that it can ask for again.
func (c *call) goTo(path string) (string, int, error) {
	c.to = path
	return "", http.StatusSeeOther, nil
}

// open begins an answer, with what holds for all of them.
func (g *Gateway) open(w http.ResponseWriter, r *http.Request) *call {
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	q := r.URL.Query()
	c := &call{Request: r, w: w, Lang: words.Choose(r.Header.Get("Accept-Language")), Big: q.Get("big") == "1", leave: func() {}}
	switch asked := q.Get("lang"); asked {
	case words.English, words.Chinese:
		c.Lang, c.fixed = asked, true
	}
	return c
}

// enter waits for a place among those whose pages are made. Returns portal.busy, portal.crowded.
func (g *Gateway) enter(c *call, weight float64) error {
	leave, ok, tooMuch := g.door.enter(c.Context(), g.Address(c.Context()), weight)
	switch {
	case ok:
		c.leave = leave
		return nil
	case tooMuch:
		return c.busy()
	}
	return fault.New(fault.Unavailable, "portal.crowded", "phone", c.Phone)
}

// answer writes the page that f names, with the status that it gives, or sends the browser on.
func (g *Gateway) answer(f func(c *call) (page string, status int, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := g.open(w, r)
		defer func() { c.leave() }()
		var page string
		var status int
		var err error
		if r.Method != http.MethodPost { // a form is read first: a slow line takes no place from others
			err = g.enter(c, aPage)
		}
		if err == nil {
			_, c.Phone, err = g.Settings(r.Context())
		}
		if err == nil {
			page, status, err = f(c)
		}
		if err != nil {
			page, status = g.fail(c, err)
		} else if c.to != "" {
			path, fragment, _ := strings.Cut(c.to, "#")
			if to := c.URL(path); fragment != "" {
				w.Header().Set("Location", to+"#"+fragment)
			} else {
				w.Header().Set("Location", to)
			}
			w.WriteHeader(status)
			return
		}
		var out bytes.Buffer
		if err := pages.ExecuteTemplate(&out, page+".html", c); err != nil {
			g.Log.Error("portal", "page", page, "error", err)
			http.Error(w, c.T("portal.failed", "phone", c.Phone), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Language", c.Lang)
		w.WriteHeader(status)
		w.Write(out.Bytes())
	})
}

// picture answers with a picture in a page; where there is none, with nothing.
func (g *Gateway) picture(f func(c *call) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := g.open(w, r)
		defer func() { c.leave() }()
		err := g.enter(c, aPicture)
		if err == nil {
			err = f(c)
		}
		switch {
		case err == nil:
		case fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Gone:
			w.WriteHeader(http.StatusNotFound)
		case fault.KindOf(err) == fault.TooMany || fault.KindOf(err) == fault.Unavailable:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			if r.Context().Err() == nil {
				g.Log.Error("portal", "method", r.Method, "error", err)
			}
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
}

// message is a page that says one thing.
type message struct{ Title, Code, Link, LinkText string }

// fail makes a page of an error: what is ours is logged, without anything that was sent.
func (g *Gateway) fail(c *call, err error) (string, int) {
	say := func(code, title string, status int) (string, int) {
		c.title = c.T(title)
		c.Body = message{Title: c.T(title), Code: code, Link: "/portal", LinkText: c.T("portal.to_start")}
		return "message", status
	}
	switch {
	case fault.Is(err, "portal.too_large"):
		return say("portal.too_large", "portal.not_taken", http.StatusRequestEntityTooLarge)
	case fault.Is(err, "portal.busy"):
		c.w.Header().Set("Retry-After", "600")
		return say("portal.busy", "portal.not_taken", http.StatusTooManyRequests)
	case fault.Is(err, "portal.crowded"):
		c.w.Header().Set("Retry-After", "30")
		return say("portal.crowded", "portal.not_taken", http.StatusServiceUnavailable)
	case fault.Is(err, "portal.expired"):
		page, status := say("portal.expired", "portal.over", http.StatusNotFound)
		c.Body = message{Title: c.title, Code: "portal.expired", Link: "/report", LinkText: c.T("portal.report_anew")}
		return page, status
	case fault.Is(err, "portal.visit_over"):
		page, status := say("portal.visit_over", "portal.over", http.StatusNotFound)
		c.Body = message{Title: c.title, Code: "portal.visit_over", Link: "/track", LinkText: c.T("portal.track")}
		return page, status
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
	if l, _, err = g.Settings(c.Context()); err != nil {
		return l, err
	}
	if g.door.floods(g.Address(c.Context())) {
		return l, c.busy() // before anything is written for it
	}
	ok, err := g.Counts.Take(c.Context(), g.looking(c.Context(), l))
	if err == nil && !ok {
		err = c.busy()
	}
	http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(bodyTime))
	return l, err
}

// read reads a form, and then waits for a place among those whose pages are made.
func (g *Gateway) read(c *call, take func(f *form, field, name string, content io.Reader) error) (*form, error) {
	done, ok := g.door.read(g.Address(c.Context()))
	if !ok {
		return nil, fault.New(fault.Unavailable, "portal.crowded", "phone", c.Phone)
	}
	f, err := readForm(c.w, c.Request, take)
	done()
	if err != nil {
		return f, err
	}
	return f, g.enter(c, aPage)
}

// busy refuses kindly: too much came, or a machine wrote it.
func (c *call) busy() error { return fault.New(fault.TooMany, "portal.busy", "phone", c.Phone) }

// expired says that a page's draft is gone.
func (c *call) expired() error { return fault.New(fault.NotFound, "portal.expired", "phone", c.Phone) }

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

// OtherLang is the same page in the other language. Every page has an address under which it can be asked for again.
func (c *call) OtherLang() string {
	q := url.Values{"lang": {map[string]string{words.Chinese: words.English, words.English: words.Chinese}[c.Lang]}}
	if c.Big {
		q.Set("big", "1")
	}
	return with(c.Request.URL.Path, q)
}

// OtherSize is the same page in larger or usual letters.
func (c *call) OtherSize() string {
	q := url.Values{}
	if c.fixed {
		q.Set("lang", c.Lang)
	}
	if !c.Big {
		q.Set("big", "1")
	}
	return with(c.Request.URL.Path, q)
}

// With is a sentence with the telephone number as a link, which a telephone dials.
func (c *call) With(code string, more ...any) template.HTML {
	const here = "\x00"
	text := html.EscapeString(c.T(code, append(more, "phone", here)...))
	number := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, c.Phone)
	link := html.EscapeString(c.Phone)
	if number != "" {
		link = `<a class="tel" href="tel:` + number + `">` + link + `</a>`
	}
	return template.HTML(strings.ReplaceAll(strings.ReplaceAll(text, "\uFFFD", here), here, link))
}

// Title is what the browser's tab says.
func (c *call) Title() string {
	if len(c.Wrong) > 0 {
		return c.T("portal.wrong_title") + c.title
	}
	return c.title
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
	return "home", http.StatusOK, nil
}

func (g *Gateway) privacy(c *call) (string, int, error) {
	c.title = c.T("portal.privacy")
	days, err := g.Intake.KeepsContactFor(c.Context())
	c.Body = days
	return "privacy", http.StatusOK, err
}
