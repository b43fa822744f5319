package mp4_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"jiexu/systems/evidence/mp4"
)

func box(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	out := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(out, kind...), body...)
}

func u32(n ...uint32) (out []byte) {
	for _, x := range n {
		out = binary.BigEndian.AppendUint32(out, x)
	}
	return out
}

// head is a movie header of version 0: created, a thousand units a second, so many units long.
func head(created time.Time, ms uint32) []byte {
	at := uint32(created.Unix() + 2082844800)
	return box("mvhd", u32(0, at, at, 1000, ms), make([]byte, 80))
}

func track(kind string, width, height uint32) []byte {
	return box("trak", box("tkhd", make([]byte, 76), u32(width<<16, height<<16)), box("mdia", box("hdlr", u32(0, 0), []byte(kind), make([]byte, 12))))
}

var (
	began = time.Date(2026, 3, 4, 1, 30, 15, 0, time.UTC)
	whole = bytes.Join([][]byte{box("ftyp", []byte("isom"), u32(0)), box("moov", head(began, 61_500), track("vide", 1920, 1080), track("soun", 0, 0),
		box("udta", box("\xa9xyz", []byte{0, 18, 0x15, 0xc7}, []byte("+31.2290+121.4482/")))), box("mdat", make([]byte, 100))}, nil)
)

func TestRead(t *testing.T) {
	says, err := mp4.Read(bytes.NewReader(whole), int64(len(whole)))
	if err != nil || !says.Began.Equal(began) || says.Long != 61_500*time.Millisecond || says.Width != 1920 || says.Height != 1080 || !says.Sound || !says.Placed || says.Lon != 121.4482 || says.Lat != 31.229 {
		t.Errorf("%+v %v", says, err)
	}
	long := bytes.Join([][]byte{box("ftyp", []byte("isom")), box("moov", box("mvhd", []byte{1, 0, 0, 0}, u32(0, uint32(began.Unix()+2082844800), 0, 0, 90_000, 0, 90_000*7), make([]byte, 80)), track("soun", 0, 0))}, nil)
	if says, err := mp4.Read(bytes.NewReader(long), int64(len(long))); err != nil || !says.Began.Equal(began) || says.Long != 7*time.Second || says.Width != 0 || !says.Sound || says.Placed {
		t.Errorf("of 64 bits: %+v %v", says, err)
	}
	unset := bytes.Join([][]byte{box("ftyp", []byte("isom")), box("moov", head(time.Unix(-2082844800, 0), 1000))}, nil)
	if says, err := mp4.Read(bytes.NewReader(unset), int64(len(unset))); err != nil || !says.Began.IsZero() || says.Long != time.Second {
		t.Errorf("a clock that was never set: %+v %v", says, err)
	}
	for n := range whole {
		cut := whole[:n]
		if _, err := mp4.Read(bytes.NewReader(cut), int64(n)); n < len(whole)-108 && !errors.Is(err, mp4.ErrBroken) {
			t.Fatalf("cut off after %d of %d: %v", n, len(whole), err)
		}
	}
}

// filmed is a film of four pictures of 10 bytes, half a second each, in two runs of chunks, and of sound beside them; what says so stands in front, as it must where it is to be of use. large has
// its chunks counted in 64 bits, even says one size for all pictures.
func filmed(large, even bool) []byte {
	make := func(first uint32) []byte {
		offsets := box("stco", u32(0, 3, first, first+30, first+50))
		if large {
			offsets = box("co64", u32(0, 3, 0, first, 0, first+30, 0, first+50))
		}
		sizes := box("stsz", u32(0, 0, 4, 10, 10, 10, 10))
		if even {
			sizes = box("stsz", u32(0, 10, 4))
		}
		pictures := box("trak", box("tkhd", bytes.Repeat([]byte{0}, 76), u32(160<<16, 120<<16)), box("mdia", box("mdhd", u32(0, 0, 0, 600, 1200, 0)), box("hdlr", u32(0, 0), []byte("vide"), bytes.Repeat([]byte{0}, 12)),
			box("minf", box("hdlr", u32(0, 0), []byte("url "), bytes.Repeat([]byte{0}, 12)), box("stbl", box("stts", u32(0, 2, 1, 300, 3, 300)), box("stsc", u32(0, 2, 1, 2, 1, 2, 1, 1)), sizes, offsets))))
		return bytes.Join([][]byte{box("ftyp", []byte("isom")), box("moov", head(began, 2000), track("soun", 0, 0), pictures)}, nil)
	}
	front := make(uint32(len(make(0)) + 8))
	return append(front, box("mdat", bytes.Repeat([]byte{7}, 60))...)
}

// A film that breaks off is as long as the pictures that are there, whatever its head says: chunks lie at 0 (two pictures), 30 and 50 (one each).
func TestReadOfWhatBreaksOff(t *testing.T) {
	for _, large := range []bool{false, true} {
		for _, even := range []bool{false, true} {
			film := filmed(large, even)
			from := len(film) - 60
			for there := 0; there <= 60; there++ {
				want := 2 * time.Second
				switch {
				case there < 10:
					want = 0
				case there < 20:
					want = 500 * time.Millisecond
				case there < 40:
					want = time.Second
				case there < 60:
					want = 1500 * time.Millisecond
				}
				says, err := mp4.Read(bytes.NewReader(film[:from+there]), int64(from+there))
				if says.Long != want || says.Width != 160 || (there < 60) != errors.Is(err, mp4.ErrBroken) {
					t.Errorf("64 bits %v, one size %v, %d bytes of 60: %+v %v; want %v", large, even, there, says, err, want)
				}
			}
		}
	}
	odd := bytes.Replace(filmed(false, false), []byte("stts"), []byte("free"), 1)
	if says, err := mp4.Read(bytes.NewReader(odd[:len(odd)-30]), int64(len(odd)-30)); says.Long != 2*time.Second || !errors.Is(err, mp4.ErrBroken) {
		t.Errorf("tables that do not tell: %+v %v", says, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(whole)
	f.Add(filmed(false, false)[:len(filmed(false, false))-30])
	f.Add(filmed(true, true)[:len(filmed(true, true))-30])
	f.Add([]byte("\x00\x00\x00\x01moov\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add(box("moov", box("trak", box("trak", box("trak", nil)))))
	f.Fuzz(func(t *testing.T, content []byte) {
		says, err := mp4.Read(bytes.NewReader(content), int64(len(content)))
		if err != nil && !errors.Is(err, mp4.ErrBroken) {
			t.Errorf("%v", err)
		}
		if says.Long < 0 || says.Long > 10*24*time.Hour || says.Lon < -180 || says.Lon > 180 {
			t.Errorf("%+v", says)
		}
	})
}
