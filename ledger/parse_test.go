package ledger

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"jiexu/store"
)

// The quick reader takes nothing that the exact one refuses, and reads the same out of it.
func TestParseFastIsParse(t *testing.T) {
	at := store.At(time.Date(2026, 11, 23, 4, 0, 0, 1000, time.UTC)).Text()
	entry := leafData{V: 1, ID: "e1", At: at, Kind: "intake.placed", Subject: Ref{"complaint", "c1"}, Actor: "王", Unit: "u1", Body: []byte(`{"a":[1,-2,{"b":null}],"c":"市","d":true,"n":120}`),
		Rows: []RowDigest{{"intake_steps", "k1", strings.Repeat("ab", 32)}, {"intake_steps", "k2", Deleted}}}
	good, err := entry.encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := parseFast(string(good), nil); !ok {
		t.Fatalf("%s is not read quickly", good)
	}
	compare := func(data []byte) bool {
		quick, when, ok := parseFast(string(data), nil)
		if !ok {
			return false
		}
		exact, err := Parse(data)
		exact.Data, exact.Body = nil, nil
		if len(exact.Rows) == 0 {
			exact.Rows = nil
		}
		if err != nil || when != store.At(exact.At).Text() || !reflect.DeepEqual(quick, exact) {
			t.Fatalf("%s\nquick %+v\nexact %+v, %v", data, quick, exact, err)
		}
		return true
	}
	random := rand.New(rand.NewPCG(1, 2))
	letters := []byte(`{}[]",:\ae0123456789.-+ tfn` + "\n\x00市")
	taken := 0
	for range 200_000 {
		data := append([]byte{}, good...)
		for range 1 + random.IntN(2) {
			i := random.IntN(len(data))
			switch random.IntN(4) {
			case 0:
				data[i] ^= 1 << random.IntN(8)
			case 1:
				data[i] = letters[random.IntN(len(letters))]
			case 2:
				data = append(data[:i], data[i+1:]...)
			case 3:
				data = append(data[:i], append([]byte{letters[random.IntN(len(letters))]}, data[i:]...)...)
			}
		}
		if compare(data) {
			taken++
		}
	}
	if taken < 1000 {
		t.Errorf("only %d of the changed entries were taken by both", taken)
	}
	for _, body := range []string{`{}`, `{"a":1.5}`, `{"a":-0}`, `{"a":01}`, `{"a":1e3}`, `{"b":1,"a":2}`, `{"a":1,"a":2}`, `{"市":1}`, `{"a":" "}`, `[]`, `"x"`, `12345678901234567890`, `{"a":1,}`, `[1,]`, `{"a" :1}`, `nul`, strings.Repeat("[", 100) + strings.Repeat("]", 100)} {
		e := entry
		e.Body, e.Rows = []byte(body), nil
		if data, err := e.encode(); err == nil {
			compare(data)
		}
	}
}
