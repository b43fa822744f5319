package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

// States of immediate substitute performance.
const (
	ImmediateFound     = "found"
	ImmediateDecided   = "decided"
	ImmediateDone      = "cleared" // an absent party is to be told
	ImmediateEnded     = "ended"
	ImmediateCancelled = "not_done"
)

const (
	imDecide  = "decide"
	imPerform = "clear"
	imTell    = "tell_absent_party"
	imEnd     = "end"
	imCancel  = "cancel"
)

// ImmediateTell is how soon an absent party hears of it.
var ImmediateTell = procedure.Clock{Code: "tell", Title: procedure.T("事后立即通知当事人", "Time to tell the absent party"),
	Period: law.Period{N: 24, Unit: law.Hours, Rule: "事后立即通知按二十四小时掌握（行政强制法第五十二条“立即”）"}}

var (
	imTold = recorded("told", "已通知当事人", "The party has been told", "need.absent_told", law.AC(52))

	imPlace = entered("public_place", "位于道路、河道、航道或者公共场所", "On a road, river, channel or public place", "need.public_place",
		func(l *Look) bool { return l.Values.Text("kind_of_place") != "" && l.Values.Text("what") != "" }, law.AC(52))
	imCannot = entered("party_cannot_clear", "当事人不在场或者不能清除", "The party is absent or cannot clear it", "need.party_cannot_clear",
		func(l *Look) bool { return l.Values.Text("party") == "absent" || l.Values.Text("party") == "unable" }, law.AC(52))
	imAbsent = observed("party_absent", "当事人不在场", "The party was absent", "",
		func(l *Look) bool {
			d, ok := l.Last(imDecide)
			return ok && d.Text("party") == "absent" && l.Party.Known
		}, law.AC(52))
)

// Immediate is immediate substitute performance (立即代履行): spills, obstacles and dirt on roads, rivers and
// public places are cleared at once where the party cannot (AC 52).
var Immediate = define(Track{Properties: immediateProperties}, procedure.Procedure{
	Code: CodeImmediate, System: "casework", Start: ImmediateFound,
	Title: procedure.T("立即代履行", "Immediate substitute performance"),
	Note: procedure.T("《行政强制法》第五十二条。当事人能清除而拒不清除的，应责令改正、按代履行办理；当事人不在场的，事后立即通知。",
		"Administrative Coercion Law, art. 52. A party that could clear it and will not is ordered to, and substitute performance follows; an absent party is told at once afterwards."),
	Cites: procedure.Cites(law.AC(52)),
	States: []procedure.State{
		{Code: ImmediateFound, Title: procedure.T("现场发现", "Found")},
		{Code: ImmediateDecided, Title: procedure.T("已决定立即代履行", "Decided")},
		{Code: ImmediateDone, Title: procedure.T("已清除", "Cleared")},
		{Code: ImmediateEnded, Title: procedure.T("已了结", "Ended"), End: true},
		{Code: ImmediateCancelled, Title: procedure.T("未实施", "Not done"), End: true},
	},
	Clocks: []procedure.Clock{ImmediateTell},
	Steps: []procedure.Step{
		{
			Code: imDecide, Op: OpExecute, Title: procedure.T("决定立即实施代履行", "Decide to clear it at once"), Cites: procedure.Cites(law.AC(52)),
			From: []string{ImmediateFound}, To: ImmediateDecided, By: []string{Leader},
			Needs: procedure.All(
				TwoCertified,   // SH 16
				EvidenceOnFile, // AP 40
				imPlace,        // AC 52
				imCannot,       // AC 52
			),
			Fields: []procedure.Field{
				choice("kind_of_place", "地点", "Where", opt("road", "道路", "Road"), opt("river", "河道", "River"), opt("channel", "航道", "Channel"), opt("public", "公共场所", "Public place")),
				choice("what", "清除对象", "What", opt("spill", "遗洒物", "Spill"), opt("obstacle", "障碍物", "Obstacle"), opt("pollutant", "污染物", "Pollutant")),
				choice("party", "当事人", "The party", opt("absent", "不在场", "Is absent"), opt("unable", "在场，不能清除", "Is there and cannot"), opt("unwilling", "在场，能清除而不清除", "Is there, could, and will not")),
				long("why_now", "需要立即清除的理由", "Why at once")},
		},
		{
			Code: imCancel, Op: OpExecute, Title: procedure.T("当事人已清除，不再代履行", "The party cleared it: not done"), Cites: procedure.Cites(law.AC(52), law.AC(51, 1, 2)),
			From: []string{ImmediateFound, ImmediateDecided}, To: ImmediateCancelled, By: []string{Officer, Leader},
			Fields: []procedure.Field{reason},
		},
		{
			Code: imPerform, Op: OpExecute, Title: procedure.T("立即清除", "Clear it"), Cites: procedure.Cites(law.AC(52), law.AC(51, 1, 3)),
			From: []string{ImmediateDecided}, To: ImmediateDone, By: []string{Officer},
			Needs: procedure.All(
				suSupervised, // AC 51(1.3)
				suPeaceful,   // AC 51(3)
			),
			Issues: KindImmediate,
			Starts: []string{ImmediateTell.Code},
			Fields: []procedure.Field{beganAt, endedAt, supervisors, yes("no_force", "未采用暴力、胁迫以及其他非法方式", "No violence, no threat")},
		},
		{
			Code: imTell, Op: OpExecute, Title: procedure.T("事后通知当事人", "Tell the absent party"), Cites: procedure.Cites(law.AC(52)),
			From: []string{ImmediateDone}, By: []string{Officer},
			Needs:  procedure.All(PartyKnown),
			Sets:   []string{imTold.Code},
			Meets:  []string{ImmediateTell.Code},
			Fields: []procedure.Field{moment("told_at", "通知时间", "Told at"), text("told_how", "通知方式", "How"), optional(lateNote)},
		},
		{
			Code: imEnd, Op: OpExecute, Title: procedure.T("了结", "End"), Cites: procedure.Cites(law.AC(52), law.AC(51, 2)),
			From: []string{ImmediateDone}, To: ImmediateEnded, By: []string{Leader},
			Needs:  procedure.All(imTold.When(imAbsent)), // AC 52
			Meets:  []string{ImmediateTell.Code},
			Fields: []procedure.Field{optional(procedure.Field{Name: "cost", Label: procedure.T("实际费用（元）", "What it cost (yuan)"), Type: procedure.Number}), note},
		},
	},
}, imTold, TwoCertified, PartyKnown, EvidenceOnFile, imAbsent, imPlace, imCannot, suSupervised, suPeaceful)

var immediateProperties = []procedure.Property{
	{
		Code: "at_once_only_on_roads_rivers_public_places", Title: procedure.T("不在道路、河道、航道、公共场所，不得立即代履行", "At once only on roads, rivers, channels and public places"),
		Cites: procedure.Cites(law.AC(52)),
		When:  procedure.Entering(ImmediateDecided),
		Must:  imPlace,
	},
	{
		Code: "at_once_only_where_the_party_cannot", Title: procedure.T("当事人能清除的，不得立即代履行", "At once only where the party cannot clear it"),
		Cites: procedure.Cites(law.AC(52)),
		When:  procedure.Entering(ImmediateDecided),
		Must:  imCannot,
	},
	{
		Code: "an_absent_party_is_told", Title: procedure.T("当事人不在场的，未通知不得了结", "An absent party is told before it ends"),
		Cites: procedure.Cites(law.AC(52)),
		When:  procedure.All(procedure.Entering(ImmediateEnded), imAbsent),
		Must:  procedure.Took(imTell).Since(imPerform),
	},
	{
		Code: "cleared_under_supervision", Title: procedure.T("无持证人员到场监督，不得代履行", "Cleared only with an officer there, and peacefully"),
		Cites: procedure.Cites(law.AC(51, 1, 3), law.AC(51, 3)),
		When:  procedure.Taking(imPerform),
		Must:  procedure.All(suSupervised, suPeaceful, procedure.Took(imDecide)),
	},
	{
		Code: "decided_on_evidence_by_two", Title: procedure.T("不足两名持证人员或者没有证据，不得决定立即代履行", "Decided with two certified officers there and evidence"),
		Cites: procedure.Cites(law.SH(16, 3), law.AP(40)),
		When:  procedure.Entering(ImmediateDecided),
		Must:  procedure.All(TwoCertified, EvidenceOnFile),
	},
}
