package truetype

import (
	"bytes"
	"errors"
	"testing"
)

// tiny makes a font of four glyphs: nothing, a square (a, U+20164), a glyph made of two squares (b), and
// a blank (space). format is that of its character map.
func tiny(format int) []byte {
	square := []byte{0, 1, 0, 0, 0, 0, 0, 100, 0, 100, 0, 3, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 100, 0, 0, 156, 0, 100, 0, 0, 0, 0}
	pair := []byte{0xFF, 0xFF, 0, 0, 0, 0, 0, 200, 0, 100,
		0, moreParts, 0, 1, 0, 0, // at 0, 0
		0, wordArguments | oneScale, 0, 1, 0, 100, 0, 0, 0x40, 0} // at 100, 0, in its own size
	var glyf, loca, hmtx []byte
	loca = be.AppendUint32(loca, 0)
	for i, g := range [][]byte{nil, square, pair, nil} {
		glyf = append(glyf, g...)
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		hmtx = be.AppendUint32(hmtx, uint32(100*(i+1))<<16)
	}
	head := make([]byte, 54)
	be.PutUint16(head[18:], 1000)
	be.PutUint16(head[40:], 200)
	be.PutUint16(head[50:], 1)
	hhea := make([]byte, 36)
	be.PutUint16(hhea[4:], 880)
	be.PutUint16(hhea[34:], 4)
	maxp := make([]byte, 32)
	be.PutUint16(maxp[4:], 4)
	cmap := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12}
	if format == 12 {
		cmap = append(cmap, 0, 12, 0, 0)
		for _, v := range []uint32{52, 0, 3, ' ', ' ', 3, 'a', 'b', 1, 0x20164, 0x20164, 1} {
			cmap = be.AppendUint32(cmap, v)
		}
	} else {
		cmap[7] = 1
		for _, v := range []uint16{4, 42, 0, 6, 0, 0, 0, ' ', 'b', 0xFFFF, 0, ' ', 'a', 0xFFFF, 0x10000 - ' ' + 3, 0, 1, 0, 4, 0, 1, 2} {
			cmap = be.AppendUint16(cmap, v)
		}
	}
	return assemble(map[string][]byte{"head": head, "hhea": hhea, "maxp": maxp, "cmap": cmap, "glyf": glyf, "loca": loca,
		"hmtx": hmtx, "name": make([]byte, 6), "OS/2": make([]byte, 78), "post": make([]byte, 32)})
}

func load(t testing.TB, b []byte) *Face {
	t.Helper()
	f, err := Load(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCharacters(t *testing.T) {
	for _, c := range []struct {
		format int
		want   map[rune]uint16
	}{
		{12, map[rune]uint16{' ': 3, 'a': 1, 'b': 2, 'c': 0, 0x20164: 1, 0x20165: 0, 0: 0, 0x10FFFF: 0}},
		{4, map[rune]uint16{' ': 3, 'a': 1, 'b': 2, 'c': 0, 0x20164: 0, 0xFFFF: 0}},
	} {
		f := load(t, tiny(c.format))
		for r, want := range c.want {
			if got := f.Glyph(r); got != want {
				t.Errorf("format %d: %U has glyph %d, want %d", c.format, r, got, want)
			}
		}
		if f.UnitsPerEm != 1000 || f.Ascent != 880 || f.Advance(2) != 300 || f.Box[2] != 200 {
			t.Errorf("format %d: measures %d %d %d %v", c.format, f.UnitsPerEm, f.Ascent, f.Advance(2), f.Box)
		}
	}
}

func TestTrimKeepsWhatItIsAskedFor(t *testing.T) {
	f := load(t, tiny(12))
	b, err := Trim(f, func(r rune) bool { return r != 'a' })
	if err != nil {
		t.Fatal(err)
	}
	got := load(t, b)
	for _, r := range "b 𠅤" {
		if g := got.Glyph(r); g == 0 || got.Advance(g) != f.Advance(f.Glyph(r)) {
			t.Errorf("%U: glyph %d", r, g)
		}
	}
	if got.Glyph('a') != 0 {
		t.Error("a was to go")
	}
	// The composite glyph points at a copy of the square.
	o, err := got.outline(got.Glyph('b'))
	if err != nil {
		t.Fatal(err)
	}
	square, err := f.outline(1)
	if err != nil {
		t.Fatal(err)
	}
	parts := 0
	err = eachPart(o, func(part []byte) error {
		parts++
		p, err := got.outline(be.Uint16(part))
		if !bytes.Equal(p, square) {
			t.Errorf("part %d is another glyph", parts)
		}
		return err
	})
	if err != nil || parts != 2 {
		t.Errorf("%d parts (%v)", parts, err)
	}
}

func TestSubsetNumbersInOrder(t *testing.T) {
	f := load(t, tiny(12))
	for _, glyphs := range [][]uint16{nil, {1}, {2, 1, 1, 3}, {3, 2}} {
		a, err := Subset(f, glyphs)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Subset(f, glyphs)
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%v: two results (%v)", glyphs, err)
		}
		if sum := checksum(a); sum != 0xB1B0AFBA {
			t.Errorf("%v: checksum %X", glyphs, sum)
		}
	}
	if _, err := Subset(f, []uint16{9}); !errors.Is(err, ErrFormat) {
		t.Errorf("a glyph that is not there: %v", err)
	}
}

func TestBrokenFontsAreRefused(t *testing.T) {
	whole := tiny(12)
	for n := range whole {
		if _, err := Load(bytes.NewReader(whole[:n]), int64(n)); !errors.Is(err, ErrFormat) {
			t.Fatalf("cut after %d bytes: %v", n, err)
		}
		if n > 300 {
			break // the tables' lengths are checked first; more cuts say the same
		}
	}
	otf := bytes.Clone(whole)
	copy(otf, "OTTO")
	if _, err := Load(bytes.NewReader(otf), int64(len(otf))); !errors.Is(err, ErrFormat) {
		t.Errorf("PostScript outlines: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(tiny(4))
	f.Add(tiny(12))
	f.Fuzz(func(t *testing.T, b []byte) {
		face, err := Load(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, r := range "a b𠅤" {
			face.Advance(face.Glyph(r))
		}
		if out, err := Subset(face, []uint16{face.Glyph('b'), face.Glyph('a')}); err == nil && len(out) == 0 {
			t.Error("an empty font")
		}
	})
}
