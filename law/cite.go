package law

import "fmt"

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
