package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of decisions besides the penalty decision of the ordinary procedure.
const (
	KindSummary            Kind = "summary.decision"
	KindNoPenalty          Kind = "nopenalty.decision"
	KindDecisionCorrection Kind = "decision.correction"
	KindDecisionRevocation Kind = "decision.revocation"
	KindPublicWithdrawal   Kind = "publication.withdrawal"
	KindCrimeTransfer      Kind = "transfer.crime"
	KindTransfer           Kind = "transfer.jurisdiction"
	KindAdvice             Kind = "management.advice"
)

// endings holds the decisions and letters in which a case ends.
var endings = []*Blank{
	{
		// 当场处罚决定书: what AP 52(2) asks for: violation, kind and basis, amount, time, place, remedies, authority, officers'
		// signatures. Reconsideration comes before a suit, and the decision says so (AR 23).
		Kind: KindSummary, Name: procedure.T("当场行政处罚决定书", "Summary decision"), Stage: StageDecision, Numbering: "summary", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(28, 1), law.AP(42, 1), law.AP(44), law.AP(45, 1), law.AP(51), law.AP(52, 1), law.AP(52, 2), law.AP(53), law.AP(67, 3), law.AP(68, 1, 1), law.AP(68, 1, 2), law.AP(69), law.AP(70), law.AP(72, 1, 1), law.AP(73, 1), law.AP(73, 3), law.AR(20, 1), law.AR(23, 1, 1), law.AR(32, 1)),
		Signs: []Signer{PartySigns, Witness, Officers},
		Fields: []procedure.Field{
			moment("at", "违法时间", "Time of the act"), line1("where", "违法地点", "Place of the act"), between(prose("facts", "违法事实", "Facts"), 5, 2000), prose("evidence", "证据", "Evidence"),
			one("penalty", "处罚种类", "Penalty", opt("warning", "警告", "warning"), opt("fine", "罚款", "fine"), opt("both", "警告、罚款", "warning and fine")), optional(between(number("yuan", "罚款金额（元）", "Fine (yuan)"), 1, 3000)),
			optional(one("pay", "罚款缴纳方式", "How the fine is paid", opt("bank", "自收到本决定书之日起十五日内到指定的银行或者通过电子支付系统缴纳", "at the bank or online in fifteen days"), opt("cash_small", "当场收缴（罚款一百元以下）", "in cash, at most 100 yuan"),
				opt("cash_hard", "当场收缴（不当场收缴事后难以执行）", "in cash, hard to enforce later"), opt("cash_remote", "当场收缴（交通不便地区经当事人提出）", "in cash, at the party's request"))),
			optional(line1("receipt", "罚款专用票据号码", "Receipt number")), line1("order", "责令改正要求", "Order to correct"),
			one("heard", "告知及陈述申辩情况", "Rights told, party heard", opt("none", "已当场告知事实、理由、依据和权利，当事人未提出陈述、申辩意见", "told, nothing stated"), opt("heard", "已当场告知事实、理由、依据和权利，当事人的陈述、申辩已经听取和复核", "told, heard and checked")), optional(prose("words", "当事人的陈述申辩及复核意见", "What the party said, and the answer")),
		},
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"where": d.Place, "facts": d.Findings, "order": d.Correct}
			if f := d.fine(); f > 0 && f%100 == 0 && f <= Yuan(3000) {
				v["penalty"], v["yuan"] = "fine", int64(f/100)
			}
			return v
		},
		Content: summaryContent,
	},
	{
		// 不予行政处罚决定书: slight and corrected, first time, no fault shown, no violation (AP 33, 57(1.2), 57(1.3)); the party
		// is taught (AP 33(3)).
		Kind: KindNoPenalty, Name: procedure.T("不予行政处罚决定书", "No-penalty decision"), Stage: StageDecision, Numbering: "nopenalty", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(30), law.AP(31), law.AP(33, 1), law.AP(33, 2), law.AP(33, 3), law.AP(36, 1), law.AP(57, 1, 2), law.AP(57, 1, 3), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{
			between(prose("facts", "查明的事实", "Facts established"), 10, 5000),
			one("ground", "不予行政处罚的情形", "Ground", opt("slight", "违法行为轻微并及时改正，没有造成危害后果", "slight and corrected"), opt("first", "初次违法且危害后果轻微并及时改正", "first time"), opt("faultless", "当事人有证据足以证明没有主观过错", "no fault"),
				opt("minor", "当事人不满十四周岁", "under fourteen"), opt("unable", "当事人在不能辨认或者不能控制自己行为时有违法行为", "not accountable"), opt("late", "违法行为已超过追究时效", "out of time"), opt("none", "违法事实不能成立", "no violation")),
			between(prose("reason", "理由", "Reasons"), 5, 3000), optional(prose("education", "教育情况（要求）", "How the party is taught")), optional(prose("things", "涉案物品的处理", "What happens to things")),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"facts": d.Findings} },
		Content: func(s *Sheet) []Block {
			outcome := law.AP(57, 1, 2)
			ground, known := map[string]law.Cite{"slight": law.AP(33, 1), "first": law.AP(33, 1), "faultless": law.AP(33, 2), "minor": law.AP(30), "unable": law.AP(31), "late": law.AP(36, 1)}[s.choice("ground")]
			basis := []law.Cite{ground, outcome}
			if !known {
				basis = []law.Cite{law.AP(57, 1, 3)}
			} else if s.choice("ground") == "late" {
				basis = []law.Cite{ground}
			}
			out := []Block{Paragraph{"本机关对" + s.title() + "一案立案调查，现已调查终结。"}, Heading{"一、查明的事实"}, Paragraph{sentence(s.value("facts"))}, Paragraph{"上述事实，有下列证据证明："}, s.evidence(), Heading{"二、理由和依据"},
				Paragraph{"本机关认为，本案属于" + s.value("ground") + "的情形。" + sentence(s.value("reason"))}, Paragraph{"根据" + s.cites(basis...) + "的规定，本机关决定对" + s.you() + "不予行政处罚。"}}
			if s.choice("ground") != "none" {
				out = append(out, Paragraph{"根据" + s.cite(law.AP(33, 3)) + "的规定，本机关对" + s.you() + "进行教育：" + sentence(s.value("education"))})
			}
			out = append(out, Paragraph{"涉案物品的处理：" + sentence(s.value("things"))}, Heading{"三、救济途径和期限"}, s.remedies("本决定", false))
			return append(append([]Block{s.party()}, append(out, s.contact())...), s.close(two("决定书"))...)
		},
	},
	{
		// 行政处罚决定补正（更正）书: slips of the pen alone; what was decided stays (AP 75(2); whoever changes a decision
		// without authority answers for it, SH 39(1.3)).
		Kind: KindDecisionCorrection, Name: procedure.T("行政处罚决定更正书", "Correction of a decision"), Stage: StageDecision, Numbering: "correction_of", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AP(75, 2)),
		Fields: []procedure.Field{between(table("slips", "更正内容", "Corrections", line1("at", "位置", "Where"), prose("was", "原文", "As it stood"), prose("is", "更正为", "As it shall stand")), 1, 30), prose("reason", "更正原因", "Why")},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("更正书"), Paragraph{"本机关作出的" + s.prior(KindPenaltyDecision, "行政处罚决定书", "the penalty decision") + "在文字上有误，原因：" + sentence(s.value("reason")) + "根据" + s.cite(law.AP(75, 2)) + "的规定，现更正如下："},
				s.list("slips", 5, 10.4, 10.4), Paragraph{"除上述更正外，原决定的其他内容不变。本更正书不影响原决定的效力以及履行、申请行政复议和提起行政诉讼的期限。"})
		},
	},
	{
		// 撤销行政处罚决定书: the authority mends its own error (AP 75(2)); what was paid or taken is given back.
		Kind: KindDecisionRevocation, Name: procedure.T("撤销行政处罚决定书", "Revocation of a decision"), Stage: StageDecision, Numbering: "revocation", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(75, 2), law.AP(48, 2), law.AC(41), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{one("extent", "撤销范围", "Extent", opt("all", "全部撤销", "all"), opt("part", "部分撤销", "part")), optional(prose("part", "撤销的部分", "Which part")), between(prose("reason", "撤销的理由和依据", "Reasons and basis"), 10, 3000),
			prose("return", "已履行部分的处理", "What happens to what was paid or done"), one("again", "后续处理", "What follows", opt("no", "不再重新作出决定", "no new decision"), opt("yes", "另行依法作出决定", "a new decision will be made"))},
		Content: func(s *Sheet) []Block {
			extent := s.value("extent")
			if s.choice("extent") == "part" {
				part := s.value("part")
				if !s.has("part") {
					part = s.gap("part", s.field("part").Label)
				}
				extent += "：" + part
			} else if s.has("part") {
				extent += "（" + s.value("part") + "）"
			}
			return s.addressed(two("决定书"), Paragraph{"本机关作出的" + s.prior(KindPenaltyDecision, "行政处罚决定书", "the penalty decision") + "，经审查：" + sentence(s.value("reason"))},
				Paragraph{"根据" + s.cite(law.AP(75, 2)) + "的规定，本机关决定对该决定予以" + extent + "。后续处理：" + sentence(s.value("again"))},
				Paragraph{"已履行部分的处理：" + sentence(s.value("return"))}, Paragraph{"原决定已经公开的，本机关根据" + s.cite(law.AP(48, 2)) + "的规定，在三个工作日内撤回行政处罚决定信息并公开说明理由。"}, s.remedies("本决定", false))
		},
	},
	{
		// 撤回行政处罚决定信息公告: within three working days of a decision being changed, revoked or held unlawful or void, with
		// the reason (AP 48(2)).
		Kind: KindPublicWithdrawal, Name: procedure.T("撤回行政处罚决定公开信息的公告", "Withdrawal of a published decision"), Stage: StageDecision, Numbering: "withdrawal", Seal: true,
		Cites: procedure.Cites(law.AP(48, 2), law.AP(85)),
		Fields: []procedure.Field{past(date("published_on", "公开日期", "Published on")), line1("published_at", "公开载体", "Published where"),
			one("ground", "撤回的情形", "Ground", opt("changed", "被依法变更", "changed"), opt("revoked", "被依法撤销", "revoked"), opt("unlawful", "被确认违法", "held unlawful"), opt("void", "被确认无效", "held void")), past(date("ground_on", "变更、撤销或者确认的日期", "On")), line1("by", "作出变更、撤销或者确认的机关", "By whom"), between(prose("reason", "理由", "Reasons"), 5, 2000)},
		Content: func(s *Sheet) []Block {
			return s.public("本公告在原公开载体发布，归档一份。", Paragraph{"本机关于" + s.value("published_on") + "在" + s.value("published_at") + "公开的" + s.prior(KindPenaltyDecision, "行政处罚决定书", "the penalty decision") + "，已于" + s.value("ground_on") + s.value("ground") + "（作出机关：" + s.value("by") + "）。理由：" + sentence(s.value("reason"))},
				Paragraph{"根据" + s.cites(law.AP(48, 2), law.AP(85)) + "的规定，本机关自即日起撤回该行政处罚决定信息，特此公告。"}, s.contact())
		},
	},
	{
		// 涉嫌犯罪案件移送书: what may be a crime goes to the police (AP 27(1), 57(1.4)); seized things go along and the party is
		// told in writing (AC 21).
		Kind: KindCrimeTransfer, Name: procedure.T("涉嫌犯罪案件移送书", "Transfer of a suspected crime"), Stage: StageDecision, Numbering: "crime", Seal: true,
		Cites: procedure.Cites(law.AP(27, 1), law.AP(27, 2), law.AP(57, 1, 4), law.AC(21)), Signs: []Signer{Counterparty},
		Fields: []procedure.Field{line1("to", "受移送机关", "To whom"), between(prose("facts", "案件事实", "Facts"), 10, 5000), line1("crime", "涉嫌的罪名", "Crime suspected"), between(prose("reason", "移送理由", "Reasons"), 5, 2000),
			between(table("files", "随案移送的材料", "Papers sent along", line1("name", "名称", "Name"), line1("pages", "数量（页数）", "Pages")), 1, 100), optional(table("things", "随案移送的物品", "Things sent along", line1("name", "名称", "Name"), optional(line1("model", "规格型号", "Model or size")), line1("quantity", "数量", "Quantity"), optional(line1("state", "状态（特征）", "Condition"))))},
		Fill: func(d Dossier) procedure.Values {
			v := held(d)
			v["facts"] = neutral(d.Findings)
			return v
		},
		Content: func(s *Sheet) []Block {
			out := []Block{Addressee{s.value("to") + "："}, Paragraph{"本机关在办理" + s.title() + "一案（案件编号：" + s.caseNumber() + "）中，查明：" + sentence(s.value("facts"))},
				Paragraph{"当事人" + s.partyName() + "的行为涉嫌构成" + s.value("crime") + "。" + sentence(s.value("reason")) + "根据" + s.cites(law.AP(27, 1), law.AP(57, 1, 4)) + "的规定，现将该案移送你机关依法处理。"},
				Paragraph{"随案移送的材料："}, s.list("files", 18, 7.8), Paragraph{"根据" + s.cite(law.AC(21)) + "的规定，随案移送的物品："}, s.list("things", 8, 7, 4, 6.8),
				Paragraph{"请将立案或者不予立案的决定书面通知本机关；根据" + s.cite(law.AP(27, 1)) + "的规定，依法不需要追究刑事责任或者免予刑事处罚，但应当给予行政处罚的，请及时将案件移送本机关。"}, s.contact(), s.signing(map[Signer]string{Counterparty: "受移送机关接收人（签名）"})}
			return append(out, s.close("本移送书一式三份，一份交受移送机关，一份抄送同级人民检察院，一份由本机关归档。")...)
		},
	},
	{
		// 案件移送函: what is not within the authority's jurisdiction goes to who has it, with the things (AP 22, 25, SH 26, 28).
		Kind: KindTransfer, Name: procedure.T("案件移送函", "Transfer of jurisdiction"), Stage: StageDecision, Numbering: "transfer", Seal: true,
		Cites: procedure.Cites(law.AP(22), law.AP(25, 1), law.SH(26, 2), law.SH(28, 1), law.SH(28, 2)), Signs: []Signer{Counterparty},
		Fields: []procedure.Field{line1("to", "受移送机关", "To whom"), between(prose("facts", "案件情况", "The case"), 5, 3000), between(prose("reason", "移送理由", "Reasons"), 5, 2000), between(table("files", "随案移送的材料和物品", "What is sent along", line1("name", "名称", "Name"), line1("pages", "数量（页数）", "Quantity, pages")), 1, 100)},
		Fill:   func(d Dossier) procedure.Values { return procedure.Values{"facts": neutral(d.Findings)} },
		Content: func(s *Sheet) []Block {
			out := []Block{Addressee{s.value("to") + "："}, Paragraph{"本机关发现" + s.title() + "一案。" + sentence(s.value("facts"))}, Paragraph{sentence(s.value("reason")) + "根据" + s.cites(law.AP(22), law.SH(28, 1)) + "的规定，现将该案移送你机关处理。随案移送："}, s.list("files", 18, 7.8),
				Paragraph{"根据" + s.cite(law.SH(28, 2)) + "的规定，请在作出处理决定后及时通报本机关。"}, s.contact(), s.signing(map[Signer]string{Counterparty: "受移送机关接收人（签名）"})}
			return append(out, s.close("本函一式二份，一份送受移送机关，一份由本机关归档。")...)
		},
	},
	{
		// 管理建议书: what the authority finds wrong with the management of a trade or place goes to the department (SH 32(2)).
		Kind: KindAdvice, Name: procedure.T("城市管理建议书", "Advice to a department"), Stage: StageDecision, Numbering: "advice", Seal: true,
		Cites:  procedure.Cites(law.SH(32, 2)),
		Fields: []procedure.Field{line1("to", "受文单位", "To whom"), between(prose("found", "发现的问题", "What was found"), 5, 3000), between(prose("advice", "管理建议", "Advice"), 5, 3000)},
		Content: func(s *Sheet) []Block {
			return s.letter(s.value("to"), "本建议书一式二份，一份送受文单位，一份由本机关归档。", Paragraph{"本机关在办理" + s.title() + "一案中发现：" + sentence(s.value("found"))}, Paragraph{"根据" + s.cite(law.SH(32, 2)) + "的规定，提出下列管理建议：\n" + sentence(s.value("advice"))}, Paragraph{"有关处理情况，请函告本机关。"})
		},
	},
}

func summaryContent(s *Sheet) []Block {
	you := s.you()
	fined := s.choice("penalty") == "fine" || s.choice("penalty") == "both"
	decided := s.value("penalty")
	out := []Block{s.party(), Paragraph{"经查，" + s.value("at") + "，" + you + "在" + s.value("where") + "：" + sentence(s.value("facts")) + "证据：" + sentence(s.value("evidence"))}}
	words := ""
	if s.has("words") {
		words = "（" + s.value("words") + "）"
	}
	out = append(out, Paragraph{"根据" + s.cites(law.AP(44), law.AP(45, 1)) + "的规定，执法人员" + s.value("heard") + words + "。"})
	if fined {
		amount := s.yuan("yuan")
		if !s.has("yuan") {
			amount = s.gap("yuan", s.field("yuan").Label)
		}
		decided += amount
	}
	out = append(out, Paragraph{you + "的上述行为违反了" + s.violated() + "的规定，违法事实确凿。依据" + s.basis() + "，根据" + s.cites(law.AP(51), law.AP(52, 1)) + "的规定，决定当场给予" + you + "下列行政处罚：" + decided + "。"},
		Paragraph{"根据" + s.cite(law.AP(28, 1)) + "的规定，责令" + you + sentence(s.value("order"))})
	switch {
	case fined && !s.has("pay"):
		out = append(out, Paragraph{"罚款缴纳方式：" + s.gap("pay", s.field("pay").Label) + "。"})
	case fined && s.choice("pay") == "bank":
		out = append(out, Paragraph{you + "应当根据" + s.cites(law.AP(53), law.AP(67, 3)) + "的规定，" + s.value("pay") + "（银行：" + s.must("pay.bank", "收缴罚款的银行", "the bank", s.Dossier.Pay.Bank) + "；缴款编号：" + s.must("pay.account", "缴款账号或者编号", "the account", s.Dossier.Pay.Account) +
			"）。到期不缴纳的，根据" + s.cites(law.AP(72, 1, 1), law.AP(73, 3)) + "的规定，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额，在行政复议或者行政诉讼期间不予计算。"})
	case fined:
		basis := map[string]law.Cite{"cash_small": law.AP(68, 1, 1), "cash_hard": law.AP(68, 1, 2), "cash_remote": law.AP(69)}[s.choice("pay")]
		receipt := s.value("receipt")
		if !s.has("receipt") {
			receipt = s.gap("receipt", s.field("receipt").Label)
		}
		out = append(out, Paragraph{"根据" + s.cites(basis, law.AP(70)) + "的规定，罚款" + s.value("pay") + "，已出具财政部门统一制发的专用票据（号码：" + receipt + "）。"})
	}
	if s.has("receipt") && (!fined || s.choice("pay") == "bank" || !s.has("pay")) {
		out = append(out, Paragraph{"票据号码：" + s.value("receipt") + "。"})
	}
	out = append(out, s.remedies("本决定", true),
		Paragraph{"根据" + s.cite(law.AR(32, 1)) + "的规定，行政复议申请可以通过本机关提交。根据" + s.cite(law.AP(73, 1)) + "的规定，申请行政复议或者提起行政诉讼的，行政处罚不停止执行，法律另有规定的除外。"},
		s.contact(), Paragraph{"执法人员：" + s.officers() + "。本决定书当场交付；当事人拒绝签收的，在签名处注明。"},
		s.signing(map[Signer]string{PartySigns: "当事人签收（签名或者盖章）", Witness: ""}))
	return append(out, s.close("本决定书一式二份，一份当场交付当事人，一份由本机关备案归档。")...)
}
