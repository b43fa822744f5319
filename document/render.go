package document

import (
	"strings"
	"time"

	"jiexu/document/pdf"
)

// Press is what a PDF needs besides its form.
type Press struct {
	Fonts *Fonts
	// Made becomes the creation date of the file.
	Made time.Time
	// Check is the address that the code on the last page leads to; empty for no code.
	Check string
	// Seal gives the office's seal, drawn over authority and date; nil leaves its place to the stamp.
	Seal Sealer

	draft      bool
	unnumbered bool // cover, index and note of a file
}

// Render makes the PDF of a form. Returns what Validate returns, document.glyph_missing if no font has
// one of its characters, document.font_missing without fonts, document.check_too_long, document.picture for a
// picture that cannot be read, and what the Sealer returns. The same form and press give the same bytes.
func Render(f Form, press Press) ([]byte, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return press.print(f)
}

// Preview makes the PDF of a form as it stands, with its gaps. It has no seal and no code, so that it cannot be
// taken for an issued document. A character that no font has is shown as 〓.
func Preview(f Form, press Press) ([]byte, error) {
	press.Seal, press.Check, press.draft = nil, "", true
	return press.print(f)
}

func (press Press) print(f Form) ([]byte, error) {
	if press.Fonts == nil {
		var err error
		if press.Fonts, err = LoadFonts(); err != nil {
			return nil, err
		}
	}
	blocks := f.Content()
	l := &layout{fonts: press.Fonts, draft: press.draft, close: setClose(f)}
	if !press.draft {
		if err := press.Fonts.covers(written(blocks)); err != nil {
			return nil, err
		}
	}
	if press.Check != "" {
		var err error
		if l.check, err = newQR(press.Check); err != nil {
			return nil, err
		}
	}
	closed := false
	for _, b := range blocks {
		if c, is := b.(Closing); is {
			closed = true
			if press.Seal != nil {
				var err error
				if l.seal, err = impress(press.Seal, c); err != nil {
					return nil, err
				}
			}
		}
		l.add(b)
	}
	if !closed {
		l.unsealed()
	}
	file := pdf.New(pdf.Info{Title: strings.TrimSpace(f.Title() + " " + f.Serial()), Author: f.Issuer(), Created: press.Made})
	var foot func(*pdf.Page, int)
	if !press.unnumbered {
		number := setting{press.Fonts.body, numberSize, areaWidth}
		foot = func(p *pdf.Page, n int) { drawNumber(p, n, number) }
		if sheet, is := f.(*Sheet); is && sheet.Blank.EveryPage {
			signs := l.everyPage(sheet)
			foot = func(p *pdf.Page, n int) { drawNumber(p, n, number); signs(p, n) }
		}
	}
	if l.err != nil {
		return nil, l.err
	}
	draw(file, place(l.rows), foot)
	return file.Bytes()
}
