package evidence

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
)

// RecordingsQuery narrows a list of recordings.
type RecordingsQuery struct {
	Person    string  `query:"person" maxLength:"40" doc:"who made them"`
	Unit      string  `query:"unit" maxLength:"40" doc:"with all below"`
	OfficerNo string  `query:"officerNo" maxLength:"40" doc:"number of the certificate, or login, of who made them"`
	Device    string  `query:"device" maxLength:"40"`
	Kind      string  `query:"kind" enum:"film,sound,picture,"`
	From      string  `query:"from" maxLength:"10" doc:"first day"`
	To        string  `query:"to" maxLength:"10" doc:"last day"`
	Matter    string  `query:"matter" maxLength:"80" doc:"number of the case or complaint that they are tied to"`
	Longer    int     `query:"longer" minimum:"0" maximum:"86400" doc:"seconds at least"`
	Shorter   int     `query:"shorter" minimum:"0" maximum:"86400" doc:"seconds at most; 0: any"`
	Quality   int     `query:"quality" minimum:"0" maximum:"10000" doc:"lines of the picture at least: 720, 1080"`
	Lon       float64 `query:"lon" minimum:"-180" maximum:"180" doc:"of a place near which they were made, WGS-84"`
	Lat       float64 `query:"lat" minimum:"-90" maximum:"90"`
	Within    int     `query:"within" minimum:"0" maximum:"20000" doc:"metres from that place; 0: anywhere"`
	Untied    bool    `query:"untied" doc:"those that belong to no matter yet"`
	Unknown   bool    `query:"unknown" doc:"those of whom nobody knows who made them, or when"`
	Gone      bool    `query:"gone" doc:"those that were destroyed; else they are left out"`
	After     string  `query:"after" maxLength:"200"`
	Limit     int     `query:"limit" minimum:"0" maximum:"200"`

	lang string
}

// RecordingsPage is a page of them, the newest first.
type RecordingsPage struct {
	Items []Recording `json:"items"`
	Next  string      `json:"next" doc:"cursor of the next page; empty on the last"`
}

func (s *Service) recordingOperations(a huma.API) {
	api.Register(a, api.Op{ID: "evidence.day", Method: http.MethodGet, Path: "/recordings/day", Permission: "evidence.read", Summary: "What somebody recorded on a day, along the steps that he took on it"},
		func(ctx context.Context, in *struct {
			Person string `query:"person" maxLength:"40" doc:"empty: oneself"`
			Date   string `query:"date" maxLength:"10" doc:"empty: today"`
		}) (*struct{ Body *Day }, error) {
			actor, date := api.Actor(ctx), law.On(s.now())
			if in.Date != "" {
				var err error
				if date, err = law.ParseDate(in.Date); err != nil {
					return nil, fault.New(fault.Invalid, "form").With("date", "form.date")
				}
			}
			if in.Person == "" {
				in.Person = actor.Person
			}
			d, err := s.Day(ctx, actor, in.Person, date, api.Lang(ctx))
			return &struct{ Body *Day }{d}, err
		})
	api.Register(a, api.Op{ID: "evidence.recordings", Method: http.MethodGet, Path: "/recordings", Permission: "evidence.read", Summary: "Recordings, newest first: one's own, and those of the units in which one has the right"},
		func(ctx context.Context, in *RecordingsQuery) (*struct{ Body *RecordingsPage }, error) {
			in.lang = api.Lang(ctx)
			page, err := s.Recordings(ctx, api.Actor(ctx), *in)
			return &struct{ Body *RecordingsPage }{page}, err
		})
	api.Register(a, api.Op{ID: "evidence.month", Method: http.MethodGet, Path: "/recordings/month", Permission: "evidence.records", Summary: "A unit's month: who recorded how much on which day"},
		func(ctx context.Context, in *struct {
			Unit  string `query:"unit" maxLength:"40" doc:"empty: one's own, with all below"`
			Month string `query:"month" maxLength:"7" doc:"2026-11"`
		}) (*struct{ Body *Month }, error) {
			m, err := s.MonthOf(ctx, api.Actor(ctx), in.Unit, in.Month)
			return &struct{ Body *Month }{m}, err
		})
	api.Register(a, api.Op{ID: "evidence.claim", Method: http.MethodPost, Path: "/recordings/{id}/claim", Permission: "evidence.claim", Summary: "Put right whose a recording is, or when it was made"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body ClaimInput
		}) (*struct{ Body *Recording }, error) {
			r, err := s.Claim(ctx, api.Actor(ctx), in.ID, in.Body)
			return &struct{ Body *Recording }{r}, err
		})
	api.Register(a, api.Op{ID: "evidence.custody", Method: http.MethodGet, Path: "/media/{id}/custody", Permission: "evidence.read", Summary: "A recording's whole life (chain of custody)"},
		func(ctx context.Context, in *idInput) (*struct{ Body *Custody }, error) {
			c, err := s.Custody(ctx, api.Actor(ctx), in.ID, api.Lang(ctx))
			return &struct{ Body *Custody }{c}, err
		})
	api.Register(a, api.Op{ID: "evidence.tie", Method: http.MethodPost, Path: "/media/{id}/ties", Permission: "evidence.add", Summary: "Tie a recording to a matter, or to a step of it"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body TieInput
		}) (*struct{ Body *Tie }, error) {
			t, err := s.Tie(ctx, api.Actor(ctx), in.ID, in.Body)
			return &struct{ Body *Tie }{t}, err
		})
	api.Register(a, api.Op{ID: "evidence.untie", Method: http.MethodPost, Path: "/media/{id}/ties/{tie}/end", Permission: "evidence.add", Summary: "Take a tie back that was wrong, for a reason"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Tie  string `path:"tie" maxLength:"40"`
			Body struct {
				Reason string `json:"reason" maxLength:"500"`
			}
		}) (*struct{}, error) {
			return nil, s.Untie(ctx, api.Actor(ctx), in.ID, in.Tie, in.Body.Reason)
		})
}
