package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/gateway"
	"jiexu/gateway/counterpart"
	"jiexu/org"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
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

// take has a step of a complaint taken.
func take(t *testing.T, w *world, id, step string, fields map[string]any) {
	t.Helper()
	if _, err := w.app.Intake.TakeFor(t.Context(), org.Program("test"), id, func(intake.Standing) string { return step }, fields); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
}

// tells is a photograph whose file tells where and with what it was taken.
func tells(n int) []byte {
	plain, told := photo(n), "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00 GPS 31.2345N SERIAL-4711"
	return slices.Concat(plain[:2], []byte{0xff, 0xe1, 0, byte(len(told) + 2)}, []byte(told), plain[2:])
}

// Photographs of what was done reach the platform whole whatever happens on the way: answers that are lost, fetched twice, fetched late behind the others,
// broken off, a platform that was away meanwhile. Their files tell nothing of position and device; ours keep it.
func TestPhotosReachThePlatformInSpiteOfFaults(t *testing.T) {
	t.Parallel()
	for kind, first := range map[string][]counterpart.Event{
		"hotline": {{"event": "e1", "order": "P1", "type": "order", "kind": "投诉", "content": "愚园路有人占道经营", "address": "静安区愚园路1号"}},
		"grid": {{"event": "g1", "order": "P1", "type": "collect", "sort": "事件", "content": "愚园路有人占道经营", "address": "静安区愚园路1号"}, {"event": "g2", "order": "P1", "type": "file", "code": "0501"},
			{"event": "g3", "order": "P1", "type": "dispatch"}},
	} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, sqlitePlace(t))
			p := w.platform("x1")
			server := httptest.NewServer(p)
			defer server.Close()
			w.link("x1", kind, "http", server.URL)
			p.Say(first...)
			if err := p.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			id := w.one(`SELECT id FROM intake_complaints WHERE source_no = 'P1'`)
			w.exchange()
			w.route("P1")
			if w.one(`SELECT state FROM intake_complaints WHERE id = $1`, id) == intake.Registered {
				take(t, w, id, intake.StepRoute, map[string]any{"unit": w.unitOf("leader.jas")})
			}
			take(t, w, id, intake.StepAccept, nil)
			take(t, w, id, intake.StepAssign, map[string]any{"officers": []any{w.person("officer.jas1"), w.person("officer.jas2")}})
			add := func(name string, from int) {
				t.Helper()
				for n := range 4 {
					w.clock.forward(time.Second)
					if _, err := w.app.Evidence.Add(t.Context(), w.actor("officer.jas1"), evidence.Upload{Subject: evidence.Subject{Type: intake.Type, ID: id}, Name: name, Content: bytes.NewReader(tells(from + n))}); err != nil {
						t.Fatal(err)
					}
				}
			}
			add("IMG.jpg", 9000)
			p.Faults = counterpart.Faults{Repeat: 50, Reorder: 50, Lose: 50, Cut: 50, Fail: 30}
			p.SetDown(true)
			w.handle("P1")
			w.exchange()
			if r, err := p.Reconcile(t.Context()); err != nil || r.Photos != 0 || r.Sound() {
				t.Errorf("while it is away: %+v %v", r, err)
			}
			p.SetDown(false)
			var r counterpart.Report
			for range 40 {
				w.clock.forward(10 * time.Minute)
				w.exchange()
				err := p.Deliver(t.Context())
				if err == nil {
					r, err = p.Reconcile(t.Context())
				}
				if err != nil {
					t.Fatal(err)
				}
				if r.Sound() {
					break
				}
			}
			if !r.Sound() || r.Photos == 0 || r.PhotosAgain == 0 {
				t.Fatalf("%+v", r)
			}
			body := w.one(`SELECT body FROM gateway_outbox WHERE body LIKE '%"photos":[%'`)
			var m struct{ Photos []struct{ Path string } }
			if err := json.Unmarshal([]byte(body), &m); err != nil || len(m.Photos) != r.Photos {
				t.Fatalf("%v: %d told of, %d fetched", err, len(m.Photos), r.Photos)
			}
			told := 0
			for _, photo := range m.Photos {
				status, content, err := p.Fetch(t.Context(), photo.Path)
				if err != nil || status != 200 || bytes.Contains(content, []byte("GPS")) || bytes.Contains(content, []byte("SERIAL")) {
					t.Errorf("%d %v: it tells where it was taken", status, err)
				}
				media := photo.Path[strings.LastIndex(photo.Path, "/")+1:]
				if _, file, err := w.app.Evidence.Open(t.Context(), w.actor("officer.jas1"), media); err == nil {
					original, _ := io.ReadAll(file)
					file.Close()
					if bytes.Contains(original, []byte("SERIAL-4711")) {
						told++
					}
				}
			}
			if told == 0 {
				t.Error("no original keeps what its file tells")
			}
			w.check()
		})
	}
}
