package intake

import (
	"context"

	"jiexu/store"
)

// Described is what a complaint says, and what the office called it.
type Described struct {
	ID, Title, Text, Category string
}

// EachDescribed calls f with every complaint, the oldest first. Nothing of who complained is in it.
func EachDescribed(ctx context.Context, tx *store.Tx, f func(Described) error) error {
	rows, err := tx.Query(ctx, `SELECT id, title, text, category FROM intake_complaints ORDER BY received_at, id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var d Described
		if err := rows.Scan(&d.ID, &d.Title, &d.Text, &d.Category); err != nil {
			return err
		}
		if err := f(d); err != nil {
			return err
		}
	}
	return rows.Err()
}
