// Package compound reads old office documents (MS-CFB): which parts one has, and how each begins. It takes nothing on trust: each chain ends when it is longer than
// the file could make it.
package compound

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// Mark is what such a file begins with.
const Mark = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// ErrBroken is what every error of a file that cannot be read is.
var ErrBroken = errors.New("not a compound file that can be read")

// Bounds of what is read.
const (
	maxEntries = 1 << 16 // of the directory
	maxTables  = 1 << 17 // sectors of the table that chains sectors; enough for 8 GB
)

// Numbers that are no sector (2.1), and no entry (2.6.1).
const (
	maxSector = 0xfffffffa
	noEntry   = 0xffffffff
)

// Kinds of entries of the directory.
const (
	kindStream = 2
	kindRoot   = 5
)

type entry struct {
	name               string
	kind               byte
	left, right, child uint32
	start              uint32
	size               uint64
}

// File is an open compound file.
type File struct {
	r       io.ReaderAt
	size    int64
	shift   uint
	cutoff  uint64
	tables  []uint32 // sectors of the table that chains sectors
	small   []uint32 // sectors of the table that chains small sectors
	within  []uint32 // sectors in which the small ones lie
	entries []entry
	parts   map[string]*entry // of the root, by name in capitals
}

func broken(why string) error { return fmt.Errorf("%w: %s", ErrBroken, why) }

// Open reads the directory of a file.
func Open(r io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, 512)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), head); err != nil {
		return nil, broken("its head is cut off")
	}
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(head[at:]) }
	f := &File{r: r, size: size, shift: uint(binary.LittleEndian.Uint16(head[30:])), cutoff: uint64(word(56)), parts: map[string]*entry{}}
	if string(head[:8]) != Mark || f.shift != 9 && f.shift != 12 || binary.LittleEndian.Uint16(head[32:]) != 6 {
		return nil, broken("its head says nothing that is known")
	}
	if err := f.readTables(head, word(68)); err != nil {
		return nil, err
	}
	directory, err := f.chain(word(48), maxEntries*128>>f.shift)
	if err != nil {
		return nil, err
	}
	if err := f.readDirectory(directory); err != nil {
		return nil, err
	}
	root := &f.entries[0]
	if root.kind != kindRoot {
		return nil, broken("it has no root")
	}
	if root.start < maxSector && root.size > 0 {
		if f.within, err = f.chain(root.start, int(min(root.size, uint64(size))>>f.shift)+1); err != nil {
			return nil, err
		}
		if f.small, err = f.chain(word(60), int(size>>f.shift)+1); err != nil {
			return nil, err
		}
	}
	return f, f.list(root.child)
}

// sector reads one; what lies behind the end of the file is zero, as some programs leave the last one short.
func (f *File) sector(n uint32) ([]byte, error) {
	at := (int64(n) + 1) << f.shift
	if n >= maxSector || at >= f.size {
		return nil, broken("a sector lies outside")
	}
	b := make([]byte, 1<<f.shift)
	if _, err := f.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

// readTables finds the sectors of the table that chains sectors: the first 109 stand in the head, the others in sectors that name each the next.
func (f *File) readTables(head []byte, next uint32) error {
	most := min(maxTables, int(f.size>>f.shift)+1)
	add := func(b []byte) bool {
		for ; len(b) >= 4; b = b[4:] {
			n := binary.LittleEndian.Uint32(b)
			if n >= maxSector {
				return false
			}
			f.tables = append(f.tables, n)
		}
		return true
	}
	more := add(head[76:512])
	for seen := 0; more && next < maxSector; seen++ {
		if len(f.tables) > most || seen > most {
			return broken("its tables have no end")
		}
		b, err := f.sector(next)
		if err != nil {
			return err
		}
		more = add(b[:len(b)-4])
		next = binary.LittleEndian.Uint32(b[len(b)-4:])
	}
	if len(f.tables) == 0 {
		return broken("it has no tables")
	}
	return nil
}

// chain lists the sectors that follow each other, at most so many.
func (f *File) chain(from uint32, most int) (out []uint32, err error) {
	per := uint32(1) << (f.shift - 2)
	var table []byte
	at := -1
	for n := from; n < maxSector; {
		if len(out) > most || int64(len(out)) > f.size>>f.shift {
			return nil, broken("a chain has no end")
		}
		out = append(out, n)
		i := int(n / per)
		if i >= len(f.tables) {
			return nil, broken("a chain leads outside")
		}
		if i != at {
			if table, err = f.sector(f.tables[i]); err != nil {
				return nil, err
			}
			at = i
		}
		n = binary.LittleEndian.Uint32(table[4*(n%per):])
	}
	return out, nil
}

func (f *File) readDirectory(sectors []uint32) error {
	for _, n := range sectors {
		b, err := f.sector(n)
		if err != nil {
			return err
		}
		for ; len(b) >= 128; b = b[128:] {
			long := int(binary.LittleEndian.Uint16(b[64:]))
			if long > 64 {
				return broken("a name is too long")
			}
			var name []uint16
			for i := 0; i+2 < long; i += 2 { // without the zero at the end
				name = append(name, binary.LittleEndian.Uint16(b[i:]))
			}
			word := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
			e := entry{name: string(utf16.Decode(name)), kind: b[66], left: word(68), right: word(72), child: word(76), start: word(116), size: binary.LittleEndian.Uint64(b[120:])}
			if f.shift == 9 { // the upper half may hold anything (2.6.3)
				e.size &= 0xffffffff
			}
			f.entries = append(f.entries, e)
		}
	}
	if len(f.entries) == 0 {
		return broken("it has no directory")
	}
	return nil
}

// list finds the parts of the root, which hang together as a tree.
func (f *File) list(root uint32) error {
	seen := map[uint32]bool{}
	for waiting := []uint32{root}; len(waiting) > 0; {
		n := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if n == noEntry {
			continue
		}
		if int64(n) >= int64(len(f.entries)) || seen[n] {
			return broken("its directory leads nowhere")
		}
		seen[n] = true
		e := &f.entries[n]
		f.parts[strings.ToUpper(e.name)] = e
		waiting = append(waiting, e.left, e.right)
	}
	return nil
}

// Has reports whether the file has a part of that name, be it a stream or a folder.
func (f *File) Has(name string) bool { return f.parts[strings.ToUpper(name)] != nil }

// Start reads how a stream begins, at most so many bytes. A stream that is not there is empty.
func (f *File) Start(name string, most int) ([]byte, error) {
	e := f.parts[strings.ToUpper(name)]
	if e == nil || e.kind != kindStream {
		return nil, nil
	}
	want := int(min(e.size, uint64(most)))
	if e.size < f.cutoff {
		return f.startSmall(e.start, want)
	}
	out := make([]byte, 0, want)
	sectors, err := f.firstOf(e.start, want>>f.shift+1)
	if err != nil {
		return nil, err
	}
	for _, n := range sectors {
		b, err := f.sector(n)
		if err != nil {
			return nil, err
		}
		out = append(out, b[:min(len(b), want-len(out))]...)
	}
	return whole(out, want)
}

func whole(out []byte, want int) ([]byte, error) {
	if len(out) < want {
		return nil, broken("a stream is shorter than it says")
	}
	return out, nil
}

// firstOf are the first sectors of a chain.
func (f *File) firstOf(from uint32, n int) ([]uint32, error) {
	var out []uint32
	per := uint32(1) << (f.shift - 2)
	for at := from; at < maxSector && len(out) < n; {
		out = append(out, at)
		i := int(at / per)
		if i >= len(f.tables) {
			return nil, broken("a chain leads outside")
		}
		table, err := f.sector(f.tables[i])
		if err != nil {
			return nil, err
		}
		at = binary.LittleEndian.Uint32(table[4*(at%per):])
	}
	return out, nil
}

// startSmall reads what lies in small sectors, of 64 bytes.
func (f *File) startSmall(at uint32, want int) ([]byte, error) {
	per := uint32(1) << (f.shift - 2)
	out := make([]byte, 0, want)
	for at < maxSector && len(out) < want { // so it ends, however the chain turns
		place := int64(at) * 64
		i, t := int(place>>f.shift), int(at/per)
		if i >= len(f.within) || t >= len(f.small) {
			return nil, broken("a small sector lies outside")
		}
		b, err := f.sector(f.within[i])
		if err != nil {
			return nil, err
		}
		b = b[place&(1<<f.shift-1):][:64]
		out = append(out, b[:min(64, want-len(out))]...)
		table, err := f.sector(f.small[t])
		if err != nil {
			return nil, err
		}
		at = binary.LittleEndian.Uint32(table[4*(at%per):])
	}
	return whole(out, want)
}
