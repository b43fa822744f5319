package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
)

func locateFile(t *testing.T, name string, content []byte, beside bool) (rows [][]string, notes string, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	err = (&LocateCmd{File: file, Beside: beside}).Run(&Env{Out: &out, Err: &said, Lang: "zh-CN"})
	if err != nil {
		if out.Len() > 0 {
			t.Errorf("%s: wrote %d bytes of a file that it could not read", name, out.Len())
		}
		return nil, said.String(), err
	}
	rows, broken := csv.NewReader(&out).ReadAll()
	if broken != nil {
		t.Fatalf("%s: what was written is no CSV: %v", name, broken)
	}
	return rows, said.String(), nil
}

const toLocate = "编号,name,address,lat\n" +
	"1,\"肯德基(大宁国际店)\",共和新路1868号大宁国际商业广场3座4楼401,旧\n" +
	"2,,\"江宁路与康定路交叉口\n东北50米\",\n" +
	"3,,北京市朝阳区建国路88号,\n" +
	"4,外滩18号,中山东一路18号,\n" +
	"5,少一格\n" +
	"6,楼上,[],\n"

func TestLocate(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(toLocate))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"utf8.csv": []byte(toLocate), "gb.csv": gb, "bom.csv": []byte("\xef\xbb\xbf" + toLocate)} {
		rows, notes, err := locateFile(t, name, content, false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.Join(rows[0], ","); got != "编号,name,address,lat_given,lat,lon,street,confidence" {
			t.Errorf("%s: header %s", name, got)
		}
		if len(rows) != 7 {
			t.Fatalf("%s: %d rows", name, len(rows))
		}
		for i, street := range []string{"大宁路街道", "江宁路街道", "", "黄浦区", "", ""} {
			row := rows[i+1]
			if row[0] != strconv.Itoa(i+1) || row[6] != street {
				t.Errorf("%s: %q, want row %d in %q", name, row, i+1, street)
			}
			lat, bad1 := strconv.ParseFloat(row[4], 64)
			lon, bad2 := strconv.ParseFloat(row[5], 64)
			confidence, bad3 := strconv.ParseFloat(row[7], 64)
			switch {
			case bad3 != nil:
				t.Errorf("%s: confidence %q", name, row[7])
			case street == "" && (row[4] != "" || row[5] != "" || row[7] != "0"):
				t.Errorf("%s: a place that is not to be found has %q", name, row[4:])
			case street != "" && (bad1 != nil || bad2 != nil || lat < 31 || lat > 32 || lon < 121 || lon > 122 || confidence < 0.5 || len(row[4]) != 9):
				t.Errorf("%s: %q", name, row)
			}
		}
		if rows[1][3] != "旧" || rows[2][2] != "江宁路与康定路交叉口\n东北50米" {
			t.Errorf("%s: their columns changed: %q %q", name, rows[1], rows[2])
		}
		if !strings.Contains(notes, "第 7 行") || !strings.Contains(notes, "共 6 行，定位 3 行") {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}

func TestLocateBeside(t *testing.T) {
	rows, _, err := locateFile(t, "a.csv", []byte("地址\n康定路与胶州路交叉口\n"), true)
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[0][len(rows[0])-1]; got != "beside" || len(rows[1]) != 6 {
		t.Errorf("%q %q", rows[0], rows[1])
	}
}

// With --db the office's own knowledge counts; the database is only read.
func TestLocateByWhatAnOfficeLearned(t *testing.T) {
	db := storetest.SQLite(t)
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO area_places (id, address_key, address, road, number, name, lon, lat, people, rival_lon, rival_lat, rival_people, standing, last_at)
			VALUES ('1', '新辟一路12号', '新辟一路12号', '新辟一路', 12, '', 121.451234, 31.251234, 2, 0, 0, 0, 'holds', $1)`, store.At(time.Unix(0, 0)))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte("address\n新辟一路12号\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{"sqlite:" + db.Path(): "新辟一路12号,31.251234,121.451234,", "": "新辟一路12号,,,"} {
		var out, said bytes.Buffer
		if err := (&LocateCmd{File: file, DB: url}).Run(&Env{Out: &out, Err: &said, Lang: "zh-CN"}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("--db %q: %s, want %s", url, out.String(), want)
		}
	}
	if err := (&LocateCmd{File: file, DB: "sqlite:" + file + ".none"}).Run(&Env{}); !fault.Is(err, "store.no_file") {
		t.Errorf("a database that there is not: %v", err)
	}
}

func TestLocateBadFiles(t *testing.T) {
	for name, c := range map[string]struct{ content, code string }{
		"columns.csv": {"x,y\n1,2\n", "locate.columns"},
		"twice.csv":   {"name,name\n1,2\n", "import.column_twice"},
		"empty.csv":   {"", "import.empty"},
		"image.csv":   {"\x89PNG\r\n\x1a\n0000000000", "import.not_table"},
		"false.xlsx":  {"name,address\na,b\n", "import.disguised"},
		"broken.xlsx": {"PK\x03\x04 no workbook", ""},
	} {
		_, _, err := locateFile(t, name, []byte(c.content), false)
		if err == nil || c.code != "" && !fault.Is(err, c.code) || fault.KindOf(err) == fault.Internal {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if err := (&LocateCmd{File: filepath.Join(t.TempDir(), "none.csv")}).Run(&Env{}); !fault.Is(err, "import.file_unreadable") {
		t.Errorf("no file: %v", err)
	}
}
