package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

// States of suspending, ending and agreeing on an execution.
const (
	SuspendAsked     = "asked"
	SuspendSuspended = "suspended"
	SuspendResumed   = "resumed"
	SuspendGivenUp   = "given_up" // not executed any more
	SuspendDenied    = "denied"

	EndAsked  = "asked"
	EndEnded  = "ended"
	EndDenied = "denied"

	AgreementProposed = "proposed"
	AgreementRuns     = "agreed"
	AgreementKept     = "performed"
	AgreementBroken   = "broken" // execution goes on
	AgreementDenied   = "denied"
)

const (
	exAsk     = "ask"
	exGrant   = "grant"
	exDeny    = "deny"
	exResume  = "resume"
	exGiveUp  = "give_up"
	exPropose = "propose"
	exAgree   = "agree"
	exKept    = "performed"
	exBroken  = "broken"
)

// SuspendYears is after how long without recovery nothing is executed any more, of those who truly cannot.
var SuspendYears = procedure.Clock{Code: "three_years", Title: procedure.T("中止执行满三年", "Three years of suspension"), Waits: true,
	Period: law.Period{N: 3, Unit: law.Years, Cites: procedure.Cites(law.AC(39, 2))}, Lapsed: exYearsOver.Fact}

var (
	exAsked     = recorded("asked", "已提出并说明理由", "Asked for, with reasons", "need.asked", law.AC(39), law.AC(40))
	exYearsOver = observed("three_years_over", "中止执行已满三年", "Three years have passed since the suspension", "need.three_years",
		func(l *Look) bool { return l.Lapsed("three_years") }, law.AC(39, 2))
	exHarmless = entered("harmless_and_unable", "没有明显社会危害，当事人确无能力履行", "No marked harm to society, and the party truly cannot perform", "need.harmless_and_unable",
		func(l *Look) bool { return l.Values.Bool("harmless") && l.Values.Bool("unable") }, law.AC(39, 2))
	// exProof: the ground is shown; that the decision was revoked must be on file.
	exProof = entered("ground_proved", "终结情形有证据证明", "The ground is proved", "need.end_proof",
		func(l *Look) bool {
			if l.Values.Text("ground") != "4" { // AC 40(1.4), as the form numbers them
				return l.Values.Text("proof") != ""
			}
			return l.revoked()
		}, law.AC(40))
	exFineKept = entered("fine_not_reduced", "不减免罚款本金；减免加处罚款的，当事人已采取补救措施", "The fine itself is not reduced; a surcharge only if the party made good", "need.agreement_fine",
		func(l *Look) bool {
			return !l.Values.Bool("waive_surcharge") || l.Values.Text("remedial") != ""
		}, law.AC(42, 1))
	exNobody = entered("nobody_harmed", "不损害公共利益和他人合法权益", "Neither the public nor anybody else is harmed", "need.agreement_harm",
		func(l *Look) bool { return l.Values.Bool("nobody_harmed") }, law.AC(42, 1))
	exBreach = entered("breach_shown", "当事人未按协议履行", "The party did not keep to it", "need.agreement_breach",
		func(l *Look) bool { return l.Values.Text("breach") != "" }, law.AC(42, 2))
)

// revoked reports whether the act that is executed was revoked: by us, or in a remedy that we lost.
func (l *Look) revoked() bool {
	for _, r := range l.Beside {
		if r.Procedure == CodeRevoke && (r.State == RevokeDecided || r.State == RevokeServed || r.State == RevokeDone) ||
			(r.Procedure == CodeReconsider || r.Procedure == CodeLitigate) && (r.State == RemedyFallen || r.State == RemedyLost) {
			return true
		}
	}
	return false
}

var endGround = choice("ground", "终结情形", "Ground",
	opt("death", "公民死亡，无遗产可供执行，又无义务承受人", "The person has died without estate or successor"),
	opt("dissolved", "法人或者其他组织终止，无财产可供执行，又无义务承受人", "The organisation is gone without property or successor"),
	opt("object_lost", "执行标的灭失", "The object no longer exists"), opt("revoked", "据以执行的行政决定被撤销", "The decision was revoked"), opt("other", "其他需要终结执行的情形", "Other"))

// asking and denying are common to what an officer asks and the head decides.
func asking(zh, en string, from string, cite law.Cite, fields ...procedure.Field) procedure.Step {
	return procedure.Step{
		Code: exAsk, Op: OpExecute, Title: procedure.T(zh, en), Cites: procedure.Cites(cite),
		From: []string{from}, By: []string{Officer},
		Sets:   []string{exAsked.Code},
		Fields: fields,
	}
}

func denying(from, to string, cite law.Cite) procedure.Step {
	return procedure.Step{
		Code: exDeny, Op: OpApproveExecution, Title: procedure.T("不批准", "Refuse"), Cites: procedure.Cites(cite),
		From: []string{from}, To: to, By: []string{Head},
		Needs:  procedure.All(exAsked),
		Fields: []procedure.Field{reason},
	}
}

// Suspend is the suspension of an execution (中止执行, AC 39).
var Suspend = define(Track{Properties: suspendProperties}, procedure.Procedure{
	Code: CodeSuspend, System: "casework", Start: SuspendAsked,
	Title: procedure.T("中止执行", "Suspension of execution"),
	Note: procedure.T("《行政强制法》第三十九条：情形消失后应当恢复；没有明显社会危害、当事人确无能力、满三年未恢复的，不再执行。",
		"Administrative Coercion Law, art. 39: resumed when the ground is gone; after three years, no marked harm and a party that cannot, nothing more is executed."),
	Cites: procedure.Cites(law.AC(39)),
	States: []procedure.State{
		{Code: SuspendAsked, Title: procedure.T("待批准", "Asked for")},
		{Code: SuspendSuspended, Title: procedure.T("已中止", "Suspended")},
		{Code: SuspendResumed, Title: procedure.T("已恢复执行", "Resumed"), End: true},
		{Code: SuspendGivenUp, Title: procedure.T("不再执行", "Given up"), End: true},
		{Code: SuspendDenied, Title: procedure.T("不予中止", "Refused"), End: true},
	},
	Clocks: []procedure.Clock{SuspendYears},
	Steps: []procedure.Step{
		asking("提出中止执行", "Ask to suspend", SuspendAsked, law.AC(39, 1), choice("ground", "中止情形", "Ground",
			opt("hardship", "当事人履行确有困难或者暂无履行能力", "The party can hardly, or cannot now, perform"), opt("third_party", "第三人对执行标的主张权利，确有理由", "A third party claims the object, with reason"),
			opt("loss", "可能造成难以弥补的损失，且中止不损害公共利益", "A loss that cannot be made good, and the public is not harmed"), opt("other", "其他需要中止的情形", "Other")), reason),
		{
			Code: exGrant, Op: OpApproveExecution, Title: procedure.T("决定中止执行", "Suspend"), Cites: procedure.Cites(law.AC(39, 1)),
			From: []string{SuspendAsked}, To: SuspendSuspended, By: []string{Head},
			Needs:  procedure.All(exAsked),
			Issues: KindSuspend,
			Starts: []string{SuspendYears.Code}, // AC 39(2)
			Fields: []procedure.Field{opinion},
		},
		denying(SuspendAsked, SuspendDenied, law.AC(39, 1)),
		{
			Code: exResume, Op: OpApproveExecution, Title: procedure.T("中止情形消失，恢复执行", "The ground is gone: resume"), Cites: procedure.Cites(law.AC(39, 2)),
			From: []string{SuspendSuspended}, To: SuspendResumed, By: []string{Head},
			Issues: KindResume,
			Meets:  []string{SuspendYears.Code},
			Fields: []procedure.Field{reason},
		},
		{
			Code: exGiveUp, Op: OpApproveExecution, Title: procedure.T("满三年未恢复，不再执行", "Three years: nothing more is executed"), Cites: procedure.Cites(law.AC(39, 2)),
			From: []string{SuspendSuspended}, To: SuspendGivenUp, By: []string{Head},
			Needs:  procedure.All(exYearsOver, exHarmless), // AC 39(2)
			Meets:  []string{SuspendYears.Code},
			Fields: []procedure.Field{yes("harmless", "没有明显社会危害", "No marked harm to society"), yes("unable", "当事人确无能力履行", "The party truly cannot perform"), reason},
		},
	},
}, exAsked, exYearsOver, exHarmless)

var suspendProperties = []procedure.Property{
	{
		Code: "only_the_head_suspends", Title: procedure.T("中止、恢复、不再执行只能由负责人决定", "Only the head suspends, resumes and gives up"),
		Cites: procedure.Cites(law.AC(39)),
		When:  procedure.Entering(SuspendSuspended, SuspendResumed, SuspendGivenUp),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "suspended_for_a_reason", Title: procedure.T("未提出情形，不得中止执行", "Nothing is suspended without a ground on record"),
		Cites: procedure.Cites(law.AC(39, 1)),
		When:  procedure.Entering(SuspendSuspended),
		Must:  procedure.Took(exAsk),
	},
	{
		Code: "given_up_only_after_three_years", Title: procedure.T("中止未满三年或者有能力履行，不得不再执行", "Given up only after three years, of those who cannot, and without harm"),
		Cites: procedure.Cites(law.AC(39, 2)),
		When:  procedure.Entering(SuspendGivenUp),
		Must:  procedure.All(procedure.Passed(SuspendYears.Code).Since(exGrant), exHarmless),
	},
}

// End is the end of an execution (终结执行, AC 40).
var End = define(Track{Properties: endProperties}, procedure.Procedure{
	Code: CodeEnd, System: "casework", Start: EndAsked,
	Title: procedure.T("终结执行", "End of execution"),
	Note:  procedure.T("《行政强制法》第四十条。", "Administrative Coercion Law, art. 40."),
	Cites: procedure.Cites(law.AC(40)),
	States: []procedure.State{
		{Code: EndAsked, Title: procedure.T("待批准", "Asked for")},
		{Code: EndEnded, Title: procedure.T("已终结执行", "Ended"), End: true},
		{Code: EndDenied, Title: procedure.T("不予终结", "Refused"), End: true},
	},
	Steps: []procedure.Step{
		asking("提出终结执行", "Ask to end it", EndAsked, law.AC(40), reason),
		{
			Code: exGrant, Op: OpApproveExecution, Title: procedure.T("决定终结执行", "End it"), Cites: procedure.Cites(law.AC(40)),
			From: []string{EndAsked}, To: EndEnded, By: []string{Head},
			Needs:  procedure.All(exAsked, exProof), // AC 40
			Issues: KindEndExecution,
			Fields: []procedure.Field{optional(long("proof", "证明材料", "What proves it")), opinion},
		},
		denying(EndAsked, EndDenied, law.AC(40)),
	},
}, exAsked, exProof)

var endProperties = []procedure.Property{
	{
		Code: "ended_on_a_proved_ground", Title: procedure.T("终结情形无证据证明，不得终结执行", "Execution ends only on a ground that is proved"),
		Cites: procedure.Cites(law.AC(40)),
		When:  procedure.Entering(EndEnded),
		Must:  procedure.All(exProof, procedure.Took(exAsk)),
	},
	{
		Code: "only_the_head_ends_execution", Title: procedure.T("终结执行只能由负责人决定", "Only the head ends an execution"),
		Cites: procedure.Cites(law.AC(40)),
		When:  procedure.Entering(EndEnded),
		Must:  procedure.Actor(Head),
	},
}

// Agreement is an agreement on how to perform (执行协议, AC 42).
var Agreement = define(Track{Properties: agreementProperties}, procedure.Procedure{
	Code: CodeAgreement, System: "casework", Start: AgreementProposed,
	Title: procedure.T("执行协议", "Agreement on execution"),
	Note: procedure.T("《行政强制法》第四十二条：可以约定分阶段履行；采取补救措施的可以减免加处的罚款，罚款本金不得减免；不履行的恢复强制执行。",
		"Administrative Coercion Law, art. 42: performance by stages; a surcharge may be let off if the party made good, never the fine; if broken, execution goes on."),
	Cites: procedure.Cites(law.AC(42)),
	States: []procedure.State{
		{Code: AgreementProposed, Title: procedure.T("协商中", "Proposed")},
		{Code: AgreementRuns, Title: procedure.T("已达成协议", "Agreed")},
		{Code: AgreementKept, Title: procedure.T("已履行", "Performed"), End: true},
		{Code: AgreementBroken, Title: procedure.T("未履行，恢复强制执行", "Broken; execution goes on"), End: true},
		{Code: AgreementDenied, Title: procedure.T("未达成", "Not agreed"), End: true},
	},
	Clocks: []procedure.Clock{AgreementBy},
	Steps: []procedure.Step{
		asking("提出执行协议", "Propose an agreement", AgreementProposed, law.AC(42, 1), long("terms", "协议内容", "Its terms")),
		{
			Code: exAgree, Op: OpApproveExecution, Title: procedure.T("批准并签订执行协议", "Approve and sign"), Cites: procedure.Cites(law.AC(42, 1)),
			From: []string{AgreementProposed}, To: AgreementRuns, By: []string{Head},
			Needs: procedure.All(
				exAsked,
				exFineKept, // AC 42(1)
				exNobody,   // AC 42(1)
			),
			Issues: KindAgreement,
			Starts: []string{AgreementBy.Code},
			Fields: []procedure.Field{by("until", "最后履行期限", "Last day to perform"), optional(yes("waive_surcharge", "减免加处的罚款", "The surcharge is let off")), yes("nobody_harmed", "不损害公共利益和他人合法权益", "Neither the public nor anybody else is harmed"), opinion},
		},
		denying(AgreementProposed, AgreementDenied, law.AC(42, 1)),
		{
			Code: exKept, Op: OpExecute, Title: procedure.T("协议已履行", "Performed"), Cites: procedure.Cites(law.AC(42, 2)),
			From: []string{AgreementRuns}, To: AgreementKept, By: []string{Officer},
			Meets:  []string{AgreementBy.Code},
			Fields: []procedure.Field{findings, day("checked_on", "查实日期", "Seen on")},
		},
		{
			Code: exBroken, Op: OpExecute, Title: procedure.T("当事人不履行协议，恢复强制执行", "Broken: execution goes on"), Cites: procedure.Cites(law.AC(42, 2)),
			From: []string{AgreementRuns}, To: AgreementBroken, By: []string{Officer, Leader},
			Needs:  procedure.All(exBreach), // AC 42(2)
			Meets:  []string{AgreementBy.Code},
			Fields: []procedure.Field{long("breach", "未履行的情况", "What was not kept")},
		},
	},
}, exAsked, exFineKept, exNobody, exBreach)

var agreementProperties = []procedure.Property{
	{
		Code: "the_fine_is_never_let_off", Title: procedure.T("执行协议不得减免罚款本金", "No agreement lets off the fine, and the surcharge only for making good"),
		Cites: procedure.Cites(law.AC(42, 1)),
		When:  procedure.Entering(AgreementRuns),
		Must:  exFineKept,
	},
	{
		Code: "no_agreement_at_others_cost", Title: procedure.T("执行协议不得损害公共利益和他人权益", "No agreement at the cost of the public or others"),
		Cites: procedure.Cites(law.AC(42, 1)),
		When:  procedure.Entering(AgreementRuns),
		Must:  procedure.All(exNobody, procedure.Actor(Head), procedure.Took(exAsk)),
	},
	{
		Code: "execution_goes_on_only_after_a_breach", Title: procedure.T("当事人履行协议的，不得恢复强制执行", "Execution goes on only after a breach"),
		Cites: procedure.Cites(law.AC(42, 2)),
		When:  procedure.Entering(AgreementBroken),
		Must:  exBreach,
	},
}
