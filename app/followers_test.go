package app_test

import (
	"os"
	"strings"
	"testing"
)

// The page of the system's state says in both languages what each of those does who read the log, so that an operator reads no names of the program's own.
func TestFollowersHaveWords(t *testing.T) {
	w := newWorld(t, sqlitePlace(t))
	for _, lang := range []string{"zh-CN", "en"} {
		text, err := os.ReadFile("../web/shared/i18n/" + lang + ".ts")
		if err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile("../web/console/pages/SystemStatus.vue")
		if err != nil {
			t.Fatal(err)
		}
		names := w.app.Log.Followers()
		if len(names) < 4 {
			t.Fatalf("%v", names)
		}
		for _, name := range names {
			if !strings.Contains(string(text), "'status.follower."+name+"': '") || !strings.Contains(string(page), "'"+name+"'") {
				t.Errorf("%s has no words in %s, or the page does not know it", name, lang)
			}
		}
	}
}
