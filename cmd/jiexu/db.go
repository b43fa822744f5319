package main

import (
	"context"
	"path/filepath"
	"strings"

	"jiexu/app"
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
// for a SQLite file.
func (r *Reading) open(ctx context.Context) (*store.DB, error) {
	return store.OpenReadOnly(ctx, databaseURL(r.DB))
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
