package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jiexu/api"
	"jiexu/job"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence"
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

// Making makes a file that was asked for of another.
type Making struct {
	ID string `json:"id"`
}

// Kind names the job.
func (Making) Kind() string { return "evidence.make" }

// Preview makes the small versions of a film.
type Preview struct {
	SHA256 string `json:"sha256"`
}

// Kind names the job.
func (Preview) Kind() string { return "evidence.preview" }

// planMakings has made what the log says was asked for, and small versions of the films that came in.
func (a *App) planMakings(ctx context.Context, records []ledger.Record) error {
	came := false
	for _, r := range records {
		switch r.Kind {
		case evidence.EntryAsked:
			var body struct{ Making string }
			if err := json.Unmarshal(r.Body, &body); err != nil {
				return fmt.Errorf("body of %s: %w", r.ID, err)
			}
			if err := a.Jobs.Insert(ctx, job.Job{Args: Making{ID: body.Making}, At: a.Now()}); err != nil {
				return err
			}
		case evidence.EntryRecorded, evidence.EntryAdded, evidence.EntryDerived:
			came = true
		}
	}
	if !came {
		return nil
	}
	return a.insertPreviews(ctx)
}

// planPreviews has made the small versions of all films that have none: ffmpeg may have been installed since they came.
func (a *App) planPreviews(ctx context.Context) {
	if err := a.insertPreviews(ctx); err != nil && ctx.Err() == nil {
		a.Config.Log.Warn("small versions of films could not be planned", "error", err)
	}
}

func (a *App) insertPreviews(ctx context.Context) error {
	sums, err := a.Evidence.WithoutPreview(ctx)
	if err != nil {
		return err
	}
	jobs := make([]job.Job, len(sums))
	for i, sum := range sums {
		jobs[i] = job.Job{Args: Preview{SHA256: sum}, At: a.Now()}
	}
	return a.Jobs.Insert(ctx, jobs...)
}
