package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// The steps from the demand to the demolition by force, and what follows any demolition.

const (
	sdThingsLeft    = "belongings_left"
	sdThingsSettled = "belongings_settled"
	sdClearOrder    = "clear_notice"
	sdClear         = "cleared"
	sdTell          = "tell_informant"
	sdClose         = "close"
	sdArchive       = "archive"
)

var (
	sdThings  = recorded("belongings_kept", "有财物由本机关保管", "Belongings are in our keeping", "need.belongings_settled", law.SB(12, 1))
	sdCleared = recorded("cleared", "建筑垃圾已清理", "The rubble is cleared", "need.cleared", law.SB(13))
	sdTold    = recorded("informant_told", "已将查处情况反馈举报人", "The informant has been told", "need.informant_told", law.SB(5, 4))

	sdInformant = observed("informant", "有举报人需要反馈", "There is an informant to be told", "",
		func(l *Look) bool { return l.Informant }, law.SB(5, 4))
	sdThingsOver = observed("collect_by_over", "领取期限已届满", "The time to collect is over", "need.collect_by",
		func(l *Look) bool { return l.past("until", sdThingsLeft) }, law.SB(12, 1))
)

// demolitionNeeds is what every demolition by force needs on the day.
var demolitionNeeds = procedure.All(
	TwoCertified,     // SH 16
	stBelongings,     // SB 12
	TimeToExecute,    // AC 43(1)
	UtilitiesKept,    // AC 43(2)
	Filmed,           // AP 47
	executionMayGoOn, // AC 39
)

var demolitionFields = []procedure.Field{beganAt, endedAt, utilitiesKept, recordings}

// planStep lets the head say when a demolition takes place, and why it cannot wait if at night or on a holiday.
func planStep(from string) procedure.Step {
	return procedure.Step{
		Code: stPlan, Op: OpApproveExecution, Title: procedure.T("批准实施方案", "Approve the plan"), Cites: procedure.Cites(law.AC(43, 1)),
		From: []string{from}, By: []string{Head},
		Fields: []procedure.Field{long("plan", "时间、人员、安全措施", "When, who, how it is kept safe"),
			optional(long("urgency", "情况紧急、须在夜间或者法定节假日实施的理由", "Why it cannot wait for the day, or a working day"))},
	}
}

// belongingsStep tells the party to take its things away.
func belongingsStep(from string) procedure.Step {
	return procedure.Step{
		Code: stBelong, Op: OpExecute, Title: procedure.T("通知当事人取走财物", "Tell the party to take its belongings"), Cites: procedure.Cites(law.SB(12, 1)),
		From: []string{from}, By: []string{Officer},
		Sets:   []string{stBelongings.Code},
		Fields: []procedure.Field{day("told_on", "通知日期", "Told on"), text("told_how", "通知方式", "How")},
	}
}

// goneStep is the good end: the party has demolished it, or we helped at its request.
func goneStep(clock procedure.Clock, from ...string) procedure.Step {
	return procedure.Step{
		Code: stGone, Op: OpExecute, Title: procedure.T("当事人自行拆除（或者应其请求代为拆除）", "Demolished by the party, or for it at its request"), Cites: procedure.Cites(law.SB(10, 1)),
		From: from, To: StructureDemolished, By: []string{Officer},
		Needs: procedure.All(TwoCertified), // SH 16
		Meets: []string{clock.Code},
		Fields: []procedure.Field{choice("how", "拆除方式", "How", opt("self", "自行拆除", "By the party itself"), opt("assisted", "确有困难，代为拆除", "For it, as it could not")),
			findings, day("checked_on", "复查日期", "Seen on")},
	}
}

var structureForce = []procedure.Step{
	goneStep(StructureDemolishBy, StructureOrdered, StructureNoticed, StructureServed, StructureDemanding, StructureDemanded, StructureReported, StructureDecided, StructureNotified, StructureAnnounced),
	{
		Code: stDemand, Op: OpApproveExecution, Title: procedure.T("区人民政府催告", "The government demands"), Cites: procedure.Cites(law.SB(10, 2), law.AC(35)),
		From: []string{StructureServed}, To: StructureDemanding, By: []string{Head},
		Needs: procedure.All(
			stTermOver,  // SB 10(2)
			stPublished, // SB 9
		),
		Issues: KindStructureDemand,
		Meets:  []string{StructureDemolishBy.Code},
		Fields: []procedure.Field{text("authority", "催告机关", "Which government")},
	},
	stServing.step(stServeDem, "送达催告书", "Serve the demand", StructureDemanding, StructureDemanded, StructureDemandTime.Code),
	{
		Code: stPassExec, Op: OpLegalReview, Title: procedure.T("强制执行法制审核通过", "Pass legal review of the execution"), Cites: procedure.Cites(law.AP(58, 1, 4)),
		From: []string{StructureDemanded}, By: []string{Legal},
		Needs:  procedure.All(ReviewerIndependent),
		Sets:   []string{stExecution.Code},
		Fields: []procedure.Field{opinion},
	},
	{
		Code: stReport, Op: OpApproveExecution, Title: procedure.T("向区人民政府报告，提请强制拆除", "Report to the government, for demolition by force"), Cites: procedure.Cites(law.SB(10, 4), law.AC(37, 1)),
		From: []string{StructureDemanded}, To: StructureReported, By: []string{Head},
		Needs: procedure.All(
			stDemandOver,          // AC 37
			answered.When(spoken), // AC 36, SB 10(3)
			remediesOver,          // AC 44, SB 10(4)
			stExecution,           // AP 58
		),
		Fields: []procedure.Field{opinion},
	},
	{
		Code: stDecide, Op: OpApproveExecution, Title: procedure.T("区人民政府作出强制拆除决定", "The government decides to demolish by force"), Cites: procedure.Cites(law.SB(10, 4), law.AC(37), law.UP(68)),
		From: []string{StructureReported}, To: StructureDecided, By: []string{Head},
		Needs:  remediesOver,
		Issues: KindStructureForce,
		Fields: []procedure.Field{text("authority", "决定机关", "Which government"), text("number", "决定文号", "Its number"), day("decided_on", "决定日期", "Decided on")},
	},
	stServing.step(stServeDec, "送达强制拆除决定书", "Serve the decision", StructureDecided, StructureNotified),
	{
		Code: stAnnounce, Op: OpExecute, Title: procedure.T("公告强制拆除，限期自行拆除", "Announce the demolition; a last time to do it oneself"), Cites: procedure.Cites(law.AC(44)),
		From: []string{StructureNotified}, To: StructureAnnounced, By: []string{Officer},
		Issues: KindStructureAnnounce,
		Starts: []string{StructureAnnounceTime.Code},
	},
	belongingsStep(StructureAnnounced),
	planStep(StructureAnnounced),
	{
		Code: stDemolish, Op: OpExecute, Title: procedure.T("强制拆除", "Demolish by force"), Cites: procedure.Cites(law.SB(10, 4), law.AC(43), law.AC(44)), Films: procedure.FilmBlocks,
		From: []string{StructureAnnounced}, To: StructureDemolished, By: []string{Officer},
		Needs: procedure.All(
			stAnnounceOver, // AC 44
			procedure.Not(stRemedyRuns).Because("need.remedy_pending", law.AC(44), law.SB(10, 4)),
			demolitionNeeds,
		),
		Issues: KindStructureRecord,
		Fields: demolitionFields,
	},
}

// afterDemolition is what both procedures against structures do when it is gone: belongings, rubble, the
// informant, the archive.
func afterDemolition(running []string, gone, closed, archived string) []procedure.Step {
	return []procedure.Step{
		{
			Code: sdThingsLeft, Op: OpExecute, Title: procedure.T("未取走的财物登记保管，通知限期领取", "Register and keep what was left; tell the party to collect it"), Cites: procedure.Cites(law.SB(12, 1)),
			From: []string{gone}, By: []string{Officer},
			Sets:   []string{sdThings.Code},
			Issues: KindStructureBelongings,
			Starts: []string{StructureCollectBy.Code},
			Fields: []procedure.Field{by("until", "领取期限", "Collect by")},
		},
		{
			Code: sdThingsSettled, Op: OpExecute, Title: procedure.T("财物已领取，或者逾期未领取、留存证据后处置", "Collected; or, the time being over, disposed of after keeping evidence"), Cites: procedure.Cites(law.SB(12, 1)),
			From: []string{gone}, By: []string{Officer},
			Needs: procedure.All(
				sdThings,
				procedure.Any(sdThingsOver, sdCollected).Because("need.collect_by", law.SB(12, 1)),
			),
			Clears: []string{sdThings.Code},
			Meets:  []string{StructureCollectBy.Code},
			Fields: []procedure.Field{choice("outcome", "结果", "Outcome", opt("collected", "已领取", "Collected"), opt("disposed", "留存证据后处置", "Disposed of")), long("evidence", "领取人或者留存的证据", "Who collected it, or which evidence was kept")},
		},
		{
			Code: sdClearOrder, Op: OpExecute, Title: procedure.T("发清理通知书", "Order the rubble to be cleared"), Cites: procedure.Cites(law.SB(13)),
			From: []string{gone}, By: []string{Officer},
			Issues: KindStructureClear,
			Starts: []string{StructureClearBy.Code},
			Fields: []procedure.Field{by("until", "清理期限", "Clear by")},
		},
		{
			Code: sdClear, Op: OpExecute, Title: procedure.T("建筑垃圾已清理", "The rubble is cleared"), Cites: procedure.Cites(law.SB(13)),
			From: []string{gone}, By: []string{Officer},
			Needs:  procedure.All(sdClearedByWhom), // SB 13
			Sets:   []string{sdCleared.Code},
			Meets:  []string{StructureClearBy.Code},
			Fields: []procedure.Field{choice("by", "由谁清理", "By whom", opt("party", "当事人", "The party"), opt("office", "逾期未清理，本机关清理", "Us, as the party did not")), findings},
		},
		{
			Code: sdTell, Op: OpMeasure, Title: procedure.T("将查处情况反馈举报人", "Tell the informant what was done"), Cites: procedure.Cites(law.SB(5, 4)),
			From: append(slices.Clone(running), gone), By: []string{Officer, Leader},
			Sets:   []string{sdTold.Code},
			Meets:  []string{StructureInformant.Code},
			Fields: []procedure.Field{day("told_informant_on", "反馈日期", "Told on"), long("told", "反馈内容（为举报人保密）", "What was told (the informant is kept secret)"), optional(lateNote)},
		},
		{
			Code: sdClose, Op: "casework.close", Title: procedure.T("结案", "Close"), Cites: procedure.Cites(law.AP(47), law.SB(6)),
			From: []string{gone}, To: closed, By: []string{Leader, Head},
			Needs: procedure.All(
				sdTold.When(sdInformant), // SB 5(4)
				sdCleared,                // SB 13
				FilmsAccounted,           // AP 47
				procedure.Not(sdThings).Because("need.belongings_settled", law.SB(12, 1)),
			),
			Fields: []procedure.Field{opinion},
		},
		archiveStep(sdArchive, closed, archived),
	}
}

var (
	sdCollected = entered("collected", "当事人已领取财物", "The party has collected its belongings", "need.collect_by",
		func(l *Look) bool { return l.Values.Text("outcome") == "collected" }, law.SB(12, 1))
	sdClearedByWhom = entered("cleared_in_order", "由当事人清理，或者通知期满后由本机关清理", "Cleared by the party, or by us after its time was over", "need.clear_by",
		func(l *Look) bool { return l.Values.Text("by") == "party" || l.past("until", sdClearOrder) }, law.SB(13))
)
