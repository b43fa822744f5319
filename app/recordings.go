package app

import (
	"context"
	"slices"
	"time"

	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
)

// daySteps asks the systems what somebody did between two moments, for his recordings to be laid along it.
func (a *App) daySteps(ctx context.Context, tx *store.Tx, actor org.Actor, person string, from, to time.Time, lang string) ([]evidence.DayStep, error) {
	out := []evidence.DayStep{}
	complaints, err := a.Intake.DaySteps(ctx, tx, actor, person, from, to, lang)
	if err != nil {
		return nil, err
	}
	for _, d := range complaints {
		out = append(out, evidence.DayStep{Subject: evidence.Subject{Type: intake.Type, ID: d.Complaint}, Number: d.Number, Title: d.Title, ID: d.ID, Step: d.Step, Name: d.Name, At: d.At, Lon: d.Lon, Lat: d.Lat, Films: d.Films})
	}
	cases, err := a.Casework.DaySteps(ctx, tx, actor, person, from, to, lang)
	if err != nil {
		return nil, err
	}
	for _, d := range cases {
		out = append(out, evidence.DayStep{Subject: evidence.Subject{Type: casework.Type, ID: d.Case}, Number: d.Number, Title: d.Title, ID: d.ID, Step: d.Step, Name: d.Name, At: d.At, Lon: d.Lon, Lat: d.Lat, Films: d.Films})
	}
	slices.SortStableFunc(out, func(x, y evidence.DayStep) int { return x.At.Compare(y.At) })
	return out, nil
}
