package document

import (
	"time"

	"jiexu/document/pdf"
	"jiexu/fault"
)

// Printed is an issued document that is to be printed with others.
type Printed struct {
	Title string // in the outline
	PDF   []byte // with or without its proof
}

// Join puts issued documents one after another for the printer: their very pages. onBoth lets each begin on a front
// side where the printer uses both. The proofs stay behind, for they speak of each document by itself. Returns
// document.not_pdf for what Render has not made.
func Join(title string, made time.Time, parts []Printed, onBoth bool) ([]byte, error) {
	file := pdf.New(pdf.Info{Title: title, Created: made})
	for i, part := range parts {
		b := part.PDF
		if hasProof(b) {
			var err error
			if b, _, err = DetachProof(b); err != nil {
				return nil, err
			}
		}
		s, err := pdf.Open(b)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "document.not_pdf")
		}
		for n := range s.Pages() {
			if _, err := file.Take(s, n); err != nil {
				return nil, fault.Wrap(err, fault.Invalid, "document.not_pdf")
			}
			if n == 0 {
				file.Mark(part.Title)
			}
		}
		if onBoth && s.Pages()%2 == 1 && i < len(parts)-1 {
			file.Page()
		}
	}
	return file.Bytes()
}

// Pages counts the pages of a PDF that Render has made. Returns document.not_pdf for another.
func Pages(b []byte) (int, error) {
	s, err := pdf.Open(b)
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "document.not_pdf")
	}
	return s.Pages(), nil
}
