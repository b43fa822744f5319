package casework

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/systems/casework/tracks"
)

// States of a case under the ordinary procedure.
const (
	Drafted    = "drafted"    // opened by an officer, the head has not yet spoken
	NotFiled   = "not_filed"  // the standard for filing is not met
	Filed      = "filed"      // the ninety days run; investigation
	Reported   = "reported"   // investigation finished, the report lies with the head
	Reviewed   = "reviewed"   // the head agrees with the report
	Notified   = "notified"   // the notice of the intended penalty is made, not yet served
	Noticed    = "noticed"    // the party has the notice; defence, legal review, deliberation
	Hearing    = "hearing"    // the party has asked for a hearing
	Decided    = "decided"    // the decision is made, not yet served
	Served     = "served"     // the party has the decision
	Performed  = "performed"  // paid, or execution has ended
	Closed     = "closed"     //
	Terminated = "terminated" // ended without a penalty
	Archived   = "archived"   //
)

// Facts that steps record.
var (
	correctionOrdered = recorded("correction_ordered", "已责令改正", "Ordered to correct", "need.correction_ordered", law.AP(28), law.SH(18, 2))
	correctionRefused = recorded("correction_refused", "责令改正后仍未改正", "Ordered to correct, and did not", "need.correction_refused", law.SH(18, 2))
	defenceWaived     = recorded("defence_waived", "当事人明确放弃陈述申辩", "The party has expressly waived the defence", "", law.AP(62))
	defenceHeard      = recorded("defence_heard", "当事人已陈述申辩", "The party has stated a defence", "need.defence_heard", law.AP(45))
	defenceReviewed   = recorded("defence_reviewed", "陈述申辩意见已复核", "The defence has been reviewed", "need.defence_reviewed", law.AP(45))
	hearingAsked      = recorded("hearing_asked", "当事人已要求听证", "The party has asked for a hearing", "", law.AP(63))
	hearingCalled     = recorded("hearing_called", "听证时间地点已通知", "Time and place of the hearing are announced", "need.hearing_called", law.AP(64, 1, 2))
	hearingHeld       = recorded("hearing_held", "听证已举行", "The hearing has been held", "need.hearing_held", law.AP(63), law.AP(64))
	hearingWaived     = recorded("hearing_waived", "当事人明确放弃听证", "The party has expressly waived the hearing", "", law.AP(63))
	extended          = recorded("extended", "延长办案期限已批准并记明依据", "An extension is approved with its basis", "", law.AP(60))
	reviewPassed      = recorded("review_passed", "法制审核已通过", "Legal review has passed", "need.review_passed", law.AP(58))
	deliberated       = recorded("deliberated", "负责人已集体讨论", "The heads have deliberated together", "need.deliberated", law.AP(57, 2))
)

// Facts that the service observes from rows, people and time. Their meaning is exact, for the service
// and the checker must mean the same.
var (
	// TwoCertifiedOfficers: at least two officers of the case hold certificates valid today.
	TwoCertifiedOfficers = observed("two_certified_officers", "两名以上持证执法人员办案", "Two certified officers handle the case", "need.two_officers", law.AP(42), law.SH(16, 3))
	// PartyIdentified: the case has a party whose name, code and address are known.
	PartyIdentified = observed("party_identified", "当事人身份已查明", "The party is identified", "need.party", law.AP(40), law.AP(59))
	// FilmsAccounted: each measure that is filmed from end to end has its recording, or it is written down why there is none.
	FilmsAccounted = observed("films_accounted", "应当全程录音录像的措施已有录像，或者已写明未录的原因", "What must be filmed has its recording, or the written reason why there is none", "need.films", law.AP(47))
	// EvidencePresent: the list of evidence is not empty.
	EvidencePresent = observed("evidence_present", "有证据在卷", "Evidence is on file", "need.evidence", law.AP(40), law.AP(46))
	// MatterInForce: the matter's text was in force on the day of the act, or is the newer and lighter one.
	MatterInForce = observed("matter_in_force", "事项依据在行为发生时有效", "The matter's text was in force on the day of the act", "need.matter_in_force", law.AP(37))
	// MatterConfirmed: the matter's text is complete, or the legal section has confirmed it.
	MatterConfirmed = observed("matter_confirmed", "事项依据已由法制科确认", "The legal section has confirmed the matter's text", "need.matter_confirmed", law.AP(38, 1))
	// CorrectionFirst: the matter's article allows a fine only after an order to correct was not obeyed.
	CorrectionFirst = observed("correction_first", "依法须先责令改正", "The law asks for an order to correct first", "", law.SH(18, 2))
	// HearingEntitled: the notice's penalty reaches what AP 63 lists, by the unit's thresholds.
	HearingEntitled = observed("hearing_entitled", "依法有权要求听证", "The party has a right to a hearing", "need.hearing_entitled", law.AP(63))
	// ReviewRequired: the office reviews every decision, or AP 58 asks for it in this case.
	ReviewRequired = observed("review_required", "须经法制审核", "Legal review is required", "", law.AP(58))
	// ReviewerIndependent: the one who asks is no officer of this case.
	ReviewerIndependent = observed("reviewer_independent", "审核人未参与本案调查", "The reviewer did not investigate", "need.reviewer_independent", law.AP(58))
	// CaseIsMajor: complex or major by the unit's thresholds.
	CaseIsMajor = observed("case_is_major", "情节复杂或者重大违法行为", "The case is complex or major", "", law.AP(57, 2))
	// WithinLimitation: the act was found within two years of its last day, or within the longer time that
	// the head gave as the ground when the case was filed.
	WithinLimitation = observed("within_limitation", "未超过处罚时效", "Found within the limitation", "need.limitation", law.AP(36))
	// EvidenceSinceDefence: evidence has been put on file since the party last spoke.
	EvidenceSinceDefence = observed("evidence_since_defence", "陈述申辩后有新证据在卷", "New evidence is on file since the defence", "need.new_evidence", law.AP(45, 2), law.AP(40))
	// FinedBefore: another case has fined the same party for the same matter, day and place.
	FinedBefore = observed("fined_before", "同一违法行为已被处以罚款", "The same act has been fined", "", law.AP(29))
	// PartyOfAge: the party is no person whose number says that it was under fourteen on the day of the act.
	PartyOfAge = observed("party_of_age", "当事人已满十四周岁", "The party had completed its fourteenth year", "need.under_fourteen", law.AP(30))
	// CrimePending: a suspected crime of the case lies with the head or the police.
	CrimePending = observed("crime_pending", "涉嫌犯罪正在移送", "A suspected crime is being transferred", "", law.AP(27), law.AP(57))
	// WarningAlone: the decision imposes no fine.
	WarningAlone = observed("warning_alone", "仅给予警告", "A warning alone", "need.warning_alone", law.AP(9))
	// ExtensionOver: the last day that the newest extension allows has passed; false without one.
	ExtensionOver = observed("extension_over", "批准的延长期限已届满", "The approved extension is over", "", law.AP(60))

	// The lapsing of clocks: term.Lapsed of the clock of the same name.
	NinetyDaysOver    = observed("ninety_days_over", "立案已满九十日", "Ninety days have passed since filing", "", law.AP(60))
	DefenceTimeOver   = observed("defence_time_over", "陈述申辩期限已届满", "The time for defence is over", "need.defence_time", law.AP(45), law.AP(62))
	HearingNoticeOver = observed("hearing_notice_over", "听证通知满七个工作日", "Seven working days since the hearing was announced", "need.hearing_notice", law.AP(64, 1, 2))
	// HearingTimeCome: it is the time of which the party was told last, or later.
	HearingTimeCome = observed("hearing_time_come", "已到通知的听证时间", "The announced time of the hearing has come", "need.hearing_time", law.AP(64, 1, 2))
)

// Facts about what is being filled in.
var (
	// AmountWithinRange: the fine lies within the matter's range for this kind of party.
	AmountWithinRange = entered("amount_within_range", "罚款在法定幅度内", "The fine is within the statutory range", "need.amount_range", law.AP(5, 2), law.AP(34))
	// DepartureExplained: the fine lies in the tier that the circumstances call for, or a reason is written for
	// departing from it; such a case goes to legal review.
	DepartureExplained = entered("departure_explained", "偏离建议裁量阶次的已写明理由", "A departure from the proposed tier is explained", "need.departure", law.AP(34))
	// AnotherAct: no other matter has been fined for the same party, day and place, or it is written down why this is another
	// act.
	AnotherAct = entered("another_act", "同日同地未因其他事项被罚款，或者已说明不是同一违法行为", "Not fined for another matter on that day and place, or why this is another act", "need.other_matter_fined", law.AP(29))
	// NotHeavierThanNoticed: the fine is at most the one that the party was told of.
	NotHeavierThanNoticed = entered("not_heavier", "不重于告知的处罚", "No heavier than what the notice said", "need.not_heavier", law.AP(45, 2))
	// NoHeavierForSpeaking: since the party spoke, or asked for a hearing, the fine is at most the lightest of
	// which it had been told by then; new facts that the head has confirmed start afresh.
	NoHeavierForSpeaking = entered("no_heavier_for_speaking", "未因陈述申辩加重", "No heavier because the party spoke", "need.no_heavier_for_speaking", law.AP(45, 2))
	// FoundInTime: the act was found within two years, or the ground for a longer time is given.
	FoundInTime = entered("found_in_time", "未超过处罚时效", "Found within the limitation", "need.limitation", law.AP(36))
	// CalledInTime: seven working days lie between the notice of the hearing and its day.
	CalledInTime = entered("called_in_time", "举行七个工作日前通知", "Called seven working days before", "need.called_in_time", law.AP(64, 1, 2), law.AP(85))
	// HeadsDeliberated: two heads at least were present, the one who records it among them, and nobody else
	// is listed as having deliberated.
	HeadsDeliberated = entered("heads_deliberated", "由两名以上负责人集体讨论", "Two heads or more deliberated", "need.heads", law.AP(57, 2))
	// AnnouncementOver: a service by announcement is dated no earlier than the end of its period.
	AnnouncementOver = entered("announcement_over", "公告期已满", "The announcement's period is over", "need.announcement", law.CP(95), law.SH(25))
	// AskedInTime: the day of asking is no later than the last day of the defence clock.
	AskedInTime = entered("asked_in_time", "在告知后五个工作日内提出", "Asked within five working days of the notice", "need.asked_in_time", law.AP(64, 1, 1))
	// ServedAfterIssue: the day of service is no earlier than the day on which the document was issued.
	ServedAfterIssue = entered("served_after_issue", "送达日期不早于文书制作日期", "Served no earlier than the document was made", "need.served_after_issue", law.AP(44), law.AP(61))
	// ChairIndependent: the chair of the hearing is no officer of this case.
	ChairIndependent = entered("chair_independent", "主持人非本案调查人员", "The chair did not investigate", "need.chair_independent", law.AP(64, 1, 4))
	// SurchargePaid: what ran up until the day of payment is paid with it, or was waived by an agreement (AC 42).
	SurchargePaid = entered("surcharge_paid", "加处罚款已缴清", "The surcharge is paid", "need.surcharge", law.AP(72, 1))
	// LessThanOwed: the payment leaves something to pay.
	LessThanOwed = entered("less_than_owed", "缴款少于应缴金额", "Less than what is owed", "need.less_than_owed", law.AP(66, 2))
	// PaidInFull: the vouchers make up the fine.
	PaidInFull = entered("paid_in_full", "罚款已缴清", "The fine is paid in full", "need.paid_in_full", law.AP(66), law.AP(67, 3))
)

// Clocks of a case.
var (
	NinetyDays = procedure.Clock{Code: "ninety_days", Title: procedure.T("办案期限", "Time to decide"),
		Period: law.Period{N: 90, Unit: law.Days, Cites: procedure.Cites(law.AP(60))}, Lapsed: NinetyDaysOver}
	DefenceTime = procedure.Clock{Code: "defence", Title: procedure.T("陈述申辩与听证申请期限", "Time for defence and to ask for a hearing"), Waits: true,
		Period: law.Period{N: 5, Unit: law.WorkingDays, Cites: procedure.Cites(law.AP(64, 1, 1), law.AP(45))}, Lapsed: DefenceTimeOver}
	HearingNotice = procedure.Clock{Code: "hearing_notice", Title: procedure.T("听证通知期", "Notice of the hearing"), Waits: true,
		Period: law.Period{N: 7, Unit: law.WorkingDays, Cites: procedure.Cites(law.AP(64, 1, 2))}, Lapsed: HearingNoticeOver}
	ServeDecision = procedure.Clock{Code: "serve_decision", Title: procedure.T("决定书送达期限", "Time to serve the decision"),
		Period: law.Period{N: 7, Unit: law.WorkingDays, Cites: procedure.Cites(law.AP(61, 1))}}
	Payment = procedure.Clock{Code: "payment", Title: procedure.T("缴款期限", "Time to pay"), Waits: true,
		Period: law.Period{N: 15, Unit: law.Days, Cites: procedure.Cites(law.AP(67, 3))}}
	Reconsideration = procedure.Clock{Code: "reconsideration", Title: procedure.T("申请复议期限", "Time for reconsideration"), Waits: true,
		Period: law.Period{N: 60, Unit: law.Days, Cites: procedure.Cites(law.AR(20, 1))}}
	Litigation = procedure.Clock{Code: "litigation", Title: procedure.T("起诉期限", "Time for litigation"), Waits: true,
		Period: law.Period{N: 6, Unit: law.Months, Cites: procedure.Cites(law.AL(46, 1))}}
	// CourtTime begins when the remedies' periods are over: later where a remedy or a deferral ends later.
	CourtTime = procedure.Clock{Code: tracks.CourtClock, Title: procedure.T("申请法院强制执行期限", "Time to apply to the court"), After: "litigation", Period: law.ToCourt}
)

// Kinds of document that steps issue.
const (
	NoticeDocument   = "penalty.notice"
	DecisionDocument = "penalty.decision"
)

// servedBy is the kind of document that a step serves.
var servedBy = map[string]string{StepServeNotice: NoticeDocument, StepServeDecision: DecisionDocument}

// What the conversation with the party has left behind; a new notice makes all of it void.
var conversation = []string{defenceWaived.Code, defenceHeard.Code, defenceReviewed.Code, hearingAsked.Code, hearingCalled.Code, hearingHeld.Code,
	hearingWaived.Code, reviewPassed.Code, deliberated.Code}

// withinTime: no decision after ninety days unless the head has extended them, and not after the
// extension either.
var withinTime = procedure.All(
	procedure.Any(procedure.Not(NinetyDaysOver), extended).Because("need.ninety_days", law.AP(60)),
	procedure.Not(ExtensionOver).Because("need.extension", law.AP(60)),
)

// heard: the time for defence is over, or the party has given up what is left of it: the defence, and
// the hearing where there is a right to one.
var heard = procedure.Any(
	DefenceTimeOver,
	procedure.All(defenceWaived, hearingWaived.When(HearingEntitled)),
).Because("need.defence_time", law.AP(44), law.AP(45), law.AP(62), law.AP(64))

// Ordinary is the ordinary procedure (普通程序) of the Administrative Penalty Law (2021), chapter V
// section 3, as a district bureau runs it. A jurist should be able to check it line by line.
var Ordinary = procedure.Define(procedure.Procedure{
	Code: "casework.penalty.ordinary", System: "casework", Start: Drafted,
	Title: procedure.T("行政处罚普通程序", "Ordinary penalty procedure"),
	Note: procedure.T("《行政处罚法》（2021）第五章第三节、第四节。简易程序、行政强制和申请法院强制执行另有程序。",
		"Administrative Penalty Law (2021), chapter V sections 3 and 4. Summary procedure, coercion and execution by the court are procedures of their own."),
	Cites:  procedure.Cites(law.AP(54), law.AP(57)),
	States: ordinaryStates,
	Facts: []procedure.Fact{
		correctionOrdered, correctionRefused, defenceWaived, defenceHeard, defenceReviewed, hearingAsked, hearingCalled, hearingHeld, hearingWaived, extended, reviewPassed, deliberated,
		TwoCertifiedOfficers, PartyIdentified, EvidencePresent, MatterInForce, MatterConfirmed, CorrectionFirst, HearingEntitled, ReviewRequired,
		ReviewerIndependent, CaseIsMajor, WithinLimitation, EvidenceSinceDefence, FinedBefore, PartyOfAge, CrimePending, WarningAlone, ExtensionOver, NinetyDaysOver, DefenceTimeOver, HearingNoticeOver, HearingTimeCome, FilmsAccounted,
		AmountWithinRange, DepartureExplained, AnotherAct, NotHeavierThanNoticed, NoHeavierForSpeaking, FoundInTime, CalledInTime, HeadsDeliberated, AnnouncementOver, AskedInTime, ServedAfterIssue, ChairIndependent, PaidInFull, SurchargePaid, LessThanOwed,
	},
	Clocks: []procedure.Clock{NinetyDays, DefenceTime, HearingNotice, ServeDecision, Payment, Reconsideration, Litigation, CourtTime},
	Steps:  slices.Concat(filingSteps, noticeSteps, hearingSteps, decisionSteps, executionSteps),
})

var ordinaryStates = []procedure.State{
	{Code: Drafted, Title: procedure.T("待立案", "Drafted")},
	{Code: NotFiled, Title: procedure.T("不予立案", "Not filed"), End: true},
	{Code: Filed, Title: procedure.T("已立案", "Filed")},
	{Code: Reported, Title: procedure.T("调查终结", "Investigation reported")},
	{Code: Reviewed, Title: procedure.T("审查通过", "Report approved")},
	{Code: Notified, Title: procedure.T("告知书待送达", "Notice to be served")},
	{Code: Noticed, Title: procedure.T("已告知", "Noticed")},
	{Code: Hearing, Title: procedure.T("听证中", "Hearing")},
	{Code: Decided, Title: procedure.T("决定书待送达", "Decision to be served")},
	{Code: Served, Title: procedure.T("决定书已送达", "Decision served")},
	{Code: Performed, Title: procedure.T("执行完毕", "Performed")},
	{Code: Closed, Title: procedure.T("已结案", "Closed")},
	{Code: Terminated, Title: procedure.T("已终止", "Terminated")},
	{Code: Archived, Title: procedure.T("已归档", "Archived"), End: true},
}

func recorded(code, zh, en, missing string, cites ...law.Cite) procedure.Fact {
	return procedure.Fact{Code: code, Kind: procedure.Recorded, Title: procedure.T(zh, en), Missing: missing, Cites: cites}
}

func observed(code, zh, en, missing string, cites ...law.Cite) procedure.Fact {
	return procedure.Fact{Code: code, Kind: procedure.Observed, Title: procedure.T(zh, en), Missing: missing, Cites: cites}
}

func entered(code, zh, en, missing string, cites ...law.Cite) procedure.Fact {
	return procedure.Fact{Code: code, Kind: procedure.Entered, Title: procedure.T(zh, en), Missing: missing, Cites: cites}
}
