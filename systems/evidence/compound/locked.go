package compound

import "encoding/binary"

// Kinds of documents.
const (
	Word       = "word"
	Excel      = "excel"
	PowerPoint = "powerpoint"
	Sealed     = "sealed" // a new document that is locked (MS-OFFCRYPTO, 2.3.4.4)
)

// kinds are the parts by which a document is known.
var kinds = []struct{ part, kind string }{{"EncryptedPackage", Sealed}, {"WordDocument", Word}, {"Workbook", Excel}, {"Book", Excel}, {"PowerPoint Document", PowerPoint}}

// maxRecords bounds what is read of a workbook: that it is locked stands before all else but two records.
const maxRecords = 64 << 10

// Kind tells what document a file is, empty for none that is known, and whether it is locked with a password.
func (f *File) Kind() (kind string, locked bool, err error) {
	for _, one := range kinds {
		if !f.Has(one.part) {
			continue
		}
		switch one.kind {
		case Sealed:
			locked = true
		case Word:
			locked, err = f.wordLocked()
		case Excel:
			locked, err = f.excelLocked(one.part)
		case PowerPoint:
			locked, err = f.powerPointLocked()
		}
		return one.kind, locked, err
	}
	return "", false, nil
}

// wordLocked reads fEncrypted of the first block of a document (MS-DOC, 2.5.2, FibBase).
func (f *File) wordLocked() (bool, error) {
	b, err := f.Start("WordDocument", 12)
	if err != nil || len(b) < 12 {
		return false, err
	}
	return binary.LittleEndian.Uint16(b[10:])&0x0100 != 0, nil
}

// excelLocked looks for the record FilePass (MS-XLS, 2.4.117), which stands near the beginning.
func (f *File) excelLocked(part string) (bool, error) {
	const filePass, end = 0x002f, 0x000a
	b, err := f.Start(part, maxRecords)
	if err != nil {
		return false, err
	}
	for len(b) >= 4 {
		kind, long := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		switch {
		case kind == filePass:
			return true, nil
		case kind == end, 4+long > len(b):
			return false, nil
		}
		b = b[4+long:]
	}
	return false, nil
}

// powerPointLocked reads headerToken of who wrote last (MS-PPT, 2.3.2, CurrentUserAtom).
func (f *File) powerPointLocked() (bool, error) {
	b, err := f.Start("Current User", 16)
	if err != nil || len(b) < 16 {
		return false, err
	}
	return binary.LittleEndian.Uint32(b[12:]) == 0xf3d1c4df, nil
}
