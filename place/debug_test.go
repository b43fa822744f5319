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
