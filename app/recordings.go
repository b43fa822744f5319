package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/job"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
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

// Exported makes an export that was asked for.
type Exported struct {
	ID string `json:"id"`
}

// Kind names the job.
func (Exported) Kind() string { return "evidence.export" }

// matterCalled is what a matter is called, for a list that goes outside.
func (a *App) matterCalled(ctx context.Context, tx *store.Tx, actor org.Actor, s evidence.Subject) (string, error) {
	if _, err := a.access(ctx, tx, actor, s, false); err != nil {
		return "", err
	}
	if s.Type == casework.Type {
		return casework.Called(ctx, tx, s.ID)
	}
	return intake.Called(ctx, tx, s.ID)
}

// matterNumber is the number of a case or a complaint.
func matterNumber(ctx context.Context, tx *store.Tx, s evidence.Subject) (string, error) {
	called := intake.Called
	if s.Type == casework.Type {
		called = casework.Called
	}
	text, err := called(ctx, tx, s.ID)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	number, _, _ := strings.Cut(text, " ")
	return number, err
}

// matterNumbered finds a case or a complaint by its number.
func matterNumbered(ctx context.Context, tx *store.Tx, number string) (evidence.Subject, bool, error) {
	for kind, find := range map[string]func(context.Context, *store.Tx, string) (string, error){casework.Type: casework.Numbered, intake.Type: intake.Numbered} {
		id, err := find(ctx, tx, number)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue
		}
		return evidence.Subject{Type: kind, ID: id}, err == nil, err
	}
	return evidence.Subject{}, false, nil
}

// exportedPaper gives a document of a case with its proof in it.
func (a *App) exportedPaper(ctx context.Context, actor org.Actor, s evidence.Subject, id string) (evidence.Paper, error) {
	if s.Type != casework.Type {
		return evidence.Paper{}, fault.New(fault.NotFound, "case.document_not_found")
	}
	name, pdf, err := a.Casework.PDF(ctx, actor, s.ID, id)
	return evidence.Paper{Name: name, PDF: pdf}, err
}

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
			if err := a.Jobs.Insert(ctx, job.Job{Args: Making{ID: body.Making}, At: a.Now(), Slow: true}); err != nil {
				return err
			}
		case evidence.EntryExportAsked:
			var body struct{ Export string }
			if err := json.Unmarshal(r.Body, &body); err != nil {
				return fmt.Errorf("body of %s: %w", r.ID, err)
			}
			if err := a.Jobs.Insert(ctx, job.Job{Args: Exported{ID: body.Export}, At: a.Now(), Slow: true}); err != nil {
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

// planPreviews puts on record the small versions that an older version made, and has those made of all films that have none: ffmpeg may have been installed
// since they came.
func (a *App) planPreviews(ctx context.Context) {
	err := a.Evidence.SealPreviews(ctx)
	if err = errors.Join(err, a.insertPreviews(ctx)); err != nil && ctx.Err() == nil {
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
		jobs[i] = job.Job{Args: Preview{SHA256: sum}, At: a.Now(), Slow: true, Last: true}
	}
	return a.Jobs.Insert(ctx, jobs...)
}
