package app_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/systems/evidence"
	"jiexu/systems/evidence/docking"
)

// bodyFilm is a film as a body camera makes it; seed makes it another one.
func bodyFilm(began time.Time, long time.Duration, seed byte) []byte {
	box := func(kind string, content []byte) []byte {
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(content))), kind...), content...)
	}
	head := make([]byte, 100)
	binary.BigEndian.PutUint32(head[4:], uint32(began.Unix()+2082844800))
	binary.BigEndian.PutUint32(head[12:], 1000)
	binary.BigEndian.PutUint32(head[16:], uint32(long.Milliseconds()))
	return bytes.Join([][]byte{box("ftyp", []byte("isom\x00\x00\x02\x00isom")), box("moov", box("mvhd", head)), box("mdat", bytes.Repeat([]byte{seed}, 200))}, nil)
}

// docked takes in a film that an officer made, and gives its id.
func (w *world) docked(login, name string, began time.Time, seed byte) string {
	w.t.Helper()
	r, _, err := w.app.Evidence.Record(w.t.Context(), org.Program("import"), evidence.Found{Path: name, Content: bytes.NewReader(bodyFilm(began, 10*time.Minute, seed)), Unit: w.unitOf(login), Zone: law.Shanghai,
		Claims: []docking.Claim{{Source: "path", Officer: w.actor(login).Certificate.No, Device: "DSJ0012", Began: began}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.ID
}

// squadFiles counts the files of a squad: its recordings, and what belongs to its matters.
func (w *world) squadFiles() int {
	return w.count(`SELECT count(*) FROM evidence_media m LEFT JOIN intake_complaints i ON i.id = m.subject_id LEFT JOIN casework_cases c ON c.id = m.subject_id
		WHERE COALESCE(i.unit, c.unit, m.unit) = $1`, w.unitOf("leader.jas"))
}

// A recording's whole life: made while goods are seized, missed, tied, untied, tied again; two others fall due, one is held; a list is drawn up by one and
// approved by two others; what goes leaves its proof, and everything agrees on it.
func TestARecordingsWholeLife(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		const step = "seize"
		w.on("2026-11-23 10:00")
		c := found(t, w, "", "WY-02", citizen)
		c.unfilmed = true
		c.by("head", "", "approve_filing", nil)
		c.by("officer.jas1", seize, "ask", nil)
		c.by("head", seize, "grant", nil)
		c.by("officer.jas1", seize, step, in{"party": "present", "things": things, "measure": "seize"})
		began := w.clock.now().Add(-5 * time.Minute)

		// It is missed, first by who took the step, after a day by oversight.
		mine := w.as("officer.jas1").do("GET", "/recordings/missing", "").ok(200)
		taken := mine.text("items.0.id")
		if mine.text("items.0.step") != step || mine.text("items.0.how") != "awaiting" || mine.text("items.0.blocks") != "true" {
			t.Fatalf("%s", mine.body)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.app.Alerts.Watch(t.Context()))
		alerts := func() string { return w.as("inspector").do("GET", "/oversight/alerts?open=true", "").ok(200).body }
		if strings.Contains(alerts(), c.id) {
			t.Error("told of within the day")
		}
		w.on("2026-11-24 10:30")
		must(w.app.Alerts.Watch(t.Context()))
		must(w.app.Alerts.Watch(t.Context()))
		if all := alerts(); strings.Count(all, taken) != 1 {
			t.Fatalf("after a day: %s", all)
		}

		// Those who answer for it find it in their inboxes, once; nobody else does.
		told := func(login string, unread bool) int {
			t.Helper()
			w.sequence()
			must(w.app.Log.CatchUp(t.Context(), "notice.items"))
			return strings.Count(w.as(login).do("GET", "/notices?limit=100&unread="+fmt.Sprint(unread), "").ok(200).body, `"notice.unfilmed","title":"缺少录像","text":"`+mine.text("items.0.number")+" ")
		}
		for login, want := range map[string]int{"officer.jas1": 1, "leader.jas": 1, "inspector": 1, "officer.jas2": 0, "leader.jnl": 0, "head": 0, "legal": 0} {
			if n := told(login, true); n != want {
				t.Errorf("%s was told %d times, want %d", login, n, want)
			}
		}
		must(w.app.Alerts.Watch(t.Context()))
		if n := told("leader.jas", false); n != 1 {
			t.Errorf("looked at again, the leader was told %d times", n)
		}

		// Only who took the step, or leads the unit, says why there is none.
		excuse := `{"subject":"case:` + c.id + `","step":"` + taken + `","ground":"broken","reason":"x"}`
		w.as("officer.jas2").do("POST", "/recordings/excuses", excuse).problem(403, "evidence.excuse_not_yours")
		for login, want := range map[string]string{"officer.jas1": "true", "leader.jas": "true", "officer.jas2": "false"} {
			if may := w.as(login).do("GET", "/recordings/missing?subject=case:"+c.id, "").ok(200).text("items.0.mayExcuse"); may != want {
				t.Errorf("%s may excuse: %s", login, may)
			}
		}
		c.by("officer.jas1", "", "report", nil)
		c.by("head", "", "approve_report", nil)
		c.by("officer.jas1", "", "notify", in{"amount": 10000})
		c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
		c.by("officer.jas1", "", "waive", nil)
		c.refused("legal", "", "pass_review", nil, "need.films AP 47")

		// The recorder is docked; the film is tied, taken back, tied again.
		seen, loose, held := w.docked("officer.jas1", "DSJ0012_1.mp4", began, 1), w.docked("officer.jas1", "DSJ0012_2.mp4", began.Add(2*time.Hour), 2), w.docked("officer.jas1", "DSJ0012_3.mp4", began.Add(3*time.Hour), 3)
		tie := func() string {
			t.Helper()
			return w.as("officer.jas1").do("POST", "/media/"+seen+"/ties", `{"subject":"case:`+c.id+`","step":"`+taken+`"}`).ok(200).text("id")
		}
		first := tie()
		if strings.Contains(alerts(), taken) {
			t.Error("tied, and still told of")
		}
		if told("leader.jas", true) != 0 || told("leader.jas", false) != 1 {
			t.Error("tied, and the leader still has to look")
		}
		w.as("officer.jas1").do("POST", "/media/"+seen+"/ties/"+first+"/end", `{"reason":"关联错了"}`).ok(204)
		c.refused("legal", "", "pass_review", nil, "need.films AP 47")
		must(w.app.Alerts.Watch(t.Context())) // the officer was filming at the time, so that nothing is missing but the tie
		if all := w.as("officer.jas1").do("GET", "/recordings/missing?subject=case:"+c.id, "").ok(200); all.text("items.0.how") != "filmed" {
			t.Errorf("untied: %s", all.body)
		}
		tie()
		c.by("legal", "", "pass_review", nil)
		w.as("officer.jas1").do("POST", "/recordings/excuses", `{"subject":"case:`+c.id+`","step":"none","ground":"broken","reason":"x"}`).problem(422, "evidence.no_step")

		// Held by the leader; who may not, may not.
		hold := w.as("leader.jas").do("POST", "/recordings/holds", `{"ground":"hold","media":"`+held+`","reason":"复议可能涉及"}`).ok(200).text("id")
		w.as("officer.jas1").do("POST", "/recordings/holds", `{"ground":"hold","media":"`+held+`","reason":"x"}`).problem(403, "refused")
		w.as("leader.jas").do("POST", "/recordings/holds/"+hold+"/end", `{"reason":"x"}`).problem(403, "refused")
		due := func(id string) string {
			t.Helper()
			return w.as("leader.jas").do("GET", "/media/"+id+"/custody", "").ok(200).text("recording.keep.due")
		}
		if a, b, d := due(seen), due(loose), due(held); a != "" || b != "2027-05-24" || d != "" {
			t.Errorf("kept until %q, %q, %q", a, b, d)
		}
		draw := `{"unit":"` + w.unitOf("leader.jas") + `"}`
		w.as("leader.jas").do("POST", "/recordings/expiries", draw).problem(422, "evidence.nothing_due")

		// Half a year later.
		w.on("2027-05-25 09:00")
		stats := w.as("leader.jas").do("GET", "/recordings/stats?from=2026-11-01&to=2026-11-30", "").ok(200)
		if stats.text("all.tied") != "1" || !strings.Contains(stats.body, `"kind":"film","files":3,`) || stats.text("dueNow.files") != "2" || stats.text("lasting.files") != fmt.Sprint(w.squadFiles()-2) || stats.text("total.files") != fmt.Sprint(w.squadFiles()) {
			t.Errorf("of %d files: %s", w.squadFiles(), stats.body)
		}
		w.as("leader.jas").do("GET", "/recordings/stats.xlsx?from=2026-11-01&to=2026-11-30", "").ok(200)
		w.as("head").do("POST", "/recordings/expiries", draw).problem(403, "refused")
		list := w.as("leader.jas").do("POST", "/recordings/expiries", draw).ok(200).text("id")
		if one := w.as("head").do("GET", "/recordings/expiries/"+list, "").ok(200); one.text("files.0.rule") != "ended" || one.text("files.0.number") == "" || one.text("files.1.media") != loose || one.text("files.1.due") != "2027-05-24" || one.text("listed") != "2" || one.text("mayApprove") != "true" {
			t.Errorf("%s", one.body)
		}
		w.as("leader.jas").do("POST", "/recordings/expiries/"+list+"/approve", "").problem(403, "refused")
		w.as("inspector").do("GET", "/recordings/expiries/"+list, "").problem(404, "evidence.no_list")
		if one := w.as("head").do("POST", "/recordings/expiries/"+list+"/approve", "").ok(200); one.text("state") != "open" {
			t.Errorf("after one word: %s", one.body)
		}
		w.as("head").do("POST", "/recordings/expiries/"+list+"/approve", "").problem(409, "evidence.approved_already")
		w.as("leader.jas").do("GET", "/media/"+loose, "").ok(200)
		media := filepath.Join(w.app.Data, "media")
		must(filepath.WalkDir(media, func(name string, d fs.DirEntry, err error) error { // as if they had come in long ago
			if err == nil && !d.IsDir() {
				err = os.Chtimes(name, time.Now(), time.Now().Add(-3*time.Hour))
			}
			return err
		}))
		if one := w.as("legal").do("POST", "/recordings/expiries/"+list+"/approve", "").ok(200); one.text("state") != "done" || one.text("files.0.state") != "destroyed" {
			t.Errorf("after two: %s", one.body)
		}
		w.as("leader.jas").do("GET", "/media/"+loose, "").problem(410, "evidence.destroyed")
		life := w.as("leader.jas").do("GET", "/media/"+loose+"/custody", "").ok(200)
		if life.text("recording.gone.approvers.1") == "" || life.text("recording.gone.list") != list || life.text("recording.keep") != "" || !strings.Contains(life.body, `"evidence.deleted"`) || life.text("recording.sha256") == "" {
			t.Errorf("the proof: %s", life.body)
		}
		for _, id := range []string{seen, held} {
			w.as("leader.jas").do("GET", "/media/"+id, "").ok(200)
		}
		w.as("legal").do("POST", "/recordings/holds/"+hold+"/end", `{"reason":"复议期限已过"}`).ok(204)
		if d := due(held); d != "2027-05-24" {
			t.Errorf("released, it is kept until %q", d)
		}
		report, err := evidence.ReadFiles(media).Check(context.Background(), w.app.DB, true, func(int) {})
		if err != nil || len(report.Findings) > 0 || report.Destroyed != 2 || report.Leaving != 0 {
			t.Errorf("%+v %v", report, err)
		}
		if report := w.check(); len(report.Findings) > 0 {
			t.Errorf("the log: %v", report.Findings)
		}
		w.sequence()
		if bundle := w.as("head").do("GET", "/ledger/proof/"+w.one(`SELECT id FROM ledger_entries WHERE kind = 'evidence.deleted' AND subject_id = $1`, loose), "").ok(200); bundle.body == "" {
			t.Error("its end has no proof")
		}
		// Somebody who brings it back to life in the catalogue is found.
		w.write(`DELETE FROM evidence_gone WHERE media = $1`, loose)
		check, err := ledger.Check(t.Context(), w.app.DB, ledger.CheckOptions{})
		if err != nil || len(check.Findings) != 1 || check.Findings[0].Table != "evidence_gone" {
			t.Errorf("%v %v", check.Findings, err)
		}
	})
}
