package gateway

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// CodeRow says what a code of a platform means here.
type CodeRow struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"hotline,grid" doc:"of the gateway"`
	List      string    `json:"list" doc:"which of our lists it is a value of: kind"`
	Theirs    string    `json:"theirs"`
	Ours      string    `json:"ours"`
	UpdatedAt time.Time `json:"updatedAt"`
	Rev       int64     `json:"rev"`
}

// CodeInput is one as it is typed in.
type CodeInput struct {
	Kind   string `json:"kind" enum:"hotline,grid"`
	List   string `json:"list" maxLength:"40"`
	Theirs string `json:"theirs" maxLength:"60"`
	Ours   string `json:"ours" maxLength:"100"`
}

// CodeLists are the lists that codes may be values of, with their values; what has none takes any text.
var CodeLists = map[string][]string{"kind": {"complaint", "help", "consultation", "suggestion", "praise"}}

func scanCode(r *sql.Rows) (c CodeRow, err error) {
	var at store.Time
	err = r.Scan(&c.ID, &c.Kind, &c.List, &c.Theirs, &c.Ours, &at, &c.Rev)
	c.UpdatedAt = at.Time
	return
}

const codeColumns = `id, kind, list, theirs, ours, updated_at, rev`

// codes answers what codes of a kind of gateway mean.
func (s *Service) codes(ctx context.Context, kind string) (func(list, theirs string) (string, bool), error) {
	known := map[string]string{}
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := store.Collect(ctx, tx, scanCode, `SELECT `+codeColumns+` FROM gateway_codes WHERE kind = $1`, kind)
		for _, c := range rows {
			known[c.List+" "+strings.ToLower(c.Theirs)] = c.Ours
		}
		return err
	})
	return func(list, theirs string) (string, bool) {
		ours, ok := known[list+" "+strings.ToLower(strings.TrimSpace(theirs))]
		return ours, ok
	}, err
}

// Codes lists them all.
func (s *Service) Codes(ctx context.Context) (out []CodeRow, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = store.Collect(ctx, tx, scanCode, `SELECT `+codeColumns+` FROM gateway_codes ORDER BY kind, list, theirs`)
		return err
	})
	return out, err
}

// SetCode says what a code means, anew where it is there. Returns form.
func (s *Service) SetCode(ctx context.Context, actor org.Actor, in CodeInput) (CodeRow, error) {
	f := fault.New(fault.Invalid, "form")
	in.Theirs, in.Ours = strings.TrimSpace(in.Theirs), strings.TrimSpace(in.Ours)
	if !slices.Contains([]string{Hotline, Grid}, in.Kind) {
		f.With("kind", "form.one_of", "options", Hotline+", "+Grid)
	}
	values, ok := CodeLists[in.List]
	if !ok {
		f.With("list", "form.one_of", "options", "kind")
	} else if !slices.Contains(values, in.Ours) {
		f.With("ours", "form.one_of", "options", strings.Join(values, ", "))
	}
	if in.Theirs == "" || utf8.RuneCountInString(in.Theirs) > 60 {
		f.With("theirs", "form.required")
	}
	if err := f.OrNil(); err != nil {
		return CodeRow{}, err
	}
	return store.Do(ctx, s.DB, func(ctx context.Context, tx *store.Tx) (c CodeRow, err error) {
		now := s.Now()
		c = CodeRow{Kind: in.Kind, List: in.List, Theirs: in.Theirs, Ours: in.Ours, UpdatedAt: now}
		if err := tx.QueryRow(ctx, `INSERT INTO gateway_codes (id, kind, list, theirs, ours, updated_at, rev) VALUES ($1,$2,$3,$4,$5,$6,1)
			ON CONFLICT (kind, list, theirs) DO UPDATE SET ours = excluded.ours, updated_at = excluded.updated_at, rev = gateway_codes.rev + 1 RETURNING id, rev`,
			store.NewID(), c.Kind, c.List, c.Theirs, c.Ours, store.At(now)).Scan(&c.ID, &c.Rev); err != nil {
			return c, err
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "gateway.code", Subject: ledger.Ref{Type: "gateway_code", ID: c.ID}, Actor: actor.Person, Unit: actor.HomeUnit(), At: now,
			Body: map[string]any{"kind": c.Kind, "list": c.List, "theirs": c.Theirs, "ours": c.Ours}, Rows: []ledger.Row{{Table: "gateway_codes", Key: c.ID}}})
		return c, err
	})
}
