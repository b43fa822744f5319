package document

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
)

var made = time.Date(2026, 11, 23, 9, 30, 0, 0, law.Shanghai)

func day(t testing.TB, s string) law.Date {
	t.Helper()
	d, err := law.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func provision(t testing.TB, c law.Cite, on string) Provision {
	t.Helper()
	p, err := ProvisionOn(c, day(t, on))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The matter of the samples is invented; its provisions are those of the text of 2018, whose wording ships.
var stall = []Provision{
	{Title: "上海市市容环境卫生管理条例", Article: 25, Para: 1},
	{Title: "上海市市容环境卫生管理条例", Article: 25, Para: 2},
}

func sampleNotice(t testing.TB) *IntendedPenaltyNotice {
	t.Helper()
	return &IntendedPenaltyNotice{
		Number: "静城管罚告字〔2026〕第17号", Authority: "上海市静安区城市管理行政执法局",
		Party: Party{Kind: Organisation, Name: "上海犇喆餐饮管理有限公司", Code: "91310106MA1FY00X3K",
			Address: "上海市静安区共和新路1234号1层", Representative: "龚㛃"},
		Matter: "占用道路设摊经营",
		Facts: "2026年11月2日10时15分，本机关执法人员在日常巡查中发现，你单位在上海市静安区共和新路1234号门前人行道上摆放桌椅6套，占用道路面积约12.5平方米，从事餐饮经营活动。" +
			"执法人员当场出示执法证件，制作现场检查笔录并拍照取证，责令你单位当场改正。\n2026年11月4日14时许，执法人员复查时发现你单位仍未改正。",
		Evidence: []Evidence{
			{"现场检查（勘验）笔录", "2026年11月2日现场制作", "占用道路设摊经营的时间、地点、面积和经过"},
			{"现场照片6张、执法记录仪视频1段", "2026年11月2日、4日拍摄", "桌椅摆放位置、数量以及复查时仍未改正"},
			{"询问（调查）笔录", "2026年11月5日对法定代表人龚㛃制作", "你单位承认占用道路设摊经营的事实"},
			{"营业执照复印件", "当事人提供", "当事人的主体资格"},
		},
		Violated: stall[:1], Basis: stall[1:],
		Reasons:   "你单位经责令改正后仍未改正，参照本机关行政处罚裁量基准，违法情节一般",
		Penalties: []Penalty{{Kind: Fine, Amount: Yuan(5000)}},
		Correct:   "立即停止占用道路设摊经营",
		Hearing:   true, DefenceDays: 5,
		Contact: Contact{"王堃、李𠅤", "021-00000000", "上海市静安区示例路1号"},
		Date:    day(t, "2026-11-23"),
	}
}

func sampleDecision(t testing.TB) *Decision {
	t.Helper()
	n := sampleNotice(t)
	return &Decision{
		Number: "静城管罚字〔2026〕第9号", Authority: n.Authority, Party: n.Party, Matter: n.Matter, Facts: n.Facts,
		Evidence: n.Evidence, Violated: n.Violated, Basis: n.Basis, Reasons: n.Reasons,
		Notice: Notified{Number: n.Number, Served: day(t, "2026-11-24"),
			Defence: "初次违法，已经改正，请求从轻处罚", Opinion: "你单位经责令后未在期限内改正，所提理由不成立，不予采纳"},
		Penalties:       n.Penalties,
		Correct:         n.Correct,
		Pay:             Payment{Bank: "中国工商银行上海市分行各营业网点", Account: "31010600020260000009", Online: "扫描缴款通知书上的二维码"},
		Reconsideration: "上海市静安区人民政府", Court: "上海市静安区人民法院",
		Contact: n.Contact, Date: day(t, "2026-12-04"),
	}
}

var shipped = sync.OnceValues(func() (*Fonts, error) { return LoadFonts(os.DirFS("../data/fonts")) })

// fonts are those of the build step; without them the test is skipped.
func fonts(t testing.TB) *Fonts {
	t.Helper()
	f, err := shipped()
	if fault.Is(err, "document.font_missing") {
		t.Skip("data/fonts has no fonts: run the font build step (tools/fonts) first")
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func render(t testing.TB, f Form, check string) []byte {
	t.Helper()
	b, err := Render(f, Press{Fonts: fonts(t), Made: made, Check: check})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const checkURL = "https://jiexu.example/check/7Q2M-K4XD-9PTA"

// wrongFields lists the fields that a form's fault names.
func wrongFields(t *testing.T, err error) string {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "document.incomplete" {
		t.Fatalf("got %v, want document.incomplete", err)
	}
	names := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		names[i] = field.Name
	}
	return strings.Join(names, " ")
}
