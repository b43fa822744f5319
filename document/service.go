package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of the stage of service.
const (
	KindServiceReceipt      Kind = "service.receipt"
	KindServiceAnnouncement Kind = "service.announcement"
	KindServiceConsent      Kind = "service.consent"
)

// service holds the papers that prove service (AP 61, CP 87 to 95).
var service = []*Blank{
	{
		// 送达回证: every service has one; the day that stands on it is the day of service (CP 87). A refusal is noted with its
		// reason and day, by server and witness, or filmed (CP 89).
		Kind: KindServiceReceipt, Name: procedure.T("送达回证", "Service receipt"), Stage: StageService,
		Cites: procedure.Cites(law.AP(61, 1), law.CP(87, 1), law.CP(87, 2), law.CP(88, 1), law.CP(89), law.CP(91)), Signs: []Signer{Recipient, Server, Witness},
		Fields: []procedure.Field{
			between(table("papers", "送达文书", "Documents served", line1("name", "文书名称", "Document"), optional(line1("number", "文号", "Number")), between(number("copies", "件数", "Copies"), 1, 99)), 1, 20),
			line1("to", "受送达人", "Addressee"), line1("where", "送达地点", "Place of service"),
			one("method", "送达方式", "Method", opt("direct", "直接送达", "in person"), opt("left", "留置送达", "left"), opt("post", "邮寄送达", "by post"), opt("electronic", "电子送达", "electronic"), opt("entrusted", "委托送达", "by another body"), opt("forwarded", "转交送达", "forwarded")),
			moment("at", "送达时间", "Served at"), optional(line1("receiver", "代收人及与受送达人的关系", "Who received it for the addressee, and relation")), optional(line1("mail", "邮件编号（电子送达地址）", "Postal number, electronic address")),
			optional(prose("refusal", "拒收事由和日期", "Reason and day of a refusal")), optional(line1("recorded", "拍照、录像情况", "Photos or video")), optional(prose("remarks", "备注", "Remarks")),
		},
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"to": d.Party.Name, "where": d.Party.Address}
			if n := len(d.Earlier); n > 0 {
				e := d.Earlier[n-1]
				row := map[string]any{"name": e.Title, "copies": int64(1)}
				if e.Number != "" {
					row["number"] = e.Number
				}
				v["papers"] = []map[string]any{row}
			}
			return v
		},
		Content: func(s *Sheet) []Block {
			if s.choice("method") == "left" && !s.has("refusal") {
				s.gap("refusal", s.field("refusal").Label)
			}
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"受送达人", s.value("to")}, {"送达地点", s.value("where")}, {"送达方式", s.value("method"), "送达时间", s.value("at")}}},
				s.list("papers", 14, 8.8, 3),
				Table{Widths: []float64{8, 20}, Rows: [][]string{{"代收人及与受送达人的关系", s.value("receiver")}, {"邮件编号（电子送达地址）", s.value("mail")}, {"拒收事由和日期", s.value("refusal")}, {"拍照、录像情况", s.value("recorded")}, {"备注", s.value("remarks")}}},
				s.signing(map[Signer]string{Witness: "", Recipient: "受送达人或者代收人（签名或者盖章）"}),
				Note{"根据" + s.cites(law.CP(87, 1), law.CP(87, 2), law.CP(88, 1), law.CP(89)) + "的规定：受送达人在送达回证上的签收日期为送达日期；本人不在的，可以由同住成年家属或者法定的代收人签收；拒绝接收的，记明拒收事由和日期，由送达人、见证人签名或者盖章后留置，或者留置并拍照、录像，即视为送达。"},
			}
		},
	},
	{
		// 送达公告: where the party cannot be found, or nothing else worked; served when the days have run (CP 95: thirty; SH 25:
		// sixty). Reasons and course go into the file.
		Kind: KindServiceAnnouncement, Name: procedure.T("送达公告", "Announcement of service"), Stage: StageService, Numbering: "announcement", Seal: true,
		Cites: procedure.Cites(law.AP(61, 1), law.CP(95, 1), law.CP(95, 2), law.SH(25, 1)),
		Fields: []procedure.Field{
			between(table("papers", "公告送达的文书", "Documents served", line1("name", "文书名称", "Document"), line1("number", "文号", "Number")), 1, 20), between(prose("content", "文书主要内容", "What the documents say"), 5, 3000),
			one("ground", "公告送达的原因", "Why", opt("unknown", "受送达人下落不明", "whereabouts unknown"), opt("failed", "用其他方式无法送达", "other ways failed")), one("term", "公告期限", "Term", opt("60", "六十日（本市规定）", "60 days, city rule"), opt("30", "三十日（民事诉讼法）", "30 days, Civil Procedure Law")),
			line1("fetch", "领取文书地点", "Where to fetch them"),
		},
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"term": "60", "fetch": d.Contact.Address}
			if n := len(d.Earlier); n > 0 {
				v["papers"] = []map[string]any{{"name": d.Earlier[n-1].Title, "number": orNone(d.Earlier[n-1].Number)}}
			}
			return v
		},
		Content: func(s *Sheet) []Block {
			basis, days := law.SH(25, 1), "六十日"
			if s.choice("term") == "30" {
				basis, days = law.CP(95, 1), "三十日"
			} else if s.choice("term") == "" {
				days = s.value("term")
			}
			return append([]Block{Addressee{s.partyName() + "："},
				Paragraph{"本机关办理的" + s.title() + "一案，因" + s.value("ground") + "，根据" + s.cites(law.AP(61, 1), basis) + "的规定，现向" + s.you() + "公告送达下列文书："}, s.list("papers", 15, 10.8),
				Paragraph{"文书主要内容：" + sentence(s.value("content"))},
				Paragraph{"自本公告发出之日起，经过" + days + "，即视为送达。" + s.you() + "可以到" + s.value("fetch") + "领取上述文书。"}, s.contact()}, s.close("本公告在本机关网站和公告栏发布，归档一份；公告送达的原因和经过记入案卷。")...)
		},
	},
	{
		// 送达地址及电子送达确认书: the party says where and how it wants to be served; electronic service needs its signature (AP
		// 61(2), CP 90).
		Kind: KindServiceConsent, Name: procedure.T("送达地址及电子送达确认书", "Address and electronic service consent"), Stage: StageService,
		Cites: procedure.Cites(law.AP(61, 2), law.CP(90, 1), law.CP(90, 2)), Signs: []Signer{PartySigns, Agent, Officers},
		Fields: []procedure.Field{
			line1("receiver", "收件人", "Receiver"), line1("address", "送达地址", "Address"), optional(line1("postcode", "邮政编码", "Postcode")), line1("phone", "联系电话", "Telephone"),
			one("electronic", "是否同意电子送达", "Electronic service", opt("yes", "同意", "agreed"), opt("no", "不同意", "not agreed")), optional(line1("mobile", "接收短信的手机号码", "Mobile number")), optional(line1("mail", "电子邮箱", "E-mail")), optional(line1("other", "其他电子送达地址（传真、平台账号）", "Fax, account")),
		},
		Fill: func(d Dossier) procedure.Values {
			return procedure.Values{"receiver": d.Party.Name, "address": d.Party.Address, "phone": d.Party.Phone}
		},
		Content: func(s *Sheet) []Block {
			if s.choice("electronic") == "yes" && !s.has("mobile") && !s.has("mail") && !s.has("other") {
				s.gap("mail", procedure.T("同意电子送达的，至少填写一种电子送达地址", "an electronic address, where agreed"))
			}
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"当事人", s.partyName()}, {"收件人", s.value("receiver"), "联系电话", s.value("phone")}, {"送达地址", s.value("address")}, {"邮政编码", s.value("postcode"), "电子送达", s.value("electronic")},
					{"手机号码", s.value("mobile")}, {"电子邮箱", s.value("mail")}, {"其他电子送达地址", s.value("other")}}},
				Heading{"告知事项"},
				Paragraph{"一、当事人应当提供准确的送达地址，地址有变更的，应当及时书面告知本机关。因提供的地址不准确、变更后未及时告知或者拒绝签收，致使文书未能被实际接收的，由当事人承担相应后果。"},
				Paragraph{"二、根据" + s.cite(law.AP(61, 2)) + "的规定，当事人同意并签订确认书的，本机关可以采用传真、电子邮件等方式，将行政处罚决定书等送达当事人。"},
				Paragraph{"三、根据" + s.cites(law.CP(90, 1), law.CP(90, 2)) + "的规定，采用电子方式送达的，以送达信息到达上述特定系统的日期为送达日期；需要纸质文书的，可以向本机关提出。"},
				Paragraph{"四、上述确认适用于本案从立案到执行的各个阶段。"},
				Paragraph{"当事人确认：本人（单位）已经阅读（听明白）上述告知事项，所填内容准确、有效。"},
				s.signing(map[Signer]string{Agent: ""}),
			}
		},
	},
}
