package document

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"jiexu/document/pdf"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/procedure"
)

// Volume is the whole file of a case (案卷): cover, index, the issued documents' very pages in the order of the
// stages and days, photos, note. Its pages are numbered at the lower right where there is text; cover, index and
// note bear no number.
type Volume struct {
	Dossier Dossier
	// Cover and Note are the values of file.cover and file.note; the numbers of pages and documents are counted
	// and need not be given.
	Cover, Note procedure.Values
	Parts       []Part
	Signatures  []Signature // of the note
	On          law.Date    // the day on which the file was put together
}

// Part is what lies in a file: an issued PDF, with or without its proof, or pictures.
type Part struct {
	Kind   Kind   // of an issued document; decides its stage
	Stage  Stage  // of pictures and of documents of no kind; empty: the kind's
	Title  string // as the index names it; empty: the kind's
	Number string
	Date   law.Date
	PDF    []byte
	Photos []Photo
	Remark string
}

func (p Part) stage() Stage {
	if p.Stage != "" {
		return p.Stage
	}
	return StageOf(p.Kind)
}

// title is the part's name in the index.
func (p Part) title() string {
	switch b, ok := BlankOf(p.Kind); {
	case p.Title != "":
		return p.Title
	case ok:
		return b.Name.ZH
	case p.Kind == KindPenaltyNotice:
		return (&IntendedPenaltyNotice{}).Title()
	case p.Kind == KindPenaltyDecision:
		return (&Decision{}).Title()
	case len(p.Photos) > 0:
		return "照片"
	}
	return string(p.Kind)
}

// InOrder sorts parts as they lie in a file: by stage, then by day; what has no day comes last in its stage.
func InOrder(parts []Part) []Part {
	out := slices.Clone(parts)
	order := Stages()
	slices.SortStableFunc(out, func(a, b Part) int {
		if c := cmp.Compare(slices.Index(order, a.stage()), slices.Index(order, b.stage())); c != 0 {
			return c
		}
		if a.Date.IsZero() != b.Date.IsZero() {
			if a.Date.IsZero() {
				return 1
			}
			return -1
		}
		return a.Date.Compare(b.Date)
	})
	return out
}

// Render makes the file's PDF. Returns document.not_pdf for a part that Render or AttachProof has not made,
// document.empty_volume without parts, what Validate of cover and note returns, and what Render returns. The same
// volume and press give the same bytes, and AttachProof works on them.
func (v Volume) Render(press Press) ([]byte, error) {
	if len(v.Parts) == 0 {
		return nil, fault.New(fault.Invalid, "document.empty_volume")
	}
	press.Seal, press.Check, press.draft = nil, "", false
	parts := InOrder(v.Parts)
	sources := make([]*pdf.Source, len(parts))
	index := make([]map[string]any, len(parts))
	pages := 0
	for i, p := range parts {
		var err error
		if sources[i], err = p.open(press, v); err != nil {
			return nil, err
		}
		row := map[string]any{"name": clipped(p.title(), maxLine), "page": itoa(pages + 1)}
		if n := sources[i].Pages(); n > 1 {
			row["page"] = itoa(pages+1) + "—" + itoa(pages+n)
		}
		if p.Number != "" {
			row["number"] = p.Number
		}
		if p.Remark != "" {
			row["remark"] = clipped(p.Remark, maxLine)
		}
		if !p.Date.IsZero() {
			row["date"] = p.Date
		}
		index[i] = row
		pages += sources[i].Pages()
	}
	counted := procedure.Values{"pages": int64(pages)}
	front := []*Sheet{v.sheet(KindFileCover, v.Cover, counted), v.sheet(KindFileIndex, nil, procedure.Values{"entries": index})}
	counted["documents"] = int64(len(parts))
	note := v.sheet(KindFileNote, v.Note, counted)
	note.Signatures = v.Signatures
	file := pdf.New(pdf.Info{Title: strings.TrimSpace("案卷 " + v.Dossier.CaseNumber), Author: v.Dossier.Authority, Created: press.Made})
	take := func(s *pdf.Source, title string, stamp func(*pdf.Page)) error {
		for n := range s.Pages() {
			page, err := file.Take(s, n)
			if err != nil {
				return fault.Wrap(err, fault.Invalid, "document.not_pdf")
			}
			if n == 0 {
				file.Mark(title)
			}
			if stamp != nil {
				stamp(page)
			}
		}
		return nil
	}
	bare := press
	bare.unnumbered = true
	own := func(f *Sheet) error {
		b, err := Render(f, bare)
		if err != nil {
			return err
		}
		s, err := pdf.Open(b)
		if err != nil {
			return err
		}
		return take(s, f.Title(), nil)
	}
	for _, f := range front {
		if err := own(f); err != nil {
			return nil, err
		}
	}
	number, page := setting{press.Fonts.body, noteSize, areaWidth}, 0
	stamp := func(p *pdf.Page) {
		page++
		text := number.one(itoa(page))
		p.Text(number.glyphs(text, pdf.A4Width-stampRight-text.width()), pdf.A4Height-stampBottom, noteSize)
	}
	for i, s := range sources {
		if err := take(s, parts[i].title(), stamp); err != nil {
			return nil, err
		}
	}
	if err := own(note); err != nil {
		return nil, err
	}
	return file.Bytes()
}

// Where the file's page number stands: the lower right corner, clear of the document's own number.
const (
	stampRight  = 12 * pdf.MM
	stampBottom = 10 * pdf.MM
	maxLine     = 200 // characters of a line of the index
)

func clipped(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (v Volume) sheet(kind Kind, values, counted procedure.Values) *Sheet {
	b, _ := BlankOf(kind)
	all := procedure.Values{}
	maps.Copy(all, values)
	for name, value := range counted {
		if b.Field(name) != nil {
			all[name] = value
		}
	}
	return b.Draft(v.Dossier, all, v.On)
}

// open reads an issued PDF without its proof, or sets pictures on pages.
func (p Part) open(press Press, v Volume) (*pdf.Source, error) {
	b := p.PDF
	switch {
	case len(p.Photos) > 0 && b == nil:
		var err error
		if b, err = press.print(album{p, v}); err != nil {
			return nil, err
		}
	case hasProof(b):
		var err error
		if b, _, err = DetachProof(b); err != nil {
			return nil, err
		}
	}
	s, err := pdf.Open(b)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "document.not_pdf")
	}
	return s, nil
}

// album is a form that shows pictures alone.
type album struct {
	part Part
	of   Volume
}

func (a album) Kind() Kind      { return a.part.Kind }
func (a album) Title() string   { return a.part.title() }
func (a album) Serial() string  { return a.part.Number }
func (a album) Issuer() string  { return a.of.Dossier.Authority }
func (a album) Dated() law.Date { return a.part.Date }
func (a album) Validate() error { return nil }
func (a album) Content() []Block {
	return []Block{Masthead{a.Issuer(), a.Title(), a.Serial()}, Photos{Items: a.part.Photos, Height: albumHeight}}
}

// albumHeight lets two pictures stand on a page below the masthead.
const albumHeight = 76
