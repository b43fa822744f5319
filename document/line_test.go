package document

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func text(l line) string {
	var b strings.Builder
	for _, p := range l.pieces {
		b.WriteString(string(p.runes))
	}
	return b.String()
}

func broken(s setting, t string, indent float64) []string {
	var out []string
	for _, l := range s.breakLines(t, indent) {
		out = append(out, text(l))
	}
	return out
}

func TestLineBreaks(t *testing.T) {
	s := setting{fonts(t).body, 10, 100} // ten characters a line
	for _, c := range []struct{ name, in, want string }{
		{"exact", "一二三四五六七八九十", "一二三四五六七八九十"},
		{"plain", "一二三四五六七八九十百", "一二三四五六七八九十|百"},
		{"a full stop is pulled in where there is room", "一，三，五六七八九十。百千", "一，三，五六七八九十。|百千"},
		{"a full stop takes a character along where not", "一二三四五六七八九十。百千", "一二三四五六七八九|十。百千"},
		{"marks in a row stay together", "一二三四五六七八九十。”百千", "一二三四五六七八九|十。”百千"},
		{"no opening mark at the end", "一二三四五六七八九（十百）", "一二三四五六七八九|（十百）"},
		{"numbers stay whole", "一二三四五六七八九2026年", "一二三四五六七八九|2026年"},
		{"words stay whole", "一二三四五六七八 hello", "一二三四五六七八|hello"},
		{"dashes stay together", "一二三四五六七八九——十", "一二三四五六七八|九——十"},
		{"dots stay together", "一二三四五六七八九……十", "一二三四五六七八|九……十"},
		{"a percent sign stays with its number", "一二三四五六七八99％的", "一二三四五六七八|99％的"},
		{"a long word is cut", strings.Repeat("x", 30), ""},
		{"empty", "", ""},
	} {
		got := broken(s, c.in, 0)
		if c.name == "a long word is cut" {
			if len(got) < 2 || strings.Join(got, "") != c.in {
				t.Errorf("%s: %q", c.name, got)
			}
			continue
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever the text: nothing is lost, no line begins or ends with a mark that may not, and no line is wider
// than the measure once squeezed.
func TestLineBreakProperties(t *testing.T) {
	chain := fonts(t).body
	rapid.Check(t, func(t *rapid.T) {
		s := setting{chain, 10, rapid.Float64Range(40, 300).Draw(t, "measure")}
		in := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"街", "序", "，", "。", "）", "（", "《", "》", "“", "”", "——", "……",
			" ", "2026", "12.5", "abc", "：", "、", "㛃", "𠅤", "%"}), 0, 80).Draw(t, "text"), "")
		indent := rapid.SampledFrom([]float64{0, 20}).Draw(t, "indent")
		lines := s.breakLines(in, indent)
		all := ""
		for i, l := range lines {
			all += text(l)
			if len(l.pieces) == 0 {
				continue
			}
			glyphs := s.glyphs(l, 0)
			last := l.pieces[len(l.pieces)-1]
			end := glyphs[len(glyphs)-1].X + s.advance(last.last())
			if in := s.size / 2; end > s.measure+in+0.1 && len(l.pieces) > 1 {
				t.Fatalf("line %q reaches %.1f of %.1f", text(l), end, s.measure)
			}
			for j := 1; j < len(glyphs); j++ {
				if glyphs[j].X < glyphs[j-1].X {
					t.Fatalf("line %q runs backwards", text(l))
				}
			}
			if i > 0 && len(lines[i-1].pieces) > 0 && s.measure > 200 && hasBreak(in) {
				if before := lines[i-1].pieces[len(lines[i-1].pieces)-1]; !mayBreak(before, l.pieces[0]) && !forced(s, lines[i-1]) {
					t.Fatalf("broken between %q and %q", text(lines[i-1]), text(l))
				}
			}
		}
		if strings.ReplaceAll(all, " ", "") != strings.ReplaceAll(in, " ", "") {
			t.Fatalf("%q became %q", in, all)
		}
	})
}

// hasBreak reports whether the text has a character that a line may end after.
func hasBreak(s string) bool { return strings.ContainsAny(s, "街序㛃𠅤") }

// forced reports whether a line had no place at all where it may break.
func forced(s setting, l line) bool {
	for i := 1; i < len(l.pieces); i++ {
		if mayBreak(l.pieces[i-1], l.pieces[i]) {
			return false
		}
	}
	return true
}

func FuzzBreakLines(f *testing.F) {
	faces, err := shipped()
	if err != nil {
		f.Skip("data/fonts has no fonts: run the font build step (tools/fonts) first")
	}
	f.Add("街序，（街序）。“”——", uint8(5))
	f.Add("", uint8(0))
	if b, err := os.ReadFile("testdata/notice.golden.txt"); err == nil {
		f.Add(string(b), uint8(28))
	}
	f.Fuzz(func(t *testing.T, in string, ems uint8) {
		s := setting{faces.body, 10, 10 * float64(ems)}
		for _, l := range s.breakLines(in, 0) {
			s.glyphs(l, 0)
		}
	})
}
