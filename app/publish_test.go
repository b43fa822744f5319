package app_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/app"
	"jiexu/ledger"
	"jiexu/ledger/witnesstest"
)

// Checkpoints go out of the whole house by themselves: into a folder, and to a witness that cosigns them. The page of the system says
// so, anybody gets the proof between two of them, and who takes none is told to the administrators.
func TestCheckpointsLeaveTheHouse(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]func(testing.TB) place{"sqlite": sqlitePlace, "postgres": postgresPlace} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, clock := t.TempDir(), newClock(monday)
			witness := witnesstest.New("witness.test/w1", clock.now)
			server := httptest.NewServer(witness)
			defer server.Close()
			file := filepath.Join(t.TempDir(), "publish.toml")
			text := fmt.Sprintf("[[target]]\nname = \"court\"\nkind = \"folder\"\nfolder = %q\n[[target]]\nname = \"w1\"\nkind = \"witness\"\nurl = %q\nkey = %q\n"+
				"[[target]]\nname = \"gone\"\nkind = \"folder\"\nfolder = %q\n", folder, server.URL, witness.Key(), filepath.Join(folder, "not there"))
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			w := newWorldOf(t, place(t), clock, func(c *app.Config) { c.Publish = file })
			type status struct {
				VerifierKey string
				Log         struct{ Size int64 }
				Outlets     []struct {
					Name, Kind, Error string
					Size              int64
					Late              bool
				}
			}
			admin := w.as("admin")
			var s status
			ask := func() {
				s = status{}
				if err := json.Unmarshal([]byte(admin.do("GET", "/system/status", "").ok(200).body), &s); err != nil {
					t.Fatal(err)
				}
			}
			ask()
			witness.Knows(s.VerifierKey)
			w.run()
			until := time.Now().Add(30 * time.Second)
			for done := false; !done && time.Now().Before(until); {
				ask()
				done = len(s.Outlets) == 3 && s.Outlets[0].Size > 0 && s.Outlets[1].Size > 0 && s.Outlets[2].Error != ""
			}
			if s.Outlets[0].Size == 0 || s.Outlets[1].Size == 0 || !strings.Contains(s.Outlets[2].Error, "文件夹") {
				t.Fatalf("%+v", s)
			}
			old := s.Outlets[0].Size
			kept, err := os.ReadFile(filepath.Join(folder, ledger.CheckpointFile(old)))
			if err != nil {
				t.Fatal(err)
			}
			first, err := ledger.OpenCheckpoint(kept, s.VerifierKey)
			if err != nil || witness.Size(first.Origin) == 0 {
				t.Errorf("%v, the witness has %d", err, witness.Size(first.Origin))
			}
			// The log grows; anybody may ask that it only grew.
			w.as("desk").do("POST", "/complaints", `{"channel":"hotline","kind":"complaint","title":"占道设摊","content":"共和新路延长路口有流动摊贩","address":"共和新路延长路口"}`).ok(201)
			w.sequence()
			newest, err := w.app.Log.Checkpoint(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			head, err := ledger.OpenCheckpoint(newest, s.VerifierKey)
			if err != nil || head.Size <= first.Size {
				t.Fatalf("%+v, %v", head, err)
			}
			proof, err := ledger.ParseConsistency([]byte((&browser{w: w}).do("GET", fmt.Sprintf("~/ledger/consistency/%d/%d", first.Size, head.Size), "").ok(200).body))
			if err != nil || ledger.CheckConsistency(first, head, proof.Proof) != nil {
				t.Errorf("%+v, %v", proof, err)
			}
			// A day later the place that takes none is told, once, to those who administer, and to nobody else.
			clock.forward(25 * time.Hour)
			for range 3 {
				if err := w.app.Outlets.Plan(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if n := w.count(`SELECT count(*) FROM notice_items WHERE code = 'notice.checkpoint' AND person = $1`, w.person("admin")); n != 1 {
				t.Errorf("the administrator was told %d times", n)
			}
			if n := w.count(`SELECT count(*) FROM notice_items WHERE code = 'notice.checkpoint' AND person = $1`, w.person("desk")); n != 0 {
				t.Error("the desk was told")
			}
			if a := w.signIn("admin").do("GET", "/notices", "").ok(200); !strings.Contains(a.body, "gone") { // and he reads it
				t.Errorf("the administrator reads %s", a.body)
			}
			w.check()
		})
	}
}

// A file of places that cannot be used stops the start; no file sends nothing anywhere.
func TestPublishingIsTheOperators(t *testing.T) {
	t.Parallel()
	p := sqlitePlace(t)
	with := config(p.url, p.data, newClock(monday).now)
	with.Publish = filepath.Join(t.TempDir(), "none.toml")
	_, err := app.Open(t.Context(), with)
	isFault(t, err, "ledger.publishing")
	for _, address := range []string{"ftp://x", "http://169.254.169.254/latest", "http://user:word@x/"} {
		if err := os.WriteFile(with.Publish, []byte(fmt.Sprintf("[[target]]\nname = \"w\"\nkind = \"witness\"\nurl = %q\nkey = %q\n", address, witnesstest.New("w", time.Now).Key())), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := app.Open(t.Context(), with)
		isFault(t, err, "ledger.publishing")
	}
	w := newWorld(t, p)
	if states, err := w.app.Outlets.States(t.Context()); err != nil || len(states) != 0 {
		t.Errorf("%+v, %v", states, err)
	}
}
