package place

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Proposal is a place that a text may mean. A person confirms it.
type Proposal struct {
	Point      Point    `json:"point"`
	Within     float64  `json:"within"` // metres: about how far off the point may be
	StreetCode string   `json:"streetCode"`
	StreetName string   `json:"streetName"`
	Confidence float64  `json:"confidence"` // 0 to 1
	Matched    []string `json:"matched"`    // what in the text spoke for it
	Why        string   `json:"why"`        // the strongest reason; a code of package words
	Named      bool     `json:"-"`          // the text names the street, or a neighbourhood of it
}

// Why a place was proposed.
const (
	WhyNumber        = "place.why_number"        // a road with a number
	WhyLane          = "place.why_lane"          // a lane that a neighbourhood committee is named for
	WhyCrossing      = "place.why_crossing"      // two roads that cross
	WhySection       = "place.why_section"       // a road between two others
	WhyStation       = "place.why_station"       // a metro station
	WhyNeighbourhood = "place.why_neighbourhood" // a neighbourhood's name
	WhyStreet        = "place.why_street"        // a street's or town's name
	WhyRoad          = "place.why_road"          // a road, without a number
	WhyName          = "place.why_name"          // known places of a like name
)

const (
	maxProposals  = 5
	minConfidence = 0.15
	maxEvidence   = 250
	maxCrossings  = 24 // crossings computed per text; more roads than that are a list, not a place
)

// evidence is one reason to believe that the text means a street, or a place outside all.
type evidence struct {
	street   int32
	at       Point
	within   float64
	strength float64
	why      string
	matched  string
}

// Locate proposes where a text's place is, the likeliest first; nil if nothing in it names a place
// of the district, or if it is about a place elsewhere. Of long texts only the first 20,000
// signs are read. The work is linear in the text's length.
func (g *Gazetteer) Locate(text string) []Proposal {
	r := reading{g: g, text: clean(text)}
	r.tokens = withLearned(g.names.scan(r.text), g.learned.scan(r.text))
	if len(r.tokens) == 0 {
		return nil
	}
	r.read()
	return r.proposals()
}

// reading is the work on one text.
type reading struct {
	g         *Gazetteer
	text      []rune
	tokens    []token
	found     []evidence
	crossings int
}

func (r *reading) has(k wordKind) bool {
	return slices.ContainsFunc(r.tokens, func(t token) bool { return t.kind() == k })
}

func (r *reading) read() {
	elsewhere := r.has(elsewhereWord) && !r.has(hereWord)
	precise := map[int32]bool{} // roads whose place is known better than the road alone
	for i, t := range r.tokens {
		switch {
		case t.kind() == streetWord:
			r.street(t, 0.85)
		case elsewhere:
			// A name of ours in a text about another place is a namesake, unless it says 街道.
		case t.kind() == bareStreetWord:
			if t.to-t.from > 2 {
				r.street(t, 0.6)
			} else if r.standsAlone(t) {
				r.street(t, 0.3)
			}
		case t.kind() == committeeWord:
			r.neighbourhood(t, 0.85)
		case t.kind() == neighbourhoodWord:
			r.neighbourhood(t, 0.55)
		case t.kind() == stationWord:
			r.station(t)
		case t.kind() == landmarkWord:
			r.landmark(t)
		case t.kind() == roadWord:
			r.road(i, precise)
		}
	}
	if elsewhere {
		return
	}
	said := map[int32]bool{}
	for _, t := range r.tokens {
		if id := t.words[0].id; t.kind() == roadWord && !precise[id] && !said[id] {
			said[id] = true
			r.wholeRoad(id, t)
		}
	}
}

func (r *reading) add(e evidence) {
	if len(r.found) < maxEvidence {
		r.found = append(r.found, e)
	}
}

func (r *reading) said(from, to int) string { return string(r.text[from:to]) }

func (r *reading) street(t token, strength float64) {
	s := r.g.streets[t.words[0].id]
	r.add(evidence{t.words[0].id, s.centre, 800, strength, WhyStreet, r.said(t.from, t.to)})
}

// standsAlone keeps a short name like 北站 from being found in 虹口北站 or 西北站点.
func (r *reading) standsAlone(t token) bool {
	after := t.to == len(r.text) || !unicode.Is(unicode.Han, r.text[t.to]) || strings.ContainsRune("的有附地这那", r.text[t.to])
	before := t.from == 0 || !unicode.Is(unicode.Han, r.text[t.from-1]) || strings.ContainsRune("在于到往", r.text[t.from-1])
	return before && after
}

func (r *reading) neighbourhood(t token, strength float64) {
	said := r.said(t.from, t.to)
	known, ok := r.g.register.named(said)
	for _, w := range t.words {
		at, within := r.g.streets[w.id].centre, 700.0
		if ok && r.g.streetAt(known.At) == w.id {
			at, within = known.At, known.Within
		}
		r.add(evidence{w.id, at, within, strength / float64(len(t.words)), WhyNeighbourhood, said})
	}
}

// landmark adds where known places of the name are, or where it was last confirmed.
func (r *reading) landmark(t token) {
	const within, strength = 120, 0.75
	r.spread(r.g.register.point(r.g.register.landmarks[t.words[len(t.words)-1].id].at), within, strength, WhyName, r.said(t.from, t.to))
}

// withLearned adds the tokens that were learned where they are longer than those that overlap.
func withLearned(tokens, learned []token) []token {
	for _, l := range learned {
		overlaps := func(t token) bool { return t.from < l.to && l.from < t.to }
		if slices.ContainsFunc(tokens, func(t token) bool { return overlaps(t) && (t.to-t.from > l.to-l.from || t.kind() <= streetWord) }) {
			continue
		}
		tokens = append(slices.DeleteFunc(tokens, overlaps), l)
	}
	slices.SortFunc(tokens, func(a, b token) int { return cmp.Compare(a.from, b.from) })
	return tokens
}

func (r *reading) station(t token) {
	s := r.g.stations[t.words[0].id]
	r.add(evidence{s.street, s.at, 250, 0.75, WhyStation, r.said(t.from, t.to)})
}

// road reads what follows a road's name: a number, or another road that crosses it.
func (r *reading) road(i int, precise map[int32]bool) {
	t := r.tokens[i]
	id := t.words[0].id
	if n, end, lane, ok := r.number(t.to); ok && r.numbered(id, n, lane, r.said(t.from, end)) {
		precise[id] = true
	}
	if i+1 >= len(r.tokens) || r.tokens[i+1].kind() != roadWord {
		return
	}
	next := r.tokens[i+1]
	between := r.said(t.to, next.from)
	if i+2 < len(r.tokens) && r.tokens[i+2].kind() == roadWord && opensSection(between) {
		third := r.tokens[i+2]
		if isRange(r.said(next.to, third.from)) {
			r.section(id, next, third, r.said(t.from, third.to), precise)
			return
		}
	}
	if !r.joins(between, next.to) {
		return
	}
	other := next.words[0].id
	if at, within, ok := r.crossing(id, other); ok {
		strength := 0.9
		if within > 250 {
			strength = 0.6
		}
		r.spread(at, within, strength, WhyCrossing, r.said(t.from, next.to))
		precise[id], precise[other] = true, true
	}
}

// number reads the number of a house or lane at text[from]: 149号, 1025弄, 12-14号, 二九九弄, or a
// bare 424 that measures nothing.
func (r *reading) number(from int) (n, end int, lane, ok bool) {
	n, end = numeral(r.text, from)
	if end == 0 || n == 0 {
		return 0, 0, false, false
	}
	arabic := r.text[from] >= '0' && r.text[from] <= '9'
	if end < len(r.text) {
		switch sign := r.text[end]; {
		case sign == '弄':
			return n, end + 1, true, true
		case sign == '号':
			if end+1 < len(r.text) && r.text[end+1] == '线' { // 地铁1号线
				return 0, 0, false, false
			}
			return n, end + 1, false, true
		case strings.ContainsRune("年月日时点分米元人个家辆户次路层楼%.:·", sign):
			return 0, 0, false, false
		}
	}
	return n, end, false, arabic
}

// numbered adds the place of a road's number; it is false if that number's place is unknown.
func (r *reading) numbered(id int32, n int, lane bool, said string) bool {
	road := &r.g.roads[id]
	found, known := r.g.register.number(RoadPart{Name: road.name, Number: n, Lane: lane})
	at, within, strength := found.At, found.Within, 0.5+0.45*found.Confidence
	if lane {
		for _, street := range road.lanes[n] {
			centre, off := r.g.streets[street].centre, 700.0
			if known && r.g.streetAt(at) == street {
				centre, off = at, within
			}
			r.add(evidence{street, centre, off, 0.9 / float64(len(road.lanes[n])), WhyLane, said})
		}
		if len(road.lanes[n]) > 0 {
			return true
		}
	}
	if !known {
		return false
	}
	r.spread(at, within, strength, WhyNumber, said)
	return true
}

// spread adds a spot; close to a border the street across hears of it too.
func (r *reading) spread(at Point, within, strength float64, why, said string) {
	home := r.g.streetAt(at)
	around := r.g.areas.FindNear(at, 60)
	if home == outside && len(around) > 0 {
		// A house on the border road, whose spot fell on the far side of it.
		home = r.g.streetOf(around[0].Area)
		strength *= 0.7
	}
	r.add(evidence{home, at, within, strength, why, said})
	for _, near := range around {
		if near.Metres > within {
			break
		}
		if s := r.g.streetOf(near.Area); s != home {
			r.add(evidence{s, at, within, strength * 0.3, why, said})
		}
	}
}

func (g *Gazetteer) streetOf(a Area) int32 {
	return int32(slices.IndexFunc(g.streets, func(s street) bool { return s.area.Code == a.Code && s.area.Name == a.Name }))
}

// wholeRoad adds a road that is named without a number: each street has as much of the claim as
// it has of the road.
func (r *reading) wholeRoad(id int32, t token) {
	road := &r.g.roads[id]
	for _, p := range road.parts {
		strength := 0.5 * p.share
		if p.street == road.namely && p.street != outside {
			strength += 0.1 // who says 宝山路 and no more may mean 宝山路街道
		}
		r.add(evidence{p.street, p.middle, p.within, strength, WhyRoad, r.said(t.from, t.to)})
	}
}

// joins reports whether what stands between two roads' names, and after the second, makes a
// crossing of them.
func (r *reading) joins(between string, after int) bool {
	bare := strings.Trim(between, "()[]【】,，、/·.-号弄0123456789")
	switch bare {
	case "近", "靠近", "临近", "靠", "邻近", "近邻":
		return true
	case "", "与", "和", "跟", "及", "口", "路口":
		if between == "" || between == "/" || between == "近" {
			return true
		}
		return r.saysCrossing(after)
	}
	return false
}

func (r *reading) saysCrossing(at int) bool {
	rest := string(r.text[at:min(len(r.text), at+6)])
	for _, word := range []string{"口", "路口", "交叉", "交界", "交汇", "交会", "转角", "拐角", "相交", "的交叉", "的路口", "十字路口"} {
		if strings.HasPrefix(rest, word) {
			return true
		}
	}
	return false
}

// opensSection: 康定路（胶州路-常德路）, 康定路从胶州路到常德路.
func opensSection(between string) bool {
	switch between {
	case "(", "", "从", "自", "由", ",", ":", "[", "【":
		return true
	}
	return false
}

func isRange(between string) bool {
	switch between {
	case "-", "--", "—", "——", "~", "至", "到", "–", "-至", "→":
		return true
	}
	return false
}

// section adds the middle of a road between two others.
func (r *reading) section(id int32, from, to token, said string, precise map[int32]bool) {
	a, _, ok1 := r.crossing(id, from.words[0].id)
	b, _, ok2 := r.crossing(id, to.words[0].id)
	switch {
	case ok1 && ok2:
		mid := Point{(a.Lon + b.Lon) / 2, (a.Lat + b.Lat) / 2}
		r.spread(mid, 50+Distance(a, b)/2, 0.85, WhySection, said)
	case ok1:
		r.spread(a, 300, 0.6, WhySection, said)
	case ok2:
		r.spread(b, 300, 0.6, WhySection, said)
	default:
		return
	}
	precise[id], precise[from.words[0].id], precise[to.words[0].id] = true, true, true
}

// crossing finds where two roads cross.
func (r *reading) crossing(a, b int32) (at Point, within float64, ok bool) {
	if a == b || r.crossings >= maxCrossings {
		return Point{}, 0, false
	}
	r.crossings++
	found, ok := r.g.register.crossing(r.g.roads[a].name, r.g.roads[b].name)
	return found.At, found.Within, ok
}

// proposals weighs the evidence: what speaks for a street adds up; where streets, and places
// outside, claim more than certainty between them, they share it.
func (r *reading) proposals() []Proposal {
	type claim struct {
		doubt float64 // the chance that all its evidence is wrong
		list  []evidence
	}
	claims := map[int32]*claim{}
	for _, e := range r.found {
		c := claims[e.street]
		if c == nil {
			c = &claim{doubt: 1}
			claims[e.street] = c
		}
		// 苏家巷社区 and 苏家巷 are one reason, not two.
		if !slices.ContainsFunc(c.list, func(o evidence) bool { return o.why == e.why && strings.Contains(o.matched, e.matched) }) {
			c.doubt *= 1 - min(e.strength, 0.95)
			c.list = append(c.list, e)
		}
	}
	total := 0.0
	for _, s := range slices.Sorted(maps.Keys(claims)) {
		total += 1 - claims[s].doubt
	}
	var out []Proposal
	for _, s := range slices.Sorted(maps.Keys(claims)) {
		c := claims[s]
		confidence := (1 - c.doubt) / max(1, total)
		if s == outside || confidence < minConfidence {
			continue
		}
		out = append(out, r.proposal(s, confidence, c.list))
	}
	slices.SortStableFunc(out, func(a, b Proposal) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return out[:min(len(out), maxProposals)]
}

func (r *reading) proposal(s int32, confidence float64, list []evidence) Proposal {
	area := r.g.streets[s].area
	p := Proposal{StreetCode: area.Code, StreetName: area.Name, Confidence: math.Round(confidence*100) / 100, Within: math.Inf(1)}
	strongest := slices.MaxFunc(list, func(a, b evidence) int { return cmp.Compare(a.strength, b.strength) })
	p.Why = strongest.why
	for _, e := range list {
		p.Named = p.Named || e.why == WhyStreet || e.why == WhyNeighbourhood || e.why == WhyLane
		// The most exact spot, unless only a weak reason speaks for it.
		if e.within < p.Within && e.strength >= strongest.strength/4 {
			p.Within, p.Point = math.Round(e.within), e.at.rounded()
		}
		if !slices.Contains(p.Matched, e.matched) {
			p.Matched = append(p.Matched, e.matched)
		}
	}
	return p
}
