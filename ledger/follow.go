package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jiexu/fault"
	"jiexu/store"
)

// Follower reads the log in order and exactly once: where it stands moves in the transaction of what
// it writes.
type Follower struct {
	// Name is its cursor's key; it never changes. Followers that insert jobs are called "job.…": a
	// restored database has no jobs, so their cursors are left out of a backup and they begin anew
	// (unique keys keep a job from running twice).
	Name string
	// Kinds are the kinds of entry that it wants; none means all.
	Kinds []string
	// Reset removes what Handle wrote, for a replay from zero. May be nil if there is nothing.
	Reset func(context.Context, *store.Tx) error
	// Handle takes one entry. What it writes must depend on the log alone, not on the clock.
	Handle func(context.Context, *store.Tx, Record) error
	// Outside, in place of Handle, takes a batch of entries and acts outside of the database's
	// transaction, as inserting jobs does. It sees each entry at least once and must bear seeing it
	// again.
	Outside func(context.Context, []Record) error
}

// runner is a follower at work in this process.
type runner struct {
	Follower
	failures int
	retryAt  time.Time
}

// Follow adds a follower. app calls it before Run.
func (l *Log) Follow(f Follower) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.followers = append(l.followers, &runner{Follower: f})
}

func (l *Log) follower(name string) (*runner, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.followers {
		if r.Name == name {
			return r, nil
		}
	}
	return nil, fault.New(fault.NotFound, "ledger.no_follower", "name", name)
}

// follow runs one follower until ctx is done. Its failures are kept with its cursor and hold up
// nobody else.
func (l *Log) follow(ctx context.Context, r *runner) {
	tick := time.NewTicker(l.opts.Tick)
	defer tick.Stop()
	for ctx.Err() == nil {
		l.mu.Lock()
		grown := l.grown
		l.mu.Unlock()
		err := l.followIfMine(ctx, r)
		if err == nil {
			r.failures = 0
		} else if ctx.Err() == nil {
			r.failures++
			l.report(ctx, "follow "+r.Name, err)
			store.Rest(ctx, l.opts.Backoff(r.failures))
			continue
		}
		select {
		case <-ctx.Done():
		case <-grown:
		case <-tick.C:
		}
	}
}

func (l *Log) followIfMine(ctx context.Context, r *runner) error {
	for {
		behind, err := l.behind(ctx, r)
		if err != nil || !behind {
			return err
		}
		mine, err := l.lease(ctx, "ledger.follower."+r.Name)
		if err != nil || !mine {
			return err
		}
		if _, err := l.step(ctx, r); err != nil && !errors.Is(err, errOvertaken) {
			return err
		}
	}
}

// CatchUp runs a follower of this log, in the calling goroutine, until it has handled all that is
// sequenced.
func (l *Log) CatchUp(ctx context.Context, name string) error {
	r, err := l.follower(name)
	if err != nil {
		return err
	}
	for {
		more, err := l.step(ctx, r)
		if errors.Is(err, errOvertaken) {
			continue
		}
		if err != nil || !more {
			return err
		}
	}
}

// Replay resets a follower and what it derived, and runs it from the first entry to the last. It is
// safe beside running servers: their cursor jumps back with ours, and each entry is handled once.
func (l *Log) Replay(ctx context.Context, name string) error {
	r, err := l.follower(name)
	if err != nil {
		return err
	}
	err = l.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO ledger_cursors (name, leaf, at) VALUES ($1, 0, $2)
			ON CONFLICT (name) DO UPDATE SET leaf = 0, at = excluded.at, error = NULL, failed_at = NULL`, r.Name, store.At(l.opts.Now())); err != nil {
			return fmt.Errorf("reset the cursor of %s: %w", r.Name, err)
		}
		if r.Reset == nil {
			return nil
		}
		return r.Reset(ctx, tx)
	})
	if err != nil {
		return err
	}
	return l.CatchUp(ctx, name)
}

// idleLag is how many entries of no interest a cursor may lag behind before it moves past them.
const idleLag = 1000

// behind reports whether there is anything for the follower to do. Entries that it does not want do
// not make it move at once, so that a follower of a rare kind does not write at every entry.
func (l *Log) behind(ctx context.Context, r *runner) (behind bool, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		from, size, err := r.span(ctx, tx)
		if err != nil || from >= size {
			return err
		}
		if behind = size-from > idleLag; behind {
			return nil
		}
		recs, err := r.wanted(ctx, tx, from, size, 1)
		behind = len(recs) > 0
		return err
	})
	return behind, err
}

// span is the range of leaves that the follower has not handled.
func (r *runner) span(ctx context.Context, tx *store.Tx) (from, size int64, err error) {
	t, err := readTree(ctx, tx)
	if err != nil {
		return 0, 0, err
	}
	err = tx.QueryRow(ctx, `SELECT coalesce(max(leaf), 0) FROM ledger_cursors WHERE name = $1`, r.Name).Scan(&from)
	if err != nil {
		return 0, 0, fmt.Errorf("read the cursor of %s: %w", r.Name, err)
	}
	return from, t.size, nil
}

func (r *runner) wanted(ctx context.Context, tx *store.Tx, from, to int64, limit int) ([]Record, error) {
	query, args := `leaf >= $1 AND leaf < $2`, []any{from, to}
	if len(r.Kinds) > 0 {
		query += ` AND kind IN (`
		for i, k := range r.Kinds {
			if i > 0 {
				query += `, `
			}
			args = append(args, k)
			query += fmt.Sprintf(`$%d`, len(args))
		}
		query += `)`
	}
	args = append(args, limit)
	return readRecords(ctx, tx, query+fmt.Sprintf(` ORDER BY leaf LIMIT $%d`, len(args)), args...)
}

// step handles one batch and reports whether there may be more. If an entry fails, those before it
// are handled nevertheless, and the failure is kept with the cursor.
func (l *Log) step(ctx context.Context, r *runner) (more bool, err error) {
	more, good, err := l.stepOf(ctx, r, l.opts.Batch)
	if err == nil || errors.Is(err, errOvertaken) || ctx.Err() != nil {
		return more, err
	}
	if good > 0 {
		if _, _, again := l.stepOf(ctx, r, good); again != nil {
			return false, again
		}
	}
	kept := l.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now := store.At(l.opts.Now())
		_, err := tx.Exec(ctx, `INSERT INTO ledger_cursors (name, leaf, at, error, failed_at) VALUES ($1, 0, $2, $3, $2)
			ON CONFLICT (name) DO UPDATE SET error = excluded.error, failed_at = excluded.failed_at`, r.Name, now, brief(err))
		return err
	})
	return false, errors.Join(err, kept)
}

// stepOf handles up to limit entries in one transaction. good is how many went well before err.
func (l *Log) stepOf(ctx context.Context, r *runner, limit int) (more bool, good int, err error) {
	if r.Outside != nil {
		return l.stepOutside(ctx, r, limit)
	}
	// What the log holds does not change any more, so it is read before: nobody who writes waits for that.
	from, to, recs, err := l.ahead(ctx, r, limit)
	if err != nil || to == from {
		return false, 0, err
	}
	more = len(recs) == limit
	err = l.db.WriteAgainAfterCut(ctx, func(ctx context.Context, tx *store.Tx) error {
		good = 0
		// The guard comes before the work: of two runners that read the same cursor the later one
		// waits here for the other's commit, and finds the cursor moved.
		if _, err := tx.Exec(ctx, `INSERT INTO ledger_cursors (name, leaf, at) VALUES ($1, 0, $2) ON CONFLICT (name) DO NOTHING`,
			r.Name, store.At(l.opts.Now())); err != nil {
			return fmt.Errorf("make the cursor of %s: %w", r.Name, err)
		}
		moved, err := tx.Exec(ctx, `UPDATE ledger_cursors SET leaf = $1, at = $2, error = NULL, failed_at = NULL WHERE name = $3 AND leaf = $4`,
			to, store.At(l.opts.Now()), r.Name, from)
		if err != nil {
			return fmt.Errorf("move the cursor of %s: %w", r.Name, err)
		}
		if moved != 1 {
			return errOvertaken
		}
		for _, rec := range recs {
			if err := r.Handle(ctx, tx, rec); err != nil {
				return fmt.Errorf("follower %s, leaf %d (%s): %w", r.Name, rec.Leaf, rec.Kind, err)
			}
			good++
		}
		return nil
	})
	return more && err == nil, good, err
}

// ahead reads what a follower is to handle next, at most limit entries, and the leaf that it has then come to.
func (l *Log) ahead(ctx context.Context, r *runner, limit int) (from, to int64, recs []Record, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if from, to, err = r.span(ctx, tx); err != nil {
			return err
		}
		recs, err = r.wanted(ctx, tx, from, to, limit)
		return err
	})
	if len(recs) == limit {
		to = recs[len(recs)-1].Leaf + 1
	}
	return from, to, recs, err
}

func brief(err error) string {
	const most = 1000
	if s := err.Error(); len(s) <= most {
		return s
	}
	return string([]rune(err.Error())[:most/4])
}
