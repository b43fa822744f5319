package tracks

// Kinds of the documents that the tracks issue; the document room has a form for each. A kind never changes
// its meaning, for numbers and proofs are kept by it.
const (
	KindPreserve         = "measure.preserve"          // 先行登记保存通知书
	KindPreserveDisposal = "measure.preserve.disposal" // 先行登记保存处理决定书
	KindSeize            = "measure.seize"             // 查封（扣押）决定书及清单
	KindSeizeExtend      = "measure.seize.extend"      // 延长查封（扣押）期限决定书
	KindSeizeTesting     = "measure.seize.testing"     // 检测（鉴定）期间告知书
	KindSeizeLift        = "measure.seize.lift"        // 解除查封（扣押）决定书
	KindSeizeDisposal    = "measure.seize.disposal"    // 查封（扣押）物品处理决定书
	KindPerishable       = "measure.perishable"        // 易腐物品限期接受处理通知书
	KindReturn           = "measure.return"            // 物品返还收据
	KindClaim            = "announce.claim"            // 认领公告

	KindOrderCorrect = "order.correct" // 责令（限期）改正通知书
	KindOrderStop    = "order.stop"    // 责令停止建设、自行拆除通知书

	KindSummary    = "penalty.summary"   // 当场行政处罚决定书
	KindDecision   = "penalty.decision"  // 行政处罚决定书
	KindNoPenalty  = "penalty.none"      // 不予行政处罚决定书
	KindWithdrawal = "filing.withdrawal" // 撤销立案决定书

	KindStructureIntent     = "structure.intent"     // 拟责令限期拆除告知书
	KindStructureDemolish   = "structure.demolish"   // 责令限期拆除决定书
	KindStructurePublish    = "structure.publish"    // 责令限期拆除决定公告（SB 9）
	KindStructureNotice     = "structure.notice"     // 通告（当事人难以确定或者难以送达）
	KindStructureAnnounce   = "structure.announce"   // 强制拆除公告（AC 44）
	KindStructureBelongings = "structure.belongings" // 取走（领取）财物通知书
	KindStructureRecord     = "structure.record"     // 强制拆除笔录
	KindStructureClear      = "structure.clear"      // 清理通知书

	KindDemand              = "execution.demand"               // 催告书
	KindExecution           = "execution.decision"             // 强制执行决定书
	KindSubstitute          = "execution.substitute"           // 代履行决定书
	KindSubstituteDemand    = "execution.substitute.demand"    // 代履行催告书（代履行三日前）
	KindSubstituteRecord    = "execution.substitute.record"    // 代履行笔录
	KindSubstituteCost      = "execution.substitute.cost"      // 代履行费用缴纳通知书
	KindSubstituteImmediate = "execution.substitute.immediate" // 立即代履行决定书
	KindSubstituteTold      = "execution.substitute.told"      // 立即代履行事后通知书
	KindCourt               = "execution.court"                // 强制执行申请书
	KindInstalment          = "execution.instalment"           // 延期（分期）缴纳罚款批准书
	KindInstalmentRefusal   = "execution.instalment.refusal"   // 不予延期（分期）缴纳罚款通知书
	KindSuspend             = "execution.suspend"              // 中止执行决定书
	KindResume              = "execution.resume"               // 恢复执行决定书
	KindEndExecution        = "execution.end"                  // 终结执行决定书
	KindAgreement           = "execution.agreement"            // 执行协议

	KindTransferCrime        = "transfer.crime"        // 涉嫌犯罪案件移送书
	KindTransferJurisdiction = "transfer.jurisdiction" // 案件移送函
	KindRemedyAnswer         = "remedy.answer"         // 行政复议答复书
	KindDefence              = "remedy.defence"        // 行政诉讼答辩状
	KindCorrection           = "amend.correction"      // 文书更正（补正）通知书
	KindRevocation           = "amend.revocation"      // 撤销（变更、收回）决定书
	KindRecusal              = "recusal.decision"      // 回避决定书
)

// Codes of the procedures; in the database, in the periods' names and in the log, for ever.
const (
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
