package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/words"
)

func runDue(t *testing.T, lang string, c LawDueCmd) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := c.Run(&Env{Out: &out, Lang: lang})
	return out.String(), err
}

func TestLawDue(t *testing.T) {
	for _, c := range []struct {
		from, period, lang, first string
		noRoll                    bool
		says                      []string
		saysNot                   string
	}{
		{"2024-02-08", "7 working days", "en", "2024-02-23", false,
			[]string{"    -  2024-02-08  Thursday   not counted: the day of the start (CP 85(2))\n", "day off (Spring Festival)",
				"    2  2024-02-18  Sunday     counted: make-up working day (Spring Festival)\n", "    7  2024-02-23  Friday\n", "AP 85", "CP 85", "Not rolled"}, "Provisional"},
		{"２０２４年２月８日", "７个工作日", "zh-CN", "2024-02-23", false, []string{"星期五"}, "暂定"},
		{"2024-02-08", "7个工作日", "zh-CN", "2024-02-23", false, []string{"星期五", "调休上班日（春节）", "未顺延", "《行政处罚法》第八十五条"}, "暂定"},
		{"2025-04-25", "15 days", "en", "2025-05-12", false, []string{"15  2025-05-10  Saturday   the last day is a weekend: moved on (CP 85(3))", "Rolled"}, "Not rolled"},
		{"2025-04-25", "15 days", "en", "2025-05-10", true, []string{"not moved on as asked", "Not rolled"}, "moved on (CP"},
		{"2024-04-01", "6 months", "zh-CN", "2024-10-08", false, []string{"6个月", "期满日放假（国庆节），顺延"}, "暂定"},
		{"2024-02-08T10:00", "24 hours", "en", "2024-02-09", false, []string{"2024-02-09T10:00:00+08:00 (24 hours"}, "rolled"},
		{"2024-02-08T02:00:00Z", "24 hours", "zh-CN", "2024-02-09", false, []string{"2024-02-09T10:00:00+08:00（24小时"}, "顺延"},
		{"2029-04-28", "3 working days", "zh-CN", "2029-05-02", false, []string{"provisional", "2029 年", "仅扣除周末估算"}, "2030"},
		{"2026-12-28", "4 working days", "en", "2027-01-01", false, []string{"Provisional", "of 2027 are"}, "2026 are"},
	} {
		out, err := runDue(t, c.lang, LawDueCmd{From: c.from, Period: c.period, NoRoll: c.noRoll})
		lines := strings.Split(out, "\n")
		if err != nil || lines[0] != c.first {
			t.Errorf("%s + %s: first line %q (%v), want %s", c.from, c.period, lines[0], err, c.first)
		}
		if strings.HasSuffix(c.period, "hours") && !strings.HasPrefix(lines[1], "2024-02-09T10:00:00+08:00") {
			t.Errorf("%s + %s: second line %q", c.from, c.period, lines[1])
		}
		for _, s := range c.says {
			if !strings.Contains(out, s) {
				t.Errorf("%s + %s does not say %q:\n%s", c.from, c.period, s, out)
			}
		}
		if strings.Contains(out, c.saysNot) || strings.Contains(out, "law.cli") || strings.Contains(out, "{") {
			t.Errorf("%s + %s says %q or a bare code:\n%s", c.from, c.period, c.saysNot, out)
		}
	}
}

// With the article that sets it, a period is counted as its statute means its days, and what is suspended is left out.
func TestLawDueByArticle(t *testing.T) {
	for _, c := range []struct {
		from, period, by string
		without          []string
		first, says      string
	}{
		{"2026-02-10", "五日", "AP 64", nil, "2026-02-24", "AP 85"},
		{"2026-02-10", "10 days", "ac 54", nil, "2026-03-02", "AC 69"},
		{"2026-02-10", "十五日", "AP 67(3)", nil, "2026-02-25", "AP 67(3)"},
		{"2026-02-10", "10 days", "SB 9", nil, "2026-02-24", "SB 9"}, // the 20th is in Spring Festival
		{"2025-02-13", "30 days", "AC 25", []string{"2025-02-20..2025-02-24"}, "2025-03-20", "suspended"},
		{"2025-02-13T10:00", "24 hours", "AC 19", []string{"2025-02-13T12:00..2025-02-13T15:00"}, "2025-02-14", "2025-02-14T13:00"},
	} {
		out, err := runDue(t, "en", LawDueCmd{From: c.from, Period: c.period, By: c.by, Without: c.without})
		if err != nil || !strings.HasPrefix(out, c.first+"\n") || !strings.Contains(out, c.says) {
			t.Errorf("%s + %s by %s: %v\n%s; want %s and %q", c.from, c.period, c.by, err, out, c.first, c.says)
		}
	}
	for code, c := range map[string]LawDueCmd{"law.article": {By: "AP 600"}, "law.cite": {By: "AP"}, "law.interval": {Without: []string{"2025-01-02..2025-01-01"}}} {
		c.From, c.Period = "2026-02-10", "5 days"
		if out, err := runDue(t, "en", c); !fault.Is(err, code) || out != "" {
			t.Errorf("%+v: %v %q, want %s", c, err, out, code)
		}
	}
}

func TestLawDueJSON(t *testing.T) {
	out, err := runDue(t, "en", LawDueCmd{From: "2029-04-28", Period: "15日", JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Date, At, Period, Calendar string
		Provisional, Rolled        *bool
		Cites                      []string
		Counting                   []struct{ Date, Why string }
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if got.Date != "2029-05-14" || got.At != "2029-05-15T00:00:00+08:00" || got.Period != "15 days" || got.Provisional == nil || !*got.Provisional ||
		got.Rolled == nil || !*got.Rolled || len(got.Cites) != 1 || got.Cites[0] != "CP 85" || got.Counting[0].Why != "start" || got.Calendar == "" {
		t.Errorf("%s", out)
	}
	if out, _ := runDue(t, "en", LawDueCmd{From: "2024-02-08", Period: "2 hours", JSON: true}); !strings.Contains(out, `"counting":[]`) {
		t.Errorf("hours: %s", out)
	}
}

func TestLawDueRefuses(t *testing.T) {
	for _, c := range []struct{ from, period, code string }{
		{"2024-02-30", "7 working days", "law.date"}, {"2024-02-30T10:00", "7 days", "law.moment"}, {"1800-01-01", "1 day", "law.date_range"},
		{"2024-02-08", "7 fortnights", "law.unit"}, {"2024-02-08", "7 lunar months", "law.unit"}, {"2024-02-08", "soon", "law.period"},
		{"2024-02-08", "0 days", "law.period_range"}, {"2024-02-08", "-3 days", "law.period_range"}, {"2999-12-30", "9 days", "law.date_range"},
	} {
		for _, lang := range words.Languages {
			out, err := runDue(t, lang, LawDueCmd{From: c.from, Period: c.period})
			if !fault.Is(err, c.code) || out != "" {
				t.Errorf("%s + %s: %v, %q; want %s and nothing on standard output", c.from, c.period, err, out, c.code)
			}
			var object struct{ Code, Title, Detail string }
			var said bytes.Buffer
			env := &Env{Out: &said, Err: &said, Lang: lang}
			if status := exit(env, (&LawDueCmd{From: c.from, Period: c.period, JSON: true}).Run(env)); status != 2 || json.Unmarshal(said.Bytes(), &object) != nil || object.Code != c.code || object.Detail == "" {
				t.Errorf("%s + %s with --json: status %d, %s", c.from, c.period, status, said.String())
			}
			var complaint bytes.Buffer
			if status := exit(&Env{Err: &complaint, Lang: lang}, err); status != 2 || strings.Contains(complaint.String(), c.code) || strings.Contains(complaint.String(), "{") {
				t.Errorf("%s + %s: status %d, %q", c.from, c.period, status, complaint.String())
			}
		}
	}
}

func TestLawShow(t *testing.T) {
	show := func(lang, cite string, asJSON bool) (string, error) {
		var out bytes.Buffer
		err := (&LawShowCmd{Cite: strings.Fields(cite), JSON: asJSON}).Run(&Env{Out: &out, Lang: lang})
		return out.String(), err
	}
	out, err := show("zh-CN", "AP 60", false)
	if err != nil || !strings.HasPrefix(out, "AP 60  《行政处罚法》第六十条\n第五章 行政处罚的决定 / 第三节 普通程序\n") || !strings.Contains(out, "九十日内") || !strings.Contains(out, "2021-07-15") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = show("en", "ap 64(1.1)", false)
	if err != nil || !strings.Contains(out, "Administrative Penalty Law, art. 64 para. 1 item 1") || !strings.Contains(out, "五日内提出") || strings.Contains(out, "七日前") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, _ = show("zh-CN", "SA 25(2)", false); !strings.Contains(out, "2018-12-20 至 2022-11-30") || !strings.Contains(out, "注意：本条例已于2022年9月22日修订") {
		t.Errorf("a text that has ended does not say so:\n%s", out)
	}
	out, err = show("en", "AP 60", true)
	var got map[string]any
	if err != nil || json.Unmarshal([]byte(out), &got) != nil || got["cite"] != "AP 60" || got["validFrom"] != "2021-07-15" || got["validTo"] != "" {
		t.Errorf("%v %s", err, out)
	}
	for cite, code := range map[string]string{"article sixty": "law.cite", "XX 1": "law.statute", "AP 600": "law.article", "AP 60(7)": "law.part"} {
		if out, err := show("en", cite, false); !fault.Is(err, code) || out != "" {
			t.Errorf("%s: %v %q, want %s", cite, err, out, code)
		}
	}
}

// A citation needs no quotation marks.
func TestLawShowOfTwoWords(t *testing.T) {
	var cli CLI
	parser, err := kong.New(&cli, kong.Vars{"version": "test"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := parser.Parse([]string{"law", "show", "AP", "60"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := ctx.Run(&Env{Out: &out, Lang: "en"}); err != nil || !strings.HasPrefix(out.String(), "AP 60  ") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// The sentences name statutes and holidays in both languages.
func TestLawNames(t *testing.T) {
	texts, err := law.Statutes()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range texts {
		if zh, en := words.Text(words.Chinese, "statute."+s.Code, nil), words.Text(words.English, "statute."+s.Code, nil); zh != s.Short || en != s.TitleEn {
			t.Errorf("%s is called %s and %s in words", s.Code, zh, en)
		}
	}
	for d := (law.Date{Year: 2018, Month: 1, Day: 1}); d.Year < 2027; d = d.AddDays(1) {
		if name := law.Shipped().Day(d).Holiday; name != "" && words.Text(words.English, "holiday."+name, nil) == "holiday."+name {
			t.Errorf("%s: %s has no English name", d, name)
		}
	}
}
