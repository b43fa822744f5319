package evidence

import (
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"

	"github.com/emmansun/gmsm/sm3"
)

// digests sums a file up while it streams by: SHA-256 (FIPS 180-4), under which it is kept, and SM3 (GB/T 32905), which
// Chinese courts and seal services ask for. It can be put down and taken up again.
type digests struct{ sha256, sm3 hash.Hash }

func newDigests() *digests { return &digests{sha256.New(), sm3.New()} }

// Write sums up the next bytes, by both at once. It never fails.
func (d *digests) Write(p []byte) (int, error) {
	done := make(chan struct{})
	go func() {
		d.sm3.Write(p)
		close(done)
	}()
	d.sha256.Write(p)
	<-done
	return len(p), nil
}

// Sums are the digests of what was written, in hexadecimal.
func (d *digests) Sums() (sha, sm string) {
	return hex.EncodeToString(d.sha256.Sum(nil)), hex.EncodeToString(d.sm3.Sum(nil))
}

// kept is a state of digests as it lies in the database.
type kept struct {
	SHA256 []byte `json:"sha256"`
	SM3    []byte `json:"sm3"`
}

func (k kept) text() ([]byte, error) { return json.Marshal(k) }

// stateOf is a digest's state after what was written.
func stateOf(h hash.Hash) ([]byte, error) {
	m, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return nil, fmt.Errorf("%T cannot be put down", h)
	}
	return m.MarshalBinary()
}

// Keep writes the state down.
func (d *digests) Keep() ([]byte, error) {
	sha, err := stateOf(d.sha256)
	if err != nil {
		return nil, err
	}
	sm, err := stateOf(d.sm3)
	if err != nil {
		return nil, err
	}
	return kept{sha, sm}.text()
}

// resume takes a state up again; nothing is the state before the first byte.
func resume(raw []byte) (*digests, error) {
	d := newDigests()
	if len(raw) == 0 {
		return d, nil
	}
	var k kept
	if err := json.Unmarshal(raw, &k); err != nil {
		return nil, fmt.Errorf("digests of an upload: %w", err)
	}
	for _, one := range []struct {
		of   hash.Hash
		from []byte
	}{{d.sha256, k.SHA256}, {d.sm3, k.SM3}} {
		m, ok := one.of.(encoding.BinaryUnmarshaler)
		if !ok {
			return nil, fmt.Errorf("%T cannot be taken up", one.of)
		}
		if err := m.UnmarshalBinary(one.from); err != nil {
			return nil, fmt.Errorf("digests of an upload: %w", err)
		}
	}
	return d, nil
}
