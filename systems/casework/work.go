package casework

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
	"jiexu/systems/casework/tracks"
	"jiexu/term"
	"jiexu/words"
)

// maxWork bounds how many cases of a person are looked at for My Work, the most urgent first.
const maxWork = 200

// maxPeriods is how many open periods of one case are reckoned with.
const maxPeriods = 8

// Work lists what the cases ask of a person now: what is due or overdue, what waits for his step, and
// what is new. Officers see the cases that they handle; others all that lie in their units.
func (s *Service) Work(ctx context.Context, tx *store.Tx, actor org.Actor, lang string) ([]api.WorkItem, error) {
	now := s.now()
	ids, err := urgent(ctx, tx, actor)
	if err != nil {
		return nil, fmt.Errorf("work of cases: %w", err)
	}
	out := []api.WorkItem{}
	if len(ids) == 0 {
		return out, nil
	}
	files, err := s.loadFiles(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("work of cases: %w", err)
	}
	// An earlier fine forbids steps on the way to a decision (AP 29), and none behind it: of most cases it need not be read.
	undecided := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return files[id].DecidedAt != nil })
	var decided map[string][]elsewhere
	var repeated map[string][]bool
	if err := tx.Together(ctx, store.Keep(&decided, decidedOf, undecided), store.Keep(&repeated, repeatedOf, undecided)); err != nil {
		return nil, fmt.Errorf("work of cases: %w", err)
	}
	know(files, undecided, decided, repeated)
	var units []string
	for _, id := range ids {
		if Ended(files[id].State) {
			continue
		}
		item, ok, err := s.workItem(ctx, tx, actor, files[id], now, lang)
		if err != nil {
			return nil, err
		}
		if ok {
			out, units = append(out, item), append(units, item.Unit)
		}
	}
	names, err := org.UnitNames(ctx, tx, units...)
	for i := range out {
		out[i].UnitName = names[out[i].Unit]
	}
	return out, err
}

// urgent finds the living cases that a person may look at, at most maxWork: those with the earliest open period first, then
// those without one, what was done last first. Only a living case has open periods, and they lie in the unit of their case
// (term.MoveTo); so the periods are gone through in their order, not all cases of a bureau.
func urgent(ctx context.Context, tx *store.Tx, actor org.Actor) ([]string, error) {
	mine := func(w *store.Where, unit, id string) {
		cond, args := org.ScopeSQL(actor, opRead, unit, w.Next())
		w.Raw(cond, args)
		if onlyOfficer(actor) {
			w.Add("EXISTS (SELECT 1 FROM casework_officers o WHERE o.case_id = "+id+" AND o.person = ?)", actor.Person)
		}
	}
	w := &store.Where{}
	w.Add("t.matter_type = ?", Type)
	mine(w, "t.unit", "t.matter_id")
	due, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
		`SELECT t.matter_id FROM term_v_open t WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY t.due_at, t.matter_id LIMIT %d`, maxWork*maxPeriods), w.Args()...)
	if err != nil {
		return nil, err
	}
	var out []string
	seen := map[string]bool{}
	for _, id := range due {
		if !seen[id] && len(out) < maxWork {
			seen[id], out = true, append(out, id)
		}
	}
	if len(out) == maxWork {
		return out, nil
	}
	w = &store.Where{}
	mine(w, "c.unit", "c.id")
	w.In("c.state", livingStates)
	w.Add("NOT EXISTS (SELECT 1 FROM term_v_open t WHERE t.matter_type = ? AND t.matter_id = c.id)", Type)
	rest, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
		`SELECT c.id FROM casework_cases c WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY c.updated_at DESC, c.id DESC LIMIT %d`, maxWork-len(out)), w.Args()...)
	return append(out, rest...), err
}

func (s *Service) workItem(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, now time.Time, lang string) (api.WorkItem, bool, error) {
	main, err := f.mainWay()
	if err != nil {
		return api.WorkItem{}, false, err
	}
	state, _ := main.State(f.State)
	item := api.WorkItem{System: Type, ID: f.ID, Number: f.Number, Title: f.Title, State: f.State, StateTitle: state.Title.In(lang), Unit: f.Unit, At: f.UpdatedAt}
	ways := []way{main}
	for _, b := range f.beside {
		if t, ok := tracks.Of(b.Procedure); ok && b.EndedAt == nil {
			ways = append(ways, way{t.Procedure, t, b})
		}
	}
	for _, w := range ways {
		step, err := s.waitsFor(ctx, tx, actor, f.rolesOf(actor), f, w, now)
		if err != nil {
			return item, false, err
		}
		if step == nil {
			continue
		}
		item.Step, item.StepTitle = step.Code, step.Title.In(lang)
		if w.beside != nil {
			item.Track, item.TrackTitle = w.beside.ID, w.Title.In(lang)
		}
		break
	}
	if item.Step == "" && actor.CanAnywhere(opConfirm) {
		if waits, err := s.waitsForConfirmation(ctx, tx, actor, f, main, now); err != nil {
			return item, false, err
		} else if waits {
			item.Step, item.StepTitle = stepConfirmMatter, words.Text(lang, "case.confirm_matter", nil)
		}
	}
	clocks := s.terms.First(limits(f.terms, now), describeClock(lang), now, lang)
	return item, item.Place(clocks, now), nil
}

// waitsFor is the step for which a way waits, if one of the roles may take it: one that moves the matter on comes before those
// that only record or send back.
func (s *Service) waitsFor(ctx context.Context, tx *store.Tx, actor org.Actor, roles []string, f *file, w way, now time.Time) (*procedure.Step, error) {
	seen, _, err := s.eyes(ctx, tx, &act{file: f, way: w, actor: actor, now: now})
	if err != nil {
		return nil, err
	}
	choices, err := w.Next(f.stands(w), seen, roles)
	if err != nil {
		return nil, err
	}
	var word *procedure.Step
	for _, c := range choices {
		switch {
		case !c.Mine || !c.Allowed || !f.leadsOn(w, choices, c.Step):
		case c.Step.To != "":
			return c.Step, nil
		case word == nil:
			word = c.Step
		}
	}
	return word, nil
}

// stepConfirmMatter stands among the steps that My Work names: the legal section confirms the matter itself, which is no
// step of the case (Confirm).
const stepConfirmMatter = "confirm_matter"

// waitsForConfirmation reports whether a step of the case, whoever takes it, is blocked by a matter that the legal section
// has not confirmed.
func (s *Service) waitsForConfirmation(ctx context.Context, tx *store.Tx, actor org.Actor, f *file, main way, now time.Time) (bool, error) {
	seen, _, err := s.eyes(ctx, tx, &act{file: f, way: main, actor: actor, now: now})
	if err != nil {
		return false, err
	}
	choices, err := main.Next(f.stands(main), seen, f.rolesOf(actor))
	return slices.ContainsFunc(choices, func(c procedure.Choice) bool {
		return slices.ContainsFunc(c.Reasons, func(r procedure.Reason) bool { return r.Fact == MatterConfirmed.Code })
	}), err
}

// leadsOn reports whether a step is what its way waits for: it moves it on, or stays where it is and does away with
// what blocks another step, or keeps a period that runs.
func (f *file) leadsOn(w way, choices []procedure.Choice, step *procedure.Step) bool {
	switch {
	case slices.Contains(asides, step.Code):
		return false
	case step.To != "":
		return true
	}
	return slices.ContainsFunc(step.Meets, func(clock string) bool { return f.runs(w.clock(clock)) }) ||
		slices.ContainsFunc(choices, func(c procedure.Choice) bool {
			return c.Step != step && slices.ContainsFunc(c.Reasons, func(r procedure.Reason) bool { return slices.Contains(r.Mends, step) }) && f.leadsOn(w, choices, c.Step)
		})
}

// asides are not what a way waits for: steps that lead off it, and those that write down what the party, a court or
// the police did, in the tracks too.
var asides = []string{StepTerminate, StepRefuseFiling, StepSendBack, StepNotifyAnew, StepFailReview, StepWithdrawHearing, StepEndExecution, StepAskHearing, StepWaive, StepWaiveHearing, StepExtend,
	"not_ours", "turn", "drop", "deny", "refuse", "lapse", "take_back", "give_up", "cancel", "dispute", "break", "broken", "collect", "resume", "belongings_left", "demolished_by_party", "obeyed",
	"uphold", "overturn", "withdraw", "appeal", "went_to_court", "last_word", "last_word_kept", "stop_execution", "execution_goes_on",
	"accepted", "declined", "not_accepted", "review_accepts", "review_confirms", "court_listens", "ruled", "ruled_not", "ruling_reversed", "ruling_confirmed", "designated", "designated_ours"}

// limits are the periods that bind us now: not those that belong to the party, nor what begins on a later day.
func limits(terms []term.Term, now time.Time) []term.Term {
	return slices.DeleteFunc(slices.Clone(terms), func(t term.Term) bool {
		c, ok := ClockOf(t.Clock)
		return ok && c.Waits || t.Start.After(now)
	})
}

// mains are the procedures that a case may run as its own, the ordinary one first.
func mains() []*procedure.Procedure {
	out := []*procedure.Procedure{Ordinary}
	for _, t := range tracks.All {
		if t.Main {
			out = append(out, t.Procedure)
		}
	}
	return out
}

// Ended reports whether a state is an end of the main procedures that have it.
func Ended(state string) bool {
	for _, p := range mains() {
		if s, ok := p.State(state); ok {
			return s.End
		}
	}
	return false
}

// livingStates are those that are no end in one of the main procedures.
var livingStates = func() []string {
	var out []string
	for _, p := range mains() {
		for _, st := range p.States {
			if !st.End && !slices.Contains(out, st.Code) {
				out = append(out, st.Code)
			}
		}
	}
	return out
}()

func onlyOfficer(actor org.Actor) bool {
	return len(actor.Grants) > 0 && !slices.ContainsFunc(actor.Grants, func(g org.Grant) bool { return g.Role != org.Officer })
}

// Counts gives the living cases by unit, for the district's map.
func (s *Service) Counts(ctx context.Context, tx *store.Tx, actor org.Actor) (map[string]int, error) {
	w := &store.Where{}
	cond, args := org.ScopeSQL(actor, opRead, "c.unit", w.Next())
	w.Raw(cond, args)
	w.In("c.state", livingStates)
	out := map[string]int{}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var unit string
		var n int
		err = r.Scan(&unit, &n)
		out[unit] = n
		return
	}, `SELECT c.unit, count(*) FROM casework_cases c WHERE `+w.SQL()+` GROUP BY c.unit`, w.Args()...)
	return out, err
}
