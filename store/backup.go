package store

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"
	"time"
)

// backupFormat names the form of a backup and its version.
const backupFormat = "jiexu-backup/v1"

// Manifest says what a backup holds. It stands in the file as manifest.json.
type Manifest struct {
	Format string          `json:"format"`
	Schema []int64         `json:"schema"` // the migrations that the database had
	Engine Engine          `json:"engine"` // that it came from; the content is the same from either
	At     string          `json:"at"`
	Tables []ManifestTable `json:"tables"`          // each is tables/NAME.ndjson, a row a line, as canonical JSON
	Media  []ManifestFile  `json:"media"`           // each is media/PATH, here or in the folder beside
	Wrong  []string        `json:"wrong,omitempty"` // media that were gone or not as they were, and are not in it
}

// ManifestTable is one table of a backup.
type ManifestTable struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// ManifestFile is one media file of a backup.
type ManifestFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Beside bool   `json:"beside,omitempty"` // it lies in the folder beside
}

// Media lists the media files that the rows of a transaction name. Nil lists none.
type Media func(ctx context.Context, tx *Tx) ([]MediaFile, error)

// MediaFile is one of them, as it lies where media are kept, sealed or not.
type MediaFile struct {
	Path   string                                           // within a media folder, with /
	Size   int64                                            // bytes
	SHA256 string                                           // of these bytes
	Open   func(ctx context.Context) (io.ReadCloser, error) // fs.ErrNotExist and errors of the kind gone say that it is lost
}

// Rows counts the rows of all tables.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

var leftOut = struct {
	sync.RWMutex
	tables map[string]string
}{tables: map[string]string{}}

// LeaveOut declares, from an init of the room that owns it, that a table is no part of a backup, and
// why.
func LeaveOut(table, reason string) {
	leftOut.Lock()
	defer leftOut.Unlock()
	leftOut.tables[table] = reason
}

// LeftOut lists the tables that a backup leaves out, with the reason of each. The tables of the job
// queue are left out too: followers of the log put their jobs in anew.
func LeftOut() map[string]string {
	leftOut.RLock()
	defer leftOut.RUnlock()
	out := make(map[string]string, len(leftOut.tables))
	for name, reason := range leftOut.tables {
		out[name] = reason
	}
	return out
}

func init() {
	LeaveOut("store_leases", "which server does what at the moment")
}

// partly says which rows of a table a backup leaves out. Followers whose name begins with "job."
// insert jobs; the jobs are not in the backup, so these followers begin anew.
var partly = map[string]string{"ledger_cursors": `WHERE substr(name, 1, 4) <> 'job.'`}

// Backup writes the whole database, as it is at one moment, and the media files that it names to w. With beside, a folder, media are put there instead, each once: those that
// an earlier backup has put there are not copied again. Keys are no part of it: who has a backup must not be able to sign, nor to read what is sealed. A media file that is lost
// or damaged does not keep the others from being backed up; the manifest names it.
func (db *DB) Backup(ctx context.Context, w io.Writer, media Media, beside string, now time.Time) (Manifest, error) {
	m := Manifest{Format: backupFormat, Engine: db.engine, At: At(now).Text(), Tables: []ManifestTable{}, Media: []ManifestFile{}}
	out := zip.NewWriter(w)
	var files []MediaFile
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if m.Schema, err = tx.appliedMigrations(ctx); err != nil {
			return err
		}
		names, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, out := LeftOut()[name]; out {
				continue
			}
			file, err := out.Create(tableFile(name))
			if err != nil {
				return err
			}
			t, err := tx.dump(ctx, name, file)
			if err != nil {
				return err
			}
			m.Tables = append(m.Tables, t)
		}
		if media != nil {
			files, err = media(ctx, tx)
		}
		return err
	})
	if err != nil {
		return Manifest{}, fmt.Errorf("back up: %w", err)
	}
	// A media file is written before the row that names it and never changed, so all is there that the
	// moment's rows name.
	if err = m.backupMedia(ctx, out, files, beside); err != nil {
		return Manifest{}, fmt.Errorf("back up media: %w", err)
	}
	file, err := out.Create("manifest.json")
	if err != nil {
		return Manifest{}, fmt.Errorf("back up: %w", err)
	}
	enc := json.NewEncoder(file)
	enc.SetIndent("", " ")
	if err := enc.Encode(m); err != nil {
		return Manifest{}, fmt.Errorf("back up: %w", err)
	}
	if err := out.Close(); err != nil {
		return Manifest{}, fmt.Errorf("back up: %w", err)
	}
	return m, nil
}

func tableFile(name string) string { return "tables/" + name + ".ndjson" }

// dump writes the rows of a table in an order that does not depend on the engine.
func (t *Tx) dump(ctx context.Context, name string, w io.Writer) (ManifestTable, error) {
	table, err := t.Table(ctx, name)
	if err != nil {
		return ManifestTable{}, err
	}
	order, err := t.order(ctx, table)
	if err != nil {
		return ManifestTable{}, err
	}
	out := newDigest(bufio.NewWriterSize(w, 1<<16))
	m := ManifestTable{Name: name}
	var line []byte
	err = t.Rows(ctx, table, partly[name]+order, nil, func(row Row) error {
		line = append(row.AppendJSON(line[:0]), '\n')
		m.Rows++
		_, err := out.Write(line)
		return err
	})
	if err != nil {
		return ManifestTable{}, err
	}
	m.Size, m.SHA256 = out.n, out.sum()
	return m, out.w.(*bufio.Writer).Flush()
}

// order is the ORDER BY of a table: its counter, else its primary key, else all columns.
func (t *Tx) order(ctx context.Context, table *Table) (string, error) {
	if table.Counter != "" {
		return ` ORDER BY "` + table.Counter + `"`, nil
	}
	query := `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`
	if t.engine == Postgres {
		query = `SELECT k.column_name FROM information_schema.table_constraints c
			JOIN information_schema.key_column_usage k ON k.constraint_name = c.constraint_name AND k.table_schema = c.table_schema AND k.table_name = c.table_name
			WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = current_schema() AND c.table_name = $1 ORDER BY k.ordinal_position`
	}
	columns, err := Collect(ctx, t, func(rows *sql.Rows) (s string, err error) { return s, rows.Scan(&s) }, query, table.Name)
	if err != nil {
		return "", fmt.Errorf("primary key of %s: %w", table.Name, err)
	}
	if len(columns) == 0 {
		for _, c := range table.Columns {
			columns = append(columns, c.Name)
		}
	}
	for i, name := range columns {
		columns[i] = `"` + name + `"`
		if j := table.index(name); t.engine == Postgres && j >= 0 && table.Columns[j].Type == Text {
			columns[i] += ` COLLATE "C"` // by bytes, as SQLite does
		}
	}
	return ` ORDER BY ` + strings.Join(columns, ", "), nil
}

// digest counts and hashes what is written through it.
type digest struct {
	w io.Writer
	h hash.Hash
	n int64
}

func newDigest(w io.Writer) *digest { return &digest{w: w, h: sha256.New()} }

func (d *digest) Write(b []byte) (int, error) {
	n, err := d.w.Write(b)
	d.h.Write(b[:n])
	d.n += int64(n)
	return n, err
}

func (d *digest) sum() string { return hex.EncodeToString(d.h.Sum(nil)) }
