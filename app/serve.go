package app

import (
	"cmp"
	"context"
	"maps"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/server"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
	"jiexu/web"
)

// Server builds the HTTP side of the house.
func (a *App) Server() *server.Server {
	sessions := api.NewSessions(a.Org, api.SessionOptions{TrustProxy: a.TrustProxy, Demo: a.Demo, Log: a.Config.Log})
	mux := http.NewServeMux()
	h := api.Mount(mux, a.Version)
	sessions.Operations(h, a.DB)
	api.NewOrg(a.Org, a.DB, a.Now).Operations(h)
	api.LawOperations(h, a.Terms.Calendar)
	api.Seals(h, a.Org, a.Now)
	a.Intake.Operations(h)
	a.Casework.Operations(h)
	a.Evidence.Operations(h)
	a.Notices.Operations(h)
	a.Gateways.Operations(h)
	a.Grid.Operations(h)
	a.operations(h)
	public := map[string]http.Handler{
		"GET /check/{code}":      a.Casework.CheckPage(),
		"GET /verify":            checker(),
		"GET /ledger/checkpoint": http.HandlerFunc(a.checkpoint),
		"GET /ledger/tile/":      http.HandlerFunc(a.tile),

		"GET /ledger/consistency/{old}/{new}": http.HandlerFunc(a.consistency),
	}
	maps.Copy(public, a.Gateways.Handlers())
	maps.Copy(public, a.open311().Handlers())
	maps.Copy(public, a.Portal.Handlers())
	return server.New(server.Config{
		API: mux, Web: web.FS(), Feed: a.feed, Wrap: sessions.Wrap, Fail: api.Fail, Log: a.Config.Log,
		Public: public,
		Healthy: func(ctx context.Context) error {
			return a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				var one int
				return tx.QueryRow(ctx, `SELECT 1`).Scan(&one)
			})
		},
	})
}

// Serve runs the house and answers on l until ctx ends.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx); stop() }()
	go keepSmall(ctx)
	err := a.Server().Serve(ctx, l)
	stop()
	if ran := <-done; err == nil {
		err = ran
	}
	return err
}

// ServeMetrics answers Prometheus on l, beside Serve, until ctx ends.
func (a *App) ServeMetrics(ctx context.Context, l net.Listener) {
	if err := server.ServeMetrics(ctx, l, promhttp.Handler()); err != nil {
		a.Config.Log.Warn("metrics are not served any more", "error", err)
	}
}

// feed gives one signed-in user the changes of the units that he may see. His rights are looked up
// again at every heartbeat and before a change is told, and the stream ends with his session.
func (a *App) feed(r *http.Request) (*server.Subscription, error) {
	session, ok := api.SessionOf(r.Context())
	if !ok {
		return nil, fault.New(fault.Unauthenticated, "unauthenticated")
	}
	var current atomic.Pointer[org.Actor]
	current.Store(&session.Actor)
	events, cancel, err := a.Log.Subscribe(r.Context())
	if err != nil {
		return nil, err
	}
	out := make(chan server.Change, 64)
	ctx := r.Context()
	alive := func() bool {
		actor, err := a.Org.Refresh(ctx, session.ID)
		if err != nil {
			return false
		}
		current.Store(&actor)
		return true
	}
	go func() {
		defer close(out)
		var asked time.Time
		for batch := range events {
			if time.Since(asked) > cmp.Or(a.AskAgain, time.Second) {
				if !alive() {
					return
				}
				asked = time.Now()
			}
			for _, e := range batch {
				if !maySee(*current.Load(), e) {
					continue
				}
				select {
				case out <- server.Change{Subject: e.Subject.Type + ":" + e.Subject.ID, Kind: e.Kind, Unit: e.Unit}:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return &server.Subscription{Changes: out, Alive: alive, Stop: cancel}, nil
}

func maySee(actor org.Actor, e ledger.Event) bool {
	op := map[string]string{intake.Type: "intake.read", casework.Type: "casework.read"}[e.Subject.Type]
	return op != "" && actor.Can(op, e.Unit)
}

// access tells evidence who may see a subject and add to it.
func (a *App) access(ctx context.Context, tx *store.Tx, actor org.Actor, s evidence.Subject, add bool) (string, error) {
	switch s.Type {
	case intake.Type:
		return a.Intake.Access(ctx, tx, actor, s.ID, add)
	case casework.Type:
		return a.Casework.Access(ctx, tx, actor, s.ID, add)
	}
	return "", fault.New(fault.Invalid, "evidence.subject")
}
