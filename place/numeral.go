package place

import "strings"

// maxNumber is the highest number that a house or a lane has.
const maxNumber = 99_999

// numeral reads a number at text[from], in digits or as Chinese writes it (二九九, 一千一百, 八十七).
// end is 0 if there is none or it is no house's.
func numeral(text []rune, from int) (n, end int) {
	i := from
	for ; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		if n = n*10 + int(text[i]-'0'); n > maxNumber {
			return 0, 0
		}
	}
	if i > from {
		return n, i
	}
	return chineseNumeral(text, from)
}

const chineseDigits = "零一二三四五六七八九"

func chineseDigit(r rune) int {
	if r == '〇' {
		return 0
	}
	at := strings.IndexRune(chineseDigits, r)
	if at < 0 {
		return -1
	}
	return at / len("零")
}

// chineseNumeral reads 二九九 digit by digit and 一千一百 by its units.
func chineseNumeral(text []rune, from int) (n, end int) {
	total, digit, i := 0, -1, from
	for ; i < len(text); i++ {
		if unit := chineseUnit(text[i]); unit > 0 {
			if digit < 0 {
				digit = 1 // 十 alone is ten
			}
			total, digit = total+digit*unit, -1
		} else if d := chineseDigit(text[i]); d >= 0 {
			digit = max(digit, 0)*10 + d
		} else {
			break
		}
		if total+digit > maxNumber {
			return 0, 0
		}
	}
	if i == from {
		return 0, 0
	}
	return total + max(digit, 0), i
}

func chineseUnit(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	}
	return 0
}
