package document

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"jiexu/document/docx"
	"jiexu/document/pdf"
	"jiexu/fault"
)

// DOCX makes a form for a word processor, from the same blocks as the PDF: for editing and for offices that ask for
// it. It is no issued document: it has no seal and no code. Returns what Validate returns, document.glyph_missing for
// a character that no XML file can hold, document.picture. The same form gives the same bytes.
func DOCX(f Form, made time.Time) ([]byte, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	w := &word{file: docx.New(docx.Info{Title: strings.TrimSpace(f.Title() + " " + f.Serial()), Author: f.Issuer(), Created: made, Close: setClose(f)})}
	blocks := f.Content()
	if err := writable(written(blocks)); err != nil {
		return nil, err
	}
	for _, b := range blocks {
		w.add(b)
	}
	if w.err != nil {
		return nil, w.err
	}
	return w.file.Bytes()
}

// setClose reports whether a form is set in smaller type: what stays in the file.
func setClose(f Form) bool {
	s, is := f.(*Sheet)
	return is && !s.Blank.Seal
}

// writable refuses what XML cannot hold, and what shows nothing and could make the text differ from the stored one.
func writable(text string) error {
	for i, r := range text {
		if r == '\n' || r == '\t' {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 || unicode.Is(unicode.C, r) && r < 0xF0000 || r&0xFFFE == 0xFFFE {
			return fault.New(fault.Invalid, "document.glyph_missing", "char", "?", "code", fmt.Sprintf("U+%04X", r))
		}
	}
	return nil
}

// word turns blocks into paragraphs and tables of a word processor.
type word struct {
	file *docx.File
	err  error
}

func (w *word) lines(style string, texts []string) (out []docx.Para) {
	for _, t := range texts {
		out = append(out, docx.Text(style, t))
	}
	return out
}

func (w *word) put(list []docx.Para) {
	for _, p := range list {
		w.file.Add(p)
	}
}

func (w *word) add(b Block) {
	switch b := b.(type) {
	case Masthead:
		w.put(w.lines(docx.Title, []string{b.Authority, b.Title}))
		if b.Number != "" {
			w.file.Add(docx.Text(docx.Number, b.Number))
		}
	case Addressee:
		w.put(w.lines(docx.Plain, b.text()))
	case Heading:
		w.put(w.lines(docx.Heading, b.text()))
	case Paragraph:
		w.put(w.lines(docx.Body, b.text()))
	case Note:
		w.file.Hold() // small print never stands on a page of its own
		w.put(w.lines(docx.Note, b.text()))
	case Closing:
		w.file.Hold() // nor do authority, date and seal, which the style keeps together
		w.put(w.lines(docx.Closing, b.text()))
	case Signing:
		w.file.Hold() // nobody signs on a page that holds nothing else
		w.put(together(w.signing(b)))
	case Photos:
		w.photos(b)
	case Opinions:
		rows := make([]docx.Row, len(b.Rows))
		for i, o := range b.Rows {
			rows[i].Cells = []docx.TableCell{{Span: 1, Paras: w.lines(docx.Label, []string{o.Label})},
				{Span: 1, Paras: append(w.lines(docx.Cell, paragraphs(o.Text)), w.signing(Signing{o.Lines})...)}}
		}
		w.file.Table([]float64{opinionLeft, 28 - opinionLeft}, rows)
	case Table:
		w.table(b)
	}
}

func (w *word) table(t Table) {
	var rows []docx.Row
	row := func(cells []string, head bool) {
		r := docx.Row{Head: head}
		for i, text := range cells {
			span, style := 1, docx.Cell
			if i == len(cells)-1 {
				span = len(t.Widths) - i
			}
			if head || i == 0 || t.Pairs && i%2 == 0 {
				style = docx.Label
			}
			texts := []string{text}
			if !head {
				texts = paragraphs(text)
			}
			r.Cells = append(r.Cells, docx.TableCell{Span: span, Paras: w.lines(style, texts)})
		}
		rows = append(rows, r)
	}
	if t.Head != nil {
		row(t.Head, true)
	}
	for _, cells := range t.Rows {
		row(cells, false)
	}
	w.file.Table(t.Widths, rows)
}

func (w *word) signing(b Signing) (out []docx.Para) {
	for _, l := range b.Lines {
		p := docx.Para{Style: docx.Sign, Runs: []docx.Run{{Text: l.label()}}}
		if g := l.Signed; g != nil && !g.Refused {
			p.Runs = append(p.Runs, w.picture(g.Image, signWidth, signHeight)...)
		}
		out = append(out, docx.Para{Style: p.Style, Runs: append(p.Runs, docx.Run{Text: l.rest()})})
	}
	return out
}

// together keeps lines on one page, unless there are so many that a page break between them is better.
func together(list []docx.Para) []docx.Para {
	if len(list) > unbroken {
		return list
	}
	for i := range len(list) - 1 {
		list[i].Keep = true
	}
	return list
}

func (w *word) photos(b Photos) {
	most := photoHeight
	if b.Height > 0 {
		most = b.Height * pdf.MM
	}
	for i, p := range b.Items {
		var shown []docx.Para
		if runs := w.picture(p.Image, areaWidth, most); runs != nil {
			shown = append(shown, docx.Para{Style: docx.Caption, Runs: runs})
		}
		w.put(together(append(shown, w.lines(docx.Caption, p.lines(b.word()+itoa(i+1)))...)))
	}
}

func (w *word) picture(b []byte, width, height float64) []docx.Run {
	p, err := readPicture(b)
	if err != nil {
		if w.err == nil {
			w.err = err
		}
		return nil
	}
	x, y := fit(p, width, height)
	return []docx.Run{{Picture: &docx.Picture{Bytes: b, JPEG: len(b) > 1 && b[0] == 0xFF, Width: x, Height: y, Turn: p.Degrees()}}}
}
