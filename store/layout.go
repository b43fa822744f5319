package store

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"

	"jiexu/store/pages"
)

// Layout is an SQLite file as it can be read without the engine: its pages, and what lies in which tree.
type Layout struct {
	File  *pages.File
	Trees []LaidTree // all of the file
}

// LaidTree is the tree of a table or of an index.
type LaidTree struct {
	pages.Tree
	Name  string
	Table string

	// Of a table: its columns in the order in which a record holds them, and which of them stands for the row's number and is not in the record; -1: none.
	Names []string
	Row   int

	// Of an index: which of the table's columns make its key, and the column that is null in all rows that it holds; -1: it holds all. It is Odd where it is made
	// otherwise: in another order, over what is computed, of other rows.
	Columns []int
	Null    int
	Odd     bool
}

var (
	errNotPlain  = errors.New("store: not a file that can be read by its pages")
	withoutRowid = regexp.MustCompile(`(?i)\)\s*without\s+rowid\s*$`)
	where        = regexp.MustCompile(`(?i)\)\s*where\s`)
	whereNull    = regexp.MustCompile(`(?i)\)\s*where\s+(\w+)\s+is\s+null\s*$`)
)

// laid is a row of SQLite's own list of what there is.
type laid struct {
	kind, name, table, sql string
	root                   uint32
}

// ErrMoved says that something was committed at the wrong moment: begin anew.
var ErrMoved = errors.New("store: something was committed just then")

// OpenLayout opens the file of a database beside the engine: call it before anything else in the transaction. The caller closes Layout.File, and has the transaction meanwhile. It returns ErrMoved, and other
// errors where there is no such file or it is not plain.
func (t *Tx) OpenLayout(ctx context.Context) (l *Layout, err error) {
	if t.engine != SQLite || t.db.path == "" {
		return nil, errNotPlain
	}
	file, err := pages.Open(t.db.path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	l = &Layout{File: file, Trees: []LaidTree{{Tree: pages.Tree{Root: 1}, Name: "sqlite_schema", Table: "sqlite_schema", Row: -1, Null: -1}}}
	all, err := Collect(ctx, t, func(r *sql.Rows) (o laid, err error) {
		err = r.Scan(&o.kind, &o.name, &o.table, &o.root, &o.sql)
		return
	}, `SELECT type, name, tbl_name, rootpage, coalesce(sql, '') FROM sqlite_master WHERE rootpage > 0 ORDER BY rootpage`)
	if err != nil {
		return nil, err
	}
	if file.Grown() {
		return nil, ErrMoved
	}
	for _, o := range all {
		one := LaidTree{Tree: pages.Tree{Root: o.root, Index: o.kind == "index" || withoutRowid.MatchString(o.sql)}, Name: o.name, Table: o.table, Row: -1, Null: -1}
		if one.Names, one.Row, err = t.recordColumns(ctx, o.table); err == nil && o.kind == "index" {
			err = t.indexColumns(ctx, &one, o.sql)
		}
		if err != nil {
			return nil, err
		}
		l.Trees = append(l.Trees, one)
	}
	return l, nil
}

// recordColumns are a table's columns as records hold them.
func (t *Tx) recordColumns(ctx context.Context, table string) (names []string, row int, err error) {
	row = -1
	type column struct {
		name, kind string
		key        int
	}
	all, err := Collect(ctx, t, func(r *sql.Rows) (c column, err error) {
		err = r.Scan(&c.name, &c.kind, &c.key)
		return
	}, `SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid`, table)
	keys := 0
	for i, c := range all {
		names = append(names, c.name)
		if c.key > 0 {
			keys++
			if strings.EqualFold(c.kind, "INTEGER") {
				row = i
			}
		}
	}
	if keys != 1 {
		row = -1
	}
	return names, row, err
}

func (t *Tx) indexColumns(ctx context.Context, one *LaidTree, text string) error {
	if m := whereNull.FindStringSubmatch(text); m != nil {
		one.Null = slices.Index(one.Names, m[1])
	}
	one.Odd = where.MatchString(text) && one.Null < 0
	rows, err := t.Query(ctx, `SELECT cid, "desc", coalesce(coll, '') FROM pragma_index_xinfo($1) ORDER BY seqno`, one.Name)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var column, falling int
		var order string
		if err := rows.Scan(&column, &falling, &order); err != nil {
			return err
		}
		one.Odd = one.Odd || column < -1 || falling != 0 || order != "BINARY"
		one.Columns = append(one.Columns, column)
	}
	return rows.Err()
}
