package document

import (
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
}

// Render makes the PDF of a form. Returns what Validate returns, document.glyph_missing if no font has
// one of its characters, document.font_missing without fonts, document.check_too_long. The same form and
// press give the same bytes.
func Render(f Form, press Press) ([]byte, error) {
	text, err := Text(f)
	if err != nil {
		return nil, err
	}
	if press.Fonts == nil {
		press.Fonts, err = LoadFonts()
		if err != nil {
			return nil, err
		}
	}
	if err := press.Fonts.covers(text); err != nil {
		return nil, err
	}
	l := &layout{fonts: press.Fonts}
	if press.Check != "" {
		if l.check, err = newQR(press.Check); err != nil {
			return nil, err
		}
	}
	for _, b := range f.Content() {
		l.add(b)
	}
	file := pdf.New(pdf.Info{Title: f.Title() + " " + f.Serial(), Author: f.Issuer(), Created: press.Made})
	draw(file, place(l.rows), setting{press.Fonts.body, numberSize, areaWidth})
	return file.Bytes()
}
