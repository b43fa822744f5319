package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"jiexu/document"
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
	job.Handle(workers, func(context.Context, retiredAlarm) error { return nil })
	job.Handle(workers, a.Notices.Deliver)
	job.HandleLong(workers, longestPublication, a.Outlets.Publish)
	job.HandleLong(workers, longestNight, a.night)
	job.HandleLong(workers, longestNight, a.learn)
	job.HandleLong(workers, longestNight, func(ctx context.Context, _ Topics) error { return a.Intake.FindTopics(ctx) })
	job.HandleLong(workers, longestNight, func(ctx context.Context, m Making) error { return a.Evidence.Make(ctx, m.ID) })
	job.HandleLong(workers, longestNight, func(ctx context.Context, e Exported) error { return a.Evidence.MakeExport(ctx, e.ID) })
	job.HandleLong(workers, longestNight, func(ctx context.Context, p Preview) error { return a.Evidence.Preview(ctx, p.SHA256) })
	var err error
	if a.Jobs, err = job.New(a.DB, workers, a.Config.Log); err != nil {
		return err
	}
	a.Log.Follow(ledger.Follower{Name: "intake.cases", Outside: a.casesEnded})
	a.Log.Follow(ledger.Follower{Name: "evidence.makings", Outside: a.planMakings})
	a.Log.Follow(a.Gateways.Follower())
	for _, f := range a.Notices.Followers() {
		a.Log.Follow(f)
	}
	return nil
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

// lookEvery is how long an alarm waits at most.
const lookEvery = time.Second

// ringBells gives the alarms of periods when their moment comes, until ctx ends. It bears being done by several servers.
func (a *App) ringBells(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for failures := 0; ; {
		err := a.ringDue(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures = min(failures+1, 60)
			a.Config.Log.Warn("alarms could not be given; they are tried again", "error", err)
		default:
			failures = 0
		}
		for range 1 + failures {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}
}

// PlanOpenAlarms sets the bells of all periods that run: for rows that were loaded in bulk, without their bells.
func (a *App) PlanOpenAlarms(ctx context.Context) error { return term.SetBells(ctx, a.DB) }

// ringDue gives all alarms whose moment has come. Where a period is over, what lies outside is taken back.
func (a *App) ringDue(ctx context.Context) error {
	over := false
	for more := true; more; {
		rung, others, err := a.Terms.RingDue(ctx, a.DB, a.Now())
		for _, r := range rung {
			over = over || r.Threshold == term.Red
		}
		if err != nil {
			return err
		}
		more = others
	}
	if !over {
		return nil
	}
	_, err := a.Intake.Lapse(ctx)
	return err
}

// retiredAlarm is an alarm as an older version had it in the queue. Its period has a bell now, which gives it.
type retiredAlarm struct{}

// Kind names the job.
func (retiredAlarm) Kind() string { return "term.alarm" }

// sealOf gives casework the seals of the office's register.
func sealOf(ctx context.Context, tx *store.Tx, what casework.SealRequest) (casework.Seal, bool, error) {
	seal, picture, ok, err := org.SealOf(ctx, tx, what.Unit, what.Authority, what.Day)
	return casework.Seal{ID: seal.ID, Impression: document.Impression{Image: picture, Diameter: float64(seal.Diameter)}}, ok, err
}
