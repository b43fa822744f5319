package document

import "jiexu/document/pdf"

// The sizes of signatures and pictures.
const (
	signHeight  = 26.0        // of a line to sign on, in points
	signWidth   = 30 * pdf.MM // of a drawn signature, at most
	photoHeight = 88 * pdf.MM // so that two stand on a page with what is said of them
	opinionLeft = 5.5         // shares of 28
)

func (l *layout) picture(b []byte) *pdf.Picture {
	p, err := readPicture(b)
	if err != nil {
		if l.err == nil && !l.draft {
			l.err = err
		}
		return nil
	}
	return p
}

// signing sets lines to sign on: label, drawn signature, name and moment; a refusal is a sentence.
func (l *layout) signing(b Signing) {
	l.hold() // nobody signs on a page that holds nothing else
	gap := l.blank(tableGap)
	gap.keep = true
	l.rows = append(l.rows, gap)
	from := len(l.rows)
	s := setting{l.fonts.body, listSize, areaWidth}
	for _, ln := range b.Lines {
		l.rows = append(l.rows, l.signLine(s, ln, left)...)
	}
	if len(l.rows)-from <= unbroken {
		for i := from; i < len(l.rows)-1; i++ {
			l.rows[i].keep = true
		}
	}
}

// signLine sets one line to sign on from x on.
func (l *layout) signLine(s setting, ln SignLine, x float64) []row {
	text := ln.label() + ln.rest()
	var picture *pdf.Picture
	if g := ln.Signed; g != nil && !g.Refused {
		picture = l.picture(g.Image)
	}
	if picture == nil {
		var rows []row
		lines := s.breakLines(text, 0)
		if ln.Signed == nil { // the date stands at the right
			label := s.breakLines(ln.label(), 0)
			label[len(label)-1].ends = true
			date := s.one(penDate)
			if len(label) == 1 && label[0].width()+date.width()+40 < s.measure {
				return []row{{height: signHeight, draw: func(p *pdf.Page, y float64, _, _ bool) {
					p.Text(s.glyphs(label[0], x), baseline(y, signHeight, s.size), s.size)
					p.Text(s.glyphs(date, x+s.measure-date.width()), baseline(y, signHeight, s.size), s.size)
				}}}
			}
		}
		for i, one := range lines {
			r := set(s, one, x, s.size*1.6)
			r.keep = i < len(lines)-1
			rows = append(rows, r)
		}
		return rows
	}
	w, h := fit(picture, signWidth, signHeight-2)
	label, rest := s.one(ln.label()), s.one(ln.rest())
	image := func(p *pdf.Page, at, y float64) { p.Image(picture, at, y+(signHeight-h)/2, w, h) }
	if label.width()+signWidth+rest.width()+6 <= s.measure {
		return []row{{height: signHeight, draw: func(p *pdf.Page, y float64, _, _ bool) {
			p.Text(s.glyphs(label, x), baseline(y, signHeight, s.size), s.size)
			image(p, x+label.width(), y)
			p.Text(s.glyphs(rest, x+s.measure-rest.width()), baseline(y, signHeight, s.size), s.size)
		}}}
	}
	labels := s.breakLines(ln.label(), 0)
	var rows []row
	for i, one := range labels {
		one.ends = true
		last := i == len(labels)-1
		rows = append(rows, row{height: signHeight, keep: true, draw: func(p *pdf.Page, y float64, _, _ bool) {
			p.Text(s.glyphs(one, x), baseline(y, signHeight, s.size), s.size)
			if last && one.width()+w <= s.measure {
				image(p, x+one.width(), y)
			}
		}})
	}
	if labels[len(labels)-1].width()+w > s.measure {
		rows = append(rows, row{height: signHeight, keep: true, draw: func(p *pdf.Page, y float64, _, _ bool) { image(p, x+2*s.size, y) }})
	}
	for _, one := range s.breakLines(ln.rest(), 0) {
		one.ends = true
		rows = append(rows, set(s, one, x+max(0, s.measure-one.width()), s.size*1.6))
	}
	return rows
}

// one is a text in one line, never stretched.
func (s setting) one(text string) line { return line{pieces: s.pieces([]rune(text)), ends: true} }

// opinions lays the cells of an approval form out: what is said, and below it who signed.
func (l *layout) opinions(b Opinions) {
	at := left + opinionLeft/28*areaWidth
	g := &grid{edges: []float64{left, at, left + areaWidth}}
	if n := len(l.rows); n > 1 && l.rows[n-1].blank && l.rows[n-2].table != nil {
		l.rows = l.rows[:n-1] // joins the table before it
		g = &grid{edges: g.edges}
	}
	for _, o := range b.Rows {
		l.rows = append(l.rows, l.opinion(g, o)...)
	}
	l.rows = append(l.rows, l.blank(tableGap))
}

func (l *layout) opinion(g *grid, o Opinion) []row {
	size := l.size(keySize)
	head := setting{l.fonts.title, size, g.edges[1] - g.edges[0] - 2*padding}
	label := cell{setting: head, x: g.edges[0] + padding, lines: head.balanced(o.Label), center: true}
	body := setting{l.fonts.body, size, g.edges[2] - g.edges[1] - 2*padding}
	x, height := g.edges[1]+padding, size*tableLead
	var inner []row
	for _, text := range paragraphs(o.Text) {
		for _, ln := range body.breakLines(text, 0) {
			inner = append(inner, set(body, ln, x, height))
		}
	}
	for len(inner) < 2 {
		inner = append(inner, row{height: height, draw: func(*pdf.Page, float64, bool, bool) {}})
	}
	signs := len(inner)
	for _, ln := range o.Lines {
		inner = append(inner, l.signLine(body, ln, x)...)
	}
	full := 2 * padding
	for _, r := range inner {
		full += r.height
	}
	if len(inner) <= 2*unbroken {
		return []row{{height: full, table: g, draw: func(p *pdf.Page, y float64, first, _ bool) {
			verticals(p, g.edges, y, full)
			if first {
				g.rule(p, y)
			}
			g.rule(p, y+full)
			at := y + (full-float64(len(label.lines))*height)/2
			for _, ln := range label.lines {
				label.draw(p, ln, at, height)
				at += height
			}
			at = y + padding
			for _, r := range inner {
				r.draw(p, at, false, false)
				at += r.height
			}
		}}}
	}
	var rows []row
	for n, r := range inner {
		full, above := r.height, 0.0
		if n == 0 {
			full, above = full+padding, padding
		}
		if n == len(inner)-1 {
			full += padding
		}
		rows = append(rows, row{height: full, table: g, keep: n == 0 || n >= signs-1 && n < len(inner)-1,
			draw: func(p *pdf.Page, y float64, first, last bool) {
				verticals(p, g.edges, y, full)
				if first {
					g.rule(p, y)
				}
				if last || n == len(inner)-1 {
					g.rule(p, y+full)
				}
				if n < len(label.lines) {
					label.draw(p, label.lines[n], y+above, height)
				}
				r.draw(p, y+above, false, false)
			}})
	}
	return rows
}

// photos sets each picture with what is said of it, never parted.
func (l *layout) photos(b Photos) {
	s := setting{l.fonts.body, noteSize, areaWidth}
	most := photoHeight
	if b.Height > 0 {
		most = b.Height * pdf.MM
	}
	for i, p := range b.Items {
		if picture := l.picture(p.Image); picture != nil {
			w, h := fit(picture, areaWidth, min(most, areaHeight-5*lineHeight))
			l.rows = append(l.rows, row{height: h + 4, keep: true, draw: func(p *pdf.Page, y float64, _, _ bool) {
				p.Image(picture, left+(areaWidth-w)/2, y, w, h)
			}})
		}
		from := len(l.rows)
		for _, text := range p.lines(b.word() + itoa(i+1)) {
			l.paragraph(s, text, 0, noteSize*tableLead)
		}
		for j := from; j < len(l.rows)-1; j++ {
			l.rows[j].keep = true
		}
		l.rows = append(l.rows, l.blank(tableGap))
	}
}

// everyPage draws what stands at the foot of each page of a record: those who sign sign each page, with the same
// stroke as at its end, or by hand on the line that is left for them.
func (l *layout) everyPage(sheet *Sheet) func(p *pdf.Page, n int) {
	s := setting{l.fonts.body, checkSize, areaWidth}
	label := s.one(pageSigns)
	var shown []*pdf.Picture
	for _, g := range sheet.Signatures {
		if !g.Refused && len(shown) < mostFoot {
			if picture := l.picture(g.Image); picture != nil {
				shown = append(shown, picture)
			}
		}
	}
	return func(p *pdf.Page, n int) {
		x, y := left, top+areaHeight+numberBelow+2
		if n%2 == 0 {
			x += footShift // the page number stands at the left
		}
		p.Text(s.glyphs(label, x), y, checkSize)
		x += label.width()
		if len(shown) == 0 {
			p.Line(x, y+2, x+mostFoot*footWidth, y+2, border)
		}
		for _, picture := range shown {
			w, h := fit(picture, footWidth-4, footHeight)
			p.Image(picture, x+2, y-h/2-2, w, h)
			x += footWidth
		}
	}
}

// The foot of a record's page.
const (
	pageSigns  = "本页签名："
	mostFoot   = 4
	footWidth  = 22 * pdf.MM
	footHeight = 9 * pdf.MM
	footShift  = 24 * pdf.MM
)
