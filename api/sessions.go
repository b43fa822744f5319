package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/words"
)

// Names of what a browser carries.
const (
	sessionCookie = "jiexu_session"
	langCookie    = "jiexu_lang"
	csrfHeader    = "X-CSRF-Token"
)

// Sessions stands around everything that is served: it gives each request its number and language,
// finds out who makes it, and refuses commands that another site made a browser send.
type Sessions struct {
	org    *org.Service
	opts   SessionOptions
	origin *http.CrossOriginProtection
}

// SessionOptions say where the server stands.
type SessionOptions struct {
	TrustProxy bool          // a proxy in front of it says truly in X-Forwarded-For and -Proto who asks, and how
	Demo       bool          // the demonstration: the sign-in page may show its logins
	BodyTime   time.Duration // how long a body may take until an operation that bears more has let it in; 0: 15 seconds
	Log        *slog.Logger
}

// NewSessions makes the layer.
func NewSessions(o *org.Service, opts SessionOptions) *Sessions {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.BodyTime == 0 {
		opts.BodyTime = readTime(0)
	}
	return &Sessions{org: o, opts: opts, origin: http.NewCrossOriginProtection()}
}

// contentPolicy lets the console load only what we serve ourselves; the map needs workers and blobs,
// its component library inline styles, and a paper is shown in a frame of our own.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"worker-src 'self' blob:; connect-src 'self'; object-src 'none'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"

// Wrap puts the layer around a handler.
func (s *Sessions) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := &request{id: newRequestID(), lang: language(r), address: s.address(r), secure: s.secure(r), org: s.org, log: s.opts.Log}
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()")
		h.Set("X-Request-Id", req.id)
		if req.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, req))
		req.http = r
		if r.ContentLength != 0 { // who has shown no right to send much does not hold the line for long, refused or not
			http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.opts.BodyTime))
		}
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				Fail(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			} else if v != nil {
				panic(v)
			}
		}()
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store") // an operation that may be kept says so itself
			h.Add("Vary", "Accept-Language, Cookie")
			if err := s.enter(w, r, req); err != nil {
				Fail(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// enter finds the session of a request to the API and refuses forged commands.
func (s *Sessions) enter(w http.ResponseWriter, r *http.Request, req *request) error {
	if unsafeMethod(r.Method) {
		if err := s.origin.Check(r); err != nil {
			return fault.Wrap(err, fault.Refused, "api.origin")
		}
		if r.Header.Get("Idempotency-Key") != "" {
			req.watchBody(r)
		}
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil // nobody: each operation decides whether that is enough
	}
	session, err := s.org.Authenticate(r.Context(), cookie.Value)
	if fault.KindOf(err) == fault.Unauthenticated {
		clearSession(w, req.secure)
		return nil
	}
	if err != nil {
		return err
	}
	if unsafeMethod(r.Method) && !isSignIn(r) && !session.CheckCSRF(r.Header.Get(csrfHeader)) {
		return fault.New(fault.Refused, "api.csrf")
	}
	req.session = &session
	return nil
}

// isSignIn tells the one command that a stale session must not stand in the way of.
func isSignIn(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == Prefix+"/session"
}

// language is what the user chose, else what the browser asks for.
func language(r *http.Request) string {
	if c, err := r.Cookie(langCookie); err == nil && slices.Contains(words.Languages, c.Value) {
		return c.Value
	}
	return words.Choose(r.Header.Get("Accept-Language"))
}

// address is from where the request came: of a chain of proxies, what the one that we trust saw.
func (s *Sessions) address(r *http.Request) string {
	if s.opts.TrustProxy {
		seen := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if ip := net.ParseIP(strings.TrimSpace(seen[len(seen)-1])); ip != nil {
			return ip.String()
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (s *Sessions) secure(r *http.Request) bool {
	return r.TLS != nil || s.opts.TrustProxy && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func newSessionCookie(token string, secure bool) http.Cookie {
	return http.Cookie{Name: sessionCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure, MaxAge: 7 * 24 * 3600}
}

func noSessionCookie(secure bool) http.Cookie {
	c := newSessionCookie("", secure)
	c.MaxAge = -1
	return c
}

func clearSession(w http.ResponseWriter, secure bool) {
	c := noSessionCookie(secure)
	http.SetCookie(w, &c)
}

// newRequestID makes the number of a request, short enough to be read out on the telephone.
func newRequestID() string {
	b := make([]byte, 5)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
