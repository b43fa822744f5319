package document

import (
	"fmt"
	"strconv"
	"strings"

	"jiexu/law"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Provision is a place in a statute as a document cites it, with the full title of the statute.
type Provision struct {
	Title               string // 上海市市容环境卫生管理条例, without the marks
	Article, Para, Item int    // paragraph and item 0: the whole article
	Quote               string // the wording relied on; may be empty
}

// ProvisionOn spells out a citation of a statute that ships, in the text in force on the day. Returns what
// law.FindOn returns.
func ProvisionOn(c law.Cite, day law.Date) (Provision, error) {
	a, err := law.FindOn(c, day)
	if err != nil {
		return Provision{}, err
	}
	quote, err := a.Part(c)
	if err != nil {
		return Provision{}, err
	}
	return Provision{a.Statute.Title, c.Article, c.Para, c.Item, quote}, nil
}

// String is 《中华人民共和国行政处罚法》第六十四条第一款第（一）项.
func (p Provision) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "《%s》第%s条", p.Title, law.Numeral(p.Article))
	if p.Para > 0 {
		fmt.Fprintf(&b, "第%s款", law.Numeral(p.Para))
	}
	if p.Item > 0 {
		fmt.Fprintf(&b, "第（%s）项", law.Numeral(p.Item))
	}
	return b.String()
}

// provisions lists places with 、 and their wording after them.
// innerQuotes are the marks of a quotation within a quotation.
var innerQuotes = strings.NewReplacer("“", "‘", "”", "’")

func provisions(list []Provision) string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.String()
		if p.Quote != "" {
			quote := strings.Join(paragraphs(p.Quote), "")
			names[i] += "“" + innerQuotes.Replace(quote) + "”"
		}
	}
	return strings.Join(names, "、")
}

func checkProvisions(c *check, field string, list []Provision) {
	if len(list) == 0 {
		c.missing(field)
	}
	for i, p := range list {
		c.line(field+"."+itoa(i)+".title", p.Title)
		if p.Article < 1 || p.Article > 9999 || p.Para < 0 || p.Para > 9999 || p.Item < 0 || p.Item > 9999 || p.Item > 0 && p.Para == 0 {
			c.wrong(field + "." + itoa(i) + ".article")
		}
	}
}

// cited spells out a citation as of the day of the document. Validate has made sure that the act was in
// force on it.
func cited(c law.Cite, day law.Date) string {
	p, err := ProvisionOn(c, day)
	if err != nil {
		return c.Title("zh-CN")
	}
	return p.String()
}

// checkDay refuses a day on which the acts that the form cites were not in force.
func checkDay(c *check, day law.Date, cites ...law.Cite) {
	if day.IsZero() {
		c.missing("date")
		return
	}
	for _, cite := range cites {
		if _, err := law.FindOn(cite, day); err != nil {
			c.wrong("date")
			return
		}
	}
}

// PenaltyKind is a kind of penalty in the order of AP 9.
type PenaltyKind string

// The kinds of penalty that urban management imposes; Other is for those of single statutes.
const (
	Warning         PenaltyKind = "warning"          // 警告
	Criticism       PenaltyKind = "criticism"        // 通报批评
	Fine            PenaltyKind = "fine"             // 罚款
	ConfiscateGains PenaltyKind = "confiscate_gains" // 没收违法所得
	ConfiscateGoods PenaltyKind = "confiscate_goods" // 没收非法财物
	Other           PenaltyKind = "other"            // its words stand in Object
)

// Penalty is one penalty: what kind, how much money or which goods.
type Penalty struct {
	Kind   PenaltyKind
	Amount Fen    // of a fine or of the gains
	Object string // the goods, or the words of another penalty
}

func (p Penalty) money() bool { return p.Kind == Fine || p.Kind == ConfiscateGains }

// String is the penalty in a document's words: 罚款5000元（人民币伍仟元整）.
func (p Penalty) String() string {
	switch p.Kind {
	case Warning:
		return "警告"
	case Criticism:
		return "通报批评"
	case Fine:
		return "罚款" + p.Amount.Digits() + "（" + p.Amount.Capitals() + "）"
	case ConfiscateGains:
		return "没收违法所得" + p.Amount.Digits() + "（" + p.Amount.Capitals() + "）"
	case ConfiscateGoods:
		return "没收非法财物：" + p.Object
	default:
		return p.Object
	}
}

func checkPenalties(c *check, list []Penalty) {
	if len(list) == 0 {
		c.missing("penalties")
	}
	for i, p := range list {
		field := "penalties." + itoa(i)
		switch p.Kind {
		case Warning, Criticism:
		case Fine, ConfiscateGains:
			if p.Amount <= 0 || p.Amount > MaxAmount {
				c.wrong(field + ".amount")
			}
		case ConfiscateGoods, Other:
			c.line(field+".object", p.Object)
		default:
			c.wrong(field + ".kind")
		}
	}
}

// penalties states the penalties, each in a line of its own where there are several.
func penalties(list []Penalty) string {
	if len(list) == 1 {
		return list[0].String() + "。"
	}
	lines := make([]string, len(list))
	for i, p := range list {
		lines[i] = itoa(i+1) + "．" + p.String() + "；"
	}
	last := len(lines) - 1
	lines[last] = strings.TrimSuffix(lines[last], "；") + "。"
	return strings.Join(lines, "\n")
}

// Contact is where the party finds the authority.
type Contact struct{ Person, Phone, Address string }

func (t Contact) check(c *check) {
	c.line("contact.person", t.Person)
	c.line("contact.phone", t.Phone)
	c.line("contact.address", t.Address)
}

func (t Contact) sentence() string {
	return "本机关地址：" + t.Address + "。联系人：" + t.Person + "。联系电话：" + t.Phone + "。"
}

// sentence ends a text with a full stop if it has no end of its own.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "！") || strings.HasSuffix(s, "？") || strings.HasSuffix(s, "”") {
		return s
	}
	return strings.TrimRight(s, "；;.，,") + "。"
}
