package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of an illegal structure that stands.
const (
	StructureFound      = "found"
	StructureVisited    = "visited"    // on site; investigation
	StructureProposed   = "proposed"   // to be demolished; the party is to be told
	StructureTold       = "told"       // told and being heard; legal review
	StructureOrdered    = "ordered"    // the order is made, not yet served
	StructureNoticed    = "noticed"    // the party cannot be found or reached; the notice hangs
	StructureServed     = "served"     // the time to demolish it oneself, and the periods of the remedies
	StructureDemanding  = "demanding"  // the demand is made, not yet served
	StructureDemanded   = "demanded"   // the party has the demand
	StructureReported   = "reported"   // the file lies with the government
	StructureDecided    = "decided"    // the government has decided to demolish by force
	StructureNotified   = "notified"   // the party has that decision
	StructureAnnounced  = "announced"  // announced; last time to demolish it oneself
	StructureDemolished = "demolished" // gone; belongings, rubble, the informant
	StructureClosed     = "closed"
	StructureArchived   = "archived"
	StructureNotOurs    = "not_ours"
	StructureDropped    = "dropped" // nothing to demolish, or the order fell
	StructureTurned     = "turned"  // over to the other of the two procedures
)

const (
	stVisit    = "visit"
	stNotOurs  = "not_ours"
	stDrop     = "drop"
	stTurn     = "turn"
	stPropose  = "propose"
	stSeek     = "seek_party"
	stTell     = "tell"
	stPass     = "pass_review"
	stFail     = "fail_review"
	stOrder    = "order"
	stServe    = "serve_order"
	stPublish  = "publish_order"
	stNotice   = "notice"
	stNoticed  = "notice_over"
	stGone     = "demolished_by_party"
	stDemand   = "demand"
	stServeDem = "serve_demand"
	stPassExec = "pass_execution_review"
	stReport   = "report_to_government"
	stDecide   = "government_decides"
	stServeDec = "serve_decision"
	stAnnounce = "announce"
	stBelong   = "call_for_belongings"
	stPlan     = "plan"
	stDemolish = "demolish"
)

// Clocks of a standing structure.
var (
	StructureOnSite = procedure.Clock{Code: "on_site", Title: procedure.T("到现场调查取证期限", "Time to be on site"),
		Period: law.Period{N: 24, Unit: law.Hours, Cites: procedure.Cites(law.SB(7))}}
	StructureInformant = procedure.Clock{Code: "informant", Title: procedure.T("反馈举报人期限", "Time to tell the informant"),
		Period: law.Period{N: 1, Unit: law.Months, Cites: procedure.Cites(law.SB(5, 4))}}
	StructureStatement = procedure.Clock{Code: "statement", Title: procedure.T("陈述申辩期限", "Time to be heard"), Waits: true,
		Period: law.Period{N: 5, Unit: law.WorkingDays, Rule: "陈述申辩期限比照听证申请期限（执法条例第二十四条未定期限）"}, Lapsed: stStatementOver.Fact}
	StructureNotice = procedure.Clock{Code: "notice", Title: procedure.T("通告告示期限", "Time of the notice"), Waits: true,
		Period: law.Period{N: 10, Unit: law.Days, Cites: procedure.Cites(law.SB(9))}, Lapsed: stNoticeOver.Fact}
	StructureReconsider = procedure.Clock{Code: "reconsideration", Title: procedure.T("申请复议期限", "Time for reconsideration"), Waits: true,
		Period: law.Reconsider, Lapsed: stReconsiderOver.Fact}
	StructureLitigate = procedure.Clock{Code: "litigation", Title: procedure.T("起诉期限", "Time for litigation"), Waits: true,
		Period: law.Litigate, Lapsed: stLitigateOver.Fact}
	StructureDemandTime = procedure.Clock{Code: "demand", Title: procedure.T("催告期限", "Time of the demand"), Waits: true,
		Period: law.Period{N: 10, Unit: law.WorkingDays, Rule: "催告期限比照行政强制法第五十四条（第三十五条未定期限）"}, Lapsed: stDemandOver.Fact}
	StructureAnnounceTime = procedure.Clock{Code: "announced", Title: procedure.T("强制拆除公告期限", "Time of the announcement"), Waits: true,
		Period: law.Period{N: 5, Unit: law.WorkingDays, Rule: "强制拆除公告中限期自行拆除的期限（行政强制法第四十四条未定期限）"}, Lapsed: stAnnounceOver.Fact}
)

var stServing = serving(KindStructureDemolish, KindStructureDemand, KindStructureForce)

var (
	stSought     = recorded("party_sought", "已查找当事人并记明难以确定或者难以送达", "The party was sought, and cannot be found or reached", "need.party_sought", law.SB(9))
	stReviewed   = recorded("review_passed", "法制审核已通过", "Legal review has passed", "need.review_passed", law.AP(58, 1, 4))
	stPublished  = recorded("published", "责令限期拆除决定已公告", "The order has been published", "need.order_published", law.SB(9))
	stExecution  = recorded("execution_reviewed", "强制执行已经法制审核", "Legal review of the execution has passed", "need.review_passed", law.AP(58, 1, 4))
	stBelongings = recorded("belongings_called", "已通知当事人取走财物", "The party was told to take its belongings", "need.belongings", law.SB(12, 1))

	// onSite says: in time, or late with its reason.
	stOnSite = entered("on_site_in_time", "在二十四小时内到现场，逾期的已说明原因", "On site within 24 hours, or late with the reason", "need.on_site",
		func(l *Look) bool { return !l.lateUnexplained("arrived_at", 24) }, law.SB(7))
	stStatementOver = observed("statement_over", "陈述申辩期限已届满", "The time to be heard is over", "need.statement_time",
		func(l *Look) bool { return l.Lapsed("statement") }, law.SH(24))
	stNoticeOver = observed("notice_over", "通告已满十日", "The notice has hung for ten days", "need.notice_over",
		func(l *Look) bool { return l.Lapsed("notice") }, law.SB(9))
	stReconsiderOver = observed("reconsideration_over", "申请复议期限已届满", "The time for reconsideration is over", "need.remedies_over",
		func(l *Look) bool { return l.Lapsed("reconsideration") }, law.AR(20, 1))
	stLitigateOver = observed("litigation_over", "起诉期限已届满", "The time for litigation is over", "need.remedies_over",
		func(l *Look) bool { return l.Lapsed("litigation") }, law.AL(46, 1))
	stDemandOver = observed("demand_over", "催告期限已届满", "The time of the demand is over", "need.demand_time",
		func(l *Look) bool { return l.Lapsed("demand") && l.past("until", stDemand) }, law.AC(35), law.AC(37, 1))
	stAnnounceOver = observed("announce_over", "公告期限已届满", "The time of the announcement is over", "need.announce_time",
		func(l *Look) bool { return l.Lapsed("announced") && l.past("until", stAnnounce) }, law.AC(44))
	stTermOver = observed("order_term_over", "责令拆除的期限已届满", "The order's time to demolish is over", "need.order_term",
		func(l *Look) bool { return l.past("until", stOrder) }, law.SB(10, 1), law.SB(10, 2))
	stRemedyRuns = observed("remedy_pending", "责令拆除决定正在复议、诉讼中", "The order is under reconsideration or in litigation", "",
		func(l *Look) bool { return l.disputed(ContestStructure).pending }, law.AC(44), law.SB(10, 4))
	stRemedyLost = observed("remedy_exhausted", "复议、诉讼已终结，决定维持", "Remedies are exhausted, and the order stands", "need.remedies_over",
		func(l *Look) bool { return l.disputed(ContestStructure).kept }, law.AC(44), law.SB(10, 4))
	stDated = entered("counted_from_notice", "生效日期不早于通告期满", "Counted from no earlier than the end of the notice", "need.notice_date",
		func(l *Look) bool {
			on, ok := l.Values.Date("effective_on")
			notice, _ := l.Last(stNotice)
			return ok && !on.Before(l.Due("notice")) && !on.Before(notice.Date("until"))
		}, law.SB(9))
	stTenDays = entered("ten_days_at_least", "告示期限不少于十日", "The notice hangs for ten days at least", "need.notice_days",
		func(l *Look) bool {
			until, ok := l.Values.Date("until")
			return ok && !until.Before(l.Today().AddDays(StructureNotice.Period.N))
		}, law.SB(9))
)

// stHeard: the party has been heard or let the time pass, or cannot be found.
var stHeard = procedure.Any(stStatementOver, answered, procedure.All(procedure.Not(PartyKnown), stSought)).Because("need.statement_time", law.SH(24))

// remediesOver: nobody can contest the order any more. It is what AC 44 and SB 10 ask for before force.
var remediesOver = procedure.All(
	procedure.Any(procedure.All(stReconsiderOver, stLitigateOver), stRemedyLost).Because("need.remedies_over", law.AC(44), law.SB(10, 4)),
	procedure.Not(stRemedyRuns).Because("need.remedy_pending", law.AC(44), law.SB(10, 4)),
)

// Structure is the procedure against an illegal structure that stands: ordered, demanded, and, when no
// remedy is open any more, demolished by decision of the government (SB 5-13, AC 34-38, 43, 44).
var Structure = define(Track{Main: true, Properties: structureProperties,
	Serves: map[string][]string{stServe: {KindStructureDemolish}, stServeDem: {KindStructureDemand}, stServeDec: {KindStructureForce}}}, procedure.Procedure{
	Code: CodeStructure, System: "casework", Start: StructureFound, Opens: []string{StructureOnSite.Code, StructureInformant.Code},
	Title: procedure.T("拆除违法建筑（已建成）", "Illegal structure, standing"),
	Note: procedure.T("《上海市拆除违法建筑若干规定》第五条至第十三条，《行政强制法》第四章。复议、诉讼期限届满或者救济终结前，不得强制拆除；可以并处的罚款另案办理。",
		"Shanghai's rules on demolishing illegal structures, arts. 5-13; Administrative Coercion Law, chapter IV. No force before the remedies' periods have run out or the remedies are exhausted; a fine is a case of its own."),
	Cites:  procedure.Cites(law.SB(7), law.SB(8), law.SB(10), law.AC(44)),
	States: structureStates,
	Clocks: []procedure.Clock{StructureOnSite, StructureInformant, StructureStatement, StructureNotice, StructureReconsider, StructureLitigate,
		StructureDemandTime, StructureAnnounceTime, StructureDemolishBy, StructureCollectBy, StructureClearBy},
	Steps: slices.Concat(structureOrder, listening(OpMeasure, []string{stReviewed.Code, stExecution.Code}, StructureTold, StructureDemanded), structureForce,
		afterDemolition(structureRuns, StructureDemolished, StructureClosed, StructureArchived)),
}, spoken, answered, stSought, stReviewed, stPublished, stExecution, stBelongings, sdThings, sdCleared, sdTold,
	TwoCertified, PartyKnown, EvidenceOnFile, ReviewerIndependent, stStatementOver, stNoticeOver, stReconsiderOver, stLitigateOver, stDemandOver, stAnnounceOver, stTermOver,
	stRemedyRuns, stRemedyLost, ExecutionSuspended, sdInformant, sdThingsOver, sdCollected, sdClearedByWhom, stOnSite, stDated, stTenDays, stServing.after, stServing.announced, TimeToExecute, UtilitiesKept, Filmed, FilmsAccounted)

var structureStates = []procedure.State{
	{Code: StructureFound, Title: procedure.T("发现（举报）", "Found")},
	{Code: StructureVisited, Title: procedure.T("调查取证中", "On site")},
	{Code: StructureProposed, Title: procedure.T("拟责令拆除", "To be ordered")},
	{Code: StructureTold, Title: procedure.T("已告知，听取意见", "Told, being heard")},
	{Code: StructureOrdered, Title: procedure.T("决定书待送达", "Order to be served")},
	{Code: StructureNoticed, Title: procedure.T("通告中", "Notice hangs")},
	{Code: StructureServed, Title: procedure.T("责令限期拆除", "Ordered to demolish")},
	{Code: StructureDemanding, Title: procedure.T("催告书待送达", "Demand to be served")},
	{Code: StructureDemanded, Title: procedure.T("已催告", "Demanded")},
	{Code: StructureReported, Title: procedure.T("已报区人民政府", "Reported to the government")},
	{Code: StructureDecided, Title: procedure.T("强制拆除决定待送达", "Decision to be served")},
	{Code: StructureNotified, Title: procedure.T("强制拆除决定已送达", "Decision served")},
	{Code: StructureAnnounced, Title: procedure.T("强制拆除公告中", "Announced")},
	{Code: StructureDemolished, Title: procedure.T("已拆除", "Demolished")},
	{Code: StructureClosed, Title: procedure.T("已结案", "Closed")},
	{Code: StructureArchived, Title: procedure.T("已归档", "Archived"), End: true},
	{Code: StructureNotOurs, Title: procedure.T("已移送", "Transferred"), End: true},
	{Code: StructureDropped, Title: procedure.T("已终止", "Dropped"), End: true},
	{Code: StructureTurned, Title: procedure.T("转在建违法建筑程序", "Over to structures under construction"), End: true},
}

// structureRuns are the states in which a standing structure is dealt with.
var structureRuns = []string{StructureVisited, StructureProposed, StructureTold, StructureOrdered, StructureNoticed, StructureServed, StructureDemanding,
	StructureDemanded, StructureReported, StructureDecided, StructureNotified, StructureAnnounced}

var structureOrder = []procedure.Step{
	visitStep(stOnSite),
	notOursStep(StructureFound, StructureVisited),
	turnStep("正在搭建，转在建违法建筑程序", "Being built: over to structures under construction", StructureFound, StructureVisited),
	{
		Code: stDrop, Op: "casework.terminate", Title: procedure.T("终止：无须拆除，或者决定已被撤销", "Drop: nothing to demolish, or the order fell"), Cites: procedure.Cites(law.AP(57, 1, 3), law.AC(40, 1, 4)),
		From: structureRuns, To: StructureDropped, By: []string{Head},
		Needs: procedure.All(sdTold.When(sdInformant)), // SB 5(4)
		Meets: []string{StructureInformant.Code},
		Fields: []procedure.Field{choice("ground", "终止情形", "Ground", opt("legal", "不属于违法建筑", "It is not illegal"), opt("annulled", "决定在复议、诉讼中被撤销", "The order was revoked in reconsideration or court"),
			opt("withdrawn", "自行撤销决定", "We withdraw the order"), opt("other", "其他", "Other")), reason},
	},
	{
		Code: stPropose, Op: "casework.report", Title: procedure.T("查证确属违法建筑，拟责令拆除", "Proved illegal: propose to order demolition"), Cites: procedure.Cites(law.SB(2), law.SB(8), law.UP(64)),
		From: []string{StructureVisited}, To: StructureProposed, By: []string{Officer},
		Needs:  procedure.All(TwoCertified, EvidenceOnFile), // SH 16, AP 40
		Fields: []procedure.Field{long("permit", "规划许可核查情况", "What the planning authority says of a permit"), long("facts", "违法事实和证据", "Facts and evidence")},
	},
	{
		Code: stSeek, Op: OpMeasure, Title: procedure.T("查找当事人，记明难以确定或者难以送达", "Record that the party cannot be found or reached"), Cites: procedure.Cites(law.SB(9)),
		From: []string{StructureProposed, StructureOrdered}, By: []string{Officer},
		Sets:   []string{stSought.Code},
		Fields: []procedure.Field{long("sought", "查找经过", "How the party was sought")},
	},
	{
		Code: stTell, Op: OpMeasure, Title: procedure.T("告知拟责令拆除的事实、理由、依据和权利", "Tell what is intended, why, and the party's rights"), Cites: procedure.Cites(law.SH(24, 1)),
		From: []string{StructureProposed}, To: StructureTold, By: []string{Officer},
		Needs:  procedure.All(procedure.Any(PartyKnown, stSought).Because("need.party_or_sought", law.SH(24, 1), law.SB(9))),
		Dated:  "told_on",
		Starts: []string{StructureStatement.Code},
		Fields: []procedure.Field{day("told_on", "告知日期", "Told on"), text("told_how", "告知方式", "Told how")},
	},
	{
		Code: stPass, Op: OpLegalReview, Title: procedure.T("法制审核通过", "Pass legal review"), Cites: procedure.Cites(law.AP(58, 1, 3), law.AP(58, 1, 4)),
		From: []string{StructureTold}, By: []string{Legal},
		Needs:  procedure.All(ReviewerIndependent, answered.When(spoken)), // AP 58, SH 24
		Sets:   []string{stReviewed.Code},
		Fields: []procedure.Field{opinion},
	},
	{
		Code: stFail, Op: OpLegalReview, Title: procedure.T("法制审核不通过", "Fail legal review"), Cites: procedure.Cites(law.AP(58)),
		From: []string{StructureTold}, To: StructureVisited, By: []string{Legal},
		Needs: procedure.All(ReviewerIndependent), Clears: []string{stReviewed.Code, spoken.Code, answered.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: stOrder, Op: "casework.decide", Title: procedure.T("作出责令限期拆除决定", "Order to demolish"), Cites: procedure.Cites(law.SB(8), law.UP(64)),
		From: []string{StructureTold}, To: StructureOrdered, By: []string{Head},
		Needs: procedure.All(
			stHeard,               // SH 24
			answered.When(spoken), // SH 24(2)
			stReviewed,            // AP 58
		),
		Clears: []string{spoken.Code, answered.Code},
		Issues: KindStructureDemolish,
		Fields: []procedure.Field{by("until", "自行拆除期限", "Demolish by"), opinion},
	},
	func() procedure.Step {
		s := stServing.step(stServe, "送达责令限期拆除决定书", "Serve the order", StructureOrdered, StructureServed, StructureReconsider.Code, StructureLitigate.Code, StructureDemolishBy.Code)
		s.Cites = procedure.Cites(law.SB(9), law.CP(87), law.SH(25))
		s.Needs = procedure.All(PartyKnown, stServing.after, stServing.announced)
		return s
	}(),
	{
		Code: stNotice, Op: OpMeasure, Title: procedure.T("当事人难以确定或者难以送达，发布通告", "Put up a notice, as the party cannot be found or reached"), Cites: procedure.Cites(law.SB(9)),
		From: []string{StructureOrdered}, To: StructureNoticed, By: []string{Officer},
		Needs:  procedure.All(stSought, stTenDays), // SB 9
		Issues: KindStructureNotice,
		Starts: []string{StructureNotice.Code},
	},
	{
		Code: stNoticed, Op: OpMeasure, Title: procedure.T("通告期满", "The notice is over"), Cites: procedure.Cites(law.SB(9)),
		From: []string{StructureNoticed}, To: StructureServed, By: []string{Officer},
		Needs:  procedure.All(stNoticeOver, stDated),
		Dated:  "effective_on",
		Meets:  []string{StructureNotice.Code},
		Starts: []string{StructureReconsider.Code, StructureLitigate.Code, StructureDemolishBy.Code}, // AR 20, AL 46, SB 8
		Fields: []procedure.Field{day("effective_on", "通告期满日期", "The notice ended on")},
	},
	{
		Code: stPublish, Op: OpMeasure, Title: procedure.T("公告责令限期拆除决定", "Publish the order"), Cites: procedure.Cites(law.SB(9)),
		From: []string{StructureOrdered, StructureNoticed, StructureServed}, By: []string{Officer},
		Sets:   []string{stPublished.Code},
		Issues: KindStructurePublish,
	},
}

// visitStep, notOursStep and turnStep begin both procedures against structures.
func visitStep(inTime Fact) procedure.Step {
	return procedure.Step{
		Code: stVisit, Op: OpMeasure, Title: procedure.T("到现场调查取证", "On site"), Cites: procedure.Cites(law.SB(7), law.SB(14)), Films: procedure.FilmWarns,
		From: []string{StructureFound}, To: StructureVisited, By: []string{Officer},
		Needs:  procedure.All(TwoCertified, inTime), // SH 16, SB 7
		Meets:  []string{StructureOnSite.Code},
		Fields: []procedure.Field{moment("arrived_at", "到达时间", "Arrived at"), long("scene", "现场情况", "What is there"), optional(lateNote)},
	}
}

func notOursStep(from ...string) procedure.Step {
	return procedure.Step{
		Code: stNotOurs, Op: OpApproveTransfer, Title: procedure.T("不属于本部门职责，立即移送", "Not ours: transfer at once"), Cites: procedure.Cites(law.SB(7), law.SH(28, 1)),
		From: from, To: StructureNotOurs, By: []string{Head},
		Issues: KindTransferJurisdiction,
		Meets:  []string{StructureOnSite.Code, StructureInformant.Code},
		Fields: []procedure.Field{reason},
	}
}

func turnStep(zh, en string, from ...string) procedure.Step {
	return procedure.Step{
		Code: stTurn, Op: OpMeasure, Title: procedure.T(zh, en), Cites: procedure.Cites(law.SB(7), law.SB(11)),
		From: from, To: StructureTurned, By: []string{Officer},
		Needs:  procedure.All(TwoCertified),
		Meets:  []string{StructureOnSite.Code},
		Fields: []procedure.Field{reason},
	}
}
