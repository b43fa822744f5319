package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"

	"jiexu/document/truetype"
)

// joint is a font that pages of several sources share: each glyph stands in it once, so that a file of a hundred
// documents does not carry a hundred fonts.
type joint struct {
	kin        string
	descriptor string
	joined     *truetype.Joined
	runes      []rune // of glyph i+1
	widths     []int
}

// copied is a picture as it stands in its source.
type copied struct {
	keys string
	raw  []byte
	mask *copied
}

// Take adds the page n of a source, from 0 on: the very drawing, with the same glyphs under the numbers that they
// have here. The page can be drawn on further.
func (f *File) Take(s *Source, n int) (*Page, error) {
	content, err := s.inflated(s.pages[n])
	if err != nil {
		return nil, err
	}
	p := f.Page()
	for len(content) > 0 {
		line, rest, _ := bytes.Cut(content, []byte("\n"))
		content = rest
		switch {
		case bytes.HasPrefix(line, []byte("BT /F")):
			line, err = f.text(s, line)
		case bytes.HasSuffix(line, []byte(" Do Q")):
			line, err = f.shown(s, line)
		}
		if err != nil {
			return nil, err
		}
		p.ops.Write(line)
		p.ops.WriteByte('\n')
	}
	return p, nil
}

// text numbers the glyphs of a line anew: BT /F1 12 Tf 1 0 0 1 x y Tm [<0001>-12<0002>] TJ ET.
func (f *File) text(s *Source, line []byte) ([]byte, error) {
	name, rest, ok := bytes.Cut(line[len("BT /"):], []byte(" "))
	font := s.fonts[string(name)]
	if !ok || font == nil {
		return nil, foreign("text without font")
	}
	index := f.joint(font)
	out := fmt.Appendf(nil, "BT /J%d ", index+1)
	for len(rest) > 0 {
		at := bytes.IndexByte(rest, '<')
		if at < 0 {
			break
		}
		out = append(out, rest[:at+1]...)
		rest = rest[at+1:]
		for len(rest) >= 4 && rest[0] != '>' {
			glyph, err := strconv.ParseUint(string(rest[:4]), 16, 16)
			if err != nil || glyph < 1 || int(glyph) > len(font.runes) {
				return nil, foreign("glyph")
			}
			n, err := f.joints[index].take(font, uint16(glyph))
			if err != nil {
				return nil, err
			}
			out = hex4(out, n)
			rest = rest[4:]
		}
	}
	return append(out, rest...), nil
}

const hex = "0123456789ABCDEF"

// hex4 appends a number with four digits.
func hex4(b []byte, n uint16) []byte {
	return append(b, hex[n>>12], hex[n>>8&15], hex[n>>4&15], hex[n&15])
}

func (f *File) joint(e *embedded) int {
	for i, j := range f.joints {
		if j.kin == e.program.Kin() && j.descriptor == e.descriptor {
			return i
		}
	}
	f.joints = append(f.joints, &joint{kin: e.program.Kin(), descriptor: e.descriptor, joined: truetype.Join(e.program)})
	return len(f.joints) - 1
}

func (j *joint) take(e *embedded, glyph uint16) (uint16, error) {
	if e.numbers == nil {
		e.numbers = make([]uint16, len(e.runes)+1)
	}
	if n := e.numbers[glyph]; n != 0 && e.in == j {
		return n, nil
	}
	r := e.runes[glyph-1]
	n, fresh, err := j.joined.Take(e.program, glyph, r)
	if err != nil {
		return 0, err
	}
	if fresh {
		j.runes = append(j.runes, r)
		j.widths = append(j.widths, e.widths[glyph-1])
	}
	e.numbers[glyph], e.in = n, j
	return n, nil
}

// shown names the picture of a line anew: q … cm /I1 Do Q.
func (f *File) shown(s *Source, line []byte) ([]byte, error) {
	at := bytes.LastIndex(line, []byte("/I"))
	if at < 0 {
		return line, nil
	}
	id, ok := s.pictures[string(line[at+1:len(line)-len(" Do Q")])]
	if !ok {
		return nil, foreign("no such picture")
	}
	c, err := s.copied(id)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(append([]byte(c.keys), c.raw...))
	index, known := f.seen[digest]
	if !known {
		index = len(f.copies)
		f.copies = append(f.copies, c)
		if f.seen == nil {
			f.seen = map[[32]byte]int{}
		}
		f.seen[digest] = index
	}
	return fmt.Appendf(append([]byte{}, line[:at]...), "/C%d Do Q", index+1), nil
}

func (s *Source) copied(id int) (*copied, error) {
	keys, raw, err := s.stream(id)
	if err != nil {
		return nil, err
	}
	c := &copied{keys: keys, raw: raw}
	if m := maskForm.FindStringSubmatchIndex(keys); m != nil {
		mask, _ := strconv.Atoi(keys[m[2]:m[3]])
		if c.mask, err = s.copied(mask); err != nil {
			return nil, err
		}
		c.keys = keys[:m[0]] + keys[m[1]:]
	}
	return c, nil
}

// copy writes a picture and returns the number of its object.
func (w *writer) copy(c *copied) int {
	id := w.reserve()
	keys := c.keys
	if c.mask != nil {
		keys += fmt.Sprintf(" /SMask %d 0 R", w.copy(c.mask))
	}
	w.raw(id, keys+" ", c.raw)
	return id
}

// jointFont writes a shared font and returns the number of its object.
func (w *writer) jointFont(j *joint) (int, error) {
	program, err := j.joined.Bytes()
	if err != nil {
		return 0, err
	}
	var widths bytes.Buffer
	for _, n := range j.widths {
		fmt.Fprintf(&widths, "%d ", n)
	}
	return w.embed(program, j.descriptor, widths.String(), j.runes), nil
}
