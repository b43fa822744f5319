package document

import (
	"strings"

	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of evidence, besides the records.
const (
	KindInquiryNotice    Kind = "inquiry.notice"
	KindEvidenceList     Kind = "evidence.list"
	KindSampling         Kind = "sampling.voucher"
	KindPreserveApproval Kind = "preservation.approval"
	KindPreserve         Kind = "preservation.notice"
	KindPreserveDisposal Kind = "preservation.disposal"
	KindCorrectionOrder  Kind = "correction.order"
	KindStopBuilding     Kind = "building.stop"
	KindAssistance       Kind = "assistance.letter"
	KindExpertCommission Kind = "expert.commission"
)

// things is a table of things, as it stands on every list of what is held.
func things(zh, en string) procedure.Field {
	return between(table("things", zh, en, line1("name", "名称", "Name"), optional(line1("model", "规格型号", "Model or size")),
		line1("quantity", "数量", "Quantity"), optional(line1("state", "状态（特征）", "Condition"))), 1, 200)
}

// evidenceType guesses the kind of evidence (AP 46(1)) from its name; the officer corrects it.
func evidenceType(name string) string {
	for _, g := range []struct{ word, kind string }{{"询问", "6"}, {"笔录", "8"}, {"照片", "3"}, {"录像", "3"}, {"视频", "3"}, {"录音", "3"}, {"鉴定", "7"}, {"检测", "7"}, {"电子", "4"}, {"证言", "5"}, {"陈述", "6"}} {
		if strings.Contains(name, g.word) {
			return g.kind
		}
	}
	return "1"
}

// held proposes the things that are held at present.
func held(d Dossier) procedure.Values {
	var rows []map[string]any
	for _, t := range d.Things {
		row := map[string]any{"name": t.Name, "quantity": t.Quantity}
		if t.Model != "" {
			row["model"] = t.Model
		}
		if t.State != "" {
			row["state"] = t.State
		}
		rows = append(rows, row)
	}
	if rows == nil {
		return procedure.Values{}
	}
	return procedure.Values{"things": rows}
}

func (s *Sheet) thingList() Table { return s.list("things", 8, 7, 4, 6.8) }

// gathering holds the forms of the investigation that are no records.
var gathering = []*Blank{
	{
		// 询问通知书: calls somebody to an inquiry; the parties and others concerned answer truthfully and assist (AP 55(2)).
		Kind: KindInquiryNotice, Name: procedure.T("询问通知书", "Inquiry notice"), Stage: StageEvidence, Numbering: "inquiry", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(55, 2), law.AP(45, 1)),
		Fields: []procedure.Field{
			line1("to", "被通知人", "Who is called"), ahead("at", "接受询问时间", "When"), line1("where", "接受询问地点", "Where"),
			optional(table("bring", "需携带的材料", "What to bring", line1("item", "材料名称", "Item"))),
		},
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"to": d.Party.Name, "where": d.Contact.Address}
		},
		Content: func(s *Sheet) []Block {
			bring := "请携带本人身份证件。"
			if s.has("bring") {
				bring = "请携带本人身份证件和下列材料："
				for i, row := range s.cells("bring") {
					if i > 0 {
						bring += "；"
					}
					bring += row[0] + "．" + row[1]
				}
				bring += "。"
			}
			return s.letter(s.value("to"), "本通知书一式二份，一份送达被通知人，一份由本机关归档。",
				Paragraph{"为查明" + s.title() + "一案，根据" + s.cite(law.AP(55, 2)) + "的规定，请你（单位）于" + s.value("at") + "到" + s.value("where") +
					"接受询问。当事人或者有关人员应当如实回答询问，并协助调查或者检查，不得拒绝或者阻挠。"},
				Paragraph{bring + "委托他人代为接受询问的，受托人应当提交由委托人签名或者盖章的授权委托书和受托人的身份证件。"},
				Paragraph{"根据" + s.cite(law.AP(45, 1)) + "的规定，当事人有权进行陈述和申辩。"})
		},
	},
	{
		// 证据清单: the evidence of the case by the eight kinds of AP 46, each verified before it counts.
		Kind: KindEvidenceList, Name: procedure.T("证据清单", "Evidence list"), Stage: StageEvidence,
		Cites: procedure.Cites(law.AP(46, 1), law.AP(46, 2)), Signs: []Signer{Handler},
		Fields: []procedure.Field{
			between(table("evidence", "证据", "Evidence", line1("name", "证据名称", "Name"),
				one("type", "种类", "Kind", opt("1", "书证", "document"), opt("2", "物证", "object"), opt("3", "视听资料", "audio-visual"), opt("4", "电子数据", "electronic data"),
					opt("5", "证人证言", "witness"), opt("6", "当事人的陈述", "statement of the party"), opt("7", "鉴定意见", "expert opinion"), opt("8", "勘验笔录、现场笔录", "record of inspection")),
				optional(line1("source", "来源（取得时间、方式）", "Source")), line1("proves", "证明内容", "What it proves"), optional(line1("pages", "页数（数量）", "Pages"))), 1, 200),
			optional(prose("verified", "查证情况", "How it was verified")),
		},
		Fill: func(d Dossier) procedure.Values {
			var rows []map[string]any
			for _, e := range d.Evidence {
				row := map[string]any{"name": e.Name, "proves": e.Proves, "type": evidenceType(e.Name)}
				if e.Source != "" {
					row["source"] = e.Source
				}
				rows = append(rows, row)
			}
			if rows == nil {
				return nil
			}
			return procedure.Values{"evidence": rows}
		},
		Content: func(s *Sheet) []Block {
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"案件编号", s.caseNumber(), "当事人", s.partyName()}}},
				s.list("evidence", 6.4, 4, 5.6, 7.2, 2.6),
				Paragraph{"查证情况：" + sentence(s.value("verified"))},
				s.signing(nil),
				Note{"根据" + s.cite(law.AP(46, 2)) + "的规定，证据必须经查证属实，方可作为认定案件事实的根据。"},
			}
		},
	},
	{
		// 抽样取证凭证: samples may be taken as evidence (AP 56); the holder sees it done and signs.
		Kind: KindSampling, Name: procedure.T("抽样取证凭证", "Sampling voucher"), Stage: StageEvidence, Numbering: "sampling", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(42, 1), law.AP(55, 1), law.AP(56)), Signs: []Signer{PartySigns, Witness, Officers},
		Fields: []procedure.Field{
			moment("taken", "抽样时间", "Taken at"), line1("place", "抽样地点", "Place"), line1("method", "抽样方式", "How the samples were chosen"),
			between(table("samples", "样品", "Samples", line1("name", "样品名称", "Sample"), optional(line1("model", "规格批号", "Model, lot")), line1("base", "被抽样物品数量", "Quantity sampled from"), line1("quantity", "样品数量", "Quantity taken")), 1, 100),
			line1("sealed", "封样情况", "How it was sealed"), line1("keeping", "样品保存（返还）方式", "How it is kept or returned"),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"place": d.Place} },
		Content: func(s *Sheet) []Block {
			out := []Block{s.party(),
				Paragraph{"为查明" + s.title() + "一案，根据" + s.cite(law.AP(56)) + "的规定，本机关执法人员" + s.officers() + "于" + s.value("taken") + "在" + s.value("place") +
					"出示执法证件后，以" + s.value("method") + "的方式抽取下列样品作为证据："},
				s.list("samples", 9, 6, 5.8, 5),
				Paragraph{"封样情况：" + sentence(s.value("sealed")) + "样品保存（返还）方式：" + sentence(s.value("keeping"))},
				Paragraph{s.you() + "对抽样取证有异议的，有权向本机关陈述和申辩。"},
				s.signing(map[Signer]string{Witness: ""})}
			return append(out, s.close("本凭证一式二份，一份交当事人，一份由本机关归档。")...)
		},
	},
	{
		// 先行登记保存证据审批表: only where evidence may be lost, and with the approval of the head (AP 56).
		Kind: KindPreserveApproval, Name: procedure.T("先行登记保存证据审批表", "Approval of preserving evidence"), Stage: StageEvidence,
		Cites: procedure.Cites(law.AP(56)), Signs: approvers,
		Fields: withApproval("写明同意保存的物品、期限和方式。", "What is preserved, for how long and how.",
			between(prose("reason", "先行登记保存的理由", "Why evidence must be preserved"), 5, 1500), things("拟登记保存的物品", "Things to preserve"),
			one("way", "保存方式", "How", opt("in_place", "就地保存", "in place"), opt("elsewhere", "异地保存", "elsewhere")), line1("where", "保存地点", "Where"),
		),
		Fill: func(d Dossier) procedure.Values {
			v := held(d)
			v["where"] = d.Place
			return v
		},
		Content: func(s *Sheet) []Block {
			return []Block{s.head([]string{"保存方式", s.value("way"), "保存地点", s.value("where")}, []string{"理由", s.value("reason")}),
				Paragraph{"拟登记保存的物品："}, s.thingList(), s.approvals(),
				Note{"根据" + s.cite(law.AP(56)) + "的规定，先行登记保存须经行政机关负责人批准，并应当在七个工作日内及时作出处理决定。"}}
		},
	},
	{
		// 先行登记保存证据通知书 with its list: nobody may destroy or move the things; the authority decides within seven
		// working days (AP 56, AP 85).
		Kind: KindPreserve, Name: procedure.T("先行登记保存证据通知书", "Preservation notice with list"), Stage: StageEvidence, Numbering: "preservation", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(56), law.AP(85), law.AP(45, 1)), Signs: []Signer{PartySigns, Keeper, Witness, Officers},
		Fields: []procedure.Field{
			date("from", "登记保存起始日期", "From"), date("until", "作出处理决定的最后期限", "To be decided by"),
			one("way", "保存方式", "How", opt("in_place", "就地保存", "in place"), opt("elsewhere", "异地保存", "elsewhere")), line1("where", "保存地点", "Where"), things("登记保存的物品", "Things preserved"),
		},
		Fill: held,
		Content: func(s *Sheet) []Block {
			out := []Block{s.party(), Addressee{s.partyName() + "："},
				Paragraph{"因" + s.title() + "一案的证据可能灭失或者以后难以取得，根据" + s.cite(law.AP(56)) + "的规定，经本机关负责人批准，决定自" + s.value("from") + "起对下列物品予以先行登记保存，方式为" +
					s.value("way") + "，地点为" + s.value("where") + "："},
				s.thingList(),
				Paragraph{"根据" + s.cites(law.AP(56), law.AP(85)) + "的规定，本机关将在七个工作日内，即" + s.value("until") + "前，对上述物品作出处理决定。在此期间，" + s.you() + "和有关人员不得使用、销毁或者转移。"},
				Paragraph{"根据" + s.cite(law.AP(45, 1)) + "的规定，" + s.you() + "有权进行陈述和申辩。"}, s.contact(),
				s.signing(map[Signer]string{Keeper: "", Witness: ""})}
			return append(out, s.close(two("通知书"))...)
		},
	},
	{
		// 先行登记保存证据处理决定书: within seven working days the things are given back, examined, seized or sent on (AP 56).
		Kind: KindPreserveDisposal, Name: procedure.T("先行登记保存证据处理决定书", "Decision on preserved evidence"), Stage: StageEvidence, Numbering: "disposal", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(56), law.AR(20, 1), law.AL(46, 1)), Signs: []Signer{PartySigns, Officers},
		Fields: []procedure.Field{
			one("what", "处理方式", "Decision", opt("return", "解除登记保存，返还当事人", "lifted and returned"), opt("evidence", "采取记录、复制、拍照、录像等证据保全措施后返还", "recorded and returned"),
				opt("test", "送交具有资质的专门机构检测、检验、鉴定", "sent to be examined"), opt("seize", "依法采取查封、扣押措施", "seized"), opt("transfer", "移送有关部门处理", "transferred")),
			optional(prose("reason", "处理理由和具体安排", "Reasons and details")), things("所涉物品", "Things concerned"),
		},
		Fill: held,
		Content: func(s *Sheet) []Block {
			out := []Block{s.party(), Addressee{s.partyName() + "："},
				Paragraph{"本机关以" + s.prior(KindPreserve, "先行登记保存证据通知书", "the preservation notice") + "对" + s.you() + "的物品予以先行登记保存。根据" + s.cite(law.AP(56)) + "的规定，现决定对下列物品作如下处理：" + s.value("what") + "。"},
				s.thingList(), Paragraph{"处理理由和具体安排：" + sentence(s.value("reason"))}, s.remedies("本决定", false), s.contact(), s.signing(nil)}
			return append(out, s.close(two("决定书"))...)
		},
	},
	{
		// 责令改正通知书: an order to correct, at once or by a day, goes with every penalty (AP 28) and before it where the
		// case is slight (SH 18).
		Kind: KindCorrectionOrder, Name: procedure.T("责令改正通知书", "Order to correct"), Stage: StageEvidence, Numbering: "correction", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(28, 1), law.SH(18, 2), law.AP(45, 1), law.AR(20, 1), law.AL(46, 1)), Signs: []Signer{PartySigns, Witness, Officers},
		Fields: []procedure.Field{
			between(prose("facts", "违法事实", "Facts"), 10, 3000), between(prose("order", "责令改正的内容和要求", "What is to be corrected, and how"), 4, 1500),
			one("term", "改正期限", "Term", opt("now", "立即改正", "at once"), opt("until", "限期改正", "by a day")), optional(ahead("until", "改正截止时间", "To be corrected by")),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"facts": d.Findings, "order": d.Correct} },
		Content: func(s *Sheet) []Block {
			term := "立即"
			if s.choice("term") == "until" {
				until := s.value("until")
				if !s.has("until") {
					until = s.gap("until", s.field("until").Label)
				}
				term = "于" + until + "前"
			} else if s.choice("term") == "" {
				term = s.value("term")
			} else if s.has("until") {
				term = "立即（至迟于" + s.value("until") + "前）"
			}
			out := []Block{s.party(), Addressee{s.partyName() + "："}, Paragraph{"经查：" + sentence(s.value("facts"))},
				Paragraph{s.you() + "的上述行为违反了" + s.violated() + "的规定。根据" + s.cites(law.AP(28, 1), law.SH(18, 2)) + "的规定，责令" + s.you() + term + "按照下列要求改正：\n" + sentence(s.value("order"))},
				Paragraph{"拒不改正或者逾期不改正的，本机关将依法处理。"},
				Paragraph{"根据" + s.cite(law.AP(45, 1)) + "的规定，" + s.you() + "有权进行陈述和申辩。"}, s.remedies("本通知", false), s.contact(),
				s.signing(map[Signer]string{Witness: ""})}
			return append(out, s.close(two("通知书"))...)
		},
	},
	{
		// 责令停止建设（暂停施工）通知书: who builds without a permit is told to stop on the spot, in writing, and may lose tools
		// and materials (UP 64, SB 11).
		Kind: KindStopBuilding, Name: procedure.T("责令停止建设通知书", "Order to stop building"), Stage: StageEvidence, Numbering: "stop", Seal: true, Served: true,
		Cites: procedure.Cites(law.UP(64), law.SB(11), law.AP(45, 1), law.AR(20, 1), law.AL(46, 1)), Signs: []Signer{PartySigns, Witness, Officers},
		Fields: []procedure.Field{
			moment("found", "发现时间", "Found at"), line1("where", "建设地点", "Place"), between(prose("building", "正在搭建的建筑物、构筑物情况", "What is being built"), 5, 2000),
			ahead("until", "自行拆除截止时间", "To be removed by"), optional(line1("builder", "施工单位（人员）", "Who builds")),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"where": d.Place, "building": d.Findings} },
		Content: func(s *Sheet) []Block {
			out := []Block{s.party(), Addressee{s.partyName() + "："},
				Paragraph{"经查，" + s.value("found") + s.you() + "正在" + s.value("where") + "进行搭建：" + sentence(s.value("building")) + "施工单位（人员）：" + sentence(s.value("builder"))},
				Paragraph{s.you() + "的上述行为涉嫌违反" + s.violated() + "的规定。根据" + s.cites(law.UP(64), law.SB(11)) + "的规定，责令" + s.you() + "立即停止建设，并于" + s.value("until") + "前自行拆除。"},
				Paragraph{"根据" + s.cite(law.SB(11)) + "的规定，本机关可以采取暂扣施工工具和材料等措施；" + s.you() + "拒不停止建设或者拒不拆除的，本机关将依法立即强制拆除，并可以依法予以罚款。"},
				Paragraph{"根据" + s.cite(law.AP(45, 1)) + "的规定，" + s.you() + "有权进行陈述和申辩。"}, s.remedies("本通知", false), s.contact(),
				s.signing(map[Signer]string{Witness: ""})}
			return append(out, s.close(two("通知书"))...)
		},
	},
	{
		// 协助通知书: another department is asked for facts, papers or a finding; it answers in writing within ten days (SH
		// 29, AP 26).
		Kind: KindAssistance, Name: procedure.T("协助调查（认定）通知书", "Assistance letter"), Stage: StageEvidence, Numbering: "assistance", Seal: true,
		Cites: procedure.Cites(law.AP(26), law.SH(29, 1), law.SH(29, 2)),
		Fields: []procedure.Field{
			line1("to", "受文单位", "To whom"), between(prose("facts", "案件情况", "The case"), 5, 2000), between(prose("wanted", "需要协助（认定）的事项", "What is asked"), 5, 2000),
			optional(prose("attached", "所附材料", "Attached")),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"facts": neutral(d.Findings)} },
		Content: func(s *Sheet) []Block {
			return s.letter(s.value("to"), "本通知书一式二份，一份送达受文单位，一份由本机关归档。",
				Paragraph{"本机关正在办理" + s.title() + "一案（案件编号：" + s.caseNumber() + "）。" + sentence(s.value("facts"))},
				Paragraph{"根据" + s.cites(law.AP(26), law.SH(29, 1), law.SH(29, 2)) + "的规定，请你单位对下列事项予以协助：\n" + sentence(s.value("wanted"))},
				Paragraph{"请自收到本通知书之日起十日内出具书面意见；情况复杂需要延期的，请以书面形式说明理由并明确答复期限。"},
				Paragraph{"所附材料：" + sentence(s.value("attached"))})
		},
	},
	{
		// 鉴定（检测）委托书: an examiner is asked for an opinion, which is one of the kinds of evidence (AP 46(1.7)).
		Kind: KindExpertCommission, Name: procedure.T("鉴定（检测）委托书", "Commission of an expert opinion"), Stage: StageEvidence, Numbering: "expert", Seal: true,
		Cites: procedure.Cites(law.AP(46, 1, 7), law.AC(25, 3)),
		Fields: []procedure.Field{
			line1("to", "受托机构", "Examiner"), table("items", "送检材料", "What is sent", line1("name", "名称", "Name"), optional(line1("model", "规格型号", "Model")), line1("quantity", "数量", "Quantity")),
			between(prose("wanted", "鉴定（检测）事项和要求", "What is to be found out"), 5, 2000), date("until", "出具意见的期限", "Opinion due"),
		},
		Content: func(s *Sheet) []Block {
			return s.letter(s.value("to"), "本委托书一式二份，一份交受托机构，一份由本机关归档。",
				Paragraph{"因办理" + s.title() + "一案的需要，根据" + s.cite(law.AP(46, 1, 7)) + "的规定，现委托你机构对下列材料进行鉴定（检测）："}, s.list("items", 12, 8, 5.8),
				Paragraph{"鉴定（检测）事项和要求：" + sentence(s.value("wanted"))},
				Paragraph{"请于" + s.value("until") + "前出具书面意见，载明委托人、受托机构、送检材料、检测依据和方法、结论，由鉴定人签名并加盖机构印章，附机构资质和鉴定人资格证明。"})
		},
	},
}
