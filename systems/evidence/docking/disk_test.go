package docking_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jiexu/systems/evidence/docking"
)

// Names in GBK are shown as what they say, and open what they name, however deep they lie; names in no encoding open what they name too.
func TestDisk(t *testing.T) {
	dir := t.TempDir()
	gbk := func(text string) string {
		out, err := simplifiedchinese.GBK.NewEncoder().String(text)
		if err != nil || utf8.ValidString(out) {
			t.Fatalf("%q %v", out, err)
		}
		return out
	}
	files := map[string]string{
		"plain.mp4": "plain",
		"贾警官/一.mp4": "as it is",
		gbk("静安寺中队") + "/" + gbk("贾警官") + ".mp4": "in GBK",
		gbk("静安寺中队") + "/plain.mp4":              "plain in GBK",
		"odd/\xff\xfe.mp4":                       "in none",
		"odd/" + gbk("同名") + ".mp4":              "one",
		"odd/同名.mp4":                             "two",
	}
	for name, content := range files {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Skip("this disk keeps no names but in UTF-8: ", err)
		}
	}
	disk := docking.Disk(dir)
	want := map[string]string{"plain.mp4": "plain", "贾警官/一.mp4": "as it is", "静安寺中队/贾警官.mp4": "in GBK", "静安寺中队/plain.mp4": "plain in GBK", "odd/~同名.mp4": "one", "odd/同名.mp4": "two"}
	var seen []string
	if err := fs.WalkDir(disk, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !utf8.ValidString(name) {
			t.Errorf("%q %v", name, err)
		}
		if err == nil && !d.IsDir() {
			seen = append(seen, name)
			content, err := fs.ReadFile(disk, name)
			if say, ok := want[name]; err != nil || ok && string(content) != say || !ok && string(content) != "in none" {
				t.Errorf("%s: %q %v", name, content, err)
			}
		}
		return nil
	}); err != nil || len(seen) != len(files) {
		t.Errorf("%d of %d: %q %v", len(seen), len(files), seen, err)
	}
	// Somebody puts a name right while the folder is watched.
	if err := os.Rename(filepath.Join(dir, gbk("静安寺中队")), filepath.Join(dir, "静安寺中队")); err != nil {
		t.Fatal(err)
	}
	if _, err := fs.ReadDir(disk, "."); err != nil {
		t.Error(err)
	}
	if content, err := fs.ReadFile(disk, "静安寺中队/plain.mp4"); err != nil || string(content) != "plain in GBK" {
		t.Errorf("renamed: %q %v", content, err)
	}
	for _, name := range []string{"../plain.mp4", "/etc/passwd", "odd/../../x", ""} {
		if f, err := disk.Open(name); err == nil {
			f.Close()
			t.Errorf("%q opens", name)
		}
	}
	slices.Sort(seen)
	if err := fstest.TestFS(docking.Disk(filepath.Join(dir, "贾警官")), "一.mp4"); err != nil {
		t.Error(err)
	}
}
