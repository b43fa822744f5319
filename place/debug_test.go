package place

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestDebugCross(t *testing.T) {
	rows := readPlaces(t)
	for _, pair := range strings.Fields(os.Getenv("PAIRS")) {
		a, b, _ := strings.Cut(pair, ",")
		var train []Known
		var truth spotXY
		for _, r := range rows {
			if strings.HasPrefix(r.Name, a+b+"(公交站)") {
				truth = NewRegister(nil).xy(r.At)
				continue
			}
			train = append(train, r.Known)
		}
		reg := NewRegister(train)
		ia, ib := reg.roadIDs[a], reg.roadIDs[b]
		at, ok := reg.meet(ia, ib)
		fmt.Printf("%s × %s truth %.0f, meet %.0f %v\n", a, b, truth, at, ok)
		for _, id := range []int32{ia, ib} {
			fmt.Print(reg.roads[id].name, ": ")
			for _, p := range reg.roads[id].points {
				if p.to(truth) < 700 {
					fmt.Printf("(%.0f %.0f) ", p.x-truth.x, p.y-truth.y) //
				}
			}
			fmt.Println()
		}
		for _, w := range reg.crosses[[2]int32{min(ia, ib), max(ia, ib)}] {
			fmt.Printf("  witness %d first=%s (%.0f %.0f)", w.kind, reg.roads[w.first].name, w.at.x-truth.x, w.at.y-truth.y)
			if l, ok := reg.lineOf(ia, ib, w); ok {
				fmt.Printf(" -> (%.0f %.0f)", l.x-truth.x, l.y-truth.y)
			}
			fmt.Println()
		}
	}
}

func TestDebugStops(t *testing.T) {
	rows := readPlaces(t)
	base := readBase(t)
	var train []Known
	for _, r := range rows {
		train = append(train, r.Known)
	}
	full := NewRegister(append(train, base.stations...))
	n, far := 0, 0
	for _, r := range rows {
		if kindOf(r) != "stop at a crossing" || r.district != "静安区" {
			continue
		}
		p := readPlace(r.Name, r.Address, full.resolve)
		a, b := full.roadIDs[p.name.Roads[0].Name], full.roadIDs[p.name.Roads[1].Name]
		at, _ := full.meet(a, b)
		n++
		d := at.to(full.xy(r.At))
		var ws string
		for _, w := range full.crosses[[2]int32{min(a, b), max(a, b)}] {
			ws += fmt.Sprintf(" %d:%.0f", w.kind, w.at.to(full.xy(r.At)))
		}
		if d > 200 {
			far++
			fmt.Printf("%s %.0f  witnesses%s\n", r.Name, d, ws)
		}
	}
	fmt.Println(n, far)
}

func TestDebugSigns(t *testing.T) {
	rows := readPlaces(t)
	base := readBase(t)
	var train []Known
	for _, r := range rows {
		train = append(train, r.Known)
	}
	full := NewRegister(append(train, base.stations...))
	type off struct {
		along, across float64
		dx, dy        float64
		at            spotXY
	}
	by := map[int32][]off{}
	for _, r := range rows {
		if kindOf(r) != "stop at a crossing" {
			continue
		}
		p := readPlace(r.Name, r.Address, full.resolve)
		a, b := full.roadIDs[p.name.Roads[0].Name], full.roadIDs[p.name.Roads[1].Name]
		at, ok := full.meet(a, b)
		s := full.xy(r.At)
		if !ok || at.to(s) > 350 {
			continue
		}
		l := lineNear(even(full.roads[a].points), s, nil)
		if l.dx < 0 {
			l.dx, l.dy = -l.dx, -l.dy
		}
		by[a] = append(by[a], off{(s.x-at.x)*l.dx + (s.y-at.y)*l.dy, (s.x-l.at.x)*l.dy - (s.y-l.at.y)*l.dx, l.dx, l.dy, s})
	}
	same, n := 0, 0
	agree := map[bool][2]int{}
	for a, os := range by {
		if len(os) < 3 {
			continue
		}
		fmt.Print(full.roads[a].name, ": ")
		for _, o := range os {
			fmt.Printf("%.0f/%.0f ", o.along, o.across)
		}
		fmt.Println()
		for i, o := range os {
			sum := 0.0
			for j, q := range os {
				if i != j {
					sum += q.along
				}
			}
			n++
			if sum*o.along > 0 {
				same++
			}
			v := agree[o.across > 0]
			if o.along > 0 {
				v[0]++
			} else {
				v[1]++
			}
			agree[o.across > 0] = v
		}
	}
	fmt.Println(n, same, agree)
}
