package app_test

import (
	"slices"
	"testing"

	"jiexu/api"
	"jiexu/law"
	"jiexu/org"
)

// Steps that come late, people who change in the middle, and two words at once: each is taken with its reason and shows as late,
// or is refused by a clear message, and nothing is lost.
func TestTalesOfLateStepsAndPeople(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"the form asks why it is late only when it is", true, asksWhenLate},
		{"a spot decision filed late says why", false, filedLate},
		{"a seizure in urgency that is reported and approved late says why", false, urgencyLate},
		{"a withdrawal that is decided late says why", false, recusalLate},
		{"a no-penalty decision served late says why", false, noPenaltyServedLate},
		{"a service by announcement is late by law and needs no reason", false, announcementIsNotLate},
		{"two heads speak at once, and one word counts", true, twoHeads},
		{"a certificate that expired yesterday stops a seizure on the spot, and nothing is lost", false, expiredAtTheSeizure},
		{"an officer moved in the middle of a seizure", false, movedWithASeizure},
		{"an officer who left for another squad signs in there and sees the case no more", false, movedSeesNothing},
	})
}

// asks reports whether the form of a step asks for a field.
func (c *tale) asks(login, way, step, field string) bool {
	c.t.Helper()
	return slices.ContainsFunc(c.proposed(login, way, step), func(f api.Field) bool { return f.Name == field })
}

func asksWhenLate(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.noticed(3000).decided(3000)
	if c.asks("officer.jas1", "", "serve_decision", "late_reason") {
		t.Error("the form asks why a service is late that is in time")
	}
	w.on("2026-12-03 09:00")
	if !c.asks("officer.jas1", "", "serve_decision", "late_reason") {
		t.Error("the form does not ask why the service is late")
	}
	// It is late today, but it was served in time, and is only written down now.
	c.by("officer.jas1", "", "serve_decision", in{"served_on": "2026-12-02", "method": "in_person"})
	c.due("payment 2026-12-17")
}

func filedLate(t *testing.T, w *world) {
	c := found(t, w, summary, "HJ-01", citizen)
	onTheSpot(c, 200)
	c.due(summary + ".on_record 2026-11-25")
	w.on("2026-11-26 09:00")
	c.refused("officer.jas1", "", "record", nil, "case.late_reason")
	c.by("officer.jas1", "", "record", in{"late_reason": "连续参加专项整治，次日补报"})
	c.level(summary+".on_record", "met_late")
	c.pays(200)
	c.archived()
}

func urgencyLate(t *testing.T, w *world) {
	c := found(t, w, "", "WY-02", citizen)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", seize, "seize_now", in{"party": "present", "things": things, "measure": "seize", "urgency": "正在转移工具"})
	w.on("2026-11-24 11:00") // half an hour too late
	c.refused("officer.jas1", seize, "report_urgent", nil, "case.late_reason AC 19")
	c.by("officer.jas1", seize, "report_urgent", in{"late_reason": "现场处置持续到凌晨，手机无信号"})
	c.refused("head", seize, "approve_after", nil, "case.late_reason AC 19")
	c.by("head", seize, "approve_after", in{"late_reason": "报告到达时已逾二十四小时"})
	c.level(seize+".report", "met_late")
	c.stands("filed", seize+" held")
}

func recusalLate(t *testing.T, w *world) {
	const recuse = "casework.recusal"
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas2", recuse, "party_asks", in{"officer": w.person("officer.jas2"), "part": "officer", "asked_on": w.today(), "reason": "与当事人系亲属"})
	w.on("2026-11-27 09:00")
	stays := in{"decided": "no", "reason": "经核实并无亲属关系", "applicant": "上海宁晨餐饮管理有限公司", "officer": "officer.jas2", "applied_on": "2026-11-23"}
	c.refused("head", recuse, "refuse", stays, "case.late_reason")
	stays["late_reason"] = "等待户籍部门复函"
	c.by("head", recuse, "refuse", stays)
	c.level(recuse+".decide", "met_late")
}

func noPenaltyServedLate(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("officer.jas1", noPenalty, "propose", in{"ground": "none", "harm": "none"})
	c.by("head", noPenalty, "decide", in{"ground": "none"})
	c.due(noPenalty + ".serve 2026-12-02")
	w.on("2026-12-03 09:00")
	c.refused("officer.jas1", noPenalty, "serve", in{"served_on": w.today()}, "case.late_reason AP 61(1), AP 85")
	c.by("officer.jas1", noPenalty, "serve", in{"served_on": w.today(), "late_reason": "当事人出差"})
	c.level(noPenalty+".serve", "met_late")
}

func announcementIsNotLate(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.noticed(3000).decided(3000)
	w.on("2027-01-25 09:00")
	c.by("officer.jas1", "", "serve_decision", in{"served_on": "2027-01-22", "method": "announcement"})
	c.due("payment 2027-02-08") // the 6th of February is a Saturday
}

// Both saw the same case; one grants and one refuses. One of the two words counts, the other hears why not.
func twoHeads(t *testing.T, w *world) {
	for range 3 {
		c := found(t, w, "", "WY-02", citizen)
		c.by("head", "", "approve_filing", nil)
		c.by("officer.jas1", seize, "ask", nil)
		path := func(step string) string { return c.beside(seize, step) }
		paths := []string{path("grant"), path("deny")}
		words := []string{jsonOf(in{"opinion": "同意"}), jsonOf(in{"reason": "不属于可以扣押的物品"})}
		answers := together(2, func(i int) answer {
			a, err := w.as([]string{"head", "head2"}[i]).try("POST", paths[i], words[i], "If-Match", `"`+c.rev+`"`)
			if err != nil {
				a.body = err.Error()
			}
			return a
		})
		won := 0
		for _, a := range answers {
			if a.status == 200 {
				won++
				continue
			}
			a.problem(409, "changed_meanwhile")
		}
		if won != 1 {
			t.Fatalf("%d of two words counted: %s / %s", won, answers[0].body, answers[1].body)
		}
		if n := w.count(`SELECT count(*) FROM casework_steps WHERE case_id = $1 AND track IS NOT NULL AND step IN ('grant', 'deny')`, c.id); n != 1 {
			t.Errorf("%d words are on record", n)
		}
	}
}

func expiredAtTheSeizure(t *testing.T, w *world) {
	c := found(t, w, "", "WY-02", citizen)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", seize, "ask", nil)
	c.by("head", seize, "grant", nil)
	until := func(day string) {
		d, _ := law.ParseDate(day)
		w.change("officer.jas2", func(p *org.Person) { p.CertificateUntil = d })
	}
	until("2026-11-22")
	rev := c.page("officer.jas1").Rev
	c.refused("officer.jas1", seize, "seize", in{"party": "present", "things": things, "measure": "seize"}, "need.two_officers AP 42, SH 16(3)")
	if d := c.page("officer.jas1"); d.Rev != rev || len(d.Documents) != 0 {
		t.Errorf("a refused seizure left revision %d after %d and %d papers", d.Rev, rev, len(d.Documents))
	}
	c.stands("filed", seize+" approved")
	// Another certified officer joins, and the same form is taken.
	c.ok(c.send("officer.jas1", "PATCH", c.path(""), in{"officers": []string{w.person("officer.jas3")}}))
	c.by("officer.jas1", seize, "seize", in{"party": "present", "things": things, "measure": "seize"})
	c.due(seize + ".hold 2026-12-23")
	until("2029-12-31")
}

func movedWithASeizure(t *testing.T, w *world) {
	c := held(t, w)
	w.move("officer.jas1", "leader.jnl")
	defer w.move("officer.jas1", "leader.jas")
	c.send("officer.jas1", "POST", c.beside(seize, "test"), in{"measure": "seize"}).problem(404, "case.not_found")
	c.by("officer.jas2", seize, "call_perishable", in{"things": things}) // who is left goes on
	c.by("head", seize, "lift", in{"ground": "2", "things": things, "measure": "seize"})
	c.by("officer.jas2", seize, "give_back", nil)
	c.stands("filed", seize+" ended")
}

func movedSeesNothing(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	w.move("officer.jas2", "leader.jnl")
	defer w.move("officer.jas2", "leader.jas")
	gone := w.signIn("officer.jas2")
	gone.do("GET", c.path(""), "").problem(404, "case.not_found")
	gone.do("GET", c.path("/explain"), "").problem(404, "case.not_found")
	gone.do("GET", c.path("/volume.pdf"), "").problem(404, "case.not_found")
	gone.do("POST", c.path("/steps/report"), `{}`, "If-Match", `"`+c.rev+`"`).problem(404, "case.not_found")
	// What he did stays his, and the case says so.
	if e := c.page("head").Timeline; len(e) == 0 {
		t.Error("the case has lost its past")
	}
	c.refused("officer.jas1", "", "report", nil, "need.two_officers AP 42, SH 16(3)")
}
