package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// A connection to PostgreSQL that goes there less often than database/sql would: the statements of
// Tx.Together in one message, the beginning of a reading transaction along with its first statement,
// and its end after its caller has what it read.

func openPool(pool *pgxpool.Pool) *sql.DB {
	db := sql.OpenDB(pipelineConnector{stdlib.GetPoolConnector(pool)})
	db.SetMaxIdleConns(0) // the pool keeps them; without this they would not be given back to it
	return db
}

type pipelineConnector struct{ driver.Connector }

// Connect takes a connection from the pool.
func (c pipelineConnector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("store: %T is not the PostgreSQL connection that it was", opened)
	}
	return &pipelineConn{Conn: conn}, nil
}

// pipelineConn is a connection; one goroutine at a time uses it, as database/sql sees to.
type pipelineConn struct {
	*stdlib.Conn
	begin string // what begins the transaction, while the server has not heard of it
	end   string // what ends the transaction, likewise
}

// BeginTx begins a transaction; one that only reads begins with its first statement.
func (c *pipelineConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if !opts.ReadOnly || sql.IsolationLevel(opts.Isolation) != sql.LevelRepeatableRead {
		return c.Conn.BeginTx(ctx, opts)
	}
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	c.begin = "begin isolation level repeatable read read only"
	return readingTx{c}, nil
}

// readingTx ends when the connection goes back to the pool, or is used again: what was read is whole
// before that, and nothing was written.
type readingTx struct{ *pipelineConn }

// Commit ends the transaction.
func (t readingTx) Commit() error { return t.over("commit") }

// Rollback ends the transaction.
func (t readingTx) Rollback() error { return t.over("rollback") }

func (t readingTx) over(how string) error {
	if t.begin != "" {
		t.begin = ""
		return nil
	}
	t.end = how
	return nil
}

// endNow tells the server of the end that it has not heard of. A connection on which that fails is
// not used again.
func (c *pipelineConn) endNow(ctx context.Context) error {
	if c.end == "" {
		return nil
	}
	how := c.end
	c.end = ""
	if _, err := c.Conn.Conn().Exec(ctx, how); err != nil {
		c.Conn.Conn().Close(ctx)
		return driver.ErrBadConn
	}
	return nil
}

// ResetSession makes the connection ready for who uses it next.
func (c *pipelineConn) ResetSession(ctx context.Context) error {
	if err := c.endNow(ctx); err != nil {
		return err
	}
	return c.Conn.ResetSession(ctx)
}

// endTime bounds the waiting for a server that does not answer any more.
const endTime = 10 * time.Second

// Close gives the connection back to the pool, and lets nobody wait for the end of what it read.
func (c *pipelineConn) Close() error {
	if c.end == "" || c.Conn.Conn().IsClosed() {
		return c.Conn.Close()
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), endTime)
		defer cancel()
		_ = c.endNow(ctx)
		c.Conn.Close()
	}()
	return nil
}

// started begins a transaction of which the server has not heard, for what cannot go along with it.
func (c *pipelineConn) started(ctx context.Context) error {
	if c.begin == "" {
		return nil
	}
	begin := c.begin
	c.begin = ""
	_, err := c.Conn.Conn().Exec(ctx, begin)
	return err
}

// PrepareContext prepares a statement.
func (c *pipelineConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.started(ctx); err != nil {
		return nil, err
	}
	return c.Conn.PrepareContext(ctx, query)
}

// ExecContext runs a statement.
func (c *pipelineConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if p, ok := ctx.Value(placeKey{}).(*place); ok {
		a := c.answer(ctx, p)
		return driver.RowsAffected(a.changed), a.err
	}
	if err := c.started(ctx); err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, query, args)
}

// QueryContext runs a query.
func (c *pipelineConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if p, ok := ctx.Value(placeKey{}).(*place); ok {
		a := c.answer(ctx, p)
		if a.err != nil {
			return nil, a.err
		}
		return a.rows, nil
	}
	if c.begin == "" {
		return c.Conn.QueryContext(ctx, query, args)
	}
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	batch := &pgx.Batch{}
	batch.Queue(c.begin)
	plain := make([]any, len(args))
	for i, a := range args {
		plain[i] = a.Value
	}
	batch.Queue(query, plain...)
	c.begin = ""
	sent := c.Conn.Conn().SendBatch(ctx, batch)
	if _, err := sent.Exec(); err != nil {
		return nil, errors.Join(lost(err), sent.Close())
	}
	rows, err := sent.Query()
	if err != nil {
		sent.Close()
		return nil, lost(err)
	}
	// The first row is fetched now, because database/sql asks for the columns before it asks for a row.
	r := &sentRows{sent: sent, rows: rows}
	if r.ahead = rows.Next(); !r.ahead {
		if err := errors.Join(rows.Err(), sent.Close()); err != nil {
			return nil, err
		}
	}
	r.reader = newReader(c.Conn.Conn().TypeMap(), rows.FieldDescriptions())
	return r, nil
}

// lost says that another connection may be tried, where the server has not heard of the statement.
func lost(err error) error {
	if pgconn.SafeToRetry(err) {
		return driver.ErrBadConn
	}
	return err
}

// answer is what a statement of a round gave.
type answer struct {
	rows    *keptRows
	changed int64
	err     error
}

// answer gives a statement's answer, and sends its round if none of it has gone yet.
func (c *pipelineConn) answer(ctx context.Context, p *place) answer {
	if p.round.answers == nil {
		p.round.answers = c.send(ctx, p.round.questions)
	}
	return p.round.answers[p.n]
}

// send sends statements together and takes in all their answers.
func (c *pipelineConn) send(ctx context.Context, questions []question) []answer {
	batch := &pgx.Batch{}
	begins := c.begin != ""
	if begins {
		batch.Queue(c.begin)
		c.begin = ""
	}
	for _, q := range questions {
		batch.Queue(q.query, q.args...)
	}
	out := make([]answer, len(questions))
	sent := c.Conn.Conn().SendBatch(ctx, batch)
	var failed error
	if begins {
		_, failed = sent.Exec()
	}
	for i := range out {
		if failed == nil {
			out[i], failed = c.keep(sent)
		}
		out[i].err = failed // behind the first that failed nothing was done
	}
	if err := sent.Close(); err != nil && failed == nil {
		out[len(out)-1].err = err
	}
	return out
}

// keep takes in the next answer of a round.
func (c *pipelineConn) keep(sent pgx.BatchResults) (answer, error) {
	rows, err := sent.Query()
	if err != nil {
		return answer{}, err
	}
	kept := &keptRows{}
	for rows.Next() {
		if kept.reader == nil {
			kept.reader = newReader(c.Conn.Conn().TypeMap(), rows.FieldDescriptions())
		}
		row := make([]driver.Value, len(kept.reader.names))
		if err := kept.reader.read(rows.RawValues(), row); err != nil {
			rows.Close()
			return answer{}, err
		}
		kept.rows = append(kept.rows, row)
	}
	rows.Close()
	if kept.reader == nil {
		kept.reader = newReader(c.Conn.Conn().TypeMap(), rows.FieldDescriptions())
	}
	return answer{rows: kept, changed: rows.CommandTag().RowsAffected()}, rows.Err()
}

// keptRows are rows that have all come.
type keptRows struct {
	*reader
	rows [][]driver.Value
}

// Close forgets the rows.
func (r *keptRows) Close() error { r.rows = nil; return nil }

// Next gives the next row.
func (r *keptRows) Next(dest []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(dest, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}

// sentRows are rows that are still coming.
type sentRows struct {
	*reader
	sent  pgx.BatchResults
	rows  pgx.Rows
	ahead bool // a row was fetched and not yet given
}

// Close ends the query.
func (r *sentRows) Close() error {
	r.rows.Close()
	return errors.Join(r.rows.Err(), r.sent.Close())
}

// Next gives the next row.
func (r *sentRows) Next(dest []driver.Value) error {
	if !r.ahead && !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	r.ahead = false
	return r.read(r.rows.RawValues(), dest)
}

// reader turns what comes over the wire into what database/sql takes, as pgx's own driver does.
type reader struct {
	names []string
	each  []func([]byte) (driver.Value, error)
}

// Columns are the names of the columns.
func (r *reader) Columns() []string { return r.names }

func (r *reader) read(raw [][]byte, into []driver.Value) (err error) {
	for i, b := range raw {
		if b == nil {
			into[i] = nil
		} else if into[i], err = r.each[i](b); err != nil {
			return fmt.Errorf("column %s: %w", r.names[i], err)
		}
	}
	return nil
}

func newReader(m *pgtype.Map, fields []pgconn.FieldDescription) *reader {
	r := &reader{names: make([]string, len(fields)), each: make([]func([]byte) (driver.Value, error), len(fields))}
	for i, f := range fields {
		r.names[i], r.each[i] = f.Name, readerOf(m, f)
	}
	return r
}

func readerOf(m *pgtype.Map, f pgconn.FieldDescription) func([]byte) (driver.Value, error) {
	switch f.DataTypeOID {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.NameOID: // the same bytes in both formats
		return func(src []byte) (driver.Value, error) { return string(src), nil }
	case pgtype.BoolOID:
		return readAs(m, f, func(v bool) (driver.Value, error) { return v, nil })
	case pgtype.ByteaOID:
		return readAs(m, f, func(v []byte) (driver.Value, error) { return v, nil })
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return readAs(m, f, func(v int64) (driver.Value, error) { return v, nil })
	case pgtype.Float4OID, pgtype.Float8OID:
		return readAs(m, f, func(v float64) (driver.Value, error) { return v, nil })
	case pgtype.NumericOID:
		return readAs(m, f, func(v pgtype.Numeric) (driver.Value, error) { return v.Value() })
	case pgtype.OIDOID, pgtype.XIDOID, pgtype.CIDOID:
		return readAs(m, f, func(v uint32) (driver.Value, error) { return int64(v), nil })
	case pgtype.DateOID:
		return readAs(m, f, func(v pgtype.Date) (driver.Value, error) { return v.Value() })
	case pgtype.TimestampOID:
		return readAs(m, f, func(v pgtype.Timestamp) (driver.Value, error) { return v.Value() })
	case pgtype.TimestamptzOID:
		return readAs(m, f, func(v pgtype.Timestamptz) (driver.Value, error) { return v.Value() })
	default:
		return readAs(m, f, func(v string) (driver.Value, error) { return v, nil })
	}
}

func readAs[T any](m *pgtype.Map, f pgconn.FieldDescription, value func(T) (driver.Value, error)) func([]byte) (driver.Value, error) {
	plan := m.PlanScan(f.DataTypeOID, f.Format, new(T))
	return func(src []byte) (driver.Value, error) {
		var v T
		if err := plan.Scan(src, &v); err != nil {
			return nil, err
		}
		return value(v)
	}
}
