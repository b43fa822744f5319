// Package docx writes documents for word processors (Office Open XML, ISO/IEC 29500): paragraphs in named styles,
// tables, pictures, page numbers, on the page of GB/T 9704. It knows nothing of what a document says. The same
// calls give the same bytes.
package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Info is what a reader shows as the document's properties.
type Info struct {
	Title, Author string
	Created       time.Time
	Close         bool // set in smaller type, as records are
}

// The styles of paragraphs.
const (
	Title   = "JxTitle"   // 小标宋, centred
	Number  = "JxNumber"  // at the right
	Body    = "JxBody"    // 仿宋, justified, indented by two characters
	Plain   = "JxPlain"   // the same without indent
	Heading = "JxHeading" // 黑体
	Cell    = "JxCell"    // in a table
	Label   = "JxLabel"   // in a table, centred, 黑体
	Sign    = "JxSign"    // a line to sign on
	Closing = "JxClosing" // authority and date
	Caption = "JxCaption" // below a picture
	Note    = "JxNote"    // small print
)

// Run is a stretch of text, or a picture.
type Run struct {
	Text    string
	Picture *Picture
}

// Picture is a PNG or JPEG shown in the given size in points.
type Picture struct {
	Bytes         []byte
	JPEG          bool
	Width, Height float64
	Turn          int // degrees clockwise
}

// Para is a paragraph. Keep holds it on the page of the next one.
type Para struct {
	Style string
	Runs  []Run
	Keep  bool
}

// Text makes a paragraph of text.
func Text(style, text string) Para { return Para{Style: style, Runs: []Run{{Text: text}}} }

// TableCell is a cell that takes Span columns.
type TableCell struct {
	Span  int
	Paras []Para
}

// Row is a row of a table; a head is repeated on each page.
type Row struct {
	Head  bool
	Cells []TableCell
}

// File is a document being written.
type File struct {
	info     Info
	blocks   []block
	pictures []*Picture
}

// block is a paragraph, or a table where it has rows.
type block struct {
	para   Para
	widths []int
	rows   []Row
}

// New starts a document.
func New(info Info) *File { return &File{info: info} }

// The page, in twentieths of a point: A4 with the area of 156 by 225 mm, 37 mm above and 28 mm on the left.
const (
	pageWidth, pageHeight = 11906, 16838
	marginTop, marginLeft = 2098, 1587
	areaWidth             = 8844
	marginRight           = pageWidth - marginLeft - areaWidth
	marginBottom          = pageHeight - marginTop - 12756
)

// Add adds a paragraph.
func (f *File) Add(p Para) { f.blocks = append(f.blocks, block{para: p}) }

// Hold keeps what was added last on the page of what comes next: the end of a paragraph, or the last row of a table
// with the distance that follows it. A word processor holds a row if the paragraphs of its cells are held.
func (f *File) Hold() {
	for i := len(f.blocks) - 1; i >= 0; i-- {
		b := &f.blocks[i]
		if b.rows != nil {
			for _, c := range b.rows[len(b.rows)-1].Cells {
				for j := range c.Paras {
					c.Paras[j].Keep = true
				}
			}
			return
		}
		if b.para.Keep = true; len(b.para.Runs) > 0 {
			return
		}
	}
}

func (f *File) para(b *bytes.Buffer, p Para) {
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="%s"/>`, p.Style)
	if p.Keep {
		b.WriteString(`<w:keepNext/>`)
	}
	b.WriteString(`</w:pPr>`)
	for _, r := range p.Runs {
		if r.Picture != nil {
			f.drawing(b, r.Picture)
			continue
		}
		b.WriteString(`<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">`)
		_ = xml.EscapeText(b, []byte(r.Text)) // a bytes.Buffer takes everything
		b.WriteString(`</w:t></w:r>`)
	}
	b.WriteString(`</w:p>`)
}

const emu = 12700 // English metric units of a point

func (f *File) drawing(b *bytes.Buffer, p *Picture) {
	f.pictures = append(f.pictures, p)
	n := len(f.pictures)
	x, y := int64(p.Width*emu), int64(p.Height*emu)
	fmt.Fprintf(b, `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="picture %d"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="picture %d"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="rIdP%d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`, x, y, n, n, n, n, n)
	turn := ""
	if p.Turn != 0 {
		turn = fmt.Sprintf(` rot="%d"`, p.Turn*60000)
		if p.Turn%180 != 0 {
			x, y = y, x
		}
	}
	fmt.Fprintf(b, `<pic:spPr><a:xfrm%s><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`, turn, x, y)
}

// Table adds a bordered table whose columns have the given shares of the width.
func (f *File) Table(shares []float64, rows []Row) {
	total := 0.0
	for _, s := range shares {
		total += s
	}
	widths := make([]int, len(shares))
	for i, s := range shares {
		widths[i] = int(s / total * areaWidth)
	}
	for i := range rows {
		for j := range rows[i].Cells {
			if c := &rows[i].Cells[j]; len(c.Paras) == 0 { // a cell must end with a paragraph
				c.Paras = []Para{{Style: Cell}}
			}
		}
	}
	f.blocks = append(f.blocks, block{widths: widths, rows: rows})
	f.Add(Para{Style: Note}) // what follows keeps its distance; two tables would otherwise become one
}

func (f *File) table(b *bytes.Buffer, widths []int, rows []Row) {
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="JxTable"/>`)
	fmt.Fprintf(b, `<w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, areaWidth)
	for _, w := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	for _, r := range rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if r.Head {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		at := 0
		for _, c := range r.Cells {
			width := 0
			for i := range c.Span {
				width += widths[min(at+i, len(widths)-1)]
			}
			at += c.Span
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
			if c.Span > 1 {
				fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, c.Span)
			}
			b.WriteString(`<w:vAlign w:val="center"/></w:tcPr>`)
			for _, p := range c.Paras {
				f.para(b, p)
			}
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
}

const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const spaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"` +
	` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`

// Bytes ends the document.
func (f *File) Bytes() ([]byte, error) {
	var body, out bytes.Buffer
	f.pictures = nil
	for _, b := range f.blocks {
		if b.rows != nil {
			f.table(&body, b.widths, b.rows)
		} else {
			f.para(&body, b.para)
		}
	}
	z := zip.NewWriter(&out)
	relations := []string{
		relation("rIdS", "styles", "styles.xml"), relation("rIdT", "settings", "settings.xml"), relation("rIdF", "fontTable", "fontTable.xml"),
		relation("rIdO", "footer", "footer1.xml"), relation("rIdE", "footer", "footer2.xml"),
	}
	type part struct{ name, content string }
	var media []part
	for i, p := range f.pictures {
		kind := "png"
		if p.JPEG {
			kind = "jpeg"
		}
		name := fmt.Sprintf("media/picture%d.%s", i+1, kind)
		relations = append(relations, relation(fmt.Sprintf("rIdP%d", i+1), "image", name))
		media = append(media, part{"word/" + name, string(p.Bytes)})
	}
	section := fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rIdO"/><w:footerReference w:type="even" r:id="rIdE"/><w:pgSz w:w="%d" w:h="%d"/>`+
		`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="1400" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>`,
		pageWidth, pageHeight, marginTop, marginRight, marginBottom, marginLeft)
	made := f.info.Created.UTC().Format("2006-01-02T15:04:05Z")
	parts := append([]part{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/>` +
			override("/word/document.xml", "wordprocessingml.document.main") + override("/word/styles.xml", "wordprocessingml.styles") + override("/word/settings.xml", "wordprocessingml.settings") +
			override("/word/fontTable.xml", "wordprocessingml.fontTable") + override("/word/footer1.xml", "wordprocessingml.footer") + override("/word/footer2.xml", "wordprocessingml.footer") +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId1", "officeDocument", "word/document.xml") +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", head + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
			`<dc:title>` + escaped(f.info.Title) + `</dc:title><dc:creator>` + escaped(f.info.Author) + `</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">` + made + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + made + `</dcterms:modified></cp:coreProperties>`},
		{"word/document.xml", head + `<w:document ` + spaces + `><w:body>` + body.String() + section + `</w:body></w:document>`},
		{"word/_rels/document.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + strings.Join(relations, "") + `</Relationships>`},
		{"word/styles.xml", head + f.styles()},
		{"word/settings.xml", head + `<w:settings ` + spaces + `><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`},
		{"word/fontTable.xml", head + `<w:fonts ` + spaces + `>` + font("仿宋_GB2312", "FangSong") + font("方正小标宋简体", "SimSun") + font("黑体", "SimHei") + font("Times New Roman", "") + `</w:fonts>`},
		{"word/footer1.xml", head + footer("right")}, {"word/footer2.xml", head + footer("left")},
	}, media...)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate}) // no time: the same bytes each time
		if err == nil {
			_, err = io.WriteString(w, p.content)
		}
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("end document: %w", err)
	}
	return out.Bytes(), nil
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes everything
	return b.String()
}

func relation(id, kind, target string) string {
	return fmt.Sprintf(`<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/>`, id, kind, target)
}

func override(name, kind string) string {
	return fmt.Sprintf(`<Override PartName="%s" ContentType="application/vnd.openxmlformats-officedocument.%s+xml"/>`, name, kind)
}

func font(name, other string) string {
	alt := ""
	if other != "" {
		alt = `<w:altName w:val="` + other + `"/>`
	}
	return `<w:font w:name="` + name + `">` + alt + `</w:font>`
}

// footer is — 1 — at the outer side.
func footer(side string) string {
	run := func(inner string) string {
		return `<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>` + inner + `</w:r>`
	}
	return `<w:ftr ` + spaces + `><w:p><w:pPr><w:ind w:left="316" w:right="316"/><w:jc w:val="` + side + `"/></w:pPr>` + run(`<w:t xml:space="preserve">— </w:t>`) + run(`<w:fldChar w:fldCharType="begin"/>`) +
		run(`<w:instrText xml:space="preserve"> PAGE </w:instrText>`) + run(`<w:fldChar w:fldCharType="separate"/>`) + run(`<w:t>1</w:t>`) + run(`<w:fldChar w:fldCharType="end"/>`) + run(`<w:t xml:space="preserve"> —</w:t>`) + `</w:p></w:ftr>`
}
