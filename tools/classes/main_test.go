package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"regexp"
	"testing"

	"jiexu/classify"
)

const source = "../../../shared/data/complaints"

func examples(t *testing.T) ([]classify.Example, classify.Options) {
	t.Helper()
	if _, err := os.Stat(source); errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/data/complaints is not here: the shipped model cannot be compared with what it is made from")
	}
	all, o, err := read(source)
	if err != nil {
		t.Fatal(err)
	}
	return all, o
}

// What ships is what the complaints, the lexicon and the recipe make. A model is compared by what it predicts,
// since other processors round the last bit otherwise.
func TestTheShippedModelIsFresh(t *testing.T) {
	all, o := examples(t)
	made, err := classify.Train(all, o)
	if err != nil {
		t.Fatal(err)
	}
	ships, err := classify.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(made.Bound-ships.Bound) > 0.02 || made.Examples != ships.Examples || made.Made != ships.Made {
		t.Errorf("made: %d examples, bound %v, %s; shipped: %d, %v, %s", made.Examples, made.Bound, made.Made, ships.Examples, ships.Bound, ships.Made)
	}
	for _, e := range append(all, o.Lexicon.Topics...) {
		if a, b := made.Predict(e.Text), ships.Predict(e.Text); a.Code != b.Code || math.Abs(a.Confidence-b.Confidence) > 0.01 {
			t.Fatalf("complaints.model is stale (%s %.3f, now %s %.3f): run go generate ./tools/classes", b.Code, b.Confidence, a.Code, a.Confidence)
		}
	}
}

// The figure that we answer for: one repetition of ten folds on the 396.
func TestHeldOutComplaints(t *testing.T) {
	all, o := examples(t)
	r, err := classify.Evaluate(all, o, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	told, err := classify.ShippedReport()
	if err != nil {
		t.Fatal(err)
	}
	if told.Examples != r.Examples || len(told.Lines) != len(r.Lines) || math.Abs(told.MacroF1.Mean-r.MacroF1.Mean) > 0.02 {
		t.Errorf("complaints.report.json tells of %d examples and %.3f, held out now are %d and %.3f: run go generate ./tools/classes", told.Examples, told.MacroF1.Mean, r.Examples, r.MacroF1.Mean)
	}
	t.Logf("macro-F1 %.3f, accuracy %.3f, calibration error %.3f, bound %+v", r.MacroF1.Mean, r.Accuracy.Mean, r.Calibration, r.Proposed)
	if r.Examples != 396 || r.MacroF1.Mean < 0.88 || r.Accuracy.Mean < 0.88 || r.Calibration > 0.1 {
		t.Errorf("%d examples, macro-F1 %.3f, accuracy %.3f, calibration error %.3f", r.Examples, r.MacroF1.Mean, r.Accuracy.Mean, r.Calibration)
	}
	sum := 0.0
	for i, row := range r.Confusion {
		for _, n := range row {
			sum += n
		}
		if r.Lines[i].Support == 0 {
			t.Errorf("%s has no examples", r.Lines[i].Code)
		}
	}
	if math.Abs(sum-396) > 0.5 {
		t.Errorf("the confusion counts %v complaints", sum)
	}
	for i := 1; i < len(r.Trades); i++ {
		if r.Trades[i].Coverage > r.Trades[i-1].Coverage {
			t.Errorf("a higher bound answers more: %+v", r.Trades)
		}
	}
}

// No text may ship: beside the classes' names no four Chinese characters stand together in what ships, packed or not.
func TestNoTextInTheModel(t *testing.T) {
	raw, err := os.ReadFile("../../data/classes/complaints.model")
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 3<<20 {
		t.Errorf("%d bytes", len(raw))
	}
	z, err := gzip.NewReader(bytes.NewReader(raw[bytes.IndexByte(raw, '\n')+1:]))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	l, err := classify.ComplaintLexicon()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range l.Classes {
		plain = bytes.ReplaceAll(plain, []byte(c.Name), nil)
	}
	if found := regexp.MustCompile(`\p{Han}{4,}`).Find(append(plain, raw...)); found != nil {
		t.Errorf("%q stands in the model", found)
	}
}
