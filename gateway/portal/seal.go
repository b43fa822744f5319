package portal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"
)

// What leaves us to come back, in a hidden field or in the table of what is held, is sealed: nobody reads or changes it on the
// way, and it holds for one purpose and for a time.

// Purposes of what is sealed, and for how long it holds.
const (
	forForm  = "form" // that a form was made here, and when
	forPass  = "pass" // number and code of whoever looks at his complaint
	formFor  = 6 * time.Hour
	passFor  = 2 * time.Hour
	maxToken = 128 << 10 // signs
)

// keyFor is the key of a purpose.
func keyFor(secret []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("portal " + purpose))
	return mac.Sum(nil)
}

func (g *Gateway) aead(purpose string) cipher.AEAD {
	block, err := aes.NewCipher(keyFor(g.Key, purpose))
	if err != nil {
		panic(err) // the key has the right length
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // as above
	}
	return a
}

type sealed struct {
	At    int64           `json:"at"`
	Value json.RawMessage `json:"v"`
}

// seal writes a value so that only we read it.
func (g *Gateway) seal(purpose string, v any) (string, error) {
	value, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(sealed{g.Now().Unix(), value})
	if err != nil {
		return "", err
	}
	a := g.aead(purpose)
	nonce := make([]byte, a.NonceSize())
	rand.Read(nonce) // never fails
	return base64.RawURLEncoding.EncodeToString(a.Seal(nonce, nonce, text, []byte(purpose))), nil
}

// unseal reads what seal wrote for the purpose no longer ago than it holds, and says when that was; false for anything else.
func (g *Gateway) unseal(purpose, token string, holds time.Duration, into any) (at time.Time, ok bool) {
	if len(token) > maxToken {
		return at, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	a := g.aead(purpose)
	if err != nil || len(raw) < a.NonceSize() {
		return at, false
	}
	text, err := a.Open(nil, raw[:a.NonceSize()], raw[a.NonceSize():], []byte(purpose))
	if err != nil {
		return at, false
	}
	var s sealed
	if json.Unmarshal(text, &s) != nil || json.Unmarshal(s.Value, into) != nil {
		return at, false
	}
	at = time.Unix(s.At, 0)
	age := g.Now().Sub(at)
	return at, age < holds && age > -time.Minute
}
