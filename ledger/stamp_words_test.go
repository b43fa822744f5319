package ledger_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"jiexu/ledger"
	"jiexu/words"
)

// Every reason for which a stamp or a witness's key is refused is said in both languages, and none in the other's.
func TestRefusedStampsAreSaidInWords(t *testing.T) {
	for file, mark := range map[string]string{"stamp.go": `badStamp\("(\w+)"`, "cosign.go": `KeyError\("(\w+)"\)`} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		prefix := map[string]string{"stamp.go": "stamp_fault.", "cosign.go": "witness_fault."}[file]
		found := regexp.MustCompile(mark).FindAllStringSubmatch(string(source), -1)
		if len(found) < 4 {
			t.Errorf("%s gives %d reasons", file, len(found))
		}
		for _, m := range found {
			zh, en := words.Text("zh-CN", prefix+m[1], nil), words.Text("en", prefix+m[1], nil)
			if zh == prefix+m[1] || en == zh || regexp.MustCompile(`\p{Han}`).MatchString(en) || !regexp.MustCompile(`\p{Han}`).MatchString(zh) {
				t.Errorf("%s: %q and %q", m[1], zh, en)
			}
		}
	}
	_, err := ledger.OpenStamp([]byte("no stamp"), "text", nil)
	for lang, want := range map[string]string{"zh-CN": "时间戳不能采信：不是时间戳文件", "en": "The time stamp cannot be relied on: it is no time stamp"} {
		if _, said := words.Fault(lang, err); !strings.HasPrefix(said, want) {
			t.Errorf("%s: %s", lang, said)
		}
	}
}
