package evidence

import (
	"io"
	"os"
	"sync"
)

// What is under way in a line.
const (
	pieceSize  = 256 << 10 // bytes that go along together
	pieces     = 4         // of which so many are under way, so a line holds a megabyte
	flushEvery = 1 << 20   // bytes after which the disk is told to begin
)

// line takes bytes in as they come. The caller reads them; beside it they are written and summed up by SHA-256, summed up by SM3, and put on
// the disk for certain, each by a hand of its own: processors and disk work at the same time, and the slowest of them sets the pace. The first that fails
// ends it for all.
type line struct {
	out   *os.File
	at    int64 // bytes that are written
	sum   *digests
	keep  func(at int64, state []byte) error // called every `every` bytes while more come, one at a time and in order, once all before `at` is written; nil: never
	every int64

	written chan piece
	summed  chan piece
	marks   chan mark
	free    chan []byte
	made    int // buffers
	hands   sync.WaitGroup
	once    sync.Once
	failed  chan struct{}
	err     error // why; read it after failed is closed
}

// piece is some bytes on their way.
type piece struct {
	bytes []byte
	keep  bool // all up to its end is to be kept for certain
	at    int64
	sha   []byte // state of SHA-256 behind it, where it is to be kept
}

// mark is a place up to which all is to be put on the disk, and the state of both digests there.
type mark struct {
	at    int64
	state []byte
}

// buffers are what lines are done with: fifty uploads at once follow fifty others.
var buffers = sync.Pool{New: func() any { b := make([]byte, pieceSize); return &b }}

func newLine(out *os.File, at int64, sum *digests, every int64, keep func(at int64, state []byte) error) *line {
	l := &line{out: out, at: at, sum: sum, every: every, keep: keep, written: make(chan piece, pieces), summed: make(chan piece, pieces),
		marks: make(chan mark), free: make(chan []byte, pieces), failed: make(chan struct{})}
	l.hands.Go(l.write)
	l.hands.Go(l.sumUp)
	l.hands.Go(l.certain)
	return l
}

// take reads src to its end, and gives back the error with which it ended, io.EOF for a good one; `seen` sees the bytes of each piece before they are written, and may refuse them.
// It may be called once, and end must be called after it.
func (l *line) take(src io.Reader, seen func([]byte) error) error {
	for {
		buf, err := l.room()
		if err != nil {
			return err
		}
		n, err := fill(src, buf)
		if n > 0 {
			if refused := seen(buf[:n]); refused != nil {
				return refused
			}
		}
		l.written <- piece{bytes: buf[:n]}
		if err != nil {
			return err
		}
	}
}

// fill reads until the buffer is full. Unlike io.ReadFull it gives src's own error: an end that came too early is told from an end.
func fill(src io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var k int
		k, err = src.Read(buf[n:])
		n += k
	}
	return n, err
}

// end waits until all that was taken is written and summed up, and says what failed.
func (l *line) end() error {
	close(l.written)
	l.hands.Wait()
	for range l.made {
		select {
		case b := <-l.free:
			b = b[:cap(b)]
			buffers.Put(&b)
		default: // the caller gave it up
		}
	}
	if l.broken() {
		return l.err
	}
	return nil
}

// room is a buffer that nobody reads any more.
func (l *line) room() ([]byte, error) {
	if l.broken() {
		return nil, l.err
	}
	select {
	case b := <-l.free:
		return b[:cap(b)], nil
	default:
	}
	if l.made < pieces {
		l.made++
		return *buffers.Get().(*[]byte), nil
	}
	b := <-l.free // comes even where the line is broken: all hands pass on what they get
	return b[:cap(b)], nil
}

func (l *line) fail(err error) {
	l.once.Do(func() {
		l.err = err
		close(l.failed)
	})
}

func (l *line) broken() bool {
	select {
	case <-l.failed:
		return true
	default:
		return false
	}
}

func (l *line) write() {
	defer close(l.summed)
	kept, flushed := l.at, l.at
	for p := range l.written {
		if !l.broken() {
			if _, err := l.out.Write(p.bytes); err != nil {
				l.fail(onDisk(err))
			}
			l.sum.sha256.Write(p.bytes)
			l.at += int64(len(p.bytes))
			if l.at-flushed >= flushEvery {
				flush(l.out, flushed, l.at-flushed)
				flushed = l.at
			}
			if p.at = l.at; l.keep != nil && l.at-kept >= l.every {
				state, err := stateOf(l.sum.sha256)
				if err != nil {
					l.fail(err)
				}
				p.keep, p.sha, kept = true, state, l.at
			}
		}
		l.summed <- p
	}
}

func (l *line) sumUp() {
	defer close(l.marks)
	for p := range l.summed {
		if !l.broken() {
			l.sum.sm3.Write(p.bytes)
		}
		l.free <- p.bytes
		if p.keep && !l.broken() {
			sm, err := stateOf(l.sum.sm3)
			if err != nil {
				l.fail(err)
				continue
			}
			state, err := kept{p.sha, sm}.text()
			if err != nil {
				l.fail(err)
				continue
			}
			l.marks <- mark{p.at, state}
		}
	}
}

func (l *line) certain() {
	for m := range l.marks {
		if l.broken() {
			continue
		}
		if err := l.keep(m.at, m.state); err != nil {
			l.fail(err)
		}
	}
}
