package store

import (
	"context"
	"slices"

	"jiexu/fault"
)

// State is how a database's schema stands to this program's.
type State string

// States.
const (
	Current State = "current"
	Older   State = "older" // migrations of this program are missing
	Newer   State = "newer" // it has migrations that this program does not know
	Empty   State = "empty" // it has no table of ours
)

// State compares the database's schema with the program's; nothing is written.
func (db *DB) State(ctx context.Context) (state State, err error) {
	known, err := db.knownMigrations()
	if err != nil {
		return "", err
	}
	return state, db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Table(ctx, "store_migrations"); fault.Is(err, "store.no_table") {
			state = Empty
			return nil
		} else if err != nil {
			return err
		}
		applied, err := tx.appliedMigrations(ctx)
		state = stateOf(known, applied)
		return err
	})
}

func stateOf(known, applied []int64) State {
	lacks := func(some, all []int64) bool {
		return slices.ContainsFunc(some, func(v int64) bool { return !slices.Contains(all, v) })
	}
	switch {
	case lacks(applied, known):
		return Newer
	case len(applied) == 0:
		return Empty
	case lacks(known, applied):
		return Older
	}
	return Current
}

// NotNewer refuses a database of a newer program, whose rows this one does not understand. Returns store.newer.
func (db *DB) NotNewer(ctx context.Context) error {
	state, err := db.State(ctx)
	if err == nil && state == Newer {
		err = fault.New(fault.Invalid, "store.newer")
	}
	return err
}

// IsCurrent refuses a database that is not of this very program, for who reads without bringing it up to date. Returns
// store.newer, store.older and store.empty.
func (db *DB) IsCurrent(ctx context.Context) error {
	state, err := db.State(ctx)
	if err == nil && state != Current {
		err = fault.New(fault.Invalid, "store."+string(state))
	}
	return err
}
