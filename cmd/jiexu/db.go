package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"jiexu/app"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/store"
)

// DBFlag chooses the database; it is a flag of every command that needs one.
type DBFlag struct {
	DB string `help:"Database: sqlite:PATH or postgres://…" env:"JIEXU_DB" default:"sqlite:jiexu.db" placeholder:"URL"`
}

// Reading are the flags of commands that look at a database, or move one, without building the house.
type Reading struct {
	DBFlag
	Data string `help:"Folder of media and keys; by default beside the SQLite file, else ./jiexu-data." env:"JIEXU_DATA" placeholder:"DIR"`
	Key  string `help:"File of the log's signing key; by default as for serve." env:"JIEXU_KEY" placeholder:"FILE"`
}

// open opens the database to look at it: nothing is made, migrated or written. A plain path is taken
// for a SQLite file. Returns store.newer for the database of a newer program.
func (r *Reading) open(ctx context.Context) (*store.DB, error) {
	db, err := store.OpenReadOnly(ctx, databaseURL(r.DB))
	if err != nil {
		return nil, err
	}
	if err := db.NotNewer(ctx); fault.Is(err, "store.newer") { // a damaged one is looked at all the same
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openCurrent opens a database of this very program to read its rows. Returns store.newer, store.older and store.empty.
func openCurrent(ctx context.Context, url string) (*store.DB, error) {
	db, err := store.OpenReadOnly(ctx, databaseURL(url))
	if err != nil {
		return nil, err
	}
	if err := db.IsCurrent(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func databaseURL(s string) string {
	if strings.HasPrefix(s, "sqlite:") || strings.Contains(s, "://") {
		return s
	}
	return "sqlite:" + s
}

// folder is the data folder of the database.
func (r *Reading) folder(db *store.DB) string {
	if r.Data != "" {
		return r.Data
	}
	return app.DataFolder(db)
}

func (r *Reading) media(db *store.DB) string { return filepath.Join(r.folder(db), "media") }

func (r *Reading) keyPath(db *store.DB) string {
	if r.Key != "" {
		return r.Key
	}
	return ledger.KeyPath(db, r.folder(db))
}
