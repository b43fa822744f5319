package evidence

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math"

	scale "golang.org/x/image/draw"

	"jiexu/fault"
)

// photoBlocks is into how many blocks the longer side of a region of a photograph is broken: of a face nothing remains.
const photoBlocks = 6

// checkPhoto fails with evidence.regions unless regions lie within a photograph, each at one place.
func checkPhoto(regions []RegionInput) error {
	wrong := fault.New(fault.Invalid, "evidence.regions")
	if len(regions) == 0 {
		return wrong
	}
	for _, r := range regions {
		if len(r.Keys) != 1 {
			return wrong
		}
		k := r.Keys[0]
		for _, v := range []float64{k.X, k.Y, k.W, k.H} {
			if math.IsNaN(v) || v < 0 || v > 1 {
				return wrong
			}
		}
		if k.W <= 0 || k.H <= 0 || k.X+k.W > 1.0001 || k.Y+k.H > 1.0001 {
			return wrong
		}
	}
	return nil
}

// redactPhoto makes a photograph, upright, in which regions cannot be recognized: they are broken into few blocks, so that what was there is gone
// and not covered. Nothing that the file told beside is in it (PNG). Returns evidence.broken, evidence.regions.
func redactPhoto(mime string, file io.Reader, regions []RegionInput) (io.Reader, error) {
	if err := checkPhoto(regions); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return nil, err
	}
	decoded, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	seen := upright(decoded, turnIn(mime, content))
	b := seen.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Bounds(), seen, b.Min, draw.Src)
	for _, r := range regions {
		k := r.Keys[0]
		w, h := float64(b.Dx()), float64(b.Dy())
		area := image.Rect(int(k.X*w), int(k.Y*h), int(math.Ceil((k.X+k.W)*w)), int(math.Ceil((k.Y+k.H)*h))).Intersect(out.Bounds())
		if area.Empty() {
			return nil, fault.New(fault.Invalid, "evidence.regions")
		}
		long := float64(max(area.Dx(), area.Dy()))
		few := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(area.Dx())/long*photoBlocks)), max(1, int(float64(area.Dy())/long*photoBlocks))))
		scale.BiLinear.Scale(few, few.Bounds(), out, area, scale.Src, nil) // over the whole of each block
		scale.NearestNeighbor.Scale(out, area, few, few.Bounds(), scale.Src, nil)
	}
	var made bytes.Buffer
	return &made, png.Encode(&made, out)
}
