package app_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	pngs "image/png"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"jiexu/ledger"
)

// disc is the picture of a seal: a red disc of side pixels on a ground of that opacity.
func disc(width, height int, ground uint8) []byte {
	p := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			dx, dy := x-width/2, y-height/2
			p.SetNRGBA(x, y, color.NRGBA{255, 255, 255, ground})
			if dx*dx+dy*dy < width*width/5 {
				p.SetNRGBA(x, y, color.NRGBA{200, 20, 40, 200})
			}
		}
	}
	var b bytes.Buffer
	pngs.Encode(&b, p)
	return b.Bytes()
}

// enterSeal sends a seal as the console's form does.
func (w *world) enterSeal(login, unit, name, from string, picture []byte) answer {
	w.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for field, value := range map[string]string{"unit": unit, "name": name, "validFrom": from, "diameter": "42"} {
		m.WriteField(field, value)
	}
	part, _ := m.CreateFormFile("file", "seal.png")
	part.Write(picture)
	m.Close()
	return w.as(login).do("POST", "/org/seals", form.String(), "Content-Type", m.FormDataContentType())
}

// A seal is entered by the administrator alone, must be one, and from its day on is on what is issued; what was issued before
// it came or after it went leaves the place free.
func TestSeals(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.turnTo(monday)
		bureau := w.unitOf("head")
		decided := func() (pdf, seal string) {
			t.Helper()
			c := found(t, w, "", "WY-03", shop)
			c.noticed(3000).decided(3000)
			w.sequence()
			pdf = w.as("legal").do("GET", c.path("/documents/"+c.doc+".pdf"), "").ok(200).body
			verifyPaper(t, w, []byte(pdf))
			return pdf, w.one(`SELECT COALESCE(seal, '') FROM casework_documents WHERE id = $1`, c.doc)
		}
		for name, c := range map[string]struct {
			picture []byte
			field   string
		}{
			"no picture": {[]byte("hello"), "org.seal_not_png"}, "half a picture": {disc(400, 400, 0)[:900], "org.seal_not_png"}, "too small": {disc(100, 100, 0), "org.seal_size"},
			"a strip": {disc(600, 300, 0), "org.seal_size"}, "a white ground": {disc(400, 400, 255), "org.seal_opaque"}, "nothing": {nil, "form.required"},
		} {
			a := w.enterSeal("admin", bureau, "公章", w.today(), c.picture)
			var p struct{ Fields []struct{ Name, Code string } }
			json.Unmarshal([]byte(a.body), &p)
			if a.status != 422 || len(p.Fields) != 1 || p.Fields[0].Name != "file" || p.Fields[0].Code != c.field {
				t.Errorf("%s: %d %s", name, a.status, a.body)
			}
		}
		if a := w.enterSeal("legal", bureau, "公章", w.today(), disc(400, 400, 0)); a.status != 403 {
			t.Errorf("the legal section enters a seal: %d", a.status)
		}
		if a := w.enterSeal("admin", "nowhere", "公章", w.today(), disc(400, 400, 0)); a.status != 404 {
			t.Errorf("of no unit: %d %s", a.status, a.body)
		}

		demo := w.one(`SELECT id FROM org_seals`)
		w.as("admin").do("POST", "/org/seals/"+demo+"/retire", `{"reason":"演示结束"}`).ok(204)
		if pdf, seal := decided(); strings.Contains(pdf, "/SMask") || seal != "" {
			t.Error("a decision bears a seal that nobody has entered")
		}
		id := w.enterSeal("admin", bureau, "公章", w.today(), disc(400, 400, 0)).ok(200).text("id")
		later := w.enterSeal("admin", bureau, "新公章", "2999-01-01", disc(500, 500, 0)).ok(200).text("id")
		pdf, seal := decided()
		if !strings.Contains(pdf, "/SMask") || seal != id {
			t.Errorf("the decision bears %q, want %s and not %s", seal, id, later)
		}
		if picture := w.as("admin").do("GET", "/org/seals/"+id+"/image", "").ok(200); picture.body != string(disc(400, 400, 0)) {
			t.Error("the picture is not the one that was sent")
		}
		if a := w.as("head").do("GET", "/org/seals/"+id+"/image", ""); a.status != 403 {
			t.Errorf("the head takes the picture of the seal away: %d", a.status)
		}
		w.as("admin").do("POST", "/org/seals/"+id+"/retire", `{"reason":"换新章"}`).ok(204)
		if a := w.as("admin").do("POST", "/org/seals/"+id+"/retire", `{"reason":"再停"}`); a.status != 409 {
			t.Errorf("retired twice: %d", a.status)
		}
		if pdf, seal := decided(); strings.Contains(pdf, "/SMask") || seal != "" {
			t.Error("a retired seal still seals")
		}
		list := w.as("admin").do("GET", "/org/seals", "").ok(200)
		if n := strings.Count(list.body, `"sha256"`); n != 3 || !strings.Contains(list.body, "换新章") {
			t.Errorf("%d seals: %s", n, list.body)
		}
		if kept := w.count(`SELECT count(*) FROM ledger_entries WHERE kind IN ('org.seal_entered', 'org.seal_retired')`); kept != 5 {
			t.Errorf("%d entries of seals", kept)
		}
		w.check()
		w.write(`UPDATE org_seals SET valid_from = '2020-01-01' WHERE id = $1`, id)
		report, err := ledger.Check(t.Context(), w.app.DB, ledger.CheckOptions{})
		if err != nil || !slices.ContainsFunc(report.Findings, func(f ledger.Finding) bool { return f.Table == "org_seals" && strings.Contains(f.Key, id) }) {
			t.Errorf("a seal that was changed behind the program's back is not found: %v %v", report.Findings, err)
		}
	})
}
