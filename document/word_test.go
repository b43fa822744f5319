package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
	"testing"

	"jiexu/fault"
)

// unpack reads a DOCX strictly: every part is well-formed XML or a picture, has a content type, and each relation
// leads to a part.
func unpack(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name] != nil {
			t.Errorf("%s stands in it twice", f.Name)
		}
		parts[f.Name] = content
	}
	if len(z.File) == 0 || z.File[0].Name != "[Content_Types].xml" {
		t.Error("the content types do not come first")
	}
	var types struct {
		Default []struct {
			Extension, ContentType string `xml:",attr"`
		}
		Override []struct {
			PartName, ContentType string `xml:",attr"`
		}
	}
	if err := xml.Unmarshal(parts["[Content_Types].xml"], &types); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, d := range types.Default {
		known["."+d.Extension] = true
	}
	for _, o := range types.Override {
		if known[o.PartName] = true; parts[strings.TrimPrefix(o.PartName, "/")] == nil {
			t.Errorf("a content type for %s, which is missing", o.PartName)
		}
	}
	targets := map[string]bool{}
	for name, content := range parts {
		if !known["/"+name] && !known[path.Ext(name)] && name != "[Content_Types].xml" {
			t.Errorf("%s has no content type", name)
		}
		if ext := path.Ext(name); ext == ".xml" || ext == ".rels" {
			d := xml.NewDecoder(bytes.NewReader(content))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
		if !strings.HasSuffix(name, ".rels") {
			continue
		}
		var relations struct {
			Relationship []struct {
				ID     string `xml:"Id,attr"`
				Target string `xml:",attr"`
			}
		}
		if err := xml.Unmarshal(content, &relations); err != nil {
			t.Fatal(err)
		}
		from := path.Dir(path.Dir(name))
		ids := map[string]bool{}
		for _, r := range relations.Relationship {
			target := path.Join(from, r.Target)
			if targets[target] = true; parts[target] == nil || ids[r.ID] {
				t.Errorf("%s: %s leads to %s, or stands twice", name, r.ID, target)
			}
			ids[r.ID] = true
		}
		if strings.HasPrefix(name, "word/") {
			for _, use := range strings.Split(string(parts["word/document.xml"]), `r:embed="`)[1:] {
				if id, _, _ := strings.Cut(use, `"`); !ids[id] {
					t.Errorf("a picture %s without relation", id)
				}
			}
		}
	}
	for name := range parts {
		if !targets[name] && !strings.HasSuffix(name, ".rels") && name != "[Content_Types].xml" {
			t.Errorf("nothing leads to %s", name)
		}
	}
	return parts
}

// wordText is the text of a DOCX in the form of Text: a line a paragraph, the cells of a row parted by tabs.
func wordText(t *testing.T, document []byte) string {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(document))
	var out strings.Builder
	var paras, cells []string
	var para strings.Builder
	inTable, inText := false, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "tbl":
				inTable = true
			case "tr":
				cells = nil
			case "tc":
				paras = nil
			case "p":
				para.Reset()
			case "t":
				inText = true
			}
		case xml.CharData:
			if inText {
				para.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "p":
				if inTable {
					paras = append(paras, para.String())
				} else if para.Len() > 0 {
					out.WriteString(para.String() + "\n")
				}
			case "tc":
				cells = append(cells, strings.Join(paras, " "))
			case "tr":
				out.WriteString(strings.Join(cells, "\t") + "\n")
			case "tbl":
				inTable = false
			}
		}
	}
}

func TestWordTextEqualsTextIn(t *testing.T) {
	forms := []Form{sampleNotice(t), sampleDecision(t)}
	rare := sampleDecision(t)
	rare.Party.Name, rare.Party.Representative, rare.Facts = "𠮷㐂野屋（上海）餐饮有限公司", "𡃁㛃𨋢䶮", "甲 & 乙 < 丙 > 丁 \"戊\"\n第二段"
	forms = append(forms, rare)
	for _, b := range Blanks() {
		forms = append(forms, sampleSheet(t, b))
	}
	for _, f := range forms {
		t.Run(string(f.Kind()), func(t *testing.T) {
			b, err := DOCX(f, made)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := DOCX(f, made); err != nil || !bytes.Equal(b, again) {
				t.Errorf("the same form gives other bytes (%v)", err)
			}
			want, err := Text(f)
			if err != nil {
				t.Fatal(err)
			}
			if got := wordText(t, unpack(t, b)["word/document.xml"]); got != want {
				t.Errorf("text out\n%s\ntext in\n%s", got, want)
			}
		})
	}
	bad := sampleDecision(t)
	bad.Reasons = "铃\x07"
	if _, err := DOCX(bad, made); !fault.Is(err, "document.glyph_missing") {
		t.Errorf("a control character: %v", err)
	}
	if _, err := DOCX(&Decision{}, made); !fault.Is(err, "document.incomplete") {
		t.Errorf("an empty decision: %v", err)
	}
}
