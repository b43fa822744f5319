package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jiexu/app"
	"jiexu/gateway/counterpart"
	"jiexu/gateway/hotline/simulator"
)

// serverEnv tells the test binary to be a server's process; its value is the database, and beside it stand the data folder and how many minutes
// after monday it is.
const serverEnv = "JIEXU_TEST_SERVER"

// serveForTest serves until it is killed, and says where.
func serveForTest(dbURL string) {
	ctx := context.Background()
	var minutes int
	fmt.Sscan(os.Getenv(serverEnv+"_MINUTES"), &minutes)
	begun := time.Now() // its clock goes on: what failed once is tried again after a while
	now := func() time.Time { return monday.Add(time.Duration(minutes)*time.Minute + time.Since(begun)) }
	a, err := app.Open(ctx, config(dbURL, os.Getenv(serverEnv+"_DATA"), now))
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	fmt.Println("http://" + l.Addr().String())
	a.Serve(ctx, l)
}

// start starts a server's process over a place and gives its address.
func start(t *testing.T, p place, minutes int) (address string, kill func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), serverEnv+"="+p.url, serverEnv+"_DATA="+p.data, fmt.Sprintf("%s_MINUTES=%d", serverEnv, minutes))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "http://") {
		t.Fatalf("the server says %q", lines.Text())
	}
	kill = func() { cmd.Process.Kill() } // SIGKILL: nothing is put away
	t.Cleanup(func() { kill(); cmd.Wait() })
	return lines.Text(), kill
}

// The server is killed with kill -9 while the hotline sends and while it hears us: in the middle of a message, whose answer it never gets. Started again it
// goes on where it was, and nothing is lost or doubled.
func TestKilledInTheMiddleOfAMessage(t *testing.T) {
	t.Parallel()
	for engine, at := range map[string]func(testing.TB) place{"sqlite": sqlitePlace, "postgres": postgresPlace} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			place := at(t)
			clock := newClock(monday)
			hotline := simulator.New(5, clock.now)
			p := (&counterpart.Side{Link: "h1", Secret: gatewaySecret, Now: clock.now, Faults: counterpart.Faults{Repeat: 10, Reorder: 20}}).Begin(5)
			var kill func()
			var heard atomic.Int64
			p.Answer = func(m counterpart.Message) []counterpart.Event {
				if heard.Add(1) == 10 {
					kill()
				}
				return hotline.Answer(m)
			}
			server := httptest.NewServer(p)
			defer server.Close()
			first := newWorldAt(t, place, clock)
			first.link("h1", "hotline", "http", server.URL+"/in")
			p.Target, kill = start(t, place, 0)
			const orders = 25
			for range orders {
				o := hotline.Order()
				p.Say(o, hotline.More(fmt.Sprint(o["order"])))
			}
			patiently(t, "the kill", func() bool { p.Deliver(t.Context()); return heard.Load() >= 10 })
			clock.forward(10 * time.Minute) // the dead server's lease is over
			p.Target, kill = start(t, place, 10)
			link := first.one(`SELECT id FROM gateway_links WHERE code = 'h1'`) // the demonstration's own links wait for platforms that there are not
			waits := []struct{ what, query string }{                            // in the order in which one becomes the next: none slips through between two questions
				{"messages from the platform", `SELECT count(*) FROM gateway_inbox WHERE state IN ('new', 'parked') AND link = $1`},
				{"entries without a leaf", `SELECT count(*) FROM ledger_entries WHERE leaf IS NULL AND $1 <> ''`},
				{"entries unread by the outbox", `SELECT 1 - count(*) FROM ledger_cursors c WHERE c.name = 'gateway.outbox' AND $1 <> ''
					AND c.leaf > (SELECT coalesce(max(leaf), 0) FROM ledger_entries WHERE kind IN ('intake.registered', 'intake.route', 'intake.inspect', 'intake.mediate'))`},
				{"messages to the platform", `SELECT count(*) FROM gateway_outbox WHERE state = 'waiting' AND link = $1`},
			}
			defer func() {
				if t.Failed() {
					t.Log("messages that the platform still has:", p.Pending())
					for _, w := range waits {
						t.Logf("%s: %d", w.what, first.count(w.query, link))
					}
				}
			}()
			patiently(t, "both sides settle", func() bool {
				p.Deliver(t.Context())
				if p.Pending() > 0 {
					return false
				}
				for _, w := range waits {
					if first.count(w.query, link) > 0 {
						return false
					}
				}
				return true
			})
			r, err := p.Reconcile(t.Context())
			if err != nil || !r.Sound() || r.Taken != orders {
				t.Errorf("%+v %v", r, err)
			}
			if r.Repeated == 0 {
				t.Error("no message came again: it was not killed in the middle of one")
			}
			t.Logf("%+v", r)
			if n := first.count(`SELECT count(*) FROM intake_complaints WHERE source_no LIKE 'SH12345-5-%'`); n != orders {
				t.Errorf("%d orders are %d complaints", orders, n)
			}
			first.check()
		})
	}
}

// patiently is until for what waits for other processes.
func patiently(t *testing.T, what string, ready func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(3 * time.Minute)
	for !ready() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within three minutes", what)
		}
	}
}
