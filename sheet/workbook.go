package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"

	"jiexu/fault"
)

// maxParts is how many files a workbook's archive may have; real ones have some dozens.
const maxParts = 2000

// openWorkbook opens the sheet that the options name, the first one if none. Returns
// import.workbook_broken for an archive that is damaged or no workbook, import.workbook_bomb for one
// that unpacks beyond MaxUnzip, and import.no_sheet.
func openWorkbook(name string, content []byte, o FileOptions) (*Table, error) {
	base := filepath.Base(name)
	if err := weigh(base, content); err != nil {
		return nil, err
	}
	opts := excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnzip, UnzipXMLSizeLimit: 16 << 20}
	book, err := excelize.OpenReader(bytes.NewReader(content), opts)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "import.workbook_broken", "file", base)
	}
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, fault.New(fault.Invalid, "import.workbook_broken", "file", base)
	}
	sheet := sheets[0]
	if o.Sheet != "" {
		if i, err := book.GetSheetIndex(o.Sheet); err != nil || i < 0 {
			return nil, fault.New(fault.Invalid, "import.no_sheet", "sheet", o.Sheet, "sheets", strings.Join(sheets, "、"))
		}
		sheet = o.Sheet
	}
	t := &Table{}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		t.Epoch = Epoch1904
	}
	headerLine := 0
	stop := errors.New("header found")
	err = eachRow(book, sheet, base, func(line int, cells []string) error {
		if line < o.HeaderRow || blank(cells) {
			return nil
		}
		var err error
		if t.Header, err = header(cells); err != nil {
			return err
		}
		headerLine = line
		return stop
	})
	if err != nil && !errors.Is(err, stop) {
		return nil, err
	}
	if headerLine == 0 {
		return nil, fault.New(fault.Invalid, "import.no_header")
	}
	t.rows = func(each func(Row) error) error {
		return eachRow(book, sheet, base, func(line int, cells []string) error {
			if line <= headerLine || blank(cells) {
				return nil
			}
			return each(fit(Row{Line: line, Cells: cells}, len(t.Header), true))
		})
	}
	return t, nil
}

// weigh unpacks the archive into nothing and counts: what an archive says about its own size is
// only what it says.
func weigh(base string, content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "import.workbook_broken", "file", base)
	}
	if len(archive.File) > maxParts {
		return fault.New(fault.TooLarge, "import.workbook_bomb", "max", MaxUnzip>>20)
	}
	left := int64(MaxUnzip)
	found := false
	for _, part := range archive.File {
		found = found || part.Name == "xl/workbook.xml"
		r, err := part.Open()
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "import.workbook_broken", "file", base)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		r.Close()
		if left -= n; left < 0 {
			return fault.New(fault.TooLarge, "import.workbook_bomb", "max", MaxUnzip>>20)
		}
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "import.workbook_broken", "file", base)
		}
	}
	if !found {
		return fault.New(fault.Invalid, "import.not_table", "file", base)
	}
	return nil
}

func eachRow(book *excelize.File, sheet, base string, each func(line int, cells []string) error) error {
	broken := func(err error) error { return fault.Wrap(err, fault.Invalid, "import.workbook_broken", "file", base) }
	rows, err := book.Rows(sheet)
	if err != nil {
		return broken(err)
	}
	defer rows.Close()
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return broken(err)
		}
		if len(cells) > 2*MaxColumns {
			cells = cells[:2*MaxColumns]
		}
		if err := each(line, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return broken(err)
	}
	return nil
}
