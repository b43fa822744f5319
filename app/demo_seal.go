package app

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"jiexu/data"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// seal enters the demonstration's seal, on which 演示 stands so that nobody takes a document of it for a real one.
func (d *demo) seal(ctx context.Context) error {
	admin, err := d.actor(ctx, "admin")
	if err != nil {
		return err
	}
	var unit string
	var authority org.Authority
	if err := d.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		head, err := org.PersonByLogin(ctx, tx, "head")
		if err != nil {
			return err
		}
		unit = head.Unit
		_, err = org.SettingInto(ctx, tx, unit, "authority", &authority)
		return err
	}); err != nil {
		return err
	}
	picture, err := drawSeal(authority.Name, "演示专用")
	if err != nil {
		return err
	}
	_, err = d.Org.AddSeal(ctx, admin, org.SealInput{Unit: unit, Name: "公章（演示）", Image: picture, ValidFrom: law.On(d.clock.at)})
	return err
}

// The drawing of the seal, in pixels.
const (
	sealSide   = 620
	sealMiddle = sealSide / 2
	sealOuter  = 300 // radius
	sealStroke = 15
	sealText   = 62 // size of the characters along the rim
	sealLower  = 50 // size of the characters under the star
)

var sealRed = color.NRGBA{0xC4, 0x12, 0x2A, 0xE0}

// sealDrawing collects outlines and fills them with red.
type sealDrawing struct {
	face    *sfnt.Font
	buffer  sfnt.Buffer
	picture *image.NRGBA
}

// drawSeal draws a round seal with a star: the authority along the rim, and a line under the star.
func drawSeal(rim, lower string) ([]byte, error) {
	file, err := fs.ReadFile(data.FS, "fonts/text.ttf")
	if err != nil {
		return nil, err
	}
	face, err := sfnt.Parse(file)
	if err != nil {
		return nil, err
	}
	s := &sealDrawing{face: face, picture: image.NewNRGBA(image.Rect(0, 0, sealSide, sealSide))}
	s.fill(func(r *vector.Rasterizer) {
		circle(r, sealOuter, false)
		circle(r, sealOuter-sealStroke, true)
		star(r, 92)
	})
	letters := []rune(rim)
	const open = 1.36 * math.Pi // how much of the circle the text takes
	step := open / float64(max(len(letters)-1, 1))
	if step > 0.36 {
		step = 0.36
	}
	for i, letter := range letters {
		angle := step * (float64(i) - float64(len(letters)-1)/2)
		if err := s.letter(letter, sealText, func(x, y float64) (float64, float64) {
			return turned(x, y-(sealOuter-sealStroke-40-sealText/2), angle)
		}); err != nil {
			return nil, err
		}
	}
	under := []rune(lower)
	for i, letter := range under {
		at := (float64(i) - float64(len(under)-1)/2) * (sealLower + 6)
		if err := s.letter(letter, sealLower, func(x, y float64) (float64, float64) { return x + at, y + 160 }); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, s.picture)
	return b.Bytes(), err
}

func (s *sealDrawing) fill(draw func(*vector.Rasterizer)) {
	r := vector.NewRasterizer(sealSide, sealSide)
	draw(r)
	r.Draw(s.picture, s.picture.Bounds(), image.NewUniform(sealRed), image.Point{})
}

// letter draws a character of a size whose middle is at 0, 0, at the place to which where moves its points.
func (s *sealDrawing) letter(letter rune, size int, where func(x, y float64) (float64, float64)) error {
	glyph, err := s.face.GlyphIndex(&s.buffer, letter)
	if err != nil {
		return err
	}
	outline, err := s.face.LoadGlyph(&s.buffer, glyph, fixed.I(size), nil)
	if err != nil {
		return err
	}
	advance, err := s.face.GlyphAdvance(&s.buffer, glyph, fixed.I(size), font.HintingNone)
	if err != nil {
		return err
	}
	point := func(p fixed.Point26_6) (float32, float32) {
		x, y := where(float64(p.X-advance/2)/64, float64(p.Y)/64+0.37*float64(size))
		return float32(sealMiddle + x), float32(sealMiddle + y)
	}
	s.fill(func(r *vector.Rasterizer) {
		for _, g := range outline {
			ax, ay := point(g.Args[0])
			switch g.Op {
			case sfnt.SegmentOpMoveTo:
				r.ClosePath()
				r.MoveTo(ax, ay)
			case sfnt.SegmentOpLineTo:
				r.LineTo(ax, ay)
			case sfnt.SegmentOpQuadTo:
				bx, by := point(g.Args[1])
				r.QuadTo(ax, ay, bx, by)
			case sfnt.SegmentOpCubeTo:
				bx, by := point(g.Args[1])
				cx, cy := point(g.Args[2])
				r.CubeTo(ax, ay, bx, by, cx, cy)
			}
		}
		r.ClosePath()
	})
	return nil
}

func turned(x, y, angle float64) (float64, float64) {
	sin, cos := math.Sincos(angle)
	return x*cos - y*sin, x*sin + y*cos
}

// circle adds a circle around the middle; one within another is drawn backwards, so that it is left out.
func circle(r *vector.Rasterizer, radius float64, backwards bool) {
	const corners = 180
	for i := range corners + 1 {
		angle := 2 * math.Pi * float64(i) / corners
		if backwards {
			angle = -angle
		}
		x, y := turned(radius, 0, angle)
		if i == 0 {
			r.MoveTo(float32(sealMiddle+x), float32(sealMiddle+y))
			continue
		}
		r.LineTo(float32(sealMiddle+x), float32(sealMiddle+y))
	}
	r.ClosePath()
}

func star(r *vector.Rasterizer, radius float64) {
	inner := radius * math.Sin(math.Pi/10) / math.Sin(7*math.Pi/10)
	for i := range 10 {
		far := radius
		if i%2 == 1 {
			far = inner
		}
		x, y := turned(0, -far, math.Pi*float64(i)/5)
		if i == 0 {
			r.MoveTo(float32(sealMiddle+x), float32(sealMiddle+y-10))
			continue
		}
		r.LineTo(float32(sealMiddle+x), float32(sealMiddle+y-10))
	}
	r.ClosePath()
}
