package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of substitute performance.
const (
	SubstituteProposed  = "proposed"
	SubstituteDemanding = "demanding" // the demand is made, not yet served
	SubstituteDemanded  = "demanded"
	SubstituteDecided   = "decided" // decided, not yet served
	SubstituteServed    = "served"
	SubstituteLast      = "last_demand" // the last demand is made, not yet served
	SubstituteWaits     = "waiting"     // the three working days before
	SubstituteDone      = "done"
	SubstituteCharged   = "charged" // the party knows the cost
	SubstituteObeyed    = "obeyed"  // the party did it; nothing more is done
	SubstituteDropped   = "dropped"
)

const (
	suDemand    = "demand"
	suServeDem  = "serve_demand"
	suPass      = "pass_review"
	suDecide    = "decide"
	suServe     = "serve_decision"
	suLast      = "demand_again"
	suServeLast = "serve_last_demand"
	suObeyed    = "obeyed"
	suPerform   = "perform"
	suCharge    = "charge"
	suDrop      = "drop"
)

// Clocks of substitute performance.
var (
	SubstituteDemandTime = procedure.Clock{Code: "demand", Title: procedure.T("催告期限", "Time of the demand"), Waits: true,
		Period: law.Period{N: 5, Unit: law.WorkingDays, Rule: "代履行前催告期限（行政强制法第三十五条、第五十条未定期限）"}, Lapsed: suDemandOver.Fact}
	SubstituteThreeDays = procedure.Clock{Code: "three_days", Title: procedure.T("代履行三日前催告", "Three days before it is done"), Waits: true,
		Period: law.Period{N: 3, Unit: law.WorkingDays, Cites: procedure.Cites(law.AC(51, 1, 2), law.AC(69))}, Lapsed: suThreeOver.Fact}
)

var suServing = serving(KindDemand, KindSubstitute)

var (
	suReviewed = recorded("review_passed", "法制审核已通过", "Legal review has passed", "need.review_passed", law.AP(58, 1, 4))

	// suDuty: an order of the case to remove or restore was not obeyed.
	suDuty = observed("duty_unperformed", "排除妨碍、恢复原状等义务逾期未履行", "A duty to remove or restore is overdue", "need.duty_unperformed",
		func(l *Look) bool { return l.orderDefied() }, law.AC(50))
	suDemandOver = observed("demand_over", "催告期限已届满", "The time of the demand is over", "need.demand_time",
		func(l *Look) bool { return l.Lapsed("demand") }, law.AC(35), law.AC(50))
	suThreeOver = observed("three_days_over", "催告后已满三日", "Three working days since the last demand", "need.three_days",
		func(l *Look) bool { return l.Lapsed("three_days") }, law.AC(51, 1, 2))
	suEstimate = entered("estimate_given", "已列明代履行人和费用预算", "Who does it, and the estimate, are stated", "need.estimate",
		func(l *Look) bool {
			yuan, ok := l.Values.Number("cost")
			return ok && yuan > 0 && l.Values.Text("performer") != ""
		}, law.AC(51, 1, 1))
	suDisinterested = entered("performer_disinterested", "代履行人与本案没有利害关系", "Who does it has no interest in the case", "need.performer_disinterested",
		func(l *Look) bool { return l.Values.Bool("disinterested") }, law.AC(50))
	suSupervised = entered("supervised", "本机关持证人员到场监督", "A certified officer of the case is there", "need.supervised",
		func(l *Look) bool {
			there := l.Values.List("supervisors")
			return len(there) > 0 && !slices.ContainsFunc(there, func(id string) bool { return !l.Named[id].Certified || l.Named[id].Withdrawn })
		}, law.AC(51, 1, 3))
	suSigned = entered("signed", "监督人员、代履行人和当事人或者见证人已签名", "Signed by officer, performer, and party or witness", "need.signed",
		func(l *Look) bool { return l.Values.Text("signed_by") != "" }, law.AC(51, 1, 4))
	suPeaceful = entered("no_force", "未采用暴力、胁迫等非法方式", "No violence, no threat", "need.no_force",
		func(l *Look) bool { return l.Values.Bool("no_force") }, law.AC(51, 3))
	suReasonable = entered("cost_reasonable", "费用按成本合理确定，超出预算的已说明", "The cost is what it cost; above the estimate, with reasons", "need.cost_reasonable",
		func(l *Look) bool {
			cost, ok := l.Values.Number("cost")
			decided, was := l.Last(suDecide)
			return ok && was && cost > 0 && (cost <= decided.Yuan("cost") || l.Values.Text("cost_reason") != "")
		}, law.AC(51, 2))
)

var supervisors = procedure.Field{Name: "supervisors", Label: procedure.T("到场监督的工作人员", "Officers who were there"), Type: procedure.People, Required: true, Min: 1}

// Substitute is substitute performance (代履行): what the party had to remove or restore is done for it, at its
// cost, where traffic, the environment or resources are in danger (AC 50, 51).
var Substitute = define(Track{Properties: substituteProperties,
	Serves: map[string][]string{suServeDem: {KindDemand}, suServe: {KindSubstitute}, suServeLast: {KindDemand}}}, procedure.Procedure{
	Code: CodeSubstitute, System: "casework", Start: SubstituteProposed,
	Title: procedure.T("代履行", "Substitute performance"),
	Note: procedure.T("《行政强制法》第三十五条至第三十八条、第五十条、第五十一条。催告在前，决定书载明费用预算，代履行三日前再催告，派员到场监督，费用按成本。",
		"Administrative Coercion Law, arts. 35-38, 50, 51: a demand first, a decision with its estimate, a last demand three working days before, an officer present, no more than it cost."),
	Cites: procedure.Cites(law.AC(50), law.AC(51)),
	States: []procedure.State{
		{Code: SubstituteProposed, Title: procedure.T("拟代履行", "Proposed")},
		{Code: SubstituteDemanding, Title: procedure.T("催告书待送达", "Demand to be served")},
		{Code: SubstituteDemanded, Title: procedure.T("已催告", "Demanded")},
		{Code: SubstituteDecided, Title: procedure.T("决定书待送达", "Decision to be served")},
		{Code: SubstituteServed, Title: procedure.T("决定书已送达", "Decision served")},
		{Code: SubstituteLast, Title: procedure.T("代履行前催告书待送达", "Last demand to be served")},
		{Code: SubstituteWaits, Title: procedure.T("代履行前催告期", "Last demand served")},
		{Code: SubstituteDone, Title: procedure.T("已代履行", "Done")},
		{Code: SubstituteCharged, Title: procedure.T("费用已通知", "Cost charged"), End: true},
		{Code: SubstituteObeyed, Title: procedure.T("当事人已履行", "The party performed"), End: true},
		{Code: SubstituteDropped, Title: procedure.T("不再代履行", "Dropped"), End: true},
	},
	Clocks: []procedure.Clock{SubstituteDemandTime, SubstituteThreeDays},
	Steps:  slices.Concat(substituteSteps, listening(OpExecute, []string{suReviewed.Code}, SubstituteDemanded)),
}, spoken, answered, suReviewed, TwoCertified, ReviewerIndependent, ExecutionSuspended, suDuty, suDemandOver, suThreeOver, suEstimate, suDisinterested, suSupervised, suSigned,
	suPeaceful, suReasonable, suServing.after, suServing.announced, TimeToExecute, UtilitiesKept)

var substituteRuns = []string{SubstituteProposed, SubstituteDemanding, SubstituteDemanded, SubstituteDecided, SubstituteServed, SubstituteLast, SubstituteWaits}

var substituteSteps = []procedure.Step{
	{
		Code: suDemand, Op: OpExecute, Title: procedure.T("制发催告书", "Make the demand"), Cites: procedure.Cites(law.AC(35), law.AC(50)),
		From: []string{SubstituteProposed}, To: SubstituteDemanding, By: []string{Officer},
		Needs: procedure.All(
			TwoCertified, // SH 16
			suDuty,       // AC 50
		),
		Issues: KindDemand,
		Fields: []procedure.Field{choice("harm", "后果", "What it endangers", opt("traffic", "危害交通安全", "Traffic safety"), opt("pollution", "造成环境污染", "The environment is polluted"),
			opt("resources", "破坏自然资源", "Natural resources are destroyed")), long("facts", "后果已经或者将发生的事实", "What shows it")},
	},
	suServing.step(suServeDem, "送达催告书", "Serve the demand", SubstituteDemanding, SubstituteDemanded, SubstituteDemandTime.Code),
	{
		Code: suPass, Op: OpLegalReview, Title: procedure.T("法制审核通过", "Pass legal review"), Cites: procedure.Cites(law.AP(58, 1, 4)),
		From: []string{SubstituteDemanded}, By: []string{Legal},
		Needs:  procedure.All(ReviewerIndependent, answered.When(spoken)), // AP 58, AC 36
		Sets:   []string{suReviewed.Code},
		Fields: []procedure.Field{opinion},
	},
	{
		Code: suDecide, Op: OpApproveExecution, Title: procedure.T("作出代履行决定", "Decide on substitute performance"), Cites: procedure.Cites(law.AC(37), law.AC(50), law.AC(51, 1, 1)),
		From: []string{SubstituteDemanded}, To: SubstituteDecided, By: []string{Head},
		Needs: procedure.All(
			suDemandOver,          // AC 37, 50
			answered.When(spoken), // AC 36
			suReviewed,            // AP 58
			suDuty,                // AC 50
			suEstimate,            // AC 51(1.1)
			suDisinterested,       // AC 50
		),
		Issues: KindSubstitute,
		Fields: []procedure.Field{text("performer", "代履行人", "Who does it"), yes("disinterested", "代履行人与本案没有利害关系", "No interest in the case"),
			{Name: "cost", Label: procedure.T("费用预算（元）", "Estimate (yuan)"), Type: procedure.Number, Required: true, Min: 1}, opinion},
	},
	suServing.step(suServe, "送达代履行决定书", "Serve the decision", SubstituteDecided, SubstituteServed),
	{
		Code: suLast, Op: OpExecute, Title: procedure.T("代履行三日前，催告履行", "Demand once more, three days before"), Cites: procedure.Cites(law.AC(51, 1, 2)),
		From: []string{SubstituteServed}, To: SubstituteLast, By: []string{Officer},
		Issues: KindDemand,
	},
	suServing.step(suServeLast, "送达代履行催告书", "Serve the last demand", SubstituteLast, SubstituteWaits, SubstituteThreeDays.Code),
	{
		Code: suObeyed, Op: OpExecute, Title: procedure.T("当事人履行，停止代履行", "The party performs: stop"), Cites: procedure.Cites(law.AC(51, 1, 2)),
		From: substituteRuns, To: SubstituteObeyed, By: []string{Officer},
		Needs:  procedure.All(TwoCertified), // SH 16
		Fields: []procedure.Field{findings, day("checked_on", "复查日期", "Seen on")},
	},
	{
		Code: suDrop, Op: OpApproveExecution, Title: procedure.T("不再代履行", "Drop it"), Cites: procedure.Cites(law.AC(40)),
		From: substituteRuns, To: SubstituteDropped, By: []string{Head},
		Fields: []procedure.Field{reason},
	},
	planStep(SubstituteWaits),
	{
		Code: suPerform, Op: OpExecute, Title: procedure.T("代履行", "Do it"), Cites: procedure.Cites(law.AC(51, 1, 3), law.AC(51, 1, 4), law.AC(43)),
		From: []string{SubstituteWaits}, To: SubstituteDone, By: []string{Officer},
		Needs: procedure.All(
			suThreeOver,      // AC 51(1.2)
			suSupervised,     // AC 51(1.3)
			suSigned,         // AC 51(1.4)
			suPeaceful,       // AC 51(3)
			TimeToExecute,    // AC 43(1)
			UtilitiesKept,    // AC 43(2)
			executionMayGoOn, // AC 39
		),
		Issues: KindSubstituteRecord,
		Fields: []procedure.Field{beganAt, endedAt, supervisors, text("signed_by", "在笔录上签名的当事人或者见证人", "Party or witness who signed"),
			yes("no_force", "未采用暴力、胁迫以及其他非法方式", "No violence, no threat"), utilitiesKept},
	},
	{
		Code: suCharge, Op: OpApproveExecution, Title: procedure.T("按成本确定费用，通知当事人", "Settle the cost and tell the party"), Cites: procedure.Cites(law.AC(51, 2)),
		From: []string{SubstituteDone}, To: SubstituteCharged, By: []string{Head},
		Needs: procedure.All(suReasonable),
		Fields: []procedure.Field{{Name: "cost", Label: procedure.T("实际费用（元）", "What it cost (yuan)"), Type: procedure.Number, Required: true, Min: 1},
			optional(long("cost_reason", "超出预算的原因", "Why it is above the estimate"))},
	},
}

var substituteProperties = []procedure.Property{
	{
		Code: "no_substitute_without_demand", Title: procedure.T("未经催告、催告期未满，不得决定代履行", "No decision on substitute performance without a demand whose time is over"),
		Cites: procedure.Cites(law.AC(35), law.AC(37, 1), law.AC(50)),
		When:  procedure.Entering(SubstituteDecided),
		Must:  procedure.All(procedure.Took(suServeDem).Since(suDemand), procedure.Passed(SubstituteDemandTime.Code).Since(suServeDem)),
	},
	{
		Code: "no_substitute_without_a_duty", Title: procedure.T("没有逾期未履行的义务，不得代履行", "No substitute performance without an overdue duty"),
		Cites: procedure.Cites(law.AC(50)),
		When:  procedure.Entering(SubstituteDemanding, SubstituteDecided),
		Must:  suDuty,
	},
	{
		Code: "no_substitute_with_an_unanswered_statement", Title: procedure.T("陈述申辩未复核，不得决定代履行", "No decision with a statement that was not reviewed"),
		Cites: procedure.Cites(law.AC(36)),
		When:  procedure.All(procedure.Entering(SubstituteDecided), procedure.Took("hear")),
		Must:  procedure.Took("answer").Since("hear"),
	},
	{
		Code: "no_substitute_unreviewed", Title: procedure.T("未经法制审核，不得决定代履行", "No decision on substitute performance without legal review by one who did not investigate"),
		Cites: procedure.Cites(law.AP(58, 1, 4)),
		When:  procedure.Entering(SubstituteDecided),
		Must:  procedure.Took(suPass).Since("hear"),
	},
	{
		Code: "the_decision_carries_its_estimate", Title: procedure.T("决定书须载明代履行人和费用预算，代履行人无利害关系", "The decision names who does it, without interest, and the estimate"),
		Cites: procedure.Cites(law.AC(50), law.AC(51, 1, 1)),
		When:  procedure.Entering(SubstituteDecided),
		Must:  procedure.All(suEstimate, suDisinterested),
	},
	{
		Code: "three_working_days_before", Title: procedure.T("代履行三日前未催告，不得代履行", "Nothing is done within three working days of the last demand"),
		Cites: procedure.Cites(law.AC(51, 1, 2), law.AC(69)),
		When:  procedure.Taking(suPerform),
		Must: procedure.All(procedure.Took(suServe).Since(suDecide), procedure.Took(suServeLast).Since(suServe),
			procedure.Passed(SubstituteThreeDays.Code).Since(suServeLast)),
	},
	{
		Code: "an_officer_is_there", Title: procedure.T("无人到场监督、无人签名，不得代履行", "An officer is there, and party or witness sign"),
		Cites: procedure.Cites(law.AC(51, 1, 3), law.AC(51, 1, 4)),
		When:  procedure.Taking(suPerform),
		Must:  procedure.All(suSupervised, suSigned),
	},
	{
		Code: "peacefully_and_by_day", Title: procedure.T("不得采用暴力胁迫，非紧急不得在夜间、法定节假日，不得停水停电", "No violence; by day; no utilities cut; not while suspended"),
		Cites: procedure.Cites(law.AC(43), law.AC(51, 3), law.AC(39, 1)),
		When:  procedure.Taking(suPerform),
		Must:  procedure.All(suPeaceful, TimeToExecute, UtilitiesKept, procedure.Not(ExecutionSuspended)),
	},
	{
		Code: "no_more_than_it_cost", Title: procedure.T("费用须按成本合理确定", "The party pays what it cost, and nothing that was not explained"),
		Cites: procedure.Cites(law.AC(51, 2)),
		When:  procedure.Entering(SubstituteCharged),
		Must:  suReasonable,
	},
	{
		Code: "only_the_head_decides_on_substitutes", Title: procedure.T("代履行只能由负责人决定", "Only the head decides on substitute performance"),
		Cites: procedure.Cites(law.AC(37), law.AC(50)),
		When:  procedure.Entering(SubstituteDecided),
		Must:  procedure.Actor(Head),
	},
}
