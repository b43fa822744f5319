package ledger

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// An entry is written out by hand, because it is written so often; it is the very JSON that Canonical writes.
func TestEntriesAreCanonical(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~é路𠮷"\\\x00-\x1f\x{2028}\x{ff}]{0,8}`), rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		s := func(name string) string { return text.Draw(t, name) }
		body, err := Canonical(map[string]string{strings.ToValidUTF8(s("key"), "?"): strings.ToValidUTF8(s("value"), "?")})
		if err != nil {
			t.Fatal(err)
		}
		d := leafData{V: rapid.Int().Draw(t, "v"), ID: s("id"), At: s("at"), Kind: s("kind"), Subject: Ref{Type: s("type"), ID: s("subject")}, Actor: s("actor"), Unit: s("unit"), Body: body, Rows: []RowDigest{}}
		for range rapid.IntRange(0, 3).Draw(t, "rows") {
			d.Rows = append(d.Rows, RowDigest{Table: s("table"), Key: s("row"), SHA256: s("sha256")})
		}
		want, err := Canonical(d)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := d.encode(); err != nil || string(got) != string(want) {
			t.Fatalf("%s\nwant\n%s (%v)", got, want, err)
		}
		if len(d.Rows) == 0 {
			d.Rows = nil
			if got, err := d.encode(); err != nil || string(got) != string(want) {
				t.Fatalf("without rows: %s (%v)", got, err)
			}
		}
	})
}
