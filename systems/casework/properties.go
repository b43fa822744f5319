package casework

import (
	"jiexu/law"
	"jiexu/procedure"
)

// OrdinaryProperties are the rules that no way through the ordinary procedure may break. They are
// written from the statute, not from the procedure: they look at what was done and what is true, and
// never at the procedure's own needs and books.
var OrdinaryProperties = []procedure.Property{
	{
		Code: "no_decision_without_served_notice", Title: procedure.T("未送达告知书，不得作出决定", "No decision without a served notice"),
		Cites: procedure.Cites(law.AP(44), law.AP(62)),
		When:  procedure.Entering(Decided),
		Must:  procedure.Took(StepServeNotice).Since(StepNotify, StepNotifyAnew, StepFailReview),
	},
	{
		Code: "no_decision_before_defence", Title: procedure.T("陈述申辩期限未满又未放弃，不得作出决定", "No decision before the five working days for defence are over or waived"),
		Cites: procedure.Cites(law.AP(45), law.AP(62)),
		When:  procedure.Entering(Decided),
		Must:  procedure.Any(procedure.Passed(DefenceTime.Code).Since(StepServeNotice), procedure.Took(StepWaive).Since(StepNotify, StepHear)),
	},
	{
		Code: "no_decision_while_hearing_may_be_asked", Title: procedure.T("听证申请期限未满又未放弃听证，不得作出决定", "No decision while an entitled party may still ask for a hearing"),
		Cites: procedure.Cites(law.AP(63), law.AP(64)),
		When:  procedure.All(procedure.Entering(Decided), HearingEntitled),
		Must:  procedure.Any(procedure.Passed(DefenceTime.Code).Since(StepServeNotice), procedure.Took(StepWaiveHearing, StepWithdrawHearing).Since(StepNotify, StepAskHearing)),
	},
	{
		Code: "no_decision_with_unheard_defence", Title: procedure.T("陈述申辩未复核，不得作出决定", "No decision with a defence that was not reviewed"),
		Cites: procedure.Cites(law.AP(45), law.AP(62)),
		When:  procedure.All(procedure.Entering(Decided), procedure.Took(StepHear).Since(StepNotify)),
		Must:  procedure.Took(StepReviewDefence).Since(StepNotify, StepHear),
	},
	{
		Code: "no_decision_while_a_recording_is_missing", Title: procedure.T("应当全程录音录像的措施既无录像也未写明原因，不得作出决定", "No decision while what must be filmed has neither a recording nor a written reason"),
		Cites: procedure.Cites(law.AP(47)),
		When:  procedure.Entering(Decided),
		Must:  FilmsAccounted,
	},
	{
		Code: "no_decision_after_ninety_days", Title: procedure.T("立案满九十日且无延长依据，不得作出决定", "No decision after ninety days without a recorded basis of extension"),
		Cites: procedure.Cites(law.AP(60)),
		When:  procedure.All(procedure.Entering(Decided), procedure.Passed(NinetyDays.Code).Since(StepApproveFiling)),
		Must:  procedure.Took(StepExtend),
	},
	{
		Code: "no_decision_after_extension", Title: procedure.T("延长期限届满，不得作出决定", "No decision after the extension is over"),
		Cites: procedure.Cites(law.AP(60)),
		When:  procedure.Entering(Decided),
		Must:  procedure.Not(ExtensionOver),
	},
	{
		Code: "no_decision_with_hearing_outstanding", Title: procedure.T("要求听证而未举行，不得作出决定", "No decision with an asked-for hearing not held"),
		Cites: procedure.Cites(law.AP(63), law.AP(64)),
		When:  procedure.All(procedure.Entering(Decided), procedure.Took(StepAskHearing).Since(StepNotify, StepWithdrawHearing)),
		Must:  procedure.Took(StepHoldHearing).Since(StepNotify, StepAskHearing),
	},
	{
		Code: "no_hearing_unannounced", Title: procedure.T("未提前七个工作日通知，不得举行听证", "No hearing without seven working days' announcement"),
		Cites: procedure.Cites(law.AP(64)),
		When:  procedure.Taking(StepHoldHearing),
		Must:  procedure.All(procedure.Took(StepCallHearing).Since(StepAskHearing), procedure.Passed(HearingNotice.Code).Since(StepCallHearing)),
	},
	{
		Code: "no_decision_without_legal_review", Title: procedure.T("须法制审核而未通过，不得作出决定", "No decision without passed legal review where it is required"),
		Cites: procedure.Cites(law.AP(58)),
		When:  procedure.All(procedure.Entering(Decided), procedure.Any(ReviewRequired, procedure.Took(StepHoldHearing).Since(StepNotify))),
		Must:  procedure.Took(StepPassReview).Since(StepNotify, StepFailReview, StepHoldHearing, StepReviewDefence),
	},
	{
		Code: "no_review_by_investigator", Title: procedure.T("调查人员不得审核本案", "No legal review by an investigator of the case"),
		Cites: procedure.Cites(law.AP(58)),
		When:  procedure.Taking(StepPassReview, StepFailReview),
		Must:  ReviewerIndependent,
	},
	{
		Code: "no_major_decision_alone", Title: procedure.T("情节复杂或重大，未经集体讨论不得作出决定", "No decision of a major case without collective deliberation"),
		Cites: procedure.Cites(law.AP(57, 2)),
		When:  procedure.All(procedure.Entering(Decided), CaseIsMajor),
		Must:  procedure.Took(StepDeliberate).Since(StepNotify, StepHoldHearing, StepReviewDefence),
	},
	{
		Code: "only_the_head_decides", Title: procedure.T("立案、决定、终止只能由负责人作出", "Only the head files, decides and terminates"),
		Cites: procedure.Cites(law.AP(57)),
		When:  procedure.Entering(Filed, NotFiled, Decided, Terminated),
		Must:  procedure.Any(procedure.Actor(roleHead), procedure.Taking(StepFailReview)),
	},
	{
		Code: "no_report_by_fewer_than_two", Title: procedure.T("不足两名持证人员，不得调查终结和告知", "No report and no notice by fewer than two certified officers"),
		Cites: procedure.Cites(law.AP(42), law.SH(16)),
		When:  procedure.Entering(Reported, Notified),
		Must:  TwoCertifiedOfficers,
	},
	{
		Code: "no_report_on_unproved_facts", Title: procedure.T("当事人、证据未查明，不得报告", "No report without an identified party and evidence"),
		Cites: procedure.Cites(law.AP(40), law.AP(46)),
		When:  procedure.Entering(Reported),
		Must:  procedure.All(PartyIdentified, EvidencePresent),
	},
	{
		Code: "no_decision_on_unconfirmed_law", Title: procedure.T("事项依据无效或未确认，不得作出决定", "No decision on a text out of force or unconfirmed"),
		Cites: procedure.Cites(law.AP(37), law.AP(38)),
		When:  procedure.Entering(Notified, Decided),
		Must:  procedure.All(MatterInForce, MatterConfirmed),
	},
	{
		Code: "no_fine_beyond_the_range", Title: procedure.T("罚款不得超出法定幅度", "No fine beyond the statutory range"),
		Cites: procedure.Cites(law.AP(5), law.AP(34)),
		When:  procedure.Entering(Notified, Decided),
		Must:  AmountWithinRange,
	},
	{
		Code: "never_heavier_for_a_defence", Title: procedure.T("决定不得重于告知的处罚", "No decision heavier than the notice"),
		Cites: procedure.Cites(law.AP(45, 2)),
		When:  procedure.Entering(Decided),
		Must:  NotHeavierThanNoticed,
	},
	{
		Code: "no_heavier_notice_after_a_defence", Title: procedure.T("当事人陈述申辩或要求听证后，未确认新事实的，不得告知更重的处罚", "After the party has spoken, no heavier notice unless new facts are confirmed"),
		Cites: procedure.Cites(law.AP(45, 2)),
		When:  procedure.All(procedure.Taking(StepNotify), procedure.Took(StepHear, StepAskHearing, StepHoldHearing).Since(StepNewFacts)),
		Must:  NoHeavierForSpeaking,
	},
	{
		Code: "hearing_called_in_time", Title: procedure.T("距通知不满七个工作日的日子，不得定为听证日", "No hearing is called for a day within seven working days"),
		Cites: procedure.Cites(law.AP(64, 1, 2)),
		When:  procedure.Taking(StepCallHearing),
		Must:  CalledInTime,
	},
	{
		Code: "no_hearing_before_its_time", Title: procedure.T("未到通知的时间，不得举行听证", "No hearing before the time of which the party was told"),
		Cites: procedure.Cites(law.AP(64, 1, 2)),
		When:  procedure.Taking(StepHoldHearing),
		Must:  HearingTimeCome,
	},
	{
		Code: "no_unexplained_departure", Title: procedure.T("偏离建议裁量阶次而未写明理由，不得告知", "No notice that departs from the proposed tier without a reason"),
		Cites: procedure.Cites(law.AP(34)),
		When:  procedure.Taking(StepNotify),
		Must:  DepartureExplained,
	},
	{
		Code: "new_facts_rest_on_new_evidence", Title: procedure.T("没有新证据，不得确认新事实", "No new facts without new evidence"),
		Cites: procedure.Cites(law.AP(40), law.AP(45, 2)),
		When:  procedure.Taking(StepNewFacts),
		Must:  EvidenceSinceDefence,
	},
	{
		Code: "no_penalty_after_the_limitation", Title: procedure.T("超过处罚时效，不得立案、报告、告知和处罚", "Past the limitation: no filing, report, notice or decision"),
		Cites: procedure.Cites(law.AP(36)),
		When:  procedure.Any(procedure.Taking(StepApproveFiling), procedure.Entering(Reported, Notified, Decided)),
		Must:  procedure.Any(procedure.All(procedure.Taking(StepApproveFiling), FoundInTime), procedure.All(procedure.Not(procedure.Taking(StepApproveFiling)), WithinLimitation)),
	},
	{
		Code: "no_second_fine_for_one_act", Title: procedure.T("同一违法行为不得两次罚款", "No second fine for one act"),
		Cites: procedure.Cites(law.AP(29)),
		When:  procedure.Entering(Notified, Decided),
		Must:  procedure.Not(FinedBefore),
	},
	{
		Code: "another_act_is_explained", Title: procedure.T("同日同地已因其他事项被罚款，未说明不是同一违法行为的，不得告知", "No notice where another matter was fined on that day and place, unless it is said why this is another act"),
		Cites: procedure.Cites(law.AP(29)),
		When:  procedure.Entering(Notified),
		Must:  AnotherAct,
	},
	{
		Code: "no_penalty_under_fourteen", Title: procedure.T("不满十四周岁的人不予行政处罚", "Nobody under fourteen is punished"),
		Cites: procedure.Cites(law.AP(30)),
		When:  procedure.Entering(Notified, Decided),
		Must:  PartyOfAge,
	},
	{
		Code: "no_penalty_instead_of_a_crime", Title: procedure.T("涉嫌犯罪正在移送的，不得以罚代刑", "No penalty while a suspected crime is being transferred"),
		Cites: procedure.Cites(law.AP(27), law.AP(57)),
		When:  procedure.Entering(Notified, Decided),
		Must:  procedure.Not(CrimePending),
	},
	{
		Code: "only_heads_deliberate", Title: procedure.T("集体讨论须由两名以上负责人进行", "Deliberation is by two heads or more"),
		Cites: procedure.Cites(law.AP(57, 2)),
		When:  procedure.Taking(StepDeliberate),
		Must:  HeadsDeliberated,
	},
	{
		Code: "no_announcement_cut_short", Title: procedure.T("公告期未满，不得视为送达", "No service by announcement before its period is over"),
		Cites: procedure.Cites(law.CP(95), law.SH(25)),
		When:  procedure.Taking(StepServeNotice, StepServeDecision),
		Must:  AnnouncementOver,
	},
	{
		Code: "a_fine_is_paid_not_waived", Title: procedure.T("决定罚款的，不得按警告执行完毕", "A fine is never carried out as a warning"),
		Cites: procedure.Cites(law.AP(9), law.AP(66)),
		When:  procedure.Taking(StepWarned),
		Must:  WarningAlone,
	},
	{
		Code: "correction_first", Title: procedure.T("依法须先责令改正的，未责令或已改正不得处罚", "Where the law says correct first: no report unless correction was refused"),
		Cites: procedure.Cites(law.SH(18)),
		When:  procedure.All(procedure.Entering(Reported), CorrectionFirst),
		Must:  procedure.All(procedure.Took(StepOrderCorrection), procedure.Took(StepNotCorrected).Since(StepOrderCorrection)),
	},
	{
		Code: "no_service_dated_back", Title: procedure.T("送达日期不得早于文书制作", "No service dated before the document was made"),
		Cites: procedure.Cites(law.AP(44), law.AP(61)),
		When:  procedure.Entering(Noticed, Served),
		Must:  procedure.Any(ServedAfterIssue, procedure.Taking(StepHoldHearing, StepWithdrawHearing)),
	},
	{
		Code: "no_execution_without_service", Title: procedure.T("决定书未送达，不得执行、结案", "No execution and no closing without a served decision"),
		Cites: procedure.Cites(law.AP(61), law.AP(66)),
		When:  procedure.Any(procedure.Taking(StepPay, StepEndExecution, StepClose), procedure.Entering(Performed, Closed)),
		Must:  procedure.Took(StepServeDecision).Since(StepDecide),
	},
	{
		Code: "no_performance_with_a_surcharge_open", Title: procedure.T("加处罚款未缴清，不得视为缴清", "Not paid in full while a surcharge is open"),
		Cites: procedure.Cites(law.AP(72)),
		When:  procedure.Taking(StepPay),
		Must:  procedure.All(PaidInFull, SurchargePaid),
	},
	{
		Code: "no_part_beyond_the_whole", Title: procedure.T("部分缴款不得超过应缴金额", "A part is never more than what is owed"),
		Cites: procedure.Cites(law.AP(66, 2)),
		When:  procedure.Taking(StepPayPart),
		Must:  LessThanOwed,
	},
	{
		Code: "archive_only_after_the_end", Title: procedure.T("未结案、未终止，不得归档", "Archived only after closing or terminating"),
		Cites: procedure.Cites(law.AP(47)),
		When:  procedure.Entering(Archived),
		Must:  procedure.Took(StepClose, StepTerminate),
	},
	{
		Code: "terminated_is_terminated", Title: procedure.T("终止后不得再处罚", "No decision after termination"),
		Cites: procedure.Cites(law.AP(57)),
		When:  procedure.Entering(Decided),
		Must:  procedure.Not(procedure.Took(StepTerminate, StepRefuseFiling)),
	},
}
