package pdf

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
)

// drawing is a picture of 4 by 2 points, with a clear corner if it is a PNG.
func drawing(t testing.TB, format string) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 4, 2))
	for x := range 4 {
		img.SetNRGBA(x, 0, color.NRGBA{uint8(x * 60), 10, 10, 255})
	}
	var b bytes.Buffer
	var err error
	if format == "png" {
		err = png.Encode(&b, img)
	} else {
		err = jpeg.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif puts an orientation into a JPEG.
func exif(b []byte, turn byte) []byte {
	segment := []byte{0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0}
	return append(append(append([]byte{}, b[:2]...), segment...), b[2:]...)
}

func TestPictures(t *testing.T) {
	for _, c := range []struct {
		name          string
		b             []byte
		width, height int
	}{{"png", drawing(t, "png"), 4, 2}, {"jpeg", drawing(t, "jpeg"), 4, 2}, {"turned", exif(drawing(t, "jpeg"), 6), 2, 4}, {"upside down", exif(drawing(t, "jpeg"), 3), 4, 2}, {"no such turn", exif(drawing(t, "jpeg"), 99), 4, 2}} {
		p, err := ReadPicture(c.b)
		if err != nil || p.Width != c.width || p.Height != c.height {
			t.Errorf("%s: %v, %v", c.name, p, err)
		}
	}
	for name, b := range map[string][]byte{"nothing": nil, "a text": []byte("hello"), "cut": drawing(t, "png")[:40]} {
		if _, err := ReadPicture(b); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func illustrated(t testing.TB) []byte {
	t.Helper()
	f := New(Info{Title: "图", Author: "街序", Created: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)})
	for range 2 {
		p := f.Page()
		for i, b := range [][]byte{drawing(t, "png"), exif(drawing(t, "jpeg"), 8)} {
			picture, err := ReadPicture(b)
			if err != nil {
				t.Fatal(err)
			}
			p.Image(picture, 10, float64(50*i), 40, 20)
		}
		p.Fill(1, 1, 2, 2)
	}
	b, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPagesAreTakenOver(t *testing.T) {
	from := illustrated(t)
	s, err := Open(from)
	if err != nil {
		t.Fatal(err)
	}
	f := New(Info{Title: "卷", Created: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)})
	for range 3 {
		for n := range s.Pages() {
			if _, err := f.Take(s, n); err != nil {
				t.Fatal(err)
			}
			f.Mark("第 𠅤 页")
		}
	}
	b, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Validate(bytes.NewReader(b), nil); err != nil {
		t.Errorf("pdfcpu: %v", err)
	}
	if n, err := api.PageCount(bytes.NewReader(b), nil); err != nil || n != 6 {
		t.Errorf("%d pages (%v)", n, err)
	}
	if got := bytes.Count(b, []byte("/Subtype /Image")); got != 3 { // a PNG, its mask, a JPEG
		t.Errorf("%d pictures, want 3: the same one is to stand in the file once", got)
	}
}

// FuzzOpen: whatever bytes are handed in, nothing panics, and errors say that the file is foreign.
func FuzzOpen(f *testing.F) {
	b := illustrated(f)
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte("%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(b)
		if err != nil {
			if !errors.Is(err, ErrForeign) {
				t.Fatal(err)
			}
			return
		}
		into := New(Info{})
		for n := range s.Pages() {
			if _, err := into.Take(s, n); err != nil {
				return
			}
		}
		_, _ = into.Bytes()
	})
}
