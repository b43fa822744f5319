package evidence

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"

	"golang.org/x/image/draw"

	"jiexu/fault"
)

// thumbSide is the longer side of a small picture, in pixels.
const thumbSide = 320

// smallPicture makes a small picture of a file, upright. It is painted anew: nothing that the file tells beside is in it.
func smallPicture(mime string, file io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, upright(shrink(picture), turnIn(mime, content)), &jpeg.Options{Quality: 80})
	return b.Bytes(), err
}

func shrink(p image.Image) image.Image {
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	long := max(w, h)
	if long <= thumbSide {
		return p
	}
	small := image.NewRGBA(image.Rect(0, 0, max(1, w*thumbSide/long), max(1, h*thumbSide/long)))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), p, p.Bounds(), draw.Src, nil)
	return small
}

// upright turns a picture as its EXIF says (TIFF 6.0, Orientation).
func upright(p image.Image, turn int) image.Image {
	if turn <= 1 {
		return p
	}
	b := p.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fx, fy := x, y // where it lies in the file
			switch turn {
			case 2:
				fx = w - 1 - x
			case 3:
				fx, fy = w-1-x, h-1-y
			case 4:
				fy = h - 1 - y
			case 5:
				fx, fy = y, x
			case 6:
				fx, fy = y, h-1-x
			case 7:
				fx, fy = w-1-y, h-1-x
			case 8:
				fx, fy = w-1-y, x
			}
			out.Set(x, y, p.At(b.Min.X+fx, b.Min.Y+fy))
		}
	}
	return out
}
