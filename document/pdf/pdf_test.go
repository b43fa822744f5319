package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
)

func page(t *testing.T, title string) []byte {
	t.Helper()
	f := New(Info{Title: title, Author: "街序", Created: time.Date(2026, 11, 23, 9, 30, 0, 0, time.FixedZone("CST", 8*3600))})
	p := f.Page()
	p.Line(10, 10, 100, 10, 0.5)
	p.Fill(20, 20, 5, 5)
	p.DashedCircle(100, 100, 50)
	f.Page()
	b, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFileIsValidAndTheSameEachTime(t *testing.T) {
	b := page(t, "行政处罚决定书 𠅤")
	if err := api.Validate(bytes.NewReader(b), nil); err != nil {
		t.Errorf("pdfcpu: %v", err)
	}
	if n, err := api.PageCount(bytes.NewReader(b), nil); err != nil || n != 2 {
		t.Errorf("%d pages (%v)", n, err)
	}
	if !bytes.Equal(b, page(t, "行政处罚决定书 𠅤")) {
		t.Error("two results for the same calls")
	}
	if bytes.Equal(b, page(t, "另一份")) {
		t.Error("one result for different calls")
	}
	if want := "/CreationDate (D:20261123093000+08'00')"; !bytes.Contains(b, []byte(want)) {
		t.Errorf("%s is missing", want)
	}
}

func TestRareCharactersAreMappedAsSurrogates(t *testing.T) {
	runes := []rune{'街', '𠅤'}
	for range 150 {
		runes = append(runes, '一')
	}
	m := string(toUnicode(runes))
	for _, want := range []string{"<0001> <8857>", "<0002> <D840DD64>", "100 beginbfchar", "52 beginbfchar"} {
		if !strings.Contains(m, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestNumbersAreShort(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1: "1", 12.5: "12.5", -0.0001: "0", 100: "100", 0.1234: "0.123"} {
		if got := string(num(nil, v)); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}
