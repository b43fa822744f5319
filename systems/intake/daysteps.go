package intake

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"jiexu/api"
	"jiexu/org"
	"jiexu/store"
)

// DaySteps lists the steps that a person took between two moments, the earliest first, of complaints that the actor may see.
func (s *Service) DaySteps(ctx context.Context, tx *store.Tx, actor org.Actor, person string, from, to time.Time, lang string) ([]api.DayStep, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
	w.Add("s.actor = ?", person)
	w.Add("s.at >= ?", store.At(from))
	w.Add("s.at < ?", store.At(to))
	return store.Collect(ctx, tx, func(r *sql.Rows) (d api.DayStep, err error) {
		var at store.Time
		err = r.Scan(&d.ID, &d.Matter, &d.Number, &d.Title, &d.Step, &at, &d.Lon, &d.Lat)
		d.System, d.At, d.Name = Type, at.Time, d.Step
		if step, ok := s.procedure.Step(d.Step); ok {
			d.Name, d.Films = step.Title.In(lang), step.Films
		}
		return d, err
	}, `SELECT s.id, c.id, c.number, c.title, s.step, s.at, c.lon, c.lat FROM intake_steps s JOIN intake_complaints c ON c.id = s.complaint
		WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY s.at, s.id LIMIT %d`, api.MaxDaySteps), w.Args()...)
}

// Called is a complaint's number. Returns intake.not_found.
func Called(ctx context.Context, tx *store.Tx, id string) (string, error) {
	var number string
	err := tx.QueryRow(ctx, `SELECT number FROM intake_complaints WHERE id = $1`, id).Scan(&number)
	return number, store.Found(err, "intake.not_found")
}
