package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of the summary procedure.
const (
	SummaryFound     = "found"     // the officers stand before it
	SummaryTold      = "told"      // the party knows what is intended, and why, and its rights
	SummaryDecided   = "decided"   // decided and handed over on the spot
	SummaryPerformed = "performed" // paid, or a warning
	SummaryClosed    = "closed"
	SummaryArchived  = "archived"
	SummaryTurned    = "turned"  // over to the ordinary procedure
	SummaryDropped   = "dropped" // no penalty; the party was taught
)

const (
	sumTell    = "tell"
	sumHear    = "hear"
	sumDecide  = "decide"
	sumCollect = "collect"
	sumHandIn  = "hand_in"
	sumBank    = "bank"
	sumPay     = "pay"
	sumWarned  = "warned"
	sumRecord  = "record"
	sumTurn    = "turn"
	sumDrop    = "drop"
	sumEnd     = "end_execution"
	sumClose   = "close"
	sumArchive = "archive"
)

// Clocks of the summary procedure.
var (
	SummaryFile = procedure.Clock{Code: "on_record", Title: procedure.T("当场处罚决定报所属行政机关备案期限", "Time to file with the authority"),
		Period: law.Period{N: 2, Unit: law.WorkingDays, Rule: "当场处罚决定备案期限（行政处罚法第五十二条未定期限）"}}
	SummaryPayment = procedure.Clock{Code: "payment", Title: procedure.T("缴款期限", "Time to pay"), Waits: true,
		Period: law.ToPay}
	SummaryHandIn = procedure.Clock{Code: "hand_in", Title: procedure.T("当场收缴罚款交至行政机关期限", "Time to hand in the cash"),
		Period: law.CashHandIn}
	SummaryBank = procedure.Clock{Code: "bank", Title: procedure.T("行政机关缴付银行期限", "Time to pay the cash into the bank"),
		Period: law.CashToBank}
	SummaryReconsider = procedure.Clock{Code: "reconsideration", Title: procedure.T("申请复议期限（复议前置）", "Time for reconsideration (before any suit)"), Waits: true,
		Period: law.Reconsider}
	SummaryCourt = procedure.Clock{Code: CourtClock, Title: procedure.T("申请法院强制执行期限", "Time to apply to the court"), After: "reconsideration",
		Period: law.ToCourt}
)

var (
	sumHeard    = recorded("heard", "已听取当事人陈述申辩", "The party has been heard", "need.party_heard", law.AP(45, 1), law.AP(62))
	sumOnRecord = recorded("on_record", "已报所属行政机关备案", "Filed with the authority", "need.on_record", law.AP(52, 3))
	sumCash     = recorded("cash", "已当场收缴现金", "Cash was taken on the spot", "need.cash", law.AP(68), law.AP(69))
	sumHanded   = recorded("handed_in", "现金已交至行政机关", "The cash was handed in", "need.handed_in", law.AP(71))
	sumBanked   = recorded("banked", "现金已缴付指定银行", "The cash was paid into the bank", "need.banked", law.AP(71))

	sumFactsClear = entered("facts_clear", "违法事实确凿", "The facts are beyond doubt", "need.facts_clear",
		func(l *Look) bool { return l.Values.Bool("facts_clear") }, law.AP(51))
	sumCards = entered("cards_shown", "已出示执法证件", "The certificates were shown", "need.cards_shown",
		func(l *Look) bool { return l.Values.Bool("cards_shown") }, law.AP(52, 1), law.AP(55, 1))
	sumSpot = observed("on_the_spot", "仍在当场（告知当日）", "Still on the spot: the day of the telling", "need.on_the_spot",
		func(l *Look) bool { told, ok := l.Last(sumTell); return ok && law.On(told.At) == l.Today() }, law.AP(51), law.AP(52, 1))
	sumCeiling = entered("within_ceiling", "不超过当场处罚限额", "Within the ceiling of a penalty on the spot", "need.summary_ceiling",
		func(l *Look) bool {
			yuan, ok := l.spotFine()
			may, err := law.MaySummary(l.Party.Kind, yuan)
			return ok && err == nil && may
		}, law.AP(51))
	sumRange = entered("amount_within_range", "罚款在法定幅度内", "The fine is within the statutory range", "need.amount_range",
		func(l *Look) bool {
			yuan, ok := l.spotFine()
			warning := yuan == 0 && l.Matter.FineOptional
			return ok && (warning || l.RangeKnown && l.Low <= yuan && yuan <= l.High)
		}, law.AP(5, 2), law.AP(34))
	sumNotHeavier = entered("not_heavier", "不重于告知的处罚", "No heavier than what the party was told", "need.not_heavier_spot",
		func(l *Look) bool {
			yuan, ok := l.spotFine()
			told, was := l.Last(sumTell)
			return ok && was && yuan <= told.Yuan("amount")
		}, law.AP(45, 2))
	sumOneFine = entered("one_fine", "同一违法行为未曾罚款", "No fine has been imposed for the same act", "need.one_fine",
		func(l *Look) bool {
			yuan, ok := l.spotFine()
			return ok && (yuan == 0 || !slices.ContainsFunc(l.SameDay, func(e Earlier) bool { return e.Near && e.ActDate == l.ActDate && e.Yuan > 0 }))
		}, law.AP(29))
	sumOfAge = observed("party_of_age", "当事人已满十四周岁", "The party had completed its fourteenth year", "need.under_fourteen",
		func(l *Look) bool { return !l.UnderAge }, law.AP(30))
	sumAnotherAct = entered("another_act", "同日同地未因其他事项被罚款，或者已说明不是同一违法行为", "Not fined for another matter on that day and place, or why this is another act", "need.other_matter_fined",
		func(l *Look) bool { return len(l.OtherFines) == 0 || l.Values.Text(AnotherActNote.Name) != "" }, law.AP(29))
	sumDelivered = entered("handed_over", "决定书当场交付，拒签的已注明", "Handed over on the spot; a refusal to sign is noted", "need.handed_over",
		func(l *Look) bool {
			return l.Values.Text("delivered") == "signed" || l.Values.Text("delivered") == "refused" && l.Values.Text("refusal") != ""
		}, law.AP(52, 1))
	sumInTime = observed("within_limitation", "未超过处罚时效", "Found within the limitation", "need.limitation",
		func(l *Look) bool { return !l.ActDate.AddMonths(24).Before(l.FoundOn) }, law.AP(36, 1))
	// sumOrderDefied holds too where the article fines without an order first.
	sumOrderDefied = observed("order_defied_where_first", "依法须先责令改正的，拒不改正", "Where the law says correct first: it was ordered and not obeyed", "need.correction_refused",
		func(l *Look) bool { return !l.Matter.CorrectFirst || l.orderDefied() }, law.SH(18, 2))

	sumWarningAlone = observed("warning_alone", "仅给予警告", "A warning alone", "need.warning_alone",
		func(l *Look) bool { return l.Decided != nil && *l.Decided == 0 }, law.AP(9, 1, 1))
	// sumCashAllowed: at most the ceiling of AP 68, or hard to collect later, or a remote place and the party asks.
	sumCashAllowed = entered("cash_allowed", "依法可以当场收缴", "The law allows cash on the spot", "need.cash_allowed",
		func(l *Look) bool {
			ground, note := l.Values.Text("ground"), l.Values.Text("ground_note") != ""
			if l.Decided == nil {
				return false
			}
			may, err := law.MayCollect(l.Party.Kind, *l.Decided, ground == cashHard && note, ground == cashRemote && note)
			return err == nil && may && (ground == cashSmall || note)
		}, law.AP(68, 1, 1), law.AP(68, 1, 2), law.AP(69))
	// sumCashDecided: the decision that the party holds says that this fine is taken on the spot, and why.
	sumCashDecided = entered("cash_decided", "决定书载明当场收缴及其情形", "The decision says that it is taken on the spot, and why", "need.cash_decided",
		func(l *Look) bool {
			decided, ok := l.Last(sumDecide)
			pay := decided.Text("pay")
			return ok && pay != "" && pay == payByGround[l.Values.Text("ground")]
		}, law.AP(67, 2), law.AP(67, 3))
	// sumPayLawful: the way of paying that the decision lays down is one that the law has.
	sumPayLawful = entered("way_to_pay_lawful", "载明的缴纳方式合法", "The way to pay that it lays down is lawful", "need.cash_allowed",
		func(l *Look) bool {
			yuan, ok := l.spotFine()
			pay := l.Values.Text("pay")
			if ok && yuan == 0 || pay == "" || pay == payBank {
				return ok
			}
			may, err := law.MayCollect(l.Party.Kind, yuan, pay == payByGround[cashHard], pay == payByGround[cashRemote])
			return ok && err == nil && may
		}, law.AP(67, 2), law.AP(68, 1, 1), law.AP(68, 1, 2), law.AP(69))
	sumSurchargePaid = entered("surcharge_paid", "加处罚款已缴清", "The surcharge is paid", "need.surcharge",
		func(l *Look) bool {
			fen, ok := l.surcharge()
			_, owed := l.owed(l.paidOn())
			return ok && fen == owed
		}, law.AP(72, 1))
	sumCashSpot = entered("collected_on_the_spot", "当场收缴", "Collected on the spot", "need.collected_on_the_spot",
		func(l *Look) bool {
			on, ok := l.Values.Date("paid_on")
			decided, was := l.Last(sumDecide)
			return ok && was && on == law.On(decided.At)
		}, law.AP(68), law.AP(69))
	sumReceipt = entered("receipt_given", "已出具统一专用票据", "The official receipt was given", "need.receipt_given",
		func(l *Look) bool { return l.Values.Text("receipt_no") != "" }, law.AP(70))
	sumPaidInFull = entered("paid_in_full", "罚款已缴清", "The fine is paid in full", "need.paid_in_full",
		func(l *Look) bool {
			yuan, ok := l.Values.Number("amount")
			return ok && l.Decided != nil && l.Paid+yuan == *l.Decided
		}, law.AP(66, 1), law.AP(67, 3))
)

// spotFine is the fine that is being told or decided: the form of the decision asks for the penalty and, but for a
// warning alone, the sum.
func (l *Look) spotFine() (yuan int64, ok bool) {
	if yuan, ok = l.Values.Number("amount"); ok {
		return yuan, true
	}
	if l.Values.Text("penalty") == "warning" {
		return 0, true
	}
	yuan, ok = l.Values.Number("yuan")
	return yuan, ok && yuan > 0
}

// Grounds for taking cash on the spot.
const (
	cashSmall  = "small"
	cashHard   = "hard_later"
	cashRemote = "remote"
)

// How the decision says that the fine is paid.
const payBank = "bank"

// payByGround is how the decision writes down each ground for cash.
var payByGround = map[string]string{cashSmall: "cash_small", cashHard: "cash_hard", cashRemote: "cash_remote"}

// Summary is the summary procedure (简易程序, 当场处罚): a small fine or a warning, decided and handed over
// where it happened (AP 51-53), paid at the bank or, where the law allows, on the spot (AP 68-71).
var Summary = define(Track{Main: true, Properties: summaryProperties, HandsOver: map[string]func(procedure.Values) bool{
	sumDecide: func(v procedure.Values) bool { return v.Text("delivered") != "" }}}, procedure.Procedure{
	Code: CodeSummary, System: "casework", Start: SummaryFound,
	Title: procedure.T("行政处罚简易程序（当场处罚）", "Summary penalty procedure"),
	Note: procedure.T("《行政处罚法》第五章第二节、第六章。事实不清、当事人不在当场或者超过限额的，转普通程序。",
		"Administrative Penalty Law, chapter V section 2 and chapter VI. Where facts are in doubt, the party is gone or the ceiling is passed, the case goes over to the ordinary procedure."),
	Cites: procedure.Cites(law.AP(51), law.AP(52), law.AP(53)),
	States: []procedure.State{
		{Code: SummaryFound, Title: procedure.T("现场发现", "Found")},
		{Code: SummaryTold, Title: procedure.T("已告知", "Told")},
		{Code: SummaryDecided, Title: procedure.T("已当场决定并交付", "Decided and handed over")},
		{Code: SummaryPerformed, Title: procedure.T("执行完毕", "Performed")},
		{Code: SummaryClosed, Title: procedure.T("已结案", "Closed")},
		{Code: SummaryArchived, Title: procedure.T("已归档", "Archived"), End: true},
		{Code: SummaryTurned, Title: procedure.T("转普通程序", "Over to the ordinary procedure"), End: true},
		{Code: SummaryDropped, Title: procedure.T("教育后不予处罚", "Taught, no penalty"), End: true},
	},
	Clocks: []procedure.Clock{SummaryFile, SummaryPayment, SummaryHandIn, SummaryBank, SummaryReconsider, SummaryCourt},
	Steps:  slices.Concat(summaryDecision, summaryExecution),
}, sumHeard, sumOnRecord, sumCash, sumHanded, sumBanked, TwoCertified, PartyKnown, EvidenceOnFile, MatterInForce, MatterConfirmed, sumInTime, sumOfAge, sumOrderDefied,
	sumSpot, sumWarningAlone, sumFactsClear, sumCards, sumCeiling, sumRange, sumNotHeavier, sumOneFine, sumAnotherAct, sumDelivered, sumPayLawful, sumCashDecided, sumCashAllowed, sumCashSpot, sumReceipt, sumPaidInFull, sumSurchargePaid)

var summaryDecision = []procedure.Step{
	{
		Code: sumTell, Op: OpSummary, Title: procedure.T("出示证件，告知拟处罚内容、事实、理由、依据和权利", "Show certificates; tell what is intended, why, and the party's rights"),
		Cites: procedure.Cites(law.AP(44), law.AP(52, 1), law.AP(55, 1), law.SH(24, 1)),
		From:  []string{SummaryFound}, To: SummaryTold, By: []string{Officer},
		Needs: procedure.All(
			TwoCertified,                   // AP 42
			PartyKnown,                     // AP 40
			EvidenceOnFile,                 // AP 40, 46
			MatterInForce, MatterConfirmed, // AP 37, 38
			sumInTime,      // AP 36
			sumOfAge,       // AP 30
			sumOrderDefied, // SH 18
			sumFactsClear,  // AP 51
			sumCards,       // AP 52
			sumCeiling,     // AP 51
			sumAnotherAct,  // AP 29
		),
		Fields: []procedure.Field{yes("facts_clear", "违法事实确凿", "The facts are beyond doubt"), yes("cards_shown", "已出示执法证件", "Certificates shown"),
			spotAmount, long("grounds", "告知的事实、理由和依据", "Facts, reasons and basis told"), AnotherActNote},
	},
	{
		Code: sumHear, Op: OpSummary, Title: procedure.T("听取陈述申辩", "Hear the party"), Cites: procedure.Cites(law.AP(45), law.AP(62), law.SH(24, 2)),
		From: []string{SummaryTold}, By: []string{Officer},
		Sets: []string{sumHeard.Code},
		Fields: []procedure.Field{
			choice("spoke", "当事人的表示", "The party", opt("stated", "作了陈述申辩", "stated a defence"), opt("nothing", "表示没有意见", "has nothing to say"),
				opt("waived", "明确放弃陈述申辩", "expressly waives")),
			statement, adopted, optional(reason)},
	},
	{
		Code: sumDecide, Op: OpSummary, Title: procedure.T("当场作出处罚决定并交付决定书", "Decide on the spot and hand over the decision"),
		Cites: procedure.Cites(law.AP(51), law.AP(52), law.AR(23, 2)),
		From:  []string{SummaryTold}, To: SummaryDecided, By: []string{Officer},
		Needs: procedure.All(
			TwoCertified,                   // AP 42
			sumHeard,                       // AP 45, 62
			sumSpot,                        // AP 51
			MatterInForce, MatterConfirmed, // AP 37, 38
			sumCeiling,    // AP 51
			sumRange,      // the matter's own article
			sumNotHeavier, // AP 45(2)
			sumOneFine,    // AP 29
			sumPayLawful,  // AP 67, 68, 69
			sumDelivered,  // AP 52
		),
		Issues: KindSummary,
		Starts: []string{SummaryFile.Code, SummaryPayment.Code, SummaryReconsider.Code, SummaryCourt.Code}, // AP 52(3), 67(3), AR 20, 23, AC 53
		Fields: []procedure.Field{
			choice("delivered", "决定书交付情况", "How it was received", opt("signed", "当事人签收", "Signed for"), opt("refused", "当事人拒绝签收", "Signature refused")),
			optional(long("refusal", "拒签情况注明", "How the signature was refused"))},
	},
	{
		Code: sumTurn, Op: OpSummary, Title: procedure.T("转普通程序", "Over to the ordinary procedure"), Cites: procedure.Cites(law.AP(54)),
		From: []string{SummaryFound, SummaryTold}, To: SummaryTurned, By: []string{Officer},
		Fields: []procedure.Field{reason},
	},
	{
		Code: sumDrop, Op: "casework.terminate", Title: procedure.T("教育后不予处罚", "Teach; no penalty"), Cites: procedure.Cites(law.AP(33), law.AP(57, 1, 2), law.SH(18, 2)),
		From: []string{SummaryFound, SummaryTold}, To: SummaryDropped, By: []string{Head},
		Fields: []procedure.Field{reason, long("taught", "教育情况", "How the party was taught")},
	},
}

// AnotherActNote is where a form asks why this is another act than one that was fined on the same day at the same place.
var AnotherActNote = procedure.Field{Name: "another_act", Label: procedure.T("不是同一违法行为的理由", "Why this is another act"), Type: procedure.LongText, Max: 1000,
	Help: procedure.T("同一当事人同日同地已因其他事项被罚款的，必须写明；同一违法行为只按罚款数额高的规定处罚一次", "Needed where the same party was fined for another matter on that day and place; one act is fined once, by the provision with the higher fine")}

var spotAmount = procedure.Field{Name: "amount", Label: procedure.T("罚款金额（元）", "Fine (yuan)"), Type: procedure.Number, Required: true,
	Help: procedure.T("整数元；只给予警告的填 0", "Whole yuan; 0 for a warning alone")}

var summaryExecution = []procedure.Step{
	{
		Code: sumRecord, Op: OpSummary, Title: procedure.T("报所属行政机关备案", "File with the authority"), Cites: procedure.Cites(law.AP(52, 3)),
		From: []string{SummaryDecided, SummaryPerformed}, By: []string{Officer},
		Sets:   []string{sumOnRecord.Code},
		Meets:  []string{SummaryFile.Code},
		Fields: []procedure.Field{note, optional(lateNote)},
	},
	{
		Code: sumCollect, Op: OpSummary, Title: procedure.T("当场收缴罚款", "Take the fine on the spot"), Cites: procedure.Cites(law.AP(68), law.AP(69), law.AP(70)),
		From: []string{SummaryDecided}, To: SummaryPerformed, By: []string{Officer},
		Needs: procedure.All(
			procedure.Not(sumWarningAlone).Because("need.fine", law.AP(9, 1, 1)),
			sumCashDecided, // AP 67
			sumCashAllowed, // AP 68, 69
			sumCashSpot,    // AP 68
			sumReceipt,     // AP 70
			sumPaidInFull,  // AP 66
		),
		Sets:   []string{sumCash.Code},
		Meets:  []string{SummaryPayment.Code, SummaryCourt.Code},
		Dated:  "paid_on",
		Starts: []string{SummaryHandIn.Code}, // AP 71
		Fields: []procedure.Field{amount, paidOn, text("receipt_no", "专用票据号", "Number of the official receipt"),
			choice("ground", "当场收缴的情形", "Why on the spot", opt(cashSmall, "依法给予限额以下罚款", "A fine within the ceiling for cash"),
				opt(cashHard, "不当场收缴事后难以执行", "Hard to collect later"), opt(cashRemote, "边远、水上、交通不便地区，当事人提出", "A remote place, and the party asks")),
			optional(long("ground_note", "情形说明", "What makes it so"))},
	},
	{
		Code: sumHandIn, Op: OpSummary, Title: procedure.T("现金交至行政机关", "Hand in the cash"), Cites: procedure.Cites(law.AP(71)),
		From: []string{SummaryPerformed}, By: []string{Officer},
		Needs:  procedure.All(sumCash),
		Sets:   []string{sumHanded.Code},
		Meets:  []string{SummaryHandIn.Code},
		Dated:  "handed_on",
		Starts: []string{SummaryBank.Code}, // AP 71
		Fields: []procedure.Field{day("handed_on", "交款日期", "Handed in on"), text("handed_to", "收款人", "Handed to"), optional(lateNote)},
	},
	{
		Code: sumBank, Op: OpExecute, Title: procedure.T("缴付指定银行", "Pay the cash into the bank"), Cites: procedure.Cites(law.AP(71)),
		From: []string{SummaryPerformed}, By: []string{Leader, Officer},
		Needs:  procedure.All(sumHanded),
		Sets:   []string{sumBanked.Code},
		Meets:  []string{SummaryBank.Code},
		Fields: []procedure.Field{day("banked_on", "缴付日期", "Paid in on"), voucher, optional(lateNote)},
	},
	{
		Code: sumPay, Op: "casework.pay", Title: procedure.T("到银行或者网上缴纳罚款", "Paid at the bank or online"), Cites: procedure.Cites(law.AP(53), law.AP(67, 3)),
		From: []string{SummaryDecided}, To: SummaryPerformed, By: []string{Officer},
		Needs: procedure.All(
			procedure.Not(sumWarningAlone).Because("need.fine", law.AP(9, 1, 1)),
			sumPaidInFull,    // AP 66, 67
			sumSurchargePaid, // AP 72
		),
		Meets:  []string{SummaryPayment.Code, SummaryCourt.Code},
		Fields: []procedure.Field{voucher, amount, paidOn, surchargePaid},
	},
	{
		Code: sumWarned, Op: "casework.pay", Title: procedure.T("警告已送达执行", "Warning carried out"), Cites: procedure.Cites(law.AP(9, 1, 1), law.AP(66, 1)),
		From: []string{SummaryDecided}, To: SummaryPerformed, By: []string{Officer},
		Needs:  procedure.All(sumWarningAlone),
		Meets:  []string{SummaryPayment.Code, SummaryCourt.Code},
		Fields: []procedure.Field{note},
	},
	{
		Code: sumEnd, Op: "casework.terminate", Title: procedure.T("终结执行", "End execution"), Cites: procedure.Cites(law.AC(40)),
		From: []string{SummaryDecided}, To: SummaryPerformed, By: []string{Head},
		Meets:  []string{SummaryPayment.Code, SummaryCourt.Code},
		Fields: []procedure.Field{endGround, reason},
	},
	{
		Code: sumClose, Op: "casework.close", Title: procedure.T("结案", "Close"), Cites: procedure.Cites(law.AP(47), law.AP(52, 3)),
		From: []string{SummaryPerformed}, To: SummaryClosed, By: []string{Leader, Head},
		Needs: procedure.All(
			sumOnRecord,             // AP 52(3)
			sumHanded.When(sumCash), // AP 71
			sumBanked.When(sumCash), // AP 71
		),
		Fields: []procedure.Field{opinion},
	},
	archiveStep(sumArchive, SummaryClosed, SummaryArchived),
}

// archiveStep puts a closed case into the archive.
func archiveStep(code, from, to string) procedure.Step {
	return procedure.Step{
		Code: code, Op: "casework.archive", Title: procedure.T("归档", "Archive"), Cites: procedure.Cites(law.AP(47)),
		From: []string{from}, To: to, By: []string{Legal},
		Fields: []procedure.Field{
			{Name: "volume", Label: procedure.T("案卷号", "Volume"), Type: procedure.TextField, Required: true, Max: 60},
			{Name: "pages", Label: procedure.T("页数", "Pages"), Type: procedure.Number, Min: 1, Max: 10000},
		},
	}
}
