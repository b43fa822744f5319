package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of a hearing.
const (
	KindHearingNotice       Kind = "hearing.notice"
	KindHearingAnnouncement Kind = "hearing.announcement"
	KindHearingRecord       Kind = "hearing.record"
	KindHearingReport       Kind = "hearing.report"
)

// hearings holds the papers of a hearing (AP 63 to 65).
var hearings = []*Blank{
	{
		// 听证通知书: at least seven working days before; who chairs, how to have the chair withdrawn, one or two agents, what
		// absence means (AP 64(1.2) to (1.6)).
		Kind: KindHearingNotice, Name: procedure.T("行政处罚听证通知书", "Hearing notice"), Stage: StageDecision, Numbering: "hearing", Seal: true, Served: true,
		Cites: procedure.Cites(law.AP(63, 1), law.AP(63, 2), law.AP(64, 1, 2), law.AP(64, 1, 3), law.AP(64, 1, 4), law.AP(64, 1, 5), law.AP(64, 1, 6), law.AP(64, 1, 7), law.AP(85)),
		Fields: []procedure.Field{
			past(date("asked_on", "要求听证日期", "Hearing asked for on")), ahead("at", "听证时间", "When"), line1("where", "听证地点", "Where"), one("public", "听证方式", "Public", opt("yes", "公开举行", "public"), opt("no", "因涉及国家秘密、商业秘密或者个人隐私，不公开举行", "not public, for secrecy or privacy")),
			line1("chair", "听证主持人及职务", "Chair and post"), optional(line1("hearers", "听证员", "Members")), line1("recorder", "记录员", "Recorder"), line1("investigators", "案件调查人员", "Investigators"),
		},
		Fill: func(d Dossier) procedure.Values {
			who := ""
			for i, o := range d.Officers {
				if i > 0 {
					who += "、"
				}
				who += o.Name
			}
			return procedure.Values{"investigators": who}
		},
		Content: func(s *Sheet) []Block {
			return s.addressed(two("通知书"),
				Paragraph{s.you() + "于" + s.value("asked_on") + "就" + s.title() + "一案要求听证。根据" + s.cites(law.AP(63, 1), law.AP(64, 1, 2)) + "的规定，本机关决定举行听证，现将有关事项通知如下："},
				Table{Widths: []float64{6, 22}, Rows: [][]string{{"听证时间", s.value("at")}, {"听证地点", s.value("where")}, {"听证方式", s.value("public")}, {"听证主持人", s.value("chair")}, {"听证员", s.value("hearers")}, {"记录员", s.value("recorder")}, {"案件调查人员", s.value("investigators")}}},
				Paragraph{"根据" + s.cites(law.AP(64, 1, 4), law.AP(64, 1, 5)) + "的规定，听证主持人非本案调查人员，" + s.you() + "认为主持人与本案有直接利害关系的，有权申请回避；" + s.you() + "可以亲自参加听证，也可以委托一至二人代理。委托代理人的，应当提交载明委托事项和权限的授权委托书。"},
				Paragraph{"根据" + s.cites(law.AP(64, 1, 6), law.AP(64, 1, 7)) + "的规定，举行听证时，" + s.you() + "有权进行申辩和质证；" + s.you() + "及代理人无正当理由拒不出席听证或者未经许可中途退出听证的，视为放弃听证权利，本机关终止听证。"},
				Paragraph{"根据" + s.cite(law.AP(63, 2)) + "的规定，" + s.you() + "不承担本机关组织听证的费用。参加听证请携带本通知书、有效身份证件和证据材料；需要通知证人到场的，请于听证前告知本机关。"})
		},
	},
	{
		// 听证公告: a public hearing is announced with case, time and place (AP 64(1.3)).
		Kind: KindHearingAnnouncement, Name: procedure.T("行政处罚听证公告", "Hearing announcement"), Stage: StageDecision, Numbering: "hearing_announcement", Seal: true,
		Cites:  procedure.Cites(law.AP(64, 1, 3)),
		Fields: []procedure.Field{ahead("at", "听证时间", "When"), line1("where", "听证地点", "Where"), line1("chair", "听证主持人", "Chair"), optional(line1("attend", "旁听办法", "How to attend"))},
		Content: func(s *Sheet) []Block {
			return s.public("本公告在本机关网站和公告栏发布，归档一份。",
				Paragraph{"根据" + s.cite(law.AP(64, 1, 3)) + "的规定，本机关定于" + s.value("at") + "在" + s.value("where") + "就" + s.title() + "一案公开举行听证，由" + s.value("chair") + "主持。"},
				Paragraph{"旁听办法：" + sentence(s.value("attend"))}, s.contact())
		},
	},
	{
		// 听证笔录: what the investigators put forward, what the party answered, what was examined; read and signed, a refusal
		// noted by the chair (AP 64(1.7), (1.8)). The decision rests on it (AP 65).
		Kind: KindHearingRecord, Name: procedure.T("行政处罚听证笔录", "Hearing record"), Stage: StageDecision,
		Cites: procedure.Cites(law.AP(64, 1, 3), law.AP(64, 1, 4), law.AP(64, 1, 5), law.AP(64, 1, 7), law.AP(64, 1, 8), law.AP(65)), Signs: []Signer{PartySigns, Agent, Witness, Officers, Chair, Recorder}, EveryPage: true,
		Fields: []procedure.Field{
			started(), ended(), line1("place", "听证地点", "Place"), one("public", "听证方式", "Public", opt("yes", "公开举行", "public"), opt("no", "不公开举行", "not public")), line1("chair", "听证主持人及职务", "Chair and post"), optional(line1("hearers", "听证员", "Members")), line1("recorder", "记录员", "Recorder"),
			line1("party_present", "当事人到场人员", "Who came for the party"), optional(line1("agents", "委托代理人及权限", "Agents and their powers")), optional(line1("third", "第三人、证人及其他参加人", "Third parties, witnesses, others")),
			one("withdrawal", "是否申请主持人回避", "Withdrawal of the chair", opt("no", "不申请回避", "not asked for"), opt("yes", "申请回避（处理情况见听证过程）", "asked for, see below")),
			between(prose("charge", "调查人员提出的事实、证据和处罚建议", "What the investigators put forward"), 10, 8000), between(prose("defence", "当事人的申辩", "What the party answered"), 2, 8000), between(prose("examined", "质证情况", "Examination of the evidence"), 2, 8000),
			between(table("course", "听证过程", "Course", line1("who", "发言人", "Speaker"), between(prose("words", "发言内容", "Words"), 1, 3000)), 1, 200), between(prose("last", "当事人最后陈述", "Last words of the party"), 2, 3000),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"defence": d.Defence} },
		Content: func(s *Sheet) []Block {
			out := []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"听证时间", s.span()}, {"听证地点", s.value("place")}, {"听证方式", s.value("public"), "记录员", s.value("recorder")}, {"听证主持人", s.value("chair"), "听证员", s.value("hearers")},
					{"当事人", s.partyName()}, {"到场人员", s.value("party_present")}, {"委托代理人", s.value("agents")}, {"其他参加人", s.value("third")}, {"案件调查人员", s.officers()}}},
				Paragraph{"主持人核对参加人员身份，宣布案由和听证纪律，根据" + s.cites(law.AP(64, 1, 4), law.AP(64, 1, 5), law.AP(64, 1, 7)) + "的规定告知当事人有权申请主持人回避、委托代理人、进行申辩和质证。申请回避情况：" + s.value("withdrawal") + "。"},
				Heading{"一、调查人员提出的事实、证据和处罚建议"}, Paragraph{sentence(s.value("charge"))}, Heading{"二、当事人的申辩"}, Paragraph{sentence(s.value("defence"))}, Heading{"三、质证情况"}, Paragraph{sentence(s.value("examined"))}, Heading{"四、听证过程"},
			}
			for _, row := range s.cells("course") {
				out = append(out, Paragraph{row[1] + "：" + sentence(row[2])})
			}
			return append(out, Heading{"五、当事人最后陈述"}, Paragraph{sentence(s.value("last"))}, Paragraph{"根据" + s.cite(law.AP(64, 1, 8)) + "的规定，本笔录交当事人或者其代理人核对无误后签字或者盖章；拒绝签字或者盖章的，由听证主持人在笔录中注明。"},
				s.signing(map[Signer]string{Agent: "", Witness: "", Chair: "听证主持人（签名）", Recorder: "记录员（签名）", Officers: "案件调查人员"}))
		},
	},
	{
		// 听证报告: the chair's view on facts, evidence and the penalty proposed, for the head (AP 65).
		Kind: KindHearingReport, Name: procedure.T("行政处罚听证报告", "Hearing report"), Stage: StageDecision,
		Cites: procedure.Cites(law.AP(57, 1), law.AP(65)), Signs: []Signer{Chair, Head},
		Fields: []procedure.Field{
			moment("held", "听证时间", "Held at"), line1("place", "听证地点", "Place"), line1("chair", "听证主持人", "Chair"), between(prose("charge", "调查人员的主张", "What the investigators held"), 5, 5000), between(prose("defence", "当事人的主张", "What the party held"), 2, 5000),
			between(prose("established", "听证查明的事实和证据采信情况", "Facts established, evidence accepted"), 5, 5000), between(prose("opinion", "处理意见和建议", "Opinion and proposal"), 5, 3000), between(prose("approval", "行政机关负责人审批意见", "Decision of the head of the authority"), 0, 1000),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"defence": d.Defence} },
		Content: func(s *Sheet) []Block {
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"案件编号", s.caseNumber(), "当事人", s.partyName()}, {"听证时间", s.value("held"), "听证主持人", s.value("chair")}, {"听证地点", s.value("place")}, {"调查人员的主张", s.value("charge")}, {"当事人的主张", s.value("defence")}, {"查明的事实和证据采信情况", s.value("established")}}},
				Opinions{[]Opinion{{"听证主持人意见", sentence(s.value("opinion")), s.signLines(Chair, "听证主持人签名")}, s.opinion("行政机关负责人审批意见", "approval", Head)}},
				Note{"根据" + s.cite(law.AP(65)) + "的规定，听证结束后，应当根据听证笔录作出决定；听证笔录附后。"},
			}
		},
	},
}
