package court

import (
	"strings"
	"testing"
)

// What a file in an export is called is taken by the check, whatever it came as; and Windows can write it.
func FuzzPathIn(f *testing.F) {
	for _, name := range []string{"Screenshot 2026-11-30 10:15:22.png", `a<b>c:d"e/f\\g|h?i*j.jpg`, "..", ".", " ", "x. ", "a/../../b", "C:\\x.exe", strings.Repeat("长", 300), "\xff\xfe", "\u202egpj.exe", "con\x00\n.jpg", "😀.jpg", "a:b", "全角　空格.jpg"} {
		f.Add(name, 1)
	}
	f.Fuzz(func(t *testing.T, name string, n int) {
		got := PathIn("media", n%MaxFiles, name, ".jpg")
		if !safe(got) || len(got) > maxPath || strings.ContainsAny(strings.TrimPrefix(got, "media/"), `<>:"/\|?*`) || strings.HasSuffix(got, ".") || strings.HasSuffix(got, " ") || !strings.HasPrefix(got, "media/") {
			t.Errorf("%q becomes %q", name, got)
		}
	})
}
