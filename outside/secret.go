package outside

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// Sealer encrypts the secrets of ways outside (AES-256-GCM), so that a copy of the database does not hold them.
type Sealer struct{ aead cipher.AEAD }

// NewSealer makes one. A key of another length than 32 bytes is a mistake of the caller's code, and it panics.
func NewSealer(key []byte) Sealer {
	block, err := aes.NewCipher(key)
	if err != nil || len(key) != 32 {
		panic(fmt.Sprintf("outside: the key for secrets has %d bytes, 32 are needed", len(key)))
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return Sealer{aead}
}

// Close encrypts a secret for the way of that id, and for no other.
func (s Sealer) Close(id, secret string) (string, error) {
	if secret == "" {
		return "", nil
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(s.aead.Seal(nonce, nonce, []byte(secret), []byte(id))), nil
}

// Open gives a secret back.
func (s Sealer) Open(id, closed string) (string, error) {
	if closed == "" {
		return "", nil
	}
	raw, err := base64.StdEncoding.DecodeString(closed)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return "", fmt.Errorf("the secret of %s is damaged", id)
	}
	text, err := s.aead.Open(nil, raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():], []byte(id))
	if err != nil {
		return "", fmt.Errorf("the secret of %s does not open with this server's key: %w", id, err)
	}
	return string(text), nil
}
