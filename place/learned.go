package place

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// AddressKey is what an address is remembered by: down to the building, never to a flat or to whoever lives there.
type AddressKey struct {
	Key    string // the same for all ways to write it
	Text   string // as it is shown, and read again by ParseAddress
	Road   string // empty: it is known by its name alone
	Number int    // of the road; 0 for a crossing or a name
	Name   string // of a compound or landmark; may be empty
}

// KeyOf reads what an address is remembered by. It is false where the address names no place that could be: a road alone, a
// shop, another city.
func (g *Gazetteer) KeyOf(address string) (AddressKey, bool) { return g.register.keyOf(address) }

func (r *Register) keyOf(address string) (AddressKey, bool) {
	if _, other := Elsewhere(address); other {
		return AddressKey{}, false
	}
	a := parseAddress(clean(address), r.resolve)
	k := AddressKey{}
	for _, name := range a.Names {
		if k.Name == "" && isLandmark(name) {
			k.Name = name
		}
	}
	block := blockText(a.Block)
	switch {
	case len(a.Roads) > 0 && a.Roads[0].Number > 0:
		p := a.Roads[0]
		k.Road, k.Number = p.Name, p.Number
		k.Key = fmt.Sprintf("%s%d号", p.Name, p.Number)
		if p.Lane {
			k.Key = fmt.Sprintf("%s%d弄", p.Name, p.Number)
			if p.House > 0 {
				k.Key += fmt.Sprintf("%d号", p.House)
			}
		}
		k.Key, k.Text = k.Key+block, k.Key+k.Name+block
	case len(a.Roads) > 1 && a.Roads[0].Name != a.Roads[1].Name && !a.Roads[1].Near && a.Roads[1].Number == 0:
		k.Key = crossingKey(a.Roads[0], a.Roads[1])
		k.Road, _, _ = strings.Cut(k.Key, "与")
		k.Text, k.Name = k.Key, ""
	case k.Name != "":
		k.Key = k.Name + block
		k.Text = k.Key
	default:
		return AddressKey{}, false
	}
	return k, true
}

func blockText(block int) string {
	if block == 0 {
		return ""
	}
	return fmt.Sprintf("%d号楼", block)
}

// crossingKey is a crossing's; which of its roads is said first tells nothing, unless the place lies off it.
func crossingKey(one, other RoadPart) string {
	said := other.said()
	if said == "" && other.Name < one.Name {
		one, other = other, one
	}
	return one.Name + "与" + other.Name + "交叉口" + said
}

// told hears what people said of an address that is no number of a road; numbers are heard with their road.
func (q *question) told(why, key string) {
	const doubt, exactly = 0.02, 40
	p := panel{why: why, doubt: doubt}
	for _, s := range q.r.told[key] {
		p.vote(s.spotXY, s.weight, exactly)
		q.said = append(q.said, s)
	}
	q.hold(p)
}

// agreed is the share of those who spoke of the place that mean the pin: where people disagree nobody is sure.
func (q *question) agreed(pin spotXY) float64 {
	var with, all float64
	for _, s := range q.said {
		all += s.weight
		if s.to(pin) <= agree {
			with += s.weight
		}
	}
	if all == 0 {
		return 1
	}
	return max(with/all, 0.1)
}

// said is the direction and distance off a crossing, as addresses write it.
func (p RoadPart) said() string {
	if p.Metres == 0 {
		return ""
	}
	way := map[int8]string{1: "东", -1: "西"}[p.Way.East] + map[int8]string{1: "北", -1: "南"}[p.Way.North]
	return fmt.Sprintf("%s%d米", way, p.Metres)
}

// Asked is what of that which was learned may tell where a text's place is.
type Asked struct {
	Numbers []RoadNumber
	Names   []string
}

// RoadNumber is a number on a road; 0 asks for its crossings.
type RoadNumber struct {
	Road   string
	Number int
}

// Bounds of what is asked for one text.
const (
	mostAskedRoads = 12
	mostAskedNames = 60
	mostAskedSigns = 1000 // of each text; an address stands at the beginning, or in the first sentences
)

// AskedBy reads the roads and the names that texts may mean; a road that the gazetteer does not know may be the end of a run of signs.
func (g *Gazetteer) AskedBy(texts ...string) Asked {
	var out Asked
	for _, text := range texts {
		signs := clean(text)
		a := parseAddress(signs[:min(len(signs), mostAskedSigns)], g.register.resolve)
		for _, p := range a.Roads {
			out.road(p.Name, p.Number)
			if _, known := g.register.roadIDs[p.Name]; !known {
				for runes := []rune(p.Name); len(runes) > 3; {
					runes = runes[1:]
					out.road(string(runes), p.Number)
				}
			}
		}
		for _, name := range a.Names {
			out.names([]rune(name))
		}
	}
	return out
}

func (a *Asked) road(name string, number int) {
	if n := (RoadNumber{name, number}); len(a.Numbers) < mostAskedRoads && !slices.Contains(a.Numbers, n) {
		a.Numbers = append(a.Numbers, n)
	}
}

// names adds the parts of a run of signs that may be a compound's or a landmark's name.
func (a *Asked) names(run []rune) {
	for to := 4; to <= len(run); to++ {
		if !slices.ContainsFunc(landmarkEndings, func(end string) bool { return strings.HasSuffix(string(run[:to]), end) }) {
			continue
		}
		for from := max(0, to-12); from <= to-4; from++ {
			name := string(run[from:to])
			if len(a.Names) < mostAskedNames && isLandmark(name) && !slices.Contains(a.Names, name) {
				a.Names = append(a.Names, name)
			}
		}
	}
}

// Word is what one person said of where an address is.
type Word struct {
	Person    string
	Complaint string
	At        Point
	Said      time.Time
	Settles   bool // said by the desk when it looked at words that disagreed
}

// Standing of what was learned of an address.
type Standing string

const (
	Holds    Standing = "holds"    // is used
	Disputed Standing = "disputed" // people disagree: both places are held possible, and the desk is to say
	Waits    Standing = "waits"    // one person said what lies far from all that is known: not used before a second agrees
	Gone     Standing = "gone"     // every word was withdrawn
)

// Side is a place that so many people gave an address.
type Side struct {
	At     Point
	People int
	Last   time.Time
}

// Verdict is what the words on an address come to.
type Verdict struct {
	Standing Standing
	Best     Side
	Rival    Side // of the others the strongest; nobody: People is 0
}

const (
	agree     = 150 // metres: two pins that are no farther apart mean the same place
	farOff    = 800 // metres: a word that lies farther from what was well known needs a second one
	wellKnown = 0.6
	settles   = 2 // for so many people the desk's own look counts
)

// Weigh says what words on one address come to; before is where the gazetteer had it without them, ok false where it did not know.
// Of each person, and on each complaint, only the last word counts. Who is alone against many does not decide, nor does who
// is alone against all that is known.
func Weigh(words []Word, before Estimate, ok bool) Verdict {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b Word) int { return b.Said.Compare(a.Said) }) // the last first
	var counted []Word
	for _, w := range words {
		if !slices.ContainsFunc(counted, func(c Word) bool { return c.Person == w.Person || c.Complaint != "" && c.Complaint == w.Complaint }) {
			counted = append(counted, w)
		}
	}
	if at := slices.IndexFunc(counted, func(w Word) bool { return w.Settles }); at >= 0 {
		// What the desk has settled is settled for those who spoke before.
		counted = slices.DeleteFunc(counted, func(w Word) bool { return !w.Said.After(counted[at].Said) && Distance(w.At, counted[at].At) > agree })
	}
	var sides []Side
	for _, w := range counted {
		n := 1
		if w.Settles {
			n = settles
		}
		if i := slices.IndexFunc(sides, func(s Side) bool { return Distance(s.At, w.At) <= agree }); i >= 0 {
			sides[i].People += n
		} else {
			sides = append(sides, Side{w.At, n, w.Said})
		}
	}
	if len(sides) == 0 {
		return Verdict{Standing: Gone}
	}
	slices.SortStableFunc(sides, func(a, b Side) int { return b.People - a.People })
	v := Verdict{Standing: Holds, Best: sides[0]}
	if len(sides) > 1 {
		v.Rival = sides[1]
	}
	switch {
	case v.Best.People < 2*v.Rival.People:
		v.Standing = Disputed
	case v.Best.People == 1 && ok && before.Confidence >= wellKnown && Distance(before.At, v.Best.At) > farOff:
		v.Standing = Waits
	}
	return v
}

// Known are the rows by which a gazetteer follows a verdict on an address; the stronger side comes last and outweighs the other.
func (v Verdict) Known(address string) []Known {
	const most = 3 // people, that one place does not drown its road
	row := func(s Side) Known {
		return Known{Address: address, At: s.At, Weight: ConfirmedWeight * float64(min(s.People, most))}
	}
	switch {
	case v.Standing != Holds && v.Standing != Disputed:
		return nil
	case v.Rival.People > 0:
		return []Known{row(v.Rival), row(v.Best)}
	}
	return []Known{row(v.Best)}
}
