package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jiexu/store"
)

// How long what was added to real cases and complaints is kept: by how each ended, who has it now, what the case names, and what a complaint was merged into.
func TestWhatWasAddedIsKeptByHowItEnded(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.on("2026-11-23 10:00")
		seed := 0
		added := func(login, subject string) string {
			t.Helper()
			seed++
			body, kind := formOf(fmt.Sprintf("%d.jpg", seed), photo(seed))
			return w.as(login).do("POST", "/media?subject="+subject, body, "Content-Type", kind).ok(200).text("id")
		}
		refused, open, filed := found(t, w, "", "WY-03", shop, in{"actDate": "2024-11-22"}), found(t, w, "", "WY-03", shop), found(t, w, "", "WY-03", shop)
		loose, named := added("officer.jas1", "case:"+refused.id), added("officer.jas1", "case:"+refused.id)
		refused.ok(refused.send("officer.jas1", "POST", refused.path("/evidence"), in{"kind": "physical", "title": "照片", "proves": "现场", "obtainedOn": w.today(), "media": named}))
		refused.by("head", "", "refuse_filing", in{"reason": "已过二年处罚时效"})
		running, evidenced := added("officer.jas1", "case:"+open.id), added("officer.jas1", "case:"+filed.id)
		filed.by("head", "", "approve_filing", nil)

		complaint := func() string {
			t.Helper()
			id := w.as("desk").do("POST", "/complaints", `{"channel":"hotline","kind":"complaint","content":"占道设摊","address":"地址不详","name":"王小明","phone":"13900001234"}`).ok(201).text("id")
			return id
		}
		routed := func(id string) {
			t.Helper()
			if w.one(`SELECT unit FROM evidence_media WHERE subject_id = $1 UNION ALL SELECT unit FROM intake_complaints WHERE id = $1`, id) == w.unitOf("leader.jas") {
				t.Fatal("the squad has it already, and the photo does not come from the desk")
			}
			w.as("desk").do("POST", "/complaints/"+id+"/steps/route", `{"unit":"`+w.unitOf("leader.jas")+`"}`, "If-Match", `"`+w.one(`SELECT rev FROM intake_complaints WHERE id = $1`, id)+`"`).ok(200)
		}
		over, going, merged, main := complaint(), complaint(), complaint(), complaint()
		ended, waiting, with := added("desk", "complaint:"+over), added("desk", "complaint:"+going), added("desk", "complaint:"+merged)
		for _, id := range []string{over, going, merged, main} {
			routed(id)
		}
		now := store.At(w.clock.now())
		w.write(`UPDATE intake_complaints SET closed_at = $2 WHERE id IN ($1, $3)`, over, now, merged)
		w.write(`UPDATE intake_complaints SET case_id = $2 WHERE id = $1`, main, filed.id)
		w.write(`INSERT INTO intake_merges (id, complaint, main, at, ended_at, ended_by) VALUES ('m', $1, $2, $3, $3, 'reply')`, merged, main, now)

		w.on("2027-05-25 09:00")
		leader := w.as("leader.jas")
		for id, want := range map[string]string{loose: "ended 2027-05-23 true", named: "cited  false", running: "running  false", evidenced: "case  false", ended: "ended 2027-05-23 true", waiting: "running  false", with: "case  false"} {
			a := leader.do("GET", "/media/"+id+"/about", "").ok(200)
			if got := a.text("keep.rule") + " " + a.text("keep.due") + " " + a.text("keep.isDue"); got != want {
				t.Errorf("%s is kept %q, want %q", id, got, want)
			}
		}
		list := leader.do("POST", "/recordings/expiries", `{"unit":"`+w.unitOf("leader.jas")+`"}`).ok(200).text("id")
		one := leader.do("GET", "/recordings/expiries/"+list, "").ok(200)
		for id, want := range map[string]int{loose: 1, ended: 1, named: 0, running: 0, evidenced: 0, waiting: 0, with: 0} {
			if n := strings.Count(one.body, `"media":"`+id+`"`); n != want {
				t.Errorf("%s stands on the list %d times, want %d: %s", id, n, want, one.body)
			}
		}
		// What the demonstration closed by then is on it, and nothing else.
		if n := w.count(`SELECT count(*) FROM evidence_expiry_files`); n != 3 || one.text("files.0.number") == "" {
			t.Errorf("%d files: %s", n, one.body)
		}
		// Its merging undone, it goes its own way.
		w.write(`UPDATE intake_merges SET ended_by = 'unmerge' WHERE id = 'm'`)
		if a := leader.do("GET", "/media/"+with+"/about", "").ok(200); a.text("keep.rule") != "ended" {
			t.Errorf("unmerged: %s", a.body)
		}

		// A hold by a button: placed by the case's leader by its number, lifted by who may.
		hold := `{"ground":"hold","number":"` + w.one(`SELECT number FROM casework_cases WHERE id = $1`, refused.id) + `","reason":"行政复议"}`
		leader.do("POST", "/recordings/holds", hold).ok(200)
		w.as("leader.jnl").do("POST", "/recordings/holds", hold).problem(422, "form")
		mine := leader.do("GET", "/recordings/holds?subject=case:"+refused.id, "").ok(200)
		if mine.text("mayHold") != "true" || mine.text("items.0.mayRelease") != "false" || mine.text("items.0.number") == "" {
			t.Errorf("%s", mine.body)
		}
		if a := leader.do("GET", "/media/"+loose+"/about", "").ok(200); a.text("keep.rule") != "hold" {
			t.Errorf("held: %s", a.body)
		}
		w.clock.forward(time.Hour)
		w.as("legal").do("POST", "/recordings/holds/"+mine.text("items.0.id")+"/end", `{"reason":"复议期满"}`).ok(204)
		if life := leader.do("GET", "/media/"+loose+"/custody", "").ok(200); life.text("holds.0.reason") != "行政复议" || life.text("holds.0.until") == "" {
			t.Errorf("its life: %s", life.body)
		}
	})
}
