package app_test

import (
	"bytes"
	"context"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jiexu/app"
	"jiexu/org"
	"jiexu/systems/intake"
	"jiexu/words"
)

// visitor is somebody on the portal, with a browser that keeps nothing between two pages: no cookies, no scripts.
type visitor struct {
	w      *world
	t      testing.TB
	lang   string
	from   string // his address, as a proxy tells it
	status int
	page   string
	path   string // of the page, after all that sent the browser on
	header http.Header
}

func (w *world) visitor(t testing.TB) *visitor { return &visitor{w: w, t: t, lang: "zh-CN"} }

func (c *visitor) do(method, path, kind string, body io.Reader) *visitor {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.w.server.URL+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", c.lang)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if c.from != "" {
		r.Header.Set("X-Forwarded-For", c.from)
	}
	a, err := c.w.server.Client().Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	c.status, c.page, c.path, c.header = a.StatusCode, string(text), a.Request.URL.RequestURI(), a.Header
	if len(a.Header.Values("Set-Cookie")) > 0 {
		c.t.Errorf("%s sets a cookie", path)
	}
	return c
}

func (c *visitor) get(path string) *visitor { c.t.Helper(); return c.do("GET", path, "", nil) }

// is fails unless the page has the status and says all of it.
func (c *visitor) is(status int, says ...string) *visitor {
	c.t.Helper()
	if c.status != status {
		c.t.Fatalf("%d, want %d: %s", c.status, status, c.page)
	}
	for _, s := range says {
		if !strings.Contains(c.page, s) {
			c.t.Fatalf("the page does not say %q: %s", s, c.page)
		}
	}
	return c
}

// lacks fails where the page says any of it.
func (c *visitor) lacks(says ...string) *visitor {
	c.t.Helper()
	for _, s := range says {
		if strings.Contains(c.page, s) {
			c.t.Errorf("the page says %q: %s", s, c.page)
		}
	}
	return c
}

var (
	formTag  = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)"[^>]*>(.*?)</form>`)
	inputTag = regexp.MustCompile(`<input ([^>]*)>`)
	areaTag  = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`)
	attr     = regexp.MustCompile(`([a-z]+)="([^"]*)"`)
)

// fields are those of the page's form that holds a text, as a browser would send them, and where it is sent.
func (c *visitor) fields(holds string) (action string, values url.Values) {
	c.t.Helper()
	for _, f := range formTag.FindAllStringSubmatch(c.page, -1) {
		if !strings.Contains(f[2], holds) {
			continue
		}
		values = url.Values{}
		for _, in := range inputTag.FindAllStringSubmatch(f[2], -1) {
			a := map[string]string{}
			for _, m := range attr.FindAllStringSubmatch(in[1], -1) {
				a[m[1]] = html.UnescapeString(m[2])
			}
			switch {
			case a["type"] == "file" || a["type"] == "image":
			case (a["type"] == "radio" || a["type"] == "checkbox") && !strings.HasSuffix(in[1], " checked"):
			default:
				values.Add(a["name"], a["value"])
			}
		}
		for _, m := range areaTag.FindAllStringSubmatch(f[2], -1) {
			values.Set(m[1], html.UnescapeString(m[2]))
		}
		return html.UnescapeString(f[1]), values
	}
	c.t.Fatalf("no form holds %q: %s", holds, c.page)
	return "", nil
}

// send fills in the form that holds a text and sends it.
func (c *visitor) send(holds string, fill url.Values) *visitor {
	c.t.Helper()
	action, values := c.fields(holds)
	maps.Copy(values, fill)
	return c.do("POST", action, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

// upload is send with files, as a browser sends a form that has boxes for them.
func (c *visitor) upload(fill url.Values, files map[string][]byte) *visitor {
	c.t.Helper()
	action, values := c.fields(`name="website"`)
	maps.Copy(values, fill)
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, list := range values {
		for _, v := range list {
			m.WriteField(name, v)
		}
	}
	for name, content := range files {
		part, err := m.CreateFormFile("photo", name)
		if err != nil {
			c.t.Fatal(err)
		}
		part.Write(content)
	}
	m.CreateFormFile("photo", "")
	m.Close()
	return c.do("POST", action, m.FormDataContentType(), &b)
}

// button is the value of the first button of a name.
func (c *visitor) button(name string) string {
	c.t.Helper()
	m := regexp.MustCompile(`<button [^>]*name="` + name + `" value="([^"]*)"`).FindStringSubmatch(c.page)
	if m == nil {
		c.t.Fatalf("the page has no button %s: %s", name, c.page)
	}
	return html.UnescapeString(m[1])
}

func (c *visitor) shown(id string) string {
	c.t.Helper()
	m := regexp.MustCompile(`id="` + id + `">([^<]*)<`).FindStringSubmatch(c.page)
	if m == nil {
		c.t.Fatalf("the page shows no %s: %s", id, c.page)
	}
	return html.UnescapeString(m[1])
}

// stall opens the form of a stall and lets as much time pass as somebody needs to fill it in.
func (c *visitor) stall() *visitor {
	c.t.Helper()
	c.get("/report/stall").is(200)
	c.w.clock.forward(30 * time.Second)
	return c
}

func picture(shade uint8) []byte {
	p := image.NewGray(image.Rect(0, 0, 40, 30))
	p.Set(3, 3, color.Gray{shade})
	var b bytes.Buffer
	jpeg.Encode(&b, p, nil)
	return b.Bytes()
}

// TestPortal goes the whole way of a citizen without cookies and scripts: report, look at the map, see that another follows
// it, track, rate, have it done again, take the contact back.
func TestPortal(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		before := w.count(`SELECT count(*) FROM intake_complaints`)
		c := w.visitor(t)
		c.get("/portal").is(200, "/report", "/track", "12345")
		if csp := c.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script") || strings.Contains(csp, "unsafe") {
			t.Errorf("the policy is %q", csp)
		}
		c.get("/report").is(200, `href="/report/stall"`)
		c.stall()
		report := url.Values{"text": {"小区门口每天早上摆摊，堵住盲道。"}, "address": {"愚园路1号"}, "name": {"周小雨"}, "phone": {"13900004321"}, "a-when": {"morning", "night"}}
		c.upload(report, map[string][]byte{"a.jpg": picture(9)}).is(200, "小区门口每天早上摆摊", "静安寺街道", "/map/760x480", "a.jpg", "早上，夜里")

		// The map is a button: a click moves the pin, and what was typed goes on with it.
		moved := url.Values{"pin-288x288.x": {"150"}, "pin-288x288.y": {"142"}}
		c.send(`value="again"`, moved).is(200, "地点按您在地图上点的位置", "小区门口每天早上摆摊")
		c.send(`value="again"`, url.Values{"do": {"farther"}}).is(200, "地点按您在地图上点的位置")
		if n := w.count(`SELECT count(*) FROM intake_complaints`); n != before {
			t.Fatalf("something was registered before it was sent: %d", n-before)
		}
		check := *c
		c.send(`value="again"`, url.Values{"do": {"send"}}).is(200, "已收到")
		number, code := c.shown("number"), c.shown("code")
		if len(code) != 19 {
			t.Errorf("the code is %q", code)
		}
		// Sent twice it is one report, with the same number and code.
		check.send(`value="again"`, url.Values{"do": {"send"}}).is(200, number, code)
		if n := w.count(`SELECT count(*) FROM intake_complaints`); n != before+1 {
			t.Errorf("%d complaints came of one report", n-before)
		}
		id := w.one(`SELECT id FROM intake_complaints WHERE number = $1`, number)
		if n := w.count(`SELECT count(*) FROM evidence_media WHERE subject_id = $1 AND type = 'image/jpeg'`, id); n != 1 {
			t.Errorf("%d pictures hang on it", n)
		}
		if n := w.count(`SELECT count(*) FROM evidence_staged`); n != 0 {
			t.Errorf("%d pictures still wait", n)
		}
		detail := w.as("desk").do("GET", "/complaints/"+id, "").ok(200)
		for _, want := range []string{"周**", "139****4321", "早上、夜里", "citizen"} {
			if !strings.Contains(string(detail.body), want) {
				t.Errorf("the desk does not see %s: %s", want, detail.body)
			}
		}
		if strings.Contains(string(detail.body), "13900004321") || strings.Contains(string(detail.body), "周小雨") {
			t.Error("the desk sees the contact unmasked")
		}
		if lon := w.one(`SELECT CAST(lon AS TEXT) FROM intake_complaints WHERE id = $1`, id); !strings.HasPrefix(lon, "121.4") {
			t.Errorf("the pin lies at %s", lon)
		}

		// Another is shown it before he sends, without a word of who and what, and follows it.
		other := w.visitor(t)
		other.stall().send(`name="website"`, url.Values{"text": {"小区门口早上有人摆摊，堵住了盲道"}, "address": {"愚园路1号"}}).is(200)
		other.send(`value="again"`, moved).is(200, `name="follow"`, "占道设摊", "愚园路").lacks("周小雨", "13900004321", "每天早上摆摊", "约 0x")
		other.send(`value="again"`, url.Values{"follow": {other.button("follow")}}).is(200, "已关注", number)
		followed := other.shown("code")
		if followed == code {
			t.Error("who follows got the informant's code")
		}
		if n := w.count(`SELECT count(*) FROM intake_complaints`); n != before+1 {
			t.Error("following registered something")
		}
		other.get("/track").send(`name="code"`, url.Values{"number": {number}, "code": {followed}}).is(200, "关注了别人反映的").lacks("删除我的联系方式", `value="reopen"`, "周小雨")

		// Number and code are sent and never part of an address; a wrong one tells nothing.
		for _, wrong := range [][2]string{{number, "AAAA-AAAA-AAAA-AAAA"}, {"JX2026999999", code}, {"", ""}, {number, ""}, {number, strings.Repeat("A", 5000)}} {
			c.get("/track").send(`name="code"`, url.Values{"number": {wrong[0]}, "code": {wrong[1]}}).is(422, "没有查到")
		}
		track := func() *visitor {
			t.Helper()
			return c.get("/track").send(`name="code"`, url.Values{"number": {" " + strings.ToLower(number)}, "code": {strings.ToLower(strings.ReplaceAll(code, "-", " "))}})
		}
		track().is(200, "收到您反映的问题", "预计在", "删除我的联系方式").lacks(`value="rate"`, `value="reopen"`)

		// The squad answers; nobody of it is named to the citizen.
		program := org.Program("test")
		step := func(name string, in map[string]any) {
			t.Helper()
			if _, err := w.app.Intake.TakeFor(context.Background(), program, id, func(intake.Standing) string { return name }, in); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		answer := func(text string) {
			t.Helper()
			w.clock.forward(time.Hour)
			w.upload(id)
			step(intake.StepHandle, map[string]any{"findings": "摊主已收摊", "outcome": "solved"})
			step(intake.StepReply, map[string]any{"text": text})
		}
		squad := w.one(`SELECT unit FROM org_people WHERE login = 'leader.jas'`)
		if state := w.one(`SELECT state FROM intake_complaints WHERE id = $1`, id); state == intake.Registered {
			step(intake.StepRoute, map[string]any{"unit": squad})
		}
		step(intake.StepAccept, nil)
		step(intake.StepAssign, map[string]any{"officers": []any{w.person("officer.jas1"), w.person("officer.jas2")}})
		answer("已劝离摊贩，将加强巡查。")
		officer := w.one(`SELECT name FROM org_people WHERE login = 'officer.jas1'`)
		track().is(200, "已劝离摊贩", "请您评价", "已到现场处置").lacks(officer, `value="reopen"`)
		rate := *c
		c.send(`value="rate"`, url.Values{"satisfaction": {"<script>"}}).is(422)
		rate.send(`value="rate"`, url.Values{"satisfaction": {"solved_basically"}, "note": {"谢谢<b>"}}).is(200, "已收到您的评价", "解决了，基本满意")
		if got := w.one(`SELECT called FROM intake_results WHERE complaint = $1`, id); got != "solved_basically" {
			t.Errorf("the rating is kept as %q", got)
		}
		other.get("/track").send(`name="code"`, url.Values{"number": {number}, "code": {followed}}).is(200, "已劝离摊贩").lacks("请您评价", "解决了，基本满意")

		// Who follows has no word in it, whatever his browser sends.
		for _, step := range []string{"rate", "reopen", "erase"} {
			other.get("/track").send(`name="code"`, url.Values{"number": {number}, "code": {followed}}).is(200)
			other.send(`value="unfollow"`, url.Values{"do": {step}, "satisfaction": {"solved"}, "reason": {"还在"}}).is(422, "这是关注者的查询码")
		}

		// Closed; opened again within thirty days; done again.
		step(intake.StepClose, map[string]any{"satisfaction": "not_called"})
		track().is(200, "已办结", "要求重办")
		again := *c
		c.send(`value="reopen"`, url.Values{"reason": {" "}}).is(422)
		again.send(`value="reopen"`, url.Values{"reason": {"第二天又来了"}}).is(200, "已退回受理台重办", "正在安排")
		track().is(200, "已要求重办").lacks(`value="reopen"`, `value="rate"`)
		step(intake.StepRedo, map[string]any{"reason": "诉求人要求重办"})
		answer("已安装隔离桩。")
		step(intake.StepClose, map[string]any{"satisfaction": "solved"})

		// The contact is taken back at once; the code still works, and the desk's page says so.
		track().is(200, "已安装隔离桩").send(`value="erase"`, nil).is(200, "您的联系方式已经删除").lacks("确认删除")
		if got := w.one(`SELECT name || phone || phone_hash || coalesce(email, '') FROM intake_contacts WHERE complaint = $1`, id); got != "" {
			t.Errorf("the contact is still %q", got)
		}
		if d := w.as("desk").do("GET", "/complaints/"+id, "").ok(200); !strings.Contains(string(d.body), "contactErased") {
			t.Errorf("the desk does not see that it was erased: %s", d.body)
		}
		w.clock.forward(31 * 24 * time.Hour)
		track().is(200, "已在", "请重新反映").lacks(`value="reopen"`)
		other.get("/track").send(`name="code"`, url.Values{"number": {number}, "code": {followed}}).send(`value="unfollow"`, nil).is(200, "已取消关注")
		other.get("/track").send(`name="code"`, url.Values{"number": {number}, "code": {followed}}).is(422)
		for _, entry := range w.lines(`SELECT CAST(data AS TEXT) FROM ledger_entries`) {
			if strings.Contains(entry, "13900004321") || strings.Contains(entry, "周小雨") || strings.Contains(entry, strings.ReplaceAll(code, "-", "")) {
				t.Errorf("the log holds personal data: %s", entry)
			}
		}
		w.sequence()
		w.check()
	})
}

// What is sent wrongly, too large, too late or by a machine is refused or mended with a kind word, and nothing is kept.
func TestPortalBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	complaints := func() int { return w.count(`SELECT count(*) FROM intake_complaints`) }
	before := complaints()
	good := func() url.Values {
		return url.Values{"text": {"早上有人摆摊"}, "address": {"愚园路1号"}}
	}
	with := func(name, value string) url.Values {
		f := good()
		f.Set(name, value)
		return f
	}
	c := w.visitor(t)
	for _, bad := range []struct {
		name string
		form url.Values
		says string
	}{
		{"nothing", url.Values{"text": {""}, "address": {""}}, "请用几句话说明"},
		{"another city", with("address", "杭州市西湖区文三路1号"), "杭州市"},
		{"another district", with("address", "上海市徐汇区漕溪北路1号"), "徐汇区"},
		{"a text too long", with("text", strings.Repeat("长", 4_001)), "4000"},
		{"a telephone that is none", with("phone", "12"), `href="#phone"`},
		{"a mailbox that is none", with("email", "nobody"), `href="#email"`},
		{"a name too long", with("name", strings.Repeat("名", 200)), `href="#name"`},
		{"an answer that was not offered", with("a-when", "<script>"), `href="#a-when"`},
	} {
		c.stall().upload(bad.form, nil)
		if c.status != 422 || !strings.Contains(c.page, bad.says) || !strings.Contains(c.page, html.EscapeString(strings.TrimSpace(bad.form.Get("address")))) {
			t.Errorf("%s: %d %s", bad.name, c.status, c.page)
		}
	}
	// Pictures that are none, too large, too many: the words stay, and the good pictures.
	c.stall().upload(good(), map[string][]byte{"a.jpg": []byte("MZ this is a program, whatever its name says ........"), "b.jpg": picture(1)}).is(422, "“a.jpg”不是照片", "已收到 b.jpg", "早上有人摆摊")
	c.upload(good(), map[string][]byte{"c.png": append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 200)...)}).is(422, "c.png", "已收到 b.jpg")
	c.upload(good(), map[string][]byte{"d.pdf": []byte("%PDF-1.4\n%%EOF\n")}).is(422, "“d.pdf”不是照片")
	c.upload(good(), map[string][]byte{"e.jpg": picture(2), "f.jpg": picture(3), "g.jpg": picture(4)}).is(422, "照片最多 3 张", "b.jpg") // one is too many, and that is said
	c.upload(good(), nil).is(200, "b.jpg")
	if n := strings.Count(c.page, "<figure>"); n != 3 {
		t.Errorf("%d pictures go on, three may", n)
	}
	// More than anybody writes.
	action, values := c.stall().fields(`name="website"`)
	values.Set("text", strings.Repeat("x", 10<<20))
	c.do("POST", action, "application/x-www-form-urlencoded", strings.NewReader(values.Encode())).is(413, "内容太大")
	c.stall().upload(url.Values{"text": {strings.Repeat("长", 3<<20)}, "address": {"愚园路1号"}}, nil).is(422, "4000")
	c.stall().upload(good(), map[string][]byte{"big.jpg": append(picture(1), make([]byte, 36<<20)...)})
	if c.status != 413 && c.status != 422 {
		t.Errorf("36 MB: %d", c.status)
	}
	for _, kind := range []string{"", "application/json", "multipart/form-data", "multipart/form-data; boundary=x"} {
		if c.do("POST", "/report/stall", kind, strings.NewReader(`{"a":1}`)); c.status != 400 && c.status != 422 {
			t.Errorf("%q: %d", kind, c.status)
		}
	}
	c.get("/report/nothing").is(404)
	c.do("POST", "/report/draft/AAAA/check", "application/x-www-form-urlencoded", strings.NewReader("do=send")).is(404, "没有发送")
	c.do("POST", "/track/visit/AAAA", "application/x-www-form-urlencoded", strings.NewReader("do=erase")).is(404)
	c.do("POST", "/track", "application/x-www-form-urlencoded", strings.NewReader("pass=AAAA")).is(404)

	// A form that is not ours, or too old, or filled in by a machine.
	c.stall().send(`name="website"`, url.Values{"stamp": {"made up"}, "text": {"早上有人摆摊"}, "address": {"愚园路1号"}}).is(422, "打开得太久", "早上有人摆摊")
	c.send(`name="website"`, nil).is(422, "太快") // the new stamp is as young as the page
	w.clock.forward(5 * time.Second)
	c.send(`name="website"`, nil).is(200, "核对后发送")
	old := *c
	w.clock.forward(23 * time.Hour)
	old.get(old.path).is(200, "核对后发送") // Back, a day later
	w.clock.forward(2 * time.Hour)
	old.send(`value="again"`, url.Values{"do": {"send"}}).is(404, "没有发送的内容只保留 24 小时", "12345")
	c.stall()
	w.clock.forward(7 * time.Hour)
	c.send(`name="website"`, good()).is(422, "打开得太久")
	c.get("/report/stall").send(`name="website"`, good()).is(422, "太快")
	c.stall().send(`name="website"`, with("website", "http://spam.example")).is(429, "12345")

	// What is typed is shown and never run.
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	for _, field := range []string{"text", "address", "name", "email", "phone"} {
		f := good()
		f.Set(field, evil+"愚园路1号")
		c.stall().upload(f, map[string][]byte{`x"><script>.jpg`: picture(7)})
		c.lacks("<script>alert", "<img src=x", "<script>.jpg")
	}
	c.stall().upload(url.Values{"text": {evil}, "address": {evil + "愚园路1号"}, "name": {evil}}, nil).is(200).lacks("<script>", "<img src=x")
	if n := complaints(); n != before {
		t.Errorf("%d complaints came of it", n-before)
	}
	if n := w.count(`SELECT count(*) FROM evidence_staged`); n == 0 {
		t.Error("no picture waits")
	}
	w.clock.forward(25 * time.Hour)
	if _, err := w.app.Evidence.SweepStaged(t.Context()); err != nil || w.count(`SELECT count(*) FROM evidence_staged`) != 0 {
		t.Errorf("pictures wait for ever: %v", err)
	}
}

// Who sends too much waits, and hears whom to ring; who is not among them does not. Nothing of who it was is kept.
func TestPortalLimits(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, old *world) {
		old.server.Close()
		w := newWorldOf(t, old.place, newClock(monday), func(c *app.Config) { c.TrustProxy = true })
		w.app.Org.SetSetting(t.Context(), org.Program("test"), w.unitOf("head"), "portal.limits", []byte(`{"perAddressHour":3,"perAddressDay":5,"perContactDay":2,"perHour":7,"seconds":3,"codes":3}`), 0)
		n := 0
		send := func(from, phone string) *visitor {
			t.Helper()
			n++
			c := w.visitor(t)
			c.from = from
			c.get("/report/stall").is(200)
			w.clock.forward(5 * time.Second)
			c.send(`name="website"`, url.Values{"text": {"第" + strings.Repeat("一", n) + "次有人摆摊"}, "address": {"愚园路1号"}, "phone": {phone}})
			if c.status == 200 {
				c.send(`value="again"`, url.Values{"do": {"send"}})
			}
			return c
		}
		for range 3 {
			send("203.0.113.7", "").is(200, "已收到")
		}
		send("203.0.113.7", "").is(429, "12345")
		send("203.0.113.8", "13900009999").is(200)
		send("203.0.113.9", "139 0000 9999").is(200)
		send("203.0.113.10", "13900009999").is(429)
		// The ceiling of everybody.
		send("203.0.113.11", "").is(429)
		w.clock.forward(time.Hour)
		send("203.0.113.11", "").is(200)

		guess := func(from, code string) *visitor {
			c := w.visitor(t)
			c.from = from
			return c.get("/track").send(`name="code"`, url.Values{"number": {"JX2026000001"}, "code": {code}})
		}
		for range 3 {
			guess("203.0.113.20", "AAAABBBBCCCCDDDD").is(422)
		}
		guess("203.0.113.20", "AAAABBBBCCCCDDDD").is(429)
		guess("203.0.113.21", "AAAABBBBCCCCDDDD").is(422)
		for _, row := range w.lines(`SELECT bucket || ' ' || subject FROM gateway_counts`) {
			if strings.Contains(row, "203.0") || strings.Contains(row, "1390000") {
				t.Errorf("who it was is kept: %s", row)
			}
		}
		w.clock.forward(72 * time.Hour)
		if err := w.app.Portal.Sweep(t.Context()); err != nil || w.count(`SELECT count(*) FROM gateway_counts`) != 0 {
			t.Errorf("counts stay for ever: %v", err)
		}
	})
}

// Every page is whole in English.
func TestPortalInEnglish(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	c := w.visitor(t)
	han := regexp.MustCompile(`\p{Han}+`)
	english := func(may ...string) {
		t.Helper()
		page := c.page
		for _, own := range may {
			page = strings.ReplaceAll(page, own, "")
		}
		page = strings.Replace(page, `lang="zh-CN" hreflang="zh-CN">中文</a>`, "", 1) // the way back, in its own language
		if found := han.FindAllString(page, 5); len(found) > 0 {
			t.Errorf("Chinese on the page: %v: %s", found, page)
		}
		if !strings.Contains(c.page, `<html lang="en"`) || strings.Contains(c.page, "portal.") {
			t.Errorf("%s", c.page)
		}
	}
	for _, path := range []string{"/portal", "/report", "/report/stall", "/report/structure", "/track", "/portal/privacy"} {
		c.get(path+"?lang=en&big=1").is(200, `class="big"`)
		english()
	}
	for _, s := range intake.PublicServices() {
		c.get("/report/" + s.Code + "?lang=en").is(200)
		english()
	}
	c.get("/report/stall?lang=en").send(`name="website"`, nil).is(422)
	english()
	w.clock.forward(time.Minute)
	c.send(`name="website"`, url.Values{"text": {"A stall"}, "address": {"愚园路1号"}}).is(200)
	places := []string{"静安寺街道综合行政执法队", "静安寺街道", "愚园路1号", "愚园路"}
	english(places...)
	c.send(`value="again"`, url.Values{"do": {"send"}}).is(200)
	english()
	c.send(`name="pass"`, nil).is(200)
	english(places...)
	c.get("/report/nothing?lang=en").is(404)
	english()
	for _, state := range intake.Handling.States {
		for _, code := range []string{"portal.state." + state.Code, "portal.next." + state.Code} {
			if !words.Has(code) {
				t.Errorf("no words for %s", code)
			}
		}
	}
}

// Who complained is erased when its time has come, and not before; the log says that it went.
func TestContactsAreErasedOnSchedule(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		erase := func() int {
			t.Helper()
			n, err := w.app.Intake.EraseContacts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		closed := w.one(`SELECT c.id FROM intake_complaints c JOIN intake_contacts p ON p.complaint = c.id WHERE c.closed_at IS NOT NULL ORDER BY c.closed_at DESC LIMIT 1`)
		open := w.count(`SELECT count(*) FROM intake_contacts p JOIN intake_complaints c ON c.id = p.complaint WHERE c.closed_at IS NULL AND p.phone <> ''`)
		if closed == "" || open == 0 {
			t.Fatal("the demonstration has no such complaints")
		}
		phone := func() string {
			return w.one(`SELECT phone || phone_hash FROM intake_contacts WHERE complaint = $1`, closed)
		}
		w.clock.forward(150 * 24 * time.Hour)
		erase()
		if phone() == "" {
			t.Fatal("erased before its time")
		}
		w.clock.forward(31 * 24 * time.Hour)
		n := erase()
		if n == 0 || phone() != "" || erase() != 0 {
			t.Errorf("%d erased, %q stays", n, phone())
		}
		if left := w.count(`SELECT count(*) FROM intake_contacts p JOIN intake_complaints c ON c.id = p.complaint WHERE c.closed_at IS NOT NULL AND p.erased_at IS NULL`); left != 0 {
			t.Errorf("%d were erased and %d that are due stay", n, left)
		}
		if again := w.count(`SELECT count(*) FROM intake_contacts p JOIN intake_complaints c ON c.id = p.complaint WHERE c.closed_at IS NULL AND p.phone <> ''`); again != open {
			t.Errorf("of %d open ones %d contacts are left", open, again)
		}
		if n := w.count(`SELECT count(*) FROM ledger_entries WHERE kind = 'intake.contact_erased' AND subject_id = $1`, closed); n != 1 {
			t.Errorf("%d entries say so", n)
		}
		w.sequence()
		w.check()
	})
}
