package gateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// patience is how long an attempt may take.
const patience = 15 * time.Second

// push makes one attempt at a message. The error is one of errRefused, errAway and errFailed, wrapped in what was said.
func (s *Service) push(ctx context.Context, l Link, secret string, o outgoing) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body := []byte(o.body)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %s", errAway, err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Jiexu")
	req.Header.Set("Jiexu-Message", o.id)
	Sign(req, secret, body, s.Now(), Nonce())
	answer, err := s.Client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %s", errAway, reasonOf(err))
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 300))
	text := strings.TrimSpace(answer.Status + " " + strings.ToValidUTF8(string(said), ""))
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300, code == http.StatusConflict: // 409: it has it already
		return nil
	case code == http.StatusBadRequest, code == http.StatusGone, code == http.StatusRequestEntityTooLarge, code == http.StatusUnprocessableEntity:
		return fmt.Errorf("%w: %s", errRefused, text)
	case code == http.StatusServiceUnavailable, code == http.StatusTooManyRequests:
		return fmt.Errorf("%w: %s", errAway, text)
	default: // also a wrong address or secret: that is wrong for all, and after three it is tried later
		return fmt.Errorf("%w: %s", errFailed, text)
	}
}

// reasonOf is what went wrong on the way, without the address, which is known.
func reasonOf(err error) string {
	var inner interface{ Unwrap() error }
	if errors.As(err, &inner) && inner.Unwrap() != nil {
		return inner.Unwrap().Error()
	}
	return err.Error()
}

// Nonce is a new number for a request.
func Nonce() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
