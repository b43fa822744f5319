package intake

import (
	"context"
	"fmt"

	"jiexu/org"
	"jiexu/store"
	"jiexu/term"
)

// Deadlines lists the periods of complaints that run and end between two days, in the actor's scope.
func (s *Service) Deadlines(ctx context.Context, tx *store.Tx, actor org.Actor, f term.DeadlineFilter, lang string) ([]term.Deadline, error) {
	w := &store.Where{}
	cond, args := org.ScopeSQL(actor, opRead, "c.unit", w.Next())
	w.Raw(cond, args)
	w.Add("t.due_date >= ?", store.Date{Date: f.From})
	w.Add("t.due_date <= ?", store.Date{Date: f.To})
	if f.Unit != "" {
		w.Add(`c.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = ?)`, f.Unit)
	}
	if f.Mine {
		w.Add("c.id IN (SELECT complaint FROM intake_officers WHERE person = ?)", actor.Person)
	}
	return store.Collect(ctx, tx, s.terms.ScanDeadline(Type, term.Clocks(s.procedure, lang), s.now(), lang), `SELECT `+term.DeadlineColumns+`
		FROM term_v_open t JOIN intake_complaints c ON c.id = t.matter_id JOIN org_v_units u ON u.id = c.unit
		WHERE t.matter_type = 'complaint' AND `+w.SQL()+fmt.Sprintf(` ORDER BY t.due_at, c.id LIMIT %d`, term.MaxDeadlines), w.Args()...)
}
