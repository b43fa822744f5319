package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/law"
	"jiexu/org"
)

// KeyView is a key of another program, without the key itself.
type KeyView struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Unit      Named      `json:"unit"`
	Hint      string     `json:"hint" doc:"its first signs"`
	Rights    []string   `json:"rights"`
	Rate      int        `json:"rate" doc:"requests a minute"`
	Expires   string     `json:"expires,omitempty" doc:"last day"`
	IssuedAt  time.Time  `json:"issuedAt"`
	Withdrawn *time.Time `json:"withdrawn,omitempty"`
	Used      *time.Time `json:"used,omitempty" doc:"last, to the minute"`
	Valid     bool       `json:"valid" doc:"today"`
}

// KeyIssued is a key as it is told, once.
type KeyIssued struct {
	KeyView
	Key string `json:"key" doc:"told this once and kept nowhere"`
}

// KeyInput is what an administrator says of a key.
type KeyInput struct {
	Name    string   `json:"name" maxLength:"200"`
	Unit    string   `json:"unit" maxLength:"40"`
	Rights  []string `json:"rights" maxItems:"10"`
	Rate    int      `json:"rate"`
	Expires law.Date `json:"expires,omitzero" doc:"last day; without it, until it is withdrawn"`
}

func (o *Org) keyView(k org.Key) KeyView {
	v := KeyView{ID: k.ID, Name: k.Name, Unit: Named{k.Unit, k.UnitName}, Hint: k.Hint, Rights: k.Rights, Rate: k.Rate, IssuedAt: k.IssuedAt, Withdrawn: k.WithdrawnAt, Used: k.LastUsed, Valid: k.ValidOn(law.On(o.now()))}
	if !k.Expires.IsZero() {
		v.Expires = k.Expires.String()
	}
	return v
}

func (o *Org) keyOperations(a huma.API) {
	Register(a, Op{ID: "org.keys", Method: http.MethodGet, Path: "/system/keys", Permission: "org.keys", Summary: "Keys of other programs, newest first"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body page[KeyView] }, error) {
			list, err := o.svc.Keys(ctx, Actor(ctx))
			out := &struct{ Body page[KeyView] }{page[KeyView]{Items: []KeyView{}}}
			for _, k := range list {
				out.Body.Items = append(out.Body.Items, o.keyView(k))
			}
			return out, err
		})
	Register(a, Op{ID: "org.issue_key", Method: http.MethodPost, Path: "/system/keys", Permission: "org.keys", Status: http.StatusCreated, Summary: "Issue a key; the answer tells it once"},
		func(ctx context.Context, in *struct{ Body KeyInput }) (*struct{ Body KeyIssued }, error) {
			k, secret, err := o.svc.IssueKey(ctx, Actor(ctx), org.Key{Name: in.Body.Name, Unit: in.Body.Unit, Rights: in.Body.Rights, Rate: in.Body.Rate, Expires: in.Body.Expires})
			return &struct{ Body KeyIssued }{KeyIssued{o.keyView(k), secret}}, err
		})
	Register(a, Op{ID: "org.withdraw_key", Method: http.MethodDelete, Path: "/system/keys/{id}", Permission: "org.keys", Summary: "Withdraw a key, at once and for good"},
		func(ctx context.Context, in *PathID) (*struct{}, error) {
			return nil, o.svc.WithdrawKey(ctx, Actor(ctx), in.ID)
		})
}
