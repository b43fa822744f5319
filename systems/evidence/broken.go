package evidence

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"jiexu/fault"
	"jiexu/words"
)

// Broken tells how a film or sound broke off, as one does in a recorder that loses its power. It may be all that there is of what happened, so it is taken in as it came, and is never said to be
// whole.
type Broken struct {
	Has   int64 `json:"has" doc:"bytes that are there"`
	Wants int64 `json:"wants,omitempty" doc:"bytes that it says it has; absent: it does not say"`
	Index bool  `json:"index" doc:"what says where its pictures lie is there; a film without it is played by nothing as it is"`
}

// Say tells it in a sentence without its end; of what is whole nothing.
func (b *Broken) Say(lang string) string {
	if b == nil {
		return ""
	}
	code := "evidence.broke.short"
	if b.Wants > 0 {
		code = "evidence.broke.off"
	}
	index := "evidence.broke.ends"
	if !b.Index {
		index = "evidence.broke.no_index"
	}
	return words.Text(lang, code, map[string]any{"has": b.Has, "wants": b.Wants}) + words.Text(lang, index, nil)
}

// enters adds to the entry that catalogues a file how it broke off.
func (m *Media) enters(body map[string]any) map[string]any {
	if m.Broken != nil {
		body["broken"] = map[string]any{"has": m.Broken.Has, "wants": m.Broken.Wants, "index": m.Broken.Index}
	}
	return body
}

// text is how it is kept; nil: not at all.
func (b *Broken) text() *string {
	if b == nil {
		return nil
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return nil // numbers
	}
	text := string(raw)
	return &text
}

func brokenFrom(text string) *Broken {
	var b Broken
	if text == "" || json.Unmarshal([]byte(text), &b) != nil {
		return nil
	}
	return &b
}

// brokenOff tells how a film or sound of that type broke off; nil: it did not, or its form does not tell. Returns evidence.broken for what is no film at all, whatever it begins with.
func brokenOff(mime string, r io.ReaderAt, size int64) (*Broken, error) {
	switch mime {
	case "video/mp4":
		return brokenMP4(r, size)
	case "video/avi", "audio/wave":
		return brokenRIFF(mime, r, size), nil
	case "video/webm":
		return brokenMatroska(r, size), nil
	}
	return nil, nil
}

// boxes are those that may stand side by side in a film (ISO 14496-12, 6.2.3). What else is read where a box should be is believed to be none when it does not fit.
var boxes = []string{"moov", "mdat", "moof", "free", "skip", "wide", "uuid", "udta", "meta", "mfra", "sidx", "ssix", "styp"}

// brokenMP4 walks the boxes of a film (ISO 14496-12, 4.2). It is whole where each lies within the file and one says what is in it. It is a film where there is something of pictures or sound, or all
// that says what is in it.
func brokenMP4(r io.ReaderAt, size int64) (*Broken, error) {
	b := &Broken{Has: size}
	film, odd := false, false
	for at := int64(0); at < size; {
		var head [16]byte
		n, err := r.ReadAt(head[:], at)
		if n < 8 {
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
			odd = true // the head of a box is cut through
			break
		}
		kind := string(head[4:8])
		long, least := int64(binary.BigEndian.Uint32(head[:4])), int64(8)
		switch {
		case long == 0: // to the end of the file
			long = size - at
		case long == 1 && n == 16:
			long, least = int64(binary.BigEndian.Uint64(head[8:])), 16
		}
		// A recorder that loses its power may never have written how long its pictures are.
		film = film || kind == "mdat" && size-at > least
		switch {
		case long < least, long > size-at && !slices.Contains(boxes, kind):
			odd = true
		case long > size-at:
			b.Wants = at + long
		}
		if odd || b.Wants > 0 {
			film = film || kind == "moof"
			break
		}
		b.Index = b.Index || kind == "moov" || kind == "moof"
		at += long
	}
	switch {
	case !film && !b.Index:
		return nil, fault.New(fault.Invalid, "evidence.broken")
	case b.Index && b.Wants == 0 && !odd:
		return nil, nil
	}
	return b, nil
}

// brokenRIFF looks at the parts of an AVI or WAV (RIFF). A recorder writes how long the file is when it ends it, and the index of an AVI behind all else.
func brokenRIFF(mime string, r io.ReaderAt, size int64) *Broken {
	b := &Broken{Has: size}
	for at := int64(0); ; {
		var head [12]byte
		n, _ := r.ReadAt(head[:], at)
		if n < 8 || string(head[:4]) != "RIFF" { // whole, or something else hangs behind
			return nil
		}
		long := int64(binary.LittleEndian.Uint32(head[4:8]))
		switch {
		case long == 0 && mime == "video/avi": // its length was never written
			return b
		case long == 0 || long == 1<<32-1: // sound that was passed on while it was made
			return nil
		case at+8+long > size:
			b.Wants, b.Index = at+8+long, mime == "audio/wave"
			return b
		}
		if at += 8 + long + long%2; at >= size {
			return nil
		}
	}
}

// brokenMatroska looks whether the one segment of a WebM or Matroska film (RFC 9559) is as long as it says. What was passed on while it was made does not say it. Each cluster tells where its
// pictures lie.
func brokenMatroska(r io.ReaderAt, size int64) *Broken {
	at := int64(0)
	for range 8 { // the head, what may lie between, the segment
		var head [12]byte
		n, _ := r.ReadAt(head[:], at)
		id, idLong := vint(head[:n], false)
		if idLong == 0 {
			return nil
		}
		long, longLong := vint(head[idLong:n], true)
		if longLong == 0 || long < 0 {
			return nil
		}
		body := at + int64(idLong+longLong)
		if long > 1<<50 {
			return nil
		}
		if body+long > size {
			return &Broken{Has: size, Wants: body + long, Index: true}
		}
		if id == 0x18538067 { // Segment
			return nil
		}
		at = body + long
	}
	return nil
}

// vint reads a number of EBML (RFC 8794, 4): how long it is its first bit that is set tells. value takes that bit out; all bits set means that nobody knows, which is -1. A length of 0: there is none.
func vint(b []byte, value bool) (n int64, long int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	for long = 1; b[0]&(0x80>>(long-1)) == 0; long++ {
	}
	if long > len(b) {
		return 0, 0
	}
	unknown := true
	for i, c := range b[:long] {
		if i == 0 && value {
			c &= byte(0xff) >> long
		}
		most := byte(0xff)
		if i == 0 {
			most >>= long
		}
		unknown = unknown && c == most
		n = n<<8 | int64(c)
	}
	if value && unknown {
		return -1, long
	}
	return n, long
}
