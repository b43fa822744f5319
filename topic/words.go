package topic

import (
	"regexp"
	"strings"
	"unicode"
)

// gap stands between units that do not touch: nothing reaches over punctuation or a blank.
const gap = -1

// vocabulary numbers units and terms. A unit is one Chinese character, or a run of letters and digits; a term is two units
// that stand together, or a phrase that was found to belong together.
type vocabulary struct {
	units   map[string]int32
	written []string
	terms   map[uint64]int32
	spelt   []string  // how a term is written
	df      []int32   // in how many notes a term stands
	weight  []float64 // how much more a phrase says than a pair
	phrases map[uint64]bool
	longest int

	background *Background
	elsewhere  []float64 // share of texts of the background, by term
}

// Bounds of phrases, in units, and in how many notes one must stand.
const (
	shortest = 3
	longest  = 10
	fewest   = 3
)

// phraseWeight is how much more a phrase says than a pair: it is mostly a name.
const phraseWeight = 1.5

func newVocabulary(b *Background) *vocabulary {
	return &vocabulary{background: b, units: map[string]int32{}, terms: map[uint64]int32{}, phrases: map[uint64]bool{}}
}

// cut cuts a text into units, at most n characters of it.
func (v *vocabulary) cut(text string, n int) []int32 {
	out := make([]int32, 0, min(n, len(text)/2)+1)
	var run strings.Builder
	unit := func(s string) {
		id, ok := v.units[s]
		if !ok {
			id = int32(len(v.written))
			v.units[s], v.written = id, append(v.written, s)
		}
		out = append(out, id)
	}
	flush := func() {
		if run.Len() > 0 {
			unit(run.String())
			run.Reset()
		}
	}
	for _, r := range text {
		if n--; n < 0 {
			break
		}
		if r >= '！' && r <= '～' {
			r -= '！' - '!' // full width
		}
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			unit(string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			run.WriteRune(unicode.ToLower(r))
		default:
			flush()
			if len(out) > 0 && out[len(out)-1] != gap {
				out = append(out, gap)
			}
		}
	}
	flush()
	return out
}

// What of a text says whose a complaint is, and not what it is about: the street's office that a place belongs to.
var office = regexp.MustCompile(`(^|[^\p{Han}]|[区县市])\p{Han}{2,5}街道(?:办事处|办)?`)

// What of an address only joins its parts.
var joint = regexp.MustCompile(`路口|交叉口|附近|旁边|门口|对面`)

// plain takes out of a text what says nothing of its matter.
func (v *vocabulary) plain(text string, address bool) string {
	text = office.ReplaceAllString(v.background.areas.Replace(text), "$1 ")
	if address {
		text = joint.ReplaceAllString(text, " ")
	}
	return text
}

// texts cuts a note's title, address and text.
func (v *vocabulary) texts(n Note) [3][]int32 {
	return [3][]int32{v.cut(v.plain(n.Title, false), maxTitle), v.cut(v.plain(n.Address, true), maxAddress), v.cut(v.plain(clip(n.Text, 2*maxText), false), maxText)}
}

// clip takes the first n characters.
func clip(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// key names a run of units; two runs share one about once in 2^64.
func key(run []int32) uint64 {
	h := uint64(len(run)) * 0x9e3779b97f4a7c15
	for _, u := range run {
		h = (h ^ uint64(uint32(u))) * 0x9fb21c651e98df25
		h ^= h >> 32
	}
	return h
}

// runs calls f for every run of n units that touch.
func runs(text []int32, n int, f func(run []int32)) {
	clear := 0 // units since the last gap
	for i, u := range text {
		if u == gap {
			clear = 0
			continue
		}
		if clear++; clear >= n {
			f(text[i+1-n : i+1])
		}
	}
}

// learn finds the phrases of the notes: runs of units that stand in at least fewest notes and that are not nearly always
// part of one and the same longer run. A run is looked at only where its beginning and its end are frequent, so that the
// work stays in proportion to the texts.
func (v *vocabulary) learn(notes [][3][]int32) {
	before := map[uint64]int32{} // frequent runs one unit shorter
	for n := 2; n <= longest+1; n++ {
		type count struct{ notes, last int32 }
		found := map[uint64]count{}
		for i := range notes {
			for _, text := range notes[i] {
				runs(text, n, func(run []int32) {
					if n > 2 && (before[key(run[:n-1])] == 0 || before[key(run[1:])] == 0) {
						return
					}
					k := key(run)
					if c := found[k]; c.last != int32(i)+1 {
						found[k] = count{c.notes + 1, int32(i) + 1}
					}
				})
			}
		}
		now := map[uint64]int32{}
		for k, c := range found {
			if c.notes >= fewest {
				now[k] = c.notes
			}
		}
		if n-1 >= shortest {
			within := map[uint64]bool{} // shorter runs that are nearly always part of one of these
			for i := range notes {
				for _, text := range notes[i] {
					runs(text, n, func(run []int32) {
						c := now[key(run)]
						for _, k := range []uint64{key(run[:n-1]), key(run[1:])} {
							if 10*c >= 7*before[k] && c > 0 {
								within[k] = true
							}
						}
					})
				}
			}
			for k := range before {
				if !within[k] {
					v.phrases[k] = true
					v.longest = n - 1
				}
			}
		}
		if before = now; len(now) == 0 {
			break
		}
	}
}

// count adds the terms of a text, each by weight. Terms that are not known are numbered where grow says so.
func (v *vocabulary) count(into map[int32]float64, text []int32, weight float64, grow bool) {
	for n := 2; n <= max(v.longest, 2); n++ {
		runs(text, n, func(run []int32) {
			k, w := key(run), 1.0
			if n > 2 {
				if !v.phrases[k] {
					return
				}
				w = phraseWeight
			}
			id, ok := v.terms[k]
			if !ok && grow {
				id, ok = int32(len(v.spelt)), true
				v.terms[k] = id
				v.spelt, v.df, v.weight = append(v.spelt, v.spell(run)), append(v.df, 0), append(v.weight, w)
				v.elsewhere = append(v.elsewhere, v.background.share(v, run))
			}
			if ok {
				into[id] += weight
			}
		})
	}
}

// spell writes a run as it was read, in lower case.
func (v *vocabulary) spell(run []int32) string {
	var b strings.Builder
	for _, u := range run {
		if u != gap {
			b.WriteString(v.written[u])
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
