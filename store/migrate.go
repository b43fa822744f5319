package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to date. It runs at every start; several servers may start at once. Returns store.newer for a
// database that a newer program has brought further.
func (db *DB) Migrate(ctx context.Context) error {
	if err := db.NotNewer(ctx); err != nil {
		return err
	}
	return db.migrate(ctx, func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// migrateTo applies exactly the given migrations, as an older program had them.
func (db *DB) migrateTo(ctx context.Context, versions []int64) error {
	return db.migrate(ctx, func(p *goose.Provider) error {
		for _, v := range versions {
			if _, err := p.ApplyVersion(ctx, v, true); err != nil && !errors.Is(err, goose.ErrAlreadyApplied) {
				return err
			}
		}
		return nil
	})
}

func (db *DB) migrate(ctx context.Context, apply func(*goose.Provider) error) error {
	unlock, err := db.LockSchema(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if db.engine == Postgres {
		if _, err := db.write.ExecContext(ctx, `DO $$ BEGIN
			IF to_regtype('datetime') IS NULL THEN CREATE DOMAIN datetime AS timestamptz; END IF; END $$`); err != nil {
			return fmt.Errorf("make the datetime domain: %w", err)
		}
	}
	p, err := db.provider()
	if err != nil {
		return err
	}
	if err := apply(p); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	db.tables.Clear()
	return nil
}

func (db *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	other, err := db.otherEngine()
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if db.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	// Each room numbers its own migrations, so a later one may have a lower number than one of
	// another room that is applied already.
	p, err := goose.NewProvider(dialect, db.write, files, goose.WithExcludeNames(other), goose.WithTableName("store_migrations"), goose.WithAllowOutofOrder(true))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// knownMigrations lists the migrations of this program.
func (db *DB) knownMigrations() ([]int64, error) {
	p, err := db.provider()
	if err != nil {
		return nil, err
	}
	var versions []int64
	for _, s := range p.ListSources() {
		versions = append(versions, s.Version)
	}
	return versions, nil
}

// appliedMigrations lists the migrations of the database, in order of number.
func (t *Tx) appliedMigrations(ctx context.Context) ([]int64, error) {
	return Collect(ctx, t, func(rows *sql.Rows) (v int64, err error) { return v, rows.Scan(&v) },
		`SELECT DISTINCT version_id FROM store_migrations WHERE version_id > 0 AND is_applied ORDER BY version_id`)
}

// MigrationsDigest is the SHA-256 of all migrations of this program, of both engines, in hex: what has the same digest has the same schema.
func MigrationsDigest() string {
	sum := sha256.New()
	entries, err := migrations.ReadDir("migrations")
	for _, e := range entries {
		var text []byte
		if text, err = migrations.ReadFile("migrations/" + e.Name()); err != nil {
			break
		}
		fmt.Fprintf(sum, "%s %d\n%s", e.Name(), len(text), text)
	}
	if err != nil {
		panic(err) // they are in the binary
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// otherEngine lists the migrations that are not for this engine: NNNN_name.sql is for both,
// NNNN_name.sqlite.sql and NNNN_name.postgres.sql are for one.
func (db *DB) otherEngine() ([]string, error) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	other := ".postgres.sql"
	if db.engine == Postgres {
		other = ".sqlite.sql"
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), other) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}
