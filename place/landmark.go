package place

import (
	"maps"
	"slices"
	"strings"
)

// landmark is a name that several known places have in their address and that is at one spot: a
// compound, a shopping centre, a hospital.
type landmark struct {
	name string
	at   spotXY
}

// Last signs of what people find their way by.
var landmarkEndings = []string{"广场", "中心", "大厦", "商厦", "大楼", "国际", "公园", "医院", "大学", "中学", "小学", "新村", "花园", "公寓", "百货",
	"商场", "商城", "天地", "小区", "市场", "校区", "酒店", "宾馆", "花苑", "名苑", "豪苑", "公馆", "大酒店", "购物城", "生活城", "坊", "里", "城", "村", "苑", "园"}

func isLandmark(name string) bool {
	if n := len([]rune(name)); n < 4 || n > 12 || strings.ContainsAny(name, "0123456789的内近旁") {
		return false
	}
	return slices.ContainsFunc(landmarkEndings, func(end string) bool { return strings.HasSuffix(name, end) })
}

// mark finds the landmarks among the names in addresses.
func (r *Register) mark(named map[string][]int32) []landmark {
	const few, wide = 3, 120 // places, metres
	var out []landmark
	for _, name := range slices.Sorted(maps.Keys(named)) {
		ids := named[name]
		if len(ids) < few || !isLandmark(name) || r.spread(ids) > wide {
			continue
		}
		samples := make([]sample, 0, len(ids))
		for _, id := range ids {
			samples = append(samples, sample{at: r.entries[id].at})
		}
		out = append(out, landmark{name, innermost(samples)})
	}
	return out
}
