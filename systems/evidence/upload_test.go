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
	"strings"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"pgregory.net/rapid"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
)

// someFilm is an MP4 of n bytes and more: what says that it is one, what is in it, and a great deal of it.
func someFilm(n int, shade byte) []byte {
	box := func(kind string, body []byte) []byte {
		size := len(body) + 8
		return append([]byte{byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size), kind[0], kind[1], kind[2], kind[3]}, body...)
	}
	out := box("ftyp", []byte("isom\x00\x00\x02\x00isomiso2mp41"))
	out = append(out, box("moov", []byte{shade})...)
	return append(out, box("mdat", bytes.Repeat([]byte{shade, 7, shade}, n/3))...)
}

func (r *room) begin(t *testing.T, size int) *Incoming {
	t.Helper()
	in, err := r.Begin(context.Background(), officer, Beginning{Subject: wall, Name: "执法记录仪.mp4", Size: int64(size)})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// again is the upload as the sender finds it after a break, on a server that was started anew.
func (r *room) again(t *testing.T, id string) *Incoming {
	t.Helper()
	in, err := r.Incoming(context.Background(), officer, id)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// cut ends with an error after n bytes, as a line does that breaks.
func cut(content []byte, n int) io.Reader {
	return io.MultiReader(bytes.NewReader(content[:n]), errReader{})
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("the line broke") }

// Whatever the pieces, and wherever the line breaks, the file is what was sent, and summed up by both digests.
func TestAFileComesInPieces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		rapid.Check(t, func(t *rapid.T) {
			content := someFilm(rapid.IntRange(3, 60_000).Draw(t, "size"), byte(rapid.IntRange(0, 255).Draw(t, "shade")))
			in, err := r.Begin(context.Background(), officer, Beginning{Subject: Subject{"case", store.NewID()}, Name: "a.mp4", Size: int64(len(content))})
			if err != nil {
				t.Fatal(err)
			}
			for !in.Whole() {
				at := int(in.Received)
				n := rapid.IntRange(0, len(content)-at).Draw(t, "piece")
				got, err := r.Receive(context.Background(), in, cut(content[at:], n), nil)
				if err != nil || got != int64(n) {
					t.Fatalf("%d of %d bytes: %v", got, n, err)
				}
				if in, err = r.incoming(context.Background(), officer, in.ID); err != nil {
					t.Fatal(err)
				}
			}
			m, err := r.Finish(context.Background(), officer, in)
			if err != nil {
				t.Fatal(err)
			}
			sha, sm := sha256.Sum256(content), sm3.Sum(content)
			if m.SHA256 != hex.EncodeToString(sha[:]) || m.SM3 != hex.EncodeToString(sm[:]) || m.Type != "video/mp4" {
				t.Fatalf("%+v", m)
			}
			_, file, err := r.Open(context.Background(), officer, m.ID)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if raw, err := io.ReadAll(file); err != nil || !bytes.Equal(raw, content) {
				t.Fatalf("%d bytes are kept of %d: %v", len(raw), len(content), err)
			}
		})
	})
}

// A server that is killed between any two of its deeds leaves an upload that goes on.
func TestAnUploadOutlivesTheServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		content := someFilm(5000, 1)
		for name, kill := range map[string]func(r *room, in *Incoming){
			"before the first byte": func(*room, *Incoming) {},
			"bytes that nobody noted": func(r *room, in *Incoming) {
				os.WriteFile(r.files.incoming(in.ID), []byte("garbage beyond what is certain"), 0o600)
			},
			"in the middle": func(r *room, in *Incoming) { r.Receive(context.Background(), in, bytes.NewReader(content[:1234]), nil) },
			"and the folder was restored without it": func(r *room, in *Incoming) {
				r.Receive(context.Background(), in, bytes.NewReader(content[:3000]), nil)
				os.Remove(r.files.incoming(in.ID))
			},
			"and the folder lost its end": func(r *room, in *Incoming) {
				r.Receive(context.Background(), in, bytes.NewReader(content), nil)
				os.Truncate(r.files.incoming(in.ID), 100)
			},
			"whole, and not finished": func(r *room, in *Incoming) {
				r.Receive(context.Background(), in, bytes.NewReader(content), nil)
			},
			"in place, and not catalogued": func(r *room, in *Incoming) {
				r.Receive(context.Background(), in, bytes.NewReader(content), nil)
				sum := sha256.Sum256(content)
				if err := r.files.adopt(in.ID, hex.EncodeToString(sum[:])); err != nil {
					t.Fatal(err)
				}
			},
		} {
			r := newRoom(t, db)
			in, err := r.Begin(context.Background(), officer, Beginning{Subject: Subject{"case", store.NewID()}, Name: "a.mp4", Size: int64(len(content))})
			if err != nil {
				t.Fatal(err)
			}
			kill(r, in)
			in = r.again(t, in.ID)
			if _, err := r.Receive(context.Background(), in, bytes.NewReader(content[in.Received:]), nil); in.Media == "" && err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if in = r.again(t, in.ID); in.Media == "" {
				t.Fatalf("%s: whole, and not on record", name)
			}
			_, file, err := r.Open(context.Background(), officer, in.Media)
			if err != nil {
				t.Fatal(err)
			}
			if raw, err := io.ReadAll(file); err != nil || !bytes.Equal(raw, content) {
				t.Errorf("%s: %d bytes are kept of %d, %v", name, len(raw), len(content), err)
			}
			file.Close()
			if again := r.again(t, in.ID); again.Media != in.Media {
				t.Errorf("%s: finished twice", name)
			}
			if all, _ := filepath.Glob(filepath.Join(r.dir, "incoming", "*")); len(all) != 0 {
				t.Errorf("%s: left behind: %v", name, all)
			}
		}
	})
}

// A piece that differs from its checksum leaves nothing; the same piece sent right is taken.
func TestAPieceIsChecked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, content := newRoom(t, db), someFilm(3000, 2)
		in := r.begin(t, len(content))
		check := func(of []byte) Check {
			sum := sha256.Sum256(of)
			return &checksum{sha256.New(), string(sum[:])}
		}
		if n, err := r.Receive(context.Background(), in, bytes.NewReader(content[:1000]), check(content[1:1001])); !errors.Is(err, errWrong) || n != 0 || r.again(t, in.ID).Received != 0 {
			t.Errorf("a wrong piece: %d bytes, %v", n, err)
		}
		in = r.again(t, in.ID)
		if n, err := r.Receive(context.Background(), in, bytes.NewReader(content[:1000]), check(content[:1000])); err != nil || n != 1000 {
			t.Errorf("the right one: %d bytes, %v", n, err)
		}
		if _, err := r.Receive(context.Background(), in, bytes.NewReader(append(content[1000:], 0)), nil); !fault.Is(err, "evidence.too_large") {
			t.Errorf("more than was announced: %v", err)
		}
		// Two that hold the same state: the second finds that the first was there.
		first, second := r.again(t, in.ID), r.again(t, in.ID)
		if _, err := r.Receive(context.Background(), first, bytes.NewReader(content[1000:1500]), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Receive(context.Background(), second, bytes.NewReader(content[1000:2000]), nil); !fault.Is(err, "evidence.upload_elsewhere") {
			t.Errorf("the second of two: %v", err)
		}
	})
}

// Parts are put together in their order, also after a break in the middle of it.
func TestPartsAreJoined(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, content := newRoom(t, db), someFilm(9000, 3)
		ctx := context.Background()
		var ids []string
		for at, end := range map[int]int{0: 4000} {
			for _, span := range [][2]int{{at, end}, {end, len(content)}} {
				in, err := r.Begin(ctx, officer, Beginning{Subject: wall, Name: "part", Size: int64(span[1] - span[0]), Part: true})
				if err != nil {
					t.Fatal(err)
				}
				if len(ids) == 1 {
					whole, err := r.Begin(ctx, officer, Beginning{Subject: wall, Name: "a.mp4", Size: int64(len(content)), Parts: []string{ids[0], in.ID}})
					if err != nil {
						t.Fatal(err)
					}
					if _, err := r.Join(ctx, officer, whole); !fault.Is(err, "evidence.part_unfinished") {
						t.Errorf("joined with a part that is not whole: %v", err)
					}
					r.Abandon(ctx, whole)
				}
				if _, err := r.Receive(ctx, in, bytes.NewReader(content[span[0]:span[1]]), nil); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, in.ID)
			}
		}
		whole, err := r.Begin(ctx, officer, Beginning{Subject: wall, Name: "a.mp4", Size: int64(len(content)), Parts: ids})
		if err != nil {
			t.Fatal(err)
		}
		// Killed when 5,000 bytes were joined.
		if _, err := r.Receive(ctx, whole, bytes.NewReader(content[:5000]), nil); err != nil {
			t.Fatal(err)
		}
		whole = r.again(t, whole.ID)
		sum := sha256.Sum256(content)
		m, err := r.Finish(ctx, officer, whole)
		if err != nil || m.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%+v, %v", m, err)
		}
		if _, err := r.Incoming(ctx, officer, ids[0]); !fault.Is(err, "evidence.no_upload") {
			t.Errorf("a part that was joined is still there: %v", err)
		}
	})
}

// What may not come in is refused with its reason, and kept nowhere.
func TestUploadsThatAreRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r, ctx := newRoom(t, db), context.Background()
		for code, b := range map[string]Beginning{
			"evidence.empty": {Subject: wall}, "evidence.too_large": {Subject: wall, Size: MaxUpload + 1}, "intake.not_found": {Subject: Subject{"case", "hidden"}, Size: 5},
			"refused.unit": {Subject: Subject{"case", "closed"}, Size: 5}, "evidence.note_long": {Subject: wall, Size: 5, Note: strings.Repeat("长", 501)},
		} {
			if _, err := r.Begin(ctx, officer, b); !fault.Is(err, code) {
				t.Errorf("%+v: %v, want %s", b, err, code)
			}
		}
		program := []byte("#!/bin/sh\nrm -rf /\n")
		in := r.begin(t, len(program))
		r.Receive(ctx, in, bytes.NewReader(program), nil)
		if _, err := r.Finish(ctx, officer, in); !fault.Is(err, "evidence.type") {
			t.Errorf("a program: %v", err)
		}
		if _, err := r.Incoming(ctx, officer, in.ID); !fault.Is(err, "evidence.type") {
			t.Errorf("asked for again: %v", err)
		}
		if left := r.kept(t); len(left) != 0 {
			t.Errorf("it is kept: %v", left)
		}
		// Another's upload does not exist, nor does one whose time is over.
		in = r.begin(t, 50)
		if _, err := r.Incoming(ctx, org.Actor{Person: "p2"}, in.ID); !fault.Is(err, "evidence.no_upload") {
			t.Errorf("another's: %v", err)
		}
		r.Receive(ctx, in, bytes.NewReader([]byte("half")), nil)
		r.now = r.now.Add(uploadLife + time.Minute)
		if _, err := r.Incoming(ctx, officer, in.ID); !fault.Is(err, "evidence.no_upload") {
			t.Errorf("an old one: %v", err)
		}
		if n, err := r.ForgetUploads(ctx); err != nil || n != 2 || len(r.kept(t)) != 0 {
			t.Errorf("%d forgotten, %v, left %v", n, err, r.kept(t))
		}
		for range maxUnfinished {
			r.begin(t, 50)
		}
		if _, err := r.Begin(ctx, officer, Beginning{Subject: wall, Size: 5}); !fault.Is(err, "evidence.too_many_uploads") {
			t.Errorf("one too many: %v", err)
		}
	})
}

// Who comes later gets the upload, on the same server and on another; one that was killed is waited for no longer than its lease.
func TestUploadLocks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, other := newUploadLocks(db), newUploadLocks(db)
		first, _ := one.NewLock("u")
		asked := make(chan struct{})
		if err := first.Lock(context.Background(), func() { close(asked) }); err != nil {
			t.Fatal(err)
		}
		got := make(chan error, 1)
		second, _ := one.NewLock("u")
		go func() { got <- second.Lock(context.Background(), func() {}) }()
		<-asked
		if err := first.Unlock(); err != nil {
			t.Fatal(err)
		}
		if err := <-got; err != nil {
			t.Fatal(err)
		}
		third, _ := other.NewLock("u")
		go func() { got <- third.Lock(context.Background(), func() {}) }()
		if err := second.Unlock(); err != nil {
			t.Fatal(err)
		}
		if err := <-got; err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithCancel(context.Background())
		cancel()
		fourth, _ := one.NewLock("u")
		if err := fourth.Lock(short, func() {}); err == nil {
			t.Error("two servers hold one upload")
		}
		if err := third.Unlock(); err != nil {
			t.Fatal(err)
		}
		if len(one.held)+len(other.held) != 0 {
			t.Errorf("held still: %v, %v", one.held, other.held)
		}
	})
}
