package portal

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"jiexu/place"
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
	token, err := g.seal(aDraft+" T", draft{Once: "o", Phone: "13900001234"})
	if err != nil || strings.Contains(token, "1390") {
		t.Fatalf("%v %s", err, token)
	}
	var d draft
	if _, ok := g.unseal(aDraft+" T", token, draftFor, &d); !ok || d.Phone != "13900001234" {
		t.Errorf("%+v", d)
	}
	if _, ok := g.unseal(forPass, token, draftFor, &d); ok {
		t.Error("read for another purpose")
	}
	other := New(Config{Key: bytes.Repeat([]byte{8}, 32), Now: g.Now})
	if _, ok := other.unseal(aDraft+" T", token, draftFor, &d); ok {
		t.Error("read with another key")
	}
	for i := range len(token) {
		bad := []byte(token)
		if bad[i] = 'A'; token[i] == 'A' {
			bad[i] = 'B'
		}
		if _, ok := g.unseal(aDraft+" T", string(bad), draftFor, &d); ok {
			t.Fatalf("changed at %d and read", i)
		}
	}
	now = now.Add(draftFor)
	if _, ok := g.unseal(aDraft+" T", token, draftFor, &d); ok {
		t.Error("read after its time")
	}
}

// A click tells the place that the map shows there, on each of its sizes; steps by the keyboard lead there as well.
func TestTheMapTellsItsPlaces(t *testing.T) {
	v := view{Half: usual}
	v.Centre.Lon, v.Centre.Lat = 121.4487, 31.2335
	for _, in := range frames {
		for _, at := range [][2]int{{in.Wide / 2, in.High / 2}, {0, 0}, {in.Wide, in.High}, {200, 31}} {
			x, y := v.xy(in, v.at(in, at[0], at[1]))
			if dx, dy := x-float64(at[0]), y-float64(at[1]); dx*dx+dy*dy > 0.1 {
				t.Errorf("%s: %v lies at %v, %v", in, at, x, y)
			}
		}
		if p := v.at(in, 99_999, -7); !(view{v.Centre, v.Half * 2}).shows(p) {
			t.Errorf("%s: a click beyond the map is %v", in, p)
		}
		if again, ok := frameOf(in.String()); !ok || again != in {
			t.Errorf("%s is not found again", in)
		}
	}
	p := v.Centre
	for range 3 {
		p = v.beside(v.beside(p, "north"), "east")
	}
	x, y := v.xy(frames[0], p)
	if want := 144 + 72.0; x < want-1 || x > want+1 || y < 71 || y > 73 {
		t.Errorf("three steps to the north-east lead to %.1f, %.1f", x, y)
	}
	if back := v.beside(v.beside(p, "south"), "west"); back == p || back == v.Centre {
		t.Errorf("a step back leads to %v", back)
	}
}

// What browsers send of a click is the point under it; pressed by the keyboard they send 0, 0, and the pin stays where it is.
func TestClicks(t *testing.T) {
	d := draft{View: view{Half: usual}}
	d.View.Centre.Lon, d.View.Centre.Lat = 121.4487, 31.2335
	click := func(name, x, y string) (place.Point, bool) {
		return d.clicked(&form{values: map[string][]string{name + ".x": {x}, name + ".y": {y}}})
	}
	for _, in := range frames {
		if at, ok := click(in.Name(), strconv.Itoa(in.Wide/2), strconv.Itoa(in.High/2)); !ok || at != d.View.Centre {
			t.Errorf("%s: the middle is %v", in, at)
		}
		if at, ok := click(in.Name(), "0", "0"); !ok || at != d.View.Centre {
			t.Errorf("%s: by the keyboard it leads to %v", in, at)
		}
	}
	if _, ok := click("pin-1x1", "3", "3"); ok {
		t.Error("a map that there is not was clicked")
	}
}
