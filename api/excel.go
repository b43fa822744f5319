package api

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// ExcelType is the content type of an Excel file.
const ExcelType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// MaxExport is the most rows of an Excel file; beyond it the filters must be narrowed.
const MaxExport = 50_000

// Excel streams a table into an Excel file: a header row that stays in view, then rows until next
// returns nil. A cell that begins as a formula does is kept as text, so that what a citizen wrote is
// never run by the one who opens it.
func Excel(w io.Writer, sheet string, header []string, next func() ([]any, error)) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("excel: %w", err)
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("excel: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	out.SetColWidth(1, len(header), 18)
	out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	cells := make([]any, len(header))
	for i, h := range header {
		cells[i] = excelize.Cell{StyleID: bold, Value: h}
	}
	for row := 1; cells != nil; row++ {
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		for i, c := range cells {
			if s, ok := c.(string); ok {
				cells[i] = safeCell(s)
			}
		}
		if err := out.SetRow(at, cells); err != nil {
			return fmt.Errorf("excel: %w", err)
		}
		if cells, err = next(); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("excel: %w", err)
	}
	_, err = f.WriteTo(w)
	return err
}

// safeCell keeps text from being read as a formula where the file is turned into CSV later on.
func safeCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
