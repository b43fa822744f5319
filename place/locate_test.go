package place

import (
	"strings"
	"testing"

	"jiexu/data"
)

func TestLocate(t *testing.T) {
	g := demoGazetteer(t)
	for _, c := range []struct{ text, street, why string }{
		{"静安区共和新路1988号大宁国际门口夜排档油烟扰民", "大宁路街道", WhyNumber},
		{"南京西路 １２６６ 号恒隆广场门口", "南京西路街道", WhyNumber},
		{"市民反映灵石路851号有违法搭建", "彭浦镇", WhyNumber},
		{"临汾路299弄小区有人搭建", "临汾路街道", WhyLane},
		{"岭南路七百弄", "临汾路街道", WhyLane},
		{"彭浦新村三泉路424弄12号楼下有烧烤摊", "彭浦新村街道", WhyLane},
		{"康定路（胶州路-常德路）段占道经营", "曹家渡街道", WhySection},
		{"西藏北路和芷江中路交叉口", "宝山路街道", WhyCrossing},
		{"江宁路、新闸路路口有人乱设摊", "江宁路街道", WhyCrossing},
		{"江宁路近新闸路", "江宁路街道", WhyCrossing},
		{"大宁路街道辖区内的餐饮店油烟", "大宁路街道", WhyStreet},
		{"曹家渡一带", "曹家渡街道", WhyStreet},
		{"彭浦镇政府旁边", "彭浦镇", WhyStreet},
		{"达安花园北门流动摊贩", "曹家渡街道", WhyNeighbourhood},
		{"蕃瓜弄居民区垃圾堆积", "天目西路街道", WhyNeighbourhood},
		{"共康四村小区停车", "彭浦新村街道", WhyNeighbourhood},
		{"静安寺附近", "静安寺街道", WhyStation},
		{"上海马戏城站出口非机动车乱停", "大宁路街道", WhyStation},
		{"南京西路上共享单车乱停", "南京西路街道", WhyRoad},
		{"我住在宝山区，在静安区的沪太路1111号买东西", "彭浦镇", WhyNumber},
	} {
		found := g.Locate(c.text)
		if len(found) == 0 {
			t.Errorf("%s: nothing found", c.text)
			continue
		}
		if p := found[0]; p.StreetName != c.street || p.Why != c.why {
			t.Errorf("%s: %s by %s, want %s by %s", c.text, p.StreetName, p.Why, c.street, c.why)
		}
	}
}

func TestLocateNothing(t *testing.T) {
	g := demoGazetteer(t)
	for _, text := range []string{
		"", "   ", "路", "你好，请问什么时候上班？", "静安区有没有投诉电话",
		"A市A3区新闸路12号", "K8县南京西路有人占道", "北京市朝阳区江宁路88号", "普陀区长寿路与江宁路口渣土车",
		"长宁路890号来福士", "浦东新区世纪大道100号", "黄浦区南京东路300号", "虹口北站", "四川北路街道的宝山路",
	} {
		if found := g.Locate(text); len(found) > 0 {
			t.Errorf("%q: %+v", text, found)
		}
	}
}

// Two neighbourhoods of one name are both proposed, neither as certain.
func TestLocateAmbiguous(t *testing.T) {
	found := demoGazetteer(t).Locate("永乐居委会门口垃圾堆积")
	if len(found) != 2 || found[0].Confidence > 0.5 || found[0].Confidence != found[1].Confidence {
		t.Fatalf("%+v", found)
	}
	found = demoGazetteer(t).Locate("共和新路街道永乐居委会门口")
	if len(found) == 0 || found[0].StreetName != "共和新路街道" || found[0].Confidence < 0.6 {
		t.Errorf("%+v", found)
	}
}

// What the office imports decides: with one area only, everything else is outside.
func TestLocateInTheOfficesOwnAreas(t *testing.T) {
	areas, err := DemoAreas(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range areas {
		if a.Name != "彭浦镇" {
			continue
		}
		g, err := LoadGazetteer(data.FS, []Area{a})
		if err != nil {
			t.Fatal(err)
		}
		if found := g.Locate("灵石路851号"); len(found) != 1 || found[0].StreetCode != a.Code {
			t.Errorf("%+v", found)
		}
		if found := g.Locate("南京西路1266号"); len(found) != 0 {
			t.Errorf("%+v", found)
		}
	}
}

func TestNumeral(t *testing.T) {
	for _, c := range []struct {
		in     string
		n, end int
	}{
		{"149号", 149, 3}, {"二九九弄", 299, 3}, {"一千一百弄", 1100, 4}, {"八十七弄", 87, 3}, {"十弄", 10, 1},
		{"一零一一弄", 1011, 4}, {"四三〇弄", 430, 3}, {"号", 0, 0}, {"", 0, 0}, {"1234567号", 0, 0}, {"千千千千千千", 6000, 6},
	} {
		if n, end := numeral([]rune(c.in), 0); n != c.n || end != c.end {
			t.Errorf("%s: %d, %d; want %d, %d", c.in, n, end, c.n, c.end)
		}
	}
}

func FuzzLocate(f *testing.F) {
	g := demoGazetteer(f)
	for _, text := range []string{"共和新路1988号", "江宁路、新闸路路口", "康定路（胶州路-常德路）", "临汾路二九九弄", "A3区", "静安寺站", "\xff江宁路99999999999999号", "新闸路江宁路石门二路"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sum := 0.0
		for _, p := range g.Locate(text) {
			sum += p.Confidence
			if p.Confidence < 0 || p.Confidence > 1 || p.StreetCode == "" || p.Why == "" || len(p.Matched) == 0 {
				t.Errorf("%q: %+v", text, p)
			}
			if g.district.Distance(p.Point) > 1000 {
				t.Errorf("%q: %v is far outside", text, p.Point)
			}
		}
		if sum > 1.05 {
			t.Errorf("%q: the proposals claim %.2f", text, sum)
		}
	})
}

// BenchmarkLocate reads a text of 300 signs; 20,000 a second is 50 µs each.
func BenchmarkLocate(b *testing.B) {
	g := demoGazetteer(b)
	text := "市民来电反映：静安区共和新路1988号大宁国际商业广场门口每晚有夜排档，油烟扰民，" + strings.Repeat("希望城管部门尽快处理并回复，", 18) + "地点近大宁路。"
	b.ReportAllocs()
	for b.Loop() {
		g.Locate(text)
	}
}

// BenchmarkLocateWorst reads 5,000 signs that are nothing but roads.
func BenchmarkLocateWorst(b *testing.B) {
	g := demoGazetteer(b)
	text := strings.Repeat("共和新路近南京西路口", 500)
	for b.Loop() {
		g.Locate(text)
	}
}
