// Package words holds every sentence that a user reads, in Chinese and English, by code.
//
// The sentences stand in messages/<room>.<language>.json, one pair of files for each room. A sentence
// says what happened and what to do next, in the office's own words.
package words

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"jiexu/fault"
)

// The languages. Chinese comes first and stands in for any language that is not here.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Languages are all languages, Chinese first.
var Languages = []string{Chinese, English}

//go:embed messages/*.json
var files embed.FS

// messages are the sentences by language and code.
type messages map[string]map[string]string

var loaded = sync.OnceValue(func() messages {
	m, err := load(files)
	if err != nil {
		panic(err) // the files are part of the binary, and a test reads them
	}
	return m
})

// load reads the files of messages/. A code that stands in two files of one language is an error.
func load(fsys fs.FS) (messages, error) {
	names, err := fs.Glob(fsys, "messages/*.json")
	if err != nil {
		return nil, err
	}
	all, from := messages{}, map[string]string{}
	for _, name := range names {
		parts := strings.Split(path.Base(name), ".") // room.language.json
		if len(parts) != 3 {
			return nil, fmt.Errorf("words: %s is not named room.language.json", name)
		}
		lang := parts[1]
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			return nil, fmt.Errorf("words: %s: %w", name, err)
		}
		if all[lang] == nil {
			all[lang] = map[string]string{}
		}
		for code, text := range m {
			if other, ok := from[lang+" "+code]; ok {
				return nil, fmt.Errorf("words: %s stands in %s and in %s", code, other, name)
			}
			from[lang+" "+code], all[lang][code] = name, text
		}
	}
	return all, nil
}

// placeholder is {name}, or {name?one|many} for the word that goes with a number: {n} {n?row|rows}.
var placeholder = regexp.MustCompile(`\{([a-zA-Z][a-zA-Z0-9_]*)(?:\?([^{}|]*)\|([^{}|]*))?\}`)

// Text is the sentence of a code in a language, its {name} placeholders filled from params, the word
// after a number chosen by {name?one|many}. A
// parameter that is itself a code is said in words where there are some: {op} of value "law.read" is
// the text of "op.law.read". A code without a sentence stays a code, so that it can be asked about.
func Text(lang, code string, params map[string]any) string {
	text, ok := lookup(lang, code)
	if !ok {
		return code
	}
	if !strings.Contains(text, "{") {
		return text
	}
	return placeholder.ReplaceAllStringFunc(text, func(mark string) string {
		parts := placeholder.FindStringSubmatch(mark)
		name := parts[1]
		v, ok := params[name]
		if !ok {
			return mark
		}
		if mark != "{"+name+"}" {
			if format(v) == "1" {
				return parts[2]
			}
			return parts[3]
		}
		if both, ok := v.(interface{ In(lang string) string }); ok { // as procedure.Text: said in each language
			return both.In(lang)
		}
		if kept, ok := v.(map[string]any); ok { // the same, as it comes back out of a row
			return keptIn(kept, lang)
		}
		s := format(v)
		if t, ok := lookup(lang, name+"."+s); ok {
			return t
		}
		return s
	})
}

// keptIn is the text of a language of one that was kept in both: {"zh": …, "en": …}.
func keptIn(both map[string]any, lang string) string {
	text, _ := both["zh"].(string)
	if en, ok := both["en"].(string); ok && en != "" && lang == English {
		return en
	}
	return text
}

// Has reports whether there is a sentence for the code.
func Has(code string) bool {
	_, ok := lookup(Chinese, code)
	return ok
}

func lookup(lang, code string) (string, bool) {
	all := loaded()
	m, ok := all[lang]
	if !ok {
		m = all[Chinese]
	}
	text, ok := m[code]
	return text, ok
}

func format(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// Fault says an error in words: a title for its kind, and what exactly happened and what to do. An
// internal error is not explained: the detail says that nothing is lost and whom to ask.
func Fault(lang string, err error) (title, detail string) {
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind == fault.Internal {
		return Text(lang, "fault.internal", nil), Text(lang, "internal", nil)
	}
	return Text(lang, "fault."+e.Kind.String(), nil), Text(lang, e.Code, e.Params)
}

// Choose picks the language of an Accept-Language header: the one of ours with the highest weight,
// the earlier of equals, Chinese if none is asked for.
func Choose(header string) string {
	best, weight := Chinese, 0.0
	for _, part := range strings.Split(header, ",") {
		tag, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		w := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(q), "q="); ok {
			var err error
			if w, err = strconv.ParseFloat(v, 64); err != nil {
				continue
			}
		}
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		lang := map[string]string{"zh": Chinese, "en": English}[primary]
		if lang != "" && w > weight {
			best, weight = lang, w
		}
	}
	return best
}
