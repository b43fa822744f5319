package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

// States of a withdrawal for interest.
const (
	RecuseOpen    = "open"
	RecuseAsked   = "asked" // the head decides; the investigation goes on meanwhile (AP 43)
	RecuseGranted = "withdrawn"
	RecuseRefused = "stays"
)

const (
	rcOwn    = "officer_asks"
	rcParty  = "party_asks"
	rcGrant  = "grant"
	rcRefuse = "refuse"
)

// RecuseDecide is within how long the head decides.
var RecuseDecide = procedure.Clock{Code: "decide", Title: procedure.T("负责人决定回避期限", "Time of the head to decide"),
	Period: law.Period{N: 3, Unit: law.WorkingDays, Rule: "回避决定期限（行政处罚法第四十三条未定期限）"}}

var (
	// rcConcerned: the one named takes part in this case.
	rcConcerned = entered("takes_part", "被申请回避的人员参与本案", "The one named takes part in the case", "need.recuse_concerned",
		func(l *Look) bool {
			id := l.Values.Text("officer")
			return id != "" && (l.Investigates(id) || l.Values.Text("part") != "officer" && l.Named[id].ID != "")
		}, law.AP(43, 2), law.AP(64, 1, 4))
	rcSelf = entered("own_withdrawal", "本人申请本人回避", "Asks for oneself", "need.recuse_self",
		func(l *Look) bool { return l.Values.Text("officer") == l.Actor.ID && l.Actor.ID != "" }, law.AP(43, 1))
	// rcDecider: nobody decides on his own withdrawal.
	rcDecider = observed("decider_not_concerned", "决定人不是被申请回避的人", "Nobody decides on his own withdrawal", "need.recuse_decider",
		func(l *Look) bool {
			asked, ok := l.Last(rcOwn, rcParty)
			return !ok || asked.Text("officer") != l.Actor.ID
		}, law.AP(43, 3))
	// rcEnough: enough officers would be left, or the leader has named who takes over.
	rcEnough = entered("two_left", "回避后仍有两名持证人员，或者已指定接办人员", "Two certified officers are left, or a successor is named", "need.recuse_two_left",
		func(l *Look) bool {
			asked, ok := l.Last(rcOwn, rcParty)
			if !ok {
				return false
			}
			left := 0
			for _, o := range l.Officers {
				if o.Certified && !o.Withdrawn && o.ID != asked.Text("officer") {
					left++
				}
			}
			successor := l.Values.Text("successor")
			if successor != "" && l.Named[successor].Certified && !l.Investigates(successor) {
				left++
			}
			return left >= 2 || asked.Text("part") != "officer"
		}, law.AP(42, 1), law.AP(43))
)

var part = choice("part", "在本案中的身份", "Takes part as", opt("officer", "办案人员", "Officer"), opt("chair", "听证主持人", "Chair of the hearing"), opt("reviewer", "法制审核人员", "Legal reviewer"))

// Recuse is the withdrawal of somebody with an interest (回避, AP 43). Nothing of the case waits for it.
var Recuse = define(Track{Properties: recuseProperties}, procedure.Procedure{
	Code: CodeRecuse, System: "casework", Start: RecuseOpen,
	Title: procedure.T("回避", "Withdrawal for interest"),
	Note: procedure.T("《行政处罚法》第四十三条：有直接利害关系或者可能影响公正执法的应当回避；由负责人决定，决定作出之前不停止调查。",
		"Administrative Penalty Law, art. 43: who has a direct interest withdraws; the head decides, and the investigation goes on until then."),
	Cites: procedure.Cites(law.AP(43)),
	States: []procedure.State{
		{Code: RecuseOpen, Title: procedure.T("待提出", "To be asked for")},
		{Code: RecuseAsked, Title: procedure.T("待负责人决定", "With the head")},
		{Code: RecuseGranted, Title: procedure.T("已回避", "Withdrawn"), End: true},
		{Code: RecuseRefused, Title: procedure.T("不予回避", "Stays"), End: true},
	},
	Clocks: []procedure.Clock{RecuseDecide},
	Steps: []procedure.Step{
		{
			Code: rcOwn, Op: OpWithdraw, Title: procedure.T("本人申请回避", "Ask to withdraw"), Cites: procedure.Cites(law.AP(43, 1)),
			From: []string{RecuseOpen}, To: RecuseAsked, By: []string{Officer, Leader},
			Needs:  procedure.All(rcSelf, rcConcerned),
			Starts: []string{RecuseDecide.Code},
			Fields: []procedure.Field{{Name: "officer", Label: procedure.T("申请回避的人员", "Who asks to withdraw"), Type: procedure.PersonField, Required: true}, part, reason},
		},
		{
			Code: rcParty, Op: OpWithdraw, Title: procedure.T("登记当事人的回避申请", "Register that the party asks for it"), Cites: procedure.Cites(law.AP(43, 2), law.AP(64, 1, 4)),
			From: []string{RecuseOpen}, To: RecuseAsked, By: []string{Officer, Leader},
			Needs:  procedure.All(rcConcerned),
			Starts: []string{RecuseDecide.Code},
			Fields: []procedure.Field{{Name: "officer", Label: procedure.T("被申请回避的人员", "Who should withdraw"), Type: procedure.PersonField, Required: true}, part,
				day("asked_on", "申请日期", "Asked on"), reason},
		},
		{
			Code: rcGrant, Op: OpWithdraw, Title: procedure.T("决定回避", "Decide that he withdraws"), Cites: procedure.Cites(law.AP(43, 3)),
			From: []string{RecuseAsked}, To: RecuseGranted, By: []string{Head},
			Needs:  procedure.All(rcDecider, rcEnough), // AP 43(3), 42
			Issues: KindRecusal,
			Meets:  []string{RecuseDecide.Code},
			Fields: []procedure.Field{choice("decided", "决定", "Decision", opt("yes", "予以回避", "Withdraws")), optional(procedure.Field{Name: "successor", Label: procedure.T("接办人员", "Who takes over"), Type: procedure.PersonField}), opinion, optional(lateNote)},
		},
		{
			Code: rcRefuse, Op: OpWithdraw, Title: procedure.T("决定不予回避", "Decide that he stays"), Cites: procedure.Cites(law.AP(43, 3)),
			From: []string{RecuseAsked}, To: RecuseRefused, By: []string{Head},
			Needs:  procedure.All(rcDecider),
			Issues: KindRecusal,
			Meets:  []string{RecuseDecide.Code},
			Fields: []procedure.Field{choice("decided", "决定", "Decision", opt("no", "不予回避", "Stays")), reason, optional(lateNote)},
		},
	},
}, rcDecider, rcConcerned, rcSelf, rcEnough)

var recuseProperties = []procedure.Property{
	{
		Code: "only_the_head_decides_on_withdrawals", Title: procedure.T("回避只能由负责人决定", "Only the head decides on a withdrawal"),
		Cites: procedure.Cites(law.AP(43, 3)),
		When:  procedure.Entering(RecuseGranted, RecuseRefused),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "nobody_judges_himself", Title: procedure.T("不得决定本人的回避", "Nobody decides on his own withdrawal"),
		Cites: procedure.Cites(law.AP(43, 3)),
		When:  procedure.Entering(RecuseGranted, RecuseRefused),
		Must:  rcDecider,
	},
	{
		Code: "the_case_keeps_two_officers", Title: procedure.T("回避后不足两名持证人员的，须指定接办人员", "The case keeps two certified officers"),
		Cites: procedure.Cites(law.AP(42, 1)),
		When:  procedure.Entering(RecuseGranted),
		Must:  rcEnough,
	},
	{
		Code: "only_who_takes_part_withdraws", Title: procedure.T("被申请回避的须参与本案", "Only who takes part can withdraw"),
		Cites: procedure.Cites(law.AP(43, 1), law.AP(43, 2)),
		When:  procedure.Entering(RecuseAsked),
		Must:  rcConcerned,
	},
	{
		Code: "one_asks_for_oneself", Title: procedure.T("本人申请只能为本人提出", "Who asks by himself asks for himself"),
		Cites: procedure.Cites(law.AP(43, 1)),
		When:  procedure.Taking(rcOwn),
		Must:  rcSelf,
	},
}
