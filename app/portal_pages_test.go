package app_test

import (
	"bytes"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

var (
	summaryLink = regexp.MustCompile(`<li><a href="#([^"]*)">([^<]*)</a></li>`)
	describedBy = regexp.MustCompile(`aria-describedby="([^"]*)"`)
	labelFor    = regexp.MustCompile(`<label [^>]*for="([^"]*)"`)
)

// leads fails unless all that points to a place on the page finds it there: the summary's links, descriptions, labels.
func (c *visitor) leads() *visitor {
	c.t.Helper()
	var ids []string
	for _, m := range summaryLink.FindAllStringSubmatch(c.page, -1) {
		ids = append(ids, m[1])
	}
	for _, m := range append(describedBy.FindAllStringSubmatch(c.page, -1), labelFor.FindAllStringSubmatch(c.page, -1)...) {
		ids = append(ids, strings.Fields(m[1])...)
		if strings.TrimSpace(m[1]) == "" {
			c.t.Errorf("%s describes a field by nothing", c.path)
		}
	}
	for _, id := range ids {
		if strings.Count(c.page, ` id="`+id+`"`) != 1 {
			c.t.Errorf("%s leads to #%s, which is there %d times", c.path, id, strings.Count(c.page, ` id="`+id+`"`))
		}
	}
	return c
}

// Every page has an address of its own under which it can be asked for again: after Back, in the other language, in larger
// letters. None of the addresses tells who it is or what he wrote, and what lies between the pages can be read from no table.
func TestPortalPagesCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	client := w.server.Client()
	defer func(before func(*http.Request, []*http.Request) error) { client.CheckRedirect = before }(client.CheckRedirect)
	var via []string
	client.CheckRedirect = func(r *http.Request, before []*http.Request) error {
		via = append(via, before[len(before)-1].Method+" "+r.URL.RequestURI())
		return nil
	}
	secrets := []string{"周小雨", "13900004321", "盲道", "愚园路"}
	c := w.visitor(t)
	posted := func(step string) {
		t.Helper()
		if len(via) != 1 || !strings.HasPrefix(via[0], "POST ") {
			t.Errorf("%s: the form is answered without a page of its own: %v", step, via)
		}
		for _, s := range secrets {
			if strings.Contains(via[0], s) || strings.Contains(via[0], url.QueryEscape(s)) {
				t.Errorf("%s: the address tells %s: %s", step, s, via[0])
			}
		}
		via = nil
		status, path := c.status, c.path
		c.leads()
		if c.get(path).is(status); !strings.Contains(c.page, `<html lang="zh-CN"`) {
			t.Errorf("%s: %s is another page when it is asked for again", step, path)
		}
		m := regexp.MustCompile(`<a href="([^"]*)" lang="en" hreflang="en">English</a>`).FindStringSubmatch(c.page)
		if m == nil {
			t.Fatalf("%s: no way to English: %s", step, c.page)
		}
		c.get(html.UnescapeString(m[1])).is(status, `<html lang="en"`, `lang="zh-CN" hreflang="zh-CN">中文</a>`)
		m = regexp.MustCompile(`<a href="([^"]*)">Large text</a>`).FindStringSubmatch(c.page)
		if m == nil {
			t.Fatalf("%s: no way to large letters: %s", step, c.page)
		}
		c.get(html.UnescapeString(m[1])).is(status, `<html lang="en" class="big"`)
		c.get(path).is(status)
	}
	c.stall().send(`name="website"`, url.Values{"name": {"周小雨"}, "phone": {"12"}}).is(422)
	posted("what is wrong")
	w.clock.forward(time.Minute)
	c.send(`name="website"`, url.Values{"text": {"堵住盲道"}, "address": {"愚园路1号"}, "name": {"周小雨"}, "phone": {"13900004321"}}).is(200, "核对后发送", "周小雨")
	posted("to check")
	for _, row := range w.lines(`SELECT id || content FROM gateway_held`) {
		for _, s := range append(secrets, c.path[strings.LastIndex(strings.TrimSuffix(c.path, "/check"), "/")+1:]) {
			if strings.Contains(row, s) {
				t.Errorf("the table tells %s", s)
			}
		}
	}
	c.send(`value="again"`, url.Values{"do": {"north"}}).is(200, "地点按您在地图上点的位置")
	posted("the pin")
	c.send(`value="again"`, url.Values{"do": {"edit"}}).is(200, "堵住盲道", "13900004321")
	posted("edit")
	c.send(`name="website"`, nil).is(200, "核对后发送")
	posted("to check again")
	draft := c.path
	c.send(`value="again"`, url.Values{"do": {"send"}}).is(200, "已收到")
	posted("sent")
	number, code := c.shown("number"), c.shown("code")
	secrets = append(secrets, number, code, strings.ReplaceAll(code, "-", ""))
	if c.get(draft).is(200, number).path == draft {
		t.Error("what was sent can still be changed")
	}
	via = nil
	c.send(`name="pass"`, nil).is(200, "收到您反映的问题")
	posted("status")
	c.get("/track").send(`name="code"`, url.Values{"number": {number}, "code": {"AAAA-AAAA-AAAA-AAAA"}}).is(422, "没有查到", number)
	posted("a wrong code")
	if n := w.count(`SELECT count(*) FROM gateway_held WHERE content LIKE '%周%'`); n != 0 {
		t.Error("what was sent is still held")
	}
	w.clock.forward(3 * time.Hour)
	c.get(strings.TrimSuffix(draft, "/check")+"/sent").is(404, "这一页已经失效")
	w.clock.forward(48 * time.Hour)
	if err := w.app.Portal.Sweep(t.Context()); err != nil || w.count(`SELECT count(*) FROM gateway_held`) != 0 {
		t.Errorf("what is held stays for ever: %v", err)
	}
}

// The pictures of a report are shown before it is sent, small and without what their files tell; nobody gets those of another.
func TestPortalShowsPicturesBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	c, other := w.visitor(t), w.visitor(t)
	c.stall().upload(url.Values{"text": {"堵住盲道"}, "address": {"愚园路1号"}}, map[string][]byte{"IMG_1.jpg": tells(77)}).is(200, "IMG_1.jpg")
	m := regexp.MustCompile(`<img src="([^"]*/photo/[^"]*)" alt="第 1 张"`).FindStringSubmatch(c.page)
	if m == nil {
		t.Fatalf("no picture: %s", c.page)
	}
	check := c.path
	c.get(m[1]).is(200)
	if c.header.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(c.page, "\xff\xd8") || strings.Contains(c.page, "GPS") || strings.Contains(c.page, "SERIAL") || c.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %.40q", c.header, c.page)
	}
	other.stall().send(`name="website"`, url.Values{"text": {"堵住盲道"}, "address": {"愚园路1号"}}).is(200)
	theirs := strings.TrimSuffix(other.path, "/check") + m[1][strings.Index(m[1], "/photo/"):]
	other.get(theirs).is(404)
	c.get(check).send(`value="again"`, url.Values{"do": {"send"}}).is(200)
	c.get(m[1]).is(404)
	// The original is what was sent: evidence, for those who handle it.
	_, file, err := w.app.Evidence.Open(t.Context(), w.actor("desk"), w.one(`SELECT id FROM evidence_media WHERE name = 'IMG_1.jpg'`))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if original, err := io.ReadAll(file); err != nil || !bytes.Contains(original, []byte("SERIAL-4711")) {
		t.Errorf("the original is lost: %v", err)
	}
}

// An address that is not found is said, with what may be done about it; all that was typed stays, and the place can be written
// anew on the same page, or set on the map by click or keyboard.
func TestPortalAddressNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	c := w.visitor(t)
	lost := func() *visitor {
		return c.stall().upload(url.Values{"text": {"每天堵住盲道"}, "address": {"老地方门口<b>"}, "phone": {"13900004321"}}, map[string][]byte{"a.jpg": picture(3)}).
			is(200, "没有找到“老地方门口&lt;b&gt;”在哪里", "再找一次", "在下面的地图上点一下", "直接发送", "例如：", "每天堵住盲道", "13900004321", "a.jpg").leads()
	}
	lost().send(`value="again"`, url.Values{"do": {"again"}, "address": {"愚园路1号"}}).is(200, "地址大概在这里", "愚园路1号", "每天堵住盲道", "13900004321", "a.jpg").lacks("没有找到")
	// Sent with the place written anew, it is looked at once more first.
	before := w.count(`SELECT count(*) FROM intake_complaints`)
	lost().send(`value="again"`, url.Values{"do": {"send"}, "address": {"愚园路1号"}}).is(200, "地点改过了", "地址大概在这里")
	if n := w.count(`SELECT count(*) FROM intake_complaints`); n != before {
		t.Error("it was sent to a place that nobody has looked at")
	}
	// Another city is said at the box.
	lost().send(`value="again"`, url.Values{"do": {"again"}, "address": {"杭州市西湖区文三路1号"}}).is(422, "杭州市", `href="#address"`, "每天堵住盲道", "a.jpg").leads()
	// By the map, at any of its sizes, and by its buttons.
	draft := strings.TrimSuffix(lost().path, "/check")
	for _, frame := range []string{"288x288", "360x360", "560x400", "760x480"} {
		wide, high, _ := strings.Cut(frame, "x")
		c.get(draft+"/map/"+frame).is(200, `width="`+wide+`"`, `height="`+high+`"`)
		if c.header.Get("Content-Type") != "image/svg+xml" {
			t.Errorf("%s is %v", frame, c.header)
		}
	}
	c.get(draft + "/map/1x1").is(404)
	lost().send(`value="again"`, url.Values{"pin-760x480.x": {"380"}, "pin-760x480.y": {"240"}}).is(200, "地点按您在地图上点的位置", "每天堵住盲道").lacks("没有找到")
	lost().send(`value="again"`, url.Values{"do": {"south"}}).is(200, "地点按您在地图上点的位置")
	lost().send(`value="again"`, url.Values{"pin-360x360.x": {"0"}, "pin-360x360.y": {"0"}}).is(200, "地点按您在地图上点的位置") // Enter on the map: browsers say 0, 0
	lost().send(`value="again"`, url.Values{"pin-760x480.x": {"2"}, "pin-760x480.y": {"470"}}).is(200, "不在本区", "没有找到")
	lost().send(`value="again"`, url.Values{"do": {"send"}}).is(200, "已收到", "再反映一件")
}

// What is wrong is said in the words of the form, in both languages, and leads to its box.
func TestPortalSaysWhatIsWrongInPlainWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	long := strings.Repeat("长", 1_200)
	for _, bad := range []struct {
		service, box string
		form         url.Values
		zh, en       string
	}{
		{"stall", "text", url.Values{"text": {""}}, "请用几句话说明情况", "Describe the problem in a few words"},
		{"stall", "text", url.Values{"text": {strings.Repeat("长", 4_050)}}, "最多 4000 字", "up to 4000 characters"},
		{"stall", "address", url.Values{"address": {""}}, "请写明在哪里", "Tell us where it is"},
		{"stall", "address", url.Values{"address": {long}}, "只写路名", "a junction or a compound is enough"},
		{"stall", "address", url.Values{"address": {"杭州市西湖区文三路1号"}}, "地点写的是杭州市", "outside our district"},
		{"stall", "phone", url.Values{"phone": {"12"}}, "这个电话号码打不通", "does not look right"},
		{"stall", "phone", url.Values{"phone": {strings.Repeat("1", 60)}}, "这个电话号码打不通", "does not look right"},
		{"stall", "email", url.Values{"email": {"nobody"}}, "邮箱地址不完整", "not complete"},
		{"stall", "name", url.Values{"name": {long}}, "称呼最多", "The name can be up to"},
		{"stall", "a-when", url.Values{"a-when": {"<script>"}}, "请从列出的几项里选", "choose one of the options listed"},
		{"structure", "a-now", url.Values{}, "请选一项或写几个字回答", "Please answer"},
		{"other", "a-before", url.Values{"a-before": {long}}, "请写短一些", "Please shorten your answer"},
	} {
		for lang, want := range map[string]string{"zh-CN": bad.zh, "en": bad.en} {
			c := w.visitor(t)
			c.get("/report/" + bad.service + "?lang=" + lang).is(200)
			w.clock.forward(30 * time.Second)
			form := url.Values{"text": {"早上有人摆摊"}, "address": {"愚园路1号"}}
			for k, v := range bad.form {
				form[k] = v
			}
			c.send(`name="website"`, form).is(422, want, `href="#`+bad.box+`"`, `autofocus`, `id="`+bad.box+`-wrong"`).leads().lacks("此项必填", "form.", "portal.", "intake.")
			for _, m := range summaryLink.FindAllStringSubmatch(c.page, -1) {
				if m[1] == bad.box && !strings.Contains(html.UnescapeString(m[2]), want) {
					t.Errorf("%s in %s: the summary says %q", bad.box, lang, m[2])
				}
			}
		}
	}
	// What is other gets its number at once, like all.
	for _, lang := range []string{"zh-CN", "en"} {
		c := w.visitor(t)
		c.get("/report?lang="+lang).is(200).lacks("编号要等", "number comes")
		c.get("/report/other?lang="+lang).is(200).lacks("编号要等", "number comes")
		w.clock.forward(30 * time.Second)
		c.send(`name="website"`, url.Values{"text": {"不知道该找谁"}, "address": {"愚园路1号"}}).is(200)
		c.send(`value="again"`, url.Values{"do": {"send"}}).is(200)
		if c.shown("number") == "" {
			t.Errorf("no number in %s", lang)
		}
	}
}

// What is sent with a form that was used before is one report where it says the same, and is not lost where it says something else. A form in
// the encoding of an old telephone is read; what nobody can see is left out; a number is found in the letters of a Chinese keyboard.
func TestPortalFormUsedBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlitePlace(t))
	complaints := func() int { return w.count(`SELECT count(*) FROM intake_complaints`) }
	before := complaints()
	c := w.visitor(t).stall()
	action, first := c.fields(`name="website"`)
	first.Set("text", "早上有人在\u202e路口摆\u200b摊")
	first.Set("address", "愚园路1号")
	post := func(form url.Values) *visitor {
		return c.do("POST", action, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	}
	post(first).is(200, "早上有人在路口摆摊")
	c.send(`value="again"`, url.Values{"do": {"send"}}).is(200)
	number, code := c.shown("number"), c.shown("code")
	if post(first).is(200, number); complaints() != before+1 {
		t.Errorf("the same form once more: %d complaints", complaints()-before)
	}
	other := maps.Clone(first)
	other.Set("text", "楼上装修砸墙")
	if post(other).is(422, number, "楼上装修砸墙", "不一样"); complaints() != before+1 {
		t.Error("it was taken in before anybody looked")
	}
	w.clock.forward(10 * time.Second)
	c.send(`name="website"`, nil).is(200, "楼上装修砸墙")
	if c.send(`value="again"`, url.Values{"do": {"send"}}).is(200); complaints() != before+2 || c.shown("number") == number {
		t.Errorf("%d complaints, the second is %s", complaints()-before, c.shown("number"))
	}
	wide := strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r - '!' + '！'
		}
		return r
	}, number)
	c.get("/track").send(`name="number"`, url.Values{"number": {wide}, "code": {code}}).is(200, number)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("弄堂口有人乱扔垃圾")
	if err != nil {
		t.Fatal(err)
	}
	action, old := c.stall().fields(`name="website"`)
	old.Set("text", gb)
	old.Set("address", "愚园路1号")
	post(old).is(200, "弄堂口有人乱扔垃圾")
}
