package document

import (
	"strings"

	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of execution: money, coercion, agreement.
const (
	KindPaymentNotice      Kind = "payment.notice"
	KindDemand             Kind = "demand"
	KindCoercion           Kind = "execution.decision"
	KindCourtApplication   Kind = "court.application"
	KindDeferral           Kind = "deferral.approval"
	KindDeferralAnswer     Kind = "deferral.answer"
	KindSurcharge          Kind = "surcharge.decision"
	KindSuspension         Kind = "execution.suspension"
	KindResumption         Kind = "execution.resumption"
	KindExecutionEnd       Kind = "execution.ending"
	KindExecutionAgreement Kind = "execution.agreement"
)

// decision names the penalty decision that is carried out.
func (s *Sheet) decision() string {
	if e, ok := s.Dossier.earlier(KindSummary); ok {
		if _, ordinary := s.Dossier.earlier(KindPenaltyDecision); !ordinary {
			return e.String()
		}
	}
	return s.prior(KindPenaltyDecision, "行政处罚决定书", "the penalty decision")
}

// decided is the decision with the day on which it was served.
func (s *Sheet) served() string {
	e, ok := s.Dossier.earlier(KindPenaltyDecision)
	if !ok {
		if e, ok = s.Dossier.earlier(KindSummary); !ok {
			e, ok = s.Dossier.earlier(KindCorrectionOrder) // a duty to remove or restore may rest on it alone (AC 50)
		}
		if !ok {
			return s.gap("earlier."+string(KindPenaltyDecision), procedure.T("行政处罚决定书", "the penalty decision"))
		}
	}
	return "本机关于" + s.day("earlier.date", "决定日期", "the day of the decision", e.Date) + "作出" + e.String() + "，并于" + s.day("earlier.served", "决定书送达日期", "the day the decision was served", e.Served) + "送达" + s.you()
}

// account says where money is paid.
func (s *Sheet) account() string {
	p := s.Dossier.Pay
	out := "到" + s.must("pay.bank", "收缴罚款的银行", "the bank", p.Bank) + "缴纳（缴款账号或者编号：" + s.must("pay.account", "缴款账号或者编号", "the account", p.Account) + "）"
	if p.Online != "" {
		out += "，或者通过电子支付系统缴纳（" + p.Online + "）"
	}
	return out
}

// money is an amount that the dossier must know.
func (s *Sheet) amount(name, zh, en string, a Fen) string {
	if a <= 0 {
		return s.gap(name, procedure.T(zh, en))
	}
	return money(a)
}

// execution holds the papers by which a decision is carried out.
var execution = []*Blank{
	{
		// 缴款通知书: how, where and by when to pay (AP 67).
		Kind: KindPaymentNotice, Name: procedure.T("缴款通知书", "Payment notice"), Stage: StageExecution, Numbering: "payment", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(67, 3), law.AP(66, 2), law.AP(72, 1, 1)),
		Content: func(s *Sheet) []Block {
			return s.addressed(two("通知书"), Paragraph{s.served() + "，罚款" + s.amount("fine", "罚款数额", "the fine", s.Dossier.fine()) + "。根据" + s.cite(law.AP(67, 3)) + "的规定，请" + s.you() + "自收到行政处罚决定书之日起十五日内（至迟于" + s.day("payBy", "缴款期限届满日", "the last day to pay", s.Dossier.PayBy) + "），" + s.account() + "。"},
				Paragraph{"到期不缴纳的，根据" + s.cite(law.AP(72, 1, 1)) + "的规定，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额。确有经济困难，需要延期或者分期缴纳罚款的，根据" + s.cite(law.AP(66, 2)) + "的规定，可以向本机关提出申请。"})
		},
	},
	{
		// 履行行政决定催告书: term, way, for money the clear sum and how to pay, and the right to be heard (AC 35, 36); ten working
		// days before the court is asked (AC 54, 69).
		Kind: KindDemand, Name: procedure.T("履行行政决定催告书", "Demand"), Stage: StageExecution, Numbering: "demand", Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(35), law.AC(36), law.AC(38), law.AC(45, 1), law.AC(45, 2), law.AC(54), law.AC(69), law.AP(72, 1, 1)),
		Fields: []procedure.Field{
			one("what", "催告事项", "What is demanded", opt("money", "缴纳罚款、加处罚款", "money"), opt("act", "履行其他义务", "an act"), opt("both", "缴纳罚款、加处罚款并履行其他义务", "both")), optional(prose("duty", "尚未履行的义务及履行方式", "What is to be done, and how")),
			between(number("days", "履行期限（自收到之日起的工作日）", "Working days to perform"), 1, 60), one("then", "逾期不履行的后果", "What follows", opt("court", "申请人民法院强制执行", "the court is asked"), opt("self", "由本机关依法强制执行", "we enforce"), opt("substitute", "依法实施代履行", "substitute performance")),
		},
		Fill: func(Dossier) procedure.Values {
			return procedure.Values{"what": "money", "days": int64(10), "then": "court"}
		},
		Content: func(s *Sheet) []Block {
			out := []Block{Paragraph{s.served() + "。" + s.you() + "在规定的期限内未履行下列义务："}}
			var items []string
			if s.choice("what") != "act" {
				fine := s.Dossier.fine()
				items = append(items, "罚款"+s.amount("fine", "罚款数额", "the fine", fine)+"，已缴纳"+money(s.Dossier.paid())+"，尚欠"+money(max(0, fine-s.Dossier.paid())))
				if s.Dossier.Surcharge > 0 {
					items = append(items, "根据"+s.cites(law.AP(72, 1, 1), law.AC(45, 2))+"的规定加处的罚款，计算至"+s.day("date", "文书日期", "the day of the document", s.On)+"为"+money(s.Dossier.Surcharge)+"，加处罚款的数额不超出罚款的数额")
				}
			}
			duty := s.choice("what") == "act" || s.choice("what") == "both"
			switch {
			case s.has("duty"):
				items = append(items, strings.TrimRight(s.value("duty"), "。；"))
			case duty:
				items = append(items, s.gap("duty", s.field("duty").Label))
			}
			for i, text := range items {
				end := "；"
				if i == len(items)-1 {
					end = "。"
				}
				out = append(out, Paragraph{"（" + law.Numeral(i+1) + "）" + text + end})
			}
			if s.choice("what") != "act" {
				out = append(out, Paragraph{"罚款、加处罚款请" + s.account() + "。"})
			}
			then := map[string]law.Cite{"court": law.AC(54), "self": law.AC(37, 1), "substitute": law.AC(50)}[s.choice("then")]
			follow := "本机关将" + s.value("then")
			if !then.IsZero() {
				follow = "本机关将根据" + s.cite(then) + "的规定，" + s.value("then")
			}
			out = append(out, Paragraph{"催告内容：" + s.value("what") + "。根据" + s.cites(law.AC(35), law.AC(54)) + "的规定，现催告" + s.you() + "自收到本催告书之日起" + s.days("days") + "个工作日内履行上述义务。逾期仍不履行的，" + follow + "。"},
				Paragraph{"根据" + s.cites(law.AC(35), law.AC(36)) + "的规定，" + s.you() + "收到催告书后有权进行陈述和申辩。本机关将充分听取意见，进行记录、复核；提出的事实、理由或者证据成立的，本机关予以采纳。"})
			return s.addressed(two("催告书"), out...)
		},
	},
	{
		// 强制执行决定书: what AC 37(2) asks for: party, reasons and basis, way and time, remedies, authority and date; not at
		// night or on holidays, not by cutting residents off (AC 43).
		Kind: KindCoercion, Name: procedure.T("行政强制执行决定书", "Coercive execution decision"), Stage: StageExecution, Numbering: "coercion", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AC(34), law.AC(37, 1), law.AC(37, 2), law.AC(38), law.AC(43, 1), law.AC(43, 2), law.SB(11), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{helped(line1("power", "强制执行权的依据", "Basis of the power"), "写明授予强制执行权的法律条款。", "The article of a law that gives the power."), between(prose("duty", "未履行的义务", "What was not done"), 5, 2000), between(prose("reason", "强制执行的理由", "Reasons"), 5, 2000), between(prose("way", "强制执行的方式", "How"), 2, 1500), ahead("at", "强制执行的时间", "When")},
		Content: func(s *Sheet) []Block {
			why, basis := "", s.cites(law.AC(34), law.AC(37, 1))
			stop, building := s.Dossier.earlier(KindStopBuilding)
			if _, fined := s.Dossier.earlier(KindPenaltyDecision); building && !fined { // at once, and without a demand
				why, basis = "本机关以"+stop.String()+"责令"+s.you()+"停止建设、自行拆除。"+s.you()+"未履行下列义务："+sentence(s.value("duty"))+sentence(s.value("reason")), s.cite(law.SB(11))
			} else {
				why = s.served() + "。" + s.you() + "未履行下列义务：" + sentence(s.value("duty")) + "本机关以" + s.prior(KindDemand, "履行行政决定催告书", "the demand") + "催告后，" + s.you() + "逾期仍不履行，且无正当理由。" + sentence(s.value("reason"))
			}
			return s.addressed(two("决定书"), Paragraph{why},
				Paragraph{"依据" + s.value("power") + "、" + basis + "的规定，本机关决定于" + s.value("at") + "对" + s.you() + "强制执行，方式为：" + sentence(s.value("way"))},
				Paragraph{"根据" + s.cites(law.AC(43, 1), law.AC(43, 2)) + "的规定，强制执行不在夜间或者法定节假日实施，情况紧急的除外；不对居民生活采取停止供水、供电、供热、供燃气等方式。强制执行前自行履行的，应当立即告知本机关。"}, s.remedies("本决定", false))
		},
	},
	{
		// 强制执行申请书: to the court, signed by the head, sealed and dated, with the papers of AC 55, within three months (AC 53,
		// AJ 156).
		Kind: KindCourtApplication, Name: procedure.T("行政强制执行申请书", "Application to the court"), Stage: StageExecution, Numbering: "court", Seal: true,
		Cites: procedure.Cites(law.AC(53), law.AC(54), law.AC(55, 1), law.AC(55, 2), law.AL(97), law.AJ(155, 1), law.AJ(156), law.AP(72, 1, 1), law.AP(72, 1, 4), law.AP(72, 2)), Signs: []Signer{Head},
		Fields: []procedure.Field{
			line1("head", "申请人负责人及职务", "Head of the authority, post"), between(prose("request", "申请执行事项", "What is applied for"), 5, 2000), between(prose("reason", "事实和理由", "Facts and reasons"), 10, 5000), prose("party_view", "被申请执行人的意见", "The party's view"), prose("object", "申请强制执行标的情况", "State of the object"),
			past(date("remedy_end", "复议、诉讼期限届满日", "Last day of the remedies")), between(table("files", "所附材料", "Attached", line1("name", "材料名称", "Paper"), line1("pages", "份数（页数）", "Copies, pages")), 1, 40),
		},
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"files": []map[string]any{{"name": "行政处罚决定书及送达回证", "pages": "1份"}, {"name": "作出决定的事实、理由和依据（案卷材料）", "pages": "1份"}, {"name": "催告书及送达回证", "pages": "1份"}, {"name": "被申请执行人的身份证明", "pages": "1份"}, {"name": "申请强制执行标的情况说明", "pages": "1份"}}}
			if f := d.fine(); f > 0 {
				v["request"] = "一、罚款" + money(max(0, f-d.paid()))
				if d.Surcharge > 0 {
					v["request"] = "一、罚款" + money(max(0, f-d.paid())) + "；\n二、加处罚款" + money(d.Surcharge)
				}
			}
			return v
		},
		Content: func(s *Sheet) []Block {
			court := s.Dossier.Execution
			if court == "" {
				court = s.Dossier.Court
			}
			court = s.must("court", "管辖法院", "the court", court)
			applicant := Table{Widths: pairs, Pairs: true, Rows: [][]string{{"申请人", s.must("authority", "执法机关名称", "the authority", s.Dossier.Authority)}, {"地址", s.must("contact.address", "执法机关地址", "the authority's address", s.Dossier.Contact.Address)},
				{"负责人", s.value("head"), "联系电话", s.must("contact.phone", "联系电话", "the telephone number", s.Dossier.Contact.Phone)}}}
			out := []Block{Heading{"申请人"}, applicant, Heading{"被申请执行人"}, s.party(), Heading{"申请执行事项"}, Paragraph{sentence(s.value("request"))}, Heading{"事实和理由"},
				Paragraph{strings.ReplaceAll(s.served(), "送达"+s.you(), "送达被申请执行人") + "。被申请执行人在法定期限内未申请行政复议，也未提起行政诉讼，法定期限已于" + s.value("remedy_end") + "届满。经" + s.prior(KindDemand, "履行行政决定催告书", "the demand") + "催告，被申请执行人仍未履行。"},
				Paragraph{sentence(s.value("reason"))}, Paragraph{"被申请执行人的意见：" + sentence(s.value("party_view"))}, Paragraph{"申请强制执行标的情况：" + sentence(s.value("object"))},
				Paragraph{"根据" + s.cites(law.AP(72, 1, 4), law.AC(53), law.AC(54), law.AC(55, 1), law.AL(97)) + "的规定，特申请贵院强制执行。"}, Addressee{"　　此致"}, Addressee{court}, Paragraph{"所附材料："}, s.list("files", 18, 7.8),
				s.signing(map[Signer]string{Head: "行政机关负责人（签名）"})}
			return append(out, s.close("")...)
		},
	},
	{
		// 延期（分期）缴纳罚款审批表: real hardship, on request, approved (AP 66(2)).
		Kind: KindDeferral, Name: procedure.T("延期（分期）缴纳罚款审批表", "Deferral or instalment approval"), Stage: StageExecution,
		Cites: procedure.Cites(law.AP(66, 2), law.AP(72, 2)), Signs: approvers,
		Fields: withApproval("", "", past(date("asked_on", "申请日期", "Asked on")), one("way", "申请方式", "What is asked", opt("defer", "延期缴纳", "deferral"), opt("parts", "分期缴纳", "instalments")), between(prose("hardship", "经济困难的情况和证明", "Hardship, and its proof"), 5, 3000), plan()),
		Content: func(s *Sheet) []Block {
			return []Block{s.head([]string{"对应决定", s.decision()}, []string{"罚款数额", s.amount("fine", "罚款数额", "the fine", s.Dossier.fine()), "已缴纳", money(s.Dossier.paid())}, []string{"申请日期", s.value("asked_on"), "申请方式", s.value("way")}, []string{"经济困难的情况和证明", s.value("hardship")}),
				Paragraph{"拟同意的缴纳计划："}, s.list("plan", 12.9, 12.9), s.approvals(),
				Note{"根据" + s.cites(law.AP(66, 2), law.AP(72, 2)) + "的规定办理；批准延期、分期缴纳的，申请人民法院强制执行的期限，自暂缓或者分期缴纳罚款期限结束之日起计算。"}}
		},
	},
	{
		// 延期（分期）缴纳罚款批复通知书: the answer to the party, either way with reasons (AP 66(2)).
		Kind: KindDeferralAnswer, Name: procedure.T("延期（分期）缴纳罚款决定书", "Answer on deferral or instalments"), Stage: StageExecution, Numbering: "deferral", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AP(66, 2), law.AP(72, 1, 1), law.AP(72, 2)),
		Fields: []procedure.Field{past(date("asked_on", "申请日期", "Asked on")), one("decided", "决定", "Decision", opt("defer", "同意延期缴纳", "deferral granted"), opt("parts", "同意分期缴纳", "instalments granted"), opt("no", "不同意延期（分期）缴纳", "refused")), between(prose("reason", "理由", "Reasons"), 5, 2000), optional(plan())},
		Content: func(s *Sheet) []Block {
			out := []Block{Paragraph{s.you() + "于" + s.value("asked_on") + "就" + s.decision() + "确定的罚款" + s.amount("fine", "罚款数额", "the fine", s.Dossier.fine()) + "申请延期（分期）缴纳。"}, Paragraph{"经审查：" + sentence(s.value("reason"))}}
			switch {
			case s.choice("decided") == "no":
				out = append(out, Paragraph{"根据" + s.cite(law.AP(66, 2)) + "的规定，本机关决定：" + s.value("decided") + "。请" + s.you() + "按照行政处罚决定书载明的期限缴纳。"})
				if s.has("plan") {
					out = append(out, s.list("plan", 12.9, 12.9))
				}
			default:
				rows := s.list("plan", 12.9, 12.9)
				if !s.has("plan") {
					s.gap("plan", s.field("plan").Label)
				}
				out = append(out, Paragraph{"根据" + s.cite(law.AP(66, 2)) + "的规定，本机关决定：" + s.value("decided") + "。" + s.you() + "应当按照下列计划，" + s.account() + "："}, rows,
					Paragraph{"任何一期逾期不缴纳的，本机关可以终止延期（分期），尚未缴纳的罚款自该期届满之次日起视为全部逾期；根据" + s.cite(law.AP(72, 1, 1)) + "的规定，每日按逾期未缴罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额。根据" + s.cite(law.AP(72, 2)) + "的规定，申请人民法院强制执行的期限，自暂缓或者分期缴纳罚款期限结束之日起计算。"})
			}
			return s.addressed(two("决定书"), out...)
		},
	},
	{
		// 加处罚款决定书: three per cent a day, never above the fine, not during reconsideration or suit (AP 72, 73; AC 45).
		Kind: KindSurcharge, Name: procedure.T("加处罚款决定书", "Surcharge decision"), Stage: StageExecution, Numbering: "surcharge", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AP(72, 1, 1), law.AP(73, 3), law.AC(45, 1), law.AC(45, 2), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{past(date("from", "加处罚款起算日期", "From")), past(date("until", "计算至", "Until")), between(number("days", "计算天数", "Days counted"), 1, 100000), optional(prose("paused", "不予计算的期间", "Days not counted"))},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("决定书"), Paragraph{s.served() + "，罚款" + s.amount("fine", "罚款数额", "the fine", s.Dossier.fine()) + "，缴纳期限至" + s.day("payBy", "缴款期限届满日", "the last day to pay", s.Dossier.PayBy) + "。" + s.you() + "到期未足额缴纳，已缴纳" + money(s.Dossier.paid()) + "。"},
				Paragraph{"根据" + s.cites(law.AP(72, 1, 1), law.AC(45, 1), law.AC(45, 2)) + "的规定，本机关决定自" + s.value("from") + "起，每日按罚款数额的百分之三对" + s.you() + "加处罚款，加处罚款的数额不超出罚款的数额。计算至" + s.value("until") + "，计" + s.value("days") + "日，加处罚款" + s.amount("surcharge", "加处罚款数额", "the surcharge", s.Dossier.Surcharge) + "；此后继续计算至缴清之日或者达到罚款数额之日。"},
				Paragraph{"根据" + s.cite(law.AP(73, 3)) + "的规定，加处罚款的数额在行政复议或者行政诉讼期间不予计算。本案不予计算的期间：" + sentence(s.value("paused"))},
				Paragraph{"上述罚款和加处罚款，请" + s.account() + "。"}, s.remedies("本决定", false))
		},
	},
	{
		// 中止执行决定书 (AC 39).
		Kind: KindSuspension, Name: procedure.T("中止（强制）执行决定书", "Suspension of execution"), Stage: StageExecution, Numbering: "suspension", Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(39, 1), law.AC(39, 2)),
		Fields: []procedure.Field{one("ground", "中止执行的情形", "Ground", opt("1", "当事人履行行政决定确有困难或者暂无履行能力", "real difficulty"), opt("2", "第三人对执行标的主张权利，确有理由", "a third party's right"), opt("3", "执行可能造成难以弥补的损失，且中止执行不损害公共利益", "harm that cannot be mended"), opt("4", "本机关认为需要中止执行的其他情形", "other")),
			between(prose("reason", "事实和理由", "Facts and reasons"), 5, 2000), date("from", "中止日期", "From")},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("决定书"), Paragraph{"本机关在执行" + s.decision() + "中，查明：" + sentence(s.value("reason")) + "属于" + s.value("ground") + "的情形。"},
				Paragraph{"根据" + s.numbered(law.AC(39, 1), "ground", "1", "2", "3", "4") + "的规定，决定自" + s.value("from") + "起中止执行。"},
				Paragraph{"根据" + s.cite(law.AC(39, 2)) + "的规定，中止执行的情形消失后，本机关恢复执行。对没有明显社会危害，当事人确无能力履行，中止执行满三年未恢复执行的，本机关不再执行。"})
		},
	},
	{
		// 恢复执行通知书 (AC 39(2), 42(2)).
		Kind: KindResumption, Name: procedure.T("恢复（强制）执行通知书", "Resumption of execution"), Stage: StageExecution, Numbering: "resumption", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AC(39, 2), law.AC(42, 2)),
		Fields: []procedure.Field{one("ground", "恢复执行的情形", "Ground", opt("gone", "中止执行的情形消失", "the ground is gone"), opt("broken", "当事人不履行执行协议", "the agreement was broken")), between(prose("reason", "事实和理由", "Facts and reasons"), 5, 2000), date("from", "恢复日期", "From")},
		Content: func(s *Sheet) []Block {
			basis := law.AC(39, 2)
			if s.choice("ground") == "broken" {
				basis = law.AC(42, 2)
			}
			return s.addressed(two("通知书"), Paragraph{"本机关在执行" + s.decision() + "中，查明：" + sentence(s.value("reason")) + "属于" + s.value("ground") + "的情形。根据" + s.cite(basis) + "的规定，自" + s.value("from") + "起恢复执行。"})
		},
	},
	{
		// 终结执行决定书 (AC 40).
		Kind: KindExecutionEnd, Name: procedure.T("终结（强制）执行决定书", "Ending of execution"), Stage: StageExecution, Numbering: "ending", Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(40), law.AC(39, 2)),
		Fields: []procedure.Field{one("ground", "终结执行的情形", "Ground", opt("1", "公民死亡，无遗产可供执行，又无义务承受人", "died without estate"), opt("2", "法人或者其他组织终止，无财产可供执行，又无义务承受人", "ended without assets"), opt("3", "执行标的灭失", "object gone"), opt("4", "据以执行的行政决定被撤销", "decision revoked"), opt("5", "本机关认为需要终结执行的其他情形", "other")),
			between(prose("reason", "事实和理由", "Facts and reasons"), 5, 2000), date("from", "终结日期", "On")},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("决定书"), Paragraph{"本机关在执行" + s.decision() + "中，查明：" + sentence(s.value("reason")) + "属于" + s.value("ground") + "的情形。根据" + s.numbered(law.AC(40, 1), "ground", "1", "2", "3", "4", "5") + "的规定，决定自" + s.value("from") + "起终结执行。"})
		},
	},
	{
		// 执行协议: performance in stages; the surcharge may be waived, the fine not; broken, execution goes on (AC 42).
		Kind: KindExecutionAgreement, Name: procedure.T("行政强制执行协议书", "Execution agreement"), Stage: StageExecution, Numbering: "agreement", Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(42, 1), law.AC(42, 2)), Signs: []Signer{PartySigns, Agent},
		Fields: []procedure.Field{between(prose("duty", "尚需履行的义务", "What is still to be done"), 5, 2000), between(table("stages", "分阶段履行的安排", "Stages", date("by", "期限", "By"), line1("what", "履行内容", "What")), 1, 60), optional(prose("remedial", "当事人采取的补救措施", "Remedial measures taken")), optional(prose("waived", "减免加处罚款（滞纳金）的约定", "Surcharge waived"))},
		Content: func(s *Sheet) []Block {
			out := []Block{s.party(), Paragraph{"为执行" + s.decision() + "，根据" + s.cite(law.AC(42, 1)) + "的规定，在不损害公共利益和他人合法权益的情况下，" + s.must("authority", "执法机关名称", "the authority", s.Dossier.Authority) + "（以下称执行机关）与" + s.partyName() + "（以下称当事人）达成如下执行协议："},
				Paragraph{"一、当事人尚需履行的义务：" + sentence(s.value("duty"))}, Paragraph{"二、当事人分阶段履行的安排如下："}, s.list("stages", 8, 17.8),
				Paragraph{"三、当事人采取的补救措施：" + sentence(s.value("remedial"))}, Paragraph{"四、减免加处罚款（滞纳金）的约定：" + sentence(s.value("waived")) + "行政处罚决定确定的罚款本数不予减免。"},
				Paragraph{"五、执行协议应当履行。根据" + s.cite(law.AC(42, 2)) + "的规定，当事人不履行执行协议的，执行机关恢复强制执行。"}, Paragraph{"六、本协议自双方签名、盖章之日起生效，一式二份，双方各执一份，具有同等效力。"}, s.signing(map[Signer]string{Agent: ""})}
			return append(out, s.close("")...)
		},
	},
}

// plan is a plan of payments.
func plan() procedure.Field {
	return between(table("plan", "缴纳计划", "Plan", date("by", "缴纳期限", "By"), between(number("yuan", "金额（元）", "Yuan"), 1, 100000000)), 1, 60)
}

// numbered is the item of a list in an article that was chosen.
func (s *Sheet) numbered(c law.Cite, field string, values ...string) string {
	for i, v := range values {
		if s.choice(field) == v {
			c.Item = i + 1
		}
	}
	if c.Item > 0 && c.Para == 0 {
		c.Para = 1
	}
	return s.cite(c)
}
