package intake

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jiexu/org"
	"jiexu/store"
)

// search finds words in what complaints say and, where phones allows it, a whole telephone number in who said it, for those
// who may see that. The number itself is nowhere: it is found by its keyed digest.
func (s *Service) search(tx *store.Tx, actor org.Actor, w *store.Where, q string, phones bool, in store.Span) {
	hash := ""
	if phones && looksLikePhone(q) && actor.CanAnywhere(opContact) {
		hash = s.phoneHash(q)
	}
	if hash == "" {
		cond, args := tx.MatchingIn("c.id", Type, q, in, w.Next())
		w.Raw(cond, args)
		return
	}
	// One set of both, so that a few hits are looked up and the list is not read through for them.
	cond, args := tx.MatchingIn("s.id", Type, q, in, w.Next())
	next := w.Next() + len(args)
	mine, mineArgs := org.ScopeSQL(actor, opContact, "p.unit", next+1)
	desk, deskArgs := org.ScopeSQL(actor, opRoute, "p.unit", next+1+len(mineArgs))
	w.Raw(fmt.Sprintf(`c.id IN (SELECT s.id FROM intake_complaints s WHERE %s UNION SELECT p.id FROM intake_contacts k JOIN intake_complaints p ON p.id = k.complaint
		WHERE k.phone_hash = $%d AND k.phone_hash <> '' AND %s AND (NOT p.confidential OR %s))`, cond, next, mine, desk), slices.Concat(args, []any{hash}, mineArgs, deskArgs))
}

// Piece is a piece of a text: what was looked for, or what stands around it.
type Piece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

// Of a snippet: how many characters stand before the first hit, and how many it has in all.
const (
	beforeHit   = 12
	snippetSize = 60
)

// lookFor are the words of a query that a snippet marks, in lower case.
func lookFor(q string) []string {
	words := strings.Fields(strings.ToLower(q))
	return words[:min(len(words), 16)]
}

// snippet cuts out of a text what stands around the first of the words in it, and marks all of them there. It is nil where
// none stands in it as it was typed.
func snippet(text string, words []string) []Piece {
	if text == "" || len(words) == 0 {
		return nil
	}
	runes := []rune(strings.Join(strings.Fields(text), " "))
	small := make([]rune, len(runes)) // by characters, so that places in it are places in the text
	for i, r := range runes {
		small[i] = unicode.ToLower(r)
	}
	hit := make([]bool, len(runes))
	first := -1
	for _, w := range words {
		folded, size := string(small), utf8.RuneCountInString(w)
		for from := 0; ; {
			at := strings.Index(folded[from:], w)
			if at < 0 {
				break
			}
			start := utf8.RuneCountInString(folded[:from+at])
			for i := start; i < min(start+size, len(hit)); i++ {
				hit[i] = true
			}
			if first < 0 || start < first {
				first = start
			}
			from += at + len(w)
		}
	}
	if first < 0 {
		return nil
	}
	from := max(0, first-beforeHit)
	to := min(len(runes), from+snippetSize)
	var out []Piece
	for i := from; i < to; {
		end := i
		for end < to && hit[end] == hit[i] {
			end++
		}
		out = append(out, Piece{string(runes[i:end]), hit[i]})
		i = end
	}
	if from > 0 {
		out = append([]Piece{{Text: "…"}}, out...)
	}
	if to < len(runes) {
		out = append(out, Piece{Text: "…"})
	}
	return out
}
