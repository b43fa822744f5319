package gateway

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jiexu/fault"
	"jiexu/sheet"
)

// names are those of a platform that calls content text.
var testNames = map[string]string{"event": "event", "事件编号": "event", "order": "order", "工单编号": "order", "text": "content", "内容": "content"}

func TestDecodeJSON(t *testing.T) {
	for _, c := range []struct {
		name, in string
		events   []string // their numbers; ! and the code of a problem
	}{
		{"a list called events", `{"events":[{"event":"1"},{"event":"2"}]}`, []string{"1", "2"}},
		{"a bare list", `[{"event":"1"}]`, []string{"1"}},
		{"one event", `{"event":"1","order":"A"}`, []string{"1"}},
		{"Chinese keys and numbers", `{"事件编号":17}`, []string{"17"}},
		{"nothing", `{"events":[]}`, nil},
		{"cut off between events", `{"events":[{"event":"1"},`, []string{"1", "!gateway.cut_off"}},
		{"cut off within one", `[{"event":"1"},{"event":"2","te`, []string{"1", "!gateway.cut_off"}},
		{"broken in the middle", `[{"event":"1"},{"event" "2"},{"event":"3"}]`, []string{"1", "!gateway.unreadable"}},
		{"no object", `[{"event":"1"},7,{"event":"3"}]`, []string{"1", "!gateway.no_event", "3"}},
		{"a word", `"hello"`, []string{"!gateway.unreadable"}},
		{"a page", `<html></html>`, []string{"!gateway.unreadable"}},
		{"too large", `{"event":"1","text":"` + strings.Repeat("x", maxEvent) + `"}`, []string{"!gateway.event_too_large"}},
	} {
		items, err := decodeJSON([]byte(c.in), "", testNames)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, it := range items {
			if it.problem != nil {
				got = append(got, "!"+it.problem.Code)
			} else {
				got = append(got, it.fields["event"])
			}
		}
		if strings.Join(got, " ") != strings.Join(c.events, " ") {
			t.Errorf("%s: %q, want %q", c.name, got, c.events)
		}
	}
	if _, err := decodeJSON([]byte(`[`+strings.Repeat(`{"event":"1"},`, MaxEvents+1)+`{}]`), "", testNames); !fault.Is(err, "gateway.too_many") {
		t.Errorf("too many events: %v", err)
	}
}

// What the sender says of the encoding counts unless the bytes plainly say otherwise; what was done to a text is said.
func TestWhatWasSaidOfTheEncoding(t *testing.T) {
	const text = "南京西路1038号门口占道设摊"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, content, hint, want, note string
	}{
		{"UTF-8, as was said", text, sheet.UTF8, text, ""},
		{"GB18030, said to be UTF-8", gb, sheet.UTF8, text, "gateway.recoded_not"},
		{"GB18030, as was said", gb, sheet.GB18030, text, "gateway.recoded"},
		{"GB18030, nothing said", gb, "", text, "gateway.recoded"},
		{"UTF-8, said to be GB18030", text, sheet.GB18030, text, "gateway.recoded_not"},
		{"UTF-8 with half a character", text + "\xe5\x8d", sheet.UTF8, text + "�", "gateway.broken_text"},
		{"marks that turn the writing", "占道\u202e设摊\u200b", sheet.UTF8, "占道设摊", "gateway.cleaned"},
		{"a zero", `占道\u0000设摊`, sheet.UTF8, "占道设摊", "gateway.cleaned"},
	} {
		items, err := decodeJSON([]byte(`{"event":"1","text":"`+c.content+`"}`), c.hint, testNames)
		if err != nil || len(items) != 1 || items[0].fields["content"] != c.want {
			t.Errorf("%s: %+v %v", c.name, items, err)
			continue
		}
		var notes []string
		for _, n := range items[0].notes {
			notes = append(notes, n.Code)
		}
		if strings.Join(notes, " ") != c.note {
			t.Errorf("%s: noted %v, want %s", c.name, notes, c.note)
		}
	}
}

func FuzzDecodeFile(f *testing.F) {
	for _, seed := range []string{`{"events":[{"event":"1","content":"x"}]}`, "事件编号,工单编号,内容\n1,A,\"x\ny\"\n", "\xff\xfe1\x00", `[{"a":{"b":[1,null]}},`, "event;order\n1;2;3\n", "PK\x03\x04", "\xd5\xbc\xb5\xc0,x\n1,2\n"} {
		f.Add("a.csv", []byte(seed))
		f.Add("a.json", []byte(seed))
	}
	l := Link{ID: "l", Kind: Hotline}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		items, err := decodeFile(name, content, testNames)
		if err != nil {
			return
		}
		for _, it := range items {
			size := 0
			for k, v := range it.fields {
				if size += len(k) + len(v); strings.Contains(v, "\x00") && k != rawField {
					t.Errorf("a field holds a NUL: %q", v)
				}
			}
			if size > 2*maxEvent {
				t.Errorf("an event of %d bytes", size)
			}
			if e := newRow(l, it, time.Unix(0, 0)); e.event == "" || e.seq < 0 || it.problem == nil && e.state != Fresh || it.problem != nil && e.state != Held {
				t.Errorf("%+v became %+v", it, e)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add("1700000000", "0123456789abcdef", "v1=00", []byte("{}"))
	f.Fuzz(func(t *testing.T, at, nonce, signature string, body []byte) {
		r := httptest.NewRequest("POST", "/gateway/x/events", nil)
		r.Header[HeaderTime], r.Header[HeaderNonce], r.Header[HeaderSignature] = []string{at}, []string{nonce}, []string{signature}
		if err := Verify(r, "a secret of sixteen", body, time.Unix(1_700_000_000, 0)); err == nil {
			t.Errorf("a guessed signature passed: %q %q %q", at, nonce, signature)
		}
	})
}

func TestBackoff(t *testing.T) {
	for n, want := range map[int]time.Duration{0: 5 * time.Second, 1: 5 * time.Second, 2: 10 * time.Second, 6: 160 * time.Second, 7: 5 * time.Minute, 1000: 5 * time.Minute} {
		if got := backoff(n); got != want {
			t.Errorf("after %d failures %v, want %v", n, got, want)
		}
	}
}

func TestCellsOfAMessage(t *testing.T) {
	got := cells(map[string]any{"message": "m1", "order": "A1", "seq": 3, "text": "=1+1", "colour": "red"})
	if got[0] != "m1" || got[2] != "3" || got[9] != "'=1+1" || got[len(got)-1] != "colour=red" {
		t.Errorf("%q", got)
	}
}
