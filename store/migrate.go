package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to date. It runs at every start; several servers may start at once.
func (db *DB) Migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	other, err := db.otherEngine()
	if err != nil {
		return err
	}
	unlock, err := db.lockSchema(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	dialect := goose.DialectSQLite3
	if db.engine == Postgres {
		dialect = goose.DialectPostgres
		if _, err := db.write.ExecContext(ctx, `DO $$ BEGIN
			IF to_regtype('datetime') IS NULL THEN CREATE DOMAIN datetime AS timestamptz; END IF; END $$`); err != nil {
			return fmt.Errorf("make the datetime domain: %w", err)
		}
	}
	p, err := goose.NewProvider(dialect, db.write, files, goose.WithExcludeNames(other), goose.WithTableName("store_migrations"))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	db.tables.Clear()
	return nil
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

// schemaLock is the advisory lock under which one server at a time migrates.
const schemaLock = 0x6a69657875 // "jiexu"

func (db *DB) lockSchema(ctx context.Context) (func(), error) {
	if db.engine != Postgres {
		return func() {}, nil // SQLite: one writing connection, immediate transactions
	}
	var conn *pgxpool.Conn
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock the schema: %w", err)
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(schemaLock)); err != nil {
		conn.Release()
		return nil, fmt.Errorf("lock the schema: %w", err)
	}
	return func() {
		conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(schemaLock))
		conn.Release()
	}, nil
}
