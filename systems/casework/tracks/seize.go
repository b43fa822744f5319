package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of sealing and seizing.
const (
	SeizeAsked     = "asked"     // an officer asks the head
	SeizeApproved  = "approved"  // the head agrees
	SeizeUrgent    = "urgent"    // done on the spot; the head has not yet spoken
	SeizeHeld      = "held"      // the thirty days run
	SeizeLifted    = "lifted"    // released; the owner may have the things back
	SeizeAnnounced = "announced" // nobody came; the sixty days of the claim notice run
	SeizeEnded     = "ended"
	SeizeForgone   = "forgone"
)

const (
	szAsk      = "ask"
	szGrant    = "grant"
	szDeny     = "deny"
	szSeize    = "seize"
	szNow      = "seize_now"
	szReport   = "report_urgent"
	szApprove  = "approve_after"
	szRefuse   = "refuse_after"
	szTest     = "test"
	szTested   = "test_over"
	szExtend   = "extend"
	szPerish   = "call_perishable"
	szSell     = "dispose_perishable"
	szLift     = "lift"
	szHandle   = "handle"
	szReturn   = "give_back"
	szCall     = "call_to_claim"
	szAnnounce = "announce"
	szDispose  = "dispose_unclaimed"
)

// Clocks of sealing and seizing.
var (
	SeizeReport = procedure.Clock{Code: "report", Title: procedure.T("当场实施后报告并补办批准期限", "Time to report and have it approved"),
		Period: law.Period{N: 24, Unit: law.Hours, Cites: procedure.Cites(law.AC(19))}}
	SeizeTime = procedure.Clock{Code: "hold", Title: procedure.T("查封、扣押期限", "Time of seizure"),
		Period: law.Period{N: 30, Unit: law.Days, Cites: procedure.Cites(law.AC(25, 1))}, Lapsed: szHoldOver.Fact}
	SeizeLonger = procedure.Clock{Code: "longer", Title: procedure.T("延长的查封、扣押期限", "Extended time of seizure"), After: "hold",
		Period: law.Period{N: 30, Unit: law.Days, Cites: procedure.Cites(law.AC(25, 1))}, Lapsed: szLongerOver.Fact}
	SeizePerish = procedure.Clock{Code: "perishable", Title: procedure.T("易腐物品到指定地点接受处理期限", "Time to come for perishable things"), Waits: true,
		Period: law.Period{N: 2, Unit: law.Days, Cites: procedure.Cites(law.SH(22, 2))}, Lapsed: szPerishOver.Fact}
	SeizeClaim = procedure.Clock{Code: "claim", Title: procedure.T("认领公告期限", "Time to claim"), Waits: true,
		Period: law.Period{N: 60, Unit: law.Days, Cites: procedure.Cites(law.SH(22, 3))}, Lapsed: szClaimOver.Fact}
	SeizeReconsider = procedure.Clock{Code: "reconsider_measure", Title: procedure.T("对查封、扣押申请复议期限", "Time for reconsideration of the seizure"), Waits: true,
		Period: law.Reconsider}
	SeizeLitigate = procedure.Clock{Code: "litigate_measure", Title: procedure.T("对查封、扣押起诉期限", "Time for litigation about the seizure"), Waits: true,
		Period: law.Litigate}
)

var (
	szAsked      = recorded("asked", "已报告并说明理由", "Asked for, with reasons", "need.seize_asked", law.AC(18, 1, 1))
	szReported   = recorded("reported", "已向负责人报告", "Reported to the head", "need.seize_reported", law.AC(19))
	szTesting    = recorded("testing", "正在检测、检验、检疫或者技术鉴定", "Being tested", "need.seize_testing", law.AC(25, 3))
	szExtended   = recorded("extended", "已延长一次", "Extended once", "", law.AC(25, 1))
	szPerishable = recorded("perishable", "已通知当事人到指定地点接受处理", "The party was called for perishable things", "need.seize_perishable", law.SH(22, 2))
	szCalled     = recorded("called", "已通知当事人认领", "The party was called to claim", "need.seize_called", law.SH(22, 3))

	// MaySeize: the matter's article, or that on structures under construction, lets goods or tools be held.
	MaySeize = observed("may_seize", "法律、法规规定可以查封、扣押", "The law lets these things be seized", "need.may_seize",
		func(l *Look) bool { return l.Matter.MaySeize || l.Main == CodeBuilding }, law.AC(10, 3), law.AC(22), law.SH(21, 2), law.SB(11))
	szOwn = entered("case_things_only", "仅限涉案场所、设施或者财物，未被重复查封", "Only things of the case, not seized by others already", "need.seize_case_things",
		func(l *Look) bool { return l.Values.Bool("case_things_only") }, law.AC(23))
	szNecessities = entered("no_necessities", "不含公民个人及其所扶养家属的生活必需品", "No necessities of the person or the family", "need.seize_necessities",
		func(l *Look) bool { return l.Values.Bool("no_necessities") }, law.AC(23, 1))
	szTold = entered("told_on_the_spot", "已出示证件、告知理由依据和权利并听取意见", "Certificates shown, reasons and rights told, the party heard", "need.seize_told",
		func(l *Look) bool { return l.Values.Bool("cards_shown") && l.Values.Bool("rights_told") }, law.AC(18, 1, 3), law.AC(18, 1, 5), law.AC(18, 1, 6))
	szWitness = entered("party_or_witness", "当事人到场，或者有见证人签名", "The party was there, or a witness signed", "need.seize_witness",
		func(l *Look) bool {
			return l.Values.Text("party") == "present" || l.Values.Text("party") == "absent" && l.Values.Text("witness") != ""
		}, law.AC(18, 1, 4), law.AC(18, 1, 9))
	szList = entered("handed_over", "决定书和清单已当场交付", "Decision and list were handed over on the spot", "need.seize_list",
		func(l *Look) bool { return l.Values.Bool("list_handed_over") }, law.AC(24, 1))
	szGroundKnown = entered("handled_by_law", "处理依据齐备", "What is done with the things has its legal ground", "need.seize_handled",
		func(l *Look) bool {
			switch l.Values.Text("how") {
			case "confiscated":
				return l.newest([]string{KindDecision}).Kind == KindDecision
			case "with_crime":
				return l.Values.Bool("party_told")
			}
			return l.Values.Text("basis") != ""
		}, law.AC(27), law.AC(21), law.SH(21, 4))
	szEvidenceKept = entered("evidence_kept", "已登记并留存证据", "Registered, and evidence kept", "need.seize_evidence_kept",
		func(l *Look) bool { return l.Values.Bool("evidence_kept") }, law.SH(22, 2))

	szHoldOver = observed("hold_over", "查封、扣押已满三十日", "The thirty days of seizure are over", "need.seize_expired",
		func(l *Look) bool { return l.Lapsed("hold") }, law.AC(25, 1), law.AC(28, 1, 4))
	szLongerOver = observed("longer_over", "延长的期限已届满", "The extension is over", "need.seize_expired",
		func(l *Look) bool { return l.Lapsed("longer") }, law.AC(25, 1), law.AC(28, 1, 4))
	szPerishOver = observed("perishable_over", "当事人逾期未接受处理", "The party did not come in time", "need.seize_perishable_over",
		func(l *Look) bool { return l.Lapsed("perishable") }, law.SH(22, 2))
	szClaimOver = observed("claim_over", "认领公告已满六十日", "The sixty days of the claim notice are over", "need.seize_claim_over",
		func(l *Look) bool { return l.Lapsed("claim") }, law.SH(22, 3))
	szUnclaimed = observed("unclaimed", "当事人逾期不认领或者难以查明", "The party did not claim in time, or cannot be found", "need.seize_unclaimed",
		func(l *Look) bool { return !l.Party.Known || l.past("claim_by", szCall) }, law.SH(22, 3))
)

// withinSeizure: things may be kept no longer than thirty days, and thirty more where they were extended.
var withinSeizure = procedure.All(
	procedure.Not(szHoldOver).Because("need.seize_expired", law.AC(25, 1), law.AC(28, 1, 4)),
	procedure.Not(szLongerOver).Because("need.seize_expired", law.AC(25, 1), law.AC(28, 1, 4)),
)

// atTheScene is what every sealing and seizing needs, with approval or in urgency.
var atTheScene = procedure.All(
	TwoCertified,  // AC 18(1.2)
	MaySeize,      // AC 10, 22
	szOwn,         // AC 23
	szNecessities, // AC 23
	szTold,        // AC 18(1.3-1.6)
	szWitness,     // AC 18(1.4, 1.9)
	szList,        // AC 24
)

var sceneFields = []procedure.Field{
	yes("cards_shown", "已出示执法身份证件", "Certificates shown"), yes("rights_told", "已告知理由、依据、权利和救济途径，并听取陈述申辩", "Reasons, basis, rights and remedies told, and the party heard"),
	choice("party", "当事人是否到场", "Was the party there", opt("present", "到场", "Present"), opt("absent", "未到场，邀请见证人", "Absent; a witness was asked")),
	optional(text("witness", "见证人姓名、单位", "Witness, and who that is")),
	yes("case_things_only", "仅限涉案财物，未被其他机关查封", "Only things of the case, not seized by others"),
	yes("no_necessities", "不含生活必需品", "No necessities of life"), yes("list_handed_over", "决定书和清单已当场交付", "Decision and list handed over on the spot"),
}

// partyPresent: decision and list were handed to the party itself. Who was not there is served afterwards.
func partyPresent(v procedure.Values) bool {
	return v.Bool("list_handed_over") && v.Text("party") == "present"
}

// Seize is sealing and seizing (查封、扣押): approved first or, in urgency, within twenty-four hours; thirty
// days and once thirty more; then handled or released (AC 18-28, SH 21, 22).
var Seize = define(Track{Properties: seizeProperties,
	HandsOver:   map[string]func(procedure.Values) bool{szSeize: partyPresent, szNow: partyPresent}, // AC 24
	FromService: map[string][]string{KindSeize: {SeizeReconsider.Code, SeizeLitigate.Code}}}, procedure.Procedure{
	Code: CodeSeize, System: "casework", Start: SeizeAsked,
	Title: procedure.T("查封、扣押", "Sealing and seizing"),
	Note: procedure.T("《行政强制法》第三章第一节、第二节；《上海市城市管理行政执法条例》第二十一条、第二十二条。期限届满，只能解除。",
		"Administrative Coercion Law, chapter III sections 1 and 2; Shanghai's regulation, arts. 21 and 22. When the time is over, the things can only be released."),
	Cites: procedure.Cites(law.AC(18), law.AC(24), law.AC(25)),
	States: []procedure.State{
		{Code: SeizeAsked, Title: procedure.T("待批准", "Asked for")},
		{Code: SeizeApproved, Title: procedure.T("已批准", "Approved")},
		{Code: SeizeUrgent, Title: procedure.T("当场实施，待补办批准", "Done in urgency")},
		{Code: SeizeHeld, Title: procedure.T("查封、扣押中", "Held")},
		{Code: SeizeLifted, Title: procedure.T("已解除，待领取", "Lifted")},
		{Code: SeizeAnnounced, Title: procedure.T("认领公告中", "Claim announced")},
		{Code: SeizeEnded, Title: procedure.T("已了结", "Ended"), End: true},
		{Code: SeizeForgone, Title: procedure.T("未实施", "Not carried out"), End: true},
	},
	Clocks: []procedure.Clock{SeizeReport, SeizeTime, SeizeLonger, SeizePerish, SeizeClaimBy, SeizeClaim, SeizeReconsider, SeizeLitigate},
	Steps:  slices.Concat(seizeSteps, heldSteps, liftedSteps),
}, szAsked, szReported, szTesting, szExtended, szPerishable, szCalled, TwoCertified, MaySeize, szOwn, szNecessities, szTold, szWitness, szList,
	szGroundKnown, szEvidenceKept, szHoldOver, szLongerOver, szPerishOver, szClaimOver, szUnclaimed, PartyKnown)

var seizeSteps = []procedure.Step{
	{
		Code: szAsk, Op: OpMeasure, Title: procedure.T("报告并申请查封、扣押", "Ask to seize"), Cites: procedure.Cites(law.AC(18, 1, 1)),
		From: []string{SeizeAsked}, By: []string{Officer},
		Needs:  procedure.All(TwoCertified, MaySeize), // AC 18(1.2), 10
		Sets:   []string{szAsked.Code},
		Fields: []procedure.Field{long("things", "拟查封、扣押的场所、设施或者财物", "What is to be seized"), reason},
	},
	{
		Code: szGrant, Op: OpApproveMeasure, Title: procedure.T("批准", "Approve"), Cites: procedure.Cites(law.AC(18, 1, 1)),
		From: []string{SeizeAsked}, To: SeizeApproved, By: []string{Head},
		Needs:  procedure.All(szAsked),
		Fields: []procedure.Field{opinion},
	},
	{
		Code: szDeny, Op: OpApproveMeasure, Title: procedure.T("不批准", "Refuse"), Cites: procedure.Cites(law.AC(18, 1, 1), law.AC(16, 2)),
		From: []string{SeizeAsked, SeizeApproved}, To: SeizeForgone, By: []string{Head},
		Needs:  procedure.All(szAsked),
		Fields: []procedure.Field{reason},
	},
	{
		Code: szSeize, Op: OpMeasure, Title: procedure.T("实施查封、扣押，当场交付决定书和清单", "Seize; hand over decision and list"), Cites: procedure.Cites(law.AC(18), law.AC(24)), Films: procedure.FilmBlocks,
		From: []string{SeizeApproved}, To: SeizeHeld, By: []string{Officer},
		Needs:  atTheScene,
		Issues: KindSeize,
		Starts: []string{SeizeTime.Code, SeizeReconsider.Code, SeizeLitigate.Code}, // AC 25, AR 20, AL 46
		Fields: sceneFields,
	},
	{
		Code: szNow, Op: OpMeasure, Title: procedure.T("情况紧急，当场查封、扣押", "Seize at once, in urgency"), Cites: procedure.Cites(law.AC(19), law.AC(24)), Films: procedure.FilmBlocks,
		From: []string{SeizeAsked}, To: SeizeUrgent, By: []string{Officer},
		Needs:  atTheScene,
		Issues: KindSeize,
		Starts: []string{SeizeReport.Code, SeizeTime.Code, SeizeReconsider.Code, SeizeLitigate.Code}, // AC 19, 25, AR 20, AL 46
		Fields: slices.Concat([]procedure.Field{long("urgency", "情况紧急的理由", "Why it could not wait")}, sceneFields),
	},
	{
		Code: szReport, Op: OpMeasure, Title: procedure.T("向负责人报告并补办批准手续", "Report to the head and ask for approval"), Cites: procedure.Cites(law.AC(19)),
		From: []string{SeizeUrgent}, By: []string{Officer, Leader},
		Sets:   []string{szReported.Code},
		Fields: []procedure.Field{long("report", "报告内容", "What is reported"), optional(lateNote)},
	},
	{
		Code: szApprove, Op: OpApproveMeasure, Title: procedure.T("补办批准", "Approve afterwards"), Cites: procedure.Cites(law.AC(19)),
		From: []string{SeizeUrgent}, To: SeizeHeld, By: []string{Head},
		Needs:  procedure.All(szReported),
		Meets:  []string{SeizeReport.Code},
		Fields: []procedure.Field{opinion, optional(lateNote)},
	},
	{
		Code: szRefuse, Op: OpApproveMeasure, Title: procedure.T("认为不应当采取，立即解除", "Should not have been done: lift at once"), Cites: procedure.Cites(law.AC(19), law.AC(28)),
		From: []string{SeizeUrgent}, To: SeizeLifted, By: []string{Head},
		Issues: KindSeizeLift,
		Meets:  []string{SeizeReport.Code, SeizeTime.Code},
		Fields: []procedure.Field{reason, optional(lateNote)},
	},
}

var heldSteps = []procedure.Step{
	{
		Code: szTest, Op: OpMeasure, Title: procedure.T("送检测、检验、检疫或者技术鉴定，书面告知期间", "Have things tested; tell the party in writing for how long"), Cites: procedure.Cites(law.AC(25, 3)),
		From: []string{SeizeHeld}, By: []string{Officer},
		Needs: procedure.All(
			withinSeizure,
			procedure.Not(szTesting).Because("need.seize_not_testing", law.AC(25, 3)),
		),
		Sets:    []string{szTesting.Code},
		Issues:  KindSeizeTesting,
		Suspend: []string{SeizeTime.Code, SeizeLonger.Code}, // AC 25(3)
	},
	{
		Code: szTested, Op: OpMeasure, Title: procedure.T("检测、鉴定期间结束", "The tests are over"), Cites: procedure.Cites(law.AC(25, 3)),
		From: []string{SeizeHeld}, By: []string{Officer},
		Needs: procedure.All(szTesting), Clears: []string{szTesting.Code},
		Resume: []string{SeizeTime.Code, SeizeLonger.Code}, // AC 25(3)
		Fields: []procedure.Field{long("result", "检测、鉴定结论", "What the tests say")},
	},
	{
		Code: szExtend, Op: OpApproveMeasure, Title: procedure.T("情况复杂，批准延长并书面说明理由", "Extend, with written reasons"), Cites: procedure.Cites(law.AC(25, 1), law.AC(25, 2)),
		From: []string{SeizeHeld}, By: []string{Head},
		Needs: procedure.All(
			procedure.Not(szExtended).Because("need.seize_once", law.AC(25, 1)),
			procedure.Not(szHoldOver).Because("need.seize_extend_in_time", law.AC(25, 1), law.AC(28, 1, 4)),
			procedure.Not(szTesting).Because("need.seize_not_testing", law.AC(25, 3)),
		),
		Sets:   []string{szExtended.Code},
		Issues: KindSeizeExtend, // AC 25(2)
		Meets:  []string{SeizeTime.Code},
		Starts: []string{SeizeLonger.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: szPerish, Op: OpMeasure, Title: procedure.T("物品易腐烂、变质，通知当事人二日内接受处理", "Perishable: call the party to come within two days"), Cites: procedure.Cites(law.SH(22, 2)),
		From: []string{SeizeHeld}, By: []string{Officer},
		Needs:  withinSeizure,
		Sets:   []string{szPerishable.Code},
		Issues: KindPerishable,
		Starts: []string{SeizePerish.Code},
	},
	{
		Code: szSell, Op: OpApproveMeasure, Title: procedure.T("拍卖、变卖易腐物品，或者留存证据后销毁", "Sell perishable things, or destroy them after keeping evidence"), Cites: procedure.Cites(law.SH(22, 2)),
		From: []string{SeizeHeld}, By: []string{Head},
		Meets: []string{SeizePerish.Code},
		Needs: procedure.All(
			withinSeizure,              // AC 27
			szPerishable, szPerishOver, // SH 22(2)
			szEvidenceKept, // SH 22(2)
		),
		Clears: []string{szPerishable.Code},
		Fields: []procedure.Field{
			choice("how", "处理方式", "How", opt("auction", "拍卖", "Auctioned"), opt("sale", "变卖", "Sold"), opt("destroyed", "无法拍卖、变卖，销毁", "Destroyed, as it could not be sold")),
			optional(procedure.Field{Name: "proceeds", Label: procedure.T("所得款项（元）", "Proceeds (yuan)"), Type: procedure.Number}),
			yes("evidence_kept", "已登记并留存证据", "Registered, and evidence kept"), reason},
	},
	{
		Code: szLift, Op: OpApproveMeasure, Title: procedure.T("解除查封、扣押", "Lift"), Cites: procedure.Cites(law.AC(27), law.AC(28)),
		From: []string{SeizeHeld}, To: SeizeLifted, By: []string{Head},
		Issues: KindSeizeLift,
		Meets:  []string{SeizeTime.Code, SeizeLonger.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: szHandle, Op: OpApproveMeasure, Title: procedure.T("依法处理：没收、销毁、移送", "Deal with it by law: confiscate, destroy, hand over"), Cites: procedure.Cites(law.AC(27), law.AC(21), law.SH(21, 4), law.SH(22, 1)),
		From: []string{SeizeHeld}, To: SeizeEnded, By: []string{Head},
		Needs: procedure.All(
			withinSeizure, // AC 27
			szGroundKnown, // AC 27, 21
		),
		Meets: []string{SeizeTime.Code, SeizeLonger.Code},
		Fields: []procedure.Field{
			choice("how", "处理方式", "How", opt("confiscated", "依处罚决定没收", "Confiscated by the penalty decision"), opt("destroyed", "依法销毁", "Destroyed by law"),
				opt("transferred", "非法物品移送有关部门", "Illegal things, to the department concerned"), opt("with_crime", "随涉嫌犯罪案件移送", "Handed over with a suspected crime")),
			optional(long("basis", "法律、行政法规依据", "The law that says so")),
			optional(yes("party_told", "已书面告知当事人", "The party was told in writing"))},
	},
}

var liftedSteps = []procedure.Step{
	{
		Code: szReturn, Op: OpMeasure, Title: procedure.T("退还财物（变卖款）", "Give the things (or what they were sold for) back"), Cites: procedure.Cites(law.AC(28, 2), law.SH(22, 3)),
		From: []string{SeizeLifted, SeizeAnnounced}, To: SeizeEnded, By: []string{Officer},
		Fields: []procedure.Field{day("returned_on", "退还日期", "Given back on"), receiver},
	},
	{
		Code: szCall, Op: OpMeasure, Title: procedure.T("通知当事人认领", "Call the party to claim"), Cites: procedure.Cites(law.SH(22, 3)),
		From: []string{SeizeLifted}, By: []string{Officer},
		Needs:  procedure.All(PartyKnown),
		Sets:   []string{szCalled.Code},
		Starts: []string{SeizeClaimBy.Code},
		Fields: []procedure.Field{by("claim_by", "认领期限", "Claim by"), text("called_how", "通知方式", "Called how")},
	},
	{
		Code: szAnnounce, Op: OpMeasure, Title: procedure.T("发布认领公告", "Announce for claiming"), Cites: procedure.Cites(law.SH(22, 3)),
		From: []string{SeizeLifted}, To: SeizeAnnounced, By: []string{Officer, Leader},
		Needs: procedure.All(
			szUnclaimed, // SH 22(3)
			szCalled.When(PartyKnown),
		),
		Issues: KindClaim,
		Meets:  []string{SeizeClaimBy.Code},
		Starts: []string{SeizeClaim.Code},
	},
	{
		Code: szDispose, Op: OpApproveMeasure, Title: procedure.T("无人认领，拍卖、变卖，款项上缴国库", "Unclaimed: sell it, the money to the treasury"), Cites: procedure.Cites(law.SH(22, 3)),
		From: []string{SeizeAnnounced}, To: SeizeEnded, By: []string{Head},
		Needs: procedure.All(szClaimOver),
		Meets: []string{SeizeClaim.Code},
		Fields: []procedure.Field{
			choice("how", "处理方式", "How", opt("auction", "拍卖", "Auctioned"), opt("sale", "变卖", "Sold"), opt("other", "其他妥善处置", "Otherwise")),
			optional(procedure.Field{Name: "proceeds", Label: procedure.T("所得款项（元）", "Proceeds (yuan)"), Type: procedure.Number}),
			optional(text("treasury_voucher", "上缴国库凭证号", "Voucher of the treasury")), reason},
	},
}
