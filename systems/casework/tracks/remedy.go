package tracks

import (
	"slices"

	"jiexu/law"
	"jiexu/procedure"
)

// What a remedy contests.
const (
	ContestPenalty   = "penalty"
	ContestMeasure   = "measure"
	ContestStructure = "structure"
	ContestExecution = "execution"
	ContestOther     = "other"
)

// States of reconsideration and of litigation.
const (
	RemedyOpen     = "open"     // nothing received yet
	RemedyReceived = "received" // the copy lies with us; the time to answer runs
	RemedyAnswered = "answered"
	RemedyKept     = "kept"       // our act stands, as long as nobody goes on
	RemedyFallen   = "overturned" // changed, revoked or found illegal
	RemedyAppealed = "appealed"
	RemedyEnded    = "final_kept"     // for good: our act stands
	RemedyLost     = "final_lost"     // for good: it does not
	RemedyLeft     = "withdrawn"      // the applicant withdrew
	RemedyOnward   = "to_court"       // the applicant went on to the court
	RemedyRefused  = "not_taken_up"   // not accepted
	stepReceive    = "receive"        //
	stepSimple     = "receive_simple" //
	stepAnswer     = "answer"
	stepStop       = "stop_execution"
	stepGoOn       = "execution_goes_on"
	stepUphold     = "uphold"
	stepOverturn   = "overturn"
	stepLeave      = "withdraw"
	stepRefused    = "not_accepted"
	stepOnward     = "went_to_court"
	stepAppeal     = "appeal"
	stepLast       = "last_word"
	stepFinal      = "becomes_final"
	stepObey       = "carry_out"
)

// Clocks of the remedies.
var (
	ReconsiderAnswer = procedure.Clock{Code: "answer", Title: procedure.T("行政复议答复期限", "Time to answer"),
		Period: law.Period{N: 10, Unit: law.WorkingDays, Cites: procedure.Cites(law.AR(48), law.AR(88, 2))}}
	ReconsiderAnswerSimple = procedure.Clock{Code: "answer_simple", Title: procedure.T("行政复议答复期限（简易程序）", "Time to answer (simple procedure)"),
		Period: law.Period{N: 5, Unit: law.WorkingDays, Cites: procedure.Cites(law.AR(54, 1), law.AR(88, 2))}}
	ReconsiderSue = procedure.Clock{Code: "sue", Title: procedure.T("不服复议决定起诉期限", "Time to go on to the court"), Waits: true,
		Period: law.Period{N: 15, Unit: law.Days, Cites: procedure.Cites(law.AL(45))}, Lapsed: remSueOver.Fact}
	LitigateAnswer = procedure.Clock{Code: "answer", Title: procedure.T("行政诉讼答辩举证期限", "Time to answer and hand in the evidence"),
		Period: law.Period{N: 15, Unit: law.Days, Cites: procedure.Cites(law.AL(67, 1))}}
	LitigateAppeal = procedure.Clock{Code: "appeal", Title: procedure.T("上诉期限", "Time to appeal"), Waits: true,
		Period: law.Period{N: 15, Unit: law.Days, Cites: procedure.Cites(law.AL(85))}, Lapsed: remAppealOver.Fact}
)

var (
	remStopped = recorded("stopped", "执行已停止", "Execution is stopped", "need.not_stopped", law.AR(42), law.AL(56, 1))
	remDone    = recorded("carried_out", "已履行复议决定、判决", "The decision or judgement has been carried out", "need.carried_out", law.AR(77, 1), law.AL(94))

	remSueOver = observed("sue_over", "不服复议决定的起诉期限已届满", "The time to go on to the court is over", "need.sue_over",
		func(l *Look) bool { return l.Lapsed("sue") }, law.AL(45))
	remAppealOver = observed("appeal_over", "上诉期限已届满", "The time to appeal is over", "need.appeal_over",
		func(l *Look) bool { return l.Lapsed("appeal") }, law.AL(85))
	remEvidence = entered("evidence_handed_in", "已提交证据、依据和其他有关材料", "Evidence, basis and the rest were handed in", "need.remedy_evidence",
		func(l *Look) bool { return l.Values.Bool("evidence_handed_in") }, law.AR(48), law.AR(70), law.AL(34), law.AL(67, 1))
	// remAgain: ordered to act anew; not the same act on the same facts and reasons, but where only the procedure was wrong.
	remAgain = entered("not_the_same_again", "重新作出的行为不以同一事实和理由与原行为基本相同", "What is done anew is not the same again", "need.not_the_same_again",
		func(l *Look) bool {
			last, ok := l.Last(stepOverturn, stepLast)
			return !ok || last.Text("outcome") != "redo" || l.Values.Text("anew") == "different" || l.Values.Text("anew") == "procedure_only"
		}, law.AR(64, 2), law.AL(71))
)

// dispute is how matters stand with the remedies against something.
type dispute struct {
	pending bool // somebody still decides, or may be asked to
	kept    bool // decided for good, and our act stands
}

// disputed looks at all remedies against something. A remedy that was withdrawn or not accepted leaves the
// periods to run out by themselves.
func (l *Look) disputed(what string) (d dispute) {
	for _, r := range l.Beside {
		if r.Procedure != CodeReconsider && r.Procedure != CodeLitigate || contested(r) != what {
			continue
		}
		switch {
		case !r.Ended && r.State != RemedyOpen:
			return dispute{pending: true}
		case r.State == RemedyOnward: // until the suit is registered
			d = dispute{pending: true}
		case r.State == RemedyEnded:
			d = dispute{kept: true}
		default:
			d = dispute{}
		}
	}
	return d
}

// contested is what a remedy was opened against.
func contested(r Running) string {
	for _, s := range r.Steps {
		if what := s.Text("contested"); what != "" {
			return what
		}
	}
	return ""
}

var whatIsContested = choice("contested", "争议的行为", "What is contested", opt(ContestPenalty, "处罚决定", "The penalty"), opt(ContestMeasure, "强制措施", "A coercive measure"),
	opt(ContestStructure, "责令限期拆除决定", "The order to demolish"), opt(ContestExecution, "强制执行决定", "An execution decision"), opt(ContestOther, "其他行为或者不作为", "Something else, or doing nothing"))

// receiving is how a remedy reaches us.
func receiving(code, zh, en string, cite law.Cite, clock string) procedure.Step {
	return procedure.Step{
		Code: code, Op: OpRemedy, Title: procedure.T(zh, en), Cites: procedure.Cites(cite),
		From: []string{RemedyOpen}, To: RemedyReceived, By: []string{Legal},
		Dated:  "received_on",
		Starts: []string{clock},
		Fields: []procedure.Field{whatIsContested, text("applicant", "申请人（原告）", "Applicant"), text("authority", "复议机关（法院）", "Authority or court"), text("number", "案号", "Its number"),
			day("filed_on", "申请（起诉）日期", "Filed on"), day("received_on", "收到副本日期", "The copy reached us on")},
	}
}

// stopping is how who decides stops the execution, or we ourselves, and lets it go on.
func stopping(cite law.Cite, from ...string) []procedure.Step {
	return []procedure.Step{
		{
			Code: stepStop, Op: OpRemedy, Title: procedure.T("停止执行", "Execution is stopped"), Cites: procedure.Cites(cite),
			From: from, By: []string{Legal},
			Needs: procedure.All(procedure.Not(remStopped).Because("need.already_stopped", cite)),
			Sets:  []string{remStopped.Code},
			Fields: []procedure.Field{choice("who", "由谁决定", "Who says so", opt("us", "本机关认为需要停止", "We think it needed"), opt("authority", "复议机关（法院）", "The authority or court"), opt("law", "法律、法规规定", "The law")),
				day("stopped_on", "停止日期", "Stopped on"), reason},
		},
		{
			Code: stepGoOn, Op: OpRemedy, Title: procedure.T("恢复执行", "Execution goes on"), Cites: procedure.Cites(cite, law.AP(73, 1)),
			From: from, By: []string{Legal},
			Needs: procedure.All(remStopped), Clears: []string{remStopped.Code},
			Fields: []procedure.Field{reason},
		},
	}
}

// obeying is what must be done when our act fell.
var obeying = []procedure.Step{
	{
		Code: stepObey, Op: OpRemedy, Title: procedure.T("履行复议决定、判决：撤销、变更、重新作出或者退还", "Carry it out: revoke, change, decide anew, give back"), Cites: procedure.Cites(law.AR(77, 1), law.AL(94), law.AC(41)),
		From: []string{RemedyFallen}, By: []string{Legal},
		Needs: procedure.All(remAgain),
		Sets:  []string{remDone.Code},
		Fields: []procedure.Field{long("done", "履行情况", "What was done"),
			optional(choice("anew", "责令重新作出的", "Where we were told to act anew", opt("different", "依据新的事实或者理由作出不同行为", "On other facts or reasons, something else"),
				opt("procedure_only", "原行为仅因违反法定程序被撤销", "The old act fell for its procedure alone"), opt("none", "不再作出", "Nothing anew"), opt("same", "作出基本相同的行为", "Much the same again")))},
	},
	{
		Code: stepFinal, Op: OpRemedy, Title: procedure.T("办结", "Finish"), Cites: procedure.Cites(law.AR(77, 1), law.AL(94)),
		From: []string{RemedyFallen}, To: RemedyLost, By: []string{Legal},
		Needs:  procedure.All(remDone),
		Clears: []string{remStopped.Code},
		Fields: []procedure.Field{note},
	},
}

func outcome(options ...procedure.Option) procedure.Field {
	return choice("outcome", "结果", "Outcome", options...)
}

// Reconsider tracks a reconsideration of something done in the case, and what it does to the case (AR; AP 73).
var Reconsider = define(Track{Properties: reconsiderProperties}, procedure.Procedure{
	Code: CodeReconsider, System: "casework", Start: RemedyOpen,
	Title: procedure.T("行政复议应对", "Reconsideration"),
	Note: procedure.T("《行政复议法》（2023）。复议期间不停止执行，加处罚款不予计算（《行政处罚法》第七十三条）；逾期不答复、不举证的，视为没有证据、依据。",
		"Administrative Reconsideration Law (2023). Execution goes on meanwhile, and no surcharge is counted (AP 73); who does not answer in time counts as having no evidence."),
	Cites: procedure.Cites(law.AR(20), law.AR(48), law.AP(73)),
	States: []procedure.State{
		{Code: RemedyOpen, Title: procedure.T("待登记", "To be registered")},
		{Code: RemedyReceived, Title: procedure.T("待答复", "To be answered")},
		{Code: RemedyAnswered, Title: procedure.T("审理中", "Answered")},
		{Code: RemedyKept, Title: procedure.T("维持，起诉期内", "Upheld; may go to court")},
		{Code: RemedyFallen, Title: procedure.T("被撤销、变更或者确认违法", "Overturned")},
		{Code: RemedyEnded, Title: procedure.T("维持，已终结", "Upheld for good"), End: true},
		{Code: RemedyLost, Title: procedure.T("已按复议决定办理", "Carried out"), End: true},
		{Code: RemedyOnward, Title: procedure.T("已起诉", "Went to court"), End: true},
		{Code: RemedyLeft, Title: procedure.T("申请人撤回，终止", "Withdrawn"), End: true},
		{Code: RemedyRefused, Title: procedure.T("不予受理", "Not accepted"), End: true},
	},
	Clocks: []procedure.Clock{ReconsiderAnswer, ReconsiderAnswerSimple, ReconsiderSue},
	Steps: slices.Concat([]procedure.Step{
		receiving(stepReceive, "收到复议申请书副本", "The copy reaches us", law.AR(48), ReconsiderAnswer.Code),
		receiving(stepSimple, "收到复议申请书副本（简易程序）", "The copy reaches us (simple procedure)", law.AR(54, 1), ReconsiderAnswerSimple.Code),
		{
			Code: stepAnswer, Op: OpRemedy, Title: procedure.T("书面答复并提交证据、依据", "Answer in writing, with evidence and basis"), Cites: procedure.Cites(law.AR(48), law.AR(54, 1), law.AR(70)),
			From: []string{RemedyReceived}, To: RemedyAnswered, By: []string{Legal},
			Needs:  procedure.All(remEvidence),
			Meets:  []string{ReconsiderAnswer.Code, ReconsiderAnswerSimple.Code},
			Fields: []procedure.Field{yes("evidence_handed_in", "已提交证据、依据和其他有关材料", "Evidence and basis handed in"), optional(lateNote)},
		},
		{
			Code: stepRefused, Op: OpRemedy, Title: procedure.T("复议机关不予受理", "Not accepted"), Cites: procedure.Cites(law.AR(30, 2)),
			From: []string{RemedyReceived}, To: RemedyRefused, By: []string{Legal},
			Meets:  []string{ReconsiderAnswer.Code, ReconsiderAnswerSimple.Code},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{note},
		},
		{
			Code: stepLeave, Op: OpRemedy, Title: procedure.T("申请人撤回（含和解），终止", "The applicant withdraws"), Cites: procedure.Cites(law.AR(41, 1, 1), law.AR(74, 2)),
			From: []string{RemedyReceived, RemedyAnswered}, To: RemedyLeft, By: []string{Legal},
			Meets:  []string{ReconsiderAnswer.Code, ReconsiderAnswerSimple.Code},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{day("ended_on", "终止日期", "Ended on"), note},
		},
		{
			Code: stepUphold, Op: OpRemedy, Title: procedure.T("维持或者驳回", "Upheld, or rejected"), Cites: procedure.Cites(law.AR(68), law.AR(69), law.AL(45)),
			From: []string{RemedyAnswered, RemedyReceived}, To: RemedyKept, By: []string{Legal},
			Dated:  "delivered_on",
			Meets:  []string{ReconsiderAnswer.Code, ReconsiderAnswerSimple.Code},
			Starts: []string{ReconsiderSue.Code}, // AL 45
			Fields: []procedure.Field{day("delivered_on", "复议决定送达申请人日期", "Served on the applicant on"), text("decision_no", "复议决定书文号", "Its number")},
		},
		{
			Code: stepOverturn, Op: OpRemedy, Title: procedure.T("变更、撤销、责令重作或者确认违法、无效", "Changed, revoked, to be done anew, found illegal or void"), Cites: procedure.Cites(law.AR(63), law.AR(64), law.AR(65), law.AR(67)),
			From: []string{RemedyAnswered, RemedyReceived}, To: RemedyFallen, By: []string{Legal},
			Meets: []string{ReconsiderAnswer.Code, ReconsiderAnswerSimple.Code},
			Fields: []procedure.Field{outcome(opt("changed", "变更", "Changed"), opt("revoked", "撤销", "Revoked"), opt("redo", "撤销并责令重新作出", "Revoked; to be done anew"), opt("illegal", "确认违法", "Found illegal"), opt("void", "确认无效", "Found void")),
				day("delivered_on", "复议决定送达日期", "Served on us on"), text("decision_no", "复议决定书文号", "Its number")},
		},
		{
			Code: stepOnward, Op: OpRemedy, Title: procedure.T("申请人起诉", "The applicant goes to court"), Cites: procedure.Cites(law.AL(45), law.AR(10)),
			From: []string{RemedyKept}, To: RemedyOnward, By: []string{Legal},
			Meets:  []string{ReconsiderSue.Code},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{note},
		},
		{
			Code: "becomes_final_kept", Op: OpRemedy, Title: procedure.T("逾期未起诉，维持终结", "Nobody went to court: upheld for good"), Cites: procedure.Cites(law.AL(45), law.AR(78, 1, 1)),
			From: []string{RemedyKept}, To: RemedyEnded, By: []string{Legal},
			Needs:  procedure.All(remSueOver),
			Meets:  []string{ReconsiderSue.Code},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{note},
		},
	}, stopping(law.AR(42), RemedyReceived, RemedyAnswered, RemedyKept), obeying),
}, remStopped, remDone, remSueOver, remEvidence, remAgain)

// Litigate tracks a suit over something done in the case (AL; AP 73).
var Litigate = define(Track{Properties: litigateProperties}, procedure.Procedure{
	Code: CodeLitigate, System: "casework", Start: RemedyOpen,
	Title: procedure.T("行政诉讼应对", "Litigation"),
	Note: procedure.T("《行政诉讼法》。诉讼期间不停止执行，加处罚款不予计算（《行政处罚法》第七十三条）；对当场处罚不服的，应当先申请复议（《行政复议法》第二十三条）。",
		"Administrative Litigation Law. Execution goes on meanwhile, and no surcharge is counted (AP 73); a decision on the spot goes to reconsideration first (AR 23)."),
	Cites: procedure.Cites(law.AL(46), law.AL(67), law.AP(73)),
	States: []procedure.State{
		{Code: RemedyOpen, Title: procedure.T("待登记", "To be registered")},
		{Code: RemedyReceived, Title: procedure.T("待答辩举证", "To be answered")},
		{Code: RemedyAnswered, Title: procedure.T("审理中", "Answered")},
		{Code: RemedyKept, Title: procedure.T("一审驳回诉讼请求，上诉期内", "Dismissed; may be appealed")},
		{Code: RemedyAppealed, Title: procedure.T("二审中", "Appealed")},
		{Code: RemedyFallen, Title: procedure.T("败诉，待履行判决", "Overturned")},
		{Code: RemedyEnded, Title: procedure.T("驳回诉讼请求，已生效", "Dismissed for good"), End: true},
		{Code: RemedyLost, Title: procedure.T("已按判决办理", "Carried out"), End: true},
		{Code: RemedyLeft, Title: procedure.T("准许撤诉", "Withdrawn"), End: true},
		{Code: RemedyRefused, Title: procedure.T("驳回起诉", "Not accepted"), End: true},
	},
	Clocks: []procedure.Clock{LitigateAnswer, LitigateAppeal},
	Steps: slices.Concat([]procedure.Step{
		receiving(stepReceive, "收到起诉状副本", "The copy reaches us", law.AL(67, 1), LitigateAnswer.Code),
		{
			Code: stepAnswer, Op: OpRemedy, Title: procedure.T("提出答辩状，提交证据和规范性文件", "Answer; hand in evidence and norms"), Cites: procedure.Cites(law.AL(67, 1), law.AL(34)),
			From: []string{RemedyReceived}, To: RemedyAnswered, By: []string{Legal},
			Needs:  procedure.All(remEvidence),
			Meets:  []string{LitigateAnswer.Code},
			Fields: []procedure.Field{yes("evidence_handed_in", "已提交证据和所依据的规范性文件", "Evidence and norms handed in"), optional(lateNote)},
		},
		{
			Code: stepLeave, Op: OpRemedy, Title: procedure.T("准许原告撤诉", "The suit is withdrawn"), Cites: procedure.Cites(law.AL(62)),
			From: []string{RemedyReceived, RemedyAnswered, RemedyAppealed}, To: RemedyLeft, By: []string{Legal},
			Meets:  []string{LitigateAnswer.Code},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{day("ended_on", "裁定日期", "Ruled on"), note},
		},
		{
			Code: stepRefused, Op: OpRemedy, Title: procedure.T("裁定不予立案、驳回起诉", "Not accepted"), Cites: procedure.Cites(law.AL(46), law.AL(85)),
			From: []string{RemedyReceived, RemedyAnswered}, To: RemedyRefused, By: []string{Legal},
			Meets:  []string{LitigateAnswer.Code},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{day("ended_on", "裁定生效日期", "Effective on"), note},
		},
		{
			Code: stepUphold, Op: OpRemedy, Title: procedure.T("一审驳回诉讼请求", "Dismissed at first instance"), Cites: procedure.Cites(law.AL(69), law.AL(85)),
			From: []string{RemedyAnswered, RemedyReceived}, To: RemedyKept, By: []string{Legal},
			Dated:  "delivered_on",
			Meets:  []string{LitigateAnswer.Code},
			Starts: []string{LitigateAppeal.Code}, // AL 85
			Fields: []procedure.Field{day("delivered_on", "判决书送达日期", "Judgement served on"), text("decision_no", "判决书案号", "Its number")},
		},
		{
			Code: stepOverturn, Op: OpRemedy, Title: procedure.T("一审撤销、变更、责令重作或者确认违法、无效，不上诉", "Overturned at first instance, and we do not appeal"), Cites: procedure.Cites(law.AL(70), law.AL(74), law.AL(75), law.AL(77)),
			From: []string{RemedyAnswered, RemedyReceived}, To: RemedyFallen, By: []string{Legal},
			Meets:  []string{LitigateAnswer.Code},
			Fields: []procedure.Field{judged, day("delivered_on", "判决书送达日期", "Judgement served on"), text("decision_no", "判决书案号", "Its number")},
		},
		{
			Code: stepAppeal, Op: OpRemedy, Title: procedure.T("上诉（任一方）", "Appealed, by either side"), Cites: procedure.Cites(law.AL(85)),
			From: []string{RemedyAnswered, RemedyKept}, To: RemedyAppealed, By: []string{Legal},
			Meets:  []string{LitigateAppeal.Code},
			Fields: []procedure.Field{text("appellant", "上诉人", "Who appeals"), day("appealed_on", "上诉日期", "Appealed on"), note},
		},
		{
			Code: "becomes_final_kept", Op: OpRemedy, Title: procedure.T("逾期未上诉，判决生效", "Nobody appealed: final"), Cites: procedure.Cites(law.AL(85)),
			From: []string{RemedyKept}, To: RemedyEnded, By: []string{Legal},
			Needs:  procedure.All(remAppealOver),
			Meets:  []string{LitigateAppeal.Code},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{note},
		},
		{
			Code: "last_word_kept", Op: OpRemedy, Title: procedure.T("二审驳回上诉或者改判驳回诉讼请求", "The court of appeal lets our act stand"), Cites: procedure.Cites(law.AL(89, 1)),
			From: []string{RemedyAppealed}, To: RemedyEnded, By: []string{Legal},
			Clears: []string{remStopped.Code},
			Fields: []procedure.Field{day("delivered_on", "判决书送达日期", "Judgement served on"), text("decision_no", "判决书案号", "Its number")},
		},
		{
			Code: stepLast, Op: OpRemedy, Title: procedure.T("二审撤销、变更或者责令重作", "The court of appeal overturns our act"), Cites: procedure.Cites(law.AL(89, 1), law.AL(70)),
			From: []string{RemedyAppealed}, To: RemedyFallen, By: []string{Legal},
			Fields: []procedure.Field{judged, day("delivered_on", "判决书送达日期", "Judgement served on"), text("decision_no", "判决书案号", "Its number")},
		},
	}, stopping(law.AL(56, 1), RemedyReceived, RemedyAnswered, RemedyKept, RemedyAppealed), obeying),
}, remStopped, remDone, remAppealOver, remEvidence, remAgain)

var judged = outcome(opt("changed", "变更", "Changed"), opt("revoked", "撤销", "Revoked"), opt("redo", "撤销并责令重新作出", "Revoked; to be done anew"), opt("illegal", "确认违法", "Found illegal"), opt("void", "确认无效", "Found void"))
