package server

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"
)

var script = strings.Repeat("console.log('街序');\n", 200)

var build = fstest.MapFS{
	"index.html":             {Data: []byte("<!doctype html><title>街序</title>")},
	"favicon.svg":            {Data: []byte("<svg/>")},
	"assets/app-1a2b.js":     {Data: []byte(script)},
	"assets/map-1a2b.mjs":    {Data: []byte(script)},
	"assets/text-1a2b.woff2": {Data: bytes.Repeat([]byte{1, 2, 3}, 1000)},
	"manifest.webmanifest":   {Data: []byte("{}")},
}

// stand is a server with an API that says "api" and a feed that the test holds.
type stand struct {
	*Server
	changes chan Change
	alive   atomic.Bool
	stopped atomic.Int32
	healthy error
}

func newStand(files fstest.MapFS) *stand {
	s := &stand{changes: make(chan Change, 8)}
	s.alive.Store(true)
	s.Server = New(Config{
		API:    http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "api") }),
		Public: map[string]http.Handler{"GET /check/{code}": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "check "+r.PathValue("code")) })},
		Web:    files,
		Feed: func(r *http.Request) (*Subscription, error) {
			if r.Header.Get("Who") == "" {
				return nil, errors.New("nobody")
			}
			return &Subscription{Changes: s.changes, Alive: s.alive.Load, Stop: func() { s.stopped.Add(1) }}, nil
		},
		Healthy: func(context.Context) error { return s.healthy },
		Wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Wrapped", "yes")
				next.ServeHTTP(w, r)
			})
		},
		Fail: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusUnauthorized)
		},
		Log: slog.New(slog.DiscardHandler),
	})
	return s
}

func (s *stand) get(t *testing.T, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if w.Header().Get("X-Wrapped") == "" {
		t.Errorf("%s goes around the layer of sessions", path)
	}
	return w
}

func TestSite(t *testing.T) {
	s := newStand(build)
	for _, c := range []struct {
		path, typ, cache string
		status           int
	}{
		{"/", "text/html; charset=utf-8", "no-cache", 200},
		{"/complaints/123", "text/html; charset=utf-8", "no-cache", 200}, // a route of the console
		{"/favicon.svg", "image/svg+xml", "no-cache", 200},
		{"/assets/app-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", 200},
		{"/assets/map-1a2b.mjs", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", 200},
		{"/assets/text-1a2b.woff2", "font/woff2", "public, max-age=31536000, immutable", 200},
		{"/manifest.webmanifest", "application/manifest+json", "no-cache", 200},
		{"/assets/app-old.js", "text/plain; charset=utf-8", "", 404},
		{"/assets/nothing", "text/plain; charset=utf-8", "", 404},
		{"/robots.txt", "text/plain; charset=utf-8", "", 404},
		{"/api/v1/anything", "", "", 200},
	} {
		w := s.get(t, "GET", c.path)
		if w.Code != c.status || c.typ != "" && w.Header().Get("Content-Type") != c.typ || w.Header().Get("Cache-Control") != c.cache {
			t.Errorf("GET %s: %d %q %q; want %d %q %q", c.path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"), c.status, c.typ, c.cache)
		}
		if c.status == 404 && strings.Contains(w.Body.String(), "<!doctype") {
			t.Errorf("GET %s runs a page as a script", c.path)
		}
	}
	for _, path := range []string{"/../server.go", "/assets/../../server.go", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2fserver.go"} {
		if w := s.get(t, "GET", path); w.Code == 200 && !strings.Contains(w.Body.String(), "街序") {
			t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := s.get(t, "POST", "/"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST /: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	if w := s.get(t, "POST", "/api/v1/live"); !strings.Contains(w.Body.String(), "api.method") || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST to the stream: %d %s, Allow %q", w.Code, w.Body, w.Header().Get("Allow"))
	}
	if w := s.get(t, "GET", "/check/abc"); w.Body.String() != "check abc" {
		t.Errorf("a public page: %s", w.Body)
	}
	if w := s.get(t, "GET", "/api/v1/anything"); w.Body.String() != "api" {
		t.Errorf("the API: %s", w.Body)
	}
}

func TestETagAndCompression(t *testing.T) {
	s := newStand(build)
	first := s.get(t, "GET", "/assets/app-1a2b.js")
	tag := first.Header().Get("ETag")
	if tag == "" || first.Body.String() != script || first.Header().Get("Content-Encoding") != "" || first.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("plain: %v, %d bytes", first.Header(), first.Body.Len())
	}
	if again := s.get(t, "GET", "/assets/app-1a2b.js", "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("unchanged: %d, %d bytes", again.Code, again.Body.Len())
	}
	if other := s.get(t, "GET", "/", "If-None-Match", tag); other.Code != 200 {
		t.Errorf("another file under that tag: %d", other.Code)
	}
	zipped := s.get(t, "GET", "/assets/app-1a2b.js", "Accept-Encoding", "gzip, br")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() >= len(script)/2 {
		t.Fatalf("compressed: %v, %d bytes", zipped.Header(), zipped.Body.Len())
	}
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != script {
		t.Errorf("unpacked: %v, %d bytes", err, len(text))
	}
	if font := s.get(t, "GET", "/assets/text-1a2b.woff2", "Accept-Encoding", "gzip"); font.Header().Get("Content-Encoding") != "" {
		t.Error("a font, which is compressed already, is compressed again")
	}
	if head := s.get(t, "HEAD", "/assets/app-1a2b.js"); head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("ETag") != tag {
		t.Errorf("HEAD: %d, %d bytes", head.Code, head.Body.Len())
	}
}

func TestWithoutABuild(t *testing.T) {
	s := newStand(fstest.MapFS{".keep": {}})
	w := s.get(t, "GET", "/")
	if w.Code != 404 || !strings.Contains(w.Body.String(), "make build") || !strings.Contains(w.Body.String(), "前端") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.get(t, "GET", "/api/v1/anything"); w.Body.String() != "api" {
		t.Error("the API waits for the console")
	}
}

// Metrics have an address of their own, and the console's has none.
func TestMetrics(t *testing.T) {
	figures := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "go_goroutines 7") })
	if w := newStand(build).get(t, "GET", "/metrics"); !strings.HasPrefix(w.Body.String(), "<!doctype") {
		t.Errorf("the console's address tells metrics: %s", w.Body)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- ServeMetrics(ctx, l, figures) }()
	for path, status := range map[string]int{"/metrics": 200, "/": 404, "/healthz": 404} {
		res, err := http.Get("http://" + l.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, status)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestHealth(t *testing.T) {
	s := newStand(build)
	if w := s.get(t, "GET", "/healthz"); w.Code != 200 || w.Body.String() != "ok\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.healthy = errors.New("the password of the database is x")
	if w := s.get(t, "GET", "/healthz"); w.Code != 503 || strings.Contains(w.Body.String(), "password") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// serve runs a stand on a port of its own until stop.
func (s *stand) serve(t *testing.T) (url string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(cancel)
	return "http://" + l.Addr().String(), func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(5 * time.Second):
			return errors.New("it did not end within five seconds")
		}
	}
}

func listen(t *testing.T, url string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url+"/api/v1/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Who", "me")
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() || lines.Text() != "retry: 2000" {
		t.Fatalf("the stream begins with %q", lines.Text())
	}
	lines.Scan()
	return res, lines
}

func TestLiveUpdates(t *testing.T) {
	s := newStand(build)
	if w := s.get(t, "GET", "/api/v1/live"); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody's stream: %d", w.Code)
	}
	url, stop := s.serve(t)
	res, lines := listen(t, url)
	if res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("headers %v", res.Header)
	}
	s.changes <- Change{"case:1", "casework.opened", "u"}
	for _, want := range []string{"event: changed", `data: {"subject":"case:1","kind":"casework.opened","unit":"u"}`, ""} {
		if lines.Scan(); lines.Text() != want {
			t.Errorf("got %q, want %q", lines.Text(), want)
		}
	}
	// A server that stops ends its streams at once: it does not wait for those who listen for hours.
	begun := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if lines.Scan() {
		t.Errorf("the stream says %q after the end", lines.Text())
	}
	if took := time.Since(begun); took > 4*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if s.stopped.Load() != 1 {
		t.Errorf("the subscription was given back %d times", s.stopped.Load())
	}
}

// A stream outlives the time in which a request must be read and an answer written.
func TestLiveUpdatesOutliveTheBounds(t *testing.T) {
	s := newStand(build)
	s.http.ReadTimeout, s.http.ReadHeaderTimeout, s.http.WriteTimeout = 50*time.Millisecond, 20*time.Millisecond, 50*time.Millisecond
	url, stop := s.serve(t)
	_, lines := listen(t, url)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 10 {
		<-tick.C
		s.changes <- Change{"case:1", "casework.opened", "u"}
		for range 3 {
			if !lines.Scan() {
				t.Fatalf("the stream ended: %v", lines.Err())
			}
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A stream ends at the heartbeat after its session has ended, and when its source ends.
func TestLiveUpdatesEndWithTheSession(t *testing.T) {
	s := newStand(build)
	server := httptest.NewServer(live(func(r *http.Request) (*Subscription, error) {
		return &Subscription{Changes: s.changes, Alive: s.alive.Load, Stop: func() { s.stopped.Add(1) }}, nil
	}, time.Millisecond, s.done, nil))
	defer server.Close()
	_, lines := listen(t, server.URL)
	if lines.Scan(); lines.Text() != ": alive" {
		t.Errorf("the heartbeat says %q", lines.Text())
	}
	s.alive.Store(false)
	for lines.Scan() {
		if text := lines.Text(); text != "" && text != ": alive" {
			t.Errorf("the stream says %q", text)
		}
	}
	_, lines = listen(t, server.URL)
	s.alive.Store(true)
	close(s.changes)
	for lines.Scan() {
	}
}
