package topic

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jiexu/place"
)

var day = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// counts are those that ship.
var counts = func() *Background {
	b, err := Shipped()
	if err != nil {
		panic(err)
	}
	return b
}()

// troubles of a made-up district: three places with one trouble each, and much that happens anywhere.
func troubles() []Note {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	var out []Note
	add := func(n int, title, text func() string) {
		at := place.Point{Lon: 121.43 + 0.05*r.Float64(), Lat: 31.22 + 0.08*r.Float64()}
		for range n {
			i := len(out)
			if n > 100 {
				at = place.Point{Lon: 121.43 + 0.05*r.Float64(), Lat: 31.22 + 0.08*r.Float64()}
			}
			here := place.Point{Lon: at.Lon + 0.0005*r.Float64(), Lat: at.Lat + 0.0005*r.Float64()}
			out = append(out, Note{ID: fmt.Sprintf("%04d", i), Who: fmt.Sprintf("p%d", i), Title: title(), Text: text(), At: day.Add(time.Duration(r.IntN(60*24)) * time.Hour), Point: &here})
		}
	}
	where := func() string {
		return pick("康定路", "昌平路", "万荣路", "灵石路", "汶水路", "武宁南路", "余姚路", "胶州路", "常德路", "西康路") + strconv.Itoa(r.IntN(900)+1) + "号"
	}
	add(18, func() string {
		return pick("", "投诉", "反映") + "梧桐雅苑" + pick("旁", "附近", "小区外") + pick("搅拌站", "混凝土搅拌站") + pick("噪音大", "粉尘多", "夜里开工")
	},
		func() string {
			return pick("我们整夜睡不着", "窗户上全是灰", "孩子一直咳嗽") + "，梧桐雅苑业主" + pick("多次反映", "请求查处", "希望搬走") + "，搅拌站" + pick("仍在生产", "没有手续")
		})
	add(12, func() string { return "鹤鸣坊底商" + pick("油烟直排", "烧烤油烟", "油烟扰民") },
		func() string {
			return "鹤鸣坊一楼饭店" + pick("没有专用烟道", "排烟口对着窗户", "晚上烧烤到深夜") + "，" + pick("家里全是油烟味", "不敢开窗")
		})
	add(9, func() string {
		return pick("请尽快", "何时") + "拆除春晖路口" + pick("违法搭建", "违建铁皮棚")
	},
		func() string {
			return "春晖路口那家店搭了铁皮棚，" + pick("挡住了人行道", "堵住消防通道") + "，" + pick("已经一年", "越搭越大")
		})
	add(160, func() string {
		return where() + pick("乱设摊", "垃圾没有清", "共享单车乱停", "夜间施工噪音", "跨门经营", "晾晒衣物", "广告牌破损")
	},
		func() string {
			return "在" + where() + "，" + pick("每天早上", "晚上七点以后", "周末") + pick("摊贩占道", "垃圾堆在路边", "单车堵路", "施工很吵", "货物摆到路上") + "，请" + pick("处理", "查处", "派人来看")
		})
	return out
}

func TestTopicsOfADistrict(t *testing.T) {
	topics := NewIndex(troubles(), counts).Topics(day.AddDate(0, 0, 60), 5)
	if len(topics) < 3 {
		t.Fatalf("found %d topics", len(topics))
	}
	for i, want := range []struct {
		name   string
		people int
	}{{"梧桐雅苑", 18}, {"鹤鸣坊", 12}, {"春晖路口", 9}} {
		got := topics[i]
		if !strings.Contains(got.Place+strings.Join(got.Words, " "), want.name) || !strings.Contains(got.Name, want.name) || got.People != want.people {
			t.Errorf("topic %d is %q at %q (%v) of %d people, want %s of %d", i+1, got.Name, got.Place, got.Words, got.People, want.name, want.people)
		}
	}
	for _, extra := range topics[3:] {
		t.Errorf("what happens anywhere became a topic: %q at %q, %d people", extra.Name, extra.Place, extra.People)
	}
}

// The order in which complaints come in changes nothing.
func TestTopicsHaveOneOrder(t *testing.T) {
	notes := troubles()
	want := NewIndex(notes, counts).Topics(day.AddDate(0, 0, 60), 2)
	for seed := range uint64(3) {
		mixed := slices.Clone(notes)
		rand.New(rand.NewPCG(seed, 7)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if got := NewIndex(mixed, counts).Topics(day.AddDate(0, 0, 60), 2); !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order there are %d topics, not %d, or others", len(got), len(want))
		}
	}
}

func TestHeatAndTrend(t *testing.T) {
	if Heat(11, 2385) <= Heat(1, 2385) || Heat(60, 0) <= Heat(10, 400) || Heat(3, -5) != 3 {
		t.Error("heat must grow with who wrote, less with who agreed, and never fall below")
	}
	for _, c := range []struct {
		course []int
		want   Trend
	}{
		{[]int{0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2}, Rising},
		{[]int{9, 9, 9, 9, 9, 9, 3, 3, 3, 1, 1, 1}, Falling},
		{[]int{0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 4}, Steady},
		{make([]int, 12), Steady},
	} {
		if got := trend(c.course); got != c.want {
			t.Errorf("%v is %s, want %s", c.course, got, c.want)
		}
	}
}

func TestLike(t *testing.T) {
	here, near, far := place.Point{Lon: 121.45, Lat: 31.23}, place.Point{Lon: 121.4503, Lat: 31.2301}, place.Point{Lon: 121.48, Lat: 31.26}
	notes := troubles()
	x := NewIndex(notes, counts)
	first := Note{ID: "a", Title: "康宁坊二号楼下夜宵摊油烟噪音", Text: "康宁坊二号楼下的夜宵摊每晚摆到两点，油烟和喝酒吵闹，老人睡不着。", Who: "w", At: day.AddDate(0, 0, 40), Point: &here}
	x.Add(first)
	again := Note{ID: "b", Title: "夜宵摊油烟噪音，康宁坊二号楼", Text: "楼下夜宵摊每晚摆到两点，油烟大，喝酒吵闹，康宁坊的老人睡不着觉。", At: day.AddDate(0, 0, 42), Point: &near}
	has := func(l Likeness, reason string) bool { return slices.Contains(l.Reasons, reason) }

	got := x.Like(again, 5)
	if len(got) == 0 || got[0].ID != "a" || !got[0].Sameness || !has(got[0], SamePlace) || !has(got[0], LikeText) || got[0].Metres == nil || *got[0].Metres > 60 {
		t.Fatalf("the same stall again is like %+v", got)
	}
	score := got[0].Score
	again.Point = &far
	if got = x.Like(again, 5); len(got) > 0 && got[0].ID == "a" && (got[0].Score >= score || has(got[0], SamePlace)) {
		t.Errorf("three kilometres off it is as like as before: %+v", got[0])
	}
	again.Point, again.Who = nil, "w"
	if got = x.Like(again, 5); len(got) == 0 || !has(got[0], SamePerson) {
		t.Errorf("the same person is not seen: %+v", got)
	}
	copied := first
	copied.ID, copied.At = "c", day.AddDate(0, 0, 41)
	if got = x.Like(copied, 5); len(got) == 0 || got[0].ID != "a" || !has(got[0], SameText) || got[0].Score != 1 {
		t.Errorf("a copy is like %+v", got)
	}
	if got = x.Like(first, 5); slices.ContainsFunc(got, func(l Likeness) bool { return l.ID == "a" }) {
		t.Error("a note is like itself")
	}
	earlier := copied
	earlier.At = day.AddDate(0, 0, 30)
	if got = x.Like(earlier, 5); slices.ContainsFunc(got, func(l Likeness) bool { return l.ID == "a" }) {
		t.Error("a note is like what came after it")
	}
	if got := x.Like(Note{ID: "z", At: day.AddDate(0, 0, 50)}, 5); len(got) != 0 {
		t.Errorf("nothing at all is like %+v", got)
	}
}

// hotTopics reads the real messages, where they are.
func hotTopics(t testing.TB) []Note {
	f, err := os.Open("../../shared/data/complaints/hot_topics.csv")
	if err != nil {
		t.Skip("the real messages are not here: ../shared/data/complaints/hot_topics.csv")
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var notes []Note
	for _, r := range rows[1:] {
		at, err := time.Parse("2006/1/2 15:04:05", r[3])
		if err != nil {
			at, _ = time.Parse("2006/1/2 15:04", r[3])
		}
		support, _ := strconv.Atoi(r[6])
		notes = append(notes, Note{ID: r[0], Who: r[1], Title: r[2], At: at, Text: r[4], Support: support})
	}
	return notes
}

// The five hottest of 4,326 real messages, judged by reading them: most people wrote about a mixing plant beside 丽发新城 and
// parking places sold together with flats at 伊景园滨河苑; most agreed with what was written about the lender 58车贷, the
// schools of 金毛湾 and its neighbours, and the estate 五矿万境K9.
func TestFiveHottestOfRealMessages(t *testing.T) {
	notes := hotTopics(t)
	text := map[string]string{}
	for _, n := range notes {
		text[n.ID] = n.Title + n.Text
	}
	topics := NewIndex(notes, counts).Topics(day, 10)
	for _, want := range []struct {
		about string
		atop  int     // among that many hottest
		part  float64 // of all messages that name it and were gathered
		pure  float64 // of the topic's messages that name it
	}{{"丽发新城", 3, 0.75, 0.7}, {"滨河苑", 3, 0.9, 0.8}, {"58车贷", 3, 0.9, 0.8}, {"金毛湾", 5, 0.5, 0}, {"K9县", 5, 0, 1}} {
		all := 0
		for _, n := range notes {
			if strings.Contains(text[n.ID], want.about) {
				all++
			}
		}
		best, hits := -1, 0
		for i, topic := range topics[:want.atop] {
			n := 0
			for _, id := range topic.Notes {
				if strings.Contains(text[id], want.about) {
					n++
				}
			}
			if n > hits {
				best, hits = i, n
			}
		}
		if best < 0 {
			t.Errorf("%s is not among the %d hottest", want.about, want.atop)
			continue
		}
		if part, pure := float64(hits)/float64(all), float64(hits)/float64(len(topics[best].Notes)); part < want.part || pure < want.pure {
			t.Errorf("%s: the topic holds %.0f%% of its messages and %.0f%% of the topic are about it", want.about, 100*part, 100*pure)
		}
	}
}

func FuzzDecodeBackground(f *testing.F) {
	f.Add([]byte(backgroundMagic))
	f.Add(NewBackground().With([]Note{{Title: "油烟"}, {Title: "油烟扰民"}, {Title: "油烟"}}).Encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := DecodeBackground(raw)
		if err != nil {
			return
		}
		again, err := DecodeBackground(b.With(nil).Encode())
		if err != nil || again.Texts() != b.Texts() {
			t.Errorf("read, written and read again: %v", err)
		}
	})
}

// Counts survive a file, rare runs left out; an office's own texts add to them; a longer run is expected by its parts.
func TestBackground(t *testing.T) {
	b := NewBackground().With([]Note{{Title: "夜间施工"}, {Title: "夜间施工噪音"}, {Title: "夜间施工"}, {Title: "白天施工"}})
	read, err := DecodeBackground(b.Encode())
	if err != nil {
		t.Fatal(err)
	}
	read = read.With([]Note{{Title: "施工"}})
	v := newVocabulary(read)
	for _, c := range []struct {
		text string
		want float64
	}{{"施工", 5.0 / 5}, {"夜间施工", 3.0 / 5}, {"噪音", unseen / 5}, {"没有", unseen / 5}} {
		if got := read.share(v, v.cut(c.text, 10)); got != c.want {
			t.Errorf("%s is expected in %g, want %g", c.text, got, c.want)
		}
	}
	if b.Texts() != 4 || read.Texts() != 5 {
		t.Errorf("%d and %d texts", b.Texts(), read.Texts())
	}
	raw := b.Encode()
	for _, bad := range [][]byte{nil, raw[:len(raw)-1], append(slices.Clone(raw), 1), []byte("jiexu-counts-2\n\x00\x00")} {
		if _, err := DecodeBackground(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	apart := b.Apart([]string{"大宁路街道", "大宁路"})
	if v := newVocabulary(apart); v.plain("大宁路街道搭棚", false) != " 搭棚" || v.plain("请看静安区江宁路街道康定路", false) != "请看静安区 康定路" || v.plain("康定路口", true) != "康定 " {
		t.Errorf("%q, %q, %q", v.plain("大宁路街道搭棚", false), v.plain("请看静安区江宁路街道康定路", false), v.plain("康定路口", true))
	}
}

func BenchmarkIndex(b *testing.B) {
	notes := hotTopics(b)
	for b.Loop() {
		NewIndex(notes, counts)
	}
}

func BenchmarkLike(b *testing.B) {
	notes := hotTopics(b)
	x := NewIndex(notes, counts)
	for i := 0; b.Loop(); i++ {
		x.Like(notes[i%len(notes)], 5)
	}
}

// Whatever a text is made of, it is cut, compared and named without harm.
func FuzzIndex(f *testing.F) {
	f.Add("投诉Ａ２区丽发新城附近，建搅拌站", "噪音\x00扰民\xff！！", 3)
	f.Add("", "𠮷野家门口", 1)
	f.Fuzz(func(t *testing.T, title, text string, n int) {
		n = min(max(n, 1), 6)
		var notes []Note
		for i := range n {
			notes = append(notes, Note{ID: strconv.Itoa(i), Title: title, Text: text, At: day.Add(time.Duration(i) * time.Hour)})
		}
		x := NewIndex(notes, counts)
		sum := 0
		for _, topic := range x.Topics(day.Add(time.Hour), 0) {
			sum += len(topic.Notes)
		}
		if sum != n {
			t.Errorf("%d notes are in topics, of %d", sum, n)
		}
		for _, l := range x.Like(Note{ID: "new", Title: title, Text: text, At: day.AddDate(0, 0, 1)}, 10) {
			if l.Score < 0 || l.Score > 1 {
				t.Errorf("score %g", l.Score)
			}
		}
	})
}
