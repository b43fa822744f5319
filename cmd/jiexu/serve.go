package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/job"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence"
	"jiexu/words"
)

// House are the flags of every command that builds the whole house over an office's database.
type House struct {
	DBFlag
	Housing
	MediaFlags
}

func (h House) config(env *Env) app.Config {
	c := h.Housing.config(env, h.DB)
	c.Media, c.Clamd = h.where(), h.Clamd
	return c
}

// MediaFlags say where the bytes of media lie. Secrets are in files that they name.
type MediaFlags struct {
	Media       string `help:"Where new media files go: folder (of the data folder) or s3." env:"JIEXU_MEDIA" default:"folder" placeholder:"PLACE"`
	S3          string `name:"s3" help:"Bucket of an S3 service: https://HOST/BUCKET/PREFIX?region=REGION. Its files are read, wherever new ones go." env:"JIEXU_S3" placeholder:"URL"`
	S3Secret    string `name:"s3-secret" help:"File of two lines, the access key and its secret; by default AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY." env:"JIEXU_S3_SECRET" placeholder:"FILE"`
	MediaCipher string `help:"How new media files are sealed: none, aes (AES-256-GCM) or sm4 (SM4-GCM)." env:"JIEXU_MEDIA_CIPHER" default:"none" placeholder:"CIPHER"`
	Clamd       string `help:"Malware scanner (ClamAV's clamd) that looks through everything before it is taken in: HOST:PORT, or its socket's path." env:"JIEXU_CLAMD" placeholder:"ADDRESS"`
	MediaKeys   string `help:"File of the keys that seal media; by default media.key in the data folder." env:"JIEXU_MEDIA_KEYS" placeholder:"FILE"`
}

func (m MediaFlags) where() evidence.Where {
	return evidence.Where{To: m.Media, S3: m.S3, S3Secret: m.S3Secret, Cipher: m.MediaCipher, Keys: m.MediaKeys}
}

// Housing are the flags of the house besides its database.
type Housing struct {
	Data       string `help:"Folder of media and keys; by default beside the SQLite file, else ./jiexu-data." env:"JIEXU_DATA" placeholder:"DIR"`
	Key        string `help:"File of the log's signing key; by default in the data folder." env:"JIEXU_KEY" placeholder:"FILE"`
	Origin     string `help:"Name of the log, as it stands in checkpoints." env:"JIEXU_ORIGIN" default:"jiexu.local/log"`
	PublicURL  string `help:"Where people reach the server; the codes on documents lead there." env:"JIEXU_PUBLIC_URL" placeholder:"URL"`
	Fonts      string `help:"Folder of the office's own fonts (TTF), used before those that ship." env:"JIEXU_FONTS" placeholder:"DIR"`
	Exchange   string `help:"Folder in which platforms and we exchange files; by default gateway in the data folder." env:"JIEXU_EXCHANGE" placeholder:"DIR"`
	Publish    string `help:"File (TOML) of the places outside that checkpoints of the log go to; by default nowhere." env:"JIEXU_PUBLISH" placeholder:"FILE"`
	TrustProxy bool   `help:"A proxy in front says truly who asks (X-Forwarded-For, X-Forwarded-Proto)." env:"JIEXU_TRUST_PROXY"`
	LogJSON    bool   `help:"Write the operations log as JSON." env:"JIEXU_LOG_JSON"`
}

func (h Housing) config(env *Env, db string) app.Config {
	var handler slog.Handler = slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelWarn})
	if h.LogJSON {
		handler = slog.NewJSONHandler(env.Err, nil)
	}
	return app.Config{DB: db, Data: h.Data, Key: h.Key, Origin: h.Origin, PublicURL: h.PublicURL, Fonts: h.Fonts, Exchange: h.Exchange, Publish: h.Publish, TrustProxy: h.TrustProxy,
		Version: Version, Log: slog.New(handler), Now: env.Now}
}

// ServeCmd runs the server.
type ServeCmd struct {
	House
	Listen  string `help:"Address to listen on." default:"127.0.0.1:8080" env:"JIEXU_LISTEN"`
	Metrics string `help:"Address of its own at which Prometheus may ask for /metrics, as 127.0.0.1:9464; by default nowhere." env:"JIEXU_METRICS" placeholder:"ADDRESS"`
}

// Run serves until it is interrupted.
func (c *ServeCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := take(c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	var metrics net.Listener
	if c.Metrics != "" {
		if metrics, err = take(c.Metrics); err != nil {
			return err
		}
		defer metrics.Close()
	}
	err = serve(ctx, env, c.config(env), l, func(a *app.App) error {
		if metrics != nil {
			go a.ServeMetrics(ctx, metrics)
		}
		return firstAdmin(ctx, env, a.DB)
	})
	return calm(ctx, err, "cli.interrupted")
}

// interruption is returned by a command that somebody stopped before it was done; its code says what is
// left of it.
type interruption struct{ code string }

func (i interruption) Error() string { return i.code }

// calm says that somebody stopped the command, where that is why it failed.
func calm(ctx context.Context, err error, code string) error {
	if err != nil && ctx.Err() != nil {
		return interruption{code}
	}
	return err
}

// firstAdmin makes the office and its administrator in a database that has nobody yet, and tells the
// password once.
func firstAdmin(ctx context.Context, env *Env, db *store.DB) error {
	password, err := org.CreateAdmin(ctx, db, env.Now(), words.Text(env.Lang, "cli.office", nil))
	if err == nil && password != "" {
		fmt.Fprintln(env.Out, words.Text(env.Lang, "cli.first_admin", map[string]any{"login": org.FirstAdmin, "password": password}))
	}
	return err
}

// take takes the port to listen on. It is done first: a second start says so before it touches the database.
func take(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	var wrong *net.AddrError
	var unknown *net.DNSError
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.Wrap(err, fault.Unavailable, "cli.listen", "address", address)
	case errors.Is(err, fs.ErrPermission):
		return nil, fault.Wrap(err, fault.Unavailable, "cli.listen_right", "address", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fault.Wrap(err, fault.Unavailable, "cli.listen_elsewhere", "address", address)
	case errors.As(err, &wrong):
		return nil, fault.Wrap(err, fault.Invalid, "cli.listen_address", "address", address, "detail", wrong.Err)
	case errors.As(err, &unknown):
		return nil, fault.Wrap(err, fault.Invalid, "cli.listen_address", "address", address, "detail", unknown.Err)
	}
	return nil, fault.Wrap(err, fault.Invalid, "cli.listen_address", "address", address, "detail", err.Error())
}

func serve(ctx context.Context, env *Env, cfg app.Config, l net.Listener, ready func(*app.App) error) error {
	url := "http://" + l.Addr().String()
	if host, port, err := net.SplitHostPort(l.Addr().String()); err == nil && (host == "127.0.0.1" || host == "::1") {
		url = "http://localhost:" + port
	}
	if cfg.PublicURL == "" {
		cfg.PublicURL = url
	}
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	release, err := a.DB.Serving()
	if err != nil {
		return err
	}
	defer release()
	if err := ready(a); err != nil {
		return err
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "cli.serving", map[string]any{"url": url}))
	return a.Serve(ctx, l)
}

// DemoCmd makes the demonstration district and serves it. Its database is one of its own, whatever
// the environment names for the office's.
type DemoCmd struct {
	DB string `help:"Database of the demonstration: sqlite:PATH or postgres://…; by default demo.db in the data folder that is named, else in .demo." placeholder:"URL"`
	Housing
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080" env:"JIEXU_LISTEN"`
}

// Run makes the demonstration where it is not there yet, and serves it.
func (c *DemoCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c.apart()
	cfg := c.config(env, c.database())
	cfg.Demo = true
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://localhost" + c.Listen[max(0, lastColon(c.Listen)):]
	}
	l, err := take(c.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := makeDemo(ctx, env, cfg); err != nil {
		return err
	}
	return calm(ctx, serve(ctx, env, cfg, l, func(a *app.App) error { return tellLogins(env) }), "cli.interrupted")
}

// apart takes out what the environment names for the office: its folders, its key and the places to which its log goes are nothing for a demonstration.
func (c *DemoCmd) apart() {
	for name, value := range map[string]*string{"JIEXU_DATA": &c.Data, "JIEXU_KEY": &c.Key, "JIEXU_EXCHANGE": &c.Exchange, "JIEXU_PUBLISH": &c.Publish} {
		if *value == os.Getenv(name) {
			*value = ""
		}
	}
}

// database is the demonstration's own, whatever the environment names for the office's: what was named for it, or a file beside its other data.
func (c *DemoCmd) database() string {
	switch {
	case c.DB != "":
		return c.DB
	case c.Data != "":
		return "sqlite:" + filepath.Join(c.Data, "demo.db")
	}
	return "sqlite:.demo/jiexu.db"
}

func lastColon(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == ':' {
			return i
		}
	}
	return -1
}

// makeDemo makes the demonstration where it is not there yet. On SQLite it grows in a file beside and
// is put in place when it is whole: what was interrupted is made anew at the next start.
func makeDemo(ctx context.Context, env *Env, cfg app.Config) error {
	path, lite := strings.CutPrefix(cfg.DB, "sqlite:")
	if lite {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fault.Wrap(err, fault.Unavailable, "store.no_folder", "folder", filepath.Dir(path), "detail", err.Error())
		}
		unlock, err := store.LockFile(ctx, path+".demo.lock")
		if err != nil {
			return calm(ctx, err, "cli.interrupted")
		}
		defer unlock()
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return growDemo(ctx, env, cfg, path)
		}
	}
	state, err := whatIsThere(ctx, cfg.DB)
	switch {
	case err != nil:
		return err
	case state == anOffice:
		return fault.New(fault.Conflict, "cli.not_demo")
	case state == nothing:
		fmt.Fprintln(env.Err, words.Text(env.Lang, "cli.demo_making", nil))
		return calm(ctx, app.SeedDemo(ctx, cfg, env.Now()), "cli.demo_interrupted_part")
	}
	return nil
}

func growDemo(ctx context.Context, env *Env, cfg app.Config, path string) error {
	fmt.Fprintln(env.Err, words.Text(env.Lang, "cli.demo_making", nil))
	making := path + ".making"
	forget := func() error {
		for _, end := range []string{"", "-wal", "-shm", ".key", ".lock"} {
			if err := os.Remove(making + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return nil
	}
	if err := forget(); err != nil {
		return err
	}
	cfg.DB = "sqlite:" + making
	if cfg.Data == "" {
		cfg.Data = filepath.Join(filepath.Dir(path), "data")
	}
	_, absent := os.Stat(cfg.Data)
	if err := app.SeedDemo(ctx, cfg, env.Now()); err != nil {
		if err = calm(ctx, err, "cli.demo_interrupted"); errors.Is(absent, fs.ErrNotExist) {
			os.RemoveAll(cfg.Data)
		}
		return errors.Join(err, forget())
	}
	// The key first: a database without its key would not start.
	if cfg.Key == "" {
		if err := os.Rename(making+".key", path+".key"); err != nil {
			return err
		}
	}
	os.Remove(making + ".lock")
	return os.Rename(making, path)
}

// What a database holds, as far as the demonstration must know.
const (
	nothing = iota
	aDemonstration
	anOffice
)

// whatIsThere looks into a database before the demonstration is made or served there: it is never made
// beside an office's people, and an office's database is never served as a demonstration.
func whatIsThere(ctx context.Context, url string) (state int, err error) {
	db, err := store.Open(ctx, url)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return 0, err
	}
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		people, demo, err := org.CountPeople(ctx, tx)
		switch {
		case err != nil || people == 0:
		case demo:
			state = aDemonstration
		default:
			state = anOffice
		}
		return err
	})
	return state, err
}

func tellLogins(env *Env) error {
	fmt.Fprintln(env.Out, words.Text(env.Lang, "cli.demo_logins", map[string]any{"password": org.DemoPassword}))
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	for _, l := range org.DemoLogins() {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", l.Login, words.Text(env.Lang, "role."+l.Role, nil), l.Name, l.Unit)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "cli.demo_portal", nil))
	return nil
}

// MigrateCmd brings the database up to date, as every start does.
type MigrateCmd struct {
	DBFlag
}

// Run migrates.
func (c *MigrateCmd) Run(env *Env) error {
	ctx := context.Background()
	db, err := store.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if err := job.Migrate(ctx, db); err != nil {
		return err
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "cli.migrated", nil))
	return nil
}
