package document

import "testing"

func TestAmountInCapitals(t *testing.T) {
	// The amounts with jiao and fen are those that the People's Bank gives as examples in its rules for bills
	// (正确填写票据和结算凭证的基本规定), in the form without an optional 零.
	for _, c := range []struct {
		amount           Fen
		capitals, digits string
	}{
		{Yuan(5000), "人民币伍仟元整", "5000元"},
		{Yuan(1), "人民币壹元整", "1元"},
		{Yuan(10), "人民币壹拾元整", "10元"},
		{Yuan(100_000), "人民币壹拾万元整", "100000元"},
		{Yuan(105), "人民币壹佰零伍元整", "105元"},
		{Yuan(10_050), "人民币壹万零伍拾元整", "10050元"},
		{Yuan(10_005), "人民币壹万零伍元整", "10005元"},
		{Yuan(100_500), "人民币壹拾万零伍佰元整", "100500元"},
		{Yuan(105_000), "人民币壹拾万伍仟元整", "105000元"},
		{Yuan(50_000), "人民币伍万元整", "50000元"},
		{Yuan(2_000_300), "人民币贰佰万零叁佰元整", "2000300元"},
		{Yuan(100_000_000), "人民币壹亿元整", "100000000元"},
		{Yuan(100_000_001), "人民币壹亿零壹元整", "100000001元"},
		{Yuan(100_020_000), "人民币壹亿零贰万元整", "100020000元"},
		{Yuan(1_200_340_056), "人民币壹拾贰亿零叁拾肆万零伍拾陆元整", "1200340056元"},
		{140950, "人民币壹仟肆佰零玖元伍角", "1409.50元"},
		{600714, "人民币陆仟零柒元壹角肆分", "6007.14元"},
		{168032, "人民币壹仟陆佰捌拾元叁角贰分", "1680.32元"},
		{10700053, "人民币壹拾万柒仟元伍角叁分", "107000.53元"},
		{1640902, "人民币壹万陆仟肆佰零玖元零贰分", "16409.02元"},
		{32504, "人民币叁佰贰拾伍元零肆分", "325.04元"},
		{50, "人民币伍角", "0.50元"},
		{5, "人民币伍分", "0.05元"},
		{MaxAmount, "人民币玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分", "999999999999.99元"},
		{MaxAmount + 1, "", "1000000000000元"},
		{0, "", "0元"},
	} {
		if got := c.amount.Capitals(); got != c.capitals {
			t.Errorf("%d: %s, want %s", c.amount, got, c.capitals)
		}
		if got := c.amount.Digits(); got != c.digits {
			t.Errorf("%d: %s, want %s", c.amount, got, c.digits)
		}
	}
}
