package document

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"syscall"
	"testing"
	"time"
)

// spent is the processor's time that the test has used so far: a figure that does not grow when the machine is busy.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDecision renders one penalty decision, warm: what an office waits for when it issues.
func BenchmarkDecision(b *testing.B) { benchDecision(b, nil) }

// BenchmarkSealedDecision is the same with a seal of the size that offices keep, 620 by 620 pixels.
func BenchmarkSealedDecision(b *testing.B) {
	p := image.NewNRGBA(image.Rect(0, 0, 620, 620))
	for y := range 620 {
		for x := range 620 {
			if d := (x-310)*(x-310) + (y-310)*(y-310); d < 300*300 && (d > 280*280 || x*y%7 == 0) {
				p.SetNRGBA(x, y, color.NRGBA{196, uint8(x % 32), 42, 220})
			}
		}
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, p); err != nil {
		b.Fatal(err)
	}
	benchDecision(b, SealImage{sampleDecision(b).Authority, Impression{Image: picture.Bytes()}})
}

func benchDecision(b *testing.B, seal Sealer) {
	d := sampleDecision(b)
	press := Press{Fonts: fonts(b), Made: made, Check: checkURL, Seal: seal}
	if _, err := Render(d, press); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	size, before := 0, spent()
	for b.Loop() {
		out, err := Render(d, press)
		if err != nil {
			b.Fatal(err)
		}
		size = len(out)
	}
	b.ReportMetric(float64((spent()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(size), "bytes/file")
}
