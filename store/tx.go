package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"jiexu/fault"
)

// Tx is one transaction. What a person does is one Tx: the rows and the ledger entry together.
type Tx struct {
	tx       *sql.Tx
	db       *DB
	engine   Engine
	last     []func(context.Context) error
	onCommit []func()
	locals   map[any]any
	whole    *Tx                   // of a part that runs beside others (Together), the transaction that it is part of
	ask      func(question) *place // likewise: waits until what the others ask can go along
}

// Engine tells which engine the transaction runs on; only package store and ledger may care.
func (t *Tx) Engine() Engine { return t.engine }

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := t.tx.ExecContext(t.asking(ctx, query, args), query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Query runs a query; the caller closes the rows.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(t.asking(ctx, query, args), query, args...)
}

// QueryRow runs a query of which at most one row is wanted.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(t.asking(ctx, query, args), query, args...)
}

// Prepare prepares a statement for many executions within this transaction.
func (t *Tx) Prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	return t.tx.PrepareContext(ctx, query)
}

// BeforeCommit registers what is done last inside the transaction, after all that f did and before
// it is made durable: the ledger digests the rows as they then are. Its error undoes all.
func (t *Tx) BeforeCommit(f func(context.Context) error) {
	t = t.top()
	t.last = append(t.last, f)
}

// Local returns what the transaction keeps under key, made by make at the first call. key is of an
// unexported type of the package that uses it, as with context values.
func (t *Tx) Local(key any, make func() any) any {
	t = t.top()
	if v, ok := t.locals[key]; ok {
		return v
	}
	if t.locals == nil {
		t.locals = map[any]any{}
	}
	v := make()
	t.locals[key] = v
	return v
}

// Shared returns what all transactions on this database have in common under key, made by make at the
// first call: what a package remembers of rows that seldom change. key is of an unexported type of the
// package that uses it, and the value is safe for concurrent use.
func (t *Tx) Shared(key any, make func() any) any {
	if v, ok := t.db.shared.Load(key); ok {
		return v
	}
	v, _ := t.db.shared.LoadOrStore(key, make())
	return v
}

// OnCommit registers what happens once the transaction is durable, such as waking the sequencer.
// It must be quick and must not fail.
func (t *Tx) OnCommit(f func()) {
	t = t.top()
	t.onCommit = append(t.onCommit, f)
}

// Write runs f in a writing transaction and commits it if f returns nil. On PostgreSQL a
// serialization failure or deadlock runs f again, so f must not act outside of tx.
func (db *DB) Write(ctx context.Context, f func(context.Context, *Tx) error) error {
	return db.writing(ctx, f, db.durably)
}

// WriteAgainAfterCut is Write for what is done again should a power cut take it back: what is derived of the log with the cursor
// up to which it is, and leases. Nobody waits for its commit to reach the disk. It is whole or not there, and what was committed
// durably after it keeps it. Nothing that a person was told was done may be written so.
func (db *DB) WriteAgainAfterCut(ctx context.Context, f func(context.Context, *Tx) error) error {
	return db.writing(ctx, f, db.unsynced)
}

func (db *DB) durably(ctx context.Context, f func(context.Context, *Tx) error) error {
	return db.once(ctx, db.write.BeginTx, nil, f)
}

func (db *DB) unsynced(ctx context.Context, f func(context.Context, *Tx) error) (err error) {
	if db.engine == Postgres {
		return db.durably(ctx, func(ctx context.Context, tx *Tx) error {
			if _, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
				return err
			}
			return f(ctx, tx)
		})
	}
	conn, err := db.write.Conn(ctx) // of which there is one
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA synchronous = NORMAL`); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if _, back := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = FULL`); back != nil {
			conn.Raw(func(any) error { return driver.ErrBadConn }) // a new one is durable from the start
		}
	}()
	return db.once(ctx, conn.BeginTx, nil, f)
}

func (db *DB) writing(ctx context.Context, f func(context.Context, *Tx) error, once func(context.Context, func(context.Context, *Tx) error) error) error {
	for attempt := 0; ; attempt++ {
		err := once(ctx, f)
		if err != nil && retryable(err) && attempt < 5 {
			continue
		}
		return told(err)
	}
}

// Read runs f in a read-only transaction that sees one moment of the database.
func (db *DB) Read(ctx context.Context, f func(context.Context, *Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return told(db.once(ctx, db.read.BeginTx, opts, f))
}

// told says in words that SQLite gave up waiting.
func told(err error) error {
	if err != nil && busy(err) {
		return fault.Wrap(err, fault.Unavailable, "store.busy")
	}
	return err
}

func (db *DB) once(ctx context.Context, begin func(context.Context, *sql.TxOptions) (*sql.Tx, error), opts *sql.TxOptions, f func(context.Context, *Tx) error) error {
	sqlTx, err := begin(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{tx: sqlTx, db: db, engine: db.engine}
	defer sqlTx.Rollback() // does nothing after a commit; undoes all if f panics
	if err := f(ctx, tx); err != nil {
		return err
	}
	for i := 0; i < len(tx.last); i++ { // one may register another
		if err := tx.last[i](ctx); err != nil {
			return err
		}
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, done := range tx.onCommit {
		done()
	}
	return nil
}

// command is the idempotency key that a request carries; the first Do of the request uses it.
type command struct {
	actor, key, fingerprint string
	used                    atomic.Bool
}

type commandKey struct{}

// WithKey marks ctx as one command of actor under an idempotency key. fingerprint is a digest of
// the request: the same key with another request is refused.
func WithKey(ctx context.Context, actor, key, fingerprint string) context.Context {
	return context.WithValue(ctx, commandKey{}, &command{actor: actor, key: key, fingerprint: fingerprint})
}

// Portion is ctx for one of several transactions of a command, by a name of its own: repeated, the command does again only
// those that it did not do.
func Portion(ctx context.Context, name string) context.Context {
	cmd, ok := ctx.Value(commandKey{}).(*command)
	if !ok {
		return ctx
	}
	return WithKey(ctx, cmd.actor, cmd.key+"/"+name, cmd.fingerprint)
}

// Do runs f in a writing transaction and returns its result. If ctx carries an idempotency key, the
// result is kept with the rows, in the same transaction, and a repeated command gets the first
// one's result without running f: a double click or a retry after a lost answer acts once.
//
// Returns idempotency.reused (conflict) when the key came before with another request.
func Do[T any](ctx context.Context, db *DB, f func(context.Context, *Tx) (T, error)) (T, error) {
	var out T
	cmd, _ := ctx.Value(commandKey{}).(*command)
	if cmd != nil && !cmd.used.CompareAndSwap(false, true) {
		cmd = nil
	}
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if cmd != nil {
			n, err := tx.Exec(ctx, `INSERT INTO store_commands (actor, key, fingerprint, at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (actor, key) DO NOTHING`, cmd.actor, cmd.key, cmd.fingerprint, Now())
			if err != nil {
				return fmt.Errorf("record command: %w", err)
			}
			if n == 0 {
				return tx.replay(ctx, cmd, &out)
			}
		}
		var err error
		if out, err = f(ctx, tx); err != nil {
			return err
		}
		if cmd == nil {
			return nil
		}
		result, err := json.Marshal(out)
		if err != nil {
			return fmt.Errorf("keep the result of a command: %w", err)
		}
		_, err = tx.Exec(ctx, `UPDATE store_commands SET result = $1 WHERE actor = $2 AND key = $3`, string(result), cmd.actor, cmd.key)
		return err
	})
	return out, err
}

func (t *Tx) replay(ctx context.Context, cmd *command, out any) error {
	var fingerprint string
	var result sql.NullString
	err := t.QueryRow(ctx, `SELECT fingerprint, result FROM store_commands WHERE actor = $1 AND key = $2`, cmd.actor, cmd.key).Scan(&fingerprint, &result)
	if err != nil {
		return fmt.Errorf("read command: %w", err)
	}
	if fingerprint != cmd.fingerprint {
		return fault.New(fault.Conflict, "idempotency.reused")
	}
	return json.Unmarshal([]byte(result.String), out)
}

// Changed turns the outcome of `UPDATE … WHERE id = $1 AND rev = $2` into an answer: nil when the
// row was changed, changed_meanwhile when somebody else was first.
func Changed(n int64, err error) error {
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "changed_meanwhile")
	}
	return nil
}

// Found turns sql.ErrNoRows into a not-found fault with the given code.
func Found(err error, code string, params ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, code, params...)
	}
	return err
}

// ForgetCommands removes the kept results of commands from before a moment; a retry that late acts anew.
func (db *DB) ForgetCommands(ctx context.Context, before time.Time) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM store_commands WHERE at < $1`, At(before))
		return err
	})
}

// Rest waits for a while, so that others come to their turn, but not longer than ctx. It reports whether there is still
// something to go on for.
func Rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
