package app_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"jiexu/law"
	"jiexu/org"
)

// outside asks what anybody may ask, with a form if there is one.
func (w *world) outside(method, path string, form url.Values) (status int, kind, body string) {
	w.t.Helper()
	var content io.Reader
	if form != nil {
		content = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, content)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	answer, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Content-Type"), string(text)
}

// key issues a key, as the administrator does in the console.
func (w *world) key(rate int) (id, secret string) {
	a := w.as("admin").do("POST", "/system/keys", `{"name":"城市应用","unit":"`+w.unitOf("desk")+`","rights":["open311.report"],"rate":`+itoa(rate)+`}`).ok(http.StatusCreated)
	return a.text("id"), a.text("key")
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func (w *world) tickets(form url.Values, want int) []map[string]string {
	w.t.Helper()
	status, _, body := w.outside("POST", "/open311/v2/requests.json", form)
	if status != want {
		w.t.Fatalf("%d %s", status, body)
	}
	var out []map[string]string
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		w.t.Fatalf("%v: %s", err, body)
	}
	return out
}

func TestOpen311(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		id, key := w.key(60)
		form := url.Values{"api_key": {key}, "service_code": {"stall"}, "lat": {"31.2757"}, "long": {"121.4536"}, "address_string": {"共和新路1968号502室"}, "description": {"门口天天摆摊，打我电话 13900001234"},
			"first_name": {"雷"}, "last_name": {"李"}, "phone": {"13900005678"}, "email": {"lilei@example.com"}, "account_id": {"a-1"}, "device_id": {"d-1"},
			"media_url": {"https://pictures.example/1.jpg"}, "attribute[when][]": {"morning", "night"}}
		before := w.count(`SELECT count(*) FROM intake_complaints`)
		status, kind, body := w.outside("POST", "/open311/v2/requests.xml", form)
		if status != 200 || kind != "text/xml" || !strings.HasPrefix(body, `<?xml version="1.0" encoding="UTF-8"?>`) || strings.Contains(body, "<token>") {
			t.Fatalf("%d %s %s", status, kind, body)
		}
		var came struct {
			Request struct {
				ID      string `xml:"service_request_id"`
				Account string `xml:"account_id"`
			} `xml:"request"`
		}
		if err := xml.Unmarshal([]byte(body), &came); err != nil || len(came.Request.ID) != 12 || came.Request.Account != "a-1" {
			t.Fatalf("%v: %s", err, body)
		}
		number := came.Request.ID
		if n := w.count(`SELECT count(*) FROM intake_complaints`); n != before+1 {
			t.Errorf("%d complaints came of one report", n-before)
		}
		if got := w.one(`SELECT k.name || k.phone || k.email || k.account || k.device FROM intake_contacts k JOIN intake_public p ON p.complaint = k.complaint WHERE p.public_id = $1`, number); got != "李雷13900005678lilei@example.coma-1d-1" {
			t.Errorf("the contact is %q", got)
		}

		// What everybody sees names nobody.
		for _, path := range []string{"/requests/" + number + ".json?extensions=true", "/requests.json?service_request_id=" + number + ",nothing", "/requests.xml?service_code=stall&status=open",
			"/requests/" + number + ".xml?extensions=true"} {
			status, _, body := w.outside("GET", "/open311/v2"+path, nil)
			if status != 200 || !strings.Contains(body, number) || !strings.Contains(body, "open") {
				t.Errorf("%s: %d %s", path, status, body)
			}
			for _, secret := range []string{"13900001234", "13900005678", "李雷", "lilei", "502室", "d-1"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s tells %s: %s", path, secret, body)
				}
			}
			if extended := strings.Contains(path, "extensions"); extended != strings.Contains(body, "extended_attributes") || extended && !strings.Contains(body, "morning") {
				t.Errorf("%s: %s", path, body)
			}
		}
		if _, _, body := w.outside("GET", "/open311/v2/requests.json?status=closed", nil); strings.Contains(body, number) {
			t.Errorf("an open one stands among the closed: %s", body)
		}

		// What is sent to the test endpoint is checked and not kept.
		if status, _, body := w.outside("POST", "/open311/test/v2/requests.json", form); status != 200 || !strings.Contains(body, "Test endpoint") || w.count(`SELECT count(*) FROM intake_complaints`) != before+1 {
			t.Errorf("test endpoint: %d %s", status, body)
		}

		// A batch service tells a token, and the number when the desk has looked; no rule sends on what nobody can place.
		tickets := w.tickets(url.Values{"api_key": {key}, "service_code": {"other"}, "address_string": {"弄堂口的报亭旁"}}, 200)
		token := tickets[0]["token"]
		if _, told := tickets[0]["service_request_id"]; told || token == "" {
			t.Fatalf("%v", tickets)
		}
		if status, _, body := w.outside("GET", "/open311/v2/tokens/"+token+".json", nil); status != 200 || strings.Contains(body, "service_request_id") || !strings.Contains(body, token) {
			t.Errorf("a token before the desk looked: %d %s", status, body)
		}
		complaint := w.one(`SELECT complaint FROM intake_public WHERE token = $1`, token)
		w.as("desk").do("POST", "/complaints/"+complaint+"/steps/route", `{"unit":"`+w.unitOf("leader.jas")+`"}`, "If-Match", `"1"`).ok(200)
		if status, _, body := w.outside("GET", "/open311/v2/tokens/"+token+".json", nil); status != 200 || !strings.Contains(body, `"service_request_id":"`) {
			t.Errorf("a token after the desk looked: %d %s", status, body)
		}

		w.as("admin").do("DELETE", "/system/keys/"+id, "").ok(204)
		if status, _, body := w.outside("POST", "/open311/v2/requests.json", form); status != 403 || !strings.Contains(body, `"code":"403"`) {
			t.Errorf("a withdrawn key: %d %s", status, body)
		}
		w.sequence()
		w.check()
	})
}

// Every error is told with the status of the specification, in both formats.
func TestOpen311Errors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	_, key := w.key(6000)
	good := url.Values{"api_key": {key}, "service_code": {"stall"}, "lat": {"31.2757"}, "long": {"121.4536"}}
	with := func(pairs ...string) url.Values {
		out := url.Values{}
		for k, v := range good {
			out[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			if out.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
				out.Del(pairs[i])
			}
		}
		return out
	}
	before := w.count(`SELECT count(*) FROM intake_complaints`)
	for name, c := range map[string]struct {
		method, path string
		form         url.Values
		status       int
		says         string
	}{
		"lat and no long":         {"POST", "/requests", with("long", ""), 400, "lat was given and long is missing"},
		"long and no lat":         {"POST", "/requests", with("lat", ""), 400, "long was given and lat is missing"},
		"no place":                {"POST", "/requests", with("lat", "", "long", ""), 400, "No place"},
		"lat is no number":        {"POST", "/requests", with("lat", "north"), 400, "lat"},
		"lat is NaN":              {"POST", "/requests", with("lat", "NaN"), 400, "lat"},
		"another city":            {"POST", "/requests", with("lat", "39.9", "long", "116.4"), 400, "long"},
		"an address elsewhere":    {"POST", "/requests", with("lat", "", "long", "", "address_string", "苏州市观前街1号"), 400, "address_string"},
		"unknown service":         {"POST", "/requests", with("service_code", "nothing"), 404, "service_code provided was not found"},
		"no service":              {"POST", "/requests", with("service_code", ""), 400, "service_code was not provided"},
		"no key":                  {"POST", "/requests", with("api_key", ""), 403, "api_key"},
		"a wrong key":             {"POST", "/requests", with("api_key", "jx_aaaaaaaaaaaaaaaaaaaaaaaa"), 403, "api_key"},
		"too much text":           {"POST", "/requests", with("description", strings.Repeat("摊", 4001)), 400, "description"},
		"far too much text":       {"POST", "/requests", with("description", strings.Repeat("摊", 1<<20)), 400, "exceeds"},
		"a required answer":       {"POST", "/requests", with("service_code", "structure"), 400, "attribute[now] was not provided"},
		"an unknown answer":       {"POST", "/requests", with("attribute[when]", "never"), 400, "attribute[when]"},
		"an unknown question":     {"POST", "/requests", with("attribute[size]", "3"), 400, "attribute[size]"},
		"no mail address":         {"POST", "/requests", with("email", "nobody"), 400, "email"},
		"no telephone":            {"POST", "/requests", with("phone", "12"), 400, "phone"},
		"media that is no web":    {"POST", "/requests", with("media_url", "file:///etc/passwd"), 400, "media_url"},
		"another jurisdiction":    {"POST", "/requests", with("jurisdiction_id", "sfgov.org"), 404, "jurisdiction_id provided was not found"},
		"jurisdiction of a list":  {"GET", "/services?jurisdiction_id=sfgov.org", nil, 404, "jurisdiction_id provided was not found"},
		"unknown definition":      {"GET", "/services/nothing", nil, 404, "service_code provided was not found"},
		"unknown token":           {"GET", "/tokens/nothing", nil, 404, "token provided was not found"},
		"unknown request":         {"GET", "/requests/nothing", nil, 404, "service_request_id provided was not found"},
		"unknown requests":        {"GET", "/requests?service_request_id=a,b", nil, 404, "service_request_id provided was not found"},
		"a date without its zone": {"GET", "/requests?start_date=2026-01-01", nil, 400, "start_date"},
		"a date that is none":     {"GET", "/requests?end_date=yesterday", nil, 400, "end_date"},
		"half a year":             {"GET", "/requests?start_date=2026-01-01T00:00:00Z&end_date=2026-07-01T00:00:00Z", nil, 400, "90"},
		"backwards":               {"GET", "/requests?start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z", nil, 400, "end_date"},
		"an unknown status":       {"GET", "/requests?status=lost", nil, 400, "status"},
		"an unknown filter":       {"GET", "/requests?service_code=stall,nothing", nil, 400, "service_code"},
		"nothing of ours":         {"GET", "/elsewhere", nil, 404, "not found"},
	} {
		for _, format := range []string{".xml", ".json"} {
			path, query, _ := strings.Cut(c.path, "?")
			status, kind, body := w.outside(c.method, "/open311/v2"+path+format+"?"+query, c.form)
			if status != c.status || !strings.Contains(body, c.says) {
				t.Errorf("%s%s: %d %s, want %d %q", name, format, status, body, c.status, c.says)
			}
			var problems []struct{ Code, Description string }
			if format == ".json" {
				if err := json.Unmarshal([]byte(body), &problems); err != nil || len(problems) == 0 || problems[0].Code == "" || kind != "application/json" {
					t.Errorf("%s: %v, %s %s", name, err, kind, body)
				}
			} else if kind != "text/xml" || !strings.Contains(body, "<errors><error><code>") {
				t.Errorf("%s: %s %s", name, kind, body)
			}
		}
	}
	if n := w.count(`SELECT count(*) FROM intake_complaints`); n != before {
		t.Errorf("%d refused reports were taken in", n-before)
	}
	if got := w.tickets(with("jurisdiction_id", "", "email", "", "description", ""), 200); got[0]["service_request_id"] == "" {
		t.Errorf("empty arguments are not as none: %v", got)
	}
}

// What is repaired is said, and what cannot be is refused for what it is.
func TestOpen311SaysWhatItRepairs(t *testing.T) {
	t.Parallel()
	eachEngine(t, saysWhatItRepairs)
}

func saysWhatItRepairs(t *testing.T, w *world) {
	_, key := w.key(60)
	with := func(pairs ...string) url.Values {
		form := url.Values{"api_key": {key}, "service_code": {"stall"}, "lat": {"31.2757"}, "long": {"121.4536"}, "description": {"门口天天摆摊"}}
		for i := 0; i < len(pairs); i += 2 {
			if form.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
				form.Del(pairs[i])
			}
		}
		return form
	}
	const leftOut = "Signs that no text has were left out"
	if got := w.tickets(with(), 200); strings.Contains(got[0]["service_notice"], leftOut) {
		t.Errorf("nothing was repaired, and it is said: %v", got)
	}
	if got := w.tickets(with("description", "门口\x00天天\x0b摆摊"), 200); !strings.Contains(got[0]["service_notice"], leftOut) {
		t.Errorf("a repair is not said: %v", got)
	}
	if got := w.tickets(with("description", "门口\u202e天天摆摊"), 200); !strings.Contains(got[0]["service_notice"], leftOut) {
		t.Errorf("a sign that turns the text is left out unsaid: %v", got)
	}
	before := w.count(`SELECT count(*) FROM intake_complaints`)
	if got := w.tickets(with("description", "\xff\xfe\xc0"), 400); !strings.Contains(got[0]["description"], "description is no UTF-8 text") {
		t.Errorf("damaged text: %v", got)
	}
	for _, id := range []string{"12345", "上海火车站", "大宁路街道/无此路/1号", "南京西路街道/共和新路/1968弄", "//", "共和新路/1968弄"} {
		if got := w.tickets(with("lat", "", "long", "", "address_id", id), 400); !strings.Contains(got[0]["description"], "address_id: This address is not in our register") {
			t.Errorf("%s, which is not there: %v", id, got)
		}
	}
	if n := w.count(`SELECT count(*) FROM intake_complaints`); n != before {
		t.Errorf("%d refused reports were taken in", n-before)
	}
	if got := w.tickets(with("lat", "", "long", "", "address_id", "大宁路街道/共和新路/1968弄"), 200); got[0]["service_request_id"] == "" {
		t.Errorf("an address of the register: %v", got)
	}
	if status, kind, body := w.outside("GET", "/open311/discovery", nil); status != 404 || !strings.Contains(kind, "xml") {
		t.Errorf("discovery without a format: %d %s %.80s", status, kind, body)
	}
}

// A key is used as often as it may be, until its last day, and in what it has a right to.
func TestKeysAreBounded(t *testing.T) {
	t.Parallel()
	c := newClock(monday)
	w := newWorldAt(t, sqlitePlace(t), c)
	_, key := w.key(2)
	form := url.Values{"api_key": {key}, "service_code": {"stall"}, "lat": {"31.2757"}, "long": {"121.4536"}}
	w.tickets(form, 200)
	w.tickets(form, 200)
	if status, _, body := w.outside("POST", "/open311/v2/requests.json", form); status != 429 || !strings.Contains(body, `"code":"429"`) {
		t.Errorf("the third within a minute: %d %s", status, body)
	}
	c.forward(30 * time.Second)
	w.tickets(form, 200)

	_, last, err := w.app.Org.IssueKey(t.Context(), org.Program("test"), org.Key{Name: "短期", Unit: w.unitOf("desk"), Rights: []string{org.KeyReport}, Rate: 10, Expires: law.On(c.now())})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.app.Org.KeyFor(t.Context(), last, org.KeyReport); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	_, err = w.app.Org.KeyFor(t.Context(), last, "open311.everything")
	isFault(t, err, "org.key_wrong")
	lastUse := func() *time.Time {
		t.Helper()
		keys, err := w.app.Org.Keys(t.Context(), org.Program("test"))
		if err != nil || keys[0].Name != "短期" {
			t.Fatalf("%+v, %v", keys, err)
		}
		return keys[0].LastUsed
	}
	at := c.now()
	if used := lastUse(); used == nil || !used.Equal(at) {
		t.Errorf("last used %v, want %s", used, at)
	}
	c.forward(10 * time.Minute)
	_, err = w.app.Org.KeyFor(t.Context(), "jx_"+last[4:], org.KeyReport)
	isFault(t, err, "org.key_wrong")
	if used := lastUse(); !used.Equal(at) {
		t.Errorf("somebody else's key moves it to %v", used)
	}
	if _, err := w.app.Org.KeyFor(t.Context(), last, org.KeyReport); err != nil {
		t.Error(err)
	}
	if used := lastUse(); !used.Equal(c.now()) {
		t.Errorf("last used %v, want %s", used, c.now())
	}
	c.forward(24 * time.Hour)
	_, err = w.app.Org.KeyFor(t.Context(), last, org.KeyReport)
	isFault(t, err, "org.key_wrong")
	if w.count(`SELECT count(*) FROM org_keys WHERE digest LIKE '%jx_%'`) != 0 {
		t.Error("a key is kept as it is")
	}
}
