package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// foreign is what belongs to another squad: an archived case of the demonstration with its paper,
// evidence and complaint.
type foreign struct {
	unit, complaint, complaintNumber, caseID, caseNumber, document, media, complaintMedia, entry, title string
}

func foreignTo(w *world) foreign {
	f := foreign{unit: w.unitOf("leader.cjd")}
	f.caseID = w.one(`SELECT id FROM casework_cases WHERE unit = $1 AND state = 'archived'`, f.unit)
	f.caseNumber = w.one(`SELECT number FROM casework_cases WHERE id = $1`, f.caseID)
	f.title = w.one(`SELECT title FROM casework_cases WHERE id = $1`, f.caseID)
	f.document = w.one(`SELECT id FROM casework_documents WHERE case_id = $1 ORDER BY id LIMIT 1`, f.caseID)
	f.entry = w.one(`SELECT entry FROM casework_documents WHERE id = $1`, f.document)
	f.media = w.one(`SELECT id FROM evidence_media WHERE subject_type = 'case' AND subject_id = $1 LIMIT 1`, f.caseID)
	const theirs = `FROM evidence_media m JOIN intake_complaints c ON c.id = m.subject_id WHERE m.subject_type = 'complaint' AND c.unit <> $1 AND c.state = 'closed' ORDER BY m.id LIMIT 1`
	jas := w.unitOf("leader.jas")
	f.complaint, f.complaintMedia = w.one(`SELECT c.id `+theirs, jas), w.one(`SELECT m.id `+theirs, jas)
	f.complaintNumber = w.one(`SELECT number FROM intake_complaints WHERE id = $1`, f.complaint)
	return f
}

// What belongs to another squad does not exist: to be read, listed, found, exported, counted, proved
// or acted on.
func TestAnotherSquadsMattersDoNotExist(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		f := foreignTo(w)
		picture, kind := formOf("a.jpg", photo(9))
		for _, login := range []string{"officer.jas1", "leader.jas", "auxiliary.jas", "dept.fg", "community.jas"} {
			b := w.as(login)
			// absent asks that what is there is answered as what is not: the answers must not differ.
			absent := func(method, path, id, body string, headers ...string) {
				t.Helper()
				headers = append(headers, "If-Match", `"1"`)
				real, invented := b.do(method, strings.Replace(path, "ID", id, 1), body, headers...), b.do(method, strings.Replace(path, "ID", "01a208c5-0000-7000-8000-000000000000", 1), body, headers...)
				if real.status != 404 && real.status != 403 || real.status != invented.status || real.text("code") != invented.text("code") {
					t.Errorf("%s %s %s: %d %s; of one that is not there: %d %s", login, method, path, real.status, real.body, invented.status, invented.body)
				}
			}
			for _, c := range []struct{ method, path, id, body string }{
				{"GET", "/complaints/ID", f.complaint, ""},
				{"POST", "/complaints/ID/steps/first_contact", f.complaint, `{"result":"电话"}`},
				{"POST", "/complaints/ID/contact", f.complaint, `{"reason":"好奇"}`},
				{"GET", "/complaints/ID/templates", f.complaint, ""},
				{"PUT", "/complaints/ID/follow", f.complaint, `{"on":true}`},
				{"POST", "/complaints/ID/split", f.complaint, `{"reason":"两件事","parts":[{"content":"其一"}]}`},
				{"POST", "/complaints/ID/comments", f.complaint, `{"text":"好奇"}`},
				{"POST", "/complaints/ID/comments/none/withdraw", f.complaint, `{"reason":"好奇"}`},
				{"GET", "/complaints/ID/readers", f.complaint, ""},
				{"GET", "/media?subject=complaint:ID", f.complaint, ""},
				{"GET", "/media/ID", f.complaintMedia, ""},
				{"GET", "/media/ID/thumb", f.complaintMedia, ""},
				{"GET", "/media/ID", f.media, ""},
				{"GET", "/cases/ID", f.caseID, ""},
				{"PATCH", "/cases/ID", f.caseID, `{"title":"改"}`},
				{"POST", "/cases/ID/parties", f.caseID, `{"kind":"person","name":"赵立新","idCode":"310106199001010014","address":"某路"}`},
				{"POST", "/cases/ID/evidence", f.caseID, `{"kind":"record","title":"笔录","proves":"事实","obtainedOn":"2026-11-01"}`},
				{"POST", "/cases/ID/steps/report", f.caseID, `{}`},
				{"POST", "/cases/ID/preview/notify", f.caseID, `{"amount":1,"grounds":"无"}`},
				{"GET", "/cases/ID/documents/" + f.document + ".pdf", f.caseID, ""},
				{"GET", "/media?subject=case:ID", f.caseID, ""},
				{"GET", "/ledger/proof/ID", f.entry, ""},
				{"GET", "/ledger/entries/ID", f.entry, ""},
			} {
				absent(c.method, c.path, c.id, c.body)
			}
			absent("POST", "/media?subject=complaint:ID", f.complaint, picture, "Content-Type", kind)
			absent("POST", "/media?subject=case:ID", f.caseID, picture, "Content-Type", kind)
			absent("POST", "/cases", f.complaint, `{"complaint":"ID","matter":"WY-01"}`)
			if strings.HasPrefix(login, "officer") {
				b.do("POST", "/cases", `{"complaint":"`+f.complaint+`","matter":"WY-01"}`).problem(404, "intake.not_found")
				b.do("POST", "/cases", `{"unit":"`+f.unit+`","title":"越界","actPlace":"某路","matter":"WY-01"}`).problem(403, "refused.unit")
			}
			for _, path := range []string{"/complaints?limit=200", "/cases?limit=200", "/complaints?unit=" + f.unit, "/cases?unit=" + f.unit, "/work",
				"/search?q=" + f.complaintNumber, "/search?q=" + f.caseNumber, "/search?q=" + f.title, "/cases?q=" + f.title, "/map/counts"} {
				a := b.do("GET", path, "")
				for _, secret := range []string{f.complaint, f.caseID, f.caseNumber, f.complaintNumber, f.unit} {
					if strings.Contains(a.body, secret) {
						t.Errorf("%s GET %s tells of %s: %s", login, path, secret, a.body)
					}
				}
			}
			for path, body := range map[string]string{"/complaints/search": `{"limit":200}`, "/search": `{"q":"` + f.complaintNumber + `"}`, "/intake/bulk/choices": `{"ids":["` + f.complaint + `"]}`} {
				if a := b.do("POST", path, body); strings.Contains(a.body, f.complaintNumber) || strings.Contains(a.body, f.complaint) || strings.Contains(a.body, `"step"`) {
					t.Errorf("%s POST %s tells of %s: %s", login, path, f.complaintNumber, a.body)
				}
			}
			if a := b.do("POST", "/intake/bulk", `{"step":"accept","items":[{"id":"`+f.complaint+`","rev":1}]}`).ok(200); !strings.Contains(a.body, "intake.not_found") || strings.Contains(a.body, f.complaintNumber) {
				t.Errorf("%s works on it among many: %s", login, a.body)
			}
			for _, path := range []string{"/complaints.xlsx", "/cases.xlsx"} {
				a := b.do("GET", path, "")
				if a.status == 200 {
					for _, cell := range cells(t, a.body) {
						if cell == f.complaintNumber || cell == f.caseNumber {
							t.Errorf("%s GET %s has %s", login, path, cell)
						}
					}
				}
			}
		}
		// The test could not fail if those who may see these things did not: they do.
		head, desk := w.as("head"), w.as("desk")
		head.do("GET", "/cases/"+f.caseID, "").ok(200)
		head.do("GET", "/media/"+f.media, "").ok(200)
		head.do("GET", "/ledger/proof/"+f.entry, "").ok(200)
		desk.do("GET", "/complaints/"+f.complaint, "").ok(200)
		if a := head.do("GET", "/search?q="+f.caseNumber, "").ok(200); !strings.Contains(a.body, f.caseID) {
			t.Errorf("the head does not find %s: %s", f.caseNumber, a.body)
		}
		if found := cells(t, desk.do("GET", "/complaints.xlsx", "").ok(200).body); !contains(found, f.complaintNumber) {
			t.Errorf("the desk's table has no %s", f.complaintNumber)
		}
		if mine := w.as("officer.jas1").do("GET", "/map/counts", "").ok(200); mine.text("items.0.unit") != w.unitOf("officer.jas1") || mine.text("items.1") != "" {
			t.Errorf("an officer's map: %s", mine.body)
		}
		if n := w.count(`SELECT count(*) FROM org_refusals WHERE subject LIKE '/cases/%' OR code = 'refused.unit'`); n == 0 {
			t.Error("no refusal of these was recorded")
		}
	})
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// cells are all cells of a table that the API gave.
func cells(t *testing.T, body string) (out []string) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		out = append(out, row...)
	}
	return out
}

// Those who count and plan see how a case stands, and neither whom it is about nor its papers.
func TestWhoCountsSeesNoParty(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		f := foreignTo(w)
		secrets := []string{"赵立新", "310106199001010014", "康定路1000弄", "13900000001", "客厅与卧室"}
		for _, login := range []string{"appraiser", "planner"} {
			b := w.as(login)
			for _, path := range []string{"/cases/" + f.caseID, "/cases", "/search?q=" + f.caseNumber} {
				a := b.do("GET", path, "").ok(200)
				if !strings.Contains(a.body, f.caseNumber) {
					t.Errorf("%s GET %s does not tell of %s", login, path, f.caseNumber)
				}
				for _, secret := range secrets {
					if strings.Contains(a.body, secret) {
						t.Errorf("%s GET %s tells %s", login, path, secret)
					}
				}
			}
			b.do("GET", "/cases/"+f.caseID+"/documents/"+f.document, "").problem(403, "refused")
			b.do("GET", "/media/"+f.media, "").problem(403, "refused")
			b.do("POST", "/complaints/"+f.complaint+"/contact", `{"reason":"抽查"}`).problem(403, "refused")
		}
		for _, cell := range cells(t, w.as("appraiser").do("GET", "/cases.xlsx", "").ok(200).body) {
			if cell == "赵立新" {
				t.Error("the appraiser's table names the party")
			}
		}
		for _, login := range []string{"legal", "head"} {
			if a := w.as(login).do("GET", "/cases/"+f.caseID, "").ok(200); !strings.Contains(a.body, "310106199001010014") {
				t.Errorf("%s does not see who the case is about", login)
			}
		}
	})
}

// The auditor reads the records; the administrator gives rights and sees no matter.
func TestPowersAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	f := foreignTo(w)
	auditor := w.as("auditor")
	auditor.do("GET", "/ledger/entries/"+f.entry, "").ok(200)
	auditor.do("GET", "/ledger/proof/"+f.entry, "").ok(200)
	auditor.do("GET", "/system/refusals", "").ok(200)
	for id, s := range matrix {
		if strings.HasPrefix(id, "intake.") || strings.HasPrefix(id, "casework.") || strings.HasPrefix(id, "evidence.") || id == "work.list" || id == "search.all" || id == "map.counts" {
			for _, role := range []string{"admin", "auditor"} {
				if contains(s.may, role) {
					t.Errorf("the %s may do %s", role, id)
				}
			}
		}
	}
}

// A complaint handed to a department is seen by that department and by no other, without the citizen's
// name.
func TestADepartmentSeesWhatWasHandedToIt(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		s.tell(t, []move{
			toCase[0],
			{who: "dept.fg", method: "GET", path: "/complaints/{complaint}", status: 404},
			complaintStep("desk", "transfer", `{"department":"{department}","explained":"已告知由房管局处理"}`, "intake.transfer"),
			{who: "dept.fg", method: "GET", path: "/complaints/{complaint}", contains: []string{"楼上敲承重墙"}, lacks: []string{"王阿婆", "13800001234"}},
			{who: "dept.fg", method: "GET", path: "/complaints", contains: []string{"{complaint}"}},
			{who: "dept.fg", method: "POST", path: "/complaints/{complaint}/contact", body: `{"reason":"核实"}`, status: 403},
			{who: "dept.lh", method: "GET", path: "/complaints/{complaint}", status: 404},
			{who: "dept.lh", method: "GET", path: "/complaints", lacks: []string{"{complaint}"}},
			{who: "community.jas", method: "GET", path: "/complaints/{complaint}", status: 404},
			{who: "desk", method: "GET", path: "/complaints/{complaint}", contains: []string{`"state":"transferred"`}},
		})
		w.check()
	})
}

// stream reads somebody's live updates until ctx ends.
func (w *world) stream(ctx context.Context, login string) <-chan map[string]string {
	w.t.Helper()
	res, err := w.server.Client().Transport.RoundTrip(w.as(login).request(ctx, "GET", "/live", ""))
	if err != nil {
		w.t.Fatal(err)
	}
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		w.t.Fatalf("live updates of %s: %d %s", login, res.StatusCode, res.Header.Get("Content-Type"))
	}
	out := make(chan map[string]string, 256)
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // the first line says that it is open
	go func() {
		defer close(out)
		defer res.Body.Close()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				change := map[string]string{}
				if json.Unmarshal([]byte(data), &change) == nil {
					out <- change
				}
			}
		}
	}()
	return out
}

// next is the next live update of what somebody did, or a failure.
func next(t *testing.T, updates <-chan map[string]string) map[string]string {
	t.Helper()
	patience := time.After(2 * time.Minute)
	for {
		select {
		case u, ok := <-updates:
			if !ok {
				t.Fatal("the live updates ended")
			}
			if !ofAlarm(u["kind"]) {
				return u
			}
		case <-patience:
			t.Fatal("no live update came")
		}
	}
}

// Live updates tell nobody of another squad's matters.
func TestLiveUpdatesKeepToOnesOwn(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.as("").do("GET", "/live", "").problem(401, "unauthenticated")
		w.sequence()
		w.run()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		officer, other, desk, admin := w.stream(ctx, "officer.jas1"), w.stream(ctx, "officer.jnl1"), w.stream(ctx, "desk"), w.stream(ctx, "admin")
		s := newStory(w)
		s.tell(t, []move{
			{who: "officer.jnl1", method: "POST", path: "/cases", body: `{"matter":"WY-01","title":"江宁路敲墙","actPlace":"江宁路1号"}`, entries: []string{"casework.opened"}, keep: map[string]string{"theirs": "id"}},
			{who: "officer.jas1", method: "POST", path: "/cases", body: `{"matter":"WY-01","title":"愚园路敲墙","actPlace":"愚园路1号"}`, entries: []string{"casework.opened"}, keep: map[string]string{"mine": "id"}},
			toCase[0],
		})
		if u := next(t, officer); u["subject"] != "case:"+s.kept["mine"] || u["kind"] != "casework.opened" || u["unit"] != s.kept["jas"] {
			t.Errorf("the officer hears of %v first", u)
		}
		if u := next(t, other); u["subject"] != "case:"+s.kept["theirs"] {
			t.Errorf("the other squad's officer hears of %v first", u)
		}
		if u := next(t, desk); u["subject"] != "complaint:"+s.kept["complaint"] {
			t.Errorf("the desk hears of %v first", u)
		}
		select {
		case u := <-admin:
			t.Errorf("the administrator hears of %v", u)
		default:
		}
	})
}

// A stream tells nothing more once its session has ended or its person was disabled: it ends instead.
func TestLiveUpdatesStopWithTheSession(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.sequence()
		w.run()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		out, disabled, stays := w.stream(ctx, "officer.jas1"), w.stream(ctx, "officer.jas3"), w.stream(ctx, "officer.jas2")
		w.as("officer.jas1").do("DELETE", "/session", "").ok(204)
		w.write(`UPDATE org_people SET disabled = $1 WHERE login = $2`, true, "officer.jas3")
		w.as("officer.jas2").do("POST", "/cases", `{"matter":"WY-01","title":"愚园路敲墙","actPlace":"愚园路1号"}`).ok(200)
		if u := next(t, stays); u["kind"] != "casework.opened" {
			t.Errorf("who is still there hears of %v", u)
		}
		for who, updates := range map[string]<-chan map[string]string{"who signed out": out, "who was disabled": disabled} {
			patience, open := time.After(time.Minute), true
			for open {
				var u map[string]string
				select {
				case u, open = <-updates:
					if open && !ofAlarm(u["kind"]) {
						t.Errorf("%s hears of %v", who, u)
					}
				case <-patience:
					t.Errorf("the stream of %s goes on", who)
					open = false
				}
			}
		}
	})
}
