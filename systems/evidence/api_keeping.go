package evidence

import (
	"bytes"
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/words"
)

// StatsQuery is a period, and a unit.
type StatsQuery struct {
	Unit string `query:"unit" maxLength:"40" doc:"with all below; empty: all in which one has the right"`
	From string `query:"from" maxLength:"10" doc:"first day; empty: thirty days ago"`
	To   string `query:"to" maxLength:"10" doc:"last day; empty: today"`
}

type whyInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

type itemsOf[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

func listOf[T any](list []T, err error) (*itemsOf[T], error) {
	out := &itemsOf[T]{}
	if out.Body.Items = list; list == nil {
		out.Body.Items = []T{}
	}
	return out, err
}

func (s *Service) keepingOperations(a huma.API) {
	api.Register(a, api.Op{ID: "evidence.holds", Method: http.MethodGet, Path: "/recordings/holds", Permission: "evidence.hold", Summary: "What is kept beyond its time, and why"},
		func(ctx context.Context, in *struct {
			Over    bool   `query:"over" doc:"those that were taken off"`
			Subject string `query:"subject" maxLength:"80" doc:"complaint:ID or case:ID: those on all of this matter"`
		}) (*struct{ Body *HoldList }, error) {
			var of Subject
			if in.Subject != "" {
				var err error
				if of, err = (SubjectQuery{Subject: in.Subject}).parse(); err != nil {
					return nil, err
				}
			}
			list, err := s.Holds(ctx, api.Actor(ctx), of, in.Over)
			return &struct{ Body *HoldList }{list}, err
		})
	api.Register(a, api.Op{ID: "evidence.hold", Method: http.MethodPost, Path: "/recordings/holds", Permission: "evidence.hold", Summary: "Keep a recording, all of a matter, or a unit's days from being destroyed"},
		func(ctx context.Context, in *struct{ Body HoldInput }) (*struct{ Body *Hold }, error) {
			h, err := s.Hold(ctx, api.Actor(ctx), in.Body)
			return &struct{ Body *Hold }{h}, err
		})
	api.Register(a, api.Op{ID: "evidence.release", Method: http.MethodPost, Path: "/recordings/holds/{id}/end", Permission: "evidence.release", Summary: "Take a hold off, for a reason"},
		func(ctx context.Context, in *whyInput) (*struct{}, error) {
			return nil, s.Release(ctx, api.Actor(ctx), in.ID, in.Body.Reason)
		})
	api.Register(a, api.Op{ID: "evidence.expiries", Method: http.MethodGet, Path: "/recordings/expiries", Permission: "evidence.records", Summary: "Lists of what is due (销毁清单), of units in which one draws up or approves"},
		func(ctx context.Context, _ *struct{}) (*itemsOf[Expiry], error) {
			return listOf(s.Expiries(ctx, api.Actor(ctx)))
		})
	api.Register(a, api.Op{ID: "evidence.expiry", Method: http.MethodGet, Path: "/recordings/expiries/{id}", Permission: "evidence.records", Summary: "A list with all its files"},
		func(ctx context.Context, in *idInput) (*struct{ Body *Expiry }, error) {
			e, err := s.Expiry(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *Expiry }{e}, err
		})
	api.Register(a, api.Op{ID: "evidence.expire", Method: http.MethodPost, Path: "/recordings/expiries", Permission: "evidence.expire", Summary: "Draw up a list of what is due in a unit"},
		func(ctx context.Context, in *struct {
			Body struct {
				Unit string `json:"unit" maxLength:"40"`
				Note string `json:"note,omitempty" maxLength:"500"`
			}
		}) (*struct{ Body *Expiry }, error) {
			e, err := s.Draw(ctx, api.Actor(ctx), in.Body.Unit, in.Body.Note)
			return &struct{ Body *Expiry }{e}, err
		})
	api.Register(a, api.Op{ID: "evidence.approve_expiry", Method: http.MethodPost, Path: "/recordings/expiries/{id}/approve", Permission: "evidence.approve_expiry", Summary: "Approve a list; with the second person's word it is carried out"},
		func(ctx context.Context, in *idInput) (*struct{ Body *Expiry }, error) {
			e, err := s.Approve(ctx, api.Actor(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			if e.State == ListApproved { // what breaks off here goes on within the hour
				if err := s.CarryOut(ctx); err != nil {
					return nil, err
				}
			}
			e, err = s.Expiry(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *Expiry }{e}, err
		})
	api.Register(a, api.Op{ID: "evidence.refuse_expiry", Method: http.MethodPost, Path: "/recordings/expiries/{id}/refuse", Permission: "evidence.records", Summary: "Say no to a list, or take one's own back, for a reason"},
		func(ctx context.Context, in *whyInput) (*struct{}, error) {
			return nil, s.Refuse(ctx, api.Actor(ctx), in.ID, in.Body.Reason)
		})
	api.Register(a, api.Op{ID: "evidence.strike", Method: http.MethodPost, Path: "/recordings/expiries/{id}/files/{media}/strike", Permission: "evidence.records", Summary: "Take a file off a list, for a reason"},
		func(ctx context.Context, in *struct {
			ID    string `path:"id" maxLength:"40"`
			Media string `path:"media" maxLength:"40"`
			Body  struct {
				Reason string `json:"reason" maxLength:"500"`
			}
		}) (*struct{}, error) {
			return nil, s.Strike(ctx, api.Actor(ctx), in.ID, in.Media, in.Body.Reason)
		})
	api.Register(a, api.Op{ID: "evidence.missing", Method: http.MethodGet, Path: "/recordings/missing", Permission: "evidence.read", Summary: "Steps of the last 90 days that want a recording and have none yet: one's own, and those of the units in which one has the right; of one matter all"},
		func(ctx context.Context, in *struct {
			Subject string `query:"subject" maxLength:"80" doc:"complaint:ID or case:ID; empty: all matters"`
		}) (*itemsOf[StepFilm], error) {
			var of Subject
			if in.Subject != "" {
				var err error
				if of, err = (SubjectQuery{Subject: in.Subject}).parse(); err != nil {
					return nil, err
				}
			}
			return listOf(s.Missing(ctx, api.Actor(ctx), of, api.Lang(ctx)))
		})
	api.Register(a, api.Op{ID: "evidence.excuse", Method: http.MethodPost, Path: "/recordings/excuses", Permission: "evidence.add", Summary: "Write down why there is no recording of a step that wants one"},
		func(ctx context.Context, in *struct{ Body ExcuseInput }) (*struct{}, error) {
			return nil, s.Excuse(ctx, api.Actor(ctx), in.Body)
		})
	api.Register(a, api.Op{ID: "evidence.stats", Method: http.MethodGet, Path: "/recordings/stats", Permission: "evidence.records", Summary: "How much of what must be recorded is, what falls due, and how much room it takes"},
		func(ctx context.Context, in *StatsQuery) (*struct{ Body *Stats }, error) {
			out, err := s.statsOf(ctx, in)
			return &struct{ Body *Stats }{out}, err
		})
	api.Register(a, api.Op{ID: "evidence.stats_excel", Method: http.MethodGet, Path: "/recordings/stats.xlsx", Permission: "evidence.records", Summary: "The recorded share by unit and person, as Excel"}, s.statsExcel)
}

func (s *Service) statsOf(ctx context.Context, in *StatsQuery) (*Stats, error) {
	from, to, ok := periodOf(in.From, in.To, s.now())
	if !ok {
		return nil, fault.New(fault.Invalid, "form").With("from", "form.date").With("to", "form.date")
	}
	return s.Stats(ctx, api.Actor(ctx), in.Unit, from, to, api.Lang(ctx))
}

func (s *Service) statsExcel(ctx context.Context, in *StatsQuery) (*contentOutput, error) {
	stats, err := s.statsOf(ctx, in)
	if err != nil {
		return nil, err
	}
	lang := api.Lang(ctx)
	var header []string
	for _, column := range []string{"unit", "person", "wanted", "tied", "filmed", "excused", "missing", "awaiting"} {
		header = append(header, words.Text(lang, "evidence.stats."+column, nil))
	}
	var b bytes.Buffer
	at := 0
	if err := api.Excel(&b, words.Text(lang, "evidence.stats.sheet", nil), header, func() ([]any, error) {
		if at == len(stats.Steps) {
			return nil, nil
		}
		row := stats.Steps[at]
		at++
		return []any{row.UnitName, row.Name, row.Wanted, row.Tied, row.Filmed, row.Excused, row.Missing, row.Awaiting}, nil
	}); err != nil {
		return nil, err
	}
	name := words.Text(lang, "evidence.stats.sheet", nil) + " " + stats.From + " " + stats.To + ".xlsx"
	return &contentOutput{ContentType: api.ExcelType, ContentDisposition: "attachment; filename*=UTF-8''" + url.PathEscape(name), CacheControl: unkept, Body: b.Bytes()}, nil
}
