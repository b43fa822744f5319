package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"jiexu/job"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
	"jiexu/term"
)

// complaints shows casework the complaints that it may grow cases from.
type complaints struct{ intake *intake.Service }

func (c complaints) Origin(ctx context.Context, tx *store.Tx, actor org.Actor, id string) (casework.Origin, error) {
	o, err := c.intake.Origin(ctx, tx, actor, id)
	return casework.Origin{ID: o.ID, Unit: o.Unit, Title: o.Title, Place: o.Address, Lon: o.Lon, Lat: o.Lat, ReceivedAt: o.ReceivedAt}, err
}

func (c complaints) Filed(ctx context.Context, tx *store.Tx, actor org.Actor, id, caseID, number, matter string, at time.Time) error {
	return c.intake.CaseFiled(ctx, tx, actor, id, caseID, number, matter, at)
}

// schedule registers the followers of the log and the jobs that they insert.
func (a *App) schedule() error {
	a.Log.Follow(a.Board.Follower())
	workers := river.NewWorkers()
	job.Handle(workers, a.ring)
	job.Handle(workers, a.Notices.Deliver)
	var err error
	if a.Jobs, err = job.New(a.DB, workers, a.Config.Log); err != nil {
		return err
	}
	a.Log.Follow(ledger.Follower{Name: "job.alarms", Outside: a.planAlarms})
	a.Log.Follow(ledger.Follower{Name: "intake.cases", Outside: a.casesEnded})
	for _, f := range a.Notices.Followers() {
		a.Log.Follow(f)
	}
	return nil
}

// ring gives an alarm and plans the next one of the same period. Where a period is over, what lies outside is taken back.
func (a *App) ring(ctx context.Context, alarm term.Alarm) error {
	running, err := term.Ring(ctx, a.DB, alarm, a.Now())
	if err != nil || !running {
		return err
	}
	if next, at, ok := alarm.Next(); ok {
		return a.Jobs.Insert(ctx, job.Job{Args: next, At: at})
	}
	_, err = a.Intake.Lapse(ctx)
	return err
}

// casesEnded tells the complaints that cases grew from that these have ended. It may be told twice, and does no harm then.
func (a *App) casesEnded(ctx context.Context, records []ledger.Record) error {
	for _, r := range records {
		if r.Subject.Type != casework.Type {
			continue
		}
		var moved struct {
			To string `json:"to"`
		}
		if err := json.Unmarshal(r.Body, &moved); err != nil {
			return fmt.Errorf("body of %s: %w", r.ID, err)
		}
		if moved.To != "" && (casework.Ended(moved.To) || moved.To == casework.Closed) {
			if err := a.Intake.CaseEnded(ctx, r.Subject.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// planAlarms inserts the first alarms of the periods that entries started or moved. The queue keeps each
// once, so that a replay plans nothing twice. Time that we wait out raises none.
func (a *App) planAlarms(ctx context.Context, records []ledger.Record) error {
	var planned []term.Planned
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		planned, err = term.PlanEntries(ctx, tx, records)
		return err
	})
	if err != nil {
		return err
	}
	var running []term.Term
	for _, p := range planned {
		if p.Alarm.Threshold == term.Red {
			running = append(running, p.Term)
		}
	}
	if err := a.Terms.Firm(ctx, a.DB, running, a.Now()); err != nil {
		return err
	}
	var jobs []job.Job
	for _, p := range planned {
		if c, ok := clockOf(p.Term.Matter.Type, p.Term.Clock); !ok || !c.Waits {
			jobs = append(jobs, job.Job{Args: p.Alarm, At: p.At})
		}
	}
	return a.Jobs.Insert(ctx, jobs...)
}

// PlanOpenAlarms plans the first alarm of every period that runs, as the follower of the log does of those that begin: for
// rows that were loaded behind the follower's back.
func (a *App) PlanOpenAlarms(ctx context.Context) error {
	for after := ""; ; {
		var terms []term.Term
		if err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			terms, err = term.OpenAfter(ctx, tx, after)
			return err
		}); err != nil || len(terms) == 0 {
			return err
		}
		var jobs []job.Job
		for _, t := range terms {
			after = t.ID
			if c, ok := clockOf(t.Matter.Type, t.Clock); ok && c.Waits {
				continue
			}
			if plan := term.Plan(t); len(plan) > 0 {
				jobs = append(jobs, job.Job{Args: plan[0].Alarm, At: plan[0].At})
			}
		}
		if err := a.Jobs.Insert(ctx, jobs...); err != nil {
			return err
		}
	}
}
