package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"jiexu/app"
	"jiexu/store"
)

// The demonstration keeps to a folder of its own, whatever database the environment names.
func TestDemoStaysOutOfTheOfficesDatabase(t *testing.T) {
	t.Setenv("JIEXU_DB", "sqlite:office.db")
	var cli CLI
	parser, err := kong.New(&cli, kong.Vars{"version": "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"demo"}); err != nil {
		t.Fatal(err)
	}
	if want := "sqlite:.demo/jiexu.db"; cli.Demo.DB != want {
		t.Errorf("the demonstration's database is %q, want %q", cli.Demo.DB, want)
	}
	if want := "sqlite:office.db"; cli.Serve.DB != want {
		t.Errorf("the server's database is %q, want %q", cli.Serve.DB, want)
	}
}

func TestWhatIsThere(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "jiexu.db")
	look := func(want int) {
		t.Helper()
		got, err := whatIsThere(ctx, url)
		if err != nil || got != want {
			t.Fatalf("what is there: %d, %v; want %d", got, err, want)
		}
	}
	look(nothing)
	if err := app.SeedDemo(ctx, app.Config{DB: url}, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	look(aDemonstration)
	for _, made := range []string{"jiexu.db", "data/phone.key"} {
		if _, err := os.Stat(filepath.Join(dir, made)); err != nil {
			t.Errorf("%s is not beside the database: %v", made, err)
		}
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SQL().Exec(`UPDATE org_people SET login = 'somebody' WHERE login = 'desk'`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	look(anOffice)
}
