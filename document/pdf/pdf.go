// Package pdf writes the pages of a document: glyphs at places, lines, circles and squares. It knows
// nothing of what a document says. The same calls give the same bytes: there is no clock and no chance in it.
//
// Each character of each font gets a glyph number of its own in the embedded subset, so that the text
// extracted from a page is exactly the text that was set, ligatures, doubles and rare characters included.
package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"

	"jiexu/document/truetype"
)

// Points of A4 paper. One millimetre is MM points.
const (
	MM       = 72 / 25.4
	A4Width  = 210 * MM
	A4Height = 297 * MM
)

// Info is what a reader shows as the document's properties.
type Info struct {
	Title   string
	Author  string
	Created time.Time // also the date of modification
}

// File is a document being written.
type File struct {
	info  Info
	pages []*Page
	fonts []*font

	pictures []*Picture

	joints []*joint // fonts of pages taken over
	copies []*copied
	seen   map[[32]byte]int
	marks  []mark
}

// mark is an entry of the outline that a reader shows beside the pages.
type mark struct {
	title string
	page  int
}

// Mark enters the last page into the outline.
func (f *File) Mark(title string) { f.marks = append(f.marks, mark{title, len(f.pages) - 1}) }

// Page is one A4 page. Its coordinates are points from the upper left corner.
type Page struct {
	file *File
	ops  bytes.Buffer
}

// Glyph is a character to be set at X, points from the left edge, in Face.
type Glyph struct {
	Face *truetype.Face
	Rune rune
	X    float64
}

// font is a face with the characters of it that the document uses; character i has glyph i+1.
type font struct {
	face    *truetype.Face
	runes   []rune
	numbers map[rune]int
}

// New starts a document without pages.
func New(info Info) *File { return &File{info: info} }

// Page adds a page.
func (f *File) Page() *Page {
	p := &Page{file: f}
	p.ops.Grow(16 << 10)
	f.pages = append(f.pages, p)
	return p
}

func (f *File) use(face *truetype.Face) int {
	for i, have := range f.fonts {
		if have.face == face {
			return i
		}
	}
	f.fonts = append(f.fonts, &font{face: face, numbers: map[rune]int{}})
	return len(f.fonts) - 1
}

func (t *font) number(r rune) int {
	n, ok := t.numbers[r]
	if !ok {
		t.runes = append(t.runes, r)
		n = len(t.runes)
		t.numbers[r] = n
	}
	return n
}

// num appends a coordinate with a thousandth of a point, without zeros at the end.
func num(b []byte, v float64) []byte {
	n := int64(math.Round(v * 1000))
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/1000, 10)
	if n %= 1000; n == 0 {
		return b
	}
	b = append(b, '.', byte('0'+n/100))
	if n %= 100; n == 0 {
		return b
	}
	b = append(b, byte('0'+n/10))
	if n %= 10; n == 0 {
		return b
	}
	return append(b, byte('0'+n))
}

// draw appends an instruction: its numbers, each followed by a space, and its name.
func (p *Page) draw(name string, values ...float64) {
	b := p.ops.AvailableBuffer()
	for _, v := range values {
		b = append(num(b, v), ' ')
	}
	p.ops.Write(append(b, name...))
}

// Text sets glyphs of one line, in reading order, on the baseline y.
func (p *Page) Text(glyphs []Glyph, y, size float64) {
	for len(glyphs) > 0 {
		n := 1
		for n < len(glyphs) && glyphs[n].Face == glyphs[0].Face {
			n++
		}
		p.run(glyphs[:n], y, size)
		glyphs = glyphs[n:]
	}
}

func (p *Page) run(glyphs []Glyph, y, size float64) {
	face := glyphs[0].Face
	index := p.file.use(face)
	font := p.file.fonts[index]
	b := append(p.ops.AvailableBuffer(), "BT /F"...)
	b = append(strconv.AppendInt(b, int64(index+1), 10), ' ')
	b = append(num(b, size), " Tf 1 0 0 1 "...)
	b = append(num(b, glyphs[0].X), ' ')
	b = append(num(b, A4Height-y), " Tm ["...)
	em := float64(face.UnitsPerEm)
	at := glyphs[0].X // where the reader's pen is
	open := false
	for _, g := range glyphs {
		if shift := (at - g.X) * 1000 / size; shift > 0.5 || shift < -0.5 {
			if open {
				b = append(b, '>')
				open = false
			}
			steps := int64(math.Round(shift))
			b = strconv.AppendInt(b, steps, 10)
			at -= float64(steps) * size / 1000
		}
		if !open {
			b = append(b, '<')
			open = true
		}
		b = hex4(b, uint16(font.number(g.Rune)))
		at += float64(face.Advance(face.Glyph(g.Rune))) * size / em
	}
	p.ops.Write(append(b, ">] TJ ET\n"...))
}

// Line draws a line of the given width in points.
func (p *Page) Line(x1, y1, x2, y2, width float64) {
	p.draw("w ", width)
	p.draw("m ", x1, A4Height-y1)
	p.draw("l S\n", x2, A4Height-y2)
}

// Fill paints a black rectangle whose upper left corner is x, y.
func (p *Page) Fill(x, y, width, height float64) {
	p.draw("re f\n", x, A4Height-y-height, width, height)
}

// DashedCircle draws the outline of a circle in grey dashes.
func (p *Page) DashedCircle(x, y, radius float64) {
	const bow = 0.5522847498 // a quarter circle as a Bézier curve
	k, cy := radius*bow, A4Height-y
	p.ops.WriteString("q 0.6 G 0.75 w [4 3] 0 d ")
	p.draw("m\n", x+radius, cy)
	for _, c := range [][6]float64{
		{radius, k, k, radius, 0, radius}, {-k, radius, -radius, k, -radius, 0},
		{-radius, -k, -k, -radius, 0, -radius}, {k, -radius, radius, -k, radius, 0},
	} {
		p.draw("c\n", x+c[0], cy+c[1], x+c[2], cy+c[3], x+c[4], cy+c[5])
	}
	p.ops.WriteString("s Q\n")
}

// Grey sets what Text paints with, 0 black to 1 white, until the next call on this page.
func (p *Page) Grey(level float64) { p.draw("g\n", level) }

// Bytes ends the document. The error is one of reading a font.
func (f *File) Bytes() ([]byte, error) {
	w := &writer{}
	w.buf.Grow(f.estimate())
	w.buf.WriteString("%PDF-1.7\n%\xE4\xB8\xAD\xE6\n")
	catalog, pages, info := w.reserve(), w.reserve(), w.reserve()
	resources := w.reserve()
	var kids bytes.Buffer
	numbers := make([]int, 0, len(f.pages))
	for _, p := range f.pages {
		page, content := w.reserve(), w.reserve()
		fmt.Fprintf(&kids, "%d 0 R ", page)
		numbers = append(numbers, page)
		w.object(page, fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %s] /Resources %d 0 R /Contents %d 0 R >>",
			pages, append(append(num(nil, A4Width), ' '), num(nil, A4Height)...), resources, content))
		w.stream(content, "", p.ops.Bytes())
	}
	var names bytes.Buffer
	for i, t := range f.fonts {
		id, err := w.font(t)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&names, "/F%d %d 0 R ", i+1, id)
	}
	for i, j := range f.joints {
		id, err := w.jointFont(j)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&names, "/J%d %d 0 R ", i+1, id)
	}
	resource := "/Font << " + names.String() + ">>"
	if len(f.pictures)+len(f.copies) > 0 {
		var shown bytes.Buffer
		for i, c := range f.copies {
			fmt.Fprintf(&shown, "/C%d %d 0 R ", i+1, w.copy(c))
		}
		for i, p := range f.pictures {
			fmt.Fprintf(&shown, "/I%d %d 0 R ", i+1, w.picture(p))
		}
		resource += " /XObject << " + shown.String() + ">>"
	}
	w.object(resources, "<< "+resource+" >>")
	w.object(pages, fmt.Sprintf("<< /Type /Pages /Count %d /Kids [ %s] >>", len(f.pages), kids.String()))
	outline := ""
	if len(f.marks) > 0 {
		outline = fmt.Sprintf("/Outlines %d 0 R ", w.outline(f.marks, numbers))
	}
	w.object(catalog, fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R "+outline+"/Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >> >>", pages))
	made := f.info.Created.Format("D:20060102150405-07'00'")
	w.object(info, fmt.Sprintf("<< /Title %s /Author %s /Producer (jiexu) /CreationDate (%s) /ModDate (%s) >>",
		utf16Text(f.info.Title), utf16Text(f.info.Author), made, made))
	return w.end(catalog, info), nil
}

// estimate is about how many bytes the file will have: room that is taken once instead of grown.
func (f *File) estimate() (bytes int) {
	for _, p := range f.pages {
		bytes += p.ops.Len()/2 + 256
	}
	for _, t := range f.fonts {
		bytes += len(t.runes)*glyphBytes + 4096
	}
	return bytes
}

const glyphBytes = 260 // of a Chinese character's outline, width and name, packed

// outline writes the entries beside the pages and returns the number of their root.
func (w *writer) outline(marks []mark, pages []int) int {
	root := w.reserve()
	ids := make([]int, len(marks))
	for i := range ids {
		ids[i] = w.reserve()
	}
	for i, m := range marks {
		links := ""
		if i > 0 {
			links += fmt.Sprintf(" /Prev %d 0 R", ids[i-1])
		}
		if i+1 < len(ids) {
			links += fmt.Sprintf(" /Next %d 0 R", ids[i+1])
		}
		w.object(ids[i], fmt.Sprintf("<< /Title %s /Parent %d 0 R /Dest [%d 0 R /Fit]%s >>", utf16Text(m.title), root, pages[m.page], links))
	}
	w.object(root, fmt.Sprintf("<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>", ids[0], ids[len(ids)-1], len(ids)))
	return root
}

// utf16Text writes a text string of any characters.
func utf16Text(s string) string {
	var b bytes.Buffer
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteString(">")
	return b.String()
}

// writer collects numbered objects and where they begin.
type writer struct {
	buf     bytes.Buffer
	offsets []int
}

func (w *writer) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *writer) object(id int, body string) {
	w.offsets[id-1] = w.buf.Len()
	fmt.Fprintf(&w.buf, "%d 0 obj\n%s\nendobj\n", id, body)
}

func (w *writer) stream(id int, keys string, content []byte) { w.packed(id, keys, content, &texts) }

// program writes the program of a font.
func (w *writer) program(id int, keys string, content []byte) { w.packed(id, keys, content, &outlines) }

func (w *writer) packed(id int, keys string, content []byte, packers *sync.Pool) {
	p := packers.Get().(*packer)
	w.raw(id, keys+flate, p.pack(content))
	packers.Put(p)
}

// flate is the key of a stream that is compressed.
const flate = "/Filter /FlateDecode "

// pack compresses content into bytes of its own.
func pack(content []byte, packers *sync.Pool) []byte {
	p := packers.Get().(*packer)
	defer packers.Put(p)
	return bytes.Clone(p.pack(content))
}

// packer is a compressor with its room, which costs a megabyte when new.
type packer struct {
	*zlib.Writer
	out bytes.Buffer
}

// pack gives the compressed content, until the next call.
func (p *packer) pack(content []byte) []byte {
	p.out.Reset()
	p.Reset(&p.out)
	_, _ = p.Write(content) // a bytes.Buffer takes everything
	_ = p.Close()
	return p.out.Bytes()
}

// Texts repeat themselves. Outlines hardly do: looking for repetitions in them takes as long as all the rest of a
// document and saves a tenth of it.
var (
	texts    = sync.Pool{New: func() any { return newPacker(zlib.BestSpeed) }}
	outlines = sync.Pool{New: func() any { return newPacker(zlib.HuffmanOnly) }}
)

func newPacker(level int) *packer {
	z, _ := zlib.NewWriterLevel(nil, level) // the level is a valid one
	return &packer{Writer: z}
}

// raw writes a stream whose content is coded already, as keys say.
func (w *writer) raw(id int, keys string, content []byte) {
	w.offsets[id-1] = w.buf.Len()
	fmt.Fprintf(&w.buf, "%d 0 obj\n<< %s/Length %d >>\nstream\n", id, keys, len(content))
	w.buf.Write(content)
	w.buf.WriteString("\nendstream\nendobj\n")
}

func (w *writer) end(catalog, info int) []byte {
	start := w.buf.Len()
	id := sha256.Sum256(w.buf.Bytes())
	fmt.Fprintf(&w.buf, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		fmt.Fprintf(&w.buf, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&w.buf, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%X> <%X>] >>\nstartxref\n%d\n%%%%EOF\n",
		len(w.offsets)+1, catalog, info, id[:16], id[:16], start)
	return w.buf.Bytes()
}
