package store

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"jiexu/fault"
)

const (
	maxManifest = 256 << 20 // a hundred bytes for each media file
	maxLine     = 64 << 20  // one row
	maxPacking  = 500       // times that a table may shrink in the file; more is a bomb, not a table
)

// Restore fills an empty database from a backup, of either engine, and puts its media files, from the backup itself or
// from the folder beside it, into the media folder. It migrates the database to the backup's schema, loads and compares all tables in
// one transaction, and only then brings the schema up to date.
//
// Nothing is restored unless everything is right. Returns restore.damaged for a file that is not a
// whole backup or in which any hash differs, restore.newer for one of a newer program, and
// restore.not_empty if there is anything in the database already.
func (db *DB) Restore(ctx context.Context, r io.ReaderAt, size int64, media, beside string) (Manifest, error) {
	in, err := zip.NewReader(r, size)
	if err != nil {
		return Manifest{}, damaged("not a whole backup file")
	}
	b := &backupReader{files: map[string]*zip.File{}, beside: beside}
	for _, f := range in.File {
		if b.files[f.Name] != nil {
			return Manifest{}, damaged(f.Name + " twice")
		}
		b.files[f.Name] = f
	}
	m, err := b.manifest()
	if err != nil {
		return Manifest{}, err
	}
	known, err := db.knownMigrations()
	if err != nil {
		return Manifest{}, err
	}
	for _, v := range m.Schema {
		if !slices.Contains(known, v) {
			return Manifest{}, fault.New(fault.Invalid, "restore.newer", "schema", v)
		}
	}
	if err := db.migrateTo(ctx, m.Schema); err != nil {
		return Manifest{}, err
	}
	files, err := b.restoreMedia(m, media)
	if err == nil {
		err = db.Write(ctx, func(ctx context.Context, tx *Tx) error { return b.load(ctx, tx, m) })
	}
	if err = errors.Join(err, files.close(err != nil)); err != nil {
		return Manifest{}, err
	}
	return m, db.Migrate(ctx)
}

func damaged(detail string) error {
	return fault.New(fault.Invalid, "restore.damaged", "detail", detail)
}

// backupReader reads the parts of a backup.
type backupReader struct {
	files  map[string]*zip.File
	beside string // folder of media that are not in the file
}

func (b *backupReader) manifest() (m Manifest, err error) {
	f := b.files["manifest.json"]
	if f == nil {
		return m, damaged("no manifest")
	}
	in, err := f.Open()
	if err != nil {
		return m, damaged("manifest: " + err.Error())
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxManifest+1))
	if err != nil || len(data) > maxManifest || json.Unmarshal(data, &m) != nil {
		return Manifest{}, damaged("manifest")
	}
	if m.Format != backupFormat {
		return Manifest{}, fault.New(fault.Invalid, "restore.newer", "schema", clipName(m.Format))
	}
	if !slices.IsSorted(m.Schema) || len(m.Schema) == 0 {
		return Manifest{}, damaged("manifest: schema")
	}
	for _, t := range m.Tables {
		f := b.files[tableFile(t.Name)]
		if f == nil || int64(f.UncompressedSize64) != t.Size || t.Rows < 0 {
			return Manifest{}, damaged("table " + clipName(t.Name))
		}
		if f.UncompressedSize64 > maxPacking*f.CompressedSize64+1<<20 {
			return Manifest{}, damaged("table " + clipName(t.Name) + " unpacks beyond measure")
		}
	}
	for _, file := range m.Media {
		if file.Beside && filepath.IsLocal(filepath.FromSlash(file.Path)) {
			if b.beside == "" {
				return Manifest{}, fault.New(fault.Invalid, "restore.no_beside", "files", len(m.Media))
			}
			continue
		}
		f := b.files["media/"+file.Path]
		if f == nil || f.Method != zip.Store || int64(f.UncompressedSize64) != file.Size || !filepath.IsLocal(filepath.FromSlash(file.Path)) {
			return Manifest{}, damaged("media " + clipName(file.Path))
		}
	}
	return m, nil
}

func clipName(s string) string {
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return strings.ToValidUTF8(s, "?")
}

// load fills the tables, and reads them back: what the database now holds has the manifest's hashes.
func (b *backupReader) load(ctx context.Context, tx *Tx, m Manifest) error {
	names, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	links, err := tx.links(ctx, names)
	if err != nil {
		return err
	}
	order := byDependence(names, links)
	if err := tx.mustBeEmpty(ctx, m.Schema, order); err != nil {
		return err
	}
	rows := map[string]ManifestTable{}
	for _, t := range m.Tables {
		if !slices.Contains(names, t.Name) {
			return fault.New(fault.Invalid, "restore.newer", "schema", clipName(t.Name))
		}
		rows[t.Name] = t
	}
	for _, name := range order {
		t, ok := rows[name]
		if !ok {
			continue
		}
		if err := b.loadTable(ctx, tx, t, links[name]); err != nil {
			return err
		}
		back, err := tx.dump(ctx, name, io.Discard)
		if err != nil {
			return err
		}
		if back != t {
			return damaged("table " + name)
		}
	}
	if !slices.Contains(m.Schema, numbersFollow) { // the migration that is still to come does it
		return nil
	}
	return tx.renumber(ctx)
}

// mustBeEmpty makes sure that nothing is in the tables but what migrations put there, and removes
// that, for it is in the backup too.
func (t *Tx) mustBeEmpty(ctx context.Context, schema []int64, tables []string) error {
	seeds, err := seeded(ctx, schema)
	if err != nil {
		return err
	}
	for _, name := range tables {
		var n int64
		if err := t.QueryRow(ctx, `SELECT count(*) FROM `+name).Scan(&n); err != nil {
			return fmt.Errorf("count %s: %w", name, err)
		}
		if _, out := LeftOut()[name]; n > seeds[name] && !out {
			return fault.New(fault.Conflict, "restore.not_empty", "table", name, "rows", n)
		}
	}
	for _, name := range slices.Backward(tables) {
		if _, err := t.Exec(ctx, `DELETE FROM `+name); err != nil {
			return fmt.Errorf("empty %s: %w", name, err)
		}
	}
	return nil
}

// seeded counts the rows that the migrations themselves insert, by migrating a database of no use.
func seeded(ctx context.Context, schema []int64) (map[string]int64, error) {
	dir, err := os.MkdirTemp("", "jiexu-restore-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := Open(ctx, "sqlite:"+filepath.Join(dir, "seeds.db"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := db.migrateTo(ctx, schema); err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		names, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		for _, name := range names {
			var n int64
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM `+name).Scan(&n); err != nil {
				return err
			}
			counts[name] = n
		}
		return nil
	})
	return counts, err
}

func (b *backupReader) loadTable(ctx context.Context, tx *Tx, t ManifestTable, links []link) error {
	table, err := tx.Table(ctx, t.Name)
	if err != nil {
		return err
	}
	in, err := b.files[tableFile(t.Name)].Open()
	if err != nil {
		return damaged("table " + t.Name)
	}
	defer in.Close()
	if _, ok := placed[t.Name]; ok && tx.engine == Postgres { // they come in order of their places
		if _, err := tx.Exec(ctx, countAsPlaced(t.Name)); err != nil {
			return fmt.Errorf("number the rows of %s: %w", t.Name, err)
		}
	}
	l := &loader{tx: tx, table: table, seen: map[string]bool{}}
	for _, k := range links {
		if k.to == t.Name {
			l.self, l.target = k.column, k.target
		}
	}
	lines := bufio.NewReaderSize(io.LimitReader(in, t.Size), 1<<16)
	for n := int64(0); n < t.Rows; n++ {
		line, err := readLine(lines)
		if err != nil {
			return damaged(fmt.Sprintf("table %s, row %d", t.Name, n+1))
		}
		row, err := decodeRow(table, line)
		if err != nil {
			return damaged(fmt.Sprintf("table %s, row %d: %v", t.Name, n+1, err))
		}
		if err := l.add(ctx, row); err != nil {
			return err
		}
	}
	return l.end(ctx)
}

func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, errors.New("a row too long")
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// decodeRow reads a row as Row.AppendJSON writes it, in the order of the table's columns.
func decodeRow(table *Table, line []byte) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var fields map[string]any
	if err := dec.Decode(&fields); err != nil {
		return nil, errors.New("not JSON")
	}
	row := make([]any, len(table.Columns))
	for i, c := range table.Columns {
		v, ok := fields[c.Name]
		if !ok {
			continue
		}
		delete(fields, c.Name)
		var err error
		if row[i], err = decodeValue(c.Type, v); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	for name := range fields {
		return nil, fmt.Errorf("column %s is not known", clipName(name))
	}
	return row, nil
}

func decodeValue(kind Type, v any) (any, error) {
	switch v := v.(type) {
	case bool:
		if kind == Boolean {
			return v, nil
		}
	case json.Number:
		switch kind {
		case Integer, BigInt:
			return strconv.ParseInt(v.String(), 10, 64)
		case Float:
			return strconv.ParseFloat(v.String(), 64)
		}
	case string:
		switch kind {
		case Text:
			return v, nil
		case DateTime:
			return ParseTime(v)
		case CivilDate:
			return parseText(kind, v)
		case Float:
			return strconv.ParseFloat(v, 64) // NaN, +Inf
		case Bytes:
			return base64.StdEncoding.Strict().DecodeString(v)
		}
	}
	return nil, fmt.Errorf("no value of type %s", kind)
}

// loader inserts rows many at a time. In a table whose rows name others of the same table, a row
// waits until the one that it names is in.
type loader struct {
	tx    *Tx
	table *Table
	batch [][]any
	bytes int

	self, target string // column that names another row, and the column that it names
	seen         map[string]bool
	waiting      [][]any
}

func (l *loader) add(ctx context.Context, row []any) error {
	if l.self != "" {
		if parent := row[l.table.index(l.self)]; parent != nil && parent != row[l.table.index(l.target)] && !l.seen[fmt.Sprint(parent)] {
			l.waiting = append(l.waiting, row)
			return nil
		}
		l.seen[fmt.Sprint(row[l.table.index(l.target)])] = true
	}
	l.batch = append(l.batch, row)
	for _, v := range row {
		switch v := v.(type) {
		case string:
			l.bytes += len(v)
		case []byte:
			l.bytes += len(v)
		}
	}
	if len(l.batch)*len(row) >= 3000 || l.bytes >= 8<<20 {
		return l.flush(ctx)
	}
	return nil
}

func (l *loader) end(ctx context.Context) error {
	for len(l.waiting) > 0 {
		waiting := l.waiting
		l.waiting = nil
		if err := l.flush(ctx); err != nil {
			return err
		}
		for _, row := range waiting {
			if err := l.add(ctx, row); err != nil {
				return err
			}
		}
		if len(l.waiting) == len(waiting) {
			return damaged("table " + l.table.Name + ": a row names another that is not there")
		}
	}
	return l.flush(ctx)
}

func (l *loader) flush(ctx context.Context) error {
	if len(l.batch) == 0 {
		return nil
	}
	var q strings.Builder
	q.WriteString(`INSERT INTO ` + l.table.Name + ` (`)
	for i, c := range l.table.Columns {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString(`"` + c.Name + `"`)
	}
	q.WriteString(`) VALUES `)
	var args []any
	for i, row := range l.batch {
		if i > 0 {
			q.WriteByte(',')
		}
		for j, v := range row {
			q.WriteByte("(,"[min(j, 1)])
			args = append(args, v)
			fmt.Fprintf(&q, "$%d", len(args))
		}
		q.WriteByte(')')
	}
	l.batch, l.bytes = l.batch[:0], 0
	if _, err := l.tx.Exec(ctx, q.String(), args...); err != nil {
		return fault.Wrap(err, fault.Invalid, "restore.refused", "table", l.table.Name, "detail", err.Error())
	}
	return nil
}
