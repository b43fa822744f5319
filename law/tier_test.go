package law

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jiexu/fault"
)

// The vector of domain.md for WY-01, and the edges of other formulas.
func TestDefaultTiers(t *testing.T) {
	on := day(t, "2026-06-01")
	for _, c := range []struct {
		matter, party, grade string
		base                 float64
		want                 [3][2]int64 // lenient, ordinary, severe
		mitigated            int64       // its ceiling; 0: none
	}{
		{"WY-01", Person, "", 0, [3][2]int64{{10_000, 37_000}, {37_000, 73_000}, {73_000, 100_000}}, 9_999},
		{"WY-01", Person, "情节严重", 0, [3][2]int64{{100_000, 130_000}, {130_000, 170_000}, {170_000, 200_000}}, 99_999},
		{"LH-02", Person, "", 1001, [3][2]int64{{5005, 6506}, {6506, 8508}, {8508, 10_010}}, 5004},
		{"GH-02", Organisation, "", 50_000, [3][2]int64{{0, 15_000}, {15_000, 35_000}, {35_000, 50_000}}, 0},
	} {
		m, err := MatterOn(c.matter, on)
		if err != nil {
			t.Fatal(err)
		}
		tiers, err := m.Tiers(c.party, c.grade, c.base)
		if err != nil {
			t.Fatal(err)
		}
		at := map[TierCode]Tier{}
		for _, tier := range tiers {
			at[tier.Code] = tier
		}
		for i, code := range []TierCode{Lenient, Ordinary, Severe} {
			if at[code].Low != c.want[i][0] || at[code].High != c.want[i][1] || at[code].Title == "" || at[code].TitleEn == "" {
				t.Errorf("%s %s: %+v, want %v", c.matter, code, at[code], c.want[i])
			}
		}
		if at[Mitigated].High != c.mitigated {
			t.Errorf("%s is mitigated up to %d, want %d", c.matter, at[Mitigated].High, c.mitigated)
		}
	}
	m, _ := MatterOn("LH-02", on)
	if _, err := m.Tiers(Person, "", 0); !fault.Is(err, "law.base") {
		t.Error(err)
	}
}

// Whatever the range, the default tiers pass the check, and every amount in it lies in one tier of its third.
func TestDefaultTiersFillTheRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Int64Range(0, 1_000_000).Draw(t, "low")
		high := low + rapid.Int64Range(0, 10_000_000).Draw(t, "span")
		tiers := DefaultTiers(low, high)
		if err := CheckTiers(tiers, low, high); err != nil {
			t.Fatalf("%+v: %v", tiers, err)
		}
		yuan := rapid.Int64Range(low, high).Draw(t, "yuan")
		tier, ok := TierOf(tiers, yuan)
		share := 100 * (yuan - low)
		want := Severe
		switch {
		case share <= 30*(high-low):
			want = Lenient
		case share <= 70*(high-low):
			want = Ordinary
		}
		if !ok || tier.Code != want && !(yuan == 0 && tier.Code == NoPenalty) {
			t.Fatalf("%d of %d to %d is %s, want %s", yuan, low, high, tier.Code, want)
		}
		if _, inside := TierOf(tiers, high+1); inside {
			t.Fatal("above the ceiling there is a tier")
		}
	})
}

func TestCheckTiers(t *testing.T) {
	table := func(change func([]Tier) []Tier) error {
		return CheckTiers(change(DefaultTiers(10_000, 100_000)), 10_000, 100_000)
	}
	for name, c := range map[string]struct {
		change func([]Tier) []Tier
		fault  string
	}{
		"as it is":           {func(x []Tier) []Tier { return x }, ""},
		"three tiers only":   {func(x []Tier) []Tier { return x[2:] }, ""},
		"two tiers":          {func(x []Tier) []Tier { x[3].High = 100_000; return x[2:4] }, ""},
		"a gap":              {func(x []Tier) []Tier { x[3].Low++; return x }, "law.tier_gap"},
		"an overlap":         {func(x []Tier) []Tier { x[3].Low--; return x }, "law.tier_overlap"},
		"below the floor":    {func(x []Tier) []Tier { x[2].Low--; return x }, "law.tier_range"},
		"above the ceiling":  {func(x []Tier) []Tier { x[4].High++; return x }, "law.tier_range"},
		"floor not reached":  {func(x []Tier) []Tier { x[2].Low++; return x }, "law.tier_range"},
		"mitigated at floor": {func(x []Tier) []Tier { x[1].High = 10_000; return x }, "law.tier_mitigated"},
		"mitigated to zero":  {func(x []Tier) []Tier { x[1].Low = 0; return x }, "law.tier_mitigated"},
		"none that fines":    {func(x []Tier) []Tier { x[0].High = 1; return x }, "law.tier_range"},
		"unknown tier":       {func(x []Tier) []Tier { x[2].Code = "mild"; return x }, "law.tier_code"},
		"a tier twice":       {func(x []Tier) []Tier { x[3].Code = Lenient; return x }, "law.tier_code"},
		"out of order":       {func(x []Tier) []Tier { slices.Reverse(x); return x }, "law.tier_order"},
		"turned over":        {func(x []Tier) []Tier { x[3].Low, x[3].High = x[3].High, x[3].Low; return x }, "law.tier_order"},
		"empty":              {func([]Tier) []Tier { return nil }, "law.tier_range"},
	} {
		if err := table(c.change); c.fault == "" && err != nil || c.fault != "" && !fault.Is(err, c.fault) {
			t.Errorf("%s: %v, want %q", name, err, c.fault)
		}
	}
}

func TestPropose(t *testing.T) {
	for _, c := range []struct {
		party, facts string
		tier         TierCode
		allowed      string
		first        string // cite of the reason that decided
		fault        string
	}{
		{Person, "", Ordinary, "lenient ordinary severe", "", ""},
		{Person, "slight_corrected_harmless", NoPenalty, "none", "AP 33(1)", ""},
		{Person, "many_complaints slight_corrected_harmless", NoPenalty, "none", "AP 33(1)", ""}, // an order of the statute
		{Person, "under_14 harm_done", NoPenalty, "none", "AP 30", ""},
		{Organisation, "no_fault", NoPenalty, "none", "AP 33(2)", ""},
		{Person, "too_late again_within_a_year", NoPenalty, "none", "AP 36(1)", ""},
		{Person, "aged_14_to_17", Lenient, "mitigated lenient", "AP 30", ""},
		{Person, "harm_done eliminated_harm", Lenient, "mitigated lenient", "AP 32(1.1)", ""}, // 应当, against what aggravates
		{Organisation, "coerced", Lenient, "mitigated lenient", "AP 32(1.2)", ""},
		{Person, "confessed_unknown first_slight_corrected", Lenient, "none mitigated lenient", "AP 32(1.3)", ""},
		{Person, "meritorious", Lenient, "mitigated lenient", "AP 32(1.4)", ""},
		{Person, "first_slight_corrected", NoPenalty, "none lenient ordinary", "AP 33(1)", ""},
		{Person, "first_slight_corrected many_complaints", Lenient, "none lenient ordinary", "AP 33(1)", ""},
		{Person, "partly_insane", Lenient, "mitigated lenient ordinary", "AP 31", ""},
		{Person, "partly_insane harm_done", Ordinary, "mitigated lenient ordinary", "AP 31", ""},
		{Person, "refused_to_stop refused_to_stop", Severe, "ordinary severe", "AP 5(2)", ""},
		{Organisation, "emergency", Severe, "ordinary severe", "AP 49", ""},
		{Organisation, "aged_14_to_17", "", "", "", "law.fact_party"},
		{Person, "slight_corrected_harmless harm_done", "", "", "", "law.facts_contradict"},
		{Person, "obstructed meritorious", "", "", "", "law.facts_contradict"},
		{Person, "lucky", "", "", "", "law.fact"},
	} {
		p, err := Propose(DefaultTiers(10_000, 100_000), c.party, strings.Fields(c.facts))
		if c.fault != "" {
			if !fault.Is(err, c.fault) {
				t.Errorf("%q: %v, want %s", c.facts, err, c.fault)
			}
			continue
		}
		var allowed []string
		for _, a := range p.Allowed {
			allowed = append(allowed, string(a))
		}
		if err != nil || p.Tier.Code != c.tier || strings.Join(allowed, " ") != c.allowed {
			t.Errorf("%q: %s of %v (%v), want %s of %s", c.facts, p.Tier.Code, allowed, err, c.tier, c.allowed)
			continue
		}
		if c.first != "" && (len(p.Reasons) == 0 || p.Reasons[0].Cite.String() != c.first || p.Reasons[0].Text == "" || p.Reasons[0].TextEn == "") {
			t.Errorf("%q: reasons %+v, want first %s", c.facts, p.Reasons, c.first)
		}
	}
	if p, err := Propose(DefaultTiers(0, 200), Person, []string{"coerced"}); err != nil || !slices.Equal(p.Allowed, []TierCode{Lenient}) {
		t.Errorf("below a floor of nothing there is nothing: %v %v", p.Allowed, err)
	}
	if _, err := Propose(DefaultTiers(0, 200)[1:2], Person, nil); !fault.Is(err, "law.tier_missing") {
		t.Error(err)
	}
}

// What is told in another order or twice proposes the same; and nothing that must lighten leads above lenient.
func TestProposeIsFair(t *testing.T) {
	all := Circumstances()
	tiers := DefaultTiers(500, 5000)
	rapid.Check(t, func(t *rapid.T) {
		facts := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, len(all)-1), func(i int) string { return all[i].Code }), 0, 5).Draw(t, "facts")
		p, err := Propose(tiers, Person, facts)
		turned := slices.Clone(facts)
		slices.Reverse(turned)
		q, err2 := Propose(tiers, Person, append(turned, facts...))
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%v: %v and %v", facts, err, err2)
		}
		if err != nil {
			return
		}
		if p.Tier.Code != q.Tier.Code || !slices.Contains(p.Allowed, p.Tier.Code) || len(p.Reasons) != len(q.Reasons) {
			t.Fatalf("%v: %+v and %+v", facts, p, q)
		}
		for _, r := range p.Reasons {
			if e := r.Circumstance.Effect; (e == MustReduce || e == MustNotPunish) && tierOrder[p.Tier.Code] > tierOrder[Lenient] {
				t.Fatalf("%v lead to %s", facts, p.Tier.Code)
			}
			if _, err := Find(r.Cite); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestChoose(t *testing.T) {
	tiers := DefaultTiers(10_000, 100_000)
	for _, c := range []struct {
		facts   string
		yuan    int64
		tier    TierCode
		departs bool
		review  bool
		fault   string
	}{
		{"", 50_000, Ordinary, false, false, ""}, {"", 37_000, Ordinary, false, false, ""}, {"", 73_000, Ordinary, false, false, ""},
		{"", 36_999, Lenient, true, true, ""}, {"", 73_001, Severe, true, true, ""}, {"", 9_999, "", false, false, "law.tier_not_allowed"},
		{"", 0, "", false, false, "law.tier_not_allowed"}, {"", 100_001, "", false, false, "law.tier_range"}, {"", -1, "", false, false, "law.tier_range"},
		{"coerced", 10_000, Lenient, false, false, ""}, {"coerced", 5_000, Mitigated, true, true, ""}, {"coerced", 37_001, "", false, false, "law.tier_not_allowed"},
		{"slight_corrected_harmless", 0, NoPenalty, false, false, ""}, {"slight_corrected_harmless", 10_000, "", false, false, "law.tier_not_allowed"},
		{"first_slight_corrected", 10_000, Lenient, true, true, ""}, {"harm_done", 100_000, Severe, false, false, ""}, {"harm_done", 20_000, "", false, false, "law.tier_not_allowed"},
	} {
		p, err := Propose(tiers, Person, strings.Fields(c.facts))
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Choose(c.yuan)
		if c.fault != "" {
			if !fault.Is(err, c.fault) {
				t.Errorf("%q %d: %v, want %s", c.facts, c.yuan, err, c.fault)
			}
			continue
		}
		if err != nil || got.Tier.Code != c.tier || got.Departs != c.departs || got.Review != c.review {
			t.Errorf("%q %d: %+v (%v), want %+v", c.facts, c.yuan, got, err, c)
		}
	}
	fixed, _ := Propose(DefaultTiers(50, 50), Person, nil)
	if got, err := fixed.Choose(50); err != nil || got.Tier.Code != Ordinary || got.Departs {
		t.Errorf("a fixed fine: %+v %v", got, err)
	}
}
