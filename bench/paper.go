package bench

import (
	"fmt"
	"html"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jiexu/data"
	"jiexu/document"
	"jiexu/law"
)

// papers is how many decisions are printed after the first, which loads the fonts.
const papers = 300

// Paper times the printing of one penalty decision, warm, and writes the same page as HTML, with the same fonts,
// into a folder, so that a browser's print of it can be timed beside (web/e2e/print.mjs does). Errors are those of
// package document and of writing files.
func Paper(folder string) (*Figure, error) {
	shipped, err := fs.Sub(data.FS, "fonts")
	if err != nil {
		return nil, err
	}
	fonts, err := document.LoadFonts(shipped)
	if err != nil {
		return nil, err
	}
	form, err := decision()
	if err != nil {
		return nil, err
	}
	if err := writePage(folder, shipped, form); err != nil {
		return nil, err
	}
	press := document.Press{Fonts: fonts, Made: time.Date(2026, 12, 4, 9, 30, 0, 0, law.Shanghai),
		Check: "https://chengguan.example/check/JA2026120400009-7H3K9Q2M"}
	var watch stopwatch
	for i := range papers + 20 {
		begin := time.Now()
		if _, err := document.Render(form, press); err != nil {
			return nil, err
		}
		if i >= 20 {
			watch = append(watch, time.Since(begin))
		}
	}
	f := figure("paper.decision", "", 0, watch, nil)
	return &f, nil
}

// decision is an invented one of usual length: two pages.
func decision() (*document.Decision, error) {
	on, err := law.ParseDate("2026-11-23")
	if err != nil {
		return nil, err
	}
	rules := []document.Provision{
		{Title: "上海市市容环境卫生管理条例", Article: 25, Para: 1}, {Title: "上海市市容环境卫生管理条例", Article: 25, Para: 2},
	}
	return &document.Decision{
		Number: "静城管罚字〔2026〕第9号", Authority: "上海市静安区城市管理行政执法局",
		Party: document.Party{Kind: document.Organisation, Name: "上海示例餐饮管理有限公司", Code: "91310106MA1FY00X3K",
			Address: "上海市静安区示例路1234号1层", Representative: "陈示例"},
		Matter: "占用道路设摊经营",
		Facts: "2026年11月2日10时15分，本机关执法人员在日常巡查中发现，你单位在上海市静安区示例路1234号门前人行道上摆放桌椅6套，占用道路面积约12.5平方米，从事餐饮经营活动。" +
			"执法人员当场出示执法证件，制作现场检查笔录并拍照取证，责令你单位当场改正。\n2026年11月4日14时许，执法人员复查时发现你单位仍未改正。",
		Evidence: []document.Evidence{
			{Name: "现场检查（勘验）笔录", Source: "2026年11月2日现场制作", Proves: "占用道路设摊经营的时间、地点、面积和经过"},
			{Name: "现场照片6张、执法记录仪视频1段", Source: "2026年11月2日、4日拍摄", Proves: "桌椅摆放位置、数量以及复查时仍未改正"},
			{Name: "询问（调查）笔录", Source: "2026年11月5日对法定代表人陈示例制作", Proves: "你单位承认占用道路设摊经营的事实"},
			{Name: "营业执照复印件", Source: "当事人提供", Proves: "当事人的主体资格"},
		},
		Violated: rules[:1], Basis: rules[1:],
		Reasons: "你单位经责令改正后仍未改正，参照本机关行政处罚裁量基准，违法情节一般",
		Notice: document.Notified{Number: "静城管罚告字〔2026〕第17号", Served: on.AddDays(1),
			Defence: "初次违法，已经改正，请求从轻处罚", Opinion: "你单位经责令后未在期限内改正，所提理由不成立，不予采纳"},
		Penalties: []document.Penalty{{Kind: document.Fine, Amount: document.Yuan(5000)}}, Correct: "立即停止占用道路设摊经营",
		Pay:             document.Payment{Bank: "中国工商银行上海市分行各营业网点", Account: "31010600020260000009", Online: "扫描缴款通知书上的二维码"},
		Reconsideration: "上海市静安区人民政府", Court: "上海市静安区人民法院",
		Contact: document.Contact{Person: "王示例、李示例", Phone: "021-00000000", Address: "上海市静安区示例路1号"},
		Date:    on.AddDays(11),
	}, nil
}

// writePage writes page.html and the fonts that it is set in.
func writePage(folder string, fonts fs.FS, form document.Form) error {
	for _, name := range []string{"text.ttf", "title.ttf"} {
		b, err := fs.ReadFile(fonts, name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o644); err != nil {
			return err
		}
	}
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>
@font-face { font-family: text; src: url(text.ttf) }
@font-face { font-family: title; src: url(title.ttf) }
@page { size: A4; margin: 37mm 26mm 35mm 28mm }
body { margin: 0; font: 15.8pt/29pt text; text-align: justify }
h1, h2, th { font-family: title; font-weight: normal } h1 { font-size: 22pt; line-height: 36pt; margin: 0; text-align: center } h2 { font-size: 15.8pt; margin: 0 }
p { margin: 0; text-indent: 2em } table { width: 100%; border-collapse: collapse; font-size: 14pt; line-height: 1.45 } td, th { border: .6pt solid; padding: 5pt }
.close { text-align: right }</style>
`)
	for _, block := range form.Content() {
		writeBlock(&b, block)
	}
	return os.WriteFile(filepath.Join(folder, "page.html"), []byte(b.String()), 0o644)
}

func writeBlock(w io.Writer, block document.Block) {
	e := html.EscapeString
	switch b := block.(type) {
	case document.Masthead:
		fmt.Fprintf(w, "<h1>%s</h1><h1>%s</h1><div class=close>%s</div>\n", e(b.Authority), e(b.Title), e(b.Number))
	case document.Addressee:
		fmt.Fprintf(w, "<div>%s</div>\n", e(b.Text))
	case document.Heading:
		fmt.Fprintf(w, "<h2>%s</h2>\n", e(b.Text))
	case document.Paragraph:
		for text := range strings.SplitSeq(b.Text, "\n") {
			fmt.Fprintf(w, "<p>%s</p>\n", e(text))
		}
	case document.Note:
		fmt.Fprintf(w, "<small>%s</small>\n", e(b.Text))
	case document.Table:
		rows := b.Rows
		if b.Head != nil {
			rows = append([][]string{b.Head}, rows...)
		}
		fmt.Fprint(w, "<table>")
		for _, cells := range rows {
			fmt.Fprint(w, "<tr>")
			for i, c := range cells {
				tag := "td"
				if i == 0 || b.Pairs && i%2 == 0 {
					tag = "th"
				}
				fmt.Fprintf(w, "<%s>%s</%s>", tag, e(c), tag)
			}
			fmt.Fprint(w, "</tr>")
		}
		fmt.Fprint(w, "</table>\n")
	case document.Closing:
		fmt.Fprintf(w, "<div class=close>%s<br>%s</div>\n", e(b.Authority), e(b.Date.Chinese()))
	}
}
