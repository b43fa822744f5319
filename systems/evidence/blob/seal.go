package blob

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/emmansun/gmsm/sm4"
)

// A sealed file is a head of 16 bytes and segments of 64 KiB, each encrypted for itself (AES-256-GCM by NIST SP 800-38D, or SM4-GCM by GB/T 32907 and
// RFC 8998). A segment's nonce is its number and whether it is the last; what is authenticated beside is the head and the SHA-256 of the plain file. So a
// range can be read without the rest, and a byte that was changed, a segment that was moved, taken away or taken from another file does not open. A data
// key is drawn for each sealing and seals nothing else.
//
//	head:    "JXSEAL1", cipher (1 byte), length of the plain file in bytes (8, big endian)
//	segment: 65,536 bytes or, the last, what is left; and 16 of the tag
//	nonce:   3 zero bytes, number of the segment (8, big endian), 1 in the last segment else 0
const (
	headSize    = 16
	segmentSize = 64 << 10
	tagSize     = 16
	magic       = "JXSEAL1"
)

// Cipher is how a file is sealed.
type Cipher byte

// Ciphers that there are. Their numbers stand in files.
const (
	AES Cipher = 1 // AES-256-GCM
	SM4 Cipher = 2 // SM4-GCM
)

// ParseCipher reads a cipher's name: aes, sm4.
func ParseCipher(name string) (Cipher, bool) {
	switch name {
	case "aes":
		return AES, true
	case "sm4":
		return SM4, true
	}
	return 0, false
}

func (c Cipher) String() string {
	switch c {
	case AES:
		return "aes"
	case SM4:
		return "sm4"
	}
	return fmt.Sprintf("cipher %d", byte(c))
}

func (c Cipher) keySize() int {
	if c == SM4 {
		return sm4.BlockSize
	}
	return 32
}

func (c Cipher) aead(key []byte) (cipher.AEAD, error) {
	var block cipher.Block
	var err error
	switch {
	case len(key) != c.keySize():
		return nil, fmt.Errorf("a key of %s has %d bytes, not %d", c, c.keySize(), len(key))
	case c == AES:
		block, err = aes.NewCipher(key)
	case c == SM4:
		block, err = sm4.NewCipher(key)
	default:
		return nil, fmt.Errorf("%s is not known", c)
	}
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// DataKey seals one copy of one file.
type DataKey struct {
	Cipher Cipher
	secret []byte
}

// NewDataKey draws one.
func NewDataKey(c Cipher) (DataKey, error) {
	k := DataKey{c, make([]byte, c.keySize())}
	_, err := rand.Read(k.secret)
	return k, err
}

// SealedSize is how long a file of size bytes is when it is sealed.
func SealedSize(size int64) int64 { return headSize + size + tagSize*segments(size) }

func segments(size int64) int64 { return max(1, (size+segmentSize-1)/segmentSize) }

// lock is what sealing and unsealing have in common.
type lock struct {
	aead   cipher.AEAD
	size   int64  // of the plain file
	beside []byte // the head, and the plain file's SHA-256
}

func newLock(key DataKey, sum string, head []byte) (lock, error) {
	raw, err := hex.DecodeString(sum)
	if err != nil || len(raw) != 32 {
		return lock{}, errors.New("no SHA-256")
	}
	aead, err := key.Cipher.aead(key.secret)
	return lock{aead, int64(binary.BigEndian.Uint64(head[8:])), append(bytes.Clone(head), raw...)}, err
}

func headOf(c Cipher, size int64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(magic), byte(c)), uint64(size))
}

func (l *lock) nonce(n int64) []byte {
	out := make([]byte, 12)
	binary.BigEndian.PutUint64(out[3:], uint64(n))
	if n == segments(l.size)-1 {
		out[11] = 1
	}
	return out
}

// plainOf is how many bytes of the plain file a segment holds.
func (l *lock) plainOf(n int64) int64 { return min(segmentSize, l.size-n*segmentSize) }

// Seal reads a plain file of size bytes with that SHA-256 and gives it sealed. One that is shorter or longer is an error of reading.
func Seal(key DataKey, sum string, size int64, plain io.Reader) (io.Reader, error) {
	head := headOf(key.Cipher, size)
	l, err := newLock(key, sum, head)
	return &sealing{lock: l, plain: plain, out: head, buf: make([]byte, segmentSize), room: make([]byte, 0, segmentSize+tagSize)}, err
}

type sealing struct {
	lock
	plain     io.Reader
	next      int64  // segment
	out       []byte // sealed, and not read yet
	buf, room []byte
}

func (s *sealing) Read(p []byte) (int, error) {
	if len(s.out) == 0 {
		if s.next == segments(s.size) {
			if n, err := io.ReadFull(s.plain, s.buf[:1]); n > 0 || !errors.Is(err, io.EOF) {
				return 0, fmt.Errorf("the file grew while it was sealed: %w", errors.Join(err, ErrDamaged))
			}
			return 0, io.EOF
		}
		plain := s.buf[:s.plainOf(s.next)]
		if _, err := io.ReadFull(s.plain, plain); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
		s.out = s.aead.Seal(s.room[:0], s.nonce(s.next), plain, s.beside)
		s.next++
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

// Unseal gives the plain file of a sealed one with that SHA-256. Returns ErrDamaged where head or length are not what was sealed; reading returns it for a segment
// that does not open. Closing it closes the sealed one.
func Unseal(key DataKey, sum string, sealed Object) (Object, error) {
	head := make([]byte, headSize)
	if n, err := sealed.ReadAt(head, 0); n < headSize {
		if err == nil || errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: it has no head", ErrDamaged)
		}
		return nil, err
	}
	size := int64(binary.BigEndian.Uint64(head[8:]))
	if !bytes.Equal(head[:8], append([]byte(magic), byte(key.Cipher))) || size < 0 || size > sealed.Size() || SealedSize(size) != sealed.Size() {
		return nil, fmt.Errorf("%w: its head or its length is not what was sealed", ErrDamaged)
	}
	l, err := newLock(key, sum, head)
	return &unsealing{lock: l, sealed: sealed, have: -1}, err
}

type unsealing struct {
	lock
	sealed Object

	mu    sync.Mutex
	have  int64 // number of the segment that plain holds
	plain []byte
	raw   []byte
}

func (u *unsealing) Size() int64  { return u.size }
func (u *unsealing) Close() error { return u.sealed.Close() }

// ReadAt opens the segments that p needs, and keeps the last.
func (u *unsealing) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read before the beginning of a file")
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for n < len(p) {
		at := off + int64(n)
		if at >= u.size {
			return n, io.EOF
		}
		if err := u.open(at / segmentSize); err != nil {
			return n, err
		}
		n += copy(p[n:], u.plain[at%segmentSize:])
	}
	return n, nil
}

func (u *unsealing) open(n int64) error {
	if u.have == n {
		return nil
	}
	if u.raw == nil {
		u.raw, u.plain = make([]byte, segmentSize+tagSize), make([]byte, 0, segmentSize)
	}
	u.have = -1
	raw := u.raw[:u.plainOf(n)+tagSize]
	if k, err := u.sealed.ReadAt(raw, headSize+n*(segmentSize+tagSize)); k < len(raw) {
		if err == nil || errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: it ends in segment %d", ErrDamaged, n)
		}
		return err
	}
	plain, err := u.aead.Open(u.plain[:0], u.nonce(n), raw, u.beside)
	if err != nil {
		return fmt.Errorf("%w: segment %d of %d does not open", ErrDamaged, n+1, segments(u.size))
	}
	u.plain, u.have = plain, n
	return nil
}
