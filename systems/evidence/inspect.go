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
	"strings"

	_ "golang.org/x/image/webp"

	"jiexu/fault"
	"jiexu/systems/evidence/compound"
)

// accepted are the types that are taken in, by content.
var accepted = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf", "video/mp4": ".mp4", "video/avi": ".avi", "video/webm": ".webm",
	"audio/wave": ".wav", "audio/mpeg": ".mp3", "audio/amr": ".amr", "application/ogg": ".ogg",
	typeZip: ".zip", typeOFD: ".ofd", typeDoc: ".doc", typeXls: ".xls", typePpt: ".ppt", typeDocx: ".docx", typeXlsx: ".xlsx", typePptx: ".pptx", typeOdt: ".odt", typeOds: ".ods",
}

// typeOf is the real type of what begins like that.
func typeOf(head []byte) string {
	mime, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch {
	case len(head) > 12 && string(head[4:8]) == "ftyp" && !strings.HasPrefix(mime, "image/"):
		return "video/mp4"
	case bytes.HasPrefix(head, []byte("#!AMR")):
		return "audio/amr"
	case bytes.HasPrefix(head, []byte(compound.Mark)):
		return typeOld
	case mime == "application/octet-stream" && len(head) > 3 && head[0] == 0xff && head[1]&0xe6 == 0xe2 && head[2]&0xf0 != 0xf0: // MPEG audio, layer III (ISO 11172-3, 2.4.1.3)
		return "audio/mpeg"
	}
	return mime
}

// inspect finds the real type of a file by its content, and an image's size in pixels. It returns
// evidence.type for what is not taken in, evidence.broken for what does not open, evidence.encrypted for what is locked, and
// evidence.pixels, evidence.bomb or evidence.nested for what would unpack to more than anyone can hold.
func inspect(file Content) (mime string, width, height int, err error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", 0, 0, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	err = nil // a small file has no more
	switch mime = typeOf(head[:n]); mime {
	case typeZip:
		mime, err = insideZip(file)
	case typeOld:
		mime, err = insideOld(file)
	}
	if err != nil {
		return "", 0, 0, err
	}
	if _, ok := accepted[mime]; !ok {
		return "", 0, 0, fault.New(fault.Invalid, "evidence.type", "type", mime)
	}
	if !strings.HasPrefix(mime, "image/") && mime != "application/pdf" && mime != "video/mp4" {
		return mime, 0, 0, nil
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
	locked, err := lockedPDF(file)
	if err == nil && locked {
		err = encrypted()
	}
	return err
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
