package app_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiexu/org"
	"jiexu/store"
)

// bad is a request with something wrong in it and the problem that must come of it.
type bad struct {
	name, who, method, path, body string
	headers                       []string
	status                        int
	code                          string
	field                         string // code of the first wrong field
}

const fine = `"channel":"hotline","kind":"complaint","content":"愚园路有人占道"`

// badOnes are told one after the other; {names} are of a story that stands at an opened case.
func badOnes() []bad {
	const complaints, cases = "/complaints", "/cases"
	party := func(in string) string {
		return `{"kind":"person","name":"赵立新","address":"愚园路1号",` + in + `}`
	}
	list := []bad{
		{name: "broken JSON", who: "desk", method: "POST", path: complaints, body: `{"channel":`, status: 400, code: "api.unparsable"},
		{name: "no body", who: "desk", method: "POST", path: complaints, status: 400, code: "api.unparsable"},
		{name: "another encoding", who: "desk", method: "POST", path: complaints, body: "{" + fine + ",\"title\":\"\xd5\xbc\xb5\xc0\"}", status: 400, code: "api.not_utf8"},
		{name: "another method", who: "desk", method: "PUT", path: complaints, body: `{` + fine + `}`, status: 405, code: "api.method"},
		{name: "two values", who: "desk", method: "POST", path: complaints, body: `{` + fine + `} {}`, status: 400, code: "api.unparsable"},
		{name: "another format", who: "desk", method: "POST", path: complaints, body: `<x/>`, headers: []string{"Content-Type", "text/xml"}, status: 415, code: "api.media_type"},
		{name: "an unknown field", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"colour":"red"}`, status: 422, code: "form", field: "form.unknown"},
		{name: "a number for a text", who: "desk", method: "POST", path: complaints, body: `{"channel":"hotline","kind":"complaint","content":7}`, status: 422, code: "form", field: "form.text"},
		{name: "a list for an object", who: "desk", method: "POST", path: complaints, body: `[]`, status: 422, code: "form", field: "form.object"},
		{name: "fields missing", who: "desk", method: "POST", path: complaints, body: `{}`, status: 422, code: "form", field: "form.required"},
		{name: "an unknown kind", who: "desk", method: "POST", path: complaints, body: `{"channel":"pigeon","kind":"complaint","content":"x"}`, status: 422, code: "form", field: "form.one_of"},
		{name: "a huge body", who: "desk", method: "POST", path: complaints, body: `{"content":"` + strings.Repeat("长", 600_000) + `"}`, status: 413, code: "api.body_too_large"},
		{name: "received tomorrow", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"receivedAt":"2026-11-24T00:00:00+08:00"}`, status: 422, code: "form", field: "form.future"},
		{name: "no time", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"receivedAt":"yesterday"}`, status: 422, code: "form", field: "form.datetime"},
		{name: "half a point", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"lon":121.4}`, status: 422, code: "form", field: "intake.half_a_point"},
		{name: "a point in another city", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"lon":116.4,"lat":39.9}`, status: 422, code: "form"},
		{name: "a point beyond the earth", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"lon":1e300,"lat":91}`, status: 422, code: "form"},
		{name: "an unknown datum", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"lon":121.44,"lat":31.22,"datum":"MARS"}`, status: 422, code: "form"},
		{name: "a telephone of twelve digits", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"phone":"` + strings.Repeat("1", 60) + `"}`, status: 422, code: "form"},
		{name: "a telephone of twenty digits", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"phone":"13900000000139000000"}`, status: 422, code: "form", field: "intake.phone_long"},
		{name: "registered for a unit that there is not", who: "desk", method: "POST", path: complaints, body: `{` + fine + `,"unit":"none"}`, status: 403, code: "refused.unit"},

		{name: "an identity number with a wrong checksum", who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", body: party(`"idCode":"310106199001010015"`), status: 422, code: "form", field: "party.id_checksum"},
		{name: "born in the future", who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", body: party(`"idCode":"310106209901010018"`), status: 422, code: "form"},
		{name: "an identity number of letters", who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", body: party(`"idCode":"ABCDEFGHIJKLMNOPQR"`), status: 422, code: "form"},
		{name: "no identity number", who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", body: party(`"idCode":""`), status: 422, code: "form"},
		{name: "an organisation code with a wrong checksum", who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", body: `{"kind":"organisation","name":"某公司","address":"某路","representative":"甲","idCode":"91310106MA1DEMA19D"}`, status: 422, code: "form"},
		{name: "neither person nor organisation", who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", body: `{"kind":"ghost","name":"某","address":"某路","idCode":"1"}`, status: 422, code: "form", field: "form.one_of"},
		{name: "evidence of tomorrow", who: "officer.jas1", method: "POST", path: "/cases/{case}/evidence", body: `{"kind":"record","title":"笔录","proves":"事实","obtainedOn":"2026-11-24"}`, status: 422, code: "form", field: "form.future"},
		{name: "evidence of February 30th", who: "officer.jas1", method: "POST", path: "/cases/{case}/evidence", body: `{"kind":"record","title":"笔录","proves":"事实","obtainedOn":"2026-02-30"}`, status: 422, code: "form", field: "form.date"},
		{name: "evidence with another's photo", who: "officer.jas1", method: "POST", path: "/cases/{case}/evidence", body: `{"kind":"audiovisual","title":"照片","proves":"事实","obtainedOn":"2026-11-01","media":"{photo}"}`, status: 404, code: "evidence.not_found"},
		{name: "an act of tomorrow", who: "officer.jas1", method: "POST", path: cases, body: `{"matter":"WY-01","title":"敲墙","actPlace":"某路","actDate":"2026-11-24"}`, status: 422, code: "form", field: "form.future"},
		{name: "an unknown matter", who: "officer.jas1", method: "POST", path: cases, body: `{"matter":"XX-99","title":"敲墙","actPlace":"某路"}`, status: 422, code: "form", field: "case.matter_unknown"},
		{name: "a title of spaces", who: "officer.jas1", method: "POST", path: cases, body: `{"matter":"WY-01","title":"   ","actPlace":"某路"}`, status: 422, code: "form", field: "form.required"},
		{name: "an auxiliary as an officer of the case", who: "officer.jas1", method: "PATCH", path: "/cases/{case}", body: `{"officers":["{auxiliary.jas}"]}`, status: 422, code: "form", field: "case.officer_kind"},
		{name: "nobody as an officer of the case", who: "officer.jas1", method: "PATCH", path: "/cases/{case}", body: `{"officers":["nobody"]}`, status: 422, code: "form", field: "case.officer_unknown"},
		{name: "measures below zero", who: "officer.jas1", method: "PATCH", path: "/cases/{case}", body: `{"base":-1}`, status: 422, code: "form", field: "form.low"},
		{name: "a step that there is not", who: "officer.jas1", method: "POST", path: "/cases/{case}/steps/abolish", body: `{}`, status: 404, code: "procedure.no_step"},
		{name: "a step without its field", who: "head", method: "POST", path: "/cases/{case}/steps/approve_filing", body: `{}`, status: 422, code: "procedure.fields"},
		{name: "a step with a field too many", who: "head", method: "POST", path: "/cases/{case}/steps/approve_filing", body: `{"opinion":"同意","amount":1}`, status: 422, code: "procedure.fields"},
		{name: "a step with a list for a text", who: "head", method: "POST", path: "/cases/{case}/steps/approve_filing", body: `{"opinion":["同意"]}`, status: 422, code: "procedure.fields"},
		{name: "an opinion without end", who: "head", method: "POST", path: "/cases/{case}/steps/approve_filing", body: `{"opinion":"` + strings.Repeat("同", 1001) + `"}`, status: 422, code: "procedure.fields"},
		{name: "routed to a department", who: "desk", method: "POST", path: "/complaints/{second}/steps/route", body: `{"unit":"{department}"}`, status: 422, code: "procedure.fields"},
		{name: "routed nowhere", who: "desk", method: "POST", path: "/complaints/{second}/steps/route", body: `{"unit":"none"}`, status: 422, code: "procedure.fields"},
		{name: "handed to a squad", who: "desk", method: "POST", path: "/complaints/{second}/steps/transfer", body: `{"department":"{jas}","explained":"已说明"}`, status: 422, code: "procedure.fields"},
		{name: "no reason to look", who: "desk", method: "POST", path: "/complaints/{complaint}/contact", body: `{"reason":"  "}`, status: 422, code: "form", field: "form.required"},

		{name: "a cursor of nothing", who: "desk", method: "GET", path: "/complaints?cursor=%20", status: 422, code: "list.cursor"},
		{name: "a cursor of letters", who: "desk", method: "GET", path: "/complaints?cursor=abcdef", status: 422, code: "list.cursor"},
		{name: "a cursor with SQL", who: "head", method: "GET", path: "/cases?cursor=" + url.QueryEscape("' OR 1=1 --"), status: 422, code: "list.cursor"},
		{name: "a cursor of another time", who: "head", method: "GET", path: "/cases?cursor=bm90IGEgdGltZQ", status: 422, code: "list.cursor"},
		{name: "a limit of letters", who: "desk", method: "GET", path: "/complaints?limit=many", status: 422, code: "form", field: "form.integer"},
		{name: "a limit without end", who: "desk", method: "GET", path: "/complaints?limit=100000", status: 422, code: "form", field: "form.high"},
		{name: "from a day that there is not", who: "desk", method: "GET", path: "/complaints?from=2026-02-30", status: 422, code: "form", field: "form.date"},
		{name: "cases to a day that there is not", who: "head", method: "GET", path: "/cases?to=2026-13-01", status: 422, code: "form", field: "form.date"},
		{name: "matters of no day", who: "head", method: "GET", path: "/law/matters?on=soon", status: 422, code: "form", field: "form.date"},
		{name: "nothing sought", who: "head", method: "GET", path: "/search?q=", status: 422, code: "form"},
		{name: "sought without end", who: "head", method: "GET", path: "/search?q=" + strings.Repeat("a", 101), status: 422, code: "form", field: "form.too_long"},
		{name: "a citation that there is not", who: "head", method: "GET", path: "/law/articles/AP%20999", status: 404},
		{name: "no citation", who: "head", method: "GET", path: "/law/articles/hello"},
		{name: "an identifier of zeros", who: "head", method: "GET", path: "/cases/%00", status: 404, code: "not_found"},
		{name: "a filter of zeros", who: "head", method: "GET", path: "/cases?unit=%00", status: 400, code: "api.unparsable"},
		{name: "an identifier that is no text", who: "head", method: "GET", path: "/cases/%ff%fe", status: 404, code: "not_found"},
		{name: "a document by its path", who: "head", method: "GET", path: "/cases/{case}/documents/..%2f..%2fetc%2fpasswd", status: 404, code: "case.document_not_found"},
		{name: "media by its path", who: "head", method: "GET", path: "/media/..%2f..%2fjiexu.db", status: 404, code: "evidence.not_found"},
		{name: "media of nothing", who: "head", method: "GET", path: "/media?subject=everything", status: 422, code: "evidence.subject"},
		{name: "an entry that there is not", who: "auditor", method: "GET", path: "/ledger/entries/none", status: 404, code: "ledger.no_entry"},
		{name: "a job that there is not", who: "admin", method: "POST", path: "/system/jobs/9999999/retry", status: 404, code: "not_found"},
		{name: "an operation that there is not", who: "desk", method: "GET", path: "/everything", status: 404, code: "api.no_operation"},
		{name: "another method", who: "desk", method: "DELETE", path: "/complaints"},
	}
	for i := range list {
		if list[i].method != "GET" && len(list[i].headers) == 0 {
			list[i].headers = []string{"If-Match", `"` + revisionOf(list[i].path) + `"`}
		}
	}
	return list
}

// revisionOf names the revision that a path's matter has, to be filled in by the story.
func revisionOf(path string) string {
	for _, matter := range []string{"complaint", "case", "second"} {
		if strings.Contains(path, "{"+matter+"}") {
			return "{" + matter + ".rev}"
		}
	}
	return "1"
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		s.tell(t, slices.Concat(toCase, []move{{who: "desk", method: "POST", path: "/complaints", status: 201, body: `{` + fine + `}`, entries: []string{"intake.registered"}, keep: map[string]string{"second": "id", "second.rev": "rev"}}}))
		before := tableCounts(t, w)
		for _, b := range badOnes() {
			for i := range b.headers {
				b.headers[i] = s.fill(b.headers[i])
			}
			isProblem(t, w, b, s.fill(b.path), s.fill(b.body), b.headers)
		}
		for _, u := range badUploads() {
			body, kind := formOf(u.name, u.content, "note", u.note)
			isProblem(t, w, bad{name: "upload " + u.name, who: "officer.jas1", method: "POST", status: u.status, code: u.code}, s.fill("/media?subject=case:{case}"), body, []string{"Content-Type", kind})
		}
		if after := tableCounts(t, w); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("something is half done:\n%v\n%v", before, after)
		}
		noStrayFiles(t, w)
		w.check()
	})
}

// isProblem sends a bad request in both languages and asks for the same problem, told in each.
func isProblem(t *testing.T, w *world, b bad, path, body string, headers []string) {
	t.Helper()
	var told [2]answer
	for i, lang := range []string{"zh-CN", "en"} {
		a := w.as(b.who).do(b.method, path, body, append(headers, "Accept-Language", lang)...)
		told[i] = a
		if a.status < 400 || a.status >= 500 || b.status != 0 && a.status != b.status || b.code != "" && a.text("code") != b.code || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d %s %.600s; want %d %s", b.name, a.status, a.header.Get("Content-Type"), a.body, b.status, b.code)
			return
		}
		if b.field != "" && a.text("fields.0.code") != b.field {
			t.Errorf("%s: the field's code is %q, want %s: %s", b.name, a.text("fields.0.code"), b.field, a.body)
		}
		for _, part := range []string{"type", "title", "detail", "code"} {
			if a.text(part) == "" {
				t.Errorf("%s in %s has no %s: %s", b.name, lang, part, a.body)
			}
		}
		// A placeholder that nobody filled, a code in place of a sentence.
		if text := a.text("detail") + a.text("fields.0.detail"); strings.ContainsAny(text, "{}") || a.text("detail") == a.text("code") || a.text("fields.0.code") != "" && a.text("fields.0.detail") == a.text("fields.0.code") {
			t.Errorf("%s in %s says %q", b.name, lang, text)
		}
	}
	if told[0].text("detail") == told[1].text("detail") || told[0].text("fields.0.code") != "" && told[0].text("fields.0.detail") == told[1].text("fields.0.detail") {
		t.Errorf("%s says the same in both languages: %s", b.name, told[0].body)
	}
}

type badUpload struct {
	name    string
	content []byte
	note    string
	status  int
	code    string
}

func badUploads() []badUpload {
	picture := photo(5)
	return []badUpload{
		{"text.jpg", []byte("this is no photo"), "", 422, "evidence.type"},
		{"archive.jpg", append([]byte("PK\x03\x04"), make([]byte, 200)...), "", 422, "evidence.broken"},
		{"page.jpg", []byte("<!DOCTYPE html><script>alert(1)</script>"), "", 422, "evidence.type"},
		{"drawing.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "", 422, "evidence.type"},
		{"program.png", append([]byte("MZ"), make([]byte, 600)...), "", 422, "evidence.type"},
		{"animation.gif", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "", 422, "evidence.type"},
		{"half.jpg", picture[:len(picture)/2], "", 422, "evidence.broken"},
		{"head.jpg", picture[:20], "", 422, "evidence.broken"},
		{"nothing.jpg", nil, "", 422, "evidence.empty"},
		{"large.jpg", append(slices.Clone(picture), make([]byte, 20<<20)...), "", 413, "evidence.too_large"},
		{"larger.jpg", append(slices.Clone(picture), make([]byte, 25<<20)...), "", 413, "api.body_too_large"},
		{"flat.png", png(0, 0), "", 422, "evidence.broken"},
		{"bomb.png", png(30_000, 30_000), "", 413, "evidence.pixels"},
		{"overflow.png", png(1<<31-1, 1<<31-1), "", 0, ""},
		{"talkative.jpg", picture, strings.Repeat("话", 501), 422, "evidence.note_long"},
	}
}

// png is a picture that says it is so large and holds nothing.
func png(width, height uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		binary.Write(&b, binary.BigEndian, uint32(len(data)))
		body := append([]byte(kind), data...)
		b.Write(body)
		binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(head, 8, 0, 0, 0, 0))
	var pixels bytes.Buffer
	z := zlib.NewWriter(&pixels)
	z.Write(make([]byte, 1000))
	z.Close()
	chunk("IDAT", pixels.Bytes())
	chunk("IEND", nil)
	return b.Bytes()
}

// tableCounts counts the rows of each table, but for the records of refusals and sign-ins.
func tableCounts(t *testing.T, w *world) map[string]int {
	t.Helper()
	out := map[string]int{}
	err := w.app.DB.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		names, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		for _, name := range names {
			if name == "org_refusals" {
				continue
			}
			var n int
			query := `SELECT count(*) FROM ` + name
			if name == "ledger_entries" {
				query += ` WHERE kind <> '` + org.RefusedEntry + `'`
			}
			if err := tx.QueryRow(ctx, query).Scan(&n); err != nil {
				return err
			}
			out[name] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// noStrayFiles asks that each media file on the disk is in the catalogue, and nothing is half taken in.
func noStrayFiles(t *testing.T, w *world) {
	t.Helper()
	known := w.lines(`SELECT sha256 FROM evidence_media`)
	err := filepath.WalkDir(filepath.Join(w.place.data, "media"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !slices.Contains(known, d.Name()) {
			t.Errorf("%s is left on the disk", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever is typed into a search box is sought, and nothing else happens.
func TestWhateverIsSought(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		head := w.as("head")
		before := w.count(`SELECT count(*) FROM casework_cases`)
		for _, q := range []string{`'`, `"`, `""`, `' OR 1=1 --`, `'; DROP TABLE casework_cases; --`, `NEAR(a b)`, `a AND b`, `a OR`, `NOT`, `*`, `a*`, `^a`, `a:b`, `-a`, `(`, `)`, `{x}`, `%`, `_`, `%%%`, `\`, `\\`, `a & b | !c`, `<->`, `:*`,
			"\x00", "a\x00b", "\xff\xfe", "\u202e", "\u200b", "🏙", "𠮷野家", "İ", "1", "占", "占道", strings.Repeat("占", 100), "\n\t", "$1", "?", "?1", "@x", "--", "/*"} {
			for _, path := range []string{"/search?q=", "/complaints?q=", "/cases?q=", "/law/matters?q="} {
				a := head.do("GET", path+url.QueryEscape(q), "")
				if a.status != 200 && a.status != 422 && a.status != 400 {
					t.Errorf("GET %s%q: %d %s", path, q, a.status, a.body)
				}
			}
		}
		if n := w.count(`SELECT count(*) FROM casework_cases`); n != before {
			t.Errorf("%d cases are left of %d", n, before)
		}
		if a := head.do("GET", "/complaints?q="+url.QueryEscape(`' OR 1=1 --`), "").ok(200); a.text("items.0") != "" {
			t.Errorf("nobody wrote that: %s", a.body)
		}
		if a := head.do("GET", "/complaints?q="+url.QueryEscape(`占着人行道`), "").ok(200); a.text("items.0.id") == "" {
			t.Error("what is there is not found")
		}
	})
}

// What a person types is kept without what nobody types, in every field and by both engines; names of
// files lose their folders.
func TestStrangeCharacters(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		const strange = `甲\u0000乙\u0007\u202e丙\ud83d\ude00丁`
		s.tell(t, toCase)
		officer, desk := w.as("officer.jas1"), w.as("desk")
		for _, c := range []struct {
			b                  *browser
			method, path, body string
		}{
			{desk, "POST", "/complaints", `{"channel":"hotline","kind":"complaint","content":"` + strange + `","title":"` + strange + `","address":"` + strange + `","name":"` + strange + `","sourceNumber":"` + strange + `"}`},
			{officer, "POST", "/cases", `{"matter":"WY-01","title":"` + strange + `","actPlace":"` + strange + `","findings":"` + strange + `"}`},
			{officer, "PATCH", "/cases/{case}", `{"title":"` + strange + `","findings":"` + strange + `"}`},
			{officer, "POST", "/cases/{case}/parties", `{"kind":"person","name":"` + strange + `","idCode":"310106199001010014","address":"` + strange + `"}`},
			{officer, "POST", "/cases/{case}/evidence", `{"kind":"record","title":"` + strange + `","proves":"` + strange + `","obtainedOn":"2026-11-01"}`},
			{w.as("head"), "POST", "/cases/{case}/steps/approve_filing", `{"opinion":"` + strange + `"}`},
			{officer, "POST", "/complaints/{complaint}/steps/first_contact", `{"result":"` + strange + `"}`},
			{desk, "POST", "/complaints/{complaint}/contact", `{"reason":"` + strange + `"}`},
			{w.as("legal"), "POST", "/law/matters/SR-01/confirm", `{"validFrom":"2022-12-01","source":"` + strange + `","statute":"` + strange + `","article":1,"low":1,"high":2}`},
			{w.as("admin"), "POST", "/org/units", `{"kind":"section","name":"` + strange + `","parent":"{jas}"}`},
		} {
			rev := "1"
			for _, subject := range []string{"case", "complaint"} {
				if strings.Contains(c.path, "{"+subject+"}") {
					rev = officer.do("GET", s.fill("/"+subject+"s/{"+subject+"}"), "").ok(200).text("rev")
				}
			}
			a := c.b.do(c.method, s.fill(c.path), s.fill(c.body), "If-Match", `"`+rev+`"`)
			if a.status != 422 && a.status >= 300 {
				t.Errorf("%s %s: %d %s", c.method, c.path, a.status, a.body)
			}
		}
		for _, column := range []string{"casework_cases.title", "casework_cases.findings", "casework_cases.act_place", "casework_parties.name", "casework_parties.address", "casework_evidence.proves",
			"casework_steps.fields", "intake_complaints.text", "intake_complaints.title", "intake_steps.fields", "intake_contacts.name"} {
			table, name, _ := strings.Cut(column, ".")
			for _, text := range w.lines(`SELECT ` + name + ` FROM ` + table) {
				if strings.ContainsAny(text, "\x00\x07\u202e") || strings.Contains(text, `\u0000`) || strings.Contains(text, `\u202e`) {
					t.Errorf("%s keeps %q", column, text)
				}
			}
		}
		for i, name := range []string{"../../../etc/passwd", `..\..\windows\system.ini`, "/etc/shadow", "a\x00b.jpg", "照片\u202egpj.exe", strings.Repeat("长", 300) + ".jpg", ".", "..", "", "con\r\nSet-Cookie: x=1.jpg"} {
			body, kind := formOf(name, photo(20+i))
			a := officer.do("POST", s.fill("/media?subject=case:{case}"), body, "Content-Type", kind)
			if a.status == 422 {
				continue
			}
			kept := a.ok(200).text("name")
			if strings.ContainsAny(kept, "/\\\x00\r\n\u202e") || kept == "" || kept == "." || kept == ".." || len([]rune(kept)) > 120 {
				t.Errorf("%q is kept as %q", name, kept)
			}
			back := officer.do("GET", "/media/"+a.text("id"), "").ok(200)
			small := officer.do("GET", "/media/"+a.text("id")+"/thumb", "").ok(200)
			for _, got := range []answer{back, small} { // evidence does not stay in a browser that others use too
				if rule := got.header.Get("Cache-Control"); rule != "private, no-store" {
					t.Errorf("%q may be kept by the browser: %q", name, rule)
				}
			}
			if how := back.header.Get("Content-Disposition"); !strings.HasPrefix(how, "inline; filename*=UTF-8''") || back.header.Get("Set-Cookie") != "" || back.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%q comes back as %q", name, how)
			}
		}
		noStrayFiles(t, w)
		w.check()
	})
}

// What a fresh tester broke: each is refused, and nothing is left of it.
func TestBrokenOnceBefore(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		officer, desk := w.as("officer.jas1"), w.as("desk")
		cases, complaints := w.count(`SELECT count(*) FROM casework_cases`), w.count(`SELECT count(*) FROM intake_complaints`)
		for body, code := range map[string]string{
			`{"matter":"WY-03","title":"t","actPlace":"x","lat":10,"lon":10}`:     "place.outside",
			`{"matter":"WY-03","title":"t","actPlace":"x","lat":31.23}`:           "form",
			`{"matter":"WY-03","title":"t","actPlace":"x","procedure":"nothing"}`: "form",
		} {
			if a := officer.do("POST", "/cases", body); a.status != 422 || a.text("code") != code {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
		}
		for _, body := range []string{`{"channel":"hotline","kind":"report","content":"\u200b \u200b"}`, `{"channel":"hotline","kind":"report","content":"占道","phone":"<script>"}`,
			`{"channel":"hotline","kind":"report","content":"占道","phone":"1380013800"}`} {
			if a := desk.do("POST", "/complaints", body); a.status != 422 {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
		}
		if w.count(`SELECT count(*) FROM casework_cases`) != cases || w.count(`SELECT count(*) FROM intake_complaints`) != complaints {
			t.Error("something was left")
		}
	})
}
