package document

import (
	"unicode"

	"jiexu/document/pdf"
)

// The marks that may not begin a line, those that may not end one, and the dashes and dots that come in
// pairs and may not be parted (GB/T 15834-2011, 5.1).
const (
	noStart = "、，。；：？！）》」』”’〕】〉〗］｝·…—～％‰℃%),.;:!?]}々"
	noEnd   = "（《「『“‘〔【〈〖［｛([{￥$"
	paired  = "…—"
	// halfBlank marks fill the left half of their square and leave the right half blank; in a row of marks,
	// at the end of a line and to make room, that half may go.
	halfBlank = "、，。；：？！）》」』”’〕】〉〗］｝"
)

// mostStretch is the widest gap, in sizes of type, that filling a line may open between two characters.
const mostStretch = 0.15

// The sets of marks above, as bits.
const (
	isNoStart = 1 << iota
	isNoEnd
	isPaired
	isHalfBlank
)

// marks holds the bits of each mark, by the upper and the lower byte of the character.
var marks = func() (m [256]*[256]uint8) {
	for bit, set := range map[uint8]string{isNoStart: noStart, isNoEnd: noEnd, isPaired: paired, isHalfBlank: halfBlank} {
		for _, r := range set {
			if m[r>>8] == nil {
				m[r>>8] = new([256]uint8)
			}
			m[r>>8][r&0xFF] |= bit
		}
	}
	return m
}()

// is reports whether the character is one of the marks that have one of the bits.
func is(bits uint8, r rune) bool {
	return r>>8 < 256 && marks[r>>8] != nil && marks[r>>8][r&0xFF]&bits != 0
}

// piece is what a line may not break within: one Chinese character or mark, or a Latin word or number.
type piece struct {
	runes []rune
	width float64 // points, without the part squeezed away
	blank float64 // how much of the width may be squeezed away
	space bool    // a blank between words; it vanishes at the end of a line
	split bool    // a word that is wider than a line, cut into characters: breaks anywhere
}

func (p piece) first() rune { return p.runes[0] }
func (p piece) last() rune  { return p.runes[len(p.runes)-1] }

// setting is how text is set: the faces, the size in points and the width of a line in points.
type setting struct {
	chain   *chain
	size    float64
	measure float64
}

// geta stands for a character that no font has, in previews alone: an issue is refused before (covers).
const geta = '〓'

func (s setting) advance(r rune) float64 {
	f, _ := s.shape(r)
	return f.advance * s.size
}

// shape is how the character is set, and the character or what stands for it.
func (s setting) shape(r rune) (shape, rune) {
	if f := s.chain.find(r); f.face != nil {
		return f, r
	}
	if f := s.chain.find(geta); f.face != nil {
		return f, geta
	}
	return shape{face: s.chain.faces[0]}, r
}

// latin reports whether the character belongs to a word that is kept together.
func latin(r rune) bool {
	return r > ' ' && r < 0x2000 && r != '·' && r != '×' && r != 0xA0
}

func (s setting) pieces(text []rune) []piece {
	var out []piece
	for i := 0; i < len(text); {
		n := 1
		if latin(text[i]) {
			for i+n < len(text) && latin(text[i+n]) {
				n++
			}
		}
		p := piece{runes: text[i : i+n], space: unicode.IsSpace(text[i]) && text[i] != '\u3000'}
		for _, r := range p.runes {
			p.width += s.advance(r)
		}
		if n == 1 && is(isHalfBlank, p.first()) && p.width > 0.9*s.size {
			p.blank = p.width / 2
			if i+1 < len(text) && (is(isHalfBlank, text[i+1]) || is(isNoEnd, text[i+1])) {
				p.width, p.blank = p.width/2, 0 // marks in a row share the room
			}
		}
		if p.width > s.measure {
			for _, r := range p.runes {
				out = append(out, piece{runes: []rune{r}, width: s.advance(r), split: true})
			}
		} else {
			out = append(out, p)
		}
		i += n
	}
	return out
}

// mayBreak reports whether a line may end after a and the next one begin with b.
func mayBreak(a, b piece) bool {
	switch {
	case a.split && b.split:
		return true
	case b.space:
		return false // the blank goes with the word before it and vanishes
	case a.space:
		return !is(isNoStart, b.first())
	case is(isPaired, a.last()) && a.last() == b.first():
		return false
	}
	return !is(isNoStart, b.first()) && !is(isNoEnd, a.last())
}

// line is a broken line: its pieces, and whether it ends a paragraph and so is not stretched.
type line struct {
	pieces []piece
	indent float64
	ends   bool
}

// breakLines breaks one paragraph. It never drops a character other than blanks at a line's end, and it
// always ends: a line takes at least one piece.
func (s setting) breakLines(text string, indent float64) []line {
	rest := s.pieces([]rune(text))
	var lines []line
	for first := true; first || len(rest) > 0; first = false {
		if !first {
			indent = 0
		}
		n := s.fit(rest, s.measure-indent)
		l := line{pieces: rest[:n], indent: indent, ends: n == len(rest)}
		for len(l.pieces) > 0 && l.pieces[len(l.pieces)-1].space {
			l.pieces = l.pieces[:len(l.pieces)-1]
		}
		lines = append(lines, l)
		rest = rest[n:]
	}
	return lines
}

// fit returns how many pieces go into the next line of the given width. Where the natural break is
// forbidden it first tries to pull the marks in by squeezing blanks, then pushes characters out.
func (s setting) fit(p []piece, width float64) int {
	const slack = 0.01
	used, blank := 0.0, 0.0
	best := 0
	for i := range p {
		used += p[i].width
		end := 0.0
		if p[i].space {
			end = p[i].width
		} else {
			end = p[i].blank // at the end of a line all of it may go, elsewhere half
		}
		fits := used <= width+slack
		if !fits && used-end-blank > width+slack {
			break
		}
		if i+1 == len(p) || mayBreak(p[i], p[i+1]) {
			// Squeezing serves to keep a mark with its character, not to crowd one more character in.
			if fits || is(isNoStart, p[i].last()) || p[i].space {
				best = i + 1
			}
		}
		blank += p[i].blank / 2
	}
	if best > 0 || len(p) == 0 {
		return best
	}
	// Nothing may break: cut where the line is full.
	used = 0
	for i := range p {
		if used += p[i].width; used > width+slack {
			return max(i, 1)
		}
	}
	return len(p)
}

// glyphs places the line from x on. All lines but a paragraph's last fill the measure: short ones are
// stretched between pieces, long ones squeezed where marks leave blanks.
func (s setting) glyphs(l line, x float64) []pdf.Glyph {
	x += l.indent
	gaps := make([]float64, len(l.pieces)) // room added after each piece
	over := l.indent - s.measure
	for _, p := range l.pieces {
		over += p.width
	}
	switch {
	case over > 0:
		l.squeeze(gaps, over)
	case !l.ends && len(l.pieces) > 1:
		each := -over / float64(len(l.pieces)-1)
		if each > s.size*mostStretch {
			each = 0 // a line that a long word left half empty looks worse stretched
		}
		for i := range len(gaps) - 1 {
			gaps[i] = each
		}
	}
	var out []pdf.Glyph
	for i, p := range l.pieces {
		at := x
		for _, r := range p.runes {
			f, shown := s.shape(r)
			out = append(out, pdf.Glyph{Face: f.face, Rune: shown, X: at})
			at += f.advance * s.size
		}
		x += p.width + gaps[i]
	}
	return out
}

// squeeze takes what is over from the blank of the last mark first, then evenly from the others.
func (l line) squeeze(gaps []float64, over float64) {
	last := len(gaps) - 1
	take := min(over, l.pieces[last].blank)
	gaps[last], over = -take, over-take
	total := 0.0
	for _, p := range l.pieces[:last] {
		total += p.blank / 2
	}
	if over <= 0 || total == 0 {
		return
	}
	share := min(1, over/total)
	for i, p := range l.pieces[:last] {
		gaps[i] = -p.blank / 2 * share
	}
}

// width is the natural width of the text in one line.
func (s setting) width(text string) (w float64) {
	for _, p := range s.pieces([]rune(text)) {
		w += p.width
	}
	return w
}
