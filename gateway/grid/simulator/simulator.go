// Package simulator makes what a city grid platform says on a believable day: cases that its supervisors collect, it files and dispatches, and what it
// says to what we do about them. All of it is drawn from a seed.
package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"

	"jiexu/gateway/counterpart"
)

// Grid makes events.
type Grid struct {
	rand   *rand.Rand
	now    func() time.Time
	seed   uint64
	n, ev  int
	seq    map[string]int64
	failed map[string]bool
}

// New makes a platform from a seed.
func New(seed uint64, now func() time.Time) *Grid {
	return &Grid{rand: rand.New(rand.NewPCG(seed, 2)), now: now, seed: seed, seq: map[string]int64{}, failed: map[string]bool{}}
}

var (
	roads = []string{"愚园路", "南京西路", "北京西路", "新闸路", "武定路", "胶州路", "江宁路", "常德路", "延平路", "万航渡路", "威海路", "石门二路"}
	found = []struct{ sort, code, text string }{
		{"事件", "0501", "人行道上有流动摊贩占道经营"}, {"事件", "0504", "商铺将货物摆放到门外经营"}, {"事件", "0102", "垃圾厢房外有暴露垃圾"}, {"事件", "0103", "空地上堆有建筑垃圾"}, {"事件", "0101", "楼顶正在搭建阳光房"},
		{"事件", "0201", "电线杆上贴有小广告"}, {"事件", "0205", "店招破损有坠落隐患"}, {"事件", "0507", "人行道上乱堆物料"}, {"事件", "0511", "沿街树木间拉绳晾晒"}, {"部件", "3101060307000018", "户外广告牌匾松动"},
	}
)

func (g *Grid) next(order string, e counterpart.Event) counterpart.Event {
	g.ev++
	g.seq[order]++
	e["event"], e["order"], e["seq"] = fmt.Sprintf("GV%d-%06d", g.seed, g.ev), order, g.seq[order]
	e["at"] = g.now().Format("2006-01-02 15:04:05")
	return e
}

// Case makes the three events of a new case: it is collected, filed and dispatched.
func (g *Grid) Case() []counterpart.Event {
	g.n++
	f := found[g.rand.IntN(len(found))]
	order := fmt.Sprintf("310106%s%06d", g.now().Format("20060102"), g.n+int(g.seed)*1000)
	return []counterpart.Event{
		g.next(order, counterpart.Event{"type": "collect", "attachments": counterpart.Attachments(g.rand), "sort": f.sort, "content": f.text, "address": fmt.Sprintf("静安区%s%d号", roads[g.rand.IntN(len(roads))], 1+g.rand.IntN(600)),
			"lon": 121.445 + g.rand.Float64()*0.01, "lat": 31.225 + g.rand.Float64()*0.01, "cell": fmt.Sprintf("310106%03d%03d%03d", 11+g.rand.IntN(3), 1+g.rand.IntN(20), 1+g.rand.IntN(30)),
			"accepted_at": g.now().Add(-10 * time.Minute).Format("2006-01-02 15:04:05")}),
		g.next(order, counterpart.Event{"type": "file", "code": f.code, "filed_at": g.now().Format("2006-01-02 15:04:05")}),
		g.next(order, counterpart.Event{"type": "dispatch", "deadline": g.now().Add(48 * time.Hour).Format("2006-01-02 15:04:05")}),
	}
}

// Answer is what it says to a message of ours: what we feed back it verifies, and closes what passes; what our patrols collect it files.
func (g *Grid) Answer(m counterpart.Message) []counterpart.Event {
	say := func(events ...counterpart.Event) (out []counterpart.Event) {
		for _, e := range events {
			out = append(out, g.next(m.Order, e))
		}
		return out
	}
	switch m.Type {
	case "feedback":
		if !g.failed[m.Order] && g.rand.IntN(4) == 0 {
			g.failed[m.Order] = true
			return say(counterpart.Event{"type": "verify", "result": "不通过", "reason": "现场仍有遗留，请重新处置。"})
		}
		return say(counterpart.Event{"type": "verify", "result": "通过", "reason": "现场已恢复。"}, counterpart.Event{"type": "close"})
	case "collect":
		return say(counterpart.Event{"type": "file", "case": fmt.Sprintf("C%06d", g.ev)})
	case "return_request":
		return say(counterpart.Event{"type": "return", "result": "同意"})
	case "extension_request":
		return say(counterpart.Event{"type": "extension", "result": []string{"同意", "不同意"}[g.rand.IntN(2)], "reason": "知悉。"})
	}
	return nil
}
