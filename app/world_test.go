package app_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"jiexu/api"
	"jiexu/app"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
)

// monday is when the tests' world stands: a working day with six more before the next holiday.
var monday = time.Date(2026, 11, 23, 10, 30, 0, 0, law.Shanghai)

func TestMain(m *testing.M) {
	if url := os.Getenv(victimEnv); url != "" && os.Getenv(victimEnv+"_WHAT") == "uploads" {
		uploadVictim(url)
	} else if url != "" {
		victim(url)
		return
	}
	if url := os.Getenv(serverEnv); url != "" {
		serveForTest(url)
		return
	}
	code := m.Run()
	for _, s := range []*seed{&sqliteSeed, &postgresSeed} {
		s.remove()
	}
	os.Exit(code)
}

// clock is the time of a world; a test moves it.
type clock struct{ at atomic.Int64 }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(at)
	return c
}
func (c *clock) set(at time.Time)        { c.at.Store(at.UnixNano()) }
func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()) }
func (c *clock) forward(d time.Duration) { c.at.Add(int64(d)) }

// seed is the demonstration district, made once for each engine and copied for each test.
type seed struct {
	once     sync.Once
	err      error
	dir      string // of media and keys, and of the SQLite file
	url      string
	name     string // of the PostgreSQL database
	sessions map[string]session
}

// session is somebody's signed-in browser as the seed left it.
type session struct{ token, csrf string }

var sqliteSeed, postgresSeed seed

// signedIn are those who have a session from the start.
var signedIn = []string{"desk", "desk2", "head", "head2", "legal", "legal2", "inspector", "appraiser", "planner", "admin", "auditor", "dept.fg", "dept.lh", "community.jas",
	"leader.jas", "officer.jas1", "officer.jas2", "officer.jas3", "auxiliary.jas", "leader.jnl", "officer.jnl1", "officer.jnl2"}

func (s *seed) make(database string) {
	s.once.Do(func() {
		s.err = func() (err error) {
			if s.dir, err = os.MkdirTemp("", "jiexu-seed-"); err != nil {
				return err
			}
			s.url = "sqlite:" + filepath.Join(s.dir, "jiexu.db")
			if database != "" {
				if s.url, s.name, err = createDatabase(database, ""); err != nil {
					return err
				}
			}
			c := config(s.url, filepath.Join(s.dir, "data"), func() time.Time { return monday })
			if err := app.SeedDemo(context.Background(), c, monday.Add(-time.Minute)); err != nil {
				return err
			}
			return s.signIn(c)
		}()
	})
}

func (s *seed) signIn(c app.Config) error {
	a, err := app.Open(context.Background(), c)
	if err != nil {
		return err
	}
	defer a.Close()
	s.sessions = map[string]session{}
	for _, login := range signedIn {
		token, sess, err := a.Org.SignIn(context.Background(), org.SignIn{Login: login, Password: org.DemoPassword, Agent: "test", Address: "127.0.0.1"})
		if err != nil {
			return fmt.Errorf("sign in %s: %w", login, err)
		}
		s.sessions[login] = session{token, sess.CSRF}
	}
	return nil
}

func (s *seed) remove() {
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
	if s.name != "" {
		dropDatabase(os.Getenv(storetest.Env), s.name)
	}
}

// createDatabase makes a PostgreSQL database, as a copy where a template is given.
func createDatabase(base, template string) (dbURL, name string, err error) {
	admin, err := sql.Open("pgx", base)
	if err != nil {
		return "", "", err
	}
	defer admin.Close()
	name = "t_" + strings.ReplaceAll(store.NewID(), "-", "")
	statement := "CREATE DATABASE " + name
	if template != "" {
		statement += " TEMPLATE " + template
	}
	if _, err := admin.Exec(statement); err != nil {
		return "", "", err
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", "", err
	}
	u.Path = "/" + name
	return u.String(), name, nil
}

func dropDatabase(base, name string) {
	if admin, err := sql.Open("pgx", base); err == nil {
		admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
		admin.Close()
	}
}

func config(dbURL, data string, now func() time.Time) app.Config {
	return app.Config{DB: dbURL, Data: data, Origin: "test.jiexu/log", PublicURL: "http://jiexu.test", Demo: true, Version: "test", Now: now, AskAgain: time.Nanosecond,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// needFonts skips what makes documents where the fonts have not been built.
func needFonts(t testing.TB) {
	t.Helper()
	if _, err := os.Stat("../data/fonts/text.ttf"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("data/fonts has no fonts: run `make fonts`")
		}
		t.Skip("data/fonts has no fonts: run `make fonts`")
	}
}

// place is a copy of the demonstration on one engine.
type place struct {
	url, data string
	sessions  map[string]session
}

func sqlitePlace(t testing.TB) place {
	t.Helper()
	needFonts(t)
	sqliteSeed.make("")
	if sqliteSeed.err != nil {
		t.Fatal(sqliteSeed.err)
	}
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(sqliteSeed.dir)); err != nil {
		t.Fatal(err)
	}
	return place{"sqlite:" + filepath.Join(dir, "jiexu.db"), filepath.Join(dir, "data"), sqliteSeed.sessions}
}

func postgresPlace(t testing.TB) place {
	t.Helper()
	needFonts(t)
	base := os.Getenv(storetest.Env)
	if base == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not set: run `make test`, which starts a PostgreSQL", storetest.Env)
		}
		t.Skipf("%s is not set: the PostgreSQL half is skipped (make test runs it)", storetest.Env)
	}
	postgresSeed.make(base)
	if postgresSeed.err != nil {
		t.Fatal(postgresSeed.err)
	}
	dbURL, name, err := createDatabase(base, postgresSeed.name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dropDatabase(base, name) })
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(postgresSeed.dir, "data"))); err != nil {
		t.Fatal(err)
	}
	return place{dbURL, dir, postgresSeed.sessions}
}

// world is a server over a copy of the demonstration.
type world struct {
	t      testing.TB
	app    *app.App
	server *httptest.Server
	clock  *clock
	place  place
}

// eachEngine runs f in a fresh world on each engine, beside other tests: they mostly wait for the disk.
func eachEngine(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); f(t, newWorld(t, sqlitePlace(t))) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); f(t, newWorld(t, postgresPlace(t))) })
}

// newWorld opens the house over a place. Its clock stands still until it is moved.
func newWorld(t testing.TB, p place) *world {
	t.Helper()
	return newWorldAt(t, p, newClock(monday))
}

func newWorldAt(t testing.TB, p place, c *clock) *world {
	t.Helper()
	return newWorldOf(t, p, c, func(*app.Config) {})
}

// newWorldOf opens a house that is built otherwise.
func newWorldOf(t testing.TB, p place, c *clock, build func(*app.Config)) *world {
	t.Helper()
	with := config(p.url, p.data, c.now)
	build(&with)
	a, err := app.Open(t.Context(), with)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, app: a, clock: c, place: p}
	w.server = httptest.NewServer(a.Server().Handler())
	t.Cleanup(func() {
		w.server.CloseClientConnections()
		w.server.Close()
		a.Close()
	})
	return w
}

// run lets the sequencer, the followers and the jobs work until the test ends, or until stop.
func (w *world) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.app.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the house stopped: %v", err)
		}
	})
	w.t.Cleanup(stop)
	return stop
}

// sequence takes all entries into the tree.
func (w *world) sequence() {
	w.t.Helper()
	for {
		n, err := w.app.Log.Sequence(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// check fails unless the ledger finds nothing wrong.
func (w *world) check() ledger.Report {
	w.t.Helper()
	report, err := ledger.Check(w.t.Context(), w.app.DB, ledger.CheckOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range report.Findings {
		w.t.Errorf("the ledger finds %s %s %s %s %s", f.Code, f.Table, f.Key, f.Kind, f.Detail)
	}
	return report
}

// one reads a single value.
func (w *world) one(query string, args ...any) string {
	w.t.Helper()
	var out sql.NullString
	if err := w.app.DB.Read(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, query, args...).Scan(&out)
	}); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return out.String
}

// count reads a number.
func (w *world) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.app.DB.Read(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, query, args...).Scan(&n)
	}); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// write changes the database behind the program's back.
func (w *world) write(query string, args ...any) int64 {
	w.t.Helper()
	var n int64
	if err := w.app.DB.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = tx.Exec(ctx, query, args...)
		return err
	}); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// lines reads the first column of a query.
func (w *world) lines(query string, args ...any) (out []string) {
	w.t.Helper()
	if err := w.app.DB.Read(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			out = append(out, s)
		}
		return rows.Err()
	}); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return out
}

func (w *world) person(login string) string {
	w.t.Helper()
	return w.one(`SELECT id FROM org_people WHERE login = $1`, login)
}

// unitOf is the unit of a squad by the letters of its logins.
func (w *world) unitOf(login string) string {
	w.t.Helper()
	return w.one(`SELECT unit FROM org_people WHERE login = $1`, login)
}

func (w *world) actor(login string) (a org.Actor) {
	w.t.Helper()
	id := w.person(login)
	if err := w.app.DB.Read(w.t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		a, err = org.ActorOf(ctx, tx, id, law.On(w.clock.now()))
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return a
}

// browser is somebody's browser; login is empty for nobody's.
type browser struct {
	w           *world
	login       string
	token, csrf string
}

// as is the browser of somebody who has signed in; as("") is nobody's.
func (w *world) as(login string) *browser {
	w.t.Helper()
	if login == "" {
		return &browser{w: w}
	}
	s, ok := w.place.sessions[login]
	if !ok {
		w.t.Fatalf("%s is not among signedIn", login)
	}
	return &browser{w, login, s.token, s.csrf}
}

// signIn opens a session anew, as where the clock has moved past the old one's end.
func (w *world) signIn(login string) *browser {
	w.t.Helper()
	token, sess, err := w.app.Org.SignIn(w.t.Context(), org.SignIn{Login: login, Password: org.DemoPassword, Agent: "test", Address: "127.0.0.1"})
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{w, login, token, sess.CSRF}
}

// answer is what came back.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   string
}

// request builds a request to the API, or, where the path begins with ~, to what lies outside of it.
// Headers are pairs, and an empty value takes one away.
func (b *browser) request(ctx context.Context, method, path, body string, headers ...string) *http.Request {
	b.w.t.Helper()
	rest, outside := strings.CutPrefix(path, "~")
	if !outside {
		rest = api.Prefix + path
	}
	req, err := http.NewRequestWithContext(ctx, method, b.w.server.URL+rest, strings.NewReader(body))
	if err != nil {
		b.w.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Sec-Fetch-Dest", "empty") // as a page of the console asks
	if b.token != "" {
		req.AddCookie(&http.Cookie{Name: "jiexu_session", Value: b.token})
		req.Header.Set("X-CSRF-Token", b.csrf)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		} else {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	return req
}

// do sends a request to the API.
func (b *browser) do(method, path, body string, headers ...string) answer {
	b.w.t.Helper()
	a, err := b.try(method, path, body, headers...)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return a
}

// try is do for other goroutines than the test's own.
func (b *browser) try(method, path, body string, headers ...string) (answer, error) {
	res, err := http.DefaultTransport.RoundTrip(b.request(context.Background(), method, path, body, headers...))
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{b.w.t, fmt.Sprintf("%s: %s %s", b.login, method, path), res.StatusCode, res.Header, string(text)}, err
}

// text reads a field of a JSON answer by its path: items.0.id.
func (a answer) text(path string) string {
	var v any
	dec := json.NewDecoder(bytes.NewReader([]byte(a.body)))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return "no JSON"
	}
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i := -1
			if fmt.Sscan(step, &i); i < 0 || i >= len(x) {
				return ""
			}
			v = x[i]
		default:
			return ""
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// ok fails unless the answer has the status.
func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: got %d %s; want %d", a.what, a.status, a.body, status)
	}
	return a
}

// problem fails unless the answer is that problem.
func (a answer) problem(status int, code string) answer {
	a.t.Helper()
	if a.status != status || a.text("code") != code || a.header.Get("Content-Type") != "application/problem+json" {
		a.t.Errorf("%s: got %d %s %s; want the problem %d %s", a.what, a.status, a.header.Get("Content-Type"), a.body, status, code)
	}
	return a
}

// isFault fails unless an error is the fault of that code.
func isFault(t testing.TB, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}
