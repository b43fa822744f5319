package notice

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/codes"
	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/outside"
	"jiexu/store"
)

// Kinds of endpoint.
const (
	Webhook = "webhook" // a POST of JSON, signed
	Mail    = "mail"    // SMTP
	SMS     = "sms"     // a POST to a gateway for text messages, signed alike
)

var kinds = []string{Webhook, Mail, SMS}

// Target is where an endpoint is; which fields count depends on its kind.
type Target struct {
	URL  string   `json:"url,omitempty" maxLength:"500" doc:"of a webhook or a gateway"`
	Host string   `json:"host,omitempty" maxLength:"200" doc:"of a mail server"`
	Port int      `json:"port,omitempty" minimum:"0" maximum:"65535"`
	TLS  string   `json:"tls,omitempty" enum:"starttls,tls,none," doc:"none is refused for a server with a password"`
	User string   `json:"user,omitempty" maxLength:"200"`
	From string   `json:"from,omitempty" maxLength:"200"`
	To   []string `json:"to,omitempty" maxItems:"50" doc:"mail addresses, or mobile numbers of the office"`
}

// Endpoint is a way outside. An administrator makes and changes it; its secret is told to nobody.
type Endpoint struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind" enum:"webhook,mail,sms"`
	Unit      string    `json:"unit"`
	UnitName  string    `json:"unitName"`
	Codes     []string  `json:"codes" doc:"what it is told; none means all"`
	Target    Target    `json:"target"`
	HasSecret bool      `json:"hasSecret"`
	Enabled   bool      `json:"enabled"`
	UpdatedAt time.Time `json:"updatedAt"`
	Rev       int64     `json:"rev"`

	secret string // encrypted
}

// EndpointInput is an endpoint as it is typed in.
type EndpointInput struct {
	Name    string   `json:"name" maxLength:"60"`
	Kind    string   `json:"kind" enum:"webhook,mail,sms"`
	Unit    string   `json:"unit" maxLength:"40"`
	Codes   []string `json:"codes,omitempty" maxItems:"20"`
	Target  Target   `json:"target"`
	Secret  string   `json:"secret,omitempty" maxLength:"200" doc:"key of the signature, or password of the mail server; empty leaves it as it is"`
	Enabled bool     `json:"enabled"`
}

// leastSecret is how long a key of a signature must be, in bytes.
const leastSecret = 16

// check reads and completes what was typed in; hasSecret says that the endpoint has one already.
func (in *EndpointInput) check(hasSecret bool) error {
	f := fault.New(fault.Invalid, "form")
	in.Name = strings.TrimSpace(in.Name)
	if in.Name == "" {
		f.With("name", "form.required")
	}
	if utf8.RuneCountInString(in.Name) > 60 {
		f.With("name", "form.too_long", "max", 60)
	}
	if !slices.Contains(kinds, in.Kind) {
		f.With("kind", "form.one_of", "options", strings.Join(kinds, ", "))
	}
	for _, code := range in.Codes {
		if !slices.Contains(Codes, code) {
			f.With("codes", "form.one_of", "options", strings.Join(Codes, ", "))
		}
	}
	t := &in.Target
	switch in.Kind {
	case Mail:
		t.URL = ""
		in.checkMail(f, hasSecret)
	case Webhook, SMS:
		*t = Target{URL: strings.TrimSpace(t.URL), To: t.To}
		if in.Kind == Webhook {
			t.To = nil
		} else {
			t.checkTo(f, func(s string) error { return codes.CheckMobile(s) })
		}
		if err := outside.CheckURL(t.URL); err != nil {
			f.With("target.url", err.Code)
		}
		if in.Secret == "" && !hasSecret {
			f.With("secret", "form.required")
		}
		if in.Secret != "" && len(in.Secret) < leastSecret {
			f.With("secret", "form.too_short", "min", leastSecret)
		}
	}
	return f.OrNil()
}

func (in *EndpointInput) checkMail(f *fault.Error, hasSecret bool) {
	t := &in.Target
	t.Host = strings.TrimSpace(t.Host)
	if t.Host == "" || strings.ContainsAny(t.Host, "/@ :\r\n") {
		f.With("target.host", "notice.host")
	}
	if t.TLS == "" {
		t.TLS = "starttls"
	}
	if t.TLS == "none" && (in.Secret != "" || hasSecret) {
		f.With("target.tls", "notice.tls_needed")
	}
	if t.Port == 0 {
		t.Port = map[string]int{"tls": 465, "starttls": 587, "none": 25}[t.TLS]
	}
	if _, err := mail.ParseAddress(t.From); err != nil {
		f.With("target.from", "notice.mail_address")
	}
	t.checkTo(f, func(s string) error { _, err := mail.ParseAddress(s); return err })
}

// checkTo reads the receivers.
func (t *Target) checkTo(f *fault.Error, check func(string) error) {
	if len(t.To) == 0 {
		f.With("target.to", "form.required")
	}
	for i, to := range t.To {
		t.To[i] = strings.TrimSpace(to)
		if check(t.To[i]) != nil {
			f.With("target.to", "notice.receiver", "receiver", t.To[i])
		}
	}
}

const endpointColumns = `e.id, e.name, e.kind, e.unit, e.codes, e.target, e.secret, e.enabled, e.updated_at, e.rev`

func scanEndpoint(r interface{ Scan(...any) error }, more ...any) (e Endpoint, err error) {
	var list, target string
	var updated store.Time
	if err = r.Scan(append([]any{&e.ID, &e.Name, &e.Kind, &e.Unit, &list, &target, &e.secret, &e.Enabled, &updated, &e.Rev}, more...)...); err != nil {
		return
	}
	e.UpdatedAt, e.HasSecret = updated.Time, e.secret != ""
	if err = json.Unmarshal([]byte(list), &e.Codes); err == nil {
		err = json.Unmarshal([]byte(target), &e.Target)
	}
	return
}

// Endpoints lists the ways outside of the units that the actor manages.
func (s *Service) Endpoints(ctx context.Context, actor org.Actor) (out []Endpoint, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		w := &store.Where{}
		w.Raw(org.ScopeSQL(actor, opManage, "e.unit", w.Next()))
		out, err = store.Collect(ctx, tx, func(r *sql.Rows) (e Endpoint, err error) {
			var name string
			e, err = scanEndpoint(r, &name)
			e.UnitName = name
			return
		}, `SELECT `+endpointColumns+`, u.name FROM notice_endpoints e JOIN org_v_units u ON u.id = e.unit WHERE `+w.SQL()+` ORDER BY e.created_at, e.id`, w.Args()...)
		return err
	})
	return out, err
}

// AddEndpoint makes a way outside. Returns form, refused.unit.
func (s *Service) AddEndpoint(ctx context.Context, actor org.Actor, in EndpointInput) (Endpoint, error) {
	return s.saveEndpoint(ctx, actor, "", 0, in)
}

// ChangeEndpoint changes one, if it is still at rev. Returns notice.endpoint_not_found, changed_meanwhile, form.
func (s *Service) ChangeEndpoint(ctx context.Context, actor org.Actor, id string, rev int64, in EndpointInput) (Endpoint, error) {
	return s.saveEndpoint(ctx, actor, id, rev, in)
}

func (s *Service) saveEndpoint(ctx context.Context, actor org.Actor, id string, rev int64, in EndpointInput) (Endpoint, error) {
	return store.Do(ctx, s.DB, func(ctx context.Context, tx *store.Tx) (e Endpoint, err error) {
		old := Endpoint{ID: store.NewID()}
		if id != "" {
			if old, err = endpointByID(ctx, tx, id); err != nil {
				return e, err
			}
			if err := actor.Must(opManage, old.Unit); err != nil {
				return e, err
			}
		}
		if err := in.check(old.HasSecret && old.Kind == in.Kind); err != nil {
			return e, err
		}
		if err := actor.Must(opManage, in.Unit); err != nil {
			return e, err
		}
		now := s.Now()
		e = Endpoint{ID: old.ID, Name: in.Name, Kind: in.Kind, Unit: in.Unit, Codes: in.Codes, Target: in.Target, Enabled: in.Enabled, UpdatedAt: now, Rev: rev + 1, secret: old.secret}
		if e.Codes == nil {
			e.Codes = []string{}
		}
		switch {
		case in.Secret != "":
			if e.secret, err = s.seal.Close(e.ID, in.Secret); err != nil {
				return e, err
			}
		case old.Kind != in.Kind:
			e.secret = ""
		}
		e.HasSecret = e.secret != ""
		list, target, err := e.encoded()
		if err != nil {
			return e, err
		}
		if id == "" {
			_, err = tx.Exec(ctx, `INSERT INTO notice_endpoints (id, name, kind, unit, codes, target, secret, enabled, created_at, updated_at, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$9,1)`,
				e.ID, e.Name, e.Kind, e.Unit, list, target, e.secret, e.Enabled, store.At(now))
		} else {
			err = store.Changed(tx.Exec(ctx, `UPDATE notice_endpoints SET name = $3, kind = $4, unit = $5, codes = $6, target = $7, secret = $8, enabled = $9, updated_at = $10, rev = rev + 1
				WHERE id = $1 AND rev = $2`, e.ID, rev, e.Name, e.Kind, e.Unit, list, target, e.secret, e.Enabled, store.At(now)))
		}
		if err != nil {
			return e, fmt.Errorf("save an endpoint: %w", err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "notice.endpoint", Subject: ledger.Ref{Type: "endpoint", ID: e.ID}, Actor: actor.Person, Unit: e.Unit, At: now,
			Body: map[string]any{"kind": e.Kind, "enabled": e.Enabled, "new_secret": in.Secret != ""}, Rows: []ledger.Row{{Table: "notice_endpoints", Key: e.ID}}})
		return e, err
	})
}

func (e Endpoint) encoded() (list, target string, err error) {
	l, err := json.Marshal(e.Codes)
	if err != nil {
		return "", "", err
	}
	t, err := json.Marshal(e.Target)
	return string(l), string(t), err
}

func endpointByID(ctx context.Context, tx *store.Tx, id string) (Endpoint, error) {
	e, err := scanEndpoint(tx.QueryRow(ctx, `SELECT `+endpointColumns+` FROM notice_endpoints e WHERE e.id = $1`, id))
	return e, store.Found(err, "notice.endpoint_not_found")
}
