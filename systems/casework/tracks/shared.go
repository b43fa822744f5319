package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Roles that take part in a case.
const (
	Officer = "officer"
	Leader  = "leader"
	Legal   = "legal"
	Head    = "head"
)

// Rights that the steps ask for; the role table has them.
const (
	OpSummary          = "casework.summary"           // officers: decide on the spot, take cash
	OpMeasure          = "casework.measure"           // officers: preserve, seize, order, carry out
	OpApproveMeasure   = "casework.approve_measure"   // heads
	OpServe            = "casework.serve"             // officers: serve a document of any track
	OpExecute          = "casework.execute"           // officers: demand, execute, hand files to the court
	OpApproveExecution = "casework.approve_execution" // heads
	OpRemedy           = "casework.remedy"            // legal section: reconsideration, litigation, what they change
	OpTransfer         = "casework.transfer"          // officers propose; heads decide by OpApproveTransfer
	OpApproveTransfer  = "casework.approve_transfer"
	OpAmend            = "casework.amend"        // legal section: correct a slip of the pen
	OpRevoke           = "casework.revoke"       // heads: withdraw, revoke
	OpInstal           = "casework.instal"       // heads: deferral and instalments
	OpWithdraw         = "casework.withdraw"     // officers: ask to withdraw (AP 43); heads decide
	OpLegalReview      = "casework.legal_review" // legal section
)

// KindConsent is the party's signed consent to electronic service (AP 61(2), CP 90).
const KindConsent = "service.consent"

func recorded(code, zh, en, missing string, cites ...law.Cite) Fact {
	return Fact{Fact: procedure.Fact{Code: code, Kind: procedure.Recorded, Title: procedure.T(zh, en), Missing: missing, Cites: cites}}
}

func observed(code, zh, en, missing string, see func(*Look) bool, cites ...law.Cite) Fact {
	return Fact{procedure.Fact{Code: code, Kind: procedure.Observed, Title: procedure.T(zh, en), Missing: missing, Cites: cites}, see}
}

func entered(code, zh, en, missing string, see func(*Look) bool, cites ...law.Cite) Fact {
	return Fact{procedure.Fact{Code: code, Kind: procedure.Entered, Title: procedure.T(zh, en), Missing: missing, Cites: cites}, see}
}

// Facts that several tracks look at.
var (
	// TwoCertified: at least two officers of the case hold certificates valid today and have not withdrawn.
	TwoCertified = observed("two_certified_officers", "两名以上持证执法人员办案", "Two certified officers handle the case", "need.two_officers",
		func(l *Look) bool { return l.Certified() >= 2 }, law.AP(42), law.SH(16, 3))
	// PartyKnown: name, code and address of the party are on file.
	PartyKnown = observed("party_identified", "当事人身份已查明", "The party is identified", "need.party",
		func(l *Look) bool { return l.Party.Known }, law.AP(40), law.AP(59))
)

// Fields that several tracks ask for.
var (
	opinion = procedure.Field{Name: "opinion", Label: procedure.T("审批意见", "Opinion"), Type: procedure.LongText, Required: true, Max: 1000}
	reason  = procedure.Field{Name: "reason", Label: procedure.T("理由", "Reason"), Type: procedure.LongText, Required: true, Max: 1000}
)
