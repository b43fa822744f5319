package store

import (
	"context"
	"slices"
)

// MigrateWithout applies all migrations but some, as an older program had them.
func (db *DB) MigrateWithout(ctx context.Context, without ...int64) error {
	known, err := db.knownMigrations()
	if err != nil {
		return err
	}
	return db.migrateTo(ctx, slices.DeleteFunc(known, func(v int64) bool { return slices.Contains(without, v) }))
}
