package bench

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"time"

	"jiexu/law"
	"jiexu/systems/intake"
)

// writer makes up complaints: what somebody sees, where, since when, and what he asks for.
type writer struct {
	random *rand.Rand
	n      int
	series string // numbers of one series are told from those of another
}

var (
	sights = []struct{ title, text string }{
		{"占道设摊", "有几个流动摊贩每天占着人行道卖水果和早点，推婴儿车和轮椅的人只能走到马路上，收摊以后地上都是菜叶和汤水"},
		{"夜间施工噪声", "工地在夜里十一点以后还在浇混凝土，泵车和振捣的声音整栋楼都听得见，老人和要上学的孩子睡不着"},
		{"违法搭建", "顶楼住户在露台上用钢架和彩钢板搭房间，已经搭好两面墙，下雨时雨水都排到楼下的窗台上"},
		{"乱堆建筑垃圾", "装修拆下来的砖块和木板堆在小区出口旁边，盖布早就破了，一刮风灰尘就吹进底楼的房间"},
		{"店招灯光太亮", "一家饭店新装的招牌整夜亮着白光，正对着居民的卧室，拉上两层窗帘还是刺眼"},
		{"油烟直排", "底楼的烧烤店没有装净化设备，烟管直接对着弄堂，傍晚开始整条弄堂都是油烟味，衣服不能晒在外面"},
		{"共享单车乱停", "地铁口的非机动车停得满满的，盲道完全被占，早上上班的人要侧着身体才能走过去"},
		{"毁绿种菜", "有人把楼前的花坛挖掉种上葱和青菜，还浇了肥料，气味很大，原来的冬青都被拔光了"},
		{"渣土车洒落", "晚上运土的车没有盖好，一路上掉下来的泥块被压成灰，第二天环卫扫了几次还是有"},
		{"破坏承重墙", "楼里一户人家装修时用大锤敲墙，听工人说是把客厅和阳台之间的墙打通，楼上已经有一条裂缝"},
		{"散发小广告", "早晚高峰有人在路口往车窗里塞卡片，地上到处都是，下雨天踩上去很滑"},
		{"工地没有冲洗", "工地大门口的冲洗设备坏了很久，车子出来轮胎上都是泥，门前一百多米的路面都是黄的"},
	}
	spots = []string{"共和新路延长路口", "大宁路660弄门口", "南京西路茂名北路口", "江宁路昌平路口", "康定路近胶州路", "石门二路新闸路口", "天目西路长安路口",
		"曹家渡万航渡路", "彭浦新村街道闻喜路", "临汾路阳曲路口", "芷江西路大统路口", "宝山路虬江路口", "万荣路灵石路口", "平型关路近广中西路"}
	since = []string{"上个星期开始", "已经有一个多月", "这两天特别严重", "从去年冬天起", "每逢周末", "今天早上六点多"}
	asks  = []string{"希望尽快派人来看一看。", "请有关部门处理，并把结果告诉我。", "以前反映过一次，好了几天又变成老样子。", "不要只是口头教育，要有长期的办法。", "我可以提供照片。"}
	names = []string{"赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈"}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// registration is a complaint as the desk types it in.
func (w *writer) registration() intake.Registration {
	w.n++
	sight, spot := pick(w.random, sights), pick(w.random, spots)
	return intake.Registration{Channel: intake.Hotline, SourceNumber: fmt.Sprintf("BX%s%07d", w.series, w.n), Kind: intake.Grievance, Category: "市容环境/" + sight.title,
		Title:   spot + sight.title,
		Content: fmt.Sprintf("%s，%s%s，离路口大约%d米。%s第%d次来电。", spot, pick(w.random, since), sight.text, 5+w.random.IntN(300), pick(w.random, asks), 1+w.random.IntN(4)),
		Address: fmt.Sprintf("%s%d号", spot, 1+w.random.IntN(900)), Name: pick(w.random, names) + "女士", Phone: fmt.Sprintf("138%08d", w.random.IntN(100_000_000))}
}

// table is so many complaints as a CSV file, received over the last days before now, and the numbers
// that they have where they come from.
func (w *writer) table(n int, now time.Time) (content []byte, numbers []string, err error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	if err := out.Write([]string{"工单编号", "分类", "标题", "内容", "地址", "受理时间", "姓名", "电话"}); err != nil {
		return nil, nil, err
	}
	for range n {
		c := w.registration()
		at := now.Add(-time.Duration(w.random.IntN(90*24*60)+1) * time.Minute).In(law.Shanghai)
		if err := out.Write([]string{c.SourceNumber, c.Category, c.Title, c.Content, c.Address, at.Format("2006-01-02 15:04:05"), c.Name, c.Phone}); err != nil {
			return nil, nil, err
		}
		numbers = append(numbers, c.SourceNumber)
	}
	out.Flush()
	return b.Bytes(), numbers, out.Error()
}
