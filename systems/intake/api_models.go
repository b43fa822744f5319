package intake

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/classify"
	"jiexu/fault"
	"jiexu/law"
)

// modelOperations declares what is read out of texts, and how well.
func (s *Service) modelOperations(a huma.API) {
	api.Register(a, api.Op{ID: "intake.read_text", Method: http.MethodPost, Path: "/complaints/read", Permission: opRegister, Summary: "What a complaint that is being taken down is about, by the models, and where it would go, by the rules"},
		func(ctx context.Context, in *struct{ Body Draft }) (*struct{ Body *Reading }, error) {
			r, err := s.Read(ctx, api.Actor(ctx), in.Body, api.Lang(ctx))
			return &struct{ Body *Reading }{r}, err
		})
	api.Register(a, api.Op{ID: "intake.near", Method: http.MethodGet, Path: "/complaints/{id}/near", Permission: opRead, Summary: "Earlier complaints that may be the same matter, and how often the caller has complained"},
		func(ctx context.Context, in *ComplaintID) (*struct{ Body *Nearby }, error) {
			n, err := s.NearOf(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *Nearby }{n}, err
		})
	api.Register(a, api.Op{ID: "intake.near_text", Method: http.MethodPost, Path: "/complaints/near", Permission: opRegister, Summary: "The same of a complaint that is being taken down"},
		func(ctx context.Context, in *struct {
			Body struct {
				Title   string   `json:"title,omitempty" maxLength:"200"`
				Content string   `json:"content" maxLength:"5000"`
				Address string   `json:"address,omitempty" maxLength:"300"`
				Lon     *float64 `json:"lon,omitempty"`
				Lat     *float64 `json:"lat,omitempty"`
				Phone   string   `json:"phone,omitempty" maxLength:"30"`
			}
		}) (*struct{ Body *Nearby }, error) {
			n, err := s.NearTo(ctx, api.Actor(ctx), Registration{Title: in.Body.Title, Content: in.Body.Content, Address: in.Body.Address, Lon: in.Body.Lon, Lat: in.Body.Lat, Phone: in.Body.Phone}, api.Lang(ctx))
			return &struct{ Body *Nearby }{n}, err
		})
	api.Register(a, api.Op{ID: "intake.topics", Method: http.MethodGet, Path: "/intake/topics", Permission: opTopics, Summary: "What many people brought up in the last ninety days, the hottest first"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body *HotTopics }, error) {
			h, err := s.Topics(ctx, api.Actor(ctx), api.Lang(ctx))
			return &struct{ Body *HotTopics }{h}, err
		})
	api.Register(a, api.Op{ID: "intake.places", Method: http.MethodGet, Path: "/intake/places", Permission: opPlaces, Summary: "What the office has learned of where addresses are, the newest first"},
		func(ctx context.Context, in *struct {
			Open  bool   `query:"open" doc:"only what waits for the desk's word"`
			Text  string `query:"text" maxLength:"50" doc:"a part of the address"`
			After string `query:"after" maxLength:"200"`
		}) (*struct{ Body *LearnedPlaces }, error) {
			l, err := s.Learned(ctx, in.Open, in.Text, in.After)
			return &struct{ Body *LearnedPlaces }{l}, err
		})
	api.Register(a, api.Op{ID: "intake.withdraw_word", Method: http.MethodPost, Path: "/intake/places/words/{id}/withdraw", Permission: opPlaces, Summary: "Take back what somebody said of where an address is", Status: http.StatusNoContent},
		func(ctx context.Context, in *struct {
			ComplaintID
			Body struct {
				Reason string `json:"reason" maxLength:"200"`
			}
		}) (*struct{}, error) {
			return nil, s.WithdrawWord(ctx, api.Actor(ctx), in.ID, in.Body.Reason)
		})
	api.Register(a, api.Op{ID: "intake.settle_word", Method: http.MethodPost, Path: "/intake/places/words/{id}/settle", Permission: opPlaces, Summary: "Say that what somebody said of where an address is, is right", Status: http.StatusNoContent},
		func(ctx context.Context, in *ComplaintID) (*struct{}, error) {
			return nil, s.SettleWord(ctx, api.Actor(ctx), in.ID)
		})
	api.Register(a, api.Op{ID: "intake.models", Method: http.MethodGet, Path: "/intake/models", Permission: opModels, Summary: "The models that read complaints: which are on, since when, how well they do"},
		func(ctx context.Context, _ *struct{}) (*items[ModelTask], error) {
			return itemsOf(s.Models(ctx, api.Actor(ctx)))
		})
	api.Register(a, api.Op{ID: "intake.model", Method: http.MethodGet, Path: "/intake/models/{id}", Permission: opModels, Summary: "A model with its table of classes and what it takes for what"},
		func(ctx context.Context, in *ComplaintID) (*struct{ Body *ModelVersion }, error) {
			v, err := s.Model(ctx, in.ID, api.Lang(ctx))
			return &struct{ Body *ModelVersion }{v}, err
		})
	api.Register(a, api.Op{ID: "intake.train_model", Method: http.MethodPost, Path: "/intake/models/{task}/train", Permission: opTrain, Summary: "Have a model learn from the office's history; it is switched on if it does no worse", Status: http.StatusAccepted},
		func(ctx context.Context, in *struct {
			Task string `path:"task" enum:"complaints,matters"`
		}) (*struct{}, error) {
			if s.later == nil {
				return nil, fault.New(fault.Unavailable, "intake.no_learning")
			}
			return nil, s.later(ctx, in.Task, api.Actor(ctx).Person)
		})
}

// Model gives one version with its tables, classes and matters by their names. Returns intake.model_not_found.
func (s *Service) Model(ctx context.Context, id, lang string) (*ModelVersion, error) {
	v, err := s.model(ctx, id)
	if err != nil {
		return nil, err
	}
	for i, l := range v.Report.Lines {
		if v.Report.Lines[i].Name = className(l.Code, lang); v.Task == classify.Matters {
			v.Report.Lines[i].Name = matterName(l.Code, law.On(v.MadeAt), lang)
		}
	}
	return v, nil
}
