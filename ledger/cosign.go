package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// cosignatureKey is the type of an Ed25519 key that makes cosignature/v1 (C2SP tlog-cosignature).
const cosignatureKey = 0x04

// Cosigner is a witness as its verifier key names it: name+hash+key, the key of type 0x04.
type Cosigner struct {
	Key    string // as it was given
	name   string
	hash   uint32
	public ed25519.PublicKey
}

// KeyError is what is wrong with a witness's key: a code of witness_fault, which package words says in the reader's language.
type KeyError string

// Error says it to programmers.
func (e KeyError) Error() string {
	return map[KeyError]string{"form": "it is not of the form name+hash+key", "hash": "its hash is not of 8 digits", "kind": "it is not an Ed25519 key for cosignatures (type 4)",
		"other": "its hash does not belong to it"}[e]
}

// ParseCosigner reads a witness's verifier key. Returns a KeyError.
func ParseCosigner(key string) (Cosigner, error) {
	parts := strings.SplitN(strings.TrimSpace(key), "+", 3)
	if len(parts) != 3 || parts[0] == "" || strings.ContainsAny(parts[0], " \t\r\n") {
		return Cosigner{}, KeyError("form")
	}
	hash, err := hex.DecodeString(parts[1])
	if err != nil || len(hash) != 4 {
		return Cosigner{}, KeyError("hash")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != cosignatureKey {
		return Cosigner{}, KeyError("kind")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if !bytes.Equal(hash, sum[:4]) {
		return Cosigner{}, KeyError("other")
	}
	return Cosigner{Key: strings.TrimSpace(key), name: parts[0], hash: binary.BigEndian.Uint32(hash), public: raw[1:]}, nil
}

// Name is the name of the witness.
func (c Cosigner) Name() string { return c.name }

// Cosignature is a line by which a witness vouches that a checkpoint continues all that it saw before.
type Cosignature struct {
	Line string // with its newline
	At   time.Time
}

// cosigned is what is signed: the header, the time, the whole text of the checkpoint.
func cosigned(text string, seconds uint64) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, text)
}

// errForeign says that a signature line is of another key.
var errForeign = errors.New("of another key")

// open reads a signature line, and checks it if it is this witness's. Returns errForeign for another's.
func (c Cosigner) open(text, line string) (Cosignature, error) {
	name, hash, signature, err := signatureLine(line)
	if err != nil {
		return Cosignature{}, err
	}
	if name != c.name || hash != c.hash {
		return Cosignature{}, errForeign
	}
	if len(signature) != 8+ed25519.SignatureSize {
		return Cosignature{}, fmt.Errorf("a cosignature has %d bytes, this one %d", 8+ed25519.SignatureSize, len(signature))
	}
	seconds := binary.BigEndian.Uint64(signature)
	if seconds > math.MaxInt64 || !ed25519.Verify(c.public, cosigned(text, seconds), signature[8:]) {
		return Cosignature{}, errors.New("the signature does not fit the checkpoint")
	}
	return Cosignature{Line: line + "\n", At: time.Unix(int64(seconds), 0).UTC()}, nil
}

// Open gives the witness's cosignature among signature lines over the text of a checkpoint. Lines of other keys are left
// aside. It returns an error if a line in this witness's name does not hold, or if there is none.
func (c Cosigner) Open(text, lines string) (Cosignature, error) {
	for line := range strings.Lines(lines) {
		line, whole := strings.CutSuffix(line, "\n")
		if !whole {
			return Cosignature{}, errors.New("a line without its end")
		}
		found, err := c.open(text, line)
		if errors.Is(err, errForeign) {
			continue
		}
		return found, err
	}
	return Cosignature{}, errors.New("there is no line of this witness")
}

// signatureLine reads a line of a signed note. Its base64 is strict: of two spellings of a signature only one is good.
func signatureLine(line string) (name string, hash uint32, signature []byte, err error) {
	rest, ok := strings.CutPrefix(line, "— ")
	name, text, two := strings.Cut(rest, " ")
	if !ok || !two || name == "" {
		return "", 0, nil, errors.New("not a signature line")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < 5 || strings.ContainsAny(text, "\r\n") {
		return "", 0, nil, errors.New("not a signature line")
	}
	return name, binary.BigEndian.Uint32(raw), raw[4:], nil
}

// SplitNote parts a signed note into its text and the lines of its signatures.
func SplitNote(note string) (text, signatures string, ok bool) {
	i := strings.LastIndex(note, "\n\n")
	if i < 0 {
		return "", "", false
	}
	return note[:i+1], note[i+2:], true
}

// exactNote reports what of a checkpoint's note is not as it was signed, though its signature holds: a reader of notes lets pass
// another spelling of a signature and lines of keys that it does not know. signed is how many lines there must be.
func exactNote(note string, signed int) error {
	_, signatures, ok := SplitNote(note)
	if !ok || !strings.HasSuffix(signatures, "\n") {
		return errors.New("not a signed note")
	}
	lines := 0
	for line := range strings.Lines(signatures) {
		lines++
		if _, _, _, err := signatureLine(strings.TrimSuffix(line, "\n")); err != nil {
			return err
		}
	}
	if lines != signed {
		return fmt.Errorf("it bears %d signatures, %d are kept", lines, signed)
	}
	return nil
}
