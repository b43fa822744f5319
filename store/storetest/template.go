package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"jiexu/store"
)

// All migrations are applied once for each engine, and a test gets a copy of what came of it: applying them takes longer than most tests.

// sqliteTemplate is the file of a migrated SQLite database.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "jiexu-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate("sqlite:" + path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil, errors.New("storetest: a part of the template still lies in its write-ahead log")
	}
	return os.ReadFile(path)
})

func migrate(dbURL string) error {
	db, err := store.Open(context.Background(), dbURL)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(context.Background()), db.Close())
}

var template struct {
	once sync.Once
	name string
	err  error
}

// postgresTemplate names a migrated database of the cluster. Test binaries that run at once share it: its name holds the digest of the
// migrations, so that a cluster which lives longer keeps one for each schema that it has seen, and none is ever out of date.
func postgresTemplate(base string) (string, error) {
	template.once.Do(func() { template.name, template.err = makeTemplate(base) })
	return template.name, template.err
}

func makeTemplate(base string) (name string, err error) {
	ctx := context.Background()
	name = "template_" + store.MigrationsDigest()[:16]
	pool, err := sql.Open("pgx", base)
	if err != nil {
		return "", err
	}
	defer pool.Close()
	admin, err := pool.Conn(ctx) // the lock belongs to a connection
	if err != nil {
		return "", err
	}
	defer admin.Close()
	if _, err := admin.ExecContext(ctx, `SELECT pg_advisory_lock(hashtext($1))`, name); err != nil {
		return "", err
	}
	var exists bool
	if err := admin.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil || exists {
		return name, err
	}
	// It gets its name when it is whole: what was broken off is not taken for a template.
	raw := "t_" + strings.ReplaceAll(store.NewID(), "-", "")
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+raw); err != nil {
		return "", fmt.Errorf("create the template of the tests' databases: %w", err)
	}
	if err := migrate(at(base, raw)); err != nil {
		return "", err
	}
	_, err = admin.ExecContext(ctx, "ALTER DATABASE "+raw+" RENAME TO "+name)
	return name, err
}
