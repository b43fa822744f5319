package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"jiexu/fault"
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

// Serving keeps a SQLite file to one server: two would each keep the log's key, jobs and live users to themselves. Returns
// store.served where another has it. Commands beside the server are free; PostgreSQL takes any number of servers.
func (db *DB) Serving() (release func(), err error) {
	if db.engine != SQLite {
		return func() {}, nil
	}
	f, err := os.OpenFile(db.path+".serving", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.New(fault.Conflict, "store.served", "path", db.path)
		}
		return nil, fmt.Errorf("lock %s: %w", db.path, err)
	}
	return func() { f.Close() }, nil
}
