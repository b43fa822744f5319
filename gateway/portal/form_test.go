package portal

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Whatever is sent as a form is read or refused, and never more of it is held than is bounded.
func FuzzReadForm(f *testing.F) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	m.WriteField("text", "摆摊")
	m.WriteField("stamp", "x")
	part, _ := m.CreateFormFile("photo", "a.jpg")
	part.Write([]byte("\xff\xd8\xff"))
	m.CreateFormFile("photo", "")
	m.Close()
	f.Add(m.FormDataContentType(), b.Bytes())
	f.Add("application/x-www-form-urlencoded", []byte("text=%E6%91%8A&a-when=night&a-when=day&x=%zz"))
	f.Add("multipart/form-data; boundary=", []byte("--\r\n"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\xff\xfe\r\n--b--"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/report/stall", bytes.NewReader(body))
		r.Header.Set("Content-Type", kind)
		files := 0
		form, err := readForm(httptest.NewRecorder(), r, func(_ *form, _, _ string, content io.Reader) error {
			files++
			n, err := io.Copy(io.Discard, content)
			if n == 0 && err == nil {
				t.Error("an empty file was taken")
			}
			return err
		})
		if err != nil && form == nil {
			t.Fatal("no form")
		}
		n := 0
		for _, values := range form.values {
			for _, v := range values {
				n++
				if len(v) > maxField || !utf8.ValidString(v) {
					t.Errorf("%d bytes, valid %v", len(v), utf8.ValidString(v))
				}
			}
		}
		if n+files > maxFields {
			t.Errorf("%d fields", n+files)
		}
	})
}

// What is sealed is read by us alone, for its purpose, in its time.
func TestSealed(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	g := New(Config{Key: bytes.Repeat([]byte{7}, 32), Now: func() time.Time { return now }})
	token, err := g.seal(forDraft, draft{Once: "o", Phone: "13900001234"})
	if err != nil || strings.Contains(token, "1390") {
		t.Fatalf("%v %s", err, token)
	}
	var d draft
	if _, ok := g.unseal(forDraft, token, draftFor, &d); !ok || d.Phone != "13900001234" {
		t.Errorf("%+v", d)
	}
	if _, ok := g.unseal(forPass, token, draftFor, &d); ok {
		t.Error("read for another purpose")
	}
	other := New(Config{Key: bytes.Repeat([]byte{8}, 32), Now: g.Now})
	if _, ok := other.unseal(forDraft, token, draftFor, &d); ok {
		t.Error("read with another key")
	}
	for i := range len(token) {
		bad := []byte(token)
		if bad[i] = 'A'; token[i] == 'A' {
			bad[i] = 'B'
		}
		if _, ok := g.unseal(forDraft, string(bad), draftFor, &d); ok {
			t.Fatalf("changed at %d and read", i)
		}
	}
	now = now.Add(draftFor)
	if _, ok := g.unseal(forDraft, token, draftFor, &d); ok {
		t.Error("read after its time")
	}
}

// A click tells the place that the map shows there.
func TestTheMapTellsItsPlaces(t *testing.T) {
	v := view{Half: usual}
	v.Centre.Lon, v.Centre.Lat = 121.4487, 31.2335
	for _, at := range [][2]int{{144, 144}, {0, 0}, {288, 288}, {200, 31}} {
		x, y := v.xy(v.at(at[0], at[1]))
		if dx, dy := x-float64(at[0]), y-float64(at[1]); dx*dx+dy*dy > 0.1 {
			t.Errorf("%v lies at %v, %v", at, x, y)
		}
	}
	if p := v.at(99_999, -7); !(view{v.Centre, v.Half * 1.2}).shows(p) {
		t.Errorf("a click beyond the map is %v", p)
	}
}
