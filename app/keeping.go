package app

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/api"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
	"jiexu/systems/oversight"
)

// outcomes tells the enforcement record how matters stand: by it recordings are kept. What belongs to a complaint from which a filed case grew is evidence
// of that case too.
func (a *App) outcomes(ctx context.Context, tx *store.Tx, subjects []evidence.Subject) (map[evidence.Subject]evidence.Outcome, error) {
	ids := map[string][]string{}
	for _, s := range subjects {
		ids[s.Type] = append(ids[s.Type], s.ID)
	}
	complaints, err := intake.Endings(ctx, tx, ids[intake.Type])
	if err != nil {
		return nil, err
	}
	for _, c := range complaints {
		ids[casework.Type] = append(ids[casework.Type], c.Cases...)
	}
	cases, err := casework.Outcomes(ctx, tx, ids[casework.Type])
	if err != nil {
		return nil, err
	}
	out := make(map[evidence.Subject]evidence.Outcome, len(subjects))
	for id, c := range cases {
		out[evidence.Subject{Type: casework.Type, ID: id}] = evidence.Outcome{Filed: c.Filed, Ended: c.Ended, Unit: c.Unit}
	}
	for id, c := range complaints {
		o := evidence.Outcome{Ended: c.At, Unit: c.Unit}
		for _, of := range c.Cases { // it is over when the last of them is
			grown := cases[of]
			o.Filed = o.Filed || grown.Filed
			if grown.Ended == nil {
				o.Ended = nil
			} else if o.Ended != nil && o.Ended.Before(*grown.Ended) {
				o.Ended = grown.Ended
			}
		}
		out[evidence.Subject{Type: intake.Type, ID: id}] = o
	}
	return out, nil
}

// cited tells which files the evidence or a step of a case names.
func (a *App) cited(ctx context.Context, tx *store.Tx, files map[evidence.Subject][]string) (map[string]bool, error) {
	cases := map[string][]string{}
	for of, media := range files {
		if of.Type == casework.Type {
			cases[of.ID] = media
		}
	}
	return casework.Cited(ctx, tx, cases)
}

// wantedFilms asks the systems which steps are recorded from end to end.
func (a *App) wantedFilms(ctx context.Context, tx *store.Tx, actor org.Actor, from, to time.Time, lang string) ([]api.WantedStep, error) {
	complaints, err := a.Intake.WantedFilms(ctx, tx, actor, from, to, lang)
	if err != nil {
		return nil, err
	}
	cases, err := a.Casework.WantedFilms(ctx, tx, actor, from, to, lang)
	return append(complaints, cases...), err
}

func (a *App) wantsFilm(ctx context.Context, tx *store.Tx, subject evidence.Subject, step string) (*api.WantedStep, error) {
	if subject.Type == casework.Type {
		return a.Casework.WantsFilm(ctx, tx, subject.ID, step)
	}
	return a.Intake.WantsFilm(ctx, tx, subject.ID, step)
}

// unfilmed tells casework which steps of a case have neither a recording nor a reason.
func (a *App) unfilmed(ctx context.Context, tx *store.Tx, caseID string, steps []casework.Filmable) ([]string, error) {
	taken := make([]evidence.TakenStep, len(steps))
	for i, s := range steps {
		taken[i] = evidence.TakenStep{Subject: evidence.Subject{Type: casework.Type, ID: caseID}, ID: s.ID, At: s.At, Media: s.Media}
	}
	return evidence.Unaccounted(ctx, tx, taken)
}

// lacking tells oversight which steps lack their recording.
func (a *App) lacking(ctx context.Context, tx *store.Tx, from, to time.Time) ([]oversight.Lack, error) {
	steps, err := a.Evidence.StepFilms(ctx, tx, org.Program("oversight"), from, to, "")
	var out []oversight.Lack
	for _, s := range steps {
		if s.How == evidence.ByNone {
			out = append(out, oversight.Lack{SubjectType: s.System, SubjectID: s.Matter, Number: s.Number, Step: s.ID, Name: s.Step, Blocks: s.Blocks, Unit: s.Unit, Person: s.Person, At: s.At})
		}
	}
	return out, err
}

// stepTitle names a step of whichever procedure of a kind of matter has it.
func stepTitle(matterType, code, lang string) string {
	if matterType == intake.Type {
		if step, ok := intake.Handling.Step(code); ok {
			return step.Title.In(lang)
		}
		return code
	}
	for _, p := range Procedures {
		if p.System == "casework" {
			if step, ok := p.Step(code); ok && step.Films != procedure.NoFilm {
				return step.Title.In(lang)
			}
		}
	}
	return code
}

// alertOperations declares what oversight offers over HTTP.
func (a *App) alertOperations(h huma.API) {
	api.Register(h, api.Op{ID: "oversight.alerts", Method: http.MethodGet, Path: "/oversight/alerts", Permission: "oversight.read", Summary: "Steps without the recording that they want, of the units that one oversees"},
		func(ctx context.Context, in *struct {
			Open bool `query:"open" doc:"those alone that are not settled"`
		}) (*items[oversight.Alert], error) {
			return listOf(a.Alerts.List(ctx, api.Actor(ctx), in.Open, api.Lang(ctx)))
		})
}
