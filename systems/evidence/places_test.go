package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/evidence/blob"
	"jiexu/systems/evidence/blob/s3test"
)

// placed has a room keep its files elsewhere than plain in its folder.
func (r *room) placed(t *testing.T, to string, s3 blob.Store, cipher blob.Cipher) {
	t.Helper()
	p := Places{DB: r.db, S3: s3, To: to, Now: func() time.Time { return r.now }}
	if cipher != 0 {
		keys, err := blob.AddKey(filepath.Join(t.TempDir(), "media.key"), cipher, testNow)
		if err != nil {
			t.Fatal(err)
		}
		p.Keys, p.Seal = keys, true
	}
	r.files.With(p)
}

func (r *room) carry(t *testing.T) {
	t.Helper()
	if _, err := r.files.Carry(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (r *room) photo(t *testing.T, shade byte) *Media {
	t.Helper()
	m, err := r.add(wall, "a.jpg", bytes.NewReader(picture(shade)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (r *room) upload(t *testing.T, content []byte) *Media {
	t.Helper()
	in := r.begin(t, len(content))
	if _, err := r.Receive(t.Context(), in, bytes.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
	m, err := r.Finish(t.Context(), officer, in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// reads asks that a file is what it was, as a whole and in the middle.
func (r *room) reads(t *testing.T, m *Media, content []byte) {
	t.Helper()
	file, err := r.files.Open(m.SHA256)
	if err != nil {
		t.Fatalf("%s: %v", m.SHA256, err)
	}
	defer file.Close()
	if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("%d bytes of %d come back, %v", len(got), len(content), err)
	}
	at := int64(len(content) / 2)
	p := make([]byte, 7)
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(file, p); err != nil || !bytes.Equal(p, content[at:at+7]) {
		t.Errorf("from %d on: %x, %v", at, p, err)
	}
}

func (r *room) finds(t *testing.T) (codes []string) {
	t.Helper()
	report, err := r.files.Check(t.Context(), r.db, true, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	return codes
}

// left are the plain files in the folder, uploads included.
func (r *room) left(t *testing.T) (out []string) {
	t.Helper()
	for _, name := range r.kept(t) {
		if !strings.Contains(name, ".") {
			out = append(out, name)
		}
	}
	return out
}

// Wherever files are kept, what came in is carried there, is read as it was, and nothing of it stays behind; nothing shows it to who has no key.
func TestPlaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for name, set := range map[string]func(*testing.T, *room){
			"s3":          func(t *testing.T, r *room) { r.placed(t, ToS3, s3test.Start(t).Open(), 0) },
			"s3, aes":     func(t *testing.T, r *room) { r.placed(t, ToS3, s3test.Start(t).Open(), blob.AES) },
			"folder, sm4": func(t *testing.T, r *room) { r.placed(t, ToFolder, nil, blob.SM4) },
		} {
			t.Run(name, func(t *testing.T) {
				r := newRoom(t, fresh(t, db))
				set(t, r)
				content, photo := someFilm(300_000, 5), picture(9)
				m, p := r.upload(t, content), r.photo(t, 9)
				r.reads(t, m, content) // before it is carried
				if found := r.finds(t); !slices.Equal(found, []string{FoundWaiting, FoundWaiting}) {
					t.Errorf("before: %v", found)
				}
				r.carry(t)
				if left := r.left(t); len(left) != 0 {
					t.Errorf("left plain in the folder: %v", left)
				}
				r.reads(t, m, content)
				r.reads(t, p, photo)
				if _, err := r.Cleaned(*p); err != nil {
					t.Errorf("as a picture: %v", err)
				}
				path, release, err := r.files.Local(m.SHA256)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
					t.Errorf("lent: %v", err)
				}
				if release(); len(r.left(t)) != 0 {
					t.Errorf("what was lent stays: %v", r.left(t))
				}
				// The same again is the same, and is not kept twice.
				if again := r.photo(t, 9); again.ID != p.ID {
					t.Errorf("the same photo again is %s", again.ID)
				}
				r.carry(t)
				if left := r.left(t); len(left) != 0 {
					t.Errorf("left of what came again: %v", left)
				}
				if found := r.finds(t); len(found) != 0 {
					t.Errorf("after: %v", found)
				}
				if n := count(t, r.db, `SELECT count(*) FROM evidence_blobs`); n != 2 {
					t.Errorf("%d copies", n)
				}
				if err := r.files.Remove(t.Context(), m.SHA256); err != nil {
					t.Error(err)
				}
				if _, err := r.files.Open(m.SHA256); !fault.Is(err, "evidence.missing") {
					t.Errorf("what was removed: %v", err)
				}
			})
		}
	})
}

// fresh is the database without what earlier parts of a test have put there.
func fresh(t *testing.T, db *store.DB) *store.DB {
	t.Helper()
	if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, table := range []string{"evidence_waiting", "evidence_blobs", "evidence_uploads", "evidence_media"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return db
}

func count(t *testing.T, db *store.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.QueryRow(ctx, query, args...).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// The service is gone for an hour: uploads are taken in and are on record, what lies in the folder is read, of the rest it is said when to ask again; when it is back all is
// carried, and nothing is half there.
func TestTheServiceIsAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		g, r := s3test.Start(t), newRoom(t, db)
		r.placed(t, ToS3, g.Open(), blob.AES)
		before := r.photo(t, 1)
		r.carry(t)
		g.Stop()
		content := someFilm(200_000, 3)
		during := r.upload(t, content)
		if _, err := r.files.Carry(t.Context()); fault.KindOf(err) != fault.Unavailable || !fault.Is(err, "evidence.store_away") {
			t.Errorf("carried into nowhere: %v", err)
		}
		r.reads(t, during, content)
		_, _, err := r.Open(t.Context(), officer, before.ID)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "evidence.store_away" || f.Kind != fault.Unavailable || f.Params["seconds"] != again {
			t.Errorf("what lies in the service: %v", err)
		}
		if found := r.finds(t); !slices.Equal(found, []string{FoundAway, FoundComing, FoundWaiting}) && !slices.Equal(found, []string{FoundAway, FoundWaiting}) {
			t.Errorf("while it is away: %v", found)
		}
		g.Again()
		r.carry(t)
		r.reads(t, during, content)
		r.reads(t, before, picture(1))
		if left := r.left(t); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
		r.now = r.now.Add(2 * longestComing)
		if err := r.files.tidy(t.Context()); err != nil {
			t.Error(err)
		}
		if found := r.finds(t); len(found) != 0 {
			t.Errorf("when it is back: %v", found)
		}
	})
}

// stopping is a store that fails after some files, as when the line breaks in the middle of a move.
type stopping struct {
	blob.Store
	left int
}

func (s *stopping) Put(ctx context.Context, name string, size int64, r io.Reader) error {
	if s.left--; s.left < 0 {
		io.CopyN(io.Discard, r, size/2)
		return blob.ErrAway
	}
	return s.Store.Put(ctx, name, size, r)
}

// Files are moved into the service and back while they are read; what breaks off goes on; nothing is taken away before it was asked for.
func TestMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s3, r := s3test.Start(t).Open(), newRoom(t, db)
		var list []*Media
		for shade := range byte(8) {
			list = append(list, r.photo(t, shade))
		}
		breaks := &stopping{s3, 3}
		r.placed(t, ToFolder, breaks, 0)
		ctx, nothing := t.Context(), func(Moved) {}
		done, reading := make(chan struct{}), sync.WaitGroup{}
		for range 2 {
			reading.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-done:
						return
					default:
					}
					m := list[i%len(list)]
					file, err := r.files.Open(m.SHA256)
					if err != nil {
						t.Errorf("read meanwhile: %v", err)
						return
					}
					if got, err := io.ReadAll(file); err != nil || sumHex(got) != m.SHA256 {
						t.Errorf("read meanwhile: %d bytes, %v", len(got), err)
					}
					file.Close()
				}
			})
		}
		if out, err := r.files.Move(ctx, ToS3, false, nothing); !fault.Is(err, "evidence.store_away") || out.Done != 3 {
			t.Errorf("broken off: %+v %v", out, err)
		}
		if out, err := r.files.Empty(ctx, ToS3, false, nothing); err != nil || out.Done != 3 || len(out.Wrong) != 5 {
			t.Errorf("emptied too early: %+v %v", out, err)
		}
		breaks.left = 100
		if out, err := r.files.Move(ctx, ToS3, false, nothing); err != nil || out.Done != 5 || out.Before != 3 || len(out.Wrong) != 0 {
			t.Errorf("gone on: %+v %v", out, err)
		}
		if out, err := r.files.Empty(ctx, ToS3, false, nothing); err != nil || out.Done != 5 || out.Before != 3 || len(r.left(t)) != 0 {
			t.Errorf("emptied: %+v %v, left %v", out, err, r.left(t))
		}
		if found := r.finds(t); len(found) != 0 {
			t.Errorf("in the service: %v", found)
		}
		// And back, sealed, then plain.
		r.placed(t, ToFolder, s3, blob.SM4)
		for _, seal := range []bool{true, false} {
			r.files.Seal = seal
			if out, err := r.files.Move(ctx, ToFolder, seal, nothing); err != nil || out.Done != 8 {
				t.Errorf("back, sealed %v: %+v %v", seal, out, err)
			}
			if out, err := r.files.Empty(ctx, ToFolder, seal, nothing); err != nil || out.Done != 8 {
				t.Errorf("back, sealed %v: %+v %v", seal, out, err)
			}
			if seal && len(r.left(t)) != 0 {
				t.Errorf("sealed, and plain: %v", r.left(t))
			}
			if found := r.finds(t); len(found) != 0 {
				t.Errorf("back: %v", found)
			}
		}
		close(done)
		reading.Wait()
		if n := count(t, db, `SELECT count(*) FROM evidence_blobs`); n != 0 || len(r.left(t)) != 8 {
			t.Errorf("%d rows and %d files in the end", n, len(r.left(t)))
		}
		if err := s3.Each(ctx, func(name string, _ int64) error { t.Errorf("%s is left in the service", name); return nil }); err != nil {
			t.Error(err)
		}
		if n := count(t, db, `SELECT count(*) FROM ledger_entries WHERE kind IN ('evidence.moved', 'evidence.emptied')`); n != 7 {
			t.Errorf("%d entries of moves", n)
		}
	})
}

func sumHex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A new key: the old one is needed no more, and files are not written; sealed anew they are, with the new cipher. A lost key is said by name.
func TestRotate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newRoom(t, db), t.Context()
		r.placed(t, ToFolder, nil, blob.AES)
		path := r.files.Keys.Path()
		first, second := r.photo(t, 1), r.upload(t, someFilm(150_000, 2))
		r.carry(t)
		before := r.kept(t)
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := blob.AddKey(path, blob.SM4, testNow); err != nil {
			t.Fatal(err)
		}
		out, err := r.files.Rewrap(ctx)
		if err != nil || out.Files != 2 || out.Lost != 0 || !slices.Equal(r.kept(t), before) {
			t.Errorf("rewrapped: %+v %v", out, err)
		}
		both, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		without := func(text []byte) {
			t.Helper()
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			keys, err := blob.OpenKeys(path)
			if err != nil {
				t.Fatal(err)
			}
			r.files.Keys = keys
		}
		without(bytes.TrimPrefix(both, old)) // the new key alone
		r.reads(t, first, picture(1))
		without(old)
		_, _, err = r.Open(ctx, officer, first.ID)
		if !fault.Is(err, "evidence.key_lost") {
			t.Errorf("with the old key alone: %v", err)
		}
		if found := r.finds(t); !slices.Equal(found, []string{FoundKey, FoundKey}) {
			t.Errorf("with the old key alone: %v", found)
		}
		if out, err := r.files.Rewrap(ctx); err != nil || out.Lost != 2 || len(out.Under) != 1 {
			t.Errorf("with the old key alone: %+v %v", out, err)
		}
		without(both)
		if n, err := r.files.Reseal(ctx, func(int) {}); err != nil || n != 2 {
			t.Errorf("sealed anew: %d %v", n, err)
		}
		if n, err := r.files.Reseal(ctx, func(int) {}); err != nil || n != 0 {
			t.Errorf("and again: %d %v", n, err)
		}
		after := r.kept(t)
		if len(after) != 2 || slices.ContainsFunc(after, func(name string) bool { return slices.Contains(before, name) }) {
			t.Errorf("the files are %v, were %v", after, before)
		}
		r.reads(t, second, someFilm(150_000, 2))
		if found := r.finds(t); len(found) != 0 {
			t.Errorf("in the end: %v", found)
		}
	})
}

// One file that several send at once, while it is carried away beneath them, is one file, and is there.
func TestOneFileFromManySides(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		r.placed(t, ToFolder, nil, blob.AES)
		content := someFilm(100_000, 8)
		var ids sync.Map
		var sending, carrying sync.WaitGroup
		stop := make(chan struct{})
		carrying.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := r.files.Carry(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
		for i := range 4 {
			sending.Go(func() {
				for j := range 5 {
					subject := Subject{"case", string(rune('a' + i))}
					if j%2 == 0 {
						subject = wall
					}
					in, err := r.Begin(t.Context(), officer, Beginning{Subject: subject, Name: "a.mp4", Size: int64(len(content))})
					if err == nil {
						_, err = r.Receive(t.Context(), in, bytes.NewReader(content), nil)
					}
					var m *Media
					if err == nil {
						m, err = r.Finish(t.Context(), officer, in)
					}
					if err != nil {
						t.Error(err)
						return
					}
					if before, known := ids.LoadOrStore(subject, m.ID); known && before != m.ID {
						t.Errorf("%v has it twice", subject)
					}
				}
			})
		}
		sending.Wait()
		close(stop)
		carrying.Wait()
		r.carry(t)
		if found := r.finds(t); len(found) != 0 || len(r.left(t)) != 0 {
			t.Errorf("found %v, left %v", found, r.left(t))
		}
		if n := count(t, db, `SELECT count(*) FROM evidence_media`); n != 5 {
			t.Errorf("%d on record", n)
		}
		r.reads(t, &Media{SHA256: sumHex(content)}, content)
	})
}

// A backup holds what lies in the service, sealed as it is; restored it lies in the folder and opens with the key, and is moved on from there. What a second backup beside finds there it
// does not copy.
func TestBackupOfPlaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s3, r, ctx := s3test.Start(t).Open(), newRoom(t, db), t.Context()
		r.placed(t, ToS3, s3, blob.SM4)
		content := someFilm(120_000, 4)
		m, p := r.upload(t, content), r.photo(t, 2)
		r.carry(t)
		late := r.photo(t, 3) // waits still
		for _, beside := range []string{"", filepath.Join(t.TempDir(), "beside")} {
			var file bytes.Buffer
			for range 2 {
				file.Reset()
				manifest, err := db.Backup(ctx, &file, r.files.Backed, beside, testNow)
				if err != nil || len(manifest.Media) != 3 || len(manifest.Wrong) != 0 {
					t.Fatalf("%+v %v", manifest.Media, err)
				}
			}
			if bytes.Contains(file.Bytes(), content[50_000:50_100]) {
				t.Error("the backup shows what is sealed")
			}
			to, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "to.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer to.Close()
			media := filepath.Join(t.TempDir(), "media")
			if _, err := to.Restore(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()), media, beside); err != nil {
				t.Fatal(err)
			}
			files, err := OpenFiles(media)
			if err != nil {
				t.Fatal(err)
			}
			// The service is not known to the new house, the key is.
			again := &room{Service: New(to, files.With(Places{DB: to, To: ToFolder, Keys: r.files.Keys, Now: r.files.Now}), r.access, r.files.Now), db: to, dir: media}
			for one, want := range map[*Media][]byte{m: content, p: picture(2), late: picture(3)} {
				again.reads(t, one, want)
			}
			if found := again.finds(t); !slices.Equal(found, []string{FoundWaiting}) {
				t.Errorf("restored: %v", found)
			}
			// On into another bucket, and nothing is lost on the way.
			other := s3test.Start(t).Open()
			files.With(Places{DB: to, S3: other, To: ToS3, Seal: true, Keys: r.files.Keys, Now: r.files.Now})
			if out, err := files.Move(ctx, ToS3, true, func(Moved) {}); err != nil || out.Done != 3 {
				t.Errorf("moved on: %+v %v", out, err)
			}
			again.carry(t)
			if _, err := files.Empty(ctx, ToS3, true, func(Moved) {}); err != nil {
				t.Error(err)
			}
			if left := again.kept(t); len(left) != 0 {
				t.Errorf("left in the folder: %v", left)
			}
			for one, want := range map[*Media][]byte{m: content, p: picture(2), late: picture(3)} {
				again.reads(t, one, want)
			}
			if found := again.finds(t); len(found) != 0 {
				t.Errorf("in the end: %v", found)
			}
		}
	})
}
