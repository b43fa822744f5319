package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

var seizeProperties = []procedure.Property{
	{
		Code: "no_seizure_without_approval", Title: procedure.T("未经批准，非紧急不得查封、扣押", "No seizure without approval, but in urgency"),
		Cites: procedure.Cites(law.AC(18, 1, 1), law.AC(19)),
		When:  procedure.Entering(SeizeHeld),
		Must:  procedure.Took(szGrant, szNow),
	},
	{
		Code: "urgent_seizure_is_approved_or_lifted", Title: procedure.T("当场实施的，未经负责人补办批准不得继续", "What was seized in urgency is not kept without the head's approval"),
		Cites: procedure.Cites(law.AC(19)),
		When:  procedure.All(procedure.Taking(szTest, szExtend, szPerish, szHandle), procedure.Took(szNow)),
		Must:  procedure.Took(szApprove).Since(szNow),
	},
	{
		Code: "urgent_seizure_is_reported", Title: procedure.T("未向负责人报告，不得补办批准", "Nothing is approved afterwards that was not reported"),
		Cites: procedure.Cites(law.AC(19)),
		When:  procedure.Taking(szApprove),
		Must:  procedure.Took(szReport).Since(szNow),
	},
	{
		Code: "only_the_head_approves_seizing", Title: procedure.T("批准、延长、解除、处理只能由负责人决定", "Only the head approves, extends, lifts and disposes"),
		Cites: procedure.Cites(law.AC(18, 1, 1), law.AC(25, 1), law.AC(27)),
		When:  procedure.Any(procedure.Entering(SeizeApproved, SeizeLifted), procedure.Taking(szApprove, szExtend, szHandle, szSell, szDispose)),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "no_seizure_by_fewer_than_two", Title: procedure.T("不足两名持证人员，不得查封、扣押", "No seizure by fewer than two certified officers"),
		Cites: procedure.Cites(law.AC(17, 3), law.AC(18, 1, 2)),
		When:  procedure.Taking(szSeize, szNow),
		Must:  TwoCertified,
	},
	{
		Code: "no_seizure_without_a_law", Title: procedure.T("没有法律、法规依据，不得查封、扣押", "No seizure without a law that allows it"),
		Cites: procedure.Cites(law.AC(10, 3), law.AC(22), law.SH(21, 2)),
		When:  procedure.Taking(szAsk, szSeize, szNow),
		Must:  MaySeize,
	},
	{
		Code: "necessities_are_never_seized", Title: procedure.T("不得查封、扣押生活必需品和无关财物", "Neither necessities of life nor things outside the case are seized"),
		Cites: procedure.Cites(law.AC(23)),
		When:  procedure.Taking(szSeize, szNow),
		Must:  procedure.All(szNecessities, szOwn),
	},
	{
		Code: "the_scene_is_kept_by_law", Title: procedure.T("未告知听取、无当事人或见证人、未交付决定书和清单，不得查封、扣押", "No seizure without telling and hearing, party or witness, decision and list"),
		Cites: procedure.Cites(law.AC(18), law.AC(24, 1)),
		When:  procedure.Taking(szSeize, szNow),
		Must:  procedure.All(szTold, szWitness, szList),
	},
	{
		Code: "after_expiry_only_release", Title: procedure.T("期限届满，只能解除", "When the time is over, nothing but release"),
		Cites: procedure.Cites(law.AC(25, 1), law.AC(27), law.AC(28, 1, 4)),
		When: procedure.Any(
			procedure.All(procedure.Taking(szHandle, szTest, szPerish, szSell, szExtend), procedure.Passed(SeizeTime.Code).Since(szSeize, szNow, szExtend)),
			procedure.All(procedure.Taking(szHandle, szTest, szPerish, szSell), procedure.Passed(SeizeLonger.Code)),
		),
		Must: procedure.Not(procedure.Taking(szHandle, szTest, szPerish, szSell, szExtend)),
	},
	{
		Code: "extended_once", Title: procedure.T("只能延长一次", "Extended once and no more"),
		Cites: procedure.Cites(law.AC(25, 1)),
		When:  procedure.Taking(szExtend),
		Must:  procedure.Not(procedure.Took(szExtend)),
	},
	{
		Code: "perishables_are_called_for_first", Title: procedure.T("未通知当事人或者未满二日，不得处理易腐物品；须留存证据", "Perishables are sold only after the party was called and did not come, and evidence is kept"),
		Cites: procedure.Cites(law.SH(22, 2)),
		When:  procedure.Taking(szSell),
		Must:  procedure.All(procedure.Took(szPerish).Since(szSell), procedure.Passed(SeizePerish.Code).Since(szPerish), szEvidenceKept),
	},
	{
		Code: "no_disposal_without_its_ground", Title: procedure.T("没有依据，不得没收、销毁、移送", "Nothing is confiscated, destroyed or handed over without its ground"),
		Cites: procedure.Cites(law.AC(21), law.AC(27), law.SH(21, 4)),
		When:  procedure.Taking(szHandle),
		Must:  szGroundKnown,
	},
	{
		Code: "unclaimed_only_after_sixty_days", Title: procedure.T("未公告满六十日，不得处置无人认领的物品", "Unclaimed things are sold only sixty days after the announcement"),
		Cites: procedure.Cites(law.SH(22, 3)),
		When:  procedure.Taking(szDispose),
		Must:  procedure.All(procedure.Took(szAnnounce), procedure.Passed(SeizeClaim.Code).Since(szAnnounce)),
	},
	{
		Code: "a_known_owner_is_called_before_the_announcement", Title: procedure.T("当事人已知而未通知认领的，不得公告", "A known owner is called before anything is announced"),
		Cites: procedure.Cites(law.SH(22, 3)),
		When:  procedure.All(procedure.Taking(szAnnounce), PartyKnown),
		Must:  procedure.Took(szCall),
	},
	{
		Code: "one_test_at_a_time", Title: procedure.T("检测期间不计入期限，且只有一段", "Testing is one stretch at a time, and none while the extension is decided"),
		Cites: procedure.Cites(law.AC(25, 3)),
		When:  procedure.All(procedure.Taking(szTest, szExtend), procedure.Took(szTest).Since(szTested)),
		Must:  procedure.Not(procedure.Taking(szTest, szExtend)),
	},
}
