package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/sheet"
	"jiexu/topic"
	"jiexu/words"
)

// TopicsCmd finds the hot topics in a table of complaints. It needs no database.
type TopicsCmd struct {
	File string  `arg:"" help:"CSV (UTF-8, GB18030 or UTF-16) or Excel .xlsx, with a column for the text."`
	Top  int     `default:"5" help:"How many to tell, the hottest first." placeholder:"N"`
	Heat float64 `default:"3" help:"The least heat: one for each person who wrote, and the square root of how many agreed."`
	JSON bool    `name:"json" help:"Print one JSON list."`
}

// topicColumns are the headers by which the fields of a note are known.
const topicColumns = `
[columns]
id = ["留言编号", "工单编号", "编号", "id"]
who = ["留言用户", "诉求人", "用户", "who"]
title = ["留言主题", "标题", "主题", "title"]
at = ["留言时间", "受理时间", "时间", "at"]
text = ["留言详情", "内容", "详情", "text"]
address = ["发生地址", "地址", "address"]
support = ["点赞数", "support"]
[times]
zone = "+08:00"
formats = ["yyyy/M/d H:m:s", "yyyy/M/d H:m", "yyyy/M/d", "yyyy-M-d H:m:s", "yyyy-M-d H:m", "yyyy-M-d", "excel"]
`

var topicFields = []string{"id", "who", "title", "at", "text", "address", "support"}

// Run prints the topics. Returns the faults of the file and its columns, and topic.none_dated where no row has a time.
func (c *TopicsCmd) Run(env *Env) error {
	env.JSON = c.JSON
	notes, left, err := readNotes(c.File)
	if err != nil {
		return err
	}
	if left > 0 {
		fmt.Fprintln(env.Err, words.Text(env.Lang, "topic.left_out", map[string]any{"rows": left}))
	}
	background, err := topic.Shipped()
	if err != nil {
		return err
	}
	x := topic.NewIndex(notes, background)
	topics := x.Topics(until(notes), c.Heat)
	topics = topics[:min(len(topics), max(c.Top, 0))]
	if c.JSON {
		if topics == nil {
			topics = []topic.Topic{}
		}
		return json.NewEncoder(env.Out).Encode(topics)
	}
	for i, t := range topics {
		tellTopic(env, i+1, t)
	}
	fmt.Fprintln(env.Out, words.Text(env.Lang, "topic.how", map[string]any{"notes": len(notes)}))
	return nil
}

func tellTopic(env *Env, rank int, t topic.Topic) {
	say := func(code string, params map[string]any) {
		fmt.Fprintln(env.Out, "   "+words.Text(env.Lang, code, params))
	}
	fmt.Fprintf(env.Out, "%d. %s\n", rank, t.Name)
	if t.Place != "" {
		say("topic.place", map[string]any{"place": t.Place})
	}
	if len(t.Words) > 0 {
		say("topic.words", map[string]any{"words": strings.Join(t.Words, "、")})
	}
	say("topic.figures", map[string]any{"heat": strconv.FormatFloat(t.Heat, 'f', 1, 64), "notes": len(t.Notes), "people": t.People, "support": t.Support,
		"from": law.On(t.From).String(), "to": law.On(t.To).String(), "trend": words.Text(env.Lang, "topic.trend_"+string(t.Trend), nil)})
	say("topic.ids", map[string]any{"ids": strings.Join(t.Notes[:min(len(t.Notes), 12)], " ")})
}

// until is the time of the last note.
func until(notes []topic.Note) (last time.Time) {
	for _, n := range notes {
		if n.At.After(last) {
			last = n.At
		}
	}
	return last
}

// readNotes reads a table; left counts the rows without a text or a time.
func readNotes(name string) (notes []topic.Note, left int, err error) {
	content, err := readFile(name, sheet.MaxBytes)
	if err != nil {
		return nil, 0, err
	}
	m, err := sheet.ParseMap([]byte(topicColumns), topicFields)
	if err != nil {
		return nil, 0, err
	}
	table, err := sheet.Open(name, content, m.File)
	if err != nil {
		return nil, 0, err
	}
	b, err := m.Bind(table, "id", "who", "title", "address", "support")
	if err != nil {
		return nil, 0, err
	}
	err = table.Each(func(r sheet.Row) error {
		at, dated := b.Time(b.Value(r, "at"))
		n := topic.Note{ID: b.Value(r, "id"), Who: b.Value(r, "who"), Title: b.Value(r, "title"), Address: b.Value(r, "address"), Text: b.Value(r, "text"), At: at}
		if r.Problem != nil || !dated || n.Title+n.Text == "" {
			left++
			return nil
		}
		if n.ID == "" {
			n.ID = strconv.Itoa(r.Line)
		}
		if n.Title == "" {
			n.Title = string([]rune(n.Text)[:min(len([]rune(n.Text)), 30)])
		}
		n.Support, _ = strconv.Atoi(b.Value(r, "support"))
		notes = append(notes, n)
		return nil
	})
	if err == nil && len(notes) == 0 {
		err = fault.New(fault.Invalid, "topic.none_dated")
	}
	return notes, left, err
}
