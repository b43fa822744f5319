package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bigrams cuts text into the tokens that search runs on: every run of Chinese characters becomes
// its overlapping pairs (a lone one stays alone), every run of other letters and digits one
// lower-cased token. The same tokens serve both engines, and two characters find any word.
func Bigrams(text string) (tokens []string) {
	cut(text, func(token string, from, to int) { tokens = append(tokens, token) })
	return tokens
}

// cut calls found for each token of text, in order, with the bytes that it stands for.
func cut(text string, found func(token string, from, to int)) {
	var han []int // where the last characters of a run of Chinese begin, at most two
	word := -1    // where a run of letters begins
	flush := func(at int) {
		if len(han) == 1 {
			found(text[han[0]:at], han[0], at)
		}
		if word >= 0 {
			found(lower(text[word:at]), word, at)
		}
		han, word = han[:0], -1
	}
	for at, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			if word >= 0 {
				flush(at)
			}
			if len(han) == 2 {
				han[0], han = han[1], han[:1]
			}
			if han = append(han, at); len(han) == 2 {
				end := at + utf8.RuneLen(r)
				found(text[han[0]:end], han[0], end)
			}
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(han) > 0 {
				flush(at)
			}
			if word < 0 {
				word = at
			}
		default:
			flush(at)
		}
	}
	flush(len(text))
}

// lower is text in small letters, one for each: the tokens of both engines are the same.
func lower(text string) string { return strings.Map(unicode.ToLower, text) }

// IndexText makes a subject findable by text, in place of what it was findable by before.
// Personal data does not belong in text.
func IndexText(ctx context.Context, tx *Tx, kind, subject, text string) error {
	return IndexTexts(ctx, tx, kind, []Findable{{Subject: subject, Text: text}})
}

// Findable is a subject and a text that it is findable by. A subject may have many: its own text, whose Part is
// empty, and those of its parts, each named once. At is the moment by which lists of the kind are ordered; without it a
// search of its kind is not cut into spans.
type Findable struct {
	Subject, Part, Text string
	At                  time.Time
}

// Tokens are what the index keeps of it: those of its text, and its month, so that a search that shows the newest first
// need not look at all that was ever found.
func (f Findable) Tokens() string {
	tokens := Bigrams(f.Text)
	if !f.At.IsZero() {
		tokens = append(tokens, month(f.At))
	}
	return strings.Join(tokens, " ")
}

// month is the token of a moment's month in UTC. No text has it but by a strange chance.
func month(at time.Time) string { return at.UTC().Format("zzm200601") }

// IndexTexts makes subjects of a kind findable, in place of what the same parts were findable by before. It is much
// faster than as many calls of IndexText: SQLite writes its index out after every statement.
func IndexTexts(ctx context.Context, tx *Tx, kind string, all []Findable) error {
	const perStatement = 200 // against MostPlaceholders: here the writing out costs more than the looking up
	for batch := range slices.Chunk(all, perStatement) {
		var values strings.Builder
		args := make([]any, 1, 1+3*len(batch))
		args[0] = kind
		for i, f := range batch {
			if i > 0 {
				values.WriteByte(',')
			}
			fmt.Fprintf(&values, "($1,$%d,$%d,$%d)", len(args)+1, len(args)+2, len(args)+3)
			args = append(args, f.Subject, f.Part, f.Tokens())
		}
		if _, err := tx.Exec(ctx, `INSERT INTO store_search_texts (kind, subject, part, tokens) VALUES `+values.String()+`
			ON CONFLICT (kind, subject, part) DO UPDATE SET tokens = excluded.tokens WHERE store_search_texts.tokens <> excluded.tokens`, args...); err != nil {
			return fmt.Errorf("index %d texts of %s: %w", len(batch), kind, err)
		}
	}
	return nil
}

// searchForm is the form of Tokens: 2 has the month.
const searchForm = 2

// Dated is a subject and the moment by which lists of its kind are ordered.
type Dated struct {
	Subject string
	At      time.Time
}

// ScanDated reads a subject and its moment.
func ScanDated(r *sql.Rows) (d Dated, err error) {
	var at Time
	err = r.Scan(&d.Subject, &at)
	d.At = at.Time
	return d, err
}

// DateTexts adds the month to what the subjects of a kind are findable by, where a program of an older form left it out. some gives
// subjects behind one of them, in their order; none: those were all. A start that breaks off begins again.
func DateTexts(ctx context.Context, db *DB, kind string, some func(ctx context.Context, tx *Tx, after string) ([]Dated, error)) error {
	var form int
	if err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, `SELECT coalesce(max(form), 0) FROM store_search_forms WHERE kind = $1`, kind).Scan(&form)
	}); err != nil || form >= searchForm {
		return err
	}
	for after, more := "", true; more; {
		if err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			batch, err := some(ctx, tx, after)
			if more = len(batch) > 0; err != nil {
				return err
			}
			if more {
				after = batch[len(batch)-1].Subject
				return dateTexts(ctx, tx, kind, batch)
			}
			_, err = tx.Exec(ctx, `INSERT INTO store_search_forms (kind, form) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET form = excluded.form`, kind, searchForm)
			return err
		}); err != nil {
			return fmt.Errorf("date the texts of %s: %w", kind, err)
		}
	}
	return nil
}

// dateTexts leaves alone what has its month already: it is always the last token.
func dateTexts(ctx context.Context, tx *Tx, kind string, batch []Dated) error {
	of := map[string][]string{} // those who begin at one time are mostly of one month
	for _, d := range batch {
		of[month(d.At)] = append(of[month(d.At)], d.Subject)
	}
	for _, month := range slices.Sorted(maps.Keys(of)) {
		for some := range slices.Chunk(of[month], MostPlaceholders-3) {
			w := &Where{}
			w.Add("kind = ?", kind)
			w.In("subject", some)
			w.Add("lower(tokens) NOT LIKE lower('%zzm______')")
			if _, err := tx.Exec(ctx, fmt.Sprintf(`UPDATE store_search_texts SET tokens = tokens || $%d WHERE `, w.Next())+w.SQL(), append(w.Args(), " "+month)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// Span is a stretch of time that a search looks at alone, From inclusive, To exclusive. The last has no From.
type Span struct {
	From, To time.Time
	months   []string
}

// Spans cuts what lies before a moment into spans, the newest first: its month and the next, and each three times as long as
// the one before, for ten years at least; the last is all that is older.
func Spans(before time.Time) []Span {
	first := time.Date(before.UTC().Year(), before.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	var out []Span
	to := first.AddDate(0, 2, 0)
	for n, all := 2, 0; all < 120; n *= 3 {
		s := Span{To: to}
		for range n {
			to = to.AddDate(0, -1, 0)
			s.months = append(s.months, month(to))
		}
		s.From, all = to, all+n
		out = append(out, s)
	}
	return append(out, Span{To: to})
}

// SearchSpans are the spans of a search that shows the newest first, from a page's cursor on.
func SearchSpans(now time.Time, cursor string) []Span {
	if at, err := ParseCursor(cursor); err == nil && cursor != "" {
		now = at.At.Time
	}
	return Spans(now)
}

// Through reads from one span after the other until there are so many rows.
func Through[T any](spans []Span, limit int, read func(in Span, limit int) ([]T, error)) ([]T, error) {
	rows := []T{}
	for _, span := range spans {
		some, err := read(span, limit-len(rows))
		if err != nil {
			return nil, err
		}
		if rows = append(rows, some...); len(rows) >= limit {
			break
		}
	}
	return rows, nil
}

// Within adds that a column's moment lies in the span.
func (s Span) Within(w *Where, column string) {
	if !s.To.IsZero() {
		w.Add(column+" < ?", At(s.To))
	}
	if !s.From.IsZero() {
		w.Add(column+" >= ?", At(s.From))
	}
}

// ForgetText makes a subject findable by nothing.
func ForgetText(ctx context.Context, tx *Tx, kind, subject string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM store_search_texts WHERE kind = $1 AND subject = $2`, kind, subject); err != nil {
		return fmt.Errorf("forget %s %s: %w", kind, subject, err)
	}
	return nil
}

// Matching returns the SQL condition that `column` (a subject's id) is among the subjects of kind of which one text
// contains every word of q, and the arguments it needs, numbered from next. Words are separated
// by spaces; within a word the characters must follow each other. A query without any letter
// matches nothing.
func (t *Tx) Matching(column, kind, q string, next int) (string, []any) {
	return t.matching(column, kind, t.matchQuery(q, allOf), "", next)
}

// MatchingIn is Matching among what lies in a span, whose bounds the caller asks for besides (Within): the index knows months.
func (t *Tx) MatchingIn(column, kind, q string, in Span, next int) (string, []any) {
	return t.matching(column, kind, t.matchQueryIn(q, in), "", next)
}

// MatchingOwnIn is MatchingIn among the subjects' own texts, without those of their parts.
func (t *Tx) MatchingOwnIn(column, kind, q string, in Span, next int) (string, []any) {
	return t.matching(column, kind, t.matchQueryIn(q, in), " AND part = ''", next)
}

func (t *Tx) matchQueryIn(q string, in Span) string {
	match := t.matchQuery(q, allOf)
	switch {
	case match == "" || len(in.months) == 0:
	case t.engine == Postgres:
		match += " & ('" + strings.Join(in.months, "' | '") + "')"
	default:
		match += ` AND ("` + strings.Join(in.months, `" OR "`) + `")`
	}
	return match
}

func (t *Tx) matching(column, kind, match, also string, next int) (string, []any) {
	if match == "" {
		return "1 = 0", nil
	}
	if t.engine == SQLite {
		// Left to itself it goes through all texts of the kind; it reads a CROSS JOIN in the order in which it is written.
		return fmt.Sprintf(`%s IN (SELECT subject FROM store_search_index CROSS JOIN store_search_texts ON row = store_search_index.rowid
			WHERE store_search_index MATCH $%d AND kind = $%d%s)`, column, next+1, next, also), []any{kind, match}
	}
	return fmt.Sprintf(`%s IN (SELECT subject FROM store_search_texts WHERE kind = $%d%s AND %s)`, column, next, also, t.matches(next+1)), []any{kind, match}
}

// matches is the condition that a text matches the query that stands at a placeholder.
func (t *Tx) matches(placeholder int) string {
	if t.engine == Postgres {
		return fmt.Sprintf(`vector @@ CAST($%d AS tsquery)`, placeholder)
	}
	return fmt.Sprintf(`row IN (SELECT rowid FROM store_search_index WHERE store_search_index MATCH $%d)`, placeholder)
}

// PartsMatching lists, of each of some subjects of a kind, the parts that contain any word of q.
func PartsMatching(ctx context.Context, tx *Tx, kind string, subjects []string, q string) (map[string][]string, error) {
	out := map[string][]string{}
	query, args := tx.MatchingParts(kind, subjects, q)
	if query == "" {
		return out, nil
	}
	_, err := Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var subject, part string
		if err = r.Scan(&subject, &part); err == nil {
			out[subject] = append(out[subject], part)
		}
		return none, err
	}, query, args...)
	return out, err
}

// MatchingParts is the query of PartsMatching; empty where nothing can match.
func (t *Tx) MatchingParts(kind string, subjects []string, q string) (query string, args []any) {
	match := t.matchQuery(q, anyOf)
	if match == "" || len(subjects) == 0 {
		return "", nil
	}
	w := &Where{}
	w.Add("kind = ?", kind)
	w.Add("part <> ''")
	w.In("subject", subjects)
	w.Raw(t.matches(w.Next()), []any{match})
	return `SELECT subject, part FROM store_search_texts WHERE ` + w.SQL() + ` ORDER BY subject, part`, w.Args()
}

// Words are the words of a query that search looks for, at most mostWords.
func Words(q string) (words []string) {
	for _, word := range strings.Fields(q) {
		if len(Bigrams(word)) > 0 && len(words) < mostWords {
			words = append(words, word)
		}
	}
	return words
}

// Bounds of a query: what goes beyond is not looked for.
const (
	mostWords  = 16
	mostTokens = 32 // of a word
)

// How the words of a query are joined.
type joined bool

const (
	allOf joined = true
	anyOf joined = false
)

// matchQuery writes the words of q as phrases, in the engine's own query language. Tokens hold
// letters and digits only, so nothing in q can leave its quotes.
func (t *Tx) matchQuery(q string, how joined) string {
	var phrases []string
	for _, word := range Words(q) {
		tokens := phrase(word)
		if t.engine == Postgres {
			for i, tok := range tokens {
				tokens[i] = "'" + tok + "'"
				if i == len(tokens)-1 && open(tok) { // within the word it stands alone, as SQLite reads it
					tokens[i] += ":*"
				}
			}
			phrases = append(phrases, strings.Join(tokens, " <-> "))
		} else {
			phrase := `"` + strings.Join(tokens, " ") + `"`
			if open(tokens[len(tokens)-1]) {
				phrase += " *"
			}
			phrases = append(phrases, phrase)
		}
	}
	switch {
	case t.engine == Postgres && how == allOf:
		return strings.Join(phrases, " & ")
	case t.engine == Postgres:
		return strings.Join(phrases, " | ")
	case how == allOf:
		return strings.Join(phrases, " AND ")
	default:
		return strings.Join(phrases, " OR ")
	}
}

// phrase is a word as the tokens that must follow each other.
func phrase(word string) []string {
	tokens := Bigrams(word)
	return tokens[:min(len(tokens), mostTokens)]
}

// open reports whether a token, a character by itself, also stands for the pairs that begin with it.
func open(token string) bool {
	r := []rune(token)
	return len(r) == 1 && unicode.Is(unicode.Han, r[0])
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
