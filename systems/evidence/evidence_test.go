package evidence

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/blob"
)

var testNow = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// room is the enforcement record with subjects that everybody may see, but for those named closed.
type room struct {
	*Service
	db  *store.DB
	dir string
	now time.Time
}

func newRoom(t *testing.T, db *store.DB) *room {
	t.Helper()
	r := &room{db: db, dir: t.TempDir(), now: testNow}
	files, err := OpenFiles(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	access := func(_ context.Context, _ *store.Tx, actor org.Actor, s Subject, add bool) (string, error) {
		switch {
		case s.ID == "hidden":
			return "", fault.New(fault.NotFound, "intake.not_found")
		case s.ID == "closed" && add:
			return "", fault.New(fault.Refused, "refused.unit", "op", "evidence.add", "unit", "u")
		}
		return "u", nil
	}
	r.Service = New(db, files, access, func() time.Time { return r.now })
	return r
}

var (
	officer = org.Actor{Person: "p1", Name: "甲"}
	wall    = Subject{Type: "case", ID: "wall"}
)

func picture(shade byte) []byte {
	img := image.NewGray(image.Rect(0, 0, 640, 480))
	for i := range img.Pix {
		img.Pix[i] = shade + byte(i)
	}
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

func (r *room) add(s Subject, name string, content io.Reader) (*Media, error) {
	return r.Add(context.Background(), officer, Upload{Subject: s, Name: name, Content: content})
}

// kept are the files that lie in the folder, half ones included.
func (r *room) kept(t *testing.T) (out []string) {
	t.Helper()
	if err := filepath.WalkDir(r.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, d.Name())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSamePhotoIsOneRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		first, err := r.add(wall, "a.jpg", bytes.NewReader(picture(1)))
		if err != nil {
			t.Fatal(err)
		}
		if first.Type != "image/jpeg" || first.Width != 640 || first.Height != 480 || first.LedgerRef == "" || first.ByName != "甲" {
			t.Errorf("catalogued as %+v", first)
		}
		r.now = r.now.Add(time.Hour)
		again, err := r.add(wall, "another name.jpg", bytes.NewReader(picture(1)))
		if err != nil || again.ID != first.ID || !again.At.Equal(first.At.Time) || again.Name != "a.jpg" {
			t.Errorf("the same photo again: %+v, %v", again, err)
		}
		elsewhere, err := r.add(Subject{Type: "complaint", ID: "noise"}, "a.jpg", bytes.NewReader(picture(1)))
		if err != nil || elsewhere.ID == first.ID || elsewhere.SHA256 != first.SHA256 {
			t.Errorf("the same photo of another matter: %+v, %v", elsewhere, err)
		}
		if files := r.kept(t); len(files) != 1 || files[0] != first.SHA256 {
			t.Errorf("on the disk are %v", files)
		}
		list, err := r.List(t.Context(), officer, wall)
		if err != nil || len(list) != 1 {
			t.Errorf("the list has %d, %v", len(list), err)
		}
		if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if n, err := Count(ctx, tx, wall, testNow); n != 1 || err != nil {
				t.Errorf("%d photos since the beginning, %v", n, err)
			}
			if n, err := Count(ctx, tx, wall, testNow.Add(time.Second)); n != 0 || err != nil {
				t.Errorf("%d photos since then, %v", n, err)
			}
			if Has(ctx, tx, wall, first.ID) != nil || !fault.Is(Has(ctx, tx, wall, elsewhere.ID), "evidence.not_found") || !fault.Is(Has(ctx, tx, wall, "none"), "evidence.not_found") {
				t.Error("whose photo it is is not told apart")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if report, err := ledger.Check(t.Context(), db, ledger.CheckOptions{}); err != nil || len(report.Findings) != 0 {
			t.Errorf("the ledger finds %v, %v", report.Findings, err)
		}
	})
}

// brokenLine breaks off after what was sent, as a telephone in a lift does.
type brokenLine struct{ sent io.Reader }

func (b brokenLine) Read(p []byte) (int, error) {
	n, err := b.sent.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestAnInterruptedUploadLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		whole := picture(2)
		for code, content := range map[string]io.Reader{
			"evidence.cut_off":   brokenLine{bytes.NewReader(whole[:len(whole)/2])},
			"evidence.broken":    bytes.NewReader(whole[:len(whole)/2]),
			"evidence.type":      strings.NewReader("<svg><script/></svg>"),
			"evidence.empty":     strings.NewReader(""),
			"evidence.too_large": io.LimitReader(zeros{}, MaxFile+1),
		} {
			if _, err := r.add(wall, "a.jpg", content); !fault.Is(err, code) {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		for _, s := range []Subject{{"case", "hidden"}, {"case", "closed"}} {
			read := &counting{Reader: bytes.NewReader(whole)}
			if _, err := r.add(s, "a.jpg", read); err == nil || read.n != 0 {
				t.Errorf("%s: %v, and %d bytes were read of somebody who may not add", s.ID, err, read.n)
			}
		}
		if files := r.kept(t); len(files) != 0 {
			t.Errorf("on the disk are %v", files)
		}
		if list, err := r.List(t.Context(), officer, wall); err != nil || len(list) != 0 {
			t.Errorf("the catalogue has %v, %v", list, err)
		}
		// What is refused once does not take away what another matter keeps under the same content.
		if _, err := r.add(wall, "a.jpg", bytes.NewReader(whole)); err != nil {
			t.Error(err)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// A start clears away what a killed server had half taken in.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenFiles(dir); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "incoming", "up-123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	// Another server on the same folder may be taking something in at this very moment.
	running := filepath.Join(dir, "incoming", "up-456")
	if err := os.WriteFile(running, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := files.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was left two days ago is still there: %v", err)
	}
	if _, err := os.Stat(running); err != nil {
		t.Errorf("what another server takes in at this moment is gone: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "incoming"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v %v", info.Mode(), err)
	}
}

// Sixty files are enough for one matter; what is lost on the disk is said so.
func TestBoundsAndLosses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		for i := range MaxPerItem + 1 {
			_, err := r.add(wall, "a.pdf", strings.NewReader("%PDF-1.7\n"+strings.Repeat("x", i)+pdfEnd))
			if i < MaxPerItem && err != nil || i == MaxPerItem && !fault.Is(err, "evidence.too_many") {
				t.Errorf("file %d: %v", i, err)
			}
		}
		if _, err := r.add(wall, "a.pdf", strings.NewReader("%PDF-1.7\n"+pdfEnd)); err != nil {
			t.Errorf("one of the sixty again: %v", err)
		}
		list, err := r.List(t.Context(), officer, wall)
		if err != nil || len(list) != MaxPerItem {
			t.Errorf("%d files are there, %v", len(list), err)
		}
		m := list[0]
		if err := os.Remove(r.files.path(m.SHA256)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.Open(t.Context(), officer, m.ID); !fault.Is(err, "evidence.missing") {
			t.Errorf("a lost file: %v", err)
		}
		if _, _, err := r.Open(t.Context(), officer, "none"); !fault.Is(err, "evidence.not_found") {
			t.Errorf("no file: %v", err)
		}
	})
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"a.jpg": "a.jpg", "../../etc/passwd": "passwd", `C:\photos\现场 1.jpg`: "现场 1.jpg", "..": "file", ".": "file", "": "file", "/": "file", "a/": "a",
		"a\x00b\r\n.jpg": "ab .jpg", "照片\u202egpj.exe": "照片gpj.exe", strings.Repeat("长", 200) + ".jpg": strings.Repeat("长", maxName-4) + ".jpg",
	} {
		if got := cleanName(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("../a\x00.jpg")
	f.Fuzz(func(t *testing.T, in string) {
		out := cleanName(in)
		if out == "" || strings.ContainsAny(out, "/\\\x00\r\n\u202e") || len([]rune(out)) > maxName || strings.Trim(out, ".") == "" {
			t.Errorf("%q becomes %q", in, out)
		}
	})
}

// pdfEnd is how a PDF ends.
const pdfEnd = "\nstartxref\n9\n%%EOF\n"

// What only begins like a PDF or a film is not taken in.
func TestWhole(t *testing.T) {
	box := func(kind string, size int, body string) string {
		return string([]byte{0, 0, byte(size >> 8), byte(size)}) + kind + body
	}
	film := box("ftyp", 16, "isom\x00\x00\x02\x00") + box("moov", 12, "abcd")
	for name, c := range map[string]struct {
		content string
		good    bool
	}{
		"a PDF":                    {"%PDF-1.7\n1 0 obj" + pdfEnd, true},
		"a PDF's first words":      {"%PDF-1.4 junk", false},
		"a PDF cut off":            {"%PDF-1.7\n1 0 obj << >>", false},
		"a film":                   {film, true},
		"a film cut off":           {film[:len(film)-2], false},
		"a film of nothing":        {box("ftyp", 16, "isom\x00\x00\x02\x00"), false},
		"a film that lies on size": {box("ftyp", 16, "isom\x00\x00\x02\x00") + box("moov", 4000, "abcd"), false},
		"a box of no size":         {box("ftyp", 16, "isom\x00\x00\x02\x00") + box("moov", 4, ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			file, err := blob.Folder{Dir: filepath.Dir(path)}.Open(t.Context(), filepath.Base(path))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if _, err := inspect(blob.Read(file)); (err == nil) != c.good {
				t.Errorf("got %v", err)
			}
		})
	}
}
