package intake

import (
	"jiexu/law"
	"jiexu/procedure"
)

// States of a complaint.
const (
	Registered  = "registered"  // taken down; the desk has not yet sent it anywhere
	Routed      = "routed"      // sent to a squad, which has not yet accepted it
	Accepted    = "accepted"    // the squad answers for it
	Assigned    = "assigned"    // officers are sent
	Handled     = "handled"     // the visit is recorded
	Replied     = "replied"     // the citizen has an answer
	Closed      = "closed"      // the desk has called back and closed it
	Transferred = "transferred" // not ours; handed to the department that it belongs to
)

// Codes of the steps.
const (
	StepRoute        = "route"
	StepTransfer     = "transfer"
	StepReturn       = "return"
	StepAccept       = "accept"
	StepAssign       = "assign"
	StepFirstContact = "first_contact"
	StepHandle       = "handle"
	StepFileCase     = "file_case"
	StepReply        = "reply"
	StepRedo         = "redo"
	StepClose        = "close"
)

// Outcomes of a visit.
const (
	OutcomeSolved    = "solved"
	OutcomePartly    = "partly"
	OutcomeUnfounded = "unfounded"
	OutcomeCase      = "case"
)

// Roles that take part in a complaint.
const (
	roleDesk    = "desk"
	roleLeader  = "leader"
	roleOfficer = "officer"
)

// Facts of a complaint.
var (
	visited = procedure.Fact{Code: "visited", Kind: procedure.Recorded, Title: procedure.T("已现场处置并记录", "The visit is recorded"),
		Missing: "need.visit", Cites: procedure.Cites(law.SH(26, 2))}
	caseFiled = procedure.Fact{Code: "case_filed", Kind: procedure.Recorded, Title: procedure.T("已转立案", "A case has been filed"),
		Missing: "need.case_filed", Cites: procedure.Cites(law.AP(54))}

	// HasPhoto: a photo has been uploaded for the complaint since it was last assigned.
	HasPhoto = procedure.Fact{Code: "has_photo", Kind: procedure.Observed, Title: procedure.T("有现场照片", "There is a photo of the scene"),
		Missing: "need.photo", Cites: procedure.Cites(law.SH(19, 1, 2))}
	// OutcomeIsCase: the newest visit's outcome is that a case is to be filed.
	OutcomeIsCase = procedure.Fact{Code: "outcome_is_case", Kind: procedure.Observed, Title: procedure.T("处置结果为转立案", "The outcome is a case")}
	// TwoAssigned: at least two of those being assigned are officers with certificates valid today.
	TwoAssigned = procedure.Fact{Code: "two_assigned", Kind: procedure.Entered, Title: procedure.T("指派两名以上持证执法人员", "Two certified officers are assigned"),
		Missing: "need.two_assigned", Cites: procedure.Cites(law.SH(16, 3))}
)

// Clocks of a complaint. The terms of the hotline are those of a street's rules of 2019; no statute
// sets them.
var (
	FirstContact = procedure.Clock{Code: "first_contact", Title: procedure.T("先行联系", "First contact"),
		Period: law.Period{N: 1, Unit: law.WorkingDays, Rule: "12345 热线工单先行联系（大宁路街道 2019 年办法）"}}
	ReplyTerm = procedure.Clock{Code: "reply", Title: procedure.T("答复期限", "Time to reply"),
		Period: law.Period{N: 5, Unit: law.WorkingDays, Rule: "12345 热线一般求助、投诉类工单（大宁路街道 2019 年办法）"}}
	TellInformant = procedure.Clock{Code: "tell_informant", Title: procedure.T("告知举报人核查情况", "Time to tell the informant"),
		Period: law.Period{N: 5, Unit: law.WorkingDays, Cites: procedure.Cites(law.SH(26, 2))}}
	TransferTerm = procedure.Clock{Code: "transfer", Title: procedure.T("移送期限", "Time to transfer"),
		Period: law.Period{N: 3, Unit: law.WorkingDays, Cites: procedure.Cites(law.SH(26, 2))}}
	RedoTerm = procedure.Clock{Code: "redo", Title: procedure.T("重办期限", "Time to redo"),
		Period: law.Period{N: 3, Unit: law.WorkingDays, Rule: "12345 热线回访复核、督办工单（大宁路街道 2019 年办法）"}}
)

var (
	reason = procedure.Field{Name: "reason", Label: procedure.T("理由", "Reason"), Type: procedure.LongText, Required: true, Max: 1000}
	note   = procedure.Field{Name: "note", Label: procedure.T("备注", "Note"), Type: procedure.LongText, Max: 1000}
)

// Handling is how a complaint is handled from the desk to the answer and the call back. The statute
// asks for an answer in five working days and a transfer in three (SH 26); the rest is the hotline's
// and the office's own order.
var Handling = procedure.Define(procedure.Procedure{
	Code: "intake.complaint", System: "intake", Start: Registered,
	Title: procedure.T("诉件办理", "Handling a complaint"),
	Note: procedure.T("《上海市城市管理行政执法条例》第二十六条规定五个工作日告知、三个工作日移送；其余时限是热线和本单位的内部规定，由法制科确认。",
		"The Shanghai regulation, article 26, sets five working days to tell the informant and three to transfer. The other terms are rules of the hotline and the office, to be confirmed by the legal section."),
	Cites: procedure.Cites(law.SH(26, 2)),
	Opens: []string{ReplyTerm.Code, TellInformant.Code, TransferTerm.Code},
	States: []procedure.State{
		{Code: Registered, Title: procedure.T("已登记", "Registered")},
		{Code: Routed, Title: procedure.T("已派遣", "Routed")},
		{Code: Accepted, Title: procedure.T("已受理", "Accepted")},
		{Code: Assigned, Title: procedure.T("已派员", "Assigned")},
		{Code: Handled, Title: procedure.T("已处置", "Handled")},
		{Code: Replied, Title: procedure.T("已答复", "Replied")},
		{Code: Closed, Title: procedure.T("已办结", "Closed"), End: true},
		{Code: Transferred, Title: procedure.T("已移送", "Transferred"), End: true},
	},
	Facts:  []procedure.Fact{visited, caseFiled, HasPhoto, OutcomeIsCase, TwoAssigned},
	Clocks: []procedure.Clock{FirstContact, ReplyTerm, TellInformant, TransferTerm, RedoTerm},
	Steps: []procedure.Step{
		{
			Code: StepRoute, Title: procedure.T("派遣", "Route"), Cites: procedure.Cites(law.SH(14)),
			From: []string{Registered}, To: Routed, By: []string{roleDesk},
			Starts: []string{FirstContact.Code},
			Fields: []procedure.Field{
				{Name: "unit", Label: procedure.T("承办单位", "Unit"), Type: procedure.UnitField, Required: true}, note},
		},
		{
			Code: StepTransfer, Title: procedure.T("移送其他部门", "Transfer to another department"), Cites: procedure.Cites(law.SH(26, 2)),
			From: []string{Registered}, To: Transferred, By: []string{roleDesk},
			Meets: []string{TransferTerm.Code, ReplyTerm.Code, TellInformant.Code},
			Fields: []procedure.Field{
				{Name: "department", Label: procedure.T("移送部门", "Department"), Type: procedure.UnitField, Required: true},
				{Name: "explained", Label: procedure.T("向举报人说明的情况", "What the informant was told"), Type: procedure.LongText, Required: true}},
		},
		{
			Code: StepReturn, Title: procedure.T("退单", "Return"), Cites: procedure.Cites(law.SH(14)),
			From: []string{Routed}, To: Registered, By: []string{roleLeader},
			Meets:  []string{FirstContact.Code},
			Fields: []procedure.Field{reason},
		},
		{
			Code: StepAccept, Title: procedure.T("受理", "Accept"), Cites: procedure.Cites(law.SH(14)),
			From: []string{Routed}, To: Accepted, By: []string{roleLeader},
			Meets: []string{TransferTerm.Code}, // it is ours
		},
		{
			Code: StepAssign, Title: procedure.T("派员", "Assign"), Cites: procedure.Cites(law.SH(16, 3)),
			From: []string{Accepted, Assigned}, To: Assigned, By: []string{roleLeader},
			Needs: procedure.All(TwoAssigned), // SH 16: two or more, with certificates
			Fields: []procedure.Field{
				{Name: "officers", Label: procedure.T("执法人员", "Officers"), Type: procedure.People, Required: true, Max: 10,
					Help: procedure.T("至少两名持证执法人员；辅助人员只能随同", "Two certified officers at least; auxiliaries only go with them")}, note},
		},
		{
			Code: StepFirstContact, Title: procedure.T("先行联系", "First contact"),
			From: []string{Routed, Accepted, Assigned, Handled}, By: []string{roleOfficer, roleLeader},
			Meets: []string{FirstContact.Code},
			Fields: []procedure.Field{
				{Name: "result", Label: procedure.T("联系情况", "What was said"), Type: procedure.LongText, Required: true, Max: 1000}},
		},
		{
			Code: StepHandle, Title: procedure.T("现场处置", "Handle on site"), Cites: procedure.Cites(law.SH(19), law.SH(26, 2)),
			From: []string{Assigned, Handled}, To: Handled, By: []string{roleOfficer},
			Needs: procedure.All(HasPhoto), // SH 19(2): evidence from the scene
			Sets:  []string{visited.Code},
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
			Code: StepFileCase, Title: procedure.T("转立案", "File a case"), Cites: procedure.Cites(law.AP(54)),
			From: []string{Handled, Replied}, By: []string{roleOfficer},
			Needs: procedure.All(visited, procedure.Not(caseFiled).Because("need.case_once")),
			Sets:  []string{caseFiled.Code},
			Fields: []procedure.Field{
				{Name: "matter", Label: procedure.T("违法事项", "Matter"), Type: procedure.MatterField, Required: true}, note},
		},
		{
			Code: StepReply, Title: procedure.T("答复", "Reply"), Cites: procedure.Cites(law.SH(26, 2)),
			From: []string{Handled}, To: Replied, By: []string{roleOfficer, roleLeader},
			Needs: procedure.All(visited, caseFiled.When(OutcomeIsCase)),
			Meets: []string{ReplyTerm.Code, TellInformant.Code, RedoTerm.Code},
			Fields: []procedure.Field{
				{Name: "text", Label: procedure.T("答复内容", "Answer"), Type: procedure.LongText, Required: true, Min: 5, Max: 2000}},
		},
		{
			Code: StepRedo, Title: procedure.T("重办", "Redo"),
			From: []string{Replied}, To: Assigned, By: []string{roleDesk},
			Clears: []string{visited.Code},
			Starts: []string{RedoTerm.Code},
			Fields: []procedure.Field{reason},
		},
		{
			Code: StepClose, Title: procedure.T("办结", "Close"),
			From: []string{Replied}, To: Closed, By: []string{roleDesk},
			Fields: []procedure.Field{
				{Name: "satisfaction", Label: procedure.T("回访结果", "What the citizen says"), Type: procedure.Select, Required: true, Options: []procedure.Option{
					{Value: "solved", Label: procedure.T("已解决，满意", "Solved, satisfied")},
					{Value: "solved_unsatisfied", Label: procedure.T("已解决，不满意", "Solved, not satisfied")},
					{Value: "unsolved", Label: procedure.T("未解决", "Not solved")},
					{Value: "unreachable", Label: procedure.T("未联系上", "Not reached")},
					{Value: "not_called", Label: procedure.T("无需回访", "No call back needed")},
				}}, note},
		},
	},
})
