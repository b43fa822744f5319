package evidence

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"

	_ "golang.org/x/image/webp"

	"jiexu/fault"
)

// accepted are the types that are taken in, by content.
var accepted = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf", "video/mp4": ".mp4",
}

// inspect finds the real type of a file by its content, and an image's size in pixels. It returns
// evidence.type for what is not taken in, evidence.broken for an image that does not decode, and
// evidence.pixels for one that would unpack to more than MaxPixels.
func inspect(file Content) (mime string, width, height int, err error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", 0, 0, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	head = head[:n]
	mime = http.DetectContentType(head)
	if mime == "application/octet-stream" && n > 12 && bytes.Equal(head[4:8], []byte("ftyp")) {
		mime = "video/mp4"
	}
	if _, ok := accepted[mime]; !ok {
		return "", 0, 0, fault.New(fault.Invalid, "evidence.type", "type", mime)
	}
	switch mime {
	case "application/pdf":
		return mime, 0, 0, wholePDF(file)
	case "video/mp4":
		return mime, 0, 0, wholeMP4(file)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", 0, 0, err
	}
	cfg, _, err := image.DecodeConfig(file)
	if err != nil {
		return "", 0, 0, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	if cfg.Width*cfg.Height > MaxPixels {
		return "", 0, 0, fault.New(fault.TooLarge, "evidence.pixels")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", 0, 0, err
	}
	// The whole picture is read once: a photo that breaks off half way is found now, not in court.
	if _, _, err := image.Decode(file); err != nil {
		return "", 0, 0, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	return mime, cfg.Width, cfg.Height, nil
}

// wholePDF looks for what the end of a PDF must have: where its table of objects begins, and the last word.
func wholePDF(file Content) error {
	tail := make([]byte, min(file.Size(), 4096))
	if _, err := file.ReadAt(tail, file.Size()-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Contains(tail, []byte("startxref")) || !bytes.Contains(tail, []byte("%%EOF")) {
		return fault.New(fault.Invalid, "evidence.broken")
	}
	return nil
}

// wholeMP4 walks the boxes of a film (ISO 14496-12, 4.2): each must lie within the file, and one of them must say what is in it.
func wholeMP4(file Content) error {
	described := false
	for at := int64(0); at < file.Size(); {
		var head [16]byte
		if n, _ := file.ReadAt(head[:], at); n < 8 {
			return fault.New(fault.Invalid, "evidence.broken")
		}
		size := int64(binary.BigEndian.Uint32(head[:4]))
		switch size {
		case 0: // to the end of the file
			size = file.Size() - at
		case 1:
			size = int64(binary.BigEndian.Uint64(head[8:]))
		}
		if size < 8 || size > file.Size()-at {
			return fault.New(fault.Invalid, "evidence.broken")
		}
		described = described || string(head[4:8]) == "moov" || string(head[4:8]) == "moof"
		at += size
	}
	if !described {
		return fault.New(fault.Invalid, "evidence.broken")
	}
	return nil
}
