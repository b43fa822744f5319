package casework

import (
	"context"
	"slices"
	"time"

	"jiexu/api"
	"jiexu/document"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// TrackView is a track of a case as its page shows it.
type TrackView struct {
	ID         string       `json:"id" doc:"of the track; of one that may be opened, the code of its procedure"`
	Procedure  string       `json:"procedure"`
	Title      string       `json:"title"`
	State      string       `json:"state"`
	StateTitle string       `json:"stateTitle"`
	OpenedAt   *time.Time   `json:"openedAt,omitempty"`
	EndedAt    *time.Time   `json:"endedAt,omitempty"`
	Choices    []api.Choice `json:"choices"`
	Clocks     []string     `json:"clocks" doc:"codes of those of the case's clocks that are the track's"`
}

// runningTracks shows the tracks of a case, those that run first.
func (s *Service) runningTracks(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, now time.Time, lang string) ([]TrackView, error) {
	out := []TrackView{}
	for _, b := range f.beside {
		t, ok := tracks.Of(b.Procedure)
		if !ok {
			continue
		}
		v, err := s.trackView(ctx, tx, actor, f, way{t.Procedure, t, b}, now, lang)
		if err != nil {
			return nil, err
		}
		v.ID, v.OpenedAt, v.EndedAt = b.ID, &b.OpenedAt, b.EndedAt
		for _, c := range t.Clocks {
			v.Clocks = append(v.Clocks, clockName(t.Code, b.Seq, c.Code))
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b TrackView) int {
		switch {
		case a.EndedAt == nil && b.EndedAt != nil:
			return -1
		case a.EndedAt != nil && b.EndedAt == nil:
			return 1
		}
		return 0
	})
	return out, nil
}

// openable shows the tracks that somebody with these roles may open beside the main procedure, with the
// steps that open them, blocked ones and their reasons included.
func (s *Service) openable(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, now time.Time, lang string) ([]TrackView, error) {
	out := []TrackView{}
	w, err := f.mainWay()
	if err != nil {
		return nil, err
	}
	end, _ := w.State(f.State)
	roles := f.rolesOf(actor)
	for _, t := range tracks.All {
		if t.Main || end.End && !slices.Contains(afterwards, t) || !slices.ContainsFunc(t.Steps, func(s procedure.Step) bool {
			return slices.Contains(s.From, t.Start) && slices.ContainsFunc(s.By, func(r string) bool { return slices.Contains(roles, r) })
		}) {
			continue
		}
		v, err := s.trackView(ctx, tx, actor, f, way{t.Procedure, t, &Beside{Seq: len(f.beside) + 1, Procedure: t.Code, State: t.Start}}, now, lang)
		if err != nil {
			return nil, err
		}
		v.ID = t.Code
		v.Choices = slices.DeleteFunc(v.Choices, func(c api.Choice) bool { return !c.Mine })
		out = append(out, v)
	}
	return out, nil
}

func (s *Service) trackView(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, w way, now time.Time, lang string) (TrackView, error) {
	state, _ := w.State(w.beside.State)
	v := TrackView{Procedure: w.Code, Title: w.Title.In(lang), State: state.Code, StateTitle: state.Title.In(lang), Choices: []api.Choice{}, Clocks: []string{}}
	if state.End {
		return v, nil
	}
	var err error
	v.Choices, err = s.choicesOf(ctx, tx, actor, f, w, now, lang)
	return v, err
}

// choicesOf are the steps of a way as somebody sees them; the forms of those that he may take are filled
// with what the case knows.
func (s *Service) choicesOf(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, w way, now time.Time, lang string) ([]api.Choice, error) {
	a := &act{file: f, way: w, actor: actor, now: now}
	seen, _, err := s.eyes(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	choices, err := w.Next(f.stands(w), seen, f.rolesOf(actor))
	if err != nil {
		return nil, err
	}
	out, err := s.forms(ctx, tx, f, choices, now, lang)
	if err != nil {
		return nil, err
	}
	for i, c := range choices {
		out[i].Preview = c.Step.Issues != ""
		out[i].Reasons = waiting(out[i].Reasons, w)
		out[i].Aside = !f.leadsOn(w, choices, c.Step)
		f.hideLate(w, c.Step, &out[i], now)
		if w.track == nil {
			continue
		}
		if err := s.fillForm(ctx, tx, a, c, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// waiting names the periods whose end is awaited as the case knows them.
func waiting(reasons []api.Reason, w way) []api.Reason {
	for i := range reasons {
		if reasons[i].Clock != "" {
			reasons[i].Clock = w.clock(reasons[i].Clock)
		}
	}
	return reasons
}

// fillForm proposes what the case knows for the fields of the document that a step issues.
func (s *Service) fillForm(ctx context.Context, tx *store.Tx, a *act, c procedure.Choice, view *api.Choice) error {
	if !c.Allowed || !c.Mine || c.Step.Issues == "" {
		return nil
	}
	blank, ok := document.BlankOf(document.Kind(c.Step.Issues))
	if !ok || blank.Fill == nil {
		return nil
	}
	d, err := s.dossier(ctx, tx, a)
	if err != nil {
		return nil // the office has not said in whose name it acts; the step itself will say so
	}
	proposed := blank.Fill(d)
	for i := range view.Fields {
		f := &view.Fields[i]
		if v, ok := proposed[f.Name]; ok && f.Value == nil {
			f.Value = proposal(v)
		}
	}
	return nil
}

// proposal writes a value as a form takes it.
func proposal(v any) any {
	if d, ok := v.(law.Date); ok {
		return d.String()
	}
	return v
}
