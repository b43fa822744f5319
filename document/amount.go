package document

import (
	"fmt"
	"strings"
)

// Fen is an amount of money in hundredths of a yuan.
type Fen int64

// Yuan is an amount of whole yuan.
func Yuan(n int64) Fen { return Fen(n * 100) }

// MaxAmount is the largest amount that a document can state: 9999亿 and some.
const MaxAmount Fen = 99_999_999_999_999

// Digits writes the amount in Arabic digits: 5000元, 12.50元.
func (a Fen) Digits() string {
	if a%100 == 0 {
		return fmt.Sprintf("%d元", a/100)
	}
	return fmt.Sprintf("%d.%02d元", a/100, a%100)
}

// Capitals writes the amount as the Ministry of Finance and the People's Bank have it on bills:
// 人民币伍仟元整, 人民币壹万零伍拾元叁角, 人民币壹拾元零伍分. It is for amounts from 0.01 yuan to MaxAmount; others
// give an empty string.
func (a Fen) Capitals() string {
	if a <= 0 || a > MaxAmount {
		return ""
	}
	var b strings.Builder
	b.WriteString("人民币")
	yuan, jiao, fen := int64(a/100), a/10%10, a%10
	if yuan > 0 {
		b.WriteString(capitals(yuan))
		b.WriteString("元")
	}
	figures := []rune("零壹贰叁肆伍陆柒捌玖")
	if jiao > 0 {
		b.WriteRune(figures[jiao])
		b.WriteString("角")
	}
	switch {
	case fen > 0:
		if jiao == 0 && yuan > 0 {
			b.WriteString("零")
		}
		b.WriteRune(figures[fen])
		b.WriteString("分")
	case jiao == 0:
		b.WriteString("整")
	}
	return b.String()
}

// capitals writes a whole number above zero. A gap of zeros between two figures is one 零.
func capitals(n int64) string {
	figures := []rune("零壹贰叁肆伍陆柒捌玖")
	places := []string{"", "拾", "佰", "仟"}
	groups := []string{"", "万", "亿"}
	var b strings.Builder
	gap := false
	for g := len(groups) - 1; g >= 0; g-- {
		unit := int64(1)
		for range g {
			unit *= 10_000
		}
		group := n / unit % 10_000
		for p := 3; p >= 0; p-- {
			scale := []int64{1, 10, 100, 1000}[p]
			figure := group / scale % 10
			if figure == 0 {
				gap = b.Len() > 0
				continue
			}
			if gap {
				b.WriteRune('零')
				gap = false
			}
			b.WriteRune(figures[figure])
			b.WriteString(places[p])
		}
		if group > 0 {
			b.WriteString(groups[g])
			gap = false // a group that ends in zeros: 壹拾万伍仟 needs none, a leading zero sets it again
		}
	}
	return b.String()
}
