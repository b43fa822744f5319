package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// link is a foreign key: a column of one table that names a row of another.
type link struct{ from, column, to, target string }

// links lists the foreign keys of the tables.
func (t *Tx) links(ctx context.Context, tables []string) (map[string][]link, error) {
	out := map[string][]link{}
	for _, name := range tables {
		query := `SELECT "from", "table", coalesce("to", '') FROM pragma_foreign_key_list($1)`
		if t.engine == Postgres {
			query = `SELECT k.column_name, u.table_name, u.column_name FROM information_schema.table_constraints c
				JOIN information_schema.key_column_usage k ON k.constraint_name = c.constraint_name AND k.table_schema = c.table_schema
				JOIN information_schema.constraint_column_usage u ON u.constraint_name = c.constraint_name AND u.table_schema = c.table_schema
				WHERE c.constraint_type = 'FOREIGN KEY' AND c.table_schema = current_schema() AND c.table_name = $1`
		}
		found, err := Collect(ctx, t, func(rows *sql.Rows) (link, error) {
			l := link{from: name}
			return l, rows.Scan(&l.column, &l.to, &l.target)
		}, query, name)
		if err != nil {
			return nil, fmt.Errorf("foreign keys of %s: %w", name, err)
		}
		out[name] = found
	}
	return out, nil
}

// byDependence orders tables so that each comes after those that its rows name.
func byDependence(tables []string, links map[string][]link) []string {
	var order []string
	var visit func(string)
	seen := map[string]bool{}
	visit = func(name string) {
		if seen[name] || !slices.Contains(tables, name) {
			return
		}
		seen[name] = true
		for _, l := range links[name] {
			visit(l.to)
		}
		order = append(order, name)
	}
	for _, name := range tables {
		visit(name)
	}
	return order
}
