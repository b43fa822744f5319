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
