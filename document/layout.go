package document

import "jiexu/document/pdf"

// The sizes of type, in points, and the heights of lines in them.
const (
	mastSize    = 22.0 // 二号
	mastHeight  = 36.0
	keySize     = 14.0 // 四号, tables of labels and values
	listSize    = 12.0 // 小四, tables with a head
	closeSize   = 11.0
	closeHeight = 22.5 // of a line where type is set close
	noteSize    = 10.5 // 五号
	checkSize   = 9.0  // 小五
	tableLead   = 1.45 // line height of tables and notes, in sizes
	padding     = 5.0  // between a table's border and its text
	border      = 0.6  // width of a table's lines
	unbroken    = 8    // a table row of more lines than this may be parted by a page break
	tableGap    = 0.35 * lineHeight
)

// layout turns blocks into rows.
type layout struct {
	fonts *Fonts
	check *qr
	seal  *impression
	draft bool
	close bool
	err   error // the first picture that could not be read
	rows  []row
}

func (l *layout) body() setting { return setting{l.fonts.body, l.size(em), areaWidth} }
func (l *layout) bold() setting { return setting{l.fonts.title, l.size(em), areaWidth} }

// size is the size of type: what stays in the file — records, approvals — is set closer than what is issued.
func (l *layout) size(usual float64) float64 {
	switch {
	case !l.close:
		return usual
	case usual == em:
		return keySize
	case usual == keySize:
		return listSize
	default:
		return min(usual, closeSize)
	}
}

// lead is the height of a line of running text.
func (l *layout) lead() float64 {
	if l.close {
		return closeHeight
	}
	return lineHeight
}
func (l *layout) blank(h float64) row {
	return row{height: h, blank: true, draw: func(*pdf.Page, float64, bool, bool) {}}
}

// set makes a row of one line of text, placed from x on in a row of the given height.
func set(s setting, ln line, x, height float64) row {
	return row{height: height, draw: func(p *pdf.Page, y float64, _, _ bool) {
		p.Text(s.glyphs(ln, x), baseline(y, height, s.size), s.size)
	}}
}

// baseline puts a line of Chinese in the middle of its row: the square of a character reaches from 0.88
// above to 0.12 below the baseline.
func baseline(y, height, size float64) float64 { return y + height/2 + 0.38*size }

// hold keeps the last row, and the distance after it, on the page of what follows.
func (l *layout) hold() {
	for i := len(l.rows) - 1; i >= 0; i-- {
		l.rows[i].keep = true
		if !l.rows[i].blank {
			return
		}
	}
}

func (l *layout) add(b Block) {
	switch b := b.(type) {
	case Masthead:
		l.masthead(b)
	case Addressee:
		l.paragraph(l.body(), b.Text, 0, l.lead())
	case Heading:
		from := len(l.rows)
		l.paragraph(l.bold(), b.Text, 2*l.size(em), l.lead())
		for i := from; i < len(l.rows); i++ {
			l.rows[i].keep = true
		}
	case Paragraph:
		for _, text := range b.text() {
			l.paragraph(l.body(), text, 2*l.size(em), l.lead())
		}
	case Note:
		l.hold() // small print never stands on a page of its own
		gap := l.blank(tableGap)
		gap.keep = true
		l.rows = append(l.rows, gap)
		s := setting{l.fonts.body, noteSize, areaWidth}
		l.paragraph(s, b.Text, 0, noteSize*tableLead)
	case Table:
		l.table(b)
	case Opinions:
		l.opinions(b)
	case Photos:
		l.photos(b)
	case Signing:
		l.signing(b)
	case Closing:
		l.closing(b)
	}
}

// paragraph keeps its first two and its last two lines together.
func (l *layout) paragraph(s setting, text string, indent, height float64) {
	lines := s.breakLines(text, indent)
	for i, ln := range lines {
		r := set(s, ln, left, height)
		r.keep = len(lines) > 1 && (i == 0 || i == len(lines)-2)
		l.rows = append(l.rows, r)
	}
}

func (l *layout) masthead(b Masthead) {
	s := setting{l.fonts.title, mastSize, areaWidth}
	for _, text := range []string{b.Authority, b.Title} {
		for _, ln := range s.balanced(text) {
			l.rows = append(l.rows, set(s, ln, left+(areaWidth-ln.width())/2, mastHeight))
		}
	}
	l.rows = append(l.rows, l.blank(tableGap))
	n := l.body()
	if b.Number != "" {
		for _, ln := range n.breakLines(b.Number, 0) {
			ln.ends = true
			l.rows = append(l.rows, set(n, ln, left+areaWidth-ln.width(), lineHeight))
		}
	}
	l.rows = append(l.rows, l.blank(tableGap))
	for i := range l.rows {
		l.rows[i].keep = true
	}
}

// balanced breaks a title into lines of about equal length, so that none is left with a single character.
func (s setting) balanced(text string) []line {
	lines := s.breakLines(text, 0)
	for narrower := s; len(lines) > 1; {
		narrower.measure -= s.size / 2
		tried := narrower.breakLines(text, 0)
		if len(tried) > len(lines) || narrower.measure < s.measure/3 {
			break
		}
		lines = tried
	}
	for i := range lines {
		lines[i].ends = true
	}
	return lines
}

func (ln line) width() (w float64) {
	for _, p := range ln.pieces {
		w += p.width
	}
	return w
}

// table lays its rows out. A short row stays whole; a long one may be parted between its lines.
func (l *layout) table(t Table) {
	size := l.size(keySize)
	if t.Head != nil {
		size = l.size(listSize)
	}
	g := &grid{edges: []float64{left}}
	total := 0.0
	for _, w := range t.Widths {
		total += w
	}
	for _, w := range t.Widths {
		g.edges = append(g.edges, g.edges[len(g.edges)-1]+w/total*areaWidth)
	}
	l.hold() // the line that announces the table
	gap := l.blank(tableGap)
	gap.keep = true
	l.rows = append(l.rows, gap)
	if t.Head != nil {
		rows := l.tableRow(g, t.Head, size, true, false)
		g.head = &rows[0]
		rows[0].keep = true
		l.rows = append(l.rows, rows...)
	}
	for _, cells := range t.Rows {
		l.rows = append(l.rows, l.tableRow(g, cells, size, false, t.Pairs)...)
	}
	l.rows = append(l.rows, l.blank(tableGap))
}

// cell is one cell of a table row, broken into lines.
type cell struct {
	setting
	x      float64
	lines  []line
	center bool
}

func (l *layout) tableRow(g *grid, texts []string, size float64, head, pairs bool) []row {
	height := size * tableLead
	cells := make([]cell, 0, len(texts))
	most := 1
	for i, text := range texts {
		end := g.edges[i+1]
		if i == len(texts)-1 {
			end = g.edges[len(g.edges)-1]
		}
		c := cell{setting: setting{l.fonts.body, size, end - g.edges[i] - 2*padding}, x: g.edges[i] + padding}
		label := head || i == 0 || pairs && i%2 == 0
		if label {
			c.chain = l.fonts.title
			c.center = true
		}
		for _, paragraph := range paragraphs(text) {
			if label {
				c.lines = append(c.lines, c.balanced(paragraph)...)
			} else {
				c.lines = append(c.lines, c.breakLines(paragraph, 0)...)
			}
		}
		most = max(most, len(c.lines))
		cells = append(cells, c)
	}
	sides := append(append([]float64{}, g.edges[:len(texts)]...), g.edges[len(g.edges)-1])
	if most <= unbroken || head {
		return []row{wholeRow(g, sides, cells, most, height)}
	}
	rows := make([]row, most)
	for n := range rows {
		rows[n] = sliceRow(g, sides, cells, n, most, height)
	}
	return rows
}

// wholeRow draws all lines of a row, those of shorter cells in its middle.
func wholeRow(g *grid, sides []float64, cells []cell, most int, height float64) row {
	full := float64(most)*height + 2*padding
	return row{height: full, table: g, draw: func(p *pdf.Page, y float64, first, _ bool) {
		verticals(p, sides, y, full)
		if first {
			g.rule(p, y)
		}
		g.rule(p, y+full)
		for _, c := range cells {
			at := y + (full-float64(len(c.lines))*height)/2
			for _, ln := range c.lines {
				c.draw(p, ln, at, height)
				at += height
			}
		}
	}}
}

// sliceRow draws line n of a row that may be parted.
func sliceRow(g *grid, sides []float64, cells []cell, n, most int, height float64) row {
	full, above := height, 0.0
	if n == 0 {
		full, above = full+padding, padding
	}
	if n == most-1 {
		full += padding
	}
	return row{height: full, table: g, keep: n == 0 || n == most-2, draw: func(p *pdf.Page, y float64, first, last bool) {
		verticals(p, sides, y, full)
		if first {
			g.rule(p, y)
		}
		if last || n == most-1 {
			g.rule(p, y+full)
		}
		for _, c := range cells {
			if n < len(c.lines) {
				c.draw(p, c.lines[n], y+above, height)
			}
		}
	}}
}

func (c cell) draw(p *pdf.Page, ln line, y, height float64) {
	x := c.x
	if c.center {
		ln.ends = true
		x += max(0, (c.measure-ln.width())/2)
	}
	p.Text(c.glyphs(ln, x), baseline(y, height, c.size), c.size)
}

func verticals(p *pdf.Page, sides []float64, y, height float64) {
	for _, x := range sides {
		p.Line(x, y, x, y+height, border)
	}
}

func (g *grid) rule(p *pdf.Page, y float64) {
	p.Line(g.edges[0]-border/2, y, g.edges[len(g.edges)-1]+border/2, y, border)
}
