package document

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiexu/law"
)

var refresh = flag.Bool("update", false, "write the golden files of testdata anew")

// The texts of both forms are read and approved in testdata. A change of wording changes them; look at the
// difference and write them anew with: go test ./document -run Golden -update
func TestGolden(t *testing.T) {
	person := sampleNotice(t)
	person.Party = Party{Kind: Person, Name: "李𠅤", Code: "310106199001010014", Address: "上海市静安区示例路2号"}
	person.Facts = strings.ReplaceAll(person.Facts, "你单位", "你")
	person.Hearing, person.Correct, person.Reasons = false, "", ""
	person.Evidence[3].Source = ""
	person.Penalties = []Penalty{{Kind: Warning}, {Kind: Fine, Amount: 20050}}
	trader := sampleDecision(t)
	trader.Party = Party{Kind: Trader, Name: "上海市静安区犇犇水果店", Code: "92310106MA1FY00X3K", Address: "上海市静安区示例路3号", Representative: "王堃"}
	trader.Penalties = []Penalty{{Kind: ConfiscateGoods, Object: "活动摊架1个"}}
	trader.Perform = "自本决定书送达之日起，上述财物由本机关依法处理"
	trader.Notice.Defence, trader.Notice.Opinion = "", ""
	trader.Notice.Hearing = "应你的要求，本机关于2026年12月3日公开举行听证。本决定根据听证笔录作出"
	warned := sampleDecision(t)
	warned.Penalties, warned.Pay, warned.Correct = []Penalty{{Kind: Warning}}, Payment{}, ""
	for name, f := range map[string]Form{
		"notice": sampleNotice(t), "notice.person": person,
		"decision": sampleDecision(t), "decision.trader": trader, "decision.warning": warned,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Text(f)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+".golden.txt")
			if *refresh {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is stale; the text is now:\n%s", file, got)
			}
		})
	}
}

// What AP 59 asks a decision to carry is in it.
func TestDecisionCarriesWhatTheLawAsksFor(t *testing.T) {
	d := sampleDecision(t)
	text, err := Text(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		d.Party.Name, d.Party.Address, // item 1
		"桌椅6套", "现场检查（勘验）笔录", // item 2
		"罚款5000元（人民币伍仟元整）", "《上海市市容环境卫生管理条例》第二十五条第二款", // item 3
		"自收到本决定书之日起十五日内", "百分之三", "不超过5000元（人民币伍仟元整）", d.Pay.Account, // item 4
		"六十日内", "行政复议", "六个月内", "提起行政诉讼", // item 5
		d.Authority, "2026年12月4日", sealPlace, // item 6, paragraph 2
		"《中华人民共和国行政处罚法》第七十二条第一款第（一）项",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestBlanksAreRefused(t *testing.T) {
	if got := wrongFields(t, (&IntendedPenaltyNotice{}).Validate()); got != "number authority party.kind party.name party.code party.address "+
		"matter facts evidence violated basis penalties defenceDays contact.person contact.phone contact.address date" {
		t.Errorf("empty notice: %s", got)
	}
	if got := wrongFields(t, (&Decision{}).Validate()); got != "number authority party.kind party.name party.code party.address "+
		"matter facts evidence violated basis notice.number notice.served penalties reconsideration court contact.person contact.phone contact.address date" {
		t.Errorf("empty decision: %s", got)
	}
	for _, c := range []struct {
		name, wrong string
		spoil       func(*Decision)
	}{
		{"blank", "matter", func(d *Decision) { d.Matter = " \u3000" }},
		{"two lines", "number", func(d *Decision) { d.Number = "1\n2" }},
		{"no account", "pay.account", func(d *Decision) { d.Pay.Account = "" }},
		{"no amount", "penalties.0.amount", func(d *Decision) { d.Penalties[0].Amount = 0 }},
		{"too much", "penalties.0.amount", func(d *Decision) { d.Penalties[0].Amount = MaxAmount + 1 }},
		{"unknown kind", "penalties.0.kind", func(d *Decision) { d.Penalties[0].Kind = "prison" }},
		{"how to comply", "perform", func(d *Decision) {
			d.Penalties = append(d.Penalties, Penalty{Kind: Other, Object: "责令停业三日"})
		}},
		{"which goods", "penalties.0.object perform", func(d *Decision) { d.Penalties = []Penalty{{Kind: ConfiscateGoods}} }},
		{"nobody represents", "party.representative", func(d *Decision) { d.Party.Representative = "" }},
		{"defence unanswered", "notice.opinion", func(d *Decision) { d.Notice.Opinion = "" }},
		{"decided before the notice", "notice.served", func(d *Decision) { d.Notice.Served = d.Date.AddDays(1) }},
		{"before the acts cited", "notice.served date", func(d *Decision) { d.Date = day(t, "2020-01-01") }},
		{"item without paragraph", "basis.0.article", func(d *Decision) { d.Basis[0] = Provision{Title: "某条例", Article: 1, Item: 2} }},
		{"nothing proved", "evidence.1.proves", func(d *Decision) { d.Evidence[1].Proves = "" }},
	} {
		d := sampleDecision(t)
		d.Basis = append([]Provision(nil), d.Basis...)
		c.spoil(d)
		if got := wrongFields(t, d.Validate()); got != c.wrong {
			t.Errorf("%s: names %q, want %q", c.name, got, c.wrong)
		}
		if _, err := Text(d); err == nil {
			t.Errorf("%s: has a text", c.name)
		}
	}
}

func TestProvisionsAreSpelledInFull(t *testing.T) {
	for _, c := range []struct {
		cite law.Cite
		want string
	}{
		{law.AP(44), "《中华人民共和国行政处罚法》第四十四条"},
		{law.AP(64, 1, 1), "《中华人民共和国行政处罚法》第六十四条第一款第（一）项"},
		{law.AL(46, 1), "《中华人民共和国行政诉讼法》第四十六条第一款"},
	} {
		if got := provision(t, c.cite, "2026-11-23"); got.String() != c.want || got.Quote == "" {
			t.Errorf("%s: %s, %q", c.cite, got, got.Quote)
		}
	}
	if _, err := ProvisionOn(law.AP(44), day(t, "2019-01-01")); err == nil {
		t.Error("the text of 2021 was cited for 2019")
	}
}
