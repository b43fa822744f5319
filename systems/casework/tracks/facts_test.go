package tracks

import (
	"testing"

	"jiexu/law"
	"jiexu/procedure"
)

// TestFacts pins how facts read the case and the form, one line each, where a story takes them as given.
func TestFacts(t *testing.T) {
	noon := date(t, "2026-11-23").Start().Add(12 * 3600e9)
	fine := int64(1000)
	made := func(kind, on string) Document { return Document{Kind: kind, IssuedOn: date(t, on)} }
	step := func(code string, kv ...any) []Taken {
		f := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			f[kv[i].(string)] = kv[i+1]
		}
		return []Taken{{Step: code, At: noon, Fields: f}}
	}
	type v = procedure.Values
	for _, c := range []struct {
		name string
		tr   *Track
		fact string
		look Look
		want bool
	}{
		{"to correct at once", Correct, "correct_by_over", Look{Track: step("order", "term", "now")}, true},
		{"to correct by eleven, at noon", Correct, "correct_by_over", Look{Track: step("order", "term", "until", "until", "2026-11-23T11:00:00+08:00")}, true},
		{"to correct by one, at noon", Correct, "correct_by_over", Look{Track: step("order", "term", "until", "until", "2026-11-23T13:00:00+08:00")}, false},
		{"more time than it was", Correct, "later_than_before", Look{Track: step("order", "until", "2026-11-23T13:00:00+08:00"), Values: v{"until": noon.Add(3 * 3600e9)}}, true},
		{"less time than it was", Correct, "later_than_before", Look{Track: step("order", "until", "2026-11-24T13:00:00+08:00"), Values: v{"until": noon.Add(3 * 3600e9)}}, false},
		{"served on the day", Correct, "served_after_issue", Look{Documents: []Document{made(KindOrderCorrect, "2026-11-23")}, Values: v{"served_on": date(t, "2026-11-23")}}, true},
		{"served the day before", Correct, "served_after_issue", Look{Documents: []Document{made(KindOrderCorrect, "2026-11-23")}, Values: v{"served_on": date(t, "2026-11-22")}}, false},
		{"announced, on day 60", Correct, "announcement_over", Look{Documents: []Document{made(KindOrderCorrect, "2026-09-01")}, Values: v{"method": "announcement", "served_on": date(t, "2026-10-31")}}, true},
		{"announced, on day 59", Correct, "announcement_over", Look{Documents: []Document{made(KindOrderCorrect, "2026-09-01")}, Values: v{"method": "announcement", "served_on": date(t, "2026-10-30")}}, false},
		{"the older order is void", Correct, "served_after_issue", Look{Documents: []Document{made(KindOrderCorrect, "2026-09-01"), {Kind: KindOrderCorrect, IssuedOn: date(t, "2026-11-23"), Void: true}},
			Values: v{"served_on": date(t, "2026-09-01")}}, true},
		{"the order's last day is today", Structure, "order_term_over", Look{Track: step("order", "until", "2026-11-23")}, false},
		{"the order's last day was Sunday, and today is Monday", Structure, "order_term_over", Look{Track: step("order", "until", "2026-11-22")}, false},
		{"the order's last day was Friday", Structure, "order_term_over", Look{Track: step("order", "until", "2026-11-20")}, true},
		{"a notice of nine days", Structure, "ten_days_at_least", Look{Values: v{"until": date(t, "2026-12-02")}}, false},
		{"a notice of ten days", Structure, "ten_days_at_least", Look{Values: v{"until": date(t, "2026-12-03")}}, true},
		{"building goes on", Building, "defiance_shown", Look{Values: v{"what": "went_on"}}, true},
		{"not removed, and its time is over", Building, "defiance_shown", Look{Values: v{"what": "not_removed"}, Track: step("stop", "until", "2026-11-23T11:00:00+08:00")}, true},
		{"not removed, and there is time", Building, "defiance_shown", Look{Values: v{"what": "not_removed"}, Track: step("stop", "until", "2026-11-23T13:00:00+08:00")}, false},
		{"suspended", Structure, "execution_suspended", Look{Beside: []Running{{Procedure: CodeSuspend, State: SuspendSuspended}}}, true},
		{"resumed", Structure, "execution_suspended", Look{Beside: []Running{{Procedure: CodeSuspend, State: SuspendResumed, Ended: true}}}, false},
		{"stopped by the court", Structure, "execution_suspended", Look{Beside: []Running{{Procedure: CodeLitigate, State: RemedyAnswered, Facts: []string{"stopped"}}}}, true},
		{"a duty that was defied", Substitute, "duty_unperformed", Look{Beside: []Running{{Procedure: CodeCorrect, State: CorrectDefied, Ended: true}}}, true},
		{"a duty whose time runs", Substitute, "duty_unperformed", Look{Beside: []Running{{Procedure: CodeCorrect, State: CorrectOrdered}}}, false},
		{"supervised by one whose certificate has expired", Substitute, "supervised", Look{Values: v{"supervisors": []string{"a"}}, Named: map[string]Person{"a": {ID: "a"}}}, false},
		{"supervised", Substitute, "supervised", Look{Values: v{"supervisors": []string{"a"}}, Named: map[string]Person{"a": {ID: "a", Certified: true}}}, true},
		{"the cost within the estimate", Substitute, "cost_reasonable", Look{Values: v{"cost": int64(800)}, Track: step("decide", "cost", 800.0)}, true},
		{"a yuan above", Substitute, "cost_reasonable", Look{Values: v{"cost": int64(801)}, Track: step("decide", "cost", 800.0)}, false},
		{"a yuan above, with its reason", Substitute, "cost_reasonable", Look{Values: v{"cost": int64(801), "cost_reason": "过磅费"}, Track: step("decide", "cost", 800.0)}, true},
		{"the driver could clear it", Immediate, "party_cannot_clear", Look{Values: v{"party": "unwilling"}}, false},
		{"half is paid", Court, "fine_unpaid", Look{Decided: &fine, Paid: 500}, true},
		{"all is paid", Court, "fine_unpaid", Look{Decided: &fine, Paid: 1000}, false},
		{"instalments run", Court, "deferred", Look{Beside: []Running{{Procedure: CodeInstal, State: InstalRuns}}}, true},
		{"served", Court, "decision_served", Look{Documents: []Document{{Kind: KindDecision, IssuedOn: date(t, "2026-11-01"), ServedOn: date(t, "2026-11-03")}}}, true},
		{"made, not served", Court, "decision_served", Look{Documents: []Document{made(KindDecision, "2026-11-01")}}, false},
		{"a decision on the spot is served when it is made", Court, "decision_served", Look{Documents: []Document{made(KindSummary, "2026-11-01")}}, true},
		{"ended as it was revoked, and it was not", End, "ground_proved", Look{Values: v{"ground": "4", "proof": "见卷"}}, false},
		{"ended as it was revoked", End, "ground_proved", Look{Values: v{"ground": "4"}, Beside: []Running{{Procedure: CodeRevoke, State: RevokeDecided}}}, true},
		{"ended for a death, with its certificate", End, "ground_proved", Look{Values: v{"ground": "1", "proof": "死亡证明"}}, true},
		{"a surcharge let off for nothing", Agreement, "fine_not_reduced", Look{Values: v{"waive_surcharge": true}}, false},
		{"a surcharge let off for making good", Agreement, "fine_not_reduced", Look{Values: v{"waive_surcharge": true, "remedial": "已恢复绿地"}}, true},
		{"a crime without what is seized", Crime, "things_go_along", Look{Beside: []Running{{Procedure: CodeSeize, State: SeizeHeld}}}, false},
		{"a crime with what is seized", Crime, "things_go_along", Look{Beside: []Running{{Procedure: CodeSeize, State: SeizeHeld}},
			Values: v{"things": []map[string]any{{"name": "货车"}}, "party_told": true}}, true},
		{"nothing is seized", Crime, "things_go_along", Look{}, true},
		{"changed to a lighter fine", Revoke, "not_heavier", Look{Decided: &fine, Values: v{"kind": "change", "amount": int64(500)}}, true},
		{"changed to a heavier fine", Revoke, "not_heavier", Look{Decided: &fine, Values: v{"kind": "change", "amount": int64(1001)}}, false},
		{"revoked by a judgement that nobody registered", Revoke, "ground_on_file", Look{Values: v{"ground": "remedy", "reason": "法院判决"}}, false},
		{"revoked by a judgement", Revoke, "ground_on_file", Look{Values: v{"ground": "remedy"}, Beside: []Running{{Procedure: CodeLitigate, State: RemedyFallen}}}, true},
		{"changed, and paid no more than is owed", Revoke, "money_paid", Look{Paid: 500, Track: step("decide", "kind", "change", "amount", 500.0)}, false},
		{"revoked, and paid", Revoke, "money_paid", Look{Paid: 500, Track: step("decide", "kind", "revoke")}, true},
		{"a slip that changes nothing", Correction, "slip_only", Look{Values: v{"substance_unchanged": true, "wrong": "11月32日", "right": "11月23日"}}, true},
		{"a slip that is none", Correction, "slip_only", Look{Values: v{"substance_unchanged": true, "wrong": "x", "right": "x"}}, false},
		{"the crime came back", NoPenalty, "no_crime_pending", Look{Beside: []Running{{Procedure: CodeCrime, State: TransferDeclined, Ended: true}}}, true},
		{"the police have it", NoPenalty, "no_crime_pending", Look{Beside: []Running{{Procedure: CodeCrime, State: TransferHanded}}}, false},
		{"another ground than was proposed", NoPenalty, "ground_as_proposed", Look{Values: v{"ground": "first"}, Track: step("propose", "ground", "slight")}, false},
		{"he withdraws himself", Recuse, "own_withdrawal", Look{Actor: Person{ID: "a"}, Values: v{"officer": "a"}}, true},
		{"he withdraws another", Recuse, "own_withdrawal", Look{Actor: Person{ID: "a"}, Values: v{"officer": "b"}}, false},
	} {
		l := c.look
		l.Now, l.Calendar = noon, law.Shipped()
		if blank := bare(); l.Setting == nil {
			l.Setting, l.Lapsed, l.Due = blank.Setting, blank.Lapsed, blank.Due
		}
		see := c.tr.see[c.fact]
		if see == nil {
			t.Errorf("%s: %s sees no %s", c.name, c.tr.Code, c.fact)
			continue
		}
		if got := see(&l); got != c.want {
			t.Errorf("%s: %s is %v", c.name, c.fact, got)
		}
	}
}
