package law

import (
	"sort"

	"jiexu/fault"
)

// TierCode names a tier of discretion (裁量阶次).
type TierCode string

const (
	NoPenalty TierCode = "none"      // 不予处罚 (AP 30, 31, 33, 36)
	Mitigated TierCode = "mitigated" // 减轻: below the floor
	Lenient   TierCode = "lenient"   // 从轻: the low end of the range
	Ordinary  TierCode = "ordinary"  // 一般
	Severe    TierCode = "severe"    // 从重: the high end of the range
)

var tierOrder = map[TierCode]int{NoPenalty: 1, Mitigated: 2, Lenient: 3, Ordinary: 4, Severe: 5}

// tierTitles are the field's own terms in both languages.
var tierTitles = map[TierCode][2]string{NoPenalty: {"不予处罚", "No penalty"}, Mitigated: {"减轻处罚", "Mitigated"}, Lenient: {"从轻处罚", "Lenient"},
	Ordinary: {"一般处罚", "Ordinary"}, Severe: {"从重处罚", "Severe"}}

// Tier is a part of what may be imposed and when it is. Within the statutory range a tier begins where the one below
// ends, and the amount at which they meet belongs to the lower one.
type Tier struct {
	Code       TierCode `json:"code"`
	Title      string   `json:"title"`
	TitleEn    string   `json:"titleEn"`
	Conditions []string `json:"conditions"` // codes of circumstances, or the office's own words
	Low        int64    `json:"low"`        // yuan
	High       int64    `json:"high"`
}

// Where the tiers meet where an office has no table of its own, in per cent of the way from floor to ceiling. Not
// from a statute: to be confirmed by the legal section (AP 34 lets the office set its own).
const (
	lenientUpTo  = 30
	ordinaryUpTo = 70
)

// DefaultTiers splits a fine from low to high in yuan, lightest tier first. There is no mitigated tier where the article
// has no floor to go below.
func DefaultTiers(low, high int64) []Tier {
	part := func(percent int64) int64 { return low + (high-low)/100*percent + (high-low)%100*percent/100 }
	tier := func(code TierCode, from, to int64) Tier {
		t := Tier{Code: code, Title: tierTitles[code][0], TitleEn: tierTitles[code][1], Conditions: []string{}, Low: from, High: to}
		for _, c := range Circumstances() {
			if c.Effect.leadsTo() == code {
				t.Conditions = append(t.Conditions, c.Code)
			}
		}
		return t
	}
	out := []Tier{tier(NoPenalty, 0, 0)}
	if low > 1 {
		out = append(out, tier(Mitigated, 1, low-1))
	}
	return append(out, tier(Lenient, low, part(lenientUpTo)), tier(Ordinary, part(lenientUpTo), part(ordinaryUpTo)), tier(Severe, part(ordinaryUpTo), high))
}

// Tiers are the default tiers of a matter's fine for a party, in a grade and of a base as Fine takes them, in yuan.
// Returns the faults of Fine.
func (m *Matter) Tiers(party, grade string, base float64) ([]Tier, error) {
	low, high, err := m.Fine(party, grade, base)
	if err != nil {
		return nil, err
	}
	return DefaultTiers(low, high), nil
}

// CheckTiers checks an office's own table against the statutory range from low to high. Returns law.tier_code for an
// unknown or repeated tier, law.tier_order, law.tier_gap and law.tier_overlap for tiers that do not meet,
// law.tier_range for what leaves the statutory range or does not fill it, and law.tier_mitigated where a mitigated tier
// is not below the floor.
func CheckTiers(tiers []Tier, low, high int64) error {
	seen := map[TierCode]bool{}
	last := 0
	var within []Tier
	for _, t := range tiers {
		order := tierOrder[t.Code]
		switch {
		case order == 0 || seen[t.Code]:
			return fault.New(fault.Invalid, "law.tier_code", "tier", clip(string(t.Code)))
		case order < last || t.High < t.Low:
			return tierFault(fault.Invalid, "law.tier_order", t.Code)
		case t.Code == NoPenalty && (t.Low != 0 || t.High != 0):
			return fault.New(fault.Invalid, "law.tier_range", "low", 0, "high", 0)
		case t.Code == Mitigated && (t.Low < 1 || t.High >= low):
			return fault.New(fault.Invalid, "law.tier_mitigated", "floor", low)
		}
		seen[t.Code], last = true, order
		if order >= tierOrder[Lenient] {
			within = append(within, t)
		}
	}
	if len(within) == 0 || within[0].Low != low || within[len(within)-1].High != high {
		return fault.New(fault.Invalid, "law.tier_range", "low", low, "high", high)
	}
	for i := 1; i < len(within); i++ {
		before, t := within[i-1], within[i]
		switch {
		case t.Low > before.High:
			return fault.New(fault.Invalid, "law.tier_gap", "from", before.High, "to", t.Low)
		case t.Low < before.High:
			return fault.New(fault.Invalid, "law.tier_overlap", "from", t.Low, "to", before.High)
		}
	}
	return nil
}

// TierOf is the tier that an amount lies in; false outside of all.
func TierOf(tiers []Tier, yuan int64) (Tier, bool) {
	for _, t := range tiers {
		if t.Low <= yuan && yuan <= t.High {
			return t, true
		}
	}
	return Tier{}, false
}

// Reason is why a tier is proposed: a circumstance that holds and what its article makes of it.
type Reason struct {
	Circumstance Circumstance `json:"circumstance"`
	Text         string       `json:"text"`
	TextEn       string       `json:"textEn"`
	Cite         Cite         `json:"cite"`
}

// Proposal is the tier that the facts call for, and which others the statute leaves open.
type Proposal struct {
	Tier    Tier       `json:"tier"`
	Allowed []TierCode `json:"allowed"` // lightest first, the proposed one among them
	Reasons []Reason   `json:"reasons"` // those that decided first
	tiers   []Tier
}

// Propose proposes a tier for a party from the facts that hold. What the statute orders goes before what it permits, and
// that before what the office weighs:
//
//	no penalty where AP 30, 31, 33 or 36 order it, whatever else holds;
//	lenient or mitigated where AP 30 or 32 order it, even against aggravating facts;
//	no penalty where AP 33(1) permits it and nothing aggravates, lenient where something does;
//	lenient where AP 31 permits it, ordinary where something aggravates;
//	severe where something aggravates;
//	ordinary otherwise.
//
// Returns law.fact for an unknown circumstance, law.fact_party for one of a natural person that is told of an
// organisation, law.facts_contradict for two that cannot both hold, and law.tier_missing where the table lacks the tier.
func Propose(tiers []Tier, party string, facts []string) (Proposal, error) {
	held, err := holding(party, facts)
	if err != nil {
		return Proposal{}, err
	}
	strongest, aggravated := Effect(""), false
	for _, c := range held {
		if aggravated = aggravated || c.Effect == Aggravates; strongest == "" || effectRank[c.Effect] < effectRank[strongest] {
			strongest = c.Effect
		}
	}
	p := Proposal{tiers: tiers}
	code := Ordinary
	switch strongest {
	case MustNotPunish:
		code, p.Allowed = NoPenalty, []TierCode{NoPenalty}
	case MustReduce:
		code, p.Allowed = Lenient, []TierCode{Mitigated, Lenient}
		if permits(held, MayNotPunish) {
			p.Allowed = append([]TierCode{NoPenalty}, p.Allowed...)
		}
	case MayNotPunish:
		code, p.Allowed = NoPenalty, []TierCode{NoPenalty, Lenient, Ordinary}
		if aggravated {
			code = Lenient
		}
	case MayReduce:
		code, p.Allowed = Lenient, []TierCode{Mitigated, Lenient, Ordinary}
		if aggravated {
			code = Ordinary
		}
	case Aggravates:
		code, p.Allowed = Severe, []TierCode{Ordinary, Severe}
	default:
		p.Allowed = []TierCode{Lenient, Ordinary, Severe}
	}
	found := false
	has := map[TierCode]bool{NoPenalty: true}
	for _, t := range tiers {
		if has[t.Code] = true; t.Code == code {
			p.Tier, found = t, true
		}
	}
	if code == NoPenalty && !found {
		p.Tier, found = Tier{Code: NoPenalty, Title: tierTitles[NoPenalty][0], TitleEn: tierTitles[NoPenalty][1], Conditions: []string{}}, true
	}
	if !found {
		return Proposal{}, tierFault(fault.Invalid, "law.tier_missing", code)
	}
	allowed := p.Allowed
	p.Allowed = nil
	for _, c := range allowed {
		if has[c] {
			p.Allowed = append(p.Allowed, c)
		}
	}
	p.Reasons = reasons(held)
	return p, nil
}

func permits(held []Circumstance, e Effect) bool {
	for _, c := range held {
		if c.Effect == e {
			return true
		}
	}
	return false
}

func reasons(held []Circumstance) []Reason {
	sort.SliceStable(held, func(i, j int) bool { return effectRank[held[i].Effect] < effectRank[held[j].Effect] })
	out := []Reason{}
	for _, c := range held {
		does := effectWords[c.Effect]
		out = append(out, Reason{Circumstance: c, Cite: c.Cite, Text: c.Title + "，" + does[0] + "（" + c.Cite.Title("zh-CN") + "）",
			TextEn: c.TitleEn + ": " + does[1] + " (" + c.Cite.Title("en") + ")"})
	}
	return out
}

// Choice is what an amount means against a proposal.
type Choice struct {
	Tier    Tier `json:"tier"`
	Departs bool `json:"departs"` // from the proposed tier: a written reason is needed
	Review  bool `json:"review"`  // the legal section reviews it first
}

// Choose weighs an amount against the proposal; 0 is no penalty. Departing from the proposed tier, and going below the
// floor, need a legal review. Returns law.tier_not_allowed where the facts that hold rule the tier out, with the article
// of the first, and law.tier_range outside of all tiers.
func (p Proposal) Choose(yuan int64) (Choice, error) {
	// The proposed tier comes first: an amount at which two tiers meet, or a fixed fine, is its own.
	for _, code := range append([]TierCode{p.Tier.Code}, p.Allowed...) {
		for _, t := range append([]Tier{p.Tier}, p.tiers...) {
			if t.Code == code && t.Low <= yuan && yuan <= t.High {
				departs := code != p.Tier.Code
				return Choice{Tier: t, Departs: departs, Review: departs || code == Mitigated}, nil
			}
		}
	}
	t, ok := TierOf(p.tiers, yuan)
	if !ok {
		high := int64(0)
		for _, t := range p.tiers {
			high = max(high, t.High)
		}
		return Choice{}, fault.New(fault.Invalid, "law.tier_range", "low", 0, "high", high)
	}
	why := AP(34)
	if len(p.Reasons) > 0 {
		why = p.Reasons[0].Cite
	}
	return Choice{}, tierFault(fault.Refused, "law.tier_not_allowed", t.Code, "cite", why.String())
}

func tierFault(kind fault.Kind, code string, tier TierCode, more ...any) error {
	return fault.New(kind, code, append([]any{"tier", tierTitles[tier][0], "tier_en", tierTitles[tier][1]}, more...)...)
}
