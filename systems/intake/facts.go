package intake

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Facts that steps record.
var (
	visited = procedure.Fact{Code: "visited", Kind: procedure.Recorded, Title: procedure.T("已现场处置并记录", "The visit is recorded"),
		Missing: "need.visit", Cites: procedure.Cites(law.SH(26, 2))}
	arrived   = procedure.Fact{Code: "arrived", Kind: procedure.Recorded, Title: procedure.T("所派人员已到现场", "Those who were sent are on site"), Missing: "need.arrived"}
	caseFiled = procedure.Fact{Code: "case_filed", Kind: procedure.Recorded, Title: procedure.T("已转立案", "A case has been filed"),
		Missing: "need.case_filed", Cites: procedure.Cites(law.AP(54))}
	caseEnded = procedure.Fact{Code: "case_ended", Kind: procedure.Recorded, Title: procedure.T("案件已办结", "The case has ended"), Missing: "need.case_ended"}
	accepted  = procedure.Fact{Code: "accepted", Kind: procedure.Recorded, Title: procedure.T("承办单位已受理", "A squad has accepted it"), Missing: "need.accepted"}

	returnRejected = procedure.Fact{Code: "return_rejected", Kind: procedure.Recorded, Title: procedure.T("退单未获认可", "The return was not upheld"), Missing: "need.return_rejected"}
	decided        = procedure.Fact{Code: "decided", Kind: procedure.Recorded, Title: procedure.T("承办争议已由局裁定", "The bureau has ruled whose it is"), Missing: "need.decided"}
	ruledOut       = procedure.Fact{Code: "ruled_out", Kind: procedure.Recorded, Title: procedure.T("局已裁定不属本局职责", "The bureau has ruled that it is not ours"), Missing: "need.ruled_out"}

	extensionAsked   = procedure.Fact{Code: "extension_asked", Kind: procedure.Recorded, Title: procedure.T("已申请延期", "More time has been asked for"), Missing: "need.extension_asked"}
	extensionSettled = procedure.Fact{Code: "extension_settled", Kind: procedure.Recorded, Title: procedure.T("延期申请已答复", "The request for time has been answered"), Missing: "need.extension_settled"}
	resting          = procedure.Fact{Code: "resting", Kind: procedure.Recorded, Title: procedure.T("时限已中止", "The period rests"), Missing: "need.resting"}
	redone           = procedure.Fact{Code: "redone", Kind: procedure.Recorded, Title: procedure.T("已重办过", "It has been done again"), Missing: "need.redone"}
	rated            = procedure.Fact{Code: "rated", Kind: procedure.Recorded, Title: procedure.T("诉求人已评价", "The citizen has said how satisfied he is"), Missing: "need.rated"}
	structure        = procedure.Fact{Code: "structure", Kind: procedure.Recorded, Title: procedure.T("已确认为违法建筑线索", "Confirmed as a structure"), Missing: "need.structure",
		Cites: procedure.Cites(law.SB(7))}
)

// Facts that are found by looking.
var (
	// HasPhoto: a photo has been uploaded for the complaint since it was last assigned.
	HasPhoto = procedure.Fact{Code: "has_photo", Kind: procedure.Observed, Title: procedure.T("有现场照片", "There is a photo of the scene"),
		Missing: "need.photo", Cites: procedure.Cites(law.SH(19, 1, 2))}
	// OutcomeIsCase: the newest visit's outcome is that a case is to be filed.
	OutcomeIsCase = procedure.Fact{Code: "outcome_is_case", Kind: procedure.Observed, Title: procedure.T("处置结果为转立案", "The outcome is a case")}
	// MayBeStructure: what was confirmed, or else the words or a likely matter, speaks of a structure that SB has demolished.
	MayBeStructure = procedure.Fact{Code: "may_be_structure", Kind: procedure.Observed, Title: procedure.T("反映的可能是违法建筑", "It may be about a structure"), Missing: "need.may_be_structure",
		Cites: procedure.Cites(law.SB(7))}
	// PartsIn: every unit that was asked to join in has said what it did.
	PartsIn = procedure.Fact{Code: "parts_in", Kind: procedure.Observed, Title: procedure.T("协办单位均已反馈", "All units that join in have answered"), Missing: "need.parts"}
	// FromSource: it came from a platform, under a number there, which can take it back.
	FromSource = procedure.Fact{Code: "from_source", Kind: procedure.Observed, Title: procedure.T("来自热线或网格平台的工单", "It came from the hotline or the grid platform"), Missing: "need.from_source"}
	// CheckNeeded: the office's rule wants a second person to read the answer before it goes out.
	CheckNeeded = procedure.Fact{Code: "check_needed", Kind: procedure.Observed, Title: procedure.T("答复须经他人复核", "The answer is to be checked by a second person"), Missing: "need.check_needed"}
	// SecondPerson: the one who asks did not write the answer that is being checked.
	SecondPerson = procedure.Fact{Code: "second_person", Kind: procedure.Observed, Title: procedure.T("复核人不是拟稿人", "Who checks did not write"), Missing: "need.second_person"}

	// ReopenInTime: it was closed no more than ReopenDays days ago.
	ReopenInTime = procedure.Fact{Code: "reopen_in_time", Kind: procedure.Observed, Title: procedure.T("办结未满三十日", "Closed no more than thirty days ago"), Missing: "need.reopen_in_time"}

	outsideOver = procedure.Fact{Code: "outside_over", Kind: procedure.Observed, Title: procedure.T("先行核查、调处期限已过", "The time outside is over"), Missing: "need.outside_over"}
	jointOver   = procedure.Fact{Code: "joint_over", Kind: procedure.Observed, Title: procedure.T("协办期限已过", "The time to join in is over"), Missing: "need.parts"}
	replyOver   = procedure.Fact{Code: "reply_over", Kind: procedure.Observed, Title: procedure.T("答复期限已过", "The time to reply is over"), Missing: "need.reply_over"}
)

// Facts about what is being filled in.
var (
	// TwoAssigned: at least two of those being assigned are officers with certificates valid today.
	TwoAssigned = procedure.Fact{Code: "two_assigned", Kind: procedure.Entered, Title: procedure.T("指派两名以上持证执法人员", "Two certified officers are assigned"),
		Missing: "need.two_assigned", Cites: procedure.Cites(law.SH(16, 3))}
	// CallMade: the citizen was called back, or this complaint is not among those that are.
	CallMade = procedure.Fact{Code: "call_made", Kind: procedure.Entered, Title: procedure.T("应回访的已回访", "The call back that is due was made"), Missing: "need.call"}
	// Content: the citizen says neither when he is called nor by himself that nothing was solved or that he is dissatisfied.
	Content = procedure.Fact{Code: "content", Kind: procedure.Entered, Title: procedure.T("诉求人未表示不满", "The citizen is not dissatisfied"), Missing: "need.redo_first"}
)

// ReopenDays is how many days after it was closed a citizen may have a complaint opened again.
const ReopenDays = 30

// officeRule names the terms of the hotline: those of a street's rules of 2019; no statute sets them.
const officeRule = "（大宁路街道 2019 年办法）"

// own marks periods that are this program's proposal for what offices do, for the office to set.
const own = "本单位内部规定，由法制科确认"

// Clocks of a complaint.
var (
	FirstContact = procedure.Clock{Code: "first_contact", Title: procedure.T("先行联系", "First contact"),
		Period: law.Period{N: 1, Unit: law.WorkingDays, Rule: "12345 热线工单先行联系" + officeRule}}
	ReplyTerm = procedure.Clock{Code: "reply", Title: procedure.T("答复期限", "Time to reply"), Lapsed: replyOver,
		Period: law.Period{N: 5, Unit: law.WorkingDays, Rule: "12345 热线一般求助、投诉类工单" + officeRule}}
	TellInformant = procedure.Clock{Code: "tell_informant", Title: procedure.T("告知举报人核查情况", "Time to tell the informant"),
		Period: law.Period{N: 5, Unit: law.WorkingDays, Cites: procedure.Cites(law.SH(26, 2))}}
	TransferTerm = procedure.Clock{Code: "transfer", Title: procedure.T("移送期限", "Time to transfer"),
		Period: law.Period{N: 3, Unit: law.WorkingDays, Cites: procedure.Cites(law.SH(26, 2))}}
	RedoTerm = procedure.Clock{Code: "redo", Title: procedure.T("重办期限", "Time to redo"),
		Period: law.Period{N: 3, Unit: law.WorkingDays, Rule: "12345 热线回访复核、督办工单" + officeRule}}

	ReopenTerm = procedure.Clock{Code: "reopen", Title: procedure.T("安排重办", "Time to arrange the redo"),
		Period: law.Period{N: 1, Unit: law.WorkingDays, Rule: own}}

	// InspectionTerm is shorter than TransferTerm, so that what turns out to be the department's can still be transferred in time.
	InspectionTerm = procedure.Clock{Code: "inspection", Title: procedure.T("部门先行核查", "Inspection by the department"), Lapsed: outsideOver,
		Period: law.Period{N: 2, Unit: law.WorkingDays, Rule: own}}
	MediationTerm = procedure.Clock{Code: "mediation", Title: procedure.T("社区先行调处", "Settlement by the community"), Lapsed: outsideOver,
		Period: law.Period{N: 3, Unit: law.WorkingDays, Rule: own}}
	JointTerm = procedure.Clock{Code: "joint", Title: procedure.T("协办反馈", "Answers of those who join in"), Lapsed: jointOver,
		Period: law.Period{N: 3, Unit: law.WorkingDays, Rule: own}}
	SecondLook = procedure.Clock{Code: "second_look", Title: procedure.T("退单复核", "Second look at a return"),
		Period: law.Period{N: 1, Unit: law.WorkingDays, Rule: own}}
	Ruling = procedure.Clock{Code: "ruling", Title: procedure.T("争议裁定", "The bureau's ruling"),
		Period: law.Period{N: 1, Unit: law.WorkingDays, Rule: own}}

	// SourceTerm is what the platform that sent it wants it answered by; each order says its own.
	SourceTerm = procedure.Clock{Code: "source", Title: procedure.T("来源平台时限", "The platform's deadline"), Set: procedure.T("来源平台在工单中规定", "as the platform's order says"),
		Period: law.Period{Unit: law.Hours, Rule: "来源平台派单时规定的办结时限"}}

	// The periods of structures count from when the report came in (SB 7).
	OnSiteBuilding = procedure.Clock{Code: "on_site_building", Title: procedure.T("正在搭建，到场取证", "On site, being built"),
		Period: law.Period{N: 2, Unit: law.Hours, Cites: procedure.Cites(law.SB(7))}}
	OnSite = procedure.Clock{Code: "on_site", Title: procedure.T("违法建筑，到场取证", "On site, a structure"),
		Period: law.Period{N: 24, Unit: law.Hours, Cites: procedure.Cites(law.SB(7))}}
	OutcomeTerm = procedure.Clock{Code: "outcome", Title: procedure.T("向举报人反馈查处情况", "The outcome told to the reporter"),
		Period: law.Period{N: 1, Unit: law.Months, Cites: procedure.Cites(law.SB(5))}}
)

// fromReport are the clocks that count from when the complaint came in, whenever they are started.
var fromReport = []string{OnSiteBuilding.Code, OnSite.Code, OutcomeTerm.Code}
