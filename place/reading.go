package place

import (
	"cmp"
	"strings"
	"unicode"
)

// placeReading is what the name and the address of a place say. Rows of the gazetteer and questions
// are read by the same rules.
type placeReading struct {
	address, name Address
	stop          bool     // of a bus
	metro         bool     // a station of the metro
	lines         []string // of a stop or station: 107路, 1号线
	station       string   // 静安寺, of 静安寺(地铁站) or 近地铁2号线静安寺站
}

func readPlace(name, address string, resolve resolver) placeReading {
	title, said := clean(name), clean(address)
	title = []rune(strings.Replace(string(title), "路站(公交站)", "路(公交站)", 1))
	p := placeReading{}
	p.station, p.metro = strings.CutSuffix(string(title), "(地铁站)")
	p.stop = !p.metro && strings.Contains(string(title), "(公交站)")
	if p.stop || p.metro || onlyLines(string(said)) {
		p.lines = linesOf(string(said))
		said = nil
	}
	if !p.metro {
		p.station = stationIn(string(said) + " " + string(title))
	}
	p.address, p.name = parseAddress(said, resolve), parseAddress(title, resolve)
	return p
}

func (p placeReading) block() int { return cmp.Or(p.address.Block, p.name.Block) }

// roads are those of the address, or of the name where the address says none.
func (p placeReading) roads() []RoadPart {
	if len(p.address.Roads) > 0 {
		return p.address.Roads
	}
	return p.name.Roads
}

// onlyLines reports whether an address is a stop's list of lines: 107路;206路.
func onlyLines(s string) bool {
	return strings.HasSuffix(s, "路") && (strings.Contains(s, ";") || s[0] >= '0' && s[0] <= '9') || strings.HasSuffix(s, "号线")
}

// linesOf are the lines of buses or of the metro in a list.
func linesOf(list string) []string {
	const most = 60
	var out []string
	for _, l := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ',' }) {
		for _, note := range []string{"(停运)", "(在建)"} {
			l = strings.TrimPrefix(l, note)
		}
		if l != "" && len(out) < most {
			out = append(out, l)
		}
	}
	return out
}

// stationIn is the metro station that a text names: 2号线静安寺站, 南京西路地铁站; a bare 站 is one of
// many things (社区卫生服务站).
func stationIn(s string) string {
	for _, end := range []string{"地铁站", "轨交站", "站"} {
		name, _, ok := strings.Cut(s, end)
		if !ok {
			continue
		}
		if _, after, ok := lastCut(name, "线"); ok {
			name = after
		} else if end == "站" {
			continue
		}
		runes := []rune(name)
		from := len(runes)
		for from > 0 && (unicode.Is(unicode.Han, runes[from-1]) && runes[from-1] != '近' || runes[from-1] == '·') {
			from--
		}
		if n := len(runes) - from; n >= 2 && n <= 8 {
			return string(runes[from:])
		}
	}
	return ""
}

func lastCut(s, sep string) (before, after string, ok bool) {
	if at := strings.LastIndex(s, sep); at >= 0 {
		return s[:at], s[at+len(sep):], true
	}
	return s, "", false
}
