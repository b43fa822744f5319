// Package simulator makes what a 12345 hotline says on a believable day: its work orders, and its answers to what we say of them. All of it is drawn
// from a seed.
package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"

	"jiexu/gateway/counterpart"
)

// Hotline makes events. It is not safe for concurrent use by itself; counterpart.Side calls Answer one at a time.
type Hotline struct {
	rand  *rand.Rand
	now   func() time.Time
	n     int
	seq   map[string]int64
	event int
	redo  map[string]bool
	seed  uint64
}

// New makes a hotline from a seed.
func New(seed uint64, now func() time.Time) *Hotline {
	return &Hotline{rand: rand.New(rand.NewPCG(seed, 1)), now: now, seq: map[string]int64{}, redo: map[string]bool{}, seed: seed}
}

var (
	roads   = []string{"愚园路", "南京西路", "北京西路", "新闸路", "武定路", "胶州路", "江宁路", "常德路", "延平路", "万航渡路", "共和新路", "彭浦新村街道平顺路", "临汾路", "大宁路", "芷江西路", "威海路", "石门二路"}
	stories = []struct{ category, title, content string }{
		{"街面秩序-无序设摊", "夜间烧烤摊占道", "每天晚上七点以后有烧烤摊占用人行道，油烟很大，行人只能走机动车道，已经反映多次。"},
		{"市容环境-暴露垃圾", "垃圾厢房外堆满垃圾", "小区门口垃圾厢房外堆了三天的建筑垃圾，没有人来清运，下雨后污水横流。"},
		{"违法建筑-私搭乱建", "楼顶正在搭建阳光房", "对面楼顶正在搭建阳光房，今天工人还在施工，请尽快来现场制止。"},
		{"广告店招-违规设置", "店招松动有掉落危险", "沿街商铺的店招一角已经松动，刮风时摇晃，担心掉下来砸到行人。"},
		{"物业管理-破坏承重结构", "邻居装修敲承重墙", "楼下住户装修时在敲承重墙，整栋楼都在震动，物业上门不肯开门。"},
		{"街面秩序-店外经营", "水果店占道经营", "水果店把货架摆到人行道上，轮椅和婴儿车过不去。"},
		{"噪音-商业噪音", "商铺喇叭叫卖扰民", "服装店整天用喇叭叫卖，影响楼上居民休息。"},
		{"渣土运输-偷倒渣土", "夜间有车偷倒渣土", "凌晨两点左右有卡车在空地上偷倒渣土，车牌没有看清。"},
		{"绿化-毁绿占绿", "有人占用绿地停车", "小区中心绿地被人铺了砖停车，树也被砍了两棵。"},
	}
	kinds    = []string{"投诉", "投诉", "投诉", "求助", "举报", "咨询", "建议"}
	surnames = []string{"王", "李", "张", "刘", "陈", "杨", "黄", "周", "吴", "徐"}
)

// pick draws one.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// next is the event's number, and its place among those of its order.
func (h *Hotline) next(order string, e counterpart.Event) counterpart.Event {
	h.event++
	h.seq[order]++
	e["event"], e["order"], e["seq"] = fmt.Sprintf("EV%d-%06d", h.seed, h.event), order, h.seq[order]
	e["at"] = h.now().Format("2006-01-02 15:04:05")
	return e
}

// Order makes a new work order.
func (h *Hotline) Order() counterpart.Event {
	h.n++
	s, road := pick(h.rand, stories), pick(h.rand, roads)
	order := fmt.Sprintf("SH12345-%d-%06d", h.seed, h.n)
	e := counterpart.Event{"type": "order", "title": s.title, "content": s.content, "kind": pick(h.rand, kinds), "category": s.category, "address": fmt.Sprintf("静安区%s%d号", road, 1+h.rand.IntN(900)),
		"name": pick(h.rand, surnames) + pick(h.rand, []string{"先生", "女士"}), "phone": fmt.Sprintf("139%08d", h.rand.IntN(100_000_000)), "confidential": h.rand.IntN(10) == 0,
		"accepted_at": h.now().Add(-time.Duration(h.rand.IntN(3600)) * time.Second).Format("2006-01-02 15:04:05")}
	if h.rand.IntN(4) == 0 { // citizens send pictures
		e["attachments"] = counterpart.Attachments(h.rand)
	}
	if h.n%2 == 0 { // some orders say by when they are wanted
		e["deadline"] = h.now().Add(5 * 24 * time.Hour).Format("2006-01-02 15:04:05")
	}
	if h.rand.IntN(3) == 0 { // some hotlines know where it is
		e["lon"], e["lat"] = 121.445+h.rand.Float64()*0.01, 31.225+h.rand.Float64()*0.01
	}
	return h.next(order, e)
}

// More says something more of an order that was sent: the citizen calls again, somebody urges.
func (h *Hotline) More(order string) counterpart.Event {
	e := pick(h.rand, []counterpart.Event{{"type": "supplement", "content": "市民再次来电，称昨晚情况依旧。"}, {"type": "urge", "content": "市民催促办理。"}, {"type": "supervise", "content": "请于三个工作日内办结并反馈。"}})
	out := counterpart.Event{}
	for k, v := range e {
		out[k] = v
	}
	return h.next(order, out)
}

// Answer is what it says to a message of ours: it decides about returns and more time, and calls the citizen back after a reply.
func (h *Hotline) Answer(m counterpart.Message) []counterpart.Event {
	switch m.Type {
	case "return_request":
		return []counterpart.Event{h.next(m.Order, h.decision("return"))}
	case "extension_request":
		return []counterpart.Event{h.next(m.Order, h.decision("extension"))}
	case "reply":
		if !h.redo[m.Order] && h.rand.IntN(4) == 0 {
			h.redo[m.Order] = true
			return []counterpart.Event{h.next(m.Order, counterpart.Event{"type": "redo", "reason": "市民不满意，称问题没有解决，请重办。", "satisfaction": "未解决"})}
		}
		return []counterpart.Event{h.next(m.Order, counterpart.Event{"type": "revisit", "satisfaction": pick(h.rand, []string{"满意", "满意", "基本满意"}), "reason": "已电话回访"})}
	}
	return nil
}

func (h *Hotline) decision(kind string) counterpart.Event {
	if h.rand.IntN(3) == 0 {
		return counterpart.Event{"type": kind, "result": "不同意", "reason": "请按职责办理。"}
	}
	return counterpart.Event{"type": kind, "result": "同意", "reason": "同意。"}
}
