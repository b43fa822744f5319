package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
)

// SealView is a seal as the register shows it.
type SealView struct {
	ID         string    `json:"id"`
	Unit       string    `json:"unit"`
	Number     int       `json:"number,omitempty" doc:"in the register, from 1 on; none: entered before numbers were given"`
	Name       string    `json:"name"`
	Authority  string    `json:"authority"`
	SHA256     string    `json:"sha256"`
	Diameter   int       `json:"diameter" doc:"millimetres"`
	ValidFrom  law.Date  `json:"validFrom"`
	RetiredOn  law.Date  `json:"retiredOn,omitzero" doc:"the first day on which it seals nothing"`
	RetiredWhy string    `json:"retiredWhy,omitempty"`
	EnteredAt  time.Time `json:"enteredAt"`
	EnteredBy  string    `json:"enteredBy"`
	InUse      bool      `json:"inUse" doc:"today"`
}

func sealView(s org.Seal, today law.Date) SealView {
	return SealView{ID: s.ID, Unit: s.Unit, Number: s.Number, Name: s.Name, Authority: s.Authority, SHA256: s.SHA256, Diameter: s.Diameter, ValidFrom: s.ValidFrom, RetiredOn: s.RetiredOn,
		RetiredWhy: s.RetiredWhy, EnteredAt: s.EnteredAt, EnteredBy: s.EnteredBy, InUse: s.On(today)}
}

// sealForm is a seal as a browser sends it.
type sealForm struct {
	File      huma.FormFile `form:"file"`
	Unit      string        `form:"unit" maxLength:"40"`
	Name      string        `form:"name" maxLength:"120"`
	Diameter  int           `form:"diameter" required:"false"`
	ValidFrom string        `form:"validFrom" maxLength:"20"`
}

type sealPicture struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// Seals declares the register of the office's seals. now is the clock.
func Seals(a huma.API, o *org.Service, now func() time.Time) {
	Register(a, Op{ID: "org.seals", Method: http.MethodGet, Path: "/org/seals", Permission: "org.seals", Summary: "Seals of the office, the newest first"},
		func(ctx context.Context, _ *struct{}) (*struct {
			Body struct {
				Items []SealView `json:"items"`
			}
		}, error) {
			list, err := o.Seals(ctx, Actor(ctx))
			out := &struct {
				Body struct {
					Items []SealView `json:"items"`
				}
			}{}
			out.Body.Items = make([]SealView, len(list))
			for i, s := range list {
				out.Body.Items[i] = sealView(s, law.On(now()))
			}
			return out, err
		})
	Register(a, Op{ID: "org.add_seal", Method: http.MethodPost, Path: "/org/seals", Permission: "org.seals", Summary: "Enter a seal: a PNG with a clear ground", MaxBody: org.MaxSeal + 1<<16},
		func(ctx context.Context, in *struct {
			RawBody huma.MultipartFormFiles[sealForm]
		}) (*struct{ Body SealView }, error) {
			form := in.RawBody.Data()
			input := org.SealInput{Unit: form.Unit, Name: Clean(form.Name), Diameter: form.Diameter}
			if form.ValidFrom != "" && input.ValidFrom.UnmarshalText([]byte(form.ValidFrom)) != nil {
				return nil, fault.New(fault.Invalid, "form").With("validFrom", "form.date")
			}
			if form.File.IsSet {
				defer form.File.Close()
				var err error
				if input.Image, err = io.ReadAll(io.LimitReader(form.File, org.MaxSeal+1)); err != nil {
					return nil, fault.Wrap(err, fault.Invalid, "org.seal_not_png")
				}
			}
			s, err := o.AddSeal(ctx, Actor(ctx), input)
			if err != nil {
				return nil, err
			}
			return &struct{ Body SealView }{sealView(*s, law.On(now()))}, nil
		})
	Register(a, Op{ID: "org.retire_seal", Method: http.MethodPost, Path: "/org/seals/{id}/retire", Permission: "org.seals", Summary: "Take a seal out of use; what it sealed stays sealed"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body struct {
				Reason string `json:"reason" maxLength:"600"`
			}
		}) (*struct{}, error) {
			return nil, o.RetireSeal(ctx, Actor(ctx), in.ID, in.Body.Reason)
		})
	Register(a, Op{ID: "org.seal_image", Method: http.MethodGet, Path: "/org/seals/{id}/image", Permission: "org.seals", Summary: "The picture of a seal"},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*sealPicture, error) {
			picture, err := o.SealImage(ctx, Actor(ctx), in.ID)
			return &sealPicture{ContentType: "image/png", CacheControl: "private, no-store", Body: picture}, err
		})
}
