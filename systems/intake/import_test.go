package intake_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

const (
	header = "工单编号,渠道,类型,标题,内容,发生地址,受理时间,诉求人,电话,是否保密"
	good   = `HL-1,12345热线,投诉,占道经营,"早上有摊,
油烟大",大宁路街道平型关路,2026-03-03 08:30,周敏,13800000001,是`
)

// load imports a table by a shipped map, as the desk.
func (o *office) load(name, columns, content string) (*intake.ImportResult, error) {
	o.Helper()
	m, err := intake.ShippedMap(columns)
	o.must(err)
	return o.svc.Import(context.Background(), o.actor("desk"), intake.ImportFile{Name: name, Content: []byte(content), MapName: columns, Map: m}, nil)
}

func counts(r *intake.ImportResult) string {
	return fmt.Sprintf("%d %d %d", r.Imported, r.Duplicate, len(r.Rejected))
}

func TestImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		ctx := context.Background()
		bad := []struct{ row, reason string }{
			{`HL-3,12345热线,投诉,没有时间,内容,,,,,`, "受理时间：此项必填。"},
			{`HL-4,12345热线,投诉,坏时间,内容,,2026-02-30 08:30,,,`, "受理时间：时间“2026-02-30 08:30”看不懂或不存在。"},
			{`HL-5,12345热线,投诉,未来,内容,,2027-01-01 08:30,,,`, "受理时间："},
			{`HL-6,12345热线,投诉,没有内容, ,,2026-03-03 08:30,,,`, "内容：此项必填。"},
			{`HL-7,12345热线,投诉,太长,` + strings.Repeat("长", 10_001) + `,,2026-03-03 08:30,,,`, "内容：内容过长，最多 10000 个字符。"},
			{`HL-8,传真,投诉,渠道,内容,,2026-03-03 08:30,,,`, "渠道：请从以下内容中选择"},
			{`HL-9,12345热线,投诉,电话,内容,,2026-03-03 08:30,周敏,12345678901,`, "电话："},
			{`HL-10,12345热线,投诉,保密,内容,,2026-03-03 08:30,,,也许`, "是否保密：请填写“是”或“否”。"},
			{`1.2E+10,12345热线,投诉,编号,内容,,2026-03-03 08:30,,,`, "工单编号：“1.2E+10”被电子表格改成了科学计数法"},
			{`HL-1,12345热线,投诉,同号,别的内容,,2026-03-03 08:30,,,`, "与本文件第 2 行编号相同、内容不同"},
			{`HL-12,12345热线,投诉,"引号`, "引号不成对"},
			{`HL-13,12345热线`, "该行有 2 格，表头有 10 格"},
			{`HL-14,12345热线,投诉,=1+1,内容,,1900-01-00,,,`, "受理时间："},
		}
		lines := []string{header, good, good, ",,,,,,,,,", `,网格,建议,没有编号,无编号的内容,,2026/3/3,,,`, `,网格,建议,没有编号,无编号的内容,,2026/3/3,,,`}
		for _, b := range bad {
			lines = append(lines, b.row)
		}
		content := strings.Join(append(lines, `HL-99,12345热线,咨询,最后一行,还在,,2026-03-03 08:30,,,`), "\n")
		r, err := o.load("诉件.csv", "generic", content)
		o.must(err)
		if got := counts(r); got != fmt.Sprintf("3 2 %d", len(bad)) {
			for _, x := range r.Rejected {
				t.Logf("%d %s", x.Line, r.Text(x, "zh-CN"))
			}
			t.Fatalf("imported, duplicate, rejected %s", got)
		}
		for i, b := range bad {
			if got := r.Text(r.Rejected[i], "zh-CN"); !strings.HasPrefix(got, b.reason) {
				t.Errorf("row %.40s: %s, want %s", b.row, got, b.reason)
			}
		}
		rows, _, err := o.svc.List(ctx, o.actor("desk"), intake.Filter{Query: "油烟"}, "zh-CN")
		o.must(err)
		d, err := o.svc.Detail(ctx, o.actor("desk"), rows[0].ID, "zh-CN")
		o.must(err)
		if d.Content != "早上有摊,\n油烟大" || d.Proposed == nil || d.Proposed.ID != o.squad || !d.Confidential || d.SourceNumber != "HL-1" || d.Channel != intake.Hotline ||
			!d.ReceivedAt.Equal(time.Date(2026, 3, 3, 0, 30, 0, 0, time.UTC)) || len(d.Timeline) != 1 || len(d.Clocks) != 3 || d.Clocks[0].DueDate != "2026-03-09" {
			t.Errorf("imported as %+v", d)
		}
		again, err := o.load("诉件.csv", "generic", content)
		o.must(err)
		if got := counts(again); got != fmt.Sprintf("0 5 %d", len(bad)) {
			t.Errorf("the second time %s", got)
		}
		changed, err := o.load("诉件.csv", "generic", header+"\n"+strings.Replace(good, "占道经营", "占道经营又来了", 1))
		o.must(err)
		if got := counts(changed); got != "0 0 1" || !strings.Contains(changed.Text(changed.Rejected[0], "zh-CN"), d.Number) {
			t.Errorf("the same number with other content: %s", got)
		}
		// A registered complaint of that number is the same one too.
		one, err := o.load("x.csv", "generic", header+"\nHL-200,12345热线,投诉,a,b,,2026-03-03 08:30,,,\n")
		o.must(err)
		if _, err := o.svc.Register(ctx, o.actor("desk"), intake.Registration{Channel: intake.Hotline, Kind: intake.Help, Content: "c", SourceNumber: "HL-200"}); counts(one) != "1 0 0" || !fault.Is(err, "intake.duplicate") {
			t.Errorf("registered after the import: %v", err)
		}
		o.sealed()
	})
}

// The rejected rows come back as a file that Excel opens and that, mended, can be imported.
func TestRejectedRowsComeBack(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	r, err := o.load("a.csv", "generic", header+"\n"+`HL-1,12345热线,投诉,=HYPERLINK(1),内容,,昨天,,,`+"\n"+`HL-2,12345热线,投诉,多了,一,二,三,四,五,六,七,八`+"\n")
	o.must(err)
	file := r.RejectedCSV("en")
	text, ok := bytes.CutPrefix(file, []byte("\ufeff"))
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	o.must(err)
	if !ok || len(rows) != 3 || rows[0][10] != "why it was rejected" || rows[1][3] != "'=HYPERLINK(1)" || rows[1][6] != "昨天" || !strings.HasSuffix(rows[2][9], "七,八") {
		t.Errorf("%q", rows)
	}
	mended := strings.Replace(string(file), "昨天", "2026-03-03", 1)
	again, err := o.load("a.rejected.csv", "generic", mended)
	o.must(err)
	if counts(again) != "1 0 1" {
		t.Errorf("mended: %s", counts(again))
	}
	list, _, err := o.svc.List(context.Background(), o.actor("desk"), intake.Filter{}, "en")
	if o.must(err); list[0].Title != "=HYPERLINK(1)" {
		t.Errorf("title %q", list[0].Title)
	}
}

func TestImportEncodingsAndExcel(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(header + "\n" + good)
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	for i, row := range [][]any{{"工单编号", "渠道", "类型", "标题", "内容", "发生地址", "受理时间", "诉求人", "电话", "是否保密"},
		{188006, "12345热线", "投诉", "占道经营", "早上有摊", "平型关路", 46084.354166666664, "周敏", 13800000001, "否"}} {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		book.SetSheetRow("Sheet1", at, &row)
	}
	var xlsx bytes.Buffer
	if err := book.Write(&xlsx); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ file, content string }{"gb18030": {"a.csv", gb}, "xlsx": {"a.xlsx", xlsx.String()}} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, storetest.SQLite(t))
			r, err := o.load(c.file, "generic", c.content)
			o.must(err)
			if counts(r) != "1 0 0" {
				for _, x := range r.Rejected {
					t.Log(r.Text(x, "en"))
				}
				t.Fatal(counts(r))
			}
			rows, _, err := o.svc.List(context.Background(), o.actor("desk"), intake.Filter{Query: "13800000001", Phones: true}, "zh-CN")
			if o.must(err); len(rows) != 1 || !rows[0].ReceivedAt.Equal(time.Date(2026, 3, 3, 0, 30, 0, 0, time.UTC)) {
				t.Errorf("rows %+v", rows)
			}
		})
	}
}

// What fails half way has taken in nothing: here the run is interrupted between two rows.
func TestInterruptedImportLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		var b strings.Builder
		b.WriteString(header + "\n")
		for i := range 500 {
			fmt.Fprintf(&b, "HL-%d,12345热线,投诉,第%d件,内容,,2026-03-03 08:30,,,\n", i, i)
		}
		m, err := intake.ShippedMap("generic")
		o.must(err)
		file := intake.ImportFile{Name: "a.csv", Content: []byte(b.String()), MapName: "generic", Map: m}
		ctx, cancel := context.WithCancel(context.Background())
		_, err = o.svc.Import(ctx, org.Program("test"), file, func(done, total int) {
			if done >= 200 {
				cancel()
			}
		})
		if err == nil {
			t.Fatal("an interrupted run succeeded")
		}
		for _, table := range []string{"intake_complaints", "intake_contacts", "intake_steps", "intake_imports", "term_terms"} {
			var n int
			o.read(func(ctx context.Context, tx *store.Tx) error {
				return tx.QueryRow(ctx, `SELECT count(*) FROM `+table).Scan(&n)
			})
			if n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
		r, err := o.svc.Import(context.Background(), org.Program("test"), file, nil)
		if err != nil || counts(r) != "500 0 0" {
			t.Errorf("the next run: %v", err)
		}
		o.sealed()
	})
}

// Two runs of one file at once: one takes it in, the other finds duplicates or hears that somebody was first.
func TestTwoImportsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db)
		desk := o.actor("desk")
		m, err := intake.ShippedMap("generic")
		o.must(err)
		type outcome struct {
			r   *intake.ImportResult
			err error
		}
		done := make(chan outcome)
		for range 2 {
			go func() {
				r, err := o.svc.Import(context.Background(), desk, intake.ImportFile{Name: "a.csv", Content: []byte(header + "\n" + good), Map: m}, nil)
				done <- outcome{r, err}
			}()
		}
		imported := 0
		for range 2 {
			switch got := <-done; {
			case got.err == nil:
				imported += got.r.Imported
			case !fault.Is(got.err, "import.at_once"):
				t.Error(got.err)
			}
		}
		if imported != 1 {
			t.Errorf("%d imported", imported)
		}
	})
}

func TestImportRulesAndFaults(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx := context.Background()
	columns := "[columns]\ntext='内容'\nreceived_at='时间'\n[constants]\nchannel='letter'\nkind='complaint'\n"
	try := func(columns, content string) (*intake.ImportResult, error) {
		return o.svc.Import(ctx, o.actor("desk"), intake.ImportFile{Name: "a.csv", Content: []byte(content), Map: []byte(columns)}, nil)
	}
	for name, c := range map[string]struct{ columns, content, code string }{
		"an unknown rule":         {columns + "[rules]\nclock='none'\n", "内容,时间\na,b\n", "import.map_rule"},
		"an unknown rule's value": {columns + "[rules]\nclocks='never'\n", "内容,时间\na,b\n", "import.map_rule"},
		"nothing says the text":   {strings.Replace(columns, "text=", "title=", 1), "内容,时间\na,b\n", "import.map_needs"},
		"a reply to what is open": {strings.Replace(columns, "[const", "reply_text='答复'\n[const", 1), "内容,时间,答复\na,b,c\n", "import.map_reply"},
		"a column is missing":     {columns, "内容,日期\na,b\n", "import.columns_missing"},
		"an empty file":           {columns, "", "import.empty"},
	} {
		if _, err := try(c.columns, c.content); !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	old := "内容,时间\n旧留言,2019/2/28 11:25:05\n"
	first := func(q string) *intake.Detail {
		rows, _, err := o.svc.List(ctx, o.actor("desk"), intake.Filter{Query: q}, "en")
		o.must(err)
		d, err := o.svc.Detail(ctx, o.actor("desk"), rows[0].ID, "en")
		o.must(err)
		return d
	}
	if _, err := try(columns+"[rules]\nclocks='received'\n", old); err != nil {
		t.Fatal(err)
	}
	if d := first("旧留言"); d.Clocks[0].Level != "red" {
		t.Errorf("counted from receipt: %+v", d.Clocks[0])
	}
	if _, err := try(columns+"[rules]\nclocks='none'\n", "内容,时间\n无钟,2019/2/28\n"); err != nil {
		t.Fatal(err)
	}
	if d := first("无钟"); len(d.Clocks) != 0 {
		t.Errorf("clocks %+v", d.Clocks)
	}
	if _, err := try(columns, "内容,时间\n登记起算,2019/2/28\n"); err != nil {
		t.Fatal(err)
	}
	if d := first("登记起算"); d.Clocks[0].Level != "ok" {
		t.Errorf("an old message is overdue when it comes in: %+v", d.Clocks[0])
	}
	if _, err := o.load("r.csv", "replied", "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n1,A1,有答复,2019/4/25 9:32:09,请管管,已处理,2018/4/24\n2,A2,没答复,2019/4/25 9:32:09,还请管管,,\n"); err != nil {
		t.Fatal(err)
	}
	if d := first("有答复"); d.State != intake.Closed || d.Reply != "已处理" || d.ClosedAt == nil {
		t.Errorf("%+v", d)
	}
	if d := first("没答复"); d.State != intake.Registered {
		t.Errorf("a message without an answer came in %s", d.State)
	}
	if _, err := o.svc.Import(ctx, o.actor("leader"), intake.ImportFile{Name: "a.csv", Content: []byte(old), Map: []byte(columns)}, nil); fault.KindOf(err) != fault.Refused {
		t.Errorf("a leader imports: %v", err)
	}
}

func TestShippedMaps(t *testing.T) {
	if got := intake.ShippedMaps(); !slices.Equal(got, []string{"generic", "hot_topics", "labelled", "replied"}) {
		t.Errorf("maps %q", got)
	}
	for _, name := range []string{"nothing", "../demo/complaints", "", "generic.toml"} {
		if _, err := intake.ShippedMap(name); !fault.Is(err, "import.no_map") {
			t.Errorf("%q: %v", name, err)
		}
	}
	o := newOffice(t, storetest.SQLite(t))
	sample, err := os.ReadFile("../../docs/samples/complaints.csv")
	o.must(err)
	r, err := o.load("complaints.csv", "generic", string(sample))
	o.must(err)
	if len(r.Rejected) > 0 || r.Imported < 5 {
		t.Errorf("the documented sample: %s", counts(r))
	}
	if demo, err := data.FS.ReadFile("demo/complaints.csv"); err != nil || len(demo) == 0 {
		t.Error(err)
	}
}

// The contest's tables, where they are to be had, come in whole.
func TestContestTables(t *testing.T) {
	for name, want := range map[string]string{"hot_topics": "4326 0 0", "labelled": "395 1 0", "replied": "2000 0 0"} {
		content, err := os.ReadFile("/work/shared/data/complaints/" + name + ".csv")
		if errors.Is(err, os.ErrNotExist) {
			t.Skip("the contest's data is not here; it has no licence and is not part of this project")
		}
		o := newOffice(t, storetest.SQLite(t))
		r, err := o.load(name+".csv", name, string(content))
		if o.must(err); counts(r) != want {
			t.Errorf("%s: %s, want %s", name, counts(r), want)
		}
	}
}

// Whatever rows a table has, each is imported, a duplicate or rejected, and a second run imports nothing.
func TestEveryRowIsAccountedFor(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		n := rapid.IntRange(0, 12).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Write(strings.Split(header, ","))
		for range n {
			number := rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, "number")
			if number != "" {
				number = fmt.Sprintf("%d-%s", run, number)
			}
			w.Write([]string{number, rapid.SampledFrom([]string{"12345", "grid", "?"}).Draw(t, "channel"), "投诉",
				rapid.SampledFrom([]string{"", "标题"}).Draw(t, "title"), rapid.SampledFrom([]string{"内容", "别的\"内容\"\n第二行", ""}).Draw(t, "text"), "",
				rapid.SampledFrom([]string{"2026-03-03", "2026-13-03", "43856.5"}).Draw(t, "time"), "", "", ""})
		}
		w.Flush()
		r, err := o.load("a.csv", "generic", b.String())
		if err != nil {
			t.Fatal(err)
		}
		if r.Imported+r.Duplicate+len(r.Rejected) != n {
			t.Fatalf("%d rows became %s", n, counts(r))
		}
		again, err := o.load("a.csv", "generic", b.String())
		if err != nil || again.Imported != 0 || again.Duplicate != r.Imported+r.Duplicate || len(again.Rejected) != len(r.Rejected) {
			t.Fatalf("first %s, then %s %v", counts(r), counts(again), err)
		}
	})
}
