package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
)

// Type is a column's type, as both engines agree on it.
type Type string

// The only types that migrations may use.
const (
	Text      Type = "TEXT"
	Integer   Type = "INTEGER"
	BigInt    Type = "BIGINT"
	Boolean   Type = "BOOLEAN"
	Float     Type = "DOUBLE PRECISION"
	DateTime  Type = "DATETIME"
	CivilDate Type = "DATE"
	Bytes     Type = "BYTEA"
)

// Column is one column of a table.
type Column struct {
	Name string
	Type Type
}

// Table is a table as it is in the database now, its columns in the order of their names.
type Table struct {
	Name    string
	Columns []Column
	// Counter is the column that the engine itself numbers, if there is one. It is no part of a row's
	// content: it orders the rows, and a restored row gets a number anew, or the one of its place.
	Counter string
	engine  Engine
}

// counters are the columns that the engine numbers, by table: rowids on SQLite, identities on
// PostgreSQL.
var counters = map[string]string{"ledger_entries": "seq", "store_search_texts": "row"}

// Table describes a table. Returns store.no_table when there is none of that name.
func (t *Tx) Table(ctx context.Context, name string) (*Table, error) {
	if v, ok := t.db.tables.Load(name); ok {
		return v.(*Table), nil
	}
	query := `SELECT name, type FROM pragma_table_info($1)`
	if t.engine == Postgres {
		query = `SELECT column_name, coalesce(domain_name, data_type) FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name = $1 AND is_generated = 'NEVER'`
	}
	rows, err := t.Query(ctx, query, name)
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", name, err)
	}
	defer rows.Close()
	table := &Table{Name: name, Counter: counters[name], engine: t.engine}
	for rows.Next() {
		var c Column
		var kind string
		if err := rows.Scan(&c.Name, &kind); err != nil {
			return nil, fmt.Errorf("columns of %s: %w", name, err)
		}
		if c.Name == table.Counter {
			continue
		}
		c.Type = Type(strings.ToUpper(kind))
		table.Columns = append(table.Columns, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("columns of %s: %w", name, err)
	}
	if len(table.Columns) == 0 {
		return nil, noTable(name)
	}
	slices.SortFunc(table.Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
	t.db.tables.Store(name, table)
	return table, nil
}

// Tables lists the names of all tables with rows of ours, in order of name: not the migrator's, not
// the job queue's, and not those in which SQLite keeps its search index.
func (t *Tx) Tables(ctx context.Context) ([]string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	if t.engine == Postgres {
		query = `SELECT table_name FROM information_schema.tables
			WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name COLLATE "C"`
	}
	rows, err := t.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list tables: %w", err)
		}
		if name == "store_migrations" || strings.HasPrefix(name, "store_search_index") ||
			strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "river_") {
			continue
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// Views lists what is asked like a table and shows what somebody chose: views and what else is no table of its own, and tables with rules or policies over their rows.
func (t *Tx) Views(ctx context.Context) ([]string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'view'`
	if t.engine == Postgres {
		query = `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = current_schema() AND (c.relkind IN ('v', 'm', 'f') OR c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relhasrules))`
	}
	return Collect(ctx, t, func(r *sql.Rows) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	}, query)
}

// Has reports whether the table has the column.
func (t *Table) Has(column string) bool { return t.index(column) >= 0 }

func (t *Table) index(column string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == column })
}

// selectList names all columns. The plus makes SQLite hand out what is stored and not what its
// driver makes of it, so that no change of a byte hides behind a conversion.
func (t *Table) selectList() string {
	var b strings.Builder
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		if t.engine == SQLite {
			b.WriteByte('+')
		}
		b.WriteString(`"` + c.Name + `"`)
	}
	return b.String()
}

// Row is the content of one row of a table, as it is stored.
type Row struct {
	Table  *Table
	values []any
}

// Clone returns a row that stays good.
func (r Row) Clone() Row { return Row{r.Table, slices.Clone(r.values)} }

// Rows calls f with each row of the table. rest follows FROM: WHERE, ORDER BY, LIMIT, with its
// arguments. The row is only good until f returns.
func (t *Tx) Rows(ctx context.Context, table *Table, rest string, args []any, f func(Row) error) error {
	rows, err := t.Query(ctx, `SELECT `+table.selectList()+` FROM `+table.Name+` `+rest, args...)
	if err != nil {
		return fmt.Errorf("read rows of %s: %w", table.Name, err)
	}
	defer rows.Close()
	values := make([]any, len(table.Columns))
	dest := make([]any, len(values))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("read rows of %s: %w", table.Name, err)
		}
		if err := f(Row{table, values}); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read rows of %s: %w", table.Name, err)
	}
	return nil
}

// Holding ends a query for Rows whose rows must stay as they are read until the transaction is over:
// on PostgreSQL another transaction that is changing one of them is waited for. On SQLite there is
// one writer, and nothing to wait for.
func (t *Tx) Holding() string {
	if t.engine == Postgres {
		return ` FOR NO KEY UPDATE`
	}
	return ""
}

// AppendJSON appends the row as canonical JSON: an object of its columns that are not null, in the
// order of their names. The same content has the same bytes on both engines, and a nullable column
// added later changes nothing: that is why a migration may add no other kind to a sealed table.
func (r Row) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	first := true
	for i, c := range r.Table.Columns {
		if r.values[i] == nil {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = AppendString(dst, c.Name)
		dst = append(dst, ':')
		dst = appendValue(dst, c.Type, r.values[i])
	}
	return append(dst, '}')
}

// Digest is the SHA-256, in hex, of the row's canonical JSON.
func (r Row) Digest() string {
	sum := sha256.Sum256(r.AppendJSON(make([]byte, 0, 512)))
	return hex.EncodeToString(sum[:])
}

// Key writes the values of the named columns as the row's key: plain text if there is one column, a
// JSON array if there are several.
func (r Row) Key(columns []string) string {
	if len(columns) == 1 {
		i := r.Table.index(columns[0])
		if s, ok := r.values[i].(string); ok && r.Table.Columns[i].Type == Text {
			return s
		}
		return strings.Trim(string(appendValue(nil, r.Table.Columns[i].Type, r.values[i])), `"`)
	}
	key := []byte{'['}
	for n, name := range columns {
		if n > 0 {
			key = append(key, ',')
		}
		i := r.Table.index(name)
		key = appendValue(key, r.Table.Columns[i].Type, r.values[i])
	}
	return string(append(key, ']'))
}

// Field is the text of one column in its canonical form: a time in the fixed form, a number in
// digits. ok is false where it is null or not of its column's type.
func (r Row) Field(column string) (text string, ok bool) {
	i := r.Table.index(column)
	if i < 0 || r.values[i] == nil {
		return "", false
	}
	kind := r.Table.Columns[i].Type
	if s, isText := r.values[i].(string); isText && kind == Text {
		return s, validText(s)
	}
	v := appendValue(nil, kind, r.values[i])
	return strings.Trim(string(v), `"`), v[0] != '['
}

// Holds reports whether a column of text or of a time holds exactly this: for a time, its fixed form. It may say no of what Field
// gives in that form though it lies there in another.
func (r Row) Holds(column int, text string) bool {
	switch v := r.values[column].(type) {
	case string:
		return v == text && (r.Table.Columns[column].Type == Text || r.Table.Columns[column].Type == DateTime)
	case time.Time:
		return r.Table.Columns[column].Type == DateTime && v.UTC().Format(layout) == text
	}
	return false
}

// Text is the value of a column of text. ok is false where there is another value.
func (r Row) Text(column int) (text string, ok bool) {
	text, ok = r.values[column].(string)
	return text, ok && r.Table.Columns[column].Type == Text
}

// Int is the value of a column of whole numbers. ok is false where there is another value.
func (r Row) Int(column int) (n int64, ok bool) {
	n, ok = r.values[column].(int64)
	return n, ok && (r.Table.Columns[column].Type == Integer || r.Table.Columns[column].Type == BigInt)
}

// Index is the place of a column among the table's; -1 if it has none of that name.
func (t *Table) Index(column string) int { return t.index(column) }

// Blob is the value of a column of bytes. Returns an error where there is another value.
func (r Row) Blob(column string) ([]byte, error) {
	if i := r.Table.index(column); i >= 0 {
		if b, ok := r.values[i].([]byte); ok {
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s of %s holds no bytes", column, r.Table.Name)
}

// appendValue writes one value in its canonical form. A value that is not of its column's type (as
// only a hand that bypasses the program can leave it, on SQLite) is an array that holds its bytes,
// so that it is never equal to a proper one.
func appendValue(dst []byte, kind Type, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case int64:
		switch {
		case kind == Boolean && (v == 0 || v == 1):
			return strconv.AppendBool(dst, v == 1)
		case kind == Integer || kind == BigInt:
			return strconv.AppendInt(dst, v, 10)
		case kind == Float:
			return AppendFloat(dst, float64(v))
		}
		return appendOdd(dst, strconv.AppendInt(nil, v, 10))
	case bool:
		return strconv.AppendBool(dst, v)
	case float64:
		if kind == Float {
			return AppendFloat(dst, v)
		}
		return appendOdd(dst, AppendFloat(nil, v))
	case time.Time:
		if kind == CivilDate {
			return AppendString(dst, v.Format(time.DateOnly))
		}
		return AppendString(dst, v.UTC().Format(layout))
	case []byte:
		if kind == Bytes {
			dst = append(dst, '"')
			dst = base64.StdEncoding.AppendEncode(dst, v)
			return append(dst, '"')
		}
		return appendOdd(dst, v)
	case string:
		switch {
		case !validText(v):
		case kind == Text:
			return AppendString(dst, v)
		case kind == DateTime:
			if s, ok := exactTime(v); ok {
				return AppendString(dst, s)
			}
		case kind == CivilDate:
			if d, err := law.ParseDate(v); err == nil && d.String() == v {
				return AppendString(dst, v)
			}
		}
		return appendOdd(dst, []byte(v))
	default:
		return appendOdd(dst, fmt.Append(nil, v))
	}
}

func appendOdd(dst, raw []byte) []byte {
	dst = append(dst, '[', '"')
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, '"', ']')
}

// exactTime gives the fixed form of a stored time, if it is spelled exactly as one of the layouts
// that we read; a spelling that merely happens to parse is not.
func exactTime(s string) (string, bool) {
	for _, l := range []string{layout, time.RFC3339Nano, sqliteLayout} {
		if v, err := time.Parse(l, s); err == nil && v.Format(l) == s {
			return v.UTC().Format(layout), true
		}
	}
	return "", false
}

// sqliteLayout is how the SQLite driver writes a bare time.Time.
const sqliteLayout = "2006-01-02 15:04:05.999999999-07:00"

// KeyArgs turns a key as Row.Key writes it back into values to compare the columns with.
func (t *Table) KeyArgs(columns []string, key string) ([]any, error) {
	values := []string{key}
	if len(columns) > 1 {
		var err error
		if values, err = splitKey(key); err != nil || len(values) != len(columns) {
			return nil, fmt.Errorf("store: %q is not a key of %s %v", key, t.Name, columns)
		}
	}
	args := make([]any, len(columns))
	for n, name := range columns {
		i := t.index(name)
		if i < 0 {
			return nil, fmt.Errorf("store: %s has no column %s", t.Name, name)
		}
		arg, err := parseText(t.Columns[i].Type, values[n])
		if err != nil {
			return nil, fmt.Errorf("store: key of %s: %w", t.Name, err)
		}
		args[n] = arg
	}
	return args, nil
}

func parseText(kind Type, s string) (any, error) {
	switch kind {
	case Integer, BigInt:
		return strconv.ParseInt(s, 10, 64)
	case Boolean:
		return strconv.ParseBool(s)
	case Float:
		return strconv.ParseFloat(s, 64)
	case DateTime:
		var t Time
		err := t.parse(s)
		return t, err
	case CivilDate:
		d, err := law.ParseDate(s)
		return Date{d}, err
	case Bytes:
		return base64.StdEncoding.DecodeString(s)
	default:
		return s, nil
	}
}

// splitKey takes the values out of a key of several columns.
func splitKey(key string) ([]string, error) {
	dec := json.NewDecoder(strings.NewReader(key))
	dec.UseNumber()
	var values []any
	if err := dec.Decode(&values); err != nil {
		return nil, err
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return out, nil
}

func noTable(name string) error { return fault.New(fault.NotFound, "store.no_table", "table", name) }
