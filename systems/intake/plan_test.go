package intake

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"jiexu/store"
	"jiexu/store/storetest"
)

// What is asked beside each row of a list, and what a telephone number finds, is looked up and never searched through.
func TestPlans(t *testing.T) {
	db := storetest.SQLite(t)
	w := &store.Where{}
	for name, c := range map[string]struct{ query, index string }{
		"first period": {"SELECT c.id, " + firstTerm + " FROM intake_complaints c LIMIT 5", "term_terms_first (matter_type=? AND matter_id=?)"},
		"by period":    {pageOf("c.id", nil, w, DueFirst, 50), "term_terms_first (matter_type=? AND matter_id=? AND due_at<?)"},
		"by phone":     {"SELECT p.id FROM intake_contacts k JOIN intake_complaints p ON p.id = k.complaint WHERE k.phone_hash = 'x' AND k.phone_hash <> ''", "intake_contacts_phone (phone_hash=?)"},
		"followed":     {"SELECT complaint FROM intake_follows WHERE person = 'x'", "intake_follows_person (person=?)"},
		"tallies":      {"SELECT r.unit, sum(r.answered) FROM intake_tallies r WHERE r.month >= '2026-01' AND r.month <= '2026-12' AND r.person = '*' GROUP BY r.unit", "intake_tallies_all (month>? AND month<?)"},
	} {
		var plan []string
		if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
				var id, parent, unused int
				var detail string
				err = r.Scan(&id, &parent, &unused, &detail)
				plan = append(plan, detail)
				return
			}, "EXPLAIN QUERY PLAN "+c.query)
			return err
		}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !strings.Contains(strings.Join(plan, "\n"), c.index) {
			t.Errorf("%s does not use %s:\n%s", name, c.index, strings.Join(plan, "\n"))
		}
	}
}
