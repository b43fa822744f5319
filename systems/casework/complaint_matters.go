package casework

import (
	"context"

	"jiexu/store"
)

// MattersOfComplaints are the matters of the filed cases that grew from complaints, by complaint: what an
// officer who looked into it found it to be.
func MattersOfComplaints(ctx context.Context, tx *store.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `SELECT complaint, matter FROM casework_cases WHERE complaint IS NOT NULL AND filed_at IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var complaint, matter string
		if err := rows.Scan(&complaint, &matter); err != nil {
			return nil, err
		}
		out[complaint] = matter
	}
	return out, rows.Err()
}
