package app_test

import (
	"slices"
	"strings"
	"testing"

	"jiexu/law"
	"jiexu/term"
)

// Evidence preserved, things seized, orders served (AP 56; AC 18-28; SH 22; CP 87-95).
func TestTalesOfMeasures(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"evidence preserved, dealt with on the seventh working day", true, preserved},
		{"evidence preserved and forgotten is given back", false, preservationLapsed},
		{"seized, tested, extended, given back", true, seizedTestedExtended},
		{"a seizure that ran out can only be lifted", false, seizureRanOut},
		{"seized in urgency, approved within a day", false, seizedInUrgency},
		{"necessities of life are not seized", false, necessities},
		{"perishable things, sold after two days", false, perishable},
		{"things that nobody claims", false, unclaimed},
		{"service refused, and left with a witness", true, leftWithAWitness},
		{"service by announcement", false, announced},
		{"service by electronic means needs the party's consent", false, electronic},
		{"a decision served late", false, servedLate},
	})
}

const (
	preserve = "casework.preserve"
	seize    = "casework.seize"
)

var things = []any{in{"name": "切割机", "quantity": "一台"}}

// keptInPlace is a case with evidence that is preserved.
func keptInPlace(t *testing.T, w *world) *tale {
	t.Helper()
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.refused("head", preserve, "grant", nil, "need.preserve_asked AP 56")
	c.by("officer.jas1", preserve, "ask", in{"reason": "施工图纸可能灭失"})
	c.refused("officer.jas1", preserve, "grant", nil, "refused.unit")
	c.by("head", preserve, "grant", nil)
	c.by("officer.jas1", preserve, "preserve", in{"things": things, "way": "in_place"})
	c.issued("preservation.notice", "保")
	c.servedNow("preservation.notice")
	c.due(preserve + ".preserve 2026-12-02")
	return c
}

func preserved(t *testing.T, w *world) {
	c := keptInPlace(t, w)
	w.on("2026-12-02 23:00")
	c.by("officer.jas1", preserve, "dispose", in{"what": "evidence", "things": things})
	c.issued("preservation.disposal", "处")
	c.level(preserve+".preserve", "met")
	c.stands("filed", preserve+" ended")
	c.penaltyFollows(2000)
}

// penaltyFollows takes a filed case to the archive.
func (c *tale) penaltyFollows(yuan int) {
	c.t.Helper()
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": yuan})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": c.w.today()})
	c.decided(yuan)
	c.by("officer.jas1", "", "serve_decision", in{"served_on": c.w.today()})
	c.pays(yuan)
	c.archived()
}

func preservationLapsed(t *testing.T, w *world) {
	c := keptInPlace(t, w)
	c.refused("officer.jas1", preserve, "lapse", nil, "need.preserve_over AP 56, AP 85")
	w.on("2026-12-03 09:00")
	c.refused("officer.jas1", preserve, "dispose", in{"what": "seize", "things": things}, "need.preserve_time AP 56, AP 85")
	c.by("officer.jas1", preserve, "lapse", in{"reason": "逾期自动解除"})
	c.level(preserve+".preserve", "met_late")
	c.penaltyFollows(2000)
}

// held is a case whose things are seized with the head's approval, on the 23rd of November.
func held(t *testing.T, w *world) *tale {
	t.Helper()
	c := found(t, w, "", "WY-02", citizen)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", seize, "ask", nil)
	c.by("head", seize, "grant", nil)
	c.by("officer.jas1", seize, "seize", in{"party": "present", "things": things, "measure": "seize"})
	c.issued("seizure.decision", "扣")
	c.due(seize + ".hold 2026-12-23")
	c.servedNow("seizure.decision")
	c.due(seize+".reconsider_measure 2027-01-22", seize+".litigate_measure 2027-05-24")
	return c
}

// servedNow asks that the newest document of a kind was served in person today by the step that issued it, and that
// nobody needs to, or can, write that down again.
func (c *tale) servedNow(kind string) {
	c.t.Helper()
	for _, d := range c.page("head").Documents {
		if d.Kind != kind || d.VoidAt != nil {
			continue
		}
		if d.ServedOn.String() != c.w.today() || d.ServedBy != "in_person" {
			c.t.Errorf("%s was served on %s, %q", kind, d.ServedOn, d.ServedBy)
		}
		c.notTaken(c.send("officer.jas1", "POST", c.path("/documents/"+d.ID+"/serve"), in{"method": "in_person", "servedOn": c.w.today(), "receiver": "本人"}), "case.served")
		return
	}
	c.t.Errorf("no %s was issued", kind)
}

// Thirty days from the 23rd of November; the nine whole days of tests, from the 3rd to the 13th of December, push the
// end from the 23rd of December to the 1st of January; thirty more count from there, and end on a Sunday.
func seizedTestedExtended(t *testing.T, w *world) {
	c := held(t, w)
	w.on("2026-12-03 10:00")
	c.by("officer.jas1", seize, "test", in{"measure": "seize", "what": "材料是否阻燃", "from": "2026-12-03", "until": "2026-12-13"})
	c.issued("seizure.testing", "检")
	c.level(seize+".hold", "suspended")
	c.refused("officer.jas1", seize, "test", in{"measure": "seize"}, "need.seize_not_testing AC 25(3)")
	c.refused("head", seize, "extend", nil, "need.seize_not_testing AC 25(3)")
	w.on("2026-12-13 10:00")
	c.by("officer.jas1", seize, "test_over", in{"result": "不阻燃"})
	c.due(seize + ".hold 2027-01-01")
	c.by("head", seize, "extend", in{"reason": "案情复杂，材料来源待核实，需延长扣押期限", "days": 30, "from": "2027-01-02", "until": "2027-02-01"})
	c.issued("seizure.extension", "延扣")
	c.due(seize + ".longer 2027-02-01")
	c.refused("head", seize, "extend", nil, "need.seize_once AC 25(1)")
	w.on("2027-02-01 10:00")
	c.by("head", seize, "lift", in{"ground": "2", "things": things, "measure": "seize"})
	c.issued("seizure.lifting", "解扣")
	c.by("officer.jas1", seize, "give_back", nil)
	c.stands("filed", seize+" ended")
	c.penaltyFollows(10000)
}

func seizureRanOut(t *testing.T, w *world) {
	c := held(t, w)
	w.on("2026-12-24 09:00")
	c.refused("head", seize, "extend", nil, "need.seize_extend_in_time AC 25(1), AC 28(1.4)")
	c.refused("officer.jas1", seize, "test", in{"measure": "seize"}, "need.seize_expired AC 25(1), AC 28(1.4)")
	c.refused("head", seize, "handle", in{"how": "destroyed", "basis": "依法"}, "need.seize_expired AC 25(1), AC 28(1.4)")
	c.by("officer.jas1", "", "report", nil)
	c.by("officer.jas1", noPenalty, "propose", in{"ground": "none", "harm": "none"})
	c.refused("head", noPenalty, "decide", in{"ground": "none"}, "need.nothing_held AC 28(1.1), AC 27")
	c.by("head", seize, "lift", in{"ground": "4", "things": things, "measure": "seize"})
	c.by("officer.jas1", seize, "give_back", nil)
	c.by("head", noPenalty, "decide", in{"ground": "none"})
	c.by("officer.jas1", noPenalty, "serve", in{"served_on": w.today()})
	c.by("officer.jas1", noPenalty, "finish", nil)
	c.stands("terminated", noPenalty+" done", seize+" ended")
	c.shelved()
}

func seizedInUrgency(t *testing.T, w *world) {
	c := found(t, w, "", "WY-02", citizen)
	c.by("head", "", "approve_filing", nil)
	now := in{"party": "absent", "things": things, "measure": "seize", "urgency": "正在转移工具"}
	c.refused("officer.jas1", seize, "seize_now", now, "need.seize_witness AC 18(1.4), AC 18(1.9)")
	now["witness"] = "居委会 王某"
	c.by("officer.jas1", seize, "seize_now", now)
	c.due(seize+".report 2026-11-24", seize+".hold 2026-12-23")
	// Nobody was there to take the decision: it is served afterwards, and what the party may do counts from then.
	decision := c.issued("seizure.decision", "扣")
	if !decision.ServedOn.IsZero() || len(c.page("head").Clocks) > 0 && slices.ContainsFunc(c.page("head").Clocks, func(k term.Clock) bool { return strings.Contains(k.Code, "_measure") }) {
		t.Errorf("a decision that nobody took counts as served on %s", decision.ServedOn)
	}
	c.ok(c.send("officer.jas1", "POST", c.path("/documents/"+decision.ID+"/serve"), in{"method": "left", "servedOn": w.today(), "receiver": "同住成年家属王某，见证人居委会李某"}))
	c.due(seize+".reconsider_measure 2027-01-22", seize+".litigate_measure 2027-05-24")
	c.refused("head", seize, "approve_after", nil, "need.seize_reported AC 19")
	w.on("2026-11-24 09:00")
	c.by("officer.jas1", seize, "report_urgent", nil)
	c.by("head", seize, "approve_after", nil)
	c.level(seize+".report", "met")
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 10000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(10000)
	c.by("head", seize, "handle", in{"how": "confiscated"})
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(10000)
	c.archived()
}

func necessities(t *testing.T, w *world) {
	other := found(t, w, "", "WY-03", citizen)
	other.by("head", "", "approve_filing", nil)
	other.refused("officer.jas1", seize, "ask", nil, "need.may_seize AC 10(3), AC 22, SH 21(2), SB 11")
	c := found(t, w, "", "WY-02", citizen)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", seize, "ask", nil)
	c.by("head", seize, "grant", nil)
	c.refused("officer.jas1", seize, "seize", in{"party": "present", "things": things, "measure": "seize", "no_necessities": false, "list_handed_over": false},
		"need.seize_necessities AC 23(1)", "need.seize_list AC 24(1)")
	c.by("head", seize, "deny", in{"reason": "仅有生活必需品，不予扣押"})
	c.stands("filed", seize+" forgone")
	c.penaltyFollows(10000)
}

func perishable(t *testing.T, w *world) {
	c := held(t, w)
	c.by("officer.jas1", seize, "call_perishable", in{"things": []any{in{"name": "西瓜", "quantity": "二十公斤"}}, "until": "2026-11-25T17:00:00+08:00"})
	c.issued("seizure.perishable", "鲜告")
	c.due(seize + ".perishable 2026-11-25")
	sale := in{"how": "sale", "proceeds": 80, "reason": "逾期未接受处理，且已开始腐烂"}
	c.refused("head", seize, "dispose_perishable", sale, "need.seize_perishable_over SH 22(2)")
	w.on("2026-11-26 09:00")
	c.by("head", seize, "dispose_perishable", sale)
	c.by("head", seize, "lift", in{"ground": "2", "things": things, "measure": "seize"})
	c.by("officer.jas1", seize, "give_back", in{"receiver": "陈启明本人，变卖款80元一并退还"})
	c.penaltyFollows(10000)
}

func unclaimed(t *testing.T, w *world) {
	c := held(t, w)
	c.by("head", seize, "lift", in{"ground": "2", "things": things, "measure": "seize"})
	c.refused("officer.jas1", seize, "announce", in{"ground": "unclaimed", "things": things}, "need.seize_unclaimed SH 22(3)", "need.seize_called SH 22(3)")
	c.by("officer.jas1", seize, "call_to_claim", in{"claim_by": "2026-11-30"})
	w.on("2026-12-01 09:00")
	c.by("officer.jas1", seize, "announce", in{"ground": "unclaimed", "things": things, "taken_on": "2026-11-23"})
	c.issued("claim.announcement", "认领")
	c.due(seize + ".claim 2027-02-01") // the sixtieth day is a Saturday
	w.on("2027-02-01 09:00")
	c.refused("head", seize, "dispose_unclaimed", nil, "need.seize_claim_over SH 22(3)")
	w.on("2027-02-02 09:00")
	c.by("head", seize, "dispose_unclaimed", in{"how": "auction", "proceeds": 300, "treasury_voucher": "GK-1"})
	c.stands("filed", seize+" ended")
	c.penaltyFollows(10000)
}

func leftWithAWitness(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 3000})
	c.refused("officer.jas1", "", "serve_notice", in{"method": "left", "served_on": w.today(), "receiver": "当事人拒收"}, "case.left_needs_proof CP 89")
	c.by("officer.jas1", "", "serve_notice", in{"method": "left", "served_on": w.today(), "receiver": "当事人拒收，留置于经营场所，见证人：居委会 王某"})
	if d := c.issued("penalty.notice", "罚告"); d.ServedBy != "left" || d.ServedOn != law.On(monday) {
		t.Errorf("the notice was served %s on %s", d.ServedBy, d.ServedOn)
	}
	c.due("defence 2026-11-30")
	w.on("2026-12-01 09:00")
	c.by("legal", "", "pass_review", nil)
	c.by("head", "", "decide", in{"amount": 3000})
	c.by("officer.jas1", "", "serve_decision", in{"method": "post", "served_on": w.today(), "receiver": "邮件回执 EMS123"})
	c.pays(3000)
	c.archived()
}

func announced(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 3000})
	by := func(day string) in {
		return in{"method": "announcement", "served_on": day, "receiver": "公告栏和网站"}
	}
	w.on("2027-01-25 09:00")
	c.refused("officer.jas1", "", "serve_notice", by("2027-01-21"), "need.announcement CP 95, SH 25")
	c.by("officer.jas1", "", "serve_notice", by("2027-01-22")) // sixty days of SH 25
	c.due("defence 2027-01-29")
	w.on("2027-02-01 09:00")
	c.by("legal", "", "pass_review", nil)
	c.by("head", "", "decide", in{"amount": 3000})
	w.set("casework.announcement", "CP 95")
	defer w.set("casework.announcement", "SH 25")
	w.on("2027-03-04 09:00")
	c.refused("officer.jas1", "", "serve_decision", by("2027-03-02"), "need.announcement CP 95, SH 25")
	c.by("officer.jas1", "", "serve_decision", by("2027-03-03")) // thirty days of CP 95
	c.due("payment 2027-03-18", "reconsideration 2027-05-03", "litigation 2027-09-03")
	c.level("serve_decision", "met_late")
	c.pays(3000)
	c.archived()
}

func electronic(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 3000})
	by := in{"method": "electronic", "served_on": w.today(), "receiver": "电子送达平台，已到达"}
	c.refused("officer.jas1", "", "serve_notice", by, "case.no_consent AP 61(2), CP 90")
	c.paper("officer.jas1", "service.consent", in{"address": "大宁路1号", "phone": "13900000002", "electronic": "yes", "mobile": "13900000002"}, nil)
	c.by("officer.jas1", "", "serve_notice", by)
	if d := c.issued("penalty.notice", "罚告"); d.ServedBy != "electronic" { // and not the consent, which is newer
		t.Errorf("the notice was served %q", d.ServedBy)
	}
	c.decided(3000)
	c.by("officer.jas1", "", "serve_decision", by)
	c.pays(3000)
	c.archived()
}

func servedLate(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.noticed(3000).decided(3000)
	c.due("serve_decision 2026-12-02")
	w.on("2026-12-03 09:00")
	c.level("serve_decision", "red")
	c.refused("officer.jas1", "", "serve_decision", in{"served_on": "2026-11-22"}, "need.served_after_issue AP 44, AP 61")
	c.refused("officer.jas1", "", "serve_decision", in{"served_on": w.today(), "method": "in_person"}, "case.late_reason AP 61(1)")
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today(), "method": "in_person", "late_reason": "当事人出差，十二月三日方回"})
	c.level("serve_decision", "met_late")
	c.due("payment 2026-12-18")
	c.pays(3000)
	c.archived()
}
