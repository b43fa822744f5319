package casework

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// DayStep is a step that somebody took, with the case that it is of.
type DayStep struct {
	ID, Case, Number, Title string
	Step, Name              string
	At                      time.Time
	Lon, Lat                *float64
	Films                   bool // it is recorded in sound and picture
}

// maxDaySteps is how many steps of one person are told at once.
const maxDaySteps = 300

// DaySteps lists the steps that a person took between two moments, the earliest first, of cases that the actor may see.
func (s *Service) DaySteps(ctx context.Context, tx *store.Tx, actor org.Actor, person string, from, to time.Time, lang string) ([]DayStep, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
	w.Add("s.actor = ?", person)
	w.Add("s.at >= ?", store.At(from))
	w.Add("s.at < ?", store.At(to))
	return store.Collect(ctx, tx, func(r *sql.Rows) (d DayStep, err error) {
		var at store.Time
		var main, beside sql.NullString
		err = r.Scan(&d.ID, &d.Case, &d.Number, &d.Title, &d.Step, &at, &d.Lon, &d.Lat, &main, &beside)
		d.At, d.Name = at.Time, d.Step
		if step, ok := procedureOf(main.String, beside.String).Step(d.Step); ok {
			d.Name, d.Films = step.Title.In(lang), step.Films
		}
		return d, err
	}, `SELECT s.id, c.id, c.number, c.title, s.step, s.at, c.lon, c.lat, c.procedure, t.procedure FROM casework_steps s JOIN casework_cases c ON c.id = s.case_id
		LEFT JOIN casework_tracks t ON t.id = s.track WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY s.at, s.id LIMIT %d`, maxDaySteps), w.Args()...)
}

// procedureOf is what a step is of: what runs beside, else the case's main procedure, which is the ordinary one where none is named.
func procedureOf(main, beside string) *procedure.Procedure {
	for _, code := range []string{beside, main} {
		if t, ok := tracks.Of(code); ok {
			return t.Procedure
		}
	}
	return Ordinary
}
