package app

import (
	"context"
	"time"

	"jiexu/job"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/outside"
	"jiexu/store"
	"jiexu/systems/notice"
	"jiexu/words"
)

const (
	planEvery          = 15 * time.Second // how long a checkpoint waits at most until its way outside is planned
	longestPublication = 2 * time.Minute
)

// outlets reads where checkpoints go.
func (a *App) outlets() error {
	var to ledger.Publishing
	if a.Publish != "" {
		var err error
		if to, err = ledger.ReadPublishing(a.Publish, checkURL); err != nil {
			return err
		}
	}
	a.Outlets = a.Log.Publisher(ledger.PublisherConfig{Publishing: to, Now: a.Now, Client: outside.Client, Sign: notice.Sign, Tell: a.tellLate,
		Schedule: func(ctx context.Context, some ...ledger.Publication) error {
			jobs := make([]job.Job, len(some))
			for i, p := range some {
				jobs[i] = job.Job{Args: p, At: a.Now()}
			}
			return a.Jobs.Insert(ctx, jobs...)
		}})
	return nil
}

func checkURL(s string) error {
	if err := outside.CheckURL(s); err != nil {
		_, detail := words.Fault(words.English, err)
		return problem(detail)
	}
	return nil
}

type problem string

func (p problem) Error() string { return string(p) }

// publish plans the ways of checkpoints until ctx ends. It bears being done by several servers.
func (a *App) publish(ctx context.Context) {
	if len(a.Outlets.Targets) == 0 {
		return
	}
	tick := time.NewTicker(planEvery)
	defer tick.Stop()
	for {
		if err := a.Outlets.Plan(ctx); err != nil && ctx.Err() == nil {
			a.Config.Log.Warn("checkpoints could not be planned to go out; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tellLate tells the administrators of the office that a place outside has taken no checkpoint for long.
func (a *App) tellLate(ctx context.Context, tx *store.Tx, target string, since time.Time) error {
	units, err := org.Units(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Parent != "" {
			continue
		}
		c := notice.Concern{Code: notice.Checkpoint, Unit: u.ID, Roles: []string{org.Admin},
			Params: map[string]any{"target": target, "since": since.In(law.Shanghai).Format("2006-01-02 15:04")}}
		if err := a.Notices.Tell(ctx, tx, ledger.Ref{Type: "checkpoint", ID: target}, c, ""); err != nil {
			return err
		}
	}
	return nil
}

// Outlet is a place outside, as the page of the system shows it.
type Outlet struct {
	ledger.TargetState
	Error string `json:"error,omitempty" doc:"why the last attempt failed, in words"`
}

// outletStates tells how each place outside stands.
func (a *App) outletStates(ctx context.Context, lang string) ([]Outlet, error) {
	states, err := a.Outlets.States(ctx)
	out := []Outlet{}
	for _, s := range states {
		o := Outlet{TargetState: s}
		if s.Error != nil {
			o.Error = words.Text(lang, s.Error.Code, s.Error.Params)
		}
		out = append(out, o)
	}
	return out, err
}
