package classify

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"jiexu/data"
	"jiexu/law"
)

// Lexicon says what the classes of a task are and, a line a topic, what each is about.
type Lexicon struct {
	Task    string
	Classes []Class
	Topics  []Example // each line as a text of its class
}

// Tasks that ship.
const (
	Complaints = "complaints" // the first-level category of a complaint
	Matters    = "matters"    // the penalty matter that a complaint is about
)

// ComplaintLexicon is that of data/classes/complaints.toml.
func ComplaintLexicon() (*Lexicon, error) {
	raw, err := fs.ReadFile(data.FS, "classes/complaints.toml")
	if err != nil {
		return nil, err
	}
	return ParseLexicon(Complaints, raw)
}

// ParseLexicon reads a lexicon: [[class]] with name, name_en and topics, which holds a topic a line.
func ParseLexicon(task string, raw []byte) (*Lexicon, error) {
	var f struct {
		Classes []struct {
			Name   string `toml:"name"`
			NameEn string `toml:"name_en"`
			Topics string `toml:"topics"`
		} `toml:"class"`
	}
	if err := toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields().Decode(&f); err != nil {
		return nil, fmt.Errorf("lexicon %s: %w", task, err)
	}
	l := &Lexicon{Task: task}
	for _, c := range f.Classes {
		if c.Name == "" || l.has(c.Name) {
			return nil, fmt.Errorf("lexicon %s: class %q is nameless or stands there twice", task, c.Name)
		}
		l.Classes = append(l.Classes, Class{c.Name, c.Name, c.NameEn})
		l.say(c.Name, strings.Split(c.Topics, "\n")...)
	}
	if len(l.Classes) < 2 {
		return nil, fmt.Errorf("lexicon %s: two classes at least are needed", task)
	}
	return l, nil
}

// MatterLexicon takes the matters in force on a day as classes, and as topics their names, their street
// cards, the articles that forbid and fine them, and what data/classes/matters.toml says people call them.
func MatterLexicon(on law.Date) (*Lexicon, error) {
	raw, err := fs.ReadFile(data.FS, "classes/matters.toml")
	if err != nil {
		return nil, err
	}
	var spoken struct {
		Words map[string]string `toml:"words"`
	}
	if err := toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields().Decode(&spoken); err != nil {
		return nil, fmt.Errorf("lexicon matters: %w", err)
	}
	matters, err := law.MattersOn(on, "")
	if err != nil {
		return nil, err
	}
	l := &Lexicon{Task: Matters}
	for _, m := range matters {
		l.Classes = append(l.Classes, Class{m.Code, m.Name, m.NameEn})
		l.say(m.Code, m.Name, m.Card.Looks, m.Card.Write)
		l.say(m.Code, m.Words...)
		l.say(m.Code, strings.Split(spoken.Words[m.Code], "\n")...)
		if a, err := law.FindOn(m.Forbids, on); err == nil {
			if text, err := a.Part(m.Forbids); err == nil {
				l.say(m.Code, text)
			}
		}
	}
	if len(l.Classes) < 2 {
		return nil, fmt.Errorf("lexicon matters: nothing is in force on %s", on)
	}
	return l, nil
}

func (l *Lexicon) has(code string) bool {
	return slices.ContainsFunc(l.Classes, func(c Class) bool { return c.Code == code })
}

// say adds topics; what is said once as subject and once as body weighs like a short complaint.
func (l *Lexicon) say(code string, lines ...string) {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			l.Topics = append(l.Topics, Example{Text{line, line}, code})
		}
	}
}
