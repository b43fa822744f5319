package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of transfers.
const (
	TransferProposed   = "proposed"
	TransferAsked      = "asked"
	TransferApproved   = "approved"
	TransferHanded     = "handed_over"
	TransferAccepted   = "accepted"
	TransferDeclined   = "declined" // the case comes back
	TransferRefused    = "refused"  // the head does not transfer
	TransferDisputed   = "disputed"
	TransferDesignated = "designated" // the superior says who has it
	TransferOurs       = "ours"       // the superior says it is ours
)

const (
	trPropose   = "propose"
	trApprove   = "approve"
	trRefuse    = "refuse"
	trHand      = "hand_over"
	trAccepted  = "accepted"
	trDeclined  = "declined"
	trDispute   = "dispute"
	trDesignate = "designated"
	trOurs      = "designated_ours"
	trTell      = "tell_informant"
)

// The provisions on transferring cases of suspected crime are not among our texts.
const crimeRule = "行政执法机关移送涉嫌犯罪案件的规定（2020）"

// Clocks of transfers.
var (
	CrimeDecide = procedure.Clock{Code: "decide", Title: procedure.T("负责人决定是否移送期限", "Time of the head to decide"),
		Period: law.Period{N: 3, Unit: law.Days, Rule: crimeRule + "第五条"}}
	CrimeHand = procedure.Clock{Code: "hand_over", Title: procedure.T("向公安机关移送期限", "Time to hand it over"),
		Period: law.Period{N: 24, Unit: law.Hours, Rule: crimeRule + "第五条"}}
	CrimePolice = procedure.Clock{Code: "police", Title: procedure.T("公安机关审查期限", "Time of the police to decide"), Waits: true,
		Period: law.Period{N: 3, Unit: law.Days, Rule: crimeRule + "第八条"}}
	JurisdictionHand = procedure.Clock{Code: "hand_over", Title: procedure.T("移送有关部门期限", "Time to transfer"),
		Period: law.Period{N: 3, Unit: law.WorkingDays, Cites: procedure.Cites(law.SH(26, 2))}}
)

var (
	trTold = recorded("informant_told", "已向举报人说明", "The informant has been told", "need.informant_told_transfer", law.SH(26, 2))

	// trThings: what is seized goes along, and the party hears of it in writing.
	trThings = entered("things_go_along", "查封、扣押的财物一并移送，并已书面告知当事人", "Seized things go along, and the party was told in writing", "need.things_go_along",
		func(l *Look) bool {
			return !l.held() || l.lists("things") && l.Values.Bool("party_told")
		}, law.AC(21), law.SH(28, 1))
	trFile = entered("file_goes_along", "移送书、调查报告、证据材料齐备", "Letter, report and evidence are complete", "need.transfer_file",
		func(l *Look) bool { return l.Values.Bool("file_complete") }, law.AP(27, 2))
	trInformant = observed("informant", "有举报人需要说明", "There is an informant to be told", "",
		func(l *Look) bool { return l.Informant }, law.SH(26, 2))
)

// CrimePending reports whether a suspected crime of the case lies with the head or the police: no penalty
// meanwhile instead of a transfer (AP 27, 82).
func CrimePending(l *Look) bool {
	return slices.ContainsFunc(l.Beside, func(r Running) bool { return IsCrimePending(r.Procedure, r.State) })
}

// IsCrimePending is CrimePending of one track.
func IsCrimePending(procedure, state string) bool {
	return procedure == CodeCrime && slices.Contains([]string{TransferAsked, TransferApproved, TransferHanded, TransferAccepted}, state)
}

var thingsTold = optional(yes("party_told", "已就一并移送的财物书面告知当事人", "The party was told in writing of things that go along"))

// Crime is the transfer of a suspected crime to the police (AP 27, 57(1.4)).
var Crime = define(Track{Properties: crimeProperties}, procedure.Procedure{
	Code: CodeCrime, System: "casework", Start: TransferProposed,
	Title: procedure.T("移送涉嫌犯罪案件", "Transfer of a suspected crime"),
	Note: procedure.T("《行政处罚法》第二十七条、第五十七条。三日内决定、二十四小时内移送、公安机关三日内审查出自国务院规定，文本未收录，期限作为内部规定待确认。",
		"Administrative Penalty Law, arts. 27 and 57. Three days to decide, 24 hours to hand over, three days of the police are from a regulation of the State Council that is not among our texts: office rules to be confirmed."),
	Cites: procedure.Cites(law.AP(27), law.AP(57, 1, 4)),
	States: []procedure.State{
		{Code: TransferProposed, Title: procedure.T("待提出", "To be proposed")},
		{Code: TransferAsked, Title: procedure.T("待负责人决定", "With the head")},
		{Code: TransferApproved, Title: procedure.T("决定移送", "To be handed over")},
		{Code: TransferHanded, Title: procedure.T("已移送，待公安机关决定", "With the police")},
		{Code: TransferAccepted, Title: procedure.T("公安机关已立案", "The police have filed it"), End: true},
		{Code: TransferDeclined, Title: procedure.T("不予立案，退回", "Not filed; it comes back"), End: true},
		{Code: TransferRefused, Title: procedure.T("不移送", "Not transferred"), End: true},
	},
	Clocks: []procedure.Clock{CrimeDecide, CrimeHand, CrimePolice},
	Steps: []procedure.Step{
		{
			Code: trPropose, Op: OpTransfer, Title: procedure.T("提出移送涉嫌犯罪案件", "Propose the transfer"), Cites: procedure.Cites(law.AP(27, 1)),
			From: []string{TransferProposed}, To: TransferAsked, By: []string{Officer, Legal},
			Needs:  procedure.All(EvidenceOnFile), // AP 40
			Starts: []string{CrimeDecide.Code},
			Fields: []procedure.Field{text("crime", "涉嫌罪名", "Which crime"), long("facts", "涉嫌犯罪的事实和证据", "Facts and evidence")},
		},
		{
			Code: trApprove, Op: OpApproveTransfer, Title: procedure.T("决定移送", "Decide to transfer"), Cites: procedure.Cites(law.AP(27, 1), law.AP(57, 1, 4)),
			From: []string{TransferAsked}, To: TransferApproved, By: []string{Head},
			Meets:  []string{CrimeDecide.Code},
			Starts: []string{CrimeHand.Code},
			Fields: []procedure.Field{opinion, optional(lateNote)},
		},
		{
			Code: trRefuse, Op: OpApproveTransfer, Title: procedure.T("决定不移送，记明理由", "Decide not to, with reasons"), Cites: procedure.Cites(law.AP(57), law.AP(82)),
			From: []string{TransferAsked}, To: TransferRefused, By: []string{Head},
			Meets:  []string{CrimeDecide.Code},
			Fields: []procedure.Field{reason, optional(lateNote)},
		},
		{
			Code: trHand, Op: OpTransfer, Title: procedure.T("向公安机关移送", "Hand it over to the police"), Cites: procedure.Cites(law.AP(27), law.AC(21)),
			From: []string{TransferApproved}, To: TransferHanded, By: []string{Officer},
			Needs: procedure.All(
				trFile,   // AP 27(2)
				trThings, // AC 21
			),
			Issues: KindTransferCrime,
			Meets:  []string{CrimeHand.Code},
			Starts: []string{CrimePolice.Code},
			Fields: []procedure.Field{receiver, yes("file_complete", "移送书、调查报告、证据材料齐备", "Letter, report and evidence complete"), thingsTold, optional(lateNote)},
		},
		{
			Code: trAccepted, Op: OpTransfer, Title: procedure.T("公安机关立案", "The police file it"), Cites: procedure.Cites(law.AP(27)),
			From: []string{TransferHanded}, To: TransferAccepted, By: []string{Officer, Legal},
			Meets:  []string{CrimePolice.Code},
			Fields: []procedure.Field{day("answered_on", "回复日期", "Answered on"), text("number", "文号", "Its number")},
		},
		{
			Code: trDeclined, Op: OpTransfer, Title: procedure.T("公安机关不予立案，退回继续办理", "The police do not file it: the case goes on"), Cites: procedure.Cites(law.AP(27, 1)),
			From: []string{TransferHanded}, To: TransferDeclined, By: []string{Officer, Legal},
			Meets:  []string{CrimePolice.Code},
			Fields: []procedure.Field{day("answered_on", "回复日期", "Answered on"), reason},
		},
	},
}, EvidenceOnFile, trThings, trFile)

var crimeProperties = []procedure.Property{
	{
		Code: "only_the_head_transfers_crimes", Title: procedure.T("移送与不移送只能由负责人决定", "Only the head decides to transfer, or not to"),
		Cites: procedure.Cites(law.AP(57)),
		When:  procedure.Entering(TransferApproved, TransferRefused),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "no_crime_handed_over_undecided", Title: procedure.T("未经负责人决定，不得移送", "Nothing is handed over that the head did not decide on"),
		Cites: procedure.Cites(law.AP(27, 1), law.AP(57, 1, 4)),
		When:  procedure.Entering(TransferHanded),
		Must:  procedure.Took(trApprove),
	},
	{
		Code: "evidence_and_things_go_along", Title: procedure.T("材料不齐、财物未一并移送或者未告知当事人，不得移送", "Evidence and seized things go along, and the party is told"),
		Cites: procedure.Cites(law.AP(27, 2), law.AC(21)),
		When:  procedure.Entering(TransferHanded),
		Must:  procedure.All(trFile, trThings),
	},
	{
		Code: "no_suspicion_without_evidence", Title: procedure.T("没有证据，不得提出移送", "No suspicion without evidence"),
		Cites: procedure.Cites(law.AP(40)),
		When:  procedure.Entering(TransferAsked),
		Must:  EvidenceOnFile,
	},
}

// Jurisdiction is the transfer of a case to whom it belongs (AP 22, 25; SH 14, 26, 28).
var Jurisdiction = define(Track{Properties: jurisdictionProperties}, procedure.Procedure{
	Code: CodeJurisdiction, System: "casework", Start: TransferProposed,
	Title: procedure.T("移送管辖", "Transfer of jurisdiction"),
	Note: procedure.T("《行政处罚法》第二十二条、第二十五条，《上海市城市管理行政执法条例》第十四条、第二十六条、第二十八条：三个工作日内移送并向举报人说明；争议由共同的上一级指定。",
		"AP 22, 25; SH 14, 26, 28: transferred within three working days, the informant told; disputes are settled by the common superior."),
	Cites: procedure.Cites(law.AP(22), law.AP(25), law.SH(14), law.SH(26, 2)),
	States: []procedure.State{
		{Code: TransferProposed, Title: procedure.T("待提出", "To be proposed")},
		{Code: TransferAsked, Title: procedure.T("待负责人决定", "With the head")},
		{Code: TransferApproved, Title: procedure.T("决定移送", "To be handed over")},
		{Code: TransferHanded, Title: procedure.T("已移送", "Handed over")},
		{Code: TransferDisputed, Title: procedure.T("管辖争议，报请指定", "Disputed")},
		{Code: TransferAccepted, Title: procedure.T("对方已接收", "Accepted"), End: true},
		{Code: TransferDesignated, Title: procedure.T("指定由其他机关管辖", "Designated to another"), End: true},
		{Code: TransferOurs, Title: procedure.T("指定由本机关管辖", "Designated to us"), End: true},
		{Code: TransferRefused, Title: procedure.T("不移送", "Not transferred"), End: true},
	},
	Clocks: []procedure.Clock{JurisdictionHand},
	Steps: []procedure.Step{
		{
			Code: trPropose, Op: OpTransfer, Title: procedure.T("发现不属于本机关管辖，提出移送", "Not ours: propose the transfer"), Cites: procedure.Cites(law.AP(22), law.SH(14, 1), law.SH(28, 1)),
			From: []string{TransferProposed}, To: TransferAsked, By: []string{Officer, Leader, Legal},
			Starts: []string{JurisdictionHand.Code}, // SH 26(2)
			Fields: []procedure.Field{choice("ground", "理由", "Ground", opt("elsewhere", "违法行为发生地不在本辖区", "It happened elsewhere"), opt("department", "属于其他部门职责", "It belongs to another department"),
				opt("first_filed", "其他机关最先立案", "Another filed first")), text("authority", "移送机关", "To whom"), reason},
		},
		{
			Code: trApprove, Op: OpApproveTransfer, Title: procedure.T("决定移送", "Decide to transfer"), Cites: procedure.Cites(law.AP(22), law.AP(25, 1)),
			From: []string{TransferAsked}, To: TransferApproved, By: []string{Head},
			Fields: []procedure.Field{opinion},
		},
		{
			Code: trRefuse, Op: OpApproveTransfer, Title: procedure.T("不移送", "Decide not to"), Cites: procedure.Cites(law.AP(22)),
			From: []string{TransferAsked}, To: TransferRefused, By: []string{Head},
			Meets:  []string{JurisdictionHand.Code},
			Fields: []procedure.Field{reason, optional(lateNote)},
		},
		{
			Code: trTell, Op: OpTransfer, Title: procedure.T("向举报人说明情况", "Explain it to the informant"), Cites: procedure.Cites(law.SH(26, 2)),
			From: []string{TransferAsked, TransferApproved, TransferHanded}, By: []string{Officer, Leader},
			Sets:   []string{trTold.Code},
			Fields: []procedure.Field{day("told_on", "说明日期", "Told on"), text("told_how", "方式", "How")},
		},
		{
			Code: trHand, Op: OpTransfer, Title: procedure.T("移送案件和相关物品", "Hand over the case and its things"), Cites: procedure.Cites(law.SH(26, 2), law.SH(28, 1)),
			From: []string{TransferApproved}, To: TransferHanded, By: []string{Officer, Leader},
			Needs:  procedure.All(trThings), // SH 28(1)
			Issues: KindTransferJurisdiction,
			Meets:  []string{JurisdictionHand.Code},
			Fields: []procedure.Field{receiver, optional(long("things", "一并移送的财物", "Things that go along")), thingsTold, optional(lateNote)},
		},
		{
			Code: trAccepted, Op: OpTransfer, Title: procedure.T("对方接收", "Accepted"), Cites: procedure.Cites(law.SH(28, 2)),
			From: []string{TransferHanded}, To: TransferAccepted, By: []string{Officer, Leader},
			Needs:  procedure.All(trTold.When(trInformant)), // SH 26(2)
			Fields: []procedure.Field{day("answered_on", "接收日期", "Accepted on"), optional(text("number", "文号", "Its number"))},
		},
		{
			Code: trDispute, Op: OpApproveTransfer, Title: procedure.T("对方有异议，协商不成，报请共同的上一级指定", "Disputed: the common superior is asked"), Cites: procedure.Cites(law.AP(25, 2), law.SH(14, 2)),
			From: []string{TransferAsked, TransferHanded}, To: TransferDisputed, By: []string{Head},
			Meets:  []string{JurisdictionHand.Code},
			Fields: []procedure.Field{long("talks", "协商情况", "How it was talked over"), text("superior", "报请机关", "Which superior")},
		},
		{
			Code: trDesignate, Op: OpTransfer, Title: procedure.T("指定由其他机关管辖", "Designated to another"), Cites: procedure.Cites(law.AP(25, 2), law.SH(14, 2)),
			From: []string{TransferDisputed}, To: TransferDesignated, By: []string{Officer, Legal},
			Fields: []procedure.Field{text("number", "指定文号", "Its number"), text("authority", "指定机关", "To whom")},
		},
		{
			Code: trOurs, Op: OpTransfer, Title: procedure.T("指定由本机关管辖", "Designated to us"), Cites: procedure.Cites(law.AP(25, 2), law.SH(14, 2)),
			From: []string{TransferDisputed}, To: TransferOurs, By: []string{Officer, Legal},
			Fields: []procedure.Field{text("number", "指定文号", "Its number")},
		},
	},
}, trTold, trInformant, trThings)

var jurisdictionProperties = []procedure.Property{
	{
		Code: "only_the_head_transfers_cases", Title: procedure.T("移送与报请指定只能由负责人决定", "Only the head transfers a case or asks the superior"),
		Cites: procedure.Cites(law.AP(22), law.AP(25)),
		When:  procedure.Entering(TransferApproved, TransferRefused, TransferDisputed),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "no_case_handed_over_undecided", Title: procedure.T("未经负责人决定，不得移送", "No case is handed over that the head did not decide on"),
		Cites: procedure.Cites(law.AP(22), law.SH(28, 1)),
		When:  procedure.Entering(TransferHanded),
		Must:  procedure.Took(trApprove),
	},
	{
		Code: "things_go_with_the_case", Title: procedure.T("相关物品未一并移送，不得移送", "Things go with the case"),
		Cites: procedure.Cites(law.SH(28, 1)),
		When:  procedure.Entering(TransferHanded),
		Must:  trThings,
	},
	{
		Code: "the_informant_hears_of_the_transfer", Title: procedure.T("有举报人而未说明，不得办结移送", "The informant hears of the transfer before it ends"),
		Cites: procedure.Cites(law.SH(26, 2)),
		When:  procedure.All(procedure.Entering(TransferAccepted), trInformant),
		Must:  procedure.Took(trTell),
	},
	{
		Code: "only_the_superior_designates", Title: procedure.T("未报请共同的上一级，不得指定管辖", "Nobody designates but the superior who was asked"),
		Cites: procedure.Cites(law.AP(25, 2), law.SH(14, 2)),
		When:  procedure.Entering(TransferDesignated, TransferOurs),
		Must:  procedure.Took(trDispute),
	},
}
