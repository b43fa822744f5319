// Package store is the database: opening, migrating, transactions, and the few lines in which
// SQLite and PostgreSQL differ.
//
// SQL is written once, by hand, in PostgreSQL's spelling, and runs unchanged on both. The rules
// that make this possible (and the test that keeps them) are in DESIGN.md, "store". A room writes
// SQL only on tables that carry its own prefix.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"jiexu/fault"
)

// Engine names a database engine.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is an open database. It is safe for concurrent use; app opens one per process.
type DB struct {
	engine Engine
	path   string // SQLite: the file
	write  *sql.DB
	read   *sql.DB
	pool   *pgxpool.Pool // PostgreSQL only
	remove string        // a folder that goes with Close: the copy that is read

	tables  sync.Map // name → *Table, as migrated
	shared  sync.Map // what packages keep for all transactions: Tx.Shared
	signals signals
}

// Open opens the database that url names, without migrating it:
// `sqlite:PATH` (the file is made if it is absent) or `postgres://…`.
//
// On SQLite there is one writing connection and a pool of reading ones, in WAL mode with full
// synchronisation: what was committed survives a power cut. Returns store.url for a URL of another
// shape, store.is_folder, store.no_folder, store.no_access and store.not_database for a path at which there
// can be no database or is none, and store.unreachable when the database does not answer.
func Open(ctx context.Context, dbURL string) (*DB, error) {
	switch {
	case strings.HasPrefix(dbURL, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(dbURL, "sqlite:"))
	case strings.HasPrefix(dbURL, "postgres://"), strings.HasPrefix(dbURL, "postgresql://"):
		return openPostgres(ctx, dbURL)
	default:
		return nil, fault.New(fault.Invalid, "store.url", "url", redact(dbURL))
	}
}

// What a connection to SQLite keeps of the file, in KiB, below zero as SQLite wants it. It is the process's own memory, and the system keeps the same pages again. The one that writes has what it
// changes there; the four that read forget what they have whenever something was written, and little is as good as much.
const (
	writerKeeps = "-16000"
	readerKeeps = "-4000"
)

func openSQLite(ctx context.Context, path string) (*DB, error) {
	path = strings.TrimPrefix(path, "//")
	if path == "" {
		return nil, fault.New(fault.Invalid, "store.url", "url", "sqlite:")
	}
	if err := makeFile(path); err != nil {
		return nil, err
	}
	dsn := func(mode string) string {
		q := url.Values{}
		q.Add("_pragma", "busy_timeout(10000)")
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
		q.Add("_pragma", "foreign_keys(ON)")
		q.Add("_pragma", "temp_store(MEMORY)")
		q.Set("_time_format", "sqlite")
		if mode == "rw" {
			q.Add("_pragma", "cache_size("+writerKeeps+")")
			q.Set("_txlock", "immediate")
		} else {
			q.Add("_pragma", "cache_size("+readerKeeps+")")
			q.Add("_pragma", "query_only(ON)")
		}
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	}
	db := &DB{engine: SQLite, path: path}
	writing, err := newSQLiteConnector(dsn("rw"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	reading, err := newSQLiteConnector(dsn("ro"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.write, db.read = sql.OpenDB(writing), sql.OpenDB(reading)
	db.write.SetMaxOpenConns(1)
	if err := db.write.PingContext(ctx); err != nil {
		db.Close()
		if notADatabase(err) {
			return nil, fault.Wrap(err, fault.Invalid, "store.not_database", "path", path)
		}
		return nil, fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", err.Error())
	}
	db.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	db.read.SetMaxIdleConns(max(4, runtime.NumCPU()))
	return db, nil
}

// makeFile makes the file of a database where there is none, and names what stands in the way. It holds
// personal data: nobody but its owner reads it, whatever the umask.
func makeFile(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fault.New(fault.Invalid, "store.is_folder", "path", path)
	} else if err == nil && !info.Mode().IsRegular() {
		return fault.New(fault.Invalid, "store.not_database", "path", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "store.no_folder", "folder", filepath.Dir(path), "detail", reason(err))
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "store.no_access", "path", path, "detail", reason(err))
	}
	return f.Close()
}

// reason is why the system refused something, without the path, which the sentence names.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}

// notADatabase reports whether SQLite found another file than one of its own.
func notADatabase(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code()&0xff == sqlite3.SQLITE_NOTADB || lite.Code()&0xff == sqlite3.SQLITE_CORRUPT)
}

func openPostgres(ctx context.Context, dbURL string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(dbURL)
	if err != nil {
		return nil, fault.New(fault.Invalid, "store.url", "url", redact(dbURL))
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if cfg.MaxConns < 12 {
		cfg.MaxConns = 12
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", "postgres")
	}
	db := openPool(pool)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		pool.Close()
		return nil, fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", err.Error())
	}
	return &DB{engine: Postgres, write: db, read: db, pool: pool}, nil
}

// redact hides a password in a database URL, so that it can be shown in an error.
func redact(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		return u.Redacted()
	}
	if len(s) > 60 {
		s = s[:60] + "…"
	}
	return s
}

// Engine tells which engine it is.
func (db *DB) Engine() Engine { return db.engine }

// Path is the SQLite file's path, empty on PostgreSQL.
func (db *DB) Path() string { return db.path }

// Pool is the PostgreSQL pool under the database (for LISTEN and for the job queue), nil on SQLite.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// SQL is the writing database/sql handle, for the migrator, the job queue and bench alone.
func (db *DB) SQL() *sql.DB { return db.write }

// ReadSQL is the reading database/sql handle, for bench alone.
func (db *DB) ReadSQL() *sql.DB { return db.read }

// Close closes all connections.
func (db *DB) Close() error {
	err := db.write.Close()
	if db.read != db.write {
		err = errors.Join(err, db.read.Close())
	}
	if db.pool != nil {
		db.pool.Close()
	}
	if db.remove != "" {
		err = errors.Join(err, os.RemoveAll(db.remove))
	}
	return err
}

// IsUnique reports whether err is a broken unique or primary key.
func IsUnique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// retryable reports whether a transaction may simply be run again: a serialization failure or a
// deadlock on PostgreSQL. A busy SQLite has already waited its ten seconds.
func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// busy reports whether SQLite gave up waiting for its writer.
func busy(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}
