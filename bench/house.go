package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"jiexu/app"
	"jiexu/store"
)

// house is where the bench runs: databases that it makes and drops, and a folder.
type house struct {
	dir   string
	admin *store.DB // PostgreSQL: the database beside which ours are made
	base  *url.URL
	urls  map[string]string // of our databases, by the bench's names for them
	made  []string          // PostgreSQL's names of them
	open  []*store.DB
}

func newHouse(ctx context.Context, c Config) (*house, error) {
	dir, err := os.MkdirTemp("", "jiexu-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench folder: %w", err)
	}
	h := &house{dir: dir, urls: map[string]string{}}
	if !strings.HasPrefix(c.DB, "postgres") {
		return h, nil
	}
	if h.base, err = url.Parse(c.DB); err == nil {
		h.admin, err = store.Open(ctx, c.DB)
	}
	if err != nil {
		return nil, errors.Join(err, h.remove())
	}
	return h, nil
}

// database gives the URL of one of our databases, and makes it, empty, when it is first asked for.
func (h *house) database(ctx context.Context, name string) (string, error) {
	if made, ok := h.urls[name]; ok {
		return made, nil
	}
	if h.admin == nil {
		h.urls[name] = "sqlite:" + filepath.Join(h.dir, name, "jiexu.db")
		return h.urls[name], nil
	}
	full := "jiexu_bench_" + name + "_" + strings.ReplaceAll(store.NewID(), "-", "")
	if _, err := h.admin.SQL().ExecContext(ctx, "CREATE DATABASE "+full); err != nil {
		return "", fmt.Errorf("make a database for the bench: %w", err)
	}
	h.made = append(h.made, full)
	u := *h.base
	u.Path = "/" + full
	h.urls[name] = u.String()
	return h.urls[name], nil
}

// data is the folder of media and keys that goes with a database.
func (h *house) data(name string) string { return filepath.Join(h.dir, name, "data") }

// config is an app on one of our databases.
func (h *house) config(ctx context.Context, name string, c Config) (app.Config, error) {
	dbURL, err := h.database(ctx, name)
	return app.Config{DB: dbURL, Data: h.data(name), PublicURL: "http://localhost", Demo: true, Version: c.Version, Log: c.Log, Now: c.Now}, err
}

// twin opens a migrated database without any rows, for the bare SQL.
func (h *house) twin(ctx context.Context, name string) (*store.DB, error) {
	dbURL, err := h.database(ctx, name)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, dbURL)
	if err != nil {
		return nil, err
	}
	h.open = append(h.open, db)
	return db, db.Migrate(ctx)
}

// remove drops all that was made.
func (h *house) remove() error {
	var err error
	for _, db := range h.open {
		err = errors.Join(err, db.Close())
	}
	// What was interrupted is removed too.
	ctx := context.Background()
	for _, name := range h.made {
		_, dropped := h.admin.SQL().ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		err = errors.Join(err, dropped)
	}
	if h.admin != nil {
		err = errors.Join(err, h.admin.Close())
	}
	return errors.Join(err, os.RemoveAll(h.dir))
}
