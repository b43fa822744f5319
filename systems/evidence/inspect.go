package evidence

import (
	"bytes"
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

// looked is what was found of a file by its content.
type looked struct {
	Type          string
	Width, Height int // pixels of an image
	Broken        *Broken
}

// inspect finds the real type of a file by its content, an image's size, and how a film or sound broke off: that is taken in all the same. It returns
// evidence.type for what is not taken in, evidence.broken for what does not open, evidence.encrypted for what is locked, and
// evidence.pixels, evidence.bomb or evidence.nested for what would unpack to more than anyone can hold.
func inspect(file Content) (out looked, err error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return looked{}, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	err = nil // a small file has no more
	mime := typeOf(head[:n])
	switch mime {
	case typeZip:
		mime, err = insideZip(file)
	case typeOld:
		mime, err = insideOld(file)
	}
	if err != nil {
		return looked{}, err
	}
	if _, ok := accepted[mime]; !ok {
		return looked{}, fault.New(fault.Invalid, "evidence.type", "type", mime)
	}
	out.Type = mime
	switch {
	case mime == "application/pdf":
		return out, wholePDF(file)
	case !strings.HasPrefix(mime, "image/"):
		out.Broken, err = brokenOff(mime, file, file.Size())
		return out, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return looked{}, err
	}
	cfg, _, err := image.DecodeConfig(file)
	if err != nil {
		return looked{}, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	if cfg.Width*cfg.Height > MaxPixels {
		return looked{}, fault.New(fault.TooLarge, "evidence.pixels")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return looked{}, err
	}
	// The whole picture is read once: a photo that breaks off half way is found now, not in court.
	if _, _, err := image.Decode(file); err != nil {
		return looked{}, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	out.Width, out.Height = cfg.Width, cfg.Height
	return out, nil
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
