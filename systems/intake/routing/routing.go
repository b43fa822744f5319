// Package routing decides whose a complaint is by rules that the desk writes, and what in a text is dangerous. It is pure:
// rules and facts in, a decision with its reasons out, the same for the same, so that a draft can be tried on last month
// and be trusted to do the same tomorrow.
package routing

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"jiexu/fault"
)

// Where an action sends a complaint.
const (
	ToPlace      = "place"      // the squad of its place
	ToUnit       = "unit"       // a named unit of the bureau
	ToDepartment = "department" // a department, for inspection first
	ToCommunity  = "community"  // the community workroom first; that of the place where none is named
	ToDesk       = "desk"       // nowhere: the desk decides
)

// Targets lists them in the order in which they are offered.
var Targets = []string{ToPlace, ToUnit, ToDepartment, ToCommunity, ToDesk}

// Rule is one line of the table. The first that fits decides.
type Rule struct {
	ID      string     `json:"id" maxLength:"40" doc:"empty for a new one"`
	Title   string     `json:"title" maxLength:"100"`
	TitleEn string     `json:"titleEn,omitempty" maxLength:"200"`
	When    Conditions `json:"when"`
	Then    Action     `json:"then"`
	Source  string     `json:"source,omitempty" maxLength:"300" doc:"on what it rests"`
}

// Conditions must all hold; of a list one must. An empty one does not ask.
type Conditions struct {
	Classes      []string `json:"classes,omitempty" maxItems:"50" doc:"the complaint's category begins so"`
	Kinds        []string `json:"kinds,omitempty" maxItems:"20"`
	Channels     []string `json:"channels,omitempty" maxItems:"20"`
	Words        []string `json:"words,omitempty" maxItems:"100" doc:"in its title, text or place"`
	Without      []string `json:"without,omitempty" maxItems:"100" doc:"none of these is"`
	Streets      []string `json:"streets,omitempty" maxItems:"50" doc:"codes of the areas"`
	Urgent       *bool    `json:"urgent,omitempty"`
	Confidential *bool    `json:"confidential,omitempty"`
	Border       *bool    `json:"border,omitempty" doc:"the place lies near two units' areas"`
}

// AtBorder tells whether a rule is written for borders: it alone may send by itself what lies at one.
func (c Conditions) AtBorder() bool { return c.Border != nil && *c.Border }

// Action is what happens to a complaint that fits.
type Action struct {
	To         string   `json:"to" enum:"place,unit,department,community,desk"`
	Unit       string   `json:"unit,omitempty" maxLength:"40"`
	Days       int      `json:"days,omitempty" minimum:"0" maximum:"15" doc:"working days that a department or community has; 0: as the office has set it"`
	With       []string `json:"with,omitempty" maxItems:"5" doc:"units that join in"`
	Beside     bool     `json:"beside,omitempty" doc:"at a border the squads of the other side join in"`
	Urgent     bool     `json:"urgent,omitempty" doc:"mark as urgent"`
	Auto       bool     `json:"auto,omitempty" doc:"without the desk, where the place is sure enough"`
	Confidence float64  `json:"confidence,omitempty" minimum:"0" maximum:"1" doc:"how sure the place must be for that"`
}

// Facts are what is known of a complaint when it comes in.
type Facts struct {
	Kind, Channel, Class, Text, Street string
	Urgent, Confidential, Border       bool
}

// Reason says in a code and its parameters why a rule fits; the words are words'.
type Reason struct {
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
}

// Decision is the rule that fits and every reason why.
type Decision struct {
	Rule    Rule
	Reasons []Reason
}

// Decide finds the first rule that fits. It is false where none does.
func Decide(rules []Rule, f Facts) (Decision, bool) {
	for _, r := range rules {
		if reasons, fits := r.When.fit(f); fits {
			return Decision{r, reasons}, true
		}
	}
	return Decision{}, false
}

func (c Conditions) fit(f Facts) (out []Reason, fits bool) {
	say := func(code string, value any) {
		out = append(out, Reason{"intake.why." + code, map[string]any{"value": value}})
	}
	for _, is := range []struct {
		code, value string
		among       []string
	}{{"kind", f.Kind, c.Kinds}, {"channel", f.Channel, c.Channels}, {"street", f.Street, c.Streets}} {
		if len(is.among) > 0 {
			if !slices.Contains(is.among, is.value) {
				return nil, false
			}
			say(is.code, is.value)
		}
	}
	if len(c.Classes) > 0 {
		i := slices.IndexFunc(c.Classes, func(class string) bool { return strings.HasPrefix(f.Class, class) })
		if i < 0 || f.Class == "" {
			return nil, false
		}
		say("class", c.Classes[i])
	}
	if len(c.Words) > 0 {
		var found []string
		for _, w := range c.Words {
			if strings.Contains(f.Text, w) {
				found = append(found, w)
			}
		}
		if len(found) == 0 {
			return nil, false
		}
		say("words", strings.Join(found, "、"))
	}
	for _, w := range c.Without {
		if strings.Contains(f.Text, w) {
			return nil, false
		}
	}
	for _, is := range []struct {
		code   string
		holds  bool
		wanted *bool
	}{{"urgent", f.Urgent, c.Urgent}, {"confidential", f.Confidential, c.Confidential}, {"border", f.Border, c.Border}} {
		if is.wanted == nil {
			continue
		}
		if is.holds != *is.wanted {
			return nil, false
		}
		code := "intake.why." + is.code
		if !is.holds {
			code += ".not"
		}
		out = append(out, Reason{Code: code})
	}
	if len(out) == 0 && len(c.Without) > 0 { // all that it asks
		say("without", strings.Join(c.Without, "、"))
	}
	if len(out) == 0 {
		out = append(out, Reason{Code: "intake.why.any"})
	}
	return out, true
}

// Bounds of a table.
const (
	MaxRules = 200
	maxTitle = 100
	maxWord  = 40
)

// Check cleans a table and says in a fault of code form what is wrong with it, field by field: rules.3.title.
func Check(rules []Rule) error {
	f := fault.New(fault.Invalid, "form")
	if len(rules) > MaxRules {
		return f.With("rules", "form.too_many", "max", MaxRules)
	}
	for i := range rules {
		r := &rules[i]
		at := "rules." + strconv.Itoa(i) + "."
		r.Title, r.Source = strings.TrimSpace(r.Title), strings.TrimSpace(r.Source)
		if r.Title == "" {
			f.With(at+"title", "form.required")
		}
		if utf8.RuneCountInString(r.Title) > maxTitle {
			f.With(at+"title", "form.too_long", "max", maxTitle)
		}
		for name, list := range map[string]*[]string{"words": &r.When.Words, "without": &r.When.Without, "classes": &r.When.Classes} {
			*list = clean(*list)
			for _, w := range *list {
				if n := utf8.RuneCountInString(w); n > maxWord {
					f.With(at+name, "form.too_long", "max", maxWord)
				} else if n < 2 && name == "words" { // one character stands in every second complaint
					f.With(at+name, "form.too_short", "min", 2)
				}
			}
		}
		if !slices.Contains(Targets, r.Then.To) {
			f.With(at+"to", "form.one_of", "options", strings.Join(Targets, ", "))
		}
		if needsUnit := r.Then.To == ToUnit || r.Then.To == ToDepartment; needsUnit && r.Then.Unit == "" {
			f.With(at+"unit", "intake.rule_unit")
		}
		if slices.Contains(r.Then.With, r.Then.Unit) {
			f.With(at+"with", "intake.joins_itself")
		}
	}
	return f.OrNil()
}

// clean trims words and leaves out empty and repeated ones.
func clean(list []string) []string {
	var out []string
	for _, w := range list {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
