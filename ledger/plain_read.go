package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"jiexu/store"
	"jiexu/store/pages"
)

// plainReader reads parts of the table of entries, several at once.
type plainReader struct {
	file    *pages.File
	columns entryColumns // where they lie in a record
	width   int          // columns of a record
	row     int          // the one that stands for the row's number
	indexes []store.LaidTree
	full    bool      // what is in the indexes is summed too
	free    sync.Pool // of *plainPage

	numbered bool // a row's number follows from its place
}

// indexSeed makes the sums of keys such as nobody can foresee.
var indexSeed = maphash.MakeSeed()

func newPlainReader(l *store.Layout, tree store.LaidTree, full, numbered bool) (*plainReader, error) {
	at := func(name string) int { return slices.Index(tree.Names, name) }
	r := &plainReader{file: l.File, width: len(tree.Names), row: tree.Row, full: full, numbered: numbered, free: sync.Pool{New: func() any { return &plainPage{} }},
		columns: entryColumns{at("leaf"), at("data"), at("id"), at("at"), at("kind"), at("subject_type"), at("subject_id"), at("actor"), at("unit")}}
	c := r.columns
	if tree.Row != at("seq") || min(c.leaf, c.data, c.id, c.at, c.kind, c.subjectType, c.subjectID, c.actor, c.unit, tree.Row) < 0 {
		return nil, errOdd
	}
	for _, one := range l.Trees {
		if one.Table != tree.Table || !one.Index {
			continue
		}
		if one.Odd {
			return nil, errOdd
		}
		r.indexes = append(r.indexes, one)
	}
	return r, nil
}

// read reads a part. What is not plainly an entry is an error.
func (r *plainReader) read(part pages.Part) *plainPage {
	p := r.free.Get().(*plainPage)
	p.empty(len(r.indexes))
	var values []pages.Value
	var key []byte
	entries := entryTaker{page: p}
	p.rows, p.first, p.last, p.err = r.file.Rows(part, func(number int64, payload string) (err error) {
		if values, err = pages.Record(payload, values); err != nil {
			return err
		}
		if len(values) != r.width || values[r.row].Kind != pages.Null {
			return errOdd
		}
		values[r.row] = pages.Value{Kind: pages.Int, Int: number}
		for i, index := range r.indexes {
			if !r.full {
				if index.Null < 0 || values[index.Null].Kind == pages.Null {
					p.sums[i].n++
				}
				continue
			}
			if index.Null < 0 || values[index.Null].Kind == pages.Null {
				key = key[:0]
				for _, c := range index.Columns {
					v := values[r.row]
					if c >= 0 {
						v = values[c]
					}
					if key, err = appendKey(key, v); err != nil {
						return err
					}
				}
				p.sums[i].take(key)
			}
		}
		leaf := values[r.columns.leaf]
		if leaf.Kind == pages.Null { // it waits for its place, and is read with those that do
			return nil
		}
		data := values[r.columns.data]
		if leaf.Kind != pages.Int || data.Kind != pages.Text || r.numbered && number != leaf.Int+1 {
			return errOdd
		}
		return entries.take(data.Text, leaf.Int, func(rec Record, when string) bool { return r.says(values, rec, when) })
	})
	return p
}

// entryTaker takes entries into a page.
type entryTaker struct {
	page   *plainPage
	buffer []byte
	rows   []RowDigest
	tables tableNames
}

// take takes an entry; says reports whether its columns are what it says. data is not kept.
func (t *entryTaker) take(data string, leaf int64, says func(rec Record, when string) bool) error {
	rec, when, ok := parseFast(data, t.rows[:0])
	if !ok {
		var err error
		if rec, err = Parse([]byte(data)); err != nil {
			return err
		}
		when = store.At(rec.At).Text()
	}
	if !says(rec, when) {
		return errOdd
	}
	t.buffer = append(append(t.buffer[:0], 0), data...) // RFC 6962: a leaf begins with a zero
	p, from := t.page, len(t.page.marks)
	p.marks = marksOf(p.marks, rec, leaf)
	for i := range p.marks[from:] { // what it was cut out of goes
		p.marks[from+i].table = t.tables.name(p.marks[from+i].table)
	}
	p.leaves = append(p.leaves, plainLeaf{leaf, sha256.Sum256(t.buffer)})
	t.rows = rec.Rows[:0]
	return nil
}

// tableNames are names that stay good, each once.
type tableNames map[string]string

func (t *tableNames) name(name string) string {
	kept, ok := (*t)[name]
	if !ok {
		if *t == nil {
			*t = tableNames{}
		}
		kept = strings.Clone(name)
		(*t)[kept] = kept
	}
	return kept
}

// says reports whether the columns are what the entry says.
func (r *plainReader) says(values []pages.Value, rec Record, when string) bool {
	for _, column := range [...]struct {
		at   int
		want string
	}{{r.columns.id, rec.ID}, {r.columns.at, when}, {r.columns.kind, rec.Kind}, {r.columns.subjectType, rec.Subject.Type}, {r.columns.subjectID, rec.Subject.ID},
		{r.columns.actor, rec.Actor}, {r.columns.unit, rec.Unit}} {
		if v := values[column.at]; v.Kind != pages.Text || v.Text != column.want {
			return false
		}
	}
	return true
}

// keySum is a sum over the keys of an index in any order: two indexes of the same keys have the same, and by chance alone do others (one in 2^64).
type keySum struct {
	n   int64
	sum uint64
}

func (s *keySum) take(key []byte) {
	s.n++
	s.sum += maphash.Bytes(indexSeed, key)
}

type keySums []keySum

func newKeySums(n int) keySums { return make(keySums, n) }

func (s keySums) add(more keySums) {
	for i, m := range more {
		s[i].n += m.n
		s[i].sum += m.sum
	}
}

// appendKey writes a value so that no two keys are written alike.
func appendKey(key []byte, v pages.Value) ([]byte, error) {
	key = append(key, byte(v.Kind))
	switch v.Kind {
	case pages.Null:
	case pages.Int:
		key = binary.BigEndian.AppendUint64(key, uint64(v.Int))
	case pages.Text, pages.Blob:
		key = binary.BigEndian.AppendUint32(key, uint32(len(v.Text)))
		key = append(key, v.Text...)
	default:
		return key, errOdd
	}
	return key, nil
}

// keyRun is the keys of one part of an index.
type keyRun struct {
	keySum
	first, last []pages.Value
	err         error
}

// keyRun sums the keys of a part.
func (p *plainLog) keyRun(part pages.Part) *keyRun {
	run := &keyRun{}
	if !p.full {
		run.n, run.err = p.layout.File.Visit(part)
		return run
	}
	var key []byte
	run.first, run.last, run.err = p.layout.File.Keys(part, func(values []pages.Value) (err error) {
		key = key[:0]
		for _, v := range values {
			if key, err = appendKey(key, v); err != nil {
				return err
			}
		}
		run.take(key)
		return nil
	})
	return run
}

// keys sums the keys of an index.
func (p *plainLog) keys(ctx context.Context, tree store.LaidTree) (sum keySum, err error) {
	parts, err := p.layout.File.Parts(tree.Tree)
	if err != nil {
		return sum, err
	}
	var last []pages.Value
	err = ordered(ctx, each(parts), p.keyRun, func(run *keyRun) error {
		if run.err != nil || run.n > 0 && last != nil && p.full && !pages.Rises(last, run.first) {
			return errors.Join(errOdd, run.err)
		}
		sum.n, sum.sum = sum.n+run.n, sum.sum+run.sum
		if run.n > 0 {
			last = run.last
		}
		return nil
	})
	return sum, err
}

func each[T any](all []T) func(context.Context, func(T) error) error {
	return func(_ context.Context, give func(T) error) error {
		for _, one := range all {
			if err := give(one); err != nil {
				return err
			}
		}
		return nil
	}
}
