package intake

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/words"
)

// ServiceType says when the number of a complaint is told to the program that sent it.
const (
	Realtime = "realtime" // at once
	Batch    = "batch"    // when the desk has looked; until then there is a token
)

// Types of what is asked about a complaint of a service.
const (
	AttributeString   = "string"
	AttributeNumber   = "number"
	AttributeMoment   = "datetime"
	AttributeText     = "text"
	AttributeOne      = "singlevaluelist"
	AttributeSeveral  = "multivaluelist"
	maxAttribute      = 1000 // characters of one value
	maxAttributeValue = 20   // values of one attribute
)

// PublicService is something that a citizen may report, in his own words.
type PublicService struct {
	Code       string      `toml:"code"`
	Name       string      `toml:"name"`
	NameEn     string      `toml:"name_en"`
	About      string      `toml:"about"`
	AboutEn    string      `toml:"about_en"`
	Group      string      `toml:"group"`
	GroupEn    string      `toml:"group_en"`
	Keywords   []string    `toml:"keywords"`
	Kind       string      `toml:"kind"`
	Category   string      `toml:"category"`
	Type       string      `toml:"type"`
	Attributes []Attribute `toml:"attribute"`
}

// Attribute is what is asked about a complaint of a service. Values are code, name and English name.
type Attribute struct {
	Code       string     `toml:"code"`
	Question   string     `toml:"question"`
	QuestionEn string     `toml:"question_en"`
	Hint       string     `toml:"hint"`
	HintEn     string     `toml:"hint_en"`
	Type       string     `toml:"type"`
	Required   bool       `toml:"required"`
	Values     [][]string `toml:"values"`
}

// Title is its name in a language.
func (s PublicService) Title(lang string) string { return either(lang, s.Name, s.NameEn) }

// Says what it is about, in a language.
func (s PublicService) Says(lang string) string { return either(lang, s.About, s.AboutEn) }

// Under is what it stands under, in a language.
func (s PublicService) Under(lang string) string { return either(lang, s.Group, s.GroupEn) }

// Asks is the question in a language.
func (a Attribute) Asks(lang string) string { return either(lang, a.Question, a.QuestionEn) }

// Help says how to answer, in a language.
func (a Attribute) Help(lang string) string { return either(lang, a.Hint, a.HintEn) }

// Option is the name of a value in a language; the value itself where there is none.
func (a Attribute) Option(value, lang string) string {
	for _, v := range a.Values {
		if v[0] == value {
			return either(lang, v[1], v[2])
		}
	}
	return value
}

func either(lang, zh, en string) string {
	if lang == words.English {
		return en
	}
	return zh
}

var publicServices = sync.OnceValues(func() ([]PublicService, error) {
	text, err := fs.ReadFile(data.FS, "services/services.toml")
	if err != nil {
		return nil, err
	}
	return readServices(text)
})

func readServices(text []byte) ([]PublicService, error) {
	var file struct {
		Note    string          `toml:"note"`
		Service []PublicService `toml:"service"`
	}
	if err := toml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("services: %w", err)
	}
	seen := map[string]bool{}
	for i := range file.Service {
		s := &file.Service[i]
		if s.Type == "" {
			s.Type = Realtime
		}
		if s.Code == "" || seen[s.Code] || s.Name == "" || s.NameEn == "" || s.About == "" || s.AboutEn == "" || !slices.Contains(Kinds, s.Kind) || s.Type != Realtime && s.Type != Batch {
			return nil, fmt.Errorf("services: %q is not complete, or stands there twice", s.Code)
		}
		seen[s.Code] = true
		for _, a := range s.Attributes {
			listed := a.Type == AttributeOne || a.Type == AttributeSeveral
			ok := a.Code != "" && a.Question != "" && a.QuestionEn != "" && listed == (len(a.Values) > 0) &&
				slices.Contains([]string{AttributeString, AttributeNumber, AttributeMoment, AttributeText, AttributeOne, AttributeSeveral}, a.Type)
			for _, v := range a.Values {
				ok = ok && len(v) == 3
			}
			if !ok {
				return nil, fmt.Errorf("services: attribute %q of %s is not complete", a.Code, s.Code)
			}
		}
	}
	return file.Service, nil
}

// PublicServices are what a citizen may report, in the order in which they are offered.
func PublicServices() []PublicService {
	list, err := publicServices()
	if err != nil {
		panic(err) // the file is part of the binary, and a test reads it
	}
	return list
}

// PublicServiceOf finds one by its code.
func PublicServiceOf(code string) (PublicService, bool) {
	list := PublicServices()
	i := slices.IndexFunc(list, func(s PublicService) bool { return s.Code == code })
	if i < 0 {
		return PublicService{}, false
	}
	return list[i], true
}

// answers checks what was answered to the questions of a service, and gives what is kept. Empty answers are none.
func (s PublicService) answers(f *fault.Error, given map[string][]string) map[string][]string {
	out := map[string][]string{}
	for code, values := range given {
		i := slices.IndexFunc(s.Attributes, func(a Attribute) bool { return a.Code == code })
		name := "attribute[" + code + "]"
		if i < 0 {
			f.With(clipped(name, 80), "form.unknown")
			continue
		}
		a := s.Attributes[i]
		for _, v := range values {
			if v = strings.TrimSpace(v); v == "" {
				continue
			}
			a.check(f, name, v)
			out[code] = append(out[code], v)
		}
		if len(out[code]) > 1 && a.Type != AttributeSeveral {
			f.With(name, "intake.one_value")
		}
		if len(out[code]) > maxAttributeValue {
			f.With(name, "form.too_many", "max", maxAttributeValue)
		}
	}
	for _, a := range s.Attributes {
		if a.Required && len(out[a.Code]) == 0 {
			f.With("attribute["+a.Code+"]", "form.required")
		}
	}
	return out
}

func (a Attribute) check(f *fault.Error, name, v string) {
	switch a.Type {
	case AttributeNumber:
		if _, err := strconv.ParseFloat(v, 64); err != nil {
			f.With(name, "form.number")
		}
	case AttributeMoment:
		if !slices.ContainsFunc([]string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02"}, func(form string) bool { _, err := time.Parse(form, v); return err == nil }) {
			f.With(name, "form.datetime")
		}
	case AttributeOne, AttributeSeveral:
		if !slices.ContainsFunc(a.Values, func(known []string) bool { return known[0] == v }) {
			var keys []string
			for _, known := range a.Values {
				keys = append(keys, known[0])
			}
			f.With(name, "form.one_of", "options", strings.Join(keys, ", "))
		}
	}
	if utf8.RuneCountInString(v) > maxAttribute {
		f.With(name, "form.too_long", "max", maxAttribute)
	}
}

// told are the answers as the desk reads them below the citizen's own words.
func (s PublicService) told(answers map[string][]string) string {
	var b strings.Builder
	for _, a := range s.Attributes {
		if len(answers[a.Code]) == 0 {
			continue
		}
		var said []string
		for _, v := range answers[a.Code] {
			said = append(said, a.Option(v, words.Chinese))
		}
		fmt.Fprintf(&b, "\n%s %s", a.Question, strings.Join(said, "、"))
	}
	return b.String()
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
