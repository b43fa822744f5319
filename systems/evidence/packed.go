package evidence

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"

	"jiexu/fault"
	"jiexu/systems/evidence/compound"
)

// Bounds of what is packed.
const (
	maxPacked    = 10_000    // files in one
	maxUnpacked  = 4 << 30   // bytes when it is unpacked
	maxRatio     = 200       // times as large as it is packed; beyond it is a bomb
	smallPacked  = 100 << 20 // bytes for which nobody counts
	maxLevels    = 4         // archives in each other
	maxWithin    = 64 << 20  // bytes of an archive within an archive
	maxHeld      = 128 << 20 // bytes of archives in each other, which are in memory together
	maxWithinAll = 512 << 20 // bytes of all archives in one
)

// Types of what is packed: archives and office documents, old (MS-CFB) and new (ISO/IEC 29500, ISO/IEC 26300, GB/T 33190).
const (
	typeZip  = "application/zip"
	typeOFD  = "application/ofd"
	typeDoc  = "application/msword"
	typeXls  = "application/vnd.ms-excel"
	typePpt  = "application/vnd.ms-powerpoint"
	typeOld  = "application/x-ole-storage"
	typeDocx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typePptx = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	typeOdt  = "application/vnd.oasis.opendocument.text"
	typeOds  = "application/vnd.oasis.opendocument.spreadsheet"
)

// encrypted says that nobody but its maker can open a file.
func encrypted() error { return fault.New(fault.Invalid, "evidence.encrypted") }

// insideZip finds what a zip is, and refuses one that is locked, broken, or larger than anyone can unpack (evidence.encrypted, evidence.broken,
// evidence.bomb).
func insideZip(file Content) (mime string, err error) {
	z, err := zip.NewReader(file, file.Size())
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	if len(z.File) > maxPacked {
		return "", fault.New(fault.TooLarge, "evidence.bomb")
	}
	mime = typeZip
	inner := &within{entries: len(z.File)}
	var total uint64
	for _, f := range z.File {
		if f.Flags&1 != 0 { // APPNOTE 4.4.4
			return "", encrypted()
		}
		if total += f.UncompressedSize64; total > maxUnpacked || total > smallPacked && total > maxRatio*uint64(file.Size()) {
			return "", fault.New(fault.TooLarge, "evidence.bomb")
		}
		if err := inner.look(f, 2, 0); err != nil {
			return "", err
		}
		switch name := f.Name; {
		case name == "OFD.xml":
			mime = typeOFD
		case name == "word/document.xml":
			mime = typeDocx
		case name == "xl/workbook.xml":
			mime = typeXlsx
		case name == "ppt/presentation.xml":
			mime = typePptx
		case name == "META-INF/manifest.xml":
			text, err := readPacked(f, 1<<20)
			if err != nil {
				return "", fault.Wrap(err, fault.Invalid, "evidence.broken")
			}
			if strings.Contains(text, "encryption-data") { // ISO/IEC 26300-3, 4.4
				return "", encrypted()
			}
		case name == "mimetype":
			text, err := readPacked(f, 100)
			if err != nil {
				return "", fault.Wrap(err, fault.Invalid, "evidence.broken")
			}
			if strings.HasPrefix(text, "application/vnd.oasis.opendocument.") {
				mime = text
			}
		}
	}
	return mime, nil
}

// within is what was read of archives in archives so far.
type within struct {
	entries int
	bytes   int64 // of all archives that were unpacked
}

// look looks into an archive within an archive, and those within that: one that is locked, or larger or deeper than anyone reads, is refused
// (evidence.encrypted, evidence.bomb, evidence.nested). level counts from the outermost, which is 1; held is how much of those around it is in memory.
func (w *within) look(f *zip.File, level int, held int64) error {
	if !strings.HasSuffix(strings.ToLower(f.Name), ".zip") {
		return nil
	}
	if level > maxLevels {
		return fault.New(fault.Invalid, "evidence.nested", "n", maxLevels)
	}
	bomb := fault.New(fault.TooLarge, "evidence.bomb")
	most := min(maxWithin, maxHeld-held, maxWithinAll-w.bytes)
	if f.UncompressedSize64 > uint64(most) {
		return bomb
	}
	content, err := readPacked(f, most+1)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	size := int64(len(content))
	if w.bytes += size; size > most { // it said less
		return bomb
	}
	z, err := zip.NewReader(strings.NewReader(content), size)
	if err != nil {
		return nil // it is only called so
	}
	if w.entries += len(z.File); w.entries > maxPacked {
		return bomb
	}
	for _, one := range z.File {
		if one.Flags&1 != 0 {
			return encrypted()
		}
		if err := w.look(one, level+1, held+size); err != nil {
			return err
		}
	}
	return nil
}

func readPacked(f *zip.File, most int64) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, most))
	return string(text), err
}

// oldOffice are the types of old office documents.
var oldOffice = map[string]string{compound.Word: typeDoc, compound.Excel: typeXls, compound.PowerPoint: typePpt}

// insideOld finds what an old office document is by its parts, and refuses one that is locked with a password (evidence.encrypted), that cannot be read
// (evidence.broken), or that is something else (evidence.type).
func insideOld(file Content) (string, error) {
	doc, err := compound.Open(file, file.Size())
	var kind string
	var locked bool
	if err == nil {
		kind, locked, err = doc.Kind()
	}
	switch mime := oldOffice[kind]; {
	case errors.Is(err, compound.ErrBroken):
		return "", fault.Wrap(err, fault.Invalid, "evidence.broken")
	case err != nil:
		return "", err
	case locked:
		return "", encrypted()
	case mime == "":
		return "", fault.New(fault.Invalid, "evidence.type", "type", typeOld)
	default:
		return mime, nil
	}
}

// lockedPDF reports whether a PDF is encrypted (ISO 32000-1, 7.6.1): its trailer, or the dictionary of its table, says so in plain.
func lockedPDF(file Content) (bool, error) {
	const piece, word = 1 << 20, "/Encrypt"
	b := make([]byte, piece+len(word)+8)
	for at := int64(0); at < file.Size(); at += piece {
		n, err := file.ReadAt(b, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		for rest := b[:n]; ; {
			i := bytes.Index(rest, []byte(word))
			if i < 0 {
				break
			}
			after := bytes.TrimLeft(rest[i+len(word):], " \r\n\t")
			if len(after) > 0 && (after[0] >= '0' && after[0] <= '9' || after[0] == '<') {
				return true, nil
			}
			rest = rest[i+len(word):]
		}
	}
	return false, nil
}
