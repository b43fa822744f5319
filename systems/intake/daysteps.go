package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"jiexu/api"
	"jiexu/org"
	"jiexu/procedure"
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
			d.Name, d.Films = step.Title.In(lang), step.Films != procedure.NoFilm
		}
		return d, err
	}, `SELECT s.id, c.id, c.number, c.title, s.step, s.at, c.lon, c.lat FROM intake_steps s JOIN intake_complaints c ON c.id = s.complaint
		WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY s.at, s.id LIMIT %d`, api.MaxDaySteps), w.Args()...)
}

// WantedFilms lists the steps taken between two moments that are recorded in sound and picture, of complaints that the actor may see, the newest first.
func (s *Service) WantedFilms(ctx context.Context, tx *store.Tx, actor org.Actor, from, to time.Time, lang string) ([]api.WantedStep, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
	w.Add("s.at >= ?", store.At(from))
	w.Add("s.at < ?", store.At(to))
	return s.wantedFilms(ctx, tx, w, lang)
}

// WantsFilm finds the taking of a step of a complaint by its id, if it is recorded; nil: there is none.
func (s *Service) WantsFilm(ctx context.Context, tx *store.Tx, complaint, step string) (*api.WantedStep, error) {
	w := &store.Where{}
	w.Add("s.complaint = ?", complaint)
	w.Add("s.id = ?", step)
	list, err := s.wantedFilms(ctx, tx, w, "")
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func (s *Service) wantedFilms(ctx context.Context, tx *store.Tx, w *store.Where, lang string) ([]api.WantedStep, error) {
	var codes []string
	for _, step := range s.procedure.Steps {
		if step.Films != procedure.NoFilm {
			codes = append(codes, step.Code)
		}
	}
	w.In("s.step", codes)
	return store.Collect(ctx, tx, func(r *sql.Rows) (d api.WantedStep, err error) {
		var at store.Time
		err = r.Scan(&d.ID, &d.Matter, &d.Number, &d.Title, &d.Step, &at, &d.Lon, &d.Lat, &d.Person, &d.PersonName, &d.Unit)
		d.System, d.At, d.Name, d.Films = Type, at.Time, d.Step, true
		if step, ok := s.procedure.Step(d.Step); ok {
			d.Name, d.Blocks = step.Title.In(lang), step.Films == procedure.FilmBlocks
		}
		return d, err
	}, `SELECT s.id, c.id, c.number, c.title, s.step, s.at, c.lon, c.lat, s.actor, s.actor_name, c.unit FROM intake_steps s JOIN intake_complaints c ON c.id = s.complaint
		WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY s.at DESC, s.id DESC LIMIT %d`, api.MaxWantedSteps), w.Args()...)
}

// Ending is how a complaint stands.
type Ending struct {
	At    *time.Time // nil: it is under way
	Unit  string     // whose it is
	Cases []string   // ids of the cases that grew from it, and from what it was merged into
}

// Endings tells of complaints how each stands.
func Endings(ctx context.Context, tx *store.Tx, ids []string) (map[string]Ending, error) {
	out := map[string]Ending{}
	for some := range slices.Chunk(ids, store.MostPlaceholders) {
		w := &store.Where{}
		w.In("id", some)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id, grown string
			var closed *store.Time
			var e Ending
			if err = r.Scan(&id, &closed, &e.Unit, &grown); closed != nil {
				e.At = &closed.Time
			}
			if grown != "" {
				e.Cases = []string{grown}
			}
			out[id] = e
			return
		}, `SELECT id, closed_at, unit, COALESCE(case_id, '') FROM intake_complaints WHERE `+w.SQL(), w.Args()...); err != nil {
			return nil, fmt.Errorf("ends of complaints: %w", err)
		}
		w = &store.Where{}
		w.In("m.complaint", some)
		w.Add("m.ended_by <> ?", StepUnmerge)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id, grown string
			err = r.Scan(&id, &grown)
			e := out[id]
			if !slices.Contains(e.Cases, grown) {
				e.Cases = append(e.Cases, grown)
			}
			out[id] = e
			return
		}, `SELECT m.complaint, c.case_id FROM intake_merges m JOIN intake_complaints c ON c.id = m.main WHERE c.case_id IS NOT NULL AND `+w.SQL(), w.Args()...); err != nil {
			return nil, fmt.Errorf("cases of what complaints were merged into: %w", err)
		}
	}
	return out, nil
}

// Called is a complaint's number. Returns intake.not_found.
func Called(ctx context.Context, tx *store.Tx, id string) (string, error) {
	var number string
	err := tx.QueryRow(ctx, `SELECT number FROM intake_complaints WHERE id = $1`, id).Scan(&number)
	return number, store.Found(err, "intake.not_found")
}

// Numbered is the id of a complaint by its number. Returns intake.not_found.
func Numbered(ctx context.Context, tx *store.Tx, number string) (id string, err error) {
	err = tx.QueryRow(ctx, `SELECT id FROM intake_complaints WHERE number = $1`, number).Scan(&id)
	return id, store.Found(err, "intake.not_found")
}
