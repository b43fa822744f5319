package table

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
)

// Classes is the edition in force with what its classes mean here.
type Classes struct {
	Edition  Edition   `json:"edition"`
	Editions []Edition `json:"editions" doc:"all that were imported, the newest first"`
	Items    []Line    `json:"items"`
}

// MeaningInput is the desk's word on what a class means.
type MeaningInput struct {
	Sort     string `json:"sort" enum:"event,part"`
	Code     string `json:"code" maxLength:"4" doc:"two digits of a class or four of a subclass"`
	Category string `json:"category,omitempty" maxLength:"60" doc:"class of complaint"`
	Matter   string `json:"matter,omitempty" maxLength:"20" doc:"code of the penalty matter"`
}

// Operations declares what people do with the grid's classes over HTTP.
func (t *Tables) Operations(a huma.API) {
	api.Register(a, api.Op{ID: "gateway.grid_classes", Method: http.MethodGet, Path: "/gateways/grid/classes", Permission: "gateway.read", Summary: "The grid platform's classes and what they mean here"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Classes }, error) {
			now, all, lines, err := t.List(ctx, api.Lang(ctx))
			return &struct{ Body Classes }{Classes{now, append([]Edition{}, all...), append([]Line{}, lines...)}}, err
		})
	api.Register(a, api.Op{ID: "gateway.set_grid_class", Method: http.MethodPost, Path: "/gateways/grid/classes", Permission: "gateway.mend", Summary: "Say what one of the grid platform's classes means here"},
		func(ctx context.Context, in *struct{ Body MeaningInput }) (*struct{}, error) {
			return nil, t.Set(ctx, api.Actor(ctx), in.Body.Sort, in.Body.Code, Meaning{in.Body.Category, in.Body.Matter})
		})
}
