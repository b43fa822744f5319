package place

import "testing"

func TestElsewhere(t *testing.T) {
	for address, want := range map[string]string{
		"杭州市西湖区文三路1号": "杭州市", "浙江省嘉兴市": "浙江省", " 上海市浦东新区世纪大道1号": "上海市浦东新区", "徐汇区漕溪北路": "上海市徐汇区", "上海普陀区长寿路": "上海市普陀区", "昆山市花桥": "昆山市",
		"北京市朝阳区": "北京市", "中国江苏省南京市": "江苏省",
		"南京西路1号": "", "北京西路": "", "静安区愚园路1号": "", "上海市静安区": "", "愚园路": "", "苏州河边": "", "宝山路街道": "", "长宁路": "", "浙江北路": "", "天目西路街道": "", "": "", "南京市场": "", "宝山区域规划路": "",
	} {
		if got, other := Elsewhere(address); got != want || other != (want != "") {
			t.Errorf("Elsewhere(%q) = %q, %v; want %q", address, got, other, want)
		}
	}
}

// A road of ours in an address of another city is not ours; an address of another district is not believed where it is found in a third.
func TestFindOfOtherCities(t *testing.T) {
	g := demoGazetteer(t)
	for _, address := range []string{"成都江宁路428号", "杭州康定路12号", "湖南省长沙市江宁路428号", "北京市朝阳区建国路88号", "苏州江宁路1号"} {
		if f, ok := g.Find("", address); ok {
			t.Errorf("%s is found at %+v", address, f)
		}
	}
	for _, address := range []string{"南京西路1266号", "成都北路500号", "西藏北路18号", "上海静安区江宁路428号", "无锡路10号"} {
		if f, ok := g.Find("", address); ok && f.Confidence <= misled {
			t.Errorf("%s is not believed: %+v", address, f)
		}
	}
	for _, address := range []string{"徐汇区漕溪北路398号", "上海市浦东新区江宁路428号"} {
		if f, ok := g.Find("", address); ok && f.Confidence > misled {
			t.Errorf("%s is believed to be at %+v", address, f)
		}
	}
}
