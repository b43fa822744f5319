package store

import (
	"context"
	"errors"
	"iter"
)

// PostgreSQL lies at the other end of a wire: what costs there is how often it is asked, not how much.
// So statements that need not know each other's results go to it together.

// Part is a part of a transaction; see Tx.Together.
type Part = func(context.Context, *Tx) error

// Keep is a part that reads what belongs to something, most often to an id, and keeps it.
func Keep[T, A any](into *T, read func(context.Context, *Tx, A) (T, error), of A) Part {
	return func(ctx context.Context, tx *Tx) (err error) {
		*into, err = read(ctx, tx, of)
		return err
	}
}

// Together runs parts of a transaction whose statements do not need one another's results. On
// PostgreSQL each part runs until it asks the database something; what all of them ask then goes there
// in one message, in the order of the parts, and each goes on with its answer. On SQLite, which lies in
// this process, they run one after another, and a part must not care which of the two it was.
//
// Only one part runs at a time, so they may write to what they share. A part uses the transaction that
// it is handed and closes its rows before it asks again. Together returns the error of the first part
// that failed.
func (t *Tx) Together(ctx context.Context, parts ...Part) error {
	if t.engine != Postgres || len(parts) < 2 {
		for _, part := range parts {
			if err := part(ctx, t); err != nil {
				return err
			}
		}
		return nil
	}
	running := make([]*course, len(parts))
	for i, part := range parts {
		c := &course{}
		c.next, c.stop = iter.Pull(func(yield func(question) bool) {
			own := &Tx{tx: t.tx, db: t.db, engine: t.engine, whole: t.top(), ask: func(q question) *place {
				if !yield(q) {
					return nil
				}
				return c.place
			}}
			c.err = part(ctx, own)
		})
		defer c.stop()
		running[i] = c
	}
	for {
		r := &round{}
		for _, c := range running {
			if c.over {
				continue
			}
			q, asks := c.next()
			if c.over = !asks; c.over {
				if c.err != nil {
					return c.err
				}
				continue
			}
			c.place = &place{r, len(r.questions)}
			r.questions = append(r.questions, q)
		}
		if len(r.questions) == 0 {
			return nil
		}
	}
}

// course is a part of a transaction while it runs beside others.
type course struct {
	next  func() (question, bool)
	stop  func()
	place *place // where its question went
	over  bool
	err   error
}

// question is a statement that is to go to the server.
type question struct {
	query string
	args  []any
}

// round is the statements that go together. The first of them that reaches the connection sends all.
type round struct {
	questions []question
	answers   []answer
}

// place is a statement's place in its round; it travels to the connection within the context.
type place struct {
	round *round
	n     int
}

type placeKey struct{}

// stopped is the context of a part that is not wanted any more: another part has failed.
var stopped = func() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("store: another part of the transaction has failed"))
	return ctx
}()

// asking is the context that a statement runs in: of a part among others, it waits for theirs.
func (t *Tx) asking(ctx context.Context, query string, args []any) context.Context {
	if t.ask == nil {
		return ctx
	}
	p := t.ask(question{query, args})
	if p == nil {
		return stopped
	}
	return context.WithValue(ctx, placeKey{}, p)
}

// top is the transaction as a whole.
func (t *Tx) top() *Tx {
	if t.whole != nil {
		return t.whole
	}
	return t
}
