package app_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
)

// The papers of a case put together: bound as its file, and printed.
func TestTalesOfTheFile(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"the file is bound, the case goes on, and it is bound anew", true, boundTwice},
		{"two bind the file at once", true, boundAtOnce},
		{"papers of two cases in one print", false, printedTogether},
	})
}

// bound binds the file as somebody and gives the binding's id.
func (c *tale) bound(login string) string {
	c.t.Helper()
	c.rev = c.w.one(`SELECT rev FROM casework_cases WHERE id = $1`, c.id)
	a := c.send(login, "POST", c.path("/volumes"), nil)
	if a.status != 200 {
		c.t.Fatalf("bind: %d %s", a.status, a.body)
	}
	c.rev = c.w.one(`SELECT rev FROM casework_cases WHERE id = $1`, c.id)
	return a.text("id")
}

func pagesOf(t *testing.T, pdf string) int {
	t.Helper()
	n, err := api.PageCount(strings.NewReader(pdf), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func boundTwice(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.notTaken(c.send("legal", "POST", c.path("/volumes"), nil), "case.file_empty")
	c.by("head", "", "approve_filing", nil)
	c.paper("officer.jas1", "record.inspection", in{}, nil)
	if a := c.send("head", "POST", c.path("/volumes"), nil); a.status != 403 {
		t.Errorf("the head, who does not bind: %d %s", a.status, a.body)
	}
	if a := c.send("leader.jnl", "POST", c.path("/volumes"), nil); a.status < 403 {
		t.Errorf("another squad's leader: %d %s", a.status, a.body)
	}
	first := c.bound("officer.jas1")
	c.notTaken(c.send("legal", "POST", c.path("/volumes"), nil), "case.bound_already")

	w.sequence()
	pdf := w.as("legal").do("GET", c.path("/volumes/"+first+".pdf"), "").ok(200)
	verifyPaper(t, w, []byte(pdf.body))
	if again := w.as("legal").do("GET", c.path("/volumes/"+first+".pdf"), "").ok(200); !strings.HasPrefix(again.body, pdf.body[:20000]) {
		t.Error("the bound file is made anew at each download")
	}
	page := c.page("legal")
	if len(page.Bound) != 1 || !page.Bound[0].Current || page.Can.Bind || page.Bound[0].Pages != pagesOf(t, pdf.body) || page.Bound[0].Papers != len(page.Documents) {
		t.Errorf("bound once: %+v of %d papers, may bind %t, %d pages", page.Bound, len(page.Documents), page.Can.Bind, pagesOf(t, pdf.body))
	}
	if a := w.as("desk").do("GET", c.path("/volumes/"+first+".pdf"), ""); a.status == 200 {
		t.Error("the complaints desk reads a bound file")
	}
	if a := w.as("legal").do("GET", c.path("/volumes/none.pdf"), ""); a.status != 404 {
		t.Errorf("a binding that there is not: %d", a.status)
	}

	c.penaltyFollows(3000)
	page = c.page("legal")
	if page.Bound[0].Current || !page.Can.Bind {
		t.Error("the case has gone on, and the first binding passes for the newest")
	}
	second := c.bound("legal")
	w.sequence()
	newer := w.as("legal").do("GET", c.path("/volumes/"+second+".pdf"), "").ok(200)
	verifyPaper(t, w, []byte(newer.body))
	old := w.as("legal").do("GET", c.path("/volumes/"+first+".pdf"), "").ok(200)
	verifyPaper(t, w, []byte(old.body))
	if pagesOf(t, newer.body) <= pagesOf(t, old.body) {
		t.Error("the newer file holds no more than the older one")
	}
	if page = c.page("legal"); len(page.Bound) != 2 || page.Bound[0].Current || !page.Bound[1].Current {
		t.Errorf("bound twice: %+v", page.Bound)
	}
}

func boundAtOnce(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", shop)
	c.by("head", "", "approve_filing", nil)
	c.paper("officer.jas1", "record.inspection", in{}, nil)
	answers := make([]answer, 2)
	var together sync.WaitGroup
	for i, login := range []string{"legal", "leader.jas"} {
		together.Go(func() { answers[i] = c.send(login, "POST", c.path("/volumes"), nil) })
	}
	together.Wait()
	won := 0
	for _, a := range answers {
		var p struct{ Code string }
		json.Unmarshal([]byte(a.body), &p)
		switch {
		case a.status == 200:
			won++
		case p.Code != "changed_meanwhile" && p.Code != "case.bound_already": // as far as it had read when the first was done
			t.Errorf("the other one: %d %s", a.status, a.body)
		}
	}
	if won != 1 || len(c.page("legal").Bound) != 1 {
		t.Errorf("%d of two bindings at once were taken, %d are kept", won, len(c.page("legal").Bound))
	}
}

func printedTogether(t *testing.T, w *world) {
	var ids []string
	one, other := found(t, w, "", "WY-03", shop), found(t, w, "", "WY-03", shop)
	for _, c := range []*tale{one, other} {
		c.by("head", "", "approve_filing", nil)
		c.penaltyFollows(3000)
		for _, d := range c.page("legal").Documents {
			ids = append(ids, d.ID)
		}
	}
	sum := 0
	w.sequence()
	for _, c := range []*tale{one, other} {
		for _, d := range c.page("legal").Documents {
			sum += pagesOf(t, w.as("legal").do("GET", c.path("/documents/"+d.ID+".pdf"), "").ok(200).body)
		}
	}
	print := w.as("legal").do("GET", "/cases/print.pdf?documents="+strings.Join(ids, ","), "").ok(200)
	if pagesOf(t, print.body) != sum {
		t.Errorf("printed %d pages of %d", pagesOf(t, print.body), sum)
	}
	cases := w.as("legal").do("GET", "/cases/print.pdf?cases="+one.id+","+other.id, "").ok(200)
	if !bytes.Equal([]byte(cases.body), []byte(print.body)) {
		t.Error("all papers of both cases are not what their papers are one by one")
	}
	decisions := w.as("legal").do("GET", "/cases/print.pdf?kind=penalty.decision&cases="+one.id+","+other.id, "").ok(200)
	if n := pagesOf(t, decisions.body); n < 2 || n >= sum {
		t.Errorf("the decisions alone have %d pages", n)
	}
	if both := w.as("legal").do("GET", "/cases/print.pdf?both=true&documents="+strings.Join(ids, ","), "").ok(200); pagesOf(t, both.body) <= sum {
		t.Errorf("on both sides: %d pages", pagesOf(t, both.body))
	}
	if a := w.as("desk").do("GET", "/cases/print.pdf?documents="+ids[0], ""); a.status != 403 {
		t.Errorf("the complaints desk prints: %d", a.status)
	}
	if a := w.as("leader.jnl").do("GET", "/cases/print.pdf?documents="+ids[0], ""); a.status != 404 {
		t.Errorf("another squad prints: %d %s", a.status, a.body)
	}
	if a := w.as("legal").do("GET", "/cases/print.pdf?documents=none,"+ids[0], ""); a.status != 404 {
		t.Errorf("with one that there is not: %d", a.status)
	}
	if a := w.as("legal").do("GET", "/cases/print.pdf?documents="+strings.Repeat("x,", 101)+"x", ""); a.status != 422 {
		t.Errorf("more than a hundred: %d", a.status)
	}
	if a := w.as("legal").do("GET", "/cases/print.pdf", ""); a.status != 422 {
		t.Errorf("nothing chosen: %d", a.status)
	}
}
