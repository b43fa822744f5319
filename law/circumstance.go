package law

import "jiexu/fault"

// Effect is what an article makes of a circumstance.
type Effect string

const (
	MustNotPunish Effect = "must_not_punish" // 不予行政处罚
	MustReduce    Effect = "must_reduce"     // 应当从轻或者减轻
	MayNotPunish  Effect = "may_not_punish"  // 可以不予行政处罚
	MayReduce     Effect = "may_reduce"      // 可以从轻或者减轻
	Aggravates    Effect = "aggravates"      // 从重
)

// effectRank orders effects: an order of the statute goes before what it permits.
var effectRank = map[Effect]int{MustNotPunish: 1, MustReduce: 2, MayNotPunish: 3, MayReduce: 4, Aggravates: 5}

var effectWords = map[Effect][2]string{MustNotPunish: {"不予行政处罚", "no penalty is imposed"}, MustReduce: {"应当从轻或者减轻", "the penalty must be lenient or mitigated"},
	MayNotPunish: {"可以不予行政处罚", "there may be no penalty"}, MayReduce: {"可以从轻或者减轻", "the penalty may be lenient or mitigated"},
	Aggravates: {"从重考虑", "it weighs towards a severe penalty"}}

// leadsTo is the tier that a circumstance alone calls for.
func (e Effect) leadsTo() TierCode {
	switch e {
	case MustNotPunish, MayNotPunish:
		return NoPenalty
	case MustReduce, MayReduce:
		return Lenient
	case Aggravates:
		return Severe
	}
	return Ordinary
}

// Circumstance is a fact that decides how heavy a penalty may be (裁量情节).
type Circumstance struct {
	Code      string   `json:"code"`
	Title     string   `json:"title"`
	TitleEn   string   `json:"titleEn"`
	Effect    Effect   `json:"effect"`
	Cite      Cite     `json:"cite"`
	Person    bool     `json:"person"`    // only a natural person can be so
	Confirmed bool     `json:"confirmed"` // false: the office's own weighing under the article, to be confirmed by the legal section
	Excludes  []string `json:"excludes"`  // cannot hold together with these
}

// Circumstances is the catalogue. The aggravating ones but the first stand in no statute that ships; they are what
// AP 5 calls facts, nature, circumstances and harm, and an office's table confirms or drops them (AP 34).
func Circumstances() []Circumstance {
	return []Circumstance{
		{"under_14", "不满十四周岁", "Under the age of 14", MustNotPunish, AP(30), true, true, []string{"aged_14_to_17"}},
		{"insane", "违法时不能辨认或者不能控制自己的行为", "Could not understand or control the act", MustNotPunish, AP(31), true, true, []string{"partly_insane"}},
		{"slight_corrected_harmless", "违法行为轻微并及时改正，没有造成危害后果", "Slight, corrected in time, without harm", MustNotPunish, AP(33, 1), false, true,
			[]string{"harm_done", "refused_to_stop"}},
		{"no_fault", "当事人有证据足以证明没有主观过错", "The party has proved to be without fault", MustNotPunish, AP(33, 2), false, true, []string{"refused_to_stop"}},
		{"too_late", "违法行为在追责时效届满后才被发现", "Discovered after the limitation had run out", MustNotPunish, AP(36, 1), false, true, nil},

		{"aged_14_to_17", "已满十四周岁不满十八周岁", "Aged 14 to 17", MustReduce, AP(30), true, true, []string{"under_14"}},
		{"eliminated_harm", "主动消除或者减轻违法行为危害后果", "Took the initiative to undo or lessen the harm", MustReduce, AP(32, 1, 1), false, true, []string{"refused_to_stop"}},
		{"coerced", "受他人胁迫或者诱骗实施违法行为", "Coerced or lured into the act by another", MustReduce, AP(32, 1, 2), false, true, nil},
		{"confessed_unknown", "主动供述行政机关尚未掌握的违法行为", "Told of a violation that the authority did not know of", MustReduce, AP(32, 1, 3), false, true, nil},
		{"meritorious", "配合查处违法行为有立功表现", "Helped the inquiry with merit", MustReduce, AP(32, 1, 4), false, true, []string{"obstructed"}},

		{"first_slight_corrected", "初次违法且危害后果轻微并及时改正", "First time, slight harm, corrected in time", MayNotPunish, AP(33, 1), false, true,
			[]string{"again_within_a_year", "refused_to_stop"}},
		{"partly_insane", "尚未完全丧失辨认或者控制自己行为的能力", "Not wholly able to understand or control the act", MayReduce, AP(31), true, true, []string{"insane"}},

		{"emergency", "突发事件期间违反应对措施", "Against the measures of a public emergency", Aggravates, AP(49), false, true, nil},
		{"again_within_a_year", "一年内因同类违法行为受过处罚", "Punished for the like within a year", Aggravates, AP(5, 2), false, false, []string{"first_slight_corrected"}},
		{"refused_to_stop", "经制止或者责令改正仍不停止", "Went on after being told to stop", Aggravates, AP(5, 2), false, false,
			[]string{"slight_corrected_harmless", "first_slight_corrected", "eliminated_harm", "no_fault"}},
		{"harm_done", "造成人身、财产损害等较重后果", "Harm to people or property was done", Aggravates, AP(5, 2), false, false, []string{"slight_corrected_harmless"}},
		{"many_complaints", "多人或者多次投诉，社会影响大", "Many complaints", Aggravates, AP(5, 2), false, false, nil},
		{"obstructed", "阻碍检查、隐匿或者毁灭证据", "Obstructed the inspection, hid or destroyed evidence", Aggravates, AP(5, 2), false, false, []string{"meritorious"}},
	}
}

// holding resolves codes of facts and checks that they can hold together; a fact told twice counts once.
func holding(party string, facts []string) ([]Circumstance, error) {
	known := map[string]Circumstance{}
	for _, c := range Circumstances() {
		known[c.Code] = c
	}
	told := map[string]bool{}
	var out []Circumstance
	for _, code := range facts {
		c, ok := known[code]
		switch {
		case !ok:
			return nil, fault.New(fault.Invalid, "law.fact", "fact", clip(code))
		case c.Person && party == Organisation:
			return nil, fault.New(fault.Invalid, "law.fact_party", "fact", c.Title, "fact_en", c.TitleEn)
		case told[code]:
			continue
		}
		told[code] = true
		out = append(out, c)
	}
	for _, c := range out {
		for _, other := range c.Excludes {
			if told[other] {
				return nil, fault.New(fault.Invalid, "law.facts_contradict", "one", c.Title, "one_en", c.TitleEn, "other", known[other].Title, "other_en", known[other].TitleEn)
			}
		}
	}
	return out, nil
}
