package ledger

import (
	"context"
	"fmt"
	"runtime"
	"sync"
)

// ordered has pieces worked on by all processors and taken in the order in which they were made. make runs beside, in one
// goroutine of its own; take runs in the caller's. Whatever fails, or panics over a damaged file, ends it with an error.
func ordered[In, Out any](ctx context.Context, produce func(ctx context.Context, give func(In) error) error, work func(In) Out, take func(Out) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type piece struct {
		in  In
		out chan result[Out]
	}
	workers := max(1, runtime.GOMAXPROCS(0))
	todo, queue := make(chan piece), make(chan chan result[Out], 2*workers)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for p := range todo {
				p.out <- tried(func() (Out, error) { return work(p.in), nil })
			}
		})
	}
	made := make(chan error, 1)
	go func() {
		_, err := unpack(tried(func() (struct{}, error) {
			return struct{}{}, produce(ctx, func(in In) error {
				out := make(chan result[Out], 1)
				select {
				case queue <- out:
				case <-ctx.Done():
					return ctx.Err()
				}
				todo <- piece{in, out} // a worker is always coming free: none of them waits for anybody
				return nil
			})
		}))
		close(todo)
		close(queue)
		made <- err
	}()
	var failed error
	for out := range queue {
		v, err := unpack(<-out)
		if failed == nil && err == nil {
			err = take(v)
		}
		if failed == nil && err != nil {
			failed = err
			stop() // and what was made meanwhile is left
		}
	}
	running.Wait()
	if err := <-made; failed == nil {
		failed = err
	}
	return failed
}

// result is what came of a piece.
type result[T any] struct {
	value T
	err   error
}

func unpack[T any](r result[T]) (T, error) { return r.value, r.err }

// tried turns a panic into an error.
func tried[T any](f func() (T, error)) (r result[T]) {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("%v", p)
		}
	}()
	r.value, r.err = f()
	return r
}
