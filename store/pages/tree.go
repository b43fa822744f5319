package pages

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unsafe"
)

// Kinds of page.
const (
	indexInner = 2
	tableInner = 5
	indexLeaf  = 10
	tableLeaf  = 13
)

// deepest is how deep a tree may be: the engine's own bound.
const deepest = 20

var errPage = errors.New("a page is not in order")

// Tree is a table's or an index's.
type Tree struct {
	Root  uint32
	Index bool
}

// Part is a piece of a tree that can be visited by itself. The parts of a tree follow each other in its order.
type Part struct {
	tree   Tree
	page   uint32
	inner  bool   // its children are the leaves; else it is one
	bound  bool   // something divides it from the next part:
	key    int64  // of a table: the highest number in it
	record string // of an index: a key by itself
}

// Parts divides a tree into parts.
func (f *File) Parts(t Tree) (parts []Part, err error) {
	depth := 0
	for at := t.Root; ; depth++ {
		if depth > deepest {
			return nil, errPage
		}
		page, err := f.text(at)
		if err != nil {
			return nil, err
		}
		p, err := f.parse(at, page, t.Index)
		if err != nil {
			return nil, err
		}
		if !p.inner {
			break
		}
		if at = p.right; p.cells > 0 {
			at = u32(p.cell(0))
		}
	}
	err = f.divide(t, t.Root, depth, &parts)
	return parts, err
}

func (f *File) divide(t Tree, at uint32, depth int, parts *[]Part) error {
	if depth <= 1 {
		*parts = append(*parts, Part{tree: t, page: at, inner: depth == 1})
		return nil
	}
	if err := f.claim(at); err != nil {
		return err
	}
	text, err := f.text(at)
	if err != nil {
		return err
	}
	p, err := f.parse(at, text, t.Index)
	if err != nil || !p.inner {
		return errPage
	}
	for i := range p.cells {
		c := p.cell(i)
		if err := f.divide(t, u32(c), depth-1, parts); err != nil {
			return err
		}
		last := &(*parts)[len(*parts)-1]
		if last.bound = true; t.Index {
			if last.record, err = f.payload(c[4:]); err != nil { // of a page that stays
				return err
			}
		} else {
			key, _ := varint(c[4:])
			last.key = int64(key)
		}
	}
	return f.divide(t, p.right, depth-1, parts)
}

// parsed is a page of a tree of which the engine would say that it is in order.
type parsed struct {
	bytes string
	inner bool
	cells int
	at    int // of the cells' pointers
	right uint32
}

// cell is the i-th cell and all behind it.
func (p *parsed) cell(i int) string { return p.bytes[u16(p.bytes[p.at+2*i:]):] }

func u16(s string) int { return int(s[0])<<8 | int(s[1]) }
func u32(s string) uint32 {
	return uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
}

// text reads a page. What is cut out of it stays good.
func (f *File) text(page uint32) (string, error) {
	var text string
	err := f.lend(page, 1, func(lent string) error {
		text = strings.Clone(lent)
		return nil
	})
	return text, err
}

// lend reads pages that follow each other. They are good until use returns: a million rows would otherwise leave gigabytes behind for the collector.
func (f *File) lend(first uint32, n int, use func(lent string) error) error {
	buffer, ok := f.buffers.Get().(*[]byte)
	if !ok {
		b := make([]byte, together*f.size)
		buffer = &b
	}
	defer f.buffers.Put(buffer)
	into := (*buffer)[:n*f.size]
	if err := f.read(first, into); err != nil {
		return err
	}
	return use(unsafe.String(&into[0], len(into))) // nothing writes to it before use returns, and nothing is kept of it after
}

// parse looks whether every byte of a page that is in use is used once.
func (f *File) parse(number uint32, b string, index bool) (p parsed, err error) {
	b = b[:f.usable]
	h := 0
	if number == 1 {
		h = 100
	}
	p = parsed{bytes: b, cells: u16(b[h+3:]), at: h + 8}
	switch kind := b[h]; {
	case kind == tableLeaf && !index, kind == indexLeaf && index:
	case kind == tableInner && !index, kind == indexInner && index:
		p.inner, p.at, p.right = true, h+12, u32(b[h+8:])
	default:
		return p, errPage
	}
	content := u16(b[h+5:])
	if content == 0 {
		content = 65536
	}
	pointers := p.at + 2*p.cells
	if pointers > content || content > len(b) {
		return p, errPage
	}
	// What is used, as start and end; most pages were filled from their end, so that it lies in the order of falling pointers.
	var few [256]uint64
	used := few[:0]
	falling := true
	for i := range p.cells {
		at := u16(b[p.at+2*i:])
		if at < content || at > len(b)-4 {
			return p, errPage
		}
		n := f.cellSize(b[at:], index, p.inner)
		if n == 0 || at+n > len(b) {
			return p, errPage
		}
		falling = falling && (i == 0 || uint64(at)<<32 < used[i-1])
		used = append(used, uint64(at)<<32|uint64(at+n))
	}
	if falling {
		slices.Reverse(used)
	}
	free := u16(b[h+1:])
	if free != 0 {
		falling = false
		for free != 0 {
			if free < content || free > len(b)-4 {
				return p, errPage
			}
			next, n := u16(b[free:]), u16(b[free+2:])
			if n < 4 || free+n > len(b) || next != 0 && next <= free+n+3 {
				return p, errPage
			}
			used = append(used, uint64(free)<<32|uint64(free+n))
			free = next
		}
	}
	if !falling {
		slices.Sort(used)
	}
	end, gaps := content, 0
	for _, u := range used {
		from := int(u >> 32)
		if from < end {
			return p, errPage
		}
		gaps += from - end
		end = int(uint32(u))
	}
	if gaps += len(b) - end; gaps != int(b[h+7]) {
		return p, errPage
	}
	return p, nil
}

// local is how many bytes of a payload lie in the page, and whether more lie elsewhere.
func (f *File) local(payload uint64, index bool) (n int, more bool) {
	most := f.usable - 35
	if index {
		most = (f.usable-12)*64/255 - 23
	}
	if payload <= uint64(most) {
		return int(payload), false
	}
	least := (f.usable-12)*32/255 - 23
	n = least + int((payload-uint64(least))%uint64(f.usable-4))
	if n > most {
		n = least
	}
	return n, true
}

// mostPayload bounds what one row may be: the engine's own bound is a billion bytes.
const mostPayload = 1_000_000_000

// cellSize is how many bytes of the page a cell takes; 0 where it is none.
func (f *File) cellSize(c string, index, inner bool) int {
	n := 0
	if inner {
		n = 4
	}
	if inner && !index {
		_, k := varint(c[4:])
		if k == 0 {
			return 0
		}
		return n + k
	}
	payload, k := varint(c[n:])
	if k == 0 || payload > mostPayload {
		return 0
	}
	n += k
	if !index {
		_, k := varint(c[n:])
		if k == 0 {
			return 0
		}
		n += k
	}
	here, more := f.local(payload, index)
	if n += here; more {
		n += 4
	}
	return max(n, 4)
}

// payload is what a cell of an index holds; c begins with its length.
func (f *File) payload(c string) (string, error) {
	size, n := varint(c)
	return f.whole(size, c[n:], true)
}

// row is what a cell of a table's leaf holds.
func (f *File) row(c string) (number int64, payload string, err error) {
	size, n := varint(c)
	rowid, k := varint(c[n:])
	payload, err = f.whole(size, c[n+k:], false)
	return int64(rowid), payload, err
}

// whole puts a payload together of what lies in the page and in others.
func (f *File) whole(size uint64, here string, index bool) (string, error) {
	n, more := f.local(size, index)
	if !more {
		return here[:n], nil
	}
	var out strings.Builder
	out.WriteString(here[:n])
	for next := u32(here[n:]); ; {
		if err := f.claim(next); err != nil {
			return "", err
		}
		page, err := f.text(next)
		if err != nil {
			return "", err
		}
		out.WriteString(page[4 : 4+min(f.usable-4, int(size)-out.Len())])
		next = u32(page)
		switch full := out.Len() == int(size); {
		case full && next == 0:
			return out.String(), nil
		case full || next == 0:
			return "", errPage
		}
	}
}

// together is how many pages that follow each other are read at once.
const together = 64

// Rows visits the rows of a part of a table in their order; payload is good until each returns. It gives how many there are, and between which numbers the part lies.
func (f *File) Rows(p Part, each func(number int64, payload string) error) (n, first, last int64, err error) {
	some := false
	next := func(number int64) error {
		if some && number <= last {
			return errPage
		}
		if last = number; !some {
			first, some = number, true
		}
		return nil
	}
	err = f.leaves(p, func(leaf parsed) error {
		for i := range leaf.cells {
			number, payload, err := f.row(leaf.cell(i))
			if err == nil {
				err = next(number)
			}
			if err == nil {
				err = each(number, payload)
			}
			if err != nil {
				return err
			}
			n++
		}
		return nil
	}, func(c string) error {
		key, _ := varint(c[4:])
		if some && last == int64(key) { // the highest that may be before it
			return nil
		}
		return next(int64(key))
	}, func() {})
	if err == nil && p.bound && some && last > p.key {
		err = errPage
	}
	return n, first, last, err
}

// Keys visits the keys of a part of an index whose keys rise, in their order, with the one that divides it from the next part. values are good until each returns, the first and the last for ever.
func (f *File) Keys(p Part, each func(values []Value) error) (first, last []Value, err error) {
	var held [2][]Value
	n := 0
	take := func(record string) (err error) {
		now, before := &held[n&1], held[1-n&1]
		if *now, err = Record(record, *now); err != nil {
			return err
		}
		if n == 0 {
			first = cloned(*now)
		} else if !Rises(before, *now) {
			return errPage
		}
		n++
		return each(*now)
	}
	err = f.leaves(p, func(leaf parsed) error {
		for i := range leaf.cells {
			record, err := f.payload(leaf.cell(i))
			if err == nil {
				err = take(record)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, func(c string) error {
		record, err := f.payload(c[4:])
		if err != nil {
			return err
		}
		return take(record)
	}, func() {
		if n > 0 {
			held[1-n&1] = cloned(held[1-n&1])
		}
	})
	if err == nil && p.bound {
		err = take(p.record)
	}
	if n > 0 {
		last = cloned(held[1-n&1])
	}
	return first, last, err
}

// cloned are values that stay good.
func cloned(values []Value) []Value {
	out := slices.Clone(values)
	for i := range out {
		out[i].Text = strings.Clone(out[i].Text)
	}
	return out
}

// Visit looks at the pages of a part, whatever lies in it. It gives how many rows or keys there are.
func (f *File) Visit(p Part) (n int64, err error) {
	if !p.tree.Index {
		n, _, _, err = f.Rows(p, func(int64, string) error { return nil })
		return n, err
	}
	err = f.leaves(p, func(leaf parsed) error {
		for i := range leaf.cells {
			if _, err := f.payload(leaf.cell(i)); err != nil {
				return err
			}
			n++
		}
		return nil
	}, func(c string) error {
		n++
		_, err := f.payload(c[4:])
		return err
	}, func() {})
	if p.bound {
		n++
	}
	return n, err
}

// leaves visits the leaves of a part, and the cells that lie between them. What a leaf gave is good until the next call of done.
func (f *File) leaves(p Part, leaf func(parsed) error, between func(cell string) error, done func()) error {
	if err := f.claim(p.page); err != nil {
		return err
	}
	page, err := f.text(p.page)
	if err != nil {
		return err
	}
	top, err := f.parse(p.page, page, p.tree.Index)
	if err != nil || top.inner != p.inner {
		return errPage
	}
	if !p.inner {
		return leaf(top)
	}
	children := make([]uint32, 0, top.cells+1)
	for i := range top.cells {
		children = append(children, u32(top.cell(i)))
	}
	children = append(children, top.right)
	for i := 0; i < len(children); {
		n := 1
		for n < together && i+n < len(children) && children[i+n] == children[i]+uint32(n) {
			n++
		}
		if err := f.lend(children[i], n, func(text string) error {
			for k := range n {
				number := children[i+k]
				if err := f.claim(number); err != nil {
					return err
				}
				one, err := f.parse(number, text[k*f.size:][:f.size], p.tree.Index)
				if err != nil || one.inner {
					return fmt.Errorf("page %d: %w", number, errPage)
				}
				if err := leaf(one); err != nil {
					return err
				}
				if i+k < top.cells {
					if err := between(top.cell(i + k)); err != nil {
						return err
					}
				}
			}
			done()
			return nil
		}); err != nil {
			return err
		}
		i += n
	}
	return nil
}
