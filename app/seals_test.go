package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	pngs "image/png"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"jiexu/app"
	"jiexu/document"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
	"jiexu/systems/casework"
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

// sealOn is the seal that the case's page says its last paper bears, and who is said to have issued it.
func sealOn(c *tale) (seal *casework.Sealed, by string) {
	c.t.Helper()
	var d casework.Detail
	if err := json.Unmarshal([]byte(c.w.as("legal").do("GET", c.path(""), "").ok(200).body), &d); err != nil {
		c.t.Fatal(err)
	}
	for _, one := range d.Documents {
		if one.ID == c.doc {
			return one.Seal, one.IssuedBy
		}
	}
	c.t.Fatalf("the page does not list %s", c.doc)
	return nil, ""
}

// A seal is entered by the administrator alone, must be one, and from its day on is on what is issued; what was issued before
// it came or after it went leaves the place free.
func TestSeals(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.turnTo(monday)
		bureau := w.unitOf("head")
		var c *tale
		decided := func() (pdf, seal string) {
			t.Helper()
			c = found(t, w, "", "WY-03", shop)
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
		if shown, _ := sealOn(c); shown == nil || *shown != (casework.Sealed{How: casework.SealedByHand}) {
			t.Errorf("the page says of a place left free: %+v", shown)
		}
		id := w.enterSeal("admin", bureau, "公章", w.today(), disc(400, 400, 0)).ok(200).text("id")
		later := w.enterSeal("admin", bureau, "新公章", "2999-01-01", disc(500, 500, 0)).ok(200).text("id")
		pdf, seal := decided()
		if !strings.Contains(pdf, "/SMask") || seal != id {
			t.Errorf("the decision bears %q, want %s and not %s", seal, id, later)
		}
		authority := w.one(`SELECT authority FROM org_seals WHERE id = $1`, id)
		if shown, by := sealOn(c); shown == nil || *shown != (casework.Sealed{How: casework.SealedByPicture, ID: id, Number: 2, Name: "公章", Authority: authority}) || by != w.one(`SELECT name FROM org_people WHERE login = 'head'`) {
			t.Errorf("the page says the decision bears %+v, put on by %q", shown, by)
		}
		// A seal entered before numbers were given has none, and is shown by its name; what belongs to the file alone bears none.
		w.write(`UPDATE org_seals SET number = NULL WHERE id = $1`, id)
		if shown, _ := sealOn(c); shown == nil || shown.Number != 0 || shown.Name != "公章" {
			t.Errorf("without a number: %+v", shown)
		}
		w.write(`UPDATE org_seals SET number = 2 WHERE id = $1`, id)
		c.doc = w.one(`SELECT id FROM casework_documents WHERE kind LIKE 'record.%' OR kind LIKE '%.approval' ORDER BY id LIMIT 1`)
		c.id = w.one(`SELECT case_id FROM casework_documents WHERE id = $1`, c.doc)
		if shown, _ := sealOn(c); shown != nil {
			t.Errorf("a record bears %+v", shown)
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

// An outside service is asked what is to be sealed; its proof is kept, in the log, and handed out. One that fails stops the
// issue and uses no number up.
func TestSealService(t *testing.T) {
	t.Parallel()
	for engine, at := range map[string]func(testing.TB) place{"sqlite": sqlitePlace, "postgres": postgresPlace} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			var asked []casework.SealRequest
			var down error
			proof := bytes.Repeat([]byte("proof"), 100)
			w := newWorldOf(t, at(t), newClock(monday), func(c *app.Config) {
				c.Seal = func(_ context.Context, _ *store.Tx, what casework.SealRequest) (casework.Seal, bool, error) {
					asked = append(asked, what)
					return casework.Seal{ID: "service:17", Impression: document.Impression{Image: disc(400, 400, 0)}, Proof: proof}, true, down
				}
			})
			c := found(t, w, "", "WY-03", shop).noticed(3000)
			c.by("officer.jas1", "", "waive", nil).by("legal", "", "pass_review", nil)
			down = errors.New("no answer")
			before := w.one(`SELECT CAST(count(*) AS TEXT) FROM casework_documents`)
			c.refused("head", "", "decide", in{"amount": 3000}, "case.seal_service")
			if now := w.one(`SELECT CAST(count(*) AS TEXT) FROM casework_documents`); now != before {
				t.Errorf("%s documents and then %s without a seal", before, now)
			}
			refused := asked[len(asked)-1]
			down = nil
			c.by("head", "", "decide", in{"amount": 3000})
			w.sequence()
			what := asked[len(asked)-1]
			if what.Kind != document.KindPenaltyDecision || what.Number == "" || what.Number != refused.Number || what.Authority == "" || what.Unit == "" || what.Day != law.On(monday) {
				t.Errorf("asked for %+v, before for number %s", what, refused.Number)
			}
			pdf := w.as("legal").do("GET", c.path("/documents/"+c.doc+".pdf"), "").ok(200).body
			verifyPaper(t, w, []byte(pdf))
			if seal := w.one(`SELECT seal FROM casework_documents WHERE id = $1`, c.doc); seal != "service:17" || !strings.Contains(pdf, "/SMask") {
				t.Errorf("sealed by %q", seal)
			}
			if shown, by := sealOn(c); shown == nil || *shown != (casework.Sealed{How: casework.SealedByService, ID: "service:17", Proof: len(proof)}) || by == "" {
				t.Errorf("the page says the decision bears %+v, put on by %q", shown, by)
			}
			if a := w.as("legal").do("GET", c.path("/documents/"+c.doc+".seal"), "").ok(200); a.body != string(proof) {
				t.Errorf("the proof reads %q", a.body)
			}
			w.check()
			w.write(`UPDATE casework_documents SET seal_proof = NULL WHERE id = $1`, c.doc)
			report, err := ledger.Check(t.Context(), w.app.DB, ledger.CheckOptions{})
			if err != nil || !slices.ContainsFunc(report.Findings, func(f ledger.Finding) bool { return strings.Contains(f.Key, c.doc) }) {
				t.Errorf("a proof that was taken away is not found: %v %v", report.Findings, err)
			}
			w.as("legal").do("GET", c.path("/documents/"+c.doc+".seal"), "").problem(404, "case.seal_proof_none")
		})
	}
}
