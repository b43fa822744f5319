package place

import (
	"strings"
	"unicode"
)

// Address is what an address says, part by part. It is read by ParseAddress from the text alone;
// a Gazetteer knows which of the names exist.
type Address struct {
	Roads []RoadPart
	Names []string // what is neither road nor number: compounds, landmarks, shops; in order
	Block int      // number of a building: 9座, 3号楼
}

// RoadPart is a road and what is said of where on it.
type RoadPart struct {
	Name   string
	Number int  // of the house or the lane; 0 if none is said
	To     int  // end of a range of houses: 183-185号; 0 if none
	Lane   bool // Number is a lane's: 1256弄
	House  int  // a number inside the lane: 1256弄62号
	Near   bool // said as near by: (近西康路)
	Metres int  // off the crossing with the road before: 交叉口东北50米
	Way    Way  // to which side
}

// Way is a direction as a vector of east and north, -1 to 1 each.
type Way struct{ East, North int8 }

// Last signs of names that are roads wherever they stand, and of those that are like roads if a
// number follows: 毛家弄134号, 彭浦新村267号.
const (
	roadEndings     = "路街"
	numberedEndings = "弄巷里村坊宅浜桥径圈埭"
)

// ParseAddress reads an address or a name that may hold one. It never fails: what it does not
// understand is a name. Only the first 20,000 signs are read.
func ParseAddress(text string) Address {
	return parseAddress(clean(text), func(run string) (string, string) { return "", cutDivision(run) })
}

// resolver splits the run of Chinese signs before a road's ending into what is not of the road's
// name, and the name: 恒通大厦恒通路 is 恒通大厦, 恒通路.
type resolver func(run string) (before, name string)

// addressReader is the work on one address.
type addressReader struct {
	text    []rune
	resolve resolver
	out     Address
	rest    int // where the text begins that no part has taken yet
}

func parseAddress(text []rune, resolve resolver) Address {
	r := addressReader{text: text, resolve: resolve}
	for i := 0; i < len(text); {
		end, ok := r.roadAt(i)
		if !ok {
			i++
			continue
		}
		i = r.road(i, end)
	}
	r.names(r.rest, len(text))
	return r.out
}

// roadAt reports whether text[i] ends a road's name, and where the name ends.
func (r *addressReader) roadAt(i int) (end int, ok bool) {
	c := r.text[i]
	switch {
	case i == r.rest || !unicode.Is(unicode.Han, r.text[i-1]):
		return 0, false // 107路 is a bus
	case strings.ContainsRune(roadEndings, c):
		if c == '街' && r.sign(i+1) == '道' || c == '街' && r.sign(i+1) == '区' || c == '路' && r.sign(i+1) == '街' && r.sign(i+2) == '道' {
			return 0, false // 共和新路街道 is a division
		}
		return i + 1, !r.borne(i + 1)
	case c == '道' && r.text[i-1] == '大':
		return i + 1, true
	case strings.ContainsRune(numberedEndings, c):
		_, end := numeral(r.text, i+1)
		return i + 1, end > 0 && (r.sign(end) == '号' || r.sign(end) == '弄') && i-r.rest >= 1 && r.text[i+1] <= '9'
	}
	return 0, false
}

// borne reports whether something else bears the road's name: 南京西路地铁站.
func (r *addressReader) borne(at int) bool {
	rest := string(r.text[at:min(len(r.text), at+4)])
	for _, bearer := range []string{"地铁站", "站"} {
		if strings.HasPrefix(rest, bearer) {
			return true
		}
	}
	return false
}

// sign is text[i], or 0 beyond the end.
func (r *addressReader) sign(i int) rune {
	if i < 0 || i >= len(r.text) {
		return 0
	}
	return r.text[i]
}

// road reads the road whose name ends at end, its last sign at i, with what follows; it returns where to read on.
func (r *addressReader) road(i, end int) int {
	from := i
	for from > r.rest && end-from < 14 && unicode.Is(unicode.Han, r.text[from-1]) && !strings.ContainsRune("近与及号弄", r.text[from-1]) {
		from--
	}
	before, name := r.resolve(string(r.text[from:end]))
	from += len([]rune(before))
	if end-from < 2 {
		return end
	}
	p := RoadPart{Name: name, Near: saidNear(r.text[r.rest:from])}
	if !joining(r.text[r.rest:from]) {
		r.names(r.rest, from)
	}
	r.rest = end
	end = r.number(&p, end)
	end = r.offset(&p, end)
	r.rest = end
	r.out.Roads = append(r.out.Roads, p)
	return end
}

// number reads 1988号, 183-185号, 888-6号, 1256弄62号, 二七三弄, 610附近 at text[at].
func (r *addressReader) number(p *RoadPart, at int) int {
	n, end := numeral(r.text, at)
	if end == 0 || n == 0 {
		return at
	}
	arabic := r.text[at] <= '9'
	to := end
	for i := end; ; i = to { // ranges and lists: the last number that is no sub-number ends it
		sign := r.sign(i)
		if sign == '号' && strings.ContainsRune("-、/~", r.sign(i+1)) {
			i++
			sign = r.sign(i)
		}
		if sign == 0 || !strings.ContainsRune("-~、/至,.", sign) {
			break
		}
		m, e := numeral(r.text, i+1)
		if e == 0 || r.text[i+1] > '9' {
			break
		}
		if after := r.sign(e); after == '层' || after == '楼' || after == 'F' || after == '室' {
			break
		}
		if m > n && m-n <= 400 {
			p.To = m
		}
		to = e
	}
	switch sign := r.sign(to); {
	case sign == '弄':
		p.Number, p.Lane = n, true
		to++
		if house, e := numeral(r.text, to); e > 0 && r.sign(e) == '号' {
			p.House, to = house, e+1
		}
		return to
	case sign == '号':
		if r.sign(to+1) == '线' { // 地铁1号线
			return at
		}
		p.Number = n
		if r.sign(to+1) == '楼' || r.sign(to+1) == '院' {
			return to + 2
		}
		return to + 1
	case !arabic || strings.ContainsRune("年月日时点分米元人个家辆户次路层楼%:·", sign):
		return at
	}
	p.Number = n
	return to
}

// offset reads 交叉口东北50米, 路口往西100米 at text[at].
func (r *addressReader) offset(p *RoadPart, at int) int {
	i := at
	for _, said := range []string{"交叉路口", "交叉口", "交汇处", "交界处", "路口", "口"} {
		if strings.HasPrefix(string(r.text[i:min(len(r.text), i+4)]), said) {
			i += len([]rune(said))
			break
		}
	}
	for strings.ContainsRune("往向朝", r.sign(i)) && r.sign(i) != 0 {
		i++
	}
	start := i
	for ; i < start+2 && r.way(&p.Way, i); i++ {
	}
	n, end := numeral(r.text, i)
	if i == start || end == 0 || r.sign(end) != '米' || n > 2000 {
		p.Way = Way{}
		return at
	}
	p.Metres = n
	return end + 1
}

// way reads one direction at text[i].
func (r *addressReader) way(w *Way, i int) bool {
	switch r.sign(i) {
	case '东':
		w.East = 1
	case '西':
		w.East = -1
	case '南':
		w.North = -1
	case '北':
		w.North = 1
	default:
		return false
	}
	return true
}

// saidNear: what stands before a road makes it a neighbour, not the road of the address.
func saidNear(before []rune) bool {
	s := strings.TrimRight(string(before), "(")
	return strings.HasSuffix(s, "近") || strings.HasSuffix(s, "靠") || strings.HasSuffix(s, "临近")
}

func joining(between []rune) bool {
	return len(strings.Trim(string(between), "(),.、/-近靠临与和及")) == 0
}

// Signs that end a name inside an address.
func endsName(c rune) bool {
	return !unicode.Is(unicode.Han, c) && !unicode.IsLetter(c) && c != '·' && c != '&' && c != '\''
}

// names takes the names out of text[from:to]: runs of letters, without floors and rooms.
func (r *addressReader) names(from, to int) {
	for i := from; i < to; {
		if endsName(r.text[i]) && !unicode.IsDigit(r.text[i]) {
			i++
			continue
		}
		if n, end := numeral(r.text, i); end > 0 && end < to && r.text[i] <= '9' {
			if after := r.text[end]; after == '座' || after == '幢' || after == '栋' || after == '号' && r.sign(end+1) == '楼' {
				r.out.Block = n
			}
			switch c := r.text[end]; {
			case strings.ContainsRune("层楼室座幢栋", c):
				i = end + 1
			case c == '号' && r.sign(end+1) == '楼':
				i = end + 2
			case unicode.Is(unicode.Han, c) && end-i >= 3: // 1788广场, 889广场
				e := end
				for e < to && unicode.Is(unicode.Han, r.text[e]) {
					e++
				}
				r.name(i, e)
				i = e
			default:
				i = end
			}
			continue
		}
		e := i
		for e < to && !endsName(r.text[e]) {
			e++
		}
		if e == i {
			i++
			continue
		}
		r.name(i, e)
		i = e
	}
}

func (r *addressReader) name(from, to int) {
	if to-from >= 2 && len(r.out.Names) < maxNames {
		r.out.Names = append(r.out.Names, strings.ToLower(string(r.text[from:to])))
	}
}

// maxNames bounds the names of one address.
const maxNames = 40

// cutDivision takes the divisions off a road's name: 上海市静安区彭浦镇沪太路 lies on 沪太路.
func cutDivision(run string) string {
	for _, end := range []string{"市", "巿", "区", "街道", "镇", "县"} {
		if at := strings.LastIndex(run, end); at > 0 && at+len(end) < len(run)-len("路") {
			run = run[at+len(end):]
		}
	}
	return run
}
