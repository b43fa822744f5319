package casework

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
)

// Similar are decided cases of the same matter, for whoever weighs a fine: like cases alike (AP 5, 34).
type Similar struct {
	Items  []SimilarCase `json:"items" doc:"the newest first, at most fifty"`
	Count  int           `json:"count"`
	Low    int64         `json:"low" doc:"yuan"`
	Median int64         `json:"median" doc:"yuan"`
	High   int64         `json:"high" doc:"yuan"`
}

// SimilarCase is one of them. The party is not named.
type SimilarCase struct {
	ID        string   `json:"id"`
	Number    string   `json:"number"`
	Title     string   `json:"title"`
	UnitName  string   `json:"unitName"`
	ActDate   law.Date `json:"actDate"`
	DecidedOn law.Date `json:"decidedOn"`
	Yuan      int64    `json:"yuan"`
	Tier      string   `json:"tier" doc:"code of the tier that the fine lies in, by today's table"`
	Grade     string   `json:"grade,omitempty"`
}

const maxSimilar = 50

// Similar lists decided cases of the same matter and kind of party that the actor may see.
func (s *Service) Similar(ctx context.Context, actor org.Actor, id string) (out Similar, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		d, err := s.discretion(ctx, tx, f)
		if err != nil {
			return err
		}
		w := &store.Where{}
		cond, args := org.ScopeSQL(actor, opRead, "c.unit", w.Next())
		w.Raw(cond, args)
		w.Add("c.matter = ?", f.Matter)
		w.Add("c.id <> ?", f.ID)
		w.Add("c.decided_yuan IS NOT NULL AND c.decided_at IS NOT NULL AND c.found_on >= ?", store.Date{Date: law.On(s.now()).AddMonths(-12 * 5)})
		// A fine that was revoked is no measure; one that was changed is, with what it was changed to.
		w.Add("(c.decided_yuan > 0 OR NOT EXISTS (SELECT 1 FROM casework_documents d WHERE d.case_id = c.id AND d.kind = ? AND d.void_at IS NOT NULL))", DecisionDocument)
		if p, ok := f.party(); ok {
			w.Add("EXISTS (SELECT 1 FROM casework_parties p WHERE p.case_id = c.id AND p.kind = ?)", p.Kind)
		}
		out.Items, err = store.Collect(ctx, tx, func(r *sql.Rows) (c SimilarCase, err error) {
			var act store.Date
			var decided store.Time
			var grade sql.NullString
			err = r.Scan(&c.ID, &c.Number, &c.Title, &c.UnitName, &act, &decided, &c.Yuan, &grade)
			c.ActDate, c.DecidedOn, c.Grade = act.Date, law.On(decided.Time), grade.String
			if t, ok := law.TierOf(d.Tiers, c.Yuan); ok && c.Yuan > 0 {
				c.Tier = string(t.Code)
			}
			return
		}, `SELECT c.id, c.number, c.title, u.name, c.act_date, c.decided_at, c.decided_yuan, c.grade
			FROM casework_cases c JOIN org_v_units u ON u.id = c.unit WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY c.decided_at DESC, c.id DESC LIMIT %d`, maxSimilar), w.Args()...)
		return err
	})
	out.Items = orEmpty(out.Items)
	if out.Count = len(out.Items); out.Count > 0 {
		sums := make([]int64, out.Count)
		for i, c := range out.Items {
			sums[i] = c.Yuan
		}
		slices.Sort(sums)
		out.Low, out.Median, out.High = sums[0], sums[len(sums)/2], sums[len(sums)-1]
	}
	return out, err
}
