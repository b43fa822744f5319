package main

import (
	"bytes"
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/store"
	"jiexu/words"
)

// What stands in the way of a start is named, and what to do.
func TestWhatStandsInTheWay(t *testing.T) {
	dir := t.TempDir()
	garbage, corrupt := filepath.Join(dir, "garbage.db"), filepath.Join(dir, "corrupt.db")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(corrupt, append([]byte("SQLite format 3\x00"), bytes.Repeat([]byte{0xff}, 8000)...), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, code := range map[string]string{dir: "store.is_folder", garbage: "store.not_database", corrupt: "store.not_database", filepath.Join(garbage, "under", "x.db"): "store.no_folder", "/dev/null": "store.not_database"} {
		c := &ServeCmd{Listen: "127.0.0.1:0"}
		c.DB = "sqlite:" + path
		_, err := run(t, "en", c)
		if !fault.Is(err, code) {
			t.Errorf("%s: %v, want %s", path, err, code)
			continue
		}
		if _, said := words.Fault("en", err); strings.Contains(said, "{") || !strings.Contains(path, filepath.Base(dir)) && path != "/dev/null" {
			t.Errorf("%s: %s", path, said)
		}
	}
	if _, err := run(t, "en", &LedgerCheckCmd{Database: dir}); !fault.Is(err, "store.is_folder") {
		t.Errorf("a check of a folder: %v", err)
	}
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	for address, code := range map[string]string{used.Addr().String(): "cli.listen", "127.0.0.1:99999": "cli.listen_address", "8080": "cli.listen_address", "127.0.0.1:http-none": "cli.listen_address", "203.0.113.7:8080": "cli.listen_elsewhere"} {
		fresh := filepath.Join(t.TempDir(), "new", "x.db")
		serve := &ServeCmd{Listen: address}
		serve.DB = "sqlite:" + fresh
		for _, c := range []interface{ Run(*Env) error }{serve, &DemoCmd{Listen: address, DB: serve.DB}} {
			_, err := run(t, "en", c)
			if _, said := words.Fault("en", err); !fault.Is(err, code) || !strings.Contains(said, address) || strings.Contains(said, "{") {
				t.Errorf("--listen %s: %v, %s; want %s", address, err, said, code)
			}
		}
		if _, err := os.Stat(filepath.Dir(fresh)); err == nil {
			t.Errorf("--listen %s: the database was touched", address)
		}
	}
}

// stopper sends this process a Ctrl-C once the demonstration's folder of media is there, that is, in
// the middle of making it.
type stopper struct {
	bytes.Buffer
	folder string
}

func (s *stopper) Write(p []byte) (int, error) {
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := os.Stat(s.folder); err == nil {
				syscall.Kill(os.Getpid(), syscall.SIGINT)
				return
			}
		}
	}()
	return s.Buffer.Write(p)
}

func TestInterruptedDemoKeepsNothing(t *testing.T) {
	dir := t.TempDir()
	err := &stopper{folder: filepath.Join(dir, "data", "media")}
	env := &Env{Out: &bytes.Buffer{}, Err: err, Lang: "en", Now: func() time.Time { return noon }}
	failed := (&DemoCmd{Listen: "127.0.0.1:0", DB: "sqlite:" + filepath.Join(dir, "jiexu.db")}).Run(env)
	var said bytes.Buffer
	if status := exit(&Env{Err: &said, Lang: "en"}, failed); status != 130 || strings.Count(said.String(), "\n") != 1 || !strings.HasPrefix(said.String(), "Interrupted: ") {
		t.Errorf("status %d: %s (%v)", status, said.String(), failed)
	}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir && !strings.HasSuffix(path, ".demo.lock") {
			t.Errorf("left behind: %s", path)
		}
		return nil
	})
}

// The demonstration keeps to a folder of its own, whatever database the environment names.
func TestDemoStaysOutOfTheOfficesDatabase(t *testing.T) {
	t.Setenv("JIEXU_DB", "sqlite:office.db")
	var cli CLI
	parser, err := kong.New(&cli, kong.Vars{"version": "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"demo"}); err != nil {
		t.Fatal(err)
	}
	if want := "sqlite:.demo/jiexu.db"; cli.Demo.database() != want {
		t.Errorf("the demonstration's database is %q, want %q", cli.Demo.database(), want)
	}
	for _, c := range []struct{ flags, want string }{{"--data=/x", "sqlite:/x/demo.db"}, {"--data=/x --db=sqlite:/y/z.db", "sqlite:/y/z.db"}} {
		cli.Demo = DemoCmd{} // what was given before
		if _, err := parser.Parse(append([]string{"demo"}, strings.Fields(c.flags)...)); err != nil || cli.Demo.database() != c.want {
			t.Errorf("demo %s: %q, want %q (%v)", c.flags, cli.Demo.database(), c.want, err)
		}
	}
	for _, name := range []string{"DATA", "KEY", "EXCHANGE", "PUBLISH"} {
		t.Setenv("JIEXU_"+name, "/office/"+name)
	}
	for _, c := range []struct{ flags, data, db string }{{"", "", "sqlite:.demo/jiexu.db"}, {"--data=/x", "/x", "sqlite:/x/demo.db"}} {
		cli.Demo = DemoCmd{}
		if _, err := parser.Parse(append([]string{"demo"}, strings.Fields(c.flags)...)); err != nil {
			t.Fatal(err)
		}
		cli.Demo.apart()
		if d := cli.Demo; d.Data != c.data || d.database() != c.db || d.Key+d.Exchange+d.Publish != "" {
			t.Errorf("demo %s beside an office: %+v", c.flags, d)
		}
	}
	if want := "sqlite:office.db"; cli.Serve.DB != want {
		t.Errorf("the server's database is %q, want %q", cli.Serve.DB, want)
	}
}

func TestWhatIsThere(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "jiexu.db")
	look := func(want int) {
		t.Helper()
		got, err := whatIsThere(ctx, url)
		if err != nil || got != want {
			t.Fatalf("what is there: %d, %v; want %d", got, err, want)
		}
	}
	look(nothing)
	if err := app.SeedDemo(ctx, app.Config{DB: url}, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	look(aDemonstration)
	for _, made := range []string{"jiexu.db", "data/phone.key"} {
		if _, err := os.Stat(filepath.Join(dir, made)); err != nil {
			t.Errorf("%s is not beside the database: %v", made, err)
		}
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SQL().Exec(`UPDATE org_people SET login = 'somebody' WHERE login = 'desk'`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	look(anOffice)
}
