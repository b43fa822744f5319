package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of closing.
const (
	KindClosing   Kind = "closing.report"
	KindFileCover Kind = "file.cover"
	KindFileIndex Kind = "file.index"
	KindFileNote  Kind = "file.note"
)

// closings holds the papers that close a case and its file.
var closings = []*Blank{
	{
		// 结案审批表: what was decided, how it was carried out, why the case is closed; then it is archived (AP 47).
		Kind: KindClosing, Name: procedure.T("结案审批表", "Closing report"), Stage: StageClosing,
		Cites: procedure.Cites(law.AP(47)), Signs: approvers,
		Fields: withApproval("", "",
			one("ground", "结案方式", "How it ends", opt("performed", "行政处罚决定已履行完毕", "performed"), opt("enforced", "已强制执行完毕", "enforced"), opt("ended", "终结执行", "execution ended"), opt("no_penalty", "不予行政处罚", "no penalty"), opt("withdrawn", "撤销立案", "filing withdrawn"), opt("transferred", "移送有关机关", "transferred"), opt("revoked", "行政处罚决定被撤销", "revoked"), opt("other", "其他", "other")),
			between(prose("facts", "案件事实", "Facts"), 5, 5000), prose("decided", "处理决定", "What was decided"), prose("performed", "执行情况", "How it was carried out"), optional(prose("things", "涉案物品处理情况", "What became of things")), line1("remedies", "复议、诉讼情况", "Reconsideration or suit"), line1("recorded", "全过程记录和公示情况", "Recording and publication")),
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"facts": neutral(d.Findings), "decided": proposed(d.Penalties)}
			if paid := d.paid(); paid > 0 {
				text := ""
				for _, p := range d.Payments {
					text += p.On.Chinese() + "缴纳" + p.Amount.Digits() + "（票据号码：" + orNone(p.Number) + "）；"
				}
				v["performed"] = text + "合计" + money(paid)
			}
			return v
		},
		Content: func(s *Sheet) []Block {
			return []Block{s.head([]string{"立案日期", s.day("filed", "立案日期", "the day of filing", s.Dossier.Filed), "承办人", s.officerNames()}, []string{"结案方式", s.value("ground")}, []string{"案件事实", s.value("facts")}, []string{"处理决定", s.value("decided")}, []string{"执行情况", s.value("performed")},
				[]string{"涉案物品处理情况", s.value("things")}, []string{"复议、诉讼情况", s.value("remedies")}, []string{"全过程记录和公示情况", s.value("recorded")}), s.approvals(),
				Note{"根据" + s.cite(law.AP(47)) + "的规定，对行政处罚的启动、调查取证、审核、决定、送达、执行等进行全过程记录，归档保存。"}}
		},
	},
	{
		// 卷宗封面: whose file it is, of what, from when to when, how many pages, how long it is kept.
		Kind: KindFileCover, Name: procedure.T("行政执法案卷", "File cover"), Stage: StageClosing,
		Cites:  procedure.Cites(law.AP(47)),
		Fields: []procedure.Field{line1("archive", "档号", "Archive number"), past(date("closed_on", "结案日期", "Closed on")), past(date("filed_on", "归档日期", "Archived on")), one("kept", "保管期限", "Kept", opt("30", "三十年", "30 years"), opt("10", "十年", "10 years"), opt("permanent", "永久", "for ever")), between(number("volumes", "卷数", "Volumes"), 1, 99), between(number("pages", "页数", "Pages"), 1, 100000), line1("result", "处理结果", "Result"), line1("keeper", "立卷人", "Filed by")},
		Fill:   func(d Dossier) procedure.Values { return procedure.Values{"result": proposed(d.Penalties)} },
		Content: func(s *Sheet) []Block {
			return []Block{Table{Widths: []float64{8, 20}, Rows: [][]string{{"案由", s.title()}, {"案件编号", s.caseNumber()}, {"档号", s.value("archive")}, {"当事人", s.partyName()}, {"承办机构", s.must("unit", "承办机构", "the unit", s.Dossier.Unit)}, {"承办人", s.officerNames()}, {"立案日期", s.day("filed", "立案日期", "the day of filing", s.Dossier.Filed)},
				{"结案日期", s.value("closed_on")}, {"处理结果", s.value("result")}, {"归档日期", s.value("filed_on")}, {"立卷人", s.value("keeper")}, {"保管期限", s.value("kept")}, {"卷数、页数", "共" + s.value("volumes") + "卷，本卷共" + s.value("pages") + "页"}}}}
		},
	},
	{
		// 卷内目录: what is in the file, in its order, and on which page.
		Kind: KindFileIndex, Name: procedure.T("卷内目录", "File index"), Stage: StageClosing,
		Cites:  procedure.Cites(law.AP(47)),
		Fields: []procedure.Field{between(table("entries", "目录", "Entries", line1("name", "文书（材料）名称", "Document"), optional(line1("number", "文号", "Number")), optional(date("date", "日期", "Date")), line1("page", "页次", "Page"), optional(line1("remark", "备注", "Remark"))), 1, 400)},
		Fill: func(d Dossier) procedure.Values {
			var rows []map[string]any
			for _, e := range d.Earlier {
				row := map[string]any{"name": e.Title, "page": "待编"}
				if e.Number != "" {
					row["number"] = e.Number
				}
				if !e.Date.IsZero() {
					row["date"] = e.Date
				}
				rows = append(rows, row)
			}
			if rows == nil {
				return nil
			}
			return procedure.Values{"entries": rows}
		},
		Content: func(s *Sheet) []Block {
			return []Block{Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"案件编号", s.caseNumber(), "当事人", s.partyName()}}}, s.list("entries", 6.6, 8.4, 5.6, 3, 2.4)}
		},
	},
	{
		// 备考表: what is to be said about the file itself: what is lacking, what lies elsewhere, who put it together and checked it.
		Kind: KindFileNote, Name: procedure.T("卷内备考表", "File note"), Stage: StageClosing,
		Cites: procedure.Cites(law.AP(47)), Signs: []Signer{Keeper, FileChecker},
		Fields: []procedure.Field{between(number("documents", "本卷文件件数", "Documents"), 1, 10000), between(number("pages", "本卷页数", "Pages"), 1, 100000), prose("state", "本卷情况说明", "What is to be said about the file"), optional(prose("elsewhere", "音像资料等另存材料及存放处", "What is kept elsewhere, and where")), past(date("made_on", "立卷日期", "Put together on"))},
		Content: func(s *Sheet) []Block {
			return []Block{Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"案件编号", s.caseNumber(), "立卷日期", s.value("made_on")}, {"文件件数", s.value("documents") + "件", "页数", s.value("pages") + "页"}, {"本卷情况说明", s.value("state")}, {"另存材料及存放处", s.value("elsewhere")}}},
				s.signing(map[Signer]string{Keeper: "立卷人（签名）", FileChecker: "检查人（签名）"})}
		},
	},
}
