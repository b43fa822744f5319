package document

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"jiexu/fault"
)

// extract reads the text of a PDF with a program that is not ours.
func extract(t *testing.T, b []byte) (pages []string) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed (Debian: poppler-utils)")
	}
	name := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-raw", "-enc", "UTF-8", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

var pageNumber = regexp.MustCompile(`(?m)^— \d+ —$`)

func dense(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// sameText compares what is on the pages with what was put in, character by character. Blanks do not
// count: a line break takes their place. Repeated heads of tables are taken out.
func sameText(t *testing.T, f Form, b []byte) []string {
	t.Helper()
	want, err := Text(f)
	if err != nil {
		t.Fatal(err)
	}
	pages := extract(t, b)
	var got strings.Builder
	for i, p := range pages {
		numbers := pageNumber.FindAllString(p, -1)
		if len(numbers) != 1 || numbers[0] != fmt.Sprintf("— %d —", i+1) {
			t.Errorf("page %d is numbered %q", i+1, numbers)
		}
		p = dense(pageNumber.ReplaceAllString(p, ""))
		if i > 0 {
			p = strings.TrimPrefix(p, "序号证据名称来源证明内容")
		}
		got.WriteString(p)
	}
	g, w := []rune(got.String()), []rune(dense(strings.Replace(want, sealPlace, sealPlace+qrCaption, 1)))
	if strings.HasPrefix(string(w), string(g)) && len(g) == len(w) {
		return pages
	}
	for i := range w {
		if i >= len(g) || g[i] != w[i] {
			// A table that begins a page by chance has its first head there.
			t.Fatalf("character %d is %q, want %q", i, around(g, i), around(w, i))
		}
	}
	t.Fatalf("%d characters too many", len(g)-len(w))
	return nil
}

// A table row that is longer than a page goes on on the next, line by line; the columns' characters are all there.
func TestTallRowsGoOnOnTheNextPage(t *testing.T) {
	f := sampleNotice(t)
	f.Evidence[1].Proves = strings.Repeat("长篇证明内容，须跨页排印；", 120)
	f.Evidence[1].Source = strings.Repeat("来源亦长。", 60)
	want, err := Text(f)
	if err != nil {
		t.Fatal(err)
	}
	pages := extract(t, render(t, f, ""))
	if len(pages) < 6 {
		t.Errorf("%d pages only", len(pages))
	}
	got := pageNumber.ReplaceAllString(strings.Join(pages, ""), "")
	if strings.Count(got, "序号 证据名称") < 2 {
		t.Error("the head of the table is not repeated")
	}
	for _, r := range "长篇须跨页排印来源亦" {
		if g, w := strings.Count(got, string(r)), strings.Count(want, string(r)); g < w {
			t.Errorf("%c: %d times, want %d", r, g, w)
		}
	}
}

func around(r []rune, i int) string { return string(r[min(i, len(r)):min(i+30, len(r))]) }

func TestTextOutEqualsTextIn(t *testing.T) {
	rare := sampleNotice(t)
	rare.Party.Name, rare.Party.Representative = "㛃𠅤䶮喆堃犇（上海）贸易有限公司", "𡃁㛃𨋢䶮"
	long := sampleNotice(t)
	long.Party.Name = strings.Repeat("上海市静安区超长名称测试企业管理咨询服务", 10) // 200 characters
	long.Authority = strings.Repeat("上海市静安区人民政府街道办事处", 3)
	long.Facts = strings.Repeat("经查，你单位于2026年11月2日（星期一）10时15分，在“示例路1234号”门前占用道路（约12.5平方米）经营——共计6套桌椅……", 75)
	long.Evidence = nil
	for i := range 60 {
		long.Evidence = append(long.Evidence, Evidence{fmt.Sprintf("现场照片第%d组", i+1), "执法记录仪DSJ-A9编号0031拍摄", "占用道路设摊经营的事实"})
	}
	forms := map[string]Form{"notice": sampleNotice(t), "decision": sampleDecision(t), "rare": rare, "long": long}
	for n := range 24 { // the closing meets the end of the page at every height
		d := sampleDecision(t)
		d.Facts += strings.Repeat("\n复查一次。", n)
		forms[fmt.Sprintf("decision+%d", n)] = d
	}
	for name, f := range forms {
		t.Run(name, func(t *testing.T) {
			b := render(t, f, checkURL)
			pages := sameText(t, f, b)
			if err := api.Validate(bytes.NewReader(b), nil); err != nil {
				t.Errorf("pdfcpu: %v", err)
			}
			last := pageNumber.ReplaceAllString(pages[len(pages)-1], "")
			before, _, sealed := strings.Cut(last, f.Issuer()[:30])
			if !sealed || !strings.Contains(last, sealPlace) || len([]rune(dense(before))) < 20 {
				t.Errorf("the last page holds little more than the seal: %q", last)
			}
			again := render(t, f, checkURL)
			if !bytes.Equal(b, again) {
				t.Error("the same form gives other bytes")
			}
		})
	}
}

// Every page of a rendered form keeps its text inside of the area, and rows do not overlap.
func TestRowsKeepToTheArea(t *testing.T) {
	f := sampleDecision(t)
	f.Facts = strings.Repeat("一二三四五六七八九十，", 400)
	l := &layout{fonts: fonts(t)}
	for _, b := range f.Content() {
		l.add(b)
	}
	rows := place(l.rows)
	for i, r := range rows {
		if r.y+r.height > areaHeight+0.02 {
			t.Errorf("row %d ends %.1f points below the area", i, r.y+r.height-areaHeight)
		}
		if i > 0 && rows[i-1].page == r.page && r.y < rows[i-1].y+rows[i-1].height-0.02 {
			t.Errorf("row %d overlaps the one before", i)
		}
	}
}

func TestMissingGlyphsAndFonts(t *testing.T) {
	for _, c := range []struct{ text, char, code string }{
		{"第\U0001F600号", "\U0001F600", "U+1F600"}, // a smiling face
		{"第\u202E1号", "?", "U+202E"},              // turns the direction of what follows
		{"第\u200B1号", "?", "U+200B"},              // shows nothing
		{"第\U000E01001号", "?", "U+E0100"},         // chooses another shape of a character
	} {
		n := sampleNotice(t)
		n.Number = c.text
		b, err := Render(n, Press{Fonts: fonts(t), Made: made})
		var f *fault.Error
		if b != nil || !fault.Is(err, "document.glyph_missing") {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if f = err.(*fault.Error); f.Params["char"] != c.char || f.Params["code"] != c.code {
			t.Errorf("%q: names %v", c.text, f.Params)
		}
	}
	if _, err := Render(sampleNotice(t), Press{Made: made}); !fault.Is(err, "document.font_missing") {
		t.Errorf("no fonts: %v", err)
	}
	if _, err := LoadFonts(fstest.MapFS{"README.md": {Data: []byte("x")}}); !fault.Is(err, "document.font_missing") {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := LoadFonts(fstest.MapFS{"text.ttf": {Data: []byte("no font")}}); !fault.Is(err, "document.font_broken") {
		t.Errorf("a broken font: %v", err)
	}
	n := sampleNotice(t)
	if _, err := Render(n, Press{Fonts: fonts(t), Made: made, Check: strings.Repeat("x", maxCheckURL+1)}); !fault.Is(err, "document.check_too_long") {
		t.Errorf("a long address: %v", err)
	}
}

// An office's own face sets what it has, the shipped ones the rest.
func TestOwnFontsComeFirst(t *testing.T) {
	fonts(t)
	b, err := os.ReadFile("../data/fonts/title.ttf")
	if err != nil {
		t.Fatal(err)
	}
	own, err := LoadFonts(fstest.MapFS{"text.ttf": {Data: b}}, os.DirFS("../data/fonts"))
	if err != nil {
		t.Fatal(err)
	}
	if own.body.find('街').face != own.body.faces[0] || own.body.find('㛃').face != own.body.faces[1] {
		t.Error("the office's face does not come first")
	}
}
