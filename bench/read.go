package bench

import (
	"context"
	"database/sql"
	"fmt"

	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
	"jiexu/words"
)

// page is how many rows a list shows.
const page = 50

// listCase is one list that somebody looks at, and the same in SQL, written by hand.
type listCase struct {
	name   string
	login  string
	filter intake.Filter
	depth  float64 // how deep in the list, from 0
	where  string  // placeholders from $1; the cursor's follow
	args   func(r *run) []any
}

var listCases = []listCase{
	{name: "list.first", login: "head", where: "1 = 1"},
	{name: "list.deep", login: "head", depth: 0.9, where: "1 = 1"},
	{name: "list.squad", login: "leader.jas", where: "c.unit = $1", args: func(r *run) []any { return []any{r.squads[0]} }},
	{name: "list.squad_deep", login: "leader.jas", depth: 0.8, where: "c.unit = $1", args: func(r *run) []any { return []any{r.squads[0]} }},
	{name: "list.state", login: "head", filter: intake.Filter{States: []string{intake.Registered}}, depth: 0.5, where: "c.state = $1",
		args: func(*run) []any { return []any{intake.Registered} }},
	{name: "list.search", login: "head", filter: intake.Filter{Query: "油烟"}, where: "c.id IN (%s)", args: func(*run) []any { return nil }},
}

// reads is how often each reading is timed.
func (r *run) reads() int { return min(max(10, r.config.Rows/10), 500) }

// lists reads pages of complaints through the service and by SQL.
func (r *run) lists(ctx context.Context) error {
	if r.DB.Engine() == store.Postgres { // which does so by itself, within a minute or so
		if _, err := r.DB.SQL().ExecContext(ctx, "ANALYZE"); err != nil {
			return err
		}
	}
	for _, c := range listCases {
		f, err := r.list(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		r.add(f.atMost(maxTimes))
	}
	return r.caseLists(ctx)
}

func (r *run) list(ctx context.Context, c listCase) (Figure, error) {
	actor, err := r.actor(ctx, c.login)
	if err != nil {
		return Figure{}, err
	}
	filter := c.filter
	filter.Limit = page
	if filter.Cursor, err = r.cursor(ctx, actor, filter, c.depth); err != nil {
		return Figure{}, err
	}
	where, args := c.where, []any(nil)
	if c.args != nil {
		args = c.args(r)
	}
	if filter.Query != "" {
		var matching string
		if err := r.DB.Read(ctx, func(_ context.Context, tx *store.Tx) error {
			matching, args = tx.Matching("c.id", intake.Type, filter.Query, 1)
			return nil
		}); err != nil {
			return Figure{}, err
		}
		where = matching
	}
	bare, err := r.bareList(ctx, where, args, filter.Cursor)
	if err != nil {
		return Figure{}, err
	}
	defer bare.close()
	shown, read := 0, 0
	p, b, err := takeTurns(r.reads(), func(int) error {
		rows, _, err := r.Intake.List(ctx, actor, filter, words.Chinese)
		shown = len(rows)
		return err
	}, func(int) (err error) {
		read, err = bare.read(ctx)
		return err
	})
	if err == nil && shown != read {
		err = fmt.Errorf("the service shows %d rows and the SQL %d", shown, read)
	}
	if err != nil {
		return Figure{}, err
	}
	return figure(c.name, againstQuery, shown, p, b), nil
}

// cursor walks down a list to a share of its length and gives the cursor of the page there.
func (r *run) cursor(ctx context.Context, actor org.Actor, f intake.Filter, depth float64) (string, error) {
	cursors := []string{""}
	f.Cursor, f.Limit = "", page
	for depth > 0 {
		rows, next, err := r.Intake.List(ctx, actor, f, words.Chinese)
		if err != nil {
			return "", err
		}
		if next == "" || len(rows) == 0 {
			break
		}
		cursors, f.Cursor = append(cursors, next), next
	}
	return cursors[int(depth*float64(len(cursors)-1))], nil
}

// caseLists reads the first page of cases, and of those in whose text two words stand, with where they do.
func (r *run) caseLists(ctx context.Context) error {
	head, err := r.actor(ctx, "head")
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name   string
		filter casework.Filter
	}{{"list.cases", casework.Filter{Limit: page}}, {"list.cases_search", casework.Filter{Limit: page, Query: "油烟", Hits: true}}} {
		name, f := c.name, c.filter
		where, args := "1 = 1", []any(nil)
		if f.Query != "" {
			if err := r.DB.Read(ctx, func(_ context.Context, tx *store.Tx) error {
				where, args = tx.Matching("c.id", casework.Type, f.Query, 1)
				return nil
			}); err != nil {
				return err
			}
		}
		bare, err := r.bareCases(ctx, where, args)
		if err != nil {
			return err
		}
		if f.Hits {
			if err := r.besideHits(ctx, bare, f.Query); err != nil {
				return err
			}
		}
		shown := 0
		p, b, err := takeTurns(r.reads(), func(int) error {
			rows, _, err := r.Casework.List(ctx, head, f, words.Chinese)
			shown = len(rows)
			return err
		}, func(int) error {
			_, err := bare.read(ctx)
			return err
		})
		bare.close()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r.add(figure(name, againstQuery, shown, p, b).atMost(maxTimes))
	}
	return nil
}

// details opens complaints and cases that have come a long way, and those that are new.
func (r *run) details(ctx context.Context) error {
	head, err := r.actor(ctx, "head")
	if err != nil {
		return err
	}
	for _, d := range []struct {
		name, ids string
		bare      []string
		open      func(id string) error
	}{
		{"detail.complaint", `SELECT complaint FROM intake_steps GROUP BY complaint ORDER BY count(*) DESC, complaint DESC LIMIT 60`, complaintRows,
			func(id string) error { _, err := r.Intake.Detail(ctx, head, id, words.Chinese); return err }},
		{"detail.case", `SELECT case_id FROM casework_steps GROUP BY case_id ORDER BY count(*) DESC, case_id LIMIT 60`, caseRows,
			func(id string) error { _, err := r.Casework.Detail(ctx, head, id, words.Chinese); return err }},
	} {
		ids, err := r.ids(ctx, d.ids)
		if err != nil {
			return err
		}
		bare, err := r.bareDetail(ctx, d.bare)
		if err != nil {
			return err
		}
		read := 0
		p, b, err := takeTurns(r.reads(), func(i int) error { return d.open(ids[i%len(ids)]) }, func(i int) error {
			n, err := bare.rows(ctx, ids[i%len(ids)])
			read = max(read, n)
			return err
		})
		bare.close()
		if err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		r.add(figure(d.name, againstQuery, read, p, b).atMost(maxTimes))
	}
	return nil
}

func (r *run) ids(ctx context.Context, query string) (ids []string, err error) {
	err = r.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ids, err = store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) {
			err = r.Scan(&id)
			return
		}, query)
		return err
	})
	if err == nil && len(ids) == 0 {
		err = fmt.Errorf("no rows for %s", query)
	}
	return ids, err
}
