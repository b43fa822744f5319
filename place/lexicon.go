package place

import (
	"io/fs"
	"strings"
	"unicode"
)

// wordKind says what a name in a text stands for.
type wordKind uint8

const (
	roadWord          wordKind = iota // id is a road
	streetWord                        // 江宁路街道, 彭浦镇: id is a street
	bareStreetWord                    // 曹家渡: a street, said without its suffix
	committeeWord                     // 永乐居委会: id is the street it belongs to
	neighbourhoodWord                 // 达安花园: as above, without saying that it is a committee
	stationWord                       // id is a station
	hereWord                          // 静安区: the text is about this district
	landmarkWord                      // 大宁国际商业广场: id is a landmark of the register
	elsewhereWord                     // another district (id 1), city or province (id 0)
)

type word struct {
	kind wordKind
	id   int32
}

// lexicon is a trie of names. A name may stand for several things: 永乐居委会 exists twice.
type lexicon struct {
	next  map[edgeTo]int32
	words map[int32][]word
	nodes int32
}

type edgeTo struct {
	node int32
	sign rune
}

func (l *lexicon) add(name string, w word) {
	if l.next == nil {
		l.next, l.words = map[edgeTo]int32{}, map[int32][]word{}
	}
	node := int32(0)
	for _, r := range name {
		to, ok := l.next[edgeTo{node, r}]
		if !ok {
			l.nodes++
			to = l.nodes
			l.next[edgeTo{node, r}] = to
		}
		node = to
	}
	for _, known := range l.words[node] {
		if known == w {
			return
		}
	}
	l.words[node] = append(l.words[node], w)
}

// longest finds the longest name that starts at text[from]; end is 0 if there is none.
func (l *lexicon) longest(text []rune, from int) (words []word, end int) {
	node := int32(0)
	for i := from; i < len(text); i++ {
		to, ok := l.next[edgeTo{node, text[i]}]
		if !ok {
			break
		}
		node = to
		if found := l.words[node]; found != nil {
			words, end = found, i+1
		}
	}
	return words, end
}

// token is a name found in a text.
type token struct {
	words    []word
	from, to int
}

func (t token) kind() wordKind { return t.words[0].kind }

// scan finds names from left to right, the longest first, none inside another.
func (l *lexicon) scan(text []rune) []token {
	var tokens []token
	for i := 0; i < len(text); {
		words, end := l.longest(text, i)
		switch {
		case end > 0:
			tokens = append(tokens, token{words, i, end})
			i = end
		case masked(text, i) > 0:
			end := masked(text, i)
			tokens = append(tokens, token{[]word{{kind: elsewhereWord}}, i, end})
			i = end
		default:
			i++
		}
	}
	return tokens
}

// masked is the end of a division whose name was replaced by a letter (A市, A3区, K8县), as
// published complaints of other cities have them; 0 if there is none at i.
func masked(text []rune, i int) int {
	if text[i] < 'A' || text[i] > 'Z' {
		return 0
	}
	for i++; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
	}
	if i < len(text) && strings.ContainsRune("省市区县镇州", text[i]) {
		return i + 1
	}
	return 0
}

// clean takes out what people put between the parts of an address without meaning anything:
// spaces and marks of another width. Only the first maxText signs are read.
func clean(text string) []rune {
	out := make([]rune, 0, min(len(text)/2, maxText))
	for _, r := range text {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!' // full width to ASCII
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u200b' || r == '\ufeff':
			continue
		case r == '巿': // a look-alike of 市
			r = '市'
		}
		if len(out) == maxText {
			break
		}
		out = append(out, r)
	}
	return out
}

// maxText is how many signs of a text are read; complaints are a few hundred long.
const maxText = 20_000

// Provinces and the cities that citizens' texts name most; a place in them is none of ours.
var otherPlaces = strings.Fields(`
	北京市 天津市 重庆市 河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省
	河南省 湖北省 湖南省 广东省 海南省 四川省 贵州省 云南省 陕西省 甘肃省 青海省 台湾省 内蒙古自治区
	广西壮族自治区 西藏自治区 宁夏回族自治区 新疆维吾尔自治区 香港特别行政区 澳门特别行政区
	石家庄市 太原市 沈阳市 大连市 长春市 哈尔滨市 南京市 苏州市 无锡市 常州市 南通市 扬州市 徐州市 盐城市
	杭州市 宁波市 温州市 嘉兴市 湖州市 绍兴市 金华市 台州市 合肥市 芜湖市 福州市 厦门市 泉州市 南昌市 济南市
	青岛市 烟台市 潍坊市 郑州市 洛阳市 武汉市 长沙市 株洲市 湘潭市 广州市 深圳市 珠海市 佛山市 东莞市 中山市
	惠州市 南宁市 桂林市 海口市 三亚市 成都市 绵阳市 贵阳市 昆明市 西安市 兰州市 西宁市 银川市 乌鲁木齐市
	拉萨市 呼和浩特市 唐山市 保定市`)

// otherDistricts are the rest of Shanghai's.
var otherDistricts = strings.Fields(`黄浦区 徐汇区 长宁区 普陀区 虹口区 杨浦区 闵行区 宝山区 嘉定区 浦东新区 金山区 松江区 青浦区 奉贤区 崇明区`)

// inShanghai marks an elsewhereWord of the rest of the city, which the register may know.
const inShanghai int32 = 1

// loadElsewhere adds what makes a text one about another place: cities, the other districts, and
// the streets and towns of the rest of Shanghai.
func (g *Gazetteer) loadElsewhere(fsys fs.FS) error {
	for _, name := range otherPlaces {
		g.names.add(name, word{kind: elsewhereWord})
	}
	w := word{kind: elsewhereWord, id: inShanghai}
	for _, name := range otherDistricts {
		g.names.add(name, w)
	}
	return eachRow(fsys, "jingan/streets_shanghai.csv", func(row map[string]string) error {
		if row["areaCode"] != g.district.Code && len([]rune(row["name"])) > 2 {
			g.names.add(row["name"], w)
		}
		return nil
	})
}
