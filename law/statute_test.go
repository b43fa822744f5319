package law

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"jiexu/fault"

	"pgregory.net/rapid"
)

// mustContain checks that the place exists and holds the phrase relied on.
func mustContain(t *testing.T, c Cite, phrase string) {
	t.Helper()
	a, err := Find(c)
	if err != nil {
		t.Errorf("%s: %v", c, err)
		return
	}
	if text, err := a.Part(c); err != nil || !strings.Contains(text, phrase) {
		t.Errorf("%s does not say %q but:\n%s", c, phrase, text)
	}
}

func TestRegister(t *testing.T) {
	for _, r := range Register() {
		mustContain(t, r.Cite, r.Phrase)
	}
}

// constructors are the functions of cite.go that make a citation.
func constructors(t *testing.T) map[string]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "cite.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.IsExported() && f.Name.Name == strings.ToUpper(f.Name.Name) {
			out[f.Name.Name] = true
		}
	}
	return out
}

// Every citation written in Go anywhere in the repository names an article, paragraph or item that exists.
func TestCitationsInSourceResolve(t *testing.T) {
	known := constructors(t)
	if !known["AP"] || !known["SWL"] {
		t.Fatalf("constructors found: %v", known)
	}
	files, calls := token.NewFileSet(), 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if err == nil && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && entry.Name() != "..") {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") && filepath.Dir(path) == "../law" {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil // the compiler complains about it
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, inLaw := "", file.Name.Name == "law"
			switch f := call.Fun.(type) {
			case *ast.SelectorExpr:
				if x, ok := f.X.(*ast.Ident); ok && x.Name == "law" {
					name = f.Sel.Name
				}
			case *ast.Ident:
				if inLaw {
					name = f.Name
				}
			}
			if !known[name] {
				return true
			}
			var n3 [3]int
			for i, arg := range call.Args {
				lit, ok := arg.(*ast.BasicLit)
				if _, counted := arg.(*ast.BinaryExpr); counted && i == 2 { // item by item in a loop: the first must be there
					lit, ok = &ast.BasicLit{Value: "1"}, true
				}
				if !ok || i > 2 {
					t.Errorf("%s: %s is cited by something other than numbers", files.Position(call.Pos()), name)
					return true
				}
				n3[i], _ = strconv.Atoi(lit.Value)
			}
			calls++
			if _, err := Find(Cite{name, n3[0], n3[1], n3[2]}); err != nil {
				t.Errorf("%s: %v", files.Position(call.Pos()), err)
			}
			return true
		})
		return nil
	})
	if err != nil || calls < len(Register()) {
		t.Errorf("%d citations found (%v)", calls, err)
	}
}

func TestEveryTextReads(t *testing.T) {
	texts, err := Statutes()
	if err != nil {
		t.Fatal(err)
	}
	// Number of the last article, as printed in each text.
	want := map[string]int{"ap-2021.md": 86, "ac-2011.md": 71, "cp-2023.md": 306, "ar-2023.md": 90, "al-2017.md": 103, "aj-2018.md": 163,
		"sh-2018.md": 42, "sb-2018.md": 24, "sa-2018.md": 64, "sg-2018.md": 50, "sp-2018.md": 95, "sp-2020.md": 95, "sw-2019.md": 65,
		"su-2018.md": 63, "sr.md": 46, "up-2019.md": 70, "swl-2020.md": 126, "ce-2017.md": 45, "pi-2021.md": 74, "np-2021.md": 90, "yq-2011.md": 61}
	known := constructors(t)
	for _, s := range texts {
		numbers, err := s.Articles()
		if err != nil || len(numbers) != want[s.File] {
			t.Errorf("%s: %d articles (%v), want %d", s.File, len(numbers), err, want[s.File])
		}
		delete(want, s.File)
		if s.Title == "" || s.Short == "" || s.TitleEn == "" || s.Source == "" || s.Version.IsZero() || s.ValidFrom.Before(s.Version) {
			t.Errorf("%s: incomplete entry %+v", s.File, s)
		}
		if !known[s.Code] {
			t.Errorf("%s: cite.go has no constructor %s", s.File, s.Code)
		}
		for _, n := range numbers {
			a, err := s.Article(n)
			if err != nil || strings.TrimSpace(a.Text()) == "" || strings.Contains(a.Text(), "#") || strings.ContainsRune(a.Text(), '\u200b') {
				t.Errorf("%s article %d: %v %q", s.File, n, err, a.Text())
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not in the manifest: %v", want)
	}
	for code := range known {
		if _, err := Find(Cite{Statute: code, Article: 1}); err != nil {
			t.Errorf("%s has a constructor and no text: %v", code, err)
		}
	}
}

func TestArticle(t *testing.T) {
	a, err := Find(AP(64))
	if err != nil {
		t.Fatal(err)
	}
	if a.Label() != "第六十四条" || len(a.Paragraphs) != 1 || len(a.Paragraphs[0].Items) != 8 || a.Statute.Version.String() != "2021-01-22" {
		t.Errorf("%s: %d paragraphs, %+v", a.Label(), len(a.Paragraphs), a.Paragraphs)
	}
	if got := strings.Join(a.Headings, " / "); got != "第五章 行政处罚的决定 / 第四节 听证程序" {
		t.Errorf("AP 64 stands under %q", got)
	}
	if !strings.HasSuffix(a.Text(), "由听证主持人在笔录中注明。") || !strings.Contains(a.Text(), "\n（一）当事人要求听证的") {
		t.Errorf("AP 64 reads:\n%s", a.Text())
	}
	if a, err := Find(CP(120)); err != nil || a.Label() != "第一百二十条" || a.Cite() != CP(120) {
		t.Errorf("%+v %v", a, err)
	}
	// Items with a paragraph after them: the paragraph is the article's second.
	if a, err := Find(AP(63)); err != nil || len(a.Paragraphs) != 2 || len(a.Paragraphs[0].Items) != 6 {
		t.Errorf("AP 63: %+v %v", a, err)
	}
	// A heading follows AP 53: it is no part of it.
	if a, _ := Find(AP(53)); strings.Contains(a.Text(), "普通程序") || strings.Contains(a.Text(), "第三节") {
		t.Errorf("AP 53 reads:\n%s", a.Text())
	}
}

func TestFindRefuses(t *testing.T) {
	for c, code := range map[Cite]string{
		{"XX", 1, 0, 0}: "law.statute", {"", 0, 0, 0}: "law.statute",
		{"AP", 87, 0, 0}: "law.article", {"AP", 0, 0, 0}: "law.article", {"AP", -1, 0, 0}: "law.article",
		{"AP", 60, 2, 0}: "law.part", {"AP", 64, 1, 9}: "law.part", {"AP", 64, 0, 1}: "law.part", {"AP", 60, -1, 0}: "law.part",
	} {
		if _, err := Find(c); !fault.Is(err, code) {
			t.Errorf("%v: %v, want %s", c, err, code)
		}
	}
}

func TestVersionsByDate(t *testing.T) {
	for _, c := range []struct {
		code, on, file, fault string
	}{
		{"SP", "2019-06-01", "sp-2018.md", ""}, {"SP", "2020-12-29", "sp-2018.md", ""},
		{"SP", "2020-12-30", "sp-2020.md", ""}, {"SP", "2026-01-01", "sp-2020.md", ""},
		{"SA", "2022-11-30", "sa-2018.md", ""}, {"SA", "2022-12-01", "", "law.statute_date"},
		{"AP", "2021-07-14", "", "law.statute_date"}, {"AP", "2021-07-15", "ap-2021.md", ""}, {"ZZ", "2021-07-15", "", "law.statute"},
	} {
		s, err := StatuteOn(c.code, day(t, c.on))
		if c.fault != "" {
			if !fault.Is(err, c.fault) {
				t.Errorf("%s on %s: %v, want %s", c.code, c.on, err, c.fault)
			}
			continue
		}
		if err != nil || s.File != c.file {
			t.Errorf("%s on %s: %v %v, want %s", c.code, c.on, s, err, c.file)
		}
	}
	if a, err := Find(SP(84)); err != nil || a.Statute.File != "sp-2020.md" {
		t.Errorf("without a date the newest text answers, not %+v %v", a, err)
	}
	if _, err := FindOn(SA(25, 2), day(t, "2023-01-01")); !fault.Is(err, "law.statute_date") {
		t.Errorf("SA on 2023-01-01: %v", err)
	}
	texts, _ := Statutes()
	for i := 1; i < len(texts); i++ {
		if a, b := texts[i-1], texts[i]; a.Code == b.Code && a.ValidTo.AddDays(1) != b.ValidFrom {
			t.Errorf("%s: %s ends %s, %s begins %s", a.Code, a.File, a.ValidTo, b.File, b.ValidFrom)
		}
	}
}

func TestBrokenTextsAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"no end of the head":    "第一条 甲。\n",
		"an article is missing": headEnd + "\n第一条 甲。\n\n第三条 丙。\n",
		"twice":                 headEnd + "\n第一条 甲。\n\n第一条 甲。\n",
		"empty":                 headEnd + "\n",
	} {
		if w, err := readStatute(fstest.MapFS{"x.md": {Data: []byte(body)}}, &Statute{Code: "X", File: "x.md"}); err == nil {
			t.Errorf("%s: read %v", name, w.numbers)
		}
	}
}

func TestParseCite(t *testing.T) {
	for s, want := range map[string]Cite{
		"AP 60": AP(60), "ap60": AP(60), " AP 64(1) ": AP(64, 1), "AP 64 (1.2)": AP(64, 1, 2), "SWL 111(1.4)": SWL(111, 1, 4),
	} {
		if got, err := ParseCite(s); err != nil || got != want {
			t.Errorf("ParseCite(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "AP", "60", "AP 0", "AP 60(0)", "AP 60(1.0)", "AP 60(", "AP 60(1.2.3)", "AP -1", "AP 99999", "行政处罚法 60", "A 1", "ABCD 1"} {
		if got, err := ParseCite(s); !fault.Is(err, "law.cite") {
			t.Errorf("ParseCite(%q) = %v, %v", s, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		c := Cite{Statute: rapid.SampledFrom([]string{"AP", "SWL"}).Draw(t, "statute"), Article: rapid.IntRange(1, 999).Draw(t, "article")}
		if c.Para = rapid.IntRange(0, 20).Draw(t, "para"); c.Para > 0 {
			c.Item = rapid.IntRange(0, 20).Draw(t, "item")
		}
		var back Cite
		if text, _ := c.MarshalText(); back.UnmarshalText(text) != nil || back != c {
			t.Fatalf("%v is written %s and read %v", c, text, back)
		}
	})
}

func FuzzParseCite(f *testing.F) {
	for _, s := range []string{"AP 60", "AP 64(1.2)", "SWL 111 (1.4)", "AP 64(", "第六十条"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCite(s)
		if err != nil {
			return
		}
		if again, err := ParseCite(c.String()); err != nil || again != c {
			t.Errorf("%q is read %v, then %v (%v)", s, c, again, err)
		}
		if _, err := Find(c); err != nil && fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", s, err)
		}
	})
}

func TestCiteTitle(t *testing.T) {
	for _, c := range []struct {
		cite     Cite
		lang, is string
	}{
		{AP(64, 1, 2), "zh-CN", "《行政处罚法》第六十四条第一款第（二）项"}, {AP(60), "zh-CN", "《行政处罚法》第六十条"},
		{AP(64, 1, 2), "en", "Administrative Penalty Law, art. 64 para. 1 item 2"}, {Cite{Statute: "XX", Article: 3}, "en", "XX 3"},
	} {
		if got := c.cite.Title(c.lang); got != c.is {
			t.Errorf("%s in %s: %s, want %s", c.cite, c.lang, got, c.is)
		}
	}
}

func TestNumerals(t *testing.T) {
	for n, s := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一百", 105: "一百零五", 110: "一百一十", 120: "一百二十",
		306: "三百零六", 1000: "一千", 1005: "一千零五", 2018: "二千零一十八"} {
		if got := Numeral(n); got != s {
			t.Errorf("Numeral(%d) = %s, want %s", n, got, s)
		}
	}
	for s, want := range map[string]int64{"五十": 50, "二百": 200, "五千": 5000, "一万": 10_000, "二十万": 200_000, "一百万": 1_000_000,
		"十万五千": 105_000, "两": 2, "一百二十": 120, "二〇": 0, "十十": 0, "百": 0, "一二": 0, "": 0, "零": 0, "万": 0, "十百": 0, "甲": 0} {
		if got, ok := ParseNumeral(s); ok != (want > 0) || ok && got != want {
			t.Errorf("ParseNumeral(%q) = %d %v, want %d", s, got, ok, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9999).Draw(t, "n")
		if got, ok := ParseNumeral(Numeral(n)); !ok || got != int64(n) {
			t.Fatalf("%d is written %s and read %d", n, Numeral(n), got)
		}
	})
}
