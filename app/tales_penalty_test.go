package app_test

import (
	"sync"
	"testing"
)

// The ordinary procedure (AP 54-65).
func TestTalesOfThePenalty(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"from a patrol to the archive", true, fromPatrolToArchive},
		{"a notice on the eve of Spring Festival", true, eveOfSpringFestival},
		{"a hearing asked for on the fifth working day", true, hearingOnTheFifthDay},
		{"a hearing asked for on the sixth working day", false, hearingOnTheSixthDay},
		{"a hearing to which nobody came", false, hearingUnattended},
		{"a defence that lowers the fine", false, defenceLowers},
		{"a defence that must not raise it", true, defenceNeverRaises},
		{"deliberation by the heads alone", false, headsDeliberate},
		{"departure from the tier", false, departsFromTheTier},
		{"ninety days, extended", false, ninetyDaysExtended},
		{"two approvals at once", true, twoApprovalsAtOnce},
	})
}

func fromPatrolToArchive(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.refused("officer.jas1", "", "report", nil, "procedure.not_now")
	c.refused("officer.jas1", "", "approve_filing", nil, "refused.unit")
	c.by("head", "", "approve_filing", nil)
	c.due("ninety_days 2027-02-22")
	c.by("officer.jas1", "", "order_correction", in{"order": "三日内恢复原状", "correct_by": "2026-11-26"})
	c.by("officer.jas2", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.refused("officer.jas1", "", "notify", in{"amount": 999}, "case.fine_range SP 85")
	c.refused("officer.jas1", "", "notify", in{"amount": 10001}, "case.fine_range SP 85")
	c.by("officer.jas1", "", "notify", in{"amount": 3000})
	c.issued("penalty.notice", "罚告")
	w.on("2026-11-25 10:00")
	c.by("officer.jas1", "", "serve_notice", in{"served_on": "2026-11-24"})
	c.due("defence 2026-12-01")
	c.by("legal", "", "pass_review", nil)
	c.refused("head", "", "decide", in{"amount": 3000}, "need.defence_time AP 44, AP 45, AP 62, AP 64")
	w.on("2026-12-02 09:00")
	c.by("head", "", "decide", in{"amount": 3000})
	c.issued("penalty.decision", "罚决")
	c.due("serve_decision 2026-12-11")
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.due("payment 2026-12-17", "reconsideration 2027-02-01", "litigation 2027-06-02")
	c.stands("served")
	c.pays(3000)
	c.money(3000, 3000, 0, 0)
	c.archived()
}

// The Saturday before the festival is a working day of 2026, and so is the last Saturday of February; the nine
// days between are off.
func eveOfSpringFestival(t *testing.T, w *world) {
	w.on("2026-02-14 09:00")
	c := found(t, w, "", "WY-03", shop)
	c.noticed(3000)
	c.due("defence 2026-02-28", "ninety_days 2026-05-15")
	c.by("legal", "", "pass_review", nil)
	w.on("2026-02-28 23:59")
	c.refused("head", "", "decide", in{"amount": 3000}, "need.defence_time AP 44, AP 45, AP 62, AP 64")
	w.on("2026-03-01 00:00")
	c.by("head", "", "decide", in{"amount": 3000})
	c.due("serve_decision 2026-03-10")
	w.on("2026-03-02 10:00")
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(3000)
	c.archived()
}

func hearingOnTheFifthDay(t *testing.T, w *world) {
	c := found(t, w, "", "WY-01", citizen)
	c.noticed(12000)
	c.due("defence 2026-11-30")
	w.on("2026-11-30 17:00")
	c.by("officer.jas1", "", "ask_hearing", in{"asked_on": "2026-11-30"})
	c.stands("hearing")
	call := in{"held_at": "2026-12-14T14:00:00+08:00", "place": "局会议室", "chair": w.person("officer.jas2")}
	c.refused("legal", "", "call_hearing", call, "need.chair_independent AP 64(1.4)")
	call["chair"] = w.person("legal2")
	for _, soon := range []string{"2026-12-09T23:59:00+08:00", "2026-11-20T14:00:00+08:00"} {
		call["held_at"] = soon
		c.refused("legal", "", "call_hearing", call, "need.called_in_time AP 64(1.2), AP 85")
	}
	call["held_at"] = "2026-12-14T14:00:00+08:00"
	c.by("legal", "", "call_hearing", call)
	c.due("hearing_notice 2026-12-09")
	w.on("2026-12-09 23:00")
	c.refused("legal", "", "hold_hearing", in{"outcome": "held"}, "need.hearing_notice AP 64(1.2)", "need.hearing_time AP 64(1.2)")
	w.on("2026-12-14 13:59")
	c.refused("legal", "", "hold_hearing", in{"outcome": "held"}, "need.hearing_time AP 64(1.2)")
	w.on("2026-12-14 16:00")
	c.by("legal", "", "hold_hearing", in{"outcome": "held", "record": "如期举行，双方质证。"})
	c.refused("head", "", "decide", in{"amount": 12000}, "need.review_passed AP 58", "need.deliberated AP 57(2)")
	c.by("legal", "", "pass_review", nil)
	c.deliberated()
	c.refused("head", "", "decide", in{"amount": 12001}, "need.not_heavier AP 45(2)")
	c.by("head", "", "decide", in{"amount": 12000})
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(12000)
	c.archived()
}

func hearingOnTheSixthDay(t *testing.T, w *world) {
	c := found(t, w, "", "WY-01", citizen)
	c.noticed(12000)
	w.on("2026-12-01 09:00")
	c.refused("officer.jas1", "", "ask_hearing", in{"asked_on": "2026-12-01"}, "need.asked_in_time AP 64(1.1)")
	c.by("legal", "", "pass_review", nil)
	c.deliberated()
	c.by("head", "", "decide", in{"amount": 12000})
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(12000)
	c.archived()
}

func hearingUnattended(t *testing.T, w *world) {
	c := found(t, w, "", "WY-01", citizen)
	c.noticed(12000)
	c.by("officer.jas1", "", "ask_hearing", in{"asked_on": w.today()})
	c.by("legal", "", "call_hearing", in{"held_at": "2026-12-07T14:00:00+08:00", "chair": w.person("legal2")})
	w.on("2026-12-07 14:30")
	c.by("legal", "", "hold_hearing", in{"outcome": "absent", "record": "当事人无正当理由未到，听证终止。"})
	c.refused("officer.jas1", "", "ask_hearing", in{"asked_on": "2026-11-30"}, "need.hearing_once AP 64")
	c.by("legal", "", "pass_review", nil)
	c.deliberated()
	c.by("head", "", "decide", in{"amount": 12000})
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(12000)
	c.archived()
}

func defenceLowers(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.noticed(4000)
	c.by("officer.jas1", "", "hear", in{"statement": "已经恢复原状"})
	c.refused("legal", "", "pass_review", nil, "need.defence_reviewed AP 45")
	c.by("officer.jas1", "", "review_defence", in{"adopted": "yes", "reason": "复查属实"})
	c.by("legal", "", "pass_review", nil)
	w.on("2026-12-01 09:00")
	c.by("head", "", "decide", in{"amount": 2000})
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.money(2000, 0, 0, 200000)
	c.pays(2000)
	c.archived()
}

func defenceNeverRaises(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.noticed(3000)
	c.by("officer.jas1", "", "hear", in{"statement": "不服"})
	c.by("officer.jas1", "", "review_defence", in{"adopted": "no"})
	c.by("legal", "", "pass_review", nil)
	w.on("2026-12-01 09:00")
	c.refused("head", "", "decide", in{"amount": 3001}, "need.not_heavier AP 45(2)")
	c.by("head", "", "notify_anew", in{"reason": "拟加重"})
	c.refused("officer.jas1", "", "notify", in{"amount": 3001}, "need.no_heavier_for_speaking AP 45(2)")
	c.by("officer.jas1", "", "notify", in{"amount": 3000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(3000)
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(3000)
	c.archived()
}

func headsDeliberate(t *testing.T, w *world) {
	c := found(t, w, "", "WY-01", citizen)
	c.noticed(20000)
	c.by("officer.jas1", "", "waive", nil)
	c.by("officer.jas1", "", "waive_hearing", nil)
	c.refused("head", "", "deliberate", in{"attendees": []string{w.person("head"), w.person("head2")}}, "need.review_passed AP 58")
	c.by("legal", "", "pass_review", nil)
	c.refused("head", "", "decide", in{"amount": 20000}, "need.deliberated AP 57(2)")
	c.refused("head", "", "deliberate", in{"attendees": []string{w.person("head"), w.person("legal")}}, "need.heads AP 57(2)")
	c.by("head2", "", "deliberate", in{"attendees": []string{w.person("head"), w.person("head2")}, "present": []string{w.person("legal")}, "minutes": "一致同意"})
	c.by("head", "", "decide", in{"amount": 20000})
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(20000)
	c.archived()
}

// The office reviews major cases alone, but one that departs from its tier is reviewed all the same (AP 34).
func departsFromTheTier(t *testing.T, w *world) {
	w.set("casework.review", "major")
	defer w.set("casework.review", "all")
	c := found(t, w, "", "WY-03", shop)
	c.ok(c.send("officer.jas1", "PATCH", c.path(""), in{"circumstances": []string{"harm_done"}}))
	d := c.page("head").Discretion
	if !d.Known || d.Proposed == nil {
		t.Fatalf("no tier is proposed: %+v", d)
	}
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.refused("officer.jas1", "", "notify", in{"amount": 2000, "departure": "从轻"}, "law.tier_not_allowed AP 5(2)")
	c.refused("officer.jas1", "", "notify", in{"amount": 5000}, "need.departure AP 34")
	c.by("officer.jas1", "", "notify", in{"amount": 5000, "departure": "当事人已先行赔偿并取得谅解"})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.by("officer.jas1", "", "waive", nil)
	c.refused("head", "", "decide", in{"amount": 5000}, "need.review_passed AP 58")
	c.by("legal", "", "pass_review", nil)
	c.by("head", "", "decide", in{"amount": 5000})
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(5000)
	c.archived()
}

func ninetyDaysExtended(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.noticed(3000)
	c.by("officer.jas1", "", "waive", nil)
	c.by("legal", "", "pass_review", nil)
	w.on("2027-02-23 09:00")
	c.refused("head", "", "decide", in{"amount": 3000}, "need.ninety_days AP 60")
	c.by("head", "", "extend", in{"basis": "案情复杂，行政处罚法第六十条", "until": "2027-03-10"})
	c.by("head", "", "decide", in{"amount": 3000})
	c.level("ninety_days", "met_late")
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(3000)
	c.archived()
}

// Both heads have the page open and press at once: one decides, the other is told that the case has changed.
func twoApprovalsAtOnce(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.noticed(3000)
	c.by("officer.jas1", "", "waive", nil)
	c.by("legal", "", "pass_review", nil)
	path, rev := c.beside("", "decide"), c.rev
	answers := make([]answer, 2)
	var wait sync.WaitGroup
	for i, login := range []string{"head", "head2"} {
		wait.Go(func() {
			answers[i], _ = w.as(login).try("POST", path, `{"amount":3000,"opinion":"同意"}`, "If-Match", `"`+rev+`"`)
		})
	}
	wait.Wait()
	won, lost := answers[0], answers[1]
	if won.status != 200 {
		won, lost = lost, won
	}
	c.ok(won)
	lost.problem(409, "changed_meanwhile")
	if n := w.count(`SELECT count(*) FROM casework_documents WHERE case_id = $1 AND kind = 'penalty.decision'`, c.id); n != 1 {
		t.Errorf("%d decisions were issued", n)
	}
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(3000)
	c.archived()
}
