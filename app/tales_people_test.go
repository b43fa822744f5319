package app_test

import (
	"strings"
	"testing"

	"jiexu/law"
	"jiexu/org"
)

// Who may act, on what text, and how a case ends without a penalty (AP 27-43, 57; SH 16, 18).
func TestTalesOfPeopleAndGrounds(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"one act, one fine", true, oneActOneFine},
		{"limitation", false, limitation},
		{"a matter that nobody has confirmed", false, unconfirmed},
		{"a certificate that ran out yesterday", true, certificateRanOut},
		{"an officer moved to another squad in the middle of the case", false, officerMoved},
		{"an officer withdraws", true, recusal},
		{"an order to correct that is obeyed, and no penalty", true, orderObeyed},
		{"an order to correct that is not obeyed", false, orderDefied},
		{"no penalty refused by the head", false, noPenaltyRefused},
		{"a filing withdrawn", false, filingWithdrawn},
	})
}

const (
	correct   = "casework.correct"
	noPenalty = "casework.penalty.none"
)

func oneActOneFine(t *testing.T, w *world) {
	first := found(t, w, "", "WY-03", shop)
	first.served(3000)
	first.pays(3000)
	first.archived()
	c := found(t, w, "", "WY-03", shop, in{"actPlace": first.at})
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.refused("officer.jas1", noPenalty, "propose", in{"ground": "first", "harm": "none", "corrected": true}, "need.no_penalty_ground AP 33, AP 30, AP 31, AP 36, AP 57(1.2), AP 57(1.3)")
	neighbour := found(t, w, "", "WY-03", citizen)
	neighbour.by("head", "", "approve_filing", nil)
	neighbour.by("officer.jas1", "", "report", nil)
	neighbour.by("officer.jas1", noPenalty, "propose", in{"ground": "first", "harm": "none", "corrected": true})
	c.by("head", "", "approve_report", nil)
	c.refused("officer.jas1", "", "notify", in{"amount": 3000}, "need.fined_once AP 29")
	if step := c.waits("officer.jas1"); step == "notify" {
		c.t.Error("My Work names a notice that the law forbids")
	}
	c.by("head", "", "terminate", in{"ground": "other", "reason": "同一违法行为已给予罚款"})
	c.stands("terminated")
	c.shelved()
	wide := found(t, w, "", "WY-03", shop, in{"actPlace": strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４", "5", "５", "6", "６", "7", "７", "8", "８", "9", "９").Replace(first.at)})
	wide.by("head", "", "approve_filing", nil)
	wide.by("officer.jas1", "", "report", nil)
	wide.by("head", "", "approve_report", nil)
	wide.refused("officer.jas1", "", "notify", in{"amount": 3000}, "need.fined_once AP 29")
	again := found(t, w, summary, "WY-03", shop, in{"actPlace": first.at})
	again.by("officer.jas1", "", "tell", in{"amount": 1000})
	again.by("officer.jas1", "", "hear", in{"spoke": "nothing"})
	again.refused("officer.jas1", "", "decide", in{"penalty": "fine", "yuan": 1000, "pay": "bank"}, "need.one_fine AP 29")
}

func limitation(t *testing.T, w *world) {
	late := found(t, w, "", "WY-03", shop, in{"actDate": "2024-11-22"})
	late.refused("head", "", "approve_filing", nil, "need.limitation AP 36")
	late.by("head", "", "refuse_filing", in{"reason": "已过二年处罚时效"})
	late.stands("not_filed")
	spot := found(t, w, summary, "WY-03", shop, in{"actDate": "2024-11-22"})
	spot.refused("officer.jas1", "", "tell", in{"amount": 1000}, "need.limitation AP 36(1)")
	c := found(t, w, "", "WY-03", shop, in{"actDate": "2024-11-23"})
	c.served(1000)
	c.pays(1000)
	c.archived()
	harm := found(t, w, "", "WY-01", citizen, in{"actDate": "2021-11-23"})
	harm.by("head", "", "approve_filing", in{"opinion": "危及住户生命安全", "limitation": "five_years"})
	harm.by("officer.jas1", "", "report", nil)
}

func unconfirmed(t *testing.T, w *world) {
	c := found(t, w, "", "SR-04", shop)
	c.by("head", "", "approve_filing", nil)
	c.refused("officer.jas1", "", "report", nil, "need.matter_confirmed AP 38(1)")
	word := in{"validFrom": "2022-12-01", "source": "公报2022年第10期", "statute": "上海市市容环境卫生管理条例", "article": 27, "low": 100, "high": 1000}
	w.as("officer.jas1").do("POST", "/law/matters/SR-04/confirm", jsonOf(word)).problem(403, "refused")
	w.as("legal").do("POST", "/law/matters/SR-04/confirm", jsonOf(word)).ok(204)
	w.as("legal2").do("POST", "/law/matters/SR-04/confirm", jsonOf(word)).problem(409, "case.matter_confirmed")
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.refused("officer.jas1", "", "notify", in{"amount": 1001}, "case.fine_range_confirmed")
	c.by("officer.jas1", "", "notify", in{"amount": 1000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(1000)
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(1000)
	c.archived()
}

func certificateRanOut(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	reach := func(day string) {
		until, _ := law.ParseDate(day)
		w.change("officer.jas2", func(p *org.Person) { p.CertificateUntil = until })
	}
	reach("2026-11-22")
	c.refused("officer.jas1", "", "report", nil, "need.two_officers AP 42, SH 16(3)")
	c.refused("officer.jas1", correct, "order", nil, "need.two_officers AP 42, SH 16(3)")
	reach("2026-11-23") // the last day counts
	c.by("officer.jas1", "", "report", nil)
	reach("2029-12-31")
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 3000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(3000)
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(3000)
	c.archived()
}

// Who is moved to another squad handles the case no more; what he did stays, and another takes his place.
func officerMoved(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas2", "", "report", nil)
	w.move("officer.jas2", "leader.jnl")
	c.by("head", "", "approve_report", nil)
	a := c.send("officer.jas2", "POST", c.beside("", "notify"), in{"amount": 3000, "grounds": "x"})
	a.problem(404, "case.not_found")
	c.refused("officer.jas1", "", "notify", in{"amount": 3000}, "need.two_officers AP 42, SH 16(3)")
	c.by("head", "", "send_back", in{"reason": "承办人调动，补充承办人"})
	c.ok(c.send("officer.jas1", "PATCH", c.path(""), in{"officers": []string{w.person("officer.jas3")}}))
	c.by("officer.jas3", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas3", "", "notify", in{"amount": 3000})
	c.by("officer.jas3", "", "serve_notice", in{"served_on": w.today()})
	c.decided(3000)
	c.by("officer.jas3", "", "serve_decision", in{"served_on": w.today()})
	c.pays(3000)
	c.archived()
	w.move("officer.jas2", "leader.jas")
}

func recusal(t *testing.T, w *world) {
	const recuse = "casework.recusal"
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	ask := in{"officer": w.person("officer.jas1"), "part": "officer", "reason": "与当事人系亲属"}
	c.refused("officer.jas2", recuse, "officer_asks", ask, "need.recuse_self AP 43(1)")
	c.by("officer.jas2", recuse, "party_asks", in{"officer": w.person("officer.jas2"), "part": "officer", "asked_on": w.today(), "reason": "与当事人系亲属"})
	c.due(recuse + ".decide 2026-11-26")
	c.by("officer.jas1", "", "order_correction", in{"order": "恢复原状", "correct_by": "2026-11-30"}) // the inquiry goes on meanwhile
	grant := in{"decided": "yes", "applicant": "上海宁晨餐饮管理有限公司", "officer": "officer.jas2", "applied_on": w.today()}
	c.refused("head", recuse, "grant", grant, "need.recuse_two_left AP 42(1), AP 43")
	grant["successor"] = w.person("officer.jas3")
	c.by("head", recuse, "grant", grant)
	c.issued("recusal.decision", "回避")
	c.stands("filed", recuse+" withdrawn")
	c.refused("officer.jas2", "", "report", nil, "case.not_handler")
	c.by("officer.jas3", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 3000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(3000)
	c.by("officer.jas3", "", "serve_decision", in{"served_on": w.today()})
	c.pays(3000)
	c.archived()
}

// ordered is a case whose order to correct is served.
func ordered(t *testing.T, w *world, matter string) *tale {
	t.Helper()
	c := found(t, w, "", matter, shop)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", correct, "order", in{"term": "until", "until": "2026-11-27T18:00:00+08:00", "order": "拆除设施，恢复人行道原状"})
	c.issued("correction.order", "责改")
	c.refused("officer.jas1", correct, "found_corrected", nil, "procedure.not_now")
	c.by("officer.jas1", correct, "serve", in{"served_on": w.today()})
	c.due(correct + ".correct_by 2026-11-27")
	return c
}

func orderObeyed(t *testing.T, w *world) {
	c := ordered(t, w, "WY-03")
	w.on("2026-11-27 10:00")
	c.by("officer.jas1", correct, "found_corrected", in{"findings": "已恢复原状", "checked_on": w.today()})
	c.refused("officer.jas1", noPenalty, "propose", in{"ground": "slight", "harm": "none", "corrected": true}, "need.investigated AP 57(1)")
	c.by("officer.jas1", "", "report", nil)
	c.refused("officer.jas1", noPenalty, "propose", in{"ground": "slight", "harm": "more", "corrected": true}, "need.no_penalty_ground AP 33, AP 30, AP 31, AP 36, AP 57(1.2), AP 57(1.3)")
	c.by("officer.jas1", noPenalty, "propose", in{"ground": "slight", "harm": "none", "corrected": true})
	c.refused("head", noPenalty, "decide", in{"ground": "first"}, "need.no_penalty_as_proposed AP 57(1)")
	c.by("head", noPenalty, "decide", in{"ground": "slight", "education": "已当面教育"})
	c.issued("nopenalty.decision", "不罚")
	c.due(noPenalty + ".serve 2026-12-08")
	c.by("officer.jas1", noPenalty, "serve", in{"served_on": w.today()})
	c.refused("officer.jas1", noPenalty, "finish", nil, "need.taught AP 33(3)")
	c.by("officer.jas1", noPenalty, "teach", nil)
	c.by("officer.jas1", noPenalty, "finish", nil)
	c.stands("terminated", noPenalty+" done", correct+" corrected")
	c.shelved()
}

// The article fines only those who were ordered and did not obey: the order beside the case counts.
func orderDefied(t *testing.T, w *world) {
	c := ordered(t, w, "DL-02")
	c.refused("officer.jas1", "", "report", nil, "need.correction_refused SH 18(2)")
	w.on("2026-11-27 17:59")
	c.refused("officer.jas1", correct, "found_not_corrected", nil, "need.correct_by_over AP 28(1), SH 18(2)")
	w.on("2026-11-27 18:01")
	c.by("officer.jas1", correct, "found_not_corrected", in{"findings": "设施仍在", "checked_on": w.today()})
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 2000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(2000)
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(2000)
	c.archived()
}

func noPenaltyRefused(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", citizen)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("officer.jas1", noPenalty, "propose", in{"ground": "faultless", "harm": "slight"})
	c.by("head", noPenalty, "refuse", in{"reason": "当事人明知须经业主共同决定"})
	c.stands("reported", noPenalty+" refused")
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 1000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(1000)
	c.refused("officer.jas1", noPenalty, "propose", in{"ground": "none", "harm": "none"}, "need.undecided AP 57(1), SH 39(1.3)")
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(1000)
	c.archived()
}

func filingWithdrawn(t *testing.T, w *world) {
	const withdrawal = "casework.filing.withdrawal"
	c := ordered(t, w, "WY-03")
	c.by("officer.jas1", withdrawal, "ask", in{"ground": "twice", "reason": "与另案重复立案"})
	c.refused("head", withdrawal, "grant", nil, "need.party_told SH 24(1)")
	c.by("officer.jas1", withdrawal, "tell_party", nil)
	c.refused("officer.jas1", withdrawal, "grant", nil, "refused.unit")
	c.by("head", withdrawal, "grant", in{"ground": "other"})
	c.issued("filing.withdrawal", "")
	c.stands("terminated", withdrawal+" withdrawn")
	c.shelved()
}
