package ledger

import (
	"context"
	"errors"
	"math"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"jiexu/store"
	"jiexu/store/pages"
)

// errOdd says that not all is plainly as it should be.
var errOdd = errors.New("ledger: not plainly in order")

// mostBesides is how many findings of the quick way are looked at: one is enough to go the long way.
const mostBesides = 1

// checkPlain is Check of a log that is as it should be, as nearly all are. Its million entries are read by all processors: on SQLite from the file's pages, and of the
// pages and the indexes is looked at what the engine itself looks at; on PostgreSQL over connections that see the same moment. It gives a report only where nothing at all
// was found; else ok is false, and the long way finds what there is.
func checkPlain(ctx context.Context, db *store.DB, o CheckOptions) (report Report, ok bool) {
	if db.Engine() == store.Postgres {
		return checkMoment(ctx, db, o)
	}
	if db.Path() == "" {
		return Report{}, false
	}
	o.Most = mostBesides
	look := beside(ctx, db, func(ctx context.Context, tx *store.Tx) ([]string, error) { return otherLines(ctx, tx, o.Quick) })
	err := store.ErrMoved
	for try := 0; try < mostTries && errors.Is(err, store.ErrMoved); try++ {
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			report, err = checkPages(ctx, tx, o)
			return err
		})
	}
	lines, failed := look()
	return report, err == nil && failed == nil && len(report.Findings) == 0 && report.More == 0 && !slices.ContainsFunc(lines, func(line string) bool { return line != "ok" })
}

// mostTries is how often it is begun anew where others commit meanwhile.
const mostTries = 5

func checkPages(ctx context.Context, tx *store.Tx, o CheckOptions) (Report, error) {
	layout, err := tx.OpenLayout(ctx)
	if err != nil {
		return Report{}, err
	}
	defer layout.File.Close()
	p := &plainLog{layout: layout, full: !o.Quick}
	c := &check{opts: o, plain: true, report: Report{Findings: []Finding{}}}
	c.read = func(ctx context.Context, tx *store.Tx, _ *store.Table) error { return p.entries(ctx, tx, c) }
	_, err = unpack(tried(func() (struct{}, error) { return struct{}{}, c.run(ctx, tx) }))
	if p.others == nil {
		return c.report, errors.Join(errOdd, err)
	}
	return c.report, errors.Join(err, <-p.others)
}

// otherLines is what SQLite says of all tables but the log's.
func otherLines(ctx context.Context, tx *store.Tx, quick bool) (lines []string, err error) {
	if err := store.FreshenSearch(ctx, tx); err != nil {
		return nil, err
	}
	names, err := linesOf(ctx, tx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'ledger_entries'`)
	if err != nil {
		return nil, err
	}
	look := `PRAGMA integrity_check("`
	if quick {
		look = `PRAGMA quick_check("`
	}
	for _, name := range names {
		found, err := linesOf(ctx, tx, look+name+`")`)
		if err != nil {
			return lines, err
		}
		lines = append(lines, found...)
	}
	return lines, nil
}

// plainLog is the log as it lies in the pages of a file.
type plainLog struct {
	layout *store.Layout
	full   bool // what is in the indexes too, and not only how much
	sums   keySums
	others chan error // what came of rest, which goes on beside the rest of the check
}

// plainPage is the entries of one part of their table.
type plainPage struct {
	err         error
	rows        int64
	first, last int64 // numbers between which they lie
	leaves      []plainLeaf
	marks       []loggedRow // of all entries, one after the other
	sums        keySums
}

// plainLeaf is an entry that is what its columns say.
type plainLeaf struct {
	leaf int64
	hash tlog.Hash
}

func (p *plainPage) empty(indexes int) {
	*p = plainPage{leaves: p.leaves[:0], marks: p.marks[:0], sums: newKeySums(indexes)}
}

// entries goes along the entries as walk does, in the order in which they lie in the file. They must lie in that of their leaves.
func (p *plainLog) entries(ctx context.Context, tx *store.Tx, c *check) error {
	i := slices.IndexFunc(p.layout.Trees, func(t store.LaidTree) bool { return t.Name == "ledger_entries" && !t.Index })
	if i < 0 {
		return errOdd
	}
	tree := p.layout.Trees[i]
	reader, err := newPlainReader(p.layout, tree, p.full, c.numbered)
	if err != nil {
		return err
	}
	parts, err := p.layout.File.Parts(tree.Tree)
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, tx)
	if err != nil {
		return err
	}
	p.sums = newKeySums(len(reader.indexes))
	last, rows := int64(math.MinInt64), int64(0)
	err = ordered(ctx, each(parts), reader.read, func(page *plainPage) error {
		if page.err != nil || page.rows > 0 && page.first <= last {
			return errors.Join(errOdd, page.err)
		}
		if page.rows > 0 {
			last = page.last
		}
		rows += page.rows
		p.sums.add(page.sums)
		if err := c.follow(ctx, w, page); err != nil {
			return err
		}
		reader.free.Put(page)
		return nil
	})
	if err != nil {
		return err
	}
	if err := p.sameMoment(ctx, tx, last, rows, w.next); err != nil {
		return err
	}
	p.others = make(chan error, 1)
	go func() {
		_, err := unpack(tried(func() (struct{}, error) { return struct{}{}, p.rest(ctx) }))
		p.others <- err
	}()
	return c.ended(w)
}

// follow walks along the entries of a page.
func (c *check) follow(ctx context.Context, w *walk, page *plainPage) error {
	around := &entryPage{last: w.ahead}
	if n := len(page.leaves); n > 0 {
		around.last = page.leaves[n-1].leaf
	}
	w.beside(ctx, around)
	w.turn(around)
	for _, e := range page.leaves {
		if e.leaf != w.next {
			return errOdd
		}
		w.add(&seen{hash: e.hash})
	}
	return c.rows.marked(page.marks)
}

// sameMoment compares what was read with what the transaction sees: entries are only added, and get their leaves in order, so these numbers tell one moment from another.
func (p *plainLog) sameMoment(ctx context.Context, tx *store.Tx, last, rows, leaves int64) error {
	var newest, leaf, waiting int64
	if err := tx.QueryRow(ctx, `SELECT coalesce((SELECT max(seq) FROM ledger_entries), $1), coalesce((SELECT max(leaf) FROM ledger_entries), -1),
		(SELECT count(*) FROM ledger_entries WHERE leaf IS NULL)`, int64(math.MinInt64)).Scan(&newest, &leaf, &waiting); err != nil {
		return err
	}
	if newest != last || leaf+1 != leaves || leaves+waiting != rows {
		return errOdd
	}
	return nil
}

// rest looks at the indexes of the entries and at all other trees, and whether every page of the file has its one use.
func (p *plainLog) rest(ctx context.Context) error {
	index := 0
	for _, tree := range p.layout.Trees {
		switch {
		case tree.Name == "ledger_entries" && !tree.Index: // was read
		case tree.Table == "ledger_entries":
			sum, err := p.keys(ctx, tree)
			if err != nil {
				return err
			}
			if sum != p.sums[index] {
				return errOdd
			}
			index++
		default:
			if err := p.structure(ctx, tree); err != nil {
				return err
			}
		}
	}
	if err := p.layout.File.Complete(); err != nil {
		return err
	}
	if !p.layout.File.Unchanged() {
		return errOdd
	}
	return nil
}

// structure visits a tree for its pages alone.
func (p *plainLog) structure(ctx context.Context, tree store.LaidTree) error {
	f := p.layout.File
	parts, err := f.Parts(tree.Tree)
	if err != nil {
		return err
	}
	visit := func(part pages.Part) error {
		_, err := f.Visit(part)
		return err
	}
	if len(parts) == 1 {
		return visit(parts[0])
	}
	return ordered(ctx, each(parts), visit, func(err error) error { return err })
}
