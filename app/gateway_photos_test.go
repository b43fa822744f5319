package app_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"jiexu/gateway"
	"jiexu/gateway/counterpart"
)

// Pictures come with an order and after it, each judged by its content; one that is refused is said and the order is taken all the same. Of a case of the grid those
// count that came before it was dispatched.
func TestPicturesComeWithOrders(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		w.link("h1", "hotline", "http", "http://127.0.0.1:9/")
		p := w.platform("h1")
		r := rand.New(rand.NewPCG(1, 2))
		one, two, three := counterpart.Snapshot(r), counterpart.Snapshot(r), counterpart.Snapshot(r)
		code := base64.StdEncoding.EncodeToString
		post := func(p *counterpart.Side, body string) gateway.Result {
			t.Helper()
			status, answer, err := p.Post(t.Context(), []byte(body), "application/json")
			var said struct{ Results []gateway.Result }
			if json.Unmarshal(answer, &said); err != nil || status != 200 || len(said.Results) != 1 {
				t.Fatalf("%d %s %v", status, answer, err)
			}
			return said.Results[0]
		}
		pictures := func(order string) int {
			return w.count(`SELECT count(*) FROM evidence_media m JOIN intake_complaints c ON c.id = m.subject_id WHERE c.source_no = '` + order + `'`)
		}
		list, err := json.Marshal([]map[string]any{{"name": "C:\\照片\\现场.png", "data": code(one)}, {"name": "同一张.png", "data": "data:image/png;base64," + code(one)}, {"name": "木马.jpg", "data": code([]byte("MZ no picture"))},
			{"name": "半张.png", "data": code(two[:len(two)/2])}, {"name": "乱码.png", "data": "不是"}, {"name": "空.png"}, {"name": "另一张.png", "data": strings.TrimRight(code(two), "=")}})
		if err != nil {
			t.Fatal(err)
		}
		done := post(p, `{"event":"e1","order":"P1",`+goodOrder+`,"附件":`+string(list)+`}`)
		var codes []string
		for _, n := range done.Notes {
			codes = append(codes, n.Code)
		}
		if done.Result != "taken" || !slices.Equal(codes, []string{"gateway.attachment_empty", "gateway.attachment_type", "gateway.attachment_broken", "gateway.attachment_coded", "gateway.attachments_taken"}) {
			t.Errorf("%s: %v", done.Result, codes)
		}
		if n := pictures("P1"); n != 2 {
			t.Errorf("%d pictures, want 2", n)
		}
		if got := w.one(`SELECT fields FROM gateway_inbox WHERE event = 'e1'`); strings.Contains(got, "attachments") {
			t.Error("the pictures are kept twice")
		}
		if again := post(p, `{"event":"e1","order":"P1",`+goodOrder+`,"附件":`+string(list)+`}`); again.Result != "repeated" || pictures("P1") != 2 {
			t.Errorf("again: %+v, %d pictures", again, pictures("P1"))
		}
		for body, want := range map[string]string{`"一张图"`: "gateway.attachments_unreadable", `[` + strings.TrimSuffix(strings.Repeat(`{"data":"`+code(three)+`"},`, 10), ",") + `]`: "gateway.attachments_many"} {
			done := post(p, `{"order":"Q`+want[len(want)-5:]+`",`+goodOrder+`,"attachments":`+body+`}`)
			if done.Result != "taken" || !slices.ContainsFunc(done.Notes, func(n gateway.Spoken) bool { return n.Code == want }) {
				t.Errorf("%s: %+v", want, done)
			}
		}

		// By themselves, larger ones too; not before their order, nor for one that there is not.
		for _, c := range []struct {
			order, name string
			content     []byte
			status      int
			code        string
		}{{"P1", "补充.png", three, 200, "taken"}, {"P1", "补充.png", three, 200, "taken"}, {"P1", "a.exe", []byte("MZ"), 422, "evidence.type"}, {"none", "a.png", three, 404, "gateway.order_not_found"},
			{"P1", "big.png", make([]byte, gateway.MaxAttachment+1), 413, "gateway.body_too_large"}} {
			status, answer, err := p.Picture(t.Context(), c.order, c.name, c.content)
			if err != nil || status != c.status && !(c.status == 422 && status == 400) || !strings.Contains(string(answer), c.code) {
				t.Errorf("%s: %d %s %v", c.name, status, answer, err)
			}
		}
		if n := pictures("P1"); n != 3 {
			t.Errorf("%d pictures, want 3", n)
		}
		post(p, `{"event":"early","order":"P2","type":"urge","content":"请催"}`)
		if status, answer, _ := p.Picture(t.Context(), "P2", "a.png", three); status != 409 || !strings.Contains(string(answer), "gateway.attachment_early") {
			t.Errorf("before its order: %d %s", status, answer)
		}

		w.link("g1", "grid", "http", "http://127.0.0.1:9/")
		g := w.platform("g1")
		post(g, `{"event":"g1","order":"G1","type":"collect","sort":"事件","content":"占道","address":"静安区愚园路1号","attachments":[{"name":"采集.png","data":"`+code(one)+`"}]}`)
		if done := post(g, `{"event":"g2","order":"G1","type":"dispatch","code":"3101060501","attachments":[{"name":"派遣.png","data":"`+code(two)+`"}]}`); done.Result != "taken" || pictures("G1") != 2 {
			t.Errorf("dispatched: %+v, %d pictures", done, pictures("G1"))
		}
		if n := w.count(`SELECT count(*) FROM gateway_inbox WHERE fields LIKE '%attachments%' AND state = 'done'`); n != 0 {
			t.Errorf("%d events still hold pictures", n)
		}
		w.check()
	})
}

// The answer takes the photographs of those who were sent along; only the platform that was told of one gets it.
func TestPhotosGoOutWithTheAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	p, other := w.platform("h1"), w.platform("h2")
	var told counterpart.Message
	p.Answer = func(m counterpart.Message) []counterpart.Event {
		if m.Type == "reply" {
			told = m
		}
		return nil
	}
	server := httptest.NewServer(p)
	defer server.Close()
	w.link("h1", "hotline", "http", server.URL)
	w.link("h2", "hotline", "http", "http://127.0.0.1:9/")
	citizens := counterpart.Snapshot(rand.New(rand.NewPCG(5, 6)))
	p.Say(counterpart.Event{"event": "e1", "order": "P1", "type": "order", "kind": "投诉", "content": "愚园路有人占道经营", "address": "静安区愚园路1号",
		"attachments": []any{map[string]any{"name": "市民家门口.png", "data": base64.StdEncoding.EncodeToString(citizens)}}})
	if err := p.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.exchange()
	w.route("P1")
	w.handle("P1")
	w.exchange()
	photos, _ := told.Rest["photos"].([]any)
	taken := w.count(`SELECT count(*) FROM evidence_media m JOIN intake_complaints c ON c.id = m.subject_id WHERE c.source_no = 'P1' AND m.by_person NOT LIKE 'program:%'`)
	if len(photos) != taken || taken == 0 || strings.Contains(fmt.Sprint(told.Rest), "市民家门口") {
		t.Fatalf("%d photographs of %d are told of: %v", len(photos), taken, told.Rest)
	}
	report, err := p.Reconcile(t.Context())
	if err != nil || report.Photos != len(photos) || !report.Sound() {
		t.Errorf("%+v %v", report, err)
	}
	path := photos[0].(map[string]any)["path"].(string)
	citizen := w.one(`SELECT m.id FROM evidence_media m JOIN intake_complaints c ON c.id = m.subject_id WHERE c.source_no = 'P1' AND m.by_person LIKE 'program:%'`)
	for name, c := range map[string]struct {
		side *counterpart.Side
		path string
	}{"another platform": {other, strings.Replace(path, "/h1/", "/h2/", 1)}, "what the citizen sent": {p, path[:strings.LastIndex(path, "/")+1] + citizen}, "another message": {p, "/gateway/h1/messages/none/photos/" + citizen}} {
		if status, _, err := c.side.Fetch(t.Context(), c.path); err != nil || status != http.StatusNotFound {
			t.Errorf("%s: %d %v", name, status, err)
		}
	}
	if res, err := http.Get(w.server.URL + path); err != nil || res.StatusCode != http.StatusUnauthorized {
		t.Errorf("unsigned: %v %v", res.StatusCode, err)
	}
	w.check()
}
