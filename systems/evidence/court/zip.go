package court

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Part is a file on its way into an export.
type Part struct {
	Name string
	Size int64
	CRC  uint32 // IEEE, of the content
	Open func() (io.ReadCloser, error)
}

// The fixed words of a zip (APPNOTE 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3). The date is the first that the form can say; the flag says that names are UTF-8.
const (
	localMark, centralMark, endMark = 0x04034b50, 0x02014b50, 0x06054b50
	wideEndMark, wideLocatorMark    = 0x06064b50, 0x07064b50
	wideField                       = 0x0001
	plainVersion, wideVersion       = 20, 45
	utf8Flag                        = 0x0800
	firstDate                       = 0x0021
	localSize, centralSize, endSize = 30, 46, 22
	elsewhere                       = 1<<32 - 1 // stands where a number is said in the additions
)

// form is how a zip is written: numbers from this one on do not fit into four bytes and stand in the additions (Zip64), all others never do. So what is
// exported has one form.
type form int64

// plain is the form of exports. Tests write a smaller one, for the additions to be needed.
const plain form = elsewhere

// four writes a number in four bytes, or says that it stands in the additions.
func (z form) four(b []byte, n int64) []byte {
	if n >= int64(z) {
		n = elsewhere
	}
	return binary.LittleEndian.AppendUint32(b, uint32(n))
}

// additions are those of a file: of the numbers, the ones that do not fit.
func (z form) additions(numbers ...int64) (b []byte) {
	le := binary.LittleEndian
	for _, n := range numbers {
		if n >= int64(z) {
			b = le.AppendUint64(b, uint64(n))
		}
	}
	if len(b) == 0 {
		return nil
	}
	return append(le.AppendUint16(le.AppendUint16(nil, wideField), uint16(len(b))), b...)
}

func versionOf(extra []byte) uint16 {
	if len(extra) > 0 {
		return wideVersion
	}
	return plainVersion
}

// localHead is what stands before a file.
func (z form) localHead(name string, size int64, crc uint32) []byte {
	extra := z.additions(size, size)
	b := make([]byte, 0, localSize+len(name)+len(extra))
	b = binary.LittleEndian.AppendUint32(b, localMark)
	b = z.fields(b, size, crc, name, extra)
	return append(append(b, name...), extra...)
}

// fields are those that stand before a file and in the directory alike.
func (z form) fields(b []byte, size int64, crc uint32, name string, extra []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, versionOf(extra))
	b = le.AppendUint16(b, utf8Flag)
	b = le.AppendUint16(b, 0) // stored
	b = le.AppendUint16(b, 0) // time
	b = le.AppendUint16(b, firstDate)
	b = le.AppendUint32(b, crc)
	b = z.four(b, size)
	b = z.four(b, size)
	b = le.AppendUint16(b, uint16(len(name)))
	return le.AppendUint16(b, uint16(len(extra)))
}

// placed is a file and where it begins.
type placed struct {
	name string
	size int64
	crc  uint32
	at   int64
}

// directory is what stands after the files: their list, and where that begins.
func (z form) directory(files []placed, at int64) []byte {
	le := binary.LittleEndian
	var b []byte
	for _, f := range files {
		extra := z.additions(f.size, f.size, f.at)
		b = le.AppendUint32(b, centralMark)
		b = le.AppendUint16(b, versionOf(extra))
		b = z.fields(b, f.size, f.crc, f.name, extra)
		b = append(b, make([]byte, 2+2+2+4)...) // no comment, the first disk, no attributes
		b = z.four(b, f.at)
		b = append(append(b, f.name...), extra...)
	}
	size := int64(len(b))
	if size >= int64(z) || at >= int64(z) {
		b = le.AppendUint32(b, wideEndMark)
		b = le.AppendUint64(b, 44) // bytes that follow
		b = le.AppendUint16(b, wideVersion)
		b = le.AppendUint16(b, wideVersion)
		b = append(b, make([]byte, 4+4)...) // the first disk
		b = le.AppendUint64(b, uint64(len(files)))
		b = le.AppendUint64(b, uint64(len(files)))
		b = le.AppendUint64(b, uint64(size))
		b = le.AppendUint64(b, uint64(at))
		b = le.AppendUint32(b, wideLocatorMark)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint64(b, uint64(at+size))
		b = le.AppendUint32(b, 1) // disk in all
	}
	b = le.AppendUint32(b, endMark)
	b = append(b, make([]byte, 4)...)
	b = le.AppendUint16(b, uint16(len(files)))
	b = le.AppendUint16(b, uint16(len(files)))
	b = z.four(b, size)
	b = z.four(b, at)
	return le.AppendUint16(b, 0)
}

// Write writes an export. A part that has another length than it said breaks it off.
func Write(w io.Writer, parts []Part) error { return plain.write(w, parts) }

func (z form) write(w io.Writer, parts []Part) error {
	var files []placed
	at := int64(0)
	for _, p := range parts {
		head := z.localHead(p.Name, p.Size, p.CRC)
		if _, err := w.Write(head); err != nil {
			return err
		}
		content, err := p.Open()
		if err != nil {
			return err
		}
		n, err := io.Copy(w, content)
		content.Close()
		if err != nil {
			return err
		}
		if n != p.Size {
			return fmt.Errorf("%s has %d bytes and was to have %d", p.Name, n, p.Size)
		}
		files = append(files, placed{p.Name, p.Size, p.CRC, at})
		at += int64(len(head)) + n
	}
	_, err := w.Write(z.directory(files, at))
	return err
}
