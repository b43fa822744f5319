package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiexu/systems/evidence/blob"
	"jiexu/systems/evidence/blob/s3test"
)

func folder(t *testing.T) blob.Folder {
	t.Helper()
	f := blob.Folder{Dir: t.TempDir()}
	if err := os.Mkdir(filepath.Join(f.Dir, blob.Incoming), 0o700); err != nil {
		t.Fatal(err)
	}
	return f
}

// Both kinds of stores keep what is put, give any range of it, list it, take it away, and leave nothing of what broke off.
func TestStores(t *testing.T) {
	for name, open := range map[string]func(*testing.T) blob.Store{
		"folder": func(t *testing.T) blob.Store { return folder(t) },
		"s3":     func(t *testing.T) blob.Store { return s3test.Start(t).Open() },
	} {
		t.Run(name, func(t *testing.T) {
			s, ctx := open(t), t.Context()
			// Larger than a part, so that it goes in several.
			large := bytes.Repeat([]byte("街序 0123456789 "), 2_000_000)
			for name, content := range map[string][]byte{"ab/small": []byte("small"), "ab/large.1": large} {
				if err := s.Put(ctx, name, int64(len(content)), bytes.NewReader(content)); err != nil {
					t.Fatalf("put %s: %v", name, err)
				}
				o, err := s.Open(ctx, name)
				if err != nil || o.Size() != int64(len(content)) {
					t.Fatalf("open %s: %v", name, err)
				}
				got := sha256.New()
				if _, err := io.Copy(got, blob.Read(o)); err != nil || !bytes.Equal(got.Sum(nil), sum(content)) {
					t.Errorf("%s comes back changed: %v", name, err)
				}
				for _, at := range []int{len(content) - 3, 0, len(content) / 2, len(content)/2 + 4, 1} {
					p := make([]byte, 3)
					if at+3 > len(content) {
						continue
					}
					if n, err := o.ReadAt(p, int64(at)); n != 3 || err != nil || !bytes.Equal(p, content[at:at+3]) {
						t.Errorf("%s from %d on: %q %v", name, at, p[:n], err)
					}
				}
				if n, err := o.ReadAt(make([]byte, 9), int64(len(content)-4)); n != 4 || !errors.Is(err, io.EOF) {
					t.Errorf("%s beyond its end: %d, %v", name, n, err)
				}
				o.Close()
			}
			if err := s.Put(ctx, "ab/short", 50<<20, io.MultiReader(bytes.NewReader(large), broken{})); !errors.Is(err, errBroken) {
				t.Errorf("what breaks off: %v", err)
			}
			if err := s.Put(ctx, "ab/shorter", 100, strings.NewReader("less")); err == nil {
				t.Error("less than was announced is kept")
			}
			stopped, stop := context.WithCancel(ctx)
			stop()
			if err := s.Put(stopped, "ab/stopped", 5, strings.NewReader("small")); !errors.Is(err, context.Canceled) {
				t.Errorf("stopped: %v", err)
			}
			there := map[string]int64{}
			list := func() {
				clear(there)
				if err := s.Each(ctx, func(name string, size int64) error { there[name] = size; return nil }); err != nil {
					t.Fatal(err)
				}
			}
			if list(); len(there) != 2 || there["ab/small"] != 5 || there["ab/large.1"] != int64(len(large)) {
				t.Errorf("there are %v", there)
			}
			for range 2 {
				if err := s.Remove(ctx, "ab/large.1"); err != nil {
					t.Error(err)
				}
			}
			if list(); len(there) != 1 {
				t.Errorf("there are still %v", there)
			}
			if _, err := s.Open(ctx, "ab/large.1"); !errors.Is(err, blob.ErrNone) {
				t.Errorf("what was removed: %v", err)
			}
			if _, err := s.Open(ctx, "../secret"); !errors.Is(err, blob.ErrNone) && !errors.Is(err, blob.ErrRefused) {
				t.Errorf("out of the store: %v", err)
			}
		})
	}
}

func sum(b []byte) []byte { s := sha256.Sum256(b); return s[:] }

var errBroken = errors.New("the disk does not give it back")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// A service that is gone, that has another key or no such bucket is told apart, and no secret is in what is said.
func TestS3IsAway(t *testing.T) {
	g := s3test.Start(t)
	ctx := t.Context()
	s := g.Open()
	if err := s.Put(ctx, "a", 5, strings.NewReader("small")); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]blob.S3Config{
		"another secret": {URL: g.URL(), Access: s3test.Access, Secret: "wrong-secret"}, "nobody's key": {URL: g.URL(), Access: "nobody", Secret: s3test.Secret},
		"no such bucket": {URL: strings.Replace(g.URL(), "/media", "/elsewhere", 1), Access: s3test.Access, Secret: s3test.Secret},
	} {
		wrong, err := blob.OpenS3(c)
		if err != nil {
			t.Fatal(err)
		}
		err = wrong.Put(ctx, "a", 5, strings.NewReader("small"))
		if !errors.Is(err, blob.ErrRefused) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", what, err)
		}
	}
	o, err := s.Open(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	g.Stop()
	if _, err := s.Open(ctx, "a"); !errors.Is(err, blob.ErrAway) {
		t.Errorf("opened while it is gone: %v", err)
	}
	if _, err := o.ReadAt(make([]byte, 5), 0); !errors.Is(err, blob.ErrAway) {
		t.Errorf("read while it is gone: %v", err)
	}
	if err := s.Put(ctx, "b", 5, strings.NewReader("small")); !errors.Is(err, blob.ErrAway) {
		t.Errorf("put while it is gone: %v", err)
	}
	if err := s.Each(ctx, func(string, int64) error { return nil }); !errors.Is(err, blob.ErrAway) {
		t.Errorf("listed while it is gone: %v", err)
	}
	g.Again()
	p := make([]byte, 5)
	if _, err := o.ReadAt(p, 0); err != nil || string(p) != "small" {
		t.Errorf("read when it is back: %q %v", p, err)
	}
}

// What a killed server left half sent is given up later.
func TestHalfSentIsSwept(t *testing.T) {
	s, ctx := s3test.Start(t).Open(), t.Context()
	pause, going := make(chan struct{}), make(chan struct{})
	ctx2, kill := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- s.Put(ctx2, "ab/half", 40<<20, &waits{left: 20 << 20, going: going, pause: pause}) }()
	<-going
	if n, err := s.Sweep(ctx, time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("what is under way is swept: %d, %v", n, err)
	}
	if n, err := s.Sweep(ctx, time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	kill()
	close(pause)
	<-done
}

// waits gives zeros, and then says that it has and gives no more until it may.
type waits struct {
	left         int
	going, pause chan struct{}
}

func (w *waits) Read(p []byte) (int, error) {
	if w.left <= 0 {
		if w.going != nil {
			close(w.going)
			w.going = nil
		}
		<-w.pause
		return 0, errBroken
	}
	n := min(len(p), w.left)
	w.left -= n
	clear(p[:n])
	return n, nil
}

func TestS3Addresses(t *testing.T) {
	for _, bad := range []string{"", "media", "ftp://host/media", "http:///media", "https://host", "https://host/", "https://key:secret@host/media", "https://host/media?style=x", "https://ho st/%zz"} {
		if _, err := blob.OpenS3(blob.S3Config{URL: bad, Access: "a", Secret: "b"}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	s, err := blob.OpenS3(blob.S3Config{URL: "https://s3.example.cn/media/jiexu/?region=cn-east-1", Access: "a", Secret: "b"})
	if err != nil || s.ID() != "s3:media/jiexu" {
		t.Errorf("%v %v", s, err)
	}
}
