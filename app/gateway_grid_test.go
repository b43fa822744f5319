package app_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/gateway/counterpart"
	"jiexu/gateway/grid/simulator"
	"jiexu/systems/intake"
)

// A case of the grid goes through its seven stages: collected, filed and dispatched there, handled and fed back here, verified and closed there.
func TestGridCaseThroughItsStages(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		p := w.platform("g1")
		server := httptest.NewServer(p)
		defer server.Close()
		w.link("g1", "grid", "http", server.URL)
		var heard []string
		p.Answer = func(m counterpart.Message) []counterpart.Event { heard = append(heard, m.Type); return nil }
		seq := 0
		say := func(fields counterpart.Event) {
			t.Helper()
			seq++
			fields["event"], fields["order"], fields["seq"] = fmt.Sprintf("g%d", seq), "31010620261123000001", seq
			p.Say(fields)
			if err := p.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.exchange()
		}
		stage := func() string {
			return w.one(`SELECT stage FROM gateway_orders WHERE order_no = '31010620261123000001'`)
		}
		state := func() string {
			return w.one(`SELECT state FROM intake_complaints WHERE source_no = '31010620261123000001'`)
		}
		say(counterpart.Event{"type": "信息采集", "sort": "事件", "content": "人行道上有摊贩", "address": "静安区愚园路1号", "cell": "310106012003021", "accepted_at": "2026-11-23 08:00:00"})
		say(counterpart.Event{"type": "立案", "code": "3101060501"})
		if stage() != "file" || w.count(`SELECT count(*) FROM intake_complaints WHERE source_no = '31010620261123000001'`) != 0 {
			t.Errorf("filed, and not dispatched: stage %s", stage())
		}
		say(counterpart.Event{"type": "派遣", "deadline": "2026-11-25 08:00:00"})
		if got := w.lines(`SELECT category || ' ' || title || ' ' || text FROM intake_complaints WHERE source_no = '31010620261123000001'`); stage() != "dispatch" || !slices.Equal(got, []string{"无照经营游商 街面秩序-无照经营游商 人行道上有摊贩"}) {
			t.Errorf("dispatched: stage %s, %q", stage(), got)
		}
		due := func() []string {
			return w.lines(`SELECT t.due_date || CASE WHEN t.met_at IS NULL THEN '' ELSE ' met' END FROM term_terms t JOIN intake_complaints c ON c.id = t.matter_id WHERE t.clock = 'source' AND c.source_no = '31010620261123000001' ORDER BY t.id`)
		}
		if got := due(); !slices.Equal(got, []string{"2026-11-25"}) {
			t.Errorf("the platform's deadline is %q", got)
		}
		say(counterpart.Event{"type": "核查", "result": "通过"}) // nothing was fed back yet
		if got := w.one(`SELECT state FROM gateway_inbox WHERE event = 'g4'`); got != "held" {
			t.Errorf("verified before it was handled: %s", got)
		}
		const order = "31010620261123000001"
		w.route(order)
		w.handle(order)
		w.exchange()
		if got := due(); !slices.Equal(got, []string{"2026-11-25 met"}) {
			t.Errorf("answered, the platform's deadline is %q", got)
		}
		say(counterpart.Event{"type": "核查", "result": "不通过", "reason": "摊贩又来了", "处置时限": "2026-11-27 18:00:00"})
		if state() != intake.Assigned {
			t.Errorf("after a failed check it is %s", state())
		}
		if got := due(); !slices.Equal(got, []string{"2026-11-25 met", "2026-11-27"}) {
			t.Errorf("to be done again by %q", got)
		}
		// The class of the case points to the matter that is proposed for a case of ours.
		w.handle(order)
		id := w.one(`SELECT id FROM intake_complaints WHERE source_no = '31010620261123000001'`)
		if got := w.as("officer.jas1").do("GET", "/complaints/"+id, "").ok(200).body; !strings.Contains(got, `"value":"SR-01"`) {
			t.Error("the matter of the class is not proposed")
		}
		w.exchange()
		say(counterpart.Event{"type": "核查", "result": "通过"})
		say(counterpart.Event{"type": "结案"})
		if state() != intake.Closed || stage() != "close" {
			t.Errorf("closed there, it is %s here, stage %s", state(), stage())
		}
		for _, want := range []string{"handle", "feedback", "progress"} {
			if !slices.Contains(heard, want) {
				t.Errorf("the platform heard %q, not %s", heard, want)
			}
		}
		// A deadline that nobody believes, one that is none, one that is over: the case is taken in, and it is said.
		for i, c := range []struct {
			deadline, code string
			counts         int
		}{{"2099-01-01 00:00:00", "gateway.deadline_far", 0}, {"尽快", "gateway.deadline_unreadable", 0}, {"2026-11-20 00:00:00", "gateway.deadline_past", 1}} {
			number := fmt.Sprintf("D%d", i)
			_, answer, err := p.Post(t.Context(), []byte(`{"order":"`+number+`","type":"dispatch","address":"静安区愚园路1号","code":"3101060501","deadline":"`+c.deadline+`"}`), "application/json")
			if err != nil || !strings.Contains(string(answer), c.code) || !strings.Contains(string(answer), `"taken"`) {
				t.Errorf("%s: %s %v", c.deadline, answer, err)
			}
			if got := w.count(`SELECT count(*) FROM term_terms t JOIN intake_complaints c ON c.id = t.matter_id WHERE t.clock = 'source' AND c.source_no = '` + number + `'`); got != c.counts {
				t.Errorf("%s: %d periods", c.deadline, got)
			}
		}
		// A class that there is not, a cell that is none, a part for an event.
		for _, c := range []struct{ fields, code string }{{`"code":"9999"`, "gateway.grid_unknown"}, {`"code":"ab"`, "gateway.grid_code"}, {`"sort":"部件","code":"3101060501"`, "gateway.grid_code"}, {`"title":""`, "form.required"}} {
			_, answer, err := p.Post(t.Context(), []byte(`{"order":"X`+c.code+`","type":"dispatch","address":"愚园路1号",`+c.fields+`}`), "application/json")
			if err != nil || !strings.Contains(string(answer), c.code) || !strings.Contains(string(answer), `"held"`) {
				t.Errorf("%s: %s %v", c.fields, answer, err)
			}
		}
		w.check()
	})
}

// What a patrol of ours finds is collected by the platform, in its own codes, and filed by it.
func TestPatrolIsReportedToTheGrid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	p := w.platform("g1")
	g := simulator.New(1, w.clock.now)
	var collected counterpart.Message
	p.Answer = func(m counterpart.Message) []counterpart.Event {
		if m.Type == "collect" {
			collected = m
		}
		return g.Answer(m)
	}
	server := httptest.NewServer(p)
	defer server.Close()
	id := w.link("g1", "grid", "http", server.URL)
	patrol := `{"channel":"patrol","kind":"complaint","category":"店外经营","content":"水果店把货摆到人行道上","address":"愚园路1号"}`
	w.as("officer.jas1").do("POST", "/complaints", patrol).ok(201)
	w.exchange()
	if collected.ID != "" {
		t.Fatal("it was reported, and nobody had switched that on")
	}
	bureau := w.one(`SELECT id FROM org_units WHERE kind = 'bureau'`)
	w.as("admin").do("PUT", "/gateways/"+id, fmt.Sprintf(`{"code":"g1","kind":"grid","name":"网格","unit":%q,"transport":"http","url":%q,"patrols":true,"enabled":true}`, bureau, server.URL), "If-Match", `"1"`).ok(200)
	complaint := w.as("officer.jas1").do("POST", "/complaints", strings.Replace(patrol, "水果店", "小吃店", 1)).ok(201)
	w.exchange()
	if collected.Rest["code"] != "0504" || collected.Rest["sort"] != "event" || collected.Order != complaint.text("number") {
		t.Fatalf("collected: %+v", collected)
	}
	if err := p.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := w.count(`SELECT count(*) FROM intake_steps WHERE complaint = $1 AND step = 'hear_source' AND fields LIKE '%平台案件编号%'`, complaint.text("id")); n != 1 {
		t.Errorf("%d lines tell that it was filed there", n)
	}
	if r, err := p.Reconcile(t.Context()); err != nil || !r.Sound() {
		t.Errorf("%+v %v", r, err)
	}
	w.check()
}

// Many cases of a simulated platform with its faults, to their end.
func TestGridAwayAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	g := simulator.New(3, w.clock.now)
	p := w.platform("g1")
	p.Answer, p.Faults, p.Batch = g.Answer, counterpart.Faults{Repeat: 20, Reorder: 40, Lose: 20, Garbage: 10, Fail: 20}, 3
	server := httptest.NewServer(p)
	defer server.Close()
	w.link("g1", "grid", "http", server.URL)
	for range 10 {
		p.Say(g.Case()...)
	}
	settled := func() bool {
		return p.Pending() == 0 && w.count(`SELECT count(*) FROM gateway_outbox WHERE state = 'waiting'`) == 0 && w.count(`SELECT count(*) FROM gateway_inbox WHERE state IN ('new', 'parked')`) == 0
	}
	for round := range 60 {
		p.SetDown(round > 2 && round < 14)
		p.Deliver(t.Context())
		w.exchange()
		if round == 3 { // while it is away
			for i, source := range w.lines(`SELECT source_no FROM intake_complaints WHERE channel = 'grid' AND source_no LIKE '31010620261123%' ORDER BY source_no`) {
				if i < 4 {
					w.route(source)
					w.handle(source)
				}
			}
		}
		w.clock.forward(5 * time.Minute)
		if round > 15 && settled() {
			break
		}
	}
	r, err := p.Reconcile(t.Context())
	if err != nil || !r.Sound() || r.Taken != 10 {
		t.Errorf("%+v %v", r, err)
	}
	t.Logf("%+v", r)
	if n := w.count(`SELECT count(*) FROM intake_complaints WHERE channel = 'grid' AND state = 'closed' AND source_no LIKE '31010620261123%'`); n == 0 {
		t.Error("no case came to its end")
	}
	w.check()
}
