package ledger_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/ledger/witnesstest"
	"jiexu/store"
	"jiexu/store/storetest"
)

// outlets is a log with a publisher, whose jobs the test works off by hand.
type outlets struct {
	house
	*ledger.Publisher
	now  time.Time
	jobs []ledger.Publication
	told []string
}

func (h house) outlets(t testing.TB, file string) *outlets {
	t.Helper()
	o := &outlets{house: h, now: noon}
	path := filepath.Join(t.TempDir(), "publish.toml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	to, err := ledger.ReadPublishing(path, func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	o.Publisher = h.Publisher(ledger.PublisherConfig{Publishing: to, Now: func() time.Time { return o.now }, Client: http.DefaultClient, Sign: sign,
		Schedule: func(_ context.Context, some ...ledger.Publication) error {
			o.jobs = append(o.jobs, some...)
			return nil
		},
		Tell: func(_ context.Context, _ *store.Tx, target string, since time.Time) error {
			o.told = append(o.told, target+" since "+since.UTC().Format(time.DateTime))
			return nil
		}})
	return o
}

func sign(secret string, body []byte, at time.Time) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at.Unix(), body)
	return hex.EncodeToString(mac.Sum(nil))
}

// turn plans and works off what was planned. It returns the error of the last job that failed.
func (o *outlets) turn(t testing.TB) (jobs int, failed error) {
	t.Helper()
	if err := o.Plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	some := o.jobs
	o.jobs = nil
	for _, j := range some {
		if err := o.Publish(t.Context(), j); err != nil {
			failed = err
		}
	}
	return len(some), failed
}

func (o *outlets) state(t testing.TB, name string) ledger.TargetState {
	t.Helper()
	all, err := o.States(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no target %s in %+v", name, all)
	return ledger.TargetState{}
}

func (o *outlets) grow(t testing.TB, ids ...string) {
	t.Helper()
	for _, id := range ids {
		o.make(t, id, "树")
	}
	o.sequence(t)
}

func TestCheckpointsGoIntoAFolder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		folder := t.TempDir()
		o := open(t, db).outlets(t, fmt.Sprintf("every = \"10m\"\nlate = \"24h\"\n[[target]]\nname = \"court\"\nkind = \"folder\"\nfolder = %q\n", folder))
		if n, err := o.turn(t); n != 0 || err != nil {
			t.Errorf("an empty log: %d jobs, %v", n, err)
		}
		o.grow(t, "a", "b")
		if n, err := o.turn(t); n != 1 || err != nil {
			t.Fatalf("%d jobs, %v", n, err)
		}
		first := filepath.Join(folder, ledger.CheckpointFile(2))
		text, err := os.ReadFile(first)
		if err != nil {
			t.Fatal(err)
		}
		if head, err := ledger.OpenCheckpoint(text, o.key.Verifier); err != nil || head.Size != 2 {
			t.Errorf("%+v, %v", head, err)
		}
		if s := o.state(t, "court"); s.Size != 2 || s.SentAt == nil || s.Error != nil || s.Behind != nil {
			t.Errorf("%+v", s)
		}
		// Nothing grew: nothing goes out. It grew soon after: it waits for its time. Then the newest goes, and only that.
		o.now = o.now.Add(time.Hour)
		if n, _ := o.turn(t); n != 0 {
			t.Errorf("%d jobs though nothing grew", n)
		}
		o.grow(t, "c")
		o.turn(t)
		o.grow(t, "d")
		o.now = o.now.Add(9 * time.Minute)
		if n, _ := o.turn(t); n != 0 {
			t.Errorf("%d jobs after nine minutes", n)
		}
		o.grow(t, "e")
		o.now = o.now.Add(time.Minute)
		if n, err := o.turn(t); n != 1 || err != nil {
			t.Errorf("%d jobs after ten minutes, %v", n, err)
		}
		names, _ := filepath.Glob(filepath.Join(folder, "*"))
		if want := []string{first, filepath.Join(folder, ledger.CheckpointFile(3)), filepath.Join(folder, ledger.CheckpointFile(5))}; strings.Join(names, " ") != strings.Join(want, " ") {
			t.Errorf("files %v, want %v", names, want)
		}
		// What lies there already is never written over. The same checkpoint is well; another one is an alarm.
		o.grow(t, "f")
		taken := filepath.Join(folder, ledger.CheckpointFile(6))
		if err := os.WriteFile(taken, []byte("jiexu.test/log\n6\nAAAA\n\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		o.now = o.now.Add(time.Hour)
		if _, err := o.turn(t); !fault.Is(err, "ledger.target.differs") {
			t.Errorf("over another file: %v", err)
		}
		if s := o.state(t, "court"); s.Error == nil || s.Error.Code != "ledger.target.differs" || s.Behind == nil || s.Size != 5 {
			t.Errorf("%+v", s)
		}
		if b, _ := os.ReadFile(taken); !strings.Contains(string(b), "AAAA") {
			t.Error("it was written over")
		}
	})
}

// A target that takes nothing is told to the administrators once, and again only after it has taken one and stops anew.
func TestALateTargetIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		folder := filepath.Join(t.TempDir(), "not", "mounted")
		o := open(t, db).outlets(t, fmt.Sprintf("late = \"2h\"\n[[target]]\nname = \"usb\"\nkind = \"folder\"\nfolder = %q\n", folder))
		o.grow(t, "a")
		if _, err := o.turn(t); !fault.Is(err, "ledger.target.folder") {
			t.Fatalf("%v", err)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Error("the folder was made")
		}
		planned := 0
		for range 20 { // over five hours
			o.now = o.now.Add(15 * time.Minute)
			n, _ := o.turn(t)
			planned += n
		}
		if planned != 5 {
			t.Errorf("%d new jobs in five hours, want one an hour in place of the last", planned)
		}
		if s := o.state(t, "usb"); !s.Late || len(o.told) != 1 || !strings.HasPrefix(o.told[0], "usb since 2026-11-23 04:00:00") {
			t.Errorf("told %v, %+v", o.told, s)
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		o.now = o.now.Add(time.Hour)
		if _, err := o.turn(t); err != nil {
			t.Fatal(err)
		}
		if s := o.state(t, "usb"); s.Late || s.Size != 1 || s.Error != nil {
			t.Errorf("%+v", s)
		}
	})
}

func TestCheckpointsGoToAWebhook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fails := true
		var got []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if r.Header.Get("Jiexu-Signature") != sign("a secret of the court", body, noon) {
				http.Error(w, "who are you", http.StatusUnauthorized)
				return
			}
			if fails {
				fails = false
				http.Error(w, "a moment, please", http.StatusServiceUnavailable)
				return
			}
			got = append(got, string(body))
		}))
		defer server.Close()
		secret := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(secret, []byte("a secret of the court\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		o := open(t, db).outlets(t, fmt.Sprintf("[[target]]\nname = \"court\"\nkind = \"webhook\"\nurl = %q\nsecret_file = %q\n", server.URL, secret))
		o.grow(t, "a")
		if _, err := o.turn(t); !fault.Is(err, "ledger.target.refused") {
			t.Fatalf("%v", err)
		}
		if s := o.state(t, "court"); s.Error == nil || s.Error.Params["said"] != "a moment, please" {
			t.Errorf("%+v", s)
		}
		if err := o.Publish(t.Context(), ledger.Publication{Target: "court", Round: 1}); err != nil { // as the queue tries again
			t.Fatal(err)
		}
		if err := o.Publish(t.Context(), ledger.Publication{Target: "court", Round: 1}); err != nil || len(got) != 1 {
			t.Errorf("a job that runs twice: %v, %d were sent", err, len(got))
		}
		var m struct {
			Size            int64
			Checkpoint, Key string
		}
		if err := json.Unmarshal([]byte(got[0]), &m); err != nil {
			t.Fatal(err)
		}
		if head, err := ledger.OpenCheckpoint([]byte(m.Checkpoint), o.key.Verifier); err != nil || head.Size != 1 || m.Size != 1 || m.Key != o.key.Verifier {
			t.Errorf("%s: %v", got[0], err)
		}
		if s := o.state(t, "court"); s.Size != 1 || s.Error != nil {
			t.Errorf("%+v", s)
		}
	})
}

func TestAWitnessCosigns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		w := witnesstest.New("witness.test/w1", fixed)
		server := httptest.NewServer(w)
		defer server.Close()
		file := fmt.Sprintf("[[target]]\nname = \"w1\"\nkind = \"witness\"\nurl = %q\nkey = %q\n", server.URL, w.Key())
		o := h.outlets(t, file)
		turn := func(code string) {
			t.Helper()
			o.now = o.now.Add(2 * time.Hour)
			_, err := o.turn(t)
			if code == "" && err != nil || code != "" && !fault.Is(err, code) {
				t.Errorf("%v, want %q", err, code)
			}
			if s := o.state(t, "w1"); (s.Error == nil) != (code == "") || s.Error != nil && s.Error.Code != code {
				t.Errorf("%+v, %+v, want %q", s, s.Error, code)
			}
		}
		o.grow(t, "a", "b", "c")
		turn("ledger.witness.unknown") // 404
		w.Knows(otherKey(t))
		turn("ledger.witness.key") // 403
		w.Knows(h.key.Verifier)
		w.Spoil = true
		turn("ledger.witness.cosignature")
		if c, _ := h.Checkpoint(t.Context()); strings.Contains(string(c), "witness.test") {
			t.Errorf("a spoilt cosignature was kept:\n%s", c)
		}
		w.Spoil = false
		turn("") // it has cosigned 3 already, and is asked anew for that
		c, err := h.Checkpoint(t.Context())
		if err != nil || strings.Count(string(c), "— ") != 2 || !strings.Contains(string(c), "— witness.test/w1 ") {
			t.Errorf("%v\n%s", err, c)
		}
		cosigner, err := ledger.ParseCosigner(w.Key())
		if err != nil {
			t.Fatal(err)
		}
		text, lines, _ := ledger.SplitNote(string(c))
		if s, err := cosigner.Open(text, lines); err != nil || s.At.Unix() != noon.Unix() {
			t.Errorf("%+v, %v", s, err)
		}
		if _, err := ledger.OpenCheckpoint(c, h.key.Verifier); err != nil {
			t.Errorf("a cosigned checkpoint: %v", err)
		}
		for _, id := range []string{"d", "e", "f", "g"} { // proofs from several sizes
			o.grow(t, id)
			turn("")
		}
		if n := w.Size("jiexu.test/log"); n != 7 {
			t.Errorf("the witness has %d", n)
		}
		// We do not know what the witness has (the database was restored): it says so, and is asked again.
		h.write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE ledger_targets SET size = 2`)
			return err
		})
		o.grow(t, "h")
		asked := w.Asked
		turn("")
		if w.Asked != asked+2 {
			t.Errorf("asked %d times", w.Asked-asked)
		}
		o.grow(t, "i")
		w.Answer = func(out http.ResponseWriter, _ *http.Request) { http.Error(out, "out to lunch", http.StatusTeapot) }
		turn("ledger.target.refused")
		w.Answer = func(out http.ResponseWriter, _ *http.Request) { http.Error(out, "9", http.StatusConflict) } // not of the type
		turn("ledger.target.refused")
		w.Answer = func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Type", "text/x.tlog.size")
			out.WriteHeader(http.StatusConflict)
			fmt.Fprintln(out, 99)
		}
		turn("ledger.witness.ahead")
		turn("")
		if r := h.check(t, ledger.CheckOptions{Verifier: h.key.Verifier}); len(r.Findings) > 0 {
			t.Errorf("findings: %+v", r.Findings)
		}
	})
}

// otherKey is another key in the name of the log of these tests.
func otherKey(t testing.TB) string {
	t.Helper()
	key, err := ledger.EnsureKey(t.Context(), storetest.SQLite(t), filepath.Join(t.TempDir(), "other.key"), "jiexu.test/log")
	if err != nil {
		t.Fatal(err)
	}
	return key.Verifier
}

// A log that was written anew behind what the witness saw is not cosigned, and both kinds of it are named: one that is as
// long, and one that is longer.
func TestAWitnessRefusesAFork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db)
		w := witnesstest.New("witness.test/w1", fixed)
		w.Knows(h.key.Verifier)
		server := httptest.NewServer(w)
		defer server.Close()
		file := fmt.Sprintf("[[target]]\nname = \"w1\"\nkind = \"witness\"\nurl = %q\nkey = %q\n", server.URL, w.Key())
		o := h.outlets(t, file)
		o.grow(t, "a", "b", "c")
		if _, err := o.turn(t); err != nil {
			t.Fatal(err)
		}
		// The same key signs another history in another database.
		fork := storetest.SQLite(t)
		if _, err := fork.SQL().ExecContext(t.Context(), things); err != nil {
			t.Fatal(err)
		}
		f := house{reopen(t, fork, h.key), fork, h.key}.outlets(t, file)
		f.grow(t, "x", "y")
		if _, err := f.turn(t); !fault.Is(err, "ledger.witness.ahead") {
			t.Errorf("a shorter fork: %v", err)
		}
		f.grow(t, "z")
		f.now = f.now.Add(2 * time.Hour)
		if _, err := f.turn(t); !fault.Is(err, "ledger.witness.forked") {
			t.Errorf("a fork of the same length: %v", err)
		}
		f.grow(t, "zz")
		f.now = f.now.Add(2 * time.Hour)
		if _, err := f.turn(t); !fault.Is(err, "ledger.witness.forked") {
			t.Errorf("a longer fork: %v", err)
		}
		if c, _ := f.Checkpoint(t.Context()); strings.Contains(string(c), "witness") {
			t.Error("it was cosigned")
		}
	})
}

func TestPublishingFile(t *testing.T) {
	good := "[[target]]\nname = \"a\"\nkind = \"folder\"\nfolder = \"x\"\n"
	key := witnesstest.New("w", fixed).Key()
	for _, c := range []struct{ name, text string }{
		{"not TOML", "every = "},
		{"an unknown word", "evry = \"10m\"\n" + good},
		{"an unknown word of a target", good + "path = \"x\"\n"},
		{"a time that is none", "every = \"ten\"\n" + good},
		{"too often", "every = \"1s\"\n" + good},
		{"two of one name", good + good},
		{"no name", "[[target]]\nkind = \"folder\"\nfolder = \"x\"\n"},
		{"no kind", "[[target]]\nname = \"a\"\nfolder = \"x\"\n"},
		{"a folder without one", "[[target]]\nname = \"a\"\nkind = \"folder\"\n"},
		{"a folder with an address", good + "url = \"http://x\"\n"},
		{"a webhook without a secret", "[[target]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"http://x\"\n"},
		{"a secret that is not there", "[[target]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"http://x\"\nsecret_file = \"none\"\n"},
		{"a witness whose key is another's", fmt.Sprintf("[[target]]\nname = \"a\"\nkind = \"witness\"\nurl = \"http://x\"\nkey = %q\n", strings.Replace(key, "w+", "v+", 1))},
		{"certificates that are none", "[[target]]\nname = \"a\"\nkind = \"timestamp\"\nurl = \"http://x\"\ncertificates = \"none\"\n"},
	} {
		path := filepath.Join(t.TempDir(), "publish.toml")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.ReadPublishing(path, func(string) error { return nil }); !fault.Is(err, "ledger.publishing") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
