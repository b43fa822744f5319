package casework

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/document"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// TrackStep is the path of a step in a track: of its id, or of the code of the procedure that it opens.
type TrackStep struct {
	CaseID
	Track string `path:"track" maxLength:"60" doc:"id of a track, or the code of the procedure that the step opens"`
	Step  string `path:"step" maxLength:"40"`
}

// PaperPath is the path of a form of a case.
type PaperPath struct {
	CaseID
	Kind string `path:"kind" maxLength:"60" doc:"kind of the form"`
}

// PaperInput is a paper as it was filled in and signed.
type PaperInput struct {
	Fields     map[string]any       `json:"fields"`
	Signatures []document.Signature `json:"signatures,omitempty" maxItems:"40" doc:"in the order in which they were given; images are PNG, base64"`
}

// trackOperations declares what casework offers for the procedures beside the main one, and for papers.
func (s *Service) trackOperations(a huma.API) {
	api.Register(a, api.Op{Command: true, ID: "casework.track_step", Method: http.MethodPost, Path: "/cases/{id}/tracks/{track}/steps/{step}", Permission: opRead,
		Summary: "Take a step of a procedure beside the main one; If-Match carries the case's revision"},
		func(ctx context.Context, in *struct {
			TrackStep
			Body map[string]any
		}) (*resultOutput, error) {
			r, err := s.TakeIn(ctx, api.Actor(ctx), in.ID, in.Track, in.Step, api.Rev(ctx), in.Body)
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{ID: "casework.track_preview", Method: http.MethodPost, Path: "/cases/{id}/tracks/{track}/preview/{step}", Permission: opDocument,
		Summary: "The document that a track's step would issue, as a draft"},
		func(ctx context.Context, in *struct {
			TrackStep
			Body map[string]any
		}) (*fileOutput, error) {
			pdf, err := s.Preview(ctx, api.Actor(ctx), in.ID, in.Track, in.Step, in.Body)
			return draftOutput(pdf), err
		})
	api.Register(a, api.Op{ID: "casework.papers", Method: http.MethodGet, Path: "/cases/{id}/papers", Permission: opRead, Summary: "The forms that one may write for the case, filled with what it knows"},
		func(ctx context.Context, in *CaseID) (*struct{ Body papersView }, error) {
			v, err := s.Papers(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body papersView }{papersView{v}}, err
		})
	api.Register(a, api.Op{Command: true, ID: "casework.paper", Method: http.MethodPost, Path: "/cases/{id}/papers/{kind}", Permission: opRead, Summary: "Write a paper of the case; it is never changed afterwards"},
		func(ctx context.Context, in *struct {
			PaperPath
			Body PaperInput
		}) (*resultOutput, error) {
			r, err := s.Write(ctx, api.Actor(ctx), in.ID, document.Kind(in.Kind), api.Rev(ctx), in.Body.Fields, in.Body.Signatures)
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{ID: "casework.paper_preview", Method: http.MethodPost, Path: "/cases/{id}/papers/{kind}/preview", Permission: opRead, Summary: "A paper as it stands while it is typed"},
		func(ctx context.Context, in *struct {
			PaperPath
			Body PaperInput
		}) (*fileOutput, error) {
			pdf, err := s.PreviewPaper(ctx, api.Actor(ctx), in.ID, document.Kind(in.Kind), in.Body.Fields, in.Body.Signatures)
			return draftOutput(pdf), err
		})
}

// DocumentPath is one document of a case.
type DocumentPath struct {
	CaseID
	Document string `path:"document" maxLength:"60"`
}

// documentOperations declares what may be done with an issued document, and the tables of discretion.
func (s *Service) documentOperations(a huma.API) {
	api.Register(a, api.Op{Command: true, ID: "casework.serve", Method: http.MethodPost, Path: "/cases/{id}/documents/{document}/serve", Permission: tracks.OpServe,
		Summary: "Write down how a document reached the party"},
		func(ctx context.Context, in *struct {
			DocumentPath
			Body ServiceInput
		}) (*resultOutput, error) {
			r, err := s.Serve(ctx, api.Actor(ctx), in.ID, in.Document, api.Rev(ctx), in.Body)
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{Command: true, ID: "casework.void", Method: http.MethodPost, Path: "/cases/{id}/documents/{document}/void", Permission: tracks.OpAmend,
		Summary: "Take back a document that has not been served; it keeps its number"},
		func(ctx context.Context, in *struct {
			DocumentPath
			Body struct {
				Reason string `json:"reason" maxLength:"500"`
			}
		}) (*resultOutput, error) {
			r, err := s.Void(ctx, api.Actor(ctx), in.ID, in.Document, api.Rev(ctx), in.Body.Reason)
			return &resultOutput{r}, err
		})
	api.Register(a, api.Op{ID: "law.tiers", Method: http.MethodGet, Path: "/law/matters/{code}/tiers", Permission: "law.read", Summary: "The office's own discretion tiers for a matter, every version"},
		func(ctx context.Context, in *struct {
			Code string `path:"code" maxLength:"40"`
		}) (*struct {
			Body struct {
				Items []Tiers `json:"items"`
			}
		}, error) {
			list, err := s.TiersOf(ctx, in.Code)
			out := &struct {
				Body struct {
					Items []Tiers `json:"items"`
				}
			}{}
			out.Body.Items = list
			return out, err
		})
	api.Register(a, api.Op{ID: "law.set_tiers", Method: http.MethodPost, Path: "/law/matters/{code}/tiers", Permission: opTiers, Summary: "Set the office's discretion tiers for a matter"},
		func(ctx context.Context, in *struct {
			Code string `path:"code" maxLength:"40"`
			Body TiersInput
		}) (*struct{}, error) {
			return nil, s.SetTiers(ctx, api.Actor(ctx), in.Code, in.Body)
		})
}

func draftOutput(pdf []byte) *fileOutput {
	return &fileOutput{ContentType: "application/pdf", ContentDisposition: "inline", CacheControl: "no-store", Body: pdf}
}

// PaperView is a form that may be written for a case.
type PaperView struct {
	Kind   string       `json:"kind"`
	Title  string       `json:"title"`
	Stage  string       `json:"stage"`
	Cites  []string     `json:"cites"`
	Fields []api.Field  `json:"fields"`
	Signs  []api.Option `json:"signs" doc:"who signs"`
}

type papersView struct {
	Items []PaperView `json:"items"`
}

// Papers lists the forms that the actor may write for a case now.
func (s *Service) Papers(ctx context.Context, actor org.Actor, id, lang string) ([]PaperView, error) {
	out := []PaperView{}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil || len(f.rolesOf(actor)) == 0 {
			return err
		}
		w, err := f.mainWay()
		if err != nil {
			return err
		}
		if end, _ := w.State(f.State); end.End {
			return nil
		}
		d, err := s.dossier(ctx, tx, &act{file: f, way: w, actor: actor, step: &procedure.Step{}, now: s.now()})
		if err != nil {
			return err
		}
		for _, b := range document.Blanks() {
			if !free(b.Kind) || !actor.Can(paperRight(b), f.Unit) {
				continue
			}
			v := PaperView{Kind: string(b.Kind), Title: b.Name.In(lang), Stage: b.Stage.Title().In(lang), Cites: api.CiteTexts(b.Cites), Fields: api.Fields(b.Fields, lang), Signs: []api.Option{}}
			for _, who := range b.Signs {
				v.Signs = append(v.Signs, api.Option{Value: string(who), Label: who.Label().In(lang)})
			}
			if b.Fill != nil {
				for name, value := range b.Fill(d) {
					for i := range v.Fields {
						if v.Fields[i].Name == name {
							v.Fields[i].Value = proposal(value)
						}
					}
				}
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// visible loads a case for an actor who may see it.
func (s *Service) visible(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (*file, error) {
	f, err := s.loadFile(ctx, tx, id)
	if err == nil && !actor.Can(opRead, f.Unit) {
		err = fault.New(fault.NotFound, "case.not_found")
	}
	return f, err
}
