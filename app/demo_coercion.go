package app

import (
	"time"

	"jiexu/document"
	"jiexu/systems/casework"
	"jiexu/systems/casework/tracks"
)

// demoMeasures are cases with things seized, orders, substitute performance.
var demoMeasures = []demoCase{
	{letters: "jas", daysAgo: 61, title: "延安中路某住宅搭建阳光房案", matter: "WY-02", place: "延安中路900弄6号顶层露台",
		findings: "当事人在顶层露台用钢架、夹芯板搭建阳光房，面积约十八平方米，现场堆放尚未安装的夹芯板十二块。",
		party:    citizen("郑卫国", "310106197308140092", "上海市静安区延安中路900弄6号602室", "13900000031"), then: seizedAndTested},
	{letters: "jas", daysAgo: 41, title: "华山路某店铺占用人行道设置设施案", matter: "DL-02", place: "华山路300号门前人行道",
		findings: "当事人在人行道上固定安装钢结构雨棚和木平台，长六米、宽一点八米，占压盲道。",
		party:    company("上海华馨咖啡有限公司", "91310106MA1DEME22E", "温若兰", "上海市静安区华山路300号", "13900000032"), then: performedForThem},
	{letters: "zjxl", daysAgo: 4, hour: 10, title: "芷江西路路面拌和混凝土案", matter: "DL-06", place: "芷江西路近大统路",
		findings: "当事人在车行道上直接拌和混凝土，水泥浆漫流约二十平方米，影响行车。",
		party:    company("上海芷建装饰工程有限公司", "91310106MA1DEMF10W", "陆国庆", "上海市静安区芷江西路200号", "13900000033"), then: clearedAtOnce},
}

var panels = []any{in{"name": "夹芯板", "model": "1150毫米×3000毫米", "quantity": "十二块", "state": "未安装"}}

// seizedAndTested: held for thirty days, tested in between, extended (AC 25).
func seizedAndTested(c *stage) {
	c.inspected("露台东侧已立钢柱六根，顶部铺设夹芯板约十平方米，其余十二块夹芯板堆放在露台西侧；当事人未能出示规划许可。")
	c.filed()
	c.by(c.lead, tracks.CodeSeize, "ask", in{"things": "尚未安装的夹芯板十二块", "reason": "当事人拟继续安装，须控制涉案材料；材料是否阻燃待检测。"})
	c.by("head", tracks.CodeSeize, "grant", in{"opinion": "同意扣押。"})
	c.by(c.lead, tracks.CodeSeize, "seize", in{"cards_shown": true, "rights_told": true, "party": "present", "case_things_only": true, "no_necessities": true, "list_handed_over": true, "measure": "seize",
		"reason": "当事人涉嫌违法搭建，为防止其转移材料继续施工，依法扣押尚未安装的材料。", "from": c.today(), "until": c.in(30), "where": "静安寺街道综合行政执法队扣押物品仓库", "things": panels})
	c.days(9)
	c.by(c.lead, tracks.CodeSeize, "test", in{"measure": "seize", "what": "夹芯板芯材", "by": "上海市建筑材料检测中心（示例）", "items": "燃烧性能等级", "from": c.today(), "until": c.in(9)})
	c.handed(document.KindSeizeTesting)
	c.days(8)
	c.by(c.lead, tracks.CodeSeize, "test_over", in{"result": "芯材燃烧性能为B3级，不阻燃。"})
	c.proved("expert", "夹芯板燃烧性能检测报告", "搭建所用材料不阻燃")
	c.before(tracks.CodeSeize + ".hold")
	ends := c.due(tracks.CodeSeize + ".hold")
	c.by("head", tracks.CodeSeize, "extend", in{"reason": "材料来源和安装面积尚待查明，情况复杂，延长扣押期限。", "measure": "seize", "days": 30, "from": ends.AddDays(1).String(), "until": ends.AddDays(30).String()})
	c.handed(document.KindSeizeExtension)
	c.days(6)
	c.asked("m", "1973-08-14", "露台上的钢架和板材是谁安排安装的？", "我请人装的，想做个阳光房。", "有没有办过规划许可？", "没有。", "板材从哪里买的？", "网上买的，有付款记录。")
	c.reported("事实清楚、证据充分，使用不阻燃材料，建议处罚款15000元。")
	c.noticed(15000, "当事人在顶层露台违法搭建，使用不阻燃材料，存在消防安全隐患")
}

// performedForThem: ordered to remove, not obeyed, done in their place (AC 50, 51).
func performedForThem(c *stage) {
	const way = tracks.CodeSubstitute
	duty := "拆除人行道上的雨棚和木平台，恢复盲道"
	performer := "上海静洁市政养护有限公司（示例）"
	c.inspected("雨棚立柱以膨胀螺栓固定于人行道，木平台覆盖盲道六米；行人须绕行至非机动车道。")
	c.filed()
	until := c.working(4, 18)
	c.by(c.lead, tracks.CodeCorrect, "order", in{"facts": c.findings, "order": duty, "term": "until", "until": until})
	c.serves(tracks.CodeCorrect, "serve")
	c.after(until)
	c.by(c.lead, tracks.CodeCorrect, "found_not_corrected", in{"findings": "期限届满，雨棚和木平台仍在原处。", "checked_on": c.today()})
	c.by(c.lead, way, "demand", in{"harm": "traffic", "facts": "行人和视障人士被迫进入非机动车道，已发生一起刮碰。", "what": "act", "duty": duty, "days": 5, "then": "substitute"})
	c.serves(way, "serve_demand")
	c.days(1)
	c.by("legal", way, "pass_review", in{"opinion": "危害交通安全，符合代履行条件，同意。"})
	c.past(way + ".demand")
	c.by("head", way, "decide", in{"performer": performer, "disinterested": true, "cost": 4800, "opinion": "同意代履行。", "reason": "当事人经催告仍不履行，设施占压盲道，危害交通安全。", "object": "人行道上的雨棚一座、木平台一处", "way": "委托有资质的养护单位拆除、清运，恢复盲道",
		"at": c.working(12, 9), "cost_basis": "养护单位报价单，含拆除、清运和盲道砖修复"})
	c.serves(way, "serve_decision")
	c.days(1)
	c.by(c.lead, way, "demand_again", in{"what": "act", "duty": duty, "days": 3, "then": "substitute"})
	c.serves(way, "serve_last_demand")
	c.past(way + ".three_days")
	c.until(c.clock.at.Add(4 * time.Hour))
	c.by(c.lead, way, "perform", in{"started": c.ago(150), "ended": c.ago(30), "supervisors": []any{c.personID(c.lead)}, "signed_by": c.representative(), "no_force": true, "utilities_kept": true, "place": c.place, "performer": performer,
		"supervised": c.name(c.lead), "course": "养护单位拆除雨棚、木平台并清运，修复盲道砖十二块，现场清理完毕。", "cost": 4800, "recorded": "全程执法记录仪录像"})
	c.by("head", way, "charge", in{"cost": 4800})
	c.by(c.lead, "", casework.StepReport, in{"summary": c.findings + "经责令改正逾期未改正，已由本机关代履行。", "proposal": "建议处罚款2000元。"})
}

// clearedAtOnce: cement on the carriageway cannot wait (AC 52).
func clearedAtOnce(c *stage) {
	const way = tracks.CodeImmediate
	c.filed()
	c.by(c.leader, way, "decide", in{"kind_of_place": "road", "what": "pollutant", "party": "unable", "why_now": "水泥浆即将凝固，且有车辆打滑危险，须立即清除。"})
	c.by(c.lead, way, "clear", in{"started": c.ago(20), "ended": c.ago(2), "supervisors": []any{c.personID(c.lead)}, "no_force": true, "place": c.place, "where": "road", "object": "车行道上的水泥浆约二十平方米", "party_present": "unable",
		"course": "调度冲洗车一辆冲洗路面，清扫残渣，恢复通行。", "performer": "芷江西路街道市容保洁队（示例）", "cost": 600, "recorded": "全程执法记录仪录像"})
	c.handed(document.KindImmediate)
	c.by(c.leader, way, "end", in{"cost": 600, "note": "费用凭证已存卷。"})
}

// demoExecution are fines that were not paid at once.
var demoExecution = []demoCase{
	{letters: "jas", daysAgo: 75, title: "江苏路某餐厅改建共用烟道案", matter: "WY-03", place: "江苏路400号三楼",
		findings: "当事人擅自改建大楼共用烟道，接入厨房排油烟管，造成楼上住户室内串味。",
		party:    company("上海江味餐饮有限公司", "91310106MA1DEMF29R", "毛建新", "上海市静安区江苏路400号", "13900000041"), then: payingInParts},
	{letters: "jas", daysAgo: 214, title: "巨鹿路某酒店未拆除共用平台设施案", matter: "WY-03", place: "巨鹿路800号裙房平台",
		findings: "当事人占用裙房共用平台设置户外吧台，经劝阻未拆除。",
		party:    company("上海巨朗酒店管理有限公司", "91310106MA1DEMG178", "葛之航", "上海市静安区巨鹿路800号", "13900000042"),
		then:     func(c *stage) { c.fined(5000, "当事人占用共用平台经营，经劝阻未改正") }},
	{letters: "jas", daysAgo: 232, title: "余姚路某公司占用共用车库案", matter: "WY-03", place: "余姚路600号地下车库",
		findings: "当事人将地下共用车库隔出八十平方米作为仓库，占用消防通道。",
		party:    company("上海余庆仓储服务有限公司", "91310106MA1DEMG253", "卜长林", "上海市静安区余姚路600号", "13900000043"), then: ripeForTheCourt},
	{letters: "njxl", daysAgo: 66, title: "茂名北路某门店改建外墙案", matter: "WY-03", place: "茂名北路100号",
		findings: "当事人在外墙上开凿橱窗三处，改变建筑物外貌。",
		party:    company("上海茂昌服饰有限公司", "91310106MA1DEMH13H", "乔安宁", "上海市静安区茂名北路100号", "13900000044"), then: agreed},
	{letters: "sml", daysAgo: 80, title: "石门二路某理发店占用走道案", matter: "WY-03", place: "石门二路300弄2号底层走道",
		findings: "当事人在底层共用走道设置洗头池和热水器，占用约四平方米。",
		party:    citizen("史阿宝", "310106196610120135", "上海市静安区石门二路300弄2号", "13900000045"), then: suspended},
}

// payingInParts: three instalments, one of them paid (AP 66).
func payingInParts(c *stage) {
	c.fined(6000, "当事人改建共用烟道，影响多户居民，经劝阻后停止使用")
	c.days(4)
	c.by(c.lead, tracks.CodeInstal, "ask", in{"asked_on": c.today(), "hardship": "门店停业整改，附银行流水和房租合同，账户余额不足二千元。", "wants": "instalments"})
	c.days(1)
	c.by("head", tracks.CodeInstal, "grant", in{"decided": "parts", "until": c.in(75), "opinion": "确有困难，同意分三期缴纳。", "asked_on": c.in(-1), "reason": "当事人因停业整改确有经济困难，提供的证明材料属实。",
		"plan": []any{in{"by": c.in(25), "yuan": 2000}, in{"by": c.in(52), "yuan": 2000}, in{"by": c.in(75), "yuan": 2000}}})
	c.handed(document.KindDeferralAnswer)
	c.days(22)
	c.by(c.lead, tracks.CodeInstal, "pay_part", in{"voucher": c.voucher(), "amount": 2000, "paid_on": c.today()})
}

// ripeForTheCourt: demanded in vain, the time to sue is over (AC 53, 54).
func ripeForTheCourt(c *stage) {
	c.fined(7000, "当事人占用消防通道，经责令仍未恢复")
	c.past("litigation")
	c.by(c.lead, tracks.CodeCourt, "demand", in{"what": "money", "days": 10, "then": "court"})
	c.days(1)
	c.serves(tracks.CodeCourt, "serve_demand")
}

// agreed: what an agreement may let off is the surcharge (AC 42).
func agreed(c *stage) {
	c.fined(5500, "当事人开凿外墙橱窗三处，改变建筑物外貌")
	c.past("payment")
	c.days(12)
	c.by(c.lead, "casework.execution.agreement", "ask", in{"terms": "恢复外墙原状并于月底前缴清罚款；恢复后减免加处罚款。"})
	c.days(2)
	c.by("head", "casework.execution.agreement", "agree", in{"until": c.in(30), "waive_surcharge": true, "nobody_harmed": true, "opinion": "同意签订执行协议。", "duty": "缴纳罚款五千五百元", "stages": []any{in{"by": c.in(12), "what": "恢复外墙原状"}, in{"by": c.in(30), "what": "缴清罚款"}},
		"remedial": "已拆除橱窗并委托施工单位恢复外墙", "waived": "减免已产生的加处罚款"})
}

// suspended: the party lies in hospital and cannot pay (AC 39).
func suspended(c *stage) {
	c.fined(2000, "当事人占用共用走道经营，经劝阻未改正")
	c.past("payment")
	c.days(5)
	c.by(c.lead, tracks.CodeCourt, "demand", in{"what": "money", "days": 10, "then": "court"})
	c.days(1)
	c.serves(tracks.CodeCourt, "serve_demand")
	c.days(6)
	c.by(c.lead, tracks.CodeSuspend, "ask", in{"ground": "hardship", "reason": "当事人因病住院，暂无履行能力，提交住院证明。"})
	c.days(1)
	c.by("head", tracks.CodeSuspend, "grant", in{"opinion": "同意中止执行。", "ground": "1", "reason": "当事人住院治疗，店铺停业，确有困难。", "from": c.today()})
}

// demoStructures are illegal structures.
var demoStructures = []demoCase{
	{letters: "jas", daysAgo: 2, hour: 10, title: "铜仁路某住宅天井正在搭建案", matter: "WY-02", place: "铜仁路200弄8号底层天井", procedure: tracks.CodeBuilding,
		findings: "当事人正在天井内砌筑砖墙、架设钢梁，拟封顶作为厨房，已砌墙高一点六米、长四米。",
		party:    citizen("梁晓峰", "31010619861209008X", "上海市静安区铜仁路200弄8号101室", "13900000051"), then: builtDefiantly},
	{letters: "jas", daysAgo: 238, title: "长乐路某院落违法建筑案", matter: "WY-02", place: "长乐路900弄15号后院", procedure: tracks.CodeStructure,
		findings: "当事人在后院建有砖混结构房屋一间，面积约三十二平方米，未取得建设工程规划许可证。",
		party:    citizen("丁兆丰", "31010619690218005X", "上海市静安区长乐路900弄15号", "13900000052"), then: suedAndDemolished},
	{letters: "bsl", daysAgo: 20, title: "宝山路某小区屋顶违法建筑案", matter: "WY-02", place: "宝山路500弄3号屋顶", procedure: tracks.CodeStructure,
		findings: "当事人在屋顶搭建彩钢板房一间，面积约十五平方米，作储物用。",
		party:    citizen("邓秋实", "310106199004060105", "上海市静安区宝山路500弄3号601室", "13900000053"),
		then:     func(c *stage) { orderedDown(c, "屋顶南侧彩钢板房一间，面积约十五平方米") }},
}

// builtDefiantly: still being built, told to stop, not obeyed (SB 7, 11).
func builtDefiantly(c *stage) {
	c.until(c.clock.at.Add(40 * time.Minute))
	c.by(c.lead, "", "visit", in{"arrived_at": c.ago(10), "scene": "现场有工人两名正在砌墙，天井内堆放砖块、水泥和钢梁。"})
	c.by(c.lead, "", "stop", in{"stopped_on_the_spot": true, "found": c.ago(100), "where": c.place, "building": "底层天井内砖墙一道，高一点六米、长四米，及钢梁三根", "until": c.working(1, 12), "builder": "工人两名，自称受住户雇请"})
	c.serves("", "serve_stop")
	c.days(1)
	c.by(c.lead, "", "find_defied", in{"what": "went_on", "findings": "次日复查，墙体已砌至二点二米，工人仍在施工。"})
	c.by("head", "", "approve_demolition", in{"opinion": "同意立即强制拆除。", "power": "《上海市拆除违法建筑若干规定》第十一条", "duty": "停止建设并自行拆除天井内的砖墙和钢梁", "reason": "当事人经责令仍继续施工。", "way": "组织人员拆除并清运", "at": c.working(3, 9)})
	c.handed(document.KindCoercion)
	c.by(c.lead, "", "call_for_belongings", in{"told_on": c.today(), "told_how": "当面告知并张贴通知"})
}

// orderedDown takes a standing structure to the order's publication (SB 5, 9).
func orderedDown(c *stage, building string) {
	c.by(c.lead, "", "visit", in{"arrived_at": c.ago(15), "scene": "现场有已建成的构筑物，当事人在场，未能出示规划许可。"})
	c.inspected(c.findings)
	c.days(2)
	c.by(c.lead, "", "propose", in{"permit": "经向规划部门函询，该处无建设工程规划许可记录。", "facts": c.findings + "有现场检查笔录、照片和规划部门复函为证。"})
	c.by(c.lead, "", "tell", in{"told_on": c.today(), "told_how": "当面送交告知书"})
	c.days(2)
	c.by("legal", "", "pass_review", in{"opinion": "认定事实清楚、程序合法，同意责令限期拆除。"})
	c.past(tracks.CodeStructure + ".statement")
	c.by("head", "", "order", in{"until": c.in(15), "opinion": "同意责令限期拆除。", "building": building, "facts": c.findings + "经规划部门核查，未取得建设工程规划许可证。", "finding": "无规划许可记录，不能采取改正措施消除影响", "defence": "已告知，当事人在规定期限内未提出意见", "power": "no_permit"})
	c.serves("", "serve_order")
	c.by(c.lead, "", "publish_order", in{"building": building, "until": c.in(15)})
}

// suedAndDemolished: the court upholds the order, the government has it carried out (SB 10; AC 44).
func suedAndDemolished(c *stage) {
	building := "后院砖混结构房屋一间，面积约三十二平方米"
	orderedDown(c, building)
	c.days(10)
	c.by(c.lead, "", "tell_informant", in{"told_informant_on": c.today(), "told": "已对您反映的搭建立案查处，并依法责令限期拆除。"})
	c.past(tracks.CodeStructure + ".demolish_by")
	c.by("head", "", "demand", in{"authority": "上海市静安区人民政府", "building": building, "until": c.in(15)})
	c.serves("", "serve_demand")
	c.days(1)
	c.by("legal", "", "pass_execution_review", in{"opinion": "程序合法，可以提请强制拆除。"})
	c.days(14)
	c.by("legal", tracks.CodeLitigate, "receive", in{"contested": "structure", "applicant": c.party.Name, "authority": "上海铁路运输法院", "number": "（" + c.today()[:4] + "）沪7101行初412号", "filed_on": c.in(-3), "received_on": c.today()})
	c.days(10)
	c.by("legal", tracks.CodeLitigate, "answer", in{"evidence_handed_in": true})
	c.past(tracks.CodeStructure + ".litigation")
	c.by("legal", tracks.CodeLitigate, "uphold", in{"delivered_on": c.today(), "decision_no": "（" + c.today()[:4] + "）沪7101行初412号行政判决书"})
	c.past(tracks.CodeLitigate + ".appeal")
	ended := c.in(-1)
	c.by("legal", tracks.CodeLitigate, "becomes_final_kept", nil)
	c.by("head", "", "report_to_government", in{"opinion": "判决已生效，当事人逾期未拆除，报请区人民政府决定强制拆除。"})
	c.days(1)
	c.by("head", "", "government_decides", in{"authority": "上海市静安区人民政府", "number": "静府强拆〔" + c.today()[:4] + "〕6号", "decided_on": c.today(), "building": building, "remedy_end": ended, "way": "组织施工单位机械和人工拆除", "at": c.working(14, 9), "by": "静安寺街道办事处、静安区城市管理行政执法局"})
	c.serves("", "serve_decision")
	c.by(c.lead, "", "announce", in{"building": building, "until": c.in(5), "at": c.working(8, 9)})
	c.by(c.lead, "", "call_for_belongings", in{"told_on": c.today(), "told_how": "当面告知并张贴通知"})
	c.by("head", "", "plan", in{"plan": "上午九时开始；公安、消防、医疗各一组到场；断开违法建筑自用线路，不影响居民用水用电。"})
	c.past(tracks.CodeStructure + ".announced")
	c.days(2)
	c.until(c.clock.at.Add(3 * time.Hour))
	film := c.picture(900, "拆除过程（演示图）")
	c.by(c.lead, "", "demolish", in{"started": c.ago(190), "ended": c.ago(20), "utilities_kept": true, "recordings": []any{film}, "building": building, "led": c.name(c.leader), "present": "街道办事处、派出所、居委会和施工单位共十五人", "party_present": "yes",
		"course": "宣读强制拆除决定后，当事人自行搬离屋内物品；施工单位先人工拆除屋面，再以小型机械拆除墙体，现场无人员受伤。", "recorded": "两台执法记录仪全程录像，无人机航拍"})
	c.by(c.lead, "", "clear_notice", in{"until": c.in(7), "place": c.place, "what": "拆除产生的砖块、混凝土块约二十立方米"})
}
