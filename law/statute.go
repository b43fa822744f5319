package law

import (
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"jiexu/data"
	"jiexu/fault"
)

// Statute is one text of a statute: what it said between two days. Texts of one statute that follow each
// other share a code. Statutes come from data/laws and are never changed by the program.
type Statute struct {
	Code      string `toml:"code"`
	Title     string `toml:"title"` // as promulgated: 中华人民共和国行政处罚法
	Short     string `toml:"short"` // as cited: 行政处罚法
	TitleEn   string `toml:"title_en"`
	Version   Date   `toml:"version"`    // the day the text was passed
	ValidFrom Date   `toml:"valid_from"` // first day in force
	ValidTo   Date   `toml:"valid_to"`   // last day in force; zero: still in force
	Note      string `toml:"note"`       // what is not certain about the text, for the reader
	NoteEn    string `toml:"note_en"`
	File      string `toml:"file"`
	Source    string `toml:"-"`

	read func() (*wording, error)
}

// wording is what a text says: its articles, and their numbers in order.
type wording struct {
	articles map[int]*Article
	numbers  []int
}

// Article is an article of a statute, with the headings above it from part to section.
type Article struct {
	Statute    *Statute
	Number     int
	Headings   []string
	Paragraphs []Paragraph
}

// Paragraph is a 款: its text, and the items (项) under it.
type Paragraph struct {
	Text  string
	Items []string // without their numbers; item 1 is Items[0]
}

// InForce reports whether the text applies on a day.
func (s *Statute) InForce(on Date) bool {
	return !on.Before(s.ValidFrom) && (s.ValidTo.IsZero() || !s.ValidTo.Before(on))
}

// Articles lists the article numbers in order.
func (s *Statute) Articles() ([]int, error) {
	w, err := s.read()
	if err != nil {
		return nil, err
	}
	return w.numbers, nil
}

// Article returns the article of a number; law.article if the text has none.
func (s *Statute) Article(number int) (*Article, error) {
	w, err := s.read()
	if err != nil {
		return nil, err
	}
	if a := w.articles[number]; a != nil {
		return a, nil
	}
	return nil, fault.New(fault.NotFound, "law.article", "statute", s.Code, "article", number, "count", len(w.numbers))
}

var shipped = sync.OnceValues(func() (map[string][]*Statute, error) {
	sub, err := fs.Sub(data.FS, "laws")
	if err != nil {
		return nil, err
	}
	return loadStatutes(sub)
})

// loadStatutes reads manifest.toml; each text is read when it is first asked for.
func loadStatutes(files fs.FS) (map[string][]*Statute, error) {
	raw, err := fs.ReadFile(files, "manifest.toml")
	if err != nil {
		return nil, fmt.Errorf("statutes: %w", err)
	}
	var manifest struct {
		Source   string     `toml:"source"`
		Statutes []*Statute `toml:"statute"`
	}
	if err := toml.Unmarshal(raw, &manifest); err != nil {
		return nil, fmt.Errorf("statutes: manifest.toml: %w", err)
	}
	byCode := map[string][]*Statute{}
	for _, s := range manifest.Statutes {
		s.Source = manifest.Source
		s.read = sync.OnceValues(func() (*wording, error) { return readStatute(files, s) })
		byCode[s.Code] = append(byCode[s.Code], s)
	}
	for _, texts := range byCode {
		sort.Slice(texts, func(i, j int) bool { return texts[i].ValidFrom.Before(texts[j].ValidFrom) })
	}
	return byCode, nil
}

// Statutes lists all texts by code and then by the day they came into force.
func Statutes() ([]*Statute, error) {
	byCode, err := shipped()
	if err != nil {
		return nil, err
	}
	var out []*Statute
	for _, texts := range byCode {
		out = append(out, texts...)
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Code != out[j].Code {
			return out[i].Code < out[j].Code
		}
		return out[i].ValidFrom.Before(out[j].ValidFrom)
	})
	return out, nil
}

// StatuteOn returns the text of a code that is in force on a day. Returns law.statute for an unknown code
// and law.statute_date where no text of that day ships.
func StatuteOn(code string, on Date) (*Statute, error) {
	byCode, err := shipped()
	if err != nil {
		return nil, err
	}
	texts := byCode[code]
	for _, s := range texts {
		if s.InForce(on) {
			return s, nil
		}
	}
	if len(texts) == 0 {
		return nil, unknownStatute(code, byCode)
	}
	return nil, fault.New(fault.NotFound, "law.statute_date", "statute", code, "date", on.String())
}

func unknownStatute(code string, byCode map[string][]*Statute) error {
	known := make([]string, 0, len(byCode))
	for c := range byCode {
		known = append(known, c)
	}
	sort.Strings(known)
	return fault.New(fault.NotFound, "law.statute", "code", clip(code), "known", strings.Join(known, " "))
}

// Find returns the article that c names, in the newest text that ships. Returns law.statute, law.article
// or, for a paragraph or item that the article does not have, law.part.
func Find(c Cite) (*Article, error) {
	byCode, err := shipped()
	if err != nil {
		return nil, err
	}
	texts := byCode[c.Statute]
	if len(texts) == 0 {
		return nil, unknownStatute(c.Statute, byCode)
	}
	return texts[len(texts)-1].find(c)
}

// FindOn is Find in the text in force on a day.
func FindOn(c Cite, on Date) (*Article, error) {
	s, err := StatuteOn(c.Statute, on)
	if err != nil {
		return nil, err
	}
	return s.find(c)
}

func (s *Statute) find(c Cite) (*Article, error) {
	a, err := s.Article(c.Article)
	if err != nil {
		return nil, err
	}
	_, err = a.Part(c)
	return a, err
}

// Label is the article's own name: 第六十条.
func (a *Article) Label() string { return "第" + Numeral(a.Number) + "条" }

// Cite names the whole article.
func (a *Article) Cite() Cite { return Cite{Statute: a.Statute.Code, Article: a.Number} }

// Text is the article's wording, a line for each paragraph and item.
func (a *Article) Text() string {
	lines := make([]string, 0, len(a.Paragraphs))
	for _, p := range a.Paragraphs {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// String is the paragraph's wording with its items, a line each.
func (p Paragraph) String() string {
	var b strings.Builder
	b.WriteString(p.Text)
	for i, item := range p.Items {
		fmt.Fprintf(&b, "\n（%s）%s", Numeral(i+1), item)
	}
	return b.String()
}

// Part is the wording of what c names: the article, one paragraph with its items, or one item. Returns
// law.part if the article has no such paragraph or item.
func (a *Article) Part(c Cite) (string, error) {
	if c.Para == 0 && c.Item == 0 {
		return a.Text(), nil
	}
	missing := fault.New(fault.NotFound, "law.part", "cite", c.String(), "paragraphs", len(a.Paragraphs))
	if c.Para < 1 || c.Para > len(a.Paragraphs) {
		return "", missing
	}
	p := a.Paragraphs[c.Para-1]
	if c.Item == 0 {
		return p.String(), nil
	}
	if c.Item < 1 || c.Item > len(p.Items) {
		return "", missing
	}
	return p.Items[c.Item-1], nil
}

var (
	headingForm = regexp.MustCompile(`^(#{2,4})\s+(\S.*)$`)
	articleForm = regexp.MustCompile(`^第([零〇一二三四五六七八九十百千]+)条[\s　]+(.*)$`)
	itemForm    = regexp.MustCompile(`^（([一二三四五六七八九十]+)）[\s　]*(.*)$`)
)

const headEnd = "<!-- INFO END -->"

// readStatute parses one Markdown text. Articles must be numbered 1, 2, 3…; anything else is a broken file.
func readStatute(files fs.FS, s *Statute) (*wording, error) {
	raw, err := fs.ReadFile(files, s.File)
	if err != nil {
		return nil, fmt.Errorf("statute %s: %w", s.Code, err)
	}
	_, body, found := strings.Cut(string(raw), headEnd)
	if !found {
		return nil, fmt.Errorf("statute %s: %s has no %s", s.Code, s.File, headEnd)
	}
	w := &wording{articles: map[int]*Article{}}
	var headings []string
	var current *Article
	for line := range strings.Lines(body) {
		line = strings.Trim(line, " \t\r\n　\u200b\ufeff")
		if m := headingForm.FindStringSubmatch(line); m != nil {
			level := len(m[1]) - 2
			headings = append(headings[:min(level, len(headings)):min(level, len(headings))], spaced(m[2]))
			current = nil
			continue
		}
		if m := articleForm.FindStringSubmatch(line); m != nil {
			n, ok := ParseNumeral(m[1])
			if !ok || int(n) != len(w.numbers)+1 {
				return nil, fmt.Errorf("statute %s: 第%s条 follows article %d", s.Code, m[1], len(w.numbers))
			}
			current = &Article{Statute: s, Number: int(n), Headings: headings, Paragraphs: []Paragraph{{Text: m[2]}}}
			w.articles[current.Number], w.numbers = current, append(w.numbers, current.Number)
			continue
		}
		if line == "" || current == nil {
			continue // a preamble before the first article, or a signature after a heading
		}
		last := &current.Paragraphs[len(current.Paragraphs)-1]
		if m := itemForm.FindStringSubmatch(line); m != nil {
			if n, ok := ParseNumeral(m[1]); ok && int(n) == len(last.Items)+1 {
				last.Items = append(last.Items, m[2])
				continue
			}
		}
		current.Paragraphs = append(current.Paragraphs, Paragraph{Text: line})
	}
	if len(w.numbers) == 0 {
		return nil, fmt.Errorf("statute %s: %s has no articles", s.Code, s.File)
	}
	return w, nil
}

// spaced turns the typesetter's spaces of a heading (第一章　总　　则) into one between number and name.
func spaced(heading string) string {
	fields := strings.Fields(strings.ReplaceAll(heading, "　", " "))
	if len(fields) < 2 {
		return heading
	}
	return fields[0] + " " + strings.Join(fields[1:], "")
}
