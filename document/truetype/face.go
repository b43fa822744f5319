// Package truetype reads the parts of a TrueType font that documents need — which glyph stands for a
// character, how wide it is, its outline — and writes smaller fonts that hold chosen glyphs only.
//
// It exists because the text of an issued document must come out of the PDF exactly as it went in, also
// for names with characters beyond U+FFFF, and because each character must keep a glyph number of its
// own: gopdf, tried first, writes such characters into its Unicode map as five hexadecimal digits, which
// no reader understands.
package truetype

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"sync/atomic"
)

// The bounds of what is accepted as a font. A pan-Chinese font has 65,535 glyphs at most by its format.
const (
	maxTables    = 64
	maxTableSize = 64 << 20
	maxGlyph     = 256 << 10
)

var be = binary.BigEndian

// ErrFormat is wrapped by every error about a file that is no TrueType font with glyf outlines.
var ErrFormat = errors.New("not a TrueType font with glyf outlines")

type extent struct{ offset, length uint32 }

// Face is one font. Character map, widths and glyph positions are in memory; outlines are read when first
// asked for and then kept, so that a large font costs what is used of it. A Face is safe for concurrent use.
type Face struct {
	UnitsPerEm      int
	Ascent, Descent int    // of the hhea table, in units; Descent is negative
	Box             [4]int // xMin, yMin, xMax, yMax of all glyphs, in units

	r        io.ReaderAt
	tables   map[string]extent
	ranges   []charRange
	basic    []uint16 // the glyphs of the characters below 0x10000, which nearly all text is of
	advances []uint16
	loca     []uint32
	outlines []atomic.Pointer[[]byte] // those that were asked for; together at most as large as the font
}

// charRange maps the characters first..last to the glyphs from glyph on.
type charRange struct {
	first, last rune
	glyph       uint32
}

// Load reads a font of the given size in bytes. Its errors wrap ErrFormat or come from r.
func Load(r io.ReaderAt, size int64) (*Face, error) {
	f := &Face{r: r, tables: map[string]extent{}}
	if err := f.directory(size); err != nil {
		return nil, err
	}
	head, err := f.table("head", 54)
	if err != nil {
		return nil, err
	}
	f.UnitsPerEm = int(be.Uint16(head[18:]))
	for i := range f.Box {
		f.Box[i] = int(int16(be.Uint16(head[36+2*i:])))
	}
	if f.UnitsPerEm < 16 || f.UnitsPerEm > 16384 {
		return nil, bad("%d units per em", f.UnitsPerEm)
	}
	maxp, err := f.table("maxp", 6)
	if err != nil {
		return nil, err
	}
	glyphs := int(be.Uint16(maxp[4:]))
	if err := f.metrics(glyphs); err != nil {
		return nil, err
	}
	if err := f.positions(glyphs, be.Uint16(head[50:]) == 0); err != nil {
		return nil, err
	}
	return f, f.characters()
}

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

func (f *Face) directory(size int64) error {
	start := make([]byte, 12)
	if _, err := f.r.ReadAt(start, 0); err != nil {
		return bad("too short")
	}
	if be.Uint32(start) != 0x00010000 {
		return bad("starts with %x", start[:4])
	}
	n := int(be.Uint16(start[4:]))
	if n > maxTables {
		return bad("%d tables", n)
	}
	entries := make([]byte, 16*n)
	if _, err := f.r.ReadAt(entries, 12); err != nil {
		return bad("table directory cut off")
	}
	for i := range n {
		e := entries[16*i:]
		x := extent{be.Uint32(e[8:]), be.Uint32(e[12:])}
		if int64(x.offset)+int64(x.length) > size || x.length > maxTableSize {
			return bad("table %q lies outside of the file", e[:4])
		}
		f.tables[string(e[:4])] = x
	}
	if _, ok := f.tables["glyf"]; !ok {
		return bad("no glyf table")
	}
	return nil
}

// table reads a whole table of at least the given length.
func (f *Face) table(tag string, least int) ([]byte, error) {
	x, ok := f.tables[tag]
	if !ok || int(x.length) < least {
		return nil, bad("table %q missing or short", tag)
	}
	b := make([]byte, x.length)
	if _, err := f.r.ReadAt(b, int64(x.offset)); err != nil {
		return nil, fmt.Errorf("read font table %q: %w", tag, err)
	}
	return b, nil
}

func (f *Face) metrics(glyphs int) error {
	hhea, err := f.table("hhea", 36)
	if err != nil {
		return err
	}
	f.Ascent, f.Descent = int(int16(be.Uint16(hhea[4:]))), int(int16(be.Uint16(hhea[6:])))
	n := int(be.Uint16(hhea[34:]))
	hmtx, err := f.table("hmtx", 4*n)
	if err != nil {
		return err
	}
	if n == 0 || n > glyphs {
		return bad("%d widths for %d glyphs", n, glyphs)
	}
	f.advances = make([]uint16, n)
	for i := range f.advances {
		f.advances[i] = be.Uint16(hmtx[4*i:])
	}
	return nil
}

func (f *Face) positions(glyphs int, short bool) error {
	width := 4
	if short {
		width = 2
	}
	b, err := f.table("loca", width*(glyphs+1))
	if err != nil {
		return err
	}
	limit := f.tables["glyf"].length
	f.outlines = make([]atomic.Pointer[[]byte], glyphs)
	f.loca = make([]uint32, glyphs+1)
	for i := range f.loca {
		if short {
			f.loca[i] = 2 * uint32(be.Uint16(b[2*i:]))
		} else {
			f.loca[i] = be.Uint32(b[4*i:])
		}
		if f.loca[i] > limit || i > 0 && f.loca[i] < f.loca[i-1] {
			return bad("glyph %d lies outside of its table", i)
		}
	}
	return nil
}

// characters reads the widest Unicode map of the font: format 12 if there is one, else format 4.
func (f *Face) characters() error {
	cmap, err := f.table("cmap", 4)
	if err != nil {
		return err
	}
	n := int(be.Uint16(cmap[2:]))
	if len(cmap) < 4+8*n {
		return bad("character map cut off")
	}
	var four, twelve []byte
	for i := range n {
		e := cmap[4+8*i:]
		platform, encoding, offset := be.Uint16(e), be.Uint16(e[2:]), be.Uint32(e[4:])
		unicode := platform == 0 && encoding != 5 || platform == 3 && (encoding == 1 || encoding == 10)
		if !unicode || int64(offset)+16 > int64(len(cmap)) {
			continue
		}
		switch sub := cmap[offset:]; be.Uint16(sub) {
		case 4:
			four = sub
		case 12:
			twelve = sub
		}
	}
	switch {
	case twelve != nil:
		err = f.segmented(twelve)
	case four != nil:
		err = f.deltas(four)
	default:
		err = bad("no Unicode character map")
	}
	sort.Slice(f.ranges, func(i, j int) bool { return f.ranges[i].first < f.ranges[j].first })
	f.basic = make([]uint16, 0x10000)
	for _, g := range slices.Backward(f.ranges) { // where ranges overlap the first counts, as for the rest
		for r := g.first; r <= min(g.last, 0xFFFF); r++ {
			f.basic[r] = uint16(g.glyph + uint32(r-g.first))
		}
	}
	return err
}

func (f *Face) segmented(sub []byte) error {
	n := int64(be.Uint32(sub[12:]))
	if 16+12*n > int64(len(sub)) {
		return bad("character map cut off")
	}
	for i := range n {
		g := sub[16+12*i:]
		r := charRange{rune(be.Uint32(g)), rune(be.Uint32(g[4:])), be.Uint32(g[8:])}
		if r.first < 0 || r.last < r.first || r.last > 0x10FFFF || int64(r.glyph)+int64(r.last-r.first) >= int64(len(f.loca)-1) {
			return bad("character range %X to %X", r.first, r.last)
		}
		f.ranges = append(f.ranges, r)
	}
	return nil
}

func (f *Face) deltas(sub []byte) error {
	segments := int(be.Uint16(sub[6:])) / 2
	if len(sub) < 16+8*segments {
		return bad("character map cut off")
	}
	ends, starts := sub[14:], sub[16+2*segments:]
	shifts, offsets := sub[16+4*segments:], sub[16+6*segments:]
	for s := range segments {
		first, last := int(be.Uint16(starts[2*s:])), int(be.Uint16(ends[2*s:]))
		shift, offset := be.Uint16(shifts[2*s:]), int(be.Uint16(offsets[2*s:]))
		for c := first; c <= last && c < 0xFFFF; c++ {
			glyph := uint16(c) + shift
			if offset != 0 {
				at := 2*s + offset + 2*(c-first)
				if at+2 > len(offsets) {
					return bad("character map cut off")
				}
				if glyph = be.Uint16(offsets[at:]); glyph != 0 {
					glyph += shift
				}
			}
			if glyph != 0 && int(glyph) < len(f.loca)-1 {
				f.ranges = append(f.ranges, charRange{rune(c), rune(c), uint32(glyph)})
			}
		}
	}
	return nil
}

// Glyph returns the number of the glyph that stands for r, 0 if the font has none.
func (f *Face) Glyph(r rune) uint16 {
	if r >= 0 && int(r) < len(f.basic) {
		return f.basic[r]
	}
	i := sort.Search(len(f.ranges), func(i int) bool { return f.ranges[i].last >= r })
	if i == len(f.ranges) || r < f.ranges[i].first {
		return 0
	}
	return uint16(f.ranges[i].glyph + uint32(r-f.ranges[i].first))
}

// Characters calls yield for each character that has a glyph, in order.
func (f *Face) Characters(yield func(r rune, glyph uint16) bool) {
	for _, g := range f.ranges {
		for r := g.first; r <= g.last; r++ {
			if !yield(r, uint16(g.glyph+uint32(r-g.first))) {
				return
			}
		}
	}
}

// Advance is the width of a glyph in units.
func (f *Face) Advance(glyph uint16) int {
	return int(f.advances[min(int(glyph), len(f.advances)-1)])
}

// outline returns the outline of a glyph, empty for a space. It must not be changed.
func (f *Face) outline(glyph uint16) ([]byte, error) {
	if int(glyph) >= len(f.loca)-1 {
		return nil, bad("no glyph %d", glyph)
	}
	if known := f.outlines[glyph].Load(); known != nil {
		return *known, nil
	}
	from, to := f.loca[glyph], f.loca[glyph+1]
	if to-from > maxGlyph {
		return nil, bad("glyph %d has %d bytes", glyph, to-from)
	}
	b := make([]byte, to-from)
	if len(b) == 0 {
		return nil, nil
	}
	if _, err := f.r.ReadAt(b, int64(f.tables["glyf"].offset)+int64(from)); err != nil {
		return nil, fmt.Errorf("read glyph %d: %w", glyph, err)
	}
	f.outlines[glyph].Store(&b)
	return b, nil
}
