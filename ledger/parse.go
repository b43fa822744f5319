package ledger

import (
	"strings"
	"unicode/utf8"

	"jiexu/store"
)

// parseFast reads an entry's bytes without making anything but the record, if they are spelled as nearly all are: no escapes, no
// fractions. It takes only what Parse takes, and gives the same but for data and body; of all else it says false, and Parse
// decides. at is the time as it stands there. The rows are appended to rows.
func parseFast(data string, rows []RowDigest) (r Record, at string, ok bool) {
	if !plain(data) {
		return r, "", false
	}
	s := scanner{rest: data}
	s.word(`{"actor":`)
	r.Actor = s.text()
	s.word(`,"at":`)
	at = s.text()
	s.word(`,"body":`)
	s.value(0)
	s.word(`,"id":`)
	r.ID = s.text()
	s.word(`,"kind":`)
	r.Kind = s.text()
	s.word(`,"rows":[`)
	r.Rows = rows
	for more := !s.bad && !strings.HasPrefix(s.rest, "]"); more && !s.bad; {
		var d RowDigest
		s.word(`{"key":`)
		d.Key = s.text()
		s.word(`,"sha256":`)
		d.SHA256 = s.text()
		s.word(`,"table":`)
		d.Table = s.text()
		s.word(`}`)
		r.Rows = append(r.Rows, d)
		if more = strings.HasPrefix(s.rest, ","); more {
			s.rest = s.rest[1:]
		}
	}
	s.word(`],"subject":{"id":`)
	r.Subject.ID = s.text()
	s.word(`,"type":`)
	r.Subject.Type = s.text()
	s.word(`},"unit":`)
	r.Unit = s.text()
	s.word(`,"v":1}`)
	if s.bad || s.rest != "" {
		return r, "", false
	}
	time, err := store.ParseTime(at)
	if err != nil {
		return r, "", false
	}
	r.At, r.Leaf = time.Time, Unsequenced // its body is not asked for here
	return r, at, true
}

// plain reports whether a text is UTF-8 without escapes and control characters. Eight bytes are looked at together, each in its own eighth of a number.
func plain(s string) bool {
	const each, high = 0x0101010101010101, 0x8080808080808080
	i, all := 0, uint64(0)
	for ; i+8 <= len(s); i += 8 {
		t := s[i : i+8]
		x := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 | uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		escape := x ^ each*'\\'
		if ((x-each*0x20)&^x|(escape-each)&^escape)&high != 0 { // one is below 0x20, or is the escape
			return false
		}
		all |= x
	}
	for ; i < len(s); i++ {
		if s[i] < 0x20 || s[i] == '\\' {
			return false
		}
		all |= uint64(s[i])
	}
	return all&high == 0 || utf8.ValidString(s) // ASCII is
}

// scanner goes along canonical JSON.
type scanner struct {
	rest string
	bad  bool
}

func (s *scanner) word(w string) {
	if s.bad || !strings.HasPrefix(s.rest, w) {
		s.bad = true
		return
	}
	s.rest = s.rest[len(w):]
}

// text reads a string. There are no escapes in the data, so it ends at the next quotation mark.
func (s *scanner) text() string {
	if !s.bad && s.rest != "" && s.rest[0] == '"' {
		if i := strings.IndexByte(s.rest[1:], '"'); i >= 0 {
			text := s.rest[1 : 1+i]
			s.rest = s.rest[i+2:]
			return text
		}
	}
	s.bad = true
	return ""
}

// deepest is how far values may lie within each other here.
const deepest = 32

// value passes over a value in its canonical spelling.
func (s *scanner) value(depth int) {
	if s.bad || s.rest == "" || depth > deepest {
		s.bad = true
		return
	}
	switch c := s.rest[0]; {
	case c == '"':
		s.text()
	case c == '{':
		s.members(depth)
	case c == '[':
		s.rest = s.rest[1:]
		for n := 0; !s.bad && !strings.HasPrefix(s.rest, "]"); n++ {
			if n > 0 {
				s.word(",")
			}
			s.value(depth + 1)
		}
		s.word("]")
	case c == 't':
		s.word("true")
	case c == 'f':
		s.word("false")
	case c == 'n':
		s.word("null")
	default:
		s.number()
	}
}

// members passes over an object, whose names are in order and differ. Names with other letters than ASCII are in an order that
// is not that of their bytes, and are left to Parse.
func (s *scanner) members(depth int) {
	s.rest = s.rest[1:]
	last := ""
	for n := 0; !s.bad && !strings.HasPrefix(s.rest, "}"); n++ {
		if n > 0 {
			s.word(",")
		}
		name := s.text()
		for i := range len(name) {
			if name[i] >= utf8.RuneSelf {
				s.bad = true
			}
		}
		if n > 0 && name <= last {
			s.bad = true
		}
		last = name
		s.word(":")
		s.value(depth + 1)
	}
	s.word("}")
}

// number passes over a whole number of at most 18 digits.
func (s *scanner) number() {
	i := 0
	if s.rest[0] == '-' {
		i++
	}
	first := i
	for i < len(s.rest) && s.rest[i] >= '0' && s.rest[i] <= '9' {
		i++
	}
	digits := s.rest[first:i]
	if digits == "" || len(digits) > 18 || digits[0] == '0' && (len(digits) > 1 || first > 0) || i < len(s.rest) && strings.IndexByte(".eE", s.rest[i]) >= 0 {
		s.bad = true
		return
	}
	s.rest = s.rest[i:]
}
