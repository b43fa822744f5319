package store

import (
	"context"
	"fmt"
)

// placed names the tables whose rows get a place in an order of their own some time after they were written, and the column that holds it. The engine's number orders the
// rows that wait for their place; from then on it is the place and one more. So the number says nothing by itself, and cannot be changed unseen.
var placed = map[string]string{"ledger_entries": "leaf"}

// waitingFrom is where PostgreSQL's numbers of rows without a place begin (migration 0104), so that they are above all that have one. SQLite gives the next number after the
// highest, which is above them by itself.
const waitingFrom = 1 << 62

// numbersFollow is the migration from which on numbers follow from places.
const numbersFollow = 104

// renumber ends a restore: the rows that have a place get the numbers that follow from it, where the engine gave others because one is missing. It takes three steps, as migration
// 0104 does, for a number may still be another row's; a place below zero is none. Rows that come are numbered above all of them again.
func (t *Tx) renumber(ctx context.Context) error {
	for table, place := range placed {
		if t.engine == Postgres {
			if _, err := t.Exec(ctx, countFrom(table), int64(waitingFrom)); err != nil {
				return fmt.Errorf("number the rows of %s: %w", table, err)
			}
		}
		number := counters[table]
		for _, query := range []string{
			fmt.Sprintf(`UPDATE %s SET %s = %[2]s + %d WHERE %s IS NULL OR %[4]s < 0`, table, number, int64(waitingFrom/2), place),
			fmt.Sprintf(`UPDATE %s SET %s = -(%s + 1) WHERE %[3]s >= 0 AND %[2]s <> %[3]s + 1`, table, number, place),
			fmt.Sprintf(`UPDATE %s SET %s = -%[2]s WHERE %[2]s < 0`, table, number),
		} {
			if _, err := t.Exec(ctx, query); err != nil {
				return fmt.Errorf("number the rows of %s: %w", table, err)
			}
		}
	}
	return nil
}

// countFrom is the statement that has PostgreSQL number the next row of a table with a number; it takes that as $1.
func countFrom(table string) string {
	return fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'), $1, false)`, table, counters[table])
}

// countAsPlaced has PostgreSQL number the rows that come from here on as if they were placed one behind the other, behind those that are; SQLite does so by itself.
func countAsPlaced(table string) string {
	return fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'), (SELECT coalesce(max(%s), -1) + 2 FROM %[1]s), false)`, table, counters[table], placed[table])
}

// Numbered reports whether numbers follow from places here: an older program's database that was not migrated yet may have others.
func (t *Tx) Numbered(ctx context.Context) (yes bool, err error) {
	err = t.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM store_migrations WHERE version_id = $1 AND is_applied)`, numbersFollow).Scan(&yes)
	return yes, err
}
