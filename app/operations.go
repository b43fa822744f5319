package app

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/job"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
	"jiexu/systems/oversight"
	"jiexu/term"
)

// items is a list as the API gives it.
type items[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}

func listOf[T any](list []T, err error) (*items[T], error) {
	if err != nil {
		return nil, err
	}
	out := &items[T]{}
	if out.Body.Items = list; list == nil {
		out.Body.Items = []T{}
	}
	return out, nil
}

// operations declares what belongs to no one system because it looks across all of them.
func (a *App) operations(h huma.API) {
	api.Register(h, api.Op{ID: "work.list", Method: http.MethodGet, Path: "/work", Permission: "work.read", Summary: "What waits for me: overdue, due today, my word, new"}, a.workOp)
	api.Register(h, api.Op{ID: "law.calendar_changes", Method: http.MethodGet, Path: "/law/calendar/changes", Permission: "law.read", Summary: "Due dates that a year's calendar moved, newest first"}, a.changesOp)
	api.Register(h, api.Op{ID: "deadlines.list", Method: http.MethodGet, Path: "/deadlines", Permission: "work.read", Summary: "The periods that end between two days, of complaints and cases"}, a.deadlinesOp)
	api.Register(h, api.Op{ID: "search.all", Method: http.MethodGet, Path: "/search", Permission: "search.use", Summary: "Complaints and cases by any two characters: of their heads, and of what was written in them"}, a.searchOp)
	api.Register(h, api.Op{ID: "search.find", Method: http.MethodPost, Path: "/search", Permission: "search.use", Summary: "The same, asked for in the content: by a whole telephone number too, by right"},
		func(ctx context.Context, in *struct {
			Body struct {
				Q string `json:"q" minLength:"1" maxLength:"100"`
			}
		}) (*items[Found], error) {
			return listOf(a.find(ctx, in.Body.Q, true))
		})
	api.Register(h, api.Op{ID: "map.areas", Method: http.MethodGet, Path: "/map/areas", Permission: "map.read", Summary: "The areas of the squads (GeoJSON)"}, a.areasOp)
	api.Register(h, api.Op{ID: "map.base", Method: http.MethodGet, Path: "/map/base", Permission: "map.read", Summary: "The base map (GeoJSON)"}, a.baseOp)
	api.Register(h, api.Op{ID: "map.roads", Method: http.MethodGet, Path: "/map/roads", Permission: "map.read", Summary: "The roads that the office's addresses tell of, about where they run (GeoJSON)"}, a.roadsOp)
	api.Register(h, api.Op{ID: "map.counts", Method: http.MethodGet, Path: "/map/counts", Permission: "map.read", Summary: "What each squad has before it"},
		func(ctx context.Context, _ *struct{}) (*items[oversight.Count], error) {
			var counts []oversight.Count
			err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				counts, err = a.Board.Counts(ctx, tx, api.Actor(ctx), a.Now())
				return err
			})
			return listOf(counts, err)
		})
	api.Register(h, api.Op{ID: "system.jobs", Method: http.MethodGet, Path: "/system/jobs", Permission: "system.jobs", Summary: "Background jobs, newest first"},
		func(ctx context.Context, _ *struct{}) (*items[job.Status], error) { return listOf(a.Jobs.List(ctx)) })
	api.Register(h, api.Op{ID: "system.retry", Method: http.MethodPost, Path: "/system/jobs/{id}/retry", Permission: "system.jobs", Summary: "Run a failed job again"},
		func(ctx context.Context, in *struct {
			ID int64 `path:"id"`
		}) (*struct{}, error) {
			return nil, a.Jobs.Retry(ctx, in.ID)
		})
	api.Register(h, api.Op{ID: "system.status", Method: http.MethodGet, Path: "/system/status", Permission: "system.status", Summary: "Version, database, log and its followers"}, a.statusOp)
	a.ledgerOperations(h)
	a.alertOperations(h)
}

// maxCalendar is the longest stretch of a calendar of deadlines, in days.
const maxCalendar = 370

func (a *App) deadlinesOp(ctx context.Context, in *struct {
	From law.Date `query:"from" required:"true"`
	To   law.Date `query:"to" required:"true"`
	Unit string   `query:"unit" maxLength:"40" doc:"only what lies in this unit and below"`
	Mine bool     `query:"mine" doc:"only what the person handles"`
}) (*items[term.Deadline], error) {
	actor, lang := api.Actor(ctx), api.Lang(ctx)
	f := term.DeadlineFilter{From: in.From, To: in.To, Unit: in.Unit, Mine: in.Mine}
	if n := f.From.DaysUntil(f.To); n < 0 || n > maxCalendar {
		return nil, fault.New(fault.Invalid, "form").With("to", "form.range", "max", maxCalendar)
	}
	all := []term.Deadline{}
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, read := range []func(context.Context, *store.Tx, org.Actor, term.DeadlineFilter, string) ([]term.Deadline, error){a.Casework.Deadlines, a.Intake.Deadlines} {
			some, err := read(ctx, tx, actor, f, lang)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b term.Deadline) int { return cmp.Compare(a.DueDate, b.DueDate) })
	return listOf(all, err)
}

// Work is My Work (我的工作).
type Work struct {
	Groups []api.WorkGroup `json:"groups"`
	Counts map[string]int  `json:"counts" doc:"by group"`
}

func (a *App) workOp(ctx context.Context, in *struct {
	Unit string `query:"unit" maxLength:"40" doc:"only what lies in this unit and below"`
}) (*struct{ Body Work }, error) {
	actor, lang := api.Actor(ctx), api.Lang(ctx)
	var all []api.WorkItem
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, list := range []func(context.Context, *store.Tx, org.Actor, string) ([]api.WorkItem, error){a.Intake.Work, a.Casework.Work} {
			some, err := list(ctx, tx, actor, lang)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		if in.Unit == "" {
			return nil
		}
		below, err := org.Below(ctx, tx, in.Unit)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(w api.WorkItem) bool { return !below[w.Unit] })
		return nil
	})
	if err != nil {
		return nil, err
	}
	w := Work{Groups: api.GroupWork(all), Counts: map[string]int{}}
	for _, g := range w.Groups {
		w.Counts[g.Code] = len(g.Items)
	}
	return &struct{ Body Work }{w}, nil
}

// Found is one hit of the search.
type Found struct {
	System   string `json:"system" enum:"complaint,case"`
	ID       string `json:"id"`
	Number   string `json:"number"`
	Title    string `json:"title"`
	State    string `json:"state"`
	UnitName string `json:"unitName"`

	Snippet []store.Piece `json:"snippet,omitempty" doc:"of the text, where what was looked for stands in it"`
	Hit     *casework.Hit `json:"hit,omitempty" doc:"where in a case the words stand"`
}

func (a *App) searchOp(ctx context.Context, in *struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"100"`
}) (*items[Found], error) {
	if intake.IsPhone(in.Q) {
		return nil, fault.New(fault.Invalid, "form").With("q", "intake.phone_in_address")
	}
	return listOf(a.find(ctx, in.Q, false))
}

// find looks through all systems; phones says that the query did not come in an address and may be a telephone number.
func (a *App) find(ctx context.Context, q string, phones bool) (found []Found, err error) {
	actor, lang := api.Actor(ctx), api.Lang(ctx)
	if actor.CanAnywhere("intake.read") {
		some, _, err := a.Intake.List(ctx, actor, intake.Filter{Query: q, Phones: phones, Limit: 10}, lang)
		if err != nil {
			return nil, err
		}
		for _, f := range some {
			found = append(found, Found{System: "complaint", ID: f.ID, Number: f.Number, Title: f.Title, State: f.StateTitle, UnitName: f.UnitName, Snippet: f.Snippet})
		}
	}
	if actor.CanAnywhere("casework.read") {
		some, err := a.Casework.Find(ctx, actor, q, lang)
		if err != nil {
			return nil, err
		}
		for _, f := range some {
			one := Found{System: "case", ID: f.ID, Number: f.Number, Title: f.Title, State: f.StateTitle, UnitName: f.UnitName}
			if len(f.Hits) > 0 {
				one.Hit = &f.Hits[0]
			}
			found = append(found, one)
		}
	}
	return found, nil
}

type jsonOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

// Status is how the house is doing.
type Status struct {
	Version     string        `json:"version"`
	Engine      string        `json:"engine"`
	Calendar    string        `json:"calendar"`
	Log         ledger.Status `json:"log"`
	Checkpoint  string        `json:"checkpoint"`
	VerifierKey string        `json:"verifierKey" doc:"what a document's proof is checked against; publish it where nobody can change it"`
	Outlets     []Outlet      `json:"outlets" doc:"places outside that checkpoints go to, of the operator's file"`
}

func (a *App) statusOp(ctx context.Context, _ *struct{}) (*struct{ Body Status }, error) {
	log, err := a.Log.Status(ctx)
	if err != nil {
		return nil, err
	}
	s := Status{Version: a.Version, Engine: string(a.DB.Engine()), Calendar: a.Terms.Calendar().Version(), Log: log, VerifierKey: a.verifier}
	if s.Outlets, err = a.outletStates(ctx, api.Lang(ctx)); err != nil {
		return nil, err
	}
	if note, err := a.Log.Checkpoint(ctx); err == nil {
		s.Checkpoint = strings.TrimSpace(string(note))
	}
	return &struct{ Body Status }{s}, nil
}
