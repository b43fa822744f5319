package casework

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
)

type objectsInput struct {
	Area   string `query:"area" maxLength:"120" doc:"west,south,east,north in degrees, WGS-84"`
	Unit   string `query:"unit" maxLength:"40" doc:"a squad's id; it or an area is needed"`
	Kind   string `query:"kind" maxLength:"20"`
	Limit  int    `query:"limit" minimum:"0" maximum:"200"`
	Cursor string `query:"cursor" maxLength:"200"`
}

type objectsOutput struct {
	Body struct {
		Items []Object `json:"items"`
		Next  string   `json:"next" doc:"cursor of the next page; empty on the last"`
	}
}

// objectOperations declares the register of what stands in the streets.
func (s *Service) objectOperations(a huma.API) {
	api.Register(a, api.Op{ID: "casework.objects", Method: http.MethodGet, Path: "/objects", Permission: opRead, Summary: "What stands in an area or is a squad's to look at"},
		func(ctx context.Context, in *objectsInput) (*objectsOutput, error) {
			f := ObjectFilter{Unit: in.Unit, Kind: in.Kind, Limit: in.Limit, Cursor: in.Cursor}
			if in.Area != "" {
				for part := range strings.SplitSeq(in.Area, ",") {
					x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
					if err != nil {
						return nil, fault.New(fault.Invalid, "form").With("area", "object.area")
					}
					f.Area = append(f.Area, x)
				}
			}
			items, next, err := s.Objects(ctx, api.Actor(ctx), f)
			out := &objectsOutput{}
			out.Body.Items, out.Body.Next = orEmpty(items), next
			return out, err
		})
	api.Register(a, api.Op{ID: "casework.add_object", Method: http.MethodPost, Path: "/objects", Permission: opOpen, Summary: "Put an object on the register"},
		func(ctx context.Context, in *struct{ Body ObjectInput }) (*struct{ Body *Object }, error) {
			o, err := s.AddObject(ctx, api.Actor(ctx), in.Body)
			return &struct{ Body *Object }{o}, err
		})
}
