package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/fault"
)

// Clean leaves out of a text what no person types: control characters, which PostgreSQL does not keep
// in part, and the marks that turn the direction of writing and so show another text than is there.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unwanted(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

func unwanted(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0: // control characters
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f: // marks of direction
		return true
	case r == 0x200b, r == 0x2060, r == 0xfeff: // of no width: two texts that look alike and are not
		return true
	}
	return false
}

// errNotUTF8 is what reading JSON fails with where its texts are in another encoding, or half a character:
// the library would keep "�" in their place, and nobody would know what was meant.
var errNotUTF8 = errors.New("api.not_utf8")

// cleaned reads JSON as f does, with all its texts clean, so that no operation has to think of it.
func cleaned(f huma.Format) huma.Format {
	read := f.Unmarshal
	f.Unmarshal = func(data []byte, v any) error {
		if !utf8.Valid(data) || halfCharacter(data) {
			return errNotUTF8
		}
		return read(cleanJSON(data), v)
	}
	return f
}

var escape = regexp.MustCompile(`\\(?:u([0-9a-fA-F]{4})|.)`)

// halfCharacter reports whether JSON spells one half of a surrogate pair without the other.
func halfCharacter(data []byte) bool {
	if !bytes.Contains(data, []byte(`\u`)) {
		return false
	}
	first := -1 // where a first half ended
	for _, at := range escape.FindAllSubmatchIndex(data, -1) {
		unit := int64(0)
		if at[2] >= 0 {
			unit, _ = strconv.ParseInt(string(data[at[2]:at[3]]), 16, 32)
		}
		second := unit >= 0xdc00 && unit < 0xe000
		if (first >= 0) != second || second && at[0] != first {
			return true
		}
		if first = -1; unit >= 0xd800 && unit < 0xdc00 {
			first = at[1]
		}
	}
	return first >= 0
}

// cleanJSON writes JSON anew where something in it may need cleaning. What is no JSON stays as it is,
// to be refused as that.
func cleanJSON(data []byte) []byte {
	if !bytes.Contains(data, []byte(`\u`)) && bytes.IndexFunc(data, unwanted) < 0 {
		return data
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return data
	}
	if _, err := dec.Token(); err != io.EOF {
		return data
	}
	out, err := json.Marshal(cleanValue(v))
	if err != nil {
		return data
	}
	return out
}

func cleanValue(v any) any {
	switch v := v.(type) {
	case string:
		return Clean(v)
	case []any:
		for i := range v {
			v[i] = cleanValue(v[i])
		}
	case map[string]any:
		for key, value := range v {
			v[key] = cleanValue(value)
		}
	}
	return v
}

// checkAddress refuses what no address of ours contains: a path with control characters names nothing
// that there is, a query with them is no question.
func checkAddress(r *http.Request) error {
	if !plain(r.URL.Path) {
		return fault.New(fault.NotFound, "not_found")
	}
	query, err := url.QueryUnescape(r.URL.RawQuery)
	if err != nil || !plain(query) {
		return fault.New(fault.Invalid, "api.unparsable")
	}
	return nil
}

func plain(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}
