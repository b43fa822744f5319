package app_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"

	"jiexu/org"
	"jiexu/systems/casework"
)

// together runs f n times at once and gives what each came to.
func together[T any](n int, f func(i int) T) []T {
	out := make([]T, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			out[i] = f(i)
		}()
	}
	close(start)
	wg.Wait()
	return out
}

// answersOf sends the same request n times at once.
func answersOf(t *testing.T, n int, b *browser, method, path string, body func(i int) string, headers ...string) []answer {
	t.Helper()
	type result struct {
		a   answer
		err error
	}
	var out []answer
	for _, r := range together(n, func(i int) result { a, err := b.try(method, path, body(i), headers...); return result{a, err} }) {
		if r.err != nil {
			t.Fatal(r.err)
		}
		out = append(out, r.a)
	}
	return out
}

// Twenty people press the same button on what all of them see: one acts, and nineteen are told.
func TestOneOfManyWins(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		s := newStory(w)
		s.tell(t, toCase)
		for _, c := range []struct{ who, path, rev, body, kind string }{
			{"head", "/cases/{case}/steps/approve_filing", "case", `{"opinion":"同意"}`, "casework.approve_filing"},
			{"officer.jas1", "/complaints/{complaint}/steps/first_contact", "complaint", `{"result":"再次联系"}`, "intake.first_contact"},
			{"officer.jas1", "/cases/{case}/parties", "", `{"kind":"person","name":"赵立新","idCode":"310106199001010014","address":"愚园路200号"}`, "casework.party_set"},
		} {
			rev := s.kept[c.rev+".rev"]
			if c.rev == "" {
				rev = w.as("officer.jas1").do("GET", s.fill("/cases/{case}"), "").text("rev")
			}
			before := w.count(`SELECT count(*) FROM ledger_entries WHERE kind = $1`, c.kind)
			won := 0
			for _, a := range answersOf(t, 20, w.as(c.who), "POST", s.fill(c.path), func(int) string { return c.body }, "If-Match", `"`+rev+`"`) {
				if a.status == 200 {
					won++
				} else {
					a.problem(409, "changed_meanwhile")
				}
			}
			if made := w.count(`SELECT count(*) FROM ledger_entries WHERE kind = $1`, c.kind) - before; won != 1 || made != 1 {
				t.Errorf("%s: %d won and %d entries were made", c.kind, won, made)
			}
		}
		w.check()
	})
}

// A command sent ten times at once under one key acts once, and all ten hear the same.
func TestOneKeyActsOnce(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		b := w.as("officer.jas1")
		before := w.count(`SELECT count(*) FROM casework_cases`)
		const body = `{"matter":"WY-01","title":"敲墙","actPlace":"愚园路1号"}`
		answers := answersOf(t, 10, b, "POST", "/cases", func(int) string { return body }, "Idempotency-Key", "k-1")
		for _, a := range answers {
			if a.ok(200).body != answers[0].body {
				t.Errorf("one hears %s and another %s", answers[0].body, a.body)
			}
		}
		b.do("POST", "/cases", `{"matter":"WY-01","title":"别的","actPlace":"愚园路1号"}`, "Idempotency-Key", "k-1").problem(409, "idempotency.reused")
		w.as("officer.jas2").do("POST", "/cases", body, "Idempotency-Key", "k-1").ok(200) // another's key is another key
		if n := w.count(`SELECT count(*) FROM casework_cases`) - before; n != 2 {
			t.Errorf("%d cases were opened, want 2", n)
		}
		// A command that was refused leaves its key free: the same key acts once it is right.
		b.do("POST", "/cases", `{"matter":"none","title":"敲墙","actPlace":"愚园路1号"}`, "Idempotency-Key", "k-2").problem(422, "form")
		b.do("POST", "/cases", body, "Idempotency-Key", "k-2").ok(200)
		picture, kind := formOf("a.jpg", photo(3))
		id := answers[0].text("id")
		for _, a := range answersOf(t, 6, b, "POST", "/media?subject=case:"+id, func(int) string { return picture }, "Content-Type", kind) {
			a.ok(200)
		}
		if n := w.count(`SELECT count(*) FROM evidence_media WHERE subject_id = $1`, id); n != 1 {
			t.Errorf("the same photo, sent six times at once, is there %d times", n)
		}
		w.check()
	})
}

// Fifty papers issued at once, among them some that fail, carry numbers without a gap.
func TestNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		officer, second, head := w.actor("officer.jas1"), w.actor("officer.jas2"), w.actor("head")
		last := numbersOf(t, w)
		var ids, revs []string
		for i := range 50 {
			id, rev := reviewed(t, w, i, officer, second, head)
			ids, revs = append(ids, id), append(revs, strconv.FormatInt(rev, 10))
		}
		issued := 0
		for i, a := range together(60, func(i int) answer {
			amount := 12000
			if i >= 50 {
				amount = 1 // out of range: refused, and no number is used up
			}
			a, err := w.as("officer.jas1").try("POST", "/cases/"+ids[i%50]+"/steps/notify", fmt.Sprintf(`{"amount":%d,"grounds":"初次违法"}`, amount), "If-Match", `"`+revs[i%50]+`"`)
			if err != nil {
				a.body = err.Error()
			}
			return a
		}) {
			switch {
			case a.status == 200:
				issued++
			case i < 50:
				t.Errorf("%d: %d %s", i, a.status, a.body)
			}
		}
		numbers := numbersOf(t, w)
		if issued != 50 || len(numbers) != len(last)+50 {
			t.Fatalf("%d were issued, %d numbers are there, %d before", issued, len(numbers), len(last))
		}
		for i, n := range numbers {
			if n != i+1 {
				t.Fatalf("the numbers are %v", numbers)
			}
		}
		w.check()
	})
}

var sequel = regexp.MustCompile(`第(\d+)号$`)

// numbersOf are the sequel numbers of the squad's notices, in order.
func numbersOf(t *testing.T, w *world) (out []int) {
	t.Helper()
	for _, text := range w.lines(`SELECT d.number FROM casework_documents d JOIN casework_cases c ON c.id = d.case_id WHERE d.kind = 'penalty.notice' AND c.unit = $1`, w.unitOf("leader.jas")) {
		m := sequel.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the number %s", text)
		}
		n, _ := strconv.Atoi(m[1])
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// reviewed is a case whose report the head has approved.
func reviewed(t *testing.T, w *world, i int, officer, second, head org.Actor) (id string, rev int64) {
	t.Helper()
	ctx := t.Context()
	c, err := w.app.Casework.Open(ctx, officer, casework.Opening{Title: fmt.Sprintf("敲墙 %d", i), Matter: "WY-01", ActPlace: "愚园路1号", Officers: []string{second.Person}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.app.Casework.SetParty(ctx, officer, c.ID, c.Rev, casework.PartyInput{Kind: casework.Person, Name: "赵立新", IDCode: "310106199001010014", Address: "愚园路1号"})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = w.app.Casework.AddEvidence(ctx, officer, c.ID, r.Rev, casework.EvidenceInput{Kind: "record", Title: "笔录", Proves: "事实", ObtainedOn: c.ActDate}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		by   org.Actor
		code string
		in   map[string]any
	}{{head, casework.StepApproveFiling, map[string]any{"opinion": "同意"}}, {officer, casework.StepReport, map[string]any{"summary": "事实", "proposal": "建议"}}, {head, casework.StepApproveReport, map[string]any{"opinion": "同意"}}} {
		if r, err = w.app.Casework.Take(ctx, step.by, c.ID, step.code, r.Rev, step.in); err != nil {
			t.Fatalf("%s: %v", step.code, err)
		}
	}
	return c.ID, r.Rev
}
