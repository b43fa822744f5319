package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/systems/casework"
)

type in = map[string]any

// docket is a case in the hands of a squad while a story is told of it.
type docket struct {
	t   *testing.T
	w   *world
	id  string
	rev int64
}

// places keeps the acts of different cases apart: one act is fined once.
var places atomic.Int64

// openDocket opens a case with two officers and files what every report needs.
func openDocket(t *testing.T, w *world, matter string, party casework.PartyInput, officers ...string) *docket {
	t.Helper()
	var others []string
	for _, login := range officers[1:] {
		others = append(others, w.person(login))
	}
	lead := w.actor(officers[0])
	c, err := w.app.Casework.Open(t.Context(), lead, casework.Opening{Title: "案件", Matter: matter, ActPlace: fmt.Sprintf("某路%d号", places.Add(1)), Findings: "事实", Officers: others})
	if err != nil {
		t.Fatal(err)
	}
	d := &docket{t, w, c.ID, c.Rev}
	d.done(w.app.Casework.SetParty(t.Context(), lead, d.id, d.rev, party))
	d.done(w.app.Casework.AddEvidence(t.Context(), lead, d.id, d.rev, casework.EvidenceInput{Kind: "record", Title: "笔录", Proves: "事实", ObtainedOn: c.ActDate}))
	return d
}

func (d *docket) done(r *casework.Result, err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	d.rev = r.Rev
}

// take takes a step that must be allowed.
func (d *docket) take(login, step string, fields in) {
	d.t.Helper()
	r, err := d.w.app.Casework.Take(d.t.Context(), d.w.actor(login), d.id, step, d.rev, fields)
	if err != nil {
		d.t.Fatalf("%s %s: %v", login, step, err)
	}
	d.rev = r.Rev
}

// refused takes a step that must be refused with that code and, if any are given, exactly those reasons.
func (d *docket) refused(login, step string, fields in, code string, reasons ...string) {
	d.t.Helper()
	_, err := d.w.app.Casework.Take(d.t.Context(), d.w.actor(login), d.id, step, d.rev, fields)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		d.t.Errorf("%s %s: got %v, want %s", login, step, err, code)
		return
	}
	var got []string
	for _, field := range f.Fields {
		got = append(got, field.Code)
	}
	if len(reasons) > 0 && !slices.Equal(got, reasons) {
		d.t.Errorf("%s %s: the reasons are %v, want %v", login, step, got, reasons)
	}
}

// cites are the articles that the page shows for a reason why a step is blocked.
func (d *docket) cites(login, step, reason string) []string {
	d.t.Helper()
	detail, err := d.w.app.Casework.Detail(d.t.Context(), d.w.actor(login), d.id, "zh-CN")
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range detail.Choices {
		for _, r := range c.Reasons {
			if c.Step == step && r.Code == reason {
				return r.Cites
			}
		}
	}
	return nil
}

var (
	resident = casework.PartyInput{Kind: casework.Person, Name: "赵立新", IDCode: "310106199001010014", Address: "愚园路1号"}
	company  = casework.PartyInput{Kind: casework.Organisation, Name: "上海宁晨餐饮管理有限公司", IDCode: "91310106MA1DEMA19C", Representative: "钱卫东", Address: "大宁路1号"}
)

// toReviewed and toServed take a case on its usual way.
func (d *docket) toReviewed(officer string) {
	d.t.Helper()
	d.take("head", casework.StepApproveFiling, in{"opinion": "同意"})
	d.take(officer, casework.StepReport, in{"summary": "事实", "proposal": "建议"})
	d.take("head", casework.StepApproveReport, in{"opinion": "同意"})
}

func (d *docket) toServed(officer string, yuan int) {
	d.t.Helper()
	d.toReviewed(officer)
	d.take(officer, casework.StepNotify, in{"amount": yuan, "grounds": "初次违法"})
	d.take(officer, casework.StepServeNotice, in{"method": "in_person", "served_on": d.today(), "receiver": "本人"})
}

func (d *docket) today() string { return law.On(d.w.clock.now()).String() }

// day moves the clock to a time of day of a date.
func (d *docket) day(date string, hour, minute int) {
	d.t.Helper()
	day, err := law.ParseDate(date)
	if err != nil {
		d.t.Fatal(err)
	}
	d.w.clock.set(day.Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute))
}

func decide(yuan int) in { return in{"amount": yuan, "opinion": "同意"} }

// Two officers with valid certificates, or nothing happens: an expired one does not count, an officer of
// another squad does not join.
func TestTwoCertifiedOfficers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-03", company, "officer.ppz1", "officer.ppz4") // the fourth's certificate ran out
		d.take("head", casework.StepApproveFiling, in{"opinion": "同意"})
		report := in{"summary": "事实", "proposal": "建议"}
		d.refused("officer.ppz1", casework.StepReport, report, "procedure.blocked", "need.two_officers")
		if got := d.cites("officer.ppz1", casework.StepReport, "need.two_officers"); !slices.Equal(got, []string{"AP 42", "SH 16(3)"}) {
			t.Errorf("two officers are asked for by %v", got)
		}
		_, err := w.app.Casework.Edit(t.Context(), w.actor("officer.ppz1"), d.id, d.rev, casework.Edit{Officers: []string{w.person("officer.jas1")}})
		if !hasField(err, "case.officer_unknown") {
			t.Errorf("another squad's officer joins: %v", err)
		}
		d.done(w.app.Casework.Edit(t.Context(), w.actor("officer.ppz1"), d.id, d.rev, casework.Edit{Officers: []string{w.person("officer.ppz2")}}))
		d.take("officer.ppz2", casework.StepReport, report)
		d.refused("officer.ppz3", casework.StepNotify, in{"amount": 3000, "grounds": "无"}, "case.not_handler")
		// To him the page offers nothing that he would be refused.
		idle, err := w.app.Casework.Detail(t.Context(), w.actor("officer.ppz3"), d.id, "zh-CN")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range idle.Choices {
			if c.Mine {
				t.Errorf("%s is offered to an officer who does not handle the case", c.Step)
			}
		}
		if idle.Can.Edit || idle.Can.Party || idle.Can.Evidence {
			t.Errorf("an officer who does not handle the case can %+v", idle.Can)
		}
		d.take("head", casework.StepApproveReport, in{"opinion": "同意"})
		w.write(`UPDATE org_people SET certificate_until = $1 WHERE login = $2`, "2026-11-22", "officer.ppz2")
		d.refused("officer.ppz1", casework.StepNotify, in{"amount": 3000, "grounds": "无"}, "procedure.blocked", "need.two_officers")
		w.write(`UPDATE org_people SET certificate_until = $1 WHERE login = $2`, "2026-11-23", "officer.ppz2") // the last day counts
		d.take("officer.ppz1", casework.StepNotify, in{"amount": 3000, "grounds": "无"})
	})
}

func hasField(err error, code string) bool {
	var f *fault.Error
	return errors.As(err, &f) && slices.ContainsFunc(f.Fields, func(field fault.Field) bool { return field.Code == code })
}

// Nothing rests on a text that nobody confirmed; the legal section's word sets the amounts.
func TestUnconfirmedMatter(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "SR-01", resident, "officer.jas1", "officer.jas2")
		d.take("head", casework.StepApproveFiling, in{"opinion": "同意"})
		report := in{"summary": "事实", "proposal": "建议"}
		d.refused("officer.jas1", casework.StepReport, report, "procedure.blocked", "need.matter_confirmed")
		from, _ := law.ParseDate("2022-12-01")
		word := casework.ConfirmInput{ValidFrom: from, Source: "公报2022年第10期", Statute: "上海市市容环境卫生管理条例", Article: 25, Low: 100, High: 800}
		confirm := func(login, code string, in casework.ConfirmInput) error {
			return w.app.Casework.Confirm(t.Context(), w.actor(login), code, in)
		}
		isFault(t, confirm("officer.jas1", "SR-01", word), "refused")
		isFault(t, confirm("legal", "WY-01", casework.ConfirmInput{ValidFrom: day("2020-12-30"), Source: "x", Statute: "x", Article: 1, High: 2}), "case.matter_known")
		isFault(t, confirm("legal", "XX-01", word), "case.matter_unknown")
		reversed := word
		reversed.Low, reversed.High = 800, 100
		if err := confirm("legal", "SR-01", reversed); !hasField(err, "case.range_order") {
			t.Errorf("a range upside down: %v", err)
		}
		if err := confirm("legal", "SR-01", word); err != nil {
			t.Fatal(err)
		}
		isFault(t, confirm("legal2", "SR-01", word), "case.matter_confirmed")
		d.take("officer.jas1", casework.StepReport, report)
		d.take("head", casework.StepApproveReport, in{"opinion": "同意"})
		for _, yuan := range []int{1, 99, 801, 1000, 1 << 40} {
			d.refused("officer.jas1", casework.StepNotify, in{"amount": yuan, "grounds": "无"}, "procedure.fields", "case.fine_range_confirmed")
		}
		d.refused("officer.jas1", casework.StepNotify, in{"amount": -1, "grounds": "无"}, "procedure.fields")
		d.refused("officer.jas1", casework.StepNotify, in{"amount": 100.5, "grounds": "无"}, "procedure.fields")
		d.take("officer.jas1", casework.StepNotify, in{"amount": 800, "grounds": "无"})
		w.check()
	})
}

func day(text string) law.Date {
	d, err := law.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// Whoever investigated a case does not review it.
func TestWhoInvestigatedDoesNotReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	bureau := w.one(`SELECT parent FROM org_units WHERE id = $1`, w.unitOf("leader.jas"))
	if _, err := w.app.Org.Grant(t.Context(), w.actor("admin"), org.Grant{Person: w.person("officer.jas2"), Role: org.Legal, Unit: bureau}); err != nil {
		t.Fatal(err)
	}
	d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
	d.toServed("officer.jas1", 3000)
	d.take("officer.jas1", casework.StepWaive, in{"statement": "没有异议"})
	d.refused("officer.jas2", casework.StepPassReview, in{"opinion": "同意"}, "procedure.blocked", "need.reviewer_independent")
	d.refused("officer.jas1", casework.StepPassReview, in{"opinion": "同意"}, "refused.unit")
	d.refused("head", casework.StepDecide, decide(3000), "procedure.blocked", "need.review_passed")
	d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
	d.refused("legal", casework.StepDecide, decide(3000), "refused.unit")
	d.refused("head", casework.StepDecide, decide(3001), "procedure.blocked", "need.not_heavier")
	d.take("head", casework.StepDecide, decide(2000)) // lighter is no wrong
}

// Five working days for the defence: served on Monday the 23rd, the last one is Monday the 30th.
func TestDefenceDays(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		d.toReviewed("officer.jas1")
		d.take("officer.jas1", casework.StepNotify, in{"amount": 3000, "grounds": "初次违法"})
		serve := in{"method": "in_person", "served_on": "2026-11-22", "receiver": "本人"}
		d.refused("officer.jas1", casework.StepServeNotice, serve, "procedure.blocked", "need.served_after_issue")
		serve["served_on"] = "2026-11-24"
		d.refused("officer.jas1", casework.StepServeNotice, serve, "procedure.fields")
		serve["served_on"] = "2026-11-23"
		d.take("officer.jas1", casework.StepServeNotice, serve)
		d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
		d.day("2026-11-30", 23, 59)
		d.refused("head", casework.StepDecide, decide(3000), "procedure.blocked", "need.defence_time")
		if got := d.cites("head", casework.StepDecide, "need.defence_time"); !slices.Equal(got, []string{"AP 44", "AP 45", "AP 62", "AP 64"}) {
			t.Errorf("the articles are %v", got)
		}
		d.day("2026-12-01", 0, 0)
		d.take("officer.jas1", casework.StepHear, in{"statement": "请从轻"})
		d.refused("head", casework.StepDecide, decide(3000), "procedure.blocked", "need.defence_reviewed")
		d.take("officer.jas1", casework.StepReviewDefence, in{"adopted": "partly", "reason": "情节较轻"})
		d.refused("head", casework.StepDecide, decide(3000), "procedure.blocked", "need.review_passed")
		d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
		d.take("head", casework.StepDecide, decide(3000))
		w.check()
	})
}

// Ninety days from filing, unless the head extends them; and not a day beyond the extension.
func TestNinetyDays(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		d.toServed("officer.jas1", 3000)
		d.take("officer.jas1", casework.StepWaive, in{"statement": "没有异议"})
		d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
		d.day("2027-02-23", 0, 0) // filed on November 23rd; the ninetieth day is Sunday, February 21st, and so Monday is the last
		d.refused("head", casework.StepDecide, decide(3000), "procedure.blocked", "need.ninety_days")
		d.refused("head", casework.StepExtend, in{"basis": "案情复杂，行政处罚法第六十条", "until": "2027-02-22"}, "procedure.fields")
		d.take("head", casework.StepExtend, in{"basis": "案情复杂，行政处罚法第六十条", "until": "2027-03-10"})
		d.day("2027-03-11", 0, 0)
		d.refused("head", casework.StepDecide, decide(3000), "procedure.blocked", "need.extension")
		d.refused("legal", casework.StepExtend, in{"basis": "案情复杂，行政处罚法第六十条", "until": "2027-04-10"}, "refused.unit")
		d.day("2027-03-10", 23, 59)
		d.take("head", casework.StepDecide, decide(3000))
	})
}

// One voucher pays once in the whole office, and nothing but the whole fine is paid.
func TestVouchers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		var dockets []*docket
		for range 2 {
			d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
			d.toServed("officer.jas1", 3000)
			d.take("officer.jas1", casework.StepWaive, in{"statement": "没有异议"})
			d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
			d.take("head", casework.StepDecide, decide(3000))
			d.take("officer.jas1", casework.StepServeDecision, in{"method": "post", "served_on": d.today(), "receiver": "本人"})
			dockets = append(dockets, d)
		}
		pay := func(yuan int, voucher string) in {
			return in{"voucher": voucher, "amount": yuan, "paid_on": "2026-11-23"}
		}
		dockets[0].refused("officer.jas1", casework.StepPay, pay(2999, "V-0001"), "procedure.blocked", "need.paid_in_full")
		dockets[0].refused("officer.jas1", casework.StepPay, pay(3001, "V-0001"), "procedure.blocked", "need.paid_in_full")
		dockets[0].refused("officer.jas1", casework.StepPay, in{"voucher": "V-0001", "amount": 3000, "paid_on": "2026-11-24"}, "procedure.fields")
		dockets[0].refused("leader.jnl", casework.StepPay, pay(3000, "V-0001"), "case.not_found")
		dockets[0].take("officer.jas1", casework.StepPay, pay(3000, "V-0001"))
		before := dockets[1].rev
		dockets[1].refused("officer.jas1", casework.StepPay, pay(3000, "V-0001"), "procedure.fields", "case.voucher_used")
		dockets[1].take("officer.jas1", casework.StepPay, pay(3000, "V-0002"))
		if dockets[1].rev != before+1 {
			t.Error("a refused payment left a trace")
		}
		w.check()
	})
}

// A citizen who is to pay five thousand or more may ask for a hearing, which is announced seven working
// days before and led by somebody who did not investigate.
func TestHearing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		small := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		small.toServed("officer.jas1", 3000)
		ask := in{"asked_on": "2026-11-23", "statement": "要求听证"}
		small.refused("officer.jas1", casework.StepAskHearing, ask, "procedure.blocked", "need.hearing_entitled")

		late := openDocket(t, w, "WY-01", resident, "officer.jas1", "officer.jas2")
		late.toServed("officer.jas1", 12000)
		d := openDocket(t, w, "WY-01", resident, "officer.jas1", "officer.jas2")
		d.toServed("officer.jas1", 12000)
		d.day("2026-12-01", 9, 0)
		late.refused("officer.jas1", casework.StepAskHearing, in{"asked_on": "2026-12-01", "statement": "要求听证"}, "procedure.blocked", "need.asked_in_time")
		d.take("officer.jas1", casework.StepAskHearing, in{"asked_on": "2026-11-30", "statement": "要求听证"}) // written down a day later
		d.refused("head", casework.StepDecide, decide(12000), "procedure.not_now")
		call := in{"held_at": "2026-12-15T14:00:00+08:00", "place": "局会议室", "chair": w.person("officer.jas2")}
		d.refused("legal", casework.StepCallHearing, call, "procedure.blocked", "need.chair_independent")
		call["chair"] = "nobody"
		d.refused("legal", casework.StepCallHearing, call, "procedure.fields", "case.person_unknown")
		call["chair"] = w.person("legal2")
		hold := in{"outcome": "held", "record": "如期举行，双方质证。"}
		d.refused("legal", casework.StepHoldHearing, hold, "procedure.blocked", "need.hearing_called", "need.hearing_notice", "need.hearing_time")
		d.take("legal", casework.StepCallHearing, call)
		d.day("2026-12-10", 23, 59) // announced on Tuesday the 1st: the seventh working day is Thursday the 10th
		d.refused("legal", casework.StepHoldHearing, hold, "procedure.blocked", "need.hearing_notice", "need.hearing_time")
		d.day("2026-12-11", 0, 0)
		d.refused("legal", casework.StepHoldHearing, hold, "procedure.blocked", "need.hearing_time")
		d.day("2026-12-15", 14, 0)
		d.take("legal", casework.StepHoldHearing, hold)
		d.refused("head", casework.StepDecide, decide(12000), "procedure.blocked", "need.review_passed", "need.deliberated")
		d.refused("officer.jas1", casework.StepAskHearing, in{"asked_on": "2026-11-30", "statement": "再次要求"}, "procedure.blocked")
		d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
		d.refused("head", casework.StepDeliberate, in{"attendees": []any{w.person("head")}, "minutes": "同意"}, "procedure.fields")
		d.take("head", casework.StepDeliberate, in{"attendees": []any{w.person("head"), w.person("head2")}, "minutes": "同意"})
		d.take("head", casework.StepDecide, decide(12000))
		w.check()
	})
}

// Whatever stands in the way of a step, the answer names the articles: the reasons that Next gives where a
// need is not met, the step's own where the state or the role is not right.
func TestBlockedStepsNameTheirArticles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	s := newStory(w)
	s.tell(t, append(slices.Clone(toCase), toNoticed...))
	rev := w.as("head").do("GET", s.fill("/cases/{case}"), "").ok(200).text("rev")
	for _, c := range []struct {
		cause, who, step string
		status           int
		code, at         string
	}{
		{"a need that is not met", "head", "decide", 403, "procedure.blocked", "fields.0.cites.0"},
		{"another state", "officer.jas1", "pay", 409, "procedure.not_now", "params.cites.0"},
		{"another role", "officer.jas1", "decide", 403, "refused.unit", "params.cites.0"},
	} {
		a := w.as(c.who).do("POST", s.fill("/cases/{case}/steps/"+c.step), `{}`, "If-Match", `"`+rev+`"`)
		if a.status != c.status || a.text("code") != c.code || a.text(c.at) == "" {
			t.Errorf("%s: %d %s; want %d %s with articles at %s", c.cause, a.status, a.body, c.status, c.code, c.at)
		}
	}
}

// Evidence from after today is refused; evidence from before the act is kept, with a note.
func TestEvidenceBeforeTheAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	s := newStory(w)
	s.tell(t, toCase)
	officer := w.as("officer.jas1")
	act := officer.do("GET", s.fill("/cases/{case}"), "").ok(200).text("actDate")
	for on, notes := range map[string]bool{"1900-01-01": true, act: false, "2026-11-24": false} {
		rev := officer.do("GET", s.fill("/cases/{case}"), "").ok(200).text("rev")
		a := officer.do("POST", s.fill("/cases/{case}/evidence"), `{"kind":"record","title":"笔录","proves":"事实","obtainedOn":"`+on+`"}`, "If-Match", `"`+rev+`"`, "Accept-Language", "en")
		if on == "2026-11-24" {
			a.problem(422, "form")
			continue
		}
		if got := strings.Contains(a.ok(200).text("notes.0"), "before the day of the act"); got != notes {
			t.Errorf("obtained on %s, act on %s: %s", on, act, a.body)
		}
	}
}
