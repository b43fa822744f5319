// Package open311 speaks Open311 GeoReport v2 with the programs of others, in XML and JSON: what may be reported, reports
// in, how far they are. It translates and decides nothing: what a report must hold, what is public of it and how much is
// told at once are intake's.
package open311

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/systems/intake"
	"jiexu/words"
)

// Paths of the two endpoints. The test endpoint checks a report to the last and keeps nothing.
const (
	Production = "/open311/v2"
	Trial      = "/open311/test/v2"
)

// changeset names the edition of what we offer; it changes with the services or their attributes.
const changeset = "2026-11-28T00:00:00Z"

// maxForm bounds a report as it is sent, in bytes: 4,000 characters may take twelve bytes each.
const maxForm = 256 << 10

// Config is what the gateway needs.
type Config struct {
	Intake       *intake.Service
	Key          func(ctx context.Context, shown, right string) (org.Key, error)
	Jurisdiction string // our own jurisdiction_id; empty: none is known and any is refused
	PublicURL    string
	Contact      string // whom integrators ask
	Now          func() time.Time
	Log          *slog.Logger
}

// Gateway answers Open311. It is safe for concurrent use.
type Gateway struct {
	Config
	rates rates
}

// New makes the gateway.
func New(c Config) *Gateway { return &Gateway{Config: c} }

// Handlers are the pages of both endpoints, by mux pattern.
func (g *Gateway) Handlers() map[string]http.Handler {
	h := map[string]http.Handler{}
	h["GET /open311/discovery.xml"], h["GET /open311/discovery.json"] = g.answer(g.discovery, false), g.answer(g.discovery, false)
	h["/open311/"] = g.answer(func(*query) (any, error) { return nil, gone("resource") }, false)
	for _, base := range []string{Production, Trial} {
		trial := base == Trial
		for pattern, f := range map[string]asked{
			"GET " + base + "/discovery.xml":     g.discovery,
			"GET " + base + "/discovery.json":    g.discovery,
			"GET " + base + "/services.xml":      g.services,
			"GET " + base + "/services.json":     g.services,
			"GET " + base + "/services/{code}":   g.definition,
			"GET " + base + "/tokens/{token}":    g.token,
			"GET " + base + "/requests.xml":      g.requests,
			"GET " + base + "/requests.json":     g.requests,
			"GET " + base + "/requests/{number}": g.request,
			"POST " + base + "/requests.xml":     g.report,
			"POST " + base + "/requests.json":    g.report,
		} {
			h[pattern] = g.answer(f, trial)
		}
		h[base+"/"] = g.answer(func(*query) (any, error) { return nil, gone("resource") }, trial)
	}
	return h
}

// asked answers one call; what it gives is written in the format of the call.
type asked func(*query) (any, error)

// query is one call.
type query struct {
	*http.Request
	trial  bool
	lang   string
	json   bool
	values map[string][]string
}

// value is an argument; an empty one is as none.
func (q *query) value(name string) string {
	for _, v := range q.values[name] {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

// list is an argument of several values with commas between them.
func (q *query) list(name string) (out []string) {
	for v := range strings.SplitSeq(q.value(name), ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// answer reads what is common to all calls, and writes the answer or the errors.
func (g *Gateway) answer(f asked, trial bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Access-Control-Allow-Origin", "*") // anybody's page may ask: no cookie counts here, and what needs a key says so itself
		q := &query{Request: r, trial: trial, lang: words.Choose(r.Header.Get("Accept-Language")), json: strings.HasSuffix(r.URL.Path, ".json"), values: r.URL.Query()}
		var out any
		err := g.common(w, q)
		if err == nil {
			out, err = f(q)
		}
		if err != nil {
			g.fail(w, q, err)
			return
		}
		write(w, q.json, http.StatusOK, out)
	})
}

// common reads the form of a report, and looks at whose jurisdiction is asked.
func (g *Gateway) common(w http.ResponseWriter, q *query) error {
	if q.Method == http.MethodPost {
		q.Body = http.MaxBytesReader(w, q.Body, maxForm)
		kind, _, _ := strings.Cut(q.Header.Get("Content-Type"), ";")
		if kind = strings.ToLower(strings.TrimSpace(kind)); kind != "application/x-www-form-urlencoded" {
			return refusal{http.StatusBadRequest, []problem{{"400", say(q.lang, "open311.form_type", nil)}}}
		}
		if err := q.ParseForm(); err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				return refusal{http.StatusBadRequest, []problem{{"400", say(q.lang, "open311.too_large", map[string]any{"max": maxForm >> 10})}}}
			}
			return refusal{http.StatusBadRequest, []problem{{"400", say(q.lang, "open311.unreadable", nil)}}}
		}
		q.values = q.Form
	}
	for name, values := range q.values {
		if i := slices.IndexFunc(append([]string{name}, values...), func(s string) bool { return !utf8.ValidString(s) }); i >= 0 {
			return refusal{http.StatusBadRequest, []problem{{"400", say(q.lang, "open311.not_utf8", map[string]any{"name": clip(strings.ToValidUTF8(name, "?"))})}}}
		}
	}
	if asked := q.value("jurisdiction_id"); asked != "" && asked != g.Jurisdiction {
		return gone("jurisdiction_id")
	}
	return nil
}

// bare is the last part of a path without the format.
func bare(s string) string {
	s = strings.TrimSuffix(s, ".json")
	return strings.TrimSuffix(s, ".xml")
}

// known tells whether a path ends in a format that we speak.
func known(s string) bool { return strings.HasSuffix(s, ".json") || strings.HasSuffix(s, ".xml") }

func (g *Gateway) discovery(*query) (any, error) {
	formats := formatList{"text/xml", "application/json"}
	const specification = "http://wiki.open311.org/GeoReport_v2"
	return &discovery{Changeset: changeset, Contact: g.Contact, KeyService: g.Contact, Endpoints: endpointList{
		{Specification: specification, URL: g.PublicURL + Production, Changeset: changeset, Type: "production", Formats: formats},
		{Specification: specification, URL: g.PublicURL + Trial, Changeset: changeset, Type: "test", Formats: formats},
	}}, nil
}

func (g *Gateway) services(q *query) (any, error) {
	out := serviceList{}
	for _, s := range intake.PublicServices() {
		out = append(out, service{Code: s.Code, Name: s.Title(q.lang), Description: s.Says(q.lang), Metadata: len(s.Attributes) > 0, Type: s.Type,
			Keywords: strings.Join(s.Keywords, ","), Group: s.Under(q.lang)})
	}
	return out, nil
}

func (g *Gateway) definition(q *query) (any, error) {
	s, ok := intake.PublicServiceOf(bare(q.PathValue("code")))
	if !ok || !known(q.URL.Path) {
		return nil, gone("service_code")
	}
	out := &definition{Code: s.Code, Attributes: attributeList{}}
	for i, a := range s.Attributes {
		one := attribute{Variable: true, Code: a.Code, Datatype: a.Type, Required: a.Required, Hint: a.Help(q.lang), Order: i + 1, Description: a.Asks(q.lang), Values: valueList{}}
		for _, v := range a.Values {
			one.Values = append(one.Values, value{Key: v[0], Name: a.Option(v[0], q.lang)})
		}
		out.Attributes = append(out.Attributes, one)
	}
	return out, nil
}

func (g *Gateway) token(q *query) (any, error) {
	token := bare(q.PathValue("token"))
	p, err := g.Intake.PublishedByToken(q.Context(), token)
	if fault.KindOf(err) == fault.NotFound || err == nil && !known(q.URL.Path) {
		return nil, gone("token")
	}
	if err != nil {
		return nil, err
	}
	one := ticket{Token: &token}
	if p.Ready() {
		one.ID = &p.ID
	}
	return ticketList{one}, nil
}

func (g *Gateway) request(q *query) (any, error) {
	found, err := g.Intake.Published(q.Context(), intake.PublishedFilter{IDs: []string{bare(q.PathValue("number"))}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || !known(q.URL.Path) {
		return nil, gone("service_request_id")
	}
	return g.list(q, found), nil
}

func (g *Gateway) requests(q *query) (any, error) {
	f, problems := filter(q)
	if len(problems) > 0 {
		return nil, refusal{http.StatusBadRequest, problems}
	}
	found, err := g.Intake.Published(q.Context(), f)
	if err != nil {
		return nil, err
	}
	if len(f.IDs) > 0 && len(found) == 0 {
		return nil, gone("service_request_id")
	}
	return g.list(q, found), nil
}

// filter reads what narrows a list. Numbers stand above all else.
func filter(q *query) (f intake.PublishedFilter, problems []problem) {
	if f.IDs = q.list("service_request_id"); len(f.IDs) > 0 {
		return f, nil
	}
	f.Services = q.list("service_code")
	for _, code := range f.Services {
		if _, ok := intake.PublicServiceOf(code); !ok {
			problems = append(problems, problem{"400", say(q.lang, "open311.value", map[string]any{"name": "service_code", "value": clip(code)})})
		}
	}
	for name, into := range map[string]**time.Time{"start_date": &f.From, "end_date": &f.To} {
		text := q.value(name)
		if text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339, unspaced(text))
		if err != nil {
			problems = append(problems, problem{"400", say(q.lang, "open311.date", map[string]any{"name": name, "value": clip(text)})})
			continue
		}
		*into = &t
	}
	for _, status := range q.list("status") {
		switch strings.ToLower(status) {
		case "open":
			f.Open = true
		case "closed":
			f.Closed = true
		default:
			problems = append(problems, problem{"400", say(q.lang, "open311.value", map[string]any{"name": "status", "value": clip(status)})})
		}
	}
	return f, problems
}

// unspaced gives a date back the plus of its zone, which an address that was not encoded turns into a space.
func unspaced(text string) string {
	if at := len("2006-01-02T15:04:05"); len(text) > at && text[at] == ' ' {
		return text[:at] + "+" + text[at+1:]
	}
	return text
}

// list writes what is public as the specification names it.
func (g *Gateway) list(q *query, found []intake.Published) requestList {
	extended := strings.EqualFold(q.value("extensions"), "true")
	out := requestList{}
	for _, p := range found {
		one := request{ID: p.ID, Status: "open", Notes: say(q.lang, "open311.state."+p.State, nil), ServiceName: p.Service.Title(q.lang), ServiceCode: p.Service.Code, Description: p.Text,
			Agency: p.Agency, Requested: moment(&p.RequestedAt), Updated: moment(&p.UpdatedAt), Expected: moment(p.Expected), Address: p.Address, Lat: p.Lat, Long: p.Lon, Media: p.MediaURL}
		if p.Closed {
			one.Status = "closed"
		}
		if extended {
			one.Extended = &extension{Channel: p.Way, Area: p.Area, Followers: p.Followers, State: p.State, Attributes: answersOf(p, q.lang)}
		}
		out = append(out, one)
	}
	return out
}

func answersOf(p intake.Published, lang string) answerList {
	out := answerList{}
	for _, a := range p.Service.Attributes {
		for _, v := range p.Answers[a.Code] {
			out = append(out, answer{Label: a.Asks(lang), Name: a.Code, Code: v, Value: a.Option(v, lang)})
		}
	}
	return out
}

// zone is that of the office: times carry it.
var zone = time.FixedZone("CST", 8*3600)

func moment(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.In(zone).Format(time.RFC3339)
	return &s
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
