package app_test

import "testing"

// The summary procedure (AP 51-53, 67-71).
func TestTalesOfTheSpot(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"fifty in cash, handed in and banked within two and two working days", true, fiftyInCash},
		{"two hundred to a citizen, and not two hundred and one", true, twoHundred},
		{"an organisation at 3,000, and not at 3,001", false, threeThousand},
		{"a warning", false, warnedOnTheSpot},
		{"a defence on the spot lowers the fine, the signature is refused", false, spokenOnTheSpot},
		{"two hundred in cash, as it could not be collected later", false, hardToCollect},
		{"cash handed in late, with the reason", false, cashHandedInLate},
		{"facts in doubt go over to the ordinary procedure", true, overToOrdinary},
		{"taught, and no penalty", false, taughtOnTheSpot},
	})
}

const summary = "casework.penalty.summary"

// onTheSpot is a summary case until the decision of a fine that the bank takes.
func onTheSpot(c *tale, yuan int) *tale {
	c.t.Helper()
	c.by("officer.jas1", "", "tell", in{"amount": yuan})
	c.by("officer.jas1", "", "hear", in{"spoke": "nothing"})
	return c.by("officer.jas1", "", "decide", in{"penalty": "fine", "yuan": yuan, "pay": "bank", "heard": "none"})
}

func fiftyInCash(t *testing.T, w *world) {
	c := found(t, w, summary, "YQ-02", citizen)
	c.refused("officer.jas1", "", "decide", in{"penalty": "fine", "yuan": 50}, "procedure.not_now")
	c.by("officer.jas1", "", "tell", in{"amount": 50})
	c.refused("officer.jas1", "", "decide", in{"penalty": "fine", "yuan": 50, "pay": "cash_small"}, "need.party_heard AP 45(1), AP 62")
	c.by("officer.jas1", "", "hear", in{"spoke": "nothing"})
	decision := in{"penalty": "fine", "yuan": 51, "pay": "cash_small", "receipt": "沪财0001", "heard": "none"}
	c.refused("officer.jas1", "", "decide", decision, "need.not_heavier_spot AP 45(2)")
	decision["yuan"] = 50
	c.by("officer.jas1", "", "decide", decision)
	c.issued("summary.decision", "当罚")
	c.servedNow("summary.decision")
	c.stands("decided")
	c.by("officer.jas1", "", "collect", in{"amount": 50, "paid_on": w.today(), "receipt_no": "沪财0001", "ground": "small"})
	c.money(50, 50, 0, 0)
	c.due(summary + ".hand_in 2026-11-25")
	c.by("officer.jas1", "", "record", nil)
	c.refused("leader.jas", "", "close", nil, "need.handed_in AP 71", "need.banked AP 71")
	w.on("2026-11-25 16:00")
	c.by("officer.jas1", "", "hand_in", in{"handed_on": "2026-11-25"})
	c.due(summary + ".bank 2026-11-27")
	c.by("officer.jas1", "", "bank", in{"banked_on": "2026-11-25", "voucher": voucherNo()})
	c.archived()
}

func twoHundred(t *testing.T, w *world) {
	c := found(t, w, summary, "HJ-01", citizen)
	c.refused("officer.jas1", "", "tell", in{"amount": 201}, "need.summary_ceiling AP 51")
	onTheSpot(c, 200)
	c.refused("officer.jas1", "", "collect", in{"amount": 200, "paid_on": w.today(), "receipt_no": "沪财0002", "ground": "small"}, "need.cash_decided AP 67(2), AP 67(3)", "need.cash_allowed AP 68(1.1), AP 68(1.2), AP 69")
	c.due(summary+".payment 2026-12-08", summary+".reconsideration 2027-01-22", summary+".on_record 2026-11-25")
	c.pays(200)
	c.by("officer.jas1", "", "record", nil)
	c.money(200, 200, 0, 0)
	c.archived()
}

func threeThousand(t *testing.T, w *world) {
	c := found(t, w, summary, "WY-03", shop)
	c.refused("officer.jas1", "", "tell", in{"amount": 3001}, "need.summary_ceiling AP 51")
	onTheSpot(c, 3000)
	c.issued("summary.decision", "当罚")
	c.by("officer.jas1", "", "record", nil)
	w.on("2026-12-08 20:00") // the fifteenth day
	c.pays(3000)
	c.money(3000, 3000, 0, 0)
	c.archived()
}

func warnedOnTheSpot(t *testing.T, w *world) {
	c := found(t, w, summary, "WY-03", shop)
	c.by("officer.jas1", "", "tell", in{"amount": 0})
	c.by("officer.jas1", "", "hear", in{"spoke": "waived"})
	c.by("officer.jas1", "", "decide", in{"penalty": "warning", "heard": "none"})
	c.refused("officer.jas1", "", "pay", in{"amount": 0, "voucher": "YH-W"}, "need.fine AP 9(1.1)")
	c.by("officer.jas1", "", "warned", nil)
	c.by("officer.jas1", "", "record", nil)
	c.money(0, 0, 0, 0)
	c.archived()
}

func spokenOnTheSpot(t *testing.T, w *world) {
	c := found(t, w, summary, "HJ-01", citizen)
	c.by("officer.jas1", "", "tell", in{"amount": 150})
	c.by("officer.jas1", "", "hear", in{"spoke": "stated", "statement": "是风吹倒的，已经扫净", "adopted": "yes", "reason": "已当场清理"})
	decision := in{"penalty": "fine", "yuan": 100, "pay": "bank", "heard": "heard", "words": "是风吹倒的，已经扫净", "delivered": "refused"}
	c.refused("officer.jas1", "", "decide", decision, "need.handed_over AP 52(1)")
	decision["refusal"] = "当事人称不认可，拒绝签名，已在决定书上注明"
	c.by("officer.jas1", "", "decide", decision)
	c.money(100, 0, 0, 10000)
	c.pays(100)
	c.by("officer.jas1", "", "record", nil)
	c.archived()
}

func hardToCollect(t *testing.T, w *world) {
	c := found(t, w, summary, "HJ-01", citizen)
	c.by("officer.jas1", "", "tell", in{"amount": 200})
	c.by("officer.jas1", "", "hear", in{"spoke": "nothing"})
	c.refused("officer.jas1", "", "decide", in{"penalty": "fine", "yuan": 200, "pay": "cash_small", "receipt": "沪财0003", "heard": "none"}, "need.cash_allowed AP 67(2), AP 68(1.1), AP 68(1.2), AP 69")
	c.by("officer.jas1", "", "decide", in{"penalty": "fine", "yuan": 200, "pay": "cash_hard", "receipt": "沪财0003", "heard": "none"})
	cash := in{"amount": 200, "paid_on": w.today(), "receipt_no": "沪财0003", "ground": "hard_later"}
	c.refused("officer.jas1", "", "collect", cash, "need.cash_allowed AP 68(1.1), AP 68(1.2), AP 69")
	cash["ground"], cash["ground_note"] = "remote", "当事人称附近没有银行网点"
	c.refused("officer.jas1", "", "collect", cash, "need.cash_decided AP 67(2), AP 67(3)") // for another reason than the decision gives
	cash["ground"] = "hard_later"
	cash["ground_note"] = "当事人系外省过路货车司机，当日离沪"
	w.on("2026-11-24 09:00")
	cash["paid_on"] = "2026-11-24"
	c.refused("officer.jas1", "", "collect", cash, "need.collected_on_the_spot AP 68, AP 69")
	w.turnTo(monday)
	cash["paid_on"] = w.today()
	c.by("officer.jas1", "", "collect", cash)
	c.by("officer.jas1", "", "record", nil)
	c.by("officer.jas1", "", "hand_in", in{"handed_on": w.today()})
	c.by("leader.jas", "", "bank", in{"banked_on": w.today(), "voucher": voucherNo()})
	c.archived()
}

func cashHandedInLate(t *testing.T, w *world) {
	c := found(t, w, summary, "YQ-02", citizen)
	c.by("officer.jas1", "", "tell", in{"amount": 100})
	c.by("officer.jas1", "", "hear", in{"spoke": "nothing"})
	c.by("officer.jas1", "", "decide", in{"penalty": "fine", "yuan": 100, "pay": "cash_small", "receipt": "沪财0004", "heard": "none"})
	c.by("officer.jas1", "", "collect", in{"amount": 100, "paid_on": w.today(), "receipt_no": "沪财0004", "ground": "small"})
	c.by("officer.jas1", "", "record", nil)
	w.on("2026-11-26 09:00") // the third working day
	c.refused("officer.jas1", "", "hand_in", in{"handed_on": "2026-11-26"}, "case.late_reason AP 71, AP 85")
	c.by("officer.jas1", "", "hand_in", in{"handed_on": "2026-11-26", "late_reason": "经办人因伤住院，由同组人员代交"})
	c.level(summary+".hand_in", "met_late")
	c.by("leader.jas", "", "bank", in{"banked_on": "2026-11-26", "voucher": voucherNo()})
	c.level(summary+".bank", "met")
	c.archived()
}

func overToOrdinary(t *testing.T, w *world) {
	c := found(t, w, summary, "WY-03", citizen)
	c.refused("officer.jas1", "", "tell", in{"amount": 150, "facts_clear": false}, "need.facts_clear AP 51")
	c.by("officer.jas1", "", "turn", in{"reason": "是否为共用部位有争议，需要调查"})
	c.stands("drafted")
	c.served(2000)
	c.due("ninety_days 2027-02-22", "payment 2026-12-08", "reconsideration 2027-01-22", "litigation 2027-05-24")
	c.pays(2000)
	c.archived()
}

func taughtOnTheSpot(t *testing.T, w *world) {
	c := found(t, w, summary, "HJ-01", citizen)
	c.by("officer.jas1", "", "tell", in{"amount": 100})
	c.refused("officer.jas1", "", "drop", nil, "refused.unit")
	c.by("head", "", "drop", in{"reason": "轻微并当场改正，没有造成危害后果", "taught": "当场宣讲生活垃圾投放要求"})
	c.stands("dropped")
}
