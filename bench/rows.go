package bench

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"jiexu/store"
)

// written are the tables that registering a complaint writes rows of, those first that others refer
// to, and how a row's complaint is found. leaf is written later, by the sequencer.
var written = []struct{ table, of, through, leave string }{
	{table: "intake_complaints", of: "id"},
	{table: "intake_contacts", of: "complaint"},
	{table: "intake_steps", of: "complaint"},
	{table: "intake_guesses", of: "complaint"},
	{table: "term_terms", of: "matter_type = 'complaint' AND matter_id"},
	{table: "term_bells", of: "matter_type = 'complaint' AND matter_id", through: "term IN (SELECT id FROM term_terms WHERE %s)"},
	{table: "store_search_texts", of: "kind = 'complaint' AND subject"},
	{table: "ledger_entries", of: "subject_type = 'complaint' AND subject_id", leave: "leaf"},
}

// rows are rows of one table, ready to be inserted.
type rows struct {
	insert string
	values [][]any
}

// rowsOf reads all rows that belong to complaints, as they lie in the database. most bounds how many
// of the tables.
func rowsOf(ctx context.Context, db *store.DB, ids []string, most int) (out []rows, count int, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, w := range written[:most] {
			table, err := tx.Table(ctx, w.table)
			if err != nil {
				return err
			}
			var columns, plain, marks []string
			for _, c := range table.Columns {
				if c.Name == w.leave {
					continue
				}
				plain = append(plain, `"`+c.Name+`"`)
				marks = append(marks, fmt.Sprintf("$%d", len(plain)))
				if db.Engine() == store.SQLite {
					columns = append(columns, `+"`+c.Name+`"`) // as it is stored, not as the driver reads it
				} else {
					columns = append(columns, `"`+c.Name+`"`)
				}
			}
			set := rows{insert: `INSERT INTO ` + w.table + ` (` + strings.Join(plain, ",") + `) VALUES (` + strings.Join(marks, ",") + `)`}
			for chunk := range slices.Chunk(ids, 400) {
				where := &store.Where{}
				where.In(w.of, chunk)
				cond := where.SQL()
				if w.through != "" {
					cond = fmt.Sprintf(w.through, cond)
				}
				got, err := store.Collect(ctx, tx, func(r *sql.Rows) ([]any, error) {
					values, into := make([]any, len(plain)), make([]any, len(plain))
					for i := range values {
						into[i] = &values[i]
					}
					return values, r.Scan(into...)
				}, `SELECT `+strings.Join(columns, ",")+` FROM `+w.table+` WHERE `+cond, where.Args()...)
				if err != nil {
					return fmt.Errorf("rows of %s: %w", w.table, err)
				}
				set.values = append(set.values, got...)
			}
			out, count = append(out, set), count+len(set.values)
		}
		return nil
	})
	return out, count, err
}

// bareInserts inserts rows with prepared statements and nothing else.
type bareInserts struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
}

func newBareInserts(db *store.DB) *bareInserts {
	return &bareInserts{db: db.SQL(), prepared: map[string]*sql.Stmt{}}
}

// prepare prepares the statements, which is not timed.
func (b *bareInserts) prepare(ctx context.Context, sets []rows) error {
	for _, s := range sets {
		if b.prepared[s.insert] != nil {
			continue
		}
		stmt, err := b.db.PrepareContext(ctx, s.insert)
		if err != nil {
			return err
		}
		b.prepared[s.insert] = stmt
	}
	return nil
}

// insert makes all the rows durable in one transaction.
func (b *bareInserts) insert(ctx context.Context, sets []rows) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, s := range sets {
		stmt := tx.StmtContext(ctx, b.prepared[s.insert])
		for _, v := range s.values {
			if _, err := stmt.ExecContext(ctx, v...); err != nil {
				return fmt.Errorf("%s: %w", s.insert, err)
			}
		}
	}
	return tx.Commit()
}
