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

// The fixed words of a zip (APPNOTE 4.3.7, 4.3.12, 4.3.16). The date is the first that the form can say; the flag says that names are UTF-8.
const (
	localMark, centralMark, endMark = 0x04034b50, 0x02014b50, 0x06054b50
	zipVersion                      = 20
	utf8Flag                        = 0x0800
	firstDate                       = 0x0021
	localSize, centralSize, endSize = 30, 46, 22
)

// localHead is what stands before a file.
func localHead(name string, size int64, crc uint32) []byte {
	b := make([]byte, 0, localSize+len(name))
	b = binary.LittleEndian.AppendUint32(b, localMark)
	b = fields(b, size, crc, name)
	return append(b, name...)
}

// fields are those that stand before a file and in the directory alike.
func fields(b []byte, size int64, crc uint32, name string) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, zipVersion)
	b = le.AppendUint16(b, utf8Flag)
	b = le.AppendUint16(b, 0) // stored
	b = le.AppendUint16(b, 0) // time
	b = le.AppendUint16(b, firstDate)
	b = le.AppendUint32(b, crc)
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint16(b, uint16(len(name)))
	return le.AppendUint16(b, 0) // nothing extra
}

// placed is a file and where it begins.
type placed struct {
	name string
	size int64
	crc  uint32
	at   int64
}

// directory is what stands after the files: their list, and where that begins.
func directory(files []placed, at int64) []byte {
	le := binary.LittleEndian
	var b []byte
	for _, f := range files {
		b = le.AppendUint32(b, centralMark)
		b = le.AppendUint16(b, zipVersion)
		b = fields(b, f.size, f.crc, f.name)
		b = append(b, make([]byte, 2+2+2+4)...) // no comment, the first disk, no attributes
		b = le.AppendUint32(b, uint32(f.at))
		b = append(b, f.name...)
	}
	size := len(b)
	b = le.AppendUint32(b, endMark)
	b = append(b, make([]byte, 4)...)
	b = le.AppendUint16(b, uint16(len(files)))
	b = le.AppendUint16(b, uint16(len(files)))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(at))
	return le.AppendUint16(b, 0)
}

// Write writes an export. A part that has another length than it said breaks it off.
func Write(w io.Writer, parts []Part) error {
	var files []placed
	at := int64(0)
	for _, p := range parts {
		head := localHead(p.Name, p.Size, p.CRC)
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
	_, err := w.Write(directory(files, at))
	return err
}
