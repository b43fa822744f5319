package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/fault"
	"jiexu/store"
)

// Finding is one thing that is not as the log says. Code is looked up in package words, as are the
// codes of faults.
type Finding struct {
	Code    string `json:"code"`
	Table   string `json:"table,omitempty"`
	Key     string `json:"key,omitempty"`
	Entry   string `json:"entry,omitempty"`
	Kind    string `json:"kind,omitempty"` // of the entry
	At      string `json:"at,omitempty"`   // of the entry
	Leaf    *int64 `json:"leaf,omitempty"`
	Subject *Ref   `json:"subject,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

// What may be found.
const (
	FoundDamage        = "ledger.found.damage"         // the database file is damaged, or cannot be read in part
	FoundEntry         = "ledger.found.entry"          // an entry is not what was hashed
	FoundColumn        = "ledger.found.column"         // a column of an entry differs from its data
	FoundGap           = "ledger.found.gap"            // an entry is missing
	FoundTile          = "ledger.found.tile"           // a hash of the tree is not what it should be
	FoundTree          = "ledger.found.tree"           // the tree's own row differs from entries or checkpoints
	FoundSignature     = "ledger.found.signature"      // a checkpoint is not signed by the key
	FoundAttestation   = "ledger.found.attestation"    // what a witness or a time stamp said of a checkpoint was changed
	FoundRoot          = "ledger.found.root"           // entries differ from what a checkpoint signed
	FoundRow           = "ledger.found.row"            // a row is not what its newest entry says
	FoundRowMissing    = "ledger.found.row_missing"    // a row was removed behind the log's back
	FoundRowUnrecorded = "ledger.found.row_unrecorded" // a row that no entry knows
	FoundTable         = "ledger.found.table"          // entries name rows of a table that there is not
	FoundView          = "ledger.found.view"           // something else stands under the name of a table, or in front of its rows
)

// Report is the outcome of a check.
type Report struct {
	Entries     int64     `json:"entries"` // in the tree
	Waiting     int64     `json:"waiting"` // not yet in the tree
	Checkpoints int64     `json:"checkpoints"`
	Rows        int64     `json:"rows"` // of sealed tables
	Root        string    `json:"root"` // of the entries, recomputed
	KeyName     string    `json:"keyName"`
	Fingerprint string    `json:"fingerprint"`
	KeyFromFile bool      `json:"keyFromFile"` // else the key was taken from the database itself
	Findings    []Finding `json:"findings"`
	More        int64     `json:"more"` // findings beyond those listed
}

// CheckOptions say what a check compares with.
type CheckOptions struct {
	Verifier string // the office's verifier key; if empty, the key that the database names is believed
	Most     int    // findings to list; 1000
	Quick    bool   // leave out whether SQLite's own indexes agree with their tables, of which the log says nothing
}

// Check reads a whole database in one moment of it and compares everything with everything: each
// entry with its columns and its hash, the hashes with the tree, the tree with every signed
// checkpoint, and every row of every sealed table with the newest entry that names it. Memory stays
// bounded; rows are compared in a temporary file.
//
// It does not write. What is wrong is in the report; an error means that it could not be done at
// all. What it cannot find is the removal of the newest entries together with all that they left:
// for that, compare with a checkpoint that somebody else kept (ProveConsistency).
func Check(ctx context.Context, db *store.DB, o CheckOptions) (report Report, err error) {
	if report, ok := checkPlain(ctx, db, o); ok {
		return report, nil
	}
	done := false
	look := beside(ctx, db, func(ctx context.Context, tx *store.Tx) ([]string, error) { return integrityLines(ctx, tx, o.Quick) })
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		report, err = checkTx(ctx, tx, o, look)
		done = err == nil
		return err
	})
	if done { // where a part could not be read, PostgreSQL does not end the transaction well; the report says why
		err = nil
	}
	return report, err
}

// CheckIn is Check of what a transaction sees, its own writes included.
func CheckIn(ctx context.Context, tx *store.Tx, o CheckOptions) (Report, error) {
	return checkTx(ctx, tx, o, func() ([]string, error) { return integrityLines(ctx, tx, o.Quick) })
}

// checkTx checks what a transaction sees; look gives what SQLite says of its own pages.
func checkTx(ctx context.Context, tx *store.Tx, o CheckOptions, look func() ([]string, error)) (report Report, err error) {
	if o.Most == 0 {
		o.Most = 1000
	}
	c := &check{opts: o, report: Report{Findings: []Finding{}}}
	defer func() {
		if r := recover(); r != nil { // a damaged file must not end in a trace
			c.find(Finding{Code: FoundDamage, Detail: fmt.Sprint(r)})
			c.integrity(ctx, look)
			report, err = c.report, nil
		}
	}()
	err = c.run(ctx, tx)
	c.integrity(ctx, look)
	return c.report, err
}

type check struct {
	opts   CheckOptions
	report Report
	rows   *ledgerRows
	tree   tree
	read   func(ctx context.Context, tx *store.Tx, table *store.Table) error // goes along the entries; by default entries

	waiters  []string    // entries without a place that name rows
	numbered bool        // an entry's number follows from its place
	plain    bool        // whatever is odd ends it, and the long way is gone: see checkPlain
	roots    []tlog.Hash // then: of the lowest tiles that are full, by the entries
}

func (c *check) find(f Finding) {
	if len(c.report.Findings) >= c.opts.Most {
		c.report.More++
		return
	}
	c.report.Findings = append(c.report.Findings, f)
}

func (c *check) run(ctx context.Context, tx *store.Tx) error {
	table, err := tx.Table(ctx, "ledger_entries")
	if fault.Is(err, "store.no_table") {
		return fault.New(fault.Invalid, "ledger.not_here")
	}
	if err != nil {
		c.damage(ctx, "ledger_entries", err)
		return ctx.Err()
	}
	if err := c.veiled(ctx, tx); err != nil {
		c.damage(ctx, "", err)
	}
	if c.numbered, err = tx.Numbered(ctx); err != nil {
		c.damage(ctx, "store_migrations", err)
	}
	c.rows = newLedgerRows()
	defer c.rows.close()
	if c.read == nil {
		c.read = c.entries
	}
	steps := []struct {
		name string
		do   func() error
	}{
		{"ledger_tree", func() error { return c.treeRow(ctx, tx) }},
		{"ledger_entries", func() error { return c.read(ctx, tx, table) }},
		{"ledger_tiles", func() error { return c.tiles(ctx, tx) }},
		{"ledger_entries", func() error { return c.waiting(ctx, tx, table) }},
		{"ledger_entries", func() error { return c.numbers(ctx, tx) }},
		{"ledger_attestations", func() error { return c.attested(ctx, tx) }},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			c.damage(ctx, step.name, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return c.sealedRows(ctx, tx)
}

// veiled finds what stands between the rows and those who read them: it could show this check other rows than it shows the office.
func (c *check) veiled(ctx context.Context, tx *store.Tx) error {
	views, err := tx.Views(ctx)
	for _, name := range views {
		if _, sealed := slices.BinarySearch(Sealed(), name); sealed || slices.Contains(logTables, name) {
			c.find(Finding{Code: FoundView, Table: name})
		}
	}
	return err
}

// logTables are the log's own.
var logTables = []string{"ledger_entries", "ledger_tree", "ledger_tiles", "ledger_checkpoints", "ledger_attestations"}

// damage notes that a part could not be read; the check goes on with the next part.
func (c *check) damage(ctx context.Context, table string, err error) {
	if ctx.Err() == nil {
		c.find(Finding{Code: FoundDamage, Table: table, Detail: err.Error()})
	}
}

// beside has SQLite look at its own pages in a transaction of its own, while the log is read. What it returns waits for that.
func beside(ctx context.Context, db *store.DB, lines func(context.Context, *store.Tx) ([]string, error)) func() ([]string, error) {
	if db.Engine() != store.SQLite {
		return func() ([]string, error) { return nil, nil }
	}
	done := make(chan result[[]string], 1)
	go func() {
		done <- tried(func() (found []string, err error) {
			err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				found, err = lines(ctx, tx)
				return err
			})
			return found, err
		})
	}()
	return func() ([]string, error) {
		r := <-done
		return r.value, r.err
	}
}

// integrity says what SQLite found in its own pages, before all else.
func (c *check) integrity(ctx context.Context, look func() ([]string, error)) {
	after := c.report.Findings
	c.report.Findings = []Finding{}
	lines, err := look()
	for _, line := range lines {
		if line != "ok" {
			c.find(Finding{Code: FoundDamage, Detail: strings.TrimSpace(line)})
		}
	}
	if err != nil {
		c.damage(ctx, "", err)
	}
	for _, f := range after {
		c.find(f)
	}
}

func integrityLines(ctx context.Context, tx *store.Tx, quick bool) (lines []string, err error) {
	if tx.Engine() != store.SQLite {
		return nil, nil
	}
	if err := store.FreshenSearch(ctx, tx); err != nil {
		return nil, err
	}
	look := `PRAGMA integrity_check(20)`
	if quick {
		look = `PRAGMA quick_check(20)`
	}
	return linesOf(ctx, tx, look)
}

func linesOf(ctx context.Context, tx *store.Tx, query string) (lines []string, err error) {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return lines, err
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

func (c *check) treeRow(ctx context.Context, tx *store.Tx) error {
	t, err := readTree(ctx, tx)
	if err != nil {
		return err
	}
	c.tree = t
	key := c.opts.Verifier
	if c.report.KeyFromFile = key != ""; !c.report.KeyFromFile {
		key = t.verifier
	}
	if c.report.KeyFromFile && t.verifier != "" && t.verifier != key {
		c.find(Finding{Code: FoundTree, Detail: "verifier " + t.verifier})
	}
	c.opts.Verifier = key
	c.report.KeyName, _, _ = strings.Cut(key, "+")
	c.report.Fingerprint = Fingerprint(key)
	return nil
}

// entriesAtOnce is how many entries are read at once: eight full tiles.
const entriesAtOnce = 8 << tileHeight

// entryPage is some entries in order, with the lowest tiles and the checkpoints that belong to them.
type entryPage struct {
	rows        []store.Row
	read        []readEntry
	last        int64
	tiles       []storedTile
	checkpoints []kept
	failed      error // to read tiles or checkpoints
}

// readEntry is an entry as it lies in the database, and what of it was seen without a doubt.
type readEntry struct {
	leaf   int64
	known  bool // leaf is a number
	data   string
	hash   tlog.Hash
	rec    Record
	proper bool // rec is what data says, and so do the columns
}

// entries walks the tree's entries in order, and with them the checkpoints and the lowest tiles: read by one hand, hashed and
// parsed by all, and put into the tree in order.
func (c *check) entries(ctx context.Context, tx *store.Tx, table *store.Table) error {
	w, err := c.walk(ctx, tx)
	if err != nil {
		return err
	}
	last, columns := int64(math.MinInt64), columnsOf(table)
	err = ordered(ctx, func(ctx context.Context, give func(*entryPage) error) error {
		for {
			before := w.ahead
			p, err := w.page(ctx, table)
			if err != nil {
				return err
			}
			if err := give(p); err != nil {
				return err
			}
			if len(p.rows) < entriesAtOnce || w.ahead == before {
				return nil
			}
		}
	}, func(p *entryPage) *entryPage {
		p.read = make([]readEntry, len(p.rows))
		var buffer []byte
		for i, row := range p.rows {
			buffer = p.read[i].of(row, columns, buffer)
		}
		return p
	}, func(p *entryPage) error {
		last, err = c.page(w, p, last)
		return err
	})
	if err != nil {
		return err
	}
	return c.ended(w)
}

// ended says what there is once the last entry was read.
func (c *check) ended(w *walk) error {
	if err := w.rest(); err != nil {
		return err
	}
	for w.next < c.tree.size && w.next < w.tiled && c.report.More == 0 {
		c.gap(w)
	}
	c.report.Entries = w.next
	c.report.Root = w.fromEntries.root().String()
	w.end()
	if c.tree.size != w.next {
		c.find(Finding{Code: FoundTree, Detail: fmt.Sprintf("size %d, but %d entries", c.tree.size, w.next)})
	}
	return w.failed
}

// entryColumns are the places of the columns of ledger_entries.
type entryColumns struct{ leaf, data, id, at, kind, subjectType, subjectID, actor, unit int }

func columnsOf(t *store.Table) entryColumns {
	return entryColumns{t.Index("leaf"), t.Index("data"), t.Index("id"), t.Index("at"), t.Index("kind"), t.Index("subject_type"), t.Index("subject_id"), t.Index("actor"), t.Index("unit")}
}

// of reads a row of an entry. What is not plainly as it should be is left to check.entry, which says what it is.
func (e *readEntry) of(row store.Row, at entryColumns, buffer []byte) []byte {
	e.leaf, e.known = row.Int(at.leaf)
	var text bool
	if e.data, text = row.Text(at.data); !text {
		e.data = fieldOr(row, "data")
	}
	buffer = append(append(buffer[:0], 0), e.data...) // RFC 6962: a leaf begins with a zero
	e.hash = sha256.Sum256(buffer)
	var when string
	if e.rec, when, e.proper = parseFast(e.data, nil); e.proper {
		e.rec.Leaf = e.leaf
		e.proper = text && row.Holds(at.id, e.rec.ID) && row.Holds(at.at, when) && row.Holds(at.kind, e.rec.Kind) && row.Holds(at.subjectType, e.rec.Subject.Type) &&
			row.Holds(at.subjectID, e.rec.Subject.ID) && row.Holds(at.actor, e.rec.Actor) && row.Holds(at.unit, e.rec.Unit)
	}
	return buffer
}

// page walks one page of entries and returns the last leaf of it.
func (c *check) page(w *walk, p *entryPage, last int64) (int64, error) {
	w.turn(p)
	for i := range p.read {
		e := &p.read[i]
		if !e.known || e.leaf < w.next {
			text, _ := p.rows[i].Field("leaf")
			c.find(Finding{Code: FoundColumn, Entry: fieldOr(p.rows[i], "id"), Detail: "leaf " + clip(text)})
			continue
		}
		last = e.leaf
		const most = 1000
		if e.leaf-w.next > most {
			c.find(Finding{Code: FoundGap, Leaf: &w.next, Detail: fmt.Sprintf("%d–%d", w.next, e.leaf-1)})
			return last, errors.New("too many entries are missing for the rest to be compared")
		}
		for w.next < e.leaf { // the tile's hash goes in its place, so that one gap does not spoil the rest
			c.gap(w)
		}
		if !e.proper {
			_, e.rec = c.entry(p.rows[i], e.leaf)
		}
		w.add(&seen{hash: e.hash, rec: e.rec})
		if err := c.rows.logged(e.rec, e.leaf); err != nil {
			return last, err
		}
	}
	return last, nil
}

func (c *check) gap(w *walk) {
	c.find(Finding{Code: FoundGap, Leaf: leafPtr(w.next), Detail: strconv.FormatInt(w.next, 10)})
	w.add(nil)
}

// waiting reads the entries that the tree does not hold yet: their rows count, their hashes cannot.
func (c *check) waiting(ctx context.Context, tx *store.Tx, table *store.Table) error {
	return tx.Rows(ctx, table, `WHERE leaf IS NULL ORDER BY seq`, nil, func(row store.Row) error {
		c.report.Waiting++
		_, rec := c.entry(row, Unsequenced)
		if len(rec.Rows) > 0 {
			c.waiters = append(c.waiters, rec.ID)
		}
		return c.rows.logged(rec, behindLeaves+int64(len(c.waiters))-1)
	})
}

// numbers finds entries whose number is not the one that follows from their place. The quick way has seen them all.
func (c *check) numbers(ctx context.Context, tx *store.Tx) error {
	if !c.numbered || c.plain {
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT id, seq, leaf FROM ledger_entries WHERE leaf IS NOT NULL AND seq <> leaf + 1 ORDER BY leaf LIMIT $1`, c.opts.Most)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var number, leaf int64
		if err := rows.Scan(&id, &number, &leaf); err != nil {
			return err
		}
		c.find(Finding{Code: FoundColumn, Entry: id, Leaf: &leaf, Detail: fmt.Sprintf("seq: %d, by its place %d", number, leaf+1)})
	}
	return rows.Err()
}

// entry compares an entry's columns with its data.
func (c *check) entry(row store.Row, leaf int64) ([]byte, Record) {
	data := fieldOr(row, "data")
	f := Finding{Entry: fieldOr(row, "id")}
	if leaf != Unsequenced {
		f.Leaf = &leaf
	}
	rec, err := Parse([]byte(data))
	if err != nil {
		f.Code, f.Detail = FoundEntry, err.Error()
		c.find(f)
		return []byte(data), Record{ID: f.Entry, Leaf: leaf}
	}
	rec.Leaf = leaf
	for _, column := range []struct{ name, want string }{
		{"id", rec.ID}, {"at", store.At(rec.At).Text()}, {"kind", rec.Kind}, {"subject_type", rec.Subject.Type},
		{"subject_id", rec.Subject.ID}, {"actor", rec.Actor}, {"unit", rec.Unit},
	} {
		if got, ok := row.Field(column.name); !ok || got != column.want {
			f := finding(FoundColumn, rec)
			f.Detail = fmt.Sprintf("%s: %q, hashed as %q", column.name, clip(got), clip(column.want))
			c.find(f)
		}
	}
	return []byte(data), rec
}

func finding(code string, rec Record) Finding {
	f := Finding{Code: code, Entry: rec.ID, Kind: rec.Kind}
	if !rec.At.IsZero() {
		f.At = store.At(rec.At).Text()
	}
	if rec.Subject.Type != "" {
		f.Subject = &rec.Subject
	}
	if rec.Leaf != Unsequenced {
		f.Leaf = &rec.Leaf
	}
	return f
}

func leafPtr(n int64) *int64 { return &n }

// fieldOr is the text of a column; of one that is spoilt, whatever can be shown.
func fieldOr(row store.Row, column string) string {
	text, _ := row.Field(column)
	return text
}
