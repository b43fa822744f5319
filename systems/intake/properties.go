package intake

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// HandlingProperties are the rules that no way of handling a complaint may break, written from the
// regulation and the office's order, not from the procedure's own needs.
var HandlingProperties = slices.Concat(handlingProperties, mergingProperties)

var handlingProperties = []procedure.Property{
	{
		Code: "no_reply_without_visit", Title: procedure.T("未到现场处置，也未由部门或社区解决的，不得答复", "No reply without a visit, or a settlement outside"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Entering(Replied, Checking),
		Must: procedure.Any(procedure.Took(StepHandle).Since(StepRedo, StepRedoApart, StepReroute, StepRoute, StepMove), procedure.Took(StepSettle).Since(StepReroute, StepRedoApart, StepRoute),
			procedure.All(procedure.Taking(StepMainAnswered), mainAnswered)),
	},
	{
		Code: "told_what_was_seen", Title: procedure.T("未到现场，不得告知核查情况", "Nobody is told what was found before somebody looked"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Taking(StepInform),
		Must:  procedure.Took(StepHandle).Since(StepRedo, StepRedoApart, StepReroute, StepRoute, StepMove),
	},
	{
		Code: "no_visit_without_photo", Title: procedure.T("没有现场照片，不得记为已处置", "Nothing counts as handled without a photo"),
		Cites: procedure.Cites(law.SH(19)),
		When:  procedure.Taking(StepHandle),
		Must:  HasPhoto,
	},
	{
		Code: "no_visit_unassigned", Title: procedure.T("未指派两名持证执法人员，不得处置", "No visit before two certified officers are assigned"),
		Cites: procedure.Cites(law.SH(16)),
		When:  procedure.Any(procedure.Taking(StepHandle), procedure.Taking(StepAssign)),
		Must: procedure.Any(
			procedure.All(procedure.Taking(StepAssign), TwoAssigned),
			procedure.All(procedure.Taking(StepHandle), procedure.Took(StepAssign).Since(StepRoute, StepMove)),
		),
	},
	{
		Code: "only_the_accepting_squad_acts", Title: procedure.T("未受理的诉件不得派员", "Nobody is sent before the squad has accepted"),
		Cites: procedure.Cites(law.SH(14)),
		When:  procedure.Entering(Assigned),
		Must:  procedure.Took(StepAccept).Since(StepReturn, StepRoute, StepDecide, StepMove),
	},
	{
		Code: "case_outcome_is_filed", Title: procedure.T("处置结果为转立案的，未转出不得答复", "An outcome of a case is not answered before the case is filed"),
		Cites: procedure.Cites(law.AP(54)),
		When:  procedure.All(procedure.Taking(StepReply, StepSubmit), OutcomeIsCase),
		Must:  procedure.Took(StepFileCase),
	},
	{
		Code: "one_case_per_complaint", Title: procedure.T("一件诉件只转一个案件", "A complaint files one case at most"),
		When: procedure.Taking(StepFileCase),
		Must: procedure.Not(procedure.Took(StepFileCase)),
	},
	{
		Code: "no_case_without_visit", Title: procedure.T("没有现场记录，不得转立案", "No case without a recorded visit"),
		Cites: procedure.Cites(law.AP(54)),
		When:  procedure.Taking(StepFileCase),
		Must:  procedure.Took(StepHandle).Since(StepRedo, StepRedoApart),
	},
	{
		Code: "closed_only_after_reply", Title: procedure.T("未答复不得办结", "Closed only after the newest reply"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Entering(Closed),
		Must:  procedure.Took(StepReply, StepPass, StepAnswer, StepMainAnswered).Since(StepRedo, StepRedoApart, StepReroute),
	},
	{
		Code: "only_the_desk_closes", Title: procedure.T("派遣、移送、重办、办结只由受理台办理，争议由局裁定", "Only the desk routes, transfers, reopens and closes; the bureau rules on disputes"),
		When: procedure.Any(procedure.Entering(Routed, Inspecting, Mediating, Transferred, Closed), procedure.Taking(StepRedo, StepRedoApart, StepReroute)),
		Must: procedure.Any(procedure.Actor(roleDesk), procedure.All(procedure.Taking(StepDecide), procedure.Actor(roleHead)),
			procedure.Taking(StepUnmerge)), // it was there before

	},
	{
		Code: "sent_back_only_by_its_source", Title: procedure.T("只有来源平台的工单、且来源同意的，才算退回来源", "Only what a platform sent, and takes back, is back with its source"),
		When: procedure.Any(procedure.Taking(StepReturnSource), procedure.Entering(SentBack)),
		Must: procedure.Any(procedure.All(procedure.Taking(StepReturnSource), FromSource), procedure.All(procedure.Entering(SentBack), procedure.Took(StepReturnSource).Since(StepSourceKept))),
	},
	{
		Code: "only_its_source_sets_a_term", Title: procedure.T("只有来源平台的工单才有来源平台时限，答复后不再设定", "Only what a platform sent has that platform's deadline, and none is set after the answer"),
		When: procedure.Taking(StepSourceTerm),
		Must: procedure.All(FromSource, procedure.Not(procedure.Took(StepReply, StepPass, StepAnswer, StepMainAnswered).Since(StepRedo, StepRedoApart, StepReroute))),
	},
	{
		Code: "accepted_is_ours", Title: procedure.T("受理后不得移送、退回了事", "What a squad has accepted is neither transferred away nor sent back"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Entering(Transferred, SentBack),
		Must:  procedure.Not(procedure.Took(StepAccept)),
	},
	{
		Code: "outside_has_its_time", Title: procedure.T("先行核查、调处期满才自动收回", "What is outside is taken back by itself only when its time is over"),
		When: procedure.Taking(StepLapse),
		Must: procedure.Passed(InspectionTerm.Code, MediationTerm.Code),
	},
	{
		Code: "only_outside_reports", Title: procedure.T("核查、调处结果只由部门、社区反馈", "Only departments and communities report what they found"),
		When: procedure.Taking(StepReport, StepSettle),
		Must: procedure.All(procedure.Actor(roleDepartment, roleCommunity), procedure.Took(StepInspect, StepMediate)),
	},
	{
		Code: "one_second_look", Title: procedure.T("退单只复核一次，再有异议由局裁定", "A return gets one second look; after that the bureau rules"),
		When: procedure.Taking(StepReturn),
		Must: procedure.Not(procedure.Took(StepReject).Since(StepRoute, StepMove)),
	},
	{
		Code: "dispute_after_second_look", Title: procedure.T("未经退单复核，不得提请局裁定", "The bureau is called only after the second look"),
		When: procedure.Taking(StepDispute),
		Must: procedure.Took(StepReject).Since(StepRoute, StepMove),
	},
	{
		Code: "one_ruling", Title: procedure.T("承办争议由局裁定一次", "The bureau rules once"),
		When: procedure.Taking(StepDecide, StepRuleOut),
		Must: procedure.All(procedure.Not(procedure.Took(StepDecide, StepRuleOut)), procedure.Actor(roleHead)),
	},
	{
		Code: "ruling_is_final", Title: procedure.T("局裁定后不得退单、不得再争议", "After the ruling nobody returns or disputes"),
		When: procedure.Taking(StepReturn, StepDispute),
		Must: procedure.Not(procedure.Took(StepDecide, StepRuleOut)),
	},
	{
		Code: "moved_by_the_desk", Title: procedure.T("只由受理台改派，局裁定后不再改派", "Only the desk moves it to another squad, and never after the ruling"),
		Cites: procedure.Cites(law.SH(14)),
		When:  procedure.Taking(StepMove),
		Must:  procedure.All(procedure.Actor(roleDesk), procedure.Not(procedure.Took(StepDecide))),
	},
	{
		Code: "ruled_out_is_transferred", Title: procedure.T("裁定不属本局的只能移送", "What is ruled out is only transferred"),
		Cites: procedure.Cites(law.SH(26)),
		When:  procedure.Entering(Routed, Inspecting, Mediating),
		Must:  procedure.Not(procedure.Took(StepRuleOut)),
	},
	{
		Code: "more_time_once", Title: procedure.T("延期只申请、批准一次", "More time is asked for and given once"),
		When: procedure.Taking(StepAskTime, StepGiveTime, StepRefuseTime),
		Must: procedure.Any(
			procedure.All(procedure.Taking(StepAskTime), procedure.Not(procedure.Took(StepAskTime))),
			procedure.All(procedure.Taking(StepGiveTime, StepRefuseTime), procedure.Took(StepAskTime), procedure.Not(procedure.Took(StepGiveTime, StepRefuseTime))),
		),
	},
	{
		Code: "more_time_before_it_is_over", Title: procedure.T("期限届满后不得延期", "No more time once it is over"),
		When: procedure.Taking(StepAskTime, StepGiveTime),
		Must: procedure.Not(replyOver),
	},
	{
		Code: "no_reply_while_resting", Title: procedure.T("中止期间不得答复、立案", "No answer and no case while the time rests"),
		When: procedure.Taking(StepReply, StepSubmit, StepFileCase),
		Must: procedure.Not(procedure.Took(StepSuspend).Since(StepResume)),
	},
	{
		Code: "case_and_rest_apart", Title: procedure.T("立案期间时限已停，不得再中止、延长", "While a case stops the time nobody else stops or lengthens it"),
		When: procedure.All(procedure.Taking(StepSuspend, StepGiveTime), procedure.Took(StepFileCase)),
		Must: procedure.Took(StepCaseEnded),
	},
	{
		Code: "case_ends_once", Title: procedure.T("案件办结只恢复一次时限", "A case's end starts the time once"),
		When: procedure.Taking(StepCaseEnded),
		Must: procedure.All(procedure.Took(StepFileCase), procedure.Not(procedure.Took(StepCaseEnded))),
	},
	{
		Code: "co_units_are_heard", Title: procedure.T("协办单位未反馈且未到期的，主办单位不得答复", "The lead answers only when those who join in have, or their time is over"),
		Cites: procedure.Cites(law.SH(14)),
		When:  procedure.Taking(StepReply, StepSubmit),
		Must:  procedure.Any(PartsIn, jointOver),
	},
	{
		Code: "second_person_checks", Title: procedure.T("须复核的答复由拟稿人以外的人复核", "An answer that is to be checked is checked by another"),
		When: procedure.Any(procedure.All(procedure.Taking(StepReply), CheckNeeded), procedure.Taking(StepPass)),
		Must: procedure.All(procedure.Taking(StepPass), procedure.Took(StepSubmit).Since(StepSendBack), SecondPerson),
	},
	{
		Code: "call_back_made", Title: procedure.T("应回访的未回访，不得办结", "Not closed before the call back that is due"),
		When: procedure.Entering(Closed),
		Must: CallMade,
	},
	{
		Code: "dissatisfied_is_redone", Title: procedure.T("不满意、未解决的，未重办不得办结", "Not closed on a dissatisfied citizen before it was done again"),
		When: procedure.Entering(Closed),
		Must: procedure.Any(Content, procedure.Took(StepRedo, StepRedoApart, StepReroute)),
	},
	{
		Code: "reopened_in_time", Title: procedure.T("只有办结三十日以内的才能重开", "Only what was closed within thirty days is opened again"),
		When: procedure.Taking(StepReopen),
		Must: procedure.All(ReopenInTime, procedure.Took(StepClose).Since(StepReopen)),
	},
	{
		Code: "reopened_is_redone", Title: procedure.T("重开的必须重办，不得直接办结", "What was opened again is done again before it is closed"),
		When: procedure.Entering(Closed),
		Must: procedure.Not(procedure.Took(StepReopen).Since(StepRedo, StepRedoApart, StepReroute)),
	},
	{
		Code: "rated_once", Title: procedure.T("每次答复只评价一次，由诉求人本人评价", "Each answer is rated once, by the citizen himself"),
		When: procedure.Taking(StepRate),
		Must: procedure.All(procedure.Actor(RoleInformant), procedure.Took(StepReply, StepPass, StepAnswer, StepMainAnswered), procedure.Not(procedure.Took(StepRate).Since(StepRedo, StepRedoApart, StepReroute))),
	},
	{
		Code: "structure_once", Title: procedure.T("违法建筑时限只起算一次", "The periods of a structure start once"),
		Cites: procedure.Cites(law.SB(7)),
		When:  procedure.Taking(StepMarkBuilding, StepMarkStructure),
		Must:  procedure.Not(procedure.Took(StepMarkBuilding, StepMarkStructure)),
	},
}
