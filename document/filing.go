package document

import (
	"strings"

	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of filing.
const (
	KindSource           Kind = "filing.source"
	KindFiling           Kind = "filing.approval"
	KindNotFiling        Kind = "filing.refusal"
	KindFilingWithdrawal Kind = "filing.withdrawal"
	KindRecusal          Kind = "recusal.decision"
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
		Kind: KindFiling, Name: procedure.T("立案审批表", "Filing approval"), Stage: StageFiling,
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
	{
		// 案源登记表: what came in, from whom, and what was found first; reports are checked and answered within five
		// working days, and who reports is kept secret (SH 26).
		Kind: KindSource, Name: procedure.T("案源登记表", "Register of the lead"), Stage: StageFiling,
		Cites: procedure.Cites(law.SH(26, 2), law.SH(26, 3), law.AP(54, 1)), Signs: []Signer{Handler, UnitHead},
		Fields: []procedure.Field{
			past(date("received_on", "登记日期", "Registered on")), line1("clue", "案源类型及编号", "Kind and number of the lead"),
			helped(optional(line1("reporter", "来源人", "Who reported")), "举报人应当保密，不写姓名，写工单编号。", "Who reports is kept secret: write the order's number."),
			line1("place", "涉案地点", "Place"), between(prose("content", "案源内容", "What was reported"), 5, 3000), between(prose("checked", "核查情况", "What was found"), 5, 3000),
			between(prose("proposal", "承办人意见", "Handling officer's proposal"), 0, 1000), between(prose("unit_opinion", "承办机构负责人意见", "Opinion of the head of the unit"), 0, 1000),
		},
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"place": d.Place, "clue": d.Source, "checked": neutral(d.Findings)}
		},
		Content: func(s *Sheet) []Block {
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{
					{"登记日期", s.value("received_on"), "案件编号", orNone(s.Dossier.CaseNumber)}, {"案源类型及编号", s.value("clue")}, {"来源人", s.value("reporter")},
					{"涉案地点", s.value("place")}, {"涉案当事人", orNone(s.Dossier.Party.Name)}, {"案源内容", s.value("content")}, {"核查情况", s.value("checked")},
				}},
				Opinions{[]Opinion{s.opinion("承办人意见", "proposal", Handler), s.opinion("承办机构负责人意见", "unit_opinion", UnitHead)}},
				Note{"根据" + s.cites(law.SH(26, 2), law.SH(26, 3)) + "的规定，收到举报后应当在五个工作日内将核查情况告知举报人，并为举报人保密。"},
			}
		},
	},
	{
		// 不予立案审批表: why what came in is not filed: no violation, corrected in time (AP 33), out of time (AP 36), not
		// ours (AP 22, 25).
		Kind: KindNotFiling, Name: procedure.T("不予立案审批表", "Approval of not filing"), Stage: StageFiling,
		Cites: procedure.Cites(law.AP(22), law.AP(25, 1), law.AP(33, 1), law.AP(36, 1), law.AP(54, 2), law.SH(26, 2)), Signs: approvers,
		Fields: withApproval("不予立案的，写明告知举报人或者移送的安排。", "Also how the reporter is told, or to whom it goes.",
			past(date("found_on", "发现或者接报日期", "Found or reported on")), between(prose("facts", "核查情况", "What was found"), 10, 3000),
			one("ground", "不予立案的情形", "Ground", notFiled...), between(prose("reason", "不予立案的理由", "Reasons"), 5, 1500),
			optional(line1("told", "告知举报人（移送）情况", "How the reporter was told, or to whom it was transferred")),
		),
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"facts": neutral(d.Findings)} },
		Content: func(s *Sheet) []Block {
			return []Block{
				s.head([]string{"发现（接报）日期", s.value("found_on"), "承办机构", s.must("unit", "承办机构", "the unit", s.Dossier.Unit)},
					[]string{"核查情况", s.value("facts")}, []string{"不予立案的情形", s.value("ground") + s.ground()}, []string{"不予立案的理由", s.value("reason")},
					[]string{"告知举报人（移送）情况", s.value("told")}),
				s.approvals(),
				Note{"根据" + s.cite(law.SH(26, 2)) + "的规定，应当将核查情况告知举报人；不属于本单位职责范围的，应当说明情况并移送有关部门处理。"},
			}
		},
	},
	{
		// 撤销立案审批表: a filed case that turns out to be no case for a penalty; what was held is given back.
		Kind: KindFilingWithdrawal, Name: procedure.T("撤销立案审批表", "Approval of withdrawing a filing"), Stage: StageFiling,
		Cites: procedure.Cites(law.AP(22), law.AP(25, 1), law.AP(33, 1), law.AP(36, 1), law.AP(40), law.AP(54, 2), law.AP(57, 1)), Signs: approvers,
		Fields: withApproval("同意撤销立案的，写明日期和涉案物品的处理。", "From which day, and what happens to the things held.",
			between(prose("facts", "调查情况", "What was found"), 10, 5000), one("ground", "撤销立案的情形", "Ground", notFiled...),
			between(prose("reason", "撤销立案的理由", "Reasons"), 5, 1500), optional(prose("things", "涉案物品及强制措施的处理", "What happens to things and measures")),
		),
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"facts": neutral(d.Findings)} },
		Content: func(s *Sheet) []Block {
			return []Block{
				s.head([]string{"立案日期", s.day("filed", "立案日期", "the day of filing", s.Dossier.Filed), "承办机构", s.must("unit", "承办机构", "the unit", s.Dossier.Unit)},
					[]string{"调查情况", s.value("facts")}, []string{"撤销立案的情形", s.value("ground") + s.ground()}, []string{"撤销立案的理由", s.value("reason")},
					[]string{"涉案物品及强制措施的处理", s.value("things")}),
				s.approvals(),
			}
		},
	},
	{
		// 回避决定书: the head of the authority decides on an application for withdrawal; the inquiry goes on until then
		// (AP 43).
		Kind: KindRecusal, Name: procedure.T("回避申请决定书", "Decision on withdrawal for interest"), Stage: StageFiling, Numbering: "recusal", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(43, 1), law.AP(43, 2), law.AP(43, 3)),
		Fields: []procedure.Field{
			line1("applicant", "申请人", "Applicant"), past(date("applied_on", "申请日期", "Applied on")), line1("officer", "被申请回避人员及职务", "Who is to withdraw, and post"),
			prose("grounds", "申请理由", "Grounds given"), one("decided", "决定", "Decision", opt("yes", "准予回避", "withdrawal granted"), opt("no", "驳回回避申请", "application refused")),
			between(prose("reason", "决定理由", "Reasons"), 5, 1500),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"applicant": d.Party.Name} },
		Content: func(s *Sheet) []Block {
			return s.letter(s.value("applicant"), "本决定书一式二份，一份送达申请人，一份由本机关归档。",
				Paragraph{"你（单位）于" + s.value("applied_on") + "就" + s.title() + "一案申请" + s.value("officer") + "回避，理由是：" + sentence(s.value("grounds"))},
				Paragraph{"经审查，本机关认为：" + sentence(s.value("reason"))},
				Paragraph{"根据" + s.cites(law.AP(43, 1), law.AP(43, 3)) + "的规定，经本机关负责人决定：" + s.value("decided") + "。"})
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

// notFiled are the grounds on which a case is not filed, or its filing withdrawn.
var notFiled = []procedure.Option{
	opt("none", "违法事实不能成立", "no violation"),
	opt("slight", "违法行为轻微并及时改正，没有造成危害后果", "slight and corrected in time"),
	opt("first", "初次违法且危害后果轻微并及时改正", "first time, slight harm, corrected"),
	opt("late", "违法行为已超过追究时效", "out of time"),
	opt("other_place", "不属于本机关管辖", "not within our jurisdiction"),
	opt("filed", "已由其他行政机关先行立案", "filed elsewhere first"),
	opt("other", "其他依法不予立案的情形", "other"),
}

// ground is the article behind the ground chosen.
func (s *Sheet) ground() string {
	c, known := map[string]law.Cite{"none": law.AP(57, 1, 3), "slight": law.AP(33, 1), "first": law.AP(33, 1), "late": law.AP(36, 1), "other_place": law.AP(22), "filed": law.AP(25, 1)}[s.choice("ground")]
	if !known {
		return ""
	}
	return "（" + s.cite(c) + "）"
}
