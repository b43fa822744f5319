package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf16"

	"jiexu/document/truetype"
)

// font writes an embedded subset and returns the number of its object.
func (w *writer) font(t *font) (int, error) {
	glyphs := make([]uint16, len(t.runes))
	var widths []byte
	em := t.face.UnitsPerEm
	for i, r := range t.runes {
		glyphs[i] = t.face.Glyph(r)
		widths = append(strconv.AppendInt(widths, int64((t.face.Advance(glyphs[i])*1000+em/2)/em), 10), ' ')
	}
	program, err := truetype.Subset(t.face, glyphs)
	if err != nil {
		return 0, fmt.Errorf("embed font: %w", err)
	}
	per := func(units int) int { return units * 1000 / em }
	descriptor := fmt.Sprintf("/Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80",
		per(t.face.Box[0]), per(t.face.Box[1]), per(t.face.Box[2]), per(t.face.Box[3]),
		per(t.face.Ascent), per(t.face.Descent), per(t.face.Ascent))
	return w.embed(program, descriptor, string(widths), t.runes), nil
}

// embed writes a font whose glyph i+1 stands for runes[i] and returns the number of its object.
func (w *writer) embed(program []byte, entries, widths string, runes []rune) int {
	name := subsetName(program)
	file, descriptor, descendant, unicode, id := w.reserve(), w.reserve(), w.reserve(), w.reserve(), w.reserve()
	w.program(file, fmt.Sprintf("/Length1 %d ", len(program)), program)
	w.object(descriptor, fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s %s /FontFile2 %d 0 R >>", name, entries, file))
	w.object(descendant, fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe)"+
		" /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /CIDToGIDMap /Identity /DW 1000 /W [1 [%s]] >>",
		name, descriptor, widths))
	w.stream(unicode, "", toUnicode(runes))
	w.object(id, fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>",
		name, descendant, unicode))
	return id
}

// subsetName is six letters that depend on the embedded font, as ISO 32000-1, 9.6.4 asks for.
func subsetName(program []byte) string {
	sum := sha256.Sum256(program)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag) + "+JiexuSerif"
}

// toUnicode is the map from glyph numbers to characters, in UTF-16 with surrogates, in blocks of at most
// a hundred (Adobe Technical Note 5411).
func toUnicode(runes []rune) []byte {
	var b bytes.Buffer
	b.Grow(512 + 16*len(runes))
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for start := 0; start < len(runes); start += 100 {
		block := runes[start:min(start+100, len(runes))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(block))
		for i, r := range block {
			line := append(hex4(append(b.AvailableBuffer(), '<'), uint16(start+i+1)), "> <"...)
			if r1, r2 := utf16.EncodeRune(r); r1 != unicode.ReplacementChar {
				line = hex4(hex4(line, uint16(r1)), uint16(r2))
			} else {
				line = hex4(line, uint16(r))
			}
			b.Write(append(line, ">\n"...))
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}
