package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"modernc.org/sqlite"
)

// SQLite compiles a statement anew each time that it runs, which costs more than running most of
// ours. So each connection keeps what it has compiled, as the PostgreSQL driver does by itself.
// Nobody above notices: SQLite compiles a kept statement again when the schema has changed.

const (
	maxKept       = 256  // statements of a connection; when there are more, all are forgotten
	maxKeptLength = 4096 // bytes; longer ones are those of imports, with their hundreds of rows
)

// sqliteConnector opens connections that keep their statements.
type sqliteConnector struct{ driver.Connector }

func newSQLiteConnector(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	return sqliteConnector{c}, err
}

// Connect opens a connection.
func (c sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(fullConn)
	if !ok {
		return nil, fmt.Errorf("store: %T is not the SQLite connection that it was", opened)
	}
	return &keepingConn{fullConn: conn, kept: map[string]fullStmt{}}, nil
}

// fullConn and fullStmt are what the driver's connections and statements can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn is a connection with its compiled statements. A statement that is at work is not among
// the kept ones, so the same query within its own rows compiles a second one. database/sql lets one
// goroutine at a time use a connection, its rows included.
type keepingConn struct {
	fullConn
	kept map[string]fullStmt
}

// keeps reports whether a query is worth keeping: what reads and writes rows, no PRAGMA, of which
// some act when they are compiled. The job queue's begin with a line that names them.
func keeps(query string) bool {
	if len(query) > maxKeptLength {
		return false
	}
	for strings.HasPrefix(query, "--") {
		_, query, _ = strings.Cut(query, "\n")
		query = strings.TrimLeft(query, " \t\r\n")
	}
	for _, verb := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
		if strings.HasPrefix(query, verb) {
			return true
		}
	}
	return false
}

// take gets a compiled statement out of the kept ones, or compiles it.
func (c *keepingConn) take(ctx context.Context, query string) (fullStmt, error) {
	if stmt, ok := c.kept[query]; ok {
		delete(c.kept, query)
		return stmt, nil
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	stmt, ok := prepared.(fullStmt)
	if !ok {
		return nil, fmt.Errorf("store: %T is not the SQLite statement that it was", prepared)
	}
	return stmt, nil
}

// keep puts a statement that has done its work among the kept ones.
func (c *keepingConn) keep(query string, stmt fullStmt) {
	if _, twice := c.kept[query]; twice {
		stmt.Close()
		return
	}
	if len(c.kept) >= maxKept {
		c.forget()
	}
	c.kept[query] = stmt
}

func (c *keepingConn) forget() {
	for query, stmt := range c.kept {
		stmt.Close()
		delete(c.kept, query)
	}
}

// Close forgets the statements and closes the connection.
func (c *keepingConn) Close() error {
	c.forget()
	return c.fullConn.Close()
}

// ExecContext runs a statement.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !keeps(query) {
		return c.fullConn.ExecContext(ctx, query, args)
	}
	stmt, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	done, err := stmt.ExecContext(ctx, args)
	if err != nil {
		stmt.Close() // one that failed is not trusted again
		return nil, err
	}
	c.keep(query, stmt)
	return done, nil
}

// QueryContext runs a query; its statement is kept once the rows are closed.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !keeps(query) {
		return c.fullConn.QueryContext(ctx, query, args)
	}
	stmt, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args)
	if err != nil {
		stmt.Close()
		return nil, err
	}
	return &keepingRows{Rows: rows, conn: c, query: query, stmt: stmt}, nil
}

// keepingRows gives its statement back when it is closed.
type keepingRows struct {
	driver.Rows
	conn  *keepingConn
	query string
	stmt  fullStmt
}

// Close closes the rows.
func (r *keepingRows) Close() error {
	err := r.Rows.Close()
	if r.stmt == nil {
		return err
	}
	if err != nil {
		r.stmt.Close()
	} else {
		r.conn.keep(r.query, r.stmt)
	}
	r.stmt = nil
	return err
}
