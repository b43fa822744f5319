package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// inMemory is a file of a store that lies in memory.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error  { return nil }
func (m inMemory) Size() int64 { return m.Reader.Size() }

func object(b []byte) Object { return inMemory{bytes.NewReader(b)} }

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func bytesOf(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

func sealed(t interface{ Fatal(...any) }, key DataKey, plain []byte) []byte {
	r, err := Seal(key, sumOf(plain), int64(len(plain)), bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(out)) != SealedSize(int64(len(plain))) {
		t.Fatal("sealed, it has", len(out), "bytes")
	}
	return out
}

func newDataKey(t interface{ Fatal(...any) }, c Cipher) DataKey {
	key, err := NewDataKey(c)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// opens reads a sealed file as a whole.
func opens(key DataKey, sum string, raw []byte) ([]byte, error) {
	o, err := Unseal(key, sum, object(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(Read(o))
}

// What was sealed opens to the same bytes, as a whole and in any range, and shows nothing of them.
func TestSealed(t *testing.T) {
	for _, c := range []Cipher{AES, SM4} {
		for _, n := range []int{0, 1, 15, segmentSize - 1, segmentSize, segmentSize + 1, 3 * segmentSize, 3*segmentSize + 77} {
			plain, key := bytesOf(n), newDataKey(t, c)
			raw := sealed(t, key, plain)
			if got, err := opens(key, sumOf(plain), raw); err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%s, %d bytes: %v", c, n, err)
			}
			if n > 64 && bytes.Contains(raw, plain[n/2:n/2+16]) {
				t.Errorf("%s: the plain bytes can be read", c)
			}
		}
		plain, key := bytesOf(2*segmentSize+500), newDataKey(t, c)
		o, err := Unseal(key, sumOf(plain), object(sealed(t, key, plain)))
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			from := rapid.IntRange(0, len(plain)).Draw(t, "from")
			long := rapid.IntRange(0, len(plain)-from).Draw(t, "long")
			p := make([]byte, long)
			if n, err := o.ReadAt(p, int64(from)); n != long || err != nil || !bytes.Equal(p, plain[from:from+long]) {
				t.Fatalf("%d bytes from %d on: %d, %v", long, from, n, err)
			}
		})
		if n, err := o.ReadAt(make([]byte, 10), int64(len(plain)-4)); n != 4 || !errors.Is(err, io.EOF) {
			t.Errorf("beyond the end: %d, %v", n, err)
		}
	}
}

// Every single byte that is flipped is found, wherever it lies: each of a file of one segment, and of a longer one each of head and borders and some between.
func TestEveryFlippedByteIsFound(t *testing.T) {
	const whole = segmentSize + tagSize
	for _, c := range []Cipher{AES, SM4} {
		for _, size := range []int{3000, 2*segmentSize + 300} {
			plain, key := bytesOf(size), newDataKey(t, c)
			sum, raw := sumOf(plain), sealed(t, key, plain)
			for i := range raw {
				if in := (i - headSize) % whole; size > segmentSize && i > headSize && in > 2 && in < whole-tagSize-2 && i < len(raw)-20 && i%997 != 0 {
					continue
				}
				raw[i] ^= 1 << (i % 8)
				u, err := Unseal(key, sum, object(raw))
				if err == nil { // the segment in which it lies
					_, err = u.ReadAt(make([]byte, 1), int64(max(0, i-headSize)/whole*segmentSize))
				}
				if !errors.Is(err, ErrDamaged) {
					t.Fatalf("%s, byte %d of %d: %v", c, i, len(raw), err)
				}
				raw[i] ^= 1 << (i % 8)
			}
		}
	}
}

// What is cut off, put on, swapped, taken from another file or opened with another key is found.
func TestWhatWasDoneToASealedFileIsFound(t *testing.T) {
	plain, key := bytesOf(3*segmentSize+5), newDataKey(t, AES)
	sum, raw := sumOf(plain), sealed(t, key, plain)
	other := bytesOf(3*segmentSize + 5)
	other[0] ^= 1
	again := newDataKey(t, AES)
	const whole = segmentSize + tagSize
	swap := slices.Clone(raw)
	copy(swap[headSize:], raw[headSize+whole:headSize+2*whole])
	copy(swap[headSize+whole:], raw[headSize:headSize+whole])
	// Shortened by whole segments, with a head that says so.
	short := slices.Concat(headOf(AES, 2*segmentSize), raw[headSize:headSize+2*whole])
	for what, c := range map[string]struct {
		key DataKey
		sum string
		raw []byte
	}{
		"cut": {key, sum, raw[:len(raw)-1]}, "cut by a segment": {key, sum, raw[:len(raw)-tagSize-5]}, "without a head": {key, sum, raw[:7]}, "empty": {key, sum, nil},
		"longer": {key, sum, append(slices.Clone(raw), 0)}, "swapped": {key, sum, swap}, "shortened": {key, sum, short},
		"another file's": {key, sumOf(other), raw}, "another key": {again, sum, raw}, "another cipher": {newDataKey(t, SM4), sum, raw},
		"a segment of another sealing": {key, sum, slices.Concat(raw[:headSize], sealed(t, again, plain)[headSize:headSize+whole], raw[headSize+whole:])},
	} {
		if got, err := opens(c.key, c.sum, c.raw); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
	}
	if _, err := io.ReadAll(must(Seal(key, sum, 10, strings.NewReader("short")))); err == nil {
		t.Error("a file that is shorter than it was is sealed")
	}
	if _, err := io.ReadAll(must(Seal(key, sum, 3, strings.NewReader("longer")))); err == nil {
		t.Error("a file that is longer than it was is sealed")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Whatever bytes lie there instead of a sealed file, they open to nothing.
func FuzzUnseal(f *testing.F) {
	plain := bytesOf(100)
	key := DataKey{AES, make([]byte, 32)}
	sum := sumOf(plain)
	right := sealed(f, key, plain)
	f.Add(right)
	f.Add([]byte(magic))
	f.Add(headOf(AES, 1<<62))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, err := opens(key, sum, raw); err == nil && !bytes.Equal(raw, right) {
			t.Fatalf("%d bytes that nobody sealed open to %d", len(raw), len(got))
		}
	})
}

// Keys: the last is in use, the others open what they wrapped, a wrong one opens nothing, what was added by another process is there, and no secret is in an error.
func TestKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "media.key")
	if _, err := OpenKeys(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	at := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	keys := must(AddKey(path, AES, at))
	first := must(keys.Current())
	data, sum := newDataKey(t, SM4), sumOf([]byte("x"))
	wrapped := must(first.Wrap(data, sum))
	if got, err := first.Unwrap(wrapped, sum); err != nil || got.Cipher != SM4 || !bytes.Equal(got.secret, data.secret) {
		t.Errorf("unwrapped: %+v, %v", got, err)
	}
	for i := range wrapped {
		wrapped[i] ^= 4
		if _, err := first.Unwrap(wrapped, sum); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d: %v", i, err)
		}
		wrapped[i] ^= 4
	}
	if _, err := first.Unwrap(wrapped, sumOf(nil)); !errors.Is(err, ErrDamaged) {
		t.Errorf("for another file: %v", err)
	}
	if _, err := first.Unwrap(wrapped[:5], sum); !errors.Is(err, ErrDamaged) {
		t.Errorf("cut: %v", err)
	}
	must(AddKey(path, SM4, at))
	second := must(keys.Current())
	if second.ID == first.ID || second.Cipher != SM4 {
		t.Errorf("the second key is %s", second.ID)
	}
	if _, err := second.Unwrap(wrapped, sum); err == nil {
		t.Error("a wrong key opens it")
	}
	if again, err := keys.Of(first.ID); err != nil || again.Cipher != AES {
		t.Errorf("the first key: %v", err)
	}
	if _, err := keys.Of("0123456789abcdef"); !errors.Is(err, ErrNoKey) {
		t.Errorf("a key that nobody has: %v", err)
	}
	if info := must(os.Stat(path)); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	if err := os.WriteFile(path, []byte("aes 00112233secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeys(path); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a bad line: %v", err)
	}
}
