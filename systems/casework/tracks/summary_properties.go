package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

var summaryProperties = []procedure.Property{
	{
		Code: "no_spot_fine_above_the_ceiling", Title: procedure.T("超过限额，不得当场处罚", "No decision on the spot above the ceiling"),
		Cites: procedure.Cites(law.AP(51)),
		When:  procedure.Entering(SummaryDecided),
		Must:  sumCeiling,
	},
	{
		Code: "no_spot_decision_untold_or_unheard", Title: procedure.T("未告知、未听取陈述申辩，不得当场处罚", "No decision on the spot without telling and hearing the party"),
		Cites: procedure.Cites(law.AP(44), law.AP(45), law.AP(62)),
		When:  procedure.Entering(SummaryDecided),
		Must:  procedure.All(procedure.Took(sumTell), procedure.Took(sumHear)),
	},
	{
		Code: "no_spot_decision_by_fewer_than_two", Title: procedure.T("不足两名持证人员，不得当场处罚", "No decision on the spot by fewer than two certified officers"),
		Cites: procedure.Cites(law.AP(42, 1), law.SH(16, 3)),
		When:  procedure.Entering(SummaryTold, SummaryDecided),
		Must:  TwoCertified,
	},
	{
		Code: "no_spot_decision_on_doubtful_facts", Title: procedure.T("事实不确凿、没有证据，不得适用简易程序", "No summary procedure on doubtful facts or without evidence"),
		Cites: procedure.Cites(law.AP(40), law.AP(51)),
		When:  procedure.Entering(SummaryTold),
		Must:  procedure.All(sumFactsClear, EvidenceOnFile, PartyKnown),
	},
	{
		Code: "certificates_are_shown", Title: procedure.T("未出示执法证件，不得当场处罚", "No procedure on the spot without showing certificates"),
		Cites: procedure.Cites(law.AP(52, 1), law.AP(55, 1)),
		When:  procedure.Entering(SummaryTold),
		Must:  sumCards,
	},
	{
		Code: "a_spot_decision_is_made_on_the_spot", Title: procedure.T("离开当场后，不得再当场处罚", "Away from the spot there is no decision on the spot"),
		Cites: procedure.Cites(law.AP(51), law.AP(52, 1)),
		When:  procedure.Entering(SummaryDecided),
		Must:  sumSpot,
	},
	{
		Code: "a_spot_decision_is_handed_over", Title: procedure.T("当场处罚决定书须当场交付，拒签须注明", "The decision is handed over on the spot; a refusal to sign is noted"),
		Cites: procedure.Cites(law.AP(52, 1)),
		When:  procedure.Entering(SummaryDecided),
		Must:  sumDelivered,
	},
	{
		Code: "no_spot_fine_beyond_the_range", Title: procedure.T("当场罚款不得超出法定幅度", "No fine on the spot beyond the statutory range"),
		Cites: procedure.Cites(law.AP(5, 2), law.AP(34)),
		When:  procedure.Entering(SummaryDecided),
		Must:  sumRange,
	},
	{
		Code: "no_spot_fine_on_unconfirmed_law", Title: procedure.T("依据无效或未确认，不得当场处罚", "No decision on the spot by a text out of force or unconfirmed"),
		Cites: procedure.Cites(law.AP(37), law.AP(38, 1)),
		When:  procedure.Entering(SummaryDecided),
		Must:  procedure.All(MatterInForce, MatterConfirmed),
	},
	{
		Code: "no_heavier_spot_fine_for_speaking", Title: procedure.T("当场决定不得重于告知的处罚", "No heavier on the spot than what the party was told"),
		Cites: procedure.Cites(law.AP(45, 2)),
		When:  procedure.Entering(SummaryDecided),
		Must:  sumNotHeavier,
	},
	{
		Code: "one_act_one_spot_fine", Title: procedure.T("同一违法行为不得当场再次罚款", "One act is not fined again on the spot"),
		Cites: procedure.Cites(law.AP(29)),
		When:  procedure.Entering(SummaryDecided),
		Must:  sumOneFine,
	},
	{
		Code: "cash_only_where_the_law_allows", Title: procedure.T("不符合法定情形，不得当场收缴", "No cash on the spot but where the law allows it"),
		Cites: procedure.Cites(law.AP(67, 2), law.AP(68), law.AP(69)),
		When:  procedure.Taking(sumCollect),
		Must:  procedure.All(sumCashAllowed, sumCashSpot),
	},
	{
		Code: "cash_only_where_the_decision_says_so", Title: procedure.T("决定书载明到银行缴纳的，不得当场收缴", "No cash on the spot where the decision says bank"),
		Cites: procedure.Cites(law.AP(67, 2), law.AP(67, 3)),
		When:  procedure.Taking(sumCollect),
		Must:  sumCashDecided,
	},
	{
		Code: "no_late_fine_without_its_surcharge", Title: procedure.T("逾期缴纳的，加处罚款未缴清不得执行完毕", "A fine that is paid late is not carried out without its surcharge"),
		Cites: procedure.Cites(law.AP(72, 1)),
		When:  procedure.Taking(sumPay),
		Must:  sumSurchargePaid,
	},
	{
		Code: "no_cash_without_receipt", Title: procedure.T("不出具专用票据，不得收缴罚款", "No cash without the official receipt"),
		Cites: procedure.Cites(law.AP(70)),
		When:  procedure.Taking(sumCollect),
		Must:  sumReceipt,
	},
	{
		Code: "cash_reaches_the_bank", Title: procedure.T("当场收缴的罚款未交机关、未缴银行，不得结案", "No closing before the cash is handed in and in the bank"),
		Cites: procedure.Cites(law.AP(71)),
		When:  procedure.All(procedure.Entering(SummaryClosed), procedure.Took(sumCollect)),
		Must:  procedure.All(procedure.Took(sumHandIn), procedure.Took(sumBank)),
	},
	{
		Code: "spot_decisions_are_filed", Title: procedure.T("当场处罚决定未备案，不得结案", "No closing before the decision is filed with the authority"),
		Cites: procedure.Cites(law.AP(52, 3)),
		When:  procedure.Entering(SummaryClosed),
		Must:  procedure.Took(sumRecord).Since(sumDecide),
	},
	{
		Code: "no_spot_penalty_under_fourteen", Title: procedure.T("不满十四周岁的人不得当场处罚", "Nobody under fourteen is punished on the spot"),
		Cites: procedure.Cites(law.AP(30)),
		When:  procedure.Entering(SummaryTold),
		Must:  sumOfAge,
	},
	{
		Code: "another_act_is_explained_on_the_spot", Title: procedure.T("同日同地已因其他事项被罚款，未说明不是同一违法行为的，不得当场处罚", "Where another matter was fined on that day and place, none on the spot unless it is said why this is another act"),
		Cites: procedure.Cites(law.AP(29)),
		When:  procedure.Entering(SummaryTold),
		Must:  sumAnotherAct,
	},
	{
		Code: "no_spot_penalty_past_the_limitation", Title: procedure.T("超过处罚时效，不得当场处罚", "No summary procedure past the limitation"),
		Cites: procedure.Cites(law.AP(36)),
		When:  procedure.Entering(SummaryTold),
		Must:  sumInTime,
	},
	{
		Code: "correct_first_on_the_spot_too", Title: procedure.T("依法须先责令改正的，未拒不改正不得当场处罚", "Where the law says correct first, no fine on the spot before it was not obeyed"),
		Cites: procedure.Cites(law.SH(18, 2)),
		When:  procedure.Entering(SummaryTold),
		Must:  sumOrderDefied,
	},
	{
		Code: "a_spot_fine_is_paid_not_waived", Title: procedure.T("当场罚款不得按警告执行完毕", "A fine on the spot is never carried out as a warning"),
		Cites: procedure.Cites(law.AP(66, 1)),
		When:  procedure.Taking(sumWarned),
		Must:  sumWarningAlone,
	},
}
