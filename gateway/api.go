package gateway

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
)

// Operations of the role table.
const (
	opRead   = "gateway.read"
	opMend   = "gateway.mend"
	opManage = "gateway.manage"
)

// LinkID is the path of one link, EventID of one event, MessageID of one message.
type LinkID struct {
	ID string `path:"id" maxLength:"40"`
}

// ListInput says which messages are listed.
type ListInput struct {
	Link   string `query:"link" maxLength:"40"`
	State  string `query:"state" maxLength:"20"`
	Q      string `query:"q" maxLength:"100" doc:"the platform's number of an order, whole"`
	Cursor string `query:"cursor" maxLength:"200"`
}

func (in ListInput) filter() Filter {
	return Filter{Link: in.Link, State: in.State, Query: in.Q, Cursor: in.Cursor}
}

// Ins is a page of the inbox, Outs of the outbox.
type Ins struct {
	Items []In   `json:"items"`
	Next  string `json:"next"`
}

// Outs is a page of the outbox.
type Outs struct {
	Items []Out  `json:"items"`
	Next  string `json:"next"`
}

// Linked is all links.
type Linked struct {
	Items []LinkView `json:"items"`
}

// CodeTable is what codes mean, and which values there are.
type CodeTable struct {
	Items []CodeRow           `json:"items"`
	Lists map[string][]string `json:"lists"`
}

// Operations declares what people do with gateways over HTTP. What platforms reach is in Handlers.
func (s *Service) Operations(a huma.API) {
	api.Register(a, api.Op{ID: "gateway.links", Method: http.MethodGet, Path: "/gateways", Permission: opRead, Summary: "The platforms outside, and how each is doing"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body Linked }, error) {
			list, err := s.Links(ctx, api.Actor(ctx))
			return &struct{ Body Linked }{Linked{append([]LinkView{}, list...)}}, err
		})
	api.Register(a, api.Op{ID: "gateway.add_link", Method: http.MethodPost, Path: "/gateways", Permission: opManage, Summary: "Add a platform outside", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body LinkInput }) (*struct{ Body Link }, error) {
			l, err := s.AddLink(ctx, api.Actor(ctx), in.Body)
			return &struct{ Body Link }{l}, err
		})
	api.Register(a, api.Op{Command: true, ID: "gateway.change_link", Method: http.MethodPut, Path: "/gateways/{id}", Permission: opManage, Summary: "Change a platform's way; If-Match carries the revision seen"},
		func(ctx context.Context, in *struct {
			LinkID
			Body LinkInput
		}) (*struct{ Body Link }, error) {
			l, err := s.ChangeLink(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body)
			return &struct{ Body Link }{l}, err
		})
	api.Register(a, api.Op{ID: "gateway.inbox", Method: http.MethodGet, Path: "/gateways/inbox", Permission: opRead, Summary: "What came in from platforms, newest first"},
		func(ctx context.Context, in *ListInput) (*struct{ Body Ins }, error) {
			list, next, err := s.Inbox(ctx, api.Actor(ctx), in.filter(), api.Lang(ctx))
			return &struct{ Body Ins }{Ins{append([]In{}, list...), next}}, err
		})
	api.Register(a, api.Op{ID: "gateway.outbox", Method: http.MethodGet, Path: "/gateways/outbox", Permission: opRead, Summary: "What goes out to platforms, newest first"},
		func(ctx context.Context, in *ListInput) (*struct{ Body Outs }, error) {
			list, next, err := s.Outbox(ctx, api.Actor(ctx), in.filter())
			return &struct{ Body Outs }{Outs{append([]Out{}, list...), next}}, err
		})
	api.Register(a, api.Op{ID: "gateway.event", Method: http.MethodGet, Path: "/gateways/inbox/{id}", Permission: opMend, Summary: "One event with all that it brought"},
		func(ctx context.Context, in *LinkID) (*struct{ Body Whole }, error) {
			v, err := s.Event(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body Whole }{v}, err
		})
	api.Register(a, api.Op{Command: true, ID: "gateway.mend", Method: http.MethodPost, Path: "/gateways/inbox/{id}/mend", Permission: opMend, Summary: "Take a held event in anew, with fields that were mended"},
		func(ctx context.Context, in *struct {
			LinkID
			Body struct {
				Fields map[string]string `json:"fields,omitempty"`
			}
		}) (*struct{ Body In }, error) {
			v, err := s.Mend(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body.Fields, api.Lang(ctx))
			return &struct{ Body In }{v}, err
		})
	api.Register(a, api.Op{Command: true, ID: "gateway.decline", Method: http.MethodPost, Path: "/gateways/inbox/{id}/decline", Permission: opMend, Summary: "Turn a held event away and tell the platform why"},
		func(ctx context.Context, in *struct {
			LinkID
			Body struct {
				Reason string `json:"reason" maxLength:"500"`
			}
		}) (*struct{}, error) {
			return nil, s.Decline(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body.Reason)
		})
	api.Register(a, api.Op{ID: "gateway.again", Method: http.MethodPost, Path: "/gateways/outbox/{id}/again", Permission: opMend, Summary: "Try a message anew, now"},
		func(ctx context.Context, in *LinkID) (*struct{}, error) {
			return nil, s.Again(ctx, api.Actor(ctx), in.ID)
		})
	api.Register(a, api.Op{ID: "gateway.drop", Method: http.MethodPost, Path: "/gateways/outbox/{id}/drop", Permission: opMend, Summary: "Let a refused message go"},
		func(ctx context.Context, in *LinkID) (*struct{}, error) {
			return nil, s.Drop(ctx, api.Actor(ctx), in.ID)
		})
	api.Register(a, api.Op{ID: "gateway.codes", Method: http.MethodGet, Path: "/gateways/codes", Permission: opRead, Summary: "What the platforms' codes mean here"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body CodeTable }, error) {
			list, err := s.Codes(ctx)
			return &struct{ Body CodeTable }{CodeTable{append([]CodeRow{}, list...), CodeLists}}, err
		})
	api.Register(a, api.Op{ID: "gateway.set_code", Method: http.MethodPost, Path: "/gateways/codes", Permission: opMend, Summary: "Say what a platform's code means here"},
		func(ctx context.Context, in *struct{ Body CodeInput }) (*struct{ Body CodeRow }, error) {
			c, err := s.SetCode(ctx, api.Actor(ctx), in.Body)
			return &struct{ Body CodeRow }{c}, err
		})
}
