package classify

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"jiexu/law"
)

// sayings are texts of our own, by class; none of their sentences stands in the lexicon.
var sayings = map[string][]string{
	"城乡建设":    {"小区路灯坏了半个月没人修", "楼上漏水物业一直推给开发商", "隔壁在楼顶加盖房子，城管什么时候来拆"},
	"环境保护":    {"河里的水变黑发臭，工厂晚上偷偷排污水", "砖厂烟囱冒黑烟，窗户都不敢开"},
	"交通运输":    {"打车的时候司机不打表要价一百", "快递员把包裹扔在门卫，从来不送上门", "高速收费站重复扣了我的通行费"},
	"教育文体":    {"孩子学校周末强制补课还要交钱", "村里的古戏台快塌了，希望文物部门来修", "体育馆的羽毛球场什么时候开放"},
	"劳动和社会保障": {"老板拖了我们三个月工资不发", "在外地住院医保能报销多少", "退休手续办了半年，养老金还没有发"},
	"商贸旅游":    {"旅行社强迫我们购物，导游骂人", "楼里有人搞传销，拉人头交钱", "超市卖的电饭锅是假冒的，不肯退款"},
	"卫生计生":    {"医生误诊，手术以后人一直昏迷", "二胎的准生证去哪里办", "早餐店的包子里吃出蟑螂"},
}

func TestShippedModelKnowsTheField(t *testing.T) {
	m := shippedModel(t)
	right, all := 0, 0
	for class, texts := range sayings {
		for _, s := range texts {
			all++
			g := m.Predict(Text{Subject: s})
			if g.Code == class {
				right++
			} else {
				t.Logf("%s: %s %.2f, not %s", s, g.Code, g.Confidence, class)
			}
			var sum float64
			for _, r := range append(g.Others, g.Ranked) {
				sum += r.Confidence
			}
			if sum > 1.000001 || !(g.Confidence > 0) || !slices.IsSortedFunc(g.Others, func(a, b Ranked) int { return int(math.Copysign(1, b.Confidence-a.Confidence)) }) {
				t.Errorf("%s: confidences %v %v", s, g.Confidence, g.Others)
			}
			if g.Sure != (g.Confidence >= m.Bound) {
				t.Errorf("%s: sure %v at %.2f, bound %.2f", s, g.Sure, g.Confidence, m.Bound)
			}
		}
	}
	if right < all-2 {
		t.Errorf("%d of %d right", right, all)
	}
}

func shippedModel(t testing.TB) *Model {
	t.Helper()
	m, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNothingToGoBy(t *testing.T) {
	m := shippedModel(t)
	for _, s := range []string{"", "   ", "！？。，", "\x00\xff\xfe", strings.Repeat(" ", 1<<20)} {
		if g := m.Predict(Text{s, s}); g.Code != "" || g.Confidence != 0 || g.Sure {
			t.Errorf("%.10q: %+v", s, g)
		}
	}
	long := strings.Repeat("河水污染发臭，工厂排污。", 1_000_000) // 36 MB
	if g := m.Predict(Text{"污水", long}); g.Code != "环境保护" {
		t.Errorf("a long text: %+v", g.Ranked)
	}
}

// Greetings, coded places, numbers, width and case say nothing of the class.
func TestWhatTellsNothingChangesNothing(t *testing.T) {
	a := normalise("尊敬的胡书记：您好！A7县ＫＴＶ噪音 2019/3/2 第12次")
	b := normalise("K12市ktv噪音 2020-11-30 第3次")
	if strings.TrimSpace(string(a)) != strings.TrimSpace(string(b)) {
		t.Errorf("%q and %q", string(a), string(b))
	}
}

func TestBecause(t *testing.T) {
	why := shippedModel(t).Because(Text{"快递", "快递员从来不送上门，包裹丢了"}, "交通运输", 3)
	if len(why) == 0 || len(why) > 3 || !strings.Contains(strings.Join(why, " "), "快递") {
		t.Errorf("%q", why)
	}
	for i, s := range why {
		if !strings.Contains("快递员从来不送上门，包裹丢了", s) {
			t.Errorf("%q is no part of the text", s)
		}
		for _, other := range why[:i] {
			if overlaps(s, other) {
				t.Errorf("%q and %q say one thing twice", s, other)
			}
		}
	}
}

const smallLexicon = "[[class]]\nname='甲'\ntopics='''\n苹果 梨\n桃子 李子\n'''\n[[class]]\nname='乙'\ntopics='''\n锤子 钉子\n扳手 钳子\n'''\n"

// What the lexicon does not know is learned from examples, and told again after the model was written and read.
func TestExamplesTeach(t *testing.T) {
	l, err := ParseLexicon("small", []byte(smallLexicon))
	if err != nil {
		t.Fatal(err)
	}
	before, err := Train(nil, Options{Lexicon: l})
	if err != nil {
		t.Fatal(err)
	}
	if g := before.Predict(Text{"买梨", "苹果和桃子"}); g.Code != "甲" || g.Sure {
		t.Errorf("from the lexicon: %+v", g)
	}
	if g := before.Predict(Text{"榴莲", ""}); g.Code != "" {
		t.Errorf("what nobody taught: %+v", g)
	}
	var examples []Example
	for i := range 13 {
		about := func(what string) Text { // each with words of its own
			var own []rune
			for j := range 6 {
				own = append(own, rune('一'+97*i+7*j))
			}
			return Text{string(own[:3]) + what, string(own) + what + string(own[3:])}
		}
		examples = append(examples, Example{about("榴莲"), "甲"}, Example{about("起子"), "乙"})
	}
	after, err := Train(examples, Options{Lexicon: l, Background: shippedModel(t).Background(), Made: "2026-01-02"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := after.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Model{after, back} {
		for text, class := range map[string]string{"榴莲": "甲", "起子": "乙", "钳子": "乙"} {
			if g := m.Predict(Text{text, ""}); g.Code != class || g.Confidence != after.Predict(Text{text, ""}).Confidence {
				t.Errorf("%s: %+v", text, g)
			}
		}
		if m.Examples != len(examples) || m.Made != "2026-01-02" || m.Bound > 1 || m.Held.Accuracy < 0.95 {
			t.Errorf("%d %s bound %v held %+v", m.Examples, m.Made, m.Bound, m.Held)
		}
	}
	// Going on from a model keeps what it knew and the examples did not say again.
	on, err := Train([]Example{{Text{"山竹", "山竹坏了"}, "甲"}}, Options{Lexicon: l, Start: after})
	if err != nil {
		t.Fatal(err)
	}
	for text, class := range map[string]string{"榴莲": "甲", "起子": "乙", "山竹": "甲"} {
		if g := on.Predict(Text{text, ""}); g.Code != class {
			t.Errorf("going on, %s: %+v", text, g)
		}
	}
	if _, err := Train([]Example{{Text{"x", "y"}, "丙"}}, Options{Lexicon: l}); err == nil {
		t.Error("a class that nobody knows was taken")
	}
	if _, err := Train(nil, Options{}); err == nil {
		t.Error("no classes at all were taken")
	}
}

func TestNearlyTheSameTextStaysInOneFold(t *testing.T) {
	body := "小区门口的工地每天晚上十二点以后还在施工，机器声音很大，老人小孩都睡不着，请有关部门管一管，谢谢各位领导关心"
	var examples []Example
	for i := range 40 {
		examples = append(examples, Example{Text{Body: strings.Repeat(string(rune('一'+7*i)), 3) + string(rune('人'+11*i)) + "第" + string(rune('口'+13*i)) + "件各不相同的事情"}, "甲"})
	}
	examples = append(examples, Example{Text{"夜间施工", body}, "甲"}, Example{Text{"夜间施工扰民", "您好！" + body + "。盼复"}, "甲"}, Example{Text{"再次反映夜间施工", body}, "乙"})
	apart := false
	for seed := range uint64(20) {
		fold := deal(examples, 5, seed)
		if fold[40] != fold[41] || fold[40] != fold[42] {
			t.Fatalf("seed %d: %v", seed, fold[40:])
		}
		apart = apart || fold[0] != fold[40]
	}
	if !apart {
		t.Error("everything is in one fold")
	}
}

func TestFigures(t *testing.T) {
	answers := []answered{{0, 0, 0.9}, {0, 0, 0.8}, {0, 1, 0.4}, {1, 1, 0.7}, {1, -1, 0}, {2, 2, 0.6}}
	accuracy, f1 := figures(answers, 4) // class 3 has no example and does not count
	// F1: 2·1·(2/3)/(5/3) = 0.8; 2·½·½/1 = 0.5; 1
	if math.Abs(accuracy-4.0/6) > 1e-9 || math.Abs(f1-(0.8+0.5+1)/3) > 1e-9 {
		t.Errorf("accuracy %v, macro-F1 %v", accuracy, f1)
	}
	if got := trade(answers, 0.6); math.Abs(got.Coverage-4.0/6) > 1e-9 || got.Accuracy != 1 {
		t.Errorf("%+v", got)
	}
	var many []answered
	for i := range 100 { // right from 0.5 on, wrong below
		many = append(many, answered{0, map[bool]int{true: 0, false: 1}[i >= 50], float64(i) / 100})
	}
	if b := bound(many); b < 0.46 || b > 0.5 || trade(many, b).Accuracy < enough {
		t.Errorf("bound %v", b)
	}
	if bound(many[:50]) <= 1 {
		t.Error("a bound was found where everything is wrong")
	}
	if s := spread([]float64{1, 2, 3}); s.Mean != 2 || s.Deviation != 1 {
		t.Errorf("%+v", s)
	}
}

// ourComplaints are complaints about matters in our own words (testdata), one line each.
func ourComplaints(t *testing.T) []Example {
	t.Helper()
	f, err := os.Open("testdata/matters.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []Example
	for _, r := range rows[1:] {
		out = append(out, Example{Text{r[1], r[2]}, r[0]})
	}
	return out
}

// ranks says where the right class stands in what a model proposes, from 1; 6 for not among the first five.
func ranks(m *Model, examples []Example) (first, three float64) {
	for _, e := range examples {
		g := m.Predict(e.Text)
		if g.Code == e.Class {
			first++
		}
		for i, r := range append([]Ranked{g.Ranked}, g.Others...) {
			if i < 3 && r.Code == e.Class {
				three++
			}
		}
	}
	return first / float64(len(examples)), three / float64(len(examples))
}

// Without history the matters' own words propose; confirmed complaints make it better.
func TestMatters(t *testing.T) {
	on := law.On(time.Date(2026, 3, 2, 9, 0, 0, 0, law.Shanghai))
	o, err := OptionsFor(Matters, on)
	if err != nil {
		t.Fatal(err)
	}
	examples := ourComplaints(t)
	m, err := Train(nil, o)
	if err != nil {
		t.Fatal(err)
	}
	first, three := ranks(m, examples)
	t.Logf("%d matters, no history: first %.2f, among three %.2f", len(m.Classes), first, three)
	if first < 0.6 || three < 0.85 {
		t.Errorf("without history: first %.2f, among three %.2f", first, three)
	}
	for _, e := range examples {
		if m.Predict(e.Text).Sure {
			t.Fatalf("%s: sure without having seen one complaint", e.Subject)
		}
	}
	words := Text{"邻居在楼下支锅卖螺蛳粉", "每天螺蛳粉的味道飘上来"}
	before := m.Predict(words)
	var confirmed []Example
	for _, s := range []string{"东门", "西门", "南门", "北门"} {
		confirmed = append(confirmed, Example{Text{s + "有人卖螺蛳粉", s + "路边螺蛳粉"}, "SR-01"})
	}
	learned, err := Train(append(confirmed, examples[:10]...), o)
	if err != nil {
		t.Fatal(err)
	}
	if g := learned.Predict(words); g.Code != "SR-01" || before.Code == "SR-01" && g.Confidence <= before.Confidence {
		t.Errorf("before %s %.2f, after %s %.2f", before.Code, before.Confidence, g.Code, g.Confidence)
	}
}
