package sheet

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"jiexu/fault"
)

const sample = "编号,主题,详情\r\n1,占道经营,\"每天早上有摊,\n油烟大\"\r\n2,乱停车,人行道上停车\r\n"

func gb(s string) []byte {
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func utf16(s string, e unicode.Endianness, bom unicode.BOMPolicy) []byte {
	b, err := unicode.UTF16(e, bom).NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func all(t *testing.T, table *Table) (rows []Row) {
	t.Helper()
	if err := table.Each(func(r Row) error { rows = append(rows, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestEncodings(t *testing.T) {
	cases := map[string]struct {
		content  []byte
		hint     string
		encoding string
	}{
		"utf-8":                     {[]byte(sample), "", UTF8},
		"utf-8 with a mark":         {[]byte(utf8BOM + sample), "", UTF8},
		"gb18030":                   {gb(sample), "", GB18030},
		"gb18030 named":             {gb(sample), GB18030, GB18030},
		"utf-16 little, mark":       {utf16(sample, unicode.LittleEndian, unicode.UseBOM), "", UTF16},
		"utf-16 big, mark":          {utf16(sample, unicode.BigEndian, unicode.UseBOM), "", UTF16},
		"utf-16 little":             {utf16(sample, unicode.LittleEndian, unicode.IgnoreBOM), "", UTF16},
		"utf-16 big":                {utf16(sample, unicode.BigEndian, unicode.IgnoreBOM), "", UTF16},
		"a mark wins over the hint": {[]byte(utf8BOM + sample), GB18030, UTF8},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			table, err := Open("诉件.csv", c.content, FileOptions{Encoding: c.hint})
			if err != nil {
				t.Fatal(err)
			}
			rows := all(t, table)
			if table.Encoding != c.encoding || !slices.Equal(table.Header, []string{"编号", "主题", "详情"}) || len(rows) != 2 {
				t.Fatalf("encoding %s, header %q, %d rows", table.Encoding, table.Header, len(rows))
			}
			if rows[0].Cells[2] != "每天早上有摊,\n油烟大" || rows[1].Line != 4 || rows[1].Cells[1] != "乱停车" {
				t.Errorf("rows %+v", rows)
			}
		})
	}
}

// One broken byte in a UTF-8 file spoils its row, not the encoding of the whole file.
func TestOneBrokenByte(t *testing.T) {
	content := []byte(sample + strings.Repeat("3,沿街晾挂,树上挂被子\n", 10))
	at := bytes.Index(content, []byte("乱"))
	content = slices.Delete(content, at, at+1)
	table, err := Open("a.csv", content, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rows := all(t, table)
	if table.Encoding != UTF8 || !fault.Is(problem(rows[1]), "import.row_characters") || rows[0].Problem != nil || rows[11].Problem != nil {
		t.Errorf("encoding %s, problems %v %v", table.Encoding, rows[0].Problem, rows[1].Problem)
	}
}

func problem(r Row) error {
	if r.Problem == nil {
		return nil
	}
	return r.Problem
}

func TestBrokenRecords(t *testing.T) {
	cases := map[string]struct {
		below string
		good  []string // first cells of the rows without a problem
		bad   []string // codes of the others
		line  int      // of the first bad one
	}{
		"a quote never closed":          {"1,\"a,b\n2,x,y\n3,p,q\n", []string{"2", "3"}, []string{"import.row_quotes"}, 2},
		"something after a quote":       {"1,\"a\"b,c\n2,x,y\n", []string{"2"}, []string{"import.row_quotes"}, 2},
		"a quote inside is a character": {"1,他说\"好\",c\n", []string{"1"}, nil, 0},
		"too many cells":                {"1,a,b,c\n2,x,y\n", []string{"2"}, []string{"import.row_width"}, 2},
		"too few cells":                 {"1,a\n2,x,y\n", []string{"2"}, []string{"import.row_width"}, 2},
		"empty cells too many":          {"1,a,b,,\n", []string{"1"}, nil, 0},
		"blank lines":                   {"\n,,\n1,a,b\n\n", []string{"1"}, nil, 0},
		"a zero byte":                   {"1,a\x00,b\n2,x,y\n", []string{"2"}, []string{"import.row_characters"}, 2},
		"escaped quotes":                {"1,\"说\"\"好\"\"\",\"\"\n", []string{"1"}, nil, 0},
		"lone carriage returns":         {"1,a,b\r2,x,y", []string{"1", "2"}, nil, 0},
		"a multi-line text, quote lost": {"1,\"a\nfoo \"bar\" x\nend\",b\n2,x,y\n", []string{"2"}, []string{"import.row_quotes", "import.row_width", "import.row_width"}, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := FileOptions{}
			if strings.Contains(c.below, "\x00") {
				o.Encoding = UTF8
			}
			table, err := Open("a.csv", []byte("n,a,b\n"+c.below), o)
			if err != nil {
				t.Fatal(err)
			}
			var good, bad []string
			line := 0
			for _, r := range all(t, table) {
				if r.Problem == nil {
					good = append(good, r.Cells[0])
					continue
				}
				if line == 0 {
					line = r.Line
				}
				bad = append(bad, r.Problem.Code)
			}
			if !slices.Equal(good, c.good) || !slices.Equal(bad, c.bad) || line != c.line {
				t.Errorf("good %q, bad %q from line %d; want %q, %q from line %d", good, bad, line, c.good, c.bad, c.line)
			}
		})
	}
}

func TestDelimiters(t *testing.T) {
	for _, d := range []string{",", ";", "\t"} {
		table, err := Open("a.txt", []byte(strings.ReplaceAll("n|\"a,b;c\"|d\n1|x|y\n", "|", d)), FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if rows := all(t, table); len(table.Header) != 3 || rows[0].Cells[2] != "y" {
			t.Errorf("%q: header %q", d, table.Header)
		}
	}
}

func book(t testing.TB, cells ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range cells {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", at, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbook(t *testing.T) {
	content := book(t, []any{"静安区诉件汇总表"}, []any{"编号", "主题", "时间"}, []any{188006, "占道", 43856.824432870402}, []any{}, []any{188007, "噪音"})
	table, err := Open("汇总.xlsx", content, FileOptions{HeaderRow: 2})
	if err != nil {
		t.Fatal(err)
	}
	rows := all(t, table)
	if !slices.Equal(table.Header, []string{"编号", "主题", "时间"}) || len(rows) != 2 {
		t.Fatalf("header %q, rows %v", table.Header, rows)
	}
	if rows[0].Cells[0] != "188006" || rows[1].Line != 5 || rows[1].Cells[2] != "" || rows[1].Problem != nil {
		t.Errorf("rows %v", rows)
	}
	if _, err := Open("汇总.xlsx", content, FileOptions{Sheet: "十月"}); !fault.Is(err, "import.no_sheet") {
		t.Errorf("unknown sheet: %v", err)
	}
}

func TestNotTables(t *testing.T) {
	xlsx := book(t, []any{"编号"}, []any{1})
	cases := map[string]struct {
		name    string
		content []byte
		code    string
	}{
		"nothing":               {"a.csv", nil, "import.empty"},
		"a mark alone":          {"a.csv", []byte(utf8BOM + "\n"), "import.empty"},
		"a workbook named csv":  {"a.csv", xlsx, "import.disguised"},
		"csv named xlsx":        {"a.xlsx", []byte(sample), "import.disguised"},
		"old Excel":             {"a.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), "import.old_excel"},
		"a web page named xls":  {"a.xls", []byte("<html><table></table></html>"), "import.not_table"},
		"a picture":             {"a.csv", []byte("\x89PNG\r\n\x1a\n0000"), "import.not_table"},
		"a PDF":                 {"a.csv", []byte("%PDF-1.7\n"), "import.not_table"},
		"a workbook cut off":    {"a.xlsx", xlsx[:len(xlsx)/2], "import.workbook_broken"},
		"noise":                 {"a.csv", []byte("\x80\xff\xff\xff\xfe\xff\x01\xff\xff\xff\xff"), "import.encoding"},
		"only blank lines":      {"a.csv", []byte(" \n,,\n"), "import.no_header"},
		"larger than the bound": {"a.csv", make([]byte, MaxBytes+1), "import.too_large"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := Open(c.name, c.content, FileOptions{}); !fault.Is(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

// What a spreadsheet writes, we read: whatever the texts are, quoting is undone exactly.
func TestReadsWhatIsWritten(t *testing.T) {
	cell := rapid.StringOf(rapid.RuneFrom([]rune("a,;\t\"\n 占道=+'、。x1")))
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 5).Draw(t, "width")
		var want [][]string
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			row := rapid.SliceOfN(cell, width, width).Draw(t, "row")
			if !blank(row) {
				want = append(want, row)
			}
		}
		comma := rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "comma")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma, w.UseCRLF = comma, false
		head := []string{"c1", "c2", "c3", "c4", "c5"}[:width]
		w.Write(head)
		w.WriteAll(want)
		content := b.Bytes()
		if rapid.Bool().Draw(t, "gb18030") {
			content = gb(b.String())
		}
		table, err := Open("a.csv", content, FileOptions{Delimiter: string(comma)})
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		table.Each(func(r Row) error {
			if r.Problem != nil {
				t.Fatalf("row %q: %v", r.Cells, r.Problem)
			}
			got = append(got, r.Cells)
			return nil
		})
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestGuardRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("=+-@'\ta1"))).Draw(t, "s")
		guarded := Guard(s)
		if formula(guarded) {
			t.Fatalf("%q is a formula", guarded)
		}
		if formula(s) && Unguard(guarded) != s {
			t.Fatalf("%q came back as %q", s, Unguard(guarded))
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add("a.csv", []byte(sample))
	f.Add("a.csv", gb(sample))
	f.Add("a.csv", utf16(sample, unicode.LittleEndian, unicode.UseBOM))
	f.Add("a.csv", []byte("a,\"b\n\"\"\",\"\"\n\"x"))
	f.Add("a.xlsx", book(f, []any{"编号", "主题"}, []any{1, "占道"}))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		table, err := Open(name, content, FileOptions{})
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("no fault that a person can read: %v", err)
			}
			return
		}
		line := 0
		err = table.Each(func(r Row) error {
			if len(r.Cells) < len(table.Header) || r.Line <= line && line > 0 {
				t.Fatalf("row %v after line %d under %q", r, line, table.Header)
			}
			line = r.Line
			return nil
		})
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatal(err)
		}
	})
}
