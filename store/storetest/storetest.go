// Package storetest gives every store test a fresh, migrated database on each engine.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"jiexu/store"
)

// Env names the variable that holds the URL of a PostgreSQL cluster in which tests may make
// databases. `make test` sets it.
const Env = "JIEXU_TEST_PG"

// Each runs f on SQLite and on PostgreSQL, each time on a new database.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// SQLite opens a new migrated SQLite database in a temporary folder.
func SQLite(t testing.TB) *store.DB {
	t.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "jiexu.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path)
}

// Postgres opens a new migrated PostgreSQL database, or skips the test where there is no cluster.
func Postgres(t testing.TB) *store.DB {
	t.Helper()
	base := cluster(t)
	template, err := postgresTemplate(base)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, newDatabase(t, base, " TEMPLATE "+template))
}

// PostgresURL makes an empty PostgreSQL database and returns its URL; it is dropped at the end.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return newDatabase(t, cluster(t), "")
}

// cluster is the address of the PostgreSQL for tests; without one the test is skipped, and fails in CI.
func cluster(t testing.TB) string {
	t.Helper()
	base := os.Getenv(Env)
	if base == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not set: run `make test`, which starts a PostgreSQL", Env)
		}
		t.Skipf("%s is not set: the PostgreSQL half is skipped (make test runs it)", Env)
	}
	return base
}

func newDatabase(t testing.TB, base, like string) string {
	t.Helper()
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	name := "t_" + strings.ReplaceAll(store.NewID(), "-", "")
	if _, err := admin.Exec("CREATE DATABASE " + name + like); err != nil {
		t.Fatalf("create a database for the test: %v", err)
	}
	t.Cleanup(func() {
		admin, err := sql.Open("pgx", base)
		if err != nil {
			return
		}
		defer admin.Close()
		admin.Exec(fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name))
	})
	return at(base, name)
}

// at is the address of another database of the cluster.
func at(base, name string) string {
	u, err := url.Parse(base)
	if err != nil {
		panic(err) // the cluster has been reached by it
	}
	u.Path = "/" + name
	return u.String()
}

func open(t testing.TB, dbURL string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), dbURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
