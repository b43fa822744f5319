package city

import (
	"fmt"
	"time"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
)

// objectsInEntry is how many objects one entry of the log names.
const objectsInEntry = 300

// objectNames are what objects of a kind are called, after who runs them or where they stand.
var objectNames = map[string][]string{
	"shop": {"店铺", "便利店", "饭店", "水果店", "五金店", "美发店", "药店", "洗衣店"}, "sign": {"店招", "灯箱", "楼顶字", "立式招牌"}, "site": {"建设工地", "拆房工地", "装修工地", "管线工地"},
	"stall": {"早餐车", "疏导点摊位", "书报亭"}, "building": {"沿街房屋", "疑似违建", "围墙"}, "facility": {"垃圾房", "公共厕所", "非机动车停放点", "建筑垃圾堆放点"},
}

var objectKinds = func() (w weighted) {
	for _, n := range []float64{46, 30, 2, 4, 8, 10} { // in the order of casework.ObjectKinds
		w.add(n)
	}
	return w
}()

// standing registers what stands at the places that squads look at most, on the first day.
func (g *game) standing(d law.Date) {
	for i := 0; i < spotsEach && g.objects < g.Objects/10; i++ {
		for _, s := range g.squads {
			if g.objects < g.Objects/10 {
				s.objects = append(s.objects, g.object(s, s.spots[i], d))
				g.objects++
			}
		}
	}
}

// object registers an object that stands near a place.
func (g *game) object(s *squad, near spot, d law.Date) string {
	at := d.Start().Add(9*time.Hour + time.Duration(g.r.IntN(8*3600))*time.Second)
	if at.After(g.Until) {
		at = d.Start()
	}
	kind := casework.ObjectKinds[objectKinds.draw(g.r)]
	id := g.id(at)
	lon, lat := round6(near.lon+g.r.NormFloat64()*0.0012), round6(near.lat+g.r.NormFloat64()*0.001)
	var gone any
	if g.r.IntN(100) < 12 { // shops close, sites are done
		if end := at.AddDate(0, 0, 60+g.r.IntN(1500)); end.Before(g.Until) {
			gone = store.At(end)
		}
	}
	name := pick(g.r, fancies) + pick(g.r, objectNames[kind])
	g.batch.add(g.t.objects.Row(id, "DX"+pad(g.objects+1, 8), kind, name, fmt.Sprintf("%s（%d）", near.address, 1+g.r.IntN(40)), lon, lat, casework.ObjectCell(lon, lat), s.ID,
		store.At(at), s.officers[0].id, gone, 1))
	if len(g.batch.rows) >= objectsInEntry {
		g.closeBatch(d)
	}
	return id
}

// closeBatch hands the objects that were gathered over, with their entry.
func (g *game) closeBatch(d law.Date) {
	if len(g.batch.rows) == 0 {
		return
	}
	b := g.batch
	g.batch = bundle{}
	if b.err != nil {
		g.fail(b.err)
		return
	}
	at := d.Start().Add(18 * time.Hour)
	if at.After(g.Until) {
		at = g.Until
	}
	id := g.id(at)
	if err := g.emit(&b, ledger.Entry{ID: id, Kind: "simulate.objects", Subject: ledger.Ref{Type: "objects", ID: id}, Actor: org.Program("simulate").Person, Unit: g.top.ID, At: at,
		Body: map[string]any{"objects": len(b.rows), "seed": g.Seed}}); err != nil {
		g.fail(err)
	}
}
