package ledger

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"jiexu/fault"
	"jiexu/store"
)

// ledgerRows compares the rows that the log names with those that there are; both may be more than fit into memory. They are
// parted by the hash of their key, put into temporary files when they are many, and then compared part by part.
type ledgerRows struct {
	dir    string // empty while nothing is in files
	parts  [rowParts]part
	held   int // bytes in memory
	tables map[string]uint16
	names  []string
}

type part struct {
	held []byte
	file *os.File
}

const (
	rowParts = 256      // in how many parts the rows are compared
	mostHeld = 64 << 20 // how many bytes of them are held in memory
)

// rowMark is a row as it is compared: which one, what is in it, and where that was said.
type rowMark struct {
	row    [18]byte // the table's number and the hash of the key
	digest [32]byte
	kind   byte  // there, or what a digest is
	at     int64 // of the entry: its leaf, or behind all leaves its place among those that wait
}

// Kinds of mark.
const (
	markThere   byte = iota // a row that there is
	markNamed               // an entry gives its digest
	markDeleted             // an entry says that it is no more
	markOdd                 // an entry gives something that is no digest
)

// behindLeaves is added to the place of an entry that has no leaf.
const behindLeaves = int64(1) << 62

const markSize = 18 + 32 + 1 + 8

func newLedgerRows() *ledgerRows { return &ledgerRows{tables: map[string]uint16{}} }

// spill puts what is in memory into the files.
func (r *ledgerRows) spill() (err error) {
	defer func() {
		if err != nil {
			err = fault.Wrap(err, fault.Unavailable, "ledger.no_temp", "detail", err.Error())
		}
	}()
	if r.dir == "" {
		if r.dir, err = os.MkdirTemp("", "jiexu-check-"); err != nil {
			return err
		}
	}
	for i := range r.parts {
		p := &r.parts[i]
		if p.file == nil {
			if p.file, err = os.Create(filepath.Join(r.dir, fmt.Sprint(i))); err != nil {
				return err
			}
		}
		if _, err := p.file.Write(p.held); err != nil {
			return err
		}
		p.held = p.held[:0]
	}
	r.held = 0
	return nil
}

func (r *ledgerRows) close() {
	for _, p := range r.parts {
		if p.file != nil {
			p.file.Close()
		}
	}
	if r.dir != "" {
		os.RemoveAll(r.dir)
	}
}

func (r *ledgerRows) table(name string) uint16 {
	n, ok := r.tables[name]
	if !ok {
		n = uint16(len(r.names))
		r.tables[name], r.names = n, append(r.names, name)
	}
	return n
}

// keyHash is the hash of a key by which rows are told apart.
func keyHash(key string) (h [16]byte) {
	var short [128]byte
	sum := sha256.Sum256(append(short[:0], key...))
	copy(h[:], sum[:])
	return h
}

// put notes a row. Those of later entries come later.
func (r *ledgerRows) put(table string, hash [16]byte, digest [32]byte, kind byte, at int64) error {
	if _, known := r.tables[table]; !known && len(r.names) > 60_000 {
		return errors.New("compare rows: too many tables")
	}
	var b [markSize]byte
	binary.BigEndian.PutUint16(b[:], r.table(table))
	copy(b[2:], hash[:])
	copy(b[18:], digest[:])
	b[50] = kind
	binary.BigEndian.PutUint64(b[51:], uint64(at))
	p := &r.parts[hash[0]]
	p.held = append(p.held, b[:]...)
	if r.held += markSize; r.held >= mostHeld {
		return r.spill()
	}
	return nil
}

// logged takes the rows of an entry; at is its leaf, or behindLeaves and its place among those that wait.
func (r *ledgerRows) logged(rec Record, at int64) error {
	return r.marked(marksOf(nil, rec, at))
}

// loggedRow is what an entry says of a row.
type loggedRow struct {
	table  string
	hash   [16]byte
	digest [32]byte
	kind   byte
	at     int64
}

// marksOf appends what an entry says of its rows.
func marksOf(all []loggedRow, rec Record, at int64) []loggedRow {
	for _, row := range rec.Rows {
		m := loggedRow{table: row.Table, hash: keyHash(row.Key), kind: markNamed, at: at}
		if row.SHA256 == Deleted {
			m.kind = markDeleted
		} else if !parseDigest(&m.digest, row.SHA256) {
			m.digest, m.kind = sha256.Sum256([]byte(row.SHA256)), markOdd
		}
		all = append(all, m)
	}
	return all
}

func (r *ledgerRows) marked(all []loggedRow) error {
	for _, m := range all {
		if err := r.put(m.table, m.hash, m.digest, m.kind, m.at); err != nil {
			return err
		}
	}
	return nil
}

// parseDigest reads a digest as Row.Digest writes it, and no other spelling.
func parseDigest(into *[32]byte, text string) bool {
	if len(text) != 64 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	_, err := hex.Decode(into[:], []byte(text))
	return err == nil
}

// read gives the marks of one part, in the order in which they were put.
func (r *ledgerRows) read(i int, f func(rowMark)) error {
	p := &r.parts[i]
	var in io.Reader = bytes.NewReader(p.held)
	if p.file != nil {
		if _, err := p.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		in = io.MultiReader(bufio.NewReaderSize(p.file, 256<<10), in)
	}
	for {
		var b [markSize]byte
		if _, err := io.ReadFull(in, b[:]); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		f(rowMark{row: [18]byte(b[:18]), digest: [32]byte(b[18:50]), kind: b[50], at: int64(binary.BigEndian.Uint64(b[51:]))})
	}
}

// state is what is known of a row: what its newest entry says, and what there is.
type state struct {
	said, found    [32]byte
	kind           byte
	named, is, two bool
	at             int64
}

// odd is a row that is not as the log says.
type odd struct {
	code  string
	table string
	hash  [16]byte
	at    int64 // of the newest entry that names it, where one does
	named bool
}

// compare gives the rows that are not as the log says, at most `most` of each kind, and how many more there are.
func (r *ledgerRows) compare(most int) (all []odd, more int64, err error) {
	for i := range r.parts {
		states := map[[18]byte]state{}
		if err := r.read(i, func(m rowMark) {
			s := states[m.row]
			if m.kind == markThere {
				s.two = s.two || s.is // no key stands for two rows
				s.is, s.found = true, m.digest
			} else {
				s.named, s.said, s.kind, s.at = true, m.digest, m.kind, m.at
			}
			states[m.row] = s
		}); err != nil {
			return nil, 0, fmt.Errorf("compare rows: %w", err)
		}
		for row, s := range states {
			o := odd{table: r.names[binary.BigEndian.Uint16(row[:])], hash: [16]byte(row[2:]), at: s.at, named: s.named}
			switch {
			case s.named && s.is && (s.two || s.kind != markNamed || s.said != s.found):
				o.code = FoundRow
			case s.named && !s.is && s.kind != markDeleted:
				o.code = FoundRowMissing
			case !s.named && s.is:
				o.code = FoundRowUnrecorded
			default:
				continue
			}
			if len(all) == most {
				more++
				continue
			}
			all = append(all, o)
		}
	}
	return all, more, nil
}

// KeyOf is the key of a row of a sealed table, as entries name it.
func KeyOf(row store.Row) string {
	key, _ := sealedKey(row.Table.Name)
	return row.Key(key)
}

// digested is some rows of a table with what they are compared by.
type digested struct {
	table string
	rows  []digestedRow
}

type digestedRow struct {
	hash   [16]byte
	digest [32]byte
}

// rowsAtOnce is how many rows of a table go to a processor at once.
const rowsAtOnce = 256

// sealedRows reads all sealed tables and names the rows that are not as the log says.
func (c *check) sealedRows(ctx context.Context, tx *store.Tx) error {
	for _, name := range Sealed() {
		err := c.apart(ctx, tx, func() error { return c.tableRows(ctx, tx, name) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !fault.Is(err, "store.no_table") { // rows that the log names of a table that there is not are found below
			c.damage(ctx, name, err)
		}
	}
	all, more, err := c.rows.compare(c.opts.Most)
	if err != nil {
		return err
	}
	found, err := c.nameRows(ctx, tx, all)
	if err != nil {
		c.damage(ctx, "ledger_entries", err)
	}
	for _, f := range found {
		c.find(f)
	}
	c.report.More += more
	return nil
}

// apart does something that may fail without spoiling the transaction, in which the findings are named afterwards: on PostgreSQL a
// statement that fails ends all that follow.
func (c *check) apart(ctx context.Context, tx *store.Tx, do func() error) error {
	if tx.Engine() != store.Postgres {
		return do()
	}
	if _, err := tx.Exec(ctx, `SAVEPOINT apart`); err != nil {
		return err
	}
	if err := do(); err != nil {
		_, back := tx.Exec(context.WithoutCancel(ctx), `ROLLBACK TO SAVEPOINT apart`)
		return errors.Join(err, back)
	}
	_, err := tx.Exec(ctx, `RELEASE SAVEPOINT apart`)
	return err
}

func (c *check) tableRows(ctx context.Context, tx *store.Tx, name string) error {
	table, err := tx.Table(ctx, name)
	if err != nil {
		return err
	}
	key, _ := sealedKey(name)
	return ordered(ctx, func(ctx context.Context, give func([]store.Row) error) error {
		some := make([]store.Row, 0, rowsAtOnce)
		err := tx.Rows(context.WithoutCancel(ctx), table, "", nil, func(row store.Row) error {
			if some = append(some, row.Clone()); len(some) < rowsAtOnce {
				return nil
			}
			full := some
			some = make([]store.Row, 0, rowsAtOnce)
			return give(full)
		})
		return errors.Join(err, give(some)) // what was read before the damage counts
	}, func(some []store.Row) digested {
		d := digested{table: name, rows: make([]digestedRow, len(some))}
		var buffer []byte
		for i, row := range some {
			buffer = row.AppendJSON(buffer[:0])
			d.rows[i] = digestedRow{hash: keyHash(row.Key(key)), digest: sha256.Sum256(buffer)}
		}
		return d
	}, func(d digested) error {
		for _, row := range d.rows {
			c.report.Rows++
			if err := c.rows.put(d.table, row.hash, row.digest, markThere, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// nameRows makes findings of rows that are not as the log says: which row it is and which entry speaks of it is read again.
func (c *check) nameRows(ctx context.Context, tx *store.Tx, all []odd) ([]Finding, error) {
	var found []Finding
	unknown := map[string]bool{}
	wanted := map[string]map[[16]byte]bool{} // rows that no entry names, by table
	for _, o := range all {
		if !o.named {
			if wanted[o.table] == nil {
				wanted[o.table] = map[[16]byte]bool{}
			}
			wanted[o.table][o.hash] = true
			continue
		}
		query, arg := `leaf = $1`, any(o.at)
		if i := o.at - behindLeaves; i >= 0 && i < int64(len(c.waiters)) {
			query, arg = `id = $1`, c.waiters[i]
		}
		recs, err := readRecords(ctx, tx, query, arg)
		if err != nil {
			return found, err
		}
		f := Finding{Code: o.code, Table: o.table}
		for _, rec := range recs {
			f = finding(o.code, rec)
			f.Table = o.table
			for _, row := range rec.Rows {
				if row.Table == o.table && keyHash(row.Key) == o.hash {
					f.Key = row.Key
				}
			}
		}
		if _, known := slices.BinarySearch(Sealed(), o.table); !known {
			if unknown[o.table] {
				continue
			}
			unknown[o.table] = true
			f.Code = FoundTable
		}
		found = append(found, f)
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		table, err := tx.Table(ctx, name)
		if err != nil {
			return found, err
		}
		key, _ := sealedKey(name)
		if err := tx.Rows(ctx, table, "", nil, func(row store.Row) error {
			if k := row.Key(key); wanted[name][keyHash(k)] {
				found = append(found, Finding{Code: FoundRowUnrecorded, Table: name, Key: k})
			}
			return nil
		}); err != nil {
			return found, err
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Table, b.Table), cmp.Compare(a.Key, b.Key))
	})
	return found, nil
}
