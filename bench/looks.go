package bench

import (
	"context"
	"fmt"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/intake"
	"jiexu/words"
)

// look is one thing that somebody looks at, by the product and by SQL. Both give how many rows it shows; loose: they need not
// be as many, because the SQL counts what the product shows in other lines.
type look struct {
	name          string
	product, bare func(i int) (int, error)
	loose         bool
}

// below narrows to the units of a district, for SQL that goes down an index in its order.
const below = `(c.unit || '') IN (SELECT descendant FROM org_unit_paths WHERE ancestor = $1)`

// looks prepares all looks on a city; done ends them.
func (r *run) looks(ctx context.Context) (out []look, done func() error, err error) {
	var closers []func()
	done = func() (err error) {
		for _, f := range closers {
			f()
		}
		if r.conn != nil {
			err, r.conn = r.conn.Close(), nil
		}
		return err
	}
	if r.conn, err = r.DB.ReadSQL().Conn(ctx); err != nil {
		return nil, done, err
	}
	head, err := r.actor(ctx, "head")
	if err != nil {
		return nil, done, err
	}
	leader, err := r.actor(ctx, "leader.jas")
	if err != nil {
		return nil, done, err
	}
	district := head.Grants[0].Unit
	at := func(years int) string {
		return store.Cursor{At: store.At(r.Now().AddDate(-years, 0, 0)), ID: "ffffffff"}.String()
	}
	matching := func(kind, q string, next int) (cond string, args []any, err error) {
		err = r.DB.Read(ctx, func(_ context.Context, tx *store.Tx) error {
			cond, args = tx.Matching("c.id", kind, q, next)
			return nil
		})
		return
	}
	list := func(name string, actor org.Actor, f intake.Filter, where string, args []any) error {
		f.Limit = page
		if f.Query != "" {
			cond, more, err := matching(intake.Type, f.Query, len(args)+1)
			if err != nil {
				return err
			}
			where, args = where+" AND "+cond, append(args, more...)
		}
		bare, err := r.bareList(ctx, where, args, f.Cursor)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		closers = append(closers, bare.close)
		out = append(out, look{name: name, bare: func(int) (int, error) { return bare.read(ctx) }, product: func(int) (int, error) {
			rows, _, err := r.Intake.List(ctx, actor, f, words.Chinese)
			return len(rows), err
		}})
		return nil
	}
	cases := func(name string, actor org.Actor, f casework.Filter, where string, args []any) error {
		f.Limit = page
		if f.Query != "" {
			cond, more, err := matching(casework.Type, f.Query, len(args)+1)
			if err != nil {
				return err
			}
			where, args = where+" AND "+cond, append(args, more...)
		}
		bare, err := r.bareCasesOf(ctx, where, args)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		closers = append(closers, bare.close)
		out = append(out, look{name: name, bare: func(int) (int, error) { return bare.read(ctx) }, product: func(int) (int, error) {
			rows, _, err := r.Casework.List(ctx, actor, f, words.Chinese)
			return len(rows), err
		}})
		return nil
	}
	detail := func(name, ids string, queries []string, open func(id string) error) error {
		some, err := r.ids(ctx, ids)
		if err != nil {
			return err
		}
		bare, err := r.bareDetail(ctx, queries)
		if err != nil {
			return err
		}
		closers = append(closers, bare.close)
		out = append(out, look{name: name, loose: true, bare: func(i int) (int, error) { return bare.rows(ctx, some[i%len(some)]) },
			product: func(i int) (int, error) { return 1, open(some[i%len(some)]) }})
		return nil
	}
	counted := func(name, query string, args []any, product func() (int, error)) error {
		bare, err := r.reader(ctx)
		if err != nil {
			return err
		}
		closers = append(closers, bare.close)
		stmt, err := bare.prepare(ctx, query)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, look{name: name, loose: true, product: func(int) (int, error) { return product() }, bare: func(int) (n int, err error) {
			err = bare.once(ctx, func() error {
				rows, err := stmt.QueryContext(ctx, args...)
				if err != nil {
					return err
				}
				n, err = scanAll(rows, nil)
				return err
			})
			return n, err
		}})
		return nil
	}
	now := r.Now()
	squad := r.squads[0]
	rare := "盲道停满"
	steps := []func() error{
		func() error { return list("list.first", head, intake.Filter{}, below, []any{district}) },
		func() error { return list("list.deep", head, intake.Filter{Cursor: at(5)}, below, []any{district}) },
		func() error { return list("list.squad", leader, intake.Filter{}, "c.unit = $1", []any{squad}) },
		func() error {
			return list("list.squad_deep", leader, intake.Filter{Cursor: at(5)}, "c.unit = $1", []any{squad})
		},
		func() error {
			return list("list.state", head, intake.Filter{States: []string{intake.Assigned}}, below+" AND c.state = 'assigned'", []any{district})
		},
		func() error {
			return list("list.channel", head, intake.Filter{Channels: []string{intake.Visit}}, below+" AND c.channel = 'visit'", []any{district})
		},
		func() error {
			return list("list.overdue", head, intake.Filter{Overdue: true}, below+` AND c.id IN (SELECT matter_id FROM term_terms WHERE matter_type = 'complaint' AND due_at <= $2 AND met_at IS NULL AND suspended_from IS NULL)`,
				[]any{district, store.At(now)})
		},
		func() error {
			return list("search.common", head, intake.Filter{Query: "油烟"}, below, []any{district})
		},
		func() error { return list("search.rare", head, intake.Filter{Query: rare}, below, []any{district}) },
		func() error {
			return list("search.squad", leader, intake.Filter{Query: "油烟"}, "c.unit = $1", []any{squad})
		},
		func() error { return cases("cases.first", head, casework.Filter{}, below, []any{district}) },
		func() error { return cases("cases.squad", leader, casework.Filter{}, "c.unit = $1", []any{squad}) },
		func() error {
			return cases("cases.state", head, casework.Filter{States: []string{casework.Noticed}}, below+" AND c.state = 'noticed'", []any{district})
		},
		func() error {
			return cases("cases.search", head, casework.Filter{Query: "设摊"}, below, []any{district})
		},
		func() error {
			return detail("detail.complaint", `SELECT c.id FROM intake_complaints c WHERE c.state IN ('closed', 'assigned') AND c.unit IN (SELECT id FROM org_units WHERE code >= '310106' AND code < '310107') ORDER BY c.received_at DESC LIMIT 60`, complaintRows,
				func(id string) error { _, err := r.Intake.Detail(ctx, head, id, words.Chinese); return err })
		},
		func() error {
			return detail("detail.case", `SELECT c.id FROM casework_cases c WHERE c.unit IN (SELECT id FROM org_units WHERE code >= '310106' AND code < '310107') ORDER BY c.opened_at DESC LIMIT 60`, caseRows,
				func(id string) error { _, err := r.Casework.Detail(ctx, head, id, words.Chinese); return err })
		},
		func() error {
			return counted("counts", `SELECT u.id, u.name, u.lon, u.lat, (SELECT sum(n) FROM oversight_counts s WHERE s.unit = u.id AND s.subject_type = 'complaint' AND s.living),
				(SELECT sum(n) FROM oversight_counts s WHERE s.unit = u.id AND s.subject_type = 'case' AND s.living), l.n, d.n FROM org_units u
				LEFT JOIN (SELECT c.unit, count(DISTINCT c.id) AS n FROM term_terms t JOIN intake_complaints c ON c.id = t.matter_id
					WHERE t.matter_type = 'complaint' AND t.due_at <= $1 AND t.met_at IS NULL AND t.suspended_from IS NULL GROUP BY c.unit) l ON l.unit = u.id
				LEFT JOIN (SELECT unit, count(*) AS n FROM oversight_board WHERE subject_type = 'complaint' AND began_at >= $2 GROUP BY unit) d ON d.unit = u.id
				WHERE u.kind = 'squad' AND u.id IN (SELECT descendant FROM org_unit_paths WHERE ancestor = $3)`, []any{store.At(now), store.At(law.On(now).Start()), district},
				func() (n int, err error) {
					err = r.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
						counts, err := r.Board.Counts(ctx, tx, head, r.Now())
						n = len(counts)
						return err
					})
					return
				})
		},
		func() error {
			return counted("board", `SELECT c.id, c.number, c.title, c.state, c.unit, u.name, c.urgent, t.clock, t.due_at FROM term_terms t JOIN intake_complaints c ON c.id = t.matter_id
				JOIN org_units u ON u.id = c.unit WHERE t.matter_type = 'complaint' AND t.due_at <= $1 AND t.met_at IS NULL AND t.suspended_from IS NULL
				AND c.unit IN (SELECT descendant FROM org_unit_paths WHERE ancestor = $2) ORDER BY t.due_at, c.id`, []any{store.At(law.On(now).End()), district},
				func() (int, error) {
					b, err := r.Intake.LateBoard(ctx, head, words.Chinese)
					if err != nil {
						return 0, err
					}
					return len(b.Items), nil
				})
		},
		func() error {
			return counted("rates", `SELECT unit, count(*), count(on_time), sum(CASE WHEN on_time THEN 1 ELSE 0 END), sum(CASE WHEN contacted THEN 1 ELSE 0 END), count(called) FROM intake_results
				WHERE replied_at >= $1 AND replied_at < $2 AND unit IN (SELECT descendant FROM org_unit_paths WHERE ancestor = $3) GROUP BY unit`,
				[]any{store.At(law.On(now).AddDays(-30).Start()), store.At(law.On(now).End()), district}, func() (int, error) {
					v, err := r.Intake.Rates(ctx, head, intake.RateFilter{From: law.On(now).AddDays(-30), To: law.On(now), By: "unit"}, words.Chinese)
					if err != nil {
						return 0, err
					}
					return len(v.Rows), nil
				})
		},
		func() error {
			return counted("objects.area", `SELECT o.id, o.code, o.kind, o.name, o.address, o.lon, o.lat, o.unit, u.name, (SELECT count(*) FROM casework_cases c WHERE c.object = o.id)
				FROM casework_objects o JOIN org_units u ON u.id = o.unit WHERE o.cell >= $1 AND o.cell <= $2 AND o.unit IN (SELECT descendant FROM org_unit_paths WHERE ancestor = $3) ORDER BY o.cell, o.id LIMIT 51`,
				[]any{casework.ObjectCell(121.443, 31.223), casework.ObjectCell(121.453, 31.223), district}, func() (int, error) {
					o, _, err := r.Casework.Objects(ctx, head, casework.ObjectFilter{Area: []float64{121.443, 31.2225, 121.453, 31.2325}, Limit: page})
					return len(o), err
				})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, done, err
		}
	}
	return out, done, nil
}

// bareCasesOf prepares a page of cases, each with its first party.
func (r *run) bareCasesOf(ctx context.Context, where string, args []any) (*bareQuery, error) {
	return r.bareQuery(ctx, `SELECT `+caseColumns+`, (SELECT p.name FROM casework_parties p WHERE p.case_id = c.id ORDER BY p.id LIMIT 1)
		FROM casework_cases c JOIN org_units u ON u.id = c.unit WHERE `+where+fmt.Sprintf(` ORDER BY c.opened_at DESC, c.id DESC LIMIT %d`, page+1), "case", args)
}
