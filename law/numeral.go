package law

import "strings"

const digits = "零一二三四五六七八九"

// Numeral writes n, 1 to 9999, as statutes number their articles: 10 is 十, 120 is 一百二十, 105 is 一百零五.
func Numeral(n int) string {
	var b strings.Builder
	figure := []rune(digits)
	gap := false
	for _, place := range []struct {
		value int
		name  string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / place.value % 10
		switch {
		case d == 0:
			gap = b.Len() > 0
			continue
		case gap:
			b.WriteRune(figure[0])
		}
		gap = false
		if !(d == 1 && place.value == 10 && b.Len() == 0) { // 十五, not 一十五
			b.WriteRune(figure[d])
		}
		b.WriteString(place.name)
	}
	return b.String()
}

// ParseNumeral reads a Chinese number as statutes write articles and amounts: 十五, 一百二十, 五百, 二十万,
// 一百万. Reports false where the text is no such number or exceeds 亿.
func ParseNumeral(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	var total, section, figure int64
	pending := false // a figure waits for its place
	last := int64(10_000)
	for _, r := range s {
		if i := strings.IndexRune(digits, r); i >= 0 {
			if pending && figure > 0 {
				return 0, false
			}
			figure, pending = int64(i/len("零")), true
			continue
		}
		var place int64
		switch r {
		case '〇':
			figure, pending = 0, true
			continue
		case '两':
			figure, pending = 2, true
			continue
		case '十':
			place = 10
		case '百':
			place = 100
		case '千':
			place = 1000
		case '万':
			total += (section + figure) * 10_000
			if section+figure == 0 || total > 1_000_000_000_000 {
				return 0, false
			}
			section, figure, pending, last = 0, 0, false, 10_000
			continue
		default:
			return 0, false
		}
		if !pending && place != 10 || place >= last {
			return 0, false
		}
		last = place
		if figure == 0 {
			figure = 1
		}
		section, figure, pending = section+figure*place, 0, false
	}
	total += section + figure
	return total, total > 0
}
