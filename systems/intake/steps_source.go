package intake

import (
	"jiexu/law"
	"jiexu/procedure"
)

// What a source says of a complaint that it sent.
const (
	HearSupplement = "supplement" // the citizen said more
	HearUrge       = "urge"       // 催办
	HearSupervise  = "supervise"  // 督办
	HearWithdraw   = "withdraw"   // the citizen withdraws it; the desk sees what becomes of it
	HearNote       = "note"
)

// living are the states in which a complaint has not ended.
var living = []string{Registered, Inspecting, Mediating, Settled, Routed, Returned, Disputed, Accepted, Assigned, Handled, Checking, Replied, Reopened, SourceAsked, Merged}

// unanswered are the states in which the answer is yet to come.
var unanswered = []string{Registered, Inspecting, Mediating, Settled, Routed, Returned, Disputed, Accepted, Assigned, Handled, Checking, Merged}

// withSource are the steps between the bureau and the platform that a complaint came from: the hotline, the city grid. What the platform
// decides comes in by its gateway, or is entered by the desk where it was told by telephone.
var withSource = []procedure.Step{
	{
		Code: StepReturnSource, Title: procedure.T("退回来源", "Return to the source"), Cites: procedure.Cites(law.SH(26, 2)), Op: opRoute,
		From: []string{Registered}, To: SourceAsked, By: []string{roleDesk}, Seldom: true,
		Needs: procedure.All(FromSource),
		Fields: []procedure.Field{
			{Name: "kind", Label: procedure.T("退单原因", "Why"), Type: procedure.Select, Required: true, Options: returnKinds}, reason},
	},
	{
		Code: StepSourceTook, Title: procedure.T("来源同意退单", "The source takes it back"), Op: opRoute,
		From: []string{SourceAsked}, To: SentBack, By: []string{roleDesk},
		Meets:  []string{TransferTerm.Code, ReplyTerm.Code, TellInformant.Code},
		Fields: []procedure.Field{note},
	},
	{
		Code: StepSourceKept, Title: procedure.T("来源不同意退单", "The source does not take it back"), Op: opRoute,
		From: []string{SourceAsked}, To: Registered, By: []string{roleDesk},
		Fields: []procedure.Field{reason},
	},
	{
		// The gateway takes it where a later message of the platform says another end.
		Code: StepSourceTerm, Title: procedure.T("来源平台规定时限", "The platform sets a deadline"), Op: opRoute,
		From: unanswered, By: []string{roleDesk}, Seldom: true,
		Needs:  procedure.All(needs(FromSource, "need.source_time")),
		Starts: []string{SourceTerm.Code},
		Fields: []procedure.Field{
			{Name: "due", Label: procedure.T("办结截止", "To be answered by"), Type: procedure.Moment, Required: true}, note},
	},
	{
		Code: StepHear, Title: procedure.T("来源补充、催办", "The source adds or urges"), Op: opRoute,
		From: living, By: []string{roleDesk}, Seldom: true,
		Fields: []procedure.Field{
			{Name: "kind", Label: procedure.T("事由", "What"), Type: procedure.Select, Required: true, Options: []procedure.Option{
				{Value: HearSupplement, Label: procedure.T("补充", "More is said")},
				{Value: HearUrge, Label: procedure.T("催办", "Urged")},
				{Value: HearSupervise, Label: procedure.T("督办", "Supervised")},
				{Value: HearWithdraw, Label: procedure.T("撤诉", "Withdrawn")},
				{Value: HearNote, Label: procedure.T("其他", "Other")},
			}},
			{Name: "text", Label: procedure.T("内容", "What is said"), Type: procedure.LongText, Required: true, Max: 5000}},
	},
}
