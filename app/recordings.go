package app

import (
	"context"
	"slices"
	"time"

	"jiexu/api"
	"jiexu/org"
	"jiexu/store"
)

// daySteps asks the systems what somebody did between two moments, for his recordings to be laid along it.
func (a *App) daySteps(ctx context.Context, tx *store.Tx, actor org.Actor, person string, from, to time.Time, lang string) ([]api.DayStep, error) {
	complaints, err := a.Intake.DaySteps(ctx, tx, actor, person, from, to, lang)
	if err != nil {
		return nil, err
	}
	cases, err := a.Casework.DaySteps(ctx, tx, actor, person, from, to, lang)
	if err != nil {
		return nil, err
	}
	all := slices.Concat([]api.DayStep{}, complaints, cases)
	slices.SortStableFunc(all, func(x, y api.DayStep) int { return x.At.Compare(y.At) })
	return all, nil
}
