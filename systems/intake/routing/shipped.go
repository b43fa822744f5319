package routing

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Shipped is a rule as it ships: a department by a word of its name, for whoever installs it to find.
type Shipped struct {
	Rule
	Department string
}

// LoadShipped reads the rules that ship with the program.
func LoadShipped(data fs.FS) (rules []Shipped, note string, err error) {
	var file struct {
		Note string `toml:"note"`
		Rule []struct {
			Title      string   `toml:"title"`
			TitleEn    string   `toml:"title_en"`
			Classes    []string `toml:"classes"`
			Kinds      []string `toml:"kinds"`
			Channels   []string `toml:"channels"`
			Words      []string `toml:"words"`
			Without    []string `toml:"without"`
			Border     *bool    `toml:"border"`
			Urgent     bool     `toml:"urgent"`
			To         string   `toml:"to"`
			Department string   `toml:"department"`
			Days       int      `toml:"days"`
			Auto       bool     `toml:"auto"`
			Confidence float64  `toml:"confidence"`
			Source     string   `toml:"source"`
		} `toml:"rule"`
	}
	if err := read(data, "routing/rules.toml", &file); err != nil {
		return nil, "", err
	}
	for _, r := range file.Rule {
		rules = append(rules, Shipped{Department: r.Department, Rule: Rule{Title: r.Title, TitleEn: r.TitleEn, Source: r.Source,
			When: Conditions{Classes: r.Classes, Kinds: r.Kinds, Channels: r.Channels, Words: r.Words, Without: r.Without, Border: r.Border},
			Then: Action{To: r.To, Days: r.Days, Urgent: r.Urgent, Auto: r.Auto, Confidence: r.Confidence}}})
	}
	return rules, file.Note, nil
}

// Watch knows what in a text is dangerous.
type Watch struct {
	groups  []group
	without []string
	unless  []string // before a word, in its clause: it is feared, and has not happened
}

type group struct {
	Code    string   `toml:"code"`
	Title   string   `toml:"title"`
	TitleEn string   `toml:"title_en"`
	Words   []string `toml:"words"`
}

// LoadWatch reads the dangerous words that ship with the program.
func LoadWatch(data fs.FS) (*Watch, error) {
	var file struct {
		Note    string  `toml:"note"`
		Group   []group `toml:"group"`
		Without []struct {
			Words []string `toml:"words"`
		} `toml:"without"`
		Unless []struct {
			Words []string `toml:"words"`
		} `toml:"unless"`
	}
	if err := read(data, "routing/danger.toml", &file); err != nil {
		return nil, err
	}
	w := &Watch{groups: file.Group}
	for _, x := range file.Without {
		w.without = append(w.without, x.Words...)
	}
	for _, x := range file.Unless {
		w.unless = append(w.unless, x.Words...)
	}
	return w, nil
}

// Hit is a kind of danger that a text speaks of, and by which words.
type Hit struct {
	Group   string   `json:"group"`
	Title   string   `json:"title"`
	TitleEn string   `json:"titleEn"`
	Words   []string `json:"words"`
}

// Look finds what is dangerous in a text.
func (w *Watch) Look(text string) (hits []Hit) {
	for _, harmless := range w.without {
		text = strings.ReplaceAll(text, harmless, "\n")
	}
	for _, g := range w.groups {
		var found []string
		for _, word := range g.Words {
			if w.speaks(text, word) {
				found = append(found, word)
			}
		}
		if len(found) > 0 {
			hits = append(hits, Hit{g.Code, g.Title, g.TitleEn, slices.Compact(found)})
		}
	}
	return hits
}

// speaks reports whether a text says a word of something that is or was, in one clause at least.
func (w *Watch) speaks(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		clause := text[:at]
		if end := strings.LastIndexAny(clause, "。！？；，,!?;\n"); end >= 0 {
			clause = clause[end:]
		}
		if !slices.ContainsFunc(w.unless, func(u string) bool { return strings.Contains(clause, u) }) {
			return true
		}
		from = at + len(word)
	}
}

func read(data fs.FS, name string, into any) error {
	raw, err := fs.ReadFile(data, name)
	if err != nil {
		return err
	}
	if err := toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields().Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
