package codes

import (
	"fmt"
	"strings"
	"testing"

	"jiexu/fault"
	"jiexu/law"

	"pgregory.net/rapid"
)

var today = law.Date{Year: 2026, Month: 11, Day: 23}

func is(err error, code string) bool {
	return code == "" && err == nil || code != "" && fault.Is(err, code)
}

// withCheck completes seventeen digits with the right last character.
func withCheck(digits string) string {
	sum := 0
	for i, w := range idWeights {
		sum += w * int(digits[i]-'0')
	}
	return digits + string(idChecks[sum%11])
}

func TestCheckIDCard(t *testing.T) {
	for _, c := range []struct{ name, id, code string }{
		{"the standard's own example", "11010519491231002X", ""},
		{"Jing'an", "310106199001010014", ""},
		{"born on a leap day", "310108198002290028", ""},
		{"born today", withCheck("31010620261123001"), ""},
		{"Hong Kong resident", withCheck("81000019900101001"), ""},
		{"last character", "110105194912310021", "party.id_checksum"},
		{"two digits swapped", "310106199001100014", "party.id_checksum"},
		{"29 February of a common year", withCheck("31010819810229002"), "party.id_date"},
		{"no such month", withCheck("31010619901301001"), "party.id_date"},
		{"born tomorrow", withCheck("31010620261124001"), "party.id_date"},
		{"born before 1900", withCheck("31010618991231001"), "party.id_date"},
		{"no such province", withCheck("99010619900101001"), "party.id_province"},
		{"zeroes", "000000000000000000", "party.id_province"},
		{"old number", "310106900101001", "party.id_legacy"},
		{"old number, wrong date", "310106901301001", "party.id_date"},
		{"old number, wrong province", "990106900101001", "party.id_province"},
		{"empty", "", "party.id_length"}, {"17", "31010619900101001", "party.id_length"}, {"19", "3101061990010100141", "party.id_length"},
		{"letter within", "31010619900101X014", "party.id_characters"}, {"small x", "11010519491231002x", "party.id_characters"},
		{"eighteen Chinese characters", strings.Repeat("一", 18), "party.id_characters"}, {"fifteen letters", "ABCDEFGHIJKLMNO", "party.id_length"},
	} {
		err := CheckIDCard(c.id, today)
		if !is(err, c.code) {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
		if err != nil && len(c.id) > 4 && strings.Contains(fmt.Sprint(err), c.id) {
			t.Errorf("%s: the error carries the number: %v", c.name, err)
		}
	}
}

// The checksum finds every single wrong digit and every swap of neighbours.
func TestIDCardFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := law.Date{Year: 1900, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 46_000).Draw(t, "born"))
		id := withCheck(fmt.Sprintf("310106%04d%02d%02d%03d", born.Year, born.Month, born.Day, rapid.IntRange(0, 999).Draw(t, "order")))
		if err := CheckIDCard(id, today); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		i := rapid.IntRange(0, 16).Draw(t, "place")
		wrong := []byte(id)
		if wrong[i] = byte('0' + rapid.IntRange(0, 9).Draw(t, "digit")); wrong[i] != id[i] && CheckIDCard(string(wrong), today) == nil {
			t.Fatalf("%s passes for %s", wrong, id)
		}
		if i < 16 {
			swapped := []byte(id)
			if swapped[i], swapped[i+1] = id[i+1], id[i]; id[i] != id[i+1] && CheckIDCard(string(swapped), today) == nil {
				t.Fatalf("%s passes for %s", swapped, id)
			}
		}
	})
}

func TestCheckUSCC(t *testing.T) {
	for _, c := range []struct{ name, code, fault string }{
		{"a company", "91330100799655058B", ""}, {"another", "9144030071526726XG", ""}, {"a third", "914403001922038216", ""},
		{"last character", "91330100799655058C", "party.uscc_checksum"}, {"a digit", "91330100799655158B", "party.uscc_checksum"},
		{"swap", "91330100796955058B", "party.uscc_checksum"},
		{"a letter that is not used", "9133010079965505OB", "party.uscc_characters"}, {"small letter", "91330100799655058b", "party.uscc_characters"},
		{"letter in the division", "9133A100799655058B", "party.uscc_characters"}, {"Chinese", strings.Repeat("一", 18), "party.uscc_characters"},
		{"empty", "", "party.uscc_length"}, {"organisation code alone", "79965505-8", "party.uscc_length"}, {"short", "91330100799655058", "party.uscc_length"},
		{"inner code wrong, whole consistent", usccWithCheck("91330100799655059"), "party.uscc_inner"},
	} {
		if err := CheckUSCC(c.code); !is(err, c.fault) {
			t.Errorf("%s: %v, want %q", c.name, err, c.fault)
		}
	}
	for code, want := range map[string]bool{"799655058": true, "71526726X": true, "799655059": false, "715267261": false} {
		if organisationCode(code) != want {
			t.Errorf("organisation code %s: %v", code, !want)
		}
	}
}

func usccWithCheck(first17 string) string {
	sum, weight := 0, 1
	for _, r := range first17 {
		sum, weight = sum+strings.IndexRune(usccAlphabet, r)*weight, weight*3%31
	}
	return first17 + string(usccAlphabet[(31-sum%31)%31])
}

func TestNormalise(t *testing.T) {
	for in, want := range map[string]string{
		" 11010519491231002x ": "11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ": "11010519491231002X",
		"3101 0619 9001 0100 14": "310106199001010014", "79965505-8": "799655058", "91330100799655058b": "91330100799655058B",
		"　310106199001010014\u200b": "310106199001010014", "": "", "＋86 139": "+86139",
	} {
		if got := Normalise(in); got != want {
			t.Errorf("Normalise(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCheckMobile(t *testing.T) {
	for s, code := range map[string]string{"13900000000": "", "+8613900000000": "", "19912345678": "", "12345678901": "party.mobile",
		"1390000000": "party.mobile", "139000000000": "party.mobile", "62345678": "party.mobile", "1390000000X": "party.mobile", "": "party.mobile"} {
		if err := CheckMobile(s); !is(err, code) {
			t.Errorf("%q: %v, want %q", s, err, code)
		}
	}
}

func TestMasks(t *testing.T) {
	for _, c := range []struct {
		of       func(string) string
		in, want string
	}{
		{MaskID, "310106199001010014", "310*************14"}, {MaskID, "1234567", "*******"}, {MaskID, "", ""},
		{MaskPhone, "13912345678", "139****5678"}, {MaskPhone, "62345678", "******78"}, {MaskPhone, "110", "***"},
		{MaskName, "张三", "张*"}, {MaskName, "欧阳修远", "欧**"}, {MaskName, "张", "*"}, {MaskName, " ", ""},
		{MaskAddress, "上海市静安区愚园路2号301室", "上海市静安区愚园路***"}, {MaskAddress, "大宁路街道共和新路１２３４弄5号", "大宁路街道共和新路***"}, {MaskAddress, "彭浦镇某村二队", "彭浦镇某村***"},
		{MaskAddress, "301室", "***"}, {MaskAddress, "某某小区甲幢", "***"}, {MaskAddress, " ", ""}, {MaskAddress, "", ""},
	} {
		if got := c.of(c.in); got != c.want {
			t.Errorf("%q is masked %q, want %q", c.in, got, c.want)
		}
	}
}

func TestBorn(t *testing.T) {
	for code, want := range map[string]string{"310106199001010014": "1990-01-01", "11010519491231002X": "1949-12-31", "310106199013010014": "", "91310106MA1DEMA19C": "", "": "", "310106900101001": ""} {
		d, ok := Born(code)
		if got := d.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%s was born %s (%v), want %s", code, got, ok, want)
		}
	}
}

func FuzzCodes(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "91330100799655058B", "１１０１０５", "310106900101001", "\xff\xfe", "13900000000", "张三"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Normalise(s)
		if Normalise(n) != n {
			t.Errorf("%q is normalised %q, and again %q", s, n, Normalise(n))
		}
		for _, code := range []string{s, n} {
			for _, err := range []error{CheckIDCard(code, today), CheckUSCC(code), CheckMobile(code)} {
				if err != nil && fault.KindOf(err) != fault.Invalid {
					t.Errorf("%q: %v", code, err)
				}
			}
		}
		for _, m := range []string{MaskID(s), MaskPhone(s), MaskName(s), MaskAddress(s)} {
			if m == s && strings.TrimSpace(s) != "" && !strings.Contains(s, "*") {
				t.Errorf("%q is masked as itself", s)
			}
		}
	})
}
