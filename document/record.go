package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of records.
const (
	KindInspection Kind = "record.inspection"
	KindInquiry    Kind = "record.inquiry"
)

// started and ended bound a record to the minute.
func started() procedure.Field { return moment("started", "开始时间", "Began at") }
func ended() procedure.Field   { return moment("ended", "结束时间", "Ended at") }

// span is from when to when; an end before the beginning is a gap.
func (s *Sheet) span() string {
	from, ok := s.Values.Moment("started")
	to, also := s.Values.Moment("ended")
	if ok && also && to.Before(from) {
		return momentChinese(from) + "至" + s.gap("ended", procedure.T("结束时间（不得早于开始时间）", "the end, not before the beginning"))
	}
	return s.value("started") + "至" + s.value("ended")
}

// shown is the statement by which a record begins: who the officers are, that their certificates were shown, and
// which rights were told (AP 55, AP 43).
func (s *Sheet) shown(what string) Paragraph {
	return Paragraph{"我们是" + s.must("authority", "执法机关名称", "the authority", s.Dossier.Authority) + "的执法人员" + s.officers() +
		"。根据" + s.cite(law.AP(55, 1)) + "的规定，现向你出示执法证件，请予确认。我们依法" + what + "，根据" + s.cite(law.AP(55, 2)) +
		"的规定，你应当如实回答询问，并协助调查或者检查，不得拒绝或者阻挠。根据" + s.cite(law.AP(43, 2)) +
		"的规定，你认为我们与本案有直接利害关系或者有其他关系可能影响公正执法的，有权申请回避；对本记录有差错或者遗漏的，有权要求更正或者补充。"}
}

// records holds the records made on the spot or of what somebody says.
var records = []*Blank{
	{
		// 现场检查（勘验）笔录: an inspection is recorded (AP 55(2)), a record is evidence (AP 46), and officers, party or a
		// witness without interest sign it (SH 19).
		Kind: KindInspection, Name: procedure.T("现场检查（勘验）笔录", "On-site inspection record"), Stage: StageEvidence,
		Cites: procedure.Cites(law.AP(42, 1), law.AP(43, 2), law.AP(46, 1, 8), law.AP(55, 1), law.AP(55, 2), law.SH(19, 1, 1), law.SH(19, 2)),
		Signs: []Signer{PartySigns, Witness, Officers, Recorder}, EveryPage: true,
		Fields: []procedure.Field{
			started(), ended(), line1("place", "检查（勘验）地点", "Place"),
			line1("present", "现场人员姓名及身份", "Who was present, and in what capacity"),
			optional(line1("present_code", "现场人员证件号码", "Identity number of the person present")),
			optional(line1("present_phone", "现场人员联系电话", "Telephone of the person present")),
			one("confirmed", "是否确认执法证件", "Certificates confirmed", opt("yes", "已出示执法证件，对方确认无异议", "shown and confirmed"),
				opt("absent", "当事人不在现场，由见证人见证", "party absent, a witness present"), opt("refused", "已出示执法证件，对方拒绝确认", "shown, confirmation refused")),
			one("withdrawal", "是否申请回避", "Withdrawal asked for", opt("no", "不申请回避", "no"), opt("yes", "申请回避（理由见检查情况）", "yes, reasons below"), opt("absent", "当事人不在现场，未作表示", "party absent")),
			optional(line1("weather", "天气", "Weather")),
			helped(between(prose("observed", "检查（勘验）情况", "What was found"), 10, 8000), "按时间和方位写明现场所见，只记事实，不作评价；面积、数量写明量取方法。",
				"What was seen, in order of time and place; facts only; how it was measured."),
			optional(table("measured", "测量数据", "Measurements", line1("item", "项目", "Item"), line1("value", "数据", "Value"), optional(line1("method", "量取方法（器具）", "How measured")))),
			optional(line1("recorded", "拍照、录像情况", "Photos and video taken")),
			optional(prose("said", "现场人员的陈述", "What the person present said")),
		},
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"place": d.Place, "observed": neutral(d.Findings)}
		},
		Content: func(s *Sheet) []Block {
			out := []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{
					{"案由", s.title()}, {"检查时间", s.span()}, {"检查地点", s.value("place")},
					{"当事人", s.partyName()}, {"现场人员", s.value("present")},
					{"证件号码", s.value("present_code"), "联系电话", s.value("present_phone")},
					{"执法人员", s.officers()}, {"天气", s.value("weather")},
				}},
				s.shown("进行现场检查（勘验）"),
				Table{Widths: []float64{7, 21}, Rows: [][]string{{"执法证件", s.value("confirmed")}, {"申请回避", s.value("withdrawal")}}},
				Heading{"检查（勘验）情况"}, Paragraph{sentence(s.value("observed"))},
			}
			if s.has("measured") {
				out = append(out, Paragraph{"现场测量数据如下："}, s.list("measured", 9, 8, 8.8))
			}
			return append(out, Paragraph{"拍照、录像情况：" + sentence(s.value("recorded"))}, Paragraph{"现场人员的陈述：" + sentence(s.value("said"))},
				Paragraph{"核对意见：以上笔录已经现场人员阅看（已向其宣读），记录与现场情况一致。"},
				s.signing(map[Signer]string{PartySigns: "当事人或者现场人员（签名）", Witness: "", Recorder: ""}),
				Note{"根据" + s.cite(law.SH(19, 2)) + "的规定，当事人拒绝签名、盖章或者不在现场的，应当由无利害关系的见证人签名或者盖章；无见证人的，执法人员应当注明情况。"})
		},
	},
	{
		// 询问（调查）笔录: questions and answers, with time and place, the certificates shown and the rights told
		// (AP 55, SH 19); who is asked reads and signs it.
		Kind: KindInquiry, Name: procedure.T("询问（调查）笔录", "Inquiry record"), Stage: StageEvidence,
		Cites: procedure.Cites(law.AP(42, 1), law.AP(43, 2), law.AP(46, 1, 6), law.AP(55, 1), law.AP(55, 2), law.SH(19, 1, 3), law.SH(19, 2)),
		Signs: []Signer{Asked, Interpreter, Witness, Officers, Recorder}, EveryPage: true,
		Fields: []procedure.Field{
			started(), ended(), between(number("times", "第几次询问", "Which inquiry of this person"), 1, 99), line1("place", "询问地点", "Place"),
			line1("name", "被询问人姓名", "Name of the person asked"),
			one("sex", "性别", "Sex", opt("m", "男", "male"), opt("f", "女", "female")),
			date("born", "出生日期", "Born on"),
			line1("code", "证件种类及号码", "Identity document and number"),
			line1("address", "住址", "Address"), line1("phone", "联系电话", "Telephone"),
			line1("employer", "工作单位及职务", "Employer and post"),
			line1("relation", "与本案的关系", "Relation to the case"),
			optional(line1("interpreter", "翻译人员及其证件号码", "Interpreter and identity number")),
			one("confirmed", "是否看清执法证件", "Certificates seen", opt("yes", "已看清，无异议", "seen, no objection"), opt("no", "有异议（见询问内容）", "objected, see below")),
			one("withdrawal", "是否申请回避", "Withdrawal asked for", opt("no", "不申请回避", "no"), opt("yes", "申请回避（理由见询问内容）", "yes, reasons below")),
			between(table("questions", "询问内容", "Questions and answers", between(prose("question", "问", "Question"), 1, 1000), between(prose("answer", "答", "Answer"), 1, 4000)), 1, 200),
			one("checked", "核对方式", "How it was checked", opt("read", "以上笔录我已看过，与我所说的相符", "read by the person"), opt("heard", "以上笔录已向我宣读，与我所说的相符", "read out to the person")),
		},
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"times": int64(1)}
			if d.Party.Kind == Person {
				v["name"], v["code"], v["address"], v["phone"], v["relation"] = d.Party.Name, d.Party.Code, d.Party.Address, d.Party.Phone, "本案当事人"
			}
			return v
		},
		Content: func(s *Sheet) []Block {
			out := []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{
					{"案由", s.title()}, {"询问时间", s.span()}, {"询问地点", s.value("place"), "询问次数", "第" + s.value("times") + "次"},
					{"被询问人", s.value("name"), "性别", s.value("sex")}, {"出生日期", s.value("born"), "联系电话", s.value("phone")},
					{"证件种类及号码", s.value("code")}, {"住址", s.value("address")}, {"工作单位及职务", s.value("employer")},
					{"与本案的关系", s.value("relation"), "翻译人员", s.value("interpreter")}, {"询问人", s.officers()},
				}},
				s.shown("就" + s.title() + "一案向你进行询问"),
				Table{Widths: []float64{7, 21}, Rows: [][]string{{"执法证件", s.value("confirmed")}, {"申请回避", s.value("withdrawal")}}},
				Heading{"询问内容"},
			}
			for _, row := range s.cells("questions") {
				out = append(out, Paragraph{"问：" + row[1]}, Paragraph{"答：" + row[2]})
			}
			return append(out, Paragraph{"核对意见：" + s.value("checked") + "。"},
				s.signing(map[Signer]string{Interpreter: "", Witness: "", Recorder: ""}))
		},
	},
}
