package casework

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"jiexu/api"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// DaySteps lists the steps that a person took between two moments, the earliest first, of cases that the actor may see.
func (s *Service) DaySteps(ctx context.Context, tx *store.Tx, actor org.Actor, person string, from, to time.Time, lang string) ([]api.DayStep, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
	w.Add("s.actor = ?", person)
	w.Add("s.at >= ?", store.At(from))
	w.Add("s.at < ?", store.At(to))
	return store.Collect(ctx, tx, func(r *sql.Rows) (d api.DayStep, err error) {
		var at store.Time
		var main, beside sql.NullString
		var text string
		if err = r.Scan(&d.ID, &d.Matter, &d.Number, &d.Title, &d.Step, &at, &d.Lon, &d.Lat, &main, &beside, &text); err != nil {
			return d, err
		}
		d.System, d.At, d.Name = Type, at.Time, d.Step
		if step, ok := procedureOf(main.String, beside.String).Step(d.Step); ok {
			fields := map[string]any{}
			if step.FilmsIf != (procedure.Chosen{}) {
				err = json.Unmarshal([]byte(text), &fields)
			}
			d.Name, d.Films = step.Title.In(lang), step.FilmOf(fields) != procedure.NoFilm
		}
		return d, err
	}, `SELECT s.id, c.id, c.number, c.title, s.step, s.at, c.lon, c.lat, c.procedure, t.procedure, s.fields FROM casework_steps s JOIN casework_cases c ON c.id = s.case_id
		LEFT JOIN casework_tracks t ON t.id = s.track WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY s.at, s.id LIMIT %d`, api.MaxDaySteps), w.Args()...)
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

// Called is a case's number and title. Returns case.not_found.
func Called(ctx context.Context, tx *store.Tx, id string) (string, error) {
	var number, title string
	err := tx.QueryRow(ctx, `SELECT number, title FROM casework_cases WHERE id = $1`, id).Scan(&number, &title)
	return number + " " + title, store.Found(err, "case.not_found")
}

// Numbered is the id of a case by its number. Returns case.not_found.
func Numbered(ctx context.Context, tx *store.Tx, number string) (id string, err error) {
	err = tx.QueryRow(ctx, `SELECT id FROM casework_cases WHERE number = $1`, number).Scan(&id)
	return id, store.Found(err, "case.not_found")
}
