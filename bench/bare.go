package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"jiexu/store"
	"jiexu/systems/casework"
)

// The columns that a list shows, and those of a period.
const (
	listColumns = `c.id, c.number, c.title, c.channel, c.kind, c.category, c.state, c.unit, u.name, c.address, c.urgent, c.received_at, c.rev`
	caseColumns = `c.id, c.number, c.title, c.matter, c.state, c.unit, u.name, c.source, c.opened_at, c.updated_at, c.rev`
	termColumns = `t.id, t.matter_id, t.clock, t.amount, t.period_unit, t.cites, t.start_at, t.due_at, t.due_date, t.provisional, t.suspended_from, t.excluded, t.met_at`
)

// bareReader is a connection on which prepared statements read. On SQLite they read in a transaction,
// which is faster than taking the file's locks for each of them; on PostgreSQL without, which saves two
// ways to the server.
type bareReader struct {
	conn     *sql.Conn
	shared   bool // with other readers: the connection stays when this one closes
	together bool
	prepared []*sql.Stmt
}

func (r *run) reader(ctx context.Context) (*bareReader, error) {
	if r.conn != nil {
		return &bareReader{conn: r.conn, shared: true, together: r.DB.Engine() == store.SQLite}, nil
	}
	conn, err := r.DB.ReadSQL().Conn(ctx)
	return &bareReader{conn: conn, together: r.DB.Engine() == store.SQLite}, err
}

func (b *bareReader) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	stmt, err := b.conn.PrepareContext(ctx, query)
	if err == nil {
		b.prepared = append(b.prepared, stmt)
	}
	return stmt, err
}

// once runs f as one reading.
func (b *bareReader) once(ctx context.Context, f func() error) error {
	if !b.together {
		return f()
	}
	if _, err := b.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	err := f()
	_, ended := b.conn.ExecContext(ctx, "COMMIT")
	return errors.Join(err, ended)
}

func (b *bareReader) close() {
	for _, stmt := range b.prepared {
		stmt.Close()
	}
	if !b.shared {
		b.conn.Close()
	}
}

// bareQuery is a page by two prepared statements: the rows, and the periods of those rows.
type bareQuery struct {
	*bareReader
	page, terms *sql.Stmt
	args        []any
	limit       int
	beside      []besideQuery // what else is read of the rows that are shown
}

// besideQuery is a prepared statement with its arguments.
type besideQuery struct {
	stmt *sql.Stmt
	args []any
}

// bareList prepares a page of complaints; behind the cursor if there is one.
func (r *run) bareList(ctx context.Context, where string, args []any, cursor string) (*bareQuery, error) {
	if cursor != "" {
		at, err := store.ParseCursor(cursor)
		if err != nil {
			return nil, err
		}
		where += fmt.Sprintf(" AND (c.received_at, c.id) < ($%d, $%d)", len(args)+1, len(args)+2)
		args = append(args, at.At, at.ID)
	}
	return r.bareQuery(ctx, `SELECT `+listColumns+` FROM intake_complaints c JOIN org_units u ON u.id = c.unit WHERE `+where+
		fmt.Sprintf(` ORDER BY c.received_at DESC, c.id DESC LIMIT %d`, page+1), "complaint", args)
}

// bareCases prepares the first page of some cases, each with the name of its first party.
func (r *run) bareCases(ctx context.Context, where string, args []any) (*bareQuery, error) {
	return r.bareQuery(ctx, `SELECT `+caseColumns+`, (SELECT p.name FROM casework_parties p WHERE p.case_id = c.id ORDER BY p.id LIMIT 1)
		FROM casework_cases c JOIN org_units u ON u.id = c.unit WHERE `+where+fmt.Sprintf(` ORDER BY c.opened_at DESC, c.id DESC LIMIT %d`, page+1), "case", args)
}

func (r *run) bareQuery(ctx context.Context, query, matter string, args []any) (q *bareQuery, err error) {
	q = &bareQuery{args: args, limit: page}
	if q.bareReader, err = r.reader(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			q.close()
		}
	}()
	if q.page, err = q.prepare(ctx, query); err != nil {
		return nil, err
	}
	// How many rows a page has is known after the first: the statement of their periods is prepared for it.
	ids, err := q.ids(ctx)
	if err != nil || len(ids) == 0 {
		return q, err
	}
	marks := make([]string, len(ids))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	q.terms, err = q.prepare(ctx, `SELECT `+termColumns+` FROM term_terms t WHERE t.matter_type = '`+matter+`' AND t.matter_id IN (`+strings.Join(marks, ",")+`)`)
	return q, err
}

// read reads the page and its periods, and says how many rows it shows.
func (q *bareQuery) read(ctx context.Context) (shown int, err error) {
	err = q.once(ctx, func() error {
		ids, err := q.ids(ctx)
		if shown = len(ids); err != nil || shown == 0 {
			return err
		}
		rows, err := q.terms.QueryContext(ctx, ids...)
		if err != nil {
			return err
		}
		if _, err = scanAll(rows, nil); err != nil {
			return err
		}
		for _, b := range q.beside {
			rows, err := b.stmt.QueryContext(ctx, b.args...)
			if err != nil {
				return err
			}
			if _, err := scanAll(rows, nil); err != nil {
				return err
			}
		}
		return nil
	})
	return shown, err
}

// besideHits prepares what tells where in the cases of a page the words of a search stand: the head and the parties of each,
// which parts of it match, and up to three of these parts themselves.
func (r *run) besideHits(ctx context.Context, q *bareQuery, word string) error {
	shown, err := q.ids(ctx)
	if err != nil || len(shown) == 0 {
		return err
	}
	ids := make([]string, len(shown))
	for i, id := range shown {
		ids[i] = fmt.Sprint(id)
	}
	add := func(query, column string, of []string) error {
		if len(of) == 0 {
			return nil
		}
		w := &store.Where{}
		w.In(column, of)
		stmt, err := q.prepare(ctx, query+` WHERE `+w.SQL())
		q.beside = append(q.beside, besideQuery{stmt, w.Args()})
		return err
	}
	var parts map[string][]string
	var matching besideQuery
	if err := r.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		query, args := tx.MatchingParts(casework.Type, ids, word)
		if matching.stmt, err = q.prepare(ctx, query); err != nil {
			return err
		}
		matching.args = args
		parts, err = store.PartsMatching(ctx, tx, casework.Type, ids, word)
		return err
	}); err != nil {
		return err
	}
	q.beside = append(q.beside, matching)
	of := map[string][]string{}
	for _, some := range parts {
		for _, part := range some[:min(len(some), 3)] {
			kind, id, _ := strings.Cut(part, "/")
			of[kind] = append(of[kind], id)
		}
	}
	return errors.Join(add(`SELECT number, title, act_place, matter, act_date, findings FROM casework_cases`, "id", ids),
		add(`SELECT case_id, kind, name, id_code, representative, address, phone FROM casework_parties`, "case_id", ids),
		add(`SELECT case_id, kind, number, title, fields, void_at FROM casework_documents`, "id", of["paper"]),
		add(`SELECT case_id, title, proves FROM casework_evidence`, "id", of["evidence"]),
		add(`SELECT case_id, step, fields FROM casework_steps`, "id", of["step"]))
}

func (q *bareQuery) ids(ctx context.Context) (ids []any, err error) {
	rows, err := q.page.QueryContext(ctx, q.args...)
	if err != nil {
		return nil, err
	}
	_, err = scanAll(rows, func(values []any) {
		if len(ids) < q.limit { // the row behind the page only says that there is a next one
			ids = append(ids, values[0])
		}
	})
	return ids, err
}

// What belongs to a complaint and to a case, by its id.
var (
	complaintRows = []string{
		`SELECT c.*, u.name FROM intake_complaints c JOIN org_units u ON u.id = c.unit WHERE c.id = $1`,
		`SELECT name, phone FROM intake_contacts WHERE complaint = $1`,
		`SELECT person, name FROM intake_officers WHERE complaint = $1 ORDER BY person`,
		`SELECT id, step, from_state, to_state, actor, actor_name, unit, fields, at FROM intake_steps WHERE complaint = $1 ORDER BY at, id`,
		`SELECT ` + termColumns + ` FROM term_terms t WHERE t.matter_type = 'complaint' AND t.matter_id = $1 ORDER BY t.start_at, t.id`,
	}
	caseRows = []string{
		`SELECT c.*, u.name FROM casework_cases c JOIN org_units u ON u.id = c.unit WHERE c.id = $1`,
		`SELECT person, name, certificate FROM casework_officers WHERE case_id = $1 ORDER BY person`,
		`SELECT id, kind, name, id_code, representative, address, phone, rev FROM casework_parties WHERE case_id = $1 ORDER BY id`,
		`SELECT id, seq, kind, title, proves, obtained_on, media FROM casework_evidence WHERE case_id = $1 ORDER BY seq`,
		`SELECT id, kind, number, title, sha256, check_code, issued_at, entry, length(pdf) FROM casework_documents WHERE case_id = $1 ORDER BY issued_at, id`,
		`SELECT yuan, voucher, paid_on FROM casework_payments WHERE case_id = $1`,
		`SELECT id, step, from_state, to_state, actor, actor_name, unit, fields, at FROM casework_steps WHERE case_id = $1 ORDER BY at, id`,
		`SELECT ` + termColumns + ` FROM term_terms t WHERE t.matter_type = 'case' AND t.matter_id = $1 ORDER BY t.start_at, t.id`,
	}
)

// bareDetail is all that belongs to one matter, by prepared statements.
type bareDetail struct{ *bareReader }

func (r *run) bareDetail(ctx context.Context, queries []string) (*bareDetail, error) {
	reader, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	for _, query := range queries {
		if _, err := reader.prepare(ctx, query); err != nil {
			reader.close()
			return nil, err
		}
	}
	return &bareDetail{reader}, nil
}

// rows reads all the rows of one matter and counts them.
func (d *bareDetail) rows(ctx context.Context, id string) (total int, err error) {
	err = d.once(ctx, func() error {
		for _, stmt := range d.prepared {
			rows, err := stmt.QueryContext(ctx, id)
			if err != nil {
				return err
			}
			n, err := scanAll(rows, nil)
			if total += n; err != nil {
				return err
			}
		}
		return nil
	})
	return total, err
}

// scanAll reads every value of every row.
func scanAll(rows *sql.Rows, each func([]any)) (n int, err error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		if n++; each != nil {
			each(values)
		}
	}
	return n, rows.Err()
}
