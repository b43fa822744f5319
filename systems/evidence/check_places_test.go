package evidence

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/blob"
	"jiexu/systems/evidence/blob/s3test"
)

// What was done to sealed files, copies, rows and stores is found and named, each as what it is.
func TestCheckPlaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		g, r, ctx := s3test.Start(t), newRoom(t, db), t.Context()
		r.placed(t, ToS3, g.Open(), blob.AES)
		var list []*Media
		for shade := range byte(7) {
			list = append(list, r.photo(t, shade))
		}
		r.carry(t)
		object := func(i int) string {
			t.Helper()
			found, err := filepath.Glob(filepath.Join(g.Dir, "media", list[i].SHA256[:2], list[i].SHA256+".*"))
			if err != nil || len(found) != 1 {
				t.Fatalf("%v %v", found, err)
			}
			return found[0]
		}
		change := func(query string, args ...any) {
			t.Helper()
			if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, query, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		// 0: one bit of the sealed bytes. 1: cut. 2: gone. 3: gone, with a plain copy in the folder. 4: another SHA-256 in the catalogue's log. 5: under a key that nobody has.
		content, err := os.ReadFile(object(0))
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)/2] ^= 1
		path, release, err := r.files.Local(list[3].SHA256)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := os.ReadFile(path)
		if release(); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{os.WriteFile(object(0), content, 0o600), os.Truncate(object(1), 100), os.Remove(object(2)), os.Remove(object(3)),
			r.files.folder().Put(ctx, plainName(list[3].SHA256), int64(len(plain)), bytes.NewReader(plain)),
			g.Open().Put(ctx, "ab/"+strings.Repeat("ab", 32)+".00", 3, strings.NewReader("new")),
			os.WriteFile(filepath.Join(r.dir, blob.Incoming, "nobodys"), []byte("x"), 0o600)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		change(`UPDATE evidence_blobs SET sealed_by = 'ffff' WHERE sum = $1`, list[5].SHA256)
		change(`UPDATE evidence_media SET sha256 = $1 WHERE id = $2`, strings.Repeat("cd", 32), list[4].ID)
		change(`INSERT INTO evidence_media (id, subject_type, subject_id, unit, name, type, size, sha256, width, height, note, at, by_person, by_name)
			SELECT 'smuggled', subject_type, 'other', unit, name, type, size, sha256, width, height, note, at, by_person, by_name FROM evidence_media WHERE id = $1`, list[6].ID)
		report, err := r.files.Check(ctx, db, true, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]string{"smuggled": "smuggled"}
		for i, m := range list {
			names[m.ID] = string(rune('0' + i))
		}
		var found []string
		for _, f := range report.Findings {
			if f.Note != slices.Contains(notes, f.Code) {
				t.Errorf("%+v", f)
			}
			found = append(found, f.Code+" "+names[f.Media])
		}
		slices.Sort(found)
		want := []string{"copy 3", "key 5", "ledger 4", "missing 2", "missing 4", "no_entry smuggled", "orphan ", "orphan ", "plain 3", "segment 0", "segment 1", "upload "}
		if !slices.Equal(found, want) {
			t.Errorf("found\n%q, want\n%q", found, want)
		}
		// What is whole elsewhere is made anew.
		r.now = r.now.Add(1)
		if out, err := r.files.Move(ctx, ToS3, true, func(Moved) {}); err != nil || out.Done != 1 || len(out.Wrong) != 3 {
			t.Errorf("moved over all that: %+v %v", out, err)
		}
		change(`DELETE FROM evidence_blobs WHERE sum = $1`, list[5].SHA256)
		// The plain copy of 3 may go now; of 0 nothing goes, whose copy has the right length and other bytes.
		if err := r.files.folder().Put(ctx, plainName(list[0].SHA256), int64(len(picture(0))), bytes.NewReader(picture(0))); err != nil {
			t.Fatal(err)
		}
		if out, err := r.files.Empty(ctx, ToS3, true, func(Moved) {}); err != nil || out.Done != 1 || !slices.Equal(r.left(t), []string{list[0].SHA256, "nobodys"}) && !slices.Equal(r.left(t), []string{"nobodys", list[0].SHA256}) {
			t.Errorf("emptied: %+v %v, left %v", out, err, r.left(t))
		}
		// Another bucket is not the one in which they lie.
		r.files.S3 = nil
		r.files.To = ToFolder
		report, err = r.files.Check(ctx, db, false, func(int) {})
		if err != nil || !slices.ContainsFunc(report.Findings, func(f Finding) bool { return f.Code == FoundElsewhere && f.Media == list[6].ID }) {
			t.Errorf("%+v %v", report, err)
		}
	})
}
