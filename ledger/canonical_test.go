package ledger_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jiexu/ledger"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{` { "b" : 1, "a" : [ true , null ] } `, `{"a":[true,null],"b":1}`},
		{`{"url":"<a&b>","说":"\u8bf4\u2028"}`, "{\"url\":\"<a&b>\",\"说\":\"说\u2028\"}"},
		{`"\u0001\u001f\"\\\/\b\f\n\r\t"`, `"\u0001\u001f\"\\/\b\f\n\r\t"`},
		{`[1, 1.0, 1e0, 10e-1, -0, 0.0]`, `[1,1,1,1,0,0]`},
		{`[1e21, 1e-7, 0.000001, 123456789012345680000, 4.50]`, `[1e+21,1e-7,0.000001,123456789012345680000,4.5]`},
		{`[9223372036854775807, -9223372036854775808]`, `[9223372036854775807,-9223372036854775808]`},
		// RFC 8785, 3.2.3: sorted by UTF-16 units, so the surrogates of 😀 come before U+FB33.
		{`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"😀":5,"\u0080":6,"\u00f6":7}`, "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}"},
	} {
		got, err := ledger.Canonical(json.RawMessage(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s\n got %s %v\nwant %s", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{``, `{`, `1 2`, `1e999`} {
		if got, err := ledger.Canonical(json.RawMessage(bad)); err == nil {
			t.Errorf("%q became %s", bad, got)
		}
	}
	if _, err := ledger.Canonical(math.NaN()); err == nil {
		t.Error("NaN became JSON")
	}
}

// The canonical form says the same as what it was made of, and is a fixed point.
func TestCanonicalIsAFixedPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := map[string]any{}
		for _, k := range rapid.SliceOf(rapid.String()).Draw(t, "keys") {
			v[strings.ToValidUTF8(k, "?")] = rapid.OneOf(
				rapid.Map(rapid.String(), func(s string) any { return strings.ToValidUTF8(s, "?") }),
				rapid.Map(rapid.Float64(), func(f float64) any { return f }),
				rapid.Map(rapid.Bool(), func(b bool) any { return b })).Draw(t, "value")
		}
		once, err := ledger.Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := ledger.Canonical(json.RawMessage(once))
		if err != nil || string(once) != string(twice) {
			t.Fatalf("%s became %s, %v", once, twice, err)
		}
		var back map[string]any
		if err := json.Unmarshal(once, &back); err != nil {
			t.Fatal(err)
		}
		if len(back) != len(v) {
			t.Fatalf("%d keys became %d", len(v), len(back))
		}
		for k, want := range v {
			if back[k] != want {
				t.Fatalf("%q: %v became %v", k, want, back[k])
			}
		}
	})
}
