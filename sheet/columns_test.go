package sheet

import (
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
)

var fields = []string{"source_no", "title", "text", "received_at", "channel", "phone"}

func TestMapFaults(t *testing.T) {
	cases := map[string]struct{ toml, code string }{
		"no TOML":             {"[columns\n", "import.map_broken"},
		"unknown section":     {"[colums]\ntitle='a'\n", "import.map_key"},
		"unknown key":         {"[file]\nencodin='x'\n", "import.map_key"},
		"unknown field":       {"[columns]\ntitel='a'\n", "import.map_field"},
		"unknown default":     {"[defaults]\ntitel='a'\n", "import.map_field"},
		"column is a number":  {"[columns]\ntitle=3\n", "import.map_column"},
		"column is empty":     {"[columns]\ntitle=[]\n", "import.map_column"},
		"said twice":          {"[columns]\nchannel='a'\n[constants]\nchannel='b'\n", "import.map_twice"},
		"unknown encoding":    {"[file]\nencoding='big5'\n", "import.map_option"},
		"unknown delimiter":   {"[file]\ndelimiter='|'\n", "import.map_option"},
		"unknown zone":        {"[times]\nzone='Mars/Base'\n", "import.map_option"},
		"a format in Go":      {"[times]\nformats=['2006-01-02']\n", "import.map_format"},
		"a format of no day":  {"[times]\nformats=['yyyy-MM']\n", "import.map_format"},
		"a header row beyond": {"[file]\nheader_row=-1\n", "import.map_option"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseMap([]byte(c.toml), fields); !fault.Is(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func open(t *testing.T, content string) *Table {
	t.Helper()
	table, err := Open("a.csv", []byte(content), FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestBind(t *testing.T) {
	m, err := ParseMap([]byte(`
[columns]
source_no = "编号"
title = ["标题", "留言 主题"]
phone = "电话"
channel = "渠道"
[defaults]
channel = "letter"
[values.channel]
"热线" = "hotline"
`), fields)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Bind(open(t, "编号,主题\n1,a\n")); !fault.Is(err, "import.columns_missing") {
		t.Fatalf("missing columns: %v", err)
	} else if p := err.(*fault.Error).Params; p["columns"] != "编号、主题" || p["missing"] != "标题 / 留言 主题、电话" {
		t.Errorf("says %v", p)
	}
	if _, err := m.Bind(open(t, "编号,编号,标题,电话\n1,1,a,b\n")); !fault.Is(err, "import.column_twice") {
		t.Errorf("a column twice: %v", err)
	}
	table := open(t, "编号,留言主题,电话,渠道\n1,'=a,x,热线\n2,b,y,\n3,c,z,grid\n")
	b, err := m.Bind(table)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range all(t, table) {
		got = append(got, b.Value(r, "title")+"/"+b.Value(r, "channel"))
	}
	if strings.Join(got, " ") != "=a/hotline b/letter c/grid" {
		t.Errorf("values %q", got)
	}
}

func TestTimes(t *testing.T) {
	at := func(y int, mo time.Month, d, h, mi, s int) time.Time {
		return time.Date(y, mo, d, h, mi, s, 0, law.Shanghai)
	}
	cases := []struct {
		formats, zone, in string
		want              time.Time
		bad               bool
	}{
		{in: "2019/2/28 11:25:05", want: at(2019, 2, 28, 11, 25, 5)},
		{in: "2019-02-28 9:05", want: at(2019, 2, 28, 9, 5, 0)},
		{in: "2019年2月28日 9:05", want: at(2019, 2, 28, 9, 5, 0)},
		{in: "2019年2月28日9时5分6秒", want: at(2019, 2, 28, 9, 5, 6)},
		{in: "2018/4/24", want: at(2018, 4, 24, 0, 0, 0)},
		{in: "20190228112505", want: at(2019, 2, 28, 11, 25, 5)},
		{in: "2019-02-28T03:25:05Z", want: at(2019, 2, 28, 11, 25, 5)},
		{in: "43856.824432870402", want: at(2020, 1, 26, 19, 47, 11)},
		{in: "43678", want: at(2019, 8, 1, 0, 0, 0)},
		{in: "2019/2/30 11:25:05", bad: true},
		{in: "2019/13/1", bad: true},
		{in: "昨天", bad: true},
		{in: "", bad: true},
		{in: "0", bad: true},
		{in: "1e300", bad: true},
		{in: "NaN", bad: true},
		{formats: "d/M/yyyy H:mm", in: "3/4/2019 8:00", want: at(2019, 4, 3, 8, 0, 0)},
		{formats: "d/M/yyyy H:mm", in: "2019/4/3 8:00", bad: true},
		{zone: "+00:00", in: "2019-02-28 03:25:05", want: at(2019, 2, 28, 11, 25, 5)},
		{zone: "+00:00", in: "43856.5", want: at(2020, 1, 26, 20, 0, 0)},
	}
	for _, c := range cases {
		m := &Map{}
		m.Times.Zone = c.zone
		if c.formats != "" {
			m.Times.Formats = []string{c.formats}
		}
		if err := m.times(); err != nil {
			t.Fatal(err)
		}
		got, ok := (&Binding{m: m}).Time(c.in)
		if ok == c.bad || ok && !got.Equal(c.want) {
			t.Errorf("%q: %v %v, want %v", c.in, got, ok, c.want)
		}
	}
	m := &Map{}
	if err := m.times(); err != nil {
		t.Fatal(err)
	}
	if got, _ := (&Binding{m: m, epoch: Epoch1904}).Time("42394"); !got.Equal(at(2020, 1, 26, 0, 0, 0)) {
		t.Errorf("counted from 1904: %v", got)
	}
}

func TestDigits(t *testing.T) {
	for in, want := range map[string]string{"13800000001": "13800000001", "1.3800000001E10": "13800000001", "1.3800000001E+10": "13800000001", "SEN1": "SEN1", "1.38E+10": "", "2019E": "2019E"} {
		got, ok := Digits(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q %v", in, got, ok)
		}
	}
}

func FuzzParseMap(f *testing.F) {
	f.Add([]byte("[columns]\ntitle=['a','b']\n[times]\nformats=['yyyy-M-d','excel']\nzone='+08:00'\n"))
	f.Add([]byte("[file]\ndelimiter=\"\\t\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseMap(data, fields)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		b, err := m.Bind(&Table{Header: []string{"a", "b"}})
		if err != nil {
			return
		}
		for _, field := range fields {
			b.Time(b.Value(Row{Cells: []string{"2019/2/28", "x"}}, field))
		}
	})
}
