package words

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"jiexu/fault"
)

func TestBothLanguagesSayTheSame(t *testing.T) {
	all, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(Languages) {
		t.Fatalf("languages in messages/: %d, want %v", len(all), Languages)
	}
	for _, lang := range Languages {
		for _, other := range Languages {
			for code, text := range all[lang] {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s has no text in %s", code, lang)
				}
				if _, ok := all[other][code]; !ok {
					t.Errorf("%s stands in %s and not in %s", code, lang, other)
				}
			}
		}
	}
	for code, zh := range all[Chinese] {
		if a, b := marks(zh), marks(all[English][code]); !slices.Equal(a, b) {
			t.Errorf("%s has the placeholders %v in Chinese and %v in English", code, a, b)
		}
	}
}

// marks lists the placeholders of a text; {step_en} is the English word for what {step} is in Chinese.
func marks(text string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		out = append(out, strings.TrimSuffix(m[1], "_en"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestChineseTextsAreChinese(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	for code, text := range loaded()[English] {
		if han.MatchString(regexp.MustCompile(`[“"《(（][^”"》)）]*[”"》)）]`).ReplaceAllString(text, "")) {
			t.Errorf("%s: the English text holds Chinese outside of quotation marks: %s", code, text)
		}
	}
	for code, text := range loaded()[Chinese] {
		if strings.Contains(text, "。") != strings.HasSuffix(text, "。") && !strings.HasSuffix(text, "”") && !strings.HasSuffix(text, "）") {
			t.Errorf("%s: a sentence without its full stop: %s", code, text)
		}
	}
}

// use is a fault code in the source, with the names of the parameters that it gets there.
type use struct {
	at, code string
	params   []string
	open     bool // the names of the parameters cannot be read from the source
}

// uses reads all fault codes of the source: fault.New(kind, "code", …), fault.Wrap(err, kind, "code", …)
// and .With("field", "code", …).
func uses(t *testing.T) []use {
	t.Helper()
	var out []use
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() != ".." && strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"jiexu/fault"` }) {
			return nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if u, ok := useOf(call); ok {
					u.at = set.Position(call.Pos()).String()
					out = append(out, u)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func useOf(call *ast.CallExpr) (u use, ok bool) {
	sel, isSel := call.Fun.(*ast.SelectorExpr)
	if !isSel {
		return u, false
	}
	at := 1
	switch x, _ := sel.X.(*ast.Ident); {
	case x != nil && x.Name == "fault" && sel.Sel.Name == "New":
	case x != nil && x.Name == "fault" && sel.Sel.Name == "Wrap":
		at = 2
	case sel.Sel.Name == "With":
	default:
		return u, false
	}
	if len(call.Args) <= at {
		return u, false
	}
	if u.code, ok = literal(call.Args[at]); !ok {
		return u, false
	}
	u.open = call.Ellipsis.IsValid()
	for i := at + 1; i < len(call.Args); i += 2 {
		name, ok := literal(call.Args[i])
		u.params, u.open = append(u.params, name), u.open || !ok
	}
	return u, true
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func TestEveryFaultHasItsWords(t *testing.T) {
	found := uses(t)
	if len(found) < 50 {
		t.Fatalf("only %d fault codes were found in the source: the reading is broken", len(found))
	}
	missing := map[string]bool{}
	for _, u := range found {
		for _, lang := range Languages {
			text, ok := loaded()[lang][u.code]
			if !ok {
				if !missing[u.code] {
					t.Errorf("%s: %q has no message in %s: add it to words/messages", u.at, u.code, lang)
				}
				missing[u.code] = true
				continue
			}
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				if !u.open && !slices.Contains(u.params, m[1]) {
					t.Errorf("%s: the message of %s wants {%s}, which the fault does not carry", u.at, u.code, m[1])
				}
			}
		}
	}
}

func TestEveryKindHasATitle(t *testing.T) {
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		if !Has("fault." + k.String()) {
			t.Errorf("fault.%s has no title", k)
		}
	}
}

func TestText(t *testing.T) {
	cases := []struct {
		lang, code string
		params     map[string]any
		want       string
	}{
		{Chinese, "form.too_long", map[string]any{"max": 20}, "内容过长，最多 20 个字符。"},
		{English, "form.too_long", map[string]any{"max": 20}, "Too long: at most 20 characters."},
		{English, "form.low", map[string]any{"min": 0.5}, "Too small: not below 0.5."},
		{English, "refused", map[string]any{"op": "casework.decide"}, "Your role does not include “decide”. If your work needs it, ask the administrator."},
		{Chinese, "refused", map[string]any{"op": "something.else"}, "您的角色没有“something.else”的权限。如工作需要，请联系系统管理员。"},
		{"fr", "form.required", nil, "此项必填。"},
		{English, "no.such_code", nil, "no.such_code"},
		{English, "import.rejected_file", map[string]any{"n": 1, "file": "x"}, "1 rejected row, with the reasons, is in: x"},
		{English, "import.rejected_file", map[string]any{"n": int64(21), "file": "x"}, "21 rejected rows, with the reasons, are in: x"},
		{English, "org.sign_in_wait", map[string]any{"seconds": 1.0}, "Too many failed sign-ins. Please try again in 1 second."},
		{English, "org.sign_in_wait", nil, "Too many failed sign-ins. Please try again in {seconds} {seconds?second|seconds}."},
		{English, "form.too_long", nil, "Too long: at most {max} characters."},
		{English, "form.one_of", map[string]any{"options": "{max}", "max": 3}, "Choose one of: {max}."},
	}
	for _, c := range cases {
		if got := Text(c.lang, c.code, c.params); got != c.want {
			t.Errorf("Text(%s, %s, %v) = %q, want %q", c.lang, c.code, c.params, got, c.want)
		}
	}
}

func TestFault(t *testing.T) {
	title, detail := Fault(English, fmt.Errorf("saving: %w", fault.New(fault.Conflict, "changed_meanwhile")))
	if title != "It conflicts with what is there" || !strings.HasPrefix(detail, "Somebody else changed this") {
		t.Errorf("a wrapped fault is said as %q, %q", title, detail)
	}
	secret := errors.New("password of the database: tiger")
	for _, err := range []error{secret, fault.Wrap(secret, fault.Internal, "store.busy")} {
		title, detail := Fault(English, err)
		if title != "Internal error" || strings.Contains(detail, "tiger") {
			t.Errorf("an internal error is said as %q, %q", title, detail)
		}
	}
}

func TestLoadRefusesWhatIsAmbiguous(t *testing.T) {
	for name, tree := range map[string]fstest.MapFS{
		"a code in two files": {"messages/a.en.json": {Data: []byte(`{"x":"1"}`)}, "messages/b.en.json": {Data: []byte(`{"x":"2"}`)}},
		"a name without room": {"messages/en.json": {Data: []byte(`{}`)}},
		"broken JSON":         {"messages/a.en.json": {Data: []byte(`{`)}},
	} {
		if _, err := load(tree); err == nil {
			t.Errorf("%s was loaded", name)
		}
	}
}

func TestChoose(t *testing.T) {
	cases := map[string]string{
		"":                        Chinese,
		"en":                      English,
		"en-GB,en;q=0.9":          English,
		"zh-TW,zh;q=0.9,en;q=0.8": Chinese,
		"fr,en;q=0.5":             English,
		"fr":                      Chinese,
		"zh;q=0.2, en;q=0.7":      English,
		"en;q=abc, zh":            Chinese,
		";;;,,,q=1":               Chinese,
		"EN-us":                   English,
		"en;q=0":                  Chinese,
	}
	for header, want := range cases {
		if got := Choose(header); got != want {
			t.Errorf("Choose(%q) = %s, want %s", header, got, want)
		}
	}
}

// A text in two languages is said in the reader's, as it was made and as it comes back out of a row.
func TestTextsInBothLanguages(t *testing.T) {
	kept := map[string]any{"state": map[string]any{"zh": "已派遣", "en": "Routed"}, "step": map[string]any{"zh": "办结", "en": "Close"}}
	for lang, want := range map[string]string{Chinese: "已派遣", English: "Routed"} {
		if got := Text(lang, "procedure.not_now", kept); !strings.Contains(got, want) || strings.Contains(got, "map[") {
			t.Errorf("%s: %s", lang, got)
		}
	}
}
