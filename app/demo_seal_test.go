package app

import (
	"bytes"
	"image/png"
	"os"
	"testing"
)

// The demonstration's seal is one that the register takes: red on a clear ground, the same each time.
func TestDemoSeal(t *testing.T) {
	b, err := drawSeal("上海市静安区城市管理行政执法局", "演示专用")
	if err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	red, clear := 0, 0
	for y := range sealSide {
		for x := range sealSide {
			switch r, g, _, a := p.At(x, y).RGBA(); {
			case a == 0:
				clear++
			case r > 2*g:
				red++
			default:
				t.Fatalf("%d,%d is neither red nor clear", x, y)
			}
		}
	}
	if share := float64(red) / sealSide / sealSide; share < 0.1 || share > 0.4 || clear == 0 {
		t.Errorf("%.2f of the seal is red", share)
	}
	if again, _ := drawSeal("上海市静安区城市管理行政执法局", "演示专用"); !bytes.Equal(again, b) {
		t.Error("the seal differs from one drawing to the next")
	}
	if name := os.Getenv("JIEXU_KEEP_SEAL"); name != "" {
		os.WriteFile(name, b, 0o600)
	}
}
