// Package pages reads an SQLite file without SQLite: pages, b-trees, records, and whether all of them agree, as
// https://www.sqlite.org/fileformat2.html describes them. Through the engine a million rows take seconds; the check of the log reads them here
// in a fraction of that. It says yes or nothing: whatever is not plainly in order is an error, and the engine is asked instead, which finds and names what is
// wrong. So nothing here repairs, guesses or explains.
//
// The file must stay as it is meanwhile. The caller opens it, begins a reading transaction of the engine, which keeps pages from being written over, asks whether the file has Grown before
// that, and whether it is Unchanged when it is done.
package pages

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
)

// File is an SQLite database as it was committed last when it was opened.
type File struct {
	main   *os.File
	wal    *os.File         // nil where there is none
	frames map[uint32]int64 // where in the write-ahead log the newest content of a page lies
	salts  [16]byte         // of the write-ahead log: page size, number of the checkpoint, two random numbers
	end    int64            // of what is committed in it
	path   string

	size   int    // bytes of a page
	usable int    // of which b-trees use
	count  uint32 // pages
	free   uint32 // first page of the list of free pages
	frees  uint32 // how many it has
	used   []uint32

	buffers sync.Pool // of pages that are read together
}

// The largest file that is read here: its pages are counted in a bit each.
const mostPages = 1 << 30

var be = binary.BigEndian

// Open opens a file to read it. It returns an error where it is not plainly such a file.
func Open(path string) (*File, error) {
	if _, err := os.Lstat(path + "-journal"); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("a transaction that was broken off must be taken back first")
	}
	main, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{main: main, path: path}
	if err = f.measure(); err == nil {
		if err = f.openLog(); err == nil {
			err = f.head()
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// measure finds out how large pages are and how many there are.
func (f *File) measure() error {
	info, err := f.main.Stat()
	if err != nil {
		return err
	}
	head := make([]byte, 100)
	if _, err := f.main.ReadAt(head, 0); err != nil {
		return err
	}
	if f.size = int(be.Uint16(head[16:])); f.size == 1 {
		f.size = 65536
	}
	if f.size < 512 || f.size&(f.size-1) != 0 || info.Size()%int64(f.size) != 0 || info.Size()/int64(f.size) > mostPages {
		return errors.New("no whole pages")
	}
	f.count = uint32(info.Size() / int64(f.size))
	return nil
}

// head reads the first page, as it was committed last.
func (f *File) head() error {
	page := make([]byte, f.size)
	if err := f.read(1, page); err != nil {
		return err
	}
	size := int(be.Uint16(page[16:]))
	if size == 1 {
		size = 65536
	}
	switch {
	case string(page[:16]) != "SQLite format 3\x00", size != f.size:
		return errors.New("not such a file")
	case be.Uint32(page[44:]) != 4, be.Uint32(page[56:]) != 1, be.Uint32(page[52:]) != 0:
		return errors.New("a file of another making") // old schema, other text than UTF-8, or one that shrinks by itself
	case page[21] != 64 || page[22] != 32 || page[23] != 32:
		return errors.New("other payload fractions")
	case f.wal == nil && be.Uint32(page[28:]) != f.count:
		return errors.New("the file is longer or shorter than it says")
	}
	f.usable = f.size - int(page[20])
	if f.usable < 480 {
		return errors.New("too much is reserved")
	}
	f.free, f.frees = be.Uint32(page[32:]), be.Uint32(page[36:])
	f.used = make([]uint32, f.count/32+1)
	return nil
}

// Close closes it.
func (f *File) Close() error {
	err := f.main.Close()
	if f.wal != nil {
		err = errors.Join(err, f.wal.Close())
	}
	return err
}

// openLog reads which pages lie in the write-ahead log. What a program was writing when it was killed is not in it yet.
func (f *File) openLog() (err error) {
	f.wal, err = os.Open(f.path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		f.wal, err = nil, nil
		return err
	}
	if err != nil {
		return err
	}
	head := make([]byte, 32)
	n, err := f.wal.ReadAt(head, 0)
	if err == io.EOF && n < 32 { // empty: all is in the file itself
		return nil
	}
	if err != nil && err != io.EOF {
		return err
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch be.Uint32(head) {
	case 0x377f0682:
	case 0x377f0683:
		order = binary.BigEndian
	default:
		return errors.New("not such a log")
	}
	copy(f.salts[:], head[8:24])
	f.end = 32
	sum := checksum{order: order}
	sum.add(head[:24])
	if be.Uint32(head[4:]) != 3007000 || int(be.Uint32(head[8:])) != f.size || sum.a != be.Uint32(head[24:]) || sum.b != be.Uint32(head[28:]) {
		return errors.New("not such a log")
	}
	f.frames = map[uint32]int64{}
	since := map[uint32]int64{}
	frame := make([]byte, 24+f.size)
	for at := int64(32); ; at += int64(len(frame)) {
		if _, err := f.wal.ReadAt(frame, at); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		sum.add(frame[:8])
		sum.add(frame[24:])
		if string(frame[8:16]) != string(head[16:24]) || sum.a != be.Uint32(frame[16:]) || sum.b != be.Uint32(frame[20:]) {
			return nil // of a former round, or half written
		}
		since[be.Uint32(frame)] = at + 24
		if pages := be.Uint32(frame[4:]); pages != 0 { // a commit
			for page, at := range since {
				f.frames[page] = at
			}
			clear(since)
			f.end = at + int64(len(frame))
			if f.count = pages; pages > mostPages {
				return errors.New("too many pages")
			}
		}
	}
}

// checksum is the write-ahead log's own.
type checksum struct {
	order binary.ByteOrder
	a, b  uint32
}

func (s *checksum) add(p []byte) {
	a, b := s.a, s.b
	if s.order == binary.ByteOrder(binary.LittleEndian) {
		for ; len(p) >= 8; p = p[8:] {
			a += binary.LittleEndian.Uint32(p) + b
			b += binary.LittleEndian.Uint32(p[4:]) + a
		}
	} else {
		for ; len(p) >= 8; p = p[8:] {
			a += be.Uint32(p) + b
			b += be.Uint32(p[4:]) + a
		}
	}
	s.a, s.b = a, b
}

// Grown reports whether something was committed, or is being committed, since the file was opened.
func (f *File) Grown() bool {
	if f.wal == nil || f.frames == nil {
		return !f.Unchanged()
	}
	frame := make([]byte, 24)
	n, _ := f.wal.ReadAt(frame, f.end)
	return n == len(frame) && string(frame[8:16]) == string(f.salts[8:]) || !f.Unchanged()
}

// Unchanged reports whether what was read is still one moment: the write-ahead log was not begun anew meanwhile.
func (f *File) Unchanged() bool {
	if f.wal == nil {
		_, err := os.Lstat(f.path + "-wal")
		return errors.Is(err, fs.ErrNotExist)
	}
	head := make([]byte, 24)
	n, err := f.wal.ReadAt(head, 0)
	if err == io.EOF && n < 24 {
		return f.frames == nil
	}
	return err == nil && string(head[8:]) == string(f.salts[:])
}

// read reads pages that follow each other.
func (f *File) read(first uint32, into []byte) error {
	n := uint32(len(into) / f.size)
	if first == 0 || first > f.count || n > f.count-first+1 {
		return fmt.Errorf("there is no page %d", first)
	}
	if len(f.frames) == 0 {
		_, err := f.main.ReadAt(into, int64(first-1)*int64(f.size))
		return err
	}
	for i := range n {
		one := into[int(i)*f.size:][:f.size]
		from, at := f.main, int64(first+i-1)*int64(f.size)
		if logged, ok := f.frames[first+i]; ok {
			from, at = f.wal, logged
		}
		if _, err := from.ReadAt(one, at); err != nil {
			return err
		}
	}
	return nil
}

// lockPage is the page whose bytes the engine locks; nothing lies in it.
func (f *File) lockPage() uint32 { return uint32((1<<30)/f.size) + 1 }

// claim notes that a page is used; by one thing alone.
func (f *File) claim(page uint32) error {
	if page == 0 || page > f.count || page == f.lockPage() {
		return fmt.Errorf("there is no page %d", page)
	}
	bit := uint32(1) << (page % 32)
	if atomic.OrUint32(&f.used[page/32], bit)&bit != 0 {
		return fmt.Errorf("page %d is used twice", page)
	}
	return nil
}

// Complete claims the free pages, and says whether every page of the file is used once: call it when all trees were visited.
func (f *File) Complete() error {
	trunk, left := f.free, f.frees
	page := make([]byte, f.size)
	for trunk != 0 {
		if err := f.claim(trunk); err != nil {
			return err
		}
		if err := f.read(trunk, page); err != nil {
			return err
		}
		n := be.Uint32(page[4:])
		if left == 0 || n > left-1 || int(n) > f.usable/4-2 {
			return errors.New("the free pages are not as many as it says")
		}
		left -= n + 1
		for i := range int(n) {
			if err := f.claim(be.Uint32(page[8+4*i:])); err != nil {
				return err
			}
		}
		trunk = be.Uint32(page)
	}
	if left != 0 {
		return errors.New("the free pages are not as many as it says")
	}
	for p := uint32(1); p <= f.count; p++ {
		if f.used[p/32]&(1<<(p%32)) == 0 && p != f.lockPage() {
			return fmt.Errorf("page %d is never used", p)
		}
	}
	return nil
}
