// Package mp4 reads what a film says of itself: when it was begun by the recorder's own clock, how long it is, where it was taken. It reads
// the boxes of ISO 14496-12 that hold it and nothing of the pictures. What a file says is told, and never believed alone.
package mp4

import (
	"encoding/binary"
	"errors"
	"io"
	"regexp"
	"strconv"
	"time"
)

// Says is what a film says of itself; what it does not say is zero.
type Says struct {
	Began         time.Time     // by the recorder's clock (mvhd creation_time, which the standard wants in UTC)
	Long          time.Duration // of the whole; of a film that breaks off, of what is there of its first picture track, or else of its first sound, where its tables tell
	Width, Height int           // pixels of its first picture track; zero of sound alone
	Sound         bool
	Lon, Lat      float64 // of the place that it names (ISO 6709), where Placed
	Placed        bool
}

// ErrBroken is returned for what is no film, or breaks off before it says what is in it.
var ErrBroken = errors.New("mp4: broken")

// Bounds of what is looked at: boxes of one film, how deep they lie in each other, and bytes of one that is read whole.
const (
	maxBoxes = 100_000
	maxDepth = 8
	maxRead  = 64 << 10
)

// epoch is from when times in boxes count (ISO 14496-12, 8.2.2.3).
var epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)

// Read reads a film of size bytes.
func Read(r io.ReaderAt, size int64) (Says, error) {
	w := &walk{r: r}
	err := w.boxes(0, size, 0, nil)
	if err == nil && !w.described {
		err = ErrBroken
	}
	if errors.Is(err, ErrBroken) && w.main != nil {
		if long, cut := w.main.reaches(r, size); cut && long < w.says.Long {
			w.says.Long = long
		}
	}
	return w.says, err
}

type walk struct {
	r         io.ReaderAt
	says      Says
	described bool
	seen      int
	main      *track // the first of pictures; where there is none, the first of sound
}

// track is what one track says.
type track struct {
	kind          string
	width, height int
	tables
}

// around are the boxes that hold others which are looked at.
var around = map[string]bool{"moov": true, "trak": true, "mdia": true, "minf": true, "stbl": true, "udta": true}

func (w *walk) boxes(from, to int64, depth int, in *track) error {
	for at := from; at < to; {
		if w.seen++; w.seen > maxBoxes || depth > maxDepth {
			return ErrBroken
		}
		var head [16]byte
		n, err := w.r.ReadAt(head[:], at)
		if n < 8 {
			if depth > 0 && to-at < 8 { // some end a box with four zeros
				return nil
			}
			return errors.Join(ErrBroken, skipEOF(err))
		}
		size, body := int64(binary.BigEndian.Uint32(head[:4])), at+8
		switch {
		case size == 0: // to the end of what holds it
			size = to - at
		case size == 1 && n == 16:
			size, body = int64(binary.BigEndian.Uint64(head[8:])), at+16
		}
		if size < body-at || size > to-at {
			if depth > 0 && size == 0 {
				return nil
			}
			return ErrBroken
		}
		if err := w.box(string(head[4:8]), body, at+size, depth, in); err != nil {
			return err
		}
		at += size
	}
	return nil
}

func (w *walk) box(kind string, from, to int64, depth int, in *track) error {
	switch kind {
	case "moov", "moof":
		w.described = true
	case "trak":
		in = &track{}
	}
	if around[kind] {
		if err := w.boxes(from, to, depth+1, in); err != nil {
			return err
		}
		if kind == "trak" {
			switch in.kind {
			case "vide":
				if w.main == nil || w.main.kind != "vide" {
					w.main = in
				}
				if w.says.Width == 0 {
					w.says.Width, w.says.Height = in.width, in.height
				}
			case "soun":
				if w.says.Sound = true; w.main == nil {
					w.main = in
				}
			}
		}
		return nil
	}
	if in != nil && in.keep(kind, from, to) {
		return nil
	}
	switch kind {
	case "mvhd", "mdhd", "tkhd", "hdlr", "\xa9xyz":
		content := make([]byte, min(to-from, maxRead))
		if n, err := w.r.ReadAt(content, from); n < len(content) {
			return errors.Join(ErrBroken, skipEOF(err))
		}
		w.read(kind, content, in)
	}
	return nil
}

func (w *walk) read(kind string, b []byte, in *track) {
	long := len(b) > 0 && b[0] == 1 // version 1: 64 bits
	switch kind {
	case "mvhd":
		switch {
		case long && len(b) >= 32:
			w.times(binary.BigEndian.Uint64(b[4:]), uint64(binary.BigEndian.Uint32(b[20:])), binary.BigEndian.Uint64(b[24:]))
		case !long && len(b) >= 20:
			w.times(uint64(binary.BigEndian.Uint32(b[4:])), uint64(binary.BigEndian.Uint32(b[12:])), uint64(binary.BigEndian.Uint32(b[16:])))
		}
	case "tkhd":
		at := 76
		if long {
			at = 88
		}
		if in != nil && len(b) >= at+8 {
			in.width, in.height = int(binary.BigEndian.Uint32(b[at:])>>16), int(binary.BigEndian.Uint32(b[at+4:])>>16)
		}
	case "mdhd":
		at := 12
		if long {
			at = 20
		}
		if in != nil && len(b) >= at+4 {
			in.scale = binary.BigEndian.Uint32(b[at:])
		}
	case "hdlr":
		if in != nil && in.kind == "" && len(b) >= 12 { // QuickTime has a second one, of where the data lies
			in.kind = string(b[8:12])
		}
	case "\xa9xyz":
		if len(b) > 4 {
			w.place(string(b[4:]))
		}
	}
}

// times takes over when it was begun and how long it is. A recorder that knew no time writes none, or one of before there were films like it.
func (w *walk) times(created, scale, units uint64) {
	if created > 0 && created < 1<<33 {
		if at := epoch.Add(time.Duration(created) * time.Second); at.Year() >= 2000 && at.Year() < 2100 {
			w.says.Began = at
		}
	}
	if scale > 0 && units < 1<<40 && units/scale < uint64((10*24*time.Hour)/time.Second) {
		w.says.Long = time.Duration(float64(units) / float64(scale) * float64(time.Second)).Round(time.Millisecond)
	}
}

// iso6709 is a place as films write it: +31.2290+121.4482/.
var iso6709 = regexp.MustCompile(`^([+-][0-9]{2}(?:\.[0-9]+)?)([+-][0-9]{3}(?:\.[0-9]+)?)`)

func (w *walk) place(text string) {
	m := iso6709.FindStringSubmatch(text)
	if m == nil {
		return
	}
	lat, _ := strconv.ParseFloat(m[1], 64)
	lon, _ := strconv.ParseFloat(m[2], 64)
	if lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 {
		w.says.Lat, w.says.Lon, w.says.Placed = lat, lon, true
	}
}

func skipEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
