package topic

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// matters are clusters of real messages that are of one place and one trouble, found by reading their titles: what the
// title must hold, all of it, each of one word or another.
var matters = [][]string{
	{"魅力之城", "油烟|噪音|夜宵|烧烤|餐饮"},
	{"经济学院", "实习|外出打工|工厂|社会实践"},
	{"茶场村", "拆迁|规划"},
	{"泉星公园"},
	{"空间站", "绿地|地绿"},
	{"圣力华苑", "证"},
	{"中茂城", "欠|拖|退"},
	{"老地方美食"},
	{"洪山公园"},
	{"财富名园", "空地|建设"},
	{"青青家园", "住改商|烟|通道"},
	{"国际城", "路灯"},
	{"天健城", "施工"},
	{"丽发新城", "搅拌"},
	{"滨河苑", "车位|捆绑"},
	{"58车贷"},
	{"金域蓝湾", "烟道"},
	{"变压器", "学院"},
	{"204公交", "深业睿城"},
	{"山水湾", "粪池|幼儿园"},
}

func hasAll(title string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		return !slices.ContainsFunc(strings.Split(w, "|"), func(one string) bool { return strings.Contains(title, one) })
	})
}

// sample is a small office's complaints, and which of them are of one matter.
type sample struct {
	notes   []Note
	planted map[string]int // by id
	n       int
}

// formula is what an office's hotline writes around each complaint.
func formula(n Note) Note {
	n.Text = "市民来电反映：" + n.Text + "，来电人要求尽快核实处理，请相关部门处理后及时回复市民，谢谢。"
	return n
}

// samples are small offices: 30 to 100 messages, of which two to four matters have three to eight.
func samples(all []Note, odd int, many int, wrap func(Note) Note) (out []sample) {
	of := make([][]Note, len(matters))
	var rest []Note
	for _, n := range all {
		in := -1
		named := false
		for i, m := range matters {
			if in < 0 && hasAll(n.Title, m) {
				in = i
			}
			named = named || strings.Contains(n.Title+n.Text, strings.Split(m[0], "|")[0])
		}
		if in >= 0 {
			of[in] = append(of[in], n)
		} else if !named {
			rest = append(rest, n)
		}
	}
	r := rand.New(rand.NewPCG(uint64(odd), 11))
	for range many {
		s := sample{planted: map[string]int{}}
		for _, i := range r.Perm(len(matters)) {
			if i%2 != odd || len(of[i]) < 3 {
				continue
			}
			if s.n == 2+len(out)%3 {
				break
			}
			size := min(3+r.IntN(6), len(of[i]))
			for _, k := range r.Perm(len(of[i]))[:size] {
				s.planted[of[i][k].ID] = s.n
				s.notes = append(s.notes, of[i][k])
			}
			s.n++
		}
		for _, k := range r.Perm(len(rest))[:30+r.IntN(71)-len(s.notes)%20] {
			s.notes = append(s.notes, rest[k])
		}
		for i := range s.notes {
			s.notes[i] = wrap(s.notes[i])
		}
		out = append(out, s)
	}
	return out
}

// score counts a topic of three or more as right that is for the most part one planted matter and holds half of it.
type score struct{ right, told, planted, found, pairsRight, pairsTold, pairsTrue float64 }

func (s *score) add(x sample, topics []Topic) {
	size := map[int]int{}
	for _, c := range x.planted {
		size[c]++
	}
	for _, n := range size {
		s.pairsTrue += float64(n * (n - 1) / 2)
	}
	s.planted += float64(x.n)
	found := map[int]bool{}
	for _, t := range topics {
		if len(t.Notes) < 3 {
			continue
		}
		s.told++
		in := map[int]int{}
		for _, id := range t.Notes {
			if c, ok := x.planted[id]; ok {
				in[c]++
			}
		}
		s.pairsTold += float64(len(t.Notes) * (len(t.Notes) - 1) / 2)
		hit := false
		for c, n := range in {
			s.pairsRight += float64(n * (n - 1) / 2)
			if 2*n > len(t.Notes) && 2*n >= size[c] {
				hit, found[c] = true, true
			}
		}
		if hit {
			s.right++
		}
	}
	s.found += float64(len(found))
}

func (s score) precision() float64 { return s.right / max(s.told, 1) }
func (s score) recall() float64    { return s.found / max(s.planted, 1) }

func (s score) String() string {
	return fmt.Sprintf("P %.3f R %.3f  pairs P %.3f R %.3f (told %.0f)", s.precision(), s.recall(), s.pairsRight/s.pairsTold, s.pairsRight/s.pairsTrue, s.told)
}

// The samples of few complaints, with the counts that ship and without: the matters that were planted are found more often, and no less
// of what is told is right. docs/topics.md tells the figures of -v.
func TestTopicsOfFewComplaints(t *testing.T) {
	all := hotTopics(t)
	ships, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	same := func(n Note) Note { return n }
	for _, set := range []struct {
		name  string
		of    int
		given func(int) []sample
	}{
		{"real messages", 30, func(n int) []sample { return append(samples(all, 0, n, same), samples(all, 1, n, same)...) }},
		{"with an office's formula", 30, func(n int) []sample { return append(samples(all, 0, n, formula), samples(all, 1, n, formula)...) }},
	} {
		var before, after score
		for _, s := range set.given(set.of) {
			before.add(s, NewIndex(s.notes, NewBackground()).Topics(day, 3))
			after.add(s, NewIndex(s.notes, ships).Topics(day, 3))
		}
		t.Logf("%s: before %s; after %s", set.name, before, after)
		if after.precision() < 0.94 || after.recall() < 0.70 || after.precision() < before.precision() || after.recall() < before.recall()+0.1 {
			t.Errorf("%s: before %s; after %s", set.name, before, after)
		}
	}
	var made score
	for seed := range uint64(20) {
		s := madeUp(seed)
		made.add(s, NewIndex(s.notes, ships).Topics(day, 3))
	}
	if t.Logf("made up: %s", made); made.precision() < 0.95 || made.recall() < 0.95 {
		t.Errorf("made up: %s", made)
	}
}

// What everybody says in other words elsewhere is not told for a matter: a street's office, a crossing, a pavement.
func TestNoTopicAmongTheDemonstrations(t *testing.T) {
	f, err := os.Open("../data/demo/complaints.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var notes []Note
	for i, r := range rows[1:] {
		notes = append(notes, Note{ID: r[0], Who: r[9], Title: r[5], Text: r[6], Address: r[7], At: day.Add(time.Duration(i) * time.Hour)})
	}
	ships, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	ships = ships.Apart([]string{"大宁路街道", "共和新路街道", "彭浦镇", "临汾路街道"})
	for _, topic := range NewIndex(notes, ships).Topics(day.AddDate(0, 0, 3), 3) {
		t.Errorf("%q of %v", topic.Name, topic.Notes)
	}
}

// madeUp is a small office of complaints that are written by one pattern, with their places.
func madeUp(seed uint64) sample {
	r := rand.New(rand.NewPCG(seed, 5))
	all := troubles()
	s := sample{planted: map[string]int{}, n: 3}
	for i, part := range [][]Note{all[:18], all[18:30], all[30:39]} {
		for _, k := range r.Perm(len(part))[:3+r.IntN(6)] {
			s.planted[part[k].ID] = i
			s.notes = append(s.notes, part[k])
		}
	}
	for _, k := range r.Perm(160)[:20+r.IntN(80)] {
		s.notes = append(s.notes, all[39+k])
	}
	return s
}
