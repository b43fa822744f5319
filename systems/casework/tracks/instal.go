package tracks

import (
	"jiexu/law"
	"jiexu/procedure"
)

// States of deferral and instalments.
const (
	InstalAsked  = "asked"
	InstalRuns   = "running" // approved; the days run
	InstalPaid   = "paid"
	InstalBroken = "broken"
	InstalDenied = "denied"
)

const (
	inAsk   = "ask"
	inGrant = "grant"
	inDeny  = "deny"
	inPart  = "pay_part"
	inPaid  = "paid_up"
	inBreak = "break"
)

var (
	inAsked = recorded("asked", "当事人已申请", "The party has asked", "need.instalment_asked", law.AP(66, 2))
	// inPlan: every instalment has its day and sum; they make up what is left to pay, and the last is on the last day.
	inPlan = entered("plan_adds_up", "各期日期、金额齐备，合计等于未缴罚款", "The instalments make up what is left, and the last is on the last day", "need.instalment_plan",
		func(l *Look) bool {
			until, ok := l.Values.Date("until")
			if !ok || l.Decided == nil || until.Before(l.Today()) {
				return false
			}
			plan := planned(l.Values["plan"])
			if len(plan) == 0 { // a deferral: everything on the last day
				return l.Values.Text("decided") == "defer"
			}
			var sum int64
			for i, p := range plan {
				if p.yuan <= 0 || p.on.IsZero() || i > 0 && !plan[i-1].on.Before(p.on) {
					return false
				}
				sum += p.yuan
			}
			return sum == *l.Decided-l.Paid && plan[len(plan)-1].on == until
		}, law.AP(66, 2))
	inWithin = entered("part_within", "不超过未缴罚款", "No more than what is left", "need.instalment_part",
		func(l *Look) bool {
			yuan, ok := l.Values.Number("amount")
			fen, read := l.surcharge()
			fine, sur := l.owed(l.paidOn())
			return ok && read && l.Decided != nil && yuan >= 0 && yuan*100+fen > 0 && yuan*100 <= fine && fen <= sur
		}, law.AP(66, 2))
	inClear = observed("all_paid", "罚款和加处罚款均已缴清", "Fine and surcharge are paid", "need.still_unpaid",
		func(l *Look) bool { fine, sur := l.owed(l.Today()); return l.Decided != nil && fine+sur == 0 }, law.AP(66, 1), law.AP(72, 1, 1))
	inMissed = observed("instalment_missed", "有到期未缴的款项", "A sum that is due has not been paid", "need.instalment_missed",
		func(l *Look) bool { return l.owedByToday() > 0 }, law.AP(66, 2), law.AP(72, 2))
)

// instalment is one day and sum of a plan.
type instalment struct {
	on   law.Date
	yuan int64
}

// planned reads the rows of a plan, as they are filled in or as they were kept: by and yuan.
func planned(rows any) (out []instalment) {
	row := func(m map[string]any) {
		var i instalment
		switch d := m["by"].(type) {
		case law.Date:
			i.on = d
		case string:
			i.on, _ = law.ParseDate(d)
		}
		switch n := m["yuan"].(type) {
		case int64:
			i.yuan = n
		case float64:
			i.yuan = int64(n)
		}
		out = append(out, i)
	}
	switch list := rows.(type) {
	case []map[string]any:
		for _, m := range list {
			row(m)
		}
	case []any:
		for _, e := range list {
			if m, ok := e.(map[string]any); ok {
				row(m)
			}
		}
	}
	return out
}

// owedByToday is what should have been paid before today by the plan, and was not, in yuan.
func (l *Look) owedByToday() int64 {
	d, ok := Deferred(CodeInstal, l.Track)
	if !ok || l.Decided == nil {
		return 0
	}
	parts := d.Parts
	if len(parts) == 0 {
		parts = []law.Sum{{On: d.Until, Money: *l.Decided}}
	}
	var open int64
	for _, p := range parts {
		if !l.lastDay(p.On).Before(l.Today()) {
			open += p.Money
		}
	}
	return *l.Decided - open - l.Paid
}

// Instal is deferral and payment by instalments (延期、分期缴纳): who cannot pay asks, the head approves days and
// sums (AP 66). Meanwhile the fine is not late; the time to go to court counts from the last day (AP 72).
var Instal = define(Track{Properties: instalProperties}, procedure.Procedure{
	Code: CodeInstal, System: "casework", Start: InstalAsked,
	Title: procedure.T("延期、分期缴纳罚款", "Deferral and instalments"),
	Note: procedure.T("《行政处罚法》第六十六条第二款、第七十二条第二款：确有经济困难，经申请和批准可以暂缓或者分期；申请法院的期限自期限结束之日起算。",
		"Administrative Penalty Law, arts. 66(2) and 72(2): on request and approval in real hardship; the time to go to court counts from the last day."),
	Cites: procedure.Cites(law.AP(66, 2), law.AP(72, 2)),
	States: []procedure.State{
		{Code: InstalAsked, Title: procedure.T("待批准", "Asked for")},
		{Code: InstalRuns, Title: procedure.T("延期、分期中", "Running")},
		{Code: InstalPaid, Title: procedure.T("已缴清", "Paid"), End: true},
		{Code: InstalBroken, Title: procedure.T("未按期缴纳，已终止", "Broken"), End: true},
		{Code: InstalDenied, Title: procedure.T("不予批准", "Refused"), End: true},
	},
	Clocks: []procedure.Clock{InstalDay},
	Steps: []procedure.Step{
		{
			Code: inAsk, Op: OpExecute, Title: procedure.T("登记当事人的申请", "Register what the party asks"), Cites: procedure.Cites(law.AP(66, 2)),
			From: []string{InstalAsked}, By: []string{Officer},
			Needs: procedure.All(
				DecisionServed, // AP 61
				FineUnpaid,     // AP 66
			),
			Sets: []string{inAsked.Code},
			Fields: []procedure.Field{day("asked_on", "申请日期", "Asked on"), long("hardship", "经济困难情况和证明", "The hardship, and what shows it"),
				choice("wants", "申请", "Asks for", opt("deferral", "延期", "Deferral"), opt("instalments", "分期", "Instalments"))},
		},
		{
			Code: inGrant, Op: OpInstal, Title: procedure.T("批准延期、分期", "Approve"), Cites: procedure.Cites(law.AP(66, 2)),
			From: []string{InstalAsked}, To: InstalRuns, By: []string{Head},
			Needs: procedure.All(
				inAsked,    // AP 66(2)
				FineUnpaid, // AP 66
				inPlan,     // AP 66(2)
			),
			Issues: KindInstalment,
			Starts: []string{InstalDay.Code},
			Fields: []procedure.Field{choice("decided", "方式", "How", opt("defer", "延期", "Deferral"), opt("parts", "分期", "Instalments")), by("until", "最后期限", "Last day"), opinion},
		},
		{
			Code: inDeny, Op: OpInstal, Title: procedure.T("不予批准", "Refuse"), Cites: procedure.Cites(law.AP(66, 2)),
			From: []string{InstalAsked}, To: InstalDenied, By: []string{Head},
			Needs:  procedure.All(inAsked),
			Issues: KindInstalment,
			Fields: []procedure.Field{choice("decided", "决定", "Decision", opt("no", "不予批准", "Refused")), reason},
		},
		{
			Code: inPart, Op: "casework.pay", Title: procedure.T("缴纳一期", "A part is paid"), Cites: procedure.Cites(law.AP(66, 2), law.AP(67, 3)),
			From: []string{InstalRuns}, By: []string{Officer},
			Needs:  procedure.All(inWithin),
			Fields: []procedure.Field{voucher, amount, paidOn, surchargePaid},
		},
		{
			Code: inPaid, Op: "casework.pay", Title: procedure.T("全部缴清", "Paid up"), Cites: procedure.Cites(law.AP(66)),
			From: []string{InstalRuns}, To: InstalPaid, By: []string{Officer},
			Needs:  procedure.All(inClear), // AP 66, 72
			Meets:  []string{InstalDay.Code},
			Fields: []procedure.Field{note},
		},
		{
			Code: inBreak, Op: OpExecute, Title: procedure.T("未按期缴纳，终止延期、分期", "Not paid when due: it ends"), Cites: procedure.Cites(law.AP(66), law.AP(72)),
			From: []string{InstalRuns}, To: InstalBroken, By: []string{Officer, Leader},
			Needs:  procedure.All(inMissed),
			Meets:  []string{InstalDay.Code},
			Fields: []procedure.Field{reason},
		},
	},
}, inAsked, DecisionServed, FineUnpaid, inMissed, inClear, inPlan, inWithin)

var instalProperties = []procedure.Property{
	{
		Code: "no_instalments_unasked", Title: procedure.T("当事人未申请，不得批准延期、分期", "No deferral that the party did not ask for"),
		Cites: procedure.Cites(law.AP(66, 2)),
		When:  procedure.Entering(InstalRuns),
		Must:  procedure.Took(inAsk),
	},
	{
		Code: "only_the_head_grants_instalments", Title: procedure.T("延期、分期只能由负责人批准", "Only the head approves deferral and instalments"),
		Cites: procedure.Cites(law.AP(66, 2)),
		When:  procedure.Entering(InstalRuns, InstalDenied),
		Must:  procedure.Actor(Head),
	},
	{
		Code: "the_plan_is_the_fine", Title: procedure.T("各期合计须等于未缴罚款，不得减免", "The instalments make up the fine; nothing is let off"),
		Cites: procedure.Cites(law.AP(66)),
		When:  procedure.Entering(InstalRuns),
		Must:  procedure.All(inPlan, FineUnpaid),
	},
	{
		Code: "broken_only_when_due", Title: procedure.T("没有到期未缴的，不得终止分期", "Instalments end only when a sum that is due was not paid"),
		Cites: procedure.Cites(law.AP(66, 2)),
		When:  procedure.Entering(InstalBroken),
		Must:  inMissed,
	},
	{
		Code: "paid_up_means_paid", Title: procedure.T("未缴清的，不得记为缴清", "Paid up means that nothing is left"),
		Cites: procedure.Cites(law.AP(66)),
		When:  procedure.Entering(InstalPaid),
		Must:  inClear,
	},
	{
		Code: "nobody_pays_more_than_the_fine", Title: procedure.T("缴款不得超过未缴罚款", "Nobody pays more than is left"),
		Cites: procedure.Cites(law.AP(66)),
		When:  procedure.Taking(inPart),
		Must:  inWithin,
	},
	{
		Code: "only_a_served_fine_is_deferred", Title: procedure.T("决定书未送达，不得受理延期、分期申请", "Only a fine that was served is deferred"),
		Cites: procedure.Cites(law.AP(61), law.AP(66, 2)),
		When:  procedure.Taking(inAsk),
		Must:  DecisionServed,
	},
}
