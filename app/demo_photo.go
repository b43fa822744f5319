package app

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// streetScene draws a picture that stands for a photo: sky, houses, pavement, something in the way.
// Each seed draws another one.
func streetScene(seed int) ([]byte, error) {
	const w, h = 960, 640
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	roll := uint32(seed)*2654435761 + 12345
	next := func(n int) int {
		roll = roll*1664525 + 1013904223
		return int(roll>>8) % n
	}
	fill(0, 0, w, h, color.RGBA{0xd9, 0xe6, 0xef, 0xff})
	for x := 0; x < w; {
		width, top := 120+next(90), 90+next(150)
		shade := uint8(150 + next(70))
		fill(x, top, x+width, 430, color.RGBA{shade, shade - 8, shade - 18, 0xff})
		for wy := top + 24; wy < 340; wy += 56 {
			for wx := x + 18; wx+26 < x+width; wx += 46 {
				fill(wx, wy, wx+26, wy+34, color.RGBA{0x6f, 0x86, 0x98, 0xff})
			}
		}
		fill(x+10, 370, x+width-10, 430, color.RGBA{0x8c, uint8(60 + next(90)), 0x4a, 0xff})
		x += width + 4
	}
	fill(0, 430, w, 520, color.RGBA{0xc9, 0xc5, 0xbc, 0xff})
	for x := 0; x < w; x += 48 {
		fill(x, 430, x+2, 520, color.RGBA{0xb4, 0xb0, 0xa6, 0xff})
	}
	fill(0, 470, w, 482, color.RGBA{0xe0, 0xb8, 0x3c, 0xff}) // the blind people's track
	fill(0, 520, w, h, color.RGBA{0x5a, 0x5f, 0x66, 0xff})
	for i, at := 0, 120+next(200); i < 2+next(3); i++ {
		size := 60 + next(60)
		fill(at, 500-size, at+size+30, 500, color.RGBA{uint8(90 + next(120)), uint8(60 + next(80)), uint8(40 + next(60)), 0xff})
		fill(at-12, 500-size-16, at+size+42, 500-size, color.RGBA{uint8(120 + next(120)), 0x50, 0x48, 0xff})
		at += size + 70 + next(80)
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 82})
	return b.Bytes(), err
}

// signed draws a signature: a wavering stroke, another one for each name.
func signed(name string) ([]byte, error) {
	const w, h = 180, 64
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	roll := uint32(17)
	for _, r := range name {
		roll = roll*31 + uint32(r)
	}
	next := func(n int) int {
		roll = roll*1664525 + 1013904223
		return int(roll>>8) % n
	}
	x, y := 14, h/2
	for x < w-24 {
		tox, toy := x+6+next(16), 10+next(h-20)
		for i := range 24 {
			px, py := x+(tox-x)*i/24, y+(toy-y)*i/24
			draw.Draw(img, image.Rect(px, py, px+2, py+2+next(2)), image.NewUniform(color.NRGBA{0x1c, 0x24, 0x3a, 0xff}), image.Point{}, draw.Src)
		}
		x, y = tox-next(5), toy
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
