package app_test

import (
	"strings"
	"testing"

	"jiexu/systems/casework"
)

// Who may be punished, how often, and what the party's number says of its age (AP 29, 30, 33, 36).
func TestTalesOfWeighing(t *testing.T) {
	t.Parallel()
	stories(t, []chapter{
		{"a child is not fined, in no procedure", true, childIsNotFined},
		{"nobody over fourteen is let off as a child", false, adultIsNoChild},
		{"at sixteen the fine is a lighter one, and nobody chooses an age", false, youthIsFinedLess},
		{"one act is not fined again under another matter", true, notUnderAnotherMatter},
		{"two cases of one act run side by side, and one fine is decided", true, sideBySide},
	})
}

var (
	child = casework.PartyInput{Kind: casework.Person, Name: "陈小明", IDCode: "310106201306010015", Address: "愚园路2号"}
	youth = casework.PartyInput{Kind: casework.Person, Name: "陈大明", IDCode: "310106201006010013", Address: "愚园路2号"}
)

func childIsNotFined(t *testing.T, w *world) {
	spot := found(t, w, summary, "HJ-01", child)
	spot.refused("officer.jas1", "", "tell", in{"amount": 50}, "need.under_fourteen AP 30")
	c := found(t, w, "", "WY-03", child)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	a := c.send("officer.jas1", "POST", c.path("/steps/notify"), in{"amount": 1000, "grounds": "认定事实清楚"})
	if a.status < 400 || !strings.Contains(a.body, "AP 30") {
		t.Errorf("a child is to be fined: %d %s", a.status, a.body)
	}
	c.by("head", "", "send_back", in{"reason": "当事人不满十四周岁"})
	c.by("officer.jas1", "", "report", nil)
	c.by("officer.jas1", noPenalty, "propose", in{"ground": "minor", "harm": "none"})
	c.by("head", noPenalty, "decide", in{"ground": "minor"})
}

func adultIsNoChild(t *testing.T, w *world) {
	c := found(t, w, "", "WY-03", citizen)
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.refused("officer.jas1", noPenalty, "propose", in{"ground": "minor", "harm": "none"}, "need.no_penalty_ground AP 33, AP 30, AP 31, AP 36, AP 57(1.2), AP 57(1.3)")
	young := found(t, w, "", "WY-03", youth)
	young.by("head", "", "approve_filing", nil)
	young.by("officer.jas1", "", "report", nil)
	young.refused("officer.jas1", noPenalty, "propose", in{"ground": "minor", "harm": "none"}, "need.no_penalty_ground AP 33, AP 30, AP 31, AP 36, AP 57(1.2), AP 57(1.3)")
}

func youthIsFinedLess(t *testing.T, w *world) {
	weighs := func(c *tale, code string) bool {
		for _, x := range c.page("officer.jas1").Discretion.Circumstances {
			if x.Code == code {
				return true
			}
		}
		return false
	}
	young := found(t, w, "", "WY-03", youth)
	if !weighs(young, "aged_14_to_17") {
		t.Error("the age of sixteen does not weigh")
	}
	for _, tier := range young.page("officer.jas1").Discretion.Allowed {
		if tier != "mitigated" && tier != "lenient" {
			t.Errorf("%s is open for somebody of sixteen", tier)
		}
	}
	grown := found(t, w, "", "WY-03", citizen)
	grown.ok(grown.send("officer.jas1", "PATCH", grown.path(""), in{"circumstances": []string{"aged_14_to_17"}}))
	if weighs(grown, "aged_14_to_17") {
		t.Error("a grown man is weighed as a youth")
	}
}

func notUnderAnotherMatter(t *testing.T, w *world) {
	first := found(t, w, "", "WY-03", shop)
	first.served(3000)
	c := found(t, w, "", "WY-04", shop, in{"actPlace": first.at})
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.refused("officer.jas1", "", "notify", in{"amount": 10000}, "need.other_matter_fined AP 29")
	c.by("officer.jas1", "", "notify", in{"amount": 10000, "another_act": "前案为占用共用部位，本案为擅自改变住宅使用性质，系另一行为"})
	elsewhere := found(t, w, "", "WY-04", shop)
	elsewhere.by("head", "", "approve_filing", nil)
	elsewhere.by("officer.jas1", "", "report", nil)
	elsewhere.by("head", "", "approve_report", nil)
	elsewhere.by("officer.jas1", "", "notify", in{"amount": 10000}) // at another place nobody asks
}

// Neither was decided when the other was noticed: the second decision is refused.
func sideBySide(t *testing.T, w *world) {
	first := found(t, w, "", "WY-03", shop)
	first.noticed(3000)
	second := found(t, w, "", "WY-03", shop, in{"actPlace": " " + first.at + " "})
	second.noticed(3000)
	first.decided(3000)
	a := second.send("head", "POST", second.path("/steps/decide"), second.filled("head", "", "decide", in{"amount": 3000}))
	if a.status < 400 || !strings.Contains(a.body, "need.fined_once") {
		t.Errorf("one act is fined twice: %d %s", a.status, a.body)
	}
}
