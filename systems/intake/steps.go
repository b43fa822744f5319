package intake

import (
	"jiexu/law"
	"jiexu/procedure"
)

// ours is asked of every way into the bureau's own hands: what the bureau has ruled out is only transferred.
var ours = procedure.Not(ruledOut).Because("need.ruled_out", law.SH(26, 2))

// whose are the steps that find out whose a complaint is.
var whose = []procedure.Step{
	{
		Code: StepRoute, Title: procedure.T("派遣", "Route"), Cites: procedure.Cites(law.SH(14)),
		From: []string{Registered, Settled}, To: Routed, By: []string{roleDesk},
		Needs:  procedure.All(ours),
		Clears: []string{visited.Code, accepted.Code, returnRejected.Code},
		Starts: []string{FirstContact.Code}, // once, however often it changes hands: it was promised to the citizen
		Fields: []procedure.Field{
			{Name: "unit", Label: procedure.T("承办单位", "Unit"), Type: procedure.UnitField, Required: true},
			{Name: "with", Label: procedure.T("按规则请协办单位", "Ask those to join in that the rule names"), Type: procedure.Bool}, note},
	},
	{
		Code: StepInspect, Title: procedure.T("先转部门核查", "Department first"), Cites: procedure.Cites(law.SH(26, 2)), Op: opRoute,
		From: []string{Registered}, To: Inspecting, By: []string{roleDesk},
		Needs:  procedure.All(ours),
		Starts: []string{InspectionTerm.Code},
		Fields: []procedure.Field{
			{Name: "department", Label: procedure.T("核查部门", "Department"), Type: procedure.UnitField, Required: true}, days, note},
	},
	{
		Code: StepMediate, Title: procedure.T("先转社区调处", "Community first"), Op: opRoute,
		From: []string{Registered}, To: Mediating, By: []string{roleDesk},
		Needs:  procedure.All(ours),
		Starts: []string{MediationTerm.Code},
		Fields: []procedure.Field{
			{Name: "community", Label: procedure.T("社区工作室", "Community workroom"), Type: procedure.UnitField, Required: true}, days, note},
	},
	{
		Code: StepSettle, Title: procedure.T("反馈：已解决", "Report: settled"), Op: opReport,
		From: []string{Inspecting, Mediating}, To: Settled, By: []string{roleDepartment, roleCommunity},
		Meets: []string{InspectionTerm.Code, MediationTerm.Code},
		Fields: []procedure.Field{
			{Name: "findings", Label: procedure.T("核查、调处经过和结果", "What was found and done"), Type: procedure.LongText, Required: true, Min: 2, Max: 2000}},
	},
	{
		Code: StepReport, Title: procedure.T("反馈：退回受理台", "Report: back to the desk"), Op: opReport,
		From: []string{Inspecting, Mediating}, To: Registered, By: []string{roleDepartment, roleCommunity},
		Meets: []string{InspectionTerm.Code, MediationTerm.Code},
		Fields: []procedure.Field{
			{Name: "result", Label: procedure.T("结论", "Result"), Type: procedure.Select, Required: true, Options: []procedure.Option{
				{Value: ReportTheirs, Label: procedure.T("属本部门职责，请移送", "Ours; please transfer it")},
				{Value: ReportNotTheirs, Label: procedure.T("不属本部门职责", "Not ours")},
				{Value: ReportFailed, Label: procedure.T("核查、调处未成", "Could not be inspected or settled")},
			}},
			{Name: "findings", Label: procedure.T("核查、调处情况", "What was found"), Type: procedure.LongText, Required: true, Min: 2, Max: 2000}},
	},
	{
		// The house takes it by itself when the period is over; so may the desk.
		Code: StepLapse, Title: procedure.T("期满收回", "Taken back, time over"), Op: opRoute,
		From: []string{Inspecting, Mediating}, To: Registered, By: []string{roleDesk},
		Needs: procedure.All(outsideOver),
		Meets: []string{InspectionTerm.Code, MediationTerm.Code},
	},
	{
		Code: StepRecall, Title: procedure.T("提前收回", "Take back early"), Op: opRoute,
		From: []string{Inspecting, Mediating}, To: Registered, By: []string{roleDesk}, Seldom: true,
		Meets:  []string{InspectionTerm.Code, MediationTerm.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepTransfer, Title: procedure.T("移送其他部门", "Transfer to another department"), Cites: procedure.Cites(law.SH(26, 2)),
		From: []string{Registered}, To: Transferred, By: []string{roleDesk}, Seldom: true,
		Meets: []string{TransferTerm.Code, ReplyTerm.Code, TellInformant.Code, FirstContact.Code}, // whoever complained was told
		Fields: []procedure.Field{
			{Name: "department", Label: procedure.T("移送部门", "Department"), Type: procedure.UnitField, Required: true},
			{Name: "explained", Label: procedure.T("向举报人说明的情况", "What the informant was told"), Type: procedure.LongText, Required: true}},
	},
	{
		// The desk takes it from one squad and gives it to another. What was once accepted stays the bureau's: the next squad does not return it.
		Code: StepMove, Title: procedure.T("改派", "Move to another squad"), Cites: procedure.Cites(law.SH(14)), Op: opRoute,
		From: []string{Routed, Accepted, Assigned}, To: Routed, By: []string{roleDesk}, Seldom: true,
		Needs:  procedure.All(procedure.Not(decided).Because("need.decided"), procedure.Not(resting).Because("need.resume_first")),
		Clears: []string{visited.Code, arrived.Code, returnRejected.Code},
		Fields: []procedure.Field{
			{Name: "unit", Label: procedure.T("改派给", "To"), Type: procedure.UnitField, Required: true}, reason},
	},
	{
		// What it is split into is filled in beside the step; see Service.Split.
		Code: StepSplit, Title: procedure.T("拆分", "Split"), Op: opRoute,
		From: []string{Registered, Returned, Routed, Accepted, Assigned}, By: []string{roleDesk}, Seldom: true,
		Fields: []procedure.Field{reason},
	},
	{
		// What the desk says is what the office's models learn from.
		Code: StepClassify, Title: procedure.T("核定类别", "Say what it is about"), Op: opClassify,
		From: []string{Registered, Inspecting, Mediating, Settled, Routed, Returned, Disputed, Accepted, Assigned, Handled, Checking, Replied, Reopened}, By: []string{roleDesk, roleLeader},
		Fields: []procedure.Field{
			{Name: "class", Label: procedure.T("问题大类", "Class of problem"), Type: procedure.Select, Required: true, Options: classOptions(),
				Help: procedure.T("热线口径的大类，用来派遣和统计。", "The hotline's broad class, for routing and counting.")},
			{Name: "matter", Label: procedure.T("可能违反的事项", "Matter it may breach"), Type: procedure.MatterField,
				Help: procedure.T("处罚事项目录里的一项，立案时才确定；拿不准可以不选。", "An entry of the penalty matters, settled when a case is filed; may be left open.")}, note},
	},
	{
		// Where a person says that it is, is what the office's gazetteer learns from.
		Code: StepPlace, Title: procedure.T("核定位置", "Say where it is"), Op: opPlace,
		From: []string{Registered, Inspecting, Mediating, Settled, Routed, Returned, Disputed, Accepted, Assigned, Handled, Checking, Replied}, By: []string{roleDesk, roleLeader, roleOfficer},
		Fields: []procedure.Field{
			{Name: "at", Label: procedure.T("位置", "Place"), Type: procedure.PointField, Required: true},
			{Name: "address", Label: procedure.T("规范地址", "Its address, as it should be written"), Type: procedure.TextField, Max: maxAddress,
				Help: procedure.T("写到楼栋为止，不写门室；以后同一地址会定位到这里", "Down to the building, no flat; the same address will be found here from now on")}, note},
	},
	{
		Code: StepReturn, Title: procedure.T("退单", "Return"), Cites: procedure.Cites(law.SH(14)),
		From: []string{Routed}, To: Returned, By: []string{roleLeader}, Seldom: true,
		Needs: procedure.All(procedure.Not(decided).Because("need.decided"), procedure.Not(accepted).Because("need.moved"),
			procedure.Not(returnRejected).Because("need.call_bureau")),
		Starts: []string{SecondLook.Code},
		Fields: []procedure.Field{
			{Name: "kind", Label: procedure.T("退单原因", "Why"), Type: procedure.Select, Required: true, Options: returnKinds}, reason,
			{Name: "unit", Label: procedure.T("建议承办单位", "Whose it may be"), Type: procedure.UnitField}},
	},
	{
		Code: StepUphold, Title: procedure.T("认可退单", "Uphold the return"), Op: opRoute,
		From: []string{Returned}, To: Registered, By: []string{roleDesk},
		Meets:  []string{SecondLook.Code},
		Fields: []procedure.Field{note},
	},
	{
		Code: StepReject, Title: procedure.T("不认可，退回承办", "Send it back to the squad"), Op: opRoute,
		From: []string{Returned}, To: Routed, By: []string{roleDesk},
		Sets:   []string{returnRejected.Code},
		Meets:  []string{SecondLook.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepDispute, Title: procedure.T("提请局裁定", "Call the bureau"), Op: "intake.return",
		From: []string{Routed}, To: Disputed, By: []string{roleLeader}, Seldom: true,
		Needs:  procedure.All(returnRejected, procedure.Not(decided).Because("need.decided")),
		Starts: []string{Ruling.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepDecide, Title: procedure.T("裁定承办单位", "Rule whose it is"), Op: opDecide,
		From: []string{Disputed}, To: Routed, By: []string{roleHead},
		Sets: []string{decided.Code}, Clears: []string{returnRejected.Code},
		Meets: []string{Ruling.Code},
		Fields: []procedure.Field{
			{Name: "unit", Label: procedure.T("承办单位", "Unit"), Type: procedure.UnitField, Required: true}, reason},
	},
	{
		Code: StepRuleOut, Title: procedure.T("裁定不属本局职责", "Rule that it is not ours"), Cites: procedure.Cites(law.SH(26, 2)), Op: opDecide,
		From: []string{Disputed}, To: Registered, By: []string{roleHead},
		Sets: []string{decided.Code, ruledOut.Code}, Clears: []string{returnRejected.Code},
		Meets:  []string{Ruling.Code},
		Fields: []procedure.Field{reason},
	},
}

// underway are the states in which a squad answers for a complaint and has not yet answered it.
var underway = []string{Accepted, Assigned, Handled}

// mayBeMarked are the states in which a complaint can be confirmed to be about a structure: nobody has recorded a visit yet.
var mayBeMarked = []string{Registered, Routed, Accepted, Assigned}

// onTheGround are the steps of those who handle a complaint, and what is done to its time meanwhile.
var onTheGround = []procedure.Step{
	{
		Code: StepAccept, Title: procedure.T("受理", "Accept"), Cites: procedure.Cites(law.SH(14)),
		From: []string{Routed}, To: Accepted, By: []string{roleLeader},
		Sets:  []string{accepted.Code},
		Meets: []string{TransferTerm.Code}, // it is ours
	},
	{
		Code: StepAssign, Title: procedure.T("派员", "Assign"), Cites: procedure.Cites(law.SH(16, 3)),
		From: []string{Accepted, Assigned}, To: Assigned, By: []string{roleLeader},
		Needs:  procedure.All(TwoAssigned), // SH 16: two or more, with certificates
		Clears: []string{arrived.Code},
		Fields: []procedure.Field{
			{Name: "officers", Label: procedure.T("执法人员", "Officers"), Type: procedure.People, Required: true, Max: 10,
				Help: procedure.T("至少两名持证执法人员；辅助人员只能随同", "Two certified officers at least; auxiliaries only go with them")}, note},
	},
	{
		Code: StepArrive, Title: procedure.T("到达现场", "On site"), Cites: procedure.Cites(law.SH(26, 2)), Op: "intake.handle",
		From: []string{Assigned}, By: []string{roleOfficer},
		Needs: procedure.All(procedure.Not(arrived).Because("need.arrived_once")),
		Sets:  []string{arrived.Code},
		Meets: []string{OnSiteBuilding.Code, OnSite.Code},
	},
	{
		Code: StepHandle, Title: procedure.T("现场处置", "Handle on site"), Cites: procedure.Cites(law.SH(19), law.SH(26, 2)), Films: procedure.FilmWarns,
		From: []string{Assigned, Handled}, To: Handled, By: []string{roleOfficer},
		Needs: procedure.All(HasPhoto), // SH 19(2): evidence from the scene
		Sets:  []string{visited.Code}, Clears: []string{arrived.Code},
		Meets: []string{OnSiteBuilding.Code, OnSite.Code},
		Fields: []procedure.Field{
			{Name: "findings", Label: procedure.T("现场情况和处置经过", "What was found and done"), Type: procedure.LongText, Required: true},
			{Name: "outcome", Label: procedure.T("处置结果", "Outcome"), Type: procedure.Select, Required: true, Options: []procedure.Option{
				{Value: OutcomeSolved, Label: procedure.T("已解决", "Solved")},
				{Value: OutcomePartly, Label: procedure.T("部分解决", "Solved in part")},
				{Value: OutcomeUnfounded, Label: procedure.T("查无实据", "Unfounded")},
				{Value: OutcomeCase, Label: procedure.T("转立案", "A case is to be filed")},
			}}},
	},
	{
		Code: StepFirstContact, Title: procedure.T("先行联系", "First contact"),
		From: []string{Routed, Accepted, Assigned, Handled, Merged}, By: []string{roleOfficer, roleLeader},
		Meets: []string{FirstContact.Code},
		Fields: []procedure.Field{
			{Name: "result", Label: procedure.T("联系情况", "What was said"), Type: procedure.LongText, Required: true, Max: 1000}},
	},
	{
		Code: StepJoin, Title: procedure.T("增加协办单位", "Ask a unit to join in"), Cites: procedure.Cites(law.SH(14)), Op: opRoute,
		From: []string{Routed, Accepted, Assigned, Handled}, By: []string{roleDesk}, Seldom: true,
		Starts: []string{JointTerm.Code},
		Fields: []procedure.Field{
			{Name: "unit", Label: procedure.T("协办单位", "Unit"), Type: procedure.UnitField, Required: true},
			{Name: "task", Label: procedure.T("协办事项", "Its part"), Type: procedure.LongText, Required: true, Max: 500}, days},
	},
	{
		Code: StepContribute, Title: procedure.T("协办反馈", "Answer for our part"),
		From: []string{Routed, Accepted, Assigned, Handled}, By: []string{CoUnit},
		Fields: []procedure.Field{
			{Name: "done", Label: procedure.T("协办情况", "What was done"), Type: procedure.LongText, Required: true, Min: 5, Max: 2000}},
	},
	{
		Code: StepMarkBuilding, Title: procedure.T("确认正在搭建", "Confirm: being built"), Cites: procedure.Cites(law.SB(7)), Op: opRoute,
		From: mayBeMarked, By: []string{roleDesk}, Seldom: true,
		Needs: procedure.All(procedure.Not(structure).Because("need.structure_once"), MayBeStructure),
		Sets:  []string{structure.Code}, Starts: []string{OnSiteBuilding.Code, OutcomeTerm.Code},
		Fields: []procedure.Field{note},
	},
	{
		Code: StepMarkStructure, Title: procedure.T("确认违法建筑线索", "Confirm: a structure"), Cites: procedure.Cites(law.SB(7)), Op: opRoute,
		From: mayBeMarked, By: []string{roleDesk}, Seldom: true,
		Needs: procedure.All(procedure.Not(structure).Because("need.structure_once"), MayBeStructure),
		Sets:  []string{structure.Code}, Starts: []string{OnSite.Code, OutcomeTerm.Code},
		Fields: []procedure.Field{note},
	},
	{
		Code: StepAskTime, Title: procedure.T("申请延期", "Ask for more time"),
		From: underway, By: []string{roleLeader, roleOfficer}, Seldom: true,
		Needs: procedure.All(procedure.Not(extensionAsked).Because("need.extend_once"), procedure.Not(replyOver).Because("need.extend_late")),
		Sets:  []string{extensionAsked.Code},
		Fields: []procedure.Field{
			{Name: "days", Label: procedure.T("延长（工作日）", "Working days more"), Type: procedure.Number, Required: true, Min: 1, Max: 10,
				Help: procedure.T("复杂件经批准最长共 15 个工作日", "Complex ones have 15 in all, by approval")}, reason},
	},
	{
		Code: StepGiveTime, Title: procedure.T("批准延期", "Give more time"), Op: opApprove,
		From: underway, By: []string{roleDesk, roleHead},
		Needs: procedure.All(extensionAsked, procedure.Not(extensionSettled).Because("need.extend_once"), procedure.Not(replyOver).Because("need.extend_late"),
			procedure.Not(resting).Because("need.resume_first"), procedure.Any(procedure.Not(caseFiled), caseEnded).Because("need.case_rests")),
		Sets:   []string{extensionSettled.Code},
		Fields: []procedure.Field{note},
	},
	{
		Code: StepRefuseTime, Title: procedure.T("不批准延期", "Refuse more time"), Op: opApprove,
		From: underway, By: []string{roleDesk, roleHead},
		Needs:  procedure.All(extensionAsked, procedure.Not(extensionSettled).Because("need.extend_once")),
		Sets:   []string{extensionSettled.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepSuspend, Title: procedure.T("中止时限", "Let the time rest"), Op: opApprove,
		From: underway, By: []string{roleDesk, roleHead}, Seldom: true,
		Needs: procedure.All(procedure.Not(resting).Because("need.resting"), procedure.Any(procedure.Not(caseFiled), caseEnded).Because("need.case_rests")),
		Sets:  []string{resting.Code}, Suspend: []string{ReplyTerm.Code, RedoTerm.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepResume, Title: procedure.T("恢复时限", "Let the time run on"), Op: opApprove,
		From: underway, By: []string{roleDesk, roleHead},
		Needs:  procedure.All(needs(resting, "need.not_resting")),
		Clears: []string{resting.Code}, Resume: []string{ReplyTerm.Code, RedoTerm.Code},
		Fields: []procedure.Field{note},
	},
	{
		Code: StepFileCase, Title: procedure.T("转立案", "File a case"), Cites: procedure.Cites(law.AP(54)),
		From: []string{Handled, Replied}, By: []string{roleOfficer}, Seldom: true,
		Needs: procedure.All(visited, procedure.Not(caseFiled).Because("need.case_once"), procedure.Not(resting).Because("need.resume_first")),
		Sets:  []string{caseFiled.Code}, Suspend: []string{ReplyTerm.Code, RedoTerm.Code}, // the case has its own ninety days (AP 60)
		Fields: []procedure.Field{
			{Name: "matter", Label: procedure.T("违法事项", "Matter"), Type: procedure.MatterField, Required: true}, note},
	},
	{
		// The house takes it by itself when casework tells that the case has ended; so may the desk.
		Code: StepCaseEnded, Title: procedure.T("案件办结，恢复时限", "The case has ended"), Cites: procedure.Cites(law.AP(54)), Op: opRoute,
		From: []string{Assigned, Handled, Checking, Replied}, By: []string{roleDesk}, Seldom: true,
		Needs: procedure.All(caseFiled, procedure.Not(caseEnded).Because("need.case_ended_once")),
		Sets:  []string{caseEnded.Code}, Resume: []string{ReplyTerm.Code, RedoTerm.Code},
		Fields: []procedure.Field{note},
	},
}

// answerable is what an answer of a squad rests on.
var answerable = procedure.All(visited, caseFiled.When(OutcomeIsCase), procedure.Not(resting).Because("need.resume_first"),
	procedure.Any(PartsIn, jointOver).Because("need.parts"))

// answered are the clocks that an answer meets: it is a contact too.
var answered = []string{FirstContact.Code, ReplyTerm.Code, TellInformant.Code, RedoTerm.Code, OutcomeTerm.Code, SourceTerm.Code}

// answering are the steps from the answer to the end.
var answering = []procedure.Step{
	{
		// The statute wants the informant told what the check found in five working days, also where the answer waits for a case.
		Code: StepInform, Title: procedure.T("告知核查情况", "Tell what was found"), Cites: procedure.Cites(law.SH(26, 2)), Op: "intake.reply",
		From: []string{Handled}, By: []string{roleOfficer, roleLeader},
		Needs: procedure.All(visited),
		Meets: []string{TellInformant.Code, FirstContact.Code},
		Fields: []procedure.Field{
			{Name: "told", Label: procedure.T("告知的情况", "What was told"), Type: procedure.LongText, Required: true, Min: 5, Max: 1000}},
	},
	{
		Code: StepReply, Title: procedure.T("答复", "Reply"), Cites: procedure.Cites(law.SH(26, 2)),
		From: []string{Handled}, To: Replied, By: []string{roleOfficer, roleLeader},
		Needs:  procedure.All(answerable, procedure.Not(CheckNeeded).Because("need.check_needed")),
		Meets:  answered,
		Fields: []procedure.Field{reply},
	},
	{
		Code: StepSubmit, Title: procedure.T("提交答复复核", "Have the answer checked"), Cites: procedure.Cites(law.SH(26, 2)), Op: "intake.reply",
		From: []string{Handled}, To: Checking, By: []string{roleOfficer, roleLeader},
		Needs:  procedure.All(answerable, needs(CheckNeeded, "need.no_check")),
		Fields: []procedure.Field{reply},
	},
	{
		Code: StepPass, Title: procedure.T("复核通过并答复", "Pass and reply"), Cites: procedure.Cites(law.SH(26, 2)), Op: opCheck,
		From: []string{Checking}, To: Replied, By: []string{roleLeader, roleDesk},
		Needs:  procedure.All(SecondPerson),
		Meets:  answered,
		Fields: []procedure.Field{reply},
	},
	{
		Code: StepSendBack, Title: procedure.T("退回修改", "Send back to be mended"), Op: opCheck,
		From: []string{Checking}, To: Handled, By: []string{roleLeader, roleDesk},
		Fields: []procedure.Field{reason},
	},
	{
		// The workroom wrote what was done and the desk tells it: two people by themselves.
		Code: StepAnswer, Title: procedure.T("按调处结果答复", "Answer by what was settled"), Cites: procedure.Cites(law.SH(26, 2)),
		From: []string{Settled}, To: Replied, By: []string{roleDesk},
		Meets:  append([]string{TransferTerm.Code}, answered...),
		Fields: []procedure.Field{reply},
	},
	{
		Code: StepRedo, Title: procedure.T("重办", "Redo"),
		From: []string{Replied, Reopened}, To: Assigned, By: []string{roleDesk},
		Needs: procedure.All(accepted, procedure.Not(byMain).Because("need.redo_apart")),
		Sets:  []string{redone.Code}, Clears: []string{visited.Code, arrived.Code, rated.Code},
		Meets: []string{ReopenTerm.Code}, Starts: []string{RedoTerm.Code},
		Fields: []procedure.Field{reason, said},
	},
	{
		Code: StepReroute, Title: procedure.T("重办：重新派遣", "Redo: send it elsewhere"), Op: opRedo,
		From: []string{Replied, Reopened}, To: Registered, By: []string{roleDesk}, Seldom: true,
		Needs: procedure.All(procedure.Not(accepted).Because("need.redo_there")),
		Sets:  []string{redone.Code}, Clears: []string{visited.Code, arrived.Code, byMain.Code, rated.Code},
		Meets: []string{ReopenTerm.Code}, Starts: []string{RedoTerm.Code},
		Fields: []procedure.Field{reason, said},
	},
	{
		Code: StepClose, Title: procedure.T("办结", "Close"),
		From: []string{Replied}, To: Closed, By: []string{roleDesk},
		Needs: procedure.All(CallMade, procedure.Any(Content, redone).Because("need.redo_first")),
		Fields: []procedure.Field{
			{Name: "satisfaction", Label: procedure.T("回访结果", "What the citizen says"), Type: procedure.Select, Required: true, Options: called}, note},
	},
	{
		// What the citizen says by himself, with his code, counts like what he says when he is called.
		Code: StepRate, Title: procedure.T("诉求人评价", "The citizen's rating"), AfterEnd: true,
		From: []string{Replied, Closed}, By: []string{RoleInformant},
		Needs: procedure.All(procedure.Not(rated).Because("need.rated_once")),
		Sets:  []string{rated.Code},
		Fields: []procedure.Field{
			{Name: "satisfaction", Label: procedure.T("评价", "Rating"), Type: procedure.Select, Required: true, Options: called[:4]}, note},
	},
	{
		// The desk takes it for a citizen who calls, a platform's gateway for one who told the platform.
		Code: StepReopen, Title: procedure.T("要求重办", "Reopen"), Op: opRedo, AfterEnd: true,
		From: []string{Closed}, To: Reopened, By: []string{RoleInformant, roleDesk},
		Needs:  procedure.All(ReopenInTime),
		Starts: []string{ReopenTerm.Code},
		Fields: []procedure.Field{reason, said},
	},
}

// needs asks for a fact with a reason of the step's own, where the fact's speaks of its holding.
func needs(f procedure.Fact, because string) procedure.Condition {
	f.Missing = because
	return f
}
