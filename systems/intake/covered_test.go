package intake

import (
	"strings"
	"testing"
)

// What everybody may read names nobody: numbers, mailboxes, plates, identity numbers, and names where a text says that they are.
func TestWhatIsPublicNamesNobody(t *testing.T) {
	for text, secret := range map[string]string{
		"摊主电话 139-0000-1234，天天来":       "1234",
		"身份证310106199001011234的人在搭建":   "310106199001011234",
		"写信给 li.lei@example.com":       "li.lei",
		"一辆沪A·12345的货车堵着门":             "12345",
		"车牌沪AD12345停在盲道上":              "AD12345",
		"我叫周小雨，住在楼上":                   "周小雨",
		"姓名：李雷":                        "李雷",
		"楼下王建国先生的店":                    "王建国",
		"隔壁陈阿姨家养鸡":                     "陈",
		"联系人是欧阳娜":                      "欧阳娜",
		"call 021 6272 1234 after six": "6272",
		"（电话：０２１６２７２１２３４）":             "６２７２",
	} {
		if got := covered(text); strings.Contains(got, secret) || !strings.Contains(got, covering) {
			t.Errorf("%s becomes %s", text, got)
		}
	}
	for _, plain := range []string{"江宁路400弄12号门口有3个摊位，早上6点到9点", "2026年11月23日起每天施工", "金额约 5000 元", "小区有200多户人家"} {
		if got := covered(plain); got != plain {
			t.Errorf("%s becomes %s", plain, got)
		}
	}
}
