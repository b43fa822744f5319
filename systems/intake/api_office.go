package intake

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/law"
)

// RulesID is the path of a version of routing rules.
type RulesID struct {
	ID string `path:"id" maxLength:"40"`
}

type ruleSetOutput struct{ Body *RuleSet }

type items[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

func itemsOf[T any](list []T, err error) (*items[T], error) {
	out := &items[T]{}
	if out.Body.Items = list; list == nil {
		out.Body.Items = []T{}
	}
	return out, err
}

// officeOperations declares what an office sets for itself and sees of itself: routing rules, reply templates, the board, rates.
func (s *Service) officeOperations(a huma.API) {
	api.Register(a, api.Op{ID: "intake.rule_sets", Method: http.MethodGet, Path: "/intake/rules", Permission: opRules, Summary: "Versions of the routing rules, newest first"},
		func(ctx context.Context, _ *struct{}) (*items[*RuleSet], error) {
			return itemsOf(s.RuleSets(ctx, api.Actor(ctx)))
		})
	api.Register(a, api.Op{ID: "intake.draft_rules", Method: http.MethodPost, Path: "/intake/rules", Permission: opRules, Summary: "Begin a version: a copy of another, or of what ships with the program", Status: http.StatusCreated},
		func(ctx context.Context, in *struct {
			Body struct {
				From string `json:"from,omitempty" maxLength:"40"`
			}
		}) (*ruleSetOutput, error) {
			set, err := s.DraftRules(ctx, api.Actor(ctx), in.Body.From)
			return &ruleSetOutput{set}, err
		})
	api.Register(a, api.Op{ID: "intake.rules", Method: http.MethodGet, Path: "/intake/rules/{id}", Permission: opRules, Summary: "A version of the routing rules, with its test"},
		func(ctx context.Context, in *RulesID) (*ruleSetOutput, error) {
			set, err := s.RuleSet(ctx, api.Actor(ctx), in.ID)
			return &ruleSetOutput{set}, err
		})
	api.Register(a, api.Op{Command: true, ID: "intake.save_rules", Method: http.MethodPut, Path: "/intake/rules/{id}", Permission: opRules, Summary: "Change a draft"},
		func(ctx context.Context, in *struct {
			RulesID
			Body RulesInput
		}) (*ruleSetOutput, error) {
			set, err := s.SaveRules(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body)
			return &ruleSetOutput{set}, err
		})
	api.Register(a, api.Op{ID: "intake.test_rules", Method: http.MethodPost, Path: "/intake/rules/{id}/test", Permission: opRules, Summary: "Try a version on the complaints of the last thirty days; nothing else is changed"},
		func(ctx context.Context, in *RulesID) (*ruleSetOutput, error) {
			set, err := s.TestRules(ctx, api.Actor(ctx), in.ID)
			return &ruleSetOutput{set}, err
		})
	api.Register(a, api.Op{Command: true, ID: "intake.switch_rules", Method: http.MethodPost, Path: "/intake/rules/{id}/switch", Permission: opRules, Summary: "Switch a tested version on in place of the one that holds, or that one off"},
		func(ctx context.Context, in *struct {
			RulesID
			Body struct {
				On bool `json:"on"`
			}
		}) (*ruleSetOutput, error) {
			set, err := s.SwitchRules(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body.On)
			return &ruleSetOutput{set}, err
		})

	api.Register(a, api.Op{ID: "intake.templates", Method: http.MethodGet, Path: "/intake/templates", Permission: opTemplates, Summary: "Reply templates"},
		func(ctx context.Context, _ *struct{}) (*items[Template], error) {
			return itemsOf(s.Templates(ctx, api.Actor(ctx)))
		})
	api.Register(a, api.Op{ID: "intake.write_template", Method: http.MethodPost, Path: "/intake/templates", Permission: opTemplates, Summary: "Write a reply template", Status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body TemplateInput }) (*struct{ Body *Template }, error) {
			t, err := s.SaveTemplate(ctx, api.Actor(ctx), "", 0, in.Body.template())
			return &struct{ Body *Template }{t}, err
		})
	api.Register(a, api.Op{ID: "intake.ship_templates", Method: http.MethodPost, Path: "/intake/templates/shipped", Permission: opTemplates, Summary: "Take over the templates that ship with the program, switched off"},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, s.ShippedTemplates(ctx, api.Actor(ctx))
		})
	api.Register(a, api.Op{Command: true, ID: "intake.change_template", Method: http.MethodPut, Path: "/intake/templates/{id}", Permission: opTemplates, Summary: "Change a reply template, or switch it on or off"},
		func(ctx context.Context, in *struct {
			ComplaintID
			Body TemplateInput
		}) (*struct{ Body *Template }, error) {
			t, err := s.SaveTemplate(ctx, api.Actor(ctx), in.ID, api.Rev(ctx), in.Body.template())
			return &struct{ Body *Template }{t}, err
		})
	api.Register(a, api.Op{ID: "intake.filled_templates", Method: http.MethodGet, Path: "/complaints/{id}/templates", Permission: opRead, Summary: "The reply templates that fit a complaint, filled in"},
		func(ctx context.Context, in *ComplaintID) (*items[Filled], error) {
			return itemsOf(s.FilledTemplates(ctx, api.Actor(ctx), in.ID))
		})

	api.Register(a, api.Op{ID: "intake.board", Method: http.MethodGet, Path: "/intake/board", Permission: opBoard, Summary: "What is late, or will be today"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body *LateBoard }, error) {
			b, err := s.LateBoard(ctx, api.Actor(ctx), api.Lang(ctx))
			return &struct{ Body *LateBoard }{b}, err
		})
	api.Register(a, api.Op{ID: "intake.rates", Method: http.MethodGet, Path: "/intake/rates", Permission: opRates, Summary: "Rates of the complaints first answered between two days"},
		func(ctx context.Context, in *struct {
			From    law.Date `query:"from" required:"true"`
			To      law.Date `query:"to" required:"true"`
			By      string   `query:"by" enum:"unit,kind,channel,person,month" default:"unit"`
			Unit    string   `query:"unit" maxLength:"40"`
			Kind    string   `query:"kind" maxLength:"40"`
			Channel string   `query:"channel" maxLength:"40"`
		}) (*struct{ Body *Rates }, error) {
			r, err := s.Rates(ctx, api.Actor(ctx), RateFilter{From: in.From, To: in.To, By: in.By, Unit: in.Unit, Kind: in.Kind, Channel: in.Channel}, api.Lang(ctx))
			return &struct{ Body *Rates }{r}, err
		})
}

// TemplateInput is a reply template as the desk writes it.
type TemplateInput struct {
	Title    string   `json:"title" maxLength:"100"`
	Kinds    []string `json:"kinds" maxItems:"10"`
	Classes  []string `json:"classes,omitempty" maxItems:"20"`
	Outcomes []string `json:"outcomes" maxItems:"10"`
	Text     string   `json:"text" maxLength:"2000"`
	Active   bool     `json:"active"`
}

func (in TemplateInput) template() Template {
	return Template{Title: in.Title, Kinds: in.Kinds, Classes: in.Classes, Outcomes: in.Outcomes, Text: in.Text, Active: in.Active}
}
