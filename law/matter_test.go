package law

import (
	"strings"
	"testing"
	"testing/fstest"

	"jiexu/fault"
)

// What lets goods or tools be held says so.
func TestSeizureIsAllowed(t *testing.T) {
	all, err := Matters()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range all {
		if m.Seizure.IsZero() {
			continue
		}
		n++
		if a, err := FindOn(m.Seizure, m.ValidFrom); err != nil || !strings.Contains(a.Text(), "暂扣") {
			t.Errorf("%s: %s lets nothing be held (%v)", m.Code, m.Seizure, err)
		}
	}
	if n < 10 {
		t.Errorf("only %d matters let anything be held", n)
	}
}

func TestMattersAreNotRelabelled(t *testing.T) {
	all, err := Matters()
	if err != nil || len(all) < 150 {
		t.Fatalf("%d matters, %v", len(all), err)
	}
	for _, m := range all {
		if m.Penalty.Statute == "SA" && m.ValidTo.String() != "2022-11-30" {
			t.Errorf("%s rests on SA 2018 until %s", m.Code, m.ValidTo)
		}
		if !m.Confirmed && m.Note == "" {
			t.Errorf("%s from %s is unconfirmed and does not say why", m.Code, m.ValidFrom)
		}
		if strings.ContainsAny(m.NameEn, "，。、（）") {
			t.Errorf("%s: %q is not English", m.Code, m.NameEn)
		}
	}
}

func TestMatterOn(t *testing.T) {
	for _, c := range []struct {
		code, on  string
		confirmed bool
		fault     string
	}{
		{"SR-01", "2022-11-30", true, ""}, {"SR-01", "2022-12-01", false, ""}, {"SR-01", "2026-11-23", false, ""},
		{"SR-01", "2018-12-19", false, "law.matter_date"}, {"WY-02", "2026-11-23", true, ""}, {"WY-02", "2020-12-29", true, ""}, {"WY-02", "2018-11-21", false, "law.matter_date"},
		{"JZ-11", "2026-01-01", true, ""}, {"JZ-11", "2020-08-31", false, "law.matter_date"}, {"XX-99", "2026-01-01", false, "law.matter"},
	} {
		m, err := MatterOn(c.code, day(t, c.on))
		if c.fault != "" {
			if !fault.Is(err, c.fault) {
				t.Errorf("%s on %s: %v, want %s", c.code, c.on, err, c.fault)
			}
			continue
		}
		if err != nil || m.Confirmed != c.confirmed || m.Name == "" || m.Card.Ask == "" {
			t.Errorf("%s on %s: confirmed %v (%v), want %v", c.code, c.on, m.Confirmed, err, c.confirmed)
		}
	}
}

func TestFine(t *testing.T) {
	on := day(t, "2026-06-01")
	for _, c := range []struct {
		matter, party, grade string
		base                 float64
		low, high            int64
		fault                string
	}{
		{"WY-01", Person, "", 0, 10_000, 100_000, ""}, {"WY-01", Organisation, "情节严重", 0, 100_000, 200_000, ""},
		{"WY-01", SoleTrader, "", 0, 10_000, 100_000, ""}, {"WY-01", Person, "情节轻微", 0, 0, 0, "law.grade"},
		{"WY-05", Organisation, "", 0, 1000, 10_000, ""}, {"WY-05", Person, "", 0, 0, 0, "law.no_fine"}, {"WY-01", "robot", "", 0, 0, 0, "law.no_fine"},
		{"LH-03", Person, "", 12.5, 6250, 25_000, ""}, {"LH-03", Person, "", 0, 0, 0, "law.base"}, {"LH-03", Person, "", -1, 0, 0, "law.base"},
		{"LH-04", Organisation, "", 30, 300, 900, ""}, {"LH-02", Person, "", 800, 4000, 8000, ""},
		{"GH-01", Organisation, "", 123_457, 6173, 12_345, ""}, // 6172.85 up, 12345.7 down
		{"GH-01", Organisation, "不能拆除的，没收实物或者违法收入", 100_000, 0, 10_000, ""}, {"GH-02", Person, "", 50_000, 0, 50_000, ""},
		{"DL-02", Person, "造成城市道路损坏的", 0, 5000, 20_000, ""}, {"DL-02", Person, "造成城市道路损坏的（按修复费）", 2000, 6000, 10_000, ""},
		{"DL-02", Person, "造成城市道路损坏的（按修复费）", 0, 0, 0, "law.base"}, {"WY-08", Organisation, "", 1000, 0, 2000, ""},
		{"SR-01", Person, "", 0, 100, 1000, ""}, {"SR-02", Person, "", 0, 0, 0, "law.amount_unknown"},
	} {
		m, err := MatterOn(c.matter, on)
		if err != nil {
			t.Fatal(err)
		}
		low, high, err := m.Fine(c.party, c.grade, c.base)
		if c.fault == "" && err != nil || c.fault != "" && !fault.Is(err, c.fault) || low != c.low || high != c.high {
			t.Errorf("%s %s %s of %v: %d to %d (%v), want %d to %d %s", c.matter, c.party, c.grade, c.base, low, high, err, c.low, c.high, c.fault)
		}
	}
	tree, _ := MatterOn("LH-02", on)
	if _, _, err := tree.Range(Person); !fault.Is(err, "law.fine_by_base") {
		t.Errorf("5 to 10 times the compensation was given as yuan: %v", err)
	}
	hens, _ := MatterOn("HJ-17", day(t, "2020-01-01"))
	if low, high, err := hens.Fine(Person, "", 6); low != 300 || high != 300 || err != nil {
		t.Errorf("six hens at fifty yuan: %d to %d, %v", low, high, err)
	}
	stall, _ := MatterOn("SR-01", day(t, "2020-01-01"))
	if low, high, err := stall.Range(Person); low != 50 || high != 500 || err != nil {
		t.Errorf("%d to %d, %v", low, high, err)
	}
}

func TestMattersOn(t *testing.T) {
	on := day(t, "2026-06-01")
	codes := func(q string) string {
		found, err := MattersOn(on, q)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range found {
			out = append(out, m.Code)
		}
		return strings.Join(out, " ")
	}
	for q, want := range map[string]string{"承重": "WY-01 WY-05", "hawking": "SR-01", "设摊 兜售": "SR-01", "lh-03": "LH-03", "不存在的": ""} {
		if got := codes(q); got != want {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
	if n := len(strings.Fields(codes(""))); n < 20 {
		t.Errorf("%d matters in force", n)
	}
}

func TestThresholds(t *testing.T) {
	for _, c := range []struct {
		of        func(string) (Threshold, error)
		party     string
		yuan      int64
		confirmed bool
		words     string // the article's own amount, where it is the statute that sets it
	}{
		{HearingThreshold, Person, 5000, false, ""}, {HearingThreshold, SoleTrader, 5000, false, ""}, {HearingThreshold, Organisation, 50_000, false, ""},
		{SummaryCeiling, Person, 200, true, "公民处以二百元以下"}, {SummaryCeiling, Organisation, 3000, true, "法人或者其他组织处以三千元以下"},
		{CashCeiling, Person, 100, true, "一百元以下"},
	} {
		got, err := c.of(c.party)
		if err != nil || got.Yuan != c.yuan || got.Confirmed != c.confirmed || got.Source == "" {
			t.Errorf("%+v %v, want %d yuan, confirmed %v", got, err, c.yuan, c.confirmed)
		}
		mustContain(t, got.Cite, c.words)
	}
	if _, err := HearingThreshold("robot"); !fault.Is(err, "law.party") {
		t.Error(err)
	}
	for name, raw := range map[string]string{
		"no source":  "[[threshold]]\ncode='x'\ncite='AP 51'\nperson=1\norganisation=1\nvalid_from='2021-07-15'\n",
		"no article": "[[threshold]]\ncode='x'\ncite='AP 510'\nperson=1\norganisation=1\nvalid_from='2021-07-15'\nsource='s'\n",
	} {
		if _, err := parseThresholds([]byte(raw)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestBrokenMattersAreRefused(t *testing.T) {
	sound := `[[matter]]
code = "X-1"
name = "名"
name_en = "name"
field = "street"
department = "d"
forbids = "AP 60"
penalty = "AP 60"
formula = "range"
person = { min = 1, max = 2 }
valid_from = "2022-01-01"
valid_to = "2022-12-31"
confirmed = true
source = "s"
evidence = ["e"]
card = { looks = "l", ask = "a", record = "r", write = "w" }
`
	load := func(text string) error {
		_, err := loadMatters(fstest.MapFS{"x.toml": {Data: []byte(text)}})
		return err
	}
	if err := load(sound); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"floor above ceiling":      {"min = 1", "min = 3"},
		"no ceiling":               {"max = 2", "max = 0"},
		"unknown formula":          {`"range"`, `"guess"`},
		"formula without base":     {`"range"`, `"per_m2"`},
		"no such article":          {`penalty = "AP 60"`, `penalty = "AP 600"`},
		"text not in force then":   {"2022-01-01", "2020-01-01"},
		"ends before it begins":    {"2022-12-31", "2021-12-31"},
		"no source":                {`source = "s"`, `source = ""`},
		"misspelt field":           {"department", "departement"},
		"confirmed without amount": {"person = { min = 1, max = 2 }\n", ""},
		"half a card":              {`ask = "a", `, ""},
	} {
		if changed := strings.Replace(sound, change[0], change[1], 1); changed == sound || load(changed) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if load(sound+sound) == nil {
		t.Error("two entries of one code for one day were accepted")
	}
	if load("[[matter]]\ncode = \"X-1\"\ncontinues = true\n") == nil {
		t.Error("an entry that continues nothing was accepted")
	}
}
