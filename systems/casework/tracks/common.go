package tracks

import (
	"slices"
	"time"

	"jiexu/law"
	"jiexu/procedure"
)

// More facts that several tracks look at.
var (
	// ReviewerIndependent: the one who asks is no officer of this case.
	ReviewerIndependent = observed("reviewer_independent", "审核人未参与本案调查", "The reviewer did not investigate", "need.reviewer_independent",
		func(l *Look) bool { return !l.Investigates(l.Actor.ID) }, law.AP(58))
	// MatterInForce and MatterConfirmed: a text applied on the day of the act, and we have it whole.
	MatterInForce = observed("matter_in_force", "事项依据在行为发生时有效", "The matter's text was in force on the day of the act", "need.matter_in_force",
		func(l *Look) bool { return l.Matter.InForce }, law.AP(37))
	MatterConfirmed = observed("matter_confirmed", "事项依据已由法制科确认", "The legal section has confirmed the matter's text", "need.matter_confirmed",
		func(l *Look) bool { return l.Matter.Confirmed }, law.AP(38, 1))
	// EvidenceOnFile: a piece on the list of evidence, or a photo or recording of the scene.
	EvidenceOnFile = observed("evidence_present", "有证据在卷", "Evidence is on file", "need.evidence",
		func(l *Look) bool { return l.Evidence > 0 || l.Media > 0 }, law.AP(40), law.AP(46))
	// FineUnpaid: a fine was decided, and is not paid in full.
	FineUnpaid = observed("fine_unpaid", "罚款尚未缴清", "The fine is not paid in full", "need.fine_unpaid",
		func(l *Look) bool { return l.Decided != nil && l.Paid < *l.Decided }, law.AP(66), law.AP(67, 3))
	// DecisionServed: the party has the penalty decision.
	DecisionServed = observed("decision_served", "处罚决定书已送达", "The penalty decision has been served", "need.decision_served",
		func(l *Look) bool { return !l.penaltyServedOn().IsZero() }, law.AP(61))

	// TimeToExecute: no execution at night or on a statutory day off, unless the head has stated an urgency.
	TimeToExecute = entered("time_to_execute", "不在夜间、法定节假日，或者情况紧急已批准", "Neither at night nor on a statutory day off, or an approved urgency", "need.time_to_execute",
		func(l *Look) bool { return l.urgencyApproved() || l.byDay("started", "ended") }, law.AC(43, 1), law.NP(88, 1, 2))
	// UtilitiesKept: nobody's water, power, heat or gas was cut to make the party obey.
	UtilitiesKept = entered("utilities_kept", "未对居民生活停水、停电、停热、停气", "No resident's water, power, heat or gas was cut", "need.utilities_kept",
		func(l *Look) bool { return l.Values.Bool("utilities_kept") }, law.AC(43, 2))
	// Filmed: photos or recordings of the act are among what is filled in.
	Filmed = entered("filmed", "已全过程音像记录", "Recorded from beginning to end", "need.filmed",
		func(l *Look) bool { return len(l.Values.List("recordings")) > 0 }, law.AP(47))

	// FilmsAccounted: whatever of the case is recorded from end to end has its recording, or it is written down why there is none.
	FilmsAccounted = observed("films_accounted", "应当全程录音录像的措施已有录像，或者已写明未录的原因", "What must be filmed has its recording, or the written reason why there is none", "need.films",
		func(l *Look) bool { return l.FilmsAccounted }, law.AP(47))

	// ExecutionSuspended: the bureau has suspended the execution and not resumed it, or who decides on a
	// remedy has stopped it.
	ExecutionSuspended = observed("execution_suspended", "执行已中止或者停止", "Execution is suspended or stopped", "",
		func(l *Look) bool {
			return slices.ContainsFunc(l.Beside, func(r Running) bool {
				return r.Procedure == CodeSuspend && r.State == SuspendSuspended || !r.Ended && slices.Contains(r.Facts, remStopped.Code)
			})
		}, law.AC(39, 1), law.AR(42), law.AL(56, 1))
)

// executionMayGoOn: nobody has suspended or stopped the execution.
var executionMayGoOn = procedure.Not(ExecutionSuspended).Because("need.execution_suspended", law.AC(39, 1), law.AR(42), law.AL(56, 1))

// What a party says when it is demanded to perform is recorded, reviewed and answered (AC 36).
var (
	spoken   = recorded("spoken", "当事人已陈述申辩", "The party has spoken", "need.spoken", law.AC(36))
	answered = recorded("answered", "陈述申辩意见已复核", "What the party said has been reviewed", "need.defence_reviewed", law.AC(36), law.AP(45, 1))
)

// listening are the two steps of hearing a party in some states of a track. clears are facts, such as a
// passed review, that do not outlive what the party says.
func listening(op string, clears []string, from ...string) []procedure.Step {
	return []procedure.Step{
		{
			Code: "hear", Op: op, Title: procedure.T("听取陈述申辩", "Hear the party"), Cites: procedure.Cites(law.AC(36), law.SH(24, 2)),
			From: from, By: []string{Officer},
			Sets: []string{spoken.Code}, Clears: append([]string{answered.Code}, clears...),
			Fields: []procedure.Field{statement},
		},
		{
			Code: "answer", Op: op, Title: procedure.T("复核陈述申辩", "Review what the party said"), Cites: procedure.Cites(law.AC(36), law.SH(24, 2)),
			From: from, By: []string{Officer},
			Needs:  procedure.All(spoken),
			Sets:   []string{answered.Code},
			Fields: []procedure.Field{adopted, reason},
		},
	}
}

// Fields that several tracks ask for.
var (
	statement = procedure.Field{Name: "statement", Label: procedure.T("当事人陈述", "What the party said"), Type: procedure.LongText, Required: true}
	findings  = procedure.Field{Name: "findings", Label: procedure.T("复查情况", "What was found"), Type: procedure.LongText, Required: true}
	note      = procedure.Field{Name: "note", Label: procedure.T("说明", "Note"), Type: procedure.LongText, Max: 1000}
	adopted   = choice("adopted", "是否采纳", "Adopted", opt("yes", "采纳", "Adopted"), opt("partly", "部分采纳", "Adopted in part"), opt("no", "不采纳", "Not adopted"))
	amount    = procedure.Field{Name: "amount", Label: procedure.T("金额（元）", "Amount (yuan)"), Type: procedure.Number, Required: true, Help: procedure.T("整数元", "Whole yuan")}
	paidOn    = day("paid_on", "缴款日期", "Paid on")
	voucher   = procedure.Field{Name: "voucher", Label: procedure.T("缴款凭证号", "Voucher number"), Type: procedure.TextField, Required: true, Min: 4, Max: 40}
	// surchargePaid is a text, for a surcharge need not be whole yuan: 3% of 50 is 1.50 a day.
	surchargePaid = procedure.Field{Name: "surcharge", Label: procedure.T("加处罚款（元）", "Surcharge (yuan)"), Type: procedure.TextField, Max: 14}
	lateNote      = procedure.Field{Name: "late_reason", Label: procedure.T("逾期原因", "Why it is late"), Type: procedure.LongText, Max: 1000,
		Help: procedure.T("未按期的必须写明；照实记载为逾期", "Needed where it is late; it is recorded as late")}
	beganAt = moment("started", "开始时间", "Began at")
	endedAt = moment("ended", "结束时间", "Ended at")
	// LateNote is lateNote where it need not be filled in.
	LateNote      = optional(lateNote)
	recordings    = procedure.Field{Name: "recordings", Label: procedure.T("全过程音像记录", "Photos and recordings"), Type: procedure.MediaField, Required: true, Min: 1}
	utilitiesKept = procedure.Field{Name: "utilities_kept", Label: procedure.T("未采取停止供水、供电、供热、供燃气等方式", "No water, power, heat or gas was cut"), Type: procedure.Bool, Required: true}
	receiver      = text("receiver", "签收人及身份", "Received by, and who that is")
	servedOn      = procedure.Field{Name: "served_on", Label: procedure.T("送达日期", "Served on"), Type: procedure.DateField, Required: true, NotFuture: true,
		Help: procedure.T("以送达回证为准；公告送达填公告期满、视为送达之日", "As on the proof of service; for an announcement, the last day of its period, on which it counts as served")}
	serviceMethod = choice("method", "送达方式", "How",
		opt("in_person", "直接送达", "In person"), opt("left", "留置送达", "Left behind"), opt("post", "邮寄送达", "By post"),
		opt("electronic", "电子送达（已签确认书）", "Electronic (consent signed)"), opt("entrusted", "委托送达", "Entrusted to another authority"),
		opt("handed_on", "转交送达", "Handed on by the party's institution"), opt(byAnnouncement, "公告送达", "By announcement"))
)

const byAnnouncement = "announcement"

// LeftBehind is service by leaving the paper (留置送达): filmed or witnessed (CP 89), and recorded as the occasion asks (国办发〔2018〕118号).
var LeftBehind = procedure.Chosen{Field: "method", Value: "left"}

func opt(value, zh, en string) procedure.Option {
	return procedure.Option{Value: value, Label: procedure.T(zh, en)}
}

func choice(name, zh, en string, options ...procedure.Option) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: procedure.Select, Required: true, Options: options}
}

func text(name, zh, en string) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: procedure.TextField, Required: true}
}

func long(name, zh, en string) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: procedure.LongText, Required: true}
}

// day is a day that has come; moment a time that has.
func day(name, zh, en string) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: procedure.DateField, Required: true, NotFuture: true}
}

func moment(name, zh, en string) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: procedure.Moment, Required: true, NotFuture: true}
}

// by is a day until which somebody has time.
func by(name, zh, en string) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: procedure.DateField, Required: true, NotPast: true}
}

func yes(name, zh, en string) procedure.Field {
	return procedure.Field{Name: name, Label: procedure.T(zh, en), Type: procedure.Bool, Required: true}
}

// optional is the field where it may stay empty.
func optional(f procedure.Field) procedure.Field {
	f.Required = false
	return f
}

// service is what makes a record of service believable: no earlier than the document, and no announcement
// cut short. A track that serves documents of several kinds one after another has one service.
type service struct{ after, announced Fact }

func serving(kinds ...string) service {
	return service{
		after: entered("served_after_issue", "送达日期不早于文书制作日期", "Served no earlier than the document was made", "need.served_after_issue",
			func(l *Look) bool {
				on, ok := l.Values.Date("served_on")
				return ok && !on.Before(l.newest(kinds).IssuedOn)
			}, law.AP(61), law.AC(38)),
		announced: entered("announcement_over", "公告期已满", "The announcement's period is over", "need.announcement",
			func(l *Look) bool {
				on, ok := l.Values.Date("served_on")
				if l.Values.Text("method") != byAnnouncement {
					return true
				}
				return ok && !on.Before(l.newest(kinds).IssuedOn.AddDays(l.announcementDays()))
			}, law.CP(95), law.SH(25)),
	}
}

// step is the step that records a service. The clocks that it starts count from the day of service.
func (s service) step(code, zh, en, from, to string, starts ...string) procedure.Step {
	return procedure.Step{
		Code: code, Op: OpServe, Title: procedure.T(zh, en), Cites: procedure.Cites(law.AC(38), law.CP(87), law.SH(25)), Films: procedure.FilmWarns, FilmsIf: LeftBehind,
		From: []string{from}, To: to, By: []string{Officer},
		Needs:  procedure.All(s.after, s.announced),
		Dated:  "served_on",
		Starts: starts,
		Fields: []procedure.Field{serviceMethod, servedOn, receiver},
	}
}

// The periods of service by announcement in days, by the setting casework.announcement: the general one, and
// the one of Shanghai's regulation, which counts where nothing is set.
func (l *Look) announcementDays() int {
	if l.Setting("casework.announcement") == "CP 95" {
		return 30
	}
	return 60
}

// newest is the newest valid document of some kinds.
func (l *Look) newest(kinds []string) Document {
	for _, d := range slices.Backward(l.Documents) {
		if slices.Contains(kinds, d.Kind) && !d.Void {
			return d
		}
	}
	return Document{}
}

// penaltyServedOn is when the newest penalty decision took effect; a summary decision is handed over when
// it is made. One that was revoked or changed since has been served all the same.
func (l *Look) penaltyServedOn() law.Date {
	for _, d := range slices.Backward(l.Documents) {
		switch {
		case d.Kind == KindSummary && d.ServedOn.IsZero():
			return d.IssuedOn
		case (d.Kind == KindDecision || d.Kind == KindSummary) && (!d.Void || !d.ServedOn.IsZero()):
			return d.ServedOn
		}
	}
	return law.Date{}
}

// Night, as the law on noise counts it; the law on coercion does not say when it begins.
const nightBegins, nightEnds = 22, 6

// byDay reports whether everything between two moments that are filled in lies in the day and on a day that
// is no statutory holiday.
func (l *Look) byDay(began, ended string) bool {
	from, ok := l.Values[began].(time.Time)
	to, ok2 := l.Values[ended].(time.Time)
	if !ok || !ok2 || to.Before(from) || law.On(from) != law.On(to) {
		return false
	}
	from, to = from.In(law.Shanghai), to.In(law.Shanghai)
	night := from.Hour() < nightEnds || to.Hour() >= nightBegins && to.After(law.On(to).Start().Add(nightBegins*time.Hour))
	return !night && l.Calendar.Day(law.On(from)).Kind != law.Holiday
}

// urgencyApproved reports whether the head's plan of this execution states why it cannot wait.
func (l *Look) urgencyApproved() bool {
	plan, ok := l.Last("plan")
	return ok && plan.Text("urgency") != ""
}

// past reports whether a day that was named at the newest taking of one of the steps is over; one that is a day off has
// moved on to the next working day (CP 85).
func (l *Look) past(field string, steps ...string) bool {
	taken, ok := l.Last(steps...)
	if !ok || taken.Date(field).IsZero() {
		return false
	}
	return l.lastDay(taken.Date(field)).Before(l.Today())
}

// lastDay is the day on which a period ends that was set to end on a day.
func (l *Look) lastDay(set law.Date) law.Date {
	if l.Calendar == nil {
		return set
	}
	return l.Calendar.LastDay(set)
}

// pastMoment is past for a time of the day, as some forms ask for; a form that asks for something at once
// (term: now) leaves no time.
func (l *Look) pastMoment(field string, steps ...string) bool {
	taken, ok := l.Last(steps...)
	if !ok {
		return false
	}
	until, err := time.Parse(time.RFC3339, taken.Text(field))
	return err == nil && until.Before(l.Now) || taken.Text("term") == "now"
}

// lateUnexplained reports whether something that happened then was later than a number of hours after the matter came
// to light, and nobody says why.
func (l *Look) lateUnexplained(field string, hours int) bool {
	at, ok := l.Values[field].(time.Time)
	return !ok || at.After(l.FoundAt.Add(time.Duration(hours)*time.Hour)) && l.Values.Text("late_reason") == ""
}

// lists reports whether something was entered, as a text or in the rows of a table.
func (l *Look) lists(field string) bool {
	rows, _ := l.Values[field].([]map[string]any)
	return len(rows) > 0 || l.Values.Text(field) != ""
}

// held reports whether things are under seizure in the case.
func (l *Look) held() bool {
	return slices.ContainsFunc(l.Beside, func(r Running) bool {
		return r.Procedure == CodeSeize && (r.State == SeizeUrgent || r.State == SeizeHeld)
	})
}

// NothingHeld: no thing of the party is seized any more.
var NothingHeld = observed("nothing_held", "没有仍在查封、扣押的物品", "Nothing is under seizure any more", "need.nothing_held",
	func(l *Look) bool { return !l.held() }, law.AC(28, 1, 1), law.AC(27))
