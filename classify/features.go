package classify

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// The recipe. It was chosen by cross-validation over the kinds of choice that data/classes/README.md
// lists, and is the same for every task, so that no office has to tune anything.
const (
	longest      = 3  // characters in a part of a text
	bits         = 18 // of a bucket's number
	size         = 1 << bits
	rarity       = 1.25 // the power of the inverse document frequency
	subjectShare = 1.25 // of a subject, where its body counts 1
	maxSubject   = 500  // characters read
	maxBody      = 500  // what it is about is said early; the rest tells a story
)

// Before a text is cut into parts, what tells nothing of its subject is taken out: greetings, line ends
// as some exports spell them, places in published data (A市, K8县), and what digits there are.
var (
	greeting = regexp.MustCompile(`尊敬的?.{0,12}?(领导|书记|市长|县长|区长|局长|厅长|州长|省长|主任)们?|您好|你好|谢谢|此致|敬礼|_x000d_|百忙之中|.书记|.市长|.县长|.区长|.局长`)
	codedAt  = regexp.MustCompile(`[a-z]\d*(市|县|区|州)|西地省`)
	digits   = regexp.MustCompile(`[0-9][0-9.,:/\-]*`)
)

// normalise makes letters and digits of one width and case, and a single space of all that is neither.
func normalise(s string) []rune {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '\u3000' || r == '\u00A0':
			r = ' '
		}
		return unicode.ToLower(r)
	}, s)
	s = greeting.ReplaceAllString(s, " ")
	s = codedAt.ReplaceAllString(s, "P")
	s = digits.ReplaceAllString(s, "0")
	out := make([]rune, 0, len(s)/2)
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out = append(out, r)
		case len(out) > 0 && out[len(out)-1] != ' ':
			out = append(out, ' ')
		}
	}
	return out
}

// clip takes the first n characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// eachGram calls f with every part of a text, from one to longest characters; none crosses a space.
func eachGram(t []rune, f func([]rune)) {
	for i := range t {
		for n := 1; n <= longest && i+n <= len(t) && t[i+n-1] != ' '; n++ {
			f(t[i : i+n])
		}
	}
}

// bucket hashes a part of a text (FNV-1a, then mixed so that the upper bits are good).
func bucket(gram []rune) uint32 {
	h := uint32(2166136261)
	for _, r := range gram {
		h ^= uint32(r) & 0xff
		h *= 16777619
		h ^= uint32(r) >> 8
		h *= 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return h >> (32 - bits)
}

// Parts are how often each bucket occurs in a subject and in a body, by bucket.
type Parts struct{ subject, body []counted }

type counted struct {
	bucket uint32
	n      int32
}

// PartsOf counts the parts of a text, for all models that are to read it.
func PartsOf(t Text) Parts {
	return Parts{tally(clip(t.Subject, maxSubject)), tally(clip(t.Body, maxBody))}
}

func tally(s string) []counted {
	var all []uint32
	eachGram(normalise(s), func(gram []rune) { all = append(all, bucket(gram)) })
	slices.Sort(all)
	var out []counted
	for _, b := range all {
		if n := len(out); n > 0 && out[n-1].bucket == b {
			out[n-1].n++
		} else {
			out = append(out, counted{b, 1})
		}
	}
	return out
}

// feature is one part of a text with its weight.
type feature struct {
	bucket uint32
	weight float32
}

// Background knows in how many texts each bucket occurs: what is common says little. It is counted over
// all texts that an office has, with a class or without.
type Background struct {
	texts int
	in    []uint32 // bucket → texts

	// Of one that was read from a file, where counts are rounded to 256 values: each bucket's, and how rare it makes a part.
	packed []byte
	rare   [256]float64
}

// NewBackground is one that has seen nothing.
func NewBackground() *Background { return &Background{in: make([]uint32, size)} }

// Add counts a text.
func (b *Background) Add(t Text) { b.add(PartsOf(t)) }

// Texts is how many texts were counted.
func (b *Background) Texts() int { return b.texts }

func (b *Background) add(c Parts) {
	b.texts, b.packed = b.texts+1, nil
	merge(c.subject, c.body, func(bucket uint32, _, _ int32) { b.in[bucket]++ })
}

// with is a copy that knows more texts.
func (b *Background) with(more []Parts) *Background {
	out := &Background{texts: b.texts, in: slices.Clone(b.in)}
	for _, c := range more {
		out.add(c)
	}
	return out
}

// merge walks two lists by bucket.
func merge(a, b []counted, f func(bucket uint32, a, b int32)) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].bucket < b[0].bucket:
			f(a[0].bucket, a[0].n, 0)
			a = a[1:]
		case len(a) == 0 || b[0].bucket < a[0].bucket:
			f(b[0].bucket, 0, b[0].n)
			b = b[1:]
		default:
			f(a[0].bucket, a[0].n, b[0].n)
			a, b = a[1:], b[1:]
		}
	}
}

func (b *Background) weigh(bucket uint32, n int32) float64 {
	if n == 0 {
		return 0
	}
	rare := 0.0
	if b.packed != nil {
		rare = b.rare[b.packed[bucket]]
	} else {
		rare = b.rarity(b.in[bucket])
	}
	return (1 + math.Log(float64(n))) * rare
}

// rarity weighs a part that occurs in so many texts.
func (b *Background) rarity(in uint32) float64 {
	return math.Pow(max(0, math.Log(float64(b.texts+2)/float64(max(in, 1)))), rarity)
}

// vector weighs the parts of a text. Subject and body are each brought to their share of length, so that
// neither a long body nor a short one outweighs what the subject says.
func (b *Background) vector(c Parts) []feature {
	length := func(l []counted, share float64) float64 {
		var sum float64
		for _, x := range l {
			w := b.weigh(x.bucket, x.n)
			sum += w * w
		}
		if sum == 0 {
			return 0
		}
		return share / math.Sqrt(sum)
	}
	subject, body := length(c.subject, subjectShare), length(c.body, 1)
	out := make([]feature, 0, len(c.subject)+len(c.body))
	merge(c.subject, c.body, func(bucket uint32, s, n int32) {
		out = append(out, feature{bucket, float32(b.weigh(bucket, s)*subject + b.weigh(bucket, n)*body)})
	})
	return out
}
