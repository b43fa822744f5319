package place

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestKeyOf(t *testing.T) {
	g := demoGazetteer(t)
	for in, want := range map[string]AddressKey{
		"江宁路428号502室":              {Key: "江宁路428号", Text: "江宁路428号", Road: "江宁路", Number: 428},
		"上海市静安区江宁路 428 号":          {Key: "江宁路428号", Text: "江宁路428号", Road: "江宁路", Number: 428},
		"共和新路1868号大宁国际商业广场3座4楼401": {Key: "共和新路1868号3号楼", Text: "共和新路1868号大宁国际商业广场3号楼", Road: "共和新路", Number: 1868, Name: "大宁国际商业广场"},
		"广中西路99弄72号1201":           {Key: "广中西路99弄72号", Text: "广中西路99弄72号", Road: "广中西路", Number: 99},
		"江宁路与康定路交叉口":               {Key: "康定路与江宁路交叉口", Text: "康定路与江宁路交叉口", Road: "康定路"},
		"康定路/江宁路":                  {Key: "康定路与江宁路交叉口", Text: "康定路与江宁路交叉口", Road: "康定路"},
		"宝山路与宝通路交叉口东北50米":          {Key: "宝山路与宝通路交叉口东北50米", Text: "宝山路与宝通路交叉口东北50米", Road: "宝山路"},
		"青松花苑3号楼502":               {Key: "青松花苑3号楼", Text: "青松花苑3号楼", Name: "青松花苑"},
		"江宁路428号张三家":               {Key: "江宁路428号", Text: "江宁路428号", Road: "江宁路", Number: 428},
	} {
		got, ok := g.KeyOf(in)
		if !ok || got != want {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
		if again, ok := g.KeyOf(got.Text); !ok || again != got {
			t.Errorf("%s: what is shown, %s, is read as %+v", in, got.Text, again)
		}
	}
	for _, none := range []string{"", "江宁路", "张三家门口", "502室", "北京市朝阳区建国路88号", "普陀区长寿路652号", "路口"} {
		if k, ok := g.KeyOf(none); ok {
			t.Errorf("%s is remembered as %+v", none, k)
		}
	}
}

func FuzzKeyOf(f *testing.F) {
	g := demoGazetteer(f)
	for _, s := range []string{"江宁路428号502室", "宝山路与宝通路交叉口东北50米", "青松花苑3号楼", "路1号", "\xff路1号", "广中西路99弄72号"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, ok := g.KeyOf(s)
		if ok && (k.Key == "" || k.Road == "" && k.Name == "" || utf8.ValidString(s) && !utf8.ValidString(k.Key) || strings.Contains(k.Text, "室")) {
			t.Errorf("%q: %+v", s, k)
		}
		a := g.AskedBy(s)
		if len(a.Numbers) > mostAskedRoads || len(a.Names) > mostAskedNames {
			t.Errorf("%q asks for %d roads and %d names", s, len(a.Numbers), len(a.Names))
		}
	})
}

func TestAskedBy(t *testing.T) {
	g := demoGazetteer(t)
	a := g.AskedBy("我家楼下，青松花苑3号楼旁边，就是江宁路428号对面", "新辟一路12号有人乱倒垃圾")
	if !slices.Contains(a.Names, "青松花苑") || !slices.Contains(a.Numbers, RoadNumber{"江宁路", 428}) || !slices.Contains(a.Numbers, RoadNumber{"新辟一路", 12}) {
		t.Errorf("asked %+v", a)
	}
	if b := g.AskedBy("住在新辟一路12号"); !slices.Contains(b.Numbers, RoadNumber{"新辟一路", 12}) {
		t.Errorf("a new road in a sentence: %+v", b)
	}
}

func TestWeigh(t *testing.T) {
	here := Point{121.4500, 31.2400}
	there := Point{121.4600, 31.2400} // some 950 m away
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	sure := Estimate{At: here, Confidence: 0.9}
	said := func(person, complaint string, at Point, n int) Word {
		return Word{Person: person, Complaint: complaint, At: at, Said: day(n)}
	}
	desk := Word{Person: "desk", At: there, Said: day(9), Settles: true}
	for name, c := range map[string]struct {
		words  []Word
		before Estimate
		want   Standing
		best   Point
		people int
	}{
		"nobody":                           {nil, sure, Gone, Point{}, 0},
		"one where nothing was known":      {[]Word{said("a", "1", there, 1)}, Estimate{}, Holds, there, 1},
		"one far from what was well known": {[]Word{said("a", "1", there, 1)}, sure, Waits, there, 1},
		"one who says it many times":       {[]Word{said("a", "1", there, 1), said("a", "2", there, 2), said("a", "3", there, 3)}, sure, Waits, there, 1},
		"a second who agrees":              {[]Word{said("a", "1", there, 1), said("b", "2", there, 2)}, sure, Holds, there, 2},
		"one against one":                  {[]Word{said("a", "1", here, 1), said("b", "2", there, 2)}, Estimate{}, Disputed, there, 1},
		"one against two":                  {[]Word{said("a", "1", here, 1), said("b", "2", here, 2), said("c", "3", there, 3)}, sure, Holds, here, 2},
		"who mends his own pin":            {[]Word{said("a", "1", there, 1), said("a", "1", here, 2)}, sure, Holds, here, 1},
		"who mends another's pin":          {[]Word{said("a", "1", there, 1), said("b", "1", here, 2)}, sure, Holds, here, 1},
		"what the desk settled":            {[]Word{said("a", "1", here, 1), said("b", "2", here, 2), said("c", "3", there, 3), desk}, sure, Holds, there, 3},
		"one after the desk":               {[]Word{desk, said("a", "1", here, 10)}, sure, Holds, there, 2},
	} {
		v := Weigh(c.words, c.before, c.before.Confidence > 0)
		if v.Standing != c.want || v.Best.At != c.best || v.Best.People != c.people {
			t.Errorf("%s: %+v, want %s with %d", name, v, c.want, c.people)
		}
		if rows := v.Known("江宁路428号"); (len(rows) > 0) != (v.Standing == Holds || v.Standing == Disputed) {
			t.Errorf("%s teaches %v", name, rows)
		}
	}
}

// What one person says of one number does not move the road beside it; what several say of several does fill a gap.
func TestOneWordMovesNoRoad(t *testing.T) {
	g := demoGazetteer(t)
	find := func(g *Gazetteer, address string) Point {
		f, ok := g.Find("", address)
		if !ok {
			t.Fatalf("%s is not found", address)
		}
		return f.At
	}
	wrong := Point{121.4700, 31.3100} // eight kilometres off
	learned := g.Learn(Known{Address: "江宁路428号", At: wrong, Weight: ConfirmedWeight})
	for _, address := range []string{"江宁路400号", "江宁路420号", "江宁路430号", "江宁路450号", "江宁路与康定路交叉口"} {
		if d := Distance(find(g, address), find(learned, address)); d > 60 {
			t.Errorf("%s moved by %.0f m", address, d)
		}
	}
	// Disputed: the pin is at one of the two places, and the confidence says that it may be the other.
	one, other := Point{121.4460, 31.2400}, Point{121.4520, 31.2440}
	v := Weigh([]Word{{Person: "a", At: one, Said: time.Unix(1, 0)}, {Person: "b", At: other, Said: time.Unix(2, 0)}}, Estimate{}, false)
	alone, _ := g.Learn(Known{Address: "江宁路428号", At: other, Weight: ConfirmedWeight}).Find("", "江宁路428号")
	split, _ := g.Learn(v.Known("江宁路428号")...).Find("", "江宁路428号")
	if split.Confidence >= alone.Confidence || split.Confidence > 0.5 {
		t.Errorf("disputed: %+v; undisputed: %+v", split, alone)
	}
	// Crossings and compounds follow what was said of them as well.
	for _, address := range []string{"江宁路与康定路交叉口", "青松花苑3号楼"} {
		before, _ := g.Find("", address)
		at := Point{121.4520, 31.2440}
		after, ok := g.Learn(Known{Address: address, At: at, Weight: ConfirmedWeight}).Find("", address)
		if !ok || Distance(after.At, at) > 100 {
			t.Errorf("%s: %+v, before %+v", address, after, before)
		}
	}
}
