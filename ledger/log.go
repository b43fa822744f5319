package ledger

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"jiexu/fault"
	"jiexu/store"
)

// Options tune a Log; the zero value is what a server runs with.
type Options struct {
	Now     func() time.Time                 // the clock of leases and cursors; time.Now
	Tick    time.Duration                    // how long at most an unannounced entry waits; one second
	Gather  time.Duration                    // how long the sequencer waits after an entry for others to join it; 50 ms
	Batch   int                              // entries sequenced or handled in one transaction; 1000
	Backoff func(failures int) time.Duration // pause before a failed follower tries again; 1 s doubling up to a minute
	Report  func(what string, err error)     // failures of the background work; slog
}

// Log is the log of one open database. app makes one in each server; commands make one for reading.
type Log struct {
	db     *store.DB
	key    *SigningKey // nil: a log that is only read
	opts   Options
	holder string // this process, among those that contend for leases

	mu        sync.Mutex
	followers []*runner
	watchers  map[*watcher]bool
	grown     chan struct{} // closed and replaced whenever the tree was seen to have grown
	leases    map[string]time.Time
}

// Open opens the log of a migrated database. A nil key gives a log that can be read and followed,
// but not sequenced.
//
// Returns ledger.key_mismatch if another key signed the log.
func Open(ctx context.Context, db *store.DB, key *SigningKey, o Options) (*Log, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Tick == 0 {
		o.Tick = time.Second
	}
	if o.Gather == 0 {
		o.Gather = 50 * time.Millisecond
	}
	if o.Batch == 0 {
		o.Batch = 1000
	}
	if o.Backoff == nil {
		o.Backoff = func(failures int) time.Duration { return min(time.Minute, time.Second<<min(failures-1, 6)) }
	}
	if o.Report == nil {
		o.Report = func(what string, err error) { slog.Error("ledger: "+what, "error", err) }
	}
	l := &Log{db: db, key: key, opts: o, holder: store.NewID(), watchers: map[*watcher]bool{},
		grown: make(chan struct{}), leases: map[string]time.Time{}}
	if key == nil {
		return l, nil
	}
	verifier, err := currentVerifier(ctx, db)
	if err != nil {
		return nil, err
	}
	if verifier == "" {
		err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO ledger_tree (name, size, verifier) VALUES ('log', 0, $1) ON CONFLICT (name) DO NOTHING`, key.Verifier)
			return err
		})
		if err != nil {
			return nil, err
		}
		if verifier, err = currentVerifier(ctx, db); err != nil {
			return nil, err
		}
	}
	if verifier != key.Verifier {
		return nil, mismatch(key, verifier)
	}
	checkpoint, err := l.Checkpoint(ctx)
	if fault.Is(err, "ledger.empty") {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := note.Open(checkpoint, note.VerifierList(key.verifier)); err != nil {
		return nil, mismatch(key, verifier)
	}
	return l, nil
}

func mismatch(key *SigningKey, verifier string) error {
	return fault.New(fault.Conflict, "ledger.key_mismatch", "path", key.Path, "have", key.Fingerprint(), "want", Fingerprint(verifier))
}

// Run sequences, follows and announces until ctx is done. On one database it may run in several
// servers at once: each entry is sequenced once and handled once by each follower.
func (l *Log) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	start := func(f func(context.Context)) {
		wg.Add(1)
		go func() { defer wg.Done(); f(ctx) }()
	}
	if l.db.Pool() != nil {
		start(l.listen)
	}
	if l.key != nil {
		start(l.sequence)
	}
	start(l.announce)
	l.mu.Lock()
	for _, r := range l.followers {
		start(func(ctx context.Context) { l.follow(ctx, r) })
	}
	l.mu.Unlock()
	wg.Wait()
	l.release(context.WithoutCancel(ctx))
	return ctx.Err()
}

// leaseTime is how long a server that died keeps others waiting.
const leaseTime = 3 * time.Second

// lease reports whether this process may do what name stands for, taking or renewing the lease when
// half of it is over.
func (l *Log) lease(ctx context.Context, name string) (bool, error) {
	now := l.opts.Now()
	l.mu.Lock()
	until, held := l.leases[name]
	l.mu.Unlock()
	if held && now.Before(until.Add(-leaseTime/2)) {
		return true, nil
	}
	mine, err := l.db.Lease(ctx, name, l.holder, now, leaseTime)
	if err != nil {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if mine {
		l.leases[name] = now.Add(leaseTime)
	} else {
		delete(l.leases, name)
	}
	return mine, nil
}

// release gives back the leases, so that another server carries on at once.
func (l *Log) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	l.mu.Lock()
	names := l.leases
	l.leases = map[string]time.Time{}
	l.mu.Unlock()
	for name := range names {
		if err := l.db.Release(ctx, name, l.holder); err != nil {
			l.opts.Report("release "+name, err)
		}
	}
}

// report passes on a failure, unless it is only that the work was told to stop.
func (l *Log) report(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		l.opts.Report(what, err)
	}
}
