package law

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"jiexu/fault"
)

// Cite names a place in a statute: article, and where it matters paragraph and item, counted from 1.
// Its short form, `AP 64(1)`, is what code, API and interface pass around.
type Cite struct {
	Statute string
	Article int
	Para    int // 0: the whole article
	Item    int // 0: no item
}

// String gives the short form: `AP 60`, `AP 64(1)`, `AP 64(1.2)`.
func (c Cite) String() string {
	switch {
	case c.Item > 0:
		return fmt.Sprintf("%s %d(%d.%d)", c.Statute, c.Article, c.Para, c.Item)
	case c.Para > 0:
		return fmt.Sprintf("%s %d(%d)", c.Statute, c.Article, c.Para)
	default:
		return fmt.Sprintf("%s %d", c.Statute, c.Article)
	}
}

func cite(statute string, article int, rest []int) Cite {
	c := Cite{Statute: statute, Article: article}
	if len(rest) > 0 {
		c.Para = rest[0]
	}
	if len(rest) > 1 {
		c.Item = rest[1]
	}
	return c
}

// AP cites 行政处罚法 (2021), the Administrative Penalty Law.
func AP(article int, paraItem ...int) Cite { return cite("AP", article, paraItem) }

// AC cites 行政强制法 (2011), the Administrative Coercion Law.
func AC(article int, paraItem ...int) Cite { return cite("AC", article, paraItem) }

// CP cites 民事诉讼法 (2023), the Civil Procedure Law.
func CP(article int, paraItem ...int) Cite { return cite("CP", article, paraItem) }

// AR cites 行政复议法 (2023), the Administrative Reconsideration Law.
func AR(article int, paraItem ...int) Cite { return cite("AR", article, paraItem) }

// AL cites 行政诉讼法 (2017), the Administrative Litigation Law.
func AL(article int, paraItem ...int) Cite { return cite("AL", article, paraItem) }

// SH cites 上海市城市管理行政执法条例 (2018).
func SH(article int, paraItem ...int) Cite { return cite("SH", article, paraItem) }

// SB cites 上海市拆除违法建筑若干规定 (2018).
func SB(article int, paraItem ...int) Cite { return cite("SB", article, paraItem) }

// SA cites 上海市市容环境卫生管理条例 (text of 2018, superseded on 2022-12-01).
func SA(article int, paraItem ...int) Cite { return cite("SA", article, paraItem) }

// AJ cites 最高人民法院关于适用《行政诉讼法》的解释 (2018), the interpretation of the Administrative Litigation Law.
func AJ(article int, paraItem ...int) Cite { return cite("AJ", article, paraItem) }

// SG cites 上海市绿化条例 (2018), on greening.
func SG(article int, paraItem ...int) Cite { return cite("SG", article, paraItem) }

// SP cites 上海市住宅物业管理规定 (2020), on residential property.
func SP(article int, paraItem ...int) Cite { return cite("SP", article, paraItem) }

// SW cites 上海市生活垃圾管理条例 (2019), on household waste.
func SW(article int, paraItem ...int) Cite { return cite("SW", article, paraItem) }

// SU cites 上海市城乡规划条例 (2018), on planning.
func SU(article int, paraItem ...int) Cite { return cite("SU", article, paraItem) }

// SR cites 上海市城市道路管理条例, on city roads.
func SR(article int, paraItem ...int) Cite { return cite("SR", article, paraItem) }

// UP cites 城乡规划法 (2019), the Urban and Rural Planning Law.
func UP(article int, paraItem ...int) Cite { return cite("UP", article, paraItem) }

// SWL cites 固体废物污染环境防治法 (2020), the Solid Waste Law.
func SWL(article int, paraItem ...int) Cite { return cite("SWL", article, paraItem) }

// CE cites 城市市容和环境卫生管理条例 (2017), the State Council's regulation on the looks of cities.
func CE(article int, paraItem ...int) Cite { return cite("CE", article, paraItem) }

// PI cites 个人信息保护法 (2021), the Personal Information Protection Law.
func PI(article int, paraItem ...int) Cite { return cite("PI", article, paraItem) }

// NP cites 噪声污染防治法 (2021), the Noise Pollution Law.
func NP(article int, paraItem ...int) Cite { return cite("NP", article, paraItem) }

// YQ cites 上海市养犬管理条例 (2011), on dogs.
func YQ(article int, paraItem ...int) Cite { return cite("YQ", article, paraItem) }

var citeForm = regexp.MustCompile(`^\s*([A-Za-z]{2,3})\s*([0-9]{1,4})\s*(?:\(\s*([0-9]{1,2})\s*(?:\.\s*([0-9]{1,2})\s*)?\))?\s*$`)

// ParseCite reads the short form: `AP 60`, `AP 64(1)`, `AP 64(1.2)`. Returns law.cite for another form;
// whether the place exists is for Find to say.
func ParseCite(s string) (Cite, error) {
	m := citeForm.FindStringSubmatch(halfWidth(s))
	if m == nil {
		return Cite{}, fault.New(fault.Invalid, "law.cite", "text", clip(s))
	}
	var n [3]int
	for i := range n {
		if m[i+2] != "" {
			n[i], _ = strconv.Atoi(m[i+2]) // one to four digits
		}
	}
	c := Cite{Statute: strings.ToUpper(m[1]), Article: n[0], Para: n[1], Item: n[2]}
	if c.Article == 0 || m[3] != "" && c.Para == 0 || m[4] != "" && c.Item == 0 {
		return Cite{}, fault.New(fault.Invalid, "law.cite", "text", clip(s))
	}
	return c, nil
}

// Title writes the citation out for a reader: 《行政处罚法》第六十四条第一款第（二）项, or in English. An unknown
// statute keeps its short form.
func (c Cite) Title(lang string) string {
	byCode, err := shipped()
	if err != nil || len(byCode[c.Statute]) == 0 {
		return c.String()
	}
	texts := byCode[c.Statute]
	s := texts[len(texts)-1]
	var b strings.Builder
	if strings.HasPrefix(lang, "zh") {
		fmt.Fprintf(&b, "《%s》第%s条", s.Short, Numeral(c.Article))
		if c.Para > 0 {
			fmt.Fprintf(&b, "第%s款", Numeral(c.Para))
		}
		if c.Item > 0 {
			fmt.Fprintf(&b, "第（%s）项", Numeral(c.Item))
		}
		return b.String()
	}
	fmt.Fprintf(&b, "%s, art. %d", s.TitleEn, c.Article)
	if c.Para > 0 {
		fmt.Fprintf(&b, " para. %d", c.Para)
	}
	if c.Item > 0 {
		fmt.Fprintf(&b, " item %d", c.Item)
	}
	return b.String()
}

// IsZero reports whether c cites nothing.
func (c Cite) IsZero() bool { return c == Cite{} }

// MarshalText writes the short form, and nothing for no citation.
func (c Cite) MarshalText() ([]byte, error) {
	if c.IsZero() {
		return nil, nil
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads the short form; empty is no citation.
func (c *Cite) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Cite{}
		return nil
	}
	var err error
	*c, err = ParseCite(string(b))
	return err
}
