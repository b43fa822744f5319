package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jiexu/gateway"
	"jiexu/gateway/counterpart"
	"jiexu/gateway/hotline/simulator"
	"jiexu/org"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
)

const gatewaySecret = "a secret between two houses"

// link adds a link to the world, by its administrator, and gives its id.
func (w *world) link(code, kind, transport, url string) string {
	w.t.Helper()
	bureau := w.one(`SELECT id FROM org_units WHERE kind = 'bureau'`)
	return w.as("admin").do("POST", "/gateways", fmt.Sprintf(`{"code":%q,"kind":%q,"name":"市热线","unit":%q,"transport":%q,"url":%q,"secret":%q,"enabled":true}`, code, kind, bureau, transport, url, gatewaySecret)).ok(201).text("id")
}

// platform is the other end of a link.
func (w *world) platform(code string) *counterpart.Side {
	return (&counterpart.Side{Target: w.server.URL, Link: code, Secret: gatewaySecret, Now: w.clock.now}).Begin(1)
}

// exchange tells the platforms what happened, and takes in what is due.
func (w *world) exchange() {
	w.t.Helper()
	w.sequence()
	if err := w.app.Log.CatchUp(w.t.Context(), gateway.FollowerName); err != nil {
		w.t.Fatal(err)
	}
	if err := w.app.Gateways.Work(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

const goodOrder = `"type":"order","kind":"投诉","title":"占道","content":"愚园路有人占道经营，请来看看","address":"静安区愚园路1号","name":"王小明","phone":"13900001234","accepted_at":"2026-11-23 09:00:00"`

// What may come from a hotline, and what comes of it: taken, repaired and said, or held with its reason; the rest goes on.
func TestWhatAHotlineMaySend(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.link("h1", "hotline", "http", "http://127.0.0.1:9/")
		p := w.platform("h1")
		post := func(body string) (int, []gateway.Result) {
			t.Helper()
			kind := "application/json"
			if rest, ok := strings.CutPrefix(body, "charset=utf-8 "); ok {
				kind, body = kind+"; charset=utf-8", rest
			}
			status, answer, err := p.Post(t.Context(), []byte(body), kind)
			if err != nil {
				t.Fatal(err)
			}
			var said struct{ Results []gateway.Result }
			json.Unmarshal(answer, &said)
			if status == 200 && len(said.Results) == 0 {
				t.Fatalf("no results: %s", answer)
			}
			return status, said.Results
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(`{"event":"gb","order":"GB1",` + goodOrder + `}`)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ name, body, result, code string }{
			{"a good one", `{"event":"e1","order":"A1",` + goodOrder + `}`, "taken", ""},
			{"the same event again", `{"event":"e1","order":"A1",` + goodOrder + `}`, "repeated", ""},
			{"the same order under another event", `{"event":"e1b","order":"A1",` + goodOrder + `}`, "taken", "gateway.repeated"},
			{"the event with another content", `{"event":"e1","order":"A1",` + strings.Replace(goodOrder, "愚园路有人", "愚园路上", 1) + `}`, "held", "gateway.event_differs"},
			{"the order with another content", `{"event":"e1c","order":"A1",` + strings.Replace(goodOrder, "愚园路有人", "愚园路上", 1) + `}`, "held", "intake.differs"},
			{"half an order", `{"event":"e2","order":"A2","type":"order","kind":"投诉"}`, "held", "form.required"},
			{"no order number", `{"event":"e2b",` + goodOrder + `}`, "held", "form.required"},
			{"an unknown kind", `{"event":"e3","order":"A3",` + strings.Replace(goodOrder, "投诉", "吐槽", 1) + `}`, "held", "gateway.code_unknown"},
			{"an unknown type", `{"event":"e3b","order":"A3",` + strings.Replace(goodOrder, `"order"`, `"dance"`, 1) + `}`, "held", "gateway.type_unknown"},
			{"a number of events that is none", `{"event":"e3c","order":"A3c","seq":"abc",` + goodOrder + `}`, "taken", "gateway.number"},
			{"GB18030, said to be UTF-8", "charset=utf-8 " + strings.Replace(gb, "gb", "gb8", 1), "taken", "gateway.recoded_not"},
			{"a mark that turns the writing", `{"event":"e3d","order":"A3d",` + strings.Replace(goodOrder, "请来看看", "请来\u202e看看", 1) + `}`, "taken", "gateway.cleaned"},
			{"from 2099", `{"event":"e4","order":"A4",` + strings.Replace(goodOrder, "2026-11-23", "2099-01-01", 1) + `}`, "taken", "gateway.time_future"},
			{"a time of words", `{"event":"e5","order":"A5",` + strings.Replace(goodOrder, "2026-11-23 09:00:00", "昨天", 1) + `}`, "taken", "gateway.time_unreadable"},
			{"a telephone of nobody", `{"event":"e6","order":"A6",` + strings.Replace(goodOrder, "13900001234", "无", 1) + `}`, "taken", "gateway.phone"},
			{"another city", `{"event":"e7","order":"A7",` + strings.Replace(goodOrder, "静安区愚园路1号", "杭州市西湖区文三路1号", 1) + `}`, "held", "intake.elsewhere"},
			{"another district", `{"event":"e8","order":"A8",` + strings.Replace(goodOrder, "静安区", "上海市徐汇区", 1) + `}`, "held", "intake.elsewhere"},
			{"a point in Beijing", `{"event":"e9","order":"A9","lon":116.4,"lat":39.9,` + goodOrder + `}`, "held", "place.outside"},
			{"half a point", `{"event":"e10","order":"A10","lon":121.4,` + goodOrder + `}`, "taken", "gateway.half_a_point"},
			{"a text of 100,000 signs", `{"event":"e11","order":"A11",` + strings.Replace(goodOrder, "请来看看", strings.Repeat("长", 60_000), 1) + `}`, "held", "form.too_long"},
			{"a text beyond all", `{"event":"e12","order":"A12",` + strings.Replace(goodOrder, "请来看看", strings.Repeat("长", 200_000), 1) + `}`, "held", "gateway.event_too_large"},
			{"GB18030", gb, "taken", "gateway.recoded"},
			{"Chinese keys", `{"事件编号":"cn","工单编号":"CN1","事件类型":"派单","诉求类型":"咨询","标题":"问","诉求内容":"请问设摊要办什么手续","发生地址":"愚园路1号"}`, "taken", ""},
			{"cut off", `{"events":[{"event":"c1","order":"C1",` + goodOrder + `},{"event":"c2","order":"C2","ty`, "taken", ""},
			{"no JSON", `<html>502</html>`, "held", "gateway.unreadable"},
			{"something of an order that is not there", `{"event":"e13","order":"NONE","type":"redo","reason":"不满意"}`, "waiting", "gateway.waits_for_order"},
			{"a redo before the reply", `{"event":"e14","order":"A1","type":"redo","reason":"不满意"}`, "held", "procedure.not_now"},
		} {
			status, results := post(c.body)
			var codes []string
			if status == 200 {
				for _, n := range results[0].Notes {
					codes = append(codes, n.Code)
					if n.Text == "" || n.Text == n.Code {
						t.Errorf("%s: %s has no words", c.name, n.Code)
					}
				}
			}
			if status != 200 || results[0].Result != c.result || c.code != "" && !slices.Contains(codes, c.code) || c.code == "" && len(codes) > 0 {
				t.Errorf("%s: %d %+v; want %s %s", c.name, status, results, c.result, c.code)
			}
			if c.name == "cut off" && (len(results) != 2 || results[1].Result != "held" || results[1].Notes[0].Code != "gateway.cut_off") {
				t.Errorf("cut off: %+v", results)
			}
		}
		if status, _ := post(`{"event":"big","order":"B",` + strings.Replace(goodOrder, "请来看看", strings.Repeat("长", 4_000_000), 1) + `}`); status != 413 {
			t.Errorf("12 MB: %d", status)
		}
		for number, want := range map[string]int{"A1": 1, "A4": 1, "A10": 1, "GB1": 1, "CN1": 1, "C1": 1, "A7": 0, "A2": 0} {
			if n := w.count(`SELECT count(*) FROM intake_complaints WHERE channel = 'hotline' AND source_no = $1`, number); n != want {
				t.Errorf("order %s is %d complaints, want %d", number, n, want)
			}
		}
		if got := w.one(`SELECT text FROM intake_complaints WHERE source_no = 'GB1'`); !strings.Contains(got, "占道经营") {
			t.Errorf("GB18030 became %q", got)
		}
		if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE state = 'done' AND (fields LIKE '%13900001234%' OR fields LIKE '%王小明%')`); n > 0 {
			t.Errorf("%d events that are done still say who complained", n)
		}
		// What was held is taken in after mending, by the desk alone.
		desk := w.as("desk")
		item := func(event string) answer {
			id := w.one(`SELECT id FROM gateway_inbox WHERE event = $1`, event)
			return desk.do("GET", "/gateways/inbox/"+id, "").ok(200)
		}
		held := item("e3")
		w.as("admin").do("GET", "/gateways/inbox/"+held.text("id"), "").ok(403)
		mend := func(a answer, fields string) answer {
			return desk.do("POST", "/gateways/inbox/"+a.text("id")+"/mend", `{"fields":`+fields+`}`, "If-Match", `"`+a.text("rev")+`"`)
		}
		if got := desk.do("GET", "/gateways", "").ok(200).text("items.2.unitName"); got == "" {
			t.Error("the links name no unit")
		}
		if got := mend(held, `{"kind":"投诉"}`).ok(200); got.text("state") != "done" || got.text("number") == "" {
			t.Errorf("after mending: %s", got.body)
		}
		if got := item("e3b"); got.text("state") == "parked" { // its order has come
			w.exchange()
			if got = item("e3b"); got.text("state") != "held" || got.text("problems.0.code") != "gateway.type_unknown" {
				t.Errorf("an unknown type: %s", got.body)
			}
		}
		mend(held, `{}`).problem(409, "gateway.not_held")
		if got := mend(item("e7"), `{"address":"杭州市下城区"}`).ok(200); got.text("state") != "held" {
			t.Errorf("still elsewhere: %s", got.body)
		}
		// A code that the desk explains need not be mended again.
		desk.do("POST", "/gateways/codes", `{"kind":"hotline","list":"kind","theirs":"吐槽","ours":"complaint"}`).ok(200)
		if _, results := post(`{"event":"e20","order":"A20",` + strings.Replace(goodOrder, "投诉", "吐槽", 1) + `}`); results[0].Result != "taken" {
			t.Errorf("an explained code: %+v", results)
		}
		// What is turned away is told.
		e7 := item("e7")
		desk.do("POST", "/gateways/inbox/"+e7.text("id")+"/decline", `{"reason":"不在本区"}`, "If-Match", `"`+e7.text("rev")+`"`).ok(204)
		if n := w.count(`SELECT count(*) FROM gateway_outbox WHERE type = 'receipt' AND order_no = 'A7' AND body LIKE '%declined%'`); n != 1 {
			t.Errorf("%d receipts of what was turned away", n)
		}
		w.sequence()
		w.check()
	})
}

// Who may send: only who signs with the secret, now, and once.
func TestAHotlineMustSign(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	w.link("h1", "hotline", "http", "http://127.0.0.1:9/")
	body := []byte(`{"event":"e1","order":"A1",` + goodOrder + `}`)
	send := func(change func(r *http.Request)) answer {
		t.Helper()
		req, err := http.NewRequest("POST", w.server.URL+"/gateway/h1/events", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		gateway.Sign(req, gatewaySecret, body, w.clock.now(), "0123456789abcdef0")
		change(req)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var b bytes.Buffer
		b.ReadFrom(res.Body)
		return answer{t, "push", res.StatusCode, res.Header, b.String()}
	}
	resign := func(secret string, at time.Time) func(*http.Request) {
		return func(r *http.Request) { gateway.Sign(r, secret, body, at, "0123456789abcdef1") }
	}
	send(func(r *http.Request) { r.Header.Del(gateway.HeaderSignature) }).problem(401, "gateway.unsigned")
	send(func(r *http.Request) { r.Header.Set(gateway.HeaderNonce, "short") }).problem(401, "gateway.unsigned")
	send(resign("another secret of sixteen", w.clock.now())).problem(401, "gateway.signature")
	send(func(r *http.Request) { r.URL.Path = "/gateway/h2/events" }).problem(401, "gateway.signature")
	send(func(r *http.Request) { r.Header.Set(gateway.HeaderTime, "1") }).problem(401, "gateway.signature")
	send(resign(gatewaySecret, w.clock.now().Add(-6*time.Minute))).problem(401, "gateway.clock")
	send(resign(gatewaySecret, w.clock.now().Add(6*time.Minute))).problem(401, "gateway.clock")
	if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE event = 'e1'`); n != 0 {
		t.Fatalf("%d events came of requests that were refused", n)
	}
	send(func(*http.Request) {}).ok(200)
	send(func(*http.Request) {}).problem(409, "gateway.replayed")
	if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE event = 'e1'`); n != 1 {
		t.Errorf("%d events", n)
	}
}

// handle brings a complaint of the hotline from the desk to its reply, by the people whose it is.
func (w *world) handle(source string) {
	w.t.Helper()
	id := w.one(`SELECT id FROM intake_complaints WHERE source_no = $1`, source)
	take := func(login, step, fields string) {
		w.t.Helper()
		rev := w.one(`SELECT rev FROM intake_complaints WHERE id = $1`, id)
		w.as(login).do("POST", "/complaints/"+id+"/steps/"+step, fields, "If-Match", `"`+rev+`"`).ok(200)
	}
	state := func() string { return w.one(`SELECT state FROM intake_complaints WHERE id = $1`, id) }
	if state() == intake.Registered {
		take("desk", "route", `{"unit":"`+w.unitOf("leader.jas")+`"}`)
	}
	if state() == intake.Routed {
		take("leader.jas", "accept", `{}`)
	}
	if state() == intake.Accepted {
		take("leader.jas", "assign", `{"officers":["`+w.person("officer.jas1")+`","`+w.person("officer.jas2")+`"]}`)
	}
	if state() == intake.Assigned {
		w.upload(id)
		take("officer.jas1", "handle", `{"findings":"已劝离占道摊位","outcome":"solved"}`)
	}
	if state() == intake.Handled {
		take("officer.jas1", "reply", `{"text":"已到场劝离，人行道恢复通行。"}`)
	}
}

func (w *world) upload(complaint string) {
	w.t.Helper()
	w.clock.forward(time.Second)
	if _, err := w.app.Evidence.Add(w.t.Context(), w.actor("officer.jas1"), evidence.Upload{Subject: evidence.Subject{Type: intake.Type, ID: complaint}, Name: "a.jpg", Content: bytes.NewReader(photo(int(w.clock.now().Unix() % 100_000)))}); err != nil {
		w.t.Fatal(err)
	}
}

// An order goes its whole way: progress, reply, an unsatisfied citizen and the redo, the second reply and the end.
func TestHotlineOrderThereAndBack(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		p := w.platform("h1")
		server := httptest.NewServer(p)
		defer server.Close()
		w.link("h1", "hotline", "http", server.URL+"/in")
		p.Say(counterpart.Event{"event": "e1", "order": "A1", "seq": 1, "type": "order", "kind": "投诉", "content": "愚园路有人占道经营", "address": "愚园路1号"})
		p.Say(counterpart.Event{"event": "e2", "order": "A1", "seq": 2, "type": "urge"})
		var kinds []string
		p.Answer = func(m counterpart.Message) []counterpart.Event { kinds = append(kinds, m.Type+" "+m.Stage); return nil }
		deliver := func() {
			t.Helper()
			if err := p.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.exchange()
		}
		deliver()
		w.handle("A1")
		w.exchange()
		p.Say(counterpart.Event{"event": "e3", "order": "A1", "seq": 3, "type": "redo", "reason": "市民称没有解决", "satisfaction": "未解决"})
		deliver()
		if got := w.one(`SELECT state FROM intake_complaints WHERE source_no = 'A1'`); got != intake.Assigned {
			t.Fatalf("after the redo it is %s", got)
		}
		w.handle("A1")
		w.exchange()
		p.Say(counterpart.Event{"event": "e4", "order": "A1", "seq": 4, "type": "revisit", "satisfaction": "满意"})
		deliver()
		if got := w.one(`SELECT state FROM intake_complaints WHERE source_no = 'A1'`); got != intake.Closed {
			t.Errorf("after the revisit it is %s", got)
		}
		want := []string{"progress registered", "progress route", "progress accept", "progress assign", "progress handle", "reply reply", "progress redo", "progress handle", "reply reply", "progress close"}
		if !slices.Equal(kinds, want) {
			t.Errorf("the hotline heard\n%q, want\n%q", kinds, want)
		}
		// A return and its answer.
		p.Say(counterpart.Event{"event": "e5", "order": "A2", "type": "order", "kind": "求助", "content": "自来水管漏水", "address": "愚园路1号"})
		deliver()
		id := w.one(`SELECT id FROM intake_complaints WHERE source_no = 'A2'`)
		w.route("A2")
		w.as("desk").do("POST", "/complaints/"+id+"/steps/return_source", `{"kind":"other_matter","reason":"供水管网不属城管职责"}`, "If-Match", `"`+w.one(`SELECT rev FROM intake_complaints WHERE id = $1`, id)+`"`).ok(200)
		w.exchange()
		if kinds[len(kinds)-1] != "return_request return_source" {
			t.Errorf("the hotline heard %q", kinds)
		}
		p.Say(counterpart.Event{"event": "e6", "order": "A2", "type": "return", "result": "同意"})
		deliver()
		if got := w.one(`SELECT state FROM intake_complaints WHERE id = $1`, id); got != intake.SentBack {
			t.Errorf("after the return it is %s", got)
		}
		if r, err := p.Reconcile(t.Context()); err != nil || !r.Sound() {
			t.Errorf("%+v %v", r, err)
		}
		w.check()
	})
}

// A platform that was away for an hour and then fails at four messages of ten is not away: each of those is sent again by itself, all the
// others go on, and the page says that it listens.
func TestAPlatformThatFailsAtSomeMessages(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		var asked int
		down := true
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			switch asked++; {
			case down:
				rw.WriteHeader(http.StatusBadGateway)
			case asked%10 < 4:
				rw.WriteHeader(http.StatusInternalServerError)
			}
		}))
		defer server.Close()
		link := w.link("h1", "hotline", "http", server.URL+"/in")
		p := w.platform("h1")
		for i := range 30 {
			if status, body, err := p.Post(t.Context(), fmt.Appendf(nil, `{"event":"e%d","order":"A%d",%s}`, i, i, goodOrder), "application/json"); err != nil || status != 200 {
				t.Fatalf("%d %s %v", status, body, err)
			}
			w.route(fmt.Sprint("A", i))
		}
		for range 12 { // an hour
			w.exchange()
			w.clock.forward(5 * time.Minute)
		}
		if n := w.count(`SELECT failures FROM gateway_health WHERE link = $1`, link); n < 7 {
			t.Errorf("away for an hour after %d failures", n)
		}
		down = false
		waiting := func() int { return w.count(`SELECT count(*) FROM gateway_outbox WHERE state = 'waiting'`) }
		before, rounds := waiting(), 0
		for ; waiting() > 0 && rounds < 40; rounds++ {
			w.exchange()
			w.clock.forward(30 * time.Second)
			if n := w.count(`SELECT failures FROM gateway_health WHERE link = $1`, link); rounds > 0 && n > 1 {
				t.Errorf("in round %d it is away after %d failures", rounds, n)
			}
		}
		if before < 30 || waiting() > 0 {
			t.Errorf("of %d messages %d wait after %d rounds", before, waiting(), rounds)
		}
	})
}

// The hotline is away for an hour, then we are; lines repeat, reorder, lose answers, and bring garbage. When all is back, nothing was lost and
// nothing doubled.
func TestHotlineAwayAndBack(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		hotline := simulator.New(7, w.clock.now)
		p := w.platform("h1")
		p.Faults = counterpart.Faults{Repeat: 20, Reorder: 30, Lose: 15, Garbage: 10, Fail: 15}
		p.Answer = hotline.Answer
		server := httptest.NewServer(p)
		defer server.Close()
		w.link("h1", "hotline", "http", server.URL+"/in")
		say := func(n int) {
			for range n {
				o := hotline.Order()
				p.Say(o)
				if n%2 == 0 {
					p.Say(hotline.More(fmt.Sprint(o["order"])))
				}
			}
		}
		deliver := func() { // ours may be down: then nothing is acknowledged, and it is sent again
			p.Deliver(t.Context())
		}
		say(12)
		deliver()
		w.exchange()
		// The hotline is gone for an hour, while we work on.
		p.SetDown(true)
		var some []string
		for _, source := range w.lines(`SELECT source_no FROM intake_complaints WHERE channel = 'hotline' AND source_no LIKE 'SH12345-7-%' ORDER BY source_no`) {
			if len(some) < 4 {
				some = append(some, source)
			}
		}
		for _, source := range some {
			w.route(source)
			w.handle(source)
		}
		for range 12 {
			w.exchange()
			w.clock.forward(5 * time.Minute)
		}
		health := w.as("desk").do("GET", "/gateways", "").ok(200)
		if health.text("items.2.health.downSince") == "" || health.text("items.2.waiting") == "0" {
			t.Errorf("an hour away, and the page says %s", health.body)
		}
		if attempts := w.count(`SELECT max(attempts) FROM gateway_outbox`); attempts > 30 {
			t.Errorf("it was knocked at %d times in an hour", attempts)
		}
		p.SetDown(false)
		// Then we are gone for an hour, while the hotline goes on.
		target := p.Target
		p.Target = "http://127.0.0.1:9"
		say(8)
		for range 6 {
			deliver()
			w.clock.forward(10 * time.Minute)
		}
		if p.Pending() == 0 {
			t.Error("we were away, and yet it was acknowledged")
		}
		p.Target = target
		// All is back: both sides settle.
		p.Faults = counterpart.Faults{Repeat: 20, Reorder: 30, Lose: 15}
		for range 40 {
			deliver()
			w.exchange()
			w.clock.forward(5 * time.Minute)
			if p.Pending() == 0 && w.count(`SELECT count(*) FROM gateway_outbox WHERE state = 'waiting'`) == 0 && w.count(`SELECT count(*) FROM gateway_inbox WHERE state IN ('new', 'parked')`) == 0 {
				break
			}
		}
		r, err := p.Reconcile(t.Context())
		if err != nil || !r.Sound() || r.Taken != 20 {
			t.Errorf("%+v %v", r, err)
		}
		if r.Repeated == 0 || r.Refused == 0 {
			t.Errorf("no fault was played: %+v", r)
		}
		if n := w.count(`SELECT count(*) FROM (SELECT source_no FROM intake_complaints WHERE source_no LIKE 'SH12345-7-%' GROUP BY source_no HAVING count(*) > 1) d`); n > 0 {
			t.Errorf("%d orders were registered twice", n)
		}
		t.Logf("%+v", r)
		w.check()
	})
}

// route takes a complaint back to the desk, wherever a rule has sent it.
func (w *world) route(source string) {
	w.t.Helper()
	id, state := w.one(`SELECT id FROM intake_complaints WHERE source_no = $1`, source), w.one(`SELECT state FROM intake_complaints WHERE source_no = $1`, source)
	if state != intake.Registered {
		if _, err := w.app.Intake.TakeFor(w.t.Context(), org.Program("test"), id, func(intake.Standing) string {
			return map[string]string{intake.Inspecting: intake.StepRecall, intake.Mediating: intake.StepRecall, intake.Routed: intake.StepReturn}[state]
		}, map[string]any{"kind": "other", "reason": "测试"}); err != nil {
			w.t.Fatal(err)
		}
		if state == intake.Routed {
			if _, err := w.app.Intake.TakeFor(w.t.Context(), org.Program("test"), id, func(intake.Standing) string { return intake.StepUphold }, nil); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// A link by files: orders as an office's Excel writes them, our messages in its encoding, and receipts.
func TestHotlineByFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	id := w.link("files", "hotline", "folder", "")
	bureau := w.one(`SELECT id FROM org_units WHERE kind = 'bureau'`)
	w.as("admin").do("PUT", "/gateways/"+id, fmt.Sprintf(`{"code":"files","kind":"hotline","name":"市热线","unit":%q,"transport":"folder","format":"csv","encoding":"gb18030","enabled":true}`, bureau), "If-Match", `"1"`).ok(200)
	w.exchange()
	in, out := filepath.Join(w.place.data, "gateway", "files", "in"), filepath.Join(w.place.data, "gateway", "files", "out")
	table, err := simplifiedchinese.GB18030.NewEncoder().String("事件编号,工单编号,事件类型,诉求类型,标题,诉求内容,发生地址,诉求人,联系电话,受理时间\r\n" +
		"f1,F1,派单,投诉,占道,\"愚园路有人\n占道经营\",静安区愚园路1号,张三,13900001234,2026/11/23 9:05\r\n" +
		"f2,F2,派单,表扬,,,,,,\r\n" + "f3,F3,派单\r\n" + "f4,F4,派单,咨询,问,请问设摊手续,北京市朝阳区,,,\r\n")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(in, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := func(name string) { // written long ago
		t.Helper()
		if err := os.Chtimes(filepath.Join(in, name), time.Now().Add(-time.Hour), time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	write("orders.csv", table)
	write("half.json.part", `{"events":[`)
	write("half.json", `{"events":[{"event":"j1","order":"J1",`+goodOrder+`},{"event":"j2"`)
	write("picture.csv", "\xff\xd8\xff\xe0\x00\x10JFIF")
	old("picture.csv")
	w.exchange()
	w.exchange()
	if got := w.lines(`SELECT event || ' ' || state FROM gateway_inbox WHERE event LIKE 'f%' ORDER BY event`); !slices.Equal(got, []string{"f1 done", "f2 held", "f4 held"}) {
		t.Errorf("of the table: %q", got)
	}
	if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE state = 'held' AND source = 'orders.csv:5'`); n != 1 {
		t.Errorf("the row that is too short is %d rows on the page", n)
	}
	if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE event = 'j1'`); n != 0 {
		t.Error("half a file that is young was believed")
	}
	old("half.json")
	w.exchange()
	w.exchange()
	if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE event = 'j1' AND state = 'done'`); n != 1 {
		t.Error("what was whole in half a file was lost")
	}
	if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE state = 'held' AND source = 'picture.csv'`); n != 1 {
		t.Errorf("a picture is %d rows on the page", n)
	}
	if left, _ := filepath.Glob(filepath.Join(in, "*")); len(left) != 1 || filepath.Base(left[0]) != "half.json.part" {
		t.Errorf("left in the folder: %v", left)
	}
	files, _ := filepath.Glob(filepath.Join(out, "*.csv"))
	var all string
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	for _, want := range []string{"F1", "receipt", "taken", "held", "registered", "北京市"} {
		if !strings.Contains(all, want) {
			t.Errorf("our files do not say %q:\n%s", want, all)
		}
	}
	if strings.Contains(all, "张三") || strings.Contains(all, "13900001234") {
		t.Error("our files say who complained")
	}
	// The same file again does nothing.
	before := w.count(`SELECT count(*) FROM gateway_inbox`)
	write("again.csv", table)
	w.exchange()
	if after := w.count(`SELECT count(*) FROM gateway_inbox`); after != before {
		t.Errorf("the same file again made %d events", after-before)
	}
	w.check()
}
