package gateway

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/store"
)

// Headers of a signed request, the same in both directions.
const (
	HeaderTime      = "Jiexu-Timestamp" // seconds since 1970
	HeaderNonce     = "Jiexu-Nonce"     // 16 to 64 letters and digits, another one for each attempt
	HeaderSignature = "Jiexu-Signature" // v1=HEX
)

// Skew is how far the clocks of both sides may be apart.
const Skew = 5 * time.Minute

// nonceForm is what a nonce is made of.
var nonceForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// Signature is the HMAC-SHA256, in hex, of method, path, time, nonce and the body's SHA-256, a line each.
func Signature(secret, method, path, seconds, nonce string, body []byte) string {
	sum := sha256.Sum256(body)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join([]string{"v1", method, path, seconds, nonce, hex.EncodeToString(sum[:])}, "\n")))
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}

// Sign signs a request, whose body is given once more, at a time.
func Sign(r *http.Request, secret string, body []byte, at time.Time, nonce string) {
	seconds := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set(HeaderTime, seconds)
	r.Header.Set(HeaderNonce, nonce)
	r.Header.Set(HeaderSignature, Signature(secret, r.Method, pathOf(r), seconds, nonce, body))
}

// pathOf is a request's path as it is sent: an address without one is asked for /.
func pathOf(r *http.Request) string {
	if path := r.URL.EscapedPath(); path != "" {
		return path
	}
	return "/"
}

// Verify returns why a request's signature is none: gateway.unsigned, gateway.clock, gateway.signature. Whether its nonce was
// used before is for the database to say; see spend.
func Verify(r *http.Request, secret string, body []byte, now time.Time) error {
	seconds, nonce, given := r.Header.Get(HeaderTime), r.Header.Get(HeaderNonce), r.Header.Get(HeaderSignature)
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || !nonceForm.MatchString(nonce) || given == "" {
		return fault.New(fault.Unauthenticated, "gateway.unsigned")
	}
	// The signature first: who does not know the secret learns nothing of our clock.
	if secret == "" || !hmac.Equal([]byte(given), []byte(Signature(secret, r.Method, pathOf(r), seconds, nonce, body))) {
		return fault.New(fault.Unauthenticated, "gateway.signature")
	}
	if off := now.Sub(time.Unix(at, 0)); off > Skew || off < -Skew {
		return fault.New(fault.Unauthenticated, "gateway.clock", "minutes", int(Skew.Minutes()), "now", now.UTC().Format(time.RFC3339))
	}
	return nil
}

// spend uses up a nonce. Returns gateway.replayed.
func spend(ctx context.Context, tx *store.Tx, link, nonce string, now time.Time) error {
	n, err := tx.Exec(ctx, `INSERT INTO gateway_nonces (link, nonce, at) VALUES ($1, $2, $3) ON CONFLICT (link, nonce) DO NOTHING`, link, nonce, store.At(now))
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "gateway.replayed")
	}
	return err
}
