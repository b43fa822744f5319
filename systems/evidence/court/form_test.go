package court

import "io"

// Wide is an export's form in which numbers from so many on stand in the additions for large files, so that a test needs no large file.
type Wide int64

// Write writes an export in this form.
func (w Wide) Write(to io.Writer, parts []Part) error { return form(w).write(to, parts) }

// Verify checks an export in this form.
func (w Wide) Verify(r io.ReaderAt, size int64, trusted []string, told func(int64)) (*Report, error) {
	return form(w).verify(r, size, trusted, told)
}

// AsExported is the form of exports.
const AsExported = Wide(plain)
