// Package sheet reads the tables in which complaints arrive from elsewhere: CSV as offices really
// export it (GB18030 or UTF-8 or UTF-16, commas or semicolons or tabs, texts over several lines) and
// Excel workbooks. It also reads the map (列对照表) that says which of their columns is which of our
// fields, how their times are written and what their words mean.
//
// It knows no database and no complaint: it turns bytes into rows of named texts. Input comes from
// outside, so everything is bounded, and a row that cannot be read is a row with a Problem, never
// the end of the file.
package sheet

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"

	"jiexu/fault"
)

// Bounds of a file.
const (
	MaxBytes   = 64 << 20  // of the file as it comes
	MaxUnzip   = 256 << 20 // of an Excel workbook when unpacked
	MaxRows    = 100_000
	MaxColumns = 300
	maxRecord  = 256 << 10 // bytes of one CSV record, where the options say nothing else
)

// Row is one row of a table.
type Row struct {
	Line    int          // in the file, counted from 1
	Cells   []string     // as many as the header has; where Problem is set, what could be made out
	Problem *fault.Error // why the row cannot be taken
}

// Table is a file whose header has been read.
type Table struct {
	Header   []string
	Encoding string // utf-8, gb18030, utf-16; empty for a workbook
	Epoch    Epoch  // what day number 0 is in it
	all      bool   // however many rows
	rows     func(each func(Row) error) error
}

// Epoch is the day that a spreadsheet counts days from.
type Epoch int

const (
	Epoch1900 Epoch = iota // Excel for Windows: day 1 is 1900-01-01
	Epoch1904              // Excel for old Macintosh
)

// Open recognises a file by its content and reads its header; name is what the file is called.
// Returns import.too_large, import.empty, import.old_excel, import.not_table for something else
// (an image, a PDF, a web page), import.disguised where name and content contradict each other,
// import.encoding where the characters are in no encoding known here, and the faults of a workbook.
func Open(name string, content []byte, o FileOptions) (*Table, error) {
	if len(content) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "import.too_large", "max", MaxBytes>>20)
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(content, []byte(utf8BOM)))) == 0 {
		return nil, fault.New(fault.Invalid, "import.empty", "file", filepath.Base(name))
	}
	kind := recognise(content)
	if err := agrees(name, kind); err != nil {
		return nil, err
	}
	open := openCSV
	if kind == workbook {
		open = func(content []byte, o FileOptions) (*Table, error) { return openWorkbook(name, content, o) }
	}
	t, err := open(content, o)
	if err == nil {
		t.all = o.AllRows
	}
	return t, err
}

// Each calls f with every row below the header that is not blank, in order. It ends with the first
// error of f, with import.too_many_rows (unless opened for AllRows), or with a fault of a workbook that breaks off.
func (t *Table) Each(f func(Row) error) error {
	n := 0
	return t.rows(func(r Row) error {
		if n++; n > MaxRows && !t.all {
			return fault.New(fault.TooLarge, "import.too_many_rows", "max", MaxRows)
		}
		return f(r)
	})
}

// kind is what a file is by its content.
type kind string

const (
	text      kind = "text"
	workbook  kind = "xlsx"
	oldExcel  kind = "xls"
	elsewhere kind = "" // something that holds no table
)

func recognise(content []byte) kind {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return workbook
	case bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return oldExcel // also a workbook under a password
	}
	switch mime, _, _ := strings.Cut(http.DetectContentType(content), ";"); {
	case mime == "text/html" || mime == "text/xml":
		return elsewhere
	case strings.HasPrefix(mime, "text/"), mime == "application/octet-stream":
		return text // GB18030 and UTF-16 without a mark look like anything; the decoder decides
	}
	return elsewhere
}

// agrees compares a file's name with its content: what is not what it is called may be a mistake
// that nobody noticed, so it is told and not guessed.
func agrees(name string, k kind) error {
	base, ext := filepath.Base(name), strings.ToLower(filepath.Ext(name))
	switch {
	case k == oldExcel:
		return fault.New(fault.Invalid, "import.old_excel", "file", base)
	case k == elsewhere:
		return fault.New(fault.Invalid, "import.not_table", "file", base)
	case k == workbook && (ext == ".csv" || ext == ".txt" || ext == ".tsv" || ext == ".xls"):
		return fault.New(fault.Invalid, "import.disguised", "file", base, "is", ".xlsx")
	case k == text && (ext == ".xlsx" || ext == ".xlsm" || ext == ".xls"):
		return fault.New(fault.Invalid, "import.disguised", "file", base, "is", ".csv")
	}
	return nil
}

// fit brings a row to the header's width. A row of other width has its cells in the wrong columns,
// or is the rest of a text whose quotes are missing; it is not guessed at.
func fit(r Row, width int, padded bool) Row {
	for len(r.Cells) > width && r.Cells[len(r.Cells)-1] == "" {
		r.Cells = r.Cells[:len(r.Cells)-1]
	}
	if r.Problem == nil && (len(r.Cells) > width || !padded && len(r.Cells) < width) {
		r.Problem = fault.New(fault.Invalid, "import.row_width", "cells", len(r.Cells), "columns", width)
	}
	if r.Problem == nil {
		for _, c := range r.Cells {
			if strings.ContainsAny(c, "\uFFFD\x00") {
				r.Problem = fault.New(fault.Invalid, "import.row_characters")
				break
			}
		}
	}
	for len(r.Cells) < width {
		r.Cells = append(r.Cells, "")
	}
	return r
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// header trims a header row, and the blank cells at its end.
func header(cells []string) ([]string, error) {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.Join(strings.Fields(c), " ")
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "import.no_header")
	}
	if len(out) > MaxColumns {
		return nil, fault.New(fault.TooLarge, "import.too_many_columns", "max", MaxColumns)
	}
	return out, nil
}

// Guard keeps a text that a spreadsheet would run as a formula from being one: it puts an
// apostrophe before it. Unguard takes it away again.
func Guard(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

// Unguard undoes Guard.
func Unguard(s string) string {
	if strings.HasPrefix(s, "'") && formula(s[1:]) {
		return s[1:]
	}
	return s
}

func formula(s string) bool { return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) }
