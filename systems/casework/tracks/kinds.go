package tracks

import "jiexu/document"

// Kinds of the documents that the tracks issue and look for; the document room has the form of each.
const (
	KindPreserve             = string(document.KindPreserve)
	KindPreserveDisposal     = string(document.KindPreserveDisposal)
	KindSeize                = string(document.KindSeize)
	KindSeizeExtend          = string(document.KindSeizeExtension)
	KindSeizeTesting         = string(document.KindSeizeTesting)
	KindSeizeLift            = string(document.KindSeizeLifting)
	KindPerishable           = string(document.KindPerishable)
	KindClaim                = string(document.KindClaim)
	KindOrderCorrect         = string(document.KindCorrectionOrder)
	KindOrderStop            = string(document.KindStopBuilding)
	KindSummary              = string(document.KindSummary)
	KindDecision             = string(document.KindPenaltyDecision)
	KindNoPenalty            = string(document.KindNoPenalty)
	KindWithdrawal           = string(document.KindFilingWithdrawal)
	KindStructureDemolish    = string(document.KindDemolitionOrder)
	KindStructurePublish     = string(document.KindDemolitionPublic)
	KindStructureNotice      = string(document.KindDemolitionNotice)
	KindStructureDemand      = string(document.KindDemolitionDemand)
	KindStructureForce       = string(document.KindDemolitionDecision)
	KindStructureAnnounce    = string(document.KindDemolitionAnnounced)
	KindStructureRecord      = string(document.KindDemolitionRecord)
	KindStructureBelongings  = string(document.KindBelongings)
	KindStructureClear       = string(document.KindClearing)
	KindDemand               = string(document.KindDemand)
	KindExecution            = string(document.KindCoercion)
	KindSubstitute           = string(document.KindSubstitute)
	KindSubstituteRecord     = string(document.KindSubstituteRecord)
	KindImmediate            = string(document.KindImmediate)
	KindCourt                = string(document.KindCourtApplication)
	KindInstalment           = string(document.KindDeferralAnswer)
	KindSuspend              = string(document.KindSuspension)
	KindResume               = string(document.KindResumption)
	KindEndExecution         = string(document.KindExecutionEnd)
	KindAgreement            = string(document.KindExecutionAgreement)
	KindTransferCrime        = string(document.KindCrimeTransfer)
	KindTransferJurisdiction = string(document.KindTransfer)
	KindCorrection           = string(document.KindDecisionCorrection)
	KindRevocation           = string(document.KindDecisionRevocation)
	KindUnpublish            = string(document.KindPublicWithdrawal)
	KindRecusal              = string(document.KindRecusal)
)

// Codes of the procedures; in the database, in the periods' names and in the log, for ever.
const (
	CodeOrdinary       = "casework.penalty.ordinary" // casework's own
	CodePreserve       = "casework.preserve"
	CodeSummary        = "casework.penalty.summary"
	CodeNoPenalty      = "casework.penalty.none"
	CodeWithdrawFiling = "casework.filing.withdrawal"
	CodeCorrect        = "casework.correct"
	CodeSeize          = "casework.seize"
	CodeStructure      = "casework.structure"
	CodeBuilding       = "casework.structure.building"
	CodeSubstitute     = "casework.substitute"
	CodeImmediate      = "casework.substitute.immediate"
	CodeCourt          = "casework.court"
	CodeInstal         = "casework.instal"
	CodeSuspend        = "casework.execution.suspend"
	CodeEnd            = "casework.execution.end"
	CodeAgreement      = "casework.execution.agreement"
	CodeCrime          = "casework.transfer.crime"
	CodeJurisdiction   = "casework.transfer.jurisdiction"
	CodeReconsider     = "casework.reconsideration"
	CodeLitigate       = "casework.litigation"
	CodeCorrection     = "casework.amend.correction"
	CodeRevoke         = "casework.amend.revocation"
	CodeRecuse         = "casework.recusal"
)
