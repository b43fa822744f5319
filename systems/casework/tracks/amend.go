package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

// States of what is amended afterwards.
const (
	CorrectionProposed = "proposed"
	CorrectionApproved = "approved"
	CorrectionMade     = "made"
	CorrectionServed   = "corrected"
	CorrectionRefused  = "refused"

	RevokeProposed = "proposed"
	RevokeReviewed = "reviewed"
	RevokeDecided  = "decided"
	RevokeServed   = "served"
	RevokeDone     = "done"
	RevokeRefused  = "refused"
)

const (
	amPropose  = "propose"
	amApprove  = "approve"
	amRefuse   = "refuse"
	amIssue    = "issue"
	amServe    = "serve"
	rvPropose  = "propose"
	rvPass     = "pass_review"
	rvDecide   = "decide"
	rvRefuse   = "refuse"
	rvServe    = "serve"
	rvUnserved = "never_served"
	rvTakeDown = "take_down"
	rvNever    = "never_published"
	rvRefund   = "refund"
	rvDone     = "finish"
)

// RevokePublicity is within how long what was published is taken back.
var RevokePublicity = procedure.Clock{Code: "publicity", Title: procedure.T("撤回公开的处罚决定信息期限", "Time to take back what was published"),
	Period: law.Period{N: 3, Unit: law.WorkingDays, Cites: procedure.Cites(law.AP(48, 2), law.AP(85))}}

var (
	amServing = serving(KindCorrection)
	rvServing = serving(KindRevocation)
)

var (
	amAsked = recorded("asked", "已提出更正", "Proposed", "need.asked", law.CP(157, 1, 7))
	amSlip  = entered("slip_only", "仅为文字、计算等笔误，不涉及事实、定性和处罚内容", "A slip of the pen alone: neither facts, nor law, nor the penalty change", "need.slip_only",
		func(l *Look) bool {
			return l.Values.Bool("substance_unchanged") && l.Values.Text("wrong") != l.Values.Text("right")
		}, law.CP(157, 1, 7), law.SH(39, 1, 3))
	amIndependent = observed("approver_did_not_propose", "批准人不是提出人", "Who approves did not propose", "need.approver_other",
		func(l *Look) bool { p, ok := l.Last(amPropose); return !ok || p.Actor != l.Actor.ID }, law.AP(75, 2))

	rvReviewed = recorded("review_passed", "法制审核已通过", "Legal review has passed", "need.review_passed", law.AP(58, 1, 3))
	rvTaken    = recorded("publicity_settled", "公开信息已撤回并说明理由，或者未曾公开", "What was published is taken back, with the reason; or it never was published", "need.publicity_settled", law.AP(48, 2))
	rvRefunded = recorded("refunded", "已退还财物、恢复原状", "Money and things are given back", "need.refunded", law.AC(41))

	rvHasDecision = observed("decision_exists", "有可以撤销、变更的处罚决定", "There is a decision to revoke or change", "need.decision_exists",
		func(l *Look) bool {
			return l.newest([]string{KindDecision, KindSummary, KindNoPenalty}).Kind != ""
		}, law.AP(75, 2))
	// rvPaid: the party has paid more than the decision asks for now.
	rvPaid = observed("money_paid", "当事人缴款多于现决定", "The party has paid more than is owed now", "",
		func(l *Look) bool {
			if last, ok := l.Last(rvDecide); ok && last.Text("kind") == "change" {
				return l.Paid > last.Yuan("amount")
			}
			return l.Paid+l.SurPaid > 0
		}, law.AC(41))
	rvLighter = entered("not_heavier", "变更不加重当事人负担", "A change does not make it heavier", "need.change_not_heavier",
		func(l *Look) bool {
			if l.Values.Text("kind") != "change" {
				return true
			}
			yuan, ok := l.Values.Number("amount")
			return ok && l.Decided != nil && yuan >= 0 && yuan <= *l.Decided
		}, law.AP(45, 2), law.SH(39, 1, 3), law.AR(63, 2), law.AL(77, 2))
	rvGround = entered("ground_on_file", "撤销、变更的依据在卷", "The ground is on file", "need.revoke_ground",
		func(l *Look) bool {
			switch l.Values.Text("ground") {
			case "remedy":
				return l.disputeLost()
			case "error", "void":
				return l.Values.Text("reason") != ""
			}
			return false
		}, law.AP(75, 2), law.AP(38), law.AR(77, 1), law.AL(94))
	rvWhy = entered("reason_published", "已公开说明理由", "The reason is published", "need.publicity_reason",
		func(l *Look) bool { return l.Values.Text("reason") != "" }, law.AP(48, 2))
)

// disputeLost reports whether a remedy against the penalty overturned it.
func (l *Look) disputeLost() bool {
	for _, r := range l.Beside {
		if (r.Procedure == CodeReconsider || r.Procedure == CodeLitigate) && (r.State == RemedyFallen || r.State == RemedyLost) {
			return true
		}
	}
	return false
}

// Correction is the correction of a slip of the pen in a document (更正, 补正). It is no way to change what was decided.
var Correction = define(Track{Properties: correctionProperties, Serves: map[string][]string{amServe: {KindCorrection}}}, procedure.Procedure{
	Code: CodeCorrection, System: "casework", Start: CorrectionProposed,
	Title: procedure.T("文书更正", "Correction of a slip of the pen"),
	Note: procedure.T("行政处罚法未规定笔误的更正，比照《民事诉讼法》第一百五十七条补正裁判文书笔误办理；擅自变更处罚决定为条例第三十九条所禁止。",
		"The law on penalties says nothing of slips of the pen; done as courts do (CP 157). A decision must not be changed by the way (SH 39)."),
	Cites: procedure.Cites(law.CP(157, 1, 7), law.SH(39, 1, 3)),
	States: []procedure.State{
		{Code: CorrectionProposed, Title: procedure.T("待提出", "To be proposed")},
		{Code: CorrectionApproved, Title: procedure.T("已批准更正", "Approved")},
		{Code: CorrectionMade, Title: procedure.T("更正通知书待送达", "To be served")},
		{Code: CorrectionServed, Title: procedure.T("已更正", "Corrected"), End: true},
		{Code: CorrectionRefused, Title: procedure.T("不予更正", "Refused"), End: true},
	},
	Steps: []procedure.Step{
		{
			Code: amPropose, Op: OpAmend, Title: procedure.T("提出更正", "Propose the correction"), Cites: procedure.Cites(law.CP(157, 1, 7)),
			From: []string{CorrectionProposed}, By: []string{Legal},
			Needs: procedure.All(amSlip), // SH 39
			Sets:  []string{amAsked.Code},
			Fields: []procedure.Field{text("document", "被更正文书文号", "Which document"), long("wrong", "原文", "What it says"), long("right", "应为", "What it should say"),
				yes("substance_unchanged", "不涉及事实、定性、依据和处罚内容", "Neither facts, law nor penalty change")},
		},
		{
			Code: amApprove, Op: OpRevoke, Title: procedure.T("批准更正", "Approve"), Cites: procedure.Cites(law.AP(75, 2)),
			From: []string{CorrectionProposed}, To: CorrectionApproved, By: []string{Head},
			Needs:  procedure.All(amAsked, amIndependent),
			Fields: []procedure.Field{opinion},
		},
		{
			Code: amRefuse, Op: OpRevoke, Title: procedure.T("不予更正", "Refuse"), Cites: procedure.Cites(law.AP(75, 2)),
			From: []string{CorrectionProposed}, To: CorrectionRefused, By: []string{Head},
			Needs:  procedure.All(amAsked),
			Fields: []procedure.Field{reason},
		},
		{
			Code: amIssue, Op: OpAmend, Title: procedure.T("制作更正通知书", "Make the notice of correction"), Cites: procedure.Cites(law.CP(157, 1, 7)),
			From: []string{CorrectionApproved}, To: CorrectionMade, By: []string{Legal},
			Issues: KindCorrection,
		},
		amServing.step(amServe, "送达更正通知书", "Serve it", CorrectionMade, CorrectionServed),
	},
}, amAsked, amIndependent, amSlip, amServing.after, amServing.announced)

var correctionProperties = []procedure.Property{
	{
		Code: "a_slip_is_no_change", Title: procedure.T("更正不得改变事实、定性和处罚内容", "A correction changes neither facts, law nor penalty"),
		Cites: procedure.Cites(law.SH(39, 1, 3), law.AP(76, 1, 2)),
		When:  procedure.Taking(amPropose),
		Must:  amSlip,
	},
	{
		Code: "two_people_correct", Title: procedure.T("提出更正的人不得自己批准", "Who proposes a correction does not approve it"),
		Cites: procedure.Cites(law.AP(75, 2)),
		When:  procedure.Entering(CorrectionApproved),
		Must:  procedure.All(amIndependent, procedure.Actor(Head), procedure.Took(amPropose)),
	},
	{
		Code: "a_correction_reaches_the_party", Title: procedure.T("更正未经批准和送达，不发生效力", "A correction counts only approved and served"),
		Cites: procedure.Cites(law.AP(61), law.CP(157, 1, 7)),
		When:  procedure.Entering(CorrectionServed),
		Must:  procedure.All(procedure.Took(amApprove), procedure.Took(amIssue), procedure.Taking(amServe)),
	},
}

// Revoke is the withdrawal, change and revocation of a penalty decision, by ourselves or because a remedy says
// so, with what follows: publicity taken back, money given back (AP 48, 75; AC 41).
var Revoke = define(Track{Properties: revokeProperties, Serves: map[string][]string{rvServe: {KindRevocation}}}, procedure.Procedure{
	Code: CodeRevoke, System: "casework", Start: RevokeProposed,
	Title: procedure.T("撤销、变更、收回处罚决定", "Revocation and change of a decision"),
	Note: procedure.T("《行政处罚法》第四十八条、第七十五条，《行政强制法》第四十一条：发现有错误主动改正，公开的在三个工作日内撤回并说明理由，缴款退还。",
		"AP 48, 75; AC 41: mistakes are put right by ourselves; what was published is taken back within three working days, with the reason; money is given back."),
	Cites: procedure.Cites(law.AP(48, 2), law.AP(75, 2), law.AC(41)),
	States: []procedure.State{
		{Code: RevokeProposed, Title: procedure.T("待提出", "To be proposed")},
		{Code: RevokeReviewed, Title: procedure.T("待负责人决定", "With the head")},
		{Code: RevokeDecided, Title: procedure.T("决定书待送达", "To be served")},
		{Code: RevokeServed, Title: procedure.T("已送达", "Served")},
		{Code: RevokeDone, Title: procedure.T("已办结", "Done"), End: true},
		{Code: RevokeRefused, Title: procedure.T("不予撤销、变更", "Refused"), End: true},
	},
	Clocks: []procedure.Clock{RevokePublicity},
	Steps: []procedure.Step{
		{
			Code: rvPropose, Op: OpAmend, Title: procedure.T("提出撤销、变更、收回", "Propose it"), Cites: procedure.Cites(law.AP(75, 2), law.AR(77, 1), law.AL(94)),
			From: []string{RevokeProposed}, To: RevokeReviewed, By: []string{Legal},
			Needs: procedure.All(
				rvHasDecision,
				rvGround, // AP 75, AR 77, AL 94
			),
			Fields: []procedure.Field{choice("ground", "依据", "Ground", opt("error", "自行发现错误", "We found a mistake"), opt("void", "处罚无效", "The penalty is void"), opt("remedy", "复议决定、判决", "A decision on reconsideration, a judgement")),
				long("reason", "理由", "Reason")},
		},
		{
			Code: rvPass, Op: OpLegalReview, Title: procedure.T("法制审核通过", "Pass legal review"), Cites: procedure.Cites(law.AP(58, 1, 3)),
			From: []string{RevokeReviewed}, By: []string{Legal},
			Needs:  procedure.All(ReviewerIndependent),
			Sets:   []string{rvReviewed.Code},
			Fields: []procedure.Field{opinion},
		},
		{
			Code: rvDecide, Op: OpRevoke, Title: procedure.T("决定撤销、变更、收回", "Decide it"), Cites: procedure.Cites(law.AP(75, 2), law.AP(38)),
			From: []string{RevokeReviewed}, To: RevokeDecided, By: []string{Head},
			Needs: procedure.All(
				rvReviewed, // AP 58
				rvLighter,  // AP 45(2), SH 39
			),
			Issues: KindRevocation,
			Starts: []string{RevokePublicity.Code}, // AP 48(2)
			Fields: []procedure.Field{choice("kind", "处理", "What", opt("withdraw", "收回（尚未送达）", "Withdraw, as it was not served"), opt("change", "变更", "Change"), opt("revoke", "撤销", "Revoke"), opt("void", "确认无效", "Declare void")),
				optional(procedure.Field{Name: "amount", Label: procedure.T("变更后的罚款（元）", "The fine as changed (yuan)"), Type: procedure.Number}), opinion},
		},
		{
			Code: rvRefuse, Op: OpRevoke, Title: procedure.T("不予撤销、变更", "Refuse"), Cites: procedure.Cites(law.AP(75, 2)),
			From: []string{RevokeReviewed}, To: RevokeRefused, By: []string{Head},
			Fields: []procedure.Field{reason},
		},
		rvServing.step(rvServe, "送达撤销（变更、收回）决定书", "Serve it", RevokeDecided, RevokeServed),
		{
			Code: rvUnserved, Op: OpAmend, Title: procedure.T("原决定尚未送达，收回存卷", "The decision was not served: taken back into the file"), Cites: procedure.Cites(law.AP(61, 1), law.AP(75, 2)),
			From: []string{RevokeDecided}, To: RevokeServed, By: []string{Legal},
			Needs:  procedure.All(procedure.Not(DecisionServed).Because("need.decision_unserved", law.AP(61, 1))),
			Fields: []procedure.Field{note},
		},
		{
			Code: rvTakeDown, Op: OpAmend, Title: procedure.T("撤回公开的处罚决定信息，公开说明理由", "Take back what was published, and publish why"), Cites: procedure.Cites(law.AP(48, 2)),
			From: []string{RevokeDecided, RevokeServed}, By: []string{Legal},
			Needs:  procedure.All(rvWhy), // AP 48(2)
			Sets:   []string{rvTaken.Code},
			Meets:  []string{RevokePublicity.Code},
			Issues: KindUnpublish,
			Fields: []procedure.Field{day("taken_down_on", "撤回日期", "Taken back on"), optional(lateNote)},
		},
		{
			Code: rvNever, Op: OpAmend, Title: procedure.T("处罚决定未曾公开", "It never was published"), Cites: procedure.Cites(law.AP(48, 1)),
			From: []string{RevokeDecided, RevokeServed}, By: []string{Legal},
			Sets:   []string{rvTaken.Code},
			Meets:  []string{RevokePublicity.Code},
			Fields: []procedure.Field{note},
		},
		{
			Code: rvRefund, Op: OpExecute, Title: procedure.T("退还缴款、财物，恢复原状", "Give back money and things"), Cites: procedure.Cites(law.AC(41)),
			From: []string{RevokeServed}, By: []string{Officer},
			Sets:   []string{rvRefunded.Code},
			Fields: []procedure.Field{procedure.Field{Name: "refund", Label: procedure.T("退还金额（元）", "Given back (yuan)"), Type: procedure.Number, Required: true, Min: 1}, voucher, day("refunded_on", "退还日期", "Given back on")},
		},
		{
			Code: rvDone, Op: OpAmend, Title: procedure.T("办结", "Finish"), Cites: procedure.Cites(law.AP(48, 2), law.AC(41)),
			From: []string{RevokeServed}, To: RevokeDone, By: []string{Legal},
			Needs: procedure.All(
				rvTaken,                 // AP 48(2)
				rvRefunded.When(rvPaid), // AC 41
			),
			Fields: []procedure.Field{note},
		},
	},
}, rvReviewed, rvTaken, rvRefunded, ReviewerIndependent, DecisionServed, rvHasDecision, rvPaid, rvLighter, rvGround, rvWhy, rvServing.after, rvServing.announced)

var revokeProperties = []procedure.Property{
	{
		Code: "only_the_head_revokes", Title: procedure.T("撤销、变更、收回只能由负责人决定", "Only the head revokes and changes"),
		Cites: procedure.Cites(law.AP(75, 2), law.SH(39, 1, 3)),
		When:  procedure.Entering(RevokeDecided, RevokeRefused),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "no_revocation_without_a_ground", Title: procedure.T("没有依据，不得提出撤销、变更", "No revocation without a ground and a decision"),
		Cites: procedure.Cites(law.AP(38), law.AP(75, 2), law.AR(77, 1)),
		When:  procedure.Entering(RevokeReviewed),
		Must:  procedure.All(rvGround, rvHasDecision),
	},
	{
		Code: "no_revocation_unreviewed", Title: procedure.T("未经非调查人员法制审核，不得撤销、变更", "No revocation without legal review by one who did not investigate"),
		Cites: procedure.Cites(law.AP(58)),
		When:  procedure.Entering(RevokeDecided),
		Must:  procedure.Took(rvPass).Since(rvPropose),
	},
	{
		Code: "no_revocation_review_by_investigator", Title: procedure.T("调查人员不得审核撤销、变更", "No review of a revocation by an investigator"),
		Cites: procedure.Cites(law.AP(58)),
		When:  procedure.Taking(rvPass),
		Must:  ReviewerIndependent,
	},
	{
		Code: "a_change_is_never_heavier", Title: procedure.T("变更不得加重处罚", "A change is never heavier"),
		Cites: procedure.Cites(law.AP(45, 2), law.AR(63, 2), law.AL(77, 2)),
		When:  procedure.Entering(RevokeDecided),
		Must:  rvLighter,
	},
	{
		Code: "who_has_the_decision_gets_its_revocation", Title: procedure.T("原决定已送达的，撤销决定须送达", "Who was served the decision is served its revocation"),
		Cites: procedure.Cites(law.AP(61), law.AP(75, 2)),
		When:  procedure.All(procedure.Entering(RevokeServed), DecisionServed),
		Must:  procedure.Taking(rvServe),
	},
	{
		Code: "publicity_is_taken_back", Title: procedure.T("公开信息未撤回，不得办结", "No end before publicity is settled"),
		Cites: procedure.Cites(law.AP(48, 2)),
		When:  procedure.Entering(RevokeDone),
		Must:  procedure.Took(rvTakeDown, rvNever).Since(rvDecide),
	},
	{
		Code: "taken_back_with_its_reason", Title: procedure.T("撤回公开信息须公开说明理由", "What is taken back is taken back with its reason"),
		Cites: procedure.Cites(law.AP(48, 2)),
		When:  procedure.Taking(rvTakeDown),
		Must:  rvWhy,
	},
	{
		Code: "money_is_given_back", Title: procedure.T("已缴款未退还，不得办结", "No end before money is given back"),
		Cites: procedure.Cites(law.AC(41)),
		When:  procedure.All(procedure.Entering(RevokeDone), rvPaid),
		Must:  procedure.Took(rvRefund).Since(rvDecide),
	},
}
