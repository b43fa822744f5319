package intake

import "testing"

// Telephone and identity numbers leave a complaint's words masked, however they are written; other numbers stay.
func TestNumbersAreKeptApart(t *testing.T) {
	for _, c := range []struct{ text, want, said string }{
		{"请打我电话13700001111联系", "请打我电话137****1111联系", "13700001111"},
		{"手机 137 0000 1111，或１３８００００２２２２", "手机 137****1111，或138****2222", "137 0000 1111、１３８００００２２２２"},
		{"+86-137-0000-1111", "137****1111", "+86-137-0000-1111"},
		{"店家座机021-62581234，小广告上写着62581234", "店家座机021****1234，小广告上写着62581234", "021-62581234"},
		{"联系电话：62581234", "联系电话：******34", "62581234"},
		{"身份证310106199001010014，他儿子11010519491231002X", "身份证310*************14，他儿子110*************2X", "310106199001010014、11010519491231002X"},
		{"13700001111又打13700001111", "137****1111又打137****1111", "13700001111"},
		{"工单SH20260304001、快递SF1234567890123不是电话", "工单SH20260304001、快递SF1234567890123不是电话", ""},
		{"编号2026030400001，面积1234567.5平方米，12345热线，2026-03-04 08:00", "编号2026030400001，面积1234567.5平方米，12345热线，2026-03-04 08:00", ""},
		{"营业执照91330100799655058B", "营业执照91330100799655058B", ""},
		{"已隐去的137****1111不再动", "已隐去的137****1111不再动", ""},
	} {
		x := &Complaint{Text: c.text}
		var contact Contact
		if x.keepApart(&contact); x.Text != c.want || contact.Said != c.said {
			t.Errorf("%q: %q and %q", c.text, x.Text, contact.Said)
		}
		again := &Complaint{Text: x.Text}
		if again.keepApart(&contact); again.Text != x.Text || contact.Said != "" {
			t.Errorf("%q, once more: %q and %q", c.text, again.Text, contact.Said)
		}
	}
}
