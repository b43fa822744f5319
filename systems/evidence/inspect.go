package evidence

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"os"

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
func inspect(file *os.File) (mime string, width, height int, err error) {
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
	if mime == "application/pdf" || mime == "video/mp4" {
		return mime, 0, 0, nil
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
