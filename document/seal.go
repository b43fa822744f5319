package document

import (
	"jiexu/document/pdf"
	"jiexu/fault"
	"jiexu/law"
)

// Sealer gives the seal that is drawn over authority and date. Today it is an image that the office keeps; a
// service for electronic seals (GB/T 38540) puts its own behind the same call.
type Sealer interface {
	// Seal returns the impression of the authority's seal for a document of that day. Its errors reach the caller
	// of Render as they are, so that nothing is issued unsealed.
	Seal(authority string, on law.Date) (Impression, error)
}

// Impression is what a seal leaves on paper.
type Impression struct {
	Image    []byte  // PNG with a clear ground
	Diameter float64 // millimetres; 0: 42, the seal of a county-level authority
}

// SealImage is a Sealer that has the one picture of the one authority.
type SealImage struct {
	Authority string
	Impression
}

// Seal returns the picture. Returns document.seal_of_another for another authority than its own.
func (s SealImage) Seal(authority string, _ law.Date) (Impression, error) {
	if authority != s.Authority {
		return Impression{}, fault.New(fault.Invalid, "document.seal_of_another", "authority", authority, "seal", s.Authority)
	}
	return s.Impression, nil
}

// impression is a seal ready to be drawn.
type impression struct {
	picture  *pdf.Picture
	diameter float64 // points
}

func impress(s Sealer, c Closing) (*impression, error) {
	i, err := s.Seal(c.Authority, c.Date)
	if err != nil {
		return nil, err
	}
	picture, err := readPicture(i.Image)
	if err != nil {
		return nil, err
	}
	diameter := i.Diameter * pdf.MM
	if diameter <= 0 || diameter > 60*pdf.MM {
		diameter = 2 * sealRadius
	}
	return &impression{picture, diameter}, nil
}

func (i *impression) draw(p *pdf.Page, x, y float64) {
	w, h := fit(i.picture, i.diameter, i.diameter)
	p.Image(i.picture, x-w/2, y-h/2, w, h)
}

// readPicture reads a PNG or JPEG. Returns document.picture for anything else.
func readPicture(b []byte) (*pdf.Picture, error) {
	p, err := pdf.ReadPicture(b)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "document.picture")
	}
	return p, nil
}

// fit is the size of a picture within a rectangle.
func fit(p *pdf.Picture, width, height float64) (w, h float64) {
	w, h = width, width*float64(p.Height)/float64(p.Width)
	if h > height {
		w, h = height*float64(p.Width)/float64(p.Height), height
	}
	return w, h
}
