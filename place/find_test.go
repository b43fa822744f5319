package place

import (
	"math"
	"testing"

	"jiexu/data"
)

func TestGazetteerFinds(t *testing.T) {
	g := demoGazetteer(t)
	for _, c := range []struct {
		name, address    string
		lon, lat, metres float64
		street, district string
		why              string
	}{
		{"", "共和新路1868号大宁国际商业广场3座4楼401", 121.4480, 31.2762, 200, "大宁路街道", "静安区", WhyNumber},
		{"肯德基(大宁国际店)", "", 121.4475, 31.2762, 250, "大宁路街道", "静安区", WhyName},
		{"", "江宁路与康定路交叉口", 121.4463, 31.2375, 200, "江宁路街道", "静安区", WhyCrossing},
		{"共和新路广中路(公交站)", "312路;322路", 121.4485, 31.2805, 300, "大宁路街道", "静安区", WhyCrossing},
		{"静安寺(地铁站)", "2号线;7号线", 121.4416, 31.2250, 300, "静安寺街道", "静安区", WhyStation},
		{"", "中山东一路18号", 121.4855, 31.2404, 200, "", "黄浦区", WhyNumber},
		{"", "普陀区长寿路652号", 121.4320, 31.2400, 600, "", "普陀区", WhyNumber},
	} {
		f, ok := g.Find(c.name, c.address)
		if !ok {
			t.Errorf("%s %s: not found", c.name, c.address)
			continue
		}
		street := ""
		if len(f.Streets) > 0 {
			street = f.Streets[0].Name
		}
		if d := Distance(f.At, Point{c.lon, c.lat}); d > c.metres || street != c.street || f.District != c.district || f.Why != c.why || f.Inside != (c.street != "") {
			t.Errorf("%s %s: %.0f m off, %+v", c.name, c.address, d, f)
		}
	}
	for _, c := range [][2]string{{"", ""}, {"", "[]"}, {"随便什么", ""}, {"", "北京市朝阳区建国路88号"}, {"", "江苏省苏州市南京西路100号"}, {"楼上", "[]"}} {
		if f, ok := g.Find(c[0], c[1]); ok {
			t.Errorf("%q: found %+v", c, f)
		}
	}
}

// At a border both squads are offered, in Find and in Locate; deep inside a street one alone.
func TestBorderOffersBothStreets(t *testing.T) {
	areas, err := DemoAreas(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	g := demoGazetteer(t)
	// 康定路 at 胶州路 lies on the drawn border of 江宁路街道 and 曹家渡街道 or near it: whichever two
	// areas meet within the uncertainty must both be told.
	both, one := 0, 0
	for _, address := range []string{"康定路与胶州路交叉口", "武定路与常德路交叉口", "江宁路与新闸路交叉口", "共和新路1988号", "临汾路1515弄", "南京西路1266号", "西藏北路与芷江中路交叉口"} {
		f, ok := g.Find("", address)
		if !ok || len(f.Streets) == 0 {
			t.Fatalf("%s: %+v", address, f)
		}
		sum := 0.0
		for _, s := range f.Streets {
			sum += s.Share
		}
		if sum > 1.02 {
			t.Errorf("%s: the shares make %.2f", address, sum)
		}
		near := 0
		for _, n := range NewAreas(areas).FindNear(f.At, f.Within/4) {
			near++
			found := false
			for _, s := range f.Streets {
				found = found || s.Code == n.Area.Code
			}
			if !found {
				t.Errorf("%s: %s is %.0f m away and not offered: %+v", address, n.Area.Name, n.Metres, f)
			}
		}
		if len(f.Streets) > 1 {
			both++
		} else {
			one++
		}
	}
	if both == 0 || one == 0 {
		t.Errorf("%d with several streets, %d with one: the cases say nothing", both, one)
	}
}

func TestLearn(t *testing.T) {
	g := demoGazetteer(t)
	at := func(g *Gazetteer, name, address string) Point {
		t.Helper()
		f, ok := g.Find(name, address)
		if !ok {
			t.Fatalf("%s %s: not found", name, address)
		}
		return f.At
	}
	const address = "江宁路428号"
	before := at(g, "", address)
	right := Point{before.Lon + 0.004, before.Lat + 0.001} // some 400 m east
	learned := g.Learn(Known{Address: address, At: right, Weight: ConfirmedWeight})
	if d := Distance(at(learned, "", address), right); d > 100 {
		t.Errorf("the corrected address is %.0f m from its correction", d)
	}
	if d := Distance(at(g, "", address), before); d != 0 {
		t.Errorf("Learn moved the gazetteer that it was asked of by %.0f m", d)
	}
	if d := Distance(at(g, "", "江宁路1200号"), at(learned, "", "江宁路1200号")); d > 5 {
		t.Errorf("a number far away moved by %.0f m", d)
	}
	// The free text of a complaint hears of it too.
	if found := learned.Locate("江宁路428号门口有人乱设摊"); len(found) == 0 || Distance(found[0].Point, right) > 100 {
		t.Errorf("Locate: %+v", found)
	}

	// Where little is known, the numbers beside go along; where much is known, one word against it all does
	// not move them.
	gap := at(g, "", "万荣路1256弄")
	there := Point{gap.Lon, gap.Lat + 0.003}
	nearby := g.Learn(Known{Address: "万荣路1256弄", At: there, Weight: ConfirmedWeight})
	if was, is := Distance(at(g, "", "万荣路1262号"), there), Distance(at(nearby, "", "万荣路1262号"), there); is > was-100 {
		t.Errorf("the number beside was %.0f m away and is %.0f", was, is)
	}

	// A compound that nobody knew: by its name, in an address and in a sentence.
	compound := Point{121.4500, 31.2900}
	const named = "彭浦云栖花园"
	if found := g.Locate(named + "北门有流动摊贩"); len(found) != 0 && math.Abs(found[0].Confidence-1) < 0.5 {
		t.Fatalf("%s is known already: %+v", named, found)
	}
	learned = learned.Learn(Known{Address: named + "3号楼", At: compound, Weight: ConfirmedWeight})
	if found := learned.Locate(named + "北门有流动摊贩"); len(found) == 0 || Distance(found[0].Point, compound) > 100 || found[0].Why != WhyName {
		t.Errorf("the compound is not known by its name: %+v", found)
	}
	if d := Distance(at(learned, "", named), compound); d > 100 {
		t.Errorf("the compound is %.0f m away", d)
	}
	// Corrected once more, the later correction holds.
	moved := Point{compound.Lon - 0.006, compound.Lat - 0.004}
	learned = learned.Learn(Known{Address: named + "3号楼", At: moved, Weight: ConfirmedWeight})
	if d := Distance(at(learned, "", named), moved); d > 100 {
		t.Errorf("the later correction is %.0f m away", d)
	}
	if found := learned.Locate(named + "北门"); len(found) == 0 || Distance(found[0].Point, moved) > 100 {
		t.Errorf("the later correction is not heard: %+v", found)
	}
	if d := Distance(at(learned, "", address), right); d > 100 {
		t.Errorf("the first lesson was forgotten: %.0f m", d)
	}
}

// Two gazetteers that learn from one do not hear of each other's lessons.
func TestLearnIsApart(t *testing.T) {
	g := demoGazetteer(t)
	a := g.Learn(Known{Address: "江宁路428号", At: Point{121.46, 31.25}, Weight: ConfirmedWeight})
	b := g.Learn(Known{Address: "江宁路428号", At: Point{121.44, 31.23}, Weight: ConfirmedWeight})
	fa, _ := a.Find("", "江宁路428号")
	fb, _ := b.Find("", "江宁路428号")
	if Distance(fa.At, Point{121.46, 31.25}) > 100 || Distance(fb.At, Point{121.44, 31.23}) > 100 {
		t.Errorf("%v %v", fa.At, fb.At)
	}
}

func FuzzFind(f *testing.F) {
	g := demoGazetteer(f)
	for _, c := range [][2]string{{"肯德基(大宁国际店)", "共和新路1868号"}, {"静安寺(公交站)", "2号线;"}, {"(公交站)", ";路"}, {"路路路", "1弄1号1弄"}, {"\xff", "线站"}, {"江宁路(地铁站)", "1号线;1号线"}} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, name, address string) {
		found, ok := g.Find(name, address)
		if !ok {
			return
		}
		if math.IsNaN(found.At.Lon) || math.IsNaN(found.At.Lat) || Distance(found.At, registerOrigin) > 60_000 || found.Confidence < 0 || found.Confidence > 1 || found.Within <= 0 || found.Why == "" {
			t.Errorf("%q %q: %+v", name, address, found)
		}
		if !found.Inside && len(found.Streets) > 0 {
			t.Errorf("%q %q: outside, and in %v", name, address, found.Streets)
		}
	})
}
