package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strings"

	"jiexu/fault"
)

// MostPlaceholders is how many placeholders a statement that writes many rows should have. SQLite looks
// up each numbered one among all of the statement, so that ten times as many cost a hundred times as much.
const MostPlaceholders = 120

// Where collects the conditions of a list and their arguments. The zero Where is empty.
type Where struct {
	conds []string
	args  []any
}

// Add adds a condition; each ? in it is the next of its arguments.
func (w *Where) Add(cond string, args ...any) { w.conds = append(w.conds, w.Part(cond, args...)) }

// Part numbers the placeholders of a piece of SQL and keeps its arguments, without making it one of
// the conditions.
func (w *Where) Part(sql string, args ...any) string {
	for _, a := range args {
		w.args = append(w.args, a)
		sql = strings.Replace(sql, "?", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	return sql
}

// Raw adds a condition whose placeholders are numbered already, from Next.
func (w *Where) Raw(cond string, args []any) {
	w.conds, w.args = append(w.conds, cond), append(w.args, args...)
}

// Next is the number of the first free placeholder.
func (w *Where) Next() int { return len(w.args) + 1 }

// In adds that column has one of the values; no values add nothing.
func (w *Where) In(column string, values []string) {
	if len(values) == 0 {
		return
	}
	marks := make([]string, len(values))
	for i, v := range values {
		w.args = append(w.args, v)
		marks[i] = fmt.Sprintf("$%d", len(w.args))
	}
	w.conds = append(w.conds, column+" IN ("+strings.Join(marks, ",")+")")
}

// SQL is the text that follows WHERE.
func (w *Where) SQL() string {
	if len(w.conds) == 0 {
		return "1 = 1"
	}
	return strings.Join(w.conds, " AND ")
}

// Args are the arguments of SQL.
func (w *Where) Args() []any { return w.args }

// Cursor is a place in a list in order of time and id: behind the row that had these.
type Cursor struct {
	At Time
	ID string
}

// String is the cursor as a client holds it.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.At.Text() + " " + c.ID))
}

// ParseCursor reads a cursor that a client sends back. Returns list.cursor.
func ParseCursor(s string) (Cursor, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	at, id, ok := strings.Cut(string(raw), " ")
	if err != nil || !ok || len(id) > 64 {
		return Cursor{}, fault.New(fault.Invalid, "list.cursor")
	}
	t, err := ParseTime(at)
	if err != nil {
		return Cursor{}, fault.New(fault.Invalid, "list.cursor")
	}
	return Cursor{At: t, ID: id}, nil
}

// Collect runs a query and reads each of its rows with scan. It returns no rows as an empty list.
func Collect[T any](ctx context.Context, tx *Tx, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
