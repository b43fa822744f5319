package api

import (
	"encoding/json"
	"testing"
)

func TestCleanJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":"甲\u0000乙"}`:                               `{"a":"甲乙"}`,
		`{"a":["\u202e甲","\u0009乙"],"n":1.50e3}`:         `{"a":["甲","\t乙"],"n":1.50e3}`,
		"{\"a\":\"甲\u202e乙\u2066\",\"b\":\"第一行\\n第二行\"}": `{"a":"甲乙","b":"第一行\n第二行"}`,
		`{"a":"\u4e2d"}`:                                 `{"a":"中"}`,
		`{"n":12345678901234567890}`:                     `{"n":12345678901234567890}`,
		`{"a":"\u0000`:                                   `{"a":"\u0000`,      // no JSON
		`{"a":"\u0000"} {}`:                              `{"a":"\u0000"} {}`, // two values
		"\"a\x7f\u0085b\"":                               `"ab"`,
	} {
		if got := string(cleanJSON([]byte(in))); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// Whatever is cleaned stays JSON if it was, and is clean.
func FuzzCleanJSON(f *testing.F) {
	f.Add([]byte(`{"a":"\u0000","b":[1,"\u202e"]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		out := cleanJSON(in)
		if json.Valid(in) != json.Valid(out) {
			t.Errorf("%q becomes %q", in, out)
		}
		var s string
		if json.Unmarshal(out, &s) == nil && Clean(s) != s {
			t.Errorf("%q is not clean", s)
		}
	})
}
