package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// States of deciding that there is no penalty, and of withdrawing a filing.
const (
	NoPenaltyProposed = "proposed"
	NoPenaltyAsked    = "asked"   // with the head
	NoPenaltyDecided  = "decided" // to be served
	NoPenaltyServed   = "served"
	NoPenaltyDone     = "done"
	NoPenaltyRefused  = "refused" // the head sees it otherwise; the case goes on

	WithdrawProposed = "proposed"
	WithdrawAsked    = "asked"
	WithdrawDone     = "withdrawn"
	WithdrawRefused  = "refused"
)

const (
	npPropose = "propose"
	npDecide  = "decide"
	npRefuse  = "refuse"
	npServe   = "serve"
	npTeach   = "teach"
	npDone    = "finish"
	wfAsk     = "ask"
	wfTell    = "tell_party"
	wfGrant   = "grant"
	wfDeny    = "deny"
)

// Grounds of no penalty, by the form of its decision.
const (
	groundSlight  = "slight"    // AP 33(1), first sentence
	groundFirst   = "first"     // AP 33(1), second sentence
	groundNoFault = "faultless" // AP 33(2)
	groundMinor   = "minor"     // AP 30
	groundMental  = "unable"    // AP 31
	groundNone    = "none"      // AP 57(1.3)
	groundTime    = "late"      // AP 36
)

// NoPenaltyServe is within how long the decision is served, as any decision is.
var NoPenaltyServe = procedure.Clock{Code: "serve", Title: procedure.T("决定书送达期限", "Time to serve the decision"),
	Period: law.Period{N: 7, Unit: law.WorkingDays, Cites: procedure.Cites(law.AP(61, 1), law.AP(85))}}

var npServing = serving(KindNoPenalty)

var (
	npTaught = recorded("taught", "已对当事人进行教育", "The party has been taught", "need.taught", law.AP(33, 3))

	// npGround: what each ground asks for is there.
	npGround = entered("ground_fits", "符合不予处罚的法定情形", "The ground of no penalty is there", "need.no_penalty_ground",
		func(l *Look) bool {
			corrected, harm := l.Values.Bool("corrected"), l.Values.Text("harm")
			switch l.Values.Text("ground") {
			case groundSlight:
				return corrected && harm == "none"
			case groundFirst:
				return corrected && (harm == "none" || harm == "slight") && !l.Repeated
			case groundMinor:
				return l.Party.Kind == law.Person && (!l.BornKnown || l.UnderAge)
			case groundMental:
				return l.Party.Kind == law.Person
			case groundTime:
				return l.ActDate.AddMonths(24).Before(l.FoundOn)
			case groundNoFault, groundNone:
				return true
			}
			return false
		}, law.AP(33), law.AP(30), law.AP(31), law.AP(36), law.AP(57, 1, 2), law.AP(57, 1, 3))
	npSame = entered("ground_as_proposed", "决定的情形与提出的一致", "Decided on the ground that was proposed", "need.no_penalty_as_proposed",
		func(l *Look) bool {
			p, ok := l.Last(npPropose)
			return ok && p.Text("ground") == l.Values.Text("ground")
		}, law.AP(57, 1))
	npInvestigated = observed("investigated", "调查已终结", "The investigation is finished", "need.investigated",
		func(l *Look) bool { _, ok := l.LastMain("report"); return ok }, law.AP(57, 1))
	npUndecided = observed("undecided", "尚未作出处罚决定", "No penalty has been decided", "need.undecided",
		func(l *Look) bool { return l.DecidedAt == nil }, law.AP(57, 1), law.SH(39, 1, 3))
	npTeachable = observed("to_be_taught", "不予处罚须教育当事人", "The party is to be taught", "",
		func(l *Look) bool {
			p, ok := l.Last(npPropose)
			return ok && slices.Contains([]string{groundSlight, groundFirst, groundNoFault}, p.Text("ground"))
		}, law.AP(33, 3))
	noCrime = observed("no_crime_pending", "没有待决的涉嫌犯罪移送", "No suspected crime is being transferred", "need.crime_pending",
		func(l *Look) bool { return !CrimePending(l) }, law.AP(27, 1), law.AP(57, 1, 4))
)

// NoPenalty is the decision that there is no penalty (不予行政处罚). It stands in the place of the ordinary procedure's
// decision: the main procedure is terminated once it is served (NoPenaltyEnded).
var NoPenalty = define(Track{Properties: noPenaltyProperties, Serves: map[string][]string{npServe: {KindNoPenalty}}}, procedure.Procedure{
	Code: CodeNoPenalty, System: "casework", Start: NoPenaltyProposed,
	Title: procedure.T("不予行政处罚", "No penalty"),
	Note: procedure.T("《行政处罚法》第三十条、第三十一条、第三十三条、第三十六条、第五十七条。依第三十三条不予处罚的，应当教育当事人；扣押物品先行解除。",
		"AP 30, 31, 33, 36, 57. Where art. 33 is the ground the party is taught; what is seized is given back first."),
	Cites: procedure.Cites(law.AP(33), law.AP(57, 1, 2), law.AP(57, 1, 3)),
	States: []procedure.State{
		{Code: NoPenaltyProposed, Title: procedure.T("待提出", "To be proposed")},
		{Code: NoPenaltyAsked, Title: procedure.T("待负责人决定", "With the head")},
		{Code: NoPenaltyDecided, Title: procedure.T("决定书待送达", "To be served")},
		{Code: NoPenaltyServed, Title: procedure.T("已送达", "Served")},
		{Code: NoPenaltyDone, Title: procedure.T("已办结", "Done"), End: true},
		{Code: NoPenaltyRefused, Title: procedure.T("不予采纳，继续办理", "Not accepted; the case goes on"), End: true},
	},
	Clocks: []procedure.Clock{NoPenaltyServe},
	Steps: []procedure.Step{
		{
			Code: npPropose, Op: "casework.report", Title: procedure.T("提出不予处罚", "Propose no penalty"), Cites: procedure.Cites(law.AP(33), law.AP(57, 1)),
			From: []string{NoPenaltyProposed}, To: NoPenaltyAsked, By: []string{Officer},
			Needs: procedure.All(
				npInvestigated, // AP 57
				npUndecided,    // AP 57, SH 39
				npGround,       // AP 33, 57
			),
			Fields: []procedure.Field{choice("ground", "情形", "Ground",
				opt(groundSlight, "轻微并及时改正，没有造成危害后果", "Slight, corrected in time, no harm"), opt(groundFirst, "初次违法且危害后果轻微并及时改正", "First time, slight harm, corrected in time"),
				opt(groundNoFault, "有证据足以证明没有主观过错", "No fault, proved by the party"), opt(groundMinor, "不满十四周岁", "Under fourteen"), opt(groundMental, "不能辨认或者不能控制自己行为", "Not answerable for what was done"),
				opt(groundNone, "违法事实不能成立", "The facts do not hold"), opt(groundTime, "超过处罚时效", "Past the limitation")),
				choice("harm", "危害后果", "Harm", opt("none", "没有", "None"), opt("slight", "轻微", "Slight"), opt("more", "较重", "More")),
				optional(yes("corrected", "已及时改正", "Corrected in time")), long("facts", "事实和证据", "Facts and evidence")},
		},
		{
			Code: npDecide, Op: "casework.decide", Title: procedure.T("决定不予行政处罚", "Decide on no penalty"), Cites: procedure.Cites(law.AP(33), law.AP(57, 1, 2), law.AP(57, 1, 3)),
			From: []string{NoPenaltyAsked}, To: NoPenaltyDecided, By: []string{Head},
			Needs: procedure.All(
				npUndecided,  // AP 57
				npSame,       // AP 57
				noCrime,      // AP 27, 57(1.4)
				NothingHeld,  // AC 28(1.1)
				TwoCertified, // AP 42
			),
			Issues: KindNoPenalty,
			Starts: []string{NoPenaltyServe.Code}, // AP 61
			Fields: []procedure.Field{opinion},
		},
		{
			Code: npRefuse, Op: "casework.send_back", Title: procedure.T("不予采纳", "See it otherwise"), Cites: procedure.Cites(law.AP(57, 1)),
			From: []string{NoPenaltyAsked}, To: NoPenaltyRefused, By: []string{Head},
			Fields: []procedure.Field{reason},
		},
		func() procedure.Step {
			s := npServing.step(npServe, "送达不予行政处罚决定书", "Serve it", NoPenaltyDecided, NoPenaltyServed)
			s.Cites = procedure.Cites(law.AP(61), law.CP(87), law.SH(25))
			s.Meets = []string{NoPenaltyServe.Code}
			s.Fields = append(s.Fields, optional(lateNote))
			return s
		}(),
		{
			Code: npTeach, Op: "casework.report", Title: procedure.T("教育当事人", "Teach the party"), Cites: procedure.Cites(law.AP(33, 3), law.AP(6)),
			From: []string{NoPenaltyAsked, NoPenaltyDecided, NoPenaltyServed}, By: []string{Officer},
			Sets:   []string{npTaught.Code},
			Fields: []procedure.Field{long("taught", "教育情况", "How")},
		},
		{
			Code: npDone, Op: "casework.report", Title: procedure.T("办结", "Finish"), Cites: procedure.Cites(law.AP(33, 3), law.AP(47)),
			From: []string{NoPenaltyServed}, To: NoPenaltyDone, By: []string{Officer},
			Needs:  procedure.All(npTaught.When(npTeachable)), // AP 33(3)
			Fields: []procedure.Field{note},
		},
	},
}, npTaught, TwoCertified, NothingHeld, npInvestigated, npUndecided, npTeachable, noCrime, npGround, npSame, npServing.after, npServing.announced)

// NoPenaltyEnded reports whether the case may be terminated without a penalty: the decision is served and done with.
func NoPenaltyEnded(l *Look) bool { return ended(l, CodeNoPenalty, NoPenaltyDone) }

// FilingWithdrawn reports whether the case may be terminated without a decision.
func FilingWithdrawn(l *Look) bool { return ended(l, CodeWithdrawFiling, WithdrawDone) }

func ended(l *Look, code, state string) bool {
	return slices.ContainsFunc(l.Beside, func(r Running) bool { return r.Procedure == code && r.State == state })
}

var noPenaltyProperties = []procedure.Property{
	{
		Code: "no_penalty_only_on_its_grounds", Title: procedure.T("不符合法定情形，不得不予处罚", "No penalty only on a ground of the law"),
		Cites: procedure.Cites(law.AP(33), law.AP(57, 1), law.AP(83)),
		When:  procedure.Entering(NoPenaltyAsked),
		Must:  npGround,
	},
	{
		Code: "no_penalty_as_it_was_examined", Title: procedure.T("不得以未经提出的情形决定不予处罚", "Decided on no other ground than the one that was examined"),
		Cites: procedure.Cites(law.AP(40), law.AP(57, 1)),
		When:  procedure.Entering(NoPenaltyDecided),
		Must:  npSame,
	},
	{
		Code: "no_penalty_after_the_investigation", Title: procedure.T("调查未终结，不得决定不予处罚", "Decided after the investigation, as any decision is"),
		Cites: procedure.Cites(law.AP(40), law.AP(57, 1)),
		When:  procedure.Entering(NoPenaltyAsked),
		Must:  npInvestigated,
	},
	{
		Code: "no_penalty_is_no_way_out_of_a_decision", Title: procedure.T("已作出处罚决定的，不得再决定不予处罚", "No way out of a penalty that was decided"),
		Cites: procedure.Cites(law.SH(39, 1, 3), law.AP(76, 1, 2)),
		When:  procedure.Entering(NoPenaltyDecided),
		Must:  npUndecided,
	},
	{
		Code: "no_penalty_instead_of_a_crime", Title: procedure.T("涉嫌犯罪待移送的，不得以不予处罚了结", "No penalty never instead of a transfer to the police"),
		Cites: procedure.Cites(law.AP(27, 1), law.AP(57, 1, 4), law.AP(82)),
		When:  procedure.Entering(NoPenaltyDecided),
		Must:  noCrime,
	},
	{
		Code: "things_go_back_without_a_penalty", Title: procedure.T("仍有查封、扣押物品的，不得决定不予处罚", "What is seized goes back first"),
		Cites: procedure.Cites(law.AC(28, 1, 1)),
		When:  procedure.Entering(NoPenaltyDecided),
		Must:  NothingHeld,
	},
	{
		Code: "only_the_head_decides_on_no_penalty", Title: procedure.T("不予处罚只能由负责人决定", "Only the head decides on no penalty, in a case of two certified officers"),
		Cites: procedure.Cites(law.AP(42, 1), law.AP(57, 1)),
		When:  procedure.Entering(NoPenaltyDecided),
		Must:  procedure.All(procedure.Actor(Head), TwoCertified),
	},
	{
		Code: "who_is_not_punished_is_taught", Title: procedure.T("依第三十三条不予处罚而未教育的，不得办结", "Who is not punished by art. 33 is taught"),
		Cites: procedure.Cites(law.AP(33, 3)),
		When:  procedure.All(procedure.Entering(NoPenaltyDone), npTeachable),
		Must:  procedure.Took(npTeach),
	},
	{
		Code: "no_penalty_is_served", Title: procedure.T("不予处罚决定未送达，不得办结", "The decision is served before the end"),
		Cites: procedure.Cites(law.AP(61, 1)),
		When:  procedure.Entering(NoPenaltyDone),
		Must:  procedure.Took(npServe).Since(npDecide),
	},
}

var (
	wfAsked = recorded("asked", "已提出并说明理由", "Asked for, with reasons", "need.asked", law.AP(54, 2))
	wfTold  = recorded("party_told", "已告知当事人", "The party has been told", "need.party_told", law.SH(24, 1))

	// wfNoticed: the party knows of the case, for a document of it was served.
	wfNoticed = observed("party_knows", "当事人已收到本案文书", "The party has had documents of the case", "",
		func(l *Look) bool {
			return slices.ContainsFunc(l.Documents, func(d Document) bool { return !d.Void && !d.ServedOn.IsZero() })
		}, law.SH(24, 1))
)

// WithdrawFiling closes a case without any decision: it should not have been filed, or cannot be decided here (撤销立案).
var WithdrawFiling = define(Track{Properties: withdrawProperties}, procedure.Procedure{
	Code: CodeWithdrawFiling, System: "casework", Start: WithdrawProposed,
	Title: procedure.T("撤销立案", "Withdrawal of a filing"),
	Note: procedure.T("法律未规定撤销立案的程序：仅限重复立案、不属本机关管辖已移送、当事人死亡或者终止等不再作出决定的情形，内部规定，待确认。应当处罚或者不予处罚的，作出相应决定。",
		"No law says how a filing is withdrawn: only where nothing is left to decide, as of a case filed twice, transferred, or against one who is gone. An office rule, to be confirmed."),
	Cites: procedure.Cites(law.AP(54, 2), law.AP(57, 1)),
	States: []procedure.State{
		{Code: WithdrawProposed, Title: procedure.T("待提出", "To be proposed")},
		{Code: WithdrawAsked, Title: procedure.T("待负责人决定", "With the head")},
		{Code: WithdrawDone, Title: procedure.T("已撤销立案", "Withdrawn"), End: true},
		{Code: WithdrawRefused, Title: procedure.T("不予撤销，继续办理", "Not withdrawn; the case goes on"), End: true},
	},
	Steps: []procedure.Step{
		{
			Code: wfAsk, Op: "casework.report", Title: procedure.T("提出撤销立案", "Ask to withdraw the filing"), Cites: procedure.Cites(law.AP(54, 2)),
			From: []string{WithdrawProposed}, To: WithdrawAsked, By: []string{Officer},
			Needs: procedure.All(npUndecided),
			Sets:  []string{wfAsked.Code},
			Fields: []procedure.Field{choice("ground", "情形", "Ground", opt("twice", "同一违法行为重复立案", "Filed twice for one act"), opt("transferred", "已移送其他机关", "Transferred to another authority"),
				opt("gone", "当事人死亡或者终止", "The party has died or is gone"), opt("mistake", "立案有误", "Filed by mistake")), reason},
		},
		{
			Code: wfTell, Op: "casework.report", Title: procedure.T("告知当事人撤销立案", "Tell the party"), Cites: procedure.Cites(law.SH(24, 1)),
			From: []string{WithdrawAsked}, By: []string{Officer},
			Sets:   []string{wfTold.Code},
			Fields: []procedure.Field{day("told_on", "告知日期", "Told on"), text("told_how", "告知方式", "How")},
		},
		{
			Code: wfGrant, Op: "casework.terminate", Title: procedure.T("批准撤销立案", "Withdraw the filing"), Cites: procedure.Cites(law.AP(54, 2), law.AP(57, 1)),
			From: []string{WithdrawAsked}, To: WithdrawDone, By: []string{Head},
			Needs: procedure.All(
				wfAsked,
				npUndecided, // AP 57
				noCrime,     // AP 27
				NothingHeld, // AC 28
				wfTold.When(wfNoticed),
			),
			Issues: KindWithdrawal,
			Fields: []procedure.Field{opinion},
		},
		{
			Code: wfDeny, Op: "casework.terminate", Title: procedure.T("不予撤销", "Refuse"), Cites: procedure.Cites(law.AP(54, 2)),
			From: []string{WithdrawAsked}, To: WithdrawRefused, By: []string{Head},
			Fields: []procedure.Field{reason},
		},
	},
}, wfAsked, wfTold, wfNoticed, NothingHeld, npUndecided, noCrime)

var withdrawProperties = []procedure.Property{
	{
		Code: "no_withdrawal_after_a_decision", Title: procedure.T("已作出决定的，不得撤销立案", "No filing is withdrawn after a decision, or instead of a transfer to the police"),
		Cites: procedure.Cites(law.AP(57, 1), law.AP(82), law.SH(39, 1, 3)),
		When:  procedure.Entering(WithdrawDone),
		Must:  procedure.All(npUndecided, noCrime),
	},
	{
		Code: "nothing_is_kept_of_a_withdrawn_case", Title: procedure.T("仍有查封、扣押物品的，不得撤销立案", "Nothing stays seized in a withdrawn case"),
		Cites: procedure.Cites(law.AC(28, 1, 5)),
		When:  procedure.Entering(WithdrawDone),
		Must:  NothingHeld,
	},
	{
		Code: "who_knew_of_the_case_hears_of_its_end", Title: procedure.T("当事人已收到文书而未告知的，不得撤销立案", "Who knew of the case hears of its end"),
		Cites: procedure.Cites(law.SH(24, 1)),
		When:  procedure.All(procedure.Entering(WithdrawDone), wfNoticed),
		Must:  procedure.Took(wfTell),
	},
	{
		Code: "only_the_head_withdraws_a_filing", Title: procedure.T("撤销立案只能由负责人批准", "Only the head withdraws a filing"),
		Cites: procedure.Cites(law.AP(57, 1)),
		When:  procedure.Entering(WithdrawDone),
		Must:  procedure.Actor(Head),
	},
}
