package document

import (
	"crypto/sha256"
	"sync"

	"jiexu/document/pdf"
	"jiexu/fault"
	"jiexu/law"
)

// Sealer gives the seal that is drawn over authority and date. Today it is an image that the office keeps; a
// service for electronic seals (GB/T 38540) puts its own behind the same call.
type Sealer interface {
	// Seal returns the impression of the authority's seal for a document of that day. Its errors reach the caller
	// of Render as they are, so that nothing is issued unsealed. An impression without picture leaves the place to
	// the stamp.
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
	if err != nil || len(i.Image) == 0 {
		return nil, err
	}
	picture, err := sealPictures.read(i.Image)
	if err != nil {
		return nil, err
	}
	diameter := i.Diameter * pdf.MM
	if diameter <= 0 || diameter > 60*pdf.MM {
		diameter = 2 * sealRadius
	}
	return &impression{picture, diameter}, nil
}

// remembered keeps the pictures of the last seals ready: an office has few, and reading one takes as long as all the
// rest of a decision.
type remembered struct {
	sync.Mutex
	pictures map[[sha256.Size]byte]*pdf.Picture
}

// mostRemembered bounds what is kept; an office that has more seals reads some of them again.
const mostRemembered = 32

var sealPictures = remembered{pictures: map[[sha256.Size]byte]*pdf.Picture{}}

func (r *remembered) read(b []byte) (*pdf.Picture, error) {
	sum := sha256.Sum256(b)
	r.Lock()
	defer r.Unlock()
	if p, ok := r.pictures[sum]; ok {
		return p, nil
	}
	p, err := readPicture(b)
	if err != nil {
		return nil, err
	}
	if len(r.pictures) >= mostRemembered {
		clear(r.pictures)
	}
	r.pictures[sum] = p.Packed()
	return p, nil
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
