package law

import (
	"math"
	"strconv"
	"strings"
)

// Fen reads a sum of money, in fen: 1,200.50 and ￥1200.5元 are 120050. Not ok for what is no sum, nothing or less, more than
// a thousand million yuan, or parts of a fen.
func Fen(text string) (int64, bool) {
	text = strings.TrimSuffix(strings.TrimLeft(strings.NewReplacer(",", "", "，", "", " ", "").Replace(text), "¥￥"), "元")
	f, err := strconv.ParseFloat(text, 64)
	fen := math.Round(f * 100)
	if err != nil || !(f > 0) || f > 1e9 || math.Abs(fen-f*100) > 1e-4 {
		return 0, false
	}
	return int64(fen), true
}
