package mp4

import (
	"bufio"
	"encoding/binary"
	"io"
	"time"
)

// maxSamples is how many pictures of a track are walked through to find the one at which a film breaks off: 190 hours at 30 a second.
const maxSamples = 20 << 20

// span is where the content of a box lies.
type span struct{ from, to int64 }

// tables say where the samples of a track lie and how long each is shown (ISO 14496-12, 8.4.2, 8.6.1.2, 8.7).
type tables struct {
	scale                uint32 // units a second (mdhd)
	times, runs          span   // stts, stsc
	sizes, chunks, large span   // stsz, stco, co64
}

// keep takes over where a table lies; it reports whether it is one.
func (t *tables) keep(kind string, from, to int64) bool {
	var at *span
	switch kind {
	case "stts":
		at = &t.times
	case "stsc":
		at = &t.runs
	case "stsz":
		at = &t.sizes
	case "stco":
		at = &t.chunks
	case "co64":
		at = &t.large
	default:
		return false
	}
	if at.to == 0 {
		*at = span{from, to}
	}
	return true
}

// numbers reads a table of numbers, one after the other; failed, once there are no more.
type numbers struct {
	in     *bufio.Reader
	failed bool
}

func (s span) numbers(r io.ReaderAt) *numbers {
	n := &numbers{in: bufio.NewReaderSize(io.NewSectionReader(r, s.from, s.to-s.from), 32<<10), failed: s.to == 0}
	n.next(4) // version and flags
	return n
}

func (n *numbers) next(width int) uint64 {
	var b [8]byte
	if n.failed {
		return 0
	}
	if _, err := io.ReadFull(n.in, b[8-width:]); err != nil {
		n.failed = true
		return 0
	}
	return binary.BigEndian.Uint64(b[:])
}

// reaches is how long a track goes on in a file of size bytes until the first of its samples that is not there, or not whole. It is false where none is missing, and where the tables do not tell.
func (t *tables) reaches(r io.ReaderAt, size int64) (time.Duration, bool) {
	times, runs, sizes, chunks, width := t.times.numbers(r), t.runs.numbers(r), t.sizes.numbers(r), t.chunks.numbers(r), 4
	if t.large.to > 0 {
		chunks, width = t.large.numbers(r), 8
	}
	times.next(4) // how many lines it has; its end says that too
	runsLeft, same, samples, chunksLeft := runs.next(4), sizes.next(4), sizes.next(4), chunks.next(4)
	var lasting, step, perChunk, nextFirst, nextPer uint64
	nextRun := func() {
		if runsLeft == 0 {
			nextFirst = 0
			return
		}
		runsLeft--
		nextFirst, nextPer = runs.next(4), runs.next(4)
		runs.next(4)
	}
	nextRun()
	var units uint64
	for chunk, seen := uint64(1), uint64(0); chunk <= chunksLeft && seen < samples; chunk++ {
		at := int64(chunks.next(width) & (1<<62 - 1))
		if chunk == nextFirst {
			perChunk = nextPer
			nextRun()
		}
		if chunks.failed || runs.failed || perChunk == 0 {
			return 0, false
		}
		for n := uint64(0); n < perChunk && seen < samples; n++ {
			if lasting == 0 {
				lasting, step = times.next(4), times.next(4)
			}
			long := same
			if same == 0 {
				long = sizes.next(4)
			}
			if seen++; seen > maxSamples || lasting == 0 || times.failed || sizes.failed || t.scale == 0 {
				return 0, false
			}
			if at += int64(long); at > size {
				return time.Duration(float64(units) / float64(t.scale) * float64(time.Second)).Round(time.Millisecond), true
			}
			units += step
			lasting--
		}
	}
	return 0, false
}
