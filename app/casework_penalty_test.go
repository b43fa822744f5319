package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"jiexu/law"
	"jiexu/systems/casework"
)

func (d *docket) evidence(login, title string) {
	d.t.Helper()
	d.done(d.w.app.Casework.AddEvidence(d.t.Context(), d.w.actor(login), d.id, d.rev, casework.EvidenceInput{Kind: "record", Title: title, Proves: "事实", ObtainedOn: law.On(d.w.clock.now())}))
}

// Whoever was told of 3,000 yuan and spoke is not told of more for it: not by a new notice, and not by a
// new report either, unless evidence came in afterwards and the head confirms what it shows (AP 45(2)).
func TestNoHeavierNoticeForSpeaking(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		d.toServed("officer.jas1", 3000)
		served := func() in { return in{"method": "in_person", "served_on": d.today(), "receiver": "本人"} }
		notice := func(yuan int) in { return in{"amount": yuan, "grounds": "态度不好"} }
		again := in{"reason": "裁量需要调整"}
		report := in{"summary": "事实", "proposal": "建议"}

		// Nobody has spoken yet: the office may correct itself upwards.
		d.take("head", casework.StepNotifyAnew, again)
		d.take("officer.jas1", casework.StepNotify, notice(4000))
		d.take("officer.jas1", casework.StepServeNotice, served())

		d.take("officer.jas1", casework.StepHear, in{"statement": "不服"})
		d.take("officer.jas1", casework.StepReviewDefence, in{"adopted": "no", "reason": "没有新的事实"})
		d.take("head", casework.StepNotifyAnew, again)
		d.refused("officer.jas1", casework.StepNotify, notice(4001), "procedure.blocked", "need.no_heavier_for_speaking")
		d.take("officer.jas1", casework.StepNotify, notice(3500))
		d.take("officer.jas1", casework.StepServeNotice, served())

		// A second voice at 3,500 lowers the bound to 3,500, though 4,000 was said before.
		d.take("officer.jas1", casework.StepHear, in{"statement": "仍不服"})
		d.take("head", casework.StepSendBack, again)
		d.take("officer.jas1", casework.StepReport, report)
		d.refused("head", casework.StepNewFacts, in{"facts": "没有证据的新事实，只是说说"}, "procedure.blocked", "need.new_evidence")
		d.take("head", casework.StepApproveReport, in{"opinion": "同意"})
		d.refused("officer.jas1", casework.StepNotify, notice(3501), "procedure.blocked", "need.no_heavier_for_speaking")
		d.take("officer.jas1", casework.StepNotify, notice(3500))
		d.take("officer.jas1", casework.StepServeNotice, served())

		// New evidence, confirmed by the head: the scale is open again.
		d.take("head", casework.StepSendBack, again)
		w.clock.forward(time.Minute)
		d.evidence("officer.jas1", "新取得的监控录像")
		d.take("officer.jas1", casework.StepReport, report)
		d.refused("officer.jas1", casework.StepNewFacts, in{"facts": "录像显示另有三处同样的行为"}, "refused.unit")
		d.take("head", casework.StepNewFacts, in{"facts": "录像显示另有三处同样的行为"})
		d.take("head", casework.StepApproveReport, in{"opinion": "同意"})
		d.take("officer.jas1", casework.StepNotify, notice(5000))
		d.take("officer.jas1", casework.StepServeNotice, served())
		d.take("officer.jas1", casework.StepHear, in{"statement": "不服"})
		d.take("head", casework.StepNotifyAnew, again)
		d.refused("officer.jas1", casework.StepNotify, notice(6000), "procedure.blocked", "need.no_heavier_for_speaking")
		w.check()
	})
}

// An announcement counts as service when its sixty days are over (SH 25), or thirty where the office
// relies on CP 95; a setting of the unit says which.
func TestServiceByAnnouncement(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		d.toReviewed("officer.jas1") // on Monday the 23rd of November
		d.take("officer.jas1", casework.StepNotify, in{"amount": 3000, "grounds": "初次违法"})
		by := func(method, day string) in {
			return in{"method": method, "served_on": day, "receiver": "公告栏和网站"}
		}
		d.refused("officer.jas1", casework.StepServeNotice, by("announcement", "2026-11-23"), "procedure.blocked", "need.announcement")
		d.day("2027-02-01", 9, 0)
		d.refused("officer.jas1", casework.StepServeNotice, by("announcement", "2027-01-21"), "procedure.blocked", "need.announcement")
		d.refused("officer.jas1", casework.StepServeNotice, by("post", "2026-11-22"), "procedure.blocked", "need.served_after_issue")
		admin := w.actor("admin")
		if err := w.app.Org.SetSetting(t.Context(), admin, w.unitOf("head"), "casework.announcement", json.RawMessage(`"CP 95"`), 0); err != nil {
			t.Fatal(err)
		}
		d.refused("officer.jas1", casework.StepServeNotice, by("announcement", "2026-12-22"), "procedure.blocked", "need.announcement")
		d.take("officer.jas1", casework.StepServeNotice, by("announcement", "2026-12-23"))
		w.check()
	})
}

// The heads deliberate, and nobody else: two at least, the one who writes it down among them (AP 57(2)).
func TestOnlyHeadsDeliberate(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-01", resident, "officer.jas1", "officer.jas2")
		d.toServed("officer.jas1", 12000)
		d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
		people := func(field string, logins ...string) in {
			who := make([]any, len(logins))
			for i, l := range logins {
				who[i] = w.person(l)
			}
			return in{"attendees": []any{w.person("head"), w.person("head2")}, field: who, "minutes": "同意"}
		}
		for _, wrong := range [][]string{{"auxiliary.jas", "officer.jas1"}, {"head", "legal"}, {"head", "officer.jas1"}, {"head", "head2", "legal"}} {
			d.refused("head", casework.StepDeliberate, people("attendees", wrong...), "procedure.blocked", "need.heads")
		}
		d.refused("head", casework.StepDeliberate, in{"attendees": []any{w.person("head"), "nobody"}, "minutes": "同意"}, "procedure.fields", "case.person_unknown")
		d.take("head2", casework.StepDeliberate, people("present", "legal", "officer.jas1"))
		w.check()
	})
}

// An act that came to light after two years is not punished; after five it is not where life or health was
// harmed (AP 36). A day that was corrected later counts as well.
func TestLimitation(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		act := func(day string) {
			t.Helper()
			date, err := law.ParseDate(day)
			if err != nil {
				t.Fatal(err)
			}
			d.done(w.app.Casework.Edit(t.Context(), w.actor("officer.jas1"), d.id, d.rev, casework.Edit{ActDate: &date}))
		}
		file := func(ground string) in {
			if ground == "" {
				return in{"opinion": "同意"}
			}
			return in{"opinion": "同意", "limitation": ground}
		}
		report := in{"summary": "事实", "proposal": "建议"}
		act("2024-11-22") // found on the 23rd of November 2026: a day too late
		d.refused("head", casework.StepApproveFiling, file(""), "procedure.blocked", "need.limitation")
		act("2021-11-22")
		d.refused("head", casework.StepApproveFiling, file("five_years"), "procedure.blocked", "need.limitation")
		act("2024-11-23")
		d.take("head", casework.StepApproveFiling, file(""))
		act("2024-11-22")
		d.refused("officer.jas1", casework.StepReport, report, "procedure.blocked", "need.limitation")
		act("2024-11-23")
		d.take("officer.jas1", casework.StepReport, report)

		d = openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		act("2021-11-23")
		d.take("head", casework.StepApproveFiling, file("five_years"))
		d.take("officer.jas1", casework.StepReport, report)
		w.check()
	})
}

// A decision may be a warning alone where the article says that a fine may be imposed; there is nothing to
// pay then, and a fine is never carried out as if it were a warning.
func TestWarningAlone(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		for _, yuan := range []int{0, 3000} {
			d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
			d.toServed("officer.jas1", yuan)
			d.take("officer.jas1", casework.StepWaive, in{"statement": "放弃"})
			d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
			d.take("head", casework.StepDecide, decide(yuan))
			d.take("officer.jas1", casework.StepServeDecision, in{"method": "in_person", "served_on": d.today(), "receiver": "本人"})
			pay := in{"voucher": "V-" + d.id[len(d.id)-8:], "amount": yuan, "paid_on": d.today()}
			if yuan == 0 {
				d.refused("officer.jas1", casework.StepPay, pay, "procedure.blocked", "need.fine")
				d.take("officer.jas1", casework.StepWarned, in{"note": "已当场教育"})
			} else {
				d.refused("officer.jas1", casework.StepWarned, in{}, "procedure.blocked", "need.warning_alone")
				d.take("officer.jas1", casework.StepPay, pay)
			}
			d.take("leader.jas", casework.StepClose, in{"opinion": "同意结案"})
		}
		w.check()
	})
}

// The decision tells what the party said, also where it said it against a notice that was taken back (AP 45).
func TestTheDecisionTellsAnEarlierDefence(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		d := openDocket(t, w, "WY-03", company, "officer.jas1", "officer.jas2")
		d.toServed("officer.jas1", 4000)
		d.take("officer.jas1", casework.StepHear, in{"statement": "已经自行拆除"})
		d.take("officer.jas1", casework.StepReviewDefence, in{"adopted": "partly", "reason": "部分属实"})
		d.take("head", casework.StepNotifyAnew, in{"reason": "从轻"})
		d.take("officer.jas1", casework.StepNotify, in{"amount": 3000, "grounds": "已部分改正"})
		d.take("officer.jas1", casework.StepServeNotice, in{"method": "in_person", "served_on": d.today(), "receiver": "本人"})
		d.take("officer.jas1", casework.StepWaive, in{"statement": "没有其他意见"})
		d.take("legal", casework.StepPassReview, in{"opinion": "同意"})
		d.take("head", casework.StepDecide, decide(3000))
		if kept := w.one(`SELECT fields FROM casework_documents WHERE case_id = $1 AND kind = 'penalty.decision'`, d.id); !strings.Contains(kept, "已经自行拆除") || !strings.Contains(kept, "部分属实") {
			t.Errorf("the decision says %s", kept)
		}
		for _, login := range []string{"head", "legal"} { // a working copy of the file, not yet closed
			if _, pdf, err := w.app.Casework.Volume(t.Context(), w.actor(login), d.id); err != nil || len(pdf) < 10_000 {
				t.Errorf("the file of an open case: %d bytes, %v", len(pdf), err)
			}
		}
	})
}
