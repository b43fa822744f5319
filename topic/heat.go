package topic

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"jiexu/place"
)

// Trend is how a topic goes on.
type Trend string

// Trends.
const (
	Rising  Trend = "rising"
	Steady  Trend = "steady"
	Falling Trend = "falling"
)

// slicesOfSpan is into how many equal parts the time looked at is cut for a topic's course.
const slicesOfSpan = 12

// Topic is a problem that many people bring up about one place, or one that many agree with.
type Topic struct {
	Name     string    // the title of the note that is most like all others
	Typical  string    // that note's id
	Place    string    // the name that most of the notes share; empty where none does
	Words    []string  // what else most of them share
	Notes    []string  // ids, in the order of their times
	People   int       // different ones who wrote
	Support  int       // others who agreed
	From, To time.Time // the first and the last note
	Course   []int     // notes in each of twelve equal parts of the time looked at
	Trend    Trend
	Heat     float64      // see Heat
	Point    *place.Point // the middle of its notes' places; nil where none is known
}

// Heat is how hot a topic is: one for each person who wrote, and for those who agreed without writing the square root of
// their number, since a click is cheap and a well-read note gathers thousands.
func Heat(people, support int) float64 { return float64(people) + math.Sqrt(float64(max(support, 0))) }

// Topics gives the topics whose heat reaches least, the hottest first. The time looked at is that from the first note to
// until; later notes are the caller's mistake and count in the last part.
func (x *Index) Topics(until time.Time, least float64) []Topic {
	if len(x.notes) == 0 {
		return nil
	}
	var out []Topic
	for _, group := range x.groups() {
		t := x.topic(group, until)
		if t.Heat >= least {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Topic) int {
		return cmp.Or(cmp.Compare(b.Heat, a.Heat), b.To.Compare(a.To), cmp.Compare(a.Typical, b.Typical))
	})
	return out
}

func (x *Index) topic(group []int, until time.Time) Topic {
	first, last := x.notes[group[0]], x.notes[group[len(group)-1]]
	t := Topic{From: first.At, To: last.At, Course: make([]int, slicesOfSpan)}
	begin := x.notes[0].At
	span := max(until.Sub(begin), 1)
	people := map[string]bool{}
	var lons, lats []float64
	for _, i := range group {
		n := x.notes[i]
		t.Notes = append(t.Notes, n.ID)
		t.Support += n.Support
		if n.Who == "" {
			t.People++
		} else {
			people[n.Who] = true
		}
		t.Course[min(int(float64(n.At.Sub(begin))/float64(span)*slicesOfSpan), slicesOfSpan-1)]++
		if n.Point != nil {
			lons, lats = append(lons, n.Point.Lon), append(lats, n.Point.Lat)
		}
	}
	t.People += len(people)
	t.Heat, t.Trend = Heat(t.People, t.Support), trend(t.Course)
	if len(lons) > 0 {
		t.Point = &place.Point{Lon: median(lons), Lat: median(lats)}
	}
	typical := x.typical(group)
	t.Name, t.Typical = x.notes[typical].Title, x.notes[typical].ID
	t.Place, t.Words = x.shared(group)
	return t
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// trend compares the last quarter of the time looked at with the quarter before it.
func trend(course []int) Trend {
	sum := func(part []int) (n int) {
		for _, c := range part {
			n += c
		}
		return n
	}
	quarter := len(course) / 4
	now, before := sum(course[len(course)-quarter:]), sum(course[len(course)-2*quarter:len(course)-quarter])
	switch {
	case now > before && float64(now) >= 1.5*float64(before):
		return Rising
	case float64(now) < float64(before)/1.5:
		return Falling
	}
	return Steady
}

// typical is the note that is most like the others of its group; the best supported of two.
func (x *Index) typical(group []int) int {
	best, most := group[0], -1.0
	for _, i := range group {
		sum := 0.0
		for _, j := range group {
			if i != j {
				sum += cosine(x.vecs[i], x.vecs[j])
			}
		}
		mean := sum / float64(max(len(group)-1, 1))
		mean *= 1 + Heat(0, x.notes[i].Support)/10 // what many read and agreed with says it best
		if mean > most+1e-9 {
			best, most = i, mean
		}
	}
	return best
}

// mostWords bounds the words of a topic beside its place.
const mostWords = 4

// shared names what most notes of a group have in common: the phrase that covers the most of them and little else, if it
// reads like a place, and further phrases that are no parts of one another.
func (x *Index) shared(group []int) (where string, words []string) {
	if len(group) < 2 {
		return x.ownPlace(group[0]), nil
	}
	notes := map[int32]int{}
	for _, i := range group {
		for _, t := range x.vecs[i] {
			if x.words.weight[t.term] > 1 {
				notes[t.term]++
			}
		}
	}
	type phrase struct {
		text         string
		worth, cover float64
	}
	titles := make([]string, len(group))
	for k, i := range group {
		n := x.notes[i]
		titles[k] = x.words.spell(x.words.cut(n.Title, maxTitle)) + " " + x.words.spell(x.words.cut(n.Address, maxAddress))
	}
	var all []phrase
	for id, n := range notes {
		cover := float64(n) / float64(len(group))
		if n < 2 || cover < 0.3 {
			continue
		}
		own := float64(n) / float64(x.words.df[id]) // 1: it stands nowhere else
		text := x.words.spelt[id]
		headed := 0.0 // the share of titles that have it
		for _, title := range titles {
			if strings.Contains(title, text) {
				headed += 1 / float64(len(group))
			}
		}
		all = append(all, phrase{text, cover * own * (0.05 + headed) * math.Sqrt(float64(min(len([]rune(text)), 8))), cover})
	}
	slices.SortFunc(all, func(a, b phrase) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text))
	})
	for _, p := range all {
		if where == "" && likePlace(p.text) && p.cover >= 0.4 {
			where = p.text
			continue
		}
		if len(words) < mostWords && p.cover >= 0.4 && !overlaps(p.text, where) && !slices.ContainsFunc(words, func(w string) bool { return overlaps(w, p.text) }) {
			words = append(words, p.text)
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return where != "" && overlaps(w, where) })
	return where, words
}

// ownPlace is the place of a note that is alone: what it says of it.
func (x *Index) ownPlace(i int) string {
	address := []rune(strings.TrimSpace(x.notes[i].Address))
	return string(address[:min(len(address), maxAddress)])
}

// overlaps tells whether two phrases say much the same: one holds half of the other's characters in a row.
func overlaps(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	short, long := []rune(a), b
	if len([]rune(b)) < len(short) {
		short, long = []rune(b), a
	}
	half := max((len(short)+1)/2, 2)
	for i := 0; i+half <= len(short); i++ {
		if strings.Contains(long, string(short[i:i+half])) {
			return true
		}
	}
	return false
}

// placeEnds are what names of places end with.
const placeEnds = "路街巷弄村苑园城府湾里庭轩居邸厦场桥校院港区坊馆店楼县镇河江湖山"

// likePlace tells whether a phrase reads like the name of a place: by its end, or by what follows it in it.
func likePlace(text string) bool {
	runes := []rune(text)
	return len(runes) >= 2 && strings.ContainsRune(placeEnds, runes[len(runes)-1]) && !strings.HasSuffix(text, "公里") && !strings.HasSuffix(text, "市场")
}
