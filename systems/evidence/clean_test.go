package evidence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// exif is a block as telephones write it: turned by a quarter, the device's number, where it was taken.
func exif() []byte {
	le := binary.LittleEndian
	b := append([]byte("II*\x00"), 8, 0, 0, 0)
	b = le.AppendUint16(b, 3)
	entry := func(tag, kind uint16, count, value uint32) {
		b = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), kind), count), value)
	}
	entry(0x010f, 2, 16, 50)
	entry(turnTag, 3, 1, 6)
	entry(0x8825, 4, 1, 66)
	b = append(le.AppendUint32(b, 0), "SN-4711-SERIAL\x00\x00"...)
	return append(b, "GPS 31.2345N 121.4567E"...)
}

func quarters() image.Image {
	p := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			c := color.RGBA{255, 255, 255, 255}
			if x < 32 && y < 16 { // dark at the upper left
				c = color.RGBA{0, 0, 0, 255}
			}
			p.Set(x, y, c)
		}
	}
	return p
}

func telling(t testing.TB) (jpg, pngs []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, quarters(), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	part := func(mark byte, body string) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(len(body)+2)), body...)
	}
	plain := b.Bytes()
	jpg = append([]byte{0xff, 0xd8}, part(0xe0, "JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x00\x00")...)
	jpg = append(jpg, part(0xe1, "Exif\x00\x00"+string(exif()))...)
	jpg = append(jpg, part(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x GPS/>")...)
	jpg = append(jpg, part(0xed, "Photoshop 3.0\x00SECRET")...)
	jpg = append(jpg, part(0xfe, "SECRET comment")...)
	jpg = append(append(jpg, plain[2:]...), "SEFT trailer SECRET"...)

	b.Reset()
	if err := png.Encode(&b, quarters()); err != nil {
		t.Fatal(err)
	}
	chunk := func(kind, body string) []byte {
		c := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind+body...)
		return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE([]byte(kind+body)))
	}
	plain = b.Bytes()
	const first = 33 // signature and IHDR
	pngs = append([]byte{}, plain[:first]...)
	pngs = append(append(pngs, chunk("eXIf", string(exif()))...), chunk("tEXt", "Author\x00SECRET")...)
	pngs = append(append(pngs, plain[first:]...), "SECRET"...)
	return jpg, pngs
}

// A picture that goes out tells nothing but itself: the pixels are the same, and how it is turned stays.
func TestCleanTellsNothingBeside(t *testing.T) {
	jpg, pngs := telling(t)
	for mime, in := range map[string][]byte{"image/jpeg": jpg, "image/png": pngs} {
		out, err := Clean(mime, in)
		if err != nil {
			t.Fatalf("%s: %v", mime, err)
		}
		for _, secret := range []string{"SERIAL", "GPS", "SECRET", "xap", "Photoshop", "II*"} {
			if !bytes.Contains(in, []byte(secret)) && mime == "image/jpeg" {
				t.Fatalf("the test's picture does not tell %s", secret)
			}
			if bytes.Contains(out, []byte(secret)) {
				t.Errorf("%s still tells %s", mime, secret)
			}
		}
		before, _, err1 := image.Decode(bytes.NewReader(in))
		after, _, err2 := image.Decode(bytes.NewReader(out))
		if err1 != nil || err2 != nil || before.Bounds() != after.Bounds() {
			t.Fatalf("%s: %v %v", mime, err1, err2)
		}
		for y := range 32 {
			for x := range 64 {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("%s: the pixel at %d, %d changed", mime, x, y)
				}
			}
		}
		if turn := turnIn(mime, out); turn != 6 {
			t.Errorf("%s lies on its side: %d", mime, turn)
		}
		again, err := Clean(mime, out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: cleaned twice it is another: %v", mime, err)
		}
		// The small one stands upright: of a picture that is turned to the right the dark quarter lies at the upper right.
		small, err := smallPicture(mime, bytes.NewReader(in))
		p, _, err2 := image.Decode(bytes.NewReader(small))
		if err != nil || err2 != nil || p.Bounds().Dx() != 32 || p.Bounds().Dy() != 64 {
			t.Fatalf("%s: small %v %v %v", mime, p, err, err2)
		}
		if r, _, _, _ := p.At(24, 8).RGBA(); r > 0x4000 {
			t.Errorf("%s: the small picture is turned wrongly", mime)
		}
	}
}

func TestCleanWebP(t *testing.T) {
	chunk := func(kind, body string) []byte {
		c := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(body)))
		if c = append(c, body...); len(body)%2 == 1 {
			c = append(c, 0)
		}
		return c
	}
	body := append([]byte("WEBP"), chunk("VP8X", "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00")...)
	body = append(body, chunk("VP8L", "pixels")...)
	body = append(append(body, chunk("EXIF", string(exif()))...), chunk("XMP ", "<x SECRET/>")...)
	in := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
	out, err := Clean("image/webp", append(in, "SECRET"...))
	if err != nil || bytes.Contains(out, []byte("SECRET")) || bytes.Contains(out, []byte("GPS")) || !bytes.Contains(out, []byte("pixels")) {
		t.Fatalf("%v %q", err, out)
	}
	if out[20]&webpHasXMP != 0 || out[20]&webpHasEXIF == 0 || turnIn("image/webp", out) != 6 {
		t.Errorf("flags %x, turned %d", out[20], turnIn("image/webp", out))
	}
	if n := binary.LittleEndian.Uint32(out[4:]); int(n) != len(out)-8 {
		t.Errorf("it says %d bytes of %d", n, len(out)-8)
	}
}

// Whatever comes, nothing is read beyond its end, and what is given is clean already.
func FuzzClean(f *testing.F) {
	jpg, pngs := telling(f)
	f.Add("image/jpeg", jpg)
	f.Add("image/png", pngs)
	f.Add("image/webp", []byte("RIFF\x10\x00\x00\x00WEBPVP8L\x03\x00\x00\x00abc"))
	f.Fuzz(func(t *testing.T, mime string, in []byte) {
		out, err := Clean(mime, in)
		if err != nil {
			return
		}
		again, err := Clean(mime, out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("cleaned twice it is another: %v", err)
		}
	})
}
