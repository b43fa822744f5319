package intake

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of a complaint.
const (
	Registered  = "registered"   // taken down; the desk has not yet sent it anywhere
	Inspecting  = "inspecting"   // with a department, which looks first whose it is
	Mediating   = "mediating"    // with a community workroom, which tries to settle it first
	Settled     = "settled"      // settled there; the citizen has yet to be told
	Routed      = "routed"       // sent to a squad, which has not yet accepted it
	Returned    = "returned"     // the squad says that it is not its own; the desk looks again
	Disputed    = "disputed"     // the squad has called the bureau
	Accepted    = "accepted"     // the squad answers for it
	Assigned    = "assigned"     // officers are sent
	Handled     = "handled"      // the visit is recorded
	Checking    = "checking"     // the answer waits for a second person
	Replied     = "replied"      // the citizen has an answer
	Reopened    = "reopened"     // it was closed, and the citizen says that it is not done; the desk has it done again
	Closed      = "closed"       // the desk has called back and closed it
	Transferred = "transferred"  // not ours; handed to the department that it belongs to
	SourceAsked = "source_asked" // the platform that sent it is asked to take it back
	SentBack    = "sent_back"    // and has done so
)

// Codes of the steps.
const (
	StepRoute         = "route"
	StepInspect       = "inspect"
	StepMediate       = "mediate"
	StepReport        = "report"
	StepSettle        = "settle"
	StepLapse         = "lapse"
	StepRecall        = "recall"
	StepTransfer      = "transfer"
	StepMove          = "move"
	StepSplit         = "split"
	StepClassify      = "classify"
	StepPlace         = "place"
	StepReturn        = "return"
	StepUphold        = "uphold_return"
	StepReject        = "reject_return"
	StepDispute       = "dispute"
	StepDecide        = "decide"
	StepRuleOut       = "rule_out"
	StepAccept        = "accept"
	StepAssign        = "assign"
	StepFirstContact  = "first_contact"
	StepJoin          = "join"
	StepContribute    = "contribute"
	StepMarkBuilding  = "mark_building"
	StepMarkStructure = "mark_structure"
	StepArrive        = "arrive"
	StepHandle        = "handle"
	StepAskTime       = "ask_extension"
	StepGiveTime      = "extend"
	StepRefuseTime    = "refuse_extension"
	StepSuspend       = "suspend"
	StepResume        = "resume"
	StepFileCase      = "file_case"
	StepCaseEnded     = "case_ended"
	StepInform        = "inform"
	StepReply         = "reply"
	StepSubmit        = "submit_reply"
	StepPass          = "pass_reply"
	StepSendBack      = "send_back"
	StepAnswer        = "answer"
	StepRedo          = "redo"
	StepReroute       = "reroute"
	StepClose         = "close"
	StepRate          = "rate"
	StepReopen        = "reopen"
	StepReturnSource  = "return_source"
	StepSourceTook    = "source_took"
	StepSourceKept    = "source_kept"
	StepHear          = "hear_source"
	StepSourceTerm    = "source_term"
)

// Outcomes of a visit.
const (
	OutcomeSolved    = "solved"
	OutcomePartly    = "partly"
	OutcomeUnfounded = "unfounded"
	OutcomeCase      = "case"
)

// What comes back from outside.
const (
	ReportTheirs    = "theirs"     // the department's own; the desk transfers it
	ReportNotTheirs = "not_theirs" // a squad's matter
	ReportFailed    = "failed"     // could not be inspected or settled
)

// Roles that take part in a complaint. CoUnit is held by the squads that were asked to join in, in their own part alone.
const (
	roleDesk       = "desk"
	roleLeader     = "leader"
	roleOfficer    = "officer"
	roleHead       = "head"
	roleDepartment = "department"
	roleCommunity  = "community"
	CoUnit         = "co_unit"
	RoleInformant  = "informant" // who reported it: he has no sign-in, and takes part by the portal with his code
)

// Rights of which several steps are the answers.
const (
	opReport   = "intake.report"  // what was found or settled outside
	opApprove  = "intake.approve" // more time, and time that rests
	opDecide   = "intake.decide"  // whose a disputed complaint is
	opCheck    = "intake.check"   // an answer before it goes out
	opRedo     = "intake.redo"
	opClassify = "intake.classify" // what it is about
	opPlace    = "intake.place"    // where it is
)

var (
	reason = procedure.Field{Name: "reason", Label: procedure.T("理由", "Reason"), Type: procedure.LongText, Required: true, Max: 1000}
	note   = procedure.Field{Name: "note", Label: procedure.T("备注", "Note"), Type: procedure.LongText, Max: 1000}
	reply  = procedure.Field{Name: "text", Label: procedure.T("答复内容", "Answer"), Type: procedure.LongText, Required: true, Min: 5, Max: 2000}
	days   = procedure.Field{Name: "days", Label: procedure.T("期限（工作日）", "Working days"), Type: procedure.Number, Min: 1, Max: 15,
		Help: procedure.T("留空按本单位规定", "Empty: as the office has set it")}
)

// returnKinds are the typed reasons for a return.
var returnKinds = []procedure.Option{
	{Value: "other_area", Label: procedure.T("不在本单位辖区", "Outside our area")},
	{Value: "other_matter", Label: procedure.T("不属执法事项", "Not a matter of enforcement")},
	{Value: "unclear", Label: procedure.T("地址或诉求不清，无法办理", "Place or demand unclear")},
	{Value: "duplicate", Label: procedure.T("重复件", "A duplicate")},
	{Value: "other", Label: procedure.T("其他", "Other")},
}

// called are the answers to a call back. The first two count as satisfied; see rates.
var called = []procedure.Option{
	{Value: "solved", Label: procedure.T("已解决，满意", "Solved, satisfied")},
	{Value: "solved_basically", Label: procedure.T("已解决，基本满意", "Solved, fairly satisfied")},
	{Value: "solved_unsatisfied", Label: procedure.T("已解决，不满意", "Solved, not satisfied")},
	{Value: "unsolved", Label: procedure.T("未解决", "Not solved")},
	{Value: "unreachable", Label: procedure.T("未联系上", "Not reached")},
	{Value: "not_called", Label: procedure.T("无需回访", "No call back needed")},
}

// Handling is how a complaint is handled from the desk to the answer and the call back. The statute
// asks for an answer in five working days and a transfer in three (SH 26), and for a structure to be
// looked at in hours (SB 7); the rest is the hotline's and the office's own order.
var Handling = procedure.Define(procedure.Procedure{
	Code: "intake.complaint", System: "intake", Start: Registered,
	Title: procedure.T("诉件办理", "Handling a complaint"),
	Note: procedure.T("《上海市城市管理行政执法条例》第二十六条规定五个工作日告知、三个工作日移送；《上海市拆除违法建筑若干规定》第五条、第七条规定违法建筑到场和反馈的时限；其余时限是热线和本单位的内部规定，由法制科确认。立案期间、经批准中止期间，只停答复和重办期限，不停法定的告知期限。",
		"The Shanghai regulation, article 26, sets five working days to tell the informant and three to transfer; the rules on structures, articles 5 and 7, when to be on site and to tell the outcome. The other terms are rules of the hotline and the office, to be confirmed by the legal section. While a case runs or the time rests by approval, only the office's terms to reply and to redo stand still, never the statute's."),
	Cites: procedure.Cites(law.SH(26, 2), law.SB(5), law.SB(7)),
	Opens: []string{ReplyTerm.Code, TellInformant.Code, TransferTerm.Code},
	States: []procedure.State{
		{Code: Registered, Title: procedure.T("已登记", "Registered")},
		{Code: Inspecting, Title: procedure.T("部门先行核查", "With a department")},
		{Code: Mediating, Title: procedure.T("社区先行调处", "With the community")},
		{Code: Settled, Title: procedure.T("已调处，待答复", "Settled, to be answered")},
		{Code: Routed, Title: procedure.T("已派遣", "Routed")},
		{Code: Returned, Title: procedure.T("退单待复核", "Returned, second look")},
		{Code: Disputed, Title: procedure.T("承办争议", "Disputed")},
		{Code: Accepted, Title: procedure.T("已受理", "Accepted")},
		{Code: Assigned, Title: procedure.T("已派员", "Assigned")},
		{Code: Handled, Title: procedure.T("已处置", "Handled")},
		{Code: Checking, Title: procedure.T("答复待复核", "Answer being checked")},
		{Code: Replied, Title: procedure.T("已答复", "Replied")},
		{Code: Reopened, Title: procedure.T("要求重办，待安排", "Reopened")},
		{Code: Closed, Title: procedure.T("已办结", "Closed"), End: true},
		{Code: Transferred, Title: procedure.T("已移送", "Transferred"), End: true},
		{Code: SourceAsked, Title: procedure.T("退回来源待答复", "Return asked of the source")},
		{Code: SentBack, Title: procedure.T("已退回来源", "Back with its source"), End: true},
		{Code: Merged, Title: procedure.T("已并案", "Merged"), Aside: true},
	},
	Facts: []procedure.Fact{visited, arrived, caseFiled, caseEnded, accepted, returnRejected, decided, ruledOut, extensionAsked, extensionSettled, resting, redone, rated, structure, byMain,
		HasPhoto, OutcomeIsCase, MayBeStructure, PartsIn, FromSource, CheckNeeded, SecondPerson, outsideOver, jointOver, replyOver, TwoAssigned, CallMade, Content, ReopenInTime,
		mainAccepted, mainSeen, mainInformed, mainAnswered, mainTransferred},
	Clocks: []procedure.Clock{FirstContact, ReplyTerm, TellInformant, TransferTerm, RedoTerm, ReopenTerm, InspectionTerm, MediationTerm, JointTerm, SecondLook, Ruling, SourceTerm,
		OnSiteBuilding, OnSite, OutcomeTerm},
	Steps: slices.Concat(whose, onTheGround, answering, withSource, merging),
})
