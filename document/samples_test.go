package document

// samples are what an officer would fill in, by kind; what the case knows comes from the sample dossier.
var samples = map[Kind]map[string]any{
	KindFiling: {
		"found_on": "2026-11-02", "evidence": "现场检查（勘验）笔录1份、现场照片6张、市民投诉工单1份",
		"proposal": "当事人的行为涉嫌违反市容环境卫生管理规定，符合立案标准，建议立案调查，由王堃、李𠅤承办", "unit_opinion": "同意立案，报局领导审批", "approval": "同意立案，立案日期为2026年11月3日",
	},
	KindInspection: {
		"started": "2026-11-02T10:15:00+08:00", "ended": "2026-11-02T10:50:00+08:00", "present": "龚㛃，法定代表人", "present_phone": "13800000000", "weather": "晴",
		"observed": "检查人员到达现场时，当事人正在营业。店门前人行道上自东向西摆放折叠桌6张、塑料凳24只，有顾客4人就餐。桌椅外缘距店门3.2米，占用盲道。",
		"measured": []any{map[string]any{"item": "占用长度", "value": "5.0米", "method": "卷尺"}, map[string]any{"item": "占用宽度", "value": "2.5米", "method": "卷尺"}, map[string]any{"item": "占用面积", "value": "12.5平方米"}},
		"recorded": "拍摄现场照片6张，执法记录仪（编号0031）全程录像", "said": "店内座位不够，临时摆放，愿意收回",
	},
	KindInquiry: {
		"started": "2026-11-05T09:05:00+08:00", "ended": "2026-11-05T10:12:00+08:00", "place": "共和新路街道综合行政执法队询问室", "name": "龚㛃", "born": "1985-06-01",
		"code": "居民身份证 310106198506010022", "address": "上海市静安区示例路2号", "phone": "13800000000", "employer": "上海犇喆餐饮管理有限公司法定代表人", "relation": "当事人的法定代表人",
		"questions": []any{
			map[string]any{"question": "请说明你的身份和职务。", "answer": "我叫龚㛃，是上海犇喆餐饮管理有限公司的法定代表人。"},
			map[string]any{"question": "2026年11月2日你单位门前人行道上的桌椅是谁摆放的？", "answer": "是店里摆的，一共6张桌子、24只凳子，从9月底开始，每天10时到21时。"},
			map[string]any{"question": "是否取得过占用道路的许可？", "answer": "没有。"},
			map[string]any{"question": "以上所说是否属实，还有什么补充？", "answer": "属实，没有补充。"},
		},
	},
}
