package intake

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/org"
)

// filter is the filter that a request's content narrows by; a telephone number may stand in it.
func (n *Narrow) filter(actor org.Actor) (Filter, error) {
	in := filterInput{State: n.State, Unit: n.Unit, Channel: n.Channel, Kind: n.Kind, Officer: n.Officer, Overdue: n.Overdue, Urgent: n.Urgent, Followed: n.Followed,
		Q: n.Q, From: n.From, To: n.To, Order: n.Order}
	f, err := in.filter(actor)
	f.Phones = true
	return f, err
}

// ViewID is the path of one view.
type ViewID struct {
	ID string `path:"id" maxLength:"40"`
}

type viewOutput struct{ Body *View }

// deskOperations declares what the desk does with its list: search, views, following.
func (s *Service) deskOperations(a huma.API) {
	api.Register(a, api.Op{ID: "intake.search", Method: http.MethodPost, Path: "/complaints/search", Permission: opRead, Summary: "The same list, asked for in the content: by a whole telephone number too, which stands in no address"},
		func(ctx context.Context, in *struct {
			Body struct {
				Narrow
				Limit  int    `json:"limit,omitempty" minimum:"0" maximum:"200"`
				Cursor string `json:"cursor,omitempty" maxLength:"200"`
			}
		}) (*listOutput, error) {
			f, err := in.Body.Narrow.filter(api.Actor(ctx))
			if err != nil {
				return nil, err
			}
			f.Limit, f.Cursor = in.Body.Limit, in.Body.Cursor
			out := &listOutput{}
			out.Body.Items, out.Body.Next, err = s.List(ctx, api.Actor(ctx), f, api.Lang(ctx))
			return out, err
		})
	api.Register(a, api.Op{ID: "intake.export_search", Method: http.MethodPost, Path: "/complaints/search.xlsx", Permission: opExport, Summary: "What a search finds as Excel"},
		func(ctx context.Context, in *struct{ Body Narrow }) (*fileOutput, error) {
			f, err := in.Body.filter(api.Actor(ctx))
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			if err := s.Export(ctx, api.Actor(ctx), f, api.Lang(ctx), &b); err != nil {
				return nil, err
			}
			return excelFile(b.Bytes()), nil
		})

	api.Register(a, api.Op{ID: "intake.views", Method: http.MethodGet, Path: "/intake/views", Permission: opRead, Summary: "My views of the list and those shared where I serve"},
		func(ctx context.Context, _ *struct{}) (*items[View], error) {
			return itemsOf(s.Views(ctx, api.Actor(ctx)))
		})
	api.Register(a, api.Op{ID: "intake.save_view", Method: http.MethodPost, Path: "/intake/views", Permission: opRead, Summary: "Save a view", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body ViewInput }) (*viewOutput, error) {
			v, err := s.SaveView(ctx, api.Actor(ctx), "", 0, in.Body)
			return &viewOutput{v}, err
		})
	api.Register(a, api.Op{Command: true, ID: "intake.change_view", Method: http.MethodPut, Path: "/intake/views/{id}", Permission: opRead, Summary: "Change a view of mine"},
		func(ctx context.Context, in *struct {
			ViewID
			Body ViewInput
		}) (*viewOutput, error) {
			v, err := s.SaveView(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body)
			return &viewOutput{v}, err
		})
	api.Register(a, api.Op{ID: "intake.drop_view", Method: http.MethodDelete, Path: "/intake/views/{id}", Permission: opRead, Summary: "Remove a view of mine"},
		func(ctx context.Context, in *ViewID) (*struct{}, error) {
			return nil, s.DropView(ctx, api.Actor(ctx), in.ID)
		})
	api.Register(a, api.Op{ID: "intake.open_with", Method: http.MethodPut, Path: "/intake/views/default", Permission: opRead, Summary: "Open my list with a view; with none where the id is empty"},
		func(ctx context.Context, in *struct {
			Body struct {
				View string `json:"view" maxLength:"40"`
			}
		}) (*struct{}, error) {
			return nil, s.OpenWith(ctx, api.Actor(ctx), in.Body.View)
		})
	api.Register(a, api.Op{ID: "intake.follow", Method: http.MethodPut, Path: "/complaints/{id}/follow", Permission: opRead, Summary: "Be told of what happens to a complaint, or no longer"},
		func(ctx context.Context, in *struct {
			ComplaintID
			Body struct {
				On bool `json:"on"`
			}
		}) (*struct{}, error) {
			return nil, s.Follow(ctx, api.Actor(ctx), in.ID, in.Body.On)
		})

	api.Register(a, api.Op{ID: "intake.bulk_choices", Method: http.MethodPost, Path: "/intake/bulk/choices", Permission: opRead, Summary: "Which steps may be taken for the chosen complaints, and for how many"},
		func(ctx context.Context, in *struct {
			Body struct {
				IDs []string `json:"ids" maxItems:"100"`
			}
		}) (*items[BulkChoice], error) {
			return itemsOf(s.BulkChoices(ctx, api.Actor(ctx), in.Body.IDs, api.Lang(ctx)))
		})
	api.Register(a, api.Op{ID: "intake.bulk", Method: http.MethodPost, Path: "/intake/bulk", Permission: opRead, Summary: "Take one step of many complaints; each is judged alone"},
		func(ctx context.Context, in *struct {
			Body struct {
				Step       string         `json:"step" maxLength:"40"`
				Items      []Seen         `json:"items" maxItems:"100"`
				Fields     map[string]any `json:"fields,omitempty"`
				AsProposed bool           `json:"asProposed,omitempty" doc:"send each where the rules or its place say"`
			}
		}) (*struct{ Body *Bulk }, error) {
			b, err := s.TakeMany(ctx, api.Actor(ctx), in.Body.Step, in.Body.Items, in.Body.Fields, in.Body.AsProposed, api.Lang(ctx))
			return &struct{ Body *Bulk }{b}, err
		})
	api.Register(a, api.Op{Command: true, ID: "intake.split", Method: http.MethodPost, Path: "/complaints/{id}/split", Permission: opRoute, Summary: "Split complaints off one, each with its part of the text"},
		func(ctx context.Context, in *struct {
			ComplaintID
			Body struct {
				Reason string      `json:"reason" maxLength:"1000"`
				Parts  []SplitPart `json:"parts" maxItems:"10"`
			}
		}) (*receiptOutput, error) {
			r, err := s.Split(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body.Reason, in.Body.Parts)
			return &receiptOutput{r}, err
		})
	api.Register(a, api.Op{ID: "intake.comment", Method: http.MethodPost, Path: "/complaints/{id}/comments", Permission: opComment, Summary: "Write a note to colleagues; whom it names is told", Status: http.StatusCreated},
		func(ctx context.Context, in *struct {
			ComplaintID
			Body struct {
				Text  string   `json:"text" maxLength:"1000"`
				Named []string `json:"named,omitempty" maxItems:"10" doc:"ids of people, see /complaints/{id}/readers"`
			}
		}) (*struct{ Body *Comment }, error) {
			c, err := s.Comment(ctx, api.Actor(ctx), in.ID, in.Body.Text, in.Body.Named)
			return &struct{ Body *Comment }{c}, err
		})
	api.Register(a, api.Op{ID: "intake.withdraw_comment", Method: http.MethodPost, Path: "/complaints/{id}/comments/{comment}/withdraw", Permission: opComment, Summary: "Withdraw a note of mine; that it was there stays"},
		func(ctx context.Context, in *struct {
			ComplaintID
			Comment string `path:"comment" maxLength:"40"`
			Body    struct {
				Reason string `json:"reason" maxLength:"200"`
			}
		}) (*struct{}, error) {
			return nil, s.WithdrawComment(ctx, api.Actor(ctx), in.ID, in.Comment, in.Body.Reason)
		})
	api.Register(a, api.Op{ID: "intake.readers", Method: http.MethodGet, Path: "/complaints/{id}/readers", Permission: opComment, Summary: "People whom a note may name"},
		func(ctx context.Context, in *struct {
			ComplaintID
			Q string `query:"q" maxLength:"40"`
		}) (*items[Named], error) {
			return itemsOf(s.Readers(ctx, api.Actor(ctx), in.ID, in.Q))
		})
}
