package intake_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// BenchmarkImport takes in the 4,326 rows of hot_topics.csv, where they are to be had.
func BenchmarkImport(b *testing.B) {
	content, err := os.ReadFile("../../../shared/data/complaints/hot_topics.csv")
	if err != nil {
		b.Skip("the contest's data is not here: ", err)
	}
	for name, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				o := newOffice(b, open(b))
				columns, err := intake.ShippedMap("hot_topics")
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				done, err := o.svc.Import(context.Background(), org.Program("import"), intake.ImportFile{Name: "hot_topics.csv", Content: content, MapName: "hot_topics", Map: columns}, nil)
				if err != nil || done.Imported != 4326 {
					b.Fatal(done, err)
				}
			}
		})
	}
}

// BenchmarkList compares a page of the list with the bare query of the same rows.
func BenchmarkList(b *testing.B) {
	o := newOffice(b, storetest.SQLite(b))
	columns, err := intake.ShippedMap("generic")
	o.must(err)
	content := []byte(header + "\n")
	for i := range 20_000 {
		content = fmt.Appendf(content, "HL-%d,12345热线,投诉,第%d件,内容,,2026-03-0%d %02d:%02d,,,\n", i, i, 1+i%3, i%24, i%60)
	}
	_, err = o.svc.Import(context.Background(), org.Program("import"), intake.ImportFile{Name: "a.csv", Content: content, Map: columns}, nil)
	o.must(err)
	desk := o.actor("desk")
	ctx := context.Background()
	b.Run("page", func(b *testing.B) {
		for range b.N {
			if rows, _, err := o.svc.List(ctx, desk, intake.Filter{}, "zh-CN"); err != nil || len(rows) != 50 {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		for range b.N {
			o.must(o.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				rows, err := tx.Query(ctx, `WITH page AS (SELECT c.*, (SELECT n.id FROM term_v_open n WHERE n.matter_type = 'complaint' AND n.matter_id = c.id ORDER BY n.due_at LIMIT 1) AS first
					FROM intake_complaints c ORDER BY c.received_at DESC, c.id DESC LIMIT 50)
					SELECT c.id, c.number, c.title, c.channel, c.kind, c.category, c.state, c.unit, u.name, c.address, c.urgent, c.received_at, c.rev, t.due_at
					FROM page c JOIN org_v_units u ON u.id = c.unit LEFT JOIN term_v_open t ON t.id = c.first ORDER BY c.received_at DESC, c.id DESC `)
				if err != nil {
					return err
				}
				defer rows.Close()
				var cells [14]any
				dest := make([]any, len(cells))
				for i := range cells {
					dest[i] = &cells[i]
				}
				for rows.Next() {
					if err := rows.Scan(dest...); err != nil {
						return err
					}
				}
				return rows.Err()
			}))
		}
	})
}

// BenchmarkRates compares a year's rates of a bureau as they are kept with counting each answer of that year: 14 squads with
// 20 officers each, 160,000 answers.
func BenchmarkRates(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		o := newOffice(b, open(b))
		ctx := context.Background()
		like := o.complain().ID
		var columns []string // all but those that are each complaint's own
		o.read(func(ctx context.Context, tx *store.Tx) error {
			table, err := tx.Table(ctx, "intake_complaints")
			if err != nil {
				return err
			}
			for _, c := range table.Columns {
				if !slices.Contains([]string{"id", "number", "source_key"}, c.Name) {
					columns = append(columns, c.Name)
				}
			}
			return nil
		})
		from := law.Date{Year: 2025, Month: 1, Day: 1}
		o.must(o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			const each = 160_000 / 14 / 12
			squads, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT id FROM org_v_units WHERE kind = 'squad' ORDER BY id`)
			if err != nil {
				return err
			}
			for i, squad := range squads {
				for month := range 12 {
					at := store.At(from.AddDays(month*30 + i).Start())
					mark := fmt.Sprintf("b%d.%d.", i, month)
					if _, err := tx.Exec(ctx, `INSERT INTO intake_complaints (id, number, source_key, `+strings.Join(columns, ", ")+`) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
						SELECT CAST($2 AS TEXT) || n.i, CAST($2 AS TEXT) || n.i, NULL, c.`+strings.Join(columns, ", c.")+` FROM n CROSS JOIN intake_complaints c WHERE c.id = $3`, each, mark, like); err != nil {
						return err
					}
					if _, err := tx.Exec(ctx, `INSERT INTO intake_results (complaint, unit, kind, channel, person, replied_at, on_time, contacted, called) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
						SELECT CAST($2 AS TEXT) || n.i, CAST($3 AS TEXT), CASE i % 5 WHEN 0 THEN 'help' WHEN 1 THEN 'consultation' ELSE 'complaint' END, CASE i % 4 WHEN 0 THEN 'grid' WHEN 1 THEN 'phone' ELSE 'hotline' END,
						CAST($3 AS TEXT) || (i % 20), c.received_at, i % 9 > 0, i % 7 > 0, CASE i % 3 WHEN 0 THEN 'solved' WHEN 1 THEN 'unsolved' END FROM n CROSS JOIN intake_complaints c WHERE c.id = $4`, each, mark, squad, like); err != nil {
						return err
					}
					if _, err := tx.Exec(ctx, `UPDATE intake_results SET replied_at = $1 WHERE complaint LIKE $2`, at, mark+"%"); err != nil {
						return err
					}
				}
			}
			return intake.Recount(ctx, tx)
		}))
		head := o.actor("head")
		for _, by := range []string{"unit", "person", "month"} {
			f := intake.RateFilter{From: from, To: from.AddDays(364), By: by}
			b.Run(name+"/kept/"+by, func(b *testing.B) {
				for range b.N {
					if r, err := o.svc.Rates(ctx, head, f, "zh-CN"); err != nil || r.Total.Answered < 150_000 {
						b.Fatal(err, r)
					}
				}
			})
			f.From, f.To = f.From.AddDays(1), f.To.AddDays(-1) // and with days around the months
			b.Run(name+"/edges/"+by, func(b *testing.B) {
				for range b.N {
					if _, err := o.svc.Rates(ctx, head, f, "zh-CN"); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(name+"/each/unit", func(b *testing.B) {
			for range b.N {
				o.must(o.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
					rows, err := tx.Query(ctx, `SELECT unit, count(*), count(on_time), count(*) FILTER (WHERE on_time), count(contacted), count(*) FILTER (WHERE contacted),
						count(*) FILTER (WHERE called IN ('solved', 'unsolved')), count(*) FILTER (WHERE called = 'solved') FROM intake_results WHERE replied_at >= $1 AND replied_at < $2 GROUP BY unit`,
						store.At(from.Start()), store.At(from.AddDays(365).Start()))
					if err != nil {
						return err
					}
					defer rows.Close()
					for rows.Next() {
					}
					return rows.Err()
				}))
			}
		})
	}
}
