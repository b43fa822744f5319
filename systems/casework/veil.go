package casework

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"jiexu/codes"
)

// veil takes what names or reaches people out of texts that are made findable: the numbers of identity cards, telephones
// and accounts, home addresses, and the names that the case or a paper knows.
type veil struct{ names []string }

// covered stands where something was taken out.
const covered = "＊＊"

// veilOf is what must not be found in the texts of a case with these parties. An organisation's name and seat are
// public; who represents it is a person.
func veilOf(parties []Party) veil {
	var v veil
	for _, p := range parties {
		v.add(p.Representative, p.Phone)
		if p.Kind == Person {
			v.add(p.Name, p.IDCode, p.Address)
		}
	}
	return v
}

// add takes names that a paper holds, as they were typed: 张三（店主） is found as 张三.
func (v *veil) add(names ...string) {
	for _, name := range names {
		for _, one := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) }) {
			if utf8.RuneCountInString(one) >= 2 {
				v.names = append(v.names, one)
			}
		}
	}
}

var (
	digitRun = regexp.MustCompile(`[0-9０-９][0-9０-９ \-－—]{5,}[0-9０-９][XxＸｘ]?`)
	home     = regexp.MustCompile(`((?:家庭)?住址|户籍(?:地址|所在地|地)?|家住|现住|居住在|居住于|住在|住于)[：:为是在于\s]*[^，。；、,;\n]{2,60}`)
)

// over is a text without what the veil covers.
func (v veil) over(text string) string {
	for _, name := range v.names {
		text = strings.ReplaceAll(text, name, covered)
	}
	text = home.ReplaceAllString(text, "${1}"+covered)
	return digitRun.ReplaceAllStringFunc(text, func(run string) string {
		if reaches(codes.Normalise(strings.NewReplacer(" ", "", "-", "", "－", "", "—", "").Replace(run))) {
			return covered
		}
		return run
	})
}

// reaches reports whether digits are a number by which somebody is known or reached: of an identity card or an
// account, of a telephone. A day written without marks is none.
func reaches(digits string) bool {
	switch n := len(digits); {
	case n >= 15:
		return true
	case n == 11, n == 13 && strings.HasPrefix(digits, "86"):
		return digits[n-11] == '1' || digits[0] == '0'
	case digits[0] == '0':
		return n >= 10
	case n == 8:
		return !strings.HasPrefix(digits, "19") && !strings.HasPrefix(digits, "20")
	}
	return false
}
