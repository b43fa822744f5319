package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Bigrams cuts text into the tokens that search runs on: every run of Chinese characters becomes
// its overlapping pairs (a lone one stays alone), every run of other letters and digits one
// lower-cased token. The same tokens serve both engines, and two characters find any word.
func Bigrams(text string) []string {
	var out []string
	var han, word []rune
	flush := func() {
		if len(han) == 1 {
			out = append(out, string(han))
		}
		for i := 0; i+1 < len(han); i++ {
			out = append(out, string(han[i:i+2]))
		}
		if len(word) > 0 {
			out = append(out, string(word))
		}
		han, word = han[:0], word[:0]
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			if len(word) > 0 {
				flush()
			}
			han = append(han, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(han) > 0 {
				flush()
			}
			word = append(word, unicode.ToLower(r))
		default:
			flush()
		}
	}
	flush()
	return out
}

// IndexText makes a subject findable by text, in place of what it was findable by before.
// Personal data does not belong in text.
func IndexText(ctx context.Context, tx *Tx, kind, subject, text string) error {
	return IndexTexts(ctx, tx, kind, []Findable{{subject, text}})
}

// Findable is a subject and the text that it is findable by.
type Findable struct{ Subject, Text string }

// IndexTexts makes many subjects of a kind findable, each named once. It is much faster than as many
// calls of IndexText: SQLite writes its index out after every statement.
func IndexTexts(ctx context.Context, tx *Tx, kind string, all []Findable) error {
	const perStatement = 300 // against MostPlaceholders: here the writing out costs more than the looking up
	for batch := range slices.Chunk(all, perStatement) {
		var values strings.Builder
		args := make([]any, 1, 1+2*len(batch))
		args[0] = kind
		for i, f := range batch {
			if i > 0 {
				values.WriteByte(',')
			}
			fmt.Fprintf(&values, "($1,$%d,$%d)", len(args)+1, len(args)+2)
			args = append(args, f.Subject, strings.Join(Bigrams(f.Text), " "))
		}
		if _, err := tx.Exec(ctx, `INSERT INTO store_search_texts (kind, subject, tokens) VALUES `+values.String()+`
			ON CONFLICT (kind, subject) DO UPDATE SET tokens = excluded.tokens WHERE store_search_texts.tokens <> excluded.tokens`, args...); err != nil {
			return fmt.Errorf("index %d texts of %s: %w", len(batch), kind, err)
		}
	}
	return nil
}

// ForgetText makes a subject findable by nothing.
func ForgetText(ctx context.Context, tx *Tx, kind, subject string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM store_search_texts WHERE kind = $1 AND subject = $2`, kind, subject); err != nil {
		return fmt.Errorf("forget %s %s: %w", kind, subject, err)
	}
	return nil
}

// Matching returns the SQL condition that `column` (a subject's id) is among the subjects of kind
// that contain every word of q, and the arguments it needs, numbered from next. Words are separated
// by spaces; within a word the characters must follow each other. A query without any letter
// matches nothing.
func (t *Tx) Matching(column, kind, q string, next int) (string, []any) {
	match := t.matchQuery(q)
	if match == "" {
		return "1 = 0", nil
	}
	if t.engine == Postgres {
		return fmt.Sprintf(`%s IN (SELECT subject FROM store_search_texts WHERE kind = $%d AND vector @@ CAST($%d AS tsquery))`, column, next, next+1), []any{kind, match}
	}
	return fmt.Sprintf(`%s IN (SELECT subject FROM store_search_texts WHERE kind = $%d AND row IN (SELECT rowid FROM store_search_index WHERE store_search_index MATCH $%d))`, column, next, next+1), []any{kind, match}
}

// matchQuery writes the words of q as phrases, in the engine's own query language. Tokens hold
// letters and digits only, so nothing in q can leave its quotes.
func (t *Tx) matchQuery(q string) string {
	var phrases []string
	for _, word := range strings.Fields(q) {
		tokens := Bigrams(word)
		if len(tokens) == 0 {
			continue
		}
		if len(phrases) == 16 {
			break
		}
		if len(tokens) > 32 {
			tokens = tokens[:32]
		}
		if t.engine == Postgres {
			for i, tok := range tokens {
				tokens[i] = "'" + tok + "'"
				if r := []rune(tok); len(r) == 1 && unicode.Is(unicode.Han, r[0]) {
					tokens[i] += ":*"
				}
			}
			phrases = append(phrases, strings.Join(tokens, " <-> "))
		} else {
			phrase := `"` + strings.Join(tokens, " ") + `"`
			if r := []rune(tokens[len(tokens)-1]); len(r) == 1 && unicode.Is(unicode.Han, r[0]) {
				phrase += " *"
			}
			phrases = append(phrases, phrase)
		}
	}
	if t.engine == Postgres {
		return strings.Join(phrases, " & ")
	}
	return strings.Join(phrases, " AND ")
}

// FreshenSearch makes a SQLite connection read the structure of the search index again. Where another connection has
// written since this one last looked, PRAGMA integrity_check would take what has moved for damage; a search reads it.
func FreshenSearch(ctx context.Context, tx *Tx) error {
	if tx.engine != SQLite {
		return nil
	}
	var found int
	return tx.QueryRow(ctx, `SELECT count(*) FROM store_search_index WHERE store_search_index MATCH 'a'`).Scan(&found)
}
