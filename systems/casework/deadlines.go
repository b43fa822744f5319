package casework

import (
	"context"
	"fmt"

	"jiexu/org"
	"jiexu/store"
	"jiexu/term"
)

// Deadlines lists the periods of cases that run and end between two days, in the actor's scope: what the
// calendar of a person, a squad, the bureau shows. Periods that we wait out are among them.
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
		w.Add("c.id IN (SELECT case_id FROM casework_officers WHERE person = ?)", actor.Person)
	}
	return store.Collect(ctx, tx, s.terms.ScanDeadline(Type, describeClock(lang), s.now(), lang), `SELECT `+term.DeadlineColumns+`
		FROM term_v_open t JOIN casework_cases c ON c.id = t.matter_id JOIN org_v_units u ON u.id = c.unit
		WHERE t.matter_type = 'case' AND `+w.SQL()+fmt.Sprintf(` ORDER BY t.due_at, c.id LIMIT %d`, term.MaxDeadlines), w.Args()...)
}
