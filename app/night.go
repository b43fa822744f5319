package app

import (
	"context"
	"errors"
	"time"

	"jiexu/classify"
	"jiexu/fault"
	"jiexu/job"
	"jiexu/law"
	"jiexu/org"
)

// longestNight is how long the night's work, and a model's learning, may take.
const longestNight = 30 * time.Minute

// nightHour is when the night's work begins, by Shanghai's clock.
const nightHour = 2

// Night is what is done once a night, when nobody waits.
type Night struct {
	Day string `json:"day"` // at whose beginning; the queue keeps one for each
}

// Kind names the job.
func (Night) Kind() string { return "night" }

// Learning has the model of a task learn for a person who asked for it.
type Learning struct {
	Task   string    `json:"task"`
	Person string    `json:"person"`
	At     time.Time `json:"at"`
}

// Kind names the job.
func (Learning) Kind() string { return "intake.learn" }

// Topics looks for hot topics at once: once a day, when a server starts.
type Topics struct {
	Day string `json:"day"`
}

// Kind names the job.
func (Topics) Kind() string { return "intake.topics" }

// tonight plans the next night's work; each night plans the one after it.
func (a *App) tonight(ctx context.Context) {
	err := a.planNight(ctx, nextNight(a.Now()))
	if err == nil {
		err = a.Jobs.Insert(ctx, job.Job{Args: Topics{Day: law.On(a.Now()).String()}, At: a.Now()})
	}
	if err != nil && ctx.Err() == nil {
		a.Config.Log.Warn("the night's work could not be planned", "error", err)
	}
}

func (a *App) planNight(ctx context.Context, at time.Time) error {
	return a.Jobs.Insert(ctx, job.Job{Args: Night{Day: law.On(at).String()}, At: at})
}

// nextNight is when the first night's work after a moment begins.
func nextNight(after time.Time) time.Time {
	after = after.In(law.Shanghai)
	at := time.Date(after.Year(), after.Month(), after.Day(), nightHour, 0, 0, 0, law.Shanghai)
	if !at.After(after) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// next is when the night's work after that of a day begins. The queue's clock is the database's: where ours is behind, it is not
// this same night again, or no further one would ever be planned.
func (n Night) next(now time.Time) time.Time {
	if day, err := time.ParseInLocation(time.DateOnly, n.Day, law.Shanghai); err == nil {
		if begun := day.Add(nightHour * time.Hour); begun.After(now) {
			now = begun
		}
	}
	return nextNight(now)
}

// night looks for hot topics, erases the pictures of reports that never came, has the models learn from what is new, and erases who
// complained where that is due. Where there is nothing to learn from, or nothing new, nothing happens. What fails keeps nothing
// else from being done; what takes long, as erasing does on a large office's first night, comes last and goes on the next time.
func (a *App) night(ctx context.Context, n Night) error {
	if err := a.planNight(ctx, n.next(a.Now())); err != nil {
		return err
	}
	learn := func(task string) error {
		_, err := a.Intake.Learn(ctx, org.Program("models"), task)
		if fault.Is(err, "classify.no_examples") {
			return nil
		}
		return err
	}
	_, uploads := a.Evidence.ForgetUploads(ctx)
	_, staged := a.Evidence.SweepStaged(ctx)
	staged = errors.Join(staged, a.Evidence.SweepExports(ctx))
	failed := errors.Join(uploads, staged, a.Portal.Sweep(ctx), a.Intake.FindTopics(ctx), learn(classify.Complaints), learn(classify.Matters))
	_, err := a.Intake.EraseContacts(ctx)
	return errors.Join(failed, err)
}

func (a *App) learnLater(ctx context.Context, task, person string) error {
	return a.Jobs.Insert(ctx, job.Job{Args: Learning{task, person, a.Now().Truncate(time.Minute)}, At: a.Now()})
}

func (a *App) learn(ctx context.Context, l Learning) error {
	_, err := a.Intake.Learn(ctx, org.Actor{Person: l.Person}, l.Task)
	if fault.Is(err, "classify.no_examples") { // the page says that nothing has been called anything
		return nil
	}
	return err
}
