package intake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"jiexu/codes"
)

// digitRun is a run of digits as numbers are written, a mobile one also in threes and fours.
var digitRun = regexp.MustCompile(`\+?[1１][3-9３-９][0-9０-９][ 　][0-9０-９]{4}[ 　][0-9０-９]{4}|\+?[0-9０-９]{2,}(?:[-－—][0-9０-９]{2,})*[XxＸｘ]?`)

// identity is the shape of an identity number, right or with a slip (GB 11643).
var identity = regexp.MustCompile(`^[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]$`)

// beforeNumber are words after which seven or eight digits are a telephone number.
var beforeNumber = []string{"电话", "手机", "座机", "联系方式", "联系", "致电", "号码", "微信", "拨打", "tel", "TEL", "Tel"}

// keepApart takes out of a complaint's words the telephone numbers and identity numbers that stand in them, which leaves them masked, and
// puts them with who complained: kept apart, shown for a reason, erased on the same day (PIPL 51).
func (c *Complaint) keepApart(contact *Contact) {
	var said []string
	for _, text := range []*string{&c.Title, &c.Text, &c.Address} {
		*text = withoutNumbers(*text, &said)
	}
	contact.Said = strings.Join(said, "、")
}

// saying is a contact with more numbers that were said.
func (c Contact) saying(more string) Contact {
	c.Said = strings.Trim(c.Said+"、"+more, "、")
	return c
}

// maxSaid is how many numbers of one complaint are kept; more are a list, of which every one is masked.
const maxSaid = 50

func withoutNumbers(text string, said *[]string) string {
	var out strings.Builder
	last := 0
	for _, at := range digitRun.FindAllStringIndex(text, -1) {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		if number := text[at[0]:at[1]]; !inWord(before) && !inWord(after) {
			if hidden, is := hide(number, text[:at[0]]); is {
				if !slices.Contains(*said, number) && len(*said) < maxSaid {
					*said = append(*said, number)
				}
				out.WriteString(text[last:at[0]] + hidden)
				last = at[1]
			}
		}
	}
	return out.String() + text[last:]
}

// inWord tells that a run of digits goes on as something else than a number: a letter, a point, more digits.
func inWord(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '.' || r == '．' || r == '*' || r == '＊'
}

// hide masks a run of digits that is somebody's number, by what stands before it.
func hide(number, before string) (string, bool) {
	number = halfWidth(number)
	plain := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == 'X' || r == 'x' {
			return r
		}
		return -1
	}, number)
	digits := phoneDigits(plain)
	letter := plain != "" && (plain[len(plain)-1] == 'X' || plain[len(plain)-1] == 'x')
	switch {
	case identity.MatchString(plain):
		return codes.MaskID(plain), true
	case letter:
		return "", false
	case len(digits) == 11 && digits[0] == '1' && digits[1] >= '3':
		return codes.MaskPhone(digits), true
	case len(digits) >= 10 && len(digits) <= 12 && digits[0] == '0':
		return codes.MaskPhone(digits), true
	case len(digits) >= 7 && len(digits) <= 12 && announced(before):
		return codes.MaskPhone(digits), true
	}
	return "", false
}

// announced tells that the words just before digits say that they are a number at which somebody is reached.
func announced(before string) bool {
	runes := []rune(strings.TrimRight(before, " 　:：，,是为"))
	end := string(runes[max(0, len(runes)-6):])
	return slices.ContainsFunc(beforeNumber, func(word string) bool { return strings.HasSuffix(end, word) })
}
