package evidence

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiexu/store"
	"jiexu/store/storetest"
)

// What was done to the files behind the program's back is found and named: one that is gone, that was cut, of which one bit was turned, that nobody
// catalogued. A quick look reads no file, and so finds no turned bit.
func TestCheckFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		ctx := context.Background()
		var sums []string
		for shade := range byte(5) {
			m, err := r.add(wall, "a.jpg", bytes.NewReader(picture(shade)))
			if err != nil {
				t.Fatal(err)
			}
			sums = append(sums, m.SHA256)
		}
		check := func(whole bool) (codes []string) {
			report, err := ReadFiles(r.dir).Check(ctx, db, whole, func(int) {})
			if err != nil || report.Files != 5 {
				t.Fatalf("%+v %v", report, err)
			}
			for _, f := range report.Findings {
				for i, sum := range sums {
					if f.SHA256 == sum {
						codes = append(codes, f.Code+string(rune('0'+i)))
					}
				}
				if f.Code == FoundOrphan {
					codes = append(codes, f.Code)
				}
			}
			return codes
		}
		if found := check(true); len(found) != 0 {
			t.Fatalf("of what is whole: %v", found)
		}
		path := func(i int) string { return filepath.Join(r.dir, sums[i][:2], sums[i]) }
		content, err := os.ReadFile(path(2))
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)/2] ^= 1
		for _, err := range []error{os.Remove(path(0)), os.Truncate(path(1), 100), os.WriteFile(path(2), content, 0o600), os.WriteFile(filepath.Join(r.dir, sums[3][:2], strings.Repeat("ab", 32)), []byte("x"), 0o600)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for whole, want := range map[bool]string{true: "missing0 size1 bytes2 orphan", false: "missing0 size1 orphan"} {
			found := map[string]bool{}
			for _, code := range check(whole) {
				found[code] = true
			}
			for _, code := range strings.Fields(want) {
				if !found[code] {
					t.Errorf("whole %v: %s is not found in %v", whole, code, found)
				}
			}
			if len(found) != len(strings.Fields(want)) {
				t.Errorf("whole %v: %v", whole, found)
			}
		}
	})
}
