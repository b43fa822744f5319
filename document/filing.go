package document

import (
	"strings"

	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of filing.
const (
	KindFiling           Kind = "filing.approval"
	KindNotFiling        Kind = "filing.refusal"
	KindFilingWithdrawal Kind = "filing.withdrawal"
)

// pairs are the widths of a table that holds two labels and two values a row.
var pairs = []float64{5.5, 8.5, 5.5, 8.5}

// head is the upper part of an approval form: the case, and the party as far as it is known.
func (s *Sheet) head(rows ...[]string) Table {
	t := Table{Widths: pairs, Pairs: true, Rows: [][]string{
		{"案由", s.title()},
		{"案件编号", s.caseNumber(), "案件来源", s.must("source", "案件来源", "how the case became known", s.Dossier.Source)},
	}}
	t.Rows = append(t.Rows, s.partyPairs()...)
	t.Rows = append(t.Rows, rows...)
	return t
}

// opinion is a cell of an approval form for one part: what is said, and who signs.
func (s *Sheet) opinion(label, field string, who Signer) Opinion {
	return Opinion{label, sentence(s.value(field)), s.signLines(who, "签名")}
}

// approvals are the three opinions that most approval forms end with.
func (s *Sheet) approvals() Opinions {
	return Opinions{[]Opinion{
		s.opinion("承办人意见", "proposal", Handler),
		s.opinion("承办机构负责人意见", "unit_opinion", UnitHead),
		s.opinion("行政机关负责人审批意见", "approval", Head),
	}}
}

// approvalFields are the fields of approvals.
func approvalFields(zh, en string) []procedure.Field {
	return []procedure.Field{
		between(prose("proposal", "承办人意见", "Handling officer's proposal"), 0, 1500),
		between(prose("unit_opinion", "承办机构负责人意见", "Opinion of the head of the unit"), 0, 1000),
		helped(between(prose("approval", "行政机关负责人审批意见", "Decision of the head of the authority"), 0, 1000), zh, en),
	}
}

var approvers = []Signer{Handler, UnitHead, Head}

func withApproval(zh, en string, fields ...procedure.Field) []procedure.Field {
	return append(fields, approvalFields(zh, en)...)
}

// filing holds the forms by which a case is opened or not.
var filing = []*Blank{
	{
		// 立案审批表: a violation of which there is first evidence is filed in time, by whoever heads the authority
		// (AP 54); from that day the ninety days of AP 60 run.
		Kind: KindFiling, Name: procedure.T("立案审批表", "Filing approval"), Stage: StageFiling, Numbering: "case",
		Cites: procedure.Cites(law.AP(54, 1), law.AP(54, 2), law.AP(60)), Signs: approvers,
		Fields: withApproval("同意立案的，写明立案日期和承办人员。", "If filed: from which day and who handles it.",
			past(date("found_on", "发现或者接报日期", "Found or reported on")),
			between(prose("facts", "案情简介", "What is known of the case"), 10, 3000),
			prose("evidence", "初步证据", "First evidence"),
			prose("basis", "涉嫌违反的规定", "Provisions that may be violated"),
		),
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"facts": neutral(d.Findings), "basis": provisionNames(d.Violated)}
			return v
		},
		Content: func(s *Sheet) []Block {
			return []Block{
				s.head([]string{"发现（接报）日期", s.value("found_on"), "承办机构", s.must("unit", "承办机构", "the unit", s.Dossier.Unit)},
					[]string{"案情简介", s.value("facts")}, []string{"初步证据", s.value("evidence")}, []string{"涉嫌违反的规定", s.value("basis")}),
				s.approvals(),
				Note{"根据" + s.cite(law.AP(54, 2)) + "的规定，符合立案标准的，应当及时立案；根据" + s.cite(law.AP(60)) + "的规定，自立案之日起九十日内作出行政处罚决定，法律、法规、规章另有规定的除外。"},
			}
		},
	},
}

// provisionNames lists provisions without their wording.
func provisionNames(list []Provision) string {
	bare := make([]Provision, len(list))
	for i, p := range list {
		p.Quote = ""
		bare[i] = p
	}
	return provisions(bare)
}

// neutral speaks of the party and not to it, as what stays in the house does.
func neutral(text string) string {
	return strings.ReplaceAll(text, "你单位", "当事人")
}
