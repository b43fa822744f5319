package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"jiexu/app"
	"jiexu/classify"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/sheet"
	"jiexu/words"
)

// ClassifyCmd proposes classes for complaints, and learns them.
type ClassifyCmd struct {
	Rows   ClassifyRowsCmd   `cmd:"" default:"withargs" help:"Write a table with the class of each complaint and how sure it is (the default)."`
	Train  ClassifyTrainCmd  `cmd:"" help:"Learn from complaints whose class is known, and write a model."`
	Learn  ClassifyLearnCmd  `cmd:"" help:"Have the office's own model learn from its history, and switch it on if it does no worse."`
	Report ClassifyReportCmd `cmd:"" help:"Say how well it is learned: held-out accuracy, a table of classes, what is taken for what."`
}

// classTask chooses what is classified.
type classTask struct {
	Task string `help:"complaints: the seven first-level classes. matters: the penalty matter." enum:"complaints,matters" default:"complaints"`
}

// ClassifyRowsCmd classifies a table.
type ClassifyRowsCmd struct {
	classTask
	File  string `arg:"" help:"CSV (UTF-8, GB18030 or UTF-16) or Excel .xlsx with the columns 留言主题 and 留言详情."`
	Model string `help:"A model of the office's own; by default the one that ships." placeholder:"FILE"`
	Sure  bool   `help:"Leave the class empty where a person should be asked."`
}

// Columns as they are called where complaints come from.
var (
	subjectColumns = []string{"留言主题", "主题", "标题", "诉求标题", "title", "subject"}
	bodyColumns    = []string{"留言详情", "详情", "内容", "诉求内容", "诉求描述", "content", "body", "text"}
	classColumns   = map[string][]string{
		classify.Complaints: {"一级分类", "类别", "分类", "class", "category"},
		classify.Matters:    {"事项", "权力事项", "处罚事项", "matter", "class"},
	}
)

// recordBytes is how long one row may be: a text of ten megabytes is a row like any other.
const recordBytes = 32 << 20

// described is a table whose columns of text are known; -1 for one that is not there.
type described struct {
	*sheet.Table
	subject, body, class int
}

// openDescribed reads a table's header. Returns classify.columns where no column holds a text and, with
// classes asked for, classify.class_column.
func openDescribed(path string, classes []string) (*described, error) {
	content, err := readFile(path, sheet.MaxBytes)
	if err != nil {
		return nil, err
	}
	t, err := sheet.Open(path, content, sheet.FileOptions{RecordBytes: recordBytes, KeepBlank: true, AllRows: true})
	if err != nil {
		return nil, err
	}
	find := func(names []string) int {
		for _, name := range names {
			if i := slices.IndexFunc(t.Header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), name) }); i >= 0 {
				return i
			}
		}
		return -1
	}
	d := &described{t, find(subjectColumns), find(bodyColumns), find(classes)}
	has := strings.Join(t.Header, "、")
	if d.subject < 0 && d.body < 0 {
		return nil, fault.New(fault.Invalid, "classify.columns", "file", filepath.Base(path), "columns", has)
	}
	if len(classes) > 0 && d.class < 0 {
		return nil, fault.New(fault.Invalid, "classify.class_column", "file", filepath.Base(path), "names", strings.Join(classes, "、"), "columns", has)
	}
	return d, nil
}

func (d *described) text(r sheet.Row) classify.Text {
	cell := func(i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(r.Cells[i])
	}
	return classify.Text{Subject: cell(d.subject), Body: cell(d.body)}
}

// Run writes all rows and columns in order, with class and confidence added. A row that cannot be read, or
// without a text, has an empty class and confidence 0, and the error output says which.
func (c *ClassifyRowsCmd) Run(env *Env) error {
	t, err := openDescribed(c.File, nil)
	if err != nil {
		return err
	}
	m, err := c.model(env)
	if err != nil {
		return err
	}
	say := func(code string, params map[string]any) { fmt.Fprintln(env.Err, words.Text(env.Lang, code, params)) }
	ours := []string{"class", "confidence"}
	header := withOurs(t.Header, ours)
	for i, name := range t.Header {
		if header[i] != name {
			say("classify.column_there", map[string]any{"column": name, "now": header[i]})
		}
	}
	var whole bytes.Buffer // nothing is written of a file that breaks off
	out := csv.NewWriter(&whole)
	if err := out.Write(append(header, ours...)); err != nil {
		return err
	}
	rows, ask := 0, 0
	err = t.Each(func(r sheet.Row) error {
		rows++
		g := classify.Guess{}
		if r.Problem != nil {
			_, why := words.Fault(env.Lang, r.Problem)
			say("classify.row", map[string]any{"line": r.Line, "why": why})
		} else {
			g = m.Predict(t.text(r))
		}
		if !g.Sure {
			if ask++; c.Sure {
				g.Code = ""
			}
		}
		cells := r.Cells
		if n := len(t.Header); len(cells) > n { // what is too much stays, in the last column
			cells = append(slices.Clone(cells[:n-1]), strings.Join(cells[n-1:], ","))
		}
		return out.Write(append(slices.Clone(cells), g.Code, strconv.FormatFloat(g.Confidence, 'f', 4, 64)))
	})
	if err != nil {
		return err
	}
	out.Flush()
	if _, err := env.Out.Write(whole.Bytes()); err != nil {
		return err
	}
	code := "classify.done"
	if m.Bound > 1 {
		code = "classify.done_asking"
	}
	say(code, map[string]any{"rows": rows, "ask": ask, "bound": fmt.Sprintf("%.2f", m.Bound)})
	return nil
}

func (c *ClassifyRowsCmd) model(env *Env) (*classify.Model, error) {
	switch {
	case c.Model != "":
		raw, err := readFile(c.Model, classify.MaxModelBytes)
		if err != nil {
			return nil, err
		}
		m, err := classify.Decode(raw)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "classify.model", "file", filepath.Base(c.Model))
		}
		return m, nil
	case c.Task == classify.Matters:
		return classify.WithoutHistory(law.On(env.Now()))
	}
	return classify.Shipped()
}

// learning are the flags of what learns.
type learning struct {
	classTask
	Reading
	From    string   `help:"A table with the columns 留言主题, 留言详情 and 一级分类 (for matters: 事项); by default the office's database." placeholder:"FILE"`
	Also    []string `help:"Tables of complaints without a class, to learn what is common." placeholder:"FILE"`
	Classes string   `help:"Classes of the office's own, as data/classes/complaints.toml writes them." placeholder:"FILE"`
}

// read gathers the examples.
func (c *learning) read(ctx context.Context, env *Env) ([]classify.Example, classify.Options, error) {
	o, err := classify.OptionsFor(c.Task, law.On(env.Now()))
	if err != nil {
		return nil, o, err
	}
	if c.Classes != "" {
		raw, err := readFile(c.Classes, 4<<20)
		if err != nil {
			return nil, o, err
		}
		if o.Lexicon, err = classify.ParseLexicon(c.Task, raw); err != nil {
			return nil, o, fault.Wrap(err, fault.Invalid, "classify.lexicon", "file", filepath.Base(c.Classes), "detail", err.Error())
		}
	}
	for _, path := range c.Also {
		t, err := openDescribed(path, nil)
		if err != nil {
			return nil, o, err
		}
		if err := t.Each(func(r sheet.Row) error {
			if r.Problem == nil {
				o.Background.Add(t.text(r))
			}
			return nil
		}); err != nil {
			return nil, o, err
		}
	}
	var examples []classify.Example
	var others int
	if c.From != "" {
		examples, others, err = labelledRows(c.From, classColumns[c.Task], o.Lexicon)
	} else {
		db, e := openCurrent(ctx, c.DB)
		if e != nil {
			return nil, o, e
		}
		defer db.Close()
		examples, others, err = app.ClassHistory(ctx, db, o.Lexicon, o.Background)
	}
	if err != nil {
		return nil, o, err
	}
	if len(examples) == 0 {
		return nil, o, fault.New(fault.Invalid, "classify.no_examples", "others", others)
	}
	if others > 0 {
		fmt.Fprintln(env.Err, words.Text(env.Lang, "classify.others", map[string]any{"n": others}))
	}
	return examples, o, nil
}

// labelledRows takes the rows whose class is one of the lexicon's, and counts the others.
func labelledRows(path string, columns []string, l *classify.Lexicon) (examples []classify.Example, others int, err error) {
	t, err := openDescribed(path, columns)
	if err != nil {
		return nil, 0, err
	}
	err = t.Each(func(r sheet.Row) error {
		if r.Problem == nil {
			class := strings.TrimSpace(r.Cells[t.class])
			if i := slices.IndexFunc(l.Classes, func(c classify.Class) bool { return class != "" && (c.Code == class || c.Name == class) }); i >= 0 {
				examples = append(examples, classify.Example{Text: t.text(r), Class: l.Classes[i].Code})
				return nil
			}
		}
		others++
		return nil
	})
	return examples, others, err
}

// ClassifyTrainCmd makes a model.
type ClassifyTrainCmd struct {
	learning
	To string `help:"Where the model goes." default:"jiexu.model" placeholder:"FILE"`
}

// Run trains, and says what the model did on what was held out.
func (c *ClassifyTrainCmd) Run(env *Env) error {
	examples, o, err := c.read(context.Background(), env)
	if err != nil {
		return err
	}
	m, err := classify.Train(examples, o)
	if err != nil {
		return err
	}
	raw, err := m.Encode()
	if err != nil {
		return err
	}
	if err := writeWhole(c.To, raw); err != nil {
		return fault.Wrap(err, fault.Invalid, "classify.cannot_write", "file", c.To, "detail", err.Error())
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "classify.trained", map[string]any{"n": m.Examples, "file": c.To, "f1": figure(m.Held.MacroF1), "accuracy": figure(m.Held.Accuracy)}))
	printBound(env, env.Out, m.Bound, m.Held.Coverage, m.Held.Right)
	return nil
}

func printBound(env *Env, w io.Writer, bound, coverage, right float64) {
	code := "classify.bound"
	if bound > 1 {
		code = "classify.bound_none"
	}
	fmt.Fprintln(w, words.Text(env.Lang, code, map[string]any{"bound": figure(bound), "coverage": percent(coverage), "right": percent(right)}))
}

func figure(x float64) string  { return fmt.Sprintf("%.3f", x) }
func percent(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) }
