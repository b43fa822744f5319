package tracks

import (
	"testing"
	"time"

	"jiexu/law"
)

// TestRemedyRan pins when no surcharge is counted (AP 73).
func TestRemedyRan(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, law.Shanghai)
	received := Taken{Step: "receive", At: at, Fields: map[string]any{"contested": "penalty", "filed_on": "2026-02-24"}}
	delivered := func(step, on string) Taken {
		return Taken{Step: step, At: at, Fields: map[string]any{"delivered_on": on}}
	}
	for _, c := range []struct {
		name, procedure string
		steps           []Taken
		to              string // empty: still
		ok              bool
	}{
		{"received", CodeReconsider, []Taken{received}, "", true},
		{"upheld", CodeReconsider, []Taken{received, delivered("uphold", "2026-04-20")}, "2026-04-20", true},
		{"upheld for good", CodeReconsider, []Taken{received, delivered("uphold", "2026-04-20"), {Step: "becomes_final_kept", At: at.AddDate(0, 3, 0)}}, "2026-04-20", true},
		{"dismissed, may be appealed", CodeLitigate, []Taken{received, delivered("uphold", "2026-08-20")}, "", true},
		{"dismissed for good", CodeLitigate, []Taken{received, delivered("uphold", "2026-08-20"), {Step: "becomes_final_kept", At: at.AddDate(0, 7, 0)}}, "2026-10-02", true},
		{"appealed", CodeLitigate, []Taken{received, delivered("uphold", "2026-08-20"), {Step: "appeal", At: at}}, "", true},
		{"the last word", CodeLitigate, []Taken{received, delivered("uphold", "2026-08-20"), {Step: "appeal", At: at}, delivered("last_word_kept", "2026-12-01")}, "2026-12-01", true},
		{"about the seizure", CodeLitigate, []Taken{{Step: "receive", At: at, Fields: map[string]any{"contested": "measure"}}}, "", false},
		{"another procedure", CodeSeize, []Taken{received}, "", false},
	} {
		from, to, ok := RemedyRan(c.procedure, c.steps)
		until := ""
		if !to.IsZero() {
			until = to.String()
		}
		if ok != c.ok || until != c.to || ok && from.String() != "2026-02-24" {
			t.Errorf("%s: %s to %s (%v)", c.name, from, to, ok)
		}
	}
}

// TestEffects pins what steps do to the rest of the case.
func TestEffects(t *testing.T) {
	fields := func(kv ...any) map[string]any {
		out := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			out[kv[i].(string)] = kv[i+1]
		}
		return out
	}
	grant := Taken{Step: "grant", At: date(t, "2026-12-01").Start(), Fields: fields("until", "2027-01-31", "plan", []any{fields("by", "2026-12-31", "yuan", 1000.0), fields("by", "2027-01-31", "yuan", 2000.0)})}
	d, ok := Deferred(CodeInstal, []Taken{{Step: "ask", Fields: fields("asked_on", "2026-11-30", "hardship", "停业")}, grant})
	if !ok || d.Hardship != "停业" || len(d.Parts) != 2 || d.Parts[1].Money != 2000 || d.Over(law.Shipped()).String() != "2027-02-01" {
		t.Errorf("deferred: %+v (%v)", d, ok)
	}
	if d, _ := Deferred(CodeInstal, []Taken{grant, {Step: "break", At: date(t, "2027-01-04").Start()}}); d.Over(law.Shipped()).String() != "2027-01-04" {
		t.Errorf("broken: %+v", d)
	}
	if _, ok := Deferred(CodeInstal, []Taken{{Step: "ask"}}); ok {
		t.Error("deferred by asking")
	}
	if _, ok := Deferred(CodeCourt, []Taken{grant}); ok {
		t.Error("deferred by the court")
	}
	agreed := Taken{Step: "agree", Fields: fields("waive_surcharge", true)}
	if !WaivesSurcharge(CodeAgreement, []Taken{agreed}) || WaivesSurcharge(CodeAgreement, []Taken{agreed, {Step: "broken"}}) || WaivesSurcharge(CodeAgreement, []Taken{{Step: "agree"}}) {
		t.Error("the surcharge is waived wrongly")
	}
	for _, c := range []struct {
		procedure string
		taken     Taken
		yuan      int64
		ok        bool
	}{
		{CodeSummary, Taken{Step: "decide", Fields: fields("penalty", "fine", "yuan", 50.0)}, 50, true},
		{CodeSummary, Taken{Step: "decide", Fields: fields("penalty", "warning")}, 0, true},
		{CodeSummary, Taken{Step: "tell", Fields: fields("amount", 50.0)}, 0, false},
		{CodeRevoke, Taken{Step: "decide", Fields: fields("kind", "change", "amount", 100.0)}, 100, true},
		{CodeRevoke, Taken{Step: "decide", Fields: fields("kind", "revoke")}, 0, true},
	} {
		if yuan, ok := Decides(c.procedure, c.taken); yuan != c.yuan || ok != c.ok {
			t.Errorf("%s %s decides %d (%v)", c.procedure, c.taken.Step, yuan, ok)
		}
	}
	if yuan, no, cash, ok := Pays(CodeSummary, Taken{Step: "collect", Fields: fields("amount", 50.0, "receipt_no", "沪A0001")}); yuan != 50 || no != "沪A0001" || !cash || !ok {
		t.Error("cash is read wrongly")
	}
	if officer, successor, ok := Withdraws(CodeRecuse, []Taken{{Step: "party_asks", Fields: fields("officer", "a")}, {Step: "grant", Fields: fields("successor", "b")}}); officer != "a" || successor != "b" || !ok {
		t.Error("the withdrawal is read wrongly")
	}
	if _, _, ok := Withdraws(CodeRecuse, []Taken{{Step: "party_asks", Fields: fields("officer", "a")}, {Step: "refuse"}}); ok {
		t.Error("who stays has withdrawn")
	}
	if code, ok := TurnsTo(CodeSummary, Taken{Step: "turn"}); code != CodeOrdinary || !ok {
		t.Error("a summary case turns nowhere")
	}
}
