package notice

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// sealer encrypts the secrets of endpoints (AES-256-GCM), so that a copy of the database does not hold them.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) sealer {
	block, err := aes.NewCipher(key)
	if err != nil || len(key) != 32 {
		panic(fmt.Sprintf("notice: the key for secrets has %d bytes, 32 are needed", len(key)))
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return sealer{aead}
}

// close encrypts a secret for the endpoint of that id, and for no other.
func (s sealer) close(id, secret string) (string, error) {
	if secret == "" {
		return "", nil
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(s.aead.Seal(nonce, nonce, []byte(secret), []byte(id))), nil
}

// open gives a secret back.
func (s sealer) open(id, closed string) (string, error) {
	if closed == "" {
		return "", nil
	}
	raw, err := base64.StdEncoding.DecodeString(closed)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return "", fmt.Errorf("the secret of endpoint %s is damaged", id)
	}
	text, err := s.aead.Open(nil, raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():], []byte(id))
	if err != nil {
		return "", fmt.Errorf("the secret of endpoint %s does not open with this server's key: %w", id, err)
	}
	return string(text), nil
}
