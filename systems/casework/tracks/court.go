package tracks

import (
	"slices"
	"time"

	"jiexu/law"
	"jiexu/procedure"
)

// States of demand and execution by the court.
const (
	CourtRipe      = "ripe"      // the decision is served, its time to pay is over
	CourtDemanding = "demanding" // the demand is made, not yet served
	CourtDemanded  = "demanded"  // served; the ten working days run
	CourtApplied   = "applied"
	CourtRefused   = "refused"  // not accepted
	CourtReview    = "review"   // the court above is asked
	CourtAccepted  = "accepted" // under review of legality
	CourtNotRuled  = "not_ruled"
	CourtReview2   = "ruling_review"
	CourtExecuting = "executing"
	CourtPaid      = "paid"
	CourtDone      = "done"
	CourtLost      = "lost" // not executed, for good
)

const (
	ctDemand   = "demand"
	ctServe    = "serve_demand"
	ctApply    = "apply"
	ctAccept   = "accepted"
	ctRefuse   = "not_accepted"
	ctAsk      = "ask_review"
	ctListen   = "court_listens"
	ctRule     = "ruled"
	ctNotRule  = "ruled_not"
	ctAskRule  = "ask_ruling_review"
	ctUpRule   = "ruling_reversed"
	ctDownRule = "ruling_confirmed"
	ctUp       = "review_accepts"
	ctDown     = "review_confirms"
	ctDone     = "executed"
	ctPaid     = "paid"
	ctGiveUp   = "give_up"
)

// Clocks of demand and execution by the court. The three months are no clock: they begin where the remedies
// of another procedure end, and CourtWindow counts them.
var (
	CourtTenDays = procedure.Clock{Code: "ten_days", Title: procedure.T("催告书送达后十日", "Ten days after the demand"), Waits: true,
		Period: law.DemandPasses, Lapsed: ctTenOver.Fact}
	CourtAccept = procedure.Clock{Code: "accept", Title: procedure.T("法院受理期限", "Time of the court to accept"), Waits: true,
		Period: law.Period{N: 5, Unit: law.WorkingDays, Cites: procedure.Cites(law.AC(56, 1), law.AC(69))}}
	CourtAsk = procedure.Clock{Code: "ask_review", Title: procedure.T("对不予受理裁定申请复议期限", "Time to ask the court above"),
		Period: law.Period{N: 15, Unit: law.Days, Cites: procedure.Cites(law.AC(56, 2))}, Lapsed: ctAskOver.Fact}
	CourtRule = procedure.Clock{Code: "rule", Title: procedure.T("法院裁定期限", "Time of the court to rule"), Waits: true,
		Period: law.Period{N: 7, Unit: law.WorkingDays, Cites: procedure.Cites(law.AC(57), law.AC(69))}}
	CourtRuleLong = procedure.Clock{Code: "rule_long", Title: procedure.T("法院裁定期限（听取意见）", "Time of the court to rule, where it hears both sides"), Waits: true,
		Period: law.Period{N: 30, Unit: law.Days, Cites: procedure.Cites(law.AC(58, 2))}}
	CourtAskRuling = procedure.Clock{Code: "ask_ruling", Title: procedure.T("对不予执行裁定申请复议期限", "Time to ask the court above, of a ruling not to execute"),
		Period: law.Period{N: 15, Unit: law.Days, Cites: procedure.Cites(law.AC(58, 3))}, Lapsed: ctAskRulingOver.Fact}
)

var ctServing = serving(KindDemand)

var (
	ctPaymentOver = observed("payment_over", "缴款期限已届满", "The time to pay is over", "need.payment_over",
		func(l *Look) bool { return l.MainLapsed("payment") }, law.AP(67, 3), law.AC(34))
	ctDeferred = observed("deferred", "正在延期或者分期缴纳", "The fine is deferred or paid by instalments", "",
		func(l *Look) bool {
			return slices.ContainsFunc(l.Beside, func(r Running) bool { return r.Procedure == CodeInstal && r.State == InstalRuns })
		}, law.AP(66, 2), law.AP(72, 2))
	ctTenOver = observed("ten_days_over", "催告书送达已满十日", "Ten working days since the demand was served", "need.ten_days",
		func(l *Look) bool { return l.Lapsed("ten_days") }, law.AC(54))
	ctAskOver = observed("ask_review_over", "申请上一级法院复议的期限已届满", "The time to ask the court above is over", "need.ask_review",
		func(l *Look) bool { return l.Lapsed("ask_review") }, law.AC(56, 2))
	ctAskRulingOver = observed("ask_ruling_over", "申请上一级法院复议的期限已届满", "The time to ask the court above is over", "need.ask_review",
		func(l *Look) bool { return l.Lapsed("ask_ruling") }, law.AC(58, 3))
	ctRemedyRuns = observed("remedy_pending", "处罚决定正在复议、诉讼中", "The decision is under reconsideration or in litigation", "",
		func(l *Look) bool { return l.disputed(ContestPenalty).pending }, law.AC(53))
	ctBegun = observed("court_window_begun", "复议、诉讼期限已届满", "The remedies' periods are over", "need.court_not_yet",
		func(l *Look) bool { opens, _, ok := CourtWindow(l); return ok && !l.Today().Before(opens) }, law.AC(53), law.AJ(156))
	ctGone = observed("court_window_gone", "申请法院强制执行的三个月已届满", "The three months to apply are over", "",
		func(l *Look) bool { _, until, ok := CourtWindow(l); return ok && until.Before(l.Today()) }, law.AC(53), law.AJ(156))
	ctExcused = entered("late_with_reason", "逾期有正当理由", "Late, with a just reason", "need.court_too_late",
		func(l *Look) bool { return l.Values.Text("late_reason") != "" }, law.AJ(156))
	ctFile = entered("file_complete", "申请材料齐备，申请书由负责人签名盖章", "The file is complete, signed by the head and sealed", "need.court_file",
		func(l *Look) bool {
			return l.Values.Bool("part_decision") && l.Values.Text("party_view") != "" && l.Values.Text("object") != "" && l.Values.Bool("signed_sealed")
		}, law.AC(55))
)

// CourtWindow tells from which day and until which the bureau may apply to the court: three months from the end of
// the remedies' periods, of the remedies themselves, or of a deferral (AC 53, AJ 156, AP 72(2)), whichever
// is the latest. Not ok while a remedy runs, or where nothing has been served.
func CourtWindow(l *Look) (opens, until law.Date, ok bool) {
	if l.disputed(ContestPenalty).pending || l.Calendar == nil {
		return
	}
	end := later(l.MainDue("reconsideration"), l.MainDue("litigation"))
	if end.IsZero() {
		return
	}
	for _, r := range l.Beside {
		switch {
		case r.Procedure == CodeInstal:
			if d, ok := Deferred(r.Procedure, r.Steps); ok {
				end = later(end, d.Over(l.Calendar))
			}
		case (r.Procedure == CodeReconsider || r.Procedure == CodeLitigate) && contested(r) == ContestPenalty && r.State == RemedyEnded:
			end = later(end, remedyEnd(l.Calendar, r))
		}
	}
	window, err := l.Calendar.CourtWindow(end, time.Time{}, law.Date{}) // the demand has a need of its own
	return end.AddDays(1), window.Closes, err == nil
}

// remedyEnd is the day on which a remedy that left the decision standing was over: the last day to sue or to
// appeal, or that of the last judgement.
func remedyEnd(c *law.Calendar, r Running) (end law.Date) {
	for _, s := range r.Steps {
		on := s.Date("delivered_on")
		if s.Step == stepUphold {
			period := ReconsiderSue.Period
			if r.Procedure == CodeLitigate {
				period = LitigateAppeal.Period
			}
			if due, err := c.Due(on.Start(), period); err == nil && !on.IsZero() {
				on = due.Date
			}
		}
		if s.Step == "last_word_kept" {
			return on
		}
		end = later(end, on)
	}
	return end
}

func later(a, b law.Date) law.Date {
	if a.IsZero() || a.Before(b) {
		return b
	}
	return a
}

// Court is the demand and the application to the court for execution of a fine (AC 53-60), which a bureau
// without the power to execute must take.
var Court = define(Track{Properties: courtProperties, Serves: map[string][]string{ctServe: {KindDemand}}}, procedure.Procedure{
	Code: CodeCourt, System: "casework", Start: CourtRipe,
	Title: procedure.T("催告和申请法院强制执行", "Demand and execution by the court"),
	Note: procedure.T("《行政强制法》第五章。催告书送达十日（工作日）后，复议、诉讼期限届满之日起三个月内，向人民法院申请；申请法院立即执行（第五十九条）不在此列。",
		"Administrative Coercion Law, chapter V: ten working days after the demand, within three months of the end of the remedies' periods. Immediate execution for public safety (art. 59) is not among it."),
	Cites: procedure.Cites(law.AC(53), law.AC(54), law.AC(55)),
	States: []procedure.State{
		{Code: CourtRipe, Title: procedure.T("待催告", "To be demanded")},
		{Code: CourtDemanding, Title: procedure.T("催告书待送达", "Demand to be served")},
		{Code: CourtDemanded, Title: procedure.T("已催告", "Demanded")},
		{Code: CourtApplied, Title: procedure.T("已申请法院强制执行", "Applied")},
		{Code: CourtRefused, Title: procedure.T("法院不予受理", "Not accepted")},
		{Code: CourtReview, Title: procedure.T("不予受理复议中", "Court above asked")},
		{Code: CourtAccepted, Title: procedure.T("法院已受理", "Accepted")},
		{Code: CourtNotRuled, Title: procedure.T("裁定不予执行", "Ruled not to execute")},
		{Code: CourtReview2, Title: procedure.T("不予执行复议中", "Court above asked of the ruling")},
		{Code: CourtExecuting, Title: procedure.T("法院执行中", "Being executed")},
		{Code: CourtPaid, Title: procedure.T("当事人已履行", "Paid"), End: true},
		{Code: CourtDone, Title: procedure.T("执行完毕", "Executed"), End: true},
		{Code: CourtLost, Title: procedure.T("未能执行", "Not executed"), End: true},
	},
	Clocks: []procedure.Clock{CourtTenDays, CourtAccept, CourtAsk, CourtRule, CourtRuleLong, CourtAskRuling},
	Steps:  slices.Concat(courtSteps, listening(OpExecute, nil, CourtDemanded)),
}, spoken, answered, DecisionServed, FineUnpaid, ctPaymentOver, ctDeferred, ctTenOver, ctAskOver, ctAskRulingOver, ctRemedyRuns, ctBegun, ctGone, ExecutionSuspended, ctExcused, ctFile,
	ctServing.after, ctServing.announced)

var courtSteps = []procedure.Step{
	{
		Code: ctDemand, Op: OpExecute, Title: procedure.T("制发催告书", "Make the demand"), Cites: procedure.Cites(law.AC(54), law.AC(35)),
		From: []string{CourtRipe}, To: CourtDemanding, By: []string{Officer},
		Needs: procedure.All(
			DecisionServed, // AP 61
			ctPaymentOver,  // AC 34
			FineUnpaid,     // AC 53
			procedure.Not(ctDeferred).Because("need.deferred", law.AP(66, 2)),
		),
		Issues: KindDemand,
	},
	ctServing.step(ctServe, "送达催告书", "Serve the demand", CourtDemanding, CourtDemanded, CourtTenDays.Code),
	{
		Code: ctApply, Op: OpApproveExecution, Title: procedure.T("申请人民法院强制执行", "Apply to the court"), Cites: procedure.Cites(law.AC(53), law.AC(54), law.AC(55), law.AP(72, 1, 4)),
		From: []string{CourtDemanded}, To: CourtApplied, By: []string{Head},
		Needs: procedure.All(
			ctTenOver,             // AC 54
			answered.When(spoken), // AC 36
			FineUnpaid,            // AC 53
			procedure.Not(ctDeferred).Because("need.deferred", law.AP(66, 2), law.AP(72, 2)),
			procedure.Not(ctRemedyRuns).Because("need.remedy_pending_fine", law.AC(53)),
			executionMayGoOn, // AC 39
			ctBegun,          // AC 53
			procedure.Any(procedure.Not(ctGone), ctExcused).Because("need.court_too_late", law.AC(53), law.AJ(156)),
			ctFile, // AC 55
		),
		Issues: KindCourt,
		Meets:  []string{CourtTenDays.Code},
		Starts: []string{CourtAccept.Code}, // AC 56
		Fields: []procedure.Field{text("court", "申请的法院", "To which court"),
			yes("part_decision", "已附行政决定书及事实、理由和依据", "The decision, with facts, reasons and basis, is with it"), yes("signed_sealed", "申请书经负责人签名、盖章并注明日期", "The application is signed by the head, sealed and dated"),
			optional(long("late_reason", "超过三个月的正当理由", "The just reason for being late"))},
	},
	{
		Code: ctAccept, Op: OpExecute, Title: procedure.T("法院受理", "The court accepts"), Cites: procedure.Cites(law.AC(56, 1), law.AJ(155, 3)),
		From: []string{CourtApplied}, To: CourtAccepted, By: []string{Officer},
		Dated:  "accepted_on",
		Meets:  []string{CourtAccept.Code},
		Starts: []string{CourtRule.Code}, // AC 57
		Fields: []procedure.Field{day("accepted_on", "受理日期", "Accepted on"), text("court_no", "法院案号", "The court's number")},
	},
	{
		Code: ctRefuse, Op: OpExecute, Title: procedure.T("法院裁定不予受理", "The court does not accept"), Cites: procedure.Cites(law.AC(56, 2), law.AJ(155, 3)),
		From: []string{CourtApplied}, To: CourtRefused, By: []string{Officer},
		Dated:  "received_on",
		Meets:  []string{CourtAccept.Code},
		Starts: []string{CourtAsk.Code}, // AC 56(2)
		Fields: []procedure.Field{day("received_on", "收到裁定日期", "Ruling received on"), reason},
	},
	{
		Code: ctAsk, Op: OpApproveExecution, Title: procedure.T("向上一级法院申请复议", "Ask the court above"), Cites: procedure.Cites(law.AC(56, 2)),
		From: []string{CourtRefused}, To: CourtReview, By: []string{Head},
		Needs:  procedure.All(procedure.Not(ctAskOver).Because("need.ask_review", law.AC(56, 2))),
		Meets:  []string{CourtAsk.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: ctUp, Op: OpExecute, Title: procedure.T("上一级法院裁定受理", "The court above: to be accepted"), Cites: procedure.Cites(law.AC(56, 2)),
		From: []string{CourtReview}, To: CourtAccepted, By: []string{Officer},
		Dated:  "accepted_on",
		Starts: []string{CourtRule.Code},
		Fields: []procedure.Field{day("accepted_on", "受理日期", "Accepted on"), text("court_no", "法院案号", "The court's number")},
	},
	{
		Code: ctDown, Op: OpExecute, Title: procedure.T("上一级法院维持不予受理", "The court above: not accepted"), Cites: procedure.Cites(law.AC(56, 2)),
		From: []string{CourtReview}, To: CourtLost, By: []string{Officer},
		Fields: []procedure.Field{reason},
	},
	{
		Code: ctListen, Op: OpExecute, Title: procedure.T("法院听取双方意见", "The court hears both sides"), Cites: procedure.Cites(law.AC(58, 1), law.AJ(160, 2)),
		From: []string{CourtAccepted}, By: []string{Officer},
		Dated:  "accepted_on",
		Meets:  []string{CourtRule.Code},
		Starts: []string{CourtRuleLong.Code}, // AC 58(2)
		Fields: []procedure.Field{day("accepted_on", "受理日期（期限自受理之日起算）", "Accepted on (from which it counts)"), note},
	},
	{
		Code: ctRule, Op: OpExecute, Title: procedure.T("法院裁定准予执行", "The court rules to execute"), Cites: procedure.Cites(law.AC(57), law.AJ(160, 1)),
		From: []string{CourtAccepted}, To: CourtExecuting, By: []string{Officer},
		Meets:  []string{CourtRule.Code, CourtRuleLong.Code},
		Fields: []procedure.Field{day("ruled_on", "裁定日期", "Ruled on"), text("ruling_no", "裁定书案号", "The ruling's number")},
	},
	{
		Code: ctNotRule, Op: OpExecute, Title: procedure.T("法院裁定不予执行", "The court rules not to execute"), Cites: procedure.Cites(law.AC(58, 2), law.AJ(161, 1)),
		From: []string{CourtAccepted}, To: CourtNotRuled, By: []string{Officer},
		Dated:  "received_on",
		Meets:  []string{CourtRule.Code, CourtRuleLong.Code},
		Starts: []string{CourtAskRuling.Code}, // AC 58(3)
		Fields: []procedure.Field{day("received_on", "收到裁定日期", "Ruling received on"), reason},
	},
	{
		Code: ctAskRule, Op: OpApproveExecution, Title: procedure.T("对不予执行裁定申请复议", "Ask the court above of the ruling"), Cites: procedure.Cites(law.AC(58, 3)),
		From: []string{CourtNotRuled}, To: CourtReview2, By: []string{Head},
		Needs:  procedure.All(procedure.Not(ctAskRulingOver).Because("need.ask_review", law.AC(58, 3))),
		Meets:  []string{CourtAskRuling.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: ctUpRule, Op: OpExecute, Title: procedure.T("上一级法院裁定准予执行", "The court above: to be executed"), Cites: procedure.Cites(law.AC(58, 3)),
		From: []string{CourtReview2}, To: CourtExecuting, By: []string{Officer},
		Fields: []procedure.Field{day("ruled_on", "裁定日期", "Ruled on"), text("ruling_no", "裁定书案号", "The ruling's number")},
	},
	{
		Code: ctDownRule, Op: OpExecute, Title: procedure.T("上一级法院维持不予执行", "The court above: not executed"), Cites: procedure.Cites(law.AC(58, 3)),
		From: []string{CourtReview2}, To: CourtLost, By: []string{Officer},
		Fields: []procedure.Field{reason},
	},
	{
		Code: ctDone, Op: OpExecute, Title: procedure.T("法院执行完毕", "Executed"), Cites: procedure.Cites(law.AC(60)),
		From: []string{CourtExecuting}, To: CourtDone, By: []string{Officer},
		Fields: []procedure.Field{day("done_on", "执行完毕日期", "Executed on"), note},
	},
	{
		Code: ctPaid, Op: OpExecute, Title: procedure.T("当事人已缴清", "The party has paid"), Cites: procedure.Cites(law.AC(54), law.AP(66, 1)),
		From: []string{CourtDemanding, CourtDemanded, CourtApplied, CourtRefused, CourtReview, CourtAccepted, CourtNotRuled, CourtReview2, CourtExecuting}, To: CourtPaid, By: []string{Officer},
		Needs:  procedure.All(procedure.Not(FineUnpaid).Because("need.still_unpaid", law.AP(66, 1))),
		Fields: []procedure.Field{note},
	},
	{
		Code: ctGiveUp, Op: OpApproveExecution, Title: procedure.T("不再申请、不再复议", "Leave it"), Cites: procedure.Cites(law.AC(40), law.AC(56, 2)),
		From: []string{CourtRipe, CourtDemanded, CourtRefused, CourtNotRuled}, To: CourtLost, By: []string{Head},
		Fields: []procedure.Field{reason},
	},
}

var courtProperties = []procedure.Property{
	{
		Code: "no_demand_before_the_fine_is_due", Title: procedure.T("决定书未送达、缴款期未满、已缴清的，不得催告", "No demand before the decision is served, its time to pay over, and the fine unpaid"),
		Cites: procedure.Cites(law.AP(61), law.AC(34), law.AC(54)),
		When:  procedure.Entering(CourtDemanding),
		Must:  procedure.All(DecisionServed, ctPaymentOver, FineUnpaid),
	},
	{
		Code: "no_application_without_demand", Title: procedure.T("催告书送达不满十日，不得申请法院", "No application before ten working days since the demand was served"),
		Cites: procedure.Cites(law.AC(54), law.AC(69)),
		When:  procedure.Entering(CourtApplied),
		Must:  procedure.All(procedure.Took(ctServe).Since(ctDemand), procedure.Passed(CourtTenDays.Code).Since(ctServe)),
	},
	{
		Code: "no_application_while_remedies_are_open", Title: procedure.T("复议、诉讼期限未满或者正在复议、诉讼，不得申请法院", "No application while remedies are open or run"),
		Cites: procedure.Cites(law.AC(53)),
		When:  procedure.Entering(CourtApplied),
		Must:  procedure.All(ctBegun, procedure.Not(ctRemedyRuns)),
	},
	{
		Code: "no_application_after_three_months", Title: procedure.T("超过三个月又无正当理由，不得申请法院", "No application after three months without a just reason"),
		Cites: procedure.Cites(law.AC(53), law.AJ(156)),
		When:  procedure.All(procedure.Entering(CourtApplied), ctGone),
		Must:  ctExcused,
	},
	{
		Code: "no_court_while_instalments_run", Title: procedure.T("延期、分期缴纳期间，不得催告、申请法院", "Neither demand nor application while instalments run"),
		Cites: procedure.Cites(law.AP(66, 2), law.AP(72, 2)),
		When:  procedure.Entering(CourtDemanding, CourtApplied),
		Must:  procedure.Not(ctDeferred),
	},
	{
		Code: "no_court_with_an_unanswered_statement", Title: procedure.T("陈述申辩未复核，不得申请法院", "No application with a statement that was not reviewed"),
		Cites: procedure.Cites(law.AC(36), law.AC(55, 1, 3)),
		When:  procedure.All(procedure.Entering(CourtApplied), procedure.Took("hear")),
		Must:  procedure.Took("answer").Since("hear"),
	},
	{
		Code: "the_court_gets_a_whole_file", Title: procedure.T("材料不齐、负责人未签名，不得申请法院", "The court gets a whole file, signed by the head"),
		Cites: procedure.Cites(law.AC(55)),
		When:  procedure.Entering(CourtApplied),
		Must:  procedure.All(ctFile, procedure.Actor(Head), FineUnpaid, procedure.Not(ExecutionSuspended)),
	},
	{
		Code: "the_court_above_is_asked_in_time", Title: procedure.T("超过十五日，不得申请复议", "The court above is asked within fifteen days"),
		Cites: procedure.Cites(law.AC(56, 2), law.AC(58, 3)),
		When:  procedure.Taking(ctAsk, ctAskRule),
		Must: procedure.Any(procedure.All(procedure.Taking(ctAsk), procedure.Not(procedure.Passed(CourtAsk.Code))),
			procedure.All(procedure.Taking(ctAskRule), procedure.Not(procedure.Passed(CourtAskRuling.Code)))),
	},
	{
		Code: "nothing_is_executed_unruled", Title: procedure.T("法院未裁定准予执行，不得执行", "Nothing is executed without a ruling"),
		Cites: procedure.Cites(law.AC(57), law.AJ(160, 1)),
		When:  procedure.Entering(CourtDone),
		Must:  procedure.Took(ctRule, ctUpRule),
	},
}
