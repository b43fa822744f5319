package app_test

import (
	"fmt"
	"strings"
	"testing"
)

// What follows a decision: money, demand, court, substitute performance (AP 66-73; AC 34-60).
func TestTalesOfExecution(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"a surcharge by day, capped at the fine", true, surchargeCapped},
		{"a surcharge paused by reconsideration", true, surchargePaused},
		{"instalments, kept", true, instalmentsKept},
		{"instalments, broken: the rest is due since the missed day", true, instalmentsBroken},
		{"instalments, each late for itself", false, secondInstalmentMissed},
		{"a deferral, paid by the bank's file", false, deferred},
		{"a deferral moves the court's three months", false, deferredBeyond},
		{"demand, ten working days, court within three months", true, toTheCourt},
		{"too late for the court, with a just reason", false, tooLateForTheCourt},
		{"substitute performance", false, substitutePerformance},
		{"immediate substitute performance", false, immediatePerformance},
		{"an agreement lets the surcharge off, never the fine", false, agreement},
		{"suspended, resumed, ended", false, suspendedAndEnded},
		{"a bank's file pays, pays in part, mismatches, repeats", true, bankFile},
		{"a bank's file as it was typed at a counter", true, bankFileAsTyped},
	})
}

const (
	reconsider = "casework.reconsideration"
	instal     = "casework.instal"
	court      = "casework.court"
)

// late is a served fine; the last day to pay is the 8th of December.
func late(t *testing.T, w *world, yuan int) *tale {
	t.Helper()
	c := found(t, w, "", "WY-03", shop)
	c.served(yuan)
	c.due("payment 2026-12-08")
	return c
}

func surchargeCapped(t *testing.T, w *world) {
	c := late(t, w, 3000)
	c.money(3000, 0, 0, 300000)
	w.on("2026-12-09 09:00")
	c.money(3000, 0, 9000, 309000) // three in a hundred of the fine for a day
	w.on("2026-12-18 09:00")
	c.money(3000, 0, 90000, 390000)
	c.refused("officer.jas1", "", "pay", in{"voucher": "YH-X1", "amount": 3000, "paid_on": w.today()}, "need.surcharge AP 72(1)")
	c.by("officer.jas1", "", "pay_part", in{"voucher": voucherNo(), "amount": 1000, "paid_on": w.today()})
	w.on("2027-01-11 09:00") // the thirty-fourth day: never above the fine
	c.money(3000, 1000, 300000, 500000)
	c.by("officer.jas1", "", "pay", in{"voucher": voucherNo(), "amount": 2000, "surcharge": "3000", "paid_on": w.today()})
	c.money(3000, 3000, 300000, 0)
	c.archived()
}

// Asked for on the 11th, decided on the 21st: eleven days of that time do not count.
func surchargePaused(t *testing.T, w *world) {
	c := late(t, w, 3000)
	w.on("2026-12-11 09:00")
	c.by("legal", reconsider, "receive", in{"contested": "penalty", "filed_on": "2026-12-11", "received_on": "2026-12-11"})
	c.due(reconsider + ".answer 2026-12-25")
	c.level("court", "suspended")
	c.money(3000, 0, 18000, 318000)
	c.by("legal", reconsider, "answer", nil)
	c.level(reconsider+".answer", "met")
	w.on("2026-12-21 09:00")
	c.money(3000, 0, 18000, 318000)
	c.by("legal", reconsider, "uphold", in{"delivered_on": "2026-12-21"})
	c.due(reconsider + ".sue 2027-01-05")
	c.level("court", "suspended") // it may still be taken to the court
	w.on("2026-12-23 09:00")
	c.money(3000, 0, 36000, 336000)
	w.on("2027-01-06 09:00")
	c.by("legal", reconsider, "becomes_final_kept", nil)
	c.due("court 2027-08-24") // as the remedies' own periods end: later than the day to sue
	c.by("officer.jas1", "", "pay", in{"voucher": voucherNo(), "amount": 3000, "surcharge": "1620", "paid_on": w.today()})
	c.money(3000, 3000, 162000, 0)
	c.stands("performed", reconsider+" final_kept")
	c.archived()
}

// granted is a fine of 3,000 in two instalments.
func granted(t *testing.T, w *world) *tale {
	t.Helper()
	c := late(t, w, 3000)
	c.refused("head", instal, "grant", nil, "need.instalment_asked AP 66(2)")
	c.by("officer.jas1", instal, "ask", in{"asked_on": w.today(), "wants": "instalments", "hardship": "停业，账户余额不足"})
	plan := in{"decided": "parts", "until": "2027-01-31", "asked_on": w.today(),
		"plan": []any{in{"by": "2026-12-31", "yuan": 1000}, in{"by": "2027-01-31", "yuan": 1999}}}
	c.refused("head", instal, "grant", plan, "need.instalment_plan AP 66(2)")
	plan["plan"] = []any{in{"by": "2026-12-31", "yuan": 1000}, in{"by": "2027-01-31", "yuan": 2000}}
	c.by("head", instal, "grant", plan)
	c.issued("deferral.answer", "延缴")
	return c
}

func instalmentsKept(t *testing.T, w *world) {
	c := granted(t, w)
	c.due(instal+".instalment.1 2026-12-31", instal+".instalment.2 2027-02-01") // the 31st of January is a Sunday
	w.on("2026-12-31 15:00")
	c.money(3000, 0, 0, 300000) // not late
	c.owes(0, "not_yet", "open", "open")
	c.by("officer.jas1", instal, "pay_part", in{"voucher": voucherNo(), "amount": 1000, "paid_on": w.today()})
	c.refused("officer.jas1", instal, "break", nil, "need.instalment_missed AP 66(2), AP 72(2)")
	c.refused("officer.jas1", instal, "paid_up", nil, "need.still_unpaid AP 66(1), AP 72(1.1)")
	c.owes(0, "not_yet", "paid", "open")
	c.level(instal+".instalment.1", "met")
	c.level(instal+".instalment.2", "ok")
	w.on("2027-01-29 15:00")
	c.refused("officer.jas1", instal, "pay_part", in{"voucher": "YH-X2", "amount": 2001, "paid_on": w.today()}, "need.instalment_part AP 66(2)")
	c.by("officer.jas1", instal, "pay_part", in{"voucher": voucherNo(), "amount": 2000, "paid_on": w.today()})
	c.by("officer.jas1", instal, "paid_up", nil)
	c.money(3000, 3000, 0, 0)
	c.owes(0, "clear", "paid", "paid")
	c.stands("performed", instal+" paid")
	c.archived()
}

// The first part, of the 31st of December, is not paid. Once the plan is ended, all of the fine is late since that day:
// ninety yuan a day, but for the days of a reconsideration, and never above the fine.
func instalmentsBroken(t *testing.T, w *world) {
	c := granted(t, w)
	w.on("2027-01-02 09:00")
	c.owes(106000, "missed", "missed", "open") // of a part that is late, three in a hundred a day
	c.refused("officer.jas1", court, "demand", in{"what": "money"}, "need.deferred AP 66(2)")
	c.by("officer.jas1", instal, "break", in{"reason": "第一期到期未缴"})
	c.stands("served", instal+" broken")
	c.money(3000, 0, 18000, 318000)
	c.owes(318000, "broken", "missed", "overtaken")
	c.level(instal+".instalment.2", "met")
	w.on("2027-01-05 09:00")
	c.money(3000, 0, 45000, 345000)
	c.by("legal", reconsider, "receive", in{"contested": "penalty", "filed_on": "2027-01-05", "received_on": "2027-01-05"})
	c.by("legal", reconsider, "answer", nil)
	w.on("2027-01-14 09:00")
	c.money(3000, 0, 36000, 336000) // the 5th does not count
	c.by("legal", reconsider, "uphold", in{"delivered_on": "2027-01-14"})
	w.on("2027-01-15 09:00")
	c.money(3000, 0, 45000, 345000)
	c.by("officer.jas1", court, "demand", in{"what": "money", "days": 10, "then": "court"})
	c.issued("demand", "催")
	w.on("2027-05-20 09:00")
	c.money(3000, 0, 300000, 600000)
	c.by("officer.jas1", "", "pay", in{"voucher": voucherNo(), "amount": 3000, "surcharge": "3000", "paid_on": w.today()})
	c.by("officer.jas1", court, "paid", nil)
	c.owes(0, "clear", "paid_late", "paid_late")
	c.stands("performed", court+" paid")
	c.archived()
}

// The first part comes in time, the second not: what was paid bears nothing. A part that came two days late stays late
// for two days, and its surcharge has to be paid before the fine is paid up.
func secondInstalmentMissed(t *testing.T, w *world) {
	c := granted(t, w)
	w.on("2027-01-02 09:00")
	c.by("officer.jas1", instal, "pay_part", in{"voucher": voucherNo(), "amount": 1000, "paid_on": w.today()})
	c.money(3000, 1000, 6000, 206000)
	c.owes(6000, "not_yet", "paid_late", "open")
	c.level(instal+".instalment.1", "met")
	w.on("2027-02-02 09:00") // the day after the second
	c.money(3000, 1000, 12000, 212000)
	c.by("officer.jas1", instal, "pay_part", in{"voucher": voucherNo(), "amount": 2000, "paid_on": w.today()})
	c.money(3000, 3000, 12000, 12000)
	c.refused("officer.jas1", instal, "paid_up", nil, "need.still_unpaid AP 66(1), AP 72(1.1)")
	c.refused("officer.jas1", instal, "pay_part", in{"voucher": "YH-X9", "amount": 0, "surcharge": "120.01", "paid_on": w.today()}, "need.instalment_part AP 66(2)")
	c.by("officer.jas1", instal, "pay_part", in{"voucher": voucherNo(), "amount": 0, "surcharge": "120", "paid_on": w.today()})
	c.by("officer.jas1", instal, "paid_up", nil)
	c.money(3000, 3000, 12000, 0)
	c.stands("performed", instal+" paid")
	c.archived()
}

// A deferral that goes on after the remedies' periods are over moves the three months in which the court may be asked.
func deferredBeyond(t *testing.T, w *world) {
	c := late(t, w, 3000)
	c.due("court 2027-08-24")
	c.by("officer.jas1", instal, "ask", in{"asked_on": w.today(), "wants": "deferral", "hardship": "停业，账户余额不足"})
	c.by("head", instal, "grant", in{"decided": "defer", "until": "2027-06-30", "asked_on": w.today(), "plan": []any{in{"by": "2027-06-30", "yuan": 3000}}})
	c.due("court 2027-09-30")
	w.on("2027-07-05 09:00")
	c.by("officer.jas1", instal, "break", in{"reason": "到期未缴"})
	c.due("court 2027-10-05") // three months from the day on which it was ended
}

// A deferral is one day for all of it; a bank's file that pays it ends its period too.
func deferred(t *testing.T, w *world) {
	c := late(t, w, 3000)
	c.by("officer.jas1", instal, "ask", in{"asked_on": w.today(), "wants": "deferral", "hardship": "停业，账户余额不足"})
	c.by("head", instal, "grant", in{"decided": "defer", "until": "2027-01-30", "asked_on": w.today(), "plan": []any{in{"by": "2027-01-30", "yuan": 3000}}})
	c.due(instal + ".instalment 2027-02-01") // the 30th of January is a Saturday
	w.on("2027-02-01 20:00")
	c.owes(0, "not_yet", "open")
	decision := w.one(`SELECT number FROM casework_documents WHERE case_id = $1 AND kind = 'penalty.decision'`, c.id)
	body, kind := formOf("bank.csv", []byte("决定书文号,金额,缴款日期,凭证号\n"+decision+",3000,2027-02-01,"+voucherNo()+"\n"))
	if a := w.as("legal").do("POST", "/payments/import", body, "Content-Type", kind).ok(200); a.text("matched.0.outcome") != "paid" {
		t.Errorf("the bank's line: %s", a.body)
	}
	c.rev = fmt.Sprint(c.page("head").Rev)
	c.level(instal+".instalment", "met")
	c.owes(0, "clear", "paid")
	c.by("officer.jas1", instal, "paid_up", nil)
	c.stands("performed", instal+" paid")
	c.archived()
}

// Served on the 23rd of November, so that the time to sue ends on the 24th of May, a Monday: the three months end
// on the 24th of August.
func toTheCourt(t *testing.T, w *world) {
	c := late(t, w, 3000)
	c.due("court 2027-08-24")
	c.refused("officer.jas1", court, "demand", in{"what": "money"}, "need.payment_over AP 67(3), AC 34")
	w.on("2027-05-10 09:00")
	c.by("officer.jas1", court, "demand", in{"what": "money", "days": 10, "then": "court"})
	c.issued("demand", "催")
	c.by("officer.jas1", court, "serve_demand", in{"served_on": w.today()})
	c.due(court + ".ten_days 2027-05-24")
	c.by("officer.jas1", court, "hear", in{"statement": "请求宽限"})
	w.on("2027-05-24 09:00")
	apply := in{"party_view": "请求宽限，未获采纳", "object": "罚款三千元及加处罚款", "remedy_end": "2027-05-24"}
	c.refused("head", court, "apply", apply, "need.ten_days AC 54", "need.defence_reviewed AC 36, AP 45(1)", "need.court_not_yet AC 53, AJ 156")
	w.on("2027-05-25 09:00")
	c.by("officer.jas1", court, "answer", in{"adopted": "no"})
	apply["signed_sealed"] = false
	c.refused("head", court, "apply", apply, "need.court_file AC 55")
	apply["signed_sealed"] = true
	c.by("head", court, "apply", apply)
	c.level("court", "met")
	c.issued("court.application", "申执")
	c.due(court + ".accept 2027-06-01")
	c.by("officer.jas1", court, "accepted", in{"accepted_on": w.today()})
	c.due(court + ".rule 2027-06-03")
	c.by("officer.jas1", court, "ruled", nil)
	c.by("officer.jas1", "", "pay", in{"voucher": voucherNo(), "amount": 3000, "surcharge": "3000", "paid_on": w.today()})
	c.by("officer.jas1", court, "executed", nil)
	c.stands("performed", court+" done")
	c.archived()
}

func tooLateForTheCourt(t *testing.T, w *world) {
	c := late(t, w, 3000)
	w.on("2027-08-09 09:00")
	c.by("officer.jas1", court, "demand", in{"what": "money", "days": 10, "then": "court"})
	c.by("officer.jas1", court, "serve_demand", in{"served_on": w.today()})
	w.on("2027-08-25 09:00")
	apply := in{"party_view": "没有意见", "object": "罚款三千元及加处罚款", "remedy_end": "2027-05-24"}
	c.level("court", "red")
	c.refused("head", court, "apply", apply, "need.court_too_late AC 53, AJ 156")
	apply["late_reason"] = "当事人下落不明，八月上旬才得以送达催告书"
	c.by("head", court, "apply", apply)
	c.level("court", "met_late")
	c.by("officer.jas1", court, "not_accepted", in{"received_on": w.today()})
	c.due(court + ".ask_review 2027-09-09")
	c.by("head", court, "give_up", nil)
	c.by("head", "", "end_execution", in{"ground": "other", "reason": "法院不予受理"})
	c.stands("performed", court+" lost")
	c.archived()
}

func substitutePerformance(t *testing.T, w *world) {
	const substitute = "casework.substitute"
	c := ordered(t, w, "DL-02")
	c.refused("officer.jas1", substitute, "demand", in{"what": "act", "duty": "清除堆物"}, "need.duty_unperformed AC 50")
	w.on("2026-11-30 09:00")
	c.by("officer.jas1", correct, "found_not_corrected", in{"checked_on": w.today()})
	c.by("officer.jas1", substitute, "demand", in{"what": "act", "duty": "拆除人行道上的设施", "days": 5, "then": "substitute", "harm": "traffic"})
	c.issued("demand", "催")
	c.by("officer.jas1", substitute, "serve_demand", in{"served_on": w.today()})
	c.due(substitute + ".demand 2026-12-07")
	decision := in{"performer": "上海某某市政养护有限公司", "cost": 5000, "object": "人行道设施"}
	c.refused("head", substitute, "decide", decision, "need.demand_time AC 35, AC 50", "need.review_passed AP 58(1.4)")
	c.by("legal", substitute, "pass_review", nil)
	w.on("2026-12-08 09:00")
	c.by("head", substitute, "decide", decision)
	c.issued("substitute.decision", "代履")
	c.by("officer.jas1", substitute, "serve_decision", in{"served_on": w.today()})
	c.by("officer.jas1", substitute, "demand_again", in{"what": "act", "duty": "拆除人行道上的设施", "days": 3, "then": "substitute"})
	c.by("officer.jas1", substitute, "serve_last_demand", in{"served_on": w.today()})
	c.due(substitute + ".three_days 2026-12-11")
	done := in{"started": "2026-12-11T09:00:00+08:00", "ended": "2026-12-11T10:00:00+08:00", "supervisors": []string{w.person("auxiliary.jas")}, "performer": "上海某某市政养护有限公司", "cost": 5600}
	w.on("2026-12-11 17:00")
	c.refused("officer.jas1", substitute, "perform", done, "need.three_days AC 51(1.2)")
	w.on("2026-12-14 17:00")
	done["started"], done["ended"] = "2026-12-14T09:00:00+08:00", "2026-12-14T10:00:00+08:00"
	c.refused("officer.jas1", substitute, "perform", done, "need.supervised AC 51(1.3)")
	done["supervisors"] = []string{w.person("officer.jas1")}
	c.by("officer.jas1", substitute, "perform", done)
	c.issued("substitute.record", "")
	c.refused("head", substitute, "charge", in{"cost": 5600}, "need.cost_reasonable AC 51(2)")
	c.by("head", substitute, "charge", in{"cost": 5600, "cost_reason": "现场增加清运一车，附结算单"})
	c.stands("filed", substitute+" charged")
	c.penaltyFollows(2000)
}

func immediatePerformance(t *testing.T, w *world) {
	const immediate = "casework.substitute.immediate"
	c := found(t, w, "", "DL-03", shop)
	c.by("head", "", "approve_filing", nil)
	spill := in{"kind_of_place": "road", "what": "spill", "party": "unwilling"}
	c.refused("leader.jas", immediate, "decide", spill, "need.party_cannot_clear AC 52")
	spill["party"] = "absent"
	c.by("leader.jas", immediate, "decide", spill)
	c.by("officer.jas1", immediate, "clear", in{"started": "2026-11-23T09:30:00+08:00", "ended": "2026-11-23T10:20:00+08:00", "where": "road", "party_present": "absent"})
	c.issued("substitute.immediate", "即履")
	c.due(immediate + ".tell 2026-11-24")
	c.refused("leader.jas", immediate, "end", nil, "need.absent_told AC 52")
	w.on("2026-11-24 09:00")
	c.by("officer.jas1", immediate, "tell_absent_party", nil)
	c.level(immediate+".tell", "met")
	c.by("leader.jas", immediate, "end", in{"cost": 400})
	c.stands("filed", immediate+" ended")
	c.penaltyFollows(2000)
}

func agreement(t *testing.T, w *world) {
	const agree = "casework.execution.agreement"
	c := late(t, w, 3000)
	w.on("2026-12-18 09:00")
	c.money(3000, 0, 90000, 390000)
	c.by("officer.jas1", agree, "ask", nil)
	terms := in{"until": "2026-12-31", "waive_surcharge": true, "duty": "缴纳罚款三千元", "stages": []any{in{"by": "2026-12-31", "what": "缴清罚款"}}}
	c.refused("head", agree, "agree", terms, "need.agreement_fine AC 42(1)")
	terms["remedial"], terms["waived"] = "已恢复原状并赔偿业主", "加处罚款九百元"
	c.by("head", agree, "agree", terms)
	c.issued("execution.agreement", "执协")
	c.money(3000, 0, 90000, 300000)
	c.pays(3000)
	c.by("officer.jas1", agree, "performed", nil)
	c.stands("performed", agree+" performed")
	c.archived()
}

func suspendedAndEnded(t *testing.T, w *world) {
	const suspend, end = "casework.execution.suspend", "casework.execution.end"
	c := late(t, w, 3000)
	w.on("2027-05-10 09:00")
	c.by("officer.jas1", court, "demand", in{"what": "money", "days": 10, "then": "court"})
	c.by("officer.jas1", court, "serve_demand", in{"served_on": w.today()})
	c.by("officer.jas1", suspend, "ask", nil)
	c.by("head", suspend, "grant", nil)
	c.issued("execution.suspension", "中执")
	w.on("2027-05-26 09:00")
	c.refused("head", court, "apply", in{"remedy_end": "2027-05-24"}, "need.execution_suspended AC 39(1), AR 42, AL 56(1)")
	c.refused("head", suspend, "give_up", nil, "need.three_years AC 39(2)")
	c.by("head", suspend, "resume", nil)
	c.issued("execution.resumption", "复执")
	c.by("officer.jas1", end, "ask", in{"reason": "公司已注销，无财产可供执行"})
	c.refused("head", end, "grant", in{"ground": "2"}, "need.end_proof AC 40")
	c.by("head", end, "grant", in{"ground": "2", "proof": "工商注销登记、清算报告"})
	c.issued("execution.ending", "终执")
	c.by("head", "", "end_execution", in{"ground": "dissolved", "reason": "已注销，无义务承受人"})
	c.by("head", court, "give_up", nil)
	c.stands("performed", suspend+" resumed", end+" ended", court+" lost")
	c.archived()
}

// bankFile takes a file of five lines: one that pays, one that pays in part, one of an unknown decision, one that
// pays too much, one that repeats a voucher. The same file is not taken twice.
func bankFile(t *testing.T, w *world) {
	paid, part := late(t, w, 3000), late(t, w, 2000)
	spot := found(t, w, summary, "YQ-02", citizen)
	onTheSpot(spot, 100)
	number := func(c *tale, kind string) string {
		return w.one(`SELECT number FROM casework_documents WHERE case_id = $1 AND kind = $2`, c.id, kind)
	}
	v := []string{voucherNo(), voucherNo(), voucherNo()}
	lines := []string{"决定书文号,金额,缴款日期,凭证号",
		number(paid, "penalty.decision") + ",3000.00,2026-11-23," + v[0],
		number(part, "penalty.decision") + ",500,2026/11/23," + v[1],
		"静城管不存在罚决〔2026〕第1号,100,2026-11-23,YH-X3",
		number(part, "penalty.decision") + ",1600,2026-11-23,YH-X4",
		number(part, "penalty.decision") + ",1500,2026-11-23," + v[1],
		number(spot, "summary.decision") + ",100,2026-11-23," + v[2],
	}
	file := []byte(strings.Join(lines, "\n") + "\n")
	send := func() answer {
		body, kind := formOf("bank.csv", file)
		return w.as("legal").do("POST", "/payments/import", body, "Content-Type", kind)
	}
	if a := w.as("officer.jas1").do("GET", "/payments/files", ""); a.status != 403 {
		t.Errorf("an officer reads the bank's files: %d", a.status)
	}
	a := send().ok(200)
	want := []string{"paid", "part", "paid", "case.bank_unknown", "case.bank_too_much", "case.voucher_used"}
	for i, at := range []string{"matched.0", "matched.1", "matched.2", "unmatched.0", "unmatched.1", "unmatched.2"} {
		if got := a.text(at + ".outcome"); got != want[i] {
			t.Errorf("%s is %s, want %s: %s", at, got, want[i], a.body)
		}
	}
	send().problem(409, "case.bank_again")
	paid.stands("performed")
	paid.money(3000, 3000, 0, 0)
	part.stands("served")
	part.money(2000, 500, 0, 150000)
	spot.stands("performed")
	spot.money(100, 100, 0, 0)
	for _, c := range []*tale{paid, part, spot} {
		c.rev = fmt.Sprint(c.page("head").Rev)
	}
	part.pays(1500)
	spot.by("officer.jas1", "", "record", nil)
	for _, c := range []*tale{paid, part, spot} {
		c.archived()
	}
}

// Banks keep numbers, amounts and days as somebody typed them. What is no payment of this decision is told by name.
func bankFileAsTyped(t *testing.T, w *world) {
	lines := []string{"决定书文号,金额,缴款日期,凭证号"}
	var cases []*tale
	for _, typed := range []func(number string) string{
		func(n string) string {
			return strings.NewReplacer("〔", "[", "〕", "]").Replace(n) + ",3000,2026-11-23,"
		},
		func(n string) string {
			return strings.NewReplacer("〔", "（", "〕", "）", "第", " 第 ").Replace(n) + ",３０００元,2026年11月23日,"
		},
		func(n string) string { return n + ",3000,2026-11-22," },
	} {
		c := found(t, w, "", "WY-03", shop).served(3000)
		cases = append(cases, c)
		lines = append(lines, typed(w.one(`SELECT number FROM casework_documents WHERE case_id = $1 AND kind = 'penalty.decision'`, c.id))+voucherNo())
	}
	number := w.one(`SELECT number FROM casework_documents WHERE case_id = $1 AND kind = 'penalty.decision'`, cases[2].id)
	lines = append(lines, number+",3000,2026-11-23,7")
	body, kind := formOf("bank.csv", []byte(strings.Join(lines, "\n")+"\n"))
	a := w.as("legal").do("POST", "/payments/import", body, "Content-Type", kind).ok(200)
	for at, want := range map[string]string{"matched.0": "paid", "matched.1": "paid", "unmatched.0": "case.paid_before", "unmatched.1": "case.bank_voucher"} {
		if got := a.text(at + ".outcome"); got != want {
			t.Errorf("%s is %s, want %s: %s", at, got, want, a.body)
		}
	}
	c := cases[2]
	c.notTaken(c.send("officer.jas1", "POST", c.beside("", "pay"), in{"voucher": voucherNo(), "amount": 3000, "paid_on": "2026-11-22"}), "case.paid_before")
	c.pays(3000)
	for _, c := range cases {
		c.rev = fmt.Sprint(c.page("head").Rev)
		c.archived()
	}
}
