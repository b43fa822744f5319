package classify

import (
	"bytes"
	"compress/gzip"
	"errors"
	"testing"
)

func small(t testing.TB) []byte {
	l, err := ParseLexicon("small", []byte(smallLexicon))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Train(nil, Options{Lexicon: l})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestDamagedModelsAreRefused(t *testing.T) {
	raw := small(t)
	if _, err := Decode(raw); err != nil {
		t.Fatal(err)
	}
	cases := map[string][]byte{
		"nothing": nil, "something else": []byte("PK\x03\x04"), "the name alone": []byte(magic),
		"cut off": raw[:len(raw)-9], "another version": append([]byte("jiexu classify 2\n"), raw[len(magic):]...),
		"one byte changed": func() []byte { b := bytes.Clone(raw); b[len(b)/2] ^= 1; return b }(),
	}
	for name, b := range cases {
		if _, err := Decode(b); !errors.Is(err, errModel) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Something after the weights.
	z, _ := gzip.NewReader(bytes.NewReader(raw[len(magic):]))
	var plain bytes.Buffer
	plain.ReadFrom(z)
	if _, err := Decode(packed(append(plain.Bytes(), 0))); !errors.Is(err, errModel) {
		t.Errorf("more than a model: %v", err)
	}
}

func packed(plain []byte) []byte {
	out := bytes.NewBufferString(magic)
	z := gzip.NewWriter(out)
	z.Write(plain)
	z.Close()
	return out.Bytes()
}

// FuzzDecode gets what lies inside of the packing, since no fuzzer finds gzip's sum.
func FuzzDecode(f *testing.F) {
	raw := small(f)
	z, err := gzip.NewReader(bytes.NewReader(raw[len(magic):]))
	if err != nil {
		f.Fatal(err)
	}
	var plain bytes.Buffer
	if _, err := plain.ReadFrom(z); err != nil {
		f.Fatal(err)
	}
	f.Add(plain.Bytes())
	f.Add(plain.Bytes()[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(packed(b))
		if err != nil {
			return
		}
		if g := m.Predict(Text{"苹果", "锤子和钉子"}); !(g.Confidence >= 0 && g.Confidence <= 1) {
			t.Errorf("%+v", g)
		}
	})
}

func FuzzPredict(f *testing.F) {
	f.Add("占道经营", "路边摆摊")
	f.Add("\xff\x00", "尊敬的书记：A7县")
	m, err := Shipped()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, subject, body string) {
		g := m.Predict(Text{subject, body})
		if !(g.Confidence >= 0 && g.Confidence <= 1) || (g.Code == "") != (g.Confidence == 0) {
			t.Errorf("%+v", g)
		}
		m.Because(Text{subject, body}, g.Code, 3)
	})
}

func FuzzParseLexicon(f *testing.F) {
	f.Add([]byte(smallLexicon))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := ParseLexicon("x", b); err == nil && len(l.Classes) < 2 {
			t.Error("too few classes")
		}
	})
}
