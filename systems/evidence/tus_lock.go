package evidence

import (
	"context"
	"sync"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"

	"jiexu/store"
)

// How long a server holds an upload without a sign of life, how often it gives one, and how often it asks for one that
// another holds. A server that was killed is waited for this long and no longer.
const (
	lockLife = 12 * time.Second
	lockBeat = 4 * time.Second
	lockWait = 400 * time.Millisecond
)

// uploadLocks let one request at a time write to an upload, on all servers together. Who comes later asks the one before to
// leave: it is the same sender, whose line broke without the server having noticed. Nothing of a lock lies in the
// media folder, so nothing that a killed server left there can stand in the way. A SQLite file has one server (store.Serving), which
// knows its own requests: there no lease is written, of which fifty uploads would write twenty a second.
type uploadLocks struct {
	db     *store.DB
	alone  bool   // this is the only server
	server string // this one, by a name of its own
	mu     sync.Mutex
	held   map[string]*uploadLock
}

func newUploadLocks(db *store.DB) *uploadLocks {
	return &uploadLocks{db: db, alone: db.Engine() == store.SQLite, server: store.NewID(), held: map[string]*uploadLock{}}
}

// uploadLock is one request's.
type uploadLock struct {
	all   *uploadLocks
	id    string
	leave func()
	free  chan struct{} // closed when it is given up
	stop  context.CancelFunc
}

// NewLock makes a lock that is not held yet.
func (l *uploadLocks) NewLock(id string) (handler.Lock, error) {
	return &uploadLock{all: l, id: id, free: make(chan struct{})}, nil
}

func (l *uploadLock) name() string   { return "evidence.upload " + l.id }
func (l *uploadLock) wanted() string { return "evidence.upload wanted " + l.id }

// Lock waits until the upload is free, asking whoever holds it to leave. It gives up with handler.ErrLockTimeout when
// ctx ends.
func (l *uploadLock) Lock(ctx context.Context, leave func()) error {
	l.leave = leave
	for {
		l.all.mu.Lock()
		before := l.all.held[l.id]
		if before == nil {
			l.all.held[l.id] = l
			l.all.mu.Unlock()
			break
		}
		l.all.mu.Unlock()
		before.leave()
		select {
		case <-before.free:
		case <-ctx.Done():
			return handler.ErrLockTimeout
		}
	}
	if l.all.alone {
		return nil
	}
	tick := time.NewTicker(lockWait)
	defer tick.Stop()
	for {
		mine, err := l.all.db.Lease(ctx, l.name(), l.all.server, store.Now().Time, lockLife)
		if err == nil && mine {
			break
		}
		if err == nil {
			// The other server looks for this at its next beat.
			_, err = l.all.db.Lease(ctx, l.wanted(), l.all.server, store.Now().Time, 2*lockBeat)
		}
		select {
		case <-tick.C:
			if err == nil {
				continue
			}
			l.giveUp()
			return err
		case <-ctx.Done():
			l.giveUp()
			return handler.ErrLockTimeout
		}
	}
	alive, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	go l.beat(alive)
	return nil
}

// beat shows that this server still holds the upload, and leaves it where another server waits for it or has taken it.
func (l *uploadLock) beat(ctx context.Context) {
	tick := time.NewTicker(lockBeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		mine, err := l.all.db.Lease(ctx, l.name(), l.all.server, store.Now().Time, lockLife)
		if err == nil && mine {
			mine, err = l.all.db.Lease(ctx, l.wanted(), l.all.server, store.Now().Time, 0)
		}
		if err == nil && !mine {
			l.leave()
			return
		}
	}
}

// Unlock frees the upload at once, for this server and all others.
func (l *uploadLock) Unlock() error {
	if l.all.alone {
		l.giveUp()
		return nil
	}
	l.stop()
	ctx, cancel := context.WithTimeout(context.Background(), lockLife)
	defer cancel()
	err := l.all.db.Release(ctx, l.name(), l.all.server)
	if gone := l.all.db.Release(ctx, l.wanted(), l.all.server); err == nil {
		err = gone
	}
	l.giveUp()
	return err
}

func (l *uploadLock) giveUp() {
	l.all.mu.Lock()
	delete(l.all.held, l.id)
	l.all.mu.Unlock()
	close(l.free)
}
