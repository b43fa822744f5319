package document

import (
	"strings"

	"jiexu/law"
)

// Decision is the 行政处罚决定书. It carries everything that AP 59 asks for: the party and its address, facts
// and evidence, kind and basis of the penalty, how and when to comply, the ways and time limits of
// reconsideration and litigation, and the authority, its seal and the date.
type Decision struct {
	Number    string
	Authority string
	Party     Party
	Matter    string // what the party has done, as the list of matters names it
	Facts     string // a line feed begins another paragraph
	Evidence  []Evidence
	Violated  []Provision // what forbids it
	Basis     []Provision // what makes it punishable
	Reasons   string      // why this penalty and no other: the discretion tier and what weighed in it; optional
	Notice    Notified
	Penalties []Penalty
	Correct   string  // the order to correct that goes with it (AP 28); optional
	Pay       Payment // needed if money is to be paid
	// Perform says how and by when a penalty other than money is to be complied with (AP 59). It is needed
	// for every kind but warning, public criticism and money.
	Perform         string
	Reconsideration string // the authority to apply to for reconsideration
	Court           string // the court to sue in
	Contact         Contact
	Date            law.Date
}

// Notified is what came before the decision: the notice and how the party answered it. Without a notice
// there can be no decision (AP 62).
type Notified struct {
	Number  string   // of the notice
	Served  law.Date // on the party
	Defence string   // what the party stated in its defence; empty if it stated nothing
	Opinion string   // what became of it; needed with a defence (AP 45)
	Hearing string   // that a hearing was held, when, and what became of the party's case in it; empty if none
}

// Payment is where money is paid (AP 67).
type Payment struct {
	Bank    string // the bank
	Account string // the account, or the number by which the bank knows the payment
	Online  string // how to pay electronically; optional
}

var _ Form = (*Decision)(nil)

// Kind is penalty.decision.
func (d *Decision) Kind() Kind { return KindPenaltyDecision }

// Title is the name that the document bears.
func (d *Decision) Title() string { return "行政处罚决定书" }

// Serial is the document's number.
func (d *Decision) Serial() string { return d.Number }

// Issuer is the authority.
func (d *Decision) Issuer() string { return d.Authority }

// Dated is the day that the document bears.
func (d *Decision) Dated() law.Date { return d.Date }

// Validate refuses blanks; see Form.
func (d *Decision) Validate() error {
	c := newCheck(d)
	c.line("number", d.Number)
	c.line("authority", d.Authority)
	d.Party.check(c)
	c.line("matter", d.Matter)
	c.need("facts", d.Facts)
	checkEvidence(c, d.Evidence)
	checkProvisions(c, "violated", d.Violated)
	checkProvisions(c, "basis", d.Basis)
	c.line("notice.number", d.Notice.Number)
	switch {
	case d.Notice.Served.IsZero():
		c.missing("notice.served")
	case !d.Date.IsZero() && d.Date.Before(d.Notice.Served):
		c.wrong("notice.served")
	}
	if d.Notice.Defence != "" {
		c.need("notice.opinion", d.Notice.Opinion)
	}
	checkPenalties(c, d.Penalties)
	if d.money() {
		c.line("pay.bank", d.Pay.Bank)
		c.line("pay.account", d.Pay.Account)
	}
	for _, p := range d.Penalties {
		if p.Kind == ConfiscateGoods || p.Kind == Other {
			c.need("perform", d.Perform)
			break
		}
	}
	c.line("reconsideration", d.Reconsideration)
	c.line("court", d.Court)
	d.Contact.check(c)
	checkDay(c, d.Date, law.AP(28, 1), law.AP(44), law.AP(66, 2), law.AP(67, 3), law.AP(72, 1, 1), law.AP(73, 1), law.AP(73, 3),
		law.AR(20, 1), law.AL(46, 1), law.AC(53))
	return c.err()
}

func (d *Decision) money() bool {
	for _, p := range d.Penalties {
		if p.money() {
			return true
		}
	}
	return false
}

func (d *Decision) fine() (total Fen) {
	for _, p := range d.Penalties {
		if p.Kind == Fine {
			total += p.Amount
		}
	}
	return total
}

// Content is the decision from top to bottom.
func (d *Decision) Content() []Block {
	you := d.Party.you()
	spell := func(c law.Cite) string { return cited(c, d.Date) }
	out := []Block{
		Masthead{d.Authority, d.Title(), d.Number},
		d.Party.table(),
		Paragraph{"本机关对" + you + d.Matter + "一案立案调查，现已调查终结。"},
		Heading{"一、违法事实"},
		Paragraph{sentence(d.Facts)},
		Heading{"二、证据"},
		Paragraph{"上述事实，有下列证据证明："},
		evidenceTable(d.Evidence),
		Heading{"三、告知和听取意见"},
	}
	for _, text := range d.heard() {
		out = append(out, Paragraph{text})
	}
	out = append(out, Heading{"四、处罚的种类和依据"},
		Paragraph{you + "的上述行为违反了" + provisions(d.Violated) + "的规定。"})
	if d.Reasons != "" {
		out = append(out, Paragraph{sentence(d.Reasons)})
	}
	out = append(out, Paragraph{"依据" + provisions(d.Basis) + "的规定，本机关决定对" + you + "作出下列行政处罚：\n" + penalties(d.Penalties)})
	if d.Correct != "" {
		out = append(out, Paragraph{"同时，根据" + spell(law.AP(28, 1)) + "的规定，责令" + you + sentence(d.Correct)})
	}
	out = append(out, Heading{"五、履行方式和期限"})
	for _, text := range d.performance() {
		out = append(out, Paragraph{text})
	}
	out = append(out, Heading{"六、救济途径和期限"},
		Paragraph{"如不服本决定，" + you + "可以自知道本决定之日起六十日内，根据" + spell(law.AR(20, 1)) + "的规定，向" + d.Reconsideration +
			"申请行政复议；也可以自知道本决定之日起六个月内，根据" + spell(law.AL(46, 1)) + "的规定，直接向" + d.Court + "提起行政诉讼。"},
		Paragraph{"根据" + spell(law.AP(73, 1)) + "的规定，申请行政复议或者提起行政诉讼的，行政处罚不停止执行，法律另有规定的除外。"},
		Paragraph{"在法定期限内不申请行政复议或者提起行政诉讼，又不履行本决定的，本机关将根据" + spell(law.AC(53)) + "的规定，依法申请人民法院强制执行。"},
		Paragraph{d.Contact.sentence()},
		Closing{d.Authority, d.Date},
		Note{"本决定书一式二份，一份送达当事人，一份由本机关归档。"})
	return out
}

// heard tells of the notice and of what the party said to it.
func (d *Decision) heard() []string {
	you := d.Party.you()
	out := []string{"本机关于" + d.Notice.Served.Chinese() + "向" + you + "送达《行政处罚事先告知书》（" + d.Notice.Number + "），根据" +
		cited(law.AP(44), d.Date) + "的规定，告知了拟作出的行政处罚内容及事实、理由、依据和依法享有的权利。"}
	if d.Notice.Defence == "" {
		out = append(out, you+"未提出陈述、申辩意见。")
	} else {
		out = append(out, you+"提出陈述、申辩意见："+sentence(d.Notice.Defence), "经复核，本机关认为："+sentence(d.Notice.Opinion))
	}
	if d.Notice.Hearing != "" {
		out = append(out, sentence(d.Notice.Hearing))
	}
	return out
}

// performance tells how and by when to comply, and what follows otherwise.
func (d *Decision) performance() []string {
	you := d.Party.you()
	spell := func(c law.Cite) string { return cited(c, d.Date) }
	var out []string
	if d.money() {
		pay := you + "应当根据" + spell(law.AP(67, 3)) + "的规定，自收到本决定书之日起十五日内，到" + d.Pay.Bank + "缴纳（缴款账号或者编号：" + d.Pay.Account + "）"
		if strings.TrimSpace(d.Pay.Online) != "" {
			pay += "，或者通过电子支付系统缴纳（" + d.Pay.Online + "）"
		}
		out = append(out, pay+"。")
	}
	if d.fine() > 0 {
		out = append(out, "到期不缴纳罚款的，根据"+spell(law.AP(72, 1, 1))+"的规定，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额，即不超过"+
			d.fine().Digits()+"（"+d.fine().Capitals()+"）；根据"+spell(law.AP(73, 3))+"的规定，加处罚款的数额在行政复议或者行政诉讼期间不予计算。",
			"确有经济困难，需要延期或者分期缴纳罚款的，可以根据"+spell(law.AP(66, 2))+"的规定向本机关提出申请，经批准后暂缓或者分期缴纳。")
	}
	if strings.TrimSpace(d.Perform) != "" {
		out = append(out, sentence(d.Perform))
	}
	if len(out) == 0 {
		out = append(out, "本处罚自本决定书送达之日起生效，无须另行履行。")
	}
	return out
}
