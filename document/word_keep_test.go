package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiexu/document/docx"
)

// wordPara is a paragraph as a word processor sets it: what it says, and whether it stays with the next one.
type wordPara struct {
	style, text   string
	picture, kept bool
	row           int // of the tables, counted through; 0: outside of them
}

// wordParas reads the paragraphs, the style sheet's rules among their own.
func wordParas(t *testing.T, parts map[string][]byte) (out []wordPara) {
	t.Helper()
	keeps := map[string]bool{}
	var style string
	read := func(part string, start func(xml.StartElement), end func(string), text func(string)) {
		d := xml.NewDecoder(bytes.NewReader(parts[part]))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			switch e := token.(type) {
			case xml.StartElement:
				start(e)
			case xml.EndElement:
				end(e.Name.Local)
			case xml.CharData:
				text(string(e))
			}
		}
	}
	attr := func(e xml.StartElement, name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	read("word/styles.xml", func(e xml.StartElement) {
		switch e.Name.Local {
		case "style":
			style = attr(e, "styleId")
		case "keepNext":
			keeps[style] = true
		}
	}, func(string) {}, func(string) {})
	var p wordPara
	rows, in, inText := 0, false, false
	read("word/document.xml", func(e xml.StartElement) {
		switch e.Name.Local {
		case "tr":
			rows, in = rows+1, true
		case "p":
			if p = (wordPara{}); in {
				p.row = rows
			}
		case "pStyle":
			p.style = attr(e, "val")
			p.kept = p.kept || keeps[p.style]
		case "keepNext":
			p.kept = true
		case "drawing":
			p.picture = true
		case "t":
			inText = true
		}
	}, func(name string) {
		switch name {
		case "tr":
			in = false
		case "p":
			out = append(out, p)
		case "t":
			inText = false
		}
	}, func(s string) {
		if inText {
			p.text += s
		}
	})
	return out
}

func wordForms(t *testing.T) []Form {
	forms := []Form{sampleNotice(t), sampleDecision(t)}
	for _, b := range Blanks() {
		forms = append(forms, sampleSheet(t, b))
	}
	return forms
}

// What people sign, and what the authority puts its name and date to, is never on a page without what it says.
func TestWordNeverTearsTheEndFromTheText(t *testing.T) {
	seen := map[string]int{}
	for _, f := range wordForms(t) {
		b, err := DOCX(f, made)
		if err != nil {
			t.Fatal(err)
		}
		list := wordParas(t, unpack(t, b))
		for i, p := range list {
			gap := p.row == 0 && p.text == "" && !p.picture // after a table
			switch {
			case p.row != 0:
			case p.style == docx.Closing, p.style == docx.Sign, p.style == docx.Note && !gap:
				seen[p.style]++
				if i == 0 {
					t.Errorf("%s begins with what ends it", f.Kind())
					continue
				}
				at := i - 1
				if !list[at].kept {
					t.Errorf("%s: a page break may part %q from %q", f.Kind(), lastWords(list[at].text), p.text)
				}
				if list[at].text == "" && at > 0 && list[at-1].row != 0 {
					for at--; at > 0 && list[at].row == list[at-1].row; at-- {
						if !list[at].kept {
							t.Errorf("%s: a page break may part the table's last row (%q) from %q", f.Kind(), lastWords(list[at].text), p.text)
						}
					}
					seen["after a table"]++
				}
			case p.style == docx.Caption && p.picture:
				seen["picture"]++
				if !p.kept {
					t.Errorf("%s: a page break may part a picture from what is said of it", f.Kind())
				}
			}
		}
	}
	for _, what := range []string{docx.Closing, docx.Sign, docx.Note, "after a table", "picture"} {
		if seen[what] == 0 {
			t.Errorf("no form has %s, so nothing was tried", what)
		}
	}
}

func lastWords(s string) string {
	r := []rune(s)
	return string(r[max(0, len(r)-12):])
}

// Running text is not held: a long page without a place to break would be broken anywhere.
func TestWordHoldsNoMoreThanTheEnd(t *testing.T) {
	d := sampleDecision(t)
	b, err := DOCX(d, made)
	if err != nil {
		t.Fatal(err)
	}
	held := slices.DeleteFunc(wordParas(t, unpack(t, b)), func(p wordPara) bool { return !p.kept || p.style != docx.Body })
	if len(held) != 1 {
		t.Errorf("%d paragraphs of the text are held, want the last: %v", len(held), held)
	}
}

// TestWordGolden compares the whole body of a form that has all of it: table, text, lines to sign, closing, note.
// Written anew with: go test ./document -run WordGolden -update
func TestWordGolden(t *testing.T) {
	for _, kind := range []Kind{KindPreserve, KindInspection} {
		blank, ok := BlankOf(kind)
		if !ok {
			t.Fatal(kind)
		}
		b, err := DOCX(sampleSheet(t, blank), made)
		if err != nil {
			t.Fatal(err)
		}
		body := string(unpack(t, b)["word/document.xml"])
		lines := strings.NewReplacer("<w:p>", "\n<w:p>", "<w:tr>", "\n<w:tr>", "<w:tbl>", "\n<w:tbl>", "<w:sectPr>", "\n<w:sectPr>").Replace(body) + "\n"
		file := filepath.Join("testdata", fmt.Sprintf("%s.golden.xml", kind))
		if *refresh {
			if err := os.WriteFile(file, []byte(lines), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines; got != string(want) {
			g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
			for i := range min(len(g), len(w)) {
				if g[i] != w[i] {
					t.Fatalf("%s differs from line %d on:\n%s\nwant\n%s", file, i+1, g[i], w[i])
				}
			}
			t.Fatalf("%s: %d lines, want %d", file, len(g), len(w))
		}
	}
}
