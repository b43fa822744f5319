package evidence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"

	"jiexu/fault"
)

// A photograph tells more than it shows: where it was taken, when, with which device of which number. All of that stays with the
// original, which is evidence; whoever is no colleague gets the picture alone. It is cut out rather than painted anew, so that
// not a pixel changes and the same picture always gives the same bytes.

// Clean is a picture without what its file tells beside it: position, device, times, comments, small pictures, what
// hangs behind its end. How it is to be turned stays, for without it the picture lies on its side. Returns evidence.broken for
// what is no whole picture of a type that is taken in.
func Clean(mime string, content []byte) ([]byte, error) {
	var out []byte
	switch mime {
	case "image/jpeg":
		out = cleanJPEG(content)
	case "image/png":
		out = cleanPNG(content)
	case "image/webp":
		out = cleanWebP(content)
	}
	if out == nil {
		return nil, fault.New(fault.Invalid, "evidence.broken")
	}
	return out, nil
}

// Cleaned is the picture of a media file as those may have it who are no colleagues. Returns what Clean returns, and
// evidence.missing when the folder has lost it.
func (s *Service) Cleaned(m Media) ([]byte, error) {
	file, err := s.files.Open(m.SHA256)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return nil, err
	}
	return Clean(m.Type, content)
}

// Marks of a JPEG (ITU T.81, table B.1).
const (
	jpegStart    = 0xd8
	jpegEnd      = 0xd9
	jpegScan     = 0xda
	jpegComment  = 0xfe
	jpegJFIF     = 0xe0
	jpegEXIF     = 0xe1
	jpegProfile  = 0xe2
	jpegAdobe    = 0xee // says how the colours are written
	jpegLastData = 0xef
)

func cleanJPEG(in []byte) []byte {
	if len(in) < 4 || in[0] != 0xff || in[1] != jpegStart {
		return nil
	}
	out := append(make([]byte, 0, len(in)), 0xff, jpegStart)
	turned := false
	for at := 2; ; {
		for at < len(in) && in[at] == 0xff && at+1 < len(in) && in[at+1] == 0xff {
			at++ // filling
		}
		if at+2 > len(in) || in[at] != 0xff {
			return nil
		}
		mark := in[at+1]
		if mark == jpegEnd {
			return append(out, 0xff, jpegEnd) // what hangs behind is no part of the picture
		}
		if mark == 0x01 || mark >= 0xd0 && mark <= 0xd7 {
			out, at = append(out, 0xff, mark), at+2
			continue
		}
		if at+4 > len(in) {
			return nil
		}
		end := at + 2 + int(binary.BigEndian.Uint16(in[at+2:]))
		if end < at+4 || end > len(in) {
			return nil
		}
		body := in[at+4 : end]
		switch {
		case mark == jpegEXIF && !turned && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			if turn := turnOf(body[6:]); turn > 1 {
				turned = true
				small := append([]byte("Exif\x00\x00"), onlyTurn(turn)...)
				out = append(binary.BigEndian.AppendUint16(append(out, 0xff, jpegEXIF), uint16(len(small)+2)), small...)
			}
		case mark == jpegComment, mark >= jpegJFIF && mark <= jpegLastData && mark != jpegAdobe && mark != jpegJFIF && !(mark == jpegProfile && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))),
			mark == jpegJFIF && !bytes.HasPrefix(body, []byte("JFIF\x00")):
		case mark == jpegJFIF && len(body) > 14: // with a small picture of its own
			out = append(out, 0xff, jpegJFIF, 0, 16)
			out = append(append(out, body[:12]...), 0, 0)
		default:
			out = append(out, in[at:end]...)
		}
		at = end
		if mark != jpegScan {
			continue
		}
		for at+1 < len(in) && (in[at] != 0xff || in[at+1] == 0 || in[at+1] >= 0xd0 && in[at+1] <= 0xd7) {
			at++
		}
		out = append(out, in[end:at]...)
	}
}

const pngHead = "\x89PNG\r\n\x1a\n"

// pngKept are the parts of a PNG that show something.
var pngKept = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "hIST", "sPLT", "pHYs", "acTL", "fcTL", "fdAT", "cICP"}

func cleanPNG(in []byte) []byte {
	if !bytes.HasPrefix(in, []byte(pngHead)) {
		return nil
	}
	out := append(make([]byte, 0, len(in)), pngHead...)
	for at := len(pngHead); at+12 <= len(in); {
		n := int64(binary.BigEndian.Uint32(in[at:]))
		if n > int64(len(in)-at-12) {
			return nil
		}
		end, kind := at+12+int(n), string(in[at+4:at+8])
		switch {
		case kind == "eXIf":
			if turn := turnOf(in[at+8 : end-4]); turn > 1 {
				part := append([]byte("eXIf"), onlyTurn(turn)...)
				out = append(binary.BigEndian.AppendUint32(out, uint32(len(part)-4)), part...)
				out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(part))
			}
		case slices.Contains(pngKept, kind):
			out = append(out, in[at:end]...)
		}
		if kind == "IEND" {
			return out
		}
		at = end
	}
	return nil
}

// webpKept are the parts of a WebP that show something.
var webpKept = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// What VP8X says is in the file.
const (
	webpHasEXIF = 0x08
	webpHasXMP  = 0x04
)

func cleanWebP(in []byte) []byte {
	if len(in) < 20 || string(in[:4]) != "RIFF" || string(in[8:12]) != "WEBP" {
		return nil
	}
	whole := 8 + int64(binary.LittleEndian.Uint32(in[4:]))
	if whole > int64(len(in)) {
		return nil
	}
	in = in[:whole]
	out := append(make([]byte, 0, len(in)), in[:12]...)
	flags, turn, shown := -1, 0, false
	for at := 12; at+8 <= len(in); {
		n := int64(binary.LittleEndian.Uint32(in[at+4:]))
		if n > int64(len(in)-at-8) {
			return nil
		}
		kind, body := string(in[at:at+4]), in[at+8:at+8+int(n)]
		end := min(at+8+int(n+n&1), len(in))
		switch {
		case kind == "EXIF":
			turn = turnOf(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
		case kind == "VP8X" && n >= 10:
			flags = len(out) + 8
			out = append(out, in[at:end]...)
		case slices.Contains(webpKept, kind):
			shown = shown || kind != "ICCP"
			out = append(out, in[at:end]...)
		}
		at = end
	}
	if !shown {
		return nil
	}
	if flags > 0 {
		out[flags] &^= webpHasEXIF | webpHasXMP
		if turn > 1 {
			out[flags] |= webpHasEXIF
			small := onlyTurn(turn)
			out = append(binary.LittleEndian.AppendUint32(append(out, "EXIF"...), uint32(len(small))), small...)
		}
	}
	if len(out)%2 == 1 {
		out = append(out, 0)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

// turnTag is Orientation among the tags of EXIF: 1 is upright, 2 to 8 are turned or mirrored.
const turnTag = 0x0112

// turnOf is how a picture is to be turned, as the block of its EXIF says; 1 where it says nothing that can be read.
func turnOf(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	} else if string(tiff[:2]) != "II" {
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	for i := range int64(order.Uint16(tiff[at:])) {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == turnTag {
			if turn := int(order.Uint16(tiff[entry+8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
	}
	return 1
}

// onlyTurn is a block of EXIF that says how to turn the picture, and nothing else.
func onlyTurn(turn int) []byte {
	return []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, turnTag >> 8, turnTag & 0xff, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0, 0, 0, 0, 0}
}

// turnIn finds how a picture file is to be turned.
func turnIn(mime string, content []byte) int {
	clean, err := Clean(mime, content)
	if err != nil {
		return 1
	}
	if i := bytes.Index(clean, []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, turnTag >> 8, turnTag & 0xff}); i >= 0 && i+20 <= len(clean) {
		return turnOf(clean[i:])
	}
	return 1
}
