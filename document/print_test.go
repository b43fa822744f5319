package document

import (
	"bytes"
	"strings"
	"testing"

	"jiexu/fault"
)

func TestJoin(t *testing.T) {
	decision, notice := render(t, sampleDecision(t), checkURL), render(t, sampleNotice(t), checkURL)
	proved, err := AttachProof(notice, []byte(`{"proof":1}`))
	if err != nil {
		t.Fatal(err)
	}
	count := func(b []byte) int {
		n, err := Pages(b)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	parts := []Printed{{"决定书", decision}, {"告知书", proved}, {"决定书", decision}}
	joined, err := Join("文书打印", made, parts, false)
	if err != nil || count(joined) != 2*count(decision)+count(notice) {
		t.Fatalf("%v, %d pages", err, count(joined))
	}
	if again, _ := Join("文书打印", made, parts, false); !bytes.Equal(again, joined) {
		t.Error("the same papers give other bytes")
	}
	both, err := Join("文书打印", made, parts, true)
	blank := count(decision)%2 + count(notice)%2
	if err != nil || count(both) != count(joined)+blank {
		t.Errorf("on both sides: %v, %d pages, want %d and %d blank ones", err, count(both), count(joined), blank)
	}
	text := strings.Join(extract(t, joined), "\n")
	for _, part := range [][]byte{decision, notice} {
		for _, line := range strings.Fields(strings.Join(extract(t, part), "\n")) {
			if !strings.Contains(text, line) {
				t.Errorf("%q is lost on the print", line)
			}
		}
	}
	if _, err := Join("x", made, []Printed{{"x", []byte("%PDF-1.7\nhello")}}, false); !fault.Is(err, "document.not_pdf") {
		t.Errorf("another's PDF: %v", err)
	}
	if _, err := Pages([]byte("hello")); !fault.Is(err, "document.not_pdf") {
		t.Errorf("pages of no PDF: %v", err)
	}
}
