package store

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Piece is a stretch of a snippet; Hit tells that it is what was looked for.
type Piece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

// span is a stretch of a text in bytes.
type span struct{ from, to int }

// marks finds where the words of q stand in text, as Matching finds them, in order and without overlaps; words is how
// many of them were found.
func marks(text, q string) (found []span, words int) {
	type token struct {
		text string
		span
	}
	var tokens []token
	cut(text, func(text string, from, to int) { tokens = append(tokens, token{text, span{from, to}}) })
	for _, word := range Words(q) {
		phrase, hit := phrase(word), false
		for i := 0; i+len(phrase) <= len(tokens); i++ {
			same := true
			for j, want := range phrase {
				have := tokens[i+j].text
				if have != want && !(open(want) && j == len(phrase)-1 && strings.HasPrefix(have, want)) {
					same = false
					break
				}
			}
			if !same {
				continue
			}
			s := span{tokens[i].from, tokens[i+len(phrase)-1].to}
			if last := phrase[len(phrase)-1]; open(last) { // of a pair that it opens, the character itself
				s.to = tokens[i+len(phrase)-1].from + len(last)
			}
			found, hit = append(found, s), true
		}
		if hit {
			words++
		}
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var out []span
	for _, s := range found {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out, words
}

// Snippet cuts from text about width characters around the first place where a word of q stands, parted into what was
// looked for and what stands around it. words is how many words of q the text has; without any there is no snippet.
func Snippet(text, q string, width int) (pieces []Piece, words int) {
	text = strings.Join(strings.Fields(text), " ")
	found, words := marks(text, q)
	if words == 0 {
		return nil, 0
	}
	from, to := found[0].from, found[0].to
	for spare := width / 6; from > 0 && spare > 0; spare-- { // little before it: a narrow line shows its beginning
		_, n := utf8.DecodeLastRuneInString(text[:from])
		from -= n
	}
	for spare := width - utf8.RuneCountInString(text[from:to]); to < len(text) && spare > 0; spare-- {
		_, n := utf8.DecodeRuneInString(text[to:])
		to += n
	}
	if to == len(text) { // the end is near: more of what stands before
		for spare := width - utf8.RuneCountInString(text[from:to]); from > 0 && spare > 0; spare-- {
			_, n := utf8.DecodeLastRuneInString(text[:from])
			from -= n
		}
	}
	add := func(text string, hit bool) {
		if text != "" {
			pieces = append(pieces, Piece{text, hit})
		}
	}
	at := from
	if from > 0 {
		add("…", false)
	}
	for _, s := range found {
		if s.from >= to {
			break
		}
		add(text[at:s.from], false)
		at = min(s.to, to)
		add(text[s.from:at], true)
	}
	add(text[at:to], false)
	if to < len(text) {
		add("…", false)
	}
	return pieces, words
}
