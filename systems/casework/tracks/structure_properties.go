package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

var structureProperties = []procedure.Property{
	{
		Code: "on_site_in_time_or_explained", Title: procedure.T("二十四小时内到现场，逾期须说明原因", "On site within 24 hours, or the reason is on record"),
		Cites: procedure.Cites(law.SB(7)),
		When:  procedure.Entering(StructureVisited),
		Must:  procedure.Any(stOnSite, procedure.Took(stVisit)),
	},
	{
		Code: "no_demolition_order_unreviewed", Title: procedure.T("未经法制审核，不得责令拆除", "No order to demolish without legal review"),
		Cites: procedure.Cites(law.AP(58, 1, 3), law.AP(58, 1, 4)),
		When:  procedure.Entering(StructureOrdered),
		Must:  procedure.Took(stPass).Since(stFail, "hear"),
	},
	{
		Code: "no_demolition_order_unheard", Title: procedure.T("未告知、未听取意见，不得责令拆除", "No order to demolish before the party was told and could speak"),
		Cites: procedure.Cites(law.SH(24)),
		When:  procedure.All(procedure.Entering(StructureOrdered), PartyKnown),
		Must: procedure.All(procedure.Took(stTell).Since(stFail),
			procedure.Any(procedure.Passed(StructureStatement.Code).Since(stTell), procedure.Took("answer").Since(stTell, "hear"))),
	},
	{
		Code: "no_order_with_an_unanswered_statement", Title: procedure.T("陈述申辩未复核，不得责令拆除", "No order to demolish with a statement that was not reviewed"),
		Cites: procedure.Cites(law.SH(24, 2)),
		When:  procedure.All(procedure.Entering(StructureOrdered), procedure.Took("hear").Since(stFail)),
		Must:  procedure.Took("answer").Since("hear"),
	},
	{
		Code: "no_structure_order_by_fewer_than_two", Title: procedure.T("不足两名持证人员，不得调查取证、拆除", "On site, proposal and demolition by two certified officers"),
		Cites: procedure.Cites(law.SH(16, 3), law.SB(14)),
		When:  procedure.Taking(stVisit, stPropose, stDemolish, stGone),
		Must:  TwoCertified,
	},
	{
		Code: "a_notice_only_for_who_cannot_be_found", Title: procedure.T("未查找当事人，不得以通告代替送达", "No notice instead of service unless the party was sought"),
		Cites: procedure.Cites(law.SB(9)),
		When:  procedure.Taking(stNotice),
		Must:  procedure.Took(stSeek),
	},
	{
		Code: "the_notice_hangs_ten_days", Title: procedure.T("通告不满十日，不得视为期满", "A notice hangs for ten days"),
		Cites: procedure.Cites(law.SB(9)),
		When:  procedure.Taking(stNoticed),
		Must:  procedure.All(procedure.Passed(StructureNotice.Code).Since(stNotice), stDated),
	},
	{
		Code: "a_notice_of_ten_days_at_least", Title: procedure.T("通告告示期限不得少于十日", "No notice of fewer than ten days"),
		Cites: procedure.Cites(law.SB(9)),
		When:  procedure.Taking(stNotice),
		Must:  stTenDays,
	},
	{
		Code: "no_demand_before_the_order_is_served_and_over", Title: procedure.T("决定未送达（通告）、期限未满，不得催告", "No demand before the order was served or noticed and its time is over"),
		Cites: procedure.Cites(law.SB(9), law.SB(10, 2), law.AC(34)),
		When:  procedure.Taking(stDemand),
		Must:  procedure.All(procedure.Took(stServe, stNoticed).Since(stOrder), stTermOver),
	},
	{
		Code: "the_order_is_published", Title: procedure.T("责令拆除决定未公告，不得催告", "No demand before the order is published"),
		Cites: procedure.Cites(law.SB(9)),
		When:  procedure.Taking(stDemand),
		Must:  procedure.Took(stPublish).Since(stOrder),
	},
	{
		Code: "no_forced_demolition_without_demand", Title: procedure.T("未催告、催告期未满，不得强制拆除", "No force without a demand whose time is over"),
		Cites: procedure.Cites(law.AC(35), law.AC(37, 1), law.SB(10, 2)),
		When:  procedure.Taking(stReport, stDecide, stDemolish),
		Must:  procedure.All(procedure.Took(stServeDem), procedure.Passed(StructureDemandTime.Code).Since(stServeDem)),
	},
	{
		Code: "what_is_said_after_the_demand_is_answered", Title: procedure.T("催告后的陈述申辩未复核，不得报请强制拆除", "What is said after the demand is reviewed before it goes to the government"),
		Cites: procedure.Cites(law.AC(36), law.SB(10, 3)),
		When:  procedure.All(procedure.Taking(stReport), procedure.Took("hear").Since(stOrder)),
		Must:  procedure.Took("answer").Since("hear"),
	},
	{
		Code: "no_force_while_remedies_are_open", Title: procedure.T("复议、诉讼期限未满且救济未终结，不得报请和决定强制拆除", "No force while remedies are open"),
		Cites: procedure.Cites(law.AC(44), law.SB(10, 4)),
		When:  procedure.Taking(stReport, stDecide),
		Must: procedure.Any(stRemedyLost,
			procedure.All(procedure.Passed(StructureReconsider.Code).Since(stServe, stNoticed), procedure.Passed(StructureLitigate.Code).Since(stServe, stNoticed))),
	},
	{
		Code: "no_force_during_a_remedy", Title: procedure.T("复议、诉讼期间，不得强制拆除", "No force during a remedy"),
		Cites: procedure.Cites(law.AC(44), law.SB(10, 4)),
		When:  procedure.Taking(stReport, stDecide, stDemolish),
		Must:  procedure.Not(stRemedyRuns),
	},
	{
		Code: "the_government_decides", Title: procedure.T("未经政府作出强制拆除决定，不得强制拆除", "No force without the government's decision, served"),
		Cites: procedure.Cites(law.SB(10, 4), law.UP(68)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.All(procedure.Took(stDecide), procedure.Took(stServeDec).Since(stDecide)),
	},
	{
		Code: "no_demolition_unannounced", Title: procedure.T("未公告或者公告期未满，不得强制拆除", "No force before the announcement's time is over"),
		Cites: procedure.Cites(law.AC(44)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.All(procedure.Took(stAnnounce), procedure.Passed(StructureAnnounceTime.Code).Since(stAnnounce)),
	},
	{
		Code: "belongings_come_first", Title: procedure.T("未通知取走财物，不得强制拆除", "No force before the party was told to take its belongings"),
		Cites: procedure.Cites(law.SB(12, 1)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.Took(stBelong),
	},
	{
		Code: "never_at_night_or_on_a_holiday", Title: procedure.T("非紧急不得在夜间、法定节假日强制拆除", "No force at night or on a statutory day off, but in urgency"),
		Cites: procedure.Cites(law.AC(43, 1)),
		When:  procedure.Taking(stDemolish),
		Must:  TimeToExecute,
	},
	{
		Code: "utilities_are_never_cut", Title: procedure.T("不得以停水、停电、停热、停气迫使履行", "Water, power, heat and gas are never cut"),
		Cites: procedure.Cites(law.AC(43, 2)),
		When:  procedure.Taking(stDemolish),
		Must:  UtilitiesKept,
	},
	{
		Code: "no_force_while_suspended", Title: procedure.T("执行中止、停止期间，不得强制拆除", "No force while execution is suspended or stopped"),
		Cites: procedure.Cites(law.AC(39, 1), law.AR(42), law.AL(56, 1)),
		When:  procedure.Taking(stDemolish),
		Must:  procedure.Not(ExecutionSuspended),
	},
	{
		Code: "demolition_is_recorded", Title: procedure.T("强制拆除须全过程音像记录", "Demolition by force is recorded from beginning to end"),
		Cites: procedure.Cites(law.AP(47)),
		When:  procedure.Taking(stDemolish),
		Must:  Filmed,
	},
	{
		Code: "the_informant_is_told", Title: procedure.T("有举报人而未反馈，不得结案、终止", "No closing before the informant is told"),
		Cites: procedure.Cites(law.SB(5, 4)),
		When:  procedure.All(procedure.Entering(StructureClosed, StructureDropped), sdInformant),
		Must:  procedure.Took(sdTell),
	},
	{
		Code: "recordings_before_closing", Title: procedure.T("应当全程录音录像的措施既无录像也未写明原因，不得结案", "No closing while what must be filmed has neither a recording nor a written reason"),
		Cites: procedure.Cites(law.AP(47)),
		When:  procedure.Entering(StructureClosed),
		Must:  FilmsAccounted,
	},
	{
		Code: "belongings_are_settled", Title: procedure.T("保管的财物未领取或者未处置，不得结案", "No closing with belongings in our keeping"),
		Cites: procedure.Cites(law.SB(12, 1)),
		When:  procedure.All(procedure.Entering(StructureClosed), procedure.Took(sdThingsLeft)),
		Must:  procedure.Took(sdThingsSettled).Since(sdThingsLeft),
	},
	{
		Code: "belongings_wait_for_their_owner", Title: procedure.T("领取期限未满，不得处置财物", "Belongings are not disposed of before the time to collect is over"),
		Cites: procedure.Cites(law.SB(12, 1)),
		When:  procedure.Taking(sdThingsSettled),
		Must:  procedure.Any(sdThingsOver, sdCollected),
	},
	{
		Code: "the_office_clears_only_after_the_notice", Title: procedure.T("清理期限未满，不得代为清理", "We clear the rubble only after the party's time is over"),
		Cites: procedure.Cites(law.SB(13)),
		When:  procedure.Taking(sdClear),
		Must:  sdClearedByWhom,
	},
	{
		Code: "only_the_head_orders_demolition", Title: procedure.T("责令拆除、报请强制拆除只能由负责人决定", "Only the head orders demolition and asks for force"),
		Cites: procedure.Cites(law.SB(8), law.SB(10, 4)),
		When:  procedure.Entering(StructureOrdered, StructureReported, StructureDropped, StructureNotOurs),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "no_structure_review_by_investigator", Title: procedure.T("调查人员不得审核本案", "No legal review by an investigator"),
		Cites: procedure.Cites(law.AP(58)),
		When:  procedure.Taking(stPass, stFail, stPassExec),
		Must:  ReviewerIndependent,
	},
}
