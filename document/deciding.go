package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of decision, besides the notice, the hearing and the decisions themselves.
const (
	KindReport        Kind = "report.approval"
	KindReview        Kind = "review.opinion"
	KindDeliberation  Kind = "deliberation.record"
	KindDefence       Kind = "defence.record"
	KindDefenceReview Kind = "defence.review"
	KindDecisionPaper Kind = "decision.approval"
)

// outcomes are what an inquiry may end in (AP 57(1)).
func outcomes() procedure.Field {
	return one("outcome", "拟处理意见", "Proposed outcome", opt("1", "给予行政处罚", "penalty"), opt("2", "违法行为轻微，不予行政处罚", "slight, no penalty"),
		opt("3", "违法事实不能成立，不予行政处罚", "no violation"), opt("4", "涉嫌犯罪，移送司法机关", "suspected crime, transferred"))
}

// outcome is the choice with its article.
func (s *Sheet) outcome() string {
	text := s.value("outcome")
	for i, v := range []string{"1", "2", "3", "4"} {
		if s.choice("outcome") == v {
			return text + "（" + s.cite(law.AP(57, 1, i+1)) + "）"
		}
	}
	return text
}

// proposed states the penalty that is proposed in one line each.
func proposed(list []Penalty) string {
	if len(list) == 0 {
		return ""
	}
	return penalties(list)
}

// evidence is the table of the evidence of the case.
func (s *Sheet) evidence() Table {
	if len(s.Dossier.Evidence) == 0 {
		return Table{Widths: []float64{2.2, 25.8}, Head: []string{"序号", "证据"}, Rows: [][]string{{"1", s.gap("evidence", procedure.T("证据", "the evidence"))}}}
	}
	return evidenceTable(s.Dossier.Evidence)
}

// deciding holds the papers that lead to a decision.
var deciding = []*Blank{
	{
		// 案件调查终结审批表: facts, evidence, law, discretion and the proposal; the head reviews the result (AP 57).
		Kind: KindReport, Name: procedure.T("案件调查终结审批表", "Investigation report"), Stage: StageDecision,
		Cites: procedure.Cites(law.AP(40), law.AP(57, 1), law.AP(57, 2), law.AP(32), law.AP(33, 1)), Signs: approvers,
		Fields: withApproval("写明同意的处理意见，以及是否须法制审核、集体讨论。", "What is agreed, and whether review or deliberation is needed.",
			between(prose("course", "调查经过", "Course of the inquiry"), 5, 3000), between(prose("facts", "违法事实", "Facts"), 10, 5000), line1("corrected", "改正情况", "Whether it was corrected"),
			between(prose("discretion", "裁量情节和理由", "Circumstances and reasons of discretion"), 5, 2000), outcomes(), optional(prose("penalty", "拟处罚内容", "Penalty proposed")),
			one("hearing", "是否告知听证权利", "Hearing to be offered", opt("yes", "属于应当告知听证权利的情形", "yes"), opt("no", "不属于应当告知听证权利的情形", "no")),
		),
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"facts": neutral(d.Findings), "discretion": neutral(d.Reasons), "penalty": proposed(d.Proposed)}
		},
		Content: func(s *Sheet) []Block {
			return []Block{
				s.head([]string{"立案日期", s.day("filed", "立案日期", "the day of filing", s.Dossier.Filed), "承办人", s.officerNames()},
					[]string{"调查经过", s.value("course")}, []string{"违法事实", s.value("facts")}, []string{"改正情况", s.value("corrected")}),
				Paragraph{"认定上述事实的证据："}, s.evidence(),
				Table{Widths: []float64{5.5, 22.5}, Rows: [][]string{{"违反的规定", s.violated()}, {"处罚依据", s.basis()}, {"裁量情节和理由", s.value("discretion")}, {"拟处理意见", s.outcome()}, {"拟处罚内容", s.value("penalty")}, {"听证", s.value("hearing")}}},
				s.approvals(),
			}
		},
	},
	{
		// 法制审核意见书: whoever reviews did not investigate; without a pass there is no decision (AP 58). Points of the review:
		// subject, officers, facts, law and discretion, procedure, power, papers, suspicion of crime.
		Kind: KindReview, Name: procedure.T("重大执法决定法制审核意见书", "Legal review opinion"), Stage: StageDecision, Numbering: "review",
		Cites: procedure.Cites(law.AP(58, 1), law.AP(58, 2)), Signs: []Signer{Reviewer, UnitHead},
		Fields: []procedure.Field{
			one("ground", "审核情形", "Why it is reviewed", opt("1", "涉及重大公共利益的", "major public interest"), opt("2", "直接关系当事人或者第三人重大权益，经过听证程序的", "weighty rights, after a hearing"),
				opt("3", "案件情况疑难复杂、涉及多个法律关系的", "complex"), opt("4", "法律、法规规定应当进行法制审核的其他情形", "other law"), opt("0", "承办机构主动送审的", "sent by choice")),
			past(date("received_on", "收到送审材料日期", "Received on")), prose("proposal", "承办机构的处理建议", "What the unit proposes"),
			between(table("points", "审核内容", "Points reviewed", line1("point", "审核事项", "Point"), prose("finding", "审核意见", "Finding")), 1, 30),
			one("result", "审核结论", "Result", opt("pass", "审核通过，同意承办机构的处理建议", "passed"), opt("supplement", "审核未通过，退回补充调查", "not passed: investigate further"), opt("correct", "审核未通过，退回纠正", "not passed: correct"), opt("transfer", "建议移送有权机关", "to be transferred")),
			between(prose("reason", "审核理由和具体意见", "Reasons and details"), 4, 3000),
			one("qualified", "审核人员资格", "Reviewer's qualification", opt("yes", "审核人员非本案调查人员，已取得法律职业资格", "no investigator of the case, qualified"), opt("earlier", "审核人员非本案调查人员，非初次从事法制审核", "no investigator of the case, not new to reviewing")),
		},
		Fill: func(d Dossier) procedure.Values {
			rows := []map[string]any{}
			for _, p := range [...]string{"执法主体和执法人员资格", "违法事实和证据", "适用法律和裁量", "执法程序", "法定权限", "执法文书", "是否涉嫌犯罪"} {
				rows = append(rows, map[string]any{"point": p, "finding": "符合规定"})
			}
			rows[6]["finding"] = "未发现涉嫌犯罪"
			return procedure.Values{"proposal": proposed(d.Proposed), "points": rows}
		},
		Content: func(s *Sheet) []Block {
			ground := s.value("ground")
			for i, v := range []string{"1", "2", "3", "4"} {
				if s.choice("ground") == v {
					ground += "（" + s.cite(law.AP(58, 1, i+1)) + "）"
				}
			}
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"案件编号", s.caseNumber(), "送审机构", s.must("unit", "承办机构", "the unit", s.Dossier.Unit)}, {"收到日期", s.value("received_on"), "当事人", s.partyName()},
					{"审核情形", ground}, {"承办机构的处理建议", s.value("proposal")}}},
				s.list("points", 9, 16.8),
				Table{Widths: []float64{5.5, 22.5}, Rows: [][]string{{"审核人员资格", s.value("qualified")}}},
				Opinions{[]Opinion{{"审核结论", s.value("result") + "。\n" + sentence(s.value("reason")), s.signLines(Reviewer, "法制审核人员签名")}, {"法制审核机构负责人", "", s.signLines(UnitHead, "签名")}}},
				Note{"根据" + s.cites(law.AP(58, 1), law.AP(58, 2)) + "的规定，未经法制审核或者审核未通过的，不得作出决定；初次从事行政处罚决定法制审核的人员，应当取得法律职业资格。"},
			}
		},
	},
	{
		// 集体讨论笔录: the heads decide together on complex or major violations (AP 57(2)): who, what each said, what was decided.
		Kind: KindDeliberation, Name: procedure.T("案件集体讨论笔录", "Deliberation record"), Stage: StageDecision,
		Cites: procedure.Cites(law.AP(57, 2)), Signs: []Signer{Chair, Attendee, Recorder}, EveryPage: true,
		Fields: []procedure.Field{
			started(), ended(), line1("place", "讨论地点", "Place"), line1("chair", "主持人及职务", "Chair and post"), line1("recorder", "记录人", "Recorder"),
			between(table("present", "参加人员", "Present", line1("name", "姓名", "Name"), line1("post", "职务", "Post")), 2, 30), optional(line1("others", "列席人员及职务", "Also present")),
			between(prose("reported", "承办人汇报的案情", "What the handling officer reported"), 10, 5000), line1("reviewed", "法制审核意见", "Result of the legal review"),
			between(table("said", "讨论意见", "What was said", line1("who", "发言人", "Speaker"), between(prose("words", "意见和理由", "Opinion and reasons"), 2, 2000)), 1, 60),
			between(prose("decision", "讨论决定", "What was decided"), 5, 2000), optional(prose("dissent", "不同意见", "Dissent")),
		},
		Fill: func(d Dossier) procedure.Values { return procedure.Values{"reported": neutral(d.Findings)} },
		Content: func(s *Sheet) []Block {
			out := []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"讨论时间", s.span()}, {"讨论地点", s.value("place")}, {"主持人", s.value("chair"), "记录人", s.value("recorder")}, {"列席人员", s.value("others")}}},
				Paragraph{"根据" + s.cite(law.AP(57, 2)) + "的规定，对本案集体讨论决定。参加人员："}, s.list("present", 12, 13.8),
				Heading{"一、承办人汇报"}, Paragraph{sentence(s.value("reported"))}, Paragraph{"法制审核意见：" + sentence(s.value("reviewed"))}, Heading{"二、讨论意见"},
			}
			for _, row := range s.cells("said") {
				out = append(out, Paragraph{row[1] + "：" + sentence(row[2])})
			}
			return append(out, Heading{"三、讨论决定"}, Paragraph{sentence(s.value("decision"))}, Paragraph{"不同意见：" + sentence(s.value("dissent"))},
				s.signing(map[Signer]string{Chair: "主持人（签名）", Attendee: "参加人员（签名）"}))
		},
	},
	{
		// 陈述申辩笔录: the authority must hear the party in full (AP 45); also after a demand (AC 36).
		Kind: KindDefence, Name: procedure.T("陈述申辩笔录", "Statement and defence record"), Stage: StageDecision,
		Cites: procedure.Cites(law.AP(45, 1), law.AP(45, 2), law.AP(55, 1), law.AC(36)), Signs: []Signer{PartySigns, Agent, Officers, Recorder}, EveryPage: true,
		Fields: []procedure.Field{
			started(), ended(), line1("place", "地点", "Place"), line1("speaker", "陈述申辩人姓名及身份", "Who speaks, and in what capacity"), line1("code", "证件种类及号码", "Identity document"), optional(line1("phone", "联系电话", "Telephone")),
			line1("on_what", "针对的文书", "On which document"), between(prose("words", "陈述申辩内容", "What was said"), 4, 8000), optional(table("handed", "提交的证据材料", "Evidence handed in", line1("name", "名称", "Name"), line1("pages", "数量（页数）", "Pages"))),
		},
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"words": d.Defence, "code": d.Party.Code, "phone": d.Party.Phone, "place": d.Contact.Address}
			if e, ok := d.earlier(KindPenaltyNotice); ok {
				v["on_what"] = e.String()
			}
			return v
		},
		Content: func(s *Sheet) []Block {
			out := []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"时间", s.span()}, {"地点", s.value("place")}, {"当事人", s.partyName()}, {"陈述申辩人", s.value("speaker")}, {"证件号码", s.value("code")}, {"联系电话", s.value("phone")}, {"执法人员", s.officers()}, {"针对的文书", s.value("on_what")}}},
				Paragraph{"根据" + s.cites(law.AP(45, 1), law.AP(45, 2)) + "的规定，当事人有权进行陈述和申辩，本机关将充分听取意见，进行复核，不因当事人陈述、申辩而给予更重的处罚。"},
				Heading{"陈述申辩内容"}, Paragraph{sentence(s.value("words"))}, Paragraph{"提交的证据材料："}, s.list("handed", 18, 7.8),
				Paragraph{"核对意见：以上笔录已经本人阅看（已向本人宣读），与本人所述一致。"},
			}
			return append(out, s.signing(map[Signer]string{PartySigns: "陈述申辩人（签名）", Agent: "", Recorder: ""}))
		},
	},
	{
		// 陈述申辩复核意见书: what the party said is checked, and adopted where it is true; never a heavier penalty for it (AP 45).
		Kind: KindDefenceReview, Name: procedure.T("陈述申辩复核意见书", "Defence review"), Stage: StageDecision,
		Cites: procedure.Cites(law.AP(45, 1), law.AP(45, 2)), Signs: approvers,
		Fields: withApproval("", "",
			between(prose("words", "陈述申辩的事实、理由和证据", "What the party put forward"), 4, 5000), between(prose("checked", "复核情况", "How it was checked"), 4, 5000),
			one("adopted", "是否采纳", "Adopted", opt("yes", "予以采纳", "adopted"), opt("partly", "部分采纳", "partly"), opt("no", "不予采纳", "not adopted")), between(prose("reason", "采纳或者不采纳的理由", "Reasons"), 4, 3000),
			one("effect", "对拟处罚的影响", "Effect on the penalty", opt("same", "维持拟处罚内容", "as intended"), opt("lighter", "减轻或者从轻拟处罚内容", "lighter"), opt("none", "不予行政处罚", "none")),
		),
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"words": d.Defence, "reason": d.Opinion}
		},
		Content: func(s *Sheet) []Block {
			return []Block{s.head([]string{"针对的文书", s.prior(KindPenaltyNotice, "行政处罚事先告知书", "the notice of the intended penalty")}, []string{"陈述申辩的事实、理由和证据", s.value("words")}, []string{"复核情况", s.value("checked")},
				[]string{"是否采纳", s.value("adopted"), "对拟处罚的影响", s.value("effect")}, []string{"理由", s.value("reason")}), s.approvals(),
				Note{"根据" + s.cites(law.AP(45, 1), law.AP(45, 2)) + "的规定，当事人提出的事实、理由或者证据成立的，应当采纳；不得因当事人陈述、申辩而给予更重的处罚。"}}
		},
	},
	{
		// 行政处罚决定审批表: the head's approval of the decision, after notice, hearing, review and deliberation (AP 57).
		Kind: KindDecisionPaper, Name: procedure.T("行政处罚决定审批表", "Approval of the decision"), Stage: StageDecision,
		Cites: procedure.Cites(law.AP(44), law.AP(57, 1), law.AP(57, 2), law.AP(58, 1), law.AP(60), law.AP(65)), Signs: approvers,
		Fields: withApproval("", "",
			between(prose("facts", "违法事实", "Facts"), 10, 5000), between(prose("defence", "告知及陈述申辩情况", "Notice and defence"), 2, 3000), line1("hearing", "听证情况", "Hearing"), line1("review", "法制审核情况", "Legal review"),
			line1("deliberation", "集体讨论情况", "Deliberation"), outcomes(), optional(prose("penalty", "拟决定内容", "Decision proposed")),
		),
		Fill: func(d Dossier) procedure.Values {
			defence := "当事人未提出陈述、申辩意见"
			if d.Defence != "" {
				defence = "当事人提出：" + d.Defence
			}
			return procedure.Values{"facts": neutral(d.Findings), "penalty": proposed(d.Proposed), "defence": defence}
		},
		Content: func(s *Sheet) []Block {
			return []Block{s.head([]string{"立案日期", s.day("filed", "立案日期", "the day of filing", s.Dossier.Filed), "告知书送达", s.day("noticed", "告知书送达日期", "the day the notice was served", s.Dossier.Noticed)}, []string{"违法事实", s.value("facts")},
				[]string{"违反的规定", s.violated()}, []string{"处罚依据", s.basis()}, []string{"告知及陈述申辩情况", s.value("defence")}, []string{"听证情况", s.value("hearing")}, []string{"法制审核情况", s.value("review")}, []string{"集体讨论情况", s.value("deliberation")},
				[]string{"拟处理意见", s.outcome()}, []string{"拟决定内容", s.value("penalty")}), s.approvals()}
		},
	},
}
