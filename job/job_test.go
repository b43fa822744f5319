package job_test

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"jiexu/job"
	"jiexu/store"
	"jiexu/store/storetest"
)

type greet struct {
	Name string `json:"name" river:"unique"`
}

func (greet) Kind() string { return "greet" }

// Two runners on one database: a job inserted twice, by both, runs once.
func TestAJobRunsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		if err := job.Migrate(ctx, db); err != nil {
			t.Fatal(err)
		}
		ran := make(chan string, 8)
		var runners []*job.Runner
		for range 2 {
			workers := river.NewWorkers()
			job.Handle(workers, func(ctx context.Context, g greet) error { ran <- g.Name; return nil })
			r, err := job.New(db, workers, log)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Start(ctx); err != nil {
				t.Fatal(err)
			}
			runners = append(runners, r)
		}
		for _, name := range []string{"a", "b", "a"} {
			for _, r := range runners {
				if err := r.Insert(ctx, job.Job{Args: greet{name}, At: time.Now()}); err != nil {
					t.Fatal(err)
				}
			}
		}
		seen := map[string]int{}
		for len(seen) < 2 {
			select {
			case name := <-ran:
				seen[name]++
			case <-ctx.Done():
				t.Fatalf("jobs did not run: %v", seen)
			}
		}
		for _, r := range runners {
			if err := r.Stop(ctx); err != nil {
				t.Fatal(err)
			}
		}
		close(ran)
		for name := range ran {
			seen[name]++
		}
		if seen["a"] != 1 || seen["b"] != 1 {
			t.Errorf("each job once, got %v", seen)
		}
	})
}

// Several servers that start at once on a new database all come up.
func TestServersStartAtOnce(t *testing.T) {
	for name, url := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "new.db") },
		"postgres": func(t *testing.T) string { return storetest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			target := url(t)
			failures := make(chan error, 4)
			for range cap(failures) {
				go func() {
					db, err := store.Open(t.Context(), target)
					if err == nil {
						defer db.Close()
						if err = db.Migrate(t.Context()); err == nil {
							err = job.Migrate(t.Context(), db)
						}
					}
					failures <- err
				}()
			}
			for range cap(failures) {
				if err := <-failures; err != nil {
					t.Error(err)
				}
			}
		})
	}
}
