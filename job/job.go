// Package job runs what must happen outside: webhooks, mail, text messages, in time media
// conversion. Jobs lie in the database (River, on both engines), are tried again with growing
// pauses, and of several servers on one database one runs each of them.
//
// A job is never inserted inside a business transaction: a follower of the ledger inserts it under a
// unique key, so that a replay inserts nothing twice.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"jiexu/fault"
	"jiexu/store"
)

// Runner inserts and works jobs.
type Runner struct {
	queue queue
}

// queue is River's client without its type parameter, which differs by engine.
type queue interface {
	Start(context.Context) error
	Stop(context.Context) error
	InsertMany(context.Context, []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	JobList(context.Context, *river.JobListParams) (*river.JobListResult, error)
	JobRetry(context.Context, int64) (*rivertype.JobRow, error)
}

// Migrate brings River's own tables up to date.
func Migrate(ctx context.Context, db *store.DB) error {
	unlock, err := db.LockSchema(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	quiet := &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)}
	if db.Engine() == store.Postgres {
		err = migrate(ctx, riverpgxv5.New(db.Pool()), quiet)
	} else {
		err = migrate(ctx, riversqlite.New(db.SQL()), quiet)
	}
	if err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

func migrate[T any](ctx context.Context, driver riverdriver.Driver[T], cfg *rivermigrate.Config) error {
	m, err := rivermigrate.New(driver, cfg)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// New makes a runner for the workers, which New's caller has registered with Handle.
func New(db *store.DB, workers *river.Workers, log *slog.Logger) (*Runner, error) {
	cfg := &river.Config{
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}, slow: {MaxWorkers: 2}},
		Workers:                     workers,
		Logger:                      log,
		FetchPollInterval:           time.Second,
		CompletedJobRetentionPeriod: 7 * 24 * time.Hour,
		JobTimeout:                  time.Minute,
	}
	var q queue
	var err error
	if db.Engine() == store.Postgres {
		q, err = river.NewClient(riverpgxv5.New(db.Pool()), cfg)
	} else {
		q, err = river.NewClient(riversqlite.New(db.SQL()), cfg)
	}
	if err != nil {
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return &Runner{queue: q}, nil
}

// Handle registers what is done for jobs of one kind. do must bear being run twice.
func Handle[A river.JobArgs](workers *river.Workers, do func(ctx context.Context, args A) error) {
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, j *river.Job[A]) error { return do(ctx, j.Args) }))
}

// HandleLong registers what is done for jobs of a kind that may take as long as most. do must bear being run twice.
func HandleLong[A river.JobArgs](workers *river.Workers, most time.Duration, do func(ctx context.Context, args A) error) {
	river.AddWorker(workers, &long[A]{do: do, most: most})
}

// long is a worker with a time of its own.
type long[A river.JobArgs] struct {
	river.WorkerDefaults[A]
	do   func(ctx context.Context, args A) error
	most time.Duration
}

func (w *long[A]) Work(ctx context.Context, j *river.Job[A]) error { return w.do(ctx, j.Args) }

func (w *long[A]) Timeout(*river.Job[A]) time.Duration { return w.most }

// Start begins working jobs; Stop ends it, letting running jobs finish.
func (r *Runner) Start(ctx context.Context) error { return r.queue.Start(ctx) }

// Stop lets running jobs finish until ctx ends.
func (r *Runner) Stop(ctx context.Context) error { return r.queue.Stop(ctx) }

// Job is what is to be done, and when. No two of one Insert may have the same args.
type Job struct {
	Args river.JobArgs
	At   time.Time
	Slow bool // takes minutes: it waits among its like, and holds up no letter
	Last bool // nobody waits for it: the others of its queue go before it
}

// slow is the queue of jobs that take minutes.
const slow = "slow"

// opts are how a job is put in the queue.
func (j Job) opts() *river.InsertOpts {
	o := &river.InsertOpts{ScheduledAt: j.At, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: everyState}}
	if j.Slow {
		o.Queue = slow
	}
	if j.Last {
		o.Priority = river.PriorityDefault + 3
	}
	return o
}

// batch is how many jobs are inserted in one statement.
const batch = 200

// Insert puts jobs in the queue. The same args are in the queue once, whatever their state: inserting
// them again does nothing.
func (r *Runner) Insert(ctx context.Context, jobs ...Job) error {
	for some := range slices.Chunk(jobs, batch) {
		params := make([]river.InsertManyParams, len(some))
		for i, j := range some {
			params[i] = river.InsertManyParams{Args: j.Args, InsertOpts: j.opts()}
		}
		if _, err := r.queue.InsertMany(ctx, params); err != nil {
			return fmt.Errorf("insert %d jobs: %w", len(some), err)
		}
	}
	return nil
}

var everyState = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStateCompleted, rivertype.JobStatePending,
	rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// Status is one job as the administrators' page shows it.
type Status struct {
	ID          int64     `json:"id"`
	Kind        string    `json:"kind"`
	State       string    `json:"state"`
	Attempt     int       `json:"attempt"`
	MaxAttempts int       `json:"maxAttempts"`
	ScheduledAt time.Time `json:"scheduledAt"`
	Error       string    `json:"error,omitempty"` // of the last attempt
}

// List shows the newest jobs, at most 100.
func (r *Runner) List(ctx context.Context) ([]Status, error) {
	list, err := r.queue.JobList(ctx, river.NewJobListParams().First(100).OrderBy(river.JobListOrderByID, river.SortOrderDesc))
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	out := make([]Status, 0, len(list.Jobs))
	for _, j := range list.Jobs {
		s := Status{ID: j.ID, Kind: j.Kind, State: string(j.State), Attempt: j.Attempt, MaxAttempts: j.MaxAttempts, ScheduledAt: j.ScheduledAt}
		if n := len(j.Errors); n > 0 {
			s.Error = j.Errors[n-1].Error
		}
		out = append(out, s)
	}
	return out, nil
}

// Retry runs a failed job again at once. Returns not_found.
func (r *Runner) Retry(ctx context.Context, id int64) error {
	_, err := r.queue.JobRetry(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return fault.Wrap(err, fault.NotFound, "not_found")
	}
	return err
}
