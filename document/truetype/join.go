package truetype

import (
	"fmt"
	"slices"
)

// Program is a font as Subset writes it: glyphs by their numbers, without a map of characters.
type Program struct {
	tables map[string][]byte
	loca   []uint32
	kin    string
}

// ReadProgram reads what Subset has written. Its errors wrap ErrFormat.
func ReadProgram(b []byte) (*Program, error) {
	if len(b) < 12 || be.Uint32(b) != 0x00010000 {
		return nil, bad("no font program")
	}
	n := int(be.Uint16(b[4:]))
	if n > maxTables || len(b) < 12+16*n {
		return nil, bad("table directory cut off")
	}
	p := &Program{tables: map[string][]byte{}}
	for i := range n {
		e := b[12+16*i:]
		at, size := int64(be.Uint32(e[8:])), int64(be.Uint32(e[12:]))
		if at+size > int64(len(b)) {
			return nil, bad("table %q lies outside of the program", e[:4])
		}
		p.tables[string(e[:4])] = b[at : at+size : at+size]
	}
	for tag, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 32, "loca": 8, "glyf": 0} {
		if t, ok := p.tables[tag]; !ok || len(t) < least {
			return nil, bad("table %q missing or short", tag)
		}
	}
	glyphs := int(be.Uint16(p.tables["maxp"][4:]))
	if be.Uint16(p.tables["head"][50:]) != 1 || len(p.tables["loca"]) < 4*(glyphs+1) || len(p.tables["hmtx"]) < 4*glyphs || glyphs < 1 {
		return nil, bad("not a program of ours")
	}
	p.loca = make([]uint32, glyphs+1)
	for i := range p.loca {
		p.loca[i] = be.Uint32(p.tables["loca"][4*i:])
		if p.loca[i] > uint32(len(p.tables["glyf"])) || i > 0 && p.loca[i] < p.loca[i-1] {
			return nil, bad("glyph %d lies outside of its table", i)
		}
	}
	p.kin = p.relation()
	return p, nil
}

// relation is what two programs must share to be joined: all that is not about single glyphs.
func (p *Program) relation() string {
	head, hhea, maxp := slices.Clone(p.tables["head"]), slices.Clone(p.tables["hhea"]), slices.Clone(p.tables["maxp"])
	be.PutUint32(head[8:], 0)
	be.PutUint16(hhea[34:], 0)
	be.PutUint16(maxp[4:], 0)
	return string(head) + string(hhea) + string(maxp) + string(p.tables["cvt "]) + "|" + string(p.tables["fpgm"]) + "|" + string(p.tables["prep"])
}

// Kin is equal for programs that can be joined.
func (p *Program) Kin() string { return p.kin }

// Glyphs is the number of glyphs.
func (p *Program) Glyphs() int { return len(p.loca) - 1 }

func (p *Program) glyph(n uint16) ([]byte, error) {
	if int(n) >= p.Glyphs() {
		return nil, bad("no glyph %d", n)
	}
	return p.tables["glyf"][p.loca[n]:p.loca[n+1]], nil
}

// maxDepth is how deep a glyph may be put together from parts.
const maxDepth = 8

// look is what a glyph looks like, whatever numbers its parts have; equal looks are equal glyphs.
func (p *Program) look(n uint16, depth int) (string, error) {
	b, err := p.glyph(n)
	if err != nil {
		return "", err
	}
	metric := string(p.tables["hmtx"][4*int(n):][:4])
	if !composite(b) {
		return metric + string(b), nil
	}
	if depth == 0 {
		return "", bad("glyph %d has parts within parts without end", n)
	}
	own, parts := slices.Clone(b), ""
	err = eachPart(own, func(part []byte) error {
		look, err := p.look(be.Uint16(part), depth-1)
		parts += fmt.Sprintf("(%d)", len(look)) + look
		be.PutUint16(part, 0)
		return err
	})
	return metric + string(own) + parts, err
}

// Joined is a font made of the glyphs of programs of one kin. A glyph is taken once for each character that it
// stands for.
type Joined struct {
	list  []taken
	index map[string]uint16
}

type taken struct {
	from  *Program
	glyph uint16
}

// Join begins a font with the missing glyph of the program.
func Join(p *Program) *Joined {
	return &Joined{list: []taken{{p, 0}}, index: map[string]uint16{}}
}

// Take returns the number that a glyph of the program has in the joined font as the sign of a character; fresh
// says whether it is new there. Numbers follow each other from 1 on.
func (j *Joined) Take(p *Program, glyph uint16, r rune) (number uint16, fresh bool, err error) {
	look, err := p.look(glyph, maxDepth)
	if err != nil {
		return 0, false, err
	}
	key := string(r) + "\x00" + look
	if n, known := j.index[key]; known {
		return n, false, nil
	}
	if len(j.list) > 0xFFFE {
		return 0, false, bad("more than 65,535 glyphs")
	}
	n := uint16(len(j.list))
	j.index[key] = n
	j.list = append(j.list, taken{p, glyph})
	return n, true, nil
}

// Bytes writes the font.
func (j *Joined) Bytes() ([]byte, error) {
	list, parts := slices.Clone(j.list), map[string]uint16{}
	var glyf, hmtx []byte
	loca := be.AppendUint32(nil, 0)
	for i := 0; i < len(list); i++ { // grows while parts are found
		from := list[i].from
		b, err := from.glyph(list[i].glyph)
		if err != nil {
			return nil, err
		}
		b = slices.Clone(b)
		err = eachPart(b, func(part []byte) error {
			source := be.Uint16(part)
			look, err := from.look(source, maxDepth)
			if err != nil {
				return err
			}
			number, known := parts[look]
			if !known {
				if len(list) > 0xFFFE {
					return bad("more than 65,535 glyphs")
				}
				number = uint16(len(list))
				parts[look] = number
				list = append(list, taken{from, source})
			}
			be.PutUint16(part, number)
			return nil
		})
		if err != nil {
			return nil, err
		}
		glyf = append(glyf, b...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		hmtx = append(hmtx, from.tables["hmtx"][4*int(list[i].glyph):][:4]...)
	}
	t := map[string][]byte{"glyf": glyf, "loca": loca, "hmtx": hmtx}
	for _, tag := range []string{"head", "hhea", "maxp", "cvt ", "fpgm", "prep"} {
		if b, ok := list[0].from.tables[tag]; ok {
			t[tag] = slices.Clone(b)
		}
	}
	be.PutUint16(t["hhea"][34:], uint16(len(list)))
	be.PutUint16(t["maxp"][4:], uint16(len(list)))
	return assemble(t), nil
}
