package document

import (
	code "rsc.io/qr"

	"jiexu/document/pdf"
	"jiexu/fault"
)

// The seal of a county-level authority is a circle of 42 mm; it lies over authority and date
// (GB/T 9704-2012, 7.3.5.1). The code for checking stands on the left, at the same height.
const (
	sealRadius   = 21 * pdf.MM
	qrSize       = 25 * pdf.MM
	qrCaption    = "扫码核验本文书"
	closingWidth = 19 * em // of the authority's name; longer names take several lines
	maxCheckURL  = 300
	companions   = 2 // lines of text that the closing takes along
)

// qr is the code printed on the last page, as dark squares.
type qr struct{ squares [][]bool }

// newQR makes the code of an address. Returns document.check_too_long where it would become too dense to
// be read from paper.
func newQR(address string) (*qr, error) {
	if len(address) > maxCheckURL {
		return nil, fault.New(fault.Invalid, "document.check_too_long", "most", maxCheckURL)
	}
	c, err := code.Encode(address, code.M)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "document.check_too_long", "most", maxCheckURL)
	}
	squares := make([][]bool, c.Size) // without a border: the page around it is blank
	for y := range squares {
		squares[y] = make([]bool, c.Size)
		for x := range squares[y] {
			squares[y][x] = c.Black(x, y)
		}
	}
	return &qr{squares}, nil
}

// draw paints the code row by row, neighbours as one bar so that no hairlines show between them.
func (q *qr) draw(p *pdf.Page, x, y float64) {
	side := qrSize / float64(len(q.squares))
	for i, squares := range q.squares {
		for j := 0; j < len(squares); {
			n := 1
			for j+n < len(squares) && squares[j+n] == squares[j] {
				n++
			}
			if squares[j] {
				p.Fill(x+float64(j)*side, y+float64(i)*side, float64(n)*side, side)
			}
			j += n
		}
	}
}

// closing sets authority and date to the lower right, the seal's place over them, and takes the lines
// before it along, so that no page holds nothing but a seal.
func (l *layout) closing(b Closing) {
	for i := max(0, len(l.rows)-companions); i < len(l.rows); i++ {
		l.rows[i].keep = true
	}
	s := l.body()
	narrow := s
	narrow.measure = closingWidth
	names := narrow.balanced(b.Authority)
	date := line{pieces: s.pieces([]rune(b.Date.Chinese())), ends: true}
	// The date ends four characters from the right; a wider name ends two characters from it.
	widest := 0.0
	for _, ln := range names {
		widest = max(widest, ln.width())
	}
	center := left + areaWidth - max(4*em+date.width()/2, 2*em+widest/2)
	lines := float64(len(names) + 1)
	above := max(lineHeight, sealRadius-lines*lineHeight/2+lineHeight/4)
	height := above + lines*lineHeight/2 + sealRadius + lineHeight/4
	// The mark stands in the circle below the date; under it where many lines leave no room.
	markHeight := noteSize * tableLead
	markTop := lines * lineHeight / 2
	if markTop+markHeight > sealRadius {
		markTop = max(markTop, sealRadius+border)
		height = above + lines*lineHeight/2 + markTop + markHeight
	}
	mark := setting{l.fonts.body, noteSize, areaWidth}
	caption := setting{l.fonts.body, checkSize, areaWidth}
	l.rows = append(l.rows, row{height: height, draw: func(p *pdf.Page, y float64, _, _ bool) {
		at := y + above
		middle := at + lines*lineHeight/2
		for _, ln := range append(names, date) {
			p.Text(s.glyphs(ln, center-ln.width()/2), baseline(at, lineHeight, s.size), s.size)
			at += lineHeight
		}
		if l.seal != nil {
			l.seal.draw(p, center, middle)
		} else {
			p.DashedCircle(center, middle, sealRadius)
			p.Grey(0.45)
			place := line{pieces: mark.pieces([]rune(sealPlace)), ends: true}
			p.Text(mark.glyphs(place, center-place.width()/2), baseline(middle+markTop, markHeight, noteSize), noteSize)
			p.Grey(0)
		}
		if l.check != nil {
			l.check.place(p, caption, middle)
		}
	}})
}

// place draws the code at the left of the area with its caption, around the given height.
func (q *qr) place(p *pdf.Page, caption setting, middle float64) {
	q.draw(p, left, middle-qrSize/2-checkSize)
	text := line{pieces: caption.pieces([]rune(qrCaption)), ends: true}
	p.Text(caption.glyphs(text, left+(qrSize-text.width())/2), middle+qrSize/2+checkSize, checkSize)
}

// unsealed sets the code of a document that has no closing into the upper margin of its first page, where it takes
// no room from the text.
func (l *layout) unsealed() {
	if l.check == nil || len(l.rows) == 0 {
		return
	}
	first := l.rows[0].draw
	l.rows[0].draw = func(p *pdf.Page, y float64, a, b bool) {
		first(p, y, a, b)
		l.check.place(p, setting{l.fonts.body, checkSize, areaWidth}, 8*pdf.MM+qrSize/2)
	}
}
