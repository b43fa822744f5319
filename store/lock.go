package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// schemaLock is the advisory lock under which one server at a time migrates.
const schemaLock = 0x6a69657875 // "jiexu"

// LockSchema waits until no other process changes the schema, and keeps others out until unlock is
// called: several servers may start at once on a database that is new to all of them.
func (db *DB) LockSchema(ctx context.Context) (unlock func(), err error) {
	if db.engine == SQLite {
		return LockFile(ctx, db.path+".lock")
	}
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock the schema: %w", err)
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(schemaLock)); err != nil {
		conn.Release()
		return nil, fmt.Errorf("lock the schema: %w", err)
	}
	return func() {
		conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(schemaLock))
		conn.Release()
	}, nil
}

// LockFile waits for the lock on a file, made where it is absent, and holds it until unlock is called or
// the process ends. The file stays: removing it would let two hold two locks of one name.
func LockFile(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}
