// Package document makes legal documents: typed fields in, text, PDF and DOCX out.
//
// A form (the notice of an intended penalty, the penalty decision) is a struct with every field that the
// law asks for. Validate refuses blanks. Content turns the fields into blocks — title, table, paragraphs,
// seal — and the text, the PDF pages and any other output are made from these blocks alone, so that they
// cannot differ. AttachProof adds the ledger's proof to a finished PDF without touching a byte of it.
//
// The package is pure: it has no clock, no store and no network, and the same fields give the same bytes.
package document

import (
	"strings"

	"jiexu/fault"
	"jiexu/law"
)

// Kind is the code of a form. It stays the same for ever: numbering, templates and procedures refer to it.
type Kind string

// The forms of this version.
const (
	KindPenaltyNotice   Kind = "penalty.notice"
	KindPenaltyDecision Kind = "penalty.decision"
)

// Form is a document of some kind with its fields filled in.
type Form interface {
	Kind() Kind
	Title() string  // 行政处罚决定书
	Serial() string // its number, 静城管罚字〔2026〕第1号
	Issuer() string // the authority in whose name it is issued
	Dated() law.Date
	// Validate returns document.incomplete with a field each for everything that is missing or wrong.
	Validate() error
	// Content is the document from top to bottom. It is meaningful only if Validate returns nil.
	Content() []Block
}

// Block is one of Masthead, Addressee, Heading, Paragraph, Table, Opinions, Photos, Signing, Note and Closing.
type Block interface {
	// text lists what the block shows, in reading order.
	text() []string
}

// Masthead is the head of the first page: the authority, the title, the number if there is one.
type Masthead struct {
	Authority, Title, Number string
}

// Addressee is the line that names whom the document is for; it is set without indent.
type Addressee struct{ Text string }

// Heading begins a section.
type Heading struct{ Text string }

// Paragraph is running text, indented by two characters. A line feed begins another one.
type Paragraph struct{ Text string }

// Table is a bordered table. Widths are shares of the text's width and must have one entry a column.
// Without a Head the first column holds the labels, with Pairs every other one. The last cell of a row that
// has fewer cells than columns takes the rest of the width.
type Table struct {
	Widths []float64
	Head   []string
	Rows   [][]string
	Pairs  bool
}

// Note is small print below the text.
type Note struct{ Text string }

// Closing ends the document: who issued it and when, the place of the seal, and on paper the code by
// which anyone can check it.
type Closing struct {
	Authority string
	Date      law.Date
}

// sealPlace marks where the seal goes.
const sealPlace = "（印章）"

func (b Masthead) text() []string {
	if b.Number == "" {
		return []string{b.Authority, b.Title}
	}
	return []string{b.Authority, b.Title, b.Number}
}
func (b Addressee) text() []string { return []string{b.Text} }
func (b Heading) text() []string   { return []string{b.Text} }
func (b Paragraph) text() []string { return paragraphs(b.Text) }
func (b Note) text() []string      { return []string{b.Text} }
func (b Closing) text() []string   { return []string{b.Authority, b.Date.Chinese(), sealPlace} }
func (b Table) text() []string {
	var rows []string
	if b.Head != nil {
		rows = append(rows, strings.Join(b.Head, "\t"))
	}
	for _, cells := range b.Rows {
		flat := make([]string, len(cells))
		for i, c := range cells {
			flat[i] = strings.Join(paragraphs(c), " ")
		}
		rows = append(rows, strings.Join(flat, "\t"))
	}
	return rows
}

// plainLines ends lines as on any system and makes tabs spaces.
var plainLines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ")

// paragraphs parts a text at its line feeds, leaving blank lines out. Tabs are spaces, and a line ends as on
// any system.
func paragraphs(text string) []string {
	text = plainLines.Replace(text)
	var out []string
	for _, p := range strings.Split(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Text is the whole document as plain text: a line a paragraph, columns parted by tabs. Returns what
// Validate returns.
func Text(f Form) (string, error) {
	if err := f.Validate(); err != nil {
		return "", err
	}
	return written(f.Content()), nil
}

// PreviewText is the text of a form as it stands, with its gaps.
func PreviewText(f Form) string { return written(f.Content()) }

func written(blocks []Block) string {
	var b strings.Builder
	for _, block := range blocks {
		for _, line := range block.text() {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// check collects what is wrong with a form's fields.
type check struct{ fault *fault.Error }

func newCheck(f Form) *check {
	return &check{fault.New(fault.Invalid, "document.incomplete", "title", f.Title())}
}

// need records the field as missing if its value is blank.
func (c *check) need(field, value string) {
	if strings.TrimSpace(value) == "" {
		c.missing(field)
	}
}

// line is need for a value that must stand in one line.
func (c *check) line(field, value string) {
	c.need(field, value)
	if strings.ContainsAny(value, "\r\n") {
		c.wrong(field)
	}
}

func (c *check) missing(field string) { c.fault.With(field, "document.required", "field", field) }

// wrong records a field whose value cannot stand in a document.
func (c *check) wrong(field string) { c.fault.With(field, "document.wrong", "field", field) }

func (c *check) err() error { return c.fault.OrNil() }

// orNone fills an absent optional value in, because a legal document has no blanks.
func orNone(s string) string {
	if strings.TrimSpace(s) == "" {
		return "无"
	}
	return s
}
