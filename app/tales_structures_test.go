package app_test

import "testing"

// Illegal structures (SB 5-13, AC 34-44).
func TestTalesOfStructures(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"under construction, reached in two hours, defied, demolished at once", true, reachedInTwoHours},
		{"under construction, reached late, with the reason", false, reachedLate},
		{"standing, with litigation in between, then demolished by force", true, litigationThenForce},
		{"demolished by the party itself", false, demolishedByItself},
		{"a party that cannot be found", false, partyNotFound},
		{"taken for standing, and still being built", false, turnedToBuilding},
		{"not ours: transferred at once", false, notOurs},
	})
}

const (
	structure = "casework.structure"
	building  = "casework.structure.building"
	litigate  = "casework.litigation"
)

// cleared goes from the demolished structure to the archive.
func (c *tale) cleared() {
	c.t.Helper()
	c.refused("leader.jas", "", "close", nil, "need.cleared SB 13")
	c.by("officer.jas1", "", "clear_notice", in{"until": c.w.today()})
	c.issued("clearing.notice", "清")
	c.refused("officer.jas1", "", "cleared", in{"by": "office"}, "need.clear_by SB 13")
	c.by("officer.jas1", "", "cleared", in{"by": "party"})
	c.archived()
}

func reachedInTwoHours(t *testing.T, w *world) {
	c := found(t, w, building, "WY-02", citizen)
	c.due(building+".on_site 2026-11-23", building+".informant 2026-12-23")
	w.on("2026-11-23 12:29") // found at half past ten
	c.by("officer.jas1", "", "visit", nil)
	c.level(building+".on_site", "met")
	c.refused("officer.jas1", "", "stop", in{"stopped_on_the_spot": false, "until": "2026-11-23T18:00:00+08:00"}, "need.stopped_on_the_spot SB 11")
	c.by("officer.jas1", seize, "ask", nil) // tools and material may be held
	c.by("officer.jas1", "", "stop", in{"until": "2026-11-23T18:00:00+08:00"})
	c.issued("building.stop", "责停")
	c.by("officer.jas1", "", "serve_stop", in{"served_on": w.today()})
	c.refused("officer.jas1", "", "find_defied", in{"what": "not_removed"}, "need.defiance SB 11")
	w.on("2026-11-23 18:30")
	c.by("officer.jas1", "", "find_defied", in{"what": "not_removed"})
	c.refused("officer.jas1", "", "approve_demolition", nil, "refused.unit")
	c.by("head", "", "approve_demolition", nil)
	c.issued("execution.decision", "强执")
	night := in{"started": "2026-11-23T22:30:00+08:00", "ended": "2026-11-23T23:30:00+08:00"}
	w.on("2026-11-23 23:40")
	c.refused("officer.jas1", "", "demolish", night, "need.belongings SB 12(1)")
	c.by("officer.jas1", "", "call_for_belongings", nil)
	c.refused("officer.jas1", "", "demolish", night, "need.time_to_execute AC 43(1), NP 88(1.2)")
	w.on("2026-11-24 15:00")
	day := in{"started": "2026-11-24T09:00:00+08:00", "ended": "2026-11-24T11:00:00+08:00", "utilities_kept": false}
	c.refused("officer.jas1", "", "demolish", day, "need.utilities_kept AC 43(2)")
	day["utilities_kept"] = true
	c.by("officer.jas1", "", "demolish", day)
	c.issued("demolition.record", "")
	c.by("officer.jas1", "", "belongings_left", in{"things": things, "until": "2026-12-04"})
	c.issued("belongings.notice", "物告")
	c.refused("officer.jas1", "", "belongings_settled", in{"outcome": "disposed"}, "need.collect_by SB 12(1)")
	c.by("officer.jas1", "", "belongings_settled", in{"outcome": "collected"})
	c.cleared()
}

func reachedLate(t *testing.T, w *world) {
	c := found(t, w, building, "WY-02", citizen)
	w.on("2026-11-23 12:31")
	c.refused("officer.jas1", "", "visit", nil, "need.on_site_building SB 7")
	c.by("officer.jas1", "", "visit", in{"late_reason": "台风封路，绕行到达"})
	c.level(building+".on_site", "met_late")
	c.by("officer.jas1", "", "stop", in{"until": "2026-11-24T18:00:00+08:00"})
	c.by("officer.jas1", "", "serve_stop", in{"served_on": w.today()})
	c.by("officer.jas1", "", "demolished_by_party", in{"how": "self", "checked_on": w.today()})
	c.cleared()
}

// orderedDown takes a standing structure to its served order, on the 1st of December.
func orderedDown(c *tale) *tale {
	c.t.Helper()
	w := c.w
	c.by("officer.jas1", "", "visit", nil)
	c.by("officer.jas1", "", "propose", nil)
	c.by("officer.jas1", "", "tell", in{"told_on": w.today()})
	c.due(structure + ".statement 2026-11-30")
	c.refused("head", "", "order", in{"until": "2026-12-16"}, "need.statement_time SH 24", "need.review_passed AP 58(1.4)")
	c.by("legal", "", "pass_review", nil)
	w.on("2026-12-01 09:00")
	c.by("head", "", "order", in{"until": "2026-12-16"})
	c.issued("demolition.order", "责拆")
	c.by("officer.jas1", "", "serve_order", in{"served_on": w.today()})
	c.due(structure+".reconsideration 2027-02-01", structure+".litigation 2027-06-01", structure+".demolish_by 2026-12-16")
	return c
}

func litigationThenForce(t *testing.T, w *world) {
	c := orderedDown(found(t, w, structure, "WY-02", citizen))
	c.refused("head", "", "demand", in{"until": "2027-03-01"}, "need.order_term SB 10(1), SB 10(2)", "need.order_published SB 9")
	c.by("officer.jas1", "", "publish_order", in{"until": "2026-12-16"})
	c.issued("demolition.publication", "拆告")
	w.on("2026-12-17 09:00")
	c.by("head", "", "demand", in{"until": "2026-12-31"})
	c.issued("demolition.demand", "拆催")
	c.by("officer.jas1", "", "serve_demand", in{"served_on": w.today()})
	c.due(structure + ".demand 2026-12-31")
	c.by("legal", "", "pass_execution_review", nil)
	w.on("2027-01-11 09:00")
	c.refused("head", "", "report_to_government", nil, "need.remedies_over AC 44, SB 10(4)")
	c.by("legal", litigate, "receive", in{"contested": "structure", "filed_on": "2027-01-08", "received_on": "2027-01-11"})
	c.due(litigate + ".answer 2027-01-26")
	c.by("legal", litigate, "answer", nil)
	w.on("2027-06-02 09:00") // the periods are over, the suit is not
	c.refused("head", "", "report_to_government", nil, "need.remedy_pending AC 44, SB 10(4)")
	c.by("legal", litigate, "uphold", in{"delivered_on": "2027-06-02"})
	c.due(litigate + ".appeal 2027-06-17")
	c.refused("legal", litigate, "becomes_final_kept", nil, "need.appeal_over AL 85")
	w.on("2027-06-18 09:00")
	c.by("legal", litigate, "becomes_final_kept", nil)
	c.by("head", "", "report_to_government", nil)
	c.by("head", "", "government_decides", in{"authority": "静安区人民政府", "number": "静府强拆〔2027〕1号", "remedy_end": "2027-06-17"})
	c.issued("demolition.decision", "强拆")
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.by("officer.jas1", "", "announce", in{"until": "2027-06-28", "at": "2027-06-29T09:00:00+08:00"})
	c.issued("demolition.announcement", "强拆告")
	c.due(structure + ".announced 2027-06-25")
	c.by("officer.jas1", "", "call_for_belongings", nil)
	c.by("head", "", "plan", nil)
	w.on("2027-06-26 17:00")
	c.refused("officer.jas1", "", "demolish", in{"started": "2027-06-26T09:00:00+08:00", "ended": "2027-06-26T12:00:00+08:00"}, "need.announce_time AC 44")
	w.on("2027-06-29 17:00")
	c.by("officer.jas1", "", "demolish", in{"started": "2027-06-29T09:00:00+08:00", "ended": "2027-06-29T12:00:00+08:00"})
	c.issued("demolition.record", "")
	c.stands("demolished", litigate+" final_kept")
	c.cleared()
}

func demolishedByItself(t *testing.T, w *world) {
	c := found(t, w, structure, "WY-02", citizen)
	c.due(structure + ".on_site 2026-11-24")
	orderedDown(c)
	w.on("2026-12-10 09:00")
	c.by("officer.jas1", "", "demolished_by_party", in{"how": "self", "checked_on": w.today()})
	c.cleared()
}

func partyNotFound(t *testing.T, w *world) {
	c := found(t, w, structure, "WY-02", nobody)
	c.by("officer.jas1", "", "visit", nil)
	c.by("officer.jas1", "", "propose", nil)
	c.refused("officer.jas1", "", "tell", nil, "need.party_or_sought SH 24(1), SB 9")
	c.by("officer.jas1", "", "seek_party", nil)
	c.by("officer.jas1", "", "tell", nil)
	c.by("legal", "", "pass_review", nil)
	c.by("head", "", "order", in{"until": "2026-12-16"})
	c.refused("officer.jas1", "", "serve_order", nil, "need.party AP 40, AP 59")
	c.refused("officer.jas1", "", "notice", in{"until": "2026-12-02", "ground": "unknown"}, "need.notice_days SB 9")
	c.by("officer.jas1", "", "notice", in{"until": "2026-12-03", "ground": "unknown", "days": 10})
	c.issued("demolition.notice", "拆通")
	c.due(structure + ".notice 2026-12-03")
	c.refused("officer.jas1", "", "notice_over", in{"effective_on": "2026-12-03"}, "need.notice_over SB 9")
	w.on("2026-12-04 09:00")
	c.by("officer.jas1", "", "notice_over", in{"effective_on": "2026-12-03"})
	c.due(structure+".reconsideration 2027-02-01", structure+".litigation 2027-06-03")
	c.by("officer.jas1", "", "demolished_by_party", in{"how": "assisted", "checked_on": w.today()})
	c.cleared()
}

func turnedToBuilding(t *testing.T, w *world) {
	c := found(t, w, structure, "WY-02", citizen)
	w.on("2026-11-23 11:00")
	c.by("officer.jas1", "", "turn", in{"reason": "现场仍在施工"})
	c.stands("found")
	c.due(building + ".on_site 2026-11-23")
	c.by("officer.jas1", "", "visit", nil)
	c.by("officer.jas1", "", "stop", in{"until": "2026-11-24T18:00:00+08:00"})
	c.by("officer.jas1", "", "serve_stop", in{"served_on": w.today()})
	c.by("officer.jas1", "", "find_defied", in{"what": "went_on"})
	c.by("head", "", "approve_demolition", nil)
	c.by("officer.jas1", "", "demolished_by_party", in{"how": "self", "checked_on": w.today()})
	c.cleared()
}

func notOurs(t *testing.T, w *world) {
	c := found(t, w, structure, "WY-02", citizen)
	c.refused("officer.jas1", "", "not_ours", nil, "refused.unit")
	c.by("head", "", "not_ours", in{"reason": "位于铁路用地内，不属于本机关职责", "to": "上海铁路监督管理局"})
	c.issued("transfer.jurisdiction", "移")
	c.level(structure+".on_site", "met")
	c.stands("not_ours")
}
