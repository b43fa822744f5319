package casework

import (
	"context"
	"database/sql"

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

// MatterOfComplaint is the matter of the case that grew from a complaint; empty where none did.
func MatterOfComplaint(ctx context.Context, tx *store.Tx, complaint string) (string, error) {
	found, err := store.Collect(ctx, tx, func(r *sql.Rows) (m string, err error) { return m, r.Scan(&m) }, `SELECT matter FROM casework_cases WHERE complaint = $1 ORDER BY id LIMIT 1`, complaint)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// NewestMatters tells for which matter a case was filed from a complaint, of the newest such cases; at most most.
func NewestMatters(ctx context.Context, tx *store.Tx, most int) (map[string]string, error) {
	out := map[string]string{}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var complaint, matter string
		err = r.Scan(&complaint, &matter)
		out[complaint] = matter
		return none, err
	}, `SELECT complaint, matter FROM casework_cases WHERE complaint IS NOT NULL AND filed_at IS NOT NULL ORDER BY filed_at DESC, id DESC LIMIT $1`, most)
	return out, err
}
