package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"jiexu/store"
)

// watcher is one subscriber to what happens from a leaf on.
type watcher struct {
	from   int64
	events chan []Event
}

// watcherBacklog is how many batches a subscriber may be behind.
const watcherBacklog = 64

// Subscribe delivers what happens from now on, on this server or on another, as soon as it is in the
// tree, until cancel is called. Now is when it returns, also where Run has not yet looked at the tree. A subscriber
// that does not keep up is cut off: its channel is closed, and it subscribes anew after loading what it shows.
func (l *Log) Subscribe(ctx context.Context) (events <-chan []Event, cancel func(), err error) {
	w := &watcher{events: make(chan []Event, watcherBacklog)}
	if w.from, err = l.size(ctx); err != nil {
		return nil, nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watchers[w] = true
	return w.events, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.drop(w)
	}, nil
}

// begin is the leaf from which to tell, where the tree has the given size when it is first looked at: subscribers
// may have come before, and more entries since.
func (l *Log) begin(size int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	for w := range l.watchers {
		size = min(size, w.from)
	}
	return size
}

// drop ends a subscription; the caller holds the lock.
func (l *Log) drop(w *watcher) {
	if l.watchers[w] {
		delete(l.watchers, w)
		close(w.events)
	}
}

// announce watches the tree grow, wakes the followers and tells the subscribers.
func (l *Log) announce(ctx context.Context) {
	wake, stop := l.db.Listen(sequenced)
	defer stop()
	tick := time.NewTicker(l.opts.Tick)
	defer tick.Stop()
	seen := int64(-1)
	for {
		size, err := l.size(ctx)
		if err == nil && size > seen {
			if seen < 0 {
				seen = l.begin(size)
			}
			if err = l.tell(ctx, seen, size); err == nil {
				seen = size
			}
			l.mu.Lock()
			close(l.grown)
			l.grown = make(chan struct{})
			l.mu.Unlock()
		}
		l.report(ctx, "announce", err)
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}

func (l *Log) size(ctx context.Context) (size int64, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		size = t.size
		return err
	})
	return size, err
}

// tell sends the events of leaves from..to-1 to all subscribers.
func (l *Log) tell(ctx context.Context, from, to int64) error {
	l.mu.Lock()
	nobody := len(l.watchers) == 0
	l.mu.Unlock()
	if nobody {
		return nil
	}
	const most = 500
	for ; from < to; from += most {
		events, err := l.events(ctx, from, min(from+most, to))
		if err != nil {
			return err
		}
		l.mu.Lock()
		for w := range l.watchers {
			theirs := events
			if w.from > from {
				theirs = events[slices.IndexFunc(append(events, Event{Leaf: to}), func(e Event) bool { return e.Leaf >= w.from }):]
			}
			if len(theirs) == 0 {
				continue
			}
			select {
			case w.events <- theirs:
			default:
				l.drop(w)
			}
		}
		l.mu.Unlock()
	}
	return nil
}

func (l *Log) events(ctx context.Context, from, to int64) (events []Event, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT leaf, at, kind, subject_type, subject_id, actor, unit FROM ledger_entries
			WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf`, from, to)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e Event
			var at store.Time
			if err := rows.Scan(&e.Leaf, &at, &e.Kind, &e.Subject.Type, &e.Subject.ID, &e.Actor, &e.Unit); err != nil {
				return err
			}
			e.At = at.Time
			events = append(events, e)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return events, nil
}

// listen hears on PostgreSQL what other servers did, and signals it here.
func (l *Log) listen(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		err := l.listenOnce(ctx, func() { failures = 0 })
		if ctx.Err() != nil {
			return
		}
		failures++
		l.report(ctx, "listen", err)
		store.Rest(ctx, l.opts.Backoff(failures))
	}
}

func (l *Log) listenOnce(ctx context.Context, heard func()) error {
	pooled, err := l.db.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack() // a connection that listens never goes back to the pool
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		conn.Close(closing)
	}()
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		return err
	}
	// What happened before LISTEN took hold was not heard.
	l.db.Signal(asked)
	l.db.Signal(sequenced)
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		heard()
		if n.Payload == asked || n.Payload == sequenced {
			l.db.Signal(n.Payload)
		}
	}
}

// notify sends a signal to the other servers; on SQLite there are none.
func (l *Log) notify(ctx context.Context, signal string) error {
	if l.db.Pool() == nil {
		return nil
	}
	if _, err := l.db.Pool().Exec(ctx, `SELECT pg_notify($1, $2)`, channel, signal); err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}
