package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"jiexu/document"
	"jiexu/ledger"
	"jiexu/org"
)

// move is one request of a story and what must come of it. {names} in path and body stand for what
// was kept before.
type move struct {
	name, who, method, path, body string

	match    string            // the matter whose newest revision the request has seen
	file     []byte            // sent as a form in place of the body
	status   int               // 200 if it is 0
	contains []string          // in the answer
	lacks    []string          // not in the answer
	entries  []string          // kinds of the entries that the ledger gained, in their order
	keep     map[string]string // name → where in the answer
}

// story runs moves one after the other.
type story struct {
	w    *world
	kept map[string]string
}

func (s *story) fill(text string) string {
	for name, value := range s.kept {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (s *story) tell(t *testing.T, moves []move) {
	t.Helper()
	for _, m := range moves {
		if m.name == "" {
			m.name = m.who + " " + m.method + " " + m.path
		}
		before := len(s.w.lines(`SELECT kind FROM ledger_entries ORDER BY seq`))
		var headers []string
		if m.match != "" {
			headers = []string{"If-Match", `"` + s.kept[m.match+".rev"] + `"`}
		}
		body := s.fill(m.body)
		if m.file != nil {
			var kind string
			body, kind = formOf("现场.jpg", m.file, "note", body)
			headers = append(headers, "Content-Type", kind)
		}
		a := s.w.as(m.who).do(m.method, s.fill(m.path), body, headers...)
		if m.status == 0 {
			m.status = 200
		}
		if a.status != m.status {
			t.Fatalf("%s: got %d %s; want %d", m.name, a.status, a.body, m.status)
		}
		for _, text := range m.contains {
			if text = s.fill(text); !strings.Contains(a.body, text) {
				t.Errorf("%s: %q is not in %s", m.name, text, a.body)
			}
		}
		for _, text := range m.lacks {
			if text = s.fill(text); strings.Contains(a.body, text) {
				t.Errorf("%s: %q is in %s", m.name, text, a.body)
			}
		}
		kinds := slices.DeleteFunc(s.w.lines(`SELECT kind FROM ledger_entries ORDER BY seq`)[before:], ofAlarm) // they ring by themselves
		if a.status == http.StatusForbidden {                                                                   // that somebody was refused stands in the log as well
			m.entries = append(slices.Clone(m.entries), org.RefusedEntry)
		}
		if (m.method != "GET" || len(m.entries) > 0) && !slices.Equal(kinds, m.entries) {
			t.Errorf("%s: the ledger gained %v, want %v", m.name, kinds, m.entries)
		}
		for name, path := range m.keep {
			if s.kept[name] = a.text(path); s.kept[name] == "" {
				t.Fatalf("%s: there is no %s in %s", m.name, path, a.body)
			}
		}
		if rev := a.text("rev"); m.match != "" && rev != "" {
			s.kept[m.match+".rev"] = rev
		}
	}
}

// formOf makes a form with one file and pairs of fields.
func formOf(name string, content []byte, fields ...string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		w.WriteField(fields[i], fields[i+1])
	}
	h := textproto.MIMEHeader{"Content-Type": {"application/octet-stream"}, "Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, name)}}
	part, _ := w.CreatePart(h)
	part.Write(content)
	w.Close()
	return b.String(), w.FormDataContentType()
}

// photo is a small true photograph; each seed is another one.
func photo(seed int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 * 30 {
		img.Set(i%40, i/40, color.RGBA{uint8(seed * 37), uint8(i), uint8(seed + i*7), 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func complaintStep(who, step, body string, entries ...string) move {
	return move{who: who, method: "POST", path: "/complaints/{complaint}/steps/" + step, body: body, match: "complaint", entries: entries}
}

func caseStep(who, step, body string, entries ...string) move {
	return move{who: who, method: "POST", path: "/cases/{case}/steps/" + step, body: body, match: "case", entries: entries}
}

// blocked is a step that must be refused for a reason.
func blocked(m move, reasons ...string) move {
	m.status, m.contains, m.entries = 403, reasons, nil
	return m
}

// newStory begins a story in a world with the people of two squads under their logins.
func newStory(w *world) *story {
	s := &story{w, map[string]string{"jas": w.unitOf("leader.jas"), "jnl": w.unitOf("leader.jnl"), "department": w.unitOf("dept.fg"), "today": "2026-11-23"}}
	for _, login := range []string{"officer.jas1", "officer.jas2", "officer.jas3", "auxiliary.jas", "officer.jnl1", "officer.jnl2", "head", "head2", "legal", "legal2"} {
		s.kept[login] = w.person(login)
	}
	return s
}

// toCase is the way from a citizen's call to an opened case.
var toCase = []move{
	{who: "desk", method: "POST", path: "/complaints", status: 201, entries: []string{"intake.registered"}, keep: map[string]string{"complaint": "id", "complaint.rev": "rev"},
		body: `{"channel":"hotline","kind":"complaint","sourceNumber":"12345-1","title":"楼上敲承重墙","content":"静安寺街道愚园路某小区楼上装修敲墙，怀疑是承重墙。","address":"愚园路200号","name":"王阿婆","phone":"13800001234"}`},
	complaintStep("desk", "route", `{"unit":"{jas}"}`, "intake.route"),
	complaintStep("leader.jas", "accept", `{}`, "intake.accept"),
	complaintStep("leader.jas", "assign", `{"officers":["{officer.jas1}","{officer.jas2}"]}`, "intake.assign"),
	{who: "officer.jas1", method: "POST", path: "/media?subject=complaint:{complaint}", body: "客厅墙体", file: photo(1), entries: []string{"evidence.added"}, contains: []string{`"type":"image/jpeg"`, `"width":40`}, keep: map[string]string{"photo": "id"}},
	complaintStep("officer.jas1", "first_contact", `{"result":"已电话联系，约定到场"}`, "intake.first_contact"),
	complaintStep("officer.jas1", "handle", `{"findings":"客厅与卧室之间墙体已拆除，经认定为承重墙。","outcome":"case"}`, "intake.handle"),
	blocked(complaintStep("officer.jas1", "reply", `{"text":"已经处理完毕。"}`), "need.case_filed"),
	complaintStep("officer.jas1", "file_case", `{"matter":"WY-01"}`, "intake.file_case", "casework.opened"),
	{who: "officer.jas1", method: "GET", path: "/complaints/{complaint}", keep: map[string]string{"case": "cases.0.id", "complaint.rev": "rev"}, lacks: []string{"13800001234", "王阿婆"}},
	{who: "officer.jas1", method: "GET", path: "/cases/{case}", keep: map[string]string{"case.rev": "rev"}, contains: []string{`"state":"drafted"`, `"complaint":"{complaint}"`}},
}

// toNoticed is the way from an opened case to the served notice.
var toNoticed = []move{
	{who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", match: "case", status: 422, contains: []string{"party.id_checksum"},
		body: `{"kind":"person","name":"赵立新","idCode":"310106199001010015","address":"愚园路200号301室"}`},
	{who: "officer.jas1", method: "POST", path: "/cases/{case}/parties", match: "case", entries: []string{"casework.party_set"},
		body: `{"kind":"person","name":"赵立新","idCode":"310106199001010014","address":"愚园路200号301室","phone":"13900000001"}`},
	{who: "officer.jas1", method: "POST", path: "/cases/{case}/evidence", match: "case", entries: []string{"casework.evidence_added"},
		body: `{"kind":"record","title":"现场检查（勘验）笔录","proves":"墙体拆除情况","obtainedOn":"{today}"}`},
	caseStep("head", "approve_filing", `{"opinion":"同意立案"}`, "casework.approve_filing"),
	// The second officer came over with the complaint; a third joins.
	{who: "officer.jas1", method: "PATCH", path: "/cases/{case}", match: "case", body: `{"officers":["{officer.jas3}"]}`, entries: []string{"casework.edited"}},
	caseStep("officer.jas1", "order_correction", `{"order":"七日内恢复原状","correct_by":"2026-11-30"}`, "casework.order_correction"),
	caseStep("officer.jas1", "report", `{"summary":"当事人拆除承重墙三平方米。","proposal":"建议罚款一万二千元"}`, "casework.report"),
	caseStep("head", "approve_report", `{"opinion":"同意"}`, "casework.approve_report"),
	{who: "officer.jas2", method: "POST", path: "/cases/{case}/steps/notify", match: "case", body: `{"amount":500,"grounds":"情节较轻"}`, status: 422,
		contains: []string{"case.fine_range", "10000 元至 100000 元", "SP 83"}},
	{who: "officer.jas2", method: "POST", path: "/cases/{case}/steps/notify", match: "case", body: `{"amount":12000,"grounds":"初次违法，积极配合"}`, entries: []string{"casework.notify"}, keep: map[string]string{"notice": "document"}},
	caseStep("officer.jas1", "serve_notice", `{"method":"in_person","served_on":"{today}","receiver":"赵立新本人"}`, "casework.serve_notice"),
}

// toArchive is the way from the served notice to the archive.
var toArchive = []move{
	blocked(caseStep("head", "decide", `{"amount":12000,"opinion":"同意"}`), "need.defence_time", "need.review_passed", "need.deliberated"),
	{who: "head", method: "GET", path: "/cases/{case}", contains: []string{`"code":"need.defence_time","text":"陈述申辩（听证申请）期限未满，当事人也未明确放弃。请等期限届满，或记录当事人的放弃。","cites":["AP 44","AP 45","AP 62","AP 64"]`}},
	caseStep("officer.jas1", "waive", `{"statement":"没有异议，放弃陈述申辩"}`, "casework.waive"),
	caseStep("officer.jas1", "waive_hearing", `{"statement":"不要求听证"}`, "casework.waive_hearing"),
	caseStep("legal", "pass_review", `{"opinion":"程序合法，裁量适当"}`, "casework.pass_review"),
	caseStep("head", "deliberate", `{"attendees":["{head}","{head2}"],"minutes":"一致同意"}`, "casework.deliberate"),
	blocked(caseStep("head", "decide", `{"amount":12001,"opinion":"同意"}`), "need.not_heavier"),
	{who: "head", method: "POST", path: "/cases/{case}/steps/decide", match: "case", body: `{"amount":12000,"opinion":"同意，作出处罚决定"}`, entries: []string{"casework.decide"}, keep: map[string]string{"decision": "document"}},
	caseStep("officer.jas1", "serve_decision", `{"method":"in_person","served_on":"{today}","receiver":"赵立新本人"}`, "casework.serve_decision"),
	blocked(caseStep("officer.jas1", "pay", `{"voucher":"V-0001","amount":11999,"paid_on":"{today}"}`), "need.paid_in_full"),
	caseStep("officer.jas1", "pay", `{"voucher":"V-0001","amount":12000,"paid_on":"{today}"}`, "casework.pay"),
	caseStep("leader.jas", "close", `{"opinion":"罚款缴清，结案"}`, "casework.close"),
	caseStep("legal", "archive", `{"volume":"2026-罚-100","pages":36}`, "casework.archive"),
	{who: "legal", method: "GET", path: "/cases/{case}", contains: []string{`"state":"archived"`, `"paidYuan":12000`, "310106199001010014"}, keep: map[string]string{"number": "number"}},
	{who: "desk", method: "GET", path: "/cases/{case}", status: 403},
	complaintStep("officer.jas1", "reply", `{"text":"经查属实，已依法立案处罚并责令恢复原状。"}`, "intake.reply"),
	{who: "desk", method: "POST", path: "/complaints/{complaint}/contact", body: `{"reason":"回访"}`, contains: []string{"13800001234"}, entries: []string{"org.looked"}},
	complaintStep("desk", "close", `{"satisfaction":"solved"}`, "intake.close"),
}

// A complaint becomes an archived decision, whose paper anyone can check offline, and whatever is
// changed behind the program's back afterwards is named.
func TestFromAComplaintToAnArchivedDecision(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		s.tell(t, slices.Concat(toCase, toNoticed, toArchive))
		w.sequence()
		for _, id := range []string{"notice", "decision"} {
			paper := w.as("officer.jas1").do("GET", s.fill("/cases/{case}/documents/{"+id+"}.pdf"), "").ok(200)
			if got := paper.header.Get("Content-Type"); got != "application/pdf" {
				t.Errorf("the %s is %s", id, got)
			}
			verifyPaper(t, w, []byte(paper.body))
		}
		checkPage(t, w, s.kept["decision"])
		report := w.check()
		if report.Waiting != 0 || report.Rows == 0 {
			t.Errorf("the check saw %d rows, %d entries wait", report.Rows, report.Waiting)
		}
		changedRowsAreNamed(t, w)
	})
}

// verifyPaper takes the proof off and checks it with nothing but the paper and the office's key; then
// it changes bytes all over the file, and none may pass.
func verifyPaper(t *testing.T, w *world, paper []byte) {
	t.Helper()
	key := w.as("admin").do("GET", "/system/status", "").ok(200).text("verifierKey")
	verify := func(pdf []byte) error {
		original, bundle, err := document.DetachProof(pdf)
		if err != nil {
			return err
		}
		b, err := ledger.ParseBundle(bundle)
		if err != nil {
			return err
		}
		proof, err := ledger.VerifyBundle(b, []string{key})
		if err != nil {
			return err
		}
		if proof.Verdict != ledger.Genuine {
			return fmt.Errorf("%s: %s", proof.Verdict, proof.Why)
		}
		if proof.Document == nil || proof.Document.SHA256 != digest(original) || proof.Document.Size != int64(len(original)) {
			return fmt.Errorf("the paper is not the one that was issued")
		}
		return nil
	}
	if err := verify(paper); err != nil {
		t.Fatalf("the paper as it came does not pass: %v", err)
	}
	for i := 0; i < len(paper); i += max(1, len(paper)/400) {
		changed := slices.Clone(paper)
		changed[i] ^= 0x20
		if verify(changed) == nil {
			t.Errorf("byte %d of %d was changed and the paper passes", i, len(paper))
		}
	}
}

// checkPage is what somebody sees who reads the paper's code with a telephone.
func checkPage(t *testing.T, w *world, documentID string) {
	t.Helper()
	code := w.one(`SELECT check_code FROM casework_documents WHERE id = $1`, documentID)
	page := w.as("").do("GET", "~/check/"+code, "").ok(200)
	for _, text := range []string{w.one(`SELECT number FROM casework_documents WHERE id = $1`, documentID), w.one(`SELECT sha256 FROM casework_documents WHERE id = $1`, documentID)} {
		if !strings.Contains(page.body, text) {
			t.Errorf("the check page does not show %s", text)
		}
	}
	for _, secret := range []string{"赵立新", "310106199001010014", "愚园路", "13900000001"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("the check page tells everybody %s", secret)
		}
	}
	if unknown := w.as("").do("GET", "~/check/"+strings.Repeat("2", 20), ""); unknown.status != 404 || strings.Contains(unknown.body, "静城管") {
		t.Errorf("an invented code: %d", unknown.status)
	}
}

// changedRowsAreNamed changes one row of each sealed table and asks that it, and only it, is named.
func changedRowsAreNamed(t *testing.T, w *world) {
	t.Helper()
	for _, table := range ledger.Sealed() {
		c, ok := changeable[table]
		if !ok {
			t.Errorf("%s is sealed and has no row in changeable: name its key and a text column", table)
			continue
		}
		rows := w.count(`SELECT count(*) FROM ` + table)
		if c.key == "" && rows > 0 && !slices.Contains(textless, table) {
			t.Errorf("%s is said to be empty after the story and has %d rows", table, rows)
		}
		if c.key == "" {
			continue
		}
		id := w.one(`SELECT ` + c.key + ` FROM ` + table + ` ORDER BY ` + c.key + ` LIMIT 1`)
		old := w.one(`SELECT `+c.column+` FROM `+table+` WHERE `+c.key+` = $1 ORDER BY `+c.column+` LIMIT 1`, id)
		change := `UPDATE ` + table + ` SET ` + c.column + ` = $1 WHERE ` + c.key + ` = $2 AND ` + c.column + ` = $3`
		w.write(change, old+"改", id, old)
		report, err := ledger.Check(t.Context(), w.app.DB, ledger.CheckOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(report.Findings, func(f ledger.Finding) bool { return f.Table == table && strings.Contains(f.Key, id) }) {
			t.Errorf("%s.%s of %s was changed and the check finds %v", table, c.column, id, report.Findings)
		}
		for _, f := range report.Findings {
			if f.Table != table {
				t.Errorf("%s was changed, and the check names %s %s", table, f.Code, f.Table)
			}
		}
		w.write(change, old, id, old+"改")
	}
	w.check()
}

// textless are tables that hold keys and numbers alone.
var textless = []string{"org_unit_paths"}

// changeable names, for each sealed table, a column that leads to a row and a text to change in it.
var changeable = map[string]struct{ key, column string }{
	"area_areas":             {"id", "name"},
	"area_places":            {"id", "address"},
	"area_words":             {"id", "how"},
	"casework_cases":         {"id", "title"},
	"casework_confirmations": {},
	"casework_objects":       {},
	"evidence_approvals":     {},
	"evidence_drifts":        {},
	"evidence_excuses":       {},
	"evidence_expiries":      {},
	"evidence_expiry_files":  {},
	"evidence_gone":          {},
	"evidence_holds":         {},
	"evidence_recordings":    {},
	"evidence_ties":          {},
	"evidence_marks":         {},
	"evidence_previews":      {},
	"evidence_derived":       {},
	"evidence_exports":       {},
	"gateway_codes":          {},
	"gateway_grid_map":       {},
	"gateway_grid_tables":    {},
	"gateway_links":          {"id", "name"},
	"intake_comments":        {},
	"intake_guesses":         {"complaint", "class"},
	"intake_models":          {},
	"intake_public":          {},
	"intake_splits":          {},
	"intake_merges":          {},
	"intake_trackings":       {},
	"org_keys":               {},
	"notice_endpoints":       {},
	"oversight_alerts":       {"id", "number"},
	"casework_bank_files":    {},
	"casework_tiers":         {},
	"casework_tracks":        {"id", "state"},
	"casework_volumes":       {},
	"org_seals":              {"id", "name"},
	"casework_documents":     {"id", "sha256"},
	"casework_evidence":      {"id", "proves"},
	"casework_officers":      {"case_id", "certificate"},
	"casework_parties":       {"id", "name"},
	"casework_payments":      {"id", "voucher"},
	"casework_steps":         {"id", "fields"},
	"evidence_media":         {"id", "sha256"},
	"intake_complaints":      {"id", "text"},
	"intake_contacts":        {"complaint", "name"},
	"intake_imports":         {},
	"intake_officers":        {"complaint", "name"},
	"intake_parts":           {"id", "task"},
	"intake_results":         {"complaint", "person"},
	"intake_rules":           {"id", "rules"},
	"intake_steps":           {"id", "actor_name"},
	"intake_templates":       {"id", "text"},
	"org_access":             {"id", "reason"},
	"org_credentials":        {"person", "hash"},
	"org_grants":             {"id", "role"},
	"org_people":             {"id", "certificate"},
	"org_refusals":           {"id", "code"},
	"org_settings":           {"unit", "value"},
	"org_unit_paths":         {},
	"org_units":              {"id", "name"},
	"term_calendars":         {},
	"term_changes":           {},
	"term_reasons":           {"id", "reason"},
	"term_terms":             {"id", "cites"},
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ofAlarm tells an entry that an alarm made: the demonstration's past rings by itself where the jobs run.
func ofAlarm(kind string) bool { return strings.HasPrefix(kind, "term.") }
