package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/words"
)

var testNow = time.Date(2026, 11, 23, 9, 0, 0, 0, law.Shanghai)

const password = "梧桐-落叶-2026"

// office is an API around a small bureau: the operations of sessions and org, and some of its own
// that answer as a system's would.
type office struct {
	t       *testing.T
	db      *store.DB
	svc     *org.Service
	server  *httptest.Server
	log     *logged
	now     atomic.Pointer[time.Time]
	touched atomic.Int64 // how often the command test.touch really ran
}

// logged keeps what was logged.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newOffice(t *testing.T, db *store.DB, opts SessionOptions) *office {
	o := &office{t: t, db: db, log: &logged{}}
	o.now.Store(&testNow)
	now := func() time.Time { return *o.now.Load() }
	o.svc = org.New(db, now)
	for _, u := range []org.Unit{{ID: "bureau", Kind: "bureau", Name: "区局"}, {ID: "squad", Parent: "bureau", Kind: "squad", Name: "一中队", Code: "310106013"}, {ID: "other", Parent: "bureau", Kind: "squad", Name: "二中队"}} {
		if _, err := o.svc.CreateUnit(t.Context(), org.Program("test"), u); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []struct{ login, kind, role, unit string }{{"desk", org.Staff, org.Desk, "bureau"}, {"officer", org.Officer, org.Officer, "squad"}, {"admin", org.Staff, org.Admin, "bureau"}} {
		in := org.PersonInput{Person: org.Person{ID: "p-" + p.login, Login: p.login, Name: "测试" + p.login, Kind: p.kind, Unit: p.unit}, Password: password, Keep: true, Roles: []org.Grant{{Role: p.role, Unit: p.unit}}}
		if p.kind == org.Officer {
			in.Certificate, in.CertificateUntil = "09001", law.On(testNow).AddDays(10)
		}
		if _, err := o.svc.AddPerson(t.Context(), org.Program("test"), in); err != nil {
			t.Fatal(err)
		}
	}
	opts.Log = slog.New(slog.NewTextHandler(o.log, nil))
	sessions := NewSessions(o.svc, opts)
	mux := http.NewServeMux()
	a := Mount(mux, "test")
	sessions.Operations(a, db)
	NewOrg(o.svc, db, now).Operations(a)
	o.operations(a)
	o.server = httptest.NewServer(sessions.Wrap(mux))
	t.Cleanup(o.server.Close)
	return o
}

type touchInput struct {
	Body struct {
		Title string   `json:"title" minLength:"2" maxLength:"20"`
		Kind  string   `json:"kind,omitempty" enum:"a,b"`
		Count int      `json:"count,omitempty" minimum:"1" maximum:"9"`
		On    law.Date `json:"on,omitzero"`
		Parts []string `json:"parts,omitempty" maxItems:"2"`
	}
}

type touchOutput struct {
	Body struct {
		N     int64  `json:"n"`
		Actor string `json:"actor"`
	}
}

func (o *office) touch(ctx context.Context, _ string) (*touchOutput, error) {
	return store.Do(ctx, o.db, func(ctx context.Context, tx *store.Tx) (*touchOutput, error) {
		out := &touchOutput{}
		out.Body.N, out.Body.Actor = o.touched.Add(1), Actor(ctx).Person
		return out, nil
	})
}

func (o *office) operations(a huma.API) {
	Register(a, Op{ID: "test.touch", Method: http.MethodPost, Path: "/test", Permission: "intake.register", MaxBody: 4 << 10},
		func(ctx context.Context, in *touchInput) (*touchOutput, error) { return o.touch(ctx, in.Body.Title) })
	Register(a, Op{ID: "test.command", Method: http.MethodPost, Path: "/test/{id}", Permission: "intake.register", Command: true},
		func(ctx context.Context, in *PathID) (*touchOutput, error) {
			out := &touchOutput{}
			out.Body.N = Rev(ctx)
			return out, nil
		})
	Register(a, Op{ID: "test.upload", Method: http.MethodPost, Path: "/test/upload", Permission: "intake.register", MaxBody: 64 << 10},
		func(ctx context.Context, in *struct {
			RawBody huma.MultipartFormFiles[struct {
				File huma.FormFile `form:"file"`
				Note string        `form:"note"`
			}]
		}) (*touchOutput, error) {
			return o.touch(ctx, "")
		})
	Register(a, Op{ID: "test.fail", Method: http.MethodGet, Path: "/test/fail/{how}", Permission: "intake.read"},
		func(ctx context.Context, in *struct {
			How   string `path:"how"`
			Limit int    `query:"limit" maximum:"9"`
		}) (*struct{}, error) {
			switch in.How {
			case "internal":
				return nil, errors.New("the secret of the house")
			case "panic":
				panic("the secret of the house")
			case "unit":
				return nil, Actor(ctx).Must("intake.handle", "other")
			case "busy":
				return nil, fault.Wrap(errors.New("the secret of the house"), fault.Unavailable, "store.unreachable", "detail", "secret host")
			case "many":
				return nil, fault.New(fault.TooMany, "org.sign_in_wait", "seconds", 7)
			case "form":
				return nil, fault.New(fault.Invalid, "form").With("title", "form.too_long", "max", 5)
			}
			for k := fault.Internal; k <= fault.Unavailable; k++ {
				if k.String() == in.How {
					return nil, fmt.Errorf("doing it: %w", fault.New(k, "changed_meanwhile"))
				}
			}
			return nil, nil
		})
}

// browser is somebody's browser: it keeps cookies and the CSRF token.
type browser struct {
	o       *office
	cookies map[string]string
	csrf    string
}

func (o *office) browser() *browser { return &browser{o: o, cookies: map[string]string{}} }

// as is the browser of somebody who has signed in.
func (o *office) as(login string) *browser {
	o.t.Helper()
	b := o.browser()
	a := b.do("POST", "/session", `{"login":"`+login+`","password":"`+password+`"}`)
	if a.status != 200 {
		o.t.Fatalf("sign in as %s: %d %s", login, a.status, a.body)
	}
	b.csrf = a.text("csrf")
	return b
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// text reads a field of a JSON answer by its path.
func (a answer) text(path string) string {
	var v any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		return "no JSON: " + a.body
	}
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			var i int
			if fmt.Sscan(step, &i); i >= len(x) {
				return ""
			}
			v = x[i]
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// do sends a request; headers are pairs.
func (b *browser) do(method, path, body string, headers ...string) answer {
	b.o.t.Helper()
	req, err := http.NewRequest(method, b.o.server.URL+Prefix+path, strings.NewReader(body))
	if err != nil {
		b.o.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if b.csrf != "" {
		req.Header.Set("X-CSRF-Token", b.csrf)
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		}
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.o.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.o.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return answer{b.o.t, res.StatusCode, res.Header, string(text)}
}

// problem fails unless the answer is a problem of that status and code.
func (a answer) problem(status int, code string) answer {
	a.t.Helper()
	if a.status != status || a.text("code") != code || a.header.Get("Content-Type") != "application/problem+json" || a.text("type") != "urn:jiexu:"+code || a.text("status") != fmt.Sprint(status) {
		a.t.Errorf("got %d %s: %s; want the problem %d %s", a.status, a.header.Get("Content-Type"), a.body, status, code)
	}
	return a
}

func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("got %d: %s; want %d", a.status, a.body, status)
	}
	return a
}

func (o *office) refusals() []org.Refusal {
	o.t.Helper()
	list, err := o.svc.Refusals(o.t.Context(), "", 100)
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

func TestAnInputThatWouldNotBeReadIsFound(t *testing.T) {
	type hidden struct {
		ID string `path:"id"`
	}
	type deep struct{ Body struct{ hidden } }
	for name, register := range map[string]func(huma.API){
		"an embedded struct that the library skips": func(a huma.API) {
			Register(a, Op{ID: "test.hidden", Method: "GET", Path: "/x/{id}", Permission: "intake.read"}, func(context.Context, *struct{ hidden }) (*struct{}, error) { return nil, nil })
		},
		"one in the body": func(a huma.API) {
			Register(a, Op{ID: "test.deep", Method: "POST", Path: "/x", Permission: "intake.read"}, func(context.Context, *deep) (*struct{}, error) { return nil, nil })
		},
		"one in the answer": func(a huma.API) {
			Register(a, Op{ID: "test.out", Method: "GET", Path: "/x", Permission: "intake.read"}, func(context.Context, *struct{}) (*deep, error) { return nil, nil })
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was registered", name)
				}
			}()
			register(Mount(http.NewServeMux(), "test"))
		}()
	}
}

func TestDenyByDefault(t *testing.T) {
	mux := http.NewServeMux()
	a := Mount(mux, "test")
	for name, op := range map[string]Op{
		"no permission":            {ID: "x.y", Method: "GET", Path: "/x"},
		"an unknown permission":    {ID: "x.y", Method: "GET", Path: "/x", Permission: "intake.everything"},
		"public with a permission": {ID: "x.y", Method: "GET", Path: "/x", Permission: "intake.read", Public: true},
		"no id":                    {Method: "GET", Path: "/x", Permission: "intake.read"},
		"no path":                  {ID: "x.y", Method: "GET", Permission: "intake.read"},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("an operation with %s was registered", name)
				}
			}()
			Register(a, op, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
		}()
	}
}

// An operation reached without the layer that knows who asks answers nothing.
func TestAroundSessions(t *testing.T) {
	mux := http.NewServeMux()
	a := Mount(mux, "test")
	Register(a, Op{ID: "test.public", Method: "GET", Path: "/public", Public: true}, func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", Prefix+"/public", nil))
	if w.Code != http.StatusInternalServerError {
		t.Errorf("it answers %d", w.Code)
	}
}

func TestSignInAndOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, SessionOptions{Demo: true})
		b := o.browser()
		a := b.do("GET", "/session", "").ok(200)
		if a.text("person") != "" || a.text("demo") != "true" || a.text("demoLogins.0.login") == "" {
			t.Errorf("nobody's session: %s", a.body)
		}
		b.do("GET", "/org/units", "").problem(401, "unauthenticated")
		b.do("POST", "/session", `{"login":"desk","password":"wrong"}`).problem(401, "org.sign_in_failed")
		b.do("POST", "/session", `{"login":"nobody","password":"wrong"}`).problem(401, "org.sign_in_failed")

		b = o.as("officer")
		a = b.do("GET", "/session", "", "Accept-Language", "en").ok(200)
		for path, want := range map[string]string{"person.login": "officer", "person.certificate": "09001", "person.unit.name": "一中队", "units.0.id": "squad",
			"roles.0.code": "officer", "roles.0.title": "Officer", "csrf": b.csrf, "mustChangePassword": "false", "demoLogins": "", "lang": "en"} {
			if got := a.text(path); got != want {
				t.Errorf("session %s = %q, want %q", path, got, want)
			}
		}
		if !strings.Contains(a.body, `"casework.notify"`) || strings.Contains(a.body, `"casework.decide"`) {
			t.Errorf("permissions of an officer: %s", a.body)
		}
		list := b.do("GET", "/sessions", "").ok(200)
		if list.text("items.0.current") != "true" || list.text("items.1") != "" {
			t.Errorf("sessions: %s", list.body)
		}
		second := o.as("officer")
		b.do("DELETE", "/sessions", "").ok(204)
		second.do("GET", "/org/units", "").problem(401, "unauthenticated")
		b.do("GET", "/org/units", "").ok(200)
		token := b.cookies[sessionCookie]
		b.do("DELETE", "/session", "").ok(204)
		if b.cookies[sessionCookie] != "" {
			t.Error("the cookie is left")
		}
		b.cookies[sessionCookie] = token
		b.do("GET", "/org/units", "").problem(401, "unauthenticated")
	})
}

func TestCookie(t *testing.T) {
	db := storetest.SQLite(t)
	for _, c := range []struct {
		opts   SessionOptions
		proto  string
		secure bool
	}{{SessionOptions{}, "", false}, {SessionOptions{}, "https", false}, {SessionOptions{TrustProxy: true}, "https", true}, {SessionOptions{TrustProxy: true}, "http", false}} {
		func() {
			o := &office{t: t, db: db}
			o.now.Store(&testNow)
			o.svc = org.New(db, func() time.Time { return testNow })
			if _, err := o.svc.CreateUnit(t.Context(), org.Program("test"), org.Unit{ID: "bureau", Kind: "bureau", Name: "区局"}); err == nil {
				if _, err := o.svc.AddPerson(t.Context(), org.Program("test"), org.PersonInput{Person: org.Person{Login: "desk", Name: "测", Kind: org.Staff, Unit: "bureau"}, Password: password, Keep: true}); err != nil {
					t.Fatal(err)
				}
			}
			sessions := NewSessions(o.svc, c.opts)
			mux := http.NewServeMux()
			sessions.Operations(Mount(mux, "test"), db)
			o.server = httptest.NewServer(sessions.Wrap(mux))
			defer o.server.Close()
			a := o.browser().do("POST", "/session", `{"login":"desk","password":"`+password+`"}`, "X-Forwarded-Proto", c.proto).ok(200)
			cookie := a.header.Get("Set-Cookie")
			if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(cookie, "Secure") != c.secure {
				t.Errorf("%+v %s: the cookie is %s", c.opts, c.proto, cookie)
			}
			if (a.header.Get("Strict-Transport-Security") != "") != c.secure {
				t.Errorf("%+v %s: HSTS is %q", c.opts, c.proto, a.header.Get("Strict-Transport-Security"))
			}
		}()
	}
}

func TestSecurityHeaders(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	for _, a := range []answer{o.browser().do("GET", "/session", ""), o.browser().do("GET", "/nothing", "")} {
		for name, want := range map[string]string{"Content-Security-Policy": "script-src 'self';", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Permissions-Policy": "payment=()", "Cache-Control": "no-store"} {
			if !strings.Contains(a.header.Get(name), want) {
				t.Errorf("%s is %q, want %q in it", name, a.header.Get(name), want)
			}
		}
	}
}

func TestForgedCommands(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	b := o.as("desk")
	const body = `{"title":"占道"}`
	b.do("POST", "/test", body, "X-CSRF-Token", "").problem(403, "api.csrf")
	b.do("POST", "/test", body, "X-CSRF-Token", "wrong").problem(403, "api.csrf")
	b.do("DELETE", "/session", "", "X-CSRF-Token", o.as("officer").csrf).problem(403, "api.csrf")
	b.do("POST", "/test", body, "Sec-Fetch-Site", "cross-site").problem(403, "api.origin")
	b.do("POST", "/test", body, "Origin", "https://evil.example").problem(403, "api.origin")
	o.browser().do("POST", "/session", `{"login":"desk","password":"x"}`, "Sec-Fetch-Site", "cross-site").problem(403, "api.origin")
	if n := o.touched.Load(); n != 0 {
		t.Errorf("a forged command ran %d times", n)
	}
	b.do("POST", "/test", body, "Sec-Fetch-Site", "same-origin").ok(200)
	b.do("GET", "/org/units", "", "X-CSRF-Token", "", "Sec-Fetch-Site", "cross-site").ok(200)
	// A stale session in the browser does not stand in the way of signing in.
	b.do("POST", "/session", `{"login":"desk","password":"`+password+`"}`, "X-CSRF-Token", "").ok(200)
	if n := len(o.refusals()); n != 6 {
		t.Errorf("%d refusals were recorded, want 6", n)
	}
}

func TestRightsAndRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, SessionOptions{})
		officer, admin := o.as("officer"), o.as("admin")
		a := officer.do("GET", "/system/refusals", "", "Accept-Language", "en").problem(403, "refused")
		if want := "Your role does not include “see what was refused”."; !strings.HasPrefix(a.text("detail"), want) {
			t.Errorf("the refusal says %q", a.text("detail"))
		}
		officer.do("GET", "/test/fail/unit", "").problem(403, "refused.unit")
		admin.do("POST", "/test", `{"title":"占道"}`).problem(403, "refused")
		list := o.refusals()
		if len(list) != 3 || list[0].Person != "p-admin" || list[0].Op != "intake.register" || list[1].Op != "intake.handle" || list[1].Unit != "other" || list[2].Subject != "/system/refusals" || list[2].Address != "127.0.0.1" {
			t.Errorf("recorded: %+v", list)
		}
		page := admin.do("GET", "/system/refusals?limit=2", "").ok(200)
		if page.text("items.0.personName") != "测试admin" || page.text("items.0.operation") != "登记诉件" || page.text("next") == "" {
			t.Errorf("refusals: %s", page.body)
		}
		rest := admin.do("GET", "/system/refusals?limit=2&cursor="+page.text("next"), "").ok(200)
		if rest.text("items.0.operation") != "查看拒绝记录" || rest.text("items.1") != "" || rest.text("next") != "" {
			t.Errorf("refusals, second page: %s", rest.body)
		}
	})
}

func TestFirstSignInChangesThePassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, SessionOptions{})
		admin := o.as("admin")
		a := admin.do("POST", "/org/people", `{"login":"wang","name":"王五","kind":"officer","unit":"squad","certificate":"0977","certificateUntil":"2026-11-01","roles":[{"role":"officer","unit":"squad"}]}`).ok(201)
		if a.text("certificateValid") != "false" || a.text("roles.0.code") != "officer" || a.text("unitName") != "一中队" || a.text("password") == "" {
			t.Errorf("the new person: %s", a.body)
		}
		b := o.browser()
		in := b.do("POST", "/session", `{"login":"wang","password":"`+a.text("password")+`"}`).ok(200)
		b.csrf = in.text("csrf")
		if in.text("mustChangePassword") != "true" {
			t.Error("the one-time password need not be changed")
		}
		b.do("GET", "/org/units", "").problem(403, "org.must_change_password")
		b.do("POST", "/session/password", `{"old":"`+a.text("password")+`","new":"short"}`).problem(422, "form")
		b.do("POST", "/session/password", `{"old":"`+a.text("password")+`","new":"`+password+`"}`).ok(204)
		b.do("GET", "/org/units", "").ok(200)
		// The administrator disables him: the next click ends it.
		admin.do("PATCH", "/org/people/"+a.text("id"), `{"name":"王五","kind":"officer","unit":"squad","active":false}`, "If-Match", `"1"`).ok(200)
		b.do("GET", "/org/units", "").problem(401, "unauthenticated")
		admin.do("PATCH", "/org/people/"+a.text("id"), `{"name":"王六","kind":"officer","unit":"squad"}`, "If-Match", `"1"`).problem(409, "changed_meanwhile")
	})
}

func TestKindsAndStatuses(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	b := o.as("officer")
	for how, status := range map[string]int{"invalid": 422, "unauthenticated": 401, "refused": 403, "not_found": 404, "conflict": 409, "gone": 410, "too_large": 413, "too_many": 429, "unavailable": 503} {
		b.do("GET", "/test/fail/"+how, "").problem(status, "changed_meanwhile")
	}
	if a := b.do("GET", "/test/fail/many", "").problem(429, "org.sign_in_wait"); a.header.Get("Retry-After") != "7" {
		t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
	}
	if a := b.do("GET", "/test/fail/form", "", "Accept-Language", "en").problem(422, "form"); a.text("fields.0.name") != "title" || a.text("fields.0.detail") != "Too long: at most 5 characters." {
		t.Errorf("fields: %s", a.body)
	}
	if a := b.do("GET", "/test/fail/busy", "").problem(503, "store.unreachable"); a.text("params") != "" || a.header.Get("Retry-After") == "" {
		t.Errorf("unavailable: %s", a.body)
	}
	b.do("GET", "/no/such/thing", "").problem(404, "api.no_operation")
	for _, c := range []struct{ method, path, allow string }{{"PUT", "/session", "GET, HEAD, POST, DELETE"}, {"DELETE", "/org/units/squad", "PATCH"}, {"TRACE", "/test/fail/x", "GET, HEAD"}} {
		if a := b.do(c.method, c.path, "").problem(405, "api.method"); a.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: Allow is %q, want %q", c.method, c.path, a.header.Get("Allow"), c.allow)
		}
	}
	for _, how := range []string{"internal", "panic"} {
		a := b.do("GET", "/test/fail/"+how, "").problem(500, "internal")
		id := a.text("request")
		if id == "" || a.header.Get("X-Request-Id") != id || strings.Contains(a.body, "secret") {
			t.Errorf("%s: %s", how, a.body)
		}
		if n := strings.Count(o.log.String(), "request="+id); n != 1 || !strings.Contains(o.log.String(), "the secret of the house") {
			t.Errorf("%s was logged %d times under its id:\n%s", how, n, o.log.String())
		}
	}
}

func TestValidationInTheUsersLanguage(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	b := o.as("desk")
	for _, c := range []struct{ body, name, code string }{
		{`{}`, "title", "form.required"},
		{`{"title":"一"}`, "title", "form.too_short"},
		{`{"title":"` + strings.Repeat("长", 21) + `"}`, "title", "form.too_long"},
		{`{"title":7}`, "title", "form.text"},
		{`{"title":"占道","kind":"c"}`, "kind", "form.one_of"},
		{`{"title":"占道","count":0}`, "count", "form.low"},
		{`{"title":"占道","count":10}`, "count", "form.high"},
		{`{"title":"占道","count":"x"}`, "count", "form.integer"},
		{`{"title":"占道","parts":["a","b","c"]}`, "parts", "form.too_many"},
		{`{"title":"占道","parts":["a",1]}`, "parts[1]", "form.text"},
		{`{"title":"占道","nothing":1}`, "nothing", "form.unknown"},
		{`{"title":"占道","on":"2026-02-30"}`, "on", "form.date"},
		{`[]`, "", "form.object"},
	} {
		for lang, name := range map[string]string{words.Chinese: "zh-CN,zh;q=0.9", words.English: "en"} {
			a := b.do("POST", "/test", c.body, "Accept-Language", name).problem(422, "form")
			detail := a.text("fields.0.detail")
			if a.text("fields.0.name") != c.name || a.text("fields.0.code") != c.code || strings.Contains(detail, "{") || words.Text(lang, "form", nil) != a.text("detail") {
				t.Errorf("%s in %s: %s; want %s %s", c.body, lang, a.body, c.name, c.code)
			}
		}
	}
	if a := b.do("GET", "/test/fail/x?limit=10", "").problem(422, "form"); a.text("fields.0.name") != "limit" || a.text("fields.0.code") != "form.high" {
		t.Errorf("a query parameter: %s", a.body)
	}
	if a := b.do("GET", "/test/fail/x?limit=ten", "").problem(422, "form"); a.text("fields.0.code") != "form.integer" {
		t.Errorf("a query parameter of another type: %s", a.body)
	}
	b.do("POST", "/test", `{"title":`).problem(400, "api.unparsable")
	b.do("POST", "/test", "").problem(400, "api.unparsable")
	for _, bad := range []string{"{\"title\":\"\xd5\xbc\xb5\xc0\"}", `{"title":"占道\ud83d"}`, `{"title":"占道\ude00"}`, `{"title":"\ud83d占\ude00"}`, `{"title":"\ud83d\n道"}`} {
		b.do("POST", "/test", bad).problem(400, "api.not_utf8")
	}
	b.do("POST", "/test", `{"title":"占\ud83d\ude00\\ud83d"}`).ok(200)
	b.do("POST", "/test", `<title/>`, "Content-Type", "application/xml").problem(415, "api.media_type")
	b.do("POST", "/test", `{"title":"`+strings.Repeat("x", 5000)+`"}`).problem(413, "api.body_too_large")
	// The cookie that the console sets goes before what the browser asks for.
	b.cookies[langCookie] = "en"
	if a := b.do("POST", "/test", `{}`, "Accept-Language", "zh-CN"); a.text("title") != "Something is filled in wrongly" {
		t.Errorf("the language cookie: %s", a.body)
	}
}

func TestRevisions(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	b := o.as("desk")
	b.do("POST", "/test/x", "").problem(428, "api.precondition")
	for _, bad := range []string{"*", `"x"`, `"-1"`, `"0"`, `"1", "2"`} {
		b.do("POST", "/test/x", "", "If-Match", bad).problem(400, "api.if_match")
	}
	for _, good := range []string{`"7"`, `W/"7"`, "7"} {
		if a := b.do("POST", "/test/x", "", "If-Match", good).ok(200); a.text("n") != "7" {
			t.Errorf("If-Match %s is read as %s", good, a.text("n"))
		}
	}
}

func TestOneCommandActsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, SessionOptions{})
		b := o.as("desk")
		const body = `{"title":"占道经营"}`
		first := b.do("POST", "/test", body, "Idempotency-Key", "k1").ok(200)
		again := b.do("POST", "/test", body, "Idempotency-Key", "k1").ok(200)
		if first.body != again.body || o.touched.Load() != 1 {
			t.Errorf("%s, then %s; it ran %d times", first.body, again.body, o.touched.Load())
		}
		b.do("POST", "/test", `{"title":"乱堆物"}`, "Idempotency-Key", "k1").problem(409, "idempotency.reused")
		o.as("officer").do("POST", "/test", body, "Idempotency-Key", "k1").ok(200) // another's key is another key
		b.do("POST", "/test", body, "Idempotency-Key", strings.Repeat("k", 201)).problem(422, "api.key_long")
		if n := o.touched.Load(); n != 2 {
			t.Errorf("it ran %d times, want 2", n)
		}
	})
}

// A browser marks the borders of a form anew at every try: the same photo under the same key is the
// same command, another photo is not.
func TestOneUploadActsOnce(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	b := o.as("desk")
	send := func(content, note string) answer {
		var form bytes.Buffer
		w := multipart.NewWriter(&form) // with a random border
		w.WriteField("note", note)
		part, _ := w.CreateFormFile("file", "a.jpg")
		io.WriteString(part, content)
		w.Close()
		return b.do("POST", "/test/upload", form.String(), "Content-Type", w.FormDataContentType(), "Idempotency-Key", "k")
	}
	first := send("photo", "店门口").ok(200)
	if again := send("photo", "店门口").ok(200); again.body != first.body || o.touched.Load() != 1 {
		t.Errorf("%s, then %s: it ran %d times", first.body, again.body, o.touched.Load())
	}
	send("another", "店门口").problem(409, "idempotency.reused")
	send("photo", "别处").problem(409, "idempotency.reused")
	send(strings.Repeat("x", 70<<10), "大").problem(413, "api.body_too_large")
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		trust           bool
		forwarded, want string
	}{{false, "1.2.3.4", "192.0.2.1"}, {true, "1.2.3.4", "1.2.3.4"}, {true, "6.6.6.6, 1.2.3.4", "1.2.3.4"}, {true, "nonsense", "192.0.2.1"}, {true, "", "192.0.2.1"}, {true, "2001:db8::1", "2001:db8::1"}} {
		r := httptest.NewRequest("GET", "/", nil) // from 192.0.2.1
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := NewSessions(nil, SessionOptions{TrustProxy: c.trust}).address(r); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestOrgOperations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, SessionOptions{})
		admin, officer := o.as("admin"), o.as("officer")
		tree := officer.do("GET", "/org/units", "").ok(200)
		if tree.text("items.0.name") != "区局" || tree.text("items.0.children.0.name") == "" || tree.text("items.0.parent") != "" || tree.text("items.0.children.0.parent") != "bureau" {
			t.Errorf("the tree: %s", tree.body)
		}
		u := admin.do("POST", "/org/units", `{"parent":"squad","kind":"section","name":"一组"}`).ok(201)
		admin.do("PATCH", "/org/units/"+u.text("id"), `{"name":"第一组"}`, "If-Match", `"1"`).ok(200)
		admin.do("POST", "/org/units/"+u.text("id")+"/move", `{"parent":"other"}`, "If-Match", `"1"`).problem(409, "changed_meanwhile")
		admin.do("POST", "/org/units/"+u.text("id")+"/move", `{"parent":"other"}`, "If-Match", `"2"`).ok(200)
		admin.do("POST", "/org/units/squad/move", `{"parent":"squad"}`, "If-Match", `"1"`).problem(409, "org.unit_cycle")

		people := officer.do("GET", "/org/people", "").ok(200) // his own squad
		if people.text("items.0.login") != "officer" || people.text("items.1") != "" {
			t.Errorf("an officer sees the people %s", people.body)
		}
		if all := admin.do("GET", "/org/people?role=officer", "").ok(200); all.text("items.0.id") != "p-officer" || all.text("items.0.roles.0.title") != "执法队员" {
			t.Errorf("officers: %s", all.body)
		}
		g := admin.do("POST", "/org/people/p-officer/grants", `{"role":"leader","unit":"squad"}`).ok(201)
		if s := officer.do("GET", "/session", "").ok(200); !strings.Contains(s.body, `"intake.assign"`) {
			t.Errorf("the new role is not in force: %s", s.body)
		}
		admin.do("DELETE", "/org/grants/"+g.text("grant"), "").ok(204)
		admin.do("POST", "/org/people/p-admin/grants", `{"role":"head","unit":"bureau"}`).problem(403, "org.grant_self")

		admin.do("PUT", "/org/units/bureau/settings/casework.review", `{"value":"all","rev":0}`).ok(204)
		held := officer.do("GET", "/org/units/squad/settings", "").ok(200)
		if !strings.Contains(held.body, `"key":"casework.review","title":"法制审核范围","value":"all","from":"bureau","fromName":"区局","rev":0`) {
			t.Errorf("settings: %s", held.body)
		}
		admin.do("PUT", "/org/units/bureau/settings/casework.review", `{"value":null,"rev":1}`).ok(204)
		admin.do("PUT", "/org/units/bureau/settings/casework.review", `{"value":"some","rev":0}`).problem(422, "org.setting_value")

		roles := officer.do("GET", "/org/roles", "", "Accept-Language", "en").ok(200)
		if roles.text("items.0.code") != "desk" || roles.text("items.0.title") != "Complaints desk" || roles.text("items.12.code") != "community" {
			t.Errorf("roles: %s", roles.body)
		}
		reset := admin.do("POST", "/org/people/p-officer/password", "").ok(200)
		if reset.text("password") == "" {
			t.Errorf("reset: %s", reset.body)
		}
		officer.do("GET", "/session", "").ok(200)
		officer.do("GET", "/org/units", "").problem(401, "unauthenticated")
	})
}

// Who may use each operation of this package: the matrix. A new operation without a row fails.
func TestMatrix(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), SessionOptions{})
	everybody := []string{"desk", "officer", "admin"}
	matrix := map[string][]string{
		"session.sign_out": everybody, "session.password": everybody, "session.list": everybody, "session.end": everybody, "session.end_all": everybody,
		"org.units": everybody, "org.people": everybody, "org.roles": everybody, "org.settings": everybody,
		"org.create_unit": {"admin"}, "org.change_unit": {"admin"}, "org.move_unit": {"admin"}, "org.add_person": {"admin"}, "org.change_person": {"admin"},
		"org.reset_password": {"admin"}, "org.grant": {"admin"}, "org.end_grant": {"admin"}, "org.set": {"admin"}, "org.keys": {"admin"}, "org.issue_key": {"admin"}, "org.withdraw_key": {"admin"}, "system.refusals": {"admin"},
	}
	public := []string{"session.get", "session.sign_in", "test.public"}
	for _, op := range Operations() {
		may, ok := matrix[op.ID]
		if strings.HasPrefix(op.ID, "test.") || slices.Contains(public, op.ID) {
			if op.Public != slices.Contains(public, op.ID) {
				t.Errorf("%s is public: %v", op.ID, op.Public)
			}
			continue
		}
		if !ok {
			t.Errorf("%s has no row in the matrix", op.ID)
		}
		path := strings.NewReplacer("{id}", "none", "{key}", "none").Replace(op.Path)
		o.browser().do(op.Method, path, "").problem(401, "unauthenticated")
		for _, who := range everybody {
			a := o.as(who).do(op.Method, path, "")
			if refused := a.status == 403 && a.text("code") == "refused"; refused == slices.Contains(may, who) {
				t.Errorf("%s by %s: %d %s", op.ID, who, a.status, a.text("code"))
			}
		}
	}
}
