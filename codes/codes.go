// Package codes checks the codes by which people and organisations are known: identity card numbers (GB 11643),
// unified social credit codes (GB 32100) with the organisation code inside (GB/T 11714), mobile telephone
// numbers; and it masks them for those who need not see them whole.
//
// The package is pure: today is an argument.
package codes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/law"
)

// Normalise trims a code, drops spaces and hyphens within it, turns full-width letters and digits into
// ASCII and small letters into capitals: the form in which codes are checked, stored and compared.
func Normalise(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '！' && r <= '～' { // the full-width forms of ! to ~
			r -= '！' - '!'
		}
		if unicode.IsSpace(r) || r == '-' || r == '\u200b' || r == '\ufeff' {
			continue
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// provinces are the first two digits of identity numbers; 81 to 83 are residence permits of people from Hong
// Kong, Macao and Taiwan.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const idChecks = "10X98765432"

// CheckIDCard checks a normalised identity card number of 18 characters (GB 11643). Returns party.id_legacy for a
// sound number of 15 digits (valid until 2012, to be read but not entered), party.id_length, party.id_characters,
// party.id_province, party.id_date for a day of birth that does not exist or lies before 1900 or after today,
// and party.id_checksum. The number itself is in none of them.
func CheckIDCard(s string, today law.Date) error {
	switch n := utf8.RuneCountInString(s); {
	case n == 15 && allDigits(s):
		if err := checkProvince(s); err != nil {
			return err
		}
		if err := checkBirth("19"+s[6:12], today); err != nil {
			return err
		}
		return fault.New(fault.Invalid, "party.id_legacy")
	case n != 18:
		return fault.New(fault.Invalid, "party.id_length", "length", n)
	case len(s) != 18 || !allDigits(s[:17]) || !allDigits(s[17:]) && s[17] != 'X':
		return fault.New(fault.Invalid, "party.id_characters")
	}
	if err := checkProvince(s); err != nil {
		return err
	}
	if err := checkBirth(s[6:14], today); err != nil {
		return err
	}
	sum := 0
	for i, w := range idWeights {
		sum += w * int(s[i]-'0')
	}
	if idChecks[sum%11] != s[17] {
		return fault.New(fault.Invalid, "party.id_checksum")
	}
	return nil
}

func checkProvince(s string) error {
	if !strings.Contains(provinces, " "+s[:2]+" ") {
		return fault.New(fault.Invalid, "party.id_province", "province", s[:2])
	}
	return nil
}

func checkBirth(digits string, today law.Date) error {
	born, err := law.ParseDate(digits[:4] + "-" + digits[4:6] + "-" + digits[6:])
	if err != nil || today.Before(born) {
		return fault.New(fault.Invalid, "party.id_date")
	}
	return nil
}

// usccAlphabet leaves out I, O, S, V and Z, which look like digits and other letters.
// Born is the day of birth that a normalised identity number of a resident names; not ok for any other code.
func Born(s string) (law.Date, bool) {
	if len(s) != 18 || !allDigits(s[:17]) {
		return law.Date{}, false
	}
	d, err := law.ParseDate(s[6:10] + "-" + s[10:12] + "-" + s[12:14])
	return d, err == nil
}

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckUSCC checks a normalised unified social credit code (GB 32100). Returns party.uscc_length,
// party.uscc_characters, party.uscc_checksum, or party.uscc_inner where the organisation code within (characters
// 9 to 17, GB/T 11714) is wrong although the whole is consistent.
func CheckUSCC(s string) error {
	if n := utf8.RuneCountInString(s); n != 18 {
		return fault.New(fault.Invalid, "party.uscc_length", "length", n)
	}
	sum, weight := 0, 1
	for i, r := range s {
		v := strings.IndexRune(usccAlphabet, r)
		if v < 0 || i >= 2 && i < 8 && (r < '0' || r > '9') { // characters 3 to 8 are a division's digits
			return fault.New(fault.Invalid, "party.uscc_characters", "character", string(r))
		}
		if i < 17 {
			sum, weight = sum+v*weight, weight*3%31
		}
	}
	if usccAlphabet[(31-sum%31)%31] != s[17] {
		return fault.New(fault.Invalid, "party.uscc_checksum")
	}
	if !organisationCode(s[8:17]) {
		return fault.New(fault.Invalid, "party.uscc_inner")
	}
	return nil
}

var organisationWeights = [8]int{3, 7, 9, 10, 5, 8, 4, 2}

// organisationCode checks the nine characters of GB/T 11714, in which a letter counts from A = 10.
func organisationCode(s string) bool {
	sum := 0
	for i, w := range organisationWeights {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += v * w
	}
	switch check := 11 - sum%11; check {
	case 10:
		return s[8] == 'X'
	case 11:
		return s[8] == '0'
	default:
		return s[8] == byte('0'+check)
	}
}

// CheckMobile checks a normalised mobile number of the mainland, with or without +86. Returns party.mobile.
func CheckMobile(s string) error {
	s = strings.TrimPrefix(s, "+86")
	if len(s) != 11 || !allDigits(s) || s[0] != '1' || s[1] < '3' {
		return fault.New(fault.Invalid, "party.mobile")
	}
	return nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// MaskID shows the first three and last two characters of an identity number or other long code; of a
// shorter one nothing.
func MaskID(s string) string { return mask(s, 3, 2, 8) }

// MaskPhone shows the first three and last four digits of a mobile number, and of another number the last two.
func MaskPhone(s string) string {
	if utf8.RuneCountInString(s) >= 11 {
		return mask(s, 3, 4, 11)
	}
	return mask(s, 0, 2, 5)
}

// MaskName shows the family name of a person: the first character, as 张**. Of a single character, nothing.
func MaskName(s string) string {
	runes := []rune(strings.TrimSpace(s))
	if len(runes) < 2 {
		return strings.Repeat("*", len(runes))
	}
	return string(runes[0]) + strings.Repeat("*", min(len(runes)-1, 2))
}

// MaskAddress shows an address as far as its road, lane or village, and no number of it: of 静安区愚园路2号301室 that is
// 静安区愚园路***. Of one that names none, nothing.
func MaskAddress(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	if number := strings.IndexFunc(s, func(r rune) bool { return unicode.IsDigit(r) || r == '号' }); number >= 0 {
		s = s[:number]
	}
	if at := strings.LastIndexAny(s, "路街道巷弄镇村"); at >= 0 {
		_, size := utf8.DecodeRuneInString(s[at:])
		return s[:at+size] + "***"
	}
	return "***"
}

// mask keeps the first and last characters of a text of at least enough characters.
func mask(s string, first, last, enough int) string {
	runes := []rune(s)
	if len(runes) < enough {
		return strings.Repeat("*", len(runes))
	}
	for i := first; i < len(runes)-last; i++ {
		runes[i] = '*'
	}
	return string(runes)
}
