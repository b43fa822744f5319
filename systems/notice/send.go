package notice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/wneessen/go-mail"

	"jiexu/outside"
)

// Sender sends a message to an endpoint. errGone in what it returns means that trying again is of no use.
type Sender interface {
	Send(ctx context.Context, e Endpoint, secret string, body []byte, now time.Time) error
}

// errGone says that the other side wants no more of this.
var errGone = errors.New("the receiver is gone for good (410)")

// patience is how long an attempt may take.
const patience = 15 * time.Second

// sender sends for real.
type sender struct{}

// Send sends by the endpoint's kind.
func (sender) Send(ctx context.Context, e Endpoint, secret string, body []byte, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return err
	}
	switch e.Kind {
	case Mail:
		return sendMail(ctx, e.Target, secret, m)
	case SMS:
		text, err := json.Marshal(struct {
			ID   string   `json:"id"`
			To   []string `json:"to"`
			Text string   `json:"text"`
		}{m.ID, e.Target.To, m.Text})
		if err != nil {
			return err
		}
		body = text
	}
	return post(ctx, e.Target.URL, secret, m.ID, body, now)
}

// Sign is the signature of a body sent at a time: the receiver computes it anew and refuses what is older than some
// minutes. The header reads t=SECONDS,v1=HEX, the HMAC-SHA256 of "SECONDS.BODY".
func Sign(secret string, body []byte, at time.Time) string {
	seconds := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

func post(ctx context.Context, url, secret, id string, body []byte, now time.Time) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Jiexu")
	req.Header.Set("Jiexu-Delivery", id)
	req.Header.Set("Jiexu-Signature", Sign(secret, body, now))
	answer, err := outside.Client.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 200))
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode < 300:
		return nil
	case answer.StatusCode == http.StatusGone:
		return errGone
	}
	return fmt.Errorf("answered %s: %s", answer.Status, said)
}

// sendMail hands a notice to a mail server, as plain text.
func sendMail(ctx context.Context, t Target, password string, m message) error {
	letter := mail.NewMsg()
	if err := letter.From(t.From); err != nil {
		return err
	}
	if err := letter.To(t.To...); err != nil {
		return err
	}
	letter.Subject(m.Title)
	letter.SetMessageIDWithValue(m.ID + "@jiexu")
	letter.SetBodyString(mail.TypeTextPlain, m.Text+"\n\n"+m.Unit.Name+"\n"+m.Link+"\n")
	options := []mail.Option{mail.WithPort(t.Port), mail.WithTimeout(patience)}
	switch t.TLS {
	case "tls":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if password != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(t.User), mail.WithPassword(password))
	}
	c, err := mail.NewClient(t.Host, options...)
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, letter)
}
