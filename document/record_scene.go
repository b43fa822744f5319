package document

import (
	"jiexu/law"
	"jiexu/procedure"
)

// Kinds of what shows a place or a thing.
const (
	KindScene      Kind = "record.scene"
	KindElectronic Kind = "record.electronic"
)

// shots holds what shows a place or a thing.
var shots = []*Blank{
	{
		// 现场照片（勘验图）: pictures and a drawing, each with when, where and by whom it was made (SH 19(1.2), AP 47).
		Kind: KindScene, Name: procedure.T("现场勘验图、现场照片", "Scene drawing and photos"), Stage: StageEvidence,
		Cites: procedure.Cites(law.AP(46, 1, 8), law.AP(47), law.SH(19, 1, 2), law.SH(19, 2)), Signs: []Signer{PartySigns, Witness, Officers}, EveryPage: true,
		Fields: []procedure.Field{
			moment("drawn", "勘验（拍摄）时间", "Made at"), line1("place", "勘验（拍摄）地点", "Place"), optional(pictures("drawing", "勘验图", "Drawing")),
			optional(prose("legend", "图示说明（方位、尺寸、比例）", "Legend: bearing, sizes, scale")), between(pictures("photos", "现场照片", "Photos"), 1, 50), optional(prose("shows", "照片证明内容", "What the photos prove")),
		},
		Fill: func(d Dossier) procedure.Values {
			v := procedure.Values{"place": d.Place}
			var ids []string
			for _, p := range d.Photos {
				ids = append(ids, p.ID)
			}
			if ids != nil {
				v["photos"] = ids
			}
			return v
		},
		Content: func(s *Sheet) []Block {
			out := []Block{Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"时间", s.value("drawn")}, {"地点", s.value("place")}, {"当事人", s.partyName()}, {"执法人员", s.officers()}}}}
			if drawing := s.pictures("drawing"); len(drawing) > 0 {
				out = append(out, Heading{"勘验图"}, Photos{Items: drawing, Height: 130, Word: "图"})
			}
			out = append(out, Paragraph{"图示说明：" + sentence(s.value("legend"))}, Heading{"现场照片"}, Photos{Items: s.pictures("photos")}, Paragraph{"照片证明内容：" + sentence(s.value("shows"))})
			return append(out, s.signing(map[Signer]string{PartySigns: "当事人或者现场人员（签名）", Witness: ""}),
				Note{"根据" + s.cites(law.SH(19, 1, 2), law.SH(19, 2)) + "的规定制作；照片的原始文件另行保存，其摘要列于照片之下。"})
		},
	},
	{
		// 电子数据提取笔录: how electronic data was taken, from what, with which digest, so that it can be checked (AP 46(1.4),
		// AP 41 for monitoring equipment).
		Kind: KindElectronic, Name: procedure.T("电子数据（视听资料）提取笔录", "Record of taking electronic data"), Stage: StageEvidence,
		Cites: procedure.Cites(law.AP(46, 1, 3), law.AP(46, 1, 4), law.AP(46, 2), law.AP(55, 1), law.AP(55, 2), law.AP(43, 2)), Signs: []Signer{PartySigns, Witness, Officers}, EveryPage: true,
		Fields: []procedure.Field{
			started(), ended(), line1("place", "提取地点", "Place"), line1("holder", "持有人（提供人）及身份", "Holder"), line1("device", "设备（系统、网址）", "Device, system or address"),
			between(prose("steps", "提取方法和过程", "How it was taken"), 5, 3000),
			between(table("files", "提取的文件", "Files", line1("name", "文件名称", "File"), line1("content", "内容摘要", "Content"), optional(line1("size", "大小（时长）", "Size")), between(line1("digest", "校验值（SHA-256）", "SHA-256"), 8, 100)), 1, 100),
			line1("medium", "存储介质及保管", "Medium and keeping"),
		},
		Content: func(s *Sheet) []Block {
			return []Block{
				Table{Widths: pairs, Pairs: true, Rows: [][]string{{"案由", s.title()}, {"提取时间", s.span()}, {"提取地点", s.value("place")}, {"持有人（提供人）", s.value("holder")},
					{"设备（系统、网址）", s.value("device")}, {"执法人员", s.officers()}}},
				s.shown("提取电子数据（视听资料）"), Heading{"提取方法和过程"}, Paragraph{sentence(s.value("steps"))},
				Paragraph{"提取的文件如下："}, s.list("files", 6, 7, 3.4, 9.4), Paragraph{"存储介质及保管：" + sentence(s.value("medium"))},
				Paragraph{"核对意见：以上记录已经持有人（提供人）核对，与提取过程和原始数据一致。"},
				s.signing(map[Signer]string{PartySigns: "持有人（提供人）（签名）", Witness: ""}),
			}
		},
	},
}
