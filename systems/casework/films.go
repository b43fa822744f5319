package casework

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"jiexu/api"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// Filmable is a taking of a step that is recorded in sound and picture. Media are the files that were named when it was taken.
type Filmable struct {
	ID    string
	At    time.Time
	Media []string
}

// filmsAccounted reports whether each step of a case without whose recording it does not go on has one, or the reason why there is none (AP 47). It is
// looked for once a transaction.
func (s *Service) filmsAccounted(ctx context.Context, tx *store.Tx, f *file) (bool, error) {
	if f.accounted != nil {
		return *f.accounted, nil
	}
	var wanted []Filmable
	add := func(p *procedure.Procedure, steps []Taken) {
		for _, t := range steps {
			if step, ok := p.Step(t.Step); ok && step.FilmOf(t.Fields) == procedure.FilmBlocks {
				wanted = append(wanted, Filmable{t.ID, t.At, mediaIn(step, t.Fields)})
			}
		}
	}
	add(procedureOf(f.Case.Procedure, ""), f.steps)
	for _, b := range f.beside {
		add(procedureOf("", b.Procedure), b.steps)
	}
	all := true
	if len(wanted) > 0 && s.unfilmed != nil {
		missing, err := s.unfilmed(ctx, tx, f.ID, wanted)
		if err != nil {
			return false, err
		}
		all = len(missing) == 0
	}
	f.accounted = &all
	return all, nil
}

// mediaIn are the files that the fields of a step name.
func mediaIn(step *procedure.Step, fields map[string]any) (out []string) {
	for _, f := range step.Fields {
		if f.Type == procedure.MediaField {
			list, _ := fields[f.Name].([]any)
			for _, one := range list {
				if id, ok := one.(string); ok {
					out = append(out, id)
				}
			}
		}
	}
	return out
}

// filmed are the codes of all steps that are recorded, of whichever procedure.
var filmed = func() []string {
	codes := map[string]bool{}
	for _, p := range append([]*procedure.Procedure{Ordinary}, procedures()...) {
		for _, step := range p.Steps {
			if step.Films != procedure.NoFilm {
				codes[step.Code] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(codes))
}()

func procedures() []*procedure.Procedure {
	var out []*procedure.Procedure
	for _, t := range tracks.All {
		out = append(out, t.Procedure)
	}
	return out
}

// WantedFilms lists the steps taken between two moments that are recorded, of cases that the actor may see, the newest first.
func (s *Service) WantedFilms(ctx context.Context, tx *store.Tx, actor org.Actor, from, to time.Time, lang string) ([]api.WantedStep, error) {
	w := &store.Where{}
	w.Raw(org.ScopeSQL(actor, opRead, "c.unit", w.Next()))
	w.Add("s.at >= ?", store.At(from))
	w.Add("s.at < ?", store.At(to))
	return wantedFilms(ctx, tx, w, lang)
}

// WantsFilm finds the taking of a step of a case by its id, if it is recorded; nil: there is none.
func (s *Service) WantsFilm(ctx context.Context, tx *store.Tx, caseID, step string) (*api.WantedStep, error) {
	w := &store.Where{}
	w.Add("s.case_id = ?", caseID)
	w.Add("s.id = ?", step)
	list, err := wantedFilms(ctx, tx, w, "")
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func wantedFilms(ctx context.Context, tx *store.Tx, w *store.Where, lang string) ([]api.WantedStep, error) {
	w.In("s.step", filmed)
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (d api.WantedStep, err error) {
		var at store.Time
		var main, beside sql.NullString
		var text string
		if err = r.Scan(&d.ID, &d.Matter, &d.Number, &d.Title, &d.Step, &at, &d.Lon, &d.Lat, &main, &beside, &d.Person, &d.PersonName, &d.Unit, &text); err != nil {
			return d, err
		}
		d.System, d.At, d.Name = Type, at.Time, d.Step
		fields := map[string]any{}
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			return d, fmt.Errorf("fields of step %s: %w", d.ID, err)
		}
		if step, ok := procedureOf(main.String, beside.String).Step(d.Step); ok {
			film := step.FilmOf(fields)
			d.Name, d.Films, d.Blocks, d.Media = step.Title.In(lang), film != procedure.NoFilm, film == procedure.FilmBlocks, mediaIn(step, fields)
		}
		return d, nil
	}, `SELECT s.id, c.id, c.number, c.title, s.step, s.at, c.lon, c.lat, c.procedure, t.procedure, s.actor, s.actor_name, c.unit, s.fields FROM casework_steps s JOIN casework_cases c ON c.id = s.case_id
		LEFT JOIN casework_tracks t ON t.id = s.track WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY s.at DESC, s.id DESC LIMIT %d`, api.MaxWantedSteps), w.Args()...)
	return slices.DeleteFunc(list, func(d api.WantedStep) bool { return !d.Films }), err
}

// Outcomes tells of cases whether they were filed, and when they ended.
func Outcomes(ctx context.Context, tx *store.Tx, ids []string) (map[string]Outcome, error) {
	out := map[string]Outcome{}
	for some := range slices.Chunk(ids, store.MostPlaceholders) {
		w := &store.Where{}
		w.In("id", some)
		_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id, state, way, unit string
			var filed, closed *store.Time
			var opened store.Time
			err = r.Scan(&id, &state, &way, &unit, &opened, &filed, &closed)
			o := Outcome{Unit: unit, Filed: filed != nil || way != "" && way != Ordinary.Code}
			if Ended(state) {
				ended := opened.Time
				if closed != nil {
					ended = closed.Time
				}
				o.Ended = &ended
			}
			out[id] = o
			return
		}, `SELECT c.id, c.state, COALESCE(c.procedure, ''), c.unit, c.opened_at, c.filed_at, (SELECT max(s.at) FROM casework_steps s WHERE s.case_id = c.id) FROM casework_cases c WHERE c.`+w.SQL(), w.Args()...)
		if err != nil {
			return nil, fmt.Errorf("outcomes of cases: %w", err)
		}
	}
	return out, nil
}

// Outcome is how a case stands.
type Outcome struct {
	Filed bool       // with approval, or by a procedure that knows none
	Ended *time.Time // by its last step; nil: it is under way
	Unit  string     // whose it is
}

// Cited tells which of some files a case names among its evidence or in a step that was taken: the decision and the papers of the case go by these. Files are
// asked for by the case to which each belongs.
func Cited(ctx context.Context, tx *store.Tx, files map[string][]string) (map[string]bool, error) {
	out := map[string]bool{}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(files)), store.MostPlaceholders/2) {
		w := &store.Where{}
		w.In("case_id", some)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var of, media string
			if err = r.Scan(&of, &media); slices.Contains(files[of], media) {
				out[media] = true
			}
			return
		}, `SELECT case_id, media FROM casework_evidence WHERE media IS NOT NULL AND `+w.SQL(), w.Args()...); err != nil {
			return nil, fmt.Errorf("files among the evidence of cases: %w", err)
		}
		w.In("step", naming)
		if _, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var of, text string
			if err = r.Scan(&of, &text); err != nil {
				return
			}
			for _, media := range files[of] { // an id is unguessable: where it stands, it is meant
				if strings.Contains(text, media) {
					out[media] = true
				}
			}
			return
		}, `SELECT case_id, fields FROM casework_steps WHERE `+w.SQL(), w.Args()...); err != nil {
			return nil, fmt.Errorf("files that steps of cases name: %w", err)
		}
	}
	return out, nil
}

// naming are the codes of all steps in which files are named, of whichever procedure.
var naming = func() []string {
	codes := map[string]bool{}
	for _, p := range append([]*procedure.Procedure{Ordinary}, procedures()...) {
		for _, step := range p.Steps {
			if slices.ContainsFunc(step.Fields, func(f procedure.Field) bool { return f.Type == procedure.MediaField }) {
				codes[step.Code] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(codes))
}()
