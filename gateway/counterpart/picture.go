package counterpart

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
)

// Snapshot is a small picture, another one for each draw.
func Snapshot(r *rand.Rand) []byte {
	p := image.NewRGBA(image.Rect(0, 0, 48, 36))
	for y := range 36 {
		for x := range 48 {
			p.Set(x, y, color.RGBA{uint8(r.IntN(256)), uint8(4 * x), uint8(6 * y), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		panic(err) // of memory alone
	}
	return out.Bytes()
}

// Attachments are the pictures of an event, as platforms send them: most are good, some are none, cut off, or not even base64.
func Attachments(r *rand.Rand) []map[string]any {
	good := base64.StdEncoding.EncodeToString(Snapshot(r))
	out := []map[string]any{{"name": "现场.png", "data": good}}
	switch r.IntN(8) {
	case 0:
		out = append(out, map[string]any{"name": "病毒.jpg", "data": base64.StdEncoding.EncodeToString([]byte("MZ this is no picture"))})
	case 1:
		out = append(out, map[string]any{"name": "半张.png", "data": base64.StdEncoding.EncodeToString(Snapshot(r)[:200])})
	case 2:
		out = append(out, map[string]any{"name": "乱码.png", "data": "这不是 base64"}, map[string]any{"name": "空.png"})
	case 3:
		out[0]["data"] = "data:image/png;base64," + good
	}
	return out
}
