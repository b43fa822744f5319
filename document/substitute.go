package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of substitute performance and of demolition.
const (
	KindSubstitute          Kind = "substitute.decision"
	KindSubstituteRecord    Kind = "substitute.record"
	KindImmediate           Kind = "substitute.immediate"
	KindDemolitionOrder     Kind = "demolition.order"
	KindDemolitionPublic    Kind = "demolition.publication"
	KindDemolitionNotice    Kind = "demolition.notice"
	KindDemolitionDemand    Kind = "demolition.demand"
	KindDemolitionDecision  Kind = "demolition.decision"
	KindDemolitionAnnounced Kind = "demolition.announcement"
	KindDemolitionRecord    Kind = "demolition.record"
	KindBelongings          Kind = "belongings.notice"
	KindClearing            Kind = "clearing.notice"
)

// substitutes holds the papers of substitute performance (AC 50 to 52).
var substitutes = []*Blank{
	{
		// 代履行决定书: party, reasons and basis, way and time, object, estimate of the cost, performer (AC 51(1.1)); demanded three
		// working days before (AC 51(1.2), 69); the cost is reasonable and the party's (AC 51(2)).
		Kind: KindSubstitute, Name: procedure.T("代履行决定书", "Substitute performance decision"), Stage: StageExecution, Numbering: "substitute", Seal: true, Served: true,
		Cites:  procedure.Cites(law.AC(50), law.AC(51, 1, 1), law.AC(51, 1, 2), law.AC(51, 1, 3), law.AC(51, 2), law.AC(51, 3), law.AC(69), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{between(prose("reason", "代履行的理由", "Reasons"), 5, 2000), between(prose("object", "代履行的标的", "Object"), 2, 1500), between(prose("way", "代履行的方式", "How"), 2, 1500), ahead("at", "代履行的时间", "When"), line1("performer", "代履行人", "Performer"), between(number("cost", "费用预算（元）", "Estimated cost (yuan)"), 0, 100000000), optional(prose("cost_basis", "费用预算的依据", "How the cost was estimated"))},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("决定书"), Paragraph{s.served() + "，要求" + s.you() + "履行排除妨碍、恢复原状等义务。经" + s.prior(KindDemand, "履行行政决定催告书", "the demand") + "催告，" + s.you() + "逾期仍不履行。" + sentence(s.value("reason"))},
				Paragraph{"根据" + s.cites(law.AC(50), law.AC(51, 1, 1)) + "的规定，本机关决定代履行，有关事项如下："},
				Table{Widths: []float64{7, 21}, Rows: [][]string{{"代履行的标的", s.value("object")}, {"代履行的方式", s.value("way")}, {"代履行的时间", s.value("at")}, {"代履行人", s.value("performer")}, {"费用预算", s.yuan("cost")}, {"费用预算的依据", s.value("cost_basis")}}},
				Paragraph{"根据" + s.cites(law.AC(51, 1, 2), law.AC(69)) + "的规定，本机关在代履行三个工作日前再次催告；" + s.you() + "履行的，停止代履行。代履行时，本机关派员到场监督，不采用暴力、胁迫以及其他非法方式。"},
				Paragraph{"根据" + s.cite(law.AC(51, 2)) + "的规定，代履行的费用按照成本合理确定，由" + s.you() + "承担，法律另有规定的除外。"}, s.remedies("本决定", false))
		},
	},
	{
		// 代履行执行记录: an officer supervises; officer, performer and party or witness sign (AC 51(1.3), (1.4)).
		Kind: KindSubstituteRecord, Name: procedure.T("代履行执行文书", "Record of substitute performance"), Stage: StageExecution,
		Cites: procedure.Cites(law.AC(51, 1, 3), law.AC(51, 1, 4), law.AC(51, 2)), Signs: []Signer{PartySigns, Performer, Witness, Officers}, EveryPage: true,
		Fields: []procedure.Field{started(), ended(), line1("place", "代履行地点", "Place"), line1("performer", "代履行人", "Performer"), line1("supervised", "到场监督人员", "Supervised by"), between(prose("course", "代履行经过和结果", "Course and result"), 5, 5000), between(number("cost", "实际费用（元）", "Actual cost (yuan)"), 0, 100000000), line1("recorded", "音像记录情况", "Recording")},
		Fill:   func(d Dossier) procedure.Values { return procedure.Values{"place": d.Place} },
		Content: func(s *Sheet) []Block {
			return []Block{Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"对应文书", s.prior(KindSubstitute, "代履行决定书", "the substitute performance decision")}, {"时间", s.span()}, {"地点", s.value("place")}, {"当事人", s.partyName()}, {"代履行人", s.value("performer")}, {"到场监督人员", s.value("supervised")}}},
				Heading{"代履行经过和结果"}, Paragraph{sentence(s.value("course"))}, Paragraph{"实际费用：" + s.yuan("cost") + "。音像记录：" + sentence(s.value("recorded"))}, s.signing(map[Signer]string{Witness: ""}),
				Note{"根据" + s.cite(law.AC(51, 1, 4)) + "的规定，代履行完毕，到场监督的工作人员、代履行人和当事人或者见证人应当在执行文书上签名或者盖章。"}}
		},
	},
	{
		// 立即代履行记录（事后通知书）: spills and obstacles on roads, rivers and public places that the party cannot clear; an absent
		// party is told at once afterwards (AC 52).
		Kind: KindImmediate, Name: procedure.T("立即代履行记录及通知书", "Immediate substitute performance"), Stage: StageExecution, Numbering: "immediate", Seal: true, Served: true,
		Cites: procedure.Cites(law.AC(52), law.AC(51, 2), law.AR(20, 1), law.AL(46, 1)), Signs: []Signer{PartySigns, Performer, Witness, Officers},
		Fields: []procedure.Field{started(), ended(), line1("place", "地点", "Place"), one("where", "场所类型", "Kind of place", opt("road", "道路", "road"), opt("river", "河道、航道", "waterway"), opt("public", "公共场所", "public place")), between(prose("object", "需要立即清除的遗洒物、障碍物或者污染物", "What had to be cleared at once"), 2, 1500),
			one("party_present", "当事人情况", "Party", opt("unable", "当事人在场，不能清除", "present, unable"), opt("absent", "当事人不在场", "absent")), between(prose("course", "清除经过和结果", "Course and result"), 5, 3000), line1("performer", "代履行人", "Performer"), between(number("cost", "费用（元）", "Cost (yuan)"), 0, 100000000), line1("recorded", "音像记录情况", "Recording")},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"place": d.Place} },
		Content: func(s *Sheet) []Block {
			out := []Block{s.party(), Table{Widths: pairs, Pairs: true, Rows: [][]string{{"时间", s.span()}, {"地点", s.value("place")}, {"场所类型", s.value("where"), "当事人情况", s.value("party_present")}, {"代履行人", s.value("performer")}, {"执法人员", s.officers()}}},
				Paragraph{"需要立即清除的遗洒物、障碍物或者污染物：" + sentence(s.value("object")) + "当事人不能清除，根据" + s.cite(law.AC(52)) + "的规定，本机关决定立即实施代履行。"}, Paragraph{"清除经过和结果：" + sentence(s.value("course"))},
				Paragraph{"费用：" + s.yuan("cost") + "，根据" + s.cite(law.AC(51, 2)) + "的规定按照成本合理确定，由当事人承担，法律另有规定的除外。音像记录：" + sentence(s.value("recorded"))},
				Paragraph{"根据" + s.cite(law.AC(52)) + "的规定，当事人不在场的，本机关在事后立即通知当事人，并依法作出处理。"}, s.remedies("本决定", false), s.contact(), s.signing(map[Signer]string{Witness: ""})}
			return append(out, s.close(two("文书"))...)
		},
	},
}

// building is the structure, as every paper of demolition names it.
func building() procedure.Field {
	return between(prose("building", "违法建筑的位置、结构和面积", "Place, build and area of the structure"), 5, 2000)
}

func buildingOf(d Dossier) procedure.Values { return procedure.Values{"building": d.Place} }

// order names the order to demolish.
func (s *Sheet) order() string {
	return s.prior(KindDemolitionOrder, "责令限期拆除决定书", "the order to demolish")
}

// demolition holds the papers of an illegal structure (SB, UP 64 to 68, AC 44).
var demolition = []*Blank{
	{
		// 责令限期拆除决定书: in writing (SB 8), served and announced (SB 9); what the law forbids, by when to remove it, remedies.
		Kind: KindDemolitionOrder, Name: procedure.T("责令限期拆除决定书", "Demolition order"), Stage: StageDecision, Numbering: "demolition", Seal: true, Served: true,
		Cites:  procedure.Cites(law.SB(8), law.SB(9), law.SB(10, 1), law.SB(10, 4), law.UP(64), law.AC(44), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{building(), between(prose("facts", "查明的事实", "Facts"), 10, 5000), line1("finding", "规划管理部门的认定意见", "Finding of the planning department"), between(prose("defence", "告知及听取意见情况", "Notice and defence"), 2, 3000), one("power", "适用的处理依据", "Basis", opt("no_permit", "未取得建设工程规划许可证", "no permit"), opt("against", "未按照建设工程规划许可证的规定进行建设", "against the permit")), date("until", "自行拆除的期限", "To be removed by")},
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"building": d.Place, "facts": d.Findings, "defence": "已告知拟作出的决定及事实、理由、依据和权利，当事人未提出陈述、申辩意见"}
		},
		Content: func(s *Sheet) []Block {
			return append([]Block{s.party()}, append([]Block{Heading{"一、查明的事实"}, Paragraph{"违法建筑：" + sentence(s.value("building"))}, Paragraph{sentence(s.value("facts"))}, Paragraph{"规划管理部门的认定意见：" + sentence(s.value("finding"))}, Paragraph{"上述事实，有下列证据证明："}, s.evidence(), Heading{"二、告知和听取意见"}, Paragraph{sentence(s.value("defence"))},
				Heading{"三、决定"}, Paragraph{s.you() + s.value("power") + "，违反了" + s.violated() + "的规定，属于无法采取改正措施消除影响的违法建筑。根据" + s.cites(law.UP(64), law.SB(8)) + "的规定，责令" + s.you() + "于" + s.value("until") + "前自行拆除上述违法建筑。"},
				Paragraph{"根据" + s.cites(law.SB(10, 1), law.SB(10, 4), law.AC(44)) + "的规定，" + s.you() + "自行拆除确有困难的，可以向本机关提出，由本机关代为拆除；在法定期限内不申请行政复议或者提起行政诉讼，又不拆除的，由" + s.must("government", "区人民政府", "the district government", s.Dossier.Government) + "依法作出强制拆除决定。"},
				Heading{"四、救济途径和期限"}, s.remedies("本决定", false), s.contact()}, s.close("本决定书一式二份，一份送达当事人，一份由本机关归档；本决定同时予以公告。")...)...)
		},
	},
	{
		// 责令限期拆除决定公告: the order is announced as well as served (SB 9, AC 44).
		Kind: KindDemolitionPublic, Name: procedure.T("责令限期拆除公告", "Publication of a demolition order"), Stage: StageService, Numbering: "demolition_public", Seal: true,
		Cites:  procedure.Cites(law.SB(9), law.AC(44)),
		Fields: []procedure.Field{building(), date("until", "自行拆除的期限", "To be removed by")}, Fill: buildingOf,
		Content: func(s *Sheet) []Block {
			return s.public("本公告张贴于违法建筑现场，并在本机关公告栏发布，归档一份。", Paragraph{s.partyName() + "的下列建筑物、构筑物为违法建筑：" + sentence(s.value("building"))}, Paragraph{"本机关已作出" + s.order() + "，根据" + s.cites(law.SB(9), law.AC(44)) + "的规定，现予公告，限当事人于" + s.value("until") + "前自行拆除。"}, s.contact())
		},
	},
	{
		// 限期拆除通告: where nobody knows the party or it cannot be served: ten days at least (SB 9).
		Kind: KindDemolitionNotice, Name: procedure.T("限期拆除违法建筑通告", "Notice to an unknown party"), Stage: StageService, Numbering: "demolition_notice", Seal: true,
		Cites:  procedure.Cites(law.SB(8), law.SB(9), law.SB(10, 4), law.UP(64), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{building(), one("ground", "通告的情形", "Case", opt("unknown", "当事人难以确定", "party unknown"), opt("unserved", "责令限期拆除决定难以送达当事人", "cannot be served")), between(prose("facts", "查明的事实", "Facts"), 10, 3000), between(number("days", "告示期限（日，不少于十日）", "Days, ten at least"), 10, 365), date("until", "告示期限届满日", "Until")},
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"building": d.Place, "facts": neutral(d.Findings), "days": int64(10)}
		},
		Content: func(s *Sheet) []Block {
			remedies := Paragraph{"当事人不服的，可以自知道之日起六十日内，根据" + s.cite(law.AR(20, 1)) + "的规定，向" + s.must("reconsideration", "行政复议机关", "the authority for reconsideration", s.Dossier.Reconsideration) + "申请行政复议；也可以自知道之日起六个月内，根据" + s.cite(law.AL(46, 1)) + "的规定，直接向" + s.court() + "提起行政诉讼。"}
			return s.public("本通告张贴于违法建筑现场，并在本机关公告栏发布，归档一份。", Paragraph{"经查，下列建筑物、构筑物未依法取得建设工程规划许可证：" + sentence(s.value("building")) + sentence(s.value("facts"))},
				Paragraph{"因" + s.value("ground") + "，根据" + s.cites(law.UP(64), law.SB(8), law.SB(9)) + "的规定，现予通告：自本通告发布之日起" + s.days("days") + "日内（至" + s.value("until") + "），上述违法建筑的建设人、所有人或者使用人应当到本机关接受处理，并自行拆除。"},
				Paragraph{"逾期不拆除，又不在法定期限内申请行政复议或者提起行政诉讼的，根据" + s.cite(law.SB(10, 4)) + "的规定依法强制拆除。"}, remedies, s.contact())
		},
	},
	{
		// 限期拆除催告书: the government demands, in writing, with the term and the right to be heard (SB 10(2), AC 35).
		Kind: KindDemolitionDemand, Name: procedure.T("限期拆除违法建筑催告书", "Demand to demolish"), Stage: StageExecution, Numbering: "demolition_demand", Seal: true, Government: true, Served: true,
		Cites:  procedure.Cites(law.SB(10, 2), law.SB(10, 3), law.AC(35), law.AC(36)),
		Fields: []procedure.Field{building(), date("until", "拆除的期限", "To be removed by")}, Fill: buildingOf,
		Content: func(s *Sheet) []Block {
			return s.addressed(two("催告书"), Paragraph{s.must("authority", "执法机关名称", "the authority", s.Dossier.Authority) + "作出的" + s.order() + "责令" + s.you() + "限期拆除违法建筑：" + sentence(s.value("building")) + s.you() + "在规定的期限内拒不拆除。"}, Paragraph{"根据" + s.cites(law.SB(10, 2), law.AC(35)) + "的规定，现催告" + s.you() + "于" + s.value("until") + "前自行拆除。逾期仍不拆除的，将依法强制拆除。"},
				Paragraph{"根据" + s.cites(law.SB(10, 3), law.AC(36)) + "的规定，" + s.you() + "收到催告书后有权进行陈述和申辩；提出的事实、理由或者证据成立的，予以采纳。"})
		},
	},
	{
		// 强制拆除决定书: the government decides, the periods for reconsideration and suit having run out (SB 10(4), AC 37, 44, UP 68).
		Kind: KindDemolitionDecision, Name: procedure.T("强制拆除决定书", "Forced demolition decision"), Stage: StageExecution, Numbering: "forced_demolition", Seal: true, Government: true, Served: true,
		Cites:  procedure.Cites(law.SB(10, 4), law.AC(37, 1), law.AC(37, 2), law.AC(43, 1), law.AC(44), law.UP(68), law.AR(20, 1), law.AL(46, 1)),
		Fields: []procedure.Field{building(), past(date("remedy_end", "复议、诉讼期限届满日", "Last day of the remedies")), between(prose("way", "强制拆除的方式", "How"), 2, 1500), ahead("at", "强制拆除的时间", "When"), line1("by", "责成实施的部门", "Carried out by")},
		Fill:   func(d Dossier) procedure.Values { return procedure.Values{"building": d.Place, "by": d.Authority} },
		Content: func(s *Sheet) []Block {
			return s.addressed(two("决定书"), Paragraph{s.must("authority", "执法机关名称", "the authority", s.Dossier.Authority) + "作出的" + s.order() + "责令" + s.you() + "限期拆除违法建筑：" + sentence(s.value("building")) + "经" + s.prior(KindDemolitionDemand, "限期拆除违法建筑催告书", "the demand to demolish") + "催告，" + s.you() + "逾期仍不拆除，且无正当理由；" + s.you() + "在法定期限内不申请行政复议或者提起行政诉讼，法定期限已于" + s.value("remedy_end") + "届满。"},
				Paragraph{"根据" + s.cites(law.SB(10, 4), law.UP(68), law.AC(37, 1), law.AC(44)) + "的规定，决定责成" + s.value("by") + "于" + s.value("at") + "起对上述违法建筑强制拆除，方式为：" + sentence(s.value("way")) + "根据" + s.cite(law.AC(43, 1)) + "的规定，强制拆除不在夜间或者法定节假日实施，情况紧急的除外。"}, s.remedies("本决定", false))
		},
	},
	{
		// 强制拆除公告: before it is pulled down the authority announces it and sets a last term (AC 44).
		Kind: KindDemolitionAnnounced, Name: procedure.T("强制拆除公告", "Announcement of demolition"), Stage: StageExecution, Numbering: "demolition_announcement", Seal: true,
		Cites:  procedure.Cites(law.AC(44), law.AC(43, 1), law.SB(12, 1)),
		Fields: []procedure.Field{building(), date("until", "自行拆除的最后期限", "Last day to remove it"), ahead("at", "强制拆除的时间", "When")}, Fill: buildingOf,
		Content: func(s *Sheet) []Block {
			return s.public("本公告张贴于违法建筑现场，归档一份。", Paragraph{"当事人" + s.partyName() + "的违法建筑（" + s.value("building") + "），已由" + s.order() + "责令限期拆除，当事人逾期未拆除，在法定期限内也未申请行政复议或者提起行政诉讼。"},
				Paragraph{"根据" + s.cite(law.AC(44)) + "的规定，现予公告，限当事人于" + s.value("until") + "前自行拆除；逾期仍不拆除的，将于" + s.value("at") + "起依法强制拆除。"}, Paragraph{"根据" + s.cite(law.SB(12, 1)) + "的规定，请当事人在强制拆除前取走违法建筑内的财物；未取走的，由本机关登记并妥善保管。"}, s.contact())
		},
	},
	{
		// 强制拆除现场笔录: the whole is recorded (AP 47, AC 43); belongings listed (SB 12).
		Kind: KindDemolitionRecord, Name: procedure.T("强制拆除现场笔录", "Record of demolition"), Stage: StageExecution,
		Cites: procedure.Cites(law.AP(47), law.AC(43, 1), law.SB(12, 1), law.SB(14)), Signs: []Signer{PartySigns, Witness, Officers, Recorder}, EveryPage: true,
		Fields: []procedure.Field{started(), ended(), building(), line1("led", "现场负责人", "Led by"), line1("present", "到场单位和人员", "Who was present"), one("party_present", "当事人到场情况", "Party", opt("yes", "当事人到场", "present"), opt("no", "当事人未到场", "absent")), between(prose("course", "拆除经过和结果", "Course and result"), 10, 5000),
			optional(table("things", "建筑内财物的登记保管", "Belongings", line1("name", "名称", "Name"), optional(line1("model", "规格型号", "Model or size")), line1("quantity", "数量", "Quantity"), optional(line1("state", "状态（特征）", "Condition")))), line1("recorded", "音像记录情况", "Recording")},
		Fill: buildingOf,
		Content: func(s *Sheet) []Block {
			return []Block{Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"时间", s.span()}, {"违法建筑", s.value("building")}, {"当事人", s.partyName()}, {"到场情况", s.value("party_present"), "现场负责人", s.value("led")}, {"到场单位和人员", s.value("present")}, {"执法人员", s.officers()}}},
				Heading{"拆除经过和结果"}, Paragraph{sentence(s.value("course"))}, Paragraph{"根据" + s.cite(law.SB(12, 1)) + "的规定登记保管的财物："}, s.thingList(), Paragraph{"音像记录：" + sentence(s.value("recorded"))}, s.signing(map[Signer]string{Witness: "", Recorder: ""})}
		},
	},
	{
		// 领取财物通知书: what was left inside is kept; the party is told where and by when to fetch it (SB 12).
		Kind: KindBelongings, Name: procedure.T("领取财物通知书", "Notice to fetch belongings"), Stage: StageExecution, Numbering: "belongings", Seal: true, Served: true,
		Cites:  procedure.Cites(law.SB(12, 1)),
		Fields: []procedure.Field{things("财物", "Belongings"), line1("where", "领取地点", "Where"), date("until", "领取期限", "By")},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("通知书"), Paragraph{"强制拆除" + s.you() + "的违法建筑时，本机关登记保管了下列财物："}, s.thingList(), Paragraph{"根据" + s.cite(law.SB(12, 1)) + "的规定，请" + s.you() + "于" + s.value("until") + "前持有效身份证件到" + s.value("where") + "领取。逾期未领取的，本机关可以在留存证据后根据实际情况妥善处置。"})
		},
	},
	{
		// 清理通知书: the party clears the rubble in the term set, else the authority may (SB 13).
		Kind: KindClearing, Name: procedure.T("清理通知书", "Clearing notice"), Stage: StageExecution, Numbering: "clearing", Seal: true, Served: true,
		Cites:  procedure.Cites(law.SB(13)),
		Fields: []procedure.Field{line1("place", "清理地点", "Place"), prose("what", "需要清理的建筑垃圾", "What is to be cleared"), date("until", "清理期限", "By")},
		Fill:   func(d Dossier) procedure.Values { return procedure.Values{"place": d.Place} },
		Content: func(s *Sheet) []Block {
			return s.addressed(two("通知书"), Paragraph{s.you() + "位于" + s.value("place") + "的违法建筑已经拆除，现场遗留建筑垃圾：" + sentence(s.value("what"))}, Paragraph{"根据" + s.cite(law.SB(13)) + "的规定，请" + s.you() + "于" + s.value("until") + "前清理完毕；逾期未清理的，本机关可以予以清理。"})
		},
	},
}
