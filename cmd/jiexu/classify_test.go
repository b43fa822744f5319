package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"jiexu/classify"
	"jiexu/fault"
	"jiexu/law"
)

func classifyEnv() (*Env, *bytes.Buffer, *bytes.Buffer) {
	var out, errs bytes.Buffer
	return &Env{Out: &out, Err: &errs, Lang: "en", Now: func() time.Time { return time.Date(2026, 3, 4, 9, 0, 0, 0, law.Shanghai) }}, &out, &errs
}

// classified runs `jiexu classify` on a file and reads back what it wrote.
func classified(t *testing.T, path string, set ...func(*ClassifyRowsCmd)) (rows [][]string, said string) {
	t.Helper()
	env, out, errs := classifyEnv()
	cmd := &ClassifyRowsCmd{File: path, classTask: classTask{Task: classify.Complaints}}
	for _, f := range set {
		f(cmd)
	}
	if err := cmd.Run(env); err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	rows, err := csv.NewReader(out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows, errs.String()
}

const someComplaints = "编号,留言主题,备注,留言详情\n" +
	"1,工厂排污,\"a,b\",\"工厂晚上排污水，\n河水发臭，\"\"没人管\"\"\"\n" +
	"2,出租车拒载,=1+1,司机不打表还拒载\n" +
	"3,,, \n" +
	",,,\n" +
	"4,拖欠工资,,老板三个月没发工资\n"

func TestClassifyKeepsRowsAndColumns(t *testing.T) {
	want := [][]string{
		{"编号", "留言主题", "备注", "留言详情", "class", "confidence"},
		{"1", "工厂排污", "a,b", "工厂晚上排污水，\n河水发臭，\"没人管\"", "环境保护"},
		{"2", "出租车拒载", "=1+1", "司机不打表还拒载", "交通运输"},
		{"3", "", "", " ", "", "0.0000"},
		{"", "", "", "", "", "0.0000"},
		{"4", "拖欠工资", "", "老板三个月没发工资", "劳动和社会保障"},
	}
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(someComplaints)
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(someComplaints)
	d := &desk{t, t.TempDir()}
	for name, content := range map[string]string{"utf8.csv": someComplaints, "bom.csv": "\ufeff" + someComplaints, "gb.csv": gb, "utf16.csv": utf16,
		"crlf.csv": strings.ReplaceAll(someComplaints, "\n", "\r\n")} {
		rows, _ := classified(t, d.file(name, content))
		if len(rows) != len(want) {
			t.Errorf("%s: %d rows: %q", name, len(rows), rows)
			continue
		}
		for i, w := range want {
			got := rows[i]
			for j, cell := range w {
				if strings.ReplaceAll(got[j], "\r\n", "\n") != cell {
					t.Errorf("%s: row %d column %d is %q, want %q", name, i, j, got[j], cell)
				}
			}
			if i > 0 && w[4] != "" && (got[5] <= "0.3" || got[5] > "1.0000") {
				t.Errorf("%s: row %d: confidence %s", name, i, got[5])
			}
		}
	}
}

func TestClassifyWorkbook(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"留言主题", "留言详情", "时间"}, {"出租车拒载", "司机不打表", "2019/1/1"}, {"医院误诊", "手术后昏迷", nil}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	rows, _ := classified(t, path)
	if len(rows) != 3 || rows[1][3] != "交通运输" || rows[2][3] != "卫生计生" || rows[1][2] != "2019/1/1" {
		t.Errorf("%q", rows)
	}
}

// A row that cannot be read stays in its place, with an empty class, and the others are classified.
func TestClassifyBadRows(t *testing.T) {
	d := &desk{t, t.TempDir()}
	long := strings.Repeat("河水污染发臭，\n工厂排污。", 400_000) // 13 MB over many lines
	rows, said := classified(t, d.file("a.csv", "留言主题,留言详情\n排污,\""+long+"\"\n少一列\n出租车拒载,司机,不打表,多了\n停水,小区停水三天\n坏字,\xff\n乱,\"引号\"后\n停电,小区天天停电\n"))
	want := []string{"class", "环境保护", "", "", "城乡建设", "", "", "城乡建设"}
	if len(rows) != len(want) {
		t.Fatalf("%d rows", len(rows))
	}
	for i, w := range want {
		if len(rows[i]) != 4 || rows[i][2] != w || i > 0 && w == "" && rows[i][3] != "0.0000" {
			t.Errorf("row %d: %.80q", i, rows[i])
		}
	}
	if rows[1][1] != long {
		t.Error("the long text was changed")
	}
	if rows[3][1] != "司机,不打表,多了" {
		t.Errorf("what was too much is lost: %q", rows[3])
	}
	for _, line := range []string{"Line 400003", "Line 400004", "Line 400006", "Line 400007"} {
		if !strings.Contains(said, line+" ") {
			t.Errorf("%s is not told: %s", line, said)
		}
	}
}

func TestClassifyRefuses(t *testing.T) {
	d := &desk{t, t.TempDir()}
	for code, path := range map[string]string{
		"classify.columns":       d.file("a.csv", "甲,乙\n1,2\n"),
		"import.empty":           d.file("b.csv", ""),
		"import.not_table":       d.file("c.csv", "\x89PNG\r\n\x1a\n0000"),
		"import.file_unreadable": filepath.Join(d.dir, "none.csv"),
	} {
		env, out, _ := classifyEnv()
		if err := (&ClassifyRowsCmd{File: path}).Run(env); !fault.Is(err, code) || out.Len() > 0 {
			t.Errorf("%s: %v, output %q", code, err, out)
		}
	}
	env, _, _ := classifyEnv()
	if err := (&ClassifyRowsCmd{File: d.file("d.csv", someComplaints), Model: d.file("m.model", "jiexu classify 1\nnonsense")}).Run(env); !fault.Is(err, "classify.model") {
		t.Errorf("a damaged model: %v", err)
	}
}

// Trained by command on a table of our own, the model knows what the shipped one does not.
func TestClassifyTrainAndReport(t *testing.T) {
	d := &desk{t, t.TempDir()}
	var b strings.Builder
	b.WriteString("留言主题,留言详情,一级分类\n")
	for i := range 30 {
		own := string([]rune{rune('一' + 97*i), rune('七' + 89*i), rune('上' + 83*i)})
		fmt.Fprintf(&b, "%s鹊桥仙,%s鹊桥仙的事,环境保护\n%s满江红,满江红%s,交通运输\n", own, own, own, own)
	}
	b.WriteString("别的,别的,没有这一类\n")
	table, model := d.file("known.csv", b.String()), filepath.Join(d.dir, "own.model")
	env, out, errs := classifyEnv()
	train := &ClassifyTrainCmd{To: model, learning: learning{classTask: classTask{classify.Complaints}, From: table}}
	if err := train.Run(env); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "60 complaints") || !strings.Contains(errs.String(), "1 complaints") {
		t.Errorf("%s%s", out, errs)
	}
	rows, _ := classified(t, d.file("new.csv", "留言主题,留言详情\n鹊桥仙,\n满江红,\n"), func(c *ClassifyRowsCmd) { c.Model = model })
	if rows[1][2] != "环境保护" || rows[2][2] != "交通运输" {
		t.Errorf("%q", rows)
	}
	env, out, _ = classifyEnv()
	if err := (&ClassifyReportCmd{learning: train.learning, Folds: 5, Repetitions: 2}).Run(env); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"60 complaints, 5 folds, 2 repetitions", "macro-F1", "taken for", "confidence from", "Environment"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the report lacks %q:\n%s", part, out)
		}
	}
	env, _, _ = classifyEnv()
	train.From = d.file("none.csv", "留言主题,留言详情,一级分类\n甲,乙,没有这一类\n")
	if err := train.Run(env); !fault.Is(err, "classify.no_examples") {
		t.Errorf("nothing to learn from: %v", err)
	}
	train.From = d.file("bare.csv", "留言主题,留言详情\n甲,乙\n")
	if err := train.Run(env); !fault.Is(err, "classify.class_column") {
		t.Errorf("no column of classes: %v", err)
	}
}
