package evidence

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/ledger"
	"jiexu/store"
	"jiexu/store/storetest"
)

// filmed is a recording with small versions, which are put on record as those that were made of it.
func (r *squadRoom) filmed(t *testing.T, seed byte) (id, sum string, small preview) {
	t.Helper()
	got := r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, seed)}}, nil)
	rec := got["DSJ0012_012345_20261123090000_0001.mp4"].Recording
	if rec == nil {
		t.Fatal(got)
	}
	file, _, size, err := r.files.Put(bytes.NewReader(picture(seed)), MaxUpload)
	if err != nil {
		t.Fatal(err)
	}
	small = preview{file: file, mime: "image/jpeg", size: size}
	r.exec(t, func(ctx context.Context, tx *store.Tx) error {
		return r.writePreviews(ctx, tx, rec.SHA256, map[string]preview{previewThumb: small, previewProxy: {}})
	})
	return rec.ID, rec.SHA256, small
}

func (r *room) exec(t *testing.T, do func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := r.db.Write(context.Background(), do); err != nil {
		t.Fatal(err)
	}
}

func (r *room) sql(t *testing.T, query string, args ...any) {
	t.Helper()
	r.exec(t, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			t.Errorf("%s: no row", query)
		}
		return err
	})
}

// sealedWell are the findings of the log's check.
func (r *room) sealedWell(t *testing.T) (out []string) {
	t.Helper()
	report, err := ledger.Check(context.Background(), r.db, ledger.CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Code != ledger.FoundRoot { // nobody sequences here
			out = append(out, f.Code+" "+f.Table+" "+f.Key)
		}
	}
	return out
}

// Another picture that stands for a recording, or for another one, is found by the check of the log, which names the row; other bytes by that of the files.
func TestSwappedPreviews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		_, sum, small := r.filmed(t, 1)
		if found := r.sealedWell(t); len(found) > 0 || r.Check(t) != 0 {
			t.Fatal(found)
		}
		other := strings.Repeat("ab", 32)
		for _, swap := range []struct{ column, to, back string }{{"file", other, small.file}, {"type", "video/mp4", small.mime}} {
			r.sql(t, `UPDATE evidence_previews SET `+swap.column+` = $1 WHERE kind = 'thumb'`, swap.to)
			if found := r.sealedWell(t); len(found) != 1 || !strings.Contains(found[0], "evidence_previews "+ledger.Key(sum, previewThumb)) {
				t.Errorf("%s: %v", swap.column, found)
			}
			r.sql(t, `UPDATE evidence_previews SET `+swap.column+` = $1 WHERE kind = 'thumb'`, swap.back)
		}
		r.sql(t, `INSERT INTO evidence_previews (sha256, kind, file, type, size, at) SELECT $1, kind, file, type, size, at FROM evidence_previews WHERE kind = 'thumb'`, other)
		if found := r.sealedWell(t); len(found) != 1 || !strings.Contains(found[0], ledger.Key(other, previewThumb)) {
			t.Errorf("of another recording: %v", found)
		}
		r.sql(t, `DELETE FROM evidence_previews WHERE sha256 = $1`, other)

		path := r.files.path(small.file)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := slices.Clone(content)
		bad[len(bad)/2] ^= 4
		for name, change := range map[string]func() error{
			"a bit": func() error { return os.WriteFile(path, bad, 0o600) },
			"cut":   func() error { return os.WriteFile(path, content[:100], 0o600) },
			"gone":  func() error { return os.Remove(path) },
		} {
			if err := change(); err != nil {
				t.Fatal(err)
			}
			report, err := r.files.Check(t.Context(), db, true, func(int) {})
			if err != nil || len(report.Findings) != 1 || report.Findings[0].Code != FoundPreview || report.Findings[0].SHA256 != small.file || report.Findings[0].Detail != sum || report.Wrong() != 1 || report.Files != 1 {
				t.Errorf("%s: %+v %v", name, report, err)
			}
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A small version whose file is gone is forgotten with an entry when somebody opens it, and so it is when its film is destroyed.
func TestForgottenPreviews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		id, sum, small := r.filmed(t, 2)
		if _, _, file, err := r.openPreview(t.Context(), r.li, id, previewThumb); err != nil {
			t.Fatal(err)
		} else {
			file.Close()
		}
		if err := os.Remove(r.files.path(small.file)); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := r.openPreview(t.Context(), r.li, id, previewThumb); err == nil {
			t.Fatal("it was opened")
		}
		if found := r.sealedWell(t); len(found) > 0 || r.Check(t) != 0 {
			t.Errorf("the log knows nothing of it: %v", found)
		}
		if left := r.count(t, `SELECT count(*) FROM evidence_previews`); left != 0 {
			t.Errorf("%d rows are left", left)
		}
		entries := r.count(t, `SELECT count(*) FROM ledger_entries WHERE kind = $1 AND subject_id = $2`, entryUnpreviewed, sum)
		if entries != 1 {
			t.Errorf("%d entries", entries)
		}
	})
}

func (r *room) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	if err := r.db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error { return tx.QueryRow(ctx, query, args...).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// What an older version made is shown to nobody until it was compared and has its entry; what differs is forgotten, and made anew.
func TestPreviewsOfAnOlderVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		id, sum, small := r.filmed(t, 3)
		before := func() { // as migration 0426 leaves it
			r.sql(t, `INSERT INTO evidence_previews_before (sha256, kind, file, type, size, at) SELECT sha256, kind, file, type, size, at FROM evidence_previews`)
			r.exec(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `DELETE FROM evidence_previews`)
				return err
			})
			r.exec(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `DELETE FROM ledger_entries WHERE kind = $1`, entryPreviewed)
				return err
			})
		}
		before()
		if found := r.sealedWell(t); len(found) > 0 || r.Check(t) != 0 {
			t.Fatalf("an older version's house: %v", found)
		}
		if _, _, _, err := r.openPreview(t.Context(), r.li, id, previewThumb); err == nil {
			t.Error("it is shown before anybody compared it")
		}
		for range 2 {
			if err := r.SealPreviews(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if found := r.sealedWell(t); len(found) > 0 || r.count(t, `SELECT count(*) FROM evidence_previews_before`) != 0 || r.count(t, `SELECT count(*) FROM evidence_previews`) != 2 ||
			r.count(t, `SELECT count(*) FROM ledger_entries WHERE kind = $1 AND subject_id = $2`, entryPreviewed, sum) != 1 {
			t.Errorf("sealed: %v", found)
		}
		if _, _, file, err := r.openPreview(t.Context(), r.li, id, previewThumb); err != nil {
			t.Error(err)
		} else {
			file.Close()
		}
		before()
		if err := os.WriteFile(r.files.path(small.file), picture(9), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := r.SealPreviews(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, `SELECT count(*) FROM evidence_previews`) + r.count(t, `SELECT count(*) FROM evidence_previews_before`); n != 0 {
			t.Errorf("%d rows of what has other bytes", n)
		}
	})
}

// Whoever changes what was asked for, between asking and making, changes nothing of what is made: the log says what was asked, by whom and why.
func TestChangedMaking(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		got := r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.jpg": {Data: picture(1)}, "DSJ0012_012345_20261123090100_0002.jpg": {Data: picture(2)}}, nil)
		m, other := got["DSJ0012_012345_20261123090000_0001.jpg"].Recording, got["DSJ0012_012345_20261123090100_0002.jpg"].Recording
		if m == nil || other == nil {
			t.Fatal(got)
		}
		ask := func(x float64) *Making {
			t.Helper()
			k, err := r.Derive(ctx, r.li, m.ID, DeriveInput{How: Redacted, Params: Params{Regions: []RegionInput{{Keys: []KeyInput{{X: x, Y: .1, W: .2, H: .2}}}}}, Reason: "公开前处理"})
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		k := ask(.1)
		r.sql(t, `UPDATE evidence_makings SET reason = '别的', by_person = $2, by_name = '别人', params = '{"fromMs":0,"regions":[{"fromMs":0,"toMs":0,"keys":[{"atMs":0,"x":0,"y":0,"w":0.1,"h":0.1}]}]}' WHERE id = $1`, k.ID, r.wang.Person)
		if err := r.Make(ctx, k.ID); err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, `SELECT count(*) FROM evidence_derived WHERE parent = $1 AND reason = '公开前处理' AND by_person = $2 AND by_name = 'li' AND params LIKE '%"x":0.1%'`, m.ID, r.li.Person); n != 1 {
			t.Error("it was made as the changed row says")
		}
		k = ask(.5)
		r.sql(t, `UPDATE evidence_makings SET parent = $2 WHERE id = $1`, k.ID, other.ID)
		if err := r.Make(ctx, k.ID); err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, `SELECT count(*) FROM evidence_makings WHERE id = $1 AND state = 'failed' AND why = 'evidence.not_asked'`, k.ID); n != 1 {
			t.Error("it was made of another file than was asked for")
		}
	})
}

// Names that are none of ours, links, and what a broken-off import left are named by the check; the last goes by itself when it is old enough.
func TestStrays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		m, err := r.add(wall, "a.jpg", bytes.NewReader(picture(1)))
		if err != nil {
			t.Fatal(err)
		}
		ours := r.files.With(Places{Now: func() time.Time { return r.now }})
		in := func(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }
		put := func(name string, age time.Duration) {
			t.Helper()
			if err := os.MkdirAll(filepath.Dir(in(name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(in(name), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(in(name), r.now.Add(-age), r.now.Add(-age)); err != nil {
				t.Fatal(err)
			}
		}
		put("readme.txt", 0)
		put("ab/notes/incoming/film.mp4", 0)
		put("incoming/up-1", abandoned+time.Minute)
		put("incoming/up-2", abandoned-time.Minute)
		put("incoming/"+lentPrefix+"1", unread+time.Minute)
		put("incoming/"+lentPrefix+"2", abandoned+time.Minute)
		put("incoming/nobody", 0)
		for link, to := range map[string]string{m.SHA256[:2] + "/link": in("readme.txt"), "incoming/up-3": "/etc/hostname", "elsewhere": t.TempDir()} {
			if err := os.Symlink(to, in(link)); err != nil {
				t.Fatal(err)
			}
		}
		found := func() string {
			report, err := ours.Check(t.Context(), db, true, func(int) {})
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, f := range report.Findings {
				code := f.Code
				if f.Note {
					code = "(" + code + ")"
				}
				if f.Code == FoundLink && f.Detail == "" {
					t.Errorf("%s leads nowhere", f.Name)
				}
				all = append(all, code+" "+strings.ReplaceAll(f.Name, m.SHA256[:2]+"/link", "link"))
			}
			slices.Sort(all)
			return strings.Join(all, "\n")
		}
		const always = "link elsewhere\nlink incoming/up-3\nlink link\nstray ab/notes/incoming/film.mp4\nstray readme.txt\nupload nobody"
		if got := found(); got != "(broken) "+lentPrefix+"1\n(broken) up-1\n"+always {
			t.Errorf("found:\n%s", got)
		}
		if err := ours.Sweep(); err != nil {
			t.Fatal(err)
		}
		if got := found(); got != always {
			t.Errorf("after sweeping:\n%s", got)
		}
		r.now = r.now.Add(2 * time.Minute)
		if err := ours.Sweep(); err != nil {
			t.Fatal(err)
		}
		for name, there := range map[string]bool{"up-1": false, "up-2": false, lentPrefix + "2": true, "nobody": true, "up-3": true} {
			if _, err := os.Lstat(in("incoming/" + name)); (err == nil) != there {
				t.Errorf("%s is there: %v, want %v", name, err == nil, there)
			}
		}
		// A media folder that is itself a link to another disk is looked at like any other.
		beside := filepath.Join(t.TempDir(), "media")
		if err := os.Symlink(r.dir, beside); err != nil {
			t.Fatal(err)
		}
		if report, err := ReadFiles(beside).Check(t.Context(), db, true, func(int) {}); err != nil || report.Wrong() != 6 {
			t.Errorf("through a link: %+v %v", report, err)
		}
	})
}
