package app

import (
	"context"
	"time"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
	"jiexu/term"
)

// ImportCalendar takes in the notice of a year. The legal section may, and the program itself.
func (a *App) ImportCalendar(ctx context.Context, actor org.Actor, raw []byte) (term.Imported, error) {
	if !actor.CanAnywhere("law.confirm") {
		return term.Imported{}, fault.New(fault.Refused, "refused", "op", "law.confirm")
	}
	return a.Terms.ImportCalendar(ctx, a.DB, raw, actor.Person, actor.HomeUnit(), a.Now())
}

// watchCalendar loads the calendar anew as soon as the log tells that a year was imported, on this server or another.
func (a *App) watchCalendar(ctx context.Context) {
	for ctx.Err() == nil {
		events, cancel, err := a.Log.Subscribe(ctx)
		a.loadCalendar(ctx) // what came before, or while nobody listened; it waits for the database
		if err != nil {
			continue
		}
		for open := true; open; {
			select {
			case <-ctx.Done():
				open = false
			case batch, more := <-events:
				for _, e := range batch {
					if e.Kind == term.CalendarKind {
						a.loadCalendar(ctx)
					}
				}
				open = more
			}
		}
		cancel()
	}
}

func (a *App) loadCalendar(ctx context.Context) {
	for ctx.Err() == nil {
		err := a.Terms.Load(ctx, a.DB)
		if err == nil || ctx.Err() != nil {
			return
		}
		a.Config.Log.Warn("the calendar could not be read; it is tried again in a second", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// CalendarChange is a due date that a year's notice moved.
type CalendarChange struct {
	ID         string    `json:"id"`
	Type       string    `json:"type" enum:"complaint,case"`
	Matter     string    `json:"matter" doc:"the complaint or case"`
	Unit       string    `json:"unit"`
	Clock      string    `json:"clock"`
	ClockTitle string    `json:"clockTitle"`
	Old        string    `json:"old" doc:"last day in time before"`
	New        string    `json:"new" doc:"last day in time now"`
	Year       string    `json:"year" doc:"whose notice moved it"`
	At         time.Time `json:"at"`
}

// CalendarChanges is a page of them, newest first.
type CalendarChanges struct {
	Items []CalendarChange `json:"items"`
	Next  string           `json:"next,omitempty" doc:"after of the next page; empty at the end"`
}

// changesOp shows what an import moved of the complaints and cases that one may see.
func (a *App) changesOp(ctx context.Context, in *struct {
	After string `query:"after" maxLength:"40" doc:"id of the last one seen"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}) (*struct{ Body CalendarChanges }, error) {
	actor, lang := api.Actor(ctx), api.Lang(ctx)
	may := map[string]string{intake.Type: "intake.read", casework.Type: "casework.read"}
	out := CalendarChanges{Items: []CalendarChange{}}
	err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		const most = 500
		for after := in.After; ; {
			list, err := term.Changes(ctx, tx, after, most)
			if err != nil {
				return err
			}
			for _, c := range list {
				after = c.ID
				if op := may[c.Matter.Type]; op == "" || !actor.Can(op, c.Matter.Unit) {
					continue
				}
				if len(out.Items) == in.Limit {
					out.Next = out.Items[in.Limit-1].ID
					return nil
				}
				v := CalendarChange{ID: c.ID, Type: c.Matter.Type, Matter: c.Matter.ID, Unit: c.Matter.Unit, Clock: c.Clock, ClockTitle: c.Clock,
					Old: c.Old.String(), New: c.New.String(), Year: c.Year, At: c.At}
				if clock, ok := clockOf(c.Matter.Type, c.Clock); ok {
					v.ClockTitle = clock.Title.In(lang)
				}
				out.Items = append(out.Items, v)
			}
			if len(list) < most {
				return nil
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body CalendarChanges }{out}, nil
}
