package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

// States of preserving evidence.
const (
	PreserveAsked     = "asked"     // an officer asks the head
	PreserveApproved  = "approved"  // the head agrees; the notice is to be handed over with its list
	Preserved         = "preserved" // the seven working days run
	PreserveEnded     = "ended"     // what becomes of the things is decided
	PreserveForgone   = "forgone"   // asked for, and not approved or not carried out
	stepAskPreserve   = "ask"
	stepGrantPreserve = "grant"
	stepDenyPreserve  = "deny"
	stepPreserve      = "preserve"
	stepDispose       = "dispose"
	stepLapse         = "lapse"
)

// PreserveTime is within how long what was preserved must be dealt with (AP 56; working days by AP 85).
var PreserveTime = procedure.Clock{Code: "preserve", Title: procedure.T("先行登记保存处理期限", "Time to deal with what is preserved"),
	Period: law.Period{N: 7, Unit: law.WorkingDays, Cites: procedure.Cites(law.AP(56), law.AP(85))}, Lapsed: preserveOver.Fact}

var preserveOver = observed("preserve_over", "先行登记保存已满七个工作日", "Seven working days have passed since preserving", "need.preserve_over",
	func(l *Look) bool { return l.Lapsed("preserve") }, law.AP(56), law.AP(85))

// Preserve is 先行登记保存: evidence that may be lost or hard to get later is registered and kept where it
// is, with the head's approval, and dealt with within seven working days (AP 56).
var Preserve = define(Track{Properties: preserveProperties, HandsOver: map[string]func(procedure.Values) bool{
	stepPreserve: func(procedure.Values) bool { return true }}}, procedure.Procedure{
	Code: CodePreserve, System: "casework", Start: PreserveAsked,
	Title: procedure.T("先行登记保存", "Preserving evidence"),
	Note: procedure.T("《行政处罚法》第五十六条：证据可能灭失或者以后难以取得的，经负责人批准先行登记保存，七日（工作日）内作出处理决定。",
		"Administrative Penalty Law, art. 56: evidence that may be lost is registered and kept with the head's approval, and dealt with within seven working days."),
	Cites: procedure.Cites(law.AP(56)),
	States: []procedure.State{
		{Code: PreserveAsked, Title: procedure.T("待批准", "Asked for")},
		{Code: PreserveApproved, Title: procedure.T("已批准", "Approved")},
		{Code: Preserved, Title: procedure.T("保存中", "Preserved")},
		{Code: PreserveEnded, Title: procedure.T("已处理", "Dealt with"), End: true},
		{Code: PreserveForgone, Title: procedure.T("未实施", "Not carried out"), End: true},
	},
	Clocks: []procedure.Clock{PreserveTime},
	Steps: []procedure.Step{
		{
			Code: stepAskPreserve, Op: OpMeasure, Title: procedure.T("申请先行登记保存", "Ask to preserve"), Cites: procedure.Cites(law.AP(56)),
			From: []string{PreserveAsked}, By: []string{Officer},
			Needs:  procedure.All(TwoCertified), // AP 42
			Sets:   []string{preserveAsked.Code},
			Fields: []procedure.Field{reason},
		},
		{
			Code: stepGrantPreserve, Op: OpApproveMeasure, Title: procedure.T("批准", "Approve"), Cites: procedure.Cites(law.AP(56)),
			From: []string{PreserveAsked}, To: PreserveApproved, By: []string{Head},
			Needs:  procedure.All(preserveAsked),
			Fields: []procedure.Field{opinion},
		},
		{
			Code: stepDenyPreserve, Op: OpApproveMeasure, Title: procedure.T("不批准", "Refuse"), Cites: procedure.Cites(law.AP(56)),
			From: []string{PreserveAsked, PreserveApproved}, To: PreserveForgone, By: []string{Head},
			Needs:  procedure.All(preserveAsked),
			Fields: []procedure.Field{reason},
		},
		{
			Code: stepPreserve, Op: OpMeasure, Title: procedure.T("登记保存并送达通知书", "Register and hand over the notice"), Cites: procedure.Cites(law.AP(56)),
			From: []string{PreserveApproved}, To: Preserved, By: []string{Officer},
			Needs:  procedure.All(TwoCertified),
			Issues: KindPreserve,
			Starts: []string{PreserveTime.Code},
		},
		{
			Code: stepDispose, Op: OpMeasure, Title: procedure.T("作出处理决定", "Decide what becomes of it"), Cites: procedure.Cites(law.AP(56)),
			From: []string{Preserved}, To: PreserveEnded, By: []string{Officer},
			Needs: procedure.All(
				procedure.Not(preserveOver).Because("need.preserve_time", law.AP(56), law.AP(85)),
			),
			Issues: KindPreserveDisposal,
			Meets:  []string{PreserveTime.Code},
		},
		{
			Code: stepLapse, Op: OpMeasure, Title: procedure.T("逾期自动解除，退还物品", "Lapsed: give the things back"), Cites: procedure.Cites(law.AP(56)),
			From: []string{Preserved}, To: PreserveEnded, By: []string{Officer, Leader},
			Needs:  procedure.All(preserveOver),
			Meets:  []string{PreserveTime.Code},
			Fields: []procedure.Field{reason},
		},
	},
}, TwoCertified, preserveAsked, preserveOver)

var preserveAsked = recorded("asked", "已提出申请并说明理由", "Asked for, with reasons", "need.preserve_asked", law.AP(56))

var preserveProperties = []procedure.Property{
	{
		Code: "no_preserving_without_approval", Title: procedure.T("未经负责人批准，不得登记保存", "Nothing is preserved without the head's approval"),
		Cites: procedure.Cites(law.AP(56)),
		When:  procedure.Taking(stepPreserve),
		Must:  procedure.Took(stepGrantPreserve),
	},
	{
		Code: "only_the_head_approves_preserving", Title: procedure.T("只有负责人可以批准登记保存", "Only the head approves preserving"),
		Cites: procedure.Cites(law.AP(56)),
		When:  procedure.Entering(PreserveApproved),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "no_disposal_after_seven_days", Title: procedure.T("满七个工作日，不得再作处理决定，只能退还", "After seven working days the things are only given back"),
		Cites: procedure.Cites(law.AP(56), law.AP(85)),
		When:  procedure.Taking(stepDispose),
		Must:  procedure.Not(procedure.Passed(PreserveTime.Code)),
	},
	{
		Code: "no_preserving_by_fewer_than_two", Title: procedure.T("不足两名持证人员，不得登记保存", "No preserving by fewer than two certified officers"),
		Cites: procedure.Cites(law.AP(42)),
		When:  procedure.Taking(stepPreserve),
		Must:  TwoCertified,
	},
}
