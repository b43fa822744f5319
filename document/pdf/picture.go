package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strconv"
)

// The bounds of a picture.
const (
	maxPicture = 24 << 20
	maxPixels  = 60_000_000
)

// ErrPicture is wrapped by every error about bytes that are no PNG or JPEG picture of bearable size.
var ErrPicture = errors.New("not a PNG or JPEG picture of bearable size")

// Picture is a picture that pages can show. A JPEG goes into the file as it is; a PNG as its pixels, with its
// transparency.
type Picture struct {
	Width, Height int // as it is to be seen
	turn          int // EXIF orientation, 1 to 8
	columns, rows int // as it is stored
	jpeg          []byte
	gray          bool
	pixels, alpha []byte

	packedPixels, packedAlpha []byte // compressed once, for a picture that many files show
}

// Packed compresses the pixels now, so that files that show the picture need not; the bytes are the same. It returns p.
func (p *Picture) Packed() *Picture {
	if p.jpeg == nil {
		p.packedPixels = pack(p.pixels, &texts)
		if p.alpha != nil {
			p.packedAlpha = pack(p.alpha, &texts)
		}
	}
	return p
}

// ReadPicture reads a PNG or JPEG.
func ReadPicture(b []byte) (*Picture, error) {
	if len(b) > maxPicture {
		return nil, fmt.Errorf("%w: %d bytes", ErrPicture, len(b))
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrPicture, err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width > 1<<15 || c.Height > 1<<15 || c.Width*c.Height > maxPixels {
		return nil, fmt.Errorf("%w: %d by %d", ErrPicture, c.Width, c.Height)
	}
	p := &Picture{Width: c.Width, Height: c.Height, columns: c.Width, rows: c.Height, turn: 1}
	if format == "jpeg" {
		if c.ColorModel == color.YCbCrModel || c.ColorModel == color.GrayModel {
			p.jpeg, p.gray, p.turn = b, c.ColorModel == color.GrayModel, orientation(b)
			if p.turn > 4 {
				p.Width, p.Height = p.Height, p.Width
			}
			return p, nil
		}
		i, err := jpeg.Decode(bytes.NewReader(b)) // four inks
		return p, p.take(i, err)
	}
	i, err := png.Decode(bytes.NewReader(b))
	return p, p.take(i, err)
}

// take copies the pixels of a picture; alpha only where something shows through.
func (p *Picture) take(i image.Image, err error) error {
	if err != nil {
		return fmt.Errorf("%w: %v", ErrPicture, err)
	}
	r := i.Bounds()
	p.pixels = make([]byte, 0, 3*r.Dx()*r.Dy())
	alpha := make([]byte, 0, r.Dx()*r.Dy())
	clear := false
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := color.NRGBAModel.Convert(i.At(x, y)).(color.NRGBA)
			p.pixels = append(p.pixels, c.R, c.G, c.B)
			alpha = append(alpha, c.A)
			clear = clear || c.A != 0xFF
		}
	}
	if clear {
		p.alpha = alpha
	}
	return nil
}

// orientation reads the EXIF tag that says how the camera was held; 1 where there is none.
func orientation(b []byte) int {
	for at := 2; at+4 <= len(b) && b[at] == 0xFF; {
		marker, size := b[at+1], int(binary.BigEndian.Uint16(b[at+2:]))
		if marker == 0xDA || size < 2 || at+2+size > len(b) {
			break
		}
		if segment := b[at+4 : at+2+size]; marker == 0xE1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return exifTurn(segment[6:])
		}
		at += 2 + size
	}
	return 1
}

func exifTurn(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	n := int64(order.Uint16(tiff[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turns are the matrices by which the unit square shows a picture upright, by EXIF orientation.
var turns = [9][6]float64{
	{}, {1, 0, 0, 1, 0, 0}, {-1, 0, 0, 1, 1, 0}, {-1, 0, 0, -1, 1, 1}, {1, 0, 0, -1, 0, 1},
	{0, -1, -1, 0, 1, 1}, {0, -1, 1, 0, 0, 1}, {0, 1, 1, 0, 0, 0}, {0, 1, -1, 0, 1, 0},
}

// Image shows a picture in the rectangle whose upper left corner is x, y.
func (p *Page) Image(i *Picture, x, y, width, height float64) {
	index := -1
	for n, have := range p.file.pictures {
		if have == i {
			index = n
		}
	}
	if index < 0 {
		index = len(p.file.pictures)
		p.file.pictures = append(p.file.pictures, i)
	}
	t := turns[i.turn]
	p.ops.WriteString("q ")
	p.draw("cm /I"+strconv.Itoa(index+1)+" Do Q\n", t[0]*width, t[1]*height, t[2]*width, t[3]*height, x+t[4]*width, A4Height-y-height+t[5]*height)
}

// picture writes a picture and returns the number of its object.
func (w *writer) picture(i *Picture) int {
	id := w.reserve()
	space := "/DeviceRGB"
	if i.gray {
		space = "/DeviceGray"
	}
	head := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 ", i.columns, i.rows)
	if i.jpeg != nil {
		w.raw(id, head+"/ColorSpace "+space+" /Filter /DCTDecode ", i.jpeg)
		return id
	}
	if i.alpha == nil {
		w.pixels(id, head+"/ColorSpace "+space+" ", i.pixels, i.packedPixels)
		return id
	}
	mask := w.reserve()
	w.pixels(id, fmt.Sprintf("%s/ColorSpace %s /SMask %d 0 R ", head, space, mask), i.pixels, i.packedPixels)
	w.pixels(mask, head+"/ColorSpace /DeviceGray ", i.alpha, i.packedAlpha)
	return id
}

// Degrees is how far the stored picture must be turned clockwise to stand upright.
func (p *Picture) Degrees() int { return [9]int{3: 180, 6: 90, 8: 270}[p.turn] }

func (w *writer) pixels(id int, keys string, raw, packed []byte) {
	if packed == nil {
		w.stream(id, keys, raw)
		return
	}
	w.raw(id, keys+flate, packed)
}
