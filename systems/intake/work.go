package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/api"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/term"
)

// maxWork bounds how many complaints of a person are looked at for My Work, the most urgent first.
const maxWork = 120

// turns says whose turn it is in each living state: which role's work a complaint is there, and by
// which step it goes on.
var turns = map[string]map[string]string{
	Registered:  {org.Desk: StepRoute},
	Inspecting:  {org.Department: StepReport},
	Mediating:   {org.Community: StepSettle},
	Settled:     {org.Desk: StepAnswer},
	Routed:      {org.Leader: StepAccept},
	Returned:    {org.Desk: StepUphold},
	Disputed:    {org.Head: StepDecide},
	Accepted:    {org.Leader: StepAssign},
	Assigned:    {org.Officer: StepHandle},
	Handled:     {org.Officer: StepReply, org.Leader: StepReply},
	Checking:    {org.Leader: StepPass, org.Desk: StepPass},
	Replied:     {org.Desk: StepClose},
	Reopened:    {org.Desk: StepRedo},
	SourceAsked: {org.Desk: StepSourceTook},
}

// turnRoles are the roles that have turns, in order.
var turnRoles = []string{org.Desk, org.Head, org.Leader, org.Officer, org.Department, org.Community}

// Work lists what the complaints ask of a person now: those whose next step is his, and among them what
// is overdue or due today. An officer's are those that he was sent to.
func (s *Service) Work(ctx context.Context, tx *store.Tx, actor org.Actor, lang string) ([]api.WorkItem, error) {
	now := s.now()
	var scopes []string
	w := &store.Where{}
	for _, state := range s.livingStates() {
		for _, role := range turnRoles {
			if _, his := turns[state][role]; his {
				if cond := turn(w, actor, state, role); cond != "" {
					scopes = append(scopes, cond)
				}
			}
		}
	}
	if cond := besides(w, actor); cond != "" {
		scopes = append(scopes, cond)
	}
	out := []api.WorkItem{}
	if len(scopes) == 0 {
		return out, nil
	}
	raised, err := s.raised(ctx, tx, actor)
	if err != nil {
		return nil, err
	}
	lines, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) {
		var due *store.Time
		err = r.Scan(&id, &due)
		return
	}, `SELECT c.id, (SELECT t.due_at FROM term_v_open t WHERE t.matter_type = 'complaint' AND t.matter_id = c.id ORDER BY t.due_at LIMIT 1) AS due
		FROM intake_complaints c WHERE `+`(`+strings.Join(scopes, " OR ")+`)`+fmt.Sprintf(` ORDER BY c.urgent DESC, due NULLS LAST, c.received_at DESC, c.id DESC LIMIT %d`, maxWork), w.Args()...)
	if err != nil {
		return nil, fmt.Errorf("work of complaints: %w", err)
	}
	for id := range raised {
		if !slices.Contains(lines, id) {
			lines = append(lines, id)
		}
	}
	if len(lines) == 0 {
		return out, nil
	}
	var complaints map[string]*Complaint
	var officers map[string][]Officer
	var parts map[string][]Part
	var terms map[string][]term.Term
	if err := tx.Together(ctx, store.Keep(&complaints, loadMany, lines), store.Keep(&officers, officersOfMany, lines), store.Keep(&parts, partsOfMany, lines), org.Know, func(ctx context.Context, tx *store.Tx) (err error) {
		terms, err = term.Of(ctx, tx, Type, lines)
		return err
	}); err != nil {
		return nil, fmt.Errorf("work of complaints: %w", err)
	}
	var units []string
	for _, id := range lines {
		item, ok, err := s.workItem(actor, &file{Complaint: complaints[id], officers: officers[id], parts: parts[id], terms: terms[id]}, raised[id], now, lang)
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

// turn writes the condition that a complaint in a state waits for the actor in a role.
func turn(w *store.Where, actor org.Actor, state, role string) string {
	if role == org.Officer {
		if !slices.ContainsFunc(actor.Grants, func(g org.Grant) bool { return g.Role == role }) {
			return ""
		}
		return w.Part(`(c.state = ? AND c.id IN (SELECT complaint FROM intake_officers WHERE person = ?))`, state, actor.Person)
	}
	column := "c.unit"
	if role == org.Department || role == org.Community {
		column = "c.with_unit"
	}
	var conds []string
	for _, g := range actor.Grants {
		if g.Role == role {
			conds = append(conds, w.Part(`(c.state = ? AND `+column+` IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = ?))`, state, g.Unit))
		}
	}
	return strings.Join(conds, " OR ")
}

// workItem says which step of a complaint is the actor's. Whether the step is allowed already is for the
// complaint's page: nothing that it depends on is looked at.
func (s *Service) workItem(actor org.Actor, f *file, raised string, now time.Time, lang string) (api.WorkItem, bool, error) {
	state, _ := s.procedure.State(f.State)
	item := api.WorkItem{System: Type, ID: f.ID, Number: f.Number, Title: f.Title, State: f.State, StateTitle: state.Title.In(lang), Unit: f.Unit, At: f.UpdatedAt}
	seen := f.look(actor, now)
	choices, err := s.procedure.Next(procedure.Matter{State: f.State, Facts: f.Facts, Before: f.before()}, seen, f.roles(actor, s.procedure))
	if err != nil {
		return item, false, err
	}
	for _, c := range choices {
		if c.Mine && f.waitsFor(c.Step.Code) {
			item.Step, item.StepTitle = c.Step.Code, c.Step.Title.In(lang)
			break
		}
	}
	clocks := s.terms.First(f.terms, term.Clocks(s.procedure, lang), now, lang)
	item.Urgent, item.Raised = f.Urgent, raised
	return item, item.Place(clocks, now), nil
}

// besides writes the condition of what waits for the actor beside the turns: requests for time that the desk and the heads
// answer, and the parts of squads that join in. The unit is wrapped, so that the few that ask lead and not all that a bureau has.
func besides(w *store.Where, actor org.Actor) string {
	var conds []string
	for _, g := range actor.Grants {
		switch g.Role {
		case org.Desk, org.Head:
			conds = append(conds, w.Part(`(c.asking IS NOT NULL AND c.state <> 'merged' AND coalesce(c.unit, '') IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = ?))`, g.Unit))
		case org.Leader:
			conds = append(conds, w.Part(`c.id IN (SELECT p.complaint FROM intake_parts p JOIN intake_complaints o ON o.id = p.complaint WHERE p.unit = ? AND p.answered_at IS NULL
				AND o.state IN ('routed', 'accepted', 'assigned', 'handled'))`, g.Unit))
		}
	}
	return strings.Join(conds, " OR ")
}

// livingStates are those that are no end, in the procedure's order.
func (s *Service) livingStates() []string {
	var out []string
	for _, st := range s.procedure.States {
		if !st.End {
			out = append(out, st.Code)
		}
	}
	return out
}

// Count is how many complaints a unit has.
type Count struct {
	Open     int `json:"open"`
	Overdue  int `json:"overdue"`
	NewToday int `json:"newToday"` // registered since midnight in Shanghai
}

// Counts gives the complaints by unit, for the district's map. A complaint that waits for its routing
// counts for the unit that its place speaks for.
func (s *Service) Counts(ctx context.Context, tx *store.Tx, actor org.Actor) (map[string]Count, error) {
	now := s.now()
	out := map[string]Count{}
	w := &store.Where{}
	late, today := w.Part("?", store.At(now)), w.Part("?", store.At(law.On(now).Start()))
	cond, args := org.ScopeSQL(actor, opRead, "c.unit", w.Next())
	w.Raw(cond, args)
	w.In("c.state", s.livingStates())
	rows, err := tx.Query(ctx, `SELECT CASE WHEN c.state = 'registered' AND c.proposed_unit <> '' THEN c.proposed_unit ELSE c.unit END AS at_unit, count(*),
		count(*) FILTER (WHERE EXISTS (SELECT 1 FROM term_v_open t WHERE t.matter_type = 'complaint' AND t.matter_id = c.id AND t.due_at <= `+late+`)),
		count(*) FILTER (WHERE c.registered_at >= `+today+`)
		FROM intake_complaints c WHERE `+w.SQL()+` GROUP BY at_unit`, w.Args()...)
	if err != nil {
		return nil, fmt.Errorf("count complaints: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var unit string
		var n Count
		if err := rows.Scan(&unit, &n.Open, &n.Overdue, &n.NewToday); err != nil {
			return nil, err
		}
		out[unit] = n
	}
	return out, rows.Err()
}
