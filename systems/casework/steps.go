package casework

import (
	"jiexu/law"
	"jiexu/procedure"
	"jiexu/systems/casework/tracks"
)

// Roles that take part in a case.
const (
	roleOfficer = "officer"
	roleLeader  = "leader"
	roleLegal   = "legal"
	roleHead    = "head"
)

// Codes of the steps.
const (
	StepApproveFiling   = "approve_filing"
	StepRefuseFiling    = "refuse_filing"
	StepOrderCorrection = "order_correction"
	StepNotCorrected    = "not_corrected"
	StepReport          = "report"
	StepApproveReport   = "approve_report"
	StepSendBack        = "send_back"
	StepNewFacts        = "new_facts"
	StepNotify          = "notify"
	StepServeNotice     = "serve_notice"
	StepHear            = "hear"
	StepReviewDefence   = "review_defence"
	StepWaive           = "waive"
	StepWaiveHearing    = "waive_hearing"
	StepAskHearing      = "ask_hearing"
	StepCallHearing     = "call_hearing"
	StepHoldHearing     = "hold_hearing"
	StepWithdrawHearing = "withdraw_hearing"
	StepExtend          = "extend"
	StepPassReview      = "pass_review"
	StepFailReview      = "fail_review"
	StepDeliberate      = "deliberate"
	StepNotifyAnew      = "notify_anew"
	StepDecide          = "decide"
	StepServeDecision   = "serve_decision"
	StepPay             = "pay"
	StepPayPart         = "pay_part"
	StepWarned          = "warned"
	StepEndExecution    = "end_execution"
	StepClose           = "close"
	StepTerminate       = "terminate"
	StepArchive         = "archive"
)

// Fields that several steps ask for.
var (
	opinion   = procedure.Field{Name: "opinion", Label: procedure.T("审批意见", "Opinion"), Type: procedure.LongText, Required: true, Max: 1000}
	reason    = procedure.Field{Name: "reason", Label: procedure.T("理由", "Reason"), Type: procedure.LongText, Required: true, Max: 1000}
	statement = procedure.Field{Name: "statement", Label: procedure.T("当事人陈述", "What the party said"), Type: procedure.LongText, Required: true}
	amount    = procedure.Field{Name: "amount", Label: procedure.T("罚款金额（元）", "Fine (yuan)"), Type: procedure.Number, Required: true,
		Help: procedure.T("整数元；只给予警告的填 0", "Whole yuan; 0 for a warning alone")}
	servedOn = procedure.Field{Name: "served_on", Label: procedure.T("送达日期", "Served on"), Type: procedure.DateField, Required: true, NotFuture: true,
		Help: procedure.T("以送达回证为准；公告送达填公告期满、视为送达之日", "As on the proof of service; for an announcement, the last day of its period, on which it counts as served")}
	voucher = procedure.Field{Name: "voucher", Label: procedure.T("缴款凭证号", "Voucher number"), Type: procedure.TextField, Required: true, Min: 4, Max: 40}
	paidOn  = procedure.Field{Name: "paid_on", Label: procedure.T("缴款日期", "Paid on"), Type: procedure.DateField, Required: true, NotFuture: true}
	// surchargePaid is a text because a surcharge need not be whole yuan: 3% of 50 is 1.50 a day.
	surchargePaid = procedure.Field{Name: "surcharge", Label: procedure.T("加处罚款（元）", "Surcharge (yuan)"), Type: procedure.TextField, Max: 14,
		Help: procedure.T("逾期缴纳的才填写，可以有角分", "Only where it is paid late; may have two decimals")}
	receiver = procedure.Field{Name: "receiver", Label: procedure.T("签收人及身份", "Received by, and who that is"), Type: procedure.TextField, Required: true}
	// serviceMethod lists the ways of CP 88-95 and AP 61.
	serviceMethod = procedure.Field{Name: "method", Label: procedure.T("送达方式", "How"), Type: procedure.Select, Required: true, Options: []procedure.Option{
		{Value: inPerson, Label: procedure.T("直接送达", "In person")},
		{Value: "left", Label: procedure.T("留置送达", "Left behind")},
		{Value: "post", Label: procedure.T("邮寄送达", "By post")},
		{Value: "electronic", Label: procedure.T("电子送达（已签确认书）", "Electronic (consent signed)")},
		{Value: "entrusted", Label: procedure.T("委托送达", "Entrusted to another authority")},
		{Value: "handed_on", Label: procedure.T("转交送达", "Handed on by the party's institution")},
		{Value: byAnnouncement, Label: procedure.T("公告送达", "By announcement")},
	}}
)

// untilDecided are the states from filing to decision.
var untilDecided = []string{Filed, Reported, Reviewed, Notified, Noticed, Hearing}

// inForce: no act rests on a text that was not in force, or that nobody has confirmed.
var inForce = procedure.All(MatterInForce, MatterConfirmed)

const (
	byAnnouncement = "announcement"
	inPerson       = "in_person"
)

// punishable: the party is old enough, the act has not been fined before, and no crime is suspected that the police are to look at first.
var punishable = procedure.All(
	PartyOfAge, // AP 30
	procedure.Not(FinedBefore).Because("need.fined_once", law.AP(29)),
	procedure.Not(CrimePending).Because("need.crime_pending", law.AP(27), law.AP(57)),
)

// The grounds for more than two years between act and discovery (AP 36(1)).
const (
	limitFiveYears = "five_years"
	limitByLaw     = "by_law"
)

var filingSteps = []procedure.Step{
	{
		Code: StepApproveFiling, Title: procedure.T("批准立案", "Approve filing"), Cites: procedure.Cites(law.AP(54)),
		From: []string{Drafted}, To: Filed, By: []string{roleHead},
		Needs: procedure.All(
			MatterInForce, // AP 37
			FoundInTime,   // AP 36
		),
		Starts: []string{NinetyDays.Code}, // AP 60
		Fields: []procedure.Field{opinion,
			{Name: "limitation", Label: procedure.T("超过二年仍予处罚的依据", "Ground for more than two years"), Type: procedure.Select,
				Help: procedure.T("违法行为发现时已满二年的才填写；连续或者继续的行为，行为日期应填终了之日", "Only where the act was found after two years; of a continuing act, the day of the act is its last day"),
				Options: []procedure.Option{
					{Value: limitFiveYears, Label: procedure.T("涉及公民生命健康安全、金融安全且有危害后果（五年）", "Life, health or financial safety, and harm was done (five years)")},
					{Value: limitByLaw, Label: procedure.T("法律另有规定（在审批意见中写明）", "Another law says otherwise (named in the opinion)")},
				}},
		},
	},
	{
		Code: StepRefuseFiling, Title: procedure.T("不予立案", "Refuse filing"), Cites: procedure.Cites(law.AP(54)),
		From: []string{Drafted}, To: NotFiled, By: []string{roleHead},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepOrderCorrection, Op: "casework.report", Title: procedure.T("责令改正", "Order to correct"), Cites: procedure.Cites(law.AP(28), law.SH(18)),
		From: []string{Filed}, By: []string{roleOfficer},
		Needs: procedure.All(TwoCertifiedOfficers),
		Sets:  []string{correctionOrdered.Code}, Clears: []string{correctionRefused.Code},
		Fields: []procedure.Field{
			{Name: "order", Label: procedure.T("改正要求", "What to correct"), Type: procedure.LongText, Required: true},
			{Name: "correct_by", Label: procedure.T("改正期限", "Correct by"), Type: procedure.DateField, Required: true, NotPast: true},
		},
	},
	{
		Code: StepNotCorrected, Op: "casework.report", Title: procedure.T("复查未改正", "Found not corrected"), Cites: procedure.Cites(law.SH(18)),
		From: []string{Filed}, By: []string{roleOfficer},
		Needs: procedure.All(correctionOrdered),
		Sets:  []string{correctionRefused.Code},
		Fields: []procedure.Field{
			{Name: "findings", Label: procedure.T("复查情况", "What the recheck found"), Type: procedure.LongText, Required: true},
		},
	},
	{
		Code: StepReport, Title: procedure.T("调查终结报告", "Report"), Cites: procedure.Cites(law.AP(54), law.AP(55), law.AP(57)),
		From: []string{Filed}, To: Reported, By: []string{roleOfficer},
		Needs: procedure.All(
			TwoCertifiedOfficers,                    // AP 42
			PartyIdentified,                         // AP 40, 59
			EvidencePresent,                         // AP 40, 46
			WithinLimitation,                        // AP 36
			inForce,                                 // AP 37, 38
			correctionRefused.When(CorrectionFirst), // SH 18
		),
		Fields: []procedure.Field{
			{Name: "summary", Label: procedure.T("违法事实和证据", "Facts and evidence"), Type: procedure.LongText, Required: true},
			{Name: "proposal", Label: procedure.T("处理建议和裁量理由", "Proposal, and why this much"), Type: procedure.LongText, Required: true},
		},
	},
	{
		Code: StepApproveReport, Title: procedure.T("审查通过", "Approve report"), Cites: procedure.Cites(law.AP(57)),
		From: []string{Reported}, To: Reviewed, By: []string{roleHead},
		Fields: []procedure.Field{opinion},
	},
	{
		Code: StepSendBack, Title: procedure.T("退回补充调查", "Send back"), Cites: procedure.Cites(law.AP(57)),
		From: []string{Reported, Reviewed, Noticed}, To: Filed, By: []string{roleHead},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepNewFacts, Op: "casework.approve_report", Title: procedure.T("确认新查明的事实", "Confirm new facts"), Cites: procedure.Cites(law.AP(45, 2), law.AP(57)),
		From: []string{Reported}, By: []string{roleHead},
		Needs: procedure.All(EvidenceSinceDefence),
		Fields: []procedure.Field{
			{Name: "facts", Label: procedure.T("陈述申辩后新查明的事实及其证据", "What was found since the defence, and by which evidence"), Type: procedure.LongText, Required: true, Min: 10},
		},
	},
}

// served: a day of service that can be true.
var served = procedure.All(ServedAfterIssue, AnnouncementOver)

var noticeSteps = []procedure.Step{
	{
		Code: StepNotify, Title: procedure.T("制发处罚事先告知书", "Make the notice"), Cites: procedure.Cites(law.AP(44), law.AP(63)),
		From: []string{Reviewed}, To: Notified, By: []string{roleOfficer},
		Needs: procedure.All(
			TwoCertifiedOfficers, // AP 42
			WithinLimitation,     // AP 36
			punishable,           // AP 27, 29
			inForce,              // AP 37, 38
			AmountWithinRange,    // the matter's own article
			DepartureExplained,   // AP 34
			AnotherAct,           // AP 29
			NoHeavierForSpeaking, // AP 45(2)
		),
		Clears: conversation,
		Issues: NoticeDocument,
		Fields: []procedure.Field{amount,
			{Name: "grounds", Label: procedure.T("处罚理由和裁量情节", "Grounds of the penalty"), Type: procedure.LongText, Required: true},
			{Name: "departure", Label: procedure.T("偏离建议阶次的理由", "Why this departs from the proposed tier"), Type: procedure.LongText, Max: 1000,
				Help: procedure.T("金额不在建议的裁量阶次内时填写；此类案件须经法制审核", "Only where the amount lies outside the proposed tier; such a case needs legal review")},
			tracks.AnotherActNote},
	},
	{
		Code: StepServeNotice, Title: procedure.T("送达告知书", "Serve the notice"), Cites: procedure.Cites(law.AP(44), law.CP(87), law.SH(25)), Films: procedure.FilmWarns, FilmsIf: tracks.LeftBehind,
		From: []string{Notified}, To: Noticed, By: []string{roleOfficer},
		Needs:  served,
		Dated:  "served_on",
		Starts: []string{DefenceTime.Code}, // AP 64(1.1)
		Fields: []procedure.Field{serviceMethod, servedOn, receiver},
	},
	{
		Code: StepHear, Title: procedure.T("听取陈述申辩", "Hear the defence"), Cites: procedure.Cites(law.AP(45)),
		From: []string{Noticed, Hearing}, By: []string{roleOfficer},
		Sets: []string{defenceHeard.Code}, Clears: []string{defenceReviewed.Code, defenceWaived.Code},
		Fields: []procedure.Field{statement},
	},
	{
		Code: StepReviewDefence, Title: procedure.T("复核陈述申辩", "Review the defence"), Cites: procedure.Cites(law.AP(45)),
		From: []string{Noticed, Hearing}, By: []string{roleOfficer},
		Needs: procedure.All(defenceHeard),
		Sets:  []string{defenceReviewed.Code}, Clears: []string{reviewPassed.Code, deliberated.Code},
		Fields: []procedure.Field{
			{Name: "adopted", Label: procedure.T("是否采纳", "Adopted"), Type: procedure.Select, Required: true, Options: []procedure.Option{
				{Value: "yes", Label: procedure.T("采纳", "Adopted")},
				{Value: "partly", Label: procedure.T("部分采纳", "Adopted in part")},
				{Value: "no", Label: procedure.T("不采纳", "Not adopted")},
			}},
			reason,
		},
	},
	{
		Code: StepWaive, Title: procedure.T("放弃陈述申辩", "Waive the defence"), Cites: procedure.Cites(law.AP(62)),
		From: []string{Noticed, Hearing}, By: []string{roleOfficer},
		Sets:   []string{defenceWaived.Code},
		Fields: []procedure.Field{statement},
	},
	{
		Code: StepExtend, Title: procedure.T("延长办案期限", "Extend the time to decide"), Cites: procedure.Cites(law.AP(60)),
		From: untilDecided, By: []string{roleHead},
		Sets: []string{extended.Code},
		Fields: []procedure.Field{
			{Name: "basis", Label: procedure.T("延长的法律依据和理由", "Legal basis and reasons"), Type: procedure.LongText, Required: true, Min: 5},
			{Name: "until", Label: procedure.T("延长至", "Until"), Type: procedure.DateField, Required: true, NotPast: true},
		},
	},
	{
		Code: StepTerminate, Title: procedure.T("终止案件", "Terminate"), Cites: procedure.Cites(law.AP(33), law.AP(57)),
		From: untilDecided, To: Terminated, By: []string{roleHead},
		Meets: []string{NinetyDays.Code},
		Fields: []procedure.Field{
			{Name: "ground", Label: procedure.T("终止情形", "Ground"), Type: procedure.Select, Required: true, Options: []procedure.Option{
				{Value: "not_established", Label: procedure.T("违法事实不能成立", "Facts not established")},
				{Value: "slight", Label: procedure.T("违法行为轻微，不予行政处罚", "Slight, no penalty")},
				{Value: "crime", Label: procedure.T("涉嫌犯罪，移送司法机关", "Suspected crime, transferred")},
				{Value: "jurisdiction", Label: procedure.T("不属于本机关管辖，移送", "Not ours, transferred")},
				{Value: "other", Label: procedure.T("其他", "Other")},
			}},
			reason,
		},
	},
}

var hearingSteps = []procedure.Step{
	{
		Code: StepWaiveHearing, Op: "casework.waive", Title: procedure.T("放弃听证", "Waive the hearing"), Cites: procedure.Cites(law.AP(63)),
		From: []string{Noticed}, By: []string{roleOfficer},
		Needs:  procedure.All(HearingEntitled),
		Sets:   []string{hearingWaived.Code},
		Fields: []procedure.Field{statement},
	},
	{
		Code: StepAskHearing, Title: procedure.T("要求听证", "Ask for a hearing"), Cites: procedure.Cites(law.AP(63), law.AP(64)),
		From: []string{Noticed}, To: Hearing, By: []string{roleOfficer},
		Needs: procedure.All(
			HearingEntitled, // AP 63
			AskedInTime,     // AP 64(1.1)
			procedure.Not(hearingHeld).Because("need.hearing_once", law.AP(64)),
		),
		Sets: []string{hearingAsked.Code}, Clears: []string{hearingWaived.Code, hearingCalled.Code},
		Fields: []procedure.Field{
			{Name: "asked_on", Label: procedure.T("提出日期", "Asked on"), Type: procedure.DateField, Required: true, NotFuture: true},
			statement,
		},
	},
	{
		Code: StepCallHearing, Op: "casework.hold_hearing", Title: procedure.T("听证通知", "Announce the hearing"), Cites: procedure.Cites(law.AP(64)),
		From: []string{Hearing}, By: []string{roleLegal},
		Needs: procedure.All(
			ChairIndependent, // AP 64(1.4)
			CalledInTime,     // AP 64(1.2)
		),
		Sets:   []string{hearingCalled.Code},
		Starts: []string{HearingNotice.Code}, // AP 64(1.2)
		Fields: []procedure.Field{
			{Name: "held_at", Label: procedure.T("听证时间", "Time of the hearing"), Type: procedure.Moment, Required: true},
			{Name: "place", Label: procedure.T("听证地点", "Place"), Type: procedure.TextField, Required: true},
			{Name: "chair", Label: procedure.T("主持人", "Chair"), Type: procedure.PersonField, Required: true},
		},
	},
	{
		Code: StepHoldHearing, Title: procedure.T("举行听证", "Hold the hearing"), Cites: procedure.Cites(law.AP(64), law.AP(65)), Films: procedure.FilmWarns,
		From: []string{Hearing}, To: Noticed, By: []string{roleLegal},
		Needs: procedure.All(hearingCalled, HearingNoticeOver, HearingTimeCome),
		Sets:  []string{hearingHeld.Code}, Clears: []string{reviewPassed.Code, deliberated.Code},
		Fields: []procedure.Field{
			{Name: "outcome", Label: procedure.T("听证情况", "How it went"), Type: procedure.Select, Required: true, Options: []procedure.Option{
				{Value: "held", Label: procedure.T("如期举行", "Held")},
				{Value: "absent", Label: procedure.T("当事人无正当理由缺席或中途退出，终止听证", "Ended: the party stayed away or left without reason")},
			}},
			{Name: "record", Label: procedure.T("听证笔录", "Record"), Type: procedure.LongText, Required: true},
		},
	},
	{
		Code: StepWithdrawHearing, Op: "casework.ask_hearing", Title: procedure.T("撤回听证申请", "Withdraw the request"), Cites: procedure.Cites(law.AP(63)),
		From: []string{Hearing}, To: Noticed, By: []string{roleOfficer},
		Sets: []string{hearingWaived.Code}, Clears: []string{hearingAsked.Code, hearingCalled.Code},
		Meets:  []string{HearingNotice.Code},
		Fields: []procedure.Field{statement},
	},
}

// reviewedWhereRequired: legal review comes before the decision where the office or AP 58 asks for it,
// and always after a hearing.
var reviewedWhereRequired = reviewPassed.When(procedure.Any(ReviewRequired, hearingHeld))

var decisionSteps = []procedure.Step{
	{
		Code: StepPassReview, Op: "casework.legal_review", Title: procedure.T("法制审核通过", "Pass legal review"), Cites: procedure.Cites(law.AP(58)),
		From: []string{Noticed}, By: []string{roleLegal},
		Needs: procedure.All(
			ReviewerIndependent,                // AP 58
			defenceReviewed.When(defenceHeard), // AP 45
			FilmsAccounted,                     // AP 47
		),
		Sets:   []string{reviewPassed.Code},
		Fields: []procedure.Field{opinion},
	},
	{
		Code: StepFailReview, Op: "casework.legal_review", Title: procedure.T("法制审核不通过", "Fail legal review"), Cites: procedure.Cites(law.AP(58)),
		From: []string{Noticed}, To: Filed, By: []string{roleLegal},
		Needs:  procedure.All(ReviewerIndependent),
		Clears: []string{reviewPassed.Code},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepDeliberate, Title: procedure.T("集体讨论", "Deliberate together"), Cites: procedure.Cites(law.AP(57, 2)),
		From: []string{Noticed}, By: []string{roleHead},
		Needs: procedure.All(
			reviewedWhereRequired, // AP 58
			HeadsDeliberated,      // AP 57(2)
		),
		Sets: []string{deliberated.Code},
		Fields: []procedure.Field{
			{Name: "attendees", Label: procedure.T("参加讨论的负责人", "Heads who deliberated"), Type: procedure.People, Required: true, Min: 2,
				Help: procedure.T("至少两名负责人，包括您本人", "Two heads at least, yourself among them")},
			{Name: "present", Label: procedure.T("列席人员", "Others present"), Type: procedure.People},
			{Name: "minutes", Label: procedure.T("讨论记录和结论", "Minutes and conclusion"), Type: procedure.LongText, Required: true},
		},
	},
	{
		Code: StepNotifyAnew, Op: "casework.send_back", Title: procedure.T("退回重新告知", "Notify anew"), Cites: procedure.Cites(law.AP(44), law.AP(45)),
		From: []string{Noticed}, To: Reviewed, By: []string{roleHead},
		Fields: []procedure.Field{reason},
	},
	{
		Code: StepDecide, Title: procedure.T("作出处罚决定", "Decide"), Cites: procedure.Cites(law.AP(57), law.AP(59)),
		From: []string{Noticed}, To: Decided, By: []string{roleHead},
		Needs: procedure.All(
			heard,                              // AP 44, 45, 62, 64
			defenceReviewed.When(defenceHeard), // AP 45
			hearingHeld.When(hearingAsked),     // AP 63, 64
			reviewedWhereRequired,              // AP 58
			deliberated.When(CaseIsMajor),      // AP 57(2)
			withinTime,                         // AP 60
			WithinLimitation,                   // AP 36
			punishable,                         // AP 27, 29
			inForce,                            // AP 37, 38
			AmountWithinRange,                  // the matter's own article
			NotHeavierThanNoticed,              // AP 45(2)
			FilmsAccounted,                     // AP 47
		),
		Issues: DecisionDocument,
		Meets:  []string{NinetyDays.Code},
		Starts: []string{ServeDecision.Code}, // AP 61
		Fields: []procedure.Field{amount, opinion},
	},
}

var executionSteps = []procedure.Step{
	{
		Code: StepServeDecision, Title: procedure.T("送达决定书", "Serve the decision"), Cites: procedure.Cites(law.AP(61), law.CP(87), law.SH(25)), Films: procedure.FilmWarns, FilmsIf: tracks.LeftBehind,
		From: []string{Decided}, To: Served, By: []string{roleOfficer},
		Needs:  served,
		Dated:  "served_on",
		Meets:  []string{ServeDecision.Code},
		Starts: []string{Payment.Code, Reconsideration.Code, Litigation.Code, CourtTime.Code}, // AP 67, AR 20, AL 46, AC 53
		Fields: []procedure.Field{serviceMethod, servedOn, receiver, tracks.LateNote},
	},
	{
		Code: StepPay, Title: procedure.T("缴纳罚款", "Pay"), Cites: procedure.Cites(law.AP(66), law.AP(67)),
		From: []string{Served}, To: Performed, By: []string{roleOfficer},
		Needs: procedure.All(
			procedure.Not(WarningAlone).Because("need.fine", law.AP(9)),
			PaidInFull,    // AP 66, 67
			SurchargePaid, // AP 72
		),
		Meets:  []string{Payment.Code, CourtTime.Code},
		Fields: []procedure.Field{voucher, amount, paidOn, surchargePaid},
	},
	{
		Code: StepPayPart, Op: "casework.pay", Title: procedure.T("缴纳部分罚款", "Pay a part"), Cites: procedure.Cites(law.AP(66, 2), law.AP(67)),
		From: []string{Served}, By: []string{roleOfficer},
		Needs: procedure.All(
			procedure.Not(WarningAlone).Because("need.fine", law.AP(9)),
			LessThanOwed, // the last part is paid by the step above
		),
		Fields: []procedure.Field{voucher, amount, paidOn, surchargePaid},
	},
	{
		Code: StepWarned, Op: "casework.pay", Title: procedure.T("警告已送达执行", "Warning carried out"), Cites: procedure.Cites(law.AP(9), law.AP(66)),
		From: []string{Served}, To: Performed, By: []string{roleOfficer},
		Needs: procedure.All(WarningAlone),
		Meets: []string{Payment.Code, CourtTime.Code},
		Fields: []procedure.Field{
			{Name: "note", Label: procedure.T("教育和改正情况", "What was explained, and how it was corrected"), Type: procedure.LongText},
		},
	},
	{
		Code: StepEndExecution, Op: "casework.terminate", Title: procedure.T("终结执行", "End execution"), Cites: procedure.Cites(law.AC(40)),
		From: []string{Served}, To: Performed, By: []string{roleHead},
		Meets: []string{Payment.Code, CourtTime.Code},
		Fields: []procedure.Field{
			{Name: "ground", Label: procedure.T("终结情形", "Ground"), Type: procedure.Select, Required: true, Options: []procedure.Option{
				{Value: "death", Label: procedure.T("公民死亡，无遗产可供执行又无义务承受人", "The person has died without estate or successor")},
				{Value: "dissolved", Label: procedure.T("法人或者其他组织终止，无财产可供执行又无义务承受人", "The organisation is gone without property or successor")},
				{Value: "object_lost", Label: procedure.T("执行标的灭失", "The object no longer exists")},
				{Value: "revoked", Label: procedure.T("据以执行的行政决定被撤销", "The decision was revoked")},
				{Value: "other", Label: procedure.T("其他需要终结执行的情形", "Other")},
			}},
			reason,
		},
	},
	{
		Code: StepClose, Title: procedure.T("结案", "Close"), Cites: procedure.Cites(law.AP(47)),
		From: []string{Performed}, To: Closed, By: []string{roleLeader, roleHead},
		Fields: []procedure.Field{opinion},
	},
	{
		Code: StepArchive, Title: procedure.T("归档", "Archive"), Cites: procedure.Cites(law.AP(47)),
		From: []string{Closed, Terminated}, To: Archived, By: []string{roleLegal},
		Fields: []procedure.Field{
			{Name: "volume", Label: procedure.T("案卷号", "Volume"), Type: procedure.TextField, Required: true, Max: 60},
			{Name: "pages", Label: procedure.T("页数", "Pages"), Type: procedure.Number, Min: 1, Max: 10000},
			{Name: "kept", Label: procedure.T("保管期限", "Kept"), Type: procedure.Select, Help: procedure.T("不选为三十年；由法制科按档案规定确认", "30 years if nothing is chosen; the legal section confirms it by the archives' rules"),
				Options: []procedure.Option{{Value: "30", Label: procedure.T("三十年", "30 years")}, {Value: "10", Label: procedure.T("十年", "10 years")}, {Value: "permanent", Label: procedure.T("永久", "For ever")}}},
		},
	},
}
