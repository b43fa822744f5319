package notice

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/words"
)

// Operations of the role table.
const (
	opRead   = "notice.read"
	opManage = "notice.manage"
)

// Inbox is a page of somebody's notices.
type Inbox struct {
	Items  []Item `json:"items"`
	Next   string `json:"next" doc:"cursor of the next page; empty on the last"`
	Unread int    `json:"unread"`
}

// Outside is the ways outside, and what they may be told.
type Outside struct {
	Items []Endpoint   `json:"items"`
	Codes []api.Option `json:"codes" doc:"what an endpoint may be told"`
}

// Outgoings is a page of deliveries.
type Outgoings struct {
	Items []Outgoing `json:"items"`
	Next  string     `json:"next"`
}

// EndpointID is the path of one endpoint, DeliveryID that of one delivery.
type EndpointID struct {
	ID string `path:"id" maxLength:"40"`
}

// Operations declares what notice offers over HTTP.
func (s *Service) Operations(a huma.API) {
	api.Register(a, api.Op{ID: "notice.mine", Method: http.MethodGet, Path: "/notices", Permission: opRead, Summary: "My notices, newest first"},
		func(ctx context.Context, in *struct {
			Unread bool   `query:"unread"`
			Cursor string `query:"cursor" maxLength:"200"`
			Limit  int    `query:"limit" minimum:"0" maximum:"100"`
		}) (*struct{ Body Inbox }, error) {
			items, next, unread, err := s.Mine(ctx, api.Actor(ctx), in.Unread, in.Cursor, in.Limit, api.Lang(ctx))
			if items == nil {
				items = []Item{}
			}
			return &struct{ Body Inbox }{Inbox{items, next, unread}}, err
		})
	api.Register(a, api.Op{ID: "notice.read", Method: http.MethodPost, Path: "/notices/read", Permission: opRead, Summary: "Mark my notices as read; without ids, all"},
		func(ctx context.Context, in *struct {
			Body struct {
				IDs []string `json:"ids,omitempty" maxItems:"200"`
			}
		}) (*struct{}, error) {
			return nil, s.Read(ctx, api.Actor(ctx), in.Body.IDs)
		})
	api.Register(a, api.Op{ID: "notice.endpoints", Method: http.MethodGet, Path: "/system/endpoints", Permission: opManage, Summary: "Where notices go outside"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Outside }, error) {
			out := &struct{ Body Outside }{}
			list, err := s.Endpoints(ctx, api.Actor(ctx))
			out.Body.Items = append([]Endpoint{}, list...)
			for _, code := range Codes {
				out.Body.Codes = append(out.Body.Codes, api.Option{Value: code, Label: words.Text(api.Lang(ctx), code+"_title", nil)})
			}
			return out, err
		})
	api.Register(a, api.Op{ID: "notice.add_endpoint", Method: http.MethodPost, Path: "/system/endpoints", Permission: opManage, Summary: "Add a way outside: webhook, mail, text messages", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body EndpointInput }) (*struct{ Body Endpoint }, error) {
			e, err := s.AddEndpoint(ctx, api.Actor(ctx), in.Body)
			return &struct{ Body Endpoint }{e}, err
		})
	api.Register(a, api.Op{Command: true, ID: "notice.change_endpoint", Method: http.MethodPut, Path: "/system/endpoints/{id}", Permission: opManage, Summary: "Change a way outside; If-Match carries the revision seen"},
		func(ctx context.Context, in *struct {
			EndpointID
			Body EndpointInput
		}) (*struct{ Body Endpoint }, error) {
			e, err := s.ChangeEndpoint(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body)
			return &struct{ Body Endpoint }{e}, err
		})
	api.Register(a, api.Op{ID: "notice.test", Method: http.MethodPost, Path: "/system/endpoints/{id}/test", Permission: opManage, Summary: "Send a notice there now and say what came of it"},
		func(ctx context.Context, in *EndpointID) (*struct{}, error) {
			return nil, s.Test(ctx, api.Actor(ctx), in.ID)
		})
	api.Register(a, api.Op{ID: "notice.deliveries", Method: http.MethodGet, Path: "/system/deliveries", Permission: opManage, Summary: "What is on its way outside, and what was given up"},
		func(ctx context.Context, in *struct {
			State  string `query:"state" enum:"waiting,sent,dead,dropped,"`
			Cursor string `query:"cursor" maxLength:"200"`
		}) (*struct{ Body Outgoings }, error) {
			out := &struct{ Body Outgoings }{}
			list, next, err := s.Deliveries(ctx, api.Actor(ctx), in.State, in.Cursor, api.Lang(ctx))
			out.Body.Items, out.Body.Next = append([]Outgoing{}, list...), next
			return out, err
		})
	api.Register(a, api.Op{ID: "notice.again", Method: http.MethodPost, Path: "/system/deliveries/{id}/again", Permission: opManage, Summary: "Try a given-up delivery anew"},
		func(ctx context.Context, in *EndpointID) (*struct{}, error) {
			return nil, s.Again(ctx, api.Actor(ctx), in.ID)
		})
	api.Register(a, api.Op{ID: "notice.drop", Method: http.MethodPost, Path: "/system/deliveries/{id}/drop", Permission: opManage, Summary: "Let a given-up delivery go"},
		func(ctx context.Context, in *EndpointID) (*struct{}, error) {
			return nil, s.Drop(ctx, api.Actor(ctx), in.ID)
		})
}
