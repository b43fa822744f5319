// Package server is the HTTP listener: the console's files, live updates and health, around
// an API whose operations the systems hand it; and a listener apart for metrics. It knows no business.
package server

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"jiexu/fault"
)

// Config is what the app hands to the server.
type Config struct {
	API     http.Handler                                    // everything under /api/
	Public  map[string]http.Handler                         // pages for anybody, by mux pattern
	Web     fs.FS                                           // the console's build, index.html at its root
	Feed    Feed                                            // live updates, at /api/v1/live
	Healthy func(context.Context) error                     // whether the database answers
	Wrap    func(http.Handler) http.Handler                 // security headers and sessions, around everything
	Fail    func(http.ResponseWriter, *http.Request, error) // writes a fault as the API would
	Log     *slog.Logger
}

// Server listens until its context ends.
type Server struct {
	http *http.Server
	done chan struct{}
	log  *slog.Logger
}

// New puts the handlers together.
func New(c Config) *Server {
	s := &Server{done: make(chan struct{}), log: c.Log}
	mux := http.NewServeMux()
	mux.Handle("/api/", c.API)
	mux.Handle("GET /api/v1/live", live(c.Feed, heartbeat, s.done, c.Fail))
	mux.HandleFunc("/api/v1/live", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", "GET, HEAD")
		c.Fail(w, r, fault.New(fault.Invalid, "api.method", "method", r.Method, "allow", "GET, HEAD"))
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if err := c.Healthy(ctx); err != nil {
			c.Log.Error("unhealthy", "error", err)
			http.Error(w, "database unreachable", http.StatusServiceUnavailable)
			return
		}
		w.Write([]byte("ok\n"))
	})
	for pattern, h := range c.Public {
		mux.Handle(pattern, h)
	}
	mux.Handle("/", &site{files: c.Web})
	s.http = &http.Server{
		Handler:           c.Wrap(mux),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // a 20 MB photo over a poor line
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(c.Log.Handler(), slog.LevelWarn),
	}
	return s
}

// Handler is the whole of it, for tests through httptest.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// Serve answers on l until ctx ends, then lets running requests finish for up to ten seconds.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		close(s.done) // live streams end at once
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- s.http.Shutdown(grace)
	}()
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// ServeMetrics answers /metrics, and nothing else, on l until ctx ends. It is an address of its own: what
// the figures tell of the machine is for the office's own watching, not for whoever reaches the console.
func ServeMetrics(ctx context.Context, l net.Listener, metrics http.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	s := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
