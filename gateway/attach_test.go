package gateway

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Whatever stands in the place of pictures, as many are read as there may be, and the rest is said.
func FuzzAttachments(f *testing.F) {
	for _, seed := range []string{`[{"name":"a.png","data":"aGk="}]`, `[]`, `{}`, `"x"`, `[null,7,{"data":"data:image/png;base64,aGk"}]`, `[{"data":" a G k "}]`, strings.Repeat(`[`, 50), `[{"data":"_-8"}]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, notes := readAttachments(text)
		if len(list) > maxAttached {
			t.Fatalf("%d pictures", len(list))
		}
		for _, a := range list {
			if content, ok := a.content(); ok && len(content) == 0 {
				t.Fatal("a picture of nothing")
			}
		}
		for _, n := range notes {
			if !strings.HasPrefix(n.Code, "gateway.attachment") {
				t.Fatalf("%+v", n)
			}
		}
	})
}

func TestAttachmentsAreDecoded(t *testing.T) {
	want := "\xff\xd8\xff picture?>"
	for _, data := range []string{base64.StdEncoding.EncodeToString([]byte(want)), base64.RawStdEncoding.EncodeToString([]byte(want)), base64.URLEncoding.EncodeToString([]byte(want)),
		"data:image/jpeg;base64," + base64.StdEncoding.EncodeToString([]byte(want)), " " + base64.StdEncoding.EncodeToString([]byte(want))[:8] + "\r\n" + base64.StdEncoding.EncodeToString([]byte(want))[8:]} {
		if got, ok := (attachment{Data: data}).content(); !ok || string(got) != want {
			t.Errorf("%q: %q %v", data, got, ok)
		}
	}
}
