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
	"testing"

	"github.com/emmansun/gmsm/sm3"
	"pgregory.net/rapid"

	"jiexu/fault"
	"jiexu/store"
	"jiexu/store/storetest"
)

// However the bytes come and wherever they are kept on the way: what is kept lies in the file before it is said, in order, and its state goes on to the digests of the whole.
func TestALineKeepsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := bytes.Repeat([]byte("街序"), rapid.IntRange(0, 600_000).Draw(t, "size"))
		every := int64(rapid.IntRange(1, 2_000_000).Draw(t, "every"))
		dir, err := os.MkdirTemp("", "line-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		out, err := os.Create(filepath.Join(dir, "film"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		last := int64(0)
		sum := newDigests()
		l := newLine(out, 0, sum, every, func(at int64, state []byte) error {
			if info, err := out.Stat(); err != nil || info.Size() < at || at < last+every {
				t.Errorf("kept up to %d after %d, of %v", at, last, info.Size())
			}
			last = at
			again, err := resume(state)
			if err != nil {
				return err
			}
			again.Write(content[at:])
			sha, sm := again.Sums()
			if wantSHA, wantSM := sha256.Sum256(content), sm3.Sum(content); sha != hex.EncodeToString(wantSHA[:]) || sm != hex.EncodeToString(wantSM[:]) {
				t.Errorf("the state at %d does not lead to the digests of the whole", at)
			}
			return nil
		})
		if err := l.take(bytes.NewReader(content), func([]byte) error { return nil }); err != io.EOF {
			t.Fatal(err)
		}
		if err := l.end(); err != nil {
			t.Fatal(err)
		}
		sha, _ := sum.Sums()
		if want := sha256.Sum256(content); sha != hex.EncodeToString(want[:]) {
			t.Fatal("the digest is of something else")
		}
		if raw, err := os.ReadFile(out.Name()); err != nil || !bytes.Equal(raw, content) {
			t.Fatalf("%d bytes of %d are in the file: %v", len(raw), len(content), err)
		}
		if int64(len(content)) >= every+pieceSize && last == 0 {
			t.Fatal("nothing was kept on the way")
		}
	})
}

// A disk that fails on the way ends it: what was kept before stays kept, nothing later is, and nobody waits for ever.
func TestALineThatBreaks(t *testing.T) {
	full := errors.New("the disk is full")
	content := make([]byte, 20*pieceSize)
	for name, c := range map[string]struct {
		out  string
		keep error
		kept int
	}{
		"while it is kept":    {filepath.Join(t.TempDir(), "film"), full, 1},
		"while it is written": {"/dev/full", nil, 0},
	} {
		out, err := os.OpenFile(c.out, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Skip(err) // no such device here
		}
		defer out.Close()
		kept := 0
		l := newLine(out, 0, newDigests(), 2*pieceSize, func(int64, []byte) error {
			kept++
			return c.keep
		})
		l.take(bytes.NewReader(content), func([]byte) error { return nil })
		if err := l.end(); err == nil || c.keep == nil && !fault.Is(err, "evidence.disk_full") {
			t.Fatalf("%s: %v", name, err)
		}
		if kept != c.kept {
			t.Fatalf("%s: kept %d times", name, kept)
		}
	}
}

// What is kept on the way is what the sender finds after a break, though more had come.
func TestAnUploadIsKeptOnTheWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		content := someFilm(2*keepEvery+pieceSize, 3)
		in, err := r.Begin(context.Background(), officer, Beginning{Subject: Subject{"case", store.NewID()}, Name: "a.mp4", Size: int64(len(content))})
		if err != nil {
			t.Fatal(err)
		}
		// The whole is too large for what was announced: refused at its end, and what was kept before stays.
		got, err := r.Receive(context.Background(), in, io.MultiReader(bytes.NewReader(content), bytes.NewReader([]byte("more"))), nil)
		if !fault.Is(err, "evidence.too_large") || got != 2*keepEvery {
			t.Fatalf("%d bytes are kept: %v", got, err)
		}
		in = r.again(t, in.ID)
		if in.Received != 2*keepEvery {
			t.Fatalf("the sender is told of %d bytes", in.Received)
		}
		if _, err := r.Receive(context.Background(), in, bytes.NewReader(content[in.Received:]), nil); err != nil {
			t.Fatal(err)
		}
		m, err := r.Finish(context.Background(), officer, in)
		if want := sha256.Sum256(content); err != nil || m.SHA256 != hex.EncodeToString(want[:]) {
			t.Fatalf("%+v: %v", m, err)
		}
	})
}
