package tracks

import (
	"slices"
	"time"

	"jiexu/law"
	"jiexu/procedure"
)

// States of an order to correct.
const (
	CorrectFound   = "found"
	CorrectMade    = "made"          // the order is made, not yet served
	CorrectOrdered = "ordered"       // the party has it; its time runs
	CorrectDone    = "corrected"     // rechecked: corrected
	CorrectDefied  = "not_corrected" // rechecked: not corrected
	CorrectTaken   = "taken_back"    // the order was wrong
)

const (
	corOrder  = "order"
	corServe  = "serve"
	corExtend = "extend"
	corDone   = "found_corrected"
	corDefied = "found_not_corrected"
	corTake   = "take_back"
)

var corServing = serving(KindOrderCorrect)

var (
	corTimeOver = observed("correct_by_over", "改正期限已届满", "The time to correct is over", "need.correct_by_over",
		func(l *Look) bool { return l.pastMoment("until", corOrder, corExtend) }, law.AP(28, 1), law.SH(18, 2))
	corRefused = entered("refused_outright", "当事人明确拒绝改正", "The party refuses outright", "need.correct_by_over",
		func(l *Look) bool { return l.Values.Text("refusal") != "" }, law.SH(18, 2))
	corLater = entered("later_than_before", "新期限晚于原期限", "The new day is later than the old one", "need.correct_later",
		func(l *Look) bool {
			until, ok := l.Values["until"].(time.Time)
			last, was := l.Last(corOrder, corExtend)
			before, err := time.Parse(time.RFC3339, last.Text("until"))
			return ok && was && until.After(l.Now) && (err != nil || before.Before(until))
		}, law.AP(28, 1))
)

// orderDefied reports whether an order to correct of the case was not obeyed.
func (l *Look) orderDefied() bool {
	return slices.ContainsFunc(l.Beside, func(r Running) bool { return r.Procedure == CodeCorrect && r.State == CorrectDefied })
}

// Correct is the order to correct (责令改正): told what to put right and until when, rechecked afterwards. It
// goes with every penalty (AP 28), and in light cases comes first (SH 18).
var Correct = define(Track{Properties: correctProperties, Serves: map[string][]string{corServe: {KindOrderCorrect}}}, procedure.Procedure{
	Code: CodeCorrect, System: "casework", Start: CorrectFound,
	Title: procedure.T("责令改正", "Order to correct"),
	Note: procedure.T("《行政处罚法》第二十八条、《上海市城市管理行政执法条例》第十八条：责令改正，期满复查；情节较轻的，拒不改正才处罚。",
		"Administrative Penalty Law, art. 28, and Shanghai's regulation, art. 18: ordered, then rechecked; in light cases a penalty only if the order is not obeyed."),
	Cites: procedure.Cites(law.AP(28, 1), law.SH(18, 2)),
	States: []procedure.State{
		{Code: CorrectFound, Title: procedure.T("待责令", "To be ordered")},
		{Code: CorrectMade, Title: procedure.T("通知书待送达", "Order to be served")},
		{Code: CorrectOrdered, Title: procedure.T("限期改正中", "Ordered")},
		{Code: CorrectDone, Title: procedure.T("已改正", "Corrected"), End: true},
		{Code: CorrectDefied, Title: procedure.T("拒不改正", "Not corrected"), End: true},
		{Code: CorrectTaken, Title: procedure.T("已收回", "Taken back"), End: true},
	},
	Clocks: []procedure.Clock{CorrectBy},
	Steps: []procedure.Step{
		{
			Code: corOrder, Op: OpMeasure, Title: procedure.T("制发责令改正通知书", "Make the order"), Cites: procedure.Cites(law.AP(28, 1), law.SH(18, 2)),
			From: []string{CorrectFound}, To: CorrectMade, By: []string{Officer},
			Needs: procedure.All(
				TwoCertified,   // AP 42
				PartyKnown,     // AP 40
				EvidenceOnFile, // AP 40
			),
			Issues: KindOrderCorrect,
		},
		corServing.step(corServe, "送达责令改正通知书", "Serve the order", CorrectMade, CorrectOrdered, CorrectBy.Code),
		{
			Code: corExtend, Op: OpMeasure, Title: procedure.T("延长改正期限", "Give more time"), Cites: procedure.Cites(law.AP(28, 1)),
			From: []string{CorrectOrdered}, By: []string{Officer, Leader},
			Needs:  procedure.All(corLater),
			Starts: []string{CorrectBy.Code},
			Fields: []procedure.Field{{Name: "until", Label: procedure.T("延长至", "Until"), Type: procedure.Moment, Required: true}, reason},
		},
		{
			Code: corDone, Op: OpMeasure, Title: procedure.T("复查：已改正", "Rechecked: corrected"), Cites: procedure.Cites(law.AP(28, 1), law.SH(18, 2)),
			From: []string{CorrectOrdered}, To: CorrectDone, By: []string{Officer},
			Needs:  procedure.All(TwoCertified), // SH 16
			Meets:  []string{CorrectBy.Code},
			Fields: []procedure.Field{findings, day("checked_on", "复查日期", "Rechecked on")},
		},
		{
			Code: corDefied, Op: OpMeasure, Title: procedure.T("复查：未改正", "Rechecked: not corrected"), Cites: procedure.Cites(law.SH(18, 2)),
			From: []string{CorrectOrdered}, To: CorrectDefied, By: []string{Officer},
			Needs: procedure.All(
				TwoCertified, // SH 16
				procedure.Any(corTimeOver, corRefused).Because("need.correct_by_over", law.AP(28, 1), law.SH(18, 2)),
			),
			Meets:  []string{CorrectBy.Code},
			Fields: []procedure.Field{findings, day("checked_on", "复查日期", "Rechecked on"), optional(long("refusal", "期限内明确拒绝改正的情况", "How the party refused before its time was over"))},
		},
		{
			Code: corTake, Op: OpApproveMeasure, Title: procedure.T("收回责令改正通知书", "Take the order back"), Cites: procedure.Cites(law.AP(75, 2)),
			From: []string{CorrectMade, CorrectOrdered}, To: CorrectTaken, By: []string{Head},
			Fields: []procedure.Field{reason},
		},
	},
}, TwoCertified, PartyKnown, EvidenceOnFile, corTimeOver, corRefused, corLater, corServing.after, corServing.announced)

var correctProperties = []procedure.Property{
	{
		Code: "no_order_by_fewer_than_two", Title: procedure.T("不足两名持证人员，不得责令改正、复查", "No order and no recheck by fewer than two certified officers"),
		Cites: procedure.Cites(law.AP(42, 1), law.SH(16, 3)),
		When:  procedure.Entering(CorrectMade, CorrectDone, CorrectDefied),
		Must:  TwoCertified,
	},
	{
		Code: "no_order_on_unproved_facts", Title: procedure.T("没有证据、不知当事人，不得责令改正", "No order without evidence and a party"),
		Cites: procedure.Cites(law.AP(40)),
		When:  procedure.Entering(CorrectMade),
		Must:  procedure.All(EvidenceOnFile, PartyKnown),
	},
	{
		Code: "no_defiance_of_an_unserved_order", Title: procedure.T("通知书未送达，不得认定拒不改正", "Nobody defies an order that was not served"),
		Cites: procedure.Cites(law.SH(18, 2)),
		When:  procedure.Entering(CorrectDefied, CorrectDone),
		Must:  procedure.Took(corServe).Since(corOrder),
	},
	{
		Code: "no_defiance_before_the_time_is_over", Title: procedure.T("期限未满又未明确拒绝的，不得认定拒不改正", "No defiance while the time to correct still runs, unless refused outright"),
		Cites: procedure.Cites(law.AP(28, 1), law.SH(18, 2)),
		When:  procedure.Entering(CorrectDefied),
		Must:  procedure.Any(corTimeOver, corRefused),
	},
	{
		Code: "more_time_is_more", Title: procedure.T("延长只能更晚，不得缩短", "Given time is never shortened"),
		Cites: procedure.Cites(law.AP(28, 1)),
		When:  procedure.Taking(corExtend),
		Must:  corLater,
	},
	{
		Code: "only_the_head_takes_an_order_back", Title: procedure.T("只有负责人可以收回通知书", "Only the head takes an order back"),
		Cites: procedure.Cites(law.AP(75, 2)),
		When:  procedure.Entering(CorrectTaken),
		Must:  procedure.Actor(Head),
	},
}
