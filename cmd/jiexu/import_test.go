package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
)

// desk is a folder with a database in which imports are run as on the command line.
type desk struct {
	*testing.T
	dir string
}

func (d *desk) file(name, content string) string {
	d.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		d.Fatal(err)
	}
	return path
}

// run imports a file and returns the last line of the output, and what went to the error output.
func (d *desk) run(file, columns string, set ...func(*ImportComplaintsCmd)) (last, said string, err error) {
	d.Helper()
	var out, errs bytes.Buffer
	cmd := &ImportComplaintsCmd{File: file, Map: columns}
	cmd.DB, cmd.Data = "sqlite:"+filepath.Join(d.dir, "jiexu.db"), filepath.Join(d.dir, "data")
	cmd.Origin = "test.local/log"
	for _, f := range set {
		f(cmd)
	}
	now := func() time.Time { return time.Date(2026, 3, 4, 9, 0, 0, 0, law.Shanghai) }
	err = cmd.Run(&Env{Out: &out, Err: &errs, Lang: "en", Now: now})
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	return lines[len(lines)-1], errs.String(), err
}

func TestImportComplaints(t *testing.T) {
	d := &desk{t, t.TempDir()}
	header := "编号,标题,内容,时间\n"
	table := d.file("in/诉件.csv", header+"1,占道,早上有摊,2026-03-03 08:00\n2,噪音,夜里施工,昨天\n")
	last, said, err := d.run(table, "generic")
	if err != nil || last != "imported 1, duplicate 0, rejected 1" {
		t.Fatalf("%q %q %v", last, said, err)
	}
	rejected := filepath.Join(d.dir, "in", "诉件.rejected.csv")
	if !strings.Contains(said, rejected) {
		t.Errorf("it does not say where the rejected rows are: %q", said)
	}
	b, err := os.ReadFile(rejected)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 2 || strings.Join(rows[1][:4], ",") != "2,噪音,夜里施工,昨天" || !strings.Contains(rows[1][4], "昨天") {
		t.Errorf("rejected %q %v", rows, err)
	}
	if last, _, err := d.run(table, "generic"); err != nil || last != "imported 0, duplicate 1, rejected 1" {
		t.Errorf("the second time %q %v", last, err)
	}
	own := d.file("own.toml", "[columns]\nsource_no='编号'\ntext='内容'\nreceived_at='时间'\n[constants]\nchannel='letter'\nkind='help'\n")
	clean := d.file("clean.csv", header+"9,a,b,2026-03-03\n")
	if last, _, err := d.run(clean, own); err != nil || last != "imported 1, duplicate 0, rejected 0" {
		t.Errorf("with a map of one's own %q %v", last, err)
	}
	if _, err := os.Stat(filepath.Join(d.dir, "clean.rejected.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file of rejected rows where none was rejected")
	}
	if last, _, err := d.run(d.file("bad.csv", header+"3,a,b,昨天\n"), "generic"); !errors.Is(err, findings) || last != "imported 0, duplicate 0, rejected 1" {
		t.Errorf("all rejected: %q %v", last, err)
	}
}

func TestImportFaults(t *testing.T) {
	d := &desk{t, t.TempDir()}
	table := d.file("a.csv", "编号,内容,时间\n1,早上有摊,2026-03-03 08:00\n")
	cases := map[string]struct {
		file, columns string
		set           func(*ImportComplaintsCmd)
		code          string
	}{
		"no such file":       {filepath.Join(d.dir, "b.csv"), "generic", nil, "import.file_unreadable"},
		"a folder":           {d.dir, "generic", nil, "import.file_unreadable"},
		"no such map":        {table, "genric", nil, "import.no_map"},
		"no such map file":   {table, "my.toml", nil, "import.map_file"},
		"a broken map":       {table, d.file("broken.toml", "[columns"), nil, "import.map_broken"},
		"a missing column":   {table, "replied", nil, "import.columns_missing"},
		"no such unit":       {table, "generic", func(c *ImportComplaintsCmd) { c.Unit = "999" }, "import.unit_unknown"},
		"no such person":     {table, "generic", func(c *ImportComplaintsCmd) { c.As = "nobody" }, "import.login_unknown"},
		"an old Excel table": {d.file("a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "generic", nil, "import.old_excel"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			set := []func(*ImportComplaintsCmd){}
			if c.set != nil {
				set = append(set, c.set)
			}
			_, _, err := d.run(c.file, c.columns, set...)
			if !fault.Is(err, c.code) {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if status := exit(&Env{Out: io.Discard, Err: io.Discard, Lang: "en"}, err); status != 2 {
				t.Errorf("status %d", status)
			}
		})
	}
}

// Where the input's folder cannot be written to, the rejected rows go to the current one, and it says so.
func TestRejectedRowsElsewhere(t *testing.T) {
	d := &desk{t, t.TempDir()}
	t.Chdir(t.TempDir())
	table := d.file("in/a.csv", "编号,内容,时间\n1,b,昨天\n2,c,2026-03-03\n")
	d.file("in/a.rejected.csv/in_the_way", "") // a folder of that name, which hinders root too
	last, said, err := d.run(table, "generic")
	if err != nil || last != "imported 1, duplicate 0, rejected 1" || !strings.Contains(said, "cannot be written to") {
		t.Errorf("%q %q %v", last, said, err)
	}
	if _, err := os.Stat("a.rejected.csv"); err != nil {
		t.Error(err)
	}
}

func TestImportCalendar(t *testing.T) {
	d := &desk{t, t.TempDir()}
	run := func(file, as string) (out string, err error) {
		t.Helper()
		var printed bytes.Buffer
		cmd := &ImportCalendarCmd{File: file}
		cmd.DB, cmd.Data, cmd.Origin, cmd.As = "sqlite:"+filepath.Join(d.dir, "jiexu.db"), filepath.Join(d.dir, "data"), "test.local/log", as
		err = cmd.Run(&Env{Out: &printed, Err: io.Discard, Lang: "en", Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, law.Shanghai) }})
		return printed.String(), err
	}
	good := d.file("2027.json", `{"year": 2027, "papers": ["p"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}, {"name": "元旦", "date": "2027-01-09", "isOffDay": false}]}`)
	if out, err := run(good, ""); err != nil || !strings.Contains(out, "2027 is imported: days off: 1, make-up working days: 1; due dates moved: 0") {
		t.Errorf("%q %v", out, err)
	}
	if out, err := run(good, ""); err != nil || !strings.Contains(out, "nothing changed") {
		t.Errorf("again: %q %v", out, err)
	}
	for file, code := range map[string]string{
		d.file("empty.json", `{"year": 2028, "papers": [], "days": []}`): "term.calendar_empty",
		d.file("list.json", `[]`): "law.calendar_form",
		d.file("other.json", `{"year": 2028, "days": [{"name": "元旦", "date": "2031-01-01", "isOffDay": true}]}`): "law.calendar_year",
	} {
		if _, err := run(file, ""); !fault.Is(err, code) {
			t.Errorf("%s: %v, want %s", file, err, code)
		}
	}
	if _, err := run(good, "nobody"); !fault.Is(err, "import.login_unknown") {
		t.Error(err)
	}
}
