package casework

import (
	"context"
	"slices"

	"jiexu/api"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/words"
)

// Way is the whole way of a case's main procedure: what was done, where it stands, what lies ahead.
type Way struct {
	Number     string      `json:"number"`
	Title      string      `json:"title"`
	Procedure  string      `json:"procedure"`
	State      string      `json:"state"`
	StateTitle string      `json:"stateTitle"`
	Past       []api.Event `json:"past" doc:"the oldest first, of all procedures of the case"`
	Money      Money       `json:"money" doc:"what is owed, with what was granted of deferral and instalments"`
	Ahead      []Ahead     `json:"ahead" doc:"the shortest way to the archive; the first of them is what the case waits for"`
}

// Ahead is a step that lies ahead.
type Ahead struct {
	Step    string       `json:"step"`
	Title   string       `json:"title"`
	By      []string     `json:"by" doc:"roles"`
	ByTitle []string     `json:"byTitle"`
	To      string       `json:"to" doc:"title of the state that it leads to"`
	Cites   []string     `json:"cites"`
	DueDate law.Date     `json:"dueDate,omitzero" doc:"last day of the period that the step meets, where it runs"`
	Reasons []api.Reason `json:"reasons" doc:"what still stands in the way; of the present state's steps alone"`
}

// Explain tells the whole way of a case so far and ahead. Returns case.not_found.
func (s *Service) Explain(ctx context.Context, actor org.Actor, id, lang string) (way *Way, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		way, err = s.explain(ctx, tx, actor, f, lang)
		return err
	})
	return way, err
}

// ByNumber finds a case by its number. Returns case.not_found.
func (s *Service) ByNumber(ctx context.Context, number string) (id string, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return store.Found(tx.QueryRow(ctx, `SELECT id FROM casework_cases WHERE number = $1 OR id = $1`, number).Scan(&id), "case.not_found")
	})
	return id, err
}

func (s *Service) explain(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, lang string) (*Way, error) {
	main, err := f.mainWay()
	if err != nil {
		return nil, err
	}
	state, _ := main.State(f.State)
	out := &Way{Number: f.Number, Title: f.Title, Procedure: main.Title.In(lang), State: f.State, StateTitle: state.Title.In(lang), Past: s.timeline(f, lang), Ahead: []Ahead{}}
	slices.Reverse(out.Past)
	if !actor.Can(opDocument, f.Unit) {
		for i := range out.Past {
			out.Past[i].Lines = nil
		}
	}
	money, err := s.moneyOf(ctx, tx, f, law.On(s.now()))
	if err != nil {
		return nil, err
	}
	out.Money = money.For(actor.IsProgram() || actor.Can(opDocument, f.Unit))
	a := &act{file: f, way: main, actor: actor, now: s.now()}
	seen, _, err := s.eyes(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	choices, err := main.Next(f.stands(main), seen, f.rolesOf(actor))
	if err != nil {
		return nil, err
	}
	for i, step := range wayAhead(main.Procedure, f.State) {
		to, _ := main.State(step.To)
		ahead := Ahead{Step: step.Code, Title: step.Title.In(lang), By: step.By, To: to.Title.In(lang), Cites: api.CiteTexts(step.Cites), Reasons: []api.Reason{}}
		for _, role := range step.By {
			ahead.ByTitle = append(ahead.ByTitle, words.Text(lang, "role."+role, nil))
		}
		for _, clock := range step.Meets {
			if due := f.dueOf(main.clock(clock)); !due.IsZero() && f.runs(main.clock(clock)) && (ahead.DueDate.IsZero() || due.Before(ahead.DueDate)) {
				ahead.DueDate = due
			}
		}
		if step.Code == StepPay && !money.PayBy.IsZero() {
			ahead.DueDate = money.PayBy // of a deferral, or of the next instalment
		}
		for _, c := range choices {
			if i == 0 && c.Step.Code == step.Code {
				ahead.Reasons = waiting(api.Reasons(c.Reasons, choices, lang), main)
			}
		}
		out.Ahead = append(out.Ahead, ahead)
	}
	return out, nil
}

// runs reports whether the newest period of that name has not been met.
func (f *file) runs(name string) bool {
	for _, t := range slices.Backward(f.terms) {
		if t.Clock == name {
			return t.MetAt == nil
		}
	}
	return false
}

// wayAhead is the shortest way from a state to the last of the procedure's ends that are reached without
// leaving the way. Steps that lead off it are taken only where nothing else leads on.
func wayAhead(p *procedure.Procedure, from string) []*procedure.Step {
	const off = 100
	type reached struct {
		cost int
		by   *procedure.Step
		from string
	}
	best := map[string]reached{from: {}}
	open := []string{from}
	for len(open) > 0 {
		slices.SortStableFunc(open, func(a, b string) int { return best[a].cost - best[b].cost })
		at := open[0]
		open = open[1:]
		for i := range p.Steps {
			step := &p.Steps[i]
			if step.To == "" || step.To == at || !slices.Contains(step.From, at) {
				continue
			}
			cost := best[at].cost + 1
			if slices.Contains(asides, step.Code) {
				cost += off
			}
			if old, seen := best[step.To]; seen && old.cost <= cost {
				continue
			}
			best[step.To] = reached{cost, step, at}
			open = append(open, step.To)
		}
	}
	end, cost := "", 0
	for _, s := range p.States {
		if r, ok := best[s.Code]; ok && s.End && s.Code != from && (end == "" || r.cost < cost) {
			end, cost = s.Code, r.cost
		}
	}
	var way []*procedure.Step
	for at := end; at != "" && at != from; at = best[at].from {
		way = append(way, best[at].by)
	}
	slices.Reverse(way)
	return way
}
