package api

import (
	"strconv"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/procedure"
	"jiexu/words"
)

// Choice is a step of a matter's present state as a screen shows it: what may be done next, and what
// is blocked and why. A screen renders any step's form from Fields.
type Choice struct {
	Step    string   `json:"step"`
	Title   string   `json:"title"`
	Allowed bool     `json:"allowed" doc:"its needs hold"`
	Mine    bool     `json:"mine" doc:"the asker has a role that may take it"`
	By      []string `json:"by" doc:"titles of the roles that may take it"`
	Reasons []Reason `json:"reasons"`
	Cites   []string `json:"cites"`
	Fields  []Field  `json:"fields"`
	Issues  string   `json:"issues,omitempty" doc:"kind of document that the step issues"`
	Aside   bool     `json:"aside,omitempty" doc:"records something or leads off the way; not what the matter waits for"`
	Seldom  bool     `json:"seldom,omitempty" doc:"seldom the step to take; kept out of the way"`
	Preview bool     `json:"preview,omitempty" doc:"the document can be seen before it is issued"`
}

// Reason is why a step is blocked.
type Reason struct {
	Code  string   `json:"code"`
	Text  string   `json:"text"`
	Cites []string `json:"cites"`
	Mends []Mend   `json:"mends" doc:"steps that would do away with it"`
	Clock string   `json:"clock,omitempty" doc:"code of the matter's period whose end is awaited"`
}

// Mend is a step that does away with a reason, and who may take it.
type Mend struct {
	Step    string   `json:"step"`
	Title   string   `json:"title"`
	By      []string `json:"by" doc:"titles of the roles"`
	Allowed bool     `json:"allowed"`
	Mine    bool     `json:"mine"`
}

// Field is something to fill in.
type Field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Help     string   `json:"help,omitempty"`
	Type     string   `json:"type" enum:"text,longtext,select,person,people,unit,number,date,datetime,bool,matter,media,rows,point"`
	Required bool     `json:"required"`
	Min      int      `json:"min,omitempty"`
	Max      int      `json:"max,omitempty"`
	Options  []Option `json:"options,omitempty"`
	Columns  []Field  `json:"columns,omitempty" doc:"what each row of a table holds"`
	Value    any      `json:"value,omitempty" doc:"proposed"`
}

// Option is one answer of a select, person, people or unit field.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Fill completes a field with what only the system knows: who may be chosen, what is proposed.
type Fill func(step *procedure.Step, f *Field)

// Choices shows the choices of a matter in a language. fill may be nil; it is asked for the steps that
// the asker may take now, whose forms he may open, and for no others. The field that it is given stays
// where it is, so it may be completed later.
func Choices(list []procedure.Choice, lang string, fill Fill) []Choice {
	out := make([]Choice, 0, len(list))
	for _, c := range list {
		view := Choice{Step: c.Step.Code, Title: c.Step.Title.In(lang), Allowed: c.Allowed, Mine: c.Mine,
			Cites: CiteTexts(c.Step.Cites), Fields: make([]Field, len(c.Step.Fields)), Issues: c.Step.Issues, Seldom: c.Step.Seldom}
		view.By = roles(c.Step, lang)
		view.Reasons = Reasons(c.Reasons, list, lang)
		for i := range c.Step.Fields {
			view.Fields[i] = field(&c.Step.Fields[i], lang)
			if fill != nil && c.Allowed && c.Mine {
				fill(c.Step, &view.Fields[i])
			}
		}
		out = append(out, view)
	}
	return out
}

// Reasons shows why a step is blocked, among the choices of the matter's state; never nil.
func Reasons(list []procedure.Reason, choices []procedure.Choice, lang string) []Reason {
	out := make([]Reason, len(list))
	for i, r := range list {
		out[i] = Reason{Code: r.Code, Text: words.Text(lang, r.Code, nil), Cites: CiteTexts(r.Cites), Mends: []Mend{}, Clock: r.Clock}
		for _, step := range r.Mends {
			m := Mend{Step: step.Code, Title: step.Title.In(lang), By: roles(step, lang)}
			for _, c := range choices {
				if c.Step == step {
					m.Allowed, m.Mine = c.Allowed, c.Mine
				}
			}
			out[i].Mends = append(out[i].Mends, m)
		}
	}
	return out
}

// roles are the titles of those who may take a step; never nil.
func roles(step *procedure.Step, lang string) []string {
	out := make([]string, len(step.By))
	for i, role := range step.By {
		out[i] = words.Text(lang, "role."+role, nil)
	}
	return out
}

// Fields shows the fields of a form in a language.
func Fields(list []procedure.Field, lang string) []Field {
	out := make([]Field, len(list))
	for i := range list {
		out[i] = field(&list[i], lang)
	}
	return out
}

func field(f *procedure.Field, lang string) Field {
	out := Field{Name: f.Name, Label: f.Label.In(lang), Help: f.Help.In(lang), Type: string(f.Type), Required: f.Required, Min: f.Min, Max: f.Max}
	for _, o := range f.Options {
		out.Options = append(out.Options, Option{Value: o.Value, Label: o.Label.In(lang)})
	}
	if len(f.Columns) > 0 {
		out.Columns = Fields(f.Columns, lang)
	}
	return out
}

// CiteTexts writes citations in their short form; never nil.
func CiteTexts(cites []law.Cite) []string {
	out := make([]string, len(cites))
	for i, c := range cites {
		out[i] = c.String()
	}
	return out
}

// Event is one line of a matter's timeline.
type Event struct {
	At        string   `json:"at" format:"date-time"`
	Step      string   `json:"step,omitempty"`
	Title     string   `json:"title"`
	Text      string   `json:"text,omitempty"`
	ActorName string   `json:"actorName"`
	UnitName  string   `json:"unitName,omitempty"`
	Cites     []string `json:"cites"`
	Entry     string   `json:"entry,omitempty"`
	Lines     []Line   `json:"lines,omitempty" doc:"what was filled in"`
}

// Line is one label and its value.
type Line struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Lines shows what was filled in at a step, label by label, in the order of its fields; people, units
// and media are left to the page, which knows their names.
func Lines(step *procedure.Step, fields map[string]any, lang string) []Line {
	var out []Line
	for _, f := range step.Fields {
		v, ok := fields[f.Name]
		if !ok {
			continue
		}
		text := ""
		switch v := v.(type) {
		case string:
			text = v
			if at, err := time.Parse(time.RFC3339, v); err == nil && f.Type == procedure.Moment {
				text = at.In(law.Shanghai).Format("2006-01-02 15:04")
			}
			for _, o := range f.Options {
				if o.Value == v {
					text = o.Label.In(lang)
				}
			}
		case float64:
			text = strconv.FormatFloat(v, 'f', -1, 64)
		case bool:
			text = words.Text(lang, map[bool]string{true: "yes", false: "no"}[v], nil)
		case []any:
			if text = rowsText(f.Columns, v, lang); text == "" {
				continue
			}
		default:
			continue
		}
		if f.Type != procedure.PersonField && f.Type != procedure.UnitField {
			out = append(out, Line{Label: f.Label.In(lang), Value: text})
		}
	}
	return out
}

// rowsText writes a table that was filled in as a line: its rows one after another, of each the cells in the order of the
// columns. Empty for what is no table.
func rowsText(columns []procedure.Field, rows []any, lang string) string {
	var out []string
	for _, row := range rows {
		cells, ok := row.(map[string]any)
		if !ok {
			return ""
		}
		var line []string
		for i := range columns {
			one := procedure.Step{Fields: columns[i : i+1]}
			for _, l := range Lines(&one, cells, lang) {
				if l.Value != "" {
					line = append(line, l.Value)
				}
			}
		}
		out = append(out, strings.Join(line, " · "))
	}
	return strings.Join(out, "; ")
}
