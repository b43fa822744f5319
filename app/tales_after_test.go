package app_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	pictured "image/png"
	"slices"
	"strings"
	"sync"
	"testing"

	"jiexu/document"
)

// What becomes of cases and papers afterwards (AP 22-27, 47, 48, 75; AC 41).
func TestTalesOfWhatFollows(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"a suspected crime, filed by the police", true, crimeFiled},
		{"a suspected crime that comes back", false, crimeDeclined},
		{"a case that is not ours, and its informant", false, jurisdiction},
		{"a slip of the pen in a decision", false, corrected},
		{"a decision revoked after it was published", true, revokedAfterPublication},
		{"a decision changed in reconsideration", false, changedInReconsideration},
		{"papers written, signed, refused with a witness", true, papersSigned},
		{"a number that was void, and the next one", false, voidAndReissue},
		{"fifty papers at once, without a gap", true, fiftyAtOnce},
		{"the whole file as one PDF, and copies to edit", false, wholeFile},
	})
}

const (
	crime  = "casework.transfer.crime"
	revoke = "casework.amend.revocation"
)

// suspected is a reported case in whose facts a crime is suspected.
func suspected(t *testing.T, w *world) *tale {
	t.Helper()
	c := found(t, w, "", "WY-01", citizen)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", crime, "propose", in{"crime": "以危险方法危害公共安全罪"})
	c.due(crime + ".decide 2026-11-26")
	c.refused("officer.jas1", "", "notify", in{"amount": 12000}, "need.crime_pending AP 27, AP 57")
	return c
}

func crimeFiled(t *testing.T, w *world) {
	c := suspected(t, w)
	c.refused("officer.jas1", crime, "approve", nil, "refused.unit")
	w.on("2026-11-27 09:00")
	c.refused("head", crime, "approve", nil, "case.late_reason")
	c.by("head", crime, "approve", in{"late_reason": "等待房屋安全鉴定结论"})
	c.level(crime+".decide", "met_late")
	c.due(crime + ".hand_over 2026-11-28")
	c.refused("officer.jas1", crime, "hand_over", in{"file_complete": false}, "need.transfer_file AP 27(2)")
	c.by("officer.jas1", crime, "hand_over", in{"to": "上海市公安局静安分局"})
	c.issued("transfer.crime", "移罪")
	c.by("officer.jas1", crime, "accepted", in{"number": "静公立字〔2026〕1号"})
	c.stands("terminated", crime+" accepted")
	c.shelved()
	w.as("legal").do("GET", c.path("/volume.pdf"), "").ok(200)
}

func crimeDeclined(t *testing.T, w *world) {
	c := suspected(t, w)
	c.by("head", crime, "approve", nil)
	c.by("officer.jas1", crime, "hand_over", nil)
	c.refused("officer.jas1", "", "notify", in{"amount": 12000}, "need.crime_pending AP 27, AP 57")
	c.by("legal", crime, "declined", in{"reason": "没有犯罪事实"})
	c.by("officer.jas1", "", "notify", in{"amount": 12000})
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(12000)
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(12000)
	c.archived()
}

// The case grew from a citizen's complaint: he hears that it goes to another authority before it is done.
func jurisdiction(t *testing.T, w *world) {
	const transfer = "casework.transfer.jurisdiction"
	s := newStory(w)
	s.tell(t, toCase)
	c := &tale{t: t, w: w, id: s.kept["case"], rev: s.kept["case.rev"]}
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", transfer, "propose", in{"ground": "department", "authority": "静安区房屋管理局"})
	c.due(transfer + ".hand_over 2026-11-26")
	c.by("head", transfer, "approve", nil)
	c.by("officer.jas1", transfer, "hand_over", in{"to": "静安区房屋管理局"})
	c.issued("transfer.jurisdiction", "移")
	c.refused("officer.jas1", transfer, "accepted", nil, "need.informant_told_transfer SH 26(2)")
	c.by("leader.jas", transfer, "tell_informant", nil)
	c.by("officer.jas1", transfer, "accepted", nil)
	c.stands("terminated", transfer+" accepted")
	c.shelved()
}

func corrected(t *testing.T, w *world) {
	const amend = "casework.amend.correction"
	c := found(t, w, "", "WY-03", shop)
	c.served(3000)
	slip := in{"document": "处罚决定书", "wrong": "大宁路1号", "right": "大宁路1号甲", "substance_unchanged": false}
	c.refused("legal", amend, "propose", slip, "need.slip_only CP 157(1.7), SH 39(1.3)")
	slip["substance_unchanged"] = true
	c.by("legal", amend, "propose", slip)
	c.refused("legal", amend, "approve", nil, "refused.unit")
	c.by("head", amend, "approve", nil)
	c.by("legal", amend, "issue", in{"slips": []any{in{"at": "第一页第三行", "was": "大宁路1号", "is": "大宁路1号甲"}}})
	c.issued("decision.correction", "更正")
	c.by("officer.jas1", amend, "serve", in{"served_on": w.today()})
	c.pays(3000)
	c.stands("performed", amend+" corrected")
	c.archived()
}

// The decision was paid, archived and published before the mistake was found.
func revokedAfterPublication(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.served(3000)
	c.pays(3000)
	c.archived()
	w.on("2026-12-07 09:00")
	a := c.send("officer.jas1", "POST", c.beside(preserve, "ask"), in{"reason": "x"})
	a.problem(409, "case.ended_track")
	c.refused("legal", revoke, "propose", in{"ground": "remedy"}, "need.revoke_ground AP 75(2), AP 38, AR 77(1), AL 94")
	c.by("legal", revoke, "propose", in{"ground": "error", "reason": "认定事实有误"})
	c.refused("head", revoke, "decide", in{"kind": "revoke"}, "need.review_passed AP 58(1.3)")
	c.by("legal2", revoke, "pass_review", nil)
	c.by("head", revoke, "decide", in{"kind": "revoke", "extent": "all"})
	c.issued("decision.revocation", "撤")
	c.due(revoke + ".publicity 2026-12-10")
	c.money(0, 3000, 0, 0)
	if n := w.count(`SELECT count(*) FROM casework_documents WHERE case_id = $1 AND kind = 'penalty.decision' AND void_at IS NULL`, c.id); n != 0 {
		t.Error("the revoked decision is still valid")
	}
	code := w.one(`SELECT check_code FROM casework_documents WHERE case_id = $1 AND kind = 'penalty.decision'`, c.id)
	if page := w.as("").do("GET", "~/check/"+code, "").ok(200); !strings.Contains(page.body, "作废") || !strings.Contains(page.body, "作废原因") {
		t.Errorf("the check page does not say that the decision is void, and why: %s", page.body)
	}
	sum := w.one(`SELECT sha256 FROM casework_documents WHERE check_code = $1`, code)
	w.write(`UPDATE casework_documents SET sha256 = $2 WHERE check_code = $1`, code, strings.Repeat("0", 64))
	if page := w.as("").do("GET", "~/check/"+code, "").ok(200); !strings.Contains(page.body, "与日志登记的不一致") {
		t.Errorf("the check page does not say that our own copy was changed: %s", page.body)
	}
	w.write(`UPDATE casework_documents SET sha256 = $2 WHERE check_code = $1`, code, sum)
	c.refused("legal", revoke, "never_served", nil, "need.decision_unserved AP 61(1)")
	c.by("officer.jas1", revoke, "serve", in{"served_on": w.today()})
	c.refused("legal", revoke, "finish", nil, "need.publicity_settled AP 48(2)", "need.refunded AC 41")
	c.by("legal", revoke, "take_down", in{"taken_down_on": w.today(), "published_on": "2026-12-01"})
	c.issued("publication.withdrawal", "撤公")
	c.level(revoke+".publicity", "met")
	c.by("officer.jas1", revoke, "refund", in{"refund": 3000, "voucher": voucherNo(), "refunded_on": w.today()})
	c.by("legal", revoke, "finish", nil)
	c.stands("archived", revoke+" done")
	if a := w.as("legal").do("GET", found(t, w, "", "WY-03", shop).path("/similar"), "").ok(200); strings.Contains(a.body, c.id) {
		t.Error("a fine that was revoked is a measure for others")
	}
}

func changedInReconsideration(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.served(3000)
	c.by("legal", reconsider, "receive_simple", in{"contested": "penalty", "filed_on": w.today(), "received_on": w.today()})
	c.due(reconsider + ".answer_simple 2026-11-30")
	c.by("legal", reconsider, "answer", nil)
	w.on("2026-12-21 09:00")
	c.by("legal", reconsider, "overturn", in{"outcome": "changed", "delivered_on": w.today(), "decision_no": "静府复〔2026〕9号"})
	c.refused("legal", reconsider, "becomes_final", nil, "need.carried_out AR 77(1), AL 94")
	c.by("legal", revoke, "propose", in{"ground": "remedy", "reason": "复议决定变更为罚款一千元"})
	c.by("legal2", revoke, "pass_review", nil)
	c.refused("head", revoke, "decide", in{"kind": "change", "amount": 3001, "extent": "part"}, "need.change_not_heavier AP 45(2), SH 39(1.3), AR 63(2), AL 77(2)")
	c.by("head", revoke, "decide", in{"kind": "change", "amount": 1000, "extent": "part", "part": "罚款数额变更为一千元"})
	c.by("officer.jas1", revoke, "serve", in{"served_on": w.today()})
	c.by("legal", revoke, "never_published", nil)
	c.by("legal", revoke, "finish", nil)
	c.by("legal", reconsider, "carry_out", nil)
	c.by("legal", reconsider, "becomes_final", nil)
	m := c.page("head").Money
	if m.Fine != 1000 || m.Outstanding < 100000 {
		t.Errorf("%d yuan are owed, %d fen in all", m.Fine, m.Outstanding)
	}
	fields := in{"voucher": voucherNo(), "amount": 1000, "paid_on": w.today()}
	if m.Surcharge > 0 {
		fields["surcharge"] = fmt.Sprintf("%.2f", float64(m.Surcharge)/100)
	}
	c.by("officer.jas1", "", "pay", fields)
	c.stands("performed", revoke+" done", reconsider+" final_lost")
	c.archived()
}

// strokes is a drawn signature.
func strokes() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 60, 20))
	for x := range 60 {
		img.Set(x, 10+x%5, color.Black)
	}
	var b bytes.Buffer
	if err := pictured.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func papersSigned(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", citizen)
	c.by("head", "", "approve_filing", nil)
	at := w.clock.now()
	signs := func(who document.Signer, name string) document.Signature {
		return document.Signature{Who: who, Name: name, Image: strokes(), At: at}
	}
	c.paper("officer.jas1", "record.inspection", in{"observed": "公共走道内堆放纸箱，加装铁门一扇。"}, []document.Signature{signs(document.Officers, "张伟"), signs(document.Officers, "王芳"),
		{Who: document.PartySigns, Name: "陈启明", Image: []byte{}, At: at, Refused: true, Reason: "不认可", Witness: "居委会 李某"}})
	if d := c.issued("record.inspection", ""); !strings.Contains(w.one(`SELECT fields FROM casework_documents WHERE id = $1`, d.ID), "居委会 李某") {
		t.Error("the witness of the refusal is not on file")
	}
	c.paper("officer.jas2", "record.inquiry", in{"questions": []any{in{"question": "铁门是谁装的？", "answer": "我装的。"}}}, []document.Signature{signs(document.Asked, "陈启明"), signs(document.Officers, "张伟")})
	c.issued("record.inquiry", "")
	missing := c.send("officer.jas1", "POST", c.path("/papers/record.inquiry"), in{"fields": in{"place": "队部"}})
	if missing.status != 422 || missing.text("fields.0.code") != "procedure.field_required" {
		t.Errorf("a record with gaps: %d %s", missing.status, missing.body)
	}
	c.notTaken(c.send("officer.jas1", "POST", c.path("/papers/seizure.decision"), in{"fields": in{}}), "case.paper_by_step")
	c.notTaken(c.send("officer.jas1", "POST", c.path("/papers/review.opinion"), in{"fields": in{}}), "refused.unit")
	c.notTaken(c.send("officer.jas3", "POST", c.path("/papers/record.inspection"), in{"fields": in{}}), "case.not_handler")
	c.penaltyFollows(2000)
}

func voidAndReissue(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.paper("officer.jas1", "inquiry.notice", in{"to": "钱卫东"}, nil)
	first := c.issued("inquiry.notice", "询通")
	void := c.path("/documents/" + first.ID + "/void")
	c.notTaken(c.send("officer.jas1", "POST", void, in{"reason": "写错姓名"}), "refused")
	c.notTaken(c.send("legal", "POST", void, in{"reason": " "}), "form.required")
	c.ok(c.send("legal", "POST", void, in{"reason": "写错姓名"}))
	c.notTaken(c.send("legal", "POST", void, in{"reason": "写错姓名"}), "case.void")
	c.paper("officer.jas1", "inquiry.notice", in{"to": "钱卫东"}, nil)
	second := c.issued("inquiry.notice", "询通")
	if numberOf(second.Number) != numberOf(first.Number)+1 {
		t.Errorf("after %s comes %s", first.Number, second.Number)
	}
	served := in{"method": "left", "servedOn": w.today(), "receiver": "拒收"}
	serve := c.path("/documents/" + second.ID + "/serve")
	c.notTaken(c.send("officer.jas1", "POST", serve, served), "case.left_needs_proof CP 89")
	served["proof"] = []string{c.picture()}
	c.ok(c.send("officer.jas1", "POST", serve, served))
	c.notTaken(c.send("legal", "POST", c.path("/documents/"+second.ID+"/void"), in{"reason": "x"}), "case.served_not_void")
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": 2000})
	c.notTaken(c.send("legal", "POST", c.path("/documents/"+c.doc+"/void"), in{"reason": "x"}), "case.void_by_step")
	c.by("officer.jas1", "", "serve_notice", in{"served_on": w.today()})
	c.decided(2000)
	c.by("officer.jas1", "", "serve_decision", in{"served_on": w.today()})
	c.pays(2000)
	c.archived()
}

// numberOf is the running number within 静城管…〔2026〕第12号.
func numberOf(number string) (n int) {
	_, rest, _ := strings.Cut(number, "第")
	fmt.Sscanf(rest, "%d号", &n)
	return n
}

func fiftyAtOnce(t *testing.T, w *world) {
	const fifty = 50
	cases := make([]*tale, fifty)
	for i := range cases {
		cases[i] = found(t, w, "", "WY-03", nobody)
	}
	body := jsonOf(in{"fields": in{"to": "甲", "at": "2026-11-30T09:00:00+08:00", "where": "队部"}})
	answers := make([]answer, fifty)
	var wait sync.WaitGroup
	for i, c := range cases {
		wait.Go(func() {
			answers[i], _ = w.as("officer.jas1").try("POST", c.path("/papers/assistance.letter"), strings.Replace(body, `"at":"2026-11-30T09:00:00+08:00","to":"甲","where":"队部"`,
				`"to":"房管局","facts":"需要核实产权","wanted":"请提供产权登记"`, 1), "If-Match", `"`+c.rev+`"`)
		})
	}
	wait.Wait()
	var numbers []int
	for i, c := range cases {
		c.ok(answers[i])
		numbers = append(numbers, numberOf(w.one(`SELECT number FROM casework_documents WHERE id = $1`, c.doc)))
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != numbers[0]+i {
			t.Fatalf("the numbers are %v", numbers)
		}
	}
}

func wholeFile(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.paper("officer.jas1", "record.inspection", in{}, nil)
	c.penaltyFollows(3000)
	w.sequence()
	docs := c.page("head").Documents
	for _, d := range docs {
		word := w.as("legal").do("GET", c.path("/documents/"+d.ID+".docx"), "").ok(200)
		if !strings.HasPrefix(word.body, "PK") || !strings.Contains(word.header.Get("Content-Type"), "wordprocessingml") {
			t.Errorf("the copy of %s is %s", d.Kind, word.header.Get("Content-Type"))
		}
		pdf := w.as("legal").do("GET", c.path("/documents/"+d.ID+".pdf"), "").ok(200)
		if !strings.HasPrefix(pdf.body, "%PDF") {
			t.Errorf("%s is no PDF", d.Kind)
		}
		verifyPaper(t, w, []byte(pdf.body))
	}
	volume := w.as("legal").do("GET", c.path("/volume.pdf"), "").ok(200)
	if !strings.HasPrefix(volume.body, "%PDF") || len(volume.body) < 2*len(docs)*1000 {
		t.Errorf("the whole file has %d bytes", len(volume.body))
	}
	if a := w.as("desk").do("GET", c.path("/volume.pdf"), ""); a.status == 200 {
		t.Error("the hotline's desk reads the whole file")
	}
	c.w.as("legal").do("GET", c.path("/explain"), "").ok(200)
	c.w.as("legal").do("GET", c.path("/similar"), "").ok(200)
}
