package document

import "jiexu/law"

// IntendedPenaltyNotice is the 行政处罚事先告知书: before it decides, the authority tells the party what it
// intends, on which facts, for which reasons and on what basis, and which rights the party has (AP 44).
type IntendedPenaltyNotice struct {
	Number    string
	Authority string
	Party     Party
	Matter    string // what the party is held to have done, as the list of matters names it
	Facts     string // a line feed begins another paragraph
	Evidence  []Evidence
	Violated  []Provision // what forbids it
	Basis     []Provision // what makes it punishable
	Reasons   string      // why this penalty and no other: the discretion tier and what weighed in it; optional
	Penalties []Penalty   // what is intended
	Correct   string      // the order to correct that goes with it (AP 28); optional
	// DefenceDays is the time for statement and defence, in working days from receipt. The statute sets none;
	// the office's rule does.
	DefenceDays int
	Hearing     bool // whether the penalty is one of those for which a hearing may be asked (AP 63)
	Contact     Contact
	Date        law.Date
}

var _ Form = (*IntendedPenaltyNotice)(nil)

// Kind is penalty.notice.
func (n *IntendedPenaltyNotice) Kind() Kind { return KindPenaltyNotice }

// Title is the name that the document bears.
func (n *IntendedPenaltyNotice) Title() string { return "行政处罚事先告知书" }

// Serial is the document's number.
func (n *IntendedPenaltyNotice) Serial() string { return n.Number }

// Issuer is the authority.
func (n *IntendedPenaltyNotice) Issuer() string { return n.Authority }

// Dated is the day that the document bears.
func (n *IntendedPenaltyNotice) Dated() law.Date { return n.Date }

// Validate refuses blanks; see Form.
func (n *IntendedPenaltyNotice) Validate() error {
	c := newCheck(n)
	c.line("number", n.Number)
	c.line("authority", n.Authority)
	n.Party.check(c)
	c.line("matter", n.Matter)
	c.need("facts", n.Facts)
	checkEvidence(c, n.Evidence)
	checkProvisions(c, "violated", n.Violated)
	checkProvisions(c, "basis", n.Basis)
	checkPenalties(c, n.Penalties)
	if n.DefenceDays == 0 {
		c.missing("defenceDays")
	} else if n.DefenceDays < 0 || n.DefenceDays > 90 {
		c.wrong("defenceDays")
	}
	n.Contact.check(c)
	checkDay(c, n.Date, law.AP(28, 1), law.AP(44), law.AP(45, 1), law.AP(45, 2), law.AP(63, 1), law.AP(64, 1, 1), law.AP(85))
	return c.err()
}

// Content is the notice from top to bottom.
func (n *IntendedPenaltyNotice) Content() []Block {
	you := n.Party.you()
	spell := func(c law.Cite) string { return cited(c, n.Date) }
	out := []Block{
		Masthead{n.Authority, n.Title(), n.Number},
		n.Party.table(),
		Addressee{n.Party.Name + "："},
		Paragraph{you + "涉嫌" + n.Matter + "一案，本机关已调查终结。根据" + spell(law.AP(44)) +
			"的规定，现将拟作出的行政处罚内容及事实、理由、依据和" + you + "依法享有的权利告知如下："},
		Heading{"一、违法事实"},
		Paragraph{sentence(n.Facts)},
		Heading{"二、证据"},
		Paragraph{"上述事实，有下列证据证明："},
		evidenceTable(n.Evidence),
		Heading{"三、理由和依据"},
		Paragraph{you + "的上述行为违反了" + provisions(n.Violated) + "的规定，依据" + provisions(n.Basis) + "的规定，应当予以行政处罚。"},
	}
	if n.Reasons != "" {
		out = append(out, Paragraph{sentence(n.Reasons)})
	}
	out = append(out, Heading{"四、拟作出的行政处罚"}, Paragraph{"本机关拟对" + you + "作出下列行政处罚：\n" + penalties(n.Penalties)})
	if n.Correct != "" {
		out = append(out, Paragraph{"同时，根据" + spell(law.AP(28, 1)) + "的规定，责令" + you + sentence(n.Correct)})
	}
	out = append(out, Heading{"五、" + you + "依法享有的权利"},
		Paragraph{"根据" + spell(law.AP(45, 1)) + "的规定，" + you + "有权进行陈述和申辩，可以自收到本告知书之日起" + law.Numeral(n.DefenceDays) +
			"个工作日内，以书面或者口头方式向本机关提出。本机关将充分听取意见并进行复核；根据" + spell(law.AP(45, 2)) +
			"的规定，不会因" + you + "陈述、申辩而给予更重的处罚。"})
	if n.Hearing {
		out = append(out, Paragraph{"根据" + spell(law.AP(63, 1)) + "、" + spell(law.AP(64, 1, 1)) + "和" + spell(law.AP(85)) + "的规定，" + you +
			"有要求听证的权利。要求听证的，应当自收到本告知书之日起五个工作日内向本机关提出。" + you + "不承担本机关组织听证的费用。"},
			Paragraph{"逾期未提出陈述、申辩，也未要求听证的，本机关将依法作出行政处罚决定。"})
	} else {
		out = append(out, Paragraph{"逾期未提出陈述、申辩的，本机关将依法作出行政处罚决定。"})
	}
	return append(out, Paragraph{n.Contact.sentence()},
		Closing{n.Authority, n.Date},
		Note{"本告知书一式二份，一份送达当事人，一份由本机关归档。"})
}
