package app_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/app"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
)

// victimEnv tells the test binary to be a server's process that will be killed.
const victimEnv = "JIEXU_TEST_VICTIM"

// victim opens cases with photographs as fast as it can, from several sides, and says what is acknowledged.
func victim(dbURL string) {
	ctx := context.Background()
	a, err := app.Open(ctx, config(dbURL, os.Getenv(victimEnv+"_DATA"), func() time.Time { return monday }))
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	go a.Run(ctx)
	var officer org.Actor
	if err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := org.PersonByLogin(ctx, tx, "officer.jas1")
		if err == nil {
			officer, err = org.ActorOf(ctx, tx, p.ID, law.On(monday))
		}
		return err
	}); err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	say := func(words ...any) { mu.Lock(); fmt.Println(words...); mu.Unlock() }
	for worker := range 4 {
		go func() {
			for i := 0; ; i++ {
				c, err := a.Casework.Open(ctx, officer, casework.Opening{Title: "敲墙", Matter: "WY-01", ActPlace: "愚园路1号"})
				if err != nil {
					say("failed", err)
					return
				}
				say("case", c.ID)
				m, err := a.Evidence.Add(ctx, officer, evidence.Upload{Subject: evidence.Subject{Type: casework.Type, ID: c.ID}, Name: "a.jpg", Content: strings.NewReader(string(photo(worker*100000 + i)))})
				if err != nil {
					say("failed", err)
					return
				}
				say("media", m.ID)
			}
		}()
	}
	select {}
}

// A server's process is killed under load. Whatever it had acknowledged is there, whole, and the log is sound.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	for engine, at := range map[string]func(testing.TB) place{"sqlite": sqlitePlace, "postgres": postgresPlace} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			p := at(t)
			var cases, media []string
			for range 2 { // killed, started on what was left, and killed again
				some, more := killed(t, p)
				cases, media = append(cases, some...), append(media, more...)
			}
			w := newWorld(t, p)
			for _, id := range cases {
				if w.count(`SELECT count(*) FROM casework_cases WHERE id = $1`, id) != 1 || w.count(`SELECT count(*) FROM ledger_entries WHERE subject_id = $1 AND kind = 'casework.opened'`, id) != 1 {
					t.Errorf("the acknowledged case %s is not there", id)
				}
			}
			for _, id := range media {
				w.as("officer.jas1").do("GET", "/media/"+id, "").ok(200)
			}
			w.check()
			w.sequence()
			if report := w.check(); report.Waiting != 0 {
				t.Errorf("%d entries wait after the restart", report.Waiting)
			}
			// Work goes on.
			w.as("officer.jas1").do("POST", "/cases", opening).ok(200)
			// Each period's alarms were given once, those of the demonstration's past while the server was being killed; the
			// others are given when their time comes.
			rung := func() (alarms, entries int) {
				return w.count(`SELECT count(*) FROM term_alarms`), w.count(`SELECT count(*) FROM ledger_entries WHERE kind IN ('term.amber', 'term.red')`)
			}
			if alarms, entries := rung(); alarms == 0 || alarms != entries {
				t.Errorf("%d alarms and %d entries of them", alarms, entries)
			}
			w.clock.forward(400 * 24 * time.Hour)
			stop := w.run()
			until(t, "all alarms are given", func() bool {
				return w.count(`SELECT count(*) FROM term_bells WHERE at <= $1`, store.At(w.clock.now())) == 0
			})
			stop()
			if alarms, entries := rung(); alarms != entries {
				t.Errorf("%d alarms and %d entries of them", alarms, entries)
			}
			of := `SELECT count(*) FROM term_terms t WHERE met_at IS NULL AND suspended_from IS NULL AND (SELECT count(*) FROM term_alarms a WHERE a.term = t.id AND a.due_at = t.due_at) = `
			if both, one := w.count(of+`2`), w.count(of+`1`); both == 0 || one != 0 {
				t.Errorf("%d periods gave both alarms, and %d one alone", both, one)
			}
		})
	}
}

// killed starts a victim, kills it in the middle, and gives the cases and photographs that it had
// acknowledged.
func killed(t *testing.T, p place) (cases, media []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), victimEnv+"="+p.url, victimEnv+"_DATA="+p.data)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		kind, id, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case "case":
			cases = append(cases, id)
		case "media":
			media = append(media, id)
		default:
			t.Errorf("the victim says %q", lines.Text())
		}
		if len(media) == 60 {
			cmd.Process.Kill() // what it still says before that is acknowledged as well
		}
	}
	cmd.Wait()
	if len(cases) < 60 {
		t.Fatalf("the victim acknowledged %d cases", len(cases))
	}
	return cases, media
}
