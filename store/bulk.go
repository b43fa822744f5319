package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"jiexu/fault"
	"jiexu/law"
)

// Bulk fills a migrated database with very many rows, much faster than transactions do: without the indexes that are not
// keys, which it builds afterwards, and without a journal on SQLite, by COPY on PostgreSQL. Nobody else may use the
// database meanwhile.
//
// On PostgreSQL all of it is one transaction, which a failure undoes. On SQLite a failure leaves a file of no use, which
// the caller removes.
type Bulk struct {
	engine Engine
	lite   *sql.Conn
	owner  *sql.DB
	stmts  map[string]liteInsert
	pg     *pgx.Conn
	tx     pgx.Tx
	again  []string // what puts back the indexes, links and triggers that were taken off
	placed []string // tables that are filled in the order of their rows' places
}

// liteInsert is an INSERT of several rows of a table, and one of a single row.
type liteInsert struct {
	many, one fullStmt
	rows      int
}

// OpenBulk opens a migrated database and takes off what slows the filling of the tables that are named.
func OpenBulk(ctx context.Context, dbURL string, tables []string) (*Bulk, error) {
	b := &Bulk{engine: Postgres, stmts: map[string]liteInsert{}}
	var err error
	if path, lite := strings.CutPrefix(dbURL, "sqlite:"); lite {
		b.engine = SQLite
		err = b.openSQLite(ctx, strings.TrimPrefix(path, "//"))
	} else {
		err = b.openPostgres(ctx, dbURL)
	}
	if err == nil {
		err = b.takeOff(ctx, tables)
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func (b *Bulk) openSQLite(ctx context.Context, path string) error {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "locking_mode(EXCLUSIVE)", "journal_mode(OFF)", "synchronous(OFF)", "foreign_keys(OFF)", "temp_store(FILE)", "cache_size(-400000)"}}
	connector, err := newSQLiteConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode())
	if err != nil {
		return err
	}
	b.owner = sql.OpenDB(connector)
	if b.lite, err = b.owner.Conn(ctx); err == nil {
		_, err = b.lite.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	return err
}

func (b *Bulk) openPostgres(ctx context.Context, dbURL string) (err error) {
	if b.pg, err = pgx.Connect(ctx, dbURL); err != nil {
		return fault.Wrap(err, fault.Unavailable, "store.unreachable", "detail", err.Error())
	}
	if b.tx, err = b.pg.Begin(ctx); err != nil {
		return err
	}
	for _, set := range []string{"SET LOCAL timezone = 'UTC'", "SET LOCAL maintenance_work_mem = '512MB'", "SET LOCAL synchronous_commit = on"} {
		if _, err := b.tx.Exec(ctx, set); err != nil {
			return err
		}
	}
	return nil
}

// takeOff removes indexes that are no keys, links between tables and triggers, and notes how to put them back.
func (b *Bulk) takeOff(ctx context.Context, tables []string) error {
	var off []string
	note := func(drop, again string) { off, b.again = append(off, drop), append(b.again, again) }
	if b.engine == SQLite {
		rows, err := b.lite.QueryContext(ctx, `SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var kind, name, table, made string
			if err := rows.Scan(&kind, &name, &table, &made); err != nil {
				return err
			}
			if slices.Contains(tables, table) {
				note("DROP "+kind+` "`+name+`"`, made)
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
	} else {
		for _, query := range []string{
			`SELECT t.relname, format('DROP INDEX %I', i.relname), pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
				WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid) ORDER BY 2`,
			`SELECT t.relname, format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname, c.conname), format('ALTER TABLE %I ADD CONSTRAINT %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid))
				FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'f' AND t.relnamespace = CAST(current_schema() AS regnamespace) ORDER BY 2`,
		} {
			rows, err := b.tx.Query(ctx, query)
			if err != nil {
				return err
			}
			var table, drop, again string
			if _, err := pgx.ForEachRow(rows, []any{&table, &drop, &again}, func() error {
				if slices.Contains(tables, table) {
					note(drop, again)
				}
				return nil
			}); err != nil {
				return err
			}
		}
	}
	for _, drop := range off {
		if err := b.Exec(ctx, drop); err != nil {
			return fmt.Errorf("%s: %w", drop, err)
		}
	}
	for _, table := range tables {
		if _, ok := placed[table]; !ok || b.engine == SQLite {
			continue
		}
		b.placed = append(b.placed, table)
		if err := b.Exec(ctx, countAsPlaced(table)); err != nil {
			return fmt.Errorf("number the rows of %s: %w", table, err)
		}
	}
	return nil
}

// Exec runs a statement beside the filling, with numbered placeholders.
func (b *Bulk) Exec(ctx context.Context, query string, args ...any) error {
	var err error
	if b.engine == SQLite {
		_, err = b.lite.ExecContext(ctx, query, args...)
	} else {
		_, err = b.tx.Exec(ctx, query, args...)
	}
	return err
}

// BulkTable is a table that is being filled, its rows given by the columns that are named.
type BulkTable struct {
	*Table
	place []int // of a given value among the table's columns
}

// Table describes a table for filling, from a migrated database. The columns that are not named stay null.
func (t *Tx) BulkTable(ctx context.Context, name string, columns ...string) (*BulkTable, error) {
	table, err := t.Table(ctx, name)
	if err != nil {
		return nil, err
	}
	b := &BulkTable{Table: table, place: make([]int, len(columns))}
	for i, c := range columns {
		if b.place[i] = table.index(c); b.place[i] < 0 {
			return nil, fmt.Errorf("store: %s has no column %s", name, c)
		}
	}
	return b, nil
}

// Row makes a row of values in the order of the named columns: strings, numbers, booleans, Time, Date, []byte, or nil.
func (t *BulkTable) Row(values ...any) Row {
	row := Row{Table: t.Table, values: make([]any, len(t.Columns))}
	if len(values) != len(t.place) {
		panic(fmt.Sprintf("store: %d values for %d columns of %s", len(values), len(t.place), t.Name))
	}
	for i, v := range values {
		row.values[t.place[i]] = bulkValue(v)
	}
	return row
}

// bulkValue gives a value the type that PostgreSQL reads it in, which both engines digest alike.
func bulkValue(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case Time:
		return v.Time
	case *Time:
		if v == nil {
			return nil
		}
		return v.Time
	case Date:
		return midnight(v.Date)
	case law.Date:
		return midnight(v)
	}
	return v
}

func midnight(d law.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// Fill inserts rows of one table.
func (b *Bulk) Fill(ctx context.Context, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	if b.engine == SQLite {
		return b.fillSQLite(rows)
	}
	names := make([]string, len(rows[0].Table.Columns))
	for i, c := range rows[0].Table.Columns {
		names[i] = c.Name
	}
	_, err := b.tx.CopyFrom(ctx, pgx.Identifier{rows[0].Table.Name}, names, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return rows[i].values, nil }))
	if err != nil {
		return fmt.Errorf("fill %s: %w", rows[0].Table.Name, err)
	}
	return nil
}

func (b *Bulk) fillSQLite(rows []Row) error {
	table := rows[0].Table
	insert, err := b.insertOf(table)
	if err != nil {
		return fmt.Errorf("fill %s: %w", table.Name, err)
	}
	// A context that can end makes the driver watch each statement, which costs more than the statement.
	ctx := context.Background()
	args := make([]driver.NamedValue, insert.rows*len(table.Columns))
	for len(rows) > 0 {
		stmt, n := insert.many, insert.rows
		if len(rows) < n {
			stmt, n = insert.one, 1
		}
		for i, row := range rows[:n] {
			for j, v := range row.values {
				at := i*len(table.Columns) + j
				args[at] = driver.NamedValue{Ordinal: at + 1, Value: liteValue(table.Columns[j].Type, v)}
			}
		}
		if _, err := stmt.ExecContext(ctx, args[:n*len(table.Columns)]); err != nil {
			return fmt.Errorf("fill %s: %w", table.Name, err)
		}
		rows = rows[n:]
	}
	return nil
}

// liteValue is a value as transactions write it on SQLite.
func liteValue(kind Type, v any) driver.Value {
	if t, ok := v.(time.Time); ok {
		if kind == CivilDate {
			return t.Format(time.DateOnly)
		}
		return t.UTC().Format(layout)
	}
	return v
}

func (b *Bulk) insertOf(table *Table) (liteInsert, error) {
	if known, ok := b.stmts[table.Name]; ok {
		return known, nil
	}
	insert := liteInsert{rows: max(1, 200/len(table.Columns))}
	err := b.lite.Raw(func(conn any) (err error) {
		kept := conn.(*keepingConn)
		prepare := func(n int) (fullStmt, error) {
			stmt, err := kept.fullConn.PrepareContext(context.Background(), insertRows(table, n))
			if err != nil {
				return nil, err
			}
			return stmt.(fullStmt), nil
		}
		if insert.many, err = prepare(insert.rows); err == nil {
			insert.one, err = prepare(1)
		}
		return err
	})
	b.stmts[table.Name] = insert
	return insert, err
}

func insertRows(table *Table, n int) string {
	names, marks := make([]string, len(table.Columns)), make([]string, len(table.Columns))
	for i, c := range table.Columns {
		names[i], marks[i] = `"`+c.Name+`"`, "?"
	}
	row := "(" + strings.Join(marks, ",") + ")"
	return "INSERT INTO " + table.Name + " (" + strings.Join(names, ",") + ") VALUES " + strings.Repeat(row+",", n-1) + row
}

// Finish builds the indexes anew, and on SQLite the index of what can be searched, and makes all durable. doing hears of
// each part, of how many.
func (b *Bulk) Finish(ctx context.Context, doing func(done, all int)) error {
	again := b.again
	if b.engine == SQLite {
		again = append([]string{`INSERT INTO store_search_index (store_search_index) VALUES ('rebuild')`}, again...)
	} else {
		again = append(slices.Clone(again), `ANALYZE`)
	}
	for i, statement := range again {
		doing(i, len(again))
		if err := b.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	doing(len(again), len(again))
	for _, table := range b.placed {
		if err := b.Exec(ctx, countFrom(table), int64(waitingFrom)); err != nil {
			return fmt.Errorf("number the rows of %s: %w", table, err)
		}
	}
	if b.engine == Postgres {
		return b.tx.Commit(ctx)
	}
	for _, s := range b.stmts {
		s.many.Close()
		s.one.Close()
	}
	clear(b.stmts)
	return b.Exec(ctx, "COMMIT")
}

// Close ends it; what was not finished is undone on PostgreSQL, and of no use on SQLite.
func (b *Bulk) Close() (err error) {
	if b.lite != nil {
		for _, s := range b.stmts {
			s.many.Close()
			s.one.Close()
		}
		err = b.lite.Close()
	}
	if b.owner != nil {
		err = errors.Join(err, b.owner.Close())
	}
	if b.tx != nil {
		if undone := b.tx.Rollback(context.Background()); !errors.Is(undone, pgx.ErrTxClosed) {
			err = errors.Join(err, undone)
		}
	}
	if b.pg != nil {
		err = errors.Join(err, b.pg.Close(context.Background()))
	}
	return err
}
