package document

import "strings"

// PartyKind says what sort of person the party is; the labels of a document depend on it.
type PartyKind string

// The kinds of party.
const (
	Person       PartyKind = "person"       // a citizen
	Trader       PartyKind = "trader"       // a sole trader (个体工商户)
	Organisation PartyKind = "organisation" // a legal person or another organisation
)

// Party is whom the document is for, as it stood when the document was made.
type Party struct {
	Kind           PartyKind
	Name           string
	Code           string // identity number of a person, unified social credit code of the others
	Address        string
	Representative string // legal representative or head, operator of a sole trader; none for a person
	Phone          string // as far as known; stands in what stays with the authority, not in decisions
}

func (p Party) check(c *check) {
	switch p.Kind {
	case Person, Trader, Organisation:
	case "":
		c.missing("party.kind")
	default:
		c.wrong("party.kind")
	}
	c.line("party.name", p.Name)
	c.line("party.code", p.Code)
	c.line("party.address", p.Address)
	switch {
	case p.Kind == Trader || p.Kind == Organisation:
		c.line("party.representative", p.Representative)
	case strings.ContainsAny(p.Representative, "\r\n"):
		c.wrong("party.representative")
	}
}

// you is how the document speaks to the party.
func (p Party) you() string {
	if p.Kind == Organisation {
		return "你单位"
	}
	return "你"
}

func (p Party) table() Table {
	var rows [][]string
	switch p.Kind {
	case Organisation:
		rows = [][]string{{"当事人名称", p.Name}, {"统一社会信用代码", p.Code}, {"法定代表人（负责人）", p.Representative}, {"住所", p.Address}}
	case Trader:
		rows = [][]string{{"当事人名称", p.Name}, {"统一社会信用代码", p.Code}, {"经营者", p.Representative}, {"经营场所", p.Address}}
	default:
		rows = [][]string{{"当事人姓名", p.Name}, {"公民身份号码", p.Code}, {"住址", p.Address}}
	}
	return Table{Widths: []float64{9.6, 18.4}, Rows: rows}
}

// Evidence is one piece of evidence.
type Evidence struct {
	Name   string
	Source string // where it comes from and when; may be empty
	Proves string // what it proves
}

// evidenceTable lists evidence; the law asks for facts and evidence both (AP 44, 59).
func evidenceTable(list []Evidence) Table {
	t := Table{Widths: []float64{2.2, 9, 7.4, 9.4}, Head: []string{"序号", "证据名称", "来源", "证明内容"}}
	for i, e := range list {
		t.Rows = append(t.Rows, []string{itoa(i + 1), e.Name, orNone(e.Source), e.Proves})
	}
	return t
}

func checkEvidence(c *check, list []Evidence) {
	if len(list) == 0 {
		c.missing("evidence")
	}
	for i, e := range list {
		c.need("evidence."+itoa(i)+".name", e.Name)
		c.need("evidence."+itoa(i)+".proves", e.Proves)
	}
}
