package gateway

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/outside"
	"jiexu/store"
)

// Link is a platform outside and the way there. An administrator makes and changes it; its secret is told to nobody.
type Link struct {
	ID        string    `json:"id"`
	Code      string    `json:"code" doc:"in its address here, and the name of its folder"`
	Kind      string    `json:"kind" enum:"hotline,grid"`
	Name      string    `json:"name"`
	Unit      string    `json:"unit" doc:"where what it sends is registered"`
	UnitName  string    `json:"unitName"`
	Transport string    `json:"transport" enum:"http,folder"`
	URL       string    `json:"url,omitempty" doc:"of its end"`
	Format    string    `json:"format" enum:"json,csv" doc:"of the files that we write"`
	Encoding  string    `json:"encoding" enum:"utf-8,gb18030" doc:"of the files that we write"`
	Patrols   bool      `json:"patrols" doc:"our patrols' findings are reported to it"`
	HasSecret bool      `json:"hasSecret"`
	Enabled   bool      `json:"enabled"`
	UpdatedAt time.Time `json:"updatedAt"`
	Rev       int64     `json:"rev"`

	secret string // encrypted
}

// LinkInput is a link as it is typed in.
type LinkInput struct {
	Code      string `json:"code" maxLength:"30"`
	Kind      string `json:"kind" enum:"hotline,grid"`
	Name      string `json:"name" maxLength:"60"`
	Unit      string `json:"unit" maxLength:"40"`
	Transport string `json:"transport" enum:"http,folder"`
	URL       string `json:"url,omitempty" maxLength:"500"`
	Format    string `json:"format,omitempty" enum:"json,csv,"`
	Encoding  string `json:"encoding,omitempty" enum:"utf-8,gb18030,"`
	Patrols   bool   `json:"patrols,omitempty"`
	Secret    string `json:"secret,omitempty" maxLength:"200" doc:"empty leaves it as it is"`
	Enabled   bool   `json:"enabled"`
}

// leastSecret is how long a secret must be, in bytes.
const leastSecret = 16

// codeForm is what a link's code is made of: it stands in an address and in the name of a folder.
var codeForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,29}$`)

func (in *LinkInput) check(hasSecret bool) error {
	f := fault.New(fault.Invalid, "form")
	in.Name, in.URL = strings.TrimSpace(in.Name), strings.TrimSpace(in.URL)
	if !codeForm.MatchString(in.Code) {
		f.With("code", "gateway.code_form")
	}
	if in.Name == "" {
		f.With("name", "form.required")
	}
	if in.Format == "" {
		in.Format = "json"
	}
	if in.Encoding == "" {
		in.Encoding = "utf-8"
	}
	oneOf := func(name, value string, options ...string) {
		if !slices.Contains(options, value) {
			f.With(name, "form.one_of", "options", strings.Join(options, ", "))
		}
	}
	oneOf("kind", in.Kind, Hotline, Grid)
	oneOf("transport", in.Transport, HTTP, Folder)
	oneOf("format", in.Format, "json", "csv")
	oneOf("encoding", in.Encoding, "utf-8", "gb18030")
	if in.Transport == HTTP {
		if err := outside.CheckURL(in.URL); err != nil {
			f.With("url", err.Code)
		}
		if in.Secret == "" && !hasSecret {
			f.With("secret", "form.required")
		}
	} else {
		in.URL = ""
	}
	if in.Secret != "" && len(in.Secret) < leastSecret {
		f.With("secret", "form.too_short", "min", leastSecret)
	}
	return f.OrNil()
}

const linkColumns = `l.id, l.code, l.kind, l.name, l.unit, l.transport, l.url, l.format, l.encoding, l.secret, l.patrols, l.enabled, l.updated_at, l.rev`

func scanLink(r interface{ Scan(...any) error }, more ...any) (l Link, err error) {
	var updated store.Time
	err = r.Scan(append([]any{&l.ID, &l.Code, &l.Kind, &l.Name, &l.Unit, &l.Transport, &l.URL, &l.Format, &l.Encoding, &l.secret, &l.Patrols, &l.Enabled, &updated, &l.Rev}, more...)...)
	l.UpdatedAt, l.HasSecret = updated.Time, l.secret != ""
	return
}

// links lists all links.
func links(ctx context.Context, tx *store.Tx) ([]Link, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (Link, error) { return scanLink(r) }, `SELECT `+linkColumns+` FROM gateway_links l ORDER BY l.created_at, l.id`)
}

// linkBy reads one link by its id or its code. Returns gateway.link_not_found.
func linkBy(ctx context.Context, tx *store.Tx, column, value string) (Link, error) {
	l, err := scanLink(tx.QueryRow(ctx, `SELECT `+linkColumns+` FROM gateway_links l WHERE l.`+column+` = $1`, value))
	return l, store.Found(err, "gateway.link_not_found")
}

// AddLink makes a link. Returns form, refused.unit, gateway.code_taken.
func (s *Service) AddLink(ctx context.Context, actor org.Actor, in LinkInput) (Link, error) {
	return s.saveLink(ctx, actor, "", 0, in)
}

// ChangeLink changes one, if it is still at rev; its kind and code stay. Returns gateway.link_not_found, changed_meanwhile, form.
func (s *Service) ChangeLink(ctx context.Context, actor org.Actor, id string, rev int64, in LinkInput) (Link, error) {
	return s.saveLink(ctx, actor, id, rev, in)
}

func (s *Service) saveLink(ctx context.Context, actor org.Actor, id string, rev int64, in LinkInput) (Link, error) {
	saved, err := store.Do(ctx, s.DB, func(ctx context.Context, tx *store.Tx) (l Link, err error) {
		old := Link{ID: store.NewID()}
		if id != "" {
			if old, err = linkBy(ctx, tx, "id", id); err != nil {
				return l, err
			}
			if err := actor.Must(opManage, old.Unit); err != nil {
				return l, err
			}
			in.Kind, in.Code = old.Kind, old.Code
		}
		if err := in.check(old.HasSecret); err != nil {
			return l, err
		}
		if _, err := org.UnitByID(ctx, tx, in.Unit); err != nil {
			return l, fault.New(fault.Invalid, "form").With("unit", "form.required")
		}
		if err := actor.Must(opManage, in.Unit); err != nil {
			return l, err
		}
		now := s.Now()
		l = Link{ID: old.ID, Code: in.Code, Kind: in.Kind, Name: in.Name, Unit: in.Unit, Transport: in.Transport, URL: in.URL, Format: in.Format, Encoding: in.Encoding,
			Patrols: in.Patrols, Enabled: in.Enabled, UpdatedAt: now, Rev: rev + 1, secret: old.secret}
		if in.Secret != "" {
			if l.secret, err = s.seal.Close(l.ID, in.Secret); err != nil {
				return l, err
			}
		}
		l.HasSecret = l.secret != ""
		if id == "" {
			_, err = tx.Exec(ctx, `INSERT INTO gateway_links (id, code, kind, name, unit, transport, url, format, encoding, secret, patrols, enabled, created_at, updated_at, rev)
				VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$13,1)`,
				l.ID, l.Code, l.Kind, l.Name, l.Unit, l.Transport, l.URL, l.Format, l.Encoding, l.secret, l.Patrols, l.Enabled, store.At(now))
			if err == nil {
				_, err = tx.Exec(ctx, `INSERT INTO gateway_health (link, failures, error) VALUES ($1, 0, '')`, l.ID)
			}
		} else {
			err = store.Changed(tx.Exec(ctx, `UPDATE gateway_links SET name = $3, unit = $4, transport = $5, url = $6, format = $7, encoding = $8, secret = $9, patrols = $10, enabled = $11,
				updated_at = $12, rev = rev + 1 WHERE id = $1 AND rev = $2`,
				l.ID, rev, l.Name, l.Unit, l.Transport, l.URL, l.Format, l.Encoding, l.secret, l.Patrols, l.Enabled, store.At(now)))
			if err == nil { // what is mended is tried at once
				_, err = tx.Exec(ctx, `UPDATE gateway_health SET next_at = NULL WHERE link = $1`, l.ID)
			}
		}
		if err != nil {
			return l, fmt.Errorf("save a link: %w", err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "gateway.link", Subject: ledger.Ref{Type: "gateway", ID: l.ID}, Actor: actor.Person, Unit: l.Unit, At: now,
			Body: map[string]any{"kind": l.Kind, "code": l.Code, "enabled": l.Enabled, "new_secret": in.Secret != ""}, Rows: []ledger.Row{{Table: "gateway_links", Key: l.ID}}})
		return l, err
	})
	if store.IsUnique(err) {
		return saved, fault.New(fault.Invalid, "form").With("code", "gateway.code_taken", "code", in.Code)
	}
	s.stir()
	return saved, err
}
