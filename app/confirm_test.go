package app_test

import "testing"

// A case that waits for the legal section's word on its matter stands in the legal section's work, and in nobody else's as
// such, until the word is given; its page says that the report waits for it.
func TestAMatterWaitsForTheLegalSection(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		c := found(t, w, "", "AD-01", shop, in{"actDate": "2026-11-20"})
		c.by("head", "", "approve_filing", nil)
		if got := c.waits("legal"); got != "confirm_matter" {
			t.Errorf("the legal section's work says %q of the case", got)
		}
		for _, login := range []string{"head", "officer.jas1", "leader.jas"} {
			if got := c.waits(login); got == "confirm_matter" {
				t.Errorf("the work of %s asks for what only the legal section may do", login)
			}
		}
		c.by("officer.jas1", "", "order_correction", in{"order": "拆除广告", "correct_by": "2026-11-26"})
		c.refused("officer.jas1", "", "report", nil, "need.matter_confirmed AP 38(1)")
		from := w.as("legal").do("GET", "/law/matters?q=AD-01&on=2026-11-20", "").ok(200).text("items.0.validFrom")
		w.as("legal").do("POST", "/law/matters/AD-01/confirm", `{"source":"沪府公报2022年第21期","statute":"上海市市容环境卫生管理条例","article":60,"low":5000,"high":50000,"validFrom":"`+from+`"}`).ok(204)
		if got := c.waits("legal"); got == "confirm_matter" {
			t.Error("what was confirmed still waits")
		}
		c.by("officer.jas1", "", "report", nil)
	})
}
