// Command classes makes the classifier that the program ships, data/classes/complaints.model, and the
// figures beside it, from the complaints in ../shared/data/complaints. Those are contest data without a licence:
// what is written holds numbers by hash, and no text. See data/classes/README.md.
package main

//go:generate sh -c "cd ../.. && go run ./tools/classes"

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jiexu/classify"
	"jiexu/sheet"
)

// The complaints: with a class, and without.
const labelled = "labelled.csv"

var others = []string{"replied.csv", "hot_topics.csv"}

// made is the day that the model's description names. It changes with the recipe, not with the clock.
const made = "2026-11-27"

func main() {
	source, target := "../shared/data/complaints", "data/classes"
	if len(os.Args) > 2 {
		source, target = os.Args[1], os.Args[2]
	}
	if _, err := os.Stat(source); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "%s is not here: the model stays as it is\n", source)
		return
	}
	if err := run(source, target); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(source, target string) error {
	model, report, err := learn(source)
	if err != nil {
		return err
	}
	raw, err := model.Encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(target, "complaints.model"), raw, 0o644); err != nil {
		return err
	}
	held, err := json.Marshal(report)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(target, "complaints.report.json"), append(held, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(target, "FIGURES.md"), figures(model, report), 0o644)
}

// learn makes the model, and cross-validates it in five repetitions of ten folds.
func learn(source string) (*classify.Model, *classify.Report, error) {
	examples, o, err := read(source)
	if err != nil {
		return nil, nil, err
	}
	report, err := classify.Evaluate(examples, o, 10, 5)
	if err != nil {
		return nil, nil, err
	}
	model, err := classify.Train(examples, o)
	return model, report, err
}

// read takes the examples, and counts the other complaints, each text once.
func read(source string) ([]classify.Example, classify.Options, error) {
	o := classify.Options{Background: classify.NewBackground(), Made: made}
	lexicon, err := classify.ComplaintLexicon()
	if err != nil {
		return nil, o, err
	}
	o.Lexicon = lexicon
	seen := map[string]bool{}
	for _, name := range others {
		rows, err := complaints(filepath.Join(source, name))
		if err != nil {
			return nil, o, err
		}
		for _, e := range rows {
			if body := strings.TrimSpace(e.Body); !seen[body] {
				seen[body] = true
				o.Background.Add(e.Text)
			}
		}
	}
	examples, err := complaints(filepath.Join(source, labelled))
	return examples, o, err
}

var columns = []byte("[columns]\nsubject='留言主题'\nbody='留言详情'\nclass='一级分类'\n")

func complaints(path string) ([]classify.Example, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := sheet.ParseMap(columns, []string{"subject", "body", "class"})
	if err != nil {
		return nil, err
	}
	t, err := sheet.Open(path, raw, sheet.FileOptions{})
	if err != nil {
		return nil, err
	}
	b, err := m.Bind(t, "class")
	if err != nil {
		return nil, err
	}
	var out []classify.Example
	err = t.Each(func(r sheet.Row) error {
		if r.Problem != nil {
			return fmt.Errorf("%s: line %d: %w", path, r.Line, r.Problem)
		}
		out = append(out, classify.Example{Text: classify.Text{Subject: b.Value(r, "subject"), Body: b.Value(r, "body")}, Class: b.Value(r, "class")})
		return nil
	})
	return out, err
}

func figures(m *classify.Model, r *classify.Report) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Figures of complaints.model\n\nMade by tools/classes; see README.md. %d examples, %d repetitions of %d folds, what is nearly the same text in one fold;\n± is the standard deviation between repetitions.\n\n", r.Examples, r.Repetitions, r.Folds)
	fmt.Fprintf(&b, "- macro-F1 %.3f ± %.3f\n- accuracy %.3f ± %.3f\n- calibration error %.3f\n- below %.2f it asks\n\n", r.MacroF1.Mean, r.MacroF1.Deviation, r.Accuracy.Mean, r.Accuracy.Deviation, r.Calibration, m.Bound)
	b.WriteString("| class | precision | recall | F1 | support |\n| --- | --- | --- | --- | --- |\n")
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "| %s | %.2f | %.2f | %.2f | %d |\n", l.Code, l.Precision, l.Recall, l.F1, l.Support)
	}
	b.WriteString("\nA row's examples taken for the column (mean of the repetitions):\n\n| |")
	for _, l := range r.Lines {
		fmt.Fprintf(&b, " %s |", l.Code)
	}
	b.WriteString("\n|" + strings.Repeat(" --- |", len(r.Lines)+1) + "\n")
	for i, l := range r.Lines {
		fmt.Fprintf(&b, "| %s |", l.Code)
		for _, n := range r.Confusion[i] {
			fmt.Fprintf(&b, " %.1f |", n)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n| bound of confidence | answered | of those right |\n| --- | --- | --- |\n")
	for _, t := range r.Trades {
		fmt.Fprintf(&b, "| %.2f | %.3f | %.3f |\n", t.Bound, t.Coverage, t.Accuracy)
	}
	return b.Bytes()
}
