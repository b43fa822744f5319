package film

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// tool is this machine's ffmpeg.
func tool(t *testing.T) *Tool {
	t.Helper()
	found, err := Find()
	if errors.Is(err, ErrAbsent) && os.Getenv("CI") == "" {
		t.Skip("ffmpeg is not installed: scripts/bootstrap.sh test installs it")
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// sample makes a film of ten seconds, 320 by 240, 10 pictures a second and a whole one every two seconds: a noise that no two pixels share, and a tone.
func sample(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "in.mp4")
	cmd := exec.Command("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=10", "-f", "lavfi", "-i", "sine=frequency=440:duration=10",
		"-vf", "noise=alls=60:allf=t+u", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "20", "-keyint_min", "20", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac", "-y", out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return out
}

func picture(t *testing.T, tl *Tool, in string, at time.Duration) image.Image {
	t.Helper()
	out := filepath.Join(t.TempDir(), "still.png")
	if shown, err := tl.Still(context.Background(), in, out, at); err != nil || shown != at {
		t.Fatal(shown, err)
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// rough is how much neighbouring pixels differ within a part of a picture, on average: what was broken into blocks is smooth.
func rough(p image.Image, r image.Rectangle) float64 {
	sum, n := 0.0, 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X-1; x++ {
			a, _, _, _ := p.At(x, y).RGBA()
			b, _, _, _ := p.At(x+1, y).RGBA()
			sum, n = sum+math.Abs(float64(a)-float64(b))/257, n+1
		}
	}
	return sum / float64(n)
}

func TestLookStillPart(t *testing.T) {
	tl, ctx := tool(t), context.Background()
	in := sample(t)
	says, err := tl.Look(ctx, in)
	if err != nil || says.Width != 320 || says.Height != 240 || !says.Playable || says.Audio != "aac" || (says.Long-10*time.Second).Abs() > 200*time.Millisecond {
		t.Fatalf("%+v %v", says, err)
	}
	if p := picture(t, tl, in, 3*time.Second); p.Bounds().Dx() != 320 {
		t.Error(p.Bounds())
	}
	out := filepath.Join(t.TempDir(), "part.mp4")
	began, err := tl.Part(ctx, in, out, 5*time.Second, 8*time.Second)
	if err != nil || began != 4*time.Second {
		t.Fatalf("the part begins at %v: %v; the whole picture before lies at 4 s", began, err)
	}
	if says, err = tl.Look(ctx, out); err != nil || (says.Long-4*time.Second).Abs() > 200*time.Millisecond {
		t.Errorf("%+v %v", says, err)
	}
	// Not decoded: what is seen is what was there, to the pixel.
	a, b := picture(t, tl, in, 6*time.Second), picture(t, tl, out, 2*time.Second)
	for y := range 240 {
		for x := range 320 {
			if a.At(x, y) != b.At(x, y) {
				t.Fatalf("pixel %d,%d is %v and was %v", x, y, b.At(x, y), a.At(x, y))
			}
		}
	}
	if _, err := tl.Look(ctx, "film.go"); err == nil {
		t.Error("a program text is taken for a film")
	}
}

// A region follows its places, is gone while it is meant to be, and there before and after; silence is silent.
func TestRedact(t *testing.T) {
	tl, ctx := tool(t), context.Background()
	in, out := sample(t), filepath.Join(t.TempDir(), "out.mp4")
	r := Redaction{
		Regions: []Region{
			{From: 2 * time.Second, To: 6 * time.Second, Keys: []Key{{At: 2 * time.Second, X: 0, Y: 0.25, W: 0.25, H: 0.5}, {At: 6 * time.Second, X: 0.75, Y: 0.25, W: 0.25, H: 0.5}}},
			{From: 0, To: 10 * time.Second, Keys: []Key{{X: 0.4, Y: 0.85, W: 0.2, H: 0.15}}},
		},
		Muted: []Stretch{{From: time.Second, To: 3 * time.Second}, {From: 7 * time.Second, To: 8 * time.Second}},
	}
	if err := tl.Redact(ctx, in, out, r); err != nil {
		t.Fatal(err)
	}
	at := func(p image.Image, x, y, w, h float64) float64 {
		return rough(p, image.Rect(int(x*320)+2, int(y*240)+2, int((x+w)*320)-2, int((y+h)*240)-2))
	}
	for _, c := range []struct {
		at      time.Duration
		x, y    float64
		w, h    float64
		changed bool
	}{
		{time.Second, 0, 0.25, 0.25, 0.5, false}, {2500 * time.Millisecond, 0.09, 0.25, 0.25, 0.5, true}, {4 * time.Second, 0.375, 0.25, 0.25, 0.5, true}, {4 * time.Second, 0, 0.25, 0.25, 0.5, false},
		{5900 * time.Millisecond, 0.74, 0.25, 0.25, 0.5, true}, {7 * time.Second, 0.75, 0.25, 0.25, 0.5, false}, {500 * time.Millisecond, 0.4, 0.85, 0.2, 0.14, true}, {9 * time.Second, 0.4, 0.85, 0.2, 0.14, true},
	} {
		before, after := at(picture(t, tl, in, c.at), c.x, c.y, c.w, c.h), at(picture(t, tl, out, c.at), c.x, c.y, c.w, c.h)
		if gone := after < before/3; gone != c.changed {
			t.Errorf("at %v, %.2f,%.2f: neighbours differed by %.1f and differ by %.1f", c.at, c.x, c.y, before, after)
		}
	}
	raw, err := run(ctx, "ffmpeg", "-loglevel", "error", "-i", out, "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "8000", "pipe:1")
	if err != nil {
		t.Fatal(err)
	}
	loud := func(from, to float64) (most int) {
		for i := int(from * 8000); i < int(to*8000) && 2*i+1 < len(raw); i++ {
			v := int(int16(uint16(raw[2*i]) | uint16(raw[2*i+1])<<8))
			most = max(most, v, -v)
		}
		return most
	}
	for _, s := range []struct {
		from, to float64
		silent   bool
	}{{0.2, 0.8, false}, {1.2, 2.8, true}, {3.3, 6.8, false}, {7.2, 7.8, true}, {8.3, 9.8, false}} {
		if got := loud(s.from, s.to); (got < 200) != s.silent {
			t.Errorf("from %v to %v the loudest is %d", s.from, s.to, got)
		}
	}
}

func TestRedactionCheck(t *testing.T) {
	key := Key{X: 0.1, Y: 0.1, W: 0.2, H: 0.2}
	ok := Region{To: time.Second, Keys: []Key{key}}
	for name, r := range map[string]Redaction{
		"nothing":      {},
		"no keys":      {Regions: []Region{{To: time.Second}}},
		"outside":      {Regions: []Region{{To: time.Second, Keys: []Key{{X: 0.9, Y: 0, W: 0.2, H: 0.1}}}}},
		"not a number": {Regions: []Region{{To: time.Second, Keys: []Key{{X: math.NaN(), W: 0.2, H: 0.1}}}}},
		"backwards":    {Regions: []Region{{From: time.Second, Keys: []Key{key}}}},
		"disorder":     {Regions: []Region{{To: time.Second, Keys: []Key{{At: 2, W: 1, H: 1}, {At: 1, W: 1, H: 1}}}}},
		"twice":        {Regions: []Region{{To: time.Second, Keys: []Key{{At: 1, W: 1, H: 1}, {At: 1, W: 1, H: 1}}}}},
		"after":        {Regions: []Region{ok}, Muted: []Stretch{{From: time.Hour, To: 2 * time.Hour}}},
		"many":         {Regions: make([]Region, MaxRegions+1)},
	} {
		if r.Check(time.Minute) == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if err := (Redaction{Regions: []Region{ok}}).Check(time.Minute); err != nil {
		t.Error(err)
	}
}
