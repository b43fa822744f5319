package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"jiexu/systems/casework"
)

// Who the party is, where it lives and why it cannot pay, is told to those who need it for the case; the whole way of a case
// tells a deferral with its date and its reason.
func TestTalesOfThePartyAndItsMoney(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"a party is shown to those who handle its case", true, partyShown},
		{"the whole way tells the instalments", true, wayTellsInstalments},
	})
}

func partyShown(t *testing.T, w *world) {
	home := citizen
	home.Address = "静安区愚园路2号301室"
	c := found(t, w, "", "HJ-01", home)
	for login, whole := range map[string]bool{"officer.jas1": true, "officer.jas2": true, "leader.jas": true, "head": true, "legal": true,
		"officer.jas3": false, "desk": false, "inspector": false, "auditor": false} {
		a := w.as(login).do("GET", c.path(""), "")
		if a.status != 200 {
			if whole || a.status != 404 && a.status != 403 {
				t.Errorf("%s: %d %s", login, a.status, a.body)
			}
			continue
		}
		var d casework.Detail
		if err := json.Unmarshal([]byte(a.body), &d); err != nil || len(d.Parties) != 1 {
			t.Fatalf("%s: %v %s", login, err, a.body)
		}
		p := d.Parties[0]
		if whole && (p.Name != home.Name || p.IDCode != home.IDCode || p.Address != home.Address || p.Phone != home.Phone) {
			t.Errorf("%s needs to know the party, and reads %+v", login, p)
		}
		if !whole && (p.Name != "陈**" || p.IDCode != "310*************14" || p.Address != "静安区愚园路***" || p.Phone != "139****0002") {
			t.Errorf("%s has no need, and reads %+v", login, p)
		}
		if !whole && strings.Contains(a.body, "301室") {
			t.Errorf("%s finds where the party lives: %s", login, a.body)
		}
	}
}

func wayTellsInstalments(t *testing.T, w *world) {
	c := granted(t, w)
	w.on("2027-01-02 09:00")
	c.by("officer.jas1", instal, "break", in{"reason": "第一期到期未缴"})
	var way casework.Way
	if err := json.Unmarshal([]byte(w.as("head").do("GET", c.path("/explain"), "").ok(200).body), &way); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(way.Money.Lines("zh-CN"), "\n")
	for _, want := range []string{"2026-11-23 批准分期缴纳（AP 66(2)）：停业，账户余额不足", "第 1 期  2026-12-31  1000 元  逾期未缴，加处罚款 180 元", "第 2 期  2027-02-01  2000 元  随逾期的一期一并到期",
		"今日应缴 3180 元：分期已终止，余款自 2026-12-31 届满起视为到期", "2027-01-02 因逾期未缴终止，余款自 2026-12-31 届满起到期（AP 72(1.1)）"} {
		if !strings.Contains(text, want) {
			t.Errorf("the way does not tell %q:\n%s", want, text)
		}
	}
	for _, e := range way.Past {
		for _, l := range e.Lines {
			if strings.Contains(l.Value, "2026-12-31 · 1000; 2027-01-31 · 2000") {
				return
			}
		}
	}
	t.Error("what was approved does not tell the plan")
}
