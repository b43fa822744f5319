package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"jiexu/fault"
	"jiexu/gateway/counterpart"
	gridsim "jiexu/gateway/grid/simulator"
	hotlinesim "jiexu/gateway/hotline/simulator"
	"jiexu/words"
)

// playing are the flags of every platform that is played.
type playing struct {
	Target  string        `help:"Where our server is." default:"http://127.0.0.1:8080" placeholder:"URL"`
	Link    string        `help:"Code of the link there." required:"" placeholder:"CODE"`
	Secret  string        `help:"Its secret." required:"" env:"JIEXU_GATEWAY_SECRET" placeholder:"TEXT"`
	Listen  string        `help:"Where this platform listens for our messages; the link's address must lead there." default:"127.0.0.1:8190" placeholder:"ADDRESS"`
	Seed    uint64        `help:"The same seed plays the same day." default:"1"`
	For     time.Duration `help:"How long it goes on." default:"1m"`
	Every   time.Duration `help:"Time between two orders." default:"2s"`
	Settle  time.Duration `help:"How long it waits at the end for both sides to settle." default:"2m"`
	Outage  time.Duration `help:"For so long, in the middle, the platform is away."`
	Repeat  int           `help:"Of a hundred events so many are sent twice."`
	Reorder int           `help:"Of a hundred events so many come behind the next one."`
	Lose    int           `help:"Of a hundred of our answers so many are lost, and the events sent again."`
	Garbage int           `help:"Of a hundred requests so many are followed by one that no program can read."`
	Cut     int           `help:"Of a hundred photographs that it fetches so many break off on the way."`
	Fail    int           `help:"Of a hundred messages of ours so many are answered with a failure."`
	Slow    time.Duration `help:"It takes up to so long to answer a message."`
}

// SimulateHotlineCmd plays the 12345 hotline.
type SimulateHotlineCmd struct{ playing }

// Run plays and compares.
func (c *SimulateHotlineCmd) Run(env *Env) error {
	h := hotlinesim.New(c.Seed, env.Now)
	draw := rand.New(rand.NewPCG(c.Seed, 3))
	var before string
	return c.play(env, h.Answer, func() []counterpart.Event {
		if before != "" && draw.IntN(5) == 0 {
			return []counterpart.Event{h.More(before)}
		}
		o := h.Order()
		before = fmt.Sprint(o["order"])
		return []counterpart.Event{o}
	})
}

// SimulateGridCmd plays the city grid platform.
type SimulateGridCmd struct{ playing }

// Run plays and compares.
func (c *SimulateGridCmd) Run(env *Env) error {
	g := gridsim.New(c.Seed, env.Now)
	return c.play(env, g.Answer, g.Case)
}

// play has a platform say its events and hear our messages for a while, and then compares what both sides know. It returns findings where something was lost or doubled.
func (c *playing) play(env *Env, answer func(counterpart.Message) []counterpart.Event, say func() []counterpart.Event) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "simulate.listen", "address", c.Listen)
	}
	side := (&counterpart.Side{Target: strings.TrimSuffix(c.Target, "/"), Link: c.Link, Secret: c.Secret, Now: env.Now, Answer: answer, Batch: 5, Wait: time.Sleep,
		Faults: counterpart.Faults{Repeat: c.Repeat, Reorder: c.Reorder, Lose: c.Lose, Garbage: c.Garbage, Cut: c.Cut, Fail: c.Fail, Slow: c.Slow}}).Begin(c.Seed)
	server := &http.Server{Handler: side, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(l)
	defer server.Close()
	fmt.Fprintln(env.Out, words.Text(env.Lang, "simulate.playing", map[string]any{"link": c.Link, "target": c.Target, "listen": l.Addr().String(), "time": c.For.String()}))
	began := time.Now()
	outage := func() bool { // in the middle
		from := began.Add((c.For - c.Outage) / 2)
		return c.Outage > 0 && time.Now().After(from) && time.Now().Before(from.Add(c.Outage))
	}
	var trouble error
	step := func() {
		side.SetDown(outage())
		if err := side.Deliver(ctx); err != nil && ctx.Err() == nil {
			if trouble == nil {
				fmt.Fprintln(env.Err, words.Text(env.Lang, "simulate.trouble", map[string]any{"error": err.Error()}))
			}
			trouble = err
		} else if trouble != nil {
			fmt.Fprintln(env.Err, words.Text(env.Lang, "simulate.better", nil))
			trouble = nil
		}
	}
	tick := time.NewTicker(max(c.Every, 10*time.Millisecond))
	defer tick.Stop()
	for time.Since(began) < c.For && ctx.Err() == nil {
		side.Say(say()...)
		step()
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	return c.compare(context.WithoutCancel(ctx), env, side, step)
}

// compare waits until both sides have settled, or the patience is over, and says what each knows.
func (c *playing) compare(ctx context.Context, env *Env, side *counterpart.Side, step func()) error {
	side.SetDown(false)
	var r counterpart.Report
	var err error
	for until := time.Now().Add(c.Settle); ; {
		step()
		if r, err = side.Reconcile(ctx); err == nil && r.Sound() || time.Now().After(until) {
			break
		}
		<-time.After(time.Second)
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "simulate.silent", "error", err.Error())
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "simulate.report", map[string]any{"events": r.Events, "unacknowledged": r.Unacknowledged, "taken": r.Results["taken"], "held": r.Results["held"], "waiting": r.Results["waiting"],
		"orders": r.Orders, "complaints": r.Taken, "messages": r.Messages, "repeated": r.Repeated, "photos": r.Photos, "again": r.PhotosAgain, "lost": len(r.Lost), "doubled": len(r.Doubled)}))
	for _, what := range append(r.Lost, r.Doubled...) {
		fmt.Fprintln(env.Out, "  "+what)
	}
	if !r.Sound() {
		return findings
	}
	return nil
}
