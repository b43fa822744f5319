package evidence

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiexu/data"
	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/blob"
	"jiexu/systems/evidence/court"
)

// withExports has exports made: a log of its own that runs, and a document that the case has.
func (r *squadRoom) withExports(t *testing.T) *ledger.SigningKey {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	key, err := ledger.EnsureKey(ctx, r.db, filepath.Join(t.TempDir(), "log.key"), "jiexu.test/log")
	if err != nil {
		t.Fatal(err)
	}
	log, err := ledger.Open(ctx, r.db, key, ledger.Options{Now: func() time.Time { return r.now }})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); log.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	r.Fonts(func() (*document.Fonts, error) {
		shipped, err := fs.Sub(data.FS, "fonts")
		if err != nil {
			return nil, err
		}
		return document.LoadFonts(shipped)
	})
	r.Exports(Exporting{Log: log, Checker: []byte("<!doctype html>"),
		Matter: func(context.Context, *store.Tx, org.Actor, Subject) (string, error) {
			return "静城管立字〔2026〕第1号", nil
		},
		Paper: func(_ context.Context, actor org.Actor, s Subject, id string) (Paper, error) {
			if id != "d1" {
				return Paper{}, fault.New(fault.NotFound, "case.document_not_found")
			}
			return Paper{Name: "扣押决定书.pdf", PDF: []byte("%PDF-1.7 a decision")}, nil
		}})
	return key
}

func (r *squadRoom) export(t *testing.T, actor org.Actor, in ExportInput) Export {
	t.Helper()
	ctx := context.Background()
	x, err := r.Export(ctx, actor, in)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.MakeExport(ctx, x.ID); err != nil {
			t.Fatal(err)
		}
	}
	list, err := r.ExportsOf(ctx, actor, in.Subject)
	if err != nil || len(list) == 0 || list[0].ID != x.ID {
		t.Fatalf("%+v %v", list, err)
	}
	return list[0]
}

// An export whose making breaks off after it was entered is made again, and is in the log once.
func TestExportBreaksOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)}}, nil)
		page, err := r.Recordings(ctx, r.boss, RecordingsQuery{})
		if err != nil {
			t.Fatal(err)
		}
		key := r.withExports(t)
		x, err := r.Export(ctx, r.boss, ExportInput{Media: []string{page.Items[0].ID}, Purpose: "court", Recipient: "静安区人民法院"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.exporting.Log.WaitSequenced(ctx, r.entryOf(t, EntryExportAsked)); err != nil { // before that nobody makes it
			t.Fatal(err)
		}
		incoming := filepath.Join(r.dir, blob.Incoming)
		if err := os.Rename(incoming, incoming+".away"); err != nil {
			t.Fatal(err)
		}
		r.now = r.now.Add(time.Minute)
		if err := r.MakeExport(ctx, x.ID); err == nil {
			t.Fatal("it is made where nothing can be written")
		}
		if err := os.Rename(incoming+".away", incoming); err != nil {
			t.Fatal(err)
		}
		r.now = r.now.Add(time.Minute)
		if err := r.MakeExport(ctx, x.ID); err != nil {
			t.Fatal(err)
		}
		list, err := r.ExportsOf(ctx, r.boss, "")
		if err != nil || list[0].State != MakingDone {
			t.Fatalf("%+v %v", list, err)
		}
		zip := r.bytesOf(t, list[0].SHA256)
		if report, err := court.Verify(bytes.NewReader(zip), int64(len(zip)), []string{key.Verifier}, func(int64) {}); err != nil || report.Verdict != ledger.Genuine {
			t.Errorf("%+v %v", report, err)
		}
		life, err := r.Custody(ctx, r.boss, page.Items[0].ID, "zh-CN")
		if err != nil {
			t.Fatal(err)
		}
		if n := len(slices.DeleteFunc(life.Items, func(h Handled) bool { return h.Kind != court.EntryExported })); n != 1 {
			t.Errorf("it is in its life %d times", n)
		}
	})
}

// entryOf is the newest entry of a kind.
func (r *room) entryOf(t *testing.T, kind string) (id string) {
	t.Helper()
	if err := r.db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT max(id) FROM ledger_entries WHERE kind = $1`, kind).Scan(&id)
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

// What is exported can be checked by anyone; it is in the log, and in the life of each file; who has no right gets none; a file that was changed is
// not given away.
func TestExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		r.takeAll(t, fstest.MapFS{"DSJ0012_012345_20261123090000_0001.mp4": {Data: clip(nine, time.Minute, 1)}}, nil)
		page, err := r.Recordings(ctx, r.boss, RecordingsQuery{})
		if err != nil {
			t.Fatal(err)
		}
		id := page.Items[0].ID
		key := r.withExports(t)
		in := ExportInput{Media: []string{id, id}, Purpose: "court", Recipient: "静安区人民法院"}
		if _, err := r.Export(ctx, r.li, in); fault.KindOf(err) != fault.Refused {
			t.Errorf("an officer exports: %v", err)
		}
		if _, err := r.Export(ctx, r.wang, in); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an officer of another squad: %v", err)
		}
		for name, wrong := range map[string]ExportInput{"nothing": {Purpose: "court", Recipient: "x"}, "nobody": {Media: in.Media, Purpose: "court"}, "no purpose": {Media: in.Media, Recipient: "x"}, "papers of nothing": {Documents: []string{"d1"}, Purpose: "court", Recipient: "x"}} {
			if _, err := r.Export(ctx, r.boss, wrong); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		x := r.export(t, r.boss, in)
		if x.State != MakingDone || len(x.Media) != 1 {
			t.Fatalf("%+v", x)
		}
		zip := r.bytesOf(t, x.SHA256)
		report, err := court.Verify(bytes.NewReader(zip), int64(len(zip)), []string{key.Verifier}, func(int64) {})
		if err != nil || report.Verdict != ledger.Genuine || len(report.Manifest.Files) != 4 || report.Manifest.Files[0].Device != "DSJ0012" || report.Manifest.Entry == "" {
			t.Fatalf("%+v %v", report, err)
		}
		at := bytes.Index(zip, []byte("mdat")) + 50
		zip[at] ^= 4
		if report, err = court.Verify(bytes.NewReader(zip), int64(len(zip)), nil, func(int64) {}); err != nil || report.Verdict != ledger.Changed || report.Findings[0] != (court.Finding{Code: court.FoundFile, Path: "media/001-DSJ0012_012345_20261123090000_0001.mp4"}) {
			t.Errorf("%+v %v", report, err)
		}
		if _, err := r.Custody(ctx, r.boss, id, "zh-CN"); err != nil {
			t.Error(err)
		}
		if life, _ := r.Custody(ctx, r.boss, id, "zh-CN"); life.Items[len(life.Items)-1].Kind != court.EntryExported {
			t.Errorf("its life: %+v", life.Items)
		}

		// What a court was given is evidence, and is kept.
		if err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			kept, err := r.keepings(ctx, tx, []string{id}, "zh-CN")
			if err == nil && (kept[id].Rule != RuleExported || kept[id].Due != "") {
				t.Errorf("it is kept %+v", kept[id])
			}
			return err
		}); err != nil {
			t.Error(err)
		}

		// With documents of a case, by who has the right there.
		if _, err := r.Export(ctx, r.boss, ExportInput{Subject: "case:wall", Documents: []string{"d1"}, Purpose: "lawyer", Recipient: "x"}); fault.KindOf(err) != fault.Refused {
			t.Errorf("a case of another unit: %v", err)
		}

		// The bytes on the disk are no longer those that were catalogued.
		path := r.files.path(page.Items[0].SHA256)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)-1] ^= 1
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if x := r.export(t, r.boss, in); x.State != MakingFailed || x.Why == "" {
			t.Errorf("%+v", x)
		}
		r.now = r.now.Add(exportFor + time.Hour)
		for range 2 {
			if err := r.SweepExports(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := r.files.Open(x.SHA256); !fault.Is(err, "evidence.missing") {
			t.Errorf("an export of a month ago: %v", err)
		}
		if _, pdf, err := r.CustodyPDF(ctx, r.boss, id); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Error(err)
		}
	})
}

func (r *squadRoom) bytesOf(t *testing.T, sum string) []byte {
	t.Helper()
	file, err := r.files.Open(sum)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Whatever files are called, what is exported is genuine to the check.
func TestExportOfOddNames(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newSquadRoom(t, db)
		ctx := context.Background()
		files := fstest.MapFS{}
		for i, name := range []string{"Screenshot 10:15:22.mp4", `a<b>"c|d?e*.mp4`, strings.Repeat("长", 90) + ".mp4", "照片.html", "x. ", "C:.mp4"} {
			files[name] = &fstest.MapFile{Data: clip(nine, time.Minute, byte(i))}
		}
		var ids []string
		if err := r.TakeFolder(ctx, org.Program("import"), Folder{Files: files, Unit: r.squad, Zone: law.Shanghai}, func(f FolderFile) {
			if f.Recording == nil {
				t.Errorf("%s: %v", f.Path, f.Refused)
				return
			}
			ids = append(ids, f.Recording.ID)
		}); err != nil || len(ids) != len(files) {
			t.Fatal(err, ids)
		}
		key := r.withExports(t)
		x := r.export(t, r.boss, ExportInput{Media: ids, Purpose: "court", Recipient: "静安区人民法院"})
		zip := r.bytesOf(t, x.SHA256)
		report, err := court.Verify(bytes.NewReader(zip), int64(len(zip)), []string{key.Verifier}, func(int64) {})
		if err != nil || report.Verdict != ledger.Genuine {
			t.Errorf("%+v %v", report, err)
		}
	})
}
