package notice

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"jiexu/store"
	"jiexu/store/storetest"
)

// What a person was told last of a matter is looked up and never searched for among all that he was told: it is asked
// behind each entry of the log, on SQLite's only writer.
func TestTheLastNoticeIsLookedUp(t *testing.T) {
	db := storetest.SQLite(t)
	var plan []string
	if err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		plan, err = store.Collect(ctx, tx, func(r *sql.Rows) (detail string, err error) {
			var id, parent, unused int
			return detail, r.Scan(&id, &parent, &unused, &detail)
		}, "EXPLAIN QUERY PLAN "+lastSaid, "subject", "person")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(plan, "\n"); !strings.Contains(all, "notice_items_subject (subject=? AND person=?)") || strings.Contains(all, "TEMP B-TREE") {
		t.Errorf("the plan:\n%s", all)
	}
}
