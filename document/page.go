package document

import (
	"fmt"

	"jiexu/document/pdf"
)

// The page of official letters: GB/T 9704-2012, 5.2: 37 mm above, 28 mm on the left, an area of 156 by
// 225 mm with 22 lines of 28 characters, the page number 7 mm below it.
const (
	left        = 28 * pdf.MM
	top         = 37 * pdf.MM
	areaWidth   = 156 * pdf.MM
	areaHeight  = 225 * pdf.MM
	em          = areaWidth / 28 // 三号, 15.8 points
	lineHeight  = areaHeight / 22
	numberSize  = 14.0 // 四号
	numberBelow = 7 * pdf.MM
)

// row is the smallest thing that a page break cannot part: a line of text, a table row, the closing.
type row struct {
	height float64
	keep   bool // stays on the page of the next row
	blank  bool // mere distance, left out at the top of a page
	table  *grid
	// draw paints the row with its upper edge at y. first and last say whether it is the first or last row of
	// its table on this page and so needs the border closed.
	draw func(p *pdf.Page, y float64, first, last bool)
}

// grid is what the rows of one table share.
type grid struct {
	edges []float64 // x of the vertical lines
	head  *row      // repeated on each page
}

// placed is a row that has its page and height.
type placed struct {
	row
	page int
	y    float64
}

// place spreads rows over pages. Rows that belong together move to the next page together, unless they
// are more than a page.
func place(rows []row) []placed {
	var out []placed
	page, y := 0, 0.0
	put := func(r row) {
		if r.blank && y == 0 {
			return
		}
		out = append(out, placed{r, page, y})
		y += r.height
	}
	for i := 0; i < len(rows); {
		n := 1
		height := rows[i].height
		for rows[i+n-1].keep && i+n < len(rows) {
			height += rows[i+n].height
			n++
		}
		if height > areaHeight {
			n, height = 1, rows[i].height
		}
		if y > 0 && y+height > areaHeight+0.01 {
			page, y = page+1, 0
			if t := rows[i].table; t != nil && t.head != nil && i > 0 && rows[i-1].table == t {
				put(*t.head)
			}
		}
		for _, r := range rows[i : i+n] {
			put(r)
		}
		i += n
	}
	return out
}

// draw paints the placed rows, and the foot of each page with its number.
func draw(file *pdf.File, rows []placed, foot func(p *pdf.Page, number int)) {
	var page *pdf.Page
	current := -1
	end := func() {
		if page != nil && foot != nil {
			foot(page, current+1)
		}
	}
	for i, r := range rows {
		if r.page != current {
			end()
			page, current = file.Page(), r.page
		}
		first := i == 0 || rows[i-1].page != r.page || rows[i-1].table != r.table
		last := i+1 == len(rows) || rows[i+1].page != r.page || rows[i+1].table != r.table
		r.draw(page, top+r.y, first, last)
	}
	end()
}

// drawNumber sets the page number: odd pages one character from the right, even pages from the left.
func drawNumber(p *pdf.Page, n int, s setting) {
	text := fmt.Sprintf("— %d —", n)
	x := left + em
	if n%2 == 1 {
		x = left + areaWidth - em - s.width(text)
	}
	p.Text(s.glyphs(line{pieces: s.pieces([]rune(text)), ends: true}, x), top+areaHeight+numberBelow+numberSize/2, numberSize)
}
