package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"jiexu/fault"
	"jiexu/store"
)

// Entry reads one entry. Returns ledger.no_entry.
func (l *Log) Entry(ctx context.Context, id string) (rec Record, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rec, err = ReadEntry(ctx, tx, id)
		return err
	})
	return rec, err
}

// ReadEntry reads one entry in a transaction. Returns ledger.no_entry.
func ReadEntry(ctx context.Context, tx *store.Tx, id string) (Record, error) {
	recs, err := readRecords(ctx, tx, `id = $1`, id)
	if err != nil {
		return Record{}, err
	}
	if len(recs) == 0 {
		return Record{}, fault.New(fault.NotFound, "ledger.no_entry", "entry", id)
	}
	return recs[0], nil
}

// Subject lists the entries of a subject in the order in which they were made.
func Subject(ctx context.Context, tx *store.Tx, s Ref) ([]Record, error) {
	return readRecords(ctx, tx, `subject_type = $1 AND subject_id = $2 ORDER BY seq`, s.Type, s.ID)
}

// readRecords reads entries; where is a condition with ORDER BY and LIMIT.
func readRecords(ctx context.Context, tx *store.Tx, where string, args ...any) ([]Record, error) {
	rows, err := tx.Query(ctx, `SELECT data, leaf FROM ledger_entries WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close()
	var out []Record
	for rows.Next() {
		var data []byte
		var leaf sql.NullInt64
		if err := rows.Scan(&data, &leaf); err != nil {
			return nil, fmt.Errorf("read entries: %w", err)
		}
		rec, err := Parse(data)
		if err != nil {
			return nil, err
		}
		if leaf.Valid {
			rec.Leaf = leaf.Int64
		}
		out = append(out, rec)
	}
	return out, rows.Err()
}

// Status says how the log stands, for the system page and the metrics.
type Status struct {
	Size      int64 // entries in the tree
	Waiting   int64 // entries that have no place yet
	Followers []FollowerStatus
}

// FollowerStatus says how far a follower is. A cursor lags behind entries that it does not want.
type FollowerStatus struct {
	Name     string
	Leaf     int64
	At       store.Time
	Error    string
	FailedAt *store.Time
}

// Status reads how the log stands.
func (l *Log) Status(ctx context.Context) (s Status, err error) {
	err = l.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		t, err := readTree(ctx, tx)
		if err != nil {
			return err
		}
		s.Size = t.size
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM ledger_entries WHERE leaf IS NULL`).Scan(&s.Waiting); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT name, leaf, at, coalesce(error, ''), failed_at FROM ledger_cursors ORDER BY name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f FollowerStatus
			if err := rows.Scan(&f.Name, &f.Leaf, &f.At, &f.Error, &f.FailedAt); err != nil {
				return err
			}
			if l.follows(f.Name) { // one that an older version had stands still for ever
				s.Followers = append(s.Followers, f)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return Status{}, fmt.Errorf("status of the log: %w", err)
	}
	return s, nil
}

// Followers are the names of those who read this log, whether or not they have begun.
func (l *Log) Followers() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := make([]string, len(l.followers))
	for i, r := range l.followers {
		names[i] = r.Name
	}
	return names
}

// follows reports whether a cursor is of a follower of this log; a log without any, as commands open it, knows of none
// and shows all.
func (l *Log) follows(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.followers) == 0 || slices.ContainsFunc(l.followers, func(r *runner) bool { return r.Name == name })
}
