package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"

	"jiexu/fault"
)

// Bounds of what is packed.
const (
	maxPacked   = 10_000    // files in one
	maxUnpacked = 4 << 30   // bytes when it is unpacked
	maxRatio    = 200       // times as large as it is packed; beyond it is a bomb
	smallPacked = 100 << 20 // bytes for which nobody counts
	maxWithin   = 64 << 20  // bytes of an archive within an archive
	maxSearched = 64 << 20  // bytes of an old office document in which its parts are looked for
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
	var total uint64
	for _, f := range z.File {
		if f.Flags&1 != 0 { // APPNOTE 4.4.4
			return "", encrypted()
		}
		if total += f.UncompressedSize64; total > maxUnpacked || total > smallPacked && total > maxRatio*uint64(file.Size()) {
			return "", fault.New(fault.TooLarge, "evidence.bomb")
		}
		if locked, err := lockedWithin(f); err != nil || locked {
			if err == nil {
				err = encrypted()
			}
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

// lockedWithin reports whether an archive within an archive is locked; one that is larger than anyone reads is refused (evidence.bomb).
func lockedWithin(f *zip.File) (bool, error) {
	if !strings.HasSuffix(strings.ToLower(f.Name), ".zip") {
		return false, nil
	}
	if f.UncompressedSize64 > maxWithin {
		return false, fault.New(fault.TooLarge, "evidence.bomb")
	}
	content, err := readPacked(f, maxWithin)
	if err != nil {
		return false, fault.Wrap(err, fault.Invalid, "evidence.broken")
	}
	z, err := zip.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		return false, nil // it is only called so
	}
	return slices.ContainsFunc(z.File, func(one *zip.File) bool { return one.Flags&1 != 0 }), nil
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

// oldOffice are the names of the parts by which an old office document is known.
var oldOffice = []struct{ part, mime string }{{"WordDocument", typeDoc}, {"Workbook", typeXls}, {"Book", typeXls}, {"PowerPoint Document", typePpt}}

// insideOld finds what an old office document is by the names of its parts (MS-CFB, 2.6.1), and refuses one that is locked with a password.
func insideOld(file Content) (string, error) {
	content, err := io.ReadAll(io.NewSectionReader(file, 0, min(file.Size(), maxSearched)))
	if err != nil {
		return "", err
	}
	has := func(name string) bool {
		wide := make([]byte, 0, 2*len(name)+2)
		for _, c := range name + "\x00" {
			wide = binary.LittleEndian.AppendUint16(wide, uint16(c))
		}
		return bytes.Contains(content, wide)
	}
	if has("EncryptedPackage") { // MS-OFFCRYPTO, 2.3.4.4
		return "", encrypted()
	}
	for _, one := range oldOffice {
		if has(one.part) {
			return one.mime, nil
		}
	}
	return "", fault.New(fault.Invalid, "evidence.type", "type", typeOld)
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
