package truetype

import (
	"fmt"
	"slices"
)

// The flags of a part of a composite glyph.
const (
	wordArguments = 1 << 0
	oneScale      = 1 << 3
	moreParts     = 1 << 5
	twoScales     = 1 << 6
	fourScales    = 1 << 7
)

// Subset makes a font whose glyph 0 is the source's glyph 0 and whose glyph i+1 is the source's
// glyphs[i]; glyphs may repeat. Parts of composite glyphs follow after them. It has no character map and
// no names: it is meant to be embedded where the numbers of the glyphs are known.
func Subset(f *Face, glyphs []uint16) ([]byte, error) {
	t, err := subsetTables(f, glyphs)
	if err != nil {
		return nil, err
	}
	return assemble(t), nil
}

// Trim makes an installable font that keeps the characters that keep accepts, with the names of the
// source and thereby its copyright notice. Layout features are left out.
func Trim(f *Face, keep func(rune) bool) ([]byte, error) {
	var glyphs []uint16
	var groups []byte
	for r, g := range f.Characters {
		if keep(r) {
			glyphs = append(glyphs, g)
			if n := len(groups); n > 0 && be.Uint32(groups[n-8:]) == uint32(r)-1 {
				be.PutUint32(groups[n-8:], uint32(r)) // the glyphs are numbered in this very order
				continue
			}
			groups = be.AppendUint32(groups, uint32(r))
			groups = be.AppendUint32(groups, uint32(r))
			groups = be.AppendUint32(groups, uint32(len(glyphs)))
		}
	}
	t, err := subsetTables(f, glyphs)
	if err != nil {
		return nil, err
	}
	cmap := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0}
	cmap = be.AppendUint32(cmap, uint32(16+len(groups)))
	cmap = be.AppendUint32(cmap, 0)
	cmap = be.AppendUint32(cmap, uint32(len(groups)/12))
	t["cmap"] = append(cmap, groups...)
	for tag, least := range map[string]int{"name": 6, "OS/2": 78, "post": 32} {
		if t[tag], err = f.table(tag, least); err != nil {
			return nil, err
		}
	}
	be.PutUint32(t["post"], 0x00030000) // no glyph names: their numbers have changed
	t["post"] = t["post"][:32]
	return assemble(t), nil
}

func subsetTables(f *Face, glyphs []uint16) (map[string][]byte, error) {
	sources := append([]uint16{0}, glyphs...)
	parts := map[uint16]uint16{} // source part -> its number in the subset
	room := 0
	for _, g := range sources {
		if int(g) < len(f.loca)-1 {
			room += int(f.loca[g+1]-f.loca[g]) + 3
		}
	}
	glyf, hmtx := make([]byte, 0, room), make([]byte, 0, 4*len(sources))
	loca := be.AppendUint32(make([]byte, 0, 4*len(sources)+4), 0)
	for i := 0; i < len(sources); i++ { // grows while parts are found
		b, err := f.outline(sources[i])
		if err != nil {
			return nil, err
		}
		if composite(b) {
			b = slices.Clone(b) // its parts get other numbers
		}
		err = eachPart(b, func(part []byte) error {
			source := be.Uint16(part)
			number, known := parts[source]
			if !known {
				if len(sources) > 0xFFFE {
					return bad("more than 65,535 glyphs")
				}
				number = uint16(len(sources))
				parts[source] = number
				sources = append(sources, source)
			}
			be.PutUint16(part, number)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("glyph %d: %w", sources[i], err)
		}
		glyf = append(glyf, b...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		hmtx = be.AppendUint16(hmtx, uint16(f.Advance(sources[i])))
		bearing := uint16(0)
		if len(b) >= 4 {
			bearing = be.Uint16(b[2:]) // xMin, as head declares for bearings of unhinted fonts
		}
		hmtx = be.AppendUint16(hmtx, bearing)
	}
	if len(sources) > 0xFFFF {
		return nil, bad("more than 65,535 glyphs")
	}
	t := map[string][]byte{"glyf": glyf, "loca": loca, "hmtx": hmtx}
	for tag, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 32} {
		b, err := f.table(tag, least)
		if err != nil {
			return nil, err
		}
		t[tag] = b
	}
	for _, tag := range []string{"cvt ", "fpgm", "prep"} {
		if x, ok := f.tables[tag]; ok && x.length > 0 {
			b, err := f.table(tag, 0)
			if err != nil {
				return nil, err
			}
			t[tag] = b
		}
	}
	be.PutUint16(t["head"][50:], 1) // long glyph positions
	be.PutUint16(t["hhea"][34:], uint16(len(sources)))
	be.PutUint16(t["maxp"][4:], uint16(len(sources)))
	return t, nil
}

// composite reports whether a glyph is put together from others.
func composite(glyph []byte) bool { return len(glyph) >= 10 && int16(be.Uint16(glyph)) < 0 }

// eachPart calls visit with the bytes that hold the glyph number of each part of a composite glyph; a
// simple glyph has none.
func eachPart(glyph []byte, visit func([]byte) error) error {
	if !composite(glyph) {
		return nil
	}
	for at := 10; ; {
		if at+4 > len(glyph) {
			return bad("composite glyph cut off")
		}
		flags := be.Uint16(glyph[at:])
		if err := visit(glyph[at+2 : at+4]); err != nil {
			return err
		}
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&fourScales != 0:
			at += 8
		}
		if flags&moreParts == 0 {
			return nil
		}
	}
}

// assemble writes the tables as a font file, in the order of their tags.
func assemble(tables map[string][]byte) []byte {
	var tags []string
	for tag := range tables {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	n := len(tags)
	power, log := 1, 0
	for power*2 <= n {
		power, log = power*2, log+1
	}
	room := 12 + 16*n
	for _, b := range tables {
		room += len(b) + 3
	}
	out := be.AppendUint32(make([]byte, 0, room), 0x00010000)
	for _, v := range []int{n, 16 * power, log, 16 * (n - power)} {
		out = be.AppendUint16(out, uint16(v))
	}
	be.PutUint32(tables["head"][8:], 0)
	at := 12 + 16*n
	headAt := 0
	for _, tag := range tags {
		b := tables[tag]
		if tag == "head" {
			headAt = at
		}
		out = append(out, tag...)
		out = be.AppendUint32(out, checksum(b))
		out = be.AppendUint32(out, uint32(at))
		out = be.AppendUint32(out, uint32(len(b)))
		at += (len(b) + 3) &^ 3
	}
	for _, tag := range tags {
		out = append(out, tables[tag]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	be.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

// checksum is the sum of the big-endian words, the last one filled up with zeros.
func checksum(b []byte) (sum uint32) {
	for ; len(b) >= 4; b = b[4:] {
		sum += be.Uint32(b)
	}
	var last [4]byte
	copy(last[:], b)
	return sum + be.Uint32(last[:])
}
