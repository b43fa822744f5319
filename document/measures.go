package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of coercive measures.
const (
	KindSeizeApproval  Kind = "seizure.approval"
	KindSeize          Kind = "seizure.decision"
	KindSeizeList      Kind = "seizure.list"
	KindSeizeRecord    Kind = "seizure.record"
	KindSeizeExtension Kind = "seizure.extension"
	KindSeizeTesting   Kind = "seizure.testing"
	KindSeizeLifting   Kind = "seizure.lifting"
	KindPerishable     Kind = "seizure.perishable"
	KindClaim          Kind = "claim.announcement"
)

// measure is the choice between the two measures.
func measure() procedure.Field {
	return one("measure", "强制措施种类", "Measure", opt("seize", "扣押", "seizing"), opt("seal", "查封", "sealing"))
}

// measureBasis is the article that gives the power; it depends on the matter.
func measureBasis() procedure.Field {
	return helped(line1("power", "采取强制措施的依据", "Basis of the measure"), "写明法律、法规的名称和条款。", "Statute and article that give the power.")
}

func power(d Dossier) procedure.Values {
	v := held(d)
	if day := d.ActDate; !day.IsZero() {
		v["power"] = cited(law.SH(21, 1), day)
	}
	return v
}

// measures holds the forms of sealing and seizing.
var measures = []*Blank{
	{
		// 查封（扣押）审批表: the head approves before, or within twenty-four hours where it was urgent (AC 18, 19).
		Kind: KindSeizeApproval, Name: procedure.T("查封（扣押）审批表", "Approval of sealing or seizing"), Stage: StageMeasures,
		Cites: procedure.Cites(law.AC(18, 1, 1), law.AC(19), law.AC(23, 1), law.AC(25, 1)), Signs: approvers,
		Fields: withApproval("当场先行实施的，写明是否同意补办手续。", "Where it was done first, whether it is approved.",
			measure(), measureBasis(), one("urgent", "实施情形", "Case", opt("no", "实施前报批", "before"), opt("yes", "情况紧急，当场实施后补办批准手续", "urgent, afterwards")),
			optional(moment("done", "当场实施时间", "Done at, where urgent")), between(prose("reason", "采取强制措施的理由", "Reasons"), 5, 1500), things("涉案场所、设施或者财物", "Places, equipment or things"),
		),
		Fill: power,
		Content: func(s *Sheet) []Block {
			return []Block{s.head([]string{"强制措施种类", s.value("measure"), "实施情形", s.value("urgent")}, []string{"当场实施时间", s.value("done")}, []string{"依据", s.value("power")}, []string{"理由", s.value("reason")}),
				Paragraph{"涉案场所、设施或者财物："}, s.thingList(), s.approvals(),
				Note{"根据" + s.cites(law.AC(18, 1, 1), law.AC(19), law.AC(23, 1)) + "的规定，实施前须经行政机关负责人批准；情况紧急当场实施的，应当在二十四小时内报告并补办批准手续；不得查封、扣押与违法行为无关的场所、设施或者财物和生活必需品。"}}
		},
	},
	{
		// 查封（扣押）决定书: what AC 24(2) asks for: party, reasons, basis and term, things, remedies, authority and date. Handed
		// over on the spot with its list.
		Kind: KindSeize, Name: procedure.T("查封（扣押）决定书", "Decision to seal or seize"), Stage: StageMeasures, Numbering: "seizure", Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(18, 1, 5), law.AC(18, 1, 6), law.AC(24, 1), law.AC(24, 2), law.AC(25, 1), law.AC(25, 3), law.AC(26, 1), law.AC(26, 3), law.AR(20, 1), law.AL(46, 1)), Signs: []Signer{PartySigns, Witness, Officers},
		Fields: []procedure.Field{
			measure(), measureBasis(), between(prose("reason", "理由", "Reasons"), 10, 2000), date("from", "起始日期", "From"), date("until", "届满日期", "Until"), line1("where", "存放（查封）地点", "Where kept"),
			things("场所、设施或者财物", "Places, equipment or things"),
		},
		Fill: power,
		Content: func(s *Sheet) []Block {
			m := s.value("measure")
			out := []Block{s.party(), Addressee{s.partyName() + "："},
				Paragraph{"经查，" + s.you() + "涉嫌" + s.matter() + "。" + sentence(s.value("reason"))},
				Paragraph{"依据" + s.value("power") + "、" + s.cites(law.AC(24, 1), law.AC(25, 1)) + "的规定，经本机关负责人批准，决定对" + s.you() + "的下列场所、设施或者财物予以" + m + "，期限三十日，自" + s.value("from") + "至" + s.value("until") +
					"，存放（查封）地点为" + s.value("where") + "。需要检测、检验、检疫或者技术鉴定的，根据" + s.cite(law.AC(25, 3)) + "的规定，其期间不计入上述期限，由本机关另行书面告知。"},
				s.thingList(),
				Paragraph{"根据" + s.cites(law.AC(26, 1), law.AC(26, 3)) + "的规定，本机关妥善保管上述财物，不使用、不损毁，保管费用由本机关承担。就地查封的，" + s.you() + "不得损毁或者擅自转移、处置。"},
				Paragraph{"根据" + s.cites(law.AC(18, 1, 5), law.AC(18, 1, 6)) + "的规定，" + s.you() + "有权进行陈述和申辩。"}, s.remedies("本决定", false), s.contact(),
				s.signing(map[Signer]string{Witness: ""})}
			return append(out, s.close("本决定书及清单各一式二份，当场交付当事人一份，由本机关保存一份。")...)
		},
	},
	{
		// 查封（扣押）清单: in two copies, one for the party, one for the authority (AC 24(3)).
		Kind: KindSeizeList, Name: procedure.T("查封（扣押）清单", "List of what is sealed or seized"), Stage: StageMeasures, Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(24, 1), law.AC(24, 3)), Signs: []Signer{PartySigns, Keeper, Witness, Officers},
		Fields: []procedure.Field{measure(), line1("where", "存放（查封）地点", "Where kept"), things("场所、设施或者财物", "Places, equipment or things"), optional(prose("remarks", "备注", "Remarks"))},
		Fill:   held,
		Content: func(s *Sheet) []Block {
			out := []Block{Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"当事人", s.partyName()}, {"对应文书", s.prior(KindSeize, "查封（扣押）决定书", "the decision to seal or seize")}, {"措施种类", s.value("measure"), "存放地点", s.value("where")}}},
				s.thingList(), Paragraph{"备注：" + sentence(s.value("remarks"))}, Paragraph{"以上所列已经当场清点，核对无误。"}, s.signing(map[Signer]string{Keeper: "", Witness: ""})}
			return append(out, s.close("根据"+s.cite(law.AC(24, 3))+"的规定，本清单一式二份，由当事人和本机关分别保存。")...)
		},
	},
	{
		// 现场笔录 of a coercive measure: AC 18 item by item: party called, certificates shown, reasons and rights told, party
		// heard, signatures or a witness.
		Kind: KindSeizeRecord, Name: procedure.T("行政强制措施现场笔录", "Scene record of a coercive measure"), Stage: StageMeasures,
		Cites: procedure.Cites(law.AC(18, 1), law.AC(18, 1, 7), law.AC(18, 1, 8), law.AC(18, 1, 9), law.AP(43, 2), law.AP(55, 1), law.AP(55, 2)), Signs: []Signer{PartySigns, Witness, Officers, Recorder}, EveryPage: true,
		Fields: []procedure.Field{
			started(), ended(), line1("place", "实施地点", "Place"), measure(), one("party_present", "当事人到场情况", "Party", opt("yes", "当事人到场", "present"), opt("no", "经通知未到场，邀请见证人到场", "called, absent, a witness came")),
			line1("present", "到场人员姓名及身份", "Who was present"), one("told", "告知理由、依据、权利和救济途径", "Reasons, basis, rights and remedies told", opt("yes", "已当场告知", "told"), opt("absent", "当事人不在场，已向见证人说明", "told to the witness")),
			between(prose("course", "实施经过", "What was done"), 10, 5000), prose("said", "当事人的陈述和申辩及听取情况", "What the party said, and how it was heard"), line1("recorded", "音像记录情况", "Recording"),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"place": d.Place} },
		Content: func(s *Sheet) []Block {
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"实施时间", s.span()}, {"实施地点", s.value("place")}, {"当事人", s.partyName()}, {"措施种类", s.value("measure"), "到场情况", s.value("party_present")},
					{"到场人员", s.value("present")}, {"执法人员", s.officers()}}},
				s.shown("实施行政强制措施"), Paragraph{"告知理由、依据、依法享有的权利和救济途径：" + s.value("told") + "。"},
				Heading{"实施经过"}, Paragraph{sentence(s.value("course"))}, Heading{"当事人的陈述和申辩"}, Paragraph{sentence(s.value("said"))}, Paragraph{"音像记录：" + sentence(s.value("recorded"))},
				Paragraph{"核对意见：以上笔录已经到场人员阅看（已向其宣读），记录与现场情况一致。"}, s.signing(map[Signer]string{Witness: "", Recorder: ""}),
				Note{"根据" + s.cites(law.AC(18, 1, 7), law.AC(18, 1, 8), law.AC(18, 1, 9)) + "的规定制作；当事人拒绝签名或者盖章的，在笔录中予以注明；当事人不到场的，由见证人和执法人员签名或者盖章。"},
			}
		},
	},
	{
		// 延长查封（扣押）期限决定书: once, for thirty days at most, with reasons, told in writing (AC 25(1), 25(2)).
		Kind: KindSeizeExtension, Name: procedure.T("延长查封（扣押）期限决定书", "Decision to extend"), Stage: StageMeasures, Numbering: "seizure_extension", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AC(25, 1), law.AC(25, 2), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{measure(), between(prose("reason", "延长的理由", "Reasons"), 10, 1500), between(number("days", "延长天数", "Days"), 1, 30), date("from", "延长期限起始日期", "From"), date("until", "延长后届满日期", "Until")},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("决定书"),
				Paragraph{"本机关以" + s.prior(KindSeize, "查封（扣押）决定书", "the decision to seal or seize") + "对" + s.you() + "的场所、设施或者财物予以" + s.value("measure") + "。因情况复杂：" + sentence(s.value("reason"))},
				Paragraph{"根据" + s.cites(law.AC(25, 1), law.AC(25, 2)) + "的规定，经本机关负责人批准，决定将" + s.value("measure") + "期限延长" + s.days("days") + "日，自" + s.value("from") + "至" + s.value("until") + "。"}, s.remedies("本决定", false))
		},
	},
	{
		// 检测（鉴定）期间告知书: the time of a test does not count, and must be definite and told in writing; its cost is the
		// authority's (AC 25(3)).
		Kind: KindSeizeTesting, Name: procedure.T("检测（检验、检疫、鉴定）期间告知书", "Notice of the time of a test"), Stage: StageMeasures, Numbering: "testing", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AC(25, 3)),
		Fields: []procedure.Field{measure(), line1("what", "检测（鉴定）的物品", "What is tested"), line1("by", "检测（鉴定）机构", "Tested by"), line1("items", "检测（鉴定）项目", "What is tested for"), date("from", "检测期间起始日期", "From"), date("until", "检测期间届满日期", "Until")},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("告知书"),
				Paragraph{"本机关以" + s.prior(KindSeize, "查封（扣押）决定书", "the decision to seal or seize") + "对" + s.you() + "的财物予以" + s.value("measure") + "。因调查需要，委托" + s.value("by") + "对" + s.value("what") + "进行检测（检验、检疫、鉴定），项目为" + s.value("items") +
					"，期间自" + s.value("from") + "至" + s.value("until") + "。"},
				Paragraph{"根据" + s.cite(law.AC(25, 3)) + "的规定，上述期间不计入" + s.value("measure") + "期限，费用由本机关承担。"})
		},
	},
	{
		// 解除查封（扣押）决定书: AC 28 says when; what was held is given back at once.
		Kind: KindSeizeLifting, Name: procedure.T("解除查封（扣押）决定书", "Decision to lift"), Stage: StageMeasures, Numbering: "seizure_lifting", Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(27), law.AC(28, 1), law.AC(28, 2), law.SH(22, 3)), Signs: []Signer{PartySigns, Officers},
		Fields: []procedure.Field{measure(),
			one("ground", "解除的情形", "Ground", opt("1", "当事人没有违法行为", "no violation"), opt("2", "查封、扣押的场所、设施或者财物与违法行为无关", "unrelated"), opt("3", "本机关对违法行为已经作出处理决定，不再需要查封、扣押", "decided, no longer needed"),
				opt("4", "查封、扣押期限已经届满", "term over"), opt("5", "其他不再需要采取查封、扣押措施的情形", "other")),
			date("on", "解除日期", "Lifted on"), things("解除的场所、设施或者财物", "What is released"), line1("where", "领取地点", "Where to fetch it"), date("until", "领取期限", "To be fetched by")},
		Fill: held,
		Content: func(s *Sheet) []Block {
			ground := law.AC(28, 1)
			for i, v := range []string{"1", "2", "3", "4", "5"} {
				if s.choice("ground") == v {
					ground = law.AC(28, 1, i+1)
				}
			}
			out := []Block{s.party(), Addressee{s.partyName() + "："},
				Paragraph{"本机关以" + s.prior(KindSeize, "查封（扣押）决定书", "the decision to seal or seize") + "对" + s.you() + "的场所、设施或者财物予以" + s.value("measure") + "。因" + s.value("ground") + "，根据" + s.cite(ground) + "的规定，决定自" + s.value("on") + "起对下列场所、设施或者财物解除" + s.value("measure") + "："},
				s.thingList(), Paragraph{"根据" + s.cite(law.AC(28, 2)) + "的规定，上述财物立即退还。请" + s.you() + "凭本决定书和有效身份证件于" + s.value("until") + "前到" + s.value("where") + "领取；逾期不认领的，本机关将根据" + s.cite(law.SH(22, 3)) + "的规定发布认领公告。"},
				s.contact(), s.signing(nil)}
			return append(out, s.close(two("决定书"))...)
		},
	},
	{
		// 易腐物品处理通知书: whoever owns what rots is told to come within two days; else it is sold, or destroyed after evidence
		// was kept (SH 22(2)).
		Kind: KindPerishable, Name: procedure.T("易腐烂、变质物品接受处理通知书", "Notice on perishable things"), Stage: StageMeasures, Numbering: "perishable", Seal: true, Served: true,
		Cites:  procedure.Cites(law.SH(22, 2)),
		Fields: []procedure.Field{things("易腐烂、变质的物品", "Perishable things"), line1("where", "接受处理地点", "Where"), ahead("until", "接受处理的截止时间", "By when")},
		Fill:   held,
		Content: func(s *Sheet) []Block {
			return s.addressed(two("通知书"),
				Paragraph{"本机关在办理" + s.title() + "一案中扣押的下列物品易腐烂、变质："}, s.thingList(),
				Paragraph{"根据" + s.cite(law.SH(22, 2)) + "的规定，请" + s.you() + "在二日内，即" + s.value("until") + "前，到" + s.value("where") + "接受处理。逾期不接受处理的，本机关可以在登记后拍卖、变卖；无法拍卖、变卖的，可以在留存证据后销毁。"})
		},
	},
	{
		// 认领公告: things that nobody fetches, or whose owner nobody knows; after sixty days they are disposed of (SH 22(3), 23).
		Kind: KindClaim, Name: procedure.T("物品认领公告", "Claim announcement"), Stage: StageMeasures, Numbering: "claim", Seal: true,
		Cites: procedure.Cites(law.SH(22, 3), law.SH(23)),
		Fields: []procedure.Field{one("ground", "公告情形", "Case", opt("unclaimed", "解除扣押后当事人逾期不认领", "not fetched"), opt("unknown", "当事人难以查明", "owner unknown"), opt("left", "当事人弃留现场", "left at the scene")),
			past(date("taken_on", "扣押（发现）日期", "Taken on")), line1("taken_at", "扣押（发现）地点", "Taken at"), things("物品", "Things"), line1("where", "认领地点", "Where to claim")},
		Fill: func(d Dossier) procedure.Values {
			v := held(d)
			v["taken_at"] = d.Place
			return v
		},
		Content: func(s *Sheet) []Block {
			return s.public("本公告在本机关网站和公告栏发布，归档一份。",
				Paragraph{"本机关于" + s.value("taken_on") + "在" + s.value("taken_at") + "依法扣押（登记）下列物品，因" + s.value("ground") + "，根据" + s.cites(law.SH(22, 3), law.SH(23)) + "的规定，现予公告："},
				s.thingList(),
				Paragraph{"请物品所有人自本公告发布之日起六十日内，持有效身份证件和权属证明到" + s.value("where") + "认领。逾期无人认领的，本机关将采取拍卖、变卖等方式妥善处置，所得款项依照规定上缴国库。"}, s.contact())
		},
	},
}
