package app

import (
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
)

// The demonstration's penalties: people, places and companies are invented. officer.jas1 and leader.jas, whom a
// visitor tries first, meet most kinds of case.

func citizen(name, code, address, phone string) casework.PartyInput {
	return casework.PartyInput{Kind: casework.Person, Name: name, IDCode: code, Address: address, Phone: phone}
}

func company(name, code, representative, address, phone string) casework.PartyInput {
	return casework.PartyInput{Kind: casework.Organisation, Name: name, IDCode: code, Representative: representative, Address: address, Phone: phone}
}

// demoPenalties run the summary and the ordinary procedure.
var demoPenalties = []demoCase{
	{letters: "cjd", daysAgo: 58, title: "康定路某小区损坏房屋承重结构案", matter: "WY-01", place: "曹家渡街道康定路",
		findings: "当事人装修时拆除客厅与卧室之间的承重墙体约三平方米，经房屋检测单位现场确认属承重结构。",
		party:    citizen("赵立新", "310106199001010014", "上海市静安区康定路1000弄1号101室", "13900000001"),
		then: func(c *stage) {
			c.inspected("客厅与卧室之间原有墙体被拆除，开口宽一点二米、高二点五米，断面可见钢筋；房屋检测单位技术人员到场，确认该墙体为承重墙。")
			c.filed()
			c.by(c.lead, "", casework.StepOrderCorrection, in{"order": "自收到本通知之日起三十日内，由有资质的单位设计、施工，恢复承重墙体", "correct_by": c.in(30)})
			c.days(1)
			c.asked("m", "1990-01-01", "你家装修时拆了哪些墙？", "客厅和卧室之间的那面墙，想把两间打通。", "施工前有没有问过物业或者看过图纸？", "没有，装修队说能拆。", "现在打算怎么处理？", "愿意请有资质的单位恢复。")
			c.proved("expert", "房屋结构安全性现场检测意见", "被拆除的墙体属于承重结构")
			c.reported("事实清楚、证据充分。当事人能配合调查并已委托设计单位制定恢复方案，建议在法定幅度内较轻一档，处罚款12000元。")
			c.noticed(12000, "当事人系初次违法，能配合调查，已着手恢复，按较轻情节处理")
			c.waived(true)
			c.reviewed()
			c.deliberated()
			c.decided(12000)
			c.paper(c.lead, "service.receipt", in{"papers": []any{in{"name": "行政处罚决定书", "number": "", "copies": 1}}, "to": "赵立新", "where": c.party.Address, "method": "direct", "at": c.ago(90)})
			c.days(5)
			c.pays(12000)
			c.archived(46)
		}},
	{letters: "dnl", daysAgo: 30, title: "大宁路某商铺破坏房屋外貌案", matter: "WY-03", place: "大宁路660弄沿街商铺",
		findings: "当事人将沿街商铺外墙凿成门洞并更换外立面，改变建筑物外貌。",
		party:    company("上海宁晨餐饮管理有限公司", "91310106MA1DEMA19C", "钱卫东", "上海市静安区大宁路660号", "13900000002"),
		then: func(c *stage) {
			c.filed()
			c.days(2)
			c.reported("建议责令恢复原状，处罚款3000元。")
			c.noticed(3000, "当事人初次违法，能配合调查，按较轻情节处理")
			c.waived(false)
			c.reviewed()
			c.by("head", "", casework.StepDecide, in{"amount": 3000, "opinion": "同意，作出处罚决定。"})
		}},
	{letters: "ppxc", daysAgo: 6, title: "临汾路某住宅擅自改变使用性质案", matter: "WY-04", place: "彭浦新村街道临汾路100弄2号102室",
		findings: "当事人将底层住宅改作棋牌室经营，室内摆放自动麻将桌四张。",
		party:    citizen("孙桂兰", "310108198002290028", "上海市静安区临汾路100弄2号102室", "13900000003"),
		then: func(c *stage) {
			c.filed()
			c.by(c.lead, tracks.CodePreserve, "ask", in{"reason": "经营用的记账本随时可能被销毁，以后难以取得。"})
			c.by("head", tracks.CodePreserve, "grant", in{"opinion": "同意先行登记保存。"})
			c.by(c.lead, tracks.CodePreserve, "preserve", in{"from": c.today(), "until": c.in(7), "way": "in_place", "where": c.place, "things": []any{in{"name": "记账本", "quantity": "二册"}, in{"name": "收款二维码牌", "quantity": "一块"}}})
			c.days(1)
			c.reported("当事人将住宅改为经营用房，事实清楚，建议处罚款10000元。")
			c.noticed(10000, "当事人能配合调查，按法定幅度下限处理")
		}},
	{letters: "lfl", daysAgo: 1, title: "临汾路某物业企业未及时报告违法行为案", matter: "WY-05", place: "临汾路街道临汾路200号",
		findings: "物业服务企业发现业主搭建后，未在规定时间内劝阻、报告。",
		party:    company("上海临安物业服务有限公司", "91310106MA1DEMA277", "周启明", "上海市静安区临汾路200号", "13900000004"),
		then:     func(*stage) {}},
	{letters: "jas", daysAgo: 12, hour: 10, title: "愚园路人行道随意抛撒生活垃圾案", matter: "HJ-01", place: "愚园路近乌鲁木齐北路人行道", procedure: tracks.CodeSummary,
		findings: "当事人将一袋生活垃圾抛撒在人行道树穴内，被巡查队员当场发现。",
		party:    citizen("许文彬", "310106198803150014", "上海市静安区愚园路400弄9号", "13900000011"), then: cashOnTheSpot},
	{letters: "jas", daysAgo: 3, hour: 11, title: "万航渡路绿地堆放生活垃圾案", matter: "HJ-01", place: "万航渡路近北京西路绿地旁", procedure: tracks.CodeSummary,
		findings: "当事人将纸箱、厨余垃圾三袋堆放在绿地旁，未投放至收集容器。",
		party:    citizen("罗海棠", "310106199206270039", "上海市静安区万航渡路300弄3号", "13900000012"),
		then: func(c *stage) {
			c.by(c.lead, "", "tell", in{"facts_clear": true, "cards_shown": true, "amount": 200, "grounds": "当面告知违法事实、拟处罚款二百元的理由和依据，以及陈述申辩的权利。"})
			c.by(c.lead, "", "hear", in{"spoke": "nothing", "statement": "没有意见。", "adopted": "no"})
			c.spotDecision(200, "bank", "")
			c.by(c.lead, "", "record", in{"note": "决定书存根已报队部内勤备案。"})
		}},
	{letters: "jas", daysAgo: 36, title: "北京西路某公寓擅自改变使用性质案", matter: "WY-04", place: "北京西路1400弄5号302室",
		findings: "当事人将住宅分隔为十一间，改作日租公寓对外经营，走道内加装电热水器。",
		party:    citizen("冯家骏", "310106197509110025", "上海市静安区北京西路1400弄5号302室", "13900000013"), then: hearingAsked},
	{letters: "jas", daysAgo: 17, title: "胶州路某商铺占用共用部位案", matter: "WY-03", place: "胶州路290号底层走道",
		findings: "当事人将大楼底层共用走道用铁门封闭，作为店铺仓库使用，占用面积约六平方米。",
		party:    company("上海胶南食品商行有限公司", "91310106MA1DEMB15M", "吕新民", "上海市静安区胶州路290号", "13900000014"), then: waitsForReview},
	{letters: "jas", daysAgo: 19, title: "武定路某住户擅自移装共用管道案", matter: "WY-03", place: "武定路600弄4号201室",
		findings: "当事人装修卫生间时，将共用排水立管改道移装，造成楼下渗水。",
		party:    citizen("吴慧珍", "310106198301040042", "上海市静安区武定路600弄4号201室", "13900000015"),
		then: func(c *stage) {
			c.filed()
			c.days(2)
			c.reported("事实清楚，当事人已赔偿楼下损失，建议处罚款4000元。")
			c.noticed(4000, "当事人移装共用管道造成渗水，已赔偿损失")
			c.days(2)
			c.by(c.lead, "", casework.StepHear, in{"statement": "管道是装修队改的，我已经请物业恢复并赔了楼下六百元，希望少罚一些。"})
		}},
	{letters: "jnl", daysAgo: 9, title: "江宁路某物业企业未制止违法装修案", matter: "WY-05", place: "江宁路800弄",
		findings: "物业服务企业接到业主投诉后，对正在进行的违法装修未予劝阻，也未报告。",
		party:    company("上海江苑物业管理有限公司", "91310106MA1DEMB23G", "严松年", "上海市静安区江宁路800弄1号", "13900000016"), then: officerWithdraws},
}

// cashOnTheSpot: a fine of a hundred yuan, taken on the spot, handed in and banked (AP 68, 70, 71).
func cashOnTheSpot(c *stage) {
	c.by(c.lead, "", "tell", in{"facts_clear": true, "cards_shown": true, "amount": 100, "grounds": "当面告知违法事实、拟处罚款一百元的理由和依据，以及陈述申辩的权利。"})
	c.by(c.lead, "", "hear", in{"spoke": "nothing", "statement": "知道错了，没有意见。", "adopted": "no"})
	c.spotDecision(100, "cash_small", "沪财罚0026117")
	c.by(c.lead, "", "collect", in{"amount": 100, "paid_on": c.today(), "receipt_no": "沪财罚0026117", "ground": "small"})
	c.days(1)
	c.by(c.lead, "", "record", in{"note": "决定书存根已报队部内勤备案。"})
	c.by(c.lead, "", "hand_in", in{"handed_on": c.today(), "handed_to": "队部内勤"})
	c.days(1)
	c.by(c.leader, "", "bank", in{"banked_on": c.today(), "voucher": c.voucher()})
	c.archived(9)
}

// spotDecision is a decision that is made and handed over where it happened.
func (c *stage) spotDecision(yuan int, pay, receipt string) {
	form := in{"delivered": "signed", "at": c.ago(70), "where": c.place, "facts": c.findings, "evidence": "现场照片、执法记录仪录像", "penalty": "fine", "yuan": yuan, "pay": pay,
		"order": "立即清除，按规定分类投放", "heard": "none"}
	if receipt != "" {
		form["receipt"] = receipt
	}
	c.by(c.lead, "", "decide", form)
}

// hearingAsked: a fine of twenty thousand, and the party wants to be heard before it is imposed (AP 63, 64).
func hearingAsked(c *stage) {
	c.inspected("该户原为三室一厅，现以轻质隔板分隔为十一间，各间门上有房号，走道内装有电热水器三台，现场有租客四人。")
	c.filed()
	c.days(2)
	c.asked("m", "1975-09-11", "这套房屋现在做什么用？", "隔了几间，做日租。", "有没有办过改变使用性质的手续？", "没有。", "一共几间，怎么收费？", "十一间，每间一天一百五十元左右。")
	c.days(3)
	c.reported("事实清楚、证据充分，隔间多、有安全隐患，建议处罚款20000元。")
	c.noticed(20000, "当事人擅自改变住宅使用性质，隔间数量多并存在消防安全隐患")
	c.days(3)
	c.by(c.lead, "", casework.StepAskHearing, in{"asked_on": c.today(), "statement": "房屋是亲戚共用，认为不属于经营，要求听证。"})
	c.days(2)
	c.by("legal", "", casework.StepCallHearing, in{"held_at": c.working(20, 14), "place": "区城管执法局二楼听证室", "chair": c.personID("legal2")})
}

// waitsForReview: nothing but the legal section's word is missing.
func waitsForReview(c *stage) {
	c.inspected("大楼底层共用走道东侧装有双扇铁门，门内堆放货箱，占用走道长四米、宽一点五米；其他住户须绕行。")
	c.filed()
	c.days(2)
	c.asked("m", "1968-03-12", "走道上的铁门是谁装的？", "是我们店装的，放点货。", "有没有征得其他业主同意？", "没有。", "什么时候能拆？", "一周内拆掉。")
	c.days(1)
	c.reported("事实清楚、证据充分，当事人能配合调查并承诺拆除，建议处罚款3000元。")
	c.noticed(3000, "当事人占用共用走道，影响其他住户通行；能配合调查")
	c.waived(false)
}

// officerWithdraws: an officer's relative works for the party (AP 43).
func officerWithdraws(c *stage) {
	c.filed()
	c.days(1)
	c.by(c.second, tracks.CodeRecuse, "officer_asks", in{"officer": c.personID(c.second), "part": "officer", "reason": "本人配偶在当事人公司任职，可能影响公正执法。"})
	c.days(1)
	c.by("head", tracks.CodeRecuse, "grant", in{"decided": "yes", "successor": c.personID("officer." + c.letters + "3"), "opinion": "情况属实，同意回避。", "applicant": c.name(c.second), "applied_on": c.in(-1),
		"officer": c.name(c.second) + "，承办人", "grounds": "配偶在当事人公司任职", "reason": "申请人的配偶系当事人的职工，属于与案件有直接利害关系的情形，应当回避。"})
	c.days(1)
	c.by("officer."+c.letters+"3", "", casework.StepReport, in{"summary": c.findings, "proposal": "事实清楚，建议处罚款3000元。"})
}

// demoEndings are cases that ended without a fine, or whose decision did not stay.
var demoEndings = []demoCase{
	{letters: "jas", daysAgo: 26, title: "南京西路某门店占用共用部位案", matter: "WY-03", place: "南京西路1700号侧门通道",
		findings: "当事人将装修材料临时堆放在大楼侧门共用通道内，占用约二平方米。",
		party:    company("上海静邻眼镜有限公司", "91310106MA1DEMC11Y", "邵云飞", "上海市静安区南京西路1700号", "13900000021"), then: noPenalty},
	{letters: "jas", daysAgo: 62, title: "镇宁路某公司改建共用部位案", matter: "WY-03", place: "镇宁路200号大堂",
		findings: "当事人将大楼大堂隔出一间作为前台，改建共用部位约五平方米。",
		party:    company("上海镇和商务咨询有限公司", "91310106MA1DEMC2XN", "石永清", "上海市静安区镇宁路200号", "13900000022"), then: revokedLater},
	{letters: "tmxl", daysAgo: 40, title: "天目西路某小区损坏承重结构案", matter: "WY-01", place: "天目西路200弄3号501室",
		findings: "当事人组织人员拆除多处承重墙体和圈梁，经鉴定整幢楼房存在局部坍塌危险。",
		party:    citizen("方志平", "31010619790523007X", "上海市静安区天目西路200弄3号501室", "13900000023"), then: crimeTransferred},
	{letters: "jas", daysAgo: 14, title: "常德路某小区占用公共走道案", matter: "WY-03", place: "常德路500弄7号三层走道",
		findings: "当事人在三层公共走道内放置鞋柜、杂物柜各一件。",
		party:    citizen("唐雪梅", "310106199511300062", "上海市静安区常德路500弄7号302室", "13900000024"), then: filingWithdrawn},
	{letters: "bz", daysAgo: 13, title: "天目中路河道旁倾倒泥浆案", matter: "HJ-01", place: "天目中路近河南北路河岸",
		findings: "巡查发现河岸有倾倒泥浆痕迹，经核查系相邻区在建工地的运输车辆所为，倾倒地点位于相邻区一侧河堤。",
		party:    company("上海通泥土方工程有限公司", "91310106MA1DEMD18A", "何大江", "上海市黄浦区北京东路900号", "13900000025"), then: notOurs},
	{letters: "cjd", daysAgo: 41, title: "长寿路某公司改建外立面案", matter: "WY-03", place: "长寿路1100号沿街外墙",
		findings: "当事人未经业主共同决定，将沿街外墙改为落地玻璃门。",
		party:    company("上海长和健身服务有限公司", "91310106MA1DEMD265", "萧亦然", "上海市静安区长寿路1100号", "13900000026"), then: contested},
	{letters: "ghxl", daysAgo: 33, title: "共和新路某店铺占用共用部位案", matter: "WY-03", place: "共和新路1900号底层门厅",
		findings: "当事人在大楼门厅内设置冷饮柜两台，占用共用部位约三平方米。",
		party:    company("上海共兴便利店有限公司", "91310106MA1DEME14K", "龚玉良", "上海市静安区共和新路1900号", "13900000027"), then: slipCorrected},
}

// noPenalty: slight, corrected in time, no harm (AP 33).
func noPenalty(c *stage) {
	c.filed()
	c.by(c.lead, tracks.CodeCorrect, "order", in{"facts": c.findings, "order": "将堆放在共用通道内的装修材料全部清理，恢复通行", "term": "until", "until": c.working(4, 18)})
	c.serves(tracks.CodeCorrect, "serve")
	c.days(3)
	c.by(c.lead, tracks.CodeCorrect, "found_corrected", in{"findings": "材料已全部清理，通道恢复畅通。", "checked_on": c.today()})
	c.by(c.lead, "", casework.StepReport, in{"summary": c.findings, "proposal": "当事人接到责令改正通知后当日清理，没有造成危害后果，建议不予行政处罚并予以教育。"})
	c.by(c.lead, tracks.CodeNoPenalty, "propose", in{"ground": "slight", "harm": "none", "corrected": true, "facts": c.findings + "接到责令改正通知后当日清理完毕。"})
	c.days(2)
	c.by("head", tracks.CodeNoPenalty, "decide", in{"opinion": "同意不予行政处罚。", "facts": c.findings + "当事人收到责令改正通知书后当日清理完毕。", "ground": "slight", "reason": "占用时间短、面积小，及时改正，没有造成危害后果。", "education": "当面宣讲住宅物业管理规定，当事人表示今后不再占用。"})
	c.days(1)
	c.serves(tracks.CodeNoPenalty, "serve")
	c.by(c.lead, tracks.CodeNoPenalty, "teach", in{"taught": "送达时当面教育，当事人签收宣传材料。"})
	c.by(c.lead, tracks.CodeNoPenalty, "finish", nil)
}

// revokedLater: paid, archived and published before the mistake was found (AP 48, 75).
func revokedLater(c *stage) {
	c.fined(3000, "当事人改建共用部位，能配合调查")
	published := c.today()
	c.days(4)
	c.pays(3000)
	c.archived(31)
	c.days(14)
	c.by("legal", tracks.CodeRevoke, "propose", in{"ground": "error", "reason": "案卷评查发现：竣工图显示该处隔间属于原始设计的门卫室，不是共用部位，认定事实有误。"})
	c.days(1)
	c.by("legal2", tracks.CodeRevoke, "pass_review", in{"opinion": "原认定事实有误，依法应当撤销，同意。"})
	c.days(1)
	c.by("head", tracks.CodeRevoke, "decide", in{"kind": "revoke", "opinion": "同意撤销，退还罚款。", "extent": "all", "reason": "经复查，竣工图显示涉案隔间系原始设计的门卫室，原处罚决定认定事实错误，依法予以撤销。", "return": "退还已缴纳的罚款3000元", "again": "no"})
	c.days(1)
	c.serves(tracks.CodeRevoke, "serve")
	c.by("legal", tracks.CodeRevoke, "take_down", in{"taken_down_on": c.today(), "published_on": published, "published_at": "区政府门户网站“双公示”栏目", "ground": "revoked", "ground_on": c.in(-1), "by": "上海市静安区城市管理行政执法局", "reason": "原处罚决定认定事实有误，已依法撤销。"})
	c.days(2)
	c.by(c.lead, tracks.CodeRevoke, "refund", in{"refund": 3000, "voucher": "TK" + c.mark(6), "refunded_on": c.today()})
	c.by("legal", tracks.CodeRevoke, "finish", nil)
}

// crimeTransferred: the police file it (AP 27).
func crimeTransferred(c *stage) {
	c.filed()
	c.proved("expert", "房屋安全鉴定报告", "整幢楼房存在局部坍塌危险")
	c.days(3)
	c.reported("当事人的行为危及整幢楼房住户的生命安全，涉嫌犯罪，建议移送公安机关。")
	c.by(c.lead, tracks.CodeCrime, "propose", in{"crime": "以危险方法危害公共安全罪", "facts": c.findings + "经制止后仍继续施工。"})
	c.days(1)
	c.by("head", tracks.CodeCrime, "approve", in{"opinion": "同意移送公安机关。"})
	c.by(c.lead, tracks.CodeCrime, "hand_over", in{"receiver": "静安公安分局案件管理中心值班民警", "file_complete": true, "to": "上海市公安局静安分局", "facts": c.findings + "经制止后仍继续施工，危及十八户居民的生命安全。", "crime": "以危险方法危害公共安全罪",
		"reason": "当事人的行为涉嫌犯罪，依法应当移送公安机关。", "files": []any{in{"name": "现场检查笔录", "pages": "4"}, in{"name": "房屋安全鉴定报告", "pages": "21"}, in{"name": "询问笔录", "pages": "6"}}})
	c.days(2)
	c.by(c.lead, tracks.CodeCrime, "accepted", in{"answered_on": c.today(), "number": "静公（天）立字〔" + c.today()[:4] + "〕308号"})
	c.shelved(52)
}

// filingWithdrawn: another case was filed for the same act.
func filingWithdrawn(c *stage) {
	c.filed()
	c.days(2)
	c.by(c.lead, "casework.filing.withdrawal", "ask", in{"ground": "twice", "reason": "同一行为已由房管部门先行立案处理，属重复立案。"})
	c.by(c.lead, "casework.filing.withdrawal", "tell_party", in{"told_on": c.today(), "told_how": "电话告知，通话录音存卷"})
	c.days(1)
	c.by("head", "casework.filing.withdrawal", "grant", in{"opinion": "同意撤销立案。", "facts": c.findings + "经与房管部门核对，该行为已于同日由其立案。", "ground": "filed", "reason": "已由其他行政机关先行立案，不再重复处理。",
		"proposal": "建议撤销立案。", "unit_opinion": "同意承办人意见。", "approval": "同意撤销立案。"})
}

// notOurs: it happened beyond the district (AP 22, 25).
func notOurs(c *stage) {
	c.filed()
	c.days(1)
	c.by(c.lead, tracks.CodeJurisdiction, "propose", in{"ground": "elsewhere", "authority": "相邻区城市管理行政执法局", "reason": "倾倒地点位于相邻区一侧河堤，违法行为发生地不在本辖区。"})
	c.by("head", tracks.CodeJurisdiction, "approve", in{"opinion": "同意移送。"})
	c.days(1)
	c.by(c.lead, tracks.CodeJurisdiction, "hand_over", in{"receiver": "相邻区城管执法局法制科收件人", "to": "相邻区城市管理行政执法局", "facts": c.findings, "reason": "违法行为发生地不在本辖区，依法移送有管辖权的机关。", "files": []any{in{"name": "现场照片", "pages": "6"}, in{"name": "现场检查笔录", "pages": "3"}}})
	c.days(2)
	c.by(c.lead, tracks.CodeJurisdiction, "accepted", in{"answered_on": c.today(), "number": "收件回执〔" + c.today()[:4] + "〕117号"})
}

// contested: the party asks the government to reconsider; the answer is due in ten days (AR 48).
func contested(c *stage) {
	c.fined(6000, "当事人改建外立面，经劝阻后仍继续施工")
	c.days(20)
	c.by("legal", tracks.CodeReconsider, "receive", in{"contested": "penalty", "applicant": c.party.Name, "authority": "上海市静安区人民政府", "number": "静府复受〔" + c.today()[:4] + "〕61号", "filed_on": c.in(-2), "received_on": c.today()})
}

// slipCorrected: the decision bore a wrong house number.
func slipCorrected(c *stage) {
	c.fined(2000, "当事人占用共用部位，能配合调查")
	c.days(2)
	c.by("legal", tracks.CodeCorrection, "propose", in{"document": "行政处罚决定书", "wrong": "共和新路1900号", "right": "共和新路1900号甲", "substance_unchanged": true})
	c.by("head", tracks.CodeCorrection, "approve", in{"opinion": "同意更正。"})
	c.by("legal", tracks.CodeCorrection, "issue", in{"slips": []any{in{"at": "第一页违法地点", "was": "共和新路1900号", "is": "共和新路1900号甲"}}, "reason": "制作时漏写门牌号后缀。"})
	c.days(1)
	c.serves(tracks.CodeCorrection, "serve")
	c.days(1)
	c.pays(2000)
}
