package place

import (
	"slices"
	"strings"
)

// provinces are the divisions of the first level beside Shanghai, as addresses begin with them.
var provinces = strings.Fields(`北京市 天津市 重庆市 河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省 河南省 湖北省 湖南省 广东省 海南省 四川省 贵州省 云南省 陕西省
	甘肃省 青海省 台湾省 内蒙古自治区 广西壮族自治区 西藏自治区 宁夏回族自治区 新疆维吾尔自治区 香港特别行政区 澳门特别行政区`)

// cities are cities that people of Shanghai's neighbourhood write without their province. They count with 市 behind them alone: 南京西路 and 苏州河 are
// places of Shanghai.
var cities = strings.Fields(`南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 太仓 常熟 张家港 江阴 宜兴 启东 海门 靖江 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 海宁 平湖 桐乡 慈溪 余姚
	合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 济南 青岛 烟台 潍坊 福州 厦门 泉州 南昌 郑州 武汉 长沙 广州 深圳 珠海 佛山 东莞 南宁 海口 三亚 成都 贵阳 昆明 西安 兰州 西宁 银川 乌鲁木齐
	石家庄 太原 沈阳 大连 长春 哈尔滨 呼和浩特 拉萨`)

// districts are Shanghai's; 闸北 became part of 静安 in 2015.
var districts = strings.Fields(`黄浦 徐汇 长宁 静安 普陀 虹口 杨浦 闵行 宝山 嘉定 浦东新 金山 松江 青浦 奉贤 崇明`)

// home is the district whose addresses are not elsewhere.
const home = "静安"

// Elsewhere tells whether an address says by its own beginning that it is in another city, or in another district of Shanghai, and in which. What says
// nothing of city and district is taken to be here.
func Elsewhere(address string) (where string, other bool) {
	rest := strings.TrimSpace(string(clean(address)))
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "中国"), "中华人民共和国")
	for _, p := range provinces {
		if strings.HasPrefix(rest, p) {
			return p, true
		}
	}
	for _, c := range cities {
		if strings.HasPrefix(rest, c+"市") && !strings.HasPrefix(rest, c+"市场") {
			return c + "市", true
		}
	}
	for _, city := range []string{"上海市", "上海"} {
		rest = strings.TrimPrefix(rest, city)
	}
	for _, d := range districts {
		if d != home && strings.HasPrefix(rest, d+"区") && !slices.Contains([]rune{'路', '域'}, firstRune(rest[len(d+"区"):])) {
			return "上海市" + d + "区", true
		}
	}
	return "", false
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
